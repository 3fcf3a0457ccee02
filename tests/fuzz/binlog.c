/* Events of a binary log as a hostile server may send them: each of the input's events has four
 * bytes of length, little end first, in front. Whatever is accepted must lie within the input. */
#include "connectors/mysql/binlog.h"
#include "connectors/mysql/statement.h"
#include "fuzz.h"

#define COLUMNS 64

static void inside(const void *at, size_t n, const void *first, size_t size)
{
	const uint8_t *a = at, *f = first;
	must(!n || (a >= f && a + n <= f + size));
}

static void try_rows(const struct wh_binlog_event *e, const struct wh_binlog_table *table)
{
	struct wh_buffer inflated = { .max = 1u << 20 };
	struct wh_binlog_rows rows;
	struct wh_binlog_value values[COLUMNS];
	if (wh_binlog_rows(e, &inflated, &rows) && table->ncolumns <= COLUMNS) {
		const uint8_t *first = rows.at;
		size_t size = (size_t)(rows.end - rows.at);
		while (rows.at < rows.end && wh_binlog_row(table, &rows, values))
			for (size_t i = 0; i < table->ncolumns; i++)
				if (values[i].at)
					inside(values[i].at, values[i].n, first, size);
		if (rows.before && rows.after)
			wh_binlog_whole(rows.after, rows.ncolumns);
	}
	wh_buffer_free(&inflated);
}

static void try_query(const struct wh_binlog_event *e, struct wh_arena *arena)
{
	struct wh_buffer inflated = { .max = 1u << 20 };
	struct wh_binlog_query query;
	struct wh_mysql_logged logged;
	if (wh_binlog_query(e, &inflated, &query)) {
		wh_mysql_read_statement(&query, arena, &logged);
		for (size_t i = 0; i < logged.nnames; i++)
			must(logged.names[i].table);
	}
	wh_buffer_free(&inflated);
}

static void try_event(const struct wh_binlog_event *e, struct wh_arena *arena,
	struct wh_binlog_table *table)
{
	struct wh_binlog_span file;
	struct wh_binlog_gtid gtid;
	struct wh_binlog_table head;
	uint64_t number;
	bool crc;
	wh_binlog_format(e, &crc);
	wh_binlog_gtid(e, &gtid);
	if (wh_binlog_rotate(e, &file, &number))
		inside(file.at, file.n, e->body, e->n);
	if (wh_binlog_table_head(e, &head))
		inside(head.table.at, head.table.n, e->body, e->n);
	if (e->type == WH_BINLOG_TABLE_MAP && !wh_binlog_table(e, arena, table))
		*table = (struct wh_binlog_table){ 0 };
	if (wh_binlog_is_rows(e->type))
		try_rows(e, table);
	else
		try_query(e, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_arena arena = { 0 };
	struct wh_binlog_table table = { 0 };
	for (size_t n; size > 4; data += n, size -= n) {
		struct wh_binlog_event e;
		n = data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16 | (size_t)data[3] << 24;
		data += 4;
		size -= 4;
		n = n > size ? size : n;
		char *copy = fuzz_text(data, n);
		char *kept = wh_arena_bytes(&arena, copy, n);
		free(copy);
		if (wh_binlog_event(kept, n, false, &e))
			try_event(&e, &arena, &table);
	}
	wh_arena_free(&arena);
	return 0;
}
