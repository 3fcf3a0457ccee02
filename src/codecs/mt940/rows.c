#include "codecs/mt940/rows.h"
#include "base/text.h"
#include "codecs/schema.h"
#include "model/codec.h"
#include "model/value.h"

struct column {
	const char *name;
	struct wh_type type;
	bool not_null;
};

#define MONEY WH_CODEC_DECIMAL(WH_MT_DIGITS, WH_MT_PLACES)
#define DATE ((struct wh_type){ .kind = WH_DATE })
#define PLACE \
	{ WH_CODEC_FILE, WH_CODEC_INT64, true }, \
	{ \
		WH_CODEC_RECORD, WH_CODEC_INT64, true \
	}

static const struct column statement_columns[] = {
	PLACE,
	{ "message", WH_CODEC_TEXT(3), true },
	{ "sender", WH_CODEC_TEXT(11), false },
	{ "receiver", WH_CODEC_TEXT(11), false },
	{ "reference", WH_CODEC_TEXT(0), false },
	{ "related_reference", WH_CODEC_TEXT(0), false },
	{ "account", WH_CODEC_TEXT(0), false },
	{ "bank", WH_CODEC_TEXT(0), false },
	{ "account_number", WH_CODEC_TEXT(0), false },
	{ "number", WH_CODEC_INT64, false },
	{ "page", WH_CODEC_INT64, false },
	{ "currency", WH_CODEC_TEXT(3), false },
	{ "opening_kind", WH_CODEC_TEXT(1), false },
	{ "opening_date", DATE, false },
	{ "opening_balance", MONEY, false },
	{ "closing_kind", WH_CODEC_TEXT(1), false },
	{ "closing_date", DATE, false },
	{ "closing_balance", MONEY, false },
	{ "available_date", DATE, false },
	{ "available_balance", MONEY, false },
	{ "debit_floor", MONEY, false },
	{ "credit_floor", MONEY, false },
	{ "created", { .kind = WH_TIMESTAMP }, false },
	{ "created_offset", WH_CODEC_TEXT(5), false },
	{ "debit_count", WH_CODEC_INT64, false },
	{ "debit_sum", MONEY, false },
	{ "credit_count", WH_CODEC_INT64, false },
	{ "credit_sum", MONEY, false },
	{ "text", WH_CODEC_TEXT(0), false },
};

static const struct column entry_columns[] = {
	PLACE,
	{ "statement_id", WH_CODEC_INT64, true },
	{ "item", WH_CODEC_INT64, true },
	{ "value_date", DATE, false },
	{ "value_date_text", WH_CODEC_TEXT(6), true },
	{ "entry_date", DATE, false },
	{ "entry_date_text", WH_CODEC_TEXT(4), false },
	{ "mark", WH_CODEC_TEXT(2), true },
	{ "amount", MONEY, true },
	{ "currency", WH_CODEC_TEXT(3), false },
	{ "funds_code", WH_CODEC_TEXT(1), false },
	{ "type", WH_CODEC_TEXT(4), false },
	{ "customer_reference", WH_CODEC_TEXT(0), false },
	{ "bank_reference", WH_CODEC_TEXT(0), false },
	{ "supplementary", WH_CODEC_TEXT(0), false },
	{ "text", WH_CODEC_TEXT(0), false },
};

static const struct column balance_columns[] = {
	PLACE,
	{ "statement_id", WH_CODEC_INT64, true },
	{ "tag", WH_CODEC_TEXT(3), true },
	{ "mark", WH_CODEC_TEXT(1), true },
	{ "date", DATE, false },
	{ "date_text", WH_CODEC_TEXT(6), true },
	{ "currency", WH_CODEC_TEXT(3), false },
	{ "amount", MONEY, true },
};

static const struct column detail_columns[] = {
	PLACE,
	{ "item", WH_CODEC_INT64, true },
	{ "statement_id", WH_CODEC_INT64, false },
	{ "entry_id", WH_CODEC_INT64, false },
	{ "tag", WH_CODEC_TEXT(2), true },
	{ "code", WH_CODEC_TEXT(0), true },
	{ "value", WH_CODEC_TEXT(0), true },
};

static const struct column other_columns[] = {
	PLACE,
	{ "statement_id", WH_CODEC_INT64, false },
	{ "tag", WH_CODEC_TEXT(4), true },
	{ "value", WH_CODEC_TEXT(0), true },
};

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define COLUMNS(array) .columns = (array), .ncolumns = COUNT(array)

static const struct table {
	const char *name, *comment;
	const struct column *columns;
	size_t ncolumns, nkey;
} tables[WH_MT_TABLES] = {
	[WH_MT_STATEMENT] = { "statement", "a statement, or one page of it", COLUMNS(statement_columns),
		2 },
	[WH_MT_ENTRY] = { "entry", ":61: with its :86:", COLUMNS(entry_columns), 2 },
	[WH_MT_BALANCE] = { "balance", ":60a:, :62a:, :64: and :65:", COLUMNS(balance_columns), 2 },
	[WH_MT_DETAIL] = { "detail", "what :86: and :NS: say in structured form",
		COLUMNS(detail_columns), 3 },
	[WH_MT_OTHER] = { "other", "fields that no other table has a place for", COLUMNS(other_columns),
		2 },
};

