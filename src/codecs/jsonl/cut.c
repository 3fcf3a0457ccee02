/* Records: lines, or the elements of one array that is the whole file. An element is found by its
 * brackets and strings alone, so that one that is no JSON costs only itself. */
#include "codecs/jsonl/parts.h"
#include <string.h>

#define BOM "\xef\xbb\xbf"

void wh_jsonl_cut_start(struct jsonl_cut *c, const struct wh_codec_file *file, int64_t offset)
{
	*c = (struct jsonl_cut){ .file = file->name,
		.at = offset,
		.form = offset ? JSONL_LINES : JSONL_UNKNOWN,
		.fresh = true };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void pass(struct jsonl_cut *c, struct jsonl_input *in, size_t n)
{
	in->bytes += n;
	in->n -= n;
	c->at += (int64_t)n;
	c->scanned = 0;
}

static void pass_blanks(struct jsonl_cut *c, struct jsonl_input *in)
{
	size_t n = 0;
	while (n < in->n && is_blank(in->bytes[n]))
		n++;
	if (n)
		pass(c, in, n);
}

void wh_jsonl_cut_take(struct jsonl_cut *c, struct jsonl_input *in,
	const struct jsonl_record *record)
{
	pass(c, in, record->used);
	c->closed = c->closing;
	c->fresh = false;
}

static int too_long(const struct jsonl_cut *c, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"the record at byte %lld of %s is longer than %zu MiB; is it one object a line?",
		(long long)c->at, c->file, WH_CODEC_RECORD_MOST >> 20);
}

/* The record that is n bytes long, without the blanks at its end. */
static int found(const struct jsonl_cut *c, const struct jsonl_input *in, size_t n,
	struct jsonl_record *out, struct wh_error *error)
{
	*out = (struct jsonl_record){ in->bytes, n, n < in->n ? n + 1 : n, c->at };
	while (out->n && is_blank(in->bytes[out->n - 1]))
		out->n--;
	return n > WH_CODEC_RECORD_MOST ? too_long(c, error) : WH_OK;
}

static int more(struct jsonl_cut *c, const struct jsonl_input *in, struct wh_error *error)
{
	c->scanned = in->n;
	return in->n > WH_CODEC_RECORD_MOST ? too_long(c, error) : WH_DONE;
}

static int next_line(struct jsonl_cut *c, struct jsonl_input *in, struct jsonl_record *out,
	struct wh_error *error)
{
	while (in->n) {
		const char *end = memchr(in->bytes + c->scanned, '\n', in->n - c->scanned);
		if (!end && !in->last)
			return more(c, in, error);
		int rc = found(c, in, end ? (size_t)(end - in->bytes) : in->n, out, error);
		if (rc != WH_OK || out->n)
			return rc;
		wh_jsonl_cut_take(c, in, out);
	}
	return WH_DONE;
}

/* Whether the byte behind those that were scanned ends the element. */
static bool ends_element(struct jsonl_cut *c, char byte)
{
	if (c->string) {
		c->string = c->escape || byte != '"';
		c->escape = !c->escape && byte == '\\';
		return false;
	}
	if (!c->depth && (byte == ',' || byte == ']'))
		return true;
	c->string = byte == '"';
	c->depth += byte == '{' || byte == '[';
	c->depth -= c->depth && (byte == '}' || byte == ']');
	return false;
}

static int not_closed(const struct jsonl_cut *c, const struct jsonl_input *in,
	struct wh_error *error)
{
	return wh_fail(error, WH_STOP, "%s ends at byte %lld, before its array does; is it whole?",
		c->file, (long long)(c->at + (int64_t)in->n));
}

static int not_alone(const struct jsonl_cut *c, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"more stands behind the array, at byte %lld of %s; a file is one array, or one object a line",
		(long long)c->at, c->file);
}

static int next_element(struct jsonl_cut *c, struct jsonl_input *in, struct jsonl_record *out,
	struct wh_error *error)
{
	if (!c->open)
		pass(c, in, 1);
	c->open = true;
	pass_blanks(c, in);
	if (c->fresh && !c->scanned && in->n && *in->bytes == ']') {
		c->closed = true;
		pass(c, in, 1);
		pass_blanks(c, in);
	}
	if (c->closed)
		return in->n ? not_alone(c, error) : WH_DONE;
	for (; c->scanned < in->n; c->scanned++)
		if (ends_element(c, in->bytes[c->scanned])) {
			c->closing = in->bytes[c->scanned] == ']';
			return found(c, in, c->scanned, out, error);
		}
	return in->last ? not_closed(c, in, error) : more(c, in, error);
}

/* What the file is; still unknown where nothing but blanks was there yet. */
static void look(struct jsonl_cut *c, struct jsonl_input *in)
{
	size_t mark = sizeof BOM - 1, n = in->n < mark ? in->n : mark;
	if (c->at == 0 && memcmp(in->bytes, BOM, n) == 0) {
		if (n < mark && !in->last)
			return;
		if (n == mark)
			pass(c, in, mark);
	}
	pass_blanks(c, in);
	if (in->n)
		c->form = *in->bytes == '[' ? JSONL_ARRAY : JSONL_LINES;
}

int wh_jsonl_cut(struct jsonl_cut *c, struct jsonl_input *in, struct jsonl_record *out,
	struct wh_error *error)
{
	if (c->form == JSONL_UNKNOWN && in->n)
		look(c, in);
	if (c->form == JSONL_ARRAY)
		return next_element(c, in, out, error);
	return c->form == JSONL_LINES ? next_line(c, in, out, error) : WH_DONE;
}
