/* Types: from the server's spelling to what a value is. */
#define _GNU_SOURCE
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

struct name {
	const char *word;
	enum wh_mysql_class class;
	enum wh_kind kind;
	int32_t bits, unsigned_bits; /* of integers: what a signed number needs */
	bool fixed;
};

static const struct name names[] = {
	{ "tinyint", WH_MYSQL_INTEGER, WH_INT64, 16, 16, false },
	{ "smallint", WH_MYSQL_INTEGER, WH_INT64, 16, 32, false },
	{ "mediumint", WH_MYSQL_INTEGER, WH_INT64, 32, 32, false },
	{ "int", WH_MYSQL_INTEGER, WH_INT64, 32, 64, false },
	{ "integer", WH_MYSQL_INTEGER, WH_INT64, 32, 64, false },
	{ "bigint", WH_MYSQL_INTEGER, WH_INT64, 64, 0, false },
	{ "year", WH_MYSQL_INTEGER, WH_INT64, 16, 16, false },
	{ "bool", WH_MYSQL_INTEGER, WH_BOOL, 0, 0, false },
	{ "boolean", WH_MYSQL_INTEGER, WH_BOOL, 0, 0, false },
	{ "bit", WH_MYSQL_BIT, WH_BITS, 0, 0, true },
	{ "decimal", WH_MYSQL_DECIMAL, WH_DECIMAL, 0, 0, false },
	{ "numeric", WH_MYSQL_DECIMAL, WH_DECIMAL, 0, 0, false },
	{ "dec", WH_MYSQL_DECIMAL, WH_DECIMAL, 0, 0, false },
	{ "fixed", WH_MYSQL_DECIMAL, WH_DECIMAL, 0, 0, false },
	{ "float", WH_MYSQL_FLOAT, WH_FLOAT32, 0, 0, false },
	{ "double", WH_MYSQL_DOUBLE, WH_FLOAT64, 0, 0, false },
	{ "real", WH_MYSQL_DOUBLE, WH_FLOAT64, 0, 0, false },
	{ "date", WH_MYSQL_DATE, WH_DATE, 0, 0, false },
	{ "datetime", WH_MYSQL_DATETIME, WH_TIMESTAMP, 0, 0, false },
	{ "timestamp", WH_MYSQL_DATETIME, WH_TIMESTAMPTZ, 0, 0, false },
	{ "time", WH_MYSQL_TIME, WH_INTERVAL, 0, 0, false },
	{ "char", WH_MYSQL_TEXT, WH_TEXT, 0, 0, true },
	{ "character", WH_MYSQL_TEXT, WH_TEXT, 0, 0, true },
	{ "varchar", WH_MYSQL_TEXT, WH_TEXT, 0, 0, false },
	{ "tinytext", WH_MYSQL_TEXT, WH_TEXT, 0, 0, false },
	{ "text", WH_MYSQL_TEXT, WH_TEXT, 0, 0, false },
	{ "mediumtext", WH_MYSQL_TEXT, WH_TEXT, 0, 0, false },
	{ "longtext", WH_MYSQL_TEXT, WH_TEXT, 0, 0, false },
	{ "binary", WH_MYSQL_BINARY, WH_BYTES, 0, 0, true },
	{ "varbinary", WH_MYSQL_BINARY, WH_BYTES, 0, 0, false },
	{ "tinyblob", WH_MYSQL_BINARY, WH_BYTES, 0, 0, false },
	{ "blob", WH_MYSQL_BINARY, WH_BYTES, 0, 0, false },
	{ "mediumblob", WH_MYSQL_BINARY, WH_BYTES, 0, 0, false },
	{ "longblob", WH_MYSQL_BINARY, WH_BYTES, 0, 0, false },
	{ "enum", WH_MYSQL_LABELS, WH_ENUM, 0, 0, false },
	{ "set", WH_MYSQL_LABELS, WH_SET, 0, 0, false },
	{ "json", WH_MYSQL_JSON, WH_JSON, 0, 0, false },
	{ "uuid", WH_MYSQL_UUID, WH_UUID, 0, 0, false },
	{ "inet4", WH_MYSQL_OTHER, WH_TEXT, 0, 0, false },
	{ "inet6", WH_MYSQL_OTHER, WH_TEXT, 0, 0, false },
	{ "geometry", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "point", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "linestring", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "polygon", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "multipoint", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "multilinestring", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "multipolygon", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "geometrycollection", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
	{ "geomcollection", WH_MYSQL_GEOMETRY, WH_GEOMETRY, 0, 0, false },
};

const char *wh_mysql_type_word(size_t number)
{
	return number < sizeof names / sizeof *names ? names[number].word : NULL;
}

static size_t word_length(const char *text)
{
	size_t n = 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return n;
}

static const struct name *name_of(const char *spelling)
{
	size_t n = spelling ? word_length(spelling) : 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].word) == n && !strncasecmp(names[i].word, spelling, n))
			return &names[i];
	return NULL;
}

enum wh_mysql_class wh_mysql_class(const char *native)
{
	const struct name *name = name_of(native);
	return name ? name->class : WH_MYSQL_OTHER;
}

/* Behind the arguments; the labels of an ENUM may hold any word. */
static const char *attributes(const char *spelling)
{
	const char *end = strrchr(spelling, ')');
	return end ? end + 1 : spelling + word_length(spelling);
}

