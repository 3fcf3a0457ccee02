/* Survey and ask: sizes, counters and settings; a query under a limit of time. */
#include "connectors/mysql/survey.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define LATE_MARIADB 1969
#define LATE_MYSQL 3024

static int64_t number(const char *text)
{
	int64_t value;
	return text && wh_text_int64(text, strlen(text), &value) ? value : -1;
}

int wh_mysql_look(struct wh_mysql_survey *v, const struct wh_mysql_look *look)
{
	WH_MYSQL_RESULT res = NULL;
	int rc = wh_mysql_rows(v->s->link, look->sql, &res, v->error);
	if (rc == WH_RETRY)
		return rc;
	if (rc != WH_OK)
		wh_survey_gap(v->out, "server", look->what, "%s", v->error->text);
	for (MYSQL_ROW row = NULL; rc == WH_OK && (row = mysql_fetch_row(res));)
		look->each(v, row);
	return WH_OK;
}

static void each_table(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	struct wh_survey_table *t = row[0] ? wh_survey_table_named(v->out, NULL, row[0]) : NULL;
	if (!t)
		return;
	t->data_bytes = number(row[1]);
	t->index_bytes = number(row[2]);
}

static void each_fact(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	wh_survey_fact(v->out, row[0], row[1]);
}

static void each_log(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	v->out->log_bytes = number(row[1]);
	v->out->log_seconds = number(wh_survey_value(v->out, "Uptime"));
}

static const struct wh_mysql_look looks[] = {
	{ "sizes of tables",
		"SELECT TABLE_NAME, DATA_LENGTH, INDEX_LENGTH FROM information_schema.TABLES "
		"WHERE TABLE_SCHEMA = DATABASE()",
		each_table },
	{ "settings",
		"SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment', "
		"'character_set_server', 'collation_server', 'time_zone', 'system_time_zone', 'sql_mode', "
		"'max_allowed_packet', 'lower_case_table_names', 'log_bin', 'binlog_format', "
		"'binlog_row_image', 'binlog_row_metadata', 'gtid_mode', 'max_connections', 'read_only', "
		"'default_storage_engine', 'innodb_page_size', 'innodb_buffer_pool_size', "
		"'event_scheduler', 'performance_schema', 'tx_isolation', 'transaction_isolation', "
		"'wait_timeout', 'require_secure_transport')",
		each_fact },
	{ "database",
		"SELECT 'database', DATABASE() UNION ALL SELECT 'character_set_database', "
		"@@character_set_database UNION ALL SELECT 'collation_database', @@collation_database",
		each_fact },
	{ "uptime", "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Uptime_since_flush_status')",
		each_fact },
	{ "log written", "SHOW GLOBAL STATUS LIKE 'Binlog_bytes_written'", each_log },
	{ NULL },
};

/* ---- change rate ---- */

static void each_counted(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	struct wh_survey_table *t = row[0] ? wh_survey_table_named(v->out, NULL, row[0]) : NULL;
	struct wh_change_rate *sum = &v->out->changes;
	if (!t)
		return;
	t->changes = (struct wh_change_rate){ number(row[1]), number(row[2]), number(row[3]),
		number(wh_survey_value(v->out, "Uptime")) };
	sum->inserts = (sum->inserts < 0 ? 0 : sum->inserts) + t->changes.inserts;
	sum->updates = (sum->updates < 0 ? 0 : sum->updates) + t->changes.updates;
	sum->deletes = (sum->deletes < 0 ? 0 : sum->deletes) + t->changes.deletes;
	sum->seconds = t->changes.seconds;
	v->out->changes_scope = "database";
}

static const struct wh_mysql_look per_table = { "change rate",
	"SELECT OBJECT_NAME, COUNT_INSERT, COUNT_UPDATE, COUNT_DELETE "
	"FROM performance_schema.table_io_waits_summary_by_table "
	"WHERE OBJECT_TYPE = 'TABLE' AND OBJECT_SCHEMA = DATABASE()",
	each_counted };

/* MySQL's Handler_ counters take its temporary tables in; MariaDB's InnoDB has no counters. */
static void each_status(struct wh_mysql_survey *v, MYSQL_ROW row)
{
	struct wh_change_rate *c = &v->out->changes;
	int64_t value = number(row[1]);
	if (strstr(row[0], "_write") || strstr(row[0], "_inserted"))
		c->inserts = value;
	else if (strstr(row[0], "_update"))
		c->updates = value;
	else
		c->deletes = value;
	c->seconds = number(wh_survey_value(v->out, "Uptime_since_flush_status"));
	v->out->changes_scope = "server";
}

