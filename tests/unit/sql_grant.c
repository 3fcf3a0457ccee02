#include "check.h"
#include "sql/grant.h"

static const char *words[4];
static const char *columns[2];
static struct wh_arena arena;

static struct wh_grant made(const struct wh_access *access, const struct wh_dialect *from,
	const struct wh_dialect *to)
{
	struct wh_grant out;
	struct wh_grant_place at = { .from = from,
		.to = to,
		.database = "new",
		.schema = to == &wh_dialect_postgresql ? "public" : NULL,
		.name = "orders" };
	wh_sql_grant(access, &at, &arena, &out);
	return out;
}

#define PG &wh_dialect_postgresql
#define MY &wh_dialect_mysql
#define LITE &wh_dialect_sqlite

static struct wh_access access_of(enum wh_access_kind kind, const char *first, const char *second)
{
	words[0] = first;
	words[1] = second;
	return (struct wh_access){ .kind = kind,
		.account = "o'neil",
		.login = true,
		.schema = "public",
		.name = "orders",
		.object = "table",
		.privileges = words,
		.nprivileges = second ? 2
			: first           ? 1
							  : 0 };
}

static void accounts_have_no_password(void **state)
{
	struct wh_access a = access_of(WH_ACCESS_ACCOUNT, "CREATEDB", NULL);
	(void)state;
	assert_string_equal(made(&a, PG, PG).statement, "CREATE ROLE \"o'neil\" LOGIN CREATEDB");
	struct wh_grant g = made(&a, PG, MY);
	assert_string_equal(g.statement, "CREATE USER 'o''neil'@'%' ACCOUNT LOCK");
	assert_non_null(strstr(g.note, "passwords are not moved"));
	assert_non_null(strstr(g.note, "CREATEDB on the source"));
	a.host = "10.0.0.%";
	a.nprivileges = 0;
	assert_string_equal(made(&a, MY, MY).statement,
		"CREATE USER 'o''neil'@'10.0.0.%' ACCOUNT LOCK");
	g = made(&a, MY, PG);
	assert_string_equal(g.statement, "CREATE ROLE \"o'neil\" LOGIN");
	assert_non_null(strstr(g.note, "pg_hba.conf"));
	a.host = NULL;
	a.login = false;
	assert_string_equal(made(&a, MY, MY).statement, "CREATE ROLE 'o''neil'");
	assert_string_equal(made(&a, MY, PG).statement, "CREATE ROLE \"o'neil\" NOLOGIN");
	a.account = "";
	assert_null(made(&a, MY, PG).statement);
	wh_arena_free(&arena);
}

static void rights_on_a_table(void **state)
{
	struct wh_access a = access_of(WH_ACCESS_TABLE, "SELECT", "TRUNCATE");
	(void)state;
	assert_string_equal(made(&a, PG, PG).statement,
		"GRANT SELECT, TRUNCATE ON TABLE \"public\".\"orders\" TO \"o'neil\"");
	assert_string_equal(made(&a, PG, MY).statement,
		"GRANT SELECT, DROP ON `new`.`orders` TO 'o''neil'@'%'");
	a = access_of(WH_ACCESS_TABLE, "SELECT", "ALTER");
	a.host = "%";
	a.grantable = true;
	struct wh_grant g = made(&a, MY, PG);
	assert_string_equal(g.statement,
		"GRANT SELECT ON TABLE \"public\".\"orders\" TO \"o'neil\" WITH GRANT OPTION;\n"
		"GRANT USAGE ON SCHEMA \"public\" TO \"o'neil\"");
	assert_string_equal(g.note, "ALTER: on the target these are its owner's alone");
	a = access_of(WH_ACCESS_COLUMNS, "UPDATE", NULL);
	a.columns = columns;
	columns[0] = "a";
	columns[1] = "b";
	a.ncolumns = 2;
	assert_string_equal(made(&a, PG, MY).statement,
		"GRANT UPDATE (`a`, `b`) ON `new`.`orders` TO 'o''neil'@'%'");
	wh_arena_free(&arena);
}

