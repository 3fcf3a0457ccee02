/* One snapshot for many connections, and a table cut into ranges. */
#include "connectors/postgres/postgres.h"
#include "base/hash.h"
#include "base/text.h"
#include <stdlib.h>

#define SAVEPOINT "SAVEPOINT whimbrel_read" /* to go back to where a COPY is given up */
#define BEGIN "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

static int join_snapshot(struct postgres *s, const char *id, struct wh_error *error)
{
	char sql[160];
	int rc = postgres_do(s, BEGIN, error);
	if (rc != WH_OK)
		return rc;
	s->in_snapshot = true;
	snprintf(sql, sizeof sql, "SET TRANSACTION SNAPSHOT '%s'", id);
	rc = postgres_do(s, sql, error);
	return rc == WH_OK ? postgres_do(s, SAVEPOINT, error) : rc;
}

static bool is_id(const char *id)
{
	return *id && strspn(id, "0123456789ABCDEFabcdef-") == strlen(id);
}

/* The exported id and, where this server and user can tell, the place in its log. */
static int export_snapshot(struct postgres *s, char *id, size_t size, struct wh_snapshot *out,
	struct wh_error *error)
{
	PGresult *result;
	int rc = postgres_do(s, BEGIN, error);
	if (rc != WH_OK)
		return rc;
	s->in_snapshot = true;
	rc = postgres_query(s,
		"SELECT pg_catalog.pg_export_snapshot(), CASE WHEN "
		"pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() "
		"ELSE pg_catalog.pg_current_wal_lsn() END",
		0, NULL, &result, error);
	if (rc != WH_OK)
		return rc;
	snprintf(id, size, "%s", PQgetvalue(result, 0, 0));
	snprintf(out->text, sizeof out->text, "%s at %s", id, PQgetvalue(result, 0, 1));
	PQclear(result);
	return is_id(id)
		? postgres_do(s, SAVEPOINT, error)
		: wh_fail(error, WH_STOP, "the server gave \"%s\" as the id of a snapshot", id);
}

/* A slot's place fits its snapshot, to the commit. Both last as long as nothing else is asked of the
 * connection, and the slot no longer than it. */
static int export_live(struct postgres *log, char *id, size_t size, struct wh_snapshot *out,
	struct wh_error *error)
{
	char sql[160];
	uint64_t lsn = 0;
	char random[17];
	wh_random_hex(random, 8);
	snprintf(sql, sizeof sql,
		"CREATE_REPLICATION_SLOT \"whimbrel_snapshot_%s\" TEMPORARY LOGICAL pgoutput "
		"EXPORT_SNAPSHOT",
		random);
	PGresult *r = PQexec(log->pg, sql);
	int rc = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1
		? WH_OK
		: postgres_fail(log, r, "exporting a snapshot of the log", error);
	if (rc == WH_OK && (!postgres_lsn(PQgetvalue(r, 0, 1), &lsn) || !is_id(PQgetvalue(r, 0, 2))))
		rc = wh_fail(error, WH_STOP, "the server gave no snapshot with its slot");
	if (rc == WH_OK) {
		snprintf(id, size, "%s", PQgetvalue(r, 0, 2));
		postgres_position(&out->position, lsn);
		snprintf(out->text, sizeof out->text, "%s at %s", id, out->position.text);
	}
	PQclear(r);
	return rc;
}

static int live_snapshot(struct wh_conn **conns, size_t n, struct wh_snapshot *out,
	struct wh_error *error)
{
	char id[64];
	struct postgres log = { 0 };
	int rc = postgres_open_replication(conns[0], &log, error);
	if (rc == WH_OK)
		rc = export_live(&log, id, sizeof id, out, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		rc = join_snapshot(conns[i]->state, id, error);
	if (log.pg)
		PQfinish(log.pg);
	return rc;
}

int postgres_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error)
{
	char id[64];
	if (out->live)
		return live_snapshot(conns, *n, out, error);
	int rc = export_snapshot(conns[0]->state, id, sizeof id, out, error);
	for (size_t i = 1; i < *n && rc == WH_OK; i++)
		rc = join_snapshot(conns[i]->state, id, error);
	return rc;
}

