/* COMP-3: two digits a byte, the last half a sign. COMP-6: no sign. */
#include "codecs/cobol/coding.h"

static unsigned half(const unsigned char *bytes, size_t i)
{
	return i % 2 ? bytes[i / 2] & 0x0f : bytes[i / 2] >> 4;
}

static void put_half(unsigned char *bytes, size_t i, unsigned value)
{
	if (i % 2)
		bytes[i / 2] = (unsigned char)((bytes[i / 2] & 0xf0) | value);
	else
		bytes[i / 2] = (unsigned char)(value << 4);
}

static bool has_sign(const struct wh_cobol_cell *cell)
{
	return cell->field->usage == WH_COBOL_PACKED;
}

/* The half before the digits, where they and the sign are an odd number. */
static size_t spare(const struct wh_cobol_cell *cell, size_t n)
{
	return 2 * n - cell->field->picture.digits - has_sign(cell);
}

static bool packed_read(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_cobol_digits *out, struct wh_buffer *scratch)
{
	const struct wh_cobol_picture *p = &cell->field->picture;
	size_t first = spare(cell, n);
	out->n = p->digits;
	out->negative = false;
	if (first && half(bytes, 0))
		return wh_cobol_held(scratch, bytes, n,
			"where %X stands before the %u digits of its picture", half(bytes, 0), p->digits);
	for (unsigned i = 0; i < out->n; i++) {
		unsigned digit = half(bytes, first + i);
		out->text[i] = (char)('0' + digit);
		if (digit > 9)
			return wh_cobol_held(scratch, bytes, n, "where %X stands in the place of a digit",
				digit);
	}
	if (!has_sign(cell))
		return true;
	unsigned sign = half(bytes, 2 * n - 1);
	out->negative = sign == 0xb || sign == 0xd;
	if (sign <= 9)
		return wh_cobol_held(scratch, bytes, n, "where %X stands in the place of the sign", sign);
	if (out->negative && !p->sign)
		return wh_cobol_held(scratch, bytes, n, "which is negative, and the picture %.60s has no S",
			p->text);
	return true;
}

static void packed_write(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *d,
	unsigned char *bytes, size_t n)
{
	size_t first = spare(cell, n);
	bytes[0] = 0;
	for (unsigned i = 0; i < d->n; i++)
		put_half(bytes, first + i, (unsigned)(d->text[i] - '0'));
	if (has_sign(cell))
		put_half(bytes, 2 * n - 1, !cell->field->picture.sign ? 0xf : d->negative ? 0xd : 0xc);
}

static const struct wh_cobol_coding packed = {
	.decode = wh_cobol_number_decode,
	.encode = wh_cobol_number_encode,
	.read = packed_read,
	.write = packed_write,
};

static const struct wh_cobol_coding without_sign = {
	.decode = wh_cobol_number_decode,
	.encode = wh_cobol_number_encode,
	.read = packed_read,
	.write = packed_write,
	.any_bytes = true,
};

void wh_cobol_packed_prepare(struct wh_cobol_cell *cell)
{
	const struct wh_cobol_picture *p = &cell->field->picture;
	cell->coding = has_sign(cell) ? &packed : &without_sign;
	cell->type = wh_cobol_type_to(wh_cobol_nines(p->digits), p->scale);
	cell->low_null = cell->spaces_null = cell->form.blank_null && has_sign(cell);
	cell->exact = !has_sign(cell);
}
