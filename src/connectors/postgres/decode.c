/* PostgreSQL's binary forms to lanes. Every length is the server's word: it is checked. */
#include "connectors/postgres/postgres.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"

static uint16_t be16(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint16_t)(u[0] << 8 | u[1]);
}

static uint32_t be32(const char *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static uint64_t be64(const char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static bool decode_integer(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	switch (n) {
	case 2:
		wh_batch_word(b, column, (int16_t)be16(p));
		return true;
	case 4:
		wh_batch_word(b, column, (int32_t)be32(p));
		return true;
	case 8:
		wh_batch_word(b, column, (int64_t)be64(p));
		return true;
	default:
		return false;
	}
}

static bool decode_float(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n == 4) {
		uint32_t bits = be32(p);
		float value;
		memcpy(&value, &bits, sizeof value);
		wh_batch_double(b, column, (double)value);
	} else if (n == 8) {
		wh_batch_word(b, column, (int64_t)be64(p));
	}
	return n == 4 || n == 8;
}

static bool decode_date(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n != 4)
		return false;
	int32_t days = (int32_t)be32(p);
	wh_batch_word(b, column,
		days == INT32_MIN       ? WH_TIME_NEGATIVE
			: days == INT32_MAX ? WH_TIME_POSITIVE
								: days);
	return true;
}

static bool decode_usec(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n == 8)
		wh_batch_word(b, column, (int64_t)be64(p));
	return n == 8;
}

static bool decode_interval(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n != 16)
		return false;
	const struct wh_interval value = { .usec = (int64_t)be64(p),
		.days = (int32_t)be32(p + 8),
		.months = (int32_t)be32(p + 12) };
	wh_batch_bytes(b, column, &value, sizeof value);
	return true;
}

static bool decode_bits(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n < 4)
		return false;
	uint64_t bits = be32(p);
	if (bits > (n - 4) * 8)
		return false;
	char *out = wh_batch_room(b, column, bits);
	for (uint64_t i = 0; i < bits; i++)
		out[i] = (char)('0' + ((unsigned char)p[4 + i / 8] >> (7 - i % 8) & 1));
	return true;
}

/* numeric: count of groups, weight of the first, sign, scale, then groups of four digits. */
#define NUMERIC_NEGATIVE 0x4000
#define NUMERIC_NAN 0xC000
#define NUMERIC_POSITIVE_INFINITY 0xD000
#define NUMERIC_NEGATIVE_INFINITY 0xF000

static void put_group(char *out, int group)
{
	out[0] = (char)('0' + group / 1000);
	out[1] = (char)('0' + group / 100 % 10);
	out[2] = (char)('0' + group / 10 % 10);
	out[3] = (char)('0' + group % 10);
}

static int group_at(const char *groups, int ngroups, int i)
{
	return i >= 0 && i < ngroups ? be16(groups + 2 * i) : 0;
}

static void put_whole(struct wh_buffer *out, const char *groups, int ngroups, int weight)
{
	char four[4];
	if (weight < 0) {
		wh_buffer_char(out, '0');
		return;
	}
	for (int i = 0; i <= weight; i++) {
		put_group(four, group_at(groups, ngroups, i));
		int zeros = 0;
		while (i == 0 && zeros < 3 && four[zeros] == '0')
			zeros++;
		wh_buffer_put(out, four + zeros, (size_t)(4 - zeros));
	}
}

static void put_fraction(struct wh_buffer *out, const char *groups, int ngroups, int weight,
	int scale)
{
	char four[4];
	if (scale)
		wh_buffer_char(out, '.');
	for (int i = weight + 1; scale > 0; i++, scale -= 4) {
		put_group(four, group_at(groups, ngroups, i));
		wh_buffer_put(out, four, scale < 4 ? (size_t)scale : 4);
	}
}

