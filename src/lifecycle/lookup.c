#include "lifecycle/lookup.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

struct wanted {
	const struct wh_journal_quarantine *row;
	bool met;
};

/* Rows of one table that are looked for in the source, and those of one unit that wait to be
 * written together. */
struct search {
	struct wh_conn *source;
	struct wh_journal_unit *units;
	size_t nunits;
	struct wanted *wanted; /* by key */
	size_t nwanted;
	struct wh_batch one, good;
	const struct wh_journal_quarantine *rows[WH_BATCH_ROWS];
	struct wh_attempt *attempt;
	struct wh_buffer key;
};

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	return strcmp(x->row->key, y->row->key);
}

static struct wanted *find_wanted(struct search *s)
{
	const struct wh_journal_quarantine probe = { .key = wh_buffer_string(&s->key) };
	const struct wanted key = { .row = &probe };
	return bsearch(&key, s->wanted, s->nwanted, sizeof key, compare_wanted);
}

static int enter_unit(struct search *s, int64_t number, struct wh_error *error)
{
	for (size_t i = 0; i < s->nunits; i++)
		if (s->units[i].number == number) {
			s->attempt->unit = &s->units[i];
			return WH_OK;
		}
	return wh_fail(error, WH_STOP, "the journal has no unit %lld of table \"%s\"",
		(long long)number, s->attempt->t->source->name);
}

static int flush(struct search *s, struct wh_error *error)
{
	if (!s->good.rows)
		return WH_OK;
	int rc = wh_attempt_write(s->attempt, &s->good, error);
	wh_batch_reset(&s->good);
	return rc;
}

/* The row as it is now cannot go either. */
static int stays(struct search *s, const struct wanted *w, const struct wh_reject *why,
	struct wh_error *error)
{
	char hash[33];
	struct wh_buffer values = { 0 }, hex = { 0 };
	wh_text_hex(&hex, &s->one.hash[0], sizeof s->one.hash[0]);
	memcpy(hash, wh_buffer_string(&hex), sizeof hash);
	wh_row_whole(&values, &s->attempt->t->from, &s->one, 0);
	struct wh_journal_quarantine now = *w->row;
	now.column = why->column;
	now.reason = why->reason;
	now.values = wh_buffer_string(&values);
	now.hash = hash;
	now.usec = wh_now_usec();
	int rc = wh_attempt_refuse(s->attempt, w->row, &now, error);
	wh_buffer_free(&values);
	wh_buffer_free(&hex);
	return rc;
}

/* The row as the source has it now, through the same stage as every row. */
static int take(struct search *s, struct wanted *w, struct wh_stage *stage, struct wh_error *error)
{
	struct wh_batch *out = NULL;
	int rc = WH_OK;
	if (s->good.rows && (s->attempt->unit->number != w->row->unit || wh_batch_full(&s->good)))
		rc = flush(s, error);
	if (rc == WH_OK)
		rc = enter_unit(s, w->row->unit, error);
	if (rc != WH_OK)
		return rc;
	w->met = true;
	wh_stage_batch(stage, &s->one, &out);
	if (stage->nrejects)
		return stays(s, w, &stage->rejects[0], error);
	if (!out->rows)
		return wh_attempt_gone(s->attempt, w->row, error);
	s->rows[s->good.rows] = w->row;
	wh_batch_copy_row(&s->good, out, 0);
	return WH_OK;
}

static int look_through(void *context, struct wh_stage *stage, const struct wh_batch *read,
	struct wh_error *error)
{
	struct search *s = context;
	const struct wh_rowset *from = &s->attempt->t->from;
	int rc = WH_OK;
	for (uint32_t i = 0; i < read->rows && rc == WH_OK; i++) {
		wh_buffer_clear(&s->key);
		wh_row_json(&s->key, from, read, i, from->key, from->nkey);
		struct wanted *w = find_wanted(s);
		if (!w || w->met)
			continue;
		wh_batch_reset(&s->one);
		wh_batch_copy_row(&s->one, read, i);
		rc = take(s, w, stage, error);
	}
	return rc;
}

static int scan(struct search *s, const struct wh_unit *unit, struct wh_error *error)
{
	struct wh_scan scan = { .m = s->attempt->m,
		.table = s->attempt->t,
		.conn = s->source,
		.context = s,
		.read = look_through };
	int rc = wh_scan_unit(&scan, unit, error);
	return rc == WH_OK ? flush(s, error) : rc;
}

static bool holds_wanted(const struct search *s, int64_t unit)
{
	for (size_t i = 0; i < s->nwanted; i++)
		if (s->wanted[i].row->unit == unit)
			return true;
	return false;
}

/* Ranges of a key hold what they held; a physical address says nothing any more. */
static int scan_units(struct search *s, struct wh_error *error)
{
	bool by_key = true;
	for (size_t i = 0; i < s->nunits; i++)
		by_key = by_key && s->units[i].range == WH_RANGE_KEY;
	if (!by_key) {
		struct wh_unit whole = wh_whole_table(s->attempt->t, WH_SOURCE);
		return scan(s, &whole, error);
	}
	int rc = WH_OK;
	for (size_t i = 0; i < s->nunits && rc == WH_OK; i++) {
		struct wh_unit unit = wh_unit_of(&s->attempt->t->from, &s->units[i]);
		if (holds_wanted(s, s->units[i].number))
			rc = scan(s, &unit, error);
	}
	return rc;
}

static int tell_gone(struct search *s, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < s->nwanted && rc == WH_OK; i++) {
		if (s->wanted[i].met)
			continue;
		rc = enter_unit(s, s->wanted[i].row->unit, error);
		if (rc == WH_OK)
			rc = wh_attempt_gone(s->attempt, s->wanted[i].row, error);
	}
	return rc;
}

static int look_up(struct search *s, struct wh_error *error)
{
	wh_rowset_batch(&s->attempt->t->from, &s->one);
	wh_rowset_batch(&s->attempt->t->to, &s->good);
	s->attempt->rows = s->rows;
	int rc = scan_units(s, error);
	if (rc == WH_OK)
		rc = tell_gone(s, error);
	wh_batch_finish(&s->one);
	wh_batch_finish(&s->good);
	return rc;
}

int wh_lookup_rows(struct wh_attempt *attempt, struct wh_conn *source,
	const struct wh_journal_quarantine *rows, size_t n, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct search s = { .attempt = attempt,
		.source = source,
		.wanted = wh_new_array(&arena, struct wanted, n + 1),
		.nwanted = n };
	int rc = wh_journal_units(attempt->m->journal, rows[0].table, &arena, &s.units, &s.nunits,
		error);
	for (size_t i = 0; i < n; i++)
		s.wanted[i].row = &rows[i];
	qsort(s.wanted, n, sizeof *s.wanted, compare_wanted);
	if (rc == WH_OK)
		rc = look_up(&s, error);
	wh_buffer_free(&s.key);
	wh_arena_free(&arena);
	return rc;
}
