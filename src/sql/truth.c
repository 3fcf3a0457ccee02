#include "base/text.h"
#include "sql/functions.h"
#include "sql/query.h"

static struct wh_node *truth_apply(struct wh_sql_work *w, struct wh_node *n);

static struct wh_node *truth_literal(struct wh_sql_work *w, bool truth)
{
	struct wh_node *node = wh_node_make(w, WH_NODE_BOOLEAN, NULL, 0);
	node->negated = !truth;
	return node;
}

static bool truth_is_word(const struct wh_node *n, bool *truth)
{
	static const char *const words[] = { "0", "1", "f", "t", "false", "true" };
	bool text = n->kind == WH_NODE_TEXT;
	if (!text && n->kind != WH_NODE_NUMBER && n->kind != WH_NODE_BITS)
		return false;
	for (size_t i = 0; i < (text ? 6 : 2); i++) {
		if (wh_equal_nocase(n->text, words[i])) {
			*truth = i % 2;
			return true;
		}
	}
	return false;
}

/* What CASE or coalesce() may give, as truth values. */
static struct wh_node *truth_of_results(struct wh_sql_work *w, struct wh_node *n)
{
	bool is_case = n->kind == WH_NODE_CASE;
	size_t branches = n->nitems - n->otherwise;
	for (size_t i = 0; i < n->nitems; i++) {
		bool result = !is_case || i == branches || (i >= n->subject && (i - n->subject) % 2);
		if (result)
			n->items[i] = wh_truth_value(w, n->items[i]);
		if (!n->items[i])
			return NULL;
	}
	return n;
}

struct wh_node *wh_truth_value(struct wh_sql_work *w, struct wh_node *n)
{
	bool truth;
	if (!n || n->kind == WH_NODE_NULL || wh_node_class(n) == WH_CLASS_BOOLEAN)
		return n;
	if (truth_is_word(n, &truth))
		return truth_literal(w, truth);
	if (n->kind == WH_NODE_CASE || (n->kind == WH_NODE_CALL && n->function->alike))
		return truth_of_results(w, n);
	if (n->kind == WH_NODE_CAST && wh_node_class(n->items[0]) == WH_CLASS_BOOLEAN)
		return n->items[0];
	const char *what = n->kind == WH_NODE_COLUMN ? n->column->from : n->text ? n->text : "a number";
	wh_sql_doubt(w, "\"%s\" is used as a truth value", what);
	return NULL;
}

/* Where a condition stands, a number that is not 0 is true. */
static struct wh_node *truth_condition(struct wh_sql_work *w, struct wh_node *n)
{
	if (!n || wh_node_is_literal(n) || !(wh_node_class(n) & WH_CLASS_NUMBER))
		return wh_truth_value(w, n);
	return wh_node_operation(w, WH_OP_UNEQUAL, n, wh_node_literal(w, WH_NODE_NUMBER, "0", 1));
}

static struct wh_node *truth_number(struct wh_sql_work *w, struct wh_node *n)
{
	if (n->kind == WH_NODE_BOOLEAN)
		return wh_node_literal(w, WH_NODE_NUMBER, n->negated ? "0" : "1", 1);
	if (wh_node_class(n) != WH_CLASS_BOOLEAN)
		return n;
	struct wh_node *cast = wh_node_pair(w, WH_NODE_CAST, n, NULL);
	if (cast)
		cast->to = WH_CLASS_INTEGER;
	return cast;
}

/* Values that are compared with one another, or stand in for one another: every step-th item. TRUE
 * beside a number is 1; a number beside a truth value is one. */
static bool truth_alike(struct wh_sql_work *w, struct wh_node **items, size_t n, size_t step)
{
	bool literal = false, truth = false, number = false;
	for (size_t i = 0; i < n; i += step) {
		bool boolean = wh_node_class(items[i]) == WH_CLASS_BOOLEAN;
		literal = literal || items[i]->kind == WH_NODE_BOOLEAN;
		truth = truth || (boolean && items[i]->kind != WH_NODE_BOOLEAN);
		number = number || (!boolean && !wh_node_is_literal(items[i]));
	}
	for (size_t i = 0; i < n && (truth || literal); i += step) {
		items[i] = !truth && number ? truth_number(w, items[i]) : wh_truth_value(w, items[i]);
		if (!items[i])
			return false;
	}
	return true;
}

