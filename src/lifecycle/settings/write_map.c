#include "lifecycle/settings/write_map.h"
#include "base/json.h"
#include <string.h>

/* JSON's strings are YAML's too. */
void wh_write_quoted(struct wh_buffer *out, const char *text)
{
	wh_json_quote(out, text, strlen(text));
}

void wh_write_pair(struct wh_buffer *out, const char *indent, const char *key, const char *text)
{
	if (!text)
		return;
	wh_buffer_format(out, "%s%s: ", indent, key);
	wh_write_quoted(out, text);
	wh_buffer_char(out, '\n');
}

static void write_texts(struct wh_buffer *out, const char *const *items, size_t n)
{
	wh_buffer_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(out, i ? ", " : "");
		wh_write_quoted(out, items[i]);
	}
	wh_buffer_text(out, "]");
}

static void write_number(struct wh_buffer *out, const char *key, int64_t value)
{
	if (value)
		wh_buffer_format(out, ", %s: %lld", key, (long long)value);
}

static void write_inline(struct wh_buffer *out, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	wh_buffer_format(out, ", %s: ", key);
	wh_write_quoted(out, text);
}

static void write_constant(struct wh_buffer *out, const char *indent, const struct wh_recipe *r)
{
	wh_write_pair(out, indent, wh_recipe_facts(r->kind)->name, r->text);
}

static void write_values(struct wh_buffer *out, const char *indent, const struct wh_recipe *r)
{
	static const char *const otherwise[] = { "quarantine", "keep", "null" };
	wh_buffer_format(out, "%svalues: {", indent);
	for (size_t i = 0; i < r->npairs; i++) {
		wh_buffer_text(out, i ? ", " : " ");
		wh_write_quoted(out, r->pairs[i].from);
		wh_buffer_text(out, ": ");
		wh_write_quoted(out, r->pairs[i].to);
	}
	wh_buffer_text(out, " }\n");
	wh_write_pair(out, indent, "else",
		r->otherwise == WH_ELSE_TEXT ? r->otherwise_text : otherwise[r->otherwise]);
}

static void write_concat(struct wh_buffer *out, const char *indent, const struct wh_recipe *r)
{
	wh_buffer_format(out, "%sconcat: { from: ", indent);
	write_texts(out, r->names, r->nnames);
	write_inline(out, "by", r->text);
	wh_buffer_text(out, " }\n");
}

static void write_mask(struct wh_buffer *out, const char *indent, const struct wh_recipe *r)
{
	const char *name = wh_recipe_facts(r->kind)->name;
	wh_buffer_format(out, "%smask: { %s: ", indent, name);
	if (r->kind == WH_DATE_SHIFT)
		wh_buffer_format(out, "%lld", (long long)r->days);
	else
		wh_write_quoted(out, r->text);
	write_inline(out, "by", r->nnames > 1 ? r->names[1] : NULL);
	write_inline(out, "domain", r->domain);
	write_number(out, "first", r->first);
	write_number(out, "last", r->last);
	write_number(out, "length", r->length);
	write_inline(out, "output", r->base64 ? "base64" : NULL);
	write_inline(out, "key_env", r->key ? r->key->env : NULL);
	write_inline(out, "key_file", r->key ? r->key->file : NULL);
	wh_buffer_text(out, " }\n");
}

static void write_recipe(struct wh_buffer *out, const char *indent, const struct wh_recipe *r)
{
	static void (*const writers[WH_RECIPES])(struct wh_buffer *, const char *,
		const struct wh_recipe *) = {
		[WH_CONSTANT] = write_constant,
		[WH_VALUES] = write_values,
		[WH_CONCAT] = write_concat,
		[WH_SCRIPT] = write_constant,
	};
	if (!r)
		return;
	if (wh_recipe_facts(r->kind)->mask)
		write_mask(out, indent, r);
	else if (writers[r->kind])
		writers[r->kind](out, indent, r);
}

static void write_split(struct wh_buffer *out, const struct wh_map_column *c)
{
	if (!c->ninto)
		return;
	wh_buffer_text(out, "        split: { by: ");
	wh_write_quoted(out, c->split_by);
	wh_buffer_text(out, ", into: ");
	write_texts(out, c->into, c->ninto);
	wh_buffer_text(out, " }\n");
}

static void write_column(struct wh_buffer *out, const struct wh_map_column *c)
{
	bool any = c->to || c->type || c->drop || c->recipe || c->ninto;
	wh_buffer_text(out, "      ");
	wh_write_quoted(out, c->name);
	wh_buffer_text(out, any ? ":\n" : ": {}\n");
	wh_write_pair(out, "        ", "to", c->to);
	wh_write_pair(out, "        ", "type", c->type);
	if (c->drop)
		wh_buffer_text(out, "        drop: true\n");
	write_split(out, c);
	write_recipe(out, "        ", c->recipe);
}

static void write_table(struct wh_buffer *out, const struct wh_map_table *t)
{
	wh_write_pair(out, "  - ", "table", t->table);
	wh_write_pair(out, "    ", "to", t->to);
	wh_write_pair(out, "    ", "where", t->where);
	wh_write_pair(out, "    ", "filter", t->filter ? t->filter->text : NULL);
	if (t->ncolumns)
		wh_buffer_text(out, "    columns:\n");
	for (size_t i = 0; i < t->ncolumns; i++)
		write_column(out, &t->columns[i]);
	if (t->nadd)
		wh_buffer_text(out, "    add:\n");
	for (size_t i = 0; i < t->nadd; i++) {
		wh_write_pair(out, "      - ", "name", t->add[i].name);
		wh_write_pair(out, "        ", "type", t->add[i].type);
		write_recipe(out, "        ", t->add[i].recipe);
	}
}

void wh_write_map(struct wh_buffer *out, const struct wh_settings *s)
{
	if (!s->nmap)
		wh_buffer_text(out,
			"\n# map:\n#   - table: orders\n#     to: sales.orders\n"
			"#     columns:\n#       id: { to: order_id }\n"
			"#       total: { type: \"numeric(14,2)\" }\n");
	else
		wh_buffer_text(out, "\nmap:\n");
	for (size_t i = 0; i < s->nmap; i++)
		write_table(out, &s->map[i]);
}
