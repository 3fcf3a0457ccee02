/* Describe: tables and columns, and the frame that the other catalog files fill. */
#include "connectors/mysql/mysql.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

int wh_mysql_for_each(struct wh_mysql_describe *d, wh_mysql_each each)
{
	WH_MYSQL_RESULT res = NULL;
	int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
	for (MYSQL_ROW row; rc == WH_OK && (row = mysql_fetch_row(res));)
		rc = each(d, row);
	return rc;
}

void wh_mysql_ask(struct wh_mysql_describe *d, const char *select, const char *schema_column,
	const char *order)
{
	wh_buffer_clear(&d->sql);
	wh_buffer_format(&d->sql, "%s WHERE %s = ", select, schema_column);
	wh_mysql_text(&d->sql, d->catalog->database);
	wh_buffer_text(&d->sql, order);
}

static bool is_ours(const char *name)
{
	return wh_starts(name, "whimbrel_");
}

static int order_tables(const void *a, const void *b)
{
	return strcmp((*(struct wh_table *const *)a)->name, (*(struct wh_table *const *)b)->name);
}

static int order_name(const void *name, const void *table)
{
	return strcmp(name, (*(struct wh_table *const *)table)->name);
}

struct wh_table *wh_mysql_table_named(const struct wh_mysql_describe *d, const char *name)
{
	struct wh_table **found = !name || !d->by_name
		? NULL
		: bsearch(name, d->by_name, d->catalog->ntables, sizeof *d->by_name, order_name);
	return found ? *found : NULL;
}

static void sort_names(struct wh_mysql_describe *d)
{
	struct wh_catalog *c = d->catalog;
	d->by_name = wh_new_array(d->arena, struct wh_table *, c->ntables + 1);
	for (size_t i = 0; i < c->ntables; i++)
		d->by_name[i] = &c->tables[i];
	qsort(d->by_name, c->ntables, sizeof *d->by_name, order_tables);
}

/* The length of the quoted run that begins here; 1 where none does. */
static size_t run_length(const char *at)
{
	char quote = *at;
	size_t n = 1;
	if (quote != '\'' && quote != '"' && quote != '`')
		return 1;
	while (at[n] && (at[n] != quote || at[n + 1] == quote)) {
		bool pair = at[n] == quote || (at[n] == '\\' && quote != '`' && at[n + 1]);
		n += pair ? 2 : 1;
	}
	return at[n] ? n + 1 : n;
}

/* `db`. before a name of the same database would bind a copy to the old one. */
const char *wh_mysql_unqualified(const struct wh_mysql_describe *d, const char *sql)
{
	struct wh_buffer out = { 0 }, own = { 0 };
	wh_mysql_name(&own, d->catalog->database);
	wh_buffer_char(&own, '.');
	for (const char *at = sql; *at;) {
		size_t n = run_length(at);
		if (wh_starts(at, wh_buffer_string(&own)))
			n = own.size;
		else
			wh_buffer_put(&out, at, n);
		at += n;
	}
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	wh_buffer_free(&own);
	return text;
}

/* Engines that can roll back: a table of another one is made as InnoDB on a target. */
static bool is_transactional(const char *engine)
{
	return wh_equal_nocase(engine, "InnoDB") || wh_equal_nocase(engine, "ROCKSDB") ||
		wh_equal_nocase(engine, "TokuDB");
}