static const struct wh_mysql_look of_mariadb = { "change rate",
	"SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_write', 'Handler_update', "
	"'Handler_delete')",
	each_status };
static const struct wh_mysql_look of_mysql = { "change rate",
	"SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_rows_inserted', 'Innodb_rows_updated', "
	"'Innodb_rows_deleted')",
	each_status };

static int look_at_changes(struct wh_mysql_survey *v)
{
	bool counted = wh_equal(wh_survey_value(v->out, "performance_schema"), "ON");
	int rc = counted ? wh_mysql_look(v, &per_table) : WH_OK;
	if (rc != WH_OK || v->out->changes_scope)
		return rc;
	wh_survey_gap(v->out, "server", "change rate",
		counted ? "performance_schema shows no counters of this database's tables to this account: "
				  "grant it SELECT on performance_schema.*; what is known is the server's sum"
				: "performance_schema is off, so changes are counted for the server as a whole, "
				  "not by table");
	return wh_mysql_look(v, v->s->mariadb ? &of_mariadb : &of_mysql);
}

/* ---- a limit of time ---- */

static void set_limit(struct wh_mysql *s, int limit_ms)
{
	char sql[80];
	if (s->mariadb)
		snprintf(sql, sizeof sql, "SET SESSION max_statement_time = %g", limit_ms / 1000.0);
	else
		snprintf(sql, sizeof sql, "SET SESSION max_execution_time = %d", limit_ms);
	wh_mysql_try(s->link, sql);
}

static void take_rows(MYSQL_RES *res, struct wh_arena *arena, struct wh_probe_rows *out)
{
	out->nrows = (size_t)mysql_num_rows(res);
	out->ncolumns = mysql_num_fields(res);
	out->cells = wh_new_array(arena, const char *, out->nrows * out->ncolumns);
	for (size_t r = 0; r < out->nrows; r++) {
		MYSQL_ROW row = mysql_fetch_row(res);
		for (size_t i = 0; row && i < out->ncolumns; i++)
			out->cells[r * out->ncolumns + i] = wh_arena_text(arena, row[i]);
	}
}

static int limited(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
	struct wh_probe_rows *out, struct wh_error *error)
{
	struct wh_mysql *s = state;
	WH_MYSQL_RESULT res = NULL;
	*out = (struct wh_probe_rows){ 0 };
	set_limit(s, limit_ms);
	int rc = wh_mysql_rows(s->link, sql, &res, error);
	bool late = rc != WH_OK && (error->system == LATE_MARIADB || error->system == LATE_MYSQL);
	if (rc == WH_RETRY || (rc != WH_OK && !late && error->system == 1317))
		return rc;
	if (rc == WH_OK)
		take_rows(res, arena, out);
	else
		out->why = late ? wh_probe_late(arena, limit_ms) : wh_arena_text(arena, error->text);
	if (rc != WH_OK)
		wh_error_clear(error);
	set_limit(s, 0);
	return WH_OK;
}

int wh_mysql_survey(struct wh_conn *conn, const struct wh_catalog *catalog, struct wh_survey *out,
	struct wh_error *error)
{
	struct wh_mysql_survey v = { .s = conn->state,
		.out = out,
		.arena = &out->arena,
		.error = error };
	const struct wh_prober by = { &wh_dialect_mysql, v.s, limited };
	int rc = WH_OK;
	(void)catalog;
	for (const struct wh_mysql_look *l = looks; rc == WH_OK && l->sql; l++)
		rc = wh_mysql_look(&v, l);
	if (rc == WH_OK)
		rc = look_at_changes(&v);
	if (rc == WH_OK)
		rc = wh_mysql_look_at_accounts(&v);
	wh_survey_finish(out);
	return rc == WH_OK ? wh_probe_measure(&by, out, error) : rc;
}

int wh_mysql_probe(struct wh_conn *conn, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error)
{
	const struct wh_prober by = { &wh_dialect_mysql, conn->state, limited };
	return wh_probe_ask(&by, probe, arena, out, error);
}
