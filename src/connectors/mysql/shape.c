/* Shapes: what a table's columns are, for the log holds neither names nor signs nor labels. */
#define _GNU_SOURCE
#include "connectors/mysql/binlog_cells.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

#define BLOB_COMPRESSED 140
#define VARCHAR_COMPRESSED 141

static int take_column(MYSQL_ROW row, struct wh_arena *arena, struct wh_mysql_column *c,
	struct wh_error *error)
{
	if (!row[0] || !row[1])
		return wh_fail(error, WH_STOP, "the server's catalog names a column without a type");
	c->name = wh_arena_text(arena, row[0]);
	if (!wh_mysql_type(arena, row[1], &c->type))
		c->type = (struct wh_type){ .kind = WH_NATIVE, .native = wh_arena_text(arena, row[1]) };
	c->type.charset = wh_arena_text(arena, row[2]);
	c->octets = row[3] ? strtoull(row[3], NULL, 10) : 0;
	c->is_unsigned = wh_mysql_is_unsigned(row[1]);
	c->zerofill = strcasestr(row[1], "zerofill") &&
		wh_mysql_class(row[1]) & (WH_MYSQL_INTEGER | WH_MYSQL_DECIMAL);
	return WH_OK;
}

static int read_columns(struct wh_mysql *s, struct wh_arena *arena, struct wh_mysql_shape *out,
	struct wh_error *error)
{
	WH_MYSQL_RESULT res = NULL;
	wh_buffer_clear(&s->sql);
	wh_buffer_text(&s->sql,
		"SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, CHARACTER_OCTET_LENGTH FROM "
		"information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ");
	wh_mysql_text(&s->sql, out->rows->table);
	wh_buffer_text(&s->sql, " ORDER BY ORDINAL_POSITION");
	int rc = wh_mysql_rows(s->link, wh_buffer_string(&s->sql), &res, error);
	for (MYSQL_ROW row; rc == WH_OK && (row = mysql_fetch_row(res));)
		rc = take_column(row, arena, wh_push(arena, &out->columns, &out->ncolumns), error);
	return rc;
}

/* The catalog shows question marks in labels for what is beyond the BMP; the plan knows better. */
static void mend_labels(struct wh_mysql_column *c, const struct wh_field *field)
{
	bool doubtful = false;
	for (size_t i = 0; i < c->type.nlabels; i++)
		doubtful = doubtful || strchr(c->type.labels[i], '?');
	if (doubtful && field->type.nlabels == c->type.nlabels)
		c->type.labels = field->type.labels;
}

static bool same_class(const struct wh_field *field, const struct wh_mysql_column *c)
{
	enum wh_mysql_class planned = wh_mysql_class(field->type.native);
	enum wh_mysql_class there = wh_mysql_class(c->type.native);
	return planned == there || (planned == WH_MYSQL_JSON && there == WH_MYSQL_TEXT);
}

static int fill_slot(const struct wh_mysql_shape *shape, size_t i, struct wh_arena *arena,
	struct wh_error *error)
{
	const struct wh_field *field = &shape->rows->fields[i];
	struct wh_mysql_slot *slot = &shape->slots[i];
	MYSQL_BIND unused;
	while (slot->ordinal < shape->ncolumns &&
		!wh_equal_nocase(shape->columns[slot->ordinal].name, field->name))
		slot->ordinal++;
	if (slot->ordinal == shape->ncolumns || !same_class(field, &shape->columns[slot->ordinal]))
		return wh_fail(error, WH_CONFIG,
			"column \"%s\" of table \"%s\" is another than when the migration was planned, or is "
			"gone: plan anew",
			field->name, shape->rows->table);
	struct wh_mysql_column *c = &shape->columns[slot->ordinal];
	mend_labels(c, field);
	slot->column = c;
	wh_mysql_cell_init(&slot->cell, field, arena, &unused);
	slot->foreign = slot->cell.form->ask == WH_MYSQL_STRING &&
		wh_mysql_class(c->type.native) == WH_MYSQL_TEXT &&
		wh_mysql_class(field->type.native) != WH_MYSQL_JSON && !wh_mysql_is_utf8(&c->type) &&
		!wh_equal_nocase(c->type.charset, "latin1");
	return wh_mysql_slot_can(slot)
		? WH_OK
		: wh_fail(error, WH_CONFIG,
			  "the log's values of column \"%s\" of table \"%s\" cannot be read as %s", field->name,
			  shape->rows->table, wh_kind_name(field->wire.kind));
}

