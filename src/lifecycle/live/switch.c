/* cutover and rollback.
 *
 * Before the fence: catch up, guards, the new way made and proven. Behind it: the end of the log
 * drained, what was touched compared, counters set. Then the fence is made final in one step, from
 * which there is no way but on: the new side is opened. Until that step whatever fails, or takes
 * longer than the deadline, backs out. */
#include "lifecycle/live/switch.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/hooks.h"
#include "lifecycle/live/hush.h"
#include "lifecycle/steps.h"
#include <stdio.h>
#include <stdlib.h>

#define STEP_MS 5
#define RENEW_USEC 1000000
#define FENCE_MOST 2000  /* keys that are compared behind the fence */
#define FENCE_LEAST 3000 /* milliseconds for which an unrenewed fence stands, at least */

static const char *side_after(const struct wh_switch *s)
{
	return s->back ? "source" : "target";
}

static const char *side_before(const struct wh_switch *s)
{
	return s->back ? "target" : "source";
}

static int fence_ms(const struct wh_switch *s)
{
	int64_t ms = s->m->settings->live.deadline;
	return (int)(ms < FENCE_LEAST ? FENCE_LEAST : ms);
}

static bool has_triggers(const struct wh_switch *s)
{
	return !s->m->settings->live.hook_fence;
}

/* ---- before the fence ---- */

/* What would take long behind the fence is compared before it. */
static int compare_before(struct wh_switch *s, struct wh_error *error)
{
	int rc = WH_OK;
	for (int round = 0; round < 5 && rc == WH_OK; round++) {
		struct wh_touched_keys keys = { 0 };
		rc = wh_touched_read(&s->from, (long)wh_live_number(s->m, "touched_from", 0),
			s->touched.number, FENCE_MOST, &keys, error);
		if (rc == WH_OK) {
			wh_touched_keys_free(&keys);
			return WH_OK;
		}
		if (rc != WH_DONE)
			return rc;
		wh_switch_detach(s);
		rc = wh_check_now(s->m, true, error);
		if (rc == WH_OK)
			rc = wh_switch_attach(s, error);
		if (rc == WH_OK)
			rc = wh_switch_catch_up(s, error);
		if (rc == WH_OK && s->follow.open)
			rc = wh_fail(error, WH_GUARD, "a transaction that is still on its way takes too long");
	}
	return rc;
}

static int guard_differences(struct wh_switch *s, struct wh_error *error)
{
	const char *verified = wh_journal_get(s->m->journal, "verified", &s->m->arena);
	if (wh_equal(verified, "ok"))
		return WH_OK;
	wh_switch_guard(s, "compared", false, "equal", "rows that were changed differ");
	return wh_fail(error, WH_GUARD, "rows that were changed since the verification differ");
}

static int before_fence(struct wh_switch *s, bool dry, struct wh_error *error)
{
	int rc = wh_switch_attach(s, error);
	if (rc == WH_OK)
		rc = wh_switch_catch_up(s, error);
	if (rc == WH_OK)
		rc = wh_switch_guards(s, error);
	if (rc == WH_OK && !dry)
		rc = compare_before(s, error);
	if (rc == WH_OK && !dry)
		rc = guard_differences(s, error);
	bool way = s->back || s->m->settings->live.way_back;
	if (rc == WH_OK && !dry && way)
		rc = wh_switch_arm(s, error);
	if (rc == WH_OK && !dry && has_triggers(s))
		rc = wh_live_fence(&s->from, WH_FENCE_ARM, fence_ms(s), error);
	return rc;
}

/* ---- behind the fence ---- */

static int in_time(struct wh_switch *s, struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	if (now > s->deadline_usec)
		return wh_fail(error, WH_GUARD, "not done within the deadline of %lld ms",
			(long long)s->m->settings->live.deadline);
	if (has_triggers(s) && now - s->renewed_usec > RENEW_USEC) {
		s->renewed_usec = now;
		return wh_live_fence_on(&s->from, &s->gate, WH_FENCE_RENEW, fence_ms(s), error);
	}
	return wh_migration_stopped(s->m, error);
}

