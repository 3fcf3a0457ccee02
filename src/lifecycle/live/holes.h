/* holes: fields that the log left out of a row because they did not change. They are read again
 * from the source, by the row's key. What is read may be newer than the change; whatever made it so
 * is still to come in the log. A row that is gone meanwhile is deleted later in the log. */
#ifndef WH_LIFECYCLE_LIVE_HOLES_H
#define WH_LIFECYCLE_LIVE_HOLES_H

#include "lifecycle/live/way.h"

struct wh_holes {
	const struct wh_way *way;
	struct wh_conn *source; /* opened when it is needed first, */
	bool lent;              /* or the caller's */
};

/* Rows are read on this connection: as its snapshot has them, at whose place the following ends. */
void wh_holes_lend(struct wh_holes *h, struct wh_conn *source);

/* Fills the holes of the list's first n changes; those whose row is gone lose their `after`. */
int wh_holes_fill(struct wh_holes *h, struct wh_changes *list, size_t n,
	struct wh_error *error) WH_MUST_USE;
void wh_holes_close(struct wh_holes *h);

#endif