bool postgres_numeric_text(struct wh_buffer *out, const char *p, size_t n)
{
	if (n < 8)
		return false;
	int ngroups = (int16_t)be16(p), weight = (int16_t)be16(p + 2), scale = (int16_t)be16(p + 6);
	int sign = be16(p + 4);
	if (ngroups < 0 || n != 8 + 2 * (size_t)ngroups || scale < 0 || scale > 16383)
		return false;
	for (int i = 0; i < ngroups; i++)
		if (group_at(p + 8, ngroups, i) > 9999)
			return false;
	if (sign == NUMERIC_NAN)
		wh_buffer_text(out, "NaN");
	else if (sign == NUMERIC_POSITIVE_INFINITY)
		wh_buffer_text(out, "Infinity");
	else if (sign == NUMERIC_NEGATIVE_INFINITY)
		wh_buffer_text(out, "-Infinity");
	if (sign >= NUMERIC_NAN)
		return sign == NUMERIC_NAN || sign == NUMERIC_POSITIVE_INFINITY ||
			sign == NUMERIC_NEGATIVE_INFINITY;
	if (sign == NUMERIC_NEGATIVE && ngroups)
		wh_buffer_char(out, '-');
	put_whole(out, p + 8, ngroups, weight);
	put_fraction(out, p + 8, ngroups, weight, scale);
	return sign == 0 || sign == NUMERIC_NEGATIVE;
}

static bool decode_numeric(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	wh_buffer_clear(&s->scratch);
	if (!postgres_numeric_text(&s->scratch, p, n))
		return false;
	wh_batch_bytes(b, column, wh_buffer_string(&s->scratch), s->scratch.size);
	return true;
}

static bool decode_unsigned(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	struct wh_decimal_view view;
	uint64_t value;
	wh_buffer_clear(&s->scratch);
	if (!postgres_numeric_text(&s->scratch, p, n))
		return false;
	bool whole = wh_decimal_canonical(s->scratch.data, s->scratch.size, &view) && !view.negative &&
		wh_text_uint64(view.digits, view.n, &value);
	if (whole)
		wh_batch_word(b, column, (int64_t)value);
	else
		wh_batch_stray(b, column, WH_STRAY_RANGE, s->scratch.data, s->scratch.size);
	return true;
}

/* "[2:3]={1,2}": in JSON no colon follows the first number. */
static bool has_bounds(const char *p, size_t n)
{
	size_t i = n && p[0] == '[' ? 1 : n;
	while (i < n && (p[i] == '-' || (p[i] >= '0' && p[i] <= '9')))
		i++;
	return i > 1 && i < n && p[i] == ':';
}

static bool decode_text(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	if (s->checks_utf8 && !wh_utf8_valid(p, n))
		wh_batch_stray(b, column, WH_STRAY_UTF8, p, n);
	else
		wh_batch_bytes(b, column, p, n);
	return true;
}

static bool decode_bool(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n == 1)
		wh_batch_word(b, column, *p != 0);
	return n == 1;
}

static bool decode_uuid(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	if (n == 16)
		wh_batch_bytes(b, column, p, n);
	return n == 16;
}

static bool decode_bytes(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	(void)s;
	wh_batch_bytes(b, column, p, n);
	return true;
}

static bool decode_jsonb(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	return n && *p == POSTGRES_JSONB && decode_text(s, b, column, p + 1, n - 1);
}

/* An array as JSON, or as it is written where it has bounds of its own. */
static bool decode_array(struct postgres *s, struct wh_batch *b, size_t column, const char *p,
	size_t n)
{
	if (!has_bounds(p, n))
		return decode_text(s, b, column, p, n);
	wh_batch_stray(b, column, WH_STRAY_BOUNDS, p, n);
	return true;
}

static postgres_decoder *const decoders[WH_KINDS] = {
	[WH_BOOL] = decode_bool,
	[WH_INT64] = decode_integer,
	[WH_UINT64] = decode_unsigned,
	[WH_FLOAT32] = decode_float,
	[WH_FLOAT64] = decode_float,
	[WH_DECIMAL] = decode_numeric,
	[WH_DATE] = decode_date,
	[WH_TIME] = decode_usec,
	[WH_TIMESTAMP] = decode_usec,
	[WH_TIMESTAMPTZ] = decode_usec,
	[WH_INTERVAL] = decode_interval,
	[WH_BITS] = decode_bits,
	[WH_UUID] = decode_uuid,
	[WH_BYTES] = decode_bytes,
	[WH_GEOMETRY] = decode_bytes,
	[WH_ARRAY] = decode_array,
	[WH_JSON] = decode_array,
};

postgres_decoder *postgres_decoder_of(const struct wh_field *field)
{
	enum wh_kind wire = field->wire.kind;
	if (wire == WH_GEOMETRY && field->type.kind == WH_GEOMETRY)
		return postgres_decode_geometry;
	if (postgres_bare(field) && wh_equal(field->type.native, "jsonb"))
		return decode_jsonb;
	if (wire == WH_JSON && field->type.kind == WH_JSON)
		return decode_text;
	return decoders[wire] ? decoders[wire] : decode_text;
}
