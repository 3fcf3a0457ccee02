#include "codecs/cobol/cobol.h"
#include "codecs/cobol/records.h"
#include "codecs/cobol/shelves.h"

void wh_cobol_begin(struct wh_cobol *c, const struct wh_codec_file *file, int64_t offset)
{
	wh_cobol_framer_start(&c->framer, &c->framing, file, offset);
	c->file = file->name;
	c->file_id = file->id;
	c->aim.done = 0;
	for (size_t i = 0; i < c->shape.nsegments; i++)
		c->shape.segments[i].latest = -1;
}

/* A root begins a tree of its own; what is in a tree ends what was below the one before it. */
void wh_cobol_past(struct wh_cobol *c, struct wh_cobol_segment *s,
	const struct wh_cobol_frame *frame)
{
	if (!s || !s->has_children)
		return;
	for (size_t i = 0; i < c->shape.nsegments; i++) {
		struct wh_cobol_segment *other = &c->shape.segments[i], *up = other->parent;
		while (up && up != s)
			up = up->parent;
		if (up || !s->parent)
			other->latest = -1;
	}
	s->latest = frame->at;
}

/* Where a record that says its own length ends. */
static int measure(void *state, const unsigned char *bytes, size_t n, size_t *length,
	struct wh_error *error)
{
	struct wh_cobol *c = state;
	const struct wh_cobol_leaf *leaf = c->shape.length_field;
	const char *name = wh_cobol_field_name(leaf->cell.field);
	int64_t says = 0;
	if (n < (size_t)leaf->offset + leaf->length)
		return WH_DONE;
	c->view.bytes = bytes;
	const char *why = wh_cobol_view_number(&c->view, leaf, leaf->offset, &says);
	if (why)
		return wh_fail(error, WH_STOP, "%s, the record's length, %s", name, why);
	int64_t least = (int64_t)leaf->offset + leaf->length, all = 0;
	if (__builtin_add_overflow(says, c->choices.length_adjust, &all) || all < least ||
		all > (int64_t)WH_COBOL_RECORD_MOST)
		return wh_fail(error, WH_STOP, "%s says %lld, which makes no record (length_adjust=%lld)",
			name, (long long)says, (long long)c->choices.length_adjust);
	*length = (size_t)all;
	return WH_OK;
}

/* Where a record ends whose tables say how long they are. */
static int measure_tables(void *state, const unsigned char *bytes, size_t n, size_t *length,
	struct wh_error *error)
{
	struct wh_cobol *c = state;
	struct wh_cobol_segment *s = wh_cobol_type_of(c, bytes, n);
	const struct wh_cobol_leaf *type = c->shape.segment_field;
	if (!s && n < (size_t)type->offset + type->length)
		return WH_DONE;
	if (!s)
		return wh_fail(error, WH_STOP,
			"a record of an unknown type, of which nobody knows the length");
	c->view.bytes = bytes;
	c->view.n = n;
	bool may_end = c->view.may_end;
	c->view.may_end = false;
	bool placed = wh_cobol_view_place(&c->view, s);
	c->view.may_end = may_end;
	*length = placed ? wh_cobol_block_length(&s->root) : 0;
	if (placed)
		return *length <= n ? WH_OK : WH_DONE;
	if (n < s->root.length)
		return WH_DONE;
	return wh_fail(error, WH_STOP, "%s %s", wh_cobol_field_name(c->view.fault->cell.field),
		wh_buffer_string(&c->view.why));
}

static int set_framing(struct wh_cobol *c, struct wh_error *error)
{
	struct wh_cobol_framing *f = &c->framing;
	uint64_t longest = (uint64_t)c->shape.longest + f->before + f->after;
	wh_cobol_choices_framing(&c->choices, f);
	if (!f->length)
		f->length = (uint32_t)(c->shape.longest + f->before + f->after);
	else if (f->kind != WH_COBOL_F)
		return wh_fail(error, WH_CONFIG, "record_length= is for records of format F alone");
	if (f->length <= f->before + f->after || longest > WH_COBOL_RECORD_MOST)
		return wh_fail(error, WH_CONFIG,
			"a record of %u bytes leaves nothing beside record_start= and record_end=", f->length);
	f->measure = c->choices.length_field ? measure : measure_tables;
	f->context = c;
	return WH_OK;
}

