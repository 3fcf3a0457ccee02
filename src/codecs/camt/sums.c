#include "codecs/camt/sums.h"
#include "base/decimal.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>

static bool word_of(const struct wh_camt_row *row, const char *column, char *out, size_t size)
{
	size_t n;
	const char *text = wh_camt_row_cell(row, wh_camt_column(row->table, column), &n);
	snprintf(out, size, "%.*s", (int)(text ? wh_utf8_cut(text, n, size - 1) : 0), text ? text : "");
	return text;
}

/* ---- exact sums ---- */

static void add(struct wh_camt_sums *s, char sum[WH_CAMT_FIGURE], const char *amount)
{
	wh_buffer_clear(&s->scratch);
	if (wh_decimal_add(&s->scratch, *sum ? sum : "0", *sum ? strlen(sum) : 1, amount,
			strlen(amount)) &&
		s->scratch.size < WH_CAMT_FIGURE)
		memcpy(sum, s->scratch.data, s->scratch.size + 1);
}

static const char *without_sign(const char *amount)
{
	return amount + (*amount == '-');
}

static void count(struct wh_camt_sums *s, struct wh_camt_tally *t, const char *amount)
{
	t->count++;
	add(s, t->sum, amount);
}

static void count_all(struct wh_camt_sums *s, struct wh_camt_tally *to,
	const struct wh_camt_tally *from)
{
	to->count += from->count;
	if (*from->sum)
		add(s, to->sum, from->sum);
}

static const char *shown(const char *sum)
{
	return *sum ? sum : "0";
}

/* ---- what is reported ---- */

static void subject_of(const struct wh_camt_sums *s, const struct wh_camt_row *row, char *out,
	size_t size)
{
	static const char *const ids[] = { "statement_id", "payment_id", "message_id",
		"servicer_reference" };
	char id[80] = "", account[80] = "";
	for (size_t i = 0; i < sizeof ids / sizeof *ids && !*id; i++)
		if (wh_camt_column(row->table, ids[i]) != SIZE_MAX)
			word_of(row, ids[i], id, sizeof id);
	if (row->table == &wh_camt_statement && !word_of(row, "iban", account, sizeof account))
		word_of(row, "account", account, sizeof account);
	snprintf(out, size, "%s%s%s%s%s, at byte %" PRId64 " of %s", row->table->name, *id ? " " : "",
		id, *account ? " of account " : "", account, row->record, s->file);
}

static void report(struct wh_camt_sums *s, const struct wh_camt_row *row,
	const struct wh_control *control)
{
	char subject[600];
	struct wh_control this = *control;
	subject_of(s, row, subject, sizeof subject);
	this.subject = subject;
	wh_control_add(s->out, &this);
}

/* A figure in a column of the row, where it is there. */
static void compare(struct wh_camt_sums *s, const struct wh_camt_row *row, const char *column,
	const struct wh_control *control)
{
	char expected[WH_CAMT_FIGURE];
	struct wh_control this = *control;
	if (!word_of(row, column, expected, sizeof expected))
		return;
	this.expected = expected;
	this.expected_is = this.expected_is ? this.expected_is : column;
	report(s, row, &this);
}

static void compare_count(struct wh_camt_sums *s, const struct wh_camt_row *row, const char *column,
	const struct wh_control *control, int64_t n)
{
	char actual[24];
	struct wh_control this = *control;
	snprintf(actual, sizeof actual, "%" PRId64, n);
	this.actual = actual;
	compare(s, row, column, &this);
}

/* ---- statements ---- */

static struct wh_camt_pot *pot_of(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char currency[4];
	word_of(row, "currency", currency, sizeof currency);
	for (size_t i = 0; i < s->npots; i++)
		if (strcmp(s->pots[i].currency, currency) == 0)
			return &s->pots[i];
	s->too_many |= s->npots == WH_CAMT_POTS_MOST;
	if (s->too_many)
		return NULL;
	struct wh_camt_pot *pot = &s->pots[s->npots++];
	*pot = (struct wh_camt_pot){ 0 };
	memcpy(pot->currency, currency, sizeof currency);
	return pot;
}

/* PRCD is what closed last and so what opens, where the bank does not say OPBD. */
static void take_balance(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char type[8], amount[WH_CAMT_FIGURE];
	struct wh_camt_pot *pot = pot_of(s, row);
	word_of(row, "balance_type", type, sizeof type);
	word_of(row, "amount", amount, sizeof amount);
	if (!pot)
		return;
	if (strcmp(type, "OPBD") == 0 || (strcmp(type, "PRCD") == 0 && !*pot->opening))
		memcpy(pot->opening, amount, sizeof amount);
	if (strcmp(type, "CLBD") == 0)
		memcpy(pot->closing, amount, sizeof amount);
	if (strcmp(type, "ITBD") != 0)
		return;
	if (!pot->interims++)
		memcpy(pot->first_interim, amount, sizeof amount);
	memcpy(pot->last_interim, amount, sizeof amount);
}

static void take_detail(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char amount[WH_CAMT_FIGURE], currency[4], entry[4];
	bool own = word_of(row, "amount", amount, sizeof amount);
	s->ndetails++;
	s->in_batch++;
	if (!own && !word_of(row, "transaction_amount", amount, sizeof amount))
		return;
	word_of(row, own ? "currency" : "transaction_currency", currency, sizeof currency);
	word_of(row->above->above, "currency", entry, sizeof entry);
	if (strcmp(currency, entry) == 0)
		count(s, &s->details, amount);
}

static void take_batch(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	const struct wh_control control = { .rule = "transactions of a batch",
		.expected_is = "the batch's number of transactions",
		.actual_is = "the details that are there",
		.notice = true };
	if (s->in_batch)
		compare_count(s, row, "transactions", &control, s->in_batch);
	s->in_batch = 0;
}

