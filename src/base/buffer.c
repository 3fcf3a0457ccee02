#include "base/buffer.h"
#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_MAX ((size_t)1 << 30)
#define BUFFER_LARGE (4u << 20) /* from here on room for little more than what is asked */
#define BUFFER_LEAST 64

/* Once something did not fit, nothing more is taken until wh_buffer_clear(): what is there is a
 * beginning, never a text with a hole in it. */
bool wh_buffer_grow(struct wh_buffer *b, size_t more)
{
	size_t max = b->max ? b->max : BUFFER_MAX;
	if (b->full || b->size > max || more > max - b->size) {
		b->full = true;
		return false;
	}
	size_t needed = b->size + more + 1;
	if (needed <= b->capacity)
		return true;
	size_t capacity = b->capacity < BUFFER_LEAST ? BUFFER_LEAST : b->capacity;
	while (capacity < needed)
		capacity += capacity < BUFFER_LARGE ? capacity / 2 : needed - capacity + needed / 16;
	if (capacity > max + 1)
		capacity = max + 1;
	b->data = wh_realloc(b->data, capacity);
	b->capacity = capacity;
	b->data[b->size] = '\0';
	return true;
}

void wh_buffer_text(struct wh_buffer *b, const char *text)
{
	wh_buffer_put(b, text, strlen(text));
}

void wh_buffer_format(struct wh_buffer *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0 || !wh_buffer_reserve(b, (size_t)n))
		return;
	va_start(args, format);
	vsnprintf(b->data + b->size, (size_t)n + 1, format, args);
	va_end(args);
	b->size += (size_t)n;
}

void wh_buffer_clear(struct wh_buffer *b)
{
	b->size = 0;
	b->full = false;
	if (b->data)
		b->data[0] = '\0';
}

void wh_buffer_free(struct wh_buffer *b)
{
	free(b->data);
	b->data = NULL;
	b->size = b->capacity = 0;
	b->full = false;
}

const char *wh_buffer_string(struct wh_buffer *b)
{
	return b->data ? b->data : "";
}
