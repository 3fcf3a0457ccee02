/* follow: one way, followed: a thread reads the log ahead, windows of changes are made of what it
 * brings, the lanes carry them out, and the log is told what is durable.
 *
 * WH_RETRY from any verb: close and open again later; nothing is lost or done twice. */
#ifndef WH_LIFECYCLE_LIVE_FOLLOW_H
#define WH_LIFECYCLE_LIVE_FOLLOW_H

#include "lifecycle/live/cascade.h"
#include "lifecycle/live/holes.h"
#include "lifecycle/live/lane.h"
#include "lifecycle/live/touched.h"

#define WH_FOLLOW_LANES 8

struct wh_follow_sums {
	uint64_t txns, rows, bytes;
	int64_t commit_usec; /* of the newest transaction that was applied; 0: not known */
};

struct wh_follow {
	struct wh_way *way;
	/* the reader */
	struct wh_conn *tail;
	pthread_t reader;
	bool reading;
	struct wh_changes lists[2];
	struct wh_queue full, empty;
	atomic_bool stop;
	pthread_mutex_t lock;
	struct wh_position durable; /* to be told to the log; under the lock */
	int reader_rc;
	struct wh_error reader_error;
	/* the writers */
	struct wh_apply_lane lanes[WH_FOLLOW_LANES];
	size_t nlanes;
	struct wh_queue ended;
	struct wh_window window;
	struct wh_cascade cascade;
	struct wh_holes holes;
	struct wh_touched *touched; /* the caller's, or NULL */
	bool open;                  /* a transaction is under way in the lanes */
	/* Asked while the lanes are slow: whether to give up, with WH_RETRY. NULL: never. */
	bool (*hurry)(void *context);
	void *context;
	struct wh_position done;               /* everything before it is durable on the other side */
	struct wh_position read;               /* the log held nothing more for us before this place */
	int64_t recorded_usec;                 /* when every lane's place was written last; monotonic */
	const struct wh_position *closed_from; /* behind it nothing may be written any more, or NULL */
	char schema[400];                      /* what the log said of a change of the schema, or ""; */
	struct wh_position schema_end;         /* behind its transaction, where nothing else is in it */
	const char *token;                     /* looked for in whimbrel_signal, or NULL; */
	bool token_seen;                       /* and applied */
	struct wh_follow_sums sums;
	uint64_t *table_rows; /* changes applied, one a captured table */
};

/* Takes the way's claim. From the places of its lanes on. */
int wh_follow_open(struct wh_follow *f, struct wh_way *way, struct wh_error *error) WH_MUST_USE;
void wh_follow_close(struct wh_follow *f);
/* One list of changes, or wait_ms with none. until: only what comes before that place; WH_DONE: all
 * of that is durable, and the follow is to be closed. WH_GUARD: the schema was changed. */
int wh_follow_step(struct wh_follow *f, int wait_ms, const struct wh_position *until,
	struct wh_error *error) WH_MUST_USE;
/* Makes rows of one captured table anew, as `source` sees them: by keys, in fields of the table's
 * `from`. What this follow has carried out must be exactly what `source` sees. Rows that cannot go
 * are set apart, and those that can leave the quarantine. */
int wh_follow_refresh(struct wh_follow *f, struct wh_conn *source, uint32_t table,
	const struct wh_batch *keys, struct wh_error *error) WH_MUST_USE;
/* Every lane's place becomes this one: what lies before it was seen to, or is not to be done. */
int wh_follow_skip(struct wh_follow *f, const struct wh_position *place,
	struct wh_error *error) WH_MUST_USE;
/* Places for the lanes of a way that begins: everything from there on is to come. */
int wh_follow_begin(struct wh_way *way, const struct wh_position *from,
	struct wh_error *error) WH_MUST_USE;

#endif
