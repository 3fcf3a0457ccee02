#include "lifecycle/reconcile/parts.h"
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
