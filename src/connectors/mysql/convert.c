/* Converts texts of character sets that only the server knows, by the expression that a copy's
 * SELECT has: many values in one query. */
#include "connectors/mysql/binlog_cells.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define QUERY_BYTES (1u << 20)
#define VALUES_MOST 4096
#define NO_SUCH_CHARACTER 1300

/* One value that waits: where it goes, and what it is. */
struct waiting {
	size_t item;
	const char *charset;
	struct wh_binlog_value value;
};

struct batch {
	struct wh_mysql *s;
	struct wh_mysql_converted_values *out;
	struct waiting *items; /* of one charset */
	size_t n, bytes;
	struct wh_error *error;
};

static void put_query(struct batch *b)
{
	struct wh_buffer *sql = &b->s->sql;
	wh_buffer_clear(sql);
	wh_buffer_text(sql, "SELECT n, ");
	wh_mysql_converted(sql, "v", b->items[0].charset);
	wh_buffer_text(sql, " FROM (");
	for (size_t i = 0; i < b->n; i++) {
		wh_buffer_format(sql, "%s %zu AS n, _%s X'", i ? " UNION ALL SELECT" : "SELECT", i,
			b->items[i].charset);
		wh_text_hex(sql, b->items[i].value.at, b->items[i].value.n);
		wh_buffer_text(sql, i ? "'" : "' AS v");
	}
	wh_buffer_text(sql, ") AS w");
}

static int take_results(struct batch *b, MYSQL_RES *res)
{
	size_t got = 0;
	for (MYSQL_ROW row; (row = mysql_fetch_row(res)); got++) {
		unsigned long *lengths = mysql_fetch_lengths(res);
		size_t i = row[0] ? strtoul(row[0], NULL, 10) : b->n;
		if (i >= b->n || !row[1])
			break;
		b->out->items[b->items[i].item] = (struct wh_binlog_span){
			wh_arena_bytes(&b->out->arena, row[1], lengths[1]), lengths[1]
		};
	}
	return got == b->n
		? WH_OK
		: wh_fail(b->error, WH_STOP, "the server converted %zu values of %zu: \"%s\"", got, b->n,
			  b->items[0].charset);
}

/* Bytes that are no character of the set: as the copy shows them. */
static void make_alien(struct batch *b)
{
	const struct wh_binlog_value *value = &b->items[0].value;
	char *at = wh_arena_alloc(&b->out->arena, value->n + 2);
	at[0] = (char)WH_MYSQL_ALIEN;
	memcpy(at + 1, value->at, value->n);
	b->out->items[b->items[0].item] = (struct wh_binlog_span){ at, value->n + 1 };
}

static int ask(struct batch *b)
{
	WH_MYSQL_RESULT res = NULL;
	put_query(b);
	if (b->s->sql.full || b->s->sql.size + 1024 > b->s->packet)
		return wh_fail(b->error, WH_CONFIG,
			"a text of %zu bytes in \"%s\" is too long to be converted: raise max_allowed_packet",
			b->items[0].value.n, b->items[0].charset);
	int rc = wh_mysql_rows(b->s->link, wh_buffer_string(&b->s->sql), &res, b->error);
	return rc == WH_OK ? take_results(b, res) : rc;
}

static int flush(struct batch *b)
{
	struct waiting *items = b->items;
	size_t n = b->n;
	int rc = n ? ask(b) : WH_OK;
	if (rc != WH_OK && b->error->system == NO_SUCH_CHARACTER) {
		rc = WH_OK;
		b->n = 1;
		for (size_t i = 0; rc == WH_OK && i < n; i++) {
			b->items = items + i;
			wh_error_clear(b->error);
			rc = ask(b);
			if (rc != WH_OK && b->error->system == NO_SUCH_CHARACTER) {
				make_alien(b);
				wh_error_clear(b->error);
				rc = WH_OK;
			}
		}
		b->items = items;
	}
	b->n = b->bytes = 0;
	return rc;
}

static int add(struct batch *b, const char *charset, const struct wh_binlog_value *value)
{
	size_t size = value->n * 2 + 40, most = QUERY_BYTES;
	if (b->s->packet / 2 < most)
		most = (size_t)(b->s->packet / 2);
	int rc = WH_OK;
	if (b->n &&
		(b->n == VALUES_MOST || b->bytes + size > most || !wh_equal(b->items[0].charset, charset)))
		rc = flush(b);
	b->items[b->n++] = (struct waiting){ b->out->n, charset, *value };
	b->bytes += size;
	struct wh_binlog_span *item = wh_push(&b->out->arena, &b->out->items, &b->out->n);
	*item = (struct wh_binlog_span){ "", 0 };
	return rc;
}

/* Each set in turn would be fewer queries; tables with several are rare. */
static int add_row(struct batch *b, const struct wh_mysql_shape *shape,
	const struct wh_binlog_table *table, const struct wh_binlog_value *values)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < shape->rows->nfields; i++) {
		const struct wh_mysql_slot *slot = &shape->slots[i];
		struct wh_binlog_value value = values[slot->ordinal];
		if (!slot->foreign || !value.at)
			continue;
		if (table->columns[slot->ordinal].type == 140 ||
			table->columns[slot->ordinal].type == 141) {
			struct wh_buffer plain = { 0 };
			if (!wh_binlog_inflate(value.at, value.n, WH_CELL_MAX, &plain))
				rc = wh_fail(b->error, WH_STOP, "a compressed value cannot be read: \"%s\"",
					slot->column->name);
			value.n = plain.size;
			value.at = (const uint8_t *)wh_arena_bytes(&b->out->arena, wh_buffer_string(&plain),
				plain.size);
			wh_buffer_free(&plain);
		}
		if (rc == WH_OK)
			rc = add(b, slot->column->type.charset, &value);
	}
	return rc;
}

int wh_mysql_convert(struct wh_mysql *s, const struct wh_mysql_shape *shape,
	const struct wh_binlog_table *table, struct wh_binlog_rows rows,
	struct wh_mysql_converted_values *out, struct wh_error *error)
{
	struct batch b = { .s = s, .out = out, .error = error };
	wh_arena_free(&out->arena);
	*out = (struct wh_mysql_converted_values){ 0 };
	struct wh_binlog_value *values = wh_alloc((table->ncolumns + 1) * sizeof *values);
	b.items = wh_alloc((VALUES_MOST + 1) * sizeof *b.items);
	int rc = WH_OK;
	while (rc == WH_OK && rows.at < rows.end) {
		rc = wh_binlog_row(table, &rows, values)
			? add_row(&b, shape, table, values)
			: wh_fail(error, WH_STOP, "rows of the binary log cannot be read: table \"%s\"",
				  shape->rows->table);
	}
	if (rc == WH_OK)
		rc = flush(&b);
	free(values);
	free(b.items);
	return rc;
}
