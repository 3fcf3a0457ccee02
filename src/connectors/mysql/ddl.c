/* DDL: tables, and running statements.
 *
 * A statement may begin with one line "SET ...;": settings of the session for it alone. The
 * primary key stands in CREATE TABLE, since the rows lie in its order; so does the index without
 * which a column cannot be AUTO_INCREMENT. */
#include "connectors/mysql/ddl.h"
#include "base/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES 65535 /* of all columns but long texts and blobs */
#define ROW_MARGIN 1024

const char *wh_mysql_taken(struct wh_statements *out, struct wh_buffer *text)
{
	const char *copy = wh_arena_text(out->arena, wh_buffer_string(text));
	wh_buffer_free(text);
	return copy;
}

struct wh_statement *wh_mysql_statement(struct wh_statements *out, enum wh_phase phase,
	const char *kind, const struct wh_plan_table *t, const char *name)
{
	struct wh_statement *st = wh_statements_add(out, phase, kind, t->number, name);
	st->object = wh_equal(kind, "table")
		? wh_arena_format(out->arena, "table %s", t->name)
		: wh_arena_format(out->arena, "%s %s on %s", kind, name ? name : "", t->name);
	return st;
}

/* From a server of the same kind an expression is right as it is. Elsewhere only a literal may
 * stand bare: MySQL wants all else in parentheses, and for long types literals too. */
static bool is_bare(const struct wh_plan_column *c, bool same_engine)
{
	const char *text = c->default_text;
	enum wh_mysql_class class = wh_mysql_class(c->fit.native);
	bool lengthless = class == WH_MYSQL_JSON || class == WH_MYSQL_GEOMETRY ||
		strstr(c->fit.native, "text") || strstr(c->fit.native, "blob");
	if (same_engine || text[0] == '(')
		return true;
	if (lengthless)
		return false;
	return isdigit((unsigned char)text[0]) || strchr("'-.", text[0]) ||
		wh_equal_nocase(text, "NULL") || wh_equal_nocase(text, "TRUE") ||
		wh_equal_nocase(text, "FALSE");
}

static void put_default(struct wh_buffer *sql, const struct wh_plan_column *c, bool same_engine)
{
	if (!c->default_text)
		return;
	bool bare = is_bare(c, same_engine);
	wh_buffer_format(sql, bare ? " DEFAULT %s" : " DEFAULT (%s)", c->default_text);
}

static void put_generated(struct wh_buffer *sql, const struct wh_plan_column *c)
{
	bool system = wh_equal(c->generated, "ROW START") || wh_equal(c->generated, "ROW END");
	if (system)
		wh_buffer_format(sql, " GENERATED ALWAYS AS %s", c->generated);
	else
		wh_buffer_format(sql, " GENERATED ALWAYS AS (%s) %s", c->generated,
			c->generated_stored ? "STORED" : "VIRTUAL");
}

const struct wh_plan_column *wh_mysql_identity(const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		enum wh_kind kind = t->columns[i].fit.type.kind;
		if (t->columns[i].identity != WH_NO_IDENTITY && !t->columns[i].generated &&
			(kind == WH_INT64 || kind == WH_UINT64))
			return &t->columns[i];
	}
	return NULL;
}

/* For what a row has no room for: a text that no key holds moves off it. */
static const char *off_row(const struct wh_plan_column *c)
{
	return wh_mysql_class(c->fit.native) == WH_MYSQL_BINARY ? "longblob" : "longtext";
}

static void put_column(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_table *t, const struct wh_plan_column *c, bool moved_off)
{
	wh_mysql_name(sql, c->name);
	wh_buffer_format(sql, " %s", moved_off ? off_row(c) : c->fit.native);
	if (c->generated)
		put_generated(sql, c);
	else
		wh_buffer_text(sql, c->not_null ? " NOT NULL" : " NULL");
	if (c->source->hidden && plan->same_engine)
		wh_buffer_text(sql, " INVISIBLE");
	if (c == wh_mysql_identity(t))
		wh_buffer_text(sql, " AUTO_INCREMENT");
	else if (!c->generated)
		put_default(sql, c, plan->same_engine);
	if (c->on_update)
		wh_buffer_format(sql, " ON UPDATE %s", c->on_update);
	if (c->comment) {
		wh_buffer_text(sql, " COMMENT ");
		wh_mysql_text(sql, c->comment);
	}
}

static bool is_indexed(const struct wh_plan_table *t, const char *column)
{
	for (size_t i = 0; i < t->nindexes; i++)
		for (size_t k = 0; k < t->indexes[i].source->nparts; k++)
			if (wh_equal_nocase(t->indexes[i].columns[k], column))
				return true;
	for (size_t i = 0; i < t->nforeign_keys; i++)
		for (size_t k = 0; k < t->foreign_keys[i].source->ncolumns; k++)
			if (wh_equal_nocase(t->foreign_keys[i].columns[k], column))
				return true;
	return false;
}

static bool can_move_off(const struct wh_plan_table *t, const struct wh_plan_column *c)
{
	return (wh_starts_nocase(c->fit.native, "varchar") ||
			   wh_starts_nocase(c->fit.native, "varbinary")) &&
		!is_indexed(t, c->name);
}

