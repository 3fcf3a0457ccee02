/* Write: rows of the open unit, as arrays in as few messages as the server takes. A server that
 * knows no arrays (MySQL) gets statements of many rows. */
#include "connectors/mysql/write.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MARGIN 4096 /* of a message, for all but the rows */
#define PARAMETERS_MOST 65535
#define ROWS_TOGETHER 256 /* in one statement, without arrays */
#define PARKED_MOST 64    /* tables */
#define PARKED_ROWS 1024  /* room for more is given back */

static void drop_feeds(struct wh_mysql_writer *w)
{
	for (size_t i = 0; i < w->nfeeds; i++)
		wh_mysql_feed_free(&w->feeds[i]);
	free(w->feeds);
	free(w->row_bytes);
	w->feeds = NULL;
	w->nfeeds = 0;
	w->row_bytes = NULL;
	w->capacity = 0;
}

void wh_mysql_writer_free(struct wh_mysql_writer *w)
{
	MYSQL_STMT *statements[] = { w->insert, w->many, w->erase };
	for (size_t i = 0; i < 3; i++)
		if (statements[i])
			mysql_stmt_close(statements[i]);
	drop_feeds(w);
	free(w->binds);
	free(w->trigger);
	*w = (struct wh_mysql_writer){ 0 };
}

static int prepare(struct wh_mysql *s, const char *sql, MYSQL_STMT **out, struct wh_error *error)
{
	*out = mysql_stmt_init(s->link);
	if (!*out)
		return wh_mysql_fail(s->link, sql, error);
	if (mysql_stmt_prepare(*out, sql, strlen(sql)))
		return wh_mysql_fail_stmt(*out, sql, error);
	return WH_OK;
}

static const char *insert_sql(struct wh_mysql *s, const struct wh_rowset *rows, uint32_t together)
{
	struct wh_buffer *sql = &s->sql;
	wh_buffer_clear(sql);
	wh_buffer_text(sql, "INSERT INTO ");
	wh_mysql_name(sql, rows->table);
	for (size_t i = 0; i < rows->nfields; i++) {
		wh_buffer_text(sql, i ? ", " : " (");
		wh_mysql_name(sql, rows->fields[i].name);
	}
	wh_buffer_text(sql, ") VALUES ");
	for (uint32_t r = 0; r < together; r++)
		for (size_t i = 0; i < rows->nfields; i++)
			wh_buffer_text(sql, i ? ",?" : r ? "),(?" : "(?");
	wh_buffer_char(sql, ')');
	return wh_buffer_string(sql);
}

/* What makes a stored value equal to one that is sent, to the last bit and blank, where the plain
 * comparison does not. */
static void put_same(struct wh_mysql *s, const struct wh_field *field)
{
	static const struct {
		unsigned classes;
		const char *before, *after;
	} ways[] = {
		{ WH_MYSQL_TEXT | WH_MYSQL_LABELS, "CAST(CONVERT(",
			" USING utf8mb4) AS BINARY) <=> CAST(? AS BINARY)" },
		{ WH_MYSQL_DECIMAL, "", " <=> CAST(? AS DECIMAL(65,30))" },
		{ WH_MYSQL_GEOMETRY, "HEX(ST_AsBinary(",
			")) <=> HEX(ST_AsBinary(ST_GeomFromWKB(SUBSTR(?, 5))))" },
		{ WH_MYSQL_DATE | WH_MYSQL_DATETIME | WH_MYSQL_TIME | WH_MYSQL_INTEGER | WH_MYSQL_BIT |
				WH_MYSQL_FLOAT | WH_MYSQL_DOUBLE | WH_MYSQL_BINARY | WH_MYSQL_UUID | WH_MYSQL_OTHER,
			"", " <=> ?" },
	};
	enum wh_mysql_class class = wh_mysql_class(field->type.native);
	bool as_text = field->wire.kind == WH_TEXT &&
		class & (WH_MYSQL_DATE | WH_MYSQL_DATETIME | WH_MYSQL_TIME);
	const char *before = "CAST(", *after = " AS CHAR) <=> ?";
	if (class == WH_MYSQL_JSON && s->mariadb)
		class = WH_MYSQL_TEXT;
	if (class == WH_MYSQL_JSON)
		before = "", after = " <=> CAST(? AS JSON)";
	for (size_t i = 0; !as_text && i < sizeof ways / sizeof *ways; i++)
		if (ways[i].classes & class) {
			before = ways[i].before;
			after = ways[i].after;
		}
	wh_buffer_text(&s->sql, before);
	wh_mysql_name(&s->sql, field->name);
	wh_buffer_text(&s->sql, after);
}

