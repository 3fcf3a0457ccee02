/* The reconciliation of a source over files, which is one of this test's own: rows with a currency,
 * records that could not be read, and what the files say of themselves. The target is SQLite. */
#include "check.h"
#include "base/text.h"
#include "lifecycle/reconcile/parts.h"
#include <sqlite3.h>
#include <unistd.h>

/* ---- a source ---- */

static const struct entry {
	int64_t record;
	const char *currency, *amount; /* NULL: null */
	const char *stray;             /* what stands there instead of an amount */
} entries[] = {
	{ 0, "EUR", "100.10", NULL },
	{ 50, "EUR ", "-0.10", NULL },
	{ 100, "USD", "7", NULL },
	{ 150, NULL, "0.01", NULL },
	{ 200, "USD", NULL, "99999999999999.99" },
	{ 250, "USD", NULL, "words" },
	{ 300, "USD", NULL, NULL },
};

static int fake_open(struct wh_conn *c, struct wh_error *error)
{
	(void)c;
	(void)error;
	return WH_OK;
}

static void fake_close(struct wh_conn *c)
{
	(void)c;
}

static int fake_controls(struct wh_conn *c, struct wh_controls *out, struct wh_error *error)
{
	(void)c;
	(void)error;
	wh_control_add(out,
		&(struct wh_control){ .rule = "trailer",
			.subject = "X\xff",
			.expected = "7",
			.actual = "7" });
	return WH_OK;
}

/* Two pieces: a row goes by its place. */
static int fake_split(struct wh_conn *c, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error)
{
	(void)c;
	(void)hint;
	(void)error;
	for (int64_t i = 0; i < 2; i++)
		*wh_push(out->arena, &out->items, &out->count) = (struct wh_unit){ .rows = rows,
			.number = i,
			.range = WH_RANGE_PAGE,
			.first = i ? 3 : INT64_MIN,
			.last = i ? INT64_MAX : 3 };
	return WH_OK;
}

static int fake_seek(struct wh_conn *c, const struct wh_unit *unit, struct wh_error *error)
{
	const struct wh_unit **state = c->state;
	*state = unit;
	(void)error;
	return WH_OK;
}

static void put_text(struct wh_batch *b, size_t column, const char *text)
{
	if (text)
		wh_batch_bytes(b, column, text, strlen(text));
	else
		wh_batch_null(b, column);
}

static int fake_read(struct wh_conn *c, struct wh_batch *out, struct wh_error *error)
{
	const struct wh_unit *unit = *(const struct wh_unit **)c->state;
	(void)error;
	for (int64_t i = 0; i < (int64_t)COUNT(entries); i++) {
		const struct entry *e = &entries[i];
		if (i < unit->first || i >= unit->last)
			continue;
		wh_batch_word(out, 0, e->record);
		put_text(out, 1, e->currency);
		if (e->stray)
			wh_batch_stray(out, 2, WH_STRAY_RANGE, e->stray, strlen(e->stray));
		else
			put_text(out, 2, e->amount);
		wh_batch_row(out);
	}
	return WH_DONE;
}

static const struct wh_codec no_codec;
static const struct wh_connector fake = { .scheme = "fake",
	.state_size = sizeof(const struct wh_unit *),
	.codec = &no_codec,
	.open = fake_open,
	.close = fake_close,
	.controls = fake_controls,
	.split = fake_split,
	.seek = fake_seek,
	.read = fake_read };

/* ---- a migration ---- */

static struct wh_table table = { .name = "ENTRIES", .kind = "table", .currency = "CUR" };
static struct wh_field from[3], to[3];
static struct wh_plan_table planned = { .source = &table, .name = "entries", .number = 0 };
static struct wh_settings settings;
static struct wh_progress progress;
static struct wh_migration m;
static struct wh_error error;
static char folder[64], file[96];

static void must(int rc)
{
	if (rc != WH_OK)
		fail_msg("%d: %s", rc, error.text);
}

static struct wh_field field(const char *name, enum wh_kind kind, int precision, int scale)
{
	const struct wh_type type = { .kind = kind, .precision = precision, .scale = scale };
	return (struct wh_field){ .name = name, .type = type, .wire = type };
}

static void plan(void)
{
	from[0] = field(WH_CODEC_RECORD, WH_INT64, 0, 0);
	from[1] = field("CUR", WH_TEXT, 0, 0);
	from[2] = field("AMT", WH_DECIMAL, 12, 2);
	memcpy(to, from, sizeof to);
	to[1].name = "currency";
	to[2].name = "amount";
	planned.from = (struct wh_rowset){ .table = "ENTRIES", .fields = from, .nfields = 3 };
	planned.to = (struct wh_rowset){ .table = "entries", .fields = to, .nfields = 3 };
	m.plan = (struct wh_plan){ .arena = &m.arena, .tables = &planned, .ntables = 1 };
}

static void run_sql(const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sqlite3_errmsg(db), sql);
	sqlite3_close(db);
}

