/* Tables of the target that stay, and what the source's have that these have not: whoever lets a
 * table stay is told what it will do without. */
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/steps.h"

struct lacking {
	const struct wh_plan_table *t;
	const struct wh_table *there;
	struct wh_buffer parts;
};

static void add(struct lacking *l, const char *kind, const char *name)
{
	wh_buffer_format(&l->parts, "%s%s%s%s", l->parts.size ? ", " : "", kind, name ? " " : "",
		name ? name : "");
}

static bool same_columns(const struct wh_plan_index *planned, const struct wh_index *there)
{
	bool same = planned->source->unique == there->unique &&
		planned->source->nparts == there->nparts && !planned->where == !there->where;
	for (size_t i = 0; same && i < there->nparts; i++)
		same = wh_equal(planned->columns[i], there->parts[i].column);
	return same;
}

static void compare_indexes(struct lacking *l)
{
	for (size_t i = 0; i < l->t->nindexes; i++) {
		const struct wh_plan_index *planned = &l->t->indexes[i];
		bool found = false;
		for (size_t k = 0; !found && k < l->there->nindexes; k++)
			found = same_columns(planned, &l->there->indexes[k]);
		if (!found)
			add(l, planned->source->primary ? "the primary key" : "index",
				planned->source->primary ? NULL : planned->name);
	}
}

static bool same_key(const struct wh_plan_foreign_key *planned, const struct wh_foreign_key *there)
{
	bool same = planned->source->ncolumns == there->ncolumns;
	for (size_t i = 0; same && i < there->ncolumns; i++)
		same = wh_equal(planned->columns[i], there->columns[i]);
	return same && wh_equal(planned->to_table, there->to_table);
}

static void compare_foreign_keys(struct lacking *l)
{
	for (size_t i = 0; i < l->t->nforeign_keys; i++) {
		bool found = false;
		for (size_t k = 0; !found && k < l->there->nforeign_keys; k++)
			found = same_key(&l->t->foreign_keys[i], &l->there->foreign_keys[k]);
		if (!found)
			add(l, "foreign key", l->t->foreign_keys[i].name);
	}
}

/* The same condition may be written in two ways: only how many there are can be compared. */
static void compare_checks(struct lacking *l)
{
	for (size_t i = l->there->nchecks; i < l->t->nchecks; i++)
		add(l, "a check", NULL);
}

/* Triggers, rules and policies of the plan on this table, but those that the target has too. */
static void compare_objects(struct lacking *l, const struct wh_plan *plan)
{
	for (size_t i = 0; i < plan->nobjects; i++) {
		const struct wh_plan_object *o = &plan->objects[i];
		if (o->statement && o->source->address && o->treatment == WH_CREATE &&
			wh_equal(o->source->table, l->t->source->name) &&
			wh_equal(o->source->schema, l->t->source->schema))
			add(l, o->source->kind, o->name);
	}
}

void wh_note_kept(struct wh_migration *m, const struct wh_catalog *target)
{
	for (size_t i = 0; i < m->plan.ntables; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		struct lacking l = { .t = t, .there = wh_catalog_table(target, t->schema, t->name) };
		if (!l.there || wh_treatment_makes(t->treatment))
			continue;
		compare_indexes(&l);
		compare_foreign_keys(&l);
		compare_checks(&l);
		compare_objects(&l, &m->plan);
		if (l.parts.size)
			wh_findings_add(&m->plan.findings, "table-kept", WH_WARNING, WH_MANUAL,
				wh_shown_name(&m->arena, t->schema, t->name),
				"the target's table stays as it is, and has not what the source's has: %s",
				wh_buffer_string(&l.parts));
		wh_buffer_free(&l.parts);
	}
}
