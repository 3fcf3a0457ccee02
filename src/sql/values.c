#include "sql/query.h"
#include "base/text.h"
#include <string.h>

static struct wh_node *parse_call(struct wh_parser *p, const char *name);

static struct wh_node *parse_column(struct wh_parser *p)
{
	const struct wh_token *t = p->t;
	const struct wh_sql_context *c = p->w->context;
	bool exact = wh_parser_is(p, &wh_dialect_postgresql);
	const char *name = exact && t->kind == WH_TOKEN_WORD ? wh_parser_lower(p, t->text) : t->text;
	if (p->w->scope)
		return wh_scope_column(p);
	p->t++;
	for (size_t i = 0; i < c->ncolumns; i++) {
		if (exact ? wh_equal(c->columns[i].from, name)
				  : wh_equal_nocase(c->columns[i].from, name)) {
			struct wh_node *node = wh_node_make(p->w, WH_NODE_COLUMN, NULL, 0);
			node->column = &c->columns[i];
			if (!node->column->to)
				wh_sql_doubt(p->w, "the target has no column \"%s\"", name);
			return node;
		}
	}
	bool bare = wh_parser_is(p, &wh_dialect_sqlite) && c->use == WH_SQL_DEFAULT;
	if (bare || (t->maybe_text && c->ncolumns))
		return wh_node_literal(p->w, WH_NODE_TEXT, t->text, t->size);
	wh_sql_doubt(p->w, "\"%s\" is no column of this table", t->text);
	return NULL;
}

static struct wh_node *parse_case(struct wh_parser *p)
{
	struct wh_node **items = NULL;
	size_t n = 0;
	bool subject = !wh_token_is(p->t, "when");
	if (subject)
		*wh_push(p->w->scratch, &items, &n) = wh_parse_expression(p, WH_LEVEL_OR);
	while (!p->w->why && wh_parser_take(p, "when")) {
		*wh_push(p->w->scratch, &items, &n) = wh_parse_expression(p, WH_LEVEL_OR);
		if (!wh_parser_expect(p, "then"))
			return NULL;
		*wh_push(p->w->scratch, &items, &n) = wh_parse_expression(p, WH_LEVEL_OR);
	}
	bool otherwise = !p->w->why && wh_parser_take(p, "else");
	if (otherwise)
		*wh_push(p->w->scratch, &items, &n) = wh_parse_expression(p, WH_LEVEL_OR);
	if (!wh_parser_expect(p, "end"))
		return NULL;
	if (n < 2u + subject + otherwise)
		return wh_parser_fail(p);
	struct wh_node *node = wh_node_make(p->w, WH_NODE_CASE, items, n);
	if (node) {
		node->subject = subject;
		node->otherwise = otherwise;
	}
	return node;
}

/* The numbers in parentheses behind a type's name; only the first counts. */
static bool parse_length(struct wh_parser *p, struct wh_sql_type *type)
{
	if (!wh_parser_take(p, "("))
		return true;
	type->parametric = true;
	if (p->t->kind != WH_TOKEN_NUMBER || !wh_text_int64(p->t->text, p->t->size, &type->length))
		return wh_parser_fail(p);
	p->t++;
	if (wh_parser_take(p, ",") && p->t++->kind != WH_TOKEN_NUMBER)
		return wh_parser_fail(p);
	return wh_parser_expect(p, ")");
}

static const char *type_more(struct wh_parser *p, const char *name)
{
	static const char *const more[] = { "varying", "precision", "with", "without", "time", "zone",
		"integer", "local" };
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (wh_parser_take(p, more[i]))
			return wh_arena_format(p->w->scratch, "%s %s", name, more[i]);
	return NULL;
}

