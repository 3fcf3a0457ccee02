#include "base/text.h"
#include "sql/functions.h"
#include <string.h>

static bool text_has_letters(const struct wh_node *n)
{
	for (size_t i = 0; i < n->size; i++) {
		unsigned char c = (unsigned char)n->text[i];
		if ((c | 32) >= 'a' && ((c | 32) <= 'z' || c >= 128))
			return true;
	}
	return false;
}

/* A text that is no literal: what it holds is not known here. */
static bool node_is_textual(const struct wh_node *n)
{
	return n->kind != WH_NODE_TEXT && wh_node_class(n) == WH_CLASS_TEXT;
}

static bool node_is_wordy(const struct wh_node *n)
{
	return n->kind == WH_NODE_TEXT && text_has_letters(n);
}

/* A view is worth more than its doubt about collations, which its finding then names. */
static bool note_texts(struct wh_sql_work *w, bool order, const struct wh_node *a,
	const struct wh_node *b)
{
	bool folds = wh_node_folds(a) || wh_node_folds(b);
	if (folds)
		wh_sql_note(w,
			"texts are compared exactly on the target; the source's collation takes "
			"some for equal that differ in case, accents or spaces at their end");
	if (order)
		wh_sql_note(w, "which of two texts is the lesser follows the target's collation");
	return true;
}

static bool texts_certain(struct wh_sql_work *w, bool order, const struct wh_node *a,
	const struct wh_node *b)
{
	bool textual = node_is_textual(a) || node_is_textual(b);
	bool words = node_is_wordy(a) || node_is_wordy(b);
	bool both = node_is_textual(a) && node_is_textual(b);
	if (w->context->use == WH_SQL_VIEW)
		return note_texts(w, order && (textual || words), a, b);
	if (order && (textual || words))
		return wh_sql_doubt(w, "the order of texts depends on the collation");
	if ((words || both) && w->from == &wh_dialect_mysql && !w->condition)
		return wh_sql_doubt(w, "whether texts are equal depends on the collation");
	return true;
}

/* A number against a text: each engine converts in its own way, but a column takes a literal. */
static bool mixed_certain(struct wh_sql_work *w, const struct wh_node *number,
	const struct wh_node *text)
{
	if (!(wh_node_class(number) & WH_CLASS_NUMBER) || wh_node_class(text) != WH_CLASS_TEXT)
		return true;
	if (number->kind == WH_NODE_COLUMN && text->kind == WH_NODE_TEXT &&
		wh_text_is_number(text->text))
		return true;
	return wh_sql_doubt(w, "a number is compared with a text");
}

static bool stamp_certain(struct wh_sql_work *w, const struct wh_node *time,
	const struct wh_node *value)
{
	bool temporal = wh_node_class(time) == WH_CLASS_TEMPORAL;
	bool zero = value->kind == WH_NODE_TEXT && wh_starts(value->text, "0000-");
	bool number = wh_node_class(value) & WH_CLASS_NUMBER;
	bool odd = value->kind == WH_NODE_TEXT && !wh_text_is_temporal(value->text);
	if (zero || (temporal && (number || odd)))
		return wh_sql_doubt(w, "a date or time is compared with something else");
	return true;
}

static bool bytes_certain(struct wh_sql_work *w, const struct wh_node *a, const struct wh_node *b)
{
	unsigned both = wh_node_class(a) | wh_node_class(b);
	bool column = a->kind == WH_NODE_COLUMN || b->kind == WH_NODE_COLUMN;
	if (both == WH_CLASS_BYTES && column)
		return true;
	if (both & WH_CLASS_BYTES)
		return wh_sql_doubt(w, "bytes are compared with something else");
	if ((a->kind == WH_NODE_BITS) || (b->kind == WH_NODE_BITS))
		return wh_sql_doubt(w, "bits are compared");
	return true;
}

bool wh_comparison_certain(struct wh_sql_work *w, enum wh_operator op, const struct wh_node *a,
	const struct wh_node *b)
{
	bool order = op >= WH_OP_LESS && op <= WH_OP_GREATER_EQUAL;
	return texts_certain(w, order, a, b) && mixed_certain(w, a, b) && mixed_certain(w, b, a) &&
		stamp_certain(w, a, b) && stamp_certain(w, b, a) && bytes_certain(w, a, b);
}

bool wh_results_certain(struct wh_sql_work *w, unsigned classes)
{
	if (!(classes & WH_CLASS_TEXT) || !(classes & (WH_CLASS_NUMBER | WH_CLASS_BOOLEAN)))
		return true;
	return wh_sql_doubt(w, "a value is a number or a text");
}

static bool divisor_certain(struct wh_sql_work *w, const struct wh_node *divisor)
{
	bool literal = divisor->kind == WH_NODE_NUMBER && strpbrk(divisor->text, "123456789");
	if (literal || w->context->use == WH_SQL_VIEW)
		return true;
	return wh_sql_doubt(w, "a division by zero is an error in one dialect and null in another");
}

static bool division_certain(struct wh_sql_work *w, const struct wh_node *n)
{
	enum wh_class a = wh_node_class(n->items[0]), b = wh_node_class(n->items[1]);
	bool integers = a == WH_CLASS_INTEGER && b == WH_CLASS_INTEGER;
	bool floats = (a | b) & WH_CLASS_FLOAT;
	bool sqlite = w->from == &wh_dialect_sqlite || w->to == &wh_dialect_sqlite;
	bool digits = w->context->use == WH_SQL_VIEW && n->op == WH_OP_DIVIDE_DECIMAL &&
		wh_node_scale(n->items[0]) >= 0 && !floats;
	if (digits)
		return true;
	if (n->op == WH_OP_MODULO             ? integers || (!sqlite && !floats)
			: n->op == WH_OP_DIVIDE       ? integers || floats
			: n->op == WH_OP_DIVIDE_WHOLE ? integers
										  : floats)
		return divisor_certain(w, n->items[1]);
	return wh_sql_doubt(w, "a division gives integers in one dialect and fractions in another");
}

bool wh_arithmetic_certain(struct wh_sql_work *w, const struct wh_node *n)
{
	bool sqlite = w->from == &wh_dialect_sqlite || w->to == &wh_dialect_sqlite;
	for (size_t i = 0; i < n->nitems; i++) {
		enum wh_class class = wh_node_class(n->items[i]);
		if (!(class & (WH_CLASS_NUMBER | WH_CLASS_ANY | WH_CLASS_BOOLEAN | WH_CLASS_NULL)))
			return wh_sql_doubt(w, "arithmetic on what is no number");
		if (class == WH_CLASS_DECIMAL && sqlite && w->context->use == WH_SQL_GENERATED)
			return wh_sql_doubt(w, "SQLite calculates with decimals as floats");
	}
	if (n->op >= WH_OP_DIVIDE && n->op <= WH_OP_MODULO)
		return division_certain(w, n);
	bool literal = n->nitems == 2 &&
		(wh_node_is_integer(n->items[0], 0) || wh_node_is_integer(n->items[1], 0));
	bool mysql = w->from == &wh_dialect_mysql || w->to == &wh_dialect_mysql;
	if (mysql && (n->op == WH_OP_BIT_OR || (n->op == WH_OP_BIT_AND && !literal)))
		return wh_sql_doubt(w, "MySQL calculates bits without a sign");
	return true;
}
