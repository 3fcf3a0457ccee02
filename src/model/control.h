/* control: a figure that must be the same twice, as an accountant reconciles it: a trailer's count
 * and that of the records, an opening balance with its entries and the closing one.
 *
 * Figures are exact plain decimals (base/decimal.h) or words. Memory is the list's own arena and
 * bounded: of each rule the first WH_CONTROLS_KEPT that held are kept and as many that did not; the
 * rest are only counted. */
#ifndef WH_MODEL_CONTROL_H
#define WH_MODEL_CONTROL_H

#include "base/arena.h"
#include <stdint.h>

#define WH_CONTROLS_KEPT 1000

struct wh_control {
	const char *rule;    /* "closing balance", "batch entry hash": one word for all of its kind */
	const char *subject; /* "statement 12/1 of account NL01..., at byte 345 of X.STA" */
	const char *unit;    /* currency; NULL: none */
	const char *expected, *actual;
	const char *expected_is, *actual_is; /* "the closing balance", "opening balance and entries" */
	bool held;
	bool notice; /* one that does not hold is worth a look, but no fault: a gap in numbers */
};

/* What came of one rule. */
struct wh_control_rule {
	const char *name;
	int64_t held, failed, noticed;
	size_t kept_held, kept_failed; /* of these, in the list */
};

struct wh_controls {
	struct wh_arena arena;
	struct wh_control *items; /* in the order in which they were added */
	size_t count;
	struct wh_control_rule *rules; /* in the order of their first control */
	size_t nrules;
};

/* Copies the texts; `held` is what the two figures say, compared as decimals where both are some. */
void wh_control_add(struct wh_controls *c, const struct wh_control *control);
/* Adds what `from` has. */
void wh_controls_merge(struct wh_controls *c, const struct wh_controls *from);
const char *wh_control_result(const struct wh_control *control); /* "held", "failed", "noticed" */
int64_t wh_controls_failed(const struct wh_controls *c); /* of all rules; notices are none */
void wh_controls_free(struct wh_controls *c);

#endif
