/* Cells: every pair of a column's type and the kind that travels. */
#include "connectors/mysql/read.h"
#include "base/text.h"
#include "base/time.h"
#include "model/value.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL_CELL 4096

static int take_integer(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	char text[24];
	if (cell->cut) { /* unsigned, beyond 2^63 */
		wh_batch_stray(out, column, WH_STRAY_RANGE, text,
			wh_format_uint64(text, (uint64_t)cell->value.integer));
		return WH_OK;
	}
	wh_batch_word(out, column, cell->value.integer);
	return WH_OK;
}

static int take_unsigned(struct wh_mysql_reader *r, struct wh_mysql_cell *cell,
	struct wh_batch *out, size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	wh_batch_word(out, column, cell->value.integer);
	return WH_OK;
}

static int take_bool(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	char text[24];
	if (cell->value.integer == 0 || cell->value.integer == 1)
		wh_batch_word(out, column, cell->value.integer);
	else
		wh_batch_stray(out, column, WH_STRAY_KIND, text,
			wh_format_int64(text, cell->value.integer));
	return WH_OK;
}

static int take_bool_text(struct wh_mysql_reader *r, struct wh_mysql_cell *cell,
	struct wh_batch *out, size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	static const char *const words[] = { "false", "true" };
	int64_t value = cell->value.integer;
	char text[24] = "";
	if (value == 0 || value == 1)
		wh_batch_bytes(out, column, words[value], strlen(words[value]));
	else
		wh_batch_bytes(out, column, text, wh_format_int64(text, value));
	return WH_OK;
}

static int take_single(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	wh_batch_double(out, column, (double)cell->value.single);
	return WH_OK;
}

static int take_double(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)error;
	double value = cell->value.number;
	if (out->lanes[column].kind != WH_FLOAT32 || (double)(float)value == value) {
		wh_batch_double(out, column, value);
		return WH_OK;
	}
	wh_buffer_clear(&r->scratch);
	wh_float_text(&r->scratch, value, false);
	wh_batch_stray(out, column, WH_STRAY_RANGE, wh_buffer_string(&r->scratch), r->scratch.size);
	return WH_OK;
}

static int take_float_text(struct wh_mysql_reader *r, struct wh_mysql_cell *cell,
	struct wh_batch *out, size_t column, struct wh_error *error)
{
	(void)error;
	bool single = wh_mysql_class(cell->type->native) == WH_MYSQL_FLOAT;
	wh_buffer_clear(&r->scratch);
	wh_float_text(&r->scratch, cell->value.number, single);
	if (out->lanes[column].kind == WH_TEXT)
		wh_batch_bytes(out, column, wh_buffer_string(&r->scratch), r->scratch.size);
	else if (!wh_value_parse(out, column, wh_buffer_string(&r->scratch), r->scratch.size))
		wh_batch_stray(out, column, WH_STRAY_KIND, wh_buffer_string(&r->scratch), r->scratch.size);
	return WH_OK;
}

/* Year 0 is MySQL's "no year known", not 1 BC. */
static bool date_exists(const MYSQL_TIME *t)
{
	return t->year && wh_date_exists(t->year, (int)t->month, (int)t->day);
}

static int take_date(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	const MYSQL_TIME *t = &cell->value.time;
	char text[40];
	if (date_exists(t)) {
		wh_batch_word(out, column, wh_days_from_civil(t->year, (int)t->month, (int)t->day));
		return WH_OK;
	}
	int n = snprintf(text, sizeof text, "%04u-%02u-%02u", t->year, t->month, t->day);
	wh_batch_stray(out, column, WH_STRAY_ZERO_DATE, text, (size_t)n);
	return WH_OK;
}

static int64_t usec_of_day(const MYSQL_TIME *t)
{
	return ((int64_t)t->hour * 3600 + (int64_t)t->minute * 60 + (int64_t)t->second) * 1000000 +
		(int64_t)t->second_part;
}

