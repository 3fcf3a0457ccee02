/* Phases of statements: after the rows keys, indexes, constraints, counters, and what opens the
 * target; before them what is dropped. */
#include "lifecycle/steps.h"
#include "base/text.h"
#include "lifecycle/statements.h"
#include <stdlib.h>

#define TRIES 5
#define LIGHT (1 << 20) /* bytes of rows of a table whose statements are quick */

/* Statements of one phase, heavy ones first, in slices that a worker takes at once. */
struct slice {
	size_t first, n;
};

struct build {
	struct wh_statement_run run;
	uint64_t *bytes; /* of rows, one a planned table */
	bool *failed;    /* one a planned table */
	size_t *order;   /* positions in the run's list */
	struct slice *slices;
	size_t nslices;
};

static int look_at_tables(struct build *b, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	size_t n = 0, ntables = b->run.m->plan.ntables;
	b->failed = wh_new_array(&b->run.arena, bool, ntables + 1);
	b->bytes = wh_new_array(&b->run.arena, uint64_t, ntables + 1);
	int rc = wh_journal_tables(b->run.m->journal, &b->run.arena, &known, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		if (known[i].number >= (int64_t)ntables)
			continue;
		b->failed[known[i].number] = !strcmp(known[i].state, "failed");
		b->bytes[known[i].number] = strcmp(known[i].treatment, "append")
			? known[i].tally.bytes
			: UINT64_MAX;
	}
	return rc;
}

static bool stands_on_failed(const struct build *b, size_t i)
{
	int64_t table = b->run.list.items[i].table;
	return table >= 0 && b->failed[table];
}

/* What stands on no table may be anything. */
static uint64_t weight(const struct build *b, size_t i)
{
	int64_t table = b->run.list.items[i].table;
	return table >= 0 ? b->bytes[table] : UINT64_MAX;
}

struct turn {
	size_t item;
	uint64_t bytes;
};

static int compare_turns(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static void put_in_order(struct build *b, size_t n)
{
	struct turn *turns = wh_new_array(&b->run.arena, struct turn, n + 1);
	for (size_t i = 0; i < n; i++)
		turns[i] = (struct turn){ i, weight(b, i) };
	qsort(turns, n, sizeof *turns, compare_turns);
	for (size_t i = 0; i < n; i++)
		b->order[i] = turns[i].item;
}

/* Large tables first, so that no worker stands idle beside the last one; light statements together.
 * Foreign keys lock two tables, and two transactions of several would wait for each other: such a
 * phase's light ones are one slice. */
static void cut(struct build *b, enum wh_phase phase)
{
	size_t n = b->run.list.count, end;
	size_t most = phase == WH_PHASE_CONSTRAINTS ? n : WH_STATEMENTS_TOGETHER;
	b->order = wh_new_array(&b->run.arena, size_t, n + 1);
	b->slices = wh_new_array(&b->run.arena, struct slice, n + 1);
	put_in_order(b, n);
	for (size_t first = 0; first < n; first = end) {
		bool light = weight(b, b->order[first]) < LIGHT;
		end = !light ? first + 1 : n - first > most ? first + most : n;
		b->slices[b->nslices++] = (struct slice){ first, end - first };
	}
}

/* A lost connection or a deadlock is worth another try. */
static int try_statements(struct wh_worker *w, const size_t *items, size_t n,
	struct wh_error *error)
{
	struct build *b = w->pool->context;
	int rc = WH_RETRY;
	for (int attempt = 0; rc == WH_RETRY && attempt <= TRIES; attempt++) {
		rc = attempt ? wh_worker_reconnect(w, attempt - 1, error) : WH_OK;
		wh_error_clear(rc == WH_OK ? error : &(struct wh_error){ 0 });
		if (rc == WH_OK)
			rc = n == 1 ? wh_statement_do(&b->run, w->target, *items, error)
						: wh_statements_do(&b->run, w->target, items, n, error);
	}
	return rc;
}

static int do_statement(struct wh_worker *w, size_t i, struct wh_error *error)
{
	struct build *b = w->pool->context;
	int rc = stands_on_failed(b, i) ? WH_OK : try_statements(w, &i, 1, error);
	if (rc == WH_ROW) {
		struct wh_error why = *error;
		wh_error_clear(error);
		rc = wh_statement_refused(&b->run, i, &why, error);
	}
	atomic_fetch_add(&w->m->progress->steps, 1);
	return rc;
}

static int do_together(struct wh_worker *w, const size_t *items, size_t n, struct wh_error *error)
{
	struct build *b = w->pool->context;
	size_t some[WH_STATEMENTS_TOGETHER], nsome = 0;
	for (size_t i = 0; i < n; i++)
		if (!stands_on_failed(b, items[i]))
			some[nsome++] = items[i];
	int rc = nsome > 1 ? try_statements(w, some, nsome, error) : WH_DONE;
	if (rc == WH_OK)
		atomic_fetch_add(&w->m->progress->steps, (long long)n);
	if (rc != WH_DONE)
		return rc;
	rc = WH_OK;
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		rc = do_statement(w, items[i], error);
		if (rc == WH_OK)
			rc = wh_worker_stopped(w, error);
	}
	return rc;
}

