/* mysql: what the files of the MySQL and MariaDB connector share; nobody else includes it.
 *
 * One struct wh_mysql is the state of one connection. Servers are told apart by `mariadb`. */
#ifndef WH_CONNECTORS_MYSQL_H
#define WH_CONNECTORS_MYSQL_H

#include "base/buffer.h"
#include "model/connector.h"
#include "sql/dialect.h"
#include <mysql.h>
#include <stdatomic.h>

/* What a column is to the server, whatever kind travels. */
enum wh_mysql_class {
	WH_MYSQL_OTHER = 1 << 0,
	WH_MYSQL_INTEGER = 1 << 1,
	WH_MYSQL_BIT = 1 << 2,
	WH_MYSQL_DECIMAL = 1 << 3,
	WH_MYSQL_FLOAT = 1 << 4,
	WH_MYSQL_DOUBLE = 1 << 5,
	WH_MYSQL_DATE = 1 << 6,
	WH_MYSQL_DATETIME = 1 << 7,
	WH_MYSQL_TIME = 1 << 8,
	WH_MYSQL_TEXT = 1 << 9,
	WH_MYSQL_BINARY = 1 << 10,
	WH_MYSQL_JSON = 1 << 11,
	WH_MYSQL_UUID = 1 << 12,
	WH_MYSQL_GEOMETRY = 1 << 13,
	WH_MYSQL_LABELS = 1 << 14, /* ENUM, SET */
};

struct wh_mysql_cell;
struct wh_mysql_reader {
	MYSQL_STMT *stmt;
	MYSQL_BIND *binds;
	struct wh_mysql_cell *cells;
	size_t ncells;
	uint64_t rows;         /* of the unit, so far */
	bool pending;          /* the server still sends */
	struct wh_arena arena; /* of the unit */
	struct wh_buffer scratch;
};

struct wh_mysql_tail;
struct wh_mysql_feed;
struct wh_mysql_writer {
	const struct wh_rowset *rows; /* what the statements below were made for */
	MYSQL_STMT *insert, *erase;
	MYSQL_STMT *many; /* servers without arrays: one statement of `nmany` rows */
	uint32_t nmany;
	MYSQL_STMT *erase_many;      /* many keys, all integers, in one list; or NULL */
	struct wh_mysql_feed *feeds; /* one a field */
	size_t nfeeds;
	uint64_t *row_bytes;
	MYSQL_BIND *binds;
	uint32_t capacity;   /* rows that the feeds have room for */
	uint32_t unlabelled; /* values of an ENUM's index 0 among those that are sent */
	bool transactional;
	char *trigger; /* one that acts on what is written, or NULL */
};

struct wh_mysql {
	MYSQL *link;
	const struct wh_url *url;
	bool mariadb, arrays, writes;
	unsigned long version;         /* 101119, 80036 */
	_Atomic(unsigned long) thread; /* the server's number for this session; 0: closed */
	uint64_t packet;               /* max_allowed_packet */
	struct wh_mysql_reader reader;
	struct wh_mysql_writer writer;
	const struct wh_claim *claim;
	const struct wh_unit *unit; /* the open one, or NULL */
	struct wh_buffer sql;       /* scratch for statements */
	struct wh_mysql_tail *tail; /* of an attached connection, or NULL */
	bool entered;               /* a transaction of changes is open, */
	int64_t lane;               /* of this lane */
	enum {
		WH_MYSQL_DURABLE_UNKNOWN,
		WH_MYSQL_DURABLE,
		WH_MYSQL_DURABLE_ON_FLUSH,
		WH_MYSQL_DURABLE_ON_DDL,
	} durable;                      /* how a commit becomes so */
	struct wh_mysql_writer *parked; /* for tables that were aimed at before, newest last */
	size_t nparked;
};

extern const struct wh_option wh_mysql_options[];

/* connect.c */
int wh_mysql_open(struct wh_conn *conn, struct wh_error *error) WH_MUST_USE;
void wh_mysql_close(struct wh_conn *conn);
void wh_mysql_cancel(struct wh_conn *conn);
/* A plain connection of its own, for locks and KILL. */
int wh_mysql_link(const struct wh_url *url, MYSQL **out, struct wh_error *error) WH_MUST_USE;
/* It is lost when the server is silent for so long in the middle of an answer; 0: for ever. */
int wh_mysql_link_timed(const struct wh_url *url, unsigned seconds, MYSQL **out,
	struct wh_error *error) WH_MUST_USE;
/* session.c: settings that the rest relies on. */
int wh_mysql_session(struct wh_mysql *s, struct wh_error *error) WH_MUST_USE;
/* snapshot.c */
int wh_mysql_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error) WH_MUST_USE;

