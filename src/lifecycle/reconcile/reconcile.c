#include "base/text.h"
#include "lifecycle/pool.h"
#include "lifecycle/reconcile/parts.h"

/* A piece of a table of the source that is read. */
struct piece {
	struct wh_table_job *job;
	struct wh_unit unit;
};

struct reconciling {
	struct wh_migration *m;
	struct wh_arena arena;
	struct wh_table_job *jobs;
	size_t njobs;
	struct wh_controls *asked; /* one a control of the user's */
	struct wh_controls all;
	struct piece *pieces;
	size_t npieces;
	pthread_mutex_t lock; /* of what pieces are added to */
	struct wh_pool pool;
};

static bool wanted(const struct wh_migration *m)
{
	const struct wh_settings *s = m->settings;
	if (s->live.enabled || s->reconcile == WH_RECONCILE_NO)
		return false;
	return s->reconcile == WH_RECONCILE_YES || s->ncontrols || m->source_kind->codec;
}

int wh_reconcile_check(struct wh_migration *m, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < m->settings->ncontrols; i++)
		rc = wh_asked_check(m, &m->settings->controls[i], error);
	return rc;
}

int wh_reconcile_forget(struct wh_migration *m, struct wh_error *error)
{
	const struct wh_controls none = { 0 };
	return wh_journal_controls_put(m->journal, &none, error);
}

/* ---- what is done ---- */

static int64_t rows_before(struct reconciling *r, int64_t table)
{
	struct wh_digest before = { 0 };
	const char *name = wh_arena_format(&r->arena, "baseline_%lld", (long long)table);
	const char *text = wh_journal_get(r->m->journal, name, &r->arena);
	return text && wh_digest_parse(text, &before) ? (int64_t)before.rows : 0;
}

/* A table that failed has no rows to speak of, and is told already. */
static int load(struct reconciling *r, struct wh_error *error)
{
	struct wh_journal_table *tables = NULL;
	size_t n = 0;
	int rc = wh_journal_tables(r->m->journal, &r->arena, &tables, &n, error);
	for (size_t i = 0; rc == WH_OK && i < n; i++) {
		if (tables[i].number < 0 || (size_t)tables[i].number >= r->m->plan.ntables)
			continue;
		const struct wh_plan_table *t = &r->m->plan.tables[tables[i].number];
		if (t->no_rows || wh_equal(tables[i].state, "failed"))
			continue;
		*wh_push(&r->arena, &r->jobs, &r->njobs) = (struct wh_table_job){ .table = t,
			.tally = tables[i].tally,
			.source.wish = wh_table_wish(r->m, t, &r->arena),
			.before = t->treatment == WH_APPEND ? rows_before(r, tables[i].number) : 0 };
	}
	r->asked = wh_new_array(&r->arena, struct wh_controls, r->m->settings->ncontrols + 1);
	return rc;
}

/* ---- the source's rows once more, in pieces ---- */

static int cut(struct reconciling *r, struct wh_table_job *job, struct wh_error *error)
{
	struct wh_conn *source = r->pool.workers[0].source;
	struct wh_units units = { .arena = &r->arena };
	const struct wh_split_hint hint = { .unit_bytes = (int64_t)r->m->settings->unit_bytes,
		.rows = job->table->source->rows,
		.bytes = job->table->source->bytes,
		.most = 4096,
		.pages = true };
	if (!job->source.wish.nfields)
		return WH_OK;
	int rc = wh_at(error, source,
		source->kind->split(source, &job->table->from, &hint, &units, error));
	for (size_t i = 0; rc == WH_OK && i < units.count; i++)
		*wh_push(&r->arena, &r->pieces, &r->npieces) = (struct piece){ job, units.items[i] };
	return rc;
}

