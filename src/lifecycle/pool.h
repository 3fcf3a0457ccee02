/* pool: workers that take jobs by number until all are done, one fails, or the user stops it.
 *
 * The caller opens the workers' connections and closes them afterwards; a worker may replace its
 * target's through wh_worker_reconnect. The calling thread shows progress and, on a stop, ends
 * what the connections are doing. */
#ifndef WH_LIFECYCLE_POOL_H
#define WH_LIFECYCLE_POOL_H

#include "lifecycle/migration.h"
#include <pthread.h>

#define WH_WORKERS_MAX 64

struct wh_pool;
struct wh_worker {
	struct wh_pool *pool;
	struct wh_migration *m;
	pthread_t thread;
	pthread_mutex_t lock; /* held while a connection is cancelled or replaced */
	struct wh_conn *source, *target;
	void *state; /* the job's own */
	struct wh_error error;
};

struct wh_pool {
	struct wh_migration *m;
	struct wh_worker workers[WH_WORKERS_MAX];
	size_t nworkers, njobs;
	int (*work)(struct wh_worker *, size_t job, struct wh_error *);
	void *context;
	atomic_size_t next;
	atomic_size_t running;
	atomic_bool failed;
	int rc;
	struct wh_error first; /* the first error */
	pthread_mutex_t lock;
};

void wh_pool_init(struct wh_pool *pool, struct wh_migration *m, size_t workers);
/* Opens a connection of this side for every worker. writes: under the migration's claim. */
int wh_pool_connect(struct wh_pool *pool, enum wh_side side, bool writes,
	struct wh_error *error) WH_MUST_USE;
int wh_pool_run(struct wh_pool *pool, size_t jobs,
	int (*work)(struct wh_worker *, size_t job, struct wh_error *),
	struct wh_error *error) WH_MUST_USE;
void wh_pool_finish(struct wh_pool *pool);
/* A new connection in place of the worker's target; waits a little longer at each try. */
int wh_worker_reconnect(struct wh_worker *w, int attempt, struct wh_error *error) WH_MUST_USE;
/* Not WH_OK: somebody failed or the user asked to stop. */
int wh_worker_stopped(struct wh_worker *w, struct wh_error *error) WH_MUST_USE;

#endif
