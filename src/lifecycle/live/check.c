#include "lifecycle/live/check.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/live/mend.h"
#include "lifecycle/locate.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/pool.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdio.h>
#include <stdlib.h>

#define STEP_MS 20

struct table_look {
	const struct wh_plan_table *plan;
	struct wh_located found;
	bool done;
};

struct check {
	struct wh_migration *m;
	struct wh_way way;
	struct wh_pool pool;
	struct wh_touched touched;
	struct table_look *tables;
	size_t ntables;
	int64_t usec; /* when both sides were as they are compared */
};

/* ---- one place for both sides ---- */

static size_t join(struct wh_pool *pool, bool target, struct wh_conn **out)
{
	for (size_t i = 0; i < pool->nworkers; i++)
		out[i] = target ? pool->workers[i].target : pool->workers[i].source;
	return pool->nworkers;
}

static int take_snapshot(struct check *c, bool target, struct wh_snapshot *snapshot,
	struct wh_error *error)
{
	struct wh_conn *conns[WH_WORKERS_MAX];
	size_t n = join(&c->pool, target, conns);
	int rc = wh_pool_connect(&c->pool, target ? WH_TARGET : WH_SOURCE, false, error);
	if (rc != WH_OK)
		return rc;
	n = join(&c->pool, target, conns);
	rc = wh_at(error, conns[0], conns[0]->kind->snapshot(conns, &n, snapshot, error));
	for (size_t i = n; rc == WH_OK && i < c->pool.nworkers; i++) {
		wh_conn_close(conns[i]);
		*(target ? &c->pool.workers[i].target : &c->pool.workers[i].source) = NULL;
	}
	if (rc == WH_OK && target)
		for (size_t i = n; i < c->pool.nworkers; i++) {
			wh_conn_close(c->pool.workers[i].source);
			c->pool.workers[i].source = NULL;
		}
	c->pool.nworkers = rc == WH_OK ? n : c->pool.nworkers;
	return rc;
}

static int follow_to(struct check *c, const struct wh_position *place, struct wh_error *error)
{
	struct wh_follow follow;
	int rc = wh_follow_open(&follow, &c->way, error);
	follow.touched = &c->touched;
	wh_holes_lend(&follow.holes, c->pool.workers[0].source);
	while (rc == WH_OK) {
		rc = wh_follow_step(&follow, STEP_MS, place, error);
		if (rc == WH_OK)
			rc = wh_migration_stopped(c->m, error);
	}
	wh_follow_close(&follow);
	return rc == WH_DONE ? WH_OK : rc;
}

/* Servers that went away come back, and the place is still the same. */
static int reach(struct check *c, const struct wh_position *place, struct wh_error *error)
{
	int rc = WH_RETRY;
	for (int attempt = 0; rc == WH_RETRY && attempt < 5; attempt++) {
		wh_error_clear(error);
		rc = follow_to(c, place, error);
	}
	return rc;
}

static int meet(struct check *c, struct wh_error *error)
{
	struct wh_snapshot there = { .live = true }, here = { .live = false };
	int rc = take_snapshot(c, false, &there, error);
	c->usec = wh_now_usec();
	wh_crash_point("place to compare at taken");
	if (rc == WH_OK)
		rc = wh_live_touched(c->m, &c->touched, false, error);
	if (rc == WH_OK)
		rc = reach(c, &there.position, error);
	if (rc == WH_OK)
		rc = take_snapshot(c, true, &here, error);
	if (rc == WH_OK) /* what is touched from here on is not in this comparison */
		rc = wh_live_touched(c->m, &c->touched, true, error);
	return wh_way_at(&c->way, error, rc);
}

/* ---- all tables ---- */

static int do_table(struct wh_worker *w, size_t job, struct wh_error *error)
{
	struct check *c = w->pool->context;
	struct table_look *t = &c->tables[job];
	const struct wh_locate_range whole = { wh_whole_table(t->plan, WH_SOURCE),
		wh_whole_table(t->plan, WH_TARGET), .still = true };
	int rc = wh_locate(c->way.m, t->plan, w->source, w->target, &whole, 1, &t->found, error);
	if (rc < 0 && !error->place[0])
		wh_fail_place(error, "table %s", t->plan->source->name);
	t->done = rc == WH_OK;
	atomic_fetch_add(&c->m->progress->tables, 1);
	atomic_fetch_add(&c->m->progress->differences, (long long)t->found.total);
	return rc;
}

