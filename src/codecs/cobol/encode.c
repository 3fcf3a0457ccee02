/* Rows become records: tables are merged by file and record, each record is built and framed. */
#include "codecs/cobol/records.h"
#include "model/value.h"

#define NO_FIELD SIZE_MAX

/* A table on its way in. */
struct inflow {
	const struct wh_cobol_table *table;
	size_t number; /* in the rows */
	size_t file, record, raw;
	size_t *fields; /* of the store's columns */
	size_t *occurs; /* of its inner blocks, with occurs=json */
	struct wh_batch *batch;
	uint32_t row;
	bool done;
};

struct merge {
	struct wh_cobol *c;
	struct wh_codec_rows *rows;
	struct wh_cobol_writer writer;
	struct wh_cobol_framer framer; /* for frames that were kept */
	struct inflow *flows;          /* as the shape's tables */
	struct wh_buffer text, raw;
	bool has_file;
	int64_t file, record; /* the one that is written */
	struct wh_error *error;
};

/* ---- tables ---- */

static size_t field_named(const struct wh_rowset *rows, const char *name)
{
	for (size_t i = 0; i < rows->nfields; i++)
		if (!strcmp(rows->fields[i].name, name))
			return i;
	return NO_FIELD;
}

/* The field, where it is of that kind; else it is as if it were not there. */
static size_t field_of(const struct wh_rowset *rows, const char *name, enum wh_kind kind)
{
	size_t i = field_named(rows, name);
	return i != NO_FIELD && rows->fields[i].wire.kind == kind ? i : NO_FIELD;
}

static int no_column(struct merge *m, const struct wh_rowset *rows, const char *name)
{
	return wh_fail(m->error, WH_CONFIG, "the table \"%.60s\" has no column \"%.60s\"", rows->table,
		name);
}

static int set_fields(struct merge *m, struct inflow *f, const struct wh_rowset *rows)
{
	const struct wh_cobol_block *b = f->table->block;
	size_t n = b ? b->depth + b->nleaves : 0;
	f->fields = wh_new_array(m->c->arena, size_t, n);
	for (size_t i = 0; i < n; i++) {
		const char *name = i >= b->depth ? b->leaves[i - b->depth]->column : WH_COBOL_ITEM;
		if (i && i < b->depth)
			name = wh_arena_format(m->c->arena, WH_COBOL_ITEM "_%zu", i + 1);
		f->fields[i] = field_named(rows, name);
		if (f->fields[i] == NO_FIELD)
			return no_column(m, rows, name);
	}
	f->occurs = wh_new_array(m->c->arena, size_t, b ? b->nblocks : 0);
	for (size_t i = 0; b && m->c->choices.occurs_json && i < b->nblocks; i++) {
		f->occurs[i] = field_of(rows, b->blocks[i]->column, WH_JSON);
		if (f->occurs[i] == NO_FIELD)
			return no_column(m, rows, b->blocks[i]->column);
	}
	f->file = field_of(rows, WH_CODEC_FILE, WH_INT64);
	f->record = field_of(rows, WH_CODEC_RECORD, WH_INT64);
	f->raw = field_of(rows, WH_COBOL_RAW, WH_BYTES);
	if (f->file == NO_FIELD || f->record == NO_FIELD || (!b && f->raw == NO_FIELD))
		return wh_fail(m->error, WH_CONFIG,
			"the table \"%.60s\" lacks %s, %s%s, which say where its rows belong", rows->table,
			WH_CODEC_FILE, WH_CODEC_RECORD, b ? "" : " or " WH_COBOL_RAW);
	return WH_OK;
}

static int advance(struct merge *m, struct inflow *f)
{
	if (f->batch && ++f->row < f->batch->rows)
		return WH_OK;
	f->row = 0;
	do {
		int rc = m->rows->next(m->rows, f->number, &f->batch, m->error);
		if (rc < 0)
			return rc;
		f->done = rc == WH_DONE;
	} while (!f->done && !f->batch->rows);
	return WH_OK;
}

static int open_table(struct merge *m, size_t i)
{
	struct inflow *f = &m->flows[i];
	*f = (struct inflow){ .table = &m->c->shape.tables[i], .done = true };
	for (size_t k = 0; i < m->c->shape.nshown && k < m->rows->ntables; k++) {
		if (strcmp(m->rows->tables[k].table, f->table->name))
			continue;
		f->number = k;
		f->done = false;
		int rc = set_fields(m, f, &m->rows->tables[k]);
		return rc == WH_OK ? advance(m, f) : rc;
	}
	return WH_OK;
}

