/* nacha_sample: a small ACH file of two batches, for the tests of the codec. */
#ifndef WH_TESTS_UNIT_NACHA_SAMPLE_H
#define WH_TESTS_UNIT_NACHA_SAMPLE_H

#include "check.h"
#include "codecs/nacha/nacha.h"
#include "support/codec.h"

enum {
	SAMPLE_HEADER,
	SAMPLE_BATCH,
	SAMPLE_ENTRY,
	SAMPLE_ADDENDA,
	SAMPLE_DEBIT,
	SAMPLE_CONTROL,
	SAMPLE_BATCH_2,
	SAMPLE_ENTRY_2,
	SAMPLE_ADDENDA_2,
	SAMPLE_ADDENDA_3,
	SAMPLE_CONTROL_2,
	SAMPLE_END,
	SAMPLE_RECORDS
};

static const char *const sample_records[SAMPLE_RECORDS] = {
	"101 231380104 1210428822402290815A094101RECEIVING BANK         SENDING BANK           REF 1   ",
	"5200ACME            DISCRETION          1234567890PPDPAYROLL   FEB 24240301   1121042880000001",
	"622231380104ACC-1            0000010000ID 1           ANNE ARBOR            S 1121042880000001",
	"705FOR WORK                                                                        00010000001",
	"627999999992ACC-2            0000004050ID 2           BOB                     0121042880000002",
	"820000000301231380090000000040500000000100001234567890                         121042880000001",
	"5220ACME                                1234567890CTXINVOICES        000000   1121042880000002",
	"632231380104ACC-3            9999999999PO 77          0002WIDGETS INC         1121042880000003",
	"705LINE ONE                                                                        00010000003",
	"705LINE TWO                                                                        00020000003",
	"822000000300231380100000000000000099999999991234567890                         121042880000002",
	"9000002000002000000060146276019000000004050010000009999                                       ",
};

static const char sample_nines[] =
	"9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999";

/* Another text from a place of a record on, counted from 1; no text: the record is left out. */
struct sample_change {
	int record, first;
	const char *text;
};

static void sample_put(struct wh_buffer *out, const char *record, const char *newline)
{
	wh_buffer_text(out, record);
	wh_buffer_text(out, newline);
}

static inline void sample_file(struct wh_buffer *out, const struct sample_change *change,
	const char *newline)
{
	for (int i = 0; i < SAMPLE_RECORDS; i++) {
		char record[128] = { 0 };
		snprintf(record, sizeof record, "%s", sample_records[i]);
		if (change && change->record == i) {
			if (!change->text)
				continue;
			memcpy(record + change->first - 1, change->text, strlen(change->text));
		}
		sample_put(out, record, newline);
	}
	for (int i = 0; i < 8; i++)
		sample_put(out, sample_nines, newline);
}

#endif
