#include "codecs/camt/encode.h"
#include "base/text.h"
#include "codecs/camt/fill.h"
#include "codecs/camt/sums.h"
#include <stdio.h>

#define FLUSH ((size_t)64 << 10)
#define TABLES_MOST 8

struct encoder {
	const struct wh_camt_target *target;
	struct wh_codec_sink *sink;
	struct wh_error *error;
	struct wh_arena arena;
	struct wh_camt_source sources[TABLES_MOST];
	size_t nsources;
	const struct wh_camt_kind *kind;
	char version[32]; /* "camt.053.001.08" */
	struct wh_camt_writer writer;
	struct wh_camt_content contents[WH_CAMT_OPEN_MOST]; /* of the open rows */
	size_t nopen;
	struct wh_camt_rows rows; /* what is written is read at once */
	struct wh_camt_sums sums;
	struct wh_controls controls;
	struct wh_camt_fill fill;
};

static struct wh_camt_source *source_of(struct encoder *e, const struct wh_camt_table *table)
{
	for (size_t i = 0; i < e->nsources; i++)
		if (e->sources[i].table == table)
			return &e->sources[i];
	return NULL;
}

/* ---- what is written, read again ---- */

/* A statement that breaks a rule is none that may leave. */
static int check_controls(struct encoder *e, struct wh_error *error)
{
	for (size_t i = 0; i < e->controls.count; i++) {
		const struct wh_control *c = &e->controls.items[i];
		if (!c->held && !c->notice)
			return wh_fail(error, WH_STOP, "%s does not hold: %s: \"%s\", %s: \"%s\"; %s %s",
				c->rule, c->expected_is, c->expected, c->actual_is, c->actual,
				c->unit ? c->unit : "", c->subject);
	}
	wh_controls_free(&e->controls);
	return WH_OK;
}

static int take_row(void *context, const struct wh_camt_row *row, struct wh_error *error)
{
	struct encoder *e = context;
	wh_camt_sums_take(&e->sums, row);
	return row->table == &wh_camt_statement ? check_controls(e, error) : WH_OK;
}

static int flush(struct encoder *e, bool last)
{
	struct wh_buffer *out = &e->writer.out;
	if (out->full)
		return wh_fail(e->error, WH_STOP, "one row of \"%s\" is longer than 1 GiB",
			e->target->name);
	struct wh_error why;
	if (wh_camt_rows_feed(&e->rows, wh_buffer_string(out), out->size, last, &why) < 0)
		return wh_fail(e->error, why.code, "what would be written is refused: %s", why.text);
	int rc = e->sink->put(e->sink, out->data, out->size, e->error);
	wh_buffer_clear(out);
	return rc;
}

/* ---- rows that are parts of another ---- */

static bool is_under(const struct wh_camt_source *s, const struct wh_camt_source *above)
{
	int64_t record;
	for (size_t i = 0; !s->done && s->file == above->file && s->table->columns[i].name; i++) {
		const char *path = s->table->columns[i].paths[0];
		if (*path == '^' && wh_equal(path + 1, above->table->name))
			return wh_camt_row_refers(&s->row, i, &record) && record == above->row.record;
	}
	return false;
}

static bool is_other_of(const struct wh_camt_source *s, const struct wh_camt_source *of)
{
	size_t n;
	int64_t record;
	const char *table = s->done ? NULL : wh_camt_row_cell(&s->row, 0, &n);
	return table && s->file == of->file && strlen(of->table->name) == n &&
		memcmp(table, of->table->name, n) == 0 && wh_camt_row_refers(&s->row, 1, &record) &&
		record == of->row.record;
}

/* What the row has beyond its columns, as far as it comes now. */
static int add_others(struct encoder *e, struct wh_camt_content *c, const struct wh_camt_source *of)
{
	struct wh_camt_source *s = source_of(e, &wh_camt_other);
	int rc = WH_OK;
	while (rc == WH_OK && is_other_of(s, of)) {
		rc = wh_camt_row_check(s, e->error);
		if (rc == WH_OK)
			rc = wh_camt_fill_other(&e->fill, c, s);
		if (rc == WH_OK)
			rc = wh_camt_source_advance(s, e->error);
	}
	return rc;
}

