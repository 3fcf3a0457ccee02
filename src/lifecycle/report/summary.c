/* What run, copy and verify say at their end: the verdict first, then only what needs a look. */
#include "base/text.h"
#include "lifecycle/report/account.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/report.h"
#include "lifecycle/report/print.h"
#include <string.h>

#define SHOWN_LINES 5 /* findings, differences */

/* Foreign text in a sentence or a list. */
static const char *shown(struct wh_account *a, const char *text)
{
	return text ? wh_grid_shown(&a->arena, text, strlen(text), 400) : "\xe2\x80\x94";
}

const char *wh_print_count(struct wh_account *a, bool known, uint64_t n)
{
	char figure[WH_FIGURE];
	return known ? wh_arena_text(&a->arena, wh_figure_count(figure, n)) : NULL;
}

static bool table_remarkable(const struct wh_account *a, size_t table)
{
	const struct wh_journal_table *t = &a->tables[table];
	bool verifying = a->checked > 0 && !a->rowless[table];
	return t->tally.quarantined.rows || t->rows_differing > 0 || wh_equal(t->proof, "none") ||
		wh_equal(t->state, "failed") || wh_equal(t->state, "differs") ||
		wh_equal(t->state, "skipped") || t->source_changed || (verifying && !t->checked);
}

static void table_cells(struct wh_account *a, size_t table, struct wh_grid *g)
{
	const struct wh_journal_table *t = &a->tables[table];
	bool counted = wh_account_counted(a, table);
	wh_grid_cell(g, t->source);
	wh_grid_cell(g, t->target);
	wh_grid_cell(g, wh_print_count(a, counted, t->tally.read.rows));
	wh_grid_cell(g, wh_print_count(a, counted, t->tally.written.rows));
	wh_grid_cell(g, wh_print_count(a, counted, t->tally.quarantined.rows));
	wh_grid_cell(g, wh_print_count(a, wh_account_compared(a, table), (uint64_t)t->rows_differing));
	wh_grid_cell(g, t->proof);
	wh_grid_cell(g, wh_account_state(a, table));
}

void wh_print_tables(struct wh_account *a, bool all, struct wh_buffer *out)
{
	struct wh_grid g = { .arena = &a->arena,
		.right = "llrrrrll",
		.heads = { "table", "to", "read", "written", "quarantined", "differing", "proof",
			"state" } };
	for (size_t i = 0; i < a->ntables; i++)
		if (all || table_remarkable(a, i))
			table_cells(a, i, &g);
	if (!g.ncells)
		return;
	wh_buffer_char(out, '\n');
	wh_grid_print(&g, "  ", out);
}

static void summary_others(struct wh_account *a, struct wh_buffer *out)
{
	size_t tables = 0;
	uint64_t rows = 0;
	for (size_t i = 0; i < a->ntables; i++) {
		if (!table_remarkable(a, i)) {
			tables++;
			rows += a->tables[i].tally.written.rows;
		}
	}
	if (tables && tables < a->ntables)
		wh_buffer_format(out, "  and %s other %s with %s %s, %s\n", wh_print_count(a, true, tables),
			tables == 1 ? "table" : "tables", wh_print_count(a, true, rows),
			rows == 1 ? "row" : "rows", a->checked ? "equal" : "copied");
}

static void summary_time(struct wh_account *a, struct wh_buffer *out)
{
	static const char *const phases[][2] = { { "inspect", "seconds_inspect" },
		{ "copy", "seconds_copy" }, { "build", "seconds_build" }, { "verify", "seconds_verify" } };
	char figure[WH_FIGURE];
	double seconds;
	bool any = false;
	if (!wh_account_took(a, &seconds))
		return;
	wh_buffer_format(out, "  took  %s", wh_figure_seconds(figure, seconds));
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		if (!wh_account_seconds(a, phases[i][1], &seconds))
			continue;
		wh_buffer_format(out, "%s%s %s", any ? ", " : " (", phases[i][0],
			wh_figure_seconds(figure, seconds));
		any = true;
	}
	wh_buffer_text(out, any ? ")\n" : "\n");
}

static void summary_estimate(struct wh_account *a, struct wh_buffer *out)
{
	static const char *const phases[] = { "copy", "build", "verify" };
	char low[WH_FIGURE], high[WH_FIGURE];
	const char *before = "  estimated  ";
	double s[3];
	for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
		if (!wh_account_estimate(a, phases[i], s))
			continue;
		wh_buffer_format(out, "%s%s %s to %s", before, phases[i], wh_figure_seconds(low, s[0]),
			wh_figure_seconds(high, s[2]));
		before = ", ";
	}
	wh_buffer_text(out, *before == ',' ? "\n" : "");
}

