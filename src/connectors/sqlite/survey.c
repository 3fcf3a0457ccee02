/* Survey and ask: sizes and settings of the file; a query under a limit of time. */
#include "connectors/sqlite/sqlite.h"
#include "sql/probe.h"
#include "base/text.h"
#include "base/time.h"
#include <string.h>

#define STEPS_BETWEEN_LOOKS 10000

struct deadline {
	int64_t at;
	bool late;
};

static int look_at_clock(void *context)
{
	struct deadline *d = context;
	d->late = wh_monotonic_usec() > d->at;
	return d->late;
}

static void take_row(sqlite3_stmt *st, struct wh_arena *arena, struct wh_probe_rows *out,
	size_t *ncells)
{
	for (size_t i = 0; i < out->ncolumns; i++)
		*wh_push(arena, &out->cells, ncells) = wh_sqlite_column(arena, st, (int)i);
	out->nrows++;
}

static int run(struct sqlite *s, const char *sql, struct wh_arena *arena, struct wh_probe_rows *out,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	size_t ncells = 0;
	int rc = wh_sqlite_prepare(s, sql, &st, error);
	if (rc != WH_OK)
		return rc;
	out->ncolumns = (size_t)sqlite3_column_count(st);
	while ((rc = wh_sqlite_next(s, st, error)) == WH_OK)
		take_row(st, arena, out, &ncells);
	return rc == WH_DONE ? WH_OK : rc;
}

static int limited(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
	struct wh_probe_rows *out, struct wh_error *error)
{
	struct sqlite *s = state;
	struct deadline end = { .at = wh_monotonic_usec() + (int64_t)limit_ms * 1000 };
	*out = (struct wh_probe_rows){ 0 };
	sqlite3_progress_handler(s->db, STEPS_BETWEEN_LOOKS, look_at_clock, &end);
	int rc = run(s, sql, arena, out, error);
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	if (rc == WH_OK || ((error->system & 0xff) == SQLITE_INTERRUPT && !end.late))
		return rc;
	*out = (struct wh_probe_rows){
		.why = end.late ? wh_probe_late(arena, limit_ms) : wh_arena_text(arena, error->text)
	};
	wh_error_clear(error);
	return WH_OK;
}

/* ---- what the file says of itself ---- */

static const char sizes[] =
	"SELECT s.tbl_name, sum(d.pgsize) FILTER (WHERE s.type = 'table'), "
	"sum(d.pgsize) FILTER (WHERE s.type = 'index') FROM dbstat('main', 1) d "
	"CROSS JOIN sqlite_schema s WHERE s.name = d.name GROUP BY s.tbl_name";

static int64_t number(const char *text, int64_t otherwise)
{
	int64_t value;
	return text && wh_text_int64(text, strlen(text), &value) ? value : otherwise;
}

static int survey_sizes(const struct wh_prober *by, struct wh_survey *out, struct wh_error *error)
{
	struct wh_probe_rows rows = { 0 };
	int rc = by->rows(by->state, sizes, out->limit_ms, &out->arena, &rows, error);
	if (rc == WH_OK && rows.why)
		wh_survey_gap(out, "file", "sizes of tables", "%s", rows.why);
	for (size_t i = 0; i < rows.nrows; i++) {
		const char *const *row = rows.cells + i * rows.ncolumns;
		struct wh_survey_table *t = row[0] ? wh_survey_table_named(out, NULL, row[0]) : NULL;
		if (!t)
			continue;
		t->data_bytes = number(row[1], 0);
		t->index_bytes = number(row[2], 0);
	}
	return rc;
}

static int survey_facts(struct sqlite *s, struct wh_survey *out, struct wh_error *error)
{
	static const char *const pragmas[] = { "encoding", "journal_mode", "page_size", "page_count",
		"freelist_count", "auto_vacuum", "user_version", "application_id", NULL };
	int rc = WH_OK;
	wh_survey_fact(out, "library", sqlite3_libversion());
	for (size_t i = 0; rc >= 0 && pragmas[i]; i++) {
		const char *value = NULL;
		const char *sql = wh_arena_format(&out->arena, "PRAGMA %s", pragmas[i]);
		rc = wh_sqlite_word(s, sql, &out->arena, &value, error);
		wh_survey_fact(out, pragmas[i], value);
	}
	return rc < 0 ? rc : WH_OK;
}

int wh_sqlite_survey(struct wh_conn *c, const struct wh_catalog *catalog, struct wh_survey *out,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	const struct wh_prober by = { &wh_dialect_sqlite, s, limited };
	(void)catalog;
	int rc = survey_facts(s, out, error);
	if (rc == WH_OK)
		rc = survey_sizes(&by, out, error);
	wh_survey_gap(out, "file", "change rate",
		"SQLite counts no changes: compare two copies of the file, a day apart");
	return rc == WH_OK ? wh_probe_measure(&by, out, error) : rc;
}

int wh_sqlite_probe(struct wh_conn *c, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error)
{
	const struct wh_prober by = { &wh_dialect_sqlite, c->state, limited };
	return wh_probe_ask(&by, probe, arena, out, error);
}
