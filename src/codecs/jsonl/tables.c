/* Tables and their columns, as records show them. */
#include "base/hash.h"
#include "base/text.h"
#include "codecs/jsonl/parts.h"
#include <string.h>

int wh_jsonl_from(const struct jsonl *s, const struct jsonl_table *t, const char *name)
{
	if (s->options.keys && wh_equal(name, WH_CODEC_FILE))
		return JSONL_FILE_ID;
	if (s->options.keys && wh_equal(name, WH_CODEC_RECORD))
		return JSONL_RECORD_ID;
	if (t && t->column && wh_equal(name, JSONL_ITEM))
		return JSONL_ITEM_NUMBER;
	for (size_t i = 0; t && i < t->ncolumns; i++)
		if (wh_equal(t->columns[i]->name, name))
			return (int)i;
	return JSONL_NOWHERE;
}

void wh_jsonl_aim_at(struct jsonl *s, struct jsonl_table *t)
{
	s->aim.table = t;
	for (size_t f = 0; f < s->aim.rows->nfields; f++)
		s->aim.from[f] = wh_jsonl_from(s, t, s->aim.rows->fields[f].name);
}

int wh_jsonl_table_add(struct jsonl *s, const struct jsonl_column *column, struct jsonl_table **out,
	struct wh_error *error)
{
	if (s->ntables == JSONL_TABLES_MOST)
		return wh_fail(error, WH_CONFIG,
			"more than %d fields hold arrays; use nested=json or nested=flat",
			JSONL_TABLES_MOST - 1);
	struct jsonl_table *t = wh_new(&s->arena, struct jsonl_table);
	t->name = s->options.table;
	if (column)
		t->name = wh_arena_format(&s->arena, "%s_%s", t->name, column->name);
	t->column = column;
	*out = s->tables[s->ntables++] = t;
	if (s->aim.rows && wh_equal(s->aim.rows->table, t->name))
		wh_jsonl_aim_at(s, t);
	return WH_OK;
}

static bool has_path(const struct jsonl_column *c, const char *path, size_t n)
{
	return c->npath == n && memcmp(c->path, path, n) == 0;
}

/* The slot that holds the path's column, or where it would stand. */
static uint16_t *slot_of(struct jsonl_table *t, const char *path, size_t n)
{
	uint64_t at = wh_hash_bytes(path, n, 0).low;
	for (;; at++) {
		uint16_t *slot = &t->slots[at % JSONL_SLOTS];
		if (!*slot || has_path(t->columns[*slot - 1], path, n))
			return slot;
	}
}

static const char *name_of(struct jsonl *s, const char *path, size_t n)
{
	char *name = wh_arena_bytes(&s->arena, n ? path : JSONL_VALUE, n ? n : sizeof JSONL_VALUE - 1);
	for (size_t i = 0; i < n; i++)
		if (!name[i])
			name[i] = '_';
	return name;
}

static int column_new(struct jsonl *s, struct jsonl_table *t, const char *path, size_t n,
	struct wh_error *error)
{
	if (t->ncolumns == JSONL_COLUMNS_MOST)
		return wh_fail(error, WH_CONFIG,
			"the objects of \"%s\" have more than %d keys; use nested=json, or whole=yes for one "
			"column",
			t->name, JSONL_COLUMNS_MOST);
	const char *name = name_of(s, path, n);
	if (wh_jsonl_from(s, t, name) != JSONL_NOWHERE)
		return wh_fail(error, WH_CONFIG,
			"two fields of \"%s\" would be the one column \"%s\"; use %s", t->name, name,
			s->options.nested == JSONL_JSON ? "keys=none" : "nested=json and keys=none");
	struct jsonl_column *c = t->columns[t->ncolumns++] = wh_new(&s->arena, struct jsonl_column);
	c->path = wh_arena_bytes(&s->arena, path, n);
	c->npath = n;
	c->name = name;
	for (size_t f = 0; s->aim.table == t && f < s->aim.rows->nfields; f++)
		if (wh_equal(s->aim.rows->fields[f].name, name))
			s->aim.from[f] = (int)t->ncolumns - 1;
	return WH_OK;
}

int wh_jsonl_column(struct jsonl *s, struct jsonl_table *t, const char *path, size_t n,
	struct jsonl_column **out, struct wh_error *error)
{
	size_t at = t->expected;
	if (at == t->ncolumns || !has_path(t->columns[at], path, n)) {
		uint16_t *slot = slot_of(t, path, n);
		int rc = *slot ? WH_OK : column_new(s, t, path, n, error);
		if (rc != WH_OK)
			return rc;
		*slot = *slot ? *slot : (uint16_t)t->ncolumns;
		at = *slot - 1u;
	}
	t->expected = at + 1;
	*out = t->columns[at];
	return WH_OK;
}
