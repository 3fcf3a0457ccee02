/* Each question is one query for the numbers and, where rows are at fault, one for examples. */
#include "sql/probe.h"
#include "base/text.h"
#include <string.h>

struct probing {
	const struct wh_prober *by;
	const struct wh_dialect *d;
	const struct wh_probe *probe;
	struct wh_arena *arena;
	struct wh_answer *out;
	struct wh_buffer sql;
	struct wh_probe_rows rows; /* of the last query */
	struct wh_error *error;
};

const char *wh_probe_late(struct wh_arena *arena, int limit_ms)
{
	return wh_arena_format(arena, "took longer than %g s", limit_ms / 1000.0);
}

static void put(struct probing *p, const char *text)
{
	wh_buffer_text(&p->sql, text);
}

/* alias."name" */
static const char *cell(struct probing *p, const char *alias, const char *name)
{
	struct wh_buffer b = { 0 };
	wh_sql_qualified(&b, p->d, NULL, name);
	const char *text = wh_arena_format(p->arena, "%s.%s", alias, wh_buffer_string(&b));
	wh_buffer_free(&b);
	return text;
}

static enum wh_kind kind_of(const struct wh_table *t, const char *column)
{
	const struct wh_column *c = t && column ? wh_table_column(t, column) : NULL;
	return c ? c->type.kind : WH_NO_KIND;
}

/* The expression wrapped in a term; NULL and a reason: the dialect has none. */
static const char *term(struct probing *p, enum wh_term term, enum wh_kind kind,
	const char *expression)
{
	struct wh_buffer b = { 0 };
	const char *text = NULL;
	if (expression && wh_sql_term(&b, p->d, term, kind, expression))
		text = wh_arena_text(p->arena, wh_buffer_string(&b));
	else if (expression)
		p->out->why = wh_arena_format(p->arena, "%s cannot compare without accents", p->d->engine);
	wh_buffer_free(&b);
	return text;
}

/* Runs what is under hand. WH_DONE: it gave no answer, and `why` says so. */
static int run(struct probing *p)
{
	int limit = p->probe->limit_ms ? p->probe->limit_ms : WH_SURVEY_LIMIT_MS;
	int rc = p->by->rows(p->by->state, wh_buffer_string(&p->sql), limit, p->arena, &p->rows,
		p->error);
	wh_buffer_clear(&p->sql);
	if (rc != WH_OK)
		return rc;
	p->out->why = p->rows.why;
	return p->rows.why ? WH_DONE : WH_OK;
}

static int64_t number(const struct probing *p, size_t column, int64_t otherwise)
{
	int64_t value;
	const char *text = column < p->rows.ncolumns && p->rows.nrows ? p->rows.cells[column] : NULL;
	return text && wh_text_int64(text, strlen(text), &value) ? value : otherwise;
}

static void take_examples(struct probing *p)
{
	p->out->examples = p->rows.cells;
	p->out->nexamples = p->rows.nrows;
}

/* ---- orphans ---- */

static void put_equal(struct probing *p, const char *child, const char *parent, enum wh_kind kind)
{
	wh_buffer_format(&p->sql, "%s = %s", parent, child);
	if (!(p->probe->rules & WH_COMPARE_BYTES) || kind != WH_TEXT)
		return;
	const char *a = term(p, WH_TERM_BYTES, kind, term(p, WH_TERM_TEXT, kind, child));
	const char *b = term(p, WH_TERM_BYTES, kind, term(p, WH_TERM_TEXT, kind, parent));
	wh_buffer_format(&p->sql, " AND %s = %s", b, a);
}

static void put_parent(struct probing *p)
{
	const struct wh_foreign_key *f = p->probe->foreign_key;
	const struct wh_table parent = { .schema = f->to_schema, .name = f->to_table };
	put(p, "NOT EXISTS (SELECT 1 FROM ");
	wh_sql_rows_of(&p->sql, p->d, &parent);
	put(p, " p WHERE ");
	for (size_t i = 0; i < f->ncolumns; i++) {
		put(p, i ? " AND " : "");
		put_equal(p, cell(p, "c", f->columns[i]), cell(p, "p", f->to_columns[i]),
			kind_of(p->probe->table, f->columns[i]));
	}
	put(p, ")");
}

static void put_nulls(struct probing *p, const char *test, const char *joined)
{
	const struct wh_foreign_key *f = p->probe->foreign_key;
	for (size_t i = 0; i < f->ncolumns; i++)
		wh_buffer_format(&p->sql, "%s%s %s", i ? joined : "", cell(p, "c", f->columns[i]), test);
}

/* FROM and WHERE. With MATCH FULL a key that is null in a part only is an orphan too. */
static void put_orphans(struct probing *p)
{
	bool full = p->probe->foreign_key->match_full;
	put(p, " FROM ");
	wh_sql_rows_of(&p->sql, p->d, p->probe->table);
	put(p, " c WHERE (");
	put_nulls(p, "IS NOT NULL", full ? " OR " : " AND ");
	put(p, ") AND (");
	if (full) {
		put_nulls(p, "IS NULL", " OR ");
		put(p, " OR ");
	}
	put_parent(p);
	put(p, ")");
}

