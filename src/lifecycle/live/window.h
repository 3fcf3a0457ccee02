/* window: what a run of changes comes to, table by table: which rows go and which come.
 *
 * Within a window each key is touched once on the target, whatever the log did to it: rows that are
 * gone or were changed are deleted by key first, then their newest state is written. Since a window
 * is (part of) one transaction of the target, nobody sees the difference, and swapped unique values
 * or a delete and an insert of one key need no order. Without a key, rows are a bag: a deleted row
 * takes one equal row with it. One thread; memory is kept from window to window. */
#ifndef WH_LIFECYCLE_LIVE_WINDOW_H
#define WH_LIFECYCLE_LIVE_WINDOW_H

#include "lifecycle/live/imager.h"

/* A row that cannot go: of the list's images. */
struct wh_setback {
	uint32_t row;  /* of the images */
	uint32_t slot; /* of its key, or WH_NO_ROW where the table has none */
	const char *column, *reason;
};

struct wh_slot {
	struct wh_hash key;
	uint32_t row;   /* its newest state in `rows`, or WH_NO_ROW: gone */
	uint32_t erase; /* its key in `erase`, or WH_NO_ROW: the target has no such row */
	uint32_t next;  /* in its bucket */
	size_t back;    /* its newest state cannot go: number of the setback, from 1; 0: it can */
};

/* What comes of one captured table. */
struct wh_effect {
	const struct wh_plan_table *table;
	bool used, clear;      /* clear: all rows that stood there before go first */
	bool always_erase;     /* rows of it may be gone or there without the log saying so */
	struct wh_batch rows;  /* states, old ones too; fields of `to` */
	struct wh_batch erase; /* keys of rows to delete; whole rows where there is no key */
	struct wh_batch write; /* those of `rows` that are the newest, where some are not */
	struct wh_slot *slots;
	size_t nslots, slots_capacity;
	uint32_t *buckets;
	size_t nbuckets;
	struct wh_setback *setbacks;
	size_t nsetbacks, setbacks_capacity;
	struct wh_imager *imager; /* how images become rows; NULL until there are any */
	struct wh_buffer scratch;
};

struct wh_window {
	const struct wh_way *way;
	struct wh_effect *effects; /* one a captured table */
	const struct wh_changes *changes;
	uint64_t rows; /* changes of rows in it */
	/* What the log leaves out of foreign keys' doings; NULL: nothing. Called with what happened to a
	 * row that others may point at: its state before, and after (NULL: gone), in fields of `to`. */
	int (*cascade)(void *context, size_t table, const struct wh_batch *before, uint32_t row,
		const struct wh_batch *after, uint32_t after_row, struct wh_error *);
	void *context;
};

int wh_window_open(struct wh_window *w, const struct wh_way *way,
	struct wh_error *error) WH_MUST_USE;
void wh_window_close(struct wh_window *w);
/* Stages the images of a whole list, of which windows are then made. */
int wh_window_stage(struct wh_window *w, const struct wh_changes *changes,
	struct wh_error *error) WH_MUST_USE;
/* Begins anew with the changes [first, last) of that list. Schema changes are not among them. */
int wh_window_fill(struct wh_window *w, size_t first, size_t last,
	struct wh_error *error) WH_MUST_USE;
/* A row of the target that is now gone, or (after) otherwise, though no change says so. */
void wh_window_gone(struct wh_window *w, size_t table, const struct wh_batch *b, uint32_t row);
void wh_window_becomes(struct wh_window *w, size_t table, const struct wh_batch *b, uint32_t row);
/* Whether no later change of this window has made another state of a row that was set back. */
bool wh_effect_stays_back(const struct wh_effect *e, size_t setback);
/* The states that are to be written. */
const struct wh_batch *wh_effect_rows(struct wh_effect *e);
/* The slot of this row's key, or NULL. */
const struct wh_slot *wh_window_slot(struct wh_window *w, size_t table, const struct wh_batch *b,
	uint32_t row);

#endif
