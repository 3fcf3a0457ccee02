/* Records of a file, one by one, with the bytes that they come from. Nothing is kept between calls
 * but what a stream has converted already. */
#include "codecs/csv/parts.h"

#define MARK (sizeof WH_CSV_MARK - 1)

int wh_csv_reader_start(struct wh_csv_reader *r, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	bool begin = offset == 0;
	r->file = file->name;
	r->id = file->id;
	r->offset = offset;
	r->line = begin ? 1 : 0;
	r->mark = begin && !r->charset->symbols;
	r->skip = begin ? r->dialect->skip + r->dialect->sep : 0;
	return wh_csv_is_stream(r->charset)
		? wh_csv_stream_start(&r->stream, r->charset, error)
		: WH_OK;
}

void wh_csv_reader_give(struct wh_csv_reader *r, const char *bytes, size_t n, bool last)
{
	r->bytes = (struct wh_csv_span){ bytes, n };
	r->taken = 0;
	r->last = last;
}

static struct wh_csv_span rest(const struct wh_csv_reader *r)
{
	return (struct wh_csv_span){ r->bytes.at + r->taken, r->bytes.n - r->taken };
}

/* The text of what is not taken yet, and whether nothing comes behind it. */
static struct wh_csv_span window(const struct wh_csv_reader *r, bool *last)
{
	struct wh_csv_span bytes = rest(r);
	*last = r->last;
	if (!wh_csv_is_stream(r->charset))
		return bytes;
	const struct wh_csv_stream *s = &r->stream;
	*last = r->last && s->ahead == bytes.n;
	return (struct wh_csv_span){ s->text.size ? s->text.data + s->at : "", s->text.size - s->at };
}

static bool more(struct wh_csv_reader *r)
{
	return wh_csv_is_stream(r->charset) &&
		wh_csv_stream_more(&r->stream, r->charset, rest(r), r->last);
}

/* Takes n bytes of text; the bytes that they come from. */
static struct wh_csv_span take(struct wh_csv_reader *r, size_t n)
{
	struct wh_csv_span bytes = rest(r);
	bytes.n = wh_csv_is_stream(r->charset)
		? wh_csv_stream_take(&r->stream, r->charset, bytes, n)
		: n;
	r->taken += bytes.n;
	r->offset += (int64_t)bytes.n;
	return bytes;
}

static void take_mark(struct wh_csv_reader *r, struct wh_csv_span text)
{
	if (text.n >= MARK && memcmp(text.at, WH_CSV_MARK, MARK) == 0)
		take(r, MARK);
	r->mark = false;
}

static int64_t count_lines(const struct wh_csv_reader *r, struct wh_csv_span text)
{
	int64_t lines = 1;
	const char *end = text.at + text.n - (text.n > 0); /* the last one is counted */
	if (!r->record.quoted)
		return lines;
	for (const char *at = text.at; (at = memchr(at, r->dialect->line, (size_t)(end - at))); at++)
		lines++;
	return lines;
}

/* What was found at the front of the text is the record now. */
static void take_record(struct wh_csv_reader *r, struct wh_csv_span text)
{
	struct wh_csv_record *out = &r->record;
	struct wh_csv_span whole = { text.at, out->length };
	out->text = text.at;
	out->offset = r->offset;
	out->line = r->line;
	r->line += r->line ? count_lines(r, whole) : 0;
	out->raw = take(r, out->fault ? out->fault_at : out->length);
	out->fault_offset = r->offset;
	if (out->fault)
		out->raw.n += take(r, out->length - out->fault_at).n;
}

static int too_long(const struct wh_csv_reader *r, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"the record at byte %lld of \"%s\" is longer than 64 MiB; is a quote not closed? "
		"mend it, or give quote=",
		(long long)r->offset, r->file);
}

/* WH_DONE: more bytes are needed, or there are none. */
static int next(struct wh_csv_reader *r, struct wh_error *error)
{
	do {
		bool last;
		struct wh_csv_span text = window(r, &last);
		if (r->mark && (text.n >= MARK || last)) {
			take_mark(r, text);
			text = window(r, &last);
		}
		if (!text.n || r->mark)
			continue;
		bool found = (r->skip ? wh_csv_scan_line : wh_csv_scan)(r->dialect, text, last, &r->record);
		if (found ? r->record.length > WH_CODEC_RECORD_MOST : text.n >= WH_CODEC_RECORD_MOST)
			return too_long(r, error);
		if (found) {
			take_record(r, text);
			return WH_OK;
		}
	} while (more(r));
	return WH_DONE;
}

int wh_csv_reader_next(struct wh_csv_reader *r, struct wh_error *error)
{
	int rc;
	while ((rc = next(r, error)) == WH_OK) {
		if (r->record.nfields)
			return WH_OK;
		r->skip -= r->skip > 0;
	}
	return rc;
}
