/* What `assess` says on a terminal: the verdict, why, what there is, how long, how much work. */
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/print.h"
#include <string.h>

#define REASONS_SHOWN 12
#define GAPS_SHOWN 5

static const char *shown(struct wh_assessment *a, const char *text)
{
	return wh_grid_shown(&a->arena, text, strlen(text), 400);
}

static const char *count(struct wh_assessment *a, int64_t n)
{
	char figure[WH_FIGURE];
	return n < 0 ? NULL : wh_arena_text(&a->arena, wh_figure_count(figure, (uint64_t)n));
}

static void put_reasons(struct wh_assessment *a, struct wh_buffer *out)
{
	for (size_t i = 0; i < a->nreasons && i < REASONS_SHOWN; i++)
		wh_buffer_format(out, "  - %s\n", shown(a, a->reasons[i]));
	if (a->nreasons > REASONS_SHOWN)
		wh_buffer_format(out, "  and %zu more\n", a->nreasons - REASONS_SHOWN);
}

static void put_head(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_settings *s = a->m->settings;
	char bytes[WH_FIGURE];
	const struct wh_load *load = &a->estimate.load;
	wh_buffer_format(out, "%s\n", wh_readiness_title(a->verdict));
	put_reasons(a, out);
	wh_buffer_format(out, "\n  from    %s\n", shown(a, wh_url_shown(&s->source.url, &a->arena)));
	if (a->target)
		wh_buffer_format(out, "  to      %s\n", shown(a, wh_url_shown(&s->target.url, &a->arena)));
	if (a->planned)
		wh_buffer_format(out, "  data    %s table%s, %s rows, %s\n",
			count(a, (int64_t)a->sample.ntables), a->sample.ntables == 1 ? "" : "s",
			load->rows < 0 ? "an unknown number of" : count(a, load->rows),
			load->bytes < 0 ? "size not known" : wh_figure_bytes(bytes, (uint64_t)load->bytes));
}

static void put_work(struct wh_assessment *a, struct wh_buffer *out)
{
	char all[WH_FIGURE], assisted[WH_FIGURE], manual[WH_FIGURE];
	if (a->minutes[WH_ASSISTED] + a->minutes[WH_MANUAL] <= 0) {
		wh_buffer_text(out, "  work    none\n");
		return;
	}
	wh_buffer_format(out, "  work    about %s: %s assisted, %s by hand\n",
		wh_figure_minutes(all, a->minutes[WH_ASSISTED] + a->minutes[WH_MANUAL]),
		wh_figure_minutes(assisted, a->minutes[WH_ASSISTED]),
		wh_figure_minutes(manual, a->minutes[WH_MANUAL]));
}

static void put_span(const char *name, const struct wh_span *s, struct wh_buffer *out)
{
	char low[WH_FIGURE], high[WH_FIGURE];
	if (s->known)
		wh_buffer_format(out, "  %-7s %s to %s\n", name, wh_figure_seconds(low, s->low),
			wh_figure_seconds(high, s->high));
}

static void put_groups(struct wh_assessment *a, struct wh_buffer *out)
{
	char figure[WH_FIGURE];
	struct wh_grid g = { .arena = &a->arena,
		.right = "lrrl",
		.heads = { "findings", "count", "work", "severity" } };
	for (size_t i = 0; i < a->ngroups; i++) {
		const struct wh_assessed_group *group = &a->groups[i];
		if (group->severity == WH_INFO)
			continue;
		wh_grid_cell(&g, group->rule->title);
		wh_grid_cell(&g, count(a, (int64_t)group->count));
		wh_grid_cell(&g, wh_arena_text(&a->arena, wh_figure_minutes(figure, group->minutes)));
		wh_grid_cell(&g, wh_severity_name(group->severity));
	}
	if (!g.ncells)
		return;
	wh_buffer_char(out, '\n');
	wh_grid_print(&g, "  ", out);
}

static void put_costs(const struct wh_assessment *a, struct wh_buffer *out)
{
	if (a->costs.currency)
		wh_buffer_format(out, "  costs   %s%.2f %s\n", a->costs.whole ? "" : "at least ",
			a->costs.total, a->costs.currency);
}

static void put_gaps(struct wh_assessment *a, struct wh_buffer *out)
{
	if (a->ngaps)
		wh_buffer_text(out, "\n  could not be looked at\n");
	for (size_t i = 0; i < a->ngaps && i < GAPS_SHOWN; i++)
		wh_buffer_format(out, "    %s: %s\n", shown(a, a->gaps[i].object),
			shown(a, a->gaps[i].why));
	if (a->ngaps > GAPS_SHOWN)
		wh_buffer_format(out, "    and %zu more\n", a->ngaps - GAPS_SHOWN);
}

int wh_assessment_print(struct wh_assessment *a, const char *page, FILE *out,
	struct wh_error *error)
{
	struct wh_buffer text = { 0 };
	put_head(a, &text);
	put_work(a, &text);
	put_span("copy", &a->estimate.copy, &text);
	put_span("build", &a->estimate.build, &text);
	put_span("verify", &a->estimate.verify, &text);
	put_costs(a, &text);
	put_groups(a, &text);
	put_gaps(a, &text);
	wh_buffer_format(&text, "\n  assessment: %s\n", shown(a, page));
	return wh_print_out(&text, out, error);
}
