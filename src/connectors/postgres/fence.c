/* The fence: a statement trigger on each table that raises, whoever writes. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include "base/time.h"
#include <stdlib.h>

#define FENCE "public.whimbrel_fence"
#define MESSAGE "whimbrel: writes to this database are stopped, for it is being moved"
#define DROP_MS 10000 /* where the fence does not say how long to wait */
#define DROP_STEP 500

/* Who may look is its owner: the one who writes needs no right to the table. A row that has expired
 * is locked, so that nobody can make the fence stand while a writer whom it let in is open: the one
 * who renews it waits, and then finds it expired. A session that does not see the row is stopped. */
static const char make_function[] =
	"CREATE TABLE IF NOT EXISTS " FENCE " (migration pg_catalog.bpchar(32) PRIMARY KEY, "
	"until timestamp with time zone NOT NULL, final boolean NOT NULL, shape pg_catalog.jsonb); "
	"DO $do$ BEGIN IF pg_catalog.to_regproc('" FENCE "') IS NULL THEN "
	"CREATE FUNCTION " FENCE "() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
	"SET search_path = pg_catalog, pg_temp SET row_security = off AS $body$ BEGIN "
	"IF pg_catalog.current_setting('whimbrel.pass', true) = TG_ARGV[0] THEN RETURN NULL; END IF; "
	"IF EXISTS (SELECT FROM " FENCE " f WHERE f.migration = TG_ARGV[0] AND NOT f.final "
	"AND f.until <= pg_catalog.clock_timestamp()) THEN "
	"PERFORM FROM " FENCE " f WHERE f.migration = TG_ARGV[0] AND NOT f.final "
	"AND f.until <= pg_catalog.clock_timestamp() FOR SHARE; "
	"IF FOUND THEN RETURN NULL; END IF; END IF; "
	"RAISE EXCEPTION USING ERRCODE = '25006', MESSAGE = '" MESSAGE "', "
	"HINT = 'Ask the one who moves it; the fence goes away by itself where the move is given up.'; "
	"END $body$; END IF; END $do$;";

/* ---- the tables, and the parts into which rows can be written directly ---- */

/* FROM ...: one c (pg_class) each, with its n (pg_namespace), perhaps several times. */
static void put_tables(struct wh_buffer *sql, const struct wh_fence *fence)
{
	bool any = false;
	wh_buffer_text(sql, " FROM (VALUES ");
	for (size_t i = 0; i < fence->ntables; i++) {
		const struct wh_rowset *rows = fence->tables[i];
		if (postgres_is_large(rows->schema, rows->table))
			continue;
		wh_buffer_text(sql, any ? ", (" : "(");
		wh_sql_text(sql, &wh_dialect_postgresql, rows->schema, strlen(rows->schema));
		wh_buffer_text(sql, ", ");
		wh_sql_text(sql, &wh_dialect_postgresql, rows->table, strlen(rows->table));
		wh_buffer_char(sql, ')');
		any = true;
	}
	wh_buffer_text(sql, any ? "" : "(NULL, NULL)");
	wh_buffer_text(sql,
		") AS w(s, t) JOIN pg_catalog.pg_namespace wn ON wn.nspname = w.s "
		"JOIN pg_catalog.pg_class wc ON wc.relnamespace = wn.oid AND wc.relname = w.t "
		"CROSS JOIN LATERAL (SELECT wc.oid AS relid UNION "
		"SELECT p.relid FROM pg_catalog.pg_partition_tree(wc.oid) p) AS p "
		"JOIN pg_catalog.pg_class c ON c.oid = p.relid AND c.relkind IN ('r', 'p') "
		"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ");
}

static int list_tables(struct postgres *s, const struct wh_fence *fence, PGresult **out,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql,
		"SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname), "
		"(SELECT pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t "
		"WHERE t.tgrelid = c.oid AND t.tgname = 'whimbrel_fence')");
	put_tables(&sql, fence);
	wh_buffer_text(&sql, "ORDER BY 1");
	int rc = postgres_query(s, wh_buffer_string(&sql), 0, NULL, out, error);
	wh_buffer_free(&sql);
	return rc;
}

/* The log does not tell that a table was altered: its columns, and the file of its rows, do. */
static void put_shape(struct wh_buffer *sql, const struct wh_fence *fence)
{
	wh_buffer_text(sql,
		"(SELECT pg_catalog.jsonb_object_agg(DISTINCT pg_catalog.format('%I.%I', n.nspname, "
		"c.relname), pg_catalog.md5(pg_catalog.concat(c.relfilenode, ' ', (SELECT "
		"pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attnum, a.attname, a.atttypid, "
		"a.atttypmod, a.attnotnull, a.atthasdef, a.attisdropped), ',' ORDER BY a.attnum) "
		"FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))))");
	put_tables(sql, fence);
	wh_buffer_char(sql, ')');
}

