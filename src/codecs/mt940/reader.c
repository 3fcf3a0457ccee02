#include "codecs/mt940/reader.h"
#include "base/text.h"
#include <ctype.h>

void wh_mt_reader_init(struct wh_mt_reader *r)
{
	for (size_t t = 0; t < WH_MT_TABLES; t++)
		wh_mt_row_init(&r->rows[t]);
}

void wh_mt_reader_free(struct wh_mt_reader *r)
{
	for (size_t t = 0; t < WH_MT_TABLES; t++)
		wh_mt_row_free(&r->rows[t]);
	wh_buffer_free(&r->lines);
	wh_mt_details_free(&r->details);
	wh_mt_charset_close(&r->charset);
}

void wh_mt_reader_start(struct wh_mt_reader *r, const struct wh_codec_file *file, int64_t offset)
{
	r->file = *file;
	r->at = offset;
	r->inside = r->entered = r->latin = false;
	r->headers = r->items = 0;
	r->next_detail = r->details.count = 0;
	for (size_t t = 0; t < WH_MT_TABLES; t++)
		wh_mt_row_clear(&r->rows[t]);
}

bool wh_mt_reader_begins(const struct wh_mt_reader *r, const struct wh_mt_piece *piece)
{
	bool opens = piece->kind == WH_MT_HEADER || (piece->tag && piece->tag->opens);
	return r->inside ? opens : !r->headers && !r->entered;
}

static void place(struct wh_mt_reader *r, enum wh_mt_table table, int64_t at)
{
	wh_mt_put_number(&r->rows[table], WH_MT_FILE, r->file.id);
	wh_mt_put_number(&r->rows[table], WH_MT_RECORD, at);
}

void wh_mt_reader_place(struct wh_mt_reader *r, enum wh_mt_table table, size_t statement)
{
	struct wh_mt_row *row = &r->rows[table];
	place(r, table, table == WH_MT_DETAIL ? r->details_at : r->at);
	if (r->inside)
		wh_mt_copy(row, statement, &r->rows[WH_MT_STATEMENT], WH_MT_RECORD);
}

void wh_mt_reader_text(struct wh_mt_reader *r, struct wh_mt_row *row, size_t column,
	struct wh_codec_text text)
{
	if (wh_mt_charset_put(&r->charset, &row->cells[column], text.bytes, text.n))
		r->latin = true;
}

void wh_mt_reader_fault(struct wh_mt_reader *r, struct wh_mt_row *row, size_t column,
	const char *why)
{
	wh_buffer_format(&row->fault, "at byte %lld of %s: :%.*s: %s", (long long)r->at, r->file.name,
		(int)r->piece->name.n, r->piece->name.bytes, why);
	row->fault_column = column;
	wh_buffer_put(&row->raw, r->piece->bytes, r->piece->size);
}

void wh_mt_reader_give(struct wh_mt_reader *r, enum wh_mt_table table)
{
	r->take(r->context, table, &r->rows[table]);
	wh_mt_row_clear(&r->rows[table]);
}

static void finish_entry(struct wh_mt_reader *r)
{
	if (r->entered)
		wh_mt_reader_give(r, WH_MT_ENTRY);
	r->entered = false;
}

/* An interim report has no balances, but says what it counts. */
static bool is_interim(struct wh_mt_row *s)
{
	return !s->cells[WH_STATEMENT_OPENING].there && !s->cells[WH_STATEMENT_CLOSING].there &&
		(s->cells[WH_STATEMENT_DEBIT_FLOOR].there || s->cells[WH_STATEMENT_CREATED].there ||
			s->cells[WH_STATEMENT_DEBIT_SUM].there || s->cells[WH_STATEMENT_CREDIT_SUM].there);
}

void wh_mt_reader_finish(struct wh_mt_reader *r)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	finish_entry(r);
	if (r->inside) {
		if (!s->cells[WH_STATEMENT_MESSAGE].there)
			wh_mt_put(s, WH_STATEMENT_MESSAGE, is_interim(s) ? "942" : "940", 3);
		wh_mt_reader_give(r, WH_MT_STATEMENT);
	}
	wh_mt_row_clear(s);
	r->inside = false;
	r->headers = r->items = 0;
}

/* ---- headers ---- */

/* A bank's code of 8 or 11 characters from a terminal's address of 12. */
static void put_bank(struct wh_mt_reader *r, size_t column, const char *address)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	if (s->cells[column].there)
		return;
	wh_mt_reader_text(r, s, column, (struct wh_codec_text){ address, 8 });
	wh_mt_reader_text(r, s, column, (struct wh_codec_text){ address + 9, 3 });
}

static void put_message(struct wh_mt_reader *r, const char *digits)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	bool three = isdigit((unsigned char)digits[0]) && isdigit((unsigned char)digits[1]) &&
		isdigit((unsigned char)digits[2]);
	if (three && !s->cells[WH_STATEMENT_MESSAGE].there)
		wh_mt_put(s, WH_STATEMENT_MESSAGE, digits, 3);
}

