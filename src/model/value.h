/* value: one cell as text, for messages, quarantine, casts and text formats. Pure; any thread.
 *
 * The text form of each kind: BOOL true/false; integers and DECIMAL plain; floats the shortest
 * text that reads back to the same bits, NaN, Infinity, -Infinity; times ISO 8601 as in
 * base/time.h; UUID 8-4-4-4-12 lower case; BYTES, GEOMETRY lower-case hex; the rest as it is. */
#ifndef WH_MODEL_VALUE_H
#define WH_MODEL_VALUE_H

#include "model/batch.h"

/* Appends the text of a cell that is not null. */
void wh_value_text(struct wh_buffer *out, const struct wh_batch *b, size_t column, uint32_t row);
void wh_float_text(struct wh_buffer *out, double value, bool single);
/* Appends to the batch's current row the value that a text has as the lane's kind. False: the
 * text is none; nothing is appended. */
bool wh_value_parse(struct wh_batch *b, size_t column, const char *text, size_t n);

#endif
