#include "codecs/cobol/build.h"
#include <stdlib.h>

void wh_cobol_store_init(struct wh_cobol_store *s, const struct wh_cobol_shape *shape)
{
	if (s->tables)
		return;
	s->ntables = shape->ntables;
	s->tables = wh_alloc(sizeof *s->tables * (s->ntables + 1));
	for (size_t t = 0; t < s->ntables; t++) {
		const struct wh_cobol_block *b = shape->tables[t].block;
		size_t n = b ? b->depth + b->nleaves : 0, column = 0;
		enum wh_kind *kinds = wh_alloc(sizeof *kinds * (n + 1));
		for (; b && column < b->depth; column++)
			kinds[column] = WH_INT64;
		for (size_t i = 0; b && i < b->nleaves; i++)
			kinds[column++] = b->leaves[i]->cell.type.kind;
		s->tables[t] = (struct wh_batch){ 0 };
		wh_batch_init_of(&s->tables[t], kinds, n, 1);
		free(kinds);
	}
}

void wh_cobol_store_clear(struct wh_cobol_store *s)
{
	for (size_t t = 0; t < s->ntables; t++)
		wh_batch_reset(&s->tables[t]);
}

void wh_cobol_store_finish(struct wh_cobol_store *s)
{
	for (size_t t = 0; t < s->ntables; t++)
		wh_batch_finish(&s->tables[t]);
	free(s->tables);
	*s = (struct wh_cobol_store){ 0 };
}

struct wh_batch *wh_cobol_store_row(struct wh_cobol_store *s, size_t table)
{
	struct wh_batch *b = &s->tables[table];
	if (b->rows == b->capacity)
		wh_batch_grow(b, b->capacity * 2);
	return b;
}
