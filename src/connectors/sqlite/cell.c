/* Values of SQLite as cells of a batch: one function a kind. Nothing is bent: what a kind cannot
 * hold becomes a stray with its text. */
#include "connectors/sqlite/sqlite.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/value.h"
#include <math.h>

struct cell {
	struct sqlite *s;
	struct wh_batch *out;
	size_t column; /* of the batch */
	const struct wh_field *field;
	sqlite3_value *value; /* one thread has the connection: nothing need be locked to look at it */
	int storage;          /* SQLITE_INTEGER ... */
	const char *text;     /* of a TEXT, already known to be UTF-8 */
	size_t n;
};

static void stray(struct cell *c, enum wh_stray_reason reason)
{
	struct wh_buffer *raw = &c->s->scratch;
	wh_buffer_clear(raw);
	if (c->storage == SQLITE_INTEGER) {
		wh_buffer_format(raw, "%lld", (long long)sqlite3_value_int64(c->value));
	} else if (c->storage == SQLITE_FLOAT) {
		wh_float_text(raw, sqlite3_value_double(c->value), false);
	} else if (c->storage == SQLITE_BLOB) {
		wh_buffer_text(raw, "x'");
		const void *bytes = sqlite3_value_blob(c->value);
		wh_text_hex(raw, bytes, (size_t)sqlite3_value_bytes(c->value));
		wh_buffer_text(raw, "'");
	} else {
		wh_batch_stray(c->out, c->column, reason, c->text, c->n);
		return;
	}
	wh_batch_stray(c->out, c->column, reason, wh_buffer_string(raw), raw->size);
}

static int64_t integer(const struct cell *c)
{
	return sqlite3_value_int64(c->value);
}

static double real(const struct cell *c)
{
	return sqlite3_value_double(c->value);
}

static void read_bool(struct cell *c)
{
	static const char *const words[] = { "f", "t", "false", "true" };
	if (c->storage == SQLITE_INTEGER && (integer(c) == 0 || integer(c) == 1)) {
		wh_batch_word(c->out, c->column, integer(c));
		return;
	}
	for (int i = 0; c->storage == SQLITE_TEXT && i < 4; i++) {
		if (strlen(words[i]) == c->n && sqlite3_strnicmp(c->text, words[i], (int)c->n) == 0) {
			wh_batch_word(c->out, c->column, i & 1);
			return;
		}
	}
	stray(c, c->storage == SQLITE_INTEGER ? WH_STRAY_RANGE : WH_STRAY_KIND);
}

/* A column declared SMALLINT whose target is as narrow. */
static bool too_wide(const struct cell *c, int64_t value)
{
	return c->field->type.precision == 16 && c->field->wire.precision == 16 &&
		(value < INT16_MIN || value > INT16_MAX);
}

#define WHOLE_DOUBLE 9007199254740992.0 /* 2^53: up to there every integer is a double */

static void read_int64(struct cell *c)
{
	int64_t value = 0;
	bool whole = c->storage == SQLITE_INTEGER;
	if (whole) {
		value = integer(c);
	} else if (c->storage == SQLITE_FLOAT) {
		whole = fabs(real(c)) <= WHOLE_DOUBLE && real(c) == floor(real(c));
		value = whole ? (int64_t)real(c) : 0;
	} else if (c->storage == SQLITE_TEXT) {
		whole = wh_text_int64(c->text, c->n, &value);
	}
	if (whole && !too_wide(c, value))
		wh_batch_word(c->out, c->column, value);
	else
		stray(c,
			whole || (c->storage == SQLITE_FLOAT && fabs(real(c)) > WHOLE_DOUBLE)
				? WH_STRAY_RANGE
				: WH_STRAY_KIND);
}

static void read_uint64(struct cell *c)
{
	uint64_t value;
	if (c->storage == SQLITE_INTEGER && integer(c) >= 0)
		wh_batch_word(c->out, c->column, integer(c));
	else if (c->storage == SQLITE_TEXT && wh_text_uint64(c->text, c->n, &value))
		wh_batch_word(c->out, c->column, (int64_t)value);
	else
		stray(c, c->storage == SQLITE_INTEGER ? WH_STRAY_RANGE : WH_STRAY_KIND);
}

static bool negative_zero(const struct cell *c)
{
	return c->storage == SQLITE_BLOB && sqlite3_value_bytes(c->value) == 4 &&
		memcmp(sqlite3_value_blob(c->value), "-0.0", 4) == 0;
}

