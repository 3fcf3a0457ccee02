/* digest: the canonical form of rows, their hashes, and sums that add up. Pure; any thread.
 *
 * Canonical form, version 2. A row is its cells in plan order. A cell is a tag byte, 0 for null
 * (nothing follows), 1 for a value, 2 for a stray; then the length in bytes, four bytes, little
 * end first; then:
 *   BOOL, INT64, UINT64, DECIMAL   shortest exact decimal text (booleans 0 and 1); DECIMAL of
 *                                  a verbatim field as it stands
 *   FLOAT32, FLOAT64               4 or 8 bytes IEEE, little end first, every NaN 0x7ff8...
 *   DATE ... TIMESTAMPTZ           8 bytes of the lane's word, little end first
 *   INTERVAL                       months, days, microseconds: 4 + 4 + 8 bytes, little end first
 *   JSON, ARRAY                    wh_json_canonical(); of a verbatim field as it stands
 *   all others                     the bytes of the lane
 * A row's hash is XXH3-128 with the migration's seed. A digest is the count and the sum modulo
 * 2^128 of the rows' hashes: order does not matter, duplicates count. */
#ifndef WH_MODEL_DIGEST_H
#define WH_MODEL_DIGEST_H

#include "model/batch.h"

#define WH_CANONICAL_VERSION 2

struct wh_digest {
	uint64_t rows;
	struct wh_hash sum;
};

/* How a column's values take part. */
enum wh_digest_how {
	WH_DIGEST_VALUE,    /* by their canonical form */
	WH_DIGEST_VERBATIM, /* as they stand: the target keeps the very text that it is given */
	WH_DIGEST_LEFT_OUT, /* not at all: the target says them by itself */
};

/* Fills batch->hash. how: one a column; NULL: all by value. `scratch` is reused. */
void wh_digest_batch(struct wh_batch *b, const enum wh_digest_how *how, uint64_t seed,
	struct wh_buffer *scratch);
/* The hash of some columns of one row (a key), or of one cell. */
struct wh_hash wh_digest_cells(const struct wh_batch *b, uint32_t row, const uint16_t *columns,
	size_t n, const enum wh_digest_how *how, uint64_t seed, struct wh_buffer *scratch);

void wh_digest_add(struct wh_digest *sum, struct wh_hash row);
void wh_digest_add_rows(struct wh_digest *sum, const struct wh_batch *b, uint32_t first,
	uint32_t n);
void wh_digest_merge(struct wh_digest *sum, const struct wh_digest *other);
void wh_digest_subtract(struct wh_digest *sum, const struct wh_digest *other);
bool wh_digest_equal(const struct wh_digest *a, const struct wh_digest *b);
/* "ROWS:32 hex digits", at most 54 bytes with the NUL; and back. */
void wh_digest_text(const struct wh_digest *d, char out[56]);
bool wh_digest_parse(const char *text, struct wh_digest *out);

#endif
