#include "base/text.h"
#include "sql/query.h"
#include <string.h>

struct wh_node *wh_node_make(struct wh_sql_work *w, enum wh_node_kind kind, struct wh_node **items,
	size_t n)
{
	int depth = 0;
	for (size_t i = 0; i < n; i++) {
		if (!items[i])
			return NULL;
		depth = items[i]->depth > depth ? items[i]->depth : depth;
	}
	if (depth >= WH_SQL_DEEPEST) {
		wh_sql_doubt(w, "the expression is nested more than %d levels deep", WH_SQL_DEEPEST);
		return NULL;
	}
	struct wh_node *node = wh_new(w->scratch, struct wh_node);
	*node = (struct wh_node){ .kind = kind, .items = items, .nitems = n, .depth = depth + 1 };
	return node;
}

struct wh_node *wh_node_pair(struct wh_sql_work *w, enum wh_node_kind kind, struct wh_node *a,
	struct wh_node *b)
{
	if (w->why)
		return NULL;
	struct wh_node **items = wh_new_array(w->scratch, struct wh_node *, 2);
	items[0] = a;
	items[1] = b;
	return wh_node_make(w, kind, items, b ? 2 : 1);
}

struct wh_node *wh_node_literal(struct wh_sql_work *w, enum wh_node_kind kind, const char *text,
	size_t n)
{
	struct wh_node *node = wh_node_make(w, kind, NULL, 0);
	node->text = wh_arena_bytes(w->scratch, text, n);
	node->size = n;
	return node;
}

struct wh_node *wh_node_operation(struct wh_sql_work *w, enum wh_operator op, struct wh_node *a,
	struct wh_node *b)
{
	if (w->why)
		return NULL;
	bool chain = op == WH_OP_AND || op == WH_OP_OR || op == WH_OP_CONCAT;
	if (chain && a->kind == WH_NODE_CHAIN && a->op == op) {
		*wh_push(w->scratch, &a->items, &a->nitems) = b;
		a->depth = b->depth + 1 > a->depth ? b->depth + 1 : a->depth;
		return a;
	}
	struct wh_node **items = NULL;
	size_t n = 0;
	*wh_push(w->scratch, &items, &n) = a;
	*wh_push(w->scratch, &items, &n) = b;
	struct wh_node *node = wh_node_make(w, chain ? WH_NODE_CHAIN : WH_NODE_BINARY, items, n);
	if (node)
		node->op = op;
	return node;
}

bool wh_node_is_literal(const struct wh_node *n)
{
	return n->kind <= WH_NODE_BITS;
}

bool wh_node_is_integer(const struct wh_node *n, int64_t least)
{
	int64_t value;
	return n->kind == WH_NODE_NUMBER && wh_text_int64(n->text, n->size, &value) && value >= least;
}

bool wh_node_is_text(const struct wh_node *n, const char *text)
{
	return n->kind == WH_NODE_TEXT && wh_equal_nocase(n->text, text);
}

enum wh_class wh_class_of_kind(enum wh_kind kind)
{
	static const enum wh_class classes[WH_KINDS] = {
		[WH_NO_KIND] = WH_CLASS_ANY,
		[WH_BOOL] = WH_CLASS_BOOLEAN,
		[WH_INT64] = WH_CLASS_INTEGER,
		[WH_UINT64] = WH_CLASS_INTEGER,
		[WH_FLOAT32] = WH_CLASS_FLOAT,
		[WH_FLOAT64] = WH_CLASS_FLOAT,
		[WH_DECIMAL] = WH_CLASS_DECIMAL,
		[WH_TEXT] = WH_CLASS_TEXT,
		[WH_ENUM] = WH_CLASS_TEXT,
		[WH_BYTES] = WH_CLASS_BYTES,
		[WH_DATE] = WH_CLASS_TEMPORAL,
		[WH_TIME] = WH_CLASS_TEMPORAL,
		[WH_TIMESTAMP] = WH_CLASS_TEMPORAL,
		[WH_TIMESTAMPTZ] = WH_CLASS_TEMPORAL,
	};
	return kind < WH_KINDS && classes[kind] ? classes[kind] : WH_CLASS_OTHER;
}

