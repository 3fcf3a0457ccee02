#define XXH_INLINE_ALL
#include "model/digest.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <xxhash.h>

/* From here on a cell is fed to a running hash instead of being copied. */
#define LARGE_CELL (256u << 10)
#define HEAD 5 /* tag and length */

enum { TAG_NULL, TAG_VALUE, TAG_STRAY };

/* The canonical form of one row: what stands in `out`, behind what `running` has taken of it. */
struct row {
	struct wh_buffer *out;
	uint64_t seed;
	bool large;
	XXH3_state_t running;
};

static void row_begin(struct row *r)
{
	r->out->size = 0;
	r->large = false;
}

/* The scratch buffer's maximum is far beyond what a batch can hold. */
static void row_grow(struct row *r, size_t n)
{
	bool fits = wh_buffer_reserve(r->out, n);
	assert(fits);
}

static inline char *row_room(struct row *r, size_t n)
{
	struct wh_buffer *out = r->out;
	if (__builtin_expect(out->capacity - out->size <= n, 0))
		row_grow(r, n);
	return out->data + out->size;
}

static inline void head_put(char *at, char tag, size_t n)
{
	uint32_t length = htole32((uint32_t)n);
	at[0] = tag;
	memcpy(at + 1, &length, sizeof length);
}

static void row_flush(struct row *r)
{
	if (!r->large)
		XXH3_128bits_reset_withSeed(&r->running, r->seed);
	r->large = true;
	XXH3_128bits_update(&r->running, r->out->data, r->out->size);
	r->out->size = 0;
}

static inline void row_bytes(struct row *r, char tag, const void *bytes, size_t n)
{
	bool large = n >= LARGE_CELL;
	char *at = row_room(r, HEAD + (large ? 0 : n));
	head_put(at, tag, n);
	r->out->size += HEAD;
	if (large) {
		row_flush(r);
		XXH3_128bits_update(&r->running, bytes, n);
	} else if (n) {
		memcpy(at + HEAD, bytes, n);
		r->out->size += n;
	}
}

static void row_null(struct row *r)
{
	*row_room(r, 1) = TAG_NULL;
	r->out->size++;
}

static struct wh_hash row_hash(struct row *r)
{
	XXH128_hash_t h;
	if (r->large) {
		row_flush(r);
		h = XXH3_128bits_digest(&r->running);
	} else {
		h = XXH3_128bits_withSeed(r->out->data, r->out->size, r->seed);
	}
	return (struct wh_hash){ .low = h.low64, .high = h.high64 };
}

static inline const char *lane_cell(const struct wh_lane *lane, uint32_t row, size_t *n)
{
	*n = lane->offset[row + 1] - lane->offset[row];
	return lane->bytes + lane->offset[row];
}

static void form_bool(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	row_bytes(r, TAG_VALUE, lane->word[row] ? "1" : "0", 1);
}

static void form_int64(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	char *at = row_room(r, HEAD + 20);
	size_t n = wh_format_int64(at + HEAD, lane->word[row]);
	head_put(at, TAG_VALUE, n);
	r->out->size += HEAD + n;
}

static void form_uint64(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	char *at = row_room(r, HEAD + 20);
	size_t n = wh_format_uint64(at + HEAD, (uint64_t)lane->word[row]);
	head_put(at, TAG_VALUE, n);
	r->out->size += HEAD + n;
}

static void form_word(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	uint64_t word = htole64((uint64_t)lane->word[row]);
	row_bytes(r, TAG_VALUE, &word, sizeof word);
}

static double lane_double(const struct wh_lane *lane, uint32_t row)
{
	double value;
	memcpy(&value, &lane->word[row], sizeof value);
	return value;
}

static void form_float32(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	float value = (float)lane_double(lane, row);
	uint32_t bits;
	memcpy(&bits, &value, sizeof bits);
	bits = htole32(isnan(value) ? UINT32_C(0x7fc00000) : bits);
	row_bytes(r, TAG_VALUE, &bits, sizeof bits);
}

