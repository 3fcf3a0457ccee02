/* catalog: what the files of describe share; nobody else includes it.
 *
 * Every query reads the whole database at once and every row goes to a function; the order of the
 * queries is the order of the list in catalog.c, because later ones look up what earlier ones
 * brought. */
#ifndef WH_CONNECTORS_POSTGRES_CATALOG_H
#define WH_CONNECTORS_POSTGRES_CATALOG_H

#include "connectors/postgres/postgres.h"

/* A type that is not the engine's own: enum, domain. */
struct postgres_own_type {
	Oid oid;
	struct wh_type type;
	struct wh_domain *domain; /* NULL: an enum */
	const char **labels;      /* the type's, while they are read */
};

/* What is found by a table's oid while describe runs. */
struct postgres_relation {
	Oid oid;
	size_t table; /* in the catalog */
};

struct postgres_part { /* an index or foreign key that is being filled */
	Oid oid;
	size_t table, at;
};

struct postgres_describe {
	struct postgres *s;
	struct wh_catalog *catalog;
	struct wh_arena *arena; /* the catalog's */
	struct wh_arena scratch;
	struct wh_error *error;
	struct postgres_own_type *types;
	size_t ntypes;
	struct postgres_relation *relations; /* by oid */
	size_t nrelations;
	struct postgres_part *indexes; /* by oid */
	size_t nindexes;
	PGresult *result; /* the row under hand */
	int row;
};

typedef int (*postgres_each)(struct postgres_describe *);

/* A query and what is done with each of its rows. `least`: the oldest server version that has
 * what it asks for, `most`: the newest; 0: any. */
struct postgres_reading {
	const char *sql;
	postgres_each each;
	int least, most;
};

/* catalog.c: the row under hand. Texts are the catalog's arena's; NULL is null. */
const char *postgres_text(struct postgres_describe *, int column);
bool postgres_true(const struct postgres_describe *, int column);
Oid postgres_oid(const struct postgres_describe *, int column);
int64_t postgres_number(const struct postgres_describe *, int column, int64_t otherwise);
char postgres_letter(const struct postgres_describe *, int column);     /* 0: null */
struct wh_table *postgres_table(const struct postgres_describe *, Oid); /* NULL: not ours */
const struct postgres_own_type *postgres_own(const struct postgres_describe *, Oid); /* or NULL */
/* Adds an object: columns kind, schema, name, table, definition, the words behind COMMENT ON as
 * "address" where it has such, comment of the row. */
int postgres_object(struct postgres_describe *);
/* Adds a finding: columns rule, severity letter (i, w, e), object, text, source of the row. */
int postgres_finding(struct postgres_describe *);

/* Lists of readings, each ending with a NULL sql. */
extern const struct postgres_reading postgres_table_readings[];     /* catalog_tables.c */
extern const struct postgres_reading postgres_key_readings[];       /* catalog_keys.c */
extern const struct postgres_reading postgres_large_readings[];     /* catalog_large.c */
extern const struct postgres_reading postgres_type_readings[];      /* catalog_types.c */
extern const struct postgres_reading postgres_operator_readings[];  /* catalog_operators.c */
extern const struct postgres_reading postgres_code_readings[];      /* catalog_code.c */
extern const struct postgres_reading postgres_right_readings[];     /* catalog_rights.c */
extern const struct postgres_reading postgres_dependent_readings[]; /* catalog_dependents.c */
extern const struct postgres_reading postgres_rest_readings[];      /* catalog_rest.c */

/* Pieces of SQL. Objects of extensions come with their extension; whimbrel's own are not shown. */
#define USER_SCHEMA(n) n ".nspname !~ '^pg_' AND " n ".nspname <> 'information_schema'"
#define NOT_OF_EXTENSION(class, oid) \
	"NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '" class \
		"'::regclass AND e.objid = " oid " AND e.deptype = 'e')"
#define OUR_RELATION(c, n) \
	USER_SCHEMA(n) " AND " c ".relname !~ '^whimbrel_' AND " NOT_OF_EXTENSION("pg_class", c ".oid")
#define TABLES "('r', 'p', 'f')"
#define OPTIONS(list) \
	"(SELECT string_agg(o.option_name || '=' || quote_literal(o.option_value), ', ') " \
	"FROM pg_options_to_table(" list ") o)"
/* Appends COMMENT ON to a definition; then what it is on, for the object's address. */
#define WITH_COMMENT(definition, on, comment) \
	definition " || coalesce(E';\\nCOMMENT ON ' || " on " || ' IS ' || quote_literal(" comment \
			   "), ''), " on " AS address"
#define COMMENT(class, oid) "obj_description(" oid ", '" class "')"

#endif
