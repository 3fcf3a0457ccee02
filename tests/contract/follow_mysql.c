/* Following MariaDB's log: what only this engine has. Whatever the log says of a row must be what
 * a copy reads of it; what cannot be read exactly is refused with the way out. */
#include "contract.h"
#include "samples.h"
#include "base/text.h"
#include "base/time.h"
#include "transform/stage.h"
#include <mysql.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* One place that is followed. */
struct tailed {
	struct place *p;
	const struct wh_rowset **tables;
	size_t n;
	struct wh_capture capture;
	struct wh_position start;
	struct wh_conn *conn;
	struct wh_changes changes;
};

static bool is_mysql(struct place *p)
{
	if (!strcmp(p->kind->scheme, "mysql"))
		return true;
	print_message("# %s is not followed here\n", p->kind->scheme);
	skip();
	return false;
}

static void run_sql(struct place *p, struct wh_conn *conn, const char *statement)
{
	demand(p, sql(p, conn, statement) == WH_OK, "\"%s\" for \"%.300s\"", p->error.text, statement);
}

/* A session as an application has it. */
static MYSQL *application(struct place *p)
{
	MYSQL *link = mysql_init(NULL);
	demand(p,
		mysql_real_connect(link, p->url.host, p->url.user, p->url.password, p->name,
			(unsigned)p->url.port, wh_url_param(&p->url, "socket"), 0) != NULL,
		"%s", mysql_error(link));
	mysql_query(link, "SET NAMES utf8mb4");
	return link;
}

static unsigned query(MYSQL *link, const char *sql)
{
	if (mysql_query(link, sql))
		return mysql_errno(link);
	MYSQL_RES *res = mysql_store_result(link);
	if (res)
		mysql_free_result(res);
	return 0;
}

static void must(struct place *p, MYSQL *link, const char *sql)
{
	unsigned number = query(link, sql);
	demand(p, !number, "\"%s\" (%u) for \"%.300s\"", mysql_error(link), number, sql);
}

/* Their memory is let go at the end: plans point into it. */
static struct wh_catalog *catalogs[80];
static size_t ncatalogs;

static const struct wh_plan *plan_of(struct place *p)
{
	struct wh_conn *in = reader(p);
	struct wh_catalog *catalog = wh_alloc(sizeof *catalog);
	demand(p, ncatalogs < COUNT(catalogs), "more catalogs than there is room for");
	catalogs[ncatalogs++] = catalog;
	struct wh_plan *plan = wh_new(&p->arena, struct wh_plan);
	wh_catalog_init(catalog, p->kind->scheme);
	ok(p, p->kind->describe(in, catalog, &p->error));
	make_plan(p, plan, p->kind, catalog);
	closed(p, in);
	return plan;
}

/* All tables of the place, from now on. */
static void capture_all(struct tailed *t, struct place *p, const struct wh_plan *plan)
{
	*t = (struct tailed){ .p = p, .n = plan->ntables };
	t->tables = wh_new_array(&p->arena, const struct wh_rowset *, t->n + 1);
	for (size_t i = 0; i < t->n; i++)
		t->tables[i] = &plan->tables[i].from;
	t->capture = (struct wh_capture){ .name = "whimbrel_0123456789ab_f",
		.migration = p->claim.migration,
		.tables = t->tables,
		.ntables = t->n };
	struct wh_conn *conn = plain_writer(p);
	ok(p, p->kind->capture(conn, &t->capture, true, &t->start, &p->error));
	closed(p, conn);
	wh_changes_init(&t->changes, t->tables, t->n);
}

static void attach(struct tailed *t)
{
	struct place *p = t->p;
	t->conn = reader(p);
	ok(p, p->kind->attach(t->conn, &t->capture, &t->start, &p->error));
}

static int tail(struct tailed *t, int wait_ms)
{
	wh_error_clear(&t->p->error);
	return t->p->kind->tail(t->conn, wait_ms, &t->changes, &t->p->error);
}

/* Reads until the log's end as it is now. */
static int tail_to_end(struct tailed *t)
{
	struct place *p = t->p;
	struct wh_log log;
	struct wh_conn *conn = reader(p);
	ok(p, p->kind->measure(conn, &t->capture, &t->start, &log, &p->error));
	closed(p, conn);
	int rc = WH_OK;
	for (int i = 0; i < 200 && rc == WH_OK && wh_position_compare(&t->changes.read, &log.end) < 0;
		 i++)
		rc = tail(t, 100);
	demand(p, rc != WH_OK || wh_position_compare(&t->changes.read, &log.end) >= 0,
		"the tail stays at \"%s\" before \"%s\"", t->changes.read.text, log.end.text);
	return rc;
}

static void finish(struct tailed *t)
{
	if (t->conn)
		closed(t->p, t->conn);
	wh_changes_finish(&t->changes);
}

static void put_image(struct tailed *t, struct wh_buffer *out, uint32_t table, uint32_t row)
{
	const struct wh_batch *b = &t->changes.images[table];
	for (size_t c = 0; row != WH_NO_ROW && c < b->ncolumns; c++) {
		wh_buffer_text(out, c ? "," : "");
		if (wh_is_null(b, c, row))
			wh_buffer_text(out, "\\N");
		else
			wh_value_text(out, b, c, row);
	}
}

/* "I(1,one) U(1,one>2,two) D(..) T S[text] ;" with a semicolon behind each transaction. */
static const char *changes_shown(struct tailed *t)
{
	struct wh_buffer text = { 0 };
	size_t txn = 0;
	for (size_t i = 0; i <= t->changes.count; i++) {
		for (; txn < t->changes.ntxns && t->changes.txns[txn].changes == i; txn++)
			wh_buffer_text(&text, "; ");
		if (i == t->changes.count)
			break;
		const struct wh_change *c = &t->changes.items[i];
		wh_buffer_format(&text, "%c", "IUDTS"[c->op]);
		if (c->op == WH_OP_TRUNCATE) {
			wh_buffer_text(&text, " ");
			continue;
		}
		wh_buffer_char(&text, '(');
		put_image(t, &text, c->table, c->before);
		wh_buffer_text(&text, c->op == WH_OP_UPDATE ? ">" : "");
		put_image(t, &text, c->table, c->after);
		wh_buffer_format(&text, "%s) ", c->text ? c->text : "");
	}
	const char *out = wh_arena_text(&t->p->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return out;
}

static void gives(struct tailed *t, const char *want)
{
	int rc = tail_to_end(t);
	demand(t->p, rc == WH_OK, "tail gives %d, \"%s\"", rc, t->p->error.text);
	const char *got = changes_shown(t);
	demand(t->p, !strcmp(got, want), "the log gave \"%s\", not \"%s\"", got, want);
	wh_changes_reset(&t->changes);
}

static void make_simple(struct tailed *t, struct place *p, const char *more)
{
	struct wh_conn *conn = plain_writer(p);
	run_sql(p, conn, "CREATE TABLE t (id int PRIMARY KEY, name varchar(40) NOT NULL)");
	run_sql(p, conn, "CREATE TABLE other (id int PRIMARY KEY, t int)");
	if (more)
		run_sql(p, conn, more);
	closed(p, conn);
	const struct wh_plan *plan = plan_of(p);
	struct wh_plan one = *plan;
	size_t i = 0;
	while (strcmp(plan->tables[i].from.table, "t") != 0)
		i++;
	one.tables = &plan->tables[i];
	one.ntables = 1;
	capture_all(t, p, &one);
	attach(t);
}

/* ---- changes ---- */

static void changes_come_in_order(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
	must(p, app, "UPDATE t SET name = 'uno' WHERE id = 1");
	must(p, app, "UPDATE t SET id = 5 WHERE id = 2");
	must(p, app, "INSERT INTO other VALUES (1, 1)");
	must(p, app, "DELETE FROM t WHERE id = 1");
	gives(&t, "I(1,one) I(2,two) ; U(1,one>1,uno) ; U(2,two>5,two) ; D(1,uno) ; ");
	must(p, app, "START TRANSACTION");
	must(p, app, "INSERT INTO t VALUES (7, 'kept')");
	must(p, app, "SAVEPOINT a");
	must(p, app, "INSERT INTO t VALUES (8, 'undone')");
	must(p, app, "ROLLBACK TO a");
	must(p, app, "UPDATE t SET id = id + 1 WHERE id = 7");
	must(p, app, "COMMIT");
	must(p, app, "START TRANSACTION");
	must(p, app, "INSERT INTO t VALUES (9, 'gone')");
	must(p, app, "ROLLBACK");
	gives(&t, "I(7,kept) U(7,kept>8,kept) ; ");
	must(p, app, "TRUNCATE TABLE t");
	must(p, app, "TRUNCATE other");
	gives(&t, "T ; ");
	mysql_close(app);
	finish(&t);
}

/* A table that cannot roll back keeps the statements that are taken back in the log. */
static void what_is_rolled_back_in_the_log_is_not_given(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, "CREATE TABLE aria (id int PRIMARY KEY) ENGINE=Aria TRANSACTIONAL=0");
	MYSQL *app = application(p);
	must(p, app, "START TRANSACTION");
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	must(p, app, "SAVEPOINT a");
	must(p, app, "INSERT INTO t VALUES (2, 'undone')");
	must(p, app, "INSERT INTO aria VALUES (1)");
	must(p, app, "ROLLBACK TO a");
	must(p, app, "INSERT INTO t VALUES (3, 'three')");
	must(p, app, "COMMIT");
	must(p, app, "START TRANSACTION");
	must(p, app, "INSERT INTO t VALUES (4, 'undone')");
	must(p, app, "INSERT INTO aria VALUES (2)");
	must(p, app, "INSERT INTO t VALUES (5, 'undone')");
	must(p, app, "ROLLBACK");
	gives(&t, "I(1,one) I(3,three) ; ");
	mysql_close(app);
	finish(&t);
}

