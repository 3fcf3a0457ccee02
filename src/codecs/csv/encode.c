/* Rows as delimited text: quotes stand only where a field could be read as something else. */
#include "base/text.h"
#include "codecs/csv/parts.h"
#include "model/value.h"

#define FLUSH ((size_t)64 << 10)

struct writer {
	const struct wh_csv_settings *s;
	struct wh_codec_sink *sink;
	struct wh_error *error;
	const struct wh_rowset *rows; /* of the table */
	const char *line, *null;
	bool mark;
	const char *charset;
	iconv_t cd, back; /* NULL: what is written is UTF-8 */
	struct wh_buffer out, value, converted, again;
	bool special[256]; /* bytes that stand in quotes only */
};

static int no_character(struct writer *w)
{
	return wh_fail(w->error, WH_CONFIG,
		"a character of table \"%s\" cannot be written in %s; give encoding=UTF-8", w->rows->table,
		w->charset);
}

/* Some sets have one byte for two characters. */
static bool reads_back(struct writer *w)
{
	char *in = w->converted.data;
	size_t n = w->converted.size, room = w->out.size;
	wh_buffer_clear(&w->again);
	if (!wh_buffer_reserve(&w->again, room))
		return false;
	char *out = w->again.data;
	return iconv(w->back, &in, &n, &out, &room) == 0 && !room &&
		memcmp(w->again.data, w->out.data, w->out.size) == 0;
}

/* What is there is whole records, and so whole characters. */
static int convert(struct writer *w)
{
	char *in = w->out.data;
	size_t n = w->out.size, room = 8 * n + 64; /* with what changes a state */
	wh_buffer_clear(&w->converted);
	if (!n)
		return WH_OK;
	if (!wh_buffer_reserve(&w->converted, room))
		return wh_fail(w->error, WH_STOP, "a row of table \"%s\" is too long to be converted",
			w->rows->table);
	char *out = w->converted.data;
	if (iconv(w->cd, &in, &n, &out, &room) != 0 || iconv(w->cd, NULL, NULL, &out, &room) != 0)
		return no_character(w);
	w->converted.size = (size_t)(out - w->converted.data);
	return reads_back(w) ? WH_OK : no_character(w);
}

