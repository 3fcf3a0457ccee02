/* What a row must say before it is written. */
#include "base/decimal.h"
#include "base/text.h"
#include "codecs/camt/source.h"
#include <inttypes.h>

static int check_needed(const struct wh_camt_source *s, struct wh_error *error)
{
	for (size_t i = 0; s->table->columns[i].name; i++) {
		const struct wh_camt_column *c = &s->table->columns[i];
		bool there = s->row.cells[i].set || (c->or_next && s->row.cells[i + 1].set);
		if ((c->needed || c->or_next) && !there)
			return wh_camt_source_fail(s, error, "\"%s\" is empty, which it must not be", c->name);
	}
	return WH_OK;
}

static void set_direction(struct wh_camt_row *row, size_t column, const char *word)
{
	row->cells[column] = (struct wh_camt_cell){ (uint32_t)row->text.size, (uint32_t)strlen(word),
		true, true };
	wh_buffer_text(&row->text, word);
}

/* Which way an amount goes is said by the indicator; where the row has none, by its sign. */
static int check_sign(struct wh_camt_source *s, size_t amount, size_t direction,
	struct wh_error *error)
{
	size_t n, m;
	const char *text = wh_camt_row_cell(&s->row, amount, &n);
	const char *word = wh_camt_row_direction(&s->row, &m);
	int sign = text ? wh_decimal_compare(text, n, "0", 1) : 0;
	bool own = s->row.cells[direction].set, agrees = !sign || (word && *word == 'D') == (sign < 0);
	if (!text || (agrees && (own || !s->table->columns[direction].needed)))
		return WH_OK;
	if (own)
		return wh_camt_source_fail(s, error, "\"%s\" is %.*s and \"%s\" %.*s",
			s->table->columns[amount].name, (int)n, text, s->table->columns[direction].name, (int)m,
			word);
	set_direction(&s->row, direction, sign < 0 ? "DBIT" : "CRDT");
	return WH_OK;
}

static int check_signs(struct wh_camt_source *s, struct wh_error *error)
{
	size_t direction = 0;
	int rc = WH_OK;
	const struct wh_camt_column *columns = s->table->columns;
	while (columns[direction].name && columns[direction].form != &wh_camt_direction)
		direction++;
	for (size_t i = 0; rc == WH_OK && columns[direction].name && columns[i].name; i++)
		if (columns[i].form->is_signed)
			rc = check_sign(s, i, direction, error);
	return rc;
}

/* All records that it names are those of the open rows. */
static int check_records(const struct wh_camt_source *s, struct wh_error *error)
{
	int64_t record;
	for (const struct wh_camt_row *up = s->row.above; up; up = up->above)
		for (size_t i = 0; s->table->columns[i].name; i++)
			if (*s->table->columns[i].paths[0] == '^' &&
				wh_equal(s->table->columns[i].paths[0] + 1, up->table->name) &&
				wh_camt_row_refers(&s->row, i, &record) && record != up->record)
				return wh_camt_source_fail(s, error,
					"\"%s\" is %" PRId64 ", and the row that it is part of belongs to %" PRId64,
					s->table->columns[i].name, record, up->record);
	return WH_OK;
}

/* A report is no part of a statement's file. */
static int check_kind(const struct wh_camt_source *s, struct wh_error *error)
{
	size_t n, column = wh_camt_column(s->table, "kind");
	const char *kind = s->row.above && column != SIZE_MAX
		? wh_camt_row_cell(&s->row, column, &n)
		: NULL;
	if (!kind || (strlen(s->row.kind->part) == n && memcmp(kind, s->row.kind->part, n) == 0))
		return WH_OK;
	return wh_camt_source_fail(s, error, "\"kind\" is \"%.*s\", and %s has a %s", (int)n, kind,
		s->row.kind->name, s->row.kind->part);
}

int wh_camt_row_check(struct wh_camt_source *s, struct wh_error *error)
{
	int rc = check_records(s, error);
	if (rc == WH_OK)
		rc = check_kind(s, error);
	if (rc == WH_OK)
		rc = check_signs(s, error);
	return rc == WH_OK ? check_needed(s, error) : rc;
}
