/* stage: what happens to rows between the reader and the writer: the table's recipes are carried
 * out, strays meet their policy, casts and guards are applied, what cannot go is set apart.
 *
 * One stage belongs to one reading thread. The batch that comes out has the target's fields; rows
 * that were rejected or filtered out are not in it. Both batches carry hashes afterwards. */
#ifndef WH_TRANSFORM_STAGE_H
#define WH_TRANSFORM_STAGE_H

#include "model/plan.h"
#include "transform/maker.h"

struct wh_reject {
	uint32_t row;             /* in the batch that was read, */
	uint16_t field;           /* and there; of a field that is made, what it is made of */
	const char *column;       /* on the source; of a field that is made, on the target */
	enum wh_stray_reason why; /* 0: the transform says */
	const char *reason;       /* the same in words, valid until the stage's next batch */
};

struct wh_stage {
	const struct wh_plan_table *table;
	struct wh_stage_rules rules;
	struct wh_maker *maker; /* of this thread; NULL where the table has no recipes */
	bool changes;           /* some field is made, cast or guarded: every batch is rebuilt */
	struct wh_batch out;    /* used when a batch is rebuilt; */
	uint32_t *origin;       /* then for each of its rows the row of the batch that was read */
	struct wh_reject *rejects;
	size_t nrejects, rejects_capacity;
	struct wh_arena reasons;   /* of this batch's rejects */
	struct wh_digest filtered; /* rows of this batch that the table's filter leaves out */
	struct wh_buffer scratch, text;
};

/* The maker is this table's and stays the caller's. */
void wh_stage_init(struct wh_stage *s, const struct wh_plan_table *table,
	const struct wh_stage_rules *rules, struct wh_maker *maker);
void wh_stage_finish(struct wh_stage *s);
/* *out is `in` itself or the stage's own batch, valid until the next call. s->rejects names the
 * rows of `in` that are not in it. */
void wh_stage_batch(struct wh_stage *s, struct wh_batch *in, struct wh_batch **out);

#endif
