/* check: both sides compared at one place of the log, while both are in use: the source under a
 * snapshot whose place is known, the target under one taken when exactly that much was applied. So
 * nothing moves while it is compared, and what differs is a difference. */
#ifndef WH_LIFECYCLE_LIVE_CHECK_H
#define WH_LIFECYCLE_LIVE_CHECK_H

#include "lifecycle/live/fetch.h"
#include "lifecycle/live/state.h"

/* Keys of rows, and what became of their comparison. */
struct wh_check_keys {
	const struct wh_touched_keys *keys;
	uint64_t differing;
	char first[400]; /* the first of them, for people */
};
/* Compares these rows on two connections that see the same moment. */
int wh_check_keys(const struct wh_way *w, struct wh_conn *source, struct wh_conn *target,
	struct wh_check_keys *check, struct wh_error *error) WH_MUST_USE;
/* Follows to a place that a snapshot of the source has, and compares: all tables, or (changed) only
 * what was touched since the last comparison, where that is known. Holds the lease "follow". */
int wh_check_now(struct wh_migration *m, bool changed, struct wh_error *error) WH_MUST_USE;

#endif
