#include "base/text.h"
#include "sql/grant.h"
#include <stddef.h>

struct word {
	const char *word, *to;
	enum wh_reach reach; /* of one object; a right on the whole database reaches all of them */
};

static const struct word mysql_to_postgresql[] = {
	{ "SELECT", "SELECT", WH_REACH_TABLE },
	{ "INSERT", "INSERT", WH_REACH_TABLE },
	{ "UPDATE", "UPDATE", WH_REACH_TABLE },
	{ "DELETE", "DELETE", WH_REACH_TABLE },
	{ "REFERENCES", "REFERENCES", WH_REACH_TABLE },
	{ "TRIGGER", "TRIGGER", WH_REACH_TABLE },
	{ "EXECUTE", "EXECUTE", WH_REACH_ROUTINE },
	{ "CREATE", "CREATE", WH_REACH_SCHEMA },
	{ "CREATE VIEW", "CREATE", WH_REACH_SCHEMA },
	{ "CREATE ROUTINE", "CREATE", WH_REACH_SCHEMA },
	{ "CREATE TEMPORARY TABLES", "TEMPORARY", WH_REACH_DATABASE },
	{ "SHOW VIEW", NULL, WH_REACH_FREE },
	{ "SHOW CREATE ROUTINE", NULL, WH_REACH_FREE },
	{ "SHOW DATABASES", NULL, WH_REACH_FREE },
	{ "LOCK TABLES", NULL, WH_REACH_FREE },
	{ "USAGE", NULL, WH_REACH_FREE },
	{ "ALTER", NULL, WH_REACH_OWNER },
	{ "DROP", NULL, WH_REACH_OWNER },
	{ "INDEX", NULL, WH_REACH_OWNER },
	{ "ALTER ROUTINE", NULL, WH_REACH_OWNER },
	{ NULL },
};

static const struct word postgresql_to_mysql[] = {
	{ "SELECT", "SELECT", WH_REACH_TABLE },
	{ "INSERT", "INSERT", WH_REACH_TABLE },
	{ "UPDATE", "UPDATE", WH_REACH_TABLE },
	{ "DELETE", "DELETE", WH_REACH_TABLE },
	{ "REFERENCES", "REFERENCES", WH_REACH_TABLE },
	{ "TRIGGER", "TRIGGER", WH_REACH_TABLE },
	{ "TRUNCATE", "DROP", WH_REACH_TABLE },
	{ "EXECUTE", "EXECUTE", WH_REACH_ROUTINE },
	{ "CREATE", "CREATE, CREATE VIEW, CREATE ROUTINE", WH_REACH_DATABASE },
	{ "USAGE", NULL, WH_REACH_FREE },
	{ "MAINTAIN", NULL, WH_REACH_FREE },
	{ NULL },
};

/* On a PostgreSQL database CREATE makes schemas, which MySQL has not. */
static const struct word database_to_mysql[] = {
	{ "TEMPORARY", "CREATE TEMPORARY TABLES", WH_REACH_DATABASE },
	{ "CONNECT", NULL, WH_REACH_FREE },
	{ NULL },
};

/* The next value of a MariaDB sequence is an insert, the last one a select. */
static const struct word sequence_to_mysql[] = {
	{ "USAGE", "INSERT", WH_REACH_SEQUENCE },
	{ "UPDATE", "INSERT", WH_REACH_SEQUENCE },
	{ "SELECT", "SELECT", WH_REACH_SEQUENCE },
	{ NULL },
};

/* Between servers of one engine, by the kind of the access. */
static const enum wh_reach same[WH_ACCESS_KINDS] = {
	[WH_ACCESS_SERVER] = WH_REACH_SERVER,
	[WH_ACCESS_DATABASE] = WH_REACH_DATABASE,
	[WH_ACCESS_SCHEMA] = WH_REACH_SCHEMA,
	[WH_ACCESS_TABLE] = WH_REACH_TABLE,
	[WH_ACCESS_COLUMNS] = WH_REACH_TABLE,
	[WH_ACCESS_SEQUENCE] = WH_REACH_SEQUENCE,
	[WH_ACCESS_ROUTINE] = WH_REACH_ROUTINE,
};

static const struct word *words_of(const struct wh_access *access,
	const struct wh_grant_place *place)
{
	if (place->to == &wh_dialect_postgresql)
		return mysql_to_postgresql;
	return access->kind == WH_ACCESS_SEQUENCE ? sequence_to_mysql
		: access->kind == WH_ACCESS_DATABASE
		? database_to_mysql
		: postgresql_to_mysql;
}

static enum wh_reach widened(const struct wh_access *access, enum wh_reach reach)
{
	bool wide = access->kind == WH_ACCESS_DATABASE || access->kind == WH_ACCESS_SERVER;
	if (wide && reach == WH_REACH_TABLE)
		return WH_REACH_TABLES;
	return wide && reach == WH_REACH_ROUTINE ? WH_REACH_ROUTINES : reach;
}

struct wh_privilege wh_privilege_of(const struct wh_access *access, const char *word,
	const struct wh_grant_place *place)
{
	if (place->from == place->to)
		return (struct wh_privilege){ word, same[access->kind] };
	const struct word *w = words_of(access, place);
	while (w->word && !wh_equal(w->word, word))
		w++;
	return (struct wh_privilege){ w->to, widened(access, w->reach) };
}
