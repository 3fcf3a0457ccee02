/* repair: the rows that differ, and only those, copied from the source again. */
#ifndef WH_LIFECYCLE_REPAIR_H
#define WH_LIFECYCLE_REPAIR_H

#include "lifecycle/locate.h"

/* By key, in one transaction of the target; a table without a key is emptied and copied again. */
int wh_repair_table(struct wh_migration *m, const struct wh_plan_table *t,
	const struct wh_located *located, struct wh_error *error) WH_MUST_USE;

/* A connection that writes under a new claim, after the copy is complete; and the end of both. */
int wh_target_claim(struct wh_migration *m, struct wh_conn **out,
	struct wh_error *error) WH_MUST_USE;
int wh_target_release(struct wh_migration *m, struct wh_conn *conn,
	struct wh_error *error) WH_MUST_USE;
/* Under a claim: the table is emptied and copied again, whole. */
int wh_repair_again(struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_error *error) WH_MUST_USE;

/* Goes on with a table that a killed repair had begun to copy again. */
int wh_repair_resume(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