/* query.c: statements, and what an error number means. `what` names the subject for people. */
int wh_mysql_fail(MYSQL *link, const char *what, struct wh_error *error);
int wh_mysql_fail_stmt(MYSQL_STMT *stmt, const char *what, struct wh_error *error);
int wh_mysql_run(MYSQL *link, const char *sql, struct wh_error *error) WH_MUST_USE;
void wh_mysql_try(MYSQL *link, const char *sql); /* where failure is no harm */
int wh_mysql_rows(MYSQL *link, const char *sql, MYSQL_RES **out,
	struct wh_error *error) WH_MUST_USE;
/* The first column of the first row, in the arena; NULL: no row, or null. */
int wh_mysql_value(MYSQL *link, const char *sql, struct wh_arena *arena, const char **out,
	struct wh_error *error) WH_MUST_USE;
void wh_mysql_free_result(MYSQL_RES **res);
#define WH_MYSQL_RESULT __attribute__((cleanup(wh_mysql_free_result))) MYSQL_RES *
void wh_mysql_name(struct wh_buffer *out, const char *name);
void wh_mysql_text(struct wh_buffer *out, const char *text);

/* types.c, type_list.c, fit.c */
extern const struct wh_type_entry wh_mysql_types[];
const char *wh_mysql_type_word(size_t number);
/* The type that a spelling such as "decimal(10,2) unsigned" means; false: none of this engine. */
bool wh_mysql_type(struct wh_arena *arena, const char *spelling, struct wh_type *out) WH_MUST_USE;
enum wh_mysql_class wh_mysql_class(const char *native);
bool wh_mysql_is_unsigned(const char *native);
void wh_mysql_review(const struct wh_plan *plan, struct wh_findings *out);
int wh_mysql_fit(const struct wh_fit_request *request, struct wh_fit *out,
	struct wh_error *error) WH_MUST_USE;

/* catalog*.c */
struct wh_mysql_describe {
	struct wh_conn *conn;
	struct wh_mysql *s;
	struct wh_catalog *catalog;
	struct wh_arena *arena;    /* the catalog's */
	struct wh_table **by_name; /* of base tables, sorted */
	const char **definers;
	size_t ndefiners;
	struct wh_buffer sql;
	struct wh_error *error;
};
typedef int (*wh_mysql_each)(struct wh_mysql_describe *d, MYSQL_ROW row);

int wh_mysql_describe(struct wh_conn *conn, struct wh_catalog *out,
	struct wh_error *error) WH_MUST_USE;
/* d->sql = select WHERE schema_column = 'the database' rest. */
void wh_mysql_ask(struct wh_mysql_describe *d, const char *select, const char *schema_column,
	const char *rest);
/* Runs d->sql and hands every row on. */
int wh_mysql_for_each(struct wh_mysql_describe *d, wh_mysql_each each) WH_MUST_USE;
struct wh_table *wh_mysql_table_named(const struct wh_mysql_describe *d, const char *name);
/* A definition without the source database's name before its objects. */
const char *wh_mysql_unqualified(const struct wh_mysql_describe *d, const char *sql);
const char *wh_mysql_quoted(const struct wh_mysql_describe *d, const char *value);
int wh_mysql_describe_columns(struct wh_mysql_describe *d) WH_MUST_USE;
int wh_mysql_describe_keys(struct wh_mysql_describe *d) WH_MUST_USE;
int wh_mysql_describe_objects(struct wh_mysql_describe *d) WH_MUST_USE;
/* kind in any case; table and comment may be NULL. Texts are copied. */
struct wh_object *wh_mysql_add_object(struct wh_mysql_describe *d, const char *kind,
	const char *name, const char *table, const char *comment);
int wh_mysql_describe_rights(struct wh_mysql_describe *d) WH_MUST_USE;
int wh_mysql_describe_astral(struct wh_mysql_describe *d) WH_MUST_USE;
/* Looks into the data where the declared type does not say what is in it. */
int wh_mysql_describe_data(struct wh_mysql_describe *d) WH_MUST_USE;

