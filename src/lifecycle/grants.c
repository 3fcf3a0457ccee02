#include "lifecycle/grants.h"
#include "base/text.h"
#include "model/connector.h"

static bool is_it(const struct wh_access *a, const char *schema, const char *name)
{
	return wh_equal(a->schema, schema) && wh_equal(a->name, name);
}

static void find_table(const struct wh_plan *plan, const struct wh_access *a,
	struct wh_grant_place *at)
{
	for (size_t i = 0; i < plan->ntables; i++)
		if (is_it(a, plan->tables[i].source->schema, plan->tables[i].source->name)) {
			at->schema = plan->tables[i].schema;
			at->name = plan->tables[i].name;
		}
}

/* MySQL keeps a view's rights as those of a table. */
static bool is_kind(const struct wh_access *a, const char *kind)
{
	bool table = a->kind != WH_ACCESS_ROUTINE;
	bool view = wh_equal(kind, "view") || wh_equal(kind, "materialized view");
	return table ? view : wh_equal(a->object, kind);
}

static void find_object(const struct wh_plan *plan, const struct wh_access *a,
	struct wh_grant_place *at)
{
	for (size_t i = 0; i < plan->nobjects; i++) {
		const struct wh_plan_object *o = &plan->objects[i];
		if (!o->statement || !is_kind(a, o->source->kind) ||
			!is_it(a, o->source->schema, o->source->name))
			continue;
		at->schema = o->schema;
		at->name = o->name;
	}
}

static void find_sequence(const struct wh_plan *plan, const struct wh_access *a,
	struct wh_grant_place *at)
{
	for (size_t i = 0; i < plan->nsequences; i++)
		if (is_it(a, plan->sequences[i].source->schema, plan->sequences[i].source->name)) {
			at->schema = plan->sequences[i].schema;
			at->name = plan->sequences[i].name;
		}
}

/* The schema that most of an engine without schemas lands in. */
static const char *landing(const struct wh_plan *plan)
{
	return plan->ntables ? plan->tables[0].schema : plan->target->facts.default_schema;
}

static void find(const struct wh_plan *plan, const struct wh_access *a, struct wh_grant_place *at)
{
	if (a->kind == WH_ACCESS_SCHEMA)
		at->schema = at->name = a->name;
	else if (a->kind < WH_ACCESS_TABLE && a->kind != WH_ACCESS_OWNER)
		at->schema = landing(plan);
	else {
		find_table(plan, a, at);
		find_object(plan, a, at);
		find_sequence(plan, a, at);
	}
}

static const struct wh_grant *stood(const struct wh_grant *list, size_t n, const char *statement)
{
	for (size_t i = 0; i < n; i++)
		if (wh_equal(list[i].statement, statement))
			return &list[i];
	return NULL;
}

struct wh_grant *wh_grants_make(const struct wh_plan *plan, const struct wh_survey *survey,
	const char *database, struct wh_arena *arena)
{
	struct wh_grant *list = wh_new_array(arena, struct wh_grant, survey->naccesses);
	for (size_t i = 0; i < survey->naccesses; i++) {
		struct wh_grant_place at = { .from = plan->source->dialect,
			.to = plan->target->dialect,
			.database = database };
		find(plan, &survey->accesses[i], &at);
		wh_sql_grant(&survey->accesses[i], &at, arena, &list[i]);
		if (list[i].statement && stood(list, i, list[i].statement)) {
			list[i].statement = NULL;
			list[i].effort = WH_AUTOMATIC;
			list[i].note = "the same statement stands above";
		}
	}
	return list;
}
