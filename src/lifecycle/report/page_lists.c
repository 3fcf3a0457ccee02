/* What needs somebody's eye: differences, quarantine, what was left, what was executed. */
#include "base/text.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/page.h"
#include <string.h>

#define VALUE_BYTES 400

static void cell_value(struct wh_buffer *out, const char *head, const char *value)
{
	wh_html(out, "<td data-h=\"%s\" class=\"mono\"><span>", head);
	if (value && *value)
		wh_html_cut(out, value, strlen(value), VALUE_BYTES);
	else
		wh_html(out, "<span class=\"soft\">%s</span>", value ? "empty text" : "null");
	wh_buffer_text(out, "</span></td>");
}

static void cell_key(struct wh_buffer *out, const char *key)
{
	wh_buffer_text(out, "<td data-h=\"Key\" class=\"mono\"><span>");
	if (key)
		wh_html_cut(out, key, strlen(key), VALUE_BYTES);
	else
		wh_buffer_text(out, "\xe2\x80\x94");
	wh_buffer_text(out, "</span></td>");
}

static void first_of(struct wh_account *a, size_t shown, int64_t all, const char *what,
	struct wh_buffer *out)
{
	if (all > (int64_t)shown)
		wh_html(out, "<p class=\"soft\">The first %s %s are shown.</p>",
			wh_page_count(a, true, shown), what);
}

static void difference_row(const struct wh_journal_difference *d, struct wh_buffer *out)
{
	static const char *const kinds[][2] = { { "missing", "missing on the target" },
		{ "extra", "only on the target" }, { "changed", "changed" },
		{ "moved", "the source has changed since" } };
	const char *kind = d->kind;
	bool values = d->column || d->source || d->target;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (wh_equal(kinds[i][0], d->kind))
			kind = kinds[i][1];
	wh_html(out, "<tr><td data-h=\"Table\" class=\"name\">%s</td>", d->object);
	cell_key(out, d->key);
	wh_html(out, "<td data-h=\"What\" class=\"bad\">%s</td><td data-h=\"Column\">%s</td>", kind,
		d->column ? d->column : "");
	if (values) {
		cell_value(out, "Source", d->source);
		cell_value(out, "Target", d->target);
	} else {
		wh_buffer_text(out, "<td></td><td></td>");
	}
	wh_buffer_text(out, "</tr>");
}

void wh_page_differences(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"differences\">Differences</h2>");
	if (!a->ndifferences && a->checked) {
		wh_html(out, "<p class=\"lead\">%s</p>",
			a->differing > 0
				? "None could be located to a row."
				: "None: in every table that was verified, source and target are equal.");
		return;
	}
	if (!a->ndifferences) {
		wh_buffer_text(out, "<p class=\"bad\">Not verified: nothing has been compared yet.</p>");
		return;
	}
	first_of(a, a->ndifferences, a->differing, "differences", out);
	wh_buffer_text(out,
		"<div class=\"wide\"><table><thead><tr><th>Table</th><th>Key</th><th>What"
		"</th><th>Column</th><th>Source</th><th>Target</th></tr></thead><tbody>");
	for (size_t i = 0; i < a->ndifferences; i++)
		difference_row(&a->differences[i], out);
	wh_buffer_text(out, "</tbody></table></div>");
}

/* The field at fault, or the whole row where it is not known which. */
static void quarantine_value(const struct wh_journal_quarantine *q, struct wh_buffer *out)
{
	json_t *fields = q->values ? json_loads(q->values, JSON_ALLOW_NUL, NULL) : NULL;
	json_t *value = q->column ? json_object_get(fields, q->column) : NULL;
	json_t *hex = json_object_get(value, "hex"), *text = hex ? hex : value;
	if (json_is_string(text)) {
		wh_buffer_text(out, hex ? "<span class=\"soft\">hex</span> " : "");
		wh_html_cut(out, json_string_value(text), json_string_length(text), VALUE_BYTES);
	} else if (json_is_null(text)) {
		wh_buffer_text(out, "<span class=\"soft\">null</span>");
	} else if (q->values) {
		wh_html_cut(out, q->values, strlen(q->values), VALUE_BYTES);
	}
	json_decref(fields);
}

