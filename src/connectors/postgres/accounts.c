/* Survey: roles that have to do with this database, and what they may do. pg_authid, where the
 * passwords are, is never read. */
#include "connectors/postgres/survey.h"
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include <string.h>

/* Who owns something here or has a right on it, whoever is a member of those, and their roles. */
#define CONCERNED \
	"WITH RECURSIVE concerned AS (" \
	"SELECT refobjid AS oid FROM pg_shdepend d, pg_database b WHERE b.datname = current_database() " \
	"AND d.refclassid = 'pg_authid'::regclass AND (d.dbid = b.oid OR " \
	"(d.classid = 'pg_database'::regclass AND d.objid = b.oid)) UNION " \
	"SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " \
	"WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND " OUR_RELATION("c", \
		"n") " UNION " \
			 "SELECT CASE WHEN a.oid = m.roleid THEN m.member ELSE m.roleid END FROM concerned a " \
			 "JOIN pg_auth_members m ON a.oid IN (m.roleid, m.member)) "
/* A list of words and a list of names, as each_access() takes them. */
#define PRIVILEGES "string_agg(a.privilege_type, ',' ORDER BY a.privilege_type)"
#define GRANTEE "CASE WHEN a.grantee = 0 THEN '' ELSE pg_get_userbyid(a.grantee) END"
#define RELATION_KIND(c) \
	"CASE " c ".relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' " \
	"WHEN 'm' THEN 'materialized view' ELSE 'table' END"

/* Columns: kind, account, privileges, grantable, schema, name, object, arguments, columns. */
static const char members[] = CONCERNED
	"SELECT 'member', pg_get_userbyid(m.member), NULL, bool_or(m.admin_option), NULL, r.rolname, "
	"'role', NULL, NULL FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
	"WHERE m.member IN (SELECT oid FROM concerned) GROUP BY m.member, r.rolname";

static const char owners[] =
	"SELECT 'owner', r.rolname, NULL, false, n.nspname, c.relname, " RELATION_KIND(
		"c") ", NULL, NULL FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
			 "JOIN pg_roles r ON r.oid = c.relowner WHERE NOT r.rolsuper AND "
			 "c.relkind IN ('r', 'p', 'v', 'm', 'S') AND " OUR_RELATION("c", "n");

static const char on_database[] =
	"SELECT 'database', " GRANTEE ", " PRIVILEGES
	", a.is_grantable, NULL, d.datname, 'database', NULL, NULL "
	"FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = current_database() "
	"AND a.grantee <> d.datdba GROUP BY a.grantee, a.is_grantable, d.datname";

static const char on_schemas[] =
	"SELECT 'schema', " GRANTEE ", " PRIVILEGES
	", a.is_grantable, NULL, n.nspname, 'schema', NULL, NULL "
	"FROM pg_namespace n, aclexplode(n.nspacl) a WHERE " USER_SCHEMA(
		"n") " AND a.grantee <> n.nspowner AND NOT (a.grantee = 0 AND n.nspname = 'public') "
			 "GROUP BY a.grantee, a.is_grantable, n.nspname";

static const char on_relations[] =
	"SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, " GRANTEE ", " PRIVILEGES
	", a.is_grantable, n.nspname, c.relname, " RELATION_KIND(
		"c") ", NULL, NULL FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, "
			 "aclexplode(c.relacl) a WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') "
			 "AND a.grantee <> c.relowner AND " OUR_RELATION("c",
				 "n") " GROUP BY c.relkind, a.grantee, a.is_grantable, n.nspname, c.relname";

static const char on_columns[] =
	"SELECT 'columns', " GRANTEE
	", a.privilege_type, a.is_grantable, a.nspname, a.relname, 'table', "
	"NULL, string_agg(a.attname, E'\\x01' ORDER BY a.attnum) FROM (SELECT x.*, n.nspname, "
	"c.relname, t.attname, t.attnum FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(t.attacl) x "
	"WHERE NOT t.attisdropped AND x.grantee <> c.relowner AND " OUR_RELATION("c",
		"n") ") a GROUP BY a.grantee, a.privilege_type, a.is_grantable, a.nspname, a.relname";

static const char on_routines[] =
	"SELECT 'routine', " GRANTEE ", " PRIVILEGES ", a.is_grantable, n.nspname, p.proname, "
	"CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, "
	"'(' || pg_get_function_identity_arguments(p.oid) || ')', NULL FROM pg_proc p "
	"JOIN pg_namespace n ON n.oid = p.pronamespace, aclexplode(p.proacl) a "
	"WHERE a.grantee NOT IN (0, p.proowner) AND " USER_SCHEMA(
		"n") " AND " NOT_OF_EXTENSION("pg_proc",
		"p.oid") " GROUP BY a.grantee, a.is_grantable, n.nspname, p.proname, p.prokind, p.oid";

static void take_columns(struct postgres_survey *v, struct wh_access *a, const char *joined)
{
	struct wh_arena *arena = &v->out->arena;
	for (const char *at = joined; at && *at;) {
		size_t n = strcspn(at, "\x01");
		*wh_push(arena, &a->columns, &a->ncolumns) = wh_arena_bytes(arena, at, n);
		at += n + (at[n] ? 1 : 0);
	}
}

/* A role may be called PUBLIC; none is called nothing. */
static void each_access(struct postgres_survey *v)
{
	struct wh_arena *arena = &v->out->arena;
	const char *account = postgres_cell(v, 1);
	bool everyone = account && !*account;
	struct wh_access *a = wh_survey_access(v->out, wh_access_kind_named(postgres_cell(v, 0)),
		everyone ? "PUBLIC" : account, postgres_cell(v, 2));
	a->everyone = everyone;
	a->grantable = wh_equal(postgres_cell(v, 3), "t");
	a->schema = wh_arena_text(arena, postgres_cell(v, 4));
	a->name = wh_arena_text(arena, postgres_cell(v, 5));
	a->object = wh_arena_text(arena, postgres_cell(v, 6));
	a->arguments = wh_arena_text(arena, postgres_cell(v, 7));
	take_columns(v, a, postgres_cell(v, 8));
}

static const char accounts[] = CONCERNED
	"SELECT rolname, concat_ws(',', CASE WHEN rolsuper THEN 'SUPERUSER' END, "
	"CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END, "
	"CASE WHEN rolreplication THEN 'REPLICATION' END, "
	"CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN NOT rolinherit THEN 'NOINHERIT' END), "
	"rolcanlogin FROM pg_roles WHERE oid IN (SELECT oid FROM concerned) AND rolname !~ '^pg_'";

static void each_account(struct postgres_survey *v)
{
	struct wh_access *a = wh_survey_access(v->out, WH_ACCESS_ACCOUNT, postgres_cell(v, 0),
		postgres_cell(v, 1));
	a->login = wh_equal(postgres_cell(v, 2), "t");
}

const struct postgres_look postgres_account_looks[] = {
	{ "accounts", accounts, each_account },
	{ "members of roles", members, each_access },
	{ "owners", owners, each_access },
	{ "rights on the database", on_database, each_access },
	{ "rights on schemas", on_schemas, each_access },
	{ "rights on tables and sequences", on_relations, each_access },
	{ "rights on columns", on_columns, each_access },
	{ "rights on routines", on_routines, each_access },
	{ NULL },
};
