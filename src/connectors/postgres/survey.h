/* survey: what the files of PostgreSQL's survey share; nobody else includes it. */
#ifndef WH_CONNECTORS_POSTGRES_SURVEY_H
#define WH_CONNECTORS_POSTGRES_SURVEY_H

#include "connectors/postgres/postgres.h"
#include "sql/probe.h"

struct postgres_survey {
	struct postgres *s;
	struct wh_survey *out;
	struct wh_error *error;
	PGresult *result; /* the row under hand */
	int row;
};

/* A query, what is done with each of its rows, and what is missing where it is refused. */
struct postgres_look {
	const char *what, *sql;
	void (*each)(struct postgres_survey *);
	int least; /* the oldest server version that has what it asks for; 0: any */
};

const char *postgres_cell(const struct postgres_survey *, int column); /* the result's; or NULL */
int64_t postgres_count(const struct postgres_survey *, int column);    /* -1: null */

/* Ends with a NULL sql. */
extern const struct postgres_look postgres_account_looks[]; /* accounts.c */

#endif