void wh_print_head(struct wh_account *a, struct wh_buffer *out)
{
	const char *source = wh_account_fact(a, "source"), *target = wh_account_fact(a, "target");
	char bytes[WH_FIGURE];
	wh_buffer_format(out, "%s\n%s\n\n", wh_verdict_title(a->verdict),
		shown(a, wh_account_sentence(a)));
	wh_buffer_format(out, "  from  %s\n  to    %s\n", shown(a, source), shown(a, target));
	if (a->counted)
		wh_buffer_format(out, "  rows  %s read, %s written, %s in quarantine; %s\n",
			wh_print_count(a, true, a->sum.read.rows), wh_print_count(a, true, a->sum.written.rows),
			wh_print_count(a, true, a->sum.quarantined.rows), wh_figure_bytes(bytes, a->sum.bytes));
	summary_time(a, out);
	summary_estimate(a, out);
}

static void more(struct wh_account *a, size_t all, struct wh_buffer *out)
{
	if (all > SHOWN_LINES)
		wh_buffer_format(out, "    and %s more\n", wh_print_count(a, true, all - SHOWN_LINES));
}

static const char *shown_value(struct wh_account *a, const char *value)
{
	return !value ? "null" : *value ? shown(a, value) : "(empty text)";
}

static void summary_difference(struct wh_account *a, const struct wh_journal_difference *d,
	struct wh_buffer *out)
{
	wh_buffer_format(out, "    %s %s: %s", shown(a, d->object), shown(a, d->key),
		shown(a, d->kind));
	if (d->column)
		wh_buffer_format(out, " %s, source %s, target %s", shown(a, d->column),
			shown_value(a, d->source), shown_value(a, d->target));
	wh_buffer_char(out, '\n');
}

static void summary_differences(struct wh_account *a, struct wh_buffer *out)
{
	if (!a->ndifferences)
		return;
	wh_buffer_text(out, "\n  differences\n");
	for (size_t i = 0; i < a->ndifferences && i < SHOWN_LINES; i++)
		summary_difference(a, &a->differences[i], out);
	more(a, a->ndifferences, out);
}

static void summary_findings(struct wh_account *a, struct wh_buffer *out)
{
	size_t lines = 0;
	if (!a->findings.count)
		return;
	wh_buffer_format(out, "\n  findings: %zu error%s, %zu warning%s, %zu note%s\n",
		a->severities[WH_ERROR], a->severities[WH_ERROR] == 1 ? "" : "s", a->severities[WH_WARNING],
		a->severities[WH_WARNING] == 1 ? "" : "s", a->severities[WH_INFO],
		a->severities[WH_INFO] == 1 ? "" : "s");
	for (size_t i = 0; i < a->findings.count && lines < SHOWN_LINES; i++) {
		const struct wh_finding *f = &a->findings.items[i];
		if (f->severity != WH_ERROR)
			continue;
		wh_buffer_format(out, "    %s: %s\n", shown(a, f->object), shown(a, f->text));
		lines++;
	}
	more(a, a->severities[WH_ERROR], out);
}

static void summary_port(struct wh_account *a, struct wh_buffer *out)
{
	const char *n = wh_account_fact(a, "port_files");
	if (n)
		wh_buffer_format(out, "\n  to port by hand: %s %s in %s\n", shown(a, n),
			wh_equal(n, "1") ? "file" : "files", shown(a, wh_account_fact(a, "port_folder")));
}

static void summary_end(struct wh_account *a, const char *report, struct wh_buffer *out)
{
	if (a->quarantined > 0)
		wh_buffer_format(out,
			"\n  quarantine: %s; \"whimbrel quarantine list\" shows each with "
			"its reason\n",
			a->quarantined == 1 ? "1 row"
								: wh_arena_format(&a->arena, "%s rows",
									  wh_print_count(a, true, (uint64_t)a->quarantined)));
	if (report)
		wh_buffer_format(out, "\n  report: %s\n", shown(a, report));
}

int wh_print_out(struct wh_buffer *text, FILE *out, struct wh_error *error)
{
	bool done = !text->full && fwrite(wh_buffer_string(text), 1, text->size, out) == text->size &&
		fflush(out) == 0;
	int rc = done ? WH_OK : wh_fail_errno(error, WH_STOP, "cannot write the output");
	wh_buffer_free(text);
	return rc;
}

int wh_summary_print(struct wh_journal *j, const char *report, FILE *out, struct wh_error *error)
{
	struct wh_account a;
	struct wh_buffer text = { 0 };
	int rc = wh_account_read(&a, j, error);
	if (rc == WH_OK) {
		wh_print_head(&a, &text);
		wh_print_tables(&a, false, &text);
		summary_others(&a, &text);
		summary_differences(&a, &text);
		wh_print_controls(&a, &text);
		summary_findings(&a, &text);
		summary_port(&a, &text);
		summary_end(&a, report, &text);
		rc = wh_print_out(&text, out, error);
	}
	wh_account_free(&a);
	return rc;
}