enum wh_mt_table wh_mt_table_named(const char *name)
{
	size_t t = 0;
	while (t < WH_MT_TABLES && !wh_equal(tables[t].name, name))
		t++;
	return (enum wh_mt_table)t;
}

bool wh_mt_column_named(enum wh_mt_table table, const char *name, size_t *out)
{
	const struct table *t = &tables[table];
	for (*out = 0; *out < t->ncolumns; ++*out)
		if (wh_equal(t->columns[*out].name, name))
			return true;
	return false;
}

/* A column `name` points at another table's key. */
static void refer(struct wh_catalog *c, enum wh_mt_table from, const char *name,
	enum wh_mt_table to)
{
	const char *const columns[] = { WH_CODEC_FILE, name };
	wh_codec_reference(c, wh_catalog_table(c, NULL, tables[from].name), columns, COUNT(columns),
		wh_catalog_table(c, NULL, tables[to].name));
}

void wh_mt_describe(struct wh_catalog *out)
{
	for (size_t t = 0; t < WH_MT_TABLES; t++) {
		struct wh_table *table = wh_codec_table(out, tables[t].name, tables[t].comment);
		for (size_t i = 0; i < tables[t].ncolumns; i++) {
			const struct column *column = &tables[t].columns[i];
			wh_codec_column(out, table, column->name, column->type, column->not_null);
		}
		wh_codec_key(out, table, tables[t].nkey);
	}
	for (size_t t = WH_MT_ENTRY; t < WH_MT_TABLES; t++)
		refer(out, (enum wh_mt_table)t, "statement_id", WH_MT_STATEMENT);
	refer(out, WH_MT_DETAIL, "entry_id", WH_MT_ENTRY);
}

void wh_mt_row_init(struct wh_mt_row *row)
{
	for (size_t i = 0; i < WH_MT_COLUMNS_MOST; i++)
		row->cells[i].text.max = WH_MT_TEXT_MOST;
	row->raw.max = WH_MT_TEXT_MOST;
}

void wh_mt_unput(struct wh_mt_row *row, size_t column)
{
	struct wh_mt_cell *cell = &row->cells[column];
	wh_buffer_clear(&cell->text);
	cell->there = cell->foreign = false;
}

void wh_mt_row_clear(struct wh_mt_row *row)
{
	for (size_t i = 0; i < WH_MT_COLUMNS_MOST; i++)
		if (row->cells[i].there)
			wh_mt_unput(row, i);
	wh_buffer_clear(&row->fault);
	wh_buffer_clear(&row->raw);
}

void wh_mt_row_free(struct wh_mt_row *row)
{
	for (size_t i = 0; i < WH_MT_COLUMNS_MOST; i++)
		wh_buffer_free(&row->cells[i].text);
	wh_buffer_free(&row->fault);
	wh_buffer_free(&row->raw);
}

void wh_mt_put(struct wh_mt_row *row, size_t column, const char *text, size_t n)
{
	row->cells[column].there = true;
	wh_buffer_put(&row->cells[column].text, text, n);
}

void wh_mt_put_number(struct wh_mt_row *row, size_t column, int64_t number)
{
	char text[24];
	wh_mt_put(row, column, text, wh_format_int64(text, number));
}

void wh_mt_copy(struct wh_mt_row *to, size_t column, const struct wh_mt_row *from,
	size_t from_column)
{
	const struct wh_mt_cell *cell = &from->cells[from_column];
	if (!cell->there)
		return;
	wh_mt_put(to, column, cell->text.data, cell->text.size);
	to->cells[column].foreign = cell->foreign;
}

const char *wh_mt_says(struct wh_mt_row *row, size_t column)
{
	return row->cells[column].there ? wh_buffer_string(&row->cells[column].text) : "";
}

static void append_cell(const struct wh_mt_cell *cell, struct wh_batch *out, size_t column)
{
	const struct wh_buffer *text = &cell->text;
	if (!cell->there)
		wh_batch_null(out, column);
	else if (cell->foreign)
		wh_batch_stray(out, column, WH_STRAY_CHARSET, text->data, text->size);
	else if (!wh_value_parse(out, column, text->data ? text->data : "", text->size))
		wh_batch_stray(out, column, WH_STRAY_KIND, text->data, text->size);
}

/* Where the column at fault is not wanted, the last one tells it. */
static size_t fault_place(const struct wh_mt_row *row, const size_t *columns, size_t n)
{
	size_t i = 0;
	while (i + 1 < n && columns[i] != row->fault_column)
		i++;
	return i;
}

void wh_mt_row_append(const struct wh_mt_row *row, const size_t *columns, struct wh_batch *out)
{
	size_t n = out->ncolumns, fault = row->fault.size ? fault_place(row, columns, n) : n;
	for (size_t i = 0; i < n; i++) {
		if (i == fault)
			wh_batch_reject(out, i, row->fault.data, row->raw.data, row->raw.size);
		else
			append_cell(&row->cells[columns[i]], out, i);
	}
	wh_batch_row(out);
}