static void rights_on_a_database(void **state)
{
	struct wh_access a = access_of(WH_ACCESS_DATABASE, "EXECUTE", "SELECT");
	(void)state;
	assert_string_equal(made(&a, MY, PG).statement,
		"GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"o'neil\";\n"
		"ALTER DEFAULT PRIVILEGES IN SCHEMA \"public\" GRANT SELECT ON TABLES TO \"o'neil\";\n"
		"GRANT EXECUTE ON ALL ROUTINES IN SCHEMA \"public\" TO \"o'neil\";\n"
		"ALTER DEFAULT PRIVILEGES IN SCHEMA \"public\" GRANT EXECUTE ON ROUTINES TO \"o'neil\";\n"
		"GRANT USAGE ON SCHEMA \"public\" TO \"o'neil\"");
	a = access_of(WH_ACCESS_DATABASE, "CONNECT", NULL);
	struct wh_grant g = made(&a, PG, MY);
	assert_null(g.statement);
	assert_int_equal(g.effort, WH_AUTOMATIC);
	a = access_of(WH_ACCESS_DATABASE, "CREATE", "CREATE TEMPORARY TABLES");
	assert_string_equal(made(&a, MY, MY).statement,
		"GRANT CREATE, CREATE TEMPORARY TABLES ON `new`.* TO 'o''neil'@'%'");
	assert_non_null(strstr(made(&a, MY, PG).statement, "GRANT TEMPORARY ON DATABASE \"new\""));
	a = access_of(WH_ACCESS_DATABASE, "EVENT", NULL);
	g = made(&a, MY, PG);
	assert_null(g.statement);
	assert_int_equal(g.effort, WH_MANUAL);
	assert_string_equal(g.note, "EVENT: the target has nothing like it");
	wh_arena_free(&arena);
}

static void what_has_no_statement_says_why(void **state)
{
	struct wh_access a = access_of(WH_ACCESS_TABLE, "SELECT", NULL);
	struct wh_grant_place nowhere = { .from = PG, .to = MY, .database = "new" };
	struct wh_grant g;
	(void)state;
	assert_null(made(&a, PG, LITE).statement);
	assert_non_null(strstr(made(&a, PG, LITE).note, "SQLite has no accounts"));
	assert_int_equal(made(&a, PG, LITE).effort, WH_MANUAL);
	wh_sql_grant(&a, &nowhere, &arena, &g);
	assert_null(g.statement);
	assert_string_equal(g.note, "the table is not carried to the target");
	a.account = "PUBLIC";
	a.everyone = true;
	assert_null(made(&a, PG, MY).statement);
	assert_string_equal(made(&a, PG, PG).statement,
		"GRANT SELECT ON TABLE \"public\".\"orders\" TO PUBLIC");
	a = access_of(WH_ACCESS_SERVER, "SELECT", "SUPER");
	assert_null(made(&a, MY, PG).statement);
	assert_string_equal(made(&a, MY, MY).statement, "GRANT SELECT, SUPER ON *.* TO 'o''neil'@'%'");
	wh_arena_free(&arena);
}

static void owners_members_and_sequences(void **state)
{
	struct wh_access a = access_of(WH_ACCESS_OWNER, NULL, NULL);
	(void)state;
	assert_string_equal(made(&a, PG, PG).statement,
		"ALTER TABLE \"public\".\"orders\" OWNER TO \"o'neil\"");
	assert_string_equal(made(&a, PG, MY).statement,
		"GRANT ALL PRIVILEGES ON `new`.`orders` TO 'o''neil'@'%'");
	a = access_of(WH_ACCESS_MEMBER, NULL, NULL);
	a.name = "read";
	a.grantable = true;
	assert_string_equal(made(&a, PG, PG).statement,
		"GRANT \"read\" TO \"o'neil\" WITH ADMIN OPTION");
	assert_string_equal(made(&a, PG, MY).statement,
		"GRANT 'read' TO 'o''neil'@'%' WITH ADMIN OPTION");
	a = access_of(WH_ACCESS_SEQUENCE, "SELECT", "USAGE");
	assert_string_equal(made(&a, PG, PG).statement,
		"GRANT SELECT, USAGE ON SEQUENCE \"public\".\"orders\" TO \"o'neil\"");
	assert_string_equal(made(&a, PG, MY).statement,
		"GRANT SELECT, INSERT ON `new`.`orders` TO 'o''neil'@'%'");
	wh_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_have_no_password),
		cmocka_unit_test(rights_on_a_table),
		cmocka_unit_test(rights_on_a_database),
		cmocka_unit_test(what_has_no_statement_says_why),
		cmocka_unit_test(owners_members_and_sequences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
