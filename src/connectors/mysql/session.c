/* Settings of a session that the rest relies on, whatever the server's defaults are. */
#include "connectors/mysql/mysql.h"

/* Results come as they are stored: a conversion on the way would turn bytes that are no text into
 * question marks. What is not UTF-8 is converted by the SELECT itself. */
#define COMMON \
	"SET NAMES utf8mb4 COLLATE utf8mb4_bin", \
		"SET SESSION character_set_results = NULL, time_zone = '+00:00', autocommit = 1, " \
		"completion_type = 0, sql_auto_is_null = 0, sql_safe_updates = 0, " \
		"sql_select_limit = DEFAULT, sql_quote_show_create = 1"

static const char *const reading[] = {
	COMMON,
	"SET SESSION sql_mode = ''",
	"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
	"SET SESSION TRANSACTION READ ONLY",
	NULL,
};

/* Zero and invalid dates are let in: a MySQL source may hold them, and nobody else's can be one. */
static const char *const writing[] = {
	COMMON,
	"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO,"
	"NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES'",
	"SET SESSION foreign_key_checks = 0, unique_checks = 1, innodb_lock_wait_timeout = 120",
	"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
	NULL,
};

/* Not known to every server, or not allowed to every user. A copy that waits for its writer must
 * not be cut off; the tables of a source are made as they were. */
static const char *const wished[] = {
	"SET SESSION lc_messages = 'en_US'",
	"SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_CREATE_USER')", /* by a GRANT */
	"SET SESSION wait_timeout = 604800, net_read_timeout = 3600, net_write_timeout = 86400",
	"SET SESSION max_statement_time = 0",
	"SET SESSION max_execution_time = 0",
	"SET SESSION idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, "
	"idle_write_transaction_timeout = 0",
	"SET SESSION information_schema_stats_expiry = 0",
	"SET SESSION explicit_defaults_for_timestamp = 1",
	"SET SESSION innodb_strict_mode = 0",
	"SET SESSION sql_generate_invisible_primary_key = 0",
	"SET SESSION show_create_table_skip_secondary_engine = 1",
	NULL,
};

/* READ COMMITTED locks no gaps between units; a statement-based log forbids it. */
static bool logs_statements(struct wh_mysql *s)
{
	struct wh_arena arena = { 0 };
	struct wh_error ignored;
	const char *yes = NULL;
	wh_error_clear(&ignored);
	int rc = wh_mysql_value(s->link,
		"SELECT 1 FROM (SELECT 1) x WHERE @@log_bin = 1 AND "
		"@@binlog_format = 'STATEMENT'",
		&arena, &yes, &ignored);
	bool statements = rc != WH_OK || yes;
	wh_arena_free(&arena);
	return statements;
}

int wh_mysql_session(struct wh_mysql *s, struct wh_error *error)
{
	const char *const *settings = s->writes ? writing : reading;
	for (size_t i = 0; settings[i]; i++) {
		int rc = wh_mysql_run(s->link, settings[i], error);
		if (rc != WH_OK)
			return rc;
	}
	for (size_t i = 0; wished[i]; i++)
		wh_mysql_try(s->link, wished[i]);
	if (s->writes && !logs_statements(s))
		return wh_mysql_run(s->link, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
			error);
	return WH_OK;
}
