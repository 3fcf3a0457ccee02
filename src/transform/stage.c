#include "transform/stage.h"
#include "transform/cast.h"
#include "transform/encoding.h"
#include <stdlib.h>

#define NO_FIELD SIZE_MAX

/* Field f of the target is a copy of this one of the source; NO_FIELD: it is made. */
static size_t copied_from(const struct wh_plan_table *t, size_t f)
{
	if (!t->recipes)
		return f;
	return t->recipes[f].kind == WH_COPY ? t->recipes[f].fields[0] : NO_FIELD;
}

static bool undoubles(const struct wh_stage_rules *rules, const struct wh_field *from)
{
	return rules->policies.undouble && from->type.double_encoded;
}

static bool needs_rebuilding(const struct wh_plan_table *t, const struct wh_stage_rules *rules)
{
	if (t->recipes)
		return true;
	for (size_t f = 0; f < t->from.nfields; f++)
		if (wh_cast_needed(&t->from.fields[f], &t->to.fields[f]) ||
			undoubles(rules, &t->from.fields[f]))
			return true;
	return false;
}

void wh_stage_init(struct wh_stage *s, const struct wh_plan_table *table,
	const struct wh_stage_rules *rules, struct wh_maker *maker)
{
	*s = (struct wh_stage){ .table = table,
		.rules = *rules,
		.maker = maker,
		.changes = needs_rebuilding(table, rules) };
}

void wh_stage_finish(struct wh_stage *s)
{
	wh_batch_finish(&s->out);
	free(s->rejects);
	free(s->origin);
	wh_buffer_free(&s->scratch);
	wh_buffer_free(&s->text);
	wh_arena_free(&s->reasons);
	*s = (struct wh_stage){ 0 };
}

static void reject(struct wh_stage *s, const struct wh_reject *r)
{
	if (s->nrejects == s->rejects_capacity) {
		s->rejects_capacity = s->rejects_capacity ? 2 * s->rejects_capacity : 64;
		s->rejects = wh_realloc(s->rejects, s->rejects_capacity * sizeof *s->rejects);
	}
	s->rejects[s->nrejects] = *r;
	s->rejects[s->nrejects++].reason = r->why
		? wh_stray_words(r->why)
		: wh_arena_text(&s->reasons, r->reason);
}

static bool lane_holds_nul(const struct wh_lane *lane, uint32_t rows)
{
	return wh_kind_is_textual(lane->kind) && rows &&
		memchr(lane->bytes + lane->offset[0], 0, lane->offset[rows] - lane->offset[0]);
}

static bool holds_nul(const struct wh_stage *s, const struct wh_batch *b)
{
	for (size_t c = 0; !s->rules.nul_in_text && c < b->ncolumns; c++)
		if (b->lanes[c].bytes && lane_holds_nul(&b->lanes[c], b->rows))
			return true;
	return false;
}

static bool mended_holds_nul(const struct wh_stage *s)
{
	return !s->rules.nul_in_text && s->text.size && memchr(s->text.data, 0, s->text.size);
}

/* One cell that is of no use as it stands: 0, or why the row must go. */
static enum wh_stray_reason settle(struct wh_stage *s, size_t f, enum wh_stray_reason reason,
	const char *raw, size_t n)
{
	enum wh_stray_answer how = wh_stray_answer(&s->rules.policies, reason);
	if (how == WH_STRAY_REJECT || (how == WH_STRAY_NULL && s->table->to.fields[f].not_null))
		return reason;
	if (how == WH_STRAY_NULL) {
		wh_batch_null(&s->out, f);
		return 0;
	}
	wh_stray_mend(&s->text, reason, how, raw, n);
	if (reason != WH_STRAY_NUL && mended_holds_nul(s)) { /* a second fault, its own policy */
		struct wh_buffer once = s->text;
		s->text = (struct wh_buffer){ 0 };
		reason = settle(s, f, WH_STRAY_NUL, once.data, once.size);
		wh_buffer_free(&once);
		return reason;
	}
	return wh_value_parse(&s->out, f, wh_buffer_string(&s->text), s->text.size) ? 0 : reason;
}

static bool cell_holds_nul(const struct wh_stage *s, const struct wh_batch *in, size_t column,
	uint32_t row)
{
	if (s->rules.nul_in_text || !wh_kind_is_textual(in->lanes[column].kind))
		return false;
	size_t n;
	const char *text = wh_cell(in, column, row, &n);
	return n && memchr(text, 0, n);
}

static enum wh_stray_reason undoubled(struct wh_stage *s, const struct wh_batch *in, uint32_t row,
	size_t column, size_t f)
{
	size_t n;
	const char *text = wh_cell(in, column, row, &n);
	wh_buffer_clear(&s->text);
	if (!wh_text_undouble(&s->text, text, n))
		wh_buffer_put(&s->text, text, n);
	return wh_value_parse(&s->out, f, wh_buffer_string(&s->text), s->text.size) ? 0 : WH_STRAY_KIND;
}

