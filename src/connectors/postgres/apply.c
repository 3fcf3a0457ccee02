/* Changes applied: each lane's transaction begins and ends with the row that says how far it is. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define POSITION POSTGRES_POSITION
#define SIGNAL POSTGRES_SIGNAL

int postgres_make_following(struct postgres *s, struct wh_error *error)
{
	return postgres_do(s,
		"CREATE TABLE IF NOT EXISTS " POSITION " (migration pg_catalog.bpchar(32), lane bigint, "
		"place text NOT NULL, PRIMARY KEY (migration, lane)); "
		"CREATE TABLE IF NOT EXISTS " SIGNAL " (token text PRIMARY KEY)",
		error);
}

int postgres_drop_following(struct postgres *s, struct wh_error *error)
{
	return postgres_do(s,
		"DO $$ DECLARE t text; held boolean; BEGIN "
		"FOREACH t IN ARRAY ARRAY['" POSITION "', '" SIGNAL "'] LOOP "
		"IF pg_catalog.to_regclass(t) IS NOT NULL THEN "
		"EXECUTE 'LOCK TABLE ' || t || ' IN SHARE MODE'; "
		"EXECUTE 'SELECT EXISTS (SELECT FROM ' || t || ')' INTO held; "
		"IF NOT held THEN EXECUTE 'DROP TABLE ' || t; END IF; END IF; END LOOP; END $$",
		error);
}

/* The order goes with the text, for only the connector of the log knows what its text means. */
#define PLACE "%" PRIx64 " %" PRIx64 " "

static void put_place(struct wh_buffer *sql, const struct wh_position *p)
{
	char text[sizeof p->text + 40];
	int n = snprintf(text, sizeof text, PLACE "%s", p->order[0], p->order[1], p->text);
	wh_sql_text(sql, &wh_dialect_postgresql, text, (size_t)n);
}

static bool read_place(const char *text, struct wh_position *out)
{
	int end = 0;
	*out = (struct wh_position){ .order = { 0 } };
	if (sscanf(text, "%16" SCNx64 " %16" SCNx64 "%n", &out->order[0], &out->order[1], &end) != 2 ||
		text[end] != ' ' || strlen(text + end + 1) >= sizeof out->text)
		return false;
	snprintf(out->text, sizeof out->text, "%s", text + end + 1);
	return true;
}

static void put_lane(struct wh_buffer *sql, const struct postgres *s, const struct wh_lane_mark *m)
{
	wh_buffer_format(sql, "('%s', %lld, ", s->claim->migration, (long long)m->lane);
	put_place(sql, &m->position);
	wh_buffer_char(sql, ')');
}

static bool are_missing(const struct wh_error *error)
{
	return !strcmp(error->state, "42P01");
}

int postgres_lanes(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_lane_mark **out, size_t *n, struct wh_error *error)
{
	const char *const values[] = { claim->migration };
	PGresult *r = NULL;
	*out = NULL;
	*n = 0;
	int rc = postgres_query(conn->state,
		"SELECT lane, place FROM " POSITION " WHERE migration = $1 ORDER BY lane", 1, values, &r,
		error);
	if (rc == WH_CONFIG && are_missing(error)) {
		wh_error_clear(error);
		return WH_OK;
	}
	for (int i = 0; rc == WH_OK && i < PQntuples(r); i++) {
		struct wh_lane_mark *mark = wh_push(arena, out, n);
		mark->lane = strtoll(PQgetvalue(r, i, 0), NULL, 10);
		if (!read_place(PQgetvalue(r, i, 1), &mark->position))
			rc = wh_fail(error, WH_STOP, "a row of whimbrel_position on the target cannot be read");
	}
	PQclear(r);
	return rc;
}

/* A statement that answers with the epoch's row, held until the end of the transaction. */
static int hold_epoch(struct postgres *s, const char *sql, struct wh_error *error)
{
	PGresult *r = PQexec(s->pg, sql);
	int rc = PQresultStatus(r) == PGRES_TUPLES_OK
		? postgres_check_epoch(s, r, error)
		: postgres_fail(s, r, "opening a transaction of changes", error);
	PQclear(r);
	return rc;
}

