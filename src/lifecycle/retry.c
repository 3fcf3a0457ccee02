#include "lifecycle/retry.h"
#include "lifecycle/again.h"
#include "lifecycle/lookup.h"
#include "lifecycle/orphans.h"
#include "lifecycle/repair.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"

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

/* A row in the quarantine shows its key as it was when it was set apart: as it was read or, where
 * the target refused it, as it would have been written. Where the two differ it finds nothing. */
static bool has_keys(const struct wh_plan_table *t)
{
	bool same = t->from.nkey && t->from.nkey == t->to.nkey && !t->key_is_made;
	for (size_t i = 0; same && i < t->from.nkey; i++) {
		const struct wh_field *from = &t->from.fields[t->from.key[i]];
		same = !from->masked && from->wire.kind == t->to.fields[t->to.key[i]].wire.kind;
	}
	return same;
}

/* Some rows of one table, by their keys. */
static int retry_rows(struct retry *r, const struct wh_journal_quarantine *rows, size_t n,
	struct wh_error *error)
{
	struct wh_attempt a;
	int rc = begin_attempt(r, rows[0].table, &a, error);
	if (rc == WH_OK)
		rc = wh_orphans_note(r->m, rows[0].table, error);
	if (rc != WH_OK)
		return rc;
	a.number = r->number;
	rc = wh_lookup_rows(&a, r->source, rows, n, error);
	r->number = a.number;
	return rc;
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
		rc = wh_again_table(r->m, &r->m->plan.tables[table], r->target, r->options, error);
		*n = 0;
	} else if (rc == WH_OK && *n) {
		*after = rows[*n - 1].id;
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
