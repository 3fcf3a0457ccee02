/* Opening, closing, errors, and one snapshot for several readers. */
#include "connectors/sqlite/sqlite.h"
#include "sql/dialect.h"
#include "base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_SIZE 100
#define BUSY_DEFAULT 5000

void wh_sqlite_finalize(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
	*statement = NULL;
}

struct fault {
	int rc;
	enum wh_code code;
	const char *what, *advice;
};

static const struct fault faults[] = {
	{ SQLITE_BUSY, WH_RETRY, "the database is locked by another program",
		"wait until it is done, or stop it" },
	{ SQLITE_LOCKED, WH_RETRY, "the table is locked", "try again" },
	{ SQLITE_PROTOCOL, WH_RETRY, "the locks of the database cannot be had", "try again" },
	{ SQLITE_INTERRUPT, WH_STOP, "stopped", "run the same command again to go on" },
	{ SQLITE_CORRUPT, WH_STOP, "the database is damaged",
		"run PRAGMA integrity_check with sqlite3, restore it, or save what is left with "
		"sqlite3 FILE .recover" },
	{ SQLITE_NOTADB, WH_CONFIG, "this is no SQLite database, or it is encrypted",
		"check the path; decrypt it with the program that made it" },
	{ SQLITE_FULL, WH_STOP, "the disk is full", "make room and run the same command again" },
	{ SQLITE_IOERR, WH_STOP, "the disk failed", "check the device and the system's log" },
	{ SQLITE_CANTOPEN, WH_CONFIG, "the file cannot be opened",
		"check the path and the permissions of the file and its folder" },
	{ SQLITE_PERM, WH_CONFIG, "the file may not be used", "check its permissions" },
	{ SQLITE_READONLY, WH_CONFIG, "the database cannot be written",
		"check the permissions of the file and its folder" },
	{ SQLITE_CONSTRAINT, WH_ROW, "a row breaks a constraint", "look at the row" },
	{ SQLITE_TOOBIG, WH_ROW, "a value is longer than SQLite can hold", "look at the row" },
	{ SQLITE_MISMATCH, WH_ROW, "a value is not of its column's type", "look at the row" },
	{ SQLITE_NOMEM, WH_STOP, "there is not enough memory", "set a lower limits.memory" },
	{ SQLITE_ERROR, WH_CONFIG, "SQLite refused the statement", NULL },
	{ 0, WH_STOP, "SQLite failed", NULL },
};

static const struct fault *fault_of(sqlite3 *db, int rc)
{
	static const struct fault full = { SQLITE_FULL, WH_STOP, "the disk is full",
		"make room and run the same command again" };
	int primary = rc & 0xff;
	if (primary == SQLITE_IOERR && db && sqlite3_system_errno(db) == ENOSPC)
		return &full;
	const struct fault *f = faults;
	while (f->rc && f->rc != primary)
		f++;
	return f;
}

int wh_sqlite_fail(struct sqlite *s, int rc, struct wh_error *error, const char *doing, ...)
{
	char what[400];
	va_list args;
	va_start(args, doing);
	vsnprintf(what, sizeof what, doing, args);
	va_end(args);
	const struct fault *f = fault_of(s->db, rc);
	const char *words = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
	int code = wh_fail(error, f->code, "%s: \"%s\": %s: %s%s%s", f->what, s->path ? s->path : "",
		what, words, f->advice ? "; " : "", f->advice ? f->advice : "");
	error->system = rc;
	return code;
}

int wh_sqlite_prepare(struct sqlite *s, const char *sql, sqlite3_stmt **out, struct wh_error *error)
{
	int rc = sqlite3_prepare_v2(s->db, sql, -1, out, NULL);
	if (rc != SQLITE_OK)
		return wh_sqlite_fail(s, rc, error, "%.300s", sql);
	return WH_OK;
}

int wh_sqlite_run(struct sqlite *s, const char *sql, struct wh_error *error)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return wh_sqlite_fail(s, rc, error, "%.300s", sql);
	return WH_OK;
}

