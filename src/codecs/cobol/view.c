#include "codecs/cobol/view.h"
#include <stdio.h>

void wh_cobol_view_init(struct wh_cobol_view *v, bool may_end)
{
	static const enum wh_kind kinds[] = { WH_INT64 };
	*v = (struct wh_cobol_view){ .may_end = may_end };
	wh_batch_init_of(&v->number, kinds, 1, 1);
}

void wh_cobol_view_finish(struct wh_cobol_view *v)
{
	wh_batch_finish(&v->number);
	wh_buffer_free(&v->why);
	wh_buffer_free(&v->counts);
	wh_buffer_free(&v->scratch);
}

const char *wh_cobol_view_number(struct wh_cobol_view *v, const struct wh_cobol_leaf *leaf,
	size_t at, int64_t *out)
{
	wh_batch_reset(&v->number);
	const char *why = wh_cobol_cell_decode(&leaf->cell, v->bytes + at, leaf->length, &v->number, 0,
		&v->scratch);
	*out = why || wh_is_null(&v->number, 0, 0) ? 0 : wh_word(&v->number, 0, 0);
	return why;
}

static bool at_fault(struct wh_cobol_view *v, const struct wh_cobol_leaf *leaf, const char *format,
	...) WH_FORMAT(3, 4);

static bool at_fault(struct wh_cobol_view *v, const struct wh_cobol_leaf *leaf, const char *format,
	...)
{
	char text[300];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	v->fault = leaf;
	v->fault_at = wh_cobol_leaf_at(leaf);
	wh_buffer_clear(&v->why);
	wh_buffer_text(&v->why, text);
	return false;
}

/* How often the block occurs. Where the record ends before the counter, not at all. */
static bool count(struct wh_cobol_view *v, struct wh_cobol_block *b)
{
	const struct wh_cobol_field *f = b->field;
	const struct wh_cobol_leaf *counter = b->counter;
	size_t at = wh_cobol_leaf_at(counter);
	int64_t n = 0;
	b->count = 0;
	if (at >= v->n && v->may_end)
		return true;
	if (at >= v->n || v->n - at < counter->length)
		return at_fault(v, counter, "is cut off by the record's end");
	const char *why = wh_cobol_view_number(v, counter, at, &n);
	if (why)
		return at_fault(v, counter, "%s", why);
	if (n < f->occurs_min || n > f->occurs_max)
		return at_fault(v, counter, "says %lld, but \"%.60s\" occurs %u to %u times", (long long)n,
			wh_cobol_field_name(f), f->occurs_min, f->occurs_max);
	b->count = (uint32_t)n;
	wh_buffer_be32(&v->counts, b->count);
	return true;
}

static bool place(struct wh_cobol_view *v, struct wh_cobol_block *b, size_t at);

/* What all occurrences of the block come to. */
static bool extent(struct wh_cobol_view *v, struct wh_cobol_block *b, size_t *out)
{
	*out = (size_t)b->count * b->length;
	if (!b->moves)
		return true;
	size_t begin = wh_cobol_block_begin(b), at = begin;
	for (uint32_t i = 0; i < b->count; i++) {
		if (!place(v, b, at))
			return false;
		at += wh_cobol_block_length(b);
	}
	*out = at - begin;
	return true;
}

static bool place_block(struct wh_cobol_view *v, struct wh_cobol_block *b)
{
	size_t length = 0, most = (size_t)b->most * b->length;
	if (b->counter && !count(v, b))
		return false;
	if (!extent(v, b, &length))
		return false;
	if (b->counter && length && wh_cobol_block_begin(b) + length > v->n)
		return at_fault(v, b->counter, "says %u, but the record of %zu bytes ends within \"%.60s\"",
			b->count, v->n, wh_cobol_field_name(b->field));
	b->lack = wh_cobol_lack(b->parent, b->mover) + most - length;
	return true;
}

static bool place(struct wh_cobol_view *v, struct wh_cobol_block *b, size_t at)
{
	b->at = at;
	for (size_t i = 0; b->moves && i < b->nblocks; i++)
		if (b->blocks[i]->varies && !place_block(v, b->blocks[i]))
			return false;
	return true;
}

bool wh_cobol_view_place(struct wh_cobol_view *v, struct wh_cobol_segment *s)
{
	wh_buffer_clear(&v->counts);
	return place(v, &s->root, 0);
}

void wh_cobol_view_step(struct wh_cobol_view *v, struct wh_cobol_block *b, size_t at)
{
	place(v, b, at);
}

/* The blocks from the record inwards to the one that is wanted. */
struct way {
	struct wh_cobol_view *view;
	struct wh_cobol_block *blocks[WH_COBOL_DEPTH];
	uint32_t item[WH_COBOL_DEPTH];
	unsigned depth;
	bool (*row)(void *context, const uint32_t *item);
	void *context;
};

/* Tables without a counter end with a record that may end early. */
static bool go(struct way *way, unsigned depth)
{
	if (depth == way->depth)
		return way->row(way->context, way->item + 1);
	struct wh_cobol_block *b = way->blocks[depth + 1];
	size_t at = wh_cobol_block_begin(b);
	for (uint32_t i = 0; i < b->count && (at < way->view->n || !way->view->may_end); i++) {
		place(way->view, b, at);
		way->item[depth + 1] = i + 1;
		if (!go(way, depth + 1))
			return false;
		at += wh_cobol_block_length(b);
	}
	return true;
}

bool wh_cobol_view_each(struct wh_cobol_view *v, struct wh_cobol_block *b,
	bool (*row)(void *context, const uint32_t *item), void *context)
{
	struct way way = { .view = v, .depth = b->depth, .row = row, .context = context };
	for (; b; b = b->parent)
		way.blocks[b->depth] = b;
	return go(&way, 0);
}
