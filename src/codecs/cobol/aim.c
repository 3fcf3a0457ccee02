/* Which columns of which table are wanted, and where in a record they are. */
#include "codecs/cobol/records.h"
#include <stdio.h>

static const struct wh_cobol_table *table_named(const struct wh_cobol *c, const char *name)
{
	for (size_t i = 0; i < c->shape.nshown; i++)
		if (!strcmp(c->shape.tables[i].name, name))
			return &c->shape.tables[i];
	return NULL;
}

/* "item" is 0, "item_2" 1; -1: none. */
static int item_number(const char *name)
{
	int n = 0;
	if (!strcmp(name, WH_COBOL_ITEM))
		return 0;
	return sscanf(name, WH_COBOL_ITEM "_%d", &n) == 1 ? n - 1 : -1;
}

static bool find_want(const struct wh_cobol_table *t, const char *name, struct wh_cobol_want *out)
{
	static const struct {
		const char *name;
		enum wh_cobol_source source;
	} own[] = { { WH_CODEC_FILE, WH_COBOL_OF_FILE }, { WH_CODEC_RECORD, WH_COBOL_OF_RECORD },
		{ WH_COBOL_PARENT, WH_COBOL_OF_PARENT }, { WH_COBOL_RAW, WH_COBOL_OF_RAW } };
	for (size_t i = 0; t->block && i < t->block->nleaves; i++)
		if (!strcmp(t->block->leaves[i]->column, name)) {
			out->source = WH_COBOL_OF_LEAF;
			out->leaf = t->block->leaves[i];
			return true;
		}
	for (size_t i = 0; t->block && i < t->block->nblocks; i++)
		if (t->block->blocks[i]->column && !strcmp(t->block->blocks[i]->column, name)) {
			out->source = WH_COBOL_OF_OCCURS;
			out->block = t->block->blocks[i];
			return true;
		}
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (!strcmp(own[i].name, name)) {
			out->source = own[i].source;
			return true;
		}
	int item = item_number(name);
	out->source = WH_COBOL_OF_ITEM;
	out->item = (unsigned)item;
	return item >= 0 && t->block && (unsigned)item < t->block->depth;
}

static struct wh_cobol_want *more_wants(struct wh_cobol *c, size_t n)
{
	struct wh_cobol_aim *aim = &c->aim;
	for (size_t i = 0; i < aim->room; i++)
		if (aim->wants[i].cell)
			wh_batch_finish(aim->wants[i].cell);
	if (n > aim->room) {
		aim->wants = wh_new_array(c->arena, struct wh_cobol_want, n);
		aim->room = n;
	}
	memset(aim->wants, 0, sizeof *aim->wants * aim->room);
	return aim->wants;
}

/* Own columns go as what they are; a leaf of another kind is converted. */
static int set_kind(struct wh_cobol *c, struct wh_cobol_want *want, const struct wh_field *field,
	struct wh_error *error)
{
	static const enum wh_kind
		own[] = { [WH_COBOL_OF_OCCURS] = WH_JSON, [WH_COBOL_OF_RAW] = WH_BYTES };
	enum wh_kind is = want->source < WH_COBOL_OF_LEAF ? WH_INT64 : own[want->source];
	if (want->source != WH_COBOL_OF_LEAF)
		return field->wire.kind == is
			? WH_OK
			: wh_fail(error, WH_BUG, "the column \"%.60s\" travels as %s", field->name,
				  wh_kind_name(field->wire.kind));
	if (want->leaf->cell.type.kind == field->wire.kind)
		return WH_OK;
	want->cell = wh_new(c->arena, struct wh_batch);
	wh_batch_init_of(want->cell, &want->leaf->cell.type.kind, 1, 1);
	return WH_OK;
}

int wh_cobol_aim_at(void *state, const struct wh_rowset *rows, struct wh_error *error)
{
	struct wh_cobol *c = state;
	const struct wh_cobol_table *t = table_named(c, rows->table);
	int rc = WH_OK;
	if (!t)
		return wh_fail(error, WH_CONFIG, "the copybook gives no table \"%.60s\"", rows->table);
	c->aim.table = t;
	c->aim.done = 0;
	c->aim.nwants = rows->nfields;
	struct wh_cobol_want *wants = more_wants(c, rows->nfields);
	for (size_t i = 0; rc == WH_OK && i < rows->nfields; i++) {
		if (!find_want(t, rows->fields[i].name, &wants[i]))
			return wh_fail(error, WH_CONFIG, "the table \"%.60s\" has no column \"%.60s\"", t->name,
				rows->fields[i].name);
		if (wants[i].source == WH_COBOL_OF_RAW && c->choices.raw == WH_COBOL_RAW_ODD)
			wh_cobol_store_init(&c->store, &c->shape);
		rc = set_kind(c, &wants[i], &rows->fields[i], error);
	}
	return rc;
}