static void read_float(struct cell *c)
{
	bool single = c->field->wire.kind == WH_FLOAT32;
	double value = 0;
	if (c->storage == SQLITE_TEXT) {
		if (!wh_value_parse(c->out, c->column, c->text, c->n))
			stray(c, WH_STRAY_KIND);
		return;
	}
	if (c->storage == SQLITE_INTEGER)
		value = (double)integer(c);
	else if (c->storage == SQLITE_FLOAT)
		value = real(c);
	else if (negative_zero(c))
		value = -0.0;
	else
		return stray(c, WH_STRAY_KIND);
	bool exact = c->storage != SQLITE_INTEGER || fabs(value) <= WHOLE_DOUBLE;
	if (!exact || (single && isfinite(value) && (double)(float)value != value))
		stray(c, WH_STRAY_RANGE);
	else
		wh_batch_double(c->out, c->column, value);
}

static void read_decimal(struct cell *c)
{
	struct wh_buffer *plain = &c->s->scratch, *text = &c->s->number;
	char digits[64];
	wh_buffer_clear(plain);
	bool number = false;
	if (c->storage == SQLITE_INTEGER) {
		wh_buffer_put(plain, digits, wh_format_int64(digits, integer(c)));
		number = true;
	} else if (c->storage == SQLITE_FLOAT) {
		wh_buffer_clear(text);
		wh_float_text(text, real(c), false);
		number = wh_decimal_plain(plain, wh_buffer_string(text), text->size);
	} else if (c->storage == SQLITE_TEXT) {
		number = wh_decimal_plain(plain, c->text, c->n);
	}
	const struct wh_type *wire = &c->field->wire;
	bool special = number && plain->size && (plain->data[plain->size - 1] | 0x20) > '9';
	if (!number)
		stray(c, WH_STRAY_KIND);
	else if (!special && !wh_decimal_fits(plain->data, plain->size, wire->precision, wire->scale))
		stray(c, WH_STRAY_RANGE);
	else
		wh_batch_bytes(c->out, c->column, plain->data, plain->size);
}

/* Bytes that are no text are often one in another character set: a policy may know it. */
static void stray_blob(struct cell *c)
{
	const char *bytes = sqlite3_value_blob(c->value);
	size_t n = (size_t)sqlite3_value_bytes(c->value);
	if (wh_utf8_valid(bytes, n))
		stray(c, WH_STRAY_KIND);
	else
		wh_batch_stray(c->out, c->column, WH_STRAY_UTF8, bytes, n);
}

/* 1.0 is another value than 1, and shows as one. */
static void put_real(struct wh_buffer *out, double value)
{
	wh_float_text(out, value, false);
	if (!strpbrk(wh_buffer_string(out), ".eIN"))
		wh_buffer_text(out, ".0");
}

/* TEXT and the kinds that are texts. A number stands in such a column only where its affinity lets
 * it; its digits are its text then. */
static void read_text(struct cell *c)
{
	const struct wh_type *wire = &c->field->wire;
	struct wh_buffer *number = &c->s->number;
	if (c->storage == SQLITE_BLOB)
		return stray_blob(c);
	const char *text = c->text;
	size_t n = c->n;
	wh_buffer_clear(number);
	if (c->storage == SQLITE_INTEGER)
		wh_buffer_format(number, "%lld", (long long)integer(c));
	else if (c->storage == SQLITE_FLOAT)
		put_real(number, real(c));
	if (c->storage != SQLITE_TEXT) {
		text = wh_buffer_string(number);
		n = number->size;
	}
	bool too_long = wire->kind == WH_TEXT && wire->length > 0 && n > (size_t)wire->length &&
		wh_utf8_length(text, n) > (size_t)wire->length;
	if (too_long)
		stray(c, WH_STRAY_RANGE);
	else if (wire->kind == WH_JSON && !wh_json_valid(text, n))
		stray(c, WH_STRAY_KIND);
	else
		wh_batch_bytes(c->out, c->column, text, n);
}

/* A column of texts and blobs, widened to bytes. */
static bool texts_as_bytes(const struct wh_field *field)
{
	return field->type.kind == WH_BYTES && field->type.wider == WH_BYTES;
}

static void read_bytes(struct cell *c)
{
	bool text = c->storage == SQLITE_TEXT && texts_as_bytes(c->field);
	if (c->storage != SQLITE_BLOB && !text)
		return stray(c, WH_STRAY_KIND);
	if (text)
		sqlite3_value_text(c->value); /* its bytes are UTF-8 from here on */
	const void *bytes = sqlite3_value_blob(c->value);
	wh_batch_bytes(c->out, c->column, bytes, (size_t)sqlite3_value_bytes(c->value));
}

