/* Describe: tables, columns, sequences. */
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include <string.h>

static const char tables[] =
	"SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relpersistence, " COMMENT(
		"pg_class",
		"c.oid") ", c.reltuples::numeric::bigint, c.relpages, "
				 "CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) END, "
				 "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
				 "pg_get_expr(c.relpartbound, c.oid), "
				 "concat_ws(', ', " OPTIONS(
					 "c.reloptions") ", "
									 "(SELECT string_agg('toast.' || o.option_name || '=' || quote_literal(o.option_value), ', ') "
									 "FROM pg_options_to_table(t.reloptions) o)), "
									 "pn.nspname, p.relname, "
									 "CASE WHEN a.amname <> 'heap' THEN quote_ident(a.amname) END, "
									 "has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT') "
									 "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
									 "LEFT JOIN pg_class t ON t.oid = c.reltoastrelid "
									 "LEFT JOIN pg_am a ON a.oid = c.relam "
									 "LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 "
									 "LEFT JOIN pg_class p ON p.oid = i.inhparent "
									 "LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace "
									 "WHERE c.relkind IN " TABLES
									 " AND c.relpersistence <> 't' AND " OUR_RELATION("c",
										 "n") " ORDER BY c.oid";

/* A word before TABLE, and what stands between the columns and the end of CREATE TABLE. */
static const char *table_options(struct postgres_describe *d)
{
	const char *list = postgres_text(d, 12), *method = postgres_text(d, 15);
	bool unlogged = postgres_letter(d, 5) == 'u', listed = list && *list;
	if (!unlogged && !method && !listed)
		return NULL;
	return wh_arena_format(d->arena, "%s%s%s%s%s%s", unlogged ? "UNLOGGED" : "",
		method ? " USING " : "", method ? method : "", listed ? " WITH (" : "", listed ? list : "",
		listed ? ")" : "");
}

static const char *table_partition(struct postgres_describe *d)
{
	const char *key = postgres_text(d, 10), *bound = postgres_text(d, 11);
	if (!key)
		return bound;
	return wh_arena_format(d->arena, "%s%sPARTITION BY %s", bound ? bound : "", bound ? "\n" : "",
		key);
}

static int each_table(struct postgres_describe *d)
{
	struct postgres_relation *r = wh_push(&d->scratch, &d->relations, &d->nrelations);
	*r = (struct postgres_relation){ postgres_oid(d, 0), d->catalog->ntables };
	struct wh_table *t = wh_push(d->arena, &d->catalog->tables, &d->catalog->ntables);
	char kind = postgres_letter(d, 3);
	bool partition = postgres_true(d, 4);
	t->schema = postgres_text(d, 1);
	t->name = postgres_text(d, 2);
	t->kind = partition ? "partition"
		: kind == 'p'   ? "partitioned table"
		: kind == 'f'   ? "foreign table"
						: "table";
	t->comment = postgres_text(d, 6);
	t->rows = postgres_number(d, 7, -1);
	if (t->rows < 0 || (t->rows == 0 && postgres_number(d, 8, 0) == 0) || kind == 'p')
		t->rows = -1;
	t->bytes = postgres_number(d, 9, -1);
	t->partition = table_partition(d);
	t->options = table_options(d);
	t->parent_schema = postgres_text(d, 13);
	t->parent = postgres_text(d, 14);
	t->rows_in_parts = kind == 'p';
	t->unreadable = !postgres_true(d, 16);
	if (kind == 'f')
		wh_findings_add(&d->catalog->findings, "foreign-table", WH_WARNING, WH_ASSISTED,
			wh_arena_format(&d->scratch, "%s.%s", t->schema, t->name),
			"its rows are read through its server and become a plain table; leave it out with "
			"select.exclude where that is not wanted");
	return WH_OK;
}

static const char more_parents[] =
	"SELECT c.oid, pn.nspname, p.relname FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = h.inhparent "
	"JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhseqno > 1 AND "
	"c.relkind IN " TABLES " AND " OUR_RELATION("c", "n") " ORDER BY c.oid, h.inhseqno";

static int each_parent(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 0));
	if (t)
		*wh_push(d->arena, &t->more_parents,
			&t->nmore_parents) = (struct wh_name){ postgres_text(d, 1), postgres_text(d, 2) };
	return WH_OK;
}

static const char columns[] =
	"SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, "
	"y.typcategory = 'A' AND y.typlen = -1, a.attnotnull, a.attidentity, a.attgenerated, "
	"pg_get_expr(d.adbin, d.adrelid), "
	"CASE WHEN a.attcollation <> 0 AND a.attcollation <> y.typcollation "
	"THEN format('%I.%I', ln.nspname, l.collname) END, "
	"col_description(a.attrelid, a.attnum) "
	"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type y ON y.oid = a.atttypid "
	"LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
	"LEFT JOIN pg_collation l ON l.oid = a.attcollation "
	"LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace "
	"WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN " TABLES
	" AND c.relpersistence <> 't' AND " OUR_RELATION("c", "n") " ORDER BY a.attrelid, a.attnum";

/* Enums and domains by what they are made of; arrays of anything as arrays. */
static void column_type(struct postgres_describe *d, struct wh_column *c)
{
	const struct postgres_own_type *own = postgres_own(d, postgres_oid(d, 3));
	struct wh_type *out = &c->type;
	const char *native = PQgetvalue(d->result, d->row, 2);
	if (own)
		*out = own->type;
	else if (!postgres_type(d->arena, native, out) && postgres_true(d, 4))
		*out = (struct wh_type){ .kind = WH_ARRAY, .element = WH_NATIVE, .native = out->native };
	if (own) {
		out->native = wh_arena_text(d->arena, native);
		c->domain = own->domain;
	}
	out->collation = postgres_text(d, 9);
}

