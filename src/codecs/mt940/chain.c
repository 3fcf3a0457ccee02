#include "codecs/mt940/chain.h"
#include "base/arena.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>

#define BALANCE_TEXT 32
#define YEAR 4

/* The last statement of an account. */
struct wh_mt_link {
	struct wh_hash account; /* both 0: the place is free */
	int64_t number, page;   /* 0: it had none */
	char year[YEAR + 1], closing[BALANCE_TEXT];
};

static bool same_hash(struct wh_hash a, struct wh_hash b)
{
	return a.low == b.low && a.high == b.high;
}

/* Of the columns' texts, each ended by a NUL. */
static struct wh_hash hash_of(struct wh_mt_row *row, const size_t *columns, size_t n)
{
	struct wh_buffer text = { 0 };
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(&text, wh_mt_says(row, columns[i]));
		wh_buffer_char(&text, '\0');
	}
	struct wh_hash hash = wh_hash_bytes(wh_buffer_string(&text), text.size, 1);
	wh_buffer_free(&text);
	return hash;
}

/* The balances are part of it because many banks give every statement one number and reference. */
static bool seen_before(struct wh_mt_chain *chain, struct wh_mt_row *s)
{
	static const size_t columns[] = { WH_STATEMENT_ACCOUNT, WH_STATEMENT_CURRENCY,
		WH_STATEMENT_NUMBER, WH_STATEMENT_PAGE, WH_STATEMENT_REFERENCE, WH_STATEMENT_OPENING_DATE,
		WH_STATEMENT_OPENING, WH_STATEMENT_CLOSING_DATE, WH_STATEMENT_CLOSING,
		WH_STATEMENT_CREATED };
	struct wh_hash hash = hash_of(s, columns, sizeof columns / sizeof *columns);
	struct wh_hash *place = &chain->seen[hash.low % WH_MT_SEEN];
	bool seen = same_hash(*place, hash);
	*place = hash;
	return seen;
}

static int64_t number_of(struct wh_mt_row *s, size_t column)
{
	int64_t number;
	const char *text = wh_mt_says(s, column);
	return wh_text_int64(text, strlen(text), &number) ? number : 0;
}

static struct wh_mt_link link_of(struct wh_mt_row *s)
{
	static const size_t columns[] = { WH_STATEMENT_ACCOUNT, WH_STATEMENT_CURRENCY };
	struct wh_mt_link link = { .account = hash_of(s, columns, 2),
		.number = number_of(s, WH_STATEMENT_NUMBER),
		.page = number_of(s, WH_STATEMENT_PAGE) };
	const char *date = wh_mt_says(s, WH_STATEMENT_CLOSING_DATE);
	snprintf(link.year, sizeof link.year, "%.4s",
		*date ? date : wh_mt_says(s, WH_STATEMENT_OPENING_DATE));
	snprintf(link.closing, sizeof link.closing, "%s", wh_mt_says(s, WH_STATEMENT_CLOSING));
	return link;
}

static bool next_page(const struct wh_mt_link *last, const struct wh_mt_link *this)
{
	return this->number == last->number && this->page == last->page + 1;
}

/* The next number, or the first of a year. */
static bool next_number(const struct wh_mt_link *last, const struct wh_mt_link *this)
{
	bool first = this->number == 1 && strcmp(this->year, last->year) != 0;
	return this->page <= 1 && (first || this->number == last->number + 1);
}

/* "7" or "7/2" */
static void put_number(struct wh_buffer *out, int64_t number, int64_t page)
{
	wh_buffer_format(out, "%lld", (long long)number);
	if (page)
		wh_buffer_format(out, "/%lld", (long long)page);
}

static void check_number(const struct wh_mt_link *last, const struct wh_mt_link *this,
	const char *subject, struct wh_controls *out)
{
	struct wh_buffer expected = { 0 }, actual = { 0 };
	bool follows = next_page(last, this) || next_number(last, this);
	if (last->page) {
		put_number(&expected, last->number, last->page + 1);
		wh_buffer_text(&expected, " or ");
	}
	put_number(&expected, last->number + 1, 0);
	put_number(&actual, this->number, this->page);
	const struct wh_control control = { .rule = "statement number",
		.subject = subject,
		.expected = follows ? actual.data : expected.data,
		.expected_is = "what follows the number of the statement before",
		.actual = actual.data,
		.actual_is = "the number of this one",
		.notice = true };
	wh_control_add(out, &control);
	wh_buffer_free(&expected);
	wh_buffer_free(&actual);
}

static void check_opening(const struct wh_mt_link *last, bool page, struct wh_mt_row *s,
	const char *subject, struct wh_controls *out)
{
	const char *currency = wh_mt_says(s, WH_STATEMENT_CURRENCY);
	const struct wh_control control = { .rule = page ? "opening of a page" : "opening balance",
		.subject = subject,
		.unit = *currency ? currency : NULL,
		.expected = last->closing,
		.expected_is = page ? "the closing balance of the page before"
							: "the closing balance of the statement before",
		.actual = wh_mt_says(s, WH_STATEMENT_OPENING),
		.actual_is = "the opening balance",
		.notice = !page };
	if (*control.expected && *control.actual)
		wh_control_add(out, &control);
}

static void tell_twice(const char *subject, struct wh_controls *out)
{
	const struct wh_control control = { .rule = "delivered once",
		.subject = subject,
		.expected = "1",
		.expected_is = "times that a statement comes",
		.actual = "2",
		.actual_is = "times that it came, or more" };
	wh_control_add(out, &control);
}

void wh_mt_chain_add(struct wh_mt_chain *chain, struct wh_mt_row *statement, const char *subject,
	struct wh_controls *out)
{
	if (!chain->links) {
		chain->links = wh_alloc(WH_MT_ACCOUNTS * sizeof *chain->links);
		chain->seen = wh_alloc(WH_MT_SEEN * sizeof *chain->seen);
	}
	struct wh_mt_link this = link_of(statement);
	struct wh_mt_link *last = &chain->links[this.account.low % WH_MT_ACCOUNTS];
	if (seen_before(chain, statement)) {
		tell_twice(subject, out);
		return;
	}
	if (same_hash(last->account, this.account)) {
		bool numbered = last->number && this.number;
		bool unnumbered = !last->number && !this.number;
		bool page = numbered && next_page(last, &this);
		if (numbered)
			check_number(last, &this, subject, out);
		if (page || unnumbered || next_number(last, &this))
			check_opening(last, page, statement, subject, out);
	}
	*last = this;
}

void wh_mt_chain_free(struct wh_mt_chain *chain)
{
	free(chain->links);
	free(chain->seen);
	*chain = (struct wh_mt_chain){ 0 };
}
