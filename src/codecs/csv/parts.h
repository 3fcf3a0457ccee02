/* parts: what the files of the CSV codec share. Bytes become a text (charset), that records and
 * fields (record), those a row (row); a dialect and columns are found in the sample, types in the
 * whole file. What lives as long as the state is the setup's arena's. */
#ifndef WH_CODECS_CSV_PARTS_H
#define WH_CODECS_CSV_PARTS_H

#include "base/buffer.h"
#include "codecs/csv/csv.h"
#include <iconv.h>

#define WH_CSV_COLUMNS_MOST 2000
#define WH_CSV_MARK "\xef\xbb\xbf" /* the byte order mark as UTF-8 */

struct wh_csv_span {
	const char *at;
	size_t n;
};

/* ---- how fields and records are told apart: record.c, dialect.c ---- */

struct wh_csv_dialect {
	char delimiter;
	char quote;     /* 0: none */
	bool backslash; /* in quotes it makes a quote or backslash behind it text */
	char line;      /* ends a record: '\n', with or without '\r' before it, or '\r' */
	char comment;   /* a line that begins with it is none; 0: none */
	bool trim;      /* blanks around a field are none of it */
	bool header;
	bool sep;    /* the first line is Excel's "sep=;" */
	size_t skip; /* lines before the header */
};

enum wh_csv_fault {
	WH_CSV_SOUND,
	WH_CSV_JUNK, /* text behind a closing quote */
	WH_CSV_OPEN, /* a quote that nothing closes */
};

struct wh_csv_field {
	const char *at; /* without its quotes */
	size_t n;
	bool quoted;
	bool escaped; /* quotes in it are doubled, or behind a backslash */
};

struct wh_csv_record {
	struct wh_csv_field *fields; /* the first `room` of nfields; comments have none */
	size_t room, nfields;
	size_t length; /* in the text, with the line's end */
	bool quoted;   /* some field is */
	enum wh_csv_fault fault;
	size_t fault_at;    /* in the text, from the record's begin */
	size_t fault_field; /* counted from 1 */
	/* Where it comes from, by the reader. */
	const char *text;
	struct wh_csv_span raw; /* bytes of the file */
	int64_t offset, fault_offset;
	int64_t line; /* 0: not known */
};

/* The record at the front of the text. False: it ends behind it. `last`: nothing stands there. */
bool wh_csv_scan(const struct wh_csv_dialect *d, struct wh_csv_span text, bool last,
	struct wh_csv_record *out);
/* The same for a line that is no record. */
bool wh_csv_scan_line(const struct wh_csv_dialect *d, struct wh_csv_span text, bool last,
	struct wh_csv_record *out);
/* A line without anything in it. */
static inline bool wh_csv_is_blank(const struct wh_csv_record *r)
{
	return r->nfields == 1 && r->fields[0].n == 0 && !r->fields[0].quoted;
}

/* ---- characters: charset.c ---- */

struct wh_csv_symbol {
	unsigned char n; /* 0: the byte is no character */
	char utf8[7];
};

struct wh_csv_charset {
	const char *name;
	bool utf8;
	/* Of the 256 bytes, where each is a character and the first half is ASCII. Neither this nor
	 * utf8: the text is what iconv makes of the bytes. */
	const struct wh_csv_symbol *symbols;
	size_t unit;  /* bytes that are skipped where there is no character */
	bool guessed; /* the sample is not UTF-8 */
};

/* Its text is made by iconv. */
static inline bool wh_csv_is_stream(const struct wh_csv_charset *c)
{
	return !c->utf8 && !c->symbols;
}

/* The one that is given, or by the sample: its byte order mark, else what the bytes can be.
 * `name` NULL: none is given. WH_CONFIG: iconv knows none of that name. */
int wh_csv_charset_find(struct wh_csv_charset *out, const char *name,
	const struct wh_codec_setup *setup, struct wh_error *error);

static inline bool wh_csv_is_open(iconv_t cd)
{
	return cd && (intptr_t)cd != -1;
}

static inline void wh_csv_iconv_close(iconv_t cd)
{
	if (wh_csv_is_open(cd))
		iconv_close(cd);
}

