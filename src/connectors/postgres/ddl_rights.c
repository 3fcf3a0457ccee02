/* Owners and rights: one statement an account, because without it none of them holds. */
#include "connectors/postgres/ddl.h"
#include "base/text.h"
#include <string.h>

static bool carried(const struct postgres_ddl *d, const struct wh_plan_object *o)
{
	int64_t table = postgres_number_of(d, o->source->schema, o->source->table);
	return o->statement && (table < 0 || postgres_makes(&d->plan->tables[table]));
}

/* All that is like the first one: of its kind, for its account. */
static void rights_of(struct postgres_ddl *d, size_t first, bool *done)
{
	const struct wh_object *s = d->plan->objects[first].source;
	bool any = false;
	for (size_t i = first; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		if (strcmp(o->source->kind, s->kind) || strcmp(o->source->name, s->name))
			continue;
		done[i] = true;
		if (!carried(d, o))
			continue;
		postgres_put(d, any ? ";\n" : "");
		postgres_put(d, o->statement);
		any = true;
	}
	if (!any)
		return;
	struct wh_statement *statement = postgres_add(d, s->kind, NULL, s->name);
	statement->object = wh_arena_format(d->arena, "%s %s", s->kind, s->name);
	statement->repeatable = statement->wished = true;
}

/* Owners first: what belongs to another takes its grants along. */
void postgres_ddl_rights(struct postgres_ddl *d)
{
	static const char *const kinds[] = { "owner", "grant" };
	bool *done = wh_new_array(d->arena, bool, d->plan->nobjects + 1);
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t i = 0; i < d->plan->nobjects; i++)
			if (!done[i] && !strcmp(d->plan->objects[i].source->kind, kinds[k]))
				rights_of(d, i, done);
}
