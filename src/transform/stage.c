#include "transform/stage.h"
#include "transform/cast.h"
#include "transform/encoding.h"
#include "base/text.h"
#include <stdlib.h>

static const char *const reasons[] = {
	[WH_STRAY_KIND] = "the value is not of the column's type",
	[WH_STRAY_UTF8] = "the text is not valid UTF-8",
	[WH_STRAY_ZERO_DATE] = "the date does not exist",
	[WH_STRAY_RANGE] = "the value does not fit the column on the target",
	[WH_STRAY_NUL] = "the text holds U+0000, which the target cannot store",
	[WH_STRAY_LABEL] = "the empty value is none of the column's labels",
	[WH_STRAY_KEYS] = "the JSON holds a key twice, of which the target would keep one",
};

static bool column_changes(const struct wh_plan_table *t, size_t column)
{
	return wh_cast_needed(&t->from.fields[column], &t->to.fields[column]);
}

static bool undoubles(const struct wh_stage *s, size_t column)
{
	return s->policies.undouble && s->table->from.fields[column].type.double_encoded;
}

void wh_stage_init(struct wh_stage *s, const struct wh_plan_table *table,
	const struct wh_stray_policies *policies, uint64_t seed, bool nul_in_text)
{
	*s = (struct wh_stage){ .table = table,
		.policies = *policies,
		.seed = seed,
		.nul_in_text = nul_in_text };
	for (size_t c = 0; c < table->from.nfields; c++)
		s->changes = s->changes || column_changes(table, c) || undoubles(s, c);
}

void wh_stage_finish(struct wh_stage *s)
{
	wh_batch_finish(&s->out);
	free(s->rejects);
	wh_buffer_free(&s->scratch);
	wh_buffer_free(&s->text);
	*s = (struct wh_stage){ 0 };
}

static void reject(struct wh_stage *s, uint32_t row, size_t column, enum wh_stray_reason reason)
{
	if (s->nrejects && s->rejects[s->nrejects - 1].row == row)
		return;
	if (s->nrejects == s->rejects_capacity) {
		s->rejects_capacity = s->rejects_capacity ? 2 * s->rejects_capacity : 64;
		s->rejects = wh_realloc(s->rejects, s->rejects_capacity * sizeof *s->rejects);
	}
	s->rejects[s->nrejects++] = (struct wh_reject){ row, (uint16_t)column, reason,
		reasons[reason] };
}

static bool text_like(enum wh_kind kind)
{
	return kind == WH_TEXT || kind == WH_JSON || kind == WH_XML || kind == WH_ENUM ||
		kind == WH_SET || kind == WH_NATIVE;
}

static bool lane_holds_nul(const struct wh_lane *lane, uint32_t rows)
{
	return text_like(lane->kind) && rows &&
		memchr(lane->bytes + lane->offset[0], 0, lane->offset[rows] - lane->offset[0]);
}

static bool holds_nul(const struct wh_stage *s, const struct wh_batch *b)
{
	for (size_t c = 0; !s->nul_in_text && c < b->ncolumns; c++)
		if (b->lanes[c].bytes && lane_holds_nul(&b->lanes[c], b->rows))
			return true;
	return false;
}

static enum wh_stray_answer answer(const struct wh_stage *s, enum wh_stray_reason reason)
{
	switch (reason) {
	case WH_STRAY_ZERO_DATE:
		return s->policies.zero_date;
	case WH_STRAY_UTF8:
		return s->policies.invalid_utf8;
	case WH_STRAY_NUL:
		return s->policies.nul_byte;
	case WH_STRAY_LABEL:
		return s->policies.empty_enum;
	default:
		return WH_STRAY_REJECT;
	}
}

/* Whole characters stay; every byte that belongs to none becomes U+FFFD. */
static void replace_invalid(struct wh_buffer *out, const char *raw, size_t n)
{
	while (n) {
		size_t length = 1;
		while (length <= 4 && length <= n && !wh_utf8_valid(raw, length))
			length++;
		if (length <= 4 && length <= n) {
			wh_buffer_put(out, raw, length);
		} else {
			wh_put_code_point(out, 0xFFFD);
			length = 1;
		}
		raw += length;
		n -= length;
	}
}

static void without_nul(struct wh_buffer *out, const char *raw, size_t n, bool replace)
{
	for (size_t i = 0; i < n; i++) {
		if (raw[i])
			wh_buffer_char(out, raw[i]);
		else if (replace)
			wh_put_code_point(out, 0xFFFD);
	}
}

/* The text that a policy makes of a stray's raw bytes. */
static void mend(struct wh_stage *s, enum wh_stray_reason reason, enum wh_stray_answer how,
	const char *raw, size_t n)
{
	wh_buffer_clear(&s->text);
	if (how == WH_STRAY_KEEP)
		wh_buffer_put(&s->text, raw, n);
	else if (reason == WH_STRAY_NUL)
		without_nul(&s->text, raw, n, how == WH_STRAY_REPLACE);
	else if (how == WH_STRAY_CP1252)
		wh_cp1252_text(&s->text, raw, n);
	else
		replace_invalid(&s->text, raw, n);
}

