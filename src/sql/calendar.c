/* Dates and times in views: parts, differences, formats, and what INTERVAL adds. */
#include "base/text.h"
#include "sql/functions.h"
#include "sql/query.h"
#include <string.h>

enum { P = 1, M = 2, S = 4 }; /* dialects: 1 << wh_dialect_index() */

#define TIMES (WH_CLASS_TEMPORAL | WH_CLASS_ANY)
#define PART(word, sqlite) \
	{ \
		"extract(" word " FROM $1)", NULL, "CAST(strftime('" sqlite "', $1) AS INTEGER)" \
	}

static bool write_format(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
static bool write_shift(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);
static bool write_between(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out);

/* A text is a date only where it stands there as one. */
static bool dates_certain(struct wh_sql_work *w, const struct wh_node *call)
{
	for (size_t i = 0; i < call->nitems; i++) {
		const struct wh_node *n = call->items[i];
		if (n->kind == WH_NODE_TEXT ? !wh_text_is_temporal(n->text)
									: !(wh_node_class(n) & (WH_CLASS_TEMPORAL | WH_CLASS_NULL)))
			return wh_sql_doubt(w, "the function \"%s\" of what may be no date",
				call->function->name);
	}
	return wh_certain_instant(w, call);
}

static bool dates_between_certain(struct wh_sql_work *w, const struct wh_node *call)
{
	for (size_t i = 1; i < 3; i++) {
		enum wh_kind kind = wh_node_type(call->items[i]);
		if (kind != WH_DATE && kind != WH_TIMESTAMP)
			return wh_sql_doubt(w, "the time between what may be no dates");
	}
	return true;
}

static const struct calendar {
	const char *spelling;
	unsigned dialects;
	size_t arguments;
	struct wh_function function;
} calendar[] = {
	{ "date_format", M, 2,
		{ "date_format", { 0 }, TIMES | WH_CLASS_TEXT, WH_CLASS_TEXT, .certain = wh_certain_instant,
			.write = write_format } },
	{ "strftime", S, 2,
		{ "strftime", { 0 }, TIMES | WH_CLASS_TEXT, WH_CLASS_TEXT, .write = write_format } },
	{ "datediff", M, 2,
		{ "datediff",
			{ "(CAST($1 AS date) - CAST($2 AS date))", NULL,
				"CAST(julianday(date($1)) - julianday(date($2)) AS INTEGER)" },
			TIMES | WH_CLASS_TEXT, WH_CLASS_INTEGER, .certain = dates_certain } },
	{ "to_days", M, 1,
		{ "to_days",
			{ "(CAST($1 AS date) - date '0001-01-01' + 366)", NULL,
				"CAST(julianday(date($1)) - 1721059.5 AS INTEGER)" },
			TIMES | WH_CLASS_TEXT, WH_CLASS_INTEGER, .certain = dates_certain } },
	{ "timestampdiff", M, 3,
		{ "timestampdiff", { 0 }, TIMES | WH_CLASS_TEXT, WH_CLASS_INTEGER,
			.certain = dates_between_certain, .write = write_between } },
	{ "last_day", M, 1,
		{ "last_day",
			{ "CAST(date_trunc('month', $1) + interval '1 month -1 day' AS date)", NULL,
				"date($1, 'start of month', '+1 month', '-1 day')" },
			TIMES, WH_CLASS_TEMPORAL, .certain = wh_certain_instant } },
	{ "quarter", M, 1,
		{ "quarter", { "extract(quarter FROM $1)", NULL, NULL }, TIMES, WH_CLASS_INTEGER,
			.certain = wh_certain_instant } },
	{ "dayofweek", M, 1,
		{ "dayofweek",
			{ "(extract(dow FROM $1) + 1)", NULL, "(CAST(strftime('%w', $1) AS INTEGER) + 1)" },
			TIMES, WH_CLASS_INTEGER, .certain = wh_certain_instant } },
	{ "weekday", M, 1,
		{ "weekday", { "(extract(isodow FROM $1) - 1)", NULL, NULL }, TIMES, WH_CLASS_INTEGER,
			.certain = wh_certain_instant } },
	{ "dayofyear", M, 1,
		{ "dayofyear", PART("doy", "%j"), TIMES, WH_CLASS_INTEGER,
			.certain = wh_certain_instant } },
	{ "second", M, 1,
		{ "second",
			{ "floor(extract(second FROM $1))", NULL, "CAST(strftime('%S', $1) AS INTEGER)" },
			TIMES, WH_CLASS_INTEGER } },
	{ "monthname", M, 1,
		{ "monthname", { "to_char($1, 'FMMonth')", NULL, NULL }, TIMES, WH_CLASS_TEXT,
			.certain = wh_certain_instant } },
	{ "dayname", M, 1,
		{ "dayname", { "to_char($1, 'FMDay')", NULL, NULL }, TIMES, WH_CLASS_TEXT,
			.certain = wh_certain_instant } },
};

static const struct wh_function shift = { "an interval", { 0 }, 0, WH_CLASS_TEMPORAL,
	.certain = wh_certain_instant, .write = write_shift };

struct wh_node *wh_calendar_call(struct wh_sql_work *w, const char *name, struct wh_node **args,
	size_t n)
{
	unsigned dialect = 1u << wh_dialect_index(w->from);
	bool adds = strcmp(name, "date_add") == 0 || strcmp(name, "adddate") == 0;
	bool takes = strcmp(name, "date_sub") == 0 || strcmp(name, "subdate") == 0;
	if ((adds || takes) && n == 2 && args[1]->kind == WH_NODE_INTERVAL)
		return wh_calendar_shift(w, args[0], args[1], takes);
	for (size_t i = 0; i < sizeof(calendar) / sizeof(calendar[0]); i++) {
		const struct calendar *c = &calendar[i];
		if (!(c->dialects & dialect) || c->arguments != n || strcmp(c->spelling, name) != 0)
			continue;
		struct wh_node *call = wh_node_make(w, WH_NODE_CALL, args, n);
		if (call)
			call->function = &c->function;
		return call;
	}
	return NULL;
}

/* --- what INTERVAL adds --- */

struct wh_node *wh_calendar_shift(struct wh_sql_work *w, struct wh_node *value,
	struct wh_node *interval, bool back)
{
	struct wh_node *call = wh_node_pair(w, WH_NODE_CALL, value, interval->items[0]);
	if (!call)
		return NULL;
	call->function = &shift;
	call->text = interval->text;
	call->negated = back;
	return call;
}

static const struct unit {
	const char *name;
	int times;
	const char *plural; /* as PostgreSQL and SQLite call it */
	bool days;          /* a date stays a date */
	bool months;        /* SQLite goes on into the next month where a day is missing */
} units[] = {
	{ "second", 1, "seconds", false, false },
	{ "minute", 1, "minutes", false, false },
	{ "hour", 1, "hours", false, false },
	{ "day", 1, "days", true, false },
	{ "week", 7, "days", true, false },
	{ "month", 1, "months", true, true },
	{ "quarter", 3, "months", true, true },
	{ "year", 1, "years", true, true },
};

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

static bool shift_postgresql(struct wh_sql_work *w, const struct wh_node *call,
	const struct unit *unit, struct wh_buffer *out)
{
	bool date = wh_node_type(call->items[0]) == WH_DATE && unit->days;
	wh_buffer_text(out, date ? "CAST(" : "(");
	if (!wh_operand_print(w, call->items[0], out))
		return false;
	wh_buffer_text(out, call->negated ? " - " : " + ");
	if (!wh_operand_print(w, call->items[1], out))
		return false;
	wh_buffer_format(out, " * interval '%d %s'", unit->times, unit->plural);
	wh_buffer_text(out, date ? " AS date)" : ")");
	return true;
}

static bool shift_sqlite(struct wh_sql_work *w, const struct wh_node *call, const struct unit *unit,
	struct wh_buffer *out)
{
	int64_t amount;
	bool date = wh_node_type(call->items[0]) == WH_DATE && unit->days;
	const struct wh_node *n = call->items[1];
	if (unit->months || n->kind != WH_NODE_NUMBER || !wh_text_int64(n->text, n->size, &amount) ||
		amount > 1000000 || amount < -1000000)
		return wh_sql_doubt(w, "SQLite adds such an interval in its own way");
	wh_buffer_text(out, date ? "date(" : "datetime(");
	if (!wh_expression_print(w, call->items[0], out))
		return false;
	amount *= call->negated ? -unit->times : unit->times;
	wh_buffer_format(out, ", '%+lld %s')", (long long)amount, unit->plural);
	return true;
}

static bool write_shift(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	const struct unit *unit = find_unit(call->text);
	enum wh_kind kind = wh_node_type(call->items[0]);
	if (!unit)
		return wh_sql_doubt(w, "an interval of the unit \"%s\"", call->text);
	if (kind != WH_DATE && kind != WH_TIMESTAMP && kind != WH_TIMESTAMPTZ)
		return wh_sql_doubt(w, "an interval is added to what may be no date");
	if (wh_node_class(call->items[1]) != WH_CLASS_INTEGER)
		return wh_sql_doubt(w, "an interval of what may be no whole number");
	if (w->to == &wh_dialect_postgresql)
		return shift_postgresql(w, call, unit, out);
	if (w->to == &wh_dialect_sqlite)
		return shift_sqlite(w, call, unit, out);
	return wh_sql_doubt(w, "an interval has no certain counterpart");
}

/* Whole units, cut towards zero. */
static bool write_between(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	static const struct {
		const char *unit, *begin, *end;
	} units_between[] = {
		{ "year", "CAST(extract(year FROM age(", ")) AS integer)" },
		{ "day", "CAST(trunc(extract(epoch FROM ", ") / 86400) AS bigint)" },
		{ "hour", "CAST(trunc(extract(epoch FROM ", ") / 3600) AS bigint)" },
		{ "minute", "CAST(trunc(extract(epoch FROM ", ") / 60) AS bigint)" },
		{ "second", "CAST(trunc(extract(epoch FROM ", ")) AS bigint)" },
	};
	size_t i = 0, n = sizeof(units_between) / sizeof(units_between[0]);
	while (i < n && !wh_node_is_text(call->items[0], units_between[i].unit))
		i++;
	if (i == n || w->to != &wh_dialect_postgresql)
		return wh_sql_doubt(w, "the time between two dates in units of \"%s\"",
			call->items[0]->text);
	wh_buffer_format(out, "%sCAST(", units_between[i].begin);
	if (!wh_expression_print(w, call->items[2], out))
		return false;
	wh_buffer_text(out, i ? " AS timestamp) - CAST(" : " AS timestamp), CAST(");
	if (!wh_expression_print(w, call->items[1], out))
		return false;
	wh_buffer_format(out, " AS timestamp)%s", units_between[i].end);
	return true;
}

/* The kind of a date to which something was added. */
enum wh_kind wh_calendar_type(const struct wh_node *call)
{
	if (wh_function_is(call, "last_day"))
		return WH_DATE;
	const struct unit *unit = call->kind == WH_NODE_CALL && call->function == &shift
		? find_unit(call->text)
		: NULL;
	enum wh_kind kind = unit ? wh_node_type(call->items[0]) : WH_NO_KIND;
	return kind == WH_DATE && !unit->days ? WH_TIMESTAMP : kind;
}

/* --- formats --- */

static const struct pattern {
	char mysql, sqlite; /* 0: not there */
	const char *postgresql;
} patterns[] = {
	{ 'Y', 'Y', "YYYY" },
	{ 'm', 'm', "MM" },
	{ 'd', 'd', "DD" },
	{ 'H', 'H', "HH24" },
	{ 'i', 'M', "MI" },
	{ 's', 'S', "SS" },
	{ 'S', 0, "SS" },
	{ 'j', 'j', "DDD" },
	{ 'y', 0, "YY" },
	{ 'M', 0, "FMMonth" },
	{ 'b', 0, "Mon" },
	{ 'W', 0, "FMDay" },
	{ 'a', 0, "Dy" },
	{ 'e', 0, "FMDD" },
	{ 'c', 0, "FMMM" },
	{ 'k', 0, "FMHH24" },
	{ 'h', 0, "HH12" },
	{ 'p', 0, "AM" },
	{ 'T', 0, "HH24:MI:SS" },
};

static const struct pattern *find_pattern(const struct wh_sql_work *w, char letter)
{
	bool mysql = w->from == &wh_dialect_mysql;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		if (letter && letter == (mysql ? patterns[i].mysql : patterns[i].sqlite))
			return &patterns[i];
	return NULL;
}

static bool put_pattern(const struct wh_sql_work *w, const struct pattern *p, struct wh_buffer *out)
{
	char letter = w->to == &wh_dialect_mysql ? p->mysql : p->sqlite;
	if (w->to == &wh_dialect_postgresql)
		wh_buffer_text(out, p->postgresql);
	else
		wh_buffer_format(out, "%%%c", letter);
	return letter || w->to == &wh_dialect_postgresql;
}

/* What is no pattern: PostgreSQL takes it as it is between double quotes. */
static bool put_plain(const struct wh_sql_work *w, char c, struct wh_buffer *out)
{
	bool quoted = w->to == &wh_dialect_postgresql && !strchr(" -/:.,", c);
	if (c == '"' || c == '\\' || c == '%')
		return false;
	wh_buffer_format(out, quoted ? "\"%c\"" : "%c", c);
	return true;
}

static bool put_format(struct wh_sql_work *w, const char *format, struct wh_buffer *out)
{
	for (const char *c = format; *c; c++) {
		const struct pattern *p = *c == '%' ? find_pattern(w, c[1]) : NULL;
		bool known = *c == '%' ? p && put_pattern(w, p, out)
							   : (unsigned char)*c < 128 && put_plain(w, *c, out);
		if (!known)
			return wh_sql_doubt(w, "the format '%s'", format);
		c += *c == '%';
	}
	return true;
}

/* strftime() has the format before the value. */
static bool write_format(struct wh_sql_work *w, const struct wh_node *call, struct wh_buffer *out)
{
	static const char *const names[] = { "to_char(", "date_format(", "strftime(" };
	bool first = w->from == &wh_dialect_sqlite, last = w->to == &wh_dialect_sqlite;
	const struct wh_node *format = call->items[!first], *value = call->items[first];
	if (format->kind != WH_NODE_TEXT || !(wh_node_class(value) & WH_CLASS_TEMPORAL))
		return wh_sql_doubt(w, "the format of a date is no literal, or what it formats no date");
	struct wh_buffer text = { 0 };
	bool certain = put_format(w, format->text, &text);
	wh_buffer_text(out, names[wh_dialect_index(w->to)]);
	if (last) {
		wh_sql_text(out, w->to, wh_buffer_string(&text), text.size);
		wh_buffer_text(out, ", ");
	}
	certain = certain && wh_expression_print(w, value, out);
	if (!last) {
		wh_buffer_text(out, ", ");
		wh_sql_text(out, w->to, wh_buffer_string(&text), text.size);
	}
	wh_buffer_char(out, ')');
	wh_buffer_free(&text);
	return certain;
}
