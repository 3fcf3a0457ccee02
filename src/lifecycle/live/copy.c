/* What a live move adds to a copy: the log is kept before the snapshot, and followed after it. */
#include "base/crash.h"
#include "lifecycle/live/state.h"
#include "lifecycle/steps.h"

int wh_live_capture(struct wh_migration *m, struct wh_error *error)
{
	struct wh_way way;
	struct wh_conn *conn = NULL;
	struct wh_position kept;
	wh_way_open(&way, m, false);
	int rc = wh_way_check(&way, error);
	if (rc == WH_OK)
		rc = wh_way_connect(&way, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->capture(conn, &way.capture, true, &kept, error));
	wh_conn_close(conn);
	wh_crash_point("log kept");
	return rc;
}

int wh_live_give_up(struct wh_migration *m, int rc)
{
	struct wh_way way;
	struct wh_conn *conn = NULL;
	struct wh_position none;
	struct wh_error ignored = { 0 }; /* what refused the copy is the one to tell */
	wh_way_open(&way, m, false);
	if (wh_way_connect(&way, WH_SOURCE, true, &conn, &ignored) == WH_OK &&
		conn->kind->capture(conn, &way.capture, false, &none, &ignored) != WH_OK)
		wh_error_clear(&ignored);
	wh_conn_close(conn);
	return rc;
}

int wh_live_note_snapshot(struct wh_migration *m, const struct wh_position *place,
	struct wh_error *error)
{
	return wh_live_put_place(m, "snapshot_place", place, error);
}

static int close_target(struct wh_migration *m, struct wh_error *error)
{
	struct wh_way back;
	struct wh_conn *conn = NULL;
	wh_way_open(&back, m, true);
	int rc = wh_live_fence_on(&back, &conn, WH_FENCE_RAISE, 60000, error);
	wh_crash_point("target's fence raised");
	if (rc == WH_OK)
		rc = wh_live_fence_on(&back, &conn, WH_FENCE_FINAL, 60000, error);
	wh_conn_close(conn);
	return rc;
}

int wh_live_begin(struct wh_migration *m, struct wh_error *error)
{
	struct wh_way way;
	struct wh_position from;
	wh_way_open(&way, m, false);
	int rc = wh_live_place(m, "snapshot_place", &from)
		? WH_OK
		: wh_fail(error, WH_BUG, "no place in the log fits the snapshot of the copy");
	if (rc == WH_OK)
		rc = wh_live_look_at_target(m, error);
	if (rc == WH_OK)
		rc = close_target(m, error);
	wh_crash_point("target closed");
	if (rc == WH_OK)
		rc = wh_follow_begin(&way, &from, error);
	wh_crash_point("lanes begun");
	return rc == WH_OK ? wh_live_set_state(m, "SYNCING", "source", error) : rc;
}