static void read_uuid(struct cell *c)
{
	if (c->storage == SQLITE_BLOB && sqlite3_value_bytes(c->value) == 16)
		wh_batch_bytes(c->out, c->column, sqlite3_value_blob(c->value), 16);
	else if (c->storage != SQLITE_TEXT || !wh_value_parse(c->out, c->column, c->text, c->n))
		stray(c, WH_STRAY_KIND);
}

static void read_interval(struct cell *c)
{
	if (c->storage != SQLITE_TEXT || !wh_value_parse(c->out, c->column, c->text, c->n))
		stray(c, WH_STRAY_KIND);
}

static bool day_of(int64_t usec, int64_t *days)
{
	if (usec == WH_TIME_NEGATIVE || usec == WH_TIME_POSITIVE) {
		*days = usec;
		return true;
	}
	*days = usec / WH_USEC_PER_DAY;
	return usec % WH_USEC_PER_DAY == 0;
}

static bool moment_text(const struct cell *c, int64_t *value)
{
	bool endless = c->n <= 10; /* "infinity", or a date alone */
	int64_t usec;
	switch (c->field->wire.kind) {
	case WH_DATE:
		return wh_parse_date(c->text, c->n, value) ||
			(!wh_sqlite_text_zoned(c->text, c->n) && wh_parse_timestamp(c->text, c->n, &usec) &&
				day_of(usec, value));
	case WH_TIME:
		return wh_parse_time(c->text, c->n, value);
	case WH_TIMESTAMPTZ:
		return (wh_sqlite_text_zoned(c->text, c->n) ||
				   (endless && strchr("-i", c->text[0]) && c->n)) &&
			wh_parse_timestamptz(c->text, c->n, value);
	default:
		return !wh_sqlite_text_zoned(c->text, c->n) && wh_parse_timestamp(c->text, c->n, value);
	}
}

static bool moment_number(const struct cell *c, int64_t *value)
{
	enum sqlite_form form = wh_sqlite_form_of(&c->field->type);
	int64_t usec;
	if (form == SQLITE_ISO || c->field->wire.kind == WH_TIME)
		return false;
	bool is = c->storage == SQLITE_INTEGER
		? wh_sqlite_moment_integer(form, integer(c), &usec)
		: c->storage == SQLITE_FLOAT && wh_sqlite_moment_real(form, real(c), &usec);
	if (!is || c->field->wire.kind != WH_DATE) {
		*value = is ? usec : 0;
		return is;
	}
	return day_of(usec, value);
}

static void read_moment(struct cell *c)
{
	int64_t value;
	bool is = c->storage == SQLITE_TEXT ? moment_text(c, &value) : moment_number(c, &value);
	if (is)
		wh_batch_word(c->out, c->column, value);
	else if (c->storage == SQLITE_TEXT && c->n >= 10 && memcmp(c->text, "0000-00-00", 10) == 0)
		stray(c, WH_STRAY_ZERO_DATE);
	else
		stray(c, WH_STRAY_KIND);
}

static void native_text(struct cell *c, const char *open, const void *bytes, size_t n)
{
	size_t before = strlen(open);
	char *at = wh_batch_room(c->out, c->column, before + n + 1);
	memcpy(at, open, before);
	if (n)
		memcpy(at + before, bytes, n);
	at[before + n] = '\'';
}

/* Small ones so that people can read them in a difference; large ones without doubling them. */
static void native_blob(struct cell *c)
{
	struct wh_buffer *hex = &c->s->scratch;
	const void *bytes = sqlite3_value_blob(c->value);
	size_t n = (size_t)sqlite3_value_bytes(c->value);
	if (n > SQLITE_HEX_MOST) {
		native_text(c, "b'", bytes, n);
		return;
	}
	wh_buffer_clear(hex);
	wh_text_hex(hex, bytes, n);
	native_text(c, "x'", hex->data, hex->size);
}

static void read_native(struct cell *c)
{
	struct wh_buffer *number = &c->s->scratch;
	char digits[32];
	if (c->storage == SQLITE_INTEGER) {
		size_t n = wh_format_int64(digits, integer(c));
		wh_batch_bytes(c->out, c->column, digits, n);
	} else if (c->storage == SQLITE_FLOAT) {
		wh_buffer_clear(number);
		put_real(number, real(c));
		wh_batch_bytes(c->out, c->column, number->data, number->size);
	} else if (c->storage == SQLITE_TEXT) {
		native_text(c, "'", c->text, c->n);
	} else {
		native_blob(c);
	}
}

