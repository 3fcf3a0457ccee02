/* Describe: large objects, as the table that large_objects.c reads and writes. */
#include "connectors/postgres/catalog.h"

static const char *const names[] = { "loid", "part", "data" };
#define NAMES (sizeof names / sizeof *names)
#define NKEY 2 /* loid, part */

static void add_key(struct postgres_describe *d, struct wh_table *t)
{
	struct wh_index *key = wh_push(d->arena, &t->indexes, &t->nindexes);
	*key = (struct wh_index){ .name = "pg_largeobject_pkey",
		.primary = true,
		.unique = true,
		.constraint = true,
		.method = "btree" };
	for (size_t i = 0; i < NKEY; i++)
		wh_push(d->arena, &key->parts, &key->nparts)->column = names[i];
}

static int each_database(struct postgres_describe *d)
{
	struct wh_table *t = wh_push(d->arena, &d->catalog->tables, &d->catalog->ntables);
	*t = (struct wh_table){ .schema = "pg_catalog",
		.name = "pg_largeobject",
		.kind = "table",
		.rows = -1,
		.bytes = postgres_number(d, 1, -1) };
	for (size_t i = 0; i < NAMES; i++) {
		struct wh_column *c = wh_push(d->arena, &t->columns, &t->ncolumns);
		c->name = names[i];
		c->not_null = true;
		if (!postgres_type(d->arena, i < NKEY ? "bigint" : "bytea", &c->type))
			return wh_fail(d->error, WH_BUG, "a type of PostgreSQL is not known");
	}
	add_key(d, t);
	wh_findings_add(&d->catalog->findings, "large-objects", WH_INFO, WH_AUTOMATIC,
		wh_arena_format(&d->scratch, "%s large objects", postgres_text(d, 0)),
		"PostgreSQL gets them as large objects of the same numbers; another engine as rows of a table, "
		"in parts of 256 KiB, so that columns of type oid or lo still say where the bytes are");
	return WH_OK;
}

static const char large_objects[] =
	"SELECT count(*), pg_relation_size('pg_largeobject') FROM pg_largeobject_metadata "
	"HAVING count(*) > 0";

static const char comments[] =
	"SELECT 'comment', 'pg_catalog', o.oid::text, 'pg_largeobject', "
	"format('COMMENT ON LARGE OBJECT %s IS %L', o.oid, " COMMENT("pg_largeobject",
		"o.oid") "), NULL "
				 "FROM pg_largeobject_metadata o WHERE " COMMENT("pg_largeobject",
					 "o.oid") " IS NOT NULL";

const struct postgres_reading postgres_large_readings[] = {
	{ large_objects, each_database },
	{ comments, postgres_object },
	{ NULL },
};
