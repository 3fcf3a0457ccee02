/* Describing a database: tables, columns, and everything that is not a table of rows. */
#include "connectors/sqlite/sqlite.h"
#include "base/decimal.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define COUNTED_BYTES (INT64_C(1) << 30) /* in larger files rows are estimated, not counted */

int wh_sqlite_ask(struct sqlite *s, const char *sql, const char *text, sqlite3_stmt **out,
	struct wh_error *error)
{
	int rc = wh_sqlite_prepare(s, sql, out, error);
	if (rc)
		return rc;
	int code = text ? sqlite3_bind_text(*out, 1, text, -1, SQLITE_TRANSIENT) : SQLITE_OK;
	return code == SQLITE_OK ? WH_OK : wh_sqlite_fail(s, code, error, "%.300s", sql);
}

int wh_sqlite_next(struct sqlite *s, sqlite3_stmt *st, struct wh_error *error)
{
	int code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		return WH_OK;
	return code == SQLITE_DONE ? WH_DONE : wh_sqlite_fail(s, code, error, "reading the schema");
}

static int has_rows(struct sqlite *s, const char *sql, const char *text, bool *has,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s, sql, text, &st, error);
	if (rc == WH_OK)
		rc = wh_sqlite_next(s, st, error);
	*has = rc == WH_OK;
	return rc < 0 ? rc : WH_OK;
}

/* Which names for the rowid its columns leave free; and its only key column, if that is INTEGER. */
static int rowid_columns(struct sqlite *s, const char *table, struct wh_arena *arena,
	const char **integer, bool hidden_by[3], struct wh_error *error)
{
	static const char *const names[3] = { "rowid", "_rowid_", "oid" };
	sqlite_owned st = NULL;
	int keys = 0,
		rc = wh_sqlite_ask(s, "SELECT name, type, pk FROM pragma_table_xinfo(?1)", table, &st,
			error);
	*integer = NULL;
	for (; rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK;) {
		const char *name = wh_sqlite_column(arena, st, 0), *type = wh_sqlite_column(arena, st, 1);
		for (int i = 0; i < 3; i++)
			hidden_by[i] = hidden_by[i] || wh_equal_nocase(name, names[i]);
		if (sqlite3_column_int(st, 2) == 0)
			continue;
		keys++;
		*integer = keys == 1 && wh_equal_nocase(type, "INTEGER") ? name : NULL;
	}
	return rc < 0 ? rc : WH_OK;
}

static int without_rowid(struct sqlite *s, const char *table, bool *without, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s,
		"SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main' AND "
		"type IN ('table', 'shadow')",
		table, &st, error);
	if (rc == WH_OK)
		rc = wh_sqlite_next(s, st, error);
	if (rc == WH_DONE)
		return wh_fail(error, WH_CONFIG,
			"no such table: \"%s\" in \"%s\"; the database has changed, "
			"plan again",
			table, s->path);
	*without = rc == WH_OK && sqlite3_column_int(st, 0);
	return rc;
}

int wh_sqlite_rowid(struct sqlite *s, const char *table, struct wh_arena *arena, const char **alias,
	const char **rowid, struct wh_error *error)
{
	static const char *const names[3] = { "rowid", "_rowid_", "oid" };
	bool hidden_by[3] = { false }, without = false, indexed = false;
	*alias = *rowid = NULL;
	int rc = without_rowid(s, table, &without, error);
	if (rc || without)
		return rc;
	rc = rowid_columns(s, table, arena, alias, hidden_by, error);
	if (rc == WH_OK && *alias) /* INTEGER PRIMARY KEY DESC is no alias: it has an index */
		rc = has_rows(s, "SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk'", table, &indexed,
			error);
	if (rc)
		return rc;
	if (*alias && !indexed) {
		struct wh_buffer quoted = { 0 };
		wh_sqlite_name(&quoted, *alias);
		*rowid = wh_arena_text(arena, wh_buffer_string(&quoted));
		wh_buffer_free(&quoted);
		return WH_OK;
	}
	*alias = NULL;
	for (int i = 0; i < 3 && !*rowid; i++)
		*rowid = hidden_by[i] ? NULL : names[i];
	return WH_OK;
}

