/* All rows: one snapshot of the source across the workers, every unit of every table under it.
 *
 * What an earlier run finished under an older snapshot is stale until its digest, taken again,
 * is the same; where it is not, the unit's rows are replaced in one transaction. Units of a
 * physical address mean nothing under another snapshot, and those of a key that is made anew cannot
 * be found on the target: such a table is kept whole or begun anew. */
#include "lifecycle/steps.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/live.h"
#include "lifecycle/marks.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/scan.h"
#include <stdlib.h>

#define UNSETTLED 64
#define UNSETTLED_USEC 200000

struct table_state {
	const struct wh_plan_table *plan;
	struct wh_journal_unit *units;
	size_t nunits;
	bool skipped;            /* not created: its rows stay where they are */
	bool fresh;              /* the units are not in the journal yet */
	struct wh_digest reread; /* of units that only the source can name */
	atomic_size_t left;      /* units of this round that are not done yet */
};

struct row_job {
	struct table_state *table;
	size_t unit;
	int64_t bytes; /* estimate, to take the large ones first */
};

/* What a worker has copied and the journal does not know yet: the markers do. */
struct unsettled {
	struct wh_journal_unit units[UNSETTLED];
	size_t n;
	int64_t since;
};

struct rows {
	struct wh_migration *m;
	struct wh_arena arena;
	struct unsettled *unsettled; /* one a worker */
	struct table_state *tables;
	size_t ntables;
	struct row_job *jobs;
	size_t njobs;
	struct wh_marks marks; /* as they stood when the units were planned */
	int64_t snapshot;
	struct wh_pool pool;
	pthread_mutex_t lock; /* of the tables' sums */
};

static bool stale(const struct rows *r, const struct wh_journal_unit *u)
{
	return u->done && u->tally.snapshot != r->snapshot;
}

static struct wh_unit_job unit_job(const struct row_job *job)
{
	const struct wh_journal_unit *u = &job->table->units[job->unit];
	const struct wh_plan_table *t = job->table->plan;
	struct wh_unit_job unit = { t, wh_unit_of(&t->from, u), wh_unit_of(&t->to, u) };
	unit.to.keep = t->treatment == WH_APPEND;
	return unit;
}

static int refuse_append(const struct wh_plan_table *t, struct wh_error *error)
{
	return wh_fail(error, WH_GUARD,
		"the source's table \"%s\" has changed since a part of it was copied, and that part cannot be "
		"replaced because the target's table held other rows before (if-exists append); remove the "
		"copied rows or begin with a fresh target",
		t->source->name);
}

/* The target cannot tell which of its rows are this unit's: its range is a physical address, or of
 * a key that is made anew on the way. */
static bool only_here(const struct wh_plan_table *t, enum wh_range range)
{
	return range == WH_RANGE_PAGE || (range == WH_RANGE_KEY && t->key_is_made);
}

/* A finished unit under a new snapshot: the same digest, or its rows again. */
static int freshen(struct wh_worker *w, struct rows *r, struct row_job *job,
	struct wh_journal_unit *u, struct wh_error *error)
{
	struct wh_unit_job unit = unit_job(job);
	struct wh_tally now = { 0 };
	int rc = wh_unit_read(w, &unit, &now, error);
	if (rc != WH_OK)
		return rc;
	if (only_here(job->table->plan, u->range)) {
		pthread_mutex_lock(&r->lock);
		wh_digest_merge(&job->table->reread, &now.read);
		pthread_mutex_unlock(&r->lock);
		return WH_OK;
	}
	if (wh_digest_equal(&now.read, &u->tally.read)) {
		u->tally.snapshot = r->snapshot;
		return WH_OK;
	}
	if (job->table->plan->treatment == WH_APPEND)
		return refuse_append(job->table->plan, error);
	u->tally = (struct wh_tally){ .snapshot = r->snapshot };
	unit.to.redo = true;
	return wh_unit_copy(w, &unit, &u->tally, error);
}

static int settle(struct wh_worker *w, struct unsettled *s, struct wh_error *error)
{
	int rc = wh_units_settle(w, s->units, s->n, error);
	s->n = 0;
	return rc;
}

