/* DISPLAY numbers: a digit a byte; the sign in the zone of one of them, or a byte of its own. */
#include "codecs/cobol/coding.h"

/* By sign and digit, as ASCII has what EBCDIC spells C0 to C9 and D0 to D9; then Micro Focus'. */
static const char letters[] = "{ABCDEFGHI}JKLMNOPQRpqrstuvwxy";

struct layout {
	bool ebcdic;
	unsigned char zone; /* of a digit */
	unsigned char plus, minus;
	unsigned first; /* digit */
	unsigned sign;  /* where it is: a byte of its own, or a digit's */
	bool separate;
	bool overpunched; /* that digit may have another zone */
};

/* Programs on the mainframe leave a sign in numbers without S too; files that were made ASCII have
 * none there. */
static struct layout layout_of(const struct wh_cobol_cell *cell)
{
	const struct wh_cobol_field *f = cell->field;
	bool ebcdic = cell->charset->ebcdic && cell->script == WH_COBOL_NARROW;
	unsigned last = f->picture.digits - !f->sign_separate;
	return (struct layout){ .ebcdic = ebcdic,
		.zone = ebcdic ? 0xf0 : 0x30,
		.plus = ebcdic ? 0x4e : '+',
		.minus = ebcdic ? 0x60 : '-',
		.first = f->sign_separate && f->sign_leading,
		.sign = f->sign_leading ? 0 : last,
		.separate = f->sign_separate,
		.overpunched = !f->sign_separate && (ebcdic || f->picture.sign) };
}

static bool read_zone(unsigned char byte, unsigned *digit, bool *negative)
{
	unsigned zone = byte >> 4;
	*digit = byte & 0x0f;
	*negative = zone == 0xb || zone == 0xd;
	return zone >= 0xa && *digit <= 9;
}

static bool read_letter(unsigned char byte, unsigned *digit, bool *negative)
{
	const char *at = byte ? strchr(letters, byte) : NULL;
	unsigned place = at ? (unsigned)(at - letters) : 0;
	*digit = place % 10;
	*negative = place >= 10;
	return at != NULL;
}

static bool read_overpunch(const struct layout *l, unsigned char byte, struct wh_cobol_digits *out)
{
	unsigned digit;
	if (!l->overpunched || !(l->ebcdic ? read_zone : read_letter)(byte, &digit, &out->negative))
		return false;
	out->text[l->sign] = (char)('0' + digit);
	return true;
}

static bool read_sign(const struct layout *l, unsigned char byte, struct wh_cobol_digits *out)
{
	out->negative = byte == l->minus;
	return byte == l->minus || byte == l->plus;
}

/* -1: all bytes are what they should be; else the first that is not. */
static int read_bytes(const struct layout *l, const unsigned char *bytes,
	struct wh_cobol_digits *out)
{
	for (unsigned i = 0; i < out->n; i++) {
		unsigned char digit = bytes[l->first + i] ^ l->zone;
		out->text[i] = (char)('0' + digit);
		if (digit > 9 && (i != l->sign || !read_overpunch(l, bytes[i], out)))
			return (int)(l->first + i);
	}
	if (l->separate && !read_sign(l, bytes[l->sign], out))
		return (int)l->sign;
	return -1;
}

/* National digits are ASCII's in two bytes. */
static bool narrow(const unsigned char *bytes, size_t n, unsigned char *out)
{
	bool all = true;
	for (size_t i = 0; i + 1 < n; i += 2) {
		out[i / 2] = bytes[i + 1];
		all = all && !bytes[i];
	}
	return all;
}

static bool zoned_read(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_cobol_digits *out, struct wh_buffer *scratch)
{
	const struct wh_cobol_field *f = cell->field;
	struct layout l = layout_of(cell);
	unsigned char narrowed[WH_COBOL_DIGITS_MOST + 1];
	const unsigned char *digits = bytes;
	*out = (struct wh_cobol_digits){ .n = f->picture.digits };
	if (f->blank_when_zero && wh_cobol_all(bytes, n, wh_cobol_space(cell))) {
		memset(out->text, '0', out->n);
		return true;
	}
	if (cell->script == WH_COBOL_UTF16) {
		digits = narrowed;
		if (!narrow(bytes, n, narrowed))
			return wh_cobol_held(scratch, bytes, n, "where not every character is a digit");
	}
	int bad = read_bytes(&l, digits, out);
	if (bad >= 0)
		return wh_cobol_held(scratch, bytes, n, "where %02X stands in the place of a %s",
			digits[bad], l.separate && bad == (int)l.sign ? "sign" : "digit");
	if (out->negative && !f->picture.sign)
		return wh_cobol_held(scratch, bytes, n, "which is negative, and the picture %.60s has no S",
			f->picture.text);
	return true;
}

static unsigned char overpunch(const struct wh_cobol_cell *cell, const struct layout *l,
	unsigned digit, bool negative)
{
	if (!cell->field->picture.sign)
		return (unsigned char)(l->zone | digit);
	if (l->ebcdic)
		return (unsigned char)((negative ? 0xd0 : 0xc0) | digit);
	if (cell->form.overpunch == WH_COBOL_LETTERS)
		return (unsigned char)letters[digit + (negative ? 10 : 0)];
	return (unsigned char)((negative ? 'p' : '0') + digit);
}

static void write_bytes(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *d,
	unsigned char *bytes)
{
	struct layout l = layout_of(cell);
	for (unsigned i = 0; i < d->n; i++)
		bytes[l.first + i] = (unsigned char)(l.zone | (d->text[i] - '0'));
	if (l.separate)
		bytes[l.sign] = d->negative ? l.minus : l.plus;
	else
		bytes[l.sign] = overpunch(cell, &l, (unsigned)(d->text[l.sign] - '0'), d->negative);
}

static void zoned_write(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *d,
	unsigned char *bytes, size_t n)
{
	unsigned char narrowed[WH_COBOL_DIGITS_MOST + 1];
	if (cell->field->blank_when_zero && wh_cobol_digits_zero(d)) {
		wh_cobol_fill(bytes, n, wh_cobol_space(cell));
	} else if (cell->script == WH_COBOL_UTF16) {
		write_bytes(cell, d, narrowed);
		for (size_t i = 0; i < n; i++)
			bytes[i] = i % 2 ? narrowed[i / 2] : 0;
	} else {
		write_bytes(cell, d, bytes);
	}
}

static const struct wh_cobol_coding zoned = {
	.decode = wh_cobol_number_decode,
	.encode = wh_cobol_number_encode,
	.read = zoned_read,
	.write = zoned_write,
};

void wh_cobol_zoned_prepare(struct wh_cobol_cell *cell)
{
	const struct wh_cobol_field *f = cell->field;
	cell->coding = &zoned;
	cell->type = wh_cobol_type_to(wh_cobol_nines(f->picture.digits), f->picture.scale);
	cell->low_null = cell->form.blank_null;
	cell->spaces_null = cell->form.blank_null && !f->blank_when_zero;
}
