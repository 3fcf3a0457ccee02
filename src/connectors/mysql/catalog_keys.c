/* Describe: indexes, foreign keys, checks. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

/* The line of CREATE TABLE that declares the index. */
static const char *index_line(struct wh_mysql_describe *d, const struct wh_table *t,
	const char *name)
{
	struct wh_buffer key = { 0 };
	const char *line = NULL;
	bool primary = wh_equal(name, "PRIMARY");
	wh_buffer_text(&key, primary ? "PRIMARY KEY (" : "KEY ");
	if (!primary) {
		wh_mysql_name(&key, name);
		wh_buffer_text(&key, " (");
	}
	const char *at = t->definition ? strstr(t->definition, wh_buffer_string(&key)) : NULL;
	wh_buffer_free(&key);
	if (!at)
		return NULL;
	for (line = at; line > t->definition && line[-1] != '\n';)
		line--;
	line += strspn(line, " ");
	size_t n = strcspn(line, "\n");
	return wh_arena_bytes(d->arena, line, n - (n && line[n - 1] == ','));
}

static const char *lower(struct wh_mysql_describe *d, const char *text)
{
	char *out = wh_arena_text(d->arena, text);
	for (char *at = out; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return out;
}

static struct wh_index *index_named(struct wh_table *t, const char *name)
{
	for (size_t i = t->nindexes; i-- > 0;)
		if (wh_equal(t->indexes[i].name, name))
			return &t->indexes[i];
	return NULL;
}

/* Over a period: what the server lists is a weaker key over its ends, which is made first. Only a
 * copy sees that the two differ. */
static void note_overlaps(struct wh_mysql_describe *d, const struct wh_table *t,
	const struct wh_index *index)
{
	struct wh_buffer sql = { 0 };
	if (!index->definition || !strstr(index->definition, "` WITHOUT OVERLAPS"))
		return;
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_text(&sql, index->primary ? " DROP PRIMARY KEY" : " DROP KEY ");
	if (!index->primary)
		wh_mysql_name(&sql, index->name);
	wh_buffer_format(&sql, ", ADD %s, ALGORITHM = COPY", index->definition);
	wh_mysql_add_object(d, "period key", index->name, t->name, NULL)->definition = wh_arena_text(
		d->arena, wh_buffer_string(&sql));
	wh_buffer_free(&sql);
}

/* 0 table, 1 index, 2 not unique, 3 column, 4 A or D, 5 prefix, 6 method, 7 comment, 8 ignored,
 * 9 expression */
static struct wh_index *add_index(struct wh_mysql_describe *d, struct wh_table *t, MYSQL_ROW row)
{
	struct wh_index *index = wh_push(d->arena, &t->indexes, &t->nindexes);
	index->name = wh_arena_text(d->arena, row[1]);
	index->primary = wh_equal(row[1], "PRIMARY");
	index->unique = wh_equal(row[2], "0");
	index->constraint = index->unique;
	index->method = lower(d, row[6] ? row[6] : "BTREE");
	index->comment = row[7] && *row[7] ? wh_arena_text(d->arena, row[7]) : NULL;
	index->invisible = wh_equal(row[8], "YES");
	index->definition = index_line(d, t, index->name);
	note_overlaps(d, t, index);
	return index;
}

static int take_index(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_table *t = wh_mysql_table_named(d, row[0]);
	if (!t || !row[1])
		return WH_OK;
	struct wh_index *index = index_named(t, row[1]);
	if (!index)
		index = add_index(d, t, row);
	struct wh_index_part *part = wh_push(d->arena, &index->parts, &index->nparts);
	part->column = wh_arena_text(d->arena, row[3]);
	part->descending = wh_equal(row[4], "D");
	int64_t prefix;
	bool ordered = !wh_equal(index->method, "spatial") && !wh_equal(index->method, "fulltext");
	if (ordered && row[5] && wh_text_int64(row[5], strlen(row[5]), &prefix))
		part->prefix = prefix;
	if (!part->column)
		part->expression = row[9] ? wh_mysql_unqualified(d, row[9]) : "";
	return WH_OK;
}

static int describe_indexes(struct wh_mysql_describe *d)
{
	unsigned long version = d->s->version;
	const char *ignored = "'NO'", *expression = "NULL";
	if (d->s->mariadb && version >= 100600)
		ignored = "IGNORED";
	if (!d->s->mariadb && version >= 80013) {
		ignored = "IF(IS_VISIBLE = 'NO', 'YES', 'NO')";
		expression = "EXPRESSION";
	}
	const char *select = wh_arena_format(d->arena,
		"SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, "
		"COLUMN_NAME, COLLATION, SUB_PART, INDEX_TYPE, INDEX_COMMENT, %s, %s "
		"FROM information_schema.STATISTICS",
		ignored, expression);
	wh_mysql_ask(d, select, "TABLE_SCHEMA",
		" ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', "
		"INDEX_NAME, SEQ_IN_INDEX");
	return wh_mysql_for_each(d, take_index);
}

/* 0 table, 1 name, 2 on update, 3 on delete, 4 match, 5 other schema, 6 other table */
static int take_foreign_key(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_table *t = wh_mysql_table_named(d, row[0]);
	if (!t || !row[1] || !row[2] || !row[3] || !row[6])
		return WH_OK;
	struct wh_foreign_key *f = wh_push(d->arena, &t->foreign_keys, &t->nforeign_keys);
	f->name = wh_arena_text(d->arena, row[1]);
	f->on_update = wh_arena_text(d->arena, row[2]);
	f->on_delete = wh_arena_text(d->arena, row[3]);
	f->match_full = wh_equal(row[4], "FULL");
	f->to_table = wh_arena_text(d->arena, row[6]);
	if (row[5] && !wh_equal(row[5], d->catalog->database)) {
		f->to_schema = wh_arena_text(d->arena, row[5]);
		wh_findings_add(&d->catalog->findings, "foreign-key-outside", WH_WARNING, WH_MANUAL,
			wh_arena_format(d->arena, "foreign key %s on %s", f->name, t->name),
			"points at \"%s.%s\", a table of another database", row[5], row[6]);
	}
	return WH_OK;
}

/* 0 table, 1 name, 2 column, 3 other column */
static int take_foreign_column(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_table *t = wh_mysql_table_named(d, row[0]);
	for (size_t i = 0; t && row[2] && row[3] && i < t->nforeign_keys; i++) {
		struct wh_foreign_key *f = &t->foreign_keys[i];
		if (!wh_equal(f->name, row[1]))
			continue;
		size_t n = f->ncolumns;
		*wh_push(d->arena, &f->columns, &n) = wh_arena_text(d->arena, row[2]);
		*wh_push(d->arena, &f->to_columns, &f->ncolumns) = wh_arena_text(d->arena, row[3]);
		break;
	}
	return WH_OK;
}

static int describe_foreign_keys(struct wh_mysql_describe *d)
{
	wh_mysql_ask(d,
		"SELECT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE, MATCH_OPTION, "
		"UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME "
		"FROM information_schema.REFERENTIAL_CONSTRAINTS",
		"CONSTRAINT_SCHEMA", " ORDER BY TABLE_NAME, CONSTRAINT_NAME");
	int rc = wh_mysql_for_each(d, take_foreign_key);
	if (rc != WH_OK)
		return rc;
	wh_mysql_ask(d,
		"SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_COLUMN_NAME "
		"FROM information_schema.KEY_COLUMN_USAGE",
		"CONSTRAINT_SCHEMA",
		" AND REFERENCED_COLUMN_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, "
		"ORDINAL_POSITION");
	return wh_mysql_for_each(d, take_foreign_column);
}

/* MariaDB's JSON is LONGTEXT with this check. Where its collation is the usual one, the word
 * "json" says all of it. */
static bool is_json_check(struct wh_mysql_describe *d, struct wh_table *t, const char *clause)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct wh_column *c = &t->columns[i];
		struct wh_buffer own = { 0 };
		wh_buffer_text(&own, "json_valid(");
		wh_mysql_name(&own, c->name);
		wh_buffer_char(&own, ')');
		bool same = wh_equal(clause, wh_buffer_string(&own)) && c->type.kind == WH_TEXT;
		wh_buffer_free(&own);
		if (!same)
			continue;
		c->type.kind = WH_JSON;
		c->type.length = 0;
		if (!wh_equal(c->type.collation, "utf8mb4_bin") || !wh_equal(c->type.native, "longtext"))
			return false;
		c->type.native = wh_arena_text(d->arena, "json");
		return true;
	}
	return false;
}