static int note_table(struct check *c, const struct table_look *t, struct wh_journal_table *known,
	size_t n, struct wh_error *error)
{
	for (size_t i = 0; i < n; i++) {
		struct wh_journal_table *r = &known[i];
		if (r->number != t->plan->number)
			continue;
		r->checked = true;
		r->rows_differing = (int64_t)t->found.total;
		r->source_changed = false;
		r->target_digest = t->found.target;
		/* What was copied is long overtaken: the sums are those of the moment that was compared. */
		r->tally.written = r->tally.read = t->found.target;
		wh_digest_merge(&r->tally.read, &r->tally.quarantined);
		wh_digest_merge(&r->tally.read, &r->tally.filtered);
		r->state = t->found.total ? "differs" : "verified";
		int rc = wh_journal_tables_put(c->m->journal, r, 1, error);
		return rc == WH_OK
			? wh_journal_differences_put(c->m->journal, r->number, t->found.shown, t->found.nshown,
				  error)
			: rc;
	}
	return WH_OK;
}

static int note_tables(struct check *c, uint64_t *differing, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	struct wh_arena arena = { 0 };
	size_t n = 0;
	int rc = wh_journal_tables(c->m->journal, &arena, &known, &n, error);
	for (size_t i = 0; i < c->ntables && rc == WH_OK; i++) {
		*differing += c->tables[i].found.total;
		rc = note_table(c, &c->tables[i], known, n, error);
	}
	wh_arena_free(&arena);
	return rc;
}

static int note_verdict(struct check *c, uint64_t differing, struct wh_error *error)
{
	char when[24];
	when[wh_format_int64(when, c->usec)] = 0;
	const struct wh_journal_fact facts[] = { { "verified", differing ? "differences" : "ok" },
		{ "verified_usec", when }, { "verify_mode", "live" } };
	int rc = wh_journal_set_all(c->m->journal, facts, 3, error);
	if (rc != WH_OK || differing)
		return rc;
	rc = wh_live_put_number(c->m, "touched_from", c->touched.number, error);
	if (rc == WH_OK)
		wh_touched_forget(c->m, c->touched.number);
	return rc;
}

static int compare_all(struct check *c, struct wh_error *error)
{
	uint64_t differing = 0;
	c->ntables = wh_way_signal(&c->way);
	c->tables = wh_new_array(&c->m->arena, struct table_look, c->ntables + 1);
	for (size_t i = 0; i < c->ntables; i++)
		c->tables[i].plan = c->way.plans[i];
	c->pool.context = c;
	atomic_store(&c->m->progress->tables_all, (long long)c->ntables);
	int rc = wh_pool_run(&c->pool, c->ntables, do_table, error);
	rc = wh_way_at(&c->way, error, rc);
	if (rc == WH_OK)
		rc = note_tables(c, &differing, error);
	if (rc == WH_OK)
		rc = note_verdict(c, differing, error);
	for (size_t i = 0; i < c->ntables; i++)
		wh_located_free(&c->tables[i].found);
	return rc;
}

/* ---- rows by their keys ---- */

struct side {
	const struct wh_way *way;
	const struct wh_plan_table *table;
	struct wh_hash *rows; /* one a key: what stands there; low and high 0: nothing */
	const struct wh_hash *keys;
	uint32_t *index; /* open addressing over the keys */
	size_t nindex;
	struct wh_buffer scratch;
};

static size_t find_key(const struct side *s, struct wh_hash key)
{
	size_t at = key.low & (s->nindex - 1);
	while (s->index[at] &&
		(s->keys[s->index[at] - 1].low != key.low || s->keys[s->index[at] - 1].high != key.high))
		at = (at + 1) & (s->nindex - 1);
	return at;
}

static int take_rows(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	(void)error;
	struct side *s = context;
	for (uint32_t i = 0; i < rows->rows; i++) {
		struct wh_hash key = wh_row_key(s->table, rows, i, s->way->m->seed, &s->scratch);
		uint32_t found = s->index[find_key(s, key)];
		if (found)
			s->rows[found - 1] = rows->hash[i];
	}
	return WH_OK;
}

static int read_side(struct side *s, struct wh_conn *conn, const struct wh_batch *keys,
	struct wh_error *error)
{
	struct wh_scan scan = { .m = s->way->m,
		.table = s->table,
		.conn = conn,
		.context = s,
		.rows = take_rows };
	return wh_fetch(&scan, keys, error);
}

static void index_keys(struct side *s, const struct wh_batch *keys, struct wh_hash *hashes)
{
	s->keys = hashes;
	s->nindex = 64;
	while (s->nindex < 2 * (size_t)keys->rows)
		s->nindex *= 2;
	s->index = wh_alloc(s->nindex * sizeof *s->index);
	for (uint32_t i = 0; i < keys->rows; i++) {
		hashes[i] = wh_row_key(s->table, keys, i, s->way->m->seed, &s->scratch);
		s->index[find_key(s, hashes[i])] = i + 1;
	}
}

