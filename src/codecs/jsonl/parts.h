/* parts: what the files of the JSON lines codec share.
 *
 * Bytes are cut into records (cut.c); a record is read into the columns of its table as views into
 * its text (record.c). From there learn.c gathers facts, and decode.c makes rows. */
#ifndef WH_CODECS_JSONL_PARTS_H
#define WH_CODECS_JSONL_PARTS_H

#include "base/json_read.h"
#include "codecs/jsonl/jsonl.h"

#define JSONL_COLUMNS_MOST 1600 /* of a table */
#define JSONL_TABLES_MOST 100
#define JSONL_PATH_MOST 1024 /* bytes of a column's keys */
#define JSONL_DIGITS_MOST 38
#define JSONL_SLOTS 4096

#define JSONL_DOCUMENT "document"
#define JSONL_ITEM "item"
#define JSONL_VALUE "value"

/* ---- options ---- */

enum jsonl_nested { JSONL_JSON, JSONL_TABLES, JSONL_FLAT };

struct jsonl_given {
	const char *name;
	struct wh_type type;
};

struct jsonl_options {
	const char *table;
	enum jsonl_nested nested;
	bool keys, whole, text, dates;
	struct jsonl_given *given; /* of columns= */
	size_t ngiven;
	const char **key;
	size_t nkey;
};

int wh_jsonl_options_read(struct jsonl_options *out, const struct wh_codec_setup *setup,
	struct wh_arena *arena, struct wh_error *error);
/* The type that columns= gives; NULL: none. */
const struct wh_type *wh_jsonl_given(const struct jsonl_options *o, const char *name);

/* ---- records ---- */

enum jsonl_form { JSONL_UNKNOWN, JSONL_LINES, JSONL_ARRAY };

/* Where the next record begins, and what is known of the bytes behind that. */
struct jsonl_cut {
	const char *file;
	enum jsonl_form form;
	int64_t at;
	size_t scanned;
	bool open, fresh, closing, closed; /* of the array; `closing`: with the record at hand */
	int depth;
	bool string, escape;
};

/* Bytes at `at`; what is taken of them leaves from the front. */
struct jsonl_input {
	const char *bytes;
	size_t n;
	bool last;
};

struct jsonl_record {
	const char *bytes;
	size_t n, used; /* used: with what ends it */
	int64_t at;
};

void wh_jsonl_cut_start(struct jsonl_cut *c, const struct wh_codec_file *file, int64_t offset);
/* The next record, which stays the next one until it is taken. WH_DONE: more bytes are wanted, or
 * there are no more. */
int wh_jsonl_cut(struct jsonl_cut *c, struct jsonl_input *in, struct jsonl_record *out,
	struct wh_error *error) WH_MUST_USE;
void wh_jsonl_cut_take(struct jsonl_cut *c, struct jsonl_input *in,
	const struct jsonl_record *record);

/* ---- facts ---- */

/* What is known of all values of a column. */
struct jsonl_facts {
	bool seen;                  /* be it null */
	uint64_t count;             /* of those that are not null */
	unsigned kinds;             /* bits: 1 << enum wh_json_kind */
	unsigned unlike;            /* bits: forms of texts that some are not of */
	int whole, fraction;        /* digits at most, as written */
	bool large, exponent, wide; /* some: beyond int64; with an exponent; and too many digits then */
	bool bent;                  /* some are no float64's */
	bool offset;                /* some time stamps are not UTC */
};

void wh_jsonl_facts_add(struct jsonl_facts *f, const struct wh_json_value *value);
struct wh_type wh_jsonl_facts_type(const struct jsonl_facts *f, const struct jsonl_options *o);
/* What somebody may mind who expects the values just as they are; NULL: nothing. */
const char *wh_jsonl_facts_doubt(const struct jsonl_facts *f, const struct wh_type *type);

/* ---- tables ---- */

struct jsonl_table;

