#include "lifecycle/report/page.h"
#include "base/text.h"
#include "lifecycle/report/figures.h"
#include <string.h>

void wh_html(struct wh_buffer *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	for (const char *at = format; *at;) {
		size_t plain = strcspn(at, "%");
		wh_buffer_put(out, at, plain);
		at += plain;
		if (at[0] == '%' && at[1] == 's') {
			const char *text = va_arg(args, const char *);
			if (text)
				wh_text_html(out, text, strlen(text));
			else
				wh_buffer_text(out, "\xe2\x80\x94");
			at += 2;
		} else if (at[0] == '%') {
			wh_buffer_char(out, '%');
			at += at[1] == '%' ? 2 : 1;
		}
	}
	va_end(args);
}

void wh_html_cut(struct wh_buffer *out, const char *bytes, size_t n, size_t most)
{
	char figure[WH_FIGURE];
	size_t cut = n > most ? wh_utf8_cut(bytes, n, most) : n;
	wh_text_html(out, bytes, cut);
	if (cut < n)
		wh_html(out, "\xe2\x80\xa6 <span class=\"soft\">(%s bytes in all)</span>",
			wh_figure_count(figure, n));
}

const char *wh_page_count(struct wh_account *a, bool known, uint64_t n)
{
	char figure[WH_FIGURE];
	return known ? wh_arena_text(&a->arena, wh_figure_count(figure, n)) : NULL;
}

const char *wh_page_colour(const char *word)
{
	static const char *const colours[][2] = {
		{ "verified", "ok" },
		{ "exact", "ok" },
		{ "done", "ok" },
		{ "noticed", "warn" },
		{ "mapped", "warn" },
		{ "weakened", "warn" },
		{ "warning", "warn" },
		{ "none", "bad" },
		{ "differs", "bad" },
		{ "failed", "bad" },
		{ "error", "bad" },
		{ "skipped", "bad" },
		{ "intended", "bad" },
		{ "source has changed", "bad" },
	};
	for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
		if (wh_equal(colours[i][0], word))
			return colours[i][1];
	return "";
}

static const char *verdict_colour(enum wh_verdict verdict)
{
	static const char *const colours[WH_VERDICTS] = {
		[WH_VERDICT_STOPPED] = "bad",
		[WH_VERDICT_DIFFERENT] = "bad",
		[WH_VERDICT_INCOMPLETE] = "bad",
		[WH_VERDICT_UNVERIFIED] = "bad",
		[WH_VERDICT_UNRECONCILED] = "bad",
		[WH_VERDICT_ERRORS] = "warn",
		[WH_VERDICT_QUARANTINE] = "warn",
		[WH_VERDICT_PARTLY] = "bad",
		[WH_VERDICT_PROVEN] = "ok",
	};
	return colours[verdict];
}

static void head_verdict(struct wh_account *a, struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	int64_t usec;
	wh_html(out, "<section class=\"verdict %s\"><p class=\"title\">%s</p><p>%s</p>",
		verdict_colour(a->verdict), wh_verdict_title(a->verdict), wh_account_sentence(a));
	if (wh_account_moment(a, "verified_usec", &usec))
		wh_html(out, "<p class=\"when\">Verified %s: %s of %s tables.</p>",
			wh_figure_moment(moment, usec), wh_page_count(a, true, a->checked),
			wh_page_count(a, true, a->ntables - a->nrowless));
	wh_buffer_text(out, "</section>");
}

void wh_page_figure(struct wh_buffer *out, const char *label, const char *value, const char *colour)
{
	wh_html(out, "<div><dt>%s</dt><dd class=\"%s\">%s</dd></div>", label, colour, value);
}

static void head_figures(struct wh_account *a, struct wh_buffer *out)
{
	char text[WH_FIGURE];
	double seconds;
	bool timed = wh_account_took(a, &seconds);
	wh_buffer_text(out, "<dl class=\"figures\">");
	wh_page_figure(out, "Tables", wh_page_count(a, true, a->ntables), "");
	wh_page_figure(out, "Rows read", wh_page_count(a, a->counted, a->sum.read.rows), "");
	wh_page_figure(out, "Rows written", wh_page_count(a, a->counted, a->sum.written.rows), "");
	wh_page_figure(out, "In quarantine",
		wh_page_count(a, a->quarantined >= 0, (uint64_t)a->quarantined),
		a->quarantined > 0 ? "warn" : "");
	wh_page_figure(out, "Differing rows",
		wh_page_count(a, a->differing >= 0, (uint64_t)a->differing),
		a->differing != 0 ? "bad" : "ok");
	wh_page_figure(out, "Copied", a->counted ? wh_figure_bytes(text, a->sum.bytes) : NULL, "");
	wh_page_figure(out, "Time taken", timed ? wh_figure_seconds(text, seconds) : NULL, "");
	wh_buffer_text(out, "</dl>");
}

