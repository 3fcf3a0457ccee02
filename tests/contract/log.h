/* log: a capture for tests, and what its log says as texts. */
#ifndef WH_TESTS_CONTRACT_LOG_H
#define WH_TESTS_CONTRACT_LOG_H

#include "contract.h"

#define LOG_TABLES 4

struct log {
	struct place *p;
	char name[41];
	const struct wh_rowset *tables[LOG_TABLES];
	struct wh_rowset signal;
	struct wh_capture capture;
	struct wh_changes changes;
	struct wh_position next;   /* behind the last transaction that came whole */
	struct wh_position behind; /* behind the transaction before that one */
	size_t txns, parts, most;  /* whole ones; calls that brought changes; changes of one call */
};

/* A capture of these tables and of whimbrel_signal, not yet on. */
void log_init(struct log *log, struct place *p, const struct wh_rowset *const *tables, size_t n);
void log_finish(struct log *log);
/* Turns it on by a connection of its own; where it is kept from. */
struct wh_position log_on(struct log *log);
void log_off(struct log *log);
/* A connection that is attached at the place. */
struct wh_conn *log_attach(struct log *log, const struct wh_position *from);
/* Writes a token into whimbrel_signal and out of it, and reads until the latter comes: one line a
 * change, "+things 1|one", "-things 1", "things 1 > 1|uno", "!things" for a truncate, "?things" for
 * a change of the schema. Rows of a table without a key are shown whole. */
const char *log_read(struct log *log, struct wh_conn *conn);
void log_says(struct log *log, struct wh_conn *conn, const char *want, const char *when);

#endif
