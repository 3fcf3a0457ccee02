/* One unit, exactly once: marker, rows, tally in one transaction of the target; what cannot go is
 * in the journal's quarantine before that transaction ends. */
#include "lifecycle/apart.h"
#include "lifecycle/pipe.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TRIES 5

static struct wh_pipe *new_pipe(const struct wh_pool *pool)
{
	const struct wh_migration *m = pool->m;
	struct wh_pipe *p = wh_alloc(sizeof *p);
	*p = (struct wh_pipe){ .rules = wh_stage_rules(m),
		.budget = m->settings->memory / 4 / pool->nworkers };
	return p;
}

int wh_units_start(struct wh_pool *pool, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < pool->nworkers && rc == WH_OK; i++) {
		struct wh_pipe *p = new_pipe(pool);
		pool->workers[i].state = p;
		rc = wh_pipe_start(p, pool->workers[i].source, error);
	}
	return rc;
}

void wh_units_finish(struct wh_pool *pool)
{
	for (size_t i = 0; i < pool->nworkers; i++) {
		struct wh_pipe *p = pool->workers[i].state;
		if (p)
			wh_pipe_finish(p);
		free(p);
		pool->workers[i].state = NULL;
	}
}

struct copying {
	struct wh_worker *w;
	const struct wh_unit_job *job;
	struct wh_unit unit; /* the target's, as it is being written */
	struct wh_tally tally;
	bool empty; /* no row goes: nothing was begun on the target */
	struct wh_apart apart;
};

static bool may_quarantine(const struct copying *c)
{
	return c->w->m->settings->policies.bad_row == WH_POLICY_QUARANTINE;
}

/* column NULL: it is the target that refused the row. */
static int refuse_row(const struct copying *c, const struct wh_batch *b, uint32_t row,
	const char *column, const char *reason, struct wh_error *error)
{
	struct wh_buffer key = { 0 };
	const struct wh_plan_table *t = c->job->table;
	const struct wh_rowset *rows = column ? &t->from : wh_plan_shown(t);
	if (rows->nkey)
		wh_row_json(&key, rows, b, row, rows->key, rows->nkey);
	char why[1000];
	snprintf(why, sizeof why, "%s", reason);
	wh_fail(error, WH_STOP,
		"a row of table \"%s\" cannot go: %s%s%s%s; row %s; mend it, or take such "
		"rows into quarantine with --bad-row quarantine",
		t->from.table, column ? "column \"" : "", column ? column : "", column ? "\": " : "", why,
		rows->nkey ? wh_buffer_string(&key) : "without a key");
	error->side = column ? WH_SOURCE : WH_TARGET;
	wh_buffer_free(&key);
	return WH_STOP;
}

static int set_rejects_apart(struct copying *c, const struct wh_piece *piece,
	struct wh_error *error)
{
	for (size_t i = 0; i < piece->nrejects; i++) {
		const struct wh_reject *r = &piece->rejects[i];
		if (!may_quarantine(c))
			return refuse_row(c, &piece->read, r->row, r->column, r->reason, error);
		int rc = wh_apart_add(&c->apart, &piece->read,
			&(struct wh_refusal){ r->row, r->column, r->reason }, error);
		if (rc != WH_OK)
			return rc;
		wh_digest_add_rows(&c->tally.read, &piece->read, r->row, 1);
		wh_digest_add_rows(&c->tally.quarantined, &piece->read, r->row, 1);
	}
	return WH_OK;
}

static void count_written(struct copying *c, const struct wh_batch *rows)
{
	struct wh_progress *p = c->w->m->progress;
	wh_digest_add_rows(&c->tally.written, rows, 0, rows->rows);
	atomic_fetch_add(&p->rows, rows->rows);
}

/* The one row that the target would not take. */
static int set_row_apart(struct copying *c, const struct wh_batch *row, struct wh_error *error)
{
	char reason[sizeof error->text];
	memcpy(reason, error->text, sizeof reason);
	if (!may_quarantine(c))
		return refuse_row(c, row, 0, NULL, reason, error);
	wh_error_clear(error);
	wh_digest_add_rows(&c->tally.quarantined, row, 0, 1);
	return wh_apart_add(&c->apart, row, &(struct wh_refusal){ .reason = reason }, error);
}

/* Writes the rows, halving them where some row cannot go until it is alone. */
static int write_careful(struct copying *c, const struct wh_batch *rows, struct wh_error *error)
{
	struct wh_conn *target = c->w->target;
	int rc = wh_at(error, target, target->kind->write(target, rows, error));
	if (rc == WH_OK)
		count_written(c, rows);
	if (rc != WH_ROW)
		return rc;
	if (rows->rows == 1)
		return set_row_apart(c, rows, error);
	struct wh_batch half = { .lanes = wh_alloc(sizeof(struct wh_lane) * (rows->ncolumns + 1u)) };
	uint32_t middle = rows->rows / 2;
	wh_error_clear(error);
	wh_batch_slice(rows, 0, middle, &half);
	rc = write_careful(c, &half, error);
	if (rc == WH_OK) {
		wh_batch_slice(rows, middle, rows->rows - middle, &half);
		rc = write_careful(c, &half, error);
	}
	free(half.lanes);
	return rc;
}

