/* Capturing: a table of changes NAME, beside it NAME_old and NAME_about, and triggers that fill it.
 *
 * `seq` has no gaps, since only the newest number plus one is ever given: a gap is a change that
 * somebody took away. The newest row always stays, so that the numbers never begin anew; that needs
 * no AUTOINCREMENT, whose counter the application may reset, and whose table could not be dropped. */
#include "connectors/sqlite/sqlite.h"
#include "base/hash.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

#define FIRST 2 /* 1 is the row that is no change */

void wh_sqlite_place(struct wh_position *out, int64_t seq, const char *identity)
{
	*out = (struct wh_position){ .order = { (uint64_t)seq } };
	snprintf(out->text, sizeof out->text, "%lld@%.8s", (long long)seq, identity);
}

int wh_sqlite_more_tables(struct sqlite *s, struct wh_error *error)
{
	return wh_sqlite_run(s,
		"CREATE TABLE IF NOT EXISTS whimbrel_position("
		"migration CHAR(32), lane BIGINT, place TEXT, PRIMARY KEY (migration, lane));"
		"CREATE TABLE IF NOT EXISTS " SQLITE_SIGNAL "(token VARCHAR(80) NOT NULL PRIMARY KEY);",
		error);
}

int wh_sqlite_drop_more_tables(struct sqlite *s, struct wh_error *error)
{
	static const char *const tables[] = { "whimbrel_position", SQLITE_SIGNAL };
	int rc = WH_OK;
	for (size_t i = 0; i < 2 && rc == WH_OK; i++) {
		bool has;
		int64_t used = 0;
		rc = wh_sqlite_has(s, tables[i], &has, error);
		if (rc || !has)
			continue;
		rc = wh_sqlite_get(s, &used, error,
			"SELECT EXISTS (SELECT 1 FROM %s) OR EXISTS (SELECT 1 FROM sqlite_schema "
			"WHERE type = 'trigger' AND tbl_name = %Q)",
			tables[i], tables[i]);
		if (rc == WH_OK && !used)
			rc = wh_sqlite_do(s, error, "DROP TABLE %s", tables[i]);
	}
	return rc;
}

/* ---- off ---- */

static int drop_triggers(struct sqlite *s, const char *name, struct wh_error *error)
{
	for (;;) {
		sqlite_owned st = NULL;
		int rc = wh_sqlite_ask(s,
			"SELECT name FROM sqlite_schema WHERE type = 'trigger' AND "
			"substr(name, 1, length(?1) + 1) = ?1 || '_' LIMIT 1",
			name, &st, error);
		if (rc == WH_OK)
			rc = wh_sqlite_next(s, st, error);
		if (rc)
			return rc < 0 ? rc : WH_OK;
		char *drop = sqlite3_mprintf("DROP TRIGGER \"%w\"", sqlite3_column_text(st, 0));
		wh_sqlite_finalize(&st);
		rc = wh_sqlite_run(s, drop ? drop : "", error);
		sqlite3_free(drop);
		if (rc)
			return rc;
	}
}

static int remove_log(struct sqlite *s, const char *name, struct wh_error *error)
{
	int rc = drop_triggers(s, name, error);
	if (rc == WH_OK)
		rc = wh_sqlite_do(s, error,
			"DROP TABLE IF EXISTS %s; DROP TABLE IF EXISTS %s_old; DROP TABLE IF EXISTS %s_about",
			name, name, name);
	return rc;
}

static int check_absent(struct sqlite *s, const char *name, struct wh_error *error)
{
	int64_t left = 0;
	int rc = wh_sqlite_get(s, &left, error,
		"SELECT count(*) FROM sqlite_schema WHERE substr(name, 1, %d) = %Q", (int)strlen(name),
		name);
	if (rc == WH_OK && left)
		return wh_fail(error, WH_STOP, "something of \"%s\" is left in \"%s\"; drop it by hand",
			name, s->path);
	return rc < 0 ? rc : WH_OK;
}

/* ---- on ---- */

