#include "model/catalog.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

void wh_catalog_init(struct wh_catalog *c, const char *engine)
{
	*c = (struct wh_catalog){ .engine = engine };
	c->findings.arena = &c->arena;
}

void wh_catalog_free(struct wh_catalog *c)
{
	wh_arena_free(&c->arena);
	*c = (struct wh_catalog){ 0 };
}

/* NULL stands before every text. */
static int text_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int first_not_zero(int a, int b, int c, int d)
{
	return a ? a : b ? b : c ? c : d;
}

static int table_compare(const void *a, const void *b)
{
	const struct wh_table *x = a, *y = b;
	return first_not_zero(text_compare(x->schema, y->schema), text_compare(x->name, y->name),
		text_compare(x->kind, y->kind), 0);
}

static int object_compare(const void *a, const void *b)
{
	const struct wh_object *x = a, *y = b;
	int table = text_compare(x->table, y->table);
	return first_not_zero(text_compare(x->schema, y->schema), text_compare(x->name, y->name),
		text_compare(x->kind, y->kind), table ? table : text_compare(x->definition, y->definition));
}

static int sequence_compare(const void *a, const void *b)
{
	const struct wh_sequence *x = a, *y = b;
	return first_not_zero(text_compare(x->schema, y->schema), text_compare(x->name, y->name), 0, 0);
}

static int index_compare(const void *a, const void *b)
{
	const struct wh_index *x = a, *y = b;
	return first_not_zero(y->primary - x->primary, text_compare(x->name, y->name),
		text_compare(x->definition, y->definition), 0);
}

static int foreign_key_compare(const void *a, const void *b)
{
	const struct wh_foreign_key *x = a, *y = b;
	int c = first_not_zero(text_compare(x->name, y->name), text_compare(x->to_schema, y->to_schema),
		text_compare(x->to_table, y->to_table), 0);
	for (size_t i = 0; !c && i < x->ncolumns && i < y->ncolumns; i++)
		c = text_compare(x->columns[i], y->columns[i]);
	return c;
}

static int check_compare(const void *a, const void *b)
{
	const struct wh_check *x = a, *y = b;
	return first_not_zero(text_compare(x->name, y->name), text_compare(x->text, y->text), 0, 0);
}

static int finding_compare(const void *a, const void *b)
{
	const struct wh_finding *x = a, *y = b;
	return first_not_zero(text_compare(x->object, y->object), text_compare(x->rule, y->rule),
		text_compare(x->text, y->text), 0);
}

static void sort(void *items, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	if (n > 1)
		qsort(items, n, size, compare);
}

void wh_catalog_sort(struct wh_catalog *c)
{
	sort(c->tables, c->ntables, sizeof *c->tables, table_compare);
	sort(c->objects, c->nobjects, sizeof *c->objects, object_compare);
	sort(c->sequences, c->nsequences, sizeof *c->sequences, sequence_compare);
	sort(c->findings.items, c->findings.count, sizeof *c->findings.items, finding_compare);
	for (size_t i = 0; i < c->ntables; i++) {
		struct wh_table *t = &c->tables[i];
		sort(t->indexes, t->nindexes, sizeof *t->indexes, index_compare);
		sort(t->foreign_keys, t->nforeign_keys, sizeof *t->foreign_keys, foreign_key_compare);
		sort(t->checks, t->nchecks, sizeof *t->checks, check_compare);
	}
}

/* From the end: describe asks again and again for the table that it has just added. */
struct wh_table *wh_catalog_table(const struct wh_catalog *c, const char *schema, const char *name)
{
	for (size_t i = c->ntables; i-- > 0;)
		if (wh_equal(c->tables[i].name, name) && wh_equal(c->tables[i].schema, schema))
			return &c->tables[i];
	return NULL;
}

struct wh_column *wh_table_column(const struct wh_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (wh_equal(t->columns[i].name, name))
			return &t->columns[i];
	return NULL;
}

const struct wh_index *wh_table_primary(const struct wh_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i].primary)
			return &t->indexes[i];
	return NULL;
}

/* What only the declaration says stays as it is now. */
static void recall_type(struct wh_arena *arena, struct wh_column *c, const struct wh_column *known)
{
	struct wh_type now = c->type;
	if (!wh_equal(now.native, known->declared ? known->declared : known->type.native))
		return;
	c->declared = wh_arena_text(arena, known->declared);
	c->type = known->type;
	c->type.native = wh_arena_text(arena, known->type.native);
	c->type.charset = now.charset;
	c->type.collation = now.collation;
	c->type.element = now.element;
	c->type.labels = now.labels;
	c->type.nlabels = now.nlabels;
	c->type.not_negative = now.not_negative;
	c->type.keys_once = now.keys_once;
	c->type.as_written = now.as_written;
}

/* Findings of the same object; those that were made again stand once. */
static void recall_findings(struct wh_catalog *c, const char *object)
{
	for (size_t i = 0; i < c->known->findings.count; i++) {
		const struct wh_finding *f = &c->known->findings.items[i];
		if (!wh_equal(f->object, object))
			continue;
		struct wh_finding *mine = wh_findings_add(&c->findings, f->rule, f->severity, f->effort,
			f->object, "%s", f->text);
		mine->source = mine->source ? mine->source : wh_arena_text(&c->arena, f->source);
	}
}

bool wh_catalog_recall(struct wh_catalog *c, struct wh_table *t)
{
	const struct wh_table *then = c->known ? wh_catalog_table(c->known, t->schema, t->name) : NULL;
	for (size_t i = 0; then && i < t->ncolumns; i++) {
		const struct wh_column *column = wh_table_column(then, t->columns[i].name);
		if (!column)
			continue;
		recall_type(&c->arena, &t->columns[i], column);
		recall_findings(c, wh_arena_format(&c->arena, "%s.%s", t->name, t->columns[i].name));
	}
	if (!then)
		return false;
	recall_findings(c, t->name);
	t->bytes = t->bytes < 0 ? then->bytes : t->bytes;
	return true;
}
