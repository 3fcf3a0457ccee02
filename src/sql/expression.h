/* expression: the tree of an expression, the same whatever dialect it was read from.
 *
 * Every function that makes a node returns NULL where a doubt is kept in the work, and takes a
 * NULL child as the doubt that it is. Trees are at most WH_SQL_DEEPEST deep. */
#ifndef WH_SQL_EXPRESSION_H
#define WH_SQL_EXPRESSION_H

#include "sql/tokens.h"

enum wh_node_kind {
	WH_NODE_NULL,
	WH_NODE_BOOLEAN, /* negated: false */
	WH_NODE_NUMBER,  /* decimal text */
	WH_NODE_TEXT,
	WH_NODE_BYTES, /* hexadecimal digits */
	WH_NODE_BITS,
	WH_NODE_COLUMN,
	WH_NODE_CHAIN, /* AND, OR or a concatenation of two or more */
	WH_NODE_BINARY,
	WH_NODE_NOT,
	WH_NODE_NEGATE,
	WH_NODE_IS_NULL,
	WH_NODE_IS_TRUE, /* op: WH_OP_AND for TRUE, WH_OP_OR for FALSE */
	WH_NODE_LIKE,
	WH_NODE_BETWEEN,
	WH_NODE_IN,   /* the first item is looked for among the others */
	WH_NODE_CASE, /* pairs of WHEN and THEN; see `subject` and `otherwise` */
	WH_NODE_CALL,
	WH_NODE_CAST,
	/* Only in views. */
	WH_NODE_INTERVAL, /* text: its unit */
	WH_NODE_COLLATE,  /* negated: texts that differ in case may be equal under it */
	WH_NODE_QUERY,    /* a value */
	WH_NODE_EXISTS,
	WH_NODE_IN_QUERY, /* the item is looked for in the query */
	WH_NODE_AGGREGATE,
	WH_NODE_KINDS
};

enum wh_operator {
	WH_OP_NONE,
	WH_OP_AND,
	WH_OP_OR,
	WH_OP_CONCAT,
	WH_OP_XOR,
	WH_OP_ADD,
	WH_OP_SUBTRACT,
	WH_OP_MULTIPLY,
	WH_OP_DIVIDE,         /* integers give an integer */
	WH_OP_DIVIDE_DECIMAL, /* integers give a decimal */
	WH_OP_DIVIDE_WHOLE,   /* gives an integer */
	WH_OP_MODULO,
	WH_OP_BIT_AND,
	WH_OP_BIT_OR,
	WH_OP_EQUAL,
	WH_OP_UNEQUAL,
	WH_OP_LESS,
	WH_OP_LESS_EQUAL,
	WH_OP_GREATER,
	WH_OP_GREATER_EQUAL,
	WH_OP_SAME,
	WH_OP_DISTINCT, /* nulls are equal */
	WH_OPERATORS
};

/* What a value is, as far as the expression shows it. A mask, so that sets of them are one too. */
enum wh_class {
	WH_CLASS_NULL = 1,
	WH_CLASS_ANY = 2, /* a column of an unknown kind */
	WH_CLASS_BOOLEAN = 4,
	WH_CLASS_INTEGER = 8,
	WH_CLASS_DECIMAL = 16,
	WH_CLASS_FLOAT = 32,
	WH_CLASS_TEXT = 64,
	WH_CLASS_TEMPORAL = 128,
	WH_CLASS_BYTES = 256,
	WH_CLASS_OTHER = 512,
	WH_CLASS_NUMBER = WH_CLASS_INTEGER | WH_CLASS_DECIMAL | WH_CLASS_FLOAT,
};

struct wh_function;
struct wh_source;
struct wh_query;
struct wh_aggregate;

struct wh_node {
	enum wh_node_kind kind;
	enum wh_operator op;
	bool negated; /* IS NOT, NOT IN, NOT LIKE, NOT BETWEEN, false */
	int depth;
	const char *text; /* of a literal */
	size_t size;
	const struct wh_sql_column *column;
	const struct wh_source *source; /* of a column: its qualifier; NULL: it stands alone */
	struct wh_query *query;
	struct wh_aggregate *aggregate;
	const struct wh_function *function;
	enum wh_class to;        /* of a cast */
	bool subject, otherwise; /* of a CASE: the first item; the last item */
	struct wh_node **items;
	size_t nitems;
};

struct wh_node *wh_node_make(struct wh_sql_work *w, enum wh_node_kind kind, struct wh_node **items,
	size_t n);
struct wh_node *wh_node_pair(struct wh_sql_work *w, enum wh_node_kind kind, struct wh_node *a,
	struct wh_node *b); /* b may be NULL without a doubt: one child */
struct wh_node *wh_node_literal(struct wh_sql_work *w, enum wh_node_kind kind, const char *text,
	size_t n);