static void a_large_transaction_comes_in_parts(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app,
		"INSERT INTO t SELECT seq, CONCAT('a row with some text in it ', seq) FROM "
		"seq_1_to_200000");
	must(p, app, "FLUSH BINARY LOGS");
	must(p, app, "INSERT INTO t VALUES (0, 'last')");
	size_t rows = 0, calls = 0, whole = 0;
	int64_t last = 0;
	for (; rows < 200001 && calls < 1000; calls++) {
		wh_changes_reset(&t.changes);
		ok(p, tail(&t, 1000));
		for (size_t i = 0; i < t.changes.count; i++, rows++) {
			int64_t id = wh_word(&t.changes.images[0], 0, t.changes.items[i].after);
			demand(p, id == last + 1 || (!id && last == 200000), "row %lld follows %lld",
				(long long)id, (long long)last);
			last = id;
		}
		whole += t.changes.ntxns;
		demand(p, t.changes.bytes < 2 * WH_CHANGES_BYTES, "a list of %zu bytes", t.changes.bytes);
	}
	demand(p, calls > 2 && whole == 2, "%zu calls, %zu transactions", calls, whole);
	/* Again from a place in the file that has been left. */
	closed(p, t.conn);
	t.conn = NULL;
	wh_changes_finish(&t.changes);
	wh_changes_init(&t.changes, t.tables, t.n);
	attach(&t);
	ok(p, tail(&t, 1000));
	demand(p, t.changes.count > 1000 && !t.changes.ntxns, "%zu changes", t.changes.count);
	mysql_close(app);
	finish(&t);
}

static void compressed_events_are_read(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "SET GLOBAL log_bin_compress = 1, log_bin_compress_min_len = 10");
	MYSQL *other = application(p);
	unsigned failed = query(other, "INSERT INTO t VALUES (1, REPEAT('x', 40))") |
		query(other, "UPDATE t SET name = REPEAT('y', 40)") | query(other, "DELETE FROM t") |
		query(other, "ALTER TABLE t COMMENT 'a comment that is long enough to be compressed'");
	must(p, app, "SET GLOBAL log_bin_compress = 0, log_bin_compress_min_len = DEFAULT");
	demand(p, !failed, "%s", mysql_error(other));
#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define Y40 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
	gives(&t,
		"I(1," X40 ") ; U(1," X40 ">1," Y40 ") ; D(1," Y40 ") ; "
		"S(ALTER TABLE t COMMENT 'a comment that is long enough to be compressed') ; ");
	mysql_close(other);
	mysql_close(app);
	finish(&t);
}

static void small_files_follow_each_other(struct place *p)
{
	struct tailed t;
	struct wh_buffer want = { 0 };
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "SET GLOBAL max_binlog_size = 4096");
	for (int i = 0; i < 60; i++) {
		must(p, app, wh_arena_format(&p->arena, "INSERT INTO t VALUES (%d, REPEAT('x', 3))", i));
		wh_buffer_format(&want, "I(%d,xxx) ; ", i);
	}
	must(p, app, "SET GLOBAL max_binlog_size = DEFAULT");
	uint64_t first = t.start.order[0];
	gives(&t, wh_buffer_string(&want));
	demand(p, t.changes.read.order[0] > first + 1, "one file: \"%s\"", t.changes.read.text);
	wh_buffer_free(&want);
	mysql_close(app);
	finish(&t);
}

/* What is only prepared may be taken back in another file. */
static void distributed_transactions_are_refused(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "XA START 'one'");
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	must(p, app, "XA END 'one'");
	must(p, app, "XA COMMIT 'one' ONE PHASE");
	must(p, app, "XA START 'two'");
	must(p, app, "INSERT INTO other VALUES (1, 1)");
	must(p, app, "XA END 'two'");
	must(p, app, "XA PREPARE 'two'");
	must(p, app, "XA COMMIT 'two'");
	gives(&t, "I(1,one) ; ");
	must(p, app, "XA START 'three'");
	must(p, app, "INSERT INTO t VALUES (3, 'three')");
	must(p, app, "XA END 'three'");
	must(p, app, "XA PREPARE 'three'");
	must(p, app, "XA ROLLBACK 'three'");
	int rc = tail_to_end(&t);
	demand(p, rc == WH_CONFIG && strstr(p->error.text, "XA"), "%d, %s", rc, p->error.text);
	mysql_close(app);
	finish(&t);
}

/* ---- values ---- */

static bool same_row(const struct wh_batch *a, uint32_t row_a, const struct wh_batch *b,
	uint32_t row_b, struct wh_buffer *scratch)
{
	uint16_t columns[64];
	enum wh_digest_how keep[64];
	for (uint16_t i = 0; i < a->ncolumns && i < 64; i++) {
		columns[i] = i;
		keep[i] = WH_DIGEST_VERBATIM;
	}
	struct wh_hash x = wh_digest_cells(a, row_a, columns, a->ncolumns, keep, SEED, scratch);
	struct wh_hash y = wh_digest_cells(b, row_b, columns, b->ncolumns, keep, SEED, scratch);
	return x.low == y.low && x.high == y.high;
}

static void put_strays(struct wh_buffer *out, const struct wh_batch *b, uint32_t row)
{
	for (size_t i = 0; i < b->nstrays; i++)
		if (b->strays[i].row == row) {
			wh_buffer_format(out, "%u:%u:", b->strays[i].column, b->strays[i].reason);
			wh_text_hex(out, b->strays_bytes.data + b->strays[i].first, b->strays[i].size);
			wh_buffer_char(out, ' ');
		}
}

static bool same_strays(const struct wh_batch *a, uint32_t row_a, const struct wh_batch *b,
	uint32_t row_b)
{
	struct wh_buffer x = { 0 }, y = { 0 };
	put_strays(&x, a, row_a);
	put_strays(&y, b, row_b);
	bool same = !strcmp(wh_buffer_string(&x), wh_buffer_string(&y));
	wh_buffer_free(&x);
	wh_buffer_free(&y);
	return same;
}