/* ---- raise ---- */

static int expired(struct wh_error *error)
{
	return wh_fail(error, WH_GUARD,
		"the fence had expired, or is not there: writes may have come meanwhile");
}

static int stand_until(struct postgres *s, const struct wh_fence *fence, bool final, bool *stood,
	struct wh_error *error)
{
	char sql[400];
	PGresult *r;
	snprintf(sql, sizeof sql,
		"UPDATE " FENCE " SET final = final OR %s, "
		"until = pg_catalog.clock_timestamp() + interval '%d ms' "
		"WHERE migration = $1 AND (final OR until > pg_catalog.clock_timestamp()) RETURNING 1",
		final ? "true" : "false", fence->milliseconds);
	const char *const values[] = { fence->migration };
	int rc = postgres_query(s, sql, 1, values, &r, error);
	*stood = rc == WH_OK && PQntuples(r) == 1;
	PQclear(r);
	return rc;
}

static int is_there(struct postgres *s, bool *out, struct wh_error *error)
{
	PGresult *r;
	int rc = postgres_query(s,
		"SELECT pg_catalog.to_regclass('" FENCE "') IS NOT NULL OR EXISTS ("
		"SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace "
		"WHERE n.nspname = 'public' AND p.proname = 'whimbrel_fence')",
		0, NULL, &r, error);
	*out = rc == WH_OK && PQgetvalue(r, 0, 0)[0] == 't';
	PQclear(r);
	return rc;
}

static int renew(struct postgres *s, const struct wh_fence *fence, bool final,
	struct wh_error *error)
{
	bool there = false, stood = false;
	char sql[80];
	int rc = is_there(s, &there, error);
	if (rc != WH_OK || !there)
		return rc == WH_OK ? expired(error) : rc;
	snprintf(sql, sizeof sql, "BEGIN; SET LOCAL lock_timeout = %d", fence->milliseconds);
	rc = postgres_do(s, sql, error);
	if (rc != WH_OK)
		return rc;
	rc = stand_until(s, fence, final, &stood, error);
	if (rc == WH_OK && !stood)
		rc = expired(error);
	return postgres_close_transaction(s, rc, error);
}

static bool is_ours(const PGresult *tables, int i, const struct wh_fence *fence)
{
	return !PQgetisnull(tables, i, 1) && strstr(PQgetvalue(tables, i, 1), fence->migration);
}

/* Locked as a trigger's creation locks it: who had begun to write has ended then. */
static int lock_tables(struct postgres *s, const PGresult *tables, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	for (int i = 0; i < PQntuples(tables); i++)
		wh_buffer_format(&sql, "%s%s", i ? ", ONLY " : "LOCK TABLE ONLY ",
			PQgetvalue(tables, i, 0));
	wh_buffer_text(&sql, " IN SHARE ROW EXCLUSIVE MODE");
	int rc = PQntuples(tables) ? postgres_do(s, wh_buffer_string(&sql), error) : WH_OK;
	wh_buffer_free(&sql);
	return rc;
}

static int make_trigger(struct postgres *s, const PGresult *tables, int i,
	const struct wh_fence *fence, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	const char *table = PQgetvalue(tables, i, 0);
	if (is_ours(tables, i, fence))
		return WH_OK;
	if (!PQgetisnull(tables, i, 1))
		wh_buffer_format(&sql, "DROP TRIGGER whimbrel_fence ON %s; ", table);
	wh_buffer_format(&sql,
		"CREATE TRIGGER whimbrel_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s "
		"FOR EACH STATEMENT EXECUTE FUNCTION " FENCE "('%s'); "
		"ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER whimbrel_fence",
		table, fence->migration, table);
	int rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

/* A fence of another migration that stands is not taken away. */
static int check_others(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	const char *const values[] = { fence->migration };
	PGresult *r;
	int rc = postgres_query(s,
		"SELECT migration FROM " FENCE " WHERE migration <> $1 "
		"AND (final OR until > pg_catalog.clock_timestamp()) LIMIT 1",
		1, values, &r, error);
	if (rc == WH_OK && PQntuples(r))
		rc = wh_fail(error, WH_CONFIG,
			"the fence of another migration, \"%s\", stands here: end that one first",
			PQgetvalue(r, 0, 0));
	PQclear(r);
	return rc;
}

static int put_row(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	const char *const values[] = { fence->migration };
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql,
		"INSERT INTO " FENCE " AS f VALUES ($1, pg_catalog.clock_timestamp() + interval '%d ms', "
		"false, ",
		fence->milliseconds);
	put_shape(&sql, fence);
	wh_buffer_text(&sql,
		") ON CONFLICT (migration) DO UPDATE SET until = excluded.until, shape = excluded.shape");
	int rc = postgres_run(s, wh_buffer_string(&sql), 1, values, error);
	wh_buffer_free(&sql);
	return rc;
}

