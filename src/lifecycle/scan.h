/* scan: rows of a unit read back on either side, staged as the copy stages them, hashed, and
 * handed over batch by batch. What verify, locate and repair have in common. */
#ifndef WH_LIFECYCLE_SCAN_H
#define WH_LIFECYCLE_SCAN_H

#include "lifecycle/migration.h"
#include "transform/stage.h"

struct wh_scan {
	const struct wh_migration *m;
	const struct wh_plan_table *table;
	struct wh_conn *conn; /* its side says which rowset is read */
	void *context;
	/* Rows with hashes; NULL: only the digest is wanted. */
	int (*rows)(void *context, const struct wh_batch *rows, struct wh_error *);
	/* The source's rows as they were read, and the stage that they would pass; then nothing else is
	 * done with them. NULL: not wanted. */
	int (*read)(void *context, struct wh_stage *, const struct wh_batch *read, struct wh_error *);
	struct wh_digest digest; /* out: of the rows; on the source, of all that were read */
	atomic_bool *failed;     /* of the pool, or NULL */
};

int wh_scan_unit(struct wh_scan *scan, const struct wh_unit *unit,
	struct wh_error *error) WH_MUST_USE;
struct wh_stage_rules wh_stage_rules(const struct wh_migration *m);
/* A unit as the journal remembers it, on the side of this rowset. */
struct wh_unit wh_unit_of(const struct wh_rowset *rows, const struct wh_journal_unit *u);
/* The whole table on one side. */
struct wh_unit wh_whole_table(const struct wh_plan_table *t, enum wh_side side);

#endif
