#include "lifecycle/settings/settings.h"
#include "base/hash.h"
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "lifecycle/settings/yaml.h"
#include "model/connector.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct policy {
	const char *name;
	size_t offset;
	enum wh_policy_value values[4];
	const char *words[5];
	bool later; /* may change when the plan is made: no value on the target depends on it */
};

#define POLICY(field) .name = #field, .offset = offsetof(struct wh_policies, field)

static const struct policy policies[] = {
	{ POLICY(bad_row), .values = { WH_POLICY_QUARANTINE, WH_POLICY_STOP },
		.words = { "quarantine", "stop" }, .later = true },
	{ POLICY(zero_date), .values = { WH_POLICY_NULL, WH_POLICY_QUARANTINE },
		.words = { "null", "quarantine" } },
	{ POLICY(nul_byte), .values = { WH_POLICY_QUARANTINE, WH_POLICY_STRIP, WH_POLICY_REPLACE },
		.words = { "quarantine", "strip", "replace" } },
	{ POLICY(invalid_utf8), .values = { WH_POLICY_QUARANTINE, WH_POLICY_REPLACE, WH_POLICY_CP1252 },
		.words = { "quarantine", "replace", "cp1252" } },
	{ POLICY(empty_enum), .values = { WH_POLICY_KEEP, WH_POLICY_NULL, WH_POLICY_QUARANTINE },
		.words = { "keep", "null", "quarantine" } },
	{ POLICY(double_encoded), .values = { WH_POLICY_KEEP, WH_POLICY_REPAIR },
		.words = { "keep", "repair" } },
	{ POLICY(mixed_types), .values = { WH_POLICY_QUARANTINE, WH_POLICY_WIDEN },
		.words = { "quarantine", "widen" } },
	{ POLICY(if_exists),
		.values = { WH_POLICY_FAIL, WH_POLICY_TRUNCATE, WH_POLICY_APPEND, WH_POLICY_DROP },
		.words = { "fail", "truncate", "append", "drop" }, .later = true },
	{ POLICY(names), .values = { WH_POLICY_KEEP, WH_POLICY_LOWER, WH_POLICY_SNAKE },
		.words = { "keep", "lower", "snake" } },
	{ POLICY(grants), .values = { WH_POLICY_CARRY, WH_POLICY_REPORT },
		.words = { "carry", "report" } },
	{ POLICY(sqlite_tables), .values = { WH_POLICY_FLEXIBLE, WH_POLICY_STRICT },
		.words = { "flexible", "strict" } },
};
#define POLICIES (sizeof policies / sizeof *policies)

static const struct policy *policy_find(const char *name)
{
	for (size_t i = 0; i < POLICIES; i++)
		if (wh_equal(policies[i].name, name))
			return &policies[i];
	return NULL;
}

static void policy_set(const struct policy *p, enum wh_policy_value value, struct wh_policies *out)
{
	memcpy((char *)out + p->offset, &value, sizeof value);
}

const char *const *wh_policies_known(void)
{
	static const char *names[POLICIES + 1];
	for (size_t i = 0; i < POLICIES; i++)
		names[i] = policies[i].name;
	return names;
}

const char *wh_policy_chosen(const struct wh_policies *p, const char *policy)
{
	const struct policy *known = policy_find(policy);
	enum wh_policy_value value = WH_POLICY_STOP;
	if (known)
		memcpy(&value, (const char *)p + known->offset, sizeof value);
	return wh_policy_name(value);
}

bool wh_policy_planned(const char *policy)
{
	const struct policy *known = policy_find(policy);
	return known && !known->later;
}

const char *const *wh_policy_words(const char *policy)
{
	const struct policy *p = policy_find(policy);
	return p ? p->words : NULL;
}

bool wh_policy_parse(const char *policy, const char *word, struct wh_policies *out)
{
	const struct policy *p = policy_find(policy);
	for (size_t i = 0; p && p->words[i]; i++) {
		if (!wh_equal(p->words[i], word))
			continue;
		policy_set(p, p->values[i], out);
		return true;
	}
	return false;
}

const char *wh_policy_name(enum wh_policy_value value)
{
	static const char *const names[] = { [WH_POLICY_STOP] = "stop",
		[WH_POLICY_QUARANTINE] = "quarantine",
		[WH_POLICY_NULL] = "null",
		[WH_POLICY_STRIP] = "strip",
		[WH_POLICY_REPLACE] = "replace",
		[WH_POLICY_CP1252] = "cp1252",
		[WH_POLICY_FAIL] = "fail",
		[WH_POLICY_TRUNCATE] = "truncate",
		[WH_POLICY_APPEND] = "append",
		[WH_POLICY_DROP] = "drop",
		[WH_POLICY_KEEP] = "keep",
		[WH_POLICY_LOWER] = "lower",
		[WH_POLICY_SNAKE] = "snake",
		[WH_POLICY_CARRY] = "carry",
		[WH_POLICY_REPORT] = "report",
		[WH_POLICY_WIDEN] = "widen",
		[WH_POLICY_FLEXIBLE] = "flexible",
		[WH_POLICY_STRICT] = "strict",
		[WH_POLICY_REPAIR] = "repair" };
	return names[value];
}

