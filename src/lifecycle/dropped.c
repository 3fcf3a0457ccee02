/* What falls with the tables of the target that are to be dropped. */
#include "lifecycle/steps.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"

static bool dropped(const struct wh_migration *m, const struct wh_table *there)
{
	for (size_t i = 0; i < m->plan.ntables; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		if (t->treatment == WH_DROP && wh_equal(t->name, there->name) &&
			wh_equal(t->schema, there->schema))
			return true;
	}
	return false;
}

static void note(struct wh_migration *m, const char *object, const struct wh_table *table,
	const char *definition)
{
	wh_findings_add(&m->plan.findings, "dropped-with-table", WH_WARNING, WH_MANUAL, object,
		"it stands on the target's table \"%s\" and is dropped with it, as --if-exists drop asks; "
		"make it again afterwards where it is still wanted",
		wh_shown_name(&m->arena, table->schema, table->name))
		->source = definition;
}

static void note_views(struct wh_migration *m, const struct wh_table *t)
{
	for (size_t i = 0; i < t->ndependents; i++) {
		const struct wh_object *o = &t->dependents[i];
		note(m,
			wh_arena_format(&m->arena, "%s %s", o->kind,
				wh_shown_name(&m->arena, o->schema, o->name)),
			t, o->definition);
	}
}

static void note_references(struct wh_migration *m, const struct wh_catalog *target,
	const struct wh_table *from)
{
	for (size_t i = 0; i < from->nforeign_keys; i++) {
		const struct wh_foreign_key *f = &from->foreign_keys[i];
		const struct wh_table *to = wh_catalog_table(target, f->to_schema, f->to_table);
		if (to && dropped(m, to))
			note(m,
				wh_arena_format(&m->arena, "foreign key %s on %s", f->name ? f->name : "(no name)",
					wh_shown_name(&m->arena, from->schema, from->name)),
				to, NULL);
	}
}

void wh_note_dropped(struct wh_migration *m, const struct wh_catalog *target)
{
	for (size_t i = 0; i < target->ntables; i++) {
		const struct wh_table *t = &target->tables[i];
		if (dropped(m, t))
			note_views(m, t);
		else if (m->target_kind->facts.drop_cascades)
			note_references(m, target, t);
	}
}
