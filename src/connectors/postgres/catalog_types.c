/* Describe: schemas, extensions, collations, types. */
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include <string.h>

static const char schemas[] = "SELECT 'schema', n.nspname, n.nspname, NULL, " WITH_COMMENT(
	"'CREATE SCHEMA IF NOT EXISTS ' || "
	"quote_ident(n.nspname)",
	"'SCHEMA ' || quote_ident(n.nspname)",
	COMMENT("pg_namespace", "n.oid")) ", " COMMENT("pg_namespace",
	"n.oid") " FROM pg_namespace n "
			 "WHERE n.nspname <> 'public' AND " USER_SCHEMA(
				 "n") " AND " NOT_OF_EXTENSION("pg_namespace", "n.oid");

static const char extensions[] =
	"SELECT 'extension', n.nspname, x.extname, NULL, 'CREATE EXTENSION IF NOT EXISTS ' || "
	"quote_ident(x.extname) || CASE WHEN n.nspname ~ '^pg_' OR NOT x.extrelocatable AND EXISTS "
	"(SELECT FROM pg_depend e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid "
	"AND e.deptype = 'e') THEN '' ELSE ' WITH SCHEMA ' || quote_ident(n.nspname) END, "
	"'EXTENSION ' || quote_ident(x.extname) AS address, NULL "
	"FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace "
	"WHERE x.extname <> 'plpgsql'";

#define COLLATION_NAME "format('%I.%I', n.nspname, c.collname)"
#define COLLATIONS(locale) \
	"SELECT 'collation', n.nspname, c.collname, NULL, " WITH_COMMENT( \
		"'CREATE COLLATION ' || " COLLATION_NAME " || ' (provider = ' || CASE c.collprovider " \
		"WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END || " \
		"CASE WHEN c.collisdeterministic THEN '' ELSE ', deterministic = false' END || " locale \
		" || ')'", \
		"'COLLATION ' || " COLLATION_NAME, \
		COMMENT("pg_collation", "c.oid")) ", " COMMENT("pg_collation", \
		"c.oid") " FROM pg_collation c " \
				 "JOIN pg_namespace n ON n.oid = c.collnamespace WHERE " USER_SCHEMA( \
					 "n") " AND " NOT_OF_EXTENSION("pg_collation", "c.oid")
#define LC_COLLATIONS \
	"', lc_collate = ' || quote_literal(c.collcollate) || ', lc_ctype = ' || " \
	"quote_literal(c.collctype)"

#define TYPE_NAME "format('%I.%I', n.nspname, t.typname)"
#define FROM_TYPE "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
#define OUR_TYPE USER_SCHEMA("n") " AND " NOT_OF_EXTENSION("pg_type", "t.oid")
#define TYPE(kind, on, definition) \
	"SELECT '" kind \
	"', n.nspname, t.typname, NULL, " WITH_COMMENT(definition, "'" on " ' || " TYPE_NAME, \
		COMMENT("pg_type", "t.oid")) ", " COMMENT("pg_type", "t.oid") " " FROM_TYPE
#define COLLATED(attribute, type) \
	"CASE WHEN " attribute " <> 0 AND " attribute " <> " type " THEN (SELECT " \
	"format(' COLLATE %I.%I', ln.nspname, l.collname) FROM pg_collation l JOIN pg_namespace ln " \
	"ON ln.oid = l.collnamespace WHERE l.oid = " attribute ") ELSE '' END"

static const char enums[] = TYPE("type", "TYPE",
	"'CREATE TYPE ' || " TYPE_NAME " || ' AS ENUM (' || coalesce((SELECT "
	"string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e "
	"WHERE e.enumtypid = t.oid), '') || ')'") "WHERE t.typtype = 'e' AND " OUR_TYPE;

static const char composites[] = TYPE("type", "TYPE",
	"'CREATE TYPE ' || " TYPE_NAME " || ' AS (' || coalesce((SELECT string_agg("
	"quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || " COLLATED(
		"a.attcollation",
		"y.typcollation") ", ', ' ORDER BY a.attnum) "
						  "FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid "
						  "WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'") "JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE " OUR_TYPE;

static const char composite_comments[] =
	"SELECT 'comment', n.nspname, t.typname || '.' || a.attname, NULL, 'COMMENT ON COLUMN ' || " TYPE_NAME
	" || '.' || quote_ident(a.attname) || ' IS ' || "
	"quote_literal(col_description(t.typrelid, a.attnum)), 'COMMENT ' || " TYPE_NAME
	" || '.' || quote_ident(a.attname) AS address, NULL " FROM_TYPE
	"JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
	"JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
	"WHERE col_description(t.typrelid, a.attnum) IS NOT NULL AND " OUR_TYPE;

