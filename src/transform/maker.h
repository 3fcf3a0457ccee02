/* maker: carries out a table's recipes, field by field, and its filter.
 *
 * One maker belongs to one reading thread. Nothing is allocated per row once its buffers have
 * grown. Reasons for which a row cannot go are text, valid until the next row. */
#ifndef WH_TRANSFORM_MAKER_H
#define WH_TRANSFORM_MAKER_H

#include "model/plan.h"
#include "transform/stray.h"

/* What holds for every table of a move. */
struct wh_stage_rules {
	struct wh_stray_policies policies;
	uint64_t seed;    /* of the digests */
	bool nul_in_text; /* the target's text may hold U+0000 */
};

struct wh_maker;

/* *out is NULL where the table needs none. WH_CONFIG: a key is missing. */
int wh_maker_open(const struct wh_plan_table *table, const struct wh_stage_rules *rules,
	struct wh_maker **out, struct wh_error *error) WH_MUST_USE;
void wh_maker_close(struct wh_maker *maker); /* NULL is harmless */

/* The rows that the next calls speak of are this batch's. */
void wh_maker_batch(struct wh_maker *maker, const struct wh_batch *in);
/* Goes to a row; rows come in order. NULL, or the reason for which the filter could not tell. */
const char *wh_maker_row(struct wh_maker *maker, uint32_t row, bool *keeps);
/* Appends field `f` of the target to out's current row. NULL, or the reason. */
const char *wh_maker_field(struct wh_maker *maker, size_t f, struct wh_batch *out);

#endif
