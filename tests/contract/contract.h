/* contract: what the contract tests share: one empty database for each test and connector, tables
 * made through plan and ddl, rows as texts.
 *
 * A test is a function over a place. It runs once for every registered connector; a connector
 * whose server is not named by the environment, or that lacks a verb, is skipped aloud. */
#ifndef WH_TESTS_CONTRACT_H
#define WH_TESTS_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lifecycle/plan/plan.h"
#include "model/connector.h"
#include "model/value.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SEED 7
#define PLACE_CONNS 16

/* What the tests must know of an engine: how to get an empty database, and a little SQL. */
struct engine {
	const char *scheme;
	const char *variable;     /* of the environment: URL of a user who may do everything */
	const char *make, *drop;  /* a database named %s; NULL: it is a file */
	const char *make_user[3]; /* who needs the password "right"; %s: the name */
	const char *drop_user;
	const char *slow; /* a condition over whose value the engine broods for long */
	const char
		*ours; /* a query: names of all that begin with "whimbrel", in this database or for it */
};

struct place {
	const struct engine *engine;
	const struct wh_connector *kind;
	struct wh_arena arena;
	struct wh_url url; /* of a database of its own, empty at first */
	char name[64];
	bool made;
	struct wh_error error;
	struct wh_claim claim;
	struct wh_conn *conns[PLACE_CONNS];
	size_t nconns;
	struct session *sessions;
};

struct contract_test {
	const char *name;
	void (*run)(struct place *p);
};

/* Runs every test for every connector; what main() returns. */
int contract_run(const char *group, const struct contract_test *tests, size_t n);

/* Fails unless the call answers `code`; its error must be p->error. */
#define wants(p, code, call) contract_wants((p), (code), (call), #call, __FILE__, __LINE__)
#define ok(p, call) wants((p), WH_OK, (call))
void contract_wants(struct place *p, int code, int got, const char *call, const char *file,
	int line);
/* Fails with a text that begins with the connector. */
#define demand(p, condition, ...) \
	do { \
		if (!(condition)) \
			contract_fail((p), __FILE__, __LINE__, #condition, __VA_ARGS__); \
	} while (0)
_Noreturn void contract_fail(struct place *p, const char *file, int line, const char *what,
	const char *format, ...) WH_FORMAT(5, 6);
/* Skips, aloud, where the connector has no such verb. */
#define needs(p, verb) contract_needs((p), (p)->kind->verb != NULL, #verb)
void contract_needs(struct place *p, bool there, const char *what);

/* Another, empty place of the same engine; dropped with the test. */
struct place *place_beside(struct place *p);
struct wh_conn *reader(struct place *p);       /* read-only, as a source is opened */
struct wh_conn *plain_writer(struct place *p); /* a target, without a claim */
struct wh_conn *writer(struct place *p);       /* a target under p->claim; the first one prepares */
void closed(struct place *p, struct wh_conn *conn);
/* Any statement, by the connector's own hand. */
int sql(struct place *p, struct wh_conn *conn, const char *statement);
/* One of the engine's formats, with the place's name, by the user who may do everything. */
int administer(struct place *p, const char *format);

/* session.c: sessions of an application that knows nothing of whimbrel. */
struct session *session(struct place *p);
void does(struct place *p, struct session *s, const char *const *statements);
/* Why the statement is refused; NULL: it is not. */
const char *refusal(struct session *s, const char *statement);
/* The first column of all rows, each with a newline behind. */
const char *answer(struct place *p, struct session *s, const char *statement);
void sessions_end(struct place *p); /* with the place */

/* tables.c */
struct spec {
	const char *name;
	enum wh_kind kind;
	int64_t length;
	int32_t precision, scale;
	bool required, key, identity, unique;
};
/* Some registered connector that is not p's. */
const struct wh_connector *other_engine(const struct place *p);
/* The plan of a catalog for this place, and its statements of one phase carried out. */
void make_plan(struct place *p, struct wh_plan *plan, const struct wh_connector *source,
	const struct wh_catalog *catalog);
void run_phase(struct place *p, struct wh_conn *conn, const struct wh_plan *plan,
	enum wh_phase phase);
/* The plan of one table as it would come from another engine; and the table, made with its keys. */
const struct wh_plan *plan_table(struct place *p, const char *name, const struct spec *specs,
	size_t n);
const struct wh_plan_table *make_table(struct place *p, const char *name, const struct spec *specs,
	size_t n);
/* id INT64 key, name TEXT(40) NOT NULL. */
const struct wh_plan_table *make_things(struct place *p, const char *name);

struct wh_unit unit_of(const struct wh_rowset *rows, int64_t table, int64_t number);
struct wh_unit range_of(const struct wh_rowset *rows, int64_t number, int64_t first, int64_t last);

/* Rows as texts, "1|one"; \N is null. The batch has the rowset's kinds as they travel. */
void put_row(struct place *p, const struct wh_rowset *rows, struct wh_batch *b, const char *line);
int write_lines(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	const char *const *lines);
/* The verbs, with a tally of nothing; what an earlier call said is forgotten. */
int begin(struct place *p, struct wh_conn *out, const struct wh_unit *unit);
int commit(struct place *p, struct wh_conn *out);
int abandon(struct place *p, struct wh_conn *out);
/* begin, write, commit. */
void write_unit(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	const char *const *lines);
void write_numbers(struct place *p, struct wh_conn *conn, const struct wh_unit *unit, int64_t from,
	int64_t n);
#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Reads the unit to its end on a connection. */
int read_digest(struct place *p, struct wh_conn *conn, const struct wh_unit *unit,
	struct wh_digest *out);
/* All rows, seen by a new connection, sorted, each with a newline behind. */
const char *contents(struct place *p, const struct wh_rowset *rows);
void stands(struct place *p, const struct wh_rowset *rows, const char *want, const char *when);
struct wh_digest digest_of(struct place *p, const struct wh_rowset *rows);

#endif
