/* buffer: bytes that grow up to a maximum.
 *
 * All-zero is a valid empty buffer with a maximum of 1 GiB. Content is always followed by a NUL
 * that does not count. Reaching the maximum sets `full`; what did not fit is not there, and the
 * one who parses or sends must look at `full` before trusting the content. */
#ifndef WH_BASE_BUFFER_H
#define WH_BASE_BUFFER_H

#include "base/error.h"
#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wh_buffer {
	char *data;
	size_t size, capacity, max;
	bool full;
};

bool wh_buffer_grow(struct wh_buffer *b, size_t more); /* where there is no room yet */
void wh_buffer_text(struct wh_buffer *b, const char *text);
void wh_buffer_format(struct wh_buffer *b, const char *format, ...) WH_FORMAT(2, 3);
void wh_buffer_clear(struct wh_buffer *b); /* keeps the memory */
void wh_buffer_free(struct wh_buffer *b);
const char *wh_buffer_string(struct wh_buffer *b); /* never NULL */

/* False and full: over the maximum. */
static inline bool wh_buffer_reserve(struct wh_buffer *b, size_t more)
{
	bool room = !b->full && more < b->capacity - b->size;
	return __builtin_expect(room, true) || wh_buffer_grow(b, more);
}

static inline void wh_buffer_put(struct wh_buffer *b, const void *bytes, size_t n)
{
	if (!wh_buffer_reserve(b, n))
		return;
	if (n)
		memcpy(b->data + b->size, bytes, n);
	b->size += n;
	b->data[b->size] = '\0';
}

static inline void wh_buffer_char(struct wh_buffer *b, char c)
{
	wh_buffer_put(b, &c, 1);
}

static inline void wh_buffer_be16(struct wh_buffer *b, uint16_t v)
{
	v = htobe16(v);
	wh_buffer_put(b, &v, sizeof v);
}

static inline void wh_buffer_be32(struct wh_buffer *b, uint32_t v)
{
	v = htobe32(v);
	wh_buffer_put(b, &v, sizeof v);
}

static inline void wh_buffer_be64(struct wh_buffer *b, uint64_t v)
{
	v = htobe64(v);
	wh_buffer_put(b, &v, sizeof v);
}

#endif