/* Marks the longest until the rest fits into a row. A source of the same kind had it fit. */
static bool *columns_off_row(const struct wh_plan *plan, const struct wh_plan_table *t)
{
	bool *off = wh_alloc((t->ncolumns + 1) * sizeof *off);
	int64_t sum = ROW_MARGIN;
	memset(off, 0, (t->ncolumns + 1) * sizeof *off);
	for (size_t i = 0; i < t->ncolumns; i++)
		sum += wh_mysql_key_bytes(&t->columns[i].fit.type) + 2;
	while (sum > ROW_BYTES && !plan->same_engine) {
		size_t longest = t->ncolumns;
		for (size_t i = 0; i < t->ncolumns; i++)
			if (!off[i] && can_move_off(t, &t->columns[i]) &&
				(longest == t->ncolumns ||
					wh_mysql_key_bytes(&t->columns[i].fit.type) >
						wh_mysql_key_bytes(&t->columns[longest].fit.type)))
				longest = i;
		if (longest == t->ncolumns)
			break;
		off[longest] = true;
		sum -= wh_mysql_key_bytes(&t->columns[longest].fit.type) - 12;
	}
	return off;
}

static void put_columns(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_table *t)
{
	const char *start = NULL, *end = NULL;
	bool *off = columns_off_row(plan, t);
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		wh_buffer_text(sql, i ? ",\n  " : "\n  ");
		put_column(sql, plan, t, c, off[i]);
		start = wh_equal(c->generated, "ROW START") ? c->name : start;
		end = wh_equal(c->generated, "ROW END") ? c->name : end;
	}
	free(off);
	if (!start || !end)
		return;
	wh_buffer_text(sql, ",\n  PERIOD FOR SYSTEM_TIME (");
	wh_mysql_name(sql, start);
	wh_buffer_text(sql, ", ");
	wh_mysql_name(sql, end);
	wh_buffer_char(sql, ')');
}

/* Other engines tell 'a' from 'A' and 'a' from 'a '; each server has its own word for that. */
static void put_options(struct wh_buffer *sql, const struct wh_plan *plan,
	const struct wh_plan_table *t)
{
	if (t->collation && t->source->charset)
		wh_buffer_format(sql, " DEFAULT CHARSET=%s COLLATE=%s", t->source->charset, t->collation);
	else
		wh_buffer_text(sql,
			" DEFAULT CHARSET=utf8mb4 /*M!100203 COLLATE=utf8mb4_nopad_bin*/"
			"/*!80017 COLLATE=utf8mb4_0900_bin*/");
	if (t->comment) {
		wh_buffer_text(sql, " COMMENT=");
		wh_mysql_text(sql, t->comment);
	}
	wh_buffer_format(sql, " %s", plan->same_engine && t->options ? t->options : "ENGINE=InnoDB");
	if (t->partition)
		wh_buffer_format(sql, "\n%s", t->partition);
}

static void put_keys(struct wh_buffer *sql, const struct wh_plan_table *t)
{
	const struct wh_plan_column *identity = wh_mysql_identity(t);
	bool served = !identity;
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct wh_plan_index *index = &t->indexes[i];
		if (!wh_mysql_index_inline(t, index))
			continue;
		wh_buffer_text(sql, ",\n  ");
		wh_mysql_index_text(sql, t, index);
		served = served || wh_equal(index->columns[0], identity->name);
	}
	if (served)
		return;
	wh_buffer_text(sql, ",\n  KEY whimbrel_identity (");
	wh_mysql_name(sql, identity->name);
	wh_buffer_char(sql, ')');
}

static void create_table(const struct wh_plan *plan, const struct wh_plan_table *t,
	struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "CREATE TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_text(&sql, " (");
	put_columns(&sql, plan, t);
	put_keys(&sql, t);
	wh_buffer_text(&sql, "\n)");
	put_options(&sql, plan, t);
	wh_mysql_statement(out, WH_PHASE_TABLES, "table", t, t->name)->sql = wh_mysql_taken(out, &sql);
}

static void drop_table(const struct wh_plan_table *t, struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "SET foreign_key_checks = 0;\nDROP TABLE IF EXISTS ");
	wh_mysql_name(&sql, t->name);
	struct wh_statement *st = wh_mysql_statement(out, WH_PHASE_TABLES, "drop", t, NULL);
	st->object = wh_arena_format(out->arena, "table %s", t->name);
	st->sql = wh_mysql_taken(out, &sql);
	st->repeatable = true;
}

static void empty_table(const struct wh_plan_table *t, struct wh_statements *out)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_text(&sql, "SET foreign_key_checks = 0;\nTRUNCATE TABLE ");
	wh_mysql_name(&sql, t->name);
	struct wh_statement *st = wh_mysql_statement(out, WH_PHASE_TABLES, "truncate", t, NULL);
	st->object = wh_arena_format(out->arena, "rows of table %s", t->name);
	st->sql = wh_mysql_taken(out, &sql);
	st->repeatable = true;
}

