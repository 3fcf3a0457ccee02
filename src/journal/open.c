#include "journal/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MS 30000 /* for another process that writes: verify beside copy */

/* A COMMIT that fails leaves the system's number at the write-ahead log's file alone. */
static int fault_system(sqlite3 *db, int code)
{
	int kind = code & 0xff, system = 0;
	sqlite3_file *wal = NULL;
	if (!db || (kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN && kind != SQLITE_FULL))
		return 0;
	system = sqlite3_system_errno(db);
	if (system == 0 && kind == SQLITE_IOERR &&
		sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) == SQLITE_OK && wal &&
		wal->pMethods)
		wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &system);
	return system;
}

static bool fault_no_room(int system, int code)
{
	return (code & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT || system == EFBIG;
}

int wh_journal_fault(const char *path, sqlite3 *db, int code, struct wh_error *error)
{
	const char *words = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
	int kind = code & 0xff;
	int system = fault_system(db, code);
	int rc;
	if (fault_no_room(system, code))
		rc = wh_fail(error, WH_STOP,
			"no room left for the journal: \"%s\"; free some space "
			"in its folder, then run the same command again",
			path);
	else if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_SCHEMA)
		rc = wh_fail(error, WH_STOP,
			"damaged journal: \"%s\" (%s); put a good copy in its "
			"place, or move its folder away to begin anew",
			path, words);
	else if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED)
		rc = wh_fail(error, WH_LOST,
			"another process keeps the journal locked: \"%s\"; "
			"wait until it ends",
			path);
	else if (kind == SQLITE_CANTOPEN || kind == SQLITE_PERM || kind == SQLITE_READONLY)
		rc = wh_fail(error, WH_CONFIG,
			"cannot write the journal: \"%s\" (%s); it needs a "
			"folder of the user's own",
			path, words);
	else
		rc = wh_fail(error, WH_STOP,
			"journal failed: \"%s\" (%s%s%s); run the same command "
			"again once its folder can be read and written",
			path, words, system ? ": " : "", system ? strerror(system) : "");
	if (error)
		error->system = system ? system : code;
	return rc;
}

static int open_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	int rc = fsync(fd);
	close(fd);
	return rc == 0 || errno == EINVAL ? 0 : -1; /* EINVAL: this file system has no such thing */
}

/* Missing folders above are made as well. What was there keeps its mode: it is the user's. */
static int open_folder(const char *folder)
{
	if (mkdir(folder, 0700) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	char *above = wh_strdup(folder);
	char *slash = strrchr(above, '/');
	int rc = -1;
	if (slash && slash != above) {
		*slash = '\0';
		rc = open_folder(above);
		if (rc == 0)
			rc = mkdir(folder, 0700) == 0 || errno == EEXIST ? 0 : -1;
		if (rc == 0)
			rc = open_sync(above);
	}
	free(above);
	return rc;
}

/* The file is made before SQLite sees it: the -wal and -shm files take its mode. */
static int open_file(struct wh_journal *j, bool create, struct wh_error *error)
{
	if (create && open_folder(j->folder) != 0)
		return wh_fail_errno(error, WH_CONFIG,
			"cannot make the work folder: \"%s\"; choose another with --workdir", j->folder);
	int fd = open(j->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
	if (fd < 0 && !create && (errno == ENOENT || errno == ENOTDIR))
		return wh_fail(error, WH_CONFIG,
			"no migration there: \"%s\" has no journal.db; "
			"begin one with \"whimbrel run SOURCE TARGET\"",
			j->folder);
	if (fd < 0)
		return wh_fail_errno(error, errno == ENOSPC ? WH_STOP : WH_CONFIG,
			"cannot open the journal: \"%s\"", j->path);
	struct stat file;
	int rc = WH_OK;
	if (fstat(fd, &file) != 0 || ((file.st_mode & 0177) != 0 && fchmod(fd, 0600) != 0))
		rc = wh_fail_errno(error, WH_CONFIG, "cannot keep the journal to its owner: \"%s\"",
			j->path);
	else if (!create && file.st_size == 0)
		rc = wh_fail(error, WH_CONFIG,
			"no migration there: \"%s\" is empty; "
			"begin one with \"whimbrel run SOURCE TARGET\"",
			j->path);
	else if (create && open_sync(j->folder) != 0)
		rc = wh_fail_errno(error, WH_STOP, "cannot make durable: \"%s\"", j->folder);
	close(fd);
	return rc;
}

static int open_connection(struct wh_journal *j, sqlite3 **db, struct wh_error *error)
{
	int rc = sqlite3_open_v2(j->path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_extended_result_codes(*db, 1);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(*db, WAIT_MS);
	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*db,
			"PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL; "
			"PRAGMA cache_size=-2000",
			NULL, NULL, NULL);
	return rc == SQLITE_OK ? WH_OK : wh_journal_fault(j->path, *db, rc, error);
}

static int open_wal(struct wh_journal *j, struct wh_error *error)
{
	sqlite3_stmt *s = NULL;
	bool wal = false;
	int rc = sqlite3_prepare_v2(j->writer, "PRAGMA journal_mode=WAL", -1, &s, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		wal = sqlite3_stricmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
	rc = wh_journal_end(s, rc);
	if (rc != SQLITE_OK)
		return wh_journal_fault(j->path, j->writer, rc, error);
	if (!wal)
		return wh_fail(error, WH_CONFIG,
			"the file system cannot hold the journal: \"%s\" "
			"needs shared memory; choose a local folder with --workdir",
			j->path);
	return WH_OK;
}

int wh_journal_connect(struct wh_journal *j, bool create, struct wh_error *error)
{
	int rc = open_file(j, create, error);
	if (rc == WH_OK)
		rc = open_connection(j, &j->writer, error);
	if (rc == WH_OK)
		rc = open_wal(j, error);
	if (rc == WH_OK)
		rc = wh_journal_upgrade(j->writer, j->path, wh_journal_steps, wh_journal_nsteps, error);
	if (rc == WH_OK)
		rc = open_connection(j, &j->reader, error);
	return rc;
}

void wh_journal_disconnect(struct wh_journal *j)
{
	sqlite3_close(j->reader);
	sqlite3_close(j->writer);
	j->reader = j->writer = NULL;
}
