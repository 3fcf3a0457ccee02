/* What follow's own files ask of each other; nobody else does. */
#ifndef WH_LIFECYCLE_LIVE_FOLLOW_PARTS_H
#define WH_LIFECYCLE_LIVE_FOLLOW_PARTS_H

#include "lifecycle/live/follow.h"

/* reader.c: begins to read at f->done, into f->full. */
int wh_follow_read(struct wh_follow *f, struct wh_error *error) WH_MUST_USE;
void wh_follow_read_no_more(struct wh_follow *f);
/* Why f->full was closed. */
int wh_follow_read_ended(struct wh_follow *f, struct wh_error *error) WH_MUST_USE;
/* setbacks.c: before the lanes carry out the window of the list's changes [first, last). */
int wh_follow_settle_apart(struct wh_follow *f, size_t first, size_t last,
	struct wh_error *error) WH_MUST_USE;
/* follow.c: the staged list's changes [first, last), all of them or none. end: the place behind them;
 * NULL: their transaction goes on. */
int wh_follow_apply(struct wh_follow *f, size_t first, size_t last, const struct wh_position *end,
	struct wh_error *error) WH_MUST_USE;

#endif
