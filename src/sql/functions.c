#include "sql/functions.h"
#include "base/text.h"
#include <string.h>

enum function {
	FN_NOW,
	FN_UTC_NOW,
	FN_UTC_OF,
	FN_TODAY,
	FN_UTC_TODAY,
	FN_CLOCK,
	FN_UTC_CLOCK,
	FN_EPOCH,
	FN_EPOCH_EXACT,
	FN_EPOCH_OF,
	FN_UUID,
	FN_LOWER,
	FN_UPPER,
	FN_LENGTH,
	FN_BYTE_LENGTH,
	FN_TRIM,
	FN_LTRIM,
	FN_RTRIM,
	FN_TRIM_OF,
	FN_LTRIM_OF,
	FN_RTRIM_OF,
	FN_SUBSTR,
	FN_LEFT,
	FN_RIGHT,
	FN_REPLACE,
	FN_CONCAT_SKIP,
	FN_CONCAT_WS,
	FN_ABS,
	FN_ROUND,
	FN_ROUND_TO,
	FN_FLOOR,
	FN_CEILING,
	FN_COALESCE,
	FN_NULLIF,
	FN_GREATEST,
	FN_LEAST,
	FN_GREATEST_SKIP,
	FN_LEAST_SKIP,
	FN_DATE,
	FN_YEAR,
	FN_MONTH,
	FN_DAY,
	FN_HOUR,
	FN_MINUTE,
	FN_YEAR_TEXT,
	FN_MONTH_TEXT,
	FN_DAY_TEXT,
	FN_HOUR_TEXT,
	FN_MINUTE_TEXT,
	FN_JSON_VALID,
	FN_JSON_OBJECT,
	FN_JSON_ARRAY,
	FN_ANY_VALUE,
	FN_LPAD,
	FN_RPAD,
	FN_REVERSE,
	FN_MD5,
	FN_TRUNCATE,
	FN_POSITION,
	FN_LOCATE,
	FUNCTIONS
};

#define TEXTS (WH_CLASS_TEXT | WH_CLASS_ANY)
#define NUMBERS (WH_CLASS_NUMBER | WH_CLASS_ANY)
#define TIMES (WH_CLASS_TEMPORAL | WH_CLASS_ANY)
#define UTC_POSTGRESQL "(now() AT TIME ZONE 'UTC')"

