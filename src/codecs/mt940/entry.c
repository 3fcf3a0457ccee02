/* :61:, an entry. */
#include "codecs/mt940/reader.h"
#include "codecs/mt940/values.h"
#include <ctype.h>

static const char *take_dates(struct wh_mt_reader *r, struct wh_mt_row *row, struct wh_mt_cursor *c)
{
	struct wh_mt_day value, entry;
	const char *at = c->at;
	row->fault_column = WH_ENTRY_VALUE_DATE;
	if (!wh_mt_day(c, r->pivot, &value))
		return "does not begin with a date of six digits";
	wh_mt_put(row, WH_ENTRY_VALUE_DATE_TEXT, at, 6);
	wh_mt_put_day(row, WH_ENTRY_VALUE_DATE, &value);
	at = c->at;
	if (wh_mt_day_near(c, &value, &entry)) {
		wh_mt_put(row, WH_ENTRY_DATE_TEXT, at, 4);
		wh_mt_put_day(row, WH_ENTRY_DATE, &entry);
	}
	return NULL;
}

/* C, D; RC and RD reverse one; EC and ED expect one. */
static const char *take_mark(struct wh_mt_row *row, struct wh_mt_cursor *c, bool *negative)
{
	char prefix = wh_mt_one_of(c, "RE"), mark = wh_mt_one_of(c, "CD");
	row->fault_column = WH_ENTRY_MARK;
	if (!mark)
		return "has none of the marks C, D, RC, RD, EC, ED behind its dates";
	wh_mt_put(row, WH_ENTRY_MARK, &prefix, prefix != '\0');
	wh_mt_put(row, WH_ENTRY_MARK, &mark, 1);
	*negative = (mark == 'D') != (prefix == 'R');
	return NULL;
}

/* Some banks begin a new line in front of the amount. */
static const char *take_amount(struct wh_mt_row *row, struct wh_mt_cursor *c, bool negative)
{
	if (c->at < c->end && isalpha((unsigned char)*c->at))
		wh_mt_put(row, WH_ENTRY_FUNDS_CODE, c->at++, 1);
	while (wh_mt_one_of(c, " \n"))
		;
	row->fault_column = WH_ENTRY_AMOUNT;
	return wh_mt_put_amount(c, negative, row, WH_ENTRY_AMOUNT);
}

static const char *take_type(struct wh_mt_row *row, struct wh_mt_cursor *c)
{
	size_t n = 0;
	while (n < 4 && c->at + n < c->end && (isalnum((unsigned char)c->at[n]) || c->at[n] == ' '))
		n++;
	row->fault_column = WH_ENTRY_TYPE;
	if (n && !isalpha((unsigned char)*c->at))
		return "has no transaction type behind its amount";
	struct wh_codec_text type = wh_mt_trimmed(c->at, n);
	if (type.n)
		wh_mt_put(row, WH_ENTRY_TYPE, type.bytes, type.n);
	c->at += n;
	return NULL;
}

/* Up to 16 characters, then "//" and the bank's own; what stands behind the 16 without it is
 * a supplement that got no line of its own. */
static void take_references(struct wh_mt_reader *r, struct wh_mt_row *row, struct wh_mt_cursor *c)
{
	struct wh_codec_text line = wh_mt_line(c);
	size_t n = 0;
	while (n < line.n && n < 16 &&
		!(n + 1 < line.n && line.bytes[n] == '/' && line.bytes[n + 1] == '/'))
		n++;
	bool bank = n + 1 < line.n && line.bytes[n] == '/' && line.bytes[n + 1] == '/';
	size_t skip = bank ? 2 : 0;
	struct wh_codec_text customer = wh_mt_trimmed(line.bytes, n);
	struct wh_codec_text rest = wh_mt_trimmed(line.bytes + n + skip, line.n - n - skip);
	struct wh_codec_text more = { c->at, (size_t)(c->end - c->at) };
	if (customer.n)
		wh_mt_reader_text(r, row, WH_ENTRY_CUSTOMER_REFERENCE, customer);
	if (rest.n)
		wh_mt_reader_text(r, row, bank ? WH_ENTRY_BANK_REFERENCE : WH_ENTRY_SUPPLEMENTARY, rest);
	if (rest.n && !bank && more.n)
		wh_mt_put(row, WH_ENTRY_SUPPLEMENTARY, "\n", 1);
	if (more.n)
		wh_mt_reader_text(r, row, WH_ENTRY_SUPPLEMENTARY, more);
}

static const char *take_line(struct wh_mt_reader *r, struct wh_mt_row *row, struct wh_mt_cursor *c)
{
	bool negative = false;
	row->fault_column = WH_ENTRY_STATEMENT;
	const char *why = r->inside ? NULL : "stands outside of any statement: no :20: comes before it";
	why = why ? why : take_dates(r, row, c);
	why = why ? why : take_mark(row, c, &negative);
	why = why ? why : take_amount(row, c, negative);
	why = why ? why : take_type(row, c);
	if (!why)
		take_references(r, row, c);
	return why;
}

bool wh_mt_take_entry(struct wh_mt_reader *r, const struct wh_mt_tag *tag)
{
	struct wh_mt_row *row = &r->rows[WH_MT_ENTRY];
	struct wh_mt_cursor c = { wh_buffer_string(&r->lines), r->lines.data + r->lines.size };
	(void)tag;
	r->entered = true;
	wh_mt_reader_place(r, WH_MT_ENTRY, WH_ENTRY_STATEMENT);
	wh_mt_put_number(row, WH_ENTRY_ITEM, ++r->items);
	wh_mt_copy(row, WH_ENTRY_CURRENCY, &r->rows[WH_MT_STATEMENT], WH_STATEMENT_CURRENCY);
	const char *why = take_line(r, row, &c);
	if (why)
		wh_mt_reader_fault(r, row, row->fault_column, why);
	return true;
}
