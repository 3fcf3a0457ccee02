/* Survey: accounts and roles that have to do with this database, and what they may do. Only names
 * are read of the tables where the passwords are. */
#include "connectors/mysql/survey.h"
#include "base/text.h"
#include <string.h>

/* 'user'@'host' as the server writes it: quotes inside are not doubled. A role has no host. */
static void take_grantee(struct wh_mysql_survey *v, struct wh_access *a, const char *grantee)
{
	const char *at = grantee, *host = NULL;
	while ((at = strstr(at, "'@'")))
		host = at++;
	size_t n = host ? (size_t)(host - grantee) - 1 : strlen(grantee);
	a->account = wh_arena_bytes(v->arena, grantee + (host ? 1 : 0), n);
	size_t rest = host ? strlen(host + 3) : 0;
	a->host = rest > 1 ? wh_arena_bytes(v->arena, host + 3, rest - 1) : NULL;
}

static bool is_of_the_server(const char *grantee)
{
	return wh_starts(grantee, "'mariadb.sys'@") || wh_starts(grantee, "'mysql.");
}

/* 0 kind, 1 grantee, 2 privileges, 3 grantable, 4 name, 5 object, 6 columns */
static void each_access(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	if (!row[0] || !row[1] || is_of_the_server(row[1]) ||
		(row[4] && wh_starts(row[4], "whimbrel_")))
		return;
	struct wh_access *a = wh_survey_access(v->out, wh_access_kind_named(row[0]), "", row[2]);
	take_grantee(v, a, row[1]);
	a->everyone = v->s->mariadb && !a->host && wh_equal(a->account, "PUBLIC");
	a->grantable = wh_equal(row[3], "YES");
	a->name = wh_arena_text(v->arena, row[4]);
	a->object = wh_arena_text(v->arena, row[5]);
	for (const char *at = row[6]; at && *at;) {
		size_t n = strcspn(at, "\x01");
		*wh_push(v->arena, &a->columns, &a->ncolumns) = wh_arena_bytes(v->arena, at, n);
		at += n + (at[n] ? 1 : 0);
	}
}

#define PRIVILEGES "GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ',')"

/* What the server shows of rights, to this account perhaps its own only. A right on a database may
 * be on a pattern of names. */
static const struct wh_mysql_look shown[] = {
	{ "rights on the server",
		"SELECT 'server', GRANTEE, " PRIVILEGES ", IS_GRANTABLE, NULL, 'server', NULL "
		"FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'USAGE' "
		"GROUP BY GRANTEE, IS_GRANTABLE",
		each_access },
	{ "rights on the database",
		"SELECT 'database', GRANTEE, " PRIVILEGES ", IS_GRANTABLE, TABLE_SCHEMA, 'database', NULL "
		"FROM information_schema.SCHEMA_PRIVILEGES WHERE DATABASE() LIKE TABLE_SCHEMA "
		"GROUP BY GRANTEE, IS_GRANTABLE, TABLE_SCHEMA",
		each_access },
	{ "rights on tables",
		"SELECT 'table', GRANTEE, " PRIVILEGES ", IS_GRANTABLE, TABLE_NAME, 'table', NULL "
		"FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() "
		"GROUP BY GRANTEE, IS_GRANTABLE, TABLE_NAME",
		each_access },
	{ "rights on columns",
		"SELECT 'columns', GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE, TABLE_NAME, 'table', "
		"GROUP_CONCAT(COLUMN_NAME ORDER BY COLUMN_NAME SEPARATOR '\\x01') "
		"FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() "
		"GROUP BY GRANTEE, IS_GRANTABLE, TABLE_NAME, PRIVILEGE_TYPE",
		each_access },
	{ NULL },
};

static const struct wh_mysql_look routines = { "rights on routines",
	"SELECT 'routine', CONCAT('\'', User, '\'@\'', Host, '\''), "
	"UPPER(REPLACE(REPLACE(Proc_priv, ',Grant', ''), 'Grant', '')), "
	"IF(FIND_IN_SET('Grant', Proc_priv), 'YES', 'NO'), Routine_name, LOWER(Routine_type), NULL "
	"FROM mysql.procs_priv WHERE Db = DATABASE()",
	each_access };

/* ---- roles ---- */

