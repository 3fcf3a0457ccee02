/* sync: follows the side that serves, until it is stopped. */
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/adopt.h"
#include "lifecycle/live/state.h"
#include "lifecycle/steps.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP_MS 50
#define LOOK_USEC 1000000
#define NAP_FIRST 100 /* milliseconds before the first new try; twice as long each time, */
#define NAP_LAST 5000
#define RATE_LOOKS 10
#define HURRY_USEC 2000000
#define OPEN_USEC 60000000 /* how long a server that restarts is waited for at the beginning */

struct look {
	int64_t usec, behind;
	uint64_t rows;
};

struct sync {
	struct wh_migration *m;
	const struct wh_sync_options *options;
	struct wh_way way;
	struct wh_follow follow;
	struct wh_touched touched;
	struct wh_conn *eye; /* asks where the log stands */
	struct wh_position goal;
	bool has_goal, handing, synced;
	bool left; /* had stepped aside */
	struct look looks[RATE_LOOKS];
	size_t nlooks;
	int64_t looked, hurried;
	int look_rc; /* of a look while the lanes were slow */
	struct wh_error look_error;
	long nap;
};

/* ---- what status shows ---- */

static void put_fact(struct wh_arena *arena, struct wh_journal_fact *f, const char *name,
	long long value)
{
	*f = (struct wh_journal_fact){ name, wh_arena_format(arena, "%lld", value) };
}

/* Seconds until nothing is behind, at the rate of the last looks; -1: it falls back further. */
static long long catch_up(const struct sync *s, const struct look *now, double *rate)
{
	const struct look *then = &s->looks[s->nlooks < RATE_LOOKS ? 0 : s->nlooks % RATE_LOOKS];
	double seconds = (double)(now->usec - then->usec) / 1e6;
	*rate = seconds > 0 ? (double)(now->rows - then->rows) / seconds : 0;
	if (now->behind <= 0)
		return 0;
	double gained = seconds > 0 ? (double)(then->behind - now->behind) / seconds : 0;
	return gained > 0 ? (long long)((double)now->behind / gained) + 1 : -1;
}

static int64_t lag_of(const struct wh_follow *f, const struct wh_log *log)
{
	if (wh_position_compare(&f->done, &log->end) >= 0 || !f->sums.commit_usec)
		return log->behind > 0 && !f->sums.commit_usec ? -1 : 0;
	int64_t lag = wh_now_usec() - f->sums.commit_usec;
	return log->behind == 0 || lag < 0 ? 0 : lag;
}