static int add_parties(struct encoder *e, struct wh_camt_content *c,
	const struct wh_camt_source *detail)
{
	struct wh_camt_source *s = source_of(e, &wh_camt_party);
	int rc = WH_OK;
	while (rc == WH_OK && is_under(s, detail)) {
		s->row.above = &detail->row;
		rc = wh_camt_row_check(s, e->error);
		if (rc == WH_OK)
			rc = wh_camt_fill_party(&e->fill, c, s);
		if (rc == WH_OK)
			rc = wh_camt_source_advance(s, e->error);
	}
	return rc;
}

/* ---- the tree of rows ---- */

static int write_content(struct encoder *e, struct wh_camt_content *c,
	const struct wh_camt_source *s, size_t before)
{
	int rc = add_others(e, c, s);
	const struct wh_camt_value *failed = rc == WH_OK
		? wh_camt_content_write(c, &e->writer, before)
		: NULL;
	if (failed)
		rc = wh_camt_fill_fails(&e->fill, &failed->from, c->text.data + failed->path,
			e->writer.why);
	return rc;
}

static int write_row(struct encoder *e, struct wh_camt_source *s, size_t element);

/* The rows of a table below the row at hand, behind what stands before them. */
static int write_parts(struct encoder *e, struct wh_camt_content *c, const struct wh_camt_source *s,
	const struct wh_camt_table *table)
{
	struct wh_camt_source *parts = source_of(e, table);
	size_t element = c->type->n;
	for (size_t i = 0; table->elements[i] && element == c->type->n; i++)
		element = wh_camt_element(c->type, table->elements[i], strlen(table->elements[i]));
	if (element == c->type->n)
		return is_under(parts, s)
			? wh_camt_source_fail(parts, e->error, "%s has no place for such a row", e->version)
			: WH_OK;
	int rc = write_content(e, c, s, element);
	while (rc == WH_OK && is_under(parts, s)) {
		parts->row.above = &s->row;
		parts->row.kind = e->kind;
		rc = write_row(e, parts, element);
	}
	return rc;
}

/* Its element is open. */
static int write_inside(struct encoder *e, struct wh_camt_source *s, struct wh_camt_content *c)
{
	wh_camt_content_begin(c, wh_camt_writer_inside(&e->writer));
	int rc = add_others(e, c, s);
	if (rc == WH_OK)
		rc = wh_camt_fill_columns(&e->fill, c, s);
	if (rc == WH_OK && s->table == &wh_camt_detail)
		rc = add_parties(e, c, s);
	for (size_t i = 0; rc == WH_OK && i < e->nsources; i++) {
		const struct wh_camt_table *table = e->sources[i].table;
		if (table->above && *table->elements && wh_equal(table->above, s->table->name))
			rc = write_parts(e, c, s, table);
	}
	return rc == WH_OK ? write_content(e, c, s, SIZE_MAX) : rc;
}

/* Its element cannot be what the version wants. */
static int row_fails(struct encoder *e, const struct wh_camt_source *s)
{
	const struct wh_camt_writer *w = &e->writer;
	const char *name = NULL;
	for (const struct wh_camt_column *c = s->table->columns; w->missing && c->name; c++)
		for (size_t i = 0; c->paths[i] && !name; i++)
			if (wh_equal(c->paths[i], w->missing) || wh_camt_below(c->paths[i], w->missing))
				name = c->name;
	return wh_camt_source_fail(s, e->error, "%s: %s%s%s", e->version, w->why,
		name ? "; it is in the column " : "", name ? name : "");
}

static int write_row(struct encoder *e, struct wh_camt_source *s, size_t element)
{
	const struct wh_camt_open *o = &e->writer.open[e->writer.depth - 1];
	const struct wh_camt_step step = { (uint16_t)element,
		o->seen && o->last.element == element ? o->last.nth + 1 : 1 };
	struct wh_camt_content *c = &e->contents[e->nopen++];
	int rc = wh_camt_row_check(s, e->error);
	bool written = rc == WH_OK && wh_camt_writer_begin(&e->writer, step);
	if (written)
		rc = write_inside(e, s, c);
	if (written && rc == WH_OK)
		written = wh_camt_writer_end(&e->writer);
	if (rc == WH_OK && !written)
		rc = row_fails(e, s);
	if (rc == WH_OK && e->writer.out.size >= FLUSH)
		rc = flush(e, false);
	e->nopen--;
	return rc == WH_OK ? wh_camt_source_advance(s, e->error) : rc;
}

/* ---- the file ---- */

