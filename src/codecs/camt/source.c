#include "codecs/camt/source.h"
#include "base/text.h"
#include "model/value.h"
#include <inttypes.h>
#include <stdio.h>

int wh_camt_fields(const struct wh_rowset *rows, const struct wh_camt_table *table, int *out,
	struct wh_error *error)
{
	for (size_t i = 0; i < rows->nfields; i++) {
		const char *name = rows->fields[i].name;
		size_t column = wh_camt_column(table, name);
		if (column == SIZE_MAX && !wh_equal(name, WH_CODEC_FILE) &&
			!wh_equal(name, WH_CODEC_RECORD))
			return wh_fail(error, WH_CONFIG, "table \"%s\" has no column \"%s\"", table->name,
				name);
		out[i] = column != SIZE_MAX ? (int)column
			: wh_equal(name, WH_CODEC_FILE)
			? WH_CAMT_FROM_FILE
			: WH_CAMT_FROM_RECORD;
	}
	return WH_OK;
}

int wh_camt_source_fail(const struct wh_camt_source *s, struct wh_error *error, const char *format,
	...)
{
	char text[1200];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return wh_fail(error, WH_STOP, "%s: in the %s with file_id %" PRId64 ", record_id %" PRId64,
		text, s->table->name, s->file, s->row.record);
}

bool wh_camt_row_refers(const struct wh_camt_row *row, size_t column, int64_t *out)
{
	size_t n;
	const char *text = wh_camt_row_cell(row, column, &n);
	return text && wh_text_int64(text, n, out);
}

/* The text in the form that reading gives it; a time is looked at with its date. */
static bool take(struct wh_camt_row *row, const struct wh_camt_form *form, const char *text,
	size_t n)
{
	size_t minus = form->is_signed && *text == '-';
	if (minus)
		wh_buffer_char(&row->text, '-');
	if (form != &wh_camt_clock)
		return form->take(&row->text, text + minus, n - minus);
	wh_buffer_put(&row->text, text, n);
	return true;
}

static int draw_cell(struct wh_camt_source *s, size_t column, struct wh_error *error)
{
	struct wh_camt_row *row = &s->row;
	const struct wh_camt_column *c = &s->table->columns[column];
	const char *text = wh_buffer_string(&s->scratch);
	size_t n = s->scratch.size, begin = row->text.size;
	if (!take(row, c->form, text, n))
		return wh_camt_source_fail(s, error, "\"%s\" holds \"%.*s\", where %s is expected", c->name,
			(int)wh_utf8_cut(text, n, 60), text, c->form->is);
	if (row->text.full)
		return wh_camt_source_fail(s, error, "there are more than %zu bytes of values",
			WH_CAMT_ROW_MOST);
	size_t size = row->text.size - begin;
	row->cells[column] = (struct wh_camt_cell){ (uint32_t)begin, (uint32_t)size, true,
		size || !c->form->none };
	return WH_OK;
}

static int64_t number_in(const struct wh_buffer *text)
{
	int64_t number;
	return wh_text_int64(text->data, text->size, &number) ? number : 0;
}

/* The keys first: messages name them. */
static void draw_keys(struct wh_camt_source *s)
{
	const struct wh_rowset *rows = &s->in->tables[s->number];
	s->file = 0;
	for (size_t i = 0; i < rows->nfields; i++) {
		wh_buffer_clear(&s->scratch);
		if (s->columns[i] < 0 && !wh_is_null(s->batch, i, s->next))
			wh_value_text(&s->scratch, s->batch, i, s->next);
		if (s->columns[i] == WH_CAMT_FROM_FILE)
			s->file = number_in(&s->scratch);
		if (s->columns[i] == WH_CAMT_FROM_RECORD)
			s->row.record = number_in(&s->scratch);
	}
}

static int draw(struct wh_camt_source *s, struct wh_error *error)
{
	const struct wh_rowset *rows = &s->in->tables[s->number];
	struct wh_buffer text = s->row.text;
	int rc = WH_OK;
	wh_buffer_clear(&text);
	text.max = WH_CAMT_ROW_MOST;
	s->row = (struct wh_camt_row){ .table = s->table, .text = text };
	draw_keys(s);
	for (size_t i = 0; rc == WH_OK && i < rows->nfields; i++) {
		if (s->columns[i] < 0 || wh_is_null(s->batch, i, s->next))
			continue;
		wh_buffer_clear(&s->scratch);
		wh_value_text(&s->scratch, s->batch, i, s->next);
		rc = draw_cell(s, (size_t)s->columns[i], error);
	}
	s->next++;
	return rc;
}

int wh_camt_source_advance(struct wh_camt_source *s, struct wh_error *error)
{
	while (!s->done && (!s->batch || s->next >= s->batch->rows)) {
		s->next = 0;
		int rc = s->in->next(s->in, s->number, &s->batch, error);
		if (rc < 0)
			return rc;
		s->done = rc == WH_DONE;
	}
	return s->done ? WH_OK : draw(s, error);
}

int wh_camt_source_open(struct wh_camt_source *s, const struct wh_camt_table *table,
	struct wh_codec_rows *in, struct wh_arena *arena, struct wh_error *error)
{
	s->table = table;
	s->in = in;
	while (s->number < in->ntables && !wh_equal(in->tables[s->number].table, table->name))
		s->number++;
	s->done = s->number == in->ntables;
	if (s->done)
		return WH_OK;
	s->columns = wh_new_array(arena, int, in->tables[s->number].nfields);
	int rc = wh_camt_fields(&in->tables[s->number], table, s->columns, error);
	return rc == WH_OK ? wh_camt_source_advance(s, error) : rc;
}

void wh_camt_source_close(struct wh_camt_source *s)
{
	wh_buffer_free(&s->row.text);
	wh_buffer_free(&s->scratch);
	*s = (struct wh_camt_source){ 0 };
}