/* The server takes `a` and `A` for one column, whatever its tables do. */
static int check_columns(const struct wh_plan_table *t, struct wh_error *error)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		for (size_t k = 0; k < i; k++)
			if (wh_equal_nocase(t->columns[i].name, t->columns[k].name))
				return wh_fail(error, WH_CONFIG,
					"columns \"%s\" and \"%s\" of table \"%s\" are "
					"one for MySQL and MariaDB: map one of them to another name",
					t->columns[k].name, t->columns[i].name, t->name);
	return WH_OK;
}

static int ddl_tables(const struct wh_plan *plan, struct wh_statements *out, struct wh_error *error)
{
	wh_mysql_ddl_sequences(plan, out);
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct wh_plan_table *t = &plan->tables[i];
		int rc = check_columns(t, error);
		if (rc != WH_OK)
			return rc;
		if (t->treatment == WH_DROP)
			drop_table(t, out);
		if (t->treatment == WH_TRUNCATE)
			empty_table(t, out);
		if (t->treatment == WH_DROP || t->treatment == WH_CREATE) {
			create_table(plan, t, out);
			wh_mysql_ddl_early_checks(t, out);
		}
	}
	return WH_OK;
}

int wh_mysql_ddl(const struct wh_plan *plan, enum wh_phase phase, struct wh_statements *out,
	struct wh_error *error)
{
	switch (phase) {
	case WH_PHASE_CLEAR:
		wh_mysql_ddl_drops(plan, out);
		return WH_OK;
	case WH_PHASE_TABLES:
		return ddl_tables(plan, out, error);
	case WH_PHASE_KEYS:
	case WH_PHASE_INDEXES:
		wh_mysql_ddl_keys(plan, phase, out);
		return WH_OK;
	case WH_PHASE_CONSTRAINTS:
		wh_mysql_ddl_constraints(plan, out);
		return WH_OK;
	case WH_PHASE_COUNTERS:
		wh_mysql_ddl_counters(plan, out);
		return WH_OK;
	case WH_PHASE_OPEN:
		wh_mysql_ddl_objects(plan, out);
		return WH_OK;
	default:
		return WH_OK;
	}
}

/* Rows that a statement returns are what a check has found. */
static int run_statement(struct wh_mysql *s, const char *sql, struct wh_error *error)
{
	if (mysql_real_query(s->link, sql, strlen(sql)))
		return wh_mysql_fail(s->link, sql, error);
	WH_MYSQL_RESULT res = mysql_store_result(s->link);
	if (!res)
		return mysql_errno(s->link) ? wh_mysql_fail(s->link, sql, error) : WH_OK;
	MYSQL_ROW row = mysql_fetch_row(res);
	return row ? wh_fail(error, WH_ROW, "found \"%s\": \"%.300s\"", row[0] ? row[0] : "NULL", sql)
			   : WH_OK;
}

#define CANNOT_CREATE 1005 /* for the reason that the engine gives in the text */

static bool disk_is_full(const struct wh_error *error)
{
	return error->system == 1114 ||
		(error->system == CANNOT_CREATE &&
			(strstr(error->text, "errno: 28 ") || strstr(error->text, "errno: 135 ")));
}

/* A statement that the server understands but refuses is the user's to look at. */
static int refused(int rc, struct wh_error *error)
{
	static const int exist[] = { 1050, 1060, 1061, 1068, 1304, 1359, 1537, 1826, 0 };
	bool namesake = error->system == CANNOT_CREATE && strstr(error->text, "errno: 121");
	for (size_t i = 0; rc < 0 && exist[i] && !namesake; i++)
		namesake = error->system == exist[i];
	if (rc < 0 && namesake)
		return error->code = WH_EXISTS;
	bool statement = rc == WH_STOP && error->system != 1317 && !disk_is_full(error) &&
		(error->system >= 1046 || error->system == CANNOT_CREATE);
	if (statement)
		error->code = WH_CONFIG;
	return statement ? WH_CONFIG : rc;
}

int wh_mysql_execute(struct wh_conn *conn, const struct wh_statement *statement,
	struct wh_error *error)
{
	struct wh_mysql *s = conn->state;
	const char *sql = statement->sql, *line = wh_starts(sql, "SET ") ? strstr(sql, ";\n") : NULL;
	if (!s->link)
		return wh_fail(error, WH_RETRY, "the connection is closed: \"%s\"", statement->object);
	int known = wh_mysql_definer_known(s, sql, error);
	if (known != WH_OK)
		return known;
	if (!line)
		return refused(run_statement(s, sql, error), error);
	char *settings = wh_alloc((size_t)(line - sql) + 1);
	memcpy(settings, sql, (size_t)(line - sql));
	settings[line - sql] = '\0';
	int rc = wh_mysql_run(s->link, settings, error);
	free(settings);
	if (rc == WH_OK)
		rc = run_statement(s, line + 2, error);
	struct wh_error later;
	wh_error_clear(&later);
	int back = wh_mysql_session(s, &later);
	if (rc == WH_OK && back != WH_OK)
		*error = later;
	return rc == WH_OK ? back : refused(rc, error);
}
