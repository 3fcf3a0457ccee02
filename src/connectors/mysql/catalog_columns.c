/* Describe: columns. MariaDB shows a default as an expression, MySQL as a bare value. */
#define _GNU_SOURCE
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <string.h>

enum {
	COLUMN_TABLE,
	COLUMN_NAME,
	COLUMN_DEFAULT,
	COLUMN_NULLABLE,
	COLUMN_TYPE,
	COLUMN_EXTRA,
	COLUMN_COMMENT,
	COLUMN_CHARSET,
	COLUMN_COLLATION,
	COLUMN_GENERATION,
	COLUMN_SRID,
};

const char *wh_mysql_quoted(const struct wh_mysql_describe *d, const char *value)
{
	struct wh_buffer out = { 0 };
	wh_mysql_text(&out, value);
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

/* MySQL 8 stores expressions with \' for every quote. */
static const char *unescaped(struct wh_mysql_describe *d, const char *text)
{
	char *out = wh_arena_text(d->arena, text), *to = out;
	for (const char *at = out; *at; at++) {
		if (*at == '\\' && (at[1] == '\'' || at[1] == '\\'))
			at++;
		*to++ = *at;
	}
	*to = '\0';
	return out;
}

static const char *mysql_default(struct wh_mysql_describe *d, MYSQL_ROW row,
	const struct wh_type *type)
{
	const char *text = row[COLUMN_DEFAULT];
	if (wh_starts_nocase(text, "CURRENT_TIMESTAMP") || wh_starts(text, "b'") ||
		wh_starts(text, "0x"))
		return wh_arena_text(d->arena, text);
	if (strstr(row[COLUMN_EXTRA], "DEFAULT_GENERATED"))
		return wh_arena_format(d->arena, "(%s)", unescaped(d, text));
	return wh_kind_is_number(type->kind) ? wh_arena_text(d->arena, text) : wh_mysql_quoted(d, text);
}

static const char *column_default(struct wh_mysql_describe *d, MYSQL_ROW row,
	const struct wh_type *type)
{
	const char *text = row[COLUMN_DEFAULT];
	if (!text)
		return NULL;
	if (!d->s->mariadb)
		return mysql_default(d, row, type);
	return wh_equal(text, "NULL") ? NULL : wh_mysql_unqualified(d, text);
}

static void column_extra(struct wh_mysql_describe *d, MYSQL_ROW row, struct wh_column *c)
{
	const char *extra = row[COLUMN_EXTRA], *update = strcasestr(extra, "on update ");
	const char *made = row[COLUMN_GENERATION];
	if (strcasestr(extra, "auto_increment"))
		c->identity = WH_IDENTITY_DEFAULT;
	if (update)
		c->on_update = wh_arena_bytes(d->arena, update + 10, strcspn(update + 10, " ,"));
	c->hidden = strcasestr(extra, "INVISIBLE");
	if (made && *made) {
		c->generated = d->s->mariadb ? wh_mysql_unqualified(d, made)
									 : wh_mysql_unqualified(d, unescaped(d, made));
		c->generated_stored = strcasestr(extra, "STORED") || strcasestr(extra, "PERSISTENT");
		c->default_text = NULL;
	}
}

static void unknown_type(struct wh_mysql_describe *d, const struct wh_table *t, struct wh_column *c,
	const char *spelling)
{
	c->type = (struct wh_type){ .kind = WH_NATIVE, .native = wh_arena_text(d->arena, spelling) };
	wh_findings_add(&d->catalog->findings, "type-not-known", WH_WARNING, WH_ASSISTED,
		wh_arena_format(d->arena, "%s.%s", t->name, c->name),
		"type \"%s\" is not known: its values travel as the server's own text", spelling);
}

static int take_column(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_table *t = wh_mysql_table_named(d, row[COLUMN_TABLE]);
	if (!t || !row[COLUMN_NAME] || !row[COLUMN_TYPE] || !row[COLUMN_EXTRA] || !row[COLUMN_NULLABLE])
		return WH_OK;
	struct wh_column *c = wh_push(d->arena, &t->columns, &t->ncolumns);
	c->name = wh_arena_text(d->arena, row[COLUMN_NAME]);
	if (!wh_mysql_type(d->arena, row[COLUMN_TYPE], &c->type))
		unknown_type(d, t, c, row[COLUMN_TYPE]);
	c->type.charset = wh_arena_text(d->arena, row[COLUMN_CHARSET]);
	c->type.collation = wh_arena_text(d->arena, row[COLUMN_COLLATION]);
	c->not_null = wh_equal(row[COLUMN_NULLABLE], "NO");
	c->default_text = column_default(d, row, &c->type);
	if (row[COLUMN_COMMENT] && *row[COLUMN_COMMENT])
		c->comment = wh_arena_text(d->arena, row[COLUMN_COMMENT]);
	column_extra(d, row, c);
	int64_t srid;
	if (row[COLUMN_SRID] && wh_text_int64(row[COLUMN_SRID], strlen(row[COLUMN_SRID]), &srid))
		c->type.srid = (int32_t)srid;
	if (c->identity != WH_NO_IDENTITY) {
		c->next_value = t->definition;
		if (c->type.kind == WH_BOOL)
			c->type =
				(struct wh_type){ .kind = WH_INT64, .precision = 16, .native = c->type.native };
	}
	return WH_OK;
}

int wh_mysql_describe_columns(struct wh_mysql_describe *d)
{
	bool srs = !d->s->mariadb && d->s->version >= 80000;
	const char *select = wh_arena_format(d->arena,
		"SELECT TABLE_NAME, COLUMN_NAME, "
		"COLUMN_DEFAULT, IS_NULLABLE, COLUMN_TYPE, EXTRA, COLUMN_COMMENT, CHARACTER_SET_NAME, "
		"COLLATION_NAME, GENERATION_EXPRESSION, %s FROM information_schema.COLUMNS",
		srs ? "SRS_ID" : "NULL");
	wh_mysql_ask(d, select, "TABLE_SCHEMA", " ORDER BY TABLE_NAME, ORDINAL_POSITION");
	return wh_mysql_for_each(d, take_column);
}
