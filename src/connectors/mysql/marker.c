/* Markers: what makes each unit arrive exactly once (the claim, its epoch, one row a unit). */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define NO_SUCH_TABLE 1146
#define DUPLICATE_KEY 1062
#define TOGETHER 256 /* rows of one INSERT, far below any max_allowed_packet */

static const char *const own_tables[] = {
	"CREATE TABLE IF NOT EXISTS whimbrel_epoch (migration char(32) NOT NULL PRIMARY KEY, "
	"epoch bigint NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
	"CREATE TABLE IF NOT EXISTS whimbrel_unit (migration char(32) NOT NULL, tbl bigint NOT NULL, "
	"unit bigint NOT NULL, epoch bigint NOT NULL, tally text, "
	"PRIMARY KEY (migration, tbl, unit)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
	"COLLATE=utf8mb4_bin",
	NULL,
};

int wh_mysql_run_format(struct wh_mysql *s, struct wh_error *error, const char *format, ...)
{
	char sql[1200];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(sql, sizeof sql, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof sql)
		return wh_fail(error, WH_BUG, "a statement is too long: \"%.60s\"", sql);
	return wh_mysql_run(s->link, sql, error);
}

static int number(struct wh_mysql *s, const char *sql, int64_t *out, bool *found,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	int rc = wh_mysql_value(s->link, sql, &arena, &text, error);
	*found = text && wh_text_int64(text, strlen(text), out);
	wh_arena_free(&arena);
	return rc;
}

void wh_mysql_rollback(struct wh_mysql *s)
{
	s->unit = NULL;
	s->entered = false;
	if (s->link)
		wh_mysql_try(s->link, "ROLLBACK");
}

static bool is_hex(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

static int record_some(struct wh_mysql *s, const struct wh_claim *claim, size_t first,
	struct wh_error *error)
{
	size_t end = claim->ntables - first < TOGETHER ? claim->ntables : first + TOGETHER;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "INSERT INTO whimbrel_unit VALUES ");
	for (size_t i = first; i < end; i++) {
		wh_buffer_format(&s->sql, "%s('%s', -1, %zu, %lld, ", i > first ? ", " : "",
			claim->migration, i, (long long)claim->epoch);
		wh_mysql_text(&s->sql, claim->tables[i]);
		wh_buffer_char(&s->sql, ')');
	}
	return wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
}

static int record_tables(struct wh_mysql *s, const struct wh_claim *claim, struct wh_error *error)
{
	char sql[128];
	int64_t any;
	bool found;
	snprintf(sql, sizeof sql,
		"SELECT 1 FROM whimbrel_unit WHERE migration = '%s' AND tbl = -1 "
		"LIMIT 1",
		claim->migration);
	int rc = number(s, sql, &any, &found, error);
	for (size_t first = 0; rc == WH_OK && !found && first < claim->ntables; first += TOGETHER)
		rc = record_some(s, claim, first, error);
	return rc;
}

static int raise_epoch(struct wh_mysql *s, struct wh_claim *claim, struct wh_error *error)
{
	char sql[128];
	bool found;
	int rc = wh_mysql_run(s->link, "START TRANSACTION", error);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error,
			"INSERT INTO whimbrel_epoch VALUES ('%s', 1) "
			"ON DUPLICATE KEY UPDATE epoch = epoch + 1",
			claim->migration);
	claim->resumed = rc == WH_OK && mysql_affected_rows(s->link) == 2;
	snprintf(sql, sizeof sql, "SELECT epoch FROM whimbrel_epoch WHERE migration = '%s'",
		claim->migration);
	if (rc == WH_OK)
		rc = number(s, sql, &claim->epoch, &found, error);
	if (rc == WH_OK)
		rc = record_tables(s, claim, error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK)
		wh_mysql_rollback(s);
	return rc;
}

