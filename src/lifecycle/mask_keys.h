/* mask_keys: whether the keys of masks are those with which the rows were copied. */
#ifndef WH_LIFECYCLE_MASK_KEYS_H
#define WH_LIFECYCLE_MASK_KEYS_H

#include "lifecycle/migration.h"

/* The journal keeps a short keyed hash for each key, which shows nothing of it. WH_CONFIG: the
 * key is another than it was. */
int wh_mask_keys_check(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