static int prove(struct wh_switch *s, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	bool stopped = false;
	size_t tried = 0;
	if (!has_triggers(s))
		return WH_OK;
	int rc = wh_way_connect(&s->from, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(&s->from, error,
			wh_at(error, conn, conn->kind->prove(conn, &s->from.fence, &stopped, &tried, error)));
	wh_conn_close(conn);
	if (rc != WH_OK)
		return rc;
	wh_switch_guard(s, "fence", stopped && tried, "every write that is tried fails",
		stopped ? "%zu tables tried, all refused" : "of %zu tables tried, one took a write", tried);
	return stopped && tried ? WH_OK
							: wh_fail(error, WH_GUARD, "a write behind the fence was not refused");
}

static int note_closed(struct wh_switch *s, struct wh_error *error)
{
	struct wh_log log;
	int rc = wh_way_at(&s->from, error,
		wh_at(error, s->eye,
			s->eye->kind->measure(s->eye, &s->from.capture, &s->follow.done, &log, error)));
	s->closed = log.end;
	if (rc == WH_OK)
		s->follow.closed_from = &s->closed;
	return rc == WH_OK ? wh_live_put_place(s->m, "closed", &s->closed, error) : rc;
}

/* A deadlock with the application, or a writer that does not end, is worth another try. */
static int insist(struct wh_switch *s, struct wh_error *error)
{
	int rc = WH_RETRY;
	while (rc == WH_RETRY && wh_monotonic_usec() < s->deadline_usec) {
		wh_error_clear(error);
		int64_t left = (s->deadline_usec - wh_monotonic_usec()) / 1000;
		int ms = left < fence_ms(s) ? (int)left + 1 : fence_ms(s);
		rc = wh_live_fence_on(&s->from, &s->gate, WH_FENCE_RAISE, ms, error);
	}
	if (rc == WH_OK) /* however little of the time was left, it stands for all of it now */
		rc = wh_live_fence_on(&s->from, &s->gate, WH_FENCE_RENEW, fence_ms(s), error);
	return rc;
}

static int raise_fence(struct wh_switch *s, struct wh_error *error)
{
	const struct wh_live *live = &s->m->settings->live;
	int rc = wh_live_set_state(s->m, "FENCED", NULL, error);
	s->fenced_usec = s->renewed_usec = wh_monotonic_usec();
	s->deadline_usec = s->fenced_usec + live->deadline * 1000;
	s->raised = true;
	if (rc == WH_OK)
		rc = wh_hook(s->m, "fence", live->fence, side_after(s), error);
	if (rc == WH_OK && has_triggers(s))
		rc = insist(s, error);
	wh_crash_point("fence raised");
	if (rc == WH_OK)
		rc = prove(s, error);
	return rc == WH_OK ? note_closed(s, error) : rc;
}

/* A signal written behind the fence is the last that comes. */
static int drain(struct wh_switch *s, const char *what, struct wh_error *error)
{
	char token[81];
	struct wh_conn *conn = NULL;
	snprintf(token, sizeof token, "%s %s %lld", s->m->claim.migration, what,
		(long long)wh_now_usec());
	s->follow.token = token;
	s->follow.token_seen = false;
	int rc = wh_way_connect(&s->from, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(&s->from, error, wh_way_send(&s->from, conn, token, error));
	wh_conn_close(conn);
	while (rc == WH_OK && (!s->follow.token_seen || s->follow.open)) {
		rc = wh_follow_step(&s->follow, STEP_MS, NULL, error);
		if (rc == WH_OK)
			rc = in_time(s, error);
	}
	s->follow.token = NULL;
	return rc;
}

static int compare_changed(struct wh_switch *s, struct wh_error *error)
{
	struct wh_touched_keys keys = { 0 };
	struct wh_conn *source = NULL, *target = NULL;
	int rc = wh_touched_read(&s->from, (long)wh_live_number(s->m, "touched_from", 0),
		s->touched.number, 100 * FENCE_MOST, &keys, error);
	if (rc == WH_DONE)
		return wh_fail(error, WH_GUARD,
			"which rows changed since the verification is not known whole; verify again");
	if (rc == WH_OK)
		rc = wh_way_connect(&s->from, WH_SOURCE, false, &source, error);
	if (rc == WH_OK)
		rc = wh_way_connect(&s->from, WH_TARGET, false, &target, error);
	struct wh_check_keys check = { .keys = &keys };
	if (rc == WH_OK)
		rc = wh_check_keys(&s->from, source, target, &check, error);
	if (rc == WH_OK)
		wh_switch_guard(s, "compared", !check.differing, "0 rows differ",
			"%llu of %llu rows changed since the verification differ",
			(unsigned long long)check.differing, (unsigned long long)keys.rows);
	if (rc == WH_OK && check.differing)
		rc = wh_fail(error, WH_GUARD, "%llu rows that changed since the verification differ: %s",
			(unsigned long long)check.differing, check.first);
	wh_conn_close(source);
	wh_conn_close(target);
	wh_touched_keys_free(&keys);
	return rc;
}

/* Counters as the source has them now, and what fires on writes. By a migration of its own: the ways
 * still hold on to the plan, and to the catalog below it. */
static int open_target(struct wh_switch *s, struct wh_error *error)
{
	struct wh_migration fresh = *s->m;
	fresh.arena = (struct wh_arena){ 0 };
	fresh.catalog = fresh.target = (struct wh_catalog){ 0 };
	fresh.closed = false;
	int rc = wh_plan_again(&fresh, error);
	if (rc == WH_OK)
		rc = wh_build_phase(&fresh, WH_PHASE_COUNTERS, error);
	if (rc == WH_OK)
		rc = wh_build_phase(&fresh, WH_PHASE_OPEN, error);
	wh_catalog_free(&fresh.catalog);
	wh_catalog_free(&fresh.target);
	wh_arena_free(&fresh.arena);
	return rc;
}

/* Only the target has something made that was left for now; a source's counters are set from the
 * target's. Its triggers wake; those of the side that is left do not sleep before the fence is final,
 * for until then that side may come to serve again by itself. */
static int open_side(struct wh_switch *s, struct wh_error *error)
{
	s->readied = true;
	int rc = s->back ? wh_live_counters_home(s->m, error) : open_target(s, error);
	wh_crash_point("side made ready");
	return rc == WH_OK ? wh_wake(s->m, s->back ? WH_SOURCE : WH_TARGET, error) : rc;
}

/* The new way begins behind all that the move itself has done to that side. */
static int begin_way(struct wh_switch *s, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	struct wh_log log;
	int rc = wh_way_connect(&s->to, WH_SOURCE, false, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(&s->to, error,
			wh_at(error, conn, conn->kind->measure(conn, &s->to.capture, &s->kept, &log, error)));
	wh_conn_close(conn);
	return rc == WH_OK ? wh_follow_begin(&s->to, &log.end, error) : rc;
}

/* What no trigger can stop is seen here, and cannot come any more behind it. */
static int last_look(struct wh_switch *s, struct wh_error *error)
{
	struct wh_fence fence = s->from.fence;
	fence.milliseconds = fence_ms(s);
	int rc = wh_way_connect(&s->from, WH_SOURCE, false, &s->hold, error);
	if (rc == WH_OK && s->hold->kind->hold)
		rc = wh_way_at(&s->from, error,
			wh_at(error, s->hold, s->hold->kind->hold(s->hold, &fence, error)));
	return rc == WH_OK ? drain(s, "last look", error) : rc;
}

static int behind_fence(struct wh_switch *s, struct wh_error *error)
{
	int rc = raise_fence(s, error);
	if (rc == WH_OK)
		rc = drain(s, "drained", error);
	if (rc == WH_OK)
		rc = compare_changed(s, error);
	if (rc == WH_OK)
		rc = in_time(s, error);
	if (rc == WH_OK)
		rc = open_side(s, error);
	if (rc == WH_OK && s->armed)
		rc = begin_way(s, error);
	wh_crash_point("new way begun");
	if (rc == WH_OK)
		rc = last_look(s, error);
	if (rc == WH_OK)
		rc = in_time(s, error);
	if (rc == WH_OK)
		rc = wh_live_set_state(s->m, "DRAINED", NULL, error);
	wh_crash_point("drained");
	return rc;
}

/* ---- the step without return, and what follows it ---- */

static int finalize(struct wh_switch *s, struct wh_error *error)
{
	if (has_triggers(s)) {
		int rc = wh_live_fence_on(&s->from, &s->gate, WH_FENCE_FINAL, fence_ms(s), error);
		if (rc != WH_OK)
			return rc;
	}
	wh_crash_point("fence final");
	int rc = wh_live_set_state(s->m, s->back ? "SYNCING" : "LIVE", side_after(s), error);
	wh_conn_close(s->hold);
	s->hold = NULL;
	return rc;
}

static int drop_capture(struct wh_way *w, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	struct wh_position none;
	int rc = wh_way_connect(w, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_way_at(w, error,
			wh_at(error, conn, conn->kind->capture(conn, &w->capture, false, &none, error)));
	wh_conn_close(conn);
	return rc;
}

/* The side that serves now takes writes; repeated until it was done. */
static int open_gate(struct wh_switch *s, struct wh_error *error)
{
	const struct wh_live *live = &s->m->settings->live;
	bool follows = s->back || live->way_back;
	int rc = follows ? wh_hush(s->m, s->back ? WH_TARGET : WH_SOURCE, error) : WH_OK;
	if (rc == WH_OK)
		rc = wh_live_fence(&s->to, WH_FENCE_DROP, fence_ms(s), error);
	wh_crash_point("gate open");
	if (rc == WH_OK && s->fenced_usec)
		s->report->pause_usec = wh_monotonic_usec() - s->fenced_usec;
	if (rc == WH_OK && s->back)
		rc = wh_hook(s->m, "unfence", live->unfence, side_after(s), error);
	if (rc == WH_OK)
		rc = wh_hook(s->m, "switch", live->switch_over, side_after(s), error);
	if (rc == WH_OK)
		rc = wh_journal_set(s->m->journal, "gate", "open", error);
	wh_crash_point("target open");
	return rc;
}

static int end_way(struct wh_switch *s, struct wh_error *error)
{
	wh_switch_detach(s);
	int rc = drop_capture(&s->from, error);
	wh_crash_point("old log no longer kept");
	if (rc == WH_OK && s->report->pause_usec >= 0)
		rc = wh_live_put_number(s->m, "pause_usec", s->report->pause_usec, error);
	return rc == WH_OK ? wh_journal_set(s->m->journal, "gate", NULL, error) : rc;
}

/* ---- back out ---- */

/* The side that was to serve follows on, with the triggers that may have been made or woken there. */
static int hush_again(const struct wh_switch *s, struct wh_error *error)
{
	if (s->back)
		return wh_hush(s->m, WH_SOURCE, error);
	if (s->m->target_kind->facts.triggers_sleep)
		return WH_OK;
	struct wh_migration fresh = *s->m;
	fresh.arena = (struct wh_arena){ 0 };
	fresh.target = (struct wh_catalog){ 0 };
	int rc = wh_describe_target(&fresh, error);
	if (rc == WH_OK)
		rc = wh_hush(&fresh, WH_TARGET, error);
	wh_catalog_free(&fresh.target);
	wh_arena_free(&fresh.arena);
	return rc;
}

static int back_out(struct wh_switch *s, int rc, struct wh_error *error)
{
	const struct wh_live *live = &s->m->settings->live;
	struct wh_error why = { 0 };
	wh_switch_detach(s);
	if (!s->raised) {
		wh_switch_disarm(s);
		s->report->backed_out = rc ==
			WH_RETRY; /* a lock, a server that went away: nothing was changed */
		return rc == WH_RETRY ? (int)(error->code = WH_GUARD) : rc;
	}
	int back = has_triggers(s) ? wh_live_fence(&s->from, WH_FENCE_DROP, fence_ms(s), &why) : WH_OK;
	s->report->pause_usec = wh_monotonic_usec() - s->fenced_usec;
	if (back == WH_OK)
		back = wh_hook(s->m, "unfence", live->unfence, side_before(s), &why);
	if (back == WH_OK && s->readied)
		back = hush_again(s, &why);
	if (back == WH_OK)
		back = wh_live_set_state(s->m, s->back ? "LIVE" : "SYNCING", side_before(s), &why);
	s->report->backed_out = back == WH_OK;
	wh_switch_disarm(s);
	if (back == WH_OK) {
		error->code = WH_GUARD;
		error->interrupted = false;
		return WH_GUARD;
	}
	*error = why;
	return back;
}

/* Only the fence had to be made final: what may have passed it meanwhile is looked for once more. */
static int go_on_drained(struct wh_switch *s, struct wh_error *error)
{
	int rc = wh_live_fence_on(&s->from, &s->gate, WH_FENCE_RENEW, fence_ms(s), error);
	s->renewed_usec = wh_monotonic_usec();
	s->deadline_usec = s->renewed_usec + s->m->settings->live.deadline * 1000;
	if (rc == WH_OK)
		rc = wh_switch_attach(s, error);
	if (rc == WH_OK && !wh_live_place(s->m, "closed", &s->closed))
		return wh_fail(error, WH_GUARD, "where the fence was raised is not known");
	s->follow.closed_from = &s->closed;
	if (rc == WH_OK)
		rc = last_look(s, error);
	if (rc == WH_OK)
		rc = wh_journal_set(s->m->journal, "gate", side_after(s), error);
	return rc == WH_OK ? finalize(s, error) : rc;
}

/* A process that died behind the fence: what it had not made final is taken back, what it had is
 * gone on with. */
static int recover(struct wh_switch *s, bool *ended, struct wh_error *error)
{
	*ended = false;
	if (wh_live_state_is(s->m, "DRAINED") && has_triggers(s)) {
		int rc = go_on_drained(s, error);
		wh_switch_detach(s);
		*ended = rc == WH_OK;
		if (rc != WH_GUARD && rc != WH_RETRY) /* who tries again and again would renew the fence */
			return rc;
		wh_error_clear(error);
	}
	if (!wh_live_state_is(s->m, "FENCED") && !wh_live_state_is(s->m, "DRAINED"))
		return WH_OK;
	int rc = has_triggers(s) ? wh_live_fence(&s->from, WH_FENCE_DROP, fence_ms(s), error) : WH_OK;
	if (rc == WH_OK)
		rc = wh_hook(s->m, "unfence", s->m->settings->live.unfence, side_before(s), error);
	if (rc == WH_OK)
		rc = hush_again(s, error);
	return rc == WH_OK
		? wh_live_set_state(s->m, s->back ? "LIVE" : "SYNCING", side_before(s), error)
		: rc;
}

static int check_state(const struct wh_switch *s, struct wh_error *error)
{
	struct wh_migration *m = s->m;
	bool there = wh_live_serves_target(m) == s->back &&
		wh_live_state_is(m, s->back ? "LIVE" : "SYNCING");
	if (there && s->back && !m->settings->live.way_back)
		return wh_fail(error, WH_LOST, "there is no way back: way_back is false");
	return there
		? WH_OK
		: wh_fail(error, WH_LOST, "a %s is not possible in state %s, serving the %s",
			  s->back ? "rollback" : "cutover", wh_journal_get(m->journal, "state", &m->arena),
			  wh_live_serves_target(m) ? "target" : "source");
}

static int switch_over(struct wh_switch *s, bool dry, struct wh_error *error)
{
	bool ended = false;
	int rc = recover(s, &ended, error);
	if (rc == WH_OK && !ended) {
		rc = check_state(s, error);
		if (rc != WH_OK)
			return rc;
		rc = before_fence(s, dry, error);
		if (dry) {
			wh_switch_detach(s);
			return rc;
		}
		if (rc == WH_OK)
			rc = behind_fence(s, error);
		if (rc == WH_OK)
			rc = wh_journal_set(s->m->journal, "gate", side_after(s), error);
		if (rc == WH_OK)
			rc = finalize(s, error);
		if (rc != WH_OK)
			return back_out(s, rc, error);
	}
	if (rc == WH_OK)
		rc = open_gate(s, error);
	return rc == WH_OK ? end_way(s, error) : rc;
}

/* A switch that was made final, and whose process died before all of it was done. */
static bool gate_waits(struct wh_migration *m)
{
	const char *gate = wh_journal_get(m->journal, "gate", &m->arena);
	bool target = wh_live_serves_target(m);
	return gate && wh_live_state_is(m, target ? "LIVE" : "SYNCING") &&
		(wh_equal(gate, "open") || wh_equal(gate, target ? "target" : "source"));
}

bool wh_live_half_switched(struct wh_migration *m)
{
	return wh_live_state_is(m, "FENCED") || wh_live_state_is(m, "DRAINED") || gate_waits(m);
}

/* What was final, to its end. */
static int go_through(struct wh_switch *s, struct wh_error *error)
{
	const char *gate = wh_journal_get(s->m->journal, "gate", &s->m->arena);
	int rc = wh_equal(gate, "open") ? WH_OK : open_gate(s, error);
	return rc == WH_OK ? end_way(s, error) : rc;
}

static int begin_switch(struct wh_switch *s, const char *command, struct wh_error *error)
{
	int rc = wh_live_open(s->m, command, "control", error);
	if (rc == WH_OK)
		rc = wh_live_take(s->m, command, error);
	if (rc == WH_GUARD)
		wh_switch_guard(s, "schema", false, "as planned", "%s", error->text);
	wh_way_open(&s->from, s->m, s->back);
	wh_way_open(&s->to, s->m, !s->back);
	return rc;
}

int wh_live_recover(struct wh_migration *m, struct wh_error *error)
{
	struct wh_switch_report report = { .pause_usec = -1 };
	struct wh_switch *s = wh_alloc(sizeof *s);
	bool ended = false;
	bool final = gate_waits(m);
	*s = (struct wh_switch){ .m = m, .report = &report, .back = wh_live_serves_target(m) != final };
	wh_way_open(&s->from, m, s->back);
	wh_way_open(&s->to, m, !s->back);
	int rc = final ? go_through(s, error) : recover(s, &ended, error);
	if (rc == WH_OK && ended)
		rc = go_through(s, error);
	wh_switch_detach(s);
	wh_conn_close(s->gate);
	wh_arena_free(&report.arena);
	free(s);
	return rc;
}

static int run_switch(struct wh_migration *m, bool back, bool dry, struct wh_switch_report *report,
	struct wh_error *error)
{
	struct wh_switch *s = wh_alloc(sizeof *s);
	int64_t began = wh_monotonic_usec();
	*report = (struct wh_switch_report){ .pause_usec = -1 };
	*s = (struct wh_switch){ .m = m, .report = report, .back = back };
	wh_migration_phase(m, back ? "rollback" : "cutover");
	int rc = begin_switch(s, back ? "rollback" : "cutover", error);
	if (rc == WH_OK && gate_waits(s->m) && wh_live_serves_target(m) != back) {
		rc = go_through(s, error);
	} else if (rc == WH_OK) {
		rc = switch_over(s, dry, error);
	}
	wh_migration_phase(m, NULL);
	wh_switch_detach(s);
	wh_conn_close(s->gate);
	free(s);
	return wh_live_close(m, began, rc, error);
}

int wh_migration_cutover(struct wh_migration *m, bool dry, struct wh_switch_report *report,
	struct wh_error *error)
{
	return run_switch(m, false, dry, report, error);
}

int wh_migration_rollback(struct wh_migration *m, bool dry, struct wh_switch_report *report,
	struct wh_error *error)
{
	return run_switch(m, true, dry, report, error);
}
