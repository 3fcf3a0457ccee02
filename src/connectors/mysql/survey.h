/* survey: what the files of MySQL's survey share; nobody else includes it. */
#ifndef WH_CONNECTORS_MYSQL_SURVEY_H
#define WH_CONNECTORS_MYSQL_SURVEY_H

#include "connectors/mysql/mysql.h"
#include "sql/probe.h"

struct wh_mysql_survey {
	struct wh_mysql *s;
	struct wh_survey *out;
	struct wh_arena *arena; /* the survey's */
	struct wh_error *error;
	struct wh_access *members; /* of roles, whether or not they have to do with this database */
	size_t nmembers;
};

/* A query, what is done with each of its rows, and what is missing where it is refused. */
struct wh_mysql_look {
	const char *what, *sql;
	void (*each)(struct wh_mysql_survey *v, MYSQL_ROW row);
};

/* A refusal is a gap; only a lost connection is an error. */
int wh_mysql_look(struct wh_mysql_survey *v, const struct wh_mysql_look *look) WH_MUST_USE;
int wh_mysql_look_at_accounts(struct wh_mysql_survey *v) WH_MUST_USE; /* accounts.c */

#endif
