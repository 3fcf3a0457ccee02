#include "base/text.h"
#include "base/time.h"
#include "sql/expression.h"
#include "sql/functions.h"
#include <string.h>

struct type_class {
	const char *name;
	enum wh_class to;
};

/* Of CLASS_OTHER: types of the engine whose literals are not plain texts, or only some are. */
static const struct type_class types[] = {
	{ "text", WH_CLASS_TEXT },
	{ "character varying", WH_CLASS_TEXT },
	{ "varchar", WH_CLASS_TEXT },
	{ "character", WH_CLASS_TEXT },
	{ "char", WH_CLASS_TEXT },
	{ "bpchar", WH_CLASS_TEXT },
	{ "integer", WH_CLASS_INTEGER },
	{ "int", WH_CLASS_INTEGER },
	{ "int2", WH_CLASS_INTEGER },
	{ "int4", WH_CLASS_INTEGER },
	{ "int8", WH_CLASS_INTEGER },
	{ "smallint", WH_CLASS_INTEGER },
	{ "bigint", WH_CLASS_INTEGER },
	{ "signed", WH_CLASS_INTEGER },
	{ "signed integer", WH_CLASS_INTEGER },
	{ "numeric", WH_CLASS_DECIMAL },
	{ "decimal", WH_CLASS_DECIMAL },
	{ "double precision", WH_CLASS_FLOAT },
	{ "float8", WH_CLASS_FLOAT },
	{ "double", WH_CLASS_FLOAT },
	{ "boolean", WH_CLASS_BOOLEAN },
	{ "bool", WH_CLASS_BOOLEAN },
	{ "date", WH_CLASS_TEMPORAL },
	{ "timestamp", WH_CLASS_TEMPORAL },
	{ "timestamp without time zone", WH_CLASS_TEMPORAL },
	{ "datetime", WH_CLASS_TEMPORAL },
	{ "time", WH_CLASS_TEMPORAL },
	{ "time without time zone", WH_CLASS_TEMPORAL },
	{ "bytea", WH_CLASS_BYTES },
	{ "real", WH_CLASS_OTHER },
	{ "float4", WH_CLASS_OTHER },
	{ "bit", WH_CLASS_OTHER },
	{ "bit varying", WH_CLASS_OTHER },
	{ "varbit", WH_CLASS_OTHER },
	{ "json", WH_CLASS_OTHER },
	{ "jsonb", WH_CLASS_OTHER },
	{ "uuid", WH_CLASS_OTHER },
	{ "inet", WH_CLASS_OTHER },
	{ "cidr", WH_CLASS_OTHER },
	{ "macaddr", WH_CLASS_OTHER },
	{ "macaddr8", WH_CLASS_OTHER },
	{ "citext", WH_CLASS_OTHER },
	{ "money", WH_CLASS_OTHER },
	{ "interval", WH_CLASS_OTHER },
	{ "timestamptz", WH_CLASS_OTHER },
	{ "timestamp with time zone", WH_CLASS_OTHER },
	{ "timetz", WH_CLASS_OTHER },
	{ "time with time zone", WH_CLASS_OTHER },
	{ "xml", WH_CLASS_OTHER },
	{ "point", WH_CLASS_OTHER },
	{ "line", WH_CLASS_OTHER },
	{ "lseg", WH_CLASS_OTHER },
	{ "box", WH_CLASS_OTHER },
	{ "path", WH_CLASS_OTHER },
	{ "polygon", WH_CLASS_OTHER },
	{ "circle", WH_CLASS_OTHER },
	{ "name", WH_CLASS_OTHER },
	{ "oid", WH_CLASS_OTHER },
	{ "tsvector", WH_CLASS_OTHER },
	{ "tsquery", WH_CLASS_OTHER },
	{ "hstore", WH_CLASS_OTHER },
	{ "ltree", WH_CLASS_OTHER },
	{ "geometry", WH_CLASS_OTHER },
	{ "geography", WH_CLASS_OTHER },
	{ "regclass", WH_CLASS_OTHER },
	{ "regproc", WH_CLASS_OTHER },
	{ "pg_lsn", WH_CLASS_OTHER },
	{ "int4range", WH_CLASS_OTHER },
	{ "int8range", WH_CLASS_OTHER },
	{ "numrange", WH_CLASS_OTHER },
	{ "tsrange", WH_CLASS_OTHER },
	{ "tstzrange", WH_CLASS_OTHER },
	{ "daterange", WH_CLASS_OTHER },
};