bool wh_mysql_is_unsigned(const char *native)
{
	const char *at = native ? attributes(native) : "";
	return strcasestr(at, "unsigned") || strcasestr(at, "zerofill");
}

static const char *skip_spaces(const char *at)
{
	while (isspace((unsigned char)*at))
		at++;
	return at;
}

static int64_t read_number(const char **at)
{
	int64_t value = 0;
	*at = skip_spaces(*at);
	while (isdigit((unsigned char)**at) && value < INT64_C(1) << 40)
		value = value * 10 + (*(*at)++ - '0');
	*at = skip_spaces(*at);
	return value;
}

/* "(a)" or "(a,b)"; how many there were, or -1. */
static int read_numbers(const char *spelling, int64_t out[2])
{
	const char *at = skip_spaces(spelling + word_length(spelling));
	int n = 0;
	if (*at != '(')
		return 0;
	do {
		at++;
		if (n == 2 || !isdigit((unsigned char)*skip_spaces(at)))
			return -1;
		out[n++] = read_number(&at);
	} while (*at == ',');
	return *at == ')' ? n : -1;
}

/* One label in quotes, as the server writes it: '' and \ escapes. */
static const char *read_label(struct wh_buffer *out, const char *at)
{
	static const char escapes[] = "n\nr\rt\tb\b0\0Z\x1a";
	wh_buffer_clear(out);
	for (at++; *at; at++) {
		if (*at == '\'' && at[1] != '\'')
			return at + 1;
		if (*at == '\\' && at[1]) {
			const char *escape = NULL;
			for (size_t i = 0; i + 1 < sizeof escapes && !escape; i += 2)
				escape = escapes[i] == at[1] ? &escapes[i + 1] : NULL;
			wh_buffer_char(out, escape ? *escape : at[1]);
			at++;
			continue;
		}
		at += *at == '\'';
		wh_buffer_char(out, *at);
	}
	return NULL;
}

static bool read_labels(struct wh_arena *arena, const char *spelling, struct wh_type *out)
{
	struct wh_buffer label = { 0 };
	const char *at = skip_spaces(spelling + word_length(spelling));
	const char **labels = NULL;
	size_t n = 0;
	while (at && (*at == '(' || *at == ',') && *(at = skip_spaces(at + 1)) == '\'') {
		at = read_label(&label, at);
		if (!at)
			break;
		*wh_push(arena, &labels, &n) = wh_arena_text(arena, wh_buffer_string(&label));
		at = skip_spaces(at);
	}
	wh_buffer_free(&label);
	out->labels = labels;
	out->nlabels = n;
	return at && *at == ')' && n;
}

static void set_integer(const struct name *name, const char *spelling, int n,
	const int64_t *numbers, struct wh_type *out)
{
	bool is_unsigned = wh_mysql_is_unsigned(spelling);
	out->precision = is_unsigned ? name->unsigned_bits : name->bits;
	if (is_unsigned && !name->unsigned_bits)
		out->kind = WH_UINT64;
	if (out->kind == WH_UINT64)
		out->precision = 64;
	if (name == &names[0] && n == 1 && numbers[0] == 1 && !strcasestr(spelling, "zerofill"))
		*out = (struct wh_type){ .kind = WH_BOOL, .native = out->native };
}

static bool set_numbers(const struct name *name, const char *spelling, struct wh_type *out)
{
	int64_t number[2] = { 0, 0 };
	int n = read_numbers(spelling, number);
	if (n < 0)
		return false;
	switch (name->class) {
	case WH_MYSQL_INTEGER:
		if (out->kind != WH_BOOL)
			set_integer(name, spelling, n, number, out);
		break;
	case WH_MYSQL_BIT:
		out->length = n ? number[0] : 1;
		if (out->length == 1)
			*out = (struct wh_type){ .kind = WH_BOOL, .native = out->native };
		break;
	case WH_MYSQL_DECIMAL:
		out->precision = n ? (int32_t)number[0] : 10;
		out->scale = (int32_t)number[1];
		break;
	case WH_MYSQL_FLOAT:
		if (n == 1 && number[0] > 24)
			out->kind = WH_FLOAT64;
		break;
	case WH_MYSQL_DATETIME:
	case WH_MYSQL_TIME:
		out->precision = (int32_t)number[0];
		break;
	case WH_MYSQL_TEXT:
	case WH_MYSQL_BINARY:
		out->length = n ? number[0] : name->fixed;
		break;
	default:
		break;
	}
	return out->precision <= 65 && out->scale <= 65;
}

bool wh_mysql_type(struct wh_arena *arena, const char *spelling, struct wh_type *out)
{
	const struct name *name = name_of(spelling);
	if (!name)
		return false;
	*out = (struct wh_type){ .kind = name->kind,
		.fixed = name->fixed,
		.not_negative = wh_mysql_is_unsigned(spelling) &&
			(name->kind == WH_DECIMAL || name->kind == WH_FLOAT32 || name->kind == WH_FLOAT64),
		.native = wh_arena_text(arena, spelling) };
	return name->class == WH_MYSQL_LABELS
		? read_labels(arena, spelling, out)
		: set_numbers(name, spelling, out);
}