/* ---- merging ---- */

static int64_t file_of(const struct inflow *f)
{
	return wh_word(f->batch, f->file, f->row);
}

static int64_t record_of(const struct inflow *f)
{
	return wh_word(f->batch, f->record, f->row);
}

static bool is_before(const struct inflow *a, const struct inflow *b)
{
	if (file_of(a) != file_of(b))
		return file_of(a) < file_of(b);
	return record_of(a) < record_of(b);
}

static struct inflow *earliest(struct merge *m)
{
	struct inflow *first = NULL;
	for (size_t i = 0; i < m->c->shape.ntables; i++) {
		struct inflow *f = &m->flows[i];
		if (!f->done && (!first || is_before(f, first)))
			first = f;
	}
	return first;
}

static int at_record(const struct merge *m)
{
	return wh_fail_place(m->error, "record_id %lld of file_id %lld", (long long)m->record,
		(long long)m->file);
}

/* All files become one, for where they go there is one name; of headers and footers it has one. */
static int set_place(struct merge *m, const struct inflow *f)
{
	const struct wh_cobol_framing *framing = m->writer.framing;
	bool other = m->has_file && m->file != file_of(f);
	m->has_file = true;
	m->file = file_of(f);
	m->record = record_of(f);
	if (!other)
		return WH_OK;
	if (!framing->header && !framing->footer)
		return wh_cobol_write_end(&m->writer, m->error);
	wh_fail(m->error, WH_ROW,
		"rows of two files, each with its header or footer, cannot be one file; write each by itself");
	return at_record(m);
}

/* ---- rows of one record ---- */

static int put_cell(struct merge *m, const struct inflow *f, struct wh_batch *to, size_t column)
{
	size_t field = f->fields[column];
	const struct wh_batch *from = f->batch;
	if (wh_is_null(from, field, f->row)) {
		wh_batch_null(to, column);
		return WH_OK;
	}
	if (from->lanes[field].kind == to->lanes[column].kind) {
		wh_batch_copy_cell(to, column, from, field, f->row);
		return WH_OK;
	}
	wh_buffer_clear(&m->text);
	wh_value_text(&m->text, from, field, f->row);
	if (wh_value_parse(to, column, wh_buffer_string(&m->text), m->text.size))
		return WH_OK;
	wh_fail(m->error, WH_ROW, "%s.%s holds \"%.60s\", which is no value of the field",
		f->table->name, m->rows->tables[f->number].fields[field].name, wh_buffer_string(&m->text));
	return at_record(m);
}

/* The arrays of a row with occurs=json are rows themselves. */
static int put_occurs(struct merge *m, const struct inflow *f)
{
	const struct wh_cobol_block *b = f->table->block;
	const char *why = NULL;
	for (size_t i = 0; !why && m->c->choices.occurs_json && i < b->nblocks; i++) {
		size_t n = 0;
		const char *text = wh_cell(f->batch, f->occurs[i], f->row, &n);
		if (!wh_is_null(f->batch, f->occurs[i], f->row))
			why = wh_cobol_occurs_take(m->c, b->blocks[i], text, n);
		if (why)
			wh_fail(m->error, WH_ROW, "%s.%s %s", f->table->name, b->blocks[i]->column, why);
	}
	return why ? at_record(m) : WH_OK;
}

/* All rows of the table that belong to the record. */
static int gather(struct merge *m, size_t table)
{
	struct inflow *f = &m->flows[table];
	int rc = WH_OK;
	while (rc == WH_OK && !f->done && file_of(f) == m->file && record_of(f) == m->record) {
		struct wh_batch *to = wh_cobol_store_row(&m->c->store, table);
		for (size_t i = 0; rc == WH_OK && i < to->ncolumns; i++)
			rc = put_cell(m, f, to, i);
		if (rc != WH_OK)
			return rc;
		wh_batch_row(to);
		rc = put_occurs(m, f);
		if (rc == WH_OK)
			rc = advance(m, f);
	}
	return rc;
}

static int gather_segment(struct merge *m, const struct wh_cobol_segment *s)
{
	int rc = WH_OK;
	wh_cobol_store_clear(&m->c->store);
	for (size_t i = 0; rc == WH_OK && i < m->c->shape.ntables; i++)
		if (m->c->shape.tables[i].segment == s)
			rc = gather(m, i);
	return rc;
}

/* ---- a record ---- */

