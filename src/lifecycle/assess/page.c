/* assess.html: what a person takes to a meeting. The verdict first, then what it rests on. */
#include "lifecycle/assess/page.h"
#include "base/file.h"
#include "base/text.h"
#include "lifecycle/report/figures.h"
#include <stdlib.h>
#include <string.h>

const char *wh_assess_count(struct wh_assessment *a, int64_t n)
{
	char figure[WH_FIGURE];
	return n < 0 ? NULL : wh_arena_text(&a->arena, wh_figure_count(figure, (uint64_t)n));
}

const char *wh_assess_bytes_shown(struct wh_assessment *a, int64_t n)
{
	char figure[WH_FIGURE];
	return n < 0 ? NULL : wh_arena_text(&a->arena, wh_figure_bytes(figure, (uint64_t)n));
}

const char *wh_assess_minutes_shown(struct wh_assessment *a, double minutes)
{
	char figure[WH_FIGURE];
	return wh_arena_text(&a->arena, wh_figure_minutes(figure, minutes));
}

static const char *verdict_colour(enum wh_readiness verdict)
{
	static const char *const colours[] = { [WH_READY] = "ok",
		[WH_READY_IF] = "warn",
		[WH_NOT_READY] = "bad",
		[WH_READY_UNKNOWN] = "bad" };
	return colours[verdict];
}

static const char *sentence(enum wh_readiness verdict)
{
	static const char *const sentences[] = {
		[WH_READY] = "Everything that was looked at can be moved, and nothing asks for work first.",
		[WH_READY_IF] =
			"The move can begin. What stands below wants a decision or some work, before "
			"it or after it.",
		[WH_NOT_READY] =
			"What stands below keeps the move from arriving whole. Settle it and assess "
			"again.",
		[WH_READY_UNKNOWN] =
			"Too little could be looked at for a verdict. See what is missing under "
			"coverage.",
	};
	return sentences[verdict];
}

static void put_verdict(struct wh_assessment *a, struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	wh_html(out, "<section class=\"verdict %s\"><p class=\"title\">%s</p><p>%s</p>",
		verdict_colour(a->verdict), wh_readiness_title(a->verdict), sentence(a->verdict));
	if (a->nreasons)
		wh_buffer_text(out, "<ul class=\"reasons\">");
	for (size_t i = 0; i < a->nreasons; i++)
		wh_html(out, "<li>%s</li>", a->reasons[i]);
	wh_buffer_text(out, a->nreasons ? "</ul>" : "");
	wh_html(out, "<p class=\"when\">Assessed %s%s.</p></section>",
		wh_figure_moment(moment, a->usec),
		a->target ? "" : "; no target was named, so the move is taken to be to the same engine");
}

static void put_figures(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_load *load = &a->estimate.load;
	wh_buffer_text(out, "<dl class=\"figures\">");
	wh_page_figure(out, "Tables", wh_assess_count(a, (int64_t)a->sample.ntables), "");
	wh_page_figure(out, "Rows", wh_assess_count(a, a->planned ? load->rows : -1), "");
	wh_page_figure(out, "Data", wh_assess_bytes_shown(a, a->planned ? load->bytes : -1), "");
	wh_page_figure(out, "Findings", wh_assess_count(a, (int64_t)a->nfindings), "");
	wh_page_figure(out, "Work assisted", wh_assess_minutes_shown(a, a->minutes[WH_ASSISTED]), "");
	wh_page_figure(out, "Work by hand", wh_assess_minutes_shown(a, a->minutes[WH_MANUAL]), "");
	wh_buffer_text(out, "</dl>");
}

static void put_head(struct wh_assessment *a, struct wh_buffer *out)
{
	const struct wh_settings *s = a->m->settings;
	const char *to = a->target ? wh_url_shown(&s->target.url, &a->arena)
							   : a->m->target_kind->summary;
	wh_html(out,
		"<header><div class=\"mark\">whimbrel \xc2\xb7 assessment</div><h1>%s</h1>"
		"<div class=\"route mono\">%s <span>\xe2\x86\x92</span> %s</div></header>",
		s->name, wh_url_shown(&s->source.url, &a->arena), to);
	put_verdict(a, out);
	put_figures(a, out);
	wh_buffer_text(out,
		"<nav><a href=\"#findings\">Findings</a><a href=\"#estimate\">Time</a>"
		"<a href=\"#costs\">Costs</a><a href=\"#shape\">Data</a>"
		"<a href=\"#accounts\">Accounts</a><a href=\"#coverage\">Coverage</a>"
		"<a href=\"#reading\">How to read this page</a></nav>");
}

