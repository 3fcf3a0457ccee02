/* cell: the bytes of one elementary field as a cell of a batch, and back.
 *
 * Source of the forms: IBM Enterprise COBOL for z/OS, Language Reference (USAGE, SIGN) and
 * Programming Guide (formats of numeric data); z/Architecture Principles of Operation (packed
 * signs, hexadecimal floating point).
 *
 * Encoding gives back what was decoded, but not how it was spelled: -0 comes back as +0, a sign of
 * A, E or F in a signed field as C, of A, C or E in an unsigned one as F.
 * wh_cobol_cell_canonical() says whether the spelling comes back too.
 *
 * A charset with its cells belongs to one thread. */
#ifndef WH_CODECS_COBOL_CELL_H
#define WH_CODECS_COBOL_CELL_H

#include "codecs/cobol/copybook.h"
#include "model/batch.h"

enum wh_cobol_floating { WH_COBOL_IBM_FLOAT, WH_COBOL_IEEE_BIG, WH_COBOL_IEEE_LITTLE };

/* Where spaces are taken from a text. Written, it is filled up at the right, or at the left where
 * the field is JUSTIFIED. */
enum wh_cobol_trim {
	WH_COBOL_TRIM_RIGHT, /* where it is filled up */
	WH_COBOL_TRIM_NONE,
	WH_COBOL_TRIM_BOTH,
	WH_COBOL_TRIM_LEFT, /* as if all fields were JUSTIFIED */
};

/* How an ASCII file spells the digit that holds a sign too. Both are read; this one is written. */
enum wh_cobol_overpunch {
	WH_COBOL_LETTERS, /* {, A to I; }, J to R: translated from EBCDIC; GnuCOBOL's -fsign=EBCDIC */
	WH_COBOL_PLAIN,   /* 0 to 9; p to y: Micro Focus, GnuCOBOL */
};

/* How the fields of a file are stored, and what is made of them. */
struct wh_cobol_form {
	enum wh_cobol_floating floating;
	enum wh_cobol_overpunch overpunch;
	enum wh_cobol_trim trim; /* of text */
	bool little_endian;      /* COMP-5 and INDEX; all other binaries are big-endian */
	bool blank_null; /* spaces or low-values in zoned or packed digits are NULL; written: spaces */
	bool low_null;   /* low-values all over a text are NULL */
};

/* A code page: that of text, and whether digits are those of EBCDIC or of ASCII. */
struct wh_cobol_charset;
/* NARROW: DISPLAY. PAIRS: DBCS, two bytes a character of the same page, without shifts. */
enum wh_cobol_script { WH_COBOL_NARROW, WH_COBOL_PAIRS, WH_COBOL_UTF16, WH_COBOL_SCRIPTS };

/* name: "ascii", or a page that iconv has: "cp037", "IBM-273", "1140", "cp939", "utf-8". */
int wh_cobol_charset_open(struct wh_arena *arena, const char *name, struct wh_cobol_charset **out,
	struct wh_error *error) WH_MUST_USE;
void wh_cobol_charset_close(struct wh_cobol_charset *charset); /* NULL is fine */

struct wh_cobol_coding;

/* A field, ready to be decoded. */
struct wh_cobol_cell {
	const struct wh_cobol_field *field;
	struct wh_cobol_form form;
	struct wh_cobol_charset *charset;
	const struct wh_cobol_coding *coding;
	enum wh_cobol_script script;
	struct wh_type type;
	bool exact;                 /* every spelling that is decoded comes back */
	bool spaces_null, low_null; /* what is NULL, by the form */
	bool trim_left, trim_right;
	bool at_right; /* of the field, the text stands */
};

/* Field and charset stay for as long as the cell is used. WH_CONFIG: what cannot be carried. */
int wh_cobol_cell_prepare(struct wh_cobol_cell *out, const struct wh_cobol_field *field,
	const struct wh_cobol_form *form, struct wh_cobol_charset *charset,
	struct wh_error *error) WH_MUST_USE;

/* The column's type. Binaries hold what their bytes hold, beyond the digits of their picture too
 * (TRUNC(BIN)), and their type has room for that: PIC S9(4)V99 COMP of 4 bytes is decimal(10,2).
 * Whole numbers are INT64 where all values fit, else DECIMAL. An IBM float of 4 bytes is FLOAT64,
 * which holds it exactly. */
void wh_cobol_cell_type(const struct wh_cobol_cell *cell, struct wh_type *out);

/* Appends the cell to the batch's current row; n is the field's length. NULL: fine; else why not,
 * as what follows the field's name ("holds X'12F3', where F stands in the place of a digit"), in
 * `scratch` and valid until that is used again, and nothing was appended. */
const char *wh_cobol_cell_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes,
	size_t n, struct wh_batch *b, size_t column, struct wh_buffer *scratch);
/* The inverse: fills n bytes from a lane of the cell's type; whole numbers and decimals may come
 * as any of INT64, UINT64, DECIMAL. NULL: fine; else why the value has no place in the field, as
 * above ("has no place for 123.456: 3 decimal places, 2 are kept"). */
const char *wh_cobol_cell_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch);
/* Whether the current row's cell, just decoded from these bytes, is encoded to them again. */
bool wh_cobol_cell_canonical(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	const struct wh_batch *b, size_t column, struct wh_buffer *scratch);

enum wh_cobol_filling {
	WH_COBOL_FILLED,
	WH_COBOL_LOW_VALUES,
	WH_COBOL_SPACES,
	WH_COBOL_ZEROS, /* of zoned and packed numbers: 0 in any spelling */
	WH_COBOL_HIGH_VALUES,
};

/* What a field holds as a whole. Binaries, floats and COMP-6, in which low-values and spaces are
 * numbers, are ZEROS or FILLED. */
enum wh_cobol_filling wh_cobol_cell_filling(const struct wh_cobol_cell *cell,
	const unsigned char *bytes, size_t n);

#endif
