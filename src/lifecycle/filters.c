#include "lifecycle/filters.h"
#include "lifecycle/scan.h"

/* The source is asked for the rows, and for none of them. In both places stands one whole expression,
 * or the source refuses: one that closes a parenthesis of ours would undo a unit's range. */
static int try_filter(const struct wh_plan_table *t, struct wh_conn *conn, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_rowset rows = t->from;
	rows.where = wh_arena_format(&arena, "(%s\n) AND CASE WHEN %s\n THEN 1 = 0 ELSE 1 = 0 END",
		t->where, t->where);
	struct wh_unit unit = wh_whole_table(t, WH_SOURCE);
	struct wh_batch batch;
	unit.rows = &rows;
	wh_rowset_batch(&rows, &batch);
	int rc = wh_at(error, conn, conn->kind->seek(conn, &unit, error));
	while (rc == WH_OK)
		rc = wh_at(error, conn, conn->kind->read(conn, &batch, error));
	wh_batch_finish(&batch);
	wh_arena_free(&arena);
	return rc < 0 ? wh_fail_place(error, "table %s, `where: %s`", t->source->name, t->where)
				  : WH_OK;
}

int wh_filters_check(const struct wh_migration *m, struct wh_error *error)
{
	struct wh_conn *conn = NULL;
	int rc = WH_OK;
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		if (!t->where || t->no_rows)
			continue;
		if (!conn)
			rc = wh_migration_connect(m, WH_SOURCE, false, &conn, error);
		if (rc == WH_OK)
			rc = try_filter(t, conn, error);
	}
	wh_conn_close(conn);
	return rc;
}
