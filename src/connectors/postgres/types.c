/* What a type's spelling means: names as format_type() writes them, and their aliases. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

/* How the numbers in parentheses are meant. */
enum modifier { NO_MODIFIER, LENGTH, DIGITS, FRACTION, BINARY_DIGITS };

struct spelling {
	const char *name;
	enum wh_kind kind;
	enum modifier modifier;
	int usual; /* precision or length where no modifier is given */
	bool fixed;
};

static const struct spelling spellings[] = {
	{ "boolean", WH_BOOL },
	{ "bool", WH_BOOL },
	{ "smallint", WH_INT64, .usual = 16 },
	{ "int2", WH_INT64, .usual = 16 },
	{ "integer", WH_INT64, .usual = 32 },
	{ "int", WH_INT64, .usual = 32 },
	{ "int4", WH_INT64, .usual = 32 },
	{ "bigint", WH_INT64, .usual = 64 },
	{ "int8", WH_INT64, .usual = 64 },
	{ "oid", WH_INT64, .usual = 64 },
	{ "real", WH_FLOAT32 },
	{ "float4", WH_FLOAT32 },
	{ "double precision", WH_FLOAT64 },
	{ "float8", WH_FLOAT64 },
	{ "float", WH_FLOAT64, BINARY_DIGITS },
	{ "numeric", WH_DECIMAL, DIGITS },
	{ "decimal", WH_DECIMAL, DIGITS },
	{ "text", WH_TEXT },
	{ "name", WH_TEXT, .usual = 63 },
	{ "\"char\"", WH_TEXT, .usual = 1 },
	{ "character varying", WH_TEXT, LENGTH },
	{ "varchar", WH_TEXT, LENGTH },
	{ "character", WH_TEXT, LENGTH, 1, true },
	{ "char", WH_TEXT, LENGTH, 1, true },
	{ "bpchar", WH_TEXT, LENGTH, 0, true },
	{ "bytea", WH_BYTES },
	{ "date", WH_DATE },
	{ "time", WH_TIME, FRACTION, 6 },
	{ "time without time zone", WH_TIME, FRACTION, 6 },
	{ "timestamp", WH_TIMESTAMP, FRACTION, 6 },
	{ "timestamp without time zone", WH_TIMESTAMP, FRACTION, 6 },
	{ "timestamptz", WH_TIMESTAMPTZ, FRACTION, 6 },
	{ "timestamp with time zone", WH_TIMESTAMPTZ, FRACTION, 6 },
	{ "interval", WH_INTERVAL, FRACTION, 6 },
	{ "uuid", WH_UUID },
	{ "json", WH_JSON },
	{ "jsonb", WH_JSON },
	{ "xml", WH_XML },
	{ "bit", WH_BITS, LENGTH, 1, true },
	{ "bit varying", WH_BITS, LENGTH },
	{ "varbit", WH_BITS, LENGTH },
	{ "timetz", WH_NATIVE, FRACTION, 6 },
	{ "time with time zone", WH_NATIVE, FRACTION, 6 },
	{ "money", WH_NATIVE },
	{ "inet", WH_NATIVE },
	{ "cidr", WH_NATIVE },
	{ "macaddr", WH_NATIVE },
	{ "macaddr8", WH_NATIVE },
	{ "point", WH_NATIVE },
	{ "line", WH_NATIVE },
	{ "lseg", WH_NATIVE },
	{ "box", WH_NATIVE },
	{ "path", WH_NATIVE },
	{ "polygon", WH_NATIVE },
	{ "circle", WH_NATIVE },
	{ "tsvector", WH_NATIVE },
	{ "tsquery", WH_NATIVE },
	{ "jsonpath", WH_NATIVE },
	{ "pg_lsn", WH_NATIVE },
	{ "txid_snapshot", WH_NATIVE },
	{ "pg_snapshot", WH_NATIVE },
	{ "xid", WH_NATIVE },
	{ "xid8", WH_NATIVE },
	{ "cid", WH_NATIVE },
	{ "tid", WH_NATIVE },
	{ "regclass", WH_NATIVE },
	{ "regcollation", WH_NATIVE },
	{ "regconfig", WH_NATIVE },
	{ "regdictionary", WH_NATIVE },
	{ "regnamespace", WH_NATIVE },
	{ "regoper", WH_NATIVE },
	{ "regoperator", WH_NATIVE },
	{ "regproc", WH_NATIVE },
	{ "regprocedure", WH_NATIVE },
	{ "regrole", WH_NATIVE },
	{ "regtype", WH_NATIVE },
	{ "refcursor", WH_NATIVE },
	{ "oidvector", WH_NATIVE },
	{ "int2vector", WH_NATIVE },
	{ "aclitem", WH_NATIVE },
	{ "int4range", WH_NATIVE },
	{ "int8range", WH_NATIVE },
	{ "numrange", WH_NATIVE },
	{ "tsrange", WH_NATIVE },
	{ "tstzrange", WH_NATIVE },
	{ "daterange", WH_NATIVE },
	{ "int4multirange", WH_NATIVE },
	{ "int8multirange", WH_NATIVE },
	{ "nummultirange", WH_NATIVE },
	{ "tsmultirange", WH_NATIVE },
	{ "tstzmultirange", WH_NATIVE },
	{ "datemultirange", WH_NATIVE },
};

const char *postgres_type_word(size_t number)
{
	return number < sizeof spellings / sizeof *spellings ? spellings[number].name : NULL;
}

/* A spelling taken apart: "timestamp(3) with time zone[]". */
struct parsed {
	char name[64]; /* lower case, one space between words */
	int64_t numbers[2];
	int nnumbers;
	int dimensions;
};

