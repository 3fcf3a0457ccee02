/* Partitions: tables that are parts of another, and how a table is cut into them. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "sql/dialect.h"

const struct wh_table *wh_planner_whole(const struct wh_planner *p, const struct wh_table *t)
{
	while (t && t->parent && wh_equal(t->kind, "partition")) {
		t = wh_catalog_table(p->catalog, t->parent_schema, t->parent);
		if (t && wh_planner_selected(p, t))
			return t;
	}
	return NULL;
}

bool wh_planner_folded(const struct wh_planner *p, const struct wh_table *t)
{
	const struct wh_table *whole = p->plan->same_engine ? NULL : wh_planner_whole(p, t);
	if (whole)
		wh_findings_add(&p->plan->findings, "partition-folded", WH_INFO, WH_AUTOMATIC,
			wh_shown_name(p->arena, t->schema, t->name),
			"a partition of \"%s\": its rows arrive in that table, which is not partitioned on the "
			"target",
			whole->name)
			->source = t->partition;
	return whole != NULL;
}

/* What is said of its rows would not be heard: they are the whole's, and made as that says. */
int wh_planner_check_part(const struct wh_planner *p, const struct wh_table *t)
{
	const struct wh_table *whole = wh_planner_whole(p, t);
	const struct wh_map_table *map = whole ? wh_planner_own_map(p, t) : NULL;
	if (!map || !(map->ncolumns || map->nadd || map->where || map->filter))
		return WH_OK;
	wh_fail(p->error, WH_CONFIG,
		"table \"%s\" is a partition of \"%s\", and its rows are made as `map` says there; say it of "
		"\"%s\"",
		t->name, whole->name, wh_shown_name(p->arena, whole->schema, whole->name));
	return wh_fail_place(p->error, "%s", map->place ? map->place : "");
}

static void lose(const struct wh_planner *p, const struct wh_table *t, const char *why)
{
	wh_findings_add(&p->plan->findings, "partitioning-not-carried", WH_WARNING, WH_MANUAL,
		wh_shown_name(p->arena, t->schema, t->name),
		"the table is partitioned on the source and one plain table on the target; its rows are all "
		"there%s%s",
		why ? ": " : "", why ? why : "")
		->source = t->partition;
}

/* Where the parts are tables of their own, nothing would hold them together. */
static int refuse(const struct wh_planner *p, const struct wh_table *t, const char *why)
{
	const char *name = wh_shown_name(p->arena, t->schema, t->name);
	return wh_fail(p->error, WH_CONFIG,
		"table \"%s\" cannot be partitioned on the target as on the source: %s; keep the column, or "
		"move the parts without their whole: select: { exclude: [\"%s\"] }",
		name, why, name);
}

int wh_planner_partition(const struct wh_planner *p, struct wh_plan_table *t)
{
	const struct wh_table *from = t->source;
	struct wh_sql_context context = { .use = WH_SQL_PARTITION };
	const char *why = NULL;
	bool left = wh_equal(from->kind, "partition") && !wh_planner_whole(p, from);
	if (!from->partition || (p->plan->same_engine && left))
		return WH_OK; /* left: a table of its own */
	if (p->plan->same_engine)
		t->partition = wh_planner_translate(p, t, from->partition, &context, &why);
	if (why && from->rows_in_parts)
		return refuse(p, from, why);
	if (!t->partition)
		lose(p, from, why);
	return WH_OK;
}
