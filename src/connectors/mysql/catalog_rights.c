/* Describe: what this user may not see, and who has rights on the database. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

/* The server hides these from a user without the privilege, instead of refusing. */
static const struct {
	const char *privilege, *hidden;
} needs[] = {
	{ "TRIGGER", "triggers" },
	{ "EVENT", "events" },
	{ "SHOW VIEW", "definitions of views" },
	{ "EXECUTE", "functions and procedures" },
};
#define NEEDS (sizeof needs / sizeof *needs)

static bool on_database(const char *grant, const char *database)
{
	const char *on = strstr(grant, " ON ");
	if (!on || wh_starts(on, " ON *.*"))
		return on;
	if (on[4] != '`')
		return false;
	const char *at = on + 5;
	for (; *at && *at != '`' && *at != '%'; at++, database++) {
		at += *at == '\\' && at[1];
		if (*at != *database && *at != '_')
			return false;
	}
	return (*at == '%' || !*database) && strstr(at, "`.* TO ");
}

static bool names_privilege(const char *grant, const char *privilege)
{
	const char *on = strstr(grant, " ON "), *at = strstr(grant, privilege);
	return wh_starts(grant, "GRANT ALL PRIVILEGES") || (at && at < on);
}

static int find_hidden(struct wh_mysql_describe *d)
{
	WH_MYSQL_RESULT res = NULL;
	bool held[NEEDS] = { false };
	int rc = wh_mysql_rows(d->s->link, "SHOW GRANTS", &res, d->error);
	for (MYSQL_ROW row = NULL; rc == WH_OK && (row = mysql_fetch_row(res));)
		for (size_t i = 0; row[0] && i < NEEDS; i++)
			held[i] = held[i] ||
				(on_database(row[0], d->catalog->database) &&
					names_privilege(row[0], needs[i].privilege));
	for (size_t i = 0; rc == WH_OK && i < NEEDS; i++)
		if (!held[i])
			wh_findings_add(&d->catalog->findings, "privilege-missing", WH_WARNING, WH_MANUAL,
				needs[i].privilege,
				"this user has no %s privilege on \"%s\", so %s may be hidden "
				"from it and would not be moved: grant it, or be sure that there are none",
				needs[i].privilege, d->catalog->database, needs[i].hidden);
	return rc;
}

/* A role has no host, and is no role where it is given an empty one. */
static const char *account_of(struct wh_mysql_describe *d, const char *grantee)
{
	size_t n = strlen(grantee);
	bool role = n > 3 && !strcmp(grantee + n - 3, "@''");
	return wh_arena_bytes(d->arena, grantee, role ? n - 3 : n);
}

/* 0 grantee, 1 privileges, 2 "YES": may hand them on, 3 kind of object, 4 its name; NULL: all */
static int take_grant(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_buffer sql = { 0 };
	if (!row[0] || !row[1] || !row[3] || (row[4] && wh_starts(row[4], "whimbrel_")))
		return WH_OK;
	const char *account = account_of(d, row[0]);
	wh_buffer_format(&sql, "GRANT %s ON %s%s", row[1], row[3], *row[3] ? " " : "");
	if (row[4])
		wh_mysql_name(&sql, row[4]);
	else
		wh_buffer_char(&sql, '*');
	wh_buffer_format(&sql, " TO %s%s", account,
		wh_equal(row[2], "YES") ? " WITH GRANT OPTION" : "");
	const char *table = wh_equal(row[3], "TABLE") ? row[4] : NULL;
	wh_mysql_add_object(d, "grant", account, table, NULL)->definition = wh_arena_text(d->arena,
		wh_buffer_string(&sql));
	wh_buffer_free(&sql);
	return WH_OK;
}

/* What the URL's own user may do here, the one of the target's URL may do there. */
#define OTHERS " AND GRANTEE <> CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"
#define LIST "GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', '), IS_GRANTABLE, "
#define COLUMNS \
	"GROUP_CONCAT(PRIVILEGE_TYPE, ' (`', REPLACE(COLUMN_NAME, '`', '``'), '`)' " \
	"ORDER BY COLUMN_NAME, PRIVILEGE_TYPE SEPARATOR ', '), IS_GRANTABLE, "
#define ROUTINE \
	"SELECT CONCAT('''', User, '''@''', Host, ''''), IF(Proc_priv LIKE '%Alter Routine%', " \
	"IF(Proc_priv LIKE '%Execute%', 'ALTER ROUTINE, EXECUTE', 'ALTER ROUTINE'), 'EXECUTE'), " \
	"IF(Proc_priv LIKE '%Grant%', 'YES', 'NO'), Routine_type, Routine_name FROM mysql.procs_priv"

static const struct {
	const char *select, *schema, *rest;
} rights[] = {
	{ "SELECT GRANTEE, " LIST "'', NULL FROM information_schema.SCHEMA_PRIVILEGES", "TABLE_SCHEMA",
		OTHERS " GROUP BY GRANTEE, IS_GRANTABLE ORDER BY GRANTEE" },
	{ "SELECT GRANTEE, " LIST "'TABLE', TABLE_NAME FROM information_schema.TABLE_PRIVILEGES",
		"TABLE_SCHEMA", OTHERS " GROUP BY GRANTEE, TABLE_NAME, IS_GRANTABLE" },
	{ "SELECT GRANTEE, " COLUMNS "'TABLE', TABLE_NAME FROM information_schema.COLUMN_PRIVILEGES",
		"TABLE_SCHEMA", OTHERS " GROUP BY GRANTEE, TABLE_NAME, IS_GRANTABLE" },
	{ ROUTINE, "Db", " AND CONCAT(User, '@', Host) <> CURRENT_USER()" },
};

/* Rights on routines stand in a table of the server's own, which not everybody may read. */
static int unread(struct wh_mysql_describe *d, int rc)
{
	if (rc == WH_OK || rc == WH_RETRY)
		return rc;
	wh_findings_add(&d->catalog->findings, "not-readable", WH_INFO, WH_MANUAL, "grants on routines",
		"rights on single routines are not shown to this user: %s", d->error->text);
	wh_error_clear(d->error);
	return WH_OK;
}

int wh_mysql_describe_rights(struct wh_mysql_describe *d)
{
	int rc = d->conn->side == WH_TARGET ? WH_OK : find_hidden(d);
	bool wanted = rc == WH_OK && d->conn->side != WH_TARGET;
	for (size_t i = 0; wanted && rc == WH_OK && i < sizeof rights / sizeof *rights; i++) {
		wh_mysql_ask(d, rights[i].select, rights[i].schema, rights[i].rest);
		rc = unread(d, wh_mysql_for_each(d, take_grant));
	}
	return rc;
}
