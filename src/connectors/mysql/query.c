/* Statements, and what an error number means for the caller. */
#include "connectors/mysql/mysql.h"
#include <errmsg.h>
#include <stdio.h>
#include <string.h>

/* The numbers are the server's and stay the same over all versions; a few have no name in the
 * client's headers. */
struct fault {
	unsigned number;
	enum wh_code code;
	const char *advice;
};

static const struct fault faults[] = {
	{ 1045, WH_CONFIG, "check user and password (password_file, password_env, ~/.my.cnf)" },
	{ 1698, WH_CONFIG, "check user and password (password_file, password_env, ~/.my.cnf)" },
	{ 1044, WH_CONFIG, "grant this user its rights on the database" },
	{ 1049, WH_CONFIG, "create the database, or correct its name in the URL" },
	{ 1142, WH_CONFIG, "grant this user the privilege that the message names" },
	{ 1143, WH_CONFIG, "grant this user the privilege that the message names" },
	{ 1227, WH_CONFIG, "grant this user the privilege that the message names" },
	{ 1370, WH_CONFIG, "grant this user the privilege that the message names" },
	{ 1419, WH_CONFIG, "set log_bin_trust_function_creators=1 on the server" },
	{ 1130, WH_CONFIG, "let this host connect to the server" },
	{ 1129, WH_CONFIG, "the server blocks this host: run FLUSH HOSTS there" },
	{ 1251, WH_CONFIG, "choose another authentication plugin for this user" },
	{ 1290, WH_CONFIG, "the server runs in a mode that forbids this" },
	{ 1792, WH_CONFIG, "the session or the server is read-only" },
	{ 1836, WH_CONFIG, "the server is read-only" },
	{ CR_SSL_CONNECTION_ERROR, WH_CONFIG,
		"give ssl_ca=FILE, or ssl_mode=required to go without proof of who the server is" },
	{ CR_AUTH_PLUGIN_CANNOT_LOAD, WH_CONFIG, "install the client's authentication plugin" },
	{ CR_UNKNOWN_HOST, WH_CONFIG, "check the host in the URL" },
	{ CR_CONNECTION_ERROR, WH_RETRY, "is the server running, and are host, port or socket right?" },
	{ CR_CONN_HOST_ERROR, WH_RETRY, "is the server running, and are host, port or socket right?" },
	{ CR_SERVER_GONE_ERROR, WH_RETRY, NULL },
	{ CR_SERVER_LOST, WH_RETRY, NULL },
	{ 5014, WH_RETRY, NULL }, /* the library: lost while a statement was prepared */
	{ 1040, WH_RETRY, "the server has no connection left: raise max_connections or lower workers" },
	{ 1203, WH_RETRY, "the user has no connection left: lower workers" },
	{ 1226, WH_RETRY, "the user's limit is reached: raise it or lower workers" },
	{ 1053, WH_RETRY, NULL },
	{ 1077, WH_RETRY, NULL },
	{ 1079, WH_RETRY, NULL },
	{ 1152, WH_RETRY, NULL },
	{ 1158, WH_RETRY, NULL },
	{ 1159, WH_RETRY, NULL },
	{ 1160, WH_RETRY, NULL },
	{ 1161, WH_RETRY, NULL },
	{ 1205, WH_RETRY, NULL },
	{ 1213, WH_RETRY, NULL },
	{ 1412, WH_RETRY, NULL },
	{ 1927, WH_RETRY, NULL }, /* killed connection */
	{ 1020, WH_RETRY, NULL },
	{ 4031, WH_RETRY, NULL },
	{ 1021, WH_STOP, "free space on the server's disk" },
	{ 1030, WH_STOP, "look into the server's error log; its disk may be full" },
	{ 1114, WH_STOP, "the table or its tablespace is full: free space on the server's disk" },
	{ 1026, WH_STOP, "look into the server's error log" },
	{ 1317, WH_STOP, NULL },
	{ 1969, WH_STOP, NULL },
	{ 1037, WH_STOP, NULL },
	{ 1038, WH_STOP, NULL },
	{ 1041, WH_STOP, NULL },
	{ 1048, WH_ROW, NULL }, /* null in NOT NULL */
	{ 1062, WH_ROW, NULL }, /* duplicate key */
	{ 1586, WH_ROW, NULL },
	{ 1118, WH_ROW, NULL }, /* row too large */
	{ 1138, WH_ROW, NULL },
	{ 1263, WH_ROW, NULL },
	{ 1264, WH_ROW, NULL }, /* out of range */
	{ 1265, WH_ROW, NULL }, /* truncated */
	{ 1292, WH_ROW, NULL }, /* incorrect datetime, integer, ... */
	{ 1366, WH_ROW, NULL }, /* incorrect string, integer, decimal */
	{ 1367, WH_ROW, NULL },
	{ 1406, WH_ROW, NULL }, /* too long */
	{ 1411, WH_ROW, NULL },
	{ 1416, WH_ROW, NULL }, /* no geometry */
	{ 1364, WH_ROW, NULL }, /* no default */
	{ 1216, WH_ROW, NULL },
	{ 1451, WH_ROW, NULL },
	{ 1452, WH_ROW, NULL }, /* foreign key */
	{ 1526, WH_ROW, NULL }, /* no partition for the value */
	{ 1644, WH_ROW, NULL }, /* a trigger's SIGNAL */
	{ 1690, WH_ROW, NULL },
	{ 1713, WH_ROW, NULL }, /* undo record too big */
	{ 3140, WH_ROW, NULL },
	{ 3141, WH_ROW, NULL },
	{ 3156, WH_ROW, NULL },
	{ 3819, WH_ROW, NULL },
	{ 4025, WH_ROW, NULL }, /* CHECK */
	{ 1153, WH_ROW, "raise max_allowed_packet on the server" },
	{ CR_NET_PACKET_TOO_LARGE, WH_ROW, "raise max_allowed_packet on the server" },
};