static void (*const readers[WH_KINDS])(struct cell *) = {
	[WH_BOOL] = read_bool,
	[WH_INT64] = read_int64,
	[WH_UINT64] = read_uint64,
	[WH_FLOAT32] = read_float,
	[WH_FLOAT64] = read_float,
	[WH_DECIMAL] = read_decimal,
	[WH_TEXT] = read_text,
	[WH_BYTES] = read_bytes,
	[WH_DATE] = read_moment,
	[WH_TIME] = read_moment,
	[WH_TIMESTAMP] = read_moment,
	[WH_TIMESTAMPTZ] = read_moment,
	[WH_INTERVAL] = read_interval,
	[WH_UUID] = read_uuid,
	[WH_JSON] = read_text,
	[WH_XML] = read_text,
	[WH_ENUM] = read_text,
	[WH_SET] = read_text,
	[WH_BITS] = read_text,
	[WH_ARRAY] = read_text,
	[WH_GEOMETRY] = read_bytes,
	[WH_NATIVE] = read_native,
};

/* Any column as text: the text form of its own kind; what is not of that kind, as it stands. */
static void read_as_text(struct cell *c)
{
	struct sqlite *s = c->s;
	enum wh_kind kinds[WH_KINDS - 1];
	for (size_t i = 0; i < WH_KINDS - 1; i++)
		kinds[i] = (enum wh_kind)(i + 1);
	if (!s->inner_ready)
		wh_batch_init(&s->inner, kinds, WH_KINDS - 1);
	s->inner_ready = true;
	wh_batch_reset(&s->inner);
	struct wh_field own = *c->field;
	own.wire = own.type;
	struct cell inner = *c;
	inner.out = &s->inner;
	inner.column = own.type.kind - 1u;
	inner.field = &own;
	readers[own.type.kind](&inner);
	if (s->inner.nstrays) {
		const struct wh_stray *x = &s->inner.strays[0];
		const char *raw = s->inner.strays_bytes.data + x->first;
		if (x->reason == WH_STRAY_UTF8)
			wh_batch_stray(c->out, c->column, WH_STRAY_UTF8, raw, x->size);
		else
			wh_batch_bytes(c->out, c->column, raw, x->size);
		return;
	}
	wh_buffer_clear(&s->scratch);
	wh_value_text(&s->scratch, &s->inner, inner.column, 0);
	wh_batch_bytes(c->out, c->column, s->scratch.data, s->scratch.size);
}

/* SQLite turns half a surrogate pair into something else without a word. */
static bool utf16_valid(const unsigned char *bytes, size_t n)
{
	bool high = false;
	for (size_t i = 0; i + 1 < n; i += 2) {
		uint16_t unit;
		memcpy(&unit, bytes + i, sizeof unit);
		bool low = unit >= 0xdc00 && unit <= 0xdfff;
		if (low != high)
			return false;
		high = unit >= 0xd800 && unit <= 0xdbff;
	}
	return !high && n % 2 == 0;
}

/* False: the text is none, and stands among the strays. */
static bool take_text(struct cell *c)
{
	if (c->s->utf16) {
		const void *units = sqlite3_value_text16(c->value);
		size_t n = (size_t)sqlite3_value_bytes16(c->value);
		if (n && !utf16_valid(units, n)) {
			wh_batch_stray(c->out, c->column, WH_STRAY_UTF8, units, n);
			return false;
		}
	}
	c->text = (const char *)sqlite3_value_text(c->value);
	c->n = (size_t)sqlite3_value_bytes(c->value);
	if (!c->text)
		c->text = "";
	if (wh_utf8_valid(c->text, c->n))
		return true;
	wh_batch_stray(c->out, c->column, WH_STRAY_UTF8, c->text, c->n);
	return false;
}

void wh_sqlite_cell_read(struct sqlite *s, struct wh_batch *out, size_t column,
	const struct wh_field *field)
{
	struct cell c = { .s = s,
		.out = out,
		.column = column,
		.field = field,
		.value = sqlite3_column_value(s->scan, (int)column) };
	c.storage = sqlite3_value_type(c.value);
	enum wh_kind own = field->type.kind;
	if (c.storage == SQLITE_NULL)
		wh_batch_null(out, column);
	else if (c.storage == SQLITE_TEXT && !texts_as_bytes(field) && !take_text(&c))
		return;
	else if (field->wire.kind == WH_TEXT && own != WH_TEXT && own != WH_NATIVE && own)
		read_as_text(&c);
	else
		readers[field->wire.kind ? field->wire.kind : WH_TEXT](&c);
}
