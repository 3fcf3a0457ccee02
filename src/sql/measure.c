/* How many rows a table has and how wide the widest is: the whole table where there is time for
 * it, else its first rows. */
#include "sql/probe.h"
#include "base/text.h"
#include <string.h>

#define SAMPLE_ROWS 1000
#define BYTES_A_MS 200000 /* no server reads a table faster */
#define WORD_BYTES 8

struct measuring {
	const struct wh_prober *by;
	struct wh_survey *survey;
	struct wh_survey_table *t;
	struct wh_buffer sql;
	struct wh_error *error;
};

/* The sum of what a row's values take. */
static void put_width(struct measuring *m)
{
	const struct wh_table *t = m->t->table;
	size_t words = 0;
	for (size_t i = 0; i < t->ncolumns; i++) {
		enum wh_kind kind = t->columns[i].type.kind;
		struct wh_buffer name = { 0 }, size = { 0 };
		wh_sql_name(&name, m->by->dialect, t->columns[i].name);
		if (wh_kind_is_word(kind))
			words++;
		else if (wh_sql_term(&size, m->by->dialect, WH_TERM_OCTETS, kind, wh_buffer_string(&name)))
			wh_buffer_format(&m->sql, "coalesce(%s, 0) + ", wh_buffer_string(&size));
		wh_buffer_free(&name);
		wh_buffer_free(&size);
	}
	wh_buffer_format(&m->sql, "%zu", words * WORD_BYTES);
}

static int run(struct measuring *m, bool whole, struct wh_probe_rows *out)
{
	const struct wh_dialect *d = m->by->dialect;
	wh_buffer_clear(&m->sql);
	wh_buffer_text(&m->sql, "SELECT count(*), max(");
	put_width(m);
	wh_buffer_text(&m->sql, whole ? ") FROM " : ") FROM (SELECT * FROM ");
	wh_sql_rows_of(&m->sql, d, m->t->table);
	if (!whole)
		wh_buffer_format(&m->sql, " LIMIT %d) s", SAMPLE_ROWS);
	return m->by->rows(m->by->state, wh_buffer_string(&m->sql), m->survey->limit_ms,
		&m->survey->arena, out, m->error);
}

static int64_t number(const struct wh_probe_rows *rows, size_t column, int64_t otherwise)
{
	int64_t value;
	const char *text = column < rows->ncolumns && rows->nrows ? rows->cells[column] : NULL;
	return text && wh_text_int64(text, strlen(text), &value) ? value : otherwise;
}

static void take(struct measuring *m, const struct wh_probe_rows *rows, bool whole)
{
	int64_t counted = number(rows, 0, -1);
	bool ended = counted >= 0 && (whole || counted < SAMPLE_ROWS);
	m->t->widest_bytes = number(rows, 1, counted ? -1 : 0);
	m->t->widest_exact = ended;
	m->t->rows_exact = ended;
	if (ended || counted > m->t->rows)
		m->t->rows = counted;
}

static void gap(struct measuring *m, const char *what, const char *why)
{
	const struct wh_table *t = m->t->table;
	const char *name = wh_arena_format(&m->survey->arena, "%s%s%s", t->schema ? t->schema : "",
		t->schema ? "." : "", t->name);
	wh_survey_gap(m->survey, name, what, "%s", why);
}

static int measure(struct measuring *m)
{
	struct wh_probe_rows rows = { 0 };
	const char *why = "it is too large to be read as a whole";
	bool whole = m->t->data_bytes / BYTES_A_MS <= m->survey->limit_ms;
	int rc = whole ? run(m, true, &rows) : WH_OK;
	if (rc == WH_OK && whole && rows.why)
		why = rows.why;
	if (rc != WH_OK || (whole && !rows.why)) {
		take(m, &rows, true);
		return rc;
	}
	rc = run(m, false, &rows);
	if (rc == WH_OK && !rows.why)
		take(m, &rows, false);
	if (rc == WH_OK && !m->t->rows_exact)
		gap(m, m->t->widest_bytes < 0 ? "rows" : "exact count and widest row", why);
	return rc;
}

int wh_probe_measure(const struct wh_prober *by, struct wh_survey *survey, struct wh_error *error)
{
	struct measuring m = { .by = by, .survey = survey, .error = error };
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < survey->ntables; i++) {
		m.t = &survey->tables[i];
		if (!m.t->table->rows_in_parts)
			rc = measure(&m);
	}
	wh_buffer_free(&m.sql);
	return rc;
}
