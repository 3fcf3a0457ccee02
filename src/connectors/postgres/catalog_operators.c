/* Describe: aggregates, operators, casts, text search: what routines are put together to. */
#include "connectors/postgres/catalog.h"

/* kind, schema, name, no table, definition with its comment, comment */
#define OBJECT(kind, name, definition, on, class) \
	"SELECT '" kind "', n.nspname, " name ", NULL, " WITH_COMMENT(definition, on, \
		COMMENT(class, "o.oid")) ", " COMMENT(class, "o.oid") " FROM " class " o "
#define IN_SCHEMA(column) "JOIN pg_namespace n ON n.oid = o." column " "
#define OURS(class) "WHERE " USER_SCHEMA("n") " AND " NOT_OF_EXTENSION(class, "o.oid")
#define OPTION(word, procedure) \
	"CASE WHEN " procedure " <> 0 THEN '" word " = ' || " procedure " END"
#define FLAG(word, condition) "CASE WHEN " condition " THEN '" word "' END"
#define OPERATOR_NAMED(column) \
	"(SELECT format('OPERATOR(%I.%s)', s.nspname, x.oprname) FROM pg_operator x " \
	"JOIN pg_namespace s ON s.oid = x.oprnamespace WHERE x.oid = " column ")"
#define OPERATOR_OPTION(word, column) "'" word " = ' || " OPERATOR_NAMED(column)

/* An aggregate without arguments is named with a star. */
#define AGGREGATE_NAME(arguments) \
	"format('%I.%I(%s)', n.nspname, o.proname, coalesce(nullif(" arguments ", ''), '*'))"
#define STATE_TYPE(word, column) \
	"CASE WHEN " column " <> 0 THEN '" word " = ' || format_type(" column ", NULL) END"
#define MODIFIES(word, column) \
	"CASE WHEN " column " <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN '" word \
	" = ' || CASE " column " WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' " \
	"ELSE 'READ_WRITE' END END"
#define SPACE(word, column) "CASE WHEN " column " <> 0 THEN '" word " = ' || " column " END"

#define AGGREGATE_BODY \
	"concat_ws(', ', 'SFUNC = ' || a.aggtransfn, " STATE_TYPE("STYPE", \
		"a.aggtranstype") ", " SPACE("SSPACE", "a.aggtransspace") ", " OPTION("FINALFUNC", \
		"a.aggfinalfn") ", " FLAG("FINALFUNC_EXTRA", \
		"a.aggfinalextra") ", " MODIFIES("FINALFUNC_MODIFY", \
		"a.aggfinalmodify") ", " OPTION("COMBINEFUNC", "a.aggcombinefn") ", " OPTION("SERIALFUNC", \
		"a.aggserialfn") ", " OPTION("DESERIALFUNC", \
		"a.aggdeserialfn") ", " \
						   "'INITCOND = ' || quote_literal(a.agginitval), " OPTION("MSFUNC", \
							   "a.aggmtransfn") ", " OPTION("MINVFUNC", \
							   "a.aggminvtransfn") ", " STATE_TYPE("MSTYPE", \
							   "a.aggmtranstype") ", " SPACE("MSSPACE", \
							   "a.aggmtransspace") ", " OPTION("MFINALFUNC", \
							   "a.aggmfinalfn") ", " FLAG("MFINALFUNC_EXTRA", \
							   "a.aggmfinalextra") ", " \
												   "CASE WHEN a.aggmtranstype <> 0 THEN " MODIFIES( \
													   "MFINALFUNC_MODIFY", \
													   "a.aggmfinalmodify") " END, 'MINITCOND = ' || quote_literal(a.aggminitval), " OPERATOR_OPTION("SORTOP", \
													   "a.aggsortop") ", " \
																	  "CASE o.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' " \
																	  "END, " FLAG("HYPOTHETICAL", \
																		  "a.aggkind = 'h'") ")"

static const char aggregates[] = OBJECT("aggregate", "o.proname",
	"'CREATE AGGREGATE ' || " AGGREGATE_NAME(
		"pg_get_function_arguments(o.oid)") " || ' (' || " AGGREGATE_BODY " || ')'",
	"'AGGREGATE ' || " AGGREGATE_NAME("oidvectortypes(o.proargtypes)"), "pg_proc")
	IN_SCHEMA("pronamespace") "JOIN pg_aggregate a ON a.aggfnoid = o.oid " OURS("pg_proc");

