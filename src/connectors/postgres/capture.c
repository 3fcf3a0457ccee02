/* What is needed on the server to follow its log: two tables, a publication and a slot. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TRIES 100 /* of 100 ms, until the slot's reader is gone */

void postgres_position(struct wh_position *out, uint64_t lsn)
{
	*out = (struct wh_position){ .order = { lsn, 0 } };
	snprintf(out->text, sizeof out->text, "%X/%X", (unsigned)(lsn >> 32), (unsigned)lsn);
}

bool postgres_lsn(const char *text, uint64_t *out)
{
	unsigned high, low;
	int end = 0;
	bool is = sscanf(text, "%8X/%8X%n", &high, &low, &end) == 2 && !text[end];
	if (is)
		*out = (uint64_t)high << 32 | low;
	return is;
}

uint64_t postgres_place(const struct wh_position *p)
{
	uint64_t lsn;
	return postgres_lsn(p->text, &lsn) ? lsn : p->order[0];
}

/* A fault of a statement here is never a row's. */
static int config(int rc, struct wh_error *error)
{
	bool refused = rc == WH_ROW || (rc == WH_STOP && wh_starts(error->state, "55"));
	return refused ? error->code = WH_CONFIG : rc;
}

static int exists(struct postgres *s, const char *sql, const char *name, bool *out,
	struct wh_error *error)
{
	const char *const values[] = { name };
	PGresult *r;
	int rc = postgres_query(s, sql, 1, values, &r, error);
	*out = rc == WH_OK && PQntuples(r) > 0;
	PQclear(r);
	return rc;
}

#define HAS_PUBLICATION "SELECT FROM pg_catalog.pg_publication WHERE pubname = $1"
#define HAS_SLOT "SELECT FROM pg_catalog.pg_replication_slots WHERE slot_name = $1"
#define HAS_READER \
	"SELECT pg_catalog.pg_terminate_backend(active_pid) " \
	"FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND active"

/* ---- on ---- */

static int put_tables(struct postgres *s, const struct wh_capture *c, struct wh_buffer *sql,
	struct wh_error *error)
{
	int rc = WH_OK;
	wh_buffer_text(sql, POSTGRES_POSITION);
	for (size_t i = 0; i < c->ntables && rc == WH_OK; i++) {
		const struct wh_rowset *rows = c->tables[i];
		bool own = true;
		if (!strcmp(rows->table, "whimbrel_position"))
			continue;
		rc = postgres_look_whether_own(s, rows, &own, error);
		wh_buffer_text(sql, own ? ", ONLY " : ", ");
		wh_sql_qualified(sql, &wh_dialect_postgresql, rows->schema, rows->table);
	}
	return rc;
}

