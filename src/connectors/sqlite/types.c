/* Declared types and what they mean; moments; and how SQLite carries other engines' columns.
 * Affinity: https://www.sqlite.org/datatype3.html, section 3.1. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include "base/time.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

#define EXACT_DIGITS 15 /* that a double carries in any decimal number */

static bool holds(const char *declared, const char *word)
{
	size_t n = strlen(word);
	for (; *declared; declared++)
		if (sqlite3_strnicmp(declared, word, (int)n) == 0)
			return true;
	return false;
}

enum sqlite_affinity wh_sqlite_affinity_of(const char *declared)
{
	if (holds(declared, "INT"))
		return SQLITE_AS_INTEGER;
	if (holds(declared, "CHAR") || holds(declared, "CLOB") || holds(declared, "TEXT"))
		return SQLITE_AS_TEXT;
	if (holds(declared, "BLOB") || !*declared)
		return SQLITE_AS_BLOB;
	if (holds(declared, "REAL") || holds(declared, "FLOA") || holds(declared, "DOUB"))
		return SQLITE_AS_REAL;
	return SQLITE_AS_NUMERIC;
}

struct named_type {
	const char *word;
	enum wh_kind kind;
	int32_t bits;
};

/* By the first word. The names that end in _TEXT and _BLOB are those that fit() gives. */
static const struct named_type named_types[] = {
	{ "BOOLEAN", WH_BOOL },
	{ "BOOL", WH_BOOL },
	{ "TINYINT", WH_INT64, 16 },
	{ "SMALLINT", WH_INT64, 16 },
	{ "INT2", WH_INT64, 16 },
	{ "YEAR", WH_INT64, 64 },
	{ "UNSIGNED64_BLOB", WH_UINT64, 64 },
	{ "DECIMAL", WH_DECIMAL },
	{ "NUMERIC", WH_DECIMAL },
	{ "NUMBER", WH_DECIMAL },
	{ "DEC", WH_DECIMAL },
	{ "DECIMAL_TEXT", WH_DECIMAL },
	{ "DATE", WH_DATE },
	{ "DATETIME", WH_TIMESTAMP },
	{ "TIMESTAMP", WH_TIMESTAMP },
	{ "TIMESTAMPTZ", WH_TIMESTAMPTZ },
	{ "TIME", WH_TIME },
	{ "DURATION_TEXT", WH_INTERVAL },
	{ "JSON", WH_JSON },
	{ "JSONB", WH_JSON },
	{ "JSON_TEXT", WH_JSON },
	{ "ARRAY_TEXT", WH_JSON },
	{ "XML_TEXT", WH_XML },
	{ "BIT_TEXT", WH_BITS },
	{ "UUID", WH_UUID },
	{ "GUID", WH_UUID },
	{ "UUID_TEXT", WH_UUID },
	{ "UNIQUEIDENTIFIER", WH_UUID },
	{ "BINARY", WH_BYTES },
	{ "VARBINARY", WH_BYTES },
	{ "BYTEA", WH_BYTES },
	{ NULL },
};

const char *wh_sqlite_type_word(size_t number)
{
	return number < sizeof named_types / sizeof *named_types ? named_types[number].word : NULL;
}

static const struct named_type *type_named(const char *declared)
{
	size_t n = strcspn(declared, " (\t\n");
	for (const struct named_type *t = named_types; t->word; t++)
		if (strlen(t->word) == n && sqlite3_strnicmp(declared, t->word, (int)n) == 0)
			return t;
	return NULL;
}

static int32_t take_number(const char **at)
{
	int64_t value = 0;
	while (isspace((unsigned char)**at))
		(*at)++;
	for (; isdigit((unsigned char)**at); (*at)++)
		value = value < INT32_MAX ? value * 10 + (**at - '0') : value;
	while (isspace((unsigned char)**at))
		(*at)++;
	return value > 1000000000 ? 0 : (int32_t)value;
}

/* The numbers in parentheses; 0: none, or absurd. */
static void declared_sizes(const char *declared, int32_t *first, int32_t *second)
{
	*first = *second = 0;
	const char *at = strchr(declared, '(');
	if (!at)
		return;
	at++;
	*first = take_number(&at);
	if (*at++ == ',')
		*second = take_number(&at);
}

static enum wh_kind kind_of_affinity(const char *declared)
{
	static const enum wh_kind kinds[] = {
		[SQLITE_AS_INTEGER] = WH_INT64,
		[SQLITE_AS_TEXT] = WH_TEXT,
		[SQLITE_AS_BLOB] = WH_BYTES,
		[SQLITE_AS_REAL] = WH_FLOAT64,
		[SQLITE_AS_NUMERIC] = WH_NO_KIND,
	};
	return *declared ? kinds[wh_sqlite_affinity_of(declared)] : WH_NO_KIND;
}