static int flush(struct writer *w)
{
	int rc = WH_OK;
	if (w->out.full)
		return wh_fail(w->error, WH_STOP, "a row of table \"%s\" is longer than 1 GiB",
			w->rows->table);
	const struct wh_buffer *bytes = !w->cd ? &w->out : &w->converted;
	if (w->cd)
		rc = convert(w);
	if (rc == WH_OK && bytes->size)
		rc = w->sink->put(w->sink, bytes->data, bytes->size, w->error);
	wh_buffer_clear(&w->out);
	return rc;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What a line may begin with that is no field. */
static bool begins_line(const struct writer *w, const char *text)
{
	char comment = w->s->dialect.comment;
	return (comment && *text == comment) || wh_starts(text, WH_CSV_MARK) ||
		wh_starts_nocase(text, "sep=");
}

/* Whether the value would be read as something else if it stood there as it is. */
static bool needs_quote(const struct writer *w, bool first)
{
	const char *at = w->value.data;
	const struct wh_csv_field bare = { .at = at, .n = w->value.size };
	if (!bare.n)
		return w->s->form.empty_null;
	for (size_t i = 0; i < bare.n; i++)
		if (w->special[(unsigned char)at[i]])
			return true;
	if (w->s->dialect.trim && (is_blank(*at) || is_blank(at[bare.n - 1])))
		return true;
	return (w->s->find_quote && strchr(WH_CSV_QUOTES, *at)) || (first && begins_line(w, at)) ||
		wh_csv_form_null(&w->s->form, &bare);
}

static void put_quoted(struct writer *w)
{
	const struct wh_csv_dialect *d = &w->s->dialect;
	char escape = d->backslash ? '\\' : d->quote;
	wh_buffer_char(&w->out, d->quote);
	for (size_t i = 0; i < w->value.size; i++) {
		char c = w->value.data[i];
		if (c == d->quote || c == escape)
			wh_buffer_char(&w->out, escape);
		wh_buffer_char(&w->out, c);
	}
	wh_buffer_char(&w->out, d->quote);
}

/* What stands in w->value. */
static int put_value(struct writer *w, size_t column)
{
	if (!needs_quote(w, column == 0)) {
		wh_buffer_put(&w->out, w->value.data, w->value.size);
		return WH_OK;
	}
	if (!w->s->dialect.quote)
		return wh_fail(w->error, WH_CONFIG,
			"a text of column \"%s\" of table \"%s\" needs quotes; give quote= a character%s",
			w->rows->fields[column].name, w->rows->table,
			w->value.size ? "" : ", or null= a text for what is NULL");
	put_quoted(w);
	return WH_OK;
}

static int put_cell(struct writer *w, const struct wh_batch *b, size_t column, uint32_t row)
{
	if (wh_is_null(b, column, row)) {
		wh_buffer_text(&w->out, w->null);
		return WH_OK;
	}
	wh_buffer_clear(&w->value);
	wh_value_text(&w->value, b, column, row);
	wh_csv_form_put(&w->s->form, b->lanes[column].kind, &w->value);
	return put_value(w, column);
}

static int put_rows(struct writer *w, const struct wh_batch *b)
{
	int rc = WH_OK;
	for (uint32_t row = 0; rc == WH_OK && row < b->rows; row++) {
		for (size_t c = 0; rc == WH_OK && c < b->ncolumns; c++) {
			if (c)
				wh_buffer_char(&w->out, w->s->dialect.delimiter);
			rc = put_cell(w, b, c, row);
		}
		wh_buffer_text(&w->out, w->line);
		if (rc == WH_OK && w->out.size >= FLUSH)
			rc = flush(w);
	}
	return rc;
}

static int put_header(struct writer *w)
{
	int rc = WH_OK;
	if (w->mark)
		wh_buffer_text(&w->out, WH_CSV_MARK);
	if (!w->s->dialect.header)
		return WH_OK;
	for (size_t c = 0; rc == WH_OK && c < w->rows->nfields; c++) {
		if (c)
			wh_buffer_char(&w->out, w->s->dialect.delimiter);
		wh_buffer_clear(&w->value);
		wh_buffer_text(&w->value, w->rows->fields[c].name);
		rc = put_value(w, c);
	}
	wh_buffer_text(&w->out, w->line);
	return rc;
}

/* "schema_table.csv"; a slash is none in the name of a file. */
static const char *file_name(struct wh_arena *arena, const struct wh_rowset *t)
{
	char *name = wh_arena_format(arena, "%s%s%s", t->schema ? t->schema : "", t->schema ? "_" : "",
		t->table);
	for (char *at = name; *at; at++)
		*at = *at == '/' ? '_' : *at;
	return name;
}

/* Two tables may come to one name. */
static const char **file_names(struct wh_arena *arena, const struct wh_codec_rows *rows)
{
	const char **names = wh_new_array(arena, const char *, rows->ntables + 1);
	for (size_t i = 0; i < rows->ntables; i++) {
		const char *name = file_name(arena, &rows->tables[i]), *unique = name;
		for (size_t k = 0, again = 2; k < i; k++) {
			if (wh_equal(names[k], unique)) {
				unique = wh_arena_format(arena, "%s_%zu", name, again++);
				k = (size_t)-1;
			}
		}
		names[i] = unique;
	}
	return names;
}

static int put_table(struct writer *w, struct wh_codec_rows *rows, size_t table, const char *name)
{
	struct wh_batch *batch;
	w->rows = &rows->tables[table];
	int rc = w->sink->file(w->sink, name, w->error);
	if (rc == WH_OK)
		rc = put_header(w);
	while (rc == WH_OK && (rc = rows->next(rows, table, &batch, w->error)) == WH_OK)
		rc = put_rows(w, batch);
	return rc == WH_DONE ? flush(w) : rc;
}

static void find_special(struct writer *w)
{
	const struct wh_csv_dialect *d = &w->s->dialect;
	const char marks[] = { d->delimiter, d->quote ? d->quote : d->delimiter, '\r', '\n' };
	for (size_t i = 0; i < sizeof marks; i++)
		w->special[(unsigned char)marks[i]] = true;
	/* What is looked for where nothing is given must not be found in a field. */
	for (const char *at = WH_CSV_DELIMITERS; w->s->find_delimiter && *at; at++)
		w->special[(unsigned char)*at] = true;
}

static int writer_open(struct writer *w, const struct wh_csv_charset *c)
{
	find_special(w);
	w->null = w->s->form.nnulls ? w->s->form.nulls[0] : "";
	w->line = w->s->crlf ? "\r\n" : "\n";
	w->charset = c->name;
	w->mark = w->s->bom || c->unit > 1;
	if (c->utf8)
		return WH_OK;
	w->cd = iconv_open(c->name, "UTF-8");
	w->back = iconv_open("UTF-8", c->name);
	if (wh_csv_is_open(w->cd) && wh_csv_is_open(w->back))
		return WH_OK;
	return wh_fail_errno(w->error, WH_CONFIG, "nothing can be written in the encoding \"%s\"",
		c->name);
}

int wh_csv_encode(struct wh_csv *s, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	struct writer w = { .s = &s->settings, .sink = sink, .error = error };
	struct wh_arena arena = { 0 };
	const char **names = file_names(&arena, rows);
	int rc = writer_open(&w, &s->charset);
	for (size_t i = 0; rc == WH_OK && i < rows->ntables; i++)
		rc = put_table(&w, rows, i, wh_arena_format(&arena, "%s.csv", names[i]));
	wh_csv_iconv_close(w.cd);
	wh_csv_iconv_close(w.back);
	wh_buffer_free(&w.out);
	wh_buffer_free(&w.value);
	wh_buffer_free(&w.converted);
	wh_buffer_free(&w.again);
	wh_arena_free(&arena);
	return rc;
}
