/* tail: what the files that follow PostgreSQL's log share.
 *
 * Two connections: one for the log, and the caller's, on which the server turns values into the
 * form in which a copy would read them. Rows that need that wait, table by table, and are taken to
 * the images together; their numbers there are known before. */
#ifndef WH_CONNECTORS_POSTGRES_TAIL_H
#define WH_CONNECTORS_POSTGRES_TAIL_H

#include "connectors/postgres/pgoutput.h"
#include "connectors/postgres/postgres.h"

struct tail_column {
	const char *name;
	uint32_t type;
	int32_t modifier;
};

struct tail_layout {
	const char *schema, *table;
	struct tail_column *columns;
	uint16_t ncolumns;
};

struct tail_cell {
	char form;
	uint32_t size;
	size_t at; /* in bytes */
};

struct tail_table {
	const struct wh_rowset *rows;
	uint32_t relation; /* 0: not known */
	bool met;          /* the log has told its layout; else it is the catalog's */
	struct tail_layout layout;
	const char *news;   /* what changed in it, until the change is added */
	uint32_t *types;    /* one a field, as all that follows: the type that it should have */
	int32_t *column_of; /* -1: none */
	bool *direct;       /* its bytes are what the decoder takes */
	postgres_decoder **decoders;
	size_t nindirect;
	bool looks; /* for what the log leaves out of XML in the rows as they are now */
	/* rows that wait */
	struct tail_cell *cells;
	size_t ncells, cells_capacity;
	uint32_t nrows;
	struct wh_buffer bytes;
};

struct postgres_tail {
	const struct wh_capture *capture;
	struct postgres *asks; /* the caller's connection */
	struct postgres log;
	struct wh_arena arena;
	struct pgoutput message;
	struct tail_table *tables; /* one a captured table */
	uint32_t position;         /* relation of whimbrel_position */
	uint32_t last;             /* table of the newest row */
	uint64_t from, at, read, durable;
	bool open, begun, passed_over;
	int64_t told, asked; /* monotonic microseconds of the last word to the server */
	size_t held;         /* bytes of rows that wait */
};

/* tail_tables.c */
int postgres_tail_tables(struct postgres_tail *, struct wh_error *) WH_MUST_USE;
int postgres_tail_relation(struct postgres_tail *, struct wh_error *) WH_MUST_USE;
struct tail_table *postgres_tail_table(struct postgres_tail *, uint32_t relation);

/* tail_rows.c */
int postgres_tail_row(struct postgres_tail *, struct wh_changes *, struct wh_error *) WH_MUST_USE;
void postgres_tail_truncate(struct postgres_tail *, struct wh_changes *);
/* Takes the rows that wait to the images. */
int postgres_tail_flush(struct postgres_tail *, struct wh_changes *, struct wh_error *) WH_MUST_USE;

#endif