int wh_mysql_shape(struct wh_mysql *s, const struct wh_rowset *rows, struct wh_arena *arena,
	struct wh_mysql_shape *out, struct wh_error *error)
{
	*out = (struct wh_mysql_shape){ .rows = rows };
	int rc = read_columns(s, arena, out, error);
	if (rc == WH_OK && !out->ncolumns)
		return wh_fail(error, WH_CONFIG, "table \"%s\" is not there, or may not be read",
			rows->table);
	out->slots = wh_new_array(arena, struct wh_mysql_slot, rows->nfields + 1);
	for (size_t i = 0; rc == WH_OK && i < rows->nfields; i++) {
		rc = fill_slot(out, i, arena, error);
		out->foreign = out->foreign || out->slots[i].foreign;
	}
	return rc;
}

/* What the log calls a type; several where the server has an old form of it. */
static const struct {
	const char *word;
	uint8_t types[2];
	uint16_t meta; /* of the first; ANY: looked at elsewhere */
} log_types[] = {
#define ANY 0xFFFF
	{ "tinyint", { MYSQL_TYPE_TINY }, 0 },
	{ "smallint", { MYSQL_TYPE_SHORT }, 0 },
	{ "mediumint", { MYSQL_TYPE_INT24 }, 0 },
	{ "int", { MYSQL_TYPE_LONG }, 0 },
	{ "bigint", { MYSQL_TYPE_LONGLONG }, 0 },
	{ "year", { MYSQL_TYPE_YEAR }, 0 },
	{ "bit", { MYSQL_TYPE_BIT }, ANY },
	{ "decimal", { MYSQL_TYPE_NEWDECIMAL }, ANY },
	{ "float", { MYSQL_TYPE_FLOAT }, 4 },
	{ "double", { MYSQL_TYPE_DOUBLE }, 8 },
	{ "date", { MYSQL_TYPE_DATE, MYSQL_TYPE_NEWDATE }, 0 },
	{ "datetime", { MYSQL_TYPE_DATETIME2, MYSQL_TYPE_DATETIME }, ANY },
	{ "timestamp", { MYSQL_TYPE_TIMESTAMP2, MYSQL_TYPE_TIMESTAMP }, ANY },
	{ "time", { MYSQL_TYPE_TIME2, MYSQL_TYPE_TIME }, ANY },
	{ "char", { MYSQL_TYPE_STRING }, ANY },
	{ "binary", { MYSQL_TYPE_STRING }, ANY },
	{ "varchar", { MYSQL_TYPE_VARCHAR, VARCHAR_COMPRESSED }, ANY },
	{ "varbinary", { MYSQL_TYPE_VARCHAR, VARCHAR_COMPRESSED }, ANY },
	{ "tinytext", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 1 },
	{ "text", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 2 },
	{ "mediumtext", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 3 },
	{ "longtext", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 4 },
	{ "tinyblob", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 1 },
	{ "blob", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 2 },
	{ "mediumblob", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 3 },
	{ "longblob", { MYSQL_TYPE_BLOB, BLOB_COMPRESSED }, 4 },
	{ "enum", { MYSQL_TYPE_ENUM }, ANY },
	{ "set", { MYSQL_TYPE_SET }, ANY },
	{ "json", { MYSQL_TYPE_JSON }, 4 },
	{ "uuid", { MYSQL_TYPE_STRING }, 16 },
	{ "inet4", { MYSQL_TYPE_STRING }, 4 },
	{ "inet6", { MYSQL_TYPE_STRING }, 16 },
	{ "geometry", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "point", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "linestring", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "polygon", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "multipoint", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "multilinestring", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "multipolygon", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "geometrycollection", { MYSQL_TYPE_GEOMETRY }, 4 },
	{ "geomcollection", { MYSQL_TYPE_GEOMETRY }, 4 },
};
#define LOG_TYPES (sizeof log_types / sizeof *log_types)

