#include "base/text.h"
#include "codecs/jsonl/parts.h"
#include <string.h>

const struct wh_option wh_jsonl_options[] = {
	WH_CODEC_PACKED,
	{ "table", "text", "", "one table of this name for all files, instead of one a file" },
	{ "keys", "text", "none", "record: the file and the record's first byte are the primary key" },
	{ "key", "text", "", "the columns of the primary key: id, or shop,number" },
	{ "columns", "text", "",
		"types of columns: id:int64,price:decimal(10,2); the rest as inferred" },
	{ "types", "text", "infer", "text: every column is text, but for objects and arrays" },
	{ "dates", "bool", "yes", "no: texts that are dates or time stamps stay texts" },
	{ "nested", "text", "json", "objects and arrays: json, tables (and flat), or flat" },
	{ "whole", "bool", "no", "yes: one column, document, holds each object as it is written" },
	{ NULL },
};

/* The place of the option's value in a list of words that ends with NULL; the first where none is
 * given. */
static int choose(const struct wh_url *url, const char *name, const char *const *words, int *out,
	struct wh_error *error)
{
	struct wh_buffer list = { 0 };
	const char *value = wh_url_param(url, name);
	for (*out = 0; value && words[*out] && !wh_equal(value, words[*out]); ++*out)
		wh_buffer_format(&list, "%s%s", *out ? ", " : "", words[*out]);
	int rc = !value || words[*out]
		? WH_OK
		: wh_fail(error, WH_CONFIG, "%s=%.60s is not known; it is one of: %s", name, value,
			  wh_buffer_string(&list));
	wh_buffer_free(&list);
	return rc;
}

static int choose_bool(const struct wh_url *url, const char *name, bool standard, bool *out,
	struct wh_error *error)
{
	static const char *const words[] = { "yes", "no", "true", "false", "1", "0", NULL };
	int word = 0, rc = choose(url, name, words, &word, error);
	*out = wh_url_param(url, name) ? word % 2 == 0 : standard;
	return rc;
}

static bool is_given(enum wh_kind kind)
{
	static const enum wh_kind kinds[] = { WH_BOOL, WH_INT64, WH_UINT64, WH_FLOAT32, WH_FLOAT64,
		WH_DECIMAL, WH_TEXT, WH_BYTES, WH_DATE, WH_TIME, WH_TIMESTAMP, WH_TIMESTAMPTZ, WH_INTERVAL,
		WH_UUID, WH_JSON, WH_XML };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i] == kind)
			return true;
	return false;
}

/* "(10,2)" or nothing. */
static bool digits_read(const char *text, struct wh_type *type)
{
	int64_t precision, scale;
	size_t first = strspn(text, "(0123456789"), n = strlen(text);
	if (!n)
		return true;
	const char *comma = text + first;
	if (type->kind != WH_DECIMAL || *text != '(' || *comma != ',' || text[n - 1] != ')' ||
		!wh_text_int64(text + 1, first - 1, &precision) ||
		!wh_text_int64(comma + 1, n - first - 2, &scale) || scale < 0 || precision < 1 ||
		precision > 1000 || scale > precision)
		return false;
	type->precision = (int32_t)precision;
	type->scale = (int32_t)scale;
	return true;
}

static int given_read(struct jsonl_given *out, char *text, struct wh_error *error)
{
	char *colon = strrchr(text, ':');
	if (!colon || colon == text)
		return wh_fail(error, WH_CONFIG, "columns: \"%.60s\" has no type; write it as NAME:TYPE",
			text);
	*colon = '\0';
	char word[24] = "";
	size_t n = strcspn(colon + 1, "(");
	if (n < sizeof word)
		memcpy(word, colon + 1, n);
	*out = (struct jsonl_given){ text, { .kind = wh_kind_named(word) } };
	if (!is_given(out->type.kind) || !digits_read(colon + 1 + n, &out->type))
		return wh_fail(error, WH_CONFIG,
			"columns: the type \"%.40s\" of \"%.60s\" is not known; it is one of: bool, int64, "
			"uint64, float32, float64, decimal, decimal(P,S), text, bytes, date, time, timestamp, "
			"timestamptz, interval, uuid, json, xml",
			colon + 1, text);
	return WH_OK;
}