static enum wh_kind kind_of_name(const struct named_type *named, const char *declared)
{
	if (named->kind == WH_TIMESTAMP && holds(declared, "WITH TIME ZONE"))
		return WH_TIMESTAMPTZ;
	if (named->kind == WH_TIME && holds(declared, "WITH TIME ZONE"))
		return WH_TEXT;
	return named->kind;
}

void wh_sqlite_type_declared(const char *declared, struct wh_arena *arena, struct wh_type *out)
{
	declared = declared ? declared : "";
	const struct named_type *named = type_named(declared);
	int32_t first, second;
	declared_sizes(declared, &first, &second);
	*out = (struct wh_type){ .native = wh_arena_text(arena, declared) };
	out->kind = named ? kind_of_name(named, declared) : kind_of_affinity(declared);
	out->as_written = out->kind == WH_JSON && wh_sqlite_affinity_of(declared) == SQLITE_AS_TEXT;
	if (out->kind == WH_TEXT || out->kind == WH_BITS)
		out->length = first;
	if (out->kind == WH_INT64 || out->kind == WH_UINT64)
		out->precision = named && !holds(declared, "UNSIGNED") ? named->bits : 64;
	if (out->kind == WH_TIME || out->kind == WH_TIMESTAMP || out->kind == WH_TIMESTAMPTZ)
		out->precision = 6;
	if (out->kind == WH_DECIMAL && first <= 1000 && second <= first) {
		out->precision = first;
		out->scale = second;
	}
}

bool wh_sqlite_type(struct wh_arena *arena, const char *declared, struct wh_type *out)
{
	wh_sqlite_type_declared(declared, arena, out);
	return out->kind != WH_NO_KIND;
}

static const char *const form_words[SQLITE_FORMS] = {
	[SQLITE_SECONDS] = "unix seconds",
	[SQLITE_MILLISECONDS] = "unix milliseconds",
	[SQLITE_JULIAN] = "julian days",
};

const char *wh_sqlite_form_words(enum sqlite_form form)
{
	return form_words[form];
}

enum sqlite_form wh_sqlite_form_of(const struct wh_type *type)
{
	const char *open = type->native ? strrchr(type->native, '(') : NULL;
	for (enum sqlite_form form = SQLITE_SECONDS; open && form < SQLITE_FORMS; form++)
		if (wh_starts(open + 1, form_words[form]))
			return form;
	return SQLITE_ISO;
}

const char *wh_sqlite_type_bare(struct wh_arena *arena, const char *native)
{
	struct wh_type type = { .native = native };
	if (!native || wh_sqlite_form_of(&type) == SQLITE_ISO)
		return native;
	size_t n = (size_t)(strrchr(native, '(') - native);
	while (n && native[n - 1] == ' ')
		n--;
	return wh_arena_bytes(arena, native, n);
}

#define SECONDS_FIRST INT64_C(-62135596800) /* 0001-01-01 */
#define SECONDS_LAST INT64_C(253402300799)  /* 9999-12-31 23:59:59 */
#define SECONDS_2000 INT64_C(946684800)
#define JULIAN_FIRST 1721425.5
#define JULIAN_LAST 5373484.5
#define JULIAN_2000 2451544.5

bool wh_sqlite_moment_integer(enum sqlite_form form, int64_t value, int64_t *usec)
{
	if (form == SQLITE_JULIAN)
		return value > INT32_MIN && value < INT32_MAX &&
			wh_sqlite_moment_real(form, (double)value, usec);
	int64_t scale = form == SQLITE_MILLISECONDS ? 1000 : 1;
	if (form == SQLITE_ISO || value < SECONDS_FIRST * scale || value > SECONDS_LAST * scale)
		return false;
	*usec = (value - SECONDS_2000 * scale) * (1000000 / scale);
	return true;
}

/* Julian days to the millisecond, as SQLite's own functions take them. */
bool wh_sqlite_moment_real(enum sqlite_form form, double value, int64_t *usec)
{
	double scale = form == SQLITE_MILLISECONDS ? 1000.0 : 1.0;
	if (form == SQLITE_JULIAN) {
		if (!(value >= JULIAN_FIRST && value < JULIAN_LAST))
			return false;
		*usec = llround((value - JULIAN_2000) * 86400000.0) * 1000;
		return true;
	}
	if (form == SQLITE_ISO ||
		!(value >= (double)SECONDS_FIRST * scale && value <= (double)SECONDS_LAST * scale))
		return false;
	*usec = llround((value - (double)SECONDS_2000 * scale) * (1000000.0 / scale));
	return true;
}

bool wh_sqlite_text_zoned(const char *text, size_t n)
{
	if (n <= 10)
		return false;
	return text[n - 1] == 'Z' || text[n - 1] == 'z' || memchr(text + 10, '+', n - 10) ||
		memchr(text + 10, '-', n - 10);
}

