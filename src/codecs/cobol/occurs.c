/* The occurrences of a table as one JSON array, and back. */
#include "base/json.h"
#include "base/text.h"
#include "codecs/cobol/records.h"
#include "model/value.h"
#include <ctype.h>

/* ---- out ---- */

struct put {
	struct wh_cobol *c;
	struct wh_buffer *out;
	const struct wh_cobol_leaf *fault;
};

static void put_cell(struct put *p, const struct wh_batch *cell)
{
	struct wh_buffer *text = &p->c->aim.says;
	enum wh_kind kind = cell->lanes[0].kind;
	bool number = wh_kind_is_number(kind) || kind == WH_FLOAT32 || kind == WH_FLOAT64;
	if (wh_is_null(cell, 0, 0)) {
		wh_buffer_text(p->out, "null");
		return;
	}
	wh_buffer_clear(text);
	wh_value_text(text, cell, 0, 0);
	const char *digits = wh_buffer_string(text);
	if (number && isdigit((unsigned char)digits[*digits == '-']))
		wh_buffer_put(p->out, digits, text->size);
	else
		wh_json_quote(p->out, digits, text->size);
}

static const char *put_leaf(struct put *p, const struct wh_cobol_leaf *leaf)
{
	struct wh_batch *cell = wh_cobol_builder_cell(&p->c->builder, leaf->cell.type.kind);
	const char *why = wh_cobol_leaf_decode(p->c, leaf, wh_cobol_leaf_at(leaf), cell, 0);
	if (why)
		p->fault = leaf;
	else
		put_cell(p, cell);
	return why;
}

static void put_key(struct put *p, const char *name, bool first)
{
	wh_buffer_text(p->out, first ? "{" : ",");
	wh_json_quote(p->out, name, strlen(name));
	wh_buffer_char(p->out, ':');
}

static const char *put_array(struct put *p, struct wh_cobol_block *b);

static const char *put_element(struct put *p, struct wh_cobol_block *b)
{
	const char *why = NULL;
	if (b->field->kind != WH_COBOL_GROUP)
		return put_leaf(p, b->leaves[0]);
	for (size_t i = 0; !why && i < b->nleaves; i++) {
		put_key(p, b->leaves[i]->column, !i);
		why = put_leaf(p, b->leaves[i]);
	}
	for (size_t i = 0; !why && i < b->nblocks; i++) {
		put_key(p, b->blocks[i]->column, !i && !b->nleaves);
		why = put_array(p, b->blocks[i]);
	}
	wh_buffer_text(p->out, b->nleaves + b->nblocks ? "}" : "{}");
	return why;
}

static const char *put_array(struct put *p, struct wh_cobol_block *b)
{
	struct wh_cobol_view *v = &p->c->view;
	size_t at = wh_cobol_block_begin(b);
	const char *why = NULL;
	bool empty = b->field->kind != WH_COBOL_GROUP && !b->nleaves;
	wh_buffer_char(p->out, '[');
	for (uint32_t i = 0; !why && !empty && i < b->count && (at < v->n || !v->may_end); i++) {
		wh_cobol_view_step(v, b, at);
		wh_buffer_text(p->out, i ? "," : "");
		why = put_element(p, b);
		at += wh_cobol_block_length(b);
	}
	wh_buffer_char(p->out, ']');
	return why;
}

const char *wh_cobol_occurs_put(struct wh_cobol *c, struct wh_cobol_block *b, struct wh_buffer *out,
	const struct wh_cobol_leaf **fault)
{
	struct put p = { .c = c, .out = out };
	const char *why = put_array(&p, b);
	*fault = p.fault;
	return why;
}

/* ---- in ---- */

struct take {
	struct wh_cobol *c;
	const char *at, *end;
	int64_t item[WH_COBOL_DEPTH];
	struct wh_buffer *text;
	bool null; /* the scalar that was read last */
};

#define UNSET 2 /* a cell of the row at hand that has no value yet */

static char peek(struct take *t)
{
	while (t->at < t->end && strchr(" \t\r\n", *t->at))
		t->at++;
	return t->at < t->end ? *t->at : '\0';
}

static bool skip(struct take *t, char c)
{
	bool found = peek(t) == c;
	t->at += found;
	return found;
}

