/* inside: what the journal's own files share; for src/journal and its tests only.
 *
 * Two connections: `writer` belongs to the journal's thread, `reader` to whoever holds `reading`.
 * A job is one caller's records: it lives on the caller's stack until it is settled. */
#ifndef WH_JOURNAL_INSIDE_H
#define WH_JOURNAL_INSIDE_H

#include "base/queue.h"
#include "journal/journal.h"
#include <sqlite3.h>

#define WH_JOURNAL_ROLES 3

struct wh_journal {
	char *folder, *path;
	sqlite3 *writer, *reader;
	pthread_t thread;
	bool running;
	struct wh_queue jobs;
	pthread_mutex_t settling; /* of rc and settled of every job */
	pthread_cond_t settled;
	pthread_mutex_t reading;
	pthread_mutex_t leasing;
	int leases[WH_JOURNAL_ROLES]; /* descriptors of the lock files, or -1 */
};

/* Writes one caller's records inside the group's transaction; answers SQLite's code. */
typedef int wh_journal_work(sqlite3 *db, const void *what);

struct wh_journal_job {
	wh_journal_work *work;
	const void *what;
	struct wh_error *error;
	int rc;
	bool settled;
};

/* schema.c: step i brings version i to version i + 1; the newest version is `n`. */
struct wh_journal_step {
	const char *sql;
};
extern const struct wh_journal_step wh_journal_steps[];
extern const size_t wh_journal_nsteps;
int wh_journal_upgrade(sqlite3 *db, const char *path, const struct wh_journal_step *steps, size_t n,
	struct wh_error *error) WH_MUST_USE;

/* open.c: the connections and the files behind them. */
int wh_journal_connect(struct wh_journal *j, bool create, struct wh_error *error) WH_MUST_USE;
void wh_journal_disconnect(struct wh_journal *j);
/* What SQLite's last failure on `db` means for the one who runs a migration. */
int wh_journal_fault(const char *path, sqlite3 *db, int code, struct wh_error *error);

/* writer.c */
int wh_journal_start(struct wh_journal *j, struct wh_error *error) WH_MUST_USE;
void wh_journal_finish(struct wh_journal *j);
/* Returns once the records are durable, or are not there at all. */
int wh_journal_hand(struct wh_journal *j, wh_journal_work *work, const void *what,
	struct wh_error *error) WH_MUST_USE;

/* record.c: a struct wh_journal_table. */
int wh_journal_record_table(sqlite3 *db, const void *table);

/* sql.c: values by a form, one letter each: i int64_t, s text or NULL. */
int wh_journal_bind(sqlite3_stmt *s, const char *form, ...);
int wh_journal_bind_list(sqlite3_stmt *s, const char *form, va_list values);
/* Prepares, binds and runs one statement that gives no rows. */
int wh_journal_run(sqlite3 *db, const char *sql, const char *form, ...);
/* Runs a prepared statement with fresh values, ready for the next ones. */
int wh_journal_again(sqlite3_stmt *s, const char *form, ...);
/* Ends a statement; the first failure of the two stays. */
int wh_journal_end(sqlite3_stmt *s, int rc);
/* A column as text in the arena; NULL stays NULL. */
const char *wh_journal_column(sqlite3_stmt *s, int column, struct wh_arena *arena);

#endif
