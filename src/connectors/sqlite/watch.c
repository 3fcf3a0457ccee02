/* The triggers that write each change of a table down.
 *
 * One row a change: `seq`, the number of the table, what it was (SQLITE_LOGGED_*), when, and the
 * values c0, c1, ... in the order of the rowset's fields, in columns without a type so that each
 * keeps its storage class. An update is two rows, the old one first.
 *
 * A row that gives way to another (OR REPLACE, in a statement or in a constraint) is deleted without
 * a word. So a trigger before each insert and update notes the rows that may have to give way in
 * NAME_old, and the one behind it writes down those that are gone. What was noted for nothing (OR
 * IGNORE, an upsert) is soon forgotten: that many are kept because triggers of the application may
 * insert in between. One thing is beyond it: SQLite evaluates a rowid in VALUES once for the trigger
 * and once for the row, so that INSERT OR REPLACE ... VALUES(random(), ...) replaces unseen. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"

#define NOTED_MOST 64
#define COLUMNS_MOST 1990 /* of the 2000 that a table may have, less ours */

static const char *quoted(struct wh_arena *arena, const char *name)
{
	struct wh_buffer text = { 0 };
	wh_sqlite_name(&text, name);
	const char *out = wh_arena_text(arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return out;
}

static int refuse(struct sqlite *s, const struct wh_rowset *rows, const char *why,
	struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG, "%s: \"%s\" in \"%s\"; leave it out with select.exclude", why,
		rows->table, s->path);
}

/* The columns of its key, in its order, where the table has no rowid. */
static int find_key(struct sqlite *s, struct sqlite_watch *w, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
		w->rows->table, &st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK)
		*wh_push(&s->arena, &w->ids, &w->nids) = quoted(&s->arena,
			(const char *)sqlite3_column_text(st, 0));
	if (rc == WH_DONE && !w->nids)
		return refuse(s, w->rows, "the rows of a table have no name to be followed by", error);
	return rc < 0 ? rc : WH_OK;
}

static int find_columns(struct sqlite *s, struct sqlite_watch *w, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s,
		"SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid", w->rows->table,
		&st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK)
		*wh_push(&s->arena, &w->columns, &w->ncolumns) = quoted(&s->arena,
			(const char *)sqlite3_column_text(st, 0));
	return rc < 0 ? rc : WH_OK;
}

/* An expression of an index, over the columns of NEW. */
static void of_new(const struct sqlite_watch *w, const char *expression, struct wh_buffer *out)
{
	wh_buffer_format(out, "(SELECT %s\n FROM (SELECT ", expression);
	for (size_t i = 0; i < w->ncolumns; i++)
		wh_buffer_format(out, "%sNEW.%s AS %s", i ? ", " : "", w->columns[i], w->columns[i]);
	wh_buffer_text(out, "))");
}

/* Where two rows are one to a unique index. Its own condition holds for the old row; whether it does
 * for the new one shows when the old one is gone. */
static int clash_of(struct sqlite *s, struct sqlite_watch *w, const char *index,
	struct wh_error *error)
{
	const char **parts = NULL, *where = NULL, *sql = NULL;
	size_t nparts = 0, i = 0;
	struct wh_buffer text = { 0 };
	sqlite_owned definition = NULL;
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
		index, &definition, error);
	if (rc == WH_OK && wh_sqlite_next(s, definition, error) == WH_OK)
		sql = wh_sqlite_column(&s->arena, definition, 0);
	if (rc == WH_OK && sql && !wh_sqlite_index_read(&s->arena, sql, &parts, &nparts, &where))
		return refuse(s, w->rows, "a unique index of a table is not understood", error);
	if (rc == WH_OK)
		rc = wh_sqlite_ask(s,
			"SELECT cid, name, coll FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno", index,
			&st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK; i++) {
		const char *column = wh_sqlite_column(&s->arena, st, 1);
		const char *collation = quoted(&s->arena, (const char *)sqlite3_column_text(st, 2));
		wh_buffer_text(&text, i ? " AND " : "");
		if (sqlite3_column_int(st, 0) == -1) { /* the rowid, spelt out */
			wh_buffer_format(&text, "t.%s = NEW.%s", w->ids[0], w->ids[0]);
		} else if (column) {
			column = quoted(&s->arena, column);
			wh_buffer_format(&text, "t.%s COLLATE %s = NEW.%s", column, collation, column);
		} else if (i < nparts) {
			wh_buffer_format(&text, "(%s\n) COLLATE %s = ", parts[i], collation);
			of_new(w, parts[i], &text);
		} else {
			rc = refuse(s, w->rows, "a unique index of a table is not understood", error);
			break;
		}
	}
	if (where)
		wh_buffer_format(&text, " AND (%s\n)", where);
	if (rc == WH_DONE)
		*wh_push(&s->arena, &w->clashes, &w->nclashes) = wh_arena_text(&s->arena,
			wh_buffer_string(&text));
	wh_buffer_free(&text);
	return rc < 0 ? rc : WH_OK;
}

