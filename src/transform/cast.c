#include "transform/cast.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"

static bool is_time(enum wh_kind kind)
{
	return kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
}

/* The column on the target keeps fewer digits than the one on the source may hold. */
static bool decimal_narrows(const struct wh_type *from, const struct wh_type *to)
{
	if (to->kind != WH_DECIMAL || to->precision == 0)
		return false;
	if (from->kind != WH_DECIMAL || from->precision == 0)
		return true;
	return from->scale > to->scale || from->precision - from->scale > to->precision - to->scale;
}

static bool time_narrows(const struct wh_type *from, const struct wh_type *to)
{
	return is_time(to->kind) && to->precision < 6 &&
		(from->kind != to->kind || from->precision > to->precision);
}

static bool integer_narrows(const struct wh_type *from, const struct wh_type *to)
{
	return to->kind == WH_INT64 && to->precision && to->precision < 64 &&
		(from->kind != WH_INT64 || from->precision > to->precision || !from->precision);
}

/* The target keeps one of equal keys, and the source both. */
static bool json_narrows(const struct wh_type *from, const struct wh_type *to)
{
	return to->kind == WH_JSON && to->keys_once && !from->keys_once;
}

bool wh_cast_needed(const struct wh_field *from, const struct wh_field *to)
{
	return from->wire.kind != to->wire.kind || decimal_narrows(&from->type, &to->type) ||
		time_narrows(&from->type, &to->type) || integer_narrows(&from->type, &to->type) ||
		json_narrows(&from->type, &to->type);
}

static void copy_cell(const struct wh_batch *in, size_t column, uint32_t row, struct wh_batch *out)
{
	if (wh_kind_is_word(in->lanes[column].kind)) {
		wh_batch_word(out, column, wh_word(in, column, row));
		return;
	}
	size_t n;
	const char *bytes = wh_cell(in, column, row, &n);
	wh_batch_bytes(out, column, bytes, n);
}

static bool fraction_fits(int64_t usec, int precision)
{
	static const int64_t unit[7] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
	if (usec == INT64_MIN || usec == INT64_MAX)
		return true;
	return usec % unit[precision] == 0;
}

static bool integer_fits(int64_t value, int bits)
{
	return value >= -(INT64_C(1) << (bits - 1)) && value < INT64_C(1) << (bits - 1);
}

static bool keys_differ(const struct wh_batch *out, size_t column)
{
	size_t n;
	const char *text = wh_cell(out, column, out->rows, &n);
	return !wh_json_repeats(text, n);
}

/* Whether the value that stands in out's current row is one that the target's column keeps. */
static bool range_holds(const struct wh_field *from, const struct wh_field *to,
	const struct wh_batch *out, size_t column)
{
	uint32_t row = out->rows;
	if (decimal_narrows(&from->type, &to->type) && to->wire.kind == WH_DECIMAL) {
		size_t n;
		const char *text = wh_cell(out, column, row, &n);
		return wh_decimal_fits(text, n, to->type.precision, to->type.scale);
	}
	if (time_narrows(&from->type, &to->type) && is_time(to->wire.kind))
		return fraction_fits(wh_word(out, column, row), to->type.precision);
	if (integer_narrows(&from->type, &to->type) && to->wire.kind == WH_INT64)
		return integer_fits(wh_word(out, column, row), to->type.precision);
	return true;
}

static bool is_float(enum wh_kind kind)
{
	return kind == WH_FLOAT32 || kind == WH_FLOAT64;
}

/* What a float shows in its fewest digits must be the number that went in. */
static bool float_keeps(const struct wh_buffer *text, const struct wh_batch *out, size_t column)
{
	struct wh_buffer shown = { 0 }, plain = { 0 }, then = { 0 };
	wh_value_text(&shown, out, column, out->rows);
	bool number = wh_decimal_plain(&plain, shown.data, shown.size) &&
		wh_decimal_plain(&then, text->data, text->size);
	bool same = !number || !wh_decimal_compare(plain.data, plain.size, then.data, then.size);
	wh_buffer_free(&shown);
	wh_buffer_free(&plain);
	wh_buffer_free(&then);
	return same;
}

static bool is_moment(enum wh_kind kind)
{
	return kind == WH_DATE || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
}

/* Dates are midnights, and a stamp without a zone is one of UTC. */
static bool moment_converts(enum wh_kind from, enum wh_kind to, int64_t *value)
{
	bool endless = *value == WH_TIME_NEGATIVE || *value == WH_TIME_POSITIVE;
	if (endless || (from == WH_DATE) == (to == WH_DATE))
		return true;
	if (from == WH_DATE)
		return !__builtin_mul_overflow(*value, WH_USEC_PER_DAY, value);
	bool midnight = *value % WH_USEC_PER_DAY == 0;
	*value /= WH_USEC_PER_DAY;
	return midnight;
}

static bool cast_moment(enum wh_kind to, const struct wh_batch *in, size_t column, uint32_t row,
	struct wh_batch *out)
{
	int64_t value = wh_word(in, column, row);
	if (!moment_converts(in->lanes[column].kind, to, &value))
		return false;
	wh_batch_word(out, column, value);
	return true;
}

/* Booleans count as 0 and 1 for everything but text. */
static void cell_text(struct wh_buffer *out, const struct wh_batch *in, size_t column, uint32_t row,
	enum wh_kind to)
{
	wh_buffer_clear(out);
	if (in->lanes[column].kind == WH_BOOL && to != WH_TEXT)
		wh_buffer_char(out, wh_word(in, column, row) ? '1' : '0');
	else
		wh_value_text(out, in, column, row);
}

enum wh_stray_reason wh_cast_cell(const struct wh_field *from, const struct wh_field *to,
	const struct wh_batch *in, size_t column, uint32_t row, struct wh_batch *out,
	struct wh_buffer *scratch)
{
	if (from->wire.kind == to->wire.kind) {
		copy_cell(in, column, row, out);
	} else if (is_moment(from->wire.kind) && is_moment(to->wire.kind)) {
		if (!cast_moment(to->wire.kind, in, column, row, out))
			return WH_STRAY_RANGE;
	} else {
		cell_text(scratch, in, column, row, to->wire.kind);
		if (!wh_value_parse(out, column, wh_buffer_string(scratch), scratch->size))
			return WH_STRAY_KIND;
		if (is_float(to->wire.kind) && !float_keeps(scratch, out, column))
			return WH_STRAY_RANGE;
	}
	if (json_narrows(&from->type, &to->type) && to->wire.kind == WH_JSON &&
		!keys_differ(out, column))
		return WH_STRAY_KEYS;
	return range_holds(from, to, out, column) ? 0 : WH_STRAY_RANGE;
}
