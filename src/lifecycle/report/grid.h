/* grid: columns of text, aligned, for a terminal. Every cell is made harmless for one.
 *
 * Zeroed but for arena, heads and right it is an empty grid; cells are added row by row. */
#ifndef WH_LIFECYCLE_GRID_H
#define WH_LIFECYCLE_GRID_H

#include "base/arena.h"
#include "base/buffer.h"

#define WH_GRID_COLUMNS 10

struct wh_grid {
	struct wh_arena *arena;
	const char *heads[WH_GRID_COLUMNS + 1]; /* ends with NULL; "" everywhere: no head line */
	const char *right;                      /* one letter a column, 'r': aligned to the right */
	const char **cells;
	size_t ncells;
};

/* NULL: an em dash, which says that it is not known. Longer than 60 characters: cut. */
void wh_grid_cell(struct wh_grid *g, const char *text);
void wh_grid_print(const struct wh_grid *g, const char *indent, struct wh_buffer *out);
/* A foreign text harmless for a terminal; longer than `most` bytes: cut, with "..." behind it. */
const char *wh_grid_shown(struct wh_arena *arena, const char *text, size_t n, size_t most);

#endif
