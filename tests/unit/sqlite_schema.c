#include "check.h"
#include "base/text.h"
#include "connectors/sqlite/sqlite.h"

static const char whole[] =
	"CREATE TABLE IF NOT EXISTS main.\"or\"\"ders\" ( -- the shop's\n"
	"  [a b] INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"  name VARCHAR(20) COLLATE NOCASE NOT NULL ON CONFLICT REPLACE DEFAULT 'x)''y',\n"
	"  `c``d` double precision DEFAULT -5 CHECK (`c``d` > (1 + 2)) UNIQUE,\n"
	"  total AS (price * qty) STORED, /* , ) */\n"
	"  label text GENERATED ALWAYS AS (upper(name || ',')) VIRTUAL,\n"
	"  pid int CONSTRAINT fk_p REFERENCES parent (id) ON DELETE SET NULL ON UPDATE NO ACTION\n"
	"    MATCH FULL DEFERRABLE INITIALLY DEFERRED,\n"
	"  q int REFERENCES parent NOT DEFERRABLE,\n"
	"  anything,\n"
	"  CONSTRAINT \"my key\" UNIQUE (name COLLATE BINARY DESC, pid),\n"
	"  CONSTRAINT positive CHECK (pid > 0 AND ')' <> '(') CHECK (q IN (1, 2))\n"
	"  FOREIGN KEY (pid, q) REFERENCES two (x, y) ON DELETE CASCADE DEFERRABLE\n"
	") STRICT, WITHOUT ROWID";

static struct wh_arena arena;

static int forget(void **state)
{
	(void)state;
	wh_arena_free(&arena);
	return 0;
}

static void a_table_with_everything(void **state)
{
	(void)state;
	struct sqlite_ddl d;
	static const struct {
		const char *name, *type, *collation, *generated;
	} columns[] = {
		{ "a b", "INTEGER" },
		{ "name", "VARCHAR(20)", "NOCASE" },
		{ "c`d", "double precision" },
		{ "total", NULL, NULL, "price * qty" },
		{ "label", "text", NULL, "upper(name || ',')" },
		{ "pid", "int" },
		{ "q", "int" },
		{ "anything" },
	};
	assert_true(wh_sqlite_ddl_read(&arena, whole, &d));
	assert_int_equal(d.ncolumns, COUNT(columns));
	for (size_t i = 0; i < COUNT(columns); i++) {
		check(columns[i].name, wh_equal(d.columns[i].name, columns[i].name));
		check(columns[i].name, wh_equal(d.columns[i].type, columns[i].type));
		check(columns[i].name, wh_equal(d.columns[i].collation, columns[i].collation));
		check(columns[i].name, wh_equal(d.columns[i].generated, columns[i].generated));
	}
	assert_true(d.columns[3].generated_stored && !d.columns[4].generated_stored);
	assert_true(d.autoincrement && d.conflicts);
	assert_string_equal(d.options, "STRICT, WITHOUT ROWID");
}

static void its_constraints(void **state)
{
	(void)state;
	struct sqlite_ddl d;
	assert_true(wh_sqlite_ddl_read(&arena, whole, &d));
	assert_int_equal(d.nchecks, 3);
	check_text("unnamed", d.checks[0].text, "`c``d` > (1 + 2)");
	assert_null(d.checks[0].name);
	check_text("named", d.checks[1].name, "positive");
	check_text("named", d.checks[1].text, "pid > 0 AND ')' <> '('");
	check_text("without a comma before it", d.checks[2].text, "q IN (1, 2)");
	assert_int_equal(d.nkeys, 3);
	assert_true(d.keys[0].primary && d.keys[0].ncolumns == 1);
	check_text("of a column", d.keys[1].columns[0], "c`d");
	check_text("of the table", d.keys[2].name, "my key");
	assert_int_equal(d.keys[2].ncolumns, 2);
	check_text("of the table", d.keys[2].columns[1], "pid");
	assert_int_equal(d.nreferences, 3);
	check_text("reference", d.references[0].name, "fk_p");
	assert_true(d.references[0].deferrable && d.references[0].deferred);
	assert_false(d.references[1].deferrable);
	assert_true(d.references[2].deferrable && !d.references[2].deferred);
}

static void a_table_gets_another_name(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "CREATE TABLE t(a)", "CREATE TABLE \"n\"\"n\" (a)" },
		{ "CREATE TABLE [t t] (a, b)", "CREATE TABLE \"n\"\"n\" (a, b)" },
		{ "create temp table main . 't' /* x */ (a)",
			"create temp table main . \"n\"\"n\" /* x */ (a)" },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		check_text(cases[i][0], wh_sqlite_ddl_renamed(&arena, cases[i][0], "n\"n"), cases[i][1]);
	assert_null(wh_sqlite_ddl_renamed(&arena, "CREATE VIEW v AS SELECT 1", "n"));
}