/* A DEFAULT that is one bare or double-quoted word is a string to SQLite. */
static const char *default_of(struct wh_arena *arena, const char *text)
{
	static const char *const own[] = { "NULL", "TRUE", "FALSE", "CURRENT_TIME", "CURRENT_DATE",
		"CURRENT_TIMESTAMP", NULL };
	struct sqlite_tokens tokens;
	if (!text || !wh_sqlite_tokens_read(arena, text, &tokens) || tokens.count != 1)
		return text;
	const struct sqlite_token *t = &tokens.items[0];
	bool word = t->kind == SQLITE_TOKEN_WORD || t->kind == SQLITE_TOKEN_QUOTED;
	for (size_t i = 0; own[i]; i++)
		word = word && !wh_sqlite_token_is(t, own[i]);
	if (!word)
		return text;
	char *quoted = sqlite3_mprintf("'%q'", wh_sqlite_token_text(arena, t));
	const char *out = wh_arena_text(arena, quoted ? quoted : text);
	sqlite3_free(quoted);
	return out;
}

static const struct sqlite_ddl_column *written(const struct sqlite_ddl *ddl, const char *name)
{
	for (size_t i = 0; i < ddl->ncolumns; i++)
		if (wh_equal_nocase(ddl->columns[i].name, name))
			return &ddl->columns[i];
	return NULL;
}

static void survey_column(struct sqlite_survey *v, sqlite3_stmt *st, const struct sqlite_ddl *ddl,
	struct wh_table *t)
{
	struct wh_arena *arena = &v->out->arena;
	struct wh_column *c = wh_push(arena, &t->columns, &t->ncolumns);
	c->name = wh_sqlite_column(arena, st, 0);
	wh_sqlite_type_declared(wh_sqlite_column(arena, st, 1), arena, &c->type);
	c->not_null = sqlite3_column_int(st, 2) != 0;
	c->default_text = default_of(arena, wh_sqlite_column(arena, st, 3));
	int hidden = sqlite3_column_int(st, 4);
	const struct sqlite_ddl_column *text = written(ddl, c->name);
	if (hidden >= 2) {
		c->generated = text && text->generated ? text->generated : "?";
		c->generated_stored = hidden == 3;
		/* The pragma reports "TEXT GENERATED ALWAYS" for one that has it before AS. */
		wh_sqlite_type_declared(text ? text->type : "", arena, &c->type);
	}
	if (text && text->collation && !wh_equal_nocase(text->collation, "BINARY"))
		c->type.collation = text->collation;
}

static int survey_columns(struct sqlite_survey *v, const struct sqlite_ddl *ddl, struct wh_table *t,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(v->s,
		"SELECT name, type, \"notnull\", dflt_value, hidden "
		"FROM pragma_table_xinfo(?1) ORDER BY cid",
		t->name, &st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(v->s, st, error)) == WH_OK;)
		survey_column(v, st, ddl, t);
	return rc < 0 ? rc : WH_OK;
}

static int end_of(struct sqlite_survey *v, const char *table, const char *rowid, const char *which,
	int64_t *out, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql, "SELECT %s(%s) FROM ", which, rowid);
	wh_sqlite_name(&sql, table);
	int rc = wh_sqlite_number(v->s, wh_buffer_string(&sql), out, error);
	wh_buffer_free(&sql);
	return rc;
}

static int sequence_of(struct sqlite_survey *v, const char *table, int64_t *last,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(v->s, "SELECT seq FROM sqlite_sequence WHERE name = ?1", table, &st,
		error);
	if (rc == WH_OK)
		rc = wh_sqlite_next(v->s, st, error);
	if (rc == WH_OK && sqlite3_column_int64(st, 0) > *last)
		*last = sqlite3_column_int64(st, 0);
	return rc < 0 ? rc : WH_OK;
}

