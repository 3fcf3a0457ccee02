/* change: what a log says of rows: one insert, update, delete, truncate or change of the schema;
 * and position: a place in a source's log.
 *
 * Rows of changes ("images") lie in batches, one a captured table, with the fields and wire kinds
 * of that table's rowset, so that they pass the same stage as the rows of a copy. Changes stand in
 * the order of the log, each transaction's together. Memory is the list's, kept by reset. */
#ifndef WH_MODEL_CHANGE_H
#define WH_MODEL_CHANGE_H

#include "base/arena.h"
#include "model/unit.h"

/* The first place that is not yet in what is spoken of: everything at or behind it is to come. */
struct wh_position {
	uint64_t order[2]; /* places of one log, compared first to last */
	char text[192];    /* the connector's own form, from which order can be told again; "": none */
};

/* Below 0, 0, above 0, as strcmp. */
int wh_position_compare(const struct wh_position *a, const struct wh_position *b);

enum wh_op { WH_OP_INSERT, WH_OP_UPDATE, WH_OP_DELETE, WH_OP_TRUNCATE, WH_OP_SCHEMA };

#define WH_NO_ROW UINT32_MAX

struct wh_change {
	enum wh_op op;
	uint32_t table;      /* index in the capture's tables */
	uint32_t before;     /* row of images[table], or WH_NO_ROW: the key is that of `after` */
	uint32_t after;      /* row of images[table], or WH_NO_ROW: of a delete */
	bool skip;           /* the core's: was carried out before */
	bool before_whole;   /* `before` has all fields, not the key's alone (the rest is then null) */
	uint32_t first_hole; /* fields of `after` that the log left out, null in the image */
	uint16_t nholes;
	uint64_t at[2];   /* place of its transaction, compared with a position's order */
	const char *text; /* SCHEMA: the statement, or what changed; else NULL */
};

struct wh_txn {
	size_t changes;          /* items up to here belong to it (and to those before it) */
	struct wh_position next; /* behind it */
	int64_t usec;            /* when it was committed, since 1970; 0: not known */
};

struct wh_changes {
	struct wh_change *items;
	size_t count, capacity;
	struct wh_txn *txns; /* those that are whole; items behind the last belong to an open one, */
	size_t ntxns, txns_capacity; /* of which the next call brings the rest */
	const struct wh_rowset *const *tables;
	struct wh_batch *images; /* one a captured table; without columns until it is used */
	size_t ntables;
	uint16_t *holes; /* fields */
	size_t nholes, holes_capacity;
	struct wh_arena texts;
	size_t bytes;            /* of all that came so far */
	struct wh_position read; /* the log holds nothing for us before this place beyond what came */
};

/* A list that has grown to this is given back by `tail`, its transaction open or not. */
#define WH_CHANGES_BYTES (8u << 20)

/* tables: the capture's, which must outlive the list. */
void wh_changes_init(struct wh_changes *c, const struct wh_rowset *const *tables, size_t n);
void wh_changes_reset(struct wh_changes *c); /* `read` stays */
void wh_changes_finish(struct wh_changes *c);
/* The table's images, with room for one more row: its cells are appended in the order of the
 * rowset's fields, then wh_changes_row() ends it. */
struct wh_batch *wh_changes_image(struct wh_changes *c, uint32_t table);
/* The number of the row that has just been appended. */
uint32_t wh_changes_row(struct wh_changes *c, uint32_t table);
/* One more change, without rows. */
struct wh_change *wh_changes_add(struct wh_changes *c, enum wh_op op, uint32_t table);
/* Field `field` of the newest change's `after` was left out of the log. */
void wh_changes_hole(struct wh_changes *c, uint16_t field);
/* All items so far belong to transactions that are whole; the last of them ends before `next`. */
void wh_changes_end(struct wh_changes *c, const struct wh_position *next, int64_t usec);

#endif
