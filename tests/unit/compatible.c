#include "check.h"
#include "lifecycle/plan/compatible.h"

#define PLAN(policy, to, null, wire) \
	"{\"policies\":{\"zero_date\":\"" policy \
	"\"},\"tables\":[{\"source\":\"t\",\"columns\":[{\"source\":" \
	"\"c\",\"to\":\"" to "\",\"not_null\":" null ",\"wire\":\"" wire "\",\"loss\":null}]}]}"

static void plans(void **state)
{
	static const struct {
		const char *name, *then, *now;
		bool good;
		size_t columns;
	} cases[] = {
		{ "the same", PLAN("null", "int", "true", "int64"), PLAN("null", "int", "true", "int64"),
			true, 0 },
		{ "set apart before", PLAN("quarantine", "int", "true", "int64"),
			PLAN("null", "int", "true", "int64"), true, 0 },
		{ "made values before", PLAN("null", "int", "true", "int64"),
			PLAN("quarantine", "int", "true", "int64"), false, 0 },
		{ "declared wider", PLAN("null", "int", "true", "int64"),
			PLAN("null", "bigint", "true", "int64"), true, 1 },
		{ "null allowed", PLAN("quarantine", "int", "true", "int64"),
			PLAN("null", "int", "false", "int64"), true, 1 },
		{ "travels otherwise", PLAN("null", "int", "true", "int64"),
			PLAN("null", "text", "true", "text"), false, 0 },
		{ "not a plan", "{", PLAN("null", "int", "true", "int64"), false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_arena arena = { 0 };
		struct wh_compatible c = { .arena = &arena };
		check(cases[i].name, wh_plan_compatible(cases[i].then, cases[i].now, &c) == cases[i].good);
		check(cases[i].name, cases[i].good == !c.why);
		check(cases[i].name, c.ncolumns == cases[i].columns);
		wh_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(plans) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
