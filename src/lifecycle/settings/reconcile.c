/* `reconcile`: controls of the user's own, and whether there are any at all. */
#include "base/decimal.h"
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "lifecycle/settings/reader.h"
#include "lifecycle/settings/write_map.h"
#include <string.h>

static const char *const words[] = { "auto", "yes", "no", NULL };

const char *wh_reconcile_word(enum wh_reconcile reconcile)
{
	return words[reconcile];
}

int wh_reader_reconcile(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	enum wh_reconcile *out = field;
	for (size_t i = 0; words[i]; i++) {
		if (node->kind != WH_YAML_TEXT || !wh_equal(node->text, words[i]))
			continue;
		*out = (enum wh_reconcile)i;
		return WH_OK;
	}
	return wh_reader_wrong(r, node, "auto, yes or no");
}

static bool names_column(const char *text)
{
	const char *dot = strrchr(text, '.');
	return dot && dot > text && dot[1];
}

static int read_column(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	int rc = wh_reader_text(r, node, field);
	return rc == WH_OK && !names_column(node->text)
		? wh_reader_wrong(r, node, "\"table.column\"")
		: rc;
}

static const char *trimmed(struct wh_arena *arena, const char *from, const char *end)
{
	while (from < end && *from == ' ')
		from++;
	while (end > from && end[-1] == ' ')
		end--;
	return wh_arena_bytes(arena, from, (size_t)(end - from));
}

static int read_refers(struct wh_reader *r, const struct wh_yaml *node, void *control)
{
	struct wh_control_asked *c = control;
	const char *arrow = node->kind == WH_YAML_TEXT ? strstr(node->text, "->") : NULL;
	if (arrow) {
		c->refers = trimmed(&r->s->arena, node->text, arrow);
		c->refers_to = trimmed(&r->s->arena, arrow + 2, node->text + strlen(node->text));
	}
	return arrow && names_column(c->refers) && names_column(c->refers_to)
		? WH_OK
		: wh_reader_wrong(r, node, "\"table.column -> table.column\"");
}

static int read_figure(struct wh_reader *r, const struct wh_yaml *node, struct wh_figure_asked *f)
{
	static const struct wh_reader_key keys[] = {
		{ "sum", read_column, offsetof(struct wh_figure_asked, sum) },
		{ "count", wh_reader_text, offsetof(struct wh_figure_asked, count) },
		{ "by", wh_reader_text, offsetof(struct wh_figure_asked, by) }, { 0 }
	};
	int rc = wh_reader_map(r, keys, node, f);
	return rc == WH_OK && !f->sum == !f->count
		? wh_reader_wrong(r, node, "one of \"sum: table.column\" and \"count: table\"")
		: rc;
}

static int read_equals(struct wh_reader *r, const struct wh_yaml *node, void *control)
{
	struct wh_control_asked *c = control;
	struct wh_decimal_view view;
	if (node->kind == WH_YAML_MAP)
		return read_figure(r, node, &c->equals);
	c->equals_number = node->text;
	return node->kind == WH_YAML_TEXT && wh_decimal_canonical(node->text, strlen(node->text), &view)
		? WH_OK
		: wh_reader_wrong(r, node, "a number such as 12269.00, or { sum: table.column }");
}

/* What makes no sense as a whole; NULL: it does. */
static const char *control_fault(const struct wh_control_asked *c)
{
	int kinds = !!c->figure.sum + !!c->figure.count + !!c->refers + !!c->sequence;
	bool other = c->equals_number || c->equals.sum || c->equals.count;
	if (kinds != 1)
		return "a control has one of \"sum\", \"count\", \"refers\" and \"sequence\"";
	if ((c->refers || c->sequence) && (c->figure.by || other))
		return "only \"sum\" and \"count\" take \"by\" and \"equals\"";
	if (c->equals.sum || c->equals.count ? !c->figure.by != !c->equals.by
										 : c->equals_number && c->figure.by)
		return "figures \"by\" a column are compared with figures \"by\" a column only";
	return NULL;
}

static int read_control(struct wh_reader *r, const struct wh_yaml *node, struct wh_control_asked *c)
{
	static const struct wh_reader_key keys[] = {
		{ "name", wh_reader_text, offsetof(struct wh_control_asked, name) },
		{ "sum", read_column, offsetof(struct wh_control_asked, figure.sum) },
		{ "count", wh_reader_text, offsetof(struct wh_control_asked, figure.count) },
		{ "by", wh_reader_text, offsetof(struct wh_control_asked, figure.by) },
		{ "equals", read_equals, 0 }, { "refers", read_refers, 0 },
		{ "sequence", read_column, offsetof(struct wh_control_asked, sequence) }, { 0 }
	};
	c->place = wh_yaml_place(&r->s->arena, r->label, node->line, node->column);
	int rc = wh_reader_map(r, keys, node, c);
	const char *fault = rc == WH_OK ? control_fault(c) : NULL;
	if (!fault)
		return rc;
	wh_fail(r->error, WH_CONFIG, "%s", fault);
	return wh_reader_place(r, node->line, node->column);
}

int wh_reader_controls(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	struct wh_settings *s = settings;
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list of \"- sum: table.column\"");
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = read_control(r, child, wh_push(&s->arena, &s->controls, &s->ncontrols));
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

static void write_figure(struct wh_buffer *out, const char *indent, const struct wh_figure_asked *f)
{
	wh_write_pair(out, indent, "sum", f->sum);
	wh_write_pair(out, indent, "count", f->count);
	wh_write_pair(out, indent, "by", f->by);
}

static void write_control(struct wh_buffer *out, const struct wh_control_asked *c)
{
	wh_buffer_text(out, "  -\n");
	wh_write_pair(out, "    ", "name", c->name);
	write_figure(out, "    ", &c->figure);
	wh_write_pair(out, "    ", "equals", c->equals_number);
	if (c->equals.sum || c->equals.count)
		wh_buffer_text(out, "    equals:\n");
	write_figure(out, "      ", &c->equals);
	wh_write_pair(out, "    ", "sequence", c->sequence);
	if (!c->refers)
		return;
	wh_buffer_text(out, "    refers: ");
	struct wh_buffer both = { 0 };
	wh_buffer_format(&both, "%s -> %s", c->refers, c->refers_to);
	wh_write_quoted(out, wh_buffer_string(&both));
	wh_buffer_char(out, '\n');
	wh_buffer_free(&both);
}

void wh_settings_write_controls(const struct wh_settings *s, struct wh_buffer *out)
{
	if (s->ncontrols)
		wh_buffer_text(out, "\nreconcile:\n");
	for (size_t i = 0; i < s->ncontrols; i++)
		write_control(out, &s->controls[i]);
}