static int write_rows(struct copying *c, const struct wh_batch *rows, struct wh_error *error)
{
	struct wh_conn *target = c->w->target;
	if (!rows->rows)
		return WH_OK;
	wh_digest_add_rows(&c->tally.read, rows, 0, rows->rows);
	c->tally.bytes += rows->bytes;
	atomic_fetch_add(&c->w->m->progress->bytes, (long long)rows->bytes);
	if (c->unit.careful)
		return write_careful(c, rows, error);
	int rc = wh_at(error, target, target->kind->write(target, rows, error));
	if (rc == WH_OK)
		count_written(c, rows);
	return rc;
}

/* Seconds by which the move is ahead of the rate that the user allows. */
static double ahead(const struct wh_migration *m)
{
	uint64_t rate = m->settings->bytes_per_second;
	if (!rate)
		return 0;
	double due = (double)atomic_load(&m->progress->bytes) / (double)rate;
	return due - (double)(wh_monotonic_usec() - atomic_load(&m->progress->started_usec)) / 1e6;
}

/* In short naps, so that a stop is heard. */
static int keep_rate(const struct copying *c, struct wh_error *error)
{
	int rc = WH_OK;
	double wait = ahead(c->w->m);
	while (wait > 0 && rc == WH_OK) {
		double nap = wait < 0.2 ? wait : 0.2;
		nanosleep(&(struct timespec){ 0, (long)(nap * 1e9) }, NULL);
		rc = wh_worker_stopped(c->w, error);
		wait = ahead(c->w->m);
	}
	return rc;
}

static int write_piece(struct copying *c, const struct wh_piece *piece, struct wh_error *error)
{
	int rc = wh_worker_stopped(c->w, error);
	if (rc == WH_OK)
		rc = set_rejects_apart(c, piece, error);
	wh_digest_merge(&c->tally.read, &piece->stage.filtered);
	wh_digest_merge(&c->tally.filtered, &piece->stage.filtered);
	if (rc == WH_OK)
		rc = write_rows(c, piece->rows, error);
	if (rc == WH_OK)
		rc = wh_apart_keep(&c->apart, error);
	if (rc == WH_OK)
		rc = keep_rate(c, error);
	wh_crash_point("batch written");
	return rc;
}

/* Every row that was read is written or in quarantine; anything else is a fault of ours. */
static int check_tally(const struct copying *c, struct wh_error *error)
{
	struct wh_digest rest = c->tally.read;
	wh_digest_subtract(&rest, &c->tally.written);
	wh_digest_subtract(&rest, &c->tally.quarantined);
	wh_digest_subtract(&rest, &c->tally.filtered);
	struct wh_digest none = { 0 };
	if (wh_digest_equal(&rest, &none))
		return WH_OK;
	return wh_fail(error, WH_BUG,
		"the rows read of table \"%s\" are not those written and set apart",
		c->job->table->source->name);
}

/* The first piece that has rows; NULL: the unit has none, or could not be read. */
static struct wh_piece *first_piece(struct wh_pipe *pipe)
{
	struct wh_piece *piece = wh_pipe_next(pipe);
	while (piece && !piece->read.rows) {
		wh_pipe_return(pipe, piece);
		piece = wh_pipe_next(pipe);
	}
	return piece;
}

static int write_pieces(struct copying *c, struct wh_piece *piece, int rc, struct wh_error *error)
{
	struct wh_pipe *pipe = c->w->state;
	while (piece) {
		if (rc == WH_OK)
			rc = write_piece(c, piece, error);
		wh_pipe_return(pipe, piece);
		piece = rc == WH_OK ? wh_pipe_next(pipe) : NULL;
	}
	return rc;
}

/* How the unit ended for the reader matters where nothing else went wrong. */
static int end_reading(struct wh_pipe *pipe, int rc, struct wh_error *error)
{
	struct wh_error reading = { 0 };
	int read = wh_pipe_end(pipe, &reading);
	if (rc != WH_OK || read >= 0)
		return rc;
	*error = reading;
	return read;
}

static int commit(struct copying *c, struct wh_error *error)
{
	struct wh_conn *target = c->w->target;
	int rc = check_tally(c, error);
	if (rc != WH_OK)
		return rc;
	wh_crash_point("before commit");
	rc = wh_at(error, target, target->kind->commit(target, &c->tally, error));
	if (rc == WH_OK)
		wh_crash_point("after commit");
	return rc;
}

static int begin(struct copying *c, struct wh_error *error)
{
	struct wh_conn *target = c->w->target;
	struct wh_tally done = { 0 };
	int rc = wh_at(error, target, target->kind->begin(target, &c->unit, &done, error));
	if (rc == WH_DONE)
		c->tally = done;
	if (rc != WH_OK)
		return rc;
	wh_crash_point("unit begun");
	const struct wh_journal_unit this = { .table = c->unit.table, .number = c->unit.number };
	return wh_journal_quarantine_clear(c->w->m->journal, &this, 1, error);
}

