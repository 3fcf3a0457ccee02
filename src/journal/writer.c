#include "base/crash.h"
#include "journal/inside.h"
#include <signal.h>
#include <string.h>

#define GROUP 256   /* jobs in one transaction at most */
#define WAITING 256 /* jobs handed over and not yet taken */

static int writer_group(struct wh_journal *j, struct wh_journal_job **jobs, size_t n,
	struct wh_error *error)
{
	int rc = sqlite3_exec(j->writer, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
		rc = jobs[i]->work(j->writer, jobs[i]->what);
	wh_crash_point("journal before commit");
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(j->writer, "COMMIT", NULL, NULL, NULL);
	wh_crash_point("journal after commit");
	if (rc == SQLITE_OK)
		return WH_OK;
	int code = wh_journal_fault(j->path, j->writer, rc, error);
	if (!sqlite3_get_autocommit(j->writer))
		sqlite3_exec(j->writer, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

/* After the last settled job its caller is gone: nothing of it is touched again. */
static void writer_settle(struct wh_journal *j, struct wh_journal_job **jobs, size_t n,
	const struct wh_error *error)
{
	pthread_mutex_lock(&j->settling);
	for (size_t i = 0; i < n; i++) {
		if (error->code != WH_OK && jobs[i]->error)
			*jobs[i]->error = *error;
		jobs[i]->rc = error->code;
		jobs[i]->settled = true;
	}
	pthread_cond_broadcast(&j->settled);
	pthread_mutex_unlock(&j->settling);
}

static void *writer_main(void *context)
{
	struct wh_journal *j = context;
	struct wh_journal_job *jobs[GROUP];
	while ((jobs[0] = wh_queue_take(&j->jobs)) != NULL) {
		size_t n = 1;
		while (n < GROUP && (jobs[n] = wh_queue_take_wait(&j->jobs, 0)) != NULL)
			n++;
		struct wh_error error = { 0 };
		error.code = (enum wh_code)writer_group(j, jobs, n, &error);
		writer_settle(j, jobs, n, &error);
	}
	return NULL;
}

/* Signals are the main thread's; this one only writes. */
int wh_journal_start(struct wh_journal *j, struct wh_error *error)
{
	sigset_t all, before;
	sigfillset(&all);
	wh_queue_init(&j->jobs, WAITING);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&j->thread, NULL, writer_main, j);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		wh_queue_finish(&j->jobs);
		return wh_fail(error, WH_STOP,
			"cannot start the journal's thread: \"%s\"; "
			"raise the limit of threads",
			strerror(rc));
	}
	j->running = true;
	return WH_OK;
}

void wh_journal_finish(struct wh_journal *j)
{
	if (!j->running)
		return;
	wh_queue_close(&j->jobs);
	pthread_join(j->thread, NULL);
	wh_queue_finish(&j->jobs);
	j->running = false;
}

int wh_journal_hand(struct wh_journal *j, wh_journal_work *work, const void *what,
	struct wh_error *error)
{
	struct wh_journal_job job = { .work = work, .what = what, .error = error };
	if (!wh_queue_put(&j->jobs, &job))
		return wh_fail(error, WH_BUG, "the journal is closed: \"%s\"", j->path);
	pthread_mutex_lock(&j->settling);
	while (!job.settled)
		pthread_cond_wait(&j->settled, &j->settling);
	pthread_mutex_unlock(&j->settling);
	return job.rc;
}
