/* Describe: indexes, foreign keys, checks, exclusion constraints. */
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define RELATION_NAME "format('%I.%I', n.nspname, c.relname)"
#define FROM_INDEX \
	"FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid " \
	"JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = x.relam " \
	"LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid " \
	"AND k.contype IN ('p', 'u', 'x') "
#define WHERE_TABLE \
	"c.relkind IN " TABLES " AND c.relpersistence <> 't' AND " OUR_RELATION("c", "n")
/* pg_get_indexdef says ONLY for a partitioned table; the index is to be made with its parts. */
#define INDEX_START(only) \
	"'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || " \
	"quote_ident(x.relname) || ' ON " only "'"
#define INDEX_DEFINITION \
	"CASE WHEN x.relkind = 'I' THEN " INDEX_START( \
		"") " || substr(pg_get_indexdef(x.oid), length(" INDEX_START("ONLY ") ") + 1) ELSE pg_get_indexdef(x.oid) END"

#define INDEXES(nulls_not_distinct) \
	"SELECT x.oid, c.oid, x.relname, i.indisprimary, i.indisunique, k.oid IS NOT NULL, " \
	"k.condeferrable, k.condeferred, " nulls_not_distinct ", m.amname, " \
	"pg_get_expr(i.indpred, i.indrelid, true), " \
	"CASE WHEN k.oid IS NOT NULL THEN 'ALTER TABLE ' || " RELATION_NAME \
	" || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) " \
	"ELSE " INDEX_DEFINITION \
	" END, coalesce(" COMMENT("pg_class", "x.oid") ", " COMMENT("pg_constraint", \
		"k.oid") ") " FROM_INDEX \
				 "WHERE i.indisvalid AND k.contype IS DISTINCT FROM 'x' AND " WHERE_TABLE \
				 " ORDER BY x.oid"

static int each_index(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 1));
	if (!t)
		return WH_OK;
	struct postgres_part *part = wh_push(&d->scratch, &d->indexes, &d->nindexes);
	*part = (struct postgres_part){ postgres_oid(d, 0), (size_t)(t - d->catalog->tables),
		t->nindexes };
	struct wh_index *i = wh_push(d->arena, &t->indexes, &t->nindexes);
	i->name = postgres_text(d, 2);
	i->primary = postgres_true(d, 3);
	i->unique = postgres_true(d, 4);
	i->constraint = postgres_true(d, 5);
	i->deferrable = postgres_true(d, 6);
	i->deferred = postgres_true(d, 7);
	i->nulls_not_distinct = postgres_true(d, 8);
	i->method = postgres_text(d, 9);
	i->where = postgres_text(d, 10);
	i->definition = postgres_text(d, 11);
	i->comment = postgres_text(d, 12);
	return WH_OK;
}

/* An operator class is named where it is not the usual one, a collation where it is not the
 * column's. */
static const char parts[] =
	"SELECT x.oid, p <= i.indnkeyatts, a.attname, "
	"CASE WHEN a.attname IS NULL THEN pg_get_indexdef(x.oid, p, true) END, "
	"(i.indoption[p - 1] & 1) = 1, (i.indoption[p - 1] & 2) = 2, m.amname = 'btree', "
	"CASE WHEN NOT oc.opcdefault THEN format('%I.%I', ocn.nspname, oc.opcname) END, "
	"CASE WHEN l.oid <> coalesce(a.attcollation, 100) "
	"THEN format('%I.%I', ln.nspname, l.collname) END, "
	"a.atttypid::regtype::text LIKE '%citext' OR to_jsonb(l)->>'collisdeterministic' = 'false' " FROM_INDEX
	"CROSS JOIN LATERAL generate_series(1, i.indnatts) p "
	"LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[p - 1] "
	"AND i.indkey[p - 1] <> 0 "
	"LEFT JOIN pg_opclass oc ON oc.oid = i.indclass[p - 1] "
	"LEFT JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace "
	"LEFT JOIN pg_collation l ON l.oid = i.indcollation[p - 1] AND l.oid <> 0 "
	"LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace "
	"WHERE i.indisvalid AND k.contype IS DISTINCT FROM 'x' AND " WHERE_TABLE " ORDER BY x.oid, p";

static int part_compare(const void *key, const void *item)
{
	Oid a = *(const Oid *)key, b = ((const struct postgres_part *)item)->oid;
	return (a > b) - (a < b);
}

static struct wh_index *find_index(const struct postgres_describe *d, Oid oid)
{
	const struct postgres_part *p = d->nindexes
		? bsearch(&oid, d->indexes, d->nindexes, sizeof *d->indexes, part_compare)
		: NULL;
	return p ? &d->catalog->tables[p->table].indexes[p->at] : NULL;
}

