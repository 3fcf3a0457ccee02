/* After the rows: keys, indexes, constraints, counters, and what opens the target. */
#include "lifecycle/steps.h"
#include "base/text.h"
#include "lifecycle/statements.h"

#define TRIES 5

static int find_failed_tables(struct wh_statement_run *run, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	size_t n = 0;
	run->failed_tables = wh_new_array(&run->arena, bool, run->m->plan.ntables + 1);
	int rc = wh_journal_tables(run->m->journal, &run->arena, &known, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		if (known[i].number < (int64_t)run->m->plan.ntables && !strcmp(known[i].state, "failed"))
			run->failed_tables[known[i].number] = true;
	return rc;
}

static bool stands_on_failed(const struct wh_statement_run *run, size_t i)
{
	int64_t table = run->list.items[i].table;
	return table >= 0 && run->failed_tables[table];
}

/* A lost connection or a deadlock is worth another try. */
static int try_statement(struct wh_worker *w, struct wh_statement_run *run, size_t i,
	struct wh_error *error)
{
	int rc = wh_statement_do(run, w->target, i, error);
	for (int attempt = 0; rc == WH_RETRY && attempt < TRIES; attempt++) {
		wh_error_clear(error);
		rc = wh_worker_reconnect(w, attempt, error);
		if (rc == WH_OK)
			rc = wh_statement_do(run, w->target, i, error);
	}
	return rc;
}

static int do_statement(struct wh_worker *w, size_t i, struct wh_error *error)
{
	struct wh_statement_run *run = w->pool->context;
	int rc = stands_on_failed(run, i) ? WH_OK : try_statement(w, run, i, error);
	if (rc == WH_ROW) {
		struct wh_error why = *error;
		wh_error_clear(error);
		rc = wh_statement_refused(run, i, &why, error);
	}
	atomic_fetch_add(&w->m->progress->steps, 1);
	return rc;
}

/* Views that need views: rounds, as long as one more succeeds; only then is a refusal told. */
static int do_in_rounds(struct wh_worker *w, size_t job, struct wh_error *error)
{
	(void)job;
	struct wh_statement_run *run = w->pool->context;
	size_t n = run->list.count, left = n, before = n + 1;
	bool *done = wh_new_array(&run->arena, bool, n + 1);
	while (left && left < before) {
		before = left;
		for (size_t i = 0; i < n; i++) {
			if (done[i])
				continue;
			int rc = wh_worker_stopped(w, error);
			if (rc == WH_OK)
				rc = try_statement(w, run, i, error);
			if (rc != WH_OK && rc != WH_ROW)
				return rc;
			done[i] = rc == WH_OK;
			left -= done[i];
			atomic_fetch_add(&w->m->progress->steps, done[i]);
			wh_error_clear(error);
		}
	}
	for (size_t i = 0; i < n; i++) {
		int rc = done[i] ? WH_OK : do_statement(w, i, error);
		if (rc < 0)
			return rc;
	}
	return WH_OK;
}

static size_t builders(const struct wh_migration *m, enum wh_phase phase)
{
	int most = m->target_kind->facts.writers;
	bool alone = phase == WH_PHASE_OPEN || phase == WH_PHASE_COUNTERS;
	return alone ? 1 : (size_t)(most && m->workers > most ? most : m->workers);
}

static int run_phase(struct wh_statement_run *run, enum wh_phase phase, struct wh_error *error)
{
	struct wh_pool pool;
	wh_pool_init(&pool, run->m, builders(run->m, phase));
	pool.context = run;
	int rc = wh_pool_connect(&pool, WH_TARGET, true, error);
	bool rounds = phase == WH_PHASE_OPEN;
	if (rc == WH_OK)
		rc = wh_pool_run(&pool, rounds ? 1 : run->list.count, rounds ? do_in_rounds : do_statement,
			error);
	wh_pool_finish(&pool);
	return rc;
}

int wh_build_phase(struct wh_migration *m, enum wh_phase phase, struct wh_error *error)
{
	struct wh_statement_run run;
	int rc = wh_statements_load(&run, m, phase, error);
	if (rc == WH_OK)
		rc = find_failed_tables(&run, error);
	atomic_fetch_add(&m->progress->steps_all, (long long)run.list.count);
	atomic_store(&m->progress->note, wh_phase_name(phase));
	if (rc == WH_OK && run.list.count)
		rc = run_phase(&run, phase, error);
	wh_statements_free(&run);
	return rc;
}

int wh_build_refused(struct wh_migration *m, bool *any, struct wh_error *error)
{
	struct wh_journal_statement *known = NULL;
	size_t n = 0;
	struct wh_arena arena = { 0 };
	int rc = wh_journal_statements(m->journal, &arena, &known, &n, error);
	*any = false;
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		*any = *any ||
			(!strcmp(known[i].state, "failed") &&
				strcmp(known[i].phase, wh_phase_name(WH_PHASE_TABLES)));
	wh_arena_free(&arena);
	return rc;
}

/* Statements that an earlier run left refused are tried again. */
int wh_build(struct wh_migration *m, struct wh_error *error)
{
	struct wh_findings none = { .arena = &m->arena };
	int rc = wh_journal_findings_put(m->journal, "build", &none, error);
	for (int phase = WH_PHASE_KEYS; phase < WH_PHASES && rc == WH_OK; phase++)
		rc = wh_build_phase(m, (enum wh_phase)phase, error);
	return rc;
}
