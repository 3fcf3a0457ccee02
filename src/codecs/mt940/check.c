#include "codecs/mt940/check.h"
#include "base/decimal.h"
#include "base/text.h"
#include <stdio.h>

#define SHOWN 60 /* bytes of a text of the file in a message */

/* Both are plain decimals; an empty sum is 0. */
static void add(struct wh_buffer *sum, const char *amount)
{
	struct wh_buffer out = { 0 };
	const char *old = sum->size ? sum->data : "0";
	if (wh_decimal_add(&out, old, strlen(old), amount, strlen(amount))) {
		wh_buffer_clear(sum);
		wh_buffer_put(sum, out.data, out.size);
	}
	wh_buffer_free(&out);
}

static const char *figure(struct wh_buffer *sum)
{
	return sum->size ? sum->data : "0";
}

static size_t shown(const char *text)
{
	return wh_utf8_cut(text, strlen(text), SHOWN);
}

void wh_mt_check_piece(struct wh_mt_check *c, const struct wh_mt_piece *piece)
{
	c->bytes += (int64_t)piece->size;
	c->headers += piece->kind == WH_MT_HEADER;
	if (piece->tag && (piece->tag->table != WH_MT_STATEMENT || piece->tag->opens))
		c->found[piece->tag->table]++;
}

static void add_money(struct wh_mt_check *c, struct wh_control control)
{
	control.unit = *c->currency ? c->currency : NULL;
	wh_control_add(&c->controls, &control);
}

/* ---- entries, balances, other fields ---- */

static void check_date(struct wh_mt_check *c, struct wh_mt_row *row, size_t date, size_t text)
{
	char subject[300];
	if (row->cells[date].there || !row->cells[text].there)
		return;
	snprintf(subject, sizeof subject, "the record at byte %s of %s", wh_mt_says(row, WH_MT_RECORD),
		c->file.name);
	const struct wh_control control = { .rule = "date that exists",
		.subject = subject,
		.expected = "a date of the calendar",
		.actual = wh_mt_says(row, text),
		.notice = true };
	wh_control_add(&c->controls, &control);
}

static void check_entry(struct wh_mt_check *c, struct wh_mt_row *row)
{
	if (row->fault.size) {
		c->rejected++;
		return;
	}
	const char *amount = wh_mt_says(row, WH_ENTRY_AMOUNT), *mark = wh_mt_says(row, WH_ENTRY_MARK);
	bool debit = mark[strlen(mark) - 1] == (mark[0] == 'R' ? 'C' : 'D');
	add(&c->sum, amount);
	add(debit ? &c->debit : &c->credit, amount + (*amount == '-'));
	*(debit ? &c->debits : &c->credits) += 1;
	check_date(c, row, WH_ENTRY_VALUE_DATE, WH_ENTRY_VALUE_DATE_TEXT);
	check_date(c, row, WH_ENTRY_DATE, WH_ENTRY_DATE_TEXT);
}

static void check_balance(struct wh_mt_check *c, struct wh_mt_row *row)
{
	char subject[300];
	const char *currency = wh_mt_says(row, WH_BALANCE_CURRENCY);
	if (row->fault.size)
		return;
	check_date(c, row, WH_BALANCE_DATE, WH_BALANCE_DATE_TEXT);
	if (!*c->currency)
		snprintf(c->currency, sizeof c->currency, "%s", currency);
	snprintf(subject, sizeof subject, ":%s: at byte %s of %s", wh_mt_says(row, WH_BALANCE_TAG),
		wh_mt_says(row, WH_MT_RECORD), c->file.name);
	if (!wh_equal(c->currency, currency))
		add_money(c,
			(struct wh_control){ .rule = "one currency",
				.subject = subject,
				.expected = c->currency,
				.expected_is = "the currency of the statement's first balance",
				.actual = currency,
				.actual_is = "the currency of this one" });
}