static const char *row_shown(struct place *p, const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer text = { 0 };
	for (size_t c = 0; c < b->ncolumns; c++) {
		wh_buffer_text(&text, c ? "|" : "");
		if (!wh_is_null(b, c, row))
			wh_value_text(&text, b, c, row);
	}
	wh_buffer_text(&text, " strays ");
	put_strays(&text, b, row);
	const char *out = wh_arena_bytes(&p->arena, wh_buffer_string(&text),
		text.size < 400 ? text.size : 400);
	wh_buffer_free(&text);
	return out;
}

/* The rows of one table as the log told them, inserted in this order, against the copy's. */
static void compare_table(struct tailed *t, struct wh_conn *in, uint32_t table)
{
	struct place *p = t->p;
	struct wh_unit unit = unit_of(t->tables[table], table, 0);
	struct wh_batch b;
	struct wh_buffer scratch = { 0 };
	size_t matched = 0, logged = 0;
	wh_rowset_batch(t->tables[table], &b);
	ok(p, p->kind->seek(in, &unit, &p->error));
	int rc = WH_OK;
	while (rc == WH_OK && b.rows < b.capacity) { /* one row alone may fill it */
		size_t bytes = b.bytes;
		b.bytes = 0;
		rc = p->kind->read(in, &b, &p->error);
		b.bytes += bytes;
	}
	wants(p, WH_DONE, rc);
	for (size_t i = 0; i < t->changes.count; i++) {
		const struct wh_change *c = &t->changes.items[i];
		if (c->table != table)
			continue;
		demand(p, c->op == WH_OP_INSERT, "%s: \"%s\"", t->tables[table]->table,
			c->text ? c->text : "another operation");
		const struct wh_batch *log = &t->changes.images[table];
		uint32_t row = 0;
		logged++;
		while (row < b.rows &&
			!(same_row(log, c->after, &b, row, &scratch) && same_strays(log, c->after, &b, row)))
			row++;
		demand(p, row < b.rows,
			"%s (%s as %s): the log has \"%s\", the copy not; row 0 of it is \"%s\"",
			t->tables[table]->table, t->tables[table]->fields[1].type.native,
			wh_kind_name(t->tables[table]->fields[1].wire.kind), row_shown(p, log, c->after),
			b.rows ? row_shown(p, &b, logged - 1 < b.rows ? (uint32_t)logged - 1 : 0) : "");
		matched++;
	}
	demand(p, matched == b.rows, "%s: %zu rows of the log, %u of the copy", t->tables[table]->table,
		matched, b.rows);
	wh_buffer_free(&scratch);
	wh_batch_finish(&b);
}

static void compare_all(struct tailed *t)
{
	int rc = tail_to_end(t);
	demand(t->p, rc == WH_OK, "tail gives %d, \"%s\"", rc, t->p->error.text);
	struct wh_conn *in = reader(t->p);
	for (size_t i = 0; i < t->n; i++)
		compare_table(t, in, (uint32_t)i);
	closed(t->p, in);
}

/* Tables first, then the capture, then the rows. */
static void follow_statements(struct place *p, const char *const *statements, bool as_text)
{
	struct tailed t;
	struct wh_conn *conn = plain_writer(p);
	for (size_t i = 0; statements[i]; i++)
		if (strncmp(statements[i], "INSERT", 6) != 0)
			run_sql(p, conn, statements[i]);
	const struct wh_plan *plan = plan_of(p);
	capture_all(&t, p, plan);
	for (size_t i = 0; as_text && i < t.n; i++) {
		struct wh_rowset *rows = wh_new(&p->arena, struct wh_rowset);
		struct wh_field *fields = wh_new_array(&p->arena, struct wh_field, t.tables[i]->nfields);
		*rows = *t.tables[i];
		memcpy(fields, rows->fields, rows->nfields * sizeof *fields);
		fields[1].wire.kind = WH_TEXT;
		rows->fields = fields;
		enum wh_kind kind = fields[1].type.kind;
		if (kind != WH_FLOAT32 && kind != WH_FLOAT64)
			t.tables[i] = rows;
	}
	attach(&t);
	MYSQL *app = application(p);
	must(p, app, "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'");
	for (size_t i = 0; statements[i]; i++)
		if (!strncmp(statements[i], "INSERT", 6))
			must(p, app, statements[i]);
	mysql_close(app);
	compare_all(&t);
	finish(&t);
}

static void its_own_types_come_as_they_are_copied(struct place *p)
{
	if (is_mysql(p))
		follow_statements(p, own_types_of("mysql")->statements, false);
}

static void its_own_types_come_as_text(struct place *p)
{
	if (is_mysql(p))
		follow_statements(p, own_types_of("mysql")->statements, true);
}

