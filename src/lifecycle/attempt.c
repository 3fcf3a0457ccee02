#include "lifecycle/attempt.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/scan.h"
#include <stdlib.h>

static void tell(const struct wh_attempt *a, const struct wh_journal_quarantine *row,
	enum wh_retry_outcome outcome, const char *reason)
{
	const struct wh_retried retried = { row, outcome, reason };
	if (a->options && a->options->told)
		a->options->told(a->options->context, &retried);
}

/* The hash under which the sums have the row. */
static int add_old(struct wh_digest *sum, const struct wh_journal_quarantine *q,
	struct wh_error *error)
{
	struct wh_hash hash;
	if (!q->hash || !wh_text_unhex(q->hash, 32, &hash))
		return wh_fail(error, WH_STOP, "the journal has no hash of row %lld in the quarantine",
			(long long)q->id);
	wh_digest_add(sum, hash);
	return WH_OK;
}

static void exchange(struct wh_tally *t, const struct wh_digest *old, const struct wh_digest *new,
	bool written)
{
	wh_digest_subtract(&t->read, old);
	wh_digest_merge(&t->read, new);
	wh_digest_subtract(&t->quarantined, old);
	wh_digest_merge(written ? &t->written : &t->quarantined, new);
}

/* Records the settlement, and with it the sums: `old` leaves the quarantine's, `new` comes to those
 * of the rows that are written, or set apart. */
static int settle(struct wh_attempt *a, struct wh_journal_settlement *s,
	const struct wh_digest *old, const struct wh_digest *new, struct wh_error *error)
{
	exchange(&a->unit->tally, old, new, !s->stays);
	exchange(&a->table->tally, old, new, !s->stays);
	a->table->checked = false; /* nothing is proven of what has just come */
	a->table->state = "copied";
	s->unit = a->unit;
	s->table = a->table;
	return wh_journal_settle(a->m->journal, s, error);
}

int wh_attempt_gone(struct wh_attempt *a, const struct wh_journal_quarantine *row,
	struct wh_error *error)
{
	struct wh_digest old = { 0 }, none = { 0 };
	struct wh_journal_settlement s = { .leaves = row->id };
	int rc = add_old(&old, row, error);
	if (rc == WH_OK)
		rc = settle(a, &s, &old, &none, error);
	if (rc == WH_OK)
		tell(a, row, WH_RETRY_GONE, NULL);
	return rc;
}

int wh_attempt_refuse(struct wh_attempt *a, const struct wh_journal_quarantine *was,
	const struct wh_journal_quarantine *now, struct wh_error *error)
{
	struct wh_digest old = { 0 }, new = { 0 };
	struct wh_journal_settlement s = { .stays = now };
	int rc = add_old(&old, was, error);
	if (rc == WH_OK)
		rc = add_old(&new, now, error);
	if (rc == WH_OK)
		rc = settle(a, &s, &old, &new, error);
	if (rc == WH_OK)
		tell(a, was, WH_RETRY_REFUSED, now->reason);
	return rc;
}

/* What is being written: which rows the target has refused so far. */
struct writing {
	struct wh_attempt *a;
	const struct wh_batch *b;
	bool *refused;
};

static int refuse(struct writing *w, uint32_t row, struct wh_error *error)
{
	struct wh_journal_quarantine now = *w->a->rows[row];
	char reason[sizeof error->text];
	memcpy(reason, error->text, sizeof reason);
	wh_error_clear(error);
	now.column = NULL;
	now.reason = reason;
	now.usec = wh_now_usec();
	w->refused[row] = true;
	return wh_attempt_refuse(w->a, w->a->rows[row], &now, error);
}

/* Halves the rows where some cannot go until each is alone. */
static int write_some(struct writing *w, uint32_t first, uint32_t n, struct wh_error *error)
{
	struct wh_conn *target = w->a->target;
	struct wh_batch some = { .lanes = wh_alloc(sizeof(struct wh_lane) * (w->b->ncolumns + 1u)) };
	wh_batch_slice(w->b, first, n, &some);
	int rc = wh_at(error, target, target->kind->write(target, &some, error));
	free(some.lanes);
	if (rc != WH_ROW)
		return rc;
	if (n == 1)
		return refuse(w, first, error);
	wh_error_clear(error);
	rc = write_some(w, first, n / 2, error);
	return rc == WH_OK ? write_some(w, first + n / 2, n - n / 2, error) : rc;
}

static struct wh_unit attempt_unit(const struct wh_attempt *a)
{
	struct wh_unit unit = wh_whole_table(a->t, WH_TARGET);
	unit.number = a->number;
	unit.careful = unit.keep = true;
	return unit;
}

static void abandon(const struct wh_attempt *a)
{
	struct wh_error ignored = { 0 }; /* the fault that brought us here is the one to tell */
	int gone = a->target->kind->abandon(a->target, &ignored);
	(void)gone;
}

