/* The fields of a statement, by their tags. */
#include "base/time.h"
#include "codecs/mt940/reader.h"
#include "codecs/mt940/values.h"
#include <stdio.h>

static struct wh_mt_cursor value_of(struct wh_mt_reader *r)
{
	const char *lines = wh_buffer_string(&r->lines);
	return (struct wh_mt_cursor){ lines, lines + r->lines.size };
}

/* The cursor over the first line alone, without the spaces behind it. */
static struct wh_mt_cursor first_line(struct wh_mt_reader *r)
{
	struct wh_mt_cursor c = value_of(r);
	struct wh_codec_text line = wh_mt_line(&c), trimmed = wh_mt_trimmed(line.bytes, line.n);
	return (struct wh_mt_cursor){ trimmed.bytes, trimmed.bytes + trimmed.n };
}

static bool has(const struct wh_mt_reader *r, size_t column)
{
	return r->rows[WH_MT_STATEMENT].cells[column].there;
}

static void put_rest(struct wh_mt_reader *r, size_t column, const struct wh_mt_cursor *c)
{
	struct wh_codec_text text = { c->at, (size_t)(c->end - c->at) };
	if (text.n)
		wh_mt_reader_text(r, &r->rows[WH_MT_STATEMENT], column, text);
}

static bool take_reference(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_cursor c = first_line(r);
	(void)tag;
	put_rest(r, WH_STATEMENT_REFERENCE, &c);
	return true;
}

static bool take_related(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_cursor c = first_line(r);
	(void)tag;
	if (has(r, WH_STATEMENT_RELATED))
		return false;
	put_rest(r, WH_STATEMENT_RELATED, &c);
	return true;
}

/* "BANK/NUMBER" or "NUMBER". */
static bool take_account(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_cursor c = first_line(r), bank = c;
	(void)tag;
	if (has(r, WH_STATEMENT_ACCOUNT))
		return false;
	put_rest(r, WH_STATEMENT_ACCOUNT, &c);
	const char *slash = memchr(c.at, '/', (size_t)(c.end - c.at));
	if (slash) {
		bank.end = slash;
		c.at = slash + 1;
		put_rest(r, WH_STATEMENT_BANK, &bank);
	}
	put_rest(r, WH_STATEMENT_ACCOUNT_NUMBER, &c);
	return true;
}

/* The number, and on a line of its own the bank's code. */
static bool take_account_and_bank(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_cursor c = first_line(r), bank = value_of(r);
	(void)tag;
	if (has(r, WH_STATEMENT_ACCOUNT))
		return false;
	wh_mt_line(&bank);
	put_rest(r, WH_STATEMENT_ACCOUNT, &c);
	put_rest(r, WH_STATEMENT_ACCOUNT_NUMBER, &c);
	put_rest(r, WH_STATEMENT_BANK, &bank);
	return true;
}

static bool take_number(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	struct wh_mt_cursor c = first_line(r);
	int64_t number, page;
	(void)tag;
	if (has(r, WH_STATEMENT_NUMBER) || !wh_mt_number(&c, &number))
		return false;
	bool paged = wh_mt_one_of(&c, "/") != '\0';
	if ((paged && !wh_mt_number(&c, &page)) || c.at < c.end)
		return false;
	wh_mt_put_number(s, WH_STATEMENT_NUMBER, number);
	if (paged)
		wh_mt_put_number(s, WH_STATEMENT_PAGE, page);
	return true;
}

/* ---- money ---- */

static void note_currency(struct wh_mt_reader *r, const struct wh_mt_row *from, size_t column)
{
	if (!has(r, WH_STATEMENT_CURRENCY))
		wh_mt_copy(&r->rows[WH_MT_STATEMENT], WH_STATEMENT_CURRENCY, from, column);
}

/* A balance's row, empty. :34F: and :90a: hold their parts in it until all are known to be right. */
static struct wh_mt_row *parts(struct wh_mt_reader *r)
{
	wh_mt_row_clear(&r->rows[WH_MT_BALANCE]);
	return &r->rows[WH_MT_BALANCE];
}

