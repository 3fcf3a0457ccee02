/* The fence: triggers before each write of a table that raise while the row of whimbrel_fence says
 * so. SQLite has one writer, so that whoever may write a row knows that nobody else is writing. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define STOPPED "whimbrel: "

static const struct {
	const char *letter, *verb;
} writes[] = { { "i", "INSERT" }, { "u", "UPDATE" }, { "d", "DELETE" } };

#define WRITES (sizeof writes / sizeof *writes)

static int make_trigger(struct sqlite *s, const struct wh_fence *fence, size_t table, size_t write,
	struct wh_error *error)
{
	return wh_sqlite_do(s, error,
		"CREATE TRIGGER IF NOT EXISTS whimbrel_fence_%.8s_%d_%s BEFORE %s ON \"%w\" "
		"WHEN EXISTS (SELECT 1 FROM whimbrel_fence WHERE migration = %Q AND "
		"(final OR until > " SQLITE_NOW ")) "
		"BEGIN SELECT RAISE(ABORT, '" STOPPED
		"this database is being left: its tables move to another one'); END",
		fence->migration, (int)table, writes[write].letter, writes[write].verb,
		fence->tables[table]->table, fence->migration);
}

static int make_fence(struct sqlite *s, const struct wh_fence *fence, struct wh_error *error)
{
	int rc = wh_sqlite_run(s,
		"CREATE TABLE IF NOT EXISTS whimbrel_fence("
		"migration CHAR(32) PRIMARY KEY, until BIGINT, final BOOLEAN)",
		error);
	for (size_t i = 0; i < fence->ntables * WRITES && rc == WH_OK; i++)
		rc = make_trigger(s, fence, i / WRITES, i % WRITES, error);
	return rc;
}

/* One that stands already is renewed, and stays final. */
static int raise_fence(struct sqlite *s, const struct wh_fence *fence, struct wh_error *error)
{
	int rc = make_fence(s, fence, error);
	if (rc == WH_OK)
		rc = wh_sqlite_do(s, error,
			"INSERT OR IGNORE INTO whimbrel_fence(migration, until, final) VALUES(%Q, 0, 0);"
			"UPDATE whimbrel_fence SET until = " SQLITE_NOW " + %lld WHERE migration = %Q",
			fence->migration, fence->milliseconds * 1000LL, fence->migration);
	return rc;
}

static int standing(struct sqlite *s, const struct wh_fence *fence, bool *stands,
	struct wh_error *error)
{
	bool has;
	int64_t n = 0;
	*stands = false;
	int rc = wh_sqlite_has(s, "whimbrel_fence", &has, error);
	if (rc || !has)
		return rc;
	rc = wh_sqlite_get(s, &n, error,
		"SELECT (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND "
		"substr(name, 1, 24) = 'whimbrel_fence_%.8s_') = %d AND EXISTS (SELECT 1 FROM "
		"whimbrel_fence WHERE migration = %Q AND (final OR until > " SQLITE_NOW "))",
		fence->migration, (int)(fence->ntables * WRITES), fence->migration);
	*stands = rc == WH_OK && n;
	return rc < 0 ? rc : WH_OK;
}

static int keep_fence(struct sqlite *s, const struct wh_fence *fence, bool final,
	struct wh_error *error)
{
	bool stands;
	int rc = standing(s, fence, &stands, error);
	if (rc == WH_OK && !stands)
		return wh_fail(error, WH_GUARD,
			"the fence has expired or is not there: \"%s\"; the application may have written since",
			s->path);
	if (rc == WH_OK && final)
		rc = wh_sqlite_do(s, error, "UPDATE whimbrel_fence SET final = 1 WHERE migration = %Q",
			fence->migration);
	else if (rc == WH_OK)
		rc = wh_sqlite_do(s, error,
			"UPDATE whimbrel_fence SET until = " SQLITE_NOW " + %lld WHERE migration = %Q",
			fence->milliseconds * 1000LL, fence->migration);
	return rc;
}

