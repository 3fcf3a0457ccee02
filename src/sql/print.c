#include "base/text.h"
#include "sql/functions.h"
#include "sql/query.h"
#include <string.h>

typedef bool print_function(struct wh_sql_work *, const struct wh_node *, struct wh_buffer *);

static bool print_to(const struct wh_sql_work *w, const struct wh_dialect *d)
{
	return w->to == d;
}

static bool print_null(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	(void)w;
	(void)n;
	wh_buffer_text(out, "NULL");
	return true;
}

static bool print_boolean(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (w->to->boolean_literals)
		wh_buffer_text(out, n->negated ? "FALSE" : "TRUE");
	else
		wh_buffer_char(out, n->negated ? '0' : '1');
	return true;
}

/* SQLite has 15 digits of what is no 64-bit integer. */
static bool print_number(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	int64_t whole;
	size_t digits = 0;
	for (const char *c = n->text; *c && (*c | 32) != 'e'; c++)
		digits += *c >= '0' && *c <= '9';
	bool sqlite = w->from == &wh_dialect_sqlite || print_to(w, &wh_dialect_sqlite);
	if (sqlite && digits > 15 && !wh_text_int64(n->text, n->size, &whole))
		return wh_sql_doubt(w, "the number %s has more digits than SQLite keeps", n->text);
	wh_buffer_put(out, n->text, n->size);
	return true;
}

static bool print_text(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	wh_sql_text(out, w->to, n->text, n->size);
	return true;
}

static bool print_bytes(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool postgresql = print_to(w, &wh_dialect_postgresql);
	wh_buffer_format(out, postgresql ? "E'\\\\x%s'::bytea" : "x'%s'", n->text);
	return true;
}

static bool print_bits(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	(void)out;
	return wh_sql_doubt(w, "the bits \"%s\" are not translated", n->text);
}

static bool print_column(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (w->context->use == WH_SQL_DEFAULT)
		return wh_sql_doubt(w, "the default uses the column \"%s\"", n->column->from);
	if (n->source) {
		wh_sql_name(out, w->to, n->source->to_alias);
		wh_buffer_char(out, '.');
	}
	wh_sql_name(out, w->to, n->column->to);
	return true;
}

static bool print_infix(struct wh_sql_work *w, const struct wh_node *n, const char *symbol,
	struct wh_buffer *out)
{
	for (size_t i = 0; i < n->nitems; i++) {
		if (i)
			wh_buffer_format(out, " %s ", symbol);
		if (!wh_operand_print(w, n->items[i], out))
			return false;
	}
	return true;
}

/* A number among texts: as a text where PostgreSQL would look for a number's operator. */
static bool print_concat_item(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	enum wh_class class = wh_node_class(n);
	bool sqlite = w->from == &wh_dialect_sqlite || print_to(w, &wh_dialect_sqlite);
	bool number = class == WH_CLASS_INTEGER || (class == WH_CLASS_DECIMAL && !sqlite);
	number = number || (print_to(w, &wh_dialect_postgresql) && wh_node_type(n) == WH_ENUM);
	if (!number && !(class & (WH_CLASS_TEXT | WH_CLASS_ANY | WH_CLASS_NULL)))
		return wh_sql_doubt(w, "a value becomes a text, which each dialect writes its own way");
	if (number && n->kind == WH_NODE_NUMBER) {
		wh_sql_text(out, w->to, n->text, n->size);
		return true;
	}
	if (!number || !print_to(w, &wh_dialect_postgresql))
		return wh_operand_print(w, n, out);
	wh_buffer_text(out, "CAST(");
	bool certain = wh_expression_print(w, n, out);
	wh_buffer_text(out, " AS text)");
	return certain;
}

static bool concat_certain(struct wh_sql_work *w, const struct wh_node *n)
{
	for (size_t i = 0; i < n->nitems; i++)
		if (wh_node_class(n->items[i]) == WH_CLASS_TEXT || w->from != &wh_dialect_postgresql)
			return true;
	return wh_sql_doubt(w, "\"||\" may join arrays or documents");
}

static bool print_chain(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool call = !w->to->pipes_concatenate;
	if (n->op != WH_OP_CONCAT)
		return print_infix(w, n, n->op == WH_OP_AND ? "AND" : "OR", out);
	if (!concat_certain(w, n))
		return false;
	wh_buffer_text(out, call ? "concat(" : "");
	for (size_t i = 0; i < n->nitems; i++) {
		if (i)
			wh_buffer_text(out, call ? ", " : " || ");
		if (!print_concat_item(w, n->items[i], out))
			return false;
	}
	wh_buffer_text(out, call ? ")" : "");
	return true;
}

