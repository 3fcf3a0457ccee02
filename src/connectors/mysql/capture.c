/* Capture: whether the log can be followed, and from where on. */
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define FIRST_EVENT_MS 10000

static const char *const follow_tables[] = {
	"CREATE TABLE IF NOT EXISTS whimbrel_position (migration char(32) NOT NULL, lane bigint NOT "
	"NULL, place varchar(255) NOT NULL, turn bigint NOT NULL, PRIMARY KEY (migration, lane)) "
	"ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
	"CREATE TABLE IF NOT EXISTS whimbrel_signal (token varchar(80) NOT NULL PRIMARY KEY) "
	"ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
	NULL,
};

/* Made only where they are missing, so that nothing of it is in the log a second time. */
int wh_mysql_follow_tables(struct wh_mysql *s, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && follow_tables[i]; i++)
		rc = wh_mysql_run(s->link, follow_tables[i], error);
	return rc;
}

static int is_there(struct wh_mysql *s, const char *table, bool *there, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_format(&s->sql,
		"SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
		"TABLE_NAME = '%s'",
		table);
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &text, error);
	*there = text != NULL;
	wh_arena_free(&arena);
	return rc;
}

/* Under a lock, so that nobody's row of this moment falls with the table. */
static int drop_empty(struct wh_mysql *s, const char *table, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *any = NULL;
	char sql[120];
	bool there = false;
	int rc = is_there(s, table, &there, error);
	if (rc != WH_OK || !there)
		return rc;
	snprintf(sql, sizeof sql, "LOCK TABLES %s WRITE", table);
	wh_mysql_try(s->link, sql);
	snprintf(sql, sizeof sql, "SELECT 1 FROM %s LIMIT 1", table);
	rc = wh_mysql_value(s->link, sql, &arena, &any, error);
	snprintf(sql, sizeof sql, "DROP TABLE %s", table);
	if (rc == WH_OK && !any)
		rc = wh_mysql_run(s->link, sql, error);
	wh_mysql_try(s->link, "UNLOCK TABLES");
	wh_arena_free(&arena);
	return rc;
}

int wh_mysql_drop_follow_tables(struct wh_mysql *s, struct wh_error *error)
{
	int rc = drop_empty(s, "whimbrel_flush", error);
	if (rc == WH_OK)
		rc = drop_empty(s, "whimbrel_signal", error);
	return rc == WH_OK ? drop_empty(s, "whimbrel_position", error) : rc;
}

/* A server variable, its value that can be followed (NULL: all but the one below), and the way. */
static const struct setting {
	const char *name, *wanted, *unwanted, *way;
	unsigned long from; /* MySQL's version that has it; 0: both servers always */
} settings[] = {
	{ "log_bin", "1", NULL, "set log_bin in the server's configuration and restart it", 0 },
	{ "binlog_format", "ROW", NULL,
		"SET GLOBAL binlog_format = 'ROW', and end the sessions that began before: each keeps its "
		"own value",
		0 },
	{ "binlog_row_image", "FULL", NULL,
		"SET GLOBAL binlog_row_image = 'FULL', and end the sessions that began before: each keeps "
		"its own value",
		0 },
	{ "binlog_row_value_options", NULL, "PARTIAL_JSON", "SET GLOBAL binlog_row_value_options = ''",
		80003 },
	{ "binlog_transaction_compression", "0", NULL,
		"SET GLOBAL binlog_transaction_compression = OFF", 80020 },
};

static int check_setting(struct wh_mysql *s, const struct setting *setting, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT @@GLOBAL.%s", setting->name);
	int rc = wh_mysql_value(s->link, sql, &arena, &text, error);
	bool fine = setting->wanted ? wh_equal_nocase(text, setting->wanted)
								: !text || !strstr(text, setting->unwanted);
	if (rc == WH_OK && !fine)
		rc = wh_fail(error, WH_CONFIG, "the log cannot be followed: %s is \"%s\"; %s",
			setting->name, text ? text : "", setting->way);
	wh_arena_free(&arena);
	return rc;
}

static int check_settings(struct wh_mysql *s, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < sizeof settings / sizeof *settings; i++)
		if (!settings[i].from || (!s->mariadb && s->version >= settings[i].from))
			rc = check_setting(s, &settings[i], error);
	return rc;
}

