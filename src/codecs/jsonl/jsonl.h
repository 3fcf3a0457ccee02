/* jsonl: JSON lines, one object a line, or one array of objects, as tables and back.
 *
 * Source of the format: RFC 8259 for each line, jsonlines.org for what stands between them. What
 * the options do and what is refused stands in docs/json-lines.md. */
#ifndef WH_CODECS_JSONL_JSONL_H
#define WH_CODECS_JSONL_JSONL_H

#include "model/codec.h"

extern const struct wh_codec wh_jsonl;
extern const struct wh_option wh_jsonl_options[]; /* ends with a NULL name */

#endif
