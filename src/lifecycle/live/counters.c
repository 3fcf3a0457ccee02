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

/* Both sides as they are behind the fence. */
struct ends {
	struct wh_catalog source, target;
};

static struct wh_column *source_column(struct ends *e, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	struct wh_table *table = wh_catalog_table(&e->source, t->source->schema, t->source->name);
	return table && !c->added ? wh_table_column(table, c->source->name) : NULL;
}

static void take_column(struct ends *e, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	const struct wh_table *there = wh_catalog_table(&e->target, t->schema, t->name);
	const struct wh_column *theirs = there ? wh_table_column(there, c->name) : NULL;
	struct wh_column *ours = source_column(e, t, c);
	if (theirs && ours && ahead(theirs->next_value, ours->next_value))
		ours->next_value = wh_arena_text(&e->source.arena, theirs->next_value);
}

static struct wh_sequence *sequence_named(const struct wh_catalog *c, const char *schema,
	const char *name)
{
	for (size_t i = 0; i < c->nsequences; i++)
		if (wh_equal(c->sequences[i].name, name) && wh_equal(c->sequences[i].schema, schema))
			return &c->sequences[i];
	return NULL;
}

static void take_sequence(struct ends *e, const struct wh_plan_sequence *s)
{
	const struct wh_sequence *theirs = sequence_named(&e->target, s->schema, s->name);
	struct wh_sequence *ours = sequence_named(&e->source, s->source->schema, s->source->name);
	if (theirs && ours && ahead(theirs->next_value, ours->next_value))
		ours->next_value = wh_arena_text(&e->source.arena, theirs->next_value);
}

static int look(struct wh_migration *m, enum wh_side side, struct wh_catalog *out,
	struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_migration_connect(m, side, false, &conn, error);
	out->known = side == WH_SOURCE ? &m->catalog : NULL;
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->describe(conn, out, error));
	out->known = NULL;
	wh_conn_close(conn);
	return rc;
}

/* The source as it is now, with the counters of whichever side is ahead. */
static int gather(struct wh_migration *m, struct ends *e, struct wh_error *error)
{
	int rc = look(m, WH_SOURCE, &e->source, error);
	if (rc == WH_OK)
		rc = look(m, WH_TARGET, &e->target, error);
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++)
		for (size_t k = 0; k < m->plan.tables[i].ncolumns; k++)
			take_column(e, &m->plan.tables[i], &m->plan.tables[i].columns[k]);
	for (size_t i = 0; i < m->plan.nsequences && rc == WH_OK; i++)
		take_sequence(e, &m->plan.sequences[i]);
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
	struct ends ends_now;
	struct wh_plan plan;
	struct wh_settings plain = *m->settings;
	const struct wh_plan_ends ends = { m->source_kind, m->source_kind, { NULL } };
	plain.target = plain.source;
	plain.map = NULL;
	plain.nmap = plain.nrules = 0;
	plain.policies.names = WH_POLICY_KEEP;
	wh_catalog_init(&ends_now.source, m->source_kind->scheme);
	wh_catalog_init(&ends_now.target, m->target_kind->scheme);
	int rc = gather(m, &ends_now, error);
	if (rc == WH_OK)
		rc = wh_plan_make(&plan, &plain, &ends, &ends_now.source, &arena, error);
	if (rc == WH_OK)
		rc = set_all(m, &plan, error);
	wh_catalog_free(&ends_now.source);
	wh_catalog_free(&ends_now.target);
	wh_arena_free(&arena);
	return rc;
}
