/* tail: what the files that follow a binary log share. */
#ifndef WH_CONNECTORS_MYSQL_TAIL_H
#define WH_CONNECTORS_MYSQL_TAIL_H

#include "connectors/mysql/binlog_cells.h"
#include "connectors/mysql/statement.h"

/* place.c: places of a log, "file:offset". False: the text is none. */
bool wh_mysql_place(const char *file, size_t n, uint64_t offset, struct wh_position *out);
bool wh_mysql_place_of(const char *text, struct wh_position *out);
/* The newest place. WH_CONFIG: the server writes no log, or this user may not see it. */
int wh_mysql_log_end(struct wh_mysql *s, MYSQL *link, struct wh_position *out,
	struct wh_error *error) WH_MUST_USE;
/* The bytes from a place to the end. WH_CONFIG: the server does not have the place (any more). */
int wh_mysql_log_reaches(struct wh_mysql *s, const struct wh_position *from, int64_t *bytes,
	struct wh_error *error) WH_MUST_USE;

/* stream.c: the log as packets, on a connection of its own. */
struct wh_mysql_stream {
	MYSQL *link;
	void *dump; /* MARIADB_RPL */
	bool crc;
};
int wh_mysql_stream_open(struct wh_mysql *s, struct wh_mysql_stream *stream, const char *file,
	uint64_t offset, struct wh_error *error) WH_MUST_USE;
/* WH_DONE: nothing came in so many milliseconds. What comes is valid until the next call. */
int wh_mysql_stream_next(struct wh_mysql_stream *stream, int64_t wait_ms,
	struct wh_binlog_event *out, struct wh_error *error) WH_MUST_USE;
void wh_mysql_stream_close(struct wh_mysql_stream *stream);

/* One captured table. */
struct wh_mysql_followed {
	struct wh_mysql_shape shape;
	struct wh_arena arena; /* of what the log says of it, below */
	const void *map;       /* the newest TABLE_MAP, whole */
	size_t nmap;
	struct wh_binlog_table log;
	bool fits;
	bool told;  /* that it does not fit */
	bool stale; /* a statement changed its form: its rows are given no more */
};

struct wh_mysql_map {
	uint64_t id;
	uint32_t table; /* of the capture, or one of those below */
};
#define WH_MYSQL_NOT_OURS UINT32_MAX
#define WH_MYSQL_OWN_POSITION (UINT32_MAX - 1)

struct wh_mysql_savepoint {
	const char *name;
	size_t changes;
};

/* A group of events: a transaction, or one statement. */
struct wh_mysql_group {
	bool open, alone, xa;
	bool decided,
		own;      /* whether its first rows were seen, and that they were whimbrel_position's */
	bool skipped; /* it begins before the place from which on we follow */
	bool given;   /* some of it came with an earlier call */
	bool any;     /* it has changes */
	uint64_t at[2];
	size_t first; /* change, in the list */
	struct wh_arena arena;
	struct wh_mysql_savepoint *savepoints;
	size_t nsavepoints;
	struct wh_mysql_map *maps;
	size_t nmaps;
};

struct wh_mysql_tail {
	struct wh_mysql *s;
	const struct wh_capture *capture;
	struct wh_mysql_stream stream;
	struct wh_arena arena; /* of the shapes */
	struct wh_mysql_followed *tables;
	size_t ntables;
	uint32_t *by_name;
	bool nocase; /* names of tables */
	struct wh_position from;
	char file[256];
	uint64_t number, offset; /* of the file; of the end of the newest event in it */
	struct wh_mysql_group group;
	struct wh_mysql_decoder decoder;
	struct wh_buffer inflated;
	struct wh_binlog_value *values;
	size_t nvalues;
};

/* events.c: what one event adds to the list. */
int wh_mysql_take_event(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error) WH_MUST_USE;
/* rows.c */
int wh_mysql_take_rows(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error) WH_MUST_USE;
int wh_mysql_take_map(struct wh_mysql_tail *t, const struct wh_binlog_event *e,
	struct wh_changes *out, struct wh_error *error) WH_MUST_USE;
/* The captured table of this name in this database, or WH_MYSQL_NOT_OURS. */
uint32_t wh_mysql_followed(const struct wh_mysql_tail *t, const char *name, size_t n);
bool wh_mysql_is_ours(const struct wh_mysql_tail *t, const char *schema, size_t n);
/* One more change of the open group. */
struct wh_change *wh_mysql_add_change(struct wh_mysql_tail *t, struct wh_changes *out,
	enum wh_op op, uint32_t table);

#endif
