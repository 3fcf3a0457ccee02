/* Where two plans differ, for people. */
#include "lifecycle/plan/plan.h"
#include "base/text.h"
#include <jansson.h>

static const json_t *named(const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *is = json_string_value(json_object_get(item, "source"));
		if (is && wh_equal(is, name))
			return item;
	}
	return NULL;
}

/* The first item of `a` that `b` lacks. */
static const char *missing(const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < json_array_size(a); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(a, i), "source"));
		if (name && !named(b, name))
			return name;
	}
	return NULL;
}

static const char *changed_column(const char *table, const json_t *then, const json_t *now,
	struct wh_arena *arena)
{
	const json_t *old = json_object_get(then, "columns"), *new = json_object_get(now, "columns");
	const char *gone = missing(old, new), *come = missing(new, old);
	if (gone && come)
		return wh_arena_format(arena, "table \"%s\" has column \"%s\" instead of \"%s\"", table,
			come, gone);
	if (gone || come)
		return wh_arena_format(arena, "table \"%s\" has %s column \"%s\"", table,
			gone ? "lost" : "a new", gone ? gone : come);
	for (size_t i = 0; i < json_array_size(old); i++) {
		const json_t *a = json_array_get(old, i);
		const char *name = json_string_value(json_object_get(a, "source"));
		if (name && !json_equal(a, named(new, name)))
			return wh_arena_format(arena, "column \"%s\" of table \"%s\" is another", name, table);
	}
	return wh_arena_format(arena, "the keys of table \"%s\" are others", table);
}

static const char *difference(const json_t *then, const json_t *now, struct wh_arena *arena)
{
	const json_t *old = json_object_get(then, "tables"), *new = json_object_get(now, "tables");
	const char *gone = missing(old, new), *come = missing(new, old);
	if (gone || come)
		return wh_arena_format(arena, "table \"%s\" is %s", gone ? gone : come,
			gone ? "gone" : "new");
	for (size_t i = 0; i < json_array_size(old); i++) {
		const json_t *a = json_array_get(old, i);
		const char *name = json_string_value(json_object_get(a, "source"));
		const json_t *b = name ? named(new, name) : NULL;
		if (b && !json_equal(a, b))
			return changed_column(name, a, b, arena);
	}
	return json_equal(json_object_get(then, "policies"), json_object_get(now, "policies"))
		? "views, routines or sequences are others"
		: "policies are others";
}

const char *wh_plan_difference(const char *then, const char *now, struct wh_arena *arena)
{
	json_t *a = json_loads(then, 0, NULL), *b = json_loads(now, 0, NULL);
	const char *text = a && b ? difference(a, b, arena) : "the journal's plan cannot be read";
	json_decref(a);
	json_decref(b);
	return text;
}
