#include "lifecycle/pool.h"
#include <time.h>

void wh_pool_init(struct wh_pool *pool, struct wh_migration *m, size_t workers)
{
	*pool = (struct wh_pool){ .m = m,
		.nworkers = workers > WH_WORKERS_MAX ? WH_WORKERS_MAX : workers };
	pthread_mutex_init(&pool->lock, NULL);
	for (size_t i = 0; i < pool->nworkers; i++) {
		struct wh_worker *w = &pool->workers[i];
		w->pool = pool;
		w->m = m;
		pthread_mutex_init(&w->lock, NULL);
	}
}

void wh_pool_finish(struct wh_pool *pool)
{
	for (size_t i = 0; i < pool->nworkers; i++) {
		struct wh_worker *w = &pool->workers[i];
		wh_conn_close(w->source);
		wh_conn_close(w->target);
		pthread_mutex_destroy(&w->lock);
	}
	pthread_mutex_destroy(&pool->lock);
	pool->nworkers = 0;
}

static int connect_worker(struct wh_worker *w, enum wh_side side, bool writes,
	struct wh_error *error)
{
	struct wh_conn **slot = side == WH_SOURCE ? &w->source : &w->target;
	int rc = wh_migration_connect(w->m, side, writes, slot, error);
	if (rc == WH_OK && writes && w->m->target_kind->join)
		w->m->target_kind->join(*slot, &w->m->claim);
	return rc;
}

int wh_pool_connect(struct wh_pool *pool, enum wh_side side, bool writes, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < pool->nworkers && rc == WH_OK; i++)
		rc = connect_worker(&pool->workers[i], side, writes, error);
	return rc;
}

static void pause_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&time, NULL);
}

int wh_worker_reconnect(struct wh_worker *w, int attempt, struct wh_error *error)
{
	for (int waited = 0; waited < 200 << attempt; waited += 50) {
		int rc = wh_worker_stopped(w, error);
		if (rc != WH_OK)
			return rc;
		pause_ms(50);
	}
	pthread_mutex_lock(&w->lock);
	wh_conn_close(w->target);
	w->target = NULL;
	int rc = connect_worker(w, WH_TARGET, true, error);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

int wh_worker_stopped(struct wh_worker *w, struct wh_error *error)
{
	if (atomic_load(&w->pool->failed))
		return wh_fail(error, WH_STOP, "another worker failed");
	return wh_migration_stopped(w->m, error);
}

static void note_failure(struct wh_pool *pool, int rc, const struct wh_error *error)
{
	pthread_mutex_lock(&pool->lock);
	if (!atomic_exchange(&pool->failed, true)) {
		pool->rc = rc;
		pool->first = *error;
	}
	pthread_mutex_unlock(&pool->lock);
}

static void *worker_main(void *context)
{
	struct wh_worker *w = context;
	struct wh_pool *pool = w->pool;
	while (wh_worker_stopped(w, &w->error) == WH_OK) {
		size_t job = atomic_fetch_add(&pool->next, 1);
		if (job >= pool->njobs)
			break;
		wh_error_clear(&w->error);
		int rc = pool->work(w, job, &w->error);
		if (rc < 0) {
			note_failure(pool, rc, &w->error);
			break;
		}
	}
	atomic_fetch_sub(&pool->running, 1);
	return NULL;
}

static void cancel(struct wh_conn *conn)
{
	if (conn && conn->kind->cancel)
		conn->kind->cancel(conn);
}

static void cancel_all(struct wh_pool *pool)
{
	for (size_t i = 0; i < pool->nworkers; i++) {
		struct wh_worker *w = &pool->workers[i];
		pthread_mutex_lock(&w->lock);
		cancel(w->source);
		cancel(w->target);
		pthread_mutex_unlock(&w->lock);
	}
}

/* Shows progress until every worker has ended; on a stop gives them a moment, then cancels. */
static void watch(struct wh_pool *pool)
{
	int stopping = 0;
	for (int tick = 0; atomic_load(&pool->running); tick++) {
		pause_ms(tick < 20 ? 2 : 20);
		if (tick % 5 == 0)
			wh_migration_show(pool->m);
		if (atomic_load(&pool->failed) || atomic_load(&pool->m->progress->stop))
			stopping++;
		if (stopping > 25 && stopping % 25 == 1)
			cancel_all(pool);
	}
}

int wh_pool_run(struct wh_pool *pool, size_t jobs,
	int (*work)(struct wh_worker *, size_t job, struct wh_error *), struct wh_error *error)
{
	pool->njobs = jobs;
	pool->work = work;
	pool->rc = WH_OK;
	atomic_store(&pool->next, 0);
	atomic_store(&pool->failed, false);
	size_t threads = pool->nworkers < jobs ? pool->nworkers : jobs;
	size_t started = 0;
	atomic_store(&pool->running, threads);
	while (started < threads &&
		!pthread_create(&pool->workers[started].thread, NULL, worker_main, &pool->workers[started]))
		started++;
	if (started < threads) {
		atomic_fetch_sub(&pool->running, threads - started);
		note_failure(pool, WH_STOP,
			&(struct wh_error){ .code = WH_STOP,
				.text = "no more threads can be started; use fewer --workers" });
	}
	watch(pool);
	for (size_t i = 0; i < started; i++)
		pthread_join(pool->workers[i].thread, NULL);
	if (pool->rc == WH_OK)
		return wh_migration_stopped(pool->m, error);
	*error = pool->first;
	int stopped = wh_migration_stopped(pool->m, &(struct wh_error){ 0 });
	return stopped == WH_OK ? pool->rc : wh_migration_stopped(pool->m, error);
}
