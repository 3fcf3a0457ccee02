/* Writing: COPY ... FROM STDIN, one a unit; in a careful unit one a batch, behind a savepoint. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include <stdlib.h>

#define SEND_BYTES (256u << 10)

static bool needs_text(const struct wh_rowset *rows)
{
	for (size_t i = 0; i < rows->nfields; i++)
		if (!postgres_binary(&rows->fields[i]))
			return true;
	return false;
}

static int send(struct postgres *s, struct wh_error *error)
{
	if (s->out.full)
		return wh_fail(error, WH_ROW, "a row of table \"%s\" is larger than 1 GiB",
			s->writing->rows->table);
	for (size_t at = 0; at < s->out.size; at += SEND_BYTES) { /* libpq keeps a copy of each piece */
		size_t n = s->out.size - at < SEND_BYTES ? s->out.size - at : SEND_BYTES;
		if (PQputCopyData(s->pg, s->out.data + at, (int)n) < 0)
			return postgres_fail(s, NULL, "writing rows", error);
	}
	bool huge = s->out.capacity > 16 * SEND_BYTES;
	if (huge)
		wh_buffer_free(&s->out);
	else
		wh_buffer_clear(&s->out);
	return WH_OK;
}

static void put_copy(struct wh_buffer *sql, const struct wh_rowset *rows, bool text)
{
	wh_buffer_text(sql, "COPY ");
	postgres_put_into(sql, rows);
	wh_buffer_text(sql, rows->nfields ? " (" : "");
	for (size_t i = 0; i < rows->nfields; i++) {
		if (i)
			wh_buffer_text(sql, ", ");
		wh_sql_name(sql, &wh_dialect_postgresql, rows->fields[i].name);
	}
	wh_buffer_text(sql, rows->nfields ? ")" : "");
	wh_buffer_text(sql, text ? " FROM STDIN" : " FROM STDIN (FORMAT binary)");
}

static int start_copy(struct postgres *s, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	s->text_format = needs_text(s->writing->rows);
	put_copy(&sql, s->writing->rows, s->text_format);
	PGresult *result = PQexec(s->pg, wh_buffer_string(&sql));
	wh_buffer_free(&sql);
	s->copy_in = PQresultStatus(result) == PGRES_COPY_IN;
	s->sent = 0;
	wh_buffer_clear(&s->out);
	int rc = s->copy_in ? WH_OK : postgres_fail(s, result, "writing rows", error);
	PQclear(result);
	if (rc == WH_OK && !s->text_format) {
		static const char head[19] = "PGCOPY\n\377\r\n";
		wh_buffer_put(&s->out, head, sizeof head);
	}
	return rc;
}

static int take_results(struct postgres *s, struct wh_error *error)
{
	PGresult *result;
	int rc = WH_OK;
	uint64_t arrived = 0;
	while ((result = PQgetResult(s->pg))) {
		if (PQresultStatus(result) == PGRES_COMMAND_OK)
			arrived = strtoull(PQcmdTuples(result), NULL, 10);
		else if (rc == WH_OK)
			rc = postgres_fail(s, result, "writing rows", error);
		PQclear(result);
	}
	if (rc == WH_OK && arrived != s->sent)
		rc = wh_fail(error, WH_ROW, "the server took %llu of %llu rows of table \"%s\"",
			(unsigned long long)arrived, (unsigned long long)s->sent, s->writing->rows->table);
	return rc;
}

int postgres_end_copy(struct postgres *s, struct wh_error *error)
{
	if (!s->copy_in)
		return WH_OK;
	if (!s->text_format)
		wh_buffer_be16(&s->out, UINT16_MAX);
	int rc = send(s, error);
	s->copy_in = false;
	if (PQputCopyEnd(s->pg, rc == WH_OK ? NULL : "given up") < 0 && rc == WH_OK)
		rc = postgres_fail(s, NULL, "writing rows", error);
	struct wh_error given_up = { 0 };
	int taken = take_results(s, rc == WH_OK ? error : &given_up);
	return rc == WH_OK ? taken : rc;
}

static int binary_row(struct postgres *s, const struct wh_batch *b, uint32_t row,
	struct wh_error *error)
{
	const struct wh_rowset *rows = s->writing->rows;
	int rc = WH_OK;
	wh_buffer_be16(&s->out, (uint16_t)rows->nfields);
	for (size_t i = 0; i < rows->nfields && rc == WH_OK; i++)
		rc = postgres_encode(&s->out, &rows->fields[i], b, i, row, error);
	return rc;
}

static int check_row(const struct wh_rowset *rows, const struct wh_batch *b, uint32_t row,
	struct wh_error *error)
{
	for (size_t i = 0; i < rows->nfields; i++)
		if (postgres_alters(&rows->fields[i], b, i, row))
			return wh_fail(error, WH_ROW,
				"the server would round or shorten a value to fit column "
				"\"%s\" (%s)",
				rows->fields[i].name, rows->fields[i].type.native);
	return WH_OK;
}

static int write_rows(struct postgres *s, const struct wh_batch *b, struct wh_error *error)
{
	int rc = s->copy_in ? WH_OK : start_copy(s, error);
	for (uint32_t row = 0; row < b->rows && rc == WH_OK; row++) {
		rc = check_row(s->writing->rows, b, row, error);
		if (rc != WH_OK)
			break;
		rc = s->text_format ? postgres_text_row(s, b, row, error) : binary_row(s, b, row, error);
		s->sent++;
		if (rc == WH_OK && s->out.size >= SEND_BYTES)
			rc = send(s, error);
	}
	return rc;
}

/* Ends a COPY of which a row could not be encoded, so that the server forgets it. */
static void drop_copy(struct postgres *s)
{
	struct wh_error expected = { 0 };
	if (!s->copy_in)
		return;
	s->copy_in = false;
	if (PQputCopyEnd(s->pg, "given up") >= 0) {
		int dropped = take_results(s, &expected);
		(void)dropped; /* it says that it was given up, as was asked */
	}
}

int postgres_step(struct postgres *s, struct wh_error *error)
{
	return postgres_do(s, "SAVEPOINT whimbrel_rows", error);
}

int postgres_end_step(struct postgres *s, int rc, struct wh_error *error)
{
	struct wh_error back = { 0 };
	if (rc == WH_OK)
		return postgres_do(s, "RELEASE SAVEPOINT whimbrel_rows", error);
	if (rc == WH_ROW && postgres_do(s, "ROLLBACK TO SAVEPOINT whimbrel_rows", &back) != WH_OK) {
		*error = back;
		return back.code;
	}
	return rc;
}

static int write_careful(struct postgres *s, const struct wh_batch *b, struct wh_error *error)
{
	int rc = postgres_step(s, error);
	if (rc != WH_OK)
		return rc;
	rc = write_rows(s, b, error);
	if (rc == WH_OK)
		rc = postgres_end_copy(s, error);
	else
		drop_copy(s);
	return postgres_end_step(s, rc, error);
}

int postgres_write(struct wh_conn *conn, const struct wh_batch *b, struct wh_error *error)
{
	struct postgres *s = conn->state;
	return s->writing->careful ? write_careful(s, b, error) : write_rows(s, b, error);
}