static void name_column(struct probing *p, const char *name)
{
	*wh_push(p->arena, &p->out->columns, &p->out->ncolumns) = name;
}

/* The key of the row that is at fault, then what is. */
static void put_example_columns(struct probing *p)
{
	const struct wh_table *t = p->probe->table;
	const struct wh_index *key = wh_table_primary(t);
	for (size_t i = 0; key && i < key->nparts; i++)
		if (key->parts[i].column)
			name_column(p, key->parts[i].column);
	for (size_t i = 0; i < p->probe->foreign_key->ncolumns; i++)
		name_column(p, p->probe->foreign_key->columns[i]);
	for (size_t i = 0; i < p->out->ncolumns; i++) {
		const char *name = p->out->columns[i];
		put(p, i ? ", " : "SELECT ");
		put(p, term(p, WH_TERM_SHOWN, kind_of(t, name), cell(p, "c", name)));
	}
}

static int ask_orphans(struct probing *p)
{
	put(p, "SELECT count(*)");
	put_orphans(p);
	int rc = run(p);
	if (rc != WH_OK)
		return rc;
	p->out->count = number(p, 0, 0);
	if (!p->out->count)
		return WH_OK;
	put_example_columns(p);
	put_orphans(p);
	wh_buffer_format(&p->sql, " LIMIT %d", WH_PROBE_EXAMPLES);
	rc = run(p);
	if (rc == WH_OK)
		take_examples(p);
	return rc;
}

/* ---- collisions ---- */

static const char *folded(struct probing *p, enum wh_kind kind, const char *expression)
{
	static const struct {
		unsigned rule;
		enum wh_term term;
	} folds[] = {
		{ WH_IGNORE_END_SPACES, WH_TERM_NO_END_SPACES },
		{ WH_IGNORE_CASE, WH_TERM_LOWER },
		{ WH_IGNORE_ACCENTS, WH_TERM_NO_ACCENTS },
	};
	if (kind != WH_TEXT || !p->probe->rules)
		return expression;
	expression = term(p, WH_TERM_TEXT, kind, expression);
	for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
		if (p->probe->rules & folds[i].rule)
			expression = term(p, folds[i].term, kind, expression);
	return term(p, WH_TERM_BYTES, kind, expression);
}

/* FROM, WHERE, GROUP BY. WH_DONE: this key cannot be asked about. */
static int put_groups(struct probing *p)
{
	const struct wh_index *key = p->probe->index;
	const struct wh_table *t = p->probe->table;
	put(p, " FROM ");
	wh_sql_rows_of(&p->sql, p->d, t);
	put(p, " c WHERE ");
	wh_buffer_format(&p->sql, key->where ? "(%s)" : "1 = 1", key->where);
	for (size_t i = 0; !key->nulls_not_distinct && i < key->nparts; i++)
		wh_buffer_format(&p->sql, " AND %s IS NOT NULL", cell(p, "c", key->parts[i].column));
	for (size_t i = 0; i < key->nparts; i++) {
		const char *column = key->parts[i].column;
		const char *text = folded(p, kind_of(t, column), cell(p, "c", column));
		if (!text)
			return WH_DONE;
		wh_buffer_format(&p->sql, "%s%s", i ? ", " : " GROUP BY ", text);
	}
	put(p, " HAVING count(*) > 1");
	return WH_OK;
}

static bool is_plain(struct probing *p)
{
	const struct wh_index *key = p->probe->index;
	for (size_t i = 0; i < key->nparts; i++)
		if (!key->parts[i].column || key->parts[i].prefix)
			p->out->why = "the key is over an expression or a part of a column";
	return !p->out->why;
}

/* The least and the greatest of a group are its two ends: 'A / a'. */
static void put_ends(struct probing *p)
{
	static const char *const ends[] = { "min", "max" };
	const struct wh_index *key = p->probe->index;
	for (size_t i = 0; i < key->nparts; i++) {
		const char *name = key->parts[i].column;
		enum wh_kind kind = kind_of(p->probe->table, name);
		const char *shown = term(p, WH_TERM_SHOWN, kind, cell(p, "c", name));
		shown = term(p, WH_TERM_BYTES, kind, shown);
		*wh_push(p->arena, &p->out->columns, &p->out->ncolumns) = name;
		for (size_t e = 0; e < 2; e++)
			wh_buffer_format(&p->sql, "%s%s(%s)", i + e ? ", " : "SELECT ", ends[e], shown);
	}
}

