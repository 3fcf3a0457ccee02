/* GROUP BY as MySQL and SQLite take it: a column need not be grouped. Where the keys and the joins
 * show that it has one value in each group, that value is asked for; else there is a doubt. */
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

/* Where the columns of `from` have one value in a group, so has `to`. */
struct dependency {
	struct wh_node **from;
	size_t nfrom;
	const struct wh_node *to;
};

struct grouping {
	struct wh_sql_work *w;
	struct wh_select *s;
	const struct wh_node **known; /* columns with one value in a group */
	size_t nknown;
	struct dependency *dependencies;
	size_t ndependencies;
};

static bool is_column(const struct wh_node *n)
{
	return n->kind == WH_NODE_COLUMN && n->source;
}

static bool same_column(const struct wh_node *a, const struct wh_node *b)
{
	return a->source == b->source && a->column == b->column;
}

static bool in_list(const struct wh_node *const *list, size_t n, const struct wh_node *column)
{
	for (size_t i = 0; i < n; i++)
		if (list[i]->kind == WH_NODE_COLUMN && same_column(list[i], column))
			return true;
	return false;
}

/* All columns of the source's primary key are in the list. */
static bool key_in_list(struct wh_sql_work *w, const struct wh_source *s,
	const struct wh_node *const *list, size_t n)
{
	const struct wh_sql_table *t = s->table;
	for (size_t i = 0; i < t->nkey; i++) {
		const struct wh_node *column = wh_source_column(w, s, t->columns[t->key[i]].from);
		if (!column || !in_list(list, n, column))
			return false;
	}
	return t->nkey > 0;
}

bool wh_group_follows(struct wh_sql_work *w, const struct wh_select *s, const struct wh_node *n)
{
	const struct wh_node *const *groups = (const struct wh_node *const *)s->groups;
	return is_column(n) && key_in_list(w, n->source, groups, s->ngroups);
}

static bool is_known(const struct grouping *g, const struct wh_node *column)
{
	return in_list(g->known, g->nknown, column) ||
		key_in_list(g->w, column->source, g->known, g->nknown);
}

static void depend(struct grouping *g, struct wh_node **from, size_t n, const struct wh_node *to)
{
	*wh_push(g->w->scratch, &g->dependencies, &g->ndependencies) = (struct dependency){ from, n,
		to };
}

/* The equal columns of a condition: each follows from the other. */
static void read_condition(struct grouping *g, struct wh_node *n)
{
	if (n->kind == WH_NODE_CHAIN && n->op == WH_OP_AND) {
		for (size_t i = 0; i < n->nitems; i++)
			read_condition(g, n->items[i]);
	} else if (n->kind == WH_NODE_BINARY && n->op == WH_OP_EQUAL && is_column(n->items[0]) &&
		is_column(n->items[1]) && !wh_node_folds(n->items[0]) && !wh_node_folds(n->items[1])) {
		depend(g, &n->items[0], 1, n->items[1]);
		depend(g, &n->items[1], 1, n->items[0]);
	}
}

/* A pair of an outer join's condition: `own` is of the side that may be missing. */
static bool outer_pair(const struct wh_source *side, struct wh_node *n, struct wh_node **other,
	struct wh_node **own)
{
	if (n->kind != WH_NODE_BINARY || n->op != WH_OP_EQUAL || !is_column(n->items[0]) ||
		!is_column(n->items[1]) || wh_node_folds(n->items[0]) || wh_node_folds(n->items[1]))
		return false;
	bool second = n->items[1]->source == side;
	*own = n->items[second];
	*other = n->items[!second];
	return (*own)->source == side && (*other)->source != side;
}

/* Which row of the missing side stands there, or none, follows from all the others' columns
 * together; only where the condition is nothing but such pairs. */
static void read_outer(struct grouping *g, const struct wh_source *side, struct wh_node *on)
{
	struct wh_node **others = NULL, **owns = NULL, *other, *own;
	bool chain = on->kind == WH_NODE_CHAIN && on->op == WH_OP_AND;
	size_t n = 0, m = 0;
	for (size_t i = 0; i < (chain ? on->nitems : 1); i++) {
		if (!outer_pair(side, chain ? on->items[i] : on, &other, &own))
			return;
		*wh_push(g->w->scratch, &others, &n) = other;
		*wh_push(g->w->scratch, &owns, &m) = own;
	}
	for (size_t i = 0; i < m; i++)
		depend(g, others, n, owns[i]);
}