#define ODD_NUMBERS "a NaN is kept as the text NaN and -0.0 as a blob of these characters"

/* What a column of each kind is declared as; NULL: see below. */
static const struct {
	const char *native, *loss;
} carried[WH_KINDS] = {
	[WH_BOOL] = { "BOOLEAN" },
	[WH_INT64] = { "INTEGER" },
	[WH_UINT64] = { "UNSIGNED64_BLOB",
		"numbers above 9223372036854775807 are text, which sorts behind all numbers" },
	[WH_FLOAT32] = { "REAL", ODD_NUMBERS },
	[WH_FLOAT64] = { "DOUBLE", ODD_NUMBERS },
	[WH_BYTES] = { "BLOB" },
	[WH_DATE] = { "DATE" },
	[WH_TIME] = { "TIME" },
	[WH_TIMESTAMP] = { "DATETIME" },
	[WH_TIMESTAMPTZ] = { "TIMESTAMPTZ" },
	[WH_INTERVAL] = { "DURATION_TEXT" },
	[WH_UUID] = { "UUID_TEXT" },
	[WH_JSON] = { "JSON_TEXT" },
	[WH_XML] = { "XML_TEXT" },
	[WH_ENUM] = { "ENUM_TEXT", "the list of labels is not enforced" },
	[WH_SET] = { "SET_TEXT", "the list of labels is not enforced" },
	[WH_ARRAY] = { "ARRAY_TEXT", "the array is kept as a JSON array, without its element type" },
	[WH_GEOMETRY] = { "GEOMETRY_BLOB", "the geometry is kept as WKB, without its SRID" },
	[WH_NATIVE] = { "TEXT", "the value is kept as text, without its type" },
};

static bool exact_number(const struct wh_type *t)
{
	return t->precision > 0 && t->precision <= EXACT_DIGITS && t->scale >= 0 &&
		t->scale <= EXACT_DIGITS;
}

static void fit_decimal(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *t = &r->column->type;
	const char *word = exact_number(t) ? "NUMERIC" : "DECIMAL_TEXT";
	if (t->precision && t->scale)
		out->native = wh_arena_format(r->arena, "%s(%d,%d)", word, t->precision, t->scale);
	else if (t->precision)
		out->native = wh_arena_format(r->arena, "%s(%d)", word, t->precision);
	else
		out->native = word;
	if (!exact_number(t))
		out->loss = "the number is kept as text, to lose no digit: it sorts as text";
}

static void fit_sized(const struct wh_fit_request *r, const char *sized, const char *bare,
	struct wh_fit *out)
{
	int64_t length = r->column->type.length;
	out->native = length > 0 ? wh_arena_format(r->arena, "%s(%lld)", sized, (long long)length)
							 : bare;
}

/* An auto-increment must be INTEGER PRIMARY KEY; numbers beyond it are refused row by row. */
static bool fits_rowid(const struct wh_column *c)
{
	int64_t next;
	return c->identity &&
		(!c->next_value || wh_text_int64(c->next_value, strlen(c->next_value), &next));
}

static void fit_usual(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_column *c = r->column;
	out->native = carried[c->type.kind].native;
	out->loss = carried[c->type.kind].loss;
	if (!out->native && c->type.kind == WH_NO_KIND) {
		out->native = "TEXT";
		out->wire.kind = WH_TEXT;
	}
	if (c->type.kind == WH_DECIMAL)
		fit_decimal(r, out);
	if (c->type.kind == WH_TEXT)
		fit_sized(r, c->type.fixed ? "CHAR" : "VARCHAR", "TEXT", out);
	if (c->type.kind == WH_BITS)
		fit_sized(r, "BIT_TEXT", "BIT_TEXT", out);
	if (c->type.kind == WH_INT64 && c->type.precision && c->type.precision <= 16 && !c->identity)
		out->native = "SMALLINT";
	if (c->type.kind == WH_UINT64 && fits_rowid(c)) {
		out->native = "INTEGER";
		out->loss = "numbers above 9223372036854775807 go to quarantine";
	}
	if (c->identity && !r->keyed)
		out->loss = "only a primary key counts by itself here: no auto-increment";
}

static bool stored_as_text(enum wh_kind kind)
{
	static const bool text[WH_KINDS] = { [WH_TEXT] = true,
		[WH_DECIMAL] = true,
		[WH_DATE] = true,
		[WH_TIME] = true,
		[WH_TIMESTAMP] = true,
		[WH_TIMESTAMPTZ] = true,
		[WH_INTERVAL] = true,
		[WH_UUID] = true,
		[WH_JSON] = true,
		[WH_XML] = true,
		[WH_ENUM] = true,
		[WH_SET] = true,
		[WH_BITS] = true,
		[WH_ARRAY] = true };
	return text[kind];
}

