/* Feeds: every pair of a kind that travels and the type of the column that takes it. Most values
 * are sent from where they lie in the batch. */
#include "connectors/mysql/write.h"
#include "base/time.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const struct wh_mysql_feed *feed, const char *what, struct wh_error *error)
{
	return wh_fail(error, WH_ROW, "%s: column \"%s\" (%s)", what, feed->field->name,
		feed->field->type.native ? feed->field->type.native : "");
}

static int fill_words(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	(void)rows;
	(void)error;
	feed->numbers = lane->word;
	return WH_OK;
}

static int fill_doubles(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	bool single = feed->field->type.kind == WH_FLOAT32;
	for (uint32_t r = 0; r < rows; r++) {
		double value;
		memcpy(&value, &lane->word[r], sizeof value);
		if (lane->null[r])
			continue;
		if (!isfinite(value))
			return refuse(feed, "NaN and infinity cannot be held", error);
		if (value == 0 && signbit(value))
			return refuse(feed, "the server would turn -0.0 into 0", error);
		if (single && (double)(float)value != value)
			return refuse(feed, "the number has more digits than a FLOAT keeps", error);
	}
	feed->numbers = lane->word;
	return WH_OK;
}

static int fill_bytes(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	(void)error;
	for (uint32_t r = 0; r < rows; r++) {
		feed->pointers[r] = lane->bytes ? lane->bytes + lane->offset[r] : "";
		feed->lengths[r] = lane->offset[r + 1] - lane->offset[r];
	}
	return WH_OK;
}

/* CHAR gives blanks at the end of a value up, BINARY fills a short one with zeros: silently. */
static int fill_padded(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	const struct wh_type *type = &feed->field->type;
	bool binary = type->kind == WH_BYTES;
	for (uint32_t r = 0; type->fixed && r < rows; r++) {
		size_t n = lane->offset[r + 1] - lane->offset[r];
		if (lane->null[r])
			continue;
		if (binary && n < (size_t)type->length)
			return refuse(feed, "the server would fill the value with zeros", error);
		if (!binary && n && lane->bytes[lane->offset[r + 1] - 1] == ' ')
			return refuse(feed, "the server would not keep the blanks at the end", error);
	}
	return fill_bytes(feed, lane, rows, error);
}

/* False: a year that the server's calendar does not have. */
static bool civil(int64_t days, MYSQL_TIME *out)
{
	int64_t year;
	int month, day;
	wh_civil_from_days(days, &year, &month, &day);
	out->year = (unsigned)year;
	out->month = (unsigned)month;
	out->day = (unsigned)day;
	return year >= 1 && year <= 9999;
}

static void clock(int64_t usec, MYSQL_TIME *out)
{
	out->second_part = (unsigned long)(usec % 1000000);
	out->second = (unsigned)(usec / 1000000 % 60);
	out->minute = (unsigned)(usec / 60000000 % 60);
	out->hour = (unsigned)(usec / INT64_C(3600000000));
}

/* The server would cut digits without a word. */
static bool fraction_fits(const struct wh_mysql_feed *feed, int64_t usec)
{
	static const int64_t unit[] = { 1000000, 100000, 10000, 1000, 100, 10, 1 };
	int32_t digits = feed->field->type.precision;
	return digits < 0 || digits > 6 || usec % unit[digits] == 0;
}

static int fill_dates(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	for (uint32_t r = 0; r < rows; r++) {
		MYSQL_TIME *t = &feed->times[r];
		*t = (MYSQL_TIME){ .time_type = MYSQL_TIMESTAMP_DATE };
		feed->pointers[r] = t;
		if (lane->null[r])
			continue;
		if (lane->word[r] < INT32_MIN || lane->word[r] > INT32_MAX || !civil(lane->word[r], t))
			return refuse(feed, "the date is not in the years 1 to 9999", error);
	}
	return WH_OK;
}

