/* A plan that takes the place of the one that a copy was made by, where what stands stays right. */
#include "base/text.h"
#include "lifecycle/plan/compatible.h"
#include "lifecycle/steps.h"

static const struct wh_column *there(const struct wh_catalog *c, const struct wh_plan_table *t,
	const char *column)
{
	const struct wh_table *table = wh_catalog_table(c, t->schema, t->name);
	return table ? wh_table_column(table, column) : NULL;
}

static bool declared_so(const struct wh_plan_column *wanted, const struct wh_column *is)
{
	const struct wh_type *a = &wanted->fit.type, *b = &is->type;
	return a->kind == b->kind && a->precision == b->precision && a->scale == b->scale &&
		a->length == b->length && (wanted->not_null || !is->not_null);
}

static int check_column(struct wh_migration *m, const struct wh_compatible_column *at,
	struct wh_error *error)
{
	const struct wh_plan_table *t = &m->plan.tables[at->table];
	const struct wh_plan_column *c = &t->columns[at->column];
	const struct wh_column *is = there(&m->target, t, c->name);
	if (is && declared_so(c, is))
		return WH_OK;
	wh_fail(error, WH_GUARD,
		"the target's column \"%s.%s\" is %s%s, and the settings now want %s%s: change it there "
		"first (ALTER TABLE), then retry; or undo the change in the settings",
		t->name, c->name, is ? is->type.native : "missing", is && is->not_null ? " NOT NULL" : "",
		c->fit.native, c->not_null ? " NOT NULL" : "");
	error->side = WH_TARGET;
	return WH_GUARD;
}

static int check_columns(struct wh_migration *m, const struct wh_compatible *c,
	struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	if (!c->ncolumns)
		return WH_OK;
	int rc = wh_migration_connect(m, WH_TARGET, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	wh_catalog_free(&m->target);
	wh_catalog_init(&m->target, m->target_kind->scheme);
	rc = wh_at(error, conn, m->target_kind->describe(conn, &m->target, error));
	wh_conn_close(conn);
	for (size_t i = 0; i < c->ncolumns && rc == WH_OK; i++)
		rc = check_column(m, &c->columns[i], error);
	return rc;
}

int wh_accept_plan(struct wh_migration *m, struct wh_error *error)
{
	struct wh_compatible c = { .arena = &m->arena };
	const char *id = wh_journal_get(m->journal, "plan_id", &m->arena);
	const char *then = wh_journal_get(m->journal, "plan", &m->arena);
	if (!id || !then || wh_equal(id, m->plan.id))
		return WH_OK;
	if (!wh_plan_compatible(then, m->plan.json, &c))
		return wh_fail(error, WH_GUARD,
			"the rows cannot be tried again under these settings: %s; undo the change, or move "
			"anew in another --workdir",
			c.why);
	int rc = check_columns(m, &c, error);
	if (rc == WH_OK)
		rc = wh_journal_event(m->journal, "the plan was changed for a retry", error);
	if (rc == WH_OK)
		rc = wh_journal_set(m->journal, "plan", m->plan.json, error);
	return rc == WH_OK ? wh_journal_set(m->journal, "plan_id", m->plan.id, error) : rc;
}
