/* Fit: how a MySQL or MariaDB target carries a column. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

#define KEY_BYTES 3072     /* of an InnoDB key, over all its parts */
#define KEY_CHARACTERS 768 /* of utf8mb4 in it */
#define VARCHAR_PLAIN 1000 /* longer ones go off the row, which holds 65535 bytes */
#define VARCHAR_MOST 16383

static void answer(const struct wh_fit_request *r, struct wh_fit *out, const char *native,
	enum wh_kind wire)
{
	out->native = native;
	if (!wh_mysql_type(r->arena, native, &out->type))
		out->type = (struct wh_type){ .kind = WH_NATIVE, .native = native };
	out->wire = out->type;
	out->wire.kind = wire;
	out->proof = WH_PROOF_EXACT;
}

static const char *print(const struct wh_fit_request *r, const char *format, long long n)
{
	struct wh_buffer text = { 0 };
	const char *hole = strstr(format, "%n");
	wh_buffer_put(&text, format, (size_t)(hole - format));
	wh_buffer_format(&text, "%lld%s", n, hole + 2);
	const char *copy = wh_arena_text(r->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return copy;
}

static void fit_bool(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "tinyint(1)", WH_BOOL);
}

static void fit_int64(const struct wh_fit_request *r, struct wh_fit *out)
{
	int32_t bits = r->column->type.precision;
	answer(r, out, bits == 16 ? "smallint" : bits == 32 ? "int" : "bigint", WH_INT64);
}

static void fit_uint64(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "bigint unsigned", WH_UINT64);
}

static void fit_float(const struct wh_fit_request *r, struct wh_fit *out)
{
	bool single = r->column->type.kind == WH_FLOAT32;
	answer(r, out, single ? "float" : "double", r->column->type.kind);
	out->loss = "NaN, infinities and -0.0 cannot be held; rows with one go to quarantine";
}

/* PostgreSQL's scale may be negative or above the precision. */
static void fit_decimal(const struct wh_fit_request *r, struct wh_fit *out)
{
	int precision = r->column->type.precision, scale = r->column->type.scale;
	if (precision && scale < 0) {
		precision -= scale;
		scale = 0;
	}
	if (precision && scale > precision)
		precision = scale;
	if (precision && precision <= 65 && scale <= 30) {
		answer(r, out, wh_arena_format(r->arena, "decimal(%d,%d)", precision, scale), WH_DECIMAL);
		return;
	}
	answer(r, out, "decimal(65,30)", WH_DECIMAL);
	out->loss = "at most 35 digits before the point and 30 behind it; rows with more, and NaN, go "
				"to quarantine";
}

/* A length that the declaration keeps; 0: none. */
static int64_t kept_length(const struct wh_fit_request *r, int64_t plain)
{
	int64_t length = r->column->type.length;
	return length > 0 && length <= (r->keyed ? VARCHAR_MOST : plain) ? length : 0;
}

static void fit_text(const struct wh_fit_request *r, struct wh_fit *out)
{
	enum wh_kind wire = r->column->type.kind == WH_XML ? WH_XML : WH_TEXT;
	int64_t length = kept_length(r, VARCHAR_PLAIN);
	if (length || r->keyed)
		answer(r, out, print(r, "varchar(%n)", length ? length : KEY_CHARACTERS), wire);
	else
		answer(r, out, "longtext", wire);
	if (!length && r->keyed)
		out->loss = "a key holds at most 768 characters; rows with more go to quarantine";
	else if (!length && r->column->type.length)
		out->loss = "its length limit is not kept";
}

static void fit_bytes(const struct wh_fit_request *r, struct wh_fit *out)
{
	int64_t length = kept_length(r, VARCHAR_PLAIN);
	if (length || r->keyed)
		answer(r, out, print(r, "varbinary(%n)", length ? length : KEY_BYTES), WH_BYTES);
	else
		answer(r, out, "longblob", WH_BYTES);
	if (!length && r->keyed)
		out->loss = "a key holds at most 3072 bytes; rows with more go to quarantine";
}

static void fit_date(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "date", WH_DATE);
	if (!wh_equal(r->engine, "sqlite"))
		out->loss = "years 1 to 9999 only; rows with others or with infinity go to quarantine";
}

