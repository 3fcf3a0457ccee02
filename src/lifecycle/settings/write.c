#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "lifecycle/settings/write_map.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_endpoint(struct wh_buffer *out, const char *side, const struct wh_endpoint *e)
{
	bool kept = e->url.password_in_text && e->url.password;
	wh_buffer_format(out, "%s:\n", side);
	wh_write_pair(out, "  ", "url", e->url_text);
	if (kept)
		wh_buffer_format(out, "  password_file: \"%s.password\"\n", side);
	else
		wh_write_pair(out, "  ", "password_file", e->password_file);
	wh_write_pair(out, "  ", "password_env", e->password_env);
	wh_write_pair(out, "  ", "password_command", e->password_command);
	if (!kept && !e->password_file && !e->password_env && !e->password_command && e->url.host)
		wh_buffer_format(out,
			"  # a password comes from one of these:\n"
			"  # password_file: %s.password   # a file that only you can read\n"
			"  # password_env: NAME\n"
			"  # password_command: pass show shop\n",
			side);
}

static void write_patterns(struct wh_buffer *out, const char *key, const char **items, size_t n)
{
	if (!n)
		return;
	wh_buffer_format(out, "  %s: [", key);
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(out, i ? ", " : "");
		wh_write_quoted(out, items[i]);
	}
	wh_buffer_text(out, "]\n");
}

static void write_select(struct wh_buffer *out, const struct wh_settings *s)
{
	wh_buffer_text(out, "\n# Tables by name or schema.name; \"*\" any characters, \"?\" one.\n");
	if (!s->ninclude && !s->nexclude)
		wh_buffer_text(out, "# select:\n#   include: [\"*\"]\n#   exclude: [\"tmp_*\"]\n");
	else
		wh_buffer_text(out, "select:\n");
	write_patterns(out, "include", s->include, s->ninclude);
	write_patterns(out, "exclude", s->exclude, s->nexclude);
}

static void write_policies(struct wh_buffer *out, const struct wh_policies *p)
{
	const char *const *names = wh_policies_known();
	wh_buffer_text(out, "\npolicies:\n");
	for (size_t i = 0; names[i]; i++) {
		wh_buffer_format(out, "  %s: \"%s\"  #", names[i], wh_policy_chosen(p, names[i]));
		const char *const *words = wh_policy_words(names[i]);
		for (size_t w = 0; words[w]; w++)
			wh_buffer_format(out, "%s %s", w ? " |" : "", words[w]);
		wh_buffer_char(out, '\n');
	}
}

static void write_number_guard(struct wh_buffer *out, const char *key,
	const struct wh_number_guard *guard)
{
	struct wh_buffer text = { 0 };
	if (guard->is == WH_ANY_NUMBER)
		return;
	wh_number_guard_text(&text, guard);
	wh_write_pair(out, "      ", key, wh_buffer_string(&text));
	wh_buffer_free(&text);
}

static void write_asked(struct wh_buffer *out, const char *key, enum wh_asked asked)
{
	if (asked != WH_EITHER)
		wh_buffer_format(out, "      %s: %s\n", key, asked == WH_YES ? "true" : "false");
}

static void write_when(struct wh_buffer *out, const struct wh_type_rule *r)
{
	struct wh_buffer when = { 0 };
	write_number_guard(&when, "precision", &r->precision);
	write_number_guard(&when, "length", &r->length);
	write_number_guard(&when, "scale", &r->scale);
	write_asked(&when, "nullable", r->nullable);
	write_asked(&when, "key", r->key);
	write_asked(&when, "auto_increment", r->auto_increment);
	wh_write_pair(&when, "      ", "default", r->default_like);
	if (when.size)
		wh_buffer_format(out, "    when:\n%s", wh_buffer_string(&when));
	wh_buffer_free(&when);
}

static void write_rule(struct wh_buffer *out, const struct wh_type_rule *r)
{
	wh_buffer_text(out, "  -\n");
	wh_write_pair(out, "    ", "from", r->from);
	wh_write_pair(out, "    ", "column", r->column);
	write_when(out, r);
	wh_write_pair(out, "    ", "to", r->to);
	wh_write_pair(out, "    ", "default", r->default_text);
	if (r->drop_default || r->drop_not_null)
		wh_buffer_format(out, "    drop: [%s%s%s]\n", r->drop_default ? "default" : "",
			r->drop_default && r->drop_not_null ? ", " : "", r->drop_not_null ? "not_null" : "");
	if (r->not_null)
		wh_buffer_text(out, "    not_null: true\n");
}

