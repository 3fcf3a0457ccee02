#include "base/queue.h"
#include "base/arena.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>

void wh_queue_init(struct wh_queue *q, size_t capacity)
{
	pthread_condattr_t clock;
	*q = (struct wh_queue){ .capacity = capacity ? capacity : 1 };
	q->items = wh_alloc(q->capacity * sizeof *q->items);
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&q->changed, &clock);
	pthread_condattr_destroy(&clock);
}

void wh_queue_finish(struct wh_queue *q)
{
	if (!q->items)
		return;
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	free(q->items);
	q->items = NULL;
}

bool wh_queue_put(struct wh_queue *q, void *item)
{
	pthread_mutex_lock(&q->lock);
	while (q->count == q->capacity && !q->closed && !q->aborted)
		pthread_cond_wait(&q->changed, &q->lock);
	bool put = !q->closed && !q->aborted;
	if (put) {
		q->items[(q->first + q->count++) % q->capacity] = item;
		pthread_cond_broadcast(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
	return put;
}

/* until NULL: for ever. */
static void *queue_take_until(struct wh_queue *q, const struct timespec *until)
{
	void *item = NULL;
	int rc = 0;
	pthread_mutex_lock(&q->lock);
	while (rc != ETIMEDOUT && !q->count && !q->closed && !q->aborted)
		rc = until ? pthread_cond_timedwait(&q->changed, &q->lock, until)
				   : pthread_cond_wait(&q->changed, &q->lock);
	if (q->count && !q->aborted) {
		item = q->items[q->first];
		q->first = (q->first + 1) % q->capacity;
		q->count--;
		pthread_cond_broadcast(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void *wh_queue_take(struct wh_queue *q)
{
	return queue_take_until(q, NULL);
}

void *wh_queue_take_wait(struct wh_queue *q, int milliseconds)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	if (milliseconds > 0) {
		until.tv_sec += milliseconds / 1000;
		until.tv_nsec += milliseconds % 1000 * 1000000L;
	}
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	return queue_take_until(q, &until);
}

static void queue_end(struct wh_queue *q, bool *how)
{
	pthread_mutex_lock(&q->lock);
	*how = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

void wh_queue_close(struct wh_queue *q)
{
	queue_end(q, &q->closed);
}

void wh_queue_abort(struct wh_queue *q)
{
	queue_end(q, &q->aborted);
}
