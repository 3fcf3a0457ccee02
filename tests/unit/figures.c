/* Numbers, sizes, durations and moments as people read them. */
#include "lifecycle/report/figures.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_counts(void **state)
{
	(void)state;
	char out[WH_FIGURE];
	assert_string_equal(wh_figure_count(out, 0), "0");
	assert_string_equal(wh_figure_count(out, 999), "999");
	assert_string_equal(wh_figure_count(out, 1000), "1,000");
	assert_string_equal(wh_figure_count(out, 1234567), "1,234,567");
	assert_string_equal(wh_figure_count(out, UINT64_MAX), "18,446,744,073,709,551,615");
}

static void test_bytes(void **state)
{
	(void)state;
	char out[WH_FIGURE];
	assert_string_equal(wh_figure_bytes(out, 0), "0 bytes");
	assert_string_equal(wh_figure_bytes(out, 1023), "1023 bytes");
	assert_string_equal(wh_figure_bytes(out, 1024), "1.0 KiB");
	assert_string_equal(wh_figure_bytes(out, 1048575), "1.0 MiB");
	assert_string_equal(wh_figure_bytes(out, UINT64_MAX), "16.0 EiB");
}

static void test_seconds(void **state)
{
	(void)state;
	char out[WH_FIGURE];
	assert_string_equal(wh_figure_seconds(out, 0), "0.00 s");
	assert_string_equal(wh_figure_seconds(out, -5), "0.00 s");
	assert_string_equal(wh_figure_seconds(out, 0.004), "< 0.01 s");
	assert_string_equal(wh_figure_seconds(out, 0.005), "0.01 s");
	assert_string_equal(wh_figure_seconds(out, 9.994), "9.99 s");
	assert_string_equal(wh_figure_seconds(out, 9.996), "10.0 s");
	assert_string_equal(wh_figure_seconds(out, 59.96), "1 min 00 s");
	assert_string_equal(wh_figure_seconds(out, 185), "3 min 05 s");
	assert_string_equal(wh_figure_seconds(out, 3600), "1 h 00 min");
	assert_string_equal(wh_figure_seconds(out, 90061), "25 h 01 min");
}

static void test_moments(void **state)
{
	(void)state;
	char out[WH_FIGURE];
	assert_string_equal(wh_figure_moment(out, 0), "1970-01-01 00:00:00 UTC");
	assert_string_equal(wh_figure_moment(out, 1709211909999999), "2024-02-29 13:05:09 UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
