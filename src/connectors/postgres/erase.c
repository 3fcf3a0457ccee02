/* Rows deleted by their keys, or, without a key, one for each row that is equal in all fields. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>

#define TOGETHER 1000 /* rows a statement */

int postgres_put_delete(struct postgres *s, struct wh_buffer *sql, struct wh_error *error)
{
	bool own;
	const struct wh_rowset *rows = s->writing->rows;
	int rc = postgres_look_whether_own(s, rows, &own, error);
	bool large = postgres_is_large(rows->schema, rows->table);
	wh_buffer_text(sql, own && !large ? "DELETE FROM ONLY " : "DELETE FROM ");
	postgres_put_into(sql, rows);
	return rc;
}

/* The type without what would cut a value that is too long to fit, and so find another row. */
static void put_type(struct wh_buffer *sql, const struct wh_type *type)
{
	static const struct {
		const char *prefix, *whole;
	} cutting[] = {
		{ "character varying", "pg_catalog.varchar" },
		{ "varchar", "pg_catalog.varchar" },
		{ "character", "pg_catalog.bpchar" },
		{ "char(", "pg_catalog.bpchar" },
		{ "bpchar", "pg_catalog.bpchar" },
		{ "bit varying", "pg_catalog.varbit" },
		{ "bit", "pg_catalog.\"bit\"" },
	};
	const char *native = type->native;
	for (size_t i = 0; i < sizeof cutting / sizeof *cutting; i++)
		if (wh_starts(native, cutting[i].prefix) && !strchr(native, '[')) {
			wh_buffer_text(sql, cutting[i].whole);
			return;
		}
	wh_buffer_text(sql, native);
}

static void put_value(struct wh_buffer *sql, const struct wh_field *field, const struct wh_batch *b,
	size_t column, uint32_t row)
{
	struct wh_buffer text = { 0 };
	if (wh_is_null(b, column, row)) {
		wh_buffer_text(sql, "NULL");
	} else {
		postgres_cell_text(&text, field, b, column, row);
		wh_sql_text(sql, &wh_dialect_postgresql, wh_buffer_string(&text), text.size);
	}
	wh_buffer_text(sql, "::");
	put_type(sql, &field->type);
	wh_buffer_free(&text);
}

/* A value that the column cannot hold as it is stands in no row of it. */
static int check_value(const struct wh_field *field, const struct wh_batch *b, size_t column,
	uint32_t row, struct wh_error *error)
{
	return postgres_alters(field, b, column, row)
		? wh_fail(error, WH_ROW,
			  "no row of the table has this value, for the server would round or shorten it in "
			  "column \"%s\" (%s)",
			  field->name, field->type.native)
		: WH_OK;
}

static int run_delete(struct postgres *s, struct wh_buffer *sql, uint32_t *gone,
	struct wh_error *error)
{
	PGresult *r = PQexec(s->pg, wh_buffer_string(sql));
	int rc = sql->full ? wh_fail(error, WH_ROW, "rows to be deleted are larger than 1 GiB")
		: PQresultStatus(r) == PGRES_COMMAND_OK
		? WH_OK
		: postgres_fail(s, r, "deleting rows", error);
	*gone = rc == WH_OK ? (uint32_t)strtoul(PQcmdTuples(r), NULL, 10) : 0;
	PQclear(r);
	return rc;
}

/* ---- by key ---- */

static void put_key(struct wh_buffer *sql, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row)
{
	for (size_t k = 0; k < rows->nkey; k++) {
		wh_buffer_text(sql, k ? ", " : "(");
		put_value(sql, &rows->fields[rows->key[k]], b, rows->key[k], row);
	}
	wh_buffer_char(sql, ')');
}

static void put_keys(struct wh_buffer *sql, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t first, uint32_t n)
{
	wh_buffer_text(sql, " AS t USING (VALUES ");
	for (uint32_t row = first; row < first + n; row++) {
		wh_buffer_text(sql, row > first ? ", " : "");
		put_key(sql, rows, b, row);
	}
	wh_buffer_text(sql, ") AS k(");
	for (size_t k = 0; k < rows->nkey; k++)
		wh_buffer_format(sql, "%sk%zu", k ? ", " : "", k);
	for (size_t k = 0; k < rows->nkey; k++) {
		wh_buffer_text(sql, k ? " AND t." : ") WHERE t.");
		wh_sql_name(sql, &wh_dialect_postgresql, rows->fields[rows->key[k]].name);
		wh_buffer_format(sql, " = k.k%zu", k);
	}
}

static void put_list(struct wh_buffer *sql, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t first, uint32_t n)
{
	wh_buffer_text(sql, " WHERE ");
	wh_sql_name(sql, &wh_dialect_postgresql, rows->fields[rows->key[0]].name);
	wh_buffer_text(sql, " IN ");
	for (uint32_t row = first; row < first + n; row++) {
		wh_buffer_text(sql, row > first ? ", " : "(");
		put_value(sql, &rows->fields[rows->key[0]], b, rows->key[0], row);
	}
	wh_buffer_char(sql, ')');
}