static int each_column(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 0));
	if (!t)
		return WH_OK;
	struct wh_column *c = wh_push(d->arena, &t->columns, &t->ncolumns);
	char identity = postgres_letter(d, 6), generated = postgres_letter(d, 7);
	const char *expression = postgres_text(d, 8);
	c->name = postgres_text(d, 1);
	column_type(d, c);
	c->not_null = postgres_true(d, 5);
	c->identity = identity == 'a' ? WH_IDENTITY_ALWAYS
		: identity == 'd'         ? WH_IDENTITY_DEFAULT
								  : WH_NO_IDENTITY;
	c->generated_stored = generated == 's';
	if (generated)
		c->generated = expression;
	else
		c->default_text = expression;
	c->comment = postgres_text(d, 10);
	return WH_OK;
}

/* A sequence that was never used says its next value only itself, and that is asked for through
 * query_to_xml: one query for all of them. */
static const char sequences[] =
	"SELECT n.nspname, c.relname, format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, "
	"q.seqmin, q.seqmax, q.seqcache, q.seqcycle, " COMMENT("pg_class",
		"c.oid") ", "
				 "dep.refobjid, a.attname, dep.deptype, "
				 "EXISTS (SELECT FROM pg_attrdef ad JOIN pg_depend f ON f.classid = 'pg_attrdef'::regclass "
				 "AND f.objid = ad.oid AND f.refclassid = 'pg_class'::regclass AND f.refobjid = c.oid "
				 "WHERE ad.adrelid = dep.refobjid AND ad.adnum = dep.refobjsubid), "
				 "CASE WHEN NOT has_sequence_privilege(c.oid, 'SELECT') THEN NULL "
				 "WHEN v.last IS NULL THEN substring(query_to_xml(format('SELECT last_value FROM %I.%I', "
				 "n.nspname, c.relname), false, true, '')::text from '<last_value>(-?[0-9]+)</')::numeric "
				 "WHEN v.next BETWEEN q.seqmin AND q.seqmax OR NOT q.seqcycle THEN v.next "
				 "WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END "
				 "FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid "
				 "JOIN pg_namespace n ON n.oid = c.relnamespace "
				 "LEFT JOIN pg_depend dep ON dep.classid = 'pg_class'::regclass AND dep.objid = c.oid "
				 "AND dep.objsubid = 0 AND dep.refclassid = 'pg_class'::regclass "
				 "AND dep.refobjsubid > 0 AND dep.deptype IN ('a', 'i') "
				 "LEFT JOIN pg_attribute a ON a.attrelid = dep.refobjid AND a.attnum = dep.refobjsubid "
				 "CROSS JOIN LATERAL (SELECT CASE WHEN has_sequence_privilege(c.oid, 'SELECT') "
				 "THEN pg_sequence_last_value(c.oid) END AS last) l "
				 "CROSS JOIN LATERAL (SELECT l.last, l.last::numeric + q.seqincrement AS next) v "
				 "WHERE c.relpersistence <> 't' AND " OUR_RELATION("c", "n") " ORDER BY c.oid";

static struct wh_sequence *add_sequence(struct postgres_describe *d)
{
	struct wh_sequence *s = wh_push(d->arena, &d->catalog->sequences, &d->catalog->nsequences);
	*s = (struct wh_sequence){ .schema = postgres_text(d, 0),
		.name = postgres_text(d, 1),
		.type = postgres_text(d, 2),
		.start = postgres_text(d, 3),
		.increment = postgres_text(d, 4),
		.minimum = postgres_text(d, 5),
		.maximum = postgres_text(d, 6),
		.cache = postgres_text(d, 7),
		.cycle = postgres_true(d, 8),
		.comment = postgres_text(d, 9),
		.identity = postgres_letter(d, 12) == 'i',
		.next_value = postgres_text(d, 14) };
	if (!s->next_value)
		wh_findings_add(&d->catalog->findings, "sequence-not-readable", WH_WARNING, WH_MANUAL,
			wh_arena_format(&d->scratch, "sequence %s.%s", s->schema, s->name),
			"its next value is not known; grant SELECT on it to the user of the URL");
	return s;
}

/* A serial column: its default takes the next value of a sequence of its own. */
static int each_sequence(struct postgres_describe *d)
{
	struct wh_sequence *s = add_sequence(d);
	struct wh_table *t = postgres_table(d, postgres_oid(d, 10));
	const char *name = postgres_text(d, 11);
	struct wh_column *c = t && name ? wh_table_column(t, name) : NULL;
	if (!c)
		return WH_OK;
	s->owner_schema = t->schema;
	s->owner_table = t->name;
	s->owner_column = c->name;
	if (!s->identity && !postgres_true(d, 13))
		return WH_OK;
	if (c->identity == WH_NO_IDENTITY)
		c->identity = WH_IDENTITY_DEFAULT;
	c->next_value = s->next_value;
	c->sequence = s->name;
	return WH_OK;
}

const struct postgres_reading postgres_table_readings[] = {
	{ tables, each_table },
	{ more_parents, each_parent },
	{ columns, each_column },
	{ sequences, each_sequence },
	{ NULL },
};
