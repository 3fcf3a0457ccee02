/* Verify: the target read back, in the ranges that it reads fastest, and compared with what the copy
 * read: by the sum of a table; where that differs, unit by unit if units have a range on the target;
 * where those differ, row by row. */
#include "lifecycle/steps.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/locate.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/repair.h"
#include "lifecycle/scan.h"
#include <stdlib.h>

struct unit_check {
	struct wh_journal_unit *unit; /* NULL: a range of the target's own split */
	struct wh_unit from, to;
	bool differs;
};

struct table_check {
	const struct wh_plan_table *plan;
	struct wh_journal_table record;
	struct unit_check *checks;
	size_t nchecks;
	struct wh_journal_unit *units;
	size_t nunits;
	struct wh_digest baseline; /* what an appended table held before */
	struct wh_digest target;
	bool by_unit, skipped, differs;
	bool moved; /* the source gives another digest than it did */
};

struct check_job {
	struct table_check *table;
	struct unit_check *check;
	bool source; /* reads the source again, for --both */
};

struct verify {
	struct wh_migration *m;
	struct wh_verify_options options;
	struct wh_arena arena;
	struct table_check *tables;
	size_t ntables;
	struct check_job *jobs;
	size_t njobs;
	struct wh_pool pool;
	pthread_mutex_t lock;
	uint64_t differences;
	bool any_difference, incomplete;
};

static int check_source(struct wh_worker *w, struct verify *v, struct check_job *job,
	struct wh_error *error)
{
	struct wh_scan scan = { .m = v->m,
		.table = job->table->plan,
		.conn = w->source,
		.failed = &w->pool->failed };
	int rc = wh_scan_unit(&scan, &job->check->from, error);
	if (rc != WH_OK || wh_digest_equal(&scan.digest, &job->check->unit->tally.read))
		return rc;
	pthread_mutex_lock(&v->lock);
	job->table->moved = true;
	pthread_mutex_unlock(&v->lock);
	return WH_OK;
}

static int check_target(struct wh_worker *w, struct verify *v, struct check_job *job,
	struct wh_error *error)
{
	struct wh_scan scan = { .m = v->m,
		.table = job->table->plan,
		.conn = w->target,
		.failed = &w->pool->failed };
	int rc = wh_scan_unit(&scan, &job->check->to, error);
	if (rc != WH_OK)
		return rc;
	if (job->table->by_unit && !wh_digest_equal(&scan.digest, &job->check->unit->tally.written))
		job->check->differs = true;
	pthread_mutex_lock(&v->lock);
	wh_digest_merge(&job->table->target, &scan.digest);
	pthread_mutex_unlock(&v->lock);
	return WH_OK;
}

static int do_check(struct wh_worker *w, size_t number, struct wh_error *error)
{
	struct verify *v = w->pool->context;
	struct check_job *job = &v->jobs[number];
	int rc = job->source ? check_source(w, v, job, error) : check_target(w, v, job, error);
	if (rc < 0 && !error->place[0])
		wh_fail_place(error, "table %s", job->table->plan->source->name);
	atomic_fetch_add(&v->m->progress->steps, 1);
	return rc;
}

static bool has_ranges(const struct table_check *t)
{
	for (size_t i = 0; i < t->nunits; i++)
		if (t->units[i].range != WH_RANGE_KEY)
			return false;
	return t->nunits > 0 && t->plan->treatment != WH_APPEND && !t->plan->key_is_made;
}

/* Digests add up, so that any split of the target's own serves. */
static int split_target(struct verify *v, struct table_check *t, struct wh_error *error)
{
	struct wh_conn *target = v->pool.workers[0].target;
	struct wh_units units = { .arena = &v->arena };
	const struct wh_split_hint hint = { .unit_bytes = (int64_t)v->m->settings->unit_bytes,
		.rows = t->plan->source->rows,
		.bytes = t->plan->source->bytes,
		.most = 4096,
		.pages = true };
	int rc = wh_at(error, target, target->kind->split(target, &t->plan->to, &hint, &units, error));
	for (size_t i = 0; i < units.count && rc == WH_OK; i++) {
		units.items[i].table = t->plan->number;
		*wh_push(&v->arena, &t->checks, &t->nchecks) = (struct unit_check){ .to = units.items[i] };
	}
	return rc;
}

