/* views: translations of the source's views; the plan's inside. */
#ifndef WH_LIFECYCLE_PLAN_VIEWS_H
#define WH_LIFECYCLE_PLAN_VIEWS_H

#include "lifecycle/plan/parts.h"
#include "sql/view.h"

/* One for each object of the catalog; without a statement where it is no view or not certain, and
 * where the same engine takes its own text. */
struct wh_sql_view *wh_planner_views(const struct wh_planner *p, const struct wh_moved *moved);
void wh_planner_view_found(const struct wh_planner *p, const struct wh_object *o,
	const struct wh_sql_view *view);

#endif
