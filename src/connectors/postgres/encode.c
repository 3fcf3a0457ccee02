/* Lanes to PostgreSQL's binary forms. */
#include "connectors/postgres/postgres.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include <stdlib.h>

/* The types whose binary form is written here, by their names without modifiers. Not XML: of binary
 * XML the server believes the encoding that its declaration names, and converts it. */
static const struct binary {
	const char *native;
	enum wh_kind wire;
} binaries[] = {
	{ "boolean", WH_BOOL },
	{ "smallint", WH_INT64 },
	{ "integer", WH_INT64 },
	{ "bigint", WH_INT64 },
	{ "numeric", WH_DECIMAL },
	{ "numeric", WH_UINT64 },
	{ "real", WH_FLOAT32 },
	{ "double precision", WH_FLOAT64 },
	{ "text", WH_TEXT },
	{ "text", WH_ENUM },
	{ "character varying", WH_TEXT },
	{ "varchar", WH_TEXT },
	{ "character", WH_TEXT },
	{ "bytea", WH_BYTES },
	{ "bytea", WH_GEOMETRY },
	{ "date", WH_DATE },
	{ "time", WH_TIME },
	{ "time without time zone", WH_TIME },
	{ "timestamp", WH_TIMESTAMP },
	{ "timestamp without time zone", WH_TIMESTAMP },
	{ "timestamp with time zone", WH_TIMESTAMPTZ },
	{ "timestamptz", WH_TIMESTAMPTZ },
	{ "interval", WH_INTERVAL },
	{ "uuid", WH_UUID },
	{ "json", WH_JSON },
	{ "json", WH_NATIVE },
	{ "jsonb", WH_JSON },
	{ "jsonb", WH_NATIVE },
	{ "bit", WH_BITS },
	{ "bit varying", WH_BITS },
};

/* "timestamp(3) without time zone" is "timestamp without time zone" here. */
static void without_modifier(const char *native, char *out, size_t size)
{
	size_t n = 0;
	bool inside = false;
	for (; *native && n + 1 < size; native++) {
		inside = inside || *native == '(';
		if (!inside)
			out[n++] = *native;
		else if (*native == ')')
			inside = false;
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = 0;
}

bool postgres_binary(const struct wh_field *field)
{
	char name[64];
	if (field->type.kind == WH_GEOMETRY)
		return field->wire.kind == WH_GEOMETRY;
	if (field->type.kind == WH_ENUM) /* its binary form is the label */
		return true;
	without_modifier(field->type.native ? field->type.native : "", name, sizeof name);
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++)
		if (binaries[i].wire == field->wire.kind && wh_equal_nocase(binaries[i].native, name))
			return true;
	return false;
}

static int integer(struct wh_buffer *out, const struct wh_field *field, int64_t value,
	struct wh_error *error)
{
	int bytes = field->type.precision == 16 ? 2 : field->type.precision == 32 ? 4 : 8;
	int64_t most = bytes == 8 ? INT64_MAX : (INT64_C(1) << (8 * bytes - 1)) - 1;
	if (value > most || value < -most - 1)
		return wh_fail(error, WH_ROW, "%lld is out of the range of column \"%s\" (%s)",
			(long long)value, field->name, field->type.native);
	wh_buffer_be32(out, (uint32_t)bytes);
	if (bytes == 2)
		wh_buffer_be16(out, (uint16_t)value);
	else if (bytes == 4)
		wh_buffer_be32(out, (uint32_t)value);
	else
		wh_buffer_be64(out, (uint64_t)value);
	return WH_OK;
}

static void floating(struct wh_buffer *out, double value, bool single)
{
	wh_buffer_be32(out, single ? 4 : 8);
	if (single) {
		float narrow = (float)value;
		uint32_t bits;
		memcpy(&bits, &narrow, sizeof bits);
		wh_buffer_be32(out, bits);
	} else {
		uint64_t bits;
		memcpy(&bits, &value, sizeof bits);
		wh_buffer_be64(out, bits);
	}
}