bool wh_parse_type(struct wh_parser *p, struct wh_sql_type *type)
{
	*type = (struct wh_sql_type){ 0 };
	if (p->t->kind != WH_TOKEN_WORD && p->t->kind != WH_TOKEN_NAME)
		return wh_parser_fail(p);
	type->name = wh_parser_lower(p, p->t++->text);
	for (const char *more = type->name; more; more = type_more(p, type->name))
		type->name = more;
	if (wh_parser_take(p, ".")) {
		type->name = wh_arena_format(p->w->scratch, "%s.%s", type->name, p->t->text);
		p->t += p->t->kind != WH_TOKEN_END;
	}
	if (!parse_length(p, type))
		return false;
	for (const char *more = type->name; more; more = type_more(p, type->name))
		type->name = more;
	while (wh_parser_take(p, "[")) {
		type->array = true;
		if (!wh_parser_expect(p, "]"))
			return false;
	}
	if (wh_parser_is(p, &wh_dialect_mysql) &&
		(wh_parser_take(p, "charset") ||
			(wh_parser_take(p, "character") && wh_parser_take(p, "set"))))
		p->t += p->t->kind == WH_TOKEN_WORD;
	wh_cast_classify(p->w->from, type);
	return true;
}

static struct wh_node *parse_cast(struct wh_parser *p)
{
	struct wh_sql_type type;
	struct wh_node *value = wh_parser_expect(p, "(") ? wh_parse_expression(p, WH_LEVEL_OR) : NULL;
	if (!wh_parser_expect(p, "as") || !wh_parse_type(p, &type) || !wh_parser_expect(p, ")"))
		return NULL;
	return wh_cast_apply(p->w, value, &type);
}

static struct wh_node *parse_extract(struct wh_parser *p)
{
	struct wh_node **args = wh_new_array(p->w->scratch, struct wh_node *, 2);
	if (!wh_parser_expect(p, "("))
		return NULL;
	args[0] = wh_node_literal(p->w, WH_NODE_TEXT, p->t->text, p->t->size);
	p->t += p->t->kind != WH_TOKEN_END;
	if (!wh_parser_expect(p, "from"))
		return NULL;
	args[1] = wh_parse_expression(p, WH_LEVEL_OR);
	return wh_parser_expect(p, ")") ? wh_function_call(p->w, "extract", args, 2) : NULL;
}

/* TRIM([BOTH | LEADING | TRAILING] [x] FROM y), or an ordinary call. */
static struct wh_node *parse_trim(struct wh_parser *p)
{
	const struct wh_token *start = p->t;
	const char *name = "trim";
	if (!wh_parser_expect(p, "("))
		return NULL;
	if (wh_parser_take(p, "leading"))
		name = "ltrim";
	else if (wh_parser_take(p, "trailing"))
		name = "rtrim";
	else if (!wh_parser_take(p, "both")) {
		p->t = start;
		return parse_call(p, name);
	}
	struct wh_node **args = wh_new_array(p->w->scratch, struct wh_node *, 2);
	size_t n = 1;
	if (!wh_token_is(p->t, "from"))
		args[n++] = wh_parse_expression(p, WH_LEVEL_OR);
	if (!wh_parser_expect(p, "from"))
		return NULL;
	args[0] = wh_parse_expression(p, WH_LEVEL_OR);
	return wh_parser_expect(p, ")") ? wh_function_call(p->w, name, args, n) : NULL;
}

/* f(a, b), and substring(a FROM b FOR c), whose words are commas. */
static struct wh_node *parse_call(struct wh_parser *p, const char *name)
{
	struct wh_node *aggregate = p->w->scope ? wh_aggregate_parse(p, name) : NULL;
	if (aggregate || p->w->why)
		return aggregate;
	struct wh_node **args = NULL;
	size_t n = 0;
	bool words = strcmp(name, "substring") == 0 || strcmp(name, "substr") == 0;
	if (!wh_parser_expect(p, "("))
		return NULL;
	if (!wh_token_is(p->t, ")")) {
		do {
			*wh_push(p->w->scratch, &args, &n) = wh_parse_expression(p, WH_LEVEL_OR);
		} while (!p->w->why &&
			(wh_parser_take(p, ",") ||
				(words && (n == 1 ? wh_parser_take(p, "from") : wh_parser_take(p, "for")))));
	}
	return wh_parser_expect(p, ")") ? wh_function_call(p->w, name, args, n) : NULL;
}

static struct wh_node *parse_isnull(struct wh_parser *p)
{
	struct wh_node *value = wh_parser_expect(p, "(") ? wh_parse_expression(p, WH_LEVEL_OR) : NULL;
	return wh_parser_expect(p, ")") ? wh_node_pair(p->w, WH_NODE_IS_NULL, value, NULL) : NULL;
}

