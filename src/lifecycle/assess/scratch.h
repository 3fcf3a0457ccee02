/* scratch: tables on the target that hold a sample for as long as it takes to measure.
 *
 * Their names begin with "whimbrel_sample_", and all assessments write under one and the same
 * claim: what a killed one left is removed by the next, whoever begins it. A target that is a file
 * is not touched at all: a file beside it, whimbrel_sample.db, takes its place. */
#ifndef WH_LIFECYCLE_ASSESS_SCRATCH_H
#define WH_LIFECYCLE_ASSESS_SCRATCH_H

#include "lifecycle/assess/assess.h"

#define WH_SCRATCH_TABLES 4

struct wh_scratch {
	struct wh_migration *m;
	struct wh_arena *arena;
	struct wh_url url;
	const char *file; /* of a target that is a file; else NULL */
	struct wh_conn *conn;
	struct wh_claim claim;
	struct wh_plan plan; /* of the scratch tables alone */
	bool claimed;
};

/* Plans scratch tables for these tables of the migration's plan, connects, removes what an earlier
 * assessment left, and claims. wh_scratch_close in any case. */
int wh_scratch_open(struct wh_scratch *s, struct wh_migration *m, struct wh_arena *arena,
	const struct wh_plan_table *const *tables, size_t n, struct wh_error *error) WH_MUST_USE;
/* Carries out the statements of a phase for one table; *count grows by their number. */
int wh_scratch_build(struct wh_scratch *s, enum wh_phase phase, size_t table, int64_t *count,
	struct wh_error *error) WH_MUST_USE;
/* Removes everything again and closes. */
int wh_scratch_close(struct wh_scratch *s, struct wh_error *error) WH_MUST_USE;

#endif
