/* The numbers: the time that a move takes, what it costs, and the shape of the data. */
#include "base/text.h"
#include "lifecycle/assess/page.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include <stdio.h>
#include <stdlib.h>

static void put_span(const char *name, const struct wh_span *s, struct wh_buffer *out)
{
	char low[WH_FIGURE], likely[WH_FIGURE], high[WH_FIGURE];
	wh_html(out,
		"<tr><td data-h=\"Phase\" class=\"name\">%s</td><td data-h=\"At best\" class=\"n\">%s</td>"
		"<td data-h=\"Likely\" class=\"n\">%s</td><td data-h=\"At worst\" class=\"n\">%s</td></tr>",
		name, s->known ? wh_figure_seconds(low, s->low) : NULL,
		s->known ? wh_figure_seconds(likely, s->likely) : NULL,
		s->known ? wh_figure_seconds(high, s->high) : NULL);
}

void wh_assess_page_estimate(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_estimate *e = &a->estimate;
	wh_buffer_text(out,
		"<h2 id=\"estimate\">Time</h2><div class=\"wide\"><table><thead><tr><th>Phase</th>"
		"<th class=\"n\">At best</th><th class=\"n\">Likely</th><th class=\"n\">At worst</th></tr>"
		"</thead><tbody>");
	put_span("read the source", &e->read, out);
	put_span("copy", &e->copy, out);
	put_span("build keys, indexes, constraints", &e->build, out);
	put_span("verify", &e->verify, out);
	wh_buffer_text(out, "</tbody></table></div>");
	if (e->basis)
		wh_html(out, "<p class=\"lead\">%s</p>", e->basis);
	if (e->why)
		wh_html(out, "<p class=\"soft\">The target's part is not known: %s.</p>", e->why);
}

static const char *money(struct wh_assessment *a, double value)
{
	if (value > 0 && value < 0.005)
		return "< 0.01";
	return value < 0 ? NULL : wh_arena_format(&a->arena, "%.2f", value);
}

void wh_assess_page_costs(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_costs *c = &a->costs;
	wh_buffer_text(out, "<h2 id=\"costs\">Costs</h2>");
	if (!c->currency) {
		wh_buffer_text(out,
			"<p class=\"lead\">No prices were given; <code>--prices FILE</code> names them.</p>");
		return;
	}
	wh_html(out,
		"<div class=\"wide\"><table><thead><tr><th>What</th><th class=\"n\">Amount</th><th>Unit</th>"
		"<th class=\"n\">Price</th><th class=\"n\">%s</th></tr></thead><tbody>",
		c->currency);
	for (size_t i = 0; i < c->nlines; i++)
		wh_html(out,
			"<tr><td data-h=\"What\" class=\"name\">%s</td><td data-h=\"Amount\" class=\"n\">%s</td>"
			"<td data-h=\"Unit\">%s</td><td data-h=\"Price\" class=\"n\">%s</td>"
			"<td data-h=\"Cost\" class=\"n\">%s</td></tr>",
			c->lines[i].what, money(a, c->lines[i].amount), c->lines[i].unit,
			money(a, c->lines[i].price), money(a, c->lines[i].cost));
	wh_html(out,
		"</tbody><tfoot><tr><td class=\"name\">%s</td><td></td><td></td><td></td>"
		"<td class=\"n\">%s</td></tr></tfoot></table></div>",
		c->whole ? "In all" : "In all, without what is not known", money(a, c->total));
}

struct sized {
	const struct wh_sample_table *table;
	int64_t bytes;
};

static int compare_size(const void *x, const void *y)
{
	const struct sized *a = x, *b = y;
	return a->bytes == b->bytes ? 0 : a->bytes > b->bytes ? -1 : 1;
}

static void put_table(struct wh_assessment *a, const struct wh_sample_table *t,
	struct wh_buffer *out)
{
	const struct wh_rowset *from = &t->table->from;
	const struct wh_survey_table *s = wh_assess_survey(a, t->table->source);
	wh_html(out,
		"<tr><td data-h=\"Table\" class=\"name\">%s</td><td data-h=\"Rows\" class=\"n\">%s%s</td>"
		"<td data-h=\"Data\" class=\"n\">%s</td><td data-h=\"Indexes\" class=\"n\">%s</td>"
		"<td data-h=\"Widest row\" class=\"n\">%s</td><td data-h=\"Read\" class=\"n\">%s</td>"
		"<td data-h=\"Key\">%s</td></tr>",
		wh_shown_name(&a->arena, from->schema, from->table),
		t->whole || (s && s->rows_exact) ? "" : "about ", wh_assess_count(a, wh_assess_rows(a, t)),
		wh_assess_bytes_shown(a, wh_assess_bytes(a, t)),
		wh_assess_bytes_shown(a, s ? s->index_bytes : -1),
		wh_assess_bytes_shown(a, wh_assess_widest(a, t)), wh_assess_count(a, t->rows),
		from->nkey ? "yes" : "none");
}

