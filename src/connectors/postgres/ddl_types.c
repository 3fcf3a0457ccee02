/* Statements before the tables: schemas, extensions, types, sequences, routines in need. */
#include "connectors/postgres/ddl.h"
#include "base/text.h"
#include <string.h>

static bool is_kind(const struct wh_plan_object *o, const char *kind)
{
	return !strcmp(o->source->kind, kind);
}

/* In the order in which they stand on each other. */
static const char *const tools[] = { "function", "procedure", "aggregate", "operator",
	"operator family", "operator class", "operator family member", "cast", "text search dictionary",
	"text search configuration", NULL };

bool postgres_is_tool(const char *kind)
{
	size_t i = 0;
	while (tools[i] && strcmp(tools[i], kind))
		i++;
	return tools[i];
}

static bool is_type(const struct wh_plan_object *o)
{
	return is_kind(o, "collation") || is_kind(o, "type") || is_kind(o, "domain");
}

static bool has_statement(const struct wh_plan *plan, const char *schema)
{
	for (size_t i = 0; i < plan->nobjects; i++)
		if (plan->objects[i].statement && is_kind(&plan->objects[i], "schema") &&
			!strcmp(plan->objects[i].name, schema))
			return true;
	return false;
}

/* These are there, and asking for "public" takes a privilege that is not needed else. */
static void schemas(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->nschemas; i++) {
		const char *schema = d->plan->schemas[i];
		if (!strcmp(schema, "public") || !strcmp(schema, "pg_catalog") ||
			has_statement(d->plan, schema))
			continue;
		postgres_put(d, "CREATE SCHEMA IF NOT EXISTS ");
		postgres_put_name(d, schema);
		postgres_add(d, "schema", NULL, schema)->repeatable = true;
	}
	for (size_t i = 0; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		if (!wh_plan_object_made(o) || !is_kind(o, "schema"))
			continue;
		postgres_put(d, o->statement);
		postgres_add(d, "schema", NULL, o->name)->repeatable = true;
	}
}

static void extensions(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		if (!wh_plan_object_made(o) || !is_kind(o, "extension"))
			continue;
		postgres_put(d, o->statement);
		postgres_add(d, "extension", NULL, o->name)->repeatable = true;
	}
}

static void add_type(struct postgres_ddl *d, const struct wh_plan_object *o)
{
	postgres_put(d, o->statement);
	postgres_add(d, o->source->kind, NULL, o->name);
}

/* Whether a definition names the other type; a name that only looks so does no harm. */
static bool mentions(const struct wh_plan_object *o, const struct wh_plan_object *other)
{
	return o != other && strstr(o->statement, other->name) != NULL;
}

/* Types that a type is made of come before it. */
static void place_type(struct postgres_ddl *d, size_t i, bool *placed)
{
	const struct wh_plan_object *o = &d->plan->objects[i];
	if (placed[i])
		return;
	placed[i] = true;
	for (size_t k = 0; k < d->plan->nobjects; k++) {
		const struct wh_plan_object *other = &d->plan->objects[k];
		if (wh_plan_object_made(other) && is_type(other) && mentions(o, other))
			place_type(d, k, placed);
	}
	add_type(d, o);
}

static void types(struct postgres_ddl *d)
{
	bool *placed = wh_new_array(d->arena, bool, d->plan->nobjects + 1);
	for (int domain = 0; domain <= 1; domain++)
		for (size_t i = 0; i < d->plan->nobjects; i++) {
			const struct wh_plan_object *o = &d->plan->objects[i];
			if (wh_plan_object_made(o) && is_type(o) && is_kind(o, "domain") == (domain == 1))
				place_type(d, i, placed);
		}
}

static bool names(const char *expression, const char *tool)
{
	return expression && strstr(expression, tool);
}