static int build(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	PGresult *tables;
	int rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, make_function, error);
	if (rc == WH_OK)
		rc = check_others(s, fence, error);
	if (rc == WH_OK)
		rc = list_tables(s, fence, &tables, error);
	if (rc != WH_OK)
		return rc;
	rc = lock_tables(s, tables, error);
	for (int i = 0; i < PQntuples(tables) && rc == WH_OK; i++)
		rc = make_trigger(s, tables, i, fence, error);
	PQclear(tables);
	return rc == WH_OK ? put_row(s, fence, error) : rc;
}

static int all_stand(struct postgres *s, const struct wh_fence *fence, bool *out,
	struct wh_error *error)
{
	PGresult *tables;
	int rc = list_tables(s, fence, &tables, error);
	*out = rc == WH_OK && PQntuples(tables) > 0;
	for (int i = 0; rc == WH_OK && i < PQntuples(tables); i++)
		*out = *out && is_ours(tables, i, fence);
	PQclear(tables);
	return rc;
}

static int raise(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	char sql[120];
	bool stand = false;
	int rc = all_stand(s, fence, &stand, error);
	if (rc == WH_OK && stand) {
		rc = renew(s, fence, false, error);
		if (rc != WH_GUARD)
			return rc;
		wh_error_clear(error);
		rc = WH_OK;
	}
	/* One statement locks them all, and nobody waits behind it for longer than was said. */
	snprintf(sql, sizeof sql,
		"BEGIN; SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d", fence->milliseconds,
		fence->milliseconds);
	if (rc == WH_OK)
		rc = postgres_do(s, sql, error);
	return rc == WH_OK ? postgres_close_transaction(s, build(s, fence, error), error) : rc;
}

static int arm(struct postgres *s, struct wh_error *error)
{
	int rc = postgres_do(s, "BEGIN", error);
	if (rc != WH_OK)
		return rc;
	rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, make_function, error);
	return postgres_close_transaction(s, rc, error);
}

/* ---- drop ---- */

static int let_pass(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	char sql[300];
	snprintf(sql, sizeof sql,
		"DO $$ BEGIN IF pg_catalog.to_regclass('" FENCE "') IS NOT NULL THEN "
		"UPDATE " FENCE " SET final = false, until = '-infinity' WHERE migration = '%s'; "
		"END IF; END $$",
		fence->migration);
	return postgres_do(s, sql, error);
}

/* Where the fence of another migration stands, ours alone; else all that is left of any. */
static int drop_once(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql, "BEGIN; SET LOCAL lock_timeout = %d", DROP_STEP);
	int rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_clear(&sql);
	wh_buffer_format(&sql,
		"DO $$ DECLARE others boolean := false; t regclass; BEGIN "
		"IF pg_catalog.to_regclass('" FENCE "') IS NOT NULL THEN "
		"SELECT EXISTS (SELECT FROM " FENCE " WHERE migration <> '%s' AND "
		"(final OR until > pg_catalog.clock_timestamp())) INTO others; END IF; "
		"IF NOT others THEN DROP FUNCTION IF EXISTS " FENCE "() CASCADE; "
		"DROP TABLE IF EXISTS " FENCE "; RETURN; END IF; "
		"FOR t IN SELECT tgrelid FROM pg_catalog.pg_trigger WHERE tgname = 'whimbrel_fence' "
		"AND pg_catalog.pg_get_triggerdef(oid) LIKE '%%%s%%' LOOP "
		"EXECUTE 'DROP TRIGGER whimbrel_fence ON ' || t; END LOOP; "
		"DELETE FROM " FENCE " WHERE migration = '%s'; END $$",
		fence->migration, fence->migration, fence->migration);
	if (rc == WH_OK)
		rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return postgres_close_transaction(s, rc, error);
}

/* Triggers go only when no reader is at their tables either: those who write pass already, and
 * nobody stands long in the queue behind this. */
static int drop(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	bool there = false;
	int64_t most = fence->milliseconds > 0 ? fence->milliseconds : DROP_MS;
	int64_t deadline = wh_monotonic_usec() + most * 1000;
	int rc = is_there(s, &there, error);
	if (rc != WH_OK || !there)
		return rc;
	rc = let_pass(s, fence, error);
	if (rc != WH_OK)
		return rc;
	do
		rc = drop_once(s, fence, error);
	while (rc == WH_RETRY && wh_monotonic_usec() < deadline && PQstatus(s->pg) == CONNECTION_OK);
	return rc;
}