/* Only PostgreSQL says how many fractional digits there are. */
static const char *with_fraction(const struct wh_fit_request *r, const char *format)
{
	int32_t digits = r->column->type.precision;
	bool known = wh_equal(r->engine, "postgresql") && digits >= 0 && digits < 6;
	return print(r, format, known ? digits : 6);
}

static void fit_time(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, with_fraction(r, "time(%n)"), WH_TIME);
	out->type.kind = WH_TIME;
}

static void fit_timestamp(const struct wh_fit_request *r, struct wh_fit *out)
{
	bool zoned = r->column->type.kind == WH_TIMESTAMPTZ;
	answer(r, out, with_fraction(r, "datetime(%n)"), r->column->type.kind);
	if (zoned)
		out->loss = "the instant is kept as UTC, the column does not say so; years 1 to 9999 only";
	else if (!wh_equal(r->engine, "sqlite"))
		out->loss = "years 1 to 9999 only; rows with others or with infinity go to quarantine";
}

static void fit_interval(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "varchar(64)", WH_INTERVAL);
	out->loss = "kept as ISO 8601 text, such as P1Y2M3DT4H5M6.5S";
}

static void fit_uuid(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "char(36) CHARACTER SET ascii COLLATE ascii_bin", WH_UUID);
}

static void fit_json(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "json", WH_JSON);
	if (r->column->type.kind == WH_ARRAY)
		out->loss = "an array becomes a JSON array; its element type is not kept";
}

static size_t longest_label(const struct wh_type *t)
{
	size_t longest = 1;
	for (size_t i = 0; i < t->nlabels; i++)
		if (strlen(t->labels[i]) > longest)
			longest = strlen(t->labels[i]);
	return longest;
}

static bool labels_fit(const struct wh_type *t)
{
	bool set = t->kind == WH_SET;
	for (size_t i = 0; i < t->nlabels; i++) {
		const char *label = t->labels[i];
		size_t n = strlen(label);
		if (n > 255 || (n && label[n - 1] == ' ') || (set && (strchr(label, ',') || !n)))
			return false;
	}
	return t->nlabels && t->nlabels <= (set ? 64 : 65535);
}

static void fit_labels(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *t = &r->column->type;
	struct wh_buffer text = { 0 };
	if (!labels_fit(t)) {
		size_t sum = longest_label(t) * (t->kind == WH_SET ? t->nlabels + 1 : 1);
		sum = sum > VARCHAR_PLAIN ? VARCHAR_PLAIN : sum;
		answer(r, out, print(r, "varchar(%n)", (long long)sum), t->kind);
		out->loss = "its list of labels is not kept";
		return;
	}
	wh_buffer_text(&text, t->kind == WH_SET ? "set" : "enum");
	for (size_t i = 0; i < t->nlabels; i++) {
		wh_buffer_char(&text, i ? ',' : '(');
		wh_mysql_text(&text, t->labels[i]);
	}
	wh_buffer_char(&text, ')');
	answer(r, out, wh_arena_text(r->arena, wh_buffer_string(&text)), t->kind);
	wh_buffer_free(&text);
}

static void fit_bits(const struct wh_fit_request *r, struct wh_fit *out)
{
	int64_t length = r->column->type.length;
	if (r->column->type.fixed && length > 1 && length <= 64)
		answer(r, out, print(r, "bit(%n)", length), WH_BITS);
	else if (length > 0 && length <= (r->keyed ? KEY_CHARACTERS : VARCHAR_PLAIN))
		answer(r, out, print(r, "varchar(%n)", length), WH_BITS);
	else
		answer(r, out, r->keyed ? "varchar(768)" : "longtext", WH_BITS);
	if (wh_mysql_class(out->native) != WH_MYSQL_BIT)
		out->loss = "kept as text of 0 and 1";
}

static void fit_geometry(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, "geometry", WH_GEOMETRY);
	out->type.srid = out->wire.srid = r->column->type.srid;
}

static void fit_native(const struct wh_fit_request *r, struct wh_fit *out)
{
	answer(r, out, r->keyed ? "varchar(768)" : "longtext", WH_TEXT);
	out->loss = "kept as text in the form that the source writes";
}

typedef void (*fit_kind)(const struct wh_fit_request *r, struct wh_fit *out);

