#include "codecs/cobol/records.h"
#include "codecs/schema.h"

/* A literal of a level 88 as people read it. */
static void put_literal(struct wh_buffer *out, const struct wh_cobol_literal *l)
{
	bool quoted = l->kind == WH_COBOL_LITERAL_TEXT || l->kind == WH_COBOL_LITERAL_ALL;
	wh_buffer_text(out, l->kind == WH_COBOL_LITERAL_HEX ? "X'" : quoted ? "'" : "");
	wh_buffer_put(out, l->text, l->n);
	wh_buffer_text(out, l->kind == WH_COBOL_LITERAL_HEX || quoted ? "'" : "");
}

/* "ACTIVE: 'Y'; CLOSED: 'C', 'D' to 'F'" */
static const char *conditions_text(struct wh_arena *arena, const struct wh_cobol_field *f)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < f->nconditions; i++) {
		wh_buffer_format(&out, "%s%s: ", i ? "; " : "", f->conditions[i].name);
		for (size_t k = 0; k < f->conditions[i].nranges; k++) {
			const struct wh_cobol_range *r = &f->conditions[i].ranges[k];
			wh_buffer_text(&out, k ? ", " : "");
			put_literal(&out, &r->from);
			if (r->has_thru) {
				wh_buffer_text(&out, " to ");
				put_literal(&out, &r->thru);
			}
		}
	}
	const char *text = out.size && !out.full ? wh_arena_text(arena, wh_buffer_string(&out)) : NULL;
	wh_buffer_free(&out);
	return text;
}

/* The literal in SQL; false: it has no safe form there. */
static bool put_sql(struct wh_buffer *out, const struct wh_cobol_leaf *leaf,
	const struct wh_cobol_literal *l)
{
	bool text = leaf->cell.type.kind == WH_TEXT;
	if (l->kind == WH_COBOL_LITERAL_NUMBER && !text) {
		wh_buffer_put(out, l->text, l->n);
		return true;
	}
	if (l->kind != WH_COBOL_LITERAL_TEXT || !text)
		return false;
	size_t n = l->n;
	while (n && l->text[n - 1] == ' ')
		n--;
	wh_buffer_char(out, '\'');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)l->text[i];
		if (c < ' ' || c > '~' || c == '\\')
			return false;
		wh_buffer_text(out, c == '\'' ? "'" : "");
		wh_buffer_char(out, (char)c);
	}
	wh_buffer_char(out, '\'');
	return true;
}

/* "field IN ('A', 'B')", of single values alone. */
static bool put_check(struct wh_buffer *out, const struct wh_cobol_leaf *leaf)
{
	const struct wh_cobol_field *f = leaf->cell.field;
	wh_buffer_format(out, "%s IN (", leaf->column);
	for (size_t i = 0, n = 0; i < f->nconditions; i++)
		for (size_t k = 0; k < f->conditions[i].nranges; k++) {
			const struct wh_cobol_range *r = &f->conditions[i].ranges[k];
			wh_buffer_text(out, n++ ? ", " : "");
			if (r->has_thru || !put_sql(out, leaf, &r->from))
				return false;
		}
	wh_buffer_char(out, ')');
	return !out->full;
}

static void add_check(struct wh_catalog *out, struct wh_table *t, const struct wh_cobol_leaf *leaf)
{
	struct wh_buffer text = { 0 };
	if (leaf->cell.field->nconditions && put_check(&text, leaf))
		*wh_push(&out->arena, &t->checks, &t->nchecks) = (struct wh_check){
			.name = wh_arena_format(&out->arena, "%s_%s_check", t->name, leaf->column),
			.text = wh_arena_text(&out->arena, wh_buffer_string(&text))
		};
	wh_buffer_free(&text);
}

static void add_leaves(const struct wh_cobol *c, struct wh_catalog *out, struct wh_table *t,
	const struct wh_cobol_block *b)
{
	for (size_t i = 0; i < b->nleaves; i++) {
		struct wh_type type;
		wh_cobol_cell_type(&b->leaves[i]->cell, &type);
		struct wh_column *column = wh_codec_column(out, t, b->leaves[i]->column, type, false);
		column->comment = conditions_text(&out->arena, b->leaves[i]->cell.field);
		if (c->choices.conditions_check)
			add_check(out, t, b->leaves[i]);
	}
	for (size_t i = 0; c->choices.occurs_json && i < b->nblocks; i++)
		wh_codec_column(out, t, b->blocks[i]->column, (struct wh_type){ .kind = WH_JSON }, false);
}

static void add_items(struct wh_catalog *out, struct wh_table *t, unsigned depth)
{
	for (unsigned i = 1; i <= depth; i++) {
		const char *name = i == 1 ? WH_COBOL_ITEM
								  : wh_arena_format(&out->arena, WH_COBOL_ITEM "_%u", i);
		wh_codec_column(out, t, name, WH_CODEC_INT64, true);
	}
}

