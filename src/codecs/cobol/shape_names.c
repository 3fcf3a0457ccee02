/* What the tables and columns are called: a name that stands for several gets that of its group in
 * front; what is then still not alone, a number behind. */
#include "base/text.h"
#include "codecs/cobol/shape.h"
#include "codecs/schema.h"
#include <stdlib.h>

/* One thing to be named. */
struct named {
	const char **name;
	const struct wh_cobol_field *field;
	size_t order;
};

struct naming {
	const struct wh_cobol_shaping *from;
	const struct wh_copybook *book;
	struct named *items;
	size_t count;
};

static int named_compare(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(*x->name, *y->name);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static bool is_reserved(const char *name)
{
	static const char *const names[] = { WH_CODEC_FILE, WH_CODEC_RECORD, WH_COBOL_PARENT,
		WH_COBOL_RAW, WH_COBOL_ITEM };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return wh_starts(name, WH_COBOL_ITEM "_");
}

/* How many from `first` have one name. */
static size_t run_of(const struct naming *n, size_t first)
{
	size_t end = first + 1;
	while (end < n->count && !strcmp(*n->items[first].name, *n->items[end].name))
		end++;
	return end - first;
}

static const char *group_of(const struct naming *n, const struct wh_cobol_field *f)
{
	const struct wh_cobol_field *fields = n->book->fields;
	for (uint32_t up = f->parent; up != WH_COBOL_NONE; up = fields[up].parent)
		if (fields[up].name && fields[up].level != 1)
			return fields[up].name;
	return NULL;
}

static void put_group(const struct naming *n, struct named *one)
{
	const char *group = group_of(n, one->field);
	struct wh_arena *arena = n->from->arena;
	if (!group && !is_reserved(*one->name))
		return;
	*one->name = wh_codec_name(arena,
		wh_arena_format(arena, "%s_%s", group ? group : "field", *one->name));
}

static void each_run(struct naming *n, void (*change)(struct naming *, size_t first, size_t count))
{
	qsort(n->items, n->count, sizeof *n->items, named_compare);
	for (size_t i = 0, run; i < n->count; i += run) {
		run = run_of(n, i);
		change(n, i, run);
	}
}

static void run_grouped(struct naming *n, size_t first, size_t count)
{
	if (count > 1 || is_reserved(*n->items[first].name))
		for (size_t i = 0; i < count; i++)
			put_group(n, &n->items[first + i]);
}

static void run_numbered(struct naming *n, size_t first, size_t count)
{
	for (size_t i = 1; i < count; i++)
		*n->items[first + i].name = wh_arena_format(n->from->arena, "%s_%zu",
			*n->items[first + i].name, i + 1);
}

static bool are_unique(struct naming *n)
{
	qsort(n->items, n->count, sizeof *n->items, named_compare);
	for (size_t i = 1; i < n->count; i++)
		if (!strcmp(*n->items[i - 1].name, *n->items[i].name))
			return false;
	return true;
}

static void settle(struct naming *n)
{
	each_run(n, run_grouped);
	while (!are_unique(n))
		each_run(n, run_numbered);
}

static const struct wh_copybook *book_of(const struct wh_cobol_shaping *from,
	const struct wh_cobol_record *record)
{
	for (size_t i = 0; i < from->nbooks; i++)
		if (record >= from->books[i].records &&
			record < from->books[i].records + from->books[i].nrecords)
			return &from->books[i];
	return from->books;
}

static void add_name(struct naming *n, const char **name, const struct wh_cobol_field *field)
{
	*name = wh_codec_name(n->from->arena, wh_cobol_field_name(field));
	n->items[n->count] = (struct named){ name, field, n->count };
	n->count++;
}

static void name_columns(struct naming *n, struct wh_cobol_block *b)
{
	n->items = wh_new_array(n->from->arena, struct named, b->nleaves + b->nblocks);
	n->count = 0;
	for (size_t i = 0; i < b->nleaves; i++)
		add_name(n, &b->leaves[i]->column, b->leaves[i]->cell.field);
	for (size_t i = 0; n->from->choices->occurs_json && i < b->nblocks; i++)
		add_name(n, &b->blocks[i]->column, b->blocks[i]->field);
	settle(n);
}

static void add_table(struct naming *n, struct wh_cobol_shape *shape, struct wh_cobol_segment *s,
	struct wh_cobol_block *b)
{
	struct wh_arena *arena = n->from->arena;
	const char *own = s->name ? s->name : n->from->name;
	const char *name = b->field
		? wh_arena_format(arena, "%s_%s", own, wh_cobol_field_name(b->field))
		: own;
	b->table = SIZE_MAX;
	if (b->nleaves || !b->field) {
		b->table = shape->ntables;
		*wh_push(arena, &shape->tables,
			&shape->ntables) = (struct wh_cobol_table){ wh_codec_name(arena, name), s, b };
	}
	n->book = book_of(n->from, s->record);
	name_columns(n, b);
}

static void add_blocks(struct naming *n, struct wh_cobol_shape *shape, struct wh_cobol_segment *s,
	const struct wh_cobol_block *b)
{
	for (size_t i = 0; i < b->nblocks; i++) {
		add_table(n, shape, s, b->blocks[i]);
		add_blocks(n, shape, s, b->blocks[i]);
	}
}

static void name_tables(struct naming *n, struct wh_cobol_shape *shape)
{
	n->items = wh_new_array(n->from->arena, struct named, shape->ntables);
	n->count = shape->ntables;
	for (size_t i = 0; i < shape->ntables; i++)
		n->items[i] = (struct named){ &shape->tables[i].name, NULL, i };
	while (!are_unique(n))
		each_run(n, run_numbered);
}

static void add_edges(struct wh_cobol_shape *shape, const struct wh_cobol_shaping *from)
{
	const char *name = wh_arena_format(from->arena, "%s_edges", shape->tables[0].name);
	if (from->choices->file_header || from->choices->file_footer)
		*wh_push(from->arena, &shape->tables, &shape->ntables) = (struct wh_cobol_table){ name,
			NULL, NULL };
}

void wh_cobol_shape_name(struct wh_cobol_shape *shape, const struct wh_cobol_shaping *from)
{
	struct naming n = { .from = from };
	bool json = from->choices->occurs_json;
	for (size_t i = 0; i < shape->nsegments; i++) {
		struct wh_cobol_segment *s = &shape->segments[i];
		add_table(&n, shape, s, &s->root);
		if (!json)
			add_blocks(&n, shape, s, &s->root);
	}
	add_edges(shape, from);
	shape->nshown = shape->ntables;
	for (size_t i = 0; json && i < shape->nsegments; i++)
		add_blocks(&n, shape, &shape->segments[i], &shape->segments[i].root);
	name_tables(&n, shape);
}
