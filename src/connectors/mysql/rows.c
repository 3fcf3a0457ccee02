/* Rows: what the log says of captured tables, as images and changes. */
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define OWN_TABLE "whimbrel_position"

static bool same_name(bool nocase, const char *name, const char *at, size_t n)
{
	return strlen(name) == n && !(nocase ? strncasecmp(name, at, n) : memcmp(name, at, n));
}

bool wh_mysql_is_ours(const struct wh_mysql_tail *t, const char *schema, size_t n)
{
	return same_name(t->nocase, t->s->url->path, schema, n);
}

static int by_name(const char *name, const char *at, size_t n, bool nocase)
{
	size_t have = strlen(name), least = have < n ? have : n;
	int order = nocase ? strncasecmp(at, name, least) : memcmp(at, name, least);
	return order ? order : n < have ? -1 : n > have;
}

uint32_t wh_mysql_followed(const struct wh_mysql_tail *t, const char *name, size_t n)
{
	size_t low = 0, high = t->capture->ntables;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t table = t->by_name[middle];
		int order = by_name(t->capture->tables[table]->table, name, n, t->nocase);
		if (!order)
			return table;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return WH_MYSQL_NOT_OURS;
}

struct wh_change *wh_mysql_add_change(struct wh_mysql_tail *t, struct wh_changes *out,
	enum wh_op op, uint32_t table)
{
	struct wh_change *change = wh_changes_add(out, op, table);
	memcpy(change->at, t->group.at, sizeof change->at);
	t->group.any = true;
	return change;
}

static int read_map(struct wh_mysql_tail *t, struct wh_mysql_followed *f,
	const struct wh_binlog_event *e, struct wh_error *error)
{
	wh_arena_free(&f->arena);
	f->map = NULL;
	struct wh_binlog_event kept = *e;
	kept.body = (const uint8_t *)wh_arena_bytes(&f->arena, e->body, e->n);
	if (!wh_binlog_table(&kept, &f->arena, &f->log))
		return wh_fail(error, WH_STOP, "the binary log's form of table \"%s\" cannot be read",
			f->shape.rows->table);
	f->map = kept.body;
	f->nmap = e->n;
	f->fits = wh_mysql_shape_fits(&f->shape, &f->log);
	f->told = f->told && !f->fits;
	if (t->nvalues <= f->log.ncolumns) {
		t->nvalues = f->log.ncolumns + 1;
		t->values = wh_realloc(t->values, t->nvalues * sizeof *t->values);
	}
	return WH_OK;
}

static int take_captured(struct wh_mysql_tail *t, uint32_t table, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_mysql_followed *f = &t->tables[table];
	int rc = WH_OK;
	if (!f->map || f->nmap != e->n || memcmp(f->map, e->body, e->n) != 0)
		rc = read_map(t, f, e, error);
	if (rc != WH_OK || f->fits || f->told || f->stale || t->group.own || t->group.skipped)
		return rc;
	f->told = true;
	wh_mysql_add_change(t, out, WH_OP_SCHEMA, table)->text = wh_arena_format(&out->texts,
		"the columns of table \"%s\" are others than those that were planned",
		f->shape.rows->table);
	return WH_OK;
}

int wh_mysql_take_map(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_mysql_group *g = &t->group;
	struct wh_binlog_table head;
	if (!wh_binlog_table_head(e, &head))
		return wh_fail(error, WH_STOP, "a table of the binary log cannot be read");
	uint32_t table = WH_MYSQL_NOT_OURS;
	if (wh_mysql_is_ours(t, head.schema.at, head.schema.n))
		table = same_name(true, OWN_TABLE, head.table.at, head.table.n)
			? WH_MYSQL_OWN_POSITION
			: wh_mysql_followed(t, head.table.at, head.table.n);
	struct wh_mysql_map *map = NULL;
	for (size_t i = g->nmaps; i > 0 && !map; i--)
		map = g->maps[i - 1].id == head.id ? &g->maps[i - 1] : NULL;
	if (!map)
		map = wh_push(&g->arena, &g->maps, &g->nmaps);
	*map = (struct wh_mysql_map){ head.id, table };
	return table < WH_MYSQL_OWN_POSITION ? take_captured(t, table, e, out, error) : WH_OK;
}

