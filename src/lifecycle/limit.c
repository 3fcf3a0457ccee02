/* Limits that stop a run gone wrong. */
#include "lifecycle/steps.h"

#define ROWS_TOLD 1000 /* with fewer rows read, and no estimate, a share means nothing */

/* How many rows there are, as the catalog estimates; *known: for every table. */
static uint64_t rows_expected(const struct wh_migration *m, bool *known)
{
	uint64_t sum = 0;
	*known = true;
	for (size_t i = 0; i < m->plan.ntables; i++) {
		int64_t rows = m->plan.tables[i].source->rows;
		sum += rows > 0 ? (uint64_t)rows : 0;
		*known = *known && rows >= 0;
	}
	return sum;
}

static uint64_t allowed_of(const struct wh_bad_rows *limit, uint64_t rows)
{
	return limit->millionths ? (uint64_t)((double)rows * (double)limit->millionths / 1e6)
							 : limit->rows;
}

static int too_many(const struct wh_migration *m, uint64_t bad, struct wh_error *error)
{
	struct wh_buffer limit = { 0 };
	wh_bad_rows_text(&limit, &m->settings->bad_rows);
	wh_fail(error, WH_GUARD,
		"too many rows have gone to the quarantine: %llu, and the limit `bad_rows` is %s; "
		"`whimbrel quarantine list` shows them; mend the source or its mapping, or raise the limit "
		"with --bad-rows: the same command goes on from here",
		(unsigned long long)bad, wh_buffer_string(&limit));
	wh_buffer_free(&limit);
	return WH_GUARD;
}

static int judge(const struct wh_migration *m, uint64_t rows, struct wh_error *error)
{
	int64_t bad = wh_journal_quarantine_count(m->journal);
	if (bad <= 0 || (uint64_t)bad <= allowed_of(&m->settings->bad_rows, rows))
		return WH_OK;
	return too_many(m, (uint64_t)bad, error);
}

/* The journal is counted at every hundredth of what is allowed: counting is not free. */
int wh_limit_bad(struct wh_migration *m, long long more, struct wh_error *error)
{
	bool known;
	uint64_t expected = rows_expected(m, &known);
	long long before = atomic_fetch_add(&m->bad, more), seen = before + more;
	uint64_t rows = (uint64_t)(atomic_load(&m->progress->rows) + seen);
	rows = rows < expected ? expected : rows;
	if (m->settings->bad_rows.millionths && !known && rows < ROWS_TOLD)
		return WH_OK;
	uint64_t every = 1 + allowed_of(&m->settings->bad_rows, rows) / 100;
	return (uint64_t)seen / every == (uint64_t)before / every ? WH_OK : judge(m, rows, error);
}

int wh_limit_rows(struct wh_migration *m, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_table *tables = NULL;
	size_t n = 0;
	uint64_t rows = 0;
	int rc = wh_journal_tables(m->journal, &arena, &tables, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		rows += tables[i].tally.read.rows;
	wh_arena_free(&arena);
	return rc == WH_OK ? judge(m, rows, error) : rc;
}
