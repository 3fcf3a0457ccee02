/* A whole CREATE VIEW: its head is read over, its query translated. */
#include "sql/view.h"
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

#define STATEMENT_LONGEST ((size_t)4 << 20)

/* DEFINER=`a`@`b` and the like, up to the word VIEW. */
static bool skip_head(struct wh_parser *p)
{
	if (!wh_parser_expect(p, "create"))
		return false;
	while (!wh_token_is(p->t, "view") && p->t->kind != WH_TOKEN_END) {
		bool invoker = wh_token_is(p->t, "security") && wh_token_is(p->t + 1, "invoker");
		if (invoker)
			wh_sql_note(p->w,
				"the view runs with the rights of its owner, on the source with those "
				"of its caller");
		if (wh_token_is(p->t, "temporary") || wh_token_is(p->t, "temp") ||
			wh_token_is(p->t, "recursive") || wh_token_is(p->t, "materialized"))
			return wh_parser_fail(p);
		p->t++;
	}
	if (!wh_parser_expect(p, "view"))
		return false;
	if (wh_parser_take(p, "if") && wh_parser_take(p, "not"))
		return wh_parser_expect(p, "exists");
	return true;
}

static void skip_name(struct wh_parser *p)
{
	do {
		p->t += p->t->kind != WH_TOKEN_END;
	} while (wh_parser_take(p, "."));
}

/* The names in the parentheses behind the view's. */
static const char **take_names(struct wh_parser *p, size_t *n)
{
	const char **names = NULL;
	*n = 0;
	if (!wh_parser_take(p, "("))
		return NULL;
	do {
		if (p->t->kind != WH_TOKEN_WORD && p->t->kind != WH_TOKEN_NAME)
			wh_parser_fail(p);
		*wh_push(p->w->scratch, &names, n) = p->t->text;
		p->t += p->t->kind != WH_TOKEN_END;
	} while (!p->w->why && wh_parser_take(p, ","));
	return wh_parser_expect(p, ")") ? names : NULL;
}

static void apply_names(struct wh_parser *p, struct wh_query *q, const char **names, size_t n)
{
	struct wh_select *s = q->selects[0];
	if (n != s->nitems) {
		wh_sql_doubt(p->w, "the view names %zu columns and has %zu", n, s->nitems);
		return;
	}
	for (size_t i = 0; i < n; i++)
		s->items[i].name = names[i];
	for (size_t i = 0; i < q->orders.count; i++)
		if (q->orders.items[i].position)
			q->orders.items[i].name = names[q->orders.items[i].position - 1];
}

static bool names_certain(struct wh_sql_work *w, const struct wh_select *s)
{
	for (size_t i = 0; i < s->nitems; i++) {
		if (!s->items[i].name || !*s->items[i].name)
			return wh_sql_doubt(w, "column %zu has no name", i + 1);
		for (size_t k = 0; k < i; k++)
			if (wh_equal_nocase(s->items[i].name, s->items[k].name))
				return wh_sql_doubt(w, "two columns are called \"%s\"", s->items[i].name);
	}
	return true;
}

/* What stands behind the query says how one writes through the view. */
static void skip_tail(struct wh_parser *p)
{
	if (wh_parser_take(p, "with")) {
		wh_sql_note(p->w,
			"WITH CHECK OPTION is left out: who writes through the view is not "
			"checked");
		while (p->t->kind == WH_TOKEN_WORD)
			p->t++;
	}
	wh_parser_take(p, ";");
	if (p->t->kind != WH_TOKEN_END && !p->w->why)
		wh_parser_fail(p);
}

static struct wh_query *parse_view(struct wh_parser *p)
{
	size_t n = 0;
	if (!skip_head(p))
		return NULL;
	skip_name(p);
	const char **names = take_names(p, &n);
	if (p->w->why || !wh_parser_expect(p, "as"))
		return NULL;
	struct wh_query *q = wh_query_parse(p, NULL);
	if (q)
		skip_tail(p);
	if (q && n)
		apply_names(p, q, names, n);
	return q && !p->w->why && names_certain(p->w, q->selects[0]) ? q : NULL;
}

static bool print_view(struct wh_sql_work *w, const struct wh_query *q, struct wh_sql_view *view,
	struct wh_buffer *out)
{
	wh_buffer_text(out, "CREATE VIEW ");
	wh_sql_qualified(out, w->to, view->table.to_schema, view->table.to_name);
	wh_buffer_text(out, " AS ");
	if (!wh_query_print(w, q, out))
		return false;
	if (out->full)
		return wh_sql_doubt(w, "the translation is longer than %zu bytes", STATEMENT_LONGEST);
	wh_select_columns(w, q->selects[0], &view->table);
	return true;
}

/* MySQL's text follows a line that sets what it was written under. */
static const char *without_settings(const struct wh_dialect *from, const char *definition)
{
	const char *line = strchr(definition, '\n');
	bool settings = from == &wh_dialect_mysql && wh_starts(definition, "SET ") && line;
	return settings ? line + 1 : definition;
}

static bool settings_certain(struct wh_sql_work *w, const char *definition, const char *sql)
{
	static const char *const modes[] = { "ANSI_QUOTES", "PIPES_AS_CONCAT", "NO_BACKSLASH_ESCAPES",
		"IGNORE_SPACE", "HIGH_NOT_PRECEDENCE" };
	const char *line = wh_arena_bytes(w->scratch, definition, (size_t)(sql - definition));
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strstr(line, modes[i]))
			return wh_sql_doubt(w, "it was written under the sql_mode %s", modes[i]);
	return true;
}

void wh_sql_view_translate(const char *definition, const struct wh_dialect *from,
	const struct wh_dialect *to, const struct wh_sql_tables *tables, struct wh_arena *arena,
	struct wh_sql_view *view)
{
	struct wh_arena scratch = { 0 };
	struct wh_buffer out = { .max = STATEMENT_LONGEST };
	const struct wh_sql_context context = { .use = WH_SQL_VIEW };
	const char *sql = without_settings(from, definition);
	struct wh_sql_work w = { .from = from,
		.to = to,
		.context = &context,
		.scratch = &scratch,
		.keep = arena,
		.tables = tables,
		.sql = sql };
	struct wh_tokens tokens;
	view->statement = NULL;
	if (settings_certain(&w, definition, sql) && wh_sql_tokens(&w, sql, &tokens)) {
		struct wh_parser p = { .w = &w, .t = tokens.items };
		struct wh_query *q = parse_view(&p);
		if (q && print_view(&w, q, view, &out))
			view->statement = wh_arena_bytes(arena, wh_buffer_string(&out), out.size);
	}
	view->why = w.why;
	view->notes = w.notes;
	view->nnotes = w.nnotes;
	wh_buffer_free(&out);
	wh_arena_free(&scratch);
}