static void write_rules(struct wh_buffer *out, const struct wh_settings *s)
{
	if (!s->nrules)
		wh_buffer_text(out,
			"\n# Types of many columns; the first rule that matches is taken, `map` goes before.\n"
			"# types:\n#   - from: \"int*unsigned\"\n#     when: { key: false }\n#     to: bigint\n");
	else
		wh_buffer_text(out, "\ntypes:\n");
	for (size_t i = 0; i < s->nrules; i++)
		write_rule(out, &s->rules[i]);
}

static void write_size(struct wh_buffer *out, const char *key, uint64_t size)
{
	if (size && size % (1u << 20) == 0)
		wh_buffer_format(out, "  %s: %lluMiB\n", key, (unsigned long long)(size >> 20));
	else
		wh_buffer_format(out, "  %s: %llu\n", key, (unsigned long long)size);
}

static void write_limits(struct wh_buffer *out, const struct wh_settings *s)
{
	wh_buffer_format(out, "\nlimits:\n  workers: %d  # 0: chosen\n", s->workers);
	struct wh_buffer bad = { 0 };
	wh_bad_rows_text(&bad, &s->bad_rows);
	wh_write_pair(out, "  ", "bad_rows", wh_buffer_string(&bad));
	wh_buffer_free(&bad);
	write_size(out, "memory", s->memory);
	write_size(out, "bytes_per_second", s->bytes_per_second);
	write_size(out, "unit_bytes", s->unit_bytes);
}

void wh_settings_write(const struct wh_settings *s, struct wh_buffer *out)
{
	wh_buffer_text(out,
		"# What to move, from where to where. Run it with: whimbrel run FOLDER\n"
		"whimbrel: 1\n");
	wh_write_pair(out, "", "name", s->name);
	wh_buffer_char(out, '\n');
	write_endpoint(out, "source", &s->source);
	write_endpoint(out, "target", &s->target);
	write_select(out, s);
	write_policies(out, &s->policies);
	wh_write_map(out, s);
	write_rules(out, s);
	write_limits(out, s);
	wh_settings_write_live(s, out);
	wh_settings_write_verify(s, out);
	wh_settings_write_controls(s, out);
}

static int save_bytes(int fd, const char *path, const char *bytes, size_t n, struct wh_error *error)
{
	while (n) {
		ssize_t put = write(fd, bytes, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return wh_fail_errno(error, WH_STOP, "cannot write \"%s\"", path);
		bytes += put;
		n -= (size_t)put;
	}
	return fsync(fd) ? wh_fail_errno(error, WH_STOP, "cannot write \"%s\"", path) : WH_OK;
}

/* Written beside and renamed: never half a file. */
static int save_file(const char *folder, const char *name, const char *bytes, size_t n,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	const char *path = wh_arena_format(&arena, "%s/%s", folder, name);
	const char *beside = wh_arena_format(&arena, "%s.new", path);
	int rc = WH_OK, fd = -1;
	if (unlink(beside) && errno != ENOENT)
		rc = wh_fail_errno(error, WH_CONFIG, "cannot replace \"%s\"", beside);
	if (rc == WH_OK)
		fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (rc == WH_OK && fd < 0)
		rc = wh_fail_errno(error, WH_CONFIG, "cannot make \"%s\"", beside);
	if (rc == WH_OK)
		rc = save_bytes(fd, beside, bytes, n, error);
	if (fd >= 0)
		close(fd);
	if (rc == WH_OK && rename(beside, path))
		rc = wh_fail_errno(error, WH_CONFIG, "cannot write \"%s\"", path);
	wh_arena_free(&arena);
	return rc;
}

static int save_password(const struct wh_settings *s, const struct wh_endpoint *e, const char *name,
	struct wh_error *error)
{
	if (!e->url.password_in_text || !e->url.password)
		return WH_OK;
	return save_file(s->workdir, name, e->url.password, strlen(e->url.password), error);
}

int wh_settings_save_passwords(const struct wh_settings *s, struct wh_error *error)
{
	int rc = save_password(s, &s->source, "source.password", error);
	return rc == WH_OK ? save_password(s, &s->target, "target.password", error) : rc;
}

int wh_settings_save(const struct wh_settings *s, struct wh_error *error)
{
	if (mkdir(s->workdir, 0700) && errno != EEXIST)
		return wh_fail_errno(error, WH_CONFIG, "cannot make the work folder \"%s\"", s->workdir);
	int rc = wh_settings_save_passwords(s, error);
	if (rc != WH_OK)
		return rc;
	struct wh_buffer text = { 0 };
	wh_settings_write(s, &text);
	rc = text.full ? wh_fail(error, WH_CONFIG, "the settings are too large to write")
				   : save_file(s->workdir, WH_SETTINGS_FILE, text.data, text.size, error);
	wh_buffer_free(&text);
	return rc;
}
