/* Describe: owners and rights, as statements grouped by the account that they need.
 *
 * Both are told as what differs from what the server gives by itself: what the user of the URL owns
 * here, the user of the target's URL owns there. */
#include "connectors/postgres/catalog.h"

#define QUALIFIED(name) "format('%I.%I', n.nspname, " name ")"
/* What has an owner and rights: kind as acldefault() wants it, word of GRANT, word of ALTER, name,
 * schema, table that it stands on, owner, rights. */
#define RELATIONS \
	"SELECT CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\" AS kind, " \
	"CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS word, " \
	"CASE WHEN c.relkind = 'S' AND o.oid IS NOT NULL THEN NULL ELSE CASE c.relkind " \
	"WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' " \
	"ELSE 'TABLE' END END AS alter, " QUALIFIED( \
		"c.relname") " AS name, n.nspname AS schema, " \
					 "coalesce(o.relname, c.relname) AS stands_on, c.relowner AS owner, c.relacl AS acl " \
					 "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace " \
					 "LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid " \
					 "AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 " \
					 "AND d.deptype IN ('a', 'i') AND c.relkind = 'S' LEFT JOIN pg_class o ON o.oid = d.refobjid " \
					 "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't' " \
					 "AND " OUR_RELATION("c", "n")
#define ROUTINES \
	"SELECT 'f', 'ROUTINE', 'ROUTINE', format('%I.%I(%s)', n.nspname, p.proname, " \
	"pg_get_function_identity_arguments(p.oid)), n.nspname, NULL, p.proowner, p.proacl " \
	"FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE " USER_SCHEMA( \
		"n") " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass " \
			 "AND e.objid = p.oid AND e.deptype IN ('e', 'i'))"
#define TYPES \
	"SELECT 'T', 'TYPE', 'TYPE', " QUALIFIED( \
		"t.typname") ", n.nspname, NULL, t.typowner, t.typacl " \
					 "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c " \
					 "ON c.oid = t.typrelid WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') " \
					 "AND " USER_SCHEMA("n") " AND " NOT_OF_EXTENSION("pg_type", "t.oid")
#define SCHEMAS \
	"SELECT 'n', 'SCHEMA', CASE WHEN n.nspname <> 'public' THEN 'SCHEMA' END, " \
	"quote_ident(n.nspname), n.nspname, NULL, n.nspowner, n.nspacl FROM pg_namespace n " \
	"WHERE " USER_SCHEMA("n") " AND " NOT_OF_EXTENSION("pg_namespace", "n.oid")
#define LARGE_OBJECTS \
	"SELECT 'L', 'LARGE OBJECT', 'LARGE OBJECT', oid::text, 'pg_catalog', 'pg_largeobject', " \
	"lomowner, lomacl FROM pg_largeobject_metadata"
#define THINGS \
	"WITH things AS (" RELATIONS " UNION ALL " ROUTINES " UNION ALL " TYPES " UNION ALL " SCHEMAS \
	" UNION ALL " LARGE_OBJECTS \
	"), mover AS (SELECT oid FROM pg_roles WHERE rolname = current_user) "
#define ACCOUNT(oid) \
	"CASE WHEN " oid " = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(" oid ")) END"

static const char owners[] = THINGS
	"SELECT 'owner', t.schema, quote_ident(pg_get_userbyid(t.owner)), t.stands_on, "
	"format('ALTER %s %s OWNER TO %I', t.alter, t.name, pg_get_userbyid(t.owner)), NULL "
	"FROM things t WHERE t.alter IS NOT NULL AND t.owner <> (SELECT oid FROM mover)";

/* Rights of the URL's own user are left: on the target another one may stand for it. */
#define CHANGES(rights, usual) \
	"(SELECT 'GRANT' AS verb, ' TO ' AS towards, grantee, privilege_type, is_grantable " \
	"FROM (" rights " EXCEPT " usual ") g UNION ALL " \
	"SELECT 'REVOKE', ' FROM ', grantee, privilege_type, false FROM (" usual " EXCEPT " rights \
	") g WHERE NOT EXISTS (SELECT FROM (" rights ") h WHERE h.grantee = g.grantee " \
	"AND h.privilege_type = g.privilege_type))"
