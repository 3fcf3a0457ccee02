/* One consistent view for several connections. */
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BEGIN "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
#define TRIES 40

static int begin_all(struct wh_conn **conns, size_t n, struct wh_error *error)
{
	for (size_t i = 0; i < n; i++) {
		struct wh_mysql *s = conns[i]->state;
		int rc = wh_mysql_run(s->link, BEGIN, error);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

/* "file:offset" under which this connection reads; "" where the server writes no log. */
static int position(struct wh_mysql *s, char *out, size_t size, struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	char file[256] = "", offset[32] = "";
	out[0] = '\0';
	if (!s->mariadb)
		return WH_OK;
	int rc = wh_mysql_rows(s->link, "SHOW STATUS LIKE 'binlog_snapshot_%'", &res, error);
	for (MYSQL_ROW row = NULL; rc == WH_OK && (row = mysql_fetch_row(res)) && row[0] && row[1];) {
		if (wh_equal_nocase(row[0], "Binlog_snapshot_file"))
			snprintf(file, sizeof file, "%s", row[1]);
		if (wh_equal_nocase(row[0], "Binlog_snapshot_position"))
			snprintf(offset, sizeof offset, "%s", row[1]);
	}
	if (rc == WH_OK && file[0])
		snprintf(out, size, "%s:%s", file, offset);
	return rc;
}

/* Commits wait while the lock is held, so every view that is opened meanwhile is the same. */
static const char *const mariadb_lock[] = { "SET SESSION lock_wait_timeout = 10",
	"BACKUP STAGE START", "BACKUP STAGE FLUSH", "BACKUP STAGE BLOCK_DDL",
	"BACKUP STAGE BLOCK_COMMIT", NULL };
static const char *const mysql_lock[] = { "SET SESSION lock_wait_timeout = 10",
	"FLUSH TABLES WITH READ LOCK", NULL };

/* False: not allowed, or a long statement of somebody else stands in the way. */
static bool lock_commits(struct wh_mysql *s, MYSQL *locker)
{
	struct wh_error ignored;
	const char *const *steps = s->mariadb && s->version >= 100400 ? mariadb_lock : mysql_lock;
	wh_error_clear(&ignored);
	for (size_t i = 0; steps[i]; i++)
		if (wh_mysql_run(locker, steps[i], &ignored) != WH_OK)
			return false;
	return true;
}

/* log: where the server cannot tell a view's place later (MySQL), it is asked for here. */
static int begin_locked(struct wh_conn **conns, size_t n, bool *locked, struct wh_position *log,
	struct wh_error *error)
{
	struct wh_mysql *s = conns[0]->state;
	MYSQL *locker;
	struct wh_error ignored;
	wh_error_clear(&ignored);
	*locked = false;
	if (wh_mysql_link(conns[0]->url, &locker, &ignored) != WH_OK)
		return WH_OK;
	*locked = lock_commits(s, locker);
	int rc = *locked ? begin_all(conns, n, error) : WH_OK;
	if (rc == WH_OK && *locked && log)
		rc = wh_mysql_log_end(s, locker, log, error);
	mysql_close(locker); /* and with it the lock */
	return rc;
}

/* Equal places in the log mean equal views. Without a log nothing can be said. */
static int begin_compared(struct wh_conn **conns, size_t n, bool *equal, struct wh_error *error)
{
	char first[300] = "", other[300] = "";
	*equal = false;
	for (int i = 0; i < TRIES && !*equal; i++) {
		int rc = begin_all(conns, n, error);
		if (rc == WH_OK)
			rc = position(conns[0]->state, first, sizeof first, error);
		*equal = rc == WH_OK && first[0];
		for (size_t k = 1; k < n && *equal; k++) {
			rc = position(conns[k]->state, other, sizeof other, error);
			*equal = rc == WH_OK && wh_equal(first, other);
		}
		if (rc != WH_OK || !first[0])
			return rc;
		if (!*equal)
			usleep(2000u << (i < 7 ? i : 7));
	}
	return WH_OK;
}

static int leave(struct wh_conn **conns, size_t n, struct wh_error *error)
{
	for (size_t i = 0; i < n; i++) {
		struct wh_mysql *s = conns[i]->state;
		int rc = wh_mysql_run(s->link, "ROLLBACK", error);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

static int begin_any(struct wh_conn **conns, size_t *n, struct wh_error *error)
{
	bool same = *n == 1;
	int rc = same ? begin_all(conns, 1, error) : begin_locked(conns, *n, &same, NULL, error);
	if (rc == WH_OK && !same)
		rc = begin_compared(conns, *n, &same, error);
	if (rc == WH_OK && !same) {
		rc = leave(conns, *n, error);
		*n = 1;
		if (rc == WH_OK)
			rc = begin_all(conns, 1, error);
	}
	return rc;
}

static int begin_at(struct wh_conn **conns, size_t n, struct wh_position *out,
	struct wh_error *error)
{
	bool locked = false;
	int rc = begin_locked(conns, n, &locked, out, error);
	return rc != WH_OK || locked
		? rc
		: wh_fail(error, WH_CONFIG,
			  "no place in the log could be found that fits the rows: grant this user RELOAD and "
			  "REPLICATION CLIENT, or end what holds the global read lock up");
}

/* MariaDB tells the place of a view that is open; MySQL's is read while nobody may commit. */
int wh_mysql_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error)
{
	struct wh_mysql *s = conns[0]->state;
	bool pinned = out->live && !s->mariadb;
	int rc = pinned ? begin_at(conns, *n, &out->position, error) : begin_any(conns, n, error);
	if (rc == WH_OK && pinned)
		snprintf(out->text, sizeof out->text, "%s", out->position.text);
	else if (rc == WH_OK)
		rc = position(s, out->text, sizeof out->text, error);
	if (rc == WH_OK && out->live && !pinned && !wh_mysql_place_of(out->text, &out->position))
		rc = wh_fail(error, WH_CONFIG,
			"the server writes no binary log: set log_bin and restart it, with binlog_format=ROW");
	if (rc == WH_OK && !out->text[0])
		snprintf(out->text, sizeof out->text, "consistent read; the server keeps no binary log");
	return rc;
}
