#include "lifecycle/live/state.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/steps.h"
#include <errno.h>
#include <signal.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TAKE_USEC 60000000   /* how long a follower is asked to step aside */
#define WANTED_USEC 90000000 /* older wishes are those of a process that died */

bool wh_live_state_is(struct wh_migration *m, const char *state)
{
	return wh_equal(wh_journal_get(m->journal, "state", &m->arena), state);
}

bool wh_live_serves_target(struct wh_migration *m)
{
	return wh_equal(wh_journal_get(m->journal, "serving", &m->arena), "target");
}

bool wh_live_is_begun(struct wh_migration *m)
{
	static const char *const states[] = { "SYNCING", "FENCED", "DRAINED", "LIVE", "COMMITTED",
		"ABORTED" };
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (wh_live_state_is(m, states[i]))
			return true;
	return false;
}

int wh_live_set_state(struct wh_migration *m, const char *state, const char *serving,
	struct wh_error *error)
{
	const struct wh_journal_fact facts[] = { { "state", state }, { "serving", serving } };
	struct wh_error ignored = { 0 }; /* the state stands, whether its history has room or not */
	int rc = wh_journal_set_all(m->journal, facts, serving ? 2 : 1, error);
	wh_crash_point(state);
	if (rc == WH_OK && wh_journal_event(m->journal, state, &ignored) != WH_OK)
		wh_error_clear(&ignored);
	return rc;
}

int wh_live_put_number(struct wh_migration *m, const char *name, long long value,
	struct wh_error *error)
{
	char text[24];
	text[wh_format_int64(text, value)] = 0;
	return wh_journal_set(m->journal, name, text, error);
}

