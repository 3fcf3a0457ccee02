#include "base/time.h"
#include "base/text.h"
#include <string.h>
#include <time.h>

#define ERA_DAYS 146097               /* of 400 years */
#define DAYS_TO_2000 730425           /* from 0000-03-01 */
#define DAYS_LIMIT (INT64_C(1) << 50) /* beyond every engine, far from an overflow */

/* The year is taken to begin in March, so that the leap day is its last. */
int64_t wh_days_from_civil(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return era * ERA_DAYS + days - DAYS_TO_2000;
}

void wh_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	days = days < -DAYS_LIMIT ? -DAYS_LIMIT : days > DAYS_LIMIT ? DAYS_LIMIT : days;
	days += DAYS_TO_2000;
	int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t of_era = days - era * ERA_DAYS;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

bool wh_date_exists(int64_t year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (month < 1 || month > 12 || day < 1)
		return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= days[month - 1] + (month == 2 && leap);
}

static size_t put_text(char *out, const char *text)
{
	size_t n = strlen(text);
	memcpy(out, text, n);
	return n;
}

static char *put_two(char *at, int64_t value)
{
	*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

static size_t put_infinity(char *out, int64_t value)
{
	return put_text(out, value == WH_TIME_NEGATIVE ? "-infinity" : "infinity");
}

static bool is_infinite(int64_t value)
{
	return value == WH_TIME_NEGATIVE || value == WH_TIME_POSITIVE;
}

/* Without the mark of the years before 1; *bc says whether it belongs behind. */
static char *put_date(char *at, int64_t days, bool *bc)
{
	int64_t year;
	int month, day;
	wh_civil_from_days(days, &year, &month, &day);
	*bc = year < 1;
	year = *bc ? 1 - year : year;
	for (int64_t least = 1000; least > 1 && year < least; least /= 10)
		*at++ = '0';
	at += wh_format_int64(at, year);
	*at++ = '-';
	at = put_two(at, month);
	*at++ = '-';
	return put_two(at, day);
}

static char *put_time(char *at, int64_t usec)
{
	int64_t seconds = usec / 1000000, fraction = usec % 1000000;
	if (seconds >= 360000)
		at += wh_format_int64(at, seconds / 3600);
	else
		at = put_two(at, seconds / 3600);
	*at++ = ':';
	at = put_two(at, seconds / 60 % 60);
	*at++ = ':';
	at = put_two(at, seconds % 60);
	if (!fraction)
		return at;
	*at++ = '.';
	for (int64_t unit = 100000; fraction; unit /= 10) {
		*at++ = (char)('0' + fraction / unit);
		fraction %= unit;
	}
	return at;
}

size_t wh_format_date(char *out, int64_t days)
{
	bool bc;
	if (is_infinite(days))
		return put_infinity(out, days);
	char *at = put_date(out, days, &bc);
	return (size_t)(at - out) + put_text(at, bc ? " BC" : "");
}

size_t wh_format_time(char *out, int64_t usec)
{
	char *at = out;
	if (usec < 0) {
		*at++ = '-';
		usec = usec == INT64_MIN ? INT64_MAX : -usec;
	}
	return (size_t)(put_time(at, usec) - out);
}

static size_t format_stamp(char *out, int64_t usec, const char *zone)
{
	bool bc;
	if (is_infinite(usec))
		return put_infinity(out, usec);
	int64_t days = usec / WH_USEC_PER_DAY, rest = usec % WH_USEC_PER_DAY;
	if (rest < 0) {
		days--;
		rest += WH_USEC_PER_DAY;
	}
	char *at = put_date(out, days, &bc);
	*at++ = ' ';
	at = put_time(at, rest);
	at += put_text(at, zone);
	return (size_t)(at - out) + put_text(at, bc ? " BC" : "");
}

size_t wh_format_timestamp(char *out, int64_t usec)
{
	return format_stamp(out, usec, "");
}

size_t wh_format_timestamptz(char *out, int64_t usec)
{
	return format_stamp(out, usec, "+00");
}

static int64_t clock_usec(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t wh_now_usec(void)
{
	return clock_usec(CLOCK_REALTIME);
}

int64_t wh_monotonic_usec(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}
