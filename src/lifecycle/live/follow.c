#include "lifecycle/live/follow_parts.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>

#define RECORD_USEC 2000000 /* how often every lane writes its place */
#define HURRY_MS 100

/* ---- the lanes ---- */

static int lane_position(const struct wh_lane_mark *marks, size_t n, size_t lane,
	struct wh_position *out)
{
	for (size_t i = 0; i < n; i++)
		if (marks[i].lane == (int64_t)lane) {
			*out = marks[i].position;
			return WH_OK;
		}
	return WH_DONE;
}

static int lost_lanes(const struct wh_follow *f, struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the side that follows no longer knows how far it is in the log: whimbrel_position has no "
		"rows of this migration; abort, and begin anew");
	error->side = f->way->back ? WH_SOURCE : WH_TARGET;
	return WH_GUARD;
}

/* As many lanes as there were: their number changes only where all are level. */
static int recall_lanes(struct wh_follow *f, struct wh_error *error)
{
	struct wh_migration *m = f->way->m;
	struct wh_arena arena = { 0 };
	struct wh_lane_mark *marks = NULL;
	struct wh_conn *conn = NULL;
	size_t n = 0;
	int rc = wh_migration_connect(m, WH_TARGET, true, &conn, error);
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->lanes(conn, &m->claim, &arena, &marks, &n, error));
	if (rc == WH_OK && (!n || n > WH_FOLLOW_LANES))
		rc = lost_lanes(f, error);
	for (size_t i = 0; rc == WH_OK && i < n; i++) {
		struct wh_apply_lane *l = &f->lanes[i];
		if (lane_position(marks, n, i, &l->position) != WH_OK)
			rc = lost_lanes(f, error);
		l->number = i;
		l->count = n;
		if (!i || wh_position_compare(&l->position, &f->done) < 0)
			f->done = l->position;
	}
	f->nlanes = rc == WH_OK ? n : 0;
	wh_conn_close(conn);
	wh_arena_free(&arena);
	return rc;
}

int wh_follow_open(struct wh_follow *f, struct wh_way *way, struct wh_error *error)
{
	*f = (struct wh_follow){ .way = way };
	pthread_mutex_init(&f->lock, NULL);
	wh_queue_init(&f->full, 2);
	wh_queue_init(&f->empty, 2);
	wh_queue_init(&f->ended, WH_FOLLOW_LANES);
	f->holes.way = way;
	f->table_rows = wh_alloc((way->nplans + 1) * sizeof *f->table_rows);
	int rc = wh_way_claim(way, error);
	if (rc == WH_OK)
		rc = recall_lanes(f, error);
	for (size_t i = 0; rc == WH_OK && i < f->nlanes; i++)
		rc = wh_lane_open(&f->lanes[i], way, &f->ended, error);
	if (rc == WH_OK)
		rc = wh_window_open(&f->window, way, error);
	if (rc == WH_OK)
		rc = wh_cascade_open(&f->cascade, &f->window, f->lanes, f->nlanes, error);
	f->read = f->durable = f->done;
	return rc == WH_OK ? wh_follow_read(f, error) : rc;
}

void wh_follow_close(struct wh_follow *f)
{
	if (!f->way)
		return;
	wh_follow_read_no_more(f);
	for (size_t i = 0; i < f->nlanes; i++)
		wh_lane_close(&f->lanes[i]);
	wh_cascade_close(&f->cascade);
	wh_holes_close(&f->holes);
	wh_window_close(&f->window);
	for (size_t i = 0; i < 2; i++)
		if (f->lists[i].tables)
			wh_changes_finish(&f->lists[i]);
	wh_queue_finish(&f->full);
	wh_queue_finish(&f->empty);
	wh_queue_finish(&f->ended);
	pthread_mutex_destroy(&f->lock);
	free(f->table_rows);
	f->way = NULL;
}

/* ---- windows ---- */