static void read_joins(struct grouping *g, const struct wh_source *s)
{
	if (s->table)
		return;
	read_joins(g, s->left);
	read_joins(g, s->right);
	if (!s->on)
		return;
	if (s->join == WH_JOIN_INNER)
		read_condition(g, s->on);
	else if (s->join == WH_JOIN_LEFT && s->right->table)
		read_outer(g, s->right, s->on);
	else if (s->join == WH_JOIN_RIGHT && s->left->table)
		read_outer(g, s->left, s->on);
}

static bool dependency_holds(const struct grouping *g, const struct dependency *d)
{
	for (size_t i = 0; i < d->nfrom; i++)
		if (!is_known(g, d->from[i]))
			return false;
	return true;
}

static void close_known(struct grouping *g)
{
	bool more = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < g->ndependencies; i++) {
			const struct dependency *d = &g->dependencies[i];
			if (in_list(g->known, g->nknown, d->to) || !dependency_holds(g, d))
				continue;
			*wh_push(g->w->scratch, &g->known, &g->nknown) = d->to;
			more = true;
		}
	}
}

static bool own_source(const struct grouping *g, const struct wh_source *source)
{
	for (size_t i = 0; i < g->s->scope.nsources; i++)
		if (g->s->scope.sources[i] == source)
			return true;
	return false;
}

/* As the groups are written: the same text is the same value. */
static bool is_grouped(const struct grouping *g, const struct wh_node *n)
{
	struct wh_buffer text = { 0 }, group = { 0 };
	bool found = false;
	if (!wh_expression_print(g->w, n, &text))
		found = true;
	for (size_t i = 0; i < g->s->ngroups && !found; i++) {
		wh_buffer_clear(&group);
		found = wh_expression_print(g->w, g->s->groups[i], &group) &&
			strcmp(wh_buffer_string(&text), wh_buffer_string(&group)) == 0;
	}
	wh_buffer_free(&text);
	wh_buffer_free(&group);
	return found;
}

/* The column itself where the target accepts it, or its one value. */
static struct wh_node *group_column(struct grouping *g, struct wh_node *n)
{
	const struct wh_node *const *groups = (const struct wh_node *const *)g->s->groups;
	if (n->source && !own_source(g, n->source))
		return n;
	if (n->source && key_in_list(g->w, n->source, groups, g->s->ngroups))
		return n;
	if (!n->source)
		return NULL;
	return is_known(g, n) ? wh_function_any(g->w, n) : NULL;
}

static struct wh_node *group_node(struct grouping *g, struct wh_node *n)
{
	bool done = wh_function_is(n, "any_value") ||
		(n->kind == WH_NODE_AGGREGATE && !wh_aggregate_slides(n));
	if (g->w->why || done || wh_node_is_literal(n) || is_grouped(g, n))
		return n;
	if (n->kind == WH_NODE_COLUMN) {
		struct wh_node *value = group_column(g, n);
		if (!value)
			wh_sql_doubt(g->w, "\"%s\" is not grouped, and may have several values in a group",
				n->column->from);
		return value;
	}
	for (size_t i = 0; i < n->nitems; i++) {
		n->items[i] = group_node(g, n->items[i]);
		if (!n->items[i])
			return NULL;
	}
	return n;
}

static void group_all(struct grouping *g, struct wh_orders *orders)
{
	for (size_t i = 0; i < g->s->nitems && !g->w->why; i++) {
		struct wh_node *before = g->s->items[i].node;
		g->s->items[i].node = group_node(g, before);
		for (size_t k = 0; orders && k < orders->count; k++)
			if (orders->items[k].node == before)
				orders->items[k].node = g->s->items[i].node;
	}
	if (g->s->having && !g->w->why)
		g->s->having = group_node(g, g->s->having);
	for (size_t i = 0; orders && i < orders->count && !g->w->why; i++)
		if (!orders->items[i].position)
			orders->items[i].node = group_node(g, orders->items[i].node);
}

bool wh_group_apply(struct wh_sql_work *w, struct wh_select *s, struct wh_orders *orders)
{
	struct grouping g = { .w = w, .s = s };
	if (w->from == &wh_dialect_postgresql || (!s->ngroups && !s->scope.aggregates))
		return true;
	for (size_t i = 0; i < s->ngroups; i++)
		if (is_column(s->groups[i]))
			*wh_push(w->scratch, &g.known, &g.nknown) = s->groups[i];
	if (s->from)
		read_joins(&g, s->from);
	if (s->where)
		read_condition(&g, s->where);
	close_known(&g);
	group_all(&g, orders);
	return !w->why;
}