static const char *comment_of(const struct wh_cobol *c, const struct wh_cobol_table *t)
{
	if (!t->segment)
		return "headers and footers of files, which are no records";
	if (t->block->depth)
		return wh_arena_format(c->arena, "the occurrences of %s",
			wh_cobol_field_name(t->block->field));
	if (c->shape.segment_field)
		return wh_arena_format(c->arena, "the records of type %s", t->segment->name);
	return "the records";
}

static void add_table(const struct wh_cobol *c, struct wh_catalog *out,
	const struct wh_cobol_table *own)
{
	struct wh_table *t = wh_codec_table(out, own->name, comment_of(c, own));
	const struct wh_type bytes = { .kind = WH_BYTES };
	wh_codec_place_columns(out, t);
	if (own->block)
		add_items(out, t, own->block->depth);
	wh_codec_key(out, t, t->ncolumns);
	if (!own->segment) {
		wh_codec_column(out, t, WH_COBOL_RAW, bytes, true);
		return;
	}
	if (!own->block->depth && own->segment->parent)
		wh_codec_column(out, t, WH_COBOL_PARENT, WH_CODEC_INT64, true);
	add_leaves(c, out, t, own->block);
	if (!own->block->depth && c->choices.raw != WH_COBOL_RAW_NO)
		wh_codec_column(out, t, WH_COBOL_RAW, bytes, c->choices.raw == WH_COBOL_RAW_YES);
}

/* The nearest block around it that has a table. */
static const struct wh_cobol_block *around(const struct wh_cobol_block *b)
{
	do
		b = b->parent;
	while (b->parent && b->table == SIZE_MAX);
	return b;
}

static void add_references(const struct wh_cobol *c, struct wh_catalog *out, size_t i)
{
	const struct wh_cobol_table *own = &c->shape.tables[i];
	const struct wh_table *tables = out->tables + out->ntables - c->shape.nshown;
	struct wh_table *t = out->tables + out->ntables - c->shape.nshown + i;
	const char *columns[WH_COBOL_DEPTH + 2] = { WH_CODEC_FILE, WH_COBOL_PARENT };
	if (!own->segment)
		return;
	if (!own->block->depth && own->segment->parent)
		wh_codec_reference(out, t, columns, 2, &tables[own->segment->parent->root.table]);
	if (!own->block->depth)
		return;
	const struct wh_cobol_block *upper = around(own->block);
	for (unsigned k = 0; k < upper->depth + 2; k++)
		columns[k] = t->columns[k].name;
	wh_codec_reference(out, t, columns, upper->depth + 2, &tables[upper->table]);
}

static void add_remarks(const struct wh_cobol *c, struct wh_catalog *out)
{
	for (size_t i = 0; i < c->shape.nremarks; i++) {
		const struct wh_cobol_remark *r = &c->shape.remarks[i];
		wh_findings_add(&out->findings, r->rule, WH_INFO, WH_AUTOMATIC, r->object, "%s", r->text);
	}
	for (size_t b = 0; b < c->nbooks; b++)
		for (size_t i = 0; i < c->books[b].nnotes; i++) {
			const struct wh_cobol_note *n = &c->books[b].notes[i];
			wh_findings_add(&out->findings, n->rule, WH_WARNING, WH_AUTOMATIC, n->object, "%s",
				n->text);
		}
}

static void add_fillings(const struct wh_cobol *c, struct wh_catalog *out)
{
	for (size_t t = 0; t < c->shape.ntables; t++) {
		const struct wh_cobol_block *b = c->shape.tables[t].block;
		for (size_t i = 0; b && i < b->nleaves; i++) {
			const int64_t *n = b->leaves[i]->fillings;
			const char *object = wh_arena_format(c->arena, "%s.%s", c->shape.tables[t].name,
				b->leaves[i]->column);
			if (n[WH_COBOL_LOW_VALUES] || n[WH_COBOL_SPACES] || n[WH_COBOL_ZEROS] ||
				n[WH_COBOL_HIGH_VALUES])
				wh_findings_add(&out->findings, "cobol-fillings", WH_INFO, WH_AUTOMATIC, object,
					"low-values %lld times, spaces %lld, zeros %lld, high-values %lld, else filled "
					"%lld",
					(long long)n[WH_COBOL_LOW_VALUES], (long long)n[WH_COBOL_SPACES],
					(long long)n[WH_COBOL_ZEROS], (long long)n[WH_COBOL_HIGH_VALUES],
					(long long)n[WH_COBOL_FILLED]);
		}
	}
}

int wh_cobol_describe(void *state, struct wh_catalog *out, struct wh_error *error)
{
	const struct wh_cobol *c = state;
	(void)error;
	for (size_t i = 0; i < c->shape.nshown; i++)
		add_table(c, out, &c->shape.tables[i]);
	for (size_t i = 0; i < c->shape.nshown; i++)
		add_references(c, out, i);
	add_remarks(c, out);
	if (c->choices.fillings)
		add_fillings(c, out);
	return WH_OK;
}
