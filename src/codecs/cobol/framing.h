/* framing: where the records of a file begin and end, and how they are written.
 *
 * Source of the forms: z/OS DFSMS Using Data Sets (record formats, RDW, BDW, spanned records). A
 * frame is a record with all that belongs to it: the descriptor of the block that it begins, its
 * length, its line's end. Frames and edges, one behind the other, are the file.
 *
 * Pure; one thread. WH_STOP: what makes the rest of the file unreadable, with the place. */
#ifndef WH_CODECS_COBOL_FRAMING_H
#define WH_CODECS_COBOL_FRAMING_H

#include "base/buffer.h"
#include "model/codec.h"

enum wh_cobol_frames {
	WH_COBOL_F,    /* all of one length */
	WH_COBOL_V,    /* a length in front (RDW); records may be spanned */
	WH_COBOL_VB,   /* the same in blocks that have a length too (BDW) */
	WH_COBOL_D,    /* text lines */
	WH_COBOL_SELF, /* a record's own bytes say how long it is */
};

struct wh_cobol_framing {
	enum wh_cobol_frames kind;
	uint32_t length;         /* F: with what stands before and after the record */
	bool little, inclusive;  /* RDW and BDW: byte order; the length counts its own 4 bytes */
	uint32_t header, footer; /* bytes of the file that are no records */
	uint32_t before, after;  /* bytes of each frame's data that are none of the record */
	uint32_t block;          /* VB: the most bytes of a block that is written */
	unsigned char newline;   /* D */
	bool crlf;               /* D: what written lines end with */
	/* SELF: the length of the record that begins here. WH_DONE: more bytes are needed for that. */
	int (*measure)(void *context, const unsigned char *bytes, size_t n, size_t *length,
		struct wh_error *);
	void *context;
};

struct wh_cobol_frame {
	int64_t at;                 /* of its first byte, in the file */
	const unsigned char *whole; /* all bytes of it */
	size_t nwhole;
	const unsigned char *record; /* a spanned record's is a copy */
	size_t n;
	int64_t record_at; /* of the record's first byte, in the file */
	bool edge;         /* the file's header or footer, all in `whole` */
	bool begins;       /* a block */
	bool odd;          /* is not what is written for the record alone */
	uint64_t block;    /* VB: what is left of the block behind it */
};

/* One way through a file. */
struct wh_cobol_framer {
	const struct wh_cobol_framing *framing;
	const char *file;
	int64_t size; /* -1: not known */
	int64_t at;   /* of the next byte */
	uint64_t block;
	struct wh_buffer joined;
};

void wh_cobol_framer_start(struct wh_cobol_framer *f, const struct wh_cobol_framing *framing,
	const struct wh_codec_file *file, int64_t offset);
/* The frame that these bytes begin with, valid until the next call; WH_DONE: there is none without
 * more bytes, or none at all. Nothing is gone past before it is taken. */
int wh_cobol_frame_next(struct wh_cobol_framer *f, const char *bytes, size_t n, bool last,
	struct wh_cobol_frame *out, struct wh_error *error) WH_MUST_USE;
void wh_cobol_frame_take(struct wh_cobol_framer *f, const struct wh_cobol_frame *frame);
void wh_cobol_framer_finish(struct wh_cobol_framer *f);

/* Frames on their way out. */
struct wh_cobol_writer {
	const struct wh_cobol_framing *framing;
	struct wh_codec_sink *sink;
	struct wh_buffer block, frame, head;
	uint64_t room; /* of the block, where one that was read has more than usual */
	bool extended; /* its length is of 31 bits */
};

/* A record, framed as usual. */
int wh_cobol_write(struct wh_cobol_writer *w, const unsigned char *record, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* A frame as it was read; blocks begin where it says so, and get their length anew. */
int wh_cobol_write_frame(struct wh_cobol_writer *w, const void *frame, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_cobol_write_edge(struct wh_cobol_writer *w, const void *bytes, size_t n,
	struct wh_error *error) WH_MUST_USE;
/* What waits for the end of its block. */
int wh_cobol_write_end(struct wh_cobol_writer *w, struct wh_error *error) WH_MUST_USE;
void wh_cobol_writer_finish(struct wh_cobol_writer *w);

#endif