/* Of many small units the journal hears at once. */
static int note_unit(struct wh_worker *w, const struct wh_journal_unit *u, struct wh_error *error)
{
	struct rows *r = w->pool->context;
	struct unsettled *s = &r->unsettled[w - w->pool->workers];
	if (s->n == 0)
		s->since = wh_monotonic_usec();
	s->units[s->n++] = *u;
	bool due = s->n == UNSETTLED || wh_monotonic_usec() - s->since > UNSETTLED_USEC;
	return due ? settle(w, s, error) : WH_OK;
}

/* Empty: its marker is made with those of others. */
static int copy_unit(struct wh_worker *w, struct row_job *job, struct wh_journal_unit *u,
	struct wh_error *error)
{
	struct rows *r = w->pool->context;
	struct wh_unit_job unit = unit_job(job);
	u->tally = (struct wh_tally){ .snapshot = r->snapshot };
	int rc = wh_unit_copy(w, &unit, &u->tally, error);
	struct wh_journal_unit told = *u;
	told.done = rc == WH_OK;
	u->done = rc >= 0;
	bool older = rc == WH_OK && stale(r, u);
	return rc < 0 || older ? rc : note_unit(w, &told, error);
}

static int do_job(struct wh_worker *w, size_t number, struct wh_error *error)
{
	struct rows *r = w->pool->context;
	struct row_job *job = &r->jobs[number];
	struct wh_journal_unit *u = &job->table->units[job->unit];
	int rc = u->done ? WH_OK : copy_unit(w, job, u, error);
	if (rc >= 0 && stale(r, u)) {
		rc = freshen(w, r, job, u, error);
		if (rc == WH_OK && !stale(r, u))
			rc = note_unit(w, u, error);
	}
	if (rc < 0 && error->code != WH_OK && !error->place[0])
		wh_fail_place(error, "table %s, unit %lld", job->table->plan->source->name,
			(long long)u->number);
	if (atomic_fetch_sub(&job->table->left, 1) == 1)
		atomic_fetch_add(&r->m->progress->tables, 1);
	atomic_fetch_add(&r->m->progress->steps, 1);
	return rc;
}

/* Such a range is only worth its trouble where a table has several units that may be written
 * again from the first: not where it is one, and not where other rows stand beside ours. */
static void without_own_ranges(const struct wh_plan_table *t, struct wh_units *units)
{
	bool own = units->count && only_here(t, units->items[0].range);
	if (!own || (units->count > 1 && t->treatment != WH_APPEND))
		return;
	units->count = 1;
	units->items[0] = wh_whole_table(t, WH_SOURCE);
}

static int split(struct rows *r, struct table_state *t, struct wh_error *error)
{
	struct wh_conn *source = r->pool.workers[0].source;
	struct wh_units units = { .arena = &r->arena };
	const struct wh_table *from = t->plan->source;
	const struct wh_split_hint hint = { .unit_bytes = (int64_t)r->m->settings->unit_bytes,
		.rows = from->rows,
		.bytes = from->bytes,
		.most = 4096 };
	int rc = wh_at(error, source,
		source->kind->split(source, &t->plan->from, &hint, &units, error));
	if (rc == WH_OK)
		without_own_ranges(t->plan, &units);
	t->nunits = rc == WH_OK ? units.count : 0;
	t->units = wh_new_array(&r->arena, struct wh_journal_unit, t->nunits + 1);
	for (size_t i = 0; i < t->nunits; i++) {
		const struct wh_unit *u = &units.items[i];
		t->units[i] = (struct wh_journal_unit){ .table = t->plan->number,
			.number = (int64_t)i,
			.range = u->range,
			.first = u->first,
			.last = u->last };
	}
	t->fresh = true;
	return rc;
}

/* The new units of all tables are in the journal before the first of them is copied. */
static int put_fresh(struct rows *r, struct wh_error *error)
{
	struct wh_units fresh = { .arena = &r->arena };
	for (size_t i = 0; i < r->ntables; i++) {
		struct table_state *t = &r->tables[i];
		for (size_t u = 0; t->fresh && u < t->nunits; u++)
			*wh_push(&r->arena, &fresh.items, &fresh.count) = wh_unit_of(&t->plan->from,
				&t->units[u]);
		t->fresh = false;
	}
	return fresh.count ? wh_journal_units_put(r->m->journal, fresh.items, fresh.count, error)
					   : WH_OK;
}

