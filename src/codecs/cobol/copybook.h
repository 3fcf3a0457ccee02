/* copybook: the records that a COBOL copybook describes, with the place of every byte.
 *
 * Source of the format: IBM Enterprise COBOL for z/OS, Language Reference: reference format, COPY,
 * data description entries (PICTURE, USAGE, SIGN, OCCURS, REDEFINES, RENAMES, SYNCHRONIZED).
 * What Micro Focus and GnuCOBOL store otherwise is chosen by the dialect.
 *
 * Pure: bytes in, layout out; other copybooks come from the caller. Any thread. All memory is the
 * arena's; names and texts are NUL-terminated. Lengths and offsets are bytes, offsets count from
 * 0 at the record's begin. Refused with WH_CONFIG and "file:line:column" as the place; columns
 * count from 1 with tabs expanded to 8. What is odd but has a meaning is a note. */
#ifndef WH_CODECS_COBOL_COPYBOOK_H
#define WH_CODECS_COBOL_COPYBOOK_H

#include "base/arena.h"
#include <stdint.h>

#define WH_COBOL_TEXT_MOST ((size_t)16 << 20)     /* bytes of all texts together */
#define WH_COBOL_RECORD_MOST ((uint64_t)16 << 20) /* bytes of a record */
#define WH_COBOL_FIELDS_MOST 100000
#define WH_COBOL_DIGITS_MOST 38
#define WH_COBOL_COPY_DEPTH 16
#define WH_COBOL_NONE UINT32_MAX

enum wh_cobol_dialect {
	WH_COBOL_IBM,      /* binaries of 2, 4, 8 bytes */
	WH_COBOL_MF,       /* Micro Focus without IBMCOMP: as few bytes as hold the digits; no SYNC */
	WH_COBOL_GNUCOBOL, /* binary-size 1-2-4-8 */
};

enum wh_cobol_format { WH_COBOL_AUTO, WH_COBOL_FIXED, WH_COBOL_FREE };

enum wh_cobol_usage {
	WH_COBOL_DISPLAY,
	WH_COBOL_BINARY, /* COMP, COMP-4, BINARY: holds the picture's digits, big-endian */
	WH_COBOL_NATIVE, /* COMP-5: holds what its bytes hold */
	WH_COBOL_COMP_X,
	WH_COBOL_PACKED, /* COMP-3: two digits a byte, the last half a sign */
	WH_COBOL_COMP_6, /* packed without a sign */
	WH_COBOL_FLOAT,  /* COMP-1 */
	WH_COBOL_DOUBLE, /* COMP-2 */
	WH_COBOL_INDEX,
	WH_COBOL_POINTER,
	WH_COBOL_NATIONAL, /* UTF-16 */
	WH_COBOL_DBCS,     /* DISPLAY-1 */
};

enum wh_cobol_kind {
	WH_COBOL_GROUP,
	WH_COBOL_TEXT,
	WH_COBOL_EDITED, /* a number as text for people: digits and scale are known */
	WH_COBOL_WIDE,   /* national or DBCS text: two bytes a character */
	WH_COBOL_DECIMAL,
	WH_COBOL_INTEGER, /* binary without decimal places */
	WH_COBOL_REAL,    /* COMP-1, COMP-2 */
	WH_COBOL_ADDRESS,
};

enum wh_cobol_category {
	WH_COBOL_NO_PICTURE,
	WH_COBOL_ALPHANUMERIC,
	WH_COBOL_NUMERIC,
	WH_COBOL_NUMERIC_EDITED,
	WH_COBOL_NATIONAL_TEXT,
	WH_COBOL_DBCS_TEXT,
};

struct wh_cobol_picture {
	const char *text; /* without blanks, upper case; NULL: there is none */
	enum wh_cobol_category category;
	uint32_t size;   /* character positions: all but S, V and P */
	uint32_t digits; /* those that hold a digit: 9, Z, * and floating signs */
	int scale;       /* decimal places; below zero: so many zeros stand behind (9PP) */
	bool sign;
	bool odd_sign; /* an S in an edited picture, which has no place */
};

/* A place in a text; both from 1. */
struct wh_cobol_place {
	const char *file;
	unsigned line, column;
};

