/* Stored values of a binary log as a hostile server may send them: the first byte chooses the
 * column, the rest is rows of it. Whatever is accepted is a whole row of the batch. */
#include "connectors/mysql/binlog_cells.h"
#include "fuzz.h"

static const struct {
	const char *native, *charset;
	uint8_t type;
	uint16_t meta;
} columns[] = {
	{ "tinyint(1)", NULL, MYSQL_TYPE_TINY, 0 },
	{ "smallint(6) unsigned zerofill", NULL, MYSQL_TYPE_SHORT, 0 },
	{ "mediumint", NULL, MYSQL_TYPE_INT24, 0 },
	{ "bigint(20)", NULL, MYSQL_TYPE_LONGLONG, 0 },
	{ "bigint unsigned", NULL, MYSQL_TYPE_LONGLONG, 0 },
	{ "year(4)", NULL, MYSQL_TYPE_YEAR, 0 },
	{ "bit(9)", NULL, MYSQL_TYPE_BIT, 1 << 8 | 1 },
	{ "decimal(65,30)", NULL, MYSQL_TYPE_NEWDECIMAL, 65 << 8 | 30 },
	{ "decimal(10,2) zerofill", NULL, MYSQL_TYPE_NEWDECIMAL, 10 << 8 | 2 },
	{ "float", NULL, MYSQL_TYPE_FLOAT, 4 },
	{ "double", NULL, MYSQL_TYPE_DOUBLE, 8 },
	{ "date", NULL, MYSQL_TYPE_DATE, 0 },
	{ "datetime(6)", NULL, MYSQL_TYPE_DATETIME2, 6 },
	{ "datetime", NULL, MYSQL_TYPE_DATETIME, 0 },
	{ "timestamp(1)", NULL, MYSQL_TYPE_TIMESTAMP2, 1 },
	{ "timestamp", NULL, MYSQL_TYPE_TIMESTAMP, 0 },
	{ "time(5)", NULL, MYSQL_TYPE_TIME2, 5 },
	{ "time", NULL, MYSQL_TYPE_TIME, 0 },
	{ "char(10)", "latin1", MYSQL_TYPE_STRING, 10 },
	{ "varchar(300)", "utf8mb4", MYSQL_TYPE_VARCHAR, 1200 },
	{ "varchar(300)", "utf8mb4", 141, 1201 },
	{ "binary(16)", NULL, MYSQL_TYPE_STRING, 16 },
	{ "blob", NULL, MYSQL_TYPE_BLOB, 2 },
	{ "blob", NULL, 140, 2 },
	{ "enum('a','b')", "utf8mb4", MYSQL_TYPE_ENUM, 1 },
	{ "set('a','b','c')", "utf8mb4", MYSQL_TYPE_SET, 1 },
	{ "longtext", "utf8mb3", MYSQL_TYPE_BLOB, 4 },
	{ "uuid", NULL, MYSQL_TYPE_STRING, 16 },
	{ "inet4", NULL, MYSQL_TYPE_STRING, 4 },
	{ "inet6", NULL, MYSQL_TYPE_STRING, 16 },
	{ "geometry", NULL, MYSQL_TYPE_GEOMETRY, 4 },
};

static void decode(const struct wh_mysql_shape *shape, const struct wh_binlog_table *table,
	struct wh_binlog_rows rows)
{
	struct wh_mysql_decoder decoder = { 0 };
	struct wh_binlog_value value;
	struct wh_batch b;
	struct wh_error error = { 0 };
	wh_rowset_batch(shape->rows, &b);
	while (rows.at < rows.end && b.rows < b.capacity && wh_binlog_row(table, &rows, &value)) {
		if (wh_mysql_decode(&decoder, shape, table, &value, &b, &error) != WH_OK)
			break;
		must(b.lanes[0].null[b.rows] || !b.lanes[0].offset ||
			b.lanes[0].offset[b.rows + 1] == b.lanes[0].size);
		wh_batch_row(&b);
	}
	wh_batch_finish(&b);
	wh_mysql_decoder_free(&decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_arena arena = { 0 };
	if (size < 2)
		return 0;
	size_t k = data[0] % (sizeof columns / sizeof *columns);
	struct wh_mysql_column column = { .name = "c" };
	if (!wh_mysql_type(&arena, columns[k].native, &column.type))
		must(false);
	column.type.charset = columns[k].charset;
	column.is_unsigned = wh_mysql_is_unsigned(columns[k].native);
	column.zerofill = strstr(columns[k].native, "zerofill");
	struct wh_field field = { .name = "c", .type = column.type, .wire = column.type };
	if (data[0] & 0x80)
		field.wire.kind = data[0] & 0x40 ? WH_BYTES : WH_TEXT;
	const struct wh_rowset rows = { .table = "t", .fields = &field, .nfields = 1 };
	struct wh_mysql_slot slot = { .column = &column };
	MYSQL_BIND unused;
	wh_mysql_cell_init(&slot.cell, &field, &arena, &unused);
	struct wh_mysql_shape shape = { &rows, &column, 1, &slot, false };
	struct wh_binlog_column log = { columns[k].type, columns[k].meta };
	struct wh_binlog_table table = { .columns = &log, .ncolumns = 1 };
	char *copy = fuzz_text(data + 1, size - 1);
	const uint8_t *at = (const uint8_t *)copy;
	if (wh_mysql_slot_can(&slot))
		decode(&shape, &table,
			(struct wh_binlog_rows){ .ncolumns = 1, .at = at, .end = at + size - 1 });
	free(copy);
	wh_arena_free(&arena);
	return 0;
}
