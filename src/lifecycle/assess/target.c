/* What stands on the target already, and what its server would not take. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/steps.h"

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
	bool own = begun(a), drops = a->m->settings->policies.if_exists == WH_POLICY_DROP;
	for (size_t i = 0; i < a->m->plan.ntables && !own; i++) {
		struct wh_plan_table *t = &a->m->plan.tables[i];
		if (drops && wh_catalog_table(&a->m->target, t->schema, t->name))
			t->treatment = WH_DROP; /* for what goes along with it */
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

/* As a run would say it. */
static void note_objects(struct wh_assessment *a)
{
	struct wh_error why = { 0 };
	if (!begun(a) && wh_check_existing(a->m, &a->m->target, &why) != WH_OK)
		wh_assess_note(a, "object-exists", WH_ERROR, WH_ASSISTED, "the target", "%s", why.text);
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
	wh_conn_close(conn);
	if (rc != WH_OK || !a->planned)
		return rc;
	note_tables(a);
	note_objects(a);
	wh_note_dropped(m, &m->target);
	return wh_note_wide_rows(m, &m->target, error);
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
