/* COPY's text form: tabs between fields, \N for null, backslashes before what would mislead. It
 * serves the types whose binary form is not written here: the server reads their text. */
#include "connectors/postgres/postgres.h"
#include "base/text.h"
#include "model/value.h"

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

void postgres_cell_text(struct wh_buffer *out, const struct wh_field *field,
	const struct wh_batch *b, size_t column, uint32_t row)
{
	size_t n;
	bool bytes = field->wire.kind == WH_BYTES || field->wire.kind == WH_GEOMETRY;
	if (bytes && field->type.kind != WH_GEOMETRY)
		wh_buffer_text(out, "\\x");
	if (field->wire.kind == WH_SET) {
		const char *labels = wh_cell(b, column, row, &n);
		put_set(out, labels, n);
		return;
	}
	wh_value_text(out, b, column, row);
}

static void escape(struct wh_buffer *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char c = text[i];
		const char *mark = c == '\\' ? "\\\\"
			: c == '\n'              ? "\\n"
			: c == '\r'              ? "\\r"
			: c == '\t'              ? "\\t"
									 : NULL;
		if (mark)
			wh_buffer_text(out, mark);
		else
			wh_buffer_char(out, c);
	}
}

int postgres_text_row(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row, struct wh_error *error)
{
	struct wh_buffer text = { 0 };
	int rc = WH_OK;
	for (size_t i = 0; i < rows->nfields && rc == WH_OK; i++) {
		if (i)
			wh_buffer_char(out, '\t');
		if (wh_is_null(b, i, row)) {
			wh_buffer_text(out, "\\N");
			continue;
		}
		wh_buffer_clear(&text);
		postgres_cell_text(&text, &rows->fields[i], b, i, row);
		if (text.size && memchr(text.data, 0, text.size))
			rc = wh_fail(error, WH_ROW, "column \"%s\" holds U+0000, which PostgreSQL cannot store",
				rows->fields[i].name);
		escape(out, wh_buffer_string(&text), text.size);
	}
	wh_buffer_char(out, '\n');
	wh_buffer_free(&text);
	return rc;
}
