/* Rows of the log to images. */
#include "connectors/postgres/tail.h"
#include "base/text.h"
#include <stdlib.h>

#define WAITING_ROWS 400
#define WAITING_BYTES (4u << 20)
#define PARAMETERS 60000 /* a statement takes 65535 */

static int broken(const struct tail_table *table, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"the server sent a row of table \"%s\" that is not in pgoutput's form", table->rows->table);
}

static const struct pgoutput_cell *cell_of(const struct postgres_tail *t,
	const struct tail_table *table, const struct pgoutput_tuple *tuple, size_t field)
{
	int32_t c = table->column_of[field];
	return c < 0 || c >= tuple->ncells ? NULL : &t->message.cells[tuple->first + (uint32_t)c];
}

static uint32_t rows_of(const struct wh_changes *out, uint32_t table)
{
	return out->images[table].lanes ? out->images[table].rows : 0;
}

static bool put_direct(struct postgres_tail *t, struct tail_table *table, struct wh_batch *image,
	size_t f, const struct pgoutput_cell *cell)
{
	if (cell->form == PGOUTPUT_NULL) {
		wh_batch_null(image, f);
		return true;
	}
	return cell->form == PGOUTPUT_BINARY &&
		table->decoders[f](t->asks, image, f, cell->bytes, cell->size);
}

static void wait_cell(struct tail_table *table, const struct pgoutput_cell *cell)
{
	if (table->ncells == table->cells_capacity) {
		table->cells_capacity = table->cells_capacity ? table->cells_capacity * 2 : 256;
		table->cells = wh_realloc(table->cells, table->cells_capacity * sizeof *table->cells);
	}
	table->cells[table->ncells++] =
		(struct tail_cell){ .form = cell->form, .size = cell->size, .at = table->bytes.size };
	if (cell->size)
		wh_buffer_put(&table->bytes, cell->bytes, cell->size);
	wh_buffer_char(&table->bytes, '\0'); /* texts end so as parameters */
}

/* The cell as it is to be taken: what the log left out of the new row may stand in the old one. */
static struct pgoutput_cell found_cell(struct postgres_tail *t, struct tail_table *table,
	const struct pgoutput_tuple *tuple, size_t f, bool *hole)
{
	const struct pgoutput_cell *cell = cell_of(t, table, tuple, f);
	const struct pgoutput_tuple *old = &t->message.before;
	if (cell && cell->form == PGOUTPUT_UNCHANGED && tuple->form == 'N' && old->form == 'O')
		cell = cell_of(t, table, old, f);
	*hole = !cell || cell->form == PGOUTPUT_UNCHANGED;
	static const struct pgoutput_cell null = { .form = PGOUTPUT_NULL };
	return *hole ? null : *cell;
}

static int put_row(struct postgres_tail *t, struct tail_table *table,
	const struct pgoutput_tuple *tuple, struct wh_changes *out, struct wh_error *error)
{
	uint32_t at = (uint32_t)(table - t->tables);
	bool waits = table->nindirect > 0, is = tuple->ncells == table->layout.ncolumns, hole;
	struct wh_batch *image = waits ? NULL : wh_changes_image(out, at);
	size_t before = table->bytes.size;
	for (size_t f = 0; f < table->rows->nfields && is; f++) {
		struct pgoutput_cell cell = found_cell(t, table, tuple, f, &hole);
		if (hole && tuple->form == 'N')
			wh_changes_hole(out, (uint16_t)f);
		if (waits)
			wait_cell(table, &cell);
		else
			is = put_direct(t, table, image, f, &cell);
	}
	if (!is || table->bytes.full)
		return broken(table, error);
	if (waits) {
		table->nrows++;
		t->held += table->bytes.size - before + table->rows->nfields * sizeof *table->cells;
	} else {
		wh_changes_row(out, at);
	}
	return WH_OK;
}

/* The newest change gets the tuple's row, if there is one. */
static int put_image(struct postgres_tail *t, struct tail_table *table,
	const struct pgoutput_tuple *tuple, struct wh_changes *out, struct wh_error *error)
{
	uint32_t at = (uint32_t)(table - t->tables), row = rows_of(out, at) + table->nrows;
	if (!tuple->form)
		return WH_OK;
	int rc = put_row(t, table, tuple, out, error);
	struct wh_change *change = &out->items[out->count - 1];
	if (tuple->form == 'N')
		change->after = row;
	else
		change->before = row;
	change->before_whole = change->before_whole || tuple->form == 'O';
	return rc;
}

static void add(struct postgres_tail *t, struct tail_table *table, enum wh_op op,
	struct wh_changes *out)
{
	uint32_t at = (uint32_t)(table - t->tables);
	if (table->news) {
		struct wh_change *news = wh_changes_add(out, WH_OP_SCHEMA, at);
		news->at[0] = t->at;
		news->text = wh_arena_text(&out->texts, table->news);
		table->news = NULL;
	}
	wh_changes_add(out, op, at)->at[0] = t->at;
}

static int flush_table(struct postgres_tail *t, struct tail_table *table, struct wh_changes *out,
	struct wh_error *error);