static int fill_stamps(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	for (uint32_t r = 0; r < rows; r++) {
		MYSQL_TIME *t = &feed->times[r];
		int64_t usec = lane->word[r], days = usec / WH_USEC_PER_DAY;
		days -= usec % WH_USEC_PER_DAY < 0;
		*t = (MYSQL_TIME){ .time_type = MYSQL_TIMESTAMP_DATETIME };
		feed->pointers[r] = t;
		if (lane->null[r])
			continue;
		if (usec == WH_TIME_NEGATIVE || usec == WH_TIME_POSITIVE || !civil(days, t))
			return refuse(feed, "the time stamp is not in the years 1 to 9999", error);
		clock(usec - days * WH_USEC_PER_DAY, t);
		if (!fraction_fits(feed, usec))
			return refuse(feed, "the time stamp has more fractional digits than are kept", error);
	}
	return WH_OK;
}

static void span(int64_t usec, MYSQL_TIME *out)
{
	*out = (MYSQL_TIME){ .time_type = MYSQL_TIMESTAMP_TIME, .neg = usec < 0 };
	clock(usec < 0 ? -usec : usec, out);
	out->day = out->hour / 24;
	out->hour %= 24;
}

#define SPAN_MOST ((INT64_C(838) * 3600 + 59 * 60 + 60) * 1000000)

static int fill_times(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	bool intervals = lane->kind == WH_INTERVAL;
	for (uint32_t r = 0; r < rows; r++) {
		struct wh_interval i = { 0 };
		feed->pointers[r] = &feed->times[r];
		span(0, &feed->times[r]);
		if (lane->null[r])
			continue;
		if (intervals)
			memcpy(&i, lane->bytes + lane->offset[r], sizeof i);
		else
			i.usec = lane->word[r];
		if (i.months || i.days || i.usec >= SPAN_MOST || i.usec <= -SPAN_MOST)
			return refuse(feed, "the time is beyond 838:59:59, or has days or months", error);
		if (!fraction_fits(feed, i.usec))
			return refuse(feed, "the time has more fractional digits than are kept", error);
		span(i.usec, &feed->times[r]);
	}
	return WH_OK;
}

/* Room first: the pointers must stay where they are. */
static int make_room(struct wh_mysql_feed *feed, size_t bytes, struct wh_error *error)
{
	wh_buffer_clear(&feed->bytes);
	return wh_buffer_reserve(&feed->bytes, bytes)
		? WH_OK
		: refuse(feed, "too many bytes in one batch", error);
}

static void made_value(struct wh_mysql_feed *feed, uint32_t row, size_t before)
{
	feed->pointers[row] = feed->bytes.data + before;
	feed->lengths[row] = feed->bytes.size - before;
}

static int fill_interval_text(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	int rc = make_room(feed, (size_t)rows * WH_TIME_TEXT + 1, error);
	for (uint32_t r = 0; rc == WH_OK && r < rows; r++) {
		size_t before = feed->bytes.size;
		struct wh_interval i;
		char text[WH_TIME_TEXT];
		if (!lane->null[r]) {
			memcpy(&i, lane->bytes + lane->offset[r], sizeof i);
			wh_buffer_put(&feed->bytes, text, wh_format_interval(text, i));
		}
		made_value(feed, r, before);
	}
	return rc;
}

static void put_uuid(struct wh_buffer *out, const char *bytes)
{
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < 16; i++) {
		unsigned byte = (unsigned char)bytes[i];
		if (i == 4 || i == 6 || i == 8 || i == 10)
			wh_buffer_char(out, '-');
		wh_buffer_char(out, digits[byte >> 4]);
		wh_buffer_char(out, digits[byte & 15]);
	}
}

static int fill_uuid_text(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	int rc = make_room(feed, (size_t)rows * 36 + 1, error);
	for (uint32_t r = 0; rc == WH_OK && r < rows; r++) {
		size_t before = feed->bytes.size;
		if (!lane->null[r])
			put_uuid(&feed->bytes, lane->bytes + lane->offset[r]);
		made_value(feed, r, before);
	}
	return rc;
}

