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

static void copy_cell(const struct wh_cast *way, const struct wh_batch *in, uint32_t row,
	struct wh_batch *out)
{
	if (wh_kind_is_word(in->lanes[way->source].kind)) {
		wh_batch_word(out, way->target, wh_word(in, way->source, row));
		return;
	}
	size_t n;
	const char *bytes = wh_cell(in, way->source, row, &n);
	wh_batch_bytes(out, way->target, bytes, n);
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

static bool cast_moment(const struct wh_cast *way, const struct wh_batch *in, uint32_t row,
	struct wh_batch *out)
{
	int64_t value = wh_word(in, way->source, row);
	if (!moment_converts(way->from->wire.kind, way->to->wire.kind, &value))
		return false;
	wh_batch_word(out, way->target, value);
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

/* What the target's column would not keep of the value that stands in out's current row. */
static enum wh_stray_reason guard(const struct wh_field *from, const struct wh_field *to,
	const struct wh_batch *out, size_t column)
{
	if (json_narrows(&from->type, &to->type) && to->wire.kind == WH_JSON &&
		!keys_differ(out, column))
		return WH_STRAY_KEYS;
	return range_holds(from, to, out, column) ? 0 : WH_STRAY_RANGE;
}

static enum wh_stray_reason parse_text(const struct wh_field *to, struct wh_buffer *text,
	struct wh_batch *out, size_t column)
{
	if (!wh_value_parse(out, column, wh_buffer_string(text), text->size))
		return WH_STRAY_KIND;
	return is_float(to->wire.kind) && !float_keeps(text, out, column) ? WH_STRAY_RANGE : 0;
}

enum wh_stray_reason wh_cast_cell(const struct wh_cast *way, const struct wh_batch *in,
	uint32_t row, struct wh_batch *out, struct wh_buffer *scratch)
{
	enum wh_kind from = way->from->wire.kind, to = way->to->wire.kind;
	enum wh_stray_reason reason = 0;
	if (from == to) {
		copy_cell(way, in, row, out);
	} else if (is_moment(from) && is_moment(to)) {
		reason = cast_moment(way, in, row, out) ? 0 : WH_STRAY_RANGE;
	} else {
		cell_text(scratch, in, way->source, row, to);
		reason = parse_text(way->to, scratch, out, way->target);
	}
	return reason ? reason : guard(way->from, way->to, out, way->target);
}

enum wh_stray_reason wh_cast_text(const struct wh_field *to, struct wh_buffer *text,
	struct wh_batch *out, size_t column)
{
	static const struct wh_field anything = { .type = { .kind = WH_TEXT },
		.wire = { .kind = WH_TEXT } };
	enum wh_stray_reason reason = parse_text(to, text, out, column);
	return reason ? reason : guard(&anything, to, out, column);
}
