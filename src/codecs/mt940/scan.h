/* scan: bytes become pieces: fields, header lines, ends of messages, blank lines. Pure.
 *
 * Lines end with CR LF, LF or CR. A field begins with ":TAG:" at a line's begin and ends before the
 * next one, before "-", "-}" or "-XXX", and before a block "{1:". */
#ifndef WH_CODECS_MT940_SCAN_H
#define WH_CODECS_MT940_SCAN_H

#include "codecs/mt940/rows.h"
#include "model/codec.h"

#define WH_MT_FIELD_MOST ((size_t)64 << 10)

struct wh_mt_reader;

struct wh_mt_tag {
	const char *name;
	enum wh_mt_table table; /* that its fields fill */
	bool opens;             /* a statement begins */
	bool closes;            /* headers of another message may follow its line */
	bool text;              /* its lines are free: what looks like an unknown tag is none */
	bool lines;             /* its own are all, not only the first */
	/* Takes the field in hand. False: it is not written as this tag's is. */
	bool (*take)(struct wh_mt_reader *r, const struct wh_mt_tag *tag);
};

const struct wh_mt_tag *wh_mt_tag_named(const char *name, size_t n); /* NULL: not ours */

enum wh_mt_piece_kind { WH_MT_BLANK, WH_MT_HEADER, WH_MT_FIELD, WH_MT_END };

struct wh_mt_piece {
	enum wh_mt_piece_kind kind;
	const char *bytes;
	size_t size;
	const struct wh_mt_tag *tag; /* FIELD; NULL: unknown */
	struct wh_codec_text name;   /* FIELD: of its tag */
	struct wh_codec_text value;  /* FIELD: without blank lines behind it; HEADER: the line */
};

/* The first piece; `inside` a statement or not. WH_DONE: its end has not come yet, or there is
 * nothing. WH_STOP: it is longer than WH_MT_FIELD_MOST. */
int wh_mt_scan(const struct wh_codec_text *bytes, bool last, bool inside, struct wh_mt_piece *out);

#endif
