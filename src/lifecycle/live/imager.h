/* imager: images of one table's rows, as a log brought them, become rows of the target: staged as a
 * copy stages them, and their keys, of images that hold no more than that. One thread. */
#ifndef WH_LIFECYCLE_LIVE_IMAGER_H
#define WH_LIFECYCLE_LIVE_IMAGER_H

#include "lifecycle/live/way.h"
#include "transform/stage.h"

struct wh_imager {
	const struct wh_plan_table *table;
	struct wh_plan_table keyed; /* the same table, cut down to its key */
	uint16_t *columns;          /* of the source that its key is copied from */
	struct wh_stage stage, key_stage;
	struct wh_maker *maker;
	struct wh_batch *rows, *keys; /* what came of the images; keys: its fields are the key's */
	uint32_t *row_of, *key_of;    /* of an image; WH_NO_ROW: rejected, or left out by a filter */
	uint32_t *reject_of;          /* number of an image's reject, or WH_NO_ROW */
	size_t capacity;
	const struct wh_batch *images; /* that were taken last */
	struct wh_batch key_row;       /* one key, with all fields of `to` */
	struct wh_buffer scratch;
};

int wh_imager_open(struct wh_imager **out, const struct wh_migration *m,
	const struct wh_plan_table *t, struct wh_error *error) WH_MUST_USE;
void wh_imager_close(struct wh_imager *i); /* NULL is harmless */
/* What comes of these images stands until the next call. */
void wh_imager_take(struct wh_imager *i, struct wh_batch *images);
/* The key of an image as a row with all fields of `to`, the others null, and its hash. False: it has
 * none that the target could hold. */
bool wh_imager_key(struct wh_imager *i, uint32_t image, struct wh_hash *hash);
/* What tells such an image's key from others, as the source has it. */
struct wh_hash wh_imager_source_key(struct wh_imager *i, uint32_t image);

#endif
