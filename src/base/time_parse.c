/* The parsing half of time.h, but for intervals. */
#include "base/time.h"
#include "base/text.h"
#include <string.h>

#define YEAR_MOST 5874897 /* of a date, as PostgreSQL has it */
#define STAMP_YEAR_MOST 294276
#define YEAR_LEAST (-4712) /* 4713 BC */
#define STAMP_LEAST (-2451507 * WH_USEC_PER_DAY)
#define STAMP_END (106751983 * WH_USEC_PER_DAY) /* 294277-01-01 */

struct cursor {
	const char *at, *end;
};

static bool take_char(struct cursor *c, char wanted)
{
	bool is = c->at < c->end && *c->at == wanted;
	c->at += is;
	return is;
}

static bool take_digits(struct cursor *c, int least, int most, int64_t *value)
{
	int n = 0;
	*value = 0;
	while (n < most && c->at < c->end && *c->at >= '0' && *c->at <= '9') {
		*value = *value * 10 + (*c->at++ - '0');
		n++;
	}
	return n >= least;
}

static bool take_word(struct cursor *c, const char *word)
{
	size_t n = strlen(word);
	bool is = (size_t)(c->end - c->at) >= n && memcmp(c->at, word, n) == 0;
	c->at += is ? n : 0;
	return is;
}

static bool take_infinity(const char *text, size_t n, int64_t *out)
{
	struct cursor c = { text, text + n };
	bool negative = take_char(&c, '-');
	if (!take_word(&c, "infinity") || c.at != c.end)
		return false;
	*out = negative ? WH_TIME_NEGATIVE : WH_TIME_POSITIVE;
	return true;
}

struct date {
	int64_t year, month, day;
};

static bool take_date(struct cursor *c, struct date *out)
{
	return take_digits(c, 4, 7, &out->year) && take_char(c, '-') &&
		take_digits(c, 2, 2, &out->month) && take_char(c, '-') && take_digits(c, 2, 2, &out->day);
}

/* What may stand at the very end of a date or stamp; then the days. */
static bool end_date(struct cursor *c, struct date *d, int64_t year_most, int64_t *days)
{
	if (take_word(c, " BC")) {
		if (d->year == 0)
			return false;
		d->year = 1 - d->year;
	}
	if (c->at != c->end || d->year > year_most || d->year < YEAR_LEAST ||
		!wh_date_exists(d->year, (int)d->month, (int)d->day))
		return false;
	*days = wh_days_from_civil(d->year, (int)d->month, (int)d->day);
	return true;
}

/* Up to nine digits; what is finer than a microsecond must be zero. */
static bool take_fraction(struct cursor *c, int64_t *usec)
{
	const char *start = c->at;
	int64_t value;
	if (!take_digits(c, 1, 9, &value))
		return false;
	for (int64_t n = c->at - start; n < 9; n++)
		value *= 10;
	*usec = value / 1000;
	return value % 1000 == 0;
}

static bool take_time(struct cursor *c, int64_t *usec)
{
	int64_t hour, minute, second = 0, fraction = 0;
	if (!take_digits(c, 2, 2, &hour) || !take_char(c, ':') || !take_digits(c, 2, 2, &minute))
		return false;
	if (take_char(c, ':')) {
		if (!take_digits(c, 2, 2, &second))
			return false;
		if (take_char(c, '.') && !take_fraction(c, &fraction))
			return false;
	}
	*usec = ((hour * 60 + minute) * 60 + second) * 1000000 + fraction;
	return minute < 60 && second < 60 && *usec <= WH_USEC_PER_DAY;
}

/* +HH, +HHMM, +HH:MM, +HH:MM:SS or Z: microseconds east of UTC; absent: 0. */
static bool take_zone(struct cursor *c, int64_t *usec)
{
	int64_t hours, minutes = 0, seconds = 0;
	*usec = 0;
	if (c->at == c->end || *c->at == ' ' || take_char(c, 'Z') || take_char(c, 'z'))
		return true;
	bool west = take_char(c, '-');
	if ((!west && !take_char(c, '+')) || !take_digits(c, 2, 2, &hours))
		return false;
	bool colon = take_char(c, ':');
	bool more = colon || (c->at < c->end && *c->at != ' ');
	if (more && !take_digits(c, 2, 2, &minutes))
		return false;
	if (colon && take_char(c, ':') && !take_digits(c, 2, 2, &seconds))
		return false;
	*usec = ((hours * 60 + minutes) * 60 + seconds) * 1000000;
	*usec = west ? -*usec : *usec;
	return hours < 16 && minutes < 60 && seconds < 60;
}

bool wh_parse_date(const char *text, size_t n, int64_t *days)
{
	struct cursor c = { text, text + n };
	struct date d;
	if (take_infinity(text, n, days))
		return true;
	return take_date(&c, &d) && end_date(&c, &d, YEAR_MOST, days);
}

bool wh_parse_time(const char *text, size_t n, int64_t *usec)
{
	struct cursor c = { text, text + n };
	int64_t value;
	if (!take_time(&c, &value) || c.at != c.end)
		return false;
	*usec = value;
	return true;
}

/* A date alone is its midnight: SQLite's columns often hold both forms. */
static bool parse_stamp(const char *text, size_t n, bool zoned, int64_t *usec)
{
	struct cursor c = { text, text + n };
	struct date d;
	int64_t days, time = 0, zone = 0;
	if (take_infinity(text, n, usec))
		return true;
	if (!take_date(&c, &d))
		return false;
	if (c.at < c.end && !(c.end - c.at == 3 && memcmp(c.at, " BC", 3) == 0)) {
		if (!take_char(&c, ' ') && !take_char(&c, 'T'))
			return false;
		if (!take_time(&c, &time) || (zoned && !take_zone(&c, &zone)))
			return false;
	}
	if (!end_date(&c, &d, STAMP_YEAR_MOST, &days))
		return false;
	*usec = days * WH_USEC_PER_DAY + time - zone;
	return *usec >= STAMP_LEAST && *usec < STAMP_END;
}

bool wh_parse_timestamp(const char *text, size_t n, int64_t *usec)
{
	return parse_stamp(text, n, false, usec);
}

bool wh_parse_timestamptz(const char *text, size_t n, int64_t *usec)
{
	return parse_stamp(text, n, true, usec);
}