static int cannot_build(struct merge *m)
{
	const struct wh_cobol_builder *b = &m->c->builder;
	wh_fail(m->error, WH_ROW, "%s %s", wh_cobol_field_name(b->fault->cell.field), b->why);
	return at_record(m);
}

/* The record in a frame that was kept. */
static int unframe(struct merge *m, struct wh_cobol_frame *out)
{
	struct wh_cobol_framing inner = m->c->framing;
	const struct wh_codec_file file = { "raw", 0, -1 };
	inner.header = inner.footer = 0;
	int rc = WH_DONE;
	for (uint64_t block = 0; rc != WH_OK && block <= UINT32_MAX; block += UINT32_MAX) {
		wh_cobol_framer_start(&m->framer, &inner, &file, 0);
		m->framer.block = block;
		rc = wh_cobol_frame_next(&m->framer, m->raw.data, m->raw.size, true, out, m->error);
		if (rc == WH_OK && out->nwhole != m->raw.size)
			rc = WH_DONE;
	}
	if (rc == WH_OK)
		return WH_OK;
	wh_fail(m->error, WH_ROW, "%s holds no record as the options describe it", WH_COBOL_RAW);
	return at_record(m);
}

static int write_anew(struct merge *m)
{
	struct wh_cobol_builder *b = &m->c->builder;
	return wh_cobol_write(&m->writer, (unsigned char *)b->out.data, b->out.size, m->error);
}

static int write_record(struct merge *m, struct wh_cobol_segment *s, bool kept)
{
	struct wh_cobol_builder *b = &m->c->builder;
	struct wh_cobol_frame frame;
	b->segment = s;
	if (!kept)
		return wh_cobol_build(b) ? write_anew(m) : cannot_build(m);
	int rc = unframe(m, &frame);
	if (rc != WH_OK)
		return rc;
	if (!wh_cobol_build_over(b, frame.record, frame.n))
		return cannot_build(m);
	bool same = b->out.size == frame.n && !memcmp(b->out.data, frame.record, frame.n);
	return same ? wh_cobol_write_frame(&m->writer, m->raw.data, m->raw.size, m->error)
				: write_anew(m);
}

static bool keep_raw(struct merge *m, const struct inflow *f)
{
	size_t n = 0;
	wh_buffer_clear(&m->raw);
	if (f->raw == NO_FIELD || wh_is_null(f->batch, f->raw, f->row))
		return false;
	const char *bytes = wh_cell(f->batch, f->raw, f->row, &n);
	wh_buffer_put(&m->raw, bytes, n);
	return n > 0;
}

static int merge_one(struct merge *m, struct inflow *f)
{
	int rc = set_place(m, f);
	if (rc != WH_OK)
		return rc;
	bool kept = keep_raw(m, f);
	if (!f->table->segment) {
		rc = wh_cobol_write_edge(&m->writer, m->raw.data, m->raw.size, m->error);
		return rc == WH_OK ? advance(m, f) : rc;
	}
	if (f->table->block->depth) {
		wh_fail(m->error, WH_ROW, "a row of \"%.60s\" belongs to no row of \"%.60s\"",
			f->table->name, m->c->shape.tables[f->table->segment->root.table].name);
		return at_record(m);
	}
	rc = gather_segment(m, f->table->segment);
	if (rc == WH_OK && m->c->store.tables[f->table->segment->root.table].rows != 1) {
		wh_fail(m->error, WH_ROW, "several rows of \"%.60s\" are one record", f->table->name);
		return at_record(m);
	}
	return rc == WH_OK ? write_record(m, f->table->segment, kept) : rc;
}

int wh_cobol_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	struct wh_cobol *c = state;
	struct merge m = { .c = c,
		.rows = rows,
		.writer = { .framing = &c->framing, .sink = sink },
		.error = error };
	int rc = WH_OK;
	wh_cobol_store_init(&c->store, &c->shape);
	m.flows = wh_new_array(c->arena, struct inflow, c->shape.ntables);
	for (size_t i = 0; rc == WH_OK && i < c->shape.ntables; i++)
		rc = open_table(&m, i);
	if (rc == WH_OK)
		rc = sink->file(sink, c->name, error);
	for (struct inflow *f; rc == WH_OK && (f = earliest(&m));)
		rc = merge_one(&m, f);
	if (rc == WH_OK)
		rc = wh_cobol_write_end(&m.writer, error);
	wh_cobol_writer_finish(&m.writer);
	wh_cobol_framer_finish(&m.framer);
	wh_buffer_free(&m.text);
	wh_buffer_free(&m.raw);
	return rc;
}
