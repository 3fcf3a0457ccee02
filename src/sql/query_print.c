/* Writes a query in the target's dialect. */
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

static bool print_source(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out);

static void print_table(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out)
{
	wh_sql_qualified(out, w->to, s->common ? NULL : s->table->to_schema, s->table->to_name);
	if (wh_equal(s->to_alias, s->table->to_name))
		return;
	wh_buffer_text(out, " AS ");
	wh_sql_name(out, w->to, s->to_alias);
}

static bool print_derived(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out)
{
	wh_buffer_char(out, '(');
	if (!wh_query_print(w, s->query, out))
		return false;
	wh_buffer_text(out, ") AS ");
	wh_sql_name(out, w->to, s->to_alias);
	return true;
}

static const struct wh_sql_column *find_column(const struct wh_sql_work *w,
	const struct wh_source *s, const char *name)
{
	if (!s->table) {
		const struct wh_sql_column *left = find_column(w, s->left, name);
		return left ? left : find_column(w, s->right, name);
	}
	bool exact = w->from == &wh_dialect_postgresql;
	for (size_t i = 0; i < s->table->ncolumns; i++) {
		const struct wh_sql_column *c = &s->table->columns[i];
		if (exact ? wh_equal(c->from, name) : wh_equal_nocase(c->from, name))
			return c;
	}
	return NULL;
}

static bool print_using(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out)
{
	for (size_t i = 0; i < s->nmerged; i++) {
		const struct wh_sql_column *left = find_column(w, s->left, s->merged[i]);
		const struct wh_sql_column *right = find_column(w, s->right, s->merged[i]);
		if (!left || !right || !wh_equal(left->to, right->to))
			return wh_sql_doubt(w, "USING (%s) names different columns on the target",
				s->merged[i]);
		wh_buffer_text(out, i ? ", " : " USING (");
		wh_sql_name(out, w->to, left->to);
	}
	wh_buffer_char(out, ')');
	return true;
}

static bool print_join(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out)
{
	static const char *const words[] = {
		[WH_JOIN_CROSS] = " CROSS JOIN ",
		[WH_JOIN_INNER] = " JOIN ",
		[WH_JOIN_LEFT] = " LEFT JOIN ",
		[WH_JOIN_RIGHT] = " RIGHT JOIN ",
		[WH_JOIN_FULL] = " FULL JOIN ",
	};
	bool nested = !s->right->table;
	if (!print_source(w, s->left, out))
		return false;
	wh_buffer_text(out, words[s->join]);
	wh_buffer_text(out, nested ? "(" : "");
	if (!print_source(w, s->right, out))
		return false;
	wh_buffer_text(out, nested ? ")" : "");
	if (s->nmerged)
		return print_using(w, s, out);
	wh_buffer_text(out, s->on ? " ON " : "");
	return !s->on || wh_expression_print(w, s->on, out);
}

static bool print_source(struct wh_sql_work *w, const struct wh_source *s, struct wh_buffer *out)
{
	if (!s->table)
		return print_join(w, s, out);
	if (s->query)
		return print_derived(w, s, out);
	print_table(w, s, out);
	return true;
}

/* PostgreSQL wants one type on both sides of a recursion, to the letter. */
static bool print_recursive(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	enum wh_class class = wh_node_class(n);
	const char *type = class == WH_CLASS_INTEGER ? "bigint"
		: class == WH_CLASS_TEXT                 ? "text"
		: class == WH_CLASS_DECIMAL              ? "numeric"
		: class == WH_CLASS_FLOAT                ? "double precision"
												 : NULL;
	if (!type)
		return wh_expression_print(w, n, out);
	wh_buffer_text(out, "CAST(");
	if (!wh_expression_print(w, n, out))
		return false;
	wh_buffer_format(out, " AS %s)", type);
	return true;
}

static bool print_items(struct wh_sql_work *w, const struct wh_select *s, bool recursive,
	struct wh_buffer *out)
{
	bool cast = recursive && w->to == &wh_dialect_postgresql;
	for (size_t i = 0; i < s->nitems; i++) {
		const struct wh_item *item = &s->items[i];
		wh_buffer_text(out, i ? ", " : "");
		if (!(cast ? print_recursive : wh_expression_print)(w, item->node, out))
			return false;
		bool same = item->node->kind == WH_NODE_COLUMN && !cast &&
			wh_equal(item->node->column->to, item->name);
		if (!item->name || same)
			continue;
		wh_buffer_text(out, " AS ");
		wh_sql_name(out, w->to, item->name);
	}
	return true;
}

