/* ORDER BY: where nulls and texts stand. */
#include "base/text.h"
#include "sql/query.h"

static void find_position(const struct wh_select *s, struct wh_order *o)
{
	for (size_t i = 0; i < s->nitems && !o->position; i++)
		if (s->items[i].node == o->node)
			o->position = i + 1;
	if (o->position)
		o->name = s->items[o->position - 1].name;
}

/* A number is a place in the list; a name is looked for in the list before the tables. */
static void take_key(struct wh_parser *p, struct wh_order *o, const struct wh_select *s)
{
	const struct wh_token *t = p->t;
	bool name = t->kind == WH_TOKEN_WORD || t->kind == WH_TOKEN_NAME;
	bool exact = wh_parser_is(p, &wh_dialect_postgresql);
	bool alone = wh_token_is(t + 1, ",") || wh_token_is(t + 1, ")") || wh_token_is(t + 1, "asc") ||
		wh_token_is(t + 1, "desc") || wh_token_is(t + 1, "nulls") || wh_token_is(t + 1, "limit") ||
		t[1].kind == WH_TOKEN_END;
	for (size_t i = 0; s && name && alone && i < s->nitems && !o->node; i++)
		if (s->items[i].name &&
			(exact ? wh_equal(s->items[i].name, t->text)
				   : wh_equal_nocase(s->items[i].name, t->text)))
			o->node = s->items[i].node;
	if (o->node)
		p->t++;
	else
		o->node = wh_parse_expression(p, WH_LEVEL_OR);
	int64_t place;
	if (s && o->node && wh_node_is_integer(o->node, 1) &&
		wh_text_int64(o->node->text, o->node->size, &place)) {
		if ((size_t)place <= s->nitems)
			o->node = s->items[place - 1].node;
		else
			wh_sql_doubt(p->w, "ORDER BY %s is no place in the list", o->node->text);
	}
	if (s && o->node)
		find_position(s, o);
}

static void take_direction(struct wh_parser *p, struct wh_order *o)
{
	o->descending = wh_parser_take(p, "desc");
	if (!o->descending)
		wh_parser_take(p, "asc");
	o->nulls_first = wh_parser_is(p, &wh_dialect_postgresql) == o->descending;
	if (!wh_parser_take(p, "nulls"))
		return;
	o->nulls_first = wh_parser_take(p, "first");
	if (!o->nulls_first)
		(void)wh_parser_expect(p, "last");
}

bool wh_orders_parse(struct wh_parser *p, struct wh_orders *orders, const struct wh_select *s)
{
	do {
		struct wh_order *o = wh_push(p->w->scratch, &orders->items, &orders->count);
		take_key(p, o, s);
		take_direction(p, o);
	} while (!p->w->why && wh_parser_take(p, ","));
	return !p->w->why;
}

/* The collation under which PostgreSQL orders texts byte by byte, as the source did. */
static bool order_collates(struct wh_sql_work *w, const struct wh_order *o, bool bare)
{
	bool text = wh_node_class(o->node) == WH_CLASS_TEXT && !wh_node_is_literal(o->node);
	bool enumeration = wh_node_type(o->node) == WH_ENUM;
	bool binary = w->from != &wh_dialect_postgresql && !wh_node_folds(o->node);
	bool postgresql = w->to == &wh_dialect_postgresql;
	if (!text || (enumeration && w->to != &wh_dialect_sqlite))
		return false;
	if (!enumeration && binary && (!postgresql || !bare))
		return postgresql;
	wh_sql_note(w, "texts come in the order of the target's collation");
	return false;
}

static bool print_key(struct wh_sql_work *w, const struct wh_order *o, bool bare,
	struct wh_buffer *out)
{
	bool collates = order_collates(w, o, bare);
	if (o->position && o->name && !collates) {
		wh_sql_name(out, w->to, o->name);
		return true;
	}
	if (o->position && bare) {
		wh_buffer_format(out, "%zu", o->position);
		return true;
	}
	if (!wh_operand_print(w, o->node, out))
		return false;
	wh_buffer_text(out, collates ? " COLLATE \"C\"" : "");
	return true;
}

/* PostgreSQL takes nulls for the greatest values, the others for the least. */
static bool nulls_as_usual(const struct wh_sql_work *w, const struct wh_order *o)
{
	return (w->to == &wh_dialect_postgresql) == (o->nulls_first == o->descending);
}

static bool print_order(struct wh_sql_work *w, const struct wh_order *o, bool bare,
	struct wh_buffer *out)
{
	bool usual = nulls_as_usual(w, o), mysql = w->to == &wh_dialect_mysql;
	if (mysql && !usual) {
		if (bare)
			return wh_sql_doubt(w, "MySQL cannot put nulls elsewhere behind UNION and DISTINCT");
		wh_buffer_char(out, '(');
		if (!wh_operand_print(w, o->node, out))
			return false;
		wh_buffer_text(out, o->nulls_first ? " IS NULL) DESC, " : " IS NULL), ");
	}
	if (!print_key(w, o, bare, out))
		return false;
	wh_buffer_text(out, o->descending ? " DESC" : "");
	if (!usual && !mysql)
		wh_buffer_text(out, o->nulls_first ? " NULLS FIRST" : " NULLS LAST");
	return true;
}

bool wh_orders_print(struct wh_sql_work *w, const struct wh_orders *orders, struct wh_buffer *out)
{
	wh_buffer_text(out, " ORDER BY ");
	for (size_t i = 0; i < orders->count; i++) {
		wh_buffer_text(out, i ? ", " : "");
		if (!print_order(w, &orders->items[i], orders->bare, out))
			return false;
	}
	return true;
}