/* The server's own form: SRID, four bytes, little end first, then WKB. */
static int fill_geometry(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	uint32_t srid = (uint32_t)feed->field->wire.srid;
	const char prefix[4] = { (char)srid, (char)(srid >> 8), (char)(srid >> 16),
		(char)(srid >> 24) };
	int rc = make_room(feed, lane->size + (size_t)rows * 4 + 1, error);
	for (uint32_t r = 0; rc == WH_OK && r < rows; r++) {
		size_t before = feed->bytes.size;
		if (!lane->null[r]) {
			wh_buffer_put(&feed->bytes, prefix, sizeof prefix);
			wh_buffer_put(&feed->bytes, lane->bytes + lane->offset[r],
				lane->offset[r + 1] - lane->offset[r]);
		}
		made_value(feed, r, before);
	}
	return rc;
}

static int fill_bits(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	for (uint32_t r = 0; r < rows; r++) {
		uint64_t value = 0;
		uint32_t from = lane->offset[r], to = lane->offset[r + 1];
		if (to - from > 64)
			return refuse(feed, "more than 64 bits", error);
		for (uint32_t i = from; i < to; i++)
			value = value << 1 | (lane->bytes[i] == '1');
		feed->made[r] = (int64_t)value;
	}
	feed->numbers = feed->made;
	return WH_OK;
}

static bool is_label(const struct wh_type *type, const char *text, size_t n)
{
	for (size_t i = 0; i < type->nlabels; i++)
		if (strlen(type->labels[i]) == n && !memcmp(type->labels[i], text, n))
			return true;
	return false;
}

static bool are_labels(const struct wh_type *type, const char *text, size_t n)
{
	for (const char *comma; type->kind == WH_SET && (comma = memchr(text, ',', n));) {
		size_t part = (size_t)(comma - text);
		if (!is_label(type, text, part))
			return false;
		text += part + 1;
		n -= part + 1;
	}
	return is_label(type, text, n);
}

/* The server takes the digits of no label for a label's number, and another case for the same. */
static int fill_labels(struct wh_mysql_feed *feed, const struct wh_lane *lane, uint32_t rows,
	struct wh_error *error)
{
	const struct wh_type *type = &feed->field->type;
	for (uint32_t r = 0; r < rows; r++) {
		size_t n = lane->offset[r + 1] - lane->offset[r];
		if (!lane->null[r] && n && !are_labels(type, lane->bytes + lane->offset[r], n))
			return refuse(feed, "the value is none of the labels", error);
	}
	return fill_bytes(feed, lane, rows, error);
}

/* How many of the rows from `first` on hold index 0, which is none of the labels. */
uint32_t wh_mysql_feed_unlabelled(const struct wh_mysql_feed *feed, uint32_t first, uint32_t rows)
{
	uint32_t n = 0;
	if (!feed->field->wire.empty_label || feed->fill != fill_labels ||
		is_label(&feed->field->type, "", 0))
		return 0;
	for (uint32_t r = first; r < first + rows; r++)
		n += !feed->nulls[r] && !feed->lengths[r];
	return n;
}

struct way {
	enum wh_kind wire;
	unsigned classes;
	enum enum_field_types bind;
	unsigned width;
	wh_mysql_fill fill;
};

#define ANY (~0u)