static void check_other(struct wh_mt_check *c, struct wh_mt_row *row)
{
	char subject[300], actual[SHOWN + 16];
	const char *value = wh_mt_says(row, WH_OTHER_VALUE);
	snprintf(subject, sizeof subject, "the field at byte %s of %s", wh_mt_says(row, WH_MT_RECORD),
		c->file.name);
	snprintf(actual, sizeof actual, ":%s:%.*s", wh_mt_says(row, WH_OTHER_TAG), (int)shown(value),
		value);
	const struct wh_control control = { .rule = "field of its message",
		.subject = subject,
		.expected = "a field of MT940 or MT942 in its place",
		.actual = actual,
		.notice = true };
	wh_control_add(&c->controls, &control);
}

/* ---- statements ---- */

static void check_closing(struct wh_mt_check *c, struct wh_mt_row *row, const char *subject)
{
	char entries[120];
	int n = snprintf(entries, sizeof entries, "the opening balance and %lld entries",
		(long long)(c->debits + c->credits));
	if (c->rejected)
		snprintf(entries + n, sizeof entries - (size_t)n, ", without %lld that were rejected",
			(long long)c->rejected);
	add(&c->sum, wh_mt_says(row, WH_STATEMENT_OPENING));
	add_money(c,
		(struct wh_control){ .rule = "closing balance",
			.subject = subject,
			.expected = wh_mt_says(row, WH_STATEMENT_CLOSING),
			.expected_is = "the closing balance",
			.actual = figure(&c->sum),
			.actual_is = entries });
}

static void check_given(struct wh_mt_check *c, bool opening, bool closing, const char *subject)
{
	static const char *const words[] = { "none", "an opening balance", "a closing balance",
		"an opening and a closing balance" };
	const struct wh_control control = { .rule = "balances given",
		.subject = subject,
		.expected = words[3],
		.actual = words[(opening ? 1 : 0) + (closing ? 2 : 0)],
		.notice = true };
	wh_control_add(&c->controls, &control);
}

/* :90D: and :90C:. */
static void check_sums(struct wh_mt_check *c, struct wh_mt_row *row, const char *subject)
{
	char debits[24], credits[24];
	snprintf(debits, sizeof debits, "%lld", (long long)c->debits);
	snprintf(credits, sizeof credits, "%lld", (long long)c->credits);
	const struct {
		const char *rule, *actual;
		size_t column;
		bool money;
	} figures[] = {
		{ "debit entries", debits, WH_STATEMENT_DEBIT_COUNT, false },
		{ "debit sum", figure(&c->debit), WH_STATEMENT_DEBIT_SUM, true },
		{ "credit entries", credits, WH_STATEMENT_CREDIT_COUNT, false },
		{ "credit sum", figure(&c->credit), WH_STATEMENT_CREDIT_SUM, true },
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		const char *currency = wh_mt_says(row, WH_STATEMENT_CURRENCY);
		const struct wh_control control = { .rule = figures[i].rule,
			.subject = subject,
			.unit = figures[i].money && *currency ? currency : NULL,
			.expected = wh_mt_says(row, figures[i].column),
			.expected_is = "what the statement says",
			.actual = figures[i].actual,
			.actual_is = "of its entries" };
		if (*control.expected)
			wh_control_add(&c->controls, &control);
	}
}

/* "statement 12/1 of account NL01..., at byte 345 of X.STA" */
static void put_subject(struct wh_mt_check *c, struct wh_mt_row *row, struct wh_buffer *out)
{
	const char *number = wh_mt_says(row, WH_STATEMENT_NUMBER);
	const char *page = wh_mt_says(row, WH_STATEMENT_PAGE);
	const char *account = wh_mt_says(row, WH_STATEMENT_ACCOUNT);
	wh_buffer_format(out, "statement %s%s%s of account %.*s, at byte %s of %s",
		*number ? number : "without a number", *page ? "/" : "", page, (int)shown(account), account,
		wh_mt_says(row, WH_MT_RECORD), c->file.name);
}

