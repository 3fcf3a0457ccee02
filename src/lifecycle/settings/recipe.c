/* How a column's values are made: `value`, `values` with `else`, `concat`, `expr`, `mask`. */
#include "base/text.h"
#include "lifecycle/settings/reader.h"
#include <stdlib.h>
#include <string.h>

int wh_reader_any_text(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	if (node->kind != WH_YAML_TEXT)
		return wh_reader_wrong(r, node, "a text");
	const char **out = field;
	*out = node->text;
	return WH_OK;
}

static const char *own_name(struct wh_reader *r, const struct wh_map_column *c)
{
	return wh_arena_text(&r->s->arena, c->name);
}

/* The column's recipe, once. It reads the column itself unless it says otherwise. */
int wh_reader_begin_recipe(struct wh_reader *r, const struct wh_yaml *node, struct wh_map_column *c,
	enum wh_recipe_kind kind)
{
	bool listed = c->recipe && c->recipe->kind == WH_COPY; /* `else` stood before `values` */
	if (c->recipe && !(listed && kind == WH_VALUES)) {
		wh_fail(r->error, WH_CONFIG,
			"the column has two transforms; keep one of value, values, concat, expr, mask");
		return wh_reader_place(r, node->key_line, node->key_column);
	}
	if (!c->recipe)
		c->recipe = wh_new(&r->s->arena, struct wh_recipe);
	c->recipe->kind = kind;
	c->recipe->domain = "";
	c->recipe->names = wh_new_array(&r->s->arena, const char *, 1);
	c->recipe->names[0] = own_name(r, c);
	c->recipe->nnames = 1;
	return WH_OK;
}

int wh_reader_value(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	struct wh_map_column *c = column;
	int rc = wh_reader_begin_recipe(r, node, c, WH_CONSTANT);
	if (rc != WH_OK)
		return rc;
	c->recipe->nnames = 0;
	return wh_reader_any_text(r, node, &c->recipe->text);
}

int wh_reader_expr(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	struct wh_map_column *c = column;
	int rc = wh_reader_begin_recipe(r, node, c, WH_SCRIPT);
	if (rc != WH_OK)
		return rc;
	c->recipe->valued = true;
	return wh_reader_text(r, node, &c->recipe->text);
}

int wh_reader_filter(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	struct wh_recipe **filter = field;
	*filter = wh_new(&r->s->arena, struct wh_recipe);
	**filter = (struct wh_recipe){ .kind = WH_SCRIPT, .domain = "" };
	return wh_reader_text(r, node, &(*filter)->text);
}

static int compare_pairs(const void *a, const void *b)
{
	return strcmp(((const struct wh_recipe_pair *)a)->from,
		((const struct wh_recipe_pair *)b)->from);
}

int wh_reader_values(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	struct wh_map_column *c = column;
	int rc = wh_reader_begin_recipe(r, node, c, WH_VALUES);
	if (rc != WH_OK)
		return rc;
	if (node->kind != WH_YAML_MAP)
		return wh_reader_wrong(r, node, "a map of \"OLD: NEW\"");
	struct wh_recipe *recipe = c->recipe;
	recipe->pairs = wh_new_array(&r->s->arena, struct wh_recipe_pair, node->count + 1);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		struct wh_recipe_pair *pair = &recipe->pairs[recipe->npairs++];
		pair->from = child->key;
		rc = wh_reader_any_text(r, child, &pair->to);
		if (rc != WH_OK)
			return rc;
	}
	qsort(recipe->pairs, recipe->npairs, sizeof *recipe->pairs, compare_pairs);
	return WH_OK;
}

int wh_reader_else(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	static const struct {
		const char *word;
		enum wh_otherwise means;
	} words[] = { { "quarantine", WH_ELSE_QUARANTINE }, { "keep", WH_ELSE_KEEP },
		{ "null", WH_ELSE_NULL } };
	struct wh_map_column *c = column;
	if (c->recipe && c->recipe->kind != WH_VALUES)
		return wh_reader_wrong(r, node, "no `else`, which belongs to `values`");
	if (!c->recipe)
		c->recipe = wh_new(&r->s->arena, struct wh_recipe);
	c->recipe->otherwise = WH_ELSE_TEXT;
	int rc = wh_reader_any_text(r, node, &c->recipe->otherwise_text);
	for (size_t i = 0; rc == WH_OK && i < sizeof words / sizeof *words; i++)
		if (wh_equal(node->text, words[i].word)) {
			c->recipe->otherwise = words[i].means;
			c->recipe->otherwise_text = NULL;
		}
	return rc;
}

static int read_from(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	struct wh_recipe *recipe = field;
	if (node->kind != WH_YAML_LIST || !node->count)
		return wh_reader_wrong(r, node, "a list of columns");
	recipe->names = wh_new_array(&r->s->arena, const char *, node->count);
	recipe->nnames = 0;
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = wh_reader_text(r, child, &recipe->names[recipe->nnames++]);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

int wh_reader_concat(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	static const struct wh_reader_key keys[] = { { "from", read_from, 0 },
		{ "by", wh_reader_any_text, offsetof(struct wh_recipe, text) }, { 0 } };
	struct wh_map_column *c = column;
	int rc = wh_reader_begin_recipe(r, node, c, WH_CONCAT);
	if (rc != WH_OK)
		return rc;
	c->recipe->nnames = 0;
	c->recipe->text = "";
	rc = wh_reader_map(r, keys, node, c->recipe);
	return rc == WH_OK && !c->recipe->nnames
		? wh_reader_wrong(r, node, "{ from: [a, b], by: \" \" }")
		: rc;
}