static int take_stamp(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	const MYSQL_TIME *t = &cell->value.time;
	char text[80];
	if (date_exists(t)) {
		int64_t days = wh_days_from_civil(t->year, (int)t->month, (int)t->day);
		wh_batch_word(out, column, days * WH_USEC_PER_DAY + usec_of_day(t));
		return WH_OK;
	}
	int n = snprintf(text, sizeof text, "%04u-%02u-%02u %02u:%02u:%02u", t->year, t->month, t->day,
		t->hour, t->minute, t->second);
	if (t->second_part)
		n += snprintf(text + n, sizeof text - (size_t)n, ".%06lu", t->second_part);
	wh_batch_stray(out, column, WH_STRAY_ZERO_DATE, text, (size_t)n);
	return WH_OK;
}

static int64_t signed_usec(const MYSQL_TIME *t)
{
	int64_t usec = usec_of_day(t) + (int64_t)t->day * WH_USEC_PER_DAY;
	return t->neg ? -usec : usec;
}

static int take_span(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	struct wh_interval span = { .usec = signed_usec(&cell->value.time) };
	wh_batch_bytes(out, column, &span, sizeof span);
	return WH_OK;
}

static int take_time(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	(void)error;
	char text[WH_TIME_TEXT];
	int64_t usec = signed_usec(&cell->value.time);
	if (usec >= 0 && usec <= WH_USEC_PER_DAY) {
		wh_batch_word(out, column, usec);
		return WH_OK;
	}
	size_t n = wh_format_interval(text, (struct wh_interval){ .usec = usec });
	wh_batch_stray(out, column, WH_STRAY_RANGE, text, n);
	return WH_OK;
}

/* The bytes of a long cell are still in the library's buffer: they are copied from there. */
static int fetch(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, char *to, size_t column,
	struct wh_error *error)
{
	unsigned long length = 0;
	my_bool is_null = 0, cut = 0;
	MYSQL_BIND bind = { .buffer_type = cell->form->bind,
		.buffer = to,
		.buffer_length = cell->length,
		.length = &length,
		.is_null = &is_null,
		.error = &cut };
	if (mysql_stmt_fetch_column(r->stmt, &bind, (unsigned)column, 0))
		return wh_mysql_fail_stmt(r->stmt, "reading a long value", error);
	if (is_null || length != cell->length)
		return wh_fail(error, WH_BUG, "a value of %lu bytes came as one of %lu", cell->length,
			length);
	return WH_OK;
}

static int too_long(const struct wh_mysql_cell *cell, struct wh_error *error)
{
	return wh_fail(error, WH_ROW,
		"a value of %lu bytes is longer than the 1 GiB that can be "
		"moved: \"%s\"",
		cell->length, cell->type->native ? cell->type->native : "");
}

/* Puts the cell's bytes into its lane; *at is where they stand. */
static int place(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, char **at, struct wh_error *error)
{
	if (cell->length > WH_CELL_MAX)
		return too_long(cell, error);
	*at = wh_batch_room(out, column, cell->length);
	if (cell->length > cell->room)
		return fetch(r, cell, *at, column, error);
	if (cell->length)
		memcpy(*at, cell->bytes, cell->length);
	return WH_OK;
}

/* The same bytes, placed last, as a stray. */
static void unplace(struct wh_batch *out, size_t column, enum wh_stray_reason reason, size_t n)
{
	struct wh_lane *lane = &out->lanes[column];
	lane->size -= n;
	out->bytes -= n;
	wh_batch_stray(out, column, reason, lane->bytes + lane->size, n);
}

static int take_bytes(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	char *at = NULL;
	return place(r, cell, out, column, &at, error);
}

/* What is stored as UTF-8 or ASCII comes as it is, so that broken bytes are seen. */
bool wh_mysql_is_utf8(const struct wh_type *type)
{
	static const char *const same[] = { "utf8mb4", "utf8mb3", "utf8", "ascii", "binary", NULL };
	for (size_t i = 0; type->charset && same[i]; i++)
		if (wh_equal_nocase(type->charset, same[i]))
			return true;
	return wh_mysql_class(type->native) == WH_MYSQL_JSON;
}

/* Stored bytes that are no character of the column's set come behind a byte that begins no UTF-8. */
static bool is_alien(const struct wh_mysql_cell *cell, const char *at)
{
	return cell->length && (unsigned char)*at == WH_MYSQL_ALIEN && !wh_mysql_is_utf8(cell->type);
}

