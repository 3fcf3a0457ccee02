/* progress: draws a run's progress on standard error: two calm lines on a terminal, a plain line
 * now and then elsewhere. Used by the lifecycle's main thread, which calls it back. */
#ifndef WH_CLI_PROGRESS_H
#define WH_CLI_PROGRESS_H

#include "base/buffer.h"
#include "cli/options.h"
#include "lifecycle/progress.h"
#include <stdio.h>

struct wh_display {
	FILE *out;
	enum wh_progress_kind kind; /* never AUTO once started */
	bool color, drawn;          /* drawn: two lines stand on the terminal */
	const char *phase;          /* as last shown */
	bool told;                  /* its end has been told */
	int64_t drawn_usec;
	char warned[WH_WARNING_MOST];      /* the warning that was shown last */
	long long first_rows, first_bytes; /* of the phase when it was first seen */
};

/* Hangs itself into `progress`; quiet arguments show nothing. */
void wh_display_start(struct wh_display *d, struct wh_progress *progress,
	const struct wh_arguments *args, FILE *out);
/* Takes away what stands on the terminal; safe to call twice. */
void wh_display_end(struct wh_display *d);

/* The texts alone, for tests: "copy: 3 of 12 tables, 1,204 rows, ...". */
void wh_progress_line(struct wh_buffer *out, const struct wh_display *d, struct wh_progress *p,
	int64_t now_usec);

#endif
