/* record: bytes become records of 94 characters, and the values of their fields texts; and back.
 * Only the codec's own files include it. Pure. */
#ifndef WH_CODECS_NACHA_RECORD_H
#define WH_CODECS_NACHA_RECORD_H

#include "base/buffer.h"
#include "codecs/nacha/form.h"
#include <iconv.h>

#define WH_NACHA_LINE_MOST ((size_t)64 << 10) /* bytes that wait for their line's end */

struct wh_nacha_input {
	const char *bytes;
	size_t n;
	bool last;
	size_t used; /* of n, so far */
};

struct wh_nacha_record {
	const char *bytes; /* WH_NACHA_RECORD of them; what a short line lacks is blank */
	const char *raw;   /* as the file has it, without its line's end */
	size_t nraw;       /* 0: an empty line */
	int64_t offset;
};

struct wh_nacha_reader {
	bool lines; /* records end with line ends; else they only may */
	const char *name;
	int64_t at; /* of the file's bytes */
	char padded[WH_NACHA_RECORD];
};

/* Where a record stands: the first bytes of the records above it, -1 where there are none. */
struct wh_nacha_place {
	int64_t file, batch, entry;
	char class[4]; /* of the last batch; "" before it */
};
void wh_nacha_step(struct wh_nacha_place *place, const struct wh_nacha_record *record);

/* Whether a file that begins so has lines. */
bool wh_nacha_has_lines(const char *sample, size_t n);
/* The next record, valid until the next call. WH_DONE: there is none in what is there. WH_STOP: a
 * remainder, or a line without end. */
int wh_nacha_read(struct wh_nacha_reader *reader, struct wh_nacha_input *input,
	struct wh_nacha_record *out, struct wh_error *error) WH_MUST_USE;

/* What the bytes above 0x7F are, in UTF-8; "" is none. All-zero is ASCII. */
struct wh_nacha_charset {
	char high[128][5];
	iconv_t convert; /* open while the rest is filled */
};
/* WH_CONFIG: not known, not of single bytes, or not ASCII below 0x80. */
int wh_nacha_charset(struct wh_nacha_charset *out, const char *name,
	struct wh_error *error) WH_MUST_USE;
/* The first byte of a record that is no character; -1: all are. */
int wh_nacha_stranger(const struct wh_nacha_charset *charset, const char *record);

enum wh_nacha_value { WH_NACHA_VALUE, WH_NACHA_NULL, WH_NACHA_FAULT };

/* Appends the value as text: numbers plain, dates as 2011-08-05. A date that is none is null.
 * FAULT: no digits where digits must stand. */
enum wh_nacha_value wh_nacha_get(struct wh_buffer *out, const struct wh_nacha_charset *charset,
	const struct wh_nacha_field *field, const char *record);
/* Writes a value into its field. False: it does not fit; `why` says what would. */
bool wh_nacha_put(char *record, const struct wh_nacha_charset *charset,
	const struct wh_nacha_field *field, const struct wh_buffer *value, const char **why);

#endif
