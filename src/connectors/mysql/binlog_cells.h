/* binlog_cells: stored values of a row on their way into a batch, through the very cells that a
 * copy reads them with; and the shapes of tables, which the log does not tell. */
#ifndef WH_CONNECTORS_MYSQL_BINLOG_CELLS_H
#define WH_CONNECTORS_MYSQL_BINLOG_CELLS_H

#include "connectors/mysql/binlog.h"
#include "connectors/mysql/read.h"

/* A column as the server's catalog has it. */
struct wh_mysql_column {
	const char *name;
	struct wh_type type;
	uint64_t octets; /* CHAR, VARCHAR, BINARY, VARBINARY: the longest value */
	bool is_unsigned, zerofill;
};

/* Where the values of a field come from. */
struct wh_mysql_slot {
	struct wh_mysql_cell cell;
	const struct wh_mysql_column *column;
	size_t ordinal; /* of the column */
	bool foreign;   /* stored in a character set that the server must convert */
};

struct wh_mysql_shape {
	const struct wh_rowset *rows;
	struct wh_mysql_column *columns;
	size_t ncolumns;
	struct wh_mysql_slot *slots; /* one a field */
	bool foreign;                /* one of them is */
};

/* shape.c: reads the table's columns from the catalog and finds the rowset's fields among them.
 * WH_CONFIG: it is another table by now, or has a column that cannot be followed. */
int wh_mysql_shape(struct wh_mysql *s, const struct wh_rowset *rows, struct wh_arena *arena,
	struct wh_mysql_shape *out, struct wh_error *error) WH_MUST_USE;
/* False: the log's table has other columns. */
bool wh_mysql_shape_fits(const struct wh_mysql_shape *shape, const struct wh_binlog_table *table);
bool wh_mysql_shape_same(const struct wh_mysql_shape *a, const struct wh_mysql_shape *b);

/* Values that the server has converted, in the order of rows and fields. */
struct wh_mysql_converted_values {
	struct wh_arena arena;
	struct wh_binlog_span *items;
	size_t n, next;
};
/* convert.c: converts what is foreign in these rows. */
int wh_mysql_convert(struct wh_mysql *s, const struct wh_mysql_shape *shape,
	const struct wh_binlog_table *table, struct wh_binlog_rows rows,
	struct wh_mysql_converted_values *out, struct wh_error *error) WH_MUST_USE;

/* What all cells of a log share. */
struct wh_mysql_decoder {
	struct wh_mysql_reader reader; /* for its scratch */
	struct wh_buffer text, inflated;
	struct wh_mysql_converted_values converted;
};
/* False: a value of the column in the log cannot become one of the field. */
bool wh_mysql_slot_can(const struct wh_mysql_slot *slot);
/* Appends the row's fields, without ending it. WH_STOP: malformed. */
int wh_mysql_decode(struct wh_mysql_decoder *d, const struct wh_mysql_shape *shape,
	const struct wh_binlog_table *table, const struct wh_binlog_value *values, struct wh_batch *out,
	struct wh_error *error) WH_MUST_USE;
void wh_mysql_decoder_free(struct wh_mysql_decoder *d);

#endif
