/* cascade: what foreign keys do to other rows where the log does not say so (MariaDB): deletes,
 * new values and nulls are carried out from the catalog, on what the target and the window hold.
 *
 * The lanes' connections are asked, so that rows of an open transaction are seen; they are idle
 * while a window is filled. */
#ifndef WH_LIFECYCLE_LIVE_CASCADE_H
#define WH_LIFECYCLE_LIVE_CASCADE_H

#include "lifecycle/live/lane.h"

struct wh_link;

struct wh_cascade {
	struct wh_window *window;
	struct wh_apply_lane *lanes;
	size_t nlanes;
	struct wh_link *links; /* foreign keys that act; none: NULL */
	size_t nlinks;
	int depth;
};

/* Hooks itself into the window where the source's log leaves cascades out. WH_GUARD: one of them
 * cannot be carried out. */
int wh_cascade_open(struct wh_cascade *c, struct wh_window *window, struct wh_apply_lane *lanes,
	size_t nlanes, struct wh_error *error) WH_MUST_USE;
void wh_cascade_close(struct wh_cascade *c);

#endif
