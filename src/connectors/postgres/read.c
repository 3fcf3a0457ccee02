/* Reading: COPY (SELECT ...) TO STDOUT (FORMAT binary). */
#include "connectors/postgres/postgres.h"
#include "base/arena.h"
#include "base/text.h"

#define SIGNATURE "PGCOPY\n\377\r\n"
#define SIGNATURE_SIZE 11

void postgres_put_cast(struct wh_buffer *sql, const struct wh_field *field, const char *column)
{
	switch (field->wire.kind) {
	case WH_TEXT:
	case WH_XML:
	case WH_ENUM:
	case WH_NATIVE:
		wh_buffer_format(sql, "%s::pg_catalog.text", column);
		break;
	case WH_JSON:
	case WH_ARRAY:
		if (field->type.kind == WH_JSON)
			wh_buffer_format(sql, "%s::pg_catalog.text", column);
		else /* JSON knows no bounds: an array with its own comes as it is written */
			wh_buffer_format(sql,
				"CASE WHEN pg_catalog.array_dims(%s) ~ '\\[(?!1:)' THEN %s::pg_catalog.text "
				"ELSE pg_catalog.to_json(%s)::pg_catalog.text END",
				column, column, column);
		break;
	case WH_SET:
		wh_buffer_format(sql, "pg_catalog.array_to_string(%s, ',')", column);
		break;
	case WH_INT64:
		wh_buffer_format(sql, wh_equal(field->type.native, "oid") ? "%s::pg_catalog.int8" : "%s",
			column);
		break;
	case WH_UINT64:
	case WH_DECIMAL:
		wh_buffer_format(sql, "%s::pg_catalog.numeric", column);
		break;
	default:
		wh_buffer_text(sql, column);
	}
}

/* Its own binary form is what is decoded. Not of char(n): as text it ends with its last character
 * that is no blank. */
bool postgres_bare(const struct wh_field *field)
{
	return postgres_binary(field) && !(field->type.kind == WH_TEXT && field->type.fixed);
}

/* The column as the decoder wants it: itself, or its text. A list of bare columns costs the server
 * no projection. */
static void put_column(struct wh_buffer *sql, const struct wh_field *field)
{
	struct wh_buffer name = { 0 };
	wh_sql_name(&name, &wh_dialect_postgresql, field->name);
	const char *column = wh_buffer_string(&name);
	if (postgres_bare(field))
		wh_buffer_text(sql, column);
	else
		postgres_put_cast(sql, field, column);
	wh_buffer_free(&name);
}

/* The rows of an ordinary table are its own; a partitioned table's are those of its parts. The few
 * that are not ordinary are asked for once. */
int postgres_look_whether_own(struct postgres *s, const struct wh_rowset *rows, bool *own,
	struct wh_error *error)
{
	int rc = s->others
		? WH_OK
		: postgres_query(s,
			  "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
			  "ON n.oid = c.relnamespace WHERE c.relkind IN ('p', 'f', 'v', 'm') "
			  "AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
			  0, NULL, &s->others, error);
	*own = true;
	for (int i = 0; rc == WH_OK && i < PQntuples(s->others); i++)
		if (!strcmp(PQgetvalue(s->others, i, 1), rows->table) &&
			!strcmp(PQgetvalue(s->others, i, 0), rows->schema))
			*own = false;
	return rc;
}

static void put_copy(struct wh_buffer *sql, const struct wh_unit *unit, bool own)
{
	const struct wh_rowset *rows = unit->rows;
	wh_buffer_text(sql, "COPY (SELECT ");
	for (size_t i = 0; i < rows->nfields; i++) {
		if (i)
			wh_buffer_text(sql, ", ");
		put_column(sql, &rows->fields[i]);
	}
	bool large = postgres_is_large(rows->schema, rows->table);
	wh_buffer_text(sql, own && !large ? " FROM ONLY " : " FROM ");
	postgres_put_from(sql, rows);
	postgres_where(sql, unit);
	wh_buffer_text(sql, ") TO STDOUT (FORMAT binary)");
}

static int start_copy(struct postgres *s, const char *sql, struct wh_error *error)
{
	PGresult *result = PQexec(s->pg, sql);
	s->copy_out = PQresultStatus(result) == PGRES_COPY_OUT;
	s->header_seen = false;
	int rc = s->copy_out ? WH_OK : postgres_fail(s, result, "reading a table", error);
	PQclear(result);
	if (rc != WH_OK && s->in_snapshot) {
		struct wh_error ignored = { 0 };
		int back = postgres_do(s, "ROLLBACK TO SAVEPOINT whimbrel_read", &ignored);
		(void)back;
	}
	return rc;
}