static const char *erase_sql(struct wh_mysql *s, const struct wh_rowset *rows)
{
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "DELETE FROM ");
	wh_mysql_name(&s->sql, rows->table);
	for (size_t i = 0; i < rows->nkey; i++) {
		wh_buffer_text(&s->sql, i ? " AND " : " WHERE ");
		wh_mysql_name(&s->sql, rows->fields[rows->key[i]].name);
		wh_buffer_text(&s->sql, " = ?");
	}
	for (size_t i = 0; !rows->nkey && i < rows->nfields; i++) {
		wh_buffer_text(&s->sql, i ? " AND " : " WHERE ");
		put_same(s, &rows->fields[i]);
	}
	wh_buffer_text(&s->sql, rows->nkey ? "" : " LIMIT 1");
	return wh_buffer_string(&s->sql);
}

/* The fields that a statement binds. */
static size_t nbound(const struct wh_mysql_writer *w, bool erasing)
{
	return erasing && w->rows->nkey ? w->rows->nkey : w->rows->nfields;
}

static size_t bound(const struct wh_mysql_writer *w, bool erasing, size_t i)
{
	return erasing && w->rows->nkey ? w->rows->key[i] : i;
}

/* Triggers cannot be switched off here, and what they would do to moved rows is not wanted. */
static int look_at_table(struct wh_mysql *s, struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql,
		"SELECT e.TRANSACTIONS FROM information_schema.TABLES t JOIN "
		"information_schema.ENGINES e ON e.ENGINE = t.ENGINE "
		"WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = ");
	wh_mysql_text(&s->sql, w->rows->table);
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &text, error);
	if (rc == WH_OK && !text)
		rc = wh_fail(error, WH_CONFIG, "the target has no table \"%s\"", w->rows->table);
	w->transactional = wh_equal(text, "YES");
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql,
		"SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE "
		"EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_MANIPULATION IN ('INSERT', 'DELETE') AND "
		"TRIGGER_NAME NOT LIKE 'whimbrel%' AND "
		"EVENT_OBJECT_TABLE = ");
	wh_mysql_text(&s->sql, w->rows->table);
	if (rc == WH_OK)
		rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &text, error);
	w->trigger = rc == WH_OK && text ? wh_strdup(text) : NULL;
	wh_arena_free(&arena);
	return rc;
}

void wh_mysql_parked_free(struct wh_mysql *s)
{
	for (size_t i = 0; i < s->nparked; i++)
		wh_mysql_writer_free(&s->parked[i]);
	free(s->parked);
	s->parked = NULL;
	s->nparked = 0;
}

/* Statements stay prepared, so that changes of many tables can take turns. The oldest goes. */
static void park(struct wh_mysql *s)
{
	struct wh_mysql_writer *w = &s->writer;
	if (!w->rows)
		return;
	if (w->capacity > PARKED_ROWS)
		drop_feeds(w);
	if (!s->parked)
		s->parked = wh_alloc(PARKED_MOST * sizeof *s->parked);
	if (s->nparked == PARKED_MOST) {
		wh_mysql_writer_free(&s->parked[0]);
		s->nparked--;
		memmove(s->parked, s->parked + 1, s->nparked * sizeof *s->parked);
	}
	s->parked[s->nparked++] = *w;
	*w = (struct wh_mysql_writer){ 0 };
}

