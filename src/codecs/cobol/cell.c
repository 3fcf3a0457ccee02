#include "codecs/cobol/coding.h"
#include <stdio.h>

static void (*const numbers[])(struct wh_cobol_cell *) = {
	[WH_COBOL_DISPLAY] = wh_cobol_zoned_prepare,
	[WH_COBOL_NATIONAL] = wh_cobol_zoned_prepare,
	[WH_COBOL_PACKED] = wh_cobol_packed_prepare,
	[WH_COBOL_COMP_6] = wh_cobol_packed_prepare,
	[WH_COBOL_BINARY] = wh_cobol_binary_prepare,
	[WH_COBOL_NATIVE] = wh_cobol_binary_prepare,
	[WH_COBOL_COMP_X] = wh_cobol_binary_prepare,
	[WH_COBOL_INDEX] = wh_cobol_binary_prepare,
	[WH_COBOL_FLOAT] = wh_cobol_float_prepare,
	[WH_COBOL_DOUBLE] = wh_cobol_float_prepare,
	[WH_COBOL_POINTER] = wh_cobol_address_prepare,
};

int wh_cobol_cell_prepare(struct wh_cobol_cell *out, const struct wh_cobol_field *field,
	const struct wh_cobol_form *form, struct wh_cobol_charset *charset, struct wh_error *error)
{
	static const enum wh_cobol_script
		scripts[] = { [WH_COBOL_DBCS] = WH_COBOL_PAIRS, [WH_COBOL_NATIONAL] = WH_COBOL_UTF16 };
	enum wh_cobol_usage usage = field->usage;
	enum wh_cobol_kind kind = field->kind;
	assert(kind != WH_COBOL_GROUP && field->length);
	*out = (struct wh_cobol_cell){ .field = field,
		.form = *form,
		.charset = charset,
		.script = usage < sizeof scripts / sizeof *scripts ? scripts[usage] : WH_COBOL_NARROW };
	if (kind == WH_COBOL_TEXT || kind == WH_COBOL_EDITED || kind == WH_COBOL_WIDE)
		return wh_cobol_text_prepare(out, error);
	numbers[usage](out);
	return WH_OK;
}

void wh_cobol_cell_type(const struct wh_cobol_cell *cell, struct wh_type *out)
{
	*out = cell->type;
}

bool wh_cobol_all(const unsigned char *bytes, size_t n, const struct wh_cobol_unit *unit)
{
	return unit->n && n >= unit->n && !memcmp(bytes, unit->bytes, unit->n) &&
		!memcmp(bytes + unit->n, bytes, n - unit->n);
}

void wh_cobol_fill(unsigned char *bytes, size_t n, const struct wh_cobol_unit *unit)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = unit->bytes[i % unit->n];
}

const struct wh_cobol_unit *wh_cobol_space(const struct wh_cobol_cell *cell)
{
	return &cell->charset->space[cell->script];
}

static const struct wh_cobol_unit low = { { 0x00 }, 1 }, high = { { 0xff }, 1 };

const char *wh_cobol_cell_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes,
	size_t n, struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	assert(n == cell->field->length);
	if ((cell->low_null && wh_cobol_all(bytes, n, &low)) ||
		(cell->spaces_null && wh_cobol_all(bytes, n, wh_cobol_space(cell)))) {
		wh_batch_null(b, column);
		return NULL;
	}
	bool done = cell->coding->decode(cell, bytes, n, b, column, scratch);
	return done ? NULL : wh_buffer_string(scratch);
}

const char *wh_cobol_cell_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	assert(n == cell->field->length);
	bool done = true;
	if (!wh_is_null(b, column, row))
		done = cell->coding->encode(cell, b, column, row, bytes, n, scratch);
	else if (cell->spaces_null || cell->low_null)
		wh_cobol_fill(bytes, n, cell->spaces_null ? wh_cobol_space(cell) : &low);
	else
		done = wh_cobol_no_place(cell, scratch, "NULL");
	return done ? NULL : wh_buffer_string(scratch);
}

bool wh_cobol_cell_canonical(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	const struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	if (cell->exact)
		return true;
	wh_buffer_clear(scratch);
	if (!wh_buffer_reserve(scratch, n))
		return false;
	unsigned char *again = (unsigned char *)scratch->data;
	return !wh_cobol_cell_encode(cell, b, column, b->rows, again, n, scratch) &&
		!memcmp(again, bytes, n);
}

static bool is_zero(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n)
{
	struct wh_cobol_digits digits;
	struct wh_buffer scratch = { 0 };
	if (!cell->coding->read)
		return wh_cobol_all(bytes, n, &cell->charset->zero[cell->script]);
	bool zero = cell->coding->read(cell, bytes, n, &digits, &scratch) &&
		wh_cobol_digits_zero(&digits);
	wh_buffer_free(&scratch);
	return zero;
}

enum wh_cobol_filling wh_cobol_cell_filling(const struct wh_cobol_cell *cell,
	const unsigned char *bytes, size_t n)
{
	if (cell->coding->any_bytes)
		return wh_cobol_all(bytes, n, &low) ? WH_COBOL_ZEROS : WH_COBOL_FILLED;
	if (wh_cobol_all(bytes, n, &low))
		return WH_COBOL_LOW_VALUES;
	if (wh_cobol_all(bytes, n, &high))
		return WH_COBOL_HIGH_VALUES;
	if (wh_cobol_all(bytes, n, wh_cobol_space(cell)))
		return WH_COBOL_SPACES;
	return is_zero(cell, bytes, n) ? WH_COBOL_ZEROS : WH_COBOL_FILLED;
}

#define SHOWN ((size_t)40) /* bytes of a field that a message shows */

WH_FORMAT(2, 0)
static void say(struct wh_buffer *scratch, const char *format, va_list arguments)
{
	char words[400];
	vsnprintf(words, sizeof words, format, arguments);
	wh_buffer_text(scratch, words);
}

bool wh_cobol_held(struct wh_buffer *scratch, const unsigned char *bytes, size_t n,
	const char *format, ...)
{
	va_list arguments;
	wh_buffer_clear(scratch);
	wh_buffer_text(scratch, "holds X'");
	for (size_t i = 0; i < n && i < SHOWN; i++)
		wh_buffer_format(scratch, "%02X", bytes[i]);
	wh_buffer_text(scratch, n > SHOWN ? "...', " : "', ");
	va_start(arguments, format);
	say(scratch, format, arguments);
	va_end(arguments);
	return false;
}

bool wh_cobol_no_place(const struct wh_cobol_cell *cell, struct wh_buffer *scratch,
	const char *format, ...)
{
	const struct wh_cobol_field *f = cell->field;
	va_list arguments;
	wh_buffer_clear(scratch);
	wh_buffer_text(scratch, "has no place for ");
	va_start(arguments, format);
	say(scratch, format, arguments);
	va_end(arguments);
	wh_buffer_format(scratch, ": it is %s%.60s%s%s of %u bytes", f->picture.text ? "PIC " : "",
		f->picture.text ? f->picture.text : "", f->picture.text ? " " : "",
		wh_cobol_usage_name(f->usage), (unsigned)f->length);
	return false;
}
