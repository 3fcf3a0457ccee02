#include "base/json_number.h"
#include "base/decimal.h"
#include "base/text.h"
#include <string.h>

#define ZEROS_MAX 400

static void number_zeros(struct wh_buffer *out, int64_t n)
{
	while (n-- > 0)
		wh_buffer_put(out, "0", 1);
}

/* digits times 10^exponent; the digits have no zeros at either end. */
static void number_shifted(struct wh_buffer *out, const char *digits, size_t n, int64_t exponent)
{
	int64_t whole = (int64_t)n + exponent;
	if (whole <= 0) {
		wh_buffer_put(out, "0.", 2);
		number_zeros(out, -whole);
		wh_buffer_put(out, digits, n);
	} else if (exponent < 0) {
		wh_buffer_put(out, digits, (size_t)whole);
		wh_buffer_put(out, ".", 1);
		wh_buffer_put(out, digits + whole, n - (size_t)whole);
	} else {
		wh_buffer_put(out, digits, n);
		number_zeros(out, exponent);
	}
}

/* Digits of the number without its sign and point and without zeros at the ends; *exponent
 * becomes the power of ten that they are to be multiplied by, its own exponent not counted. */
static void number_digits(struct wh_buffer *digits, const char *text, size_t n, int64_t *exponent)
{
	const char *point = memchr(text, '.', n);
	size_t whole = point ? (size_t)(point - text) : n, fraction = point ? n - whole - 1 : 0;
	size_t zeros = 0;
	wh_buffer_put(digits, text, whole);
	wh_buffer_put(digits, point ? point + 1 : text, fraction);
	*exponent = -(int64_t)fraction;
	for (; digits->size && digits->data[digits->size - 1] == '0'; digits->size--)
		++*exponent;
	while (zeros < digits->size && digits->data[zeros] == '0')
		zeros++;
	digits->size -= zeros;
	memmove(digits->data, digits->data + zeros, digits->size);
}

/* An exponent of any size, its sum with `more`, as text in the buffer. */
static bool number_exponent(struct wh_buffer *out, const char *text, size_t n, int64_t more)
{
	char number[24];
	bool plus = n && *text == '+';
	return wh_decimal_add(out, n ? text + plus : "0", n ? n - plus : 1, number,
		wh_format_int64(number, more));
}

/* Where plain digits would need more than ZEROS_MAX zeros (1e20000 from seven bytes), digits and
 * an exponent stand instead; which of both depends on the value alone. */
static void number_long(struct wh_buffer *out, const char *text, size_t n, bool negative)
{
	struct wh_buffer digits = { .max = out->max }, exponent = { .max = out->max };
	size_t mantissa = 0;
	while (mantissa < n && (text[mantissa] | 0x20) != 'e')
		mantissa++;
	int64_t shift = 0, value = 0;
	number_digits(&digits, text, mantissa, &shift);
	size_t e = mantissa < n ? mantissa + 1 : n;
	bool exact = number_exponent(&exponent, text + e, n - e, shift);
	bool near = exact && wh_text_int64(exponent.data, exponent.size, &value) &&
		value <= ZEROS_MAX && value >= -ZEROS_MAX - (int64_t)digits.size;
	wh_buffer_put(out, "-", negative && digits.size);
	if (!digits.size)
		wh_buffer_put(out, "0", 1);
	else if (near)
		number_shifted(out, digits.data, digits.size, value);
	else
		wh_buffer_format(out, "%.*se%s", (int)digits.size, digits.data,
			wh_buffer_string(&exponent));
	out->full |= digits.full || !exact;
	wh_buffer_free(&digits);
	wh_buffer_free(&exponent);
}

void wh_json_number(struct wh_buffer *out, const char *text, size_t n)
{
	struct wh_decimal_view view;
	bool negative = *text == '-';
	if (n <= ZEROS_MAX && wh_decimal_canonical(text, n, &view)) {
		wh_buffer_put(out, "-", view.negative);
		wh_buffer_put(out, view.digits, view.n);
		return;
	}
	number_long(out, text + negative, n - negative, negative);
}
