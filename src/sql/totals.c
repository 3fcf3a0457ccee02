/* Totals that are exact whatever the engine: PostgreSQL and MySQL add up decimals; SQLite adds up
 * whole units, the billions and what is beyond them apart, since its integers end at 64 bits. */
#include "base/decimal.h"
#include "base/text.h"
#include "sql/probe.h"
#include "sql/tokens.h"

#define BILLION "1000000000"
#define MYSQL_DIGITS 43  /* a sum has 22 more, and 65 are the most */
#define SQLITE_DIGITS 15 /* that a double carries in any decimal number */

struct adding {
	const struct wh_prober *by;
	const struct wh_probe *probe;
	struct wh_arena *arena;
	struct wh_answer *out;
	struct wh_buffer sql;
	struct wh_probe_rows rows;
	bool halves; /* each total comes as two */
};

static int run(struct adding *a, struct wh_error *error)
{
	int limit = a->probe->limit_ms ? a->probe->limit_ms : WH_SURVEY_LIMIT_MS;
	int rc = a->by->rows(a->by->state, wh_buffer_string(&a->sql), limit, a->arena, &a->rows, error);
	a->out->why = rc == WH_OK ? a->rows.why : NULL;
	wh_buffer_free(&a->sql);
	return a->out->why ? WH_DONE : rc;
}

static const char *cell(struct adding *a, const struct wh_column *column)
{
	struct wh_buffer b = { 0 };
	wh_sql_qualified(&b, a->by->dialect, NULL, column->name);
	const char *text = wh_arena_format(a->arena, "c.%s", wh_buffer_string(&b));
	wh_buffer_free(&b);
	return text;
}

static void put_from(struct adding *a)
{
	wh_buffer_text(&a->sql, " FROM ");
	wh_sql_rows_of(&a->sql, a->by->dialect, a->probe->table);
	wh_buffer_text(&a->sql, " c");
}

/* The engine's own sum of such a column is exact, or SQLite's of its units. */
static bool adds_up(const struct wh_dialect *d, const struct wh_type *t)
{
	if (t->kind == WH_INT64)
		return true;
	if (d == &wh_dialect_sqlite)
		return t->kind == WH_DECIMAL && t->precision > 0 && t->precision <= SQLITE_DIGITS &&
			t->scale >= 0 && t->scale <= t->precision;
	if (t->kind == WH_DECIMAL && d == &wh_dialect_mysql)
		return t->precision > 0 && t->precision <= MYSQL_DIGITS;
	return t->kind == WH_UINT64 || t->kind == WH_DECIMAL;
}

/* What is added up: the number, or how many units it has. */
static const char *summand(struct adding *a, const struct wh_column *column)
{
	const char *text = cell(a, column);
	if (!a->halves || column->type.kind == WH_INT64)
		return text;
	return wh_arena_format(a->arena, "CAST(round(%s * 1e%d) AS INTEGER)", text, column->type.scale);
}

static void put_sum(struct adding *a, const char *x, const char *part, bool below)
{
	if (below)
		wh_buffer_format(&a->sql, ", coalesce(sum(CASE WHEN %s < 0 THEN %s ELSE 0 END), 0)", x,
			part);
	else
		wh_buffer_format(&a->sql, ", coalesce(sum(%s), 0)", part);
}

static void put_totals(struct adding *a, const struct wh_column *column)
{
	if (!adds_up(a->by->dialect, &column->type)) {
		wh_buffer_text(&a->sql, a->halves ? ", NULL, NULL, NULL, NULL" : ", NULL, NULL");
		return;
	}
	const char *x = summand(a, column);
	for (int below = 0; below < 2; below++) {
		if (!a->halves) {
			put_sum(a, x, x, below);
			continue;
		}
		put_sum(a, x, wh_arena_format(a->arena, "%s / " BILLION, x), below);
		put_sum(a, x, wh_arena_format(a->arena, "%s %% " BILLION, x), below);
	}
}

/* Texts that differ by a byte are different values, whatever the collation. */
static const char *value(struct adding *a, const struct wh_column *column)
{
	struct wh_buffer text = { 0 }, bytes = { 0 };
	const struct wh_dialect *d = a->by->dialect;
	bool known = wh_sql_term(&text, d, WH_TERM_TEXT, column->type.kind, cell(a, column)) &&
		wh_sql_term(&bytes, d, WH_TERM_BYTES, WH_TEXT, wh_buffer_string(&text));
	const char *expression = known ? wh_arena_text(a->arena, wh_buffer_string(&bytes)) : "NULL";
	wh_buffer_free(&text);
	wh_buffer_free(&bytes);
	return expression;
}