/* Text that iconv makes; a byte that UTF-8 never has, 0xff, stands where there was no character. */
struct wh_csv_stream {
	iconv_t convert, place; /* place is at the first byte that is not taken yet */
	struct wh_buffer text;
	size_t at;    /* of the text, not taken yet */
	size_t ahead; /* bytes not taken whose text is there already */
};

int wh_csv_stream_start(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_error *error);
/* Adds the text of more bytes; `bytes` begins at the first that is not taken. False: no more. */
bool wh_csv_stream_more(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_csv_span bytes, bool last);
/* Takes n bytes of text; says how many of the file they come from. */
size_t wh_csv_stream_take(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_csv_span bytes, size_t n);
void wh_csv_stream_close(struct wh_csv_stream *s);

/* ---- how values are written: form.c ---- */

struct wh_csv_form {
	const char **nulls; /* markers of NULL */
	size_t nnulls;
	bool empty_null;       /* an empty field without quotes is NULL */
	char point, thousands; /* of numbers; thousands 0: none */
	const char *date;      /* of DD, MM, YYYY and what stands between; NULL: ISO 8601 */
};

bool wh_csv_form_date(const char *pattern); /* whether it is one */
bool wh_csv_form_marker(const struct wh_csv_form *form, const struct wh_csv_field *f);
static inline bool wh_csv_form_null(const struct wh_csv_form *form, const struct wh_csv_field *f)
{
	if (f->quoted)
		return false;
	return f->n ? form->nnulls && wh_csv_form_marker(form, f) : form->empty_null;
}
/* Whether an empty text is a value of the kind. */
bool wh_csv_form_has_empty(enum wh_kind kind);
/* The text as model/value.h has it; made in `scratch` where it differs. False: no such number. */
bool wh_csv_form_number(const struct wh_csv_form *form, struct wh_buffer *scratch,
	struct wh_csv_span *text);
void wh_csv_form_stamp(const struct wh_csv_form *form, struct wh_buffer *scratch,
	struct wh_csv_span *text);
/* The other way, in place. */
void wh_csv_form_put(const struct wh_csv_form *form, enum wh_kind kind, struct wh_buffer *value);

/* ---- what a column holds: infer.c ---- */

struct wh_csv_guess {
	unsigned kinds; /* bits of infer.c: what every value so far may be */
	unsigned seen;
	int whole, fraction; /* most digits of a number */
	int64_t values, nulls, empties;
};

void wh_csv_guess_begin(struct wh_csv_guess *g, bool text_only);
/* `text` is UTF-8 and not empty. */
void wh_csv_guess_value(struct wh_csv_guess *g, const struct wh_csv_form *form,
	struct wh_buffer *scratch, struct wh_csv_span text);
struct wh_type wh_csv_guess_type(const struct wh_csv_guess *g, const struct wh_csv_form *form);

/* ---- options.c ---- */

struct wh_csv_given {
	const char *name;
	struct wh_type type;
};

struct wh_csv_settings {
	struct wh_csv_dialect dialect; /* what is to be found has its default */
	bool find_delimiter, find_quote, find_escape, find_header;
	const char *encoding; /* NULL: to be found */
	struct wh_csv_form form;
	struct wh_csv_given *columns;
	size_t ncolumns;
	const char **key;
	size_t nkey;
	const char *table; /* NULL: named after the file */
	bool text_only, by_record, crlf, bom;
};

/* Nothing is to be found by a look at the bytes. */
void wh_csv_settings_sure(struct wh_csv_settings *s);
int wh_csv_settings_read(struct wh_csv_settings *out, const struct wh_codec_setup *setup,
	struct wh_error *error);

/* ---- the sample: dialect.c, columns.c ---- */

/* The text behind a byte order mark, and whether the file ends with it. */
struct wh_csv_sample {
	struct wh_csv_span text;
	bool whole;
};

#define WH_CSV_DELIMITERS ",;\t|" /* that are looked for */
#define WH_CSV_QUOTES "\"'"

/* Settles what the settings leave open. Records are read into r. */
void wh_csv_dialect_find(struct wh_csv_settings *settings, struct wh_csv_sample sample,
	struct wh_csv_record *r);
/* The header, or the first row where there is none. False: there is no whole one. */
bool wh_csv_dialect_first(const struct wh_csv_dialect *d, struct wh_csv_sample sample,
	struct wh_csv_record *r);