/* What else stands behind the closing parenthesis of CREATE TABLE. */
static const char *table_options(struct wh_mysql_describe *d, const char *engine,
	const char *created, bool versioned)
{
	struct wh_buffer out = { 0 };
	bool own = is_transactional(engine);
	wh_buffer_format(&out, "ENGINE=%s", own ? engine : "InnoDB");
	for (const char *at = created; own && *at;) {
		size_t n = strcspn(at, " ");
		if (n && !(n == 11 && !strncasecmp(at, "partitioned", 11))) {
			wh_buffer_char(&out, ' ');
			wh_buffer_put(&out, at, n);
		}
		at += n + strspn(at + n, " ");
	}
	if (versioned)
		wh_buffer_text(&out, " WITH SYSTEM VERSIONING");
	const char *text = wh_arena_text(d->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static void note_engine(struct wh_mysql_describe *d, const char *name, const char *engine)
{
	wh_findings_add(&d->catalog->findings, "engine-not-transactional", WH_WARNING, WH_AUTOMATIC,
		name,
		"engine %s has no transactions: rows written while it is read are not kept apart from the "
		"snapshot; on a MySQL or MariaDB target the table is made as InnoDB",
		engine);
	if (wh_equal_nocase(engine, "MRG_MyISAM"))
		wh_findings_add(&d->catalog->findings, "merge-table", WH_WARNING, WH_MANUAL, name,
			"shows the rows of other tables: they will arrive here and there; exclude one of them");
}

static int64_t number(const char *text)
{
	int64_t value;
	return text && wh_text_int64(text, strlen(text), &value) ? value : -1;
}

/* 0 name, 1 type, 2 engine, 3 rows, 4 bytes, 5 collation, 6 options, 7 comment, 8 counter */
static int take_table(struct wh_mysql_describe *d, MYSQL_ROW row)
{
	bool versioned = wh_equal(row[1], "SYSTEM VERSIONED");
	if (!row[0] || !row[1] || is_ours(row[0]))
		return WH_OK;
	if (!versioned && !wh_equal(row[1], "BASE TABLE")) {
		if (!wh_equal(row[1], "VIEW") && !wh_equal(row[1], "SEQUENCE"))
			wh_findings_add(&d->catalog->findings, "object-not-known", WH_WARNING, WH_MANUAL,
				row[0], "an object of type \"%s\" is not moved", row[1]);
		return WH_OK;
	}
	struct wh_table *t = wh_push(d->arena, &d->catalog->tables, &d->catalog->ntables);
	t->name = wh_arena_text(d->arena, row[0]);
	t->kind = "table";
	t->rows = number(row[3]);
	t->bytes = number(row[4]);
	t->collation = wh_arena_text(d->arena, row[5]);
	if (t->collation)
		t->charset = wh_arena_bytes(d->arena, t->collation, strcspn(t->collation, "_"));
	const char *engine = row[2] ? row[2] : "?";
	t->options = table_options(d, engine, row[6] ? row[6] : "", versioned);
	t->comment = row[7] && *row[7] ? wh_arena_text(d->arena, row[7]) : NULL;
	t->definition = wh_arena_text(d->arena, row[8]); /* the counter, until it has been read */
	if (!is_transactional(engine))
		note_engine(d, t->name, engine);
	if (versioned)
		wh_findings_add(&d->catalog->findings, "history-not-carried", WH_WARNING, WH_MANUAL,
			t->name,
			"the table keeps its history (SYSTEM VERSIONING): the rows of now are moved, "
			"the older versions are not");
	return WH_OK;
}

static int describe_database(struct wh_mysql_describe *d)
{
	WH_MYSQL_RESULT res = NULL;
	int rc = wh_mysql_rows(d->s->link,
		"SELECT DATABASE(), @@character_set_database, "
		"@@collation_database, CONCAT_WS('/', @@hostname, @@port, @@datadir, DATABASE())",
		&res, d->error);
	MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
	if (rc == WH_OK && (!row || !row[0]))
		return wh_fail(d->error, WH_CONFIG, "no database is selected: name it in the URL");
	if (rc != WH_OK)
		return rc;
	d->catalog->database = wh_arena_text(d->arena, row[0]);
	d->catalog->charset = wh_arena_text(d->arena, row[1]);
	d->catalog->collation = wh_arena_text(d->arena, row[2]);
	d->catalog->identity = wh_arena_text(d->arena, row[3]);
	const char *version = mysql_get_server_info(d->s->link);
	d->catalog->row_most = d->s->packet;
	d->catalog->version = wh_arena_format(d->arena, d->s->mariadb ? "%s" : "MySQL %s", version);
	return WH_OK;
}

static int describe_tables(struct wh_mysql_describe *d)
{
	wh_mysql_ask(d,
		"SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, "
		"TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT, AUTO_INCREMENT "
		"FROM information_schema.TABLES",
		"TABLE_SCHEMA", "");
	int rc = wh_mysql_for_each(d, take_table);
	sort_names(d);
	return rc;
}

/* The server shows a period as a check of its name too: elsewhere that is what becomes of it. */
static void add_period(struct wh_mysql_describe *d, const struct wh_table *t, const char *line)
{
	struct wh_buffer sql = { 0 };
	const char *name = line + strlen("PERIOD FOR ");
	const char *bare = wh_arena_bytes(d->arena, name + 1, strcspn(name + 1, "`"));
	size_t n = strcspn(line, "\n");
	wh_buffer_text(&sql, "ALTER TABLE ");
	wh_mysql_name(&sql, t->name);
	wh_buffer_text(&sql, " DROP CONSTRAINT ");
	wh_mysql_name(&sql, bare);
	wh_buffer_text(&sql, ", ADD ");
	wh_buffer_put(&sql, line, n - (n && line[n - 1] == ','));
	wh_mysql_add_object(d, "period", bare, t->name, NULL)->definition = wh_arena_text(d->arena,
		wh_buffer_string(&sql));
	wh_buffer_free(&sql);
}

/* What only the whole definition says. */
static void read_definition(struct wh_mysql_describe *d, struct wh_table *t)
{
	const char *parts = strstr(t->definition, "PARTITION BY ");
	const char *period = strstr(t->definition, "\n  PERIOD FOR ");
	if (parts) {
		size_t n = strlen(parts);
		if (n > 2 && !strcmp(parts + n - 2, "*/"))
			n -= 2;
		t->partition = wh_arena_bytes(d->arena, parts, n);
	}
	if (period && !wh_starts(period, "\n  PERIOD FOR SYSTEM_TIME"))
		add_period(d, t, period + 3);
}

static int describe_definitions(struct wh_mysql_describe *d)
{
	for (size_t i = 0; i < d->catalog->ntables; i++) {
		struct wh_table *t = &d->catalog->tables[i];
		WH_MYSQL_RESULT res = NULL;
		wh_buffer_clear(&d->sql);
		wh_buffer_text(&d->sql, "SHOW CREATE TABLE ");
		wh_mysql_name(&d->sql, t->name);
		int rc = wh_mysql_rows(d->s->link, wh_buffer_string(&d->sql), &res, d->error);
		MYSQL_ROW row = rc == WH_OK ? mysql_fetch_row(res) : NULL;
		t->definition = row && mysql_num_fields(res) > 1 ? wh_arena_text(d->arena, row[1]) : NULL;
		if (rc == WH_RETRY)
			return rc;
		if (t->definition)
			read_definition(d, t);
		else
			wh_findings_add(&d->catalog->findings, "not-readable", WH_ERROR, WH_MANUAL, t->name,
				"the table's definition cannot be read: %s",
				rc == WH_OK ? "not shown" : d->error->text);
	}
	wh_error_clear(d->error);
	return WH_OK;
}

int wh_mysql_describe(struct wh_conn *conn, struct wh_catalog *out, struct wh_error *error)
{
	struct wh_mysql_describe d = { .conn = conn,
		.s = conn->state,
		.catalog = out,
		.arena = &out->arena,
		.error = error };
	static int (*const steps[])(struct wh_mysql_describe *) = {
		describe_database,
		describe_tables,
		wh_mysql_describe_columns,
		describe_definitions,
		wh_mysql_describe_keys,
		wh_mysql_describe_astral,
		wh_mysql_describe_objects,
		wh_mysql_describe_data,
		wh_mysql_describe_rights,
	};
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < sizeof steps / sizeof *steps; i++)
		rc = steps[i](&d);
	wh_buffer_free(&d.sql);
	if (rc == WH_OK)
		wh_catalog_sort(out);
	return rc;
}
