/* tables: which elements become rows and columns. Data only.
 *
 * A path is relative to the row's element; versions may have several for one column; "@Ccy" is an
 * attribute; "^name" the record of the row above in that table; "@kind", "@role", ... are what rows.c
 * says itself. Columns stand in the order of the schemas. Those of one row never come from elements
 * of which there may be several: what belongs together would be mixed. */
#ifndef WH_CODECS_CAMT_TABLES_H
#define WH_CODECS_CAMT_TABLES_H

#include "codecs/camt/values.h"

#define WH_CAMT_COLUMNS_MOST 40

struct wh_camt_column {
	const char *name;
	const struct wh_camt_form *form;
	const char *paths[6]; /* ends with NULL */
	bool needed;
	bool or_next; /* needed, unless the next column is there */
};

struct wh_camt_table {
	const char *name, *comment;
	const char *above;       /* the table of which its rows are parts; NULL: the document */
	const char *elements[4]; /* paths, relative to the row above; none: rows.c makes its rows */
	const char
		*needed_in[4]; /* elements of the row above that must have one; none: they need not */
	const struct wh_camt_column *columns; /* ends with a NULL name */
};

/* Messages that become the same tables. */
struct wh_camt_family {
	const char *name;
	const struct wh_camt_table *const
		*tables; /* a row's table behind that of the row above; NULL */
};

struct wh_camt_kind {
	const char *name;    /* as in its namespace: "camt.053" */
	const char *element; /* below Document */
	const char *part;    /* what `kind` of a statement says */
	const struct wh_camt_family *family;
};

/* Parts of a transaction's parties and agents that come to one row of `party`. */
struct wh_camt_part {
	const char *element; /* relative to the row of `detail` */
	const char *as;      /* what its columns' paths begin with */
	const char *role;
};

extern const struct wh_camt_kind wh_camt_kinds[]; /* ends with a NULL name */
extern const struct wh_camt_part wh_camt_parts[]; /* ends with a NULL element */
extern const struct wh_camt_table wh_camt_message, wh_camt_statement, wh_camt_balance,
	wh_camt_entry, wh_camt_batch, wh_camt_detail, wh_camt_party, wh_camt_order, wh_camt_payment,
	wh_camt_transfer, wh_camt_other;

/* The column's number; SIZE_MAX: there is none. */
size_t wh_camt_column(const struct wh_camt_table *t, const char *name);
/* What stands of a path behind an element's; NULL: it is not below it. */
const char *wh_camt_below(const char *path, const char *element);

#endif
