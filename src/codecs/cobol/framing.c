#include "codecs/cobol/framing.h"
#include "codecs/cobol/copybook.h"
#include "codecs/cobol/segments.h"

void wh_cobol_framer_start(struct wh_cobol_framer *f, const struct wh_cobol_framing *framing,
	const struct wh_codec_file *file, int64_t offset)
{
	f->framing = framing;
	f->file = file->name;
	f->size = file->size;
	f->at = offset;
	f->block = 0;
}

void wh_cobol_framer_finish(struct wh_cobol_framer *f)
{
	wh_buffer_free(&f->joined);
}

/* The bytes that may hold records, without the footer. */
struct window {
	const unsigned char *bytes;
	size_t n;
	bool last;
};

static int broken(const struct wh_cobol_framer *f, int64_t at, struct wh_error *error)
{
	return wh_fail_place(error, "%s: byte %lld", f->file, (long long)at);
}

static int too_short(const struct wh_cobol_framer *f, size_t n, const char *of,
	struct wh_error *error)
{
	wh_fail(error, WH_STOP, "the file ends with %zu bytes, which are no whole %s", n, of);
	return broken(f, f->at, error);
}

/* The file ends, or more is to come. */
static int wait_for(const struct wh_cobol_framer *f, const struct window *w, const char *what,
	struct wh_error *error)
{
	if (w->last && w->n)
		return too_short(f, w->n, what, error);
	if (w->n <= WH_CODEC_RECORD_MOST)
		return WH_DONE;
	wh_fail(error, WH_STOP, "the record does not end within 64 MiB, the most that is taken");
	return broken(f, f->at, error);
}

static int fixed_next(struct wh_cobol_framer *f, const struct window *w, struct wh_cobol_frame *out,
	struct wh_error *error)
{
	uint32_t length = f->framing->length;
	if (w->n >= length) {
		out->n = out->nwhole = length;
		return WH_OK;
	}
	if (!w->last || !w->n)
		return WH_DONE;
	wh_fail(error, WH_STOP,
		"the file ends with %zu bytes, which are no whole record of %u: say what its length is "
		"(record_length=), or its header (file_header=) or footer (file_footer=)",
		w->n, length);
	return broken(f, f->at, error);
}

static int line_next(struct wh_cobol_framer *f, const struct window *w, struct wh_cobol_frame *out,
	struct wh_error *error)
{
	const unsigned char *end = w->n ? memchr(w->bytes, f->framing->newline, w->n) : NULL;
	if (!end && (!w->last || !w->n))
		return wait_for(f, &(struct window){ w->bytes, w->n, false }, "line", error);
	size_t n = end ? (size_t)(end - w->bytes) : w->n;
	out->nwhole = end ? n + 1 : n;
	bool crlf = end && f->framing->newline == '\n' && n && w->bytes[n - 1] == '\r';
	out->n = crlf ? n - 1 : n;
	out->odd = !end || crlf != f->framing->crlf;
	return WH_OK;
}

static int self_next(struct wh_cobol_framer *f, const struct window *w, struct wh_cobol_frame *out,
	struct wh_error *error)
{
	const struct wh_cobol_framing *framing = f->framing;
	size_t length = 0;
	if (w->n < framing->before)
		return wait_for(f, w, "record", error);
	int rc = framing->measure(framing->context, w->bytes + framing->before, w->n - framing->before,
		&length, error);
	if (rc < 0)
		return broken(f, f->at, error);
	size_t whole = framing->before + length + framing->after;
	if (rc == WH_DONE || w->n < whole)
		return wait_for(f, w, "record", error);
	out->n = out->nwhole = whole;
	return WH_OK;
}

/* Records of several segments are joined. */
static int variable_next(struct wh_cobol_framer *f, const struct window *w,
	struct wh_cobol_frame *out, struct wh_error *error)
{
	struct wh_cobol_span span = { .framing = f->framing, .block = f->block };
	struct wh_cobol_part part;
	int rc = WH_OK;
	f->joined.max = WH_COBOL_RECORD_MOST;
	wh_buffer_clear(&f->joined);
	do {
		rc = wh_cobol_part_next(&span, w->bytes, w->n, &part, error);
		if (rc < 0)
			return broken(f, f->at + (int64_t)span.used, error);
		if (rc == WH_DONE)
			return wait_for(f, w, "record", error);
		if (part.more || span.parts > 1)
			wh_buffer_put(&f->joined, part.bytes, part.n);
		out->begins |= span.parts == 1 && part.begins;
	} while (part.more);
	if (f->joined.full) {
		wh_fail(error, WH_STOP, "the spanned record is longer than 16 MiB, the most that is taken");
		return broken(f, f->at, error);
	}
	bool joined = span.parts > 1;
	out->record = joined ? (const unsigned char *)wh_buffer_string(&f->joined) : part.bytes;
	out->n = joined ? f->joined.size : part.n;
	out->record_at += (out->begins ? 8 : 4);
	out->nwhole = span.used;
	out->block = span.block;
	out->odd = joined || out->begins;
	return WH_OK;
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
	while (n && !*bytes)
		bytes++, n--;
	return !n;
}

