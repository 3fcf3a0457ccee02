/* Objects: views, triggers, routines, types, sequences. The same engine takes them whole; for
 * another they are kept as findings with their text. */
#include "lifecycle/plan/views.h"
#include "base/text.h"

/* Whether its text holds one of the clauses that no type has. */
static bool says_more(const struct wh_object *o, const char *const *clauses, size_t n)
{
	for (size_t i = 0; i < n && clauses[i] && o->definition; i++)
		if (strstr(o->definition, clauses[i]))
			return true;
	return false;
}

/* Kinds that mean nothing elsewhere: the plan's columns and tables say it already, or it is the
 * engine's own affair. NULL: a person has to port it. */
static const char *moot(const struct wh_planner *p, const struct wh_object *o)
{
	static const char in_types[] = "the types of the target's columns say what it said";
	static const char in_columns[] =
		"the target's columns say what it said: type, NOT NULL, DEFAULT and CHECK";
	static const char own[] = "it sets what only the source's engine knows";
	static const struct {
		const char *kind, *why, *unless[3];
	} kinds[] = {
		{ "schema", in_types, { NULL } },
		{ "type", in_types, { NULL } },
		{ "enum", in_types, { NULL } },
		{ "domain", in_types, { " CHECK (", " NOT NULL", " DEFAULT " } },
		{ "extension", in_types, { NULL } },
		{ "collation", in_types, { NULL } },
		{ "composite type", in_types, { NULL } },
		{ "range type", in_types, { NULL } },
		{ "pragma", own, { NULL } },
		{ "column setting", own, { NULL } },
		{ "table setting", own, { NULL } },
		{ "statistics", own, { NULL } },
		{ "comment", "the target has no place for a comment on such an object", { NULL } },
		{ "materialized view index", "its view is not there either", { NULL } },
	};
	if (!strcmp(o->kind, "domain") && wh_planner_domain_said(p, o))
		return in_columns;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(o->kind, kinds[i].kind))
			return says_more(o, kinds[i].unless, 3) ? NULL : kinds[i].why;
	return NULL;
}

static void lost_object(const struct wh_planner *p, const struct wh_object *o, const char *why)
{
	const char *none = p->plan->same_engine ? NULL : moot(p, o);
	wh_findings_add(&p->plan->findings, "object-not-carried", none ? WH_INFO : WH_WARNING,
		none ? WH_AUTOMATIC : WH_MANUAL,
		wh_arena_format(p->arena, "%s %s", o->kind, wh_shown_name(p->arena, o->schema, o->name)),
		"not created on the target: %s", none ? none : why)
		->source = o->definition;
}

/* why: the view is not translated; moved: its own text would mean something else. */
static const char *obstacle(const struct wh_planner *p, const struct wh_object *o, const char *why,
	const char *moved)
{
	if (!p->plan->same_engine && why)
		return wh_arena_format(p->arena, "its text is not translated: %s", why);
	if (!p->plan->same_engine && !strcmp(o->kind, "virtual table"))
		return "what it finds is not moved either; use the target's own full-text or spatial index";
	if (!p->plan->same_engine)
		return wh_arena_format(p->arena, "it is written for %s; port its text by hand",
			p->source->summary);
	if (!o->definition)
		return "its definition could not be read";
	if (o->table && !wh_planner_table(p, o->schema, o->table) &&
		wh_catalog_table(p->catalog, o->schema, o->table))
		return "its table is not part of the move";
	return moved;
}

static void plan_object(const struct wh_planner *p, const struct wh_object *o,
	const struct wh_sql_view *view, const char *moved)
{
	struct wh_plan_object planned = { .source = o, .name = o->name };
	planned.schema = p->target->facts.schemas ? o->schema : NULL;
	const char *why = view->statement ? NULL : obstacle(p, o, view->why, moved);
	if (view->statement) {
		planned.schema = view->table.to_schema;
		planned.name = view->table.to_name;
		planned.statement = view->statement;
		wh_planner_view_found(p, o, view);
	} else if (why)
		lost_object(p, o, why);
	else
		planned.statement = o->definition;
	*wh_push(p->arena, &p->plan->objects, &p->plan->nobjects) = planned;
}

/* As the standard has it, to be ported. */
const char *wh_sequence_text(struct wh_arena *arena, const struct wh_sequence *s, const char *start)
{
	return wh_arena_format(arena,
		"CREATE SEQUENCE %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s%s",
		wh_shown_name(arena, s->schema, s->name), start ? start : "1",
		s->increment ? s->increment : "1", s->minimum ? s->minimum : "1",
		s->maximum ? s->maximum : "9223372036854775807", s->cycle ? " CYCLE" : " NO CYCLE");
}

/* A column of another engine counts upwards by one. */
static void note_step(const struct wh_planner *p, const struct wh_sequence *s)
{
	bool by_one = !s->increment || wh_equal(s->increment, "1");
	if (p->plan->same_engine || !s->owner_table || (by_one && !s->cycle) ||
		!wh_planner_table(p, s->owner_schema, s->owner_table))
		return;
	wh_findings_add(&p->plan->findings, "counter-not-carried", WH_WARNING, WH_MANUAL,
		wh_arena_format(p->arena, "%s.%s", wh_shown_name(p->arena, s->owner_schema, s->owner_table),
			s->owner_column),
		"counts in steps of %s%s on the source; the target counts upwards by one, without end",
		s->increment ? s->increment : "1", s->cycle ? ", in circles," : "")
		->source = wh_sequence_text(p->arena, s, s->next_value);
}

/* An owned sequence is carried by its column: by the identity on the target. */
static void plan_sequence(const struct wh_planner *p, const struct wh_sequence *s)
{
	note_step(p, s);
	if (s->identity || (s->owner_table && !p->plan->same_engine))
		return;
	if (s->owner_table && !wh_planner_table(p, s->owner_schema, s->owner_table))
		return;
	if (!p->target->facts.sequences) {
		wh_findings_add(&p->plan->findings, "sequence-not-carried", WH_WARNING, WH_MANUAL,
			wh_arena_format(p->arena, "sequence %s", wh_shown_name(p->arena, s->schema, s->name)),
			"the target has no sequences; the next value would be %s",
			s->next_value ? s->next_value : "(not known)")
			->source = wh_sequence_text(p->arena, s, s->next_value);
		return;
	}
	bool schemas = p->target->facts.schemas;
	*wh_push(p->arena, &p->plan->sequences,
		&p->plan->nsequences) = (struct wh_plan_sequence){ .source = s,
		.schema = schemas ? s->schema ? s->schema : p->target->facts.default_schema : NULL,
		.name = s->name };
}

void wh_planner_objects(const struct wh_planner *p)
{
	struct wh_moved moved;
	wh_planner_moved(p, &moved);
	const struct wh_sql_view *views = wh_planner_views(p, &moved);
	bool rights = wh_planner_carries_rights(p);
	for (size_t i = 0; i < p->catalog->nobjects; i++) {
		const struct wh_object *o = &p->catalog->objects[i];
		if (rights || !wh_planner_is_right(o))
			plan_object(p, o, &views[i], wh_planner_mentions(p, &moved, o));
	}
	if (!rights)
		wh_planner_report_rights(p);
	for (size_t i = 0; i < p->catalog->nsequences; i++)
		plan_sequence(p, &p->catalog->sequences[i]);
}