/* What a lane has already is not its to do again. */
static void skip_done(struct wh_follow *f, struct wh_changes *list)
{
	bool level = true;
	for (size_t i = 1; i < f->nlanes; i++)
		level = level && !wh_position_compare(&f->lanes[i].position, &f->lanes[0].position);
	if (level)
		return;
	for (size_t i = 0; i < list->count; i++) {
		struct wh_change *c = &list->items[i];
		const struct wh_position at = { .order = { c->at[0], c->at[1] } };
		if (wh_position_compare(&at, &f->lanes[wh_lane_of(f->way, c->table, f->nlanes)].position) <
			0)
			c->skip = true;
	}
}

static bool token_in(const struct wh_follow *f)
{
	const struct wh_effect *e = &f->window.effects[wh_way_signal(f->way)];
	size_t n, wanted = f->token ? strlen(f->token) : 0;
	for (uint32_t i = 0; wanted && e->used && i < e->rows.rows; i++) {
		const char *text = wh_cell(&e->rows, 0, i, &n);
		if (n == wanted && !memcmp(text, f->token, n))
			return true;
	}
	return false;
}

/* A lane may wait for a lock for long; whoever is in a hurry ends what the server does for it. */
static const struct wh_apply_lane *next_ended(struct wh_follow *f, bool *ended)
{
	const struct wh_apply_lane *l = NULL;
	while (!(l = wh_queue_take_wait(&f->ended, HURRY_MS))) {
		if (!f->hurry || !f->hurry(f->context))
			continue;
		*ended = true;
		for (size_t i = 0; i < f->nlanes; i++)
			if (f->lanes[i].conn->kind->cancel)
				f->lanes[i].conn->kind->cancel(f->lanes[i].conn);
	}
	return l;
}

static int run_lanes(struct wh_follow *f, const struct wh_lane_job *job, struct wh_error *error)
{
	int rc = WH_OK;
	bool ended = false;
	for (size_t i = 0; i < f->nlanes; i++)
		wh_lane_begin(&f->lanes[i], job);
	for (size_t i = 0; i < f->nlanes; i++) {
		const struct wh_apply_lane *l = next_ended(f, &ended);
		if (l->rc < 0 && (rc == WH_OK || rc == WH_ROW || rc == WH_RETRY)) {
			rc = l->rc;
			*error = l->error;
		}
	}
	if (rc == WH_OK && ended) /* a request to end that comes late would end what comes next */
		return wh_fail(error, WH_RETRY, "the side that follows is slow, and was not waited for");
	return rc != WH_OK && ended ? (int)(error->code = WH_RETRY) : rc;
}

/* One lane's refused row undoes the window in the lanes that have not committed it; these do it once
 * more, and look for the row. */
static int take_care(struct wh_follow *f, struct wh_lane_job *job, struct wh_error *error)
{
	int rc = WH_OK;
	wh_error_clear(error);
	for (size_t i = 0; i < f->nlanes && rc == WH_OK; i++)
		rc = wh_lane_undo(&f->lanes[i], error);
	job->careful = job->again = true;
	return rc == WH_OK ? run_lanes(f, job, error) : rc;
}

int wh_follow_apply(struct wh_follow *f, size_t first, size_t last, const struct wh_position *end,
	struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	bool record = end && now - f->recorded_usec > RECORD_USEC;
	int rc = wh_window_fill(&f->window, first, last, error);
	if (rc == WH_OK)
		rc = wh_follow_settle_apart(f, first, last, error);
	if (rc == WH_OK && f->touched)
		rc = wh_touched_add(f->touched, &f->window, error);
	struct wh_lane_job job = { &f->window, end, !end || f->open, record, false };
	if (rc == WH_OK)
		rc = run_lanes(f, &job, error);
	if (rc == WH_ROW && !job.careful)
		rc = take_care(f, &job, error);
	if (rc != WH_OK)
		return rc;
	f->token_seen = f->token_seen || token_in(f);
	for (size_t i = first; i < last; i++) {
		const struct wh_change *c = &f->window.changes->items[i];
		f->table_rows[c->table] += !c->skip;
	}
	f->sums.rows += f->window.rows;
	f->open = !end;
	if (record)
		f->recorded_usec = now;
	return WH_OK;
}

