#include "codecs/cobol/records.h"
#include "model/value.h"

/* A row on its way. */
struct row {
	struct wh_cobol *c;
	struct wh_batch *out;
	const struct wh_cobol_frame *frame;
	struct wh_cobol_segment *segment;
	bool rejected;
};

/* The first cell that cannot be is the one that says why; the others are null. */
static void reject(struct row *r, size_t column, size_t at, const char *name, const char *why)
{
	struct wh_buffer *says = &r->c->aim.says;
	if (r->rejected) {
		wh_batch_null(r->out, column);
		return;
	}
	wh_buffer_clear(says);
	wh_buffer_format(says, "at byte %lld of %s: %s %s",
		(long long)(r->frame->record_at + (int64_t)at), r->c->file, name, why);
	wh_batch_reject(r->out, column, wh_buffer_string(says), r->frame->record, r->frame->n);
	r->rejected = true;
}

/* A text that the record's end cuts off is padded as if it went on. */
static const char *cut_off(struct wh_cobol *c, const struct wh_cobol_leaf *leaf, size_t at,
	struct wh_batch *to, size_t column)
{
	enum wh_cobol_kind kind = leaf->cell.field->kind;
	struct wh_buffer *padded = &c->builder.old;
	struct wh_cobol_view *v = &c->view;
	if (!v->may_end || (kind != WH_COBOL_TEXT && kind != WH_COBOL_EDITED))
		return "is cut off by the record's end";
	wh_buffer_clear(padded);
	wh_buffer_put(padded, v->bytes + at, v->n - at);
	while (padded->size < leaf->length && !padded->full)
		wh_buffer_char(padded, (char)c->builder.space);
	return wh_cobol_cell_decode(&leaf->cell, (unsigned char *)padded->data, leaf->length, to,
		column, &v->scratch);
}

const char *wh_cobol_leaf_decode(struct wh_cobol *c, const struct wh_cobol_leaf *leaf, size_t at,
	struct wh_batch *to, size_t column)
{
	struct wh_cobol_view *v = &c->view;
	size_t n = leaf->length;
	if (__builtin_expect(at <= v->n && v->n - at >= n, true))
		return wh_cobol_cell_decode(&leaf->cell, v->bytes + at, n, to, column, &v->scratch);
	if (at < v->n || !v->may_end)
		return cut_off(c, leaf, at, to, column);
	wh_batch_null(to, column);
	return NULL;
}

/* The value goes as another kind than its own. */
static const char *convert(struct row *r, const struct wh_cobol_want *want, size_t at,
	size_t column)
{
	struct wh_buffer *text = &r->c->view.why;
	wh_batch_reset(want->cell);
	const char *why = wh_cobol_leaf_decode(r->c, want->leaf, at, want->cell, 0);
	if (why)
		return why;
	if (wh_is_null(want->cell, 0, 0)) {
		wh_batch_null(r->out, column);
		return NULL;
	}
	wh_buffer_clear(text);
	wh_value_text(text, want->cell, 0, 0);
	bool fits = wh_value_parse(r->out, column, wh_buffer_string(text), text->size);
	return fits ? NULL : "has a value that the column's type cannot hold";
}

static void put_leaf(struct row *r, const struct wh_cobol_want *want, size_t column)
{
	size_t at = wh_cobol_leaf_at(want->leaf);
	const char *why = want->cell ? convert(r, want, at, column)
								 : wh_cobol_leaf_decode(r->c, want->leaf, at, r->out, column);
	if (__builtin_expect(why != NULL, false))
		reject(r, column, at, wh_cobol_field_name(want->leaf->cell.field), why);
}

static void put_occurs(struct row *r, const struct wh_cobol_want *want, size_t column)
{
	struct wh_buffer *json = &r->c->aim.json;
	const struct wh_cobol_leaf *fault = NULL;
	wh_buffer_clear(json);
	const char *why = wh_cobol_occurs_put(r->c, want->block, json, &fault);
	if (why)
		reject(r, column, wh_cobol_leaf_at(fault), wh_cobol_field_name(fault->cell.field), why);
	else
		wh_batch_bytes(r->out, column, json->data, json->size);
}

