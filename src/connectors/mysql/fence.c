/* Fence: triggers that stop every write but those of sessions that pass.
 *
 * Each write of a transaction share-locks the fence's row until the transaction ends: one update of
 * that row waits for all that are open, and whoever comes later waits for it and is stopped.
 *
 * Whoever is stopped by reading the row keeps that lock until its transaction ends, and a renewal would
 * wait for it. So the session that raised the fence also holds locks by name, one for each short
 * stretch of time until it expires: who begins in such a stretch is stopped without a look at the
 * row. They only help: where they are gone with the session, the row alone decides. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define NO_SUCH_TABLE 1146

#define SIGNALLED 1644
#define MESSAGE "whimbrel: this database is being moved away and takes no writes now"
#define LONGEST_WAIT 1000000
#define STRETCH 2 /* seconds */
#define STRETCHES_MOST 512

static const char *const fence_table =
	"CREATE TABLE IF NOT EXISTS whimbrel_fence (migration char(32) NOT NULL PRIMARY KEY, "
	"until_utc datetime(6) NOT NULL, final bigint NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
	"COLLATE=utf8mb4_bin";

static const struct {
	const char *word;
	char letter;
} actions[] = { { "INSERT", 'i' }, { "UPDATE", 'u' }, { "DELETE", 'd' } };

static int wait_at_most(struct wh_mysql *s, int milliseconds, struct wh_error *error)
{
	int seconds = milliseconds / 1000 + (milliseconds % 1000 > 0);
	seconds = seconds < 1 ? 1 : seconds > LONGEST_WAIT ? LONGEST_WAIT : seconds;
	return wh_mysql_run_format(s, error,
		"SET SESSION lock_wait_timeout = %d, innodb_lock_wait_timeout = %d", seconds, seconds);
}

/* The time is that at which the statement began: one that began while the fence stood is stopped
 * whenever it gets here. */
static void put_trigger(struct wh_buffer *sql, const struct wh_fence *fence, size_t table,
	size_t action)
{
	wh_buffer_format(sql, "CREATE TRIGGER whimbrel_fence_%zu_%c BEFORE %s ON ", table,
		actions[action].letter, actions[action].word);
	wh_mysql_name(sql, fence->tables[table]->table);
	wh_buffer_format(sql,
		" FOR EACH ROW BEGIN DECLARE passes bigint DEFAULT 0; "
		"IF NOT (CONVERT(@whimbrel_pass USING utf8mb4) COLLATE utf8mb4_bin <=> '%s') THEN "
		"IF IS_USED_LOCK(CONCAT('whimbrel_%s_', UNIX_TIMESTAMP() DIV %d)) IS NULL THEN "
		"SET passes = (SELECT COUNT(*) FROM whimbrel_fence WHERE migration = '%s' AND final = 0 AND "
		"until_utc <= UTC_TIMESTAMP(6) LOCK IN SHARE MODE); END IF; "
		"IF NOT passes THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '" MESSAGE "'; "
		"END IF; END IF; END",
		fence->migration, fence->migration, STRETCH, fence->migration);
}

/* One that was left by another migration is made anew. */
static int make_trigger(struct wh_mysql *s, const struct wh_fence *fence, size_t table,
	size_t action, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *there = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql, "SELECT EVENT_OBJECT_TABLE = BINARY ");
	wh_mysql_text(&s->sql, fence->tables[table]->table);
	wh_buffer_format(&s->sql,
		" AND LOCATE('%s', ACTION_STATEMENT) > 0 FROM information_schema.TRIGGERS WHERE "
		"TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME = 'whimbrel_fence_%zu_%c'",
		fence->migration, table, actions[action].letter);
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &there, error);
	if (rc == WH_OK && there && !wh_equal(there, "1"))
		rc = wh_mysql_run_format(s, error, "DROP TRIGGER whimbrel_fence_%zu_%c", table,
			actions[action].letter);
	if (rc == WH_OK && !wh_equal(there, "1")) {
		wh_buffer_clear(&s->sql);
		put_trigger(&s->sql, fence, table, action);
		rc = wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
	}
	wh_arena_free(&arena);
	return rc;
}

static int arm(struct wh_mysql *s, const struct wh_fence *fence, struct wh_error *error)
{
	int rc = wh_mysql_run(s->link, fence_table, error);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error,
			"INSERT IGNORE INTO whimbrel_fence VALUES ('%s', '1970-01-01 00:00:00', 0)",
			fence->migration);
	for (size_t i = 0; rc == WH_OK && i < fence->ntables; i++)
		for (size_t k = 0; rc == WH_OK && k < sizeof actions / sizeof *actions; k++)
			rc = make_trigger(s, fence, i, k, error);
	return rc;
}

