/* The exit code. Where several fit, the order is 1, 2, 7, 5, 6, 3, 4, 9. */
#include "base/text.h"
#include "lifecycle/migration.h"

enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_INTERNAL = 1,
	OUTCOME_USAGE = 2,
	OUTCOME_GUARD = 3,
	OUTCOME_DIFFERENT = 4,
	OUTCOME_SOURCE = 5,
	OUTCOME_TARGET = 6,
	OUTCOME_LOST = 7,
	OUTCOME_QUARANTINE = 9,
	OUTCOME_INTERRUPTED = 130,
};

static enum outcome outcome_error(const struct wh_error *error)
{
	if (error->interrupted)
		return OUTCOME_INTERRUPTED;
	if (error->code == WH_BUG)
		return OUTCOME_INTERNAL;
	if (error->code == WH_CONFIG && error->side == WH_NOWHERE)
		return OUTCOME_USAGE;
	if (error->code == WH_LOST)
		return OUTCOME_LOST;
	if (error->code == WH_GUARD)
		return OUTCOME_GUARD;
	if (error->side == WH_NOWHERE)
		return OUTCOME_INTERNAL;
	return error->side == WH_SOURCE ? OUTCOME_SOURCE : OUTCOME_TARGET;
}

static bool outcome_differs(const struct wh_journal_table *t)
{
	return t->rows_differing > 0 || wh_equal(t->state, "differs") || wh_equal(t->state, "failed");
}

static int outcome_tables(struct wh_journal *j, struct wh_arena *arena, bool *differs)
{
	struct wh_error error = { 0 };
	struct wh_journal_table *tables;
	struct wh_findings findings = { .arena = arena };
	size_t n;
	int rc = wh_journal_tables(j, arena, &tables, &n, &error);
	for (size_t i = 0; rc == WH_OK && i < n; i++)
		*differs = *differs || outcome_differs(&tables[i]);
	if (rc == WH_OK)
		rc = wh_journal_findings(j, &findings, &error);
	for (size_t i = 0; rc == WH_OK && i < findings.count; i++)
		*differs = *differs || findings.items[i].severity == WH_ERROR;
	return rc;
}

static int outcome_controls(struct wh_journal *j, bool *differs)
{
	struct wh_error error = { 0 };
	struct wh_controls controls = { 0 };
	int rc = wh_journal_controls(j, &controls, &error);
	*differs = *differs || wh_controls_failed(&controls) > 0;
	wh_controls_free(&controls);
	return rc;
}

/* `copy` alone has done its work without a proof; `run` has not. */
static bool outcome_unproven(struct wh_journal *j, struct wh_arena *arena)
{
	const char *verified = wh_journal_get(j, "verified", arena);
	if (verified && *verified)
		return !wh_equal(verified, "ok");
	return wh_equal(wh_journal_get(j, "command", arena), "run");
}

static enum outcome outcome_journal(struct wh_journal *j, struct wh_arena *arena)
{
	bool differs = false;
	int64_t quarantined = wh_journal_quarantine_count(j);
	if (outcome_tables(j, arena, &differs) != WH_OK || outcome_controls(j, &differs) != WH_OK ||
		quarantined < 0)
		return OUTCOME_INTERNAL;
	if (differs || outcome_unproven(j, arena))
		return OUTCOME_DIFFERENT;
	return quarantined > 0 ? OUTCOME_QUARANTINE : OUTCOME_DONE;
}

int wh_outcome_exit(struct wh_journal *journal, const struct wh_error *error)
{
	if (error && error->code != WH_OK && error->code != WH_DONE)
		return outcome_error(error);
	if (!journal)
		return OUTCOME_DONE;
	struct wh_arena arena = { 0 };
	enum outcome outcome = outcome_journal(journal, &arena);
	wh_arena_free(&arena);
	return outcome;
}
