#include "model/change.h"
#include <stdlib.h>

#define ROWS_LEAST 32

int wh_position_compare(const struct wh_position *a, const struct wh_position *b)
{
	for (size_t i = 0; i < 2; i++)
		if (a->order[i] != b->order[i])
			return a->order[i] < b->order[i] ? -1 : 1;
	return 0;
}

void wh_changes_init(struct wh_changes *c, const struct wh_rowset *const *tables, size_t n)
{
	*c = (struct wh_changes){ .tables = tables, .ntables = n };
	c->images = wh_alloc((n + 1) * sizeof *c->images);
	for (size_t i = 0; i < n; i++)
		c->images[i] = (struct wh_batch){ 0 };
}

void wh_changes_reset(struct wh_changes *c)
{
	for (size_t i = 0; i < c->ntables; i++)
		if (c->images[i].lanes)
			wh_batch_reset(&c->images[i]);
	wh_arena_free(&c->texts);
	c->count = c->ntxns = c->nholes = c->bytes = 0;
}

void wh_changes_finish(struct wh_changes *c)
{
	for (size_t i = 0; i < c->ntables; i++)
		wh_batch_finish(&c->images[i]);
	free(c->images);
	free(c->items);
	free(c->txns);
	free(c->holes);
	wh_arena_free(&c->texts);
	*c = (struct wh_changes){ 0 };
}

struct wh_batch *wh_changes_image(struct wh_changes *c, uint32_t table)
{
	struct wh_batch *b = &c->images[table];
	if (!b->lanes)
		wh_rowset_batch_of(c->tables[table], ROWS_LEAST, b);
	if (b->rows == b->capacity)
		wh_batch_grow(b, b->capacity * 2);
	return b;
}

/* The batch counts a cell when it is appended: too early for us to see. */
static size_t row_bytes(const struct wh_batch *b, uint32_t row)
{
	size_t bytes = 9u * b->ncolumns;
	for (size_t i = 0; i < b->ncolumns; i++)
		if (b->lanes[i].offset)
			bytes += b->lanes[i].offset[row + 1] - b->lanes[i].offset[row];
	for (size_t i = b->nstrays; i && b->strays[i - 1].row == row; i--)
		bytes += b->strays[i - 1].size;
	return bytes;
}

uint32_t wh_changes_row(struct wh_changes *c, uint32_t table)
{
	struct wh_batch *b = &c->images[table];
	wh_batch_row(b);
	c->bytes += row_bytes(b, b->rows - 1);
	return b->rows - 1;
}

/* Room for one more of `size` bytes each. */
static void *room(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? *capacity * 2 : 256;
	return wh_realloc(items, *capacity * size);
}

struct wh_change *wh_changes_add(struct wh_changes *c, enum wh_op op, uint32_t table)
{
	c->items = room(c->items, c->count, &c->capacity, sizeof *c->items);
	struct wh_change *change = &c->items[c->count++];
	*change = (struct wh_change){ .op = op,
		.table = table,
		.before = WH_NO_ROW,
		.after = WH_NO_ROW,
		.first_hole = (uint32_t)c->nholes };
	c->bytes += sizeof *change;
	return change;
}

void wh_changes_hole(struct wh_changes *c, uint16_t field)
{
	c->holes = room(c->holes, c->nholes, &c->holes_capacity, sizeof *c->holes);
	c->holes[c->nholes++] = field;
	c->items[c->count - 1].nholes++;
}

void wh_changes_end(struct wh_changes *c, const struct wh_position *next, int64_t usec)
{
	c->txns = room(c->txns, c->ntxns, &c->txns_capacity, sizeof *c->txns);
	c->txns[c->ntxns++] = (struct wh_txn){ .changes = c->count, .next = *next, .usec = usec };
	c->read = *next;
	c->bytes += sizeof *c->txns;
}
