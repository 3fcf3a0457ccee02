/* Places in the binary log. */
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Files are numbered behind the last point of their names. */
bool wh_mysql_place(const char *file, size_t n, uint64_t offset, struct wh_position *out)
{
	const char *point = NULL;
	for (size_t i = n; i > 0 && !point; i--)
		point = file[i - 1] == '.' ? file + i : NULL;
	*out = (struct wh_position){ .order = { 0, offset } };
	if (!point || n + 22 > sizeof out->text ||
		!wh_text_uint64(point, (size_t)(file + n - point), &out->order[0]))
		return false;
	snprintf(out->text, sizeof out->text, "%.*s:%llu", (int)n, file, (unsigned long long)offset);
	return true;
}

bool wh_mysql_place_of(const char *text, struct wh_position *out)
{
	const char *colon = strrchr(text, ':');
	uint64_t offset;
	return colon && wh_text_uint64(colon + 1, strlen(colon + 1), &offset) &&
		wh_mysql_place(text, (size_t)(colon - text), offset, out);
}

static int no_log(struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG,
		"the server writes no binary log: set log_bin and restart it, with binlog_format=ROW");
}

int wh_mysql_log_end(struct wh_mysql *s, MYSQL *link, struct wh_position *out,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	bool renamed = !s->mariadb && s->version >= 80200;
	int rc = wh_mysql_rows(link, renamed ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS", &res,
		error);
	if (rc != WH_OK)
		return rc;
	MYSQL_ROW row = mysql_fetch_row(res);
	if (!row || !row[0] || !row[1])
		return no_log(error);
	return wh_mysql_place(row[0], strlen(row[0]), strtoull(row[1], NULL, 10), out)
		? WH_OK
		: wh_fail(error, WH_STOP, "the binary log's file has no number: \"%s\"", row[0]);
}

int wh_mysql_log_reaches(struct wh_mysql *s, const struct wh_position *from, int64_t *bytes,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	struct wh_position end;
	bool found = false, beyond = false;
	*bytes = 0;
	if (mysql_real_query(s->link, "SHOW BINARY LOGS", 16))
		return mysql_errno(s->link) == 1381
			? no_log(error)
			: wh_mysql_fail(s->link, "SHOW BINARY LOGS", error);
	res = mysql_store_result(s->link);
	for (MYSQL_ROW row; res && (row = mysql_fetch_row(res)) && row[0] && row[1];) {
		if (!wh_mysql_place(row[0], strlen(row[0]), strtoull(row[1], NULL, 10), &end))
			continue;
		bool same = end.order[0] == from->order[0] &&
			!strncmp(row[0], from->text, strlen(row[0])) && from->text[strlen(row[0])] == ':';
		found = found || same;
		beyond = beyond || (same && from->order[1] > end.order[1]);
		if (found)
			*bytes += (int64_t)end.order[1];
	}
	if (!found || beyond)
		return wh_fail(error, WH_CONFIG,
			"the log no longer reaches back to \"%s\": it was purged or reset on the server; copy "
			"anew, and keep the log for longer (expire_logs_days, binlog_expire_logs_seconds)",
			from->text);
	*bytes -= (int64_t)from->order[1];
	return WH_OK;
}
