/* A value of a record as a cell of the batch. */
#include "base/decimal.h"
#include "base/text.h"
#include "codecs/jsonl/parts.h"
#include "model/value.h"
#include <string.h>

/* What a string says, or how any other value is written. */
static void text_of(struct jsonl *s, const struct wh_json_value *value, const char **text,
	size_t *n)
{
	*text = value->bytes;
	*n = value->n;
	if (!value->escaped)
		return;
	wh_buffer_clear(&s->text);
	wh_json_unescape(&s->text, value);
	*text = wh_buffer_string(&s->text);
	*n = s->text.size;
}

static bool number_cell(struct wh_batch *out, size_t column, const struct wh_json_value *value)
{
	enum wh_kind kind = out->lanes[column].kind;
	int64_t integer;
	double real;
	if (kind == WH_INT64 && wh_text_int64(value->bytes, value->n, &integer))
		wh_batch_word(out, column, integer);
	else if (kind == WH_FLOAT64 && wh_decimal_double(value->bytes, value->n, &real))
		wh_batch_double(out, column, real);
	else if (kind == WH_DECIMAL && !memchr(value->bytes, 'e', value->n) &&
		!memchr(value->bytes, 'E', value->n))
		wh_batch_bytes(out, column, value->bytes, value->n);
	else
		return false;
	return true;
}

void wh_jsonl_cell(struct jsonl *s, struct wh_batch *out, size_t column,
	const struct wh_json_value *value)
{
	enum wh_kind kind = out->lanes[column].kind;
	const char *text;
	size_t n;
	if (value->kind == WH_JSON_NULL) {
		wh_batch_null(out, column);
	} else if (kind == WH_JSON) {
		size_t quote = value->kind == WH_JSON_STRING;
		wh_batch_bytes(out, column, value->bytes - quote, value->n + 2 * quote);
	} else if (value->kind != WH_JSON_NUMBER || !number_cell(out, column, value)) {
		text_of(s, value, &text, &n);
		if (kind == WH_TEXT)
			wh_batch_bytes(out, column, text, n);
		else if (!wh_value_parse(out, column, text, n))
			wh_batch_stray(out, column, WH_STRAY_KIND, text, n);
	}
}
