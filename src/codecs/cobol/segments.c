#include "codecs/cobol/segments.h"

#define HEAD 4

enum { COMPLETE, FIRST, LAST, MIDDLE }; /* of a spanned record; bits of the RDW's third byte */

static uint32_t bits16(const unsigned char *p, bool little)
{
	return little ? (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 8 | p[1];
}

static int odd_head(const unsigned char *h, const char *what, struct wh_error *error)
{
	return wh_fail(error, WH_STOP,
		"%s holds X'%02X%02X%02X%02X', in which zeros are expected in two bytes: look at format= "
		"and rdw=",
		what, h[0], h[1], h[2], h[3]);
}

/* The bytes behind a head of a length, whether that counts the head or not. */
static int behind(const struct wh_cobol_framing *framing, uint32_t length, const char *what,
	size_t *out, struct wh_error *error)
{
	if (framing->inclusive && length < HEAD)
		return wh_fail(error, WH_STOP,
			"%s says %u bytes, fewer than its own 4: look at rdw= and rdw_includes=", what, length);
	if (!length)
		return wh_fail(error, WH_STOP, "%s says 0 bytes", what);
	*out = framing->inclusive ? length - HEAD : length;
	return WH_OK;
}

static bool is_extended(const struct wh_cobol_framing *framing, const unsigned char *h)
{
	return !framing->little && h[0] & WH_COBOL_EXTENDED >> 24;
}

static int block_begin(struct wh_cobol_span *span, const unsigned char *h, struct wh_error *error)
{
	static const char what[] = "the length of the block (BDW)";
	const struct wh_cobol_framing *framing = span->framing;
	uint32_t length = bits16(framing->little ? h + 2 : h, framing->little);
	size_t n = 0;
	if (is_extended(framing, h))
		length = (uint32_t)(h[0] & 0x7f) << 24 | (uint32_t)h[1] << 16 | bits16(h + 2, false);
	else if (framing->little ? h[0] | h[1] : h[2] | h[3])
		return odd_head(h, what, error);
	int rc = behind(framing, length, what, &n, error);
	if (rc == WH_OK && n < HEAD)
		return wh_fail(error, WH_STOP, "%s leaves no room for a record", what);
	span->block = n;
	return rc;
}

static int part_head(const struct wh_cobol_span *span, const unsigned char *h,
	struct wh_cobol_part *out, struct wh_error *error)
{
	static const char what[] = "the length of the record (RDW)";
	bool little = span->framing->little;
	unsigned segment = little ? COMPLETE : h[2];
	if (little ? h[0] | h[1] : h[3] || segment > MIDDLE)
		return odd_head(h, what, error);
	bool inside = span->parts > 0;
	if (inside != (segment == LAST || segment == MIDDLE))
		return wh_fail(error, WH_STOP,
			inside ? "a record begins before the last segment of the spanned one before it"
				   : "a segment of a spanned record stands without its first one");
	out->more = segment == FIRST || segment == MIDDLE;
	return behind(span->framing, bits16(little ? h + 2 : h, little), what, &out->n, error);
}

static int within_block(struct wh_cobol_span *span, size_t n, struct wh_error *error)
{
	if (span->framing->kind != WH_COBOL_VB)
		return WH_OK;
	if (HEAD + n > span->block)
		return wh_fail(error, WH_STOP,
			"the record has %zu bytes with its length, the block only %llu more", HEAD + n,
			(unsigned long long)span->block);
	span->block -= HEAD + n;
	if (span->block && span->block < HEAD)
		return wh_fail(error, WH_STOP, "%llu bytes are left in the block, too few for a record",
			(unsigned long long)span->block);
	return WH_OK;
}

int wh_cobol_part_next(struct wh_cobol_span *span, const unsigned char *bytes, size_t n,
	struct wh_cobol_part *out, struct wh_error *error)
{
	const unsigned char *at = bytes + span->used;
	size_t left = n - span->used;
	*out = (struct wh_cobol_part){ .begins = span->framing->kind == WH_COBOL_VB && !span->block };
	size_t heads = out->begins ? 2 * HEAD : HEAD;
	int rc = WH_OK;
	if (left < heads)
		return WH_DONE;
	if (out->begins) {
		out->extended = is_extended(span->framing, at);
		rc = block_begin(span, at, error);
	}
	out->head = at + heads - HEAD;
	out->bytes = at + heads;
	if (rc == WH_OK)
		rc = part_head(span, out->head, out, error);
	if (rc == WH_OK)
		rc = within_block(span, out->n, error);
	if (rc != WH_OK)
		return rc;
	if (left - heads < out->n)
		return WH_DONE;
	span->used += heads + out->n;
	span->parts++;
	return WH_OK;
}

int wh_cobol_head_put(const struct wh_cobol_framing *framing, size_t n, struct wh_buffer *out,
	struct wh_error *error)
{
	size_t length = n + (framing->inclusive ? HEAD : 0);
	if (length > UINT16_MAX || !length)
		return wh_fail(error, WH_STOP, "%zu bytes have no place in a length of 2 bytes (RDW, BDW)",
			length);
	unsigned char high = (unsigned char)(length >> 8), low = (unsigned char)length;
	const unsigned char big[HEAD] = { high, low, 0, 0 }, little[HEAD] = { 0, 0, low, high };
	wh_buffer_put(out, framing->little ? little : big, HEAD);
	return WH_OK;
}
