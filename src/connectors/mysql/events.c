/* Events: where transactions begin and end, and what statements mean for captured tables. */
#define _GNU_SOURCE
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define STATEMENT_SHOWN 300

static bool place(const struct wh_mysql_tail *t, struct wh_position *out)
{
	return wh_mysql_place(t->file, strlen(t->file), t->offset, out);
}

static void read_on(const struct wh_mysql_tail *t, struct wh_changes *out)
{
	struct wh_position now;
	if (!t->group.open && place(t, &now) && wh_position_compare(&now, &out->read) > 0)
		out->read = now;
}

/* Events tell where they end modulo 2^32 only. */
static void advance(struct wh_mysql_tail *t, const struct wh_binlog_event *e)
{
	if (!e->end || e->flags & WH_BINLOG_ARTIFICIAL || e->type == WH_BINLOG_FORMAT)
		return;
	uint64_t end = (t->offset & ~(uint64_t)UINT32_MAX) | e->end;
	t->offset = end < t->offset ? end + (UINT64_C(1) << 32) : end;
}

static void open_group(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	const struct wh_changes *out)
{
	struct wh_mysql_group *g = &t->group;
	struct wh_binlog_gtid gtid = { 0 };
	wh_arena_free(&g->arena);
	*g = (struct wh_mysql_group){ .open = true, .first = out->count };
	if (e->type == WH_BINLOG_GTID_MARIADB && wh_binlog_gtid(e, &gtid))
		g->xa = gtid.prepared_xa;
	/* MySQL says it with a BEGIN. */
	g->alone = e->type != WH_BINLOG_GTID_MARIADB || gtid.alone;
	g->at[0] = t->number;
	g->at[1] = t->offset - e->length;
	g->skipped = g->at[0] == t->from.order[0] && g->at[1] < t->from.order[1];
}

static void end_group(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out)
{
	struct wh_mysql_group *g = &t->group;
	struct wh_position next;
	bool told = g->open && (g->any || g->own) && !g->skipped && place(t, &next);
	g->open = false;
	if (told)
		wh_changes_end(out, &next, (int64_t)e->seconds * 1000000);
	else
		read_on(t, out);
}

/* Takes back the changes of the open group from `first` on. */
static int undo(struct wh_mysql_tail *t, size_t first, struct wh_changes *out,
	struct wh_error *error)
{
	struct wh_mysql_group *g = &t->group;
	if (!g->any)
		return WH_OK;
	if (g->given)
		return wh_fail(error, WH_CONFIG,
			"a large transaction of the log was rolled back in part, because it also wrote a table "
			"of an engine without transactions: begin anew behind \"%s\"",
			out->read.text);
	out->count = first;
	g->any = first > g->first;
	return WH_OK;
}

static int take_savepoint(struct wh_mysql_tail *t, const struct wh_mysql_statement *st,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_mysql_group *g = &t->group;
	if (st->kind == WH_MYSQL_SAVEPOINT) {
		struct wh_mysql_savepoint *point = wh_push(&g->arena, &g->savepoints, &g->nsavepoints);
		*point = (struct wh_mysql_savepoint){ wh_arena_text(&g->arena, st->savepoint), out->count };
		return WH_OK;
	}
	for (size_t i = g->nsavepoints; i > 0; i--)
		if (wh_equal_nocase(g->savepoints[i - 1].name, st->savepoint))
			return undo(t, g->savepoints[i - 1].changes, out, error);
	return undo(t, g->first, out, error);
}

static const char *shown(struct wh_changes *out, const struct wh_binlog_query *query)
{
	size_t n = wh_utf8_cut(query->sql.at, query->sql.n, STATEMENT_SHOWN);
	return wh_arena_bytes(&out->texts, query->sql.at, n);
}

/* Where nothing of it changes how rows are read, they are read on. */
static void look_again(struct wh_mysql_tail *t, uint32_t table)
{
	struct wh_mysql_followed *f = &t->tables[table];
	struct wh_arena arena = { 0 };
	struct wh_mysql_shape now;
	struct wh_error ignored;
	wh_error_clear(&ignored);
	int rc = wh_mysql_shape(t->s, f->shape.rows, &arena, &now, &ignored);
	f->stale = f->stale || rc != WH_OK || !wh_mysql_shape_same(&f->shape, &now);
	wh_arena_free(&arena);
}

