/* Whether the log of these tables can be followed, and what to change where it cannot. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>

static int check_server(struct postgres *s, const struct wh_capture *capture,
	struct wh_error *error)
{
	const char *const values[] = { capture->name };
	PGresult *r;
	int rc = postgres_query(s,
		"SELECT pg_catalog.current_setting('wal_level'), r.rolreplication OR r.rolsuper, "
		"current_user, pg_catalog.current_setting('max_replication_slots')::int <= "
		"(SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> $1), "
		"pg_catalog.current_setting('max_wal_senders')::int < 2, pg_catalog.pg_is_in_recovery() "
		"FROM pg_catalog.pg_roles r WHERE r.rolname = current_user",
		1, values, &r, error);
	if (rc != WH_OK)
		return rc;
	if (PQntuples(r) && PQgetvalue(r, 0, 5)[0] == 't')
		rc = wh_fail(error, WH_CONFIG, "the server is a standby: name the primary");
	else if (PQntuples(r) && strcmp(PQgetvalue(r, 0, 0), "logical") != 0)
		rc = wh_fail(error, WH_CONFIG,
			"the server's log cannot be followed, for wal_level is \"%s\": "
			"ALTER SYSTEM SET wal_level = 'logical'; then restart the server",
			PQgetvalue(r, 0, 0));
	else if (PQntuples(r) && PQgetvalue(r, 0, 1)[0] != 't')
		rc = wh_fail(error, WH_CONFIG,
			"the user \"%s\" may not follow the log: ALTER ROLE \"%s\" REPLICATION;",
			PQgetvalue(r, 0, 2), PQgetvalue(r, 0, 2));
	else if (PQntuples(r) && (PQgetvalue(r, 0, 3)[0] == 't' || PQgetvalue(r, 0, 4)[0] == 't'))
		rc = wh_fail(error, WH_CONFIG,
			"the server has no replication slot or sender left: "
			"ALTER SYSTEM SET max_replication_slots and max_wal_senders higher by 2 at least; then "
			"restart the server");
	PQclear(r);
	return rc;
}

/* Columns of the replica identity, as names; relreplident and relkind stand in every row. */
static int ask_identity(struct postgres *s, const struct wh_rowset *rows, PGresult **out,
	struct wh_error *error)
{
	const char *const values[] = { rows->schema, rows->table };
	return postgres_query(s,
		"SELECT c.relreplident, c.relkind, c.relpersistence, a.attname, "
		"(SELECT q.relname FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class q "
		"ON q.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid "
		"AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL AND NOT EXISTS ("
		"SELECT FROM pg_catalog.pg_attribute n WHERE n.attrelid = c.oid "
		"AND n.attnum = ANY (x.indkey) AND NOT n.attnotnull) ORDER BY x.indnatts LIMIT 1) "
		"FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
		"LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND CASE c.relreplident "
		"WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END "
		"LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) "
		"WHERE n.nspname = $1 AND c.relname = $2",
		2, values, out, error);
}

static bool names(const PGresult *r, const char *column)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (!PQgetisnull(r, i, 3) && !strcmp(PQgetvalue(r, i, 3), column))
			return true;
	return false;
}

static bool identifies(const PGresult *r, const struct wh_rowset *rows)
{
	bool all = rows->nkey > 0;
	for (size_t k = 0; k < rows->nkey && all; k++)
		all = names(r, rows->fields[rows->key[k]].name);
	return all || PQgetvalue(r, 0, 0)[0] == 'f';
}

static int alter_identity(struct postgres *s, const struct wh_rowset *rows, const char *identity,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_sql_qualified(&sql, &wh_dialect_postgresql, rows->schema, rows->table);
	wh_buffer_format(&sql, " REPLICA IDENTITY %s", identity);
	int rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

static int not_identified(const PGresult *r, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_buffer fix = { 0 };
	wh_buffer_text(&fix, "ALTER TABLE ");
	wh_sql_qualified(&fix, &wh_dialect_postgresql, rows->schema, rows->table);
	wh_buffer_text(&fix, " REPLICA IDENTITY ");
	if (rows->nkey && !PQgetisnull(r, 0, 4)) {
		wh_buffer_text(&fix, "USING INDEX ");
		wh_sql_name(&fix, &wh_dialect_postgresql, PQgetvalue(r, 0, 4));
	} else {
		wh_buffer_text(&fix, "FULL");
	}
	int rc = wh_fail(error, WH_CONFIG,
		"the log would not tell which row of table \"%s.%s\" was changed or deleted%s: %s;",
		rows->schema, rows->table, rows->nkey ? "" : ", for it has no key", wh_buffer_string(&fix));
	wh_buffer_free(&fix);
	return rc;
}

static int check_table(struct postgres *s, const struct wh_rowset *rows, bool ours,
	struct wh_error *error)
{
	PGresult *r;
	if (postgres_is_large(rows->schema, rows->table))
		return wh_fail(error, WH_CONFIG,
			"the log does not have large objects: move them apart, and leave them out here with "
			"--exclude pg_largeobject");
	int rc = ask_identity(s, rows, &r, error);
	if (rc != WH_OK)
		return rc;
	if (!PQntuples(r))
		rc = wh_fail(error, WH_CONFIG, "there is no table \"%s.%s\": plan again", rows->schema,
			rows->table);
	else if (PQgetvalue(r, 0, 2)[0] != 'p' || !strchr("rp", PQgetvalue(r, 0, 1)[0]))
		rc = wh_fail(error, WH_CONFIG,
			"the log does not have table \"%s.%s\", which is unlogged, foreign or a view: leave it "
			"out with --exclude, or ALTER TABLE ... SET LOGGED",
			rows->schema, rows->table);
	else if (PQgetvalue(r, 0, 1)[0] == 'p' && PQserverVersion(s->pg) < 130000)
		rc = wh_fail(error, WH_CONFIG,
			"this server's log does not tell the partitioned table \"%s.%s\" as a whole: PostgreSQL "
			"13 or later does",
			rows->schema, rows->table);
	else if (!identifies(r, rows))
		rc = ours ? alter_identity(s, rows, "FULL", error) : not_identified(r, rows, error);
	PQclear(r);
	return rc;
}

int postgres_followable(struct wh_conn *conn, const struct wh_capture *capture,
	struct wh_error *error)
{
	return check_server(conn->state, capture, error);
}

int postgres_check_capture(struct postgres *s, const struct wh_capture *capture,
	struct wh_error *error)
{
	int rc = check_server(s, capture, error);
	for (size_t i = 0; i < capture->ntables && rc == WH_OK; i++)
		if (!wh_starts(capture->tables[i]->table, "whimbrel_")) /* made just now, with its key */
			rc = check_table(s, capture->tables[i], capture->ours, error);
	return rc;
}

int postgres_restore_identities(struct postgres *s, const struct wh_capture *capture,
	struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; capture->ours && i < capture->ntables && rc == WH_OK; i++) {
		const struct wh_rowset *rows = capture->tables[i];
		PGresult *r = NULL;
		rc = ask_identity(s, rows, &r, error);
		if (rc == WH_OK && PQntuples(r) && PQgetvalue(r, 0, 0)[0] == 'f')
			rc = alter_identity(s, rows, "DEFAULT", error);
		PQclear(r);
	}
	return rc;
}