struct wh_csv_column {
	const char *name;
	struct wh_type given; /* WH_NO_KIND: not given */
	struct wh_csv_guess guess;
	size_t place; /* in the records of this file */
};

struct wh_csv_columns {
	struct wh_csv_column *items;
	size_t count;
	const char *renamed; /* what came of names that were empty or stood twice; NULL: none did */
};

/* ---- rows: reader.c, row.c ---- */

struct wh_csv_reader {
	const struct wh_csv_dialect *dialect;
	const struct wh_csv_charset *charset;
	struct wh_csv_stream stream;
	const char *file;
	int64_t id;
	struct wh_csv_span bytes; /* of this call */
	size_t taken;
	bool last;
	int64_t offset, line; /* of what comes next */
	bool mark;            /* a byte order mark may come */
	size_t skip;          /* lines yet to be skipped */
	struct wh_csv_record record;
};

int wh_csv_reader_start(struct wh_csv_reader *r, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error);
void wh_csv_reader_give(struct wh_csv_reader *r, const char *bytes, size_t n, bool last);
/* The next record, comments left out. WH_DONE: it ends behind what was given, or there is none. */
int wh_csv_reader_next(struct wh_csv_reader *r, struct wh_error *error);

/* What a field's text is made with. */
struct wh_csv_texts {
	const struct wh_csv_dialect *dialect;
	const struct wh_csv_charset *charset;
	struct wh_buffer plain, utf8, formed;
};

/* Its text without what quotes needed, as UTF-8. False: it holds what is no character; *out is then
 * its bytes. `sound`: the text of the record is known to be UTF-8. */
bool wh_csv_text_make(struct wh_csv_texts *t, const struct wh_csv_field *f, bool sound,
	struct wh_csv_span *out);
static inline bool wh_csv_text(struct wh_csv_texts *t, const struct wh_csv_field *f, bool sound,
	struct wh_csv_span *out)
{
	*out = (struct wh_csv_span){ f->at, f->n };
	return (sound && !f->escaped) || wh_csv_text_make(t, f, sound, out);
}
bool wh_csv_sound(const struct wh_csv_texts *t, const struct wh_csv_record *r); /* surely UTF-8 */

/* From the first record: a header, or a row. */
int wh_csv_columns_make(struct wh_csv_columns *out, const struct wh_csv_settings *settings,
	struct wh_csv_texts *texts, const struct wh_csv_record *first,
	const struct wh_codec_setup *setup, struct wh_error *error);

struct wh_csv_target { /* a field of the rowset */
	enum { WH_CSV_COLUMN, WH_CSV_FILE, WH_CSV_RECORD } from;
	size_t column;
	const char *name;
};

struct wh_csv {
	const struct wh_codec_setup *setup;
	struct wh_csv_settings settings;
	struct wh_csv_charset charset;
	struct wh_csv_reader reader;
	struct wh_csv_texts texts;
	struct wh_csv_columns columns;
	bool header_comes;
	bool moved; /* this file has its columns in another order than the first one */
	struct wh_csv_target *targets;
	size_t ntargets, targets_room;
	size_t fault_target; /* where a rejected record says why */
	/* What learn sees. */
	bool learning;          /* in the midst of a file */
	const char *first_file; /* its name */
	char *foreign;          /* a place whose bytes are not in the encoding; NULL: none */
};

/* Sets the places of the columns by a file's header; WH_CONFIG where its names are others. */
int wh_csv_columns_map(struct wh_csv *s, const struct wh_csv_record *header,
	struct wh_error *error);

/* The next row's record. WH_DONE: as above. */
int wh_csv_row_next(struct wh_csv *s, struct wh_error *error);
bool wh_csv_row_good(const struct wh_csv *s); /* it has a field for each column */
int wh_csv_row_aim(struct wh_csv *s, const struct wh_rowset *rows, struct wh_error *error);
void wh_csv_row_put(struct wh_csv *s, struct wh_batch *out);
/* "line 17, at byte 3456 of customers.csv": the record's. */
void wh_csv_row_place(const struct wh_csv *s, struct wh_buffer *out);

int wh_csv_learn(struct wh_csv *s, const struct wh_codec_file *file, struct wh_error *error);
int wh_csv_describe(struct wh_csv *s, struct wh_catalog *out, struct wh_error *error);

int wh_csv_encode(struct wh_csv *s, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error);

#endif
