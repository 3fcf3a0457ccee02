#include "model/value.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define FLOAT_TEXT 48

/* whole / 10^scale. */
static size_t put_scaled(char *out, bool negative, uint64_t whole, size_t scale)
{
	char digits[24];
	size_t n = wh_format_uint64(digits, whole), zeros = n > scale ? 0 : scale + 1 - n, at = 0;
	if (negative)
		out[at++] = '-';
	for (size_t i = 0; i < zeros + n; i++) {
		if (i == zeros + n - scale)
			out[at++] = '.';
		out[at++] = i < zeros ? '0' : digits[i - zeros];
	}
	return at;
}

/* The decimal of at most 15 digits that is this double; no other of so few is. 0: there is none,
 * or it is written with an exponent. */
static size_t short_decimal(char *out, double value)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18 };
	double size = fabs(value);
	for (size_t scale = 1; size >= 1e-4 && scale < sizeof power / sizeof *power; scale++) {
		double whole = nearbyint(size * power[scale]);
		if (whole >= 1e15)
			return 0;
		if (whole / power[scale] == size)
			return put_scaled(out, value < 0, (uint64_t)whole, scale);
	}
	return 0;
}

void wh_float_text(struct wh_buffer *out, double value, bool single)
{
	char text[FLOAT_TEXT];
	size_t n;
	double size = fabs(value), normal = single ? (double)FLT_MIN : DBL_MIN;
	int least = size < normal ? 1 : single ? 6 : 15, most = single ? 9 : 17;
	if (isnan(value)) {
		wh_buffer_text(out, "NaN");
	} else if (isinf(value)) {
		wh_buffer_text(out, value < 0 ? "-Infinity" : "Infinity");
	} else if (size < (single ? 1e6 : 1e15) && value == trunc(value) &&
		(size > 0 || !signbit(value))) {
		wh_buffer_put(out, text, wh_format_int64(text, (int64_t)value));
	} else if (!single && (n = short_decimal(text, value)) > 0) {
		wh_buffer_put(out, text, n);
	} else {
		for (int digits = least; digits <= most; digits++) {
			snprintf(text, sizeof text, "%.*g", digits, value);
			if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
				break;
		}
		wh_buffer_text(out, text);
	}
}

static void uuid_text(struct wh_buffer *out, const char *bytes, size_t n)
{
	static const unsigned char group[] = { 4, 2, 2, 2, 6 };
	if (n != 16) {
		wh_text_hex(out, bytes, n);
		return;
	}
	for (size_t i = 0; i < sizeof group; bytes += group[i++]) {
		if (i)
			wh_buffer_char(out, '-');
		wh_text_hex(out, bytes, group[i]);
	}
}

static size_t bool_text(char *out, int64_t word)
{
	size_t n = word ? 4 : 5;
	memcpy(out, word ? "true" : "false", n);
	return n;
}

static size_t uint64_text(char *out, int64_t word)
{
	return wh_format_uint64(out, (uint64_t)word);
}

static size_t (*const word_texts[WH_KINDS])(char *, int64_t) = {
	[WH_BOOL] = bool_text,
	[WH_INT64] = wh_format_int64,
	[WH_UINT64] = uint64_text,
	[WH_DATE] = wh_format_date,
	[WH_TIME] = wh_format_time,
	[WH_TIMESTAMP] = wh_format_timestamp,
	[WH_TIMESTAMPTZ] = wh_format_timestamptz,
};

static void word_text(struct wh_buffer *out, enum wh_kind kind, int64_t word, double number)
{
	char text[WH_TIME_TEXT];
	if (kind == WH_FLOAT32 || kind == WH_FLOAT64)
		wh_float_text(out, number, kind == WH_FLOAT32);
	else
		wh_buffer_put(out, text, word_texts[kind](text, word));
}

static void interval_text(struct wh_buffer *out, const char *bytes, size_t n)
{
	char text[WH_TIME_TEXT];
	struct wh_interval i;
	if (n != sizeof i) {
		wh_text_hex(out, bytes, n);
		return;
	}
	memcpy(&i, bytes, sizeof i);
	wh_buffer_put(out, text, wh_format_interval(text, i));
}

