/* buffer: bytes that grow up to a maximum.
 *
 * All-zero is a valid empty buffer with a maximum of 1 GiB. Content is always followed by a NUL
 * that does not count. Reaching the maximum sets `full`; what did not fit is not there, and the
 * one who parses or sends must look at `full` before trusting the content. */
#ifndef WH_BASE_BUFFER_H
#define WH_BASE_BUFFER_H

#include "base/error.h"
#include <stddef.h>
#include <stdint.h>

struct wh_buffer {
	char *data;
	size_t size, capacity, max;
	bool full;
};

bool wh_buffer_reserve(struct wh_buffer *b, size_t more); /* false and full: over the maximum */
void wh_buffer_put(struct wh_buffer *b, const void *bytes, size_t n);
void wh_buffer_text(struct wh_buffer *b, const char *text);
void wh_buffer_char(struct wh_buffer *b, char c);
void wh_buffer_format(struct wh_buffer *b, const char *format, ...) WH_FORMAT(2, 3);
void wh_buffer_be16(struct wh_buffer *b, uint16_t v);
void wh_buffer_be32(struct wh_buffer *b, uint32_t v);
void wh_buffer_be64(struct wh_buffer *b, uint64_t v);
void wh_buffer_clear(struct wh_buffer *b); /* keeps the memory */
void wh_buffer_free(struct wh_buffer *b);
const char *wh_buffer_string(struct wh_buffer *b); /* never NULL */

#endif
