/* The time that a move takes, measured: rows of the largest tables are copied for real into
 * scratch tables of the target, indexed and read back, and what that took is scaled up. */
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/assess/scratch.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include "transform/stage.h"
#include <stdlib.h>
#include <string.h>

#define ROWS_MOST 200000 /* of one table */
#define BYTES_MOST (INT64_C(128) << 20)

struct measuring {
	struct wh_assessment *a;
	struct wh_scratch scratch;
	struct wh_conn *source;
	const struct wh_plan_table *chosen[WH_SCRATCH_TABLES];
	size_t nchosen;
	struct wh_batch batch;
	struct wh_stage stage;
	struct wh_tally tally;
	double reading, writing; /* seconds, of the table under hand */
	int64_t refused;
	struct wh_assessed *refusal;
	struct wh_measured copy, build, verify;
};

static double since(int64_t usec)
{
	return (double)(wh_monotonic_usec() - usec) / 1e6;
}

static int compare_bytes(const void *x, const void *y)
{
	const struct wh_sample_table *const *a = x, *const *b = y;
	return (*a)->bytes == (*b)->bytes ? 0 : (*a)->bytes > (*b)->bytes ? -1 : 1;
}

/* The tables whose samples were largest. */
static void choose(struct measuring *k)
{
	struct wh_assessment *a = k->a;
	size_t n = a->sample.ntables;
	const struct wh_sample_table **order = wh_new_array(&a->arena, const struct wh_sample_table *,
		n + 1);
	for (size_t i = 0; i < n; i++)
		order[i] = &a->sample.tables[i];
	if (n)
		qsort(order, n, sizeof *order, compare_bytes);
	for (size_t i = 0; i < n && k->nchosen < WH_SCRATCH_TABLES; i++)
		if (order[i]->rows > 0 && !order[i]->failure)
			k->chosen[k->nchosen++] = order[i]->table;
}

/* ---- the copy ---- */

static void note_refused(struct measuring *k, const struct wh_plan_table *t,
	const struct wh_batch *row, const char *why)
{
	struct wh_assessment *a = k->a;
	const struct wh_rowset *from = &t->from;
	bool stop = a->m->settings->policies.bad_row == WH_POLICY_STOP;
	if (!k->refusal)
		k->refusal = wh_assess_note(a, "row-refused", stop ? WH_ERROR : WH_WARNING, WH_ASSISTED,
			wh_shown_name(&a->arena, from->schema, from->table),
			"the target refused sampled rows when they were written for real: %s", why);
	struct wh_assessed *f = k->refusal;
	f->rows = ++k->refused;
	if (f->nexamples == WH_EXAMPLES || !from->nkey)
		return;
	struct wh_buffer key = { 0 };
	wh_row_json(&key, from, row, 0, from->key, from->nkey);
	f->examples[f->nexamples++].key = wh_arena_text(&a->arena, wh_buffer_string(&key));
	wh_buffer_free(&key);
}

/* Halves what the target would not take until the row is alone. */
static int write_rows(struct measuring *k, const struct wh_plan_table *t,
	const struct wh_batch *rows, struct wh_error *error)
{
	struct wh_conn *target = k->scratch.conn;
	int rc = wh_at(error, target, target->kind->write(target, rows, error));
	if (rc == WH_OK)
		wh_digest_add_rows(&k->tally.written, rows, 0, rows->rows);
	if (rc != WH_ROW)
		return rc;
	if (rows->rows == 1) {
		note_refused(k, t, rows, error->text);
		wh_error_clear(error);
		return WH_OK;
	}
	struct wh_batch half = { .lanes = wh_alloc(sizeof(struct wh_lane) * (rows->ncolumns + 1u)) };
	uint32_t middle = rows->rows / 2;
	wh_error_clear(error);
	wh_batch_slice(rows, 0, middle, &half);
	rc = write_rows(k, t, &half, error);
	if (rc == WH_OK) {
		wh_batch_slice(rows, middle, rows->rows - middle, &half);
		rc = write_rows(k, t, &half, error);
	}
	free(half.lanes);
	return rc;
}

/* One batch through reader, stage and writer. WH_DONE: the table has ended. */
static int move_batch(struct measuring *k, const struct wh_plan_table *t, struct wh_error *error)
{
	struct wh_batch *staged = NULL;
	int64_t began = wh_monotonic_usec();
	wh_batch_reset(&k->batch);
	int rc = wh_at(error, k->source, k->source->kind->read(k->source, &k->batch, error));
	if (rc < 0)
		return rc;
	wh_stage_batch(&k->stage, &k->batch, &staged);
	k->reading += since(began);
	began = wh_monotonic_usec();
	k->copy.rows += k->batch.rows;
	k->copy.bytes += (int64_t)k->batch.bytes;
	int written = staged->rows ? write_rows(k, t, staged, error) : WH_OK;
	k->writing += since(began);
	if (written == WH_OK)
		written = wh_migration_stopped(k->a->m, error);
	return written == WH_OK ? rc : written;
}

