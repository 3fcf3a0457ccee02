#include "lifecycle/retry.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/attempt.h"
#include "lifecycle/orphans.h"
#include "lifecycle/repair.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

#define ROWS_AT_ONCE 1000

struct retry {
	struct wh_migration *m;
	const struct wh_retry_options *options;
	struct wh_arena arena;
	struct wh_conn *source, *target;
	struct wh_journal_table *tables;
	size_t ntables;
	int64_t number; /* of the last attempt */
};

struct wanted {
	const struct wh_journal_quarantine *row;
	bool met;
};

/* Rows of one table that are looked for in the source, and those of one unit that wait to be
 * written together. */
struct search {
	struct retry *r;
	struct wh_journal_unit *units;
	size_t nunits;
	struct wanted *wanted; /* by key */
	size_t nwanted;
	struct wh_batch one, good;
	const struct wh_journal_quarantine *rows[WH_BATCH_ROWS];
	struct wh_attempt attempt;
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
			s->attempt.unit = &s->units[i];
			return WH_OK;
		}
	return wh_fail(error, WH_STOP, "the journal has no unit %lld of table \"%s\"",
		(long long)number, s->attempt.t->source->name);
}

static int flush(struct search *s, struct wh_error *error)
{
	if (!s->good.rows)
		return WH_OK;
	s->attempt.number = s->r->number;
	int rc = wh_attempt_write(&s->attempt, &s->good, error);
	s->r->number = s->attempt.number;
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
	wh_row_json(&values, &s->attempt.t->from, &s->one, 0, NULL, 0);
	struct wh_journal_quarantine now = *w->row;
	now.column = why->column;
	now.reason = why->reason;
	now.values = wh_buffer_string(&values);
	now.hash = hash;
	now.usec = wh_now_usec();
	int rc = wh_attempt_refuse(&s->attempt, w->row, &now, error);
	wh_buffer_free(&values);
	wh_buffer_free(&hex);
	return rc;
}

/* The row as the source has it now, through the same stage as every row. */
static int take(struct search *s, struct wanted *w, struct wh_stage *stage, struct wh_error *error)
{
	struct wh_batch *out = NULL;
	int rc = WH_OK;
	if (s->good.rows && (s->attempt.unit->number != w->row->unit || wh_batch_full(&s->good)))
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
		return wh_attempt_gone(&s->attempt, w->row, error);
	s->rows[s->good.rows] = w->row;
	wh_batch_copy_row(&s->good, out, 0);
	return WH_OK;
}

static int look_through(void *context, struct wh_stage *stage, const struct wh_batch *read,
	struct wh_error *error)
{
	struct search *s = context;
	const struct wh_rowset *from = &s->attempt.t->from;
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
	struct wh_scan scan = { .m = s->r->m,
		.table = s->attempt.t,
		.conn = s->r->source,
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
		struct wh_unit whole = wh_whole_table(s->attempt.t, WH_SOURCE);
		return scan(s, &whole, error);
	}
	int rc = WH_OK;
	for (size_t i = 0; i < s->nunits && rc == WH_OK; i++) {
		struct wh_unit unit = wh_unit_of(&s->attempt.t->from, &s->units[i]);
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
			rc = wh_attempt_gone(&s->attempt, s->wanted[i].row, error);
	}
	return rc;
}

static struct wh_journal_table *table_record(const struct retry *r, int64_t number)
{
	for (size_t i = 0; i < r->ntables; i++)
		if (r->tables[i].number == number)
			return &r->tables[i];
	return NULL;
}

static int begin_attempt(struct retry *r, int64_t table, struct wh_attempt *out,
	struct wh_error *error)
{
	struct wh_journal_table *record = table_record(r, table);
	if (!record || table < 0 || table >= (int64_t)r->m->plan.ntables)
		return wh_fail(error, WH_STOP, "the journal names a table that the plan does not have");
	*out = (struct wh_attempt){ .m = r->m,
		.options = r->options,
		.t = &r->m->plan.tables[table],
		.target = r->target,
		.table = record };
	return WH_OK;
}