int wh_sqlite_number(struct sqlite *s, const char *sql, int64_t *out, struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_prepare(s, sql, &st, error);
	if (rc)
		return rc;
	rc = sqlite3_step(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return wh_sqlite_fail(s, rc, error, "%.300s", sql);
	if (rc == SQLITE_DONE || sqlite3_column_type(st, 0) == SQLITE_NULL)
		return WH_DONE;
	*out = sqlite3_column_int64(st, 0);
	return WH_OK;
}

const char *wh_sqlite_column(struct wh_arena *arena, sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	return text ? wh_arena_text(arena, text) : NULL;
}

int wh_sqlite_word(struct sqlite *s, const char *sql, struct wh_arena *arena, const char **out,
	struct wh_error *error)
{
	sqlite_owned st = NULL;
	int rc = wh_sqlite_prepare(s, sql, &st, error);
	if (rc)
		return rc;
	rc = sqlite3_step(st);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return wh_sqlite_fail(s, rc, error, "%.300s", sql);
	*out = rc == SQLITE_ROW ? wh_sqlite_column(arena, st, 0) : NULL;
	return *out ? WH_OK : WH_DONE;
}

void wh_sqlite_name(struct wh_buffer *out, const char *name)
{
	wh_sql_name(out, &wh_dialect_sqlite, name);
}

static int check_folder(struct sqlite *s, struct wh_error *error)
{
	const char *slash = strrchr(s->path, '/');
	const char *folder = !slash ? "."
		: slash == s->path      ? "/"
								: wh_arena_bytes(&s->arena, s->path, (size_t)(slash - s->path));
	struct stat st;
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return wh_fail(error, WH_CONFIG, "no such folder: \"%s\"; make it first", folder);
	return WH_OK;
}

/* Only looks by name: closing a descriptor of a database's file would drop the locks that other
 * connections of this process hold on it. */
static int check_path(struct wh_conn *c, bool *exists, struct wh_error *error)
{
	struct sqlite *s = c->state;
	struct stat st;
	*exists = stat(s->path, &st) == 0;
	if (!*exists && errno != ENOENT)
		return wh_fail_errno(error, WH_CONFIG, "the file cannot be opened: \"%s\"", s->path);
	if (!*exists && c->side != WH_TARGET)
		return wh_fail(error, WH_CONFIG, "no such file: \"%s\"; check the path", s->path);
	if (!*exists)
		return check_folder(s, error);
	if (S_ISDIR(st.st_mode))
		return wh_fail(error, WH_CONFIG, "this is a folder, not a database: \"%s\"", s->path);
	if (!S_ISREG(st.st_mode))
		return wh_fail(error, WH_CONFIG, "this is no regular file: \"%s\"", s->path);
	if (st.st_size == 0 && c->side != WH_TARGET)
		return wh_fail(error, WH_CONFIG,
			"the file is empty, so it is no database: \"%s\"; check the path", s->path);
	return WH_OK;
}

static int make_file(struct sqlite *s, struct wh_error *error)
{
	int file = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 && errno != EEXIST)
		return wh_fail_errno(error, WH_CONFIG, "the file cannot be made: \"%s\"", s->path);
	if (file >= 0)
		close(file);
	return WH_OK;
}

static void limit_session(struct wh_conn *c)
{
	struct sqlite *s = c->state;
	const char *busy = wh_url_param(c->url, "busy_timeout");
	int64_t ms = BUSY_DEFAULT;
	if (busy && (!wh_text_int64(busy, strlen(busy), &ms) || ms < 0 || ms > INT32_MAX))
		ms = BUSY_DEFAULT;
	s->busy_ms = (int)ms;
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, s->busy_ms);
	wh_sqlite_allow(s, false);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	/* Else a column that is gone would be read as a string: "name" is 'name' then. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
}

static int64_t be32(const unsigned char *at)
{
	return (int64_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static bool beside(struct sqlite *s, const char *suffix)
{
	struct stat st;
	const char *name = wh_arena_format(&s->arena, "%s%s", s->path, suffix);
	return stat(name, &st) == 0 && st.st_size > 0;
}

/* A database whose header tells of more pages than the file has was cut. Pages that still stand in
 * a WAL or a journal are not missing. */
