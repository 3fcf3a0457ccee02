/* Cells of a batch as values of SQLite: one function a kind. */
#include "connectors/sqlite/sqlite.h"
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "model/value.h"
#include <math.h>
#include <stdlib.h>

struct binding {
	struct sqlite_binder *to;
	sqlite3_stmt *st;
	int parameter;
	const struct wh_batch *b;
	uint32_t row;
};

static int64_t word(const struct binding *x)
{
	return wh_word(x->b, x->to->column, x->row);
}

/* The text must stay until the statement has run. */
static int put_text(const struct binding *x, const char *text, size_t n)
{
	return sqlite3_bind_text64(x->st, x->parameter, n ? text : "", n, SQLITE_STATIC, SQLITE_UTF8);
}

/* A blob without bytes is no NULL. */
static int put_blob(const struct binding *x, const char *bytes, size_t n)
{
	if (!n)
		return sqlite3_bind_zeroblob(x->st, x->parameter, 0);
	return sqlite3_bind_blob64(x->st, x->parameter, bytes, n, SQLITE_STATIC);
}

static int bind_integer(const struct binding *x)
{
	return sqlite3_bind_int64(x->st, x->parameter, word(x));
}

/* Unsigned numbers, times, intervals and UUIDs in their text form. */
static int bind_form(const struct binding *x)
{
	struct wh_buffer *text = &x->to->made;
	wh_buffer_clear(text);
	wh_value_text(text, x->b, x->to->column, x->row);
	return put_text(x, text->data, text->size);
}

static int bind_unsigned(const struct binding *x)
{
	if (word(x) >= 0)
		return bind_integer(x);
	if (x->to->numbers_only)
		return SQLITE_MISMATCH; /* it would become a REAL */
	return bind_form(x);
}

static int put_double(const struct binding *x, double value)
{
	if (isnan(value))
		return put_text(x, "NaN", 3);
	if (value == 0 && signbit(value))
		return put_blob(x, "-0.0", 4);
	return sqlite3_bind_double(x->st, x->parameter, value);
}

static int bind_float(const struct binding *x)
{
	return put_double(x, wh_double(x->b, x->to->column, x->row));
}

/* True where the double, read back, has the same digits. */
static bool double_is(double value, const char *text, size_t n)
{
	struct wh_buffer shortest = { 0 }, plain = { 0 };
	wh_float_text(&shortest, value, false);
	bool same = wh_decimal_plain(&plain, wh_buffer_string(&shortest), shortest.size) &&
		wh_decimal_compare(plain.data, plain.size, text, n) == 0;
	wh_buffer_free(&shortest);
	wh_buffer_free(&plain);
	return same;
}

static int bind_decimal(const struct binding *x)
{
	size_t n;
	int64_t whole;
	char digits[64];
	const char *text = wh_cell(x->b, x->to->column, x->row, &n);
	const struct wh_type *wire = &x->to->field->wire;
	bool special = n && (text[n - 1] | 0x20) > '9';
	if (!special && !wh_decimal_fits(text, n, wire->precision, wire->scale))
		return SQLITE_MISMATCH; /* the file would take it, but not as what the column is */
	if (!x->to->numbers_only || special)
		return put_text(x, text, n);
	if (wh_text_int64(text, n, &whole))
		return sqlite3_bind_int64(x->st, x->parameter, whole);
	double value;
	if (wh_decimal_double(text, n, &value))
		return sqlite3_bind_double(x->st, x->parameter, value);
	if (n >= sizeof digits)
		return SQLITE_MISMATCH;
	memcpy(digits, text, n);
	digits[n] = '\0';
	value = strtod(digits, NULL);
	if (n > 16 && !double_is(value, text, n)) /* 15 digits and the point are always exact */
		return SQLITE_MISMATCH;
	return sqlite3_bind_double(x->st, x->parameter, value);
}

static int bind_text(const struct binding *x)
{
	size_t n;
	const char *text = wh_cell(x->b, x->to->column, x->row, &n);
	return put_text(x, text, n);
}

static int bind_bytes(const struct binding *x)
{
	size_t n;
	const char *bytes = wh_cell(x->b, x->to->column, x->row, &n);
	return put_blob(x, bytes, n);
}

static int put_hex(const struct binding *x, const char *hex, size_t n)
{
	struct wh_buffer *bytes = &x->to->made;
	wh_buffer_clear(bytes);
	if (!n)
		return put_blob(x, NULL, 0);
	if (!wh_buffer_reserve(bytes, n / 2) || !wh_text_unhex(hex, n, bytes->data))
		return SQLITE_MISMATCH;
	return put_blob(x, bytes->data, n / 2);
}

static int bind_native(const struct binding *x)
{
	size_t n;
	int64_t whole;
	char digits[64];
	const char *at = wh_cell(x->b, x->to->column, x->row, &n);
	if (n >= 2 && *at == '\'')
		return put_text(x, at + 1, n - 2);
	if (n >= 3 && *at == 'b')
		return put_blob(x, at + 2, n - 3);
	if (n >= 3 && *at == 'x')
		return put_hex(x, at + 2, n - 3);
	if (wh_text_int64(at, n, &whole))
		return sqlite3_bind_int64(x->st, x->parameter, whole);
	double value;
	if (wh_decimal_double(at, n, &value))
		return sqlite3_bind_double(x->st, x->parameter, value);
	if (!n || n >= sizeof digits)
		return SQLITE_MISMATCH;
	memcpy(digits, at, n);
	digits[n] = '\0';
	return sqlite3_bind_double(x->st, x->parameter, strtod(digits, NULL));
}

static int (*const binders[WH_KINDS])(const struct binding *) = {
	[WH_BOOL] = bind_integer,
	[WH_INT64] = bind_integer,
	[WH_UINT64] = bind_unsigned,
	[WH_FLOAT32] = bind_float,
	[WH_FLOAT64] = bind_float,
	[WH_DECIMAL] = bind_decimal,
	[WH_TEXT] = bind_text,
	[WH_BYTES] = bind_bytes,
	[WH_DATE] = bind_form,
	[WH_TIME] = bind_form,
	[WH_TIMESTAMP] = bind_form,
	[WH_TIMESTAMPTZ] = bind_form,
	[WH_INTERVAL] = bind_form,
	[WH_UUID] = bind_form,
	[WH_JSON] = bind_text,
	[WH_XML] = bind_text,
	[WH_ENUM] = bind_text,
	[WH_SET] = bind_text,
	[WH_BITS] = bind_text,
	[WH_ARRAY] = bind_text,
	[WH_GEOMETRY] = bind_bytes,
	[WH_NATIVE] = bind_native,
};

void wh_sqlite_binder_init(struct sqlite_binder *out, const struct wh_rowset *rows, size_t column)
{
	const struct wh_field *field = &rows->fields[column];
	enum sqlite_affinity a = wh_sqlite_affinity_of(field->type.native ? field->type.native : "");
	*out = (struct sqlite_binder){ .field = field, .column = column };
	out->numbers_only = a != SQLITE_AS_BLOB && a != SQLITE_AS_TEXT;
}

int wh_sqlite_cell_bind(struct sqlite_binder *to, sqlite3_stmt *st, int parameter,
	const struct wh_batch *b, uint32_t row)
{
	if (wh_is_null(b, to->column, row))
		return sqlite3_bind_null(st, parameter);
	const struct binding x = { to, st, parameter, b, row };
	return binders[to->field->wire.kind](&x);
}