int wh_mysql_prepare(struct wh_conn *conn, struct wh_claim *claim, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = is_hex(claim->migration)
		? WH_OK
		: wh_fail(error, WH_BUG, "no id of a migration: \"%s\"", claim->migration);
	for (size_t i = 0; rc == WH_OK && own_tables[i]; i++)
		rc = wh_mysql_run(s->link, own_tables[i], error);
	if (rc == WH_OK)
		rc = raise_epoch(s, claim, error);
	if (rc == WH_OK)
		s->claim = claim;
	return rc;
}

void wh_mysql_join(struct wh_conn *conn, const struct wh_claim *claim)
{
	struct wh_mysql *s = conn->state;
	s->claim = claim;
}

int wh_mysql_check_epoch(struct wh_mysql *s, struct wh_error *error)
{
	char sql[128];
	int64_t epoch = 0;
	bool found;
	snprintf(sql, sizeof sql,
		"SELECT epoch FROM whimbrel_epoch WHERE migration = '%s' "
		"LOCK IN SHARE MODE",
		s->claim->migration);
	int rc = number(s, sql, &epoch, &found, error);
	if (rc == WH_OK && (!found || epoch != s->claim->epoch))
		return wh_fail(error, WH_LOST, "another process has taken over migration \"%s\"",
			s->claim->migration);
	return rc;
}

static int delete_range(struct wh_mysql *s, const struct wh_unit *unit, struct wh_error *error)
{
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "DELETE FROM ");
	wh_mysql_name(&s->sql, unit->rows->table);
	wh_mysql_where(&s->sql, unit);
	return wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
}

static int remove_unit(struct wh_mysql *s, const struct wh_unit *unit, struct wh_error *error)
{
	int rc = wh_mysql_run_format(s, error,
		"DELETE FROM whimbrel_unit WHERE migration = '%s' AND tbl = %lld "
		"AND unit = %lld",
		s->claim->migration, (long long)unit->table, (long long)unit->number);
	if (rc == WH_OK && unit->range == WH_RANGE_PAGE)
		return wh_fail(error, WH_BUG, "a range of pages cannot be found again: \"%s\"",
			unit->rows->table);
	return rc == WH_OK ? delete_range(s, unit, error) : rc;
}

static int read_tally(struct wh_mysql *s, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	char sql[200];
	snprintf(sql, sizeof sql,
		"SELECT tally FROM whimbrel_unit WHERE migration = '%s' AND "
		"tbl = %lld AND unit = %lld",
		s->claim->migration, (long long)unit->table, (long long)unit->number);
	int rc = wh_mysql_value(s->link, sql, &arena, &text, error);
	if (rc == WH_OK)
		rc = text && wh_tally_parse(text, done)
			? WH_DONE
			: wh_fail(error, WH_BUG, "the marker of unit %lld of table \"%s\" cannot be read",
				  (long long)unit->number, unit->rows->table);
	wh_arena_free(&arena);
	return rc;
}

/* Another writer's insert of the same marker is waited for at the server. */
static int insert_marker(struct wh_mysql *s, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	int rc = wh_mysql_run_format(s, error,
		"INSERT INTO whimbrel_unit (migration, tbl, unit, epoch) VALUES "
		"('%s', %lld, %lld, %lld)",
		s->claim->migration, (long long)unit->table, (long long)unit->number,
		(long long)s->claim->epoch);
	if (rc != WH_ROW || error->system != DUPLICATE_KEY)
		return rc == WH_ROW ? wh_fail(error, WH_BUG, "the marker was refused") : rc;
	wh_error_clear(error);
	return read_tally(s, unit, done, error);
}