static enum wh_stray_reason copy_field(struct wh_stage *s, const struct wh_batch *in, uint32_t row,
	size_t f, size_t *strays)
{
	size_t column = copied_from(s->table, f), n;
	const struct wh_stray *stray = wh_stray_at(in, column, row, strays);
	if (stray) {
		const char *raw = in->strays_bytes.data ? in->strays_bytes.data + stray->first : "";
		return settle(s, f, stray->reason, raw, stray->size);
	}
	if (wh_is_null(in, column, row)) {
		wh_batch_null(&s->out, f);
		return 0;
	}
	if (cell_holds_nul(s, in, column, row)) {
		const char *raw = wh_cell(in, column, row, &n);
		return settle(s, f, WH_STRAY_NUL, raw, n);
	}
	if (undoubles(&s->rules, &s->table->from.fields[column]) && in->lanes[column].kind == WH_TEXT)
		return undoubled(s, in, row, column, f);
	const struct wh_cast way = { &s->table->from.fields[column], &s->table->to.fields[f], column,
		f };
	return wh_cast_cell(&way, in, row, &s->out, &s->text);
}

/* Forgets the cells of the row that was begun. */
static void drop_row(struct wh_batch *out)
{
	for (size_t c = 0; c < out->ncolumns; c++)
		if (out->lanes[c].offset)
			out->lanes[c].size = out->lanes[c].offset[out->rows];
}

/* False: the row must go; *out says why. */
static bool stage_field(struct wh_stage *s, const struct wh_batch *in, struct wh_reject *out,
	size_t f, size_t *strays)
{
	const struct wh_plan_table *t = s->table;
	size_t column = copied_from(t, f);
	if (column == NO_FIELD) {
		out->reason = wh_maker_field(s->maker, f, &s->out);
		out->column = t->to.fields[f].name;
		out->field = t->recipes[f].nnames ? t->recipes[f].fields[0] : 0;
		return !out->reason;
	}
	out->why = copy_field(s, in, out->row, f, strays);
	if (out->why == WH_STRAY_RECORD) {
		out->reason = wh_stray_says(in, wh_stray_at(in, column, out->row, strays));
		out->why = 0;
		out->column = t->from.fields[column].name;
		out->field = (uint16_t)column;
		return false;
	}
	out->column = t->from.fields[column].name;
	out->field = (uint16_t)column;
	return !out->why;
}

static void stage_row(struct wh_stage *s, const struct wh_batch *in, uint32_t row, size_t *strays)
{
	struct wh_reject r = { .row = row };
	for (size_t f = 0; f < s->table->to.nfields; f++)
		if (!stage_field(s, in, &r, f, strays)) {
			reject(s, &r);
			drop_row(&s->out);
			return;
		}
	s->origin[s->out.rows] = row;
	wh_batch_row(&s->out);
}

/* False: the row goes no further. */
static bool passes_filter(struct wh_stage *s, const struct wh_batch *in, uint32_t row)
{
	bool keeps = true;
	const char *why = s->maker ? wh_maker_row(s->maker, row, &keeps) : NULL;
	if (why)
		reject(s, &(struct wh_reject){ .row = row, .column = "filter", .reason = why });
	else if (!keeps)
		wh_digest_add_rows(&s->filtered, in, row, 1);
	return !why && keeps;
}

static void make_room(struct wh_stage *s, uint32_t rows)
{
	uint32_t before = s->out.lanes ? s->out.capacity : 0;
	if (!s->out.lanes)
		wh_rowset_batch(&s->table->to, &s->out);
	wh_batch_grow(&s->out, rows);
	if (s->out.capacity != before)
		s->origin = wh_realloc(s->origin, s->out.capacity * sizeof *s->origin);
}

static void rebuild(struct wh_stage *s, struct wh_batch *in)
{
	make_room(s, in->rows);
	wh_batch_reset(&s->out);
	s->out.first_row = in->first_row;
	if (s->maker)
		wh_maker_batch(s->maker, in);
	size_t strays = 0;
	for (uint32_t row = 0; row < in->rows; row++)
		if (passes_filter(s, in, row))
			stage_row(s, in, row, &strays);
}

void wh_stage_batch(struct wh_stage *s, struct wh_batch *in, struct wh_batch **out)
{
	const struct wh_plan_table *t = s->table;
	s->nrejects = 0;
	s->filtered = (struct wh_digest){ 0 };
	wh_arena_free(&s->reasons);
	*out = in;
	if (s->changes || in->nstrays || holds_nul(s, in)) {
		wh_digest_batch(in, t->recipes ? NULL : t->how, s->rules.seed, &s->scratch);
		rebuild(s, in);
		*out = &s->out;
	}
	wh_digest_batch(*out, t->how, s->rules.seed, &s->scratch);
}
