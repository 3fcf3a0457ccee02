/* Columns that the source sets by itself when a row is updated: a trigger does it here. */
#include "connectors/postgres/ddl.h"

static bool sets_any(const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].on_update)
			return true;
	return false;
}

/* A value that the UPDATE itself gives stays. */
static void put_assignment(struct postgres_ddl *d, const struct wh_plan_column *c)
{
	postgres_put(d, "\tIF NEW.");
	postgres_put_name(d, c->name);
	postgres_put(d, " IS NOT DISTINCT FROM OLD.");
	postgres_put_name(d, c->name);
	postgres_put(d, " THEN\n\t\tNEW.");
	postgres_put_name(d, c->name);
	wh_buffer_format(&d->sql, " := %s;\n\tEND IF;\n", c->on_update);
}

static const char *body(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	postgres_put(d, "BEGIN\n");
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].on_update)
			put_assignment(d, &t->columns[i]);
	postgres_put(d, "\tRETURN NEW;\nEND");
	return postgres_take(d);
}

static void put_function(struct postgres_ddl *d, const struct wh_plan_table *t, const char *name)
{
	const char *text = body(d, t);
	postgres_put(d, t->treatment == WH_DROP ? "CREATE OR REPLACE FUNCTION " : "CREATE FUNCTION ");
	postgres_put_qualified(d, t->schema, name);
	postgres_put(d, "() RETURNS trigger LANGUAGE plpgsql AS ");
	postgres_put_literal(d, text);
}

/* Rows whose values stay as they are keep their time too, as on the source. Their images are
 * compared, since not every type (json) has an equality. */
static void put_trigger(struct postgres_ddl *d, const struct wh_plan_table *t, const char *name)
{
	postgres_put(d, "CREATE TRIGGER ");
	postgres_put_name(d, name);
	postgres_put(d, " BEFORE UPDATE ON ");
	postgres_put_table(d, t);
	postgres_put(d, " FOR EACH ROW WHEN (OLD.* OPERATOR(pg_catalog.*<>) NEW.*) EXECUTE FUNCTION ");
	postgres_put_qualified(d, t->schema, name);
	postgres_put(d, "()");
}

void postgres_ddl_on_update(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->ntables; i++) {
		const struct wh_plan_table *t = &d->plan->tables[i];
		if (d->plan->same_engine || !postgres_makes(t) || !sets_any(t))
			continue;
		const char *name = postgres_made_name(d, t, NULL, "on_update");
		put_function(d, t, name);
		postgres_put(d, ";\n");
		put_trigger(d, t, name);
		postgres_add(d, "trigger", t, name);
	}
}
