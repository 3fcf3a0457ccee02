/* switch: the side that serves is exchanged: cutover goes forth, rollback comes back. What the two
 * share; cutover.c and its like are its callers. */
#ifndef WH_LIFECYCLE_LIVE_SWITCH_H
#define WH_LIFECYCLE_LIVE_SWITCH_H

#include "lifecycle/live/check.h"

struct wh_switch {
	struct wh_migration *m;
	struct wh_switch_report *report;
	struct wh_way from, to; /* the way that ends, and the one that begins */
	bool back;              /* a rollback */
	struct wh_follow follow;
	struct wh_touched touched;
	struct wh_conn *gate; /* holds the fence of that side: one session raises and renews it */
	struct wh_conn *eye;  /* on the side that is left */
	struct wh_conn *hold; /* there too: nobody empties or alters its tables while it is open */
	int64_t lag_usec, behind;
	int64_t fenced_usec; /* monotonic: when writes began to be refused; 0: not yet */
	int64_t renewed_usec;
	int64_t catching_usec; /* monotonic: when it began to catch up */
	int64_t deadline_usec; /* monotonic */
	bool raised, armed;
	bool readied;              /* what fires on writes may be awake on the side that was to serve */
	struct wh_position kept;   /* where the log of the new way began when it was armed */
	struct wh_position closed; /* nothing may be written from there on */
};

/* guard.c: adds one; the value is formatted into the report's arena. */
void wh_switch_guard(struct wh_switch *s, const char *name, bool ok, const char *limit,
	const char *format, ...) WH_FORMAT(5, 6);
/* Every guard that can be judged before anything is fenced. WH_GUARD: one does not hold. */
int wh_switch_guards(struct wh_switch *s, struct wh_error *error) WH_MUST_USE;
/* Catches up as far as max_lag allows, for a while. */
int wh_switch_catch_up(struct wh_switch *s, struct wh_error *error) WH_MUST_USE;
int wh_switch_attach(struct wh_switch *s, struct wh_error *error) WH_MUST_USE;
void wh_switch_detach(struct wh_switch *s);
/* arm.c: the new way is made, followed and proven by a signal that comes home. */
int wh_switch_arm(struct wh_switch *s, struct wh_error *error) WH_MUST_USE;
void wh_switch_disarm(struct wh_switch *s);
/* counters.c: the source's counters go on where the target's are. */
int wh_live_counters_home(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;

#endif
