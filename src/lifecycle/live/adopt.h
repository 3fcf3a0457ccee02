/* adopt: a change of the source's schema, carried out on the target in the middle of following it:
 * columns that are added, dropped, renamed or of another type. Everything before the change is on
 * the target already, in the old form. */
#ifndef WH_LIFECYCLE_LIVE_ADOPT_H
#define WH_LIFECYCLE_LIVE_ADOPT_H

#include "lifecycle/migration.h"

/* `what` is what the log said. The plan in the journal is then the new one; this process must plan
 * again. WH_GUARD: the change is of another kind, or cannot be found in the catalog. `behind` is the
 * position that the log goes on at; a change that was adopted up to there is not adopted again. */
int wh_adopt(struct wh_migration *m, const char *what, const struct wh_position *behind,
	struct wh_error *error) WH_MUST_USE;

#endif
