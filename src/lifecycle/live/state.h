/* state: what the journal says of a live move, and who follows it; only live's own files use it. */
#ifndef WH_LIFECYCLE_LIVE_STATE_H
#define WH_LIFECYCLE_LIVE_STATE_H

#include "lifecycle/live/follow.h"
#include "lifecycle/live/live.h"

bool wh_live_state_is(struct wh_migration *m, const char *state);
bool wh_live_serves_target(struct wh_migration *m);
/* serving NULL: as it was. */
int wh_live_set_state(struct wh_migration *m, const char *state, const char *serving,
	struct wh_error *error) WH_MUST_USE;
int wh_live_put_number(struct wh_migration *m, const char *name, long long value,
	struct wh_error *error) WH_MUST_USE;
long long wh_live_number(struct wh_migration *m, const char *name, long long otherwise);
int wh_live_put_place(struct wh_migration *m, const char *name, const struct wh_position *p,
	struct wh_error *error) WH_MUST_USE;
bool wh_live_place(struct wh_migration *m, const char *name, struct wh_position *out);
int wh_live_enabled(const struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* Begins a live command: journal, lease, plan, and the target's catalog. */
int wh_live_open(struct wh_migration *m, const char *command, const char *role,
	struct wh_error *error) WH_MUST_USE;
/* m->target, where a way back needs to know more of it than the plan says: what its foreign keys do,
 * and what its triggers are. A target that is held up cannot be asked, and need not be. */
int wh_live_look_at_target(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
/* rc, and how the command ended in the journal. */
int wh_live_close(struct wh_migration *m, int64_t began, int rc, struct wh_error *error);

/* Takes the lease "follow"; a process that follows is asked to step aside. WH_LOST: it does not. */
int wh_live_take(struct wh_migration *m, const char *command, struct wh_error *error) WH_MUST_USE;
void wh_live_give(struct wh_migration *m);
bool wh_live_wanted(struct wh_migration *m); /* somebody asks for it */

/* switch.c: a cutover or rollback whose process died is taken back, or where it was final gone on
 * with. The lease "follow" is held. */
int wh_live_recover(struct wh_migration *m, struct wh_error *error) WH_MUST_USE;
bool wh_live_half_switched(struct wh_migration *m); /* a switch is under way, or its process died */

/* The follower's file of changed keys; `next`: begins a new one. */
int wh_live_touched(struct wh_migration *m, struct wh_touched *t, bool next,
	struct wh_error *error) WH_MUST_USE;

/* One step of a way's fence, on a connection of its own; or on this one, opened where it is NULL. */
int wh_live_fence(const struct wh_way *w, enum wh_fence_step step, int milliseconds,
	struct wh_error *error) WH_MUST_USE;
int wh_live_fence_on(const struct wh_way *w, struct wh_conn **conn, enum wh_fence_step step,
	int milliseconds, struct wh_error *error) WH_MUST_USE;

#endif
