#include "lifecycle/again.h"
#include "base/text.h"
#include "lifecycle/repair.h"
#include "lifecycle/scan.h"
#include <stdlib.h>

#define PAGE 1000

struct again {
	struct wh_migration *m;
	const struct wh_plan_table *t;
	struct wh_conn *target;
	struct wh_arena arena;
};

struct apart {
	int64_t id;
	struct wh_hash hash;
	const char *source, *reason;
};

struct apart_list {
	struct apart *items;
	size_t n;
};

/* What the copy has written. */
static int copied(const struct again *a, struct wh_digest *out, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_table *tables = NULL;
	size_t n = 0;
	int rc = wh_journal_tables(a->m->journal, &arena, &tables, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		if (tables[i].number == a->t->number)
			*out = tables[i].tally.written;
	wh_arena_free(&arena);
	return rc;
}

/* Nobody but the copy has written to the target's table. */
static int check_untouched(const struct again *a, struct wh_error *error)
{
	struct wh_unit whole = wh_whole_table(a->t, WH_TARGET);
	struct wh_scan scan = { .m = a->m, .table = a->t, .conn = a->target };
	struct wh_digest then = { 0 };
	int rc = copied(a, &then, error);
	if (rc == WH_OK)
		rc = wh_scan_unit(&scan, &whole, error);
	if (rc != WH_OK)
		return rc;
	if (a->t->treatment != WH_APPEND && wh_digest_equal(&scan.digest, &then))
		return WH_OK;
	return wh_fail(error, WH_GUARD,
		"rows of table \"%s\" cannot be tried again: it has no key that source and target share, "
		"so that it would have to be emptied and copied again, and the target's table holds "
		"other rows than were copied; write the rows of `whimbrel quarantine export` there "
		"yourself",
		a->t->source->name);
}

static int compare_apart(const void *x, const void *y)
{
	const struct apart *a = x, *b = y;
	return memcmp(&a->hash, &b->hash, sizeof a->hash);
}

static void keep(struct again *a, struct apart_list *list, const struct wh_journal_quarantine *q)
{
	struct apart *item = wh_push(&a->arena, &list->items, &list->n);
	item->id = q->id;
	item->source = wh_arena_text(&a->arena, q->source);
	item->reason = wh_arena_text(&a->arena, q->reason);
	if (!q->hash || !wh_text_unhex(q->hash, 32, &item->hash))
		item->hash = (struct wh_hash){ 0 };
}

/* The table's rows in the quarantine, without their values. */
static int list_apart(struct again *a, struct apart_list *list, struct wh_error *error)
{
	int64_t after = 0;
	int rc = WH_OK;
	for (size_t n = 1; n && rc == WH_OK;) {
		struct wh_arena page = { 0 };
		struct wh_journal_quarantine *rows = NULL;
		rc = wh_journal_quarantined(a->m->journal, a->t->number, after, PAGE, &page, &rows, &n,
			error);
		for (size_t i = 0; i < n && rc == WH_OK; i++) {
			keep(a, list, &rows[i]);
			after = rows[i].id;
		}
		wh_arena_free(&page);
	}
	return rc;
}

static void tell(const struct apart_list *before, const struct apart_list *after,
	const struct wh_retry_options *options)
{
	for (size_t i = 0; options->told && i < before->n; i++) {
		const struct apart *was = &before->items[i],
						   *is = after->n
			? bsearch(was, after->items, after->n, sizeof *was, compare_apart)
			: NULL;
		const struct wh_journal_quarantine row = { .id = was->id, .source = was->source };
		const struct wh_retried told = { &row, is ? WH_RETRY_REFUSED : WH_RETRY_WRITTEN,
			is ? is->reason : NULL };
		options->told(options->context, &told);
	}
}

int wh_again_table(struct wh_migration *m, const struct wh_plan_table *t, struct wh_conn *target,
	const struct wh_retry_options *options, struct wh_error *error)
{
	struct again a = { .m = m, .t = t, .target = target };
	struct apart_list before = { 0 }, after = { 0 };
	int rc = check_untouched(&a, error);
	if (rc == WH_OK)
		rc = list_apart(&a, &before, error);
	if (rc == WH_OK)
		rc = wh_repair_again(m, t, error);
	if (rc == WH_OK)
		rc = list_apart(&a, &after, error);
	if (rc == WH_OK) {
		if (after.n)
			qsort(after.items, after.n, sizeof *after.items, compare_apart);
		tell(&before, &after, options);
	}
	wh_arena_free(&a.arena);
	return rc;
}