static bool put_char(struct parsed *p, size_t *n, char c)
{
	if (c == ' ' && (*n == 0 || p->name[*n - 1] == ' '))
		return true;
	if (*n + 1 >= sizeof p->name)
		return false;
	p->name[(*n)++] = c;
	return true;
}

static const char *parse_number(const char *at, int64_t *out)
{
	at += strspn(at, " ");
	size_t sign = *at == '-', digits = strspn(at + sign, "0123456789");
	if (!digits || digits > 10 || !wh_text_int64(at, sign + digits, out))
		return NULL;
	return at + sign + digits + strspn(at + sign + digits, " ");
}

/* Behind the parenthesis that opens, or NULL. */
static const char *parse_modifier(const char *at, struct parsed *p)
{
	if (p->nnumbers)
		return NULL;
	while (p->nnumbers < 2) {
		at = parse_number(at, &p->numbers[p->nnumbers++]);
		if (!at || (*at != ',' && *at != ')'))
			return NULL;
		if (*at++ == ')')
			return at;
	}
	return NULL;
}

static const char *parse_dimension(const char *at, struct parsed *p)
{
	at += strspn(at, "0123456789");
	p->dimensions++;
	return *at == ']' ? at + 1 : NULL;
}

static bool parse(const char *text, struct parsed *p)
{
	size_t n = 0;
	*p = (struct parsed){ .nnumbers = 0 };
	if (wh_starts_nocase(text, "pg_catalog."))
		text += strlen("pg_catalog.");
	for (const char *at = text; at && *at;) {
		char c = *at++;
		bool ok = true;
		if (c == '(')
			at = parse_modifier(at, p);
		else if (c == '[')
			at = parse_dimension(at, p);
		else
			ok = !p->dimensions &&
				put_char(p, &n, isspace((unsigned char)c) ? ' ' : (char)tolower((unsigned char)c));
		if (!at || !ok)
			return false;
	}
	while (n && p->name[n - 1] == ' ')
		n--;
	p->name[n] = 0;
	return n > 0;
}

/* "interval day to second" is an interval; which fields it keeps stands in the spelling. */
static bool is_interval(const char *name)
{
	static const char *const fields[] = { "year", "month", "day", "hour", "minute", "second",
		"year to month", "day to hour", "day to minute", "day to second", "hour to minute",
		"hour to second", "minute to second", NULL };
	if (!wh_starts(name, "interval "))
		return false;
	for (size_t i = 0; fields[i]; i++)
		if (!strcmp(name + strlen("interval "), fields[i]))
			return true;
	return false;
}

static const struct spelling *find(const char *name)
{
	const char *looked = is_interval(name) ? "interval" : name;
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (!strcmp(spellings[i].name, looked))
			return &spellings[i];
	return NULL;
}

/* Negative scales and scales above the precision are PostgreSQL's own; here they are the digits
 * that such a value may have. */
static bool decimal(const struct parsed *p, struct wh_type *out)
{
	int64_t precision = p->nnumbers ? p->numbers[0] : 0,
			scale = p->nnumbers > 1 ? p->numbers[1] : 0;
	if (p->nnumbers && (precision < 1 || precision > 1000 || scale < -1000 || scale > 1000))
		return false;
	if (scale < 0) {
		precision -= scale;
		scale = 0;
	}
	out->precision = (int32_t)(p->nnumbers && scale > precision ? scale : precision);
	out->scale = (int32_t)scale;
	return true;
}

static bool fraction(const struct spelling *s, const struct parsed *p, struct wh_type *out)
{
	out->precision = p->nnumbers ? (int32_t)p->numbers[0] : s->usual;
	return p->nnumbers < 2 && out->precision >= 0 && out->precision <= 6;
}

static bool binary_digits(const struct parsed *p, struct wh_type *out)
{
	if (p->nnumbers && p->numbers[0] < 25)
		out->kind = WH_FLOAT32;
	return p->nnumbers < 2 && (!p->nnumbers || (p->numbers[0] > 0 && p->numbers[0] < 54));
}

static bool modify(const struct spelling *s, const struct parsed *p, struct wh_type *out)
{
	switch (s->modifier) {
	case LENGTH:
		out->length = p->nnumbers ? p->numbers[0] : s->usual;
		out->fixed = s->fixed;
		return p->nnumbers < 2 && (!p->nnumbers || (out->length > 0 && out->length <= 83886080));
	case DIGITS:
		return decimal(p, out);
	case FRACTION:
		return fraction(s, p, out);
	case BINARY_DIGITS:
		return binary_digits(p, out);
	case NO_MODIFIER:
		break;
	}
	out->keys_once = wh_equal(s->name, "jsonb");
	out->as_written = wh_equal(s->name, "json");
	if (s->kind == WH_INT64)
		out->precision = s->usual;
	else
		out->length = s->usual;
	return !p->nnumbers;
}

bool postgres_type(struct wh_arena *arena, const char *native, struct wh_type *out)
{
	struct parsed p;
	const struct spelling *s = parse(native, &p) ? find(p.name) : NULL;
	*out = (struct wh_type){ .kind = s ? s->kind : WH_NATIVE };
	if (!s || !modify(s, &p, out)) {
		*out = (struct wh_type){ .kind = WH_NATIVE, .native = wh_arena_text(arena, native) };
		return false;
	}
	if (p.dimensions)
		*out = (struct wh_type){ .kind = WH_ARRAY, .element = out->kind };
	out->native = wh_arena_text(arena, native);
	return true;
}