/* The billions and the rest as one number, its units as what they are. */
static const char *joined(struct adding *a, const char *billions, const char *rest, int scale)
{
	struct wh_buffer b = { 0 }, sum = { 0 }, out = { 0 };
	const char *large = wh_arena_format(a->arena, "%se9", billions), *units = NULL;
	bool read = wh_decimal_plain(&b, large, strlen(large)) &&
		wh_decimal_add(&sum, b.data, b.size, rest, strlen(rest));
	if (read)
		units = wh_arena_format(a->arena, "%se-%d", wh_buffer_string(&sum), scale);
	read = read && wh_decimal_plain(&out, units, strlen(units));
	const char *text = read ? wh_arena_text(a->arena, wh_buffer_string(&out)) : NULL;
	wh_buffer_free(&b);
	wh_buffer_free(&sum);
	wh_buffer_free(&out);
	return text;
}

static const char *total(struct adding *a, const char *const *cells, const struct wh_column *c)
{
	if (!a->halves)
		return cells[0];
	return joined(a, cells[0] ? cells[0] : "", cells[1] ? cells[1] : "",
		c->type.kind == WH_INT64 ? 0 : c->type.scale);
}

static void take_row(struct adding *a, const char *const *cells, const char **row)
{
	size_t each = a->halves ? 2 : 1;
	row[0] = cells[0];
	row[1] = cells[1];
	for (size_t i = 0; i < 2 * a->probe->ncolumns; i++)
		row[2 + i] = total(a, cells + 2 + each * i, a->probe->columns[i / 2]);
}

static int take_rows(struct adding *a)
{
	size_t cells = 2 + 2 * a->probe->ncolumns * (a->halves ? 2 : 1);
	struct wh_answer *out = a->out;
	if (a->rows.nrows > WH_PROBE_GROUPS)
		out->why = wh_arena_format(a->arena, "more than %d different values", WH_PROBE_GROUPS);
	else if (a->rows.ncolumns != cells)
		out->why = "the server gave another form of answer";
	if (out->why)
		return WH_DONE;
	out->ncolumns = 2 + 2 * a->probe->ncolumns;
	out->nexamples = a->rows.nrows;
	out->examples = wh_new_array(a->arena, const char *, out->nexamples * out->ncolumns);
	for (size_t r = 0; r < out->nexamples; r++)
		take_row(a, a->rows.cells + r * cells, out->examples + r * out->ncolumns);
	return WH_OK;
}

int wh_probe_totals(const struct wh_prober *by, const struct wh_probe *probe,
	struct wh_arena *arena, struct wh_answer *out, struct wh_error *error)
{
	struct adding a = { .by = by,
		.probe = probe,
		.arena = arena,
		.out = out,
		.halves = by->dialect == &wh_dialect_sqlite };
	const char *group = probe->column ? value(&a, probe->column) : NULL;
	wh_buffer_format(&a.sql, "SELECT %s, count(*)", group ? group : "NULL");
	for (size_t i = 0; i < probe->ncolumns; i++)
		put_totals(&a, probe->columns[i]);
	put_from(&a);
	if (group)
		wh_buffer_format(&a.sql, " GROUP BY %s LIMIT %d", group, WH_PROBE_GROUPS + 1);
	int rc = run(&a, error);
	return rc == WH_OK ? take_rows(&a) : rc;
}

static int64_t number(const struct wh_probe_rows *rows)
{
	int64_t n;
	const char *text = rows->nrows && rows->ncolumns ? rows->cells[0] : NULL;
	return text && wh_text_int64(text, strlen(text), &n) ? n : 0;
}

static void put_gaps(struct adding *a, const char *wanted)
{
	const char *n = cell(a, a->probe->column);
	wh_buffer_format(&a->sql,
		"SELECT %s FROM (SELECT n, lead(n) OVER (ORDER BY n) AS upto FROM (SELECT DISTINCT %s AS n",
		wanted, n);
	put_from(a);
	wh_buffer_format(&a->sql, " WHERE %s IS NOT NULL) d) g WHERE upto > n + 1", n);
}

int wh_probe_gaps(const struct wh_prober *by, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error)
{
	struct adding a = { .by = by, .probe = probe, .arena = arena, .out = out };
	put_gaps(&a, "count(*)");
	int rc = run(&a, error);
	if (rc != WH_OK || (out->count = number(&a.rows)) == 0)
		return rc;
	put_gaps(&a, "n, upto");
	wh_buffer_format(&a.sql, " ORDER BY n LIMIT %d", WH_PROBE_BREAKS);
	rc = run(&a, error);
	out->ncolumns = 2;
	out->examples = a.rows.cells;
	out->nexamples = rc == WH_OK ? a.rows.nrows : 0;
	return rc;
}
