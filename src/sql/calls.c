#include "base/text.h"
#include "sql/functions.h"
#include <string.h>

static bool call_to(const struct wh_sql_work *w, const struct wh_dialect *d)
{
	return w->to == d;
}

static bool call_is_leaf(const struct wh_node *n)
{
	return n->kind == WH_NODE_COLUMN || wh_node_is_literal(n);
}

/* SQLite folds only ASCII. An index serves all the same; a value or a check would differ. */
bool wh_certain_letters(struct wh_sql_work *w, const struct wh_node *call)
{
	bool sqlite = w->from == &wh_dialect_sqlite || w->to == &wh_dialect_sqlite;
	if (sqlite && w->context->use == WH_SQL_VIEW)
		wh_sql_note(w, "SQLite's lower() and upper() change only ASCII letters");
	else if (sqlite && (w->context->use != WH_SQL_INDEX || w->condition))
		return wh_sql_doubt(w, "SQLite's %s() changes only ASCII letters", call->function->name);
	return true;
}

/* From the end, or from before the start, each engine counts in its own way. */
bool wh_certain_part(struct wh_sql_work *w, const struct wh_node *call)
{
	bool certain = !(wh_node_class(call->items[0]) & WH_CLASS_INTEGER) &&
		wh_node_is_integer(call->items[1], 1) &&
		(call->nitems < 3 || wh_node_is_integer(call->items[2], 0) ||
			wh_function_is(call->items[2], "length") ||
			wh_function_is(call->items[2], "octet_length"));
	return certain ||
		wh_sql_doubt(w, "\"%s\" counts from the end or by a number not known here",
			call->function->name);
}

/* MySQL takes off a whole text, the others any of its characters. */
bool wh_certain_trim(struct wh_sql_work *w, const struct wh_node *call)
{
	const struct wh_node *what = call->items[1];
	bool mysql = w->from == &wh_dialect_mysql || w->to == &wh_dialect_mysql;
	if (what->kind != WH_NODE_TEXT || !what->size ||
		(mysql && wh_utf8_length(what->text, what->size) != 1))
		return wh_sql_doubt(w, "\"%s\" takes off more than one character", call->function->name);
	return true;
}

/* Decimals are rounded alike, floats are not. With a number of digits PostgreSQL has decimals
 * only. */
bool wh_certain_round(struct wh_sql_work *w, const struct wh_node *call)
{
	enum wh_class class = wh_node_class(call->items[0]);
	bool digits = call->nitems == 2 && wh_node_is_integer(call->items[1], 0);
	bool view = w->context->use == WH_SQL_VIEW && call_to(w, &wh_dialect_postgresql);
	if (view && class == WH_CLASS_FLOAT && digits && wh_function_is(call, "round"))
		return call->items[1]->size == 1 || wh_sql_doubt(w, "\"round\" to many digits");
	if (class == WH_CLASS_INTEGER || class == WH_CLASS_DECIMAL || (class == WH_CLASS_ANY && digits))
		return call->nitems == 1 || digits || wh_sql_doubt(w, "\"round\" to digits not known here");
	return wh_sql_doubt(w, "\"round\" of what may be a float");
}

bool wh_certain_results(struct wh_sql_work *w, const struct wh_node *call)
{
	unsigned classes = 0;
	for (size_t i = 0; i < call->nitems; i++)
		classes |= wh_node_class(call->items[i]);
	return wh_results_certain(w, classes);
}

bool wh_certain_nullif(struct wh_sql_work *w, const struct wh_node *call)
{
	return wh_comparison_certain(w, WH_OP_EQUAL, call->items[0], call->items[1]);
}

bool wh_certain_instant(struct wh_sql_work *w, const struct wh_node *call)
{
	const struct wh_node *value = call->items[0];
	bool shown = w->context->use == WH_SQL_VIEW && w->from != &wh_dialect_sqlite &&
		w->to != &wh_dialect_sqlite;
	bool instant = value->kind == WH_NODE_COLUMN && value->column->kind == WH_TIMESTAMPTZ;
	if (instant && shown)
		wh_sql_note(w, "the date and the hour of an instant are those of the session's time zone");
	else if (instant)
		return wh_sql_doubt(w, "the date of an instant depends on the time zone");
	return true;
}

bool wh_certain_texts(struct wh_sql_work *w, const struct wh_node *call)
{
	unsigned fine = WH_CLASS_TEXT | WH_CLASS_ANY | WH_CLASS_INTEGER | WH_CLASS_NULL;
	for (size_t i = 0; i < call->nitems; i++)
		if (!(wh_node_class(call->items[i]) & fine))
			return wh_sql_doubt(w, "a value becomes a text, which each dialect writes its own way");
	return true;
}