#define TABLE(name, type) "CREATE TABLE " name " (id bigint PRIMARY KEY, v " type ")"
static const char *const hard[] = { TABLE("a_tiny", "tinyint"),
	"INSERT INTO a_tiny VALUES (1,-128),(2,127),(3,0),(4,-1),(5,NULL)",
	TABLE("a_utiny", "tinyint unsigned"), "INSERT INTO a_utiny VALUES (1,255),(2,128),(3,0)",
	TABLE("a_small", "smallint"), "INSERT INTO a_small VALUES (1,-32768),(2,32767),(3,-2)",
	TABLE("a_usmall", "smallint unsigned"), "INSERT INTO a_usmall VALUES (1,65535),(2,32768)",
	TABLE("a_medium", "mediumint"), "INSERT INTO a_medium VALUES (1,-8388608),(2,8388607),(3,-1)",
	TABLE("a_umedium", "mediumint unsigned"), "INSERT INTO a_umedium VALUES (1,16777215)",
	TABLE("a_int", "int"), "INSERT INTO a_int VALUES (1,-2147483648),(2,2147483647),(3,-1)",
	TABLE("a_uint", "int unsigned"), "INSERT INTO a_uint VALUES (1,4294967295),(2,2147483648)",
	TABLE("a_fill", "int(8) unsigned zerofill"), "INSERT INTO a_fill VALUES (1,42),(2,4294967295)",
	TABLE("a_big", "bigint"),
	"INSERT INTO a_big VALUES (1,-9223372036854775808),(2,9223372036854775807),(3,-1)",
	TABLE("b_one", "bit(1)"), "INSERT INTO b_one VALUES (1,b'0'),(2,b'1')",
	TABLE("b_eight", "bit(8)"), "INSERT INTO b_eight VALUES (1,b'10000001'),(2,0)",
	TABLE("b_most", "bit(64)"), "INSERT INTO b_most VALUES (1,0xFFFFFFFFFFFFFFFF),(2,1)",
	TABLE("b_33", "bit(33)"), "INSERT INTO b_33 VALUES (1,0x1FFFFFFFF),(2,0x100000000)",
	TABLE("c_dec", "decimal(10,2)"),
	"INSERT INTO c_dec VALUES (1,-99999999.99),(2,0),(3,0.01),(4,-0.01),(5,12345678.9),(6,100)",
	TABLE("c_all", "decimal(30,30)"),
	"INSERT INTO c_all VALUES (1,'0.000000000000000000000000000001'),"
	"(2,'-0.999999999999999999999999999999'),(3,0)",
	TABLE("c_whole", "decimal(65,0)"),
	"INSERT INTO c_whole VALUES (1,'-99999999999999999999999999999999999999999999999999999999999999"
	"999'),(2,1000000000),(3,999999999),(4,-1000000001)",
	TABLE("c_odd", "decimal(19,7) unsigned"), "INSERT INTO c_odd VALUES (1,123456789012.1234567)",
	TABLE("c_pad", "decimal(8,2) zerofill"), "INSERT INTO c_pad VALUES (1,1.5),(2,0)",
	TABLE("d_double", "double"),
	"INSERT INTO d_double VALUES (1,0.1),(2,-1e308),(3,5e-324),(4,9007199254740993)",
	TABLE("e_time", "time"),
	"INSERT INTO e_time VALUES (1,'-838:59:59'),(2,'00:00:00'),(3,'-00:00:01'),(4,'838:59:59')",
	TABLE("e_time1", "time(1)"),
	"INSERT INTO e_time1 VALUES (1,'-00:00:00.1'),(2,'-838:59:58.9'),(3,'12:34:56.7')",
	TABLE("e_time4", "time(4)"),
	"INSERT INTO e_time4 VALUES (1,'-00:00:00.0001'),(2,'-01:00:00.9999'),(3,'12:34:56.7')",
	TABLE("e_time5", "time(5)"),
	"INSERT INTO e_time5 VALUES (1,'-00:00:00.00001'),(2,'-01:00:00'),(3,'23:59:59.99999')",
	TABLE("f_stamp", "timestamp NULL"),
	"INSERT INTO f_stamp VALUES (1,'0000-00-00 00:00:00'),(2,'2038-01-19 03:14:07'),"
	"(3,'1970-01-01 00:00:01'),(4,'2024-03-31 01:30:00')",
	TABLE("f_stamp1", "timestamp(1) NULL"),
	"INSERT INTO f_stamp1 VALUES (1,'2024-10-27 00:30:00.5')", TABLE("f_date", "date"),
	"INSERT INTO f_date VALUES (1,'0000-00-00'),(2,'2024-00-00'),(3,'2024-02-31'),(4,'9999-12-31'),"
	"(5,'0000-05-01'),(6,'1000-01-01'),(7,'0001-01-01')",
	TABLE("f_moment", "datetime(6)"),
	"INSERT INTO f_moment VALUES (1,'0000-00-00 00:00:00'),(2,'2024-00-10 01:02:03.000004'),"
	"(3,'2024-02-31 23:59:59.999999'),(4,'9999-12-31 23:59:59.999999'),(5,'0001-01-01 00:00:00')",
	TABLE("f_moment2", "datetime(2)"), "INSERT INTO f_moment2 VALUES (1,'2024-02-29 23:59:59.07')",
	TABLE("g_char", "char(255) CHARACTER SET utf8mb4"),
	"INSERT INTO g_char VALUES (1,'blanks  '),(2,REPEAT(0xF09FA6A4,255)),(3,''),(4,' x')",
	TABLE("g_utf8", "varchar(300) CHARACTER SET utf8mb3"),
	"INSERT INTO g_utf8 VALUES (1,'é '),(2,'')",
	TABLE("g_latin1", "varchar(300) CHARACTER SET latin1"),
	"INSERT INTO g_latin1 VALUES (1,_latin1 x'000102808182838d8f909d9fa0c3ff'),(2,'?')",
	TABLE("g_latin1c", "char(20) CHARACTER SET latin1"), "INSERT INTO g_latin1c VALUES (1,'é  ')",
	TABLE("g_utf16", "text CHARACTER SET utf16"),
	"INSERT INTO g_utf16 VALUES (1,'é?'),(2,''),(3,_utf8mb4 x'f09fa6a4'),(4,NULL)",
	TABLE("g_utf32", "char(10) CHARACTER SET utf32"), "INSERT INTO g_utf32 VALUES (1,'aé '),(2,'')",
	TABLE("g_ucs2", "varchar(10) CHARACTER SET ucs2"), "INSERT INTO g_ucs2 VALUES (1,'aé'),(2,'?')",
	TABLE("g_sjis", "varchar(10) CHARACTER SET sjis"),
	"INSERT INTO g_sjis VALUES (1,_sjis x'835c'),(2,'?'),(3,_sjis x'b1')",
	TABLE("g_koi8r", "varchar(10) CHARACTER SET koi8r"), "INSERT INTO g_koi8r VALUES (1,'Привет')",
	TABLE("g_cp1251", "varchar(10) CHARACTER SET cp1251"),
	"INSERT INTO g_cp1251 VALUES (1,'Привет'),(2,_cp1251 x'98')",
	TABLE("g_gbk", "mediumtext CHARACTER SET gbk"), "INSERT INTO g_gbk VALUES (1,'中文'),(2,'a')",
	TABLE("g_ascii", "varchar(10) CHARACTER SET ascii"), "INSERT INTO g_ascii VALUES (1,'plain')",
	TABLE("g_long", "longtext"), "INSERT INTO g_long VALUES (1,REPEAT('long ',300000)),(2,'')",
	TABLE("g_tiny", "tinytext"), "INSERT INTO g_tiny VALUES (1,REPEAT('x',255)),(2,'')",
	TABLE("g_packed", "varchar(200) COMPRESSED"),
	"INSERT INTO g_packed VALUES (1,REPEAT('x',200)),(2,'short'),(3,'')",
	TABLE("g_packed2", "text COMPRESSED CHARACTER SET utf16"),
	"INSERT INTO g_packed2 VALUES (1,REPEAT('é',400)),(2,'short'),(3,'')",
	TABLE("g_packed3", "longblob COMPRESSED"),
	"INSERT INTO g_packed3 VALUES (1,REPEAT(x'00',4000))", TABLE("h_binary", "binary(6)"),
	"INSERT INTO h_binary VALUES (1,x'610000000000'),(2,x'000000000000'),(3,x'61'),(4,'      ')",
	TABLE("h_long", "binary(255)"), "INSERT INTO h_long VALUES (1,x'01'),(2,REPEAT(x'ff',255))",
	TABLE("h_var", "varbinary(300)"), "INSERT INTO h_var VALUES (1,x'6100'),(2,''),(3,x'ff')",
	TABLE("i_enum", "enum('a','b','') CHARACTER SET latin1"),
	"INSERT INTO i_enum VALUES (1,'b'),(2,'')", TABLE("i_none", "enum('a','é')"),
	"INSERT INTO i_none VALUES (1,'é'),(2,0),(3,'a')",
	TABLE("i_set", "set('a','b','c','d','e','f','g','h','i')"),
	"INSERT INTO i_set VALUES (1,''),(2,'a,i'),(3,'a,b,c,d,e,f,g,h,i')", TABLE("j_json", "json"),
	"INSERT INTO j_json VALUES (1,'{\"é\": [1.10, null]}'),(2,'[]')", TABLE("k_uuid", "uuid"),
	"INSERT INTO k_uuid VALUES (1,'01020304-0506-1718-890a-0b0c0d0e0f10'),"
	"(2,'01020304-0506-4718-890a-0b0c0d0e0f10'),(3,'01020304-0506-7718-890a-0b0c0d0e0f10'),"
	"(4,'00000000-0000-0000-0000-000000000000'),(5,'01020304-0506-6718-890a-0b0c0d0e0f10'),"
	"(6,'01020304-0506-0718-190a-0b0c0d0e0f10'),(7,'ffffffff-ffff-ffff-ffff-ffffffffffff'),"
	"(8,'01020304-0506-1718-890a-0b0c0d0e0000')",
	TABLE("k_inet4", "inet4"),
	"INSERT INTO k_inet4 VALUES (1,'1.2.3.0'),(2,'0.0.0.0'),(3,'255.0.0.0')",
	TABLE("k_inet6", "inet6"),
	"INSERT INTO k_inet6 VALUES (1,'::'),(2,'::1'),(3,'::ffff:1.2.3.4'),(4,'::1.2.3.4'),"
	"(5,'2001:db8:0:0:1::'),(6,'1:0:0:2:0:0:0:3'),(7,'ffff::'),(8,'1:2:3:4:5:6:7:8'),"
	"(9,'1:0:2:3:4:5:6:7'),(10,'0:1:2:3:4:5:6:7'),(11,'::ffff:0:0'),(12,'::fffe:1.2.3.4')",
	TABLE("l_point", "point"), "INSERT INTO l_point VALUES (1,POINT(1,2)),(2,NULL)",
	"CREATE TABLE m_made (id bigint PRIMARY KEY, g int AS (id + 1) VIRTUAL, v int, h int AS (id + 2) "
	"STORED, i int INVISIBLE DEFAULT 7, w varchar(5))",
	"INSERT INTO m_made (id, v, w) VALUES (1, 10, 'x'), (2, NULL, NULL)",
	"CREATE TABLE m_hash (id bigint PRIMARY KEY, v text, UNIQUE (v))",
	"INSERT INTO m_hash VALUES (1, 'long'), (2, NULL)", NULL };

