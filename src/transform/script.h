/* script: expressions over a row, carried out in a sandbox. docs/transforms.md says as what a value
 * of each kind appears there. One maker's, one thread. */
#ifndef WH_TRANSFORM_SCRIPT_H
#define WH_TRANSFORM_SCRIPT_H

#include "base/error.h"

/* WH_CONFIG: this is no expression. */
int wh_script_check(const char *text, struct wh_error *error) WH_MUST_USE;

#endif