static const struct wh_function functions[FUNCTIONS] = {
	[FN_NOW] = { "now", { 0 }, 0, WH_CLASS_TEMPORAL, .moves = true, .write = wh_write_now },
	[FN_UTC_NOW] = { "utc_timestamp", { 0 }, 0, WH_CLASS_TEMPORAL, .moves = true,
		.write = wh_write_utc },
	[FN_UTC_OF] = { "timezone", { 0 }, 0, WH_CLASS_TEMPORAL },
	[FN_TODAY] = { "current_date", { "CURRENT_DATE", "curdate()", "CURRENT_DATE" }, 0,
		WH_CLASS_TEMPORAL, .moves = true },
	[FN_UTC_TODAY] = { "current_date",
		{ "CAST(" UTC_POSTGRESQL " AS date)", "utc_date()", "CURRENT_DATE" }, 0, WH_CLASS_TEMPORAL,
		.moves = true },
	[FN_CLOCK] = { "localtime", { "LOCALTIME", "curtime()", "CURRENT_TIME" }, 0, WH_CLASS_TEMPORAL,
		.moves = true, .certain = wh_certain_clock },
	[FN_UTC_CLOCK] = { "current_time",
		{ "CAST(" UTC_POSTGRESQL " AS time)", "utc_time()", "CURRENT_TIME" }, 0, WH_CLASS_TEMPORAL,
		.moves = true, .certain = wh_certain_clock },
	[FN_EPOCH] = { "epoch", { 0 }, 0, WH_CLASS_INTEGER, .moves = true, .write = wh_write_epoch },
	[FN_EPOCH_EXACT] = { "extract", { 0 }, 0, WH_CLASS_DECIMAL, .moves = true,
		.write = wh_write_epoch_exact },
	[FN_EPOCH_OF] = { "extract", { 0 }, 0, WH_CLASS_DECIMAL },
	[FN_UUID] = { "uuid", { "gen_random_uuid()", "uuid()", NULL }, 0, WH_CLASS_OTHER,
		.moves = true },
	[FN_LOWER] = { "lower", { "lower($1)", "lower($1)", "lower($1)" }, TEXTS, WH_CLASS_TEXT,
		.certain = wh_certain_letters },
	[FN_UPPER] = { "upper", { "upper($1)", "upper($1)", "upper($1)" }, TEXTS, WH_CLASS_TEXT,
		.certain = wh_certain_letters },
	[FN_LENGTH] = { "length", { "length($1)", "char_length($1)", "length($1)" },
		TEXTS | WH_CLASS_BYTES, WH_CLASS_INTEGER },
	[FN_BYTE_LENGTH] = { "octet_length",
		{ "octet_length($1)", "octet_length($1)", "length(CAST($1 AS BLOB))" },
		TEXTS | WH_CLASS_BYTES, WH_CLASS_INTEGER },
	[FN_TRIM] = { "trim", { "btrim($1)", "trim($1)", "trim($1)" }, TEXTS, WH_CLASS_TEXT },
	[FN_LTRIM] = { "ltrim", { "ltrim($1)", "ltrim($1)", "ltrim($1)" }, TEXTS, WH_CLASS_TEXT },
	[FN_RTRIM] = { "rtrim", { "rtrim($1)", "rtrim($1)", "rtrim($1)" }, TEXTS, WH_CLASS_TEXT },
	[FN_TRIM_OF] = { "trim", { "btrim($1, $2)", "TRIM(BOTH $2 FROM $1)", "trim($1, $2)" }, TEXTS,
		WH_CLASS_TEXT, .certain = wh_certain_trim },
	[FN_LTRIM_OF] = { "ltrim", { "ltrim($1, $2)", "TRIM(LEADING $2 FROM $1)", "ltrim($1, $2)" },
		TEXTS, WH_CLASS_TEXT, .certain = wh_certain_trim },
	[FN_RTRIM_OF] = { "rtrim", { "rtrim($1, $2)", "TRIM(TRAILING $2 FROM $1)", "rtrim($1, $2)" },
		TEXTS, WH_CLASS_TEXT, .certain = wh_certain_trim },
	[FN_SUBSTR] = { "substr", { "substr($*)", "substr($*)", "substr($*)" },
		TEXTS | WH_CLASS_INTEGER, WH_CLASS_TEXT, .certain = wh_certain_part },
	[FN_LEFT] = { "left", { "left($1, $2)", "left($1, $2)", "substr($1, 1, $2)" },
		TEXTS | WH_CLASS_INTEGER, WH_CLASS_TEXT, .certain = wh_certain_part },
	[FN_RIGHT] = { "right", { "right($1, $2)", "right($1, $2)", "substr($1, -$2)" },
		TEXTS | WH_CLASS_INTEGER, WH_CLASS_TEXT, .certain = wh_certain_part },
	[FN_REPLACE] = { "replace", { "replace($*)", "replace($*)", "replace($*)" }, TEXTS,
		WH_CLASS_TEXT },
	[FN_CONCAT_SKIP] = { "concat", { 0 }, 0, WH_CLASS_TEXT, .certain = wh_certain_texts,
		.write = wh_write_joined },
	[FN_CONCAT_WS] = { "concat_ws", { "concat_ws($*)", "concat_ws($*)", NULL }, 0, WH_CLASS_TEXT,
		.certain = wh_certain_concat_ws },
	[FN_ABS] = { "abs", { "abs($1)", "abs($1)", "abs($1)" }, NUMBERS },
	[FN_ROUND] = { "round", { "round($1)", "round($1)", NULL }, NUMBERS,
		.certain = wh_certain_round },
	[FN_ROUND_TO] = { "round", { "round($1, $2)", "round($1, $2)", NULL }, NUMBERS,
		.certain = wh_certain_round },
	[FN_FLOOR] = { "floor", { "floor($1)", "floor($1)", NULL }, NUMBERS },
	[FN_CEILING] = { "ceiling", { "ceiling($1)", "ceiling($1)", NULL }, NUMBERS },
	[FN_COALESCE] = { "coalesce", { "coalesce($*)", "coalesce($*)", "coalesce($*)" }, .alike = true,
		.certain = wh_certain_results },
	[FN_NULLIF] = { "nullif", { "nullif($*)", "nullif($*)", "nullif($*)" }, .alike = true,
		.certain = wh_certain_nullif },
	[FN_GREATEST] = { "greatest", { "greatest($*)", "greatest($*)", "max($*)" }, NUMBERS,
		.write = wh_write_extreme },
	[FN_LEAST] = { "least", { "least($*)", "least($*)", "min($*)" }, NUMBERS,
		.write = wh_write_extreme },
	[FN_GREATEST_SKIP] = { "greatest", { NULL, "greatest", "max" }, NUMBERS,
		.write = wh_write_extreme },
	[FN_LEAST_SKIP] = { "least", { NULL, "least", "min" }, NUMBERS, .write = wh_write_extreme },
	[FN_DATE] = { "date", { "CAST($1 AS date)", "date($1)", "date($1)" }, TIMES, WH_CLASS_TEMPORAL,
		.certain = wh_certain_instant },
	[FN_YEAR] = { "year",
		{ "extract(year FROM $1)", "year($1)", "CAST(strftime('%Y', $1) AS INTEGER)" }, TIMES,
		WH_CLASS_INTEGER, .certain = wh_certain_instant },
	[FN_MONTH] = { "month",
		{ "extract(month FROM $1)", "month($1)", "CAST(strftime('%m', $1) AS INTEGER)" }, TIMES,
		WH_CLASS_INTEGER, .certain = wh_certain_instant },
	[FN_DAY] = { "day",
		{ "extract(day FROM $1)", "dayofmonth($1)", "CAST(strftime('%d', $1) AS INTEGER)" }, TIMES,
		WH_CLASS_INTEGER, .certain = wh_certain_instant },
	[FN_HOUR] = { "hour",
		{ "extract(hour FROM $1)", "hour($1)", "CAST(strftime('%H', $1) AS INTEGER)" }, TIMES,
		WH_CLASS_INTEGER, .certain = wh_certain_instant },
	[FN_MINUTE] = { "minute",
		{ "extract(minute FROM $1)", "minute($1)", "CAST(strftime('%M', $1) AS INTEGER)" }, TIMES,
		WH_CLASS_INTEGER, .certain = wh_certain_instant },
	[FN_YEAR_TEXT] = { "strftime", { 0 }, TIMES, WH_CLASS_TEXT },
	[FN_MONTH_TEXT] = { "strftime", { 0 }, TIMES, WH_CLASS_TEXT },
	[FN_DAY_TEXT] = { "strftime", { 0 }, TIMES, WH_CLASS_TEXT },
	[FN_HOUR_TEXT] = { "strftime", { 0 }, TIMES, WH_CLASS_TEXT },
	[FN_MINUTE_TEXT] = { "strftime", { 0 }, TIMES, WH_CLASS_TEXT },
	[FN_JSON_VALID] = { "json_valid", { 0 }, 0, WH_CLASS_BOOLEAN, .write = wh_write_json_valid },
	[FN_JSON_OBJECT] = { "json_object", { "'{}'", "json_object()", "'{}'" }, 0, WH_CLASS_OTHER },
	[FN_LPAD] = { "lpad", { "lpad(CAST($1 AS text), $2, $3)", "lpad($*)", NULL },
		TEXTS | WH_CLASS_INTEGER, WH_CLASS_TEXT, .certain = wh_certain_pad },
	[FN_RPAD] = { "rpad", { "rpad(CAST($1 AS text), $2, $3)", "rpad($*)", NULL },
		TEXTS | WH_CLASS_INTEGER, WH_CLASS_TEXT, .certain = wh_certain_pad },
	[FN_REVERSE] = { "reverse", { "reverse($1)", "reverse($1)", NULL }, TEXTS, WH_CLASS_TEXT },
	[FN_MD5] = { "md5", { "md5($1)", "md5($1)", NULL }, WH_CLASS_TEXT, WH_CLASS_TEXT },
	[FN_TRUNCATE] = { "truncate", { "trunc($1, $2)", "truncate($1, $2)", NULL }, NUMBERS,
		.certain = wh_certain_round },
	[FN_POSITION] = { "instr", { "strpos($1, $2)", "instr($1, $2)", "instr($1, $2)" }, TEXTS,
		WH_CLASS_INTEGER, .certain = wh_certain_position },
	[FN_LOCATE] = { "locate", { "strpos($2, $1)", "locate($1, $2)", "instr($2, $1)" }, TEXTS,
		WH_CLASS_INTEGER, .certain = wh_certain_position },
	[FN_ANY_VALUE] = { "any_value", { "(array_agg($1))[1]", "min($1)", "$1" } },
	[FN_JSON_ARRAY] = { "json_array", { "'[]'", "json_array()", "'[]'" }, 0, WH_CLASS_OTHER },
};

