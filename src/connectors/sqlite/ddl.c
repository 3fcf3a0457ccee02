/* Statements. A table that comes from SQLite and keeps its names is made from its own CREATE text;
 * all others are written from the plan. Keys, references and checks can only stand inside CREATE
 * TABLE; that the references hold is a check of its own, after the rows. */
#include "connectors/sqlite/sqlite.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

static const char *taken(struct wh_statements *out, struct wh_buffer *text)
{
	const char *copy = wh_arena_text(out->arena, wh_buffer_string(text));
	wh_buffer_free(text);
	return copy;
}

static bool made_here(const struct wh_plan_table *t)
{
	return t->treatment == WH_CREATE || t->treatment == WH_DROP;
}

static bool keeps_references(const struct wh_plan_table *t)
{
	if (t->nforeign_keys != t->source->nforeign_keys)
		return false;
	for (size_t i = 0; i < t->nforeign_keys; i++)
		if (!wh_equal(t->foreign_keys[i].to_table, t->foreign_keys[i].source->to_table))
			return false;
	return true;
}

/* Neither a column's name nor its type nor any key has changed on the way. */
static bool keeps_columns(const struct wh_plan_table *t, struct wh_arena *arena)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		if (!wh_equal(c->name, c->source->name) ||
			!wh_equal(c->fit.native, wh_sqlite_type_bare(arena, c->source->type.native)))
			return false;
	}
	return t->nchecks == t->source->nchecks && t->ncolumns == t->source->ncolumns;
}

static bool own_text(const struct wh_plan *plan, const struct wh_plan_table *t,
	struct wh_arena *arena)
{
	return plan->same_engine && t->source->definition && keeps_columns(t, arena) &&
		keeps_references(t);
}

static const struct wh_plan_index *primary_of(const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i].source->primary)
			return &t->indexes[i];
	return NULL;
}

/* The column that becomes INTEGER PRIMARY KEY, or NULL. */
static const struct wh_plan_column *counting(const struct wh_plan_table *t)
{
	const struct wh_plan_index *key = primary_of(t);
	for (size_t i = 0; key && key->source->nparts == 1 && i < t->ncolumns; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		if (c->identity && !c->generated && wh_equal(c->name, key->columns[0]) &&
			wh_sqlite_affinity_of(c->fit.native) == SQLITE_AS_INTEGER)
			return c;
	}
	return NULL;
}

static bool autoincrement(const struct wh_plan *plan, const struct wh_plan_table *t,
	struct wh_arena *arena)
{
	struct sqlite_ddl ddl;
	if (!plan->same_engine)
		return counting(t) != NULL;
	return t->source->definition && wh_sqlite_ddl_read(arena, t->source->definition, &ddl) &&
		ddl.autoincrement;
}

/* One literal may stand bare; all else needs parentheses. */
static void put_default(struct wh_buffer *sql, const char *text, struct wh_arena *arena)
{
	struct sqlite_tokens tokens;
	bool read = wh_sqlite_tokens_read(arena, text, &tokens);
	bool bare = read &&
		(tokens.count == 1 || (tokens.count == 2 && tokens.items[1].kind == SQLITE_TOKEN_NUMBER));
	wh_buffer_format(sql, bare ? " DEFAULT %s" : " DEFAULT (%s)", text);
}

static void put_column(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_table *t, const struct wh_plan_column *c, struct wh_arena *arena)
{
	wh_sqlite_name(sql, c->name);
	if (c == counting(t)) {
		wh_buffer_text(sql, " INTEGER PRIMARY KEY");
		wh_buffer_text(sql, autoincrement(plan, t, arena) ? " AUTOINCREMENT" : "");
		return;
	}
	if (c->fit.native && *c->fit.native)
		wh_buffer_format(sql, " %s", c->fit.native);
	if (plan->same_engine && c->source->type.collation)
		wh_buffer_format(sql, " COLLATE %s", c->source->type.collation);
	if (c->not_null)
		wh_buffer_text(sql, " NOT NULL");
	if (c->generated)
		wh_buffer_format(sql, " GENERATED ALWAYS AS (%s) %s", c->generated,
			c->generated_stored ? "STORED" : "VIRTUAL");
	else if (c->default_text)
		put_default(sql, c->default_text, arena);
}

