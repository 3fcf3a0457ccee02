/* build: the rows of one record become its bytes again. */
#ifndef WH_CODECS_COBOL_BUILD_H
#define WH_CODECS_COBOL_BUILD_H

#include "codecs/cobol/view.h"

/* The rows of one record: a batch for each table of the shape, in the order of their keys. Its
 * columns: item, item_2, ... of its block's depth, then the block's leaves as their cells' kinds. */
struct wh_cobol_store {
	struct wh_batch *tables;
	size_t ntables;
};

/* Once; again does nothing. */
void wh_cobol_store_init(struct wh_cobol_store *s, const struct wh_cobol_shape *shape);
void wh_cobol_store_clear(struct wh_cobol_store *s);
void wh_cobol_store_finish(struct wh_cobol_store *s);
/* Room for one more row. */
struct wh_batch *wh_cobol_store_row(struct wh_cobol_store *s, size_t table);

struct wh_cobol_builder {
	const struct wh_cobol_store *store;
	struct wh_cobol_segment *segment;
	unsigned char space;
	uint32_t fixed; /* bytes that all records have; 0: as many as there are values */
	const struct wh_cobol_leaf *length; /* says the record's length, but for `adjust`; or NULL */
	int64_t adjust;
	struct wh_cobol_view *view; /* may_end is that of the format */
	struct wh_buffer out;       /* the record */
	struct wh_buffer old, new;
	struct wh_batch cell[WH_KINDS]; /* one row of each kind, where it was needed */
	const struct wh_cobol_leaf *fault;
	const char *why;
	size_t end, missing; /* behind the last value; the first place without one */
	const struct wh_cobol_leaf *missing_leaf; /* that is NULL there */
};

void wh_cobol_builder_finish(struct wh_cobol_builder *b);
/* An empty row of one cell of that kind, until the next call for it. */
struct wh_batch *wh_cobol_builder_cell(struct wh_cobol_builder *b, enum wh_kind kind);
/* False: b->fault, and b->why goes on behind the field's name. */
bool wh_cobol_build(struct wh_cobol_builder *b);
/* The same over the record as it once was: what has the same value keeps its very bytes. */
bool wh_cobol_build_over(struct wh_cobol_builder *b, const unsigned char *was, size_t n);

#endif