static int find_clashes(struct sqlite *s, struct sqlite_watch *w, const char *rowid,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	if (rowid)
		*wh_push(&s->arena, &w->clashes, &w->nclashes) = wh_arena_format(&s->arena, "t.%s = NEW.%s",
			rowid, rowid);
	int rc = wh_sqlite_ask(s,
		"SELECT name FROM pragma_index_list(?1) WHERE \"unique\" ORDER BY name", w->rows->table,
		&st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK)
		rc = clash_of(s, w, wh_sqlite_column(&s->arena, st, 0), error);
	return rc < 0 ? rc : WH_OK;
}

static int check_table(struct sqlite *s, const struct wh_rowset *rows, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s, "SELECT type FROM pragma_table_list(?1) WHERE schema = 'main'",
		rows->table, &st, error);
	if (rc == WH_OK)
		rc = wh_sqlite_next(s, st, error);
	if (rc < 0)
		return rc;
	if (rc == WH_DONE)
		return refuse(s, rows, "no such table", error);
	if (!wh_equal((const char *)sqlite3_column_text(st, 0), "table"))
		return refuse(s, rows, "SQLite allows no triggers on the tables behind a virtual table",
			error);
	if (rows->nfields > COLUMNS_MOST)
		return refuse(s, rows, "a table has too many columns to be followed", error);
	return WH_OK;
}

int wh_sqlite_watch(struct sqlite *s, const struct wh_capture *capture, size_t number,
	struct sqlite_watch *out, struct wh_error *error)
{
	const char *alias = NULL, *rowid = NULL;
	*out = (struct sqlite_watch){ .capture = capture,
		.number = number,
		.rows = capture->tables[number] };
	int rc = check_table(s, out->rows, error);
	if (rc == WH_OK)
		rc = wh_sqlite_rowid(s, out->rows->table, &s->arena, &alias, &rowid, error);
	if (rc)
		return rc;
	if (rowid)
		*wh_push(&s->arena, &out->ids, &out->nids) = rowid;
	else
		rc = find_key(s, out, error);
	if (rc == WH_OK)
		rc = find_columns(s, out, error);
	return rc == WH_OK ? find_clashes(s, out, rowid, error) : rc;
}

/* ---- their text ---- */

static void put_columns(const struct sqlite_watch *w, struct wh_buffer *sql)
{
	for (size_t i = 0; i < w->rows->nfields; i++)
		wh_buffer_format(sql, ", c%zu", i);
}

static void put_values(const struct sqlite_watch *w, const char *row, struct wh_buffer *sql)
{
	for (size_t i = 0; i < w->rows->nfields; i++) {
		wh_buffer_format(sql, ", %s.", row);
		wh_sqlite_name(sql, w->rows->fields[i].name);
	}
}

/* How a column of the name of a row is spelt: in the table, in NEW and OLD, or (row NULL) where it
 * was noted; on the left, since its collation counts. A DELETE of a trigger can give its table no
 * other name. */
