/* Totals as an engine adds them up itself, and what it cannot add up read from it. */
#include "base/text.h"
#include "lifecycle/reconcile/parts.h"
#include "lifecycle/scan.h"

static bool takes_part(const struct wh_field *field)
{
	enum wh_kind kind = field->type.kind;
	return kind == WH_TEXT || kind == WH_ENUM || kind == WH_INT64 || kind == WH_UINT64;
}

/* A table that stays may have types of its own, whose sums are not exact. */
static bool can_ask(const struct wh_conn *conn, const struct wh_totals_wish *wish)
{
	const struct wh_plan_table *t = wish->table;
	return conn->side == WH_TARGET && conn->kind->ask &&
		(!wish->nfields || wh_treatment_makes(t->treatment)) &&
		(wish->by == WH_NO_FIELD || takes_part(&t->to.fields[wish->by]));
}

static const struct wh_column *column_of(struct wh_arena *arena, const struct wh_field *field)
{
	struct wh_column *c = wh_new(arena, struct wh_column);
	c->name = field->name;
	c->type = field->type;
	return c;
}

struct wh_table wh_totals_table(const struct wh_plan_table *t)
{
	return (struct wh_table){ .schema = t->schema,
		.name = t->name,
		.kind = wh_treatment_makes(t->treatment) ? t->source->kind : NULL };
}

struct asking {
	struct wh_totals *out;
	struct wh_arena arena;
	bool *missing; /* one a field of the wish: the engine cannot add it up exactly */
	size_t nmissing;
};

static void take_total(struct asking *a, size_t field, struct wh_total *total,
	const char *const *cells)
{
	bool known = cells[0] && cells[1] && wh_sum_add(&total->all, cells[0], strlen(cells[0])) &&
		wh_sum_add(&total->negative, cells[1], strlen(cells[1]));
	a->nmissing += !known && !a->missing[field];
	a->missing[field] = a->missing[field] || !known;
}

static bool take_answer(struct asking *a, const struct wh_answer *answer)
{
	for (size_t r = 0; r < answer->nexamples; r++) {
		const char *const *cells = answer->examples + r * answer->ncolumns;
		const char *value = cells[0];
		struct wh_totals_group *g = wh_totals_group(a->out, value, value ? strlen(value) : 0);
		int64_t rows;
		if (!g || !cells[1] || !wh_text_int64(cells[1], strlen(cells[1]), &rows))
			return false;
		g->rows += rows;
		for (size_t i = 0; i < a->out->wish.nfields; i++)
			take_total(a, i, &g->totals[i], cells + 2 + 2 * i);
	}
	return true;
}

/* WH_DONE: this engine does not know. */
static int ask(struct wh_conn *conn, struct asking *a, struct wh_error *error)
{
	const struct wh_totals_wish *wish = &a->out->wish;
	const struct wh_plan_table *t = wish->table;
	const struct wh_column **columns = wh_new_array(&a->arena, const struct wh_column *,
		wish->nfields + 1);
	for (size_t i = 0; i < wish->nfields; i++)
		columns[i] = column_of(&a->arena, &t->to.fields[wish->fields[i]]);
	const struct wh_table table = wh_totals_table(t);
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &table,
		.column = wish->by == WH_NO_FIELD ? NULL : column_of(&a->arena, &t->to.fields[wish->by]),
		.columns = columns,
		.ncolumns = wish->nfields,
		.limit_ms = WH_RECONCILE_LIMIT_MS };
	struct wh_answer answer = { 0 };
	int rc = wh_at(error, conn, conn->kind->ask(conn, &probe, &a->arena, &answer, error));
	return rc == WH_OK && (!answer.known || !take_answer(a, &answer)) ? WH_DONE : rc;
}

/* The totals of one field, in place of what the engine said of it. */
static void replace(struct wh_totals *out, size_t field, const struct wh_totals *read, size_t from)
{
	for (size_t i = 0; i < read->ngroups; i++) {
		const char *value = read->groups[i].value;
		struct wh_totals_group *g = wh_totals_group(out, value, value ? strlen(value) : 0);
		struct wh_total *now = g ? &g->totals[field] : NULL, *then = &read->groups[i].totals[from];
		if (!g)
			return;
		struct wh_total before = *now;
		*now = *then;
		*then = before; /* to be released with the others */
	}
}

static int read_missing(const struct wh_migration *m, struct wh_conn *conn, struct asking *a,
	struct wh_error *error)
{
	const struct wh_totals_wish *wish = &a->out->wish;
	const struct wh_unit whole = wh_whole_table(wish->table, conn->side);
	struct wh_totals read = { .wish = *wish };
	size_t n = 0;
	read.wish.fields = wh_new_array(&a->arena, uint16_t, a->nmissing);
	read.wish.nfields = a->nmissing;
	for (size_t i = 0; i < wish->nfields; i++)
		if (a->missing[i])
			read.wish.fields[n++] = wish->fields[i];
	int rc = wh_totals_read(m, conn, &whole, &read, error);
	n = 0;
	for (size_t i = 0; rc == WH_OK && i < wish->nfields; i++)
		if (a->missing[i])
			replace(a->out, i, &read, n++);
	wh_totals_free(&read);
	return rc;
}

static int read_all(const struct wh_migration *m, struct wh_conn *conn, struct wh_totals *out,
	struct wh_error *error)
{
	const struct wh_totals_wish wish = out->wish;
	const struct wh_unit whole = wh_whole_table(wish.table, conn->side);
	wh_totals_free(out);
	*out = (struct wh_totals){ .wish = wish };
	return wh_totals_read(m, conn, &whole, out, error);
}

int wh_totals_of(const struct wh_migration *m, struct wh_conn *conn, struct wh_totals *out,
	struct wh_error *error)
{
	struct asking a = { .out = out };
	a.missing = wh_new_array(&a.arena, bool, out->wish.nfields + 1);
	int rc = can_ask(conn, &out->wish) ? ask(conn, &a, error) : WH_DONE;
	if (rc == WH_DONE)
		rc = read_all(m, conn, out, error);
	else if (rc == WH_OK && a.nmissing)
		rc = read_missing(m, conn, &a, error);
	wh_arena_free(&a.arena);
	return rc;
}
