#include "lifecycle/live/fetch.h"
#include "sql/literal.h"
#include <stdlib.h>

#define TOGETHER 256

int wh_fetch_where(struct wh_scan *scan, const char *where, struct wh_error *error)
{
	struct wh_unit whole = wh_whole_table(scan->table, scan->conn->side);
	struct wh_rowset some = *whole.rows;
	some.where = where;
	whole.rows = &some;
	return wh_scan_unit(scan, &whole, error);
}

int wh_fetch_some(struct wh_scan *scan, const struct wh_batch *keys, const uint32_t *which,
	size_t n, struct wh_error *error)
{
	const struct wh_rowset *rows = wh_whole_table(scan->table, scan->conn->side).rows;
	struct wh_buffer where = { 0 };
	int rc = WH_OK;
	for (size_t at = 0, step; at < n && rc == WH_OK; at += step) {
		step = n - at < TOGETHER ? n - at : TOGETHER;
		wh_buffer_clear(&where);
		wh_sql_keys(&where, scan->conn->kind->dialect, rows, keys, which + at, step);
		rc = wh_fetch_where(scan, wh_buffer_string(&where), error);
	}
	wh_buffer_free(&where);
	return rc;
}

int wh_fetch(struct wh_scan *scan, const struct wh_batch *keys, struct wh_error *error)
{
	uint32_t *which = wh_alloc((keys->rows + 1) * sizeof *which);
	for (uint32_t i = 0; i < keys->rows; i++)
		which[i] = i;
	int rc = wh_fetch_some(scan, keys, which, keys->rows, error);
	free(which);
	return rc;
}
