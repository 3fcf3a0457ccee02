/* The URL of an endpoint, as it stands in a command or a file: checked, and found from any folder. */
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "model/connector.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

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
		if (strchr("%?#&", *c) || (unsigned char)*c < 0x20 || *c == 0x7f)
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

static bool names_files(const struct wh_connector *kind, const char *name, size_t n)
{
	for (const struct wh_option *o = kind->options; o && o->name; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return wh_equal(o->type, "file");
	return false;
}

/* "a.cpy,b.cpy", each from the folder; what stands there is encoded already. */
static void put_files(struct wh_buffer *out, const char *folder, const char *files, size_t n)
{
	for (size_t at = 0; at <= n;) {
		size_t one = at;
		while (one < n && files[one] != ',')
			one++;
		if (at)
			wh_buffer_char(out, ',');
		if (one > at && files[at] != '/')
			wh_buffer_text(out, folder);
		wh_buffer_put(out, files + at, one - at);
		at = one + 1;
	}
}

/* The files that parameters name are found from any folder, as the endpoint's own path is. */
static const char *endpoint_files(struct wh_arena *arena, const struct wh_connector *kind,
	const char *text, const char *folder)
{
	const char *query = strchr(text, '?');
	if (!query)
		return text;
	struct wh_buffer out = { 0 };
	const char *here = strchr(wh_path_url(arena, "file", wh_path_from(arena, folder, "")), '/');
	wh_buffer_put(&out, text, (size_t)(query - text));
	for (char mark = '?'; *query; mark = '&') {
		const char *name = query + 1;
		size_t n = strcspn(name, "&"), key = strcspn(name, "=&");
		wh_buffer_char(&out, mark);
		if (key < n && names_files(kind, name, key)) {
			wh_buffer_put(&out, name, key + 1);
			put_files(&out, here, name + key + 1, n - key - 1);
		} else {
			wh_buffer_put(&out, name, n);
		}
		query = name + n;
	}
	text = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
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
	cut = endpoint_files(&s->arena, kind, cut, folder);
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