/* One number a table of the plan. */
static const char *changes_text(const struct sync *s, struct wh_arena *arena)
{
	struct wh_buffer text = { 0 };
	const struct wh_plan *plan = &s->way.m->plan;
	for (size_t i = 0; i < plan->ntables; i++) {
		uint64_t n = 0;
		for (size_t k = 0; k < wh_way_signal(&s->way); k++)
			if (s->way.plans[k]->number == (int64_t)i)
				n = s->follow.table_rows[k];
		wh_buffer_format(&text, "%s%llu", i ? " " : "", (unsigned long long)n);
	}
	const char *out = wh_arena_text(arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return out;
}

/* What somebody should see before it stops. */
static const char *note_of(const struct sync *s, const struct wh_log *log, bool falls_back)
{
	uint64_t most = s->m->settings->live.max_retained;
	if (most && log->retained > 0 && (uint64_t)log->retained > most / 5 * 4)
		return "the source keeps nearly as much of its log as max_retained allows: then this stops";
	return falls_back
		? "changes come faster than they are applied: at this rate it never catches up"
		: "";
}

static int tell(struct sync *s, const struct wh_log *log, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_fact facts[11];
	double rate;
	const struct look now = { wh_monotonic_usec(), log->behind, s->follow.sums.rows };
	long long seconds = catch_up(s, &now, &rate);
	bool judged = s->nlooks > 2;
	s->looks[s->nlooks++ % RATE_LOOKS] = now;
	put_fact(&arena, &facts[0], "live_usec", wh_now_usec());
	put_fact(&arena, &facts[1], "live_lag_usec", lag_of(&s->follow, log));
	put_fact(&arena, &facts[2], "live_behind", log->behind);
	put_fact(&arena, &facts[3], "live_retained", log->retained);
	put_fact(&arena, &facts[4], "live_rate", (long long)rate);
	put_fact(&arena, &facts[5], "live_catch_up", judged || !log->behind ? seconds : -2);
	put_fact(&arena, &facts[6], "live_rows", (long long)s->follow.sums.rows);
	put_fact(&arena, &facts[7], "live_txns", (long long)s->follow.sums.txns);
	facts[8] = (struct wh_journal_fact){ "live_place", s->follow.done.text };
	const char *note = note_of(s, log, judged && seconds < 0);
	facts[9] = (struct wh_journal_fact){ "live_note", note };
	facts[10] = (struct wh_journal_fact){ "live_changes", changes_text(s, &arena) };
	int rc = wh_journal_set_all(s->m->journal, facts, sizeof facts / sizeof *facts, error);
	atomic_store(&s->m->progress->rows, (long long)s->follow.sums.rows);
	atomic_store(&s->m->progress->bytes, (long long)s->follow.sums.bytes);
	wh_migration_warn(s->m, note);
	wh_arena_free(&arena);
	return rc;
}

static int check_retained(const struct sync *s, const struct wh_log *log, struct wh_error *error)
{
	uint64_t most = s->m->settings->live.max_retained;
	if (!most || log->retained < 0 || (uint64_t)log->retained <= most)
		return WH_OK;
	wh_fail(error, WH_GUARD,
		"the source keeps %lld bytes of its log for this move, more than max_retained allows (%llu); "
		"raise it, or abort so that the source may forget them",
		(long long)log->retained, (unsigned long long)most);
	error->side = WH_SOURCE;
	return WH_GUARD;
}

static int look(struct sync *s, struct wh_error *error)
{
	struct wh_log log = { .behind = -1, .retained = -1 };
	int64_t now = wh_monotonic_usec();
	if (now - s->looked < LOOK_USEC && (s->has_goal || !s->options->until_synced))
		return WH_OK;
	s->looked = now;
	int rc = s->eye ? WH_OK : wh_way_connect(&s->way, WH_SOURCE, false, &s->eye, error);
	if (rc == WH_OK)
		rc = wh_way_at(&s->way, error,
			wh_at(error, s->eye,
				s->eye->kind->measure(s->eye, &s->way.capture, &s->follow.done, &log, error)));
	if (rc != WH_OK)
		return rc;
	if (!s->has_goal)
		s->goal = log.end;
	s->has_goal = true;
	rc = tell(s, &log, error);
	return rc == WH_OK ? check_retained(s, &log, error) : rc;
}

/* ---- following ---- */

static void leave(struct sync *s)
{
	wh_follow_close(&s->follow);
	wh_touched_close(&s->touched);
	wh_conn_close(s->eye);
	s->eye = NULL;
}

/* While the other side is slow the log is still looked at. Who wants to stop, or asks for the
 * follower, does not wait for a lock of the other side's. */
static bool hurry(void *context)
{
	struct sync *s = context;
	int64_t now = wh_monotonic_usec();
	if (s->look_rc == WH_OK)
		s->look_rc = look(s, &s->look_error);
	if (s->look_rc != WH_OK)
		return true;
	if (!atomic_load(&s->m->progress->stop) && !wh_live_wanted(s->m))
		s->hurried = 0;
	else if (!s->hurried)
		s->hurried = now;
	return s->hurried && now - s->hurried > HURRY_USEC;
}

static int enter(struct sync *s, struct wh_error *error)
{
	wh_way_open(&s->way, s->m, wh_live_serves_target(s->m));
	s->look_rc = WH_OK;
	int rc = wh_live_touched(s->m, &s->touched, false, error);
	if (rc == WH_OK)
		rc = wh_follow_open(&s->follow, &s->way, error);
	s->follow.touched = &s->touched;
	s->follow.hurry = hurry;
	s->follow.context = s;
	return wh_way_at(&s->way, error, rc);
}

/* limits: bytes_per_second holds for changes too; naps are short, so that a stop is heard. */
static void keep_rate(const struct sync *s, int64_t began)
{
	uint64_t rate = s->m->settings->bytes_per_second;
	int64_t due = rate ? (int64_t)((double)s->follow.sums.bytes / (double)rate * 1e6) : 0;
	int64_t ahead = due - (wh_monotonic_usec() - began);
	if (ahead > 0)
		nanosleep(&(struct timespec){ 0, ahead > 200000 ? 200000000 : ahead * 1000 }, NULL);
}

static int steps(struct sync *s, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = WH_OK;
	while (rc == WH_OK && !s->handing && !s->synced) {
		rc = wh_follow_step(&s->follow, STEP_MS, NULL, error);
		keep_rate(s, began);
		if (rc == WH_OK)
			rc = look(s, error);
		if (rc == WH_OK)
			rc = wh_migration_stopped(s->m, error);
		s->nap = rc == WH_OK && s->follow.sums.txns ? NAP_FIRST : s->nap;
		s->handing = rc == WH_OK && wh_live_wanted(s->m);
		s->synced = s->options->until_synced && s->has_goal &&
			wh_position_compare(&s->follow.done, &s->goal) >= 0;
	}
	if (s->look_rc != WH_OK) {
		*error = s->look_error;
		wh_error_clear(&s->look_error);
		return s->look_rc;
	}
	return rc;
}

/* A server that went away comes back: longer and longer pauses, for as long as it takes. */
static int wait_after(struct sync *s, const struct wh_error *why, struct wh_error *error)
{
	char text[400];
	snprintf(text, sizeof text, "waiting for a new try: %.300s", why->text);
	wh_migration_warn(s->m, text);
	int rc = wh_journal_set(s->m->journal, "live_note", text, error);
	for (long slept = 0; slept < s->nap && rc == WH_OK; slept += 50) {
		nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
		rc = wh_migration_stopped(s->m, error);
	}
	s->nap = s->nap * 2 > NAP_LAST ? NAP_LAST : s->nap * 2;
	return rc;
}

static bool goes_on(struct wh_migration *m)
{
	bool serving_target = wh_live_serves_target(m);
	return serving_target ? wh_live_state_is(m, "LIVE") && m->settings->live.way_back
						  : wh_live_state_is(m, "SYNCING");
}

/* Whoever switches over has the lease "control"; nobody: it died, and its fence has fallen or was
 * final. */
static int wait_for_switch(struct sync *s, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && wh_live_half_switched(s->m)) {
		if (!wh_journal_holder(s->m->journal, "control", &s->m->arena))
			return wh_live_recover(s->m, error);
		nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
		rc = wh_migration_stopped(s->m, error);
	}
	return rc;
}

