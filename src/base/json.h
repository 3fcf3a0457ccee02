/* json: JSON text read and compared with exact numbers. Pure; any thread.
 *
 * RFC 8259, at most 512 levels deep. jansson cannot hold exact numbers, so table data never
 * passes through it. */
#ifndef WH_BASE_JSON_H
#define WH_BASE_JSON_H

#include "base/buffer.h"

bool wh_json_valid(const char *text, size_t n);
/* One text per value: no spaces, keys of an object in byte order (the last of equal keys stays),
 * numbers as canonical decimals, strings with the shortest escapes. False: not JSON. */
bool wh_json_canonical(struct wh_buffer *out, const char *text, size_t n);
/* Whether some object holds two equal keys; false where it is no JSON. */
bool wh_json_repeats(const char *text, size_t n);
/* Appends a JSON string with its quotes; bytes that are not UTF-8 become \u00NN of each byte. */
void wh_json_quote(struct wh_buffer *out, const char *text, size_t n);

#endif
