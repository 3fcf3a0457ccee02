/* Changes taken in: one transaction of them, with the place in the source's log that it ends at.
 * Triggers and foreign keys never act on our connections (connect.c). */
#include "connectors/sqlite/sqlite.h"
#include "base/crash.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

static int put_place(struct sqlite *s, const struct wh_lane_mark *mark, struct wh_error *error)
{
	const struct wh_position *p = &mark->position;
	return wh_sqlite_do(s, error,
		"INSERT OR REPLACE INTO whimbrel_position(migration, lane, place) "
		"VALUES(%Q, %lld, '%llu %llu %q')",
		s->claim->migration, (long long)mark->lane, (unsigned long long)p->order[0],
		(unsigned long long)p->order[1], p->text);
}

static bool parse_place(const char *text, struct wh_position *out)
{
	int used = 0;
	unsigned long long first, second;
	if (!text || sscanf(text, "%llu %llu %n", &first, &second, &used) != 2 || !used)
		return false;
	*out = (struct wh_position){ .order = { first, second } };
	return snprintf(out->text, sizeof out->text, "%s", text + used) < (int)sizeof out->text;
}

int wh_sqlite_lanes(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_lane_mark **out, size_t *n, struct wh_error *error)
{
	struct sqlite *s = c->state;
	sqlite_owned st = NULL;
	bool has;
	*out = NULL;
	*n = 0;
	int rc = wh_sqlite_has(s, "whimbrel_position", &has, error);
	if (rc || !has)
		return rc;
	rc = wh_sqlite_ask(s,
		"SELECT lane, place FROM whimbrel_position WHERE migration = ?1 ORDER BY lane",
		claim->migration, &st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK) {
		struct wh_lane_mark *mark = wh_push(arena, out, n);
		mark->lane = sqlite3_column_int64(st, 0);
		if (!parse_place((const char *)sqlite3_column_text(st, 1), &mark->position))
			return wh_fail(error, WH_STOP,
				"a place of whimbrel's is damaged: \"%s\"; look at whimbrel_position", s->path);
	}
	return rc == WH_DONE ? WH_OK : rc;
}

/* Every commit is on the disk when it returns. Cannot be set within a transaction. */
static int begin_durable(struct sqlite *s, struct wh_error *error)
{
	if (!s->claim)
		return wh_fail(error, WH_BUG, "changes were applied without a claim");
	int rc = wh_sqlite_run(s, "PRAGMA synchronous=FULL", error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	return rc == WH_OK ? wh_sqlite_check_claim(s, error) : rc;
}

int wh_sqlite_settle(struct wh_conn *c, const struct wh_lane_mark *marks, size_t n,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	int rc = begin_durable(s, error);
	if (rc == WH_OK)
		rc = wh_sqlite_more_tables(s, error);
	if (rc == WH_OK)
		rc = wh_sqlite_do(s, error, "DELETE FROM whimbrel_position WHERE migration = %Q",
			s->claim->migration);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		rc = put_place(s, &marks[i], error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc)
		wh_sqlite_roll_back(s);
	return rc;
}

int wh_sqlite_enter(struct wh_conn *c, int64_t lane, struct wh_error *error)
{
	struct sqlite *s = c->state;
	wh_sqlite_allow(s, true);
	int rc = begin_durable(s, error);
	if (rc == WH_OK)
		rc = wh_sqlite_do(s, error,
			"UPDATE whimbrel_position SET place = place WHERE migration = %Q AND lane = %lld",
			s->claim->migration, (long long)lane);
	if (rc == WH_OK && sqlite3_changes(s->db) != 1)
		rc = wh_fail(error, WH_BUG, "changes were applied in lane %lld, which was never settled",
			(long long)lane);
	if (rc)
		wh_sqlite_roll_back(s);
	s->unit = NULL;
	s->entered = rc == WH_OK;
	s->lane = lane;
	return rc;
}

int wh_sqlite_aim(struct wh_conn *c, const struct wh_unit *unit, struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (!s->entered)
		return wh_fail(error, WH_BUG, "a table was aimed at outside of a transaction of changes");
	s->unit = unit;
	return WH_OK;
}

int wh_sqlite_clear(struct wh_conn *c, struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (!s->entered || !s->unit)
		return wh_fail(error, WH_BUG, "a table was cleared that was not aimed at");
	return wh_sqlite_do(s, error, "DELETE FROM \"%w\"", s->unit->rows->table);
}

int wh_sqlite_leave(struct wh_conn *c, const struct wh_lane_mark *mark, struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (!s->entered || mark->lane != s->lane)
		return wh_fail(error, WH_BUG, "a transaction of changes was left that was not entered");
	int rc = put_place(s, mark, error);
	wh_crash_point("sqlite before leave");
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	wh_crash_point("sqlite after leave");
	if (rc)
		wh_sqlite_roll_back(s);
	wh_sqlite_allow(s, false);
	s->entered = false;
	s->unit = NULL;
	return rc;
}
