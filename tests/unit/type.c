#include "check.h"
#include "model/type.h"

static void names_go_both_ways(void **state)
{
	(void)state;
	for (enum wh_kind kind = WH_BOOL; kind < WH_KINDS; kind++) {
		const char *name = wh_kind_name(kind);
		assert_non_null(name);
		check(name, wh_kind_named(name) == kind);
	}
	assert_string_equal(wh_kind_name(WH_TIMESTAMPTZ), "timestamptz");
	assert_int_equal(wh_kind_named("nothing"), WH_NO_KIND);
	assert_int_equal(wh_kind_named("none"), WH_NO_KIND);
	assert_int_equal(wh_kind_named(""), WH_NO_KIND);
	assert_string_equal(wh_kind_name(WH_KINDS), "none");
}

static void lanes(void **state)
{
	static const enum wh_kind words[] = { WH_BOOL, WH_INT64, WH_UINT64, WH_FLOAT32, WH_FLOAT64,
		WH_DATE, WH_TIME, WH_TIMESTAMP, WH_TIMESTAMPTZ };
	size_t n = 0;
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++)
		check(wh_kind_name(words[i]), wh_kind_is_word(words[i]));
	for (enum wh_kind kind = WH_BOOL; kind < WH_KINDS; kind++)
		n += wh_kind_is_word(kind);
	assert_int_equal(n, COUNT(words));
	assert_true(wh_kind_is_number(WH_BOOL) && wh_kind_is_number(WH_INT64) &&
		wh_kind_is_number(WH_UINT64) && wh_kind_is_number(WH_DECIMAL));
	assert_false(wh_kind_is_number(WH_FLOAT64));
	assert_false(wh_kind_is_number(WH_TEXT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(lanes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