void wh_cast_classify(const struct wh_dialect *d, struct wh_sql_type *type)
{
	type->to = WH_CLASS_OTHER;
	type->user = d == &wh_dialect_postgresql;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].name, type->name) == 0) {
			type->to = types[i].to;
			type->user = false;
		}
	}
	bool one = strcmp(type->name, "character") == 0 || strcmp(type->name, "char") == 0;
	if (one && d == &wh_dialect_postgresql && !type->parametric) {
		type->parametric = true;
		type->length = 1;
	}
}

static struct wh_node *cast_doubt(struct wh_sql_work *w, const struct wh_sql_type *type)
{
	if (strcmp(type->name, "regclass") == 0)
		wh_sql_doubt(w, "it names a table or a sequence, such as one that several tables share");
	else
		wh_sql_doubt(w, "a cast to \"%s\"%s is not translated", type->name,
			type->array ? " array" : "");
	return NULL;
}

bool wh_text_is_number(const char *text)
{
	static const char digits[] = "0123456789";
	text += *text == '-';
	size_t whole = strspn(text, digits);
	text += whole;
	size_t fraction = *text == '.' ? strspn(text + 1, digits) : 0;
	text += *text == '.' ? 1 + fraction : 0;
	if (!whole && !fraction)
		return false;
	if ((*text | 32) == 'e') {
		text += text[1] == '-' || text[1] == '+' ? 2 : 1;
		if (!strspn(text, digits))
			return false;
		text += strspn(text, digits);
	}
	return !*text;
}

bool wh_text_is_temporal(const char *text)
{
	int64_t value;
	size_t n = strlen(text);
	bool plain = *text >= '0' && *text <= '9';
	return plain &&
		(wh_parse_date(text, n, &value) || wh_parse_time(text, n, &value) ||
			wh_parse_timestamp(text, n, &value));
}

/* Characters that fit stay; a type of fixed length pads, so there the count must be right. */
static struct wh_node *text_to_text(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	int64_t n = (int64_t)wh_utf8_length(v->text, v->size);
	bool fixed = w->from == &wh_dialect_postgresql &&
		(wh_starts(type->name, "char") || wh_equal(type->name, "bpchar")) &&
		!wh_equal(type->name, "character varying");
	if (type->parametric && (n > type->length || (fixed && n != type->length)))
		return cast_doubt(w, type);
	return v;
}

static struct wh_node *text_to_number(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	int64_t whole;
	bool integer = wh_text_int64(v->text, v->size, &whole);
	if (integer && *v->text == '+')
		integer = false;
	if (!integer &&
		(type->to == WH_CLASS_INTEGER || type->parametric || !wh_text_is_number(v->text)))
		return cast_doubt(w, type);
	return wh_node_literal(w, WH_NODE_NUMBER, v->text, v->size);
}

static struct wh_node *text_to_boolean(struct wh_sql_work *w, struct wh_node *v)
{
	static const char *const words[] = { "f", "t", "false", "true", "0", "1", "no", "yes", "off",
		"on" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (wh_node_is_text(v, words[i])) {
			struct wh_node *node = wh_node_make(w, WH_NODE_BOOLEAN, NULL, 0);
			node->negated = i % 2 == 0;
			return node;
		}
	}
	wh_sql_doubt(w, "\"%s\" is no truth value", v->text);
	return NULL;
}

/* 'now' is the clock when the default is taken, as 'now'::text keeps it from being a constant. */
static struct wh_node *text_to_time(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	if (wh_node_is_text(v, "now") && w->from == &wh_dialect_postgresql)
		return wh_function_call(w,
			strcmp(type->name, "date") == 0          ? "current_date"
				: wh_starts(type->name, "timestamp") ? "localtimestamp"
													 : "localtime",
			NULL, 0);
	if (!wh_text_is_temporal(v->text))
		return cast_doubt(w, type);
	return v;
}

static struct wh_node *text_to_bytes(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	bool hexadecimal = wh_starts(v->text, "\\x") && v->size % 2 == 0 &&
		strspn(v->text + 2, "0123456789abcdefABCDEF") == v->size - 2;
	if (v->size && !hexadecimal)
		return cast_doubt(w, type);
	size_t skip = v->size ? 2 : 0;
	return wh_node_literal(w, WH_NODE_BYTES, v->text + skip, v->size - skip);
}

static struct wh_node *text_to_other(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	static const char *const textual[] = { "uuid", "inet", "cidr", "macaddr", "macaddr8",
		"citext" };
	if (type->user || wh_equal(type->name, "json") || wh_equal(type->name, "jsonb"))
		return v;
	if (wh_starts(type->name, "timestamp") && wh_node_is_text(v, "now"))
		return wh_function_call(w, "now", NULL, 0);
	bool bits = wh_equal(type->name, "bit") || wh_equal(type->name, "bit varying");
	if (bits && !type->parametric && v->size && strspn(v->text, "01") == v->size)
		return wh_node_literal(w, WH_NODE_BITS, v->text, v->size);
	for (size_t i = 0; i < sizeof(textual) / sizeof(textual[0]); i++)
		if (w->context->textual && wh_equal(type->name, textual[i]))
			return v;
	return cast_doubt(w, type);
}

