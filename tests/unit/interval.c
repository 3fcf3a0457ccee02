#include "check.h"
#include "base/time.h"

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)

static const struct {
	const char *given;
	struct wh_interval value;
	const char *shown;
} good[] = {
	{ "P0D", { 0, 0, 0 }, "P0D" },
	{ "PT0S", { 0, 0, 0 }, "P0D" },
	{ "P1Y2M3DT4H5M6.5S", { 14, 3, 4 * HOUR + 306500000 }, "P1Y2M3DT4H5M6.5S" },
	{ "P-1Y-2M3DT-4H-5M-6.5S", { -14, 3, -4 * HOUR - 306500000 }, "P-1Y-2M3DT-4H-5M-6.5S" },
	{ "P2W", { 0, 14, 0 }, "P14D" },
	{ "P14M", { 14, 0, 0 }, "P1Y2M" },
	{ "PT-0.5S", { 0, 0, -500000 }, "PT-0.5S" },
	{ "PT+0.000001S", { 0, 0, 1 }, "PT0.000001S" },
	{ "PT36H", { 0, 0, 36 * HOUR }, "PT36H" },
	{ "PT90M", { 0, 0, 90 * 60 * SECOND }, "PT1H30M" },
	{ "PT1.50000000S", { 0, 0, 1500000 }, "PT1.5S" },
	{ "1 year 2 mons -3 days 04:05:06.5", { 14, -3, 4 * HOUR + 306500000 }, "P1Y2M-3DT4H5M6.5S" },
	{ "1 year 2 mons -3 days +04:05:06.5", { 14, -3, 4 * HOUR + 306500000 }, "P1Y2M-3DT4H5M6.5S" },
	{ "-1 years -2 mons +3 days -04:05:06.5", { -14, 3, -4 * HOUR - 306500000 },
		"P-1Y-2M3DT-4H-5M-6.5S" },
	{ "1 mon", { 1, 0, 0 }, "P1M" },
	{ "3 months 2 weeks", { 3, 14, 0 }, "P3M14D" },
	{ "1 day", { 0, 1, 0 }, "P1D" },
	{ "2 hours 3 minutes 4.25 seconds", { 0, 0, 2 * HOUR + 184250000 }, "PT2H3M4.25S" },
	{ "5 mins 6 secs", { 0, 0, 306 * SECOND }, "PT5M6S" },
	{ "00:00:00", { 0, 0, 0 }, "P0D" },
	{ "04:05:06", { 0, 0, 4 * HOUR + 306 * SECOND }, "PT4H5M6S" },
	{ "04:05", { 0, 0, 4 * HOUR + 300 * SECOND }, "PT4H5M" },
	{ "-00:00:01", { 0, 0, -SECOND }, "PT-1S" },
	{ "-00:00:00.000001", { 0, 0, -1 }, "PT-0.000001S" },
	{ "838:59:59.999999", { 0, 0, 839 * HOUR - 1 }, "PT838H59M59.999999S" },
	{ "-838:59:59", { 0, 0, -838 * HOUR - 3599 * SECOND }, "PT-838H-59M-59S" },
	{ "P178956970Y7M2147483647D", { INT32_MAX, INT32_MAX, 0 }, "P178956970Y7M2147483647D" },
	{ "P-178956970Y-8M-2147483648D", { INT32_MIN, INT32_MIN, 0 }, "P-178956970Y-8M-2147483648D" },
	{ "2562047788:00:54.775807", { 0, 0, INT64_MAX }, "PT2562047788H54.775807S" },
	{ "-2562047788:00:54.775808", { 0, 0, INT64_MIN }, "PT-2562047788H-54.775808S" },
};

static const char *const bad[] = {
	"",
	" ",
	"P",
	"PT",
	"P1YT",
	"1",
	"P1",
	"P1X",
	"P1.5Y",
	"P1.5D",
	"PT1.5H",
	"P1H",
	"PT1Y",
	"PT1D",
	"P1DT1D",
	"PT1ST1S",
	"p1d",
	"P 1D",
	"P1D ",
	"P--1D",
	"PT1.S",
	"PT.5S",
	"PT1.0000001S",
	"PT99999999999999999999S",
	"PT9223372036855S",
	"P999999999999Y",
	"P2147483648D",
	"-P1D",
	"1 parsec",
	"1 year ",
	" 1 year",
	"1  year",
	"1 year,2 mons",
	"year",
	"1.5 years",
	"1.5 mons",
	"04:60:00",
	"04:00:60",
	"04:-5:00",
	"04:05:-6",
	"04:05:06.",
	"04:5.5:06",
	"04",
	"04:",
	"04:05:",
	"4:05:06:07",
	"2562047788:00:54.775808",
	"2562047789:00:00",
	"99999999999999999999:00:00",
	"1 YEAR",
	"2147483648 mons",
	"infinity",
};

static void good_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const char *given = good[i].given;
		char shown[WH_TIME_TEXT + 1];
		struct wh_interval got, again;
		check(given, wh_parse_interval(given, strlen(given), &got));
		check(given, memcmp(&got, &good[i].value, sizeof got) == 0);
		shown[wh_format_interval(shown, got)] = '\0';
		check_text(given, shown, good[i].shown);
		check(given, wh_parse_interval(shown, strlen(shown), &again));
		check(given, memcmp(&got, &again, sizeof got) == 0);
	}
}

static void bad_texts(void **state)
{
	struct wh_interval got;
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], !wh_parse_interval(bad[i], strlen(bad[i]), &got));
}

static void the_longest_fits(void **state)
{
	char shown[WH_TIME_TEXT];
	struct wh_interval all = { INT32_MIN, INT32_MIN, INT64_MIN }, got;
	size_t n = wh_format_interval(shown, all);
	(void)state;
	assert_true(n <= sizeof shown);
	assert_true(wh_parse_interval(shown, n, &got));
	assert_memory_equal(&got, &all, sizeof all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_texts),
		cmocka_unit_test(bad_texts),
		cmocka_unit_test(the_longest_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
