#include "connectors/mysql/binlog.h"
#include <mysql.h>
#include <string.h>
#include <zlib.h>

#define COLUMNS_MOST 4096
#define INFLATED_MOST ((size_t)1 << 30)
#define POST_ROWS_2 2           /* bytes of the length of what is extra in rows of version 2 */
#define COLUMN_NAMES 4          /* field of a TABLE_MAP's optional metadata */
#define BLOB_COMPRESSED 140     /* MariaDB */
#define VARCHAR_COMPRESSED 141  /* MariaDB */
#define SQL_MODE_ANSI_QUOTES 4u /* bit of sql_mode */

/* Bytes that are taken off one after another; once they do not suffice, `bad` stays. */
struct bytes {
	const uint8_t *at, *end;
	bool bad;
};

static const uint8_t *take(struct bytes *b, size_t n)
{
	if (b->bad || (size_t)(b->end - b->at) < n) {
		b->bad = true;
		return NULL;
	}
	b->at += n;
	return b->at - n;
}

/* Little end first; 0 where bytes are missing. */
static uint64_t number(struct bytes *b, size_t n)
{
	const uint8_t *at = take(b, n);
	uint64_t value = 0;
	for (size_t i = n; at && i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

/* A length-encoded integer. */
static uint64_t packed(struct bytes *b)
{
	uint64_t first = number(b, 1);
	if (first < 251)
		return first;
	if (first == 251 || first == 255)
		b->bad = true;
	return number(b, first == 252 ? 2 : first == 253 ? 3 : 8);
}

static struct wh_binlog_span span(struct bytes *b, size_t n)
{
	const uint8_t *at = take(b, n);
	return (struct wh_binlog_span){ at ? (const char *)at : "", at ? n : 0 };
}

static struct bytes body_of(const struct wh_binlog_event *e)
{
	return (struct bytes){ e->body, e->body + e->n, false };
}

bool wh_binlog_event(const void *bytes, size_t n, bool crc, struct wh_binlog_event *out)
{
	struct bytes b = { bytes, (const uint8_t *)bytes + n, false };
	*out = (struct wh_binlog_event){ .seconds = (uint32_t)number(&b, 4) };
	out->type = (uint8_t)number(&b, 1);
	take(&b, 4);
	out->length = (uint32_t)number(&b, 4);
	out->end = (uint32_t)number(&b, 4);
	out->flags = (uint16_t)number(&b, 2);
	out->body = b.at;
	if (b.bad || out->length != n || n < WH_BINLOG_HEADER + (crc ? 4u : 0))
		return false;
	out->n = n - WH_BINLOG_HEADER - (crc ? 4 : 0);
	if (!crc)
		return true;
	struct bytes sum = { out->body + out->n, b.end, false };
	return crc32_z(0, bytes, n - 4) == number(&sum, 4);
}

/* The last five bytes: the algorithm, and a checksum whether there are others or not. */
bool wh_binlog_format(const struct wh_binlog_event *e, bool *crc)
{
	struct bytes b = body_of(e);
	uint64_t version = number(&b, 2);
	take(&b, 50 + 4);
	uint64_t header = number(&b, 1);
	if (b.bad || version != 4 || header != WH_BINLOG_HEADER || b.end - b.at < 5)
		return false;
	uint8_t algorithm = b.end[-5];
	*crc = algorithm == 1;
	return algorithm <= 1;
}

bool wh_binlog_rotate(const struct wh_binlog_event *e, struct wh_binlog_span *file,
	uint64_t *offset)
{
	struct bytes b = body_of(e);
	*offset = e->type == WH_BINLOG_HEARTBEAT ? e->end : number(&b, 8);
	*file = span(&b, (size_t)(b.end - b.at));
	return !b.bad && file->n > 0 && file->n < 256 && !memchr(file->at, 0, file->n);
}

bool wh_binlog_gtid(const struct wh_binlog_event *e, struct wh_binlog_gtid *out)
{
	struct bytes b = body_of(e);
	*out = (struct wh_binlog_gtid){ 0 };
	if (e->type != WH_BINLOG_GTID_MARIADB)
		return true;
	take(&b, 8 + 4);
	uint64_t flags = number(&b, 1);
	out->alone = flags & 0x01;
	out->prepared_xa = flags & 0x40;
	return !b.bad;
}

bool wh_binlog_inflate(const uint8_t *at, size_t n, size_t most, struct wh_buffer *out)
{
	struct bytes b = { at, at + n, false };
	uint64_t head = n ? number(&b, 1) : 0, size = 0;
	wh_buffer_clear(out);
	if (!head) {
		wh_buffer_put(out, b.at, (size_t)(b.end - b.at));
		return !out->full;
	}
	const uint8_t *length = take(&b, head & 7);
	for (size_t i = 0; length && i < (head & 7); i++)
		size = size << 8 | length[i];
	if (b.bad || (head & 0xF0) != 0x80 || size > most || !wh_buffer_reserve(out, (size_t)size + 1))
		return false;
	z_stream z = { .next_in = (Bytef *)(uintptr_t)b.at,
		.avail_in = (uInt)(b.end - b.at),
		.next_out = (Bytef *)out->data,
		.avail_out = (uInt)size };
	if (inflateInit2(&z, head & 8 ? -MAX_WBITS : MAX_WBITS) != Z_OK)
		return false;
	int done = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	out->size = (size_t)size;
	out->data[size] = '\0';
	return done == Z_STREAM_END && z.total_out == size;
}

/* Status variables stand in the order of their codes: flags, then the mode. */
static bool ansi_quotes(struct bytes vars)
{
	if (vars.end - vars.at > 5 && vars.at[0] == 0)
		take(&vars, 5);
	return number(&vars, 1) == 1 && number(&vars, 8) & SQL_MODE_ANSI_QUOTES;
}

/* Events that are written compressed need the zlib form of rows; a statement may not be longer. */
bool wh_binlog_query(const struct wh_binlog_event *e, struct wh_buffer *inflated,
	struct wh_binlog_query *out)
{
	struct bytes b = body_of(e);
	take(&b, 8);
	size_t schema = (size_t)number(&b, 1);
	take(&b, 2);
	size_t vars = (size_t)number(&b, 2);
	if (e->type == WH_BINLOG_LOAD_QUERY)
		take(&b, 13);
	const uint8_t *status = take(&b, vars);
	out->schema = span(&b, schema);
	take(&b, 1);
	out->ansi_quotes = status && ansi_quotes((struct bytes){ status, status + vars, false });
	out->sql = span(&b, (size_t)(b.end - b.at));
	if (b.bad || e->type != WH_BINLOG_QUERY_COMPRESSED)
		return !b.bad;
	if (!wh_binlog_inflate((const uint8_t *)out->sql.at, out->sql.n, INFLATED_MOST, inflated))
		return false;
	out->sql = (struct wh_binlog_span){ inflated->data, inflated->size };
	return true;
}

static void table_head(struct bytes *b, struct wh_binlog_table *out)
{
	*out = (struct wh_binlog_table){ .id = number(b, 6) };
	take(b, 2);
	out->schema = span(b, (size_t)number(b, 1));
	take(b, 1);
	out->table = span(b, (size_t)number(b, 1));
	take(b, 1);
}

bool wh_binlog_table_head(const struct wh_binlog_event *e, struct wh_binlog_table *out)
{
	struct bytes b = body_of(e);
	table_head(&b, out);
	return !b.bad;
}

static void take_meta(struct bytes *b, struct wh_binlog_column *c)
{
	uint16_t first, second;
	switch (c->type) {
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_GEOMETRY:
	case MYSQL_TYPE_JSON:
	case MYSQL_TYPE_TIMESTAMP2:
	case MYSQL_TYPE_DATETIME2:
	case MYSQL_TYPE_TIME2:
	case BLOB_COMPRESSED:
		c->meta = (uint16_t)number(b, 1);
		break;
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_VAR_STRING:
	case VARCHAR_COMPRESSED:
		c->meta = (uint16_t)number(b, 2);
		break;
	case MYSQL_TYPE_NEWDECIMAL:
	case MYSQL_TYPE_BIT:
		first = (uint16_t)number(b, 1);
		second = (uint16_t)number(b, 1);
		c->meta = (uint16_t)(first << 8 | second);
		break;
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_ENUM:
	case MYSQL_TYPE_SET:
		first = (uint16_t)number(b, 1);
		second = (uint16_t)number(b, 1);
		if (first == MYSQL_TYPE_ENUM || first == MYSQL_TYPE_SET) {
			c->type = (uint8_t)first;
			c->meta = second;
		} else { /* two bits of the length hide, turned over, in the type */
			c->meta = (uint16_t)(((first & 0x30) ^ 0x30) << 4 | second);
			c->type = (uint8_t)(first | 0x30);
			b->bad |= c->type != MYSQL_TYPE_STRING;
		}
		break;
	default:
		break;
	}
}

static void take_names(struct bytes b, struct wh_arena *arena, struct wh_binlog_table *out)
{
	struct wh_binlog_span *names = wh_new_array(arena, struct wh_binlog_span, out->ncolumns + 1);
	for (size_t i = 0; i < out->ncolumns; i++)
		names[i] = span(&b, (size_t)packed(&b));
	out->names = b.bad ? NULL : names;
}

/* Fields of type, length and value that some servers add; only the names are of use. */
static void take_optional(struct bytes *b, struct wh_arena *arena, struct wh_binlog_table *out)
{
	while (!b->bad && b->at < b->end) {
		uint64_t kind = number(b, 1);
		size_t n = (size_t)packed(b);
		const uint8_t *at = take(b, n);
		if (at && kind == COLUMN_NAMES)
			take_names((struct bytes){ at, at + n, false }, arena, out);
	}
}

bool wh_binlog_table(const struct wh_binlog_event *e, struct wh_arena *arena,
	struct wh_binlog_table *out)
{
	struct bytes b = body_of(e);
	table_head(&b, out);
	uint64_t n = packed(&b);
	const uint8_t *types = b.bad || n > COLUMNS_MOST ? NULL : take(&b, (size_t)n);
	size_t nmeta = (size_t)packed(&b);
	const uint8_t *at = take(&b, nmeta);
	take(&b, (size_t)(n + 7) / 8);
	if (!types || b.bad)
		return false;
	struct bytes meta = { at, at + nmeta, false };
	out->ncolumns = (size_t)n;
	out->columns = wh_new_array(arena, struct wh_binlog_column, out->ncolumns + 1);
	for (size_t i = 0; i < out->ncolumns; i++) {
		out->columns[i].type = types[i];
		take_meta(&meta, &out->columns[i]);
	}
	take_optional(&b, arena, out);
	return !meta.bad && meta.at == meta.end && !b.bad;
}

static const struct {
	uint8_t type;
	enum wh_binlog_op op;
	bool second, compressed;
} row_types[] = {
	{ WH_BINLOG_WRITE_1, WH_BINLOG_INSERT, false, false },
	{ WH_BINLOG_UPDATE_1, WH_BINLOG_UPDATE, false, false },
	{ WH_BINLOG_DELETE_1, WH_BINLOG_DELETE, false, false },
	{ WH_BINLOG_WRITE_2, WH_BINLOG_INSERT, true, false },
	{ WH_BINLOG_UPDATE_2, WH_BINLOG_UPDATE, true, false },
	{ WH_BINLOG_DELETE_2, WH_BINLOG_DELETE, true, false },
	{ WH_BINLOG_WRITE_COMPRESSED, WH_BINLOG_INSERT, false, true },
	{ WH_BINLOG_UPDATE_COMPRESSED, WH_BINLOG_UPDATE, false, true },
	{ WH_BINLOG_DELETE_COMPRESSED, WH_BINLOG_DELETE, false, true },
	{ WH_BINLOG_WRITE_COMPRESSED_2, WH_BINLOG_INSERT, true, true },
	{ WH_BINLOG_UPDATE_COMPRESSED_2, WH_BINLOG_UPDATE, true, true },
	{ WH_BINLOG_DELETE_COMPRESSED_2, WH_BINLOG_DELETE, true, true },
};
#define ROW_TYPES (sizeof row_types / sizeof *row_types)

bool wh_binlog_is_rows(uint8_t type)
{
	for (size_t i = 0; i < ROW_TYPES; i++)
		if (row_types[i].type == type)
			return true;
	return false;
}

bool wh_binlog_rows_table(const struct wh_binlog_event *e, uint64_t *table)
{
	struct bytes b = body_of(e);
	*table = number(&b, 6);
	return !b.bad;
}

static void skip_extra(struct bytes *b)
{
	size_t extra = (size_t)number(b, POST_ROWS_2);
	b->bad |= extra < POST_ROWS_2;
	if (!b->bad)
		take(b, extra - POST_ROWS_2);
}

bool wh_binlog_rows(const struct wh_binlog_event *e, struct wh_buffer *inflated,
	struct wh_binlog_rows *out)
{
	struct bytes b = body_of(e);
	size_t kind = 0;
	while (kind < ROW_TYPES && row_types[kind].type != e->type)
		kind++;
	if (kind == ROW_TYPES)
		return false;
	*out = (struct wh_binlog_rows){ .table = number(&b, 6), .op = row_types[kind].op };
	take(&b, 2);
	if (row_types[kind].second)
		skip_extra(&b);
	uint64_t n = packed(&b);
	if (b.bad || n > COLUMNS_MOST)
		return false;
	out->ncolumns = (size_t)n;
	out->before = out->after = take(&b, (out->ncolumns + 7) / 8);
	if (out->op == WH_BINLOG_UPDATE)
		out->after = take(&b, (out->ncolumns + 7) / 8);
	out->at = b.at;
	out->end = b.end;
	if (b.bad || !row_types[kind].compressed)
		return !b.bad;
	if (!wh_binlog_inflate(b.at, (size_t)(b.end - b.at), INFLATED_MOST, inflated))
		return false;
	out->at = (const uint8_t *)inflated->data;
	out->end = out->at + inflated->size;
	return true;
}

bool wh_binlog_whole(const uint8_t *bitmap, size_t ncolumns)
{
	for (size_t i = 0; i < ncolumns; i++)
		if (!(bitmap[i / 8] >> i % 8 & 1))
			return false;
	return true;
}

static size_t decimal_bytes(unsigned precision, unsigned scale)
{
	static const uint8_t bytes[] = { 0, 1, 1, 2, 2, 3, 3, 4, 4, 4 };
	unsigned whole = precision - scale;
	return whole / 9 * 4 + bytes[whole % 9] + scale / 9 * 4 + bytes[scale % 9];
}

/* The bytes of a value whose length its column tells; 0: they tell it themselves. */
static size_t fixed_size(const struct wh_binlog_column *c)
{
	switch (c->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_YEAR:
		return 1;
	case MYSQL_TYPE_SHORT:
		return 2;
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE:
	case MYSQL_TYPE_TIME:
		return 3;
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_TIMESTAMP:
		return 4;
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_DATETIME:
		return 8;
	case MYSQL_TYPE_FLOAT:
		return c->meta == 4 ? 4 : 0;
	case MYSQL_TYPE_DOUBLE:
		return c->meta == 8 ? 8 : 0;
	case MYSQL_TYPE_TIMESTAMP2:
		return c->meta > 6 ? 0 : 4u + (c->meta + 1u) / 2;
	case MYSQL_TYPE_DATETIME2:
		return c->meta > 6 ? 0 : 5u + (c->meta + 1u) / 2;
	case MYSQL_TYPE_TIME2:
		return c->meta > 6 ? 0 : 3u + (c->meta + 1u) / 2;
	case MYSQL_TYPE_BIT: /* bits that are over, then whole bytes */
		return (c->meta & 0xFF) + (c->meta >> 8 ? 1u : 0);
	case MYSQL_TYPE_ENUM:
	case MYSQL_TYPE_SET:
		return c->meta;
	case MYSQL_TYPE_NEWDECIMAL:
		return c->meta >> 8 < (c->meta & 0xFF) ? 0 : decimal_bytes(c->meta >> 8, c->meta & 0xFF);
	default:
		return 0;
	}
}

/* How many bytes the length in front of a value takes; 0: there is no such type. */
static size_t length_size(const struct wh_binlog_column *c)
{
	switch (c->type) {
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_STRING:
	case VARCHAR_COMPRESSED:
		return c->meta < 256 ? 1 : 2;
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_BLOB:
	case MYSQL_TYPE_GEOMETRY:
	case MYSQL_TYPE_JSON:
	case BLOB_COMPRESSED:
		return c->meta <= 4 ? c->meta : 0;
	default:
		return 0;
	}
}

static void take_value(struct bytes *b, const struct wh_binlog_column *c,
	struct wh_binlog_value *out)
{
	out->n = fixed_size(c);
	if (!out->n) {
		size_t length = length_size(c);
		b->bad |= !length;
		out->n = (size_t)number(b, length);
	}
	out->at = take(b, out->n);
}

bool wh_binlog_row(const struct wh_binlog_table *table, struct wh_binlog_rows *rows,
	struct wh_binlog_value *out)
{
	struct bytes b = { rows->at, rows->end, false };
	const uint8_t *nulls = take(&b, (table->ncolumns + 7) / 8);
	if (!nulls || !table->ncolumns || rows->ncolumns != table->ncolumns)
		return false;
	for (size_t i = 0; i < table->ncolumns && !b.bad; i++) {
		out[i] = (struct wh_binlog_value){ 0 };
		if (!(nulls[i / 8] >> i % 8 & 1))
			take_value(&b, &table->columns[i], &out[i]);
	}
	rows->at = b.at;
	return !b.bad;
}