static void take_units(struct verify *v, struct table_check *t)
{
	t->by_unit = true;
	for (size_t i = 0; i < t->nunits; i++)
		*wh_push(&v->arena, &t->checks, &t->nchecks) = (struct unit_check){ &t->units[i],
			wh_unit_of(&t->plan->from, &t->units[i]), wh_unit_of(&t->plan->to, &t->units[i]) };
}

static int plan_checks(struct verify *v, struct table_check *t, struct wh_error *error)
{
	bool pages = v->m->target_kind->facts.pages && t->nunits > 1 && !v->options.both;
	if (!has_ranges(t) || pages)
		return split_target(v, t, error);
	take_units(v, t);
	return WH_OK;
}

static int unfinished(const struct table_check *t, struct wh_error *error)
{
	for (size_t i = 0; i < t->nunits; i++)
		if (!t->units[i].done)
			return wh_fail(error, WH_LOST,
				"table \"%s\" has not been copied whole yet; `whimbrel copy` "
				"goes on with it",
				t->plan->source->name);
	return WH_OK;
}

static int load_baseline(struct verify *v, struct table_check *t)
{
	char name[40] = "baseline_";
	name[9 + wh_format_int64(name + 9, t->plan->number)] = 0;
	const char *text = wh_journal_get(v->m->journal, name, &v->arena);
	return text && wh_digest_parse(text, &t->baseline) ? WH_OK : WH_DONE;
}

static int load_table(struct verify *v, struct table_check *t, struct wh_error *error)
{
	t->plan = &v->m->plan.tables[t->record.number];
	bool known = v->options.rest && t->record.checked && !strcmp(t->record.state, "verified");
	t->skipped = t->plan->no_rows || known || !strcmp(t->record.state, "failed");
	v->incomplete = v->incomplete || (known && t->plan->proof == WH_PROOF_NONE);
	if (t->skipped)
		return WH_OK;
	int rc = unfinished(t, error);
	load_baseline(v, t);
	return rc == WH_OK ? plan_checks(v, t, error) : rc;
}

/* Both in order of the table's number. */
static void share_units(struct verify *v, struct wh_journal_unit *units, size_t n)
{
	for (size_t i = 0, t = 0; i < n; i++) {
		while (t < v->ntables && v->tables[t].record.number < units[i].table)
			t++;
		if (t == v->ntables || v->tables[t].record.number != units[i].table)
			continue;
		v->tables[t].units = v->tables[t].nunits++ ? v->tables[t].units : &units[i];
	}
}

static int load_tables(struct verify *v, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	struct wh_journal_unit *units = NULL;
	size_t nunits = 0;
	int rc = wh_journal_tables(v->m->journal, &v->arena, &known, &v->ntables, error);
	if (rc == WH_OK)
		rc = wh_journal_units(v->m->journal, -1, &v->arena, &units, &nunits, error);
	if (rc != WH_OK)
		return rc;
	v->tables = wh_new_array(&v->arena, struct table_check, v->ntables + 1);
	for (size_t i = 0; i < v->ntables; i++)
		v->tables[i].record = known[i];
	share_units(v, units, nunits);
	for (size_t i = 0; i < v->ntables && rc == WH_OK; i++) {
		if (known[i].number >= (int64_t)v->m->plan.ntables)
			return wh_fail(error, WH_STOP, "the journal names a table that the plan does not have");
		rc = load_table(v, &v->tables[i], error);
	}
	return rc;
}

static void add_job(struct verify *v, struct table_check *t, struct unit_check *c, bool source)
{
	*wh_push(&v->arena, &v->jobs, &v->njobs) = (struct check_job){ t, c, source };
}

/* For --both: the source's units as they were read. */
static void add_source_jobs(struct verify *v, struct table_check *t)
{
	for (size_t i = 0; i < t->nunits; i++) {
		struct unit_check *c = t->by_unit ? &t->checks[i] : wh_new(&v->arena, struct unit_check);
		c->unit = &t->units[i];
		c->from = t->units[i].range == WH_RANGE_PAGE
			? wh_whole_table(t->plan, WH_SOURCE)
			: wh_unit_of(&t->plan->from, &t->units[i]);
		add_job(v, t, c, true);
	}
}

static void add_jobs(struct verify *v, struct table_check *t)
{
	for (size_t c = 0; c < t->nchecks; c++)
		add_job(v, t, &t->checks[c], false);
	if (v->options.both && !t->skipped && (t->by_unit || t->nunits == 1))
		add_source_jobs(v, t);
}