/* Some rows of one table, by their keys. */
static int retry_rows(struct retry *r, const struct wh_journal_quarantine *rows, size_t n,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct search s = { .r = r,
		.wanted = wh_new_array(&arena, struct wanted, n + 1),
		.nwanted = n };
	int rc = begin_attempt(r, rows[0].table, &s.attempt, error);
	if (rc == WH_OK)
		rc = wh_journal_units(r->m->journal, rows[0].table, &arena, &s.units, &s.nunits, error);
	if (rc == WH_OK) {
		for (size_t i = 0; i < n; i++)
			s.wanted[i].row = &rows[i];
		qsort(s.wanted, n, sizeof *s.wanted, compare_wanted);
		wh_rowset_batch(&s.attempt.t->from, &s.one);
		wh_rowset_batch(&s.attempt.t->to, &s.good);
		s.attempt.rows = s.rows;
		rc = scan_units(&s, error);
		if (rc == WH_OK)
			rc = tell_gone(&s, error);
		wh_batch_finish(&s.one);
		wh_batch_finish(&s.good);
	}
	wh_buffer_free(&s.key);
	wh_arena_free(&arena);
	return rc;
}

/* Nobody but the copy has written to the target's table. */
static int check_untouched(struct retry *r, const struct wh_plan_table *t, struct wh_error *error)
{
	struct wh_unit whole = wh_whole_table(t, WH_TARGET);
	struct wh_scan scan = { .m = r->m, .table = t, .conn = r->target };
	const struct wh_journal_table *record = table_record(r, t->number);
	int rc = wh_scan_unit(&scan, &whole, error);
	if (rc != WH_OK)
		return rc;
	if (t->treatment != WH_APPEND && record &&
		wh_digest_equal(&scan.digest, &record->tally.written))
		return WH_OK;
	return wh_fail(error, WH_GUARD,
		"rows of table \"%s\" cannot be tried again: it has no key that source and target share, "
		"so that it would have to be emptied and copied again, and the target's table holds "
		"other rows than were copied; write the rows of `whimbrel quarantine export` there "
		"yourself",
		t->source->name);
}

static bool still_apart(const struct wh_journal_quarantine *rows, size_t n, const char *hash,
	const char **reason)
{
	for (size_t i = 0; i < n; i++)
		if (wh_equal(rows[i].hash, hash)) {
			*reason = rows[i].reason;
			return true;
		}
	return false;
}

static int all_rows(struct retry *r, int64_t table, struct wh_journal_quarantine **out, size_t *n,
	struct wh_error *error)
{
	return wh_journal_quarantined(r->m->journal, table, 0, SIZE_MAX, &r->arena, out, n, error);
}

/* Without a key nobody can say which row of the source one in the quarantine is. */
static int retry_table(struct retry *r, const struct wh_plan_table *t, struct wh_error *error)
{
	struct wh_journal_quarantine *before = NULL, *after = NULL;
	size_t nbefore = 0, nafter = 0;
	int rc = check_untouched(r, t, error);
	if (rc == WH_OK)
		rc = all_rows(r, t->number, &before, &nbefore, error);
	if (rc == WH_OK)
		rc = wh_repair_again(r->m, t, error);
	if (rc == WH_OK)
		rc = all_rows(r, t->number, &after, &nafter, error);
	for (size_t i = 0; i < nbefore && rc == WH_OK; i++) {
		const char *reason = NULL;
		bool refused = still_apart(after, nafter, before[i].hash, &reason);
		const struct wh_retried told = { &before[i], refused ? WH_RETRY_REFUSED : WH_RETRY_WRITTEN,
			reason };
		if (r->options->told)
			r->options->told(r->options->context, &told);
	}
	return rc;
}

/* A row in the quarantine shows its key as it was when it was set apart: as it was read, or, refused
 * by the target, as it would have been written. Where the two differ it is not found by it. */
static bool has_keys(const struct wh_plan_table *t)
{
	bool same = t->from.nkey && t->from.nkey == t->to.nkey && !t->key_is_made;
	for (size_t i = 0; same && i < t->from.nkey; i++) {
		const struct wh_field *from = &t->from.fields[t->from.key[i]];
		same = !from->masked && from->wire.kind == t->to.fields[t->to.key[i]].wire.kind;
	}
	return same;
}

/* The rows of the table with ids above `after`, some at a time. */
static int retry_page(struct retry *r, int64_t table, int64_t *after, size_t *n,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *rows = NULL;
	size_t most = r->options->id ? 1 : ROWS_AT_ONCE;
	int rc = wh_journal_quarantined(r->m->journal, table, *after, most, &arena, &rows, n, error);
	if (rc == WH_OK && r->options->id && (!*n || rows[0].id != r->options->id))
		*n = 0;
	if (rc == WH_OK && *n && !has_keys(&r->m->plan.tables[table])) {
		rc = retry_table(r, &r->m->plan.tables[table], error);
		*n = 0;
	} else if (rc == WH_OK && *n) {
		*after = rows[*n - 1].id;
		rc = wh_orphans_note(r->m, table, error);
		if (rc == WH_OK)
			rc = retry_rows(r, rows, *n, error);
	}
	wh_arena_free(&arena);
	return rc;
}

