#include "lifecycle/marks.h"
#include <stdlib.h>

static int compare_marks(const void *a, const void *b)
{
	const struct wh_mark *x = a, *y = b;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->unit < y->unit ? -1 : x->unit > y->unit;
}

int wh_marks_read(struct wh_marks *marks, const struct wh_migration *m, struct wh_conn *target,
	struct wh_error *error)
{
	wh_marks_free(marks);
	int rc = wh_at(error, target,
		target->kind->marks(target, &m->claim, &marks->arena, &marks->items, &marks->count, error));
	if (marks->count)
		qsort(marks->items, marks->count, sizeof *marks->items, compare_marks);
	return rc;
}

void wh_marks_free(struct wh_marks *marks)
{
	wh_arena_free(&marks->arena);
	*marks = (struct wh_marks){ 0 };
}

const struct wh_mark *wh_marks_find(const struct wh_marks *marks, const struct wh_journal_unit *u)
{
	const struct wh_mark wanted = { .table = u->table, .unit = u->number };
	return marks->count ? bsearch(&wanted, marks->items, marks->count, sizeof wanted, compare_marks)
						: NULL;
}

/* The journal only knows better under which newer snapshot the same rows were read again. */
void wh_marks_trust(const struct wh_marks *marks, struct wh_journal_unit *units, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct wh_journal_unit *u = &units[i];
		const struct wh_mark *mark = wh_marks_find(marks, u);
		bool same = mark && u->done && wh_digest_equal(&mark->tally.read, &u->tally.read) &&
			wh_digest_equal(&mark->tally.written, &u->tally.written);
		if (mark && !same)
			u->tally = mark->tally;
		u->done = mark != NULL;
	}
}

static int are_marked(const struct wh_migration *m, const struct wh_marks *marks,
	struct wh_arena *arena, bool *whole, struct wh_error *error)
{
	struct wh_journal_unit *units = NULL;
	size_t n = 0;
	int rc = wh_journal_units(m->journal, -1, arena, &units, &n, error);
	for (size_t u = 0; u < n && rc == WH_OK; u++)
		*whole = *whole && units[u].done && wh_marks_find(marks, &units[u]);
	return rc;
}

int wh_rows_are_there(struct wh_migration *m, bool *whole, struct wh_error *error)
{
	struct wh_marks marks = { 0 };
	struct wh_arena arena = { 0 };
	struct wh_conn *target = NULL;
	*whole = true;
	int rc = wh_migration_connect(m, WH_TARGET, true, &target, error);
	if (rc == WH_OK)
		rc = wh_marks_read(&marks, m, target, error);
	if (rc == WH_OK)
		rc = are_marked(m, &marks, &arena, whole, error);
	wh_conn_close(target);
	wh_marks_free(&marks);
	wh_arena_free(&arena);
	return rc;
}
