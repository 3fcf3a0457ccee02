/* Sessions of an application: the engines' own client libraries, without anything of whimbrel's. */
#include "contract.h"

#include <libpq-fe.h>
#include <mysql.h>
#include <sqlite3.h>

#define SQLITE_PATIENCE 300 /* milliseconds for a lock */

struct session {
	const struct session_kind *kind;
	struct session *next;
	PGconn *pg;
	MYSQL *my;
	sqlite3 *lite;
	char text[800];       /* what the last statement was refused with, or "" */
	struct wh_buffer out; /* rows that it gave, one a line */
};

struct session_kind {
	const char *scheme;
	bool (*open)(struct session *s, const struct wh_url *url);
	bool (*run)(struct session *s, const char *statement);
	void (*close)(struct session *s);
};

static bool said(struct session *s, bool fine, const char *words)
{
	snprintf(s->text, sizeof s->text, "%s", fine ? "" : words);
	return fine;
}

/* ---- PostgreSQL ---- */

static bool pg_open(struct session *s, const struct wh_url *url)
{
	char port[16];
	const char *host = url->host && *url->host ? url->host : wh_url_param(url, "host");
	const char *const names[] = { "host", "port", "user", "password", "dbname", NULL };
	snprintf(port, sizeof port, "%d", url->port);
	const char *const values[] = { host, url->port ? port : NULL, url->user, url->password,
		url->path, NULL };
	s->pg = PQconnectdbParams(names, values, 0);
	return said(s, PQstatus(s->pg) == CONNECTION_OK, PQerrorMessage(s->pg));
}

static bool pg_run(struct session *s, const char *statement)
{
	PGresult *r = PQexec(s->pg, statement);
	ExecStatusType status = PQresultStatus(r);
	for (int i = 0; status == PGRES_TUPLES_OK && i < PQntuples(r); i++)
		wh_buffer_format(&s->out, "%s\n", PQgetvalue(r, i, 0));
	said(s, status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, PQresultErrorMessage(r));
	PQclear(r);
	return !s->text[0];
}

static void pg_close(struct session *s)
{
	PQfinish(s->pg);
}

/* ---- MySQL and MariaDB ---- */

static bool my_open(struct session *s, const struct wh_url *url)
{
	s->my = mysql_init(NULL);
	return said(s,
		mysql_real_connect(s->my, url->host, url->user, url->password, url->path,
			(unsigned)url->port, wh_url_param(url, "socket"), 0) != NULL,
		mysql_error(s->my));
}

static bool my_run(struct session *s, const char *statement)
{
	bool fine = mysql_real_query(s->my, statement, strlen(statement)) == 0;
	MYSQL_RES *r = fine ? mysql_store_result(s->my) : NULL;
	for (MYSQL_ROW row; r && (row = mysql_fetch_row(r));)
		wh_buffer_format(&s->out, "%s\n", row[0] ? row[0] : "");
	mysql_free_result(r);
	return said(s, fine, mysql_error(s->my));
}

static void my_close(struct session *s)
{
	mysql_close(s->my);
}

/* ---- SQLite ---- */

static bool lite_open(struct session *s, const struct wh_url *url)
{
	int rc = sqlite3_open(url->path, &s->lite);
	sqlite3_busy_timeout(s->lite, SQLITE_PATIENCE);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(s->lite, "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON", NULL,
			NULL, NULL);
	return said(s, rc == SQLITE_OK, sqlite3_errmsg(s->lite));
}

static int lite_row(void *context, int n, char **values, char **names)
{
	struct session *s = context;
	(void)names;
	wh_buffer_format(&s->out, "%s\n", n && values[0] ? values[0] : "");
	return 0;
}

static bool lite_run(struct session *s, const char *statement)
{
	int rc = sqlite3_exec(s->lite, statement, lite_row, s, NULL);
	return said(s, rc == SQLITE_OK, sqlite3_errmsg(s->lite));
}

static void lite_close(struct session *s)
{
	sqlite3_close(s->lite);
}

static const struct session_kind kinds[] = {
	{ "postgresql", pg_open, pg_run, pg_close },
	{ "mysql", my_open, my_run, my_close },
	{ "sqlite", lite_open, lite_run, lite_close },
};

/* ---- of a place ---- */

struct session *session(struct place *p)
{
	struct session *s = wh_alloc(sizeof *s);
	*s = (struct session){ .next = p->sessions };
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strcmp(kinds[i].scheme, p->kind->scheme))
			s->kind = &kinds[i];
	p->sessions = s;
	demand(p, s->kind, "session.c knows no sessions of \"%s\"", p->kind->scheme);
	demand(p, s->kind->open(s, &p->url), "a session cannot begin: %s", s->text);
	return s;
}

void sessions_end(struct place *p)
{
	while (p->sessions) {
		struct session *s = p->sessions;
		p->sessions = s->next;
		if (s->kind)
			s->kind->close(s);
		wh_buffer_free(&s->out);
		free(s);
	}
}

void does(struct place *p, struct session *s, const char *const *statements)
{
	for (; *statements; statements++)
		demand(p, s->kind->run(s, *statements), "\"%.200s\" is refused: %s", *statements, s->text);
}

const char *refusal(struct session *s, const char *statement)
{
	return s->kind->run(s, statement) ? NULL : s->text;
}

const char *answer(struct place *p, struct session *s, const char *statement)
{
	wh_buffer_clear(&s->out);
	does(p, s, LINES(statement));
	return wh_buffer_string(&s->out);
}
