/* lookup: rows of the quarantine, found in the source by their keys and written; only retry includes
 * it. */
#ifndef WH_LIFECYCLE_LOOKUP_H
#define WH_LIFECYCLE_LOOKUP_H

#include "lifecycle/attempt.h"

/* All of one table, n > 0. A row that the source has no more leaves the quarantine. */
int wh_lookup_rows(struct wh_attempt *attempt, struct wh_conn *source,
	const struct wh_journal_quarantine *rows, size_t n, struct wh_error *error) WH_MUST_USE;

#endif
