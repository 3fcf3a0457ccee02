/* view: one record in the shape of its segment: where each field of it is, occurrence by
 * occurrence. Places are kept in the shape's blocks, so one record is looked at at a time. */
#ifndef WH_CODECS_COBOL_VIEW_H
#define WH_CODECS_COBOL_VIEW_H

#include "codecs/cobol/shape.h"

struct wh_cobol_view {
	const unsigned char *bytes;
	size_t n;
	bool may_end; /* before its last fields: they are not there then */
	/* What keeps the record from being laid out; `why` goes on behind the field's name. */
	const struct wh_cobol_leaf *fault;
	size_t fault_at;
	struct wh_buffer why;
	struct wh_batch number;  /* one row, one INT64 */
	struct wh_buffer counts; /* what its counters say, one behind the other */
	struct wh_buffer scratch;
};

void wh_cobol_view_init(struct wh_cobol_view *v, bool may_end);
void wh_cobol_view_finish(struct wh_cobol_view *v);
/* False: v->fault; nothing in the record has a place then. */
bool wh_cobol_view_place(struct wh_cobol_view *v, struct wh_cobol_segment *s);
/* The block stands at the occurrence that begins there: one that has a place already. */
void wh_cobol_view_step(struct wh_cobol_view *v, struct wh_cobol_block *b, size_t at);
/* A whole number; NULL: fine, or why not. */
const char *wh_cobol_view_number(struct wh_cobol_view *v, const struct wh_cobol_leaf *leaf,
	size_t at, int64_t *out);
/* The occurrences of a block, in order, each laid out; `item` holds their numbers, from the
 * outermost table inwards. Ends early where `row` says false, and says so. */
bool wh_cobol_view_each(struct wh_cobol_view *v, struct wh_cobol_block *b,
	bool (*row)(void *context, const uint32_t *item), void *context);

static inline size_t wh_cobol_lack(const struct wh_cobol_block *in, uint32_t mover)
{
	return mover == WH_COBOL_NONE ? 0 : in->blocks[mover]->lack;
}

/* In the record, of the occurrence that its block stands at. */
static inline size_t wh_cobol_leaf_at(const struct wh_cobol_leaf *leaf)
{
	const struct wh_cobol_block *b = leaf->block;
	return b ? b->at + leaf->offset - wh_cobol_lack(b, leaf->mover) : leaf->offset;
}

/* The bytes of the occurrence at which it stands. */
static inline size_t wh_cobol_block_length(const struct wh_cobol_block *b)
{
	return b->length - wh_cobol_lack(b, b->last_mover);
}

static inline size_t wh_cobol_block_begin(const struct wh_cobol_block *b)
{
	return b->parent->at + b->offset - wh_cobol_lack(b->parent, b->mover);
}

#endif