/* One cell that is of no use as it stands: false where the row must go. */
static bool settle(struct wh_stage *s, size_t column, enum wh_stray_reason reason, const char *raw,
	size_t n)
{
	enum wh_stray_answer how = answer(s, reason);
	if (how == WH_STRAY_REJECT)
		return false;
	if (how == WH_STRAY_NULL) {
		wh_batch_null(&s->out, column);
		return true;
	}
	mend(s, reason, how, raw, n);
	if (!s->nul_in_text && reason != WH_STRAY_NUL && memchr(s->text.data, 0, s->text.size))
		return false;
	return wh_value_parse(&s->out, column, wh_buffer_string(&s->text), s->text.size);
}

static bool settle_nul(struct wh_stage *s, const struct wh_batch *in, size_t column, uint32_t row)
{
	size_t n;
	const char *raw = wh_cell(in, column, row, &n);
	return settle(s, column, WH_STRAY_NUL, raw, n);
}

static bool cell_holds_nul(const struct wh_stage *s, const struct wh_batch *in, size_t column,
	uint32_t row)
{
	if (s->nul_in_text || !text_like(in->lanes[column].kind))
		return false;
	size_t n;
	const char *text = wh_cell(in, column, row, &n);
	return n && memchr(text, 0, n);
}

static enum wh_stray_reason stage_undoubled(struct wh_stage *s, const struct wh_batch *in,
	size_t column, uint32_t row)
{
	size_t n;
	const char *text = wh_cell(in, column, row, &n);
	wh_buffer_clear(&s->text);
	if (!wh_text_undouble(&s->text, text, n))
		wh_buffer_put(&s->text, text, n);
	return wh_value_parse(&s->out, column, wh_buffer_string(&s->text), s->text.size)
		? 0
		: WH_STRAY_KIND;
}

/* 0, or the reason for which the cell cannot go. */
static enum wh_stray_reason stage_cell(struct wh_stage *s, const struct wh_batch *in, size_t column,
	uint32_t row, const struct wh_stray *stray)
{
	if (stray) {
		const char *raw = wh_buffer_string(&s->text);
		raw = in->strays_bytes.data ? in->strays_bytes.data + stray->first : raw;
		return settle(s, column, stray->reason, raw, stray->size) ? 0 : stray->reason;
	}
	if (wh_is_null(in, column, row)) {
		wh_batch_null(&s->out, column);
		return 0;
	}
	if (cell_holds_nul(s, in, column, row))
		return settle_nul(s, in, column, row) ? 0 : WH_STRAY_NUL;
	if (undoubles(s, column) && in->lanes[column].kind == WH_TEXT)
		return stage_undoubled(s, in, column, row);
	const struct wh_plan_table *t = s->table;
	return wh_cast_cell(&t->from.fields[column], &t->to.fields[column], in, column, row, &s->out,
		&s->text);
}

/* Forgets the cells of the row that was begun. */
static void drop_row(struct wh_batch *out)
{
	for (size_t c = 0; c < out->ncolumns; c++)
		if (out->lanes[c].offset)
			out->lanes[c].size = out->lanes[c].offset[out->rows];
}

static void stage_row(struct wh_stage *s, const struct wh_batch *in, uint32_t row, size_t *stray)
{
	for (size_t c = 0; c < in->ncolumns; c++) {
		while (*stray < in->nstrays && in->strays[*stray].row < row)
			++*stray;
		const struct wh_stray *here = NULL;
		for (size_t i = *stray; i < in->nstrays && in->strays[i].row == row; i++)
			if (in->strays[i].column == c)
				here = &in->strays[i];
		enum wh_stray_reason reason = stage_cell(s, in, c, row, here);
		if (reason) {
			reject(s, row, c, reason);
			drop_row(&s->out);
			return;
		}
	}
	wh_batch_row(&s->out);
}

static void rebuild(struct wh_stage *s, struct wh_batch *in)
{
	if (!s->out.lanes)
		wh_rowset_batch(&s->table->to, &s->out);
	wh_batch_reset(&s->out);
	s->out.first_row = in->first_row;
	size_t stray = 0;
	for (uint32_t row = 0; row < in->rows; row++)
		stage_row(s, in, row, &stray);
}

void wh_stage_batch(struct wh_stage *s, struct wh_batch *in, struct wh_batch **out)
{
	s->nrejects = 0;
	*out = in;
	if (s->changes || in->nstrays || holds_nul(s, in)) {
		wh_digest_batch(in, s->table->keep_scale, s->seed, &s->scratch);
		rebuild(s, in);
		*out = &s->out;
	}
	wh_digest_batch(*out, s->table->keep_scale, s->seed, &s->scratch);
}
