/* Whether rows that stand under one plan stand rightly under another: the same tables, rows made in
 * the same way; only what had been set apart may be treated otherwise now. */
#include "lifecycle/plan/compatible.h"
#include "base/text.h"
#include <jansson.h>

/* A policy that set rows apart made no row that is there: any other may take its place. */
static const char *level_policies(struct wh_arena *arena, const json_t *then, json_t *now)
{
	json_t *was = json_object_get(then, "policies"), *is = json_object_get(now, "policies");
	const char *name;
	json_t *value;
	json_object_foreach(was, name, value)
	{
		const char *a = json_string_value(value);
		const char *b = json_string_value(json_object_get(is, name));
		if (a && b && wh_equal(a, b))
			continue;
		if (!a || !wh_equal(a, "quarantine"))
			return wh_arena_format(arena,
				"the policy %s was \"%s\" when the rows were copied, which made values that stand on "
				"the target; only one that was \"quarantine\" can be changed for a retry",
				name, a ? a : "not there");
		json_object_set(is, name, value);
	}
	return NULL;
}

static bool differs(const json_t *a, const json_t *b, const char *field)
{
	return !json_equal(json_object_get(a, field), json_object_get(b, field));
}

/* A column whose values travel as before, but whose declaration is another. */
static void level_column(struct wh_compatible *c, size_t table, size_t column, const json_t *then,
	json_t *now)
{
	static const char *const declared[] = { "to", "loss", "not_null", NULL };
	if ((!differs(then, now, "to") && !differs(then, now, "not_null")) ||
		differs(then, now, "wire"))
		return;
	for (size_t i = 0; declared[i]; i++)
		json_object_set(now, declared[i], json_object_get(then, declared[i]));
	*wh_push(c->arena, &c->columns, &c->ncolumns) = (struct wh_compatible_column){ table, column };
}

static void level_columns(struct wh_compatible *c, const json_t *then, json_t *now)
{
	const json_t *was = json_object_get(then, "tables");
	json_t *is = json_object_get(now, "tables");
	for (size_t t = 0; t < json_array_size(was) && t < json_array_size(is); t++) {
		const json_t *a = json_object_get(json_array_get(was, t), "columns");
		json_t *b = json_object_get(json_array_get(is, t), "columns");
		for (size_t i = 0; i < json_array_size(a) && i < json_array_size(b); i++)
			level_column(c, t, i, json_array_get(a, i), json_array_get(b, i));
	}
}

bool wh_plan_compatible(const char *then, const char *now, struct wh_compatible *out)
{
	json_t *was = json_loads(then, 0, NULL), *is = json_loads(now, 0, NULL);
	out->why = was && is ? level_policies(out->arena, was, is) : "the plan is not readable";
	if (!out->why)
		level_columns(out, was, is);
	bool same = !out->why && json_equal(was, is);
	if (!same && !out->why)
		out->why = wh_plan_difference(then, now, out->arena);
	json_decref(was);
	json_decref(is);
	return same;
}
