/* Next values, comments, and what acts by itself once the target is used. */
#include "connectors/postgres/ddl.h"
#include "base/decimal.h"
#include "base/text.h"
#include <string.h>

#define MOST "9223372036854775807" /* of a sequence */

static bool above(const char *a, const char *b)
{
	return a && b && wh_decimal_compare(a, strlen(a), b, strlen(b)) > 0;
}

/* An exhausted sequence has no next value that it could be set to: only a last one. */
static void put_value(struct postgres_ddl *d, const struct wh_sequence *s, const char *next)
{
	bool exhausted = s && s->increment && (above(next, s->maximum) || above(s->minimum, next));
	if (exhausted)
		wh_buffer_format(&d->sql, "(%s - (%s))::pg_catalog.int8, true)", next, s->increment);
	else
		wh_buffer_format(&d->sql, "%s, false)", next);
}

/* Rows that were there before may be further. */
static const char *at_least_rows(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_column *c, const char *next)
{
	if (t->treatment != WH_APPEND)
		return next;
	postgres_put(d, "GREATEST(");
	postgres_put(d, next);
	postgres_put(d, ", (SELECT pg_catalog.max(");
	postgres_put_name(d, c->name);
	postgres_put(d, ") + 1 FROM ");
	postgres_put_table(d, t);
	postgres_put(d, "))::pg_catalog.int8");
	return postgres_take(d);
}

/* Of an identity, as wide as its column: behind its end it has given its last value. */
static void put_identity_value(struct postgres_ddl *d, const struct wh_plan_column *c,
	const char *next)
{
	int64_t width = c->fit.type.precision;
	const char *most = width && width <= 16 ? "32767" : width && width <= 32 ? "2147483647" : MOST;
	if (above(next, most))
		wh_buffer_format(&d->sql, "%s, true)", most);
	else
		wh_buffer_format(&d->sql, "%s, false)", next);
}

/* Of a counter that starts where a sequence ends. */
static void put_shifted(struct postgres_ddl *d, const char *next)
{
	wh_buffer_format(&d->sql, "LEAST(%s - %s, %s)::pg_catalog.int8, %s - %s > %s)", next, MOST,
		MOST, next, MOST, MOST);
}

static void column_counter(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	const struct wh_sequence *s = d->plan->same_engine ? postgres_sequence_of(d, t, c) : NULL;
	const char *next = at_least_rows(d, t, c, c->source->next_value);
	bool shifted = postgres_has_counter(c) && above(next, MOST);
	if (postgres_makes(t) && shifted) { /* the sequence counts on from there */
		postgres_put_counting(d, t, c);
		postgres_put(d, " + " MOST "::numeric;\n");
	}
	postgres_put(d, "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(");
	postgres_put_literal(d, postgres_quoted(d, t->schema, t->name));
	postgres_put(d, ", ");
	postgres_put_literal(d, c->name);
	postgres_put(d, "), ");
	if (shifted)
		put_shifted(d, next);
	else if (s)
		put_value(d, s, next);
	else
		put_identity_value(d, c, next);
	postgres_add(d, "counter", t, c->name)->repeatable = true;
}

/* One that the target keeps may be further: it never goes back. */
static void put_unless_further(struct postgres_ddl *d, const struct wh_plan_sequence *s)
{
	const char *step = s->source->increment ? s->source->increment : "1";
	postgres_put(d, " FROM ");
	postgres_put_qualified(d, s->schema, s->name);
	wh_buffer_format(&d->sql, " WHERE last_value %s %s", *step == '-' ? ">" : "<",
		s->source->next_value);
}

static void sequence_counter(struct postgres_ddl *d, const struct wh_plan_sequence *s)
{
	if (!s->source->next_value)
		return;
	postgres_put(d, "SELECT pg_catalog.setval(");
	postgres_put_literal(d, postgres_quoted(d, s->schema, s->name));
	postgres_put(d, ", ");
	put_value(d, s->source, s->source->next_value);
	if (!wh_treatment_makes(s->treatment))
		put_unless_further(d, s);
	postgres_add(d, "counter", NULL, s->name)->repeatable = true;
}

