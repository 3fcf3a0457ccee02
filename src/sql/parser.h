/* parser: the tokens of an expression and the place in them; shared by expression.c, which knows
 * the operators, and values.c, which knows what stands between them. */
#ifndef WH_SQL_PARSER_H
#define WH_SQL_PARSER_H

#include "sql/expression.h"

/* How tightly operators bind; those from WH_LEVEL_VALUE to
 * WH_LEVEL_UNARY differ by dialect. */
enum {
	WH_LEVEL_OR = 1,
	WH_LEVEL_XOR,
	WH_LEVEL_AND,
	WH_LEVEL_NOT,
	WH_LEVEL_COMPARE,
	WH_LEVEL_VALUE,
	WH_LEVEL_UNARY = 13,
	WH_LEVEL_CAST
};

struct wh_parser {
	struct wh_sql_work *w;
	const struct wh_token *t;
	int depth;
};

struct wh_node *wh_parser_fail(struct wh_parser *p);          /* a doubt about the token; NULL */
bool wh_token_is(const struct wh_token *t, const char *word); /* unquoted; case ignored */
bool wh_parser_take(struct wh_parser *p, const char *word);
bool wh_parser_expect(struct wh_parser *p, const char *word);
bool wh_parser_is(const struct wh_parser *p, const struct wh_dialect *from);
const char *wh_parser_lower(struct wh_parser *p, const char *text);

struct wh_node *wh_parse_expression(struct wh_parser *p, int level);
struct wh_node *wh_parse_word(struct wh_parser *p);
struct wh_node *wh_parse_literal(struct wh_parser *p);
/* Only in views. */
bool wh_parser_at_query(const struct wh_parser *p);
struct wh_node *wh_parse_query(struct wh_parser *p, enum wh_node_kind kind, struct wh_node *left);
bool wh_parse_type(struct wh_parser *p, struct wh_sql_type *type);

#endif
