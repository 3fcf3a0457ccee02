/* Rows as JSON: {"column": "text" | null | {"hex": "..."}}. Text is text whatever it holds; bytes,
 * and what is not UTF-8, are hexadecimal. What is masked is "(masked)", or in a whole row
 * {"masked": the value}. */
#include "lifecycle/steps.h"
#include "base/json.h"
#include "base/text.h"
#include "model/value.h"

static const struct wh_stray *stray_at(const struct wh_batch *b, size_t column, uint32_t row)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == row && b->strays[i].column == column)
			return &b->strays[i];
	return NULL;
}

static void hex_object(struct wh_buffer *out, const void *bytes, size_t n)
{
	wh_buffer_text(out, "{\"hex\":\"");
	wh_text_hex(out, bytes, n);
	wh_buffer_text(out, "\"}");
}

static void text_or_hex(struct wh_buffer *out, const char *text, size_t n)
{
	if (wh_utf8_valid(text, n))
		wh_json_quote(out, text, n);
	else
		hex_object(out, text, n);
}

/* A record that could not be decoded has no value here; a whole row shows its bytes. */
static void stray_json(struct wh_buffer *out, const struct wh_batch *b,
	const struct wh_stray *stray, bool whole)
{
	const char *raw = stray->size ? b->strays_bytes.data + stray->first : "";
	if (stray->reason != WH_STRAY_RECORD)
		text_or_hex(out, raw, stray->size);
	else if (whole)
		hex_object(out, raw, stray->size);
	else
		wh_buffer_text(out, "null");
}

static void cell_json(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row,
	bool whole)
{
	const struct wh_stray *stray = stray_at(b, column, row);
	if (stray) {
		stray_json(out, b, stray, whole);
		return;
	}
	if (wh_is_null(b, column, row)) {
		wh_buffer_text(out, "null");
		return;
	}
	enum wh_kind kind = b->lanes[column].kind;
	if (kind == WH_BYTES || kind == WH_GEOMETRY) {
		size_t n;
		const char *bytes = wh_cell(b, column, row, &n);
		hex_object(out, bytes, n);
		return;
	}
	struct wh_buffer text = { 0 };
	wh_value_text(&text, b, column, row);
	text_or_hex(out, wh_buffer_string(&text), text.size);
	wh_buffer_free(&text);
}

static void masked_json(struct wh_buffer *out, const struct wh_batch *b, size_t column,
	uint32_t row, bool whole)
{
	if (!whole) {
		wh_buffer_text(out, "\"(masked)\"");
		return;
	}
	wh_buffer_text(out, "{\"masked\":");
	cell_json(out, b, column, row, true);
	wh_buffer_char(out, '}');
}

struct cells {
	const uint16_t *fields; /* NULL: the first n */
	size_t n;
	bool whole;
};

static void row_json(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row, struct cells cells)
{
	wh_buffer_char(out, '{');
	for (size_t i = 0; i < cells.n; i++) {
		size_t f = cells.fields ? cells.fields[i] : i;
		if (i)
			wh_buffer_char(out, ',');
		wh_json_quote(out, rows->fields[f].name, strlen(rows->fields[f].name));
		wh_buffer_char(out, ':');
		if (rows->fields[f].masked)
			masked_json(out, b, f, row, cells.whole);
		else
			cell_json(out, b, f, row, cells.whole);
	}
	wh_buffer_char(out, '}');
}

void wh_row_json(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row, const uint16_t *fields, size_t n)
{
	row_json(out, rows, b, row, (struct cells){ fields, fields ? n : rows->nfields, false });
}

void wh_row_whole(struct wh_buffer *out, const struct wh_rowset *rows, const struct wh_batch *b,
	uint32_t row)
{
	row_json(out, rows, b, row, (struct cells){ NULL, rows->nfields, true });
}

void wh_cell_shown(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row)
{
	const struct wh_stray *stray = stray_at(b, column, row);
	if (!stray)
		wh_value_text(out, b, column, row);
	else if (wh_utf8_valid(b->strays_bytes.data + stray->first, stray->size))
		wh_buffer_put(out, b->strays_bytes.data + stray->first, stray->size);
	else
		wh_text_hex(out, b->strays_bytes.data + stray->first, stray->size);
}