static void put_rate(struct wh_assessment *a, const char *what, const struct wh_change_rate *c,
	struct wh_buffer *out)
{
	char span[WH_FIGURE];
	if (c->seconds <= 0)
		return;
	wh_html(out, "<dt>%s</dt><dd>%s inserted, %s updated, %s deleted within %s</dd>", what,
		wh_assess_count(a, c->inserts), wh_assess_count(a, c->updates),
		wh_assess_count(a, c->deletes), wh_figure_seconds(span, (double)c->seconds));
}

static bool busy(const struct wh_survey_table *s)
{
	return s && (s->changes.inserts > 0 || s->changes.updates > 0 || s->changes.deletes > 0);
}

/* Rows that change while the move is prepared decide whether a pause is needed. */
static void put_changes(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_survey *s = &a->survey;
	char span[WH_FIGURE];
	if (!a->surveyed)
		return;
	wh_buffer_text(out, "<h3>Changes</h3><dl class=\"facts\">");
	if (s->changes_scope)
		put_rate(a, wh_arena_format(&a->arena, "the whole %s", s->changes_scope), &s->changes, out);
	else
		wh_buffer_text(out, "<dt>change rate</dt><dd>the source cannot tell</dd>");
	for (size_t i = 0; i < a->sample.ntables; i++) {
		const struct wh_survey_table *t = wh_assess_survey(a, a->sample.tables[i].table->source);
		if (busy(t))
			put_rate(a, wh_shown_name(&a->arena, t->table->schema, t->table->name), &t->changes,
				out);
	}
	if (s->log_seconds > 0)
		wh_html(out, "<dt>log</dt><dd>%s within %s</dd>", wh_assess_bytes_shown(a, s->log_bytes),
			wh_figure_seconds(span, (double)s->log_seconds));
	if (s->large_objects > 0)
		wh_html(out, "<dt>large objects</dt><dd>%s, %s</dd>", wh_assess_count(a, s->large_objects),
			wh_assess_bytes_shown(a, s->large_object_bytes));
	wh_buffer_text(out, "</dl>");
}

static void put_facts(struct wh_assessment *a, struct wh_buffer *out)
{
	if (!a->survey.nfacts)
		return;
	wh_html(out,
		"<details class=\"fold\"><summary>The source's server: %s</summary><dl class=\"facts\">",
		a->m->catalog.version);
	for (size_t i = 0; i < a->survey.nfacts; i++)
		wh_html(out, "<dt>%s</dt><dd class=\"mono\">%s</dd>", a->survey.facts[i].name,
			a->survey.facts[i].value);
	wh_buffer_text(out, "</dl></details>");
}

static void put_tables(struct wh_assessment *a, const struct sized *order, struct wh_buffer *out)
{
	wh_buffer_text(out,
		"<p class=\"lead\">The biggest tables first.</p>"
		"<div class=\"wide\"><table><thead><tr><th>Table</th><th class=\"n\">Rows</th>"
		"<th class=\"n\">Data</th><th class=\"n\">Indexes</th><th class=\"n\">Widest row</th>"
		"<th class=\"n\">Rows read</th><th>Key</th></tr></thead><tbody>");
	for (size_t i = 0; i < a->sample.ntables; i++)
		put_table(a, order[i].table, out);
	wh_buffer_text(out, "</tbody></table></div>");
}

void wh_assess_page_shape(struct wh_assessment *a, struct wh_buffer *out)
{
	size_t n = a->sample.ntables;
	struct sized *order = wh_new_array(&a->arena, struct sized, n + 1);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct sized){ &a->sample.tables[i], wh_assess_bytes(a, &a->sample.tables[i]) };
	if (n)
		qsort(order, n, sizeof *order, compare_size);
	wh_buffer_text(out, "<h2 id=\"shape\">Data</h2>");
	if (n)
		put_tables(a, order, out);
	else
		wh_buffer_text(out, "<p class=\"lead\">No table was read.</p>");
	put_changes(a, out);
	put_facts(a, out);
}
