/* What triggers write down, replayed: a mirror without keys must hold the very rows of each table,
 * whatever statements an application thinks of. */
#include "check.h"
#include "connectors/sqlite/sqlite.h"
#include <unistd.h>

#define ROUNDS 6
#define STATEMENTS 250

static const char schema[] =
	"CREATE TABLE a(id INTEGER PRIMARY KEY, u TEXT UNIQUE, v INT, w REAL);"
	"CREATE UNIQUE INDEX a_part ON a(v) WHERE w > 5;"
	"CREATE UNIQUE INDEX a_made ON a(abs(v) % 17, lower(u) COLLATE NOCASE);"
	"CREATE TABLE b(k TEXT COLLATE NOCASE PRIMARY KEY, n INT UNIQUE ON CONFLICT REPLACE, x) "
	"WITHOUT ROWID;"
	"CREATE TABLE c(x, y COLLATE NOCASE, UNIQUE(x, y));"
	"CREATE TABLE d(id INTEGER PRIMARY KEY, a INT REFERENCES a(id) ON DELETE CASCADE ON UPDATE "
	"CASCADE, z INT, g INT AS (abs(z) % 9));"
	"CREATE UNIQUE INDEX d_g ON d(g);"
	"CREATE TABLE e(rowid TEXT, y);"
	"CREATE TABLE f(p, q INT, r, PRIMARY KEY(q, p)) WITHOUT ROWID;"
	"CREATE TRIGGER app_1 AFTER INSERT ON a WHEN NEW.v % 3 = 0 BEGIN "
	"INSERT OR IGNORE INTO c VALUES(NEW.v, NEW.u); END;"
	"CREATE TRIGGER app_2 BEFORE INSERT ON a WHEN NEW.v % 5 = 0 BEGIN "
	"DELETE FROM a WHERE id = NEW.v; END;"
	"CREATE TRIGGER app_3 AFTER DELETE ON b BEGIN "
	"INSERT INTO c VALUES(OLD.n, OLD.k) ON CONFLICT DO NOTHING; END;"
	"CREATE TRIGGER app_4 AFTER UPDATE ON d BEGIN UPDATE e SET y = NEW.z WHERE y = OLD.z; END;";

/* SQLite evaluates a rowid in VALUES twice where there is a trigger before the insert: what is random
 * must come from a SELECT. */
#define N "abs(random()) % 12"
#define T "substr('aAbBcC', abs(random()) % 6 + 1, 1)"
#define V \
	"CASE abs(random()) % 6 WHEN 0 THEN NULL WHEN 1 THEN 1 WHEN 2 THEN 1.0 WHEN 3 THEN '1' " \
	"WHEN 4 THEN x'31' ELSE random() END"
#define OR "%s" /* a conflict clause */

static const char *const statements[] = {
	"INSERT %s INTO a SELECT " N ", " T ", " N ", " N,
	"INSERT %s INTO a(u, v, w) VALUES(" T "||" T ", " N ", " N ")",
	"INSERT %s INTO a SELECT " N ", " T ", " N ", " N " FROM b",
	"INSERT INTO a SELECT " N ", " T ", " N ", " N
	" WHERE true ON CONFLICT(id) DO UPDATE SET v = excluded.v",
	"INSERT INTO a SELECT " N ", " T ", " N ", " N " WHERE true ON CONFLICT DO NOTHING",
	"INSERT INTO a VALUES(" N ", " T ", " N ", " N
	") ON CONFLICT(u) DO UPDATE SET id = excluded.id",
	"UPDATE %s a SET id = " N " WHERE id = " N,
	"UPDATE %s a SET v = v + 1, w = " N,
	"UPDATE %s a SET u = " T ", v = " N " WHERE v < " N,
	"DELETE FROM a WHERE id = " N,
	"INSERT %s INTO b VALUES(" T ", " N ", " V ")",
	"INSERT %s INTO b SELECT u, v, w FROM a",
	"UPDATE %s b SET n = " N " WHERE n = " N,
	"UPDATE %s b SET k = " T " WHERE n = " N,
	"INSERT INTO b VALUES(" T ", " N ", " V ") ON CONFLICT(k) DO UPDATE SET x = excluded.x",
	"DELETE FROM b WHERE k = " T,
	"INSERT %s INTO c VALUES(" N ", " T ")",
	"INSERT %s INTO c VALUES(" V ", NULL)",
	"INSERT %s INTO c(rowid, x, y) SELECT " N ", " N ", " T,
	"UPDATE %s c SET x = " N " WHERE rowid = " N,
	"UPDATE %s c SET rowid = " N " WHERE rowid = " N,
	"DELETE FROM c WHERE x = " N,
	"INSERT %s INTO d(id, a, z) SELECT " N ", id, " N " FROM a LIMIT 1 OFFSET " N,
	"UPDATE %s d SET z = z + " N,
	"UPDATE %s d SET id = " N " WHERE z = " N,
	"INSERT %s INTO e(oid, y) SELECT " N ", " V,
	"INSERT %s INTO e VALUES(" T ", " V ")",
	"UPDATE %s e SET y = " V " WHERE rowid = " T,
	"UPDATE %s e SET oid = " N " WHERE oid = " N,
	"DELETE FROM e WHERE oid > 20",
	"INSERT %s INTO f VALUES(" V ", " N ", " V ")",
	"UPDATE %s f SET q = " N " WHERE q = " N,
	"UPDATE %s f SET r = zeroblob(" N ")",
	"DELETE FROM f WHERE q = " N,
};
static const char *const conflicts[] = { "", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT",
	"OR ROLLBACK", "OR REPLACE" };