/* 0 user, 1 host, 2 role, 3 role's host, 4 with the right to hand it on */
static void each_member(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	struct wh_access *a = wh_push(v->arena, &v->members, &v->nmembers);
	*a = (struct wh_access){ .kind = WH_ACCESS_MEMBER,
		.account = wh_arena_text(v->arena, row[0]),
		.host = row[1] && *row[1] ? wh_arena_text(v->arena, row[1]) : NULL,
		.name = wh_arena_text(v->arena, row[2]),
		.object = "role",
		.grantable = wh_equal(row[4], "Y") };
}

static const struct wh_mysql_look members_mariadb = { "members of roles",
	"SELECT User, Host, Role, '', Admin_option FROM mysql.roles_mapping", each_member };
static const struct wh_mysql_look members_mysql = { "members of roles",
	"SELECT TO_USER, TO_HOST, FROM_USER, FROM_HOST, WITH_ADMIN_OPTION FROM mysql.role_edges",
	each_member };

static bool is_named(const struct wh_survey *s, const char *account)
{
	for (size_t i = 0; i < s->naccesses; i++)
		if (wh_equal(s->accesses[i].account, account))
			return true;
	return false;
}

/* Members of what is known to matter matter too, and so on. */
static void keep_members(struct wh_mysql_survey *v)
{
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < v->nmembers; i++) {
			struct wh_access *m = &v->members[i];
			if (m->kind != WH_ACCESS_MEMBER || !is_named(v->out, m->name))
				continue;
			*wh_push(v->arena, &v->out->accesses, &v->out->naccesses) = *m;
			m->kind = WH_ACCESS_ACCOUNT; /* taken */
			more = true;
		}
	}
}

/* ---- accounts ---- */

static bool is_account(const struct wh_access *a, const char *account, const char *host)
{
	return a->kind == WH_ACCESS_ACCOUNT && wh_equal(a->account, account) && wh_equal(a->host, host);
}

/* Each account once, as the accesses name them. MySQL's roles are accounts that are locked. */
static void list_accounts(struct wh_mysql_survey *v)
{
	struct wh_survey *s = v->out;
	const size_t n = s->naccesses;
	for (size_t i = 0; i < n; i++) {
		const char *account = s->accesses[i].account, *host = s->accesses[i].host;
		bool there = s->accesses[i].everyone;
		for (size_t k = n; k < s->naccesses && !there; k++)
			there = is_account(&s->accesses[k], account, host);
		if (there)
			continue;
		struct wh_access *a = wh_survey_access(s, WH_ACCESS_ACCOUNT, account, NULL);
		a->host = host;
		a->login = host;
	}
}

static void each_locked(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	for (size_t i = 0; i < v->out->naccesses; i++)
		if (is_account(&v->out->accesses[i], row[0], row[1]))
			v->out->accesses[i].login = false;
}

static const struct wh_mysql_look locked = { "locked accounts",
	"SELECT User, Host FROM mysql.user WHERE account_locked = 'Y'", each_locked };

/* Without SELECT on the schema mysql the server shows an account its own rights only. */
static bool sees_all(struct wh_mysql_survey *v)
{
	const char *user = NULL;
	if (wh_mysql_value(v->s->link, "SELECT MAX(User) FROM mysql.user", v->arena, &user, v->error) ==
		WH_OK)
		return true;
	wh_survey_gap(v->out, "server", "rights of other accounts",
		"this account may not see them: GRANT SELECT ON mysql.* to it, or ask who may (%s)",
		v->error->text);
	return false;
}

static int look_at_all(struct wh_mysql_survey *v)
{
	int rc = wh_mysql_look(v, &routines);
	return rc == WH_OK ? wh_mysql_look(v, v->s->mariadb ? &members_mariadb : &members_mysql) : rc;
}

int wh_mysql_look_at_accounts(struct wh_mysql_survey *v)
{
	bool all = sees_all(v);
	int rc = WH_OK;
	for (const struct wh_mysql_look *l = shown; rc == WH_OK && l->sql; l++)
		rc = wh_mysql_look(v, l);
	if (rc == WH_OK && all)
		rc = look_at_all(v);
	keep_members(v);
	list_accounts(v);
	return rc == WH_OK && all && !v->s->mariadb ? wh_mysql_look(v, &locked) : rc;
}
