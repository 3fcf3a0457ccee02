#include "sql/parser.h"
#include "base/text.h"

struct infix {
	const char *symbol;
	unsigned char level[3]; /* PostgreSQL, MySQL, SQLite; 0: not there */
	struct wh_node *(
		*parse)(struct wh_parser *, struct wh_node *left, const struct infix *, bool negated);
	enum wh_operator op;
};

struct wh_node *wh_parser_fail(struct wh_parser *p)
{
	if (p->t->kind == WH_TOKEN_END)
		wh_sql_doubt(p->w, "the expression ends too early");
	else
		wh_sql_doubt(p->w, "\"%s\" at byte %zu is not understood", p->t->text, p->t->start + 1);
	return NULL;
}

bool wh_token_is(const struct wh_token *t, const char *word)
{
	return (t->kind == WH_TOKEN_WORD || t->kind == WH_TOKEN_SYMBOL) &&
		wh_equal_nocase(t->text, word);
}

bool wh_parser_take(struct wh_parser *p, const char *word)
{
	if (!wh_token_is(p->t, word))
		return false;
	p->t++;
	return true;
}

bool wh_parser_expect(struct wh_parser *p, const char *word)
{
	if (p->w->why)
		return false;
	if (!wh_parser_take(p, word))
		wh_parser_fail(p);
	return !p->w->why;
}

const char *wh_parser_lower(struct wh_parser *p, const char *text)
{
	char *lower = wh_arena_text(p->w->scratch, text);
	for (char *c = lower; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 32 : *c);
	return lower;
}

bool wh_parser_is(const struct wh_parser *p, const struct wh_dialect *d)
{
	return p->w->from == d;
}

static struct wh_node *parse_list(struct wh_parser *p, struct wh_node *first, const char *close)
{
	struct wh_node **items = NULL;
	size_t n = 0;
	if (first)
		*wh_push(p->w->scratch, &items, &n) = first;
	do {
		*wh_push(p->w->scratch, &items, &n) = wh_parse_expression(p, WH_LEVEL_OR);
	} while (!p->w->why && wh_parser_take(p, ","));
	return wh_parser_expect(p, close) ? wh_node_make(p->w, WH_NODE_IN, items, n) : NULL;
}

static struct wh_node *infix_operation(struct wh_parser *p, struct wh_node *left,
	const struct infix *i, bool negated)
{
	(void)negated;
	int level = i->level[wh_dialect_index(p->w->from)];
	struct wh_node *right = wh_parse_expression(p, level + 1);
	bool adds = i->op == WH_OP_ADD || i->op == WH_OP_SUBTRACT;
	if (right && adds && right->kind == WH_NODE_INTERVAL)
		return wh_calendar_shift(p->w, left, right, i->op == WH_OP_SUBTRACT);
	return wh_node_operation(p->w, i->op, left, right);
}

/* = ANY (ARRAY[...]) and <> ALL (ARRAY[...]): how PostgreSQL keeps IN and NOT IN. */
static struct wh_node *parse_any(struct wh_parser *p, struct wh_node *left, bool negated)
{
	int open = 0;
	struct wh_node *in = NULL;
	p->t++;
	while (wh_parser_take(p, "("))
		open++;
	if (open && open < 4 && wh_parser_expect(p, "array") && wh_parser_expect(p, "["))
		in = parse_list(p, left, "]");
	while (!p->w->why && open) {
		if (wh_parser_take(p, "::")) {
			while (p->t->kind == WH_TOKEN_WORD)
				p->t++;
			if (!wh_parser_expect(p, "[") || !wh_parser_expect(p, "]"))
				return NULL;
		} else if (!wh_parser_expect(p, ")")) {
			return NULL;
		} else {
			open--;
		}
	}
	if (!in)
		return p->w->why ? NULL : wh_parser_fail(p);
	in->negated = negated;
	return in;
}

static struct wh_node *infix_compare(struct wh_parser *p, struct wh_node *left,
	const struct infix *i, bool negated)
{
	if (i->op == WH_OP_EQUAL && wh_token_is(p->t, "any"))
		return parse_any(p, left, false);
	if (i->op == WH_OP_UNEQUAL && wh_token_is(p->t, "all"))
		return parse_any(p, left, true);
	(void)negated;
	return wh_node_operation(p->w, i->op, left, wh_parse_expression(p, WH_LEVEL_VALUE));
}

