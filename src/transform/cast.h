/* cast: one value from the kind it was read as to the kind it is written as; and guards that
 * refuse a value which the target's column would round or cut. Pure. */
#ifndef WH_TRANSFORM_CAST_H
#define WH_TRANSFORM_CAST_H

#include "model/unit.h"
#include "model/value.h"

/* Whether any value between these two fields must be looked at. */
bool wh_cast_needed(const struct wh_field *from, const struct wh_field *to);
/* From one field of the batch that was read to one of the batch that is written. */
struct wh_cast {
	const struct wh_field *from, *to;
	size_t source, target; /* which column of either batch */
};
/* Appends the cell, which is not null, to out's current row. 0, or a wh_stray_reason. */
enum wh_stray_reason wh_cast_cell(const struct wh_cast *way, const struct wh_batch *in,
	uint32_t row, struct wh_batch *out, struct wh_buffer *scratch);
/* The same for a value that stands as text and belongs to no field. */
enum wh_stray_reason wh_cast_text(const struct wh_field *to, struct wh_buffer *text,
	struct wh_batch *out, size_t column);

#endif
