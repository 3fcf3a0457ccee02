/* commit and abort: the move is over, and nothing of it is left behind on either side. */
#include "base/crash.h"
#include "base/time.h"
#include "lifecycle/live/hush.h"
#include "lifecycle/live/state.h"
#include "lifecycle/steps.h"

#define FENCE_MS 30000

static int remove_capture(struct wh_way *w, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	struct wh_position none;
	int rc = wh_way_connect(w, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK) /* the table goes once it is empty */
		wh_way_forget_tokens(w, conn);
	if (rc == WH_OK)
		rc = wh_way_at(w, error,
			wh_at(error, conn, conn->kind->capture(conn, &w->capture, false, &none, error)));
	wh_conn_close(conn);
	wh_crash_point("log no longer kept");
	return rc;
}

static int remove_markers(struct wh_way *w, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_way_connect(w, WH_TARGET, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(w, error, wh_at(error, conn, conn->kind->finish(conn, &w->m->claim, error)));
	wh_conn_close(conn);
	wh_crash_point("markers removed");
	return rc;
}

/* The log first, so that what else is removed is in it no more; the fences last. */
static int remove_all(struct wh_migration *m, struct wh_error *error)
{
	struct wh_way ways[2];
	int rc = WH_OK;
	wh_way_open(&ways[0], m, false);
	wh_way_open(&ways[1], m, true);
	for (size_t i = 0; i < 2 && rc == WH_OK; i++)
		rc = remove_capture(&ways[i], error);
	for (size_t i = 0; i < 2 && rc == WH_OK; i++)
		rc = remove_markers(&ways[i], error);
	for (size_t i = 0; i < 2 && rc == WH_OK; i++) /* tables that the other one's use had kept */
		rc = remove_capture(&ways[i], error);
	for (size_t i = 0; i < 2 && rc == WH_OK; i++) {
		rc = wh_live_fence(&ways[i], WH_FENCE_DROP, FENCE_MS, error);
		wh_crash_point("fence removed");
	}
	for (int side = WH_SOURCE; side <= WH_TARGET && rc == WH_OK; side++)
		rc = wh_wake(m, (enum wh_side)side, error);
	wh_crash_point("nothing left behind");
	return rc;
}

static int end_move(struct wh_migration *m, const char *state, struct wh_error *error)
{
	int rc = remove_all(m, error);
	if (rc != WH_OK)
		return rc;
	wh_touched_forget(m, (long)wh_live_number(m, "touched", 0) + 1);
	return wh_live_set_state(m, state, NULL, error);
}

static int wrong_state(struct wh_migration *m, const char *what, const char *wanted,
	struct wh_error *error)
{
	return wh_fail(error, WH_LOST, "a%s is not possible in state %s, serving the %s; %s", what,
		wh_journal_get(m->journal, "state", &m->arena),
		wh_live_serves_target(m) ? "target" : "source", wanted);
}

/* Whatever has become of the source's schema meanwhile, and however far the copy came. */
static int open_plainly(struct wh_migration *m, const char *command, struct wh_error *error)
{
	int rc = wh_live_enabled(m, error);
	if (rc == WH_OK)
		rc = wh_migration_begin(m, command, "control", error);
	if (rc == WH_OK)
		rc = wh_migration_plan(m, error);
	return rc == WH_OK ? wh_live_look_at_target(m, error) : rc;
}

static int run_end(struct wh_migration *m, bool commit, struct wh_error *error)
{
	const char *command = commit ? "commit" : "abort";
	int64_t began = wh_monotonic_usec();
	int rc = open_plainly(m, command, error);
	if (rc == WH_OK && wh_live_state_is(m, commit ? "COMMITTED" : "ABORTED"))
		return wh_live_close(m, began, WH_OK, error);
	if (rc == WH_OK && commit && !(wh_live_state_is(m, "LIVE") && wh_live_serves_target(m)))
		rc = wrong_state(m, " commit", "it ends the way back, after a cutover", error);
	if (rc == WH_OK && !commit && wh_live_serves_target(m))
		rc = wrong_state(m, "n abort", "the target serves: roll back first, or commit", error);
	if (rc == WH_OK && !commit && wh_live_state_is(m, "COMMITTED"))
		rc = wrong_state(m, "n abort", "the move is over", error);
	if (rc == WH_OK)
		rc = wh_live_take(m, command, error);
	if (rc == WH_OK) /* nobody copies, mends or assesses what is removed */
		rc = wh_journal_lease(m->journal, "copy", command, error);
	if (rc == WH_OK)
		rc = end_move(m, commit ? "COMMITTED" : "ABORTED", error);
	return wh_live_close(m, began, rc, error);
}

int wh_migration_commit(struct wh_migration *m, struct wh_error *error)
{
	return run_end(m, true, error);
}

int wh_migration_abort(struct wh_migration *m, struct wh_error *error)
{
	return run_end(m, false, error);
}
