/* segments: the parts of a record that has its length in front (RDW), in blocks or not. */
#ifndef WH_CODECS_COBOL_SEGMENTS_H
#define WH_CODECS_COBOL_SEGMENTS_H

#include "codecs/cobol/framing.h"

#define WH_COBOL_EXTENDED 0x80000000u

/* A record that is gone through part by part. */
struct wh_cobol_span {
	const struct wh_cobol_framing *framing;
	uint64_t block; /* left of the block, with VB */
	size_t used;    /* bytes of the parts so far */
	unsigned parts;
};

struct wh_cobol_part {
	const unsigned char *head; /* its length (RDW) */
	const unsigned char *bytes;
	size_t n;
	bool begins;   /* a block: the block's length stands before its own */
	bool extended; /* which is of 31 bits */
	bool more;     /* the record goes on */
};

/* WH_DONE: the bytes end within the part. WH_STOP without a place: it is at span->used. */
int wh_cobol_part_next(struct wh_cobol_span *span, const unsigned char *bytes, size_t n,
	struct wh_cobol_part *out, struct wh_error *error) WH_MUST_USE;
/* The length in front of n bytes. WH_STOP: they are too many for it. */
int wh_cobol_head_put(const struct wh_cobol_framing *framing, size_t n, struct wh_buffer *out,
	struct wh_error *error) WH_MUST_USE;

#endif