static int nothing_to_follow(struct wh_migration *m, struct wh_error *error)
{
	return wh_fail(error, WH_LOST, "nothing is to be followed in state %s",
		wh_journal_get(m->journal, "state", &m->arena));
}

/* Steps aside, and comes back once whoever asked has ended. */
static int hand_over(struct sync *s, struct wh_error *error)
{
	wh_journal_release(s->m->journal, "follow");
	int rc = WH_LOST;
	while (rc == WH_LOST) {
		wh_error_clear(error);
		nanosleep(&(struct timespec){ 0, 30000000 }, NULL);
		rc = wh_migration_stopped(s->m, error);
		if (rc == WH_OK && wh_live_wanted(s->m) &&
			!wh_journal_holder(s->m->journal, "follow", &s->m->arena))
			rc = WH_LOST; /* it is theirs to take first */
		else if (rc == WH_OK)
			rc = wh_journal_lease(s->m->journal, "follow", "sync", error);
	}
	s->handing = false;
	s->left = true;
	s->has_goal = false;
	s->nlooks = 0;
	return rc;
}

/* The change is made on the target too, and followed from behind it. What was planned before is
 * planned anew. */
static int adopt(struct sync *s, struct wh_error *error)
{
	struct wh_migration *m = s->m;
	int rc = WH_OK;
	wh_error_clear(error);
	if (s->way.back)
		return wh_fail(error, WH_GUARD,
			"the target's schema was changed: %.300s; undo it: on the way back no change of a schema is "
			"carried",
			s->follow.schema);
	const struct wh_position *behind = s->follow.schema_end.text[0]
		? &s->follow.schema_end
		: &s->follow.done;
	/* Every lane is level, so that no row of the old form comes again. */
	rc = wh_adopt(m, s->follow.schema, behind, error);
	if (rc == WH_OK)
		rc = wh_follow_skip(&s->follow, behind, error);
	leave(s);
	if (rc == WH_OK)
		rc = wh_migration_plan(m, error);
	if (rc == WH_OK)
		rc = wh_prepare(m, error);
	return rc == WH_OK ? wh_live_look_at_target(m, error) : rc;
}

static int follow(struct sync *s, struct wh_error *error)
{
	int rc = WH_OK;
	while (rc == WH_OK && !s->synced) {
		if (wh_live_half_switched(s->m))
			rc = wait_for_switch(s, error);
		if (rc != WH_OK)
			return rc;
		if (!goes_on(s->m)) /* somebody else has ended the move meanwhile */
			return s->left ? WH_OK : nothing_to_follow(s->m, error);
		rc = enter(s, error);
		if (rc == WH_OK)
			rc = steps(s, error);
		if (rc == WH_GUARD && s->follow.schema[0] && s->m->settings->live.ddl_apply)
			rc = adopt(s, error);
		leave(s);
		s->handing = s->handing || (rc == WH_RETRY && wh_live_wanted(s->m));
		if (rc == WH_RETRY) {
			struct wh_error why = *error;
			wh_error_clear(error);
			rc = wait_after(s, &why, error);
		}
		if (rc == WH_OK && s->handing)
			rc = hand_over(s, error);
	}
	return rc;
}

/* A step that follows for a moment, as verify does, is waited for; another sync is not. */
static bool worth_waiting(struct wh_migration *m, int rc)
{
	if (rc != WH_LOST || !m->journal)
		return rc == WH_RETRY;
	const char *who = wh_journal_holder(m->journal, "follow", &m->arena);
	return who && !strstr(who, "command sync");
}

int wh_migration_sync(struct wh_migration *m, const struct wh_sync_options *options,
	struct wh_error *error)
{
	struct sync s = { .m = m, .options = options, .nap = NAP_FIRST };
	int64_t began = wh_monotonic_usec();
	int rc = wh_live_open(m, "sync", "follow", error);
	while (worth_waiting(m, rc) && wh_monotonic_usec() - began < OPEN_USEC) {
		struct wh_error why = *error;
		wh_error_clear(error);
		rc = wait_after(&s, &why, error);
		if (rc == WH_OK)
			rc = wh_live_open(m, "sync", "follow", error);
	}
	wh_migration_phase(m, "sync");
	if (rc == WH_OK)
		rc = follow(&s, error);
	wh_migration_phase(m, NULL);
	return wh_live_close(m, began, rc, error);
}
