/* What was moved: rows, digests, and how each column was carried. */
#include "base/text.h"
#include "lifecycle/report/page.h"
#include <string.h>

static void cell_count(struct wh_account *a, const char *head, bool known, uint64_t n,
	struct wh_buffer *out)
{
	wh_html(out, "<td data-h=\"%s\" class=\"n\">%s</td>", head, wh_page_count(a, known, n));
}

static void cell_word(struct wh_buffer *out, const char *head, const char *word, const char *colour)
{
	wh_html(out, "<td data-h=\"%s\" class=\"w\"><span class=\"%s\">%s</span></td>", head, colour,
		word);
}

static void cell_differing(struct wh_account *a, size_t table, struct wh_buffer *out)
{
	const struct wh_journal_table *t = &a->tables[table];
	bool compared = wh_account_compared(a, table), rowless = a->rowless[table];
	const char *count = wh_page_count(a, compared, (uint64_t)t->rows_differing);
	wh_html(out, "<td data-h=\"Differing\" class=\"n %s\">%s</td>",
		rowless || (compared && !t->rows_differing) ? "" : "bad",
		rowless || t->checked ? count : "not verified");
}

static void table_row(struct wh_account *a, size_t table, struct wh_buffer *out)
{
	const struct wh_journal_table *t = &a->tables[table];
	const char *state = wh_account_state(a, table);
	bool counted = wh_account_counted(a, table);
	uint64_t bad = t->tally.quarantined.rows;
	wh_html(out, "<tr><td data-h=\"Table\" class=\"name\">%s", t->source);
	if (!wh_equal(t->source, t->target))
		wh_html(out, "<span class=\"to\">\xe2\x86\x92 %s</span>", t->target);
	wh_buffer_text(out, "</td>");
	cell_count(a, "Rows read", counted, t->tally.read.rows, out);
	cell_count(a, "Written", counted, t->tally.written.rows, out);
	wh_html(out, "<td data-h=\"In quarantine\" class=\"n %s\">%s</td>", bad ? "warn" : "",
		wh_page_count(a, counted, bad));
	cell_differing(a, table, out);
	cell_word(out, "Proof", t->proof, wh_page_colour(t->proof));
	cell_word(out, "State", state, wh_page_colour(state));
	wh_buffer_text(out, "</tr>");
}

static void table_sums(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<tfoot><tr><td class=\"name\">All tables</td>");
	cell_count(a, "Rows read", a->counted, a->sum.read.rows, out);
	cell_count(a, "Written", a->counted, a->sum.written.rows, out);
	cell_count(a, "In quarantine", a->counted, a->sum.quarantined.rows, out);
	cell_count(a, "Differing", a->differing >= 0, (uint64_t)a->differing, out);
	wh_buffer_text(out, "<td></td><td></td></tr></tfoot>");
}

void wh_page_tables(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"tables\">Tables</h2>");
	if (!a->ntables) {
		wh_buffer_text(out, "<p class=\"lead\">No table has been planned yet.</p>");
		return;
	}
	wh_buffer_text(out,
		"<p class=\"lead\">Rows read are rows written, plus rows in quarantine, "
		"plus rows filtered out by the migration's own settings.</p><div class=\"wide\"><table>"
		"<thead><tr><th>Table</th><th class=\"n\">Rows read</th><th class=\"n\">Written</th>"
		"<th class=\"n\">In quarantine</th><th class=\"n\">Differing</th><th>Proof</th>"
		"<th>State</th></tr></thead><tbody>");
	for (size_t i = 0; i < a->ntables; i++)
		table_row(a, i, out);
	wh_buffer_text(out, "</tbody>");
	table_sums(a, out);
	wh_buffer_text(out, "</table></div>");
}

static void digest_row(const struct wh_account *a, size_t table, struct wh_buffer *out)
{
	const struct wh_journal_table *t = &a->tables[table];
	char source[56], target[56];
	bool equal = wh_digest_equal(&t->tally.written, &t->target_digest);
	if (a->rowless[table])
		return;
	wh_digest_text(&t->tally.written, source);
	wh_digest_text(&t->target_digest, target);
	wh_html(out,
		"<tr><td data-h=\"Table\" class=\"name\">%s</td><td data-h=\"Source\" "
		"class=\"digest\">%s</td><td data-h=\"Target\" class=\"digest\">%s</td>",
		t->source, wh_account_counted(a, table) ? source : NULL, t->checked ? target : NULL);
	wh_html(out, "<td data-h=\"Result\" class=\"w %s\">%s</td></tr>",
		!t->checked || !equal ? "bad" : "ok",
		!t->checked ? "not verified"
			: equal ? "equal"
					: "different");
}

