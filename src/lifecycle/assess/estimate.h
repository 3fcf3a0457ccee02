/* estimate: from what a sample took to what the whole will take. Pure. */
#ifndef WH_LIFECYCLE_ASSESS_ESTIMATE_H
#define WH_LIFECYCLE_ASSESS_ESTIMATE_H

#include "base/arena.h"
#include <stdint.h>

/* What one kind of work took on the sample. */
struct wh_measured {
	double seconds;       /* of the rows */
	int64_t rows, bytes;  /* 0: nothing was measured */
	double fixed_seconds; /* for what every table costs, however few rows it has... */
	int64_t fixed;        /* ... measured so many times */
};

/* What is to be done. */
struct wh_load {
	int64_t rows, bytes; /* -1: not known */
	int64_t fixed;       /* tables or statements */
	int workers;         /* that share the work */
};

struct wh_span {
	bool known;
	double low, likely, high; /* seconds */
};

/* Rows in proportion to bytes, the rest in proportion to their number. `low`: the workers share
 * the work without loss; `high`: they gain nothing, and the sample was the cheaper part. A sample
 * that was nearly all there is leaves less to doubt. */
struct wh_span wh_estimate_span(const struct wh_measured *m, const struct wh_load *load);

struct wh_estimate {
	struct wh_span read, copy, build, verify;
	struct wh_load load;
	const char *basis; /* what was measured, in a sentence */
	const char *why;   /* why the target's part is not known, or NULL */
};

#endif
