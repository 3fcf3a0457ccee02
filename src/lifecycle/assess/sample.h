/* sample: rows of every table, read and staged as the copy would, and what of them cannot go.
 *
 * Of each table the first, the middle and the last unit are read up to a number of rows. Memory is
 * the arena that the caller gives. */
#ifndef WH_LIFECYCLE_ASSESS_SAMPLE_H
#define WH_LIFECYCLE_ASSESS_SAMPLE_H

#include "lifecycle/migration.h"

#define WH_EXAMPLES 3

struct wh_example {
	const char *key;   /* JSON object, or NULL: the table has no key */
	const char *value; /* for people; NULL: not to be shown */
};

/* One rule that the rows of one column broke. */
struct wh_oddity {
	const char *rule;
	enum wh_stray_reason why; /* 0: a rule of the sample's own */
	size_t column;            /* of the rowset */
	int64_t rows;
	struct wh_example examples[WH_EXAMPLES];
	size_t nexamples;
};

struct wh_sample_table {
	const struct wh_plan_table *table;
	int64_t rows, bytes; /* read */
	int64_t widest;      /* bytes of the widest row seen; -1: none */
	bool whole;          /* every row was read */
	double seconds;
	struct wh_oddity *oddities;
	size_t noddities;
	const char *failure; /* why it was not read to its end, or NULL */
};

struct wh_sample {
	struct wh_arena *arena;
	struct wh_sample_table *tables; /* one a table of the plan */
	size_t ntables;
	char snapshot[512];
};

/* A table that cannot be read says so in its `failure`; WH_STOP: the user asked to stop. */
int wh_sample_take(struct wh_sample *s, const struct wh_migration *m, int64_t rows,
	struct wh_error *error) WH_MUST_USE;

#endif
