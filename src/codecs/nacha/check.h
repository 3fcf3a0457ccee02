/* check: what records promise each other: totals, counts, hashes, order, numbers. Fed with every
 * record of a file, in order, when it is read and when it is written. Only the codec's own files
 * include it. */
#ifndef WH_CODECS_NACHA_CHECK_H
#define WH_CODECS_NACHA_CHECK_H

#include "codecs/nacha/record.h"
#include "model/control.h"

#define WH_NACHA_FIGURE_TEXT 32

/* Sums stay at their most where they would grow beyond it. */
struct wh_nacha_sums {
	uint64_t count, hash, debit, credit; /* of entries; cents */
	uint64_t batches, records;
};

enum wh_nacha_rule {
	WH_NACHA_RULE_CODE, /* those of a batch */
	WH_NACHA_RULE_DIGITS,
	WH_NACHA_RULE_DIGIT,
	WH_NACHA_RULE_TRACE,
	WH_NACHA_RULE_INDICATOR,
	WH_NACHA_RULE_ADDENDA,
	WH_NACHA_RULE_SEQUENCE,
	WH_NACHA_RULE_ENTRY,
	WH_NACHA_RULE_IAT,
	WH_NACHA_RULE_SHORT, /* from here on: those of a file */
	WH_NACHA_RULE_LONG,
	WH_NACHA_RULE_TYPE,
	WH_NACHA_RULE_ORDER,
	WH_NACHA_RULES
};

struct wh_nacha_kept {
	uint64_t kept;
	bool broken;
};

struct wh_nacha_check {
	struct wh_controls *out;
	const struct wh_nacha_charset *charset;
	const char *name; /* of the file */
	struct wh_nacha_place place;
	struct wh_nacha_sums batch, file;
	struct wh_nacha_kept rules[WH_NACHA_RULES];
	bool in_batch, has_header, has_control, has_number;
	bool debits, credits;          /* in the batch */
	char header[WH_NACHA_RECORD];  /* of the batch */
	char entry[WH_NACHA_RECORD];   /* the last one, where place.entry is not -1 */
	char control[WH_NACHA_RECORD]; /* of the file, where has_control */
	int64_t batch_at, control_at;
	char trace[15]; /* of the entry before */
	bool has_trace;
	char number[7];          /* of the batch before */
	uint64_t addenda, types; /* of the entry: how many; which, a bit for each below 64 */
	uint64_t sequence[2];    /* the last one of 05 and 17, of 18 */
};

/* A file begins. */
void wh_nacha_check_start(struct wh_nacha_check *c, const char *name);
void wh_nacha_check(struct wh_nacha_check *c, const struct wh_nacha_record *record);
void wh_nacha_check_end(struct wh_nacha_check *c);

/* What a control's field ought to say, as text of a value; at least WH_NACHA_FIGURE_TEXT bytes. */
void wh_nacha_figure(char *out, const struct wh_nacha_sums *sums, enum wh_nacha_figure figure);

/* ---- between check.c and check_entry.c ---- */

/* One that kept to the rule, or broke it. */
void wh_nacha_kept(struct wh_nacha_check *c, enum wh_nacha_rule rule);
void wh_nacha_broken(struct wh_nacha_check *c, enum wh_nacha_rule rule, const char *subject,
	const char *expected, const char *actual);
/* The text at a place of a record, fit to be shown. */
const char *wh_nacha_shown(char out[WH_NACHA_RECORD + 1], const char *record, size_t first,
	size_t length);
/* The digit that ends a routing number of which eight are given; 0: they are no digits. */
char wh_nacha_check_digit(const char *eight);
void wh_nacha_check_entry(struct wh_nacha_check *c, const struct wh_nacha_record *record);
void wh_nacha_check_addenda(struct wh_nacha_check *c, const struct wh_nacha_record *record);
void wh_nacha_check_entry_end(struct wh_nacha_check *c);

#endif
