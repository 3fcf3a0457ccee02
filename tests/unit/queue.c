#include "check.h"
#include "base/queue.h"
#include "base/time.h"
#include <unistd.h>

#define ITEMS 20000
#define MAKERS 3
#define TAKERS 3

static void first_in_first_out(void **state)
{
	struct wh_queue q;
	int items[5];
	(void)state;
	wh_queue_init(&q, 3);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 3; i++)
			assert_true(wh_queue_put(&q, &items[i]));
		for (int i = 0; i < 3; i++)
			assert_ptr_equal(wh_queue_take(&q), &items[i]);
	}
	assert_true(wh_queue_put(&q, &items[0]));
	wh_queue_close(&q);
	assert_false(wh_queue_put(&q, &items[1]));
	assert_ptr_equal(wh_queue_take(&q), &items[0]);
	assert_null(wh_queue_take(&q));
	wh_queue_finish(&q);
	wh_queue_finish(&q);
}

static void abort_drops_what_is_there(void **state)
{
	struct wh_queue q;
	int item;
	(void)state;
	wh_queue_init(&q, 3);
	assert_true(wh_queue_put(&q, &item));
	wh_queue_abort(&q);
	assert_null(wh_queue_take(&q));
	assert_null(wh_queue_take_wait(&q, 1000));
	assert_false(wh_queue_put(&q, &item));
	wh_queue_finish(&q);
}

static void waiting_ends(void **state)
{
	struct wh_queue q;
	int item;
	(void)state;
	wh_queue_init(&q, 1);
	int64_t before = wh_monotonic_usec();
	assert_null(wh_queue_take_wait(&q, 30));
	int64_t waited = wh_monotonic_usec() - before;
	assert_true(waited >= 29000);
	assert_null(wh_queue_take_wait(&q, 0));
	assert_true(wh_queue_put(&q, &item));
	assert_ptr_equal(wh_queue_take_wait(&q, 0), &item);
	wh_queue_finish(&q);
}

struct share {
	struct wh_queue *queue;
	int *counts; /* how often each item has arrived */
	int first;
	pthread_mutex_t lock;
};

static int numbers[ITEMS * MAKERS];

static char refused[] = "refused";

static void *make(void *context)
{
	struct share *s = context;
	for (int i = 0; i < ITEMS; i++)
		if (!wh_queue_put(s->queue, &numbers[s->first + i]))
			return refused;
	return NULL;
}

static void *take(void *context)
{
	struct share *s = context;
	int *item;
	while ((item = wh_queue_take(s->queue)))
		__atomic_add_fetch(&s->counts[item - numbers], 1, __ATOMIC_RELAXED);
	return NULL;
}

static void every_item_arrives_once(void **state)
{
	static int counts[ITEMS * MAKERS];
	struct wh_queue q;
	pthread_t makers[MAKERS], takers[TAKERS];
	struct share shares[MAKERS], all = { .queue = &q, .counts = counts };
	void *result;
	(void)state;
	wh_queue_init(&q, 7);
	for (int i = 0; i < TAKERS; i++)
		assert_int_equal(pthread_create(&takers[i], NULL, take, &all), 0);
	for (int i = 0; i < MAKERS; i++) {
		shares[i] = (struct share){ .queue = &q, .first = i * ITEMS };
		assert_int_equal(pthread_create(&makers[i], NULL, make, &shares[i]), 0);
	}
	for (int i = 0; i < MAKERS; i++) {
		pthread_join(makers[i], &result);
		assert_null(result);
	}
	wh_queue_close(&q);
	for (int i = 0; i < TAKERS; i++)
		pthread_join(takers[i], NULL);
	for (int i = 0; i < ITEMS * MAKERS; i++)
		assert_int_equal(counts[i], 1);
	wh_queue_finish(&q);
}

static void *put_until_refused(void *context)
{
	static int item;
	while (wh_queue_put(context, &item))
		;
	return refused;
}

static void blocked_threads_are_woken(void **state)
{
	static void (*const ends[])(struct wh_queue *) = { wh_queue_close, wh_queue_abort };
	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct wh_queue q;
		pthread_t putter;
		void *result;
		wh_queue_init(&q, 2);
		assert_int_equal(pthread_create(&putter, NULL, put_until_refused, &q), 0);
		usleep(20000);
		ends[i](&q);
		pthread_join(putter, &result);
		assert_string_equal(result, "refused");
		wh_queue_finish(&q);
	}
}

static void *take_one(void *context)
{
	return wh_queue_take(context);
}

static void blocked_takers_are_woken(void **state)
{
	static void (*const ends[])(struct wh_queue *) = { wh_queue_close, wh_queue_abort };
	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct wh_queue q;
		pthread_t taker;
		void *result = &q;
		wh_queue_init(&q, 2);
		assert_int_equal(pthread_create(&taker, NULL, take_one, &q), 0);
		usleep(20000);
		ends[i](&q);
		pthread_join(taker, &result);
		assert_null(result);
		wh_queue_finish(&q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_in_first_out),
		cmocka_unit_test(abort_drops_what_is_there),
		cmocka_unit_test(waiting_ends),
		cmocka_unit_test(every_item_arrives_once),
		cmocka_unit_test(blocked_threads_are_woken),
		cmocka_unit_test(blocked_takers_are_woken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
