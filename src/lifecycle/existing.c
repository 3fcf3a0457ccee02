/* Views that the target holds already under the name of one of the plan's. What they are is known
 * before anything is written: afterwards nobody can tell an old one from one of ours. */
#include "lifecycle/steps.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include <stdlib.h>

static bool is_view(const struct wh_object *o)
{
	return wh_equal(o->kind, "view") || wh_equal(o->kind, "materialized view");
}

static bool same_name(const struct wh_migration *m, const char *a, const char *b)
{
	return m->target_kind->facts.names_nocase ? wh_equal_nocase(a, b) : wh_equal(a, b);
}

static const struct wh_object *namesake(const struct wh_migration *m,
	const struct wh_plan_object *planned, const struct wh_catalog *target)
{
	bool schemas = m->target_kind->facts.schemas;
	for (size_t i = 0; i < target->nobjects; i++) {
		const struct wh_object *o = &target->objects[i];
		if (wh_equal(o->kind, planned->source->kind) && same_name(m, o->name, planned->name) &&
			(!schemas || wh_equal(o->schema, planned->schema)))
			return o;
	}
	return NULL;
}

static int refuse(struct wh_migration *m, const struct wh_plan_object *o, struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target has a view \"%s\" already; nothing was written; choose what is to happen with "
		"--if-exists truncate, append or drop, or name an empty target",
		wh_shown_name(&m->arena, o->schema, o->name));
	error->side = WH_TARGET;
	return WH_GUARD;
}

static void note(struct wh_migration *m, const struct wh_plan_object *o,
	const struct wh_object *there)
{
	const char *name = wh_arena_format(&m->arena, "%s %s", there->kind,
		wh_shown_name(&m->arena, o->schema, o->name));
	struct wh_findings *findings = &m->plan.findings;
	if (o->treatment == WH_DROP)
		wh_findings_add(findings, "view-replaced", WH_INFO, WH_AUTOMATIC, name,
			"the target had one of that name; it is dropped, as --if-exists drop asks")
			->source = there->definition;
	else if (!wh_equal(there->definition, o->statement))
		wh_findings_add(findings, "view-kept", WH_WARNING, WH_MANUAL, name,
			"the target has one of that name, which stays as it is; compare it with the source's")
			->source = there->definition;
}

int wh_find_existing(struct wh_migration *m, const struct wh_catalog *target,
	enum wh_treatment wanted, struct wh_error *error)
{
	struct wh_buffer list = { 0 };
	for (size_t i = 0; i < m->plan.nobjects; i++) {
		struct wh_plan_object *o = &m->plan.objects[i];
		bool asks = o->statement && is_view(o->source);
		const struct wh_object *there = asks ? namesake(m, o, target) : NULL;
		if (!there)
			continue;
		if (wanted == WH_CREATE) {
			wh_buffer_free(&list);
			return refuse(m, o, error);
		}
		o->treatment = wanted;
		note(m, o, there);
		wh_buffer_format(&list, "%zu ", i);
	}
	int rc = wh_journal_set(m->journal, "views_there", wh_buffer_string(&list), error);
	wh_buffer_free(&list);
	return rc;
}

void wh_recall_existing(struct wh_migration *m, enum wh_treatment wanted)
{
	const char *at = wh_journal_get(m->journal, "views_there", &m->arena);
	char *end = NULL;
	for (; at && *at; at = *end ? end + 1 : end) {
		size_t i = strtoul(at, &end, 10);
		if (i < m->plan.nobjects)
			m->plan.objects[i].treatment = wanted;
	}
}
