/* Findings by rule: what the rule is, how often it met, and what it says of which objects. */
#include "base/text.h"
#include "lifecycle/assess/rules.h"
#include "lifecycle/report/page.h"
#include <string.h>

void wh_page_definition(struct wh_buffer *out, const char *label, const char *text)
{
	if (text && *text)
		wh_html(out, "<details><summary class=\"soft\">%s</summary><pre>%s</pre></details>", label,
			text);
}

/* The findings of one rule and severity, of all that the account holds. */
struct group {
	const struct wh_findings *all;
	const struct wh_finding *first;
	size_t count;
	bool same, sources; /* all say the same; some have a definition */
};

static bool belongs(const struct group *g, const struct wh_finding *f)
{
	return f->severity == g->first->severity && wh_equal(f->rule, g->first->rule);
}

static bool has_source(const struct wh_finding *f)
{
	return f->source && *f->source;
}

static struct group group_of(const struct wh_findings *all, size_t first)
{
	struct group g = { .all = all, .first = &all->items[first], .same = true };
	for (size_t i = first; i < all->count; i++) {
		const struct wh_finding *f = &all->items[i];
		if (!belongs(&g, f))
			continue;
		g.count++;
		g.same = g.same && wh_equal(f->text, g.first->text);
		g.sources = g.sources || has_source(f);
	}
	g.same = g.same && g.count > 1;
	return g;
}

static bool is_first(const struct wh_findings *all, size_t at)
{
	struct group g = { .first = &all->items[at] };
	for (size_t i = 0; i < at; i++)
		if (belongs(&g, &all->items[i]))
			return false;
	return true;
}

static void put_finding(const struct wh_finding *f, const char *colour, struct wh_buffer *out)
{
	wh_html(out, "<div class=\"item %s\"><h4>%s</h4><p>%s</p>", colour, f->object, f->text);
	wh_page_definition(out, "its definition in the source", f->source);
	wh_buffer_text(out, "</div>");
}

/* What many findings say in the same words is said once. */
static void put_same(const struct group *g, const char *colour, struct wh_buffer *out)
{
	const char *comma = "";
	wh_html(out, "<div class=\"item %s\"><p>%s</p>", colour, g->first->text);
	if (!g->sources)
		wh_buffer_text(out, "<p class=\"mono\">");
	for (const struct wh_finding *f = g->first; f < g->all->items + g->all->count; f++) {
		if (!belongs(g, f))
			continue;
		if (has_source(f))
			wh_page_definition(out, f->object, f->source);
		else if (g->sources)
			wh_html(out, "<p>%s</p>", f->object);
		else
			wh_html(out, "%s%s", comma, f->object);
		comma = ", ";
	}
	wh_buffer_text(out, g->sources ? "</div>" : "</p></div>");
}

static void put_group(struct wh_account *a, const struct group *g, struct wh_buffer *out)
{
	const char *colour = wh_page_colour(wh_severity_name(g->first->severity));
	wh_html(out,
		"<details class=\"fold\"%s><summary><span class=\"%s\">%s</span> <span class=\"soft\">"
		"\xc2\xb7 %s \xc2\xb7 %s \xc2\xb7 %s</span></summary>",
		g->first->severity == WH_ERROR ? " open" : "", colour, wh_rule_find(g->first->rule)->title,
		wh_page_count(a, true, g->count), wh_effort_name(g->first->effort), g->first->rule);
	if (g->same)
		put_same(g, colour, out);
	for (size_t i = 0; i < g->all->count && !g->same; i++)
		if (belongs(g, &g->all->items[i]))
			put_finding(&g->all->items[i], colour, out);
	wh_buffer_text(out, "</details>");
}

static void put_severity(struct wh_account *a, enum wh_severity severity, const char *title,
	struct wh_buffer *out)
{
	const struct wh_findings *all = &a->findings;
	if (!a->severities[severity])
		return;
	wh_html(out, "<h3 class=\"%s\">%s (%s)</h3>", wh_page_colour(wh_severity_name(severity)), title,
		wh_page_count(a, true, a->severities[severity]));
	for (size_t i = 0; i < all->count; i++) {
		struct group g = { 0 };
		if (all->items[i].severity != severity || !is_first(all, i))
			continue;
		g = group_of(all, i);
		put_group(a, &g, out);
	}
}

void wh_page_findings(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"findings\">Findings</h2>");
	if (!a->findings.count) {
		wh_buffer_text(out, "<p class=\"lead\">None.</p>");
		return;
	}
	wh_buffer_text(out,
		"<p class=\"lead\">What the program has to say about single objects. "
		"Automatic: whimbrel took care of it. Assisted: it names what to do. Manual: a person "
		"must decide.</p>");
	put_severity(a, WH_ERROR, "Errors", out);
	put_severity(a, WH_WARNING, "Warnings", out);
	put_severity(a, WH_INFO, "Notes", out);
}