/* PostgreSQL, MySQL, SQLite. */
static const char *const symbols[WH_OPERATORS][3] = {
	[WH_OP_ADD] = { "+", "+", "+" },
	[WH_OP_SUBTRACT] = { "-", "-", "-" },
	[WH_OP_MULTIPLY] = { "*", "*", "*" },
	[WH_OP_DIVIDE] = { "/", "/", "/" },
	[WH_OP_DIVIDE_DECIMAL] = { "/", "/", "/" },
	[WH_OP_DIVIDE_WHOLE] = { "/", "DIV", "/" },
	[WH_OP_MODULO] = { "%", "%", "%" },
	[WH_OP_BIT_AND] = { "&", "&", "&" },
	[WH_OP_BIT_OR] = { "|", "|", "|" },
	[WH_OP_EQUAL] = { "=", "=", "=" },
	[WH_OP_UNEQUAL] = { "<>", "<>", "<>" },
	[WH_OP_LESS] = { "<", "<", "<" },
	[WH_OP_LESS_EQUAL] = { "<=", "<=", "<=" },
	[WH_OP_GREATER] = { ">", ">", ">" },
	[WH_OP_GREATER_EQUAL] = { ">=", ">=", ">=" },
	[WH_OP_XOR] = { "<>", "XOR", "<>" },
	[WH_OP_SAME] = { "IS NOT DISTINCT FROM", "<=>", "IS" },
	[WH_OP_DISTINCT] = { "IS DISTINCT FROM", "<=>", "IS NOT" },
};

static bool print_distinct_mysql(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out)
{
	wh_buffer_text(out, "NOT (");
	bool certain = print_infix(w, n, "<=>", out);
	wh_buffer_char(out, ')');
	return certain;
}

static bool print_binary(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const char *symbol = symbols[n->op][wh_dialect_index(w->to)];
	unsigned classes = wh_node_class(n->items[0]) | wh_node_class(n->items[1]);
	if (n->op >= WH_OP_EQUAL && !wh_comparison_certain(w, n->op, n->items[0], n->items[1]))
		return false;
	if (wh_division_rounds(w, n))
		return wh_division_rounded(w, n, print_binary, out);
	if (w->context->use == WH_SQL_VIEW && n->op >= WH_OP_DIVIDE && n->op <= WH_OP_DIVIDE_WHOLE)
		return wh_arithmetic_certain(w, n) && wh_division_print(w, n, out);
	if (n->op < WH_OP_EQUAL && n->op != WH_OP_XOR && !wh_arithmetic_certain(w, n))
		return false;
	if (n->op == WH_OP_XOR && classes != WH_CLASS_BOOLEAN)
		return wh_sql_doubt(w, "XOR of what may be no truth values");
	if (n->op == WH_OP_DISTINCT && print_to(w, &wh_dialect_mysql))
		return print_distinct_mysql(w, n, out);
	bool whole = n->op == WH_OP_DIVIDE && classes == WH_CLASS_INTEGER;
	return print_infix(w, n, whole && print_to(w, &wh_dialect_mysql) ? "DIV" : symbol, out);
}

static bool print_not(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	wh_buffer_text(out, "NOT ");
	return wh_operand_print(w, n->items[0], out);
}

static bool print_negate(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	wh_buffer_char(out, '-');
	return wh_arithmetic_certain(w, n) && wh_operand_print(w, n->items[0], out);
}

static bool print_is_null(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool certain = wh_operand_print(w, n->items[0], out);
	wh_buffer_text(out, n->negated ? " IS NOT NULL" : " IS NULL");
	return certain;
}

static bool print_is_true(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool certain = wh_operand_print(w, n->items[0], out);
	wh_buffer_format(out, " IS %s%s", n->negated ? "NOT " : "",
		n->op == WH_OP_AND ? "TRUE" : "FALSE");
	return certain;
}

static bool print_between(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (!wh_comparison_certain(w, WH_OP_LESS, n->items[0], n->items[1]) ||
		!wh_comparison_certain(w, WH_OP_LESS, n->items[0], n->items[2]) ||
		!wh_operand_print(w, n->items[0], out))
		return false;
	wh_buffer_text(out, n->negated ? " NOT BETWEEN " : " BETWEEN ");
	if (!wh_operand_print(w, n->items[1], out))
		return false;
	wh_buffer_text(out, " AND ");
	return wh_operand_print(w, n->items[2], out);
}

static bool print_in(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (!wh_operand_print(w, n->items[0], out))
		return false;
	wh_buffer_text(out, n->negated ? " NOT IN (" : " IN (");
	for (size_t i = 1; i < n->nitems; i++) {
		wh_buffer_text(out, i > 1 ? ", " : "");
		if (!wh_comparison_certain(w, WH_OP_EQUAL, n->items[0], n->items[i]) ||
			!wh_expression_print(w, n->items[i], out))
			return false;
	}
	wh_buffer_char(out, ')');
	return true;
}