static struct wh_node *parse_null(struct wh_parser *p)
{
	return wh_node_make(p->w, WH_NODE_NULL, NULL, 0);
}

static struct wh_node *parse_boolean(struct wh_parser *p)
{
	struct wh_node *node = wh_node_make(p->w, WH_NODE_BOOLEAN, NULL, 0);
	node->negated = wh_token_is(p->t - 1, "false");
	return node;
}

/* CURRENT_TIMESTAMP and its like: functions whose parentheses may be missing. */
static struct wh_node *parse_clock(struct wh_parser *p)
{
	const char *name = wh_parser_lower(p, p->t[-1].text);
	return wh_token_is(p->t, "(") ? parse_call(p, name) : wh_function_call(p->w, name, NULL, 0);
}

static struct wh_node *parse_exists(struct wh_parser *p)
{
	return wh_parser_expect(p, "(") ? wh_parse_query(p, WH_NODE_EXISTS, NULL) : NULL;
}

/* INTERVAL 3 DAY */
static struct wh_node *parse_interval(struct wh_parser *p)
{
	struct wh_node *node = wh_node_pair(p->w, WH_NODE_INTERVAL,
		wh_parse_expression(p, WH_LEVEL_VALUE), NULL);
	if (!node || p->t->kind != WH_TOKEN_WORD)
		return node ? wh_parser_fail(p) : NULL;
	node->text = wh_parser_lower(p, p->t++->text);
	return node;
}

/* CONVERT(x USING utf8mb4) and CONVERT(x, type) */
static struct wh_node *parse_convert(struct wh_parser *p)
{
	struct wh_sql_type type = { .to = WH_CLASS_TEXT, .name = "char" };
	struct wh_node *value = wh_parser_expect(p, "(") ? wh_parse_expression(p, WH_LEVEL_OR) : NULL;
	bool using = value && wh_parser_take(p, "using");
	if (using && !wh_starts_nocase(p->t->text, "utf8"))
		return wh_parser_fail(p);
	if (using)
		p->t++;
	else if (!wh_parser_expect(p, ",") || !wh_parse_type(p, &type))
		return NULL;
	return wh_parser_expect(p, ")") ? wh_cast_apply(p->w, value, &type) : NULL;
}

/* TIMESTAMPDIFF(DAY, a, b): the unit as a text. */
static struct wh_node *parse_difference(struct wh_parser *p)
{
	struct wh_node **args = wh_new_array(p->w->scratch, struct wh_node *, 3);
	if (!wh_parser_expect(p, "("))
		return NULL;
	args[0] = wh_node_literal(p->w, WH_NODE_TEXT, p->t->text, p->t->size);
	p->t += p->t->kind != WH_TOKEN_END;
	for (size_t i = 1; i < 3; i++) {
		if (!wh_parser_expect(p, ","))
			return NULL;
		args[i] = wh_parse_expression(p, WH_LEVEL_OR);
	}
	return wh_parser_expect(p, ")") ? wh_function_call(p->w, "timestampdiff", args, 3) : NULL;
}

static const struct keyword {
	const char *word;
	struct wh_node *(*parse)(struct wh_parser *);
	bool call;  /* only where a parenthesis follows */
	bool mysql; /* only there, and only in views */
} keywords[] = {
	{ "null", parse_null, false, false },
	{ "true", parse_boolean, false, false },
	{ "false", parse_boolean, false, false },
	{ "case", parse_case, false, false },
	{ "cast", parse_cast, true, false },
	{ "extract", parse_extract, true, false },
	{ "trim", parse_trim, true, false },
	{ "convert", parse_convert, true, true },
	{ "timestampdiff", parse_difference, true, true },
	{ "exists", parse_exists, true, false },
	{ "current_timestamp", parse_clock, false, false },
	{ "current_date", parse_clock, false, false },
	{ "current_time", parse_clock, false, false },
	{ "localtimestamp", parse_clock, false, false },
	{ "localtime", parse_clock, false, false },
};

