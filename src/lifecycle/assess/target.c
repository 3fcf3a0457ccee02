/* What stands on the target already, and what its server would not take. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include <string.h>

/* The tables are this migration's own. */
static bool begun(struct wh_assessment *a)
{
	const char *state = wh_journal_get(a->m->journal, "state", &a->arena);
	return state && !wh_equal(state, "CREATED");
}

static bool stands_in_the_way(const struct wh_assessment *a, const struct wh_plan_table *t)
{
	return a->m->settings->policies.if_exists == WH_POLICY_FAIL &&
		wh_catalog_table(&a->m->target, t->schema, t->name);
}

static void note_tables(struct wh_assessment *a)
{
	bool own = begun(a);
	for (size_t i = 0; i < a->m->plan.ntables && !own; i++) {
		const struct wh_plan_table *t = &a->m->plan.tables[i];
		if (stands_in_the_way(a, t))
			wh_assess_note(a, "table-exists", WH_ERROR, WH_ASSISTED,
				wh_shown_name(&a->arena, t->source->schema, t->source->name),
				"the target has a table \"%s\" already: a run is refused until the policy if_exists "
				"says what is to become of it",
				wh_shown_name(&a->arena, t->schema, t->name));
	}
	if (a->m->plan.same_engine && a->m->target.identity &&
		wh_equal(a->m->target.identity, a->m->catalog.identity))
		wh_assess_note(a, "plan-refused", WH_ERROR, WH_MANUAL, "the move",
			"source and target are the same database; name another target");
}

/* A row travels in one packet, with room for its statement. */
static void note_packets(struct wh_assessment *a, const struct wh_survey *survey)
{
	int64_t most = 0;
	char row[WH_FIGURE], packet[WH_FIGURE];
	const char *value = wh_survey_value(survey, "max_allowed_packet");
	if (!value || !wh_text_int64(value, strlen(value), &most))
		return;
	for (size_t i = 0; i < a->sample.ntables; i++) {
		const struct wh_sample_table *t = &a->sample.tables[i];
		int64_t widest = wh_assess_widest(a, t);
		if (widest < most)
			continue;
		wh_assess_note(a, "packet-too-small", WH_WARNING, WH_ASSISTED,
			wh_shown_name(&a->arena, t->table->from.schema, t->table->from.table),
			"its widest row has %s; max_allowed_packet of the target is %s",
			wh_figure_bytes(row, (uint64_t)widest), wh_figure_bytes(packet, (uint64_t)most));
	}
}

static int survey_target(struct wh_assessment *a, struct wh_conn *conn, struct wh_error *error)
{
	struct wh_survey survey;
	if (!conn->kind->survey)
		return WH_OK;
	wh_survey_init(&survey, &a->m->target);
	int rc = conn->kind->survey(conn, &a->m->target, &survey, error);
	if (rc == WH_OK)
		note_packets(a, &survey);
	wh_survey_free(&survey);
	return rc;
}

static int look(struct wh_assessment *a, struct wh_error *error)
{
	struct wh_migration *m = a->m;
	struct wh_conn *conn;
	int rc = wh_migration_connect(m, WH_TARGET, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	wh_catalog_free(&m->target);
	wh_catalog_init(&m->target, m->target_kind->scheme);
	rc = wh_at(error, conn, conn->kind->describe(conn, &m->target, error));
	if (rc == WH_OK && a->planned)
		note_tables(a);
	if (rc == WH_OK)
		rc = survey_target(a, conn, error);
	wh_conn_close(conn);
	return rc;
}

/* A target that cannot be reached leaves a gap; what the source says is worth having without it. */
int wh_assess_target(struct wh_assessment *a, struct wh_error *error)
{
	if (!a->target)
		return WH_OK;
	int rc = look(a, error);
	a->reached = rc == WH_OK;
	if (rc == WH_OK || error->interrupted || rc == WH_BUG)
		return rc;
	wh_assess_gap(a, "the target", error->text);
	wh_error_clear(error);
	return WH_OK;
}