#define OPERAND(column) "coalesce(format_type(nullif(" column ", 0), NULL), 'NONE')"
#define OPERATOR_BODY \
	"concat_ws(', ', 'FUNCTION = ' || o.oprcode, " STATE_TYPE("LEFTARG", \
		"o.oprleft") ", " STATE_TYPE("RIGHTARG", "o.oprright") ", " OPERATOR_OPTION("COMMUTATOR", \
		"o.oprcom") ", " OPERATOR_OPTION("NEGATOR", "o.oprnegate") ", " OPTION("RESTRICT", \
		"o.oprrest") ", " OPTION("JOIN", "o.oprjoin") ", " FLAG("HASHES", \
		"o.oprcanhash") ", " FLAG("MERGES", "o.oprcanmerge") ")"

/* One that only another names as its counterpart has no code yet: that one makes it. */
static const char operators[] = OBJECT("operator", "o.oprname",
	"format('CREATE OPERATOR %I.%s (', n.nspname, o.oprname) || " OPERATOR_BODY " || ')'",
	"format('OPERATOR %I.%s (', n.nspname, o.oprname) || " OPERAND(
		"o.oprleft") " || ', ' || " OPERAND("o.oprright") " || ')'",
	"pg_operator") IN_SCHEMA("oprnamespace") OURS("pg_operator") " AND o.oprcode <> 0";

/* What belongs to an operator class, or loosely to a family. */
#define MEMBERS(owner_class, owner) \
	"(SELECT string_agg(m.text, ', ' ORDER BY m.text) FROM (" \
	"SELECT 'OPERATOR ' || ao.amopstrategy || ' ' || ao.amopopr::regoperator || " \
	"coalesce(' FOR ORDER BY ' || (SELECT format('%I.%I', s.nspname, f.opfname) " \
	"FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace " \
	"WHERE f.oid = ao.amopsortfamily), '') AS text FROM pg_amop ao JOIN pg_depend d " \
	"ON d.classid = 'pg_amop'::regclass AND d.objid = ao.oid " \
	"WHERE d.refclassid = '" owner_class "'::regclass AND d.refobjid = " owner " UNION ALL " \
	"SELECT 'FUNCTION ' || ap.amprocnum || format(' (%s, %s) ', " \
	"format_type(ap.amproclefttype, NULL), format_type(ap.amprocrighttype, NULL)) || " \
	"ap.amproc::regprocedure FROM pg_amproc ap JOIN pg_depend d " \
	"ON d.classid = 'pg_amproc'::regclass AND d.objid = ap.oid " \
	"WHERE d.refclassid = '" owner_class "'::regclass AND d.refobjid = " owner ") m)"
#define ACCESS_METHOD(column) "JOIN pg_am am ON am.oid = o." column " "

static const char families[] = OBJECT("operator family", "o.opfname",
	"format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, o.opfname, am.amname)",
	"format('OPERATOR FAMILY %I.%I USING %I', n.nspname, o.opfname, am.amname)", "pg_opfamily")
	IN_SCHEMA("opfnamespace") ACCESS_METHOD("opfmethod") OURS("pg_opfamily");

static const char loose_members[] =
	"SELECT 'operator family member', n.nspname, o.opfname, NULL, "
	"format('ALTER OPERATOR FAMILY %I.%I USING %I ADD ', n.nspname, o.opfname, am.amname) || "
	"l.members, format('OPERATOR FAMILY MEMBER %I.%I USING %I', n.nspname, o.opfname, am.amname) "
	"AS address, NULL FROM pg_opfamily o " IN_SCHEMA("opfnamespace")
		ACCESS_METHOD("opfmethod") "CROSS JOIN LATERAL (SELECT " MEMBERS("pg_opfamily",
			"o.oid") " AS members) l " OURS("pg_opfamily") " AND l.members IS NOT NULL";