static const char *balance_line(struct wh_mt_reader *r, struct wh_mt_row *row)
{
	struct wh_mt_cursor c = first_line(r);
	struct wh_mt_day day;
	row->fault_column = r->inside ? WH_BALANCE_MARK : WH_BALANCE_STATEMENT;
	if (!r->inside)
		return "stands outside of any statement: no :20: comes before it";
	char mark = wh_mt_one_of(&c, "CD");
	if (!mark)
		return "does not begin with C or D";
	wh_mt_put(row, WH_BALANCE_MARK, &mark, 1);
	row->fault_column = WH_BALANCE_DATE;
	const char *date = c.at;
	if (!wh_mt_day(&c, r->pivot, &day))
		return "has no date of six digits behind its mark";
	wh_mt_put(row, WH_BALANCE_DATE_TEXT, date, 6);
	wh_mt_put_day(row, WH_BALANCE_DATE, &day);
	wh_mt_put_currency(&c, row, WH_BALANCE_CURRENCY);
	row->fault_column = WH_BALANCE_AMOUNT;
	const char *why = wh_mt_put_amount(&c, mark == 'D', row, WH_BALANCE_AMOUNT);
	return why ? why : c.at < c.end ? "has more behind its amount" : NULL;
}

/* What the statement says of its own balances; the first of each counts. */
static void note_balance(struct wh_mt_reader *r, const struct wh_mt_tag *tag,
	const struct wh_mt_row *row)
{
	static const struct {
		const char *tag;
		size_t kind, date, amount;
	} places[] = {
		{ "60", WH_STATEMENT_OPENING_KIND, WH_STATEMENT_OPENING_DATE, WH_STATEMENT_OPENING },
		{ "62", WH_STATEMENT_CLOSING_KIND, WH_STATEMENT_CLOSING_DATE, WH_STATEMENT_CLOSING },
		{ "64", 0, WH_STATEMENT_AVAILABLE_DATE, WH_STATEMENT_AVAILABLE },
	};
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (memcmp(tag->name, places[i].tag, 2) != 0 || has(r, places[i].amount))
			continue;
		if (places[i].kind)
			wh_mt_put(s, places[i].kind, tag->name + 2, 1);
		wh_mt_copy(s, places[i].date, row, WH_BALANCE_DATE);
		wh_mt_copy(s, places[i].amount, row, WH_BALANCE_AMOUNT);
	}
}

static bool take_balance(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *row = parts(r);
	wh_mt_reader_place(r, WH_MT_BALANCE, WH_BALANCE_STATEMENT);
	wh_mt_put(row, WH_BALANCE_TAG, tag->name, strlen(tag->name));
	const char *why = balance_line(r, row);
	if (why) {
		wh_mt_reader_fault(r, row, row->fault_column, why);
		return true;
	}
	note_currency(r, row, WH_BALANCE_CURRENCY);
	if (!row->cells[WH_BALANCE_CURRENCY].there)
		wh_mt_copy(row, WH_BALANCE_CURRENCY, &r->rows[WH_MT_STATEMENT], WH_STATEMENT_CURRENCY);
	note_balance(r, tag, row);
	return true;
}

static bool take_floor(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT], *row = parts(r);
	struct wh_mt_cursor c = first_line(r);
	(void)tag;
	wh_mt_put_currency(&c, row, WH_BALANCE_CURRENCY);
	char mark = wh_mt_one_of(&c, "DC ");
	bool debit = mark != 'C', credit = mark != 'D';
	if (wh_mt_put_amount(&c, false, row, WH_BALANCE_AMOUNT) || c.at < c.end ||
		(debit && has(r, WH_STATEMENT_DEBIT_FLOOR)) ||
		(credit && has(r, WH_STATEMENT_CREDIT_FLOOR)))
		return false;
	note_currency(r, row, WH_BALANCE_CURRENCY);
	if (debit)
		wh_mt_copy(s, WH_STATEMENT_DEBIT_FLOOR, row, WH_BALANCE_AMOUNT);
	if (credit)
		wh_mt_copy(s, WH_STATEMENT_CREDIT_FLOOR, row, WH_BALANCE_AMOUNT);
	return true;
}

