/* Findings by rule: what it is, how often, how much work, and for each what was seen and the fix. */
#include "base/text.h"
#include "lifecycle/assess/page.h"
#include <string.h>

static void put_examples(const struct wh_assessed *f, struct wh_buffer *out)
{
	if (!f->nexamples)
		return;
	wh_buffer_text(out, "<p class=\"meta\">for example ");
	for (size_t i = 0; i < f->nexamples; i++) {
		const struct wh_example *e = &f->examples[i];
		wh_buffer_text(out, i ? ", " : "");
		if (e->value)
			wh_html(out, "<code>%s</code>", e->value);
		if (e->key)
			wh_html(out, "%s<code>%s</code>", e->value ? " at " : "", e->key);
	}
	wh_buffer_text(out, "</p>");
}

static void put_fix(const struct wh_assessed *f, struct wh_buffer *out)
{
	if (f->fix)
		wh_html(out, "<details><summary>%s%s</summary><pre>%s</pre></details>",
			wh_equal(f->place, "migration.yaml") ? "for " : "SQL for the ", f->place, f->fix);
	if (f->finding.source && *f->finding.source)
		wh_html(out,
			"<details><summary class=\"soft\">its definition in the source</summary><pre>%s</pre>"
			"</details>",
			f->finding.source);
}

static void put_finding(const struct wh_assessed *f, struct wh_buffer *out)
{
	wh_html(out, "<div class=\"item\"><h4>%s</h4><p>%s</p>", f->finding.object, f->finding.text);
	put_examples(f, out);
	put_fix(f, out);
	wh_buffer_text(out, "</div>");
}

static bool bare(const struct wh_assessed *f)
{
	return !f->nexamples && !f->fix && !f->finding.source;
}

/* Whether the findings say one and the same of many objects. */
static bool alike(const struct wh_assessed_group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!bare(&g->first[i]) || !wh_equal(g->first[i].finding.text, g->first->finding.text))
			return false;
	return g->count > 1;
}

static void put_alike(const struct wh_assessed_group *g, struct wh_buffer *out)
{
	wh_html(out, "<div class=\"item\"><p>%s</p><p class=\"mono\">", g->first->finding.text);
	for (size_t i = 0; i < g->count; i++)
		wh_html(out, "%s%s", i ? ", " : "", g->first[i].finding.object);
	wh_buffer_text(out, "</p></div>");
}

/* What wants a decision is read without a click, unless its places are many. */
static bool is_open(const struct wh_assessed_group *g)
{
	return g->severity == WH_ERROR || (g->severity == WH_WARNING && g->count <= 10);
}

static void put_group(struct wh_assessment *a, const struct wh_assessed_group *g,
	struct wh_buffer *out)
{
	const char *colour = wh_page_colour(wh_severity_name(g->severity));
	bool same = alike(g);
	wh_html(out,
		"<details class=\"fold\"%s><summary><span class=\"%s\">%s</span> <span class=\"soft\">"
		"\xc2\xb7 %s \xc2\xb7 %s \xc2\xb7 %s</span></summary><p class=\"lead\">%s</p>",
		is_open(g) ? " open" : "", colour, g->rule->title, wh_assess_count(a, (int64_t)g->count),
		g->minutes > 0
			? wh_arena_format(&a->arena, "%s of work", wh_assess_minutes_shown(a, g->minutes))
			: "no work",
		wh_effort_name(g->first->finding.effort), g->rule->advice);
	if (same)
		put_alike(g, out);
	for (size_t i = 0; i < g->count && !same; i++)
		put_finding(&g->first[i], out);
	wh_buffer_text(out, "</details>");
}

static void put_severity(struct wh_assessment *a, enum wh_severity severity, const char *title,
	struct wh_buffer *out)
{
	int64_t n = 0;
	for (size_t i = 0; i < a->nfindings; i++)
		n += a->findings[i].finding.severity == severity;
	if (!n)
		return;
	wh_html(out, "<h3 class=\"%s\">%s (%s)</h3>", wh_page_colour(wh_severity_name(severity)), title,
		wh_assess_count(a, n));
	for (size_t i = 0; i < a->ngroups; i++)
		if (a->groups[i].severity == severity)
			put_group(a, &a->groups[i], out);
}

void wh_assess_page_findings(struct wh_assessment *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"findings\">Findings</h2>");
	if (!a->nfindings)
		wh_buffer_text(out, "<p class=\"lead\">None.</p>");
	put_severity(a, WH_ERROR, "Errors: the move cannot arrive whole before they are settled", out);
	put_severity(a, WH_WARNING, "Warnings: each wants a decision", out);
	put_severity(a, WH_INFO, "Notes: good to know", out);
}
