/* dialect: how an engine writes SQL: quoting, and the everyday part of its expressions.
 *
 * Pure; any thread. A translation is given only where it is certain. */
#ifndef WH_SQL_DIALECT_H
#define WH_SQL_DIALECT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "model/type.h"

struct wh_dialect {
	const char *engine;      /* the connector's scheme */
	char quote;              /* of names: '"' or '`' */
	bool backslash;          /* a backslash in '...' escapes */
	bool double_quoted_text; /* "x" may be a string (SQLite's misfeature, MySQL) */
	bool pipes_concatenate;  /* || joins texts */
	bool boolean_literals;   /* TRUE and FALSE are of a boolean type of its own */
};

extern const struct wh_dialect wh_dialect_postgresql, wh_dialect_mysql, wh_dialect_sqlite;

/* Appends the name in quotes, quotes inside doubled. */
void wh_sql_name(struct wh_buffer *out, const struct wh_dialect *d, const char *name);
/* "schema"."name", or only the name where the schema is NULL. */
void wh_sql_qualified(struct wh_buffer *out, const struct wh_dialect *d, const char *schema,
	const char *name);
/* Appends a string literal. PostgreSQL: E'...' where a backslash is in it. */
void wh_sql_text(struct wh_buffer *out, const struct wh_dialect *d, const char *text, size_t n);

enum wh_expression_use {
	WH_SQL_DEFAULT,
	WH_SQL_CHECK,
	WH_SQL_GENERATED,
	WH_SQL_INDEX,
	WH_SQL_PARTITION, /* PARTITION BY with all that follows; the same dialect only */
	WH_SQL_VIEW
};

/* How names in the expression change: from -> to; and which of the columns are boolean on the
 * target (so that `flag = 1` becomes `flag = TRUE`). All columns of the table must be there: any
 * other name is a doubt. More is certain where the kinds are known. */
struct wh_sql_column {
	const char *from, *to; /* to NULL: the target lacks it, and whoever names it is in doubt */
	bool boolean;
	enum wh_kind kind; /* WH_NO_KIND: not known, or not the same on both sides */
	/* Only views ask: the digits of a decimal (-1: not known); the source takes texts that differ
	 * in case or accents for equal. */
	int scale;
	bool folds;
	bool changed; /* its values are made anew on the way */
};
struct wh_sql_context {
	enum wh_expression_use use;
	const struct wh_sql_column *columns;
	size_t ncolumns;
	bool boolean;  /* the expression's own value goes into a boolean column */
	bool textual;  /* ... into a text column: bare numbers become strings */
	bool temporal; /* ... into a date or time column */
	/* ... into a column that the target's fit carries as this kind; WH_NO_KIND: not known. MySQL
	 * holds a TIMESTAMPTZ in UTC. */
	enum wh_kind kind;
};

/* The expression in the other dialect, in the arena; NULL: not certain, *why (in the arena too)
 * says what stood in the way. The same dialect twice: only names change. A default comes back as
 * it may stand behind DEFAULT: in parentheses where the target wants them. WH_SQL_INDEX is an
 * indexed expression, and with `boolean` the condition of a partial index.
 *
 * A comparison for equality with a text is carried in checks even where the source ignored case
 * (MySQL's collations): the target is then stricter, which the load shows. */
const char *wh_sql_translate(const char *expression, const struct wh_dialect *from,
	const struct wh_dialect *to, const struct wh_sql_context *context, struct wh_arena *arena,
	const char **why);

#endif
