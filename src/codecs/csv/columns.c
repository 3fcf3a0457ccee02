/* The columns of a table: their names, and where they stand in the records of a file. */
#include "base/hash.h"
#include "base/text.h"
#include "codecs/csv/parts.h"

#define RENAMED_MOST 300 /* bytes of the message that names what was renamed */

struct naming {
	struct wh_csv_texts *texts;
	struct wh_arena *arena;
	const char *file;
	const char **names;
	uint64_t *hashes; /* of the names: many that are alike are compared fast */
	size_t count;
	bool by_record;
	struct wh_buffer unique, renamed;
	struct wh_error *error;
};

static uint64_t hash_of(const char *name)
{
	return wh_hash_bytes(name, strlen(name), 0).low;
}

static bool is_taken(const struct naming *n, const char *name)
{
	const uint64_t hash = hash_of(name);
	if (n->by_record && (wh_equal(name, WH_CODEC_FILE) || wh_equal(name, WH_CODEC_RECORD)))
		return true;
	for (size_t i = 0; i < n->count; i++)
		if (n->hashes[i] == hash)
			return true;
	return false;
}

static void begin_names(struct naming *n, size_t count)
{
	n->names = wh_new_array(n->arena, const char *, count);
	n->hashes = wh_new_array(n->arena, uint64_t, count);
}

static void add_name(struct naming *n, const char *name)
{
	struct wh_buffer *unique = &n->unique;
	wh_buffer_clear(unique);
	if (*name)
		wh_buffer_text(unique, name);
	else
		wh_buffer_format(unique, "column_%zu", n->count + 1);
	for (int again = 2; is_taken(n, wh_buffer_string(unique)); again++) {
		wh_buffer_clear(unique);
		wh_buffer_format(unique, "%s_%d", *name ? name : "column", again);
	}
	if (!wh_equal(unique->data, name) && n->renamed.size < RENAMED_MOST)
		wh_buffer_format(&n->renamed, "%s\"%.60s\"", n->renamed.size ? ", " : "", unique->data);
	n->hashes[n->count] = hash_of(unique->data);
	n->names[n->count++] = wh_arena_text(n->arena, unique->data);
}

static void end_names(struct naming *n)
{
	wh_buffer_free(&n->unique);
	wh_buffer_free(&n->renamed);
}

static int read_name(struct naming *n, const struct wh_csv_field *field)
{
	struct wh_csv_span text;
	if (!wh_csv_text(n->texts, field, false, &text) || memchr(text.at, '\0', text.n))
		return wh_fail(n->error, WH_CONFIG,
			"the name of column %zu in \"%s\" is no text in %s; give encoding= or skip=",
			n->count + 1, n->file, n->texts->charset->name);
	while (text.n && strchr(" \t", *text.at)) {
		text.at++;
		text.n--;
	}
	while (text.n && strchr(" \t", text.at[text.n - 1]))
		text.n--;
	add_name(n, wh_arena_bytes(n->arena, text.at, text.n));
	return WH_OK;
}

static int read_names(struct naming *n, const struct wh_csv_record *header)
{
	int rc = WH_OK;
	if (header->fault != WH_CSV_SOUND)
		return wh_fail(n->error, WH_CONFIG,
			"the header of \"%s\" cannot be read: %s; give quote= or skip=", n->file,
			header->fault == WH_CSV_OPEN ? "a quote is never closed"
										 : "text stands behind a closing quote");
	if (header->nfields > WH_CSV_COLUMNS_MOST)
		return wh_fail(n->error, WH_CONFIG,
			"\"%s\" has more than %d columns; give delimiter= if it is another", n->file,
			WH_CSV_COLUMNS_MOST);
	begin_names(n, header->nfields);
	for (size_t i = 0; rc == WH_OK && i < header->nfields; i++)
		rc = read_name(n, &header->fields[i]);
	return rc;
}