static int read_piece(struct wh_worker *w, size_t number, struct wh_error *error)
{
	struct reconciling *r = w->pool->context;
	const struct piece *piece = &r->pieces[number];
	struct wh_totals totals = { .wish = piece->job->source.wish };
	int rc = wh_totals_read(r->m, w->source, &piece->unit, &totals, error);
	pthread_mutex_lock(&r->lock);
	wh_totals_merge(&piece->job->source, &totals);
	pthread_mutex_unlock(&r->lock);
	wh_totals_free(&totals);
	atomic_fetch_add(&r->m->progress->steps, 1);
	return rc;
}

static int read_source(struct reconciling *r, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < r->njobs; i++)
		rc = cut(r, &r->jobs[i], error);
	atomic_fetch_add(&r->m->progress->steps_all, (long long)r->npieces);
	return rc == WH_OK ? wh_pool_run(&r->pool, r->npieces, read_piece, error) : rc;
}

/* ---- the controls ---- */

static int work(struct wh_worker *w, size_t number, struct wh_error *error)
{
	struct reconciling *r = w->pool->context;
	size_t asked = number - r->njobs;
	int rc = number < r->njobs
		? wh_table_controls(r->m, &r->jobs[number], w->target, error)
		: wh_asked_control(r->m, &r->m->settings->controls[asked], w->source, w->target,
			  &r->asked[asked], error);
	atomic_fetch_add(&r->m->progress->steps, 1);
	return rc;
}

/* What the source says of itself comes first, then in the plan's order, then in the user's. */
static int system_controls(struct reconciling *r, struct wh_error *error)
{
	struct wh_conn *source = r->pool.workers[0].source;
	if (!r->m->source_kind->controls)
		return WH_OK;
	return wh_at(error, source, r->m->source_kind->controls(source, &r->all, error));
}

static void gather(struct reconciling *r)
{
	for (size_t i = 0; i < r->njobs; i++)
		wh_controls_merge(&r->all, &r->jobs[i].controls);
	for (size_t i = 0; i < r->m->settings->ncontrols; i++)
		wh_controls_merge(&r->all, &r->asked[i]);
}

static void release(struct reconciling *r)
{
	for (size_t i = 0; i < r->njobs; i++) {
		wh_controls_free(&r->jobs[i].controls);
		wh_totals_free(&r->jobs[i].source);
	}
	for (size_t i = 0; i < r->m->settings->ncontrols; i++)
		wh_controls_free(&r->asked[i]);
	wh_controls_free(&r->all);
	wh_pool_finish(&r->pool);
	pthread_mutex_destroy(&r->lock);
	wh_arena_free(&r->arena);
}

static int take_controls(struct reconciling *r, struct wh_error *error)
{
	size_t jobs = r->njobs + r->m->settings->ncontrols;
	atomic_fetch_add(&r->m->progress->steps_all, (long long)jobs);
	int rc = wh_pool_connect(&r->pool, WH_TARGET, false, error);
	if (rc == WH_OK)
		rc = wh_pool_connect(&r->pool, WH_SOURCE, false, error);
	if (rc == WH_OK)
		rc = system_controls(r, error);
	if (rc == WH_OK)
		rc = read_source(r, error);
	if (rc == WH_OK)
		rc = wh_pool_run(&r->pool, jobs, work, error);
	if (rc == WH_OK)
		gather(r);
	return rc;
}

int wh_reconcile(struct wh_migration *m, struct wh_error *error)
{
	if (!wanted(m))
		return wh_reconcile_forget(m, error);
	struct reconciling r = { .m = m };
	wh_migration_phase(m, "reconcile");
	pthread_mutex_init(&r.lock, NULL);
	wh_pool_init(&r.pool, m, (size_t)m->workers);
	r.pool.context = &r;
	int rc = load(&r, error);
	if (rc == WH_OK)
		rc = take_controls(&r, error);
	if (rc == WH_OK)
		rc = wh_journal_controls_put(m->journal, &r.all, error);
	if (rc == WH_OK)
		rc = wh_proof_write(m, &r.all, error);
	release(&r);
	wh_migration_phase(m, NULL);
	return rc;
}
