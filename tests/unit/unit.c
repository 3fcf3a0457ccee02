#include "check.h"
#include "model/unit.h"

static struct wh_digest digest(uint64_t rows, uint64_t high, uint64_t low)
{
	return (struct wh_digest){ rows, { .low = low, .high = high } };
}

static void tallies_add_up(void **state)
{
	struct wh_tally a = { .read = digest(5, 0, 1),
		.written = digest(4, 0, UINT64_MAX),
		.bytes = 10,
		.snapshot = 3 };
	struct wh_tally b = { .read = digest(6, 2, 2),
		.written = digest(6, 0, 1),
		.quarantined = digest(1, 0, 9),
		.filtered = digest(2, 0, 8),
		.bytes = 20,
		.snapshot = 1 };
	(void)state;
	wh_tally_merge(&a, &b);
	assert_true(a.read.rows == 11 && a.read.sum.high == 2 && a.read.sum.low == 3);
	assert_true(a.written.rows == 10 && a.written.sum.high == 1 && a.written.sum.low == 0);
	assert_true(a.quarantined.rows == 1 && a.filtered.rows == 2);
	assert_true(a.bytes == 30);
	assert_int_equal(a.snapshot, 3);
	wh_tally_merge(&b, &a);
	assert_int_equal(b.snapshot, 3);
}

static void a_line_and_back(void **state)
{
	struct wh_tally all = { digest(UINT64_MAX, UINT64_MAX, UINT64_MAX),
		digest(UINT64_MAX, UINT64_MAX, 0), digest(UINT64_MAX, 0, UINT64_MAX),
		digest(UINT64_MAX, 1, UINT64_MAX), UINT64_MAX, INT64_MIN };
	struct wh_tally none = { 0 }, got;
	char line[WH_TALLY_TEXT], again[WH_TALLY_TEXT];
	(void)state;
	wh_tally_text(&all, line);
	assert_true(wh_tally_parse(line, &got));
	assert_memory_equal(&got, &all, sizeof all);
	wh_tally_text(&got, again);
	assert_string_equal(line, again);
	wh_tally_text(&none, line);
	assert_string_equal(line,
		"1 0:00000000000000000000000000000000 0:00000000000000000000000000000000 "
		"0:00000000000000000000000000000000 0:00000000000000000000000000000000 0 0");
	assert_true(wh_tally_parse(line, &got));
	assert_memory_equal(&got, &none, sizeof none);
}

#define ZERO "0:00000000000000000000000000000000"

static void other_lines_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"1",
		"1 ",
		ZERO,
		"2 " ZERO " " ZERO " " ZERO " " ZERO " 0 0",
		"1 " ZERO " " ZERO " " ZERO " 0 0",
		"1 " ZERO " " ZERO " " ZERO " " ZERO " 0",
		"1 " ZERO " " ZERO " " ZERO " " ZERO " 0 0 0",
		"1 " ZERO " " ZERO " " ZERO " " ZERO " 0 0 ",
		"1  " ZERO " " ZERO " " ZERO " " ZERO " 0 0",
		"1 " ZERO " " ZERO " " ZERO " " ZERO " -1 0",
		"1 " ZERO " " ZERO " " ZERO " " ZERO " 0 x",
		"1 " ZERO " " ZERO " " ZERO " " ZERO "0 0 0",
		"1 " ZERO " " ZERO " " ZERO " -" ZERO " 0 0",
	};
	struct wh_tally got = { .bytes = 42 };
	char long_line[1000];
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], !wh_tally_parse(bad[i], &got));
	memset(long_line, '0', sizeof long_line - 1);
	long_line[sizeof long_line - 1] = '\0';
	assert_false(wh_tally_parse(long_line, &got));
	assert_true(got.bytes == 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tallies_add_up),
		cmocka_unit_test(a_line_and_back),
		cmocka_unit_test(other_lines_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