static bool truth_of_case(struct wh_sql_work *w, struct wh_node *n)
{
	size_t branches = n->nitems - n->otherwise, pairs = (branches - n->subject) / 2, count = 0;
	struct wh_node **results = wh_new_array(w->scratch, struct wh_node *, pairs + 1);
	struct wh_node **whens = wh_new_array(w->scratch, struct wh_node *, pairs + 1);
	whens[0] = n->items[0];
	for (size_t i = 0; i < pairs; i++) {
		struct wh_node **pair = n->items + n->subject + i * 2;
		pair[0] = n->subject ? pair[0] : truth_condition(w, pair[0]);
		whens[i + 1] = pair[0];
		results[count++] = pair[1];
	}
	if (n->otherwise)
		results[count++] = n->items[n->nitems - 1];
	if (w->why || (n->subject && !truth_alike(w, whens, pairs + 1, 1)) ||
		!truth_alike(w, results, count, 1))
		return false;
	n->items[0] = n->subject ? whens[0] : n->items[0];
	for (size_t i = 0; i < pairs; i++) {
		n->items[n->subject + i * 2] = whens[i + 1];
		n->items[n->subject + i * 2 + 1] = results[i];
	}
	if (n->otherwise)
		n->items[n->nitems - 1] = results[count - 1];
	return true;
}

static bool truth_each(struct wh_sql_work *w, struct wh_node *n,
	struct wh_node *(*change)(struct wh_sql_work *, struct wh_node *))
{
	for (size_t i = 0; i < n->nitems; i++) {
		n->items[i] = change(w, n->items[i]);
		if (!n->items[i])
			return false;
	}
	return true;
}

static bool truth_of_binary(struct wh_sql_work *w, struct wh_node *n)
{
	if (n->op == WH_OP_XOR)
		return truth_each(w, n, truth_condition);
	if (n->op >= WH_OP_EQUAL)
		return truth_alike(w, n->items, n->nitems, 1);
	return truth_each(w, n, truth_number);
}

static bool truth_of_node(struct wh_sql_work *w, struct wh_node *n)
{
	switch (n->kind) {
	case WH_NODE_CHAIN:
		return n->op == WH_OP_CONCAT || truth_each(w, n, truth_condition);
	case WH_NODE_NOT:
	case WH_NODE_IS_TRUE:
		return truth_each(w, n, truth_condition);
	case WH_NODE_BINARY:
		return truth_of_binary(w, n);
	case WH_NODE_NEGATE:
		return truth_each(w, n, truth_number);
	case WH_NODE_IN:
	case WH_NODE_BETWEEN:
		return truth_alike(w, n->items, n->nitems, 1);
	case WH_NODE_CASE:
		return truth_of_case(w, n);
	case WH_NODE_CALL:
		return n->function->alike
			? truth_alike(w, n->items, n->nitems, 1)
			: !(n->function->takes & WH_CLASS_NUMBER) || truth_each(w, n, truth_number);
	case WH_NODE_AGGREGATE:
		return wh_aggregate_counts(n) || truth_each(w, n, truth_number);
	default:
		return true;
	}
}

static struct wh_node *truth_apply(struct wh_sql_work *w, struct wh_node *n)
{
	return truth_each(w, n, truth_apply) && truth_of_node(w, n) ? n : NULL;
}

struct wh_node *wh_truth_apply(struct wh_sql_work *w, struct wh_node *root)
{
	const struct wh_sql_context *c = w->context;
	if (!w->to->boolean_literals || w->from->boolean_literals || wh_node_is_literal(root))
		return w->condition && w->to->boolean_literals ? wh_truth_value(w, root) : root;
	root = truth_apply(w, root);
	if (root && (w->condition || c->boolean))
		return truth_condition(w, root);
	if (!root || c->use == WH_SQL_INDEX)
		return root;
	if (wh_node_class(root) != WH_CLASS_BOOLEAN)
		return root;
	if (!c->textual)
		return truth_number(w, root);
	wh_sql_doubt(w, "a truth value becomes a text");
	return NULL;
}

static bool truth_differs(const struct wh_sql_work *w)
{
	return w->to->boolean_literals && !w->from->boolean_literals;
}

struct wh_node *wh_truth_condition(struct wh_sql_work *w, struct wh_node *n)
{
	if (!n || !truth_differs(w))
		return n;
	return truth_condition(w, truth_apply(w, n));
}

struct wh_node *wh_truth_item(struct wh_sql_work *w, struct wh_node *n)
{
	if (!n || !truth_differs(w))
		return n;
	n = truth_apply(w, n);
	return !n || n->kind == WH_NODE_COLUMN || n->kind == WH_NODE_QUERY ? n : truth_number(w, n);
}
