/* Describe: policies, statistics, publications, and what is told but not carried. */
#include "connectors/postgres/catalog.h"

#define RELATION_NAME "format('%I.%I', n.nspname, c.relname)"
#define FROM_RELATION "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "

static const char row_security[] =
	"SELECT 'row security', n.nspname, c.relname, c.relname, concat_ws(E';\\n', "
	"CASE WHEN c.relrowsecurity THEN 'ALTER TABLE ' || " RELATION_NAME
	" || ' ENABLE ROW LEVEL SECURITY' END, "
	"CASE WHEN c.relforcerowsecurity THEN 'ALTER TABLE ' || " RELATION_NAME
	" || ' FORCE ROW LEVEL SECURITY' END), NULL " FROM_RELATION
	"WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND " OUR_RELATION("c", "n");

static const char policies[] = "SELECT 'policy', n.nspname, p.polname, c.relname, " WITH_COMMENT(
	"format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', p.polname, n.nspname, c.relname, "
	"CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, "
	"CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' "
	"WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, (SELECT string_agg(CASE WHEN u = 0 THEN 'PUBLIC' "
	"ELSE quote_ident(pg_get_userbyid(u)) END, ', ') FROM unnest(p.polroles) u)) || "
	"coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '') || "
	"coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')",
	"format('POLICY %I ON %I.%I', p.polname, n.nspname, c.relname)",
	COMMENT("pg_policy", "p.oid")) ", " COMMENT("pg_policy",
	"p.oid") " " FROM_RELATION
			 "JOIN pg_policy p ON p.polrelid = c.oid WHERE " OUR_RELATION("c", "n");

static const char statistics[] =
	"SELECT 'statistics', sn.nspname, s.stxname, c.relname, " WITH_COMMENT(
		"pg_get_statisticsobjdef(s.oid)", "format('STATISTICS %I.%I', sn.nspname, s.stxname)",
		COMMENT("pg_statistic_ext", "s.oid")) ", " COMMENT("pg_statistic_ext",
		"s.oid") " " FROM_RELATION "JOIN pg_statistic_ext s ON s.stxrelid = c.oid "
				 "JOIN pg_namespace sn ON sn.oid = s.stxnamespace WHERE " OUR_RELATION("c", "n");

static const char event_triggers[] = "SELECT 'event trigger', NULL, t.evtname, NULL, " WITH_COMMENT(
	"format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %I.%I()', t.evtname, t.evtevent, "
	"(SELECT ' WHEN TAG IN (' || string_agg(quote_literal(g), ', ') || ')' "
	"FROM unnest(t.evttags) g), n.nspname, p.proname) || CASE t.evtenabled WHEN 'O' THEN '' "
	"ELSE format(E';\\nALTER EVENT TRIGGER %I ', t.evtname) || CASE t.evtenabled "
	"WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END END",
	"format('EVENT TRIGGER %I', t.evtname)",
	COMMENT("pg_event_trigger", "t.oid")) ", " COMMENT("pg_event_trigger",
	"t.oid") " FROM pg_event_trigger t "
			 "JOIN pg_proc p ON p.oid = t.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace "
			 "WHERE " NOT_OF_EXTENSION("pg_event_trigger", "t.oid");

#define PUBLICATIONS(targets) \
	"SELECT 'publication', NULL, p.pubname, NULL, " WITH_COMMENT( \
		"format('CREATE PUBLICATION %I', p.pubname) || CASE WHEN p.puballtables THEN " \
		"' FOR ALL TABLES' ELSE coalesce(' FOR ' || " targets ", '') END || " \
		"format(E' WITH (publish = %L, publish_via_partition_root = %s)', concat_ws(', ', " \
		"CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, " \
		"CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END), " \
		"p.pubviaroot::text)", \
		"format('PUBLICATION %I', p.pubname)", \
		COMMENT("pg_publication", "p.oid")) ", " COMMENT("pg_publication", \
		"p.oid") " " \
				 "FROM pg_publication p WHERE p.pubname !~ '^whimbrel' AND " NOT_OF_EXTENSION( \
					 "pg_publication", "p.oid")
#define PUBLISHED(columns_and_rows) \
	"(SELECT string_agg('TABLE ONLY ' || " RELATION_NAME columns_and_rows ", ', ' " \
	"ORDER BY n.nspname, c.relname) FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid " \
	"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.prpubid = p.oid)"
#define PUBLISHED_SCHEMAS \
	"(SELECT string_agg('TABLES IN SCHEMA ' || quote_ident(n.nspname), ', ' ORDER BY n.nspname) " \
	"FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid)"
