/* Aggregates, and functions over a window of rows. */
#include "sql/query.h"
#include "base/text.h"
#include <string.h>

enum { P = 1, M = 2, S = 4 }; /* dialects: 1 << wh_dialect_index() */
enum takes { TAKES_ANY, TAKES_NUMBERS, TAKES_TEXTS };

struct wh_aggregate_kind {
	const char *name;
	unsigned dialects;
	enum takes takes;
	size_t least, most;
	enum wh_class gives; /* 0: the class of its argument */
	bool windowed;       /* means something only OVER rows */
	bool (*print)(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out);
};

static bool print_plain(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out);
static bool print_average(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out);
static bool print_joined(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out);

static const struct wh_aggregate_kind kinds[] = {
	{ "count", P | M | S, TAKES_ANY, 0, 1, WH_CLASS_INTEGER, false, print_plain },
	{ "sum", P | M | S, TAKES_NUMBERS, 1, 1, 0, false, print_plain },
	{ "avg", P | M | S, TAKES_NUMBERS, 1, 1, 0, false, print_average },
	{ "min", P | M | S, TAKES_ANY, 1, 1, 0, false, print_plain },
	{ "max", P | M | S, TAKES_ANY, 1, 1, 0, false, print_plain },
	{ "group_concat", M | S, TAKES_TEXTS, 1, 20, WH_CLASS_TEXT, false, print_joined },
	{ "string_agg", P, TAKES_TEXTS, 2, 2, WH_CLASS_TEXT, false, print_joined },
	{ "row_number", P | M | S, TAKES_ANY, 0, 0, WH_CLASS_INTEGER, true, print_plain },
	{ "rank", P | M | S, TAKES_ANY, 0, 0, WH_CLASS_INTEGER, true, print_plain },
	{ "dense_rank", P | M | S, TAKES_ANY, 0, 0, WH_CLASS_INTEGER, true, print_plain },
	{ "percent_rank", P | M | S, TAKES_ANY, 0, 0, WH_CLASS_FLOAT, true, print_plain },
	{ "cume_dist", P | M | S, TAKES_ANY, 0, 0, WH_CLASS_FLOAT, true, print_plain },
	{ "ntile", P | M | S, TAKES_ANY, 1, 1, WH_CLASS_INTEGER, true, print_plain },
	{ "lag", P | M | S, TAKES_ANY, 1, 2, 0, true, print_plain },
	{ "lead", P | M | S, TAKES_ANY, 1, 2, 0, true, print_plain },
	{ "first_value", P | M | S, TAKES_ANY, 1, 1, 0, true, print_plain },
	{ "last_value", P | M | S, TAKES_ANY, 1, 1, 0, true, print_plain },
};

static bool is_mysql(const struct wh_dialect *d)
{
	return d == &wh_dialect_mysql;
}

static bool is_sqlite(const struct wh_dialect *d)
{
	return d == &wh_dialect_sqlite;
}

static bool is_postgresql(const struct wh_dialect *d)
{
	return d == &wh_dialect_postgresql;
}

static bool kind_is(const struct wh_node *n, const char *name)
{
	return strcmp(n->aggregate->kind->name, name) == 0;
}

enum wh_class wh_aggregate_class(const struct wh_node *n)
{
	const struct wh_aggregate_kind *k = n->aggregate->kind;
	if (k->gives)
		return k->gives;
	enum wh_class class = wh_node_class(n->items[0]);
	if (k->takes == TAKES_NUMBERS && class == WH_CLASS_BOOLEAN)
		class = WH_CLASS_INTEGER;
	return k->print == print_average && class == WH_CLASS_INTEGER ? WH_CLASS_DECIMAL : class;
}

int wh_aggregate_scale(const struct wh_node *n)
{
	const struct wh_aggregate_kind *k = n->aggregate->kind;
	if (wh_aggregate_class(n) == WH_CLASS_INTEGER)
		return 0;
	int scale = n->nitems ? wh_node_scale(n->items[0]) : -1;
	return k->print == print_average && scale >= 0 ? scale + 4 : scale;
}