static int take_text(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	char *at = NULL;
	int rc = place(r, cell, out, column, &at, error);
	if (rc != WH_OK || !at || wh_utf8_valid(at, cell->length))
		return rc;
	bool alien = is_alien(cell, at);
	if (alien) {
		memmove(at, at + 1, cell->length - 1);
		out->lanes[column].size--;
		out->bytes--;
	}
	unplace(out, column, alien ? WH_STRAY_CHARSET : WH_STRAY_UTF8, cell->length - alien);
	return WH_OK;
}

/* An ENUM's value of index 0 shows as an empty text, though that is none of its labels. */
static int take_label(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	if (cell->length || !cell->type->empty_label)
		return take_text(r, cell, out, column, error);
	wh_batch_stray(out, column, WH_STRAY_LABEL, "", 0);
	return WH_OK;
}

/* SRID, four bytes, little end first, then WKB. */
static int take_geometry(struct wh_mysql_reader *r, struct wh_mysql_cell *cell,
	struct wh_batch *out, size_t column, struct wh_error *error)
{
	char *at = NULL;
	int rc = place(r, cell, out, column, &at, error);
	if (rc != WH_OK || !at)
		return rc;
	const unsigned char *b = (const unsigned char *)at;
	uint32_t srid = cell->length < 4
		? 0
		: (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
	struct wh_lane *lane = &out->lanes[column];
	if (cell->length < 9 || srid != (uint32_t)cell->wire->srid) {
		wh_buffer_clear(&r->scratch);
		wh_text_hex(&r->scratch, at, cell->length);
		lane->size -= cell->length;
		out->bytes -= cell->length;
		wh_batch_stray(out, column, WH_STRAY_RANGE, wh_buffer_string(&r->scratch), r->scratch.size);
		return WH_OK;
	}
	memmove(at, at + 4, cell->length - 4);
	lane->size -= 4;
	out->bytes -= 4;
	lane->offset[out->rows + 1] = (uint32_t)lane->size;
	return WH_OK;
}

/* BIT(n) comes as bytes, the highest bit first. */
static int take_bits(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	(void)r;
	size_t have = cell->length * 8;
	size_t want = cell->type->length > 0 ? (size_t)cell->type->length : have;
	if (cell->length > 8 || cell->length > cell->room || want > have)
		return wh_fail(error, WH_STOP, "a BIT value of %lu bytes came for \"%s\"", cell->length,
			cell->type->native);
	char *at = wh_batch_room(out, column, want);
	for (size_t i = 0; i < want; i++) {
		size_t bit = have - want + i;
		at[i] = (cell->bytes[bit / 8] >> (7 - bit % 8) & 1) ? '1' : '0';
	}
	return WH_OK;
}

/* Any other pair: the server's text, read as the kind's own. */
static int take_parsed(struct wh_mysql_reader *r, struct wh_mysql_cell *cell, struct wh_batch *out,
	size_t column, struct wh_error *error)
{
	if (cell->length > WH_CELL_MAX)
		return too_long(cell, error);
	wh_buffer_clear(&r->scratch);
	if (!wh_buffer_reserve(&r->scratch, cell->length + 1))
		return too_long(cell, error);
	const char *text = cell->bytes;
	if (cell->length > cell->room) {
		int rc = fetch(r, cell, r->scratch.data, column, error);
		if (rc != WH_OK)
			return rc;
		text = r->scratch.data;
	}
	if (!wh_value_parse(out, column, text, cell->length))
		wh_batch_stray(out, column,
			wh_utf8_valid(text, cell->length) ? WH_STRAY_KIND : WH_STRAY_UTF8, text, cell->length);
	return WH_OK;
}

#define STORED_TEXT \
	(WH_MYSQL_TEXT | WH_MYSQL_LABELS | WH_MYSQL_JSON | WH_MYSQL_UUID | WH_MYSQL_OTHER)
#define FLOATING (WH_MYSQL_FLOAT | WH_MYSQL_DOUBLE)
#define ANY (~0u)

/* The first that fits a column. */
static const struct wh_mysql_form forms[] = {
	{ WH_BOOL, WH_MYSQL_INTEGER, WH_MYSQL_PLAIN, MYSQL_TYPE_LONGLONG, take_bool },
	{ WH_BOOL, WH_MYSQL_BIT, WH_MYSQL_NUMBER, MYSQL_TYPE_LONGLONG, take_bool },
	{ WH_INT64, WH_MYSQL_INTEGER, WH_MYSQL_PLAIN, MYSQL_TYPE_LONGLONG, take_integer },
	{ WH_INT64, WH_MYSQL_BIT, WH_MYSQL_NUMBER, MYSQL_TYPE_LONGLONG, take_integer },
	{ WH_UINT64, WH_MYSQL_INTEGER, WH_MYSQL_PLAIN, MYSQL_TYPE_LONGLONG, take_unsigned },
	{ WH_UINT64, WH_MYSQL_BIT, WH_MYSQL_NUMBER, MYSQL_TYPE_LONGLONG, take_unsigned },
	{ WH_FLOAT32, WH_MYSQL_FLOAT, WH_MYSQL_PLAIN, MYSQL_TYPE_FLOAT, take_single },
	{ WH_FLOAT32, WH_MYSQL_DOUBLE, WH_MYSQL_PLAIN, MYSQL_TYPE_DOUBLE, take_double },
	{ WH_FLOAT64, FLOATING, WH_MYSQL_PLAIN, MYSQL_TYPE_DOUBLE, take_double },
	{ WH_DECIMAL, WH_MYSQL_DECIMAL | WH_MYSQL_INTEGER, WH_MYSQL_CAST, MYSQL_TYPE_STRING,
		take_bytes },
	{ WH_DATE, WH_MYSQL_DATE, WH_MYSQL_PLAIN, MYSQL_TYPE_DATE, take_date },
	{ WH_TIMESTAMP, WH_MYSQL_DATETIME, WH_MYSQL_PLAIN, MYSQL_TYPE_DATETIME, take_stamp },
	{ WH_TIMESTAMPTZ, WH_MYSQL_DATETIME, WH_MYSQL_PLAIN, MYSQL_TYPE_DATETIME, take_stamp },
	{ WH_TIME, WH_MYSQL_TIME, WH_MYSQL_PLAIN, MYSQL_TYPE_TIME, take_time },
	{ WH_INTERVAL, WH_MYSQL_TIME, WH_MYSQL_PLAIN, MYSQL_TYPE_TIME, take_span },
	{ WH_BITS, WH_MYSQL_BIT, WH_MYSQL_PLAIN, MYSQL_TYPE_BLOB, take_bits },
	{ WH_TEXT, WH_MYSQL_BIT, WH_MYSQL_PLAIN, MYSQL_TYPE_BLOB, take_bits },
	{ WH_GEOMETRY, WH_MYSQL_GEOMETRY, WH_MYSQL_PLAIN, MYSQL_TYPE_BLOB, take_geometry },
	{ WH_BYTES, ANY, WH_MYSQL_RAW, MYSQL_TYPE_BLOB, take_bytes },
	{ WH_TEXT, FLOATING, WH_MYSQL_PLAIN, MYSQL_TYPE_DOUBLE, take_float_text },
	{ WH_DECIMAL, FLOATING, WH_MYSQL_PLAIN, MYSQL_TYPE_DOUBLE, take_float_text },
	{ WH_TEXT, WH_MYSQL_BINARY, WH_MYSQL_HEX, MYSQL_TYPE_STRING, take_text },
	{ WH_TEXT, WH_MYSQL_GEOMETRY, WH_MYSQL_WKB_HEX, MYSQL_TYPE_STRING, take_text },
	{ WH_TEXT, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_XML, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_JSON, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_ARRAY, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_ENUM, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_label },
	{ WH_SET, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_BITS, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_NATIVE, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_text },
	{ WH_TEXT, ANY, WH_MYSQL_CAST, MYSQL_TYPE_STRING, take_text },
	{ WH_NO_KIND, STORED_TEXT, WH_MYSQL_STRING, MYSQL_TYPE_STRING, take_parsed },
	{ WH_NO_KIND, ANY, WH_MYSQL_CAST, MYSQL_TYPE_STRING, take_parsed },
};

static const struct wh_mysql_form bool_text = { WH_TEXT, ANY, WH_MYSQL_NUMBER, MYSQL_TYPE_LONGLONG,
	take_bool_text };

static const struct wh_mysql_form *form_of(const struct wh_field *field)
{
	enum wh_mysql_class class = wh_mysql_class(field->type.native);
	const struct wh_mysql_form *form = forms;
	if (field->type.kind == WH_BOOL && field->wire.kind == WH_TEXT)
		return &bool_text;
	while (form->wire != WH_NO_KIND && !(form->wire == field->wire.kind && (form->classes & class)))
		form++;
	while (!(form->classes & class))
		form++;
	return form;
}

/* The server shows a question mark for bytes that are no character of the column's set: one that
 * does not turn back is none. Every byte of latin1 is a character. */
void wh_mysql_converted(struct wh_buffer *out, const char *value, const char *charset)
{
	if (charset && !wh_equal_nocase(charset, "latin1"))
		wh_buffer_format(out,
			"IF(LOCATE('?', CONVERT(%s USING utf8mb4)) AND CAST(CONVERT(CONVERT(%s USING utf8mb4) "
			"USING %s) AS BINARY) <> CAST(%s AS BINARY), CONCAT(0x%X, CAST(%s AS BINARY)), "
			"CAST(CONVERT(%s USING utf8mb4) AS BINARY))",
			value, value, charset, value, (unsigned)WH_MYSQL_ALIEN, value, value);
	else
		wh_buffer_format(out, "CONVERT(%s USING utf8mb4)", value);
}

static void put_converted(struct wh_buffer *out, const struct wh_field *field)
{
	struct wh_buffer name = { 0 };
	wh_mysql_name(&name, field->name);
	wh_mysql_converted(out, wh_buffer_string(&name), field->type.charset);
	wh_buffer_free(&name);
}

void wh_mysql_cell_expression(struct wh_buffer *out, const struct wh_field *field)
{
	static const struct {
		const char *before, *after;
	} asks[] = {
		[WH_MYSQL_PLAIN] = { "", "" },
		[WH_MYSQL_NUMBER] = { "", " + 0" },
		[WH_MYSQL_CAST] = { "CAST(", " AS CHAR)" },
		[WH_MYSQL_HEX] = { "LOWER(HEX(", "))" },
		[WH_MYSQL_WKB_HEX] = { "LOWER(HEX(ST_AsBinary(", ")))" },
		[WH_MYSQL_RAW] = { "CAST(", " AS BINARY)" },
	};
	enum wh_mysql_ask ask = form_of(field)->ask;
	enum wh_mysql_class class = wh_mysql_class(field->type.native);
	if (ask == WH_MYSQL_STRING && wh_mysql_is_utf8(&field->type))
		ask = WH_MYSQL_PLAIN;
	if (ask == WH_MYSQL_RAW && (class == WH_MYSQL_BINARY || class == WH_MYSQL_GEOMETRY))
		ask = WH_MYSQL_PLAIN;
	if (ask == WH_MYSQL_CAST && class == WH_MYSQL_DECIMAL)
		ask = WH_MYSQL_PLAIN;
	if (ask == WH_MYSQL_STRING) {
		put_converted(out, field);
		return;
	}
	wh_buffer_text(out, asks[ask].before);
	wh_mysql_name(out, field->name);
	wh_buffer_text(out, asks[ask].after);
}

static unsigned long room_for(const struct wh_field *field)
{
	int64_t length = field->type.length;
	bool known = length > 0 && length <= SMALL_CELL / 4;
	return known ? (unsigned long)length * 4 + 64 : SMALL_CELL;
}

void wh_mysql_cell_init(struct wh_mysql_cell *cell, const struct wh_field *field,
	struct wh_arena *arena, MYSQL_BIND *bind)
{
	*cell = (struct wh_mysql_cell){ .form = form_of(field),
		.type = &field->type,
		.wire = &field->wire };
	*bind = (MYSQL_BIND){ .buffer_type = cell->form->bind,
		.buffer = &cell->value,
		.length = &cell->length,
		.is_null = &cell->is_null,
		.error = &cell->cut,
		.is_unsigned = field->wire.kind == WH_UINT64 };
	if (bind->buffer_type != MYSQL_TYPE_STRING && bind->buffer_type != MYSQL_TYPE_BLOB)
		return;
	cell->room = room_for(field);
	cell->bytes = wh_arena_alloc(arena, cell->room);
	bind->buffer = cell->bytes;
	bind->buffer_length = cell->room;
}