static void note_differing(struct wh_check_keys *check, const struct wh_plan_table *t,
	const struct wh_batch *keys, uint32_t row)
{
	struct wh_buffer key = { 0 };
	if (check->differing++)
		return;
	wh_row_json(&key, &t->to, keys, row, t->to.key, t->to.nkey);
	snprintf(check->first, sizeof check->first, "%s %.300s", t->source->name,
		wh_buffer_string(&key));
	wh_buffer_free(&key);
}

static int check_table(const struct wh_way *w, size_t table, struct wh_conn **ends,
	struct wh_check_keys *check, struct wh_error *error)
{
	const struct wh_batch *keys = &check->keys->keys[table];
	struct side sides[2] = { { .way = w, .table = w->plans[table] },
		{ .way = w, .table = w->plans[table] } };
	struct wh_hash *hashes = wh_alloc((keys->rows + 1) * sizeof *hashes);
	int rc = WH_OK;
	for (size_t i = 0; i < 2 && rc == WH_OK; i++) {
		sides[i].rows = wh_alloc((keys->rows + 1) * sizeof *sides[i].rows);
		index_keys(&sides[i], keys, hashes);
		rc = read_side(&sides[i], ends[i], keys, error);
	}
	for (uint32_t i = 0; i < keys->rows && rc == WH_OK; i++)
		if (sides[0].rows[i].low != sides[1].rows[i].low ||
			sides[0].rows[i].high != sides[1].rows[i].high)
			note_differing(check, w->plans[table], keys, i);
	for (size_t i = 0; i < 2; i++) {
		free(sides[i].rows);
		free(sides[i].index);
		wh_buffer_free(&sides[i].scratch);
	}
	free(hashes);
	return rc;
}

/* A table without a key, or one that was emptied. */
static int check_whole(const struct wh_way *w, size_t table, struct wh_conn **ends,
	struct wh_check_keys *check, struct wh_error *error)
{
	const struct wh_plan_table *t = w->plans[table];
	struct wh_located found = { 0 };
	const struct wh_locate_range whole = { wh_whole_table(t, WH_SOURCE),
		wh_whole_table(t, WH_TARGET), .still = true };
	int rc = wh_locate(w->m, t, ends[0], ends[1], &whole, 1, &found, error);
	if (rc == WH_OK && found.total && !check->differing)
		snprintf(check->first, sizeof check->first, "%s", t->source->name);
	check->differing += rc == WH_OK ? found.total : 0;
	wh_located_free(&found);
	return rc;
}

int wh_check_keys(const struct wh_way *w, struct wh_conn *source, struct wh_conn *target,
	struct wh_check_keys *check, struct wh_error *error)
{
	struct wh_conn *ends[2] = { source, target };
	int rc = WH_OK;
	for (size_t i = 0; i < wh_way_signal(w) && rc == WH_OK; i++) {
		if (check->keys->whole[i])
			rc = check_whole(w, i, ends, check, error);
		else if (check->keys->keys[i].rows)
			rc = check_table(w, i, ends, check, error);
	}
	return wh_way_at(w, error, rc);
}

/* ---- the verbs ---- */

static int compare_changed(struct check *c, struct wh_error *error)
{
	struct wh_touched_keys keys;
	long from = (long)wh_live_number(c->m, "touched_from", -1);
	int rc = from < 0
		? WH_DONE
		: wh_touched_read(&c->way, from, c->touched.number - 1, UINT64_MAX, &keys, error);
	if (rc == WH_DONE)
		return compare_all(c, error);
	if (rc != WH_OK)
		return rc;
	struct wh_check_keys check = { .keys = &keys };
	rc = wh_check_keys(&c->way, c->pool.workers[0].source, c->pool.workers[0].target, &check,
		error);
	wh_touched_keys_free(&keys);
	if (rc == WH_OK && check.differing)
		return compare_all(c, error);
	if (rc == WH_OK)
		rc = wh_live_put_number(c->m, "touched_from", c->touched.number, error);
	if (rc == WH_OK)
		wh_touched_forget(c->m, c->touched.number);
	return rc;
}

int wh_check_now(struct wh_migration *m, bool changed, struct wh_error *error)
{
	struct check *c = wh_alloc(sizeof *c);
	*c = (struct check){ .m = m };
	wh_way_open(&c->way, m, wh_live_serves_target(m));
	wh_pool_init(&c->pool, c->way.m, (size_t)m->workers);
	int rc = meet(c, error);
	if (rc == WH_OK && !changed)
		wh_live_give(m); /* from here on it only reads what stands still */
	if (rc == WH_OK)
		rc = changed ? compare_changed(c, error) : compare_all(c, error);
	wh_touched_close(&c->touched);
	wh_pool_finish(&c->pool);
	free(c);
	return rc;
}