static int erase_keys(struct postgres *s, const struct wh_batch *b, uint32_t first, uint32_t n,
	struct wh_error *error)
{
	const struct wh_rowset *rows = s->writing->rows;
	struct wh_buffer sql = { 0 };
	uint32_t gone = 0;
	int rc = postgres_put_delete(s, &sql, error);
	if (rows->nkey == 1)
		put_list(&sql, rows, b, first, n);
	else
		put_keys(&sql, rows, b, first, n);
	if (rc == WH_OK)
		rc = run_delete(s, &sql, &gone, error);
	wh_buffer_free(&sql);
	return rc;
}

/* ---- by all fields ---- */

/* A row as one text, which every type has, and which tells what "=" does not: 1.0 and 1.00, the
 * letters of a case-blind collation. */
static int put_whole(struct wh_buffer *sql, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row, struct wh_error *error)
{
	int rc = WH_OK;
	wh_buffer_text(sql, "ROW(");
	for (size_t f = 0; f < rows->nfields && rc == WH_OK; f++) {
		wh_buffer_text(sql, f ? ", " : "");
		bool xml = rows->fields[f].type.kind == WH_XML; /* a log leaves its declaration out */
		wh_buffer_text(sql, xml ? "pg_catalog.xml_send(" : "");
		if (b)
			put_value(sql, &rows->fields[f], b, f, row);
		else
			wh_sql_name(sql, &wh_dialect_postgresql, rows->fields[f].name);
		wh_buffer_text(sql, xml ? ")::pg_catalog.text" : "::pg_catalog.text");
		if (b)
			rc = check_value(&rows->fields[f], b, f, row, error);
	}
	wh_buffer_text(sql, ")::pg_catalog.text");
	return rc;
}

/* Equal rows are numbered on both sides, so that each takes another one. */
static int put_wholes(struct postgres *s, struct wh_buffer *sql, const struct wh_batch *b,
	uint32_t first, uint32_t n, struct wh_error *error)
{
	const struct wh_rowset *rows = s->writing->rows;
	bool own;
	int rc = postgres_look_whether_own(s, rows, &own, error);
	wh_buffer_text(sql,
		"WITH k AS MATERIALIZED (SELECT r, row_number() OVER (PARTITION BY r) AS i FROM (VALUES ");
	for (uint32_t row = first; row < first + n && rc == WH_OK; row++) {
		wh_buffer_text(sql, row > first ? ", (" : "(");
		rc = put_whole(sql, rows, b, row, error);
		wh_buffer_char(sql, ')');
	}
	wh_buffer_text(sql,
		") AS v(r)), t AS MATERIALIZED (SELECT at, part, r, "
		"row_number() OVER (PARTITION BY r) AS i FROM (SELECT ctid AS at, tableoid AS part, ");
	if (rc == WH_OK)
		rc = put_whole(sql, rows, NULL, 0, error);
	wh_buffer_text(sql, own ? " AS r FROM ONLY " : " AS r FROM ");
	postgres_put_into(sql, rows);
	wh_buffer_text(sql, ") AS x WHERE r IN (SELECT r FROM k)) ");
	if (rc == WH_OK)
		rc = postgres_put_delete(s, sql, error);
	wh_buffer_text(sql,
		" AS d USING t, k WHERE t.r = k.r AND t.i = k.i AND d.ctid = t.at AND d.tableoid = t.part");
	return rc;
}

static int erase_wholes(struct postgres *s, const struct wh_batch *b, uint32_t first, uint32_t n,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	uint32_t gone = 0;
	int rc = put_wholes(s, &sql, b, first, n, error);
	if (rc == WH_OK)
		rc = run_delete(s, &sql, &gone, error);
	if (rc == WH_OK && gone != n)
		rc = wh_fail(error, WH_ROW, "%u of %u rows to be deleted are not in table \"%s\"", n - gone,
			n, s->writing->rows->table);
	wh_buffer_free(&sql);
	return rc;
}

static int erase_rows(struct postgres *s, const struct wh_batch *b, struct wh_error *error)
{
	const struct wh_rowset *rows = s->writing->rows;
	int rc = WH_OK;
	uint32_t most = postgres_is_large(rows->schema, rows->table) ? 1 : TOGETHER; /* in order */
	for (uint32_t first = 0; first < b->rows && rc == WH_OK; first += most) {
		uint32_t n = b->rows - first < most ? b->rows - first : most;
		rc = rows->nkey ? erase_keys(s, b, first, n, error) : erase_wholes(s, b, first, n, error);
	}
	return rc;
}

int postgres_erase(struct wh_conn *conn, const struct wh_batch *b, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = postgres_end_copy(s, error);
	if (rc == WH_OK && !s->in_lane)
		rc = postgres_check_quiet(s, s->writing->rows, true, error);
	if (rc != WH_OK || !s->writing->careful)
		return rc == WH_OK ? erase_rows(s, b, error) : rc;
	rc = postgres_step(s, error);
	return rc == WH_OK ? postgres_end_step(s, erase_rows(s, b, error), error) : rc;
}