static const struct fault *fault_of(unsigned number)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (faults[i].number == number)
			return &faults[i];
	return NULL;
}

static int fail(unsigned number, const char *state, const char *message, const char *what,
	struct wh_error *error)
{
	const struct fault *fault = fault_of(number);
	const char *advice = fault ? fault->advice : NULL;
	int code = wh_fail(error, fault ? fault->code : WH_STOP, "%s (error %u): \"%.300s\"%s%s",
		message, number, what, advice ? "; " : "", advice ? advice : "");
	error->system = (int)number;
	snprintf(error->state, sizeof error->state, "%s", state);
	return code;
}

int wh_mysql_fail(MYSQL *link, const char *what, struct wh_error *error)
{
	return fail(mysql_errno(link), mysql_sqlstate(link), mysql_error(link), what, error);
}

/* While rows are fetched the library leaves the number with the connection, or nowhere. */
int wh_mysql_fail_stmt(MYSQL_STMT *stmt, const char *what, struct wh_error *error)
{
	if (!mysql_stmt_errno(stmt) && stmt->mysql && mysql_errno(stmt->mysql))
		return wh_mysql_fail(stmt->mysql, what, error);
	if (!mysql_stmt_errno(stmt))
		return fail(CR_SERVER_LOST, "", "the connection broke off", what, error);
	return fail(mysql_stmt_errno(stmt), mysql_stmt_sqlstate(stmt), mysql_stmt_error(stmt), what,
		error);
}

/* Every result is taken, so that the connection is free for the next statement. */
int wh_mysql_run(MYSQL *link, const char *sql, struct wh_error *error)
{
	if (mysql_real_query(link, sql, strlen(sql)))
		return wh_mysql_fail(link, sql, error);
	MYSQL_RES *res = mysql_store_result(link);
	if (res)
		mysql_free_result(res);
	else if (mysql_errno(link))
		return wh_mysql_fail(link, sql, error);
	return WH_OK;
}

void wh_mysql_try(MYSQL *link, const char *sql)
{
	struct wh_error ignored;
	wh_error_clear(&ignored);
	if (wh_mysql_run(link, sql, &ignored) != WH_OK)
		return;
}

int wh_mysql_rows(MYSQL *link, const char *sql, MYSQL_RES **out, struct wh_error *error)
{
	*out = NULL;
	if (mysql_real_query(link, sql, strlen(sql)))
		return wh_mysql_fail(link, sql, error);
	*out = mysql_store_result(link);
	if (!*out && mysql_errno(link))
		return wh_mysql_fail(link, sql, error);
	if (!*out)
		return wh_fail(error, WH_STOP, "the server returned no rows for \"%.300s\"", sql);
	return WH_OK;
}

int wh_mysql_value(MYSQL *link, const char *sql, struct wh_arena *arena, const char **out,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	*out = NULL;
	int rc = wh_mysql_rows(link, sql, &res, error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	if (row && row[0])
		*out = wh_arena_text(arena, row[0]);
	return rc;
}

void wh_mysql_free_result(MYSQL_RES **res)
{
	if (*res)
		mysql_free_result(*res);
	*res = NULL;
}

void wh_mysql_name(struct wh_buffer *out, const char *name)
{
	wh_sql_name(out, &wh_dialect_mysql, name);
}

void wh_mysql_text(struct wh_buffer *out, const char *text)
{
	wh_sql_text(out, &wh_dialect_mysql, text, strlen(text));
}