static int survey_identity(struct sqlite_survey *v, struct wh_table *t, const char *alias,
	const char *rowid, struct wh_error *error)
{
	struct wh_column *c = wh_table_column(t, alias);
	int64_t last = 0;
	if (!c)
		return wh_fail(error, WH_BUG, "a key column is missing: \"%s\"", alias);
	c->identity = WH_IDENTITY_DEFAULT;
	c->not_null = true;
	int rc = end_of(v, t->name, rowid, "max", &last, error);
	if (rc >= 0)
		rc = v->sequences ? sequence_of(v, t->name, &last, error) : WH_OK;
	if (rc == WH_OK && last < INT64_MAX)
		c->next_value = wh_arena_format(&v->out->arena, "%lld", (long long)last + 1);
	return rc;
}

static int file_bytes(struct sqlite *s, int64_t *out, struct wh_error *error)
{
	int64_t pages = 0, size = 0;
	int rc = wh_sqlite_number(s, "PRAGMA page_count", &pages, error);
	if (rc >= 0)
		rc = wh_sqlite_number(s, "PRAGMA page_size", &size, error);
	*out = pages * size;
	return rc < 0 ? rc : WH_OK;
}

static int survey_rows(struct sqlite_survey *v, struct wh_table *t, const char *rowid,
	struct wh_error *error)
{
	int64_t bytes, low = 0, high = -1;
	t->rows = t->bytes = -1;
	int rc = file_bytes(v->s, &bytes, error);
	if (rc == WH_OK && bytes <= COUNTED_BYTES)
		return end_of(v, t->name, "*", "count", &t->rows, error);
	if (rc || !rowid)
		return rc;
	rc = end_of(v, t->name, rowid, "min", &low, error);
	if (rc >= 0)
		rc = end_of(v, t->name, rowid, "max", &high, error);
	if (rc >= 0 && high >= low && (uint64_t)high - (uint64_t)low < INT64_MAX)
		t->rows = high - low + 1;
	return rc < 0 ? rc : WH_OK;
}

static void note_text(struct sqlite_survey *v, const struct wh_table *t, bool understood,
	const struct sqlite_ddl *ddl)
{
	if (!understood)
		wh_findings_add(&v->out->findings, "schema-not-understood", WH_WARNING, WH_MANUAL, t->name,
			"the table's CREATE statement could not be read whole: its checks, generated columns and "
			"collations may be missing; compare them by hand")
			->source = t->definition;
	if (ddl->conflicts)
		wh_findings_add(&v->out->findings, "on-conflict-clause", WH_INFO, WH_ASSISTED, t->name,
			"ON CONFLICT clauses of its constraints are kept in SQLite only: other engines refuse a "
			"row that breaks a constraint")
			->source = t->definition;
}

static bool is_number(struct wh_arena *arena, const char *text)
{
	struct wh_buffer plain = { 0 };
	struct sqlite_tokens tokens;
	if (!wh_sqlite_tokens_read(arena, text, &tokens) || tokens.count != 1 ||
		tokens.items[0].kind != SQLITE_TOKEN_STRING)
		return true; /* not a text at all */
	const char *value = wh_sqlite_token_text(arena, &tokens.items[0]);
	bool is = wh_decimal_plain(&plain, value, strlen(value));
	wh_buffer_free(&plain);
	return is;
}

/* SQLite takes any text as a number's default; nobody else does. Its own CREATE text keeps it. */
static void drop_defaults(struct sqlite_survey *v, struct wh_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct wh_column *c = &t->columns[i];
		bool number = wh_kind_is_number(c->type.kind) || c->type.kind == WH_FLOAT64;
		if (!number || c->type.kind == WH_BOOL || !c->default_text ||
			is_number(&v->out->arena, c->default_text))
			continue;
		wh_findings_add(&v->out->findings, "default-not-of-type", WH_WARNING, WH_MANUAL,
			wh_arena_format(&v->out->arena, "%s.%s", t->name, c->name),
			"its default is a text, and the column holds numbers: in another engine it has no default")
			->source = c->default_text;
		c->default_text = NULL;
	}
}

