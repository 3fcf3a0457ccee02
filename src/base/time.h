/* time: calendar values as numbers and as ISO 8601 text. Pure; any thread.
 *
 * Dates are days since 2000-01-01, times of day and time stamps microseconds (since 2000-01-01
 * 00:00:00 for stamps), proleptic Gregorian, as PostgreSQL stores them: that range (4713 BC to
 * 294276 AD) holds every engine's. INT64_MIN and INT64_MAX are -infinity and infinity. Years
 * before 1 are written with " BC" behind, as PostgreSQL does. */
#ifndef WH_BASE_TIME_H
#define WH_BASE_TIME_H

#include "base/buffer.h"

#define WH_TIME_NEGATIVE INT64_MIN
#define WH_TIME_POSITIVE INT64_MAX
#define WH_USEC_PER_DAY INT64_C(86400000000)
#define WH_DAYS_1970_TO_2000 INT64_C(10957)

struct wh_interval {
	int32_t months, days;
	int64_t usec;
};

/* month 1 to 12, day 1 to 31; year 0 is 1 BC. */
int64_t wh_days_from_civil(int64_t year, int month, int day);
void wh_civil_from_days(int64_t days, int64_t *year, int *month, int *day);
bool wh_date_exists(int64_t year, int month, int day);

/* Each writes without a NUL into at least WH_TIME_TEXT bytes and returns the count. Fractions are
 * written as far as they are not zero. */
#define WH_TIME_TEXT 64
size_t wh_format_date(char *out, int64_t days);
size_t wh_format_time(char *out, int64_t usec);           /* 13:05:09.25, 24:00:00 */
size_t wh_format_timestamp(char *out, int64_t usec);      /* 2024-02-29 13:05:09.25 */
size_t wh_format_timestamptz(char *out, int64_t usec);    /* the same with +00 behind */
size_t wh_format_interval(char *out, struct wh_interval); /* P1Y2M3DT4H5M6.5S, P0D; ISO 8601 */

/* Whole text or false. A stamp takes 'T' or a space, a fraction of up to nine digits of which
 * the last three must be zero, and for timestamptz an offset or Z (without one: UTC). */
bool wh_parse_date(const char *text, size_t n, int64_t *days);
bool wh_parse_time(const char *text, size_t n, int64_t *usec);
bool wh_parse_timestamp(const char *text, size_t n, int64_t *usec);
bool wh_parse_timestamptz(const char *text, size_t n, int64_t *usec);
/* ISO 8601 (PnYnMnDTnHnMn.nS, each part may be negative), PostgreSQL's own words ("1 year 2 mons
 * -3 days 04:05:06.5") and MySQL's [-]HHH:MM:SS[.f]. */
bool wh_parse_interval(const char *text, size_t n, struct wh_interval *out);

int64_t wh_now_usec(void); /* wall clock, microseconds since 1970 */
int64_t wh_monotonic_usec(void);

#endif