static struct wh_node *infix_like(struct wh_parser *p, struct wh_node *left, const struct infix *i,
	bool negated)
{
	struct wh_node *pattern = wh_parse_expression(p, WH_LEVEL_VALUE + (i->op == WH_OP_NONE));
	if (pattern && wh_token_is(p->t, "escape"))
		return wh_parser_fail(p);
	struct wh_node *like = wh_node_pair(p->w, WH_NODE_LIKE, left, pattern);
	if (like)
		like->negated = negated || *i->symbol == '!';
	return like;
}

static struct wh_node *infix_in(struct wh_parser *p, struct wh_node *left, const struct infix *i,
	bool negated)
{
	(void)i;
	if (!wh_parser_expect(p, "("))
		return NULL;
	struct wh_node *in = wh_parser_at_query(p)
		? wh_parse_query(p, WH_NODE_IN_QUERY, left)
		: parse_list(p, left, ")");
	if (in)
		in->negated = negated;
	return in;
}

static struct wh_node *infix_between(struct wh_parser *p, struct wh_node *left,
	const struct infix *i, bool negated)
{
	(void)i;
	struct wh_node **items = wh_new_array(p->w->scratch, struct wh_node *, 3);
	items[0] = left;
	items[1] = wh_parse_expression(p, WH_LEVEL_VALUE);
	if (!wh_parser_expect(p, "and"))
		return NULL;
	items[2] = wh_parse_expression(p, WH_LEVEL_VALUE);
	struct wh_node *between = wh_node_make(p->w, WH_NODE_BETWEEN, items, 3);
	if (between)
		between->negated = negated;
	return between;
}

static struct wh_node *infix_is_null(struct wh_parser *p, struct wh_node *left,
	const struct infix *i, bool negated)
{
	struct wh_node *is = wh_node_pair(p->w, WH_NODE_IS_NULL, left, NULL);
	if (is)
		is->negated = negated || i->op == WH_OP_UNEQUAL;
	return is;
}

static struct wh_node *infix_is(struct wh_parser *p, struct wh_node *left, const struct infix *i,
	bool negated)
{
	negated = wh_parser_take(p, "not");
	bool sqlite = wh_parser_is(p, &wh_dialect_sqlite);
	if (wh_parser_take(p, "null") || (!sqlite && wh_parser_take(p, "unknown")))
		return infix_is_null(p, left, i, negated);
	bool wanted = wh_token_is(p->t, "true");
	if (wh_parser_take(p, "true") || wh_parser_take(p, "false")) {
		struct wh_node *is = wh_node_pair(p->w, WH_NODE_IS_TRUE, left, NULL);
		is->op = wanted ? WH_OP_AND : WH_OP_OR;
		is->negated = negated;
		return is;
	}
	bool distinct = !wh_parser_is(p, &wh_dialect_mysql) && wh_parser_take(p, "distinct");
	if (distinct && !wh_parser_expect(p, "from"))
		return NULL;
	if (!distinct && !sqlite)
		return wh_parser_fail(p);
	return wh_node_operation(p->w, distinct != negated ? WH_OP_DISTINCT : WH_OP_SAME, left,
		wh_parse_expression(p, WH_LEVEL_VALUE));
}

static struct wh_node *infix_cast(struct wh_parser *p, struct wh_node *left, const struct infix *i,
	bool negated)
{
	(void)i;
	(void)negated;
	struct wh_sql_type type;
	return wh_parse_type(p, &type) ? wh_cast_apply(p->w, left, &type) : NULL;
}

/* AT TIME ZONE 'UTC' is the function timezone('UTC', ...). */
static struct wh_node *infix_zone(struct wh_parser *p, struct wh_node *left, const struct infix *i,
	bool negated)
{
	(void)negated;
	if (!wh_parser_expect(p, "time") || !wh_parser_expect(p, "zone"))
		return NULL;
	struct wh_node **args = wh_new_array(p->w->scratch, struct wh_node *, 2);
	args[0] = wh_parse_expression(p, i->level[0] + 1);
	args[1] = left;
	return wh_function_call(p->w, "timezone", args, 2);
}

