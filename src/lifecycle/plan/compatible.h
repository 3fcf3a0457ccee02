/* compatible: whether a retry may go by another plan than the copy. Pure. */
#ifndef WH_LIFECYCLE_PLAN_COMPATIBLE_H
#define WH_LIFECYCLE_PLAN_COMPATIBLE_H

#include "lifecycle/plan/plan.h"

struct wh_compatible_column {
	size_t table, column; /* of the plan */
};

struct wh_compatible {
	struct wh_arena *arena;
	const char *why; /* out: in words, where it may not */
	struct wh_compatible_column
		*columns; /* out: declared otherwise: the target must have them so */
	size_t ncolumns;
};

bool wh_plan_compatible(const char *then, const char *now, struct wh_compatible *out);

#endif