static int each_part(struct postgres_describe *d)
{
	struct wh_index *i = find_index(d, postgres_oid(d, 0));
	if (!i)
		return WH_OK;
	if (!postgres_true(d, 1)) {
		*wh_push(d->arena, &i->include, &i->ninclude) = postgres_text(d, 2);
		return WH_OK;
	}
	struct wh_index_part *p = wh_push(d->arena, &i->parts, &i->nparts);
	p->column = postgres_text(d, 2);
	p->expression = p->column ? NULL : postgres_text(d, 3);
	p->descending = postgres_true(d, 6) && postgres_true(d, 4);
	p->nulls_first = postgres_true(d, 6) && postgres_true(d, 5);
	p->operator_class = postgres_text(d, 7);
	p->collation = postgres_text(d, 8);
	p->folds = postgres_true(d, 9);
	return WH_OK;
}

static const char invalid_indexes[] =
	"SELECT 'index-invalid', 'w', format('index %s on %s.%s', x.relname, n.nspname, c.relname), "
	"'it is not valid on the source (its creation failed or is under way) and is not carried; "
	"REINDEX or drop it there', pg_get_indexdef(x.oid) " FROM_INDEX
	"WHERE NOT i.indisvalid AND " WHERE_TABLE;

#define ACTION(letter) \
	"CASE " letter " WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' " \
	"WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END"
#define FROM_CONSTRAINT \
	"FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid " \
	"JOIN pg_namespace n ON n.oid = c.relnamespace "

/* One row a column. Copies that a partition has of its parent's keys are made with the parent's. */
#define FOREIGN_KEYS(set_columns) \
	"SELECT c.oid, k.oid, k.conname, rn.nspname, r.relname, " ACTION("k.confupdtype") ", " ACTION( \
		"k.confdeltype") ", " set_columns ", k.confmatchtype = 'f', k.condeferrable, " \
						 "k.condeferred, NOT k.convalidated, a.attname, ra.attname " FROM_CONSTRAINT \
						 "JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace " \
						 "CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(mine, theirs, place) " \
						 "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.mine " \
						 "JOIN pg_attribute ra ON ra.attrelid = k.confrelid AND ra.attnum = u.theirs " \
						 "WHERE k.contype = 'f' AND k.conparentid = 0 AND " WHERE_TABLE \
						 " ORDER BY k.oid, u.place"

static void foreign_key_facts(struct postgres_describe *d, struct wh_foreign_key *f)
{
	f->name = postgres_text(d, 2);
	f->to_schema = postgres_text(d, 3);
	f->to_table = postgres_text(d, 4);
	f->on_update = postgres_text(d, 5);
	f->on_delete = postgres_text(d, 6);
	f->set_columns = postgres_text(d, 7);
	f->match_full = postgres_true(d, 8);
	f->deferrable = postgres_true(d, 9);
	f->deferred = postgres_true(d, 10);
	f->not_valid = postgres_true(d, 11);
}

static void key_column(struct wh_arena *arena, struct wh_foreign_key *f, const char *mine,
	const char *theirs)
{
	size_t n = f->ncolumns;
	*wh_push(arena, &f->columns, &f->ncolumns) = mine;
	*wh_push(arena, &f->to_columns, &n) = theirs;
}

static int each_foreign_key(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 0));
	if (!t)
		return WH_OK;
	bool again = d->row > 0 &&
		!strcmp(PQgetvalue(d->result, d->row, 1), PQgetvalue(d->result, d->row - 1, 1));
	if (!again)
		foreign_key_facts(d, wh_push(d->arena, &t->foreign_keys, &t->nforeign_keys));
	key_column(d->arena, &t->foreign_keys[t->nforeign_keys - 1], postgres_text(d, 12),
		postgres_text(d, 13));
	return WH_OK;
}

/* A check that a child has from its parent comes with the parent's. */
#define OWN_CHECK \
	"k.contype = 'c' AND k.conrelid <> 0 AND (k.coninhcount = 0 OR NOT c.relispartition " \
	"AND k.conislocal) "

static const char checks[] =
	"SELECT c.oid, k.conname, pg_get_expr(k.conbin, k.conrelid, true), NOT k.convalidated " FROM_CONSTRAINT
	"WHERE " OWN_CHECK "AND NOT k.connoinherit AND " WHERE_TABLE " ORDER BY k.oid";

static int each_check(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 0));
	if (!t)
		return WH_OK;
	struct wh_check *c = wh_push(d->arena, &t->checks, &t->nchecks);
	c->name = postgres_text(d, 1);
	c->text = postgres_text(d, 2);
	c->not_valid = postgres_true(d, 3);
	return WH_OK;
}

/* What the catalog's own shapes have no place for. */
#define WHOLE_CONSTRAINT(kind) \
	"SELECT '" kind "', n.nspname, k.conname, c.relname, 'ALTER TABLE ' || " RELATION_NAME \
	" || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), " COMMENT( \
		"pg_constraint", "k.oid") " " FROM_CONSTRAINT "WHERE " WHERE_TABLE " AND "

static const char comments[] =
	"SELECT 'comment', n.nspname, k.conname, c.relname, 'COMMENT ON CONSTRAINT ' || "
	"quote_ident(k.conname) || ' ON ' || " RELATION_NAME " || ' IS ' || "
	"quote_literal(" COMMENT("pg_constraint",
		"k.oid") "), NULL " FROM_CONSTRAINT "WHERE k.contype <> 't' AND " COMMENT("pg_constraint",
		"k.oid") " IS NOT NULL AND " WHERE_TABLE;