void wh_value_text(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row)
{
	enum wh_kind kind = b->lanes[column].kind;
	if (wh_kind_is_word(kind)) {
		word_text(out, kind, wh_word(b, column, row), wh_double(b, column, row));
		return;
	}
	size_t n;
	const char *bytes = wh_cell(b, column, row, &n);
	if (kind == WH_UUID)
		uuid_text(out, bytes, n);
	else if (kind == WH_INTERVAL)
		interval_text(out, bytes, n);
	else if (kind == WH_BYTES || kind == WH_GEOMETRY)
		wh_text_hex(out, bytes, n);
	else
		wh_buffer_put(out, bytes, n);
}

static bool text_is(const char *text, size_t n, const char *word)
{
	size_t i = 0;
	while (i < n && word[i] && (text[i] == word[i] || (text[i] | 0x20) == word[i]))
		i++;
	return i == n && !word[i];
}

static bool parse_bool(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	bool yes = text_is(text, n, "true") || text_is(text, n, "t") || text_is(text, n, "1");
	if (!yes && !text_is(text, n, "false") && !text_is(text, n, "f") && !text_is(text, n, "0"))
		return false;
	wh_batch_word(b, column, yes);
	return true;
}

/* The whole number that a text is: "7", "7.000", "70e-1"; as shortest text in `out`. */
static bool text_whole(struct wh_buffer *out, const char *text, size_t n)
{
	struct wh_decimal_view view;
	if (n > 400 || !wh_decimal_plain(out, text, n) ||
		!wh_decimal_canonical(out->data, out->size, &view) || memchr(view.digits, '.', view.n))
		return false;
	bool negative = view.negative;
	memmove(out->data + negative, view.digits, view.n);
	out->data[0] = negative ? '-' : out->data[0];
	out->size = view.n + negative;
	return true;
}

static bool parse_int64(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	struct wh_buffer whole = { 0 };
	int64_t value;
	bool is = wh_text_int64(text, n, &value) ||
		(text_whole(&whole, text, n) && wh_text_int64(whole.data, whole.size, &value));
	wh_buffer_free(&whole);
	if (is)
		wh_batch_word(b, column, value);
	return is;
}

static bool parse_uint64(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	struct wh_buffer whole = { 0 };
	uint64_t value;
	bool is = wh_text_uint64(text, n, &value) ||
		(text_whole(&whole, text, n) && wh_text_uint64(whole.data, whole.size, &value));
	wh_buffer_free(&whole);
	if (is)
		wh_batch_word(b, column, (int64_t)value);
	return is;
}

static bool float_word(const char *text, size_t n, double *value)
{
	bool negative = n && *text == '-';
	if (!negative && text_is(text, n, "nan")) {
		*value = NAN;
		return true;
	}
	text += negative;
	n -= negative;
	if (!text_is(text, n, "infinity") && !text_is(text, n, "inf"))
		return false;
	*value = negative ? -INFINITY : INFINITY;
	return true;
}

