/* encoding: texts that stand in another character set than they seem to. Pure. */
#ifndef WH_TRANSFORM_ENCODING_H
#define WH_TRANSFORM_ENCODING_H

#include "base/buffer.h"

void wh_put_code_point(struct wh_buffer *out, uint32_t code); /* below U+10000, as UTF-8 */
/* The text that the bytes are in Windows-1252, with C1 controls for the five bytes it leaves out. */
void wh_cp1252_text(struct wh_buffer *out, const char *bytes, size_t n);
/* The text that stands in `text`, taken for UTF-8 once too often: its characters are bytes of
 * Windows-1252 which are UTF-8 themselves. False: it is not so; nothing is appended. */
bool wh_text_undouble(struct wh_buffer *out, const char *text, size_t n);

#endif
