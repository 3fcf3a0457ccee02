/* rows: the tables, and a row of one of them as texts in the forms of model/value.h, so that neither
 * the checks nor the batch need to know where in the file a figure stood.
 *
 * A row is all-zero and then wh_mt_row_init(); its memory is kept by wh_mt_row_clear(). */
#ifndef WH_CODECS_MT940_ROWS_H
#define WH_CODECS_MT940_ROWS_H

#include "model/batch.h"
#include "model/catalog.h"

#define WH_MT_TEXT_MOST ((size_t)16 << 20) /* of a cell, and of a record's raw bytes */
#define WH_MT_DIGITS 20
#define WH_MT_PLACES 5

enum wh_mt_table {
	WH_MT_STATEMENT,
	WH_MT_ENTRY,
	WH_MT_BALANCE,
	WH_MT_DETAIL,
	WH_MT_OTHER,
	WH_MT_TABLES
};

/* Every table begins with these. */
enum { WH_MT_FILE, WH_MT_RECORD, WH_MT_REST };

enum wh_mt_statement {
	WH_STATEMENT_MESSAGE = WH_MT_REST,
	WH_STATEMENT_SENDER,
	WH_STATEMENT_RECEIVER,
	WH_STATEMENT_REFERENCE,
	WH_STATEMENT_RELATED,
	WH_STATEMENT_ACCOUNT,
	WH_STATEMENT_BANK,
	WH_STATEMENT_ACCOUNT_NUMBER,
	WH_STATEMENT_NUMBER,
	WH_STATEMENT_PAGE,
	WH_STATEMENT_CURRENCY,
	WH_STATEMENT_OPENING_KIND,
	WH_STATEMENT_OPENING_DATE,
	WH_STATEMENT_OPENING,
	WH_STATEMENT_CLOSING_KIND,
	WH_STATEMENT_CLOSING_DATE,
	WH_STATEMENT_CLOSING,
	WH_STATEMENT_AVAILABLE_DATE,
	WH_STATEMENT_AVAILABLE,
	WH_STATEMENT_DEBIT_FLOOR,
	WH_STATEMENT_CREDIT_FLOOR,
	WH_STATEMENT_CREATED,
	WH_STATEMENT_CREATED_OFFSET,
	WH_STATEMENT_DEBIT_COUNT,
	WH_STATEMENT_DEBIT_SUM,
	WH_STATEMENT_CREDIT_COUNT,
	WH_STATEMENT_CREDIT_SUM,
	WH_STATEMENT_TEXT,
	WH_MT_COLUMNS_MOST
};

enum wh_mt_entry {
	WH_ENTRY_STATEMENT = WH_MT_REST,
	WH_ENTRY_ITEM,
	WH_ENTRY_VALUE_DATE,
	WH_ENTRY_VALUE_DATE_TEXT,
	WH_ENTRY_DATE,
	WH_ENTRY_DATE_TEXT,
	WH_ENTRY_MARK,
	WH_ENTRY_AMOUNT,
	WH_ENTRY_CURRENCY,
	WH_ENTRY_FUNDS_CODE,
	WH_ENTRY_TYPE,
	WH_ENTRY_CUSTOMER_REFERENCE,
	WH_ENTRY_BANK_REFERENCE,
	WH_ENTRY_SUPPLEMENTARY,
	WH_ENTRY_TEXT
};

enum wh_mt_balance {
	WH_BALANCE_STATEMENT = WH_MT_REST,
	WH_BALANCE_TAG,
	WH_BALANCE_MARK,
	WH_BALANCE_DATE,
	WH_BALANCE_DATE_TEXT,
	WH_BALANCE_CURRENCY,
	WH_BALANCE_AMOUNT
};

enum wh_mt_detail_column {
	WH_DETAIL_ITEM = WH_MT_REST,
	WH_DETAIL_STATEMENT,
	WH_DETAIL_ENTRY,
	WH_DETAIL_TAG,
	WH_DETAIL_CODE,
	WH_DETAIL_VALUE
};

enum wh_mt_other { WH_OTHER_STATEMENT = WH_MT_REST, WH_OTHER_TAG, WH_OTHER_VALUE };

enum wh_mt_table wh_mt_table_named(const char *name); /* WH_MT_TABLES: none */
bool wh_mt_column_named(enum wh_mt_table table, const char *name, size_t *out);
void wh_mt_describe(struct wh_catalog *out);

struct wh_mt_cell {
	struct wh_buffer text;
	bool there;
	bool foreign; /* the text is raw bytes, some of which are no character of their set */
};

struct wh_mt_row {
	struct wh_mt_cell cells[WH_MT_COLUMNS_MOST];
	struct wh_buffer fault; /* why the record could not be decoded; empty: it could */
	size_t fault_column;
	struct wh_buffer raw; /* of a record that could not */
};

void wh_mt_row_init(struct wh_mt_row *row);
void wh_mt_row_clear(struct wh_mt_row *row);
void wh_mt_row_free(struct wh_mt_row *row);
/* Appends to the cell. */
void wh_mt_put(struct wh_mt_row *row, size_t column, const char *text, size_t n);
void wh_mt_unput(struct wh_mt_row *row, size_t column);
void wh_mt_put_number(struct wh_mt_row *row, size_t column, int64_t number);
/* Nothing where `from` has nothing. */
void wh_mt_copy(struct wh_mt_row *to, size_t column, const struct wh_mt_row *from,
	size_t from_column);
const char *wh_mt_says(struct wh_mt_row *row, size_t column); /* "": nothing */
/* Appends the row to a batch whose column i is columns[i] of the table. */
void wh_mt_row_append(const struct wh_mt_row *row, const size_t *columns, struct wh_batch *out);

#endif
