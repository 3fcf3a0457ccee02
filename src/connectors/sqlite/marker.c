/* Markers: what makes each unit arrive exactly once (the claim, its epoch, one row a unit).
 *
 * While rows are loaded the file is in WAL mode with synchronous=NORMAL: a commit then waits for
 * no disk. A power cut may take the newest commits back, each with its marker: those units are
 * simply not there, and the same command writes them again. finish() brings the file back to the
 * journal mode that it had (a new file: DELETE), whole in one piece and synced. */
#include "connectors/sqlite/sqlite.h"
#include "base/crash.h"
#include "base/text.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TABLES_ROW (-1) /* of whimbrel_unit: the names of claimed tables */
#define MODE_ROW (-2)   /* the journal mode to go back to */

void wh_sqlite_roll_back(struct sqlite *s)
{
	if (s->db && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	wh_sqlite_allow(s, false);
}

/* One statement about a migration: ?1 is its id, the rest as given. */
struct step {
	const char *sql;
	const char *migration;
	int64_t numbers[3]; /* ?2 ... ?4 */
	const char *text;   /* ?5 */
};

static int bind_step(sqlite3_stmt *st, const struct step *step)
{
	int n = sqlite3_bind_parameter_count(st);
	int rc = sqlite3_bind_text(st, 1, step->migration, -1, SQLITE_STATIC);
	for (int i = 2; rc == SQLITE_OK && i <= n && i <= 4; i++)
		rc = sqlite3_bind_int64(st, i, step->numbers[i - 2]);
	if (rc == SQLITE_OK && n >= 5)
		rc = sqlite3_bind_text(st, 5, step->text, -1, SQLITE_STATIC);
	return rc;
}

/* WH_DONE: no row came back. */
static int run_step(struct sqlite *s, const struct step *step, int64_t *number, const char **text,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_prepare(s, step->sql, &st, error);
	if (rc)
		return rc;
	int code = bind_step(st, step);
	if (code == SQLITE_OK)
		code = sqlite3_step(st);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return wh_sqlite_fail(s, code, error, "keeping whimbrel's own records");
	if (code == SQLITE_DONE)
		return WH_DONE;
	if (number)
		*number = sqlite3_column_int64(st, 0);
	if (text)
		*text = wh_sqlite_column(&s->arena, st, 0);
	return WH_OK;
}

static int do_step(struct sqlite *s, const struct step *step, struct wh_error *error)
{
	int rc = run_step(s, step, NULL, NULL, error);
	return rc < 0 ? rc : WH_OK;
}

static int make_tables(struct sqlite *s, struct wh_error *error)
{
	return wh_sqlite_run(s,
		"CREATE TABLE IF NOT EXISTS whimbrel_epoch("
		"migration CHAR(32) PRIMARY KEY, epoch BIGINT);"
		"CREATE TABLE IF NOT EXISTS whimbrel_unit("
		"migration CHAR(32), tbl BIGINT, unit BIGINT, epoch BIGINT, tally TEXT, "
		"PRIMARY KEY (migration, tbl, unit));",
		error);
}

static int raise_epoch(struct sqlite *s, struct wh_claim *claim, struct wh_error *error)
{
	struct step get = { "SELECT epoch FROM whimbrel_epoch WHERE migration = ?1", claim->migration };
	int64_t epoch = 0;
	int rc = run_step(s, &get, &epoch, NULL, error);
	if (rc < 0)
		return rc;
	claim->resumed = rc == WH_OK;
	claim->epoch = epoch + 1;
	struct step put = { "INSERT OR REPLACE INTO whimbrel_epoch(migration, epoch) VALUES(?1, ?2)",
		claim->migration, { claim->epoch } };
	return do_step(s, &put, error);
}

static int record(struct sqlite *s, const struct wh_claim *claim, int64_t table, int64_t unit,
	const char *text, struct wh_error *error)
{
	struct step put = { "INSERT OR IGNORE INTO whimbrel_unit(migration, tbl, unit, epoch, tally) "
						"VALUES(?1, ?2, ?3, ?4, ?5)",
		claim->migration, { table, unit, claim->epoch }, text };
	return do_step(s, &put, error);
}

static int record_tables(struct sqlite *s, const struct wh_claim *claim, struct wh_error *error)
{
	struct step seen = { "SELECT 1 FROM whimbrel_unit WHERE migration = ?1 AND tbl = ?2 LIMIT 1",
		claim->migration, { TABLES_ROW } };
	int rc = run_step(s, &seen, NULL, NULL, error);
	if (rc != WH_DONE)
		return rc;
	rc = WH_OK;
	for (size_t i = 0; i < claim->ntables && rc == WH_OK; i++)
		rc = record(s, claim, TABLES_ROW, (int64_t)i, claim->tables[i], error);
	return rc;
}

static int claim_transaction(struct sqlite *s, struct wh_claim *claim, const char *mode,
	struct wh_error *error)
{
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = make_tables(s, error);
	if (rc == WH_OK)
		rc = raise_epoch(s, claim, error);
	if (rc == WH_OK)
		rc = record_tables(s, claim, error);
	if (rc == WH_OK)
		rc = record(s, claim, MODE_ROW, 0, mode, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc)
		wh_sqlite_roll_back(s);
	return rc;
}

/* A file system without shared memory keeps its mode; then every commit is synced. */
static int loading_mode(struct sqlite *s, struct wh_error *error)
{
	const char *mode = NULL;
	int rc = wh_sqlite_word(s, "PRAGMA journal_mode", &s->arena, &mode, error);
	if (rc < 0)
		return rc;
	bool wal = mode && wh_equal_nocase(mode, "wal");
	return wh_sqlite_run(s,
		wal ? "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000"
			: "PRAGMA synchronous=FULL",
		error);
}

int wh_sqlite_claim(struct wh_conn *c, struct wh_claim *claim, struct wh_error *error)
{
	struct sqlite *s = c->state;
	const char *mode = NULL;
	int rc = wh_sqlite_word(s, "PRAGMA journal_mode", &s->arena, &mode, error);
	if (rc >= 0)
		rc = claim_transaction(s, claim, mode, error);
	if (rc == WH_OK)
		rc = wh_sqlite_word(s, "PRAGMA journal_mode=WAL", &s->arena, &mode, error);
	if (rc < 0)
		return rc;
	s->claim = claim;
	return loading_mode(s, error);
}

void wh_sqlite_join(struct wh_conn *c, const struct wh_claim *claim)
{
	struct sqlite *s = c->state;
	struct wh_error unused;
	s->claim = claim;
	if (loading_mode(s, &unused) != WH_OK)
		return; /* only speed: the default mode syncs every commit */
}

static int check_epoch(struct sqlite *s, struct wh_error *error)
{
	struct step get = { "SELECT epoch FROM whimbrel_epoch WHERE migration = ?1",
		s->claim->migration };
	int64_t epoch = -1;
	int rc = run_step(s, &get, &epoch, NULL, error);
	if (rc < 0)
		return rc;
	if (rc == WH_DONE || epoch != s->claim->epoch)
		return wh_fail(error, WH_LOST,
			"another process has taken this migration over: \"%s\"; "
			"this one has stopped writing",
			s->path);
	return WH_OK;
}

/* Writes of ours fire no triggers: where somebody else's must see or stop them, there are none. */
static int check_others(struct sqlite *s, struct wh_error *error)
{
	bool fenced;
	int64_t n;
	int rc = wh_sqlite_has(s, "whimbrel_fence", &fenced, error);
	if (rc == WH_OK && fenced)
		rc = wh_sqlite_get(s, &n, error,
			"SELECT 1 FROM whimbrel_fence WHERE (final OR until > " SQLITE_NOW
			") AND migration <> %Q LIMIT 1",
			s->claim->migration);
	if (rc == WH_OK && fenced)
		return wh_fail(error, WH_CONFIG,
			"a move that changes over stops all writes to \"%s\"; wait until it is done", s->path);
	if (rc < 0)
		return rc;
	sqlite_owned st = NULL;
	rc = wh_sqlite_prepare(s,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND "
		"name LIKE 'whimbrel\\_%\\_about' ESCAPE '\\'",
		&st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		rc = wh_sqlite_get(s, &n, error,
			"SELECT 1 FROM \"%w\" WHERE item = 'migration' AND value <> %Q", name,
			s->claim->migration);
		if (rc == WH_OK)
			return wh_fail(error, WH_CONFIG,
				"another move follows the changes of \"%s\" and would miss these; end that one first",
				s->path);
		rc = rc < 0 ? rc : WH_OK;
	}
	return rc < 0 ? rc : WH_OK;
}

int wh_sqlite_check_claim(struct sqlite *s, struct wh_error *error)
{
	int rc = check_epoch(s, error);
	return rc ? rc : check_others(s, error);
}

/* Rows of the unit's range and its marker, inside the unit's own transaction. */
static int redo_unit(struct sqlite *s, const struct wh_unit *unit, struct wh_error *error)
{
	struct step mark = { "DELETE FROM whimbrel_unit WHERE migration = ?1 AND tbl = ?2 "
						 "AND unit = ?3",
		s->claim->migration, { unit->table, unit->number } };
	struct wh_buffer sql = { 0 };
	if (unit->range == WH_RANGE_PAGE)
		return wh_fail(error, WH_BUG, "a physical range means nothing on the target: \"%s\"",
			unit->rows->table);
	int rc = do_step(s, &mark, error);
	wh_buffer_text(&sql, "DELETE FROM ");
	wh_sqlite_name(&sql, unit->rows->table);
	wh_sqlite_where(&sql, unit, NULL);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, wh_buffer_string(&sql), error);
	wh_buffer_free(&sql);
	return rc;
}

