/* view: a whole CREATE VIEW in another dialect, where that is certain.
 *
 * Pure; any thread; everything that comes back is in the arena. */
#ifndef WH_SQL_VIEW_H
#define WH_SQL_VIEW_H

#include "sql/dialect.h"

/* A table, or a view that is there already. */
struct wh_sql_table {
	const char *schema, *name;       /* on the source */
	const char *to_schema, *to_name; /* on the target; to_schema may be NULL */
	const struct wh_sql_column *columns;
	size_t ncolumns;
	const size_t *key; /* places of the primary key's columns, of which none is null */
	size_t nkey;
};

struct wh_sql_tables {
	const struct wh_sql_table *items;
	size_t count;
	const char *database; /* a qualifier that names the source itself; or NULL */
};

struct wh_sql_view {
	struct wh_sql_table table; /* the name on both sides, given by the caller; then its columns */
	const char *statement;     /* CREATE VIEW ...; NULL: not certain */
	const char *why;           /* what stood in the way */
	const char **notes;        /* where the translation is not quite the same */
	size_t nnotes;
};

/* `view` comes with its names and without columns. */
void wh_sql_view_translate(const char *definition, const struct wh_dialect *from,
	const struct wh_dialect *to, const struct wh_sql_tables *tables, struct wh_arena *arena,
	struct wh_sql_view *view);

#endif