static size_t count_done(const struct table_state *t)
{
	size_t done = 0;
	for (size_t i = 0; i < t->nunits; i++)
		done += t->units[i].done;
	return done;
}

static bool whole_only(const struct table_state *t)
{
	return t->nunits && only_here(t->plan, t->units[0].range);
}

/* Empties the table and forgets its units. */
static int begin_anew(struct rows *r, struct table_state *t, struct wh_error *error)
{
	struct wh_conn *target = r->pool.workers[0].target;
	if (t->plan->treatment == WH_APPEND)
		return refuse_append(t->plan, error);
	int rc = wh_at(error, target,
		target->kind->empty(target, t->plan->number, &t->plan->to, error));
	const struct wh_journal_unit all = { .table = t->plan->number, .number = -1 };
	if (rc == WH_OK)
		rc = wh_journal_quarantine_clear(r->m->journal, &all, 1, error);
	if (rc == WH_OK)
		rc = split(r, t, error);
	return rc == WH_OK ? put_fresh(r, error) : rc;
}

/* The units of an earlier run, or new ones. */
static int plan_units(struct rows *r, struct table_state *t, struct wh_error *error)
{
	if (!t->nunits)
		return split(r, t, error);
	wh_marks_trust(&r->marks, t->units, t->nunits);
	if (whole_only(t) && !r->m->source_kind->facts.pages_stay && count_done(t) < t->nunits)
		return begin_anew(r, t, error);
	return WH_OK;
}

/* What the journal knows of the plan's tables, which stand in order of their number. */
static int recall_tables(struct rows *r, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	struct wh_journal_unit *units = NULL;
	size_t n = 0, nunits = 0;
	int rc = wh_journal_tables(r->m->journal, &r->arena, &known, &n, error);
	for (size_t i = 0; rc == WH_OK && i < n; i++)
		if ((size_t)known[i].number < r->ntables && !strcmp(known[i].state, "failed"))
			r->tables[known[i].number].skipped = true;
	if (rc == WH_OK)
		rc = wh_journal_units(r->m->journal, -1, &r->arena, &units, &nunits, error);
	for (size_t i = 0; rc == WH_OK && i < nunits; i++) {
		if ((size_t)units[i].table >= r->ntables)
			continue;
		struct table_state *t = &r->tables[units[i].table];
		t->units = t->nunits++ ? t->units : &units[i];
	}
	return rc;
}

static int load_tables(struct rows *r, struct wh_error *error)
{
	r->ntables = r->m->plan.ntables;
	r->tables = wh_new_array(&r->arena, struct table_state, r->ntables + 1);
	for (size_t i = 0; i < r->ntables; i++) {
		r->tables[i].plan = &r->m->plan.tables[i];
		r->tables[i].skipped = r->m->plan.tables[i].no_rows;
	}
	int rc = recall_tables(r, error);
	for (size_t i = 0; rc == WH_OK && i < r->ntables; i++) {
		if (!r->tables[i].skipped)
			rc = plan_units(r, &r->tables[i], error);
		if (rc == WH_OK)
			rc = wh_migration_stopped(r->m, error);
	}
	return rc == WH_OK ? put_fresh(r, error) : rc;
}

static int compare_jobs(const void *a, const void *b)
{
	const struct row_job *x = a, *y = b;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->unit < y->unit ? -1 : 1;
}

