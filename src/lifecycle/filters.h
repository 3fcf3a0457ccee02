/* filters: whether the source understands each `where` of the plan, before anything is written. */
#ifndef WH_LIFECYCLE_FILTERS_H
#define WH_LIFECYCLE_FILTERS_H

#include "lifecycle/migration.h"

int wh_filters_check(const struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
