/* json_number: the one text of a JSON number's value, whatever its digits and exponent. Pure; only
 * json.c includes it. */
#ifndef WH_BASE_JSON_NUMBER_H
#define WH_BASE_JSON_NUMBER_H

#include "base/buffer.h"

/* Appends it; the text must be a number by RFC 8259. out->full: too long, or its exponent is. */
void wh_json_number(struct wh_buffer *out, const char *text, size_t n);

#endif