static const struct wh_plan_table *owner(const struct wh_plan *plan, const struct wh_sequence *s)
{
	for (size_t i = 0; s->owner_table && i < plan->ntables; i++)
		if (wh_equal(plan->tables[i].source->name, s->owner_table) &&
			wh_equal(plan->tables[i].source->schema, s->owner_schema))
			return &plan->tables[i];
	return NULL;
}

static void sequence_owner(struct postgres_ddl *d, const struct wh_plan_sequence *s)
{
	const struct wh_plan_table *t = owner(d->plan, s->source);
	const struct wh_plan_column *c = t ? postgres_column(t, s->source->owner_column) : NULL;
	if (!c || !wh_treatment_makes(s->treatment))
		return;
	postgres_put(d, "ALTER SEQUENCE ");
	postgres_put_qualified(d, s->schema, s->name);
	postgres_put(d, " OWNED BY ");
	postgres_put_table(d, t);
	postgres_put(d, ".");
	postgres_put_name(d, c->name);
	postgres_add(d, "sequence owner", t, s->name)->repeatable = true;
}

/* Serial columns have a sequence of the plan, which is set as such. */
static bool counted(const struct postgres_ddl *d, const struct wh_plan_column *c)
{
	bool serial = d->plan->same_engine && c->source->default_text;
	return c->identity != WH_NO_IDENTITY && c->source->next_value && !serial;
}

void postgres_ddl_counters(struct postgres_ddl *d)
{
	for (size_t i = 0; i < d->plan->nsequences; i++) {
		sequence_owner(d, &d->plan->sequences[i]);
		sequence_counter(d, &d->plan->sequences[i]);
	}
	for (size_t n = 0; n < d->plan->ntables; n++) {
		const struct wh_plan_table *t = &d->plan->tables[n];
		for (size_t i = 0; i < t->ncolumns; i++)
			if (counted(d, &t->columns[i]))
				column_counter(d, t, &t->columns[i]);
	}
}

static void put_comment(struct postgres_ddl *d, const char *comment)
{
	postgres_put(d, " IS ");
	postgres_put_literal(d, comment);
}

static void table_comment(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	if (!t->comment || !*t->comment)
		return;
	postgres_put(d, "COMMENT ON TABLE ");
	postgres_put_table(d, t);
	put_comment(d, t->comment);
	postgres_add(d, "comment", t, t->name)->repeatable = true;
}

static void column_comment(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	if (!c->comment || !*c->comment)
		return;
	postgres_put(d, "COMMENT ON COLUMN ");
	postgres_put_table(d, t);
	postgres_put(d, ".");
	postgres_put_name(d, c->name);
	put_comment(d, c->comment);
	postgres_add(d, "comment", t, c->name)->repeatable = true;
}

static void index_comment(struct postgres_ddl *d, const struct wh_plan_table *t,
	const struct wh_plan_index *i)
{
	const char *comment = i->source->comment;
	if (!comment || !*comment || (d->plan->same_engine && i->source->constraint))
		return;
	postgres_put(d, "COMMENT ON INDEX ");
	postgres_put_qualified(d, t->schema, i->name);
	put_comment(d, comment);
	postgres_add(d, "comment", t, i->name)->repeatable = true;
}

static void sequence_comment(struct postgres_ddl *d, const char *schema, const char *name,
	const char *comment)
{
	if (!comment || !*comment)
		return;
	postgres_put(d, "COMMENT ON SEQUENCE ");
	postgres_put_qualified(d, schema, name);
	put_comment(d, comment);
	postgres_add(d, "comment", NULL, name)->repeatable = true;
}

/* Those of identity columns are no sequences of the plan. */
static void identity_comments(struct postgres_ddl *d, const struct wh_plan_table *t)
{
	for (size_t i = 0; postgres_unchanged(d, t) && i < t->ncolumns; i++) {
		const struct wh_sequence *s = postgres_sequence_of(d, t, &t->columns[i]);
		if (s && s->identity)
			sequence_comment(d, s->schema, s->name, s->comment);
	}
}