static void put_id(const struct sqlite_watch *w, const char *row, size_t i, struct wh_buffer *sql)
{
	if (row)
		wh_buffer_format(sql, "%s.%s", row, w->ids[i]);
	else
		wh_buffer_format(sql, "%s_old.r%zu", w->capture->name, i);
}

static void put_same(const struct sqlite_watch *w, const char *one, const char *other,
	struct wh_buffer *sql)
{
	for (size_t i = 0; i < w->nids; i++) {
		wh_buffer_text(sql, i ? " AND " : "(");
		put_id(w, one, i, sql);
		wh_buffer_text(sql, " = ");
		put_id(w, other, i, sql);
	}
	wh_buffer_text(sql, ")");
}

static void put_head(const struct sqlite_watch *w, const char *suffix, const char *when,
	struct wh_buffer *sql)
{
	wh_buffer_format(sql, "CREATE TRIGGER %s_%zu_%s %s ON ", w->capture->name, w->number, suffix,
		when);
	wh_sqlite_name(sql, w->rows->table);
	wh_buffer_text(sql, " BEGIN\n");
}

static void put_note(const struct sqlite_watch *w, bool update, struct wh_buffer *sql)
{
	const char *name = w->capture->name;
	wh_buffer_format(sql, "DELETE FROM %s_old WHERE id <= (SELECT max(id) FROM %s_old) - %d;\n",
		name, name, NOTED_MOST);
	for (size_t i = 0; i < w->nclashes; i++) {
		wh_buffer_format(sql, "INSERT INTO %s_old(tbl", name);
		for (size_t k = 0; k < w->nids; k++)
			wh_buffer_format(sql, ", r%zu", k);
		put_columns(w, sql);
		wh_buffer_format(sql, ") SELECT %zu", w->number);
		for (size_t k = 0; k < w->nids; k++)
			wh_buffer_format(sql, ", t.%s", w->ids[k]);
		put_values(w, "t", sql);
		wh_buffer_text(sql, " FROM ");
		wh_sqlite_name(sql, w->rows->table);
		wh_buffer_format(sql, " AS t WHERE %s", w->clashes[i]);
		if (update) {
			wh_buffer_text(sql, " AND NOT ");
			put_same(w, "t", "OLD", sql);
		}
		wh_buffer_text(sql, ";\n");
	}
}

/* The row that OLD is cannot give way any more. */
static void put_forget(const struct sqlite_watch *w, struct wh_buffer *sql)
{
	wh_buffer_format(sql, "DELETE FROM %s_old WHERE tbl = %zu AND ", w->capture->name, w->number);
	put_same(w, "OLD", NULL, sql);
	wh_buffer_text(sql, ";\n");
}

/* A noted row is gone where no row has its name, or where the name is that of the new one. */
static void put_gone(const struct sqlite_watch *w, struct wh_buffer *sql)
{
	wh_buffer_format(sql, " WHERE tbl = %zu AND (", w->number);
	put_same(w, "NEW", NULL, sql);
	wh_buffer_text(sql, " OR NOT EXISTS (SELECT 1 FROM ");
	wh_sqlite_name(sql, w->rows->table);
	wh_buffer_text(sql, " AS t WHERE ");
	put_same(w, "t", NULL, sql);
	wh_buffer_text(sql, "))");
}

static void put_insert(const struct sqlite_watch *w, struct wh_buffer *sql)
{
	wh_buffer_format(sql, "INSERT INTO %s(tbl, op, at", w->capture->name);
	put_columns(w, sql);
	wh_buffer_text(sql, ")");
}

