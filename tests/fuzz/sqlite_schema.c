#include "fuzz.h"
#include "base/text.h"
#include "connectors/sqlite/sqlite.h"

static int too_long(void *unused)
{
	(void)unused;
	return 1;
}

static sqlite3 *fresh_database(void)
{
	sqlite3 *db;
	must(sqlite3_open(":memory:", &db) == SQLITE_OK);
	sqlite3_progress_handler(db, 100000, too_long, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return db;
}

static int64_t number(sqlite3 *db, const char *sql, const char *table)
{
	sqlite3_stmt *st;
	int64_t value = -1;
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
		sqlite3_bind_text(st, 1, table, -1, SQLITE_TRANSIENT) == SQLITE_OK &&
		sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return value;
}

/* The renamed text makes the same columns under the other name. */
static void check_renamed(struct wh_arena *arena, const char *sql, int64_t columns)
{
	const char *renamed = wh_sqlite_ddl_renamed(arena, sql, "an\"other");
	sqlite3 *db = fresh_database();
	must(renamed);
	/* A name of its own in a check or an index may need the old one. */
	if (sqlite3_exec(db, renamed, NULL, NULL, NULL) == SQLITE_OK)
		must(number(db, "SELECT count(*) FROM pragma_table_xinfo(?1)", "an\"other") == columns);
	sqlite3_close(db);
}

/* What SQLite takes is understood, with the columns and references that SQLite sees in it. */
static void check_table(struct wh_arena *arena, sqlite3 *db, const char *name, const char *sql)
{
	struct sqlite_ddl d;
	int64_t columns = number(db, "SELECT count(*) FROM pragma_table_xinfo(?1)", name);
	int64_t references = number(db, "SELECT count(DISTINCT id) FROM pragma_foreign_key_list(?1)",
		name);
	int64_t generated = number(db, "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden > 1",
		name);
	must(wh_sqlite_ddl_read(arena, sql, &d));
	must((int64_t)d.ncolumns == columns);
	must((int64_t)d.nreferences == references);
	for (size_t i = 0; i < d.ncolumns; i++) {
		char *one = sqlite3_mprintf("SELECT count(*) FROM pragma_table_xinfo(?1) WHERE name = %Q "
									"COLLATE NOCASE",
			d.columns[i].name);
		must(number(db, one, name) == 1);
		sqlite3_free(one);
		generated -= d.columns[i].generated != NULL;
	}
	must(generated == 0);
	check_renamed(arena, sql, columns);
}

static void check_schema(struct wh_arena *arena, sqlite3 *db)
{
	sqlite3_stmt *st;
	if (sqlite3_prepare_v2(db,
			"SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND "
			"name NOT LIKE 'sqlite_%' AND rootpage <> 0 AND tbl_name NOT IN (SELECT name FROM "
			"pragma_table_list WHERE type = 'shadow')",
			-1, &st, NULL) != SQLITE_OK)
		return;
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *type = (const char *)sqlite3_column_text(st, 0);
		const char *name = (const char *)sqlite3_column_text(st, 1);
		const char *sql = (const char *)sqlite3_column_text(st, 2);
		const char **parts, *where;
		size_t n;
		if (wh_equal(type, "table"))
			check_table(arena, db, name, sql);
		else if (wh_equal(type, "index") && wh_sqlite_index_read(arena, sql, &parts, &n, &where))
			must((int64_t)n == number(db, "SELECT count(*) FROM pragma_index_info(?1)", name));
	}
	sqlite3_finalize(st);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wh_arena arena = { 0 };
	struct sqlite_ddl d;
	struct wh_type type;
	const char **parts, *where;
	size_t n;
	char *text = fuzz_text(data, size);
	bool read = wh_sqlite_ddl_read(&arena, text, &d);
	must(!read || (wh_sqlite_ddl_renamed(&arena, text, "t") && d.name_at + d.name_size <= size));
	(void)wh_sqlite_index_read(&arena, text, &parts, &n, &where);
	wh_sqlite_type_declared(text, &arena, &type);
	sqlite3 *db = fresh_database();
	sqlite3_exec(db, text, NULL, NULL, NULL);
	check_schema(&arena, db);
	sqlite3_close(db);
	wh_arena_free(&arena);
	free(text);
	return 0;
}