static void table_sql(const struct wh_capture *capture, size_t nids, struct wh_buffer *sql)
{
	size_t width = 0;
	for (size_t i = 0; i < capture->ntables; i++)
		if (capture->tables[i]->nfields > width)
			width = capture->tables[i]->nfields;
	for (int old = 0; old < 2; old++) {
		wh_buffer_format(sql, "CREATE TABLE %s%s(%s INTEGER PRIMARY KEY, tbl INTEGER",
			capture->name, old ? "_old" : "", old ? "id" : "seq");
		for (size_t i = 0; old && i < nids; i++)
			wh_buffer_format(sql, ", r%zu", i);
		wh_buffer_text(sql, old ? "" : ", op INTEGER, at INTEGER");
		for (size_t i = 0; i < width; i++)
			wh_buffer_format(sql, ", c%zu", i);
		wh_buffer_text(sql, ");\n");
	}
	wh_buffer_format(sql, "CREATE TABLE %s_about(item TEXT PRIMARY KEY, value);\n", capture->name);
	wh_buffer_format(sql, "INSERT INTO %s(seq, tbl, op, at) VALUES(1, -1, %d, " SQLITE_NOW ");\n",
		capture->name, SQLITE_LOGGED_FIRST);
}

/* Everything that there is to make, as text; comparing it tells whether it was made so. */
static int plan_log(struct sqlite *s, const struct wh_capture *capture, struct wh_buffer *sql,
	struct wh_error *error)
{
	size_t nids = 1;
	struct wh_buffer triggers = { 0 };
	int rc = WH_OK;
	for (size_t i = 0; i < capture->ntables && rc == WH_OK; i++) {
		struct sqlite_watch w;
		rc = wh_sqlite_watch(s, capture, i, &w, error);
		nids = w.nids > nids ? w.nids : nids;
		if (rc == WH_OK)
			wh_sqlite_watch_sql(&w, &triggers);
	}
	table_sql(capture, nids, sql);
	wh_buffer_put(sql, triggers.data, triggers.size);
	wh_buffer_free(&triggers);
	return rc;
}

static int note(struct sqlite *s, const struct wh_capture *capture, const char *item,
	const char *value, struct wh_error *error)
{
	return wh_sqlite_do(s, error, "INSERT OR REPLACE INTO %s_about(item, value) VALUES(%Q, %Q)",
		capture->name, item, value);
}

static int note_forms(struct sqlite *s, const struct wh_capture *capture, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < capture->ntables && rc == WH_OK; i++) {
		struct wh_buffer form = { 0 };
		char item[40];
		snprintf(item, sizeof item, "form %zu", i);
		rc = wh_sqlite_watch_form(s, capture, i, &form, error);
		if (rc == WH_OK)
			rc = note(s, capture, item, wh_buffer_string(&form), error);
		wh_buffer_free(&form);
	}
	return rc;
}

/* A trigger that cannot run would make the application's own statements fail. What the application
 * itself brings, such as functions of its own, is not known here. */
static int try_triggers(struct sqlite *s, const struct wh_rowset *rows, struct wh_error *error)
{
	static const char *const tries[] = { "INSERT INTO \"%w\" DEFAULT VALUES", "DELETE FROM \"%w\"",
		"UPDATE \"%w\" SET \"%w\" = NULL" };
	int rc = WH_OK;
	wh_sqlite_triggers(s, true);
	for (size_t i = 0; i < 3 && rc == WH_OK && rows->nfields; i++) {
		sqlite_owned st = NULL;
		char *sql = sqlite3_mprintf(tries[i], rows->table, rows->fields[0].name);
		rc = wh_sqlite_prepare(s, sql ? sql : "", &st, error);
		sqlite3_free(sql);
		const char *words = rc ? sqlite3_errmsg(s->db) : "";
		if (rc && (strstr(words, "no such function") || strstr(words, "no such collation")))
			rc = WH_OK;
	}
	wh_sqlite_triggers(s, false);
	return rc;
}

static int make_log(struct sqlite *s, const struct wh_capture *capture, const char *sql,
	struct wh_error *error)
{
	char identity[9];
	wh_random_hex(identity, 4);
	int rc = remove_log(s, capture->name, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, sql, error);
	for (size_t i = 0; i < capture->ntables && rc == WH_OK; i++)
		rc = try_triggers(s, capture->tables[i], error);
	if (rc == WH_OK)
		rc = note(s, capture, "identity", identity, error);
	if (rc == WH_OK)
		rc = note(s, capture, "migration", capture->migration, error);
	if (rc == WH_OK)
		rc = note(s, capture, "made", sql, error);
	if (rc == WH_OK)
		rc = wh_sqlite_do(s, error, "INSERT INTO %s_about(item, value) VALUES('lowest', %d)",
			capture->name, FIRST);
	return rc == WH_OK ? note_forms(s, capture, error) : rc;
}

