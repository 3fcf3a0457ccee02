/* Describe: views, routines, triggers, rules: what carries code. */
#include "connectors/postgres/catalog.h"

#define RELATION_NAME "format('%I.%I', n.nspname, c.relname)"
#define FROM_RELATION "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "

/* Comments on a view's columns, and defaults for writing through it, behind its definition. */
#define VIEW_COLUMNS \
	" || coalesce((SELECT string_agg(E';\\nCOMMENT ON COLUMN ' || " RELATION_NAME " || '.' || " \
	"quote_ident(a.attname) || ' IS ' || quote_literal(col_description(c.oid, a.attnum)), '' " \
	"ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 " \
	"AND col_description(c.oid, a.attnum) IS NOT NULL), '')"
#define VIEW_DEFAULTS \
	" || coalesce((SELECT string_agg(E';\\nALTER VIEW ' || " RELATION_NAME \
	" || ' ALTER COLUMN ' || " \
	"quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(ad.adbin, ad.adrelid), '' " \
	"ORDER BY a.attnum) FROM pg_attrdef ad JOIN pg_attribute a ON a.attrelid = ad.adrelid " \
	"AND a.attnum = ad.adnum WHERE ad.adrelid = c.oid), '')"
#define VIEW_OPTIONS "coalesce(' WITH (' || " OPTIONS("c.reloptions") " || ')', '')"
#define VIEW_QUERY "rtrim(pg_get_viewdef(c.oid), '; ')"

static const char views[] = "SELECT 'view', n.nspname, c.relname, NULL, " WITH_COMMENT(
	"'CREATE VIEW ' || " RELATION_NAME " || " VIEW_OPTIONS
	" || E' AS\\n' || " VIEW_QUERY VIEW_DEFAULTS VIEW_COLUMNS,
	"'VIEW ' || " RELATION_NAME, COMMENT("pg_class", "c.oid")) ", " COMMENT("pg_class",
	"c.oid") " " FROM_RELATION
			 "WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND " OUR_RELATION("c", "n");

static const char materialized_views[] =
	"SELECT 'materialized view', n.nspname, c.relname, NULL, " WITH_COMMENT(
		"'CREATE MATERIALIZED VIEW ' || " RELATION_NAME " || CASE WHEN m.amname <> 'heap' THEN "
		"' USING ' || quote_ident(m.amname) ELSE '' END || " VIEW_OPTIONS
		" || E' AS\\n' || " VIEW_QUERY
		" || CASE WHEN c.relispopulated THEN '' ELSE E'\\n WITH NO DATA' END" VIEW_COLUMNS,
		"'MATERIALIZED VIEW ' || " RELATION_NAME,
		COMMENT("pg_class", "c.oid")) ", " COMMENT("pg_class",
		"c.oid") " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
				 "JOIN pg_am m ON m.oid = c.relam WHERE c.relkind = 'm' AND " OUR_RELATION("c",
					 "n");

static const char view_indexes[] =
	"SELECT 'materialized view index', n.nspname, x.relname, c.relname, " WITH_COMMENT(
		"pg_get_indexdef(x.oid)", "'INDEX ' || format('%I.%I', n.nspname, x.relname)",
		COMMENT("pg_class", "x.oid")) ", " COMMENT("pg_class",
		"x.oid") " " FROM_RELATION
				 "JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid "
				 "WHERE c.relkind = 'm' AND i.indisvalid AND " OUR_RELATION("c", "n");

#define ROUTINE_NAME "format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))"
#define FROM_ROUTINE "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
#define OUR_ROUTINE \
	USER_SCHEMA("n") " AND p.proname !~ '^whimbrel_' AND " NOT_OF_EXTENSION("pg_proc", "p.oid")

static const char routines[] =
	"SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, p.proname, "
	"NULL, " WITH_COMMENT("rtrim(pg_get_functiondef(p.oid), E'\\n')",
		"CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || " ROUTINE_NAME,
		COMMENT("pg_proc", "p.oid")) ", " COMMENT("pg_proc",
		"p.oid") " " FROM_ROUTINE "WHERE p.prokind <> 'a' AND " OUR_ROUTINE
				 /* what a range or multirange type makes by itself */
				 " AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass "
				 "AND e.objid = p.oid AND e.deptype = 'i')";

#define ENABLED(letter, name) \
	"CASE " letter " WHEN 'O' THEN '' ELSE E';\\nALTER TABLE ' || " RELATION_NAME \
	" || CASE " letter " WHEN 'D' THEN ' DISABLE " name " ' WHEN 'R' THEN ' ENABLE REPLICA " name \
	" ' " \
	"ELSE ' ENABLE ALWAYS " name " ' END || "

static const char triggers[] = "SELECT 'trigger', n.nspname, t.tgname, c.relname, " WITH_COMMENT(
	"pg_get_triggerdef(t.oid) || " ENABLED("t.tgenabled", "TRIGGER") "quote_ident(t.tgname) END",
	"format('TRIGGER %I ON %I.%I', t.tgname, n.nspname, c.relname)",
	COMMENT("pg_trigger", "t.oid")) ", " COMMENT("pg_trigger",
	"t.oid") " " FROM_RELATION
			 "JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal AND "
			 "t.tgname !~ '^whimbrel_' AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_trigger'::regclass "
			 "AND e.objid = t.oid AND e.deptype IN ('P', 'S')) AND " OUR_RELATION("c", "n");

static const char rules[] = "SELECT 'rule', n.nspname, r.rulename, c.relname, " WITH_COMMENT(
	"rtrim(pg_get_ruledef(r.oid), '; ') || " ENABLED("r.ev_enabled",
		"RULE") "quote_ident(r.rulename) END",
	"format('RULE %I ON %I.%I', r.rulename, n.nspname, c.relname)",
	COMMENT("pg_rewrite", "r.oid")) ", " COMMENT("pg_rewrite",
	"r.oid") " " FROM_RELATION
			 "JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN' AND " OUR_RELATION(
				 "c", "n");

const struct postgres_reading postgres_code_readings[] = {
	{ routines, postgres_object },
	{ views, postgres_object },
	{ materialized_views, postgres_object },
	{ view_indexes, postgres_object },
	{ triggers, postgres_object },
	{ rules, postgres_object },
	{ NULL },
};