static void hard_values_come_as_they_are_copied(struct place *p)
{
	if (is_mysql(p))
		follow_statements(p, hard, false);
}

static void hard_values_come_as_text(struct place *p)
{
	if (is_mysql(p))
		follow_statements(p, hard, true);
}

/* ---- what cannot be read on ---- */

static void schema_changes_are_told(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	must(p, app, "CREATE INDEX i ON t (name)");
	must(p, app, "INSERT INTO t VALUES (2, 'two')");
	must(p, app, "ALTER TABLE other ADD COLUMN t2 int");
	must(p, app, "CREATE TEMPORARY TABLE t (x int)");
	must(p, app, "INSERT INTO t VALUES (3)");
	must(p, app, "DROP TEMPORARY TABLE t");
	must(p, app, "CREATE TRIGGER other_trigger BEFORE INSERT ON t FOR EACH ROW SET @x = 1");
	must(p, app, "DROP TRIGGER other_trigger");
	must(p, app, "ANALYZE TABLE t");
	must(p, app, "CREATE SEQUENCE s");
	must(p, app, "SELECT NEXTVAL(s)");
	must(p, app, "INSERT INTO t VALUES (3, 'three')");
	gives(&t, "I(1,one) ; S(CREATE INDEX i ON t (name)) ; I(2,two) ; I(3,three) ; ");
	must(p, app, "/* why */ ALTER /*!50000 ONLINE */ TABLE `t` ADD COLUMN more int FIRST");
	must(p, app, "INSERT INTO t VALUES (4, 4, 'four')");
	must(p, app, "INSERT INTO t VALUES (5, 5, 'five')");
	gives(&t, "S(/* why */ ALTER /*!50000 ONLINE */ TABLE `t` ADD COLUMN more int FIRST) ; ");
	must(p, app, "RENAME TABLE other TO o2, t TO t3");
	gives(&t, "S(RENAME TABLE other TO o2, t TO t3) ; ");
	mysql_close(app);
	finish(&t);
}

/* The names of columns are not in the log: what is attached to must be the form that was planned. */
static void another_form_is_refused_at_once(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	closed(p, t.conn);
	must(p, app, "ALTER TABLE t DROP COLUMN name");
	t.conn = reader(p);
	wants(p, WH_CONFIG, p->kind->attach(t.conn, &t.capture, &t.start, &p->error));
	demand(p, strstr(p->error.text, "name") != NULL, "%s", p->error.text);
	mysql_close(app);
	finish(&t);
}

static void statements_are_refused(struct place *p)
{
	static const char *const statements[] = { "INSERT INTO t VALUES (1, 'one')",
		"UPDATE t SET name = 'x' WHERE id = 7", "DELETE FROM t WHERE id = 9",
		"REPLACE INTO t VALUES (7, 'y')" };
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (7, 'seven'), (9, 'nine')");
	must(p, app, "CREATE DATABASE IF NOT EXISTS contract_elsewhere");
	must(p, app, "CREATE TABLE IF NOT EXISTS contract_elsewhere.t (id int)");
	must(p, app, "SET binlog_format = 'STATEMENT'");
	must(p, app, "INSERT INTO contract_elsewhere.t VALUES (1)");
	gives(&t, "I(7,seven) I(9,nine) ; ");
	must(p, app, "DROP DATABASE contract_elsewhere");
	for (size_t i = 0; i < COUNT(statements); i++) {
		closed(p, t.conn);
		struct wh_conn *conn = plain_writer(p);
		ok(p, p->kind->capture(conn, &t.capture, true, &t.start, &p->error));
		closed(p, conn);
		wh_changes_reset(&t.changes);
		t.changes.read = t.start;
		attach(&t);
		must(p, app, statements[i]);
		int rc = tail_to_end(&t);
		demand(p, rc == WH_CONFIG && strstr(p->error.text, "binlog_format"), "\"%s\" gives %d, %s",
			statements[i], rc, p->error.text);
	}
	mysql_close(app);
	finish(&t);
}

static void rows_in_part_are_refused(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	must(p, app, "SET binlog_row_image = 'MINIMAL'");
	must(p, app, "UPDATE t SET name = 'x'");
	int rc = tail_to_end(&t);
	demand(p, rc == WH_CONFIG && strstr(p->error.text, "binlog_row_image"), "%d, %s", rc,
		p->error.text);
	mysql_close(app);
	finish(&t);
}

static void settings_are_named(struct place *p)
{
	static const struct {
		const char *set, *back, *name;
	} cases[] = {
		{ "SET GLOBAL binlog_format = 'MIXED'", "SET GLOBAL binlog_format = 'ROW'",
			"binlog_format" },
		{ "SET GLOBAL binlog_row_image = 'NOBLOB'", "SET GLOBAL binlog_row_image = 'FULL'",
			"binlog_row_image" },
		{ "ALTER TABLE t ENGINE = MyISAM", "ALTER TABLE t ENGINE = InnoDB", "\"t\"" },
	};
	struct tailed t;
	struct wh_position at;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	struct wh_conn *conn = plain_writer(p);
	for (size_t i = 0; i < COUNT(cases); i++) {
		must(p, app, cases[i].set);
		wh_error_clear(&p->error);
		int rc = p->kind->capture(conn, &t.capture, true, &at, &p->error);
		must(p, app, cases[i].back);
		demand(p, rc == WH_CONFIG && strstr(p->error.text, cases[i].name), "%d, %s", rc,
			p->error.text);
	}
	ok(p, p->kind->capture(conn, &t.capture, false, &at, &p->error));
	ok(p, p->kind->capture(conn, &t.capture, false, &at, &p->error));
	demand(p, query(app, "SELECT * FROM whimbrel_signal") == 1146,
		"whimbrel_signal is there still");
	demand(p, query(app, "SELECT * FROM whimbrel_position") == 1146, "whimbrel_position is there");
	mysql_close(app);
	finish(&t);
}

static void a_purged_log_is_refused(struct place *p)
{
	struct tailed t;
	struct wh_log log;
	char text[300];
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	closed(p, t.conn);
	must(p, app, "FLUSH BINARY LOGS");
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	struct wh_conn *conn = reader(p);
	ok(p, p->kind->measure(conn, &t.capture, &t.start, &log, &p->error));
	demand(p, log.behind > 100 && wh_position_compare(&t.start, &log.end) < 0, "%lld bytes behind",
		(long long)log.behind);
	snprintf(text, sizeof text, "PURGE BINARY LOGS TO '%.*s'",
		(int)(strrchr(log.end.text, ':') - log.end.text), log.end.text);
	must(p, app, text);
	t.conn = reader(p);
	wants(p, WH_CONFIG, p->kind->attach(t.conn, &t.capture, &t.start, &p->error));
	demand(p, strstr(p->error.text, "no longer reaches back"), "%s", p->error.text);
	struct wh_position beyond = log.end;
	beyond.order[1] += 1000000;
	snprintf(beyond.text, sizeof beyond.text, "%.*s:%llu",
		(int)(strrchr(log.end.text, ':') - log.end.text), log.end.text,
		(unsigned long long)beyond.order[1]);
	wants(p, WH_CONFIG, p->kind->attach(t.conn, &t.capture, &beyond, &p->error));
	mysql_close(app);
	finish(&t);
}

/* ---- snapshot ---- */

struct stream_of_rows {
	struct place *p;
	_Atomic(bool) end;
	size_t n;
};

static void *write_on(void *data)
{
	struct stream_of_rows *w = data;
	MYSQL *app = application(w->p);
	char text[100];
	while (!w->end && w->n < 8000) {
		snprintf(text, sizeof text, "INSERT INTO t VALUES (%zu, 'row')", w->n + 1);
		w->n += !query(app, text);
	}
	mysql_close(app);
	mysql_thread_end();
	return NULL;
}

