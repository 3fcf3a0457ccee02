#include "codecs/nacha/record.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include <errno.h>
#include <stdio.h>

/* One byte as UTF-8. False: it is no whole character of the set. */
static bool convert(iconv_t with, unsigned char byte, char out[5])
{
	char in = (char)byte, *from = &in, *to = out;
	size_t nfrom = 1, nto = 4;
	memset(out, 0, 5);
	if (iconv(with, &from, &nfrom, &to, &nto) != (size_t)-1)
		return true;
	bool cut = errno == EINVAL;
	iconv(with, NULL, NULL, NULL, NULL);
	memset(out, 0, 5);
	return !cut;
}

/* False: it is not a set of single bytes, or not ASCII below 0x80. */
static bool convert_all(struct wh_nacha_charset *out)
{
	char seen[5];
	bool single = true;
	for (int c = ' '; c < 0x7F; c++)
		single = single && convert(out->convert, (unsigned char)c, seen) && seen[0] == c &&
			!seen[1];
	for (int c = 0; c < 128; c++)
		single = single && convert(out->convert, (unsigned char)(0x80 + c), out->high[c]);
	return single;
}

int wh_nacha_charset(struct wh_nacha_charset *out, const char *name, struct wh_error *error)
{
	*out = (struct wh_nacha_charset){ 0 };
	if (wh_equal_nocase(name, "ascii"))
		return WH_OK;
	out->convert = iconv_open("UTF-8", name);
	if (out->convert == (iconv_t)-1)
		return wh_fail(error, WH_CONFIG,
			"no character set is called \"%.40s\": encoding can be ascii, latin1, cp1252", name);
	bool single = convert_all(out);
	iconv_close(out->convert);
	if (!single)
		return wh_fail(error, WH_CONFIG,
			"\"%.40s\" cannot be read here: encoding can be a character set of single bytes that "
			"holds ASCII, such as latin1 and cp1252",
			name);
	return WH_OK;
}

int wh_nacha_stranger(const struct wh_nacha_charset *charset, const char *record)
{
	for (size_t i = 0; i < WH_NACHA_RECORD; i++) {
		unsigned char c = (unsigned char)record[i];
		if (c < ' ' || c == 0x7F || (c >= 0x80 && !*charset->high[c - 0x80]))
			return (int)i;
	}
	return -1;
}

/* ---- out of a record ---- */

static void get_text(struct wh_buffer *out, const struct wh_nacha_charset *charset,
	const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c < 0x80)
			wh_buffer_char(out, text[i]);
		else
			wh_buffer_text(out, charset->high[c - 0x80]);
	}
}

static enum wh_nacha_value get_digits(struct wh_buffer *out, const char *text, size_t n,
	size_t scale)
{
	size_t zeros = 0;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)(text[i] - '0') > 9)
			return WH_NACHA_FAULT;
	while (zeros + scale + 1 < n && text[zeros] == '0')
		zeros++;
	wh_buffer_put(out, text + zeros, n - zeros - scale);
	if (scale) {
		wh_buffer_char(out, '.');
		wh_buffer_put(out, text + n - scale, scale);
	}
	return WH_NACHA_VALUE;
}

static enum wh_nacha_value get_date(struct wh_buffer *out, const char *text)
{
	int part[3];
	for (int i = 0; i < 3; i++) {
		unsigned char tens = (unsigned char)(text[2 * i] - '0');
		unsigned char units = (unsigned char)(text[2 * i + 1] - '0');
		if (tens > 9 || units > 9)
			return WH_NACHA_NULL;
		part[i] = 10 * tens + units;
	}
	int year = part[0] + (part[0] < 70 ? 2000 : 1900);
	if (!wh_date_exists(year, part[1], part[2]))
		return WH_NACHA_NULL;
	wh_buffer_format(out, "%04d-%02d-%02d", year, part[1], part[2]);
	return WH_NACHA_VALUE;
}