#define PUBLISHED_PART \
	" || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) " \
	"FROM unnest(r.prattrs) k JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = k) " \
	"|| ')', '') || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')"

/* Objects that are told by the name that the server has for them. */
#define NOT_CARRIED(class, schema) \
	"SELECT 'object-not-carried', 'w', pg_describe_object('" class \
		"'::regclass, o.oid, 0), " \
		"'this kind of object is not carried; create it on the target by hand', NULL FROM " class \
		" o " \
		"LEFT JOIN pg_namespace n ON n.oid = " schema " WHERE o.oid >= 16384 AND " \
		"(n.oid IS NULL OR " USER_SCHEMA("n") ") AND NOT EXISTS (SELECT FROM pg_depend e WHERE " \
											  "e.classid = '" class \
		"'::regclass AND e.objid = o.oid AND e.deptype IN ('e', 'i'))"

static const char others[] = NOT_CARRIED("pg_conversion",
	"o.connamespace") " UNION ALL " NOT_CARRIED("pg_ts_parser",
	"o.prsnamespace") " UNION ALL " NOT_CARRIED("pg_ts_template",
	"o.tmplnamespace") " UNION ALL " NOT_CARRIED("pg_language",
	"NULL::oid") " UNION ALL " NOT_CARRIED("pg_transform",
	"NULL::oid") " UNION ALL " NOT_CARRIED("pg_am",
	"NULL::oid") " UNION ALL " NOT_CARRIED("pg_foreign_data_wrapper",
	"NULL::oid") " UNION ALL " NOT_CARRIED("pg_foreign_server", "NULL::oid");

static const char subscriptions[] =
	"SELECT 'subscription-not-carried', 'w', 'subscription ' || subname, "
	"'subscriptions are not carried: make it on the target when the target takes over', NULL "
	"FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database "
	"WHERE datname = current_database())";

static const char tablespaces[] =
	"SELECT 'tablespace-not-carried', 'i', n.nspname || '.' || c.relname, "
	"'it lies in tablespace \"' || s.spcname || '\"; on the target in the usual one', NULL " FROM_RELATION
	"JOIN pg_tablespace s ON s.oid = c.reltablespace "
	"WHERE c.relkind <> 't' AND " OUR_RELATION("c", "n");

static const char typed_tables[] =
	"SELECT 'typed-table', 'i', n.nspname || '.' || c.relname, "
	"'a table OF type ' || format_type(c.reloftype, NULL) || ' becomes a plain one with the same "
	"columns', NULL " FROM_RELATION "WHERE c.reloftype <> 0 AND " OUR_RELATION("c", "n");

static const char settings[] =
	"SELECT 'settings-not-carried', 'i', 'database ' || d.datname, "
	"'settings of the database or of roles in it are not carried', "
	"string_agg(format('%s%s', (SELECT 'role ' || r.rolname || ': ' FROM pg_roles r "
	"WHERE r.oid = s.setrole), split_part(v, '=', 1)), ', ') "
	"FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase "
	"CROSS JOIN LATERAL unnest(s.setconfig) v WHERE d.datname = current_database() "
	"GROUP BY d.datname";

static const char encoding[] =
	"SELECT 'encoding-not-known', 'w', 'database ' || datname, "
	"'its encoding is SQL_ASCII, which takes any bytes: text that is UTF-8 arrives as it is, other "
	"text goes by the policy invalid_utf8', NULL "
	"FROM pg_database WHERE datname = current_database() AND encoding = 0";

static const char transcoded[] =
	"SELECT 'encoding-transcoded', 'i', 'database ' || datname, "
	"'its encoding is ' || pg_encoding_to_char(encoding) || ': the server turns its texts into UTF-8, "
	"character for character', NULL FROM pg_database "
	"WHERE datname = current_database() AND pg_encoding_to_char(encoding) NOT IN ('SQL_ASCII', 'UTF8')";

const struct postgres_reading postgres_rest_readings[] = {
	{ row_security, postgres_object },
	{ policies, postgres_object },
	{ statistics, postgres_object },
	{ event_triggers, postgres_object },
	{ PUBLICATIONS(PUBLISHED("")), postgres_object, .least = 130000, .most = 149999 },
	{ PUBLICATIONS(
		  "nullif(concat_ws(', ', " PUBLISHED(PUBLISHED_PART) ", " PUBLISHED_SCHEMAS "), '')"),
		postgres_object, .least = 150000 },
	{ others, postgres_finding },
	{ subscriptions, postgres_finding },
	{ tablespaces, postgres_finding },
	{ typed_tables, postgres_finding },
	{ settings, postgres_finding },
	{ encoding, postgres_finding },
	{ transcoded, postgres_finding },
	{ NULL },
};
