#include "lifecycle/statements.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include <stdlib.h>

static int compare_sql(const void *a, const void *b)
{
	return strcmp(((const struct wh_journal_statement *)a)->sql,
		((const struct wh_journal_statement *)b)->sql);
}

static void recall_states(struct wh_statement_run *r, struct wh_journal_statement *known, size_t n)
{
	if (n)
		qsort(known, n, sizeof *known, compare_sql);
	for (size_t i = 0; i < r->list.count && n; i++) {
		const struct wh_journal_statement wanted = { .sql = r->list.items[i].sql };
		const struct wh_journal_statement *k = bsearch(&wanted, known, n, sizeof *known,
			compare_sql);
		bool tried = k && strcmp(k->state, "planned");
		r->state[i] = tried ? k->state : NULL;
		r->error[i] = tried ? k->error : NULL;
	}
}

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
	if (rc == WH_OK)
		recall_states(r, known, n);
	return rc;
}

void wh_statements_free(struct wh_statement_run *r)
{
	wh_arena_free(&r->arena);
}

static bool state_is(const struct wh_statement_run *r, size_t i, const char *state)
{
	return r->state[i] && !strcmp(r->state[i], state);
}

static struct wh_journal_statement record(const struct wh_statement *s, const char *state)
{
	return (struct wh_journal_statement){ .phase = wh_phase_name(s->phase),
		.kind = s->kind,
		.object = s->object,
		.sql = s->sql,
		.state = state };
}

static int put(struct wh_statement_run *r, size_t i, const char *state, const char *why,
	int64_t usec, struct wh_error *error)
{
	struct wh_journal_statement one = record(&r->list.items[i], state);
	one.error = why;
	one.usec = usec;
	return wh_journal_statements_put(r->m->journal, &one, 1, error);
}

static int put_all(struct wh_statement_run *r, const size_t *items, size_t n, const char *state,
	struct wh_error *error)
{
	struct wh_journal_statement all[WH_STATEMENTS_TOGETHER];
	for (size_t i = 0; i < n; i++)
		all[i] = record(&r->list.items[items[i]], state);
	return wh_journal_statements_put(r->m->journal, all, n, error);
}

static void set_all(struct wh_statement_run *r, const size_t *items, size_t n, const char *state)
{
	for (size_t i = 0; i < n; i++)
		r->state[items[i]] = state;
}

/* Refused, or done in a weaker form. */
static int finding(struct wh_statement_run *r, const struct wh_statement *s, const char *rule,
	const char *text, struct wh_error *error)
{
	const char *origin = s->phase <= WH_PHASE_TABLES ? "copy" : "build";
	bool harmless = !strcmp(rule, "statement-weakened") || !strcmp(rule, "statement-refused");
	const struct wh_finding f = { .rule = rule,
		.severity = harmless ? WH_WARNING : WH_ERROR,
		.effort = WH_MANUAL,
		.object = s->object,
		.text = text,
		.source = s->sql };
	return wh_journal_finding_add(r->m->journal, origin, &f, error);
}

static int weakened(struct wh_statement_run *r, size_t i, const char *why, struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	const char *reason = why ? why : "";
	if (s->weakness)
		return finding(r, s, "statement-weakened",
			wh_arena_format(&r->arena, "%s: %s", s->weakness, reason), error);
	return finding(r, s, "constraint-weakened",
		wh_arena_format(&r->arena,
			"created so that it holds for new rows only, because rows that were moved break it: %s",
			reason),
		error);
}

/* The weaker form: a key that new rows must keep although old ones do not. That it is the weaker
 * one stands in the journal before it is made. */
static int weaken(struct wh_statement_run *r, struct wh_conn *conn, size_t i, const char *why,
	struct wh_error *error)
{
	struct wh_statement weak = r->list.items[i];
	weak.sql = weak.fallback;
	int rc = put(r, i, "weakening", why, 0, error);
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->execute(conn, &weak, error));
	wh_crash_point("constraint weakened");
	if (rc != WH_OK && !(rc == WH_EXISTS && state_is(r, i, "weakening")))
		return rc;
	r->state[i] = "weakened";
	rc = put(r, i, "weakened", why, 0, error);
	return rc == WH_OK ? weakened(r, i, why, error) : rc;
}

int wh_statement_refused(struct wh_statement_run *r, size_t i, const struct wh_error *why,
	struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	if (s->wished)
		return finding(r, s, "statement-refused",
			wh_arena_format(&r->arena,
				"the target refused it: %s; run it there, or this command again, once it can be done",
				why->text),
			error);
	if (strcmp(s->kind, "foreign key"))
		return finding(r, s, "statement-failed",
			wh_arena_format(&r->arena, "the target refused the statement: %s", why->text), error);
	if (why->code == WH_ROW)
		return finding(r, s, "foreign-key-broken",
			wh_arena_format(&r->arena, "the rows that were moved break this foreign key: %s",
				why->text),
			error);
	return finding(r, s, "foreign-key-refused",
		wh_arena_format(&r->arena,
			"the target takes no such foreign key, whatever the rows hold: its columns and those "
			"that they point at cannot be compared, or the latter are no key there: %s",
			why->text),
		error);
}