/* PostgreSQL lets it depend on settings, and so not into what is stored. */
bool wh_certain_concat_ws(struct wh_sql_work *w, const struct wh_node *call)
{
	bool stored = w->context->use == WH_SQL_GENERATED || w->context->use == WH_SQL_INDEX;
	if (stored && call_to(w, &wh_dialect_postgresql))
		return wh_sql_doubt(w, "PostgreSQL does not store what concat_ws() gives");
	return wh_certain_texts(w, call);
}

bool wh_certain_pad(struct wh_sql_work *w, const struct wh_node *call)
{
	bool certain = wh_node_is_integer(call->items[1], 1) && call->items[2]->kind == WH_NODE_TEXT &&
		call->items[2]->size;
	return certain ||
		wh_sql_doubt(w, "\"%s\" pads with what is not known here", call->function->name);
}

/* MySQL looks for a text as its collation compares. */
bool wh_certain_position(struct wh_sql_work *w, const struct wh_node *call)
{
	bool mysql = w->from == &wh_dialect_mysql || call_to(w, &wh_dialect_mysql);
	bool folds = wh_node_folds(call->items[0]) || wh_node_folds(call->items[1]);
	bool certain = w->context->use == WH_SQL_VIEW ? !folds : !mysql;
	return certain || wh_sql_doubt(w, "where a text is found depends on the collation");
}

bool wh_certain_clock(struct wh_sql_work *w, const struct wh_node *call)
{
	return !w->context->textual || wh_sql_doubt(w, "\"%s\" becomes a text", call->function->name);
}

/* The digits that a clock function was asked for; NULL: none. */
static const char *call_precision(const struct wh_node *call)
{
	bool given = call->nitems == 1 && wh_node_is_integer(call->items[0], 0);
	return given && call->items[0]->size == 1 ? call->items[0]->text : NULL;
}

/* The session's clock. MySQL holds an instant of PostgreSQL or SQLite in UTC. */
static const char *now_text(const struct wh_sql_work *w, bool digits)
{
	static const char *const dates[] = { "CURRENT_DATE", "curdate()", "CURRENT_DATE" };
	static const char *const times[] = { "LOCALTIME", "curtime()", "CURRENT_TIME" };
	unsigned to = wh_dialect_index(w->to);
	if (w->context->kind == WH_DATE)
		return dates[to];
	if (w->context->kind == WH_TIME)
		return times[to];
	if (call_to(w, &wh_dialect_postgresql) && w->context->use == WH_SQL_VIEW)
		return "date_trunc('second', LOCALTIMESTAMP)";
	if (call_to(w, &wh_dialect_postgresql) && !digits)
		return "now()";
	return call_to(w, &wh_dialect_mysql) && w->context->kind == WH_TIMESTAMPTZ
		? "utc_timestamp"
		: "CURRENT_TIMESTAMP";
}

bool wh_write_now(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	const char *digits = call_precision(call);
	bool mysql = call_to(w, &wh_dialect_mysql);
	if (w->context->textual || (call->nitems && !digits))
		return wh_sql_doubt(w, "\"%s\" becomes a text", call->function->name);
	if (!digits && mysql && w->from == &wh_dialect_postgresql)
		digits = "6";
	const char *text = now_text(w, digits);
	bool stamp = w->context->kind != WH_DATE && w->context->kind != WH_TIME;
	wh_buffer_text(out, text);
	bool view = w->context->use == WH_SQL_VIEW;
	if (view && digits)
		return wh_sql_doubt(w, "the clock with %s digits", digits);
	if (stamp && digits && !call_to(w, &wh_dialect_sqlite) && (!mysql || *digits != '0'))
		wh_buffer_format(out, "(%s)", digits);
	else if (wh_equal(text, "utc_timestamp"))
		wh_buffer_text(out, "()");
	return true;
}

/* The clock in UTC, without a zone; SQLite writes it as a text of seconds. As an instant the other
 * two would take it for the session's time. */
