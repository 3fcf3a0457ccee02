/* COPY's text form: tabs between fields, \N for null, backslashes before what would mislead. It
 * serves the types whose binary form is not written here: the server reads their text. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include "model/value.h"
#include <math.h>
#include <stdio.h>

/* Labels a,b as {"a","b"}. */
static void put_set(struct wh_buffer *out, const char *labels, size_t n)
{
	wh_buffer_char(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			wh_buffer_char(out, '"');
		if (labels[i] == ',') {
			wh_buffer_text(out, "\",\"");
			continue;
		}
		if (labels[i] == '"' || labels[i] == '\\')
			wh_buffer_char(out, '\\');
		wh_buffer_char(out, labels[i]);
	}
	wh_buffer_text(out, n ? "\"}" : "}");
}

static bool is_bytea(const struct wh_field *field)
{
	bool bytes = field->wire.kind == WH_BYTES || field->wire.kind == WH_GEOMETRY;
	return bytes && field->type.kind != WH_GEOMETRY;
}

void postgres_cell_text(struct wh_buffer *out, const struct wh_field *field,
	const struct wh_batch *b, size_t column, uint32_t row)
{
	size_t n;
	if (is_bytea(field))
		wh_buffer_text(out, "\\x");
	if (field->wire.kind == WH_SET) {
		const char *labels = wh_cell(b, column, row, &n);
		put_set(out, labels, n);
		return;
	}
	wh_value_text(out, b, column, row);
}

/* What stands behind the backslash; 0 for bytes that need none. U+0000 has no form at all. */
static const char escapes[256] = {
	['\\'] = '\\',
	['\n'] = 'n',
	['\r'] = 'r',
	['\t'] = 't',
	['\0'] = '0',
};

static bool put_escaped(struct wh_buffer *out, const char *text, size_t n)
{
	const char *end = text + n;
	for (;;) {
		const char *run = text;
		while (text < end && !escapes[(unsigned char)*text])
			text++;
		wh_buffer_put(out, run, (size_t)(text - run));
		if (text == end || !*text)
			return text == end;
		const char pair[] = { '\\', escapes[(unsigned char)*text++] };
		wh_buffer_put(out, pair, sizeof pair);
	}
}

/* As many digits as bring the number back; the fewest that do would have to be searched for. */
static void put_float(struct wh_buffer *out, double value, bool single)
{
	char text[40];
	if (isfinite(value))
		wh_buffer_put(out, text,
			(size_t)snprintf(text, sizeof text, "%.*g", single ? 9 : 17, value));
	else
		wh_float_text(out, value, single);
}

/* Its text has no byte that must be escaped, once the "\\x" of bytea is dealt with. */
static bool is_plain(enum wh_kind kind)
{
	return wh_kind_is_word(kind) || kind == WH_DECIMAL || kind == WH_UUID || kind == WH_INTERVAL ||
		kind == WH_BITS || kind == WH_BYTES || kind == WH_GEOMETRY;
}

static void put_plain(struct postgres *s, const struct wh_batch *b, size_t column, uint32_t row)
{
	const struct wh_field *field = &s->writing->rows->fields[column];
	enum wh_kind kind = field->wire.kind;
	if (kind == WH_FLOAT32 || kind == WH_FLOAT64) {
		put_float(&s->out, wh_double(b, column, row), kind == WH_FLOAT32);
		return;
	}
	if (is_bytea(field))
		wh_buffer_char(&s->out, '\\');
	postgres_cell_text(&s->out, field, b, column, row);
}

/* False: it holds U+0000. */
static bool put_cell(struct postgres *s, const struct wh_batch *b, size_t column, uint32_t row)
{
	const struct wh_field *field = &s->writing->rows->fields[column];
	size_t n;
	if (is_plain(field->wire.kind)) {
		put_plain(s, b, column, row);
		return true;
	}
	const char *text = wh_cell(b, column, row, &n);
	if (field->wire.kind == WH_SET) {
		wh_buffer_clear(&s->scratch);
		put_set(&s->scratch, text, n);
		text = wh_buffer_string(&s->scratch);
		n = s->scratch.size;
	}
	return put_escaped(&s->out, text, n);
}

int postgres_text_row(struct postgres *s, const struct wh_batch *b, uint32_t row,
	struct wh_error *error)
{
	const struct wh_rowset *rows = s->writing->rows;
	for (size_t i = 0; i < rows->nfields; i++) {
		if (i)
			wh_buffer_char(&s->out, '\t');
		if (wh_is_null(b, i, row))
			wh_buffer_put(&s->out, "\\N", 2);
		else if (!put_cell(s, b, i, row))
			return wh_fail(error, WH_ROW,
				"column \"%s\" holds U+0000, which PostgreSQL cannot store", rows->fields[i].name);
	}
	wh_buffer_char(&s->out, '\n');
	return WH_OK;
}
