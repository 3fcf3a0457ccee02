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
