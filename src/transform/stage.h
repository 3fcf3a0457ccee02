/* stage: what happens to rows between the reader and the writer: strays meet their policy, casts
 * and guards are applied, and what cannot go is set apart.
 *
 * One stage belongs to one reading thread. The batch that comes out has the target's kinds; rows
 * that were rejected are not in it. Both carry hashes afterwards. */
#ifndef WH_TRANSFORM_STAGE_H
#define WH_TRANSFORM_STAGE_H

#include "model/plan.h"

enum wh_stray_answer {
	WH_STRAY_REJECT,
	WH_STRAY_NULL,
	WH_STRAY_STRIP,
	WH_STRAY_REPLACE,
	WH_STRAY_CP1252,
	WH_STRAY_KEEP
};

/* What the user's policies say of each reason for a stray. */
struct wh_stray_policies {
	enum wh_stray_answer zero_date, nul_byte, invalid_utf8, empty_enum;
	bool undouble; /* columns that hold text which was made UTF-8 twice are mended */
};

struct wh_reject {
	uint32_t row; /* in the batch that was read */
	uint16_t column;
	enum wh_stray_reason why;
	const char *reason; /* the same in words, static */
};

struct wh_stage {
	const struct wh_plan_table *table;
	struct wh_stray_policies policies;
	uint64_t seed;
	bool nul_in_text;    /* of the target */
	bool changes;        /* some column is cast or guarded: every batch is rebuilt */
	struct wh_batch out; /* used when a batch is rebuilt */
	struct wh_reject *rejects;
	size_t nrejects, rejects_capacity;
	struct wh_buffer scratch, text;
};

void wh_stage_init(struct wh_stage *s, const struct wh_plan_table *table,
	const struct wh_stray_policies *policies, uint64_t seed, bool nul_in_text);
void wh_stage_finish(struct wh_stage *s);
/* *out is `in` itself or the stage's own batch, valid until the next call. s->rejects names the
 * rows of `in` that are not in it. */
void wh_stage_batch(struct wh_stage *s, struct wh_batch *in, struct wh_batch **out);

#endif