static int check_engine(struct wh_mysql *s, const char *table, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *text = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql,
		"SELECT e.TRANSACTIONS FROM information_schema.TABLES t JOIN information_schema.ENGINES e "
		"ON e.ENGINE = t.ENGINE WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_NAME = ");
	wh_mysql_text(&s->sql, table);
	int rc = wh_mysql_value(s->link, wh_buffer_string(&s->sql), &arena, &text, error);
	if (rc == WH_OK && !text)
		rc = wh_fail(error, WH_CONFIG, "table \"%s\" is not there, or may not be read", table);
	else if (rc == WH_OK && !wh_equal(text, "YES"))
		rc = wh_fail(error, WH_CONFIG,
			"the engine of table \"%s\" has no transactions, so its rows fit no snapshot: ALTER "
			"TABLE ... ENGINE=InnoDB, or exclude it",
			table);
	wh_arena_free(&arena);
	return rc;
}

static bool in_list(const char *list, const char *name)
{
	size_t n = strlen(name);
	while (list && *list) {
		size_t part = strcspn(list, ",");
		if (part == n && !strncasecmp(list, name, n))
			return true;
		list += part + (list[part] == ',');
	}
	return false;
}

/* The server can leave whole databases out of its log. */
static int check_filters(struct wh_mysql *s, struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	bool renamed = !s->mariadb && s->version >= 80200;
	int rc = wh_mysql_rows(s->link, renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS", &res,
		error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	if (!row || mysql_num_fields(res) < 4)
		return rc;
	const char *name = s->url->path;
	if ((row[2] && *row[2] && !in_list(row[2], name)) || in_list(row[3], name))
		return wh_fail(error, WH_CONFIG,
			"the server leaves this database out of its log (binlog_do_db, binlog_ignore_db): \"%s\"",
			name);
	return WH_OK;
}

/* Only the dump itself shows whether it is allowed. */
static int check_dump(struct wh_mysql *s, const struct wh_position *at, struct wh_error *error)
{
	struct wh_mysql_stream stream = { 0 };
	struct wh_binlog_event e;
	char file[256];
	snprintf(file, sizeof file, "%.*s", (int)(strrchr(at->text, ':') - at->text), at->text);
	int rc = wh_mysql_stream_open(s, &stream, file, at->order[1], error);
	if (rc == WH_OK)
		rc = wh_mysql_stream_next(&stream, FIRST_EVENT_MS, &e, error);
	wh_mysql_stream_close(&stream);
	return rc == WH_DONE ? WH_OK : rc;
}

static int switch_on(struct wh_mysql *s, const struct wh_capture *capture, struct wh_position *out,
	struct wh_error *error)
{
	struct wh_position end;
	int rc = check_settings(s, error);
	if (rc == WH_OK)
		rc = check_filters(s, error);
	if (rc == WH_OK)
		rc = wh_mysql_follow_tables(s, error);
	for (size_t i = 0; rc == WH_OK && i < capture->ntables; i++)
		rc = check_engine(s, capture->tables[i]->table, error);
	if (rc == WH_OK)
		rc = wh_mysql_log_end(s, s->link, &end, error);
	if (rc == WH_OK)
		rc = check_dump(s, &end, error);
	if (rc == WH_OK)
		*out = end;
	return rc;
}

/* Nothing is kept on the server but the two tables. */
int wh_mysql_followable(struct wh_conn *conn, const struct wh_capture *capture,
	struct wh_error *error)
{
	(void)capture;
	return check_settings(conn->state, error);
}

int wh_mysql_capture(struct wh_conn *conn, const struct wh_capture *capture, bool on,
	struct wh_position *out, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	return on ? switch_on(s, capture, out, error) : wh_mysql_drop_follow_tables(s, error);
}

int wh_mysql_measure(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_log *out, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	struct wh_position place;
	(void)capture;
	*out = (struct wh_log){ .behind = -1, .retained = -1 };
	if (!wh_mysql_place_of(from->text, &place))
		return wh_fail(error, WH_CONFIG, "this is no place in a binary log: \"%s\"", from->text);
	int rc = wh_mysql_log_end(s, s->link, &out->end, error);
	return rc == WH_OK ? wh_mysql_log_reaches(s, &place, &out->behind, error) : rc;
}