static void quarantine_row(struct wh_account *a, const struct wh_journal_quarantine *q,
	struct wh_buffer *out)
{
	wh_html(out,
		"<tr><td data-h=\"Id\" class=\"n\">%s</td><td data-h=\"Table\" class=\"name\">%s"
		"</td>",
		wh_page_count(a, true, (uint64_t)q->id), q->source);
	cell_key(out, q->key);
	wh_html(out,
		"<td data-h=\"Column\">%s</td><td data-h=\"Reason\">%s</td>"
		"<td data-h=\"Value\" class=\"mono\"><span>",
		q->column, q->reason);
	quarantine_value(q, out);
	wh_buffer_text(out, "</span></td></tr>");
}

void wh_page_quarantine(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"quarantine\">Quarantine</h2>");
	if (!a->nquarantine) {
		wh_html(out, "<p class=\"lead\">%s</p>",
			a->counted ? "Empty: every row that was read could be written."
					   : "Empty: no row has been read.");
		return;
	}
	wh_buffer_text(out,
		"<p class=\"lead\">Rows that the target could not hold. Nothing of them is "
		"lost: \xe2\x80\x9cwhimbrel quarantine show\xe2\x80\x9d gives each one whole.</p>");
	first_of(a, a->nquarantine, a->quarantined, "rows", out);
	wh_buffer_text(out,
		"<div class=\"wide\"><table><thead><tr><th class=\"n\">Id</th><th>Table</th>"
		"<th>Key</th><th>Column</th><th>Reason</th><th>Value</th></tr></thead><tbody>");
	for (size_t i = 0; i < a->nquarantine; i++)
		quarantine_row(a, &a->quarantine[i], out);
	wh_buffer_text(out, "</tbody></table></div>");
}

void wh_page_left(struct wh_account *a, struct wh_buffer *out)
{
	size_t i, left = 0, carried = 0;
	json_t *o;
	wh_buffer_text(out, "<h2 id=\"left\">Objects that are not carried</h2>");
	if (wh_account_fact(a, "port_files"))
		wh_html(out, "<p class=\"lead\">To port by hand: %s in <code>%s</code>.</p>",
			wh_account_fact(a, "port_files"), wh_account_fact(a, "port_folder"));
	json_array_foreach(json_object_get(a->plan, "objects"), i, o)
	{
		const char *kind = json_string_value(json_object_get(o, "kind"));
		const char *name = json_string_value(json_object_get(o, "name"));
		const char *text = json_string_value(json_object_get(o, "statement"));
		carried += json_is_true(json_object_get(o, "carried"));
		if (json_is_true(json_object_get(o, "carried")))
			continue;
		left++;
		wh_html(out,
			"<details class=\"fold\"><summary><span class=\"soft\">%s</span> %s</summary>"
			"<pre>%s</pre></details>",
			kind, name, text ? text : "Its text is not known.");
	}
	if (!a->plan)
		wh_buffer_text(out, "<p class=\"lead\">There is no plan yet.</p>");
	else if (!left)
		wh_html(out,
			"<p class=\"lead\">None. Views, routines, triggers and the like that are "
			"carried: %s.</p>",
			wh_page_count(a, true, carried));
}

static void statement_item(const struct wh_journal_statement *s, struct wh_buffer *out)
{
	const char *colour = wh_page_colour(s->state);
	wh_html(out, "<div class=\"item %s\"><h4>%s</h4><p><span class=\"%s\">%s</span>%s%s</p>",
		colour, s->object, colour,
		wh_equal(s->state, "weakened")       ? "done in a weaker form"
			: wh_equal(s->state, "intended") ? "begun, outcome not known"
											 : s->state,
		s->error ? ": " : "", s->error ? s->error : "");
	wh_page_definition(out, "the statement", s->sql);
	wh_buffer_text(out, "</div>");
}

