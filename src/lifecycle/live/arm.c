/* The way that begins with a switch, made and proven before anything is fenced. */
#include "base/crash.h"
#include "base/time.h"
#include "lifecycle/live/switch.h"
#include <stdio.h>

#define STEP_MS 10
#define PROOF_USEC 20000000

/* The log of the side that will serve is kept from here on. */
static int keep_log(struct wh_switch *s, struct wh_position *from, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_way_connect(&s->to, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(&s->to, error,
			wh_at(error, conn, conn->kind->capture(conn, &s->to.capture, true, from, error)));
	wh_conn_close(conn);
	return rc;
}

static int send_token(const struct wh_way *w, const char *token, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_way_connect(w, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(w, error, wh_way_send(w, conn, token, error));
	wh_conn_close(conn);
	return rc;
}

static int come_home(struct wh_switch *s, const char *token, struct wh_error *error)
{
	struct wh_follow follow;
	int64_t began = wh_monotonic_usec();
	int rc = wh_follow_open(&follow, &s->to, error);
	follow.token = token;
	if (rc == WH_OK)
		rc = send_token(&s->to, token, error);
	while (rc == WH_OK && !follow.token_seen && wh_monotonic_usec() - began < PROOF_USEC) {
		rc = wh_follow_step(&follow, STEP_MS, NULL, error);
		if (rc == WH_OK)
			rc = wh_migration_stopped(s->m, error);
	}
	bool seen = follow.token_seen;
	wh_follow_close(&follow);
	if (rc == WH_OK && !seen)
		rc = wh_fail(error, WH_GUARD, "a signal did not come home within %d s",
			PROOF_USEC / 1000000);
	return rc;
}

int wh_switch_arm(struct wh_switch *s, struct wh_error *error)
{
	char token[81];
	int64_t began = wh_monotonic_usec();
	snprintf(token, sizeof token, "%s %lld", s->m->claim.migration, (long long)wh_now_usec());
	s->armed = true;
	int rc = keep_log(s, &s->kept, error);
	wh_crash_point("way back kept");
	if (rc == WH_OK)
		rc = wh_follow_begin(&s->to, &s->kept, error);
	if (rc == WH_OK)
		rc = come_home(s, token, error);
	wh_crash_point("way back proven");
	if (rc == WH_OK)
		wh_switch_guard(s, "way proven", true, "a signal comes home", "after %lld ms",
			(long long)((wh_monotonic_usec() - began) / 1000));
	else if (rc == WH_GUARD || rc == WH_CONFIG)
		wh_switch_guard(s, "way proven", false, "a signal comes home", "%s", error->text);
	return rc == WH_CONFIG ? (int)(error->code = WH_GUARD) : rc;
}

void wh_switch_disarm(struct wh_switch *s)
{
	struct wh_conn *conn = NULL;
	struct wh_position none;
	struct wh_error ignored = { 0 }; /* what is left is found by the next switch, commit or abort */
	if (s->armed && wh_way_connect(&s->to, WH_SOURCE, true, &conn, &ignored) == WH_OK &&
		conn->kind->capture(conn, &s->to.capture, false, &none, &ignored) != WH_OK)
		wh_error_clear(&ignored);
	wh_conn_close(conn);
	s->armed = false;
}
