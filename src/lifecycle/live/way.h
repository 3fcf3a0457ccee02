/* way: one direction of a live move: from the side that serves to the side that follows it.
 *
 * The way forth is the migration itself. The way back is the same migration in a mirror: its source
 * is the target, its plan says how rows come home. Everything that follows, applies and compares is
 * written for a way and does not know which of the two it is. */
#ifndef WH_LIFECYCLE_LIVE_WAY_H
#define WH_LIFECYCLE_LIVE_WAY_H

#include "lifecycle/migration.h"

struct wh_way {
	struct wh_migration *m;    /* as this direction sees it */
	struct wh_migration *home; /* as the user knows it */
	bool back;
	char name[48]; /* of its capture */
	struct wh_capture capture;
	struct wh_fence fence; /* of the side that this way leaves */
	/* One a captured table: the plan's tables that have rows, and whimbrel_signal as the last. */
	const struct wh_plan_table **plans;
	size_t nplans;
	size_t *groups; /* one a captured table; those of one group belong to one lane */
	size_t lanes;   /* how many write at once */
	/* of the way back */
	struct wh_migration mirror;
	struct wh_settings settings;
};

/* The migration has a plan. The way lives as long as it does. */
void wh_way_open(struct wh_way *w, struct wh_migration *m, bool back);
/* WH_GUARD: its plan is one that cannot be followed, or (back) that does not lead back; the text says
 * which table and why. */
int wh_way_check(const struct wh_way *w, struct wh_error *error) WH_MUST_USE;
/* A connection to the side that this way leaves (WH_SOURCE) or that follows. */
int wh_way_connect(const struct wh_way *w, enum wh_side side, bool writes, struct wh_conn **out,
	struct wh_error *error) WH_MUST_USE;
/* rc, with the error's side as the user knows it. */
int wh_way_at(const struct wh_way *w, struct wh_error *error, int rc);
/* Takes the claim on the side that follows, under which everybody before is refused. */
int wh_way_claim(struct wh_way *w, struct wh_error *error) WH_MUST_USE;
/* The captured table that the source calls so (schema NULL: any); else nplans. */
size_t wh_way_captured(const struct wh_way *w, const char *schema, const char *name);
/* The captured table that is whimbrel_signal. */
size_t wh_way_signal(const struct wh_way *w);
/* Writes a token into whimbrel_signal on the side that this way leaves. */
int wh_way_send(const struct wh_way *w, struct wh_conn *conn, const char *token,
	struct wh_error *error) WH_MUST_USE;
/* Removes this migration's tokens there, if there are any. */
void wh_way_forget_tokens(const struct wh_way *w, struct wh_conn *conn);

#endif
