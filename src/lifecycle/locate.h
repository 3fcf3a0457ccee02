/* locate: which rows differ between the two sides of a table, down to key and column.
 *
 * Rows are grouped into buckets by the hash of their key (of the whole row where there is none);
 * only buckets whose sums differ are looked at again. Memory is bounded: where too many rows lie
 * in such buckets, they are taken in turns. */
#ifndef WH_LIFECYCLE_LOCATE_H
#define WH_LIFECYCLE_LOCATE_H

#include "lifecycle/migration.h"

#define WH_DIFFERENCES_SHOWN 100
#define WH_DIFFERENCES_KEPT 200000 /* of whose rows the keys are kept, for a repair */

enum wh_difference_kind { WH_MISSING, WH_EXTRA, WH_CHANGED };

struct wh_differing {
	struct wh_hash key; /* of the key, or of the row */
	enum wh_difference_kind kind;
};

struct wh_located {
	const struct wh_plan_table *table;
	bool source_changed;       /* the source is not what it was; nothing else is then said */
	uint64_t total;            /* rows that differ */
	struct wh_digest target;   /* of the target's rows, but for those set apart */
	struct wh_differing *rows; /* sorted by key, at most WH_DIFFERENCES_KEPT; the heap's */
	size_t nrows;
	struct wh_arena arena;
	struct wh_journal_difference *shown;
	size_t nshown;
};

/* ranges: the units to look at, n of them; then[i] is what the copy read of ranges[i]. */
struct wh_locate_range {
	struct wh_unit from, to;
	struct wh_digest then;
	bool still; /* the source is seen as it was, so that `then` says nothing */
};
int wh_locate(const struct wh_migration *m, const struct wh_plan_table *t, struct wh_conn *source,
	struct wh_conn *target, const struct wh_locate_range *ranges, size_t n, struct wh_located *out,
	struct wh_error *error) WH_MUST_USE;
void wh_located_free(struct wh_located *l);
/* The difference of this key, or NULL. */
const struct wh_differing *wh_located_find(const struct wh_located *l, struct wh_hash key);
/* The hash by which a row is found: of its key's fields, or its own. */
struct wh_hash wh_row_key(const struct wh_plan_table *t, const struct wh_batch *b, uint32_t row,
	uint64_t seed, struct wh_buffer *scratch);

#endif