/* A bank may leave out details, or show them before charges: worth a look, but no fault. */
static void check_details(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char currency[4];
	word_of(row, "currency", currency, sizeof currency);
	const struct wh_control control = { .rule = "details of an entry",
		.unit = currency,
		.actual = shown(s->details.sum),
		.expected_is = "the entry's amount",
		.actual_is = "the sum of its details",
		.notice = true };
	if (s->ndetails && s->details.count == s->ndetails)
		compare(s, row, "amount", &control);
	s->ndetails = 0;
	s->details = (struct wh_camt_tally){ 0 };
}

static void take_entry(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char amount[WH_CAMT_FIGURE], direction[8], status[8];
	word_of(row, "amount", amount, sizeof amount);
	word_of(row, "direction", direction, sizeof direction);
	word_of(row, "status", status, sizeof status);
	check_details(s, row);
	count(s, &s->entries, without_sign(amount));
	count(s, &s->net, amount);
	count(s, *direction == 'D' ? &s->debits : &s->credits, without_sign(amount));
	struct wh_camt_pot *pot = strcmp(status, "BOOK") == 0 ? pot_of(s, row) : NULL;
	if (pot)
		count(s, &pot->booked, amount);
}

/* A page has an interim balance where the whole statement opens or closes. */
static void check_pot(struct wh_camt_sums *s, const struct wh_camt_row *row,
	struct wh_camt_pot *pot)
{
	int interims = pot->interims;
	bool report_only = row->kind->part[0] != 's';
	if (!*pot->opening && interims-- > 0)
		memcpy(pot->opening, pot->first_interim, sizeof pot->opening);
	if (!*pot->closing && interims > 0)
		memcpy(pot->closing, pot->last_interim, sizeof pot->closing);
	if (!*pot->opening && !*pot->closing && (report_only || !pot->booked.count))
		return;
	bool known = *pot->opening && *pot->closing;
	struct wh_control control = { .rule = known ? "closing balance" : "balance not checked",
		.unit = pot->currency,
		.expected = *pot->closing ? pot->closing : "no closing balance",
		.actual = *pot->opening ? pot->opening : "no opening balance",
		.expected_is = "the closing balance",
		.actual_is = "the opening balance and the booked entries",
		.notice = report_only || !known };
	if (*pot->opening && *pot->booked.sum)
		add(s, pot->opening, pot->booked.sum);
	report(s, row, &control);
}

static void check_summary(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	const struct {
		const char *count, *sum;
		const struct wh_camt_tally *tally;
	} totals[] = { { "entries", "entries_sum", &s->entries },
		{ "credits", "credits_sum", &s->credits }, { "debits", "debits_sum", &s->debits } };
	struct wh_control control = { .rule = "totals of a statement",
		.actual_is = "the entries that are there" };
	for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
		compare_count(s, row, totals[i].count, &control, totals[i].tally->count);
		control.actual = shown(totals[i].tally->sum);
		compare(s, row, totals[i].sum, &control);
	}
	control.actual = shown(s->net.sum);
	compare(s, row, "entries_net", &control);
}

static void take_statement(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	const struct wh_control many = { .rule = "balance not checked",
		.expected = "at most 16 currencies",
		.actual = "more",
		.expected_is = "what is checked",
		.actual_is = "what the statement has",
		.notice = true };
	for (size_t i = 0; i < s->npots; i++)
		check_pot(s, row, &s->pots[i]);
	if (s->too_many)
		report(s, row, &many);
	check_summary(s, row);
	s->npots = 0;
	s->too_many = false;
	s->entries = s->net = s->credits = s->debits = (struct wh_camt_tally){ 0 };
}

/* ---- orders ---- */

static void check_transfers(struct wh_camt_sums *s, const struct wh_camt_row *row,
	const struct wh_camt_tally *tally)
{
	struct wh_control control = { .rule = "totals of an order",
		.actual_is = "the transfers that are there" };
	compare_count(s, row, "transfers", &control, tally->count);
	control.actual = shown(tally->sum);
	compare(s, row, "control_sum", &control);
}

static void take_transfer(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	char amount[WH_CAMT_FIGURE];
	word_of(row, "amount", amount, sizeof amount);
	count(s, &s->transfers, amount);
}

static void take_payment(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	check_transfers(s, row, &s->transfers);
	count_all(s, &s->ordered, &s->transfers);
	s->transfers = (struct wh_camt_tally){ 0 };
}

static void take_order(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	check_transfers(s, row, &s->ordered);
}

void wh_camt_sums_take(struct wh_camt_sums *s, const struct wh_camt_row *row)
{
	static const struct {
		const struct wh_camt_table *table;
		void (*take)(struct wh_camt_sums *, const struct wh_camt_row *);
	} takers[] = { { &wh_camt_balance, take_balance }, { &wh_camt_detail, take_detail },
		{ &wh_camt_batch, take_batch }, { &wh_camt_entry, take_entry },
		{ &wh_camt_statement, take_statement }, { &wh_camt_transfer, take_transfer },
		{ &wh_camt_payment, take_payment }, { &wh_camt_order, take_order } };
	for (size_t i = 0; i < sizeof takers / sizeof *takers; i++)
		if (takers[i].table == row->table)
			takers[i].take(s, row);
}

void wh_camt_sums_begin(struct wh_camt_sums *s, const char *file, struct wh_controls *out)
{
	struct wh_buffer scratch = s->scratch;
	*s = (struct wh_camt_sums){ .out = out, .file = file, .scratch = scratch };
}

void wh_camt_sums_free(struct wh_camt_sums *s)
{
	wh_buffer_free(&s->scratch);
	*s = (struct wh_camt_sums){ 0 };
}
