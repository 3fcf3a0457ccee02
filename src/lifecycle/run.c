/* The verbs: copy, verify, run. */
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/live.h"
#include "lifecycle/marks.h"
#include "lifecycle/reconcile/reconcile.h"
#include "lifecycle/repair.h"
#include "lifecycle/retry.h"
#include "lifecycle/steps.h"
#include <stdio.h>
#include <time.h>

#define TRIES 3

static bool state_is(struct wh_migration *m, const char *state)
{
	return wh_equal(wh_journal_get(m->journal, "state", &m->arena), state);
}

static int set_state(struct wh_migration *m, const char *state, struct wh_error *error)
{
	int rc = wh_journal_set(m->journal, "state", state, error);
	wh_crash_point(state);
	return rc == WH_OK ? wh_journal_event(m->journal, state, error) : rc;
}

static int put_seconds(struct wh_migration *m, const char *name, int64_t since,
	struct wh_error *error)
{
	char text[40];
	snprintf(text, sizeof text, "%.3f", (double)(wh_monotonic_usec() - since) / 1e6);
	return wh_journal_set(m->journal, name, text, error);
}

/* A source that went away comes back under a new snapshot: the same as a new start. */
static int copy_rows(struct wh_migration *m, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	wh_migration_phase(m, "copy");
	int rc = wh_copy_rows(m, error);
	for (int attempt = 1; rc == WH_RETRY && attempt < TRIES; attempt++) {
		nanosleep(&(struct timespec){ attempt, 0 }, NULL);
		wh_error_clear(error);
		rc = wh_copy_rows(m, error);
	}
	wh_migration_phase(m, NULL);
	return rc == WH_OK ? put_seconds(m, "seconds_copy", began, error) : rc;
}

static int build(struct wh_migration *m, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	wh_migration_phase(m, "build");
	int rc = wh_build(m, error);
	wh_migration_phase(m, NULL);
	return rc == WH_OK ? put_seconds(m, "seconds_build", began, error) : rc;
}

/* What whimbrel made on the target for its own use goes, once the journal needs it no more. */
static int finish(struct wh_migration *m, struct wh_error *error)
{
	struct wh_conn *conn;
	if (wh_journal_get(m->journal, "finished", &m->arena))
		return WH_OK;
	int rc = wh_migration_connect(m, WH_TARGET, true, &conn, error);
	if (rc != WH_OK)
		return rc;
	rc = wh_at(error, conn, m->target_kind->finish(conn, &m->claim, error));
	wh_conn_close(conn);
	wh_crash_point("target finished");
	return rc == WH_OK ? wh_journal_set(m->journal, "finished", "yes", error) : rc;
}

static int plan(struct wh_migration *m, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = wh_migration_plan(m, error);
	if (rc == WH_OK)
		rc = wh_reconcile_check(m, error);
	return rc == WH_OK ? put_seconds(m, "seconds_inspect", began, error) : rc;
}

/* Nothing is proven of rows that are about to be written. */
static int forget_verdict(struct wh_migration *m, struct wh_error *error)
{
	static const struct wh_journal_fact none[] = { { "verified", NULL }, { "verified_usec", NULL },
		{ "verify_mode", NULL } };
	int rc = wh_reconcile_forget(m, error);
	return rc == WH_OK ? wh_journal_set_all(m->journal, none, sizeof none / sizeof *none, error)
					   : rc;
}

/* A finished copy, once more: what the target refused then is tried again. */
static int complete(struct wh_migration *m, struct wh_error *error)
{
	bool refused = false;
	int rc = wh_repair_resume(m, error);
	if (rc == WH_OK)
		rc = wh_retry_resume(m, error);
	if (rc == WH_OK)
		rc = wh_build_refused(m, &refused, error);
	if (rc == WH_OK && refused)
		rc = build(m, error);
	return rc == WH_OK ? finish(m, error) : rc;
}

static bool is_live(const struct wh_migration *m)
{
	return m->settings->live.enabled;
}

/* The rows are there and what stands on them is made: a live move goes on by following. */
static int end_copy(struct wh_migration *m, struct wh_error *error)
{
	if (is_live(m))
		return wh_live_begin(m, error);
	int rc = set_state(m, "LIVE", error);
	return rc == WH_OK ? finish(m, error) : rc;
}

static int copy(struct wh_migration *m, struct wh_error *error)
{
	m->closed = is_live(m);
	int rc = is_live(m) && !wh_live_is_begun(m) ? wh_live_capture(m, error) : WH_OK;
	if (rc == WH_OK)
		rc = wh_prepare(m, error);
	if (rc == WH_OK && wh_live_is_begun(m))
		return is_live(m) ? WH_OK : complete(m, error);
	if (rc != WH_OK)
		return is_live(m) && state_is(m, "CREATED") ? wh_live_give_up(m, rc) : rc;
	bool whole = false;
	rc = forget_verdict(m, error);
	if (rc == WH_OK && state_is(m, "BUILDING"))
		rc = wh_rows_are_there(m, &whole, error);
	if (rc == WH_OK && !whole) {
		rc = set_state(m, "COPYING", error);
		if (rc == WH_OK)
			rc = copy_rows(m, error);
		if (rc == WH_OK)
			rc = wh_limit_rows(m, error);
		if (rc == WH_OK)
			rc = set_state(m, "BUILDING", error);
	}
	if (rc == WH_OK) /* counters are those of a moment after the snapshot */
		rc = wh_plan_again(m, error);
	if (rc == WH_OK)
		rc = build(m, error);
	return rc == WH_OK ? end_copy(m, error) : rc;
}

