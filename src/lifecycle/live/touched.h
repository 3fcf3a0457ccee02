/* touched: the keys of rows that were changed since they were compared last, so that a cutover has
 * to compare no others. A file of the work folder, "touched.N": a new one begins with each
 * comparison, and those before it go once it ended well.
 *
 * A file that grows beyond 256 MiB is given up: the next comparison is then one of all rows.
 * Keys are written before the target commits them. What the kernel has is there even if this process
 * dies; a file of another boot of the machine may lack its end and counts as incomplete. */
#ifndef WH_LIFECYCLE_LIVE_TOUCHED_H
#define WH_LIFECYCLE_LIVE_TOUCHED_H

#include "lifecycle/live/window.h"

struct wh_touched {
	int fd;      /* 0: not open */
	long number; /* of the file */
	uint64_t rows, bytes;
	bool given_up;
	struct wh_buffer out, text;
};

/* Goes on with file `number`, making it where it is missing. */
int wh_touched_open(struct wh_touched *t, const struct wh_migration *m, long number,
	struct wh_error *error) WH_MUST_USE;
void wh_touched_close(struct wh_touched *t);
/* All rows of a window. */
int wh_touched_add(struct wh_touched *t, struct wh_window *w, struct wh_error *error) WH_MUST_USE;
/* Removes the files before `number`. */
void wh_touched_forget(const struct wh_migration *m, long number);

/* What files from `first` to `last` hold, each key once: one batch of keys (fields of `to`) a
 * captured table. */
struct wh_touched_keys {
	size_t ntables;
	struct wh_batch *keys;
	bool *whole; /* tables that must be compared whole: without a key, or emptied */
	uint64_t rows;
};
/* WH_DONE: they are not complete, or hold more than `most` keys: nothing is in *out. */
int wh_touched_read(const struct wh_way *way, long first, long last, uint64_t most,
	struct wh_touched_keys *out, struct wh_error *error) WH_MUST_USE;
void wh_touched_keys_free(struct wh_touched_keys *k);

#endif