static bool print_case(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	size_t branches = n->nitems - n->otherwise;
	unsigned classes = n->otherwise ? wh_node_class(n->items[branches]) : WH_CLASS_NULL;
	for (size_t i = n->subject + 1u; i < branches; i += 2)
		classes |= wh_node_class(n->items[i]);
	if (!wh_results_certain(w, classes))
		return false;
	wh_buffer_text(out, n->subject ? "CASE " : "CASE");
	if (n->subject && !wh_operand_print(w, n->items[0], out))
		return false;
	for (size_t i = n->subject; i < n->nitems; i++) {
		bool when = i < branches && (i - n->subject) % 2 == 0;
		if (when && n->subject && !wh_comparison_certain(w, WH_OP_EQUAL, n->items[0], n->items[i]))
			return false;
		wh_buffer_text(out, when ? " WHEN " : i < branches ? " THEN " : " ELSE ");
		if (!wh_expression_print(w, n->items[i], out))
			return false;
	}
	wh_buffer_text(out, " END");
	return true;
}

static bool print_cast(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	static const char *const texts[] = { "text", "char", "TEXT" };
	static const char *const floats[] = { "double precision", "double", "REAL" };
	unsigned to = wh_dialect_index(w->to);
	if (n->to == WH_CLASS_INTEGER && !w->to->boolean_literals)
		return wh_operand_print(w, n->items[0], out);
	wh_buffer_text(out, "CAST(");
	bool certain = wh_expression_print(w, n->items[0], out);
	wh_buffer_format(out, " AS %s)",
		n->to == WH_CLASS_TEXT        ? texts[to]
			: n->to == WH_CLASS_FLOAT ? floats[to]
									  : "integer");
	return certain;
}

static bool print_collate(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	return wh_operand_print(w, n->items[0], out);
}

static bool print_interval(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	(void)out;
	return wh_sql_doubt(w, "an interval of %s stands alone", n->text);
}

static bool print_query(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool unrounded = w->unrounded;
	w->unrounded = false;
	wh_buffer_text(out, n->kind == WH_NODE_EXISTS ? "EXISTS (" : "(");
	bool certain = wh_query_print(w, n->query, out);
	wh_buffer_char(out, ')');
	w->unrounded = unrounded;
	return certain;
}

static bool print_in_query(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_node *found = n->query->selects[0]->items[0].node;
	unsigned both = wh_node_class(n->items[0]) | wh_node_class(found);
	if ((both & WH_CLASS_BOOLEAN) && both != WH_CLASS_BOOLEAN)
		return wh_sql_doubt(w, "a truth value is looked for among others");
	if (!wh_comparison_certain(w, WH_OP_EQUAL, n->items[0], found) ||
		!wh_operand_print(w, n->items[0], out))
		return false;
	wh_buffer_text(out, n->negated ? " NOT IN " : " IN ");
	return print_query(w, n, out);
}

static print_function *const printers[WH_NODE_KINDS] = {
	[WH_NODE_NULL] = print_null,
	[WH_NODE_BOOLEAN] = print_boolean,
	[WH_NODE_NUMBER] = print_number,
	[WH_NODE_TEXT] = print_text,
	[WH_NODE_BYTES] = print_bytes,
	[WH_NODE_BITS] = print_bits,
	[WH_NODE_COLUMN] = print_column,
	[WH_NODE_CHAIN] = print_chain,
	[WH_NODE_BINARY] = print_binary,
	[WH_NODE_NOT] = print_not,
	[WH_NODE_NEGATE] = print_negate,
	[WH_NODE_IS_NULL] = print_is_null,
	[WH_NODE_IS_TRUE] = print_is_true,
	[WH_NODE_LIKE] = wh_like_print,
	[WH_NODE_BETWEEN] = print_between,
	[WH_NODE_IN] = print_in,
	[WH_NODE_CASE] = print_case,
	[WH_NODE_CALL] = wh_call_print,
	[WH_NODE_CAST] = print_cast,
	[WH_NODE_INTERVAL] = print_interval,
	[WH_NODE_COLLATE] = print_collate,
	[WH_NODE_QUERY] = print_query,
	[WH_NODE_EXISTS] = print_query,
	[WH_NODE_IN_QUERY] = print_in_query,
	[WH_NODE_AGGREGATE] = wh_aggregate_print,
};

bool wh_expression_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (!w->why)
		printers[n->kind](w, n, out);
	return !w->why;
}

bool wh_operand_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool call = n->kind == WH_NODE_CHAIN && n->op == WH_OP_CONCAT && !w->to->pipes_concatenate;
	bool alone = n->kind == WH_NODE_CASE || n->kind == WH_NODE_QUERY || n->kind == WH_NODE_EXISTS ||
		n->kind == WH_NODE_AGGREGATE || n->kind == WH_NODE_COLLATE || n->kind == WH_NODE_CALL ||
		n->kind == WH_NODE_COLUMN ||
		(n->kind == WH_NODE_CAST && (n->to != WH_CLASS_INTEGER || w->to->boolean_literals)) ||
		(wh_node_is_literal(n) && (n->kind != WH_NODE_NUMBER || *n->text != '-')) || call;
	wh_buffer_text(out, alone ? "" : "(");
	bool certain = wh_expression_print(w, n, out);
	wh_buffer_text(out, alone ? "" : ")");
	return certain;
}
