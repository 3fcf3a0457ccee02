/* Divisions in views. MySQL's / of decimals gives four digits more than its left side has, but
 * calculates on with more; a division by zero is NULL there and in SQLite. */
#include "sql/expression.h"

static bool is_arithmetic(const struct wh_node *n)
{
	return n->kind == WH_NODE_BINARY && n->op >= WH_OP_ADD && n->op <= WH_OP_MODULO;
}

static bool divides(const struct wh_node *n)
{
	if (n->kind == WH_NODE_BINARY && n->op == WH_OP_DIVIDE_DECIMAL)
		return true;
	if (!is_arithmetic(n) && n->kind != WH_NODE_NEGATE)
		return false;
	for (size_t i = 0; i < n->nitems; i++)
		if (divides(n->items[i]))
			return true;
	return false;
}

/* An aggregate rounds what it makes of the divisions in its argument. */
bool wh_division_rounds(const struct wh_sql_work *w, const struct wh_node *n)
{
	const struct wh_node *value = n->kind == WH_NODE_AGGREGATE && n->nitems ? n->items[0] : n;
	return w->context->use == WH_SQL_VIEW && !w->unrounded && divides(value) &&
		wh_node_class(n) == WH_CLASS_DECIMAL && wh_node_scale(n) >= 0;
}

bool wh_division_rounded(struct wh_sql_work *w, const struct wh_node *n,
	bool (*print)(struct wh_sql_work *, const struct wh_node *, struct wh_buffer *),
	struct wh_buffer *out)
{
	w->unrounded = true;
	if (n->op != WH_OP_DIVIDE_DECIMAL)
		wh_sql_note(w, "the last digit of what is calculated with a division may differ");
	wh_buffer_text(out, "round(");
	bool certain = print(w, n, out);
	wh_buffer_format(out, ", %d)", wh_node_scale(n));
	w->unrounded = false;
	return certain;
}

static bool print_dividend(struct wh_sql_work *w, const struct wh_node *n, bool whole,
	struct wh_buffer *out)
{
	static const char *const types[] = { "numeric", "decimal(65,30)", "REAL" };
	bool integer = wh_node_class(n->items[0]) == WH_CLASS_INTEGER;
	bool sqlite = w->to == &wh_dialect_sqlite; /* keeps 12.00 as the integer 12 */
	bool cast = !whole && (integer || sqlite) && w->to != &wh_dialect_mysql;
	bool floats = w->from == &wh_dialect_sqlite && wh_node_class(n->items[0]) == WH_CLASS_DECIMAL;
	if (!cast && !floats)
		return wh_operand_print(w, n->items[0], out);
	wh_buffer_text(out, "CAST(");
	if (!wh_expression_print(w, n->items[0], out))
		return false;
	wh_buffer_format(out, " AS %s)",
		floats && w->to->boolean_literals ? "double precision" : types[wh_dialect_index(w->to)]);
	return true;
}

bool wh_division_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_node *divisor = n->items[1];
	unsigned classes = wh_node_class(n->items[0]) | wh_node_class(divisor);
	bool whole = n->op == WH_OP_DIVIDE_WHOLE ||
		(n->op == WH_OP_DIVIDE && classes == WH_CLASS_INTEGER);
	bool zero = w->to == &wh_dialect_postgresql && divisor->kind != WH_NODE_NUMBER;
	if (n->op == WH_OP_DIVIDE_DECIMAL && w->to == &wh_dialect_sqlite)
		wh_sql_note(w, "SQLite divides decimals as floats");
	if (!print_dividend(w, n, whole, out))
		return false;
	wh_buffer_text(out, whole && w->to == &wh_dialect_mysql ? " DIV " : " / ");
	wh_buffer_text(out, zero ? "nullif(" : "");
	if (!(zero ? wh_expression_print : wh_operand_print)(w, divisor, out))
		return false;
	wh_buffer_text(out, zero ? ", 0)" : "");
	return true;
}
