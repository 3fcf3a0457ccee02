#include "lifecycle/report/grid.h"
#include "base/text.h"
#include <string.h>

#define CELL_BYTES 60

const char *wh_grid_shown(struct wh_arena *arena, const char *text, size_t n, size_t most)
{
	struct wh_buffer shown = { 0 };
	size_t cut = n > most ? wh_utf8_cut(text, n, most) : n;
	wh_text_shown(&shown, text, cut);
	if (cut < n)
		wh_buffer_text(&shown, "...");
	const char *out = wh_arena_text(arena, wh_buffer_string(&shown));
	wh_buffer_free(&shown);
	return out;
}

void wh_grid_cell(struct wh_grid *g, const char *text)
{
	*wh_push(g->arena, &g->cells, &g->ncells) = text
		? wh_grid_shown(g->arena, text, strlen(text), CELL_BYTES)
		: "\xe2\x80\x94";
}

static size_t grid_width(const char *cell)
{
	return wh_utf8_length(cell, strlen(cell));
}

static void grid_cell(struct wh_buffer *out, const char *cell, size_t width, bool right, bool last)
{
	size_t gap = width - grid_width(cell);
	if (right)
		wh_buffer_format(out, "%*s", (int)gap, "");
	wh_buffer_text(out, cell);
	if (!right && !last)
		wh_buffer_format(out, "%*s", (int)gap, "");
	wh_buffer_text(out, last ? "\n" : "  ");
}

void wh_grid_print(const struct wh_grid *g, const char *indent, struct wh_buffer *out)
{
	size_t widths[WH_GRID_COLUMNS] = { 0 }, n = 0;
	bool headed = false;
	for (; n < WH_GRID_COLUMNS && g->heads[n]; n++) {
		widths[n] = grid_width(g->heads[n]);
		headed = headed || widths[n];
	}
	for (size_t i = 0; n && i < g->ncells; i++)
		if (grid_width(g->cells[i]) > widths[i % n])
			widths[i % n] = grid_width(g->cells[i]);
	for (size_t c = 0; headed && c < n; c++) {
		wh_buffer_text(out, c ? "" : indent);
		grid_cell(out, g->heads[c], widths[c], g->right[c] == 'r', c + 1 == n);
	}
	for (size_t i = 0; n && i < g->ncells; i++) {
		size_t c = i % n;
		wh_buffer_text(out, c ? "" : indent);
		grid_cell(out, g->cells[i], widths[c], g->right[c] == 'r', c + 1 == n);
	}
}
