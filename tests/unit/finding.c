#include "check.h"
#include "model/finding.h"

static void equal_findings_stand_once(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_findings list = { .arena = &arena };
	char rule[] = "index-not-carried", object[] = "orders";
	(void)state;
	struct wh_finding *f = wh_findings_add(&list, rule, WH_WARNING, WH_MANUAL, object,
		"index %s: %d", "a", 1);
	assert_int_equal(list.count, 1);
	f->source = "CREATE INDEX a";
	rule[0] = object[0] = 'X';
	assert_string_equal(list.items[0].rule, "index-not-carried");
	assert_string_equal(list.items[0].object, "orders");
	assert_string_equal(list.items[0].text, "index a: 1");
	f = wh_findings_add(&list, "index-not-carried", WH_WARNING, WH_MANUAL, "orders", "index a: %d",
		1);
	assert_int_equal(list.count, 1);
	assert_string_equal(f->source, "CREATE INDEX a");
	wh_findings_add(&list, "index-not-carried", WH_WARNING, WH_MANUAL, "orders", "index a: 2");
	wh_findings_add(&list, "index-not-carried", WH_ERROR, WH_MANUAL, "orders", "index a: 1");
	wh_findings_add(&list, "index-not-carried", WH_WARNING, WH_MANUAL, NULL, "index a: 1");
	wh_findings_add(&list, "other", WH_WARNING, WH_MANUAL, "orders", "index a: 1");
	assert_int_equal(list.count, 5);
	wh_arena_free(&arena);
}

static void long_texts_are_whole(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_findings list = { .arena = &arena };
	static char text[100001];
	(void)state;
	memset(text, 'x', sizeof text - 1);
	struct wh_finding *f = wh_findings_add(&list, "r", WH_INFO, WH_AUTOMATIC, "o", "%s", text);
	assert_int_equal(strlen(f->text), sizeof text - 1);
	wh_arena_free(&arena);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(wh_severity_name(WH_INFO), "info");
	assert_string_equal(wh_severity_name(WH_WARNING), "warning");
	assert_string_equal(wh_severity_name(WH_ERROR), "error");
	assert_string_equal(wh_effort_name(WH_AUTOMATIC), "automatic");
	assert_string_equal(wh_effort_name(WH_ASSISTED), "assisted");
	assert_string_equal(wh_effort_name(WH_MANUAL), "manual");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_findings_stand_once),
		cmocka_unit_test(long_texts_are_whole),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
