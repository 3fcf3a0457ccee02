/* tokens: the words of an expression, decoded; and what a translation shares between its steps. */
#ifndef WH_SQL_TOKENS_H
#define WH_SQL_TOKENS_H

#include "sql/dialect.h"

#define WH_SQL_LONGEST ((size_t)256 << 10) /* bytes of an expression */
#define WH_SQL_DEEPEST 200                 /* levels, of the text and of the tree */

struct wh_sql_tables;
struct wh_scope;
struct wh_common;

struct wh_sql_work {
	const struct wh_dialect *from, *to;
	const struct wh_sql_context *context;
	struct wh_arena *scratch; /* tokens and trees */
	struct wh_arena *keep;    /* the reason */
	bool condition;           /* the whole is one: a check, or where a partial index holds */
	const char *why;          /* the first doubt */
	/* Only where a view is translated. */
	const struct wh_sql_tables *tables;
	struct wh_scope *scope;    /* the names that may be used */
	struct wh_common *commons; /* what WITH has named */
	const char *sql;           /* the text of the tokens */
	bool unrounded;            /* what is written now is rounded by what stands around it */
	const char **notes;        /* where the two sides are not quite the same */
	size_t nnotes;
};

/* Of tables with a column for each dialect: PostgreSQL, MySQL, SQLite. */
unsigned wh_dialect_index(const struct wh_dialect *d);

/* Keeps the first doubt; always false. */
bool wh_sql_doubt(struct wh_sql_work *w, const char *format, ...) WH_FORMAT(2, 3);
/* Keeps what a reader must know of the translation, once. */
void wh_sql_note(struct wh_sql_work *w, const char *format, ...) WH_FORMAT(2, 3);

enum wh_token_kind {
	WH_TOKEN_END,
	WH_TOKEN_WORD, /* unquoted, as written */
	WH_TOKEN_NAME, /* quoted */
	WH_TOKEN_NUMBER,
	WH_TOKEN_TEXT,
	WH_TOKEN_BYTES, /* hexadecimal digits */
	WH_TOKEN_BITS,  /* '0' and '1' */
	WH_TOKEN_SYMBOL,
};

struct wh_token {
	enum wh_token_kind kind;
	const char *text; /* decoded, with a NUL behind */
	size_t size;
	size_t start, end; /* in the expression */
	bool maybe_text;   /* a NAME that its dialect takes as text where no such column is */
};

struct wh_tokens {
	struct wh_token *items; /* the last is WH_TOKEN_END; one more, not counted, stands behind it */
	size_t count;
};

/* False: a doubt is kept. Comments are left out. */
bool wh_sql_tokens(struct wh_sql_work *w, const char *sql, struct wh_tokens *out) WH_MUST_USE;

#endif
