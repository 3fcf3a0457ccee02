/* sum: an exact total of any number of plain decimals (base/decimal.h). All-zero is an empty sum.
 *
 * Not for several threads. What it holds is released by wh_sum_free. */
#ifndef WH_BASE_SUM_H
#define WH_BASE_SUM_H

#include "base/arena.h"
#include "base/buffer.h"

struct wh_sum {
	__int128 units;        /* of 10^-places */
	int places;            /* the most that a summand had so far, of those that stand in units */
	struct wh_buffer rest; /* plain: what is too long, or too much, for units; empty: 0 */
};

/* False: not a plain and finite number; the sum is as before. */
bool wh_sum_add(struct wh_sum *s, const char *text, size_t n);
void wh_sum_add_int64(struct wh_sum *s, int64_t value);
void wh_sum_add_uint64(struct wh_sum *s, uint64_t value);
void wh_sum_merge(struct wh_sum *s, const struct wh_sum *other);
/* Plain, with as many digits behind the point as it needs, and at least `places`. */
const char *wh_sum_text(const struct wh_sum *s, int places, struct wh_arena *arena);
void wh_sum_free(struct wh_sum *s);

#endif
