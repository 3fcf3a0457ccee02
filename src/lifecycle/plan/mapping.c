/* The mapping is read from a plan of two tables that hold a column of every type: nothing else
 * could say what a run really does. */
#include "lifecycle/plan/mapping.h"
#include "lifecycle/plan/plan.h"

static int put_column(struct wh_mapping *m, const struct wh_connector *source,
	const struct wh_type_entry *from, struct wh_column *c, struct wh_error *error)
{
	struct wh_arena *arena = &m->catalog.arena;
	c->name = wh_arena_format(arena, "c%zu", m->ntypes);
	if (from->type)
		c->type = *from->type;
	else if (!source->type(arena, from->native, &c->type))
		return wh_fail(error, WH_BUG, "\"%s\" is no type of %s", from->native, source->scheme);
	c->type.native = from->native;
	return WH_OK;
}

static struct wh_table *put_table(struct wh_mapping *m, const char *name, size_t ncolumns)
{
	struct wh_arena *arena = &m->catalog.arena;
	struct wh_table *t = wh_push(arena, &m->catalog.tables, &m->catalog.ntables);
	t->name = name;
	t->kind = "table";
	t->rows = t->bytes = -1;
	t->columns = wh_new_array(arena, struct wh_column, ncolumns + 1);
	t->indexes = wh_new_array(arena, struct wh_index, ncolumns + 1);
	return t;
}

static void put_key(struct wh_arena *arena, struct wh_table *t, const char *column)
{
	struct wh_index *index = &t->indexes[t->nindexes++];
	index->name = wh_arena_format(arena, "key_%s", column);
	index->unique = true;
	index->method = "btree";
	index->parts = wh_new(arena, struct wh_index_part);
	index->parts[0].column = column;
	index->nparts = 1;
}

static int put_types(struct wh_mapping *m, const struct wh_connector *source, size_t most,
	struct wh_error *error)
{
	put_table(m, "keyed", most);
	put_table(m, "plain", most);
	struct wh_table *keyed = &m->catalog.tables[0], *plain = &m->catalog.tables[1];
	for (const struct wh_type_entry *t = source->types; t->native; t++) {
		if (t->same_as)
			continue;
		struct wh_column *c = &plain->columns[plain->ncolumns++];
		int rc = put_column(m, source, t, c, error);
		if (rc != WH_OK)
			return rc;
		keyed->columns[keyed->ncolumns++] = *c;
		put_key(&m->catalog.arena, keyed, c->name);
		m->types[m->ntypes++].from = t;
	}
	return WH_OK;
}

int wh_mapping_make(struct wh_mapping *m, const struct wh_connector *source,
	const struct wh_connector *target, struct wh_arena *arena, struct wh_error *error)
{
	struct wh_settings settings;
	size_t most = 0;
	while (source->types[most].native)
		most++;
	if (!target->fit)
		return wh_fail(error, WH_CONFIG,
			"%s can only be a source; `whimbrel kinds` lists the targets", target->scheme);
	*m = (struct wh_mapping){ .types = wh_new_array(arena, struct wh_mapped_type, most + 1) };
	wh_catalog_init(&m->catalog, source->scheme);
	int rc = put_types(m, source, most, error);
	wh_settings_init(&settings);
	if (rc == WH_OK)
		rc = wh_plan_make(&m->plan, &settings, &(struct wh_plan_ends){ source, target, { NULL } },
			&m->catalog, arena, error);
	wh_settings_free(&settings);
	for (size_t i = 0; i < m->ntypes && rc == WH_OK; i++) {
		m->types[i].keyed = &m->plan.tables[0].columns[i];
		m->types[i].plain = &m->plan.tables[1].columns[i];
	}
	return rc;
}

void wh_mapping_free(struct wh_mapping *m)
{
	wh_catalog_free(&m->catalog);
	*m = (struct wh_mapping){ 0 };
}
