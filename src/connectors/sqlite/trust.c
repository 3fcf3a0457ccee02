/* Functions that a file's own schema may call: in checks, generated columns and indexes.
 *
 * With trusted_schema off, SQLite 3.40 refuses its JSON functions there, and with them every
 * database that has a generated column over JSON. Such a file is opened with the schema trusted
 * and an authorizer instead, which refuses what reaches beyond its arguments. Expressions in a
 * schema hold no queries, and neither views nor triggers are run here. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <string.h>

static int authorize(void *unused, int action, const char *first, const char *function,
	const char *database, const char *inside)
{
	static const char *const refused[] = { "load_extension", "fts3_tokenizer", "readfile",
		"writefile", "edit", "eval", "lsmode", NULL };
	(void)unused, (void)first, (void)database, (void)inside;
	for (size_t i = 0; action == SQLITE_FUNCTION && refused[i]; i++)
		if (wh_equal_nocase(function, refused[i]))
			return SQLITE_DENY;
	return SQLITE_OK;
}

void wh_sqlite_trust(struct sqlite *s)
{
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	sqlite3_set_authorizer(s->db, authorize, NULL);
}

void wh_sqlite_allow(struct sqlite *s, bool inner)
{
	if (s->db)
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, !inner, NULL);
}

void wh_sqlite_triggers(struct sqlite *s, bool on)
{
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)on, NULL);
}

int wh_sqlite_look(struct sqlite *s, struct wh_error *error)
{
	static const char first[] = "SELECT count(*) FROM sqlite_schema";
	int64_t objects;
	int code = sqlite3_exec(s->db, first, NULL, NULL, NULL);
	if (code != SQLITE_OK && strstr(sqlite3_errmsg(s->db), "unsafe use of"))
		wh_sqlite_trust(s);
	int rc = wh_sqlite_number(s, first, &objects, error);
	return rc < 0 ? rc : WH_OK;
}
