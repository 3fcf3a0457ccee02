/* Views of another engine: translated where that is certain, after what they stand on. */
#include "lifecycle/plan/views.h"
#include "base/text.h"
#include <string.h>

/* Two texts of the column are equal only where their bytes are. */
static bool compares_bytes(const struct wh_column *c)
{
	const char *collation = c->type.collation ? c->type.collation : "";
	return strstr(collation, "nopad_bin") || strstr(collation, "0900_bin") ||
		wh_equal_nocase(collation, "binary");
}

static bool folds(const struct wh_planner *p, const struct wh_column *c)
{
	if (c->type.kind != WH_TEXT || wh_equal(p->catalog->engine, "postgresql"))
		return false;
	return wh_equal(p->catalog->engine, "mysql") ? !compares_bytes(c) : c->type.collation != NULL;
}

static struct wh_sql_column view_column(const struct wh_planner *p, const struct wh_plan_column *c)
{
	const struct wh_type *type = &c->source->type;
	enum wh_kind kind = c->fit.wire.kind;
	bool digits = type->kind == WH_DECIMAL && (type->precision || type->scale);
	return (struct wh_sql_column){ .from = c->source->name,
		.to = c->name,
		.boolean = kind == WH_BOOL,
		.kind = type->kind == kind ? kind : WH_NO_KIND,
		.changed = c->recipe != NULL,
		.scale = digits ? type->scale : -1,
		.folds = folds(p, c->source) };
}

/* The places of the primary key's columns, where none may be null. */
static void view_key(const struct wh_table *t, struct wh_arena *arena, struct wh_sql_table *out)
{
	const struct wh_index *key = wh_table_primary(t);
	size_t *places = wh_new_array(arena, size_t, key ? key->nparts + 1 : 1);
	for (size_t i = 0; key && i < key->nparts; i++) {
		const struct wh_index_part *part = &key->parts[i];
		const struct wh_column *c = part->column ? wh_table_column(t, part->column) : NULL;
		size_t place = 0;
		while (place < out->ncolumns && !wh_equal(out->columns[place].from, part->column))
			place++;
		if (!c || !c->not_null || part->prefix || place == out->ncolumns ||
			out->columns[place].changed)
			return;
		places[i] = place;
	}
	out->key = places;
	out->nkey = key ? key->nparts : 0;
}

static struct wh_sql_table view_table(const struct wh_planner *p, const struct wh_plan_table *t)
{
	struct wh_sql_column *columns = wh_new_array(p->arena, struct wh_sql_column, t->ncolumns + 1);
	size_t n = 0;
	for (size_t i = 0; i < t->ncolumns; i++)
		if (!t->columns[i].added)
			columns[n++] = view_column(p, &t->columns[i]);
	struct wh_sql_table table = { .schema = t->source->schema,
		.name = t->source->name,
		.to_schema = t->schema,
		.to_name = t->name,
		.columns = columns,
		.ncolumns = n };
	view_key(t->source, p->arena, &table);
	return table;
}

/* Where a table of that name would land. */
static void name_view(const struct wh_planner *p, const struct wh_object *o,
	struct wh_sql_table *view)
{
	const struct wh_table as_table = { .schema = o->schema, .name = o->name };
	struct wh_plan_table named = { .source = &as_table };
	if (p->plan->same_engine) {
		named.schema = p->target->facts.schemas ? o->schema : NULL;
		named.name = o->name;
	} else {
		wh_planner_name_table(p, &named);
	}
	view->schema = o->schema;
	view->name = o->name;
	view->to_schema = named.schema;
	view->to_name = named.name;
}

static bool is_view(const struct wh_object *o)
{
	return !strcmp(o->kind, "view") && o->definition;
}

static struct wh_sql_table *known_tables(const struct wh_planner *p)
{
	size_t most = p->plan->ntables + p->catalog->nobjects + 1;
	struct wh_sql_table *tables = wh_new_array(p->arena, struct wh_sql_table, most);
	for (size_t i = 0; i < p->plan->ntables; i++)
		tables[i] = view_table(p, &p->plan->tables[i]);
	return tables;
}

static bool takes_text(const struct wh_planner *p, const struct wh_moved *moved,
	const struct wh_object *o)
{
	return p->plan->same_engine && !wh_planner_mentions(p, moved, o);
}

/* Views stand on views: in rounds, as long as one more is understood. */
struct wh_sql_view *wh_planner_views(const struct wh_planner *p, const struct wh_moved *moved)
{
	struct wh_sql_view *views = wh_new_array(p->arena, struct wh_sql_view,
		p->catalog->nobjects + 1);
	bool none = p->plan->same_engine && !moved->count;
	if (none || !p->source->dialect || !p->target->dialect)
		return views;
	struct wh_sql_table *tables = known_tables(p);
	struct wh_sql_tables all = { tables, p->plan->ntables, p->catalog->database };
	for (size_t before = SIZE_MAX; before != all.count;) {
		before = all.count;
		for (size_t i = 0; i < p->catalog->nobjects; i++) {
			const struct wh_object *o = &p->catalog->objects[i];
			if (!is_view(o) || views[i].statement)
				continue;
			name_view(p, o, &views[i].table);
			wh_sql_view_translate(o->definition, p->source->dialect, p->target->dialect, &all,
				p->arena, &views[i]);
			if (views[i].statement)
				tables[all.count++] = views[i].table;
		}
	}
	for (size_t i = 0; i < p->catalog->nobjects; i++)
		if (takes_text(p, moved, &p->catalog->objects[i]))
			views[i].statement = views[i].why = NULL;
	return views;
}

static const char *notes_text(const struct wh_planner *p, const struct wh_sql_view *view)
{
	const char *text = view->notes[0];
	for (size_t i = 1; i < view->nnotes; i++)
		text = wh_arena_format(p->arena, "%s; %s", text, view->notes[i]);
	return text;
}

void wh_planner_view_found(const struct wh_planner *p, const struct wh_object *o,
	const struct wh_sql_view *view)
{
	const char *object = wh_arena_format(p->arena, "view %s",
		wh_shown_name(p->arena, o->schema, o->name));
	wh_findings_add(&p->plan->findings, "view-translated", WH_INFO, WH_AUTOMATIC, object,
		"translated: %s", view->statement)
		->source = o->definition;
	if (view->nnotes)
		wh_findings_add(&p->plan->findings, "view-differs", WH_WARNING, WH_ASSISTED, object,
			"its translation is not the same in everything: %s", notes_text(p, view))
			->source = o->definition;
}
