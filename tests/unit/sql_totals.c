/* What each dialect is asked for totals and gaps, and what is made of its answers. SQLite itself
 * answers where it can, so that the arithmetic is a real engine's. */
#include "check.h"
#include "sql/probe.h"
#include <sqlite3.h>

static const struct wh_column amount = { .name = "amount",
	.type = { .kind = WH_DECIMAL, .precision = 15, .scale = 2 } };
static const struct wh_column number = { .name = "n", .type = { .kind = WH_INT64 } };
static const struct wh_column currency = { .name = "cur", .type = { .kind = WH_TEXT } };
static const struct wh_column long_number = { .name = "x",
	.type = { .kind = WH_DECIMAL, .precision = 60, .scale = 2 } };
static const struct wh_table table = { .schema = "s", .name = "t" };

static char said[2048];

static int listen(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
	struct wh_probe_rows *out, struct wh_error *error)
{
	(void)state;
	(void)limit_ms;
	(void)arena;
	(void)error;
	snprintf(said, sizeof said, "%s", sql);
	*out = (struct wh_probe_rows){ .why = "nobody answers" };
	return WH_OK;
}

static const char *asked(const struct wh_dialect *d, const struct wh_probe *probe)
{
	const struct wh_prober by = { d, NULL, listen };
	struct wh_arena arena = { 0 };
	struct wh_answer answer;
	struct wh_error error;
	assert_int_equal(wh_probe_ask(&by, probe, &arena, &answer, &error), WH_OK);
	assert_false(answer.known);
	wh_arena_free(&arena);
	return said;
}

static void test_totals(void **state)
{
	const struct wh_column *const columns[] = { &amount };
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &table,
		.column = &currency,
		.columns = columns,
		.ncolumns = 1 };
	(void)state;
	check_text("postgresql", asked(&wh_dialect_postgresql, &probe),
		"SELECT ((c.\"cur\")::text) COLLATE \"C\", count(*), coalesce(sum(c.\"amount\"), 0), "
		"coalesce(sum(CASE WHEN c.\"amount\" < 0 THEN c.\"amount\" ELSE 0 END), 0) FROM \"s\".\"t\" c "
		"GROUP BY ((c.\"cur\")::text) COLLATE \"C\" LIMIT 1001");
	check_text("mysql", asked(&wh_dialect_mysql, &probe),
		"SELECT CAST(CONVERT(c.`cur` USING utf8mb4) AS BINARY), count(*), "
		"coalesce(sum(c.`amount`), 0), "
		"coalesce(sum(CASE WHEN c.`amount` < 0 THEN c.`amount` ELSE 0 END), 0) FROM `s`.`t` c "
		"GROUP BY CAST(CONVERT(c.`cur` USING utf8mb4) AS BINARY) LIMIT 1001");
}

static void test_units(void **state)
{
	const struct wh_column *const columns[] = { &amount };
	const struct wh_table bare = { .name = "t" };
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &bare,
		.columns = columns,
		.ncolumns = 1 };
	(void)state;
#define UNITS "CAST(round(c.\"amount\" * 1e2) AS INTEGER)"
	check_text("sqlite", asked(&wh_dialect_sqlite, &probe),
		"SELECT NULL, count(*), coalesce(sum(" UNITS " / 1000000000), 0), coalesce(sum(" UNITS
		" % 1000000000), 0), coalesce(sum(CASE WHEN " UNITS " < 0 THEN " UNITS
		" / 1000000000 ELSE 0 END), 0), coalesce(sum(CASE WHEN " UNITS " < 0 THEN " UNITS
		" % 1000000000 ELSE 0 END), 0) FROM \"t\" c");
}

static void test_what_cannot_be_added(void **state)
{
	static const struct wh_column unsigned_number = { .name = "u", .type = { .kind = WH_UINT64 } },
								  any = { .name = "a", .type = { .kind = WH_DECIMAL } },
								  text = { .name = "t", .type = { .kind = WH_TEXT } };
	static const struct {
		const struct wh_dialect *d;
		const struct wh_column *column;
		bool can;
	} cases[] = {
		{ &wh_dialect_postgresql, &any, true },
		{ &wh_dialect_postgresql, &long_number, true },
		{ &wh_dialect_postgresql, &text, false },
		{ &wh_dialect_mysql, &unsigned_number, true },
		{ &wh_dialect_mysql, &long_number, false },
		{ &wh_dialect_mysql, &any, false },
		{ &wh_dialect_sqlite, &number, true },
		{ &wh_dialect_sqlite, &long_number, false },
		{ &wh_dialect_sqlite, &unsigned_number, false },
		{ &wh_dialect_sqlite, &any, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
			.table = &table,
			.columns = &cases[i].column,
			.ncolumns = 1 };
		bool can = strstr(asked(cases[i].d, &probe), "sum(") != NULL;
		check(cases[i].column->name, can == cases[i].can);
	}
}

static void test_gaps(void **state)
{
	const struct wh_probe probe = { .kind = WH_PROBE_GAPS, .table = &table, .column = &number };
	(void)state;
	check_text("mysql", asked(&wh_dialect_mysql, &probe),
		"SELECT count(*) FROM (SELECT n, lead(n) OVER (ORDER BY n) AS upto FROM (SELECT DISTINCT "
		"c.`n` AS n FROM `s`.`t` c WHERE c.`n` IS NOT NULL) d) g WHERE upto > n + 1");
}

/* ---- SQLite answers ---- */