static bool table_needs(const struct wh_plan_table *t, const char *tool)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (names(t->columns[i].default_text, tool) || names(t->columns[i].generated, tool))
			return true;
	for (size_t i = 0; i < t->nchecks; i++)
		if (names(t->checks[i].text, tool))
			return true;
	for (size_t i = 0; i < t->nindexes; i++) {
		if (names(t->indexes[i].where, tool))
			return true;
		for (size_t p = 0; p < t->indexes[i].source->nparts; p++)
			if (names(t->indexes[i].expressions[p], tool) ||
				names(t->indexes[i].source->parts[p].operator_class, tool))
				return true;
	}
	return names(t->partition, tool);
}

static bool needed(const struct wh_plan *plan, const struct wh_plan_object *tool)
{
	for (size_t i = 0; i < plan->nobjects; i++)
		if (plan->objects[i].statement && is_kind(&plan->objects[i], "domain") &&
			names(plan->objects[i].statement, tool->name))
			return true;
	for (size_t i = 0; i < plan->ntables; i++)
		if (table_needs(&plan->tables[i], tool->name))
			return true;
	return false;
}

static bool any_needed(const struct wh_plan *plan)
{
	for (size_t i = 0; i < plan->nobjects; i++) {
		const struct wh_plan_object *o = &plan->objects[i];
		if (o->statement && postgres_is_tool(o->source->kind) && needed(plan, o))
			return true;
	}
	return false;
}

static void early_tools_of(struct postgres_ddl *d, const char *kind, const char *when)
{
	for (size_t i = 0; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		if (!wh_plan_object_made(o) || !is_kind(o, kind))
			continue;
		postgres_put_tolerant(d, o->statement, "OTHERS");
		postgres_put(d, when);
		postgres_add(d, o->source->kind, NULL, o->name)->repeatable = true;
	}
}

/* A default, a check or an index may call a routine or use an operator, which may itself stand on
 * others and may need tables: each is tried here, and what fails comes again when the target
 * opens. */
static void early_tools(struct postgres_ddl *d, const char *when)
{
	for (size_t i = 0; any_needed(d->plan) && tools[i]; i++)
		early_tools_of(d, tools[i], when);
}

void postgres_put_sequence(struct postgres_ddl *d, const struct wh_sequence *s, bool with_type)
{
	if (with_type && s->type)
		wh_buffer_format(&d->sql, " AS %s", s->type);
	if (s->increment)
		wh_buffer_format(&d->sql, " INCREMENT BY %s", s->increment);
	if (s->minimum)
		wh_buffer_format(&d->sql, " MINVALUE %s", s->minimum);
	if (s->maximum)
		wh_buffer_format(&d->sql, " MAXVALUE %s", s->maximum);
	if (s->start)
		wh_buffer_format(&d->sql, " START WITH %s", s->start);
	if (s->cache && strcmp(s->cache, "0")) /* elsewhere 0 is no cache, here 1 is */
		wh_buffer_format(&d->sql, " CACHE %s", s->cache);
	postgres_put(d, s->cycle ? " CYCLE" : "");
}

/* Other engines name types that are none here, such as "int(11)". */
static bool sequence_type(const struct wh_sequence *s)
{
	return wh_equal(s->type, "smallint") || wh_equal(s->type, "integer") ||
		wh_equal(s->type, "bigint");
}

static void sequences(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->nsequences; i++) {
		const struct wh_plan_sequence *s = &d->plan->sequences[i];
		if (s->source->identity || !wh_treatment_makes(s->treatment))
			continue;
		postgres_put(d, "CREATE SEQUENCE ");
		postgres_put_qualified(d, s->schema, s->name);
		postgres_put_sequence(d, s->source, sequence_type(s->source));
		postgres_add(d, "sequence", NULL, s->name);
	}
}

void postgres_ddl_prelude(struct postgres_ddl *d)
{
	schemas(d);
	extensions(d);
	early_tools(d, " -- before types");
	types(d);
	early_tools(d, " -- behind types");
	sequences(d);
}