static int retry_tables(struct retry *r, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < r->m->plan.ntables && rc == WH_OK; i++) {
		int64_t after = r->options->id ? r->options->id - 1 : 0;
		for (size_t n = 1; n && rc == WH_OK;) {
			rc = retry_page(r, (int64_t)i, &after, &n, error);
			n = r->options->id ? 0 : n;
			if (rc == WH_OK)
				rc = wh_migration_stopped(r->m, error);
		}
	}
	return rc;
}

static int settle_attempt(struct retry *r, const struct wh_journal_quarantine *rows, size_t n,
	struct wh_error *error)
{
	struct wh_attempt a;
	struct wh_journal_unit *units = NULL;
	size_t nunits = 0;
	int rc = begin_attempt(r, rows[0].table, &a, error);
	if (rc == WH_OK)
		rc = wh_journal_units(r->m->journal, rows[0].table, &r->arena, &units, &nunits, error);
	for (size_t i = 0; i < nunits && rc == WH_OK; i++)
		if (units[i].number == rows[0].unit)
			a.unit = &units[i];
	if (rc == WH_OK && !a.unit)
		rc = wh_fail(error, WH_STOP, "the journal has no unit %lld of table \"%s\"",
			(long long)rows[0].unit, a.t->source->name);
	return rc == WH_OK ? wh_attempt_settle(&a, rows, n, error) : rc;
}

static int settle_attempts(struct retry *r, struct wh_error *error)
{
	struct wh_journal_quarantine *rows = NULL;
	size_t n = 1;
	int rc = WH_OK;
	while (rc == WH_OK && n) {
		rc = wh_journal_attempted(r->m->journal, &r->arena, &rows, &n, error);
		if (rc == WH_OK && n)
			rc = settle_attempt(r, rows, n, error);
	}
	return rc;
}

/* Under a claim of its own; numbers of attempts are those of its epoch. */
static int open_target(struct retry *r, struct wh_error *error)
{
	int rc = wh_target_claim(r->m, &r->target, error);
	r->number = INT64_C(1) << 60 | r->m->claim.epoch << 24;
	if (rc == WH_OK)
		rc = wh_journal_tables(r->m->journal, &r->arena, &r->tables, &r->ntables, error);
	return rc == WH_OK ? settle_attempts(r, error) : rc;
}

static int close_all(struct retry *r, int rc, struct wh_error *error)
{
	if (rc == WH_OK)
		rc = wh_target_release(r->m, r->target, error);
	wh_conn_close(r->source);
	wh_conn_close(r->target);
	wh_arena_free(&r->arena);
	return rc;
}

int wh_retry_settled(const struct wh_migration *m, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *rows = NULL;
	size_t n = 0;
	int rc = wh_journal_attempted(m->journal, &arena, &rows, &n, error);
	wh_arena_free(&arena);
	if (rc == WH_OK && n)
		rc = wh_fail(error, WH_LOST,
			"a retry of rows in the quarantine is under way, or was interrupted: "
			"`whimbrel quarantine retry` goes on with it");
	return rc;
}

int wh_retry_resume(struct wh_migration *m, struct wh_error *error)
{
	struct wh_error open = { 0 };
	struct retry r = { .m = m };
	int rc = wh_retry_settled(m, &open);
	if (rc == WH_OK && wh_journal_get(m->journal, "finished", &m->arena))
		return WH_OK;
	if (rc != WH_OK && rc != WH_LOST) {
		*error = open;
		return rc;
	}
	return close_all(&r, open_target(&r, error), error);
}

int wh_retry_rows(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error)
{
	struct retry r = { .m = m, .options = options };
	wh_migration_phase(m, "retry");
	int rc = open_target(&r, error);
	if (rc == WH_OK)
		rc = wh_migration_connect(m, WH_SOURCE, false, &r.source, error);
	if (rc == WH_OK)
		rc = retry_tables(&r, error);
	if (rc == WH_OK)
		rc = wh_orphans_find(m, r.target, error);
	rc = close_all(&r, rc, error);
	wh_migration_phase(m, NULL);
	return rc;
}
