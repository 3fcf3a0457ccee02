/* Exactly once: the epoch, the markers, and the transaction of a unit. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>

#define EPOCH POSTGRES_EPOCH
#define UNIT "public.whimbrel_unit"

static void number(char out[24], int64_t value)
{
	out[wh_format_int64(out, value)] = 0;
}

int postgres_lock_own(struct postgres *s, struct wh_error *error)
{
	return postgres_run(s, "SELECT pg_catalog.pg_advisory_xact_lock(7740397315129241197)", 0, NULL,
		error);
}

static int make_tables(struct postgres *s, struct wh_error *error)
{
	int rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s,
			"CREATE TABLE IF NOT EXISTS " EPOCH
			" (migration pg_catalog.bpchar(32) PRIMARY KEY, epoch bigint NOT NULL)",
			error);
	if (rc == WH_OK)
		rc = postgres_do(s,
			"CREATE TABLE IF NOT EXISTS " UNIT
			" (migration pg_catalog.bpchar(32), tbl bigint, unit bigint, epoch bigint NOT NULL, "
			"tally text, PRIMARY KEY (migration, tbl, unit))",
			error);
	return rc;
}

static int raise_epoch(struct postgres *s, struct wh_claim *claim, struct wh_error *error)
{
	const char *const values[] = { claim->migration };
	PGresult *result;
	int rc = postgres_query(s,
		"INSERT INTO " EPOCH " AS e VALUES ($1, 1) ON CONFLICT (migration) "
		"DO UPDATE SET epoch = e.epoch + 1 RETURNING epoch",
		1, values, &result, error);
	if (rc != WH_OK)
		return rc;
	claim->epoch = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	claim->resumed = claim->epoch > 1;
	PQclear(result);
	return WH_OK;
}

static int record_tables(struct postgres *s, const struct wh_claim *claim, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "INSERT INTO " UNIT " VALUES ");
	for (size_t i = 0; i < claim->ntables; i++) {
		wh_buffer_format(&sql, "%s('%s', -1, %zu, %lld, ", i ? ", " : "", claim->migration, i,
			(long long)claim->epoch);
		wh_sql_text(&sql, &wh_dialect_postgresql, claim->tables[i], strlen(claim->tables[i]));
		wh_buffer_char(&sql, ')');
	}
	wh_buffer_text(&sql, " ON CONFLICT DO NOTHING");
	int rc = claim->ntables ? postgres_do(s, wh_buffer_string(&sql), error) : WH_OK;
	wh_buffer_free(&sql);
	return rc;
}

static int roll_back(struct postgres *s)
{
	struct wh_error ignored = { 0 }; /* the fault that led here is the one to tell */
	s->in_transaction = false;
	s->writing = NULL;
	return postgres_do(s, "ROLLBACK", &ignored);
}

int postgres_close_transaction(struct postgres *s, int rc, struct wh_error *error)
{
	if (rc == WH_OK)
		rc = postgres_do(s, "COMMIT", error);
	if (rc != WH_OK)
		roll_back(s);
	return rc;
}

