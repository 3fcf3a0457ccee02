/* type: what a value is, whatever engine it lives in. Pure data.
 *
 * A column of a batch has one kind and with it one layout: WORD lanes hold 8 bytes a row, BYTES
 * lanes hold a run of bytes a row. The form of each kind's value in its lane:
 *
 *   kind         lane   value
 *   BOOL         WORD   0 or 1
 *   INT64        WORD   the integer
 *   UINT64       WORD   the integer's 64 bits
 *   FLOAT32      WORD   the bits of a double that a float holds exactly
 *   FLOAT64      WORD   the bits of the double
 *   DATE         WORD   days since 2000-01-01              (base/time.h)
 *   TIME         WORD   microseconds since midnight, 0 to 86400000000
 *   TIMESTAMP    WORD   microseconds since 2000-01-01 00:00:00, no zone
 *   TIMESTAMPTZ  WORD   microseconds since 2000-01-01 00:00:00 UTC
 *   DECIMAL      BYTES  plain text, scale kept             (base/decimal.h)
 *   TEXT, XML    BYTES  UTF-8
 *   JSON         BYTES  UTF-8, as the source wrote it
 *   ENUM         BYTES  the label, UTF-8
 *   SET          BYTES  labels in the type's order, joined by commas, UTF-8
 *   BYTES        BYTES  the bytes
 *   INTERVAL     BYTES  struct wh_interval, 16 bytes
 *   UUID         BYTES  16 bytes, in the order of the text form
 *   BITS         BYTES  '0' and '1' characters, first bit first
 *   ARRAY        BYTES  a JSON array, UTF-8 (elements as JSON numbers, strings, booleans, null)
 *   GEOMETRY     BYTES  WKB of OGC, either byte order (the SRID stands in the type)
 *   NATIVE       BYTES  the engine's own text form, UTF-8 */
#ifndef WH_MODEL_TYPE_H
#define WH_MODEL_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wh_kind {
	WH_NO_KIND,
	WH_BOOL,
	WH_INT64,
	WH_UINT64,
	WH_FLOAT32,
	WH_FLOAT64,
	WH_DECIMAL,
	WH_TEXT,
	WH_BYTES,
	WH_DATE,
	WH_TIME,
	WH_TIMESTAMP,
	WH_TIMESTAMPTZ,
	WH_INTERVAL,
	WH_UUID,
	WH_JSON,
	WH_XML,
	WH_ENUM,
	WH_SET,
	WH_BITS,
	WH_ARRAY,
	WH_GEOMETRY,
	WH_NATIVE,
	WH_KINDS
};

struct wh_type {
	enum wh_kind kind;
	int32_t precision;    /* DECIMAL: digits, 0: any. Times: fractional digits, 0 to 6. INT: bits */
	int32_t scale;        /* DECIMAL: digits after the point */
	int64_t length;       /* TEXT: characters; BYTES: bytes; BITS: bits; 0: any */
	bool fixed;           /* char(n), binary(n), bit(n) as against varying */
	int32_t srid;         /* GEOMETRY */
	enum wh_kind element; /* ARRAY */
	const char *native;   /* the engine's own spelling, whole: "numeric(10,2)" */
	const char *charset;  /* the engine's name; NULL: the database's */
	const char *collation;     /* the engine's name; NULL: the database's */
	const char *const *labels; /* ENUM, SET: in order */
	size_t nlabels;
	enum wh_kind wider; /* what takes the values too that are none of `kind`; WH_NO_KIND: nothing */
	bool not_negative;  /* DECIMAL, FLOAT: the engine refuses numbers below 0 */
	bool keys_once;     /* JSON: an object keeps the last of equal keys only */
	bool as_written;    /* JSON: comes back as the very text that was given */
	/* What the data holds, where that was looked for. */
	bool zero_dates;     /* dates, stamps: some that are none: 0000-00-00 */
	bool empty_label;    /* ENUM: an empty value that is none of its labels */
	bool double_encoded; /* TEXT: some that was made UTF-8 twice: "Ã©" for "é" */
};

const char *wh_kind_name(enum wh_kind kind);  /* "timestamptz" */
enum wh_kind wh_kind_named(const char *name); /* WH_NO_KIND: none */
bool wh_kind_is_word(enum wh_kind kind);      /* WORD lane */
bool wh_kind_is_number(enum wh_kind kind);    /* BOOL, INT64, UINT64, DECIMAL */

#endif