/* What is not yet there under this snapshot, large tables first. */
static void collect_jobs(struct rows *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->ntables; i++)
		n += r->tables[i].nunits;
	r->jobs = wh_new_array(&r->arena, struct row_job, n + 1);
	r->njobs = 0;
	long long expected = 0;
	for (size_t i = 0; i < r->ntables; i++) {
		struct table_state *t = &r->tables[i];
		expected += t->plan->source->rows > 0 ? t->plan->source->rows : 0;
		size_t before = r->njobs;
		for (size_t u = 0; u < t->nunits && !t->skipped; u++)
			if (!t->units[u].done || stale(r, &t->units[u]))
				r->jobs[r->njobs++] = (struct row_job){ t, u, t->plan->source->bytes };
		atomic_store(&t->left, r->njobs - before);
		if (r->njobs == before)
			atomic_fetch_add(&r->m->progress->tables, 1);
	}
	qsort(r->jobs, r->njobs, sizeof *r->jobs, compare_jobs);
	atomic_store(&r->m->progress->steps_all, (long long)r->njobs);
	atomic_store(&r->m->progress->rows_all, expected ? expected : -1);
	atomic_store(&r->m->progress->tables_all, (long long)r->ntables);
}

static int run_jobs(struct rows *r, struct wh_error *error)
{
	collect_jobs(r);
	r->unsettled = wh_new_array(&r->arena, struct unsettled, r->pool.nworkers);
	int rc = wh_units_start(&r->pool, error);
	if (rc == WH_OK)
		rc = wh_pool_run(&r->pool, r->njobs, do_job, error);
	wh_units_finish(&r->pool);
	for (size_t i = 0; i < r->pool.nworkers && rc == WH_OK; i++)
		rc = settle(&r->pool.workers[i], &r->unsettled[i], error);
	return rc;
}

static struct wh_digest sum_read(const struct table_state *t)
{
	struct wh_digest sum = { 0 };
	for (size_t i = 0; i < t->nunits; i++)
		wh_digest_merge(&sum, &t->units[i].tally.read);
	return sum;
}

static int accept_whole(struct rows *r, struct table_state *t, struct wh_error *error)
{
	for (size_t i = 0; i < t->nunits; i++)
		t->units[i].tally.snapshot = r->snapshot;
	return wh_journal_units_done(r->m->journal, t->units, t->nunits, error);
}

/* Tables of such units that were read again: equal as a whole, or emptied for a second round. */
static int settle_wholes(struct rows *r, bool *again, struct wh_error *error)
{
	*again = false;
	for (size_t i = 0; i < r->ntables; i++) {
		struct table_state *t = &r->tables[i];
		if (t->skipped || !whole_only(t) || !stale(r, &t->units[0]))
			continue;
		struct wh_digest then = sum_read(t);
		bool equal = wh_digest_equal(&then, &t->reread);
		int rc = equal ? accept_whole(r, t, error) : begin_anew(r, t, error);
		if (rc != WH_OK)
			return rc;
		*again = *again || !equal;
	}
	return WH_OK;
}

static void sum_units(const struct table_state *t, struct wh_journal_table *out)
{
	out->tally = (struct wh_tally){ 0 };
	for (size_t u = 0; u < t->nunits; u++)
		wh_tally_merge(&out->tally, &t->units[u].tally);
	out->state = "copied";
	out->checked = false;
	out->rows_differing = -1;
}