static int survey_table(struct sqlite_survey *v, const char *name, const char *definition,
	struct wh_error *error)
{
	struct sqlite_ddl ddl;
	const char *alias, *rowid;
	struct wh_table *t = wh_push(&v->out->arena, &v->out->tables, &v->out->ntables);
	t->name = name;
	t->kind = "table";
	t->definition = definition;
	bool understood = wh_sqlite_ddl_read(&v->out->arena, definition ? definition : "", &ddl);
	t->options = ddl.options;
	note_text(v, t, understood, &ddl);
	int rc = survey_columns(v, &ddl, t, error);
	if (rc == WH_OK)
		rc = wh_sqlite_rowid(v->s, name, &v->out->arena, &alias, &rowid, error);
	if (rc == WH_OK && alias)
		rc = survey_identity(v, t, alias, rowid, error);
	if (rc == WH_OK)
		rc = wh_sqlite_survey_keys(v, t, &ddl, alias, error);
	if (rc == WH_OK)
		rc = survey_rows(v, t, rowid, error);
	if (rc == WH_OK && v->source && !wh_catalog_recall(v->out, t))
		rc = wh_sqlite_sample(v->s, t, rowid, &v->out->findings, error);
	drop_defaults(v, t);
	return rc;
}

static void survey_object(struct sqlite_survey *v, const char *kind, const char *name,
	const char *table, const char *definition)
{
	struct wh_object *o = wh_push(&v->out->arena, &v->out->objects, &v->out->nobjects);
	*o = (struct wh_object){ .kind = kind, .name = name, .definition = definition };
	o->table = !wh_equal(name, table) ? table : NULL;
	o->space = wh_equal(kind, "trigger") || wh_equal(kind, "pragma") ? NULL : WH_SPACE_RELATION;
	o->address = name;
}

/* A virtual table is whole where the tables behind it are: it stands on the first of them. */
static void tie_storage(struct wh_catalog *c)
{
	for (size_t i = 0; i < c->nobjects; i++) {
		struct wh_object *o = &c->objects[i];
		for (size_t k = 0; wh_equal(o->kind, "virtual table") && !o->table && k < c->ntables; k++)
			if (c->tables[k].storage && wh_starts_nocase(c->tables[k].name, o->name) &&
				c->tables[k].name[strlen(o->name)] == '_')
				o->table = c->tables[k].name;
	}
}

static bool own_name(const char *name)
{
	return wh_starts_nocase(name, "sqlite_") || wh_starts_nocase(name, "whimbrel_");
}

static int survey_entry(struct sqlite_survey *v, sqlite3_stmt *st, struct wh_error *error)
{
	struct wh_arena *arena = &v->out->arena;
	const char *kind = wh_sqlite_column(arena, st, 0), *name = wh_sqlite_column(arena, st, 1);
	const char *table = wh_sqlite_column(arena, st, 2), *sql = wh_sqlite_column(arena, st, 3);
	if (!kind || !name || own_name(name))
		return WH_OK;
	if (!wh_utf8_valid(name, strlen(name)) || (sql && !wh_utf8_valid(sql, strlen(sql)))) {
		struct wh_buffer hex = { 0 };
		wh_text_hex(&hex, name, strlen(name));
		wh_findings_add(&v->out->findings, "name-not-utf8", WH_ERROR, WH_MANUAL,
			wh_arena_format(arena, "%s x'%s'", kind, wh_buffer_string(&hex)),
			"its name or definition is not UTF-8: it is left out; rename it in the source");
		wh_buffer_free(&hex);
		return WH_OK;
	}
	bool shadow = wh_equal(kind, "shadow");
	if (shadow || wh_equal(kind, "table")) {
		int rc = survey_table(v, name, sql, error);
		v->out->tables[v->out->ntables - 1].storage = shadow;
		return rc;
	}
	survey_object(v, wh_equal(kind, "virtual") ? "virtual table" : kind, name, table, sql);
	return WH_OK;
}

