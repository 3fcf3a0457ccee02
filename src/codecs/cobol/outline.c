/* One record type laid out: groups flatten, each OCCURS is a block. */
#include "codecs/cobol/shape.h"

uint32_t wh_cobol_behind(const struct wh_copybook *book, uint32_t field)
{
	uint32_t i = field + 1;
	while (i < book->nfields && book->fields[i].parent != WH_COBOL_NONE &&
		book->fields[i].parent >= field)
		i++;
	return i;
}

uint32_t wh_cobol_base(const struct wh_copybook *book, uint32_t field)
{
	while (book->fields[field].redefines != WH_COBOL_NONE && book->fields[field].level != 1)
		field = book->fields[field].redefines;
	return field;
}

static int refuse(const struct wh_cobol_outline *o, const struct wh_cobol_field *f, const char *why)
{
	wh_fail(o->error, WH_CONFIG, "\"%.60s\" %s", wh_cobol_field_name(f), why);
	return wh_fail_place(o->error, "%s:%u:%u", f->place.file, f->place.line, f->place.column);
}

int wh_cobol_outline_leaf(struct wh_cobol_outline *o, uint32_t field, struct wh_cobol_leaf *out)
{
	const struct wh_cobol_field *f = &o->book->fields[field];
	struct wh_cobol_form form = wh_cobol_choices_form(o->from->choices);
	*out =
		(struct wh_cobol_leaf){ .offset = f->offset, .length = f->length, .mover = WH_COBOL_NONE };
	if (f->kind == WH_COBOL_GROUP)
		return refuse(o, f, "is a group; name a field that is none");
	int rc = wh_cobol_cell_prepare(&out->cell, f, &form, o->from->charset, o->error);
	return rc == WH_OK
		? WH_OK
		: wh_fail_place(o->error, "%s:%u:%u", f->place.file, f->place.line, f->place.column);
}

static uint32_t begin_of(const struct wh_cobol_block *b)
{
	return b->field ? b->field->offset : 0;
}

static int add_leaf(struct wh_cobol_outline *o, struct wh_cobol_block *b, uint32_t i, bool over)
{
	const struct wh_cobol_field *f = &o->book->fields[i];
	if (!f->name && !o->from->choices->fillers_keep)
		return WH_OK;
	struct wh_cobol_leaf *leaf = wh_new(o->from->arena, struct wh_cobol_leaf);
	*wh_push(o->from->arena, &b->leaves, &b->nleaves) = leaf;
	int rc = wh_cobol_outline_leaf(o, i, leaf);
	leaf->block = b;
	leaf->offset -= begin_of(b);
	leaf->mover = o->mover;
	leaf->over = over;
	return rc;
}

static bool is_in(const struct wh_cobol_outline *o, const struct wh_cobol_block *b, uint32_t i)
{
	if (!b->field)
		return i >= o->segment->record->first &&
			i < o->segment->record->first + o->segment->record->count;
	uint32_t own = (uint32_t)(b->field - o->book->fields);
	return i >= own && i < wh_cobol_behind(o->book, own);
}

/* The counter is read where the innermost block that has it is. */
static int find_counter(struct wh_cobol_outline *o, struct wh_cobol_block *table, uint32_t i)
{
	const struct wh_cobol_field *f = &o->book->fields[i];
	const struct wh_cobol_block *b = table->parent;
	while (b && !is_in(o, b, i))
		b = b->parent;
	if (!b)
		return refuse(o, table->field, "depends on a counter that stands in another record");
	struct wh_cobol_leaf *leaf = wh_new(o->from->arena, struct wh_cobol_leaf);
	int rc = wh_cobol_outline_leaf(o, i, leaf);
	leaf->block = b;
	leaf->offset -= begin_of(b);
	if (rc == WH_OK && leaf->cell.type.kind != WH_INT64)
		return refuse(o, f, "counts occurrences with more than 18 digits");
	table->counter_leaf = SIZE_MAX;
	for (size_t k = 0; k < b->nleaves; k++)
		if (b->leaves[k]->cell.field == f) {
			table->counter_leaf = k;
			leaf->mover = b->leaves[k]->mover;
		}
	if (rc == WH_OK && table->counter_leaf == SIZE_MAX && f->moves)
		return refuse(o, f, "counts occurrences, but is left out and has no fixed place");
	table->counter = leaf;
	return rc;
}

static int add_items(struct wh_cobol_outline *o, struct wh_cobol_block *b, uint32_t first,
	uint32_t end, bool over);

static int fill_table(struct wh_cobol_outline *o, struct wh_cobol_block *b, uint32_t i)
{
	uint32_t outer = o->mover;
	o->mover = WH_COBOL_NONE;
	int rc = o->book->fields[i].kind == WH_COBOL_GROUP
		? add_items(o, b, i + 1, wh_cobol_behind(o->book, i), false)
		: add_leaf(o, b, i, false);
	b->last_mover = o->mover;
	b->moves = b->nblocks && b->last_mover != WH_COBOL_NONE;
	o->mover = outer;
	if (rc == WH_OK && o->split)
		return refuse(o, b->field, "has redefinitions of different moving lengths in it");
	return rc;
}

