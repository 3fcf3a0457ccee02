#include "lifecycle/live/follow.h"
#include "base/text.h"
#include "base/time.h"
#include "journal/journal.h"
#include "lifecycle/apart.h"
#include "lifecycle/live/fetch.h"
#include "lifecycle/steps.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TAIL_WAIT 50        /* milliseconds that the reader waits for a log with nothing in it */
#define RECORD_USEC 2000000 /* how often every lane writes its place */
#define CONFIRM_USEC 500000
#define HURRY_MS 100
#define REFRESHED_TOGETHER 256

/* ---- the reader ---- */

static int confirm(struct wh_follow *f, struct wh_position *told, int64_t *when,
	struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	pthread_mutex_lock(&f->lock);
	struct wh_position durable = f->durable;
	pthread_mutex_unlock(&f->lock);
	if (!durable.text[0] || wh_position_compare(&durable, told) <= 0 || now - *when < CONFIRM_USEC)
		return WH_OK;
	*told = durable;
	*when = now;
	return wh_at(error, f->tail, f->tail->kind->confirm(f->tail, &durable, error));
}

static int read_list(struct wh_follow *f, struct wh_changes *list, struct wh_error *error)
{
	wh_changes_reset(list);
	int rc = f->tail->kind->tail(f->tail, TAIL_WAIT, list, error);
	return wh_at(error, f->tail, rc);
}

static void *reader_main(void *context)
{
	struct wh_follow *f = context;
	struct wh_position told = { .text = "" };
	struct wh_changes *list;
	int64_t when = 0;
	int rc = WH_OK;
	while (rc >= 0 && !atomic_load(&f->stop) && (list = wh_queue_take(&f->empty))) {
		rc = confirm(f, &told, &when, &f->reader_error);
		if (rc >= 0)
			rc = read_list(f, list, &f->reader_error);
		if (rc >= 0)
			wh_queue_put(&f->full, list);
	}
	f->reader_rc = rc < 0 ? rc : WH_OK;
	wh_queue_close(&f->full);
	return NULL;
}

static int start_reader(struct wh_follow *f, struct wh_error *error)
{
	struct wh_way *way = f->way;
	int rc = wh_migration_connect(way->m, WH_SOURCE, false, &f->tail, error);
	if (rc == WH_OK)
		rc = wh_at(error, f->tail, f->tail->kind->attach(f->tail, &way->capture, &f->done, error));
	if (rc != WH_OK)
		return rc;
	for (size_t i = 0; i < 2; i++) {
		wh_changes_init(&f->lists[i], way->capture.tables, way->capture.ntables);
		f->lists[i].read = f->done;
		wh_queue_put(&f->empty, &f->lists[i]);
	}
	f->reading = !pthread_create(&f->reader, NULL, reader_main, f);
	return f->reading ? WH_OK : wh_fail(error, WH_STOP, "no more threads can be started");
}

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
	return rc == WH_OK ? start_reader(f, error) : rc;
}

static void stop_reader(struct wh_follow *f)
{
	atomic_store(&f->stop, true);
	wh_queue_abort(&f->empty);
	if (f->reading)
		pthread_join(f->reader, NULL);
	f->reading = false;
	wh_conn_close(f->tail);
	f->tail = NULL;
}

