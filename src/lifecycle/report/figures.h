/* figures: numbers, sizes, durations and moments as people read them. Pure; any thread.
 *
 * Each writes into `out` and returns it. */
#ifndef WH_LIFECYCLE_FIGURES_H
#define WH_LIFECYCLE_FIGURES_H

#include <stdint.h>

#define WH_FIGURE 40

const char *wh_figure_count(char out[WH_FIGURE], uint64_t n);       /* "1,234,567" */
const char *wh_figure_bytes(char out[WH_FIGURE], uint64_t bytes);   /* "12.3 MiB" */
const char *wh_figure_seconds(char out[WH_FIGURE], double seconds); /* "0.42 s", "3 min 05 s" */
const char *wh_figure_minutes(char out[WH_FIGURE], double minutes); /* of work: "2 h 30 min" */
const char *wh_figure_moment(char out[WH_FIGURE],
	int64_t usec); /* since 1970: "2024-02-29 13:05:09 UTC" */

#endif