void wh_page_head(struct wh_account *a, struct wh_buffer *out)
{
	const char *name = wh_account_fact(a, "name");
	wh_html(out,
		"<header><div class=\"mark\">whimbrel \xc2\xb7 migration report</div><h1>%s</h1>"
		"<div class=\"route mono\">%s <span>\xe2\x86\x92</span> %s</div></header>",
		name ? name : "Migration", wh_account_fact(a, "source"), wh_account_fact(a, "target"));
	head_verdict(a, out);
	head_figures(a, out);
	wh_buffer_text(out, "<nav><a href=\"#facts\">Facts</a><a href=\"#tables\">Tables</a>");
	if (a->controls.nrules)
		wh_buffer_text(out, "<a href=\"#reconciliation\">Reconciliation</a>");
	wh_buffer_text(out,
		"<a href=\"#differences\">Differences</a><a href=\"#quarantine\">Quarantine</a>"
		"<a href=\"#findings\">Findings</a><a href=\"#left\">Not carried</a>"
		"<a href=\"#mapping\">Mapping</a><a href=\"#digests\">Digests</a>"
		"<a href=\"#statements\">Statements</a><a href=\"#history\">History</a>"
		"<a href=\"#reading\">How to read this page</a></nav>");
}

static void fact(struct wh_buffer *out, const char *label, const char *value)
{
	if (value)
		wh_html(out, "<dt>%s</dt><dd>%s</dd>", label, value);
}

static void fact_moment(struct wh_account *a, const char *label, const char *name,
	struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	int64_t usec;
	if (wh_account_moment(a, name, &usec))
		fact(out, label, wh_figure_moment(moment, usec));
}

static void facts_time(struct wh_account *a, struct wh_buffer *out)
{
	static const char *const phases[][2] = { { "inspect", "seconds_inspect" },
		{ "copy", "seconds_copy" }, { "build", "seconds_build" }, { "verify", "seconds_verify" } };
	struct wh_buffer text = { 0 };
	char figure_text[WH_FIGURE];
	double seconds;
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
		if (wh_account_seconds(a, phases[i][1], &seconds))
			wh_buffer_format(&text, "%s%s %s", text.size ? ", " : "", phases[i][0],
				wh_figure_seconds(figure_text, seconds));
	fact(out, "Time per phase", text.size ? wh_buffer_string(&text) : NULL);
	wh_buffer_free(&text);
}

/* The assessment's word, to be held against the line above. */
static void facts_estimate(struct wh_account *a, struct wh_buffer *out)
{
	static const char *const phases[] = { "copy", "build", "verify" };
	struct wh_buffer text = { 0 };
	char likely[WH_FIGURE], low[WH_FIGURE], high[WH_FIGURE];
	double s[3];
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
		if (wh_account_estimate(a, phases[i], s))
			wh_buffer_format(&text, "%s%s %s (%s to %s)", text.size ? ", " : "", phases[i],
				wh_figure_seconds(likely, s[1]), wh_figure_seconds(low, s[0]),
				wh_figure_seconds(high, s[2]));
	fact(out, "Estimated before", text.size ? wh_buffer_string(&text) : NULL);
	wh_buffer_free(&text);
}

static const char *joined(struct wh_account *a, const char *one, const char *two)
{
	const char *url = wh_account_fact(a, one), *version = wh_account_fact(a, two);
	return url && version ? wh_arena_format(&a->arena, "%s (%s)", url, version) : url;
}

void wh_page_facts(struct wh_account *a, struct wh_buffer *out)
{
	static const char *const named[][2] = {
		{ "Command", "command" },
		{ "State", "state" },
		{ "Snapshot", "snapshot_text" },
		{ "Snapshots taken", "snapshot" },
		{ "Verification", "verify_mode" },
	};
	static const char *const ids[][2] = {
		{ "Plan", "plan_id" },
		{ "Migration", "migration" },
		{ "Seed of the digests", "seed" },
	};
	wh_buffer_text(out, "<h2 id=\"facts\">Facts</h2><dl class=\"facts\">");
	fact(out, "Source", joined(a, "source", "source_version"));
	fact(out, "Target", joined(a, "target", "target_version"));
	fact_moment(a, "Began", "started_usec", out);
	fact_moment(a, "Ended", "ended_usec", out);
	fact_moment(a, "Verified", "verified_usec", out);
	facts_time(a, out);
	facts_estimate(a, out);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		fact(out, named[i][0], wh_account_fact(a, named[i][1]));
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		wh_html(out, "<dt>%s</dt><dd class=\"mono\">%s</dd>", ids[i][0],
			wh_account_fact(a, ids[i][1]));
	fact(out, "whimbrel", WH_VERSION);
	wh_buffer_text(out, "</dl>");
}
