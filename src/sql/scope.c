/* Names in a view: which column of which source each one means. */
#include "base/text.h"
#include "sql/query.h"
#include <string.h>

/* Names of tables and aliases: MySQL's may depend on case, but no two differ in nothing else. */
static bool name_is(const struct wh_sql_work *w, const char *a, const char *b)
{
	if (!a || !b)
		return !a && !b;
	return w->from == &wh_dialect_postgresql ? wh_equal(a, b) : wh_equal_nocase(a, b);
}

static const char *name_of(struct wh_parser *p, const struct wh_token *t)
{
	bool folds = wh_parser_is(p, &wh_dialect_postgresql) && t->kind == WH_TOKEN_WORD;
	return folds ? wh_parser_lower(p, t->text) : t->text;
}

static const struct wh_sql_column *table_column(const struct wh_sql_work *w,
	const struct wh_sql_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (name_is(w, t->columns[i].from, name))
			return &t->columns[i];
	return NULL;
}

static struct wh_node *column_make(struct wh_sql_work *w, const struct wh_source *source,
	const struct wh_sql_column *column)
{
	struct wh_node *node = wh_node_make(w, WH_NODE_COLUMN, NULL, 0);
	node->column = column;
	node->source = source;
	if (column->changed)
		wh_sql_note(w, "the values of \"%s\" are changed on the way", column->from);
	return node;
}

struct wh_node *wh_source_column(struct wh_sql_work *w, const struct wh_source *source,
	const char *name)
{
	const struct wh_sql_column *c = table_column(w, source->table, name);
	return c ? column_make(w, source, c) : NULL;
}

static bool scope_merges(const struct wh_sql_work *w, const struct wh_scope *s, const char *name)
{
	for (size_t i = 0; i < s->nmerged; i++)
		if (name_is(w, s->merged[i], name))
			return true;
	return false;
}

/* A name without qualifier among the sources of one scope. */
static struct wh_node *scope_find(struct wh_sql_work *w, const struct wh_scope *s, const char *name)
{
	struct wh_node *found = NULL;
	bool merged = scope_merges(w, s, name);
	for (size_t i = 0; i < s->nsources; i++) {
		struct wh_node *here = wh_source_column(w, s->sources[i], name);
		if (here && found && !merged) {
			wh_sql_doubt(w, "the column \"%s\" may be of two tables", name);
			return NULL;
		}
		found = found ? found : here;
	}
	if (found && merged)
		found->source = NULL;
	return found;
}

static struct wh_node *scope_item(const struct wh_sql_work *w, const struct wh_scope *s,
	const char *name)
{
	for (size_t i = 0; s->items && i < s->nitems; i++)
		if (s->items[i].name && name_is(w, s->items[i].name, name))
			return s->items[i].node;
	return NULL;
}

static struct wh_node *find_plain(struct wh_sql_work *w, const struct wh_token *t, const char *name)
{
	for (const struct wh_scope *s = w->scope; s && !w->why; s = s->outer) {
		struct wh_node *node = scope_find(w, s, name);
		node = node || w->why ? node : scope_item(w, s, name);
		if (node)
			return node;
	}
	if (t->maybe_text)
		return wh_node_literal(w, WH_NODE_TEXT, t->text, t->size);
	wh_sql_doubt(w, "there is no column \"%s\" here", name);
	return NULL;
}

static const struct wh_source *find_source(const struct wh_sql_work *w, const char *alias)
{
	for (const struct wh_scope *s = w->scope; s; s = s->outer)
		for (size_t i = 0; i < s->nsources; i++)
			if (name_is(w, s->sources[i]->alias, alias))
				return s->sources[i];
	return NULL;
}

static struct wh_node *find_qualified(struct wh_sql_work *w, const char *alias, const char *name)
{
	const struct wh_source *source = find_source(w, alias);
	struct wh_node *node = source ? wh_source_column(w, source, name) : NULL;
	if (!node)
		wh_sql_doubt(w, "there is no column \"%s.%s\" here", alias, name);
	return node;
}

