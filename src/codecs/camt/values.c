#include "codecs/camt/values.h"
#include "base/decimal.h"
#include "base/time.h"
#include "codecs/schema.h"

#define DATE_LENGTH 10  /* YYYY-MM-DD */
#define CLOCK_LENGTH 8  /* hh:mm:ss */
#define OFFSET_LENGTH 6 /* +hh:mm */

/* XML's white space around what is not text does not count. */
static void trim(const char **text, size_t *n)
{
	while (*n && strchr(" \t\r\n", **text)) {
		++*text;
		--*n;
	}
	while (*n && strchr(" \t\r\n", (*text)[*n - 1]))
		--*n;
}

static bool take_text(struct wh_buffer *out, const char *text, size_t n)
{
	wh_buffer_put(out, text, n);
	return true;
}

/* ---- dates ---- */

static size_t digits_at(const char *text, size_t n)
{
	size_t count = 0;
	while (count < n && text[count] >= '0' && text[count] <= '9')
		count++;
	return count;
}

static bool is_offset(const char *text, size_t n)
{
	if (n == 1)
		return *text == 'Z';
	if (n != OFFSET_LENGTH || (*text != '+' && *text != '-') || text[3] != ':' ||
		digits_at(text + 1, 2) != 2 || digits_at(text + 4, 2) != 2)
		return false;
	int hours = (text[1] - '0') * 10 + text[2] - '0',
		minutes = (text[4] - '0') * 10 + text[5] - '0';
	return minutes < 60 && hours * 60 + minutes <= 14 * 60;
}

static bool is_clock(const char *text, size_t n)
{
	int64_t usec;
	if (n < CLOCK_LENGTH || !wh_parse_time(text, CLOCK_LENGTH, &usec))
		return false;
	size_t at = CLOCK_LENGTH;
	if (at < n && text[at] == '.') {
		size_t digits = digits_at(text + at + 1, n - at - 1);
		if (!digits)
			return false;
		at += 1 + digits;
	}
	return at == n || is_offset(text + at, n - at);
}

/* A date, or a date with the time of day, each with or without an offset. */
static bool split_moment(const char **text, size_t *n)
{
	int64_t days;
	trim(text, n);
	if (*n < DATE_LENGTH || !wh_parse_date(*text, DATE_LENGTH, &days))
		return false;
	const char *rest = *text + DATE_LENGTH;
	size_t left = *n - DATE_LENGTH;
	return !left || (*rest == 'T' ? is_clock(rest + 1, left - 1) : is_offset(rest, left));
}

static bool take_date(struct wh_buffer *out, const char *text, size_t n)
{
	if (!split_moment(&text, &n))
		return false;
	wh_buffer_put(out, text, DATE_LENGTH);
	return true;
}

static bool take_clock(struct wh_buffer *out, const char *text, size_t n)
{
	if (!split_moment(&text, &n))
		return false;
	size_t at = n > DATE_LENGTH && text[DATE_LENGTH] == 'T' ? DATE_LENGTH + 1 : DATE_LENGTH;
	wh_buffer_put(out, text + at, n - at);
	return true;
}

/* ---- numbers ---- */

static bool take_number(struct wh_buffer *out, const char *text, size_t n, int digits, int places)
{
	size_t before = out->size;
	trim(&text, &n);
	for (size_t i = 0; i < n; i++)
		if (!text[i] || !strchr("+-.0123456789", text[i]))
			return false;
	return wh_decimal_plain(out, text, n) &&
		wh_decimal_fits(out->data + before, out->size - before, digits, places);
}

static bool take_sum(struct wh_buffer *out, const char *text, size_t n)
{
	return take_number(out, text, n, 35, 17);
}

/* Below zero is the indicator's to say. */
static bool take_amount(struct wh_buffer *out, const char *text, size_t n)
{
	size_t before = out->size;
	return take_number(out, text, n, 23, 5) && out->data[before] != '-';
}

static bool take_count(struct wh_buffer *out, const char *text, size_t n)
{
	struct wh_decimal_view view;
	struct wh_buffer plain = { 0 };
	bool fits = take_number(&plain, text, n, 18, 0) &&
		wh_decimal_canonical(plain.data, plain.size, &view) && !view.negative;
	if (fits)
		wh_buffer_put(out, view.digits, view.n);
	wh_buffer_free(&plain);
	return fits;
}

/* ---- words ---- */

static bool one_of(const char *text, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(text, word, n) == 0;
}

static bool take_flag(struct wh_buffer *out, const char *text, size_t n)
{
	trim(&text, &n);
	bool yes = one_of(text, n, "true") || one_of(text, n, "1");
	if (!yes && !one_of(text, n, "false") && !one_of(text, n, "0"))
		return false;
	wh_buffer_text(out, yes ? "true" : "false");
	return true;
}

static bool take_currency(struct wh_buffer *out, const char *text, size_t n)
{
	if (n != 3)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text[i] < 'A' || text[i] > 'Z')
			return false;
	wh_buffer_put(out, text, n);
	return true;
}

static bool take_direction(struct wh_buffer *out, const char *text, size_t n)
{
	if (!one_of(text, n, "CRDT") && !one_of(text, n, "DBIT"))
		return false;
	wh_buffer_put(out, text, n);
	return true;
}

#define AMOUNT_IS "an amount of at most 18 digits before the point and 5 behind it, not below 0"
#define SUM_IS "a number of at most 18 digits before the point and 17 behind it"

const struct wh_camt_form wh_camt_text = { "text", WH_CODEC_TEXT(0), take_text };
const struct wh_camt_form wh_camt_lines = { "text", WH_CODEC_TEXT(0), take_text, .many = true };
const struct wh_camt_form wh_camt_date = { "a date that exists", { .kind = WH_DATE }, take_date };
const struct wh_camt_form wh_camt_clock = { "a time", WH_CODEC_TEXT(0), take_clock, .none = true };
const struct wh_camt_form wh_camt_flag = { "true or false", { .kind = WH_BOOL }, take_flag };
const struct wh_camt_form wh_camt_count = { "a whole number of at most 18 digits", WH_CODEC_INT64,
	take_count };
const struct wh_camt_form wh_camt_amount = { AMOUNT_IS, WH_CODEC_DECIMAL(23, 5), take_amount };
const struct wh_camt_form wh_camt_signed = { AMOUNT_IS, WH_CODEC_DECIMAL(23, 5), take_amount,
	.is_signed = true };
const struct wh_camt_form wh_camt_sum = { SUM_IS, WH_CODEC_DECIMAL(35, 17), take_sum };
const struct wh_camt_form wh_camt_net = { SUM_IS, WH_CODEC_DECIMAL(35, 17), take_sum,
	.is_signed = true };
const struct wh_camt_form wh_camt_currency = { "a currency of three capital letters",
	WH_CODEC_TEXT(3), take_currency };
const struct wh_camt_form wh_camt_direction = { "CRDT or DBIT", WH_CODEC_TEXT(4), take_direction };
const struct wh_camt_form wh_camt_record = { "a record", WH_CODEC_INT64, take_text,
	.identifies = true };
