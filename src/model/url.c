#define _GNU_SOURCE /* memrchr */
#include "model/url.h"
#include "base/buffer.h"
#include "base/text.h"
#include <string.h>

#define URL_MAX 8192

/* The text is foreign and may hold a password: messages show nothing of it but its scheme, and
 * names of parameters. */
struct parser {
	struct wh_arena *arena;
	struct wh_url *url;
	struct wh_error *error;
};

struct span {
	const char *at;
	size_t n;
};

static struct span span_of(const char *at, const char *end)
{
	return (struct span){ at, (size_t)(end - at) };
}

static struct span span_cut(struct span *s, const char *stops)
{
	size_t n = 0;
	while (n < s->n && !strchr(stops, s->at[n]))
		n++;
	struct span head = { s->at, n };
	s->at += n;
	s->n -= n;
	return head;
}

/* strict: a % that does not begin %XX is an error; else it stands for itself. */
static const char *span_decode(struct parser *p, struct span s, bool strict, const char *what)
{
	char *out = wh_arena_alloc(p->arena, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char byte = (unsigned char)s.at[i];
		if (byte == '%') {
			bool formed = s.n - i > 2 && wh_text_unhex(s.at + i + 1, 2, &byte);
			if (!formed && strict) {
				wh_fail(p->error, WH_CONFIG,
					"bad %% sequence in the %s of the %s URL: expected %% and two "
					"hexadecimal digits; a percent sign itself is %%25",
					what, p->url->scheme);
				return NULL;
			}
			i += formed ? 2 : 0;
			byte = formed ? byte : '%';
		}
		if (!byte) {
			wh_fail(p->error, WH_CONFIG, "%%00 in the %s of the %s URL: no name can hold it", what,
				p->url->scheme);
			return NULL;
		}
		out[n++] = (char)byte;
	}
	out[n] = '\0';
	if (wh_utf8_valid(out, n))
		return out;
	wh_fail(p->error, WH_CONFIG, "bytes that are not UTF-8 in the %s of the %s URL", what,
		p->url->scheme);
	return NULL;
}

static bool param_secret(const char *name)
{
	static const char *const words[] = { "password", "passwd", "passphrase", "pwd", "secret",
		"token", "credential", NULL };
	for (const char *at = name; *at; at++)
		for (const char *const *word = words; *word; word++)
			if (wh_starts_nocase(at, *word))
				return true;
	return false;
}

static int url_param_add(struct parser *p, struct span one)
{
	struct span name = span_cut(&one, "=");
	if (!one.n || !name.n)
		return wh_fail(p->error, WH_CONFIG,
			"bad parameter in the %s URL: expected name=value, joined by '&'", p->url->scheme);
	one.at++;
	one.n--;
	struct wh_url_param param = { span_decode(p, name, true, "parameter name") };
	if (!param.name || !(param.value = span_decode(p, one, true, "parameters")))
		return WH_CONFIG;
	if (wh_url_param(p->url, param.name))
		return wh_fail(p->error, WH_CONFIG,
			"parameter \"%s\" stands twice in the %s URL: leave "
			"one of them",
			param.name, p->url->scheme);
	*wh_push(p->arena, &p->url->params, &p->url->nparams) = param;
	p->url->password_in_text |= param_secret(param.name);
	return WH_OK;
}

static int url_params(struct parser *p, struct span query)
{
	while (query.n) {
		struct span one = span_cut(&query, "&");
		int rc = url_param_add(p, one);
		if (rc)
			return rc;
		if (query.n) {
			query.at++;
			query.n--;
		}
	}
	return WH_OK;
}

static int url_userinfo(struct parser *p, struct span info)
{
	struct span user = span_cut(&info, ":");
	if (!(p->url->user = span_decode(p, user, true, "user name")))
		return WH_CONFIG;
	if (!info.n)
		return WH_OK;
	info.at++;
	info.n--;
	p->url->password_in_text = true;
	p->url->password = span_decode(p, info, true, "password");
	return p->url->password ? WH_OK : WH_CONFIG;
}

static int url_port(struct parser *p, struct span port)
{
	uint64_t number;
	if (!wh_text_uint64(port.at, port.n, &number) || number < 1 || number > 65535)
		return wh_fail(p->error, WH_CONFIG,
			"bad port in the %s URL: expected a number from 1 to 65535 behind the host's ':'",
			p->url->scheme);
	p->url->port = (int)number;
	return WH_OK;
}

