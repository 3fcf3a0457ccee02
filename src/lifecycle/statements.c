#include "lifecycle/statements.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include <stdlib.h>

int wh_statements_load(struct wh_statement_run *r, struct wh_migration *m, enum wh_phase phase,
	struct wh_error *error)
{
	*r = (struct wh_statement_run){ .m = m };
	r->list.arena = &r->arena;
	struct wh_journal_statement *known = NULL;
	size_t n = 0;
	int rc = m->target_kind->ddl(&m->plan, phase, &r->list, error);
	if (rc == WH_OK)
		rc = wh_journal_statements(m->journal, &r->arena, &known, &n, error);
	r->state = wh_new_array(&r->arena, const char *, r->list.count + 1);
	r->error = wh_new_array(&r->arena, const char *, r->list.count + 1);
	for (size_t i = 0; rc == WH_OK && i < r->list.count; i++)
		for (size_t k = 0; k < n; k++)
			if (!strcmp(known[k].sql, r->list.items[i].sql)) {
				r->state[i] = known[k].state;
				r->error[i] = known[k].error;
			}
	return rc;
}

void wh_statements_free(struct wh_statement_run *r)
{
	if (r->target)
		wh_catalog_free(r->target);
	free(r->target);
	wh_arena_free(&r->arena);
}

static int put(struct wh_statement_run *r, size_t i, const char *state, const char *why,
	int64_t usec, struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	const struct wh_journal_statement record = { .phase = wh_phase_name(s->phase),
		.kind = s->kind, .object = s->object, .sql = s->sql, .state = state, .error = why,
		.usec = usec };
	return wh_journal_statement_put(r->m->journal, &record, error);
}

static const struct wh_table *target_table(const struct wh_statement_run *r,
	const struct wh_statement *s)
{
	if (s->table < 0)
		return NULL;
	const struct wh_plan_table *t = &r->m->plan.tables[s->table];
	return wh_catalog_table(r->target, t->schema, t->name);
}

static bool table_holds(const struct wh_table *t, const char *name)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (wh_equal_nocase(t->indexes[i].name, name))
			return true;
	for (size_t i = 0; i < t->nforeign_keys; i++)
		if (wh_equal_nocase(t->foreign_keys[i].name, name))
			return true;
	for (size_t i = 0; i < t->nchecks; i++)
		if (wh_equal_nocase(t->checks[i].name, name))
			return true;
	return false;
}

static bool catalog_holds(const struct wh_catalog *c, const struct wh_statement *s)
{
	for (size_t i = 0; i < c->nobjects; i++)
		if (!strcmp(c->objects[i].kind, s->kind) && wh_equal(c->objects[i].name, s->name))
			return true;
	for (size_t i = 0; i < c->nsequences; i++)
		if (!strcmp(s->kind, "sequence") && wh_equal(c->sequences[i].name, s->name))
			return true;
	return false;
}

/* Whether the object of a statement that was begun, and of which no end is known, is there. */
static bool is_there(const struct wh_statement_run *r, const struct wh_statement *s)
{
	const struct wh_table *t = target_table(r, s);
	if (!s->name)
		return false;
	if (!strcmp(s->kind, "table"))
		return t != NULL;
	return (t && table_holds(t, s->name)) || catalog_holds(r->target, s);
}

static int describe_target(struct wh_statement_run *r, struct wh_error *error)
{
	struct wh_conn *conn;
	if (r->target)
		return WH_OK;
	r->target = wh_alloc(sizeof *r->target);
	wh_catalog_init(r->target, r->m->target_kind->scheme);
	int rc = wh_migration_connect(r->m, WH_TARGET, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	rc = wh_at(error, conn, conn->kind->describe(conn, r->target, error));
	wh_conn_close(conn);
	return rc;
}

/* WH_DONE: it happened before the crash. */
static int in_doubt(struct wh_statement_run *r, size_t i, struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	if (!r->state[i] || strcmp(r->state[i], "intended") || s->repeatable)
		return WH_OK;
	int rc = describe_target(r, error);
	if (rc != WH_OK)
		return rc;
	return is_there(r, s) ? WH_DONE : WH_OK;
}

static int finding(struct wh_statement_run *r, const struct wh_statement *s, const char *rule,
	const char *text, struct wh_error *error)
{
	const char *origin = s->phase == WH_PHASE_TABLES ? "copy" : "build";
	const struct wh_finding f = { .rule = rule, .severity = WH_ERROR, .effort = WH_MANUAL,
		.object = s->object, .text = text, .source = s->sql };
	return wh_journal_finding_add(r->m->journal, origin, &f, error);
}

static int weakened(struct wh_statement_run *r, size_t i, const char *why, struct wh_error *error)
{
	return finding(r, &r->list.items[i], "constraint-weakened", wh_arena_format(&r->arena,
		"created so that it holds for new rows only, because rows that were moved break it: %s",
		why ? why : ""), error);
}

/* The weaker form: a key that new rows must keep although old ones do not. */
static int weaken(struct wh_statement_run *r, struct wh_conn *conn, size_t i,
	const struct wh_error *why, struct wh_error *error)
{
	struct wh_statement weak = r->list.items[i];
	weak.sql = weak.fallback;
	int rc = wh_at(error, conn, conn->kind->execute(conn, &weak, error));
	if (rc != WH_OK)
		return rc;
	rc = put(r, i, "weakened", why->text, 0, error);
	return rc == WH_OK ? weakened(r, i, why->text, error) : rc;
}

int wh_statement_refused(struct wh_statement_run *r, size_t i, const struct wh_error *why,
	struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	int rc = put(r, i, "failed", why->text, 0, error);
	if (rc != WH_OK)
		return rc;
	bool check = !strcmp(s->kind, "foreign key");
	return finding(r, s, check ? "foreign-key-broken" : "statement-failed",
		wh_arena_format(&r->arena, "%s: %s", check ? "the rows that were moved break this foreign key"
			: "the target refused the statement", why->text), error);
}

static bool refused(int rc, const struct wh_error *error)
{
	return rc == WH_ROW || rc == WH_CONFIG ||
		(rc == WH_STOP && !error->interrupted && error->state[0] && strncmp(error->state, "53", 2));
}

static int execute(struct wh_statement_run *r, struct wh_conn *conn, size_t i,
	struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	int64_t began = wh_monotonic_usec();
	int rc = wh_at(error, conn, conn->kind->execute(conn, s, error));
	wh_crash_point("statement executed");
	if (rc == WH_OK)
		return put(r, i, "done", NULL, wh_monotonic_usec() - began, error);
	if (!refused(rc, error))
		return rc;
	if (s->fallback) {
		struct wh_error why = *error;
		wh_error_clear(error);
		rc = weaken(r, conn, i, &why, error);
		if (!refused(rc, error))
			return rc;
		*error = why;
	}
	return WH_ROW;
}

int wh_statement_do(struct wh_statement_run *r, struct wh_conn *conn, size_t i,
	struct wh_error *error)
{
	if (r->state[i] && !strcmp(r->state[i], "done"))
		return WH_OK;
	if (r->state[i] && !strcmp(r->state[i], "weakened"))
		return weakened(r, i, r->error[i], error);
	int rc = in_doubt(r, i, error);
	if (rc == WH_DONE)
		return put(r, i, "done", NULL, 0, error);
	if (rc != WH_OK)
		return rc;
	rc = put(r, i, "intended", NULL, 0, error);
	wh_crash_point("statement intended");
	return rc == WH_OK ? execute(r, conn, i, error) : rc;
}
