/* postgres: what the files of the PostgreSQL connector share; nobody else includes it.
 *
 *   connect.c  open, close, cancel, errors, plain queries
 *   catalog.c, catalog_*.c  describe
 *   survey.c, accounts.c  survey, ask
 *   types.c    native spelling to logical type and back (fit)
 *   ddl.c, ddl_*.c  statements of each phase
 *   split.c    snapshot, split
 *   large_objects.c  what is read and written as if it were a table
 *   read.c, decode.c   seek and read: COPY ... TO STDOUT (FORMAT binary) into lanes
 *   write.c, encode.c, text_copy.c   write: COPY ... FROM STDIN, binary or text
 *   marker.c   prepare, join, begin, commit, abandon, mark, empty, finish
 *   erase.c    erase
 *   capture.c  capture, measure; capture_check.c  whether the log can be followed
 *   tail.c, tail_tables.c, tail_rows.c, pgoutput.c  attach, tail, confirm
 *   apply.c    lanes, settle, enter, aim, clear, leave
 *   fence.c    fence, pass, prove
 *   execute.c  execute, execute_all */
#ifndef WH_CONNECTORS_POSTGRES_H
#define WH_CONNECTORS_POSTGRES_H

#include "model/connector.h"
#include "sql/dialect.h"
#include <libpq-fe.h>

struct postgres;
struct postgres_tail; /* tail.h */
/* One field of a COPY row to the batch's current row; n bytes, not null. False: the bytes are not
 * what the kind's binary form is. */
typedef bool postgres_decoder(struct postgres *, struct wh_batch *, size_t column,
	const char *bytes, size_t n);

struct postgres {
	PGconn *pg;
	PGcancel *cancel;
	bool
		in_snapshot; /* a read transaction is open and stays; behind its savepoint tables are read */
	/* reading */
	const struct wh_unit *reading;
	bool copy_out;                 /* a COPY TO is under way */
	bool header_seen, checks_utf8; /* checks: the server does not vouch for its texts */
	PGresult *others;              /* schema and name of relations that are no ordinary tables */
	struct wh_buffer scratch;
	postgres_decoder **decoders; /* of the fields that are read */
	/* writing */
	const struct wh_claim *claim;
	struct wh_claim own_claim; /* after prepare */
	const struct wh_unit *writing;
	bool in_transaction, copy_in, text_format;
	struct wh_buffer out; /* what goes into the COPY next */
	uint64_t sent;        /* rows of the COPY that is open */
	bool in_lane;         /* the transaction is a lane's, not a unit's */
	int64_t lane;
	const struct wh_rowset **quiet; /* those of which it is known that nothing wakes with them */
	size_t nquiet;
	/* following */
	struct postgres_tail *tail;
};

/* connect.c */
int postgres_open(struct wh_conn *, struct wh_error *);
void postgres_close(struct wh_conn *);
void postgres_cancel(struct wh_conn *);
/* A second connection, for the log alone; no more of *out is set. PQfinish ends it. */
int postgres_open_replication(const struct wh_conn *, struct postgres *out,
	struct wh_error *) WH_MUST_USE;
/* Fills the error from a result (or the connection, result NULL): SQLSTATE, the server's primary
 * message, detail and context, and the code by class: 28 3D 42501 42xxx CONFIG; 08 57P 40001 40P01
 * 53300 55P03 57014 RETRY; 22 23 ROW; the rest STOP. Returns the code. `doing` says what was done. */
int postgres_fail(struct postgres *, const PGresult *, const char *doing, struct wh_error *);
/* A command without rows. */
int postgres_do(struct postgres *, const char *sql, struct wh_error *) WH_MUST_USE;
/* A query; *out is the caller's to PQclear, NULL on failure. values: text parameters or NULL. */
int postgres_query(struct postgres *, const char *sql, int n, const char *const *values,
	PGresult **out, struct wh_error *) WH_MUST_USE;

/* A query of which no rows are wanted. */
int postgres_run(struct postgres *, const char *sql, int n, const char *const *values,
	struct wh_error *) WH_MUST_USE;

extern const struct wh_option wh_postgres_options[];

/* catalog.c */
int postgres_describe(struct wh_conn *, struct wh_catalog *, struct wh_error *);

/* survey.c */
int postgres_survey(struct wh_conn *, const struct wh_catalog *, struct wh_survey *,
	struct wh_error *);
int postgres_ask(struct wh_conn *, const struct wh_probe *, struct wh_arena *, struct wh_answer *,
	struct wh_error *);