static void what_is_not_understood(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "   ", "CREATE", "CREATE TABLE", "CREATE TABLE t",
		"CREATE TABLE t(", "CREATE TABLE t(a", "CREATE TABLE t(a,", "CREATE TABLE t(a 'b)",
		"CREATE TABLE t(a \"b)", "CREATE TABLE t(a /* )", "CREATE TABLE t(a CHECK (b)",
		"CREATE TABLE t(a CHECK b)", "CREATE TABLE t(5)", "CREATE TABLE t(CHECK (a), b)",
		"CREATE TABLE t(a REFERENCES)", "CREATE TABLE t(a, PRIMARY KEY (a)",
		"CREATE TABLE t(a DEFAULT (1)", "CREATE TABLE t(a NOT)", "CREATE TABLE t(a PRIMARY)",
		"CREATE TABLE t AS SELECT 1", "x'", "[", "`" };
	struct sqlite_ddl d;
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], !wh_sqlite_ddl_read(&arena, bad[i], &d));
}

static void indexes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *parts[3], *where;
	} cases[] = {
		{ "CREATE INDEX i ON t(a)", { "a" } },
		{ "CREATE UNIQUE INDEX i ON t (a COLLATE nocase DESC, lower(b || ',') asc, \"c d\")",
			{ "a", "lower(b || ',')", "\"c d\"" } },
		{ "CREATE INDEX i ON t(a+b) WHERE a IN (1, 2) AND b <> ')'", { "a+b" },
			"a IN (1, 2) AND b <> ')'" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char **parts, *where;
		size_t n;
		check(cases[i].text, wh_sqlite_index_read(&arena, cases[i].text, &parts, &n, &where));
		for (size_t k = 0; k < n; k++)
			check(cases[i].text, k < 3 && wh_equal(parts[k], cases[i].parts[k]));
		check(cases[i].text, n == 3 || !cases[i].parts[n]);
		check(cases[i].text, wh_equal(where, cases[i].where));
	}
}

static void declared_types(void **state)
{
	(void)state;
	static const struct {
		const char *declared;
		enum wh_kind kind;
		int32_t precision, scale;
		int64_t length;
	} cases[] = {
		{ "INTEGER", WH_INT64, 64 },
		{ "bigint", WH_INT64, 64 },
		{ "smallint", WH_INT64, 16 },
		{ "smallint unsigned", WH_INT64, 64 },
		{ "short integer", WH_INT64, 64 },
		{ "BOOLEAN", WH_BOOL },
		{ "NUMERIC(10,2)", WH_DECIMAL, 10, 2 },
		{ "decimal ( 20 , 6 )", WH_DECIMAL, 20, 6 },
		{ "numeric(5000000000,1)", WH_DECIMAL },
		{ "NVARCHAR(160)", WH_TEXT, 0, 0, 160 },
		{ "text", WH_TEXT },
		{ "CLOB", WH_TEXT },
		{ "double precision", WH_FLOAT64 },
		{ "float", WH_FLOAT64 },
		{ "BLOB", WH_BYTES },
		{ "VARBINARY(9)", WH_BYTES },
		{ "DATE", WH_DATE },
		{ "datetime", WH_TIMESTAMP, 6 },
		{ "TIMESTAMP WITH TIME ZONE", WH_TIMESTAMPTZ, 6 },
		{ "time", WH_TIME, 6 },
		{ "JSON", WH_JSON },
		{ "uuid", WH_UUID },
		{ "intege", WH_INT64, 64 },
		{ "STRING", WH_NO_KIND },
		{ "", WH_NO_KIND },
		{ "UNSIGNED64_BLOB", WH_UINT64, 64 },
		{ "DECIMAL_TEXT(30,10)", WH_DECIMAL, 30, 10 },
		{ "BIT_TEXT(10)", WH_BITS, 0, 0, 10 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_type t;
		wh_sqlite_type_declared(cases[i].declared, &arena, &t);
		check(cases[i].declared, t.kind == cases[i].kind);
		check(cases[i].declared, t.precision == cases[i].precision && t.scale == cases[i].scale);
		check(cases[i].declared, t.length == cases[i].length);
		check_text(cases[i].declared, t.native, cases[i].declared);
	}
}

/* What fit() declares must keep the values as they are bound. */
static void affinities(void **state)
{
	(void)state;
	static const struct {
		const char *declared;
		enum sqlite_affinity affinity;
	} cases[] = {
		{ "INTEGER", SQLITE_AS_INTEGER },
		{ "CHARINT", SQLITE_AS_INTEGER },
		{ "UNSIGNED64_BLOB", SQLITE_AS_BLOB },
		{ "DECIMAL_TEXT(30,10)", SQLITE_AS_TEXT },
		{ "JSON_TEXT", SQLITE_AS_TEXT },
		{ "UUID_TEXT", SQLITE_AS_TEXT },
		{ "DURATION_TEXT", SQLITE_AS_TEXT },
		{ "BIT_TEXT(3)", SQLITE_AS_TEXT },
		{ "GEOMETRY_BLOB", SQLITE_AS_BLOB },
		{ "DOUBLE", SQLITE_AS_REAL },
		{ "REAL", SQLITE_AS_REAL },
		{ "NUMERIC(10,2)", SQLITE_AS_NUMERIC },
		{ "TIMESTAMPTZ", SQLITE_AS_NUMERIC },
		{ "DATETIME", SQLITE_AS_NUMERIC },
		{ "", SQLITE_AS_BLOB },
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].declared, wh_sqlite_affinity_of(cases[i].declared) == cases[i].affinity);
}