/* host, host:port, [v6], [v6]:port */
static int url_host(struct parser *p, struct span text)
{
	struct span host;
	if (text.n && *text.at == '[') {
		text.at++;
		text.n--;
		host = span_cut(&text, "]");
		if (!text.n || !host.n)
			return wh_fail(p->error, WH_CONFIG,
				"bad host in the %s URL: expected an IPv6 address between '[' and ']'",
				p->url->scheme);
		text.at++;
		text.n--;
	} else {
		host = span_cut(&text, ":");
	}
	if (text.n && *text.at != ':')
		return wh_fail(p->error, WH_CONFIG,
			"bad host in the %s URL: expected ':' and a port, or '/', behind ']'", p->url->scheme);
	if (!(p->url->host = span_decode(p, host, true, "host")))
		return WH_CONFIG;
	return text.n ? url_port(p, span_of(text.at + 1, text.at + text.n)) : WH_OK;
}

static int url_authority(struct parser *p, struct span text)
{
	const char *at = memrchr(text.at, '@', text.n);
	if (!at)
		return url_host(p, text);
	struct span info = span_of(text.at, at);
	if (memchr(info.at, '@', info.n))
		return wh_fail(p->error, WH_CONFIG,
			"two '@' before the host of the %s URL: write one that "
			"belongs to the user name or password as %%40",
			p->url->scheme);
	int rc = url_userinfo(p, info);
	return rc ? rc : url_host(p, span_of(at + 1, text.at + text.n));
}

/* Without a host and without the socket that stands for one, it is a file: scheme:///path. */
static int url_empty_host(struct parser *p, struct span path)
{
	struct wh_url *u = p->url;
	if (wh_url_param(u, "socket") || wh_url_param(u, "host"))
		return WH_OK;
	if (u->user || u->port || path.n < 2)
		return wh_fail(p->error, WH_CONFIG,
			"no host in the %s URL: expected %s://user@host:port/name, or ?socket=PATH behind it",
			u->scheme, u->scheme);
	u->host = NULL;
	u->path = span_decode(p, path, true, "path");
	return u->path ? WH_OK : WH_CONFIG;
}

/* Behind "scheme://". */
static int url_server(struct parser *p, struct span text)
{
	struct span all = text, authority = span_cut(&text, "/?#");
	if (!memchr(authority.at, '@', authority.n) && memchr(text.at, '@', text.n) &&
		memchr(authority.at, ':', authority.n))
		return wh_fail(p->error, WH_CONFIG,
			"a '/', '?' or '#' before the '@' of the %s URL: in a user name or password they "
			"are %%2F, %%3F and %%23",
			p->url->scheme);
	if (memchr(all.at, '#', all.n))
		return wh_fail(p->error, WH_CONFIG, "'#' in the %s URL: write it as %%23", p->url->scheme);
	struct span path = span_cut(&text, "?");
	int rc = url_authority(p, authority);
	if (rc)
		return rc;
	struct span name = path;
	if (name.n) {
		name.at++;
		name.n--;
	}
	if (!(p->url->path = span_decode(p, name, true, "path")))
		return WH_CONFIG;
	rc = text.n ? url_params(p, span_of(text.at + 1, text.at + text.n)) : WH_OK;
	return rc || *p->url->host ? rc : url_empty_host(p, path);
}

/* Behind "scheme:". */
static int url_file(struct parser *p, struct span text)
{
	struct span path = span_cut(&text, "?");
	if (!path.n)
		return wh_fail(p->error, WH_CONFIG, "no path in the %s URL: expected %s:PATH",
			p->url->scheme, p->url->scheme);
	if (!(p->url->path = span_decode(p, path, false, "path")))
		return WH_CONFIG;
	return text.n ? url_params(p, span_of(text.at + 1, text.at + text.n)) : WH_OK;
}

static size_t scheme_length(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
	return text[n] == ':' && n && strchr("+.-0123456789", text[0]) == NULL ? n : 0;
}

