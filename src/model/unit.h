/* unit: one piece of a table, copied, retried and verified alone; and its tally.
 *
 * A rowset says how one side sees the rows: which table, which fields, how each is spelled there
 * and as which kind it travels. Staged rows of the source have the fields of the target's rowset,
 * so they can be written there and compared with what is read back. */
#ifndef WH_MODEL_UNIT_H
#define WH_MODEL_UNIT_H

#include "model/digest.h"

struct wh_field {
	const char *name;    /* the column's name on this side */
	struct wh_type type; /* the column's type on this side; type.native is its spelling */
	struct wh_type wire; /* as which kind (and length, scale) it is read or written */
	bool not_null;
	bool masked; /* its values are never shown */
};

struct wh_rowset {
	const char *schema, *table; /* schema NULL: the engine has none */
	const struct wh_field *fields;
	size_t nfields;
	const uint16_t *key; /* fields of the primary key or of a unique key without nulls */
	size_t nkey;         /* 0: no key; a row is found by all its fields */
	const char *where;   /* a filter in this side's dialect, or NULL */
};

enum wh_range {
	WH_RANGE_ALL,  /* the whole table */
	WH_RANGE_KEY,  /* first <= key < last over the one integer field key[0] */
	WH_RANGE_PAGE, /* the same over a physical address that only this side has: ctid page, rowid */
};

/* INT64_MIN and INT64_MAX are open ends. Every table's first unit is open below, its last above. */
struct wh_unit {
	const struct wh_rowset *rows;
	int64_t table, number; /* of the plan; number counts from 0 in each table */
	enum wh_range range;
	int64_t first, last;
	bool careful; /* each write must be all or nothing on its own, and the unit goes on after it */
	bool keep;    /* the table held other rows before: never delete what is not this unit's */
	bool
		ordered; /* rows are wanted in the order of the key; only a stage (connectors/files) is asked */
	bool
		redo; /* begin removes the marker and the rows of the range first, all in one transaction */
};

struct wh_units {
	struct wh_arena *arena;
	struct wh_unit *items;
	size_t count;
};

struct wh_split_hint {
	int64_t unit_bytes;  /* wished size of a unit */
	int64_t rows, bytes; /* what the catalog estimated; -1: not known */
	int most;            /* never more units than this */
	bool pages;          /* ranges of pages will do: they are read at once */
};

/* Rows read = written + quarantined + filtered, in count and in digest. */
struct wh_tally {
	struct wh_digest read, written, quarantined, filtered;
	uint64_t bytes;
	int64_t snapshot; /* number of the snapshot under which the unit was read */
};

/* Initialises a batch with the kinds as which the rowset's fields travel. */
void wh_rowset_batch(const struct wh_rowset *rows, struct wh_batch *out);
void wh_rowset_batch_of(const struct wh_rowset *rows, uint32_t capacity, struct wh_batch *out);

void wh_tally_merge(struct wh_tally *sum, const struct wh_tally *other);
/* One line for the marker, at most WH_TALLY_TEXT bytes with the NUL; and back. */
#define WH_TALLY_TEXT 320
void wh_tally_text(const struct wh_tally *t, char *out);
bool wh_tally_parse(const char *text, struct wh_tally *out);

#endif
