#include "base/decimal.h"
#include "base/text.h"
#include "lifecycle/reconcile/parts.h"
#include "lifecycle/scan.h"
#include <jansson.h>

#define PAGE 1000 /* rows of the quarantine at once */

const struct wh_field *wh_totals_twin(const struct wh_plan_table *t, uint16_t field)
{
	if (!t->recipes)
		return &t->from.fields[field];
	const struct wh_recipe *r = &t->recipes[field];
	return r->kind == WH_COPY ? &t->from.fields[r->fields[0]] : NULL;
}

enum wh_kind wh_totals_kind(const struct wh_field *field)
{
	enum wh_kind kind = field->wire.kind == WH_NATIVE ? field->type.kind : field->wire.kind;
	return kind == WH_INT64 || kind == WH_UINT64 || kind == WH_DECIMAL ? kind : WH_NO_KIND;
}

static bool same_value(const struct wh_totals_group *g, const char *value, size_t n)
{
	return value && g->value ? strlen(g->value) == n && memcmp(g->value, value, n) == 0
							 : !value == !g->value;
}

struct wh_totals_group *wh_totals_group(struct wh_totals *t, const char *value, size_t n)
{
	while (value && n && value[n - 1] == ' ')
		n--;
	if (t->last < t->ngroups && same_value(&t->groups[t->last], value, n))
		return &t->groups[t->last];
	for (t->last = 0; t->last < t->ngroups; t->last++)
		if (same_value(&t->groups[t->last], value, n))
			return &t->groups[t->last];
	if (t->ngroups == WH_PROBE_GROUPS) {
		t->why = wh_arena_format(&t->arena, "more than %d different values", WH_PROBE_GROUPS);
		return NULL;
	}
	struct wh_totals_group *g = wh_push(&t->arena, &t->groups, &t->ngroups);
	g->value = value ? wh_arena_bytes(&t->arena, value, n) : NULL;
	g->totals = wh_new_array(&t->arena, struct wh_total, t->wish.nfields + 1);
	return g;
}

static void free_groups(struct wh_totals *t)
{
	for (size_t g = 0; g < t->ngroups; g++) {
		for (size_t i = 0; i < t->wish.nfields; i++) {
			wh_sum_free(&t->groups[g].totals[i].all);
			wh_sum_free(&t->groups[g].totals[i].negative);
		}
	}
}

void wh_totals_free(struct wh_totals *t)
{
	free_groups(t);
	wh_arena_free(&t->arena);
}

static void add_group(const struct wh_totals *t, struct wh_totals_group *sum,
	const struct wh_totals_group *g)
{
	sum->rows += g->rows;
	for (size_t i = 0; i < t->wish.nfields; i++) {
		wh_sum_merge(&sum->totals[i].all, &g->totals[i].all);
		wh_sum_merge(&sum->totals[i].negative, &g->totals[i].negative);
		sum->totals[i].endless |= g->totals[i].endless;
	}
}

void wh_totals_merge(struct wh_totals *out, const struct wh_totals *from)
{
	for (size_t i = 0; i < from->ngroups; i++) {
		const char *value = from->groups[i].value;
		struct wh_totals_group *g = wh_totals_group(out, value, value ? strlen(value) : 0);
		if (g)
			add_group(out, g, &from->groups[i]);
	}
	if (from->why && !out->why)
		out->why = wh_arena_text(&out->arena, from->why);
}

void wh_totals_join(struct wh_totals *t)
{
	struct wh_totals_group all = {
		.totals = wh_new_array(&t->arena, struct wh_total, t->wish.nfields + 1)
	};
	for (size_t g = 0; g < t->ngroups; g++)
		add_group(t, &all, &t->groups[g]);
	free_groups(t);
	t->groups = NULL;
	t->ngroups = t->last = 0;
	*wh_push(&t->arena, &t->groups, &t->ngroups) = all;
}

/* ---- the target's engine ---- */

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

