/* Apply: transactions of changes, each with the row of its lane, which is written first. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_SUCH_TABLE 1146

static void put_place(struct wh_mysql *s, const struct wh_position *p)
{
	struct wh_buffer text = { 0 };
	wh_buffer_format(&text, "%llu %llu %s", (unsigned long long)p->order[0],
		(unsigned long long)p->order[1], p->text);
	wh_mysql_text(&s->sql, wh_buffer_string(&text));
	wh_buffer_free(&text);
}

static bool take_place(const char *text, struct wh_position *out)
{
	char *end;
	*out = (struct wh_position){ 0 };
	out->order[0] = strtoull(text, &end, 10);
	if (*end != ' ')
		return false;
	out->order[1] = strtoull(end + 1, &end, 10);
	if (*end != ' ' || strlen(end + 1) >= sizeof out->text)
		return false;
	memcpy(out->text, end + 1, strlen(end + 1) + 1);
	return true;
}

int wh_mysql_lanes(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_lane_mark **out, size_t *n, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	WH_MYSQL_RESULT res = NULL;
	char sql[160];
	*n = 0;
	*out = NULL;
	snprintf(sql, sizeof sql,
		"SELECT lane, place FROM whimbrel_position WHERE migration = '%s' ORDER BY lane",
		claim->migration);
	int rc = wh_mysql_rows(s->link, sql, &res, error);
	if (rc != WH_OK && error->system == NO_SUCH_TABLE) {
		wh_error_clear(error);
		return WH_OK;
	}
	for (MYSQL_ROW row; rc == WH_OK && (row = mysql_fetch_row(res));) {
		struct wh_lane_mark *mark = wh_push(arena, out, n);
		if (!row[0] || !row[1] || !wh_text_int64(row[0], strlen(row[0]), &mark->lane) ||
			!take_place(row[1], &mark->position))
			return wh_fail(error, WH_STOP, "a row of whimbrel_position cannot be read");
	}
	return rc;
}

static int begin(struct wh_mysql *s, struct wh_error *error)
{
	if (!s->claim || !s->link)
		return wh_fail(error, WH_BUG, "changes are applied without a claim");
	int rc = wh_mysql_run(s->link, "START TRANSACTION", error);
	return rc == WH_OK ? wh_mysql_check_epoch(s, error) : rc;
}

int wh_mysql_forget_lanes(struct wh_mysql *s, const char *migration, struct wh_error *error)
{
	int rc = wh_mysql_run_format(s, error, "DELETE FROM whimbrel_position WHERE migration = '%s'",
		migration);
	if (rc == WH_OK || error->system != NO_SUCH_TABLE)
		return rc;
	wh_error_clear(error);
	return WH_OK;
}

static int insert_lane(struct wh_mysql *s, const struct wh_lane_mark *mark, struct wh_error *error)
{
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql,
		"INSERT INTO whimbrel_position (migration, lane, turn, place) VALUES ('%s', %lld, 0, ",
		s->claim->migration, (long long)mark->lane);
	put_place(s, &mark->position);
	wh_buffer_char(&s->sql, ')');
	return wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
}

int wh_mysql_settle(struct wh_conn *conn, const struct wh_lane_mark *marks, size_t n,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = wh_mysql_follow_tables(s, error);
	if (rc == WH_OK)
		rc = begin(s, error);
	if (rc == WH_OK)
		rc = wh_mysql_forget_lanes(s, s->claim->migration, error);
	for (size_t i = 0; rc == WH_OK && i < n; i++)
		rc = insert_lane(s, &marks[i], error);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK) {
		wh_mysql_rollback(s);
		return rc;
	}
	return wh_mysql_make_durable(s, error);
}

/* The row must change, or nothing of it would be in the log. */
int wh_mysql_enter(struct wh_conn *conn, int64_t lane, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = begin(s, error);
	if (rc == WH_OK)
		rc = wh_mysql_run_format(s, error,
			"INSERT INTO whimbrel_position (migration, lane, turn, place) VALUES ('%s', %lld, 0, "
			"'') ON DUPLICATE KEY UPDATE turn = turn + 1",
			s->claim->migration, (long long)lane);
	s->unit = NULL;
	s->entered = rc == WH_OK;
	s->lane = lane;
	if (rc != WH_OK && s->link)
		wh_mysql_rollback(s);
	return rc;
}

int wh_mysql_aim(struct wh_conn *conn, const struct wh_unit *unit, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	if (!s->entered)
		return wh_fail(error, WH_BUG, "changes are aimed outside of their transaction");
	int rc = wh_mysql_writer_aim(s, unit->rows, error);
	if (rc == WH_OK && s->writer.trigger)
		return wh_fail(error, WH_CONFIG,
			"trigger \"%s\" of table \"%s\" would act on the rows that are moved: drop it, and "
			"create it again afterwards",
			s->writer.trigger, unit->rows->table);
	if (rc == WH_OK && !s->writer.transactional)
		return wh_fail(error, WH_CONFIG,
			"the engine of table \"%s\" has no transactions: change it with ALTER TABLE ... "
			"ENGINE=InnoDB",
			unit->rows->table);
	s->unit = rc == WH_OK ? unit : NULL;
	return rc;
}

int wh_mysql_clear(struct wh_conn *conn, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	if (!s->entered || !s->unit)
		return wh_fail(error, WH_BUG, "a table is cleared that was not aimed at");
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "DELETE FROM ");
	wh_mysql_name(&s->sql, s->unit->rows->table);
	return wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
}

int wh_mysql_leave(struct wh_conn *conn, const struct wh_lane_mark *mark, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	if (!s->entered || s->lane != mark->lane)
		return wh_fail(error, WH_BUG, "lane %lld is left that was not entered",
			(long long)mark->lane);
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "UPDATE whimbrel_position SET turn = turn + 1, place = ");
	put_place(s, &mark->position);
	wh_buffer_format(&s->sql, " WHERE migration = '%s' AND lane = %lld", s->claim->migration,
		(long long)mark->lane);
	int rc = wh_mysql_run(s->link, wh_buffer_string(&s->sql), error);
	if (rc == WH_OK && mysql_affected_rows(s->link) != 1)
		rc = wh_fail(error, WH_LOST, "the row of lane %lld is gone", (long long)mark->lane);
	if (rc == WH_OK)
		rc = wh_mysql_run(s->link, "COMMIT", error);
	if (rc != WH_OK)
		return rc;
	s->entered = false;
	s->unit = NULL;
	return wh_mysql_make_durable(s, error);
}