void wh_settings_init(struct wh_settings *s)
{
	*s = (struct wh_settings){ .memory = 512u << 20,
		.unit_bytes = 32u << 20,
		.bad_rows = { .rows = 100000 },
		.live = { .way_back = true, .max_lag = 1000, .deadline = 30000, .max_age = 900000 } };
	for (size_t i = 0; i < POLICIES; i++)
		policy_set(&policies[i], policies[i].values[0], &s->policies);
}

static void settings_wipe(const struct wh_endpoint *e)
{
	if (e->url.password)
		explicit_bzero((void *)(uintptr_t)e->url.password, strlen(e->url.password));
}

void wh_settings_free(struct wh_settings *s)
{
	settings_wipe(&s->source);
	settings_wipe(&s->target);
	wh_settings_wipe_keys(s);
	wh_arena_free(&s->arena);
	*s = (struct wh_settings){ 0 };
}

const char *wh_path_from(struct wh_arena *arena, const char *folder, const char *path)
{
	char here[PATH_MAX];
	if (path[0] == '/')
		return path;
	const char *prefix = folder && folder[0] == '/' ? "" : getcwd(here, sizeof here);
	while (wh_starts(path, "./"))
		path += strspn(path + 1, "/") + 1;
	if (!prefix)
		prefix = ".";
	if (!folder || wh_equal(folder, "."))
		return wh_arena_format(arena, "%s/%s", prefix, path);
	return wh_arena_format(arena, "%s%s%s/%s", prefix, *prefix ? "/" : "", folder, path);
}

/* The text of a URL without the password between its user and its host. */
static const char *endpoint_cut(struct wh_arena *arena, const char *text)
{
	const char *start = strstr(text, "://");
	if (!start)
		return wh_arena_text(arena, text);
	start += 3;
	const char *end = start + strcspn(start, "/?#"), *at = NULL, *colon = NULL;
	for (const char *c = start; c < end; c++)
		if (*c == '@')
			at = c;
	for (const char *c = start; at && c < at && !colon; c++)
		if (*c == ':')
			colon = c;
	if (!colon)
		return wh_arena_text(arena, text);
	return wh_arena_format(arena, "%.*s%s", (int)(colon - text), text, at);
}

const char *wh_path_url(struct wh_arena *arena, const char *scheme, const char *path)
{
	struct wh_buffer url = { 0 };
	wh_buffer_format(&url, "%s:", scheme);
	for (const char *c = path; *c; c++) {
		if (strchr("%?#", *c) || (unsigned char)*c < 0x20 || *c == 0x7f)
			wh_buffer_format(&url, "%%%02X", (unsigned)(unsigned char)*c);
		else
			wh_buffer_char(&url, *c);
	}
	const char *text = wh_arena_text(arena, wh_buffer_string(&url));
	wh_buffer_free(&url);
	return text;
}

/* A URL "scheme:PATH" names a file: its path becomes absolute. */
static const char *endpoint_absolute(struct wh_arena *arena, const struct wh_url *url,
	const char *text, const char *folder)
{
	const char *colon = strchr(text, ':'), *tail = strchr(text, '?');
	bool file = colon && !wh_starts(colon, "://") && *url->path && url->path[0] != ':';
	if (!file || url->path[0] == '/')
		return text;
	const char *absolute = wh_path_url(arena, url->scheme, wh_path_from(arena, folder, url->path));
	return wh_arena_format(arena, "%s%s", absolute, tail ? tail : "");
}

/* A parameter that the connector does not know would be ignored, or fail only at the end. */
static int endpoint_params(const struct wh_url *url, const struct wh_connector *kind,
	struct wh_error *error)
{
	const char *names[64] = { 0 };
	size_t n = 0;
	for (const struct wh_option *o = kind->options; o && o->name && n < 63; o++)
		names[n++] = o->name;
	for (size_t i = 0; i < url->nparams; i++) {
		const char *name = url->params[i].name, *near;
		size_t o = 0;
		while (o < n && !wh_equal(names[o], name))
			o++;
		if (o < n)
			continue;
		near = wh_text_nearest(name, names);
		return wh_fail(error, WH_CONFIG,
			"unknown parameter \"%s\" in the %s URL; %s%s%s"
			"`whimbrel kinds` lists them",
			name, kind->scheme, near ? "did you mean \"" : "", near ? near : "",
			near ? "\"? " : "");
	}
	return WH_OK;
}

