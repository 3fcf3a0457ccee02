#include "check.h"
#include "model/plan.h"

static void statements_are_added_in_order(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_statements list = { .arena = &arena };
	char name[] = "orders";
	(void)state;
	struct wh_statement *s = wh_statements_add(&list, WH_PHASE_TABLES, "table", 3, name);
	name[0] = 'X';
	assert_int_equal(s->phase, WH_PHASE_TABLES);
	assert_string_equal(s->kind, "table");
	assert_int_equal(s->table, 3);
	assert_string_equal(s->name, "orders");
	assert_string_equal(s->object, "table orders");
	assert_null(s->sql);
	assert_false(s->repeatable);
	s = wh_statements_add(&list, WH_PHASE_OPEN, "comment", -1, NULL);
	assert_null(s->name);
	assert_string_equal(s->object, "comment");
	for (int i = 0; i < 100; i++)
		wh_statements_add(&list, WH_PHASE_INDEXES, "index", i, "i");
	assert_int_equal(list.count, 102);
	assert_string_equal(list.items[0].name, "orders");
	assert_int_equal(list.items[101].table, 99);
	wh_arena_free(&arena);
}

static void names(void **state)
{
	static const char *const phases[WH_PHASES] = { "clear", "tables", "keys", "indexes",
		"constraints", "counters", "open" };
	(void)state;
	for (enum wh_phase phase = 0; phase < WH_PHASES; phase++)
		assert_string_equal(wh_phase_name(phase), phases[phase]);
	assert_string_equal(wh_proof_name(WH_PROOF_EXACT), "exact");
	assert_string_equal(wh_proof_name(WH_PROOF_MAPPED), "mapped");
	assert_string_equal(wh_proof_name(WH_PROOF_NONE), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_added_in_order),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
