#include "codecs/camt/delivery.h"
#include "base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *cell(const struct wh_camt_row *row, const char *column, size_t most, int *size)
{
	size_t n;
	const char *text = wh_camt_row_cell(row, wh_camt_column(row->table, column), &n);
	*size = text ? (int)wh_utf8_cut(text, n, most) : 0;
	return text ? text : "";
}

static void remember(struct wh_camt_delivery *d, struct wh_camt_list *list, const char *what,
	int64_t number, const char *file)
{
	list->full |= list->count == WH_CAMT_DELIVERIES_MOST;
	if (list->full)
		return;
	*wh_push(&d->arena, &list->items,
		&list->count) = (struct wh_camt_delivered){ wh_arena_text(&d->arena, what), number, file };
}

static void take_message(struct wh_camt_delivery *d, const struct wh_camt_row *row,
	const char *file)
{
	char what[200];
	int kind_n, id_n;
	const char *kind = cell(row, "kind", 20, &kind_n);
	const char *id = cell(row, "message_id", 140, &id_n);
	snprintf(what, sizeof what, "%.*s %.*s", kind_n, kind, id_n, id);
	remember(d, &d->messages, what, 0, file);
}

/* Banks begin again with 1 each year; the year is that of the statement, or of its message. */
static void take_statement(struct wh_camt_delivery *d, const struct wh_camt_row *row,
	const char *file)
{
	char what[200], number[24];
	int n, account_n, year_n;
	const char *text = cell(row, "electronic_number", 20, &n);
	const char *account = cell(row, "iban", 140, &account_n);
	const char *year = cell(row, "created_date", 4, &year_n);
	if (!n)
		return;
	if (!account_n)
		account = cell(row, "account", 140, &account_n);
	if (!year_n)
		year = cell(row->above, "created_date", 4, &year_n);
	snprintf(number, sizeof number, "%.*s", n, text);
	snprintf(what, sizeof what, "%ss of account %.*s of %.*s", row->kind->part, account_n, account,
		year_n, year);
	remember(d, &d->statements, what, strtoll(number, NULL, 10), file);
}

void wh_camt_delivery_take(struct wh_camt_delivery *d, const struct wh_camt_row *row,
	const char *file)
{
	if (row->table == row->kind->family->tables[0])
		take_message(d, row, file);
	else if (row->table == &wh_camt_statement)
		take_statement(d, row, file);
}

static int by_what(const void *a, const void *b)
{
	const struct wh_camt_delivered *left = a, *right = b;
	int order = strcmp(left->what, right->what);
	if (!order)
		order = (left->number > right->number) - (left->number < right->number);
	return order ? order : strcmp(left->file, right->file);
}

static void sort(struct wh_camt_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof *list->items, by_what);
}

/* Before a row of either is anywhere. */
int wh_camt_delivery_check(struct wh_camt_delivery *d, struct wh_error *error)
{
	const struct wh_camt_list *list = &d->messages;
	sort(&d->messages);
	for (size_t i = 1; i < list->count; i++)
		if (strcmp(list->items[i - 1].what, list->items[i].what) == 0)
			return wh_fail(error, WH_CONFIG,
				"the message %.200s comes twice, and its rows would be loaded twice: in \"%s\" and in "
				"\"%s\"; leave one of them out",
				list->items[i].what, list->items[i - 1].file, list->items[i].file);
	return WH_OK;
}

/* None came twice: that was refused. */
static void report_messages(const struct wh_camt_list *list, struct wh_controls *out)
{
	for (size_t i = 0; i < list->count; i++) {
		char subject[800];
		snprintf(subject, sizeof subject, "message %s of %s", list->items[i].what,
			list->items[i].file);
		wh_control_add(out,
			&(struct wh_control){ .rule = "message delivered once",
				.subject = subject,
				.expected = "1",
				.actual = "1",
				.expected_is = "deliveries of a message",
				.actual_is = "files that have its identification" });
	}
}

static void report_statements(struct wh_camt_list *list, struct wh_controls *out)
{
	for (size_t i = 1; i < list->count; i++) {
		const struct wh_camt_delivered *before = &list->items[i - 1], *this = &list->items[i];
		char next[24], number[24];
		if (strcmp(before->what, this->what) != 0 || before->number == this->number)
			continue;
		snprintf(next, sizeof next, "%" PRId64, before->number + 1);
		snprintf(number, sizeof number, "%" PRId64, this->number);
		wh_control_add(out,
			&(struct wh_control){ .rule = "statement numbers",
				.subject = this->what,
				.expected = next,
				.actual = number,
				.expected_is = "the number that comes next",
				.actual_is = "the number that came",
				.notice = true });
	}
}

static void report_full(const struct wh_camt_list *list, const char *rule, struct wh_controls *out)
{
	if (list->full)
		wh_control_add(out,
			&(struct wh_control){ .rule = rule,
				.subject = "what came behind the first 65536",
				.expected = "looked at",
				.actual = "not looked at",
				.notice = true });
}

void wh_camt_delivery_report(struct wh_camt_delivery *d, struct wh_controls *out)
{
	sort(&d->messages);
	sort(&d->statements);
	report_messages(&d->messages, out);
	report_full(&d->messages, "message delivered once", out);
	report_statements(&d->statements, out);
	report_full(&d->statements, "statement numbers", out);
}

void wh_camt_delivery_free(struct wh_camt_delivery *d)
{
	wh_arena_free(&d->arena);
	*d = (struct wh_camt_delivery){ 0 };
}