struct wh_node *wh_node_operation(struct wh_sql_work *w, enum wh_operator op, struct wh_node *a,
	struct wh_node *b); /* chains grow at their end */
bool wh_node_is_literal(const struct wh_node *n);
bool wh_node_is_integer(const struct wh_node *n, int64_t least); /* a literal of at least that */
bool wh_node_is_text(const struct wh_node *n, const char *text); /* that literal; case ignored */
enum wh_class wh_node_class(const struct wh_node *n);
enum wh_class wh_class_of_kind(enum wh_kind kind);
enum wh_kind wh_node_type(const struct wh_node *n); /* WH_NO_KIND: not known */
int wh_node_scale(const struct wh_node *n);         /* digits behind the point; -1: not known */
bool wh_node_folds(const struct wh_node *n);        /* a text whose case the source ignores */

/* The tree of an expression in w->from. */
struct wh_node *wh_expression_parse(struct wh_sql_work *w, const char *sql);

/* A type as a cast names it. */
struct wh_sql_type {
	enum wh_class to;             /* WH_CLASS_OTHER: not one of the usual */
	const char *name;             /* lower case, without length: for messages and lookups */
	int64_t length;               /* in characters, or digits; 0: none given */
	bool array, parametric, user; /* user: not one of the engine's own */
};

/* The value cast; a literal becomes a literal. */
struct wh_node *wh_cast_apply(struct wh_sql_work *w, struct wh_node *value,
	const struct wh_sql_type *type);
/* Fills class and user from the name. */
void wh_cast_classify(const struct wh_dialect *d, struct wh_sql_type *type);

/* A call by the name it has in w->from, lower case. */
struct wh_node *wh_function_call(struct wh_sql_work *w, const char *name, struct wh_node **args,
	size_t n);

/* PostgreSQL keeps truth apart from numbers: the same tree with TRUE and FALSE where it wants
 * them, and a cast where a truth value is used as a number. */
struct wh_node *wh_truth_apply(struct wh_sql_work *w, struct wh_node *root);
/* Where WHERE, ON and HAVING want a truth value; and in the list of a select, where only a column
 * stays one. */
struct wh_node *wh_truth_condition(struct wh_sql_work *w, struct wh_node *n);
struct wh_node *wh_truth_item(struct wh_sql_work *w, struct wh_node *n);
/* The literal or expression as a truth value; NULL: it is none. */
struct wh_node *wh_truth_value(struct wh_sql_work *w, struct wh_node *n);

/* Appends the expression in w->to; false: a doubt is kept. */
bool wh_expression_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
/* The same in parentheses, unless it is one name, literal or call. */
bool wh_operand_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
bool wh_like_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
bool wh_call_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
/* As it stands behind DEFAULT. */
bool wh_default_print(struct wh_sql_work *w, struct wh_node *n, struct wh_buffer *out) WH_MUST_USE;
/* False and a doubt: what the operator compares is not compared alike on both sides. */
bool wh_comparison_certain(struct wh_sql_work *w, enum wh_operator op, const struct wh_node *a,
	const struct wh_node *b) WH_MUST_USE;
/* The classes of values that stand in for one another: all texts, or none. */
bool wh_results_certain(struct wh_sql_work *w, unsigned classes) WH_MUST_USE;
bool wh_arithmetic_certain(struct wh_sql_work *w, const struct wh_node *n) WH_MUST_USE;

/* What a function gives, and whether it changes by itself (a clock, a random number). */
/* One of a group's values, where all are the same. */
struct wh_node *wh_function_any(struct wh_sql_work *w, struct wh_node *value);
bool wh_function_is(const struct wh_node *n, const char *name);

/* MySQL's division in a view: digits behind the point that are rounded once, at the end. */
bool wh_division_rounds(const struct wh_sql_work *w, const struct wh_node *n);
bool wh_division_print(struct wh_sql_work *w, const struct wh_node *n,
	struct wh_buffer *out) WH_MUST_USE;
/* Appends what rounds the value that `print` writes to its own number of digits. */
bool wh_division_rounded(struct wh_sql_work *w, const struct wh_node *n,
	bool (*print)(struct wh_sql_work *, const struct wh_node *, struct wh_buffer *),
	struct wh_buffer *out) WH_MUST_USE;

/* Dates in views. NULL without a doubt: no such function. */
struct wh_node *wh_calendar_call(struct wh_sql_work *w, const char *name, struct wh_node **args,
	size_t n);
struct wh_node *wh_calendar_shift(struct wh_sql_work *w, struct wh_node *value,
	struct wh_node *interval, bool back);
enum wh_kind wh_calendar_type(const struct wh_node *call); /* WH_NO_KIND: not known */

enum wh_class wh_function_class(const struct wh_node *call);
bool wh_function_moves(const struct wh_function *f);

#endif