enum { P = 1, M = 2, S = 4 }; /* dialects: 1 << wh_dialect_index() */

struct spelling {
	const char *name;
	unsigned dialects;
	enum function function;
	size_t least, most;   /* arguments, without `first` */
	const char *first[2]; /* leading arguments that must be these texts, and vanish */
};

static const struct spelling spellings[] = {
	{ "now", P | M, FN_NOW, 0, 1 },
	{ "current_timestamp", P | M, FN_NOW, 0, 1 },
	{ "localtimestamp", P | M, FN_NOW, 0, 1 },
	{ "localtime", M, FN_NOW, 0, 1 },
	{ "transaction_timestamp", P, FN_NOW, 0, 0 },
	{ "statement_timestamp", P, FN_NOW, 0, 0 },
	{ "clock_timestamp", P, FN_NOW, 0, 0 },
	{ "current_timestamp", S, FN_UTC_NOW, 0, 0 },
	{ "utc_timestamp", M, FN_UTC_NOW, 0, 1 },
	{ "datetime", S, FN_UTC_NOW, 0, 0, { "now" } },
	{ "datetime", S, FN_UTC_NOW, 0, 0 },
	{ "strftime", S, FN_UTC_NOW, 0, 0, { "%Y-%m-%d %H:%M:%S", "now" } },
	{ "timezone", P, FN_UTC_OF, 1, 1, { "utc" } },
	{ "timezone", P, FN_UTC_OF, 1, 1, { "gmt" } },
	{ "current_date", P | M, FN_TODAY, 0, 0 },
	{ "curdate", M, FN_TODAY, 0, 0 },
	{ "current_date", S, FN_UTC_TODAY, 0, 0 },
	{ "utc_date", M, FN_UTC_TODAY, 0, 0 },
	{ "date", S, FN_UTC_TODAY, 0, 0, { "now" } },
	{ "date", S, FN_UTC_TODAY, 0, 0 },
	{ "strftime", S, FN_UTC_TODAY, 0, 0, { "%Y-%m-%d", "now" } },
	{ "localtime", P, FN_CLOCK, 0, 0 },
	{ "curtime", M, FN_CLOCK, 0, 0 },
	{ "current_time", M, FN_CLOCK, 0, 0 },
	{ "current_time", S, FN_UTC_CLOCK, 0, 0 },
	{ "utc_time", M, FN_UTC_CLOCK, 0, 0 },
	{ "time", S, FN_UTC_CLOCK, 0, 0, { "now" } },
	{ "strftime", S, FN_EPOCH, 0, 0, { "%s", "now" } },
	{ "unixepoch", S, FN_EPOCH, 0, 0 },
	{ "unixepoch", S, FN_EPOCH, 0, 0, { "now" } },
	{ "unix_timestamp", M, FN_EPOCH, 0, 0 },
	{ "extract", P, FN_EPOCH_OF, 1, 1, { "epoch" } },
	{ "date_part", P, FN_EPOCH_OF, 1, 1, { "epoch" } },
	{ "uuid", M, FN_UUID, 0, 0 },
	{ "gen_random_uuid", P, FN_UUID, 0, 0 },
	{ "uuid_generate_v4", P, FN_UUID, 0, 0 },
	{ "lower", P | M | S, FN_LOWER, 1, 1 },
	{ "lcase", M, FN_LOWER, 1, 1 },
	{ "upper", P | M | S, FN_UPPER, 1, 1 },
	{ "ucase", M, FN_UPPER, 1, 1 },
	{ "length", P | S, FN_LENGTH, 1, 1 },
	{ "char_length", P | M, FN_LENGTH, 1, 1 },
	{ "character_length", P | M, FN_LENGTH, 1, 1 },
	{ "length", M, FN_BYTE_LENGTH, 1, 1 },
	{ "octet_length", P | M, FN_BYTE_LENGTH, 1, 1 },
	{ "trim", P | M | S, FN_TRIM, 1, 1 },
	{ "trim", P | M | S, FN_TRIM_OF, 2, 2 },
	{ "btrim", P, FN_TRIM, 1, 1 },
	{ "btrim", P, FN_TRIM_OF, 2, 2 },
	{ "ltrim", P | M | S, FN_LTRIM, 1, 1 },
	{ "ltrim", P | M | S, FN_LTRIM_OF, 2, 2 },
	{ "rtrim", P | M | S, FN_RTRIM, 1, 1 },
	{ "rtrim", P | M | S, FN_RTRIM_OF, 2, 2 },
	{ "substr", P | M | S, FN_SUBSTR, 2, 3 },
	{ "substring", P | M | S, FN_SUBSTR, 2, 3 },
	{ "left", P | M, FN_LEFT, 2, 2 },
	{ "right", P | M, FN_RIGHT, 2, 2 },
	{ "replace", P | M | S, FN_REPLACE, 3, 3 },
	{ "concat", P, FN_CONCAT_SKIP, 1, 100 },
	{ "concat_ws", P | M, FN_CONCAT_WS, 2, 100 },
	{ "abs", P | M | S, FN_ABS, 1, 1 },
	{ "round", P | M | S, FN_ROUND, 1, 1 },
	{ "round", P | M | S, FN_ROUND_TO, 2, 2 },
	{ "floor", P | M | S, FN_FLOOR, 1, 1 },
	{ "ceil", P | M | S, FN_CEILING, 1, 1 },
	{ "ceiling", P | M | S, FN_CEILING, 1, 1 },
	{ "coalesce", P | M | S, FN_COALESCE, 1, 100 },
	{ "ifnull", M | S, FN_COALESCE, 2, 2 },
	{ "nvl", M, FN_COALESCE, 2, 2 },
	{ "nullif", P | M | S, FN_NULLIF, 2, 2 },
	{ "greatest", P, FN_GREATEST_SKIP, 2, 2 },
	{ "least", P, FN_LEAST_SKIP, 2, 2 },
	{ "greatest", M, FN_GREATEST, 2, 100 },
	{ "least", M, FN_LEAST, 2, 100 },
	{ "max", S, FN_GREATEST, 2, 100 },
	{ "min", S, FN_LEAST, 2, 100 },
	{ "date", P | M | S, FN_DATE, 1, 1 },
	{ "year", M, FN_YEAR, 1, 1 },
	{ "month", M, FN_MONTH, 1, 1 },
	{ "day", M, FN_DAY, 1, 1 },
	{ "dayofmonth", M, FN_DAY, 1, 1 },
	{ "hour", M, FN_HOUR, 1, 1 },
	{ "minute", M, FN_MINUTE, 1, 1 },
	{ "extract", P | M, FN_YEAR, 1, 1, { "year" } },
	{ "extract", P | M, FN_MONTH, 1, 1, { "month" } },
	{ "extract", P | M, FN_DAY, 1, 1, { "day" } },
	{ "extract", P | M, FN_HOUR, 1, 1, { "hour" } },
	{ "extract", P | M, FN_MINUTE, 1, 1, { "minute" } },
	{ "date_part", P, FN_YEAR, 1, 1, { "year" } },
	{ "date_part", P, FN_MONTH, 1, 1, { "month" } },
	{ "date_part", P, FN_DAY, 1, 1, { "day" } },
	{ "date_part", P, FN_HOUR, 1, 1, { "hour" } },
	{ "date_part", P, FN_MINUTE, 1, 1, { "minute" } },
	{ "strftime", S, FN_YEAR_TEXT, 1, 1, { "%Y" } },
	{ "strftime", S, FN_MONTH_TEXT, 1, 1, { "%m" } },
	{ "strftime", S, FN_DAY_TEXT, 1, 1, { "%d" } },
	{ "strftime", S, FN_HOUR_TEXT, 1, 1, { "%H" } },
	{ "strftime", S, FN_MINUTE_TEXT, 1, 1, { "%M" } },
	{ "lpad", P | M, FN_LPAD, 3, 3 },
	{ "rpad", P | M, FN_RPAD, 3, 3 },
	{ "reverse", P | M, FN_REVERSE, 1, 1 },
	{ "md5", P | M, FN_MD5, 1, 1 },
	{ "truncate", M, FN_TRUNCATE, 2, 2 },
	{ "trunc", P, FN_TRUNCATE, 2, 2 },
	{ "instr", M | S, FN_POSITION, 2, 2 },
	{ "locate", M, FN_LOCATE, 2, 2 },
	{ "strpos", P, FN_POSITION, 2, 2 },
	{ "json_valid", M | S, FN_JSON_VALID, 1, 1 },
	{ "json_object", M | S, FN_JSON_OBJECT, 0, 0 },
	{ "json_build_object", P, FN_JSON_OBJECT, 0, 0 },
	{ "jsonb_build_object", P, FN_JSON_OBJECT, 0, 0 },
	{ "json_array", M | S, FN_JSON_ARRAY, 0, 0 },
	{ "json_build_array", P, FN_JSON_ARRAY, 0, 0 },
	{ "jsonb_build_array", P, FN_JSON_ARRAY, 0, 0 },
};

