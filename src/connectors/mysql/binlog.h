/* binlog: the events of a MySQL or MariaDB binary log as values. Pure; any thread.
 *
 * Everything comes from a server and is taken for foreign: nothing is read beyond the bytes that
 * are given, and every function answers false for what is malformed. What is found points into the
 * event, which must outlive it. Source of the format: MariaDB's and MySQL's replication protocol,
 * "Binlog Event" (version 4: MySQL 5.0 and later). */
#ifndef WH_CONNECTORS_MYSQL_BINLOG_H
#define WH_CONNECTORS_MYSQL_BINLOG_H

#include "base/arena.h"
#include "base/buffer.h"
#include <stdint.h>

enum wh_binlog_type {
	WH_BINLOG_QUERY = 2,
	WH_BINLOG_STOP = 3,
	WH_BINLOG_ROTATE = 4,
	WH_BINLOG_FORMAT = 15,
	WH_BINLOG_XID = 16,
	WH_BINLOG_LOAD_QUERY = 18, /* LOAD DATA as a statement */
	WH_BINLOG_TABLE_MAP = 19,
	WH_BINLOG_WRITE_1 = 23,
	WH_BINLOG_UPDATE_1 = 24,
	WH_BINLOG_DELETE_1 = 25,
	WH_BINLOG_INCIDENT = 26,
	WH_BINLOG_HEARTBEAT = 27,
	WH_BINLOG_WRITE_2 = 30,
	WH_BINLOG_UPDATE_2 = 31,
	WH_BINLOG_DELETE_2 = 32,
	WH_BINLOG_GTID_MYSQL = 33,
	WH_BINLOG_GTID_ANONYMOUS = 34,
	WH_BINLOG_XA_PREPARE = 38,
	WH_BINLOG_UPDATE_PARTIAL = 39,
	WH_BINLOG_PAYLOAD = 40, /* MySQL: a compressed transaction */
	WH_BINLOG_GTID_MARIADB = 162,
	WH_BINLOG_QUERY_COMPRESSED = 165,
	WH_BINLOG_WRITE_COMPRESSED = 166,
	WH_BINLOG_UPDATE_COMPRESSED = 167,
	WH_BINLOG_DELETE_COMPRESSED = 168,
	WH_BINLOG_WRITE_COMPRESSED_2 = 169,
	WH_BINLOG_UPDATE_COMPRESSED_2 = 170,
	WH_BINLOG_DELETE_COMPRESSED_2 = 171,
};

#define WH_BINLOG_HEADER 19
#define WH_BINLOG_ARTIFICIAL 0x20 /* in flags: made for the connection, not of the log */

struct wh_binlog_event {
	uint32_t seconds, length, end; /* end: of the event in its file, modulo 2^32; 0: none */
	uint16_t flags;
	uint8_t type;
	const uint8_t *body;
	size_t n; /* of body, without the checksum */
};

/* crc: whether a checksum of four bytes is behind it; it must then be right. */
bool wh_binlog_event(const void *bytes, size_t n, bool crc, struct wh_binlog_event *out);

struct wh_binlog_span {
	const char *at;
	size_t n;
};

/* FORMAT: whether checksums follow from the next event on. The event's own four bytes, which it
 * always has, must have been left in (crc false). */
bool wh_binlog_format(const struct wh_binlog_event *e, bool *crc);
/* ROTATE: the next file, and where in it; HEARTBEAT: the file. */
bool wh_binlog_rotate(const struct wh_binlog_event *e, struct wh_binlog_span *file,
	uint64_t *offset);

/* GTID of either server. */
struct wh_binlog_gtid {
	bool alone; /* one more event, and no end of a transaction behind it */
	bool prepared_xa;
};
bool wh_binlog_gtid(const struct wh_binlog_event *e, struct wh_binlog_gtid *out);

struct wh_binlog_query {
	struct wh_binlog_span schema, sql;
	bool ansi_quotes; /* a double quote begins a name */
};
/* QUERY, QUERY_COMPRESSED (inflated into the buffer), LOAD_QUERY. */
bool wh_binlog_query(const struct wh_binlog_event *e, struct wh_buffer *inflated,
	struct wh_binlog_query *out);

struct wh_binlog_column {
	uint8_t type;  /* of the protocol; ENUM and SET as themselves, not as STRING */
	uint16_t meta; /* length, precision << 8 | scale, digits, pack length: as the type has it */
};
struct wh_binlog_table {
	uint64_t id;
	struct wh_binlog_span schema, table;
	struct wh_binlog_column *columns; /* the arena's */
	size_t ncolumns;
	struct wh_binlog_span *names; /* where the log has them (binlog_row_metadata=FULL), or NULL */
};
/* Names only: most tables are not ours. */
bool wh_binlog_table_head(const struct wh_binlog_event *e, struct wh_binlog_table *out);
bool wh_binlog_table(const struct wh_binlog_event *e, struct wh_arena *arena,
	struct wh_binlog_table *out);

enum wh_binlog_op { WH_BINLOG_INSERT, WH_BINLOG_UPDATE, WH_BINLOG_DELETE };
struct wh_binlog_rows {
	uint64_t table;
	enum wh_binlog_op op;
	size_t ncolumns;
	const uint8_t *before, *after; /* bitmaps of the columns that are there; of an UPDATE both */
	const uint8_t *at, *end;       /* rows to come */
};
bool wh_binlog_is_rows(uint8_t type);
/* The table's number alone. */
bool wh_binlog_rows_table(const struct wh_binlog_event *e, uint64_t *table);
bool wh_binlog_rows(const struct wh_binlog_event *e, struct wh_buffer *inflated,
	struct wh_binlog_rows *out);
/* All columns are in the bitmap. */
bool wh_binlog_whole(const uint8_t *bitmap, size_t ncolumns);

struct wh_binlog_value {
	const uint8_t *at; /* NULL: null */
	size_t n;
};
/* Takes one image, whose columns are all there, off the rows: a value a column of the table. */
bool wh_binlog_row(const struct wh_binlog_table *table, struct wh_binlog_rows *rows,
	struct wh_binlog_value *out);

/* MariaDB's own: 0x80 | n, n bytes of length, big end first, zlib (8 as well: without its header);
 * of compressed columns too, where 0, or nothing at all, means: as it is. At most `most` bytes. */
bool wh_binlog_inflate(const uint8_t *at, size_t n, size_t most, struct wh_buffer *out);

#endif
