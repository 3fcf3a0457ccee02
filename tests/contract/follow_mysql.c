/* Following MariaDB's log: what only this engine has. Whatever the log says of a row must be what
 * a copy reads of it; what cannot be read exactly is refused with the way out. */
#include "contract.h"
#include "samples.h"
#include "base/text.h"
#include "transform/stage.h"
#include <mysql.h>
#include <pthread.h>
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

static const struct wh_plan *plan_of(struct place *p)
{
	struct wh_conn *in = reader(p);
	struct wh_catalog *catalog = wh_new(&p->arena, struct wh_catalog);
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

/* ---- values ---- */

static bool same_row(const struct wh_batch *a, uint32_t row_a, const struct wh_batch *b,
	uint32_t row_b, struct wh_buffer *scratch)
{
	uint16_t columns[64];
	bool keep[64];
	for (uint16_t i = 0; i < a->ncolumns && i < 64; i++) {
		columns[i] = i;
		keep[i] = true;
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
			!(same_row(log, c->after, &b, row, &scratch) &&
				same_strays(log, c->after, &b, row)))
			row++;
		demand(p, row < b.rows, "%s (%s as %s): the log has \"%s\", the copy not; row 0 of it is \"%s\"",
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
		struct wh_field *fields = wh_new_array(&p->arena, struct wh_field,
			t.tables[i]->nfields);
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
static const char *const hard[] = {
	TABLE("a_tiny", "tinyint"), "INSERT INTO a_tiny VALUES (1,-128),(2,127),(3,0),(4,-1),(5,NULL)",
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
	TABLE("f_stamp1", "timestamp(1) NULL"), "INSERT INTO f_stamp1 VALUES (1,'2024-10-27 00:30:00.5')",
	TABLE("f_date", "date"),
	"INSERT INTO f_date VALUES (1,'0000-00-00'),(2,'2024-00-00'),(3,'2024-02-31'),(4,'9999-12-31'),"
	"(5,'0000-05-01'),(6,'1000-01-01'),(7,'0001-01-01')",
	TABLE("f_moment", "datetime(6)"),
	"INSERT INTO f_moment VALUES (1,'0000-00-00 00:00:00'),(2,'2024-00-10 01:02:03.000004'),"
	"(3,'2024-02-31 23:59:59.999999'),(4,'9999-12-31 23:59:59.999999'),(5,'0001-01-01 00:00:00')",
	TABLE("f_moment2", "datetime(2)"), "INSERT INTO f_moment2 VALUES (1,'2024-02-29 23:59:59.07')",
	TABLE("g_char", "char(255) CHARACTER SET utf8mb4"),
	"INSERT INTO g_char VALUES (1,'blanks  '),(2,REPEAT(0xF09FA6A4,255)),(3,''),(4,' x')",
	TABLE("g_utf8", "varchar(300) CHARACTER SET utf8mb3"), "INSERT INTO g_utf8 VALUES (1,'é '),(2,'')",
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
	TABLE("g_packed3", "longblob COMPRESSED"), "INSERT INTO g_packed3 VALUES (1,REPEAT(x'00',4000))",
	TABLE("h_binary", "binary(6)"),
	"INSERT INTO h_binary VALUES (1,x'610000000000'),(2,x'000000000000'),(3,x'61'),(4,'      ')",
	TABLE("h_long", "binary(255)"), "INSERT INTO h_long VALUES (1,x'01'),(2,REPEAT(x'ff',255))",
	TABLE("h_var", "varbinary(300)"), "INSERT INTO h_var VALUES (1,x'6100'),(2,''),(3,x'ff')",
	TABLE("i_enum", "enum('a','b','') CHARACTER SET latin1"), "INSERT INTO i_enum VALUES (1,'b'),(2,'')",
	TABLE("i_none", "enum('a','é')"), "INSERT INTO i_none VALUES (1,'é'),(2,0),(3,'a')",
	TABLE("i_set", "set('a','b','c','d','e','f','g','h','i')"),
	"INSERT INTO i_set VALUES (1,''),(2,'a,i'),(3,'a,b,c,d,e,f,g,h,i')",
	TABLE("j_json", "json"), "INSERT INTO j_json VALUES (1,'{\"é\": [1.10, null]}'),(2,'[]')",
	TABLE("k_uuid", "uuid"),
	"INSERT INTO k_uuid VALUES (1,'01020304-0506-1718-890a-0b0c0d0e0f10'),"
	"(2,'01020304-0506-4718-890a-0b0c0d0e0f10'),(3,'01020304-0506-7718-890a-0b0c0d0e0f10'),"
	"(4,'00000000-0000-0000-0000-000000000000'),(5,'01020304-0506-6718-890a-0b0c0d0e0f10'),"
	"(6,'01020304-0506-0718-190a-0b0c0d0e0f10'),(7,'ffffffff-ffff-ffff-ffff-ffffffffffff'),"
	"(8,'01020304-0506-1718-890a-0b0c0d0e0000')",
	TABLE("k_inet4", "inet4"), "INSERT INTO k_inet4 VALUES (1,'1.2.3.0'),(2,'0.0.0.0'),(3,'255.0.0.0')",
	TABLE("k_inet6", "inet6"),
	"INSERT INTO k_inet6 VALUES (1,'::'),(2,'::1'),(3,'::ffff:1.2.3.4'),(4,'::1.2.3.4'),"
	"(5,'2001:db8:0:0:1::'),(6,'1:0:0:2:0:0:0:3'),(7,'ffff::'),(8,'1:2:3:4:5:6:7:8'),"
	"(9,'1:0:2:3:4:5:6:7'),(10,'0:1:2:3:4:5:6:7'),(11,'::ffff:0:0'),(12,'::fffe:1.2.3.4')",
	TABLE("l_point", "point"), "INSERT INTO l_point VALUES (1,POINT(1,2)),(2,NULL)",
	"CREATE TABLE m_made (id bigint PRIMARY KEY, g int AS (id + 1) VIRTUAL, v int, h int AS (id + 2) "
	"STORED, i int INVISIBLE DEFAULT 7, w varchar(5))",
	"INSERT INTO m_made (id, v, w) VALUES (1, 10, 'x'), (2, NULL, NULL)",
	"CREATE TABLE m_hash (id bigint PRIMARY KEY, v text, UNIQUE (v))",
	"INSERT INTO m_hash VALUES (1, 'long'), (2, NULL)",
	NULL
};

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

int main(void)
{
	static const struct contract_test tests[] = {
		{ "changes come in order", changes_come_in_order },
		{ "what is rolled back in the log is not given",
			what_is_rolled_back_in_the_log_is_not_given },
		{ "a large transaction comes in parts", a_large_transaction_comes_in_parts },
		{ "compressed events are read", compressed_events_are_read },
		{ "its own types come as they are copied", its_own_types_come_as_they_are_copied },
		{ "its own types come as text", its_own_types_come_as_text },
		{ "hard values come as they are copied", hard_values_come_as_they_are_copied },
		{ "hard values come as text", hard_values_come_as_text },
	};
	return contract_run("follow_mysql", tests, COUNT(tests));
}