/* One function around another that together are a third. */
static const struct {
	enum function outer, inner, both;
} collapses[] = {
	{ FN_UTC_OF, FN_NOW, FN_UTC_NOW },
	{ FN_EPOCH_OF, FN_NOW, FN_EPOCH_EXACT },
	{ FN_FLOOR, FN_EPOCH_EXACT, FN_EPOCH },
	{ FN_DATE, FN_NOW, FN_TODAY },
	{ FN_DATE, FN_UTC_NOW, FN_UTC_TODAY },
};

/* The same for a cast to an integer; arguments stay. */
static const struct {
	enum function inner, integer;
} integers[] = {
	{ FN_EPOCH_EXACT, FN_EPOCH },
	{ FN_YEAR_TEXT, FN_YEAR },
	{ FN_MONTH_TEXT, FN_MONTH },
	{ FN_DAY_TEXT, FN_DAY },
	{ FN_HOUR_TEXT, FN_HOUR },
	{ FN_MINUTE_TEXT, FN_MINUTE },
};

static struct wh_node *function_make(struct wh_sql_work *w, enum function f, struct wh_node **args,
	size_t n)
{
	for (size_t i = 0; args && n == 1 && i < sizeof(collapses) / sizeof(collapses[0]); i++)
		if (collapses[i].outer == f && args[0]->function == &functions[collapses[i].inner])
			return function_make(w, collapses[i].both, NULL, 0);
	struct wh_node *call = wh_node_make(w, WH_NODE_CALL, args, n);
	if (call)
		call->function = &functions[f];
	return call;
}