static int same_note(struct sqlite *s, const struct wh_capture *capture, const char *item,
	const char *value, bool *same, struct wh_error *error)
{
	int64_t n;
	int rc = wh_sqlite_get(s, &n, error, "SELECT 1 FROM %s_about WHERE item = %Q AND value = %Q",
		capture->name, item, value);
	*same = rc == WH_OK;
	return rc < 0 ? rc : WH_OK;
}

/* Whether all of it stands as it would be made now. */
static int find_log(struct sqlite *s, const struct wh_capture *capture, const char *sql,
	bool *there, struct wh_error *error)
{
	int64_t n = 0;
	int rc = wh_sqlite_get(s, &n, error,
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
		"name IN (%Q, %Q || '_old', %Q || '_about')",
		capture->name, capture->name, capture->name);
	*there = rc == WH_OK && n == 3;
	if (rc == WH_OK && *there)
		rc = same_note(s, capture, "made", sql, there, error);
	for (size_t i = 0; rc == WH_OK && *there && i < capture->ntables; i++) {
		struct wh_buffer form = { 0 };
		char item[40];
		snprintf(item, sizeof item, "form %zu", i);
		rc = wh_sqlite_watch_form(s, capture, i, &form, error);
		if (rc == WH_OK)
			rc = same_note(s, capture, item, wh_buffer_string(&form), there, error);
		wh_buffer_free(&form);
	}
	return rc < 0 ? rc : WH_OK;
}

static int turn_on(struct sqlite *s, const struct wh_capture *capture, struct wh_position *out,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	bool there = false;
	int64_t lowest, next;
	char identity[9];
	int rc = wh_sqlite_more_tables(s, error);
	if (rc == WH_OK)
		rc = plan_log(s, capture, &sql, error);
	if (rc == WH_OK)
		rc = find_log(s, capture, wh_buffer_string(&sql), &there, error);
	if (rc == WH_OK && !there)
		rc = make_log(s, capture, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	if (rc == WH_OK)
		rc = wh_sqlite_log(s, capture->name, &lowest, &next, identity, error);
	if (rc == WH_OK)
		wh_sqlite_place(out, lowest, identity);
	return rc;
}

static int turn_off(struct sqlite *s, const struct wh_capture *capture, struct wh_error *error)
{
	int rc = remove_log(s, capture->name, error);
	if (rc == WH_OK)
		rc = wh_sqlite_drop_more_tables(s, error);
	return rc == WH_OK ? check_absent(s, capture->name, error) : rc;
}

/* With a rollback journal the application's commits would wait for whoever reads. */
static int check_mode(struct sqlite *s, struct wh_error *error)
{
	const char *mode = NULL;
	int rc = wh_sqlite_word(s, "PRAGMA journal_mode", &s->arena, &mode, error);
	if (rc < 0 || wh_equal_nocase(mode, "wal"))
		return rc < 0 ? rc : WH_OK;
	return wh_fail(error, WH_CONFIG,
		"a file with a rollback journal cannot be moved while it is in use, for its writers wait for "
		"readers: \"%s\"; switch it once with PRAGMA journal_mode = WAL",
		s->path);
}

int wh_sqlite_capture(struct wh_conn *c, const struct wh_capture *capture, bool on,
	struct wh_position *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	int rc = on ? check_mode(s, error) : WH_OK;
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc)
		return rc;
	rc = on ? turn_on(s, capture, out, error) : turn_off(s, capture, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc)
		wh_sqlite_roll_back(s);
	return rc;
}

/* ---- where it stands ---- */

static int no_log(struct sqlite *s, const char *name, struct wh_error *error)
{
	return wh_fail(error, WH_CONFIG,
		"the table of changes \"%s\" is not in \"%s\" any more; what was changed since is not known: "
		"copy again",
		name, s->path);
}