int postgres_prepare(struct wh_conn *conn, struct wh_claim *claim, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = postgres_do(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = make_tables(s, error);
	if (rc == WH_OK)
		rc = raise_epoch(s, claim, error);
	if (rc == WH_OK)
		rc = record_tables(s, claim, error);
	if (rc == WH_OK)
		rc = postgres_do(s, "SET LOCAL synchronous_commit = on", error);
	rc = postgres_close_transaction(s, rc, error);
	postgres_join(conn, claim);
	return rc;
}

void postgres_join(struct wh_conn *conn, const struct wh_claim *claim)
{
	struct postgres *s = conn->state;
	s->claim = claim;
}

static bool known_quiet(const struct postgres *s, const struct wh_rowset *rows)
{
	for (size_t i = 0; i < s->nquiet; i++)
		if (s->quiet[i] == rows)
			return true;
	return false;
}

/* As a replica, only triggers that were told to fire always (or there) are awake. */
int postgres_check_quiet(struct postgres *s, const struct wh_rowset *rows, bool going,
	struct wh_error *error)
{
	const char *const values[] = { rows->schema, rows->table, going ? "t" : "f" };
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT t.tgname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c "
		"ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
		"WHERE n.nspname = $1 AND c.relname = $2 AND t.tgname !~ '^whimbrel_fence' "
		"AND t.tgenabled IN ('A', CASE pg_catalog.current_setting('session_replication_role') "
		"WHEN 'replica' THEN 'R'::\"char\" ELSE 'O' END) "
		"AND ($3::boolean OR NOT t.tgisinternal) LIMIT 1",
		3, values, &result, error);
	if (rc == WH_OK && PQntuples(result))
		rc = wh_fail(error, WH_CONFIG,
			"writing to \"%s\" would wake its triggers%s (\"%s\"); allow whimbrel to keep them "
			"still: GRANT SET ON PARAMETER session_replication_role TO your user, or disable them "
			"meanwhile (ENABLE ALWAYS and REPLICA too)",
			rows->table, going ? " or foreign keys" : "", PQgetvalue(result, 0, 0));
	PQclear(result);
	return rc;
}

/* In a lane the same tables come again and again. */
int postgres_check_quiet_once(struct postgres *s, const struct wh_rowset *rows,
	struct wh_error *error)
{
	int rc = known_quiet(s, rows) ? WH_OK : postgres_check_quiet(s, rows, true, error);
	if (rc == WH_OK && !known_quiet(s, rows)) {
		s->quiet = wh_realloc(s->quiet, (s->nquiet + 1) * sizeof *s->quiet);
		s->quiet[s->nquiet++] = rows;
	}
	return rc;
}

int postgres_check_epoch(struct postgres *s, const PGresult *found, struct wh_error *error)
{
	bool ours = PQntuples(found) == 1 &&
		strtoll(PQgetvalue(found, 0, 0), NULL, 10) == s->claim->epoch;
	return ours
		? WH_OK
		: wh_fail(error, WH_LOST,
			  "another process has taken this migration over on the target; this one stops");
}

static int check_epoch(struct postgres *s, struct wh_error *error)
{
	const char *const values[] = { s->claim->migration };
	PGresult *result;
	int rc = postgres_query(s, "SELECT epoch FROM " EPOCH " WHERE migration = $1 FOR SHARE", 1,
		values, &result, error);
	if (rc != WH_OK)
		return rc;
	rc = postgres_check_epoch(s, result, error);
	PQclear(result);
	return rc;
}

static int find_marker(struct postgres *s, const char *const *values, struct wh_tally *done,
	struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT tally FROM " UNIT " WHERE migration = $1 AND tbl = $2 AND unit = $3", 3, values,
		&result, error);
	if (rc != WH_OK)
		return rc;
	if (PQntuples(result) == 1)
		rc = !PQgetisnull(result, 0, 0) && wh_tally_parse(PQgetvalue(result, 0, 0), done)
			? WH_DONE
			: wh_fail(error, WH_STOP, "a marker of whimbrel_unit on the target cannot be read");
	PQclear(result);
	return rc;
}