/* types.c: native spelling as format_type() gives it, or a known alias. False: not known. */
bool postgres_type(struct wh_arena *, const char *native, struct wh_type *out);
const char *postgres_type_word(size_t number);
extern const struct wh_type_entry postgres_types[]; /* type_list.c */
int postgres_fit(const struct wh_fit_request *, struct wh_fit *, struct wh_error *);

/* geometry.c */
int postgres_offers(struct wh_conn *, struct wh_arena *, struct wh_offers *, struct wh_error *);
bool postgres_fit_postgis(const struct wh_fit_request *, struct wh_fit *); /* false: not there */
postgres_decoder postgres_decode_geometry;

/* ddl.c */
int postgres_ddl(const struct wh_plan *, enum wh_phase, struct wh_statements *, struct wh_error *);

/* split.c */
int postgres_snapshot(struct wh_conn **, size_t *n, struct wh_snapshot *, struct wh_error *);
int postgres_split(struct wh_conn *, const struct wh_rowset *, const struct wh_split_hint *,
	struct wh_units *, struct wh_error *);
/* Appends " WHERE ..." of the unit's range and the rowset's filter, or nothing. */
void postgres_where(struct wh_buffer *, const struct wh_unit *);

/* large_objects.c: they are the table pg_catalog.pg_largeobject, in parts; every other table is
 * read and written by its name. open_into: before the first write of a transaction. */
bool postgres_is_large(const char *schema, const char *table);
void postgres_put_from(struct wh_buffer *, const struct wh_rowset *);
void postgres_put_into(struct wh_buffer *, const struct wh_rowset *);
int postgres_open_into(struct postgres *, const struct wh_rowset *, struct wh_error *) WH_MUST_USE;

/* read.c */
int postgres_seek(struct wh_conn *, const struct wh_unit *, struct wh_error *);
int postgres_read(struct wh_conn *, struct wh_batch *, struct wh_error *);

bool postgres_bare(const struct wh_field *); /* whether the column is read in its own binary form */
/* A column that is not bare, as its decoder wants it. */
void postgres_put_cast(struct wh_buffer *, const struct wh_field *, const char *column);
/* Whether its rows are its own alone: FROM ONLY. */
int postgres_look_whether_own(struct postgres *, const struct wh_rowset *, bool *own,
	struct wh_error *) WH_MUST_USE;

/* decode.c */
postgres_decoder *postgres_decoder_of(const struct wh_field *);
/* numeric's binary form to plain text. */
bool postgres_numeric_text(struct wh_buffer *, const char *bytes, size_t n);

#define POSTGRES_JSONB 1 /* version of jsonb's binary form: a byte before the text */

/* encode.c: one cell as a COPY field with its length before it. WH_ROW: it does not fit. */
bool postgres_binary(const struct wh_field *); /* whether the field has a binary form here */
/* Whether the server would round or shorten the value to fit its column, without an error. */
bool postgres_alters(const struct wh_field *, const struct wh_batch *, size_t column, uint32_t row);
int postgres_encode(struct wh_buffer *, const struct wh_field *, const struct wh_batch *,
	size_t column, uint32_t row, struct wh_error *) WH_MUST_USE;
/* text_copy.c: one row of COPY's text form. */
int postgres_text_row(struct postgres *, const struct wh_batch *, uint32_t row,
	struct wh_error *) WH_MUST_USE;
/* A cell's text as PostgreSQL reads it: bytea as \\x, sets as arrays. */
void postgres_cell_text(struct wh_buffer *, const struct wh_field *, const struct wh_batch *,
	size_t column, uint32_t row);

/* write.c */
int postgres_write(struct wh_conn *, const struct wh_batch *, struct wh_error *);
/* Ends the COPY that is open, if any: WH_ROW where the server refuses a row. */
int postgres_end_copy(struct postgres *, struct wh_error *) WH_MUST_USE;

/* marker.c */
int postgres_prepare(struct wh_conn *, struct wh_claim *, struct wh_error *);
void postgres_join(struct wh_conn *, const struct wh_claim *);
int postgres_marks(struct wh_conn *, const struct wh_claim *, struct wh_arena *, struct wh_mark **,
	size_t *n, struct wh_error *);
int postgres_begin(struct wh_conn *, const struct wh_unit *, struct wh_tally *, struct wh_error *);
int postgres_commit(struct wh_conn *, const struct wh_tally *, struct wh_error *);
int postgres_abandon(struct wh_conn *, struct wh_error *);
int postgres_empty(struct wh_conn *, int64_t table, const struct wh_rowset *, struct wh_error *);
int postgres_finish(struct wh_conn *, const struct wh_claim *, struct wh_error *);
int postgres_mark(struct wh_conn *, const struct wh_mark *, size_t, struct wh_error *);