static bool refused(int rc)
{
	return rc == WH_ROW || rc == WH_CONFIG || rc == WH_EXISTS;
}

/* A refusal is an answer: the statement is no longer in doubt, and what then turns out to be there
 * was there before. */
static int refuse(struct wh_statement_run *r, size_t i, struct wh_error *error)
{
	struct wh_error later = { 0 };
	r->state[i] = "failed";
	int rc = put(r, i, "failed", error->text, 0, &later);
	if (rc == WH_OK)
		return WH_ROW;
	*error = later;
	return rc;
}

/* A statement that was begun before a crash, or whose answer was lost, is carried out again: where
 * its object turns out to be there, it had been done. */
static int execute(struct wh_statement_run *r, struct wh_conn *conn, size_t i, bool in_doubt,
	struct wh_error *error)
{
	const struct wh_statement *s = &r->list.items[i];
	int64_t began = wh_monotonic_usec();
	int rc = wh_at(error, conn, conn->kind->execute(conn, s, error));
	wh_crash_point("statement executed");
	if (rc == WH_EXISTS && in_doubt) {
		wh_error_clear(error);
		rc = WH_OK;
	}
	if (rc == WH_OK) {
		r->state[i] = "done";
		return put(r, i, "done", NULL, wh_monotonic_usec() - began, error);
	}
	if (!refused(rc))
		return rc;
	if (s->fallback) {
		struct wh_error why = *error;
		wh_error_clear(error);
		r->error[i] = wh_arena_text(&r->arena, why.text);
		rc = weaken(r, conn, i, r->error[i], error);
		if (!refused(rc))
			return rc;
		*error = why;
	}
	return refuse(r, i, error);
}

int wh_statement_do(struct wh_statement_run *r, struct wh_conn *conn, size_t i,
	struct wh_error *error)
{
	if (state_is(r, i, "done"))
		return WH_OK;
	if (state_is(r, i, "weakened"))
		return weakened(r, i, r->error[i], error);
	if (state_is(r, i, "weakening"))
		return weaken(r, conn, i, r->error[i] ? r->error[i] : "", error);
	bool in_doubt = state_is(r, i, "intended");
	int rc = put(r, i, "intended", NULL, 0, error);
	wh_crash_point("statement intended");
	r->state[i] = "intended";
	return rc == WH_OK ? execute(r, conn, i, in_doubt, error) : rc;
}

/* Those of which nothing is known but, perhaps, the intent. */
static size_t pick_open(const struct wh_statement_run *r, const size_t *items, size_t n,
	size_t *open, bool *in_doubt)
{
	size_t picked = 0;
	*in_doubt = false;
	for (size_t i = 0; i < n; i++) {
		bool intended = state_is(r, items[i], "intended");
		if (!intended && r->state[items[i]])
			continue;
		open[picked++] = items[i];
		*in_doubt = *in_doubt || intended;
	}
	return picked;
}

/* Whether something was made again that could not be made twice: then it had not been there. */
static bool made_anew(const struct wh_statement *const *list, size_t done)
{
	for (size_t i = 0; i < done; i++)
		if (!list[i]->repeatable)
			return true;
	return false;
}

/* The transaction is gone, and with it the intent; unless all of it had been done before a crash,
 * which then turns out one by one. */
static int dissolve(struct wh_statement_run *r, const size_t *open, size_t n, bool had_been_done,
	struct wh_error *error)
{
	wh_error_clear(error);
	if (had_been_done)
		return WH_DONE;
	set_all(r, open, n, NULL);
	int rc = put_all(r, open, n, "planned", error);
	return rc == WH_OK ? WH_DONE : rc;
}

int wh_statements_do(struct wh_statement_run *r, struct wh_conn *conn, const size_t *items,
	size_t n, struct wh_error *error)
{
	size_t open[WH_STATEMENTS_TOGETHER], done = 0;
	const struct wh_statement *list[WH_STATEMENTS_TOGETHER];
	bool in_doubt;
	size_t nopen = pick_open(r, items, n, open, &in_doubt);
	if (nopen < 2 || !conn->kind->execute_all)
		return WH_DONE;
	for (size_t i = 0; i < nopen; i++)
		list[i] = &r->list.items[open[i]];
	set_all(r, open, nopen, "intended");
	int rc = put_all(r, open, nopen, "intended", error);
	wh_crash_point("statement intended");
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->execute_all(conn, list, nopen, &done, error));
	wh_crash_point("statement executed");
	if (refused(rc))
		return dissolve(r, open, nopen, in_doubt && rc == WH_EXISTS && !made_anew(list, done),
			error);
	if (rc == WH_OK) {
		set_all(r, open, nopen, "done");
		rc = put_all(r, open, nopen, "done", error);
	}
	return rc;
}