static int ask_sqlite(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
	struct wh_probe_rows *out, struct wh_error *error)
{
	sqlite3_stmt *s = NULL;
	size_t n = 0;
	(void)limit_ms;
	(void)error;
	*out = (struct wh_probe_rows){ 0 };
	if (sqlite3_prepare_v2(state, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s in %s", sqlite3_errmsg(state), sql);
	out->ncolumns = (size_t)sqlite3_column_count(s);
	int rc;
	while ((rc = sqlite3_step(s)) == SQLITE_ROW && ++out->nrows)
		for (size_t i = 0; i < out->ncolumns; i++)
			*wh_push(arena, &out->cells, &n) = wh_arena_text(arena,
				(const char *)sqlite3_column_text(s, (int)i));
	if (rc != SQLITE_DONE)
		fail_msg("%s in %s", sqlite3_errmsg(state), sql);
	sqlite3_finalize(s);
	return WH_OK;
}

static void answered(const char *script, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out)
{
	sqlite3 *db = NULL;
	struct wh_error error;
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	if (sqlite3_exec(db, script, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	const struct wh_prober by = { &wh_dialect_sqlite, db, ask_sqlite };
	assert_int_equal(wh_probe_ask(&by, probe, arena, out, &error), WH_OK);
	sqlite3_close(db);
}

#define NUMBERS(most) \
	"WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < " most ") "

/* Sums that no double and no 64 bits hold. */
static void test_exact(void **state)
{
	static const char script[] =
		"CREATE TABLE t(cur TEXT, amount NUMERIC(15,2), n INTEGER);" NUMBERS(
			"20000") "INSERT INTO t SELECT 'EUR', 9999999999999.99, 9223372036854775807 FROM i;"
					 "INSERT INTO t VALUES ('EUR', -0.07, -9223372036854775807), ('USD', 0.1, 1),"
					 " ('USD', 0.2, 1), ('USD', NULL, NULL), (NULL, -3, -5);";
	static const char *const want[] = { NULL, "1", "-3.00", "-3.00", "-5", "-5", "EUR", "20001",
		"199999999999999799.93", "-0.07", "184458217365058661364193", "-9223372036854775807", "USD",
		"3", "0.30", "0.00", "2", "0" };
	const struct wh_column *const columns[] = { &amount, &number };
	const struct wh_table bare = { .name = "t" };
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &bare,
		.column = &currency,
		.columns = columns,
		.ncolumns = 2 };
	struct wh_arena arena = { 0 };
	struct wh_answer a;
	(void)state;
	answered(script, &probe, &arena, &a);
	assert_true(a.known);
	assert_int_equal(a.nexamples * a.ncolumns, COUNT(want));
	for (size_t i = 1; i < COUNT(want); i++)
		check_text("cell", a.examples[i], want[i]);
	assert_null(a.examples[0]);
	wh_arena_free(&arena);
}

static void test_breaks(void **state)
{
	static const char script[] = "CREATE TABLE t(n INTEGER);" NUMBERS(
		"450") "INSERT INTO t SELECT i FROM i; INSERT INTO t VALUES (460), (460), (461), (NULL), (470)";
	const struct wh_table bare = { .name = "t" };
	const struct wh_probe probe = { .kind = WH_PROBE_GAPS, .table = &bare, .column = &number };
	struct wh_arena arena = { 0 };
	struct wh_answer a;
	(void)state;
	answered(script, &probe, &arena, &a);
	assert_true(a.known);
	assert_int_equal(a.count, 2);
	assert_int_equal(a.nexamples, 2);
	check_text("before", a.examples[0], "450");
	check_text("behind", a.examples[1], "460");
	check_text("before", a.examples[2], "461");
	answered("CREATE TABLE t(n INTEGER)", &probe, &arena, &a);
	assert_true(a.known && a.count == 0 && a.nexamples == 0);
	wh_arena_free(&arena);
}

/* The rest is added up all the same. */
static void test_one_that_cannot(void **state)
{
	const struct wh_column *const columns[] = { &long_number, &number };
	const struct wh_table bare = { .name = "t" };
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &bare,
		.columns = columns,
		.ncolumns = 2 };
	struct wh_arena arena = { 0 };
	struct wh_answer a;
	(void)state;
	answered("CREATE TABLE t(x, n); INSERT INTO t VALUES ('1.5', 3), ('2', -4)", &probe, &arena,
		&a);
	assert_true(a.known && a.nexamples == 1 && a.ncolumns == 6);
	check_text("rows", a.examples[1], "2");
	assert_true(!a.examples[2] && !a.examples[3]);
	check_text("total", a.examples[4], "-1");
	check_text("below 0", a.examples[5], "-4");
	wh_arena_free(&arena);
}

/* One value more than is told is no answer, rather than a part of one. */
static void test_too_many_values(void **state)
{
	const struct wh_table bare = { .name = "t" };
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS, .table = &bare, .column = &currency };
	struct wh_arena arena = { 0 };
	struct wh_answer a;
	(void)state;
	answered("CREATE TABLE t(cur);" NUMBERS("1000") "INSERT INTO t SELECT i FROM i", &probe, &arena,
		&a);
	assert_true(a.known && a.nexamples == 1000);
	answered("CREATE TABLE t(cur);" NUMBERS("1001") "INSERT INTO t SELECT i FROM i", &probe, &arena,
		&a);
	assert_false(a.known);
	check_text("why", a.why, "more than 1000 different values");
	wh_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_totals), cmocka_unit_test(test_units),
		cmocka_unit_test(test_what_cannot_be_added), cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_exact), cmocka_unit_test(test_one_that_cannot),
		cmocka_unit_test(test_breaks), cmocka_unit_test(test_too_many_values) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
