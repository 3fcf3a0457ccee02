#include "lifecycle/live/lane.h"
#include "base/crash.h"
#include "lifecycle/apart.h"
#include "lifecycle/scan.h"
#include <stdio.h>
#include <stdlib.h>

size_t wh_lane_of(const struct wh_way *way, size_t table, size_t count)
{
	return way->groups[table] % count;
}

static int call(const struct wh_apply_lane *l, int rc, struct wh_error *error)
{
	return wh_at(error, l->conn, rc);
}

static int enter(struct wh_apply_lane *l, struct wh_error *error)
{
	if (l->entered)
		return WH_OK;
	int rc = call(l, l->conn->kind->enter(l->conn, (int64_t)l->number, error), error);
	l->entered = rc == WH_OK;
	return rc;
}

typedef int (*deed)(struct wh_conn *, const struct wh_batch *, struct wh_error *);

/* What is being done with the rows of one table. */
struct doing {
	struct wh_apply_lane *lane;
	struct wh_effect *effect;
	deed deed;
	bool erasing;
};

/* A row that the target refuses is kept whole, before the lane commits. */
static int set_apart(const struct doing *d, const struct wh_batch *row, struct wh_error *error)
{
	struct wh_apart *apart = wh_alloc(sizeof *apart);
	char reason[sizeof error->text + 64];
	snprintf(reason, sizeof reason, "%s%s",
		d->erasing ? "the log removes or changes it, but: " : "", error->text);
	wh_error_clear(error);
	*apart = (struct wh_apart){ .m = d->lane->way->m, .t = d->effect->table, .unit = -2 };
	int rc = wh_apart_add(apart, row, &(struct wh_refusal){ .reason = reason }, error);
	if (rc == WH_OK)
		rc = wh_apart_keep(apart, error);
	wh_apart_clear(apart);
	free(apart);
	d->lane->apart++;
	return rc;
}

static int refuse(const struct doing *d, const struct wh_batch *row, struct wh_error *error)
{
	if (d->lane->way->m->settings->policies.bad_row == WH_POLICY_QUARANTINE)
		return set_apart(d, row, error);
	struct wh_error why = *error;
	return wh_fail(error, WH_STOP,
		"a row of table \"%s\" cannot go: %.900s; mend it, or take such rows into quarantine with "
		"bad_row: quarantine",
		d->effect->table->source->name, why.text);
}

/* Halves the rows where some cannot go until each is alone. */
static int do_some(const struct doing *d, const struct wh_batch *rows, bool careful,
	struct wh_error *error)
{
	int rc = call(d->lane, d->deed(d->lane->conn, rows, error), error);
	if (rc != WH_ROW || !careful)
		return rc;
	if (rows->rows == 1)
		return refuse(d, rows, error);
	struct wh_batch half = { .lanes = wh_alloc(sizeof(struct wh_lane) * (rows->ncolumns + 1u)) };
	uint32_t middle = rows->rows / 2;
	wh_error_clear(error);
	wh_batch_slice(rows, 0, middle, &half);
	rc = do_some(d, &half, careful, error);
	if (rc == WH_OK) {
		wh_batch_slice(rows, middle, rows->rows - middle, &half);
		rc = do_some(d, &half, careful, error);
	}
	free(half.lanes);
	return rc;
}

static int apply_table(struct wh_apply_lane *l, size_t table, struct wh_error *error)
{
	struct wh_effect *e = &l->job->window->effects[table];
	const struct wh_connector *kind = l->conn->kind;
	const struct wh_batch *rows = wh_effect_rows(e);
	struct wh_unit unit = wh_whole_table(e->table, WH_TARGET);
	unit.careful = l->job->careful;
	int rc = enter(l, error);
	if (rc == WH_OK)
		rc = call(l, kind->aim(l->conn, &unit, error), error);
	if (rc == WH_OK && e->clear)
		rc = call(l, kind->clear(l->conn, error), error);
	const struct doing erase = { l, e, kind->erase, true }, write = { l, e, kind->write, false };
	if (rc == WH_OK && e->erase.rows)
		rc = do_some(&erase, &e->erase, unit.careful, error);
	if (rc == WH_OK && rows->rows)
		rc = do_some(&write, rows, unit.careful, error);
	if (rc < 0 && !error->place[0])
		wh_fail_place(error, "table %s", e->table->source->name);
	return rc;
}

