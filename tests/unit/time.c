#include "check.h"
#include "base/time.h"
#include <unistd.h>

static void days_and_back(void **state)
{
	static const struct {
		int64_t year;
		int month, day;
		int64_t days;
	} known[] = {
		{ 2000, 1, 1, 0 },
		{ 1970, 1, 1, -WH_DAYS_1970_TO_2000 },
		{ 2000, 2, 29, 59 },
		{ 2000, 12, 31, 365 },
		{ 1999, 12, 31, -1 },
		{ 1, 1, 1, -730119 },
		{ 0, 12, 31, -730120 },
		{ -4712, 1, 1, -2451507 },
		{ 294276, 12, 31, 106751991 - 9 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		int64_t year;
		int month, day;
		char name[40];
		snprintf(name, sizeof name, "%lld-%d-%d", (long long)known[i].year, known[i].month,
			known[i].day);
		check(name,
			wh_days_from_civil(known[i].year, known[i].month, known[i].day) == known[i].days);
		wh_civil_from_days(known[i].days, &year, &month, &day);
		check(name, year == known[i].year && month == known[i].month && day == known[i].day);
	}
}

/* Every day from 4713 BC to 4713 AD, counted by hand. */
static void every_day_follows_the_one_before(void **state)
{
	int64_t year = -4712, days = wh_days_from_civil(-4712, 1, 1);
	int month = 1, day = 1;
	(void)state;
	for (; year < 4713; days++) {
		int64_t y;
		int m, d;
		wh_civil_from_days(days, &y, &m, &d);
		if (y != year || m != month || d != day || wh_days_from_civil(y, m, d) != days)
			fail_msg("day %lld is %lld-%d-%d", (long long)days, (long long)y, m, d);
		if (!wh_date_exists(year, month, ++day)) {
			day = 1;
			month = month == 12 ? 1 : month + 1;
			year += month == 1;
		}
	}
}

static void dates_that_exist(void **state)
{
	(void)state;
	assert_true(wh_date_exists(2000, 2, 29));
	assert_true(wh_date_exists(2024, 2, 29));
	assert_false(wh_date_exists(1900, 2, 29));
	assert_false(wh_date_exists(2023, 2, 29));
	assert_true(wh_date_exists(0, 2, 29));
	assert_true(wh_date_exists(-4, 2, 29));
	assert_false(wh_date_exists(2024, 4, 31));
	assert_false(wh_date_exists(2024, 0, 1));
	assert_false(wh_date_exists(2024, 13, 1));
	assert_false(wh_date_exists(2024, 1, 0));
}

static void format(const char *want, size_t (*with)(char *, int64_t), int64_t value)
{
	char got[WH_TIME_TEXT + 1];
	size_t n = with(got, value);
	assert_true(n <= WH_TIME_TEXT);
	got[n] = '\0';
	check_text(want, got, want);
}

static void formats(void **state)
{
	int64_t at = wh_days_from_civil(2024, 2, 29) * WH_USEC_PER_DAY;
	(void)state;
	format("2024-02-29", wh_format_date, wh_days_from_civil(2024, 2, 29));
	format("0001-01-01", wh_format_date, wh_days_from_civil(1, 1, 1));
	format("0001-12-31 BC", wh_format_date, wh_days_from_civil(0, 12, 31));
	format("4713-01-01 BC", wh_format_date, wh_days_from_civil(-4712, 1, 1));
	format("10000-01-01", wh_format_date, wh_days_from_civil(10000, 1, 1));
	format("5874897-12-31", wh_format_date, wh_days_from_civil(5874897, 12, 31));
	format("infinity", wh_format_date, WH_TIME_POSITIVE);
	format("-infinity", wh_format_date, WH_TIME_NEGATIVE);
	format("00:00:00", wh_format_time, 0);
	format("24:00:00", wh_format_time, WH_USEC_PER_DAY);
	format("13:05:09.25", wh_format_time, INT64_C(47109250000));
	format("23:59:59.999999", wh_format_time, WH_USEC_PER_DAY - 1);
	format("00:00:00.000001", wh_format_time, 1);
	format("-838:59:59", wh_format_time, -INT64_C(3020399000000));
	format("2024-02-29 13:05:09.25", wh_format_timestamp, at + INT64_C(47109250000));
	format("1999-12-31 23:59:59.999999", wh_format_timestamp, -1);
	format("0044-03-15 12:00:00 BC", wh_format_timestamp,
		wh_days_from_civil(-43, 3, 15) * WH_USEC_PER_DAY + WH_USEC_PER_DAY / 2);
	format("0044-03-15 00:00:00+00 BC", wh_format_timestamptz,
		wh_days_from_civil(-43, 3, 15) * WH_USEC_PER_DAY);
	format("294276-12-31 23:59:59.999999+00", wh_format_timestamptz,
		(wh_days_from_civil(294276, 12, 31) + 1) * WH_USEC_PER_DAY - 1);
	format("2000-01-01 00:00:00+00", wh_format_timestamptz, 0);
	format("infinity", wh_format_timestamptz, WH_TIME_POSITIVE);
	format("-infinity", wh_format_timestamp, WH_TIME_NEGATIVE);
}

/* Words that no engine sends must still stay within the promised room. */
static void extremes_stay_in_bounds(void **state)
{
	static const int64_t words[] = { INT64_MIN + 1, INT64_MAX - 1, INT64_MIN / 2, INT64_MAX / 2,
		INT64_C(1) << 50, -(INT64_C(1) << 50) };
	char got[WH_TIME_TEXT];
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_true(wh_format_date(got, words[i]) <= sizeof got);
		assert_true(wh_format_time(got, words[i]) <= sizeof got);
		assert_true(wh_format_timestamptz(got, words[i]) <= sizeof got);
	}
	assert_true(wh_format_time(got, INT64_MIN) <= sizeof got);
}

static void clocks_run(void **state)
{
	int64_t before = wh_monotonic_usec();
	(void)state;
	usleep(2000);
	assert_true(wh_monotonic_usec() - before >= 2000);
	assert_true(wh_now_usec() > INT64_C(1700000000000000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_back),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(dates_that_exist),
		cmocka_unit_test(formats),
		cmocka_unit_test(extremes_stay_in_bounds),
		cmocka_unit_test(clocks_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