static void join_ends(struct probing *p)
{
	const size_t n = p->rows.nrows * p->out->ncolumns;
	p->out->examples = wh_new_array(p->arena, const char *, n);
	p->out->nexamples = p->rows.nrows;
	for (size_t i = 0; i < n; i++) {
		const char *least = p->rows.cells[2 * i], *most = p->rows.cells[2 * i + 1];
		p->out->examples[i] = wh_equal(least, most)
			? least
			: wh_arena_format(p->arena, "%s / %s", least ? least : "null", most ? most : "null");
	}
}

static int ask_collisions(struct probing *p)
{
	if (!is_plain(p))
		return WH_DONE;
	put(p, "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n");
	int rc = put_groups(p);
	put(p, ") g");
	if (rc == WH_OK)
		rc = run(p);
	if (rc != WH_OK)
		return rc;
	p->out->count = number(p, 0, 0);
	if (!p->out->count)
		return WH_OK;
	put_ends(p);
	rc = put_groups(p);
	wh_buffer_format(&p->sql, " LIMIT %d", WH_PROBE_EXAMPLES);
	if (rc == WH_OK)
		rc = run(p);
	if (rc == WH_OK)
		join_ends(p);
	return rc;
}

/* ---- ranges ---- */

static bool is_ordered(enum wh_kind kind)
{
	return (kind >= WH_INT64 && kind <= WH_TEXT) || (kind >= WH_DATE && kind <= WH_INTERVAL);
}

static bool is_sized(enum wh_kind kind)
{
	return !wh_kind_is_word(kind) && kind != WH_DECIMAL && kind != WH_UUID && kind != WH_INTERVAL;
}

/* Texts are ordered by their bytes, whatever the collation. */
static void put_extremes(struct probing *p, enum wh_kind kind, const char *column)
{
	static const char *const ends[] = { "min", "max" };
	if (kind == WH_TEXT)
		column = term(p, WH_TERM_BYTES, kind, term(p, WH_TERM_TEXT, kind, column));
	for (size_t i = 0; i < 2; i++) {
		const char *end = wh_arena_format(p->arena, "%s(%s)", ends[i], column);
		put(p, ", ");
		put(p, is_ordered(kind) ? term(p, WH_TERM_SHOWN, kind, end) : "NULL");
	}
}

static int ask_range(struct probing *p)
{
	enum wh_kind kind = p->probe->column->type.kind;
	const char *column = cell(p, "c", p->probe->column->name);
	const char *length = term(p, WH_TERM_CHARACTERS, kind, column);
	wh_buffer_format(&p->sql, "SELECT count(*), count(*) - count(%s), ", column);
	wh_buffer_format(&p->sql, is_sized(kind) ? "max(%s)" : "NULL", length);
	put_extremes(p, kind, column);
	put(p, " FROM ");
	wh_sql_rows_of(&p->sql, p->d, p->probe->table);
	put(p, " c");
	int rc = run(p);
	if (rc != WH_OK || p->rows.ncolumns < 5 || !p->rows.nrows)
		return rc;
	p->out->count = number(p, 0, 0);
	p->out->nulls = number(p, 1, 0);
	p->out->longest = number(p, 2, -1);
	p->out->least = p->rows.cells[3];
	p->out->greatest = p->rows.cells[4];
	return WH_OK;
}

static int ask_distinct(struct probing *p)
{
	enum wh_kind kind = p->probe->column->type.kind;
	const char *column = cell(p, "c", p->probe->column->name);
	const char *text = term(p, WH_TERM_TEXT, kind, column);
	bool equal = is_ordered(kind) || kind == WH_BOOL || kind == WH_BYTES || kind == WH_UUID;
	wh_buffer_format(&p->sql, "SELECT count(DISTINCT %s) FROM ", equal ? column : text);
	wh_sql_rows_of(&p->sql, p->d, p->probe->table);
	put(p, " c");
	int rc = run(p);
	if (rc == WH_OK)
		p->out->count = number(p, 0, 0);
	return rc;
}

static int ask_totals(struct probing *p)
{
	return wh_probe_totals(p->by, p->probe, p->arena, p->out, p->error);
}

static int ask_gaps(struct probing *p)
{
	return wh_probe_gaps(p->by, p->probe, p->arena, p->out, p->error);
}

int wh_probe_ask(const struct wh_prober *by, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error)
{
	static int (*const asks[])(struct probing *) = {
		[WH_PROBE_ORPHANS] = ask_orphans,
		[WH_PROBE_COLLISIONS] = ask_collisions,
		[WH_PROBE_RANGE] = ask_range,
		[WH_PROBE_DISTINCT] = ask_distinct,
		[WH_PROBE_TOTALS] = ask_totals,
		[WH_PROBE_GAPS] = ask_gaps,
	};
	struct probing p = { .by = by,
		.d = by->dialect,
		.probe = probe,
		.arena = arena,
		.out = out,
		.error = error };
	*out = (struct wh_answer){ .longest = -1 };
	int rc = asks[probe->kind](&p);
	out->known = rc == WH_OK;
	wh_buffer_free(&p.sql);
	return rc == WH_DONE ? WH_OK : rc;
}