static void put_replaced(const struct sqlite_watch *w, struct wh_buffer *sql)
{
	put_insert(w, sql);
	wh_buffer_format(sql, " SELECT %zu, %d, " SQLITE_NOW, w->number, SQLITE_LOGGED_DELETE);
	for (size_t i = 0; i < w->rows->nfields; i++)
		wh_buffer_format(sql, ", c%zu", i);
	wh_buffer_format(sql, " FROM %s_old", w->capture->name);
	put_gone(w, sql);
	wh_buffer_format(sql, " AND id IN (SELECT max(id) FROM %s_old WHERE tbl = %zu GROUP BY ",
		w->capture->name, w->number); /* noted for two indexes, or long ago */
	for (size_t i = 0; i < w->nids; i++)
		wh_buffer_format(sql, "%sr%zu", i ? ", " : "", i);
	wh_buffer_format(sql, ");\nDELETE FROM %s_old", w->capture->name);
	put_gone(w, sql);
	wh_buffer_text(sql, ";\n");
}

static void put_row(const struct sqlite_watch *w, const char *row, int op, struct wh_buffer *sql)
{
	put_insert(w, sql);
	wh_buffer_format(sql, " VALUES(%zu, %d, " SQLITE_NOW, w->number, op);
	put_values(w, row, sql);
	wh_buffer_text(sql, ");\n");
}

/* A trigger of the application that came before ours may have changed the new row again, or deleted
 * it, which is written down already: the row is taken as it stands, and only where it does. */
static void put_standing(const struct sqlite_watch *w, const char *row, int op,
	struct wh_buffer *sql)
{
	put_insert(w, sql);
	wh_buffer_format(sql, " SELECT %zu, %d, " SQLITE_NOW, w->number, op);
	put_values(w, row, sql);
	wh_buffer_text(sql, " FROM ");
	wh_sqlite_name(sql, w->rows->table);
	wh_buffer_text(sql, " AS t WHERE ");
	put_same(w, "t", "NEW", sql);
	wh_buffer_text(sql, ";\n");
}

void wh_sqlite_watch_sql(const struct sqlite_watch *w, struct wh_buffer *out)
{
	put_head(w, "bi", "BEFORE INSERT", out);
	put_note(w, false, out);
	wh_buffer_text(out, "END;\n");
	put_head(w, "ai", "AFTER INSERT", out);
	put_replaced(w, out);
	put_standing(w, "t", SQLITE_LOGGED_INSERT, out);
	wh_buffer_text(out, "END;\n");
	put_head(w, "bu", "BEFORE UPDATE", out);
	put_note(w, true, out);
	wh_buffer_text(out, "END;\n");
	put_head(w, "au", "AFTER UPDATE", out);
	put_forget(w, out);
	put_replaced(w, out);
	put_standing(w, "OLD", SQLITE_LOGGED_BEFORE, out);
	put_standing(w, "t", SQLITE_LOGGED_AFTER, out);
	wh_buffer_text(out, "END;\n");
	put_head(w, "ad", "AFTER DELETE", out);
	put_forget(w, out);
	put_row(w, "OLD", SQLITE_LOGGED_DELETE, out);
	wh_buffer_text(out, "END;\n");
}

int wh_sqlite_watch_form(struct sqlite *s, const struct wh_capture *capture, size_t number,
	struct wh_buffer *out, struct wh_error *error)
{
	sqlite_owned st = NULL;
	const char *table = capture->tables[number]->table;
	int rc = wh_sqlite_ask(s,
		"SELECT s.sql FROM sqlite_schema AS s LEFT JOIN pragma_index_list(?1) AS i "
		"ON s.type = 'index' AND i.name = s.name WHERE s.tbl_name = ?1 COLLATE NOCASE AND "
		"s.sql IS NOT NULL AND (s.type = 'table' OR i.\"unique\" OR (s.type = 'trigger' AND "
		"substr(s.name, 1, length(?2)) = ?2)) ORDER BY s.type, s.name",
		table, &st, error);
	const char *ours = wh_arena_format(&s->arena, "%s_%zu_", capture->name, number);
	if (rc == WH_OK && sqlite3_bind_text(st, 2, ours, -1, SQLITE_STATIC) != SQLITE_OK)
		return wh_sqlite_fail(s, sqlite3_errcode(s->db), error, "looking at its schema");
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK)
		wh_buffer_format(out, "%s;\n", (const char *)sqlite3_column_text(st, 0));
	return rc < 0 ? rc : WH_OK;
}