/* WH_DONE: the marker is there with its tally. */
static int find_marker(struct sqlite *s, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	struct step get = { "SELECT tally FROM whimbrel_unit WHERE migration = ?1 AND tbl = ?2 "
						"AND unit = ?3 AND tally IS NOT NULL",
		s->claim->migration, { unit->table, unit->number } };
	const char *tally = NULL;
	int rc = run_step(s, &get, NULL, &tally, error);
	if (rc)
		return rc < 0 ? rc : WH_OK;
	if (!wh_tally_parse(tally, done))
		return wh_fail(error, WH_STOP,
			"a marker of whimbrel's is damaged: \"%s\"; look at "
			"whimbrel_unit in the target",
			tally);
	return WH_DONE;
}

static int put_marker(struct sqlite *s, const struct wh_unit *unit, struct wh_error *error)
{
	struct step put = { "INSERT OR REPLACE INTO whimbrel_unit(migration, tbl, unit, epoch, tally) "
						"VALUES(?1, ?2, ?3, ?4, NULL)",
		s->claim->migration, { unit->table, unit->number, s->claim->epoch } };
	return do_step(s, &put, error);
}

int wh_sqlite_marks(struct wh_conn *c, const struct wh_claim *claim, struct wh_arena *arena,
	struct wh_mark **out, size_t *n, struct wh_error *error)
{
	struct sqlite *s = c->state;
	sqlite_owned st = NULL;
	int rc = wh_sqlite_ask(s,
		"SELECT tbl, unit, tally FROM whimbrel_unit WHERE migration = ?1 "
		"AND tbl >= 0 AND tally IS NOT NULL",
		claim->migration, &st, error);
	while (rc == WH_OK && (rc = wh_sqlite_next(s, st, error)) == WH_OK) {
		struct wh_mark *mark = wh_push(arena, out, n);
		mark->table = sqlite3_column_int64(st, 0);
		mark->unit = sqlite3_column_int64(st, 1);
		const char *tally = (const char *)sqlite3_column_text(st, 2);
		if (!tally || !wh_tally_parse(tally, &mark->tally))
			rc = wh_fail(error, WH_STOP, "a marker of whimbrel's is damaged: \"%s\"", s->path);
	}
	return rc == WH_DONE ? WH_OK : rc;
}