/* Takes the results that follow the last row. */
static int drain(struct postgres *s, struct wh_error *error)
{
	PGresult *result;
	int rc = WH_OK;
	while ((result = PQgetResult(s->pg))) {
		ExecStatusType status = PQresultStatus(result);
		if (status == PGRES_COPY_OUT) {
			char *row;
			while (PQgetCopyData(s->pg, &row, 0) > 0)
				PQfreemem(row);
		} else if (status != PGRES_COMMAND_OK && rc == WH_OK) {
			rc = postgres_fail(s, result, "reading a table", error);
		}
		PQclear(result);
	}
	return rc;
}

static int end_copy(struct postgres *s, struct wh_error *error)
{
	s->copy_out = false;
	s->reading = NULL;
	return drain(s, error);
}

static int give_up(struct postgres *s, struct wh_error *error)
{
	char why[256], *row;
	struct wh_error expected = { 0 };
	s->reading = NULL;
	if (!s->copy_out)
		return WH_OK;
	PQcancel(s->cancel, why, sizeof why);
	while (PQgetCopyData(s->pg, &row, 0) > 0)
		PQfreemem(row);
	s->copy_out = false;
	int cancelled = drain(s, &expected); /* it says that it was cancelled, as was asked */
	(void)cancelled;
	return s->in_snapshot ? postgres_do(s, "ROLLBACK TO SAVEPOINT whimbrel_read", error) : WH_OK;
}

static void choose_decoders(struct postgres *s, const struct wh_rowset *rows)
{
	s->decoders = wh_realloc(s->decoders, (rows->nfields + 1) * sizeof *s->decoders);
	for (size_t i = 0; i < rows->nfields; i++)
		s->decoders[i] = postgres_decoder_of(&rows->fields[i]);
}

int postgres_seek(struct wh_conn *conn, const struct wh_unit *unit, struct wh_error *error)
{
	struct postgres *s = conn->state;
	struct wh_buffer sql = { 0 };
	bool own;
	int rc = give_up(s, error);
	if (rc != WH_OK || !unit)
		return rc;
	rc = postgres_look_whether_own(s, unit->rows, &own, error);
	if (rc != WH_OK)
		return rc;
	const char *encoding = PQparameterStatus(s->pg, "server_encoding");
	s->checks_utf8 = !encoding || strcmp(encoding, "UTF8");
	choose_decoders(s, unit->rows);
	put_copy(&sql, unit, own);
	rc = start_copy(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	s->reading = rc == WH_OK ? unit : NULL;
	return rc;
}

static int broken(const struct postgres *s, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"the server sent a row of table \"%s\" that is not in COPY's binary "
		"form",
		s->reading->rows->table);
}

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* Signature, flags, an extension that is skipped; rows may follow in the same message. */
static int header(const char **p, const char *end)
{
	if (end - *p < SIGNATURE_SIZE + 8 || memcmp(*p, SIGNATURE, SIGNATURE_SIZE))
		return WH_STOP;
	uint32_t extension = be32(*p + SIGNATURE_SIZE + 4);
	*p += SIGNATURE_SIZE + 8;
	if (extension > (size_t)(end - *p))
		return WH_STOP;
	*p += extension;
	return WH_OK;
}

static int decode_row(struct postgres *s, struct wh_batch *out, const char *p, const char *end,
	struct wh_error *error)
{
	const struct wh_rowset *rows = s->reading->rows;
	if (end - p < 2)
		return broken(s, error);
	int fields = (int16_t)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
	p += 2;
	if (fields == -1)
		return WH_DONE;
	if (fields < 0 || (size_t)fields != rows->nfields)
		return broken(s, error);
	for (size_t i = 0; i < rows->nfields; i++) {
		if (end - p < 4)
			return broken(s, error);
		int32_t n = (int32_t)be32(p);
		p += 4;
		if (n == -1) {
			wh_batch_null(out, i);
			continue;
		}
		if (n < 0 || n > end - p || !s->decoders[i](s, out, i, p, (size_t)n))
			return broken(s, error);
		p += n;
	}
	wh_batch_row(out);
	return WH_OK;
}

static int read_row(struct postgres *s, struct wh_batch *out, struct wh_error *error)
{
	char *row = NULL;
	int n = PQgetCopyData(s->pg, &row, 0);
	if (n == -1) {
		int rc = end_copy(s, error);
		return rc == WH_OK ? WH_DONE : rc;
	}
	if (n < 0)
		return postgres_fail(s, NULL, "reading a table", error);
	const char *p = row;
	int rc = s->header_seen ? WH_OK : header(&p, row + n);
	s->header_seen = true;
	if (rc != WH_OK)
		rc = broken(s, error);
	else if (p < row + n)
		rc = decode_row(s, out, p, row + n, error);
	PQfreemem(row);
	return rc == WH_DONE ? WH_OK : rc; /* the trailer; the server's word of the end follows */
}

int postgres_read(struct wh_conn *conn, struct wh_batch *out, struct wh_error *error)
{
	struct postgres *s = conn->state;
	int rc = s->reading ? WH_OK : WH_DONE;
	while (rc == WH_OK && !wh_batch_full(out))
		rc = read_row(s, out, error);
	return rc;
}