/* The last stretch ends before the fence does. */
static void hold_stretches(struct wh_mysql *s, const struct wh_fence *fence)
{
	struct wh_arena arena = { 0 };
	struct wh_error ignored;
	const char *now = NULL;
	int64_t first = 0;
	char sql[120];
	wh_error_clear(&ignored);
	if (wh_mysql_value(s->link, "SELECT UNIX_TIMESTAMP()", &arena, &now, &ignored) == WH_OK &&
		now && wh_text_int64(now, strlen(now), &first)) {
		int64_t end = (first + fence->milliseconds / 1000) / STRETCH;
		first /= STRETCH;
		for (int64_t i = first; i < end && i - first < STRETCHES_MOST; i++) {
			snprintf(sql, sizeof sql, "SELECT GET_LOCK('whimbrel_%s_%lld', 0)", fence->migration,
				(long long)i);
			wh_mysql_try(s->link, sql);
		}
	}
	wh_arena_free(&arena);
}

/* The clock is read when the row is held. It moves, so that a row that is met is a row changed. */
static int extend(struct wh_mysql *s, const struct wh_fence *fence, const char *condition,
	struct wh_error *error)
{
	int rc = wh_mysql_run_format(s, error,
		"UPDATE whimbrel_fence SET until_utc = SYSDATE(6) + INTERVAL %lld MICROSECOND WHERE "
		"migration = '%s'%s",
		(long long)fence->milliseconds * 1000, fence->migration, condition);
	if (rc != WH_OK)
		return rc;
	if (mysql_affected_rows(s->link) != 1)
		return wh_fail(error, WH_GUARD, "the fence has expired, or is not there");
	hold_stretches(s, fence);
	return wh_mysql_make_durable(s, error);
}

static int raise_fence(struct wh_mysql *s, const struct wh_fence *fence, struct wh_error *error)
{
	int rc = arm(s, fence, error);
	return rc == WH_OK ? extend(s, fence, "", error) : rc;
}

static int make_final(struct wh_mysql *s, const struct wh_fence *fence, struct wh_error *error)
{
	int rc = wh_mysql_run_format(s, error,
		"UPDATE whimbrel_fence SET final = final + 1 WHERE migration = '%s' AND (final > 0 OR "
		"until_utc > SYSDATE(6))",
		fence->migration);
	if (rc != WH_OK)
		return rc;
	return mysql_affected_rows(s->link) == 1
		? wh_mysql_make_durable(s, error)
		: wh_fail(error, WH_GUARD, "the fence has expired, or is not there");
}

/* Whether the fence of another migration stands in this database. */
static int another_stands(struct wh_mysql *s, const struct wh_fence *fence, bool *stands,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *any = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql,
		"SELECT 1 FROM whimbrel_fence WHERE migration <> '%s' AND (final > 0 OR until_utc > "
		"SYSDATE(6)) LIMIT 1",
		fence->migration);
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &any, error);
	*stands = rc == WH_OK && any;
	wh_arena_free(&arena);
	if (rc == WH_OK || error->system != NO_SUCH_TABLE)
		return rc;
	wh_error_clear(error);
	return WH_OK;
}

static int drop_triggers(struct wh_mysql *s, const char *of, struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql,
		"SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() "
		"AND TRIGGER_NAME LIKE 'whimbrel\\_fence%%' AND LOCATE('%s', ACTION_STATEMENT) > 0",
		of);
	int rc = wh_mysql_rows(s->link, wh_buffer_string(&s->sql), &res, error);
	for (MYSQL_ROW row; rc == WH_OK && (row = mysql_fetch_row(res)) && row[0];) {
		wh_buffer_clear(&s->sql);
		wh_buffer_text(&s->sql, "DROP TRIGGER IF EXISTS ");
		wh_mysql_name(&s->sql, row[0]);
		rc = wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
	}
	return rc;
}

/* What others left goes too, but for a fence that stands. */
static int drop(struct wh_mysql *s, const struct wh_fence *fence, struct wh_error *error)
{
	bool stands = false;
	wh_mysql_try(s->link, "SELECT RELEASE_ALL_LOCKS()");
	int rc = another_stands(s, fence, &stands, error);
	if (rc == WH_OK)
		rc = drop_triggers(s, stands ? fence->migration : "", error);
	if (rc != WH_OK)
		return rc;
	return stands ? wh_mysql_run_format(s, error,
						"DELETE FROM whimbrel_fence WHERE migration = '%s'", fence->migration)
				  : wh_mysql_run(s->link, "DROP TABLE IF EXISTS whimbrel_fence", error);
}