int wh_sqlite_mark(struct wh_conn *c, const struct wh_mark *marks, size_t n, struct wh_error *error)
{
	struct sqlite *s = c->state;
	char text[WH_TALLY_TEXT];
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = wh_sqlite_check_claim(s, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		wh_tally_text(&marks[i].tally, text);
		rc = record(s, s->claim, marks[i].table, marks[i].unit, text, error);
	}
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc != WH_OK)
		wh_sqlite_roll_back(s);
	return rc;
}

int wh_sqlite_begin(struct wh_conn *c, const struct wh_unit *unit, struct wh_tally *done,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	if (!s->claim)
		return wh_fail(error, WH_BUG, "a unit was begun without a claim");
	wh_sqlite_allow(s, true);
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = wh_sqlite_check_claim(s, error);
	if (rc == WH_OK)
		rc = unit->redo ? redo_unit(s, unit, error) : find_marker(s, unit, done, error);
	if (rc == WH_OK)
		rc = put_marker(s, unit, error);
	if (rc)
		wh_sqlite_roll_back(s);
	s->unit = rc == WH_OK ? unit : NULL;
	return rc;
}

int wh_sqlite_commit(struct wh_conn *c, const struct wh_tally *tally, struct wh_error *error)
{
	struct sqlite *s = c->state;
	char text[WH_TALLY_TEXT];
	if (!s->unit || s->entered)
		return wh_fail(error, WH_BUG, "a commit outside of a unit");
	wh_tally_text(tally, text);
	struct step put = { "UPDATE whimbrel_unit SET tally = ?5 WHERE migration = ?1 AND tbl = ?2 "
						"AND unit = ?3 AND epoch = ?4",
		s->claim->migration, { s->unit->table, s->unit->number, s->claim->epoch }, text };
	int rc = do_step(s, &put, error);
	if (rc == WH_OK && sqlite3_changes(s->db) != 1)
		rc = wh_fail(error, WH_BUG, "the unit's marker is gone: \"%s\"", s->unit->rows->table);
	wh_crash_point("sqlite before commit");
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	wh_crash_point("sqlite after commit");
	if (rc)
		wh_sqlite_roll_back(s);
	wh_sqlite_allow(s, false);
	s->unit = NULL;
	return rc;
}