static bool unpark(struct wh_mysql *s, const struct wh_rowset *rows)
{
	size_t i = 0;
	while (i < s->nparked && s->parked[i].rows != rows)
		i++;
	if (i == s->nparked)
		return false;
	s->writer = s->parked[i];
	s->nparked--;
	memmove(s->parked + i, s->parked + i + 1, (s->nparked - i) * sizeof *s->parked);
	return true;
}

/* A copy goes from table to table and does not come back. */
int wh_mysql_writer_aim(struct wh_mysql *s, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	if (w->rows == rows)
		return WH_OK;
	if (s->entered)
		park(s);
	wh_mysql_writer_free(w);
	if (unpark(s, rows))
		return WH_OK;
	w->rows = rows;
	w->nmany = (uint32_t)(rows->nfields ? PARAMETERS_MOST / rows->nfields : 1);
	w->nmany = w->nmany < ROWS_TOGETHER ? w->nmany : ROWS_TOGETHER;
	w->binds = wh_alloc((s->arrays ? 1 : w->nmany) * (rows->nfields + 1) * sizeof *w->binds);
	int rc = look_at_table(s, error);
	if (rc == WH_OK && rows->nfields)
		rc = prepare(s, insert_sql(s, rows, 1), &w->insert, error);
	if (rc == WH_OK && rows->nfields && !s->arrays)
		rc = prepare(s, insert_sql(s, rows, w->nmany), &w->many, error);
	if (rc != WH_OK)
		wh_mysql_writer_free(w);
	return rc;
}

static void make_room(struct wh_mysql_writer *w, uint32_t rows)
{
	if (w->feeds && w->capacity >= rows)
		return;
	uint32_t capacity = 16;
	while (capacity < rows)
		capacity *= 2;
	drop_feeds(w);
	w->capacity = capacity;
	w->row_bytes = wh_alloc(w->capacity * sizeof *w->row_bytes);
	w->nfeeds = w->rows->nfields;
	w->feeds = wh_alloc((w->nfeeds + 1) * sizeof *w->feeds);
	for (size_t i = 0; i < w->nfeeds; i++)
		wh_mysql_feed_init(&w->feeds[i], &w->rows->fields[i], w->capacity);
}

static int fill(struct wh_mysql_writer *w, const struct wh_batch *batch, size_t column,
	struct wh_error *error)
{
	struct wh_mysql_feed *feed = &w->feeds[column];
	const struct wh_lane *lane = &batch->lanes[column];
	if (lane->kind != feed->field->wire.kind)
		return wh_fail(error, WH_BUG, "column \"%s\" comes as %s, not as %s", feed->field->name,
			wh_kind_name(lane->kind), wh_kind_name(feed->field->wire.kind));
	/* An auto-increment column would make the next number of it. */
	if (feed->field->not_null && batch->rows && memchr(lane->null, 1, batch->rows))
		return wh_fail(error, WH_ROW, "a null came for column \"%s\", which holds none",
			feed->field->name);
	feed->nulls = (char *)lane->null;
	int rc = feed->fill(feed, lane, batch->rows, error);
	if (rc == WH_OK)
		wh_mysql_feed_sizes(feed, batch->rows, w->row_bytes);
	return rc;
}

/* Where rows could have changed on the way in, the server says so; none of it is harmless but
 * remarks about syntax and about its log. */
