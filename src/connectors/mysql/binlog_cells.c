#include "connectors/mysql/binlog_cells.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOB_COMPRESSED 140
#define VARCHAR_COMPRESSED 141

/* One value while it is turned into what the library would have brought. */
struct stored {
	struct wh_mysql_decoder *d;
	struct wh_mysql_cell *cell;
	const struct wh_mysql_column *column;
	const struct wh_binlog_column *log;
	const uint8_t *at;
	size_t n;
};

static uint64_t little(const uint8_t *at, size_t n)
{
	uint64_t value = 0;
	for (size_t i = n; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static uint64_t big(const uint8_t *at, size_t n)
{
	uint64_t value = 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | at[i];
	return value;
}

static bool is_text(const struct stored *v)
{
	return v->cell->form->bind == MYSQL_TYPE_STRING || v->cell->form->bind == MYSQL_TYPE_BLOB;
}

static bool bytes(struct stored *v, const void *at, size_t n)
{
	v->cell->bytes = (char *)(uintptr_t)at;
	v->cell->length = v->cell->room = n;
	return true;
}

/* What the decoder's text holds now. */
static bool text(struct stored *v)
{
	return bytes(v, wh_buffer_string(&v->d->text), v->d->text.size);
}

/* The server fills up with zeros to the width that the column shows. */
static bool integer_text(struct stored *v, int64_t value, bool is_unsigned)
{
	char digits[24];
	size_t n = is_unsigned ? wh_format_uint64(digits, (uint64_t)value)
						   : wh_format_int64(digits, value);
	size_t width = v->log->type == MYSQL_TYPE_YEAR ? 4 : 0;
	const char *paren = strchr(v->column->type.native, '(');
	if (v->column->zerofill && paren)
		width = strtoul(paren + 1, NULL, 10);
	wh_buffer_clear(&v->d->text);
	for (size_t i = n; i < width && i < 256; i++)
		wh_buffer_char(&v->d->text, '0');
	wh_buffer_put(&v->d->text, digits, n);
	return text(v);
}

static bool integer(struct stored *v, uint64_t value, bool is_unsigned)
{
	if (is_text(v))
		return integer_text(v, (int64_t)value, is_unsigned);
	v->cell->value.integer = (int64_t)value;
	v->cell->cut = is_unsigned && value > INT64_MAX && v->cell->wire->kind != WH_UINT64;
	return v->cell->form->bind == MYSQL_TYPE_LONGLONG;
}

static bool take_integer(struct stored *v)
{
	uint64_t value = little(v->at, v->n), sign = UINT64_C(1) << (v->n * 8 - 1);
	if (!v->column->is_unsigned && value & sign)
		value |= ~(sign - 1);
	return integer(v, value, v->column->is_unsigned);
}

static bool take_year(struct stored *v)
{
	return integer(v, *v->at ? 1900u + *v->at : 0, true);
}

static bool take_bits(struct stored *v)
{
	return is_text(v) ? bytes(v, v->at, v->n) : integer(v, big(v->at, v->n), true);
}

static bool take_float(struct stored *v)
{
	float single;
	uint32_t bits = (uint32_t)little(v->at, 4);
	memcpy(&single, &bits, sizeof single);
	if (v->cell->form->bind == MYSQL_TYPE_FLOAT)
		v->cell->value.single = single;
	else
		v->cell->value.number = (double)single;
	return !is_text(v);
}

static bool take_double(struct stored *v)
{
	uint64_t bits = little(v->at, 8);
	memcpy(&v->cell->value.number, &bits, sizeof bits);
	return v->cell->form->bind == MYSQL_TYPE_DOUBLE;
}

/* Nine digits in four bytes, fewer in fewer; below zero all bits are turned over, and the first
 * always. */
struct digits {
	struct wh_buffer *out;
	const uint8_t *at, *first;
	uint8_t flip;
	bool begun; /* zeros in front are left out */
};

static bool put_digits(struct digits *d, unsigned digits)
{
	static const uint8_t sizes[] = { 0, 1, 1, 2, 2, 3, 3, 4, 4, 4 };
	static const uint32_t most[] = { 0, 9, 99, 999, 9999, 99999, 999999, 9999999, 99999999,
		999999999 };
	uint32_t value = 0;
	char shown[16];
	for (size_t i = 0; i < sizes[digits]; i++, d->at++)
		value = value << 8 | (uint8_t)(*d->at ^ d->flip ^ (d->at == d->first ? 0x80 : 0));
	if (!digits)
		return true;
	if (value > most[digits])
		return false;
	if (d->begun)
		snprintf(shown, sizeof shown, "%0*u", (int)digits, value);
	else if (value)
		snprintf(shown, sizeof shown, "%u", value);
	else
		return true;
	d->begun = true;
	wh_buffer_text(d->out, shown);
	return true;
}

static bool take_decimal(struct stored *v)
{
	unsigned scale = v->log->meta & 0xFF, whole = (unsigned)(v->log->meta >> 8) - scale;
	struct digits d = { .out = &v->d->text, .at = v->at, .first = v->at, .begun = v->column->zerofill && whole };
	d.flip = *v->at & 0x80 ? 0 : 0xFF;
	wh_buffer_clear(d.out);
	if (d.flip)
		wh_buffer_char(d.out, '-');
	bool fine = put_digits(&d, whole % 9);
	for (unsigned i = 0; fine && i < whole / 9; i++)
		fine = put_digits(&d, 9);
	if (!d.begun)
		wh_buffer_char(d.out, '0');
	if (scale)
		wh_buffer_char(d.out, '.');
	d.begun = true;
	for (unsigned i = 0; fine && i < scale / 9; i++)
		fine = put_digits(&d, 9);
	return fine && put_digits(&d, scale % 9) && is_text(v) && text(v);
}

static unsigned long fraction(const uint8_t *at, unsigned digits)
{
	static const unsigned long unit[] = { 1, 10000, 100, 1 };
	size_t n = (digits + 1) / 2;
	return (unsigned long)big(at, n) * unit[n];
}

static void put_fraction(struct stored *v, const MYSQL_TIME *t)
{
	static const unsigned long unit[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
	int digits = v->column->type.precision;
	if (digits > 0 && digits <= 6)
		wh_buffer_format(&v->d->text, ".%0*lu", digits, t->second_part / unit[digits]);
}

/* The server's text of it, where that is wanted. */
static bool moment(struct stored *v, const MYSQL_TIME *t, bool date, bool clock)
{
	if (!is_text(v)) {
		v->cell->value.time = *t;
		return v->cell->form->bind ==
			(!clock        ? MYSQL_TYPE_DATE
					: date ? MYSQL_TYPE_DATETIME
						   : MYSQL_TYPE_TIME);
	}
	wh_buffer_clear(&v->d->text);
	if (date)
		wh_buffer_format(&v->d->text, "%04u-%02u-%02u", t->year, t->month, t->day);
	if (clock) {
		wh_buffer_format(&v->d->text, "%s%02u:%02u:%02u",
			date         ? " "
				: t->neg ? "-"
						 : "",
			t->hour, t->minute, t->second);
		put_fraction(v, t);
	}
	return text(v);
}

static bool take_date(struct stored *v)
{
	uint64_t value = little(v->at, 3);
	MYSQL_TIME t = { .year = (unsigned)(value >> 9),
		.month = value >> 5 & 15,
		.day = value & 31,
		.time_type = MYSQL_TIMESTAMP_DATE };
	return moment(v, &t, true, false);
}

static void clock_of(uint64_t hms, MYSQL_TIME *t)
{
	t->second = hms & 63;
	t->minute = hms >> 6 & 63;
	t->hour = hms >> 12 & 1023;
}

/* Below zero the whole number, fraction included, is turned over. */
static bool take_time2(struct stored *v)
{
	size_t n = (v->log->meta + 1u) / 2;
	int64_t value = (int64_t)big(v->at, v->n) - (INT64_C(0x800000) << n * 8);
	MYSQL_TIME t = { .neg = value < 0, .time_type = MYSQL_TIMESTAMP_TIME };
	uint64_t size = (uint64_t)(value < 0 ? -value : value);
	uint8_t rest[3] = { 0 };
	for (size_t i = 0; i < n; i++)
		rest[i] = (uint8_t)(size >> (n - 1 - i) * 8);
	t.second_part = fraction(rest, v->log->meta);
	clock_of(size >> n * 8, &t);
	return moment(v, &t, false, true);
}

static bool take_datetime2(struct stored *v)
{
	uint64_t value = big(v->at, 5) - UINT64_C(0x8000000000);
	uint64_t days = value >> 17, months = days >> 5;
	MYSQL_TIME t = { .year = (unsigned)(months / 13),
		.month = (unsigned)(months % 13),
		.day = days & 31,
		.second_part = fraction(v->at + 5, v->log->meta),
		.time_type = MYSQL_TIMESTAMP_DATETIME };
	clock_of(value & 0x1FFFF, &t);
	t.hour &= 31;
	return t.year <= 9999 && moment(v, &t, true, true);
}

/* Old forms: decimal digits of the date and the time. */
static bool take_datetime(struct stored *v)
{
	uint64_t value = little(v->at, 8), date = value / 1000000, time = value % 1000000;
	MYSQL_TIME t = { .year = (unsigned)(date / 10000),
		.month = (unsigned)(date / 100 % 100),
		.day = (unsigned)(date % 100),
		.hour = (unsigned)(time / 10000),
		.minute = (unsigned)(time / 100 % 100),
		.second = (unsigned)(time % 100),
		.time_type = MYSQL_TIMESTAMP_DATETIME };
	return date / 10000 <= 9999 && moment(v, &t, true, true);
}

static bool take_old_time(struct stored *v)
{
	uint64_t value = little(v->at, 3);
	MYSQL_TIME t = { .neg = (value & 0x800000) != 0, .time_type = MYSQL_TIMESTAMP_TIME };
	if (t.neg)
		value = 0x1000000 - value;
	t.hour = (unsigned)(value / 10000);
	t.minute = (unsigned)(value / 100 % 100);
	t.second = (unsigned)(value % 100);
	return moment(v, &t, false, true);
}

/* The copy's session is in UTC, as the log is. No second at all is the zero date. */
static bool stamp(struct stored *v, uint64_t seconds, unsigned long usec)
{
	MYSQL_TIME t = { .second_part = usec, .time_type = MYSQL_TIMESTAMP_DATETIME };
	int64_t year;
	int month, day;
	if (seconds || usec) {
		wh_civil_from_days((int64_t)(seconds / 86400) - WH_DAYS_1970_TO_2000, &year, &month, &day);
		t.year = (unsigned)year;
		t.month = (unsigned)month;
		t.day = (unsigned)day;
		t.hour = (unsigned)(seconds / 3600 % 24);
		t.minute = (unsigned)(seconds / 60 % 60);
		t.second = (unsigned)(seconds % 60);
	}
	return moment(v, &t, true, true);
}

static bool take_timestamp2(struct stored *v)
{
	return stamp(v, big(v->at, 4), fraction(v->at + 4, v->log->meta));
}

static bool take_timestamp(struct stored *v)
{
	return stamp(v, little(v->at, 4), 0);
}

static bool hex(struct stored *v, const void *at, size_t n)
{
	wh_buffer_clear(&v->d->text);
	wh_text_hex(&v->d->text, at, n);
	return text(v);
}

static bool take_label(struct stored *v)
{
	const struct wh_type *t = &v->column->type;
	uint64_t index = little(v->at, v->n);
	if (index > t->nlabels || !is_text(v))
		return false;
	return index ? bytes(v, t->labels[index - 1], strlen(t->labels[index - 1])) : bytes(v, "", 0);
}

static bool take_labels(struct stored *v)
{
	const struct wh_type *t = &v->column->type;
	uint64_t mask = little(v->at, v->n);
	wh_buffer_clear(&v->d->text);
	for (size_t i = 0; i < 64 && i < t->nlabels; i++) {
		if (!(mask >> i & 1))
			continue;
		if (v->d->text.size)
			wh_buffer_char(&v->d->text, ',');
		wh_buffer_text(&v->d->text, t->labels[i]);
	}
	return (t->nlabels >= 64 || !(mask >> t->nlabels)) && is_text(v) && text(v);
}

/* Latin1 is cp1252 here, with five bytes as themselves. */
static bool latin1(struct stored *v)
{
	static const uint16_t high[32] = { 0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C,
		0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178 };
	struct wh_buffer *out = &v->d->text;
	wh_buffer_clear(out);
	for (size_t i = 0; i < v->n; i++) {
		unsigned c = v->at[i] >= 0x80 && v->at[i] < 0xA0 ? high[v->at[i] - 0x80] : v->at[i];
		const char three[] = { (char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
			(char)(0x80 | (c & 63)) };
		const char two[] = { (char)(0xC0 | c >> 6), (char)(0x80 | (c & 63)) };
		if (c < 0x80)
			wh_buffer_char(out, (char)c);
		else
			wh_buffer_put(out, c < 0x800 ? two : three, c < 0x800 ? 2 : 3);
	}
	return !out->full && text(v);
}

static bool converted(struct stored *v)
{
	struct wh_mysql_converted_values *c = &v->d->converted;
	if (c->next >= c->n)
		return false;
	const struct wh_binlog_span *value = &c->items[c->next++];
	return bytes(v, value->at, value->n);
}

static bool take_characters(struct stored *v)
{
	enum wh_mysql_ask ask = v->cell->form->ask;
	if (ask != WH_MYSQL_STRING || wh_mysql_is_utf8(&v->column->type) ||
		wh_mysql_class(v->cell->type->native) == WH_MYSQL_JSON)
		return bytes(v, v->at, v->n);
	return wh_equal_nocase(v->column->type.charset, "latin1") ? latin1(v) : converted(v);
}

/* The zeros at its end are not in the log. */
static void fill_up(struct stored *v, size_t n)
{
	struct wh_buffer *whole = &v->d->inflated;
	if (v->n >= n)
		return;
	wh_buffer_clear(whole);
	wh_buffer_put(whole, v->at, v->n);
	while (whole->size < n)
		wh_buffer_char(whole, '\0');
	v->at = (const uint8_t *)whole->data;
	v->n = n;
}

static void put_inet4(struct wh_buffer *out, const uint8_t *at)
{
	wh_buffer_format(out, "%u.%u.%u.%u", at[0], at[1], at[2], at[3]);
}

/* The first of the longest runs of zeros; one alone is a run here. */
static int zeros(const unsigned words[8], int *first)
{
	int longest = 0;
	for (int i = 0, run = 0; i < 8; i++) {
		run = words[i] ? 0 : run + 1;
		if (run > longest) {
			longest = run;
			*first = i - run + 1;
		}
	}
	return longest;
}

static void put_inet6(struct wh_buffer *out, const uint8_t *at)
{
	unsigned words[8];
	int first = -1;
	for (int i = 0; i < 8; i++)
		words[i] = (unsigned)at[2 * i] << 8 | at[2 * i + 1];
	int longest = zeros(words, &first);
	bool mapped = !first && (longest == 6 || (longest == 5 && words[5] == 0xFFFF));
	for (int i = 0; i < 8; i++) {
		if (i == first) {
			wh_buffer_text(out, i ? ":" : "::");
			i += longest - 1;
		} else if (i == 6 && mapped) {
			put_inet4(out, at + 12);
			return;
		} else {
			wh_buffer_format(out, "%x%s", words[i], i < 7 ? ":" : "");
		}
	}
}

static bool take_inet(struct stored *v, size_t n)
{
	wh_buffer_clear(&v->d->text);
	if (v->n == n && n == 4)
		put_inet4(&v->d->text, v->at);
	else if (v->n == n)
		put_inet6(&v->d->text, v->at);
	return v->n == n && text(v);
}

static bool take_uuid(struct stored *v)
{
	wh_buffer_clear(&v->d->text);
	for (size_t i = 0; i < v->n; i++)
		wh_buffer_format(&v->d->text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			v->at[i]);
	return v->n == 16 && text(v);
}

static bool take_bytes(struct stored *v)
{
	const char *native = v->column->type.native;
	enum wh_mysql_class class = wh_mysql_class(native);
	if (v->log->type == MYSQL_TYPE_STRING && class != WH_MYSQL_TEXT)
		fill_up(v, v->log->meta);
	if (!is_text(v))
		return false;
	if (class == WH_MYSQL_UUID)
		return take_uuid(v);
	if (wh_starts_nocase(native, "inet"))
		return take_inet(v, native[4] == '4' ? 4 : 16);
	if (v->cell->form->ask == WH_MYSQL_HEX)
		return hex(v, v->at, v->n);
	if (v->cell->form->ask == WH_MYSQL_WKB_HEX)
		return v->n >= 4 && hex(v, v->at + 4, v->n - 4);
	if (class == WH_MYSQL_TEXT || class == WH_MYSQL_JSON)
		return take_characters(v);
	return bytes(v, v->at, v->n);
}

static bool take_compressed(struct stored *v)
{
	if (!wh_binlog_inflate(v->at, v->n, WH_CELL_MAX, &v->d->inflated))
		return false;
	v->at = (const uint8_t *)wh_buffer_string(&v->d->inflated);
	v->n = v->d->inflated.size;
	return take_bytes(v);
}

static const struct {
	uint8_t type;
	bool (*take)(struct stored *v);
} takes[] = {
	{ MYSQL_TYPE_TINY, take_integer },
	{ MYSQL_TYPE_SHORT, take_integer },
	{ MYSQL_TYPE_INT24, take_integer },
	{ MYSQL_TYPE_LONG, take_integer },
	{ MYSQL_TYPE_LONGLONG, take_integer },
	{ MYSQL_TYPE_YEAR, take_year },
	{ MYSQL_TYPE_BIT, take_bits },
	{ MYSQL_TYPE_FLOAT, take_float },
	{ MYSQL_TYPE_DOUBLE, take_double },
	{ MYSQL_TYPE_NEWDECIMAL, take_decimal },
	{ MYSQL_TYPE_DATE, take_date },
	{ MYSQL_TYPE_NEWDATE, take_date },
	{ MYSQL_TYPE_TIME2, take_time2 },
	{ MYSQL_TYPE_TIME, take_old_time },
	{ MYSQL_TYPE_DATETIME2, take_datetime2 },
	{ MYSQL_TYPE_DATETIME, take_datetime },
	{ MYSQL_TYPE_TIMESTAMP2, take_timestamp2 },
	{ MYSQL_TYPE_TIMESTAMP, take_timestamp },
	{ MYSQL_TYPE_ENUM, take_label },
	{ MYSQL_TYPE_SET, take_labels },
	{ MYSQL_TYPE_STRING, take_bytes },
	{ MYSQL_TYPE_VARCHAR, take_bytes },
	{ MYSQL_TYPE_VAR_STRING, take_bytes },
	{ MYSQL_TYPE_TINY_BLOB, take_bytes },
	{ MYSQL_TYPE_MEDIUM_BLOB, take_bytes },
	{ MYSQL_TYPE_LONG_BLOB, take_bytes },
	{ MYSQL_TYPE_BLOB, take_bytes },
	{ MYSQL_TYPE_GEOMETRY, take_bytes },
	{ BLOB_COMPRESSED, take_compressed },
	{ VARCHAR_COMPRESSED, take_compressed },
};
#define TAKES (sizeof takes / sizeof *takes)

static bool take_value(struct stored *v)
{
	for (size_t i = 0; i < TAKES; i++)
		if (takes[i].type == v->log->type)
			return takes[i].take(v);
	return false;
}

/* The server's text of a float has fewer digits than the float. */
bool wh_mysql_slot_can(const struct wh_mysql_slot *slot)
{
	enum wh_mysql_class class = wh_mysql_class(slot->column->type.native);
	bool text = slot->cell.form->bind == MYSQL_TYPE_STRING ||
		slot->cell.form->bind == MYSQL_TYPE_BLOB;
	if (text && class & (WH_MYSQL_FLOAT | WH_MYSQL_DOUBLE))
		return false;
	if (class == WH_MYSQL_LABELS && slot->cell.form->ask == WH_MYSQL_RAW)
		return wh_mysql_is_utf8(&slot->column->type);
	return true;
}

int wh_mysql_decode(struct wh_mysql_decoder *d, const struct wh_mysql_shape *shape,
	const struct wh_binlog_table *table, const struct wh_binlog_value *values, struct wh_batch *out,
	struct wh_error *error)
{
	for (size_t i = 0; i < shape->rows->nfields; i++) {
		struct wh_mysql_slot *slot = &shape->slots[i];
		const struct wh_binlog_value *value = &values[slot->ordinal];
		struct stored v = { d, &slot->cell, slot->column, &table->columns[slot->ordinal], value->at,
			value->n };
		if (!value->at) {
			wh_batch_null(out, i);
			continue;
		}
		if (!take_value(&v))
			return wh_fail(error, WH_STOP,
				"a value of the binary log cannot be read: column \"%s\" of table \"%s\"",
				slot->column->name, shape->rows->table);
		int rc = slot->cell.form->take(&d->reader, &slot->cell, out, i, error);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

void wh_mysql_decoder_free(struct wh_mysql_decoder *d)
{
	wh_buffer_free(&d->reader.scratch);
	wh_buffer_free(&d->text);
	wh_buffer_free(&d->inflated);
	wh_arena_free(&d->converted.arena);
	*d = (struct wh_mysql_decoder){ 0 };
}