static void form_float64(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	uint64_t bits = (uint64_t)lane->word[row];
	bits = htole64(isnan(lane_double(lane, row)) ? UINT64_C(0x7ff8000000000000) : bits);
	row_bytes(r, TAG_VALUE, &bits, sizeof bits);
}

static void form_bytes(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	(void)verbatim;
	size_t n;
	const char *bytes = lane_cell(lane, row, &n);
	row_bytes(r, TAG_VALUE, bytes, n);
}

static void form_decimal(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	struct wh_decimal_view view;
	size_t n;
	const char *text = lane_cell(lane, row, &n);
	if (verbatim || !wh_decimal_canonical(text, n, &view)) {
		row_bytes(r, TAG_VALUE, text, n);
		return;
	}
	char *at = row_room(r, HEAD + 1 + view.n);
	head_put(at, TAG_VALUE, view.negative + view.n);
	at[HEAD] = '-';
	memcpy(at + HEAD + view.negative, view.digits, view.n);
	r->out->size += HEAD + view.negative + view.n;
}

static void form_interval(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	struct wh_interval i;
	size_t n;
	const char *bytes = lane_cell(lane, row, &n);
	if (n != sizeof i) {
		form_bytes(r, lane, row, verbatim);
		return;
	}
	memcpy(&i, bytes, sizeof i);
	uint32_t parts[4] = { htole32((uint32_t)i.months), htole32((uint32_t)i.days) };
	uint64_t usec = htole64((uint64_t)i.usec);
	memcpy(parts + 2, &usec, sizeof usec);
	row_bytes(r, TAG_VALUE, parts, sizeof parts);
}

static void form_json(struct row *r, const struct wh_lane *lane, uint32_t row, bool verbatim)
{
	if (verbatim) {
		form_bytes(r, lane, row, verbatim);
		return;
	}
	size_t n, head = r->out->size;
	const char *text = lane_cell(lane, row, &n);
	row_room(r, HEAD);
	r->out->size += HEAD;
	if (wh_json_canonical(r->out, text, n)) {
		head_put(r->out->data + head, TAG_VALUE, r->out->size - head - HEAD);
		return;
	}
	r->out->size = head;
	form_bytes(r, lane, row, verbatim);
}

static void (*const forms[WH_KINDS])(struct row *, const struct wh_lane *, uint32_t, bool) = {
	[WH_NO_KIND] = form_bytes,
	[WH_BOOL] = form_bool,
	[WH_INT64] = form_int64,
	[WH_UINT64] = form_uint64,
	[WH_FLOAT32] = form_float32,
	[WH_FLOAT64] = form_float64,
	[WH_DECIMAL] = form_decimal,
	[WH_TEXT] = form_bytes,
	[WH_BYTES] = form_bytes,
	[WH_DATE] = form_word,
	[WH_TIME] = form_word,
	[WH_TIMESTAMP] = form_word,
	[WH_TIMESTAMPTZ] = form_word,
	[WH_INTERVAL] = form_interval,
	[WH_UUID] = form_bytes,
	[WH_JSON] = form_json,
	[WH_XML] = form_bytes,
	[WH_ENUM] = form_bytes,
	[WH_SET] = form_bytes,
	[WH_BITS] = form_bytes,
	[WH_ARRAY] = form_json,
	[WH_GEOMETRY] = form_bytes,
	[WH_NATIVE] = form_bytes,
};

static void row_stray(struct row *r, const struct wh_batch *b, const struct wh_stray *stray)
{
	row_bytes(r, TAG_STRAY, b->strays_bytes.data + stray->first, stray->size);
}

/* `next` walks along the strays, which stand in the order of rows and columns. */
static void batch_row(struct row *r, const struct wh_batch *b, uint32_t row,
	const enum wh_digest_how *how, size_t *next)
{
	for (size_t i = 0; i < b->ncolumns; i++) {
		const struct wh_lane *lane = &b->lanes[i];
		bool stray = lane->null[row] && *next < b->nstrays && b->strays[*next].row == row &&
			b->strays[*next].column == i;
		size_t which = *next;
		*next += stray;
		if (how && how[i] == WH_DIGEST_LEFT_OUT)
			continue;
		if (!lane->null[row])
			forms[lane->kind](r, lane, row, how && how[i] == WH_DIGEST_VERBATIM);
		else if (stray)
			row_stray(r, b, &b->strays[which]);
		else
			row_null(r);
	}
}