/* A table that cannot roll back is one unit and is emptied before each try. */
static int check_table(struct wh_mysql *s, const struct wh_unit *unit, struct wh_error *error)
{
	const struct wh_mysql_writer *w = &s->writer;
	if (w->trigger)
		return wh_fail(error, WH_CONFIG,
			"trigger \"%s\" of table \"%s\" would act on the rows "
			"that are moved: drop it, and create it again afterwards",
			w->trigger, unit->rows->table);
	if (w->transactional)
		return WH_OK;
	if (unit->range != WH_RANGE_ALL || unit->number != 0 || unit->keep)
		return wh_fail(error, WH_CONFIG,
			"the engine of table \"%s\" has no transactions: change "
			"it with ALTER TABLE ... ENGINE=InnoDB",
			unit->rows->table);
	return delete_range(s, unit, error);
}

static int take_mark(MYSQL_ROW row, struct wh_mark *mark, struct wh_error *error)
{
	bool whole = row[0] && row[1] && row[2] &&
		wh_text_int64(row[0], strlen(row[0]), &mark->table) &&
		wh_text_int64(row[1], strlen(row[1]), &mark->unit) && wh_tally_parse(row[2], &mark->tally);
	return whole
		? WH_OK
		: wh_fail(error, WH_STOP, "a marker of whimbrel_unit on the target cannot be read");
}

int wh_mysql_marks(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	char sql[200];
	WH_MYSQL_RESULT res = NULL;
	MYSQL_ROW row;
	snprintf(sql, sizeof sql,
		"SELECT tbl, unit, tally FROM whimbrel_unit WHERE migration = '%s' "
		"AND tbl >= 0 AND tally IS NOT NULL",
		claim->migration);
	int rc = wh_mysql_rows(s->link, sql, &res, error);
	while (rc == WH_OK && (row = mysql_fetch_row(res)))
		rc = take_mark(row, wh_push(arena, out, n), error);
	return rc;
}

int wh_mysql_begin(struct wh_conn *conn, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	if (!s->claim || !s->link)
		return wh_fail(error, WH_BUG, "a unit begins without a claim");
	int rc = wh_mysql_writer_aim(s, unit->rows, error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "START TRANSACTION", error);
	if (rc == WH_OK)
		rc = wh_mysql_check_epoch(s, error);
	if (rc == WH_OK && unit->redo)
		rc = remove_unit(s, unit, error);
	if (rc == WH_OK)
		rc = insert_marker(s, unit, done, error);
	if (rc == WH_OK)
		rc = check_table(s, unit, error);
	s->unit = rc == WH_OK ? unit : NULL;
	if (rc != WH_OK)
		wh_mysql_rollback(s);
	return rc;
}

int wh_mysql_commit(struct wh_conn *conn, const struct wh_tally *tally, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	char text[WH_TALLY_TEXT];
	if (!s->unit)
		return wh_fail(error, WH_BUG, "a unit is committed that is not open");
	wh_tally_text(tally, text);
	int rc = wh_mysql_run_format(s, error,
		"UPDATE whimbrel_unit SET tally = '%s' WHERE migration = '%s' "
		"AND tbl = %lld AND unit = %lld",
		text, s->claim->migration, (long long)s->unit->table, (long long)s->unit->number);
	if (rc == WH_OK && mysql_affected_rows(s->link) != 1)
		rc = wh_fail(error, WH_LOST, "the marker of unit %lld of table \"%s\" is gone",
			(long long)s->unit->number, s->unit->rows->table);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc == WH_OK)
		s->unit = NULL;
	return rc;
}

static void put_mark(struct wh_mysql *s, const struct wh_mark *mark)
{
	char text[WH_TALLY_TEXT];
	wh_tally_text(&mark->tally, text);
	wh_buffer_format(&s->sql, "('%s', %lld, %lld, %lld, '%s')", s->claim->migration,
		(long long)mark->table, (long long)mark->unit, (long long)s->claim->epoch, text);
}

