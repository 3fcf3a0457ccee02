/* queue: pointers from threads to threads, at most `capacity` of them, first in first out.
 *
 * put blocks while full, take while empty. After close, put answers false at once and take
 * answers NULL once what was there is taken; abort makes both answer at once. */
#ifndef WH_BASE_QUEUE_H
#define WH_BASE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct wh_queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void **items;
	size_t capacity, first, count;
	bool closed, aborted;
};

void wh_queue_init(struct wh_queue *q, size_t capacity);
void wh_queue_finish(struct wh_queue *q); /* no thread may be in it; items are the caller's */
bool wh_queue_put(struct wh_queue *q, void *item);
void *wh_queue_take(struct wh_queue *q);
void *wh_queue_take_wait(struct wh_queue *q, int milliseconds); /* NULL: time is up, or closed */
void wh_queue_close(struct wh_queue *q);
void wh_queue_abort(struct wh_queue *q);

#endif