enum wh_cobol_literal_kind {
	WH_COBOL_LITERAL_TEXT,
	WH_COBOL_LITERAL_HEX, /* X'..': the text is the digits */
	WH_COBOL_LITERAL_NUMBER,
	WH_COBOL_LITERAL_FIGURATIVE, /* SPACES, LOW-VALUES, ... */
	WH_COBOL_LITERAL_ALL,        /* ALL 'x': repeated over the item */
};

/* The bytes are those of the file, in whatever code page. */
struct wh_cobol_literal {
	enum wh_cobol_literal_kind kind;
	const char *text;
	size_t n;
};

struct wh_cobol_range {
	struct wh_cobol_literal from, thru; /* equal where no THRU stands */
	bool has_thru;
};

/* A level 88. */
struct wh_cobol_condition {
	struct wh_cobol_place place;
	const char *name;
	struct wh_cobol_range *ranges;
	size_t nranges;
};

struct wh_cobol_field {
	struct wh_cobol_place place;
	unsigned level;
	const char *name; /* NULL: FILLER, or no name at all */
	uint32_t parent;  /* indexes of fields; or WH_COBOL_NONE */
	uint32_t redefines;
	uint32_t depending;
	struct wh_cobol_picture picture;
	enum wh_cobol_usage usage; /* its own, or that of the group around it */
	enum wh_cobol_kind kind;
	bool sign_leading, sign_separate, synchronized, justified, blank_when_zero;
	bool occurs, moves, varies;      /* moves: its offset; varies: its length, by a DEPENDING ON */
	uint32_t occurs_min, occurs_max; /* 1 without OCCURS */
	uint32_t offset;                 /* of the first occurrence, all tables at their maximum */
	uint32_t length, min_length;     /* of one occurrence; the next one follows at once */
	uint32_t slack_before;           /* bytes put in before it, so that it is aligned */
	uint32_t slack_after;            /* at the end of each occurrence; part of the length */
	struct wh_cobol_condition *conditions;
	size_t nconditions;
};

/* A level 66. */
struct wh_cobol_rename {
	struct wh_cobol_place place;
	const char *name;
	uint32_t first, last; /* fields; the same one without THRU */
	uint32_t offset, length;
};

/* A level 01 or 77 with what is below it, or the items of a copybook that has no level 01. */
struct wh_cobol_record {
	uint32_t first, count; /* of fields */
	struct wh_cobol_rename *renames;
	size_t nrenames;
	uint32_t min_length, max_length;
};

struct wh_cobol_note {
	struct wh_cobol_place place;
	const char *rule; /* "cobol-redefines-larger" */
	const char *object;
	const char *text;
};

struct wh_copybook {
	struct wh_cobol_field *fields; /* in the order of the text */
	size_t nfields;
	struct wh_cobol_record *records;
	size_t nrecords;
	struct wh_cobol_note *notes;
	size_t nnotes;
	enum wh_cobol_format format; /* what the first text is in; never AUTO */
};

/* The bytes need only live through the call that takes them. */
struct wh_cobol_text {
	const char *name; /* as messages name it */
	const char *bytes;
	size_t n;
};

struct wh_cobol_options {
	enum wh_cobol_dialect dialect;
	enum wh_cobol_format format;
	/* "FROM=TO": replaces words of the whole text; FROM between colons, parts of words too. */
	const char *const *replacing;
	size_t nreplacing;
	/* The text of COPY name [OF library]; `library` may be NULL. What fails gets its place here.
	 * NULL: every COPY is refused. */
	int (*copy)(void *context, const char *name, const char *library, struct wh_arena *arena,
		struct wh_cobol_text *out, struct wh_error *error);
	void *context;
};

/* `out` is only to be read after WH_OK. */
int wh_copybook_parse(const struct wh_cobol_text *text, const struct wh_cobol_options *options,
	struct wh_arena *arena, struct wh_copybook *out, struct wh_error *error) WH_MUST_USE;

/* "decimal(11,2)", "int32", "text(10)", "group": what a value of the field is; the arena's. */
const char *wh_cobol_kind_text(struct wh_arena *arena, const struct wh_cobol_field *field);
/* "COMP-3", in the words of the language. */
const char *wh_cobol_usage_name(enum wh_cobol_usage usage);
/* "DECLARED-NAME", or "FILLER". */
const char *wh_cobol_field_name(const struct wh_cobol_field *field);

#endif
