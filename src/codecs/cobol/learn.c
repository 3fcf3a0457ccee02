#include "codecs/cobol/records.h"
#include <stdio.h>

static void add_control(struct wh_cobol *c, const char *rule, const char *subject,
	const char *words[2], const int64_t figures[2])
{
	char expected[24], actual[24];
	snprintf(expected, sizeof expected, "%lld", (long long)figures[0]);
	snprintf(actual, sizeof actual, "%lld", (long long)figures[1]);
	const struct wh_control control = { .rule = rule,
		.subject = subject,
		.expected = expected,
		.actual = actual,
		.expected_is = words[0],
		.actual_is = words[1],
		.notice = !strcmp(rule, "sequence") };
	wh_control_add(&c->learnt.controls, &control);
}

/* ---- the sequence ---- */

static void look_at_sequence(struct wh_cobol *c, const struct wh_cobol_frame *frame)
{
	static const char *words[] = { "the number before it and 1", "the number" };
	const struct wh_cobol_leaf *leaf = c->shape.sequence;
	int64_t is = 0;
	if (!leaf || frame->n < (size_t)leaf->offset + leaf->length)
		return;
	c->view.bytes = frame->record;
	if (wh_cobol_view_number(&c->view, leaf, leaf->offset, &is))
		return;
	int64_t figures[] = { c->learnt.count + 1, is };
	if (c->learnt.counting && figures[0] != is) {
		struct wh_buffer subject = { 0 };
		wh_buffer_format(&subject, "%s at byte %lld of %s", wh_cobol_field_name(leaf->cell.field),
			(long long)frame->record_at + leaf->offset, c->file);
		add_control(c, "sequence", wh_buffer_string(&subject), words, figures);
		wh_buffer_free(&subject);
	}
	c->learnt.counting = true;
	c->learnt.count = is;
}

/* ---- fillings ---- */

static bool count_fillings(void *context, const uint32_t *item)
{
	struct wh_cobol_block *b = ((void **)context)[1];
	struct wh_cobol *c = ((void **)context)[0];
	(void)item;
	for (size_t i = 0; i < b->nleaves; i++) {
		struct wh_cobol_leaf *leaf = b->leaves[i];
		size_t at = wh_cobol_leaf_at(leaf);
		if (at <= c->view.n && c->view.n - at >= leaf->length)
			leaf->fillings[wh_cobol_cell_filling(&leaf->cell, c->view.bytes + at, leaf->length)]++;
	}
	return true;
}

static void look_at_fillings(struct wh_cobol *c, struct wh_cobol_segment *s,
	const struct wh_cobol_frame *frame)
{
	if (!c->choices.fillings)
		return;
	c->view.bytes = frame->record;
	c->view.n = frame->n;
	if (!wh_cobol_view_place(&c->view, s))
		return;
	for (size_t t = 0; t < c->shape.ntables; t++) {
		void *context[] = { c, c->shape.tables[t].block };
		if (c->shape.tables[t].segment == s)
			wh_cobol_view_each(&c->view, context[1], count_fillings, context);
	}
}

/* ---- records ---- */

static void look_at(struct wh_cobol *c, struct wh_cobol_segment *s,
	const struct wh_cobol_frame *frame)
{
	struct wh_cobol_learnt *l = &c->learnt;
	l->records += !frame->edge;
	l->edges += frame->edge;
	if (frame->edge)
		return;
	l->unknown += !s;
	look_at_sequence(c, frame);
	if (!s)
		return;
	s->learnt++;
	l->orphans += wh_cobol_parent_of(s) < 0;
	look_at_fillings(c, s, frame);
	wh_cobol_past(c, s, frame);
}

/* Whether a range may begin with the frame: nothing before it is needed to understand it. */
static bool may_begin(const struct wh_cobol *c, const struct wh_cobol_segment *s,
	const struct wh_cobol_frame *frame)
{
	bool blind = c->framing.footer && c->framer.size < 0;
	bool inside = c->framing.kind == WH_COBOL_VB && !frame->begins;
	bool below = c->shape.tree && !(s && s->has_children && !s->parent);
	return !frame->edge && !blind && !inside && !below;
}

/* "50 C, 49 A, 1 of no known type" */
static void put_types(struct wh_cobol *c, struct wh_buffer *out)
{
	for (size_t i = 0; i < c->shape.nsegments; i++) {
		const struct wh_cobol_segment *s = &c->shape.segments[i];
		wh_buffer_format(out, "%s%lld %s", i ? ", " : "", (long long)s->learnt,
			s->name ? s->name : c->shape.tables[i].name);
	}
	if (c->learnt.unknown)
		wh_buffer_format(out, ", %lld of no known type", (long long)c->learnt.unknown);
	if (c->learnt.orphans)
		wh_buffer_format(out, "; %lld before any parent", (long long)c->learnt.orphans);
}

static void end_file(struct wh_cobol *c)
{
	static const char *bytes[] = { "the file's size", "bytes of its records and edges" };
	struct wh_buffer types = { 0 };
	int64_t sum = c->learnt.unknown;
	put_types(c, &types);
	for (size_t i = 0; i < c->shape.nsegments; i++)
		sum += c->shape.segments[i].learnt;
	const char *records[] = { "its records", wh_buffer_string(&types) };
	const int64_t counts[] = { c->learnt.records, sum };
	const int64_t sizes[] = { c->framer.size >= 0 ? c->framer.size : c->framer.at, c->framer.at };
	add_control(c, "bytes", c->file, bytes, sizes);
	add_control(c, "records", c->file, records, counts);
	wh_buffer_free(&types);
	c->learnt.inside = c->learnt.counting = false;
}

static void begin_file(struct wh_cobol *c, const struct wh_codec_file *file)
{
	struct wh_cobol_learnt *l = &c->learnt;
	wh_cobol_begin(c, file, 0);
	l->records = l->unknown = l->edges = l->orphans = 0;
	l->inside = true;
	for (size_t i = 0; i < c->shape.nsegments; i++)
		c->shape.segments[i].learnt = 0;
}

int wh_cobol_learn(void *state, const struct wh_codec_file *file, const char *bytes, size_t n,
	bool last, size_t *consumed, int64_t *cut, struct wh_error *error)
{
	struct wh_cobol *c = state;
	struct wh_cobol_frame frame;
	int rc = WH_OK;
	*consumed = 0;
	if (!c->learnt.inside)
		begin_file(c, file);
	while ((rc = wh_cobol_frame_next(&c->framer, bytes + *consumed, n - *consumed, last, &frame,
				error)) == WH_OK) {
		struct wh_cobol_segment *s = frame.edge ? NULL : wh_cobol_type_of(c, frame.record, frame.n);
		if (may_begin(c, s, &frame))
			*cut = frame.at;
		look_at(c, s, &frame);
		*consumed += frame.nwhole;
		wh_cobol_frame_take(&c->framer, &frame);
	}
	if (rc < 0)
		return rc;
	if (last)
		end_file(c);
	return WH_OK;
}