/* "mysql:/user@host/db" would be a path; its text may hold a password and is not repeated. */
static int endpoint_form(const struct wh_connector *kind, const char *text, struct wh_error *error)
{
	const char *rest = strchr(text, ':');
	if (kind->facts.file || (rest && wh_starts(rest + 1, "//")))
		return WH_OK;
	return wh_fail(error, WH_CONFIG, "no host in the %s URL: expected %s", kind->scheme,
		kind->url_form);
}

int wh_endpoint_parse(struct wh_settings *s, struct wh_endpoint *e, const char *text,
	const char *folder, struct wh_error *error)
{
	struct wh_url first = { 0 }, url = { 0 };
	const struct wh_connector *kind = NULL;
	int rc = wh_url_parse(text, &s->arena, &first, error);
	if (rc == WH_OK)
		rc = wh_connector_find(first.scheme, &kind, error);
	if (rc == WH_OK)
		rc = endpoint_form(kind, text, error);
	if (rc == WH_OK)
		rc = endpoint_params(&first, kind, error);
	if (rc != WH_OK)
		return rc;
	const char *cut = endpoint_cut(&s->arena, text);
	cut = endpoint_absolute(&s->arena, &first, cut, folder);
	rc = wh_url_parse(cut, &s->arena, &url, error);
	if (rc != WH_OK)
		return rc;
	if (url.password || !wh_equal(first.host, url.host) || !wh_equal(first.user, url.user))
		return wh_fail(error, WH_CONFIG,
			"the password in a URL has characters that stand for "
			"something else there; write \"/\" as %%2F, \"?\" as %%3F, \"#\" as %%23, \"@\" as "
			"%%40, or use password_file");
	e->url = url;
	e->url.password = first.password;
	e->url.password_in_text = first.password_in_text;
	e->url_text = cut;
	return WH_OK;
}

/* Of the database or file: letters and digits that may stand in a folder's name. */
static const char *settings_name(struct wh_arena *arena, const struct wh_url *url)
{
	const char *slash = strrchr(url->path, '/'), *from = slash ? slash + 1 : url->path;
	const char *dot = strrchr(from, '.');
	size_t n = dot && dot > from ? (size_t)(dot - from) : strlen(from);
	char *name = wh_arena_bytes(arena, from, n < 40 ? n : 40);
	bool any = false;
	for (char *c = name; *c; c++) {
		bool good = (*c >= '0' && *c <= '9') || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z');
		any = any || good;
		if (!good && *c != '_')
			*c = '-';
	}
	return any ? name : "database";
}

int wh_settings_urls(struct wh_settings *s, const char *source, const char *target,
	struct wh_error *error)
{
	int rc = wh_endpoint_parse(s, &s->source, source, NULL, error);
	if (rc != WH_OK)
		return wh_fail_place(error, "SOURCE");
	if (target)
		rc = wh_endpoint_parse(s, &s->target, target, NULL, error);
	if (rc != WH_OK)
		return wh_fail_place(error, "TARGET");
	if (!s->name)
		s->name = settings_name(&s->arena, &s->source.url);
	if (s->workdir)
		return WH_OK;
	char hash[65];
	const char *both = wh_arena_format(&s->arena, "%s\n%s", wh_url_shown(&s->source.url, &s->arena),
		target ? wh_url_shown(&s->target.url, &s->arena) : "");
	wh_sha256_hex(both, strlen(both), hash);
	s->workdir = wh_arena_format(&s->arena, "./whimbrel-%s-%.8s", s->name, hash);
	return WH_OK;
}

static int settings_read(const char *file, char *out, size_t room, size_t *n,
	struct wh_error *error)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return wh_fail_errno(error, WH_CONFIG, "cannot read the settings \"%s\"", file);
	ssize_t got = 1;
	for (*n = 0; got > 0 && *n<room; *n += got> 0 ? (size_t)got : 0)
		do
			got = read(fd, out + *n, room - *n);
		while (got < 0 && errno == EINTR);
	int rc = got < 0 ? wh_fail_errno(error, WH_CONFIG, "cannot read the settings \"%s\"", file)
					 : WH_OK;
	close(fd);
	return rc;
}

int wh_settings_load(struct wh_settings *s, const char *file, struct wh_error *error)
{
	size_t n = 0, room = WH_YAML_BYTES + 1;
	char *bytes = wh_alloc(room);
	int rc = settings_read(file, bytes, room, &n, error);
	if (rc == WH_OK) {
		const char *slash = strrchr(file, '/');
		const char *folder = !slash
			? "."
			: wh_arena_bytes(&s->arena, file, slash == file ? 1 : (size_t)(slash - file));
		s->file = wh_arena_text(&s->arena, file);
		rc = wh_settings_parse(s, file, folder, bytes, n, error);
		if (rc == WH_OK && !s->workdir)
			s->workdir = folder;
	}
	explicit_bzero(bytes, n);
	free(bytes);
	return rc;
}