static void put_names(struct wh_buffer *sql, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(sql, i ? ", " : "(");
		wh_sqlite_name(sql, names[i]);
	}
	wh_buffer_text(sql, ")");
}

static void put_parts(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_index *index)
{
	for (size_t i = 0; i < index->source->nparts; i++) {
		const struct wh_index_part *part = &index->source->parts[i];
		wh_buffer_text(sql, i ? ", " : "(");
		if (index->columns[i])
			wh_sqlite_name(sql, index->columns[i]);
		else
			wh_buffer_text(sql, index->expressions[i]);
		if (plan->same_engine && part->collation)
			wh_buffer_format(sql, " COLLATE %s", part->collation);
		wh_buffer_text(sql, part->descending ? " DESC" : "");
	}
	wh_buffer_text(sql, ")");
}

/* Stands inside CREATE TABLE: a constraint over plain columns. */
static bool inside(const struct wh_plan_index *index)
{
	for (size_t i = 0; i < index->source->nparts; i++)
		if (!index->columns[i])
			return false;
	return !index->where && (index->source->constraint || index->source->primary);
}

static void put_constraint(struct wh_buffer *sql, const char *name)
{
	wh_buffer_text(sql, ",\n  ");
	if (!name)
		return;
	wh_buffer_text(sql, "CONSTRAINT ");
	wh_sqlite_name(sql, name);
	wh_buffer_char(sql, ' ');
}

static void put_keys(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct wh_plan_index *index = &t->indexes[i];
		if (!inside(index) || (index->source->primary && counting(t)))
			continue;
		put_constraint(sql, index->name);
		wh_buffer_text(sql, index->source->primary ? "PRIMARY KEY " : "UNIQUE ");
		put_parts(sql, plan, index);
	}
}

static void put_references(struct wh_buffer *sql, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nforeign_keys; i++) {
		const struct wh_plan_foreign_key *f = &t->foreign_keys[i];
		put_constraint(sql, f->name);
		wh_buffer_text(sql, "FOREIGN KEY ");
		put_names(sql, f->columns, f->source->ncolumns);
		wh_buffer_text(sql, " REFERENCES ");
		wh_sqlite_name(sql, f->to_table);
		put_names(sql, f->to_columns, f->source->ncolumns);
		if (!wh_equal(f->source->on_update, "NO ACTION"))
			wh_buffer_format(sql, " ON UPDATE %s", f->source->on_update);
		if (!wh_equal(f->source->on_delete, "NO ACTION"))
			wh_buffer_format(sql, " ON DELETE %s", f->source->on_delete);
		if (f->source->deferrable)
			wh_buffer_text(sql,
				f->source->deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE");
	}
}

static void put_checks(struct wh_buffer *sql, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nchecks; i++) {
		put_constraint(sql, t->checks[i].name);
		wh_buffer_format(sql, "CHECK (%s)", t->checks[i].text);
	}
}

static const char *create_written(const struct wh_plan *plan, const struct wh_plan_table *t,
	struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "CREATE TABLE ");
	wh_sqlite_name(&sql, t->name);
	for (size_t i = 0; i < t->ncolumns; i++) {
		wh_buffer_text(&sql, i ? ",\n  " : " (\n  ");
		put_column(&sql, plan, t, &t->columns[i], out->arena);
	}
	if (!t->ncolumns) /* PostgreSQL has tables without columns */
		wh_buffer_text(&sql, " (\n  \"whimbrel_no_columns\"");
	put_keys(&sql, plan, t);
	put_references(&sql, t);
	put_checks(&sql, t);
	wh_buffer_text(&sql, "\n)");
	if (t->options)
		wh_buffer_format(&sql, " %s", t->options);
	return taken(out, &sql);
}

