/* The list `map`: what becomes of tables and of their columns. */
#include "base/text.h"
#include "lifecycle/settings/reader.h"
#include <stdlib.h>
#include <string.h>

static int wrong(struct wh_reader *r, const struct wh_yaml *node, const char *text)
{
	wh_fail(r->error, WH_CONFIG, "%s", text);
	return wh_reader_place(r, node->line, node->column);
}

static int read_yes(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool *out = field;
	*out = node->kind == WH_YAML_TEXT && wh_equal(node->text, "true");
	bool known = *out || (node->kind == WH_YAML_TEXT && wh_equal(node->text, "false"));
	return known ? WH_OK : wh_reader_wrong(r, node, "true or false");
}

static int read_into(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	struct wh_map_column *c = field;
	if (node->kind != WH_YAML_LIST || node->count < 2)
		return wh_reader_wrong(r, node, "a list of two or more columns");
	c->into = wh_new_array(&r->s->arena, const char *, node->count);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = wh_reader_text(r, child, &c->into[c->ninto++]);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

static int read_split(struct wh_reader *r, const struct wh_yaml *node, void *column)
{
	static const struct wh_reader_key keys[] = {
		{ "by", wh_reader_text, offsetof(struct wh_map_column, split_by) },
		{ "into", read_into, 0 }, { 0 }
	};
	struct wh_map_column *c = column;
	int rc = wh_reader_map(r, keys, node, c);
	if (rc != WH_OK || (c->split_by && c->into))
		return rc;
	return wrong(r, node, "a split needs `by` and `into`: { by: \" \", into: [first, last] }");
}

static int column_whole(struct wh_reader *r, const struct wh_yaml *node,
	const struct wh_map_column *c)
{
	if (c->recipe && c->recipe->kind == WH_COPY)
		return wrong(r, node, "`else` stands without `values`");
	if (c->drop && (c->to || c->type || c->recipe))
		return wrong(r, node, "a column that is dropped can have nothing else but a split");
	return WH_OK;
}

static int read_columns(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	static const struct wh_reader_key keys[] = {
		{ "to", wh_reader_text, offsetof(struct wh_map_column, to) },
		{ "type", wh_reader_text, offsetof(struct wh_map_column, type) },
		{ "drop", read_yes, offsetof(struct wh_map_column, drop) },
		{ "split", read_split, 0 },
		WH_RECIPE_KEYS,
		{ 0 },
	};
	struct wh_map_table *table = field;
	if (node->kind != WH_YAML_MAP)
		return wh_reader_wrong(r, node, "a map of \"column: { to: NAME, type: TYPE }\"");
	table->columns = wh_new_array(&r->s->arena, struct wh_map_column, node->count + 1);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		struct wh_map_column *column = &table->columns[table->ncolumns++];
		column->name = child->key;
		column->place = wh_yaml_place(&r->s->arena, r->label, child->line, child->column);
		int rc = wh_reader_map(r, keys, child, column);
		if (rc == WH_OK)
			rc = column_whole(r, child, column);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

static int read_added(struct wh_reader *r, const struct wh_yaml *node, struct wh_map_column *c)
{
	static const struct wh_reader_key keys[] = {
		{ "name", wh_reader_text, offsetof(struct wh_map_column, name) },
		{ "type", wh_reader_text, offsetof(struct wh_map_column, type) },
		WH_RECIPE_KEYS,
		{ 0 },
	};
	c->place = wh_yaml_place(&r->s->arena, r->label, node->line, node->column);
	int rc = wh_reader_map(r, keys, node, c);
	enum wh_recipe_kind kind = c->recipe ? c->recipe->kind : WH_COPY;
	bool known = kind == WH_CONSTANT || kind == WH_CONCAT || kind == WH_SCRIPT;
	if (kind == WH_SCRIPT) { /* it has no value of its own */
		c->recipe->valued = false;
		c->recipe->nnames = 0;
	}
	if (rc != WH_OK || (c->name && c->type && known))
		return rc;
	return wrong(r, node,
		"a column that is added needs `name`, `type`, and one of `value`, `concat`, `expr`");
}

static int read_add(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	struct wh_map_table *table = field;
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list of \"{ name: NAME, type: TYPE, value: TEXT }\"");
	table->add = wh_new_array(&r->s->arena, struct wh_map_column, node->count + 1);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = read_added(r, child, &table->add[table->nadd++]);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

static int read_table(struct wh_reader *r, const struct wh_yaml *node, struct wh_map_table *table)
{
	static const struct wh_reader_key keys[] = {
		{ "table", wh_reader_text, offsetof(struct wh_map_table, table) },
		{ "to", wh_reader_text, offsetof(struct wh_map_table, to) },
		{ "where", wh_reader_text, offsetof(struct wh_map_table, where) },
		{ "filter", wh_reader_filter, offsetof(struct wh_map_table, filter) },
		{ "columns", read_columns, 0 },
		{ "add", read_add, 0 },
		{ 0 },
	};
	table->place = wh_yaml_place(&r->s->arena, r->label, node->line, node->column);
	int rc = wh_reader_map(r, keys, node, table);
	if (rc != WH_OK || table->table)
		return rc;
	wh_fail(r->error, WH_CONFIG, "the key \"table\" is missing; name the source's table");
	return wh_reader_place(r, node->line, node->column);
}

static int maps_compare(const void *a, const void *b)
{
	const struct wh_map_table *const *x = a, *const *y = b;
	int order = strcmp((*x)->table, (*y)->table);
	return order ? order : (*x > *y) - (*x < *y);
}

static int maps_twice(struct wh_reader *r, const struct wh_yaml *list)
{
	struct wh_settings *s = r->s;
	struct wh_map_table **tables = wh_new_array(&s->arena, struct wh_map_table *, s->nmap + 1);
	for (size_t i = 0; i < s->nmap; i++)
		tables[i] = &s->map[i];
	qsort(tables, s->nmap, sizeof *tables, maps_compare);
	for (size_t i = 1; i < s->nmap; i++) {
		if (!wh_equal(tables[i - 1]->table, tables[i]->table))
			continue;
		const struct wh_yaml *at = list->first;
		for (const struct wh_map_table *t = s->map; t < tables[i]; t++)
			at = at->next;
		wh_fail(r->error, WH_CONFIG,
			"the table \"%s\" is mapped twice, first at %s; join the "
			"two",
			tables[i]->table, tables[i - 1]->place);
		return wh_reader_place(r, at->line, at->column);
	}
	return WH_OK;
}

int wh_reader_maps(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	struct wh_settings *s = settings;
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list of \"- table: NAME\"");
	s->map = wh_new_array(&s->arena, struct wh_map_table, node->count + 1);
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		struct wh_map_table *table = &s->map[s->nmap];
		int rc = read_table(r, child, table);
		if (rc != WH_OK)
			return rc;
		s->nmap++;
	}
	return maps_twice(r, node);
}