static const fit_kind fits[WH_KINDS] = {
	[WH_BOOL] = fit_bool,
	[WH_INT64] = fit_int64,
	[WH_UINT64] = fit_uint64,
	[WH_FLOAT32] = fit_float,
	[WH_FLOAT64] = fit_float,
	[WH_DECIMAL] = fit_decimal,
	[WH_TEXT] = fit_text,
	[WH_XML] = fit_text,
	[WH_BYTES] = fit_bytes,
	[WH_DATE] = fit_date,
	[WH_TIME] = fit_time,
	[WH_TIMESTAMP] = fit_timestamp,
	[WH_TIMESTAMPTZ] = fit_timestamp,
	[WH_INTERVAL] = fit_interval,
	[WH_UUID] = fit_uuid,
	[WH_JSON] = fit_json,
	[WH_ARRAY] = fit_json,
	[WH_ENUM] = fit_labels,
	[WH_SET] = fit_labels,
	[WH_BITS] = fit_bits,
	[WH_GEOMETRY] = fit_geometry,
	[WH_NATIVE] = fit_native,
};

/* The spelling, with the character set that the table's default might not give it. */
static const char *whole_spelling(struct wh_arena *arena, const struct wh_type *t)
{
	enum wh_mysql_class class = wh_mysql_class(t->native);
	if ((class != WH_MYSQL_TEXT && class != WH_MYSQL_LABELS) || !t->charset || !t->collation)
		return t->native;
	return wh_arena_format(arena, "%s CHARACTER SET %s COLLATE %s", t->native, t->charset,
		t->collation);
}

/* Same engine: the column as it is. Dates that are none travel as the server's text, geometry in
 * the server's own form with each value's SRID. Index 0 is read back as the text that came. */
static void fit_same(const struct wh_fit_request *r, struct wh_fit *out)
{
	const struct wh_type *t = &r->column->type;
	out->type = out->wire = *t;
	out->native = out->type.native = out->wire.native = whole_spelling(r->arena, t);
	out->type.empty_label = false;
	out->proof = WH_PROOF_EXACT;
	if (t->zero_dates)
		out->wire.kind = WH_TEXT;
	if (t->kind == WH_GEOMETRY)
		out->wire.kind = WH_BYTES;
}

/* Nothing behind the type: another column, the end of the statement. */
static bool one_type(const char *at)
{
	int depth = 0;
	for (bool quoted = false; *at; at++) {
		if (*at == '\'')
			quoted = !quoted;
		else if (!quoted)
			depth += (*at == '(') - (*at == ')');
		if (!quoted && (depth < 0 || (*at == ',' && !depth)))
			return false;
	}
	return depth == 0;
}

static int fit_wanted(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	const char *at = r->wanted;
	struct wh_type probe;
	if (strpbrk(at, ";`") || !one_type(at) || !wh_mysql_type(r->arena, at, &probe))
		return wh_fail(error, WH_CONFIG,
			"unknown type \"%s\": it is none of MySQL and MariaDB, "
			"such as bigint, decimal(14,2), varchar(50), datetime(6)",
			at);
	answer(r, out, wh_arena_text(r->arena, at), probe.kind);
	if (probe.kind == WH_INTERVAL && r->column->type.kind == WH_TIME)
		out->type.kind = out->wire.kind = WH_TIME;
	if (wh_mysql_class(at) == WH_MYSQL_DATETIME &&
		(r->column->type.kind == WH_TIMESTAMP || r->column->type.kind == WH_TIMESTAMPTZ))
		out->wire.kind = r->column->type.kind;
	if (wh_mysql_class(at) == WH_MYSQL_TEXT &&
		(r->column->type.kind == WH_UUID || r->column->type.kind == WH_INTERVAL))
		out->wire.kind = r->column->type.kind;
	if (out->wire.kind != r->column->type.kind)
		out->proof = WH_PROOF_MAPPED;
	return WH_OK;
}

int wh_mysql_fit(const struct wh_fit_request *r, struct wh_fit *out, struct wh_error *error)
{
	*out = (struct wh_fit){ 0 };
	enum wh_kind kind = r->column->type.kind;
	if (r->wanted)
		return fit_wanted(r, out, error);
	if (wh_equal(r->engine, "mysql"))
		fit_same(r, out);
	else if (kind > WH_NO_KIND && kind < WH_KINDS && fits[kind])
		fits[kind](r, out);
	else
		return wh_fail(error, WH_BUG, "a column of no kind: \"%s\"", r->column->name);
	return WH_OK;
}