bool wh_write_utc(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	bool instant = w->context->kind == WH_TIMESTAMPTZ, sqlite = w->from == &wh_dialect_sqlite;
	bool postgresql = w->from == &wh_dialect_postgresql;
	(void)call;
	if (w->context->textual && !sqlite)
		return wh_sql_doubt(w, "a time stamp becomes a text");
	if (instant && !sqlite)
		return wh_sql_doubt(w, "a time without a zone becomes an instant");
	if (call_to(w, &wh_dialect_sqlite))
		wh_buffer_text(out, "CURRENT_TIMESTAMP");
	else if (call_to(w, &wh_dialect_mysql))
		wh_buffer_text(out, postgresql ? "utc_timestamp(6)" : "utc_timestamp()");
	else if (w->context->textual)
		wh_buffer_text(out, "to_char((now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI:SS')");
	else
		wh_buffer_text(out, instant ? "now()" : "(now() AT TIME ZONE 'UTC')");
	return true;
}

/* Seconds since 1970. A column of them may have become one of instants. */
bool wh_write_epoch(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	static const char *const seconds[] = { "CAST(floor(extract(epoch FROM now())) AS bigint)",
		"unix_timestamp()", "CAST(strftime('%s', 'now') AS INTEGER)" };
	static const char *const instants[] = { "now()", "utc_timestamp()", NULL };
	const char *text = seconds[wh_dialect_index(w->to)];
	(void)call;
	if (w->context->temporal)
		text = w->context->kind == WH_TIMESTAMPTZ ? instants[wh_dialect_index(w->to)] : NULL;
	wh_buffer_text(out, text ? text : "");
	return text || wh_sql_doubt(w, "seconds since 1970 become a date or time");
}

/* Seconds with a fraction, which only an integer column takes away again. */
bool wh_write_epoch_exact(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	struct wh_node *epoch = wh_function_as_integer(w, call);
	if (w->context->kind == WH_INT64 && epoch)
		return wh_call_print(w, epoch, out);
	return wh_sql_doubt(w, "seconds with their fraction");
}

static bool call_leaves(struct wh_sql_work *w, const struct wh_node *call)
{
	for (size_t i = 0; i < call->nitems; i++)
		if (!call_is_leaf(call->items[i]))
			return wh_sql_doubt(w, "\"%s\" of more than columns and literals",
				call->function->name);
	return true;
}

static bool call_list(struct wh_sql_work *w, const char *name, const struct wh_node *call,
	struct wh_buffer *out)
{
	bool certain = true;
	wh_buffer_format(out, "%s(", name);
	for (size_t i = 0; i < call->nitems && certain; i++) {
		wh_buffer_text(out, i ? ", " : "");
		certain = wh_expression_print(w, call->items[i], out);
	}
	wh_buffer_char(out, ')');
	return certain;
}

/* To PostgreSQL, whose greatest() passes over nulls: null where one argument is. */
static bool write_extreme_strict(struct wh_sql_work *w, const struct wh_node *call,
	struct wh_buffer *out)
{
	const char *word = "CASE WHEN ";
	for (size_t i = 0; i < call->nitems; i++) {
		if (wh_node_is_literal(call->items[i]) && call->items[i]->kind != WH_NODE_NULL)
			continue;
		wh_buffer_text(out, word);
		word = " OR ";
		if (!wh_operand_print(w, call->items[i], out))
			return false;
		wh_buffer_text(out, " IS NULL");
	}
	bool nulls = *word == ' ';
	wh_buffer_text(out, nulls ? " THEN NULL ELSE " : "");
	bool certain = call_list(w, call->function->name, call, out);
	wh_buffer_text(out, nulls ? " END" : "");
	return certain;
}

/* From PostgreSQL: greatest(coalesce(a, b), coalesce(b, a)). */
static bool write_extreme_lenient(struct wh_sql_work *w, const struct wh_node *call,
	struct wh_buffer *out)
{
	wh_buffer_format(out, "%s(", call->function->print[wh_dialect_index(w->to)]);
	for (size_t i = 0; i < 2; i++) {
		wh_buffer_text(out, i ? ", coalesce(" : "coalesce(");
		if (!wh_expression_print(w, call->items[i], out))
			return false;
		wh_buffer_text(out, ", ");
		if (!wh_expression_print(w, call->items[1 - i], out))
			return false;
		wh_buffer_char(out, ')');
	}
	wh_buffer_char(out, ')');
	return true;
}

bool wh_write_extreme(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	static const char *const sqlite[] = { "max", "min" };
	if (!call->function->print[0])
		return call_leaves(w, call) && write_extreme_lenient(w, call, out);
	if (call_to(w, &wh_dialect_postgresql))
		return call_leaves(w, call) && write_extreme_strict(w, call, out);
	const char *name = call->function->name;
	return call_list(w, call_to(w, &wh_dialect_sqlite) ? sqlite[*name == 'l'] : name, call, out);
}

