/* ddl: what the files that write statements share. Pure but for execute. */
#ifndef WH_CONNECTORS_MYSQL_DDL_H
#define WH_CONNECTORS_MYSQL_DDL_H

#include "connectors/mysql/mysql.h"

/* The buffer's text in the arena; the buffer is freed. */
const char *wh_mysql_taken(struct wh_statements *out, struct wh_buffer *text);
struct wh_statement *wh_mysql_statement(struct wh_statements *out, enum wh_phase phase,
	const char *kind, const struct wh_plan_table *t, const char *name);

void wh_mysql_ddl_keys(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out);
/* Checks that every row of the source keeps, while the table is empty: a table with rows is copied
 * whole for each of them. What is refused then is tried again with the constraints. */
void wh_mysql_ddl_early_checks(const struct wh_plan_table *t, struct wh_statements *out);
void wh_mysql_ddl_constraints(const struct wh_plan *plan, struct wh_statements *out);
void wh_mysql_ddl_sequences(const struct wh_plan *plan, struct wh_statements *out);
void wh_mysql_ddl_counters(const struct wh_plan *plan, struct wh_statements *out);
void wh_mysql_ddl_drops(const struct wh_plan *plan, struct wh_statements *out);
void wh_mysql_ddl_objects(const struct wh_plan *plan, struct wh_statements *out);

/* "PRIMARY KEY (...)" or "UNIQUE KEY `x` (...)"; prefixes where the key would be too long. */
void wh_mysql_index_text(struct wh_buffer *out, const struct wh_plan_table *t,
	const struct wh_plan_index *index);
/* Whether this index stands in CREATE TABLE already. */
bool wh_mysql_index_inline(const struct wh_plan_table *t, const struct wh_plan_index *index);
/* The column that will be AUTO_INCREMENT, or NULL. */
const struct wh_plan_column *wh_mysql_identity(const struct wh_plan_table *t);
/* Most bytes of a value in a key or a row; of long texts what a row holds of them. */
int64_t wh_mysql_key_bytes(const struct wh_type *type);

#endif