static void put_place(struct row *r, const struct wh_cobol_want *want, size_t column,
	const uint32_t *item)
{
	switch (want->source) {
	case WH_COBOL_OF_FILE:
		wh_batch_word(r->out, column, r->c->file_id);
		break;
	case WH_COBOL_OF_RECORD:
		wh_batch_word(r->out, column, r->frame->at);
		break;
	case WH_COBOL_OF_PARENT:
		wh_batch_word(r->out, column, wh_cobol_parent_of(r->segment));
		break;
	default:
		wh_batch_word(r->out, column, item ? item[want->item] : 0);
	}
}

/* ---- raw ---- */

struct gathering {
	struct row *row;
	struct wh_cobol_block *block;
	bool whole;
};

static bool gather_row(void *context, const uint32_t *item)
{
	struct gathering *g = context;
	struct wh_cobol_block *b = g->block;
	struct wh_batch *to = wh_cobol_store_row(&g->row->c->store, b->table);
	for (unsigned i = 0; i < b->depth; i++)
		wh_batch_word(to, i, item[i]);
	for (size_t i = 0; i < b->nleaves && g->whole; i++) {
		const struct wh_cobol_leaf *leaf = b->leaves[i];
		g->whole = !wh_cobol_leaf_decode(g->row->c, leaf, wh_cobol_leaf_at(leaf), to, b->depth + i);
	}
	if (g->whole)
		wh_batch_row(to);
	return g->whole;
}

/* Whether the record's rows give its bytes back. */
static bool is_kept(struct row *r)
{
	struct wh_cobol *c = r->c;
	struct wh_cobol_builder *b = &c->builder;
	wh_cobol_store_clear(&c->store);
	for (size_t t = 0; t < c->shape.ntables; t++) {
		struct gathering g = { r, c->shape.tables[t].block, true };
		if (c->shape.tables[t].segment != r->segment)
			continue;
		if (!wh_cobol_view_each(&c->view, g.block, gather_row, &g))
			return false;
	}
	b->segment = r->segment;
	return wh_cobol_build(b) && b->out.size == r->frame->n &&
		!memcmp(b->out.data, r->frame->record, r->frame->n);
}

static void put_raw(struct row *r, size_t column)
{
	const struct wh_cobol_frame *f = r->frame;
	bool odd = r->c->choices.raw == WH_COBOL_RAW_YES || f->odd || f->edge || !is_kept(r);
	if (odd)
		wh_batch_bytes(r->out, column, f->whole, f->nwhole);
	else
		wh_batch_null(r->out, column);
}

/* ---- a row ---- */

/* What needs the record's places comes before what builds it anew and uses them too. */
static void put_row(struct row *r, const uint32_t *item)
{
	const struct wh_cobol_aim *aim = &r->c->aim;
	size_t raw = SIZE_MAX;
	r->rejected = false;
	for (size_t i = 0; i < aim->nwants; i++) {
		const struct wh_cobol_want *want = &aim->wants[i];
		if (want->source == WH_COBOL_OF_LEAF)
			put_leaf(r, want, i);
		else if (want->source == WH_COBOL_OF_OCCURS)
			put_occurs(r, want, i);
		else if (want->source == WH_COBOL_OF_RAW)
			raw = i;
		else
			put_place(r, want, i, item);
	}
	if (raw != SIZE_MAX)
		put_raw(r, raw);
	wh_batch_row(r->out);
}

/* The column that says why the whole record cannot be: that of the field, or the nearest to it. */
static size_t column_for(const struct wh_cobol_aim *aim, const struct wh_cobol_field *field,
	enum wh_cobol_source source)
{
	size_t column = aim->nwants - 1;
	for (size_t i = aim->nwants; i-- > 0;) {
		const struct wh_cobol_want *want = &aim->wants[i];
		if (field && want->leaf && want->leaf->cell.field == field)
			return i;
		if (want->source == source)
			column = i;
	}
	return column;
}

/* Why a record has no rows but one that says so. */
struct obstacle {
	const struct wh_cobol_field *field; /* NULL: it is the whole record */
	size_t at;
	enum wh_cobol_source source;
	const char *why;
};