static bool take_sum(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	bool debit = tag->name[2] == 'D';
	size_t count = debit ? WH_STATEMENT_DEBIT_COUNT : WH_STATEMENT_CREDIT_COUNT;
	size_t sum = debit ? WH_STATEMENT_DEBIT_SUM : WH_STATEMENT_CREDIT_SUM;
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT], *row = parts(r);
	struct wh_mt_cursor c = first_line(r);
	int64_t number;
	if (has(r, count) || !wh_mt_number(&c, &number))
		return false;
	wh_mt_put_currency(&c, row, WH_BALANCE_CURRENCY);
	if (wh_mt_put_amount(&c, false, row, WH_BALANCE_AMOUNT) || c.at < c.end)
		return false;
	note_currency(r, row, WH_BALANCE_CURRENCY);
	wh_mt_put_number(s, count, number);
	wh_mt_copy(s, sum, row, WH_BALANCE_AMOUNT);
	return true;
}

/* YYMMDDHHMM and, of :13D:, the distance to UTC. */
static bool take_created(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *s = &r->rows[WH_MT_STATEMENT];
	struct wh_mt_cursor c = first_line(r);
	struct wh_mt_day day;
	int64_t hour, minute, offset;
	char text[24];
	(void)tag;
	if (has(r, WH_STATEMENT_CREATED) || !wh_mt_day(&c, r->pivot, &day) ||
		!wh_mt_digits(&c, 2, &hour) || !wh_mt_digits(&c, 2, &minute) || hour > 23 || minute > 59 ||
		!wh_date_exists(day.year, day.month, day.day))
		return false;
	const char *sign = c.at;
	bool offset_given = wh_mt_one_of(&c, "+-") != '\0';
	if ((offset_given && !wh_mt_digits(&c, 4, &offset)) || c.at < c.end)
		return false;
	wh_mt_put_day(s, WH_STATEMENT_CREATED, &day);
	snprintf(text, sizeof text, " %02d:%02d:00", (int)hour, (int)minute);
	wh_mt_put(s, WH_STATEMENT_CREATED, text, strlen(text));
	if (offset_given)
		wh_mt_put(s, WH_STATEMENT_CREATED_OFFSET, sign, 5);
	return true;
}

#define BALANCE .table = WH_MT_BALANCE, .take = take_balance
#define TEXT .table = WH_MT_DETAIL, .take = wh_mt_take_text, .text = true, .lines = true

static const struct wh_mt_tag tags[] = {
	{ .name = "13", .take = take_created },
	{ .name = "13D", .take = take_created },
	{ .name = "20", .take = take_reference, .opens = true },
	{ .name = "21", .take = take_related },
	{ .name = "25", .take = take_account },
	{ .name = "25P", .take = take_account_and_bank, .lines = true },
	{ .name = "28", .take = take_number },
	{ .name = "28C", .take = take_number },
	{ .name = "34F", .take = take_floor },
	{ .name = "60F", BALANCE },
	{ .name = "60M", BALANCE },
	{ .name = "61", .table = WH_MT_ENTRY, .take = wh_mt_take_entry, .lines = true },
	{ .name = "62F", BALANCE, .closes = true },
	{ .name = "62M", BALANCE, .closes = true },
	{ .name = "64", BALANCE, .closes = true },
	{ .name = "65", BALANCE, .closes = true },
	{ .name = "86", TEXT },
	{ .name = "90C", .take = take_sum, .closes = true },
	{ .name = "90D", .take = take_sum, .closes = true },
	{ .name = "NS", TEXT },
};

const struct wh_mt_tag *wh_mt_tag_named(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (strlen(tags[i].name) == n && memcmp(tags[i].name, name, n) == 0)
			return &tags[i];
	return NULL;
}
