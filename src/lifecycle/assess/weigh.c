/* Findings, whoever made them: minutes, evidence, a fix, an order, and groups of one rule. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wh_assessed *wh_assess_note(struct wh_assessment *a, const char *rule,
	enum wh_severity severity, enum wh_effort effort, const char *object, const char *format, ...)
{
	char text[2000];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	struct wh_assessed *f = wh_push(&a->arena, &a->noted, &a->nnoted);
	f->finding = (struct wh_finding){ .rule = rule,
		.severity = severity,
		.effort = effort,
		.object = wh_arena_text(&a->arena, object),
		.text = wh_arena_text(&a->arena, text) };
	f->rows = f->looked = -1;
	return f;
}

static struct wh_assessed *known(struct wh_assessment *a, const struct wh_finding *f)
{
	for (size_t i = 0; i < a->nfindings; i++)
		if (wh_equal(a->findings[i].finding.rule, f->rule) &&
			wh_equal(a->findings[i].finding.object, f->object))
			return &a->findings[i];
	return NULL;
}

/* What the plan says already gets the evidence; its words stay, the heavier severity counts. */
static void add_noted(struct wh_assessment *a, const struct wh_assessed *noted)
{
	struct wh_assessed *same = known(a, &noted->finding);
	if (!same) {
		*wh_push(&a->arena, &a->findings, &a->nfindings) = *noted;
		return;
	}
	struct wh_finding finding = same->finding;
	if (noted->finding.severity > finding.severity)
		finding.severity = noted->finding.severity;
	*same = *noted;
	same->finding = finding;
}

static void weigh(struct wh_assessment *a, struct wh_assessed *f)
{
	f->rule = wh_rule_find(f->finding.rule);
	f->minutes = f->finding.effort == WH_AUTOMATIC ? 0 : f->rule->each;
	if (!f->fix)
		f->fix = wh_assess_fix(a, &f->finding, &f->place);
}

static int compare_findings(const void *x, const void *y)
{
	const struct wh_assessed *a = x, *b = y;
	if (a->finding.severity != b->finding.severity)
		return a->finding.severity > b->finding.severity ? -1 : 1;
	int order = strcmp(a->finding.rule, b->finding.rule);
	if (!order)
		order = strcmp(a->finding.object, b->finding.object);
	return order ? order : strcmp(a->finding.text, b->finding.text);
}

static bool same_group(const struct wh_assessed_group *g, const struct wh_assessed *f)
{
	return g && g->severity == f->finding.severity &&
		wh_equal(g->first->finding.rule, f->finding.rule);
}

/* What a rule costs once is the work of whoever does most of its findings' work. */
static void count_minutes(struct wh_assessment *a, const struct wh_assessed_group *g)
{
	double each[3] = { 0 }, sum = 0;
	for (size_t i = 0; i < g->count; i++) {
		each[g->first[i].finding.effort] += g->first[i].minutes;
		sum += g->first[i].minutes;
	}
	enum wh_effort most = each[WH_MANUAL] >= each[WH_ASSISTED] ? WH_MANUAL : WH_ASSISTED;
	for (size_t e = 0; e < 3; e++)
		a->minutes[e] += each[e];
	a->minutes[most] += g->minutes - sum;
}

static void group(struct wh_assessment *a)
{
	struct wh_assessed_group *g = NULL;
	for (size_t i = 0; i < a->nfindings; i++) {
		const struct wh_assessed *f = &a->findings[i];
		if (!same_group(g, f)) {
			g = wh_push(&a->arena, &a->groups, &a->ngroups);
			g->rule = f->rule;
			g->severity = f->finding.severity;
			g->first = f;
		}
		g->count++;
		g->minutes += f->minutes;
		if (f->finding.effort != WH_AUTOMATIC)
			g->once = f->rule->once;
	}
	for (size_t i = 0; i < a->ngroups; i++) {
		a->groups[i].minutes += a->groups[i].once;
		count_minutes(a, &a->groups[i]);
	}
}

/* The source's own look at its data does not know what the settings make of it; every row was read
 * since, and none was at fault. */
static bool refuted(struct wh_assessment *a, const struct wh_finding *f)
{
	const struct wh_plan_table *table;
	const struct wh_plan_column *c = NULL;
	if (wh_equal(f->rule, "value-not-of-type"))
		c = wh_assess_column(a, f->object, &table);
	for (size_t i = 0; c && i < a->sample.ntables; i++) {
		const struct wh_sample_table *t = &a->sample.tables[i];
		if (t->table != table)
			continue;
		for (size_t k = 0; k < t->noddities; k++)
			if (wh_equal(table->from.fields[t->oddities[k].column].name, c->source->name))
				return false;
		return t->whole;
	}
	return false;
}

void wh_assess_weigh(struct wh_assessment *a)
{
	const struct wh_findings *plan = &a->m->plan.findings;
	for (size_t i = 0; i < plan->count; i++) {
		if (refuted(a, &plan->items[i]))
			continue;
		struct wh_assessed *f = wh_push(&a->arena, &a->findings, &a->nfindings);
		f->finding = plan->items[i];
		f->rows = f->looked = -1;
	}
	wh_assess_oddities(a);
	for (size_t i = 0; i < a->nnoted; i++)
		add_noted(a, &a->noted[i]);
	for (size_t i = 0; i < a->nfindings; i++)
		weigh(a, &a->findings[i]);
	if (a->nfindings)
		qsort(a->findings, a->nfindings, sizeof *a->findings, compare_findings);
	group(a);
}
