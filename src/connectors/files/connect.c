/* Which files a URL means, and which of them share their tables. */
#include "base/file.h"
#include "base/text.h"
#include "connectors/files/files.h"
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TEXT_MOST ((size_t)16 << 20)

static bool is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* Where the last folder ends that no pattern is in. */
static size_t folder_end(const char *path)
{
	size_t first = strcspn(path, "*?["), end = 0;
	for (size_t i = 0; i < first && path[i]; i++)
		if (path[i] == '/')
			end = i + 1;
	return end;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "DIR/part-*.csv" is the store's folder DIR and the pattern "part-*.csv". */
static void split_path(struct wh_files *s, const char *path)
{
	if (!is_pattern(path) && is_folder(path))
		path = wh_arena_format(&s->arena, "%s/*", path);
	size_t end = folder_end(path);
	s->store_url.path = end ? wh_arena_bytes(&s->arena, path, end) : ".";
	s->pattern = wh_arena_text(&s->arena, path + end);
	s->prefix = wh_arena_bytes(&s->arena, s->pattern, strcspn(s->pattern, "*?["));
}

static int open_store(struct wh_files *s, struct wh_error *error)
{
	const struct wh_store *kind = wh_stores[0];
	s->store = (struct wh_store_conn){ kind, &s->store_url,
		wh_arena_alloc(&s->arena, kind->state_size) };
	return kind->open(&s->store, error);
}

static int add_file(struct wh_files *s, const struct wh_object_info *o, struct wh_error *error)
{
	if (s->nfiles == (size_t)1 << (62 - WH_FILES_PLACE_BITS))
		return wh_fail(error, WH_CONFIG, "too many files: \"%s\"; move them in several parts",
			s->pattern);
	struct wh_files_file *f = wh_push(&s->arena, &s->files, &s->nfiles);
	const char *slash = strrchr(o->name, '/');
	*f = (struct wh_files_file){ .object = *o, .shown = slash ? slash + 1 : o->name };
	return WH_OK;
}

static int list_files(struct wh_files *s, struct wh_error *error)
{
	bool deep = strchr(s->pattern, '/') != NULL;
	const char *after = "";
	int rc = WH_OK;
	while (rc == WH_OK) {
		struct wh_objects page = { .arena = &s->arena };
		rc = s->store.kind->list(&s->store, s->prefix, after, deep, &page, error);
		for (size_t i = 0; rc >= 0 && i < page.count; i++) {
			bool meant = is_pattern(s->pattern)
				? fnmatch(s->pattern, page.items[i].name, FNM_PATHNAME) == 0
				: wh_equal(s->pattern, page.items[i].name);
			int added = meant ? add_file(s, &page.items[i], error) : WH_OK;
			rc = added == WH_OK ? rc : added;
		}
		after = page.count ? page.items[page.count - 1].name : after;
	}
	if (rc >= 0 && !s->nfiles)
		return wh_fail(error, WH_CONFIG, "there is no such file: \"%s\" in \"%s\"", s->pattern,
			s->store_url.path);
	return rc < 0 ? rc : WH_OK;
}

/* "orders.2024.csv.gz" is "orders.2024": what tells how it is packed goes, then one extension. */
static const char *stem(struct wh_arena *arena, const char *shown)
{
	static const char *const packed[] = { ".gz", ".zst", ".bz2", ".xz" };
	char *name = wh_arena_text(arena, shown);
	size_t n = strlen(name);
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++) {
		size_t k = strlen(packed[i]);
		if (n > k && wh_equal_nocase(name + n - k, packed[i])) {
			name[n - k] = '\0';
			break;
		}
	}
	char *dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = '\0';
	return name;
}

