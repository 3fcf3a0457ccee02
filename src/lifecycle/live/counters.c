/* Counters of the source when a rollback brings its rows home: they go on where the target's are, by
 * the statements that a move from the source to a copy of itself would have. */
#include "base/decimal.h"
#include "base/text.h"
#include "lifecycle/live/switch.h"
#include "lifecycle/plan/plan.h"

static bool ahead(const char *theirs, const char *ours)
{
	return theirs && ours && wh_decimal_compare(theirs, strlen(theirs), ours, strlen(ours)) > 0;
}

static struct wh_column *source_column(struct wh_catalog *source, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	struct wh_table *table = wh_catalog_table(source, t->source->schema, t->source->name);
	return table && !c->added ? wh_table_column(table, c->source->name) : NULL;
}

static void take_column(struct wh_migration *m, struct wh_catalog *source,
	const struct wh_plan_table *t, const struct wh_plan_column *c)
{
	const struct wh_table *there = wh_catalog_table(&m->target, t->schema, t->name);
	const struct wh_column *theirs = there ? wh_table_column(there, c->name) : NULL;
	struct wh_column *ours = source_column(source, t, c);
	if (theirs && ours && ahead(theirs->next_value, ours->next_value))
		ours->next_value = wh_arena_text(&source->arena, theirs->next_value);
}

static void take_sequence(struct wh_migration *m, struct wh_catalog *source,
	const struct wh_plan_sequence *s)
{
	for (size_t i = 0; i < m->target.nsequences; i++) {
		const struct wh_sequence *theirs = &m->target.sequences[i];
		if (!wh_equal(theirs->name, s->name) || !wh_equal(theirs->schema, s->schema))
			continue;
		for (size_t k = 0; k < source->nsequences; k++) {
			struct wh_sequence *ours = &source->sequences[k];
			if (wh_equal(ours->name, s->source->name) &&
				wh_equal(ours->schema, s->source->schema) &&
				ahead(theirs->next_value, ours->next_value))
				ours->next_value = wh_arena_text(&source->arena, theirs->next_value);
		}
	}
}

/* The source as it is now, with the counters of whichever side is ahead. */
static int gather(struct wh_migration *m, struct wh_catalog *source, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_migration_connect(m, WH_SOURCE, false, &conn, error);
	source->known = &m->catalog;
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->describe(conn, source, error));
	source->known = NULL;
	wh_conn_close(conn);
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++)
		for (size_t k = 0; k < m->plan.tables[i].ncolumns; k++)
			take_column(m, source, &m->plan.tables[i], &m->plan.tables[i].columns[k]);
	for (size_t i = 0; i < m->plan.nsequences && rc == WH_OK; i++)
		take_sequence(m, source, &m->plan.sequences[i]);
	return rc;
}

static int set_all(struct wh_migration *m, const struct wh_plan *plan, struct wh_error *error)
{
	struct wh_statements list = { .arena = plan->arena };
	struct wh_conn *conn = NULL;
	const struct wh_fence fence = { .migration = m->claim.migration };
	int rc = m->source_kind->ddl(plan, WH_PHASE_COUNTERS, &list, error);
	if (rc == WH_OK && list.count)
		rc = wh_migration_connect(m, WH_SOURCE, true, &conn, error);
	if (rc == WH_OK && conn)
		rc = wh_at(error, conn, conn->kind->pass(conn, &fence, error));
	for (size_t i = 0; i < list.count && rc == WH_OK; i++)
		rc = wh_at(error, conn, conn->kind->execute(conn, &list.items[i], error));
	wh_conn_close(conn);
	return rc;
}

int wh_live_counters_home(struct wh_migration *m, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_catalog source;
	struct wh_plan plan;
	struct wh_settings plain = *m->settings;
	const struct wh_plan_ends ends = { m->source_kind, m->source_kind, { NULL } };
	plain.target = plain.source;
	plain.map = NULL;
	plain.nmap = plain.nrules = 0;
	plain.policies.names = WH_POLICY_KEEP;
	wh_catalog_init(&source, m->source_kind->scheme);
	int rc = gather(m, &source, error);
	if (rc == WH_OK)
		rc = wh_plan_make(&plan, &plain, &ends, &source, &arena, error);
	if (rc == WH_OK)
		rc = set_all(m, &plan, error);
	wh_catalog_free(&source);
	wh_arena_free(&arena);
	return rc;
}
