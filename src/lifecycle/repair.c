#include "lifecycle/repair.h"
#include "base/crash.h"
#include "base/text.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

#define AGAIN "copying_again" /* the fact: number of the table */
#define REPAIR_BYTES_MAX (64u << 20)

/* Rows of one side whose keys differ, in as many batches as they need. */
struct collected {
	const struct wh_migration *m;
	const struct wh_plan_table *t;
	const struct wh_located *located;
	struct wh_batch *batches;
	size_t nbatches, bytes;
	struct wh_buffer scratch;
};

static struct wh_batch *room(struct collected *c)
{
	if (c->nbatches && !wh_batch_full(&c->batches[c->nbatches - 1]))
		return &c->batches[c->nbatches - 1];
	c->batches = wh_realloc(c->batches, (c->nbatches + 1) * sizeof *c->batches);
	struct wh_batch *b = &c->batches[c->nbatches++];
	wh_rowset_batch(&c->t->to, b);
	return b;
}

static int collect(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	struct collected *c = context;
	for (uint32_t i = 0; i < rows->rows; i++) {
		struct wh_hash key = wh_row_key(c->t, rows, i, c->m->seed, &c->scratch);
		if (!wh_located_find(c->located, key)) /* on either side every row of such a key */
			continue;
		struct wh_batch *b = room(c);
		size_t before = b->bytes;
		wh_batch_copy_row(b, rows, i);
		c->bytes += b->bytes - before;
		if (c->bytes > REPAIR_BYTES_MAX)
			return wh_fail(error, WH_CONFIG,
				"too many rows of table \"%s\" differ to be repaired one by "
				"one; move it again with --if-exists truncate and another --workdir",
				c->t->source->name);
	}
	return WH_OK;
}

static int collect_side(struct wh_migration *m, struct collected *c, enum wh_side side,
	struct wh_error *error)
{
	struct wh_conn *conn;
	int rc = wh_migration_connect(m, side, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	struct wh_unit whole = wh_whole_table(c->t, side);
	struct wh_scan scan = { .m = m, .table = c->t, .conn = conn, .context = c, .rows = collect };
	rc = wh_scan_unit(&scan, &whole, error);
	wh_conn_close(conn);
	return rc;
}

static void release(struct collected *c)
{
	for (size_t i = 0; i < c->nbatches; i++)
		wh_batch_finish(&c->batches[i]);
	free(c->batches);
	wh_buffer_free(&c->scratch);
}

static int each(struct wh_conn *conn, const struct collected *c,
	int (*verb)(struct wh_conn *, const struct wh_batch *, struct wh_error *),
	struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < c->nbatches && rc == WH_OK; i++)
		rc = wh_at(error, conn, verb(conn, &c->batches[i], error));
	return rc;
}

/* The old rows go and the right ones come in one transaction. */
static int replace(struct wh_migration *m, const struct wh_plan_table *t, struct wh_conn *conn,
	const struct collected *old, const struct collected *right, struct wh_error *error)
{
	struct wh_unit unit = wh_whole_table(t, WH_TARGET);
	struct wh_tally tally = { 0 };
	unit.number = INT64_C(1) << 40 | m->claim.epoch;
	int rc = wh_at(error, conn, conn->kind->begin(conn, &unit, &tally, error));
	if (rc == WH_DONE)
		return wh_fail(error, WH_BUG, "a repair stands on the target already");
	if (rc == WH_OK)
		rc = each(conn, old, conn->kind->erase, error);
	wh_crash_point("rows erased for repair");
	if (rc == WH_OK)
		rc = each(conn, right, conn->kind->write, error);
	if (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->commit(conn, &tally, error));
	wh_crash_point("rows repaired");
	if (rc < 0) {
		struct wh_error ignored = { 0 }; /* the fault that brought us here is the one to tell */
		int gone = conn->kind->abandon(conn, &ignored);
		(void)gone;
	}
	return rc;
}

int wh_target_claim(struct wh_migration *m, struct wh_conn **out, struct wh_error *error)
{
	int rc = wh_migration_connect(m, WH_TARGET, true, out, error);
	if (rc != WH_OK)
		return rc;
	m->claim.ntables = 0;
	rc = wh_journal_set(m->journal, "finished", NULL, error);
	if (rc != WH_OK)
		return rc;
	return wh_at(error, *out, m->target_kind->prepare(*out, &m->claim, error));
}

static int repair_by_key(struct wh_migration *m, const struct wh_plan_table *t,
	const struct wh_located *located, struct wh_conn *conn, struct wh_error *error)
{
	struct collected old = { .m = m, .t = t, .located = located };
	struct collected right = { .m = m, .t = t, .located = located };
	int rc = WH_OK;
	if (located->total > located->nrows)
		rc = wh_fail(error, WH_CONFIG,
			"%llu rows of table \"%s\" differ, too many to be repaired one by "
			"one; move it again with --if-exists truncate and another --workdir",
			(unsigned long long)located->total, t->source->name);
	if (rc == WH_OK)
		rc = collect_side(m, &old, WH_TARGET, error);
	if (rc == WH_OK)
		rc = collect_side(m, &right, WH_SOURCE, error);
	if (rc == WH_OK)
		rc = replace(m, t, conn, &old, &right, error);
	release(&old);
	release(&right);
	return rc;
}

/* Which table is being copied again stands in the journal: after a crash any command that copies
 * goes on with it. */
int wh_repair_again(struct wh_migration *m, const struct wh_plan_table *t, struct wh_error *error)
{
	char number[24];
	number[wh_format_int64(number, t->number)] = 0;
	int rc = wh_journal_set(m->journal, AGAIN, number, error);
	if (rc == WH_OK)
		rc = wh_copy_table_again(m, t, error);
	return rc == WH_OK ? wh_journal_set(m->journal, AGAIN, NULL, error) : rc;
}

int wh_target_release(struct wh_migration *m, struct wh_conn *conn, struct wh_error *error)
{
	int rc = wh_at(error, conn, m->target_kind->finish(conn, &m->claim, error));
	return rc == WH_OK ? wh_journal_set(m->journal, "finished", "yes", error) : rc;
}

int wh_repair_table(struct wh_migration *m, const struct wh_plan_table *t,
	const struct wh_located *located, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = wh_target_claim(m, &conn, error);
	if (rc == WH_OK)
		rc = t->to.nkey ? repair_by_key(m, t, located, conn, error) : wh_repair_again(m, t, error);
	if (rc == WH_OK)
		rc = wh_target_release(m, conn, error);
	if (rc == WH_OK)
		rc = wh_journal_event(m->journal,
			wh_arena_format(&m->arena, "%llu rows of %s repaired",
				(unsigned long long)located->total, t->source->name),
			error);
	wh_conn_close(conn);
	return rc;
}

int wh_repair_resume(struct wh_migration *m, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	const char *text = wh_journal_get(m->journal, AGAIN, &m->arena);
	int64_t number = -1;
	if (!text)
		return WH_OK;
	if (!wh_text_int64(text, strlen(text), &number) || number < 0 ||
		number >= (int64_t)m->plan.ntables)
		return wh_fail(error, WH_STOP, "the journal names a table that the plan does not have");
	int rc = wh_target_claim(m, &conn, error);
	if (rc == WH_OK)
		rc = wh_repair_again(m, &m->plan.tables[number], error);
	if (rc == WH_OK)
		rc = wh_target_release(m, conn, error);
	wh_conn_close(conn);
	return rc;
}