static int drop_triggers(struct sqlite *s, const struct wh_fence *fence, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	sqlite_owned st = NULL;
	const char *prefix = wh_arena_format(&s->arena, "whimbrel_fence_%.8s_", fence->migration);
	int rc = wh_sqlite_ask(s,
		"SELECT name FROM sqlite_schema WHERE type = 'trigger' AND substr(name, 1, length(?1)) = ?1",
		prefix, &st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK) {
		wh_buffer_text(&sql, "DROP TRIGGER ");
		wh_sqlite_name(&sql, (const char *)sqlite3_column_text(st, 0));
		wh_buffer_text(&sql, ";");
	}
	wh_sqlite_finalize(&st); /* else the schema is locked */
	if (rc == WH_DONE)
		rc = wh_sqlite_run(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

/* The table goes with the last migration that has a row or triggers here. */
static int drop_fence(struct sqlite *s, const struct wh_fence *fence, struct wh_error *error)
{
	bool has = false;
	int64_t used = 0;
	int rc = drop_triggers(s, fence, error);
	if (rc == WH_OK)
		rc = wh_sqlite_has(s, "whimbrel_fence", &has, error);
	if (rc || !has)
		return rc;
	rc = wh_sqlite_do(s, error, "DELETE FROM whimbrel_fence WHERE migration = %Q",
		fence->migration);
	if (rc == WH_OK)
		rc = wh_sqlite_number(s,
			"SELECT EXISTS (SELECT 1 FROM whimbrel_fence) OR EXISTS (SELECT 1 FROM sqlite_schema "
			"WHERE type = 'trigger' AND substr(name, 1, 15) = 'whimbrel_fence_')",
			&used, error);
	if (rc == WH_OK && !used)
		rc = wh_sqlite_run(s, "DROP TABLE whimbrel_fence", error);
	return rc;
}

static int take_step(struct sqlite *s, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error)
{
	switch (step) {
	case WH_FENCE_ARM:
		return make_fence(s, fence, error);
	case WH_FENCE_RAISE:
		return raise_fence(s, fence, error);
	case WH_FENCE_RENEW:
	case WH_FENCE_FINAL:
		return keep_fence(s, fence, step == WH_FENCE_FINAL, error);
	case WH_FENCE_DROP:
		return drop_fence(s, fence, error);
	}
	return wh_fail(error, WH_BUG, "the fence has no step %d", (int)step);
}

int wh_sqlite_fence(struct wh_conn *c, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (step == WH_FENCE_RAISE)
		sqlite3_busy_timeout(s->db, fence->milliseconds);
	int rc = wh_sqlite_run(s, "PRAGMA synchronous=FULL; BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = take_step(s, fence, step, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc)
		wh_sqlite_roll_back(s);
	sqlite3_busy_timeout(s->db, s->busy_ms);
	return rc;
}

int wh_sqlite_pass(struct wh_conn *c, const struct wh_fence *fence, struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (snprintf(s->passes, sizeof s->passes, "%s", fence->migration) >= (int)sizeof s->passes)
		return wh_fail(error, WH_BUG, "a migration's name is too long: \"%s\"", fence->migration);
	return WH_OK;
}

/* An insert of nothing gets as far as the triggers before it. What a trigger of the application
 * says tells nothing of ours. */
static void try_write(struct sqlite *s, const char *table, bool *stopped, size_t *tried)
{
	char *sql = sqlite3_mprintf("INSERT INTO \"%w\" DEFAULT VALUES", table);
	sqlite_owned st = NULL;
	if (!sql || sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK) {
		sqlite3_free(sql);
		return;
	}
	sqlite3_free(sql);
	int code = sqlite3_step(st);
	bool ours = strncmp(sqlite3_errmsg(s->db), STOPPED, strlen(STOPPED)) == 0;
	bool theirs = !ours && sqlite3_extended_errcode(s->db) == SQLITE_CONSTRAINT_TRIGGER;
	if (theirs ||
		(code != SQLITE_DONE && (code & 0xff) != SQLITE_CONSTRAINT &&
			(code & 0xff) != SQLITE_MISMATCH))
		return;
	*tried += 1;
	*stopped = *stopped && ours;
}

int wh_sqlite_prove(struct wh_conn *c, const struct wh_fence *fence, bool *stopped, size_t *tried,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	*stopped = true;
	*tried = 0;
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc)
		return rc;
	wh_sqlite_triggers(s, true);
	for (size_t i = 0; i < fence->ntables; i++)
		try_write(s, fence->tables[i]->table, stopped, tried);
	wh_sqlite_triggers(s, false);
	wh_sqlite_roll_back(s);
	return WH_OK;
}
