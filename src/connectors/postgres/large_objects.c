/* Large objects as a table: loid, part (of 256 KiB, from 0) and data; an empty object has part 0.
 *
 * They are read through functions that need no more than SELECT on each of them, and written
 * through a temporary view whose triggers do the same: pg_largeobject itself is the superuser's. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"

#define PART "262144"
#define VIEW "pg_temp.whimbrel_large_object"
#define TOUCHED "pg_temp.whimbrel_large_object_touched"

/* An object's last part comes first: what deletes them all cuts it down to nothing. The length is
 * asked for in one chain, because a join may keep the answer for another object's descriptor. */
#define LENGTH \
	"(SELECT CASE WHEN pg_catalog.lo_close(s.fd) = 0 THEN s.bytes END FROM " \
	"(SELECT f.fd, pg_catalog.lo_lseek64(f.fd, 0, 2) AS bytes FROM " \
	"(SELECT pg_catalog.lo_open(m.oid, x'40000'::pg_catalog.int4) AS fd OFFSET 0) f OFFSET 0) s)"
#define PARTS \
	"SELECT o.oid::pg_catalog.int8 AS loid, p.part, " \
	"pg_catalog.lo_get(o.oid, p.part * " PART ", " PART ") AS data " \
	"FROM (SELECT m.oid, " LENGTH " AS bytes FROM pg_catalog.pg_largeobject_metadata m) o, " \
	"LATERAL pg_catalog.generate_series((GREATEST(o.bytes, 1) - 1) / " PART ", 0, -1) AS p(part)"

/* An object that this transaction neither made nor took from belongs to somebody else. */
#define PUT \
	"BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata " \
	"WHERE oid = NEW.loid::pg_catalog.oid) THEN " \
	"INSERT INTO " TOUCHED " VALUES (pg_catalog.lo_create(NEW.loid::pg_catalog.oid)); " \
	"ELSIF NOT EXISTS (SELECT FROM " TOUCHED " WHERE loid = NEW.loid::pg_catalog.oid) THEN " \
	"RAISE unique_violation USING MESSAGE = " \
	"pg_catalog.format('there is a large object %s already', NEW.loid); END IF; " \
	"PERFORM pg_catalog.lo_put(NEW.loid::pg_catalog.oid, NEW.part * " PART ", NEW.data); " \
	"RETURN NEW; END"

/* A part with others behind it stays until what is written in its place covers it. */
#define TAKE \
	"DECLARE fd integer := pg_catalog.lo_open(OLD.loid::pg_catalog.oid, x'60000'::pg_catalog.int4); " \
	"last boolean := pg_catalog.lo_lseek64(fd, 0, 2) <= (OLD.part + 1) * " PART "; " \
	"BEGIN IF last THEN PERFORM pg_catalog.lo_truncate64(fd, OLD.part * " PART "); END IF; " \
	"PERFORM pg_catalog.lo_close(fd); IF last AND OLD.part = 0 THEN " \
	"PERFORM pg_catalog.lo_unlink(OLD.loid::pg_catalog.oid); ELSE " \
	"INSERT INTO " TOUCHED " VALUES (OLD.loid::pg_catalog.oid) ON CONFLICT DO NOTHING; END IF; " \
	"RETURN OLD; END"

#define TRIGGER(event, body) \
	"CREATE OR REPLACE FUNCTION " VIEW "_" event "() RETURNS trigger LANGUAGE plpgsql AS $$" body \
	"$$; CREATE TRIGGER whimbrel_" event " INSTEAD OF " event " ON " VIEW \
	" FOR EACH ROW EXECUTE FUNCTION " VIEW "_" event "()"

/* Triggers of a view cannot be told to fire always. */
#define AWAKE \
	"DO $$BEGIN IF pg_catalog.current_setting('session_replication_role') <> 'origin' THEN " \
	"SET LOCAL session_replication_role = origin; END IF; END$$; "

static const char make_view[] = AWAKE
	"DROP VIEW IF EXISTS " VIEW "; DROP TABLE IF EXISTS " TOUCHED "; "
	"CREATE TEMPORARY TABLE whimbrel_large_object_touched (loid pg_catalog.oid PRIMARY KEY) "
	"ON COMMIT DELETE ROWS; CREATE TEMPORARY VIEW whimbrel_large_object AS " PARTS
	"; " TRIGGER("INSERT", PUT) "; " TRIGGER("DELETE", TAKE);

bool postgres_is_large(const char *schema, const char *table)
{
	return wh_equal(schema, "pg_catalog") && wh_equal(table, "pg_largeobject");
}

void postgres_put_from(struct wh_buffer *sql, const struct wh_rowset *rows)
{
	if (postgres_is_large(rows->schema, rows->table))
		wh_buffer_text(sql, "(" PARTS ") AS pg_largeobject");
	else
		wh_sql_qualified(sql, &wh_dialect_postgresql, rows->schema, rows->table);
}

void postgres_put_into(struct wh_buffer *sql, const struct wh_rowset *rows)
{
	if (postgres_is_large(rows->schema, rows->table))
		wh_buffer_text(sql, VIEW);
	else
		wh_sql_qualified(sql, &wh_dialect_postgresql, rows->schema, rows->table);
}

int postgres_open_into(struct postgres *s, const struct wh_rowset *rows, struct wh_error *error)
{
	return postgres_is_large(rows->schema, rows->table) ? postgres_do(s, make_view, error) : WH_OK;
}
