#include "codecs/nacha/record.h"
#include <string.h>

static bool line_end(char c)
{
	return c == '\n' || c == '\r';
}

static size_t line_span(const char *bytes, size_t n)
{
	size_t i = 0;
	while (i < n && !line_end(bytes[i]))
		i++;
	return i;
}

/* Without line ends a first line is a multiple of the record's length, and longer than one. */
bool wh_nacha_has_lines(const char *sample, size_t n)
{
	size_t first = line_span(sample, n);
	return first <= WH_NACHA_RECORD || (first < n && first % WH_NACHA_RECORD);
}

static void pass(struct wh_nacha_reader *reader, struct wh_nacha_input *input, size_t n)
{
	input->used += n;
	reader->at += (int64_t)n;
}

static void take(struct wh_nacha_reader *reader, struct wh_nacha_input *input, size_t n,
	struct wh_nacha_record *out)
{
	const char *at = input->bytes + input->used;
	*out = (struct wh_nacha_record){ at, at, n, reader->at };
	if (n >= WH_NACHA_RECORD)
		return;
	memset(reader->padded, ' ', sizeof reader->padded);
	if (n)
		memcpy(reader->padded, at, n);
	out->bytes = reader->padded;
}

static int read_line(struct wh_nacha_reader *reader, struct wh_nacha_input *input,
	struct wh_nacha_record *out, struct wh_error *error)
{
	const char *at = input->bytes + input->used;
	size_t n = input->n - input->used;
	const char *end = n ? memchr(at, '\n', n) : NULL;
	size_t length = end ? (size_t)(end - at) : n;
	if (length > WH_NACHA_LINE_MOST)
		return wh_fail(error, WH_STOP,
			"a line has no end: at byte %lld of %s. A record has %zu characters; say newline=none "
			"where records have no line ends",
			(long long)reader->at, reader->name, WH_NACHA_RECORD);
	if (!n || (!end && !input->last))
		return WH_DONE;
	take(reader, input, length - (length && at[length - 1] == '\r'), out);
	pass(reader, input, length + (end != NULL));
	return WH_OK;
}

static int read_fixed(struct wh_nacha_reader *reader, struct wh_nacha_input *input,
	struct wh_nacha_record *out, struct wh_error *error)
{
	while (input->used < input->n && line_end(input->bytes[input->used]))
		pass(reader, input, 1);
	size_t n = input->n - input->used;
	if (n && n < WH_NACHA_RECORD && input->last)
		return wh_fail(error, WH_STOP,
			"the last record is cut: %zu bytes at byte %lld of %s, where a record has %zu", n,
			(long long)reader->at, reader->name, WH_NACHA_RECORD);
	if (n < WH_NACHA_RECORD)
		return WH_DONE;
	take(reader, input, WH_NACHA_RECORD, out);
	pass(reader, input, WH_NACHA_RECORD);
	return WH_OK;
}

int wh_nacha_read(struct wh_nacha_reader *reader, struct wh_nacha_input *input,
	struct wh_nacha_record *out, struct wh_error *error)
{
	return reader->lines ? read_line(reader, input, out, error)
						 : read_fixed(reader, input, out, error);
}

void wh_nacha_step(struct wh_nacha_place *place, const struct wh_nacha_record *record)
{
	char kind = record->bytes[0];
	if (kind == '6')
		place->entry = record->offset;
	else if (kind != '7')
		place->entry = -1;
	if (kind == '5') {
		place->batch = record->offset;
		memcpy(place->class, record->bytes + 50, 3);
	} else if (kind == '8' || kind == '9' || kind == '1') {
		place->batch = -1;
	}
	if (kind == '1')
		place->file = record->offset;
}