/* Every row is either seen or to come, and none is both. */
static void snapshot_and_place_fit(struct place *p)
{
	struct tailed t;
	struct wh_conn *conns[3];
	size_t n = COUNT(conns), seen = 0;
	pthread_t thread;
	struct wh_batch b;
	struct wh_snapshot snapshot = { .live = true };
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	struct stream_of_rows w = { .p = p };
	for (size_t i = 0; i < n; i++)
		conns[i] = reader(p);
	pthread_create(&thread, NULL, write_on, &w);
	usleep(50000);
	int rc = p->kind->snapshot(conns, &n, &snapshot, &p->error);
	usleep(50000);
	w.end = true;
	pthread_join(thread, NULL);
	ok(p, rc);
	struct wh_unit unit = unit_of(t.tables[0], 0, 0);
	wh_rowset_batch(t.tables[0], &b);
	ok(p, p->kind->seek(conns[n - 1], &unit, &p->error));
	wants(p, WH_DONE, p->kind->read(conns[n - 1], &b, &p->error));
	seen = b.rows;
	ok(p, tail_to_end(&t));
	demand(p, t.changes.count == w.n, "%zu changes", t.changes.count);
	for (size_t i = 0; i < t.changes.count; i++) {
		const struct wh_change *c = &t.changes.items[i];
		struct wh_position at = { .order = { c->at[0], c->at[1] } };
		bool to_come = wh_position_compare(&at, &snapshot.position) >= 0;
		demand(p, to_come == (i >= seen), "%zu rows seen, change %zu, place \"%s\"", seen, i,
			snapshot.position.text);
	}
	demand(p, seen > 0 && seen < w.n, "%zu rows seen: not between", seen);
	wh_batch_finish(&b);
	finish(&t);
}

/* ---- apply ---- */

static void erase_lines(struct place *p, struct wh_conn *conn, const struct wh_rowset *rows,
	int code, const char *const *lines)
{
	struct wh_batch b;
	wh_rowset_batch(rows, &b);
	for (; *lines; lines++)
		put_row(p, rows, &b, *lines);
	wants(p, code, p->kind->erase(conn, &b, &p->error));
	wh_batch_finish(&b);
}

static void applied_transactions_are_known_as_ours(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	struct wh_conn *out = writer(p);
	struct wh_lane_mark mark = { 0, { .order = { 3, 4 }, .text = "source:4" } }, *lanes;
	size_t n;
	ok(p, p->kind->lanes(out, &p->claim, &p->arena, &lanes, &n, &p->error));
	demand(p, !n, "%zu lanes", n);
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	struct wh_unit unit = unit_of(t.tables[0], 0, 0);
	unit.careful = true;
	for (int i = 0; i < 3; i++) {
		char line[20];
		snprintf(line, sizeof line, "%d|x", i);
		ok(p, p->kind->enter(out, 0, &p->error));
		ok(p, p->kind->aim(out, &unit, &p->error));
		ok(p, write_lines(p, out, &unit, LINES(line)));
		wants(p, WH_ROW, write_lines(p, out, &unit, LINES(line)));
		mark.position.order[1]++;
		ok(p, p->kind->leave(out, &mark, &p->error));
	}
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, p->kind->clear(out, &p->error));
	ok(p, p->kind->abandon(out, &p->error));
	stands(p, t.tables[0], "0|x\n1|x\n2|x\n", "after an abandoned clear");
	ok(p, p->kind->lanes(out, &p->claim, &p->arena, &lanes, &n, &p->error));
	demand(p,
		n == 1 && lanes[0].position.order[1] == 7 && !strcmp(lanes[0].position.text, "source:4"),
		"%zu lanes, \"%s\"", n, n ? lanes[0].position.text : "");
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (7, 'app')");
	int rc = tail_to_end(&t);
	demand(p, rc == WH_OK, "%s", p->error.text);
	const char *got = changes_shown(&t);
	demand(p, strstr(got, "I(7,app) ; ") && !strstr(got, "(0,x)"), "%s", got);
	mysql_close(app);
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	finish(&t);
}

static void erase_numbers(struct place *p, struct wh_conn *out, const struct wh_rowset *rows,
	int from, int to)
{
	struct wh_batch b;
	wh_rowset_batch(rows, &b);
	for (int i = from; i < to; i++)
		put_row(p, rows, &b, wh_arena_format(&p->arena, "%d|%d", i, i));
	ok(p, p->kind->erase(out, &b, &p->error));
	wh_batch_finish(&b);
}

static void many_keys_and_many_tables_take_turns(struct place *p)
{
	enum { TABLES = 70 };
	if (!is_mysql(p))
		return;
	struct wh_conn *conn = plain_writer(p);
	for (int i = 0; i < TABLES; i++) {
		run_sql(p, conn,
			wh_arena_format(&p->arena,
				i % 2 ? "CREATE TABLE t%02d (id bigint PRIMARY KEY, v int)"
					  : "CREATE TABLE t%02d (id bigint unsigned, v int, PRIMARY KEY (v, id))",
				i));
		run_sql(p, conn,
			wh_arena_format(&p->arena, "INSERT INTO t%02d SELECT seq, seq FROM seq_1_to_1000", i));
	}
	const struct wh_plan *plan = plan_of(p);
	struct wh_conn *out = writer(p);
	struct wh_lane_mark mark = { 0, { .text = "a" } };
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	for (int turn = 0; turn < 2; turn++) {
		ok(p, p->kind->enter(out, 0, &p->error));
		for (int i = 0; i < TABLES; i++) {
			struct wh_unit unit = unit_of(&plan->tables[i].from, i, 0);
			ok(p, p->kind->aim(out, &unit, &p->error));
			erase_numbers(p, out, unit.rows, 2 + turn * 600, turn ? 2000 : 601);
		}
		ok(p, p->kind->leave(out, &mark, &p->error));
	}
	for (int i = 0; i < TABLES; i++)
		stands(p, &plan->tables[i].from, "1|1\n601|601\n", "after erasing the others");
}

/* Each statement's row in the log, on a table without a key. */
static void rows_without_a_key_go_one_by_one(struct place *p)
{
	struct wh_conn *conn;
	if (!is_mysql(p))
		return;
	conn = plain_writer(p);
	run_sql(p, conn,
		"CREATE TABLE k (a int, b varchar(20) COLLATE utf8mb4_general_ci, c decimal(30,10), d "
		"double, e datetime(3), f blob, g char(5) CHARACTER SET latin1, h float, i enum('x','y'), j "
		"bit(9), l json, m time(6), n uuid, o inet6, q set('a','b'), r year, s date, t timestamp "
		"NULL)");
	const struct wh_rowset *rows = &plan_of(p)->tables[0].from;
	struct wh_unit unit = unit_of(rows, 0, 0);
	struct wh_conn *out = writer(p);
	struct wh_lane_mark mark = { 0, { .text = "a" } };
	static const char *const nulls =
		"\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N|\\N";
#define REST \
	"|12345678901234567890.0000000001|0.1|2024-02-29 01:02:03.004|6100|\xC3\xA9|0.1|y|100000001|{}|" \
	"PT-1H-0.5S|01020304-0506-4718-890a-0b0c0d0e0f10|::1|a,b|2024|2024-02-29|2024-02-29 01:02:03+00"
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p,
		write_lines(p, out, &unit,
			LINES("1|a" REST, "1|A" REST, "1|a " REST, "1|a" REST, nulls, nulls)));
	erase_lines(p, out, rows, WH_OK, LINES("1|a" REST, "1|a" REST, nulls));
	ok(p, p->kind->leave(out, &mark, &p->error));
	stands(p, rows, wh_arena_format(&p->arena, "1|A" REST "\n1|a " REST "\n%s\n", nulls),
		"after erasing three");
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	erase_lines(p, out, rows, WH_ROW, LINES("1|a" REST));
	ok(p, p->kind->abandon(out, &p->error));
}

/* ---- fence ---- */

struct fenced {
	struct place *p;
	struct wh_fence fence;
	struct wh_conn *conn;
	const struct wh_rowset **tables;
};

