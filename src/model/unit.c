#include "model/unit.h"
#include "base/arena.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TALLY_VERSION "1"
#define TALLY_FIELDS 7

void wh_tally_merge(struct wh_tally *sum, const struct wh_tally *other)
{
	wh_digest_merge(&sum->read, &other->read);
	wh_digest_merge(&sum->written, &other->written);
	wh_digest_merge(&sum->quarantined, &other->quarantined);
	wh_digest_merge(&sum->filtered, &other->filtered);
	sum->bytes += other->bytes;
	if (other->snapshot > sum->snapshot)
		sum->snapshot = other->snapshot;
}

void wh_tally_text(const struct wh_tally *t, char *out)
{
	char read[56], written[56], quarantined[56], filtered[56];
	wh_digest_text(&t->read, read);
	wh_digest_text(&t->written, written);
	wh_digest_text(&t->quarantined, quarantined);
	wh_digest_text(&t->filtered, filtered);
	snprintf(out, WH_TALLY_TEXT, TALLY_VERSION " %s %s %s %s %" PRIu64 " %" PRId64, read, written,
		quarantined, filtered, t->bytes, t->snapshot);
}

/* Cuts the copy of a tally's line at its single spaces. */
static bool tally_fields(char *line, const char *field[TALLY_FIELDS])
{
	size_t n = 0;
	for (char *at = line; at; n++) {
		if (n == TALLY_FIELDS)
			return false;
		field[n] = at;
		at = strchr(at, ' ');
		if (at)
			*at++ = '\0';
	}
	return n == TALLY_FIELDS;
}

bool wh_tally_parse(const char *text, struct wh_tally *out)
{
	char line[WH_TALLY_TEXT];
	const char *field[TALLY_FIELDS];
	struct wh_tally t = { 0 };
	if (strlen(text) >= sizeof line)
		return false;
	memcpy(line, text, strlen(text) + 1);
	if (!tally_fields(line, field) || strcmp(field[0], TALLY_VERSION) != 0 ||
		!wh_digest_parse(field[1], &t.read) || !wh_digest_parse(field[2], &t.written) ||
		!wh_digest_parse(field[3], &t.quarantined) || !wh_digest_parse(field[4], &t.filtered) ||
		!wh_text_uint64(field[5], strlen(field[5]), &t.bytes) ||
		!wh_text_int64(field[6], strlen(field[6]), &t.snapshot))
		return false;
	*out = t;
	return true;
}

void wh_rowset_batch(const struct wh_rowset *rows, struct wh_batch *out)
{
	wh_rowset_batch_of(rows, WH_BATCH_ROWS, out);
}

void wh_rowset_batch_of(const struct wh_rowset *rows, uint32_t capacity, struct wh_batch *out)
{
	enum wh_kind *kinds = wh_alloc((rows->nfields + 1) * sizeof *kinds);
	for (size_t i = 0; i < rows->nfields; i++)
		kinds[i] = rows->fields[i].wire.kind;
	wh_batch_init_of(out, kinds, rows->nfields, capacity);
	free(kinds);
}
