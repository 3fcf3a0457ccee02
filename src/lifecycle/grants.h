/* grants: the accesses of a survey as statements for the target of a plan. */
#ifndef WH_LIFECYCLE_GRANTS_H
#define WH_LIFECYCLE_GRANTS_H

#include "sql/grant.h"
#include "model/plan.h"

/* One a access, in the survey's order; a statement that stood before is not repeated. `database`:
 * the target's. Memory is the arena, which the plan and the survey must outlive. */
struct wh_grant *wh_grants_make(const struct wh_plan *plan, const struct wh_survey *survey,
	const char *database, struct wh_arena *arena);

#endif