static void scratch_prepare(struct wh_buffer *scratch)
{
	scratch->max = (size_t)8 << 30;
	wh_buffer_clear(scratch);
	wh_buffer_reserve(scratch, 1024);
}

void wh_digest_batch(struct wh_batch *b, const enum wh_digest_how *how, uint64_t seed,
	struct wh_buffer *scratch)
{
	struct row r = { .out = scratch, .seed = seed };
	size_t next = 0;
	scratch_prepare(scratch);
	for (uint32_t row = 0; row < b->rows; row++) {
		row_begin(&r);
		batch_row(&r, b, row, how, &next);
		b->hash[row] = row_hash(&r);
	}
	wh_buffer_clear(scratch);
}

static const struct wh_stray *batch_stray(const struct wh_batch *b, uint32_t row, size_t column)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == row && b->strays[i].column == column)
			return &b->strays[i];
	return NULL;
}

struct wh_hash wh_digest_cells(const struct wh_batch *b, uint32_t row, const uint16_t *columns,
	size_t n, const enum wh_digest_how *how, uint64_t seed, struct wh_buffer *scratch)
{
	struct row r = { .out = scratch, .seed = seed };
	scratch_prepare(scratch);
	row_begin(&r);
	for (size_t i = 0; i < n; i++) {
		const struct wh_lane *lane = &b->lanes[columns[i]];
		const struct wh_stray *stray;
		if (how && how[columns[i]] == WH_DIGEST_LEFT_OUT)
			continue;
		if (!lane->null[row])
			forms[lane->kind](&r, lane, row, how && how[columns[i]] == WH_DIGEST_VERBATIM);
		else if ((stray = batch_stray(b, row, columns[i])))
			row_stray(&r, b, stray);
		else
			row_null(&r);
	}
	return row_hash(&r);
}

static void sum_add(struct wh_hash *sum, struct wh_hash more)
{
	sum->low += more.low;
	sum->high += more.high + (sum->low < more.low);
}

void wh_digest_add(struct wh_digest *sum, struct wh_hash row)
{
	sum->rows++;
	sum_add(&sum->sum, row);
}

void wh_digest_add_rows(struct wh_digest *sum, const struct wh_batch *b, uint32_t first, uint32_t n)
{
	for (uint32_t row = first; row < first + n; row++)
		sum_add(&sum->sum, b->hash[row]);
	sum->rows += n;
}

void wh_digest_merge(struct wh_digest *sum, const struct wh_digest *other)
{
	sum->rows += other->rows;
	sum_add(&sum->sum, other->sum);
}

void wh_digest_subtract(struct wh_digest *sum, const struct wh_digest *other)
{
	bool borrow = sum->sum.low < other->sum.low;
	sum->rows -= other->rows;
	sum->sum.low -= other->sum.low;
	sum->sum.high -= other->sum.high + borrow;
}

bool wh_digest_equal(const struct wh_digest *a, const struct wh_digest *b)
{
	return a->rows == b->rows && a->sum.low == b->sum.low && a->sum.high == b->sum.high;
}

void wh_digest_text(const struct wh_digest *d, char out[56])
{
	snprintf(out, 56, "%" PRIu64 ":%016" PRIx64 "%016" PRIx64, d->rows, d->sum.high, d->sum.low);
}

bool wh_digest_parse(const char *text, struct wh_digest *out)
{
	const char *colon = strchr(text, ':');
	uint64_t rows, sum[2];
	if (!colon || !wh_text_uint64(text, (size_t)(colon - text), &rows) || strlen(colon + 1) != 32 ||
		!wh_text_unhex(colon + 1, 32, sum))
		return false;
	*out = (struct wh_digest){ rows, { .high = be64toh(sum[0]), .low = be64toh(sum[1]) } };
	return true;
}
