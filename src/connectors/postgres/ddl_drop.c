/* Statements that drop what is to be replaced. They go in rounds, until none helps another. */
#include "connectors/postgres/ddl.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

static void tables(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->ntables; i++) {
		const struct wh_plan_table *t = &d->plan->tables[i];
		if (t->treatment != WH_DROP || postgres_is_large(t->schema, t->name))
			continue;
		postgres_put(d, "DROP TABLE IF EXISTS ");
		postgres_put_table(d, t);
		postgres_put(d, " CASCADE");
		postgres_add(d, "drop", t, t->name)->repeatable = true;
	}
}

/* These go with what they stand on. */
static bool goes_along(const char *kind)
{
	return !strcmp(kind, "materialized view index") || !strcmp(kind, "operator family member") ||
		!strcmp(kind, "comment");
}

static void put_drop(struct postgres_ddl *d, const struct wh_plan_object *o)
{
	postgres_put(d, "DROP ");
	for (const char *at = o->source->kind; *at; at++)
		wh_buffer_char(&d->sql, (char)toupper((unsigned char)*at));
	postgres_put(d, " IF EXISTS ");
	if (wh_equal(o->source->space, WH_SPACE_RELATION))
		postgres_put_qualified(d, o->schema, o->name);
	else
		postgres_put(d, o->source->address);
}

/* One that others of the target stand on may stay to be replaced in its place. */
static void object(struct postgres_ddl *d, const struct wh_plan_object *o)
{
	put_drop(d, o);
	if (postgres_may_repeat(o->source->kind))
		postgres_put_tolerant(d, postgres_take(d), "dependent_objects_still_exist");
	postgres_add(d, "drop", NULL, o->name)->repeatable = true;
}

static bool is_last(const char *kind)
{
	for (size_t i = 0; postgres_open_order[i]; i++)
		if (!strcmp(postgres_open_order[i], kind))
			return false;
	return true;
}

/* kind NULL: those that have no place in the order. */
static void objects(struct postgres_ddl *d, const char *kind)
{
	for (size_t i = 0; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		const char *is = o->source->kind;
		if (o->treatment == WH_DROP && !goes_along(is) && (kind ? !strcmp(is, kind) : is_last(is)))
			object(d, o);
	}
}

static void sequences(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->nsequences; i++) {
		const struct wh_plan_sequence *s = &d->plan->sequences[i];
		if (s->treatment != WH_DROP)
			continue;
		postgres_put(d, "DROP SEQUENCE IF EXISTS ");
		postgres_put_qualified(d, s->schema, s->name);
		postgres_add(d, "drop", NULL, s->name)->repeatable = true;
	}
}

void postgres_ddl_drops(struct postgres_ddl *d)
{
	size_t n = 0;
	tables(d);
	while (postgres_open_order[n])
		n++;
	while (n)
		objects(d, postgres_open_order[--n]);
	objects(d, NULL);
	sequences(d);
}