/* Without a header the columns that are given have their names, in order. */
static int number_names(struct naming *n, const struct wh_csv_settings *s, size_t count)
{
	if (s->ncolumns > count)
		return wh_fail(n->error, WH_CONFIG,
			"columns= names %zu columns where \"%s\" has %zu; name as many", s->ncolumns, n->file,
			count);
	begin_names(n, count);
	while (n->count < count)
		add_name(n,
			n->count < s->ncolumns ? s->columns[n->count].name
								   : wh_arena_format(n->arena, "column_%zu", n->count + 1));
	return WH_OK;
}

static struct wh_csv_column *find(const struct wh_csv_columns *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (wh_equal(c->items[i].name, name))
			return &c->items[i];
	return NULL;
}

static int unknown(const struct wh_csv_columns *c, const char *option, const char *name,
	struct naming *n)
{
	const char **names = wh_new_array(n->arena, const char *, c->count + 1);
	for (size_t i = 0; i < c->count; i++)
		names[i] = c->items[i].name;
	const char *nearest = wh_text_nearest(name, names);
	return wh_fail(n->error, WH_CONFIG, "%s: \"%s\" has no column \"%.60s\"; %s%s%s", option,
		n->file, name, nearest ? "did you mean \"" : "give a name of its header",
		nearest ? nearest : "", nearest ? "\"?" : "");
}

static int give_types(struct wh_csv_columns *c, const struct wh_csv_settings *s, struct naming *n)
{
	for (size_t i = 0; i < s->ncolumns; i++) {
		struct wh_csv_column *column = find(c, s->columns[i].name);
		if (!column)
			return unknown(c, "columns", s->columns[i].name, n);
		column->given = s->columns[i].type;
		wh_csv_guess_begin(&column->guess, true);
	}
	for (size_t i = 0; i < s->nkey; i++)
		if (!find(c, s->key[i]))
			return unknown(c, "key", s->key[i], n);
	return WH_OK;
}

int wh_csv_columns_make(struct wh_csv_columns *out, const struct wh_csv_settings *s,
	struct wh_csv_texts *texts, const struct wh_csv_record *first,
	const struct wh_codec_setup *setup, struct wh_error *error)
{
	struct naming n = { .texts = texts,
		.arena = setup->arena,
		.file = setup->name,
		.by_record = s->by_record,
		.error = error };
	int rc = s->dialect.header ? read_names(&n, first) : number_names(&n, s, first->nfields);
	if (rc == WH_OK) {
		out->items = wh_new_array(n.arena, struct wh_csv_column, n.count);
		out->count = n.count;
		out->renamed = n.renamed.size ? wh_arena_text(n.arena, n.renamed.data) : NULL;
		for (size_t i = 0; i < n.count; i++) {
			out->items[i] = (struct wh_csv_column){ .name = n.names[i], .place = i };
			wh_csv_guess_begin(&out->items[i].guess, s->text_only);
		}
		rc = give_types(out, s, &n);
	}
	end_names(&n);
	return rc;
}

static int place(struct wh_csv *s, const struct naming *n)
{
	struct wh_csv_columns *c = &s->columns;
	if (n->count != c->count)
		return wh_fail(n->error, WH_CONFIG,
			"\"%s\" has %zu columns where the first file has %zu; give all files the same header, or "
			"leave table= away",
			n->file, n->count, c->count);
	for (size_t i = 0; i < c->count; i++) {
		size_t at = 0;
		while (at < n->count && !wh_equal(n->names[at], c->items[i].name))
			at++;
		if (at == n->count)
			return wh_fail(n->error, WH_CONFIG,
				"\"%s\" has no column \"%.60s\", as the first file has; give all files the same "
				"header, or leave table= away",
				n->file, c->items[i].name);
		c->items[i].place = at;
		s->moved |= at != i;
	}
	return WH_OK;
}

int wh_csv_columns_map(struct wh_csv *s, const struct wh_csv_record *header, struct wh_error *error)
{
	struct wh_arena names = { 0 };
	struct naming n = { .texts = &s->texts,
		.arena = &names,
		.file = s->reader.file,
		.by_record = s->settings.by_record,
		.error = error };
	int rc = read_names(&n, header);
	if (rc == WH_OK)
		rc = place(s, &n);
	end_names(&n);
	wh_arena_free(&names);
	return rc;
}
