/* The reconciliation for programs, and for a terminal. */
#include "base/text.h"
#include "lifecycle/report/document.h"
#include "lifecycle/report/grid.h"
#include "lifecycle/report/print.h"
#include <string.h>

#define FAILED_LINES 20

static json_t *control_json(const struct wh_control *c)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "rule", wh_json_words(c->rule),
		"subject", wh_json_words(c->subject), "unit", wh_json_words(c->unit), "expected",
		wh_json_words(c->expected), "actual", wh_json_words(c->actual), "expected_is",
		wh_json_words(c->expected_is), "actual_is", wh_json_words(c->actual_is), "result",
		wh_control_result(c));
}

json_t *wh_json_controls(const struct wh_account *a)
{
	if (!a->controls.nrules)
		return json_null();
	json_t *rules = json_array(), *controls = json_array();
	for (size_t i = 0; i < a->controls.nrules; i++) {
		const struct wh_control_rule *r = &a->controls.rules[i];
		json_array_append_new(rules,
			json_pack("{s:o, s:I, s:I, s:I}", "name", wh_json_words(r->name), "held",
				(json_int_t)r->held, "failed", (json_int_t)r->failed, "noticed",
				(json_int_t)r->noticed));
	}
	for (size_t i = 0; i < a->controls.count && i < WH_ACCOUNT_SHOWN; i++)
		json_array_append_new(controls, control_json(a->ordered[i]));
	return json_pack("{s:I, s:I, s:I, s:o, s:o}", "held", (json_int_t)a->held, "failed",
		(json_int_t)a->unheld, "noticed", (json_int_t)a->noticed, "rules", rules, "controls",
		controls);
}

static const char *shown(struct wh_account *a, const char *text)
{
	return text ? wh_grid_shown(&a->arena, text, strlen(text), 200) : "\xe2\x80\x94";
}

static void print_rules(struct wh_account *a, struct wh_buffer *out)
{
	struct wh_grid g = { .arena = &a->arena,
		.right = "lrrr",
		.heads = { "reconciliation", "held", "failed", "noticed" } };
	for (size_t i = 0; i < a->controls.nrules; i++) {
		const struct wh_control_rule *r = &a->controls.rules[i];
		wh_grid_cell(&g, r->name);
		wh_grid_cell(&g, wh_print_count(a, true, (uint64_t)r->held));
		wh_grid_cell(&g, wh_print_count(a, true, (uint64_t)r->failed));
		wh_grid_cell(&g, wh_print_count(a, true, (uint64_t)r->noticed));
	}
	wh_grid_print(&g, "  ", out);
}

static void print_failed(struct wh_account *a, const struct wh_control *c, struct wh_buffer *out)
{
	wh_buffer_format(out, "    %s, %s: expected %s", shown(a, c->rule), shown(a, c->subject),
		shown(a, c->expected));
	if (c->unit)
		wh_buffer_format(out, " %s", shown(a, c->unit));
	if (c->expected_is)
		wh_buffer_format(out, " (%s)", shown(a, c->expected_is));
	wh_buffer_format(out, ", actual %s", shown(a, c->actual));
	if (c->actual_is)
		wh_buffer_format(out, " (%s)", shown(a, c->actual_is));
	wh_buffer_char(out, '\n');
}

void wh_print_controls(struct wh_account *a, struct wh_buffer *out)
{
	size_t lines = 0;
	if (!a->controls.nrules)
		return;
	wh_buffer_char(out, '\n');
	print_rules(a, out);
	for (; lines < a->controls.count && lines < FAILED_LINES; lines++) {
		if (!wh_equal(wh_control_result(a->ordered[lines]), "failed"))
			return;
		print_failed(a, a->ordered[lines], out);
	}
	if (a->unheld > (int64_t)lines)
		wh_buffer_format(out, "    and %s more\n",
			wh_print_count(a, true, (uint64_t)a->unheld - lines));
}
