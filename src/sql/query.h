/* query: the tree of a SELECT, the same whatever dialect it was read from; view.h's inside.
 *
 * A name is looked for when it is read: the FROM of a select is read before its list. Expressions
 * have their truth values in the target's form as soon as they are in the tree. */
#ifndef WH_SQL_QUERY_H
#define WH_SQL_QUERY_H

#include "sql/parser.h"
#include "sql/view.h"

struct wh_query;

enum wh_join { WH_JOIN_CROSS, WH_JOIN_INNER, WH_JOIN_LEFT, WH_JOIN_RIGHT, WH_JOIN_FULL };

/* What stands in FROM: a table (of the plan, or what WITH made), a query, or a join of two. */
struct wh_source {
	const struct wh_sql_table *table; /* NULL: a join. Of a query: the columns that it gives */
	const char *alias, *to_alias;     /* as the source and as the target call it */
	bool common;                      /* made by WITH: it has no schema */
	struct wh_query *query;
	enum wh_join join;
	bool natural;
	struct wh_source *left, *right;
	struct wh_node *on;
	const char **merged; /* USING: the columns, as the source calls them */
	size_t nmerged;
};

struct wh_item {
	struct wh_node *node;
	const char *name; /* NULL: nobody can name it */
};

struct wh_order {
	struct wh_node *node;
	const char *name; /* that of a column of the result, or NULL */
	size_t position;  /* its place there, from 1; 0: it is none */
	bool descending, nulls_first;
};

struct wh_orders {
	struct wh_order *items;
	size_t count;
	bool bare; /* only columns of the result may stand there: behind UNION and DISTINCT */
};

/* The names that an expression may use; `outer` those around it. */
struct wh_scope {
	struct wh_scope *outer;
	struct wh_source **sources; /* tables and queries; no joins */
	size_t nsources;
	const char **merged; /* columns that USING or NATURAL made one of two */
	size_t nmerged;
	const struct wh_item *items; /* the list's names too, where they may be used; NULL: not here */
	size_t nitems;
	bool aggregates; /* one stood here */
};

struct wh_select {
	bool distinct;
	struct wh_item *items;
	size_t nitems;
	struct wh_source *from;
	struct wh_node *where, *having;
	struct wh_node **groups;
	size_t ngroups;
	struct wh_scope scope;
};

enum wh_union { WH_UNION_FIRST, WH_UNION, WH_UNION_ALL, WH_INTERSECT, WH_EXCEPT };

/* A name that WITH gives to a query. */
struct wh_common {
	struct wh_common *next; /* the one that was made before */
	struct wh_sql_table table;
	struct wh_query *query;
	bool named; /* its columns have names of their own */
	bool open;  /* it is being read: who names it is recursive */
	bool recursive;
};

struct wh_query {
	struct wh_common **commons;
	size_t ncommons;
	struct wh_select **selects;
	enum wh_union *unions; /* how each joins those before it */
	size_t nselects;
	struct wh_orders orders;
	const char *limit, *offset; /* numbers, or NULL */
	bool recursive;             /* reads itself */
};

/* sum(DISTINCT x), and what stands OVER rows. Its arguments are the node's items. */
struct wh_aggregate {
	const struct wh_aggregate_kind *kind;
	bool distinct, star;
	struct wh_orders orders; /* within a concatenation */
	struct wh_node *filter;
	bool over;
	struct wh_node **partitions;
	size_t npartitions;
	struct wh_orders window;
	const char *frame; /* ROWS ..., or NULL */
};

/* --- reading; NULL or false: a doubt is kept --- */
struct wh_query *wh_query_parse(struct wh_parser *p, struct wh_common *self);
struct wh_source *wh_from_parse(struct wh_parser *p, struct wh_scope *scope);
struct wh_node *wh_scope_column(struct wh_parser *p);
bool wh_scope_star(struct wh_parser *p, struct wh_select *s); /* * and t.* */
struct wh_node *wh_source_column(struct wh_sql_work *w, const struct wh_source *source,
	const char *name);
bool wh_orders_parse(struct wh_parser *p, struct wh_orders *orders, const struct wh_select *s);
/* The columns that a select gives, as those of a table. */
void wh_select_columns(struct wh_sql_work *w, const struct wh_select *s, struct wh_sql_table *out);
/* NULL without a doubt: no aggregate has that name. The parser stands at "(". */
struct wh_node *wh_aggregate_parse(struct wh_parser *p, const char *name);
/* What is neither grouped nor one value in each group becomes so, or is a doubt. */
bool wh_group_apply(struct wh_sql_work *w, struct wh_select *s, struct wh_orders *orders);
/* The groups hold the whole key of the column's table. */
bool wh_group_follows(struct wh_sql_work *w, const struct wh_select *s, const struct wh_node *n);

/* --- writing --- */
bool wh_query_print(struct wh_sql_work *w, const struct wh_query *q,
	struct wh_buffer *out) WH_MUST_USE;
bool wh_orders_print(struct wh_sql_work *w, const struct wh_orders *orders,
	struct wh_buffer *out) WH_MUST_USE;
bool wh_aggregate_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
enum wh_class wh_aggregate_class(const struct wh_node *n);
int wh_aggregate_scale(const struct wh_node *n);
bool wh_aggregate_counts(const struct wh_node *n); /* takes anything, truth values too */
bool wh_aggregate_slides(const struct wh_node *n); /* gives one value a row, not one a group */

#endif