/* survey.c, accounts.c */
int wh_mysql_survey(struct wh_conn *conn, const struct wh_catalog *catalog, struct wh_survey *out,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_probe(struct wh_conn *conn, const struct wh_probe *probe, struct wh_arena *arena,
	struct wh_answer *out, struct wh_error *error) WH_MUST_USE;

/* split.c, read.c */
int wh_mysql_split(struct wh_conn *conn, const struct wh_rowset *rows,
	const struct wh_split_hint *hint, struct wh_units *out, struct wh_error *error) WH_MUST_USE;
/* " WHERE ..." of a unit's range and the rowset's filter, or nothing. */
void wh_mysql_where(struct wh_buffer *out, const struct wh_unit *unit);
int wh_mysql_seek(struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_read(struct wh_conn *conn, struct wh_batch *out, struct wh_error *error) WH_MUST_USE;
void wh_mysql_reader_free(struct wh_mysql_reader *r);

/* ddl*.c */
int wh_mysql_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_execute(struct wh_conn *conn, const struct wh_statement *statement,
	struct wh_error *error) WH_MUST_USE;

/* definer.c */
/* " DEFINER=`user`@`host`" of a statement, before the object's kind and never later; or NULL. */
const char *wh_mysql_definer(const char *sql, size_t *n);
/* WH_CONFIG: the statement names one that the server does not have. */
int wh_mysql_definer_known(struct wh_mysql *s, const char *sql, struct wh_error *error) WH_MUST_USE;

/* write.c, marker.c */
int wh_mysql_write(struct wh_conn *conn, const struct wh_batch *batch,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_erase(struct wh_conn *conn, const struct wh_batch *keys,
	struct wh_error *error) WH_MUST_USE;
/* Makes the writer ready for a rowset. */
int wh_mysql_writer_aim(struct wh_mysql *s, const struct wh_rowset *rows,
	struct wh_error *error) WH_MUST_USE;
void wh_mysql_writer_free(struct wh_mysql_writer *w);
void wh_mysql_parked_free(struct wh_mysql *s);
int wh_mysql_prepare(struct wh_conn *conn, struct wh_claim *claim,
	struct wh_error *error) WH_MUST_USE;
void wh_mysql_join(struct wh_conn *conn, const struct wh_claim *claim);
int wh_mysql_marks(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error) WH_MUST_USE;
int wh_mysql_begin(struct wh_conn *conn, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_commit(struct wh_conn *conn, const struct wh_tally *tally,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_abandon(struct wh_conn *conn, struct wh_error *error) WH_MUST_USE;
int wh_mysql_mark(struct wh_conn *conn, const struct wh_mark *marks, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_empty(struct wh_conn *conn, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_finish(struct wh_conn *conn, const struct wh_claim *claim,
	struct wh_error *error) WH_MUST_USE;

int wh_mysql_run_format(struct wh_mysql *s, struct wh_error *error, const char *format, ...)
	WH_FORMAT(3, 4) WH_MUST_USE;
/* In an open transaction: share-locks the epoch; WH_LOST: it is not ours any more. */
int wh_mysql_check_epoch(struct wh_mysql *s, struct wh_error *error) WH_MUST_USE;
void wh_mysql_rollback(struct wh_mysql *s);

/* tail.c: following the log */
int wh_mysql_attach(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_error *error) WH_MUST_USE;
int wh_mysql_tail(struct wh_conn *conn, int wait_ms, struct wh_changes *out,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_confirm(struct wh_conn *conn, const struct wh_position *durable,
	struct wh_error *error) WH_MUST_USE;
void wh_mysql_tail_free(struct wh_mysql *s);
/* capture.c */
int wh_mysql_followable(struct wh_conn *conn, const struct wh_capture *capture,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_capture(struct wh_conn *conn, const struct wh_capture *capture, bool on,
	struct wh_position *out, struct wh_error *error) WH_MUST_USE;
int wh_mysql_measure(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_log *out, struct wh_error *error) WH_MUST_USE;
/* whimbrel_position and whimbrel_signal, where they are missing; gone, with whimbrel_flush, where they
 * are empty. */
int wh_mysql_follow_tables(struct wh_mysql *s, struct wh_error *error) WH_MUST_USE;
int wh_mysql_drop_follow_tables(struct wh_mysql *s, struct wh_error *error) WH_MUST_USE;
/* durable.c */
/* What was committed so far survives the machine, whatever the server's settings are. */
int wh_mysql_make_durable(struct wh_mysql *s, struct wh_error *error) WH_MUST_USE;
/* apply.c */
/* In an open transaction: removes the migration's lanes, if there are any. */
int wh_mysql_forget_lanes(struct wh_mysql *s, const char *migration,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_lanes(struct wh_conn *conn, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_lane_mark **out, size_t *n, struct wh_error *error) WH_MUST_USE;
int wh_mysql_settle(struct wh_conn *conn, const struct wh_lane_mark *marks, size_t n,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_enter(struct wh_conn *conn, int64_t lane, struct wh_error *error) WH_MUST_USE;
int wh_mysql_aim(struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_clear(struct wh_conn *conn, struct wh_error *error) WH_MUST_USE;
int wh_mysql_leave(struct wh_conn *conn, const struct wh_lane_mark *mark,
	struct wh_error *error) WH_MUST_USE;
/* fence.c */
int wh_mysql_fence(struct wh_conn *conn, const struct wh_fence *fence, enum wh_fence_step step,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_pass(struct wh_conn *conn, const struct wh_fence *fence,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_hold(struct wh_conn *conn, const struct wh_fence *fence,
	struct wh_error *error) WH_MUST_USE;
int wh_mysql_prove(struct wh_conn *conn, const struct wh_fence *fence, bool *stopped, size_t *tried,
	struct wh_error *error) WH_MUST_USE;

#endif