/* Takes off what stands before and after the record. */
static int strip(struct wh_cobol_framer *f, struct wh_cobol_frame *out, struct wh_error *error)
{
	uint32_t before = f->framing->before, after = f->framing->after;
	if (!before && !after)
		return WH_OK;
	if (out->n < (size_t)before + after) {
		wh_fail(error, WH_STOP,
			"the record has %zu bytes, fewer than stand before and after it (%u and %u)", out->n,
			before, after);
		return broken(f, f->at, error);
	}
	out->odd |= !is_zero(out->record, before) || !is_zero(out->record + out->n - after, after);
	out->record += before;
	out->record_at += before;
	out->n -= (size_t)before + after;
	return WH_OK;
}

static int record_next(struct wh_cobol_framer *f, const struct window *w,
	struct wh_cobol_frame *out, struct wh_error *error)
{
	static int (*const of[])(struct wh_cobol_framer *, const struct window *,
		struct wh_cobol_frame *, struct wh_error *) = { [WH_COBOL_F] = fixed_next,
		[WH_COBOL_V] = variable_next,
		[WH_COBOL_VB] = variable_next,
		[WH_COBOL_D] = line_next,
		[WH_COBOL_SELF] = self_next };
	*out = (struct wh_cobol_frame){ .at = f->at,
		.record_at = f->at,
		.whole = w->bytes,
		.record = w->bytes };
	int rc = of[f->framing->kind](f, w, out, error);
	return rc == WH_OK ? strip(f, out, error) : rc;
}

static int edge_next(struct wh_cobol_framer *f, const struct window *w, size_t length,
	struct wh_cobol_frame *out, struct wh_error *error)
{
	if (w->n < length)
		return w->last ? too_short(f, w->n, f->at ? "footer" : "header", error) : WH_DONE;
	*out = (struct wh_cobol_frame){ .at = f->at,
		.record_at = f->at,
		.whole = w->bytes,
		.nwhole = length,
		.record = w->bytes,
		.edge = true };
	return WH_OK;
}

/* The records have ended: with the file, or where its footer begins. */
static int ended(const struct wh_cobol_framer *f, struct wh_error *error)
{
	if (!f->block)
		return WH_DONE;
	wh_fail(error, WH_STOP, "the file ends within a block, of which %llu bytes are missing",
		(unsigned long long)f->block);
	return broken(f, f->at, error);
}

static int footer_next(struct wh_cobol_framer *f, const struct window *w, size_t length,
	struct wh_cobol_frame *out, struct wh_error *error)
{
	int rc = ended(f, error);
	if (rc == WH_DONE && !length) {
		wh_fail(error, WH_STOP, "the file is longer than it was said to be");
		return broken(f, f->at, error);
	}
	return rc == WH_DONE ? edge_next(f, w, length, out, error) : rc;
}

int wh_cobol_frame_next(struct wh_cobol_framer *f, const char *bytes, size_t n, bool last,
	struct wh_cobol_frame *out, struct wh_error *error)
{
	uint32_t header = f->framing->header, footer = f->framing->footer;
	struct window w = { (const unsigned char *)bytes, n, last };
	bool known = f->size >= 0;
	if (known && f->size < (int64_t)header + footer)
		return too_short(f, (size_t)f->size, "header and footer", error);
	if (!n)
		return last ? ended(f, error) : WH_DONE;
	if (header && !f->at)
		return edge_next(f, &w, header, out, error);
	if (!footer)
		return record_next(f, &w, out, error);
	if (known && f->at >= f->size - footer)
		return footer_next(f, &w, f->at < f->size ? (size_t)(f->size - f->at) : 0, out, error);
	if (!known && last && n <= footer)
		return footer_next(f, &w, footer, out, error);
	size_t left = known ? (size_t)(f->size - footer - f->at) : n > footer ? n - footer : 0;
	if (w.n >= left) {
		w.n = left;
		w.last = last || known;
	}
	return record_next(f, &w, out, error);
}

void wh_cobol_frame_take(struct wh_cobol_framer *f, const struct wh_cobol_frame *frame)
{
	f->at = frame->at + (int64_t)frame->nwhole;
	f->block = frame->block;
}