/* Reads, begins where there is a row, writes, commits. WH_DONE: the marker is there already, and
 * c->tally is its. */
static int write_unit(struct copying *c, struct wh_error *error)
{
	struct wh_conn *target = c->w->target;
	struct wh_pipe *pipe = c->w->state;
	c->tally = (struct wh_tally){ .snapshot = c->tally.snapshot };
	wh_apart_clear(&c->apart);
	wh_pipe_begin(pipe, c->job->table, &c->job->from);
	struct wh_piece *first = first_piece(pipe);
	c->empty = !first && !c->unit.redo;
	int rc = c->empty ? WH_OK : begin(c, error);
	rc = end_reading(pipe, write_pieces(c, first, rc, error), error);
	if (rc == WH_OK && !c->empty)
		rc = commit(c, error);
	if (rc < 0) {
		struct wh_error ignored = { 0 }; /* the fault that brought us here is the one to tell */
		int gone = target->kind->abandon(target, &ignored);
		if (gone < 0 && rc == WH_ROW)
			return WH_RETRY;
	}
	return rc;
}

/* A lost connection is made anew and the unit taken again; a row at fault turns on care. */
static int write_until_done(struct copying *c, struct wh_error *error)
{
	for (int attempt = 0;; attempt++) {
		int rc = write_unit(c, error);
		if (rc == WH_ROW && !c->unit.careful) {
			c->unit.careful = true;
			wh_error_clear(error);
			continue;
		}
		bool again = rc == WH_RETRY && error->side == WH_TARGET && attempt < TRIES;
		if (!again)
			return rc;
		wh_error_clear(error);
		do
			rc = wh_worker_reconnect(c->w, attempt, error);
		while (rc == WH_RETRY && ++attempt < TRIES);
		if (rc != WH_OK)
			return rc;
	}
}

int wh_unit_copy(struct wh_worker *w, const struct wh_unit_job *job, struct wh_tally *tally,
	struct wh_error *error)
{
	struct copying c = { .w = w,
		.job = job,
		.unit = job->to,
		.apart = { .m = w->m, .t = job->table, .unit = job->to.number },
		.tally = { .snapshot = tally->snapshot } };
	int rc = write_until_done(&c, error);
	*tally = c.tally;
	wh_apart_clear(&c.apart);
	return rc < 0 ? rc : c.empty ? WH_DONE : WH_OK;
}

static int mark(struct wh_worker *w, const struct wh_mark *marks, size_t n, struct wh_error *error)
{
	int rc = WH_RETRY;
	for (int attempt = 0; rc == WH_RETRY && attempt <= TRIES; attempt++) {
		wh_error_clear(error);
		rc = attempt ? wh_worker_reconnect(w, attempt - 1, error) : WH_OK;
		if (rc == WH_OK)
			rc = wh_at(error, w->target, w->target->kind->mark(w->target, marks, n, error));
	}
	wh_crash_point("units marked");
	return rc;
}

/* What an earlier try set apart of a unit that has no rows now goes before its marker comes. */
static int mark_empty(struct wh_worker *w, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error)
{
	struct wh_mark *marks = wh_alloc((n + 1) * sizeof *marks);
	struct wh_journal_unit *empty = wh_alloc((n + 1) * sizeof *empty);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (!units[i].done) {
			marks[k] = (struct wh_mark){ units[i].table, units[i].number, units[i].tally };
			empty[k++] = units[i];
		}
	int rc = k ? wh_journal_quarantine_clear(w->m->journal, empty, k, error) : WH_OK;
	if (rc == WH_OK && k)
		rc = mark(w, marks, k, error);
	free(marks);
	free(empty);
	return rc;
}

int wh_units_settle(struct wh_worker *w, const struct wh_journal_unit *units, size_t n,
	struct wh_error *error)
{
	int rc = n ? mark_empty(w, units, n, error) : WH_OK;
	if (rc == WH_OK && n)
		rc = wh_journal_units_done(w->m->journal, units, n, error);
	wh_crash_point("unit in the journal");
	return rc;
}

static void count_read(struct wh_tally *tally, const struct wh_piece *piece)
{
	for (size_t i = 0; i < piece->nrejects; i++)
		wh_digest_add_rows(&tally->read, &piece->read, piece->rejects[i].row, 1);
	wh_digest_merge(&tally->read, &piece->stage.filtered);
	wh_digest_add_rows(&tally->read, piece->rows, 0, piece->rows->rows);
}

int wh_unit_read(struct wh_worker *w, const struct wh_unit_job *job, struct wh_tally *tally,
	struct wh_error *error)
{
	struct wh_pipe *pipe = w->state;
	struct wh_piece *piece;
	int rc = WH_OK;
	wh_pipe_begin(pipe, job->table, &job->from);
	while (rc == WH_OK && (piece = wh_pipe_next(pipe))) {
		rc = wh_worker_stopped(w, error);
		count_read(tally, piece);
		wh_pipe_return(pipe, piece);
	}
	return end_reading(pipe, rc, error);
}
