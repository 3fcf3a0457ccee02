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

/* 0 grantee, 1 privileges, 2 table or null */
static int take_grant(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_buffer text = { 0 };
	if (!row[0] || !row[1] || (row[2] && wh_starts(row[2], "whimbrel_")))
		return WH_OK;
	wh_buffer_format(&text, "GRANT %s ON ", row[1]);
	wh_mysql_name(&text, d->catalog->database);
	wh_buffer_char(&text, '.');
	if (row[2])
		wh_mysql_name(&text, row[2]);
	else
		wh_buffer_char(&text, '*');
	wh_buffer_format(&text, " TO %s", row[0]);
	wh_findings_add(&d->catalog->findings, "grant-not-carried", WH_INFO, WH_MANUAL, row[0],
		"rights of accounts are not moved: %s", wh_buffer_string(&text));
	wh_buffer_free(&text);
	return WH_OK;
}

int wh_mysql_describe_rights(struct wh_mysql_describe *d)
{
	int rc = d->conn->side == WH_TARGET ? WH_OK : find_hidden(d);
	if (rc != WH_OK || d->conn->side == WH_TARGET)
		return rc;
	wh_mysql_ask(d,
		"SELECT GRANTEE, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE "
		"SEPARATOR ', '), NULL FROM information_schema.SCHEMA_PRIVILEGES",
		"TABLE_SCHEMA", " GROUP BY GRANTEE ORDER BY GRANTEE");
	rc = wh_mysql_for_each(d, take_grant);
	if (rc != WH_OK)
		return rc;
	wh_mysql_ask(d,
		"SELECT GRANTEE, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE "
		"SEPARATOR ', '), TABLE_NAME FROM information_schema.TABLE_PRIVILEGES",
		"TABLE_SCHEMA", " GROUP BY GRANTEE, TABLE_NAME ORDER BY GRANTEE, TABLE_NAME");
	return wh_mysql_for_each(d, take_grant);
}