static void make_fence(struct fenced *f, struct place *p, int milliseconds)
{
	struct wh_conn *conn = plain_writer(p);
	run_sql(p, conn, "CREATE TABLE a (id int AUTO_INCREMENT PRIMARY KEY, v int NOT NULL)");
	run_sql(p, conn, "CREATE TABLE b (id int PRIMARY KEY, v varchar(9) NOT NULL)");
	run_sql(p, conn, "INSERT INTO a VALUES (1, 1)");
	closed(p, conn);
	const struct wh_plan *plan = plan_of(p);
	*f = (struct fenced){ .p = p };
	f->tables = wh_new_array(&p->arena, const struct wh_rowset *, 2);
	f->tables[0] = &plan->tables[0].from;
	f->tables[1] = &plan->tables[1].from;
	f->fence = (struct wh_fence){ p->claim.migration, f->tables, 2, milliseconds };
	f->conn = plain_writer(p);
}

static int step(struct fenced *f, enum wh_fence_step step)
{
	wh_error_clear(&f->p->error);
	return f->p->kind->fence(f->conn, &f->fence, step, &f->p->error);
}

static void proves(struct fenced *f, bool want)
{
	struct place *p = f->p;
	bool stopped;
	size_t tried;
	struct wh_conn *conn = plain_writer(p);
	ok(p, p->kind->prove(conn, &f->fence, &stopped, &tried, &p->error));
	demand(p, stopped == want && tried == 2, "stopped %d, %zu tried", stopped, tried);
	closed(p, conn);
}

static void the_fence_stops_everybody_else(struct place *p)
{
	struct fenced f;
	if (!is_mysql(p))
		return;
	make_fence(&f, p, 60000);
	wants(p, WH_GUARD, step(&f, WH_FENCE_RENEW));
	ok(p, step(&f, WH_FENCE_ARM));
	MYSQL *old = application(p), *app = application(p);
	must(p, old, "START TRANSACTION WITH CONSISTENT SNAPSHOT");
	must(p, old, "SELECT * FROM a");
	must(p, app, "UPDATE a SET v = 2");
	proves(&f, false);
	wants(p, WH_GUARD, step(&f, WH_FENCE_FINAL));
	ok(p, step(&f, WH_FENCE_RAISE));
	demand(p, query(old, "INSERT INTO a (v) VALUES (5)") == 1644, "an old view lets it in");
	must(p, old, "ROLLBACK");
	demand(p, query(app, "INSERT INTO a (v) VALUES (5)") == 1644, "an insert was let in");
	demand(p, query(app, "UPDATE a SET v = 5") == 1644, "an update was let in");
	demand(p, query(app, "DELETE FROM a") == 1644, "a delete was let in");
	demand(p, query(app, "REPLACE INTO a VALUES (1, 7)") == 1644, "a replace was let in");
	proves(&f, true);
	struct wh_conn *free_one = plain_writer(p);
	ok(p, p->kind->pass(free_one, &f.fence, &p->error));
	run_sql(p, free_one, "UPDATE a SET v = 3");
	ok(p, step(&f, WH_FENCE_RAISE));
	ok(p, step(&f, WH_FENCE_RENEW));
	ok(p, step(&f, WH_FENCE_FINAL));
	ok(p, step(&f, WH_FENCE_FINAL));
	f.fence.milliseconds = 1;
	ok(p, step(&f, WH_FENCE_RENEW));
	usleep(20000);
	proves(&f, true);
	ok(p, step(&f, WH_FENCE_DROP));
	ok(p, step(&f, WH_FENCE_DROP));
	proves(&f, false);
	must(p, app, "INSERT INTO a (v) VALUES (5)");
	must(p, app, "START TRANSACTION");
	mysql_close(old);
	mysql_close(app);
}

static void the_fence_expires(struct place *p)
{
	struct fenced f;
	if (!is_mysql(p))
		return;
	make_fence(&f, p, 700);
	ok(p, step(&f, WH_FENCE_RAISE));
	proves(&f, true);
	usleep(300000);
	ok(p, step(&f, WH_FENCE_RENEW));
	usleep(500000);
	MYSQL *app = application(p);
	demand(p, query(app, "UPDATE a SET v = 5") == 1644, "a renewed fence let a write in");
	usleep(400000);
	must(p, app, "UPDATE a SET v = 5");
	wants(p, WH_GUARD, step(&f, WH_FENCE_RENEW));
	wants(p, WH_GUARD, step(&f, WH_FENCE_FINAL));
	mysql_close(app);
}

/* Whom the fence stops may leave its transaction open: that holds no renewal up while the session
 * that raised it lives; afterwards the row decides, and is locked. */
static void the_stopped_hold_no_renewal_up(struct place *p)
{
	struct fenced f;
	if (!is_mysql(p))
		return;
	make_fence(&f, p, 20000);
	ok(p, step(&f, WH_FENCE_ARM));
	MYSQL *old = application(p), *late = application(p);
	must(p, old, "START TRANSACTION WITH CONSISTENT SNAPSHOT");
	ok(p, step(&f, WH_FENCE_RAISE));
	must(p, late, "START TRANSACTION");
	demand(p, query(old, "INSERT INTO a (v) VALUES (5)") == 1644, "an old view lets it in");
	demand(p, query(late, "INSERT INTO a (v) VALUES (5)") == 1644, "a late view lets it in");
	ok(p, step(&f, WH_FENCE_RENEW));
	ok(p, step(&f, WH_FENCE_FINAL));
	closed(p, f.conn);
	f.conn = plain_writer(p);
	demand(p, query(late, "INSERT INTO a (v) VALUES (5)") == 1644, "the row alone lets it in");
	f.fence.milliseconds = 900;
	wants(p, WH_RETRY, step(&f, WH_FENCE_RENEW));
	must(p, late, "ROLLBACK");
	ok(p, step(&f, WH_FENCE_RENEW));
	mysql_close(old);
	mysql_close(late);
}

struct waiter {
	MYSQL *link;
	const char *sql;
	unsigned number;
};

static void *wait_and_write(void *data)
{
	struct waiter *w = data;
	usleep(300000); /* the fence is being raised by then */
	w->number = query(w->link, w->sql);
	mysql_thread_end();
	return NULL;
}

struct committer {
	MYSQL *link;
};

static void *commit_later(void *data)
{
	struct committer *c = data;
	usleep(700000);
	query(c->link, "COMMIT");
	mysql_thread_end();
	return NULL;
}

/* Who waits behind the raising fence is stopped by it, and whom it waits for is let out first. */
static void the_fence_waits_for_open_writers(struct place *p)
{
	struct fenced f;
	pthread_t thread;
	if (!is_mysql(p))
		return;
	make_fence(&f, p, 1000);
	ok(p, step(&f, WH_FENCE_ARM));
	MYSQL *app = application(p), *late = application(p);
	must(p, app, "START TRANSACTION");
	must(p, app, "INSERT INTO b VALUES (1, 'open')");
	wants(p, WH_RETRY, step(&f, WH_FENCE_RAISE));
	must(p, late, "INSERT INTO b VALUES (2, 'late')");
	f.fence.milliseconds = 10000;
	struct committer c = { app };
	pthread_create(&thread, NULL, commit_later, &c);
	struct waiter w = { late, "INSERT INTO b VALUES (3, 'too late')", 0 };
	pthread_t behind;
	pthread_create(&behind, NULL, wait_and_write, &w);
	ok(p, step(&f, WH_FENCE_RAISE));
	pthread_join(thread, NULL);
	pthread_join(behind, NULL);
	demand(p, w.number == 1644, "%u", w.number);
	stands(p, f.tables[1], "1|open\n2|late\n", "behind the fence");
	ok(p, step(&f, WH_FENCE_DROP));
	mysql_close(app);
	mysql_close(late);
}