static int step_of(struct wh_mysql *s, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error)
{
	switch (step) {
	case WH_FENCE_ARM:
		return arm(s, fence, error);
	case WH_FENCE_RAISE:
		return raise_fence(s, fence, error);
	case WH_FENCE_RENEW:
		return extend(s, fence, " AND (final > 0 OR until_utc > SYSDATE(6))", error);
	case WH_FENCE_FINAL:
		return make_final(s, fence, error);
	case WH_FENCE_DROP:
		return drop(s, fence, error);
	}
	return wh_fail(error, WH_BUG, "no step of a fence: %d", (int)step);
}

int wh_mysql_fence(struct wh_conn *conn, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = wait_at_most(s, fence->milliseconds, error);
	if (rc == WH_OK)
		rc = step_of(s, fence, step, error);
	if (rc != WH_OK && error->system == NO_SUCH_TABLE &&
		(step == WH_FENCE_RENEW || step == WH_FENCE_FINAL))
		rc = wh_fail(error, WH_GUARD, "the fence is not there");
	wh_mysql_try(s->link,
		"SET SESSION lock_wait_timeout = DEFAULT, innodb_lock_wait_timeout = 120");
	return rc;
}

int wh_mysql_pass(struct wh_conn *conn, const struct wh_fence *fence, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	return wh_mysql_run_format(s, error, "SET @whimbrel_pass = '%s'", fence->migration);
}

/* What a transaction has read keeps its shape, and its rows are not truncated, until it ends. */
int wh_mysql_hold(struct wh_conn *conn, const struct wh_fence *fence, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = wait_at_most(s, fence->milliseconds, error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "START TRANSACTION READ ONLY", error);
	for (size_t i = 0; rc == WH_OK && i < fence->ntables; i++) {
		WH_MYSQL_RESULT none = NULL;
		wh_buffer_clear(&s->sql);
		wh_buffer_text(&s->sql, "SELECT 1 FROM ");
		wh_mysql_name(&s->sql, fence->tables[i]->table);
		wh_buffer_text(&s->sql, " LIMIT 0");
		rc = wh_mysql_rows(s->link, wh_buffer_string(&s->sql), &none, error);
	}
	return rc;
}

static bool has_rows(struct wh_mysql *s, const struct wh_rowset *rows)
{
	struct wh_arena arena = { 0 };
	struct wh_error ignored;
	const char *any = NULL;
	wh_error_clear(&ignored);
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "SELECT 1 FROM ");
	wh_mysql_name(&s->sql, rows->table);
	wh_buffer_text(&s->sql, " LIMIT 1");
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &any, &ignored);
	bool some = rc == WH_OK && any;
	wh_arena_free(&arena);
	return some;
}

/* A row that stays as it is, or one of defaults. */
static int try_write(struct wh_mysql *s, const struct wh_rowset *rows, struct wh_error *error)
{
	bool update = rows->nfields && has_rows(s, rows);
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, update ? "UPDATE " : "INSERT INTO ");
	wh_mysql_name(&s->sql, rows->table);
	if (update) {
		const char *name = rows->fields[rows->nkey ? rows->key[0] : 0].name;
		wh_buffer_text(&s->sql, " SET ");
		wh_mysql_name(&s->sql, name);
		wh_buffer_text(&s->sql, " = ");
		wh_mysql_name(&s->sql, name);
		wh_buffer_text(&s->sql, " LIMIT 1");
	} else {
		wh_buffer_text(&s->sql, " () VALUES ()");
	}
	return wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
}

int wh_mysql_prove(struct wh_conn *conn, const struct wh_fence *fence, bool *stopped, size_t *tried,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	*stopped = true;
	*tried = 0;
	int rc = wh_mysql_run(s->link, "SET SESSION sql_mode = ''", error);
	if (rc == WH_OK)
		rc = wait_at_most(s, 1000, error);
	for (size_t i = 0; rc == WH_OK && i < fence->ntables; i++) {
		struct wh_error said = { 0 };
		rc = wh_mysql_run(s->link, "START TRANSACTION", error);
		if (rc != WH_OK)
			break;
		int wrote = try_write(s, fence->tables[i], &said);
		bool by_us = wrote != WH_OK && said.system == SIGNALLED && strstr(said.text, MESSAGE);
		*stopped = *stopped && wrote != WH_OK;
		*tried += wrote == WH_OK || by_us;
		rc = wh_mysql_run(s->link, "ROLLBACK", error);
	}
	return rc;
}
