#include "lifecycle/apart.h"
#include "base/crash.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/steps.h"

#define BYTES_GATHERED (4u << 20)

void wh_apart_clear(struct wh_apart *a)
{
	wh_arena_free(&a->arena);
	a->n = a->bytes = 0;
}

static const char *row_text(struct wh_apart *a, const struct wh_rowset *rows,
	const struct wh_batch *b, uint32_t row, bool key)
{
	struct wh_buffer text = { 0 };
	if (key)
		wh_row_json(&text, rows, b, row, rows->key, rows->nkey);
	else
		wh_row_whole(&text, rows, b, row);
	const char *copy = wh_arena_text(&a->arena, wh_buffer_string(&text));
	a->bytes += text.size;
	wh_buffer_free(&text);
	return copy;
}

static const char *hash_text(struct wh_arena *arena, struct wh_hash hash)
{
	struct wh_buffer text = { 0 };
	wh_text_hex(&text, &hash, sizeof hash);
	const char *copy = wh_arena_text(arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return copy;
}

/* The hash tells verify that a refused row is rightly missing on the target, and a retry what to
 * take off the tally. */
int wh_apart_add(struct wh_apart *a, const struct wh_batch *b, const struct wh_refusal *why,
	struct wh_error *error)
{
	const struct wh_rowset *from = &a->t->from;
	const struct wh_rowset *rows = why->column ? from : wh_plan_shown(a->t);
	a->rows[a->n++] = (struct wh_journal_quarantine){ .table = a->t->number,
		.unit = a->unit,
		.row = (int64_t)(b->first_row + why->row),
		.source = wh_shown_name(&a->arena, from->schema, from->table),
		.key = rows->nkey ? row_text(a, rows, b, why->row, true) : NULL,
		.column = why->column,
		.reason = wh_arena_text(&a->arena, why->reason),
		.values = row_text(a, rows, b, why->row, false),
		.hash = hash_text(&a->arena, b->hash[why->row]),
		.usec = wh_now_usec() };
	atomic_fetch_add(&a->m->progress->quarantined, 1);
	return a->n == WH_APART_ROWS || a->bytes >= BYTES_GATHERED ? wh_apart_keep(a, error) : WH_OK;
}

int wh_apart_keep(struct wh_apart *a, struct wh_error *error)
{
	size_t n = a->n;
	if (!n)
		return WH_OK;
	int rc = wh_journal_quarantine_put(a->m->journal, a->rows, n, error);
	wh_apart_clear(a);
	wh_crash_point("quarantine row kept");
	return rc == WH_OK ? wh_limit_bad(a->m, (long long)n, error) : rc;
}