void wh_follow_close(struct wh_follow *f)
{
	if (!f->way)
		return;
	stop_reader(f);
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

/* The rows that the stage refused are in the quarantine before the lanes commit. */
static int keep_setbacks(struct wh_follow *f, struct wh_effect *e, const struct wh_batch *images,
	struct wh_error *error)
{
	struct wh_migration *m = f->way->m;
	size_t first = 0;
	while (first < e->nsetbacks && !wh_effect_stays_back(e, first))
		first++;
	if (first == e->nsetbacks)
		return WH_OK;
	if (m->settings->policies.bad_row != WH_POLICY_QUARANTINE)
		return wh_fail(error, WH_STOP,
			"a changed row of table \"%s\" cannot go: column \"%s\": %s; mend it, or take such rows "
			"into quarantine with bad_row: quarantine",
			e->table->source->name, e->setbacks[first].column, e->setbacks[first].reason);
	struct wh_apart *apart = wh_alloc(sizeof *apart);
	*apart = (struct wh_apart){ .m = m, .t = e->table, .unit = -2 };
	int rc = WH_OK;
	for (size_t i = 0; i < e->nsetbacks && rc == WH_OK; i++)
		if (wh_effect_stays_back(e, i))
			rc = wh_apart_add(apart, images,
				&(struct wh_refusal){ e->setbacks[i].row, e->setbacks[i].column,
					e->setbacks[i].reason },
				error);
	if (rc == WH_OK)
		rc = wh_apart_keep(apart, error);
	wh_apart_clear(apart);
	free(apart);
	return rc;
}

/* Keys of rows as the quarantine shows them. */
struct shown_keys {
	struct wh_arena arena;
	const char **items;
	size_t n;
};

static void show_key(struct shown_keys *keys, const struct wh_rowset *rows,
	const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer text = { 0 };
	if (row == WH_NO_ROW)
		return;
	wh_row_json(&text, rows, b, row, rows->key, rows->nkey);
	keys->items[keys->n++] = wh_arena_text(&keys->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
}

/* A row of the quarantine that the source has changed meanwhile is judged anew. One that the stage
 * refused is shown as the source has it, one that the target refused as it was sent. */
static int forget_apart(struct wh_follow *f, struct wh_effect *e, size_t first, size_t last,
	struct wh_error *error)
{
	const struct wh_changes *list = f->window.changes;
	const struct wh_rowset *shown = wh_plan_shown(e->table), *from = &e->table->from;
	struct shown_keys keys = { .n = 0 };
	keys.items = wh_new_array(&keys.arena, const char *, e->nslots + 2 * (last - first) + 1);
	for (size_t i = 0; i < e->nslots && shown->nkey; i++) {
		const struct wh_slot *s = &e->slots[i];
		bool there = s->row != WH_NO_ROW;
		show_key(&keys, shown, there ? &e->rows : &e->erase, there ? s->row : s->erase);
	}
	for (size_t i = first; i < last && from->nkey; i++) {
		const struct wh_change *c = &list->items[i];
		if (f->way->plans[c->table] != e->table)
			continue;
		show_key(&keys, from, &list->images[c->table], c->before);
		show_key(&keys, from, &list->images[c->table], c->after);
	}
	int rc = wh_journal_quarantine_forget(f->way->m->journal, e->table->number,
		e->clear ? NULL : keys.items, keys.n, error);
	wh_arena_free(&keys.arena);
	return rc;
}

static int settle_apart(struct wh_follow *f, size_t first, size_t last, struct wh_error *error)
{
	int64_t known = wh_journal_quarantine_count(f->way->m->journal);
	int rc = WH_OK;
	for (size_t i = 0; i < f->way->nplans && rc == WH_OK; i++) {
		struct wh_effect *e = &f->window.effects[i];
		if (e->used && known)
			rc = forget_apart(f, e, first, last, error);
		if (e->used && rc == WH_OK)
			rc = keep_setbacks(f, e, &f->window.changes->images[i], error);
	}
	return rc;
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

static int apply(struct wh_follow *f, size_t first, size_t last, const struct wh_position *end,
	struct wh_error *error)
{
	int64_t now = wh_monotonic_usec();
	bool record = end && now - f->recorded_usec > RECORD_USEC;
	int rc = wh_window_fill(&f->window, first, last, error);
	if (rc == WH_OK)
		rc = settle_apart(f, first, last, error);
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
		rc = apply(f, 0, whole, &last->next, error);
		if (rc != WH_OK)
			return rc;
		f->done = last->next;
		f->sums.txns += cut->txns;
		f->sums.commit_usec = last->usec ? last->usec : f->sums.commit_usec;
	}
	if (rest)
		rc = apply(f, whole, cut->items, NULL, error);
	else if (cut->reached && cut->items > whole) /* a log that joins transactions (SQLite's) */
		rc = apply(f, whole, cut->items, until, error);
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

static int reader_ended(struct wh_follow *f, struct wh_error *error)
{
	if (f->reader_rc < 0) {
		*error = f->reader_error;
		return f->reader_rc;
	}
	return wh_fail(error, WH_RETRY, "the log is not read any more");
}

int wh_follow_step(struct wh_follow *f, int wait_ms, const struct wh_position *until,
	struct wh_error *error)
{
	struct wh_changes *list = wh_queue_take_wait(&f->full, wait_ms);
	if (!list)
		return f->full.closed ? wh_way_at(f->way, error, reader_ended(f, error)) : WH_OK;
	int rc = take_list(f, list, until, error);
	if (rc == WH_OK)
		rc = record_idle(f, &f->done, error);
	note_durable(f);
	if (rc == WH_OK)
		wh_queue_put(&f->empty, list);
	return wh_way_at(f->way, error, rc);
}

/* Rows as the source has them, in the place of changes. */
struct refresh {
	struct wh_follow *f;
	struct wh_changes list;
	uint32_t table;
	struct wh_hash *keys; /* one an image that is a key alone */
	uint32_t nkeys;
	struct wh_buffer scratch;
};

static struct wh_hash image_key(struct refresh *r, const struct wh_batch *b, uint32_t row)
{
	const struct wh_rowset *from = &r->f->way->plans[r->table]->from;
	return wh_digest_cells(b, row, from->key, from->nkey, NULL, r->f->way->m->seed, &r->scratch);
}

static int take_now(void *context, struct wh_stage *stage, const struct wh_batch *read,
	struct wh_error *error)
{
	(void)stage;
	(void)error;
	struct refresh *r = context;
	for (uint32_t i = 0; i < read->rows; i++) {
		struct wh_hash key = image_key(r, read, i);
		for (uint32_t k = 0; k < r->nkeys; k++) {
			if (r->keys[k].low != key.low || r->keys[k].high != key.high)
				continue;
			wh_batch_copy_row(wh_changes_image(&r->list, r->table), read, i);
			r->list.items[k].op = WH_OP_UPDATE;
			r->list.items[k].after = r->list.images[r->table].rows - 1;
		}
	}
	return WH_OK;
}

static void put_keys(struct refresh *r, const struct wh_batch *keys, uint32_t first, uint32_t n)
{
	r->nkeys = n;
	for (uint32_t i = 0; i < n; i++) {
		wh_batch_copy_row(wh_changes_image(&r->list, r->table), keys, first + i);
		r->keys[i] = image_key(r, keys, first + i);
		wh_changes_add(&r->list, WH_OP_DELETE, r->table)->before = i;
	}
}

static int refresh_some(struct refresh *r, struct wh_conn *source, const struct wh_batch *keys,
	uint32_t first, uint32_t n, struct wh_error *error)
{
	struct wh_follow *f = r->f;
	uint32_t which[REFRESHED_TOGETHER];
	struct wh_scan scan = { .m = f->way->m,
		.table = f->way->plans[r->table],
		.conn = source,
		.context = r,
		.read = take_now };
	for (uint32_t i = 0; i < n; i++)
		which[i] = first + i;
	wh_changes_reset(&r->list);
	put_keys(r, keys, first, n);
	int rc = wh_fetch_some(&scan, keys, which, n, error);
	if (rc == WH_OK)
		rc = wh_window_stage(&f->window, &r->list, error);
	return rc == WH_OK ? apply(f, 0, r->list.count, &f->done, error) : rc;
}

int wh_follow_refresh(struct wh_follow *f, struct wh_conn *source, uint32_t table,
	const struct wh_batch *keys, struct wh_error *error)
{
	struct refresh r = { .f = f, .table = table };
	int rc = WH_OK;
	r.keys = wh_alloc(REFRESHED_TOGETHER * sizeof *r.keys);
	wh_changes_init(&r.list, f->way->capture.tables, f->way->capture.ntables);
	for (uint32_t at = 0, n; at < keys->rows && rc == WH_OK; at += n) {
		n = keys->rows - at < REFRESHED_TOGETHER ? keys->rows - at : REFRESHED_TOGETHER;
		rc = refresh_some(&r, source, keys, at, n, error);
	}
	wh_changes_finish(&r.list);
	free(r.keys);
	wh_buffer_free(&r.scratch);
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
