/* rows: a file's elements become rows of the tables, each handed on when it is whole.
 *
 * Memory is bounded by one entry: a row that is open has at most WH_CAMT_ROW_MOST bytes, and no more
 * than one row of each table is open (of `party`, one a role). What finds no column is a row of
 * `other_value`. Rows of a table come in the order of their records; one that is part of another
 * comes before it. */
#ifndef WH_CODECS_CAMT_ROWS_H
#define WH_CODECS_CAMT_ROWS_H

#include "codecs/camt/tables.h"
#include "codecs/camt/xml.h"

#define WH_CAMT_ROW_MOST ((size_t)1 << 20)
#define WH_CAMT_OPEN_MOST 5  /* message, statement, entry, batch, detail */
#define WH_CAMT_ROLES_MOST 6 /* in wh_camt_parts */

struct wh_camt_cell {
	uint32_t at, n; /* in the row's text */
	bool taken;     /* a value came */
	bool set;       /* it is not null */
};

struct wh_camt_row {
	const struct wh_camt_table *table;
	const struct wh_camt_kind *kind;
	const struct wh_camt_row *above; /* NULL: none */
	int64_t record;
	size_t path_n, depth; /* of its element's path; of a party, of its detail's */
	uint32_t has;         /* tables of its family that have rows below it, as bits */
	struct wh_buffer text;
	struct wh_camt_cell cells[WH_CAMT_COLUMNS_MOST];
};

struct wh_camt_taker {
	void *context;
	/* The row is valid until it returns; rows above it are there, but not whole. */
	int (*take)(void *context, const struct wh_camt_row *row, struct wh_error *error);
};

struct wh_camt_rows {
	struct wh_camt_xml xml;
	struct wh_camt_taker taker;
	const struct wh_camt_kind *kind; /* NULL: nothing of it is known yet */
	struct wh_camt_row open[WH_CAMT_OPEN_MOST];
	size_t nopen;
	struct wh_camt_row parties[WH_CAMT_ROLES_MOST]; /* of the open detail, by their records */
	size_t nparties;
	struct wh_camt_row other;
};

/* All-zero before; it must not move. `file` and the schema (or NULL) outlive it. */
int wh_camt_rows_open(struct wh_camt_rows *r, const char *file, struct wh_camt_taker taker,
	const struct wh_camt_xsd *xsd, struct wh_error *error) WH_MUST_USE;
int wh_camt_rows_feed(struct wh_camt_rows *r, const char *bytes, size_t n, bool last,
	struct wh_error *error) WH_MUST_USE;
void wh_camt_rows_close(struct wh_camt_rows *r);

/* A cell's text, not ended by a NUL; NULL: there is none. */
const char *wh_camt_row_cell(const struct wh_camt_row *row, size_t column, size_t *n);
/* The indicator by which its amounts go: its own, or that of a row above; NULL: there is none. */
const char *wh_camt_row_direction(const struct wh_camt_row *row, size_t *n);

#endif