bool wh_aggregate_counts(const struct wh_node *n)
{
	return kind_is(n, "count");
}

bool wh_aggregate_slides(const struct wh_node *n)
{
	return n->aggregate->over;
}

/* --- reading --- */

static const struct wh_aggregate_kind *find_kind(const struct wh_parser *p, const char *name)
{
	unsigned dialect = 1u << wh_dialect_index(p->w->from);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((kinds[i].dialects & dialect) && strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static bool take_arguments(struct wh_parser *p, struct wh_node *n)
{
	struct wh_aggregate *a = n->aggregate;
	a->distinct = wh_parser_take(p, "distinct");
	a->star = wh_parser_take(p, "*");
	if (a->star || wh_token_is(p->t, ")"))
		return true;
	do {
		struct wh_node *item = wh_parse_expression(p, WH_LEVEL_OR);
		if (!item)
			return false;
		*wh_push(p->w->scratch, &n->items, &n->nitems) = item;
		n->depth = item->depth >= n->depth ? item->depth + 1 : n->depth;
	} while (wh_parser_take(p, ","));
	if (wh_parser_take(p, "order") && wh_parser_expect(p, "by"))
		(void)wh_orders_parse(p, &a->orders, NULL);
	return !p->w->why;
}

/* The text between: SEPARATOR '; ' or the last argument; and several texts as one. */
static bool take_separator(struct wh_parser *p, struct wh_node *n)
{
	bool mysql = wh_parser_is(p, &wh_dialect_mysql);
	const struct wh_node *last = n->items[n->nitems - 1];
	n->text = ",";
	n->size = 1;
	if (mysql && wh_parser_take(p, "separator")) {
		if (p->t->kind != WH_TOKEN_TEXT)
			return wh_parser_fail(p);
		n->text = p->t->text;
		n->size = p->t++->size;
	} else if (!mysql && n->nitems == 2) {
		if (last->kind != WH_NODE_TEXT)
			return wh_sql_doubt(p->w, "the text between the parts is no literal");
		n->text = last->text;
		n->size = last->size;
		n->nitems = 1;
	}
	struct wh_node *value = n->items[0];
	for (size_t i = 1; i < n->nitems && value; i++)
		value = wh_node_operation(p->w, WH_OP_CONCAT, value, n->items[i]);
	n->items[0] = value;
	n->nitems = 1;
	return value && !p->w->why;
}

static void take_filter(struct wh_parser *p, struct wh_aggregate *a)
{
	if (wh_parser_is(p, &wh_dialect_mysql) || !wh_parser_take(p, "filter"))
		return;
	if (wh_parser_expect(p, "(") && wh_parser_expect(p, "where"))
		a->filter = wh_truth_condition(p->w, wh_parse_expression(p, WH_LEVEL_OR));
	(void)wh_parser_expect(p, ")");
	if (is_mysql(p->w->to))
		wh_sql_doubt(p->w, "MySQL has no FILTER");
}

/* ROWS BETWEEN 1 PRECEDING AND CURRENT ROW: the same words everywhere. */
static const char *take_frame(struct wh_parser *p)
{
	static const char *const words[] = { "rows", "range", "between", "and", "unbounded",
		"preceding", "following", "current", "row" };
	struct wh_buffer text = { 0 };
	while (!wh_token_is(p->t, ")") && !p->w->why) {
		bool known = p->t->kind == WH_TOKEN_NUMBER;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			known = known || wh_token_is(p->t, words[i]);
		if (!known) {
			wh_parser_fail(p);
			break;
		}
		wh_buffer_format(&text, "%s%s", text.size ? " " : "", p->t++->text);
	}
	const char *frame = text.size ? wh_arena_text(p->w->scratch, wh_buffer_string(&text)) : NULL;
	wh_buffer_free(&text);
	return frame;
}

static void take_window(struct wh_parser *p, struct wh_aggregate *a)
{
	if (!wh_parser_take(p, "over"))
		return;
	a->over = true;
	if (!wh_parser_expect(p, "("))
		return;
	if (wh_parser_take(p, "partition") && wh_parser_expect(p, "by")) {
		do {
			struct wh_node *node = wh_parse_expression(p, WH_LEVEL_OR);
			if (node)
				*wh_push(p->w->scratch, &a->partitions, &a->npartitions) = node;
		} while (!p->w->why && wh_parser_take(p, ","));
	}
	if (wh_parser_take(p, "order") && wh_parser_expect(p, "by"))
		(void)wh_orders_parse(p, &a->window, NULL);
	a->frame = take_frame(p);
	(void)wh_parser_expect(p, ")");
}

static bool arguments_certain(struct wh_sql_work *w, const struct wh_node *n)
{
	const struct wh_aggregate_kind *k = n->aggregate->kind;
	size_t count = n->nitems + n->aggregate->star;
	if (n->aggregate->star && !wh_aggregate_counts(n))
		return wh_sql_doubt(w, "%s(*)", k->name);
	if (count < k->least || count > k->most || (wh_aggregate_counts(n) && !count))
		return wh_sql_doubt(w, "\"%s\" with %zu arguments", k->name, count);
	unsigned numbers = WH_CLASS_NUMBER | WH_CLASS_BOOLEAN | WH_CLASS_NULL;
	if (k->takes == TAKES_NUMBERS && !(wh_node_class(n->items[0]) & numbers))
		return wh_sql_doubt(w, "\"%s\" of what may be no number", k->name);
	return true;
}

/* The scope to which an aggregate belongs. */
static void note_aggregate(struct wh_sql_work *w, const struct wh_aggregate *a)
{
	if (!a->over)
		w->scope->aggregates = true;
}

struct wh_node *wh_aggregate_parse(struct wh_parser *p, const char *name)
{
	const struct wh_aggregate_kind *kind = find_kind(p, name);
	if (!kind)
		return NULL;
	struct wh_node *n = wh_node_make(p->w, WH_NODE_AGGREGATE, NULL, 0);
	n->aggregate = wh_new(p->w->scratch, struct wh_aggregate);
	n->aggregate->kind = kind;
	if (!wh_parser_expect(p, "(") || !take_arguments(p, n))
		return NULL;
	bool extreme = (kind_is(n, "min") || kind_is(n, "max")) && n->nitems > 1;
	if (extreme && wh_parser_expect(p, ")"))
		return wh_function_call(p->w, name, n->items, n->nitems);
	if (!arguments_certain(p->w, n) || (kind->takes == TAKES_TEXTS && !take_separator(p, n)) ||
		!wh_parser_expect(p, ")"))
		return NULL;
	take_filter(p, n->aggregate);
	take_window(p, n->aggregate);
	note_aggregate(p->w, n->aggregate);
	if (kind->windowed && !n->aggregate->over)
		wh_parser_fail(p);
	return p->w->why ? NULL : n;
}

/* --- writing --- */

static bool print_tail(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_aggregate *a = n->aggregate;
	if (a->filter) {
		wh_buffer_text(out, " FILTER (WHERE ");
		if (!wh_expression_print(w, a->filter, out))
			return false;
		wh_buffer_char(out, ')');
	}
	if (!a->over)
		return true;
	wh_buffer_text(out, " OVER (");
	for (size_t i = 0; i < a->npartitions; i++) {
		wh_buffer_text(out, i ? ", " : "PARTITION BY ");
		if (!wh_expression_print(w, a->partitions[i], out))
			return false;
	}
	if (a->window.count && !wh_orders_print(w, &a->window, out))
		return false;
	if (a->frame)
		wh_buffer_format(out, " %s", a->frame);
	wh_buffer_char(out, ')');
	return true;
}

/* The least and the greatest text depend on the collation, unless bytes are compared. */
static bool print_extreme_text(struct wh_sql_work *w, const struct wh_node *value,
	struct wh_buffer *out)
{
	bool binary = !is_postgresql(w->from) && !wh_node_folds(value) &&
		wh_node_type(value) != WH_ENUM;
	if (!binary)
		wh_sql_note(w, "the least and the greatest text are those of the target's collation");
	if (!wh_operand_print(w, value, out))
		return false;
	wh_buffer_text(out, binary && is_postgresql(w->to) ? " COLLATE \"C\"" : "");
	return true;
}

static void note_decimals(struct wh_sql_work *w, const struct wh_node *n)
{
	bool decimal = n->aggregate->kind->takes == TAKES_NUMBERS &&
		wh_node_class(n->items[0]) == WH_CLASS_DECIMAL;
	if (decimal && is_sqlite(w->from))
		wh_sql_note(w, "sums of decimals are exact on the target; SQLite adds them as floats");
	if (decimal && is_sqlite(w->to))
		wh_sql_note(w, "SQLite adds decimals as floats");
}

static bool print_plain(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_aggregate *a = n->aggregate;
	bool extreme = kind_is(n, "min") || kind_is(n, "max");
	if (wh_division_rounds(w, n))
		return wh_division_rounded(w, n, print_plain, out);
	wh_buffer_format(out, "%s(%s%s", a->kind->name, a->distinct ? "DISTINCT " : "",
		a->star ? "*" : "");
	if (n->nitems)
		note_decimals(w, n);
	if (a->distinct && n->nitems && wh_node_folds(n->items[0]))
		wh_sql_note(w,
			"DISTINCT takes texts that differ only in case or accents for different "
			"ones");
	for (size_t i = 0; i < n->nitems; i++) {
		wh_buffer_text(out, i ? ", " : "");
		bool text = extreme && wh_node_class(n->items[i]) == WH_CLASS_TEXT;
		if (!(text ? print_extreme_text : wh_expression_print)(w, n->items[i], out))
			return false;
	}
	wh_buffer_char(out, ')');
	return print_tail(w, n, out);
}

/* MySQL gives four digits more than the values have, the others give what they have. */
static bool print_average(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	enum wh_class class = wh_node_class(n->items[0]);
	bool floats = class == WH_CLASS_FLOAT || is_sqlite(w->from);
	int scale = wh_node_scale(n->items[0]);
	if (!floats && (is_postgresql(w->from) || scale < 0))
		return wh_sql_doubt(w, "the average has another number of digits in each dialect");
	if (floats && class != WH_CLASS_FLOAT && is_mysql(w->to))
		return wh_sql_doubt(w, "MySQL rounds the average of what is no float");
	bool cast = floats && is_postgresql(w->to);
	wh_buffer_text(out, cast ? "CAST(" : floats ? "" : "round(");
	if (!print_plain(w, n, out))
		return false;
	if (cast)
		wh_buffer_text(out, " AS double precision)");
	else if (!floats)
		wh_buffer_format(out, ", %d)", scale + 4);
	return true;
}

static bool print_part(struct wh_sql_work *w, const struct wh_node *value, struct wh_buffer *out)
{
	enum wh_class class = wh_node_class(value);
	bool sqlite = is_sqlite(w->from) || is_sqlite(w->to);
	bool number = class == WH_CLASS_INTEGER || (class == WH_CLASS_DECIMAL && !sqlite);
	if (!number && class != WH_CLASS_TEXT && class != WH_CLASS_NULL)
		return wh_sql_doubt(w, "a value becomes a text, which each dialect writes its own way");
	bool cast = is_postgresql(w->to) && (number || wh_node_type(value) == WH_ENUM);
	wh_buffer_text(out, cast ? "CAST(" : "");
	if (!wh_expression_print(w, value, out))
		return false;
	wh_buffer_text(out, cast ? " AS text)" : "");
	return true;
}

/* PostgreSQL orders distinct values by nothing but themselves. */
static bool orders_by_itself(struct wh_sql_work *w, const struct wh_node *n)
{
	struct wh_buffer value = { 0 }, key = { 0 };
	const struct wh_orders *orders = &n->aggregate->orders;
	bool same = orders->count <= 1;
	if (same && orders->count == 1)
		same = print_part(w, n->items[0], &value) &&
			wh_expression_print(w, orders->items[0].node, &key) &&
			strcmp(wh_buffer_string(&value), wh_buffer_string(&key)) == 0;
	wh_buffer_free(&value);
	wh_buffer_free(&key);
	return same;
}

/* The values of a group with their keys as rows, distinct there. */
static bool print_distinct_ordered(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out)
{
	const struct wh_orders *orders = &n->aggregate->orders;
	wh_buffer_text(out, "(SELECT string_agg(whimbrel_v, ");
	wh_sql_text(out, w->to, n->text, n->size);
	for (size_t i = 0; i < orders->count; i++) {
		const struct wh_order *o = &orders->items[i];
		wh_buffer_format(out, "%s whimbrel_k%zu%s NULLS %s", i ? "," : " ORDER BY", i + 1,
			o->descending ? " DESC" : "", o->nulls_first ? "FIRST" : "LAST");
	}
	wh_buffer_text(out, ") FROM (SELECT whimbrel_v");
	for (size_t i = 0; i < orders->count; i++)
		wh_buffer_format(out, ", min(whimbrel_k%zu) AS whimbrel_k%zu", i + 1, i + 1);
	wh_buffer_text(out, " FROM unnest(array_agg(");
	if (!print_part(w, n->items[0], out))
		return false;
	for (size_t i = 0; i < orders->count; i++) {
		wh_buffer_text(out, "), array_agg(");
		bool text = wh_node_class(orders->items[i].node) == WH_CLASS_TEXT;
		if (!(text ? print_extreme_text : wh_expression_print)(w, orders->items[i].node, out))
			return false;
	}
	wh_buffer_text(out, ")) AS whimbrel_rows(whimbrel_v");
	for (size_t i = 0; i < orders->count; i++)
		wh_buffer_format(out, ", whimbrel_k%zu", i + 1);
	wh_buffer_text(out, ") WHERE whimbrel_v IS NOT NULL GROUP BY whimbrel_v) AS whimbrel_groups)");
	return true;
}

static bool joined_certain(struct wh_sql_work *w, const struct wh_node *n)
{
	const struct wh_aggregate *a = n->aggregate;
	bool comma = n->size == 1 && *n->text == ',';
	if (is_sqlite(w->to) && a->orders.count)
		return wh_sql_doubt(w, "SQLite joins the texts of a group in no order of its own");
	if (is_sqlite(w->to) && a->distinct && !comma)
		return wh_sql_doubt(w, "SQLite joins distinct texts with commas only");
	if (a->over && (a->orders.count || a->distinct || is_mysql(w->to)))
		return wh_sql_doubt(w, "texts are joined over a window");
	return true;
}

static bool print_joined(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	static const char *const names[] = { "string_agg", "group_concat", "group_concat" };
	const struct wh_aggregate *a = n->aggregate;
	bool mysql = is_mysql(w->to);
	if (!joined_certain(w, n))
		return false;
	if (a->distinct && is_postgresql(w->to) && !a->filter && !orders_by_itself(w, n))
		return !w->why && print_distinct_ordered(w, n, out);
	wh_buffer_format(out, "%s(%s", names[wh_dialect_index(w->to)], a->distinct ? "DISTINCT " : "");
	if (!print_part(w, n->items[0], out))
		return false;
	if (!mysql && !(is_sqlite(w->to) && a->distinct)) {
		wh_buffer_text(out, ", ");
		wh_sql_text(out, w->to, n->text, n->size);
	}
	struct wh_orders orders = a->orders;
	orders.bare = a->distinct;
	if (orders.count && !wh_orders_print(w, &orders, out))
		return false;
	if (mysql) {
		wh_buffer_text(out, " SEPARATOR ");
		wh_sql_text(out, w->to, n->text, n->size);
	}
	wh_buffer_char(out, ')');
	return print_tail(w, n, out);
}

bool wh_aggregate_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	return n->aggregate->kind->print(w, n, out);
}
