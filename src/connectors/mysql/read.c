/* Read: a unit's rows through a prepared statement, row by row off the wire. The binary protocol
 * brings floats exact; read_cells.c turns cells into values. */
#include "connectors/mysql/read.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

void wh_mysql_reader_free(struct wh_mysql_reader *r)
{
	if (r->stmt)
		mysql_stmt_close(r->stmt);
	wh_arena_free(&r->arena);
	wh_buffer_free(&r->scratch);
	*r = (struct wh_mysql_reader){ 0 };
}

/* Rows that nobody will read must still be taken off the wire: the server is told to stop. */
static void give_up(struct wh_conn *conn, struct wh_mysql *s)
{
	struct wh_mysql_reader *r = &s->reader;
	if (r->pending)
		wh_mysql_cancel(conn);
	r->pending = false;
	if (r->stmt)
		mysql_stmt_close(r->stmt);
	r->stmt = NULL;
	r->rows = 0;
	wh_arena_free(&r->arena);
	r->cells = NULL;
	r->binds = NULL;
	r->ncells = 0;
}

static const char *select_sql(struct wh_mysql *s, const struct wh_unit *unit)
{
	const struct wh_rowset *rows = unit->rows;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql, "SELECT ");
	for (size_t i = 0; i < rows->nfields; i++) {
		wh_buffer_text(&s->sql, i ? ", " : "");
		wh_mysql_cell_expression(&s->sql, &rows->fields[i]);
	}
	if (!rows->nfields)
		wh_buffer_text(&s->sql, "1");
	wh_buffer_text(&s->sql, " FROM ");
	wh_mysql_name(&s->sql, rows->table);
	wh_mysql_where(&s->sql, unit);
	return wh_buffer_string(&s->sql);
}

static void make_cells(struct wh_mysql_reader *r, const struct wh_rowset *rows)
{
	r->ncells = rows->nfields;
	r->cells = wh_new_array(&r->arena, struct wh_mysql_cell, rows->nfields + 1);
	r->binds = wh_new_array(&r->arena, MYSQL_BIND, rows->nfields + 1);
	for (size_t i = 0; i < rows->nfields; i++)
		wh_mysql_cell_init(&r->cells[i], &rows->fields[i], &r->arena, &r->binds[i]);
}

static int start(struct wh_mysql *s, const struct wh_unit *unit, struct wh_error *error)
{
	struct wh_mysql_reader *r = &s->reader;
	const char *sql = select_sql(s, unit);
	r->stmt = mysql_stmt_init(s->link);
	if (!r->stmt)
		return wh_mysql_fail(s->link, unit->rows->table, error);
	if (mysql_stmt_prepare(r->stmt, sql, strlen(sql)) || mysql_stmt_execute(r->stmt))
		return wh_mysql_fail_stmt(r->stmt, sql, error);
	r->pending = true;
	if (mysql_stmt_field_count(r->stmt) != unit->rows->nfields + !unit->rows->nfields)
		return wh_fail(error, WH_STOP, "the server sent %u columns for %zu: \"%s\"",
			mysql_stmt_field_count(r->stmt), unit->rows->nfields, unit->rows->table);
	make_cells(r, unit->rows);
	if (r->ncells && mysql_stmt_bind_result(r->stmt, r->binds))
		return wh_mysql_fail_stmt(r->stmt, sql, error);
	return WH_OK;
}

int wh_mysql_seek(struct wh_conn *conn, const struct wh_unit *unit, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	give_up(conn, s);
	if (!unit)
		return WH_OK;
	if (!s->link)
		return wh_fail(error, WH_RETRY, "the connection is closed: \"%s\"", unit->rows->table);
	int rc = start(s, unit, error);
	if (rc != WH_OK)
		give_up(conn, s);
	return rc;
}

static int take_row(struct wh_mysql_reader *r, struct wh_batch *out, struct wh_error *error)
{
	for (size_t i = 0; i < r->ncells; i++) {
		struct wh_mysql_cell *cell = &r->cells[i];
		if (cell->is_null) {
			wh_batch_null(out, i);
			continue;
		}
		int rc = cell->form->take(r, cell, out, i, error);
		if (rc != WH_OK)
			return rc;
	}
	wh_batch_row(out);
	return WH_OK;
}

int wh_mysql_read(struct wh_conn *conn, struct wh_batch *out, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	struct wh_mysql_reader *r = &s->reader;
	if (!out->rows)
		out->first_row = r->rows;
	while (r->pending && !wh_batch_full(out)) {
		int got = mysql_stmt_fetch(r->stmt);
		if (got == MYSQL_NO_DATA) {
			r->pending = false;
			break;
		}
		if (got && got != MYSQL_DATA_TRUNCATED) {
			r->pending = false;
			return wh_mysql_fail_stmt(r->stmt, "reading rows", error);
		}
		int rc = take_row(r, out, error);
		if (rc != WH_OK)
			return rc;
		r->rows++;
	}
	return r->pending ? WH_OK : WH_DONE;
}