struct size {
	int64_t bytes, pages;
	bool ordinary; /* its rows are read by their pages: large objects are not */
};

static int table_size(struct postgres *s, const struct wh_rowset *rows, struct size *out,
	struct wh_error *error)
{
	const char *const values[] = { rows->schema, rows->table };
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT CASE c.relkind WHEN 'p' THEN (SELECT "
		"coalesce(pg_catalog.sum(pg_catalog.pg_table_size(relid)), 0) "
		"FROM pg_catalog.pg_partition_tree(c.oid)) ELSE pg_catalog.pg_table_size(c.oid) END, "
		"c.relkind, pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint, "
		"pg_catalog.current_setting('server_version_num')::bigint "
		"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
		"WHERE n.nspname = $1 AND c.relname = $2",
		2, values, &result, error);
	if (rc != WH_OK)
		return rc;
	*out = (struct size){ 0 };
	if (PQntuples(result) == 1) {
		out->bytes = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
		out->pages = strtoll(PQgetvalue(result, 0, 2), NULL, 10);
		out->ordinary = PQgetvalue(result, 0, 1)[0] == 'r' &&
			strtoll(PQgetvalue(result, 0, 3), NULL, 10) >= 140000 &&
			!postgres_is_large(rows->schema, rows->table);
	}
	PQclear(result);
	return WH_OK;
}

static void add(struct wh_units *out, enum wh_range range, const struct wh_rowset *rows,
	int64_t first, int64_t last)
{
	*wh_push(out->arena, &out->items, &out->count) =
		(struct wh_unit){ .rows = rows, .range = range, .first = first, .last = last };
}

/* n ranges of equal width over [low, high], the first and the last open. */
static void cut(struct wh_units *out, enum wh_range range, const struct wh_rowset *rows,
	int64_t low, int64_t high, int64_t n)
{
	uint64_t width = ((uint64_t)high - (uint64_t)low) / (uint64_t)n + 1;
	int64_t first = INT64_MIN;
	for (int64_t i = 1; i < n; i++) {
		uint64_t step = width * (uint64_t)i;
		if (step > (uint64_t)high - (uint64_t)low)
			break;
		int64_t next = (int64_t)((uint64_t)low + step);
		if (next == INT64_MAX) /* as a bound it would mean: open */
			break;
		add(out, range, rows, first, next);
		first = next;
	}
	add(out, range, rows, first, INT64_MAX);
}

/* What the statistics know of the key's spread makes ranges of like size. */
static int cut_by_histogram(struct postgres *s, const struct wh_rowset *rows, int64_t n,
	struct wh_units *out, struct wh_error *error)
{
	const char *const values[] = { rows->schema, rows->table, rows->fields[rows->key[0]].name };
	PGresult *result;
	int rc = postgres_query(s,
		"SELECT b::text FROM pg_catalog.pg_stats, "
		"unnest(histogram_bounds::text::bigint[]) WITH ORDINALITY AS h(b, i) "
		"WHERE schemaname = $1 AND tablename = $2 AND attname = $3 ORDER BY i",
		3, values, &result, error);
	if (rc != WH_OK)
		return rc;
	int bounds = PQntuples(result);
	int64_t first = INT64_MIN;
	for (int64_t i = 1; i < n && bounds > n; i++) {
		int64_t next = strtoll(PQgetvalue(result, (int)(i * (bounds - 1) / n), 0), NULL, 10);
		if (next <= first || next == INT64_MAX)
			continue;
		add(out, WH_RANGE_KEY, rows, first, next);
		first = next;
	}
	if (out->count)
		add(out, WH_RANGE_KEY, rows, first, INT64_MAX);
	PQclear(result);
	return WH_OK;
}