/* How the command ended stands in the journal too; a journal that fails is told by the error. */
int wh_note_end(struct wh_migration *m, int64_t began, int rc, struct wh_error *error)
{
	if (!m->journal || !m->leased)
		return rc;
	struct wh_error *e = rc < 0 ? error : &(struct wh_error){ 0 };
	char exit[16], now[24];
	snprintf(exit, sizeof exit, "%d", wh_outcome_exit(m->journal, e));
	now[wh_format_int64(now, wh_now_usec())] = 0;
	struct wh_error journal = { 0 };
	int kept = put_seconds(m, "seconds_total", began, &journal);
	const struct wh_journal_fact facts[] = { { "ended_usec", now }, { "exit", exit },
		{ "error_code", rc < 0 ? exit : "" }, { "error_text", e->text },
		{ "error_place", e->place } };
	if (kept == WH_OK)
		kept = wh_journal_set_all(m->journal, facts, sizeof facts / sizeof *facts, &journal);
	if (rc >= 0 && kept < 0) {
		*error = journal;
		return kept;
	}
	return rc;
}

int wh_migration_copy(struct wh_migration *m, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = wh_migration_begin(m, "copy", "copy", error);
	if (rc == WH_OK)
		rc = plan(m, error);
	if (rc == WH_OK)
		rc = copy(m, error);
	return wh_note_end(m, began, rc, error);
}

static int verify(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = is_live(m) ? wh_live_verify(m, options->repair, error)
						: wh_verify_rows(m, options, error);
	if (rc == WH_OK)
		rc = wh_reconcile(m, error);
	return rc == WH_OK ? put_seconds(m, "seconds_verify", began, error) : rc;
}

/* The plan by which the rows were copied is the one by which they are compared. */
static int same_plan(struct wh_migration *m, struct wh_error *error)
{
	if (!wh_live_is_begun(m))
		return wh_fail(error, WH_LOST,
			"nothing to verify yet: the copy in \"%s\" is not complete; "
			"`whimbrel copy` or `whimbrel run` goes on with it",
			m->settings->workdir);
	return wh_prepare(m, error);
}

int wh_migration_verify(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = wh_migration_begin(m, "verify", options->repair ? "copy" : NULL, error);
	if (rc == WH_OK)
		rc = wh_migration_plan(m, error);
	if (rc == WH_OK)
		rc = wh_reconcile_check(m, error);
	if (rc == WH_OK)
		rc = same_plan(m, error);
	if (rc == WH_OK && !is_live(m))
		rc = wh_retry_settled(m, error);
	if (rc == WH_OK)
		rc = verify(m, options, error);
	return wh_note_end(m, began, rc, error);
}

int wh_migration_run(struct wh_migration *m, struct wh_error *error)
{
	static const struct wh_verify_options plain = { 0 };
	int64_t began = wh_monotonic_usec();
	int rc = wh_migration_begin(m, "run", "copy", error);
	if (rc == WH_OK)
		rc = plan(m, error);
	if (rc == WH_OK)
		rc = copy(m, error);
	if (rc == WH_OK)
		rc = verify(m, &plain, error);
	return wh_note_end(m, began, rc, error);
}

static int row_is_there(struct wh_migration *m, int64_t id, struct wh_error *error)
{
	struct wh_journal_quarantine *row = NULL;
	size_t n = 0;
	int rc = wh_journal_quarantined(m->journal, -1, id - 1, 1, &m->arena, &row, &n, error);
	if (rc == WH_OK && (!n || row->id != id))
		rc = wh_fail(error, WH_CONFIG,
			"no row %lld in the quarantine; `whimbrel quarantine list` shows which there are",
			(long long)id);
	return rc;
}

int wh_migration_retry(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error)
{
	static const struct wh_verify_options rest = { .rest = true };
	int64_t began = wh_monotonic_usec();
	int rc = wh_migration_begin(m, "quarantine retry", "copy", error);
	if (rc == WH_OK)
		rc = wh_migration_plan(m, error);
	if (rc == WH_OK && (is_live(m) || state_is(m, "LIVE")))
		rc = wh_accept_plan(m, error);
	if (rc == WH_OK)
		rc = same_plan(m, error);
	if (rc == WH_OK && is_live(m))
		return wh_note_end(m, began, wh_live_retry(m, options, error), error);
	if (rc == WH_OK)
		rc = wh_repair_resume(m, error);
	if (rc == WH_OK)
		rc = wh_retry_resume(m, error);
	if (rc == WH_OK && options->id)
		rc = row_is_there(m, options->id, error);
	if (rc == WH_OK)
		rc = forget_verdict(m, error);
	if (rc == WH_OK)
		rc = wh_retry_rows(m, options, error);
	if (rc == WH_OK)
		rc = verify(m, &rest, error);
	return wh_note_end(m, began, rc, error);
}
