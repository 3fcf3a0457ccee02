#include "journal/inside.h"
#include <stdio.h>

/* Steps that were released never change: a new form of the journal is a new step. */
static const char version_1[] =
	"CREATE TABLE fact(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE moved(number INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL,"
	" treatment TEXT, state TEXT NOT NULL, proof TEXT, rows_expected INTEGER NOT NULL,"
	" tally TEXT NOT NULL, checked INTEGER NOT NULL, target_digest TEXT NOT NULL,"
	" rows_differing INTEGER NOT NULL, source_changed INTEGER NOT NULL) STRICT;"
	"CREATE TABLE unit(moved INTEGER NOT NULL, number INTEGER NOT NULL, range INTEGER NOT NULL,"
	" first INTEGER NOT NULL, last INTEGER NOT NULL, done INTEGER NOT NULL, tally TEXT,"
	" PRIMARY KEY(moved, number)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE statement(id INTEGER PRIMARY KEY, phase TEXT, kind TEXT, object TEXT,"
	" sql TEXT NOT NULL UNIQUE, state TEXT NOT NULL, error TEXT, usec INTEGER NOT NULL) STRICT;"
	"CREATE TABLE finding(id INTEGER PRIMARY KEY, origin TEXT NOT NULL, rule TEXT NOT NULL,"
	" severity INTEGER NOT NULL, effort INTEGER NOT NULL, object TEXT, text TEXT,"
	" source TEXT) STRICT;"
	"CREATE INDEX finding_origin ON finding(origin);"
	"CREATE TABLE quarantine(id INTEGER PRIMARY KEY AUTOINCREMENT, moved INTEGER NOT NULL,"
	" unit INTEGER NOT NULL, row INTEGER NOT NULL, source TEXT, key TEXT, field TEXT,"
	" reason TEXT, fields TEXT, hash TEXT, usec INTEGER NOT NULL) STRICT;"
	"CREATE INDEX quarantine_unit ON quarantine(moved, unit);"
	"CREATE TABLE difference(id INTEGER PRIMARY KEY, moved INTEGER NOT NULL, object TEXT,"
	" kind TEXT NOT NULL, key TEXT, field TEXT, source TEXT, target TEXT) STRICT;"
	"CREATE INDEX difference_moved ON difference(moved);"
	"CREATE TABLE event(id INTEGER PRIMARY KEY, usec INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
	"CREATE TABLE lease(role TEXT PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL,"
	" command TEXT NOT NULL, since_usec INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

/* A retry's attempt holds rows that may stand on the target already. */
static const char version_2[] =
	"ALTER TABLE quarantine ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX quarantine_attempt ON quarantine(attempt) WHERE attempt <> 0;";

/* What the last reconciliation came to. */
static const char version_3[] =
	"CREATE TABLE control(id INTEGER PRIMARY KEY, rule TEXT NOT NULL, subject TEXT, unit TEXT,"
	" expected TEXT, actual TEXT, expected_is TEXT, actual_is TEXT, held INTEGER NOT NULL,"
	" notice INTEGER NOT NULL) STRICT;"
	"CREATE TABLE control_rule(id INTEGER PRIMARY KEY, name TEXT NOT NULL, held INTEGER NOT NULL,"
	" failed INTEGER NOT NULL, noticed INTEGER NOT NULL) STRICT;";

const struct wh_journal_step wh_journal_steps[] = {
	{ version_1 },
	{ version_2 },
	{ version_3 },
};
const size_t wh_journal_nsteps = sizeof wh_journal_steps / sizeof *wh_journal_steps;

/* "whim", in the file's header: tells a journal from any other SQLite file. */
#define APPLICATION 0x7768696d

static int schema_number(sqlite3 *db, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	return wh_journal_end(s, rc);
}

static int schema_step(sqlite3 *db, const struct wh_journal_step *step, size_t version)
{
	char pragma[96];
	int rc = sqlite3_exec(db, step->sql, NULL, NULL, NULL);
	snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%zu",
		APPLICATION, version);
	return rc == SQLITE_OK ? sqlite3_exec(db, pragma, NULL, NULL, NULL) : rc;
}

/* Inside a transaction that no other process can be in: two that open at once do it once. */
static int schema_bring(sqlite3 *db, const char *path, const struct wh_journal_step *steps,
	size_t n, struct wh_error *error)
{
	int64_t version = 0, application = 0, objects = 0;
	int rc = schema_number(db, "PRAGMA user_version", &version);
	if (rc == SQLITE_OK)
		rc = schema_number(db, "PRAGMA application_id", &application);
	if (rc == SQLITE_OK)
		rc = schema_number(db, "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc != SQLITE_OK)
		return wh_journal_fault(path, db, rc, error);
	if (objects > 0 ? application != APPLICATION || version < 1 : version != 0)
		return wh_fail(error, WH_CONFIG,
			"not a journal of whimbrel: \"%s\"; choose another work folder", path);
	if (version > (int64_t)n)
		return wh_fail(error, WH_CONFIG,
			"written by a newer whimbrel: \"%s\" has version %lld and this program knows "
			"up to %zu; use the newer program",
			path, (long long)version, n);
	for (size_t v = (size_t)version; v < n && rc == SQLITE_OK; v++)
		rc = schema_step(db, &steps[v], v + 1);
	return rc == SQLITE_OK ? WH_OK : wh_journal_fault(path, db, rc, error);
}

int wh_journal_upgrade(sqlite3 *db, const char *path, const struct wh_journal_step *steps, size_t n,
	struct wh_error *error)
{
	int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return wh_journal_fault(path, db, code, error);
	int rc = schema_bring(db, path, steps, n, error);
	if (rc == WH_OK && (code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL)) != SQLITE_OK)
		rc = wh_journal_fault(path, db, code, error);
	if (rc != WH_OK)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
