#include "codecs/schema.h"
#include "base/text.h"
#include "base/buffer.h"
#include "model/codec.h"
#include <ctype.h>

const char *wh_codec_name(struct wh_arena *arena, const char *foreign)
{
	char *name = wh_arena_text(arena, foreign);
	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80
			? (char)tolower((unsigned char)*p)
			: '_';
	return name;
}

struct wh_table *wh_codec_table(struct wh_catalog *c, const char *name, const char *comment)
{
	struct wh_table *t = wh_push(&c->arena, &c->tables, &c->ntables);
	t->name = wh_arena_text(&c->arena, name);
	t->comment = wh_arena_text(&c->arena, comment);
	t->kind = "table";
	t->rows = t->bytes = -1;
	return t;
}

static const char *spelled(struct wh_arena *arena, const struct wh_type *type)
{
	const char *name = wh_kind_name(type->kind);
	if (type->kind == WH_DECIMAL && type->precision)
		return wh_arena_format(arena, "%s(%d,%d)", name, type->precision, type->scale);
	if (type->length)
		return wh_arena_format(arena, "%s(%lld)", name, (long long)type->length);
	return wh_arena_text(arena, name);
}

struct wh_column *wh_codec_column(struct wh_catalog *c, struct wh_table *t, const char *name,
	struct wh_type type, bool not_null)
{
	struct wh_column *column = wh_push(&c->arena, &t->columns, &t->ncolumns);
	column->name = wh_arena_text(&c->arena, name);
	column->type = type;
	column->type.native = spelled(&c->arena, &type);
	column->not_null = not_null;
	if (type.kind == WH_TEXT && type.length == 3 && wh_equal(name, "currency"))
		t->currency = column->name;
	return column;
}

void wh_codec_place_columns(struct wh_catalog *c, struct wh_table *t)
{
	wh_codec_column(c, t, WH_CODEC_FILE, WH_CODEC_INT64, true);
	wh_codec_column(c, t, WH_CODEC_RECORD, WH_CODEC_INT64, true);
}

void wh_codec_key(struct wh_catalog *c, struct wh_table *t, size_t n)
{
	struct wh_index *index = wh_push(&c->arena, &t->indexes, &t->nindexes);
	*index = (struct wh_index){ .name = wh_arena_format(&c->arena, "%s_pkey", t->name),
		.primary = true,
		.unique = true,
		.constraint = true,
		.method = "btree",
		.parts = wh_new_array(&c->arena, struct wh_index_part, n),
		.nparts = n };
	for (size_t i = 0; i < n; i++)
		index->parts[i].column = t->columns[i].name;
}

void wh_codec_reference(struct wh_catalog *c, struct wh_table *t, const char *const *columns,
	size_t n, const struct wh_table *to)
{
	struct wh_foreign_key *key = wh_push(&c->arena, &t->foreign_keys, &t->nforeign_keys);
	*key = (struct wh_foreign_key){ .name = wh_arena_format(&c->arena, "%s_%s_fkey", t->name,
										to->name),
		.columns = wh_new_array(&c->arena, const char *, n),
		.to_columns = wh_new_array(&c->arena, const char *, n),
		.ncolumns = n,
		.to_table = to->name,
		.on_update = "NO ACTION",
		.on_delete = "NO ACTION" };
	for (size_t i = 0; i < n; i++) {
		key->columns[i] = wh_arena_text(&c->arena, columns[i]);
		key->to_columns[i] = to->columns[i].name;
	}
}