/* PostgreSQL's concat() passes over nulls. */
bool wh_write_joined(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	bool mysql = call_to(w, &wh_dialect_mysql);
	wh_buffer_text(out, mysql ? "concat_ws(''" : "(''");
	for (size_t i = 0; i < call->nitems; i++) {
		wh_buffer_text(out, mysql ? ", " : " || coalesce(");
		if (!wh_expression_print(w, call->items[i], out))
			return false;
		wh_buffer_text(out, mysql ? "" : ", '')");
	}
	wh_buffer_char(out, ')');
	return true;
}

/* A json column of PostgreSQL holds nothing else. For a null some versions of SQLite give 0. */
bool wh_write_json_valid(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	const struct wh_node *value = call->items[0];
	bool json = value->kind == WH_NODE_COLUMN && value->column->kind == WH_JSON;
	if (w->from == &wh_dialect_sqlite)
		return wh_sql_doubt(w, "json_valid() of a null depends on the version of SQLite");
	if (call_to(w, &wh_dialect_mysql))
		return call_list(w, "json_valid", call, out);
	if (call_to(w, &wh_dialect_postgresql)) {
		wh_buffer_text(out, "TRUE");
		return (json && w->context->use == WH_SQL_CHECK) ||
			wh_sql_doubt(w, "the function \"json_valid\" is not translated");
	}
	wh_buffer_text(out, "CASE WHEN ");
	if (!call_leaves(w, call) || !wh_operand_print(w, value, out))
		return false;
	wh_buffer_text(out, " IS NOT NULL THEN ");
	bool certain = call_list(w, "json_valid", call, out);
	wh_buffer_text(out, " END");
	return certain;
}

static bool call_certain(struct wh_sql_work *w, const struct wh_node *call)
{
	const struct wh_function *f = call->function;
	if (f->moves && w->context->use != WH_SQL_DEFAULT && w->context->use != WH_SQL_VIEW)
		return wh_sql_doubt(w, "\"%s\" changes by itself and stands outside a default", f->name);
	for (size_t i = 0; f->takes && i < call->nitems; i++)
		if (!(wh_node_class(call->items[i]) & (f->takes | WH_CLASS_NULL)))
			return wh_sql_doubt(w, "the function \"%s\" of such a value", f->name);
	return !f->certain || f->certain(w, call);
}

/* PostgreSQL has no functions of texts for the types of enums. */
static bool call_argument(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool cast = call_to(w, &wh_dialect_postgresql) && wh_node_type(n) == WH_ENUM;
	wh_buffer_text(out, cast ? "CAST(" : "");
	bool certain = wh_expression_print(w, n, out);
	wh_buffer_text(out, cast ? " AS text)" : "");
	return certain;
}

/* PostgreSQL rounds only decimals to digits. MySQL multiplies a float, rounds it to an even whole,
 * and divides it again. */
static bool call_rounds_float(const struct wh_sql_work *w, const struct wh_node *n)
{
	return call_to(w, &wh_dialect_postgresql) && wh_function_is(n, "round") && n->nitems == 2 &&
		wh_node_class(n->items[0]) == WH_CLASS_FLOAT;
}

static bool call_template(struct wh_sql_work *w, const char *template, const struct wh_node *call,
	struct wh_buffer *out)
{
	bool certain = true;
	for (const char *t = template; *t && certain; t++) {
		if (*t != '$') {
			wh_buffer_char(out, *t);
			continue;
		}
		size_t first = *++t == '*' ? 0 : (size_t)(*t - '1');
		size_t last = *t == '*' ? call->nitems : first + 1;
		for (size_t i = first; i < last && certain; i++) {
			wh_buffer_text(out, i > first ? ", " : "");
			certain = call_argument(w, call->items[i], out);
		}
	}
	return certain;
}

bool wh_call_print(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const char *template = n->function->print[wh_dialect_index(w->to)];
	if (!call_certain(w, n))
		return false;
	if (n->function->write)
		return n->function->write(w, n, out);
	if (!template)
		return wh_sql_doubt(w, "the function \"%s\" has no certain counterpart", n->function->name);
	if (call_rounds_float(w, n))
		template = "(round(($1) * 1e$2) / 1e$2)";
	bool unrounded = w->unrounded;
	w->unrounded = unrounded || wh_function_is(n, "round") || wh_function_is(n, "floor") ||
		wh_function_is(n, "ceiling") || wh_function_is(n, "truncate");
	bool certain = call_template(w, template, n, out);
	w->unrounded = unrounded;
	return certain;
}