static int date(struct wh_buffer *out, const struct wh_field *field, int64_t days,
	struct wh_error *error)
{
	int64_t value = days == WH_TIME_NEGATIVE ? INT32_MIN
		: days == WH_TIME_POSITIVE           ? INT32_MAX
											 : days;
	if (value > INT32_MAX || value < INT32_MIN)
		return wh_fail(error, WH_ROW, "a date of column \"%s\" is out of range", field->name);
	wh_buffer_be32(out, 4);
	wh_buffer_be32(out, (uint32_t)(int32_t)value);
	return WH_OK;
}

/* The digits of a plain decimal, in groups of four around the point. */
struct digits {
	const char *whole, *fraction;
	int nwhole, nfraction;
};

static int digit(const struct digits *d, int place)
{
	/* place 0 is the digit before the point, -1 the first behind it */
	if (place >= 0)
		return place < d->nwhole ? d->whole[d->nwhole - 1 - place] - '0' : 0;
	return -place <= d->nfraction ? d->fraction[-place - 1] - '0' : 0;
}

static uint16_t group(const struct digits *d, int weight)
{
	int value = 0;
	for (int i = 3; i >= 0; i--)
		value = value * 10 + digit(d, weight * 4 + i);
	return (uint16_t)value;
}

static bool split_decimal(const char *text, size_t n, struct digits *d)
{
	const char *point = memchr(text, '.', n);
	size_t whole = point ? (size_t)(point - text) : n;
	*d = (struct digits){ .whole = text,
		.nwhole = (int)whole,
		.fraction = point ? point + 1 : "",
		.nfraction = point ? (int)(n - whole - 1) : 0 };
	return whole <= 131072 && d->nfraction <= 16383;
}

static void special(struct wh_buffer *out, uint16_t sign)
{
	wh_buffer_be32(out, 8);
	wh_buffer_be16(out, 0);
	wh_buffer_be16(out, 0);
	wh_buffer_be16(out, sign);
	wh_buffer_be16(out, 0);
}

static int numeric(struct wh_buffer *out, const struct wh_field *field, const char *text, size_t n,
	struct wh_error *error)
{
	struct digits d;
	bool negative = n && *text == '-';
	if (n == 3 && !memcmp(text, "NaN", 3)) {
		special(out, 0xC000);
		return WH_OK;
	}
	text += negative;
	n -= negative;
	if (n == 8 && !memcmp(text, "Infinity", 8)) {
		special(out, negative ? 0xF000 : 0xD000);
		return WH_OK;
	}
	if (!split_decimal(text, n, &d))
		return wh_fail(error, WH_ROW,
			"a number of column \"%s\" has more digits than numeric holds", field->name);
	int high = (d.nwhole + 3) / 4 - 1, low = -((d.nfraction + 3) / 4);
	while (high >= low && !group(&d, high))
		high--;
	while (low <= high && !group(&d, low))
		low++;
	int groups = high >= low ? high - low + 1 : 0;
	wh_buffer_be32(out, (uint32_t)(8 + 2 * groups));
	wh_buffer_be16(out, (uint16_t)groups);
	wh_buffer_be16(out, (uint16_t)(int16_t)(groups ? high : 0));
	wh_buffer_be16(out, negative && groups ? 0x4000 : 0);
	wh_buffer_be16(out, (uint16_t)d.nfraction);
	for (int weight = high; groups && weight >= low; weight--)
		wh_buffer_be16(out, group(&d, weight));
	return WH_OK;
}

static int whole_number(struct wh_buffer *out, const struct wh_field *field, uint64_t value,
	struct wh_error *error)
{
	char text[24];
	return numeric(out, field, text, wh_format_uint64(text, value), error);
}

static void interval(struct wh_buffer *out, const char *bytes)
{
	struct wh_interval value;
	memcpy(&value, bytes, sizeof value);
	wh_buffer_be32(out, 16);
	wh_buffer_be64(out, (uint64_t)value.usec);
	wh_buffer_be32(out, (uint32_t)value.days);
	wh_buffer_be32(out, (uint32_t)value.months);
}

static void bits(struct wh_buffer *out, const char *text, size_t n)
{
	wh_buffer_be32(out, (uint32_t)(4 + (n + 7) / 8));
	wh_buffer_be32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i += 8) {
		unsigned byte = 0;
		for (size_t k = 0; k < 8; k++)
			byte = byte << 1 | (i + k < n && text[i + k] == '1');
		wh_buffer_char(out, (char)byte);
	}
}