static void comments(struct postgres_ddl *d)
{
	for (size_t n = 0; n < d->plan->ntables; n++) {
		const struct wh_plan_table *t = &d->plan->tables[n];
		if (!postgres_makes(t))
			continue;
		table_comment(d, t);
		for (size_t i = 0; i < t->ncolumns; i++)
			column_comment(d, t, &t->columns[i]);
		for (size_t i = 0; i < t->nindexes; i++)
			index_comment(d, t, &t->indexes[i]);
		identity_comments(d, t);
	}
	for (size_t i = 0; i < d->plan->nsequences; i++) {
		const struct wh_plan_sequence *s = &d->plan->sequences[i];
		if (wh_treatment_makes(s->treatment))
			sequence_comment(d, s->schema, s->name, s->source->comment);
	}
}

/* The order in which kinds are tried; what still fails comes again in later rounds. */
const char *const postgres_open_order[] = { "check constraint", "exclusion constraint", "function",
	"procedure", "aggregate", "operator", "operator family", "operator class",
	"operator family member", "cast", "text search dictionary", "text search configuration", "view",
	"materialized view", "materialized view index", "statistics", "column setting", "table setting",
	"rule", "trigger", "policy", "row security", "comment", NULL };

/* Behind the rights, because an event trigger acts on statements like all these. */
static const char *const last[] = { "publication", "event trigger", NULL };

static bool is_in(const char *const *kinds, const char *kind)
{
	for (size_t i = 0; kinds[i]; i++)
		if (!strcmp(kinds[i], kind))
			return true;
	return false;
}

static bool is_known(const char *kind)
{
	static const char *const elsewhere[] = { "schema", "extension", "collation", "type", "domain",
		"owner", "grant", NULL };
	return is_in(postgres_open_order, kind) || is_in(last, kind) || is_in(elsewhere, kind);
}

static const struct wh_plan_table *table_of(const struct wh_plan *plan, const struct wh_object *o)
{
	for (size_t i = 0; o->table && i < plan->ntables; i++)
		if (wh_equal(plan->tables[i].source->name, o->table) &&
			wh_equal(plan->tables[i].source->schema, o->schema))
			return &plan->tables[i];
	return NULL;
}

bool postgres_may_repeat(const char *kind)
{
	static const char *const kinds[] = { "function", "procedure", "comment", "row security",
		"column setting", "table setting", NULL };
	return is_in(kinds, kind);
}

/* A tool may have been made before the tables. */
static void object(struct postgres_ddl *d, const struct wh_plan_object *o)
{
	const char *kind = o->source->kind;
	const struct wh_plan_table *t = table_of(d->plan, o->source);
	if (t && !postgres_makes(t))
		return;
	bool tolerant = postgres_is_tool(kind) && !postgres_may_repeat(kind);
	if (tolerant)
		postgres_put_tolerant(d, o->statement,
			"duplicate_object OR duplicate_table OR duplicate_function OR unique_violation");
	else
		postgres_put(d, o->statement);
	postgres_add(d, kind, t, o->name)->repeatable = tolerant || postgres_may_repeat(kind);
}

static void objects(struct postgres_ddl *d, const char *kind)
{
	for (size_t i = 0; i < d->plan->nobjects; i++) {
		const struct wh_plan_object *o = &d->plan->objects[i];
		if (wh_plan_object_made(o) &&
			(kind ? !strcmp(o->source->kind, kind) : !is_known(o->source->kind)))
			object(d, o);
	}
}

void postgres_ddl_open(struct postgres_ddl *d)
{
	comments(d);
	postgres_ddl_on_update(d);
	for (size_t i = 0; postgres_open_order[i]; i++)
		objects(d, postgres_open_order[i]);
	objects(d, NULL);
	postgres_ddl_rights(d);
	for (size_t i = 0; last[i]; i++)
		objects(d, last[i]);
}