/* Not by way of the arena: a log is looked at for months. */
static int read_about(struct sqlite *s, const char *name, int64_t *lowest, char *identity,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	char *sql = sqlite3_mprintf("SELECT a.value, b.value FROM %s_about AS a, %s_about AS b WHERE "
								"a.item = 'identity' AND b.item = 'lowest'",
		name, name);
	int rc = wh_sqlite_prepare(s, sql ? sql : "", &st, error);
	sqlite3_free(sql);
	if (rc == WH_OK)
		rc = wh_sqlite_next(s, st, error);
	const char *hex = rc == WH_OK ? (const char *)sqlite3_column_text(st, 0) : NULL;
	snprintf(identity, 9, "%s", hex ? hex : "");
	*lowest = rc == WH_OK ? sqlite3_column_int64(st, 1) : 0;
	return rc;
}

int wh_sqlite_log(struct sqlite *s, const char *name, int64_t *lowest, int64_t *next,
	char *identity, struct wh_error *error)
{
	int64_t n = 0;
	int rc = wh_sqlite_get(s, &n, error,
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (%Q, %Q || '_about')",
		name, name);
	if (rc == WH_OK && n < 2)
		return no_log(s, name, error);
	if (rc == WH_OK)
		rc = read_about(s, name, lowest, identity, error);
	if (rc == WH_OK)
		rc = wh_sqlite_get(s, next, error, "SELECT max(seq) + 1 FROM %s", name);
	return rc == WH_DONE ? no_log(s, name, error) : rc;
}

int wh_sqlite_log_end(struct sqlite *s, struct wh_position *out, struct wh_error *error)
{
	sqlite_owned st = NULL;
	const char *name = NULL;
	int64_t lowest, next;
	char identity[9];
	int rc = wh_sqlite_prepare(s,
		"SELECT substr(name, 1, length(name) - 6) FROM sqlite_schema WHERE type = 'table' AND "
		"name LIKE 'whimbrel\\_%\\_about' ESCAPE '\\'",
		&st, error);
	for (size_t n = 0; rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK; n++) {
		if (n)
			return wh_fail(error, WH_CONFIG,
				"two moves follow the changes of \"%s\" at once: it is not told which of them this "
				"copy belongs to; end one of them first",
				s->path);
		name = wh_sqlite_column(&s->arena, st, 0);
	}
	if (rc == WH_DONE && !name)
		return wh_fail(error, WH_CONFIG,
			"nobody writes down the changes of \"%s\" any more; start the move again", s->path);
	if (rc < 0)
		return rc;
	rc = wh_sqlite_log(s, name, &lowest, &next, identity, error);
	if (rc == WH_OK)
		wh_sqlite_place(out, next, identity);
	return rc;
}

/* Bytes of one row of the log, guessed from the newest ones; it has no cheap sum. */
static int row_bytes(struct sqlite *s, const struct wh_capture *capture, int64_t *out,
	struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	size_t width = 0;
	for (size_t i = 0; i < capture->ntables; i++)
		if (capture->tables[i]->nfields > width)
			width = capture->tables[i]->nfields;
	wh_buffer_text(&sql, "SELECT CAST(avg(n) AS INTEGER) FROM (SELECT 16");
	for (size_t i = 0; i < width && i < 400; i++) /* deep sums are refused */
		wh_buffer_format(&sql, " + coalesce(length(CAST(c%zu AS BLOB)), 0) + 1", i);
	wh_buffer_format(&sql, " AS n FROM %s ORDER BY seq DESC LIMIT 64)", capture->name);
	int rc = wh_sqlite_number(s, wh_buffer_string(&sql), out, error);
	wh_buffer_free(&sql);
	return rc;
}

int wh_sqlite_measure(struct wh_conn *c, const struct wh_capture *capture,
	const struct wh_position *from, struct wh_log *out, struct wh_error *error)
{
	struct sqlite *s = c->state;
	int64_t lowest, next, bytes = 0;
	char identity[9];
	int rc = wh_sqlite_run(s, "BEGIN", error);
	if (rc)
		return rc;
	rc = wh_sqlite_log(s, capture->name, &lowest, &next, identity, error);
	if (rc == WH_OK)
		rc = row_bytes(s, capture, &bytes, error);
	wh_sqlite_roll_back(s);
	if (rc < 0)
		return rc;
	wh_sqlite_place(&out->end, next, identity);
	int64_t at = (int64_t)from->order[0];
	out->behind = at <= next ? next - at : -1;
	out->retained = (next - lowest) * bytes;
	return WH_OK;
}
