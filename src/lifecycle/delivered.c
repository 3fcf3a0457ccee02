/* Files that were loaded before: a target that keeps its rows says which files they came from. */
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/scan.h"
#include "lifecycle/steps.h"
#include <stdlib.h>

struct delivery {
	const char *key; /* as values.c shows it */
	const char *name;
};

struct deliveries {
	struct wh_arena arena;
	const struct wh_plan_table *t;
	struct delivery *items; /* of the source, by key */
	size_t count;
	const struct delivery *again; /* the first one that the target has */
	size_t nagain;
	struct wh_buffer text;
};

static const char *key_of(struct deliveries *d, const struct wh_batch *b, uint32_t row)
{
	wh_buffer_clear(&d->text);
	wh_row_json(&d->text, &d->t->to, b, row, d->t->to.key, d->t->to.nkey);
	return wh_buffer_string(&d->text);
}

/* Of the file; its key where the name was left out. */
static const char *name_of(struct deliveries *d, const struct wh_batch *b, uint32_t row)
{
	size_t column = d->t->to.key[0];
	for (size_t i = 0; i < d->t->to.nfields; i++)
		if (wh_equal(d->t->to.fields[i].name, "name"))
			column = i;
	wh_buffer_clear(&d->text);
	wh_cell_shown(&d->text, b, column, row);
	return wh_buffer_string(&d->text);
}

static int compare(const void *a, const void *b)
{
	const struct delivery *x = a, *y = b;
	return strcmp(x->key, y->key);
}

static int take(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	struct deliveries *d = context;
	(void)error;
	for (uint32_t i = 0; i < rows->rows; i++) {
		struct delivery *one = wh_push(&d->arena, &d->items, &d->count);
		one->key = wh_arena_text(&d->arena, key_of(d, rows, i));
		one->name = wh_arena_text(&d->arena, name_of(d, rows, i));
	}
	return WH_OK;
}

static int compare_with_target(void *context, const struct wh_batch *rows, struct wh_error *error)
{
	struct deliveries *d = context;
	(void)error;
	for (uint32_t i = 0; i < rows->rows; i++) {
		const struct delivery key = { .key = key_of(d, rows, i) };
		const struct delivery *found = bsearch(&key, d->items, d->count, sizeof key, compare);
		if (!found)
			continue;
		d->again = d->again ? d->again : found;
		d->nagain++;
	}
	return WH_OK;
}

static int read_side(struct wh_migration *m, struct deliveries *d, enum wh_side side,
	struct wh_error *error)
{
	struct wh_conn *conn;
	int rc = wh_migration_connect(m, side, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	struct wh_unit whole = wh_whole_table(d->t, side);
	struct wh_scan scan = { .m = m,
		.table = d->t,
		.conn = conn,
		.context = d,
		.rows = side == WH_SOURCE ? take : compare_with_target };
	rc = wh_scan_unit(&scan, &whole, error);
	wh_conn_close(conn);
	return rc;
}

static int refuse(struct wh_migration *m, const struct deliveries *d, struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the file \"%s\"%s was loaded before, and its rows would be there twice: the target's table "
		"\"%s\" has one of the very same bytes; nothing was written; leave it out",
		d->again->name,
		d->nagain > 1 ? wh_arena_format(&m->arena, " (and %zu more)", d->nagain - 1) : "",
		wh_shown_name(&m->arena, d->t->schema, d->t->name));
	error->side = WH_TARGET;
	return WH_GUARD;
}

static int check(struct wh_migration *m, const struct wh_plan_table *t, struct wh_error *error)
{
	struct deliveries d = { .t = t };
	int rc = read_side(m, &d, WH_SOURCE, error);
	if (d.count)
		qsort(d.items, d.count, sizeof *d.items, compare);
	if (rc == WH_OK && d.count)
		rc = read_side(m, &d, WH_TARGET, error);
	if (rc == WH_OK && d.again)
		rc = refuse(m, &d, error);
	wh_buffer_free(&d.text);
	wh_arena_free(&d.arena);
	return rc;
}

int wh_check_delivered(struct wh_migration *m, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		if (t->source->deliveries && t->treatment == WH_APPEND && t->to.nkey)
			rc = check(m, t, error);
	}
	return rc;
}
