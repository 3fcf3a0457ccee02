/* fetch: rows of one table by their keys, on one side, staged and hashed as a scan gives them. */
#ifndef WH_LIFECYCLE_LIVE_FETCH_H
#define WH_LIFECYCLE_LIVE_FETCH_H

#include "lifecycle/scan.h"

/* The rows of `keys` (fields as the scanned side's rowset has them; only its key's cells are looked
 * at), in any order, through scan->rows or scan->read. Rows that are not there do not come; others
 * may, whose keys only the engine takes for equal. */
int wh_fetch(struct wh_scan *scan, const struct wh_batch *keys, struct wh_error *error) WH_MUST_USE;
/* The same for some rows of the batch. */
int wh_fetch_some(struct wh_scan *scan, const struct wh_batch *keys, const uint32_t *which,
	size_t n, struct wh_error *error) WH_MUST_USE;
/* All rows of which this condition, in the side's dialect, holds. */
int wh_fetch_where(struct wh_scan *scan, const char *where, struct wh_error *error) WH_MUST_USE;

#endif
