/* plan: from a source's catalog and the user's settings to a frozen plan. Pure: the same input
 * gives the same plan, byte for byte, and nothing is asked of either end. */
#ifndef WH_LIFECYCLE_PLAN_H
#define WH_LIFECYCLE_PLAN_H

#include "lifecycle/settings/settings.h"
#include "model/connector.h"

struct wh_plan_ends {
	const struct wh_connector *source, *target;
	struct wh_offers offers; /* of the target; all NULL where it was not asked */
};

/* Fills *plan, whose memory is `arena` and the catalog's. WH_CONFIG: names collide, do not fit, or
 * the settings name what is not there; the text carries what to paste into migration.yaml. */
int wh_plan_make(struct wh_plan *plan, const struct wh_settings *settings,
	const struct wh_plan_ends *ends, const struct wh_catalog *catalog, struct wh_arena *arena,
	struct wh_error *error) WH_MUST_USE;
/* The plan's canonical JSON and its id; called last by wh_plan_make. */
int wh_plan_seal(struct wh_plan *plan, const struct wh_settings *settings,
	struct wh_error *error) WH_MUST_USE;

/* Where two plans' JSON first differ, in words: a table, a column, or else a setting. */
const char *wh_plan_difference(const char *then, const char *now, struct wh_arena *arena);

/* "schema.name", or the name alone. */
const char *wh_shown_name(struct wh_arena *arena, const char *schema, const char *name);
/* Its statement as the standard has it; start NULL: 1. */
const char *wh_sequence_text(struct wh_arena *arena, const struct wh_sequence *s,
	const char *start);

#endif