static void put_coverage(struct wh_assessment *a, struct wh_buffer *out)
{
	int64_t rows = 0;
	size_t read = 0, whole = 0;
	for (size_t i = 0; i < a->sample.ntables; i++) {
		const struct wh_sample_table *t = &a->sample.tables[i];
		rows += t->rows;
		read += !t->failure;
		whole += t->whole;
	}
	wh_html(out,
		"<h2 id=\"coverage\">Coverage</h2><p class=\"lead\">Tables read: %s of %s; to the last row: "
		"%s. Rows read: %s.%s</p>",
		wh_assess_count(a, (int64_t)read), wh_assess_count(a, (int64_t)a->sample.ntables),
		wh_assess_count(a, (int64_t)whole), wh_assess_count(a, rows),
		whole < a->sample.ntables
			? " Of the others the beginning, the middle and the end were read: what occurs in other "
			  "rows alone is not known. `--sample all` reads them whole."
			: "");
	if (a->ngaps)
		wh_buffer_text(out,
			"<h3>What could not be looked at</h3><div class=\"wide\"><table><thead><tr><th>What</th>"
			"<th>Why</th></tr></thead><tbody>");
	for (size_t i = 0; i < a->ngaps; i++)
		wh_html(out,
			"<tr><td data-h=\"What\" class=\"name\">%s</td><td data-h=\"Why\">%s</td></tr>",
			a->gaps[i].object, a->gaps[i].why);
	wh_buffer_text(out, a->ngaps ? "</tbody></table></div>" : "");
}

static void put_reading(struct wh_assessment *a, struct wh_buffer *out)
{
	(void)a;
	wh_buffer_text(out,
		"<h2 id=\"reading\">How to read this page</h2>"
		"<p><b>Minutes</b> are those of somebody who knows the application and meets the matter for "
		"the first time: once for each kind of finding, and for each finding again. What is automatic "
		"takes none. They are a beginning for your own estimate, not a quotation.</p>"
		"<p><b>Classes.</b> Automatic: whimbrel takes care of it. Assisted: it names what to do, often "
		"with the lines to paste. Manual: a person must decide or write something.</p>"
		"<p><b>Rows.</b> Tables were read through the same reader and the same checks as the copy. A "
		"row that the target cannot hold is not lost in the move: it waits whole in the quarantine, "
		"with its reason, and can be taken again.</p>"
		"<p><b>An em dash</b> (\xe2\x80\x94) is a figure that is not known. It is never a zero.</p>");
}

static void put_page(struct wh_assessment *a, struct wh_buffer *out)
{
	static void (*const parts[])(struct wh_assessment *, struct wh_buffer *) = { put_head,
		wh_assess_page_findings, wh_assess_page_estimate, wh_assess_page_costs,
		wh_assess_page_shape, wh_assess_page_accounts, put_coverage, put_reading };
	wh_page_begin(out, a->m->settings->name, wh_readiness_title(a->verdict));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		parts[i](a, out);
		wh_buffer_char(out, '\n');
	}
	wh_page_end(out);
}

static int write_html(struct wh_assessment *a, const char *path, struct wh_error *error)
{
	struct wh_buffer page = { 0 };
	put_page(a, &page);
	int rc = page.full
		? wh_fail(error, WH_STOP, "assessment too large: \"%s\" would exceed 1 GiB", path)
		: wh_file_write(path, "the assessment", wh_buffer_string(&page), page.size, error);
	wh_buffer_free(&page);
	return rc;
}

int wh_assessment_write(struct wh_assessment *a, const char *html, const char *json,
	struct wh_error *error)
{
	int rc = write_html(a, html, error);
	if (rc != WH_OK)
		return rc;
	char *text = wh_assessment_document(a, NULL, wh_assessment_exit(a));
	rc = wh_file_write(json, "the assessment", text, strlen(text), error);
	free(text);
	return rc;
}
