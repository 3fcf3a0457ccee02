#include "base/text.h"
#include "sql/functions.h"
#include <string.h>

static bool default_doubt(struct wh_sql_work *w, const char *what, const struct wh_node *n)
{
	return wh_sql_doubt(w, "\"%s\" is no %s", n->text ? n->text : "the default", what);
}

static bool default_boolean(struct wh_sql_work *w, struct wh_node *n, struct wh_buffer *out)
{
	struct wh_node *truth = wh_truth_value(w, n);
	return truth && wh_expression_print(w, truth, out);
}

/* SQLite writes a number into a text column in its own shortest form. */
static bool number_is_shortest(const struct wh_node *n)
{
	const char *digits = n->text + (*n->text == '-');
	size_t size = strlen(digits);
	int64_t whole;
	if (wh_text_int64(n->text, n->size, &whole))
		return *digits != '0' || (size == 1 && digits == n->text);
	const char *point = strchr(digits, '.');
	bool plain = point && point > digits && strspn(digits, "0123456789.") == size && size < 16;
	return plain && digits[size - 1] != '0' && digits[size - 1] != '.' &&
		(*digits != '0' || digits[1] == '.') && strpbrk(digits, "123456789") < point + 4;
}

static bool default_textual(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool bits = n->kind == WH_NODE_BITS && w->from == &wh_dialect_postgresql;
	if (n->kind == WH_NODE_BOOLEAN && !w->from->boolean_literals)
		wh_sql_text(out, w->to, n->negated ? "0" : "1", 1);
	else if (n->kind == WH_NODE_TEXT || bits ||
		(n->kind == WH_NODE_NUMBER && (w->from != &wh_dialect_sqlite || number_is_shortest(n))))
		wh_sql_text(out, w->to, n->text, n->size);
	else
		return default_doubt(w, "text", n);
	return true;
}

/* The bytes of a text: MySQL writes the default of a binary column as one. */
static bool default_bytes(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (n->kind == WH_NODE_BYTES)
		return wh_expression_print(w, n, out);
	if (n->kind != WH_NODE_TEXT || w->from != &wh_dialect_mysql)
		return default_doubt(w, "literal of bytes", n);
	struct wh_buffer digits = { 0 };
	wh_text_hex(&digits, n->text, n->size);
	struct wh_node *bytes = wh_node_literal(w, WH_NODE_BYTES, wh_buffer_string(&digits),
		digits.size);
	wh_buffer_free(&digits);
	return wh_expression_print(w, bytes, out);
}

/* '0' for a number's column: SQLite's affinity and PostgreSQL's unknown type make a number of
 * it. */
static bool default_number(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	if (n->kind == WH_NODE_TEXT && wh_text_is_number(n->text))
		n = wh_node_literal(w, WH_NODE_NUMBER, n->text, n->size);
	if (n->kind == WH_NODE_BOOLEAN && !w->from->boolean_literals)
		wh_buffer_char(out, n->negated ? '0' : '1');
	else if (n->kind == WH_NODE_NUMBER)
		return wh_expression_print(w, n, out);
	else
		return default_doubt(w, "number", n);
	return true;
}

static bool default_any(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	bool bits = n->kind == WH_NODE_BITS && w->from == &wh_dialect_postgresql &&
		w->to == &wh_dialect_mysql;
	if (n->kind == WH_NODE_BYTES && w->from == &wh_dialect_mysql)
		return wh_sql_doubt(w, "0x%s may be bytes, a text or a number", n->text);
	if (n->kind == WH_NODE_BOOLEAN && !w->from->boolean_literals)
		wh_buffer_char(out, n->negated ? '0' : '1');
	else if (bits)
		wh_buffer_format(out, "b'%s'", n->text);
	else
		return wh_expression_print(w, n, out);
	return true;
}

/* Labels joined by commas; PostgreSQL holds them as an array. */
static bool default_set(struct wh_sql_work *w, const struct wh_node *n, struct wh_buffer *out)
{
	const char *at = n->text;
	if (n->kind != WH_NODE_TEXT || w->to != &wh_dialect_postgresql)
		return default_textual(w, n, out);
	wh_buffer_text(out, "ARRAY[");
	while (*at) {
		size_t label = strcspn(at, ",");
		wh_sql_text(out, w->to, at, label);
		at += label;
		wh_buffer_text(out, *at ? ", " : "");
		at += *at == ',';
	}
	wh_buffer_text(out, "]::text[]");
	return true;
}

static bool default_literal(struct wh_sql_work *w, struct wh_node *n, struct wh_buffer *out)
{
	const struct wh_sql_context *c = w->context;
	enum wh_class class = wh_class_of_kind(c->kind);
	if (n->kind == WH_NODE_NULL)
		return wh_expression_print(w, n, out);
	if (c->boolean)
		return default_boolean(w, n, out);
	if (c->temporal && (n->kind != WH_NODE_TEXT || !wh_text_is_temporal(n->text)))
		return default_doubt(w, "date or time", n);
	if (c->kind == WH_SET)
		return default_set(w, n, out);
	if (c->textual)
		return default_textual(w, n, out);
	if (class == WH_CLASS_BYTES)
		return default_bytes(w, n, out);
	if (class & WH_CLASS_NUMBER)
		return default_number(w, n, out);
	return c->kind == WH_INTERVAL ? default_doubt(w, "interval here", n) : default_any(w, n, out);
}

/* What may stand behind DEFAULT without parentheses. */
static bool default_is_bare(const struct wh_sql_work *w, const struct wh_node *n, const char *text)
{
	if (wh_node_is_literal(n))
		return true;
	if (w->to == &wh_dialect_postgresql)
		return n->kind == WH_NODE_CALL || n->kind == WH_NODE_CAST || n->kind == WH_NODE_CASE;
	if (w->to == &wh_dialect_mysql)
		return n->kind == WH_NODE_CALL && wh_starts(text, "CURRENT_TIMESTAMP");
	return n->kind == WH_NODE_CALL && (wh_starts(text, "CURRENT_") || *text == '\'');
}

static bool default_expression(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out)
{
	enum wh_class class = wh_node_class(n), wanted = wh_class_of_kind(w->context->kind);
	if (class == WH_CLASS_TEMPORAL && (w->context->boolean || (wanted & WH_CLASS_NUMBER)))
		return wh_sql_doubt(w, "the default is a date or time, the column is none");
	return wh_expression_print(w, n, out);
}

bool wh_default_print(struct wh_sql_work *w, struct wh_node *n, struct wh_buffer *out)
{
	struct wh_buffer text = { .max = out->max };
	if (wh_node_is_literal(n))
		default_literal(w, n, &text);
	else
		default_expression(w, n, &text);
	bool bare = default_is_bare(w, n, wh_buffer_string(&text));
	wh_buffer_text(out, bare ? "" : "(");
	wh_buffer_put(out, wh_buffer_string(&text), text.size);
	wh_buffer_text(out, bare ? "" : ")");
	out->full = out->full || text.full;
	wh_buffer_free(&text);
	return !w->why;
}