static void check_statement(struct wh_mt_check *c, struct wh_mt_row *row)
{
	struct wh_buffer subject = { 0 };
	bool opening = row->cells[WH_STATEMENT_OPENING].there;
	bool closing = row->cells[WH_STATEMENT_CLOSING].there;
	put_subject(c, row, &subject);
	if (opening && closing)
		check_closing(c, row, subject.data);
	if (!wh_equal(wh_mt_says(row, WH_STATEMENT_MESSAGE), "942"))
		check_given(c, opening, closing, subject.data);
	check_sums(c, row, subject.data);
	wh_mt_chain_add(&c->chain, row, subject.data, &c->controls);
	wh_buffer_free(&subject);
	wh_buffer_clear(&c->sum);
	wh_buffer_clear(&c->debit);
	wh_buffer_clear(&c->credit);
	c->debits = c->credits = c->rejected = 0;
	*c->currency = '\0';
}

void wh_mt_check_row(struct wh_mt_check *c, enum wh_mt_table table, struct wh_mt_row *row)
{
	static void (*const checks[WH_MT_TABLES])(struct wh_mt_check *, struct wh_mt_row *) = {
		[WH_MT_STATEMENT] = check_statement,
		[WH_MT_ENTRY] = check_entry,
		[WH_MT_BALANCE] = check_balance,
		[WH_MT_OTHER] = check_other,
	};
	*(row->fault.size ? &c->refused[table] : &c->taken[table]) += 1;
	if (checks[table])
		checks[table](c, row);
}

/* ---- files ---- */

static void check_count(struct wh_mt_check *c, const char *what, enum wh_mt_table table)
{
	char subject[300], expected[24], actual[24], actual_is[100];
	snprintf(subject, sizeof subject, "%s of %s", what, c->file.name);
	snprintf(expected, sizeof expected, "%lld", (long long)c->found[table]);
	snprintf(actual, sizeof actual, "%lld", (long long)(c->taken[table] + c->refused[table]));
	snprintf(actual_is, sizeof actual_is, "rows, %lld of them rejected",
		(long long)c->refused[table]);
	const struct wh_control control = { .rule = "records",
		.subject = subject,
		.expected = expected,
		.expected_is = "fields that begin one",
		.actual = actual,
		.actual_is = actual_is };
	wh_control_add(&c->controls, &control);
}

static void check_bytes(struct wh_mt_check *c)
{
	char expected[24], actual[24], actual_is[100];
	snprintf(expected, sizeof expected, "%lld", (long long)c->file.size);
	snprintf(actual, sizeof actual, "%lld", (long long)c->bytes);
	snprintf(actual_is, sizeof actual_is, "of its fields, ends, blank lines and %lld header lines",
		(long long)c->headers);
	const struct wh_control control = { .rule = "bytes",
		.subject = c->file.name,
		.expected = expected,
		.expected_is = "the file's size",
		.actual = actual,
		.actual_is = actual_is };
	if (c->file.size >= 0)
		wh_control_add(&c->controls, &control);
}

static void check_content(struct wh_mt_check *c, bool latin)
{
	const struct wh_control some = { .rule = "statements given",
		.subject = c->file.name,
		.expected = "some",
		.actual = c->found[WH_MT_STATEMENT] ? "some" : "none" };
	const struct wh_control set = { .rule = "character set",
		.subject = c->file.name,
		.expected = "UTF-8",
		.actual = "taken for ISO-8859-1, where encoding= says nothing else",
		.notice = true };
	if (c->bytes)
		wh_control_add(&c->controls, &some);
	if (latin)
		wh_control_add(&c->controls, &set);
}

void wh_mt_check_file(struct wh_mt_check *c, bool latin)
{
	check_bytes(c);
	check_count(c, "statements", WH_MT_STATEMENT);
	check_count(c, "entries", WH_MT_ENTRY);
	check_count(c, "balances", WH_MT_BALANCE);
	check_content(c, latin);
	c->bytes = c->headers = 0;
	memset(c->found, 0, sizeof c->found);
	memset(c->taken, 0, sizeof c->taken);
	memset(c->refused, 0, sizeof c->refused);
	c->rejected = 0;
}

void wh_mt_check_free(struct wh_mt_check *c)
{
	wh_controls_free(&c->controls);
	wh_mt_chain_free(&c->chain);
	wh_buffer_free(&c->sum);
	wh_buffer_free(&c->debit);
	wh_buffer_free(&c->credit);
}
