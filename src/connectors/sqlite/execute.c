/* Running one statement, and telling what a check found. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <string.h>

#define SHOWN_ROWS 3

/* The values of the columns that point nowhere: "order_id = 17". */
static void show_values(struct sqlite *s, const char *table, int64_t rowid, int key,
	struct wh_buffer *out)
{
	struct wh_buffer sql = { 0 };
	struct wh_error unused;
	sqlite_owned columns = NULL;
	sqlite_owned row = NULL;
	int n = 0;
	int rc = wh_sqlite_ask(s, "SELECT \"from\", id FROM pragma_foreign_key_list(?1) ORDER BY seq",
		table, &columns, &unused);
	while (rc == WH_OK && wh_sqlite_next(s, columns, &unused) == WH_OK) {
		if (sqlite3_column_int(columns, 1) != key)
			continue;
		const char *name = (const char *)sqlite3_column_text(columns, 0);
		wh_buffer_text(&sql, n++ ? " || ', ' || " : "SELECT ");
		char *label = sqlite3_mprintf("%Q || ' = ' || substr(quote(\"%w\"), 1, 80)", name, name);
		wh_buffer_text(&sql, label ? label : "''");
		sqlite3_free(label);
	}
	wh_buffer_text(&sql, " FROM ");
	wh_sqlite_name(&sql, table);
	wh_buffer_format(&sql, " WHERE rowid = %lld", (long long)rowid);
	if (n && wh_sqlite_prepare(s, wh_buffer_string(&sql), &row, &unused) == WH_OK &&
		wh_sqlite_next(s, row, &unused) == WH_OK) {
		const char *text = (const char *)sqlite3_column_text(row, 0);
		wh_buffer_text(out, text ? ": " : "");
		wh_text_shown(out, text ? text : "", text ? strlen(text) : 0);
	}
	wh_buffer_free(&sql);
}

/* PRAGMA foreign_key_check: table, rowid, parent, number of the key. */
static void show_orphan(struct sqlite *s, sqlite3_stmt *st, struct wh_buffer *out)
{
	const char *table = (const char *)sqlite3_column_text(st, 0);
	const char *parent = (const char *)sqlite3_column_text(st, 2);
	bool placed = sqlite3_column_type(st, 1) != SQLITE_NULL;
	wh_buffer_text(out, out->size ? "; " : "");
	if (placed)
		wh_buffer_format(out, "row %lld of ", (long long)sqlite3_column_int64(st, 1));
	wh_buffer_format(out, "\"%s\" has no row in \"%s\"", table ? table : "", parent ? parent : "");
	if (placed && table)
		show_values(s, table, sqlite3_column_int64(st, 1), sqlite3_column_int(st, 3), out);
}

static void show_row(sqlite3_stmt *st, struct wh_buffer *out)
{
	wh_buffer_text(out, out->size ? "; " : "");
	for (int i = 0; i < sqlite3_column_count(st); i++) {
		const char *text = (const char *)sqlite3_column_text(st, i);
		wh_buffer_format(out, "%s%s = ", i ? ", " : "", sqlite3_column_name(st, i));
		wh_text_shown(out, text ? text : "NULL", text ? strlen(text) : 4);
	}
}

/* Steps one statement to its end; its rows are counted, the first of them shown. */
static int run_one(struct sqlite *s, sqlite3_stmt *st, bool references, int64_t *rows,
	struct wh_buffer *shown)
{
	int code;
	while ((code = sqlite3_step(st)) == SQLITE_ROW) {
		(*rows)++;
		if (*rows > SHOWN_ROWS)
			continue;
		if (references && sqlite3_column_count(st) == 4)
			show_orphan(s, st, shown);
		else
			show_row(st, shown);
	}
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int run_all(struct sqlite *s, const struct wh_statement *statement, int64_t *rows,
	struct wh_buffer *shown)
{
	bool references = wh_equal(statement->kind, "foreign key");
	int code = SQLITE_OK;
	const char *at = statement->sql;
	while (code == SQLITE_OK && *at) {
		sqlite_owned st = NULL;
		code = sqlite3_prepare_v2(s->db, at, -1, &st, &at);
		if (code == SQLITE_OK && st)
			code = run_one(s, st, references, rows, shown);
	}
	return code;
}

static int execute_one(struct sqlite *s, const struct wh_statement *st, struct wh_error *error)
{
	struct wh_buffer shown = { .max = 1200 };
	int64_t rows = 0;
	int rc = WH_OK;
	wh_sqlite_allow(s, wh_equal(st->kind, "virtual table"));
	wh_sqlite_triggers(s, strstr(st->sql, SQLITE_SIGNAL)); /* the one write of ours to be logged */
	int code = run_all(s, st, &rows, &shown);
	wh_sqlite_triggers(s, false);
	wh_sqlite_allow(s, false);
	if (code != SQLITE_OK) {
		bool there = code == SQLITE_ERROR && strstr(sqlite3_errmsg(s->db), "already exists");
		rc = wh_sqlite_fail(s, code, error, "%s", st->object ? st->object : st->kind);
		if (there)
			rc = error->code = WH_EXISTS;
	} else if (rows)
		rc = wh_fail(error, WH_ROW, "%lld row%s should not be there: %s%s", (long long)rows,
			rows == 1 ? "" : "s", wh_buffer_string(&shown), rows > SHOWN_ROWS ? "; ..." : "");
	wh_buffer_free(&shown);
	return rc;
}

int wh_sqlite_execute_all(struct wh_conn *c, const struct wh_statement *const *list, size_t n,
	size_t *done, struct wh_error *error)
{
	struct sqlite *s = c->state;
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	for (*done = 0; *done < n && rc == WH_OK; *done += rc == WH_OK)
		rc = execute_one(s, list[*done], error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int wh_sqlite_execute(struct wh_conn *c, const struct wh_statement *st, struct wh_error *error)
{
	size_t done;
	return wh_sqlite_execute_all(c, &st, 1, &done, error);
}

int wh_sqlite_do(struct sqlite *s, struct wh_error *error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *sql = sqlite3_vmprintf(format, args);
	va_end(args);
	int rc = sql ? wh_sqlite_run(s, sql, error)
				 : wh_fail(error, WH_STOP, "there is not enough memory for a statement");
	sqlite3_free(sql);
	return rc;
}

int wh_sqlite_get(struct sqlite *s, int64_t *out, struct wh_error *error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *sql = sqlite3_vmprintf(format, args);
	va_end(args);
	int rc = sql ? wh_sqlite_number(s, sql, out, error)
				 : wh_fail(error, WH_STOP, "there is not enough memory for a statement");
	sqlite3_free(sql);
	return rc;
}

int wh_sqlite_has(struct sqlite *s, const char *table, bool *has, struct wh_error *error)
{
	int64_t n;
	int rc = wh_sqlite_get(s, &n, error,
		"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = %Q", table);
	*has = rc == WH_OK;
	return rc < 0 ? rc : WH_OK;
}