/* What the log may forget: what every lane has written down. */
static void note_durable(struct wh_follow *f)
{
	struct wh_position lowest = f->lanes[0].position;
	for (size_t i = 1; i < f->nlanes; i++)
		if (wh_position_compare(&f->lanes[i].position, &lowest) < 0)
			lowest = f->lanes[i].position;
	pthread_mutex_lock(&f->lock);
	f->durable = lowest;
	pthread_mutex_unlock(&f->lock);
}

/* A transaction that holds nothing but the change (MariaDB's ALTER) can be stepped over. */
static int schema_changed(struct wh_follow *f, const struct wh_changes *list,
	const struct wh_change *c, struct wh_error *error)
{
	size_t at = (size_t)(c - list->items), first = 0;
	snprintf(f->schema, sizeof f->schema, "%s", c->text ? c->text : "?");
	for (size_t i = 0; i < list->ntxns; i++) {
		if (list->txns[i].changes == at + 1 && first == at)
			f->schema_end = list->txns[i].next;
		first = list->txns[i].changes;
	}
	wh_fail(error, WH_GUARD,
		"the schema of table \"%s\" was changed: %s; every row before it is on the other side. Undo "
		"the change, or let ddl: apply carry it out, or move anew from another --workdir",
		list->tables[c->table]->table, f->schema);
	error->side = WH_SOURCE;
	return WH_GUARD;
}

/* Where the list is cut: at a change of the schema, or at `until`. */
struct cut {
	size_t items, txns;
	const struct wh_change *schema;
	bool reached;
};

static void look_for_cut(const struct wh_changes *list, const struct wh_position *until,
	struct cut *cut)
{
	*cut = (struct cut){ .items = list->count, .txns = list->ntxns };
	for (size_t i = 0; i < list->count && cut->items == list->count; i++) {
		const struct wh_change *c = &list->items[i];
		const struct wh_position at = { .order = { c->at[0], c->at[1] } };
		cut->reached = until && wh_position_compare(&at, until) >= 0;
		cut->schema = !cut->reached && c->op == WH_OP_SCHEMA ? c : NULL;
		if (cut->reached || cut->schema)
			cut->items = i;
	}
	while (cut->txns && list->txns[cut->txns - 1].changes > cut->items)
		cut->txns--;
	size_t whole = cut->txns ? list->txns[cut->txns - 1].changes : 0;
	if (until && cut->items == list->count && wh_position_compare(&list->read, until) >= 0)
		cut->reached = whole == list->count;
}

/* Whole transactions together, then the beginning of one that the list does not end. */
static int take_items(struct wh_follow *f, struct wh_changes *list, const struct cut *cut,
	const struct wh_position *until, struct wh_error *error)
{
	size_t whole = cut->txns ? list->txns[cut->txns - 1].changes : 0;
	bool rest = cut->items > whole && !cut->schema && !cut->reached;
	int rc = WH_OK;
	if (cut->txns) {
		const struct wh_txn *last = &list->txns[cut->txns - 1];
		rc = wh_follow_apply(f, 0, whole, &last->next, error);
		if (rc != WH_OK)
			return rc;
		f->done = last->next;
		f->sums.txns += cut->txns;
		f->sums.commit_usec = last->usec ? last->usec : f->sums.commit_usec;
	}
	if (rest)
		rc = wh_follow_apply(f, whole, cut->items, NULL, error);
	else if (cut->reached && cut->items > whole) /* a log that joins transactions (SQLite's) */
		rc = wh_follow_apply(f, whole, cut->items, until, error);
	return rc;
}

