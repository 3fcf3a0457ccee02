/* progress: what a run is doing now, for whoever shows it. Written by the lifecycle's threads,
 * read by one that draws; counters are atomic, the words change only between phases. */
#ifndef WH_LIFECYCLE_PROGRESS_H
#define WH_LIFECYCLE_PROGRESS_H

#include <stdatomic.h>
#include <stdint.h>

#define WH_WARNING_MOST 500

struct wh_progress {
	/* Called by the lifecycle's main thread about ten times a second and at each phase's begin
	 * and end; NULL: nobody looks. */
	void (*show)(struct wh_progress *, void *context);
	void *context;
	_Atomic(const char *) phase;   /* "inspect", "copy", "verify", "reconcile", ...; static */
	_Atomic(const char *) note;    /* what exactly, static text, or NULL */
	atomic_llong started_usec;     /* of the phase, monotonic */
	atomic_bool ended;             /* of the phase */
	atomic_llong steps, steps_all; /* units or statements; steps_all 0: not known */
	atomic_llong rows, bytes;      /* done in this phase */
	atomic_llong rows_all;         /* expected, an estimate; -1: not known */
	atomic_llong tables, tables_all;
	atomic_llong quarantined, differences;
	char warning[WH_WARNING_MOST]; /* for somebody to see now, or ""; the main thread's alone */
	atomic_bool stop;              /* set by a signal handler: end at the next checkpoint */
};

#endif