long long wh_live_number(struct wh_migration *m, const char *name, long long otherwise)
{
	const char *text = wh_journal_get(m->journal, name, &m->arena);
	return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

int wh_live_put_place(struct wh_migration *m, const char *name, const struct wh_position *p,
	struct wh_error *error)
{
	char text[256];
	snprintf(text, sizeof text, "%llu %llu %s", (unsigned long long)p->order[0],
		(unsigned long long)p->order[1], p->text);
	return wh_journal_set(m->journal, name, text, error);
}

bool wh_live_place(struct wh_migration *m, const char *name, struct wh_position *out)
{
	const char *text = wh_journal_get(m->journal, name, &m->arena);
	char *end = NULL;
	*out = (struct wh_position){ .text = "" };
	if (!text)
		return false;
	out->order[0] = strtoull(text, &end, 10);
	out->order[1] = strtoull(end, &end, 10);
	snprintf(out->text, sizeof out->text, "%s", *end ? end + 1 : "");
	return out->text[0] != '\0';
}

int wh_live_enabled(const struct wh_migration *m, struct wh_error *error)
{
	return m->settings->live.enabled
		? WH_OK
		: wh_fail(error, WH_CONFIG,
			  "this move is not a live one; `whimbrel init --live SOURCE TARGET` writes the settings of "
			  "one, or set live: enabled: true before the copy");
}

/* What `status` holds its numbers against: it reads the journal alone. */
static int note_limits(struct wh_migration *m, struct wh_error *error)
{
	int rc = wh_live_put_number(m, "live_max_lag", m->settings->live.max_lag, error);
	return rc == WH_OK ? wh_live_put_number(m, "live_max_age", m->settings->live.max_age, error)
					   : rc;
}

int wh_live_look_at_target(struct wh_migration *m, struct wh_error *error)
{
	const struct wh_facts *facts = &m->target_kind->facts;
	return facts->cascades_unlogged || !facts->triggers_sleep
		? wh_describe_target(m, error)
		: WH_OK;
}

int wh_live_open(struct wh_migration *m, const char *command, const char *role,
	struct wh_error *error)
{
	int rc = wh_live_enabled(m, error);
	if (rc == WH_OK)
		rc = wh_migration_begin(m, command, role, error);
	if (rc == WH_OK && role)
		rc = note_limits(m, error);
	if (rc == WH_OK && !wh_live_is_begun(m))
		rc = wh_fail(error, WH_LOST,
			"the copy in \"%s\" is not complete; `whimbrel copy` goes on with it",
			m->settings->workdir);
	if (rc == WH_OK)
		rc = wh_migration_plan(m, error);
	if (rc == WH_OK)
		rc = wh_prepare(m, error);
	return rc == WH_OK ? wh_live_look_at_target(m, error) : rc;
}

/* ---- who follows ---- */

static void nap(long milliseconds)
{
	nanosleep(&(struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 }, NULL);
}

static int want(struct wh_migration *m, const char *command, struct wh_error *error)
{
	char text[120];
	snprintf(text, sizeof text, "%lld %s pid %lld", (long long)wh_now_usec(), command,
		(long long)getpid());
	return wh_journal_set(m->journal, "follow_wanted", text, error);
}

int wh_live_take(struct wh_migration *m, const char *command, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = wh_journal_lease(m->journal, "follow", command, error);
	if (rc == WH_LOST) {
		wh_error_clear(error);
		rc = want(m, command, error);
		rc = rc == WH_OK ? WH_LOST : rc;
	}
	while (rc == WH_LOST && wh_monotonic_usec() - began < TAKE_USEC) {
		wh_error_clear(error);
		nap(20);
		rc = wh_migration_stopped(m, error);
		if (rc == WH_OK)
			rc = wh_journal_lease(m->journal, "follow", command, error);
	}
	return rc;
}

/* Whose wish it is; 0: nobody's any more. */
static pid_t wish(struct wh_migration *m)
{
	struct wh_arena arena = { 0 };
	const char *text = wh_journal_get(m->journal, "follow_wanted", &arena);
	const char *last = text ? strrchr(text, ' ') : NULL;
	long long since = last ? strtoll(text, NULL, 10) : 0;
	pid_t who = last ? (pid_t)strtol(last, NULL, 10) : 0;
	wh_arena_free(&arena);
	bool dead = who <= 0 || (kill(who, 0) && errno == ESRCH);
	return dead || wh_now_usec() - since > WANTED_USEC ? 0 : who;
}

void wh_live_give(struct wh_migration *m)
{
	struct wh_error ignored = { 0 }; /* an old wish is forgotten by itself */
	if (!m->journal)
		return;
	wh_journal_release(m->journal, "follow");
	if (wish(m) == getpid() && wh_journal_set(m->journal, "follow_wanted", NULL, &ignored) != WH_OK)
		wh_error_clear(&ignored);
}

bool wh_live_wanted(struct wh_migration *m)
{
	return wish(m) != 0;
}

int wh_live_touched(struct wh_migration *m, struct wh_touched *t, bool next, struct wh_error *error)
{
	long number = (long)wh_live_number(m, "touched", 0);
	int rc = WH_OK;
	if (next)
		rc = wh_live_put_number(m, "touched", ++number, error);
	return rc == WH_OK ? wh_touched_open(t, m, number, error) : rc;
}

int wh_live_fence_on(const struct wh_way *w, struct wh_conn **conn, enum wh_fence_step step,
	int milliseconds, struct wh_error *error)
{
	struct wh_fence fence = w->fence;
	fence.milliseconds = milliseconds;
	int rc = *conn ? WH_OK : wh_way_connect(w, WH_SOURCE, true, conn, error);
	if (rc != WH_OK)
		return rc;
	rc = (*conn)->kind->fence(*conn, &fence, step, error);
	return wh_way_at(w, error, wh_at(error, *conn, rc));
}

int wh_live_fence(const struct wh_way *w, enum wh_fence_step step, int milliseconds,
	struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_live_fence_on(w, &conn, step, milliseconds, error);
	wh_conn_close(conn);
	return rc;
}

int wh_live_close(struct wh_migration *m, int64_t began, int rc, struct wh_error *error)
{
	wh_live_give(m);
	return wh_note_end(m, began, rc, error);
}
