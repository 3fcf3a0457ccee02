#include "sql/literal.h"
#include "base/text.h"
#include "model/value.h"

static void put_hex(struct wh_buffer *out, const struct wh_dialect *d, const char *bytes, size_t n)
{
	bool x = d != &wh_dialect_postgresql;
	wh_buffer_text(out, x ? "X'" : "'\\x");
	wh_text_hex(out, bytes, n);
	wh_buffer_char(out, '\'');
}

/* SQLite's own values: the inside of a text is not escaped, bytes may stand as they are. */
static void put_native(struct wh_buffer *out, const char *at, size_t n)
{
	if (n >= 2 && *at == '\'')
		wh_sql_text(out, &wh_dialect_sqlite, at + 1, n - 2);
	else if (n >= 3 && *at == 'b')
		put_hex(out, &wh_dialect_sqlite, at + 2, n - 3);
	else
		wh_buffer_put(out, at, n);
}

static bool is_bare(enum wh_kind kind)
{
	return wh_kind_is_number(kind) || kind == WH_FLOAT32 || kind == WH_FLOAT64;
}

/* Numbers stand bare but in PostgreSQL, where a text becomes what its column is. NaN is a text. */
static void put_value(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_batch *b,
	size_t column, uint32_t row)
{
	enum wh_kind kind = b->lanes[column].kind;
	struct wh_buffer text = { 0 };
	if (kind == WH_BOOL && !d->boolean_literals)
		wh_buffer_text(&text, wh_word(b, column, row) ? "1" : "0");
	else
		wh_value_text(&text, b, column, row);
	bool digits = text.size && (text.data[text.size - 1] | 0x20) <= '9';
	size_t n = text.size;
	if (kind == WH_TIMESTAMPTZ && d == &wh_dialect_mysql)
		n = (size_t)(strcspn(wh_buffer_string(&text), "+Z"));
	if (is_bare(kind) && digits && d != &wh_dialect_postgresql)
		wh_buffer_put(out, text.data, n);
	else
		wh_sql_text(out, d, wh_buffer_string(&text), n);
	wh_buffer_free(&text);
}

void wh_sql_literal(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_batch *b,
	size_t column, uint32_t row)
{
	enum wh_kind kind = b->lanes[column].kind;
	size_t n = 0;
	const char *bytes = b->lanes[column].offset ? wh_cell(b, column, row, &n) : NULL;
	if (wh_is_null(b, column, row))
		wh_buffer_text(out, "NULL");
	else if (kind == WH_BYTES || kind == WH_GEOMETRY)
		put_hex(out, d, bytes, n);
	else if (kind == WH_NATIVE && d == &wh_dialect_sqlite)
		put_native(out, bytes, n);
	else if (kind == WH_BITS && d == &wh_dialect_mysql)
		wh_buffer_format(out, "b'%.*s'", (int)n, bytes);
	else
		put_value(out, d, b, column, row);
}

static void put_comparisons(struct wh_buffer *out, const struct wh_dialect *d,
	const struct wh_rowset *rows, const struct wh_batch *b, uint32_t row)
{
	for (size_t i = 0; i < rows->nkey; i++) {
		wh_buffer_text(out, i ? " AND " : "(");
		wh_sql_name(out, d, rows->fields[rows->key[i]].name);
		wh_buffer_text(out, wh_is_null(b, rows->key[i], row) ? " IS " : " = ");
		wh_sql_literal(out, d, b, rows->key[i], row);
	}
	wh_buffer_char(out, ')');
}

void wh_sql_keys(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_rowset *rows,
	const struct wh_batch *b, const uint32_t *which, size_t n)
{
	bool one = rows->nkey == 1;
	if (one) {
		wh_sql_name(out, d, rows->fields[rows->key[0]].name);
		wh_buffer_text(out, " IN (");
	}
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(out, !i ? "" : one ? ", " : " OR ");
		if (one)
			wh_sql_literal(out, d, b, rows->key[0], which[i]);
		else
			put_comparisons(out, d, rows, b, which[i]);
	}
	if (one)
		wh_buffer_char(out, ')');
}