static int remove_unit(struct postgres *s, const struct wh_unit *unit, const char *const *values,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	int rc = postgres_run(s, "DELETE FROM " UNIT " WHERE migration = $1 AND tbl = $2 AND unit = $3",
		3, values, error);
	if (rc != WH_OK)
		return rc;
	wh_buffer_text(&sql, "DELETE FROM ");
	postgres_put_into(&sql, unit->rows);
	postgres_where(&sql, unit);
	rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

/* Another writer's insert of the same marker is waited for at the server. */
static int put_marker(struct postgres *s, const char *const *values, struct wh_tally *done,
	struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_query(s,
		"INSERT INTO " UNIT " VALUES ($1, $2, $3, $4, NULL) "
		"ON CONFLICT DO NOTHING RETURNING unit",
		4, values, &result, error);
	if (rc != WH_OK)
		return rc;
	bool ours = PQntuples(result) == 1;
	PQclear(result);
	return ours ? WH_OK : find_marker(s, values, done, error);
}

static int open_unit(struct postgres *s, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	char table[24], name[24], epoch[24];
	number(table, unit->table);
	number(name, unit->number);
	number(epoch, s->claim->epoch);
	const char *const values[] = { s->claim->migration, table, name, epoch };
	int rc = check_epoch(s, error);
	if (rc == WH_OK)
		rc = postgres_check_quiet(s, unit->rows, unit->redo, error);
	if (rc == WH_OK)
		rc = postgres_open_into(s, unit->rows, error);
	if (rc == WH_OK && unit->redo)
		rc = remove_unit(s, unit, values, error);
	return rc == WH_OK ? put_marker(s, values, done, error) : rc;
}

int postgres_marks(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error)
{
	struct postgres *s = conn->state;
	const char *const values[] = { claim->migration };
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT tbl, unit, tally FROM " UNIT
		" WHERE migration = $1 AND tbl >= 0 AND tally IS NOT NULL",
		1, values, &result, error);
	if (rc != WH_OK)
		return rc;
	for (int i = 0; i < PQntuples(result) && rc == WH_OK; i++) {
		struct wh_mark *mark = wh_push(arena, out, n);
		mark->table = strtoll(PQgetvalue(result, i, 0), NULL, 10);
		mark->unit = strtoll(PQgetvalue(result, i, 1), NULL, 10);
		if (!wh_tally_parse(PQgetvalue(result, i, 2), &mark->tally))
			rc = wh_fail(error, WH_STOP, "a marker of whimbrel_unit on the target cannot be read");
	}
	PQclear(result);
	return rc;
}

int postgres_begin(struct wh_conn *conn, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (!s->claim)
		return wh_fail(error, WH_BUG, "a unit was begun without a claim");
	/* Rows may be lost with the server for a moment: their marker goes with them. */
	int rc = postgres_do(s, "BEGIN; SET LOCAL synchronous_commit = off", error);
	if (rc != WH_OK)
		return rc;
	s->in_transaction = true;
	s->in_lane = false;
	rc = open_unit(s, unit, done, error);
	if (rc != WH_OK)
		roll_back(s);
	else
		s->writing = unit;
	return rc;
}

static int complete_marker(struct postgres *s, const struct wh_tally *tally, struct wh_error *error)
{
	char table[24], name[24], text[WH_TALLY_TEXT];
	number(table, s->writing->table);
	number(name, s->writing->number);
	wh_tally_text(tally, text);
	const char *const values[] = { s->claim->migration, table, name, text };
	return postgres_run(s,
		"UPDATE " UNIT " SET tally = $4 "
		"WHERE migration = $1 AND tbl = $2 AND unit = $3",
		4, values, error);
}

int postgres_commit(struct wh_conn *conn, const struct wh_tally *tally, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = postgres_end_copy(s, error);
	if (rc == WH_OK)
		rc = complete_marker(s, tally, error);
	if (rc == WH_OK)
		rc = postgres_do(s, "COMMIT", error);
	if (rc != WH_OK)
		return rc;
	s->in_transaction = false;
	s->writing = NULL;
	return WH_OK;
}

int postgres_abandon(struct wh_conn *conn, struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (s->copy_in && PQputCopyEnd(s->pg, "given up") >= 0)
		for (PGresult *r; (r = PQgetResult(s->pg)); PQclear(r))
			;
	s->copy_in = false;
	bool open = s->in_transaction;
	s->in_transaction = false;
	s->writing = NULL;
	return open ? postgres_do(s, "ROLLBACK", error) : WH_OK;
}

static void put_mark(struct wh_buffer *sql, const struct wh_claim *claim,
	const struct wh_mark *mark)
{
	char text[WH_TALLY_TEXT];
	wh_tally_text(&mark->tally, text);
	wh_buffer_format(sql, "('%s', %lld, %lld, %lld, '%s')", claim->migration,
		(long long)mark->table, (long long)mark->unit, (long long)claim->epoch, text);
}

