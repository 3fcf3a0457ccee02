/* sqlite: what the files of the SQLite connector share; private to this folder and its tests.
 *
 * connect.c and trust.c open files, connect.c turns result codes into errors; schema.c reads CREATE
 * statements by the words of tokens.c; types.c knows declared types and `fit`, sample.c finds types
 * from data; catalog.c and keys.c describe, survey.c surveys; read.c, cell.c, write.c and bind.c
 * move rows, marker.c sees that each unit arrives once; ddl.c makes statements, execute.c runs them.
 * watch.c writes the triggers that write changes down, capture.c makes and removes them, tail.c
 * reads what they wrote; apply.c takes changes in; fence.c stops writes.
 *
 * Between two SQLite files every column travels as kind NATIVE, so that each value keeps its
 * storage class. The form is a SQL literal whose inside is not escaped (its length is known):
 *   INTEGER  -17
 *   REAL     0.1  1.0  1e+300  Infinity  -0.0     always with '.', 'e' or 'I'
 *   TEXT     'It's'                               UTF-8, else a stray; may hold U+0000
 *   BLOB     x'00ff'                              hexadecimal, up to SQLITE_HEX_MOST bytes
 *            b'...'                               the bytes themselves, where there are more
 *
 * Moments: a declared DATE, DATETIME or TIMESTAMP may hold ISO 8601 text, numbers of seconds or
 * milliseconds since 1970, or Julian days. Which one stands in type.native, behind the declared
 * name: "DATETIME (unix seconds)"; without such words it is text.
 *
 * As a target: REAL cannot hold NaN (SQLite makes it NULL) nor -0.0 (REAL affinity drops the
 * sign). In a float column NaN is the text 'NaN' and -0.0 the blob x'2d302e30' ("-0.0"), which
 * SQLite's arithmetic still takes for zero; every other double is a REAL. An unsigned 64-bit
 * number is an INTEGER as far as that reaches and text beyond. */
#ifndef WH_SQLITE_H
#define WH_SQLITE_H

#include "model/connector.h"
#include <sqlite3.h>

#define SQLITE_HEX_MOST 65536

/* ---- schema.c: pure; the text may be hostile ---- */

enum sqlite_token_kind {
	SQLITE_TOKEN_WORD,
	SQLITE_TOKEN_QUOTED, /* "a", [a] or `a` */
	SQLITE_TOKEN_STRING, /* and x'..' */
	SQLITE_TOKEN_NUMBER,
	SQLITE_TOKEN_SIGN, /* one byte */
};

struct sqlite_token {
	enum sqlite_token_kind kind;
	const char *at;
	size_t n;
};

struct sqlite_tokens {
	struct sqlite_token *items;
	size_t count;
};

struct sqlite_ddl_column {
	const char *name, *type, *collation, *generated;
	bool generated_stored;
};

struct sqlite_ddl_key {
	const char *name; /* of its CONSTRAINT, or NULL */
	bool primary;
	const char **columns; /* NULL for a part that is no plain name */
	size_t ncolumns;
};

struct sqlite_ddl_reference {
	const char *name;
	bool deferrable, deferred;
};

struct sqlite_ddl {
	size_t name_at, name_size; /* of the table's name in the text */
	struct sqlite_ddl_column *columns;
	size_t ncolumns;
	struct sqlite_ddl_key *keys;
	size_t nkeys;
	struct sqlite_ddl_reference *references; /* in the order of the text */
	size_t nreferences;
	struct wh_check *checks;
	size_t nchecks;
	bool autoincrement;
	bool conflicts;      /* some ON CONFLICT clause: no other engine has it */
	const char *options; /* what stands behind the last parenthesis, or NULL */
};