int postgres_tail_row(struct postgres_tail *t, struct wh_changes *out, struct wh_error *error)
{
	const struct pgoutput *m = &t->message;
	struct tail_table *table = postgres_tail_table(t, m->relation);
	if (!table)
		return WH_OK;
	add(t, table,
		m->kind == 'I'       ? WH_OP_INSERT
			: m->kind == 'U' ? WH_OP_UPDATE
							 : WH_OP_DELETE,
		out);
	int rc = put_image(t, table, &m->before, out, error);
	if (rc == WH_OK)
		rc = put_image(t, table, &m->after, out, error);
	bool many = table->nrows >= WAITING_ROWS || table->bytes.size >= WAITING_BYTES;
	return rc == WH_OK && many ? flush_table(t, table, out, error) : rc;
}

void postgres_tail_truncate(struct postgres_tail *t, struct wh_changes *out)
{
	for (uint32_t i = 0; i < t->message.nrelations; i++) {
		struct tail_table *table = postgres_tail_table(t, t->message.relations[i]);
		if (table)
			add(t, table, WH_OP_TRUNCATE, out);
	}
}

/* ---- values that the server turns ---- */

/* The parameters of one question, field by field of row by row. */
struct question {
	struct wh_buffer sql;
	const char **values;
	int *sizes, *forms;
	Oid *types;
	int n;
};

/* The number among the columns of the question. */
static size_t number_of(const struct tail_table *table, size_t field)
{
	size_t number = 0;
	for (size_t f = 0; f < field; f++)
		number += !table->direct[f];
	return number;
}

/* The value as the log has it, of the type that it should have. */
static void put_value(struct wh_buffer *sql, const struct tail_table *table, size_t f)
{
	bool as_it_should = !table->types[f] ||
		table->layout.columns[table->column_of[f]].type == table->types[f];
	wh_buffer_format(sql, "c%zu", number_of(table, f));
	if (!as_it_should)
		wh_buffer_format(sql, "::%s", table->rows->fields[f].type.native);
}

/* The row as it is now, where its value is this one but for what the log leaves out. Where it is
 * another by now, the log has more to tell of it. */
static void put_look(struct wh_buffer *sql, const struct tail_table *table, size_t f,
	const char *column)
{
	const struct wh_rowset *rows = table->rows;
	struct wh_buffer now = { 0 };
	wh_buffer_text(&now, "t.");
	wh_sql_name(&now, &wh_dialect_postgresql, rows->fields[f].name);
	wh_buffer_format(sql, "COALESCE((SELECT %s::pg_catalog.text FROM ", wh_buffer_string(&now));
	wh_sql_qualified(sql, &wh_dialect_postgresql, rows->schema, rows->table);
	wh_buffer_format(sql, " AS t WHERE pg_catalog.xml_send(%s) = pg_catalog.xml_send(%s)",
		wh_buffer_string(&now), column);
	for (size_t k = 0; k < rows->nkey; k++) {
		wh_buffer_text(sql, " AND t.");
		wh_sql_name(sql, &wh_dialect_postgresql, rows->fields[rows->key[k]].name);
		wh_buffer_text(sql, " = ");
		put_value(sql, table, rows->key[k]);
	}
	wh_buffer_format(sql, " LIMIT 1), %s::pg_catalog.text)", column);
	wh_buffer_free(&now);
}

static void put_expression(struct wh_buffer *sql, const struct tail_table *table, size_t f)
{
	const struct wh_field *field = &table->rows->fields[f];
	struct wh_buffer value = { 0 };
	put_value(&value, table, f);
	if (postgres_bare(field))
		wh_buffer_text(sql, wh_buffer_string(&value));
	else if (table->looks && field->type.kind == WH_XML)
		put_look(sql, table, f, wh_buffer_string(&value));
	else
		postgres_put_cast(sql, field, wh_buffer_string(&value));
	wh_buffer_free(&value);
}

static void put_question(struct question *q, const struct tail_table *table, uint32_t nrows)
{
	bool first = true;
	int parameter = 0;
	wh_buffer_text(&q->sql, "SELECT ");
	for (size_t f = 0; f < table->rows->nfields; f++) {
		if (table->direct[f])
			continue;
		wh_buffer_text(&q->sql, first ? "" : ", ");
		put_expression(&q->sql, table, f);
		first = false;
	}
	wh_buffer_text(&q->sql, " FROM (VALUES ");
	for (uint32_t row = 0; row < nrows; row++) {
		wh_buffer_text(&q->sql, row ? ", (" : "(");
		for (size_t i = 0; i < table->nindirect; i++)
			wh_buffer_format(&q->sql, "%s$%d", i ? "," : "", ++parameter);
		wh_buffer_char(&q->sql, ')');
	}
	wh_buffer_text(&q->sql, ") AS v(");
	for (size_t i = 0; i < table->nindirect; i++)
		wh_buffer_format(&q->sql, "%sc%zu", i ? "," : "", i);
	wh_buffer_char(&q->sql, ')');
}

