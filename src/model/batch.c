#include "model/batch.h"
#include "base/arena.h"
#include <stdlib.h>

#define LANE_LEAST 4096

static void lane_init(struct wh_lane *lane, enum wh_kind kind, size_t rows)
{
	*lane = (struct wh_lane){ .kind = kind };
	lane->null = wh_alloc(rows);
	if (wh_kind_is_word(kind)) {
		lane->word = wh_alloc(rows * sizeof *lane->word);
		return;
	}
	lane->offset = wh_alloc((rows + 1) * sizeof *lane->offset);
	lane->bytes = wh_alloc(LANE_LEAST);
	lane->capacity = LANE_LEAST;
}

void wh_batch_init_of(struct wh_batch *b, const enum wh_kind *kinds, size_t n, uint32_t rows)
{
	assert(n <= UINT16_MAX);
	*b = (struct wh_batch){ .capacity = rows, .ncolumns = (uint16_t)n };
	b->lanes = wh_alloc(n * sizeof *b->lanes);
	b->hash = wh_alloc(b->capacity * sizeof *b->hash);
	for (size_t i = 0; i < n; i++)
		lane_init(&b->lanes[i], kinds[i], b->capacity);
}

void wh_batch_init(struct wh_batch *b, const enum wh_kind *kinds, size_t n)
{
	wh_batch_init_of(b, kinds, n, WH_BATCH_ROWS);
}

void wh_batch_grow(struct wh_batch *b, uint32_t rows)
{
	if (rows <= b->capacity)
		return;
	for (size_t i = 0; i < b->ncolumns; i++) {
		struct wh_lane *lane = &b->lanes[i];
		lane->null = wh_realloc(lane->null, rows);
		if (lane->word)
			lane->word = wh_realloc(lane->word, rows * sizeof *lane->word);
		else
			lane->offset = wh_realloc(lane->offset, ((size_t)rows + 1) * sizeof *lane->offset);
	}
	b->hash = wh_realloc(b->hash, rows * sizeof *b->hash);
	b->capacity = rows;
}

/* What one oversized row has taken is given back: it would be held for the rest of the run. */
static void lane_shrink(struct wh_lane *lane)
{
	if (lane->capacity <= 4 * (size_t)WH_BATCH_BYTES)
		return;
	free(lane->bytes);
	lane->bytes = wh_alloc(LANE_LEAST);
	lane->capacity = LANE_LEAST;
}

void wh_batch_reset(struct wh_batch *b)
{
	for (size_t i = 0; i < b->ncolumns; i++) {
		b->lanes[i].size = 0;
		lane_shrink(&b->lanes[i]);
	}
	b->rows = 0;
	b->bytes = 0;
	b->nstrays = 0;
	wh_buffer_clear(&b->strays_bytes);
}

void wh_batch_finish(struct wh_batch *b)
{
	for (size_t i = 0; i < b->ncolumns; i++) {
		free(b->lanes[i].null);
		free(b->lanes[i].word);
		free(b->lanes[i].offset);
		free(b->lanes[i].bytes);
	}
	free(b->lanes);
	free(b->hash);
	free(b->strays);
	wh_buffer_free(&b->strays_bytes);
	*b = (struct wh_batch){ 0 };
}

void wh_batch_slice(const struct wh_batch *whole, uint32_t first, uint32_t n, struct wh_batch *out)
{
	struct wh_lane *lanes = out->lanes;
	assert(first <= whole->rows && n <= whole->rows - first);
	*out = (struct wh_batch){ .rows = n,
		.capacity = n,
		.ncolumns = whole->ncolumns,
		.lanes = lanes,
		.first_row = whole->first_row + first };
	out->hash = whole->hash ? whole->hash + first : NULL;
	for (size_t i = 0; i < whole->ncolumns; i++) {
		const struct wh_lane *from = &whole->lanes[i];
		lanes[i] = *from;
		lanes[i].null = from->null + first;
		lanes[i].word = from->word ? from->word + first : NULL;
		lanes[i].offset = from->offset ? from->offset + first : NULL;
		if (from->offset)
			out->bytes += from->offset[first + n] - from->offset[first];
	}
	out->bytes += (size_t)n * 9u * whole->ncolumns;
}