void wh_page_digests(struct wh_account *a, struct wh_buffer *out)
{
	wh_buffer_text(out, "<h2 id=\"digests\">Digests</h2>");
	if (!a->ntables) {
		wh_buffer_text(out, "<p class=\"lead\">No table has been read yet.</p>");
		return;
	}
	wh_html(out,
		"<p class=\"lead\">The count of rows and the sum of their hashes: taken from the "
		"source's rows as they were written, and again from the target's rows as they were read "
		"back. Canonical form %s.</p><div class=\"wide\"><table><thead><tr><th>Table</th>"
		"<th>Source</th><th>Target</th><th>Result</th></tr></thead><tbody>",
		wh_arena_format(&a->arena, "%d", WH_CANONICAL_VERSION));
	for (size_t i = 0; i < a->ntables; i++)
		digest_row(a, i, out);
	wh_buffer_text(out, "</tbody></table></div>");
}

static const char *text_at(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void mapping_remarks(const json_t *column, struct wh_buffer *out)
{
	const char *loss = text_at(column, "loss"), *generated = text_at(column, "generated");
	const json_t *copied = json_object_get(column, "copied");
	wh_buffer_text(out, "<td data-h=\"Loss and remarks\">");
	if (loss)
		wh_html(out, "<span class=\"warn\">%s</span>", loss);
	if (json_is_false(copied))
		wh_html(out, "%s<span class=\"soft\">not copied: the target computes it%s%s</span>",
			loss ? ". " : "", generated ? ": " : "", generated ? generated : "");
	wh_buffer_text(out, "</td></tr>");
}

static void mapping_column(const json_t *column, struct wh_buffer *out)
{
	const char *from = text_at(column, "source"), *to = text_at(column, "target");
	const char *proof = text_at(column, "proof");
	wh_html(out, "<tr><td data-h=\"Column\" class=\"name\">%s", from);
	if (to && !wh_equal(from, to))
		wh_html(out, "<span class=\"to\">\xe2\x86\x92 %s</span>", to);
	wh_html(out,
		"</td><td data-h=\"Source type\" class=\"mono\">%s</td><td data-h=\"Target type\" "
		"class=\"mono\">%s</td><td data-h=\"Proof\" class=\"w %s\">%s</td>",
		text_at(column, "from"), text_at(column, "to"), wh_page_colour(proof),
		wh_equal(proof, "none") ? "none: not compared" : proof);
	mapping_remarks(column, out);
}

static size_t mapping_losses(const json_t *columns)
{
	size_t i, n = 0;
	json_t *column;
	json_array_foreach(columns, i, column)
		n += text_at(column, "loss") || wh_equal(text_at(column, "proof"), "none");
	return n;
}

static void mapping_parts(struct wh_account *a, const json_t *table, struct wh_buffer *out)
{
	static const char *const parts[][3] = {
		{ "indexes", "index", "indexes" },
		{ "foreign_keys", "foreign key", "foreign keys" },
		{ "checks", "check", "checks" },
	};
	struct wh_buffer text = { 0 };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t n = json_array_size(json_object_get(table, parts[i][0]));
		if (n)
			wh_buffer_format(&text, "%s%s %s", text.size ? ", " : "", wh_page_count(a, true, n),
				parts[i][n == 1 ? 1 : 2]);
	}
	if (text.size)
		wh_html(out, "<p class=\"soft\">Also planned: %s.</p>", wh_buffer_string(&text));
	wh_buffer_free(&text);
}

static void mapping_table(struct wh_account *a, const json_t *table, struct wh_buffer *out)
{
	const json_t *columns = json_object_get(table, "columns");
	size_t losses = mapping_losses(columns), i;
	json_t *column;
	wh_html(out,
		"<details class=\"fold\"%s><summary>%s \xe2\x86\x92 %s <span class=\"soft\">"
		"\xc2\xb7 %s column%s \xc2\xb7</span> <span class=\"%s\">%s</span>",
		losses ? " open" : "", text_at(table, "source"), text_at(table, "target"),
		wh_page_count(a, true, json_array_size(columns)), json_array_size(columns) == 1 ? "" : "s",
		wh_page_colour(text_at(table, "proof")), text_at(table, "proof"));
	wh_buffer_text(out,
		"</summary><div class=\"wide\"><table><thead><tr><th>Column</th>"
		"<th>Source type</th><th>Target type</th><th>Proof</th><th>Loss and remarks</th></tr>"
		"</thead><tbody>");
	json_array_foreach(columns, i, column) mapping_column(column, out);
	wh_buffer_text(out, "</tbody></table></div>");
	mapping_parts(a, table, out);
	wh_buffer_text(out, "</details>");
}

void wh_page_mapping(struct wh_account *a, struct wh_buffer *out)
{
	const json_t *tables = json_object_get(a->plan, "tables");
	size_t i;
	json_t *table;
	wh_buffer_text(out, "<h2 id=\"mapping\">How it was mapped</h2>");
	if (!json_array_size(tables)) {
		wh_buffer_text(out, "<p class=\"lead\">There is no plan yet.</p>");
		return;
	}
	wh_buffer_text(out,
		"<p class=\"lead\">One line a column. Tables in which something is not "
		"kept, or not compared, stand open.</p>");
	json_array_foreach(tables, i, table) mapping_table(a, table, out);
}