static void put_parameters(struct question *q, struct tail_table *table, uint32_t first,
	uint32_t nrows)
{
	size_t nfields = table->rows->nfields, n = (size_t)nrows * table->nindirect;
	q->values = wh_alloc(n * sizeof *q->values);
	q->sizes = wh_alloc(n * sizeof *q->sizes);
	q->forms = wh_alloc(n * sizeof *q->forms);
	q->types = wh_alloc(n * sizeof *q->types);
	for (uint32_t row = first; row < first + nrows; row++)
		for (size_t f = 0; f < nfields; f++) {
			const struct tail_cell *cell = &table->cells[row * nfields + f];
			if (table->direct[f])
				continue;
			q->values[q->n] = cell->form == PGOUTPUT_NULL
				? NULL
				: wh_buffer_string(&table->bytes) + cell->at;
			q->sizes[q->n] = (int)cell->size;
			q->forms[q->n] = cell->form == PGOUTPUT_BINARY;
			q->types[q->n++] = table->layout.columns[table->column_of[f]].type;
		}
}

static void question_finish(struct question *q)
{
	wh_buffer_free(&q->sql);
	free(q->values);
	free(q->sizes);
	free(q->forms);
	free(q->types);
}

/* A value that cannot be turned is no row at fault: rows of a log cannot be set apart here. */
static int ask(struct postgres_tail *t, struct tail_table *table, uint32_t first, uint32_t nrows,
	PGresult **out, struct wh_error *error)
{
	struct question q = { .n = 0 };
	char doing[200];
	put_question(&q, table, nrows);
	put_parameters(&q, table, first, nrows);
	PGresult *r = PQexecParams(t->asks->pg, wh_buffer_string(&q.sql), q.n, q.types, q.values,
		q.sizes, q.forms, 1);
	question_finish(&q);
	if (PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == (int)nrows) {
		*out = r;
		return WH_OK;
	}
	snprintf(doing, sizeof doing, "reading the log of table \"%.120s\"", table->rows->table);
	int rc = postgres_fail(t->asks, r, doing, error);
	PQclear(r);
	if (rc == WH_CONFIG && table->looks) { /* the table as the log knows it is no more */
		table->looks = false;
		wh_error_clear(error);
		return ask(t, table, first, nrows, out, error);
	}
	return rc == WH_ROW ? error->code = WH_STOP : rc;
}

static bool put_turned(struct postgres_tail *t, struct tail_table *table, struct wh_batch *image,
	size_t f, const PGresult *r, const int place[2])
{
	if (PQgetisnull(r, place[0], place[1])) {
		wh_batch_null(image, f);
		return true;
	}
	return table->decoders[f](t->asks, image, f, PQgetvalue(r, place[0], place[1]),
		(size_t)PQgetlength(r, place[0], place[1]));
}

static bool take_row(struct postgres_tail *t, struct tail_table *table, struct wh_batch *image,
	uint32_t row, const PGresult *r, int answer)
{
	size_t nfields = table->rows->nfields;
	int place[2] = { answer, 0 };
	bool is = true;
	for (size_t f = 0; f < nfields && is; f++) {
		const struct tail_cell *cell = &table->cells[row * nfields + f];
		const struct pgoutput_cell found = { cell->form, cell->size,
			wh_buffer_string(&table->bytes) + cell->at };
		if (table->direct[f]) {
			is = put_direct(t, table, image, f, &found);
			continue;
		}
		is = put_turned(t, table, image, f, r, place);
		place[1]++;
	}
	return is;
}

static int take_rows(struct postgres_tail *t, struct tail_table *table, uint32_t first,
	uint32_t nrows, struct wh_changes *out, struct wh_error *error)
{
	PGresult *r;
	uint32_t at = (uint32_t)(table - t->tables);
	int rc = ask(t, table, first, nrows, &r, error);
	if (rc != WH_OK)
		return rc;
	for (uint32_t i = 0; i < nrows && rc == WH_OK; i++) {
		struct wh_batch *image = wh_changes_image(out, at);
		if (!take_row(t, table, image, first + i, r, (int)i))
			rc = broken(table, error);
		else
			wh_changes_row(out, at);
	}
	PQclear(r);
	return rc;
}

static int flush_table(struct postgres_tail *t, struct tail_table *table, struct wh_changes *out,
	struct wh_error *error)
{
	int rc = WH_OK;
	uint32_t most = table->nindirect ? (uint32_t)(PARAMETERS / table->nindirect) : 1;
	for (uint32_t first = 0; first < table->nrows && rc == WH_OK;) {
		uint32_t n = table->nrows - first < most ? table->nrows - first : most;
		rc = take_rows(t, table, first, n, out, error);
		first += n;
	}
	t->held -= table->bytes.size + table->ncells * sizeof *table->cells;
	bool huge = table->bytes.capacity > 4 * (size_t)WAITING_BYTES;
	if (huge)
		wh_buffer_free(&table->bytes);
	else
		wh_buffer_clear(&table->bytes);
	table->ncells = table->nrows = 0;
	return rc;
}

int postgres_tail_flush(struct postgres_tail *t, struct wh_changes *out, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->capture->ntables && rc == WH_OK; i++)
		if (t->tables[i].nrows)
			rc = flush_table(t, &t->tables[i], out, error);
	return rc;
}