/* Under a binary collation texts are equal where their bytes are. */
static struct wh_node *infix_collate(struct wh_parser *p, struct wh_node *left,
	const struct infix *i, bool negated)
{
	(void)i;
	(void)negated;
	const struct wh_token *t = p->t;
	size_t n = t->size;
	bool name = t->kind == WH_TOKEN_WORD || t->kind == WH_TOKEN_NAME;
	if (!p->w->scope || !name) {
		p->t--;
		return wh_parser_fail(p);
	}
	bool binary = wh_equal_nocase(t->text, "binary") || wh_equal(t->text, "C") ||
		(n > 9 && wh_equal_nocase(t->text + n - 9, "nopad_bin")) ||
		(n > 8 && wh_equal_nocase(t->text + n - 8, "0900_bin"));
	p->t++;
	struct wh_node *node = wh_node_pair(p->w, WH_NODE_COLLATE, left, NULL);
	if (node)
		node->negated = !binary;
	return node;
}

static const struct infix infixes[] = {
	{ "or", { 1, 1, 1 }, infix_operation, WH_OP_OR },
	{ "xor", { 0, 2, 0 }, infix_operation, WH_OP_XOR },
	{ "and", { 3, 3, 3 }, infix_operation, WH_OP_AND },
	{ "&&", { 0, 3, 0 }, infix_operation, WH_OP_AND },
	{ "=", { 5, 5, 5 }, infix_compare, WH_OP_EQUAL },
	{ "==", { 0, 0, 5 }, infix_compare, WH_OP_EQUAL },
	{ "<>", { 5, 5, 5 }, infix_compare, WH_OP_UNEQUAL },
	{ "!=", { 5, 5, 5 }, infix_compare, WH_OP_UNEQUAL },
	{ "<", { 5, 5, 5 }, infix_compare, WH_OP_LESS },
	{ "<=", { 5, 5, 5 }, infix_compare, WH_OP_LESS_EQUAL },
	{ ">", { 5, 5, 5 }, infix_compare, WH_OP_GREATER },
	{ ">=", { 5, 5, 5 }, infix_compare, WH_OP_GREATER_EQUAL },
	{ "<=>", { 0, 5, 0 }, infix_compare, WH_OP_SAME },
	{ "is", { 5, 5, 5 }, infix_is, WH_OP_NONE },
	{ "isnull", { 5, 0, 5 }, infix_is_null, WH_OP_EQUAL },
	{ "notnull", { 5, 0, 5 }, infix_is_null, WH_OP_UNEQUAL },
	{ "in", { 5, 5, 5 }, infix_in, WH_OP_NONE },
	{ "between", { 5, 5, 5 }, infix_between, WH_OP_NONE },
	{ "like", { 5, 5, 5 }, infix_like, WH_OP_EQUAL },
	{ "~~", { 6, 0, 0 }, infix_like, WH_OP_NONE },
	{ "!~~", { 6, 0, 0 }, infix_like, WH_OP_NONE },
	{ "|", { 6, 6, 6 }, infix_operation, WH_OP_BIT_OR },
	{ "&", { 6, 7, 6 }, infix_operation, WH_OP_BIT_AND },
	{ "||", { 6, 0, 10 }, infix_operation, WH_OP_CONCAT },
	{ "+", { 7, 9, 7 }, infix_operation, WH_OP_ADD },
	{ "-", { 7, 9, 7 }, infix_operation, WH_OP_SUBTRACT },
	{ "*", { 8, 10, 8 }, infix_operation, WH_OP_MULTIPLY },
	{ "/", { 8, 0, 8 }, infix_operation, WH_OP_DIVIDE },
	{ "/", { 0, 10, 0 }, infix_operation, WH_OP_DIVIDE_DECIMAL },
	{ "%", { 8, 10, 8 }, infix_operation, WH_OP_MODULO },
	{ "mod", { 0, 10, 0 }, infix_operation, WH_OP_MODULO },
	{ "div", { 0, 10, 0 }, infix_operation, WH_OP_DIVIDE_WHOLE },
	{ "collate", { 12, 12, 12 }, infix_collate, WH_OP_NONE },
	{ "at", { 10, 0, 0 }, infix_zone, WH_OP_NONE },
	{ "::", { WH_LEVEL_CAST, 0, 0 }, infix_cast, WH_OP_NONE },
};

static const struct infix *infix_find(const struct wh_parser *p, const struct wh_token *t)
{
	unsigned dialect = wh_dialect_index(p->w->from);
	for (size_t i = 0; i < sizeof(infixes) / sizeof(infixes[0]); i++)
		if (infixes[i].level[dialect] && wh_token_is(t, infixes[i].symbol))
			return &infixes[i];
	return NULL;
}

