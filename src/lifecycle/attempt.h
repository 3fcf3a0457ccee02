/* attempt: some rows of one unit, taken from the quarantine and written in one transaction of the
 * target; only retry includes it. */
#ifndef WH_LIFECYCLE_ATTEMPT_H
#define WH_LIFECYCLE_ATTEMPT_H

#include "lifecycle/retry.h"

struct wh_attempt {
	struct wh_migration *m;
	const struct wh_retry_options *options;
	const struct wh_plan_table *t;
	struct wh_conn *target;
	struct wh_journal_table *table; /* their sums are kept right */
	struct wh_journal_unit *unit;
	const struct wh_journal_quarantine **rows; /* one for each row of the batch */
	int64_t number;                            /* raised by each */
};

/* The rows of the batch, staged; those that the target refuses stay in the quarantine. */
int wh_attempt_write(struct wh_attempt *a, const struct wh_batch *b,
	struct wh_error *error) WH_MUST_USE;
/* A row that cannot go: it stays, as it is now. */
int wh_attempt_refuse(struct wh_attempt *a, const struct wh_journal_quarantine *was,
	const struct wh_journal_quarantine *now, struct wh_error *error) WH_MUST_USE;
/* A row that the source has no more: it leaves the quarantine. */
int wh_attempt_gone(struct wh_attempt *a, const struct wh_journal_quarantine *row,
	struct wh_error *error) WH_MUST_USE;
/* Rows whose attempt's end is not known: taken out where the target has them, else left there. */
int wh_attempt_settle(struct wh_attempt *a, const struct wh_journal_quarantine *rows, size_t n,
	struct wh_error *error) WH_MUST_USE;

#endif
