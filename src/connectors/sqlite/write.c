/* Rows of an open unit: inserted, and deleted by key. */
#include "connectors/sqlite/sqlite.h"
#include "base/arena.h"
#include <stdlib.h>

/* OR ABORT: a table's own ON CONFLICT clause must not drop or replace rows. */
static void insert_sql(const struct wh_rowset *rows, struct wh_buffer *sql)
{
	wh_buffer_text(sql, "INSERT OR ABORT INTO ");
	wh_sqlite_name(sql, rows->table);
	wh_buffer_text(sql, rows->nfields ? "(" : " DEFAULT VALUES");
	for (size_t i = 0; i < rows->nfields; i++) {
		wh_buffer_text(sql, i ? ", " : "");
		wh_sqlite_name(sql, rows->fields[i].name);
	}
	wh_buffer_text(sql, rows->nfields ? ") VALUES(?" : "");
	for (size_t i = 1; i < rows->nfields; i++)
		wh_buffer_text(sql, ", ?");
	wh_buffer_text(sql, rows->nfields ? ")" : "");
}

void wh_sqlite_writer_free(struct sqlite *s)
{
	wh_sqlite_finalize(&s->insert);
	for (size_t i = 0; i < s->nbinders; i++)
		wh_buffer_free(&s->binders[i].made);
	free(s->binders);
	s->binders = NULL;
	s->nbinders = 0;
	s->insert_rows = NULL;
}

static int prepare_insert(struct sqlite *s, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	if (s->insert && s->insert_rows == rows)
		return WH_OK;
	wh_sqlite_writer_free(s);
	insert_sql(rows, &sql);
	int rc = wh_sqlite_prepare(s, wh_buffer_string(&sql), &s->insert, error);
	wh_buffer_free(&sql);
	s->insert_rows = rows;
	s->binders = wh_alloc((rows->nfields + 1) * sizeof *s->binders);
	for (; s->nbinders < rows->nfields; s->nbinders++)
		wh_sqlite_binder_init(&s->binders[s->nbinders], rows, s->nbinders);
	return rc;
}

/* A null in an INTEGER PRIMARY KEY would become the next number, whatever NOT NULL says. */
static int insert_row(struct sqlite *s, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row)
{
	int code = SQLITE_OK;
	for (size_t i = 0; i < rows->nfields && code == SQLITE_OK; i++)
		code = rows->fields[i].not_null && wh_is_null(b, i, row)
			? SQLITE_MISMATCH
			: wh_sqlite_cell_bind(&s->binders[i], s->insert, (int)i + 1, b, row);
	if (code == SQLITE_OK)
		code = sqlite3_step(s->insert);
	int again = sqlite3_reset(s->insert);
	return code == SQLITE_DONE    ? SQLITE_OK
		: code == SQLITE_MISMATCH ? code
		: again != SQLITE_OK      ? again
								  : code;
}

static int insert_rows(struct sqlite *s, const struct wh_batch *b, struct wh_error *error)
{
	const struct wh_rowset *rows = s->unit->rows;
	int before = sqlite3_total_changes(s->db), code = SQLITE_OK;
	uint32_t row = 0;
	for (; row < b->rows && code == SQLITE_OK; row++)
		code = insert_row(s, rows, b, row);
	sqlite3_clear_bindings(s->insert);
	if (code != SQLITE_OK)
		return wh_sqlite_fail(s, code, error, "row %u for \"%s\"", row - 1, rows->table);
	uint32_t written = (uint32_t)(sqlite3_total_changes(s->db) - before);
	if (written != b->rows)
		return wh_fail(error, WH_ROW,
			"another number of rows was written than sent: \"%s\" took "
			"%u of %u",
			rows->table, written, b->rows);
	return WH_OK;
}

/* What is done under it can be taken back alone, in a careful unit. */
static int careful_begin(struct sqlite *s, struct wh_error *error)
{
	return s->unit->careful ? wh_sqlite_run(s, "SAVEPOINT whimbrel", error) : WH_OK;
}

static int careful_end(struct sqlite *s, int rc, struct wh_error *error)
{
	struct wh_error unused;
	if (!s->unit->careful)
		return rc;
	if (rc == WH_OK)
		return wh_sqlite_run(s, "RELEASE whimbrel", error);
	/* A full disk has rolled everything back already, the savepoint with it. */
	int back = wh_sqlite_run(s, "ROLLBACK TO whimbrel; RELEASE whimbrel", &unused);
	if (rc == WH_ROW && back != WH_OK) {
		*error = unused;
		rc = back == WH_CONFIG
			? wh_fail(error, WH_STOP, "the unit was rolled back by SQLite: \"%s\"", s->path)
			: back;
	}
	return rc;
}

