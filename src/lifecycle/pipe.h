/* pipe: a thread that reads one unit after another ahead of the one who writes, through a bounded
 * number of batches. Rows are staged and hashed on the way. One writer, one reader. */
#ifndef WH_LIFECYCLE_PIPE_H
#define WH_LIFECYCLE_PIPE_H

#include "base/queue.h"
#include "model/connector.h"
#include "transform/stage.h"
#include <pthread.h>

#define WH_PIPE_BATCHES 4

/* What was read in one go: the rows that may be written, and those that may not. */
struct wh_piece {
	struct wh_batch read;      /* as the source gave it */
	struct wh_batch *rows;     /* the one to write */
	struct wh_reject *rejects; /* rows of `read` */
	size_t nrejects;
	const struct wh_plan_table *table;
	struct wh_stage stage;
};

struct wh_pipe {
	struct wh_conn *source;
	struct wh_stage_rules rules;
	struct wh_maker *maker; /* of the table that is being read, or NULL */
	const struct wh_plan_table *made;
	size_t budget; /* bytes that may be under way before the reader waits */
	atomic_size_t underway;
	struct wh_piece pieces[WH_PIPE_BATCHES];
	struct wh_queue work, full, empty;
	pthread_t thread;
	bool started;
	atomic_bool give_up;
	const struct wh_plan_table *table;
	const struct wh_unit *unit;
	int rc; /* of the unit that ended */
	struct wh_error error;
};

int wh_pipe_start(struct wh_pipe *p, struct wh_conn *source, struct wh_error *error) WH_MUST_USE;
void wh_pipe_finish(struct wh_pipe *p);
/* Begins to read. The unit must stay until wh_pipe_end(). */
void wh_pipe_begin(struct wh_pipe *p, const struct wh_plan_table *table,
	const struct wh_unit *unit);
/* The next piece, to be given back by wh_pipe_return; NULL: the unit has ended. */
struct wh_piece *wh_pipe_next(struct wh_pipe *p);
void wh_pipe_return(struct wh_pipe *p, struct wh_piece *piece);
/* Gives up what was not read and takes what is left; the code with which the unit ended. */
int wh_pipe_end(struct wh_pipe *p, struct wh_error *error) WH_MUST_USE;

#endif