static void make_groups(struct wh_files *s, const struct wh_url *url)
{
	bool apart = s->codec->apart && !wh_url_param(url, "table");
	for (size_t i = 0; i < s->nfiles; i++) {
		if (apart || i == 0) {
			struct wh_files_group *g = wh_push(&s->arena, &s->groups, &s->ngroups);
			const char *table = wh_url_param(url, "table");
			*g = (struct wh_files_group){ .name = stem(&s->arena, s->files[i].shown), .first = i };
			g->name = table ? table : g->name;
		}
		s->groups[s->ngroups - 1].count++;
		s->files[i].group = s->ngroups - 1;
	}
}

static int by_table(const void *a, const void *b)
{
	return strcmp((*(const struct wh_files_group *const *)a)->name,
		(*(const struct wh_files_group *const *)b)->name);
}

static int check_names(struct wh_files *s, struct wh_error *error)
{
	const struct wh_files_group **groups = wh_new_array(&s->arena, const struct wh_files_group *,
		s->ngroups);
	for (size_t i = 0; i < s->ngroups; i++)
		groups[i] = &s->groups[i];
	qsort(groups, s->ngroups, sizeof *groups, by_table);
	for (size_t i = 1; i < s->ngroups; i++)
		if (wh_equal(groups[i]->name, groups[i - 1]->name))
			return wh_fail(error, WH_CONFIG,
				"two files would be the table \"%s\": \"%s\" and \"%s\"; join them with "
				"?table=NAME, or move them one by one",
				groups[i]->name, s->files[groups[i - 1]->first].object.name,
				s->files[groups[i]->first].object.name);
	return WH_OK;
}

int wh_files_list(struct wh_files *s, struct wh_error *error)
{
	if (s->nfiles)
		return WH_OK;
	int rc = list_files(s, error);
	if (rc == WH_OK)
		make_groups(s, s->url);
	return rc == WH_OK ? check_names(s, error) : rc;
}

