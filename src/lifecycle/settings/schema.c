/* The schema of migration.yaml: one table of keys a map, each bound to a field. */
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "lifecycle/settings/reader.h"
#include "lifecycle/settings/yaml.h"
#include <stdlib.h>
#include <string.h>

int wh_reader_place(struct wh_reader *r, int line, int column)
{
	return wh_fail_place(r->error, "%s", wh_yaml_place(&r->s->arena, r->label, line, column));
}

int wh_reader_wrong(struct wh_reader *r, const struct wh_yaml *node, const char *expected)
{
	static const char *const
		kinds[] = { [WH_YAML_TEXT] = "a text", [WH_YAML_LIST] = "a list", [WH_YAML_MAP] = "a map" };
	const char *found = node->kind == WH_YAML_TEXT && !*node->text ? "nothing" : kinds[node->kind];
	const char *quote = node->key ? "\"" : "";
	wh_fail(r->error, WH_CONFIG, "%s%s%s is wrong: expected %s, found %s%s%.60s%s", quote,
		node->key ? node->key : "this", quote, expected, found,
		node->kind == WH_YAML_TEXT && *node->text ? " \"" : "",
		node->kind == WH_YAML_TEXT ? node->text : "",
		node->kind == WH_YAML_TEXT && *node->text ? "\"" : "");
	return wh_reader_place(r, node->line, node->column);
}

static void reader_list(struct wh_buffer *out, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		wh_buffer_format(out, "%s%s", i ? ", " : "", words[i]);
}

/* "unknown key "x"; did you mean "y"?", or all the words that would do. */
int wh_reader_unknown(struct wh_reader *r, const char *what, const char *word,
	const char *const *words)
{
	const char *near = wh_text_nearest(word, words);
	struct wh_buffer all = { 0 };
	reader_list(&all, words);
	int rc = near
		? wh_fail(r->error, WH_CONFIG,
			  "unknown %s \"%s\"; did you mean \"%s\"? "
			  "Expected one of: %s",
			  what, word, near, wh_buffer_string(&all))
		: wh_fail(r->error, WH_CONFIG, "unknown %s \"%s\"; expected one of: %s", what, word,
			  wh_buffer_string(&all));
	wh_buffer_free(&all);
	return rc;
}

static int reader_no_key(struct wh_reader *r, const struct wh_reader_key *keys,
	const struct wh_yaml *node)
{
	const char *words[24] = { 0 };
	size_t n = 0;
	for (const struct wh_reader_key *k = keys; k->name; k++) {
		if (!k->read && wh_equal(k->name, node->key)) {
			wh_fail(r->error, WH_CONFIG,
				"\"%s\" is not supported by this version of whimbrel; "
				"remove it",
				node->key);
			return wh_reader_place(r, node->key_line, node->key_column);
		}
		if (k->read)
			words[n++] = k->name;
	}
	wh_reader_unknown(r, "key", node->key, words);
	return wh_reader_place(r, node->key_line, node->key_column);
}