struct wh_node *wh_function_as_integer(struct wh_sql_work *w, const struct wh_node *call)
{
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (call->function == &functions[integers[i].inner])
			return function_make(w, integers[i].integer, call->items, call->nitems);
	return NULL;
}

static bool spelling_fits(const struct spelling *s, struct wh_node *const *args, size_t n,
	size_t *skip)
{
	*skip = 0;
	while (*skip < 2 && s->first[*skip]) {
		bool same = *skip < n &&
			(*s->first[*skip] == '%' ? args[*skip]->kind == WH_NODE_TEXT &&
						strcmp(args[*skip]->text, s->first[*skip]) == 0
									 : wh_node_is_text(args[*skip], s->first[*skip]));
		if (!same)
			return false;
		++*skip;
	}
	return n - *skip >= s->least && n - *skip <= s->most;
}

/* Calls that are operators or a CASE in every dialect. */
static struct wh_node *function_as_operation(struct wh_sql_work *w, const char *name,
	struct wh_node **args, size_t n)
{
	bool mysql = w->from == &wh_dialect_mysql, sqlite = w->from == &wh_dialect_sqlite;
	if (n == 2 && !sqlite && strcmp(name, "mod") == 0)
		return wh_node_operation(w, WH_OP_MODULO, args[0], args[1]);
	if (n == 3 && ((mysql && strcmp(name, "if") == 0) || (sqlite && strcmp(name, "iif") == 0))) {
		struct wh_node *node = wh_node_make(w, WH_NODE_CASE, args, n);
		if (node)
			node->otherwise = true;
		return node;
	}
	bool text = n == 1 && wh_node_class(args[0]) == WH_CLASS_TEXT;
	if ((n < 2 && !text) || !mysql || strcmp(name, "concat") != 0)
		return NULL;
	struct wh_node *node = args[0];
	for (size_t i = 1; i < n && node; i++)
		node = wh_node_operation(w, WH_OP_CONCAT, node, args[i]);
	return node;
}

