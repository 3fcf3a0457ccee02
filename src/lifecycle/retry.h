/* retry: rows of the quarantine once more, after the source or the mapping was mended.
 *
 * The copy must be complete. A row is read from the source again by its key and written exactly
 * once: the journal notes which rows an attempt holds, the attempt has a marker in the target's own
 * transaction, and whatever ends this process, the next command finds out which of the two it was.
 * A table without a key is copied again whole. */
#ifndef WH_LIFECYCLE_RETRY_H
#define WH_LIFECYCLE_RETRY_H

#include "lifecycle/migration.h"

enum wh_retry_outcome {
	WH_RETRY_WRITTEN,
	WH_RETRY_REFUSED, /* it stays, for the reason that is told */
	WH_RETRY_GONE,    /* the source has no such row any more */
};

struct wh_retried {
	const struct wh_journal_quarantine *row; /* as it was */
	enum wh_retry_outcome outcome;
	const char *reason; /* of REFUSED */
};

struct wh_retry_options {
	int64_t id; /* one row; 0: all */
	void *context;
	void (*told)(void *context, const struct wh_retried *);
};

int wh_migration_retry(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error) WH_MUST_USE;
/* Settles what a killed retry left open; before that nothing is compared, no marker removed. */
int wh_retry_resume(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* WH_LOST where there is something to settle. */
int wh_retry_settled(const struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
