/* Numbers as decimal digits: their type, and the way into a batch and out of it. */
#include "base/decimal.h"
#include "base/text.h"
#include "codecs/cobol/coding.h"

unsigned __int128 wh_cobol_nines(unsigned digits)
{
	unsigned __int128 most = 0;
	while (digits-- > 0)
		most = most * 10 + 9;
	return most;
}

static int digits_of(unsigned __int128 most)
{
	int n = 1;
	while (most /= 10)
		n++;
	return n;
}

static struct wh_type integer_to(uint64_t most)
{
	int bits = most <= INT16_MAX ? 16 : most <= INT32_MAX ? 32 : 64;
	return (struct wh_type){ .kind = WH_INT64, .precision = bits };
}

struct wh_type wh_cobol_type_to(unsigned __int128 most, int scale)
{
	int digits = digits_of(most), zeros = scale < 0 ? -scale : 0;
	unsigned __int128 whole = most;
	for (int i = 0; i < zeros && whole <= INT64_MAX; i++)
		whole *= 10;
	if (scale <= 0 && whole <= INT64_MAX)
		return integer_to((uint64_t)whole);
	return (struct wh_type){ .kind = WH_DECIMAL,
		.precision = scale > digits ? scale : digits + zeros,
		.scale = scale > 0 ? scale : 0 };
}

bool wh_cobol_digits_zero(const struct wh_cobol_digits *d)
{
	unsigned i = 0;
	while (i < d->n && d->text[i] == '0')
		i++;
	return i == d->n;
}

static int64_t integer(const struct wh_cobol_digits *d, int scale)
{
	int64_t value = 0;
	for (unsigned i = 0; i < d->n; i++)
		value = value * 10 + (d->text[i] - '0');
	for (; scale < 0; scale++)
		value *= 10;
	return d->negative ? -value : value;
}

static char *put(char *out, const char *bytes, unsigned n)
{
	memcpy(out, bytes, n);
	return out + n;
}

static char *put_zeros(char *out, unsigned n)
{
	memset(out, '0', n);
	return out + n;
}

/* Without leading zeros but the one before the point; the scale is kept. */
static char *decimal(char *out, const struct wh_cobol_digits *d, int scale)
{
	unsigned first = 0, whole = scale < (int)d->n ? (unsigned)((int)d->n - scale) : 0;
	unsigned stored = whole < d->n ? whole : d->n;
	while (first < stored && d->text[first] == '0')
		first++;
	if (first == stored)
		out = put_zeros(out, 1);
	out = put(out, d->text + first, stored - first);
	if (whole > d->n && first < stored)
		out = put_zeros(out, whole - d->n);
	if (scale <= 0)
		return out;
	*out++ = '.';
	out = put_zeros(out, scale > (int)d->n ? (unsigned)scale - d->n : 0);
	return put(out, d->text + stored, d->n - stored);
}

void wh_cobol_digits_append(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *d,
	struct wh_batch *b, size_t column)
{
	int scale = cell->field->picture.scale;
	char text[96], *at = text;
	if (cell->type.kind == WH_INT64) {
		wh_batch_word(b, column, integer(d, scale));
		return;
	}
	if (d->negative && !wh_cobol_digits_zero(d))
		*at++ = '-';
	at = decimal(at, d, scale);
	wh_batch_bytes(b, column, text, (size_t)(at - text));
}

bool wh_cobol_number_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	struct wh_cobol_digits digits;
	if (!cell->coding->read(cell, bytes, n, &digits, scratch))
		return false;
	wh_cobol_digits_append(cell, &digits, b, column);
	return true;
}

static const char *number_text(const struct wh_batch *b, size_t column, uint32_t row, char *room,
	size_t *n)
{
	const struct wh_lane *lane = &b->lanes[column];
	if (!lane->word)
		return wh_cell(b, column, row, n);
	*n = lane->kind == WH_UINT64 ? wh_format_uint64(room, (uint64_t)lane->word[row])
								 : wh_format_int64(room, lane->word[row]);
	return room;
}

/* Each digit that is not 0 goes where its power of ten has its place. */
static bool place(const struct wh_decimal_view *value, int scale, struct wh_cobol_digits *out)
{
	const char *point = memchr(value->digits, '.', value->n);
	int64_t power = (point ? point - value->digits : (int64_t)value->n) + scale;
	memset(out->text, '0', out->n);
	for (size_t i = 0; i < value->n; i++) {
		char digit = value->digits[i];
		if (digit == '.')
			continue;
		power--;
		if (digit == '0')
			continue;
		if (digit < '0' || digit > '9' || power < 0 || power >= out->n)
			return false;
		out->text[out->n - 1 - power] = digit;
	}
	out->negative = value->negative;
	return true;
}

bool wh_cobol_digits_refuse(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, struct wh_buffer *scratch)
{
	char room[24];
	size_t n;
	const char *text = number_text(b, column, row, room, &n);
	return wh_cobol_no_place(cell, scratch, "%.*s%s", (int)(n < 60 ? n : 60), text,
		n > 60 ? "..." : "");
}

bool wh_cobol_digits_take(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, struct wh_cobol_digits *out, struct wh_buffer *scratch)
{
	struct wh_decimal_view value;
	char room[24];
	size_t n;
	const char *text = number_text(b, column, row, room, &n);
	if (wh_decimal_canonical(text, n, &value) && place(&value, cell->field->picture.scale, out))
		return true;
	return wh_cobol_digits_refuse(cell, b, column, row, scratch);
}

bool wh_cobol_number_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	struct wh_cobol_digits digits = { .n = cell->field->picture.digits };
	if (!wh_cobol_digits_take(cell, b, column, row, &digits, scratch))
		return false;
	if (digits.negative && !cell->field->picture.sign)
		return wh_cobol_digits_refuse(cell, b, column, row, scratch);
	cell->coding->write(cell, &digits, bytes, n);
	return true;
}
