/* LIKE ignores case in SQLite (of ASCII letters) and under most of MySQL's collations, not in
 * PostgreSQL. */
#include "base/text.h"
#include "sql/expression.h"

static bool is_letter(unsigned char c)
{
	return c >= 128 || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool pattern_has(const struct wh_node *pattern, bool (*is)(unsigned char))
{
	for (size_t i = 0; i < pattern->size; i++)
		if (is((unsigned char)pattern->text[i]))
			return true;
	return false;
}

static bool is_backslash(unsigned char c)
{
	return c == '\\';
}

static bool is_literal(const struct wh_node *n)
{
	return n->kind == WH_NODE_TEXT;
}

static bool like_print(struct wh_sql_work *w, const struct wh_node *n, const char *word,
	struct wh_buffer *out)
{
	if (!wh_operand_print(w, n->items[0], out))
		return false;
	wh_buffer_format(out, n->negated ? " NOT %s " : " %s ", word);
	return wh_operand_print(w, n->items[1], out);
}

/* The text with its ASCII letters small, as SQLite compares it. */
static bool like_print_folded(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	char *pattern = wh_arena_text(w->scratch, n->items[1]->text);
	for (char *c = pattern; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 32 : *c);
	wh_buffer_text(out, "lower(");
	if (!wh_operand_print(w, n->items[0], out))
		return false;
	wh_buffer_text(out, n->negated ? " COLLATE \"C\") NOT LIKE " : " COLLATE \"C\") LIKE ");
	wh_sql_text(out, w->to, pattern, n->items[1]->size);
	return true;
}

static bool like_differs(struct wh_sql_work *w, const struct wh_node *n)
{
	const char *text = is_literal(n->items[1]) ? n->items[1]->text : "...";
	return wh_sql_doubt(w, "LIKE '%s' ignores case in one dialect and not in another", text);
}

/* Only here is a translation with a note worth more than a doubt. */
static bool like_print_view(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool literal = is_literal(n->items[1]), postgresql = w->to == &wh_dialect_postgresql;
	bool enumeration = wh_node_type(n->items[0]) == WH_ENUM;
	bool folds = wh_node_folds(n->items[0]) || wh_node_folds(n->items[1]);
	bool mysql = w->from == &wh_dialect_mysql;
	if (enumeration)
		return wh_sql_doubt(w, "LIKE of an enumeration");
	if (!mysql && w->from == &wh_dialect_sqlite && postgresql && literal)
		return like_print_folded(w, n, out);
	if (mysql && postgresql && folds)
		wh_sql_note(w, "LIKE ignores case on the target too, but not accents");
	if (mysql && postgresql)
		return like_print(w, n, folds ? "ILIKE" : "LIKE", out);
	bool exact = w->from == &wh_dialect_postgresql && w->to == &wh_dialect_mysql;
	return exact ? like_print(w, n, "LIKE", out) : like_differs(w, n);
}

bool wh_like_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_node *pattern = n->items[1];
	bool sqlite = w->from == &wh_dialect_sqlite || w->to == &wh_dialect_sqlite;
	bool texts = wh_node_class(n->items[0]) & (WH_CLASS_TEXT | WH_CLASS_ANY);
	bool view = w->context->use == WH_SQL_VIEW;
	if (!texts || (!is_literal(pattern) && !view))
		return wh_sql_doubt(w, "LIKE with something else than a text and a literal");
	if (sqlite && is_literal(pattern) && pattern_has(pattern, is_backslash))
		return wh_sql_doubt(w, "LIKE '%s' has an escape that SQLite does not know", pattern->text);
	if (is_literal(pattern) && !pattern_has(pattern, is_letter))
		return like_print(w, n, "LIKE", out);
	return view ? like_print_view(w, n, out) : like_differs(w, n);
}