static int commit(const struct writing *w, struct wh_digest *written, struct wh_error *error)
{
	struct wh_conn *target = w->a->target;
	for (uint32_t i = 0; i < w->b->rows; i++)
		if (!w->refused[i])
			wh_digest_add(written, w->b->hash[i]);
	const struct wh_tally tally = { .read = *written, .written = *written };
	wh_crash_point("retry written");
	int rc = wh_at(error, target, target->kind->commit(target, &tally, error));
	if (rc == WH_OK)
		wh_crash_point("retry committed");
	return rc;
}

static int transact(struct writing *w, struct wh_digest *written, struct wh_error *error)
{
	struct wh_conn *target = w->a->target;
	struct wh_unit unit = attempt_unit(w->a);
	struct wh_tally done = { 0 };
	int rc = wh_at(error, target, target->kind->begin(target, &unit, &done, error));
	if (rc == WH_DONE)
		return wh_fail(error, WH_BUG, "an attempt of that number stands on the target already");
	if (rc == WH_OK)
		rc = write_some(w, 0, w->b->rows, error);
	if (rc == WH_OK)
		rc = commit(w, written, error);
	if (rc < 0)
		abandon(w->a);
	return rc;
}

static int note(struct writing *w, struct wh_error *error)
{
	struct wh_attempt *a = w->a;
	int64_t *ids = wh_alloc(sizeof *ids * w->b->rows);
	for (uint32_t i = 0; i < w->b->rows; i++)
		ids[i] = a->rows[i]->id;
	a->number++;
	int rc = wh_journal_attempt(a->m->journal, ids, w->b->rows, a->number, error);
	wh_crash_point("retry noted");
	free(ids);
	return rc;
}

static int take_out(struct writing *w, const struct wh_digest *written, struct wh_error *error)
{
	struct wh_digest old = { 0 };
	struct wh_journal_settlement s = { .attempt = w->a->number };
	int rc = WH_OK;
	for (uint32_t i = 0; i < w->b->rows && rc == WH_OK; i++)
		if (!w->refused[i])
			rc = add_old(&old, w->a->rows[i], error);
	if (rc == WH_OK)
		rc = settle(w->a, &s, &old, written, error);
	wh_crash_point("retry settled");
	for (uint32_t i = 0; i < w->b->rows && rc == WH_OK; i++)
		if (!w->refused[i])
			tell(w->a, w->a->rows[i], WH_RETRY_WRITTEN, NULL);
	return rc;
}

static int write_all(struct writing *w, struct wh_error *error)
{
	struct wh_digest written = { 0 };
	int rc = note(w, error);
	if (rc == WH_OK)
		rc = transact(w, &written, error);
	return rc == WH_OK ? take_out(w, &written, error) : rc;
}

/* A constraint that is checked at the end names no row: each is an attempt of its own then. */
static int write_each(struct writing *w, struct wh_error *error)
{
	struct wh_attempt *a = w->a;
	struct wh_batch one = { .lanes = wh_alloc(sizeof(struct wh_lane) * (w->b->ncolumns + 1u)) };
	const struct wh_journal_quarantine **rows = a->rows;
	int rc = WH_OK;
	for (uint32_t i = 0; i < w->b->rows && rc == WH_OK; i++) {
		if (w->refused[i])
			continue;
		bool refused = false;
		struct writing alone = { a, &one, &refused };
		wh_batch_slice(w->b, i, 1, &one);
		a->rows = rows + i;
		rc = write_all(&alone, error);
		if (rc == WH_ROW)
			rc = refuse(&alone, 0, error);
	}
	a->rows = rows;
	free(one.lanes);
	return rc;
}

int wh_attempt_write(struct wh_attempt *a, const struct wh_batch *b, struct wh_error *error)
{
	struct writing w = { a, b, calloc(b->rows + 1u, sizeof(bool)) };
	if (!w.refused)
		return wh_fail(error, WH_STOP, "out of memory");
	int rc = write_all(&w, error);
	if (rc == WH_ROW) {
		wh_error_clear(error);
		rc = write_each(&w, error);
	}
	free(w.refused);
	return rc;
}

int wh_attempt_settle(struct wh_attempt *a, const struct wh_journal_quarantine *rows, size_t n,
	struct wh_error *error)
{
	struct wh_digest old = { 0 };
	struct wh_tally done = { 0 };
	a->number = rows[0].attempt;
	struct wh_unit unit = attempt_unit(a);
	struct wh_conn *target = a->target;
	int rc = wh_at(error, target, target->kind->begin(target, &unit, &done, error));
	if (rc < 0)
		return rc;
	if (rc == WH_DONE) {
		struct wh_journal_settlement s = { .attempt = a->number };
		rc = WH_OK;
		for (size_t i = 0; i < n && rc == WH_OK; i++)
			rc = add_old(&old, &rows[i], error);
		return rc == WH_OK ? settle(a, &s, &old, &done.written, error) : rc;
	}
	abandon(a);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		rc = wh_journal_attempt(a->m->journal, &rows[i].id, 1, 0, error);
	return rc;
}