static int url_form(struct parser *p, const char *text)
{
	for (const char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return wh_fail(p->error, WH_CONFIG,
				"a control character in the URL, %zu bytes from its "
				"beginning: remove it or write it as %%XX",
				(size_t)(at - text));
	size_t n = strlen(text), scheme = scheme_length(text);
	if (n > URL_MAX)
		return wh_fail(p->error, WH_CONFIG, "URL too long: %zu bytes, at most %d are taken", n,
			URL_MAX);
	if (!scheme)
		return wh_fail(p->error, WH_CONFIG,
			"no URL \"%s\": expected scheme://user@host:port/name, or scheme:PATH as in "
			"sqlite:shop.db; `whimbrel kinds` lists the forms",
			strpbrk(text, "@?%") ? "..." : text);
	char *lower = wh_arena_bytes(p->arena, text, scheme);
	for (char *at = lower; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at);
	p->url->scheme = lower;
	struct span rest = { text + scheme + 1, n - scheme - 1 };
	bool server = wh_starts(rest.at, "//");
	return server ? url_server(p, span_of(rest.at + 2, text + n)) : url_file(p, rest);
}

int wh_url_parse(const char *text, struct wh_arena *arena, struct wh_url *out,
	struct wh_error *error)
{
	struct wh_url url = { .path = "" };
	struct parser p = { arena, &url, error };
	int rc = url_form(&p, text);
	if (!rc)
		*out = url;
	return rc;
}

const char *wh_url_param(const struct wh_url *url, const char *name)
{
	for (size_t i = 0; i < url->nparams; i++)
		if (wh_equal(url->params[i].name, name))
			return url->params[i].value;
	return NULL;
}

static bool byte_bare(unsigned char c, const char *bare)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		strchr("-._~", c) || strchr(bare, c);
}

/* Letters and the characters of `bare` stand as they are, and so does what is not ASCII where a
 * terminal may show it; the rest becomes %XX. */
static void put_encoded(struct wh_buffer *out, const char *text, const char *bare)
{
	static const char digits[] = "0123456789ABCDEF";
	struct wh_buffer seen = { 0 };
	for (size_t step; *text; text += step) {
		for (step = 1; ((unsigned char)text[step] & 0xc0) == 0x80;)
			step++;
		wh_buffer_clear(&seen);
		wh_text_shown(&seen, text, step);
		bool wide = (*text & 0x80) && seen.size == step;
		for (size_t i = 0; i < step; i++) {
			unsigned char c = (unsigned char)text[i];
			if (wide || byte_bare(c, bare))
				wh_buffer_char(out, (char)c);
			else
				wh_buffer_put(out, (char[]){ '%', digits[c >> 4], digits[c & 15] }, 3);
		}
	}
	wh_buffer_free(&seen);
}

static void put_server(struct wh_buffer *out, const struct wh_url *url)
{
	bool six = strchr(url->host, ':') != NULL;
	wh_buffer_text(out, "//");
	if (url->user) {
		put_encoded(out, url->user, "");
		wh_buffer_char(out, '@');
	}
	wh_buffer_text(out, six ? "[" : "");
	put_encoded(out, url->host, six ? ":" : "");
	wh_buffer_text(out, six ? "]" : "");
	if (url->port)
		wh_buffer_format(out, ":%d", url->port);
	wh_buffer_char(out, '/');
}

const char *wh_url_shown(const struct wh_url *url, struct wh_arena *arena)
{
	struct wh_buffer out = { 0 };
	wh_buffer_text(&out, url->scheme ? url->scheme : "");
	wh_buffer_char(&out, ':');
	const char *path = url->path ? url->path : "";
	if (url->host)
		put_server(&out, url);
	if (!url->host && wh_starts(path, "//")) { /* they would announce a host */
		wh_buffer_text(&out, "/%2F");
		path += 2;
	}
	put_encoded(&out, path, "/:@!$&'()*+,;=");
	for (size_t i = 0; i < url->nparams; i++) {
		bool secret = param_secret(url->params[i].name);
		wh_buffer_char(&out, i ? '&' : '?');
		put_encoded(&out, url->params[i].name, "");
		wh_buffer_char(&out, '=');
		put_encoded(&out, secret ? "***" : url->params[i].value, "/:@*,;");
	}
	const char *text = wh_arena_bytes(arena, out.data, out.size);
	wh_buffer_free(&out);
	return text;
}