/* The index behind a constraint has one of its own, beside the constraint's. */
static const char index_comments[] =
	"SELECT 'comment', n.nspname, x.relname, c.relname, "
	"format('COMMENT ON INDEX %I.%I IS %L', n.nspname, x.relname, " COMMENT("pg_class",
		"x.oid") "), NULL " FROM_INDEX "WHERE k.oid IS NOT NULL AND " COMMENT("pg_class",
		"x.oid") " IS NOT NULL AND " WHERE_TABLE;

/* The settings of columns and tables that are kept beside their definition. */
static const char storage[] =
	"SELECT 'column setting', n.nspname, a.attname || ' storage', c.relname, "
	"'ALTER TABLE ' || " RELATION_NAME " || ' ALTER COLUMN ' || quote_ident(a.attname) || "
	"' SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' "
	"WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END, NULL "
	"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type y ON y.oid = a.atttypid "
	"WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attstorage <> y.typstorage AND " WHERE_TABLE;

static const char statistics_target[] =
	"SELECT 'column setting', n.nspname, a.attname || ' statistics', c.relname, "
	"'ALTER TABLE ' || " RELATION_NAME " || ' ALTER COLUMN ' || quote_ident(a.attname) || "
	"' SET STATISTICS ' || a.attstattarget, NULL "
	"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace "
	"WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0 AND " WHERE_TABLE;

/* pg_attver is the server's own note (15.20 has it) and must not be set by others. */
static const char column_options[] =
	"SELECT 'column setting', n.nspname, a.attname || ' options', c.relname, "
	"'ALTER TABLE ' || " RELATION_NAME " || ' ALTER COLUMN ' || quote_ident(a.attname) || "
	"' SET (' || v.options || ')', NULL "
	"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL (SELECT string_agg("
	"o.option_name || '=' || quote_literal(o.option_value), ', ') AS options "
	"FROM pg_options_to_table(a.attoptions) o WHERE o.option_name <> 'pg_attver') v "
	"WHERE a.attnum > 0 AND NOT a.attisdropped AND v.options IS NOT NULL AND " WHERE_TABLE;

static const char compression[] =
	"SELECT 'column setting', n.nspname, a.attname || ' compression', c.relname, "
	"'ALTER TABLE ' || " RELATION_NAME " || ' ALTER COLUMN ' || quote_ident(a.attname) || "
	"' SET COMPRESSION ' || CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END, NULL "
	"FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
	"JOIN pg_namespace n ON n.oid = c.relnamespace "
	"WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attcompression <> '' AND " WHERE_TABLE;

static const char replica_identity[] =
	"SELECT 'table setting', n.nspname, 'replica identity', c.relname, 'ALTER TABLE ' || " RELATION_NAME
	" || ' REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL' "
	"WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || quote_ident(x.relname) END, NULL "
	"FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
	"LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisreplident "
	"LEFT JOIN pg_class x ON x.oid = i.indexrelid "
	"WHERE c.relreplident <> 'd' AND (c.relreplident <> 'i' OR x.oid IS NOT NULL) AND " WHERE_TABLE;

static const char clustered[] =
	"SELECT 'table setting', n.nspname, 'cluster', c.relname, 'ALTER TABLE ' || " RELATION_NAME
	" || ' CLUSTER ON ' || quote_ident(x.relname), NULL " FROM_INDEX
	"WHERE i.indisclustered AND " WHERE_TABLE;

const struct postgres_reading postgres_key_readings[] = {
	{ INDEXES("i.indnullsnotdistinct"), each_index, .least = 150000 },
	{ INDEXES("false"), each_index, .most = 149999 },
	{ parts, each_part },
	{ invalid_indexes, postgres_finding },
	{ FOREIGN_KEYS(
		  "(SELECT string_agg(quote_ident(sa.attname), ', ' ORDER BY s.place) "
		  "FROM unnest(k.confdelsetcols) WITH ORDINALITY AS s(number, place) JOIN pg_attribute sa "
		  "ON sa.attrelid = k.conrelid AND sa.attnum = s.number)"),
		each_foreign_key, .least = 150000 },
	{ FOREIGN_KEYS("NULL"), each_foreign_key, .most = 149999 },
	{ checks, each_check },
	{ WHOLE_CONSTRAINT("check constraint") OWN_CHECK "AND k.connoinherit", postgres_object },
	{ WHOLE_CONSTRAINT("exclusion constraint") "k.contype = 'x' AND k.conparentid = 0",
		postgres_object },
	{ comments, postgres_object },
	{ index_comments, postgres_object },
	{ storage, postgres_object },
	{ statistics_target, postgres_object },
	{ column_options, postgres_object },
	{ compression, postgres_object, .least = 140000 },
	{ replica_identity, postgres_object },
	{ clustered, postgres_object },
	{ NULL },
};