static int move_rows(struct measuring *k, const struct wh_plan_table *t, struct wh_error *error)
{
	struct wh_unit unit = wh_whole_table(t, WH_SOURCE);
	int64_t most = k->a->options.sample < ROWS_MOST ? k->a->options.sample : ROWS_MOST;
	int64_t rows = k->copy.rows, bytes = k->copy.bytes;
	int rc = wh_at(error, k->source, k->source->kind->seek(k->source, &unit, error));
	while (rc == WH_OK && k->copy.rows - rows < most && k->copy.bytes - bytes < BYTES_MOST)
		rc = move_batch(k, t, error);
	struct wh_error ignored = { 0 }; /* the cursor is given up; a fault shows at the next seek */
	int gone = k->source->kind->seek(k->source, NULL, &ignored);
	(void)gone;
	return rc < 0 ? rc : WH_OK;
}

/* As the copy does it: one transaction with a marker; `careful` where rows may be refused. */
static int copy_unit(struct measuring *k, const struct wh_plan_table *t, bool careful,
	struct wh_error *error)
{
	struct wh_conn *target = k->scratch.conn;
	struct wh_unit unit = wh_whole_table(t, WH_TARGET);
	struct wh_tally done = { 0 };
	int64_t began = wh_monotonic_usec();
	unit.careful = careful;
	k->tally = (struct wh_tally){ 0 };
	k->refused = 0;
	k->refusal = NULL;
	k->reading = k->writing = 0;
	int rc = wh_at(error, target, target->kind->begin(target, &unit, &done, error));
	if (rc == WH_OK)
		rc = move_rows(k, t, error);
	if (rc == WH_OK)
		rc = wh_at(error, target, target->kind->commit(target, &k->tally, error));
	if (rc < 0) {
		struct wh_error ignored = { 0 }; /* the fault that led here is the one to tell */
		int gone = target->kind->abandon(target, &ignored);
		return gone < 0 && rc == WH_ROW ? WH_RETRY : rc;
	}
	double whole = since(began), busy = k->reading + k->writing;
	k->copy.seconds += k->reading > k->writing ? k->reading : k->writing;
	k->copy.fixed_seconds += whole > busy ? whole - busy : 0;
	k->copy.fixed++;
	return WH_OK;
}

static int copy_table(struct measuring *k, const struct wh_plan_table *t, struct wh_error *error)
{
	const struct wh_stage_rules rules = wh_stage_rules(k->a->m);
	struct wh_measured before = k->copy;
	struct wh_maker *maker;
	int rc = wh_maker_open(t, &rules, &maker, error);
	if (rc != WH_OK)
		return rc;
	wh_rowset_batch(&t->from, &k->batch);
	wh_stage_init(&k->stage, t, &rules, maker);
	rc = copy_unit(k, t, false, error);
	if (rc == WH_ROW) {
		wh_error_clear(error);
		k->copy = before;
		rc = copy_unit(k, t, true, error);
	}
	wh_batch_finish(&k->batch);
	wh_stage_finish(&k->stage);
	wh_maker_close(maker);
	return rc;
}

/* ---- the rest ---- */

static int build_table(struct measuring *k, size_t table, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec(), count = 0;
	int rc = wh_scratch_build(&k->scratch, WH_PHASE_KEYS, table, &count, error);
	if (rc == WH_OK)
		rc = wh_scratch_build(&k->scratch, WH_PHASE_INDEXES, table, &count, error);
	if (rc == WH_OK && count) {
		k->build.seconds += since(began);
		k->build.rows += count * (int64_t)k->tally.written.rows;
	}
	return rc;
}

static int verify_table(struct measuring *k, const struct wh_plan_table *t, struct wh_error *error)
{
	const struct wh_unit whole = wh_whole_table(t, WH_TARGET);
	struct wh_scan scan = { .m = k->a->m, .table = t, .conn = k->scratch.conn };
	int64_t began = wh_monotonic_usec();
	int rc = wh_scan_unit(&scan, &whole, error);
	k->verify.seconds += since(began);
	k->verify.rows += (int64_t)scan.digest.rows;
	return rc;
}

static int measure_table(struct measuring *k, size_t table, struct wh_error *error)
{
	const struct wh_plan_table *t = &k->scratch.plan.tables[table];
	int rc = copy_table(k, t, error);
	if (rc == WH_OK)
		rc = build_table(k, table, error);
	return rc == WH_OK ? verify_table(k, t, error) : rc;
}

static int open_source(struct measuring *k, struct wh_error *error)
{
	struct wh_snapshot snapshot = { 0 };
	size_t one = 1;
	int rc = wh_migration_connect(k->a->m, WH_SOURCE, false, &k->source, error);
	return rc == WH_OK
		? wh_at(error, k->source, k->source->kind->snapshot(&k->source, &one, &snapshot, error))
		: rc;
}