static int add_table(struct wh_cobol_outline *o, struct wh_cobol_block *parent, uint32_t i,
	bool over)
{
	const struct wh_cobol_field *f = &o->book->fields[i];
	struct wh_cobol_block *b = wh_new(o->from->arena, struct wh_cobol_block);
	*b = (struct wh_cobol_block){ .field = f,
		.parent = parent,
		.depth = parent->depth + 1,
		.offset = f->offset - begin_of(parent),
		.mover = o->mover,
		.over = over,
		.length = f->length,
		.most = f->occurs_max,
		.count = f->occurs_max,
		.varies = f->varies || f->depending != WH_COBOL_NONE };
	if (b->depth >= WH_COBOL_DEPTH)
		return refuse(o, f, "is deeper than 16 tables in each other");
	*wh_push(o->from->arena, &parent->blocks, &parent->nblocks) = b;
	int rc = f->depending == WH_COBOL_NONE ? WH_OK : find_counter(o, b, f->depending);
	if (rc == WH_OK)
		rc = fill_table(o, b, i);
	if (b->varies)
		o->mover = (uint32_t)parent->nblocks - 1;
	return rc;
}

static void note_end(struct wh_cobol_outline *o, const struct wh_cobol_field *f)
{
	uint32_t end = f->offset + f->length * f->occurs_max;
	if (end > o->segment->length)
		o->segment->length = end;
}

static int add_item(struct wh_cobol_outline *o, struct wh_cobol_block *b, uint32_t i, bool over)
{
	const struct wh_cobol_field *f = &o->book->fields[i];
	if (f->occurs || f->kind != WH_COBOL_GROUP)
		note_end(o, f);
	if (f->occurs)
		return add_table(o, b, i, over);
	if (f->kind != WH_COBOL_GROUP)
		return add_leaf(o, b, i, over);
	return add_items(o, b, i + 1, wh_cobol_behind(o->book, i), over);
}

/* Whether the segment has the field; of fields in one place, it has one. */
static bool is_chosen(struct wh_cobol_outline *o, uint32_t i)
{
	const struct wh_cobol_field *f = &o->book->fields[i];
	if (o->area != WH_COBOL_NONE && wh_cobol_base(o->book, i) == o->area)
		return i == o->segment->group;
	if (f->redefines == WH_COBOL_NONE || o->from->choices->redefines_all || f->level == 1)
		return true;
	struct wh_cobol_shape *shape = o->shape;
	*wh_push(o->from->arena, &shape->remarks,
		&shape->nremarks) = (struct wh_cobol_remark){ "cobol-redefinition-left-out",
		wh_cobol_field_name(f),
		wh_arena_format(o->from->arena,
			"it lies over \"%s\" and is left out; with redefines=all it becomes columns too, with "
			"segment_field= and segments= a table",
			wh_cobol_field_name(&o->book->fields[f->redefines])) };
	return false;
}

static int add_items(struct wh_cobol_outline *o, struct wh_cobol_block *b, uint32_t first,
	uint32_t end, bool over)
{
	uint32_t begin = o->mover, moved = o->mover;
	unsigned present = 0;
	int rc = WH_OK;
	for (uint32_t i = first; rc == WH_OK && i < end; i = wh_cobol_behind(o->book, i)) {
		const struct wh_cobol_field *f = &o->book->fields[i];
		bool again = f->redefines != WH_COBOL_NONE && f->level != 1;
		if (!again) {
			begin = moved = o->mover;
			present = 0;
		}
		if (!is_chosen(o, i))
			continue;
		if (!again && o->split)
			return refuse(o, f, "follows redefinitions of different moving lengths");
		o->mover = begin;
		rc = add_item(o, b, i, over || (again && present));
		moved = o->mover != begin ? o->mover : moved;
		o->mover = moved;
		o->split |= ++present > 1 && moved != begin;
	}
	return rc;
}

int wh_cobol_outline_record(struct wh_cobol_outline *o)
{
	struct wh_cobol_segment *s = o->segment;
	const struct wh_cobol_record *r = s->record;
	s->root = (struct wh_cobol_block){ .length = r->max_length,
		.most = 1,
		.count = 1,
		.mover = WH_COBOL_NONE };
	o->mover = WH_COBOL_NONE;
	o->split = false;
	int rc = add_items(o, &s->root, r->first, r->first + r->count, false);
	s->root.last_mover = o->mover;
	s->root.moves = s->root.varies = s->root.last_mover != WH_COBOL_NONE;
	if (r->max_length > o->shape->longest)
		o->shape->longest = r->max_length;
	return rc;
}