/* What these share with those that follow. An advisory lock, to the transaction's end, keeps two
 * migrations from making or dropping whimbrel's tables at once. */
int postgres_lock_own(struct postgres *, struct wh_error *) WH_MUST_USE;
int postgres_check_epoch(struct postgres *, const PGresult *found, struct wh_error *) WH_MUST_USE;
/* Whether rows can come (or go) without waking the table's triggers (and its foreign keys). */
int postgres_check_quiet(struct postgres *, const struct wh_rowset *, bool going,
	struct wh_error *) WH_MUST_USE;
int postgres_check_quiet_once(struct postgres *, const struct wh_rowset *,
	struct wh_error *) WH_MUST_USE;
/* Commits what went well so far, or goes back. */
int postgres_close_transaction(struct postgres *, int rc, struct wh_error *) WH_MUST_USE;
#define POSTGRES_EPOCH "public.whimbrel_epoch"

/* write.c: a step of a careful unit: nothing of it stays where it fails with WH_ROW. */
int postgres_step(struct postgres *, struct wh_error *) WH_MUST_USE;
int postgres_end_step(struct postgres *, int rc, struct wh_error *) WH_MUST_USE;

/* erase.c */
int postgres_erase(struct wh_conn *, const struct wh_batch *, struct wh_error *);
/* "DELETE FROM t" of what is being written. */
int postgres_put_delete(struct postgres *, struct wh_buffer *, struct wh_error *) WH_MUST_USE;

/* execute.c */
int postgres_execute(struct wh_conn *, const struct wh_statement *, struct wh_error *);
int postgres_execute_all(struct wh_conn *, const struct wh_statement *const *, size_t, size_t *,
	struct wh_error *);

/* capture.c, capture_check.c */
int postgres_followable(struct wh_conn *, const struct wh_capture *, struct wh_error *) WH_MUST_USE;
int postgres_capture(struct wh_conn *, const struct wh_capture *, bool on, struct wh_position *,
	struct wh_error *);
int postgres_measure(struct wh_conn *, const struct wh_capture *, const struct wh_position *from,
	struct wh_log *, struct wh_error *);
int postgres_check_capture(struct postgres *, const struct wh_capture *,
	struct wh_error *) WH_MUST_USE;
void postgres_position(struct wh_position *, uint64_t lsn);
/* Takes back what it gave to tables that are ours. */
int postgres_restore_identities(struct postgres *, const struct wh_capture *,
	struct wh_error *) WH_MUST_USE;
bool postgres_lsn(const char *text, uint64_t *out);
uint64_t postgres_place(const struct wh_position *); /* its text goes first */

/* tail.c */
int postgres_attach(struct wh_conn *, const struct wh_capture *, const struct wh_position *from,
	struct wh_error *);
int postgres_tail(struct wh_conn *, int wait_ms, struct wh_changes *, struct wh_error *);
int postgres_confirm(struct wh_conn *, const struct wh_position *, struct wh_error *);
void postgres_detach(struct postgres *);

/* apply.c */
int postgres_lanes(struct wh_conn *, const struct wh_claim *, struct wh_arena *,
	struct wh_lane_mark **, size_t *n, struct wh_error *);
int postgres_settle(struct wh_conn *, const struct wh_lane_mark *, size_t n, struct wh_error *);
int postgres_enter(struct wh_conn *, int64_t lane, struct wh_error *);
int postgres_aim(struct wh_conn *, const struct wh_unit *, struct wh_error *);
int postgres_clear(struct wh_conn *, struct wh_error *);
int postgres_leave(struct wh_conn *, const struct wh_lane_mark *, struct wh_error *);
/* In a transaction: the tables of position and signal. */
int postgres_make_following(struct postgres *, struct wh_error *) WH_MUST_USE;
int postgres_drop_following(struct postgres *, struct wh_error *) WH_MUST_USE; /* where empty */
#define POSTGRES_POSITION "public.whimbrel_position"
#define POSTGRES_SIGNAL "public.whimbrel_signal"

/* fence.c */
int postgres_fence(struct wh_conn *, const struct wh_fence *, enum wh_fence_step,
	struct wh_error *);
int postgres_pass(struct wh_conn *, const struct wh_fence *, struct wh_error *);
int postgres_hold(struct wh_conn *, const struct wh_fence *, struct wh_error *) WH_MUST_USE;
int postgres_prove(struct wh_conn *, const struct wh_fence *, bool *stopped, size_t *tried,
	struct wh_error *);

#endif