#define RANGES(multirange) \
	TYPE("type", "TYPE", \
		"'CREATE TYPE ' || " TYPE_NAME " || ' AS RANGE (subtype = ' || " \
		"format_type(r.rngsubtype, NULL) || CASE WHEN o.opcdefault THEN '' ELSE (SELECT " \
		"format(', subtype_opclass = %I.%I', s.nspname, o.opcname) FROM pg_namespace s " \
		"WHERE s.oid = o.opcnamespace) END || CASE WHEN r.rngcollation IN (0, y.typcollation) THEN '' " \
		"ELSE (SELECT format(', collation = %I.%I', ln.nspname, l.collname) FROM pg_collation l " \
		"JOIN pg_namespace ln ON ln.oid = l.collnamespace WHERE l.oid = r.rngcollation) END || " \
		"CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', subtype_diff = ' || r.rngsubdiff::regproc END" multirange \
		" || ')'") \
	"JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_opclass o ON o.oid = r.rngsubopc " \
	"JOIN pg_type y ON y.oid = r.rngsubtype WHERE r.rngcanonical = 0 AND " OUR_TYPE

static const char domains[] = TYPE("domain", "DOMAIN",
	"'CREATE DOMAIN ' || " TYPE_NAME " || ' AS ' || "
	"format_type(t.typbasetype, t.typtypmod) || " COLLATED("t.typcollation",
		"b.typcollation") " || coalesce(' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), '') || "
						  "CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce((SELECT string_agg("
						  "' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' "
						  "ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' "
						  "AND k.convalidated), '') || coalesce((SELECT string_agg(E';\\nALTER DOMAIN ' || " TYPE_NAME
						  " || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' "
						  "ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' "
						  "AND NOT k.convalidated), '')") "JOIN pg_type b ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND " OUR_TYPE;

static const char domain_comments[] =
	"SELECT 'comment', n.nspname, t.typname || '.' || k.conname, NULL, "
	"format('COMMENT ON CONSTRAINT %I ON DOMAIN %I.%I IS %L', k.conname, n.nspname, t.typname, " COMMENT(
		"pg_constraint",
		"k.oid") "), format('COMMENT %I ON DOMAIN %I.%I', k.conname, n.nspname, t.typname) AS address, NULL " FROM_TYPE
				 "JOIN pg_constraint k ON k.contypid = t.oid WHERE " COMMENT("pg_constraint",
					 "k.oid") " IS NOT NULL AND " OUR_TYPE;

static const char exotic[] =
	"SELECT 'type-not-carried', 'w', 'type ' || n.nspname || '.' || t.typname, "
	"'a type whose code is written in C is not carried; install its extension on the target', "
	"NULL " FROM_TYPE "LEFT JOIN pg_range r ON r.rngtypid = t.oid "
	"WHERE (t.typtype = 'b' AND t.typelem = 0 OR r.rngcanonical <> 0) AND " OUR_TYPE;

/* Every enum and domain, those of extensions too: columns may have them. */
static const char own_types[] =
	"WITH RECURSIVE d(oid, base, modifier) AS ("
	"SELECT oid, typbasetype, typtypmod FROM pg_type WHERE typtype = 'd' UNION ALL "
	"SELECT d.oid, t.typbasetype, CASE WHEN d.modifier = -1 THEN t.typtypmod ELSE d.modifier END "
	"FROM d JOIN pg_type t ON t.oid = d.base AND t.typtype = 'd'), "
	"own(oid, base, modifier) AS ("
	"SELECT d.oid, d.base, d.modifier FROM d JOIN pg_type t ON t.oid = d.base "
	"AND t.typtype <> 'd' UNION ALL SELECT oid, oid, -1 FROM pg_type WHERE typtype = 'e') "
	"SELECT own.oid, format_type(own.base, own.modifier), b.typcategory = 'A', e.enumlabel "
	"FROM own JOIN pg_type b ON b.oid = own.base LEFT JOIN pg_enum e ON e.enumtypid = own.base "
	"ORDER BY own.oid, e.enumsortorder";

/* The element of an array domain, and the two forms of an oid, are not told by the kind. */
static void own_type(struct postgres_describe *d, struct wh_type *out)
{
	const char *base = PQgetvalue(d->result, d->row, 1);
	bool known = postgres_type(d->arena, base, out);
	if (!known && postgres_true(d, 2))
		*out = (struct wh_type){ .kind = WH_ARRAY, .element = WH_NATIVE };
	if (!strcmp(base, "oid") || !strcmp(base, "\"char\""))
		*out = (struct wh_type){ .kind = WH_NATIVE };
}