#define FIELDS(...) \
	(const struct wh_field[]) \
	{ \
		__VA_ARGS__ \
	}
static const struct wh_rowset tables[] = {
	{ .table = "a", .fields = FIELDS({ "id" }, { "u" }, { "v" }, { "w" }), .nfields = 4 },
	{ .table = "b", .fields = FIELDS({ "k" }, { "n" }, { "x" }), .nfields = 3 },
	{ .table = "c", .fields = FIELDS({ "x" }, { "y" }), .nfields = 2 },
	{ .table = "d", .fields = FIELDS({ "id" }, { "a" }, { "z" }), .nfields = 3 },
	{ .table = "e", .fields = FIELDS({ "rowid" }, { "y" }), .nfields = 2 },
	{ .table = "f", .fields = FIELDS({ "p" }, { "r" }), .nfields = 2 },
};
static const struct wh_rowset *const list[] = { &tables[0], &tables[1], &tables[2], &tables[3],
	&tables[4], &tables[5] };
static const struct wh_capture capture = {
	.name = "whimbrel_0123456789ab_f", .migration = "0123", .tables = list, .ntables = COUNT(list)
};

extern const struct wh_connector wh_sqlite;

static void must(sqlite3 *db, const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("\"%.300s\": %s", sql, why);
}

static int64_t number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW)
		fail_msg("\"%.300s\": %s", sql, sqlite3_errmsg(db));
	int64_t value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return value;
}

static void build(struct wh_buffer *sql, const char *format, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (const char *at = format; *at; at++)
			if (*at == '@')
				wh_buffer_format(sql, "%zu", i);
			else if (*at != '~' || i + 1 < n)
				wh_buffer_char(sql, *at == '~' ? ',' : *at);
}

/* Deletes exactly one row of the mirror that is what the log says, storage classes and all. */
static void take_away(sqlite3 *db, size_t table, int64_t seq)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql,
		"DELETE FROM mirror_%zu WHERE _rowid_ = (SELECT m._rowid_ FROM mirror_%zu AS m, "
		"whimbrel_0123456789ab_f AS l WHERE l.seq = %lld",
		table, table, (long long)seq);
	build(&sql, " AND m.c@ IS l.c@ AND typeof(m.c@) = typeof(l.c@)", tables[table].nfields);
	wh_buffer_text(&sql, " LIMIT 1)");
	must(db, wh_buffer_string(&sql));
	if (sqlite3_changes(db) != 1)
		fail_msg("change %lld takes a row of \"%s\" away that is not there", (long long)seq,
			tables[table].table);
	wh_buffer_free(&sql);
}

static void put_in(sqlite3 *db, size_t table, int64_t seq)
{
	struct wh_buffer sql = { 0 };
	wh_buffer_format(&sql, "INSERT INTO mirror_%zu SELECT ", table);
	build(&sql, "c@~", tables[table].nfields);
	wh_buffer_format(&sql, " FROM whimbrel_0123456789ab_f WHERE seq = %lld", (long long)seq);
	must(db, wh_buffer_string(&sql));
	wh_buffer_free(&sql);
}

static void replay(sqlite3 *db, int64_t *from)
{
	sqlite3_stmt *st = NULL;
	char sql[160];
	snprintf(sql, sizeof sql,
		"SELECT seq, tbl, op FROM whimbrel_0123456789ab_f WHERE seq >= %lld ORDER BY seq",
		(long long)*from);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		assert_int_equal(sqlite3_column_int64(st, 0), *from);
		size_t table = (size_t)sqlite3_column_int64(st, 1);
		int op = sqlite3_column_int(st, 2);
		if (op == SQLITE_LOGGED_DELETE || op == SQLITE_LOGGED_BEFORE)
			take_away(db, table, *from);
		else
			put_in(db, table, *from);
		++*from;
	}
	sqlite3_finalize(st);
}

static void column(struct wh_buffer *sql, bool mirror, const struct wh_rowset *t, size_t k)
{
	if (mirror)
		wh_buffer_format(sql, "quote(c%zu)", k);
	else
		wh_buffer_format(sql, "quote(\"%s\")", t->fields[k].name);
}

