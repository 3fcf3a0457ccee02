/* apart: rows of a unit that cannot go, gathered and put into the journal's quarantine together;
 * all of them must be there before the unit commits. One thread. */
#ifndef WH_LIFECYCLE_APART_H
#define WH_LIFECYCLE_APART_H

#include "lifecycle/migration.h"

#define WH_APART_ROWS 256

struct wh_apart {
	struct wh_migration *m;
	const struct wh_plan_table *t;
	int64_t unit;
	struct wh_arena arena;
	struct wh_journal_quarantine rows[WH_APART_ROWS];
	size_t n, bytes;
};

struct wh_refusal {
	uint32_t row;       /* in the batch */
	const char *column; /* NULL: the target refused the row, nobody knows why */
	const char *reason;
};

/* The batch is the one that was read or, where the target refused the row, the staged one. */
int wh_apart_add(struct wh_apart *a, const struct wh_batch *b, const struct wh_refusal *why,
	struct wh_error *error) WH_MUST_USE;
/* What was gathered is durable when it returns. WH_GUARD: that is more than the limit allows. */
int wh_apart_keep(struct wh_apart *a, struct wh_error *error) WH_MUST_USE;
/* Forgets what was gathered. */
void wh_apart_clear(struct wh_apart *a);

#endif
