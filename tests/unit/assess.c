#include "check.h"
#include "lifecycle/assess/estimate.h"
#include "lifecycle/assess/price.h"
#include "lifecycle/assess/rules.h"
#include <string.h>

static void a_span_follows_the_bytes(void **state)
{
	(void)state;
	const struct wh_measured m = { .seconds = 2, .rows = 100, .bytes = 1000 };
	const struct wh_load load = { .rows = 10000, .bytes = 100000, .workers = 4 };
	struct wh_span s = wh_estimate_span(&m, &load);
	assert_true(s.known);
	assert_float_equal(s.likely, 100, 0.001);
	assert_true(s.low < s.likely && s.likely < s.high);
	assert_true(s.low >= 200.0 / 4 / 2 - 0.001 && s.high <= 200 * 2 + 0.001);
}

static void what_every_table_costs_is_added(void **state)
{
	(void)state;
	const struct wh_measured m = { .seconds = 1,
		.rows = 10,
		.bytes = 10,
		.fixed_seconds = 1,
		.fixed = 2 };
	const struct wh_load load = { .rows = 10, .bytes = 10, .fixed = 20, .workers = 1 };
	assert_float_equal(wh_estimate_span(&m, &load).likely, 11, 0.001);
}

static void what_was_not_measured_is_not_known(void **state)
{
	(void)state;
	const struct wh_measured nothing = { 0 }, some = { .seconds = 1, .rows = 10, .bytes = 10 };
	const struct wh_load load = { .rows = 10, .bytes = 10 }, dark = { .rows = -1, .bytes = -1 };
	assert_false(wh_estimate_span(&nothing, &load).known);
	assert_false(wh_estimate_span(&some, &dark).known);
	const struct wh_load empty = { 0 };
	assert_true(wh_estimate_span(&nothing, &empty).known);
}

static int parse(const char *text, struct wh_prices *p, struct wh_error *error)
{
	static struct wh_arena arena;
	wh_arena_free(&arena);
	return wh_prices_parse(p, &arena, "prices.yaml", text, strlen(text), error);
}

static void prices_become_costs(void **state)
{
	(void)state;
	struct wh_prices p;
	struct wh_costs c;
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	assert_int_equal(parse("currency: EUR\nhour_of_work: 90\ngb_transfer: 0.5\n"
						   "hour_of_downtime: 1000\n",
						 &p, &error),
		WH_OK);
	wh_costs_make(&c, &arena, &p, &(struct wh_quantities){ 60, 4e9, -1 });
	assert_string_equal(c.currency, "EUR");
	assert_int_equal(c.nlines, 3);
	assert_float_equal(c.lines[0].cost, 90, 0.001);
	assert_float_equal(c.lines[1].cost, 2, 0.001);
	assert_true(c.lines[2].cost < 0);
	assert_false(c.whole);
	assert_float_equal(c.total, 92, 0.001);
	wh_arena_free(&arena);
}

static void prices_that_are_none_name_their_place(void **state)
{
	(void)state;
	static const char *const bad[] = { "hours: 3\n", "hour_of_work: -3\n", "hour_of_work: much\n",
		"hour_of_work: 3x\n", "hour_of_work: [3]\n", "- 3\n", "" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct wh_prices p;
		struct wh_error error = { 0 };
		assert_int_equal(parse(bad[i], &p, &error), WH_CONFIG);
		if (i < 5)
			assert_non_null(strstr(error.place, "prices.yaml:1"));
	}
}

static void rules_stand_once_and_fixes_belong_to_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < wh_nrules; i++)
		assert_ptr_equal(wh_rule_find(wh_rules[i].id), &wh_rules[i]);
	for (const struct wh_rule_fix *f = wh_rule_fixes; f->id; f++)
		assert_string_equal(wh_rule_find(f->id)->id, f->id);
	assert_string_equal(wh_rule_find("no-such-rule")->id, "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_span_follows_the_bytes),
		cmocka_unit_test(what_every_table_costs_is_added),
		cmocka_unit_test(what_was_not_measured_is_not_known),
		cmocka_unit_test(prices_become_costs),
		cmocka_unit_test(prices_that_are_none_name_their_place),
		cmocka_unit_test(rules_stand_once_and_fixes_belong_to_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
