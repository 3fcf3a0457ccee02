/* `live`: a move of a source that stays in use. */
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "lifecycle/settings/reader.h"
#include "lifecycle/settings/write_map.h"
#include <string.h>

#define DURATION_MOST (INT64_C(30) * 86400 * 1000)

static const struct unit {
	const char *name;
	int64_t milliseconds;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

static bool duration_parse(const char *text, int64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	int64_t number;
	if (!digits || digits > 12 || !wh_text_int64(text, digits, &number))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (wh_equal(text + digits, units[i].name)) {
			*out = number * units[i].milliseconds;
			return *out <= DURATION_MOST;
		}
	return false;
}

static void duration_text(struct wh_buffer *out, int64_t milliseconds)
{
	size_t i = sizeof units / sizeof *units - 1;
	while (i && (milliseconds % units[i].milliseconds || !milliseconds))
		i--;
	wh_buffer_format(out, "%lld%s", (long long)(milliseconds / units[i].milliseconds),
		units[i].name);
}

int wh_reader_duration(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	return node->kind == WH_YAML_TEXT && duration_parse(node->text, field)
		? WH_OK
		: wh_reader_wrong(r, node, "a time such as 500ms, 30s or 15m");
}

static int read_flag(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool yes = node->kind == WH_YAML_TEXT && wh_equal(node->text, "true");
	if (!yes && !(node->kind == WH_YAML_TEXT && wh_equal(node->text, "false")))
		return wh_reader_wrong(r, node, "true or false");
	*(bool *)field = yes;
	return WH_OK;
}

static int read_retained(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	uint64_t *out = field;
	return node->kind == WH_YAML_TEXT && wh_text_size(node->text, out)
		? WH_OK
		: wh_reader_wrong(r, node, "a size such as 10GiB, or 0 for any");
}

static int read_ddl(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool apply = node->kind == WH_YAML_TEXT && wh_equal(node->text, "apply");
	if (!apply && !(node->kind == WH_YAML_TEXT && wh_equal(node->text, "stop")))
		return wh_reader_wrong(r, node, "stop or apply");
	*(bool *)field = apply;
	return WH_OK;
}

static int read_fence(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool hook = node->kind == WH_YAML_TEXT && wh_equal(node->text, "hook");
	if (!hook && !(node->kind == WH_YAML_TEXT && wh_equal(node->text, "triggers")))
		return wh_reader_wrong(r, node, "triggers or hook");
	*(bool *)field = hook;
	return WH_OK;
}

static int read_hooks(struct wh_reader *r, const struct wh_yaml *node, void *live)
{
	static const struct wh_reader_key keys[] = {
		{ "fence", wh_reader_text, offsetof(struct wh_live, fence) },
		{ "unfence", wh_reader_text, offsetof(struct wh_live, unfence) },
		{ "switch", wh_reader_text, offsetof(struct wh_live, switch_over) }, { 0 }
	};
	return wh_reader_map(r, keys, node, live);
}

int wh_reader_live(struct wh_reader *r, const struct wh_yaml *node, void *live)
{
	static const struct wh_reader_key keys[] = {
		{ "enabled", read_flag, offsetof(struct wh_live, enabled) },
		{ "ddl", read_ddl, offsetof(struct wh_live, ddl_apply) },
		{ "max_lag", wh_reader_duration, offsetof(struct wh_live, max_lag) },
		{ "deadline", wh_reader_duration, offsetof(struct wh_live, deadline) },
		{ "way_back", read_flag, offsetof(struct wh_live, way_back) },
		{ "max_retained", read_retained, offsetof(struct wh_live, max_retained) },
		{ "fence", read_fence, offsetof(struct wh_live, hook_fence) }, { "hooks", read_hooks, 0 },
		{ 0 }
	};
	struct wh_live *l = live;
	int rc = wh_reader_map(r, keys, node, live);
	if (rc != WH_OK || !l->hook_fence || (l->fence && l->unfence))
		return rc;
	wh_fail(r->error, WH_CONFIG,
		"\"fence: hook\" needs two commands: hooks: { fence: \"...\", unfence: \"...\" }");
	return wh_reader_place(r, node->key_line, node->key_column);
}

static void write_duration(struct wh_buffer *out, const char *key, int64_t milliseconds)
{
	wh_buffer_format(out, "  %s: ", key);
	duration_text(out, milliseconds);
	wh_buffer_char(out, '\n');
}

static void write_hooks(struct wh_buffer *out, const struct wh_live *l)
{
	if (!l->fence && !l->unfence && !l->switch_over) {
		wh_buffer_text(out,
			"  # Commands of your own: at the cutover and the rollback they are told the side that\n"
			"  # serves from then on (WHIMBREL_SERVING=source or target).\n"
			"  # hooks: { fence: \"...\", unfence: \"...\", switch: \"...\" }\n");
		return;
	}
	wh_buffer_text(out, "  hooks:\n");
	wh_write_pair(out, "    ", "fence", l->fence);
	wh_write_pair(out, "    ", "unfence", l->unfence);
	wh_write_pair(out, "    ", "switch", l->switch_over);
}

void wh_settings_write_live(const struct wh_settings *s, struct wh_buffer *out)
{
	const struct wh_live *l = &s->live;
	if (!l->enabled)
		return;
	wh_buffer_text(out,
		"\n# The source stays in use: copy, sync, verify, cutover, commit.\nlive:\n");
	wh_buffer_format(out, "  enabled: true\n  ddl: %s  # stop | apply\n",
		l->ddl_apply ? "apply" : "stop");
	write_duration(out, "max_lag", l->max_lag);
	write_duration(out, "deadline", l->deadline);
	wh_buffer_format(out, "  way_back: %s\n", l->way_back ? "true" : "false");
	if (l->max_retained)
		wh_buffer_format(out, "  max_retained: %llu\n", (unsigned long long)l->max_retained);
	if (l->hook_fence)
		wh_buffer_text(out, "  fence: hook\n");
	write_hooks(out, l);
}

void wh_settings_write_verify(const struct wh_settings *s, struct wh_buffer *out)
{
	wh_buffer_text(out, "\nverify:\n  mode: digest\n");
	if (s->live.enabled)
		write_duration(out, "max_age", s->live.max_age);
	wh_buffer_format(out, "  reconcile: \"%s\"  # auto | yes | no\n",
		wh_reconcile_word(s->reconcile));
}
