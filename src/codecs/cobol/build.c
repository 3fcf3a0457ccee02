#include "codecs/cobol/build.h"

void wh_cobol_builder_finish(struct wh_cobol_builder *b)
{
	for (size_t i = 0; i < WH_KINDS; i++)
		wh_batch_finish(&b->cell[i]);
	wh_buffer_free(&b->out);
	wh_buffer_free(&b->old);
	wh_buffer_free(&b->new);
}

struct wh_batch *wh_cobol_builder_cell(struct wh_cobol_builder *b, enum wh_kind kind)
{
	struct wh_batch *batch = &b->cell[kind];
	if (!batch->lanes)
		wh_batch_init_of(batch, &kind, 1, 1);
	wh_batch_reset(batch);
	return batch;
}

/* One way through a record that is built. */
struct pass {
	struct wh_cobol_builder *b;
	bool (*leaf)(struct wh_cobol_builder *, const struct wh_cobol_leaf *, size_t column,
		uint32_t row);
	uint32_t item[WH_COBOL_DEPTH];
};

#define NO_ROW UINT32_MAX

static bool at_fault(struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf, const char *why)
{
	b->fault = leaf;
	b->why = why;
	return false;
}

/* ---- rows ---- */

static int compare_items(const struct wh_batch *rows, uint32_t row, const uint32_t *item,
	unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		int64_t has = wh_word(rows, i, row);
		if (has != item[i])
			return has < item[i] ? -1 : 1;
	}
	return 0;
}

