/* Rows as lines: a file for each table, an object for each row. */
#include "base/json.h"
#include "base/time.h"
#include "codecs/jsonl/parts.h"
#include "model/value.h"
#include <math.h>
#include <string.h>

#define FLUSH ((size_t)64 << 10)

struct writer {
	const struct wh_rowset *rows;
	struct wh_codec_sink *sink;
	struct wh_buffer out, names, text; /* names: each field's as it stands in a line, with NULs */
	struct wh_error *error;
};

/* As plain as it was, but for zeros in front, which JSON does not have. */
static void put_decimal(struct wh_buffer *out, const char *text, size_t n)
{
	size_t minus = n && *text == '-', zeros = minus;
	while (zeros + 1 < n && text[zeros] == '0' && text[zeros + 1] != '.')
		zeros++;
	wh_buffer_put(out, "-", minus);
	wh_buffer_put(out, text + zeros, n - zeros);
}

/* "2024-02-29 13:05:09+00" with T and Z. */
static void put_stamp(struct wh_buffer *out, char *text, size_t n)
{
	char *space = memchr(text, ' ', n), *zone = memchr(text, '+', n);
	if (space && space[1] != 'B')
		*space = 'T';
	wh_buffer_char(out, '"');
	wh_buffer_put(out, text, zone ? (size_t)(zone - text) : n);
	if (zone) {
		wh_buffer_char(out, 'Z');
		wh_buffer_put(out, zone + 3, n - (size_t)(zone + 3 - text));
	}
	wh_buffer_char(out, '"');
}

/* On one line: line ends stand only between what a value is made of. */
static int put_json(struct writer *w, const char *field, const char *text, size_t n)
{
	if (!wh_json_valid(text, n))
		return wh_fail(w->error, WH_STOP,
			"the JSON column \"%s\" of \"%s\" holds what is none; give it the type text", field,
			w->rows->table);
	for (size_t i = 0, run; i < n; i = run + 1) {
		for (run = i; run < n && text[run] != '\n' && text[run] != '\r';)
			run++;
		wh_buffer_put(&w->out, text + i, run - i);
	}
	return WH_OK;
}

static void put_text(struct writer *w, const struct wh_batch *b, size_t column, uint32_t row,
	bool bare)
{
	wh_buffer_clear(&w->text);
	wh_value_text(&w->text, b, column, row);
	if (bare)
		wh_buffer_put(&w->out, w->text.data, w->text.size);
	else
		wh_json_quote(&w->out, wh_buffer_string(&w->text), w->text.size);
}

static bool is_number(const struct wh_batch *b, size_t column, uint32_t row)
{
	enum wh_kind kind = b->lanes[column].kind;
	if (kind == WH_FLOAT32 || kind == WH_FLOAT64)
		return isfinite(wh_double(b, column, row));
	return kind == WH_BOOL || kind == WH_INT64 || kind == WH_UINT64;
}

static int put_cell(struct writer *w, struct wh_batch *b, size_t column, uint32_t row)
{
	enum wh_kind kind = b->lanes[column].kind;
	char stamp[WH_TIME_TEXT];
	if (wh_is_null(b, column, row)) {
		wh_buffer_put(&w->out, "null", 4);
		return WH_OK;
	}
	size_t n = 0;
	const char *text = wh_kind_is_word(kind) ? NULL : wh_cell(b, column, row, &n);
	if (kind == WH_JSON || kind == WH_ARRAY)
		return put_json(w, w->rows->fields[column].name, text, n);
	if (kind == WH_TIMESTAMP)
		put_stamp(&w->out, stamp, wh_format_timestamp(stamp, wh_word(b, column, row)));
	else if (kind == WH_TIMESTAMPTZ)
		put_stamp(&w->out, stamp, wh_format_timestamptz(stamp, wh_word(b, column, row)));
	else if (kind == WH_DECIMAL && n && (unsigned char)(text[n - 1] - '0') < 10)
		put_decimal(&w->out, text, n);
	else if (kind == WH_TEXT)
		wh_json_quote(&w->out, text, n);
	else
		put_text(w, b, column, row, is_number(b, column, row));
	return WH_OK;
}

static int flush(struct writer *w)
{
	int rc = w->sink->put(w->sink, wh_buffer_string(&w->out), w->out.size, w->error);
	wh_buffer_clear(&w->out);
	return rc;
}

static int put_row(struct writer *w, struct wh_batch *b, uint32_t row)
{
	const char *name = wh_buffer_string(&w->names);
	int rc = WH_OK;
	wh_buffer_char(&w->out, '{');
	for (size_t f = 0; rc == WH_OK && f < w->rows->nfields; f++) {
		size_t n = strlen(name);
		wh_buffer_put(&w->out, name, n);
		name += n + 1;
		rc = put_cell(w, b, f, row);
	}
	wh_buffer_put(&w->out, "}\n", 2);
	if (rc == WH_OK && w->out.full)
		rc = wh_fail(w->error, WH_STOP, "a row of \"%s\" is longer than a line may be: 1 GiB",
			w->rows->table);
	return rc == WH_OK && w->out.size >= FLUSH ? flush(w) : rc;
}

static int put_rows(struct writer *w, struct wh_codec_rows *rows, size_t table)
{
	struct wh_batch *b;
	int rc = WH_OK;
	while (rc == WH_OK && (rc = rows->next(rows, table, &b, w->error)) == WH_OK)
		for (uint32_t row = 0; rc == WH_OK && row < b->rows; row++)
			rc = put_row(w, b, row);
	return rc == WH_DONE ? flush(w) : rc;
}

static int put_table(struct writer *w, struct wh_codec_rows *rows, size_t table)
{
	w->rows = &rows->tables[table];
	wh_buffer_clear(&w->names);
	for (size_t f = 0; f < w->rows->nfields; f++) {
		wh_buffer_text(&w->names, f ? "," : "");
		wh_json_quote(&w->names, w->rows->fields[f].name, strlen(w->rows->fields[f].name));
		wh_buffer_put(&w->names, ":", 2);
	}
	wh_buffer_clear(&w->text);
	wh_buffer_format(&w->text, "%s.jsonl", w->rows->table);
	int rc = w->sink->file(w->sink, w->text.data, w->error);
	return rc == WH_OK ? put_rows(w, rows, table) : rc;
}

int wh_jsonl_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error)
{
	struct writer w = { .sink = sink, .error = error };
	int rc = WH_OK;
	(void)state;
	for (size_t i = 0; rc == WH_OK && i < rows->ntables; i++)
		rc = put_table(&w, rows, i);
	wh_buffer_free(&w.out);
	wh_buffer_free(&w.names);
	wh_buffer_free(&w.text);
	return rc;
}