/* The text behind MySQL's _utf8mb4 is what it says; behind _latin1 only its ASCII is. */
static bool introducer_certain(const char *word, const struct wh_token *t)
{
	static const char *const unicode[] = { "_utf8mb4", "_utf8mb3", "_utf8" };
	for (size_t i = 0; i < sizeof(unicode) / sizeof(unicode[0]); i++)
		if (strcmp(word, unicode[i]) == 0)
			return true;
	for (size_t i = 0; i < t->size; i++)
		if ((unsigned char)t->text[i] >= 128)
			return false;
	return strcmp(word, "_latin1") == 0 || strcmp(word, "_ascii") == 0;
}

/* DATE '...' and TIMESTAMP '...'; _utf8mb4'...'. */
static struct wh_node *parse_typed(struct wh_parser *p)
{
	const char *word = wh_parser_lower(p, p->t->text);
	const struct wh_token *t = p->t + 1;
	if (wh_parser_is(p, &wh_dialect_mysql) && *word == '_') {
		if (!introducer_certain(word, t))
			return wh_parser_fail(p);
		p->t += 2;
		return wh_node_literal(p->w, WH_NODE_TEXT, t->text, t->size);
	}
	if (strcmp(word, "date") != 0 && strcmp(word, "timestamp") != 0)
		return wh_parser_fail(p);
	struct wh_sql_type type = { .name = word };
	wh_cast_classify(p->w->from, &type);
	p->t += 2;
	return wh_cast_apply(p->w, wh_node_literal(p->w, WH_NODE_TEXT, t->text, t->size), &type);
}

/* A query in the parentheses that are open. */
struct wh_node *wh_parse_query(struct wh_parser *p, enum wh_node_kind kind, struct wh_node *left)
{
	struct wh_query *query = wh_query_parse(p, NULL);
	if (!query || !wh_parser_expect(p, ")"))
		return NULL;
	if (kind != WH_NODE_EXISTS && query->selects[0]->nitems != 1) {
		wh_sql_doubt(p->w, "a query with several columns stands for one value");
		return NULL;
	}
	struct wh_node *node = left ? wh_node_pair(p->w, kind, left, NULL)
								: wh_node_make(p->w, kind, NULL, 0);
	if (node)
		node->query = query;
	return node;
}

bool wh_parser_at_query(const struct wh_parser *p)
{
	return p->w->scope && (wh_token_is(p->t, "select") || wh_token_is(p->t, "with"));
}

struct wh_node *wh_parse_word(struct wh_parser *p)
{
	const struct wh_token *t = p->t;
	bool call = wh_token_is(t + 1, "(");
	if (t->kind == WH_TOKEN_WORD && t[1].kind == WH_TOKEN_TEXT &&
		!wh_parser_is(p, &wh_dialect_sqlite))
		return parse_typed(p);
	if (p->w->scope && wh_parser_is(p, &wh_dialect_mysql) && wh_parser_take(p, "interval"))
		return parse_interval(p);
	for (size_t i = 0; t->kind == WH_TOKEN_WORD && i < sizeof(keywords) / sizeof(keywords[0]);
		 i++) {
		bool here = !keywords[i].mysql || (p->w->scope && wh_parser_is(p, &wh_dialect_mysql));
		if (here && wh_token_is(t, keywords[i].word) && (call || !keywords[i].call)) {
			p->t++;
			return keywords[i].parse(p);
		}
	}
	if (call && (t->kind == WH_TOKEN_WORD || wh_parser_is(p, &wh_dialect_postgresql))) {
		const char *name = t->kind == WH_TOKEN_WORD ? wh_parser_lower(p, t->text) : t->text;
		p->t++;
		return wh_parser_is(p, &wh_dialect_mysql) && strcmp(name, "isnull") == 0
			? parse_isnull(p)
			: parse_call(p, name);
	}
	return parse_column(p);
}

struct wh_node *wh_parse_literal(struct wh_parser *p)
{
	static const enum wh_node_kind kinds[] = {
		[WH_TOKEN_NUMBER] = WH_NODE_NUMBER,
		[WH_TOKEN_TEXT] = WH_NODE_TEXT,
		[WH_TOKEN_BYTES] = WH_NODE_BYTES,
		[WH_TOKEN_BITS] = WH_NODE_BITS,
	};
	const struct wh_token *t = p->t++;
	return wh_node_literal(p->w, kinds[t->kind], t->text, t->size);
}