/* False: the engine gave something else than a number. */
static bool take_answer(const struct wh_answer *a, struct wh_totals *out)
{
	for (size_t r = 0; r < a->nexamples; r++) {
		const char *const *cells = a->examples + r * a->ncolumns;
		const char *value = cells[0];
		struct wh_totals_group *g = wh_totals_group(out, value, value ? strlen(value) : 0);
		int64_t rows;
		if (!g || !cells[1] || !wh_text_int64(cells[1], strlen(cells[1]), &rows))
			return false;
		g->rows += rows;
		for (size_t i = 0; i < out->wish.nfields; i++) {
			const char *all = cells[2 + 2 * i], *negative = cells[3 + 2 * i];
			if (!all || !negative || !wh_sum_add(&g->totals[i].all, all, strlen(all)) ||
				!wh_sum_add(&g->totals[i].negative, negative, strlen(negative)))
				return false;
		}
	}
	return true;
}

/* WH_DONE: this engine does not know. */
static int ask(struct wh_conn *conn, struct wh_totals *out, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const struct wh_totals_wish *wish = &out->wish;
	const struct wh_plan_table *t = wish->table;
	const struct wh_column **columns = wh_new_array(&arena, const struct wh_column *,
		wish->nfields + 1);
	for (size_t i = 0; i < wish->nfields; i++)
		columns[i] = column_of(&arena, &t->to.fields[wish->fields[i]]);
	const struct wh_table table = wh_totals_table(t);
	const struct wh_probe probe = { .kind = WH_PROBE_TOTALS,
		.table = &table,
		.column = wish->by == WH_NO_FIELD ? NULL : column_of(&arena, &t->to.fields[wish->by]),
		.columns = columns,
		.ncolumns = wish->nfields,
		.limit_ms = WH_RECONCILE_LIMIT_MS };
	struct wh_answer answer = { 0 };
	int rc = wh_at(error, conn, conn->kind->ask(conn, &probe, &arena, &answer, error));
	if (rc == WH_OK && (!answer.known || !take_answer(&answer, out)))
		rc = WH_DONE;
	wh_arena_free(&arena);
	return rc;
}

int wh_totals_of(const struct wh_migration *m, struct wh_conn *conn, struct wh_totals *out,
	struct wh_error *error)
{
	int rc = can_ask(conn, &out->wish) ? ask(conn, out, error) : WH_DONE;
	if (rc != WH_DONE)
		return rc;
	const struct wh_totals_wish wish = out->wish;
	const struct wh_unit whole = wh_whole_table(wish.table, conn->side);
	wh_totals_free(out);
	*out = (struct wh_totals){ .wish = wish };
	return wh_totals_read(m, conn, &whole, out, error);
}

/* ---- the quarantine ---- */

/* Rows are kept with the source's names, or, where columns are made, with the target's. */
static const char *kept_text(const json_t *row, const struct wh_plan_table *t, uint16_t field)
{
	const struct wh_field *twin = wh_totals_twin(t, field);
	json_t *value = twin ? json_object_get(row, twin->name) : NULL;
	return json_string_value(value ? value : json_object_get(row, t->to.fields[field].name));
}

static void add_kept(const json_t *row, struct wh_totals *out)
{
	const struct wh_totals_wish *w = &out->wish;
	const char *by = w->by == WH_NO_FIELD ? NULL : kept_text(row, w->table, w->by);
	struct wh_totals_group *g = wh_totals_group(out, by, by ? strlen(by) : 0);
	if (!g)
		return;
	g->rows++;
	for (size_t i = 0; i < w->nfields; i++) {
		const char *text = kept_text(row, w->table, w->fields[i]);
		if (text && wh_sum_add(&g->totals[i].all, text, strlen(text)) && *text == '-')
			(void)!wh_sum_add(&g->totals[i].negative, text, strlen(text));
	}
}

int wh_totals_set_apart(const struct wh_migration *m, struct wh_totals *out, struct wh_error *error)
{
	int rc = WH_OK;
	size_t n = PAGE;
	for (int64_t after = 0; rc == WH_OK && n == PAGE;) {
		struct wh_arena arena = { 0 };
		struct wh_journal_quarantine *rows = NULL;
		rc = wh_journal_quarantined(m->journal, out->wish.table->number, after, PAGE, &arena, &rows,
			&n, error);
		for (size_t i = 0; rc == WH_OK && i < n; i++) {
			json_t *row = rows[i].values ? json_loads(rows[i].values, JSON_ALLOW_NUL, NULL) : NULL;
			add_kept(row, out);
			json_decref(row);
			after = rows[i].id;
		}
		wh_arena_free(&arena);
	}
	return rc;
}
