/* shape: the tables that the records of a copybook become, and where in a record their columns are.
 *
 * A record type is a segment. Its root block is the record itself; each OCCURS in it is a block
 * whose occurrences are rows of a table of their own. Groups flatten into the block around them.
 * Memory is the arena's; the copybook stays for as long as its shape. */
#ifndef WH_CODECS_COBOL_SHAPE_H
#define WH_CODECS_COBOL_SHAPE_H

#include "codecs/cobol/choices.h"

#define WH_COBOL_DEPTH 16 /* of OCCURS in OCCURS */

/* Columns besides those of codec.h. */
#define WH_COBOL_PARENT "parent_id"
#define WH_COBOL_ITEM "item" /* from 1; of tables in tables also item_2, ... */
#define WH_COBOL_RAW "raw"

struct wh_cobol_block;

struct wh_cobol_leaf {
	struct wh_cobol_cell cell;
	const struct wh_cobol_block *block;
	const char *column;
	uint32_t
		offset; /* in an occurrence of the block, where all tables before it are at their most */
	uint32_t length;
	uint32_t mover;      /* the inner block that moves it by what it lacks; or WH_COBOL_NONE */
	bool over;           /* lies over other fields: they are the truth */
	int64_t fillings[5]; /* enum wh_cobol_filling, as learnt */
};

struct wh_cobol_block {
	const struct wh_cobol_field *field; /* NULL: the record */
	struct wh_cobol_block *parent;
	unsigned depth;         /* 0: the record */
	const char *column;     /* with occurs=json: in the block around it */
	size_t table;           /* of the shape; SIZE_MAX: it has no columns */
	uint32_t offset, mover; /* as those of a leaf, in the parent */
	bool over;
	uint32_t length; /* of one occurrence at its most */
	uint32_t most;
	bool moves;                          /* what is in it, by the counters of tables in it */
	bool varies;                         /* its whole length */
	const struct wh_cobol_leaf *counter; /* NULL: there are always `most` */
	size_t counter_leaf;                 /* of its block's leaves; SIZE_MAX: none of them */
	struct wh_cobol_leaf **leaves;
	size_t nleaves;
	struct wh_cobol_block **blocks;
	size_t nblocks;
	uint32_t last_mover;
	/* Where it is in the record that is looked at: the current occurrence, how many there are, and
	 * the bytes that it and what moves it lack of their most. */
	size_t at, lack;
	uint32_t count;
};

struct wh_cobol_segment {
	struct wh_cobol_block root;
	const char *name;
	const struct wh_cobol_record *record;
	uint32_t group;  /* the field that makes the difference; or WH_COBOL_NONE */
	uint32_t length; /* to the end of its last field, all tables at their most */
	struct wh_cobol_words values;
	struct wh_cobol_segment *parent;
	bool has_children;
	int64_t latest; /* the last record of it that was gone past; -1: none */
	int64_t learnt; /* records */
};

struct wh_cobol_table {
	const char *name;
	struct wh_cobol_segment *segment; /* NULL: the edges of files */
	struct wh_cobol_block *block;
};

/* What was left out, or is to be known besides. */
struct wh_cobol_remark {
	const char *rule, *object, *text;
};

struct wh_cobol_shape {
	struct wh_cobol_segment *segments;
	size_t nsegments;
	struct wh_cobol_table *tables; /* a segment's own before those of its blocks */
	size_t ntables, nshown;        /* those behind nshown only serve to build records */
	uint32_t longest;              /* record */
	bool tree;                     /* some segment has a parent */
	/* At a fixed place in every record; NULL: not wanted. */
	const struct wh_cobol_leaf *segment_field, *length_field, *sequence;
	struct wh_cobol_remark *remarks;
	size_t nremarks;
};

struct wh_cobol_shaping {
	const struct wh_cobol_choices *choices;
	const struct wh_copybook *books;
	size_t nbooks;
	const char *name; /* of files, for records without one */
	struct wh_cobol_charset *charset;
	struct wh_arena *arena;
};

/* WH_CONFIG: names that are not there, what cannot be laid out. */
int wh_cobol_shape_make(const struct wh_cobol_shaping *from, struct wh_cobol_shape *out,
	struct wh_error *error) WH_MUST_USE;

/* For the files of shape: one block with all that is in it; names of a block's columns. */
struct wh_cobol_outline {
	const struct wh_cobol_shaping *from;
	const struct wh_copybook *book;
	struct wh_cobol_shape *shape;
	struct wh_cobol_segment *segment;
	uint32_t area;  /* what the segments lie over: the field that is redefined; or WH_COBOL_NONE */
	uint32_t mover; /* of what is laid out now, in its block */
	bool split;     /* redefinitions of several moving lengths: nothing may follow them */
	struct wh_error *error;
};

int wh_cobol_outline_record(struct wh_cobol_outline *o) WH_MUST_USE;
int wh_cobol_outline_leaf(struct wh_cobol_outline *o, uint32_t field,
	struct wh_cobol_leaf *out) WH_MUST_USE;
void wh_cobol_shape_name(struct wh_cobol_shape *shape, const struct wh_cobol_shaping *from);
/* The index behind a field and all that is below it. */
uint32_t wh_cobol_behind(const struct wh_copybook *book, uint32_t field);
/* The field that it lies over in the end; itself where it redefines nothing. */
uint32_t wh_cobol_base(const struct wh_copybook *book, uint32_t field);

#endif