static uint32_t captured(const struct wh_mysql_tail *t, const struct wh_mysql_target *name,
	const struct wh_binlog_query *query)
{
	bool ours = name->schema ? wh_mysql_is_ours(t, name->schema, strlen(name->schema))
							 : wh_mysql_is_ours(t, query->schema.at, query->schema.n);
	return ours ? wh_mysql_followed(t, name->table, strlen(name->table)) : WH_MYSQL_NOT_OURS;
}

static void take_schema(struct wh_mysql_tail *t, const struct wh_mysql_statement *st,
	const struct wh_binlog_query *query, struct wh_changes *out)
{
	bool truncate = st->kind == WH_MYSQL_TRUNCATE;
	if (st->kind == WH_MYSQL_DROP_DATABASE && st->nnames &&
		wh_mysql_is_ours(t, st->names[0].table, strlen(st->names[0].table)) && t->capture->ntables)
		wh_mysql_add_change(t, out, WH_OP_SCHEMA, 0)->text = shown(out, query);
	for (size_t i = 0; st->kind != WH_MYSQL_DROP_DATABASE && i < st->nnames; i++) {
		uint32_t table = captured(t, &st->names[i], query);
		if (table == WH_MYSQL_NOT_OURS ||
			(!truncate && wh_starts(t->capture->tables[table]->table, "whimbrel_")))
			continue;
		struct wh_change *change = wh_mysql_add_change(t, out,
			truncate ? WH_OP_TRUNCATE : WH_OP_SCHEMA, table);
		if (!truncate) {
			change->text = shown(out, query);
			look_again(t, table);
		}
	}
}

/* MEMORY tables are emptied by a statement when the server has restarted. */
static bool is_harmless(const struct wh_mysql_tail *t, const struct wh_mysql_statement *st,
	const struct wh_binlog_query *query)
{
	if (!st->nnames)
		return !wh_mysql_is_ours(t, query->schema.at, query->schema.n) &&
			!memmem(query->sql.at, query->sql.n, t->s->url->path, strlen(t->s->url->path));
	const struct wh_mysql_target *name = &st->names[0];
	bool ours = name->schema ? wh_mysql_is_ours(t, name->schema, strlen(name->schema))
							 : wh_mysql_is_ours(t, query->schema.at, query->schema.n);
	return !ours ||
		(st->ends && wh_equal_nocase(st->word, "DELETE") &&
			captured(t, name, query) == WH_MYSQL_NOT_OURS);
}

static int refuse_statement(const struct wh_mysql_tail *t, const struct wh_mysql_statement *st,
	struct wh_error *error)
{
	struct wh_position now;
	return wh_fail(error, WH_CONFIG,
		"a statement, not rows, is in the log: %.20s at \"%s\"; SET GLOBAL binlog_format = 'ROW', "
		"end the sessions that have another value, and begin anew",
		st->word, place(t, &now) ? now.text : "");
}

static int take_statement(struct wh_mysql_tail *t, const struct wh_mysql_statement *st,
	const struct wh_binlog_query *query, struct wh_changes *out, struct wh_error *error)
{
	switch (st->kind) {
	case WH_MYSQL_BEGIN:
		t->group.alone = false;
		return WH_OK;
	case WH_MYSQL_ROLLBACK:
		return undo(t, t->group.first, out, error);
	case WH_MYSQL_SAVEPOINT:
	case WH_MYSQL_ROLLBACK_TO:
		return take_savepoint(t, st, out, error);
	case WH_MYSQL_TRUNCATE:
	case WH_MYSQL_SCHEMA:
	case WH_MYSQL_DROP_DATABASE:
		take_schema(t, st, query, out);
		return WH_OK;
	case WH_MYSQL_DML:
		return is_harmless(t, st, query) ? WH_OK : refuse_statement(t, st, error);
	default:
		return WH_OK;
	}
}