/* sign, digits, point, digits, exponent; strtod alone takes spaces and hexadecimals too. */
static bool float_shaped(const char *text, size_t n)
{
	size_t digits = 0, i = n && (*text == '-' || *text == '+');
	for (; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		digits++;
	i += i < n && text[i] == '.';
	for (; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		digits++;
	if (i == n || !digits || (text[i] | 0x20) != 'e')
		return i == n && digits;
	i++;
	i += i < n && (text[i] == '-' || text[i] == '+');
	size_t start = i;
	while (i < n && text[i] >= '0' && text[i] <= '9')
		i++;
	return i == n && i > start;
}

/* A number too large for the kind, or so small that nothing is left of it, is none. */
static bool float_number(const char *text, size_t n, bool single, double *value)
{
	char fixed[64], *copy = n < sizeof fixed ? fixed : wh_alloc(n + 1);
	memcpy(copy, text, n);
	copy[n] = '\0';
	errno = 0;
	*value = single ? (double)strtof(copy, NULL) : strtod(copy, NULL);
	bool lost = errno == ERANGE && (isinf(*value) || *value == 0);
	if (copy != fixed)
		free(copy);
	return !lost;
}

static bool parse_float(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	double value;
	bool single = b->lanes[column].kind == WH_FLOAT32;
	if (!float_word(text, n, &value) &&
		(!float_shaped(text, n) || !float_number(text, n, single, &value)))
		return false;
	wh_batch_double(b, column, value);
	return true;
}

static bool parse_decimal(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	struct wh_buffer plain = { 0 };
	bool is = wh_decimal_plain(&plain, text, n);
	if (is)
		wh_batch_bytes(b, column, plain.data, plain.size);
	wh_buffer_free(&plain);
	return is;
}

static bool parse_text(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	if (!wh_utf8_valid(text, n))
		return false;
	wh_batch_bytes(b, column, text, n);
	return true;
}

static bool parse_json(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	if (b->lanes[column].kind == WH_ARRAY && (i == n || text[i] != '['))
		return false;
	if (!wh_json_valid(text, n))
		return false;
	wh_batch_bytes(b, column, text, n);
	return true;
}

static bool parse_bytes(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	struct wh_buffer bytes = { .max = WH_CELL_MAX };
	bool is = wh_buffer_reserve(&bytes, n / 2) && wh_text_unhex(text, n, bytes.data);
	if (is)
		wh_batch_bytes(b, column, bytes.data, n / 2);
	wh_buffer_free(&bytes);
	return is;
}

static bool parse_time(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	static bool (*const parse[WH_KINDS])(const char *, size_t, int64_t *) = {
		[WH_DATE] = wh_parse_date,
		[WH_TIME] = wh_parse_time,
		[WH_TIMESTAMP] = wh_parse_timestamp,
		[WH_TIMESTAMPTZ] = wh_parse_timestamptz,
	};
	int64_t value;
	if (!parse[b->lanes[column].kind](text, n, &value))
		return false;
	wh_batch_word(b, column, value);
	return true;
}

static bool parse_interval(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	struct wh_interval i;
	if (!wh_parse_interval(text, n, &i))
		return false;
	wh_batch_bytes(b, column, &i, sizeof i);
	return true;
}

/* 8-4-4-4-12 or 32 digits alone. */
static bool parse_uuid(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	char digits[32], bytes[16];
	size_t count = 0;
	if (n != 32 && n != 36)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool dash = n == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
		if (dash && text[i] != '-')
			return false;
		if (!dash)
			digits[count++] = text[i];
	}
	if (!wh_text_unhex(digits, count, bytes))
		return false;
	wh_batch_bytes(b, column, bytes, sizeof bytes);
	return true;
}

static bool parse_bits(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] != '0' && text[i] != '1')
			return false;
	wh_batch_bytes(b, column, text, n);
	return true;
}

static bool (*const parsers[WH_KINDS])(struct wh_batch *, size_t, const char *, size_t) = {
	[WH_BOOL] = parse_bool,
	[WH_INT64] = parse_int64,
	[WH_UINT64] = parse_uint64,
	[WH_FLOAT32] = parse_float,
	[WH_FLOAT64] = parse_float,
	[WH_DECIMAL] = parse_decimal,
	[WH_TEXT] = parse_text,
	[WH_BYTES] = parse_bytes,
	[WH_DATE] = parse_time,
	[WH_TIME] = parse_time,
	[WH_TIMESTAMP] = parse_time,
	[WH_TIMESTAMPTZ] = parse_time,
	[WH_INTERVAL] = parse_interval,
	[WH_UUID] = parse_uuid,
	[WH_JSON] = parse_json,
	[WH_XML] = parse_text,
	[WH_ENUM] = parse_text,
	[WH_SET] = parse_text,
	[WH_BITS] = parse_bits,
	[WH_ARRAY] = parse_json,
	[WH_GEOMETRY] = parse_bytes,
	[WH_NATIVE] = parse_text,
};

bool wh_value_parse(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	enum wh_kind kind = b->lanes[column].kind;
	return n <= WH_CELL_MAX && parsers[kind] && parsers[kind](b, column, text, n);
}
