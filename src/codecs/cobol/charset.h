/* charset: a code page, to UTF-8 and back: by a table where a byte is a character by itself, else
 * through iconv. `text` holds what was converted last. */
#ifndef WH_CODECS_COBOL_CHARSET_H
#define WH_CODECS_COBOL_CHARSET_H

#include "base/buffer.h"
#include "codecs/cobol/cell.h"
#include <iconv.h>

/* A character of one or two bytes; of none: the page does not have it. */
struct wh_cobol_unit {
	unsigned char bytes[2];
	size_t n;
};

struct wh_cobol_converter {
	iconv_t in, out; /* to UTF-8, from UTF-8; -1: not open */
};

struct wh_cobol_letter {
	uint32_t character;
	unsigned char byte;
};

struct wh_cobol_charset {
	const char *name;
	bool ebcdic;   /* digits are F0 to F9, not 30 to 39 */
	bool single;   /* one byte is one character, or none */
	bool faithful; /* no two bytes are one character */
	bool shifted;  /* two-byte characters stand between SO and SI */

	/* By byte, its character in UTF-8, and how many bytes that has; 0: it is none by itself. */
	unsigned char width[256];
	char utf8[256][4];
	struct wh_cobol_letter letters[256]; /* by character */
	size_t nletters;
	int16_t of_ascii[128]; /* -1: there is none */

	struct wh_cobol_unit space[WH_COBOL_SCRIPTS], zero[WH_COBOL_SCRIPTS];
	struct wh_cobol_converter page, utf16;
	struct wh_buffer text, again;
};

#define WH_COBOL_SHIFT_OUT 0x0e
#define WH_COBOL_SHIFT_IN 0x0f
/* In place of what is no character: in ASCII, and so in UTF-8, and in EBCDIC. */
#define WH_COBOL_SUBSTITUTE 0x1a
#define WH_COBOL_EBCDIC_SUBSTITUTE 0x3f

/* Appends to `out` what n bytes become. False: those at *bad have no counterpart. */
bool wh_cobol_convert(iconv_t how, const void *bytes, size_t n, struct wh_buffer *out, size_t *bad);
/* Bytes to UTF-8, in charset->text. False: those at *bad are no text. */
bool wh_cobol_charset_read(struct wh_cobol_charset *charset, enum wh_cobol_script script,
	const char *bytes, size_t n, size_t *bad);
/* UTF-8 to bytes, in charset->text. False: the character at *bad is none of the page. */
bool wh_cobol_charset_write(struct wh_cobol_charset *charset, enum wh_cobol_script script,
	const char *text, size_t n, size_t *bad);
/* The byte that is a character by itself; -1: there is none. */
int wh_cobol_charset_byte(const struct wh_cobol_charset *charset, const char *utf8, size_t n);

#endif