/* Its triggers come and go in the log without a word. */
static void the_fence_is_no_change_of_the_schema(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	struct wh_fence fence = { p->claim.migration, t.tables, t.n, 5000 };
	struct wh_conn *conn = plain_writer(p);
	ok(p, p->kind->fence(conn, &fence, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->pass(conn, &fence, &p->error));
	run_sql(p, conn, "INSERT INTO t VALUES (1, 'passes')");
	ok(p, p->kind->fence(conn, &fence, WH_FENCE_DROP, &p->error));
	gives(&t, "I(1,passes) ; ");
	finish(&t);
}

/* ---- rights ---- */

/* What docs/grants.md names; %s: the database. */
static const char *const grants[] = {
	"GRANT SELECT, TRIGGER, LOCK TABLES ON %s.* TO mover",
	"GRANT INSERT, UPDATE, DELETE ON %s.* TO mover",
	"GRANT CREATE, DROP ON %s.whimbrel_position TO mover",
	"GRANT CREATE, DROP ON %s.whimbrel_signal TO mover",
	"GRANT CREATE, DROP ON %s.whimbrel_fence TO mover",
	"GRANT CREATE, DROP ON %s.whimbrel_epoch TO mover",
	"GRANT CREATE, DROP ON %s.whimbrel_unit TO mover",
	"GRANT RELOAD, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO mover",
};

static void documented_rights_suffice(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	closed(p, t.conn);
	MYSQL *app = application(p);
	must(p, app, "CREATE OR REPLACE USER mover");
	must(p, app, "SET GLOBAL log_bin_trust_function_creators = 1");
	for (size_t i = 0; i < COUNT(grants); i++) {
		const char *hole = strstr(grants[i], "%s");
		must(p, app,
			hole ? wh_arena_format(&p->arena, "%.*s%s%s", (int)(hole - grants[i]), grants[i],
					   p->name, hole + 2)
				 : grants[i]);
	}
	p->url.user = "mover";
	struct wh_fence fence = { p->claim.migration, t.tables, t.n, 5000 };
	struct wh_conn *conn = plain_writer(p);
	bool stopped;
	size_t tried;
	ok(p, p->kind->capture(conn, &t.capture, true, &t.start, &p->error));
	attach(&t);
	ok(p, p->kind->fence(conn, &fence, WH_FENCE_RAISE, &p->error));
	demand(p, query(app, "INSERT INTO t VALUES (1, 'root')") == 1644, "root was let in");
	must(p, app, "SET @whimbrel_pass = '0'");
	demand(p, query(app, "INSERT INTO t VALUES (1, 'root')") == 1644, "another mark passes");
	struct wh_conn *fresh = plain_writer(p);
	ok(p, p->kind->prove(fresh, &fence, &stopped, &tried, &p->error));
	demand(p, stopped && tried == 1, "%zu tried", tried);
	ok(p, p->kind->fence(conn, &fence, WH_FENCE_DROP, &p->error));
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	gives(&t, "I(1,one) ; ");
	struct wh_conn *out = writer(p);
	struct wh_lane_mark mark = { 0, { .text = "a" } };
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->leave(out, &mark, &p->error));
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	ok(p, p->kind->capture(conn, &t.capture, false, &t.start, &p->error));
	must(p, app, "REVOKE REPLICATION SLAVE ON *.* FROM mover");
	wants(p, WH_CONFIG, p->kind->capture(plain_writer(p), &t.capture, true, &t.start, &p->error));
	demand(p, strstr(p->error.text, "REPLICATION SLAVE") != NULL, "%s", p->error.text);
	must(p, app, "DROP USER mover");
	mysql_close(app);
	p->url.user = "root";
	finish(&t);
}

/* ---- the connection ---- */

static int64_t took_ms(struct tailed *t, int wait_ms)
{
	int64_t begun = wh_monotonic_usec();
	ok(t->p, tail(t, wait_ms));
	return (wh_monotonic_usec() - begun) / 1000;
}

static void waiting_is_bounded_and_ends_early(struct place *p)
{
	struct tailed t;
	struct waiter w;
	pthread_t thread;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	ok(p, tail_to_end(&t));
	int64_t ms = took_ms(&t, 0);
	demand(p, ms < 200, "%lld ms for 0", (long long)ms);
	ms = took_ms(&t, 1500);
	demand(p, ms >= 1400 && ms < 2200, "%lld ms for 1500", (long long)ms);
	w = (struct waiter){ application(p), "INSERT INTO t VALUES (1, 'one')", 0 };
	pthread_create(&thread, NULL, wait_and_write, &w);
	ms = took_ms(&t, 5000);
	pthread_join(thread, NULL);
	demand(p, ms < 1500 && t.changes.count == 1, "%lld ms, %zu changes", (long long)ms,
		t.changes.count);
	mysql_close(w.link);
	finish(&t);
}

static void a_lost_connection_is_to_be_tried_again(struct place *p)
{
	struct tailed t;
	if (!is_mysql(p))
		return;
	make_simple(&t, p, NULL);
	MYSQL *app = application(p);
	must(p, app, "INSERT INTO t VALUES (1, 'one')");
	gives(&t, "I(1,one) ; ");
	t.start = t.changes.read;
	if (mysql_query(app,
			"SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump' ORDER BY "
			"ID DESC LIMIT 1"))
		demand(p, false, "%s", mysql_error(app));
	MYSQL_RES *res = mysql_store_result(app);
	MYSQL_ROW row = mysql_fetch_row(res);
	must(p, app, wh_arena_format(&p->arena, "KILL %s", row[0]));
	mysql_free_result(res);
	int rc = WH_OK;
	for (int i = 0; i < 30 && rc == WH_OK; i++)
		rc = tail(&t, 100);
	demand(p, rc == WH_RETRY, "%d, %s", rc, p->error.text);
	closed(p, t.conn);
	must(p, app, "INSERT INTO t VALUES (2, 'two')");
	attach(&t);
	gives(&t, "I(2,two) ; ");
	mysql_close(app);
	finish(&t);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "changes come in order", changes_come_in_order },
		{ "what is rolled back in the log is not given",
			what_is_rolled_back_in_the_log_is_not_given },
		{ "a large transaction comes in parts", a_large_transaction_comes_in_parts },
		{ "compressed events are read", compressed_events_are_read },
		{ "small files follow each other", small_files_follow_each_other },
		{ "distributed transactions are refused", distributed_transactions_are_refused },
		{ "its own types come as they are copied", its_own_types_come_as_they_are_copied },
		{ "its own types come as text", its_own_types_come_as_text },
		{ "hard values come as they are copied", hard_values_come_as_they_are_copied },
		{ "hard values come as text", hard_values_come_as_text },
		{ "schema changes are told", schema_changes_are_told },
		{ "another form is refused at once", another_form_is_refused_at_once },
		{ "statements are refused", statements_are_refused },
		{ "rows in part are refused", rows_in_part_are_refused },
		{ "settings are named", settings_are_named },
		{ "a purged log is refused", a_purged_log_is_refused },
		{ "snapshot and place fit", snapshot_and_place_fit },
		{ "applied transactions are known as ours", applied_transactions_are_known_as_ours },
		{ "many keys and many tables take turns", many_keys_and_many_tables_take_turns },
		{ "rows without a key go one by one", rows_without_a_key_go_one_by_one },
		{ "the fence stops everybody else", the_fence_stops_everybody_else },
		{ "the fence expires", the_fence_expires },
		{ "the stopped hold no renewal up", the_stopped_hold_no_renewal_up },
		{ "the fence waits for open writers", the_fence_waits_for_open_writers },
		{ "the fence is no change of the schema", the_fence_is_no_change_of_the_schema },
		{ "documented rights suffice", documented_rights_suffice },
		{ "waiting is bounded and ends early", waiting_is_bounded_and_ends_early },
		{ "a lost connection is to be tried again", a_lost_connection_is_to_be_tried_again },
	};
	int failed = contract_run("follow_mysql", tests, COUNT(tests));
	for (size_t i = 0; i < ncatalogs; i++) {
		wh_catalog_free(catalogs[i]);
		free(catalogs[i]);
	}
	return failed;
}
