/* price: what a move costs by the user's own prices: a small YAML file, and lines of costs. */
#ifndef WH_LIFECYCLE_ASSESS_PRICE_H
#define WH_LIFECYCLE_ASSESS_PRICE_H

#include "base/arena.h"
#include <stdint.h>

struct wh_prices {
	const char *currency;
	double hour_of_work, gb_month, gb_transfer, hour_of_downtime, hour_of_instance; /* -1: none */
	double months; /* for which storage is counted; 1 */
};

/* WH_CONFIG with the place: an unknown key, no number, a negative one. */
int wh_prices_parse(struct wh_prices *p, struct wh_arena *arena, const char *label,
	const char *bytes, size_t n, struct wh_error *error) WH_MUST_USE;
int wh_prices_load(struct wh_prices *p, struct wh_arena *arena, const char *file,
	struct wh_error *error) WH_MUST_USE;

struct wh_cost {
	const char *what;   /* "work" */
	const char *unit;   /* "hours" */
	double amount;      /* -1: not known */
	double price, cost; /* cost -1: not known */
};

struct wh_costs {
	const char *currency; /* NULL: no prices were given */
	struct wh_cost *lines;
	size_t nlines;
	double total; /* of the lines that are known */
	bool whole;   /* all are */
};

/* -1: not known. */
struct wh_quantities {
	double work_minutes, bytes, down_seconds;
};
void wh_costs_make(struct wh_costs *costs, struct wh_arena *arena, const struct wh_prices *prices,
	const struct wh_quantities *q);

#endif