/* The first that fits. */
static const struct way ways[] = {
	{ WH_BOOL, ANY, MYSQL_TYPE_LONGLONG, 8, fill_words },
	{ WH_INT64, ANY, MYSQL_TYPE_LONGLONG, 8, fill_words },
	{ WH_UINT64, ANY, MYSQL_TYPE_LONGLONG, 8, fill_words },
	{ WH_FLOAT32, ANY, MYSQL_TYPE_DOUBLE, 8, fill_doubles },
	{ WH_FLOAT64, ANY, MYSQL_TYPE_DOUBLE, 8, fill_doubles },
	{ WH_DATE, ANY, MYSQL_TYPE_DATE, 0, fill_dates },
	{ WH_TIMESTAMP, ANY, MYSQL_TYPE_DATETIME, 0, fill_stamps },
	{ WH_TIMESTAMPTZ, ANY, MYSQL_TYPE_DATETIME, 0, fill_stamps },
	{ WH_TIME, ANY, MYSQL_TYPE_TIME, 0, fill_times },
	{ WH_INTERVAL, WH_MYSQL_TIME, MYSQL_TYPE_TIME, 0, fill_times },
	{ WH_INTERVAL, ANY, MYSQL_TYPE_STRING, 0, fill_interval_text },
	{ WH_UUID, WH_MYSQL_BINARY, MYSQL_TYPE_BLOB, 0, fill_bytes },
	{ WH_UUID, ANY, MYSQL_TYPE_STRING, 0, fill_uuid_text },
	{ WH_BITS, WH_MYSQL_BIT, MYSQL_TYPE_LONGLONG, 8, fill_bits },
	{ WH_GEOMETRY, WH_MYSQL_GEOMETRY, MYSQL_TYPE_BLOB, 0, fill_geometry },
	{ WH_GEOMETRY, ANY, MYSQL_TYPE_BLOB, 0, fill_bytes },
	{ WH_BYTES, WH_MYSQL_BINARY, MYSQL_TYPE_BLOB, 0, fill_padded },
	{ WH_BYTES, ANY, MYSQL_TYPE_BLOB, 0, fill_bytes },
	{ WH_TEXT, WH_MYSQL_TEXT, MYSQL_TYPE_STRING, 0, fill_padded },
	{ WH_ENUM, WH_MYSQL_LABELS, MYSQL_TYPE_STRING, 0, fill_labels },
	{ WH_SET, WH_MYSQL_LABELS, MYSQL_TYPE_STRING, 0, fill_labels },
	{ WH_NO_KIND, ANY, MYSQL_TYPE_STRING, 0, fill_bytes },
};

void wh_mysql_feed_init(struct wh_mysql_feed *feed, const struct wh_field *field, uint32_t rows)
{
	enum wh_mysql_class class = wh_mysql_class(field->type.native);
	const struct way *way = ways;
	while (way->wire != WH_NO_KIND && !(way->wire == field->wire.kind && (way->classes & class)))
		way++;
	*feed = (struct wh_mysql_feed){ .field = field,
		.fill = way->fill,
		.bind = way->bind,
		.width = way->width };
	feed->is_unsigned = field->wire.kind == WH_UINT64 || way->fill == fill_bits;
	if (way->fill == fill_bits)
		feed->made = wh_alloc(rows * sizeof *feed->made);
	if (way->width)
		return;
	feed->pointers = wh_alloc(rows * sizeof *feed->pointers);
	feed->lengths = wh_alloc(rows * sizeof *feed->lengths);
	if (way->bind != MYSQL_TYPE_STRING && way->bind != MYSQL_TYPE_BLOB)
		feed->times = wh_alloc(rows * sizeof *feed->times);
}

void wh_mysql_feed_free(struct wh_mysql_feed *feed)
{
	free(feed->made);
	free(feed->times);
	free(feed->pointers);
	free(feed->lengths);
	wh_buffer_free(&feed->bytes);
	*feed = (struct wh_mysql_feed){ 0 };
}

void wh_mysql_feed_sizes(const struct wh_mysql_feed *feed, uint32_t rows, uint64_t *sizes)
{
	bool sized = !feed->width && !feed->times;
	for (uint32_t r = 0; r < rows; r++)
		sizes[r] += feed->nulls[r] ? 1 : sized ? feed->lengths[r] + 10 : 16;
}

void wh_mysql_feed_bind(const struct wh_mysql_feed *feed, uint32_t first, bool array,
	MYSQL_BIND *bind)
{
	*bind = (MYSQL_BIND){ .buffer_type = feed->bind, .is_unsigned = feed->is_unsigned };
	if (array)
		bind->u.indicator = feed->nulls + first;
	else
		bind->is_null = feed->nulls + first;
	if (feed->width) {
		bind->buffer = (void *)((uintptr_t)feed->numbers + (size_t)first * feed->width);
		return;
	}
	bind->buffer = array ? (void *)(feed->pointers + first)
						 : (void *)(uintptr_t)feed->pointers[first];
	if (feed->times)
		return;
	bind->length = feed->lengths + first;
	bind->buffer_length = array ? 0 : feed->lengths[first];
}