static bool token_names(const struct wh_token *t)
{
	return t->kind == WH_TOKEN_WORD || t->kind == WH_TOKEN_NAME;
}

/* name, table.name or schema.table.name */
struct wh_node *wh_scope_column(struct wh_parser *p)
{
	const struct wh_token *first = p->t++, *last = first, *before = NULL;
	while (wh_token_is(p->t, ".") && token_names(p->t + 1)) {
		before = last;
		last = p->t + 1;
		p->t += 2;
	}
	if (before)
		return find_qualified(p->w, name_of(p, before), name_of(p, last));
	return find_plain(p->w, first, name_of(p, first));
}

/* What is behind a star: columns that a join has merged stand there once. */
static bool star_take(const struct wh_sql_work *w, const struct wh_scope *scope,
	const struct wh_sql_column *c, size_t source)
{
	if (!scope_merges(w, scope, c->from))
		return true;
	for (size_t i = 0; i < source; i++)
		if (table_column(w, scope->sources[i]->table, c->from))
			return false;
	return true;
}

static void star_add(struct wh_sql_work *w, struct wh_select *s, size_t at, bool all)
{
	const struct wh_source *source = s->scope.sources[at];
	for (size_t i = 0; i < source->table->ncolumns; i++) {
		const struct wh_sql_column *c = &source->table->columns[i];
		if (all && !star_take(w, &s->scope, c, at))
			continue;
		struct wh_item *item = wh_push(w->scratch, &s->items, &s->nitems);
		item->node = column_make(w, source, c);
		item->name = c->from;
	}
}

bool wh_scope_star(struct wh_parser *p, struct wh_select *s)
{
	const struct wh_token *t = p->t;
	bool all = wh_token_is(t, "*"), found = false;
	if (!all && !(token_names(t) && wh_token_is(t + 1, ".") && wh_token_is(t + 2, "*")))
		return false;
	p->t += all ? 1 : 3;
	for (size_t i = 0; i < s->scope.nsources; i++) {
		if (!all && !name_is(p->w, s->scope.sources[i]->alias, name_of(p, t)))
			continue;
		star_add(p->w, s, i, all);
		found = true;
	}
	if (!found)
		wh_sql_doubt(p->w, "\"%s\" is no table here", t->text);
	return true;
}

/* As which kind a value of the class travels on: enough for what is asked of it later. */
static enum wh_kind kind_of(const struct wh_node *n)
{
	enum wh_kind kind = wh_node_type(n);
	switch (kind ? WH_CLASS_ANY : wh_node_class(n)) {
	case WH_CLASS_INTEGER:
		return WH_INT64;
	case WH_CLASS_DECIMAL:
		return WH_DECIMAL;
	case WH_CLASS_FLOAT:
		return WH_FLOAT64;
	case WH_CLASS_TEXT:
		return WH_TEXT;
	case WH_CLASS_BYTES:
		return WH_BYTES;
	default:
		return kind;
	}
}

void wh_select_columns(struct wh_sql_work *w, const struct wh_select *s, struct wh_sql_table *out)
{
	struct wh_sql_column *columns = wh_new_array(w->keep, struct wh_sql_column, s->nitems + 1);
	for (size_t i = 0; i < s->nitems; i++) {
		const struct wh_item *item = &s->items[i];
		const char *name = item->name ? item->name : "";
		if (out->columns && i < out->ncolumns)
			name = out->columns[i].from;
		columns[i].from = columns[i].to = wh_arena_text(w->keep, name);
		columns[i].boolean = wh_node_class(item->node) == WH_CLASS_BOOLEAN;
		columns[i].kind = columns[i].boolean ? WH_NO_KIND : kind_of(item->node);
		columns[i].scale = wh_node_scale(item->node);
		columns[i].folds = wh_node_folds(item->node);
	}
	out->columns = columns;
	out->ncolumns = s->nitems;
}
