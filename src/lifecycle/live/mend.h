/* mend: which rows are to be made anew: those that differ, and those of the quarantine. Only
 * check.c uses it. */
#ifndef WH_LIFECYCLE_LIVE_MEND_H
#define WH_LIFECYCLE_LIVE_MEND_H

#include "lifecycle/live/check.h"
#include "lifecycle/locate.h"
#include "lifecycle/retry.h"
#include "model/value.h"

/* Appends keys, in fields of the table's `from`. WH_GUARD: the rows have none. */
int wh_mend_keys(const struct wh_way *w, struct wh_conn *const ends[2],
	const struct wh_located *found, struct wh_batch *keys, struct wh_error *error) WH_MUST_USE;
int wh_mend_quarantined(const struct wh_way *w, size_t table, int64_t id, struct wh_batch *keys,
	struct wh_error *error) WH_MUST_USE;
/* What became of rows that were in the quarantine. */
int wh_mend_tell(struct wh_migration *m, const struct wh_journal_quarantine *was, size_t n,
	const struct wh_retry_options *options, struct wh_error *error) WH_MUST_USE;

#endif
