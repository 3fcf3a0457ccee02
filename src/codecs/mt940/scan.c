#include "codecs/mt940/scan.h"
#include <ctype.h>
#include <string.h>

struct line {
	const char *at;
	size_t n, size; /* without and with what ends it */
};

/* False: its end has not come yet. A CR alone may still be half of an end. */
static bool line_at(const struct wh_codec_text *all, size_t from, bool last, struct line *out)
{
	const char *at = all->bytes + from;
	size_t left = all->n - from, n = 0;
	while (n < left && at[n] != '\n' && at[n] != '\r')
		n++;
	*out = (struct line){ at, n, n };
	if (n == left)
		return last;
	bool more = n + 1 < left;
	out->size = n + 1 + (at[n] == '\r' && more && at[n + 1] == '\n');
	return last || more || at[n] == '\n';
}

/* Spaces and what lines and tapes put around messages (SOH, ETX, Ctrl-Z). */
static bool is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->n; i++)
		if ((unsigned char)line->at[i] > ' ')
			return false;
	return true;
}

/* Bytes in front of a message that are none of it: UTF-8's mark, and those again. */
static size_t lead(const struct line *line)
{
	size_t n = 0;
	if (line->n >= 3 && memcmp(line->at, "\xEF\xBB\xBF", 3) == 0)
		return 3;
	while (n < line->n && (unsigned char)line->at[n] < ' ' && line->at[n] != '\t')
		n++;
	return n;
}

/* Bytes of the tag's name in ":86:..."; 0: no tag stands there. */
static size_t tag_name(const struct line *line)
{
	size_t n = 0;
	if (!line->n || line->at[0] != ':')
		return 0;
	while (n < 4 && n + 1 < line->n && isalnum((unsigned char)line->at[n + 1]))
		n++;
	return n && n + 1 < line->n && line->at[n + 1] == ':' ? n : 0;
}

static bool is_block(const struct line *line)
{
	return line->n >= 3 && line->at[0] == '{' && isdigit((unsigned char)line->at[1]) &&
		line->at[2] == ':';
}

/* Bytes of "-" with spaces behind it, "-}", "-XXX"; 0: the line is no end. */
static size_t end_mark(const struct line *line)
{
	static const char xxx[] = "-XXX";
	struct line rest = { line->at + 1, line->n - 1, 0 };
	if (!line->n || line->at[0] != '-')
		return 0;
	if (line->n > 1 && line->at[1] == '}')
		return 2;
	bool is = is_blank(&rest) || (line->n == strlen(xxx) && memcmp(line->at, xxx, line->n) == 0);
	return is ? line->size : 0;
}

/* A whole block, or "{4:" without the fields in it; the line where a block has no end in it. */
static size_t block_size(const struct line *line)
{
	size_t depth = 0;
	if (line->at[1] == '4')
		return 3;
	for (size_t i = 0; i < line->n; i++) {
		depth += line->at[i] == '{';
		depth -= line->at[i] == '}';
		if (!depth)
			return i + 1;
	}
	return line->size;
}

static void cut_header(const struct line *line, struct wh_mt_piece *out)
{
	size_t size = is_block(line) ? block_size(line) : line->size;
	out->kind = WH_MT_HEADER;
	out->size = size;
	out->value = (struct wh_codec_text){ line->at, size < line->n ? size : line->n };
}

static bool ends_field(const struct wh_mt_piece *field, const struct line *line)
{
	const struct wh_mt_tag *tag = field->tag;
	size_t n = tag_name(line);
	if (n)
		return !tag || !tag->text || wh_mt_tag_named(line->at + 1, n);
	if (end_mark(line) || is_block(line))
		return true;
	return tag && tag->closes && !is_blank(line);
}

static int cut_field(const struct wh_codec_text *all, bool last, const struct line *first,
	struct wh_mt_piece *out)
{
	size_t n = tag_name(first), head = n + 2;
	struct line line = *first;
	*out = (struct wh_mt_piece){ .kind = WH_MT_FIELD,
		.bytes = first->at,
		.size = first->size,
		.tag = wh_mt_tag_named(first->at + 1, n),
		.name = { first->at + 1, n },
		.value = { first->at + head, first->n - head } };
	while (out->size < all->n && out->size < WH_MT_FIELD_MOST) {
		if (!line_at(all, out->size, last, &line))
			return WH_DONE;
		if (ends_field(out, &line))
			return WH_OK;
		out->size += line.size;
		if (!is_blank(&line))
			out->value.n = (size_t)(line.at + line.n - out->value.bytes);
	}
	return last || out->size >= WH_MT_FIELD_MOST ? WH_OK : WH_DONE;
}

/* ":940:" in front of a file says which message follows. */
static bool is_message(const struct line *line, size_t name)
{
	return name == 3 && line->n == 5 && line->at[1] == '9';
}

static int scan(const struct wh_codec_text *all, bool last, bool inside, struct wh_mt_piece *out)
{
	struct line line;
	if (!all->n || !line_at(all, 0, last, &line))
		return WH_DONE;
	size_t end = end_mark(&line), name = tag_name(&line),
		   around = is_blank(&line) ? 0 : lead(&line);
	*out = (struct wh_mt_piece){ .bytes = all->bytes, .size = around ? around : line.size };
	if (around)
		return WH_OK;
	if (name && (inside || !is_message(&line, name)))
		return cut_field(all, last, &line, out);
	if (end) {
		out->kind = WH_MT_END;
		out->size = end;
	} else if (!is_blank(&line)) {
		cut_header(&line, out);
	}
	return WH_OK;
}

int wh_mt_scan(const struct wh_codec_text *bytes, bool last, bool inside, struct wh_mt_piece *out)
{
	int rc = scan(bytes, last, inside, out);
	size_t waited = rc == WH_OK ? out->size
								: bytes->n / 2; /* the line behind a piece is waited for */
	return waited >= WH_MT_FIELD_MOST ? WH_STOP : rc;
}
