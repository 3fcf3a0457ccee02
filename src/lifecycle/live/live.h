/* live: the verbs of a move whose source stays in use, and what its journal says.
 *
 * Facts: serving ("source" | "target"), snapshot_place (where the copy's rows end in the log),
 * touched (number of the file of changed keys), touched_from (the first of those that are not
 * compared yet), closed (where in the log the fence was raised last), gate (of a final switch
 * that is not at its end: the side to open, or "open"), pause_usec (of writes, at the last switch), follow_wanted (who asks the follower to step aside), and of the last look at the
 * follower: live_usec, live_lag_usec, live_behind, live_retained, live_rate (rows a second),
 * live_catch_up (seconds; -1: never), live_rows, live_txns, live_note, live_place. */
#ifndef WH_LIFECYCLE_LIVE_LIVE_H
#define WH_LIFECYCLE_LIVE_LIVE_H

#include "lifecycle/migration.h"

/* One condition that must hold before a step. Texts are the report's arena's. */
struct wh_guard {
	const char *name, *value, *limit;
	bool ok;
};

struct wh_switch_report {
	struct wh_arena arena;
	struct wh_guard *guards;
	size_t nguards;
	int64_t pause_usec; /* of writes; -1: there was none */
	bool backed_out;    /* the side that served serves on */
};

struct wh_sync_options {
	bool until_synced;
};

/* copy.c: parts of a copy. The source's log is kept from now on; before the snapshot. */
int wh_live_capture(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* A copy that was refused before it began keeps no log. rc. */
int wh_live_give_up(struct wh_migration *m, int rc);
/* Where in the log the newest snapshot ends. */
int wh_live_note_snapshot(struct wh_migration *m, const struct wh_position *place,
	struct wh_error *error) WH_MUST_USE;
/* After rows and build: the lanes begin where the snapshot ends, the target stands behind its fence,
 * and the state is SYNCING. */
int wh_live_begin(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Whether the journal's state is one that follows a finished copy. */
bool wh_live_is_begun(struct wh_migration *m);

/* Follows until it is stopped, or has caught up; hands over to whoever wants to. */
int wh_migration_sync(struct wh_migration *m, const struct wh_sync_options *options,
	struct wh_error *error) WH_MUST_USE;
/* The part of verify between the plan and its end: both sides at one place of the log. */
int wh_live_verify(struct wh_migration *m, bool repair, struct wh_error *error) WH_MUST_USE;
/* The part of quarantine retry between the plan and its end. id 0: all rows. */
struct wh_retry_options;
int wh_live_retry(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error) WH_MUST_USE;
/* The report is the caller's to free, whatever is answered. WH_GUARD: a guard does not hold; with
 * backed_out: it went back. dry: only the guards. */
int wh_migration_cutover(struct wh_migration *m, bool dry, struct wh_switch_report *report,
	struct wh_error *error) WH_MUST_USE;
int wh_migration_rollback(struct wh_migration *m, bool dry, struct wh_switch_report *report,
	struct wh_error *error) WH_MUST_USE;
/* End of the way back, and of the whole move. */
int wh_migration_commit(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
int wh_migration_abort(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