/* The first row whose first items are not before these. */
static uint32_t first_row(const struct wh_batch *rows, const uint32_t *item, unsigned depth)
{
	uint32_t low = 0, high = rows->rows;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (compare_items(rows, middle, item, depth) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t row_of(const struct pass *p, const struct wh_cobol_block *b)
{
	if (b->table == SIZE_MAX)
		return NO_ROW;
	const struct wh_batch *rows = &p->b->store->tables[b->table];
	uint32_t row = first_row(rows, p->item + 1, b->depth);
	bool found = row < rows->rows && !compare_items(rows, row, p->item + 1, b->depth);
	return found ? row : NO_ROW;
}

/* The highest item of the block in the occurrence around it; they are to be without gaps. */
static uint32_t last_item(struct pass *p, const struct wh_cobol_block *b)
{
	const struct wh_batch *rows = &p->b->store->tables[b->table];
	p->item[b->depth] = 0;
	uint32_t first = first_row(rows, p->item + 1, b->depth);
	p->item[b->depth] = UINT32_MAX;
	uint32_t end = first_row(rows, p->item + 1, b->depth);
	if (end == first)
		return 0;
	int64_t most = wh_word(rows, b->depth - 1, end - 1);
	return most == end - first && most <= b->most ? (uint32_t)most : UINT32_MAX;
}

static bool within(struct pass *p, const struct wh_cobol_block *b)
{
	const struct wh_batch *rows = &p->b->store->tables[b->table];
	for (uint32_t i = 0; i < rows->rows; i++) {
		int64_t item = wh_word(rows, b->depth - 1, i);
		if (item < 1 || item > b->most)
			return false;
	}
	return true;
}

/* ---- places ---- */

static bool measure(struct pass *p, struct wh_cobol_block *b, size_t at);

static bool extent(struct pass *p, struct wh_cobol_block *b, size_t *out)
{
	*out = (size_t)b->count * b->length;
	if (!b->moves)
		return true;
	*out = 0;
	for (uint32_t i = 1; i <= b->count; i++) {
		p->item[b->depth] = i;
		if (!measure(p, b, 0))
			return false;
		*out += wh_cobol_block_length(b);
	}
	return true;
}

/* Whether the counter says what the rows are. */
static bool agrees(struct pass *p, const struct wh_cobol_block *b)
{
	const struct wh_cobol_block *in = b->counter->block;
	uint32_t row = b->counter_leaf == SIZE_MAX ? NO_ROW : row_of(p, in);
	if (row == NO_ROW)
		return true;
	const struct wh_batch *rows = &p->b->store->tables[in->table];
	size_t column = in->depth + b->counter_leaf;
	int64_t says = wh_is_null(rows, column, row) ? 0 : wh_word(rows, column, row);
	if (says == b->count)
		return true;
	struct wh_buffer *why = &p->b->view->why;
	wh_buffer_clear(why);
	wh_buffer_format(why, "says %lld, but there are %u occurrences of \"%.60s\"", (long long)says,
		b->count, wh_cobol_field_name(b->field));
	return at_fault(p->b, b->counter, wh_buffer_string(why));
}

static bool count(struct pass *p, struct wh_cobol_block *b)
{
	b->count = b->most;
	if (b->table == SIZE_MAX)
		return !b->counter || at_fault(p->b, b->counter, "counts a table that has no columns");
	if (!b->counter)
		return within(p, b) || at_fault(p->b, b->leaves[0], "has an item beyond its table's most");
	b->count = last_item(p, b);
	if (b->count == UINT32_MAX)
		return at_fault(p->b, b->counter, "counts a table with gaps in its items, or too many");
	return agrees(p, b);
}

/* How much room the tables in the occurrence take. */
static bool measure(struct pass *p, struct wh_cobol_block *b, size_t at)
{
	b->at = at;
	for (size_t i = 0; i < b->nblocks; i++) {
		struct wh_cobol_block *inner = b->blocks[i];
		size_t length = 0;
		if (!count(p, inner) || !extent(p, inner, &length))
			return false;
		if (inner->varies)
			inner->lack = wh_cobol_lack(b, inner->mover) + (size_t)inner->most * inner->length -
				length;
	}
	return true;
}

/* ---- values ---- */

static bool leaves(struct pass *p, struct wh_cobol_block *b, uint32_t row, bool over)
{
	for (size_t i = 0; i < b->nleaves; i++)
		if (b->leaves[i]->over == over && !p->leaf(p->b, b->leaves[i], b->depth + i, row))
			return false;
	return true;
}

static bool occurrence(struct pass *p, struct wh_cobol_block *b, size_t at);

static bool occurrences(struct pass *p, struct wh_cobol_block *b, bool over)
{
	for (size_t i = 0; i < b->nblocks; i++) {
		struct wh_cobol_block *inner = b->blocks[i];
		size_t at = wh_cobol_block_begin(inner);
		uint32_t n = inner->over == over ? inner->count : 0;
		for (uint32_t k = 1; k <= n; k++) {
			p->item[inner->depth] = k;
			if (!occurrence(p, inner, at))
				return false;
			at += wh_cobol_block_length(inner);
		}
	}
	return true;
}

/* What lies over other fields comes first: where both have values, the others are the truth. */
static bool occurrence(struct pass *p, struct wh_cobol_block *b, size_t at)
{
	uint32_t row = row_of(p, b);
	return measure(p, b, at) && leaves(p, b, row, true) && occurrences(p, b, true) &&
		occurrences(p, b, false) && leaves(p, b, row, false);
}

static const struct wh_batch *rows_of(const struct wh_cobol_builder *b,
	const struct wh_cobol_leaf *leaf)
{
	return &b->store->tables[leaf->block->table];
}

static bool is_missing(const struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf,
	size_t column, uint32_t row)
{
	return row == NO_ROW || wh_is_null(rows_of(b, leaf), column, row);
}

/* Bytes that no value is written to are spaces. */
static unsigned char *room(struct wh_cobol_builder *b, size_t end)
{
	if (end > b->out.size && wh_buffer_reserve(&b->out, end - b->out.size)) {
		memset(b->out.data + b->out.size, b->space, end - b->out.size);
		b->out.size = end;
	}
	return (unsigned char *)b->out.data;
}

/* Whether records may end before this place. */
static bool may_lack(const struct wh_cobol_builder *b, size_t at)
{
	return !b->fixed || at >= b->fixed;
}

static bool lacks(struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf, bool null)
{
	size_t at = wh_cobol_leaf_at(leaf);
	if (at < b->missing) {
		b->missing = at;
		b->missing_leaf = null ? leaf : NULL;
	}
	return true;
}

static bool write_leaf(struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf, size_t column,
	uint32_t row)
{
	size_t at = wh_cobol_leaf_at(leaf), end = at + leaf->length;
	bool missing = is_missing(b, leaf, column, row);
	if (missing && leaf->over)
		return true;
	if (row == NO_ROW)
		return lacks(b, leaf, false);
	unsigned char *out = room(b, end);
	const char *why = wh_cobol_cell_encode(&leaf->cell, rows_of(b, leaf), column, row, out + at,
		leaf->length, &b->view->scratch);
	if (why && missing && may_lack(b, at))
		return lacks(b, leaf, true);
	b->end = end > b->end ? end : b->end;
	return !why || at_fault(b, leaf, why);
}

static bool run(struct wh_cobol_builder *b,
	bool (*leaf)(struct wh_cobol_builder *, const struct wh_cobol_leaf *, size_t, uint32_t))
{
	struct pass p = { .b = b, .leaf = leaf };
	return occurrence(&p, &b->segment->root, 0);
}

/* The length that the record says, if only blanks stand behind it. */
static void cut_blanks(struct wh_cobol_builder *b)
{
	const struct wh_cobol_leaf *leaf = b->length;
	int64_t says = 0, length = 0;
	b->view->bytes = (const unsigned char *)b->out.data;
	const char *why = wh_cobol_view_number(b->view, leaf, leaf->offset, &says);
	if (why || __builtin_add_overflow(says, b->adjust, &length) ||
		length < (int64_t)leaf->offset + leaf->length)
		return;
	while (b->out.size > (size_t)length && (unsigned char)b->out.data[b->out.size - 1] == b->space)
		b->out.size--;
}

/* A field that holds the record's length says what that is now. */
static bool set_length(struct wh_cobol_builder *b)
{
	const struct wh_cobol_leaf *leaf = b->length;
	struct wh_batch *number = &b->view->number;
	if (!leaf || b->out.size < (size_t)leaf->offset + leaf->length)
		return true;
	cut_blanks(b);
	wh_batch_reset(number);
	wh_batch_word(number, 0, (int64_t)b->out.size - b->adjust);
	const char *why = wh_cobol_cell_encode(&leaf->cell, number, 0, 0,
		(unsigned char *)b->out.data + leaf->offset, leaf->length, &b->view->scratch);
	return !why || at_fault(b, leaf, why);
}

/* Where the record ends: with its last value, where those behind it are missing. */
static bool set_end(struct wh_cobol_builder *b)
{
	const struct wh_cobol_block *root = &b->segment->root;
	size_t n = b->segment->length - wh_cobol_lack(root, root->last_mover);
	if (b->fixed)
		n = b->fixed;
	else if (b->missing != SIZE_MAX && b->missing < b->end && b->missing_leaf)
		return at_fault(b, b->missing_leaf, "is NULL, but values follow it");
	else if (b->missing != SIZE_MAX && b->missing >= b->end)
		n = b->end;
	room(b, n);
	b->out.size = n;
	return true;
}

bool wh_cobol_build(struct wh_cobol_builder *b)
{
	wh_buffer_clear(&b->out);
	b->end = 0;
	b->missing = SIZE_MAX;
	b->missing_leaf = NULL;
	return run(b, write_leaf) && set_end(b) && set_length(b);
}

/* ---- over what was there ---- */

static unsigned char *bytes_of(struct wh_buffer *b, size_t n)
{
	wh_buffer_clear(b);
	return wh_buffer_reserve(b, n) ? (unsigned char *)b->data : NULL;
}

/* Whether the bytes that are there mean the value that is to be written. */
static bool means_same(struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf,
	const unsigned char *was, const unsigned char *new)
{
	size_t n = leaf->length;
	struct wh_batch *cell = wh_cobol_builder_cell(b, leaf->cell.type.kind);
	unsigned char *again = bytes_of(&b->old, n);
	if (!memcmp(was, new, n))
		return true;
	if (wh_cobol_cell_decode(&leaf->cell, was, n, cell, 0, &b->view->scratch))
		return false;
	const char *why = wh_cobol_cell_encode(&leaf->cell, cell, 0, 0, again, n, &b->view->scratch);
	return !why && !memcmp(again, new, n);
}

static bool patch_leaf(struct wh_cobol_builder *b, const struct wh_cobol_leaf *leaf, size_t column,
	uint32_t row)
{
	size_t at = wh_cobol_leaf_at(leaf), n = leaf->length;
	if (is_missing(b, leaf, column, row) && (row == NO_ROW || leaf->over || may_lack(b, at)))
		return true;
	unsigned char *new = bytes_of(&b->new, n);
	const char *why = wh_cobol_cell_encode(&leaf->cell, rows_of(b, leaf), column, row, new, n,
		&b->view->scratch);
	if (why)
		return at_fault(b, leaf, why);
	if (at + n > b->out.size) /* the part that is there, and what it lacks as spaces */
		return at < b->out.size && !memcmp(b->out.data + at, new, b->out.size - at)
			? true
			: at_fault(b, leaf, "is longer than before");
	if (!means_same(b, leaf, (unsigned char *)b->out.data + at, new))
		memcpy(b->out.data + at, new, n);
	return true;
}

/* Whether the tables in both have the same lengths. */
static bool same_counts(struct wh_cobol_builder *b, const unsigned char *was, size_t n)
{
	struct wh_cobol_view *v = b->view;
	v->bytes = (const unsigned char *)b->out.data;
	v->n = b->out.size;
	if (!wh_cobol_view_place(v, b->segment))
		return false;
	wh_buffer_clear(&b->old);
	wh_buffer_put(&b->old, v->counts.data, v->counts.size);
	v->bytes = was;
	v->n = n;
	return wh_cobol_view_place(v, b->segment) && v->counts.size == b->old.size &&
		(!b->old.size || !memcmp(v->counts.data, b->old.data, b->old.size));
}

bool wh_cobol_build_over(struct wh_cobol_builder *b, const unsigned char *was, size_t n)
{
	if (!wh_cobol_build(b))
		return false;
	if (!same_counts(b, was, n))
		return true;
	wh_buffer_clear(&b->out);
	wh_buffer_put(&b->out, was, n);
	return run(b, patch_leaf) || wh_cobol_build(b);
}
