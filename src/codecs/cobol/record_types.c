/* What a record is, by its record type field. */
#include "base/text.h"
#include "codecs/cobol/records.h"
#include "model/value.h"

/* X'C1F2' */
static bool is_hex(const char *value)
{
	size_t n = strlen(value);
	return n > 3 && (*value == 'X' || *value == 'x') && value[1] == '\'' && value[n - 1] == '\'';
}

static bool equals_hex(const char *value, const unsigned char *bytes, size_t n)
{
	unsigned char wanted[64];
	size_t digits = strlen(value) - 3;
	return digits / 2 <= sizeof wanted && digits / 2 <= n &&
		wh_text_unhex(value + 2, digits, wanted) && !memcmp(wanted, bytes, digits / 2);
}

/* Numbers by what they come to, texts without the blanks and low-values behind them. */
static bool equals_text(const struct wh_cobol_types *t, const char *value)
{
	size_t n = t->text.size;
	int64_t wanted = 0, is = 0;
	if (wh_text_int64(value, strlen(value), &wanted) && wh_text_int64(t->text.data, n, &is))
		return wanted == is;
	while (n && (t->text.data[n - 1] == ' ' || t->text.data[n - 1] == '\0'))
		n--;
	return strlen(value) == n && !memcmp(t->text.data, value, n);
}

static bool read_cell(struct wh_cobol_types *t, const struct wh_cobol_leaf *leaf,
	const unsigned char *bytes)
{
	if (!t->cell.lanes)
		wh_batch_init_of(&t->cell, &leaf->cell.type.kind, 1, 1);
	wh_batch_reset(&t->cell);
	wh_buffer_clear(&t->text);
	if (wh_cobol_cell_decode(&leaf->cell, bytes, leaf->length, &t->cell, 0, &t->scratch))
		return false;
	if (!wh_is_null(&t->cell, 0, 0))
		wh_value_text(&t->text, &t->cell, 0, 0);
	wh_buffer_reserve(&t->text, 1);
	return true;
}

static struct wh_cobol_segment *look_up(struct wh_cobol *c, const unsigned char *bytes)
{
	const struct wh_cobol_leaf *leaf = c->shape.segment_field;
	bool text = read_cell(&c->types, leaf, bytes);
	for (size_t s = 0; s < c->shape.nsegments; s++) {
		const struct wh_cobol_words *values = &c->shape.segments[s].values;
		for (size_t v = 0; v < values->count; v++) {
			const char *value = values->items[v];
			if (is_hex(value) ? equals_hex(value, bytes, leaf->length)
							  : text && equals_text(&c->types, value))
				return &c->shape.segments[s];
		}
	}
	return NULL;
}

struct wh_cobol_segment *wh_cobol_type_of(struct wh_cobol *c, const unsigned char *record, size_t n)
{
	const struct wh_cobol_leaf *leaf = c->shape.segment_field;
	struct wh_cobol_types *t = &c->types;
	if (!leaf)
		return c->shape.segments;
	if (n < leaf->offset || n - leaf->offset < leaf->length)
		return NULL;
	const unsigned char *bytes = record + leaf->offset;
	for (size_t i = 0; i < t->count; i++)
		if (!memcmp(t->bytes[i], bytes, leaf->length))
			return t->segment[i];
	struct wh_cobol_segment *s = look_up(c, bytes);
	if (t->count < WH_COBOL_KNOWN) {
		t->bytes[t->count] = (unsigned char *)wh_arena_bytes(c->arena, bytes, leaf->length);
		t->segment[t->count++] = s;
	}
	return s;
}

void wh_cobol_types_finish(struct wh_cobol_types *t)
{
	wh_batch_finish(&t->cell);
	wh_buffer_free(&t->text);
	wh_buffer_free(&t->scratch);
}
