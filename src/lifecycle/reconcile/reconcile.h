/* reconcile: what accountants ask of a move, behind the digests: figures of the source that must be
 * the same on the target, what is in the quarantine counted in.
 *
 * The digests say that every row is equal. Here other witnesses speak: the source of itself
 * (trailers, balances), the target's own engine, which counts and adds up, and the user, who knows
 * figures that must come out. */
#ifndef WH_LIFECYCLE_RECONCILE_H
#define WH_LIFECYCLE_RECONCILE_H

#include "lifecycle/migration.h"

/* Whether the user's controls name what is there: WH_CONFIG with the place. After the plan. */
int wh_reconcile_check(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Takes all controls that the settings want into the journal, in place of those of last time, and
 * as rows of whimbrel_reconciliation onto the target. A control that fails is no error here. */
int wh_reconcile(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* None hold any more: rows are about to be written. */
int wh_reconcile_forget(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