static int note_copied(struct rows *r, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	size_t n = 0;
	int rc = wh_journal_tables(r->m->journal, &r->arena, &known, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		for (size_t k = 0; k < r->ntables; k++)
			if (!r->tables[k].skipped && r->tables[k].plan->number == known[i].number)
				sum_units(&r->tables[k], &known[i]);
	return rc == WH_OK ? wh_journal_tables_put(r->m->journal, known, n, error) : rc;
}

static int put_number(struct wh_journal *j, const char *name, int64_t value, struct wh_error *error)
{
	char text[24];
	text[wh_format_int64(text, value)] = 0;
	return wh_journal_set(j, name, text, error);
}

static int take_snapshot(struct rows *r, struct wh_error *error)
{
	struct wh_conn *sources[WH_WORKERS_MAX];
	struct wh_snapshot snapshot = { .live = r->m->settings->live.enabled };
	size_t n = r->pool.nworkers;
	for (size_t i = 0; i < n; i++)
		sources[i] = r->pool.workers[i].source;
	int rc = wh_at(error, sources[0], r->m->source_kind->snapshot(sources, &n, &snapshot, error));
	if (rc != WH_OK)
		return rc;
	for (size_t i = n; i < r->pool.nworkers; i++) {
		wh_conn_close(r->pool.workers[i].source);
		r->pool.workers[i].source = NULL;
	}
	r->pool.nworkers = n;
	const char *last = wh_journal_get(r->m->journal, "snapshot", &r->arena);
	r->snapshot = (last ? strtoll(last, NULL, 10) : 0) + 1;
	rc = put_number(r->m->journal, "snapshot", r->snapshot, error);
	if (rc == WH_OK)
		rc = wh_journal_set(r->m->journal, "snapshot_text", snapshot.text, error);
	if (rc == WH_OK && snapshot.live)
		rc = wh_live_note_snapshot(r->m, &snapshot.position, error);
	if (rc == WH_OK)
		rc = wh_journal_event(r->m->journal,
			wh_arena_format(&r->arena, "snapshot %lld taken: %s", (long long)r->snapshot,
				snapshot.text),
			error);
	return rc;
}

static size_t writers(const struct wh_migration *m)
{
	int most = m->target_kind->facts.writers;
	return (size_t)(most && m->workers > most ? most : m->workers);
}

static int open_ends(struct rows *r, struct wh_error *error)
{
	int rc = wh_pool_connect(&r->pool, WH_SOURCE, false, error);
	if (rc == WH_OK)
		rc = take_snapshot(r, error);
	if (rc == WH_OK)
		rc = wh_pool_connect(&r->pool, WH_TARGET, true, error);
	return rc;
}

/* A server that died may have lost what it had said was there: WH_RETRY begins a new round. */
static int check_marks(struct rows *r, struct wh_error *error)
{
	int rc = wh_marks_read(&r->marks, r->m, r->pool.workers[0].target, error);
	for (size_t i = 0; i < r->ntables && rc == WH_OK; i++)
		for (size_t u = 0; u < r->tables[i].nunits && rc == WH_OK; u++)
			if (!r->tables[i].skipped && !wh_marks_find(&r->marks, &r->tables[i].units[u]))
				rc = wh_fail(error, WH_RETRY,
					"the target has lost rows of table \"%s\" that it had "
					"committed; they are copied again",
					r->tables[i].plan->source->name);
	return rc;
}

static int copy_all(struct rows *r, struct wh_error *error)
{
	bool again = false;
	int rc = open_ends(r, error);
	if (rc == WH_OK)
		rc = wh_marks_read(&r->marks, r->m, r->pool.workers[0].target, error);
	if (rc == WH_OK)
		rc = load_tables(r, error);
	if (rc == WH_OK)
		rc = run_jobs(r, error);
	if (rc == WH_OK)
		rc = settle_wholes(r, &again, error);
	if (rc == WH_OK && again)
		rc = run_jobs(r, error);
	if (rc == WH_OK)
		rc = check_marks(r, error);
	if (rc == WH_OK)
		rc = note_copied(r, error);
	return rc;
}

static int copy_again(struct rows *r, struct wh_error *error)
{
	int rc = open_ends(r, error);
	if (rc == WH_OK)
		rc = begin_anew(r, &r->tables[0], error);
	if (rc == WH_OK)
		rc = run_jobs(r, error);
	if (rc == WH_OK)
		rc = check_marks(r, error);
	if (rc == WH_OK)
		rc = note_copied(r, error);
	return rc;
}

static int with_pool(struct rows *r, int (*step)(struct rows *, struct wh_error *),
	struct wh_error *error)
{
	pthread_mutex_init(&r->lock, NULL);
	wh_pool_init(&r->pool, r->m, writers(r->m));
	r->pool.context = r;
	int rc = step(r, error);
	wh_pool_finish(&r->pool);
	pthread_mutex_destroy(&r->lock);
	wh_marks_free(&r->marks);
	wh_arena_free(&r->arena);
	return rc;
}

int wh_copy_rows(struct wh_migration *m, struct wh_error *error)
{
	struct rows r = { .m = m };
	return with_pool(&r, copy_all, error);
}

int wh_copy_table_again(struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_error *error)
{
	struct table_state table = { .plan = t };
	struct rows r = { .m = m, .tables = &table, .ntables = 1 };
	return with_pool(&r, copy_again, error);
}