/* No text of these kinds reads as a number, so NUMERIC affinity leaves them alone. */
static bool never_a_number(enum wh_kind kind)
{
	return kind == WH_DATE || kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ ||
		kind == WH_INTERVAL || kind == WH_UUID;
}

/* As which kind the values travel into a column of that affinity; WH_NO_KIND: not exactly. */
static enum wh_kind wire_into(const struct wh_type *t, enum sqlite_affinity affinity)
{
	bool bytes = t->kind == WH_BYTES || t->kind == WH_GEOMETRY;
	bool real = t->kind == WH_FLOAT32 || t->kind == WH_FLOAT64;
	bool whole = t->kind == WH_BOOL || t->kind == WH_INT64 || t->kind == WH_UINT64;
	if (affinity == SQLITE_AS_BLOB || bytes)
		return t->kind;
	if (affinity == SQLITE_AS_TEXT)
		return stored_as_text(t->kind) ? t->kind : WH_TEXT;
	if (real || (t->kind == WH_DECIMAL && exact_number(t)))
		return t->kind;
	if (affinity == SQLITE_AS_REAL)
		return WH_NO_KIND;
	return whole || never_a_number(t->kind) ? t->kind : WH_NO_KIND;
}

static bool plausible_type(struct wh_arena *arena, const char *wanted)
{
	struct sqlite_ddl ddl;
	const char *table = wh_arena_format(arena, "CREATE TABLE t(c %s)", wanted);
	return wh_sqlite_ddl_read(arena, table, &ddl) && ddl.ncolumns == 1 && !ddl.options &&
		!ddl.nkeys && !ddl.nchecks && wh_equal(ddl.columns[0].type, wanted);
}

static int fit_wanted(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	if (!plausible_type(r->arena, r->wanted))
		return wh_fail(error, WH_CONFIG,
			"this is no type of SQLite: \"%s\"; write a name such as "
			"INTEGER, NUMERIC(10,2) or TEXT",
			r->wanted);
	out->native = wh_arena_text(r->arena, r->wanted);
	out->wire.kind = wire_into(&out->wire, wh_sqlite_affinity_of(r->wanted));
	if (!out->wire.kind)
		return wh_fail(error, WH_CONFIG,
			"a column of type %s cannot be kept exactly in SQLite's "
			"\"%s\"; choose TEXT, or leave the type out",
			wh_kind_name(r->column->type.kind), r->wanted);
	return WH_OK;
}

/* A value that is made has the kind that the wanted type speaks of. */
static int fit_made(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	struct wh_column column = *r->column;
	struct wh_fit_request request = *r;
	wh_sqlite_type_declared(r->wanted, r->arena, &column.type);
	request.column = &column;
	request.engine = "made";
	return wh_sqlite_fit(&request, out, error);
}

static bool folds_case(const char *collation)
{
	size_t n = collation ? strlen(collation) : 0;
	return n > 3 && wh_equal_nocase(collation + n - 3, "_ci");
}

int wh_sqlite_fit(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	const struct wh_column *c = r->column;
	int rc = WH_OK;
	if (r->wanted && !r->engine)
		return fit_made(r, out, error);
	*out = (struct wh_fit){ .proof = WH_PROOF_EXACT, .wire = c->type };
	if (!r->wanted && wh_equal(r->engine, "sqlite")) {
		out->native = wh_sqlite_type_bare(r->arena, c->type.native);
		out->type = c->type;
		out->type.native = out->native;
		out->wire = (struct wh_type){ .kind = WH_NATIVE };
		return WH_OK;
	}
	if (r->wanted)
		rc = fit_wanted(r, out, error);
	else
		fit_usual(r, out);
	if (rc)
		return rc;
	if (out->wire.kind == WH_NATIVE)
		out->wire.kind = WH_TEXT;
	if (r->strict && (rc = wh_sqlite_fit_strict(r, out, error)) != WH_OK)
		return rc;
	if (out->wire.kind != c->type.kind && c->type.kind != WH_NATIVE)
		out->proof = WH_PROOF_MAPPED;
	if (r->keyed && c->type.kind == WH_TEXT && folds_case(c->type.collation))
		out->loss = wh_arena_format(r->arena,
			"keys compare byte by byte here, not under the "
			"collation %s: 'a' and 'A' differ",
			c->type.collation);
	out->wire.native = NULL;
	out->wire.length = out->wire.kind == WH_TEXT ? 0 : out->wire.length;
	out->wire.precision = wh_kind_is_word(out->wire.kind) && wh_kind_is_number(out->wire.kind)
		? 64
		: out->wire.precision;
	wh_sqlite_type_declared(out->native, r->arena, &out->type);
	return WH_OK;
}