/* What could not go is in the quarantine, and its amount counts where it is a number. */
static void fill_journal(void)
{
	const struct wh_journal_table t = {
		.source = "ENTRIES",
		.target = "entries",
		.state = "verified",
		.proof = "exact",
		.tally = { .read = { .rows = 7 }, .written = { .rows = 5 }, .quarantined = { .rows = 2 } }
	};
	const struct wh_journal_quarantine rows[] = {
		{ .source = "ENTRIES",
			.values = "{\"record_id\":\"200\",\"CUR\":\"USD\",\"AMT\":\"99999999999999.99\"}" },
		{ .source = "ENTRIES",
			.values = "{\"record_id\":\"250\",\"CUR\":\"USD\",\"AMT\":\"words\"}" },
	};
	must(wh_journal_tables_put(m.journal, &t, 1, &error));
	must(wh_journal_quarantine_put(m.journal, rows, COUNT(rows), &error));
}

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/whimbrel-reconcile-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof file, "%s/target.db", folder);
	wh_settings_init(&settings);
	m = (struct wh_migration){ .settings = &settings,
		.progress = &progress,
		.source_kind = &fake,
		.workers = 2,
		.claim.migration = "00112233445566778899aabbccddeeff" };
	settings.target.url = (struct wh_url){ .scheme = "sqlite", .path = file };
	must(wh_connector_find("sqlite", &m.target_kind, &error));
	must(wh_journal_open(folder, true, &m.journal, &error));
	plan();
	run_sql("CREATE TABLE entries(record_id INTEGER, currency TEXT, amount NUMERIC(12,2));"
			"INSERT INTO entries VALUES(0, 'EUR', 100.1), (50, 'EUR ', -0.1), (100, 'USD', 7),"
			" (150, NULL, 0.01), (300, 'USD', NULL)");
	fill_journal();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char path[128];
	wh_migration_close(&m);
	wh_settings_free(&settings);
	snprintf(path, sizeof path, "%s/journal.db", folder);
	unlink(path);
	unlink(file);
	return rmdir(folder);
}

static const struct wh_control *found(const struct wh_controls *c, const char *subject,
	const char *unit)
{
	for (size_t i = 0; i < c->count; i++)
		if (wh_equal(c->items[i].subject, subject) && wh_equal(c->items[i].unit, unit))
			return &c->items[i];
	fail_msg("no control of %s, %s", subject, unit ? unit : "no unit");
	return NULL;
}

static void check_figure(const struct wh_controls *c, const char *subject, const char *unit,
	const char *figure)
{
	const struct wh_control *one = found(c, subject, unit);
	check_text(subject, one->expected, figure);
	check_text(subject, one->actual, figure);
	check(subject, one->held);
}

static void test_by_currency(void **state)
{
	(void)state;
	struct wh_controls c = { 0 };
	must(wh_reconcile(&m, &error));
	must(wh_journal_controls(m.journal, &c, &error));
	assert_int_equal(wh_controls_failed(&c), 0);
	check_figure(&c, "X\xff", NULL, "7");
	check_figure(&c, "entries", NULL, "7");
	check_figure(&c, "entries.amount", "EUR", "100.00");
	check_figure(&c, "entries.amount, below 0", "EUR", "-0.10");
	check_figure(&c, "entries.amount", "USD", "100000000000006.99");
	check_figure(&c, "entries.amount", NULL, "0.01");
	assert_int_equal(c.count, 6); /* and none of the record's place */
	assert_string_equal(c.items[0].rule, "trailer");
	wh_controls_free(&c);
	run_sql("CREATE TABLE seen AS SELECT * FROM whimbrel_reconciliation WHERE result = 'held';"
			"CREATE TABLE one(n CHECK(n = 6)); INSERT INTO one SELECT count(*) FROM seen");
}

static void test_what_differs(void **state)
{
	(void)state;
	struct wh_controls c = { 0 };
	run_sql("UPDATE entries SET currency = 'GBP' WHERE currency = 'USD'");
	must(wh_reconcile(&m, &error));
	must(wh_journal_controls(m.journal, &c, &error));
	assert_int_equal(wh_controls_failed(&c), 2);
	check_text("USD", found(&c, "entries.amount", "USD")->actual, "99999999999999.99");
	check_text("GBP", found(&c, "entries.amount", "GBP")->expected, "0.00");
	check_text("GBP", found(&c, "entries.amount", "GBP")->actual, "7.00");
	wh_controls_free(&c);
}

static void test_many_currencies(void **state)
{
	(void)state;
	struct wh_controls c = { 0 };
	run_sql("WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 2000)"
			" INSERT INTO entries SELECT i, 'C' || i, 1 FROM i");
	must(wh_reconcile(&m, &error));
	must(wh_journal_controls(m.journal, &c, &error));
	assert_int_equal(c.count, 3);
	check_text("rows", c.items[1].actual, "2007");
	check_text("totals", c.items[2].rule, "control total");
	check_text("totals", c.items[2].actual, "not known: more than 1000 different values");
	assert_int_equal(wh_controls_failed(&c), 2);
	wh_controls_free(&c);
}

static void test_not_wanted(void **state)
{
	(void)state;
	struct wh_controls c = { 0 };
	must(wh_reconcile(&m, &error));
	settings.reconcile = WH_RECONCILE_NO;
	must(wh_reconcile(&m, &error));
	must(wh_journal_controls(m.journal, &c, &error));
	assert_int_equal(c.count + c.nrules, 0);
	wh_controls_free(&c);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = { TEST(test_by_currency), TEST(test_what_differs),
		TEST(test_many_currencies), TEST(test_not_wanted) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
