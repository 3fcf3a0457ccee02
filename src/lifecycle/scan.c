#include "lifecycle/scan.h"

static enum wh_stray_answer answer(enum wh_policy_value policy)
{
	switch (policy) {
	case WH_POLICY_NULL:
		return WH_STRAY_NULL;
	case WH_POLICY_STRIP:
		return WH_STRAY_STRIP;
	case WH_POLICY_REPLACE:
		return WH_STRAY_REPLACE;
	case WH_POLICY_CP1252:
		return WH_STRAY_CP1252;
	case WH_POLICY_KEEP:
		return WH_STRAY_KEEP;
	default:
		return WH_STRAY_REJECT;
	}
}

struct wh_stage_rules wh_stage_rules(const struct wh_migration *m)
{
	const struct wh_policies *p = &m->settings->policies;
	return (struct wh_stage_rules){
		.policies = { answer(p->zero_date), answer(p->nul_byte), answer(p->invalid_utf8),
			answer(p->empty_enum), p->double_encoded == WH_POLICY_REPAIR },
		.seed = m->seed,
		.nul_in_text = m->target_kind->facts.nul_in_text
	};
}

struct wh_unit wh_unit_of(const struct wh_rowset *rows, const struct wh_journal_unit *u)
{
	return (struct wh_unit){ .rows = rows,
		.table = u->table,
		.number = u->number,
		.range = u->range,
		.first = u->first,
		.last = u->last };
}

struct wh_unit wh_whole_table(const struct wh_plan_table *t, enum wh_side side)
{
	return (struct wh_unit){ .rows = side == WH_SOURCE ? &t->from : &t->to,
		.table = t->number,
		.range = WH_RANGE_ALL,
		.first = INT64_MIN,
		.last = INT64_MAX };
}

struct reading {
	struct wh_batch batch;
	struct wh_stage_rules rules;
	struct wh_maker *maker;
	struct wh_stage stage;
	struct wh_buffer scratch;
};

/* The source's rows as they would be written; the target's as they are. */
static int take_batch(struct wh_scan *scan, struct reading *r, struct wh_error *error)
{
	struct wh_batch *rows = &r->batch;
	if (scan->read)
		return scan->read(scan->context, &r->stage, rows, error);
	if (scan->conn->side == WH_SOURCE) {
		wh_stage_batch(&r->stage, &r->batch, &rows);
		for (size_t i = 0; i < r->stage.nrejects; i++)
			wh_digest_add_rows(&scan->digest, &r->batch, r->stage.rejects[i].row, 1);
		wh_digest_merge(&scan->digest, &r->stage.filtered);
	} else {
		wh_digest_batch(rows, scan->table->how, scan->m->seed, &r->scratch);
	}
	wh_digest_add_rows(&scan->digest, rows, 0, rows->rows);
	atomic_fetch_add(&scan->m->progress->rows, rows->rows);
	atomic_fetch_add(&scan->m->progress->bytes, (long long)rows->bytes);
	return scan->rows && rows->rows ? scan->rows(scan->context, rows, error) : WH_OK;
}

static int read_all(struct wh_scan *scan, struct reading *r, struct wh_error *error)
{
	int end = WH_OK, rc = WH_OK;
	while (end == WH_OK && rc == WH_OK) {
		wh_batch_reset(&r->batch);
		end = wh_at(error, scan->conn, scan->conn->kind->read(scan->conn, &r->batch, error));
		if (end >= 0)
			rc = take_batch(scan, r, error);
		if (rc == WH_OK && end >= 0)
			rc = wh_migration_stopped(scan->m, error);
		if (rc == WH_OK && scan->failed && atomic_load(scan->failed))
			rc = wh_fail(error, WH_STOP, "another worker failed");
	}
	return end < 0 ? end : rc;
}

int wh_scan_unit(struct wh_scan *scan, const struct wh_unit *unit, struct wh_error *error)
{
	struct reading r = { .rules = wh_stage_rules(scan->m) };
	int rc = scan->conn->side == WH_SOURCE
		? wh_maker_open(scan->table, &r.rules, &r.maker, error)
		: WH_OK;
	if (rc != WH_OK)
		return rc;
	wh_rowset_batch(unit->rows, &r.batch);
	wh_stage_init(&r.stage, scan->table, &r.rules, r.maker);
	rc = wh_at(error, scan->conn, scan->conn->kind->seek(scan->conn, unit, error));
	if (rc == WH_OK)
		rc = read_all(scan, &r, error);
	struct wh_error ignored = {
		0
	}; /* the cursor is given up; a fault in that shows at the next seek */
	int gone = scan->conn->kind->seek(scan->conn, NULL, &ignored);
	(void)gone;
	wh_batch_finish(&r.batch);
	wh_stage_finish(&r.stage);
	wh_maker_close(r.maker);
	wh_buffer_free(&r.scratch);
	return rc;
}
