/* Translations of views that no engine needs to be asked about: what is refused, and why; what is
 * noted; hostile texts. Rows of translated views are compared in tests/e2e/test_views.py. */
#include "check.h"
#include "sql/view.h"

enum { P, M, S };

static const struct wh_dialect *const dialects[] = { &wh_dialect_postgresql, &wh_dialect_mysql,
	&wh_dialect_sqlite };

static const struct wh_sql_column columns[] = {
	{ .from = "id", .to = "id", .kind = WH_INT64 },
	{ .from = "price", .to = "price", .kind = WH_DECIMAL, .scale = 2 },
	{ .from = "name", .to = "title", .kind = WH_TEXT, .folds = true },
	{ .from = "flag", .to = "flag", .boolean = true },
	{ .from = "mask", .to = "mask", .kind = WH_TEXT, .changed = true },
};

static const size_t key[] = { 0 };

static const struct wh_sql_table tables[] = {
	{ NULL, "t", "public", "t", columns, COUNT(columns), key, 1 },
	{ NULL, "u", "public", "u", columns, COUNT(columns), NULL, 0 },
};

static void translate(int from, int to, const char *text, struct wh_arena *arena,
	struct wh_sql_view *view)
{
	static const struct wh_sql_tables all = { tables, COUNT(tables), "shop" };
	*view = (struct wh_sql_view){ .table = { .name = "v", .to_schema = "public", .to_name = "v" } };
	wh_sql_view_translate(text, dialects[from], dialects[to], &all, arena, view);
}

static const struct row {
	int from, to;
	const char *text, *statement, *why, *note;
} rows[] = {
	{ M, P,
		"CREATE ALGORITHM=UNDEFINED DEFINER=`a`@`%` SQL SECURITY DEFINER VIEW `v` AS select "
		"`shop`.`t`.`name` AS `name` from `shop`.`t`",
		"CREATE VIEW \"public\".\"v\" AS SELECT \"t\".\"title\" AS \"name\" FROM \"public\".\"t\"",
		NULL, NULL },
	{ S, P, "CREATE VIEW v(a, b) AS SELECT id, flag FROM t WHERE flag",
		"CREATE VIEW \"public\".\"v\" AS SELECT \"t\".\"id\" AS \"a\", \"t\".\"flag\" AS \"b\" FROM "
		"\"public\".\"t\" WHERE \"t\".\"flag\"",
		NULL, NULL },
	{ M, P, "create view v as select id from t where name = 'a'",
		"CREATE VIEW \"public\".\"v\" AS SELECT \"t\".\"id\" FROM \"public\".\"t\" WHERE \"t\".\"title\" "
		"= 'a'",
		NULL, "takes some for equal" },
	{ M, P, "create view v as select mask from t",
		"CREATE VIEW \"public\".\"v\" AS SELECT \"t\".\"mask\" FROM \"public\".\"t\"", NULL,
		"\"mask\" are changed" },
	{ S, M, "CREATE VIEW v AS SELECT id FROM t LIMIT 5, 2",
		"CREATE VIEW `public`.`v` AS SELECT `t`.`id` FROM `public`.`t` LIMIT 2 OFFSET 5", NULL,
		NULL },
	{ M, P, "create view v as select * from other.t", NULL, "not carried as a table or view",
		NULL },
	{ M, P, "create view v as select none from t", NULL, "no column \"none\"", NULL },
	{ M, P, "create view v as select x.id from t", NULL, "no column \"x.id\"", NULL },
	{ M, P, "create view v as select id from t, u", NULL, "may be of two tables", NULL },
	{ M, P, "create view v as select t.id, u.id from t, u", NULL, "two columns are called", NULL },
	{ M, P, "create view v as select u.id, u.price from u group by u.id", NULL,
		"may have several values", NULL },
	{ M, P, "create view v as select id from t for update", NULL, "not understood", NULL },
	{ M, P, "create view v as select id from t union select name from u", NULL, "different types",
		NULL },
	{ M, P, "create view v as select id from t union select id, price from u", NULL,
		"different numbers of columns", NULL },
	{ S, P, "CREATE VIEW v AS SELECT id FROM t UNION SELECT 1 INTERSECT SELECT 2", NULL,
		"without parentheses", NULL },
	{ M, P, "SET sql_mode = 'ANSI_QUOTES';\ncreate view v as select id from t", NULL, "ANSI_QUOTES",
		NULL },
	{ M, P, "create view v as select count(*) from t", NULL, "column 1 has no name", NULL },
	{ P, M, "CREATE VIEW v AS SELECT t.id FROM t FULL JOIN u ON t.id = u.id", NULL, "full outer",
		NULL },
	{ M, P, "drop table t", NULL, "not understood", NULL },
	{ M, P, "", NULL, "too early", NULL },
	{ M, P, "create view", NULL, "too early", NULL },
};

static bool is_noted(const struct wh_sql_view *view, const char *note)
{
	for (size_t i = 0; i < view->nnotes; i++)
		if (strstr(view->notes[i], note))
			return true;
	return false;
}

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *r = &rows[i];
		struct wh_arena arena = { 0 };
		struct wh_sql_view view;
		translate(r->from, r->to, r->text, &arena, &view);
		check(r->text, !view.statement == !!view.why);
		if (view.statement)
			check_text(r->text, view.statement, r->statement ? r->statement : "(a doubt)");
		else if (r->statement || !strstr(view.why, r->why))
			fail_msg("case \"%s\": a doubt: %s", r->text, view.why);
		check(r->text, r->note ? is_noted(&view, r->note) : !view.nnotes);
		wh_arena_free(&arena);
	}
}

/* A view on a view finds its columns under the names that they have there. */
static void columns_come_back(void **state)
{
	struct wh_arena arena = { 0 };
	struct wh_sql_view view;
	(void)state;
	translate(M, P, "create view v as select name AS n, price * 2 AS p, flag from t", &arena,
		&view);
	assert_non_null(view.statement);
	assert_int_equal(view.table.ncolumns, 3);
	check_text("name", view.table.columns[0].to, "n");
	assert_true(view.table.columns[0].folds && view.table.columns[2].boolean);
	assert_int_equal(view.table.columns[1].scale, 2);
	wh_arena_free(&arena);
}

static void hostile_texts(void **state)
{
	static const struct {
		const char *begin, *piece, *end, *why;
	} cases[] = {
		{ "create view v as ", "select (", "", "nested" },
		{ "create view v as select id from ", "(", "t", "nested" },
		{ "create view v as select id from ", "(select id from ", "t", "nested" },
		{ "create view v as select t.id from t", " cross join t", "", "nested" },
		{ "create view v as select ", "exists(select ", "1", "nested" },
		{ "create view v as ", "with a as (", "select 1", "nested" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_arena arena = { 0 };
		struct wh_buffer text = { 0 };
		struct wh_sql_view view;
		wh_buffer_text(&text, cases[i].begin);
		for (size_t k = 0; k < 5000; k++)
			wh_buffer_text(&text, cases[i].piece);
		wh_buffer_text(&text, cases[i].end);
		translate(M, P, wh_buffer_string(&text), &arena, &view);
		if (view.statement || !strstr(view.why, cases[i].why))
			fail_msg("case \"%s\": %s", cases[i].piece, view.why ? view.why : "translated");
		wh_buffer_free(&text);
		wh_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(columns_come_back),
		cmocka_unit_test(hostile_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