/* False: a string, a name or a comment does not end, or the text is absurdly long. */
bool wh_sqlite_tokens_read(struct wh_arena *arena, const char *text, struct sqlite_tokens *out);
/* The name or string of a token without its quotes. */
const char *wh_sqlite_token_text(struct wh_arena *arena, const struct sqlite_token *t);
bool wh_sqlite_token_is(const struct sqlite_token *t, const char *word);
/* A CREATE TABLE statement. False: it is not understood; `out` is then as far as it came. */
bool wh_sqlite_ddl_read(struct wh_arena *arena, const char *text, struct sqlite_ddl *out);
/* The parts of a CREATE INDEX statement: one expression's text each (without COLLATE, ASC, DESC),
 * and the condition. */
bool wh_sqlite_index_read(struct wh_arena *arena, const char *text, const char ***parts, size_t *n,
	const char **where);
/* The statement with the table's name replaced; NULL: not understood. */
const char *wh_sqlite_ddl_renamed(struct wh_arena *arena, const char *text, const char *name);

/* ---- connect.c ---- */

/* A connection that reads the table of changes. */
struct sqlite_tail {
	const struct wh_capture *capture; /* NULL: it does not */
	char identity[9];                 /* of the table of changes: another one is another log */
	size_t width;                     /* columns of values */
	int64_t at, upper;                /* the next change; where the open transaction ends */
	int64_t version, schema;          /* data_version, schema_version as they were last seen */
	uint32_t before;                  /* image of an update that was read half */
	sqlite3 *eraser;                  /* for confirm: the connection itself may be read-only */
};

struct sqlite_cell_plan;

struct sqlite {
	sqlite3 *db;
	struct wh_arena arena; /* of the connection */
	const char *path;
	bool utf16, wal;
	int busy_ms;
	/* reading */
	sqlite3_stmt *scan;
	const struct wh_rowset *scan_rows;
	bool scan_ended;
	struct wh_batch inner; /* one row, for columns that are read as text */
	bool inner_ready;
	struct wh_buffer scratch, number;
	/* writing */
	const struct wh_claim *claim;
	const struct wh_unit *unit; /* open, or NULL */
	sqlite3_stmt *insert;
	const struct wh_rowset *insert_rows;
	struct sqlite_binder *binders; /* one a field of insert_rows */
	size_t nbinders;
	bool entered;    /* a transaction of changes is open, */
	int64_t lane;    /* of this lane */
	char passes[33]; /* whose fence lets it through */
	struct sqlite_tail tail;
};

int wh_sqlite_open(struct wh_conn *c, struct wh_error *error) WH_MUST_USE;
void wh_sqlite_close(struct wh_conn *c);
void wh_sqlite_cancel(struct wh_conn *c);
int wh_sqlite_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error) WH_MUST_USE;

/* Reads the schema for the first time; trusts it where it cannot be read otherwise. */
int wh_sqlite_look(struct sqlite *s, struct wh_error *error) WH_MUST_USE;
void wh_sqlite_trust(struct sqlite *s);
/* Whether statements may write what SQLite keeps to itself: the schema, and the tables behind a
 * virtual table, which are moved and mended like any other. */
void wh_sqlite_allow(struct sqlite *s, bool inner);
/* Whether triggers fire for what this connection writes. Off from the start: neither those of the
 * application act on what we move, nor do ours, so that our own changes are not written down for
 * anybody and no fence of ours stops us. On for a moment where that is wanted. */
void wh_sqlite_triggers(struct sqlite *s, bool on);

/* The last result code of the database as an error; `doing` says what was tried. */
int wh_sqlite_fail(struct sqlite *s, int rc, struct wh_error *error, const char *doing, ...)
	WH_FORMAT(4, 5);