static const char *create_table(const struct wh_plan *plan, const struct wh_plan_table *t,
	struct wh_statements *out)
{
	const char *text = NULL;
	if (own_text(plan, t, out->arena))
		text = wh_equal(t->name, t->source->name)
			? t->source->definition
			: wh_sqlite_ddl_renamed(out->arena, t->source->definition, t->name);
	return text ? text : create_written(plan, t, out);
}

/* Before any row is written; what repeats it after a crash finds nothing of ours. */
static void clear_table(const struct wh_plan_table *t, struct wh_statements *out)
{
	bool drop = t->treatment == WH_DROP;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, drop ? "DROP TABLE IF EXISTS " : "DELETE FROM ");
	wh_sqlite_name(&sql, t->name);
	struct wh_statement *st = wh_statements_add(out, WH_PHASE_TABLES,
		drop ? "drop table" : "empty table", t->number, t->name);
	st->sql = taken(out, &sql);
	st->repeatable = true;
}

/* A number in the header is written over. */
static void ddl_drops(const struct wh_plan *plan, struct wh_statements *out)
{
	static const struct {
		const char *kind, *sql;
	} drops[] = {
		{ "view", "DROP VIEW IF EXISTS " },
		{ "trigger", "DROP TRIGGER IF EXISTS " },
		{ "virtual table", "DROP TABLE IF EXISTS " },
	};
	for (size_t k = 0; k < sizeof drops / sizeof *drops; k++)
		for (size_t i = 0; i < plan->nobjects; i++) {
			const struct wh_plan_object *o = &plan->objects[i];
			struct wh_buffer sql = { 0 };
			if (o->treatment != WH_DROP || !wh_equal(o->source->kind, drops[k].kind))
				continue;
			wh_buffer_text(&sql, drops[k].sql);
			wh_sqlite_name(&sql, o->name);
			struct wh_statement *st = wh_statements_add(out, WH_PHASE_CLEAR, "drop", -1, o->name);
			st->object = wh_arena_format(out->arena, "old %s %s", drops[k].kind, o->name);
			st->sql = taken(out, &sql);
			st->repeatable = true;
		}
}

static void ddl_tables(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		if (t->treatment == WH_DROP || t->treatment == WH_TRUNCATE)
			clear_table(t, out);
		if (made_here(t))
			wh_statements_add(out, WH_PHASE_TABLES, "table", t->number, t->name)->sql =
				create_table(plan, t, out);
	}
}

static const char *create_index(const struct wh_plan *plan, const struct wh_plan_table *t,
	const struct wh_plan_index *index, struct wh_statements *out)
{
	if (own_text(plan, t, out->arena) && index->source->definition &&
		wh_equal(t->name, t->source->name) && wh_equal(index->name, index->source->name))
		return index->source->definition;
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, index->source->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	wh_sqlite_name(&sql, index->name);
	wh_buffer_text(&sql, " ON ");
	wh_sqlite_name(&sql, t->name);
	put_parts(&sql, plan, index);
	if (index->where)
		wh_buffer_format(&sql, " WHERE %s", index->where);
	return taken(out, &sql);
}

static void ddl_indexes(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		for (size_t k = 0; k < t->nindexes && made_here(t); k++) {
			const struct wh_plan_index *index = &t->indexes[k];
			if (inside(index))
				continue;
			struct wh_statement *st = wh_statements_add(out, WH_PHASE_INDEXES, "index", t->number,
				index->name);
			st->object = wh_arena_format(out->arena, "index %s on %s", index->name, t->name);
			st->sql = create_index(plan, t, index, out);
		}
	}
}