static void put_utf8(struct wh_buffer *out, uint32_t c)
{
	if (c < 0x80) {
		wh_buffer_char(out, (char)c);
		return;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char first[] = { 0, 0xc0, 0xe0, 0xf0 };
	wh_buffer_char(out, (char)(first[more] | c >> (6 * more)));
	while (more--)
		wh_buffer_char(out, (char)(0x80 | (c >> (6 * more) & 0x3f)));
}

/* The text is JSON: an escape is whole. */
static uint32_t take_hex(struct take *t)
{
	uint32_t c = 0;
	for (int i = 0; i < 4; i++) {
		unsigned char digit = (unsigned char)*t->at++;
		c = c << 4 | (uint32_t)(isdigit(digit) ? digit - '0' : tolower(digit) - 'a' + 10);
	}
	return c;
}

static void take_escape(struct take *t)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char c = *t->at++;
	const char *short_one = strchr(from, c);
	if (c != 'u') {
		wh_buffer_char(t->text, short_one ? to[short_one - from] : c);
		return;
	}
	uint32_t high = take_hex(t);
	if (high >= 0xd800 && high < 0xdc00 && t->end - t->at > 6 && t->at[0] == '\\' &&
		t->at[1] == 'u') {
		t->at += 2;
		high = 0x10000 + ((high - 0xd800) << 10) + (take_hex(t) - 0xdc00);
	}
	put_utf8(t->text, high);
}

/* A string without quotes, anything else as it stands. */
static void take_scalar(struct take *t)
{
	wh_buffer_clear(t->text);
	t->null = false;
	if (skip(t, '"')) {
		while (*t->at != '"') {
			if (*t->at == '\\') {
				t->at++;
				take_escape(t);
			} else {
				wh_buffer_char(t->text, *t->at++);
			}
		}
		t->at++;
		return;
	}
	while (t->at < t->end && !strchr(",:]}[{ \t\r\n", *t->at))
		wh_buffer_char(t->text, *t->at++);
	t->null = !strcmp(wh_buffer_string(t->text), "null");
}

static const char *take_cell(struct take *t, struct wh_batch *to, size_t column)
{
	if (strchr("[{", peek(t)))
		return "holds an array or object where a value is expected";
	take_scalar(t);
	if (to->lanes[column].null[to->rows] != UNSET)
		return "has a key twice in one object";
	if (t->null)
		wh_batch_null(to, column);
	else if (!wh_value_parse(to, column, wh_buffer_string(t->text), t->text->size))
		return "holds a value that its field cannot have";
	return NULL;
}

static const char *take_array(struct take *t, const struct wh_cobol_block *b);

/* The value behind a key. */
static const char *take_member(struct take *t, const struct wh_cobol_block *b, struct wh_batch *to)
{
	const char *name = wh_buffer_string(t->text);
	for (size_t i = 0; i < b->nleaves; i++)
		if (!strcmp(b->leaves[i]->column, name))
			return take_cell(t, to, b->depth + i);
	for (size_t i = 0; i < b->nblocks; i++)
		if (!strcmp(b->blocks[i]->column, name))
			return take_array(t, b->blocks[i]);
	return "has a key that is no field";
}

static const char *take_object(struct take *t, const struct wh_cobol_block *b, struct wh_batch *to)
{
	const char *why = NULL;
	if (!skip(t, '{'))
		return "holds a value where an object is expected";
	while (!why && !skip(t, '}')) {
		take_scalar(t);
		skip(t, ':');
		why = take_member(t, b, to);
		skip(t, ',');
	}
	return why;
}

static const char *take_element(struct take *t, const struct wh_cobol_block *b)
{
	if (b->table == SIZE_MAX)
		return take_object(t, b, NULL);
	struct wh_batch *to = wh_cobol_store_row(&t->c->store, b->table);
	for (unsigned i = 0; i < b->depth; i++)
		wh_batch_word(to, i, t->item[i]);
	for (size_t i = b->depth; i < to->ncolumns; i++)
		to->lanes[i].null[to->rows] = UNSET;
	const char *why = b->field->kind == WH_COBOL_GROUP
		? take_object(t, b, to)
		: take_cell(t, to, b->depth);
	for (size_t i = b->depth; i < to->ncolumns; i++)
		if (to->lanes[i].null[to->rows] == UNSET)
			wh_batch_null(to, i);
	wh_batch_row(to);
	return why;
}

static const char *take_array(struct take *t, const struct wh_cobol_block *b)
{
	const char *why = NULL;
	t->item[b->depth - 1] = 0;
	if (!skip(t, '['))
		return "is no array";
	while (!why && !skip(t, ']')) {
		t->item[b->depth - 1]++;
		why = t->item[b->depth - 1] > b->most
			? "has more elements than the table"
			: take_element(t, b);
		skip(t, ',');
	}
	return why;
}

const char *wh_cobol_occurs_take(struct wh_cobol *c, const struct wh_cobol_block *b,
	const char *text, size_t n)
{
	struct take t = { .c = c, .at = text, .end = text + n, .text = &c->aim.says };
	return wh_json_valid(text, n) ? take_array(&t, b) : "is no JSON";
}
