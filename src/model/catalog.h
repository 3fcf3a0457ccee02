/* catalog: what an endpoint holds. Filled by describe, read-only afterwards; memory is its arena.
 *
 * Expressions and definitions stand in the source's own dialect. Lists of tables and objects are
 * sorted by schema, name and kind, columns by position, the rest by name: the same database gives
 * the same catalog. Whatever a connector does not understand becomes a finding with its text. */
#ifndef WH_MODEL_CATALOG_H
#define WH_MODEL_CATALOG_H

#include "model/finding.h"
#include "model/type.h"

enum wh_identity {
	WH_NO_IDENTITY,
	WH_IDENTITY_ALWAYS,
	WH_IDENTITY_DEFAULT
}; /* auto-increment is DEFAULT */

struct wh_check {
	const char *name, *text; /* the expression, without CHECK and its parentheses */
	bool not_valid;
};

/* What a type demands that has another one below it. In its checks the value is called VALUE. */
struct wh_domain {
	const char *schema, *name, *default_text;
	bool not_null;
	struct wh_check *checks;
	size_t nchecks;
	const struct wh_domain *base; /* NULL: no domain */
};

struct wh_column {
	const char *name, *comment;
	const struct wh_domain *domain; /* NULL: its type is none */
	struct wh_type type;
	const char *declared; /* type.native before rows had their say in it; NULL: the same */
	bool not_null;
	bool hidden;              /* invisible */
	const char *default_text; /* an expression, or NULL; a literal keeps its quotes */
	const char *on_update;    /* MySQL's ON UPDATE expression, or NULL */
	const char *generated;    /* expression, or NULL; such a column is never written */
	bool generated_stored;
	enum wh_identity identity;
	const char *next_value; /* identity: the next one, decimal text; NULL: not known. Volatile */
	const char *sequence;   /* identity or default by an owned sequence: its name */
};

struct wh_index_part {
	const char *column; /* or NULL: an expression */
	const char *expression;
	bool descending, nulls_first;
	int64_t prefix; /* characters or bytes of a prefix index; 0: whole */
	const char *collation, *operator_class;
	bool folds; /* texts of different bytes can be equal to it */
};

struct wh_index {
	const char *name, *comment;
	bool primary, unique;
	bool constraint; /* stands behind a UNIQUE or PRIMARY KEY constraint */
	bool deferrable, deferred, nulls_not_distinct, invisible;
	const char *method;     /* "btree", "fulltext", "gin", ... lower case */
	const char *where;      /* partial */
	const char *definition; /* whole, in the source's dialect, or NULL */
	struct wh_index_part *parts;
	size_t nparts;
	const char **include; /* covering columns */
	size_t ninclude;
};

struct wh_foreign_key {
	const char *name;
	const char **columns, **to_columns;
	size_t ncolumns;
	const char *to_schema, *to_table;
	const char *on_update, *on_delete; /* "NO ACTION", "CASCADE", "SET NULL", ... never NULL */
	const char *set_columns;           /* PostgreSQL's SET NULL (a, b), or NULL */
	bool match_full, deferrable, deferred, not_valid;
};

struct wh_name {
	const char *schema, *name;
};

struct wh_object;

struct wh_table {
	const char *schema, *name, *comment;
	struct wh_column *columns;
	size_t ncolumns;
	struct wh_index *indexes; /* the primary key first */
	size_t nindexes;
	struct wh_foreign_key *foreign_keys;
	size_t nforeign_keys;
	struct wh_check *checks;
	size_t nchecks;
	const char *collation, *charset;
	const char *kind;      /* "table", "partitioned table", "partition", "foreign table", ... */
	const char *options;   /* what else stands in its definition: engine, storage, STRICT */
	const char *partition; /* "PARTITION BY ..." of a parent, or "FOR VALUES ..." of a part */
	const char *parent_schema, *parent; /* of a partition or an inheriting table */
	struct wh_name *more_parents;       /* of a table that inherits from several */
	size_t nmore_parents;
	const char *definition;       /* whole, in the source's dialect, or NULL */
	bool rows_in_parts;           /* partitioned: its rows are read through the parts */
	bool unreadable;              /* this user may not read its rows */
	const char *currency;         /* the column that names the unit of its amounts, or NULL */
	bool deliveries;              /* a row is a file that rows came from: none is loaded twice */
	bool storage;                 /* of another object: another engine has no use for it */
	struct wh_object *dependents; /* views on it, which the engine drops with it */
	size_t ndependents;
	int64_t rows, bytes; /* estimates; -1: not known. Volatile */
};

/* Everything that is not a table of rows. `definition` is a whole statement. */
struct wh_object {
	const char *kind; /* "view", "materialized view", "trigger", "function", "procedure",
	                               "event", "type", "domain", "extension", "schema", ... */
	const char *schema, *name;
	const char *table; /* the table of a trigger, policy or rule, or NULL */
	const char *definition, *comment;
	/* What a DROP of its kind names: "public.f(integer)", "t ON public.orders". One address, one
	 * object. NULL: it cannot be there by itself (a right, a setting). */
	const char *address;
	const char *space; /* kinds of one space share their addresses; NULL: no other kind does */
	bool shared;       /* one that is there already serves as well: a schema, an extension */
};

/* The space of what has names like tables: views, sequences. Schema and name are the address. */
#define WH_SPACE_RELATION "relation"

struct wh_sequence {
	const char *schema, *name, *comment;
	const char *type;                                          /* "bigint", ... */
	const char *start, *increment, *minimum, *maximum, *cache; /* decimal text */
	bool cycle;
	const char *owner_schema, *owner_table, *owner_column; /* NULL: free */
	bool identity;          /* stands behind an identity column: not created by itself */
	const char *next_value; /* decimal text. Volatile */
};

struct wh_catalog {
	struct wh_arena arena;
	/* In: an earlier look at the same database. What only its rows say is then as it was, and they
	 * are not read for it again. NULL: none. */
	const struct wh_catalog *known;
	const char *engine;  /* the connector's scheme: "postgresql", "mysql", "sqlite" */
	const char *version; /* "PostgreSQL 15.20", "10.11.19-MariaDB" */
	const char *database, *charset, *collation;
	const char *default_schema; /* NULL: the engine has no schemas */
	const char *identity;       /* equal only for the very same database, whatever URL led there */
	uint64_t
		row_most; /* bytes of a row that the server takes: max_allowed_packet; 0: any. Volatile */
	struct wh_table *tables;
	size_t ntables;
	struct wh_object *objects;
	size_t nobjects;
	struct wh_sequence *sequences;
	size_t nsequences;
	struct wh_findings findings;
};

void wh_catalog_init(struct wh_catalog *c, const char *engine);
void wh_catalog_sort(struct wh_catalog *c); /* describe calls it last */
void wh_catalog_free(struct wh_catalog *c);
/* Takes over what an earlier look found in the rows of the table. False: it knew no such table. */
bool wh_catalog_recall(struct wh_catalog *c, struct wh_table *t);
struct wh_table *wh_catalog_table(const struct wh_catalog *c, const char *schema, const char *name);
struct wh_column *wh_table_column(const struct wh_table *t, const char *name);
const struct wh_index *wh_table_primary(const struct wh_table *t); /* NULL: none */

#endif
