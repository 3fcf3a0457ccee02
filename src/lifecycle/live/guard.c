/* What must hold before a switch. */
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/switch.h"
#include "lifecycle/plan/plan.h"
#include <stdarg.h>
#include <stdio.h>

#define CATCH_UP_USEC 6000000
#define STEP_MS 10
#define LOOK_USEC 100000

void wh_switch_guard(struct wh_switch *s, const char *name, bool ok, const char *limit,
	const char *format, ...)
{
	struct wh_switch_report *r = s->report;
	char text[1200];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	*wh_push(&r->arena, &r->guards, &r->nguards) = (struct wh_guard){ name,
		wh_arena_text(&r->arena, text), wh_arena_text(&r->arena, limit), ok };
}

/* Before the fence for as long as catching up may take, behind it until the deadline. */
static bool hurry(void *context)
{
	const struct wh_switch *s = context;
	int64_t end = s->deadline_usec ? s->deadline_usec : s->catching_usec + CATCH_UP_USEC;
	return wh_monotonic_usec() > end || atomic_load(&s->m->progress->stop);
}

int wh_switch_attach(struct wh_switch *s, struct wh_error *error)
{
	int rc = wh_live_touched(s->m, &s->touched, false, error);
	if (rc == WH_OK)
		rc = wh_follow_open(&s->follow, &s->from, error);
	s->follow.touched = &s->touched;
	s->follow.hurry = hurry;
	s->follow.context = s;
	if (rc == WH_OK && !s->eye)
		rc = wh_way_connect(&s->from, WH_SOURCE, false, &s->eye, error);
	return wh_way_at(&s->from, error, rc);
}

void wh_switch_detach(struct wh_switch *s)
{
	wh_follow_close(&s->follow);
	wh_touched_close(&s->touched);
	wh_conn_close(s->eye);
	wh_conn_close(s->hold);
	s->eye = s->hold = NULL;
}

static int measure(struct wh_switch *s, struct wh_error *error)
{
	struct wh_log log;
	int rc = wh_way_at(&s->from, error,
		wh_at(error, s->eye,
			s->eye->kind->measure(s->eye, &s->from.capture, &s->follow.done, &log, error)));
	if (rc != WH_OK)
		return rc;
	bool level = wh_position_compare(&s->follow.done, &log.end) >= 0;
	s->behind = level ? 0 : log.behind;
	s->lag_usec = level ? 0 : -1;
	if (!level && s->follow.sums.commit_usec)
		s->lag_usec = wh_now_usec() - s->follow.sums.commit_usec;
	return WH_OK;
}

static bool near_enough(const struct wh_switch *s)
{
	return s->lag_usec >= 0 && s->lag_usec <= s->m->settings->live.max_lag * 1000;
}

/* A transaction that is still under way in the lanes would be waited for by what comes next: a slot
 * on the side that they write to begins only once nothing is open there. */
int wh_switch_catch_up(struct wh_switch *s, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec(), looked = 0;
	int rc = WH_OK;
	s->catching_usec = began;
	s->lag_usec = -1;
	while (rc == WH_OK && (!near_enough(s) || s->follow.open) &&
		wh_monotonic_usec() - began < CATCH_UP_USEC) {
		rc = wh_follow_step(&s->follow, STEP_MS, NULL, error);
		int64_t now = wh_monotonic_usec();
		if (rc == WH_OK && now - looked > LOOK_USEC) {
			looked = now;
			rc = measure(s, error);
		}
		if (rc == WH_OK)
			rc = wh_migration_stopped(s->m, error);
	}
	if (rc == WH_RETRY && hurry(s)) { /* the side that follows is held up: the guard says so */
		wh_error_clear(error);
		rc = wh_migration_stopped(s->m, error);
	}
	return rc;
}

static void guard_lag(struct wh_switch *s)
{
	char limit[40];
	snprintf(limit, sizeof limit, "%lld ms", (long long)s->m->settings->live.max_lag);
	if (s->follow.open)
		wh_switch_guard(s, "lag", false, limit, "a transaction is still on its way");
	else if (s->lag_usec < 0)
		wh_switch_guard(s, "lag", false, limit, "not known; %lld bytes behind",
			(long long)s->behind);
	else
		wh_switch_guard(s, "lag", near_enough(s), limit, "%lld ms",
			(long long)(s->lag_usec / 1000));
}

static void guard_verified(struct wh_switch *s)
{
	struct wh_migration *m = s->m;
	char limit[60];
	const char *verified = wh_journal_get(m->journal, "verified", &m->arena);
	long long usec = wh_live_number(m, "verified_usec", 0);
	long long age = usec ? (wh_now_usec() - usec) / 1000 : -1;
	snprintf(limit, sizeof limit, "ok, not older than %lld s",
		(long long)(m->settings->live.max_age / 1000));
	bool ok = wh_equal(verified, "ok") && age >= 0 && age <= m->settings->live.max_age;
	if (!verified || !*verified)
		wh_switch_guard(s, "verify", false, limit, "not verified yet");
	else
		wh_switch_guard(s, "verify", ok, limit, "%s, %lld s ago", verified, (age + 999) / 1000);
}

/* A rollback brings home what was written, whatever stands in the quarantine of the way there. */
static void guard_quarantine(struct wh_switch *s)
{
	long long rows = wh_journal_quarantine_count(s->m->journal);
	wh_switch_guard(s, "quarantine", rows == 0, "0 rows", "%lld rows", rows);
}

/* The server that will serve must keep a log that can be followed. */
static int log_would_be_kept(const struct wh_switch *s, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_way_connect(&s->to, WH_SOURCE, false, &conn, error);
	if (rc == WH_OK && conn->kind->followable)
		rc = wh_way_at(&s->to, error,
			wh_at(error, conn, conn->kind->followable(conn, &s->to.capture, error)));
	wh_conn_close(conn);
	return rc;
}

static void guard_way_back(struct wh_switch *s)
{
	struct wh_error why = { 0 };
	if (!s->back && !s->m->settings->live.way_back) {
		wh_switch_guard(s, "way back", true, "as the settings want", "none: way_back is false");
		return;
	}
	int rc = wh_way_check(&s->to, &why);
	if (rc == WH_OK)
		rc = log_would_be_kept(s, &why);
	if (rc != WH_OK)
		wh_switch_guard(s, "way back", false, "possible", "%s", why.text);
	else
		wh_switch_guard(s, "way back", true, "possible", "possible");
}

static int judge(const struct wh_switch *s, struct wh_error *error)
{
	const struct wh_switch_report *r = s->report;
	for (size_t i = 0; i < r->nguards; i++)
		if (!r->guards[i].ok)
			return wh_fail(error, WH_GUARD, "the guard \"%s\" does not hold: %s (wanted: %s)",
				r->guards[i].name, r->guards[i].value, r->guards[i].limit);
	return WH_OK;
}

int wh_switch_guards(struct wh_switch *s, struct wh_error *error)
{
	guard_lag(s);
	guard_verified(s);
	if (!s->back)
		guard_quarantine(s);
	wh_switch_guard(s, "schema", true, "as planned", "as planned");
	guard_way_back(s);
	return judge(s, error);
}