/* 0 table, 1 name, 2 clause, 3 enforced */
static int take_check(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	struct wh_table *t = wh_mysql_table_named(d, row[0]);
	if (!t || !row[1] || !row[2] || is_json_check(d, t, row[2]))
		return WH_OK;
	struct wh_check *check = wh_push(d->arena, &t->checks, &t->nchecks);
	check->name = wh_arena_text(d->arena, row[1]);
	check->text = wh_mysql_unqualified(d, row[2]);
	check->not_valid = wh_equal(row[3], "NO");
	return WH_OK;
}

static int describe_checks(struct wh_mysql_describe *d)
{
	if (d->s->mariadb ? d->s->version < 100222 : d->s->version < 80016)
		return WH_OK;
	if (d->s->mariadb)
		wh_mysql_ask(d,
			"SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, 'YES' "
			"FROM information_schema.CHECK_CONSTRAINTS",
			"CONSTRAINT_SCHEMA", " ORDER BY TABLE_NAME, CONSTRAINT_NAME");
	else
		wh_mysql_ask(d,
			"SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE, t.ENFORCED "
			"FROM information_schema.CHECK_CONSTRAINTS c "
			"JOIN information_schema.TABLE_CONSTRAINTS t "
			"USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)",
			"c.CONSTRAINT_SCHEMA",
			" AND t.CONSTRAINT_TYPE = 'CHECK' ORDER BY t.TABLE_NAME, c.CONSTRAINT_NAME");
	return wh_mysql_for_each(d, take_check);
}

int wh_mysql_describe_keys(struct wh_mysql_describe *d)
{
	int rc = describe_indexes(d);
	if (rc == WH_OK)
		rc = describe_foreign_keys(d);
	return rc == WH_OK ? describe_checks(d) : rc;
}
