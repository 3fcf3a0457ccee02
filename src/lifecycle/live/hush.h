/* hush: triggers and events of a side that only follows. Rows that come from the other side must not
 * wake them; where the engine cannot keep them still (model/connector.h, triggers_sleep), triggers
 * are dropped and events disabled on record, and put back as they were before that side serves. */
#ifndef WH_LIFECYCLE_LIVE_HUSH_H
#define WH_LIFECYCLE_LIVE_HUSH_H

#include "lifecycle/migration.h"

/* Whoever is not named in the journal yet is recorded first. Repeatable. */
int wh_hush(struct wh_migration *m, enum wh_side side, struct wh_error *error) WH_MUST_USE;
int wh_wake(struct wh_migration *m, enum wh_side side, struct wh_error *error) WH_MUST_USE;
/* Puts what is hushed on the source back into its catalog, so that the plan is the same. */
void wh_hush_recall(struct wh_migration *m);

#endif