static int64_t differing(sqlite3 *db, size_t table, const char *left, const char *right)
{
	struct wh_buffer sql = { 0 };
	const struct wh_rowset *t = &tables[table];
	const char *sides[] = { left, right };
	wh_buffer_text(&sql, "SELECT count(*) FROM (");
	for (int i = 0; i < 2; i++) {
		bool mirror = sides[i][0] == 'm';
		wh_buffer_text(&sql, i ? " EXCEPT SELECT " : "SELECT ");
		for (size_t k = 0; k < t->nfields; k++) {
			column(&sql, mirror, t, k);
			wh_buffer_text(&sql, ", ");
		}
		wh_buffer_format(&sql, "count(*) FROM %s GROUP BY ", sides[i]);
		for (size_t k = 0; k < t->nfields; k++) {
			wh_buffer_text(&sql, k ? ", " : "");
			column(&sql, mirror, t, k);
		}
	}
	wh_buffer_text(&sql, ")");
	int64_t n = number(db, wh_buffer_string(&sql));
	wh_buffer_free(&sql);
	return n;
}

static void compare(sqlite3 *db, int round, const char *last)
{
	for (size_t i = 0; i < COUNT(list); i++) {
		char mirror[20];
		snprintf(mirror, sizeof mirror, "mirror_%zu", i);
		if (differing(db, i, mirror, tables[i].table) || differing(db, i, tables[i].table, mirror))
			fail_msg("round %d: \"%s\" and its mirror differ after \"%s\"", round, tables[i].table,
				last);
	}
}

static void make_mirrors(sqlite3 *db)
{
	for (size_t i = 0; i < COUNT(list); i++) {
		struct wh_buffer sql = { 0 };
		wh_buffer_format(&sql, "CREATE TABLE mirror_%zu(", i);
		build(&sql, "c@~", tables[i].nfields);
		wh_buffer_format(&sql, "); INSERT INTO mirror_%zu SELECT ", i);
		for (size_t k = 0; k < tables[i].nfields; k++)
			wh_buffer_format(&sql, "%s\"%s\"", k ? ", " : "", tables[i].fields[k].name);
		wh_buffer_format(&sql, " FROM %s", tables[i].table);
		must(db, wh_buffer_string(&sql));
		wh_buffer_free(&sql);
	}
}

static struct wh_conn *connected(const char *path, bool writes)
{
	static struct wh_url urls[8]; /* which outlive their connections */
	static size_t n;
	struct wh_url *url = &urls[n++ % COUNT(urls)];
	struct wh_conn *conn = NULL;
	struct wh_error error = { 0 };
	*url = (struct wh_url){ .scheme = "sqlite", .path = path };
	if (wh_conn_open(&wh_sqlite, url, writes ? WH_TARGET : WH_SOURCE, writes, &conn, &error))
		fail_msg("%s", error.text);
	return conn;
}

static struct wh_position turn(const char *path, bool on)
{
	struct wh_error error = { 0 };
	struct wh_position place = { .text = "" };
	struct wh_conn *conn = connected(path, true);
	if (wh_sqlite.capture(conn, &capture, on, &place, &error) != WH_OK)
		fail_msg("%s", error.text);
	wh_conn_close(conn);
	return place;
}

/* One application, with settings of its own, and what it does at random. */
static void round_of(sqlite3 *db, int round, int64_t *from)
{
	char setting[120], last[600] = "";
	snprintf(setting, sizeof setting, "PRAGMA recursive_triggers=%d; PRAGMA foreign_keys=%d",
		round & 1, (round & 2) != 0);
	must(db, setting);
	for (int i = 0; i < STATEMENTS; i++) {
		const char *format =
			statements[(uint64_t)number(db, "SELECT random()") % COUNT(statements)];
		const char *clause = conflicts[(uint64_t)number(db, "SELECT random()") % COUNT(conflicts)];
		const char *hole = strstr(format, OR);
		if (hole)
			snprintf(last, sizeof last, "%.*s%s%s", (int)(hole - format), format, clause,
				hole + strlen(OR));
		else
			snprintf(last, sizeof last, "%s", format);
		if (i % 50 == 20)
			must(db, "BEGIN");
		sqlite3_exec(db, last, NULL, NULL, NULL); /* many of them fail, as they should */
		if (i % 50 == 40 && !sqlite3_get_autocommit(db))
			must(db, round % 3 ? "COMMIT" : "ROLLBACK");
		if (!sqlite3_get_autocommit(db))
			continue;
		replay(db, from);
		compare(db, round, last);
	}
}

struct file {
	char folder[40], path[60];
	sqlite3 *db;
};