static bool print_clause(struct wh_sql_work *w, const char *word, const struct wh_node *n,
	struct wh_buffer *out)
{
	if (!n)
		return true;
	wh_buffer_text(out, word);
	return wh_expression_print(w, n, out);
}

static void note_distinct(struct wh_sql_work *w, const struct wh_select *s)
{
	for (size_t i = 0; s->distinct && i < s->nitems; i++)
		if (wh_node_folds(s->items[i].node))
			wh_sql_note(w,
				"DISTINCT takes texts that differ only in case or accents for different "
				"ones");
}

static bool print_groups(struct wh_sql_work *w, const struct wh_select *s, struct wh_buffer *out)
{
	for (size_t i = 0; i < s->ngroups; i++) {
		wh_buffer_text(out, i ? ", " : " GROUP BY ");
		if (wh_node_folds(s->groups[i]) && !wh_group_follows(w, s, s->groups[i]))
			wh_sql_note(w,
				"GROUP BY takes texts that differ only in case or accents for different "
				"ones");
		if (!wh_operand_print(w, s->groups[i], out))
			return false;
	}
	return true;
}

static bool print_select(struct wh_sql_work *w, const struct wh_select *s, bool recursive,
	struct wh_buffer *out)
{
	wh_buffer_text(out, s->distinct ? "SELECT DISTINCT " : "SELECT ");
	note_distinct(w, s);
	if (!print_items(w, s, recursive, out))
		return false;
	wh_buffer_text(out, s->from ? " FROM " : "");
	return (!s->from || print_source(w, s->from, out)) &&
		print_clause(w, " WHERE ", s->where, out) && print_groups(w, s, out) &&
		print_clause(w, " HAVING ", s->having, out);
}

static void print_names(struct wh_sql_work *w, const struct wh_sql_table *t, struct wh_buffer *out)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		wh_buffer_text(out, i ? ", " : " (");
		wh_sql_name(out, w->to, t->columns[i].to);
	}
	wh_buffer_char(out, ')');
}

static bool print_with(struct wh_sql_work *w, const struct wh_query *q, struct wh_buffer *out)
{
	bool recursive = false;
	for (size_t i = 0; i < q->ncommons; i++)
		recursive = recursive || q->commons[i]->recursive;
	wh_buffer_text(out, recursive ? "WITH RECURSIVE " : "WITH ");
	for (size_t i = 0; i < q->ncommons; i++) {
		const struct wh_common *c = q->commons[i];
		wh_buffer_text(out, i ? ", " : "");
		wh_sql_name(out, w->to, c->table.to_name);
		if (c->named)
			print_names(w, &c->table, out);
		wh_buffer_text(out, " AS (");
		if (!wh_query_print(w, c->query, out))
			return false;
		wh_buffer_char(out, ')');
	}
	wh_buffer_char(out, ' ');
	return true;
}

static void print_limit(struct wh_sql_work *w, const struct wh_query *q, struct wh_buffer *out)
{
	static const char *const all[] = { NULL, "18446744073709551615", "-1" };
	const char *limit = q->limit;
	if (q->offset && !limit)
		limit = all[wh_dialect_index(w->to)];
	if (limit)
		wh_buffer_format(out, " LIMIT %s", limit);
	if (q->offset)
		wh_buffer_format(out, " OFFSET %s", q->offset);
}

bool wh_query_print(struct wh_sql_work *w, const struct wh_query *q, struct wh_buffer *out)
{
	static const char *const words[] = {
		[WH_UNION] = " UNION ",
		[WH_UNION_ALL] = " UNION ALL ",
		[WH_INTERSECT] = " INTERSECT ",
		[WH_EXCEPT] = " EXCEPT ",
	};
	if (q->ncommons && !print_with(w, q, out))
		return false;
	for (size_t i = 0; i < q->nselects; i++) {
		wh_buffer_text(out, i ? words[q->unions[i]] : "");
		if (!print_select(w, q->selects[i], q->recursive, out))
			return false;
	}
	if (q->orders.count && !wh_orders_print(w, &q->orders, out))
		return false;
	print_limit(w, q, out);
	return !w->why;
}