static int make_publication(struct postgres *s, const struct wh_capture *c, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql, "CREATE PUBLICATION \"%s\" FOR TABLE ONLY ", c->name);
	int rc = put_tables(s, c, &sql, error);
	if (PQserverVersion(s->pg) >= 130000)
		wh_buffer_text(&sql, " WITH (publish_via_partition_root = true)");
	if (rc == WH_OK)
		rc = postgres_do(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

/* A publication that was made for other tables had told only of those so far. */
static int check_publication(struct postgres *s, const struct wh_capture *c, struct wh_error *error)
{
	const char *const values[] = { c->name };
	PGresult *r;
	size_t found = 0;
	int rc = postgres_query(s,
		"SELECT n.nspname, k.relname FROM pg_catalog.pg_publication p "
		"JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid "
		"JOIN pg_catalog.pg_class k ON k.oid = r.prrelid "
		"JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace WHERE p.pubname = $1",
		1, values, &r, error);
	if (rc != WH_OK)
		return rc;
	for (size_t t = 0; t < c->ntables; t++)
		for (int i = 0; i < PQntuples(r); i++)
			found += !strcmp(PQgetvalue(r, i, 1), c->tables[t]->table) &&
				!strcmp(PQgetvalue(r, i, 0), c->tables[t]->schema);
	PQclear(r);
	return found == c->ntables
		? WH_OK
		: wh_fail(error, WH_CONFIG,
			  "the publication \"%s\" tells of other tables than are to be followed; begin this "
			  "migration anew: `whimbrel abort`, then `run`",
			  c->name);
}

static int make_all(struct postgres *s, const struct wh_capture *c, bool slot,
	struct wh_error *error)
{
	bool published;
	int rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_make_following(s, error);
	if (rc == WH_OK)
		rc = exists(s, HAS_PUBLICATION, c->name, &published, error);
	if (rc != WH_OK)
		return rc;
	if (slot)
		return published
			? check_publication(s, c, error)
			: wh_fail(error, WH_CONFIG,
				  "the slot \"%s\" is there without its publication; begin this migration anew: "
				  "`whimbrel abort`, then `run`",
				  c->name);
	if (published) { /* nobody has followed it yet */
		struct wh_buffer sql = { 0 };
		wh_buffer_format(&sql, "DROP PUBLICATION \"%s\"", c->name);
		rc = postgres_do(s, wh_buffer_string(&sql), error);
		wh_buffer_free(&sql);
	}
	return rc == WH_OK ? make_publication(s, c, error) : rc;
}

static int make_slot(struct wh_conn *conn, const struct wh_capture *c, struct wh_position *out,
	struct wh_error *error)
{
	struct postgres log = { 0 };
	char sql[160];
	uint64_t lsn;
	snprintf(sql, sizeof sql, "CREATE_REPLICATION_SLOT \"%s\" LOGICAL pgoutput NOEXPORT_SNAPSHOT",
		c->name);
	int rc = postgres_open_replication(conn, &log, error);
	PGresult *r = rc == WH_OK ? PQexec(log.pg, sql) : NULL;
	if (rc == WH_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		rc = postgres_fail(&log, r, "making a replication slot", error);
	else if (rc == WH_OK && !postgres_lsn(PQgetvalue(r, 0, 1), &lsn))
		rc = wh_fail(error, WH_STOP, "the server gave no place for the slot \"%s\"", c->name);
	else if (rc == WH_OK)
		postgres_position(out, lsn);
	PQclear(r);
	if (log.pg)
		PQfinish(log.pg);
	return rc;
}

/* Of an earlier try. A slot that the server has given up is never made anew unasked. */
static int find_slot(struct postgres *s, const struct wh_capture *c, bool *there,
	struct wh_position *out, struct wh_error *error)
{
	const char *const values[] = { c->name };
	PGresult *r;
	uint64_t lsn;
	int rc = postgres_query(s,
		PQserverVersion(s->pg) >= 130000
			? "SELECT confirmed_flush_lsn, plugin = 'pgoutput' AND NOT temporary "
			  "AND database = pg_catalog.current_database() AND wal_status <> 'lost' "
			  "FROM pg_catalog.pg_replication_slots WHERE slot_name = $1"
			: "SELECT confirmed_flush_lsn, plugin = 'pgoutput' AND NOT temporary "
			  "AND database = pg_catalog.current_database() "
			  "FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
		1, values, &r, error);
	if (rc != WH_OK)
		return rc;
	*there = PQntuples(r) > 0;
	if (*there && (PQgetvalue(r, 0, 1)[0] != 't' || !postgres_lsn(PQgetvalue(r, 0, 0), &lsn)))
		rc = wh_fail(error, WH_CONFIG,
			"there is a slot \"%s\" already, but it was given up by the server or was not made for "
			"this database; begin this migration anew: `whimbrel abort`, then `run`",
			c->name);
	else if (*there)
		postgres_position(out, lsn);
	PQclear(r);
	return rc;
}

static int capture_on(struct wh_conn *conn, const struct wh_capture *c, struct wh_position *out,
	struct wh_error *error)
{
	struct postgres *s = conn->state;
	bool there = false;
	int rc = postgres_check_capture(s, c, error);
	if (rc == WH_OK)
		rc = find_slot(s, c, &there, out, error);
	if (rc == WH_OK)
		rc = postgres_do(s, "BEGIN", error);
	if (rc != WH_OK)
		return rc;
	rc = postgres_close_transaction(s, make_all(s, c, there, error), error);
	if (rc == WH_OK && !there)
		rc = make_slot(conn, c, out, error);
	return rc;
}

/* ---- off ---- */

static int drop_slot(struct postgres *s, const struct wh_capture *c, struct wh_error *error)
{
	const char *const values[] = { c->name };
	bool there = false, read = true;
	int rc = exists(s, HAS_SLOT, c->name, &there, error);
	for (int i = 0; i < TRIES && rc == WH_OK && there && read; i++) {
		rc = exists(s, HAS_READER, c->name, &read, error);
		if (read)
			nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
	if (rc == WH_OK && there)
		rc = postgres_run(s, "SELECT pg_catalog.pg_drop_replication_slot($1)", 1, values, error);
	if (rc == WH_STOP && !strcmp(error->state, "55006"))
		rc = error->code = WH_RETRY;
	return rc;
}

static int drop_publication(struct postgres *s, const struct wh_capture *c, struct wh_error *error)
{
	char sql[120];
	snprintf(sql, sizeof sql, "DROP PUBLICATION IF EXISTS \"%s\"", c->name);
	int rc = postgres_do(s, "BEGIN", error);
	if (rc != WH_OK)
		return rc;
	rc = postgres_lock_own(s, error);
	if (rc == WH_OK)
		rc = postgres_do(s, sql, error);
	if (rc == WH_OK)
		rc = postgres_drop_following(s, error);
	return postgres_close_transaction(s, rc, error);
}

static int capture_off(struct postgres *s, const struct wh_capture *c, struct wh_error *error)
{
	bool slot = false, publication = false;
	int rc = drop_slot(s, c, error);
	if (rc == WH_OK)
		rc = drop_publication(s, c, error);
	if (rc == WH_OK)
		rc = exists(s, HAS_SLOT, c->name, &slot, error);
	if (rc == WH_OK)
		rc = exists(s, HAS_PUBLICATION, c->name, &publication, error);
	if (rc == WH_OK)
		rc = postgres_restore_identities(s, c, error);
	if (rc == WH_OK && (slot || publication))
		rc = wh_fail(error, WH_STOP, "the %s \"%s\" is still there; drop it on the server",
			slot ? "replication slot" : "publication", c->name);
	return rc;
}

int postgres_capture(struct wh_conn *conn, const struct wh_capture *capture, bool on,
	struct wh_position *out, struct wh_error *error)
{
	size_t n = strspn(capture->name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (!n || n > 40 || capture->name[n])
		return wh_fail(error, WH_BUG, "\"%s\" is no name for a capture", capture->name);
	return config(on ? capture_on(conn, capture, out, error)
					 : capture_off(conn->state, capture, error),
		error);
}

/* ---- measure ---- */

/* Sizes of the heads of the log's pages: xlog_internal.h. */
#define PAGE_HEAD 24
#define SEGMENT_HEAD 40

/* Where a page has just begun, the newest record ended before its head: nobody reads further. One that
 * ends there is told from that by the head's exact size. */
static uint64_t end_of_record(uint64_t lsn, uint64_t page, uint64_t segment)
{
	bool first = lsn % segment < page;
	return lsn % page == (first ? SEGMENT_HEAD : PAGE_HEAD) ? lsn - lsn % page : lsn;
}

/* What an open transaction has changed may stay in memory for long (15 s), and whoever follows sees
 * only what is written. A commit of our own has it written; it moves no row. Whoever is not allowed
 * to waits until the server writes by itself. */
static int write_out(struct postgres *s, struct wh_error *error)
{
	int rc = postgres_do(s,
		"BEGIN; SET LOCAL synchronous_commit = local;"
		"SELECT pg_catalog.pg_logical_emit_message(true, 'whimbrel', '');"
		"COMMIT",
		error);
	if (rc != WH_CONFIG)
		return rc;
	wh_error_clear(error);
	return postgres_do(s, "ROLLBACK", error);
}

#define LOG_SIZES \
	", pg_catalog.current_setting('wal_block_size'), " \
	"pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')) "

static uint64_t size_in(const PGresult *r, int column)
{
	uint64_t size = strtoull(PQgetvalue(r, 0, column), NULL, 10);
	return size ? size : 1;
}

int postgres_measure(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_log *out, struct wh_error *error)
{
	struct postgres *s = conn->state;
	const char *const values[] = { capture->name };
	PGresult *r;
	uint64_t end = 0, place = postgres_place(from);
	*out = (struct wh_log){ .behind = -1, .retained = -1 };
	int rc = postgres_query(s,
		PQserverVersion(s->pg) >= 130000
			? "SELECT w.lsn, w.lsn - r.restart_lsn, r.wal_status IN ('lost', 'unreserved'), "
			  "w.lsn > pg_catalog.pg_current_wal_flush_lsn()" LOG_SIZES
			  "FROM (SELECT pg_catalog.pg_current_wal_insert_lsn() AS lsn) w "
			  "LEFT JOIN pg_catalog.pg_replication_slots r ON r.slot_name = $1"
			: "SELECT w.lsn, w.lsn - r.restart_lsn, false, "
			  "w.lsn > pg_catalog.pg_current_wal_flush_lsn()" LOG_SIZES
			  "FROM (SELECT pg_catalog.pg_current_wal_insert_lsn() AS lsn) w "
			  "LEFT JOIN pg_catalog.pg_replication_slots r ON r.slot_name = $1",
		1, values, &r, error);
	if (rc != WH_OK)
		return rc;
	if (PQgetisnull(r, 0, 2))
		rc = wh_fail(error, WH_CONFIG, "the replication slot \"%s\" is not there any more",
			capture->name);
	else if (PQgetvalue(r, 0, 2)[0] == 't')
		rc = wh_fail(error, WH_CONFIG,
			"the server gives up the slot \"%s\", for the log that it keeps is larger than "
			"max_slot_wal_keep_size: raise it, or begin anew",
			capture->name);
	else if (!postgres_lsn(PQgetvalue(r, 0, 0), &end))
		rc = wh_fail(error, WH_STOP, "the server does not say where its log ends");
	if (rc == WH_OK) {
		end = end_of_record(end, size_in(r, 4), size_in(r, 5));
		postgres_position(&out->end, end);
		out->behind = end > place ? (int64_t)(end - place) : 0;
		if (!PQgetisnull(r, 0, 1))
			out->retained = strtoll(PQgetvalue(r, 0, 1), NULL, 10);
	}
	bool unwritten = rc == WH_OK && PQgetvalue(r, 0, 3)[0] == 't';
	PQclear(r);
	return unwritten ? write_out(s, error) : rc;
}
