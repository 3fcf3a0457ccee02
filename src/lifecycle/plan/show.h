/* show: a plan for people, for programs, and as SQL. */
#ifndef WH_LIFECYCLE_PLAN_SHOW_H
#define WH_LIFECYCLE_PLAN_SHOW_H

#include "model/plan.h"
#include <stdio.h>

void wh_plan_print(const struct wh_plan *plan, FILE *out);
/* The --json document, heap text; plan NULL or without an id: only the error. */
char *wh_plan_document(const struct wh_plan *plan, const struct wh_error *error, int exit);
/* Every statement of every phase, in order, with comments that name the phases. */
int wh_plan_sql(const struct wh_plan *plan, FILE *out, struct wh_error *error) WH_MUST_USE;

#endif