static const struct wh_stray *stray_find(const struct wh_batch *b, uint32_t row, size_t column)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == row && b->strays[i].column == column)
			return &b->strays[i];
	return NULL;
}

static void stray_say(struct wh_batch *b, const char *why)
{
	wh_buffer_put(&b->strays_bytes, why, strlen(why) + 1);
	b->strays[b->nstrays - 1].says = (uint32_t)(b->strays_bytes.size - strlen(why) - 1);
	assert(!b->strays_bytes.full);
}

void wh_batch_copy_cell(struct wh_batch *to, size_t column, const struct wh_batch *from,
	size_t from_column, uint32_t row)
{
	const struct wh_stray *stray;
	size_t n;
	if (!wh_is_null(from, from_column, row)) {
		if (from->lanes[from_column].word) {
			wh_batch_word(to, column, wh_word(from, from_column, row));
		} else {
			const char *bytes = wh_cell(from, from_column, row, &n);
			wh_batch_bytes(to, column, bytes, n);
		}
	} else if (from->nstrays && (stray = stray_find(from, row, from_column))) {
		wh_batch_stray(to, column, (enum wh_stray_reason)stray->reason,
			from->strays_bytes.data + stray->first, stray->size);
		if (stray->reason == WH_STRAY_RECORD)
			stray_say(to, wh_stray_says(from, stray));
	} else {
		wh_batch_null(to, column);
	}
}

void wh_batch_copy_row(struct wh_batch *to, const struct wh_batch *from, uint32_t row)
{
	assert(to->ncolumns == from->ncolumns && to->rows < to->capacity);
	for (size_t i = 0; i < from->ncolumns; i++)
		wh_batch_copy_cell(to, i, from, i, row);
	if (to->hash && from->hash)
		to->hash[to->rows] = from->hash[row];
	wh_batch_row(to);
}

/* A reader refuses cells beyond WH_CELL_MAX and stops at WH_BATCH_BYTES, so that offsets of 32
 * bits are enough; a reader that does not must not go on with offsets that have wrapped. */
void wh_batch_more_bytes(struct wh_lane *lane, size_t more)
{
	assert(lane->size <= UINT32_MAX && more <= UINT32_MAX - lane->size);
	size_t capacity = lane->capacity, needed = lane->size + more;
	if (needed > 4 * (size_t)WH_BATCH_BYTES)
		capacity = needed;
	while (capacity < needed)
		capacity *= 2;
	lane->bytes = wh_realloc(lane->bytes, capacity);
	lane->capacity = capacity;
}

void wh_batch_stray(struct wh_batch *b, size_t column, enum wh_stray_reason reason, const void *raw,
	size_t n)
{
	if (b->nstrays == b->strays_capacity) {
		b->strays_capacity = b->strays_capacity ? b->strays_capacity * 2 : 16;
		b->strays = wh_realloc(b->strays, b->strays_capacity * sizeof *b->strays);
	}
	b->strays_bytes.max = UINT32_MAX;
	struct wh_stray *stray = &b->strays[b->nstrays++];
	*stray = (struct wh_stray){ .row = b->rows,
		.column = (uint16_t)column,
		.reason = (uint16_t)reason,
		.first = (uint32_t)b->strays_bytes.size,
		.size = (uint32_t)n };
	wh_buffer_put(&b->strays_bytes, raw, n);
	assert(!b->strays_bytes.full);
	b->bytes += n;
	wh_batch_null(b, column);
}

void wh_batch_reject(struct wh_batch *b, size_t column, const char *reason, const void *raw,
	size_t n)
{
	wh_batch_stray(b, column, WH_STRAY_RECORD, raw, n);
	stray_say(b, reason);
}

const char *wh_stray_says(const struct wh_batch *b, const struct wh_stray *stray)
{
	return stray->reason == WH_STRAY_RECORD ? b->strays_bytes.data + stray->says : "";
}
