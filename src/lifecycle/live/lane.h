/* lane: one writer of a way: a thread with a connection to the side that follows, which carries out
 * its share of each window and commits it together with its own place in the log.
 *
 * A table belongs to one lane, so that the order of its changes is kept; keys, unique values and
 * foreign keys cannot conflict between lanes, for a key's changes are one row of a window and
 * foreign keys sleep. All lanes end a window before the next begins. */
#ifndef WH_LIFECYCLE_LIVE_LANE_H
#define WH_LIFECYCLE_LIVE_LANE_H

#include "base/queue.h"
#include "lifecycle/live/window.h"

struct wh_lane_job {
	struct wh_window *window;
	const struct wh_position *end; /* commits with it; NULL: the transaction stays open */
	bool careful;                  /* rows that are refused are looked for and set apart */
	bool idle_too;                 /* the place is written even where the lane has nothing */
	bool again;                    /* only for lanes whose last job failed: the same once more */
};

struct wh_apply_lane {
	const struct wh_way *way;
	size_t number, count;
	struct wh_conn *conn;
	pthread_t thread;
	bool started, entered;
	struct wh_position position; /* durable on the target */
	struct wh_queue jobs, *ended;
	const struct wh_lane_job *job;
	uint64_t apart; /* rows set apart by it */
	int rc;
	struct wh_error error;
};

/* Which of `count` lanes a captured table belongs to. */
size_t wh_lane_of(const struct wh_way *way, size_t table, size_t count);
/* Under the way's claim. `ended` gets the lane each time it has ended a job. */
int wh_lane_open(struct wh_apply_lane *l, const struct wh_way *way, struct wh_queue *ended,
	struct wh_error *error) WH_MUST_USE;
void wh_lane_close(struct wh_apply_lane *l); /* what is not committed is rolled back */
void wh_lane_begin(struct wh_apply_lane *l, const struct wh_lane_job *job);
/* Takes back what is not committed. Not while a job runs. */
int wh_lane_undo(struct wh_apply_lane *l, struct wh_error *error) WH_MUST_USE;

#endif