int wh_sqlite_abandon(struct wh_conn *c, struct wh_error *error)
{
	struct sqlite *s = c->state;
	s->unit = NULL;
	s->entered = false;
	wh_sqlite_allow(s, false);
	if (!s->db || sqlite3_get_autocommit(s->db))
		return WH_OK;
	return wh_sqlite_run(s, "ROLLBACK", error);
}

int wh_sqlite_empty(struct wh_conn *c, int64_t table, const struct wh_rowset *rows,
	struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct wh_buffer sql = { 0 };
	if (!s->claim)
		return wh_fail(error, WH_BUG, "a table was emptied without a claim");
	struct step marks = { "DELETE FROM whimbrel_unit WHERE migration = ?1 AND tbl = ?2",
		s->claim->migration, { table } };
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = wh_sqlite_check_claim(s, error);
	if (rc == WH_OK)
		rc = do_step(s, &marks, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	wh_buffer_text(&sql, "DELETE FROM ");
	wh_sqlite_name(&sql, rows->table);
	wh_sqlite_allow(s, true);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, wh_buffer_string(&sql), error);
	wh_sqlite_allow(s, false);
	wh_buffer_free(&sql);
	if (rc)
		wh_sqlite_roll_back(s);
	return rc;
}

static int drop_when_empty(struct sqlite *s, int64_t *others, struct wh_error *error)
{
	int rc = wh_sqlite_number(s,
		"SELECT (SELECT count(*) FROM whimbrel_epoch) + "
		"(SELECT count(*) FROM whimbrel_unit)",
		others, error);
	if (rc == WH_OK && *others == 0)
		rc = wh_sqlite_run(s, "DROP TABLE whimbrel_unit; DROP TABLE whimbrel_epoch", error);
	return rc;
}