/* Asks, rather than makes, so it may be asked again. */
static void ddl_constraints(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		if (!t->nforeign_keys)
			continue;
		struct wh_buffer sql = { 0 };
		struct wh_statement *st = wh_statements_add(out, WH_PHASE_CONSTRAINTS, "foreign key",
			t->number, NULL);
		wh_buffer_text(&sql, "PRAGMA foreign_key_check(");
		wh_sqlite_name(&sql, t->name);
		wh_buffer_text(&sql, ")");
		st->object = wh_arena_format(out->arena, "foreign keys of %s", t->name);
		st->sql = taken(out, &sql);
		st->repeatable = true;
	}
}

static const char *next_value(const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].identity && t->columns[i].source->next_value)
			return t->columns[i].source->next_value;
	return NULL;
}

/* SQLite counts the rows' own keys by itself; only what was counted beyond them is told. */
static void ddl_counters(const struct wh_plan *plan, struct wh_statements *out)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		const char *next = next_value(t);
		int64_t value;
		if (!made_here(t) || !autoincrement(plan, t, out->arena) || !next ||
			!wh_text_int64(next, strlen(next), &value) || value <= 1)
			continue;
		char *sql = sqlite3_mprintf("DELETE FROM sqlite_sequence WHERE name = %Q; "
									"INSERT INTO sqlite_sequence(name, seq) VALUES(%Q, %lld)",
			t->name, t->name, (long long)value - 1);
		struct wh_statement *st = wh_statements_add(out, WH_PHASE_COUNTERS, "counter", t->number,
			t->name);
		st->object = wh_arena_format(out->arena, "counter of %s", t->name);
		st->sql = wh_arena_text(out->arena, sql ? sql : "");
		st->repeatable = true;
		sqlite3_free(sql);
	}
}

/* CREATE VIRTUAL TABLE would make the tables behind it anew: they are there already, row by row as
 * in the source, so only the name is entered, as the shell's .dump does. */
static const char *enter_virtual(const struct wh_plan_object *o, struct wh_statements *out)
{
	char *sql = sqlite3_mprintf(
		"PRAGMA writable_schema = ON;\n"
		"INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) "
		"SELECT 'table', %Q, %Q, 0, %Q WHERE NOT EXISTS (SELECT 1 "
		"FROM sqlite_schema WHERE name = %Q AND sql = %Q);\n"
		"SELECT type AS \"already there\" FROM sqlite_schema "
		"WHERE name = %Q COLLATE NOCASE AND sql IS NOT %Q;\n"
		"PRAGMA writable_schema = RESET",
		o->name, o->name, o->statement, o->name, o->statement, o->name, o->statement);
	const char *copy = wh_arena_text(out->arena, sql ? sql : "");
	sqlite3_free(sql);
	return copy;
}

static void ddl_objects(const struct wh_plan *plan, struct wh_statements *out)
{
	static const char *const kinds[] = { "pragma", "virtual table", "view", "trigger", NULL };
	for (size_t k = 0; kinds[k]; k++)
		for (size_t i = 0; i < plan->nobjects; i++) {
			const struct wh_plan_object *o = &plan->objects[i];
			if (!wh_plan_object_made(o) || !wh_equal(o->source->kind, kinds[k]))
				continue;
			struct wh_statement *st = wh_statements_add(out, WH_PHASE_OPEN, kinds[k], -1, o->name);
			bool virtual = wh_equal(kinds[k], "virtual table");
			st->sql = virtual ? enter_virtual(o, out) : o->statement;
			st->repeatable = virtual || wh_equal(kinds[k], "pragma");
		}
}

int wh_sqlite_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error)
{
	static void (*const phases[WH_PHASES])(const struct wh_plan *, struct wh_statements *) = {
		[WH_PHASE_CLEAR] = ddl_drops,
		[WH_PHASE_TABLES] = ddl_tables,
		[WH_PHASE_INDEXES] = ddl_indexes,
		[WH_PHASE_CONSTRAINTS] = ddl_constraints,
		[WH_PHASE_COUNTERS] = ddl_counters,
		[WH_PHASE_OPEN] = ddl_objects,
	};
	(void)error;
	if (phases[phase])
		phases[phase](plan, out);
	return WH_OK;
}