static const char classes[] = OBJECT("operator class", "o.opcname",
	"format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %s AS ', n.nspname, "
	"o.opcname, CASE WHEN o.opcdefault THEN 'DEFAULT ' ELSE '' END, "
	"format_type(o.opcintype, NULL), am.amname, (SELECT format('%I.%I', s.nspname, f.opfname) "
	"FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = o.opcfamily)) "
	"|| concat_ws(', ', 'STORAGE ' || format_type(nullif(o.opckeytype, 0), NULL), " MEMBERS(
		"pg_opclass", "o.oid") ")",
	"format('OPERATOR CLASS %I.%I USING %I', n.nspname, o.opcname, am.amname)", "pg_opclass")
	IN_SCHEMA("opcnamespace") ACCESS_METHOD("opcmethod") OURS("pg_opclass");

/* A cast lies in no schema; ours is one whose types or function are. */
#define CAST_NAME \
	"format('(%s AS %s)', format_type(o.castsource, NULL), format_type(o.casttarget, NULL))"
static const char casts[] = "SELECT 'cast', NULL, " CAST_NAME ", NULL, " WITH_COMMENT(
	"'CREATE CAST ' || " CAST_NAME " || CASE o.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || "
	"o.castfunc::regprocedure WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END || "
	"CASE o.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END",
	"'CAST ' || " CAST_NAME, COMMENT("pg_cast", "o.oid")) ", " COMMENT("pg_cast",
	"o.oid") " FROM pg_cast o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e "
			 "WHERE e.classid = 'pg_cast'::regclass AND e.objid = o.oid AND e.deptype IN ('e', 'i'))";

#define PLAIN_NAME(column) "format('%I.%I', n.nspname, o." column ")"
static const char dictionaries[] = OBJECT("text search dictionary", "o.dictname",
	"'CREATE TEXT SEARCH DICTIONARY ' || " PLAIN_NAME(
		"dictname") " || ' (TEMPLATE = ' || "
					"(SELECT format('%I.%I', s.nspname, t.tmplname) FROM pg_ts_template t JOIN pg_namespace s "
					"ON s.oid = t.tmplnamespace WHERE t.oid = o.dicttemplate) || "
					"coalesce(', ' || o.dictinitoption, '') || ')'",
	"'TEXT SEARCH DICTIONARY ' || " PLAIN_NAME("dictname"), "pg_ts_dict") IN_SCHEMA("dictnamespace")
	OURS("pg_ts_dict");

static const char configurations[] = OBJECT("text search configuration", "o.cfgname",
	"'CREATE TEXT SEARCH CONFIGURATION ' || " PLAIN_NAME(
		"cfgname") " || ' (PARSER = ' || "
				   "(SELECT format('%I.%I', s.nspname, p.prsname) FROM pg_ts_parser p JOIN pg_namespace s "
				   "ON s.oid = p.prsnamespace WHERE p.oid = o.cfgparser) || ')' || "
				   "coalesce((SELECT string_agg(E';\\nALTER TEXT SEARCH CONFIGURATION ' || " PLAIN_NAME(
					   "cfgname") " || ' ADD MAPPING FOR ' || quote_ident(k.alias) || ' WITH ' || k.words, '' ORDER BY k.tokid) "
								  "FROM (SELECT t.tokid, t.alias, string_agg(m.mapdict::regdictionary::text, ', ' "
								  "ORDER BY m.mapseqno) AS words FROM pg_ts_config_map m JOIN ts_token_type(o.cfgparser) t "
								  "ON t.tokid = m.maptokentype WHERE m.mapcfg = o.oid GROUP BY 1, 2) k), '')",
	"'TEXT SEARCH CONFIGURATION ' || " PLAIN_NAME("cfgname"), "pg_ts_config")
	IN_SCHEMA("cfgnamespace") OURS("pg_ts_config");

const struct postgres_reading postgres_operator_readings[] = {
	{ aggregates, postgres_object },
	{ operators, postgres_object },
	{ families, postgres_object },
	{ classes, postgres_object },
	{ loose_members, postgres_object },
	{ casts, postgres_object },
	{ dictionaries, postgres_object },
	{ configurations, postgres_object },
	{ NULL },
};