static int find_kind(struct encoder *e, const struct wh_camt_source *message)
{
	size_t n;
	const char *text = wh_camt_row_cell(&message->row, 0, &n);
	for (const struct wh_camt_kind *k = wh_camt_kinds; text && k->name; k++)
		if (n >= strlen(k->name) && memcmp(text, k->name, strlen(k->name)) == 0 &&
			k->family->tables[0] == message->table)
			e->kind = k;
	if (!e->kind)
		return wh_camt_source_fail(message, e->error,
			"\"kind\" is \"%.*s\", and what is written is camt.052, camt.053 or camt.054",
			text ? (int)n : 0, text ? text : "");
	snprintf(e->version, sizeof e->version, "%s.001.%s", e->kind->name, e->target->version->name);
	return WH_OK;
}

static int write_file(struct encoder *e)
{
	struct wh_camt_source *message = &e->sources[0];
	const struct wh_camt_taker taker = { e, take_row };
	const struct wh_camt_type *document = wh_camt_shape(&e->arena, e->target->version->types);
	int rc = find_kind(e, message);
	if (rc == WH_OK)
		rc = wh_camt_rows_open(&e->rows, e->target->name, taker, e->target->xsd, e->error);
	if (rc == WH_OK)
		rc = e->sink->file(e->sink, e->target->name, e->error);
	if (rc != WH_OK)
		return rc;
	wh_camt_sums_begin(&e->sums, e->target->name, &e->controls);
	wh_camt_writer_start(&e->writer, document, e->version);
	rc = write_row(e, message,
		wh_camt_element(document, e->kind->element, strlen(e->kind->element)));
	if (rc == WH_OK && !message->done)
		return wh_camt_source_fail(message, e->error,
			"a file has one message, and there is another");
	wh_camt_writer_finish(&e->writer);
	return rc == WH_OK ? flush(e, true) : rc;
}

static int check_all_written(struct encoder *e)
{
	for (size_t i = 0; i < e->nsources; i++) {
		const struct wh_camt_source *s = &e->sources[i];
		size_t n = 0, path = s->table == &wh_camt_other ? 2 : SIZE_MAX;
		const char *text = path == 2 ? wh_camt_row_cell(&s->row, path, &n) : NULL;
		if (!s->done)
			return wh_camt_source_fail(s, e->error,
				"a row is part of none, or stands behind those of a later one%s%.*s",
				text ? ": path " : "", text ? (int)n : 0, text ? text : "");
	}
	return WH_OK;
}

static int open_sources(struct encoder *e, struct wh_codec_rows *rows)
{
	const struct wh_camt_table *const *tables = wh_camt_kinds[0].family->tables;
	int rc = WH_OK;
	for (; rc == WH_OK && tables[e->nsources]; e->nsources++)
		rc = wh_camt_source_open(&e->sources[e->nsources], tables[e->nsources], rows, &e->arena,
			e->error);
	for (size_t i = 0; rc == WH_OK && i < rows->ntables; i++) {
		bool known = false;
		for (size_t k = 0; k < e->nsources; k++)
			known |= wh_equal(rows->tables[i].table, tables[k]->name);
		if (!known)
			rc = wh_fail(e->error, WH_CONFIG,
				"a statement has no table \"%s\"; leave it out, or give it one of the names of "
				"docs/camt.md in `map`. Payment orders are only read",
				rows->tables[i].table);
	}
	return rc;
}

int wh_camt_encode(const struct wh_camt_target *target, struct wh_codec_rows *rows,
	struct wh_codec_sink *sink, struct wh_error *error)
{
	struct encoder e = { .target = target, .sink = sink, .error = error };
	e.fill = (struct wh_camt_fill){ .version = e.version, .error = error };
	int rc = open_sources(&e, rows);
	if (rc == WH_OK && !e.sources[0].done)
		rc = write_file(&e);
	if (rc == WH_OK)
		rc = check_all_written(&e);
	for (size_t i = 0; i < TABLES_MOST; i++)
		wh_camt_source_close(&e.sources[i]);
	for (size_t i = 0; i < WH_CAMT_OPEN_MOST; i++)
		wh_camt_content_free(&e.contents[i]);
	wh_camt_rows_close(&e.rows);
	wh_camt_sums_free(&e.sums);
	wh_controls_free(&e.controls);
	wh_buffer_free(&e.writer.out);
	wh_buffer_free(&e.fill.text);
	wh_buffer_free(&e.fill.path);
	wh_arena_free(&e.arena);
	return rc;
}
