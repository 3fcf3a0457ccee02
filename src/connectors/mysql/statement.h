/* statement: what a statement of the binary log does to which tables. Pure; any thread.
 *
 * Only as much of the grammar is known as tells tables that are changed; what is not known is
 * WH_MYSQL_OTHER_STATEMENT. Names are the arena's. */
#ifndef WH_CONNECTORS_MYSQL_STATEMENT_H
#define WH_CONNECTORS_MYSQL_STATEMENT_H

#include "connectors/mysql/binlog.h"

enum wh_mysql_statement_kind {
	WH_MYSQL_OTHER_STATEMENT, /* changes neither rows nor the form of tables */
	WH_MYSQL_BEGIN,
	WH_MYSQL_COMMIT,
	WH_MYSQL_ROLLBACK,
	WH_MYSQL_SAVEPOINT,
	WH_MYSQL_ROLLBACK_TO,
	WH_MYSQL_TRUNCATE,
	WH_MYSQL_SCHEMA,
	WH_MYSQL_DROP_DATABASE, /* names[0].table is the database */
	WH_MYSQL_DML,           /* rows, as a statement */
};

struct wh_mysql_target {
	const char *schema, *table; /* schema NULL: the statement's default one */
};

struct wh_mysql_statement {
	enum wh_mysql_statement_kind kind;
	const char *word;              /* the first: "INSERT" */
	const char *savepoint;         /* of SAVEPOINT and ROLLBACK_TO */
	struct wh_mysql_target *names; /* of tables; DML: none where they cannot be told */
	size_t nnames;
	bool ends; /* nothing stands behind the names */
};

void wh_mysql_read_statement(const struct wh_binlog_query *query, struct wh_arena *arena,
	struct wh_mysql_statement *out);

#endif
