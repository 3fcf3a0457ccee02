/* The journal: what was recorded comes back, in private files, and old files are upgraded. */
#include "journal_folder.h"

static void test_private(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	char work[128], deep[128];
	strcpy(work, inside("work"));
	strcpy(deep, inside("work/deep"));
	mode_t mask = umask(0);
	must(wh_journal_open(deep, true, &j, &error));
	must(wh_journal_set(j, "name", "shop", &error));
	umask(mask);
	assert_int_equal(mode_of(work), 0700);
	assert_int_equal(mode_of(deep), 0700);
	assert_int_equal(mode_of(inside("work/deep/journal.db")), 0600);
	assert_int_equal(mode_of(inside("work/deep/journal.db-wal")), 0600);
	assert_int_equal(mode_of(inside("work/deep/journal.db-shm")), 0600);
	wh_journal_close(j);
	assert_int_equal(chmod(inside("work/deep/journal.db"), 0644), 0);
	must(wh_journal_open(deep, false, &j, &error));
	assert_int_equal(mode_of(inside("work/deep/journal.db")), 0600);
	wh_journal_close(j);
}

static void test_absent(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "no migration there");
	assert_null(j);
	assert_int_equal(access(inside("journal.db"), F_OK), -1);
	must_say(wh_journal_open("/proc/whimbrel", true, &j, &error), WH_CONFIG, "work folder");
}