struct jsonl_column {
	const char *path; /* its keys from the outside in, a NUL between two; "": in no object */
	size_t npath;
	const char *name;
	struct jsonl_facts facts;
	struct jsonl_table *child; /* of the items of its arrays; NULL: they are values */
	uint64_t serial;           /* of the object that holds `value` */
	struct wh_json_value value;
};

struct jsonl_table {
	const char *name;
	const struct jsonl_column *column; /* whose items it holds; NULL: it holds records */
	struct jsonl_column *columns[JSONL_COLUMNS_MOST]; /* in the order in which they appeared */
	size_t ncolumns, expected;   /* expected: where the next key is looked for first */
	uint16_t slots[JSONL_SLOTS]; /* by the path's hash: 1 + the column */
	uint64_t serial;             /* of the object that was read last */
};

/* Where a field of the aimed rowset comes from: a column, or one of these. */
enum { JSONL_NOWHERE = -1, JSONL_FILE_ID = -2, JSONL_RECORD_ID = -3, JSONL_ITEM_NUMBER = -4 };

struct jsonl_aim {
	const struct wh_rowset *rows;
	struct jsonl_table *table; /* NULL: no record has shown it yet */
	int *from;
	size_t reject; /* the field that takes what could not be decoded */
};

/* The items of an array that is a table's. */
struct jsonl_items {
	struct jsonl_table *table;
	struct wh_json_reader in;
	int64_t number; /* of the item at hand, from 1 */
};

struct jsonl {
	struct jsonl_options options;
	struct wh_arena arena;
	struct jsonl_table *tables[JSONL_TABLES_MOST]; /* the first is that of the records */
	size_t ntables;
	struct jsonl_aim aim;
	struct jsonl_cut cut;
	struct jsonl_record record; /* the one at hand */
	struct wh_buffer path, text, reason;
	int64_t file_id;
	bool learning;    /* within a file */
	uint64_t records; /* that were learnt */
	struct jsonl_items items;
	size_t waiting; /* the record's byte at which the next item is read; 0: none waits */
};

int wh_jsonl_table_add(struct jsonl *s, const struct jsonl_column *column, struct jsonl_table **out,
	struct wh_error *error) WH_MUST_USE;
/* The column of a path, which is new where none has it. */
int wh_jsonl_column(struct jsonl *s, struct jsonl_table *t, const char *path, size_t n,
	struct jsonl_column **out, struct wh_error *error) WH_MUST_USE;
/* The aimed rowset's fields come from this table; NULL: from none that is known yet. */
void wh_jsonl_aim_at(struct jsonl *s, struct jsonl_table *t);
/* What a field of this name comes from. */
int wh_jsonl_from(const struct jsonl *s, const struct jsonl_table *t, const char *name);

/* Reads the record at hand, with the items of its tables, into columns: those whose serial is their
 * table's hold a value. WH_ROW: it is to be rejected, s->reason says why. */
int wh_jsonl_record_read(struct jsonl *s, struct wh_error *error) WH_MUST_USE;
void wh_jsonl_items_begin(struct jsonl_items *i, const struct jsonl_column *array);
/* The next item, read into the columns of its table. WH_DONE: there are no more. */
int wh_jsonl_items_next(struct jsonl *s, struct jsonl_items *i, struct wh_error *error) WH_MUST_USE;
/* Whether the object that was read last holds items of a table here. */
bool wh_jsonl_column_items(const struct jsonl_table *t, const struct jsonl_column *c);

/* ---- what the codec does ---- */

int wh_jsonl_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error);
int wh_jsonl_describe(void *state, struct wh_catalog *out, struct wh_error *error);
int wh_jsonl_aim(void *state, const struct wh_rowset *rows, struct wh_error *error);
int wh_jsonl_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error);
int wh_jsonl_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error);
int wh_jsonl_encode(void *state, struct wh_codec_rows *rows, struct wh_codec_sink *sink,
	struct wh_error *error);
/* Appends the value to the batch's row as the lane's kind, or as a stray. */
void wh_jsonl_cell(struct jsonl *s, struct wh_batch *out, size_t column,
	const struct wh_json_value *value);

#endif