struct wh_node *wh_function_call(struct wh_sql_work *w, const char *name, struct wh_node **args,
	size_t n)
{
	if (w->why)
		return NULL;
	struct wh_node *operation = function_as_operation(w, name, args, n);
	if (operation || w->why)
		return operation;
	bool known = false;
	unsigned dialect = 1u << wh_dialect_index(w->from);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const struct spelling *s = &spellings[i];
		size_t skip;
		if (!(s->dialects & dialect) || strcmp(s->name, name) != 0)
			continue;
		if (spelling_fits(s, args, n, &skip))
			return function_make(w, s->function, args ? args + skip : NULL, n - skip);
		known = true;
	}
	struct wh_node *call = w->scope ? wh_calendar_call(w, name, args, n) : NULL;
	if (call || w->why)
		return call;
	wh_sql_doubt(w, "the function \"%s\" is not translated%s", name,
		known ? " with these arguments" : "");
	return NULL;
}

struct wh_node *wh_function_any(struct wh_sql_work *w, struct wh_node *value)
{
	struct wh_node **args = wh_new_array(w->scratch, struct wh_node *, 1);
	args[0] = value;
	return function_make(w, FN_ANY_VALUE, args, 1);
}

bool wh_function_is(const struct wh_node *n, const char *name)
{
	return n->kind == WH_NODE_CALL && strcmp(n->function->name, name) == 0;
}

enum wh_class wh_function_class(const struct wh_node *call)
{
	return call->function->gives;
}

bool wh_function_moves(const struct wh_function *f)
{
	return f->moves;
}