/* The operator at the parser, a NOT before it taken in; NULL: none of this dialect. */
static const struct infix *parser_infix(struct wh_parser *p, bool *negated)
{
	static const struct wh_token not_null = { .kind = WH_TOKEN_WORD, .text = "notnull" };
	const struct wh_token *next = p->t + 1;
	*negated = wh_token_is(p->t, "not") && next->kind == WH_TOKEN_WORD;
	if (!*negated)
		return infix_find(p, p->t);
	if (wh_parser_is(p, &wh_dialect_sqlite) && wh_token_is(next, "null"))
		return infix_find(p, &not_null);
	const struct infix *i = infix_find(p, next);
	bool negates = i &&
		(i->parse == infix_in || i->parse == infix_like || i->parse == infix_between);
	return negates ? i : NULL;
}

static struct wh_node *parse_minus(struct wh_parser *p)
{
	struct wh_node *value = wh_parse_expression(p, WH_LEVEL_UNARY);
	if (value && value->kind == WH_NODE_NUMBER && *value->text != '-')
		return wh_node_literal(p->w, WH_NODE_NUMBER,
			wh_arena_format(p->w->scratch, "-%s", value->text), value->size + 1);
	return value ? wh_node_pair(p->w, WH_NODE_NEGATE, value, NULL) : NULL;
}

static struct wh_node *parse_not(struct wh_parser *p, int level)
{
	struct wh_node *value = wh_parse_expression(p, level);
	return value ? wh_node_pair(p->w, WH_NODE_NOT, value, NULL) : NULL;
}

static struct wh_node *parse_parentheses(struct wh_parser *p)
{
	if (wh_parser_at_query(p))
		return wh_parse_query(p, WH_NODE_QUERY, NULL);
	struct wh_node *value = wh_parse_expression(p, WH_LEVEL_OR);
	return wh_parser_expect(p, ")") ? value : NULL;
}

static struct wh_node *parse_prefix(struct wh_parser *p, int level)
{
	if (p->t->kind >= WH_TOKEN_NUMBER && p->t->kind <= WH_TOKEN_BITS)
		return wh_parse_literal(p);
	if (wh_parser_take(p, "("))
		return parse_parentheses(p);
	if (wh_parser_take(p, "-"))
		return parse_minus(p);
	if (wh_parser_take(p, "+"))
		return wh_parse_expression(p, WH_LEVEL_UNARY);
	if (level <= WH_LEVEL_NOT && wh_parser_take(p, "not"))
		return parse_not(p, WH_LEVEL_NOT);
	if (wh_parser_is(p, &wh_dialect_mysql) && wh_parser_take(p, "!"))
		return parse_not(p, WH_LEVEL_UNARY);
	if (p->t->kind == WH_TOKEN_WORD || p->t->kind == WH_TOKEN_NAME)
		return wh_parse_word(p);
	return wh_parser_fail(p);
}

/* Comparisons in a row without parentheses mean something else in each dialect: not understood. */
static struct wh_node *parse_infixes(struct wh_parser *p, struct wh_node *left, int least)
{
	bool compared = false, negated;
	unsigned dialect = wh_dialect_index(p->w->from);
	const struct infix *i;
	while (left && (i = parser_infix(p, &negated)) && i->level[dialect] >= least) {
		if (compared && i->level[dialect] == WH_LEVEL_COMPARE)
			return wh_parser_fail(p);
		compared = i->level[dialect] == WH_LEVEL_COMPARE;
		p->t += negated ? 2 : 1;
		left = i->parse(p, left, i, negated);
	}
	return left;
}

struct wh_node *wh_parse_expression(struct wh_parser *p, int level)
{
	if (p->w->why)
		return NULL;
	if (p->depth++ >= WH_SQL_DEEPEST) {
		wh_sql_doubt(p->w, "the expression is nested more than %d levels deep", WH_SQL_DEEPEST);
		return NULL;
	}
	struct wh_node *node = parse_infixes(p, parse_prefix(p, level), level);
	p->depth--;
	return p->w->why ? NULL : node;
}

struct wh_node *wh_expression_parse(struct wh_sql_work *w, const char *sql)
{
	struct wh_tokens tokens;
	if (!wh_sql_tokens(w, sql, &tokens))
		return NULL;
	struct wh_parser p = { .w = w, .t = tokens.items };
	struct wh_node *node = wh_parse_expression(&p, WH_LEVEL_OR);
	return node && p.t->kind != WH_TOKEN_END ? wh_parser_fail(&p) : node;
}