/* Whether records may end before their last fields. */
static bool may_end(const struct wh_cobol *c)
{
	const struct wh_cobol_framing *f = &c->framing;
	return f->kind != WH_COBOL_F || f->length - f->before - f->after < c->shape.longest;
}

/* The byte that fills what no field has. */
static int find_space(struct wh_cobol *c, struct wh_error *error)
{
	static const struct wh_cobol_field one = { .usage = WH_COBOL_DISPLAY,
		.kind = WH_COBOL_TEXT,
		.length = 1,
		.picture = { .text = "X", .category = WH_COBOL_ALPHANUMERIC, .size = 1 } };
	static const enum wh_kind text[] = { WH_TEXT };
	struct wh_cobol_form form = wh_cobol_choices_form(&c->choices);
	struct wh_cobol_cell cell;
	struct wh_batch empty = { 0 };
	int rc = wh_cobol_cell_prepare(&cell, &one, &form, c->charset, error);
	if (rc != WH_OK)
		return rc;
	wh_batch_init_of(&empty, text, 1, 1);
	wh_batch_bytes(&empty, 0, "", 0);
	const char *why = wh_cobol_cell_encode(&cell, &empty, 0, 0, &c->builder.space, 1,
		&c->view.scratch);
	wh_batch_finish(&empty);
	return why ? wh_fail(error, WH_CONFIG, "code_page=\"%.60s\" has no space", c->choices.code_page)
			   : WH_OK;
}

static int cobol_open(void *state, const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct wh_cobol *c = state;
	struct wh_cobol_shaping from = { .choices = &c->choices,
		.name = setup->name,
		.arena = setup->arena };
	c->arena = setup->arena;
	c->name = setup->name;
	int rc = wh_cobol_choices_read(&c->choices, setup->url, c->arena, error);
	if (rc == WH_OK)
		rc = wh_cobol_charset_open(c->arena, c->choices.code_page, &c->charset, error);
	c->nbooks = c->choices.copybooks.count;
	c->books = wh_new_array(c->arena, struct wh_copybook, c->nbooks);
	if (rc == WH_OK)
		rc = wh_cobol_shelves_read(setup, &c->choices, c->books, error);
	from.books = c->books;
	from.nbooks = c->nbooks;
	from.charset = c->charset;
	if (rc == WH_OK)
		rc = wh_cobol_shape_make(&from, &c->shape, error);
	if (rc == WH_OK)
		rc = set_framing(c, error);
	if (rc != WH_OK)
		return rc;
	wh_cobol_view_init(&c->view, may_end(c));
	c->builder.store = &c->store;
	c->builder.view = &c->view;
	c->builder.length = c->shape.length_field;
	c->builder.adjust = c->choices.length_adjust;
	c->builder.fixed = c->framing.kind == WH_COBOL_F
		? c->framing.length - c->framing.before - c->framing.after
		: 0;
	return find_space(c, error);
}

static void cobol_close(void *state)
{
	struct wh_cobol *c = state;
	for (size_t i = 0; i < c->aim.room; i++)
		if (c->aim.wants[i].cell)
			wh_batch_finish(c->aim.wants[i].cell);
	wh_buffer_free(&c->aim.says);
	wh_buffer_free(&c->aim.json);
	wh_cobol_framer_finish(&c->framer);
	wh_cobol_types_finish(&c->types);
	wh_cobol_builder_finish(&c->builder);
	wh_cobol_store_finish(&c->store);
	wh_cobol_view_finish(&c->view);
	wh_cobol_charset_close(c->charset);
	wh_controls_free(&c->learnt.controls);
	*c = (struct wh_cobol){ 0 };
}

static void cobol_controls(void *state, struct wh_controls *out)
{
	struct wh_cobol *c = state;
	wh_controls_merge(out, &c->learnt.controls);
}

static int cobol_start(void *state, const struct wh_codec_file *file, int64_t offset,
	struct wh_error *error)
{
	(void)error;
	wh_cobol_begin(state, file, offset);
	return WH_OK;
}

const struct wh_codec wh_cobol = {
	.state_size = sizeof(struct wh_cobol),
	.open = cobol_open,
	.close = cobol_close,
	.learn = wh_cobol_learn,
	.describe = wh_cobol_describe,
	.controls = cobol_controls,
	.aim = wh_cobol_aim_at,
	.start = cobol_start,
	.decode = wh_cobol_decode,
	.encode = wh_cobol_encode,
};
