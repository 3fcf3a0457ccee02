/* ddl: what the files that make statements share; nobody else includes it. */
#ifndef WH_CONNECTORS_POSTGRES_DDL_H
#define WH_CONNECTORS_POSTGRES_DDL_H

#include "connectors/postgres/postgres.h"

struct postgres_ddl {
	const struct wh_plan *plan;
	enum wh_phase phase;
	struct wh_statements *out;
	struct wh_arena *arena; /* the statements' */
	struct wh_buffer sql;   /* the statement under hand */
	size_t *order;          /* the plan's tables, parents before their parts and heirs */
	int64_t *parent;        /* one a table: its parent's number, or -1 */
};

/* ddl.c. Appends to the statement under hand. */
void postgres_put(struct postgres_ddl *, const char *text);
void postgres_put_name(struct postgres_ddl *, const char *name);
void postgres_put_table(struct postgres_ddl *, const struct wh_plan_table *);
void postgres_put_qualified(struct postgres_ddl *, const char *schema, const char *name);
void postgres_put_literal(struct postgres_ddl *, const char *text);
void postgres_put_names(struct postgres_ddl *, const char *const *names, size_t n); /* (a, b) */
/* <table>[_<column>]_<end> within the longest name; a hash tells names that were cut apart. */
const char *postgres_made_name(struct postgres_ddl *, const struct wh_plan_table *,
	const char *column, const char *end);
/* "schema"."name" as text, to stand in a literal. */
const char *postgres_quoted(struct postgres_ddl *, const char *schema, const char *name);
/* The statement inside a block that lets some errors pass; nothing may be under hand. */
void postgres_put_tolerant(struct postgres_ddl *, const char *statement, const char *errors);
/* Text of what the statement under hand holds, which is then empty. */
const char *postgres_take(struct postgres_ddl *);
/* The statement under hand goes on the list; t NULL: it stands on no table. */
struct wh_statement *postgres_add(struct postgres_ddl *, const char *kind,
	const struct wh_plan_table *t, const char *name);
/* The table is made by this plan, not only filled. */
bool postgres_makes(const struct wh_plan_table *);
bool postgres_is_partition(const struct postgres_ddl *, const struct wh_plan_table *);
/* The table has the names that it has on the source, so texts of the source's hold. */
bool postgres_unchanged(const struct postgres_ddl *, const struct wh_plan_table *);
/* The plan's number of a table by its source's name; -1: not in the plan. */
int64_t postgres_number_of(const struct postgres_ddl *, const char *schema, const char *name);
const struct wh_plan_column *postgres_column(const struct wh_plan_table *, const char *source);
/* The sequence that an identity or serial column of the source has, or NULL. */
const struct wh_sequence *postgres_sequence_of(const struct postgres_ddl *,
	const struct wh_plan_table *, const struct wh_plan_column *);

/* What tables and views may stand on: routines, operators, casts, text search. */
bool postgres_is_tool(const char *kind);
/* ddl_open.c: the kinds that stand behind the rows, in the order in which they stand on each other.
 * NULL-terminated. */
extern const char *const postgres_open_order[];
/* Its statement says CREATE OR REPLACE, or is the same the second time. */
bool postgres_may_repeat(const char *kind);

/* One file each. */
void postgres_ddl_drops(struct postgres_ddl *);   /* ddl_drop.c */
void postgres_ddl_prelude(struct postgres_ddl *); /* ddl_types.c */
void postgres_ddl_tables(struct postgres_ddl *);  /* ddl_tables.c */
void postgres_ddl_keys(struct postgres_ddl *);    /* ddl_keys.c */
void postgres_ddl_indexes(struct postgres_ddl *);
void postgres_ddl_constraints(struct postgres_ddl *); /* ddl_constraints.c */
void postgres_ddl_counters(struct postgres_ddl *);    /* ddl_open.c */
void postgres_ddl_open(struct postgres_ddl *);
void postgres_ddl_on_update(struct postgres_ddl *); /* ddl_update.c */
void postgres_ddl_rights(struct postgres_ddl *);    /* ddl_rights.c */

/* An identity is an integer: an auto-increment of another type has a sequence of its own. */
bool postgres_has_counter(const struct wh_plan_column *);
/* ALTER TABLE ... SET DEFAULT nextval(...) of the sequence that an auto-increment has here. */
void postgres_put_counting(struct postgres_ddl *, const struct wh_plan_table *,
	const struct wh_plan_column *);
/* The parameters of a sequence, behind its name. */
void postgres_put_sequence(struct postgres_ddl *, const struct wh_sequence *, bool with_type);

#endif