int wh_sqlite_write(struct wh_conn *c, const struct wh_batch *b, struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (!s->unit)
		return wh_fail(error, WH_BUG, "rows were written outside of a unit");
	int rc = prepare_insert(s, s->unit->rows, error);
	if (rc == WH_OK)
		rc = careful_begin(s, error);
	if (rc)
		return rc;
	return careful_end(s, insert_rows(s, b, error), error);
}

static int erase_rows(struct sqlite *s, sqlite3_stmt *st, const struct wh_batch *keys,
	struct wh_error *error)
{
	const struct wh_rowset *rows = s->unit->rows;
	size_t n = rows->nkey ? rows->nkey : rows->nfields;
	int code = SQLITE_OK;
	for (uint32_t row = 0; row < keys->rows && code == SQLITE_OK; row++) {
		for (size_t i = 0; i < n && code == SQLITE_OK; i++)
			code = wh_sqlite_cell_bind(&s->binders[rows->nkey ? rows->key[i] : i], st, (int)i + 1,
				keys, row);
		if (code == SQLITE_OK)
			code = sqlite3_step(st);
		sqlite3_reset(st);
		code = code == SQLITE_DONE ? SQLITE_OK : code;
		if (code == SQLITE_OK && !rows->nkey && sqlite3_changes(s->db) != 1)
			return wh_fail(error, WH_ROW, "a row to delete is not there: \"%s\"", rows->table);
	}
	if (code != SQLITE_OK)
		return wh_sqlite_fail(s, code, error, "deleting rows of \"%s\"", rows->table);
	return WH_OK;
}

static void key_sql(const struct wh_rowset *rows, struct wh_buffer *sql)
{
	for (size_t i = 0; i < rows->nkey; i++) {
		wh_buffer_text(sql, i ? " AND " : " WHERE ");
		wh_sqlite_name(sql, rows->fields[rows->key[i]].name);
		wh_buffer_text(sql, " IS ?");
	}
}

/* Equal in all fields, and to the byte. Where the column leaves a value its storage class, 1 and 1.0
 * are two values. */
static void whole_sql(const struct wh_rowset *rows, const char *rowid, struct wh_buffer *sql)
{
	if (rowid) {
		wh_buffer_format(sql, " WHERE %s = (SELECT %s FROM ", rowid, rowid);
		wh_sqlite_name(sql, rows->table);
	}
	for (size_t i = 0; i < rows->nfields; i++) {
		const char *native = rows->fields[i].type.native;
		wh_buffer_text(sql, i ? " AND " : " WHERE ");
		wh_sqlite_name(sql, rows->fields[i].name);
		wh_buffer_format(sql, " COLLATE BINARY IS ?%zu", i + 1);
		if (wh_sqlite_affinity_of(native ? native : "") != SQLITE_AS_BLOB)
			continue;
		wh_buffer_text(sql, " AND typeof(");
		wh_sqlite_name(sql, rows->fields[i].name);
		wh_buffer_format(sql, ") = typeof(?%zu)", i + 1);
	}
	wh_buffer_text(sql, rowid ? " LIMIT 1)" : "");
}

static int prepare_erase(struct sqlite *s, sqlite3_stmt **out, struct wh_error *error)
{
	const struct wh_rowset *rows = s->unit->rows;
	const char *alias, *rowid = NULL;
	struct wh_buffer sql = { 0 };
	int rc = rows->nkey ? WH_OK : wh_sqlite_rowid(s, rows->table, &s->arena, &alias, &rowid, error);
	if (rc)
		return rc;
	wh_buffer_text(&sql, "DELETE FROM ");
	wh_sqlite_name(&sql, rows->table);
	if (rows->nkey)
		key_sql(rows, &sql);
	else
		whole_sql(rows, rowid, &sql);
	rc = wh_sqlite_prepare(s, wh_buffer_string(&sql), out, error);
	wh_buffer_free(&sql);
	return rc;
}

int wh_sqlite_erase(struct wh_conn *c, const struct wh_batch *keys, struct wh_error *error)
{
	struct sqlite *s = c->state;
	sqlite_owned st = NULL;
	if (!s->unit)
		return wh_fail(error, WH_BUG, "rows can only be erased inside a unit");
	int rc = prepare_insert(s, s->unit->rows, error); /* for its binders */
	if (rc == WH_OK)
		rc = prepare_erase(s, &st, error);
	if (rc == WH_OK)
		rc = careful_begin(s, error);
	if (rc)
		return rc;
	rc = erase_rows(s, st, keys, error);
	wh_sqlite_finalize(&st);
	return careful_end(s, rc, error);
}
