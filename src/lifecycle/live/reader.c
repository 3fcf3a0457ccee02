/* The thread that reads the log ahead, and tells it what is durable. */
#include "base/time.h"
#include "lifecycle/live/follow_parts.h"

#define TAIL_WAIT 50 /* milliseconds that the reader waits for a log with nothing in it */
#define CONFIRM_USEC 500000

static int confirm(struct wh_follow *f, struct wh_position *told, int64_t *when,
	struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	pthread_mutex_lock(&f->lock);
	struct wh_position durable = f->durable;
	pthread_mutex_unlock(&f->lock);
	if (!durable.text[0] || wh_position_compare(&durable, told) <= 0 || now - *when < CONFIRM_USEC)
		return WH_OK;
	*told = durable;
	*when = now;
	return wh_at(error, f->tail, f->tail->kind->confirm(f->tail, &durable, error));
}

static int read_list(struct wh_follow *f, struct wh_changes *list, struct wh_error *error)
{
	wh_changes_reset(list);
	int rc = f->tail->kind->tail(f->tail, TAIL_WAIT, list, error);
	return wh_at(error, f->tail, rc);
}

static void *reader_main(void *context)
{
	struct wh_follow *f = context;
	struct wh_position told = { .text = "" };
	struct wh_changes *list;
	int64_t when = 0;
	int rc = WH_OK;
	while (rc >= 0 && !atomic_load(&f->stop) && (list = wh_queue_take(&f->empty))) {
		rc = confirm(f, &told, &when, &f->reader_error);
		if (rc >= 0)
			rc = read_list(f, list, &f->reader_error);
		if (rc >= 0)
			wh_queue_put(&f->full, list);
	}
	f->reader_rc = rc < 0 ? rc : WH_OK;
	wh_queue_close(&f->full);
	return NULL;
}

int wh_follow_read(struct wh_follow *f, struct wh_error *error)
{
	struct wh_way *way = f->way;
	int rc = wh_migration_connect(way->m, WH_SOURCE, false, &f->tail, error);
	if (rc == WH_OK)
		rc = wh_at(error, f->tail, f->tail->kind->attach(f->tail, &way->capture, &f->done, error));
	if (rc != WH_OK)
		return rc;
	for (size_t i = 0; i < 2; i++) {
		wh_changes_init(&f->lists[i], way->capture.tables, way->capture.ntables);
		f->lists[i].read = f->done;
		wh_queue_put(&f->empty, &f->lists[i]);
	}
	f->reading = !pthread_create(&f->reader, NULL, reader_main, f);
	return f->reading ? WH_OK : wh_fail(error, WH_STOP, "no more threads can be started");
}

void wh_follow_read_no_more(struct wh_follow *f)
{
	atomic_store(&f->stop, true);
	wh_queue_abort(&f->empty);
	if (f->reading)
		pthread_join(f->reader, NULL);
	f->reading = false;
	wh_conn_close(f->tail);
	f->tail = NULL;
}

int wh_follow_read_ended(struct wh_follow *f, struct wh_error *error)
{
	if (f->reader_rc < 0) {
		*error = f->reader_error;
		return f->reader_rc;
	}
	return wh_fail(error, WH_RETRY, "the log is not read any more");
}
