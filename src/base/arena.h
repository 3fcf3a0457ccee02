/* arena: memory of one lifetime (run, connection, plan), freed at once.
 *
 * All-zero is a valid empty arena. Not for several threads. Memory is zeroed. A process that
 * cannot get memory ends with a message and code 1: every step of a migration survives that. */
#ifndef WH_BASE_ARENA_H
#define WH_BASE_ARENA_H

#include "base/error.h"
#include <stddef.h>

struct wh_arena_block;
struct wh_arena {
	struct wh_arena_block *blocks;
	size_t used; /* bytes handed out, for limits and reports */
};

void *wh_arena_alloc(struct wh_arena *arena, size_t size);
char *wh_arena_text(struct wh_arena *arena, const char *text);             /* NULL gives NULL */
char *wh_arena_bytes(struct wh_arena *arena, const void *bytes, size_t n); /* adds a NUL */
char *wh_arena_format(struct wh_arena *arena, const char *format, ...) WH_FORMAT(2, 3);
void wh_arena_free(struct wh_arena *arena);

#define wh_new(arena, type) ((type *)wh_arena_alloc((arena), sizeof(type)))
#define wh_new_array(arena, type, n) ((type *)wh_arena_alloc((arena), sizeof(type) * (n)))

/* Appends one zeroed element to an array in the arena and returns it. The array must only ever
 * grow through this call; elements move when it grows. */
void *wh_arena_push(struct wh_arena *arena, void *items, size_t *count, size_t size);
#define wh_push(arena, items, count) \
	((__typeof__(*(items)))wh_arena_push((arena), (items), (count), sizeof(**(items))))

/* Heap memory that never fails; free() releases it. */
void *wh_alloc(size_t size);
void *wh_realloc(void *old, size_t size);
char *wh_strdup(const char *text);

#endif