/* All tables, or only those of which the sum differs. */
static int run_jobs(struct verify *v, bool only_differing, struct wh_error *error)
{
	long long rows = 0;
	v->njobs = 0;
	for (size_t i = 0; i < v->ntables; i++) {
		struct table_check *t = &v->tables[i];
		if (t->skipped || (only_differing && !t->differs))
			continue;
		add_jobs(v, t);
		rows += (long long)t->record.tally.written.rows;
	}
	atomic_fetch_add(&v->m->progress->steps_all, (long long)v->njobs);
	atomic_store(&v->m->progress->rows_all, atomic_load(&v->m->progress->rows) + rows);
	return wh_pool_run(&v->pool, v->njobs, do_check, error);
}

static struct wh_digest on_target(const struct table_check *t)
{
	struct wh_digest now = t->target;
	wh_digest_subtract(&now, &t->baseline);
	return now;
}

/* Of a table whose sum differs its units say where. */
static int narrow(struct verify *v, struct wh_error *error)
{
	for (size_t i = 0; i < v->ntables; i++) {
		struct table_check *t = &v->tables[i];
		struct wh_digest now = on_target(t);
		t->differs = !t->skipped && !t->by_unit && has_ranges(t) &&
			!wh_digest_equal(&now, &t->record.tally.written);
		if (!t->differs)
			continue;
		t->target = (struct wh_digest){ 0 };
		t->nchecks = 0;
		t->checks = NULL;
		take_units(v, t);
	}
	return run_jobs(v, true, error);
}

static void judge(struct table_check *t)
{
	struct wh_digest now = on_target(t);
	t->record.target_digest = now;
	t->differs = !wh_digest_equal(&now, &t->record.tally.written);
	for (size_t c = 0; c < t->nchecks; c++)
		t->differs = t->differs || t->checks[c].differs;
}

/* The parts of a table that differ: its units, or the whole of it. */
static size_t ranges_of(struct verify *v, const struct table_check *t, struct wh_locate_range **out)
{
	struct wh_locate_range *ranges = wh_new_array(&v->arena, struct wh_locate_range,
		t->nchecks + 1);
	size_t n = 0;
	for (size_t i = 0; t->by_unit && i < t->nchecks; i++)
		if (t->checks[i].differs)
			ranges[n++] = (struct wh_locate_range){ t->checks[i].from, t->checks[i].to,
				t->checks[i].unit->tally.read };
	if (!t->by_unit)
		ranges[n++] = (struct wh_locate_range){ wh_whole_table(t->plan, WH_SOURCE),
			wh_whole_table(t->plan, WH_TARGET), t->record.tally.read };
	*out = ranges;
	return n;
}

static int source_moved(struct verify *v, struct table_check *t, struct wh_error *error)
{
	t->record.source_changed = true;
	t->record.rows_differing = -1;
	const struct wh_finding f = { .rule = "source-changed",
		.severity = WH_ERROR,
		.effort = WH_MANUAL,
		.object = t->record.source,
		.text =
			"the source's rows are not the ones that were copied: it was written to since. "
			"That is no damage on the target, and repair does not touch it; to take the newer rows, "
			"move the table again" };
	return wh_journal_finding_add(v->m->journal, "verify", &f, error);
}

static int locate_table(struct verify *v, struct table_check *t, struct wh_located *l,
	struct wh_error *error)
{
	struct wh_locate_range *ranges;
	struct wh_worker *w = &v->pool.workers[0];
	size_t n = ranges_of(v, t, &ranges);
	int rc = WH_OK;
	if (!w->source)
		rc = wh_migration_connect(v->m, WH_SOURCE, false, &w->source, error);
	if (rc == WH_OK)
		rc = wh_locate(v->m, t->plan, w->source, w->target, ranges, n, l, error);
	if (rc != WH_OK)
		return rc;
	if (l->source_changed)
		return source_moved(v, t, error);
	t->record.rows_differing = (int64_t)l->total;
	atomic_fetch_add(&v->m->progress->differences, (long long)l->total);
	return wh_journal_differences_put(v->m->journal, t->record.number, l->shown, l->nshown, error);
}

/* An appended table cannot be told row by row: it held other rows before. */
static int tell_appended(struct verify *v, struct table_check *t, struct wh_error *error)
{
	t->record.rows_differing = 1;
	const struct wh_finding f = { .rule = "appended-table-differs",
		.severity = WH_ERROR,
		.effort = WH_MANUAL,
		.object = t->record.source,
		.text = "the rows that were added to the target's table, which held others before, are not "
				"those that were read; or somebody else wrote to it" };
	return wh_journal_finding_add(v->m->journal, "verify", &f, error);
}

