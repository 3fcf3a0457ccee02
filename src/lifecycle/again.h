/* again: a table with rows in the quarantine of which nobody can say which rows of the source they
 * are, for want of a key: emptied and copied again; only retry includes it. */
#ifndef WH_LIFECYCLE_AGAIN_H
#define WH_LIFECYCLE_AGAIN_H

#include "lifecycle/retry.h"

/* Under a claim, of which `target` is a connection. WH_GUARD: the target's table holds other rows
 * than were copied. */
int wh_again_table(struct wh_migration *m, const struct wh_plan_table *t, struct wh_conn *target,
	const struct wh_retry_options *options, struct wh_error *error) WH_MUST_USE;

#endif