static int look_at_warnings(struct wh_mysql *s, struct wh_error *error)
{
	static const unsigned harmless[] = { 1287, 1592, 1681, 3719 };
	WH_MYSQL_RESULT res = NULL;
	int rc = wh_mysql_rows(s->link, "SHOW WARNINGS", &res, error);
	for (MYSQL_ROW row = NULL; rc == WH_OK && (row = mysql_fetch_row(res));) {
		unsigned long code = row[1] ? strtoul(row[1], NULL, 10) : 0;
		bool ignored = false;
		for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
			ignored = ignored || code == harmless[i];
		if (!ignored)
			return wh_fail(error, WH_ROW,
				"the server would change a value: %s (warning %lu): "
				"\"%s\"",
				row[2] ? row[2] : "", code, s->writer.rows->table);
	}
	return rc;
}

static int run(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t rows, bool counted,
	struct wh_error *error)
{
	if (mysql_stmt_bind_param(stmt, s->writer.binds) || mysql_stmt_execute(stmt))
		return wh_mysql_fail_stmt(stmt, s->writer.rows->table, error);
	unsigned long long affected = mysql_stmt_affected_rows(stmt);
	if (counted && affected != rows)
		return wh_fail(error, WH_ROW, "%llu rows %s of %u that were sent: \"%s\"", affected,
			stmt == s->writer.erase ? "were found" : "arrived", rows, s->writer.rows->table);
	/* One for each index 0 that was sent: one more would be another value's. */
	if (mysql_warning_count(s->link) == s->writer.unlabelled)
		return WH_OK;
	return look_at_warnings(s, error);
}

static void count_unlabelled(struct wh_mysql_writer *w, bool erasing, uint32_t first, uint32_t rows)
{
	w->unlabelled = 0;
	for (size_t i = 0; !erasing && i < w->nfeeds; i++)
		w->unlabelled += wh_mysql_feed_unlabelled(&w->feeds[i], first, rows);
}

static int run_array(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t first, uint32_t rows,
	struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	bool erasing = stmt == w->erase;
	size_t n = nbound(w, erasing);
	unsigned int size = rows;
	for (size_t i = 0; i < n; i++)
		wh_mysql_feed_bind(&w->feeds[bound(w, erasing, i)], first, true, &w->binds[i]);
	count_unlabelled(w, erasing, first, rows);
	if (mysql_stmt_attr_set(stmt, STMT_ATTR_ARRAY_SIZE, &size))
		return wh_mysql_fail_stmt(stmt, w->rows->table, error);
	return run(s, stmt, rows, !erasing || !w->rows->nkey, error);
}

/* Without arrays: as many rows as stand in the statement. */
static int run_together(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t first, uint32_t rows,
	struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	bool erasing = stmt == w->erase;
	size_t n = nbound(w, erasing);
	count_unlabelled(w, erasing, first, rows);
	for (uint32_t r = 0; r < rows; r++)
		for (size_t i = 0; i < n; i++)
			wh_mysql_feed_bind(&w->feeds[bound(w, erasing, i)], first + r, false,
				&w->binds[r * n + i]);
	return run(s, stmt, rows, !erasing || !w->rows->nkey, error);
}

static int run_rows(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t first, uint32_t rows,
	struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	if (s->arrays)
		return run_array(s, stmt, first, rows, error);
	int rc = WH_OK;
	for (uint32_t done = 0, step; rc == WH_OK && done < rows; done += step) {
		bool many = stmt == w->insert && rows - done >= w->nmany;
		step = many ? w->nmany : 1;
		rc = run_together(s, many ? w->many : stmt, first + done, step, error);
	}
	return rc;
}

/* No strict statement takes index 0 of an ENUM. */
static int run_some(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t first, uint32_t rows,
	struct wh_error *error)
{
	struct wh_error undone = { 0 };
	count_unlabelled(&s->writer, stmt == s->writer.erase, first, rows);
	if (!s->writer.unlabelled)
		return run_rows(s, stmt, first, rows, error);
	int rc = wh_mysql_run(s->link,
		"SET SESSION sql_mode = REPLACE(@@sql_mode, 'STRICT_ALL_TABLES', '')", error);
	if (rc == WH_OK)
		rc = run_rows(s, stmt, first, rows, error);
	int back = wh_mysql_run(s->link,
		"SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')", &undone);
	if (back != WH_OK && (rc == WH_OK || rc == WH_ROW))
		*error = undone;
	return back == WH_OK || (rc != WH_OK && rc != WH_ROW) ? rc : WH_RETRY;
}

