/* Survey and ask: sizes, counters and settings; a query under a limit of time. */
#include "connectors/postgres/survey.h"
#include "connectors/postgres/catalog.h"
#include "base/text.h"
#include "base/time.h"
#include <string.h>

const char *postgres_cell(const struct postgres_survey *v, int column)
{
	return PQgetisnull(v->result, v->row, column) ? NULL : PQgetvalue(v->result, v->row, column);
}

int64_t postgres_count(const struct postgres_survey *v, int column)
{
	int64_t value;
	const char *text = postgres_cell(v, column);
	return text && wh_text_int64(text, strlen(text), &value) ? value : -1;
}

static const char tables[] =
	"SELECT n.nspname, c.relname, CASE WHEN c.relkind = 'r' THEN pg_table_size(c.oid) ELSE 0 END, "
	"CASE WHEN c.relkind = 'r' THEN pg_indexes_size(c.oid) ELSE 0 END, "
	"s.n_tup_ins, s.n_tup_upd, s.n_tup_del FROM pg_class c "
	"JOIN pg_namespace n ON n.oid = c.relnamespace "
	"LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid "
	"WHERE c.relkind IN " TABLES " AND " OUR_RELATION("c", "n");

static void each_table(struct postgres_survey *v)
{
	struct wh_survey_table *t = wh_survey_table_named(v->out, postgres_cell(v, 0),
		postgres_cell(v, 1));
	if (!t)
		return;
	t->data_bytes = postgres_count(v, 2);
	t->index_bytes = postgres_count(v, 3);
	t->changes.inserts = postgres_count(v, 4);
	t->changes.updates = postgres_count(v, 5);
	t->changes.deletes = postgres_count(v, 6);
}

static void each_since(struct postgres_survey *v)
{
	v->out->changes.seconds = postgres_count(v, 0);
}

static const char since_reset[] =
	"SELECT extract(epoch FROM now() - stats_reset)::bigint FROM pg_stat_database "
	"WHERE datname = current_database() AND stats_reset IS NOT NULL";

/* Statistics that were never reset are as old as the database. */
static const char since_made[] =
	"SELECT extract(epoch FROM now() - f.modification)::bigint FROM pg_database d, "
	"pg_stat_file('base/' || d.oid || '/PG_VERSION', true) f WHERE d.datname = current_database()";

static const char log_written[] =
	"SELECT wal_bytes::bigint, extract(epoch FROM now() - stats_reset)::bigint FROM pg_stat_wal";

static void each_log(struct postgres_survey *v)
{
	v->out->log_bytes = postgres_count(v, 0);
	v->out->log_seconds = postgres_count(v, 1);
}

static const char large_objects[] =
	"SELECT count(*), CASE WHEN count(*) > 0 THEN pg_total_relation_size('pg_largeobject') "
	"ELSE 0 END FROM pg_largeobject_metadata";

static void each_large(struct postgres_survey *v)
{
	v->out->large_objects = postgres_count(v, 0);
	v->out->large_object_bytes = postgres_count(v, 1);
}

/* reset_val: what it is without this session's own settings. */
static const char settings[] =
	"SELECT name, reset_val || coalesce(unit, '') FROM pg_settings WHERE name IN ("
	"'server_version', 'server_encoding', 'TimeZone', 'wal_level', 'max_connections', "
	"'max_wal_senders', 'max_replication_slots', 'block_size', 'shared_buffers', 'max_wal_size', "
	"'data_checksums', 'lc_collate', 'lc_ctype', 'fsync', 'statement_timeout', "
	"'idle_in_transaction_session_timeout') ORDER BY name";

static const char server[] =
	"SELECT 'database', current_database()::text UNION ALL "
	"SELECT 'database_bytes', pg_database_size(current_database())::text UNION ALL "
	"SELECT 'standby', pg_is_in_recovery()::text UNION ALL "
	"SELECT 'started', pg_postmaster_start_time()::text UNION ALL "
	"SELECT 'collation', datcollate FROM pg_database WHERE datname = current_database() UNION ALL "
	"SELECT 'extensions', string_agg(extname || ' ' || extversion, ', ' ORDER BY extname) "
	"FROM pg_extension";

static void each_fact(struct postgres_survey *v)
{
	wh_survey_fact(v->out, postgres_cell(v, 0), postgres_cell(v, 1));
}

static const struct postgres_look looks[] = {
	{ "settings", settings, each_fact },
	{ "state of the server", server, each_fact },
	{ "sizes and changes of tables", tables, each_table },
	{ "how long changes were counted", since_reset, each_since },
	{ "log written", log_written, each_log, .least = 140000 },
	{ "large objects", large_objects, each_large },
	{ NULL },
};