/* What a codec writes each table apart into goes into a folder; else the path is the file. */
static void target_path(struct wh_files *s, const char *scheme, const char *path)
{
	size_t n = strlen(path), end = 0;
	if (s->codec->apart) {
		s->store_url.path = path;
		s->pattern = wh_arena_format(&s->arena, "*.%s", scheme);
		s->prefix = "";
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (path[i] == '/')
			end = i + 1;
	s->store_url.path = end ? wh_arena_bytes(&s->arena, path, end) : ".";
	s->pattern = s->prefix = wh_arena_text(&s->arena, path + end);
}

static int open_source(struct wh_files *s, struct wh_error *error)
{
	split_path(s, s->url->path);
	int rc = open_store(s, error);
	return rc == WH_OK ? wh_files_list(s, error) : rc;
}

static int open_target(struct wh_conn *c, struct wh_error *error)
{
	struct wh_files *s = c->state;
	target_path(s, c->kind->scheme, c->url->path);
	const char *folder = s->store_url.path;
	s->stage_url = (struct wh_url){ .scheme = "sqlite" };
	s->stage_url.path = wh_arena_format(&s->arena, "%s/whimbrel-stage-%s.db", folder,
		s->codec->apart ? c->kind->scheme : s->pattern);
	if (c->writes && mkdir(folder, 0777) != 0 && errno != EEXIST)
		return wh_fail_errno(error, WH_CONFIG, "the folder cannot be made: \"%s\"", folder);
	return is_folder(folder) || c->writes ? open_store(s, error) : WH_OK;
}

int wh_files_open(struct wh_conn *c, struct wh_error *error)
{
	struct wh_files *s = c->state;
	s->codec = c->kind->codec;
	s->url = c->url;
	s->store_url.scheme = wh_stores[0]->scheme;
	if (!*c->url->path)
		return wh_fail(error, WH_CONFIG, "no file is named; write %s", c->kind->url_form);
	return c->side == WH_TARGET ? open_target(c, error) : open_source(s, error);
}

void wh_files_close(struct wh_conn *c)
{
	struct wh_files *s = c->state;
	for (size_t i = 0; i < s->ngroups; i++)
		if (s->groups[i].codec) {
			s->codec->close(s->groups[i].codec);
			free(s->groups[i].codec);
		}
	wh_stream_free(&s->stream);
	wh_batch_finish(&s->all);
	wh_conn_close(s->stage);
	if (s->store.kind)
		s->store.kind->close(&s->store);
	wh_arena_free(&s->arena);
	*s = (struct wh_files){ 0 };
}

/* ---- the codec of a group ---- */

int wh_files_text(void *context, const char *path, struct wh_arena *arena,
	struct wh_codec_text *out, struct wh_error *error)
{
	(void)context;
	struct wh_buffer text = { 0 };
	int rc = wh_file_read(path, "the file", TEXT_MOST, &text, error);
	if (rc == WH_OK)
		*out = (struct wh_codec_text){ wh_arena_bytes(arena, wh_buffer_string(&text), text.size),
			text.size };
	wh_buffer_free(&text);
	return rc;
}

static int read_sample(struct wh_files *s, struct wh_files_group *g, struct wh_error *error)
{
	struct wh_codec_setup *setup = &g->setup;
	struct wh_stream *st = &s->stream;
	int rc = wh_files_stream(s, &s->files[g->first], 0, error);
	size_t n = 0;
	while (rc == WH_OK && !st->ended && st->window.size < WH_CODEC_SAMPLE)
		rc = wh_stream_fill(st, error);
	const char *bytes = wh_stream_bytes(st, &n);
	setup->sample_whole = st->ended && n <= WH_CODEC_SAMPLE;
	setup->nsample = n < WH_CODEC_SAMPLE ? n : WH_CODEC_SAMPLE;
	setup->sample = wh_arena_bytes(&s->arena, bytes, setup->nsample);
	wh_stream_close(st);
	return rc;
}

int wh_files_group_open(struct wh_files *s, struct wh_files_group *g, struct wh_error *error)
{
	if (g->codec)
		return WH_OK;
	g->setup = (struct wh_codec_setup){ .url = s->url,
		.name = g->name,
		.ours = s->stage_url.path != NULL,
		.text = wh_files_text,
		.arena = &s->arena };
	int rc = read_sample(s, g, error);
	if (rc != WH_OK)
		return rc;
	g->codec = calloc(1, s->codec->state_size + 1);
	if (!g->codec)
		abort();
	return s->codec->open(g->codec, &g->setup, error);
}

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);
	return n > k && wh_equal(text + n - k, tail);
}

bool wh_files_is_source_table(const struct wh_rowset *rows)
{
	bool digest = false;
	for (size_t i = 0; i < rows->nfields; i++)
		digest |= wh_equal(rows->fields[i].name, WH_FILES_DIGEST);
	return digest && ends_with(rows->table, WH_FILES_SOURCE_TABLE);
}

struct wh_files_group *wh_files_group_of(struct wh_files *s, const struct wh_rowset *rows)
{
	for (size_t i = 0; i < s->ngroups; i++)
		if (wh_equal(s->groups[i].name, rows->table))
			return &s->groups[i];
	return s->ngroups == 1 && !wh_files_is_source_table(rows) ? &s->groups[0] : NULL;
}

int wh_files_stream(struct wh_files *s, const struct wh_files_file *f, int64_t offset,
	struct wh_error *error)
{
	struct wh_object_info now;
	enum wh_packing packing = WH_PLAIN;
	int rc = s->store.kind->stat(&s->store, f->object.name, &s->arena, &now, error);
	if (rc < 0)
		return rc;
	if (rc == WH_DONE || now.size != f->object.size || now.modified_usec != f->object.modified_usec)
		return wh_fail(error, WH_STOP,
			"the file was changed while it is being moved: \"%s\"; begin anew when nobody writes "
			"to it",
			f->object.name);
	if (!wh_equal(wh_url_param(s->url, "packed"), "no"))
		rc = wh_packing_of(&s->store, f->object.name, &packing, error);
	if (rc != WH_OK)
		return rc;
	return wh_stream_open(&s->stream, &s->store, f->object.name, packing, offset, INT64_MAX, error);
}