static int measure_all(struct measuring *k, struct wh_error *error)
{
	int64_t began = wh_monotonic_usec();
	int rc = open_source(k, error);
	if (rc == WH_OK)
		rc = wh_scratch_open(&k->scratch, k->a->m, &k->a->arena, k->chosen, k->nchosen, error);
	k->build.fixed_seconds = since(began); /* connections and statements: some of each */
	k->build.fixed = (int64_t)k->nchosen * 2;
	k->verify.fixed_seconds = k->build.fixed_seconds;
	k->verify.fixed = 2;
	for (size_t i = 0; i < k->nchosen && rc == WH_OK; i++)
		rc = measure_table(k, i, error);
	struct wh_error closing = { 0 };
	int closed = wh_scratch_close(&k->scratch, &closing);
	if (rc == WH_OK && closed != WH_OK) {
		*error = closing;
		rc = closed;
	}
	wh_conn_close(k->source);
	return rc;
}

/* ---- from the sample to the whole ---- */

/* Rows times the statements that go over them. */
static int build_load(struct measuring *k, struct wh_load *load, struct wh_error *error)
{
	static const enum wh_phase phases[] = { WH_PHASE_KEYS, WH_PHASE_INDEXES, WH_PHASE_CONSTRAINTS };
	const struct wh_plan *plan = &k->a->m->plan;
	struct wh_statements list = { .arena = &k->a->arena };
	int rc = WH_OK;
	for (size_t i = 0; i < sizeof phases / sizeof *phases && rc == WH_OK; i++)
		rc = plan->target->ddl(plan, phases[i], &list, error);
	*load =
		(struct wh_load){ .fixed = (int64_t)list.count, .bytes = -1, .workers = k->a->m->workers };
	for (size_t i = 0; i < list.count && rc == WH_OK; i++) {
		int64_t t = list.items[i].table;
		int64_t rows = t < 0 ? 0 : wh_assess_rows(k->a, &k->a->sample.tables[t]);
		load->rows = rows < 0 || load->rows < 0 ? -1 : load->rows + rows;
	}
	return rc;
}

static int scale(struct measuring *k, struct wh_error *error)
{
	struct wh_estimate *e = &k->a->estimate;
	int most = k->a->m->target_kind->facts.writers, workers = k->a->m->workers;
	struct wh_load copy = e->load, verify = e->load, build = { 0 };
	copy.fixed = (int64_t)k->a->m->plan.ntables;
	copy.workers = most && most < workers ? most : workers;
	e->copy = wh_estimate_span(&k->copy, &copy);
	verify.bytes = -1;
	verify.fixed = 1;
	e->verify = wh_estimate_span(&k->verify, &verify);
	int rc = build_load(k, &build, error);
	if (rc == WH_OK)
		e->build = wh_estimate_span(&k->build, &build);
	return rc;
}

static void say_basis(struct measuring *k)
{
	char rows[WH_FIGURE], bytes[WH_FIGURE];
	const char *tables = k->nchosen == 1
		? "the largest table"
		: wh_arena_format(&k->a->arena, "the %zu largest tables", k->nchosen);
	k->a->estimate.basis = !k->copy.rows
		? "There are no rows to measure with."
		: wh_arena_format(&k->a->arena,
			  "Measured: %s rows (%s) of %s were copied into scratch tables of the target, indexed "
			  "and read back, by one worker; %d will share the work.",
			  wh_figure_count(rows, (uint64_t)k->copy.rows),
			  wh_figure_bytes(bytes, (uint64_t)k->copy.bytes), tables, k->a->m->workers);
}

static const char *obstacle(const struct wh_assessment *a)
{
	return !a->target          ? "no target was named"
		: !a->reached          ? "the target could not be reached"
		: !a->planned          ? "no plan can be made yet"
		: a->options.read_only ? "--read-only leaves the target alone"
							   : NULL;
}

int wh_assess_measure(struct wh_assessment *a, struct wh_error *error)
{
	struct measuring k = { .a = a };
	a->estimate.why = obstacle(a);
	if (a->estimate.why)
		return WH_OK;
	wh_migration_phase(a->m, "measure");
	choose(&k);
	int rc = measure_all(&k, error);
	if (rc == WH_OK)
		rc = scale(&k, error);
	wh_migration_phase(a->m, NULL);
	if (rc == WH_OK)
		say_basis(&k);
	if (rc == WH_OK || error->interrupted || rc == WH_BUG)
		return rc;
	a->estimate.why = wh_arena_text(&a->arena, error->text);
	wh_assess_gap(a, "the time that the target takes", error->text);
	wh_error_clear(error);
	return WH_OK;
}