static int forget_lanes(struct sqlite *s, const struct wh_claim *claim, struct wh_error *error)
{
	bool has;
	int rc = wh_sqlite_has(s, "whimbrel_position", &has, error);
	if (rc == WH_OK && has)
		rc = wh_sqlite_do(s, error, "DELETE FROM whimbrel_position WHERE migration = %Q",
			claim->migration);
	return rc == WH_OK ? wh_sqlite_drop_more_tables(s, error) : rc;
}

/* Deletes what is ours, and says which journal mode the file had. Other migrations that are still
 * here found it in ours: the last of them goes back to the mode that the first one met. */
static int clean_up(struct sqlite *s, const struct wh_claim *claim, const char **mode,
	int64_t *others, struct wh_error *error)
{
	struct step had = { "SELECT tally FROM whimbrel_unit WHERE migration = ?1 AND tbl = ?2",
		claim->migration, { MODE_ROW } };
	struct step units = { "DELETE FROM whimbrel_unit WHERE migration = ?1", claim->migration };
	struct step epoch = { "DELETE FROM whimbrel_epoch WHERE migration = ?1", claim->migration };
	int rc = make_tables(s, error); /* a finish may be repeated after it was cut off */
	if (rc == WH_OK)
		rc = run_step(s, &had, NULL, mode, error);
	if (rc >= 0)
		rc = do_step(s, &units, error);
	if (rc == WH_OK)
		rc = do_step(s, &epoch, error);
	struct step inherit = { "UPDATE whimbrel_unit SET tally = ?5 WHERE ?1 <> '' AND tbl = ?2",
		claim->migration, { MODE_ROW }, *mode };
	if (rc == WH_OK && *mode)
		rc = do_step(s, &inherit, error);
	if (rc == WH_OK)
		rc = forget_lanes(s, claim, error);
	return rc == WH_OK ? drop_when_empty(s, others, error) : rc;
}

static int sync_folder(struct sqlite *s, struct wh_error *error)
{
	const char *slash = strrchr(s->path, '/');
	const char *folder = !slash ? "."
		: slash == s->path      ? "/"
								: wh_arena_bytes(&s->arena, s->path, (size_t)(slash - s->path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	if (rc != 0)
		return wh_fail_errno(error, WH_STOP, "the folder cannot be synced: \"%s\"", folder);
	return WH_OK;
}

/* Back to one file: the WAL is written into it, its old mode set, everything synced. */
static int settle(struct sqlite *s, const char *mode, struct wh_error *error)
{
	const char *sql = wh_equal_nocase(mode, "wal") ? "PRAGMA journal_mode=WAL"
		: wh_equal_nocase(mode, "truncate")        ? "PRAGMA journal_mode=TRUNCATE"
		: wh_equal_nocase(mode, "persist")
		? "PRAGMA journal_mode=PERSIST"
		: "PRAGMA journal_mode=DELETE";
	sqlite3_file *file = NULL;
	int rc = wh_sqlite_run(s, "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(TRUNCATE)", error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, sql, error);
	if (rc == WH_RETRY) { /* the application has moved in: its file stays in WAL mode */
		wh_error_clear(error);
		rc = wh_sqlite_run(s, "PRAGMA wal_checkpoint(PASSIVE)", error);
	}
	if (rc)
		return rc;
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (file && file->pMethods) {
		int code = file->pMethods->xSync(file, SQLITE_SYNC_FULL);
		if (code != SQLITE_OK)
			return wh_sqlite_fail(s, code, error, "syncing it");
	}
	return sync_folder(s, error);
}

int wh_sqlite_finish(struct wh_conn *c, const struct wh_claim *claim, struct wh_error *error)
{
	struct sqlite *s = c->state;
	const char *mode = NULL;
	int64_t others = 0;
	int rc = wh_sqlite_run(s, "BEGIN IMMEDIATE", error);
	if (rc == WH_OK)
		rc = clean_up(s, claim, &mode, &others, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s, "COMMIT", error);
	if (rc) {
		wh_sqlite_roll_back(s);
		return rc;
	}
	wh_sqlite_writer_free(s);
	if (others)
		return wh_sqlite_run(s, "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(PASSIVE)", error);
	return settle(s, mode ? mode : "delete", error);
}
