#include "check.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/settings/file.h"

#define ENDS \
	"whimbrel: 1\nsource: { url: \"mysql://h/d\" }\ntarget: { url: \"postgresql://h/d\" }\n"

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		int64_t number;
		bool holds;
	} cases[] = {
		{ "10", true, 10, true },
		{ "10", true, 9, false },
		{ "= 10", true, 10, true },
		{ "<= 10", true, 10, true },
		{ "<=10", true, 11, false },
		{ "< 10", true, 10, false },
		{ ">10", true, 11, true },
		{ ">= -1", true, -1, true },
		{ "!= 0", true, 0, false },
		{ "!= 0", true, 1, true },
		{ "", false, 0, false },
		{ "<", false, 0, false },
		{ "=> 1", false, 0, false },
		{ "1..2", false, 0, false },
		{ "99999999999999999999", false, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_number_guard guard = { 0 };
		check(cases[i].text, wh_number_guard_parse(cases[i].text, &guard) == cases[i].good);
		if (cases[i].good)
			check(cases[i].text, wh_number_guard_holds(&guard, cases[i].number) == cases[i].holds);
	}
}

static void parse(struct wh_settings *s, const char *text)
{
	struct wh_error error = { 0 };
	wh_settings_init(s);
	if (wh_settings_parse(s, "m.yaml", "/folder", text, strlen(text), &error) != WH_OK)
		fail_msg("%s: %s in:\n%s", error.place, error.text, text);
}

static void rules_read_write_and_read(void **state)
{
	static const char text[] = ENDS
		"types:\n  - from: \"int*\"\n    column: \"*_id\"\n    to: \"bigint\"\n"
		"    when: { precision: \"<= 10\", length: 5, scale: \"!= 2\", nullable: true, key: false,\n"
		"      auto_increment: true, default: \"'*'\" }\n"
		"    drop: [default, not_null]\n  - { from: x, default: \"now()\", not_null: true }\n";
	struct wh_buffer first = { 0 }, second = { 0 };
	struct wh_settings s, again;
	(void)state;
	parse(&s, text);
	wh_settings_write(&s, &first);
	parse(&again, wh_buffer_string(&first));
	assert_int_equal(again.nrules, 2);
	const struct wh_type_rule *r = &again.rules[0];
	assert_string_equal(s.rules[0].place, "m.yaml:5:5");
	assert_string_equal(r->from, "int*");
	assert_string_equal(r->column, "*_id");
	assert_string_equal(r->to, "bigint");
	assert_string_equal(r->default_like, "'*'");
	assert_true(r->precision.is == WH_AT_MOST && r->precision.than == 10);
	assert_true(r->length.is == WH_EQUALS && r->length.than == 5);
	assert_true(r->scale.is == WH_DIFFERS && r->scale.than == 2);
	assert_true(r->nullable == WH_YES && r->key == WH_NO && r->auto_increment == WH_YES);
	assert_true(r->drop_default && r->drop_not_null && !r->not_null && !r->default_text);
	r++;
	assert_true(r->not_null && !r->drop_default && r->nullable == WH_EITHER && !r->to);
	assert_string_equal(r->default_text, "now()");
	wh_settings_write(&again, &second);
	assert_string_equal(wh_buffer_string(&first), wh_buffer_string(&second));
	wh_settings_free(&s);
	wh_settings_free(&again);
	wh_buffer_free(&first);
	wh_buffer_free(&second);
}

/* A rule that makes a text of one column of shop.orders; whether it is the column's. */
static void a_rule_matches(void **state)
{
	static const struct {
		const char *rule, *native;
		bool matches;
	} cases[] = {
		{ "from: 'int(10) unsigned'", "int(10) unsigned", true },
		{ "from: INT  UNSIGNED", "int(10) unsigned", true },
		{ "from: int", "int(11)", true },
		{ "from: int", "int(11) unsigned", false },
		{ "from: 'int*unsigned'", "int(11) unsigned", true },
		{ "from: '*int*'", "bigint(20)", true },
		{ "from: varchar", "varchar(9)", true },
		{ "from: 'varchar(9)'", "varchar(10)", false },
		{ "from: 'enum(''a'',*'", "enum('a','b')", true },
		{ "from: enum", "enum('a','b')", true },
		{ "column: total", "int", true },
		{ "column: orders.total", "int", true },
		{ "column: shop.orders.total", "int", true },
		{ "column: 'shop.*.total'", "int", true },
		{ "column: 'users.*'", "int", false },
		{ "column: Total", "int", false },
		{ "from: int, column: total", "int", true },
		{ "from: date, column: total", "int", false },
		{ "from: '*', when: { precision: '<= 10' }", "int(10)", true },
		{ "from: '*', when: { precision: '<= 10' }", "int", false },
		{ "from: '*', when: { precision: 12, scale: 2 }", "decimal(12,2)", true },
		{ "from: '*', when: { scale: 0 }", "int", false },
		{ "from: '*', when: { precision: 0 }", "datetime", true },
		{ "from: '*', when: { length: '>= 5' }", "varchar(5)", true },
		{ "from: '*', when: { length: '>= 5' }", "longblob", false },
		{ "from: '*', when: { nullable: true }", "int", true },
		{ "from: '*', when: { nullable: false }", "int", false },
		{ "from: '*', when: { key: true }", "int", false },
		{ "from: '*', when: { auto_increment: false }", "int", true },
		{ "from: '*', when: { default: '*7*' }", "int", true },
		{ "from: '*', when: { default: '8' }", "int", false },
	};
	const struct wh_connector *mysql = NULL, *postgresql = NULL;
	struct wh_error error = { 0 };
	(void)state;
	assert_int_equal(wh_connector_find("mysql", &mysql, &error), WH_OK);
	assert_int_equal(wh_connector_find("postgresql", &postgresql, &error), WH_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_settings s;
		struct wh_plan plan;
		struct wh_catalog catalog;
		struct wh_column column = { .name = "total", .default_text = "'7'" };
		struct wh_table table = { .schema = "shop",
			.name = "orders",
			.kind = "table",
			.columns = &column,
			.ncolumns = 1 };
		wh_catalog_init(&catalog, "mysql");
		catalog.tables = &table;
		catalog.ntables = 1;
		char text[400];
		snprintf(text, sizeof text, "%stypes:\n  - { %s, to: text }\n", ENDS, cases[i].rule);
		parse(&s, text);
		check(cases[i].native, mysql->type(&catalog.arena, cases[i].native, &column.type));
		int rc = wh_plan_make(&plan, &s, &(struct wh_plan_ends){ mysql, postgresql, { NULL } },
			&catalog, &catalog.arena, &error);
		check(cases[i].rule, rc == WH_OK);
		check(cases[i].rule, plan.tables[0].columns[0].asked == cases[i].matches);
		wh_catalog_free(&catalog);
		wh_settings_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(rules_read_write_and_read),
		cmocka_unit_test(a_rule_matches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