/* Of values that stand in for one another; one truth value makes all of them truth values. */
static enum wh_class class_of_all(struct wh_node *const *items, size_t n, size_t first, size_t step)
{
	unsigned seen = 0;
	for (size_t i = first; i < n; i += step)
		seen |= wh_node_class(items[i]);
	seen &= ~(unsigned)WH_CLASS_NULL;
	if (seen & WH_CLASS_BOOLEAN)
		return WH_CLASS_BOOLEAN;
	if (seen && !(seen & ~(unsigned)WH_CLASS_NUMBER))
		return seen & WH_CLASS_FLOAT  ? WH_CLASS_FLOAT
			: seen & WH_CLASS_DECIMAL ? WH_CLASS_DECIMAL
									  : WH_CLASS_INTEGER;
	return !seen ? WH_CLASS_NULL : seen & (seen - 1) ? WH_CLASS_ANY : (enum wh_class)seen;
}

static enum wh_class class_of_case(const struct wh_node *n)
{
	size_t branches = n->nitems - n->otherwise;
	enum wh_class when = class_of_all(n->items, branches, n->subject + 1u, 2);
	if (!n->otherwise || when == WH_CLASS_BOOLEAN)
		return when;
	enum wh_class last = wh_node_class(n->items[n->nitems - 1]);
	if (when == last || last == WH_CLASS_NULL)
		return when;
	if ((when & WH_CLASS_NUMBER) && (last & WH_CLASS_NUMBER)) /* the wider of both */
		return when > last ? when : last;
	return when == WH_CLASS_NULL || last == WH_CLASS_BOOLEAN ? last : WH_CLASS_ANY;
}

static enum wh_class class_of_binary(const struct wh_node *n)
{
	if (n->op >= WH_OP_EQUAL || n->op == WH_OP_XOR)
		return WH_CLASS_BOOLEAN;
	if (n->op == WH_OP_DIVIDE_WHOLE || n->op == WH_OP_BIT_AND || n->op == WH_OP_BIT_OR)
		return WH_CLASS_INTEGER;
	enum wh_class class = class_of_all(n->items, n->nitems, 0, 1);
	if (class == WH_CLASS_BOOLEAN)
		class = WH_CLASS_INTEGER;
	return n->op == WH_OP_DIVIDE_DECIMAL && class == WH_CLASS_INTEGER ? WH_CLASS_DECIMAL : class;
}

static enum wh_class class_of_number(const struct wh_node *n)
{
	return n->text[strcspn(n->text, ".eE")] ? WH_CLASS_DECIMAL : WH_CLASS_INTEGER;
}

enum wh_class wh_node_class(const struct wh_node *n)
{
	static const enum wh_class classes[WH_NODE_KINDS] = {
		[WH_NODE_NULL] = WH_CLASS_NULL,
		[WH_NODE_BOOLEAN] = WH_CLASS_BOOLEAN,
		[WH_NODE_TEXT] = WH_CLASS_TEXT,
		[WH_NODE_BYTES] = WH_CLASS_BYTES,
		[WH_NODE_BITS] = WH_CLASS_OTHER,
		[WH_NODE_NOT] = WH_CLASS_BOOLEAN,
		[WH_NODE_IS_NULL] = WH_CLASS_BOOLEAN,
		[WH_NODE_IS_TRUE] = WH_CLASS_BOOLEAN,
		[WH_NODE_LIKE] = WH_CLASS_BOOLEAN,
		[WH_NODE_BETWEEN] = WH_CLASS_BOOLEAN,
		[WH_NODE_IN] = WH_CLASS_BOOLEAN,
		[WH_NODE_INTERVAL] = WH_CLASS_OTHER,
		[WH_NODE_EXISTS] = WH_CLASS_BOOLEAN,
		[WH_NODE_IN_QUERY] = WH_CLASS_BOOLEAN,
	};
	if (classes[n->kind])
		return classes[n->kind];
	switch (n->kind) {
	case WH_NODE_NUMBER:
		return class_of_number(n);
	case WH_NODE_COLUMN:
		return n->column->boolean ? WH_CLASS_BOOLEAN : wh_class_of_kind(n->column->kind);
	case WH_NODE_CHAIN:
		return n->op == WH_OP_CONCAT ? WH_CLASS_TEXT : WH_CLASS_BOOLEAN;
	case WH_NODE_BINARY:
		return class_of_binary(n);
	case WH_NODE_CASE:
		return class_of_case(n);
	case WH_NODE_CAST:
		return n->to;
	case WH_NODE_QUERY:
		return wh_node_class(n->query->selects[0]->items[0].node);
	case WH_NODE_AGGREGATE:
		return wh_aggregate_class(n);
	case WH_NODE_CALL:
		return wh_function_class(n) ? wh_function_class(n)
									: class_of_all(n->items, n->nitems, 0, 1);
	default:
		return wh_node_class(n->items[0]);
	}
}
