/* Exact totals: short and long summands, both signs, and what is no number. */
#include "check.h"
#include "base/sum.h"

/* Summands with blanks between; the total with at least so many places. */
static const struct {
	const char *summands, *total;
	int places;
} totals[] = {
	{ "", "0", 0 },
	{ "", "0.00", 2 },
	{ "1 2 3", "6", 0 },
	{ "1 2 3", "6.00", 2 },
	{ "0.1 0.2", "0.3", 0 },
	{ "0.1 0.2", "0.30", 2 },
	{ "0.10 0.20", "0.3", 0 },
	{ "-0.5 0.25", "-0.25", 1 },
	{ "5 -5", "0.00", 2 },
	{ "-0", "0", 0 },
	{ "12269.00 -0.01", "12268.99", 2 },
	{ "999999999999999999 1", "1000000000000000000", 0 },
	{ "9999999999999999999 1", "10000000000000000000", 0 },
	{ "0.00000000000000001 1", "1.00000000000000001", 2 },
	{ "123456789012345678901234567890.12 0.88", "123456789012345678901234567891.00", 2 },
	{ "-123456789012345678901234567890 123456789012345678901234567890 7", "7", 0 },
	{ "100000000000000000000000000000000000000000000000000000000000001.5 0.5",
		"100000000000000000000000000000000000000000000000000000000000002", 0 },
	{ "999999999999999999 0.00000000000000001", "999999999999999999.00000000000000001", 0 },
};

static void add_all(struct wh_sum *s, const char *summands)
{
	for (const char *at = summands; *at;) {
		size_t n = strcspn(at, " ");
		assert_true(wh_sum_add(s, at, n));
		at += n + (at[n] == ' ');
	}
}

static void test_totals(void **state)
{
	struct wh_arena arena = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(totals); i++) {
		struct wh_sum s = { 0 }, twice = { 0 };
		add_all(&s, totals[i].summands);
		check_text(totals[i].summands, wh_sum_text(&s, totals[i].places, &arena), totals[i].total);
		wh_sum_merge(&twice, &s);
		check_text(totals[i].summands, wh_sum_text(&twice, totals[i].places, &arena),
			totals[i].total);
		wh_sum_free(&s);
		wh_sum_free(&twice);
	}
	wh_arena_free(&arena);
}

static void test_no_numbers(void **state)
{
	static const char *const none[] = { "", "-", ".", "1.", ".5", "1e5", "+1", "NaN", "-Infinity",
		"12 3", "1.2.3", "0x10", "123456789012345678901234567890x" };
	struct wh_arena arena = { 0 };
	struct wh_sum s = { 0 };
	(void)state;
	wh_sum_add_int64(&s, 7);
	for (size_t i = 0; i < COUNT(none); i++)
		check(none[i], !wh_sum_add(&s, none[i], strlen(none[i])));
	assert_string_equal(wh_sum_text(&s, 0, &arena), "7");
	wh_sum_free(&s);
	wh_arena_free(&arena);
}

static void test_words(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_sum s = { 0 };
	(void)state;
	for (int i = 0; i < 1000; i++) {
		wh_sum_add_int64(&s, INT64_MIN);
		wh_sum_add_uint64(&s, UINT64_MAX);
	}
	assert_string_equal(wh_sum_text(&s, 0, &arena), "9223372036854775807000");
	wh_sum_free(&s);
	wh_arena_free(&arena);
}

/* More than 128 bits, after places that had been seen before. */
static void test_overflow(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_sum s = { 0 };
	(void)state;
	assert_true(wh_sum_add(&s, "0.00000000000000001", 19));
	for (int i = 0; i < 3000; i++)
		assert_true(wh_sum_add(&s, "999999999999999999", 18));
	assert_string_equal(wh_sum_text(&s, 0, &arena), "2999999999999999997000.00000000000000001");
	wh_sum_free(&s);
	wh_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_totals),
		cmocka_unit_test(test_no_numbers), cmocka_unit_test(test_words),
		cmocka_unit_test(test_overflow) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