static void test_facts(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal *j = opened();
	assert_null(wh_journal_get(j, "state", &arena));
	must(wh_journal_set(j, "state", "CREATED", &error));
	must(wh_journal_set(j, "state", "PLANNED", &error));
	must(wh_journal_set(j, "name", "it's \"x\"; --", &error));
	must(wh_journal_set(j, "snapshot", "1", &error));
	must(wh_journal_set(j, "snapshot", NULL, &error));
	wh_journal_close(j);
	must(wh_journal_open(folder, false, &j, &error));
	assert_string_equal(wh_journal_get(j, "state", &arena), "PLANNED");
	assert_string_equal(wh_journal_get(j, "name", &arena), "it's \"x\"; --");
	assert_null(wh_journal_get(j, "snapshot", &arena));
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static struct wh_tally tally_of(uint64_t rows)
{
	return (struct wh_tally){
		.read = { rows, { 1, 2 } },
		.written = { rows - 1, { UINT64_MAX, 4 } },
		.quarantined = { 1, { 5, UINT64_MAX } },
		.bytes = UINT64_MAX,
		.snapshot = 3,
	};
}

static void test_tables(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_table *read,
		t = {
			.number = 7,
			.source = "shop.orders",
			.target = "public.orders",
			.treatment = "create",
			.state = "copying",
			.proof = "exact",
			.rows_expected = -1,
			.tally = tally_of(UINT64_MAX),
			.rows_differing = -1,
		};
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_tables_put(j, &t, 1, &error));
	t.state = "differs";
	t.checked = t.source_changed = true;
	t.target_digest = (struct wh_digest){ 12, { 13, 14 } };
	t.rows_differing = 2;
	must(wh_journal_tables_put(j, &t, 1, &error));
	must(wh_journal_tables_put(j,
		&(struct wh_journal_table){ .number = 2,
			.source = "a",
			.target = "b",
			.state = "planned",
			.rows_differing = -1 },
		1, &error));
	must(wh_journal_tables(j, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].source, "a");
	assert_null(read[0].proof);
	assert_false(read[0].checked);
	assert_string_equal(read[1].state, "differs");
	assert_true(read[1].checked && read[1].source_changed);
	assert_int_equal(read[1].rows_differing, 2);
	assert_int_equal(read[1].rows_expected, -1);
	assert_true(wh_digest_equal(&read[1].target_digest, &t.target_digest));
	assert_true(wh_digest_equal(&read[1].tally.quarantined, &t.tally.quarantined));
	assert_int_equal(read[1].tally.bytes, UINT64_MAX);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_units(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_unit *read;
	struct wh_unit units[3] = {
		{ .number = 0, .range = WH_RANGE_KEY, .first = INT64_MIN, .last = 10 },
		{ .number = 1, .range = WH_RANGE_KEY, .first = 10, .last = 20 },
		{ .number = 2, .range = WH_RANGE_KEY, .first = 20, .last = INT64_MAX },
	};
	size_t n;
	for (int i = 0; i < 3; i++)
		units[i].table = 4;
	struct wh_journal *j = opened();
	must(wh_journal_units_put(j, units, 3, &error));
	const struct wh_journal_unit outcome = { 4, 1, WH_RANGE_KEY, 10, 20, true, tally_of(9) };
	must(wh_journal_units_done(j, &outcome, 1, &error));
	must(wh_journal_units(j, 4, &arena, &read, &n, &error));
	assert_int_equal(n, 3);
	assert_true(read[0].first == INT64_MIN && read[2].last == INT64_MAX);
	assert_false(read[0].done || read[2].done);
	assert_true(read[1].done && read[1].range == WH_RANGE_KEY);
	assert_int_equal(read[1].tally.read.rows, 9);
	assert_int_equal(read[1].tally.snapshot, 3);
	must(wh_journal_units_put(j, units, 1, &error));
	must(wh_journal_units(j, 4, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	units[1].table = units[2].table = 9;
	must(wh_journal_units_put(j, units, 3, &error)); /* of two tables at once */
	must(wh_journal_units(j, -1, &arena, &read, &n, &error));
	assert_int_equal(n, 3);
	assert_true(read[0].table == 4 && read[1].table == 9 && read[2].number == 2);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_statements(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_statement *read,
		s = { .phase = "keys",
			.kind = "index",
			.object = "index a",
			.sql = "CREATE INDEX a",
			.state = "intended" };
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_statements_put(j, &s, 1, &error));
	must(wh_journal_statements_put(j,
		&(struct wh_journal_statement){ .sql = "CREATE INDEX b", .state = "done", .usec = 5 }, 1,
		&error));
	s.state = "failed";
	s.error = "no room";
	must(wh_journal_statements_put(j, &s, 1, &error));
	must(wh_journal_statements(j, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].state, "failed");
	assert_string_equal(read[0].error, "no room");
	assert_int_equal(read[1].usec, 5);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_findings(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_findings list = { .arena = &arena }, read = { .arena = &arena };
	struct wh_journal *j = opened();
	wh_findings_add(&list, "view-not-carried", WH_WARNING, WH_MANUAL, "view a", "text %d", 1)
		->source = "CREATE VIEW a";
	wh_findings_add(&list, "note", WH_INFO, WH_AUTOMATIC, "b", "%s", "two");
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_finding_add(j, "build",
		&(struct wh_finding){ .rule = "orphans", .severity = WH_ERROR, .effort = WH_ASSISTED },
		&error));
	must(wh_journal_findings(j, &read, &error));
	assert_int_equal(read.count, 3);
	assert_string_equal(read.items[0].source, "CREATE VIEW a");
	assert_string_equal(read.items[0].text, "text 1");
	assert_int_equal(read.items[2].severity, WH_ERROR);
	assert_null(read.items[2].object);
	list.count = 0;
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_findings(j, &read, &error));
	assert_int_equal(read.count, 1);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_quarantine(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *read,
		rows[3] = {
			{ .table = 1,
				.unit = 0,
				.row = 5,
				.source = "t",
				.key = "{\"id\":\"1\"}",
				.column = "c",
				.reason = "bad",
				.values = "{\"c\":{\"hex\":\"00ff\"}}",
				.usec = 9 },
			{ .table = 1, .unit = 1, .row = 6, .source = "t", .reason = "bad" },
			{ .table = 2, .unit = 0, .row = 7, .source = "u", .reason = "worse" },
		};
	size_t n;
	struct wh_journal *j = opened();
	assert_int_equal(wh_journal_quarantine_count(j), 0);
	must(wh_journal_quarantine_put(j, rows, 3, &error));
	assert_int_equal(wh_journal_quarantine_count(j), 3);
	must(wh_journal_quarantined(j, -1, 0, 2, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].values, rows[0].values);
	assert_string_equal(read[0].key, rows[0].key);
	assert_null(read[1].key);
	int64_t second = read[1].id;
	must(wh_journal_quarantined(j, -1, second, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	assert_int_equal(read[0].table, 2);
	must(wh_journal_quarantined(j, 1, 0, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	must(wh_journal_quarantine_clear(j, &(struct wh_journal_unit){ 1, 1 }, 1, &error));
	must(wh_journal_quarantine_put(j, &rows[1], 1, &error));
	must(wh_journal_quarantined(j, 1, second, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	assert_true(read[0].id > second); /* a number once shown never names another row */
	must(wh_journal_quarantine_clear(j, &(struct wh_journal_unit){ 1, -1 }, 1, &error));
	assert_int_equal(wh_journal_quarantine_count(j), 1);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_differences_and_events(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_difference *read,
		rows[2] = {
			{ .object = "t",
				.kind = "changed",
				.key = "{}",
				.column = "c",
				.source = "1",
				.target = "" },
			{ .object = "t", .kind = "missing", .key = "{}" },
		};
	struct wh_journal_event *events;
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_differences_put(j, 3, rows, 2, &error));
	must(wh_journal_differences_put(j, 1, rows, 1, &error));
	must(wh_journal_differences_put(j, 3, rows, 2, &error));
	must(wh_journal_differences(j, 2, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_int_equal(read[0].table, 1);
	assert_string_equal(read[1].target, "");
	must(wh_journal_differences_put(j, 1, NULL, 0, &error));
	must(wh_journal_differences(j, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_null(read[1].target);
	must(wh_journal_event(j, "began", &error));
	must(wh_journal_event(j, "ended", &error));
	must(wh_journal_events(j, &arena, &events, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(events[1].text, "ended");
	assert_true(events[0].usec > 0 && events[0].usec <= events[1].usec);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void run_sql(const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(inside("journal.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void test_senseless(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_unit *units;
	struct wh_findings findings = { .arena = &arena };
	size_t n;
	wh_journal_close(opened());
	run_sql("INSERT INTO unit VALUES(1, 0, 9, 0, 0, 0, NULL);"
			"INSERT INTO unit VALUES(2, 0, 0, 0, 0, 1, 'what');"
			"INSERT INTO finding VALUES(1, 'plan', 'r', 77, 0, '', '', NULL)");
	struct wh_journal *j = opened();
	must_say(wh_journal_units(j, 1, &arena, &units, &n, &error), WH_STOP, "makes no sense");
	must_say(wh_journal_units(j, 2, &arena, &units, &n, &error), WH_STOP, "makes no sense");
	must_say(wh_journal_findings(j, &findings, &error), WH_STOP, "makes no sense");
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_foreign(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	run_sql("CREATE TABLE mine(a)");
	must_say(wh_journal_open(folder, true, &j, &error), WH_CONFIG, "not a journal");
	run_sql("PRAGMA user_version=1");
	must_say(wh_journal_open(folder, true, &j, &error), WH_CONFIG, "not a journal");
}

static void test_newer(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	wh_journal_close(opened());
	run_sql("PRAGMA user_version=99");
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "newer whimbrel");
	must_say(error.code, WH_CONFIG, "99");
}

/* An old file and its new steps: each missing one runs once, all or none. */
static void test_upgrade(void **state)
{
	(void)state;
	static const struct wh_journal_step good[] = {
		{ "CREATE TABLE never(a)" },
		{ "CREATE TABLE never(a)" },
		{ "CREATE TABLE never(a)" },
		{ "ALTER TABLE fact ADD COLUMN since INTEGER; UPDATE fact SET since = 5" },
		{ "CREATE TABLE newest AS SELECT since FROM fact" },
	}, bad[] = {
		{ "CREATE TABLE never(a)" },
		{ "CREATE TABLE never(a)" },
		{ "CREATE TABLE never(a)" },
		{ "ALTER TABLE fact ADD COLUMN since INTEGER" },
		{ "this is no SQL" },
	};
	sqlite3 *db = NULL;
	struct wh_journal *j = opened();
	must(wh_journal_set(j, "name", "old", &error));
	wh_journal_close(j);
	assert_int_equal(sqlite3_open(inside("journal.db"), &db), SQLITE_OK);
	assert_int_equal(wh_journal_upgrade(db, "p", bad, 5, &error), WH_STOP);
	assert_int_equal(sqlite3_exec(db, "SELECT since FROM fact", NULL, NULL, NULL), SQLITE_ERROR);
	must(wh_journal_upgrade(db, "p", good, 5, &error));
	must(wh_journal_upgrade(db, "p", good, 5, &error));
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db,
						 "SELECT (SELECT since FROM newest),"
						 " (SELECT count(*) FROM sqlite_schema WHERE name = 'never'),"
						 " (SELECT user_version FROM pragma_user_version)",
						 -1, &s, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(s, 0), 5);
	assert_int_equal(sqlite3_column_int(s, 1), 0);
	assert_int_equal(sqlite3_column_int(s, 2), 5);
	sqlite3_finalize(s);
	sqlite3_close(db);
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "newer whimbrel");
}

static struct wh_control control(const char *rule, const char *expected, const char *actual)
{
	return (struct wh_control){ .rule = rule,
		.subject = "t.amount",
		.unit = "EUR",
		.expected = expected,
		.actual = actual,
		.expected_is = "source",
		.actual_is = "target" };
}

static void put_controls(struct wh_journal *j)
{
	struct wh_controls put = { 0 };
	wh_control_add(&put, &(struct wh_control){ .rule = "rows", .expected = "3", .actual = "3" });
	const struct wh_control total = control("total", "1.00", "1"),
							wrong = control("total", "1.00", "1.01");
	wh_control_add(&put, &total);
	wh_control_add(&put, &wrong);
	must(wh_journal_controls_put(j, &put, &error));
	must(wh_journal_controls_put(j, &put, &error));
	wh_controls_free(&put);
}

static void test_controls(void **state)
{
	(void)state;
	struct wh_controls got = { 0 }, none = { 0 };
	struct wh_journal *j = opened();
	put_controls(j);
	must(wh_journal_controls(j, &got, &error));
	assert_int_equal(got.count, 3);
	assert_int_equal(got.nrules, 2);
	assert_int_equal(wh_controls_failed(&got), 1);
	assert_null(got.items[0].subject);
	assert_string_equal(got.items[2].actual, "1.01");
	assert_string_equal(got.items[2].actual_is, "target");
	assert_string_equal(got.rules[1].name, "total");
	assert_true(got.items[1].held && !got.items[2].held && got.rules[1].held == 1);
	must(wh_journal_controls_put(j, &none, &error));
	must(wh_journal_controls(j, &none, &error));
	assert_int_equal(none.count + none.nrules, 0);
	wh_controls_free(&none);
	wh_controls_free(&got);
	wh_journal_close(j);
}

/* A journal of before there were controls. */
static void test_controls_upgrade(void **state)
{
	(void)state;
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(inside("journal.db"), &db), SQLITE_OK);
	must(wh_journal_upgrade(db, "p", wh_journal_steps, 2, &error));
	assert_int_equal(sqlite3_exec(db, "SELECT 1 FROM control", NULL, NULL, NULL), SQLITE_ERROR);
	sqlite3_close(db);
	struct wh_journal *j = opened();
	put_controls(j);
	wh_journal_close(j);
}

/* What a retry has written leaves the quarantine together with its place in the sums. */
static void test_settled(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal *j = opened();
	const struct wh_unit unit = { .table = 1, .number = 2 };
	struct wh_journal_quarantine rows[] = {
		{ .table = 1, .unit = 2, .source = "t", .key = "{}", .reason = "a", .hash = "00" },
		{ .table = 1, .unit = 2, .source = "t", .key = "{}", .reason = "b", .hash = "11" },
		{ .table = 1, .unit = 2, .source = "t", .key = "{}", .reason = "c", .hash = "22" },
	};
	struct wh_journal_quarantine *left;
	struct wh_journal_unit *units, now = { .table = 1, .number = 2, .tally = tally_of(9) };
	size_t n;
	must(wh_journal_units_put(j, &unit, 1, &error));
	must(wh_journal_quarantine_put(j, rows, 3, &error));
	must(wh_journal_attempt(j, (int64_t[]){ 1, 3 }, 2, 77, &error));
	must(wh_journal_attempted(j, &arena, &left, &n, &error));
	assert_int_equal(n, 2);
	assert_true(left[0].id == 1 && left[1].id == 3 && left[1].attempt == 77);
	rows[2].id = 3;
	rows[2].reason = "still";
	must(wh_journal_settle(j, &(struct wh_journal_settlement){ .stays = &rows[2] }, &error));
	must(wh_journal_settle(j, &(struct wh_journal_settlement){ .attempt = 77, .unit = &now },
		&error));
	must(wh_journal_attempted(j, &arena, &left, &n, &error));
	assert_int_equal(n, 0);
	must(wh_journal_settle(j, &(struct wh_journal_settlement){ .leaves = 2 }, &error));
	must(wh_journal_quarantined(j, -1, 0, 9, &arena, &left, &n, &error));
	assert_int_equal(n, 1);
	assert_string_equal(left[0].reason, "still");
	must(wh_journal_units(j, 1, &arena, &units, &n, &error));
	assert_int_equal(units[0].tally.read.rows, 9);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_private),
		TEST(test_absent),
		TEST(test_facts),
		TEST(test_tables),
		TEST(test_units),
		TEST(test_statements),
		TEST(test_findings),
		TEST(test_quarantine),
		TEST(test_settled),
		TEST(test_differences_and_events),
		TEST(test_senseless),
		TEST(test_foreign),
		TEST(test_newer),
		TEST(test_upgrade),
		TEST(test_controls),
		TEST(test_controls_upgrade),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