/* A refusal is a gap; only a lost connection ends the survey. */
static int look(struct postgres_survey *v, const struct postgres_look *l)
{
	PGresult *result = NULL;
	int rc = postgres_query(v->s, l->sql, 0, NULL, &result, v->error);
	if (rc != WH_OK && (rc == WH_RETRY || PQstatus(v->s->pg) != CONNECTION_OK))
		return rc;
	if (rc != WH_OK)
		wh_survey_gap(v->out, "server", l->what, "%s", v->error->text);
	v->result = result;
	for (v->row = 0; rc == WH_OK && v->row < PQntuples(result); v->row++)
		l->each(v);
	PQclear(result);
	v->result = NULL;
	return WH_OK;
}

static int look_at_all(struct postgres_survey *v, const struct postgres_look *list)
{
	int rc = WH_OK;
	for (; list->sql && rc == WH_OK; list++)
		if (PQserverVersion(v->s->pg) >= list->least)
			rc = look(v, list);
	return rc;
}

/* Needs a right that few accounts have: where it is missing, the time is not known. */
static void look_when_made(struct postgres_survey *v)
{
	PGresult *result = PQexec(v->s->pg, since_made);
	v->result = result;
	v->row = 0;
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result))
		each_since(v);
	PQclear(result);
	v->result = NULL;
	if (v->out->changes.seconds < 0)
		wh_survey_gap(v->out, "server", "change rate",
			"the statistics were never reset and this account may not see how old they are: run "
			"SELECT pg_stat_reset(), and look again after a usual day");
}

static void sum_changes(struct wh_survey *out)
{
	struct wh_change_rate *sum = &out->changes;
	sum->inserts = sum->updates = sum->deletes = 0;
	out->changes_scope = "database";
	for (size_t i = 0; i < out->ntables; i++) {
		struct wh_change_rate *one = &out->tables[i].changes;
		one->seconds = sum->seconds;
		if (one->inserts < 0)
			continue;
		sum->inserts += one->inserts;
		sum->updates += one->updates;
		sum->deletes += one->deletes;
	}
}

/* The server ends what takes too long; what ends earlier was ended by somebody. */
static int judge(struct postgres *s, PGresult *result, int64_t taken_ms, int limit_ms,
	struct wh_arena *arena, struct wh_probe_rows *out, struct wh_error *error)
{
	int rc = postgres_fail(s, result, "the question was refused", error);
	bool cancelled = !strcmp(error->state, "57014");
	if (PQstatus(s->pg) != CONNECTION_OK || (cancelled && taken_ms < limit_ms))
		return rc;
	out->why = cancelled ? wh_probe_late(arena, limit_ms) : wh_arena_text(arena, error->text);
	wh_error_clear(error);
	return WH_OK;
}

static void take_rows(const PGresult *result, struct wh_arena *arena, struct wh_probe_rows *out)
{
	out->nrows = (size_t)PQntuples(result);
	out->ncolumns = (size_t)PQnfields(result);
	out->cells = wh_new_array(arena, const char *, out->nrows * out->ncolumns);
	for (size_t i = 0; i < out->nrows * out->ncolumns; i++) {
		int row = (int)(i / out->ncolumns), column = (int)(i % out->ncolumns);
		if (!PQgetisnull(result, row, column))
			out->cells[i] = wh_arena_text(arena, PQgetvalue(result, row, column));
	}
}

static int limited(void *state, const char *sql, int limit_ms, struct wh_arena *arena,
	struct wh_probe_rows *out, struct wh_error *error)
{
	struct postgres *s = state;
	char limit[64];
	*out = (struct wh_probe_rows){ 0 };
	snprintf(limit, sizeof limit, "SET statement_timeout = %d", limit_ms);
	int rc = postgres_do(s, limit, error);
	if (rc != WH_OK)
		return rc;
	int64_t begun = wh_monotonic_usec();
	PGresult *result = PQexec(s->pg, sql);
	int64_t taken = (wh_monotonic_usec() - begun) / 1000;
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		take_rows(result, arena, out);
	else
		rc = judge(s, result, taken, limit_ms, arena, out, error);
	PQclear(result);
	return rc == WH_OK ? postgres_do(s, "SET statement_timeout = 0", error) : rc;
}

int postgres_survey(struct wh_conn *c, const struct wh_catalog *catalog, struct wh_survey *out,
	struct wh_error *error)
{
	struct postgres_survey v = { .s = c->state, .out = out, .error = error };
	const struct wh_prober by = { &wh_dialect_postgresql, v.s, limited };
	(void)catalog;
	int rc = look_at_all(&v, looks);
	if (rc == WH_OK && out->changes.seconds < 0)
		look_when_made(&v);
	if (rc == WH_OK)
		rc = look_at_all(&v, postgres_account_looks);
	sum_changes(out);
	wh_survey_finish(out);
	return rc == WH_OK ? wh_probe_measure(&by, out, error) : rc;
}

int postgres_ask(struct wh_conn *c, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error)
{
	const struct wh_prober by = { &wh_dialect_postgresql, c->state, limited };
	return wh_probe_ask(&by, probe, arena, out, error);
}
