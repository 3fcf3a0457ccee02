/* mapping: how each type of one engine arrives in another, as a plan would carry it. Pure. */
#ifndef WH_LIFECYCLE_MAPPING_H
#define WH_LIFECYCLE_MAPPING_H

#include "model/connector.h"

struct wh_mapped_type {
	const struct wh_type_entry *from;
	const struct wh_plan_column *plain; /* in a column that no key or index holds */
	const struct wh_plan_column *keyed; /* in one that a unique key holds */
};

struct wh_mapping {
	struct wh_catalog catalog;
	struct wh_plan plan;
	struct wh_mapped_type *types; /* without other words for the same type */
	size_t ntypes;
};

int wh_mapping_make(struct wh_mapping *m, const struct wh_connector *source,
	const struct wh_connector *target, struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
void wh_mapping_free(struct wh_mapping *m);

#endif