/* Nothing but our own signals may be written behind a fence. */
static int look_for_late(const struct wh_follow *f, const struct wh_changes *list,
	struct wh_error *error)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct wh_change *c = &list->items[i];
		const struct wh_position at = { .order = { c->at[0], c->at[1] } };
		if (c->table != wh_way_signal(f->way) && wh_position_compare(&at, f->closed_from) >= 0)
			return wh_fail(error, WH_GUARD, "table \"%s\" was %s although writes are fenced off",
				list->tables[c->table]->table,
				c->op == WH_OP_TRUNCATE     ? "emptied"
					: c->op == WH_OP_SCHEMA ? "altered"
											: "written to");
	}
	return WH_OK;
}

static int take_list(struct wh_follow *f, struct wh_changes *list, const struct wh_position *until,
	struct wh_error *error)
{
	struct cut cut;
	look_for_cut(list, until, &cut);
	skip_done(f, list);
	int rc = wh_holes_fill(&f->holes, list, cut.items, error);
	if (rc == WH_OK && list->count)
		rc = wh_window_stage(&f->window, list, error);
	if (rc == WH_OK && f->closed_from)
		rc = look_for_late(f, list, error);
	if (rc == WH_OK)
		rc = take_items(f, list, &cut, until, error);
	if (rc != WH_OK)
		return rc;
	f->sums.bytes += list->bytes;
	if (cut.schema)
		return schema_changed(f, list, cut.schema, error);
	if (!f->open && !cut.reached && wh_position_compare(&list->read, &f->done) > 0)
		f->done = list->read;
	f->read = list->read;
	return cut.reached && !f->open ? WH_DONE : WH_OK;
}

/* Where nothing comes, the lanes' places must move on all the same: the log is kept for them. */
static int record_idle(struct wh_follow *f, const struct wh_position *place, struct wh_error *error)
{
	const struct wh_lane_job job = { &f->window, place, false, true, false };
	bool behind = false;
	for (size_t i = 0; i < f->nlanes; i++)
		behind = behind || wh_position_compare(&f->lanes[i].position, place) < 0;
	int64_t now = wh_monotonic_usec();
	if (!behind || f->open || now - f->recorded_usec < RECORD_USEC)
		return WH_OK;
	f->recorded_usec = now;
	int rc = wh_window_fill(&f->window, 0, 0, error);
	return rc == WH_OK ? run_lanes(f, &job, error) : rc;
}

int wh_follow_step(struct wh_follow *f, int wait_ms, const struct wh_position *until,
	struct wh_error *error)
{
	struct wh_changes *list = wh_queue_take_wait(&f->full, wait_ms);
	if (!list)
		return f->full.closed ? wh_way_at(f->way, error, wh_follow_read_ended(f, error)) : WH_OK;
	int rc = take_list(f, list, until, error);
	if (rc == WH_OK)
		rc = record_idle(f, &f->done, error);
	note_durable(f);
	if (rc == WH_OK)
		wh_queue_put(&f->empty, list);
	return wh_way_at(f->way, error, rc);
}

int wh_follow_skip(struct wh_follow *f, const struct wh_position *place, struct wh_error *error)
{
	const struct wh_lane_job job = { &f->window, place, false, true, false };
	int rc = wh_window_fill(&f->window, 0, 0, error);
	if (rc == WH_OK)
		rc = run_lanes(f, &job, error);
	f->done = rc == WH_OK ? *place : f->done;
	return wh_way_at(f->way, error, rc);
}

int wh_follow_begin(struct wh_way *way, const struct wh_position *from, struct wh_error *error)
{
	struct wh_lane_mark marks[WH_FOLLOW_LANES];
	struct wh_conn *conn = NULL;
	int rc = wh_way_claim(way, error);
	if (rc == WH_OK)
		rc = wh_migration_connect(way->m, WH_TARGET, true, &conn, error);
	for (size_t i = 0; i < way->lanes; i++)
		marks[i] = (struct wh_lane_mark){ (int64_t)i, *from };
	if (rc == WH_OK) {
		conn->kind->join(conn, &way->m->claim);
		rc = wh_at(error, conn, conn->kind->settle(conn, marks, way->lanes, error));
	}
	wh_conn_close(conn);
	return wh_way_at(way, error, rc);
}
