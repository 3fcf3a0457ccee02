/* Indexes, foreign keys and checks of a described table. SQLite tells no names of constraints
 * except in the text; those without one get a stable one. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <string.h>

static const char *joined(struct wh_arena *arena, const char *kind, const char *table,
	const char *const *columns, size_t n)
{
	struct wh_buffer name = { 0 };
	wh_buffer_format(&name, "%s_%s", kind, table);
	for (size_t i = 0; i < n; i++)
		wh_buffer_format(&name, "_%s", columns[i] ? columns[i] : "x");
	const char *out = wh_arena_text(arena, wh_buffer_string(&name));
	wh_buffer_free(&name);
	return out;
}

static bool same_columns(const struct sqlite_ddl_key *key, const struct wh_index *index)
{
	if (key->ncolumns != index->nparts || key->primary != index->primary)
		return false;
	for (size_t i = 0; i < key->ncolumns; i++)
		if (!wh_equal_nocase(key->columns[i], index->parts[i].column))
			return false;
	return true;
}

/* The name of a constraint's own index is SQLite's; the constraint's stands in the text. */
static void name_constraint(struct sqlite_survey *v, const struct wh_table *t,
	const struct sqlite_ddl *ddl, struct wh_index *index)
{
	struct wh_arena *arena = &v->out->arena;
	const char **columns = wh_new_array(arena, const char *, index->nparts + 1);
	for (size_t i = 0; i < index->nparts; i++)
		columns[i] = index->parts[i].column;
	index->name = index->primary ? joined(arena, "pk", t->name, NULL, 0)
								 : joined(arena, "uq", t->name, columns, index->nparts);
	for (size_t i = 0; i < ddl->nkeys; i++)
		if (ddl->keys[i].name && same_columns(&ddl->keys[i], index))
			index->name = ddl->keys[i].name;
}

static int survey_parts(struct sqlite_survey *v, const struct wh_table *t, struct wh_index *index,
	const char *name, struct wh_error *error)
{
	struct wh_arena *arena = &v->out->arena;
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(v->s,
		"SELECT name, \"desc\", coll FROM pragma_index_xinfo(?1) "
		"WHERE key ORDER BY seqno",
		name, &st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(v->s, st, error)) == WH_OK;) {
		struct wh_index_part *part = wh_push(arena, &index->parts, &index->nparts);
		part->column = wh_sqlite_column(arena, st, 0);
		part->descending = sqlite3_column_int(st, 1) != 0;
		part->nulls_first = !part->descending; /* NULL is smaller than all to SQLite */
		const char *collation = wh_sqlite_column(arena, st, 2);
		const struct wh_column *c = part->column ? wh_table_column(t, part->column) : NULL;
		const char *own = c && c->type.collation ? c->type.collation : "BINARY";
		if (collation && !wh_equal_nocase(collation, own))
			part->collation = collation;
	}
	return rc < 0 ? rc : WH_OK;
}

/* Expressions and the condition stand in the text only. */
static int survey_definition(struct sqlite_survey *v, const struct wh_table *t,
	struct wh_index *index, struct wh_error *error)
{
	struct wh_arena *arena = &v->out->arena;
	const char **parts;
	size_t n;
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(v->s, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?1",
		index->name, &st, error);
	if (rc == WH_OK)
		rc = wh_sqlite_next(v->s, st, error);
	if (rc)
		return rc < 0 ? rc : WH_OK;
	index->definition = wh_sqlite_column(arena, st, 0);
	bool read = index->definition && wh_utf8_valid(index->definition, strlen(index->definition)) &&
		wh_sqlite_index_read(arena, index->definition, &parts, &n, &index->where);
	bool expressions = false;
	for (size_t i = 0; i < index->nparts; i++) {
		if (!index->parts[i].column)
			index->parts[i].expression = read && i < n ? parts[i] : "?";
		expressions = expressions || !index->parts[i].column;
	}
	if (!read)
		wh_findings_add(&v->out->findings, "schema-not-understood", WH_WARNING, WH_MANUAL,
			wh_arena_format(arena, "index %s on %s", index->name, t->name),
			"the index's CREATE statement could not be read%s",
			expressions ? "; its expressions are not known" : "")
			->source = index->definition;
	return WH_OK;
}