static void moments(void **state)
{
	(void)state;
	int64_t usec;
	assert_true(wh_sqlite_moment_integer(SQLITE_SECONDS, 946684800, &usec));
	assert_int_equal(usec, 0);
	assert_true(wh_sqlite_moment_integer(SQLITE_MILLISECONDS, 946684800250, &usec));
	assert_int_equal(usec, 250000);
	assert_true(wh_sqlite_moment_real(SQLITE_JULIAN, 2451545.0, &usec));
	assert_int_equal(usec, INT64_C(43200000000));
	assert_true(wh_sqlite_moment_integer(SQLITE_JULIAN, 2451545, &usec));
	assert_false(wh_sqlite_moment_integer(SQLITE_ISO, 1, &usec));
	assert_false(wh_sqlite_moment_integer(SQLITE_SECONDS, INT64_MAX, &usec));
	assert_false(wh_sqlite_moment_real(SQLITE_SECONDS, 1e300, &usec));
	assert_true(wh_sqlite_text_zoned("2024-01-01 10:00:00+02", 22));
	assert_true(wh_sqlite_text_zoned("2024-01-01T10:00:00Z", 20));
	assert_false(wh_sqlite_text_zoned("2024-01-01 10:00:00", 19));
	assert_false(wh_sqlite_text_zoned("2024-01-01", 10));
}

static void forms_stand_behind_the_type(void **state)
{
	(void)state;
	struct wh_type t = { .native = "DATETIME (unix seconds)" };
	assert_int_equal(wh_sqlite_form_of(&t), SQLITE_SECONDS);
	check_text("bare", wh_sqlite_type_bare(&arena, t.native), "DATETIME");
	t.native = "VARCHAR(20)";
	assert_int_equal(wh_sqlite_form_of(&t), SQLITE_ISO);
	check_text("bare", wh_sqlite_type_bare(&arena, t.native), "VARCHAR(20)");
}

static void fits(void **state)
{
	(void)state;
	static const struct {
		struct wh_type type;
		const char *wanted, *native;
		enum wh_kind wire;
	} cases[] = {
		{ { WH_DECIMAL, 15, 2 }, NULL, "NUMERIC(15,2)", WH_DECIMAL },
		{ { WH_DECIMAL, 16, 2 }, NULL, "DECIMAL_TEXT(16,2)", WH_DECIMAL },
		{ { WH_DECIMAL }, NULL, "DECIMAL_TEXT", WH_DECIMAL },
		{ { WH_UINT64, 64 }, NULL, "UNSIGNED64_BLOB", WH_UINT64 },
		{ { WH_TEXT, .length = 20 }, NULL, "VARCHAR(20)", WH_TEXT },
		{ { WH_NATIVE, .native = "inet" }, NULL, "TEXT", WH_TEXT },
		{ { WH_JSON }, NULL, "JSON_TEXT", WH_JSON },
		{ { WH_INT64, 64 }, "TEXT", "TEXT", WH_TEXT },
		{ { WH_INT64, 64 }, "NUMERIC(14,2)", "NUMERIC(14,2)", WH_INT64 },
		{ { WH_TEXT }, "INTEGER", NULL, WH_NO_KIND },
		{ { WH_INT64, 64 }, "DOUBLE", NULL, WH_NO_KIND },
		{ { WH_INT64, 64 }, "INTEGER); DROP TABLE x; --", NULL, WH_NO_KIND },
		{ { WH_INT64, 64 }, "INTEGER PRIMARY KEY", NULL, WH_NO_KIND },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_column column = { .name = "c", .type = cases[i].type };
		struct wh_fit_request request = { .arena = &arena,
			.engine = "postgresql",
			.column = &column,
			.wanted = cases[i].wanted };
		struct wh_fit fit;
		struct wh_error error = { 0 };
		const char *name = cases[i].wanted ? cases[i].wanted : cases[i].native;
		int rc = wh_sqlite_fit(&request, &fit, &error);
		check(name, rc == (cases[i].native ? WH_OK : WH_CONFIG));
		check(name,
			rc != WH_OK ||
				(wh_equal(fit.native, cases[i].native) && fit.wire.kind == cases[i].wire));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_with_everything),
		cmocka_unit_test(its_constraints),
		cmocka_unit_test(a_table_gets_another_name),
		cmocka_unit_test(what_is_not_understood),
		cmocka_unit_test(indexes),
		cmocka_unit_test(declared_types),
		cmocka_unit_test(affinities),
		cmocka_unit_test(moments),
		cmocka_unit_test(forms_stand_behind_the_type),
		cmocka_unit_test(fits),
	};
	return cmocka_run_group_tests_name("sqlite_schema", tests, NULL, forget);
}
