/* The tables of the codec, the files themselves as a table, and what files say of themselves. */
#include "connectors/files/files.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>

static void add_column(struct wh_catalog *c, struct wh_table *t, const char *name,
	struct wh_type type, bool not_null)
{
	struct wh_column *column = wh_push(&c->arena, &t->columns, &t->ncolumns);
	*column = (struct wh_column){ .name = name, .type = type, .not_null = not_null };
}

static struct wh_type spelled(enum wh_kind kind)
{
	struct wh_type type = { .kind = kind, .native = wh_kind_name(kind) };
	type.precision = kind == WH_INT64 ? 64 : kind == WH_TIMESTAMPTZ ? 6 : 0;
	return type;
}

/* Where rows name their file, this says which one it was. */
static void describe_files(const struct wh_files *s, struct wh_catalog *c)
{
	const char *first = c->tables[0].name;
	struct wh_table *t = wh_push(&c->arena, &c->tables, &c->ntables);
	t->name = wh_arena_format(&c->arena, "%s" WH_FILES_SOURCE_TABLE, first);
	t->kind = "table";
	t->comment = "the files that the rows came from";
	t->rows = (int64_t)s->nfiles;
	t->bytes = -1;
	t->deliveries = true;
	add_column(c, t, WH_CODEC_FILE, spelled(WH_INT64), true);
	add_column(c, t, "name", spelled(WH_TEXT), true);
	add_column(c, t, "bytes", spelled(WH_INT64), true);
	add_column(c, t, WH_FILES_DIGEST, spelled(WH_TEXT), true);
	add_column(c, t, "modified", spelled(WH_TIMESTAMPTZ), false);
	struct wh_index *key = wh_push(&c->arena, &t->indexes, &t->nindexes);
	*key = (struct wh_index){ .name = wh_arena_format(&c->arena, "%s_pkey", t->name),
		.primary = true,
		.unique = true,
		.constraint = true,
		.method = "btree",
		.parts = wh_new_array(&c->arena, struct wh_index_part, 1),
		.nparts = 1 };
	key->parts[0].column = WH_CODEC_FILE;
}

static bool names_files(const struct wh_catalog *c)
{
	for (size_t i = 0; i < c->ntables; i++)
		if (wh_table_column(&c->tables[i], WH_CODEC_FILE))
			return true;
	return false;
}

static int by_digest(const void *a, const void *b)
{
	const struct wh_files_file *x = *(const struct wh_files_file *const *)a;
	const struct wh_files_file *y = *(const struct wh_files_file *const *)b;
	int order = strcmp(x->fact->digest, y->fact->digest);
	return order ? order : x < y ? -1 : x > y;
}

/* Two files of one content in one table: one was delivered twice. */
static int refuse_twins(struct wh_files *s, const struct wh_files_group *g, struct wh_error *error)
{
	const struct wh_files_file **files = wh_new_array(&s->arena, const struct wh_files_file *,
		g->count);
	for (size_t i = 0; i < g->count; i++)
		files[i] = &s->files[g->first + i];
	qsort(files, g->count, sizeof *files, by_digest);
	for (size_t i = 1; i < g->count; i++)
		if (wh_equal(files[i]->fact->digest, files[i - 1]->fact->digest))
			return wh_fail(error, WH_CONFIG,
				"two files have the very same bytes, and their rows would be loaded twice: \"%s\" and "
				"\"%s\"; leave one of them out",
				files[i - 1]->object.name, files[i]->object.name);
	return WH_OK;
}

static void measure(const struct wh_files *s, const struct wh_files_group *g, struct wh_table *t)
{
	t->bytes = 0;
	for (size_t i = g->first; i < g->first + g->count; i++)
		t->bytes += s->files[i].fact->bytes;
}

static int describe_group(struct wh_files *s, struct wh_files_group *g, struct wh_catalog *c,
	struct wh_error *error)
{
	size_t before = c->ntables;
	int rc = wh_files_learn(s, g, error);
	if (rc == WH_OK)
		rc = refuse_twins(s, g, error);
	if (rc == WH_OK)
		rc = s->codec->describe(g->codec, c, error);
	for (size_t i = before; rc == WH_OK && i < c->ntables; i++)
		measure(s, g, &c->tables[i]);
	return rc;
}

int wh_files_describe(struct wh_conn *c, struct wh_catalog *out, struct wh_error *error)
{
	struct wh_files *s = c->state;
	if (c->side == WH_TARGET)
		return wh_files_stage_describe(c, out, error);
	int rc = WH_OK;
	out->version = wh_arena_format(&out->arena, "%zu file%s", s->nfiles, s->nfiles == 1 ? "" : "s");
	out->database = s->ngroups ? wh_arena_text(&out->arena, s->groups[0].name) : NULL;
	for (size_t i = 0; i < s->ngroups && rc == WH_OK; i++)
		rc = describe_group(s, &s->groups[i], out, error);
	if (rc == WH_OK && names_files(out))
		describe_files(s, out);
	if (rc == WH_OK)
		wh_catalog_sort(out);
	return rc;
}

int wh_files_controls(struct wh_conn *c, struct wh_controls *out, struct wh_error *error)
{
	struct wh_files *s = c->state;
	int rc = WH_OK;
	for (size_t i = 0; i < s->ngroups && rc == WH_OK; i++) {
		rc = wh_files_learn(s, &s->groups[i], error);
		if (rc == WH_OK && s->codec->controls)
			s->codec->controls(s->groups[i].codec, out);
	}
	return rc;
}

static int64_t bytes_of(const struct wh_files *s)
{
	int64_t bytes = 0;
	for (size_t i = 0; i < s->nfiles; i++)
		bytes += s->files[i].object.size;
	return bytes;
}

static bool same_files(const struct wh_files *a, const struct wh_files *b)
{
	bool same = a->nfiles == b->nfiles;
	for (size_t i = 0; same && i < a->nfiles; i++) {
		const struct wh_object_info *x = &a->files[i].object, *y = &b->files[i].object;
		same = wh_equal(x->name, y->name) && x->size == y->size &&
			x->modified_usec == y->modified_usec;
	}
	return same;
}

/* Files do not change while they are moved: whoever reads them looks that they did not. */
int wh_files_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error)
{
	const struct wh_files *first = conns[0]->state;
	for (size_t i = 1; i < *n; i++)
		if (!same_files(first, conns[i]->state))
			return wh_fail(error, WH_RETRY, "files came, went or changed just now: \"%s\"",
				first->pattern);
	snprintf(out->text, sizeof out->text, "%zu files of %lld bytes", first->nfiles,
		(long long)bytes_of(first));
	return WH_OK;
}