/* Up to the next comma that stands in no parentheses. */
static char *next_part(char **rest)
{
	char *part = *rest;
	int depth = 0;
	for (char *p = part; *p; p++) {
		depth += (*p == '(') - (*p == ')');
		if (*p == ',' && depth <= 0) {
			*p = '\0';
			*rest = p + 1;
			return part;
		}
	}
	*rest = NULL;
	return part;
}

static int columns_read(struct jsonl_options *o, const struct wh_url *url, struct wh_arena *arena,
	struct wh_error *error)
{
	char *rest = wh_arena_text(arena, wh_url_param(url, "columns"));
	int rc = WH_OK;
	while (rc == WH_OK && rest) {
		struct jsonl_given given = { 0 };
		rc = given_read(&given, next_part(&rest), error);
		if (rc == WH_OK && wh_jsonl_given(o, given.name))
			rc = wh_fail(error, WH_CONFIG, "columns: \"%.60s\" stands there twice", given.name);
		if (rc == WH_OK)
			*wh_push(arena, &o->given, &o->ngiven) = given;
	}
	return rc;
}

static int check(const struct jsonl_options *o, const struct wh_url *url, struct wh_error *error)
{
	static const char *const alone[] = { "columns", "types", "nested", "dates", "key" };
	for (size_t i = 0; o->whole && i < sizeof alone / sizeof *alone; i++)
		if (wh_url_param(url, alone[i]))
			return wh_fail(error, WH_CONFIG,
				"whole=yes keeps each object as it is written; leave %s out", alone[i]);
	if (o->nkey && o->keys)
		return wh_fail(error, WH_CONFIG,
			"key names a primary key where %s has one already; leave key out",
			o->nested == JSONL_TABLES ? "nested=tables" : "keys=record");
	if (o->table && !*o->table)
		return wh_fail(error, WH_CONFIG, "table has no name; write it as table=NAME");
	return WH_OK;
}

const struct wh_type *wh_jsonl_given(const struct jsonl_options *o, const char *name)
{
	for (size_t i = 0; i < o->ngiven; i++)
		if (wh_equal(o->given[i].name, name))
			return &o->given[i].type;
	return NULL;
}

int wh_jsonl_options_read(struct jsonl_options *out, const struct wh_codec_setup *setup,
	struct wh_arena *arena, struct wh_error *error)
{
	static const char *const keys[] = { "none", "record", NULL };
	static const char *const types[] = { "infer", "text", NULL };
	static const char *const nested[] = { "json", "tables", "flat", NULL };
	const struct wh_url *url = setup->url;
	int key = 0, type = 0, nest = 0, rc;
	if ((rc = choose(url, "keys", keys, &key, error)) != WH_OK ||
		(rc = choose(url, "types", types, &type, error)) != WH_OK ||
		(rc = choose(url, "nested", nested, &nest, error)) != WH_OK ||
		(rc = choose_bool(url, "dates", true, &out->dates, error)) != WH_OK ||
		(rc = choose_bool(url, "whole", false, &out->whole, error)) != WH_OK ||
		(rc = columns_read(out, url, arena, error)) != WH_OK)
		return rc;
	out->table = wh_url_param(url, "table");
	out->nested = (enum jsonl_nested)nest;
	out->keys = key || nest == JSONL_TABLES;
	out->text = type;
	char *rest = wh_arena_text(arena, wh_url_param(url, "key"));
	while (rest)
		*wh_push(arena, &out->key, &out->nkey) = next_part(&rest);
	return check(out, url, error);
}
