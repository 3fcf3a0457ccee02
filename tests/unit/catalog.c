#include "check.h"
#include "model/catalog.h"

static void add_table(struct wh_catalog *c, const char *schema, const char *name)
{
	struct wh_table *t = wh_push(&c->arena, &c->tables, &c->ntables);
	t->schema = schema;
	t->name = name;
	t->kind = "table";
}

static void add_index(struct wh_catalog *c, struct wh_table *t, const char *name, bool primary)
{
	struct wh_index *i = wh_push(&c->arena, &t->indexes, &t->nindexes);
	i->name = name;
	i->primary = primary;
}

static void fill_members(struct wh_catalog *c, struct wh_table *t)
{
	static const char *const columns[] = { "id", "b", "a" };
	add_index(c, t, "z", false);
	add_index(c, t, NULL, false);
	add_index(c, t, "pk", true);
	add_index(c, t, "a", false);
	for (size_t i = 0; i < COUNT(columns); i++)
		wh_push(&c->arena, &t->columns, &t->ncolumns)->name = columns[i];
	wh_push(&c->arena, &t->foreign_keys, &t->nforeign_keys)->name = "fk_2";
	wh_push(&c->arena, &t->foreign_keys, &t->nforeign_keys)->name = "fk_1";
	wh_push(&c->arena, &t->checks, &t->nchecks)->name = "c2";
	wh_push(&c->arena, &t->checks, &t->nchecks)->name = "c1";
}

static void lists_are_sorted(void **state)
{
	struct wh_catalog c;
	(void)state;
	wh_catalog_init(&c, "postgresql");
	add_table(&c, "b", "x");
	add_table(&c, "a", "y");
	add_table(&c, "a", "x");
	add_table(&c, NULL, "z");
	fill_members(&c, wh_catalog_table(&c, "a", "x"));
	wh_catalog_sort(&c);
	assert_null(c.tables[0].schema);
	assert_string_equal(c.tables[1].name, "x");
	assert_string_equal(c.tables[2].name, "y");
	assert_string_equal(c.tables[3].schema, "b");
	const struct wh_table *t = wh_catalog_table(&c, "a", "x");
	assert_true(t->indexes[0].primary);
	assert_null(t->indexes[1].name);
	assert_string_equal(t->indexes[2].name, "a");
	assert_string_equal(t->indexes[3].name, "z");
	assert_string_equal(t->columns[1].name, "b"); /* by position */
	assert_string_equal(t->foreign_keys[0].name, "fk_1");
	assert_string_equal(t->checks[0].name, "c1");
	wh_catalog_free(&c);
	assert_int_equal(c.ntables, 0);
	wh_catalog_free(&c);
}

static void objects_and_sequences_are_sorted(void **state)
{
	static const struct wh_object objects[] = {
		{ .kind = "view", .schema = "s", .name = "b" },
		{ .kind = "trigger", .schema = "s", .name = "a", .table = "u" },
		{ .kind = "trigger", .schema = "s", .name = "a", .table = "t" },
		{ .kind = "function", .schema = "s", .name = "a", .definition = "f(text)" },
		{ .kind = "function", .schema = "s", .name = "a", .definition = "f(int)" },
	};
	static const char *const order[] = { "f(int)", "f(text)", "t", "u", "view" };
	struct wh_catalog c;
	(void)state;
	wh_catalog_init(&c, "postgresql");
	for (size_t i = 0; i < COUNT(objects); i++)
		*wh_push(&c.arena, &c.objects, &c.nobjects) = objects[i];
	wh_push(&c.arena, &c.sequences, &c.nsequences)->name = "s2";
	wh_push(&c.arena, &c.sequences, &c.nsequences)->name = "s1";
	wh_findings_add(&c.findings, "b", WH_INFO, WH_MANUAL, "o", "x");
	wh_findings_add(&c.findings, "a", WH_INFO, WH_MANUAL, "o", "x");
	wh_catalog_sort(&c);
	for (size_t i = 0; i < COUNT(objects); i++) {
		const struct wh_object *o = &c.objects[i];
		check_text(order[i],
			o->definition  ? o->definition
				: o->table ? o->table
						   : o->kind,
			order[i]);
	}
	assert_string_equal(c.sequences[0].name, "s1");
	assert_string_equal(c.findings.items[0].rule, "a");
	wh_catalog_free(&c);
}

static void things_are_found(void **state)
{
	struct wh_catalog c;
	(void)state;
	wh_catalog_init(&c, "sqlite");
	assert_string_equal(c.engine, "sqlite");
	assert_null(wh_catalog_table(&c, NULL, "x"));
	add_table(&c, NULL, "x");
	add_table(&c, "s", "x");
	assert_ptr_equal(wh_catalog_table(&c, NULL, "x"), &c.tables[0]);
	assert_ptr_equal(wh_catalog_table(&c, "s", "x"), &c.tables[1]);
	assert_null(wh_catalog_table(&c, "", "x"));
	assert_null(wh_catalog_table(&c, "s", "X"));
	struct wh_table *t = &c.tables[0];
	assert_null(wh_table_primary(t));
	fill_members(&c, t);
	assert_string_equal(wh_table_primary(t)->name, "pk");
	assert_string_equal(wh_table_column(t, "a")->name, "a");
	assert_null(wh_table_column(t, "A"));
	wh_catalog_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_sorted),
		cmocka_unit_test(objects_and_sequences_are_sorted),
		cmocka_unit_test(things_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