static void statement_done(const struct wh_journal_statement *s, struct wh_buffer *out)
{
	char figure[WH_FIGURE];
	wh_html(out,
		"<tr><td data-h=\"Phase\">%s</td><td data-h=\"Object\">%s</td>"
		"<td data-h=\"Time\" class=\"n\">%s</td><td data-h=\"Statement\" class=\"mono\">",
		s->phase, s->object, s->usec ? wh_figure_seconds(figure, (double)s->usec / 1e6) : NULL);
	wh_html_cut(out, s->sql ? s->sql : "", s->sql ? strlen(s->sql) : 0, 2000);
	wh_buffer_text(out, "</td></tr>");
}

void wh_page_statements(struct wh_account *a, struct wh_buffer *out)
{
	size_t done = 0;
	wh_buffer_text(out, "<h2 id=\"statements\">Statements on the target</h2>");
	for (size_t i = 0; i < a->nstatements; i++) {
		if (wh_equal(a->statements[i].state, "done"))
			done++;
		else
			statement_item(&a->statements[i], out);
	}
	if (!a->nstatements)
		wh_buffer_text(out, "<p class=\"lead\">None has been executed.</p>");
	if (!done)
		return;
	wh_html(out,
		"<details class=\"fold\"><summary>%s done</summary><div class=\"wide\"><table>"
		"<thead><tr><th>Phase</th><th>Object</th><th class=\"n\">Time</th><th>Statement</th></tr>"
		"</thead><tbody>",
		wh_page_count(a, true, done));
	for (size_t i = 0; i < a->nstatements; i++)
		if (wh_equal(a->statements[i].state, "done"))
			statement_done(&a->statements[i], out);
	wh_buffer_text(out, "</tbody></table></div></details>");
}

void wh_page_history(struct wh_account *a, struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	wh_buffer_text(out, "<h2 id=\"history\">History</h2>");
	if (!a->nevents) {
		wh_buffer_text(out, "<p class=\"lead\">Nothing is recorded.</p>");
		return;
	}
	wh_buffer_text(out, "<dl class=\"facts\">");
	for (size_t i = 0; i < a->nevents; i++)
		wh_html(out, "<dt>%s</dt><dd>%s</dd>", wh_figure_moment(moment, a->events[i].usec),
			a->events[i].text);
	wh_buffer_text(out, "</dl>");
}

void wh_page_reading(struct wh_account *a, struct wh_buffer *out)
{
	(void)a;
	wh_buffer_text(out,
		"<h2 id=\"reading\">How to read this page</h2>"
		"<p><b>Digest.</b> Every row is written in one canonical form, whatever engine it came from: "
		"numbers as shortest exact text, floating point as its bits, text as its bytes without any "
		"collation, moments in UTC, JSON with its keys in order unless the target keeps its text as it "
		"is. The row's hash is XXH3-128 over that form, seeded at random for each migration. A table's digest is the count of its rows and the sum of their hashes, so "
		"the order of rows does not matter and duplicates count. Equal digests mean equal rows but "
		"for a chance of about one in 2<sup>128</sup>. The hash guards against mistakes, not against "
		"somebody who can forge both databases.</p>"
		"<p><b>When.</b> The source's digest was taken from the very rows that were copied, all under "
		"the one snapshot named above. The target's digest was taken later, from rows read back in a "
		"transaction begun after they were committed.</p>"
		"<p><b>Proof.</b> <span class=\"ok\">exact</span>: the value on the target, mapped back, has "
		"the source's canonical form. <span class=\"warn\">mapped</span>: the value equals what the "
		"plan's mapping gives; what the mapping does not keep stands beside the column. "
		"<span class=\"bad\">none</span>: the column was not compared, and never counts as success."
		"</p><p><b>An em dash</b> (\xe2\x80\x94) is a figure that was not taken. It is never a zero."
		"</p><p><b>Quarantine.</b> Rows that the target cannot hold are kept whole in the work folder, "
		"which only its owner can read. Rows read equal rows written, in quarantine and filtered, in "
		"count and in digest.</p>");
}