int wh_mysql_mark(struct wh_conn *conn, const struct wh_mark *marks, size_t n,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "INSERT INTO whimbrel_unit VALUES ");
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(&s->sql, i ? ", " : "");
		put_mark(s, &marks[i]);
	}
	wh_buffer_text(&s->sql, " ON DUPLICATE KEY UPDATE tally = tally");
	int rc = wh_mysql_run(s->link, "START TRANSACTION", error);
	if (rc == WH_OK)
		rc = wh_mysql_check_epoch(s, error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK)
		wh_mysql_rollback(s);
	return rc;
}

/* Without a connection there is no transaction: the server rolls it back by itself. */
int wh_mysql_abandon(struct wh_conn *conn, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	bool open = (s->unit || s->entered) && s->link;
	s->unit = NULL;
	s->entered = false;
	int rc = open ? wh_mysql_run(s->link, "ROLLBACK", error) : WH_OK;
	if (rc != WH_RETRY)
		return rc;
	wh_error_clear(error);
	return WH_OK;
}

int wh_mysql_empty(struct wh_conn *conn, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	const struct wh_unit all = { .rows = rows,
		.table = table,
		.first = INT64_MIN,
		.last = INT64_MAX };
	if (!s->claim)
		return wh_fail(error, WH_BUG, "a table is emptied without a claim");
	int rc = wh_mysql_writer_aim(s, rows, error);
	if (rc == WH_OK && s->writer.trigger)
		return wh_fail(error, WH_CONFIG,
			"trigger \"%s\" of table \"%s\" would act on the rows "
			"that are removed: drop it, and create it again afterwards",
			s->writer.trigger, rows->table);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "START TRANSACTION", error);
	if (rc == WH_OK)
		rc = wh_mysql_check_epoch(s, error);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error,
			"DELETE FROM whimbrel_unit WHERE migration = '%s' AND tbl = %lld", s->claim->migration,
			(long long)table);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK) {
		wh_mysql_rollback(s);
		return rc;
	}
	struct wh_rowset whole = *rows;
	struct wh_unit unit = all;
	whole.where = NULL;
	unit.rows = &whole;
	return delete_range(s, &unit, error);
}

static int drop_if_empty(struct wh_mysql *s, struct wh_error *error)
{
	bool found;
	int64_t any;
	int rc = number(s, "SELECT 1 FROM whimbrel_epoch LIMIT 1", &any, &found, error);
	if (rc == WH_OK && !found)
		rc = number(s, "SELECT 1 FROM whimbrel_unit LIMIT 1", &any, &found, error);
	return rc == WH_OK && !found
		? wh_mysql_run(s->link, "DROP TABLE whimbrel_unit, whimbrel_epoch", error)
		: rc;
}

/* The server may keep its newest commits in memory only (innodb_flush_log_at_trx_commit). The
 * lock keeps a migration that begins just now from losing its rows to the drop. */
int wh_mysql_finish(struct wh_conn *conn, const struct wh_claim *claim, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = is_hex(claim->migration)
		? wh_mysql_run(s->link, "START TRANSACTION", error)
		: wh_fail(error, WH_BUG, "no id of a migration: \"%s\"", claim->migration);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error, "DELETE FROM whimbrel_unit WHERE migration = '%s'",
			claim->migration);
	if (rc == WH_OK)
		rc = wh_mysql_forget_lanes(s, claim->migration, error);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error, "DELETE FROM whimbrel_epoch WHERE migration = '%s'",
			claim->migration);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK) {
		wh_mysql_rollback(s);
		return error->system == NO_SUCH_TABLE /* all of it was done before */
			? wh_mysql_drop_follow_tables(s, error)
			: rc;
	}
	wh_mysql_try(s->link, "FLUSH LOCAL ENGINE LOGS");
	wh_mysql_try(s->link, "LOCK TABLES whimbrel_epoch WRITE, whimbrel_unit WRITE");
	rc = drop_if_empty(s, error);
	wh_mysql_try(s->link, "UNLOCK TABLES");
	return rc == WH_OK ? wh_mysql_drop_follow_tables(s, error) : rc;
}