static int leave(struct wh_apply_lane *l, struct wh_error *error)
{
	bool ahead = wh_position_compare(&l->position, l->job->end) > 0;
	const struct wh_lane_mark mark = { (int64_t)l->number, ahead ? l->position : *l->job->end };
	wh_crash_point("changes applied");
	int rc = call(l, l->conn->kind->leave(l->conn, &mark, error), error);
	if (rc != WH_OK)
		return rc;
	wh_crash_point("changes committed");
	l->entered = false;
	l->position = mark.position;
	return WH_OK;
}

static int apply(struct wh_apply_lane *l, struct wh_error *error)
{
	int rc = WH_OK;
	if (l->job->again && l->rc == WH_OK)
		return WH_OK;
	for (size_t i = 0; i < l->way->nplans && rc == WH_OK; i++)
		if (wh_lane_of(l->way, i, l->count) == l->number && l->job->window->effects[i].used)
			rc = apply_table(l, i, error);
	/* A lane that is ahead, after a restart from the place of another, does not go back. */
	bool idle = !l->entered && l->job->end && l->job->idle_too &&
		wh_position_compare(&l->position, l->job->end) < 0;
	if (rc == WH_OK && idle)
		rc = enter(l, error);
	return rc == WH_OK && l->entered && l->job->end ? leave(l, error) : rc;
}

static void *lane_main(void *context)
{
	struct wh_apply_lane *l = context;
	while ((l->job = wh_queue_take(&l->jobs))) {
		wh_error_clear(&l->error);
		l->rc = apply(l, &l->error);
		wh_queue_put(l->ended, l);
	}
	return NULL;
}

int wh_lane_open(struct wh_apply_lane *l, const struct wh_way *way, struct wh_queue *ended,
	struct wh_error *error)
{
	l->way = way;
	l->ended = ended;
	int rc = wh_migration_connect(way->m, WH_TARGET, true, &l->conn, error);
	if (rc != WH_OK)
		return rc;
	l->conn->kind->join(l->conn, &way->m->claim);
	const struct wh_fence fence = { .migration = way->m->claim.migration };
	rc = call(l, l->conn->kind->pass(l->conn, &fence, error), error);
	if (rc != WH_OK)
		return rc;
	wh_queue_init(&l->jobs, 1);
	l->started = !pthread_create(&l->thread, NULL, lane_main, l);
	return l->started
		? WH_OK
		: wh_fail(error, WH_STOP, "no more threads can be started; use fewer --workers");
}

void wh_lane_close(struct wh_apply_lane *l)
{
	if (l->started) {
		wh_queue_close(&l->jobs);
		pthread_join(l->thread, NULL);
		wh_queue_finish(&l->jobs);
	}
	struct wh_error ignored = { 0 }; /* the connection ends, and with it what it had begun */
	if (l->conn && l->entered && l->conn->kind->abandon(l->conn, &ignored) < 0)
		wh_error_clear(&ignored);
	wh_conn_close(l->conn);
	*l = (struct wh_apply_lane){ 0 };
}

int wh_lane_undo(struct wh_apply_lane *l, struct wh_error *error)
{
	int rc = l->entered ? call(l, l->conn->kind->abandon(l->conn, error), error) : WH_OK;
	l->entered = l->entered && rc != WH_OK;
	return rc;
}

void wh_lane_begin(struct wh_apply_lane *l, const struct wh_lane_job *job)
{
	wh_queue_put(&l->jobs, (void *)(uintptr_t)job);
}