static void put_rejected(struct row *r, const struct obstacle *o)
{
	const struct wh_cobol_aim *aim = &r->c->aim;
	size_t column = column_for(aim, o->field, o->source);
	r->rejected = false;
	for (size_t i = 0; i < aim->nwants; i++) {
		const struct wh_cobol_want *want = &aim->wants[i];
		if (i == column)
			reject(r, i, o->at, o->field ? wh_cobol_field_name(o->field) : "the record", o->why);
		else if (want->source < WH_COBOL_OF_LEAF)
			put_place(r, want, i, NULL);
		else
			wh_batch_null(r->out, i);
	}
	wh_batch_row(r->out);
}

struct emission {
	struct row row;
	uint32_t seen; /* rows of this record so far, with those that are in a batch already */
};

static bool emit_row(void *context, const uint32_t *item)
{
	struct emission *e = context;
	struct wh_cobol_aim *aim = &e->row.c->aim;
	if (e->seen++ < aim->done)
		return true;
	if (wh_batch_full(e->row.out))
		return false;
	put_row(&e->row, item);
	aim->done++;
	return true;
}

/* Whether there is one, for a record of a known type; else it is laid out. */
static bool find_obstacle(struct row *r, struct obstacle *o)
{
	struct wh_cobol *c = r->c;
	struct wh_buffer *why = &c->view.why;
	*o = (struct obstacle){ .source = WH_COBOL_OF_LEAF };
	if (wh_cobol_parent_of(r->segment) < 0) {
		wh_buffer_clear(why);
		wh_buffer_format(why, "stands before any %s, below which it belongs",
			r->segment->parent->name);
		o->source = WH_COBOL_OF_PARENT;
		o->why = wh_buffer_string(why);
	} else if (r->frame->n > c->shape.longest && c->framing.kind != WH_COBOL_F) {
		o->why = "is longer than the copybook's";
	} else if (!wh_cobol_view_place(&c->view, r->segment)) {
		o->field = c->view.fault->cell.field;
		o->at = c->view.fault_at;
		o->why = wh_buffer_string(why);
	}
	return o->why != NULL;
}

static bool emit_record(struct emission *e)
{
	struct row *r = &e->row;
	struct wh_cobol *c = r->c;
	const struct wh_cobol_table *t = c->aim.table;
	const struct wh_cobol_leaf *type = c->shape.segment_field;
	struct obstacle o;
	if (!r->segment && t == c->shape.tables) {
		o = (struct obstacle){ type->cell.field, type->offset, WH_COBOL_OF_LEAF,
			"says a type that is in no segment" };
		put_rejected(r, &o);
		return true;
	}
	if (!r->segment || t->segment != r->segment)
		return true;
	c->view.bytes = r->frame->record;
	c->view.n = r->frame->n;
	if (!find_obstacle(r, &o))
		return wh_cobol_view_each(&c->view, t->block, emit_row, e);
	if (!t->block->depth)
		put_rejected(r, &o);
	return true;
}

/* False: the batch is full. */
static bool emit(struct wh_cobol *c, const struct wh_cobol_frame *frame, struct wh_batch *out)
{
	struct emission e = { .row = { .c = c, .out = out, .frame = frame } };
	bool done = true;
	if (wh_batch_full(out))
		return false;
	if (frame->edge) {
		if (!c->aim.table->segment)
			put_row(&e.row, NULL);
	} else {
		e.row.segment = wh_cobol_type_of(c, frame->record, frame->n);
		done = emit_record(&e);
		if (done)
			wh_cobol_past(c, e.row.segment, frame);
	}
	c->aim.done = done ? 0 : c->aim.done;
	return done;
}

int wh_cobol_decode(void *state, const char *bytes, size_t n, bool last, size_t *consumed,
	struct wh_batch *out, struct wh_error *error)
{
	struct wh_cobol *c = state;
	struct wh_cobol_frame frame;
	*consumed = 0;
	for (;;) {
		int rc = wh_cobol_frame_next(&c->framer, bytes + *consumed, n - *consumed, last, &frame,
			error);
		if (rc != WH_OK)
			return rc == WH_DONE ? WH_OK : rc;
		if (!emit(c, &frame, out))
			return WH_DONE;
		*consumed += frame.nwhole;
		wh_cobol_frame_take(&c->framer, &frame);
	}
}