static int survey_index(struct sqlite_survey *v, struct wh_table *t, sqlite3_stmt *st,
	const struct sqlite_ddl *ddl, struct wh_error *error)
{
	struct wh_arena *arena = &v->out->arena;
	struct wh_index *index = wh_push(arena, &t->indexes, &t->nindexes);
	const char *origin = wh_sqlite_column(arena, st, 2);
	index->name = wh_sqlite_column(arena, st, 0);
	index->unique = sqlite3_column_int(st, 1) != 0;
	index->primary = wh_equal(origin, "pk");
	index->constraint = !wh_equal(origin, "c");
	index->method = "btree";
	int rc = survey_parts(v, t, index, index->name, error);
	if (rc)
		return rc;
	if (!index->constraint)
		return survey_definition(v, t, index, error);
	name_constraint(v, t, ddl, index);
	return WH_OK;
}

static void survey_alias(struct sqlite_survey *v, struct wh_table *t, const struct sqlite_ddl *ddl,
	const char *alias)
{
	struct wh_arena *arena = &v->out->arena;
	struct wh_index *index = wh_push(arena, &t->indexes, &t->nindexes);
	*index =
		(struct wh_index){ .primary = true, .unique = true, .constraint = true, .method = "btree" };
	struct wh_index_part *part = wh_push(arena, &index->parts, &index->nparts);
	part->column = alias;
	part->nulls_first = true;
	name_constraint(v, t, ddl, index);
}

static int has_null(struct sqlite_survey *v, const struct wh_table *t, const char *column,
	bool *has, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	int64_t unused;
	wh_buffer_text(&sql, "SELECT 1 FROM ");
	wh_sqlite_name(&sql, t->name);
	wh_buffer_text(&sql, " WHERE ");
	wh_sqlite_name(&sql, column);
	wh_buffer_text(&sql, " IS NULL LIMIT 1");
	int rc = wh_sqlite_number(v->s, wh_buffer_string(&sql), &unused, error);
	wh_buffer_free(&sql);
	*has = rc == WH_OK;
	return rc < 0 ? rc : WH_OK;
}

/* SQLite's primary keys may hold NULL. Where none does, the column is what it is elsewhere. */
static int survey_key_nulls(struct sqlite_survey *v, struct wh_table *t, struct wh_error *error)
{
	struct wh_index *key = NULL;
	for (size_t i = 0; i < t->nindexes; i++)
		key = t->indexes[i].primary ? &t->indexes[i] : key;
	for (size_t i = 0; key && i < key->nparts; i++) {
		const char *name = key->parts[i].column;
		struct wh_column *c = name ? wh_table_column(t, name) : NULL;
		bool null = false;
		if (!c || c->not_null)
			continue;
		int rc = has_null(v, t, c->name, &null, error);
		if (rc)
			return rc;
		c->not_null = !null;
		if (!null)
			continue;
		key->primary = false;
		wh_findings_add(&v->out->findings, "null-in-key", WH_WARNING, WH_ASSISTED,
			wh_arena_format(&v->out->arena, "%s.%s", t->name, c->name),
			"a column of the primary key holds NULL, which only SQLite allows: in another engine the "
			"key becomes a unique one");
	}
	return WH_OK;
}

static int survey_indexes(struct sqlite_survey *v, struct wh_table *t, const struct sqlite_ddl *ddl,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(v->s,
		"SELECT name, \"unique\", origin FROM pragma_index_list(?1) "
		"ORDER BY name",
		t->name, &st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(v->s, st, error)) == WH_OK;)
		rc = survey_index(v, t, st, ddl, error);
	return rc < 0 ? rc : WH_OK;
}

static struct wh_foreign_key *add_foreign_key(struct sqlite_survey *v, struct wh_table *t,
	sqlite3_stmt *st)
{
	struct wh_arena *arena = &v->out->arena;
	struct wh_foreign_key *f = wh_push(arena, &t->foreign_keys, &t->nforeign_keys);
	f->to_table = wh_sqlite_column(arena, st, 1);
	f->on_update = wh_sqlite_column(arena, st, 4);
	f->on_delete = wh_sqlite_column(arena, st, 5);
	return f;
}

static void add_pair(struct sqlite_survey *v, struct wh_foreign_key *f, sqlite3_stmt *st)
{
	struct wh_arena *arena = &v->out->arena;
	size_t n = f->ncolumns;
	*wh_push(arena, &f->columns, &n) = wh_sqlite_column(arena, st, 2);
	*wh_push(arena, &f->to_columns, &f->ncolumns) = wh_sqlite_column(arena, st, 3);
}