int postgres_mark(struct wh_conn *conn, const struct wh_mark *marks, size_t n,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "INSERT INTO " UNIT " VALUES ");
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(&sql, i ? ", " : "");
		put_mark(&sql, s->claim, &marks[i]);
	}
	wh_buffer_text(&sql, " ON CONFLICT DO NOTHING");
	int rc = postgres_do(s, "BEGIN; SET LOCAL synchronous_commit = off", error);
	if (rc == WH_OK)
		rc = check_epoch(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	rc = postgres_close_transaction(s, rc, error);
	wh_buffer_free(&sql);
	return rc;
}

static int empty_rows(struct postgres *s, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "DELETE FROM ");
	postgres_put_into(&sql, rows);
	int rc = postgres_do(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = postgres_open_into(s, rows, error);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	rc = postgres_close_transaction(s, rc, error);
	wh_buffer_free(&sql);
	return rc;
}

int postgres_empty(struct wh_conn *conn, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	char name[24];
	number(name, table);
	const char *const values[] = { s->claim->migration, name };
	int rc = postgres_do(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = check_epoch(s, error);
	if (rc == WH_OK)
		rc = postgres_check_quiet(s, rows, true, error);
	if (rc == WH_OK)
		rc = postgres_run(s, "DELETE FROM " UNIT " WHERE migration = $1 AND tbl = $2", 2, values,
			error);
	rc = postgres_close_transaction(s, rc, error);
	return rc == WH_OK ? empty_rows(s, rows, error) : rc;
}

static int remove_own(struct postgres *s, const struct wh_claim *claim, struct wh_error *error)
{
	const char *const values[] = { claim->migration };
	int rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, "SET LOCAL synchronous_commit = on", error);
	if (rc == WH_OK)
		rc = postgres_run(s, "DELETE FROM " UNIT " WHERE migration = $1", 1, values, error);
	if (rc == WH_OK)
		rc = postgres_run(s, "DELETE FROM " EPOCH " WHERE migration = $1", 1, values, error);
	if (rc == WH_OK)
		rc = postgres_do(s,
			"DO $$ BEGIN IF NOT EXISTS (SELECT FROM " EPOCH ") THEN "
			"DROP TABLE " EPOCH ", " UNIT "; END IF; END $$",
			error);
	return rc;
}

/* The lanes of this migration, and the two tables that are then empty. */
static int remove_lanes(struct postgres *s, const struct wh_claim *claim, struct wh_error *error)
{
	const char *const values[] = { claim->migration };
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass('" POSTGRES_POSITION
		"')",
		0, NULL, &result, error);
	if (rc != WH_OK)
		return rc;
	bool there = PQntuples(result) == 1;
	PQclear(result);
	if (!there)
		return WH_OK;
	rc = postgres_do(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_run(s, "DELETE FROM " POSTGRES_POSITION " WHERE migration = $1", 1, values,
			error);
	if (rc == WH_OK)
		rc = postgres_drop_following(s, error);
	return postgres_close_transaction(s, rc, error);
}

static int are_there(struct postgres *s, bool *there, struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT pg_catalog.to_regclass('" EPOCH "') IS NOT NULL AND "
		"pg_catalog.to_regclass('" UNIT "') IS NOT NULL",
		0, NULL, &result, error);
	if (rc != WH_OK)
		return rc;
	*there = PQgetvalue(result, 0, 0)[0] == 't';
	PQclear(result);
	return WH_OK;
}

int postgres_finish(struct wh_conn *conn, const struct wh_claim *claim, struct wh_error *error)
{
	struct postgres *s = conn->state;
	bool there = false;
	int rc = remove_lanes(s, claim, error);
	if (rc == WH_OK)
		rc = are_there(s, &there, error);
	if (rc != WH_OK || !there)
		return rc;
	rc = postgres_do(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = remove_own(s, claim, error);
	rc = postgres_close_transaction(s, rc, error);
	return rc;
}