int wh_reader_map(struct wh_reader *r, const struct wh_reader_key *keys, const struct wh_yaml *node,
	void *into)
{
	if (node->kind != WH_YAML_MAP)
		return wh_reader_wrong(r, node, "a map of \"key: value\"");
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		const struct wh_reader_key *k = keys;
		while (k->name && !(k->read && wh_equal(k->name, child->key)))
			k++;
		if (!k->name)
			return reader_no_key(r, keys, child);
		int rc = k->read(r, child, (char *)into + k->offset);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

int wh_reader_text(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	if (node->kind != WH_YAML_TEXT || !*node->text)
		return wh_reader_wrong(r, node, "a text");
	const char **out = field;
	*out = node->text;
	return WH_OK;
}

int wh_reader_path(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	int rc = wh_reader_text(r, node, field);
	const char **out = field;
	if (rc == WH_OK)
		*out = wh_path_from(&r->s->arena, r->folder, *out);
	return rc;
}

static int read_version(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	(void)field;
	return node->kind == WH_YAML_TEXT && wh_equal(node->text, "1")
		? WH_OK
		: wh_reader_wrong(r, node, "1, the version of this file's format");
}

static int read_digest(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	(void)field;
	return node->kind == WH_YAML_TEXT && wh_equal(node->text, "digest")
		? WH_OK
		: wh_reader_wrong(r, node, "digest");
}

static int read_size(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	uint64_t *out = field;
	return node->kind == WH_YAML_TEXT && wh_text_size(node->text, out)
		? WH_OK
		: wh_reader_wrong(r, node, "a size such as 512MiB");
}

static int read_some(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	const uint64_t *out = field;
	int rc = read_size(r, node, field);
	return rc == WH_OK && !*out ? wh_reader_wrong(r, node, "a size above 0 such as 512MiB") : rc;
}

static int read_memory(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	const uint64_t *out = field;
	int rc = read_size(r, node, field);
	return rc == WH_OK && *out < WH_MEMORY_LEAST
		? wh_reader_wrong(r, node, "a size of 16MiB or more, such as 512MiB")
		: rc;
}

static int read_workers(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	int64_t n = 0;
	bool good = node->kind == WH_YAML_TEXT && wh_text_int64(node->text, strlen(node->text), &n);
	if (!good || n < 0 || n > WH_WORKERS_MOST)
		return wh_reader_wrong(r, node, "a number from 1 to 64, or 0 for a chosen one");
	int *out = field;
	*out = (int)n;
	return WH_OK;
}

static int read_bad_rows(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	bool good = node->kind == WH_YAML_TEXT && wh_bad_rows_parse(node->text, field);
	return good ? WH_OK : wh_reader_wrong(r, node, "a count such as 1000, or a share such as 1%");
}

struct patterns {
	const char ***items;
	size_t *count;
};

static int read_patterns(struct wh_reader *r, const struct wh_yaml *node, struct patterns out)
{
	if (node->kind != WH_YAML_LIST)
		return wh_reader_wrong(r, node, "a list such as [\"*\"]");
	*out.items = wh_new_array(&r->s->arena, const char *, node->count + 1);
	*out.count = 0;
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		int rc = wh_reader_text(r, child, *out.items + *out.count);
		if (rc != WH_OK)
			return rc;
		++*out.count;
	}
	return WH_OK;
}

static int read_include(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	struct wh_settings *s = settings;
	return read_patterns(r, node, (struct patterns){ &s->include, &s->ninclude });
}

static int read_exclude(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	struct wh_settings *s = settings;
	return read_patterns(r, node, (struct patterns){ &s->exclude, &s->nexclude });
}

static int read_select(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	static const struct wh_reader_key keys[] = { { "include", read_include, 0 },
		{ "exclude", read_exclude, 0 }, { 0 } };
	return wh_reader_map(r, keys, node, settings);
}

static int read_url(struct wh_reader *r, const struct wh_yaml *node, void *endpoint)
{
	const char *text = NULL;
	struct wh_endpoint *e = endpoint;
	int rc = wh_reader_text(r, node, &text);
	if (rc != WH_OK)
		return rc;
	rc = wh_endpoint_parse(r->s, e, text, r->folder, r->error);
	explicit_bzero(node->text, strlen(node->text));
	if (rc != WH_OK)
		wh_reader_place(r, node->line, node->column);
	return rc;
}

static int read_endpoint(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	static const struct wh_reader_key keys[] = { { "url", read_url, 0 },
		{ "password_file", wh_reader_path, offsetof(struct wh_endpoint, password_file) },
		{ "password_env", wh_reader_text, offsetof(struct wh_endpoint, password_env) },
		{ "password_command", wh_reader_text, offsetof(struct wh_endpoint, password_command) },
		{ 0 } };
	struct wh_endpoint *e = field;
	int rc = wh_reader_map(r, keys, node, e);
	if (rc != WH_OK)
		return rc;
	int ways = !!e->url.password + !!e->password_file + !!e->password_env + !!e->password_command;
	if (e->url_text && ways < 2)
		return WH_OK;
	wh_fail(r->error, WH_CONFIG, "%s",
		!e->url_text
			? "the key \"url\" is missing; add it"
			: "more than one password is given; keep one of a password in the URL, password_file, "
			  "password_env, password_command");
	return wh_reader_place(r, node->key_line, node->key_column);
}