/* foreign_key_list counts from the last one in the text. */
static void name_foreign_key(struct sqlite_survey *v, const struct wh_table *t,
	const struct sqlite_ddl *ddl, size_t id, struct wh_foreign_key *f)
{
	const struct sqlite_ddl_reference *written = ddl->nreferences == t->nforeign_keys &&
			id < ddl->nreferences
		? &ddl->references[ddl->nreferences - 1 - id]
		: NULL;
	f->name = written && written->name
		? written->name
		: joined(&v->out->arena, "fk", t->name, f->columns, f->ncolumns);
	for (size_t i = 0; i < id; i++)
		if (wh_equal(t->foreign_keys[i].name, f->name)) /* one column, two parents */
			f->name = wh_arena_format(&v->out->arena, "%s_%zu", f->name, id + 1);
	f->deferrable = written && written->deferrable;
	f->deferred = written && written->deferred;
}

static int survey_foreign_keys(struct sqlite_survey *v, struct wh_table *t,
	const struct sqlite_ddl *ddl, struct wh_error *error)
{
	sqlite_owned st = NULL;
	struct wh_foreign_key *f = NULL;
	int rc = wh_sqlite_ask(v->s,
		"SELECT id, \"table\", \"from\", \"to\", on_update, on_delete, seq "
		"FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
		t->name, &st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(v->s, st, error)) == WH_OK;) {
		if (sqlite3_column_int(st, 6) == 0)
			f = add_foreign_key(v, t, st);
		if (f)
			add_pair(v, f, st);
	}
	for (size_t i = 0; i < t->nforeign_keys; i++)
		name_foreign_key(v, t, ddl, i, &t->foreign_keys[i]);
	return rc < 0 ? rc : WH_OK;
}

static void survey_checks(struct sqlite_survey *v, struct wh_table *t, const struct sqlite_ddl *ddl)
{
	t->checks = ddl->checks;
	t->nchecks = ddl->nchecks;
	for (size_t i = 0; i < t->nchecks; i++)
		if (!t->checks[i].name)
			t->checks[i].name = wh_arena_format(&v->out->arena, "ck_%s_%zu", t->name, i + 1);
}

int wh_sqlite_survey_keys(struct sqlite_survey *v, struct wh_table *t, const struct sqlite_ddl *ddl,
	const char *alias, struct wh_error *error)
{
	if (alias)
		survey_alias(v, t, ddl, alias);
	int rc = survey_indexes(v, t, ddl, error);
	if (rc == WH_OK)
		rc = survey_foreign_keys(v, t, ddl, error);
	if (rc == WH_OK && v->source)
		rc = survey_key_nulls(v, t, error);
	survey_checks(v, t, ddl);
	return rc;
}

static const struct wh_table *table_nocase(const struct wh_catalog *c, const char *name)
{
	for (size_t i = 0; i < c->ntables; i++)
		if (wh_equal_nocase(c->tables[i].name, name))
			return &c->tables[i];
	return NULL;
}

static const char *column_nocase(const struct wh_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (wh_equal_nocase(t->columns[i].name, name))
			return t->columns[i].name;
	return name;
}

static const struct wh_index *primary_of(const struct wh_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i].primary)
			return &t->indexes[i];
	return NULL;
}

/* REFERENCES without columns means the primary key. */
static void settle_columns(const struct wh_table *to, struct wh_foreign_key *f)
{
	const struct wh_index *key = primary_of(to);
	for (size_t i = 0; i < f->ncolumns; i++) {
		const char *name = f->to_columns[i];
		if (!name && key && i < key->nparts)
			name = key->parts[i].column;
		f->to_columns[i] = name ? column_nocase(to, name) : "?";
	}
}

static void settle_reference(struct sqlite_survey *v, const struct wh_table *t,
	struct wh_foreign_key *f)
{
	const struct wh_table *to = table_nocase(v->out, f->to_table);
	if (to) {
		f->to_table = to->name;
		settle_columns(to, f);
		return;
	}
	for (size_t i = 0; i < f->ncolumns; i++)
		f->to_columns[i] = f->to_columns[i] ? f->to_columns[i] : "?";
	wh_findings_add(&v->out->findings, "foreign-key-dangles", WH_WARNING, WH_MANUAL,
		wh_arena_format(&v->out->arena, "foreign key %s on %s", f->name, t->name),
		"it points at a table that is not there: \"%s\"", f->to_table);
}

void wh_sqlite_survey_references(struct sqlite_survey *v)
{
	for (size_t i = 0; i < v->out->ntables; i++) {
		struct wh_table *t = &v->out->tables[i];
		for (size_t k = 0; k < t->nforeign_keys; k++)
			settle_reference(v, t, &t->foreign_keys[k]);
	}
}