/* {1:F01 + address, {2:O940 + time, date + address, {2:I940 + address. Block 1 names whose terminal
 * it was: it received an output message, and sent an input one. */
static void take_block(struct wh_mt_reader *r, const char *b, size_t n)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	if (b[1] == '1' && n >= 18) {
		put_bank(r, WH_STATEMENT_RECEIVER, b + 6);
	} else if (b[1] == '2' && b[3] == 'O' && n >= 29) {
		put_message(r, b + 4);
		put_bank(r, WH_STATEMENT_SENDER, b + 17);
	} else if (b[1] == '2' && b[3] == 'I' && n >= 19 && !s->cells[WH_STATEMENT_SENDER].there) {
		put_message(r, b + 4);
		wh_mt_copy(s, WH_STATEMENT_SENDER, s, WH_STATEMENT_RECEIVER);
		wh_mt_unput(s, WH_STATEMENT_RECEIVER);
		put_bank(r, WH_STATEMENT_RECEIVER, b + 7);
	}
}

/* Banks that leave the blocks out write "940", "940 00" or ":940:". */
static void take_header(struct wh_mt_reader *r, struct wh_codec_text line)
{
	const char *at = line.bytes;
	size_t n = line.n;
	r->headers++;
	if (n > 3 && at[0] == '{' && at[2] == ':') {
		take_block(r, at, n);
		return;
	}
	at += n && *at == ':';
	n -= n && *line.bytes == ':';
	if (n >= 3 && at[0] == '9' && at[1] == '4' && (n == 3 || at[3] == ' ' || at[3] == ':'))
		put_message(r, at);
}

/* ---- fields ---- */

/* The value with '\n' alone between its lines. */
static void part_lines(struct wh_mt_reader *r)
{
	struct wh_codec_text value = r->piece->value;
	wh_buffer_clear(&r->lines);
	for (size_t i = 0; i < value.n; i++) {
		bool cr = value.bytes[i] == '\r';
		wh_buffer_char(&r->lines, cr ? '\n' : value.bytes[i]);
		i += cr && i + 1 < value.n && value.bytes[i + 1] == '\n';
	}
}

static void keep_other(struct wh_mt_reader *r, size_t from)
{
	struct wh_mt_row *row = &r->rows[WH_MT_OTHER];
	const char *lines = wh_buffer_string(&r->lines);
	wh_mt_reader_place(r, WH_MT_OTHER, WH_OTHER_STATEMENT);
	wh_mt_put(row, WH_OTHER_TAG, r->piece->name.bytes, r->piece->name.n);
	wh_mt_reader_text(r, row, WH_OTHER_VALUE,
		(struct wh_codec_text){ lines + from, r->lines.size - from });
	wh_mt_reader_give(r, WH_MT_OTHER);
}

/* Whether there is something that the field can be of; entries and balances say so themselves. */
static bool belongs(const struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	return r->inside || (tag->table == WH_MT_DETAIL ? r->entered : tag->table != WH_MT_STATEMENT);
}

static void take_field(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	part_lines(r);
	if (!tag || tag->table != WH_MT_DETAIL)
		finish_entry(r);
	if (tag && tag->opens) {
		if (r->inside)
			wh_mt_reader_finish(r);
		place(r, WH_MT_STATEMENT, r->at);
		r->inside = true;
	}
	if (!tag || !belongs(r, tag) || !tag->take(r, tag)) {
		keep_other(r, 0);
		return;
	}
	const char *lines = wh_buffer_string(&r->lines);
	const char *rest = tag->lines ? NULL : memchr(lines, '\n', r->lines.size);
	if (rest)
		keep_other(r, (size_t)(rest + 1 - lines));
	if (tag->table == WH_MT_BALANCE)
		wh_mt_reader_give(r, WH_MT_BALANCE);
}

static int too_long(const struct wh_mt_reader *r, struct wh_error *error)
{
	const struct wh_mt_row *entry = &r->rows[WH_MT_ENTRY], *statement = &r->rows[WH_MT_STATEMENT];
	if (!entry->cells[WH_ENTRY_TEXT].text.full && !entry->raw.full &&
		!statement->cells[WH_STATEMENT_TEXT].text.full)
		return WH_OK;
	return wh_fail(error, WH_STOP,
		"more than 16 MiB of :86: belong together at byte %lld of \"%s\"; give the file without them",
		(long long)r->at, r->file.name);
}

int wh_mt_reader_piece(struct wh_mt_reader *r, const struct wh_mt_piece *piece,
	struct wh_error *error)
{
	r->piece = piece;
	r->details.count = r->next_detail = 0;
	if (piece->kind == WH_MT_FIELD) {
		take_field(r, piece->tag);
	} else if (piece->kind == WH_MT_END) {
		wh_mt_reader_finish(r);
	} else if (piece->kind == WH_MT_HEADER) {
		if (r->inside || r->entered)
			wh_mt_reader_finish(r);
		take_header(r, piece->value);
	}
	int rc = too_long(r, error);
	r->at += (int64_t)piece->size;
	return rc;
}