static int take_image(struct wh_mysql_tail *t, uint32_t table, struct wh_binlog_rows *rows,
	struct wh_changes *out, uint32_t *row, struct wh_error *error)
{
	struct wh_mysql_followed *f = &t->tables[table];
	if (!wh_binlog_row(&f->log, rows, t->values))
		return wh_fail(error, WH_STOP, "rows of the binary log cannot be read: table \"%s\"",
			f->shape.rows->table);
	int rc = wh_mysql_decode(&t->decoder, &f->shape, &f->log, t->values,
		wh_changes_image(out, table), error);
	if (rc == WH_OK)
		*row = wh_changes_row(out, table);
	return rc;
}

static int take_row(struct wh_mysql_tail *t, uint32_t table, struct wh_binlog_rows *rows,
	struct wh_changes *out, struct wh_error *error)
{
	static const enum wh_op ops[] = { [WH_BINLOG_INSERT] = WH_OP_INSERT,
		[WH_BINLOG_UPDATE] = WH_OP_UPDATE,
		[WH_BINLOG_DELETE] = WH_OP_DELETE };
	uint32_t before = WH_NO_ROW, after = WH_NO_ROW;
	int rc = WH_OK;
	if (rows->op != WH_BINLOG_INSERT)
		rc = take_image(t, table, rows, out, &before, error);
	if (rc == WH_OK && rows->op != WH_BINLOG_DELETE)
		rc = take_image(t, table, rows, out, &after, error);
	if (rc != WH_OK)
		return rc;
	struct wh_change *change = wh_mysql_add_change(t, out, ops[rows->op], table);
	change->before = before;
	change->after = after;
	change->before_whole = before != WH_NO_ROW;
	return WH_OK;
}

static int read_rows(struct wh_mysql_tail *t, const struct wh_mysql_followed *f,
	const struct wh_binlog_event *e, struct wh_binlog_rows *rows, struct wh_error *error)
{
	if (!wh_binlog_rows(e, &t->inflated, rows) || rows->ncolumns != f->log.ncolumns)
		return wh_fail(error, WH_STOP, "rows of the binary log cannot be read: table \"%s\"",
			f->shape.rows->table);
	if (!wh_binlog_whole(rows->before, rows->ncolumns) ||
		!wh_binlog_whole(rows->after, rows->ncolumns))
		return wh_fail(error, WH_CONFIG,
			"the log holds rows of table \"%s\" in part only: SET GLOBAL binlog_row_image = FULL, "
			"end the sessions that have another value, and begin anew",
			f->shape.rows->table);
	return f->shape.foreign
		? wh_mysql_convert(t->s, &f->shape, &f->log, *rows, &t->decoder.converted, error)
		: WH_OK;
}

static uint32_t table_of(const struct wh_mysql_group *g, uint64_t id)
{
	for (size_t i = g->nmaps; i > 0; i--)
		if (g->maps[i - 1].id == id)
			return g->maps[i - 1].table;
	return WH_MYSQL_NOT_OURS;
}

int wh_mysql_take_rows(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_mysql_group *g = &t->group;
	struct wh_binlog_rows rows;
	uint64_t id;
	if (!wh_binlog_rows_table(e, &id))
		return wh_fail(error, WH_STOP, "rows of the binary log cannot be read");
	uint32_t table = table_of(g, id);
	g->own = g->own || (!g->decided && table == WH_MYSQL_OWN_POSITION);
	g->decided = true;
	if (g->own || g->skipped || table >= WH_MYSQL_OWN_POSITION)
		return WH_OK;
	struct wh_mysql_followed *f = &t->tables[table];
	if (!g->open)
		return wh_fail(error, WH_STOP, "rows stand outside of a transaction of the binary log");
	if (!f->fits || f->stale)
		return WH_OK;
	int rc = read_rows(t, f, e, &rows, error);
	while (rc == WH_OK && rows.at < rows.end)
		rc = take_row(t, table, &rows, out, error);
	return rc;
}