static int explain(struct verify *v, struct table_check *t, struct wh_located *l,
	struct wh_error *error)
{
	if (t->differs && t->plan->treatment == WH_APPEND)
		return tell_appended(v, t, error);
	if (t->differs)
		return locate_table(v, t, l, error);
	int rc = wh_journal_differences_put(v->m->journal, t->record.number, NULL, 0, error);
	t->record.rows_differing = 0;
	t->record.source_changed = false;
	return rc == WH_OK && t->moved ? source_moved(v, t, error) : rc;
}

static int conclude(struct verify *v, struct table_check *t, struct wh_error *error)
{
	struct wh_located located = { 0 };
	bool repairs = v->options.repair && t->differs;
	judge(t);
	int rc = explain(v, t, &located, error);
	repairs = v->options.repair && t->differs && !t->record.source_changed;
	if (rc == WH_OK && repairs) {
		rc = wh_repair_table(v->m, t->plan, &located, error);
		t->record.rows_differing = 0;
		t->differs = false;
	}
	wh_located_free(&located);
	bool bad = t->differs || t->record.source_changed;
	t->record.checked = true;
	t->record.state = bad ? "differs" : "verified";
	v->any_difference = v->any_difference || bad;
	v->incomplete = v->incomplete || t->plan->proof == WH_PROOF_NONE;
	return rc;
}

/* What is known of a table that differs is kept before the next is looked into. */
static int conclude_all(struct verify *v, struct wh_error *error)
{
	struct wh_journal_table *records = wh_new_array(&v->arena, struct wh_journal_table,
		v->ntables + 1);
	size_t n = 0;
	int rc = WH_OK;
	for (size_t i = 0; i < v->ntables && rc == WH_OK; i++) {
		struct table_check *t = &v->tables[i];
		if (t->skipped)
			continue;
		rc = conclude(v, t, error);
		records[n++] = t->record;
		if (rc == WH_OK && wh_equal(t->record.state, "differs")) {
			rc = wh_journal_tables_put(v->m->journal, records, n, error);
			n = 0;
		}
	}
	return rc == WH_OK && n ? wh_journal_tables_put(v->m->journal, records, n, error) : rc;
}

static int put_verdict(struct verify *v, struct wh_error *error)
{
	char now[24];
	now[wh_format_int64(now, wh_now_usec())] = 0;
	const char *verdict = v->any_difference ? "differences" : v->incomplete ? "incomplete" : "ok";
	const struct wh_journal_fact facts[] = {
		{ "verified", verdict },
		{ "verified_usec", now },
		{ "verify_mode", v->options.both ? "both" : "digest" },
	};
	return wh_journal_set_all(v->m->journal, facts, sizeof facts / sizeof *facts, error);
}

static int verify_tables(struct verify *v, struct wh_error *error)
{
	struct wh_findings none = { .arena = &v->arena };
	int rc = wh_journal_findings_put(v->m->journal, "verify", &none, error);
	if (rc == WH_OK)
		rc = wh_pool_connect(&v->pool, WH_TARGET, false, error);
	if (rc == WH_OK && v->options.both)
		rc = wh_pool_connect(&v->pool, WH_SOURCE, false, error);
	if (rc == WH_OK)
		rc = load_tables(v, error);
	if (rc == WH_OK)
		rc = run_jobs(v, false, error);
	if (rc == WH_OK)
		rc = narrow(v, error);
	if (rc == WH_OK)
		rc = conclude_all(v, error);
	return rc == WH_OK ? put_verdict(v, error) : rc;
}

static int run_verify(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error)
{
	struct verify v = { .m = m, .options = *options };
	pthread_mutex_init(&v.lock, NULL);
	wh_pool_init(&v.pool, m, (size_t)m->workers);
	v.pool.context = &v;
	int rc = verify_tables(&v, error);
	wh_pool_finish(&v.pool);
	pthread_mutex_destroy(&v.lock);
	wh_arena_free(&v.arena);
	return rc;
}

/* After a repair everything is read once more: what it says then is what stands. */
int wh_verify_rows(struct wh_migration *m, const struct wh_verify_options *options,
	struct wh_error *error)
{
	wh_migration_phase(m, "verify");
	int rc = run_verify(m, options, error);
	if (rc == WH_OK && options->repair) {
		const struct wh_verify_options again = { .both = options->both };
		rc = run_verify(m, &again, error);
	}
	wh_migration_phase(m, NULL);
	return rc;
}
