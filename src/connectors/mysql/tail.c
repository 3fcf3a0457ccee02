/* Tail: attaching to the log, and what it holds. */
#define _GNU_SOURCE
#include "connectors/mysql/tail.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST_MS \
	1000 /* beyond what was asked for, while there is something but nothing of ours */

void wh_mysql_tail_free(struct wh_mysql *s)
{
	struct wh_mysql_tail *t = s->tail;
	if (!t)
		return;
	wh_mysql_stream_close(&t->stream);
	for (size_t i = 0; i < t->ntables; i++)
		wh_arena_free(&t->tables[i].arena);
	wh_arena_free(&t->group.arena);
	wh_arena_free(&t->arena);
	wh_mysql_decoder_free(&t->decoder);
	wh_buffer_free(&t->inflated);
	free(t->values);
	free(t);
	s->tail = NULL;
}

static int by_table(const void *a, const void *b, void *context)
{
	const uint32_t *left = a, *right = b;
	const struct wh_mysql_tail *t = context;
	const char *x = t->capture->tables[*left]->table, *y = t->capture->tables[*right]->table;
	return t->nocase ? strcasecmp(x, y) : strcmp(x, y);
}

static int read_case(struct wh_mysql_tail *t, struct wh_error *error)
{
	const char *text = NULL;
	int rc = wh_mysql_value(t->s->link, "SELECT @@lower_case_table_names", &t->arena, &text, error);
	t->nocase = text && !wh_equal(text, "0");
	return rc;
}

static int read_shapes(struct wh_mysql_tail *t, struct wh_error *error)
{
	const struct wh_capture *capture = t->capture;
	int rc = read_case(t, error);
	t->tables = wh_new_array(&t->arena, struct wh_mysql_followed, capture->ntables + 1);
	t->ntables = capture->ntables;
	t->by_name = wh_new_array(&t->arena, uint32_t, capture->ntables + 1);
	for (size_t i = 0; rc == WH_OK && i < capture->ntables; i++) {
		t->by_name[i] = (uint32_t)i;
		rc = wh_mysql_shape(t->s, capture->tables[i], &t->arena, &t->tables[i].shape, error);
	}
	if (rc == WH_OK && capture->ntables)
		qsort_r(t->by_name, capture->ntables, sizeof *t->by_name, by_table, t);
	return rc;
}

static int open_at(struct wh_mysql_tail *t, const struct wh_position *from, struct wh_error *error)
{
	int64_t bytes;
	if (!wh_mysql_place_of(from->text, &t->from))
		return wh_fail(error, WH_CONFIG, "this is no place in a binary log: \"%s\"", from->text);
	size_t n = (size_t)(strrchr(from->text, ':') - from->text);
	snprintf(t->file, sizeof t->file, "%.*s", (int)n, from->text);
	t->number = t->from.order[0];
	t->offset = t->from.order[1] > UINT32_MAX ? 4 : t->from.order[1];
	int rc = wh_mysql_log_reaches(t->s, &t->from, &bytes, error);
	return rc == WH_OK ? wh_mysql_stream_open(t->s, &t->stream, t->file, t->from.order[1], error)
					   : rc;
}

int wh_mysql_attach(struct wh_conn *conn, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	if (!s->link)
		return wh_fail(error, WH_RETRY, "the connection is closed: \"%s\"", from->text);
	wh_mysql_tail_free(s);
	s->tail = wh_alloc(sizeof *s->tail);
	*s->tail = (struct wh_mysql_tail){ .s = s, .capture = capture };
	int rc = read_shapes(s->tail, error);
	if (rc == WH_OK)
		rc = open_at(s->tail, from, error);
	if (rc != WH_OK)
		wh_mysql_tail_free(s);
	return rc;
}

static int follow(struct wh_mysql_tail *t, int wait_ms, struct wh_changes *out,
	struct wh_error *error)
{
	size_t count = out->count, ntxns = out->ntxns;
	int64_t begun = wh_monotonic_usec();
	for (;;) {
		struct wh_binlog_event e;
		bool came = out->count != count || out->ntxns != ntxns;
		int64_t left = wait_ms - (wh_monotonic_usec() - begun) / 1000;
		if (out->bytes >= WH_CHANGES_BYTES || left < -LONGEST_MS)
			return WH_OK;
		int rc = wh_mysql_stream_next(&t->stream, came || left < 0 ? 0 : left, &e, error);
		if (rc == WH_OK)
			rc = wh_mysql_take_event(t, &e, out, error);
		if (rc != WH_OK)
			return rc == WH_DONE ? WH_OK : rc;
	}
}

/* Numbers of changes are those of one list, which may be another by now. */
static void continue_group(struct wh_mysql_group *g, size_t count)
{
	g->given = g->open && (g->given || g->any);
	g->first = count;
	for (size_t i = 0; i < g->nsavepoints; i++)
		g->savepoints[i].changes = count;
}

int wh_mysql_tail(struct wh_conn *conn, int wait_ms, struct wh_changes *out, struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	struct wh_mysql_tail *t = s->tail;
	if (!t)
		return wh_fail(error, WH_BUG, "a log is read that was not attached to");
	continue_group(&t->group, out->count);
	if (wh_position_compare(&out->read, &t->from) < 0)
		out->read = t->from;
	return follow(t, wait_ms, out, error);
}

/* The server keeps its log by time and size, for everybody alike. */
int wh_mysql_confirm(struct wh_conn *conn, const struct wh_position *durable,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	(void)durable;
	return s->tail ? WH_OK : wh_fail(error, WH_BUG, "a log is confirmed that was not attached to");
}