/* A group may begin without a GTID in the logs of old servers. */
static int take_query(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_binlog_query query;
	struct wh_mysql_statement st;
	struct wh_arena arena = { 0 };
	if (!wh_binlog_query(e, &t->inflated, &query))
		return wh_fail(error, WH_STOP, "a statement of the binary log cannot be read");
	if (!t->group.open)
		open_group(t, e, out);
	if (t->group.skipped && t->group.alone) {
		t->group.open = false;
		return WH_OK;
	}
	wh_mysql_read_statement(&query, &arena, &st);
	int rc = t->group.skipped && st.kind != WH_MYSQL_BEGIN
		? WH_OK
		: take_statement(t, &st, &query, out, error);
	bool xa = st.kind == WH_MYSQL_OTHER_STATEMENT && wh_equal_nocase(st.word, "XA") &&
		(memmem(query.sql.at, query.sql.n, "START", 5) ||
			memmem(query.sql.at, query.sql.n, "END", 3));
	if (xa)
		t->group.alone = false;
	if (rc == WH_OK &&
		(t->group.alone || st.kind == WH_MYSQL_COMMIT || st.kind == WH_MYSQL_ROLLBACK))
		end_group(t, e, out);
	wh_arena_free(&arena);
	return rc;
}

/* The server sends a second, artificial one for the file that it goes on with. */
static int take_rotate(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	struct wh_binlog_span file;
	uint64_t offset;
	struct wh_position next;
	if (!wh_binlog_rotate(e, &file, &offset) || file.n >= sizeof t->file ||
		!wh_mysql_place(file.at, file.n, offset, &next))
		return wh_fail(error, WH_STOP, "the binary log goes on in a file that has no name");
	if (next.order[0] == t->number && next.order[1] < t->offset)
		return WH_OK;
	snprintf(t->file, sizeof t->file, "%.*s", (int)file.n, file.at);
	t->number = next.order[0];
	t->offset = offset;
	read_on(t, out);
	return WH_OK;
}

/* A server that crashed has left a transaction without an end. */
static int take_format(struct wh_mysql_tail *t, struct wh_changes *out, struct wh_error *error)
{
	int rc = t->group.open ? undo(t, t->group.first, out, error) : WH_OK;
	t->group.open = false;
	return rc;
}

static int take_prepared(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	bool one_phase = e->n && e->body[0];
	if (t->group.any && !one_phase)
		return wh_fail(error, WH_CONFIG,
			"a distributed transaction (XA PREPARE) wrote table \"%s\": such transactions cannot "
			"be followed; end their use, and begin anew",
			out->count ? t->capture->tables[out->items[out->count - 1].table]->table : "");
	end_group(t, e, out);
	return WH_OK;
}

static int refuse(const struct wh_binlog_event *e, struct wh_error *error)
{
	if (e->type == WH_BINLOG_INCIDENT)
		return wh_fail(error, WH_CONFIG,
			"the server says that its log lacks changes (an incident): copy anew");
	if (e->type == WH_BINLOG_PAYLOAD)
		return wh_fail(error, WH_CONFIG,
			"the log holds compressed transactions: SET GLOBAL binlog_transaction_compression = "
			"OFF, end the sessions that have another value, and begin anew");
	return wh_fail(error, WH_CONFIG,
		"the log holds parts of JSON values: SET GLOBAL binlog_row_value_options = '', end the "
		"sessions that have another value, and begin anew");
}

int wh_mysql_take_event(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error)
{
	advance(t, e);
	switch (e->type) {
	case WH_BINLOG_ROTATE:
	case WH_BINLOG_HEARTBEAT:
		return t->group.open && e->type == WH_BINLOG_HEARTBEAT
			? WH_OK
			: take_rotate(t, e, out, error);
	case WH_BINLOG_FORMAT:
		return take_format(t, out, error);
	case WH_BINLOG_GTID_MARIADB:
	case WH_BINLOG_GTID_MYSQL:
	case WH_BINLOG_GTID_ANONYMOUS:
		open_group(t, e, out);
		return WH_OK;
	case WH_BINLOG_QUERY:
	case WH_BINLOG_QUERY_COMPRESSED:
	case WH_BINLOG_LOAD_QUERY:
		return take_query(t, e, out, error);
	case WH_BINLOG_XID:
		end_group(t, e, out);
		return WH_OK;
	case WH_BINLOG_XA_PREPARE:
		return take_prepared(t, e, out, error);
	case WH_BINLOG_INCIDENT:
	case WH_BINLOG_PAYLOAD:
	case WH_BINLOG_UPDATE_PARTIAL:
		return t->group.skipped ? WH_OK : refuse(e, error);
	case WH_BINLOG_TABLE_MAP:
		return wh_mysql_take_map(t, e, out, error);
	default:
		if (wh_binlog_is_rows(e->type))
			return wh_mysql_take_rows(t, e, out, error);
		read_on(t, out);
		return WH_OK;
	}
}
