#include "base/arena.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_ALIGN _Alignof(max_align_t)
#define ARENA_LEAST (4u << 10)
#define ARENA_MOST (1u << 20)

struct wh_arena_block {
	struct wh_arena_block *next;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

static _Noreturn void memory_end(size_t size)
{
	char text[96];
	int n = snprintf(text, sizeof text, "whimbrel: out of memory: %zu bytes wanted\n", size);
	if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
		_exit(1);
	_exit(1);
}

void *wh_alloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);
	if (!memory)
		memory_end(size);
	return memory;
}

void *wh_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);
	if (!memory)
		memory_end(size);
	return memory;
}

char *wh_strdup(const char *text)
{
	if (!text)
		return NULL;
	size_t n = strlen(text);
	char *copy = wh_alloc(n + 1);
	memcpy(copy, text, n);
	return copy;
}

/* Under AddressSanitizer each piece is a block of its own, so that it sees a step beyond one. */
static size_t arena_block_size(const struct wh_arena *arena, size_t wanted)
{
#ifdef __SANITIZE_ADDRESS__
	(void)arena;
	return wanted;
#else
	size_t size = arena->blocks ? arena->blocks->size * 2 : ARENA_LEAST;
	if (size > ARENA_MOST)
		size = ARENA_MOST;
	return wanted > size ? wanted : size;
#endif
}

static struct wh_arena_block *arena_grow(struct wh_arena *arena, size_t wanted)
{
	size_t size = arena_block_size(arena, wanted);
	if (size > SIZE_MAX - sizeof(struct wh_arena_block))
		memory_end(size);
	struct wh_arena_block *block = wh_alloc(sizeof *block + size);
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *wh_arena_alloc(struct wh_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		memory_end(size);
#ifdef __SANITIZE_ADDRESS__
	size_t room = size ? size : 1;
#else
	size_t room = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
#endif
	struct wh_arena_block *block = arena->blocks;
	if (!block || block->size - block->used < room)
		block = arena_grow(arena, room);
	void *memory = block->bytes + block->used;
	block->used += room;
	arena->used += room;
	return memory;
}

char *wh_arena_bytes(struct wh_arena *arena, const void *bytes, size_t n)
{
	if (n > SIZE_MAX / 2 - 1)
		memory_end(n);
	char *copy = wh_arena_alloc(arena, n + 1);
	if (n)
		memcpy(copy, bytes, n);
	return copy;
}

char *wh_arena_text(struct wh_arena *arena, const char *text)
{
	return text ? wh_arena_bytes(arena, text, strlen(text)) : NULL;
}

char *wh_arena_format(struct wh_arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return wh_arena_text(arena, "");
	char *text = wh_arena_alloc(arena, (size_t)n + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}

void wh_arena_free(struct wh_arena *arena)
{
	while (arena->blocks) {
		struct wh_arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
	arena->used = 0;
}

/* The capacity follows from the count: 4, then each power of two. */
void *wh_arena_push(struct wh_arena *arena, void *items, size_t *count, size_t size)
{
	char *array;
	size_t n = *count;
	memcpy(&array, items, sizeof array);
	if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
		size_t capacity = n < 4 ? 4 : n * 2;
		if (capacity > SIZE_MAX / 2 / size)
			memory_end(SIZE_MAX);
		char *larger = wh_arena_alloc(arena, capacity * size);
		if (n)
			memcpy(larger, array, n * size);
		array = larger;
		memcpy(items, &array, sizeof array);
	}
	*count = n + 1;
	return array + n * size;
}