int wh_sqlite_prepare(struct sqlite *s, const char *sql, sqlite3_stmt **out,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_run(struct sqlite *s, const char *sql, struct wh_error *error) WH_MUST_USE;
/* The first column of the first row. WH_DONE: no row, or NULL. */
int wh_sqlite_number(struct sqlite *s, const char *sql, int64_t *out,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_word(struct sqlite *s, const char *sql, struct wh_arena *arena, const char **out,
	struct wh_error *error) WH_MUST_USE;
void wh_sqlite_finalize(sqlite3_stmt **statement);
#define sqlite_owned __attribute__((cleanup(wh_sqlite_finalize))) sqlite3_stmt *
/* One text of a row as a string, or NULL. */
const char *wh_sqlite_column(struct wh_arena *arena, sqlite3_stmt *st, int column);
/* Appends a quoted name. */
void wh_sqlite_name(struct wh_buffer *out, const char *name);

/* ---- types.c: pure ---- */

enum sqlite_affinity {
	SQLITE_AS_INTEGER,
	SQLITE_AS_TEXT,
	SQLITE_AS_BLOB,
	SQLITE_AS_REAL,
	SQLITE_AS_NUMERIC
};
enum sqlite_form { SQLITE_ISO, SQLITE_SECONDS, SQLITE_MILLISECONDS, SQLITE_JULIAN, SQLITE_FORMS };

enum sqlite_affinity wh_sqlite_affinity_of(const char *declared);
/* What a declared type means by its name; kind WH_NO_KIND: only the data can say. */
void wh_sqlite_type_declared(const char *declared, struct wh_arena *arena, struct wh_type *out);
bool wh_sqlite_type(struct wh_arena *arena, const char *declared, struct wh_type *out);
const char *wh_sqlite_type_word(size_t number);
extern const struct wh_type_entry wh_sqlite_types[];     /* type_list.c */
const char *wh_sqlite_form_words(enum sqlite_form form); /* "unix seconds"; NULL: ISO */
enum sqlite_form wh_sqlite_form_of(const struct wh_type *type);
/* type.native without the words of its form. */
const char *wh_sqlite_type_bare(struct wh_arena *arena, const char *native);
/* A moment as microseconds since 2000; false: beyond the range of years 1 to 9999. */
bool wh_sqlite_moment_integer(enum sqlite_form form, int64_t value, int64_t *usec);
bool wh_sqlite_moment_real(enum sqlite_form form, double value, int64_t *usec);
bool wh_sqlite_text_zoned(const char *text, size_t n); /* an ISO moment with Z or an offset */
int wh_sqlite_fit(const struct wh_fit_request *r, struct wh_fit *out,
	struct wh_error *error) WH_MUST_USE;

/* ---- strict.c ---- */

/* Makes of a fit one that a STRICT table takes. */
int wh_sqlite_fit_strict(const struct wh_fit_request *r, struct wh_fit *out,
	struct wh_error *error) WH_MUST_USE;

/* ---- sample.c ---- */

/* Looks at a part of the table's rows and settles the types of its columns. rowid: NULL: none. */
int wh_sqlite_sample(struct sqlite *s, struct wh_table *table, const char *rowid,
	struct wh_findings *findings, struct wh_error *error) WH_MUST_USE;

/* ---- catalog.c, keys.c ---- */

/* One run of describe. */
struct sqlite_survey {
	struct sqlite *s;
	struct wh_catalog *out;
	bool source;    /* else the types need no look at the data */
	bool sequences; /* there is a table sqlite_sequence */
};

int wh_sqlite_describe(struct wh_conn *c, struct wh_catalog *out,
	struct wh_error *error) WH_MUST_USE;
/* The column that is the rowid; NULL: none. *rowid: how to spell the rowid in a statement, or
 * NULL: the table has none. WH_CONFIG: no such table. */
int wh_sqlite_rowid(struct sqlite *s, const char *table, struct wh_arena *arena, const char **alias,
	const char **rowid, struct wh_error *error) WH_MUST_USE;
/* Prepares a statement with one text parameter. */
int wh_sqlite_ask(struct sqlite *s, const char *sql, const char *text, sqlite3_stmt **out,
	struct wh_error *error) WH_MUST_USE;
/* Steps: WH_OK with a row, WH_DONE at the end. */
int wh_sqlite_next(struct sqlite *s, sqlite3_stmt *st, struct wh_error *error) WH_MUST_USE;
/* Indexes, foreign keys and checks of a table whose columns are known. alias: its rowid column. */
int wh_sqlite_survey_keys(struct sqlite_survey *v, struct wh_table *t, const struct sqlite_ddl *ddl,
	const char *alias, struct wh_error *error) WH_MUST_USE;
/* References as they were typed to names as they are, once all tables are known. */
void wh_sqlite_survey_references(struct sqlite_survey *v);

/* ---- survey.c ---- */

int wh_sqlite_survey(struct wh_conn *c, const struct wh_catalog *catalog, struct wh_survey *out,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_probe(struct wh_conn *c, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error) WH_MUST_USE;

/* ---- read.c ---- */

int wh_sqlite_split(struct wh_conn *c, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_seek(struct wh_conn *c, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_read(struct wh_conn *c, struct wh_batch *out, struct wh_error *error) WH_MUST_USE;
/* Appends " WHERE ..." for the unit's range and the rowset's filter. */
void wh_sqlite_where(struct wh_buffer *sql, const struct wh_unit *unit, const char *rowid);

/* ---- cell.c, bind.c ---- */

/* Appends the value of one result column of the scan's current row as cell `column`. */
void wh_sqlite_cell_read(struct sqlite *s, struct wh_batch *out, size_t column,
	const struct wh_field *field);
/* How the cells of one field become parameters. */
struct sqlite_binder {
	const struct wh_field *field;
	size_t column;         /* of the batch */
	bool numbers_only;     /* its affinity makes a number of a text that is one */
	struct wh_buffer made; /* a value that is spelt anew, until the next row */
};

void wh_sqlite_binder_init(struct sqlite_binder *out, const struct wh_rowset *rows, size_t column);
/* Binds the cell to a parameter, as SQLite's column of the field's type holds it exactly.
 * SQLITE_MISMATCH: it cannot. The batch must stay until the statement has run. */
int wh_sqlite_cell_bind(struct sqlite_binder *to, sqlite3_stmt *st, int parameter,
	const struct wh_batch *b, uint32_t row);

/* ---- write.c ---- */

void wh_sqlite_writer_free(struct sqlite *s);
int wh_sqlite_write(struct wh_conn *c, const struct wh_batch *b,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_erase(struct wh_conn *c, const struct wh_batch *keys,
	struct wh_error *error) WH_MUST_USE;

/* ---- marker.c ---- */

/* The claim is the newest (else WH_LOST), and nobody else's fence or log stands in the way of
 * writes that fire no triggers (else WH_CONFIG). Inside a transaction that may write. */
int wh_sqlite_check_claim(struct sqlite *s, struct wh_error *error) WH_MUST_USE;
void wh_sqlite_roll_back(struct sqlite *s);
int wh_sqlite_claim(struct wh_conn *c, struct wh_claim *claim, struct wh_error *error) WH_MUST_USE;
void wh_sqlite_join(struct wh_conn *c, const struct wh_claim *claim);
int wh_sqlite_marks(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_begin(struct wh_conn *c, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_commit(struct wh_conn *c, const struct wh_tally *tally,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_abandon(struct wh_conn *c, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_mark(struct wh_conn *c, const struct wh_mark *marks, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_empty(struct wh_conn *c, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_finish(struct wh_conn *c, const struct wh_claim *claim,
	struct wh_error *error) WH_MUST_USE;

/* ---- ddl.c ---- */

int wh_sqlite_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_execute_all(struct wh_conn *c, const struct wh_statement *const *list, size_t n,
	size_t *done, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_execute(struct wh_conn *c, const struct wh_statement *st,
	struct wh_error *error) WH_MUST_USE;
/* Statements, and a statement's first number (WH_DONE: none), in SQLite's own printf: %Q, %w. */
int wh_sqlite_do(struct sqlite *s, struct wh_error *error, const char *format, ...) WH_MUST_USE;
int wh_sqlite_get(struct sqlite *s, int64_t *out, struct wh_error *error, const char *format,
	...) WH_MUST_USE;
/* Whether there is a table of this name. */
int wh_sqlite_has(struct sqlite *s, const char *table, bool *has,
	struct wh_error *error) WH_MUST_USE;

/* ---- watch.c: the triggers that write changes down ---- */

/* A table whose changes are written down, and what its triggers need to know of it. */
struct sqlite_watch {
	const struct wh_capture *capture;
	size_t number;
	const struct wh_rowset *rows;
	const char **ids; /* what names a row, quoted: its rowid, or the columns of its key */
	size_t nids;
	const char **columns; /* all, quoted */
	size_t ncolumns;
	const char **clashes; /* conditions under which a row of `t` must give way to NEW */
	size_t nclashes;
};

enum sqlite_logged {
	SQLITE_LOGGED_FIRST = -1, /* no change: the row that the log begins with */
	SQLITE_LOGGED_INSERT,
	SQLITE_LOGGED_DELETE,
	SQLITE_LOGGED_BEFORE, /* an update's old row, */
	SQLITE_LOGGED_AFTER,  /* and its new one, next to it */
};

#define SQLITE_NOW "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)" /* usec */

int wh_sqlite_watch(struct sqlite *s, const struct wh_capture *capture, size_t number,
	struct sqlite_watch *out, struct wh_error *error) WH_MUST_USE;
/* The five CREATE TRIGGER statements. */
void wh_sqlite_watch_sql(const struct sqlite_watch *w, struct wh_buffer *out);
/* What the table, its unique indexes and our triggers on it look like now; "": the table is gone.
 * Text that differs is a change of the schema. */
int wh_sqlite_watch_form(struct sqlite *s, const struct wh_capture *capture, size_t number,
	struct wh_buffer *out, struct wh_error *error) WH_MUST_USE;

/* ---- capture.c, tail.c ---- */

#define SQLITE_SIGNAL "whimbrel_signal"

/* Makes whimbrel_position and whimbrel_signal, or drops those that are empty and unused. */
int wh_sqlite_more_tables(struct sqlite *s, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_drop_more_tables(struct sqlite *s, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_capture(struct wh_conn *c, const struct wh_capture *capture, bool on,
	struct wh_position *out, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_measure(struct wh_conn *c, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_log *out, struct wh_error *error) WH_MUST_USE;
/* The one log that is kept in this file: where it ends. */
int wh_sqlite_log_end(struct sqlite *s, struct wh_position *out,
	struct wh_error *error) WH_MUST_USE;
void wh_sqlite_place(struct wh_position *out, int64_t seq, const char *identity);
/* Ends of the log by its name; WH_CONFIG: there is none. identity: 9 bytes. */
int wh_sqlite_log(struct sqlite *s, const char *name, int64_t *lowest, int64_t *next,
	char *identity, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_attach(struct wh_conn *c, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_tail(struct wh_conn *c, int wait_ms, struct wh_changes *out,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_confirm(struct wh_conn *c, const struct wh_position *durable,
	struct wh_error *error) WH_MUST_USE;

/* ---- apply.c ---- */

int wh_sqlite_lanes(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_lane_mark **out, size_t *n, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_settle(struct wh_conn *c, const struct wh_lane_mark *marks, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_enter(struct wh_conn *c, int64_t lane, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_aim(struct wh_conn *c, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_clear(struct wh_conn *c, struct wh_error *error) WH_MUST_USE;
int wh_sqlite_leave(struct wh_conn *c, const struct wh_lane_mark *mark,
	struct wh_error *error) WH_MUST_USE;

/* ---- fence.c ---- */

int wh_sqlite_fence(struct wh_conn *c, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_pass(struct wh_conn *c, const struct wh_fence *fence,
	struct wh_error *error) WH_MUST_USE;
int wh_sqlite_prove(struct wh_conn *c, const struct wh_fence *fence, bool *stopped, size_t *tried,
	struct wh_error *error) WH_MUST_USE;

#endif
