/* What `quarantine list` and `quarantine show` print, and what `quarantine export` writes. */
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/report/figures.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/print.h"
#include "lifecycle/report/report.h"
#include <string.h>

#define PAGE 1000 /* rows of the journal in memory at a time */
#define EXPORT_PAGE 100

static void list_row(struct wh_grid *g, const struct wh_journal_quarantine *q)
{
	char id[24];
	id[wh_format_int64(id, q->id)] = '\0';
	wh_grid_cell(g, id);
	wh_grid_cell(g, q->source);
	wh_grid_cell(g, q->key);
	wh_grid_cell(g, q->column);
	wh_grid_cell(g, q->reason);
}

static int list_page(struct wh_journal *j, int64_t *after, struct wh_buffer *out, size_t *n,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *rows;
	struct wh_grid g = { .arena = &arena,
		.right = "rllll",
		.heads = { "id", "table", "key", "column", "reason" } };
	int rc = wh_journal_quarantined(j, -1, *after, PAGE, &arena, &rows, n, error);
	for (size_t i = 0; rc == WH_OK && i < *n; i++) {
		list_row(&g, &rows[i]);
		*after = rows[i].id;
	}
	if (g.ncells)
		wh_grid_print(&g, "", out);
	wh_arena_free(&arena);
	return rc;
}

int wh_quarantine_list(struct wh_journal *j, FILE *out, struct wh_error *error)
{
	int64_t after = 0;
	size_t n = PAGE;
	int rc = WH_OK;
	for (bool first = true; rc == WH_OK && n == PAGE; first = false) {
		struct wh_buffer text = { 0 };
		rc = list_page(j, &after, &text, &n, error);
		if (rc == WH_OK && first && n == 0)
			wh_buffer_text(&text, "The quarantine is empty.\n");
		if (rc == WH_OK)
			rc = wh_print_out(&text, out, error);
		else
			wh_buffer_free(&text);
	}
	return rc;
}

static void show_field(struct wh_arena *arena, const char *name, json_t *value,
	struct wh_buffer *out)
{
	json_t *masked = json_object_get(value, "masked");
	json_t *hex = json_object_get(masked ? masked : value, "hex");
	json_t *text = hex ? hex : masked ? masked : value;
	const char *label = wh_grid_shown(arena, name, strlen(name), 200);
	if (json_is_string(text))
		wh_buffer_format(out, "    %s%s%s: %s\n", label, masked ? " (masked)" : "",
			hex ? " (hex)" : "",
			wh_grid_shown(arena, json_string_value(text), json_string_length(text), SIZE_MAX));
	else
		wh_buffer_format(out, "    %s: null\n", label);
}

static void show_values(struct wh_arena *arena, const char *values, struct wh_buffer *out)
{
	json_t *fields = values ? json_loads(values, JSON_ALLOW_NUL, NULL) : NULL;
	const char *name;
	json_t *value;
	if (json_is_object(fields))
		json_object_foreach(fields, name, value) show_field(arena, name, value, out);
	else if (values)
		wh_buffer_format(out, "    %s\n", wh_grid_shown(arena, values, strlen(values), SIZE_MAX));
	json_decref(fields);
}

static void show_line(struct wh_arena *arena, const char *label, const char *text,
	struct wh_buffer *out)
{
	if (text)
		wh_buffer_format(out, "  %-7s %s\n", label,
			wh_grid_shown(arena, text, strlen(text), SIZE_MAX));
}

static void show_row(struct wh_arena *arena, const struct wh_journal_quarantine *q,
	struct wh_buffer *out)
{
	char moment[WH_FIGURE];
	wh_buffer_format(out, "Row %lld of the quarantine\n\n", (long long)q->id);
	show_line(arena, "table", q->source, out);
	show_line(arena, "key", q->key, out);
	show_line(arena, "column", q->column ? q->column : "not known", out);
	show_line(arena, "reason", q->reason, out);
	show_line(arena, "place",
		wh_arena_format(arena, "unit %lld, row %lld of it", (long long)q->unit, (long long)q->row),
		out);
	show_line(arena, "since", wh_figure_moment(moment, q->usec), out);
	wh_buffer_text(out, "  values\n");
	show_values(arena, q->values, out);
}

int wh_quarantine_one(struct wh_journal *j, int64_t id, struct wh_arena *arena,
	struct wh_journal_quarantine **out, struct wh_error *error)
{
	size_t n = 0;
	int rc = WH_OK;
	*out = NULL;
	if (id > 0)
		rc = wh_journal_quarantined(j, -1, id - 1, 1, arena, out, &n, error);
	if (rc == WH_OK && (n == 0 || (*out)->id != id))
		rc = wh_fail(error, WH_CONFIG,
			"no row %lld in the quarantine; \"whimbrel quarantine "
			"list\" shows which there are",
			(long long)id);
	return rc;
}

int wh_quarantine_show(struct wh_journal *j, int64_t id, FILE *out, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *row;
	struct wh_buffer text = { 0 };
	int rc = wh_quarantine_one(j, id, &arena, &row, error);
	if (rc == WH_OK && row) {
		show_row(&arena, row, &text);
		rc = wh_print_out(&text, out, error);
	}
	wh_arena_free(&arena);
	return rc;
}

static void export_text(struct wh_buffer *out, const char *name, const char *text)
{
	wh_buffer_format(out, ",\"%s\":", name);
	if (text)
		wh_json_quote(out, text, strlen(text));
	else
		wh_buffer_text(out, "null");
}

/* Key and values are JSON already. */
static void export_row(struct wh_buffer *out, const struct wh_journal_quarantine *q)
{
	char moment[WH_TIME_TEXT];
	size_t n = wh_format_timestamp(moment, q->usec - WH_DAYS_1970_TO_2000 * WH_USEC_PER_DAY);
	moment[10] = 'T';
	wh_buffer_format(out, "{\"id\":%lld", (long long)q->id);
	export_text(out, "table", q->source);
	wh_buffer_format(out, ",\"key\":%s", q->key ? q->key : "null");
	export_text(out, "column", q->column);
	export_text(out, "reason", q->reason);
	wh_buffer_format(out, ",\"unit\":%lld,\"row\":%lld,\"time\":\"%.*sZ\",\"values\":%s}\n",
		(long long)q->unit, (long long)q->row, (int)n, moment, q->values ? q->values : "null");
}

static int export_page(struct wh_journal *j, int64_t *after, size_t *n, FILE *out,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *rows;
	int rc = wh_journal_quarantined(j, -1, *after, EXPORT_PAGE, &arena, &rows, n, error);
	for (size_t i = 0; rc == WH_OK && i < *n; i++) {
		struct wh_buffer line = { 0 };
		export_row(&line, &rows[i]);
		*after = rows[i].id;
		rc = wh_print_out(&line, out, error);
	}
	wh_arena_free(&arena);
	return rc;
}

int wh_quarantine_export(struct wh_journal *j, FILE *out, struct wh_error *error)
{
	int64_t after = 0;
	size_t n = EXPORT_PAGE;
	int rc = WH_OK;
	while (rc == WH_OK && n == EXPORT_PAGE)
		rc = export_page(j, &after, &n, out, error);
	return rc;
}