static struct wh_node *cast_text(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	switch (type->to) {
	case WH_CLASS_TEXT:
		return text_to_text(w, v, type);
	case WH_CLASS_BOOLEAN:
		return text_to_boolean(w, v);
	case WH_CLASS_TEMPORAL:
		return text_to_time(w, v, type);
	case WH_CLASS_BYTES:
		return text_to_bytes(w, v, type);
	case WH_CLASS_OTHER:
		return text_to_other(w, v, type);
	default:
		return text_to_number(w, v, type);
	}
}

static struct wh_node *cast_number(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	bool whole = wh_node_is_integer(v, INT64_MIN);
	if (type->to == WH_CLASS_BOOLEAN)
		return wh_truth_value(w, v);
	if (type->to == WH_CLASS_TEXT && whole && !type->parametric)
		return wh_node_literal(w, WH_NODE_TEXT, v->text, v->size);
	if ((type->to & WH_CLASS_NUMBER) &&
		(whole || (type->to != WH_CLASS_INTEGER && !type->parametric)))
		return v;
	return cast_doubt(w, type);
}

static struct wh_node *cast_make(struct wh_sql_work *w, struct wh_node *v, enum wh_class to)
{
	struct wh_node *node = wh_node_pair(w, WH_NODE_CAST, v, NULL);
	if (node)
		node->to = to;
	return node;
}

/* PostgreSQL writes ::text behind every varchar column, which says nothing elsewhere. */
static struct wh_node *value_to_text(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type, enum wh_class class)
{
	bool postgresql = w->from == &wh_dialect_postgresql;
	bool sqlite = w->from == &wh_dialect_sqlite || w->to == &wh_dialect_sqlite;
	if (type->parametric)
		return cast_doubt(w, type);
	if (postgresql && (class & (WH_CLASS_TEXT | WH_CLASS_ANY)))
		return v;
	if (class & (WH_CLASS_TEXT | WH_CLASS_ANY | WH_CLASS_INTEGER) ||
		(class == WH_CLASS_DECIMAL && !sqlite))
		return cast_make(w, v, WH_CLASS_TEXT);
	return cast_doubt(w, type);
}

static struct wh_node *value_to_number(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type, enum wh_class class)
{
	bool postgresql = w->from == &wh_dialect_postgresql;
	bool number = postgresql && (class & (WH_CLASS_NUMBER | WH_CLASS_ANY));
	if (type->parametric)
		return cast_doubt(w, type);
	if (type->to == WH_CLASS_INTEGER) {
		struct wh_node *call = wh_function_as_integer(w, v);
		if (call || class == WH_CLASS_INTEGER)
			return call ? call : v;
		return class == WH_CLASS_BOOLEAN ? cast_make(w, v, type->to) : cast_doubt(w, type);
	}
	if (class == type->to || (number && type->to == WH_CLASS_DECIMAL))
		return v;
	return number ? cast_make(w, v, type->to) : cast_doubt(w, type);
}

static struct wh_node *cast_value(struct wh_sql_work *w, struct wh_node *v,
	const struct wh_sql_type *type)
{
	enum wh_class class = wh_node_class(v);
	bool temporal = class & (WH_CLASS_TEMPORAL | WH_CLASS_ANY);
	if (type->to == WH_CLASS_TEXT)
		return value_to_text(w, v, type, class);
	if (type->to & WH_CLASS_NUMBER)
		return value_to_number(w, v, type, class);
	if (type->to == WH_CLASS_BOOLEAN && class == WH_CLASS_BOOLEAN)
		return v;
	if (strcmp(type->name, "date") == 0 && temporal && w->from != &wh_dialect_sqlite) {
		struct wh_node **args = wh_new_array(w->scratch, struct wh_node *, 1);
		args[0] = v;
		return wh_function_call(w, "date", args, 1);
	}
	return cast_doubt(w, type);
}

struct wh_node *wh_cast_apply(struct wh_sql_work *w, struct wh_node *value,
	const struct wh_sql_type *type)
{
	if (!value || w->why)
		return NULL;
	if (type->array)
		return cast_doubt(w, type);
	if (value->kind == WH_NODE_NULL)
		return value;
	if (value->kind == WH_NODE_TEXT)
		return cast_text(w, value, type);
	return value->kind == WH_NODE_NUMBER ? cast_number(w, value, type) : cast_value(w, value, type);
}