/* ---- mending ---- */

static int refresh(struct check *c, struct wh_batch *keys, struct wh_error *error)
{
	struct wh_follow *follow = wh_alloc(sizeof *follow);
	int rc = wh_follow_open(follow, &c->way, error);
	follow->touched = &c->touched;
	for (uint32_t i = 0; i < wh_way_signal(&c->way) && rc == WH_OK; i++)
		if (keys[i].rows)
			rc = wh_follow_refresh(follow, c->pool.workers[0].source, i, &keys[i], error);
	wh_follow_close(follow);
	free(follow);
	return rc;
}

static int find_differences(struct check *c, struct wh_batch *keys, struct wh_error *error)
{
	struct wh_conn *const ends[2] = { c->pool.workers[0].source, c->pool.workers[0].target };
	int rc = WH_OK;
	for (size_t i = 0; i < wh_way_signal(&c->way) && rc == WH_OK; i++) {
		const struct wh_plan_table *t = c->way.plans[i];
		const struct wh_locate_range whole = { wh_whole_table(t, WH_SOURCE),
			wh_whole_table(t, WH_TARGET), .still = true };
		struct wh_located found = { 0 };
		rc = wh_locate(c->way.m, t, ends[0], ends[1], &whole, 1, &found, error);
		if (rc == WH_OK && found.nrows)
			rc = wh_mend_keys(&c->way, ends, &found, &keys[i], error);
		wh_located_free(&found);
	}
	return rc;
}

/* quarantined: rows of the quarantine, else rows that differ. */
static int mend(struct check *c, bool quarantined, int64_t id, struct wh_error *error)
{
	size_t n = wh_way_signal(&c->way);
	struct wh_batch *keys = wh_alloc((n + 1) * sizeof *keys);
	int rc = meet(c, error);
	if (rc == WH_OK && !quarantined)
		rc = find_differences(c, keys, error);
	for (size_t i = 0; i < n && rc == WH_OK && quarantined; i++)
		rc = wh_mend_quarantined(&c->way, i, id, &keys[i], error);
	if (rc == WH_OK)
		rc = refresh(c, keys, error);
	for (size_t i = 0; i < n; i++)
		wh_batch_finish(&keys[i]);
	free(keys);
	return wh_way_at(&c->way, error, rc);
}

static int mend_now(struct wh_migration *m, bool quarantined, int64_t id, struct wh_error *error)
{
	struct check *c = wh_alloc(sizeof *c);
	*c = (struct check){ .m = m };
	wh_way_open(&c->way, m, wh_live_serves_target(m));
	wh_pool_init(&c->pool, c->way.m, 1);
	int rc = mend(c, quarantined, id, error);
	wh_touched_close(&c->touched);
	wh_pool_finish(&c->pool);
	free(c);
	return rc;
}

/* Takes the lease; the two sides follow one another. */
static int begin(struct wh_migration *m, const char *command, struct wh_error *error)
{
	bool target = wh_live_serves_target(m);
	bool follows = wh_live_state_is(m, target ? "LIVE" : "SYNCING");
	if (!follows || (target && !m->settings->live.way_back))
		return wh_fail(error, WH_LOST, "in state %s the two sides do not follow one another",
			wh_journal_get(m->journal, "state", &m->arena));
	int rc = wh_live_take(m, command, error);
	return rc == WH_OK ? wh_live_look_at_target(m, error) : rc;
}

int wh_live_verify(struct wh_migration *m, bool repair, struct wh_error *error)
{
	int rc = begin(m, "verify", error);
	wh_migration_phase(m, "verify");
	if (rc == WH_OK && repair)
		rc = mend_now(m, false, 0, error);
	if (rc == WH_OK)
		rc = wh_check_now(m, false, error);
	wh_migration_phase(m, NULL);
	wh_live_give(m);
	return rc;
}

int wh_live_retry(struct wh_migration *m, const struct wh_retry_options *options,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *was = NULL;
	size_t n = 0;
	int rc = begin(m, "quarantine retry", error);
	if (rc == WH_OK)
		rc = wh_journal_quarantined(m->journal, -1, 0, SIZE_MAX, &arena, &was, &n, error);
	if (rc == WH_OK && n)
		rc = mend_now(m, true, options->id, error);
	if (rc == WH_OK)
		rc = wh_mend_tell(m, was, n, options, error);
	if (rc == WH_OK)
		rc = wh_check_now(m, false, error);
	wh_live_give(m);
	wh_arena_free(&arena);
	return rc;
}