static int each_own_type(struct postgres_describe *d)
{
	Oid oid = postgres_oid(d, 0);
	const char *label = postgres_text(d, 3);
	if (!d->ntypes || d->types[d->ntypes - 1].oid != oid) {
		struct postgres_own_type *new = wh_push(&d->scratch, &d->types, &d->ntypes);
		new->oid = oid;
		own_type(d, &new->type);
	}
	struct postgres_own_type *own = &d->types[d->ntypes - 1];
	struct wh_type *t = &own->type;
	if (!label)
		return WH_OK;
	*wh_push(d->arena, &own->labels, &t->nlabels) = label;
	t->labels = own->labels;
	t->kind = WH_ENUM;
	return WH_OK;
}

/* What stands below comes first. */
static const char demands[] =
	"WITH RECURSIVE d(oid, depth) AS (SELECT t.oid, 0 FROM pg_type t JOIN pg_type b "
	"ON b.oid = t.typbasetype WHERE t.typtype = 'd' AND b.typtype <> 'd' UNION ALL "
	"SELECT t.oid, d.depth + 1 FROM d JOIN pg_type t ON t.typbasetype = d.oid AND t.typtype = 'd') "
	"SELECT t.oid, n.nspname, t.typname, t.typbasetype, t.typnotnull, "
	"pg_get_expr(t.typdefaultbin, 0), k.conname, pg_get_expr(k.conbin, 0), k.convalidated "
	"FROM d JOIN pg_type t ON t.oid = d.oid JOIN pg_namespace n ON n.oid = t.typnamespace "
	"LEFT JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'c' "
	"ORDER BY d.depth, t.oid, k.conname";

static struct postgres_own_type *own_of(const struct postgres_describe *d, Oid oid)
{
	const struct postgres_own_type *own = postgres_own(d, oid);
	return own ? &d->types[own - d->types] : NULL;
}

static void add_domain(struct postgres_describe *d, struct postgres_own_type *own)
{
	const struct postgres_own_type *below = postgres_own(d, postgres_oid(d, 3));
	own->domain = wh_new(d->arena, struct wh_domain);
	*own->domain = (struct wh_domain){ .schema = postgres_text(d, 1),
		.name = postgres_text(d, 2),
		.not_null = postgres_true(d, 4),
		.default_text = postgres_text(d, 5),
		.base = below ? below->domain : NULL };
}

static int each_demand(struct postgres_describe *d)
{
	struct postgres_own_type *own = own_of(d, postgres_oid(d, 0));
	if (!own)
		return WH_OK;
	if (!own->domain)
		add_domain(d, own);
	const char *text = postgres_text(d, 7);
	if (text)
		*wh_push(d->arena, &own->domain->checks, &own->domain->nchecks) =
			(struct wh_check){ postgres_text(d, 6), text, !postgres_true(d, 8) };
	return WH_OK;
}

const struct postgres_reading postgres_type_readings[] = {
	{ own_types, each_own_type },
	{ demands, each_demand },
	{ schemas, postgres_object },
	{ extensions, postgres_object },
	{ COLLATIONS(LC_COLLATIONS), postgres_object, .most = 149999 },
	{ COLLATIONS("CASE WHEN c.collprovider = 'c' THEN " LC_COLLATIONS
				 " ELSE ', locale = ' || quote_literal(c.colliculocale) END"),
		postgres_object, .least = 150000, .most = 159999 },
	{ COLLATIONS("CASE WHEN c.collprovider = 'c' THEN " LC_COLLATIONS
				 " ELSE ', locale = ' || quote_literal(c.colliculocale) || "
				 "coalesce(', rules = ' || quote_literal(c.collicurules), '') END"),
		postgres_object, .least = 160000, .most = 169999 },
	{ COLLATIONS("CASE WHEN c.collprovider = 'c' THEN " LC_COLLATIONS
				 " ELSE ', locale = ' || quote_literal(c.colllocale) || "
				 "coalesce(', rules = ' || quote_literal(c.collicurules), '') END"),
		postgres_object, .least = 170000 },
	{ enums, postgres_object },
	{ composites, postgres_object },
	{ composite_comments, postgres_object },
	{ RANGES(""), postgres_object, .most = 139999 },
	{ RANGES(" || ', multirange_type_name = ' || (SELECT format('%I.%I', mn.nspname, m.typname) "
			 "FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace "
			 "WHERE m.oid = r.rngmultitypid)"),
		postgres_object, .least = 140000 },
	{ domains, postgres_object },
	{ domain_comments, postgres_object },
	{ exotic, postgres_finding },
	{ NULL },
};