int postgres_fence(struct wh_conn *conn, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (strspn(fence->migration, "0123456789abcdef") != strlen(fence->migration))
		return wh_fail(error, WH_BUG, "\"%s\" is no migration", fence->migration);
	switch (step) {
	case WH_FENCE_ARM:
		return arm(s, error);
	case WH_FENCE_RAISE:
		return raise(s, fence, error);
	case WH_FENCE_RENEW:
		return renew(s, fence, false, error);
	case WH_FENCE_FINAL:
		return renew(s, fence, true, error);
	case WH_FENCE_DROP:
		return drop(s, fence, error);
	}
	return wh_fail(error, WH_BUG, "a fence has no step %d", (int)step);
}

int postgres_pass(struct wh_conn *conn, const struct wh_fence *fence, struct wh_error *error)
{
	const char *const values[] = { fence->migration };
	return postgres_run(conn->state, "SELECT pg_catalog.set_config('whimbrel.pass', $1, false)", 1,
		values, error);
}

/* ---- hold ---- */

/* Against what they were when the fence was raised. */
static int check_shape(struct postgres *s, const struct wh_fence *fence, struct wh_error *error)
{
	const char *const values[] = { fence->migration };
	struct wh_buffer sql = { 0 };
	PGresult *r;
	wh_buffer_text(&sql,
		"SELECT key FROM pg_catalog.jsonb_each_text((SELECT f.shape FROM " FENCE
		" f WHERE f.migration = $1)) a FULL JOIN pg_catalog.jsonb_each_text(");
	put_shape(&sql, fence);
	wh_buffer_text(&sql, ") b USING (key) WHERE a.value IS DISTINCT FROM b.value LIMIT 1");
	int rc = postgres_query(s, wh_buffer_string(&sql), 1, values, &r, error);
	if (rc == WH_OK && PQntuples(r))
		rc = wh_fail(error, WH_GUARD, "table %s was altered although writes are fenced off",
			PQgetvalue(r, 0, 0));
	PQclear(r);
	wh_buffer_free(&sql);
	return rc;
}

int postgres_hold(struct wh_conn *conn, const struct wh_fence *fence, struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	PGresult *tables;
	int rc = list_tables(s, fence, &tables, error);
	if (rc != WH_OK)
		return rc;
	wh_buffer_format(&sql,
		"BEGIN; SET LOCAL lock_timeout = %d; SET LOCAL idle_in_transaction_session_timeout = 0",
		fence->milliseconds);
	for (int i = 0; i < PQntuples(tables); i++)
		wh_buffer_format(&sql, "; LOCK TABLE ONLY %s IN ACCESS SHARE MODE",
			PQgetvalue(tables, i, 0));
	rc = postgres_do(s, wh_buffer_string(&sql), error);
	PQclear(tables);
	wh_buffer_free(&sql);
	return rc == WH_OK ? check_shape(s, fence, error) : rc;
}

/* ---- prove ---- */

/* Statement triggers act where no row is touched, too. */
static int try_table(struct postgres *s, const char *table, bool *stopped, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	struct wh_error back = { 0 };
	wh_buffer_format(&sql, "BEGIN; DELETE FROM ONLY %s WHERE false", table);
	PGresult *r = PQexec(s->pg, wh_buffer_string(&sql));
	const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	int rc = WH_OK;
	*stopped = message && !strcmp(message, MESSAGE);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && !*stopped)
		rc = postgres_fail(s, r, "trying a write that the fence should stop", error);
	PQclear(r);
	int rolled = postgres_do(s, "ROLLBACK", &back);
	if (rc == WH_OK && rolled != WH_OK) {
		*error = back;
		return rolled;
	}
	wh_buffer_free(&sql);
	return rc;
}

int postgres_prove(struct wh_conn *conn, const struct wh_fence *fence, bool *stopped, size_t *tried,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	PGresult *tables;
	bool one = false;
	*stopped = true;
	*tried = 0;
	int rc = postgres_do(s, "SET default_transaction_read_only = off", error);
	if (rc == WH_OK)
		rc = list_tables(s, fence, &tables, error);
	if (rc != WH_OK)
		return rc;
	for (int i = 0; i < PQntuples(tables) && rc == WH_OK; i++) {
		rc = try_table(s, PQgetvalue(tables, i, 0), &one, error);
		*stopped = *stopped && one;
		*tried += rc == WH_OK;
	}
	PQclear(tables);
	return rc;
}