static int check_header(struct sqlite *s, struct wh_error *error)
{
	unsigned char h[HEADER_SIZE];
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (!file || !file->pMethods || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
		return wh_sqlite_fail(s, SQLITE_CANTOPEN, error, "reading its size");
	if (size == 0)
		return WH_OK;
	if (size < HEADER_SIZE || file->pMethods->xRead(file, h, HEADER_SIZE, 0) != SQLITE_OK ||
		memcmp(h, "SQLite format 3", 16) != 0)
		return wh_fail(error, WH_CONFIG,
			"this is no SQLite database, or it is encrypted: \"%s\"; check the path, or "
			"decrypt it with the program that made it",
			s->path);
	int64_t page = h[16] << 8 | h[17], pages = be32(h + 28);
	page = page == 1 ? 65536 : page;
	bool counted = memcmp(h + 24, h + 92, 4) == 0 && pages > 0;
	if (counted && pages * page > size && !beside(s, "-wal") && !beside(s, "-journal"))
		return wh_fail(error, WH_STOP,
			"the database is truncated: \"%s\": its header tells of %lld bytes, the file has "
			"%lld; fetch it again, or save what is left with sqlite3 FILE .recover",
			s->path, (long long)(pages * page), (long long)size);
	return WH_OK;
}

static int read_settings(struct sqlite *s, struct wh_error *error)
{
	const char *encoding = NULL, *mode = NULL;
	int rc = wh_sqlite_word(s, "PRAGMA encoding", &s->arena, &encoding, error);
	if (rc >= 0)
		rc = wh_sqlite_word(s, "PRAGMA journal_mode", &s->arena, &mode, error);
	if (rc < 0)
		return rc;
	s->utf16 = encoding && wh_starts_nocase(encoding, "UTF-16");
	s->wal = mode && wh_equal_nocase(mode, "wal");
	return WH_OK;
}

static const char *open_name(struct wh_conn *c, bool exists)
{
	struct sqlite *s = c->state;
	if (!exists && !c->writes)
		return ":memory:"; /* a target that is still to be made is an empty database */
	return s->path[0] == ':' ? wh_arena_format(&s->arena, "./%s", s->path) : s->path;
}

int wh_sqlite_open(struct wh_conn *c, struct wh_error *error)
{
	struct sqlite *s = c->state;
	bool exists = false;
	s->path = wh_arena_text(&s->arena, c->url->path);
	if (!s->path || !*s->path)
		return wh_fail(error, WH_CONFIG, "no file is named; write sqlite:PATH");
	int rc = check_path(c, &exists, error);
	if (rc == WH_OK && !exists && c->writes)
		rc = make_file(s, error);
	if (rc)
		return rc;
	bool memory = !exists && !c->writes;
	int flags = c->writes || memory ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int code = sqlite3_open_v2(open_name(c, exists), &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK)
		return wh_sqlite_fail(s, code, error, "opening it");
	limit_session(c);
	if (c->writes)
		wh_sqlite_trust(s); /* the tables that it will make may need it */
	rc = memory ? WH_OK : check_header(s, error);
	if (rc == WH_OK)
		rc = wh_sqlite_look(s, error);
	if (rc == WH_OK)
		rc = wh_sqlite_run(s,
			c->writes ? "PRAGMA cache_size=-32768"
					  : "PRAGMA cell_size_check=ON; PRAGMA cache_size=-4096",
			error);
	return rc == WH_OK ? read_settings(s, error) : rc;
}

void wh_sqlite_close(struct wh_conn *c)
{
	struct sqlite *s = c->state;
	wh_sqlite_finalize(&s->scan);
	wh_sqlite_writer_free(s);
	sqlite3_close(s->tail.eraser);
	sqlite3_close(s->db);
	if (s->inner_ready)
		wh_batch_finish(&s->inner);
	wh_buffer_free(&s->scratch);
	wh_buffer_free(&s->number);
	wh_arena_free(&s->arena);
	memset(s, 0, sizeof *s);
}

void wh_sqlite_cancel(struct wh_conn *c)
{
	struct sqlite *s = c->state;
	if (s->db)
		sqlite3_interrupt(s->db);
}

static int start_reading(struct sqlite *s, struct wh_error *error)
{
	int64_t unused;
	int rc = wh_sqlite_run(s, "BEGIN", error);
	if (rc == WH_OK)
		rc = wh_sqlite_number(s, "SELECT count(*) FROM sqlite_schema", &unused, error);
	return rc < 0 ? rc : WH_OK;
}

static void stop_reading(struct sqlite *s)
{
	if (s->db && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* All of them, or as many as could: without WAL, a writer that waits for the first reader to end
 * lets no further one in. */
static int start_all(struct wh_conn **conns, size_t *n, struct wh_error *error)
{
	for (size_t i = 0; i < *n; i++) {
		struct sqlite *s = conns[i]->state;
		sqlite3_busy_timeout(s->db, i ? 100 : s->busy_ms);
		int rc = start_reading(s, error);
		sqlite3_busy_timeout(s->db, s->busy_ms);
		if (rc == WH_OK)
			continue;
		stop_reading(s);
		if (rc != WH_RETRY || i == 0)
			return rc;
		*n = i;
	}
	return WH_OK;
}

static void stop_all(struct wh_conn **conns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stop_reading(conns[i]->state);
}

/* One try: the readers saw the same state where nobody committed while they began, and that is
 * what data_version tells a connection that stands outside of any transaction. */
static int join_once(sqlite3 *probe, struct wh_conn **conns, size_t *n, bool *same,
	struct wh_error *error)
{
	struct sqlite outside = { .db = probe, .path = ((struct sqlite *)conns[0]->state)->path };
	int64_t before, after;
	size_t joined = *n;
	int rc = wh_sqlite_number(&outside, "PRAGMA data_version", &before, error);
	if (rc < 0)
		return rc;
	rc = start_all(conns, &joined, error);
	if (rc == WH_OK)
		rc = wh_sqlite_number(&outside, "PRAGMA data_version", &after, error);
	if (rc < 0)
		return rc;
	*same = before == after;
	if (*same)
		*n = joined;
	return WH_OK;
}

#define SNAPSHOT_TRIES 200

static int join_wal(struct wh_conn **conns, size_t *n, struct wh_error *error)
{
	struct sqlite *first = conns[0]->state;
	sqlite3 *probe = NULL;
	bool same = false;
	int rc = WH_OK;
	int code = sqlite3_open_v2(sqlite3_db_filename(first->db, "main"), &probe,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK)
		sqlite3_busy_timeout(probe, BUSY_DEFAULT);
	for (int i = 0; code == SQLITE_OK && rc == WH_OK && !same && i < SNAPSHOT_TRIES; i++) {
		rc = join_once(probe, conns, n, &same, error);
		if (!same)
			stop_all(conns, *n);
	}
	sqlite3_close(probe);
	if (rc < 0 && rc != WH_RETRY)
		return rc;
	if (!same)
		*n = 1;
	return same ? WH_OK : start_reading(first, error);
}

/* Without WAL nobody can commit once the first reader has its shared lock. */
static int join_many(struct wh_conn **conns, size_t *n, struct wh_error *error)
{
	struct sqlite *first = conns[0]->state;
	return first->wal ? join_wal(conns, n, error) : start_all(conns, n, error);
}

int wh_sqlite_snapshot(struct wh_conn **conns, size_t *n, struct wh_snapshot *out,
	struct wh_error *error)
{
	struct sqlite *first = conns[0]->state;
	const char *name = sqlite3_db_filename(first->db, "main");
	stop_all(conns, *n);
	if (!name || !*name)
		*n = 1; /* a target that is not there yet lives in memory */
	int rc = *n > 1 ? join_many(conns, n, error) : start_reading(first, error);
	if (rc < 0)
		return rc;
	if (out->live && (rc = wh_sqlite_log_end(first, &out->position, error)) != WH_OK)
		return rc;
	snprintf(out->text, sizeof out->text, "SQLite read transaction, %s, %zu reader%s",
		first->wal ? "WAL" : "rollback journal", *n, *n == 1 ? "" : "s");
	return WH_OK;
}