/* Messages of at most max_allowed_packet. */
static int run_all(struct wh_mysql *s, MYSQL_STMT *stmt, uint32_t rows, struct wh_error *error)
{
	const uint64_t *bytes = s->writer.row_bytes;
	uint64_t most = s->packet > 2 * MESSAGE_MARGIN ? s->packet - MESSAGE_MARGIN : s->packet / 2;
	int rc = WH_OK;
	for (uint32_t first = 0, n; rc == WH_OK && first < rows; first += n) {
		uint64_t sum = bytes[first];
		if (sum > most)
			return wh_fail(error, WH_ROW,
				"a row of %llu bytes is larger than the server's "
				"max_allowed_packet of %llu: raise it; table \"%s\"",
				(unsigned long long)sum, (unsigned long long)s->packet, s->writer.rows->table);
		for (n = 1; first + n < rows && sum + bytes[first + n] <= most; n++)
			sum += bytes[first + n];
		rc = run_some(s, stmt, first, n, error);
	}
	return rc;
}

static int send_batch(struct wh_mysql *s, const struct wh_batch *batch, bool erasing,
	struct wh_error *error)
{
	struct wh_mysql_writer *w = &s->writer;
	make_room(w, batch->rows);
	memset(w->row_bytes, 0, batch->rows * sizeof *w->row_bytes);
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < nbound(w, erasing); i++)
		rc = fill(w, batch, bound(w, erasing, i), error);
	return rc == WH_OK ? run_all(s, erasing ? w->erase : w->insert, batch->rows, error) : rc;
}

/* In a careful unit a failed batch leaves nothing behind and the unit goes on. */
static int guarded(struct wh_mysql *s, const struct wh_batch *batch, bool erasing,
	struct wh_error *error)
{
	bool careful = s->unit->careful && s->writer.transactional;
	int rc = careful ? wh_mysql_run(s->link, "SAVEPOINT whimbrel", error) : WH_OK;
	if (rc != WH_OK)
		return rc;
	rc = send_batch(s, batch, erasing, error);
	if (rc != WH_ROW || !careful)
		return rc;
	struct wh_error undone;
	wh_error_clear(&undone);
	int back = wh_mysql_run(s->link, "ROLLBACK TO SAVEPOINT whimbrel", &undone);
	if (back == WH_OK)
		return rc;
	*error = undone;
	return back == WH_ROW ? WH_RETRY : back;
}

static int check_open(struct wh_mysql *s, const struct wh_batch *batch, struct wh_error *error)
{
	if (!s->unit || !s->link)
		return wh_fail(error, WH_BUG, "rows are written outside of a unit");
	if (batch->ncolumns != s->unit->rows->nfields || !batch->ncolumns)
		return wh_fail(error, WH_BUG, "a batch of %u columns came for %zu: \"%s\"", batch->ncolumns,
			s->unit->rows->nfields, s->unit->rows->table);
	return WH_OK;
}

int wh_mysql_write(struct wh_conn *conn, const struct wh_batch *batch, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = check_open(s, batch, error);
	return rc == WH_OK && batch->rows ? guarded(s, batch, false, error) : rc;
}

int wh_mysql_erase(struct wh_conn *conn, const struct wh_batch *keys, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	int rc = check_open(s, keys, error);
	if (rc == WH_OK && !s->writer.erase)
		rc = prepare(s, erase_sql(s, s->unit->rows), &s->writer.erase, error);
	return rc == WH_OK && keys->rows ? guarded(s, keys, true, error) : rc;
}
