/* Durable commits, whatever the server's settings.
 *
 * InnoDB may keep commits in memory; and where the server writes a log, it relies on that for the
 * last of them, unless that is synced itself. FLUSH ENGINE LOGS mends that, but a MariaDB that is set
 * to write its redo log once a second (innodb_flush_log_at_trx_commit 0 or 2) may ignore the
 * statement (10.11.19 does): there a change of a schema flushes, and the server says how far it is. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

#define TRIES 3

static int look_at_settings(struct wh_mysql *s, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	int rc = wh_mysql_value(s->link,
		"SELECT CASE WHEN @@GLOBAL.innodb_flush_log_at_trx_commit IN (1, 3) THEN IF(NOT "
		"@@GLOBAL.log_bin OR @@GLOBAL.sync_binlog = 1, 'always', 'flush') ELSE 'lazy' END",
		&arena, &text, error);
	bool says = s->mariadb && s->version >= 100500;
	if (rc == WH_OK)
		s->durable = wh_equal(text, "always") ? WH_MYSQL_DURABLE
			: wh_equal(text, "lazy") && says
			? WH_MYSQL_DURABLE_ON_DDL
			: WH_MYSQL_DURABLE_ON_FLUSH;
	wh_arena_free(&arena);
	return rc;
}

static int fail_lazy(struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG,
		"the server may lose commits when it fails: SET GLOBAL innodb_flush_log_at_trx_commit = 1 and "
		"sync_binlog = 1, or grant this user RELOAD, and CREATE and DROP on whimbrel_flush, so that "
		"each can be flushed");
}

/* What a statement says that the rights do not allow comes with the way out. */
static int flush_by(struct wh_mysql *s, const char *sql, struct wh_error *error)
{
	int rc = wh_mysql_run(s->link, sql, error);
	return rc == WH_OK || rc == WH_RETRY ? rc : fail_lazy(error);
}

/* A place in the redo log: "current" or "flushed". */
static int redo_place(struct wh_mysql *s, const char *which, int64_t *out, struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql, "SHOW GLOBAL STATUS LIKE 'Innodb_lsn_%s'", which);
	int rc = wh_mysql_rows(s->link, wh_buffer_string(&s->sql), &res, error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	if (rc == WH_OK && (!row || !row[1] || !wh_text_int64(row[1], strlen(row[1]), out)))
		return fail_lazy(error);
	return rc;
}

/* Several lanes share what one of them had flushed. */
static int flush_redo(struct wh_mysql *s, struct wh_error *error)
{
	int64_t wanted = 0, flushed = 0;
	int rc = redo_place(s, "current", &wanted, error);
	for (int i = 0; rc == WH_OK && i < TRIES; i++) {
		rc = redo_place(s, "flushed", &flushed, error);
		if (rc == WH_OK && flushed >= wanted)
			return WH_OK;
		if (rc == WH_OK)
			rc = flush_by(s, "CREATE OR REPLACE TABLE whimbrel_flush (n int) ENGINE=InnoDB", error);
	}
	return rc == WH_OK ? fail_lazy(error) : rc;
}

int wh_mysql_make_durable(struct wh_mysql *s, struct wh_error *error)
{
	int rc = s->durable == WH_MYSQL_DURABLE_UNKNOWN ? look_at_settings(s, error) : WH_OK;
	if (rc == WH_OK && s->durable == WH_MYSQL_DURABLE_ON_FLUSH)
		rc = flush_by(s, "FLUSH LOCAL ENGINE LOGS", error);
	if (rc == WH_OK && s->durable == WH_MYSQL_DURABLE_ON_DDL)
		rc = flush_redo(s, error);
	return rc;
}