static int cut_evenly(struct postgres *s, const struct wh_rowset *rows, int64_t n,
	struct wh_units *out, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	const char *name = rows->fields[rows->key[0]].name;
	PGresult *result;
	wh_buffer_text(&sql, "SELECT pg_catalog.min(");
	wh_sql_name(&sql, &wh_dialect_postgresql, name);
	wh_buffer_text(&sql, ")::bigint, pg_catalog.max(");
	wh_sql_name(&sql, &wh_dialect_postgresql, name);
	wh_buffer_text(&sql, ")::bigint FROM ");
	postgres_put_from(&sql, rows);
	int rc = postgres_query(s, wh_buffer_string(&sql), 0, NULL, &result, error);
	wh_buffer_free(&sql);
	if (rc != WH_OK)
		return rc;
	if (PQgetisnull(result, 0, 0))
		add(out, WH_RANGE_KEY, rows, INT64_MIN, INT64_MAX);
	else
		cut(out, WH_RANGE_KEY, rows, strtoll(PQgetvalue(result, 0, 0), NULL, 10),
			strtoll(PQgetvalue(result, 0, 1), NULL, 10), n);
	PQclear(result);
	return WH_OK;
}

/* A large object has no address of its own: all its parts are in one unit. */
static bool integer_key(const struct wh_rowset *rows)
{
	if (rows->nkey != 1 && !(rows->nkey && postgres_is_large(rows->schema, rows->table)))
		return false;
	const struct wh_type *type = &rows->fields[rows->key[0]].type;
	return type->kind == WH_INT64 && rows->fields[rows->key[0]].wire.kind == WH_INT64;
}

static int split_keys(struct postgres *s, const struct wh_rowset *rows, int64_t n,
	struct wh_units *out, struct wh_error *error)
{
	if (n <= 1) {
		add(out, WH_RANGE_KEY, rows, INT64_MIN, INT64_MAX);
		return WH_OK;
	}
	int rc = cut_by_histogram(s, rows, n, out, error);
	return rc == WH_OK && !out->count ? cut_evenly(s, rows, n, out, error) : rc;
}

int postgres_split(struct wh_conn *conn, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct size size = { 0 };
	bool small = hint->bytes >= 0 && hint->bytes < hint->unit_bytes;
	int rc = small ? WH_OK : table_size(s, rows, &size, error);
	if (rc != WH_OK)
		return rc;
	int64_t n = hint->unit_bytes > 0 ? size.bytes / hint->unit_bytes + 1 : 1;
	n = n > hint->most ? hint->most : n;
	if (integer_key(rows) && !(hint->pages && size.ordinary))
		return split_keys(s, rows, n, out, error);
	if (size.ordinary && n > 1)
		cut(out, WH_RANGE_PAGE, rows, 0, size.pages, n);
	else
		add(out, WH_RANGE_ALL, rows, INT64_MIN, INT64_MAX);
	return WH_OK;
}

static void bound(struct wh_buffer *out, const struct wh_unit *unit, const char *sign, int64_t at)
{
	if (at == INT64_MIN || at == INT64_MAX)
		return;
	wh_buffer_text(out, " AND ");
	if (unit->range == WH_RANGE_KEY) {
		wh_sql_name(out, &wh_dialect_postgresql, unit->rows->fields[unit->rows->key[0]].name);
		wh_buffer_format(out, " %s %lld", sign, (long long)at);
	} else {
		wh_buffer_format(out, "ctid %s '(%lld,0)'::pg_catalog.tid", sign, (long long)at);
	}
}

void postgres_where(struct wh_buffer *out, const struct wh_unit *unit)
{
	wh_buffer_text(out, " WHERE true");
	if (unit->range != WH_RANGE_ALL) {
		bound(out, unit, ">=", unit->first);
		bound(out, unit, "<", unit->last);
	}
	if (unit->rows->where)
		wh_buffer_format(out, " AND (%s\n)", unit->rows->where);
}