static void put_epoch(struct wh_buffer *sql, const struct postgres *s)
{
	wh_buffer_format(sql, "SELECT epoch FROM " POSTGRES_EPOCH " WHERE migration = '%s' FOR SHARE",
		s->claim->migration);
}

static void put_lanes(struct wh_buffer *sql, const struct postgres *s,
	const struct wh_lane_mark *marks, size_t n)
{
	wh_buffer_format(sql, "DELETE FROM " POSITION " WHERE migration = '%s'", s->claim->migration);
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(sql, i ? ", " : "; INSERT INTO " POSITION " VALUES ");
		put_lane(sql, s, &marks[i]);
	}
}

int postgres_settle(struct wh_conn *conn, const struct wh_lane_mark *marks, size_t n,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	if (!s->claim)
		return wh_fail(error, WH_BUG, "lanes were settled without a claim");
	int rc = postgres_do(s, "BEGIN; SET LOCAL synchronous_commit = on", error);
	if (rc != WH_OK)
		return rc;
	put_epoch(&sql, s);
	rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = hold_epoch(s, wh_buffer_string(&sql), error);
	if (rc == WH_OK)
		rc = postgres_make_following(s, error);
	wh_buffer_clear(&sql);
	put_lanes(&sql, s, marks, n);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return postgres_close_transaction(s, rc, error);
}

int postgres_enter(struct wh_conn *conn, int64_t lane, struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	if (!s->claim)
		return wh_fail(error, WH_BUG, "a lane was entered without a claim");
	wh_buffer_text(&sql, "BEGIN; INSERT INTO " POSITION " AS p VALUES ");
	put_lane(&sql, s, &(struct wh_lane_mark){ .lane = lane });
	wh_buffer_text(&sql, " ON CONFLICT (migration, lane) DO UPDATE SET place = p.place; ");
	put_epoch(&sql, s);
	s->in_transaction = true;
	s->writing = NULL;
	s->in_lane = true;
	s->lane = lane;
	int rc = hold_epoch(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	if (rc != WH_OK) {
		struct wh_error ignored = { 0 };
		int back = postgres_abandon(conn, &ignored);
		(void)back;
	}
	return rc;
}

int postgres_aim(struct wh_conn *conn, const struct wh_unit *unit, struct wh_error *error)
{
	struct postgres *s = conn->state;
	if (!s->in_transaction || !s->in_lane)
		return wh_fail(error, WH_BUG, "a table was aimed at outside of a transaction");
	int rc = postgres_end_copy(s, error);
	if (rc != WH_OK || s->writing == unit)
		return rc;
	if (postgres_is_large(unit->rows->schema, unit->rows->table))
		return wh_fail(error, WH_CONFIG, "large objects cannot be followed");
	rc = postgres_check_quiet_once(s, unit->rows, error);
	if (rc == WH_OK)
		s->writing = unit;
	return rc;
}

static int clear_rows(struct postgres *s, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	int rc = postgres_put_delete(s, &sql, error);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

int postgres_clear(struct wh_conn *conn, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = postgres_end_copy(s, error);
	if (rc != WH_OK || !s->writing->careful)
		return rc == WH_OK ? clear_rows(s, error) : rc;
	rc = postgres_step(s, error);
	return rc == WH_OK ? postgres_end_step(s, clear_rows(s, error), error) : rc;
}

int postgres_leave(struct wh_conn *conn, const struct wh_lane_mark *mark, struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	if (!s->in_transaction || !s->in_lane || s->lane != mark->lane)
		return wh_fail(error, WH_BUG, "a lane was left that was not entered");
	int rc = postgres_end_copy(s, error);
	wh_buffer_text(&sql, "SET LOCAL synchronous_commit = on; UPDATE " POSITION " SET place = ");
	put_place(&sql, &mark->position);
	wh_buffer_format(&sql, " WHERE migration = '%s' AND lane = %lld; COMMIT", s->claim->migration,
		(long long)mark->lane);
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	if (rc != WH_OK)
		return rc;
	s->in_transaction = false;
	s->writing = NULL;
	return WH_OK;
}
