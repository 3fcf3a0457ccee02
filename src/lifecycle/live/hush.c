#include "lifecycle/live/hush.h"
#include "base/crash.h"
#include "base/text.h"
#include "sql/dialect.h"
#include <jansson.h>
#include <stdlib.h>

static const char *fact_of(enum wh_side side)
{
	return side == WH_SOURCE ? "hushed_source" : "hushed_target";
}

static const struct wh_catalog *catalog_of(const struct wh_migration *m, enum wh_side side)
{
	return side == WH_SOURCE ? &m->catalog : &m->target;
}

static const struct wh_connector *kind_of(const struct wh_migration *m, enum wh_side side)
{
	return side == WH_SOURCE ? m->source_kind : m->target_kind;
}

static bool moved(const struct wh_migration *m, enum wh_side side, const char *table)
{
	for (size_t i = 0; i < m->plan.ntables; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		if (wh_equal(side == WH_SOURCE ? t->source->name : t->name, table))
			return true;
	}
	return false;
}

static bool wakes(const struct wh_migration *m, enum wh_side side, const struct wh_object *o)
{
	return wh_equal(o->kind, "event") ||
		(wh_equal(o->kind, "trigger") && o->table && moved(m, side, o->table));
}

static json_t *read_list(struct wh_migration *m, enum wh_side side)
{
	const char *text = wh_journal_get(m->journal, fact_of(side), &m->arena);
	json_t *list = text && *text ? json_loads(text, 0, NULL) : NULL;
	return list ? list : json_array();
}

static int write_list(struct wh_migration *m, enum wh_side side, json_t *list,
	struct wh_error *error)
{
	char *text = json_array_size(list) ? json_dumps(list, JSON_COMPACT) : NULL;
	int rc = wh_journal_set(m->journal, fact_of(side), text, error);
	free(text);
	return rc;
}

static const char *word(const json_t *item, const char *name)
{
	return json_string_value(json_object_get(item, name));
}

static bool is_in(const json_t *list, const struct wh_object *o)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		if (wh_equal(word(item, "kind"), o->kind) && wh_equal(word(item, "name"), o->name))
			return true;
	}
	return false;
}

static void add(json_t *list, const struct wh_object *o)
{
	json_array_append_new(list,
		json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "kind", o->kind, "name", o->name, "table",
			o->table, "definition", o->definition, "address", o->address, "schema", o->schema));
}

static int say(struct wh_conn *conn, const char *sql, const char *name, struct wh_error *error)
{
	const struct wh_statement statement = { .kind = "trigger",
		.object = name,
		.table = -1,
		.sql = sql };
	int rc = wh_at(error, conn, conn->kind->execute(conn, &statement, error));
	if (rc == WH_EXISTS)
		wh_error_clear(error);
	return rc == WH_EXISTS ? WH_OK : rc;
}

static int hush_one(struct wh_conn *conn, const json_t *item, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	bool event = wh_equal(word(item, "kind"), "event");
	wh_buffer_text(&sql, event ? "ALTER EVENT " : "DROP TRIGGER IF EXISTS ");
	wh_sql_name(&sql, conn->kind->dialect, word(item, "name"));
	wh_buffer_text(&sql, event ? " DISABLE" : "");
	int rc = say(conn, wh_buffer_string(&sql), word(item, "name"), error);
	wh_buffer_free(&sql);
	return rc;
}

static int wake_one(struct wh_conn *conn, const json_t *item, struct wh_error *error)
{
	const char *definition = word(item, "definition");
	if (!definition)
		return WH_OK;
	if (!wh_equal(word(item, "kind"), "event"))
		return say(conn, definition, word(item, "name"), error);
	if (strstr(definition, " DISABLE"))
		return WH_OK;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "ALTER EVENT ");
	wh_sql_name(&sql, conn->kind->dialect, word(item, "name"));
	wh_buffer_text(&sql, " ENABLE");
	int rc = say(conn, wh_buffer_string(&sql), word(item, "name"), error);
	wh_buffer_free(&sql);
	return rc;
}

static int each(struct wh_migration *m, enum wh_side side, const json_t *list,
	int (*one)(struct wh_conn *, const json_t *, struct wh_error *), struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	if (!json_array_size(list))
		return WH_OK;
	int rc = wh_migration_connect(m, side, true, &conn, error);
	for (size_t i = 0; i < json_array_size(list) && rc == WH_OK; i++)
		rc = one(conn, json_array_get(list, i), error);
	wh_conn_close(conn);
	return rc;
}

int wh_hush(struct wh_migration *m, enum wh_side side, struct wh_error *error)
{
	const struct wh_catalog *c = catalog_of(m, side);
	if (kind_of(m, side)->facts.triggers_sleep)
		return WH_OK;
	json_t *list = read_list(m, side);
	for (size_t i = 0; i < c->nobjects; i++)
		if (wakes(m, side, &c->objects[i]) && !is_in(list, &c->objects[i]))
			add(list, &c->objects[i]);
	int rc = json_array_size(list) ? write_list(m, side, list, error) : WH_OK;
	wh_crash_point("triggers on record");
	if (rc == WH_OK)
		rc = each(m, side, list, hush_one, error);
	json_decref(list);
	return rc;
}

int wh_wake(struct wh_migration *m, enum wh_side side, struct wh_error *error)
{
	json_t *list = read_list(m, side);
	int rc = WH_OK;
	if (json_array_size(list)) {
		rc = each(m, side, list, wake_one, error);
		wh_crash_point("triggers are back");
		json_array_clear(list);
		if (rc == WH_OK)
			rc = write_list(m, side, list, error);
	}
	json_decref(list);
	return rc;
}

static void recall_one(struct wh_migration *m, const json_t *item)
{
	struct wh_catalog *c = &m->catalog;
	struct wh_arena *arena = &c->arena;
	for (size_t i = 0; i < c->nobjects; i++)
		if (wh_equal(c->objects[i].kind, word(item, "kind")) &&
			wh_equal(c->objects[i].name, word(item, "name"))) {
			c->objects[i].definition = wh_arena_text(arena, word(item, "definition"));
			return;
		}
	*wh_push(arena, &c->objects, &c->nobjects) = (struct wh_object){
		.kind = wh_arena_text(arena, word(item, "kind")),
		.name = wh_arena_text(arena, word(item, "name")),
		.table = wh_arena_text(arena, word(item, "table")),
		.definition = wh_arena_text(arena, word(item, "definition")),
		.address = wh_arena_text(arena, word(item, "address")),
		.schema = wh_arena_text(arena, word(item, "schema")),
	};
}

void wh_hush_recall(struct wh_migration *m)
{
	json_t *list = m->journal ? read_list(m, WH_SOURCE) : NULL;
	for (size_t i = 0; i < json_array_size(list); i++)
		recall_one(m, json_array_get(list, i));
	if (json_array_size(list))
		wh_catalog_sort(&m->catalog);
	json_decref(list);
}
