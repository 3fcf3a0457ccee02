#include "journal/inside.h"

int wh_journal_bind_list(sqlite3_stmt *s, const char *form, va_list values)
{
	int rc = SQLITE_OK;
	for (int at = 1; form[at - 1] && rc == SQLITE_OK; at++) {
		if (form[at - 1] == 'i')
			rc = sqlite3_bind_int64(s, at, va_arg(values, int64_t));
		else
			rc = sqlite3_bind_text(s, at, va_arg(values, const char *), -1,
				SQLITE_STATIC); /* a NULL pointer binds null */
	}
	return rc;
}

int wh_journal_bind(sqlite3_stmt *s, const char *form, ...)
{
	va_list values;
	va_start(values, form);
	int rc = wh_journal_bind_list(s, form, values);
	va_end(values);
	return rc;
}

static int sql_step(sqlite3_stmt *s, int rc)
{
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

int wh_journal_again(sqlite3_stmt *s, const char *form, ...)
{
	va_list values;
	va_start(values, form);
	int rc = sql_step(s, wh_journal_bind_list(s, form, values));
	va_end(values);
	int reset = sqlite3_reset(s);
	return rc != SQLITE_OK ? rc : reset;
}

int wh_journal_end(sqlite3_stmt *s, int rc)
{
	int last = sqlite3_finalize(s);
	if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE)
		return rc;
	return last;
}

int wh_journal_run(sqlite3 *db, const char *sql, const char *form, ...)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
	va_list values;
	va_start(values, form);
	if (rc == SQLITE_OK)
		rc = sql_step(s, wh_journal_bind_list(s, form, values));
	va_end(values);
	return wh_journal_end(s, rc);
}

const char *wh_journal_column(sqlite3_stmt *s, int column, struct wh_arena *arena)
{
	const unsigned char *text = sqlite3_column_text(s, column);
	if (!text)
		return NULL;
	return wh_arena_bytes(arena, text, (size_t)sqlite3_column_bytes(s, column));
}
