/* batch: rows of one table in memory, column by column.
 *
 * A reader appends cell by cell, in column order, and ends each row with wh_batch_row(). The
 * memory is kept by wh_batch_reset(), so a loop allocates nothing per row. A value that its
 * column's kind cannot hold (text in an integer, a zero date, bytes that are not UTF-8) is
 * appended as a stray: its cell is null and its raw bytes stand in the list of strays, where a
 * policy decides. Readers never drop or bend such a value themselves.
 *
 * A batch belongs to one thread at a time. Forms of values: model/type.h. */
#ifndef WH_MODEL_BATCH_H
#define WH_MODEL_BATCH_H

#include "base/buffer.h"
#include "base/hash.h"
#include "model/type.h"
#include <assert.h>
#include <string.h>

#define WH_BATCH_ROWS 8192
#define WH_BATCH_BYTES (512u << 10) /* a batch is full beyond this; one row may exceed it alone */
#define WH_CELL_MAX (1u << 30)      /* a larger cell is refused: WH_ROW */

enum wh_stray_reason {
	WH_STRAY_KIND = 1,  /* not of the column's kind: "abc" in an integer; raw is text */
	WH_STRAY_UTF8,      /* not UTF-8; raw is the bytes */
	WH_STRAY_ZERO_DATE, /* 0000-00-00, 2024-02-00; raw is text */
	WH_STRAY_RANGE,     /* of the kind, beyond what its lane or its column holds; raw is text */
	WH_STRAY_NUL,       /* U+0000 in text for a target that cannot hold it; raw is the text */
	WH_STRAY_LABEL,     /* the empty value of an ENUM that has no such label; raw is empty */
	WH_STRAY_KEYS,      /* JSON with equal keys for a target that keeps one of them */
	WH_STRAY_CHARSET,   /* bytes that are no character of their set; raw is the bytes */
	WH_STRAY_BOUNDS,    /* an array whose first index is not 1; raw is the engine's own text */
	WH_STRAY_RECORD,    /* the record could not be decoded; raw is all of it; says why itself */
};

struct wh_stray {
	uint32_t row;
	uint16_t column;
	uint16_t reason;      /* enum wh_stray_reason */
	uint32_t first, size; /* in strays_bytes */
	uint32_t says;        /* there too, with a NUL: why; RECORD only */
};

struct wh_lane {
	enum wh_kind kind;
	uint8_t *null;    /* one byte a row: 1 is null */
	int64_t *word;    /* WORD kinds */
	uint32_t *offset; /* BYTES kinds: rows + 1 of them; row r is bytes[offset[r], offset[r+1]) */
	char *bytes;
	size_t size, capacity; /* of bytes */
};

struct wh_batch {
	uint32_t rows, capacity;
	uint16_t ncolumns;
	struct wh_lane *lanes;
	size_t bytes;            /* of all values so far */
	uint64_t first_row;      /* ordinal, in its unit, of row 0 */
	struct wh_hash *hash;    /* one a row, once wh_digest_batch() has run */
	struct wh_stray *strays; /* ordered by row, then column */
	size_t nstrays, strays_capacity;
	struct wh_buffer strays_bytes;
};

/* kinds: one a column. Memory: the heap's. */
void wh_batch_init(struct wh_batch *b, const enum wh_kind *kinds, size_t n);
/* With room for `rows`; wh_batch_grow gives it more. */
void wh_batch_init_of(struct wh_batch *b, const enum wh_kind *kinds, size_t n, uint32_t rows);
void wh_batch_grow(struct wh_batch *b, uint32_t rows);
void wh_batch_reset(struct wh_batch *b);
void wh_batch_finish(struct wh_batch *b);
/* A view of n rows of `whole` from `first`, valid while `whole` is unchanged; not to be appended
 * to. `out->lanes` must have room for whole->ncolumns lanes. Strays are not in it. */
void wh_batch_slice(const struct wh_batch *whole, uint32_t first, uint32_t n, struct wh_batch *out);
/* Appends a cell to the current row of `to`, with its stray where it is one. */
void wh_batch_copy_cell(struct wh_batch *to, size_t column, const struct wh_batch *from,
	size_t from_column, uint32_t row);
/* Copies row `row` of `from` (same kinds) behind the rows of `to`. */
void wh_batch_copy_row(struct wh_batch *to, const struct wh_batch *from, uint32_t row);

void wh_batch_more_bytes(struct wh_lane *lane, size_t more);
void wh_batch_stray(struct wh_batch *b, size_t column, enum wh_stray_reason reason, const void *raw,
	size_t n); /* appends the null cell too */
/* The same for a record that could not be decoded: the reason in words, and all of its bytes. */
void wh_batch_reject(struct wh_batch *b, size_t column, const char *reason, const void *raw,
	size_t n);
/* Why, in a stray's own words; "" where its reason says it all. */
const char *wh_stray_says(const struct wh_batch *b, const struct wh_stray *stray);

static inline bool wh_batch_full(const struct wh_batch *b)
{
	return b->rows == b->capacity || b->bytes >= WH_BATCH_BYTES;
}

static inline void wh_batch_word(struct wh_batch *b, size_t column, int64_t value)
{
	struct wh_lane *lane = &b->lanes[column];
	lane->null[b->rows] = 0;
	lane->word[b->rows] = value;
}

static inline void wh_batch_double(struct wh_batch *b, size_t column, double value)
{
	int64_t bits;
	memcpy(&bits, &value, sizeof bits);
	wh_batch_word(b, column, bits);
}

/* Room for n bytes of the cell: the caller fills them before it appends anything else. */
static inline char *wh_batch_room(struct wh_batch *b, size_t column, size_t n)
{
	struct wh_lane *lane = &b->lanes[column];
	if (lane->capacity - lane->size < n)
		wh_batch_more_bytes(lane, n);
	char *at = lane->bytes + lane->size;
	lane->null[b->rows] = 0;
	lane->size += n;
	lane->offset[b->rows + 1] = (uint32_t)lane->size;
	b->bytes += n;
	return at;
}

static inline void wh_batch_bytes(struct wh_batch *b, size_t column, const void *value, size_t n)
{
	char *at = wh_batch_room(b, column, n);
	if (n)
		memcpy(at, value, n);
}

static inline void wh_batch_null(struct wh_batch *b, size_t column)
{
	struct wh_lane *lane = &b->lanes[column];
	lane->null[b->rows] = 1;
	if (lane->offset)
		lane->offset[b->rows + 1] = (uint32_t)lane->size;
	else
		lane->word[b->rows] = 0;
}

static inline void wh_batch_row(struct wh_batch *b)
{
	b->rows++;
	b->bytes += 9u * b->ncolumns;
}

static inline bool wh_is_null(const struct wh_batch *b, size_t column, uint32_t row)
{
	return b->lanes[column].null[row] != 0;
}

static inline int64_t wh_word(const struct wh_batch *b, size_t column, uint32_t row)
{
	return b->lanes[column].word[row];
}

static inline double wh_double(const struct wh_batch *b, size_t column, uint32_t row)
{
	double value;
	memcpy(&value, &b->lanes[column].word[row], sizeof value);
	return value;
}

static inline const char *wh_cell(const struct wh_batch *b, size_t column, uint32_t row, size_t *n)
{
	const struct wh_lane *lane = &b->lanes[column];
	*n = lane->offset[row + 1] - lane->offset[row];
	return lane->bytes + lane->offset[row];
}

#endif
