/* The reconciliation as accountants read it: each rule in a sentence, then the figures. */
#include "base/decimal.h"
#include "base/text.h"
#include "lifecycle/report/page.h"
#include <ctype.h>
#include <string.h>

static const struct {
	const char *rule, *means;
} rules[] = {
	{ "rows",
		"Every row that was read is on the target, in quarantine or filtered out, as the "
		"target's own engine counts them." },
	{ "control total",
		"Amounts, added up exactly on both sides, for each currency where there is one; what is "
		"below 0 once more by itself." },
	{ "hash total",
		"Numbers that are no amounts, such as those of accounts, added up only to show "
		"that none is missing and none is another." },
	{ "orphans", "No row points at a row that is not there." },
	{ "figure", "Figures that the settings ask for." },
	{ "sequence", "Numbers follow one another without a gap, and none comes twice." },
};

static const char *capital(struct wh_account *a, const char *text)
{
	char *out = wh_arena_text(&a->arena, text);
	*out = (char)toupper((unsigned char)*out);
	return out;
}

/* Of a rule that is the source's or the user's own, its first control says what is compared. */
static const char *meaning(struct wh_account *a, const char *rule)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (wh_equal(rules[i].rule, rule))
			return rules[i].means;
	for (size_t i = 0; i < a->controls.count; i++) {
		const struct wh_control *c = &a->controls.items[i];
		if (wh_equal(c->rule, rule) && c->expected_is && c->actual_is)
			return capital(a,
				wh_arena_format(&a->arena, "%s must equal %s.", c->actual_is, c->expected_is));
	}
	return "";
}

static void rule_count(struct wh_account *a, const char *head, int64_t n, const char *colour,
	struct wh_buffer *out)
{
	wh_html(out, "<td data-h=\"%s\" class=\"n %s\">%s</td>", head, n ? colour : "",
		wh_page_count(a, true, (uint64_t)n));
}

static void rule_row(struct wh_account *a, const struct wh_control_rule *r, struct wh_buffer *out)
{
	wh_html(out, "<tr><td data-h=\"Rule\" class=\"name\">%s</td><td data-h=\"Means\">%s</td>",
		capital(a, r->name), meaning(a, r->name));
	rule_count(a, "Held", r->held, "", out);
	rule_count(a, "Failed", r->failed, "bad", out);
	rule_count(a, "Noticed", r->noticed, "warn", out);
	wh_buffer_text(out, "</tr>");
}

/* "1,234.50"; what is no number stays as it is. */
static const char *figure(struct wh_account *a, const char *text)
{
	struct wh_decimal_view view;
	struct wh_buffer out = { 0 };
	size_t sign = *text == '-', whole = strcspn(text + sign, ".");
	if (!wh_decimal_canonical(text, strlen(text), &view) || !isdigit((unsigned char)text[sign]))
		return text;
	wh_buffer_text(&out, sign ? "\xe2\x88\x92" : "");
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			wh_buffer_char(&out, ',');
		wh_buffer_char(&out, text[sign + i]);
	}
	wh_buffer_text(&out, text + sign + whole);
	const char *shown = wh_arena_text(&a->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return shown;
}

/* What the actual figure has more; NULL where they are no numbers. */
static const char *difference(struct wh_account *a, const struct wh_control *c)
{
	struct wh_buffer out = { 0 };
	const char *less = c->expected[0] == '-'
		? c->expected + 1
		: wh_arena_format(&a->arena, "-%s", c->expected);
	bool known = wh_decimal_add(&out, c->actual, strlen(c->actual), less, strlen(less));
	const char *text = known ? figure(a, wh_arena_text(&a->arena, wh_buffer_string(&out))) : NULL;
	wh_buffer_free(&out);
	return text;
}

static void figure_cell(struct wh_account *a, const char *head, const char *text, const char *is,
	struct wh_buffer *out)
{
	wh_html(out, "<td data-h=\"%s\" class=\"n\"><span>%s", head, figure(a, text));
	if (is)
		wh_html(out, "<span class=\"to\">%s</span>", is);
	wh_buffer_text(out, "</span></td>");
}

static void control_row(struct wh_account *a, const struct wh_control *c, struct wh_buffer *out)
{
	const char *result = wh_control_result(c);
	const char *colour = c->held ? "" : c->notice ? "warn" : "bad";
	wh_html(out, "<tr><td data-h=\"Of\" class=\"name\">%s<span class=\"to\">%s</span></td>",
		c->subject, c->rule);
	figure_cell(a, "Expected", c->expected, c->expected_is, out);
	figure_cell(a, "Actual", c->actual, c->actual_is, out);
	wh_html(out, "<td data-h=\"Difference\" class=\"n %s\">%s</td>", colour, difference(a, c));
	wh_html(out,
		"<td data-h=\"Unit\" class=\"w\">%s</td><td data-h=\"Result\" class=\"w %s\">%s</td></tr>",
		c->unit ? c->unit : "", colour, result);
}

static void controls_table(struct wh_account *a, struct wh_buffer *out)
{
	int64_t all = a->held + a->unheld + a->noticed;
	size_t n = a->controls.count < WH_ACCOUNT_SHOWN ? a->controls.count : WH_ACCOUNT_SHOWN;
	if (all > (int64_t)n)
		wh_html(out,
			"<p class=\"soft\">The first %s of %s are shown, what failed before all others.</p>",
			wh_page_count(a, true, n), wh_page_count(a, true, (uint64_t)all));
	wh_buffer_text(out,
		"<div class=\"wide\"><table><thead><tr><th>Of</th><th class=\"n\">Expected</th>"
		"<th class=\"n\">Actual</th><th class=\"n\">Difference</th><th>Unit</th><th>Result</th></tr>"
		"</thead><tbody>");
	for (size_t i = 0; i < n; i++)
		control_row(a, a->ordered[i], out);
	wh_buffer_text(out, "</tbody></table></div>");
}

void wh_page_controls(struct wh_account *a, struct wh_buffer *out)
{
	if (!a->controls.nrules)
		return;
	wh_html(out,
		"<h2 id=\"reconciliation\">Reconciliation</h2><p class=\"lead\">Figures that must be the same "
		"twice: as the source has them, and as the target's own engine counts and adds up, what is in "
		"the quarantine included. %s held, <span class=\"%s\">%s failed</span>, "
		"<span class=\"%s\">%s noticed</span>.</p>",
		wh_page_count(a, true, (uint64_t)a->held), a->unheld ? "bad" : "",
		wh_page_count(a, true, (uint64_t)a->unheld), a->noticed ? "warn" : "",
		wh_page_count(a, true, (uint64_t)a->noticed));
	wh_buffer_text(out,
		"<div class=\"wide\"><table><thead><tr><th>Rule</th><th>What it means</th>"
		"<th class=\"n\">Held</th><th class=\"n\">Failed</th><th class=\"n\">Noticed</th></tr>"
		"</thead><tbody>");
	for (size_t i = 0; i < a->controls.nrules; i++)
		rule_row(a, &a->controls.rules[i], out);
	wh_buffer_text(out, "</tbody></table></div><h3>Figures</h3>");
	controls_table(a, out);
}
