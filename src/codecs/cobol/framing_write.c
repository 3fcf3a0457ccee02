#include "codecs/cobol/segments.h"

#define HEAD 4

static int put(struct wh_cobol_writer *w, const struct wh_buffer *bytes, struct wh_error *error)
{
	if (bytes->full)
		return wh_fail(error, WH_STOP, "a record or block is larger than 1 GiB");
	return w->sink->put(w->sink, bytes->data, bytes->size, error);
}

static int block_head(struct wh_cobol_writer *w, struct wh_error *error)
{
	wh_buffer_clear(&w->head);
	if (!w->extended)
		return wh_cobol_head_put(w->framing, w->block.size, &w->head, error);
	size_t length = w->block.size + (w->framing->inclusive ? HEAD : 0);
	wh_buffer_be32(&w->head, WH_COBOL_EXTENDED | (uint32_t)length);
	return WH_OK;
}

int wh_cobol_write_end(struct wh_cobol_writer *w, struct wh_error *error)
{
	if (!w->block.size)
		return WH_OK;
	int rc = block_head(w, error);
	if (rc == WH_OK)
		rc = put(w, &w->head, error);
	if (rc == WH_OK)
		rc = put(w, &w->block, error);
	wh_buffer_clear(&w->block);
	w->extended = false;
	w->room = 0;
	return rc;
}

/* A record or a part of one, behind its length, goes into a block. */
static int block_put(struct wh_cobol_writer *w, const void *bytes, size_t n, struct wh_error *error)
{
	uint64_t most = w->room > w->framing->block ? w->room : w->framing->block;
	int rc = WH_OK;
	if (w->block.size && w->block.size + n + HEAD > most)
		rc = wh_cobol_write_end(w, error);
	wh_buffer_put(&w->block, bytes, n);
	return rc;
}

static void fill(struct wh_buffer *out, uint32_t n)
{
	while (n--)
		wh_buffer_char(out, '\0');
}

/* The record in its frame, without a block. */
static int frame_make(struct wh_cobol_writer *w, const unsigned char *record, size_t n,
	struct wh_error *error)
{
	const struct wh_cobol_framing *framing = w->framing;
	size_t all = framing->before + n + framing->after;
	int rc = WH_OK;
	wh_buffer_clear(&w->frame);
	if (framing->kind == WH_COBOL_V || framing->kind == WH_COBOL_VB)
		rc = wh_cobol_head_put(framing, all, &w->frame, error);
	fill(&w->frame, framing->before);
	wh_buffer_put(&w->frame, record, n);
	fill(&w->frame, framing->after);
	if (framing->kind == WH_COBOL_D && framing->crlf)
		wh_buffer_char(&w->frame, '\r');
	if (framing->kind == WH_COBOL_D)
		wh_buffer_char(&w->frame, (char)framing->newline);
	return rc;
}

int wh_cobol_write(struct wh_cobol_writer *w, const unsigned char *record, size_t n,
	struct wh_error *error)
{
	if (w->framing->kind == WH_COBOL_D && n && memchr(record, w->framing->newline, n))
		return wh_fail(error, WH_STOP, "a record holds the byte that ends a line");
	int rc = frame_make(w, record, n, error);
	if (rc == WH_OK && w->framing->kind == WH_COBOL_VB)
		return block_put(w, w->frame.data, w->frame.size, error);
	return rc == WH_OK ? put(w, &w->frame, error) : rc;
}

/* Whether the bytes are all of a frame, in a block that has begun or one that begins with it. */
static bool is_frame(const struct wh_cobol_framing *framing, const unsigned char *bytes, size_t n,
	bool begins)
{
	struct wh_cobol_span span = { .framing = framing, .block = begins ? 0 : UINT32_MAX };
	struct wh_cobol_part part = { .more = true };
	struct wh_error ignored = { 0 };
	int rc = WH_OK;
	while (rc == WH_OK && part.more)
		rc = wh_cobol_part_next(&span, bytes, n, &part, &ignored);
	return rc == WH_OK && span.used == n;
}

static int parts_put(struct wh_cobol_writer *w, const unsigned char *bytes, size_t n, bool begins,
	struct wh_error *error)
{
	struct wh_cobol_span span = { .framing = w->framing, .block = begins ? 0 : UINT32_MAX };
	struct wh_cobol_part part = { .more = true };
	int rc = WH_OK;
	while (rc == WH_OK && part.more) {
		rc = wh_cobol_part_next(&span, bytes, n, &part, error);
		if (rc == WH_OK && part.begins) {
			rc = wh_cobol_write_end(w, error);
			w->room = span.block + part.n + 3 * HEAD;
			w->extended = part.extended;
		}
		if (rc == WH_OK)
			rc = block_put(w, part.head, HEAD + part.n, error);
	}
	return rc;
}

int wh_cobol_write_frame(struct wh_cobol_writer *w, const void *frame, size_t n,
	struct wh_error *error)
{
	if (w->framing->kind != WH_COBOL_VB)
		return w->sink->put(w->sink, frame, n, error);
	if (is_frame(w->framing, frame, n, true))
		return parts_put(w, frame, n, true, error);
	if (is_frame(w->framing, frame, n, false))
		return parts_put(w, frame, n, false, error);
	return wh_fail(error, WH_STOP, "the raw bytes of a record are no record of a blocked file");
}

int wh_cobol_write_edge(struct wh_cobol_writer *w, const void *bytes, size_t n,
	struct wh_error *error)
{
	int rc = wh_cobol_write_end(w, error);
	return rc == WH_OK ? w->sink->put(w->sink, bytes, n, error) : rc;
}

void wh_cobol_writer_finish(struct wh_cobol_writer *w)
{
	wh_buffer_free(&w->block);
	wh_buffer_free(&w->frame);
	wh_buffer_free(&w->head);
}