static void bytes_with_length(struct wh_buffer *out, const struct wh_field *field,
	const char *bytes, size_t n)
{
	bool version = (field->wire.kind == WH_JSON || field->wire.kind == WH_NATIVE) &&
		wh_equal(field->type.native, "jsonb");
	wh_buffer_be32(out, (uint32_t)(n + version));
	if (version)
		wh_buffer_char(out, POSTGRES_JSONB);
	wh_buffer_put(out, bytes, n);
}

static bool time_rounds(const struct wh_type *to, int64_t usec)
{
	static const int64_t unit[] = { 1000000, 100000, 10000, 1000, 100, 10 };
	if (to->precision < 0 || to->precision > 5 || usec == WH_TIME_NEGATIVE ||
		usec == WH_TIME_POSITIVE)
		return false;
	return usec % unit[to->precision] != 0;
}

static bool decimal_rounds(const struct wh_type *to, const char *text, size_t n)
{
	const char *point = to->precision > 0 ? memchr(text, '.', n) : NULL;
	if (!point || (int64_t)(text + n - point) - 1 <= to->scale)
		return false;
	return !wh_decimal_fits(text, n, to->precision, to->scale);
}

/* Blanks at the end are what a length limit cuts without an error. */
static bool text_shortens(const struct wh_type *to, const char *text, size_t n)
{
	if (to->kind != WH_TEXT || to->length <= 0 || !n || text[n - 1] != ' ')
		return false;
	return to->fixed || (n > (size_t)to->length && wh_utf8_length(text, n) > (size_t)to->length);
}

bool postgres_alters(const struct wh_field *field, const struct wh_batch *b, size_t column,
	uint32_t row)
{
	size_t n;
	const char *bytes;
	if (wh_is_null(b, column, row))
		return false;
	switch (field->wire.kind) {
	case WH_TIME:
	case WH_TIMESTAMP:
	case WH_TIMESTAMPTZ:
		return time_rounds(&field->type, wh_word(b, column, row));
	case WH_DECIMAL:
		bytes = wh_cell(b, column, row, &n);
		return decimal_rounds(&field->type, bytes, n);
	case WH_TEXT:
		bytes = wh_cell(b, column, row, &n);
		return text_shortens(&field->type, bytes, n);
	default:
		return false;
	}
}

static int encode_word(struct wh_buffer *out, const struct wh_field *field,
	const struct wh_batch *b, size_t column, uint32_t row, struct wh_error *error)
{
	int64_t value = wh_word(b, column, row);
	switch (field->wire.kind) {
	case WH_BOOL:
		wh_buffer_be32(out, 1);
		wh_buffer_char(out, value ? 1 : 0);
		return WH_OK;
	case WH_INT64:
		return integer(out, field, value, error);
	case WH_UINT64:
		return whole_number(out, field, (uint64_t)value, error);
	case WH_FLOAT32:
	case WH_FLOAT64:
		floating(out, wh_double(b, column, row), field->wire.kind == WH_FLOAT32);
		return WH_OK;
	case WH_DATE:
		return date(out, field, value, error);
	default:
		wh_buffer_be32(out, 8);
		wh_buffer_be64(out, (uint64_t)value);
		return WH_OK;
	}
}

int postgres_encode(struct wh_buffer *out, const struct wh_field *field, const struct wh_batch *b,
	size_t column, uint32_t row, struct wh_error *error)
{
	if (wh_is_null(b, column, row)) {
		wh_buffer_be32(out, UINT32_MAX);
		return WH_OK;
	}
	if (wh_kind_is_word(field->wire.kind))
		return encode_word(out, field, b, column, row, error);
	size_t n;
	const char *bytes = wh_cell(b, column, row, &n);
	if (field->wire.kind == WH_DECIMAL)
		return numeric(out, field, bytes, n, error);
	if (field->wire.kind == WH_INTERVAL)
		interval(out, bytes);
	else if (field->wire.kind == WH_BITS)
		bits(out, bytes, n);
	else
		bytes_with_length(out, field, bytes, n);
	return WH_OK;
}