static uint16_t set_bytes(size_t labels)
{
	size_t n = (labels + 7) / 8;
	return (uint16_t)(n > 4 ? 8 : n);
}

/* Length, digits or bytes, as far as the type has them. */
static bool meta_fits(const struct wh_mysql_column *c, const struct wh_binlog_column *log)
{
	switch (log->type) {
	case MYSQL_TYPE_BIT:
		return (int64_t)((log->meta & 0xFF) * 8 + (log->meta >> 8)) ==
			(c->type.kind == WH_BOOL ? 1 : c->type.length);
	case MYSQL_TYPE_NEWDECIMAL:
		return log->meta >> 8 == c->type.precision && (log->meta & 0xFF) == c->type.scale;
	case MYSQL_TYPE_DATETIME2:
	case MYSQL_TYPE_TIMESTAMP2:
	case MYSQL_TYPE_TIME2:
		return log->meta == c->type.precision;
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
	case MYSQL_TYPE_TIME:
		return !c->type.precision;
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VARCHAR:
		return log->meta == c->octets;
	case VARCHAR_COMPRESSED: /* one byte says how */
		return log->meta == c->octets + 1;
	case MYSQL_TYPE_ENUM:
		return log->meta == (c->type.nlabels < 256 ? 1 : 2);
	case MYSQL_TYPE_SET:
		return log->meta == set_bytes(c->type.nlabels);
	default:
		return true;
	}
}

static bool column_fits(const struct wh_mysql_column *c, const struct wh_binlog_column *log)
{
	size_t n = strcspn(c->type.native, " (");
	for (size_t i = 0; i < LOG_TYPES; i++) {
		if (strlen(log_types[i].word) != n ||
			strncasecmp(log_types[i].word, c->type.native, n) != 0)
			continue;
		bool type = log->type == log_types[i].types[0] ||
			(log_types[i].types[1] && log->type == log_types[i].types[1]);
		return type &&
			(log_types[i].meta == ANY ? meta_fits(c, log) : log_types[i].meta == log->meta);
	}
	return false;
}

/* Behind the last column MariaDB may keep hashes of its own, for unique keys over long texts. */
bool wh_mysql_shape_fits(const struct wh_mysql_shape *shape, const struct wh_binlog_table *table)
{
	if (table->ncolumns < shape->ncolumns)
		return false;
	for (size_t i = shape->ncolumns; i < table->ncolumns; i++)
		if (table->columns[i].type != MYSQL_TYPE_LONGLONG)
			return false;
	for (size_t i = 0; i < shape->ncolumns; i++) {
		const char *name = shape->columns[i].name;
		if (!column_fits(&shape->columns[i], &table->columns[i]))
			return false;
		if (table->names &&
			(table->names[i].n != strlen(name) ||
				memcmp(table->names[i].at, name, table->names[i].n) != 0))
			return false;
	}
	return true;
}

bool wh_mysql_shape_same(const struct wh_mysql_shape *a, const struct wh_mysql_shape *b)
{
	bool same = a->ncolumns == b->ncolumns;
	for (size_t i = 0; same && i < a->ncolumns; i++)
		same = wh_equal(a->columns[i].name, b->columns[i].name) &&
			wh_equal(a->columns[i].type.native, b->columns[i].type.native) &&
			wh_equal(a->columns[i].type.charset, b->columns[i].type.charset);
	return same;
}