#define EXPLODED(acl) "SELECT grantee, privilege_type, is_grantable FROM aclexplode(" acl ")"
/* What version 15 took from everybody in the schema "public" comes from before it. */
#define USUAL \
	"(" EXPLODED( \
		"acldefault(t.kind, t.owner)") " UNION SELECT 0::oid, p, false FROM unnest(ARRAY['USAGE', 'CREATE']) p " \
									   "WHERE t.word = 'SCHEMA' AND t.name = 'public' AND (p = 'USAGE' " \
									   "OR current_setting('server_version_num')::int < 150000))"

static const char grants[] = THINGS "SELECT 'grant', t.schema, " ACCOUNT(
	"g.grantee") ", t.stands_on, format('%s %s ON %s %s%s%s%s', "
				 "g.verb, string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), t.word, t.name, "
				 "g.towards, " ACCOUNT(
					 "g.grantee") ", CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' "
								  "ELSE '' END), NULL FROM things t CROSS JOIN LATERAL " CHANGES(
									  EXPLODED("t.acl"),
									  USUAL) " g "
											 "WHERE t.acl IS NOT NULL AND g.grantee <> (SELECT oid FROM mover) "
											 "GROUP BY t.schema, t.stands_on, t.word, t.name, g.verb, g.towards, g.grantee, g.is_grantable "
											 "ORDER BY g.verb DESC, t.word, t.name";

static const char column_grants[] = "SELECT 'grant', n.nspname, " ACCOUNT(
	"g.grantee") ", c.relname, "
				 "format('GRANT %s ON TABLE %s TO %s%s', string_agg(g.privilege_type || ' (' || "
				 "quote_ident(a.attname) || ')', ', ' ORDER BY a.attnum, g.privilege_type), " QUALIFIED("c.relname") ", " ACCOUNT(
					 "g.grantee") ", CASE WHEN g.is_grantable "
								  "THEN ' WITH GRANT OPTION' ELSE '' END), NULL FROM pg_attribute a JOIN pg_class c "
								  "ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
								  "CROSS JOIN LATERAL aclexplode(a.attacl) g WHERE a.attacl IS NOT NULL AND a.attnum > 0 "
								  "AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND " OUR_RELATION(
									  "c",
									  "n") " GROUP BY n.nspname, c.relname, g.grantee, g.is_grantable";

/* What a role gives by itself: grouped by that role, without which it means nothing. */
#define DEFAULT_CHANGES \
	CHANGES(EXPLODED("d.defaclacl"), \
		"(SELECT grantee, privilege_type, is_grantable FROM " \
		"aclexplode(acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, " \
		"d.defaclrole)) WHERE d.defaclnamespace = 0)")
static const char default_grants[] =
	"SELECT 'grant', n.nspname, quote_ident(pg_get_userbyid(d.defaclrole)), NULL, "
	"format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s %s %s ON %s%s%s%s', "
	"pg_get_userbyid(d.defaclrole), coalesce(' IN SCHEMA ' || quote_ident(n.nspname), ''), g.verb, "
	"string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), CASE d.defaclobjtype "
	"WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' "
	"WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END, g.towards, " ACCOUNT(
		"g.grantee") ", "
					 "CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), NULL "
					 "FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace "
					 "CROSS JOIN LATERAL " DEFAULT_CHANGES " g "
					 "GROUP BY d.oid, d.defaclrole, d.defaclobjtype, n.nspname, g.verb, g.towards, g.grantee, "
					 "g.is_grantable";

static const char database_rights[] =
	"SELECT 'database-rights-not-carried', 'i', 'database ' || datname, "
	"'rights on the database itself (CONNECT, TEMPORARY, CREATE) are not carried, because the "
	"target may have another name', array_to_string(datacl, E'\\n') FROM pg_database "
	"WHERE datname = current_database() AND datacl IS NOT NULL";

static const char labels[] =
	"SELECT 'security-label-not-carried', 'w', objtype || ' ' || objname, "
	"'its label of ' || quote_literal(provider) || ' is not carried: the provider must be loaded "
	"on the target', format('SECURITY LABEL FOR %I ON %s %s IS %L', provider, upper(objtype), "
	"objname, label) FROM pg_seclabels WHERE objtype NOT IN ('role', 'database', 'tablespace')";

const struct postgres_reading postgres_right_readings[] = {
	{ owners, postgres_object },
	{ grants, postgres_object },
	{ column_grants, postgres_object },
	{ default_grants, postgres_object },
	{ database_rights, postgres_finding },
	{ labels, postgres_finding },
	{ NULL },
};