static int read_policies(struct wh_reader *r, const struct wh_yaml *node, void *field)
{
	if (node->kind != WH_YAML_MAP)
		return wh_reader_wrong(r, node, "a map of \"policy: word\"");
	for (const struct wh_yaml *child = node->first; child; child = child->next) {
		const char *const *words = wh_policy_words(child->key);
		if (!words) {
			wh_reader_unknown(r, "key", child->key, wh_policies_known());
			return wh_reader_place(r, child->key_line, child->key_column);
		}
		if (child->kind != WH_YAML_TEXT)
			return wh_reader_wrong(r, child, "a word");
		if (wh_policy_parse(child->key, child->text, field))
			continue;
		const char *what = wh_arena_format(&r->s->arena, "word for \"%s\":", child->key);
		wh_reader_unknown(r, what, child->text, words);
		return wh_reader_place(r, child->line, child->column);
	}
	return WH_OK;
}

static int read_limits(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	static const struct wh_reader_key keys[] = {
		{ "workers", read_workers, offsetof(struct wh_settings, workers) },
		{ "memory", read_memory, offsetof(struct wh_settings, memory) },
		{ "bad_rows", read_bad_rows, offsetof(struct wh_settings, bad_rows) },
		{ "bytes_per_second", read_size, offsetof(struct wh_settings, bytes_per_second) },
		{ "unit_bytes", read_some, offsetof(struct wh_settings, unit_bytes) }, { 0 }
	};
	return wh_reader_map(r, keys, node, settings);
}

static int read_verify(struct wh_reader *r, const struct wh_yaml *node, void *settings)
{
	static const struct wh_reader_key keys[] = { { "mode", read_digest, 0 },
		{ "max_age", wh_reader_duration, offsetof(struct wh_settings, live.max_age) },
		{ "reconcile", wh_reader_reconcile, offsetof(struct wh_settings, reconcile) }, { 0 } };
	return wh_reader_map(r, keys, node, settings);
}

static const struct wh_reader_key settings_keys[] = { { "whimbrel", read_version, 0 },
	{ "name", wh_reader_text, offsetof(struct wh_settings, name) },
	{ "source", read_endpoint, offsetof(struct wh_settings, source) },
	{ "target", read_endpoint, offsetof(struct wh_settings, target) }, { "select", read_select, 0 },
	{ "policies", read_policies, offsetof(struct wh_settings, policies) },
	{ "map", wh_reader_maps, 0 }, { "types", wh_reader_rules, 0 }, { "limits", read_limits, 0 },
	{ "verify", read_verify, 0 }, { "reconcile", wh_reader_controls, 0 },
	{ "live", wh_reader_live, offsetof(struct wh_settings, live) }, { 0 } };

/* Totals of a source that moves on would never agree. */
static int settings_still(struct wh_reader *r)
{
	const struct wh_settings *s = r->s;
	if (!s->live.enabled || (s->reconcile != WH_RECONCILE_YES && !s->ncontrols))
		return WH_OK;
	wh_fail(r->error, WH_CONFIG,
		"a source that stays in use (live: enabled) cannot be reconciled; take \"reconcile\" away");
	return wh_reader_place(r, 1, 1);
}

static int settings_whole(struct wh_reader *r, const struct wh_yaml *root)
{
	static const char *const needed[] = { "whimbrel", "source", "target", NULL };
	for (size_t i = 0; needed[i]; i++) {
		const struct wh_yaml *child = root->first;
		while (child && !wh_equal(child->key, needed[i]))
			child = child->next;
		if (child)
			continue;
		wh_fail(r->error, WH_CONFIG,
			"the key \"%s\" is missing; `whimbrel init SOURCE TARGET` "
			"prints a file to start from",
			needed[i]);
		return wh_reader_place(r, 1, 1);
	}
	if (!r->s->name)
		r->s->name = "migration";
	return settings_still(r);
}

int wh_settings_parse(struct wh_settings *s, const char *label, const char *folder,
	const char *bytes, size_t n, struct wh_error *error)
{
	struct wh_reader r = { .s = s, .label = label, .folder = folder, .error = error };
	struct wh_yaml *root = NULL;
	int rc = wh_yaml_parse(&s->arena, label, bytes, n, &root, error);
	if (rc != WH_OK)
		return rc;
	if (!root) {
		wh_fail(error, WH_CONFIG,
			"the file is empty; `whimbrel init SOURCE TARGET` prints one "
			"to start from");
		return wh_reader_place(&r, 1, 1);
	}
	rc = wh_reader_map(&r, settings_keys, root, s);
	return rc == WH_OK ? settings_whole(&r, root) : rc;
}
