/* An object that is carried as it is written speaks of tables and columns by the source's names. */
#define _GNU_SOURCE /* strcasestr */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

static bool of_a_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* As a word of its own, in whatever case: unquoted names have none. */
static bool mentions(const char *text, const char *name)
{
	size_t n = strlen(name);
	for (const char *at = text; n && *at; at++) {
		bool begins = at == text || !of_a_word(*name) || !of_a_word(at[-1]);
		if (begins && !strncasecmp(at, name, n) && (!of_a_word(name[n - 1]) || !of_a_word(at[n])))
			return true;
	}
	return false;
}

static bool stays(const struct wh_planner *p, const char *from, const char *to)
{
	return p->target->facts.names_nocase ? wh_equal_nocase(from, to) : wh_equal(from, to);
}

static bool table_stays(const struct wh_planner *p, const struct wh_plan_table *t)
{
	const char *schema = p->target->facts.schemas ? t->source->schema : NULL;
	return stays(p, t->source->name, t->name) && (!schema || stays(p, schema, t->schema));
}

static const char *column_moved(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *source, const char *text)
{
	const struct wh_plan_column *c = wh_plan_table_column(t, source->name);
	if ((c && stays(p, source->name, c->name)) ||
		!(strchr(text, '*') || mentions(text, source->name)))
		return NULL;
	const char *now = c ? wh_arena_format(p->arena, "is called \"%s\"", c->name) : "is not";
	return wh_arena_format(p->arena,
		"it speaks of the column \"%s\" of \"%s\", which %s on the target", source->name,
		t->source->name, now);
}

static const char *columns_moved(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *text)
{
	const char *why = NULL;
	for (size_t i = 0; i < t->source->ncolumns && !why; i++)
		why = column_moved(p, t, &t->source->columns[i], text);
	return why;
}

static const char *table_moved(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *text)
{
	if (!table_stays(p, t))
		return wh_arena_format(p->arena,
			"it speaks of the table \"%s\", which is called \"%s\" on the target", t->source->name,
			wh_shown_name(p->arena, t->schema, t->name));
	return columns_moved(p, t, text);
}

/* NEW and OLD are rows of tables that its text does not name. */
static bool is_of_triggers(const struct wh_object *o)
{
	return strcasestr(o->definition, "RETURNS trigger");
}

static bool all_stays(const struct wh_planner *p, const struct wh_plan_table *t)
{
	return !table_moved(p, t, "*");
}

void wh_planner_moved(const struct wh_planner *p, struct wh_moved *out)
{
	out->tables = wh_new_array(p->arena, const struct wh_plan_table *, p->plan->ntables + 1);
	out->count = 0;
	for (size_t i = 0; p->plan->same_engine && i < p->plan->ntables; i++)
		if (!all_stays(p, &p->plan->tables[i]))
			out->tables[out->count++] = &p->plan->tables[i];
}

const char *wh_planner_mentions(const struct wh_planner *p, const struct wh_moved *moved,
	const struct wh_object *o)
{
	const char *why = NULL;
	for (size_t i = 0; o->definition && i < moved->count && !why; i++) {
		const struct wh_table *t = moved->tables[i]->source;
		bool own = o->table && wh_equal(o->table, t->name) && wh_equal(o->schema, t->schema);
		if (own || mentions(o->definition, t->name))
			why = table_moved(p, moved->tables[i], o->definition);
		else if (is_of_triggers(o))
			why = columns_moved(p, moved->tables[i], o->definition);
	}
	return why;
}