static int do_slice(struct wh_worker *w, size_t job, struct wh_error *error)
{
	struct build *b = w->pool->context;
	const struct slice *s = &b->slices[job];
	int rc = WH_OK;
	for (size_t at = 0, n; at < s->n && rc == WH_OK; at += n) {
		n = s->n - at < WH_STATEMENTS_TOGETHER ? s->n - at : WH_STATEMENTS_TOGETHER;
		rc = do_together(w, &b->order[s->first + at], n, error);
		if (rc == WH_OK)
			rc = wh_worker_stopped(w, error);
	}
	return rc;
}

/* What stands on others of its phase: views on views, and what is dropped below them. */
static bool in_rounds(enum wh_phase phase)
{
	return phase == WH_PHASE_CLEAR || phase == WH_PHASE_OPEN;
}

/* Rounds, as long as one more succeeds; only then is a refusal told. */
static int do_in_rounds(struct wh_worker *w, size_t job, struct wh_error *error)
{
	(void)job;
	struct build *b = w->pool->context;
	size_t n = b->run.list.count, left = n, before = n + 1;
	bool *done = wh_new_array(&b->run.arena, bool, n + 1);
	while (left && left < before) {
		before = left;
		for (size_t i = 0; i < n; i++) {
			if (done[i])
				continue;
			int rc = wh_worker_stopped(w, error);
			if (rc == WH_OK)
				rc = try_statements(w, &i, 1, error);
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
	bool alone = in_rounds(phase) || phase == WH_PHASE_COUNTERS;
	return alone ? 1 : (size_t)(most && m->workers > most ? most : m->workers);
}

static int run_phase(struct build *b, enum wh_phase phase, struct wh_error *error)
{
	struct wh_pool pool;
	bool rounds = in_rounds(phase);
	cut(b, phase);
	wh_pool_init(&pool, b->run.m, builders(b->run.m, phase));
	pool.context = b;
	int rc = wh_pool_connect(&pool, WH_TARGET, true, error);
	if (rc == WH_OK)
		rc = wh_pool_run(&pool, rounds ? 1 : b->nslices, rounds ? do_in_rounds : do_slice, error);
	wh_pool_finish(&pool);
	return rc;
}

/* Rows that follow the source's log must not wake what its application's writes have woken there. */
static void leave_out_firing(struct wh_statements *list)
{
	size_t n = 0;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].kind, "trigger") && strcmp(list->items[i].kind, "event"))
			list->items[n++] = list->items[i];
	list->count = n;
}

int wh_build_phase(struct wh_migration *m, enum wh_phase phase, struct wh_error *error)
{
	struct build b = { .run = { .m = m } };
	int rc = wh_statements_load(&b.run, m, phase, error);
	if (m->closed)
		leave_out_firing(&b.run.list);
	if (rc == WH_OK)
		rc = look_at_tables(&b, error);
	atomic_fetch_add(&m->progress->steps_all, (long long)b.run.list.count);
	atomic_store(&m->progress->note, wh_phase_name(phase));
	if (rc == WH_OK && b.run.list.count)
		rc = run_phase(&b, phase, error);
	wh_statements_free(&b.run);
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
		if (!m->closed || phase != WH_PHASE_COUNTERS)
			rc = wh_build_phase(m, (enum wh_phase)phase, error);
	return rc;
}
