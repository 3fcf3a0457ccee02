/* port: what a plan does not carry, each as a file that a person ports by hand. */
#ifndef WH_LIFECYCLE_PLAN_PORT_H
#define WH_LIFECYCLE_PLAN_PORT_H

#include "model/plan.h"

/* How many files the findings of a plan make. */
size_t wh_port_count(const struct wh_findings *findings);
/* Writes WORKDIR/port: the files and a README.md that lists them; nothing where there are none. A
 * file that is there already stays: somebody may have begun to port it. */
int wh_port_write(const struct wh_plan *plan, const char *workdir,
	struct wh_error *error) WH_MUST_USE;

#endif
