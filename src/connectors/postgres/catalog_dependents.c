/* Describe: views that stand on a table, straight or on other views of it. */
#include "connectors/postgres/catalog.h"

#define VIEWS_ON(from) \
	"SELECT " from ", r.ev_class FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid " \
	"AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass " \
	"AND r.ev_class <> d.refobjid "

static const char views[] =
	"WITH RECURSIVE stands (root, view) AS (" VIEWS_ON("d.refobjid") "UNION " VIEWS_ON(
		"s.root") "JOIN stands s ON s.view = d.refobjid) "
				  "SELECT DISTINCT s.root, CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END, "
				  "n.nspname, c.relname, format('CREATE %s %I.%I AS%s', CASE c.relkind WHEN 'm' "
				  "THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname, "
				  "E'\\n' || pg_get_viewdef(c.oid)) FROM stands s JOIN pg_class c ON c.oid = s.view "
				  "JOIN pg_namespace n ON n.oid = c.relnamespace "
				  "WHERE c.relkind IN ('v', 'm') AND " USER_SCHEMA("n") " ORDER BY 1, 3, 4";

static int each_view(struct postgres_describe *d)
{
	struct wh_table *t = postgres_table(d, postgres_oid(d, 0));
	if (!t)
		return WH_OK;
	struct wh_object *o = wh_push(d->arena, &t->dependents, &t->ndependents);
	o->kind = postgres_text(d, 1);
	o->schema = postgres_text(d, 2);
	o->name = postgres_text(d, 3);
	o->definition = postgres_text(d, 4);
	return WH_OK;
}

const struct postgres_reading postgres_dependent_readings[] = {
	{ views, each_view },
	{ NULL },
};