static int survey_entries(struct sqlite_survey *v, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_prepare(v->s,
		"WITH l AS MATERIALIZED (SELECT name, type FROM pragma_table_list WHERE schema = 'main') "
		"SELECT coalesce(l.type, s.type), s.name, s.tbl_name, s.sql FROM sqlite_schema AS s "
		"LEFT JOIN l ON l.name = s.name AND s.type IN ('table', 'view') "
		"WHERE s.type <> 'index' ORDER BY s.name, s.type",
		&st, error);
	for (; rc == WH_OK && (rc = wh_sqlite_next(v->s, st, error)) == WH_OK;)
		rc = survey_entry(v, st, error);
	tie_storage(v->out);
	return rc < 0 ? rc : WH_OK;
}

/* Two numbers in the header that applications keep their own version in. */
static int survey_header(struct sqlite_survey *v, struct wh_error *error)
{
	static const char *const names[] = { "application_id", "user_version" };
	int rc = WH_OK;
	for (int i = 0; i < 2 && rc == WH_OK; i++) {
		char sql[64];
		int64_t value = 0;
		snprintf(sql, sizeof sql, "PRAGMA %s", names[i]);
		rc = wh_sqlite_number(v->s, sql, &value, error);
		if (rc == WH_OK && value)
			survey_object(v, "pragma", names[i], names[i],
				wh_arena_format(&v->out->arena, "PRAGMA %s = %lld", names[i], (long long)value));
	}
	return rc < 0 ? rc : WH_OK;
}

static void note_file(struct sqlite_survey *v)
{
	if (v->source && !v->s->wal)
		wh_findings_add(&v->out->findings, "source-locked", WH_INFO, WH_AUTOMATIC, v->out->database,
			"the file is not in WAL mode: while its rows are read, other programs can read it but "
			"their commits wait");
	if (v->s->utf16)
		wh_findings_add(&v->out->findings, "encoding-changes", WH_INFO, WH_AUTOMATIC,
			v->out->database,
			"the file holds its texts as %s; they are moved as UTF-8, with the same "
			"characters",
			v->out->charset);
}

static void note_identity(struct sqlite_survey *v)
{
	struct stat file;
	if (stat(v->s->path, &file) == 0)
		v->out->identity = wh_arena_format(&v->out->arena, "%llu/%llu",
			(unsigned long long)file.st_dev, (unsigned long long)file.st_ino);
}

static int survey(struct sqlite_survey *v, struct wh_error *error)
{
	int rc = wh_sqlite_word(v->s, "PRAGMA encoding", &v->out->arena, &v->out->charset, error);
	if (rc >= 0)
		rc = has_rows(v->s, "SELECT 1 FROM sqlite_schema WHERE name = ?1", "sqlite_sequence",
			&v->sequences, error);
	note_file(v);
	note_identity(v);
	if (rc >= 0)
		rc = survey_entries(v, error);
	if (rc == WH_OK)
		rc = survey_header(v, error);
	return rc;
}

int wh_sqlite_describe(struct wh_conn *c, struct wh_catalog *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct sqlite_survey v = { .s = s, .out = out, .source = c->side != WH_TARGET };
	const char *slash = strrchr(s->path, '/');
	bool begun = sqlite3_get_autocommit(s->db) != 0;
	out->version = wh_arena_format(&out->arena, "SQLite %s", sqlite3_libversion());
	out->database = wh_arena_text(&out->arena, slash ? slash + 1 : s->path);
	int rc = begun ? wh_sqlite_run(s, "BEGIN", error) : WH_OK;
	if (rc == WH_OK)
		rc = survey(&v, error);
	if (begun && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	if (rc)
		return rc;
	wh_sqlite_survey_references(&v);
	wh_catalog_sort(out);
	return WH_OK;
}
