/* SELECT: WITH, what UNION and its like join, ORDER BY and LIMIT. */
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

static const struct {
	const char *word;
	enum wh_union kind;
} unions[] = {
	{ "union", WH_UNION },
	{ "intersect", WH_INTERSECT },
	{ "except", WH_EXCEPT },
};

static bool word_ends_list(const struct wh_token *t)
{
	static const char *const words[] = { "from", "where", "group", "having", "order", "limit",
		"union", "intersect", "except", ";" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (wh_token_is(t, words[i]))
			return true;
	return t->kind == WH_TOKEN_END;
}

/* Where the list of a select ends. IS DISTINCT FROM is no FROM. */
static const struct wh_token *list_end(const struct wh_token *t)
{
	for (int open = 0; t->kind != WH_TOKEN_END; t++) {
		open += wh_token_is(t, "(");
		open -= wh_token_is(t, ")");
		bool from = !wh_token_is(t, "from") || !wh_token_is(t - 1, "distinct");
		if (open < 0 || (!open && from && word_ends_list(t)))
			break;
	}
	return t;
}

/* AS name; MySQL and SQLite take a text for one too. */
static const char *take_item_name(struct wh_parser *p)
{
	bool as = wh_parser_take(p, "as");
	const struct wh_token *t = p->t;
	bool text = t->kind == WH_TOKEN_TEXT && !wh_parser_is(p, &wh_dialect_postgresql);
	bool name = t->kind == WH_TOKEN_NAME || (t->kind == WH_TOKEN_WORD && !word_ends_list(t));
	if (!name && !text) {
		if (as)
			wh_parser_fail(p);
		return NULL;
	}
	p->t++;
	return wh_parser_is(p, &wh_dialect_postgresql) && t->kind == WH_TOKEN_WORD
		? wh_parser_lower(p, t->text)
		: t->text;
}

/* Without a name: the column's, or in SQLite the expression as it is written. */
static const char *item_name(struct wh_parser *p, const struct wh_token *first,
	const struct wh_node *node)
{
	const struct wh_token *last = p->t - 1;
	if (node->kind == WH_NODE_COLUMN && last->kind != WH_TOKEN_SYMBOL)
		return node->column->from;
	if (wh_parser_is(p, &wh_dialect_sqlite))
		return wh_arena_bytes(p->w->scratch, p->w->sql + first->start, last->end - first->start);
	return NULL;
}

static void parse_item(struct wh_parser *p, struct wh_select *s)
{
	if (wh_scope_star(p, s))
		return;
	const struct wh_token *first = p->t;
	struct wh_node *node = wh_truth_item(p->w, wh_parse_expression(p, WH_LEVEL_OR));
	if (!node || p->w->why)
		return;
	const char *own = item_name(p, first, node), *name = take_item_name(p);
	struct wh_item *item = wh_push(p->w->scratch, &s->items, &s->nitems);
	item->node = node;
	item->name = name ? name : own;
}

static bool parse_items(struct wh_parser *p, struct wh_select *s)
{
	do {
		parse_item(p, s);
	} while (!p->w->why && wh_parser_take(p, ","));
	return !p->w->why;
}

/* A number names a place in the list. */
static struct wh_node *parse_group(struct wh_parser *p, const struct wh_select *s)
{
	struct wh_node *node = wh_parse_expression(p, WH_LEVEL_OR);
	int64_t place;
	if (!node || node->kind != WH_NODE_NUMBER)
		return node;
	if (wh_text_int64(node->text, node->size, &place) && place >= 1 && (size_t)place <= s->nitems)
		return s->items[place - 1].node;
	wh_sql_doubt(p->w, "GROUP BY %s is no place in the list", node->text);
	return NULL;
}

static void parse_groups(struct wh_parser *p, struct wh_select *s)
{
	do {
		struct wh_node *node = parse_group(p, s);
		if (node)
			*wh_push(p->w->scratch, &s->groups, &s->ngroups) = node;
		if (wh_token_is(p->t, "asc") || wh_token_is(p->t, "desc") || wh_token_is(p->t, "with"))
			wh_parser_fail(p);
	} while (!p->w->why && wh_parser_take(p, ","));
}

static void names_visible(struct wh_select *s, bool visible)
{
	s->scope.items = visible ? s->items : NULL;
	s->scope.nitems = s->nitems;
}

static void parse_clauses(struct wh_parser *p, struct wh_select *s)
{
	bool postgresql = wh_parser_is(p, &wh_dialect_postgresql);
	names_visible(s, wh_parser_is(p, &wh_dialect_sqlite));
	if (wh_parser_take(p, "where"))
		s->where = wh_truth_condition(p->w, wh_parse_expression(p, WH_LEVEL_OR));
	names_visible(s, !postgresql);
	if (wh_parser_take(p, "group") && wh_parser_expect(p, "by"))
		parse_groups(p, s);
	if (wh_parser_take(p, "having"))
		s->having = wh_truth_condition(p->w, wh_parse_expression(p, WH_LEVEL_OR));
	if (s->having && !s->ngroups && !s->scope.aggregates)
		wh_sql_doubt(p->w, "HAVING stands without groups");
	names_visible(s, false);
}

static void parse_parts(struct wh_parser *p, struct wh_select *s)
{
	const struct wh_token *list = p->t, *end = list_end(list);
	p->t = end;
	if (wh_parser_take(p, "from"))
		s->from = wh_from_parse(p, &s->scope);
	const struct wh_token *rest = p->t;
	p->t = list;
	if (p->w->why || !parse_items(p, s))
		return;
	if (p->t != end) {
		wh_parser_fail(p);
		return;
	}
	p->t = rest;
	parse_clauses(p, s);
}

static struct wh_select *parse_select(struct wh_parser *p)
{
	struct wh_select *s = wh_new(p->w->scratch, struct wh_select);
	if (!wh_parser_expect(p, "select"))
		return NULL;
	while (wh_parser_take(p, "straight_join") || wh_parser_take(p, "sql_calc_found_rows") ||
		wh_parser_take(p, "all") || wh_parser_take(p, "sql_cache") ||
		wh_parser_take(p, "sql_no_cache"))
		continue;
	s->distinct = wh_parser_take(p, "distinct");
	if (s->distinct && wh_token_is(p->t, "on"))
		wh_parser_fail(p);
	s->scope.outer = p->w->scope;
	p->w->scope = &s->scope;
	parse_parts(p, s);
	p->w->scope = s->scope.outer;
	return p->w->why ? NULL : s;
}

static enum wh_union take_union(struct wh_parser *p)
{
	for (size_t i = 0; i < sizeof(unions) / sizeof(unions[0]); i++) {
		if (!wh_parser_take(p, unions[i].word))
			continue;
		bool all = wh_parser_take(p, "all");
		if (!all)
			wh_parser_take(p, "distinct");
		if (all && unions[i].kind != WH_UNION)
			wh_parser_fail(p);
		return all ? WH_UNION_ALL : unions[i].kind;
	}
	return WH_UNION_FIRST;
}

/* How INTERSECT binds differs: it stands alone, or not at all. */
static bool unions_certain(struct wh_sql_work *w, const struct wh_query *q)
{
	bool intersects = false, others = false;
	for (size_t i = 1; i < q->nselects; i++) {
		intersects = intersects || q->unions[i] == WH_INTERSECT;
		others = others || q->unions[i] != WH_INTERSECT;
	}
	return !(intersects && others) ||
		wh_sql_doubt(w, "INTERSECT stands beside UNION or EXCEPT without parentheses");
}

static bool classes_certain(struct wh_sql_work *w, const struct wh_query *q, size_t column)
{
	unsigned seen = 0;
	for (size_t i = 0; i < q->nselects; i++)
		seen |= wh_node_class(q->selects[i]->items[column].node);
	seen &= ~(unsigned)WH_CLASS_NULL;
	bool numbers = !(seen & ~(unsigned)WH_CLASS_NUMBER);
	return numbers || !(seen & (seen - 1)) ||
		wh_sql_doubt(w, "the selects of a union give column %zu as different types", column + 1);
}

static bool selects_certain(struct wh_sql_work *w, const struct wh_query *q)
{
	size_t n = q->nselects ? q->selects[0]->nitems : 0;
	for (size_t i = 1; i < q->nselects; i++)
		if (q->selects[i]->nitems != n)
			return wh_sql_doubt(w, "the selects of a union have different numbers of columns");
	for (size_t i = 0; q->nselects > 1 && i < n; i++) {
		bool text = wh_node_folds(q->selects[0]->items[i].node);
		if (!classes_certain(w, q, i))
			return false;
		if (text && w->from != w->to)
			wh_sql_note(w,
				"UNION, INTERSECT and EXCEPT take texts that differ only in case or "
				"accents for different ones");
	}
	return unions_certain(w, q);
}

/* ( SELECT ... ): only where the parentheses change nothing. */
static struct wh_select *parse_member(struct wh_parser *p)
{
	if (!wh_parser_take(p, "("))
		return parse_select(p);
	int depth = p->depth;
	struct wh_query *inner = wh_query_parse(p, NULL);
	p->depth = depth;
	if (!inner || !wh_parser_expect(p, ")"))
		return NULL;
	if (inner->nselects == 1 && !inner->ncommons && !inner->orders.count && !inner->limit)
		return inner->selects[0];
	wh_sql_doubt(p->w, "a select of a union has parts of its own in parentheses");
	return NULL;
}

static void parse_selects(struct wh_parser *p, struct wh_query *q, struct wh_common *self)
{
	enum wh_union kind = WH_UNION_FIRST;
	do {
		struct wh_select *s = parse_member(p);
		if (!s)
			return;
		*wh_push(p->w->scratch, &q->selects, &q->nselects) = s;
		size_t n = q->nselects - 1;
		*wh_push(p->w->scratch, &q->unions, &n) = kind;
		if (self && q->nselects == 1)
			wh_select_columns(p->w, s, &self->table);
		kind = take_union(p);
	} while (kind != WH_UNION_FIRST && !p->w->why);
	(void)selects_certain(p->w, q);
}

/* name [(columns)] AS (query) */
static void parse_common(struct wh_parser *p, struct wh_query *q)
{
	struct wh_common *c = wh_new(p->w->scratch, struct wh_common);
	struct wh_sql_column *columns = NULL;
	size_t n = 0;
	c->table.name = c->table.to_name = wh_parser_lower(p, p->t->text);
	if (p->t->kind == WH_TOKEN_NAME)
		c->table.name = c->table.to_name = p->t->text;
	p->t += p->t->kind != WH_TOKEN_END;
	if (wh_parser_take(p, "(")) {
		do {
			wh_push(p->w->scratch, &columns, &n)->from = p->t->text;
			p->t += p->t->kind != WH_TOKEN_END;
		} while (wh_parser_take(p, ","));
		if (!wh_parser_expect(p, ")"))
			return;
		c->named = true;
	}
	if (!wh_parser_expect(p, "as") || !wh_parser_expect(p, "("))
		return;
	c->next = p->w->commons;
	c->open = true;
	c->table.columns = columns;
	c->table.ncolumns = n;
	p->w->commons = c;
	c->query = wh_query_parse(p, c);
	c->open = false;
	(void)wh_parser_expect(p, ")");
	*wh_push(p->w->scratch, &q->commons, &q->ncommons) = c;
}

static void parse_with(struct wh_parser *p, struct wh_query *q)
{
	wh_parser_take(p, "recursive");
	do {
		parse_common(p, q);
	} while (!p->w->why && wh_parser_take(p, ","));
}

static const char *take_count(struct wh_parser *p)
{
	const struct wh_token *t = p->t;
	bool minus = wh_parser_is(p, &wh_dialect_sqlite) && wh_parser_take(p, "-");
	int64_t value;
	if (p->t->kind != WH_TOKEN_NUMBER || !wh_text_int64(p->t->text, p->t->size, &value)) {
		p->t = t;
		wh_parser_fail(p);
		return NULL;
	}
	p->t++;
	return minus ? NULL : p->t[-1].text;
}

/* LIMIT n [OFFSET m], LIMIT m, n; SQLite's LIMIT -1 is none. */
static void parse_limit(struct wh_parser *p, struct wh_query *q)
{
	if (wh_parser_take(p, "limit")) {
		q->limit = take_count(p);
		if (!wh_parser_is(p, &wh_dialect_postgresql) && wh_parser_take(p, ",")) {
			q->offset = q->limit;
			q->limit = take_count(p);
		}
	}
	if (wh_parser_take(p, "offset"))
		q->offset = take_count(p);
}

static void parse_tail(struct wh_parser *p, struct wh_query *q)
{
	const struct wh_select *first = q->selects[0];
	struct wh_scope scope = first->scope;
	scope.outer = p->w->scope;
	p->w->scope = &scope;
	if (wh_parser_take(p, "order") && wh_parser_expect(p, "by"))
		(void)wh_orders_parse(p, &q->orders, first);
	for (size_t i = 0; q->nselects > 1 && i < q->orders.count; i++)
		if (!q->orders.items[i].position)
			wh_sql_doubt(p->w, "a union is ordered by more than its columns");
	q->orders.bare = q->nselects > 1 || first->distinct;
	p->w->scope = scope.outer;
	parse_limit(p, q);
}

static bool query_groups(struct wh_sql_work *w, struct wh_query *q)
{
	for (size_t i = 0; i < q->nselects; i++)
		if (!wh_group_apply(w, q->selects[i], q->nselects == 1 ? &q->orders : NULL))
			return false;
	return true;
}

struct wh_query *wh_query_parse(struct wh_parser *p, struct wh_common *self)
{
	struct wh_query *q = wh_new(p->w->scratch, struct wh_query);
	struct wh_common *before = p->w->commons;
	if (p->depth++ >= WH_SQL_DEEPEST) {
		wh_sql_doubt(p->w, "the query is nested more than %d levels deep", WH_SQL_DEEPEST);
		return NULL;
	}
	if (wh_parser_take(p, "with"))
		parse_with(p, q);
	if (!p->w->why)
		parse_selects(p, q, self);
	if (!p->w->why)
		parse_tail(p, q);
	q->recursive = self && self->recursive;
	p->w->commons = before;
	p->depth--;
	return !p->w->why && query_groups(p->w, q) ? q : NULL;
}
