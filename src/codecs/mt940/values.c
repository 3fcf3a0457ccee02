#include "codecs/mt940/values.h"
#include "base/time.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define WHOLE_DIGITS (WH_MT_DIGITS - WH_MT_PLACES)

static size_t left(const struct wh_mt_cursor *c)
{
	return (size_t)(c->end - c->at);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits_at(const struct wh_mt_cursor *c)
{
	size_t n = 0;
	while (n < left(c) && is_digit(c->at[n]))
		n++;
	return n;
}

bool wh_mt_digits(struct wh_mt_cursor *c, size_t n, int64_t *out)
{
	if (digits_at(c) < n)
		return false;
	*out = 0;
	for (const char *end = c->at + n; c->at < end; c->at++)
		*out = *out * 10 + (*c->at - '0');
	return true;
}

bool wh_mt_number(struct wh_mt_cursor *c, int64_t *out)
{
	size_t n = digits_at(c);
	return n && n <= 18 && wh_mt_digits(c, n, out);
}

char wh_mt_one_of(struct wh_mt_cursor *c, const char *these)
{
	return left(c) && *c->at && strchr(these, *c->at) ? *c->at++ : '\0';
}

bool wh_mt_day(struct wh_mt_cursor *c, int pivot, struct wh_mt_day *out)
{
	int64_t all;
	if (!wh_mt_digits(c, 6, &all))
		return false;
	int64_t year = all / 10000;
	*out = (struct wh_mt_day){ year + (year >= pivot ? 1900 : 2000), (int)(all / 100 % 100),
		(int)(all % 100) };
	return true;
}

/* A day of the calendar near to what is written, for telling distances only. */
static int64_t roughly(int64_t year, const struct wh_mt_day *day)
{
	return year * 372 + day->month * 31 + day->day;
}

bool wh_mt_day_near(struct wh_mt_cursor *c, const struct wh_mt_day *to, struct wh_mt_day *out)
{
	int64_t all;
	if (!wh_mt_digits(c, 4, &all))
		return false;
	*out = (struct wh_mt_day){ to->year, (int)(all / 100), (int)(all % 100) };
	if (to->month < 1 || to->month > 12)
		out->month = 0;
	for (int64_t year = to->year - 1; year <= to->year + 1; year += 2)
		if (llabs(roughly(year, out) - roughly(to->year, to)) <
			llabs(roughly(out->year, out) - roughly(to->year, to)))
			out->year = year;
	return true;
}

void wh_mt_put_day(struct wh_mt_row *row, size_t column, const struct wh_mt_day *day)
{
	char text[WH_TIME_TEXT];
	if (wh_date_exists(day->year, day->month, day->day))
		wh_mt_put(row, column, text,
			wh_format_date(text, wh_days_from_civil(day->year, day->month, day->day)));
}

const char *wh_mt_put_amount(struct wh_mt_cursor *c, bool negative, struct wh_mt_row *row,
	size_t column)
{
	struct wh_mt_cursor fraction = { c->end, c->end };
	while (left(c) > 1 && *c->at == '0' && is_digit(c->at[1]))
		c->at++;
	const char *whole = c->at;
	size_t n = digits_at(c), places = 0;
	c->at += n;
	if (wh_mt_one_of(c, ",")) {
		fraction.at = c->at;
		places = digits_at(&fraction);
		c->at += places;
	}
	if (!n && !places)
		return "has no amount where one belongs";
	if (left(c) && (*c->at == ',' || *c->at == '.'))
		return "has an amount with more than one comma, or with a point";
	if (n > WHOLE_DIGITS)
		return "has an amount of more than 15 digits before the comma";
	if (places > WH_MT_PLACES)
		return "has an amount of more than 5 digits behind the comma";
	bool zero = strspn(whole, "0,") >= n + (places ? places + 1 : 0);
	wh_mt_put(row, column, "-", negative && !zero);
	wh_mt_put(row, column, n ? whole : "0", n ? n : 1);
	wh_mt_put(row, column, ".", places > 0);
	wh_mt_put(row, column, fraction.at, places);
	return NULL;
}

void wh_mt_put_currency(struct wh_mt_cursor *c, struct wh_mt_row *row, size_t column)
{
	if (left(c) < 3 || !isalpha((unsigned char)c->at[0]) || !isalpha((unsigned char)c->at[1]) ||
		!isalpha((unsigned char)c->at[2]))
		return;
	wh_mt_put(row, column, c->at, 3);
	c->at += 3;
}

struct wh_codec_text wh_mt_line(struct wh_mt_cursor *c)
{
	const char *begin = c->at, *end = left(c) ? memchr(c->at, '\n', left(c)) : NULL;
	c->at = end ? end + 1 : c->end;
	return (struct wh_codec_text){ begin, (size_t)((end ? end : c->end) - begin) };
}

struct wh_codec_text wh_mt_trimmed(const char *bytes, size_t n)
{
	while (n && bytes[n - 1] == ' ')
		n--;
	for (; n && *bytes == ' '; n--)
		bytes++;
	return (struct wh_codec_text){ bytes, n };
}