static void make_file(struct file *f)
{
	snprintf(f->folder, sizeof f->folder, "/tmp/whimbrel-log-XXXXXX");
	assert_true(mkdtemp(f->folder) != NULL);
	snprintf(f->path, sizeof f->path, "%s/db", f->folder);
	assert_int_equal(sqlite3_open(f->path, &f->db), SQLITE_OK);
	must(f->db, "PRAGMA synchronous=OFF");
	must(f->db, "PRAGMA journal_mode=WAL");
	must(f->db, schema);
}

static void remove_file(struct file *f)
{
	sqlite3_close(f->db);
	unlink(f->path);
	rmdir(f->folder);
}

static void the_log_is_what_happened(void **state)
{
	(void)state;
	struct file f;
	int64_t from = 2;
	make_file(&f);
	must(f.db, "INSERT INTO a VALUES(1, 'a', 1, 1), (2, 'b', 2, 9); INSERT INTO c VALUES(1, 'a')");
	assert_int_equal(turn(f.path, true).order[0], 2);
	assert_int_equal(turn(f.path, true).order[0], 2);
	make_mirrors(f.db);
	for (int round = 0; round < ROUNDS; round++)
		round_of(f.db, round, &from);
	if (from < 1000)
		fail_msg("only %lld changes: the statements do nothing", (long long)from);
	turn(f.path, false);
	assert_int_equal(
		number(f.db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%whimbrel%'"), 0);
	remove_file(&f);
}

/* What the log says of this, as "+-u?", or how it is refused. */
struct told {
	const char *sql, *want;
	bool refused; /* WH_CONFIG, by attach or by tail */
};

#define LOG "whimbrel_0123456789ab_f"

static const struct told told[] = {
	{ "INSERT INTO e VALUES('r', 2)", "+" },
	{ "INSERT INTO e VALUES('r', 2); UPDATE e SET y = 3; DELETE FROM e", "+u-" },
	{ "ALTER TABLE e ADD COLUMN more", "?" },
	{ "INSERT INTO e VALUES('r', 2); ALTER TABLE e RENAME COLUMN y TO z", "+?" },
	{ "ALTER TABLE e RENAME TO ee", "?" },
	{ "DROP TABLE e", "?" },
	{ "DROP TRIGGER " LOG "_4_ai", "?" },
	{ "CREATE UNIQUE INDEX e_y ON e(y)", "?" },
	{ "CREATE INDEX e_y ON e(y)", "" },
	{ "CREATE TABLE other(x)", "" },
	{ "CREATE TRIGGER app_5 AFTER INSERT ON e BEGIN SELECT 1; END", "" },
	{ "DELETE FROM sqlite_sequence", "" }, /* there is none */
	{ "INSERT INTO e VALUES('r', 1), ('s', 2), ('t', 3); DELETE FROM " LOG " WHERE seq = 3", "",
		true },
	{ "INSERT INTO e VALUES('r', 1); DELETE FROM " LOG, "", true },
	{ "DROP TABLE " LOG, "", true },
	{ "UPDATE " LOG "_about SET value = 'other' WHERE item = 'identity'", "", true },
	{ "UPDATE " LOG "_about SET value = 3 WHERE item = 'lowest'", "", true },
};

static void tell(const struct told *t)
{
	struct file f;
	struct wh_changes changes;
	struct wh_error error = { 0 };
	char got[80] = "";
	make_file(&f);
	struct wh_position from = turn(f.path, true);
	struct wh_conn *conn = connected(f.path, false), *late = connected(f.path, false);
	wh_changes_init(&changes, list, COUNT(list));
	assert_int_equal(wh_sqlite.attach(conn, &capture, &from, &error), WH_OK);
	sqlite3_exec(f.db, t->sql, NULL, NULL, NULL);
	int rc = wh_sqlite.tail(conn, 0, &changes, &error);
	check(t->sql, rc == (t->refused ? WH_CONFIG : WH_OK));
	for (size_t i = 0; rc == WH_OK && i < changes.count; i++) {
		got[i] = "+u-!?"[changes.items[i].op];
		check(t->sql, (changes.items[i].op == WH_OP_SCHEMA) == (changes.items[i].text != NULL));
	}
	check_text(t->sql, got, t->want);
	rc = wh_sqlite.attach(late, &capture, &from, &error);
	wh_changes_reset(&changes);
	if (rc == WH_OK)
		rc = wh_sqlite.tail(late, 0, &changes, &error);
	check(t->sql, rc == (t->refused ? WH_CONFIG : WH_OK));
	check(t->sql, rc < 0 || changes.count == strlen(t->want));
	wh_changes_finish(&changes);
	wh_conn_close(late);
	wh_conn_close(conn);
	remove_file(&f);
}

static void nothing_is_lost_in_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(told); i++)
		tell(&told[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_log_is_what_happened),
		cmocka_unit_test(nothing_is_lost_in_silence) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
