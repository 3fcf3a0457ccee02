/* What is known of a value beyond its class: its type, its digits, how its texts compare. */
#include "sql/query.h"
#include <string.h>

enum wh_kind wh_node_type(const struct wh_node *n)
{
	if (n->kind == WH_NODE_COLUMN)
		return n->column->kind;
	if (n->kind == WH_NODE_QUERY)
		return wh_node_type(n->query->selects[0]->items[0].node);
	bool same = n->kind == WH_NODE_COLLATE || wh_function_is(n, "any_value") ||
		(n->kind == WH_NODE_AGGREGATE && n->nitems && !wh_aggregate_counts(n) &&
			wh_node_class(n) == WH_CLASS_TEMPORAL);
	if (same)
		return wh_node_type(n->items[0]);
	if (wh_function_is(n, "date") || wh_function_is(n, "current_date"))
		return WH_DATE;
	return wh_function_is(n, "now") ? WH_TIMESTAMP : wh_calendar_type(n);
}

static int scale_of_number(const struct wh_node *n)
{
	const char *point = strchr(n->text, '.');
	return strpbrk(n->text, "eE") ? -1 : point ? (int)strlen(point + 1) : 0;
}

static int scale_of_binary(const struct wh_node *n)
{
	int a = wh_node_scale(n->items[0]), b = wh_node_scale(n->items[1]);
	if (a < 0 || b < 0)
		return -1;
	if (n->op == WH_OP_DIVIDE_DECIMAL)
		return a + 4;
	return n->op == WH_OP_MULTIPLY ? a + b : a > b ? a : b;
}

/* The most digits of values that stand in for one another. */
static int scale_of_results(const struct wh_node *n)
{
	int scale = 0;
	size_t branches = n->nitems - n->otherwise;
	for (size_t i = 0; i < n->nitems; i++) {
		bool when = n->kind == WH_NODE_CASE && i < branches &&
			(i < n->subject || (i - n->subject) % 2 == 0);
		int one = when || n->items[i]->kind == WH_NODE_NULL ? 0 : wh_node_scale(n->items[i]);
		if (one < 0)
			return -1;
		scale = one > scale ? one : scale;
	}
	return scale;
}

static int scale_of_call(const struct wh_node *n)
{
	bool digits = wh_function_is(n, "round") && n->nitems == 2 &&
		wh_node_is_integer(n->items[1], 0) && n->items[1]->size == 1;
	if (digits)
		return *n->items[1]->text - '0';
	bool alike = wh_function_is(n, "coalesce") || wh_function_is(n, "greatest") ||
		wh_function_is(n, "least");
	bool same = wh_function_is(n, "any_value") || wh_function_is(n, "abs") ||
		wh_function_is(n, "nullif");
	return alike ? scale_of_results(n) : same ? wh_node_scale(n->items[0]) : -1;
}

int wh_node_scale(const struct wh_node *n)
{
	enum wh_class class = wh_node_class(n);
	if (class == WH_CLASS_INTEGER || class == WH_CLASS_BOOLEAN)
		return 0;
	if (class != WH_CLASS_DECIMAL)
		return -1;
	switch (n->kind) {
	case WH_NODE_NUMBER:
		return scale_of_number(n);
	case WH_NODE_COLUMN:
		return n->column->scale;
	case WH_NODE_BINARY:
		return scale_of_binary(n);
	case WH_NODE_NEGATE:
		return wh_node_scale(n->items[0]);
	case WH_NODE_CASE:
		return scale_of_results(n);
	case WH_NODE_CALL:
		return scale_of_call(n);
	case WH_NODE_AGGREGATE:
		return wh_aggregate_scale(n);
	case WH_NODE_QUERY:
		return wh_node_scale(n->query->selects[0]->items[0].node);
	default:
		return -1;
	}
}

bool wh_node_folds(const struct wh_node *n)
{
	if (n->kind == WH_NODE_COLLATE)
		return n->negated;
	if (n->kind == WH_NODE_COLUMN)
		return n->column->folds;
	if (!(wh_node_class(n) & (WH_CLASS_TEXT | WH_CLASS_ANY)))
		return false;
	if (n->kind == WH_NODE_QUERY)
		return wh_node_folds(n->query->selects[0]->items[0].node);
	for (size_t i = 0; i < n->nitems; i++)
		if (wh_node_folds(n->items[i]))
			return true;
	return false;
}