enum wh_nacha_value wh_nacha_get(struct wh_buffer *out, const struct wh_nacha_charset *charset,
	const struct wh_nacha_field *field, const char *record)
{
	const char *text = record + field->first - 1;
	size_t n = field->length, blanks = 0;
	while (n && text[n - 1] == ' ')
		n--;
	if (!n)
		return WH_NACHA_NULL;
	if (field->kind == WH_NACHA_DATE)
		return get_date(out, text);
	if (field->kind == WH_NACHA_NUMBER || field->kind == WH_NACHA_CENTS)
		return get_digits(out, text, field->length, field->kind == WH_NACHA_CENTS ? 2 : 0);
	if (field->kind == WH_NACHA_RIGHT) {
		n = field->length;
		while (text[blanks] == ' ')
			blanks++;
	}
	get_text(out, charset, text + blanks, n - blanks);
	return WH_NACHA_VALUE;
}

/* ---- into a record ---- */

/* The byte that a character has; its length goes to *n. 0: none. */
static char byte_of(const struct wh_nacha_charset *charset, const char *text, size_t left,
	size_t *n)
{
	*n = 1;
	if (*text >= ' ' && *text < 0x7F)
		return *text;
	for (int c = 0; c < 128; c++) {
		*n = strlen(charset->high[c]);
		if (*n && *n <= left && memcmp(text, charset->high[c], *n) == 0)
			return (char)(0x80 + c);
	}
	return 0;
}

static bool put_text(char *to, const struct wh_nacha_charset *charset,
	const struct wh_nacha_field *field, const struct wh_buffer *value, const char **why)
{
	size_t n = 0, step, length = field->length;
	memset(to, ' ', length);
	for (size_t i = 0; i < value->size; i += step, n++) {
		char c = byte_of(charset, value->data + i, value->size - i, &step);
		*why = !c ? "it has a character that the file's encoding has not" : "it is too long";
		if (!c || n == length)
			return false;
		to[n] = c;
	}
	if (field->kind == WH_NACHA_RIGHT && n < length) {
		memmove(to + length - n, to, n);
		memset(to, ' ', length - n);
	}
	return true;
}

static bool put_digits(char *to, const struct wh_nacha_field *field, const struct wh_buffer *value,
	const char **why)
{
	int scale = field->kind == WH_NACHA_CENTS ? 2 : 0;
	struct wh_decimal_view view;
	*why = "it is no such number, is below zero or has too many digits";
	if (!wh_decimal_canonical(value->data, value->size, &view) || view.negative ||
		!wh_decimal_fits(value->data, value->size, field->length, scale))
		return false;
	const char *point = memchr(view.digits, '.', view.n);
	size_t whole = point ? (size_t)(point - view.digits) : view.n;
	size_t fraction = point ? view.n - whole - 1 : 0;
	memset(to, '0', field->length);
	char *mark = to + field->length - scale;
	memcpy(mark - whole, view.digits, whole);
	if (fraction)
		memcpy(mark, point + 1, fraction);
	return true;
}

static bool put_date(char *to, const struct wh_buffer *value, const char **why)
{
	int64_t days, year;
	int month, day;
	char text[16];
	*why = "it is no date of the years 1970 to 2069";
	if (!wh_parse_date(value->data, value->size, &days) || days < wh_days_from_civil(1970, 1, 1) ||
		days > wh_days_from_civil(2069, 12, 31))
		return false;
	wh_civil_from_days(days, &year, &month, &day);
	snprintf(text, sizeof text, "%02d%02d%02d", (int)(year % 100), month % 100, day % 100);
	memcpy(to, text, 6);
	return true;
}

bool wh_nacha_put(char *record, const struct wh_nacha_charset *charset,
	const struct wh_nacha_field *field, const struct wh_buffer *value, const char **why)
{
	char *to = record + field->first - 1;
	if (!value->size)
		return true;
	if (field->kind == WH_NACHA_DATE)
		return put_date(to, value, why);
	if (field->kind == WH_NACHA_NUMBER || field->kind == WH_NACHA_CENTS)
		return put_digits(to, field, value, why);
	return put_text(to, charset, field, value, why);
}
