/* What is PostgreSQL's own in following its log, and in stopping its writers. */
#include "contract.h"
#include "samples.h"
#include "base/text.h"
#include "base/time.h"
#include <pthread.h>
#include <time.h>

static const struct wh_field signal_fields[] = { { .name = "token",
	.not_null = true,
	.type = { .kind = WH_TEXT, .native = "text" },
	.wire = { .kind = WH_TEXT, .native = "text" } } };
static const uint16_t signal_key[] = { 0 };
static const struct wh_rowset signal_rows = { .schema = "public",
	.table = "whimbrel_signal",
	.fields = signal_fields,
	.nfields = 1,
	.key = signal_key,
	.nkey = 1 };

/* A database whose log is followed. */
struct log {
	struct place *p;
	struct wh_conn *does, *follows; /* who writes as an application does; who reads the log */
	const struct wh_rowset **tables;
	size_t ntables;
	struct wh_capture capture;
	struct wh_position from, read; /* where it began; behind what came so far */
	struct wh_changes changes;
	struct wh_digest *digests; /* of all rows that were inserted, one a table */
	struct wh_buffer text;     /* the changes, a line each */
	bool met;                  /* the token's row came, its transaction's end did not */
	size_t ntails;             /* calls that brought a part of a transaction */
};

static void only_here(struct place *p)
{
	if (strcmp(p->kind->scheme, "postgresql") == 0)
		return;
	print_message("# %s: this is asked of PostgreSQL alone\n", p->kind->scheme);
	skip();
}

static void carry(struct log *l, const char *statement)
{
	demand(l->p, sql(l->p, l->does, statement) == WH_OK, "\"%s\" for \"%s\"", l->p->error.text,
		statement);
}

static void rest(int milliseconds)
{
	nanosleep(&(struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000L }, NULL);
}

static void capture(struct log *l)
{
	struct place *p = l->p;
	char *name = wh_arena_format(&p->arena, "whimbrel_%.16s_f", p->claim.migration);
	l->capture = (struct wh_capture){ .name = name,
		.migration = p->claim.migration,
		.tables = l->tables,
		.ntables = l->ntables };
	ok(p, p->kind->capture(l->does, &l->capture, true, &l->from, &p->error));
	l->read = l->from;
	wh_changes_init(&l->changes, l->tables, l->ntables);
	l->digests = wh_new_array(&p->arena, struct wh_digest, l->ntables);
}

static void attach(struct log *l)
{
	struct place *p = l->p;
	int rc = WH_RETRY;
	if (l->follows)
		closed(p, l->follows);
	l->follows = reader(p);
	for (int i = 0; i < 100 && rc == WH_RETRY; i++) { /* the last one is not gone at once */
		rest(i ? 50 : 0);
		rc = p->kind->attach(l->follows, &l->capture, &l->read, &p->error);
	}
	ok(p, rc);
}

static void add_rows(struct log *l, const struct wh_rowset *rows)
{
	*wh_push(&l->p->arena, &l->tables, &l->ntables) = rows;
}

static void describe(struct log *l)
{
	struct place *p = l->p;
	struct wh_catalog *catalog = wh_new(&p->arena, struct wh_catalog);
	struct wh_plan *plan = wh_new(&p->arena, struct wh_plan);
	struct wh_conn *in = reader(p);
	wh_catalog_init(catalog, p->kind->scheme);
	ok(p, p->kind->describe(in, catalog, &p->error));
	make_plan(p, plan, p->kind, catalog);
	closed(p, in);
	for (size_t i = 0; i < plan->ntables; i++)
		add_rows(l, &plan->tables[i].from);
}

static void opened(struct log *l, struct place *p)
{
	only_here(p);
	*l = (struct log){ .p = p, .does = plain_writer(p) };
	ok(p, sql(p, l->does, "SET session_replication_role = origin; SET search_path = public"));
}

/* Tables made by these statements, and followed from then on. */
static void followed(struct log *l, struct place *p, const char *const *statements)
{
	opened(l, p);
	for (; *statements; statements++)
		carry(l, *statements);
	describe(l);
	add_rows(l, &signal_rows);
	capture(l);
	attach(l);
}

static void ended(struct log *l)
{
	struct place *p = l->p;
	if (l->follows)
		closed(p, l->follows);
	carry(l, "DELETE FROM public.whimbrel_signal");
	ok(p, p->kind->capture(l->does, &l->capture, false, NULL, &p->error));
	demand(p,
		sql(p, l->does,
			"SELECT relname FROM pg_class WHERE relname ~ '^whimbrel_(position|signal)' UNION ALL "
			"SELECT pubname FROM pg_publication UNION ALL SELECT slot_name FROM "
			"pg_replication_slots WHERE database = current_database()") == WH_OK,
		"left behind: %s", p->error.text);
	wh_changes_finish(&l->changes);
	wh_buffer_free(&l->text);
}

/* ---- changes as lines ---- */

static void put_image(struct wh_buffer *out, const struct wh_changes *c, uint32_t table,
	uint32_t row)
{
	const struct wh_batch *b = &c->images[table];
	for (size_t f = 0; f < b->ncolumns; f++) {
		wh_buffer_text(out, f ? "|" : " ");
		if (wh_is_null(b, f, row))
			wh_buffer_text(out, "\\N");
		else if (b->lanes[f].offset && b->lanes[f].offset[row + 1] - b->lanes[f].offset[row] > 500)
			wh_buffer_format(out, "%u bytes",
				b->lanes[f].offset[row + 1] - b->lanes[f].offset[row]);
		else
			wh_value_text(out, b, f, row);
	}
}

static void put_change(struct log *l, const struct wh_change *c)
{
	static const char *const names[] = { "insert", "update", "delete", "truncate", "schema" };
	const struct wh_changes *all = &l->changes;
	wh_buffer_format(&l->text, "%s %s", names[c->op], all->tables[c->table]->table);
	if (c->before != WH_NO_ROW) {
		wh_buffer_text(&l->text, c->before_whole ? " whole" : " key");
		put_image(&l->text, all, c->table, c->before);
	}
	if (c->after != WH_NO_ROW) {
		wh_buffer_text(&l->text, " to");
		put_image(&l->text, all, c->table, c->after);
	}
	for (uint16_t i = 0; i < c->nholes; i++)
		wh_buffer_format(&l->text, " hole %s",
			all->tables[c->table]->fields[all->holes[c->first_hole + i]].name);
	wh_buffer_format(&l->text, "%s%s\n", c->text ? " " : "", c->text ? c->text : "");
}

static void sum_up(struct log *l)
{
	struct wh_buffer scratch = { 0 };
	for (size_t t = 0; t < l->ntables; t++)
		if (l->changes.images[t].lanes)
			wh_digest_batch(&l->changes.images[t], NULL, SEED, &scratch);
	for (size_t i = 0; i < l->changes.count; i++) {
		const struct wh_change *c = &l->changes.items[i];
		if (c->op == WH_OP_INSERT)
			wh_digest_add_rows(&l->digests[c->table], &l->changes.images[c->table], c->after, 1);
	}
	wh_buffer_free(&scratch);
}

static bool is_token(const struct log *l, const struct wh_change *c, const char *token)
{
	size_t n;
	if (l->tables[c->table] != &signal_rows || c->op != WH_OP_INSERT)
		return false;
	const char *text = wh_cell(&l->changes.images[c->table], 0, c->after, &n);
	return n == strlen(token) && !memcmp(text, token, n);
}

static void put_end(struct wh_buffer *text)
{
	if (text->size && (text->size < 2 || strcmp(text->data + text->size - 2, ";\n") != 0))
		wh_buffer_text(text, ";\n");
}

/* What stands in the list; true once the token's transaction has come whole. */
static bool take_list(struct log *l, const char *token, bool texts)
{
	struct wh_changes *c = &l->changes;
	bool came = false, is = l->met;
	size_t txn = 0;
	sum_up(l);
	for (size_t i = 0; i < c->count; i++) {
		if (is_token(l, &c->items[i], token))
			is = true;
		else if (texts)
			put_change(l, &c->items[i]);
		for (; txn < c->ntxns && c->txns[txn].changes <= i + 1; txn++)
			put_end(&l->text);
		came = is && txn && c->txns[txn - 1].changes == i + 1;
	}
	if (c->ntxns)
		l->read = c->txns[c->ntxns - 1].next;
	came = came || (is && c->ntxns && !c->count);
	l->met = is && !came;
	l->ntails += !c->ntxns && c->count > 0;
	return came;
}

static void until_now(struct log *l, bool texts)
{
	static int number;
	struct place *p = l->p;
	char token[32], statement[120];
	snprintf(token, sizeof token, "token %d", ++number);
	snprintf(statement, sizeof statement, "INSERT INTO public.whimbrel_signal VALUES ('%s')",
		token);
	carry(l, statement);
	wh_buffer_clear(&l->text);
	int64_t deadline = wh_monotonic_usec() + 20000000;
	for (bool came = false; !came;) {
		demand(p, wh_monotonic_usec() < deadline, "%s did not come; so far: %s", token,
			wh_buffer_string(&l->text));
		wh_changes_reset(&l->changes);
		ok(p, p->kind->tail(l->follows, 1000, &l->changes, &p->error));
		came = take_list(l, token, texts);
	}
	ok(p, p->kind->confirm(l->follows, &l->read, &p->error));
}

static void tells(struct log *l, const char *want)
{
	until_now(l, true);
	while (l->text.size >= 2 && !strcmp(l->text.data + l->text.size - 2, ";\n"))
		l->text.data[l->text.size -= 2] = '\0';
	demand(l->p, !strcmp(wh_buffer_string(&l->text), want), "the log tells \"%s\", not \"%s\"",
		wh_buffer_string(&l->text), want);
}

/* ---- following ---- */

#define THINGS "CREATE TABLE public.things (id bigint PRIMARY KEY, name text)"

static void every_change_comes(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things VALUES (1, 'one'), (2, NULL)");
	carry(&l, "UPDATE things SET name = 'two' WHERE id = 2");
	carry(&l, "UPDATE things SET id = 3 WHERE id = 2");
	carry(&l, "DELETE FROM things WHERE id = 1");
	carry(&l, "TRUNCATE things");
	tells(&l,
		"insert things to 1|one\ninsert things to 2|\\N\n;\n"
		"update things to 2|two\n;\n"
		"update things key 2|\\N to 3|two\n;\n"
		"delete things key 1|\\N\n;\n"
		"truncate things\n");
	ended(&l);
}

static void aborted_changes_do_not_come(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l,
		"BEGIN; INSERT INTO things VALUES (1, 'kept'); SAVEPOINT a; "
		"INSERT INTO things VALUES (2, 'gone'); ROLLBACK TO a; "
		"INSERT INTO things VALUES (3, 'kept'); COMMIT");
	carry(&l, "BEGIN; INSERT INTO things VALUES (4, 'gone'); ROLLBACK");
	tells(&l, "insert things to 1|kept\ninsert things to 3|kept\n");
	ended(&l);
}

static void a_large_transaction_comes_in_parts(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things SELECT i, repeat('x', 200) FROM generate_series(1, 150000) i");
	until_now(&l, false);
	demand(p, l.ntails >= 2, "%zu calls brought a part", l.ntails);
	struct wh_digest stands_there = digest_of(p, l.tables[0]);
	demand(p, l.digests[0].rows == 150000 && wh_digest_equal(&stands_there, &l.digests[0]),
		"%llu rows came", (unsigned long long)l.digests[0].rows);
	ended(&l);
}

static void large_values_that_did_not_change(struct place *p)
{
	struct log l;
	followed(&l, p,
		(const char *const[]){ "CREATE TABLE public.a (id int PRIMARY KEY, n int, t text)",
			"CREATE TABLE public.b (id int PRIMARY KEY, n int, t text)",
			"ALTER TABLE public.a ALTER t SET STORAGE EXTERNAL",
			"ALTER TABLE public.b ALTER t SET STORAGE EXTERNAL",
			"ALTER TABLE public.b REPLICA IDENTITY FULL", NULL });
	carry(&l, "INSERT INTO a VALUES (1, 1, repeat('x', 9000))");
	carry(&l, "INSERT INTO b VALUES (1, 1, repeat('x', 9000))");
	carry(&l, "UPDATE a SET n = 2");
	carry(&l, "UPDATE b SET n = 2");
	tells(&l,
		"insert a to 1|1|9000 bytes\n;\n"
		"insert b to 1|1|9000 bytes\n;\n"
		"update a to 1|2|\\N hole t\n;\n"
		"update b whole 1|1|9000 bytes to 1|2|9000 bytes\n");
	ended(&l);
}

static void rows_without_a_key(struct place *p)
{
	struct log l;
	opened(&l, p);
	carry(&l, "CREATE TABLE public.bare (a int, b numeric(10,2), c text[])");
	describe(&l);
	add_rows(&l, &signal_rows);
	l.capture = (struct wh_capture){ .name = "whimbrel_refused",
		.migration = p->claim.migration,
		.tables = l.tables,
		.ntables = l.ntables };
	wants(p, WH_CONFIG, p->kind->capture(l.does, &l.capture, true, &l.from, &p->error));
	demand(p, strstr(p->error.text, "ALTER TABLE \"public\".\"bare\" REPLICA IDENTITY FULL;"), "%s",
		p->error.text);
	carry(&l, "ALTER TABLE public.bare REPLICA IDENTITY FULL");
	capture(&l);
	attach(&l);
	carry(&l, "INSERT INTO bare VALUES (1, 1.5, '{a,NULL}'), (NULL, NULL, NULL)");
	carry(&l, "UPDATE bare SET a = 2 WHERE a = 1");
	carry(&l, "DELETE FROM bare WHERE a IS NULL");
	tells(&l,
		"insert bare to 1|1.50|{a,NULL}\ninsert bare to \\N|\\N|\\N\n;\n"
		"update bare whole 1|1.50|{a,NULL} to 2|1.50|{a,NULL}\n;\n"
		"delete bare whole \\N|\\N|\\N\n");
	ended(&l);
}

static void a_change_of_the_schema_is_told(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things VALUES (1, 'one')");
	carry(&l, "ALTER TABLE things ADD note text");
	carry(&l, "INSERT INTO things VALUES (2, 'two', 'new')");
	carry(&l, "ALTER TABLE things RENAME name TO title");
	carry(&l, "INSERT INTO things VALUES (3, 'three', 'new')");
	carry(&l, "ALTER TABLE things ALTER id TYPE int");
	carry(&l, "INSERT INTO things VALUES (4, 'four', 'new')");
	carry(&l, "ALTER TABLE things DROP title");
	carry(&l, "INSERT INTO things VALUES (5, 'new')");
	carry(&l, "ALTER TABLE things RENAME TO others");
	carry(&l, "INSERT INTO others VALUES (6, 'new')");
	tells(&l,
		"insert things to 1|one\n;\n"
		"schema things table \"public.things\": column \"note\" was added\n"
		"insert things to 2|two\n;\n"
		"schema things table \"public.things\": column \"name\" was renamed to \"title\"\n"
		"insert things to 3|\\N hole name\n;\n"
		"schema things table \"public.things\": column \"id\" changed its type\n"
		"insert things to 4|\\N hole name\n;\n"
		"schema things table \"public.things\": column \"title\" was dropped\n"
		"insert things to 5|\\N hole name\n;\n"
		"schema things table \"public.things\": its name became \"public.others\"\n"
		"insert things to 6|\\N hole name\n");
	ended(&l);
}

static void our_own_transactions_are_passed_over(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(l.tables[0], 0, 0);
	struct wh_lane_mark lane = { .lane = 3, .position = { .order = { 7, 9 }, .text = "here" } };
	struct wh_lane_mark *lanes;
	size_t n;
	ok(p, p->kind->settle(out, &lane, 1, &p->error));
	ok(p, p->kind->enter(out, 3, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, write_lines(p, out, &unit, LINES("1|ours", "2|ours")));
	snprintf(lane.position.text, sizeof lane.position.text, "there");
	ok(p, p->kind->leave(out, &lane, &p->error));
	carry(&l, "INSERT INTO things VALUES (3, 'theirs')");
	tells(&l, "insert things to 3|theirs\n");
	ok(p, p->kind->lanes(out, &p->claim, &p->arena, &lanes, &n, &p->error));
	demand(p,
		n == 1 && lanes[0].lane == 3 && !strcmp(lanes[0].position.text, "there") &&
			lanes[0].position.order[1] == 9,
		"%zu lanes", n);
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	ended(&l);
}

static void a_restart_goes_on_where_it_was(struct place *p)
{
	struct log l;
	struct wh_log measured;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things VALUES (1, 'one')");
	tells(&l, "insert things to 1|one\n");
	carry(&l, "INSERT INTO things VALUES (2, 'two')");
	attach(&l);
	tells(&l, "insert things to 2|two\n");
	ok(p, p->kind->measure(l.does, &l.capture, &l.read, &measured, &p->error));
	demand(p,
		measured.behind >= 0 && measured.retained >= 0 &&
			wh_position_compare(&measured.end, &l.read) >= 0,
		"%s is the end", measured.end.text);
	/* While nothing happens to us, what was read still moves on. */
	carry(&l, "CREATE TABLE public.elsewhere AS SELECT generate_series(1, 1000)");
	ok(p, p->kind->measure(l.does, &l.capture, &l.read, &measured, &p->error));
	wh_changes_reset(&l.changes);
	for (int i = 0; i < 20 && wh_position_compare(&l.changes.read, &measured.end) < 0; i++)
		ok(p, p->kind->tail(l.follows, 500, &l.changes, &p->error));
	demand(p, wh_position_compare(&l.changes.read, &measured.end) >= 0, "%s is not %s",
		l.changes.read.text, measured.end.text);
	ended(&l);
}

/* The position behind a page's head is the end of the page before, or of a record of 8 or 16 bytes
 * there: an end that is told too early lets a copy end before its last transaction. */
static void a_record_may_end_right_behind_the_head_of_a_page(struct place *p)
{
	struct log l;
	struct wh_log measured;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	struct session *app = session(p);
	const char *beyond = "";
	for (int i = 0; i < 20 && strcmp(beyond, "t\n") != 0; i++) {
		carry(&l,
			"DO $$ DECLARE at numeric; BEGIN FOR i IN 1..50000 LOOP "
			"at := pg_current_wal_insert_lsn() - '0/0'; "
			"EXIT WHEN at % 8192 IN (32, 40) AND at % 1048576 > 8192; PERFORM "
			"pg_logical_emit_message(false, 'w', repeat('x', (random() * 99)::int)); "
			"END LOOP; END $$");
		const char *end = answer(p, app, "SELECT pg_current_wal_insert_lsn()");
		end = wh_arena_format(&p->arena, "%.*s", (int)strcspn(end, "\n"), end);
		ok(p, p->kind->measure(l.does, &l.capture, &l.read, &measured, &p->error));
		demand(p,
			strcmp(answer(p, app,
					   wh_arena_format(&p->arena, "SELECT '%s'::pg_lsn >= '%s'::pg_lsn",
						   measured.end.text, end)),
				"t\n") == 0,
			"%s was measured, and a record ends at %s", measured.end.text, end);
		beyond = answer(p, app,
			wh_arena_format(&p->arena, "SELECT ('%s'::pg_lsn - '0/0') %% 8192 IN (32, 40)", end));
	}
	demand(p, strcmp(beyond, "t\n") == 0, "no record came to end there");
	ended(&l);
}

static void a_tail_waits_no_longer_than_it_may(struct place *p)
{
	struct log l;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	until_now(&l, false);
	wh_changes_reset(&l.changes);
	for (int i = 0; i < 3; i++)
		ok(p, p->kind->tail(l.follows, 100, &l.changes, &p->error));
	int64_t before = wh_monotonic_usec();
	ok(p, p->kind->tail(l.follows, 300, &l.changes, &p->error));
	int64_t took = wh_monotonic_usec() - before;
	demand(p, took < 900000 && !l.changes.count, "%lld us, %zu changes", (long long)took,
		l.changes.count);
	ended(&l);
}

static void a_slot_that_does_not_reach_back_is_refused(struct place *p)
{
	struct log l;
	struct wh_position again;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things VALUES (1, 'one')");
	tells(&l, "insert things to 1|one\n");
	closed(p, l.follows);
	l.follows = NULL;
	ok(p, p->kind->capture(l.does, &l.capture, false, NULL, &p->error));
	struct wh_conn *in = reader(p);
	wants(p, WH_CONFIG, p->kind->attach(in, &l.capture, &l.read, &p->error));
	carry(&l, "INSERT INTO things VALUES (2, 'missed')");
	ok(p, p->kind->capture(l.does, &l.capture, true, &again, &p->error));
	wants(p, WH_CONFIG, p->kind->attach(in, &l.capture, &l.read, &p->error));
	ok(p, p->kind->attach(in, &l.capture, &again, &p->error));
	closed(p, in);
	/* What is there stays, and tells from where. */
	l.read = again;
	ok(p, p->kind->capture(l.does, &l.capture, true, &again, &p->error));
	demand(p, !wh_position_compare(&again, &l.read), "%s is not %s", again.text, l.read.text);
	ended(&l);
}

/* One row a transaction, for as long as it takes. */
static void *write_on(void *arg)
{
	struct log *l = arg;
	struct wh_error error = { 0 };
	struct wh_conn *conn = NULL;
	struct wh_statement statement = { .kind = "test",
		.table = -1,
		.sql = "DO $$ BEGIN FOR i IN 1 .. 20000 LOOP INSERT INTO public.things VALUES (i, 'x'); "
			   "COMMIT; END LOOP; END $$" };
	int rc = wh_conn_open(l->p->kind, &l->p->url, WH_TARGET, true, &conn, &error);
	if (rc == WH_OK)
		rc = l->p->kind->execute(conn, &statement, &error);
	wh_conn_close(conn);
	return rc == WH_OK ? NULL : l;
}

static size_t rows_from(struct log *l, const struct wh_position *from)
{
	size_t n = 0;
	for (size_t i = 0; i < l->changes.count; i++)
		n += l->changes.items[i].op == WH_OP_INSERT && l->changes.items[i].table == 0 &&
			l->changes.items[i].at[0] >= from->order[0];
	return n;
}

static void a_snapshot_fits_its_place(struct place *p)
{
	struct log l;
	pthread_t thread;
	void *failed;
	struct wh_snapshot snapshots[3] = { { .live = true }, { .live = true }, { .live = true } };
	size_t seen[3] = { 0 }, later[3] = { 0 };
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	struct wh_unit all = unit_of(l.tables[0], 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, write_on, &l), 0);
	for (int i = 0; i < 3; i++) {
		struct wh_conn *conns[] = { reader(p), reader(p) };
		size_t n = 2;
		struct wh_digest a, b;
		rest(50);
		ok(p, p->kind->snapshot(conns, &n, &snapshots[i], &p->error));
		ok(p, read_digest(p, conns[0], &all, &a));
		rest(20);
		ok(p, read_digest(p, conns[1], &all, &b));
		demand(p, n == 2 && wh_digest_equal(&a, &b), "two views of one snapshot differ");
		seen[i] = a.rows;
		closed(p, conns[0]);
		closed(p, conns[1]);
	}
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	carry(&l, "INSERT INTO public.whimbrel_signal VALUES ('end')");
	for (bool came = false; !came;) {
		wh_changes_reset(&l.changes);
		ok(p, p->kind->tail(l.follows, 1000, &l.changes, &p->error));
		for (int i = 0; i < 3; i++)
			later[i] += rows_from(&l, &snapshots[i].position);
		came = take_list(&l, "end", false);
	}
	for (int i = 0; i < 3; i++)
		demand(p, seen[i] + later[i] == 20000, "%zu rows in the snapshot, %zu behind %s", seen[i],
			later[i], snapshots[i].position.text);
	demand(p, seen[0] > 0 && seen[0] < 20000, "%zu rows in the first", seen[0]);
	ended(&l);
}

static void a_lost_connection_is_tried_again(struct place *p)
{
	struct log l;
	int rc = WH_OK;
	followed(&l, p, (const char *const[]){ THINGS, NULL });
	carry(&l, "INSERT INTO things VALUES (1, 'one')");
	tells(&l, "insert things to 1|one\n");
	carry(&l,
		"DO $$ BEGIN PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots "
		"WHERE database = current_database(); END $$");
	wh_changes_reset(&l.changes);
	for (int i = 0; i < 10 && rc == WH_OK; i++)
		rc = p->kind->tail(l.follows, 500, &l.changes, &p->error);
	wants(p, WH_RETRY, rc);
	carry(&l, "INSERT INTO things VALUES (2, 'two')");
	attach(&l);
	tells(&l, "insert things to 2|two\n");
	ended(&l);
}

static void names_parts_and_generated_columns(struct place *p)
{
	struct log l;
	followed(&l, p,
		(const char *const[]){ "CREATE SCHEMA \"S \xF0\x9F\xA6\xA4\"",
			"CREATE TABLE \"S \xF0\x9F\xA6\xA4\".\"t\"\"\\ é\" (\"K 1\" int GENERATED ALWAYS AS IDENTITY "
			"PRIMARY KEY, twice int GENERATED ALWAYS AS (\"n'\" * 2) STORED, \"n'\" int, i inet)",
			"CREATE TABLE public.parts (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
			"CREATE TABLE public.part1 PARTITION OF public.parts FOR VALUES FROM (0) TO (10)",
			"CREATE TABLE public.part2 (v text, id int NOT NULL)",
			"ALTER TABLE public.parts ATTACH PARTITION public.part2 FOR VALUES FROM (10) TO (20)",
			NULL });
	carry(&l,
		"INSERT INTO \"S \xF0\x9F\xA6\xA4\".\"t\"\"\\ é\" (\"n'\", i) VALUES (21, '10.0.0.0/8')");
	carry(&l, "INSERT INTO parts VALUES (1, 'one'), (11, 'eleven')");
	carry(&l, "UPDATE parts SET id = 12 WHERE id = 1");
	carry(&l, "DELETE FROM part2 WHERE id = 11");
	until_now(&l, true);
	const char *text = wh_buffer_string(&l.text);
	demand(p, strstr(text, "|21|10.0.0.0/8") && strstr(text, "insert parts to 1|one\n"), "%s",
		text);
	demand(p, strstr(text, "insert parts to 11|eleven\n"), "%s", text);
	demand(p, strstr(text, "delete parts key 1|\\N\ninsert parts to 12|one\n"), "%s", text);
	demand(p, strstr(text, "delete parts key 11|\\N\n"), "%s", text);
	ended(&l);
}

/* ---- values ---- */

static void compare_tables(struct log *l)
{
	for (size_t t = 0; t < l->ntables; t++) {
		if (l->tables[t] == &signal_rows)
			continue;
		struct wh_digest copied = digest_of(l->p, l->tables[t]);
		demand(l->p, wh_digest_equal(&copied, &l->digests[t]),
			"%s (%s, as %s): the log brings other rows than the copy (%llu, %llu)",
			l->tables[t]->table, l->tables[t]->fields[1].type.native,
			wh_kind_name(l->tables[t]->fields[1].wire.kind), (unsigned long long)l->digests[t].rows,
			(unsigned long long)copied.rows);
	}
}

static bool makes_table(const char *statement)
{
	return strncmp(statement, "INSERT", 6) != 0;
}

static void its_own_types_come_as_they_are_copied(struct place *p)
{
	struct log l;
	opened(&l, p);
	const struct own_types *own = own_types_of(p->kind->scheme);
	for (size_t i = 0; own->statements[i]; i++)
		if (makes_table(own->statements[i]))
			carry(&l, own->statements[i]);
	describe(&l);
	add_rows(&l, &signal_rows);
	capture(&l);
	attach(&l);
	for (size_t i = 0; own->statements[i]; i++)
		if (!makes_table(own->statements[i]))
			carry(&l, own->statements[i]);
	until_now(&l, false);
	compare_tables(&l);
	ended(&l);
}

static void add_sample(struct place *p, struct wh_catalog *catalog, const struct sample *s)
{
	struct wh_table *t = wh_push(&p->arena, &catalog->tables, &catalog->ntables);
	*t = (struct wh_table){ .schema = catalog->default_schema,
		.kind = "table",
		.rows = -1,
		.bytes = -1,
		.ncolumns = 2,
		.columns = wh_new_array(&p->arena, struct wh_column, 2),
		.name = wh_arena_format(&p->arena, "v%02zu", catalog->ntables),
		.indexes = wh_new(&p->arena, struct wh_index),
		.nindexes = 1 };
	t->columns[0] = (struct wh_column){ .name = "id",
		.not_null = true,
		.type = { .kind = WH_INT64, .precision = 64, .native = "bigint" } };
	t->columns[1] = (struct wh_column){ .name = "v", .type = s->type };
	t->columns[1].type.native = s->label;
	struct wh_index_part *part = wh_new(&p->arena, struct wh_index_part);
	part->column = "id";
	t->indexes[0] = (struct wh_index){ .primary = true,
		.unique = true,
		.constraint = true,
		.method = "btree",
		.parts = part,
		.nparts = 1,
		.name = wh_arena_format(&p->arena, "%s_key", t->name) };
}

/* Each value alone, so that those which the table refuses are left out, in a lane of changes. */
static void write_sample(struct place *p, struct wh_conn *out, const struct wh_rowset *rows,
	const struct sample *s)
{
	struct wh_unit unit = unit_of(rows, 0, 0);
	struct wh_tally tally = { 0 };
	struct wh_batch b;
	unit.careful = true;
	unit.redo = true;
	wh_rowset_batch(rows, &b);
	ok(p, p->kind->begin(out, &unit, &tally, &p->error));
	for (size_t i = 0; i < s->nvalues; i++) {
		wh_batch_reset(&b);
		wh_batch_word(&b, 0, (int64_t)i);
		if (!wh_value_parse(&b, 1, s->values[i].text, s->values[i].n))
			continue;
		wh_batch_row(&b);
		wh_error_clear(&p->error);
		int rc = p->kind->write(out, &b, &p->error);
		demand(p, rc == WH_OK || rc == WH_ROW, "%s", p->error.text);
	}
	ok(p, p->kind->commit(out, &tally, &p->error));
	wh_batch_finish(&b);
}

static void values_of_others_come_as_they_are_copied(struct place *p)
{
	struct log l;
	struct wh_plan plan;
	const struct wh_connector *source = other_engine(p);
	struct wh_catalog catalog = { .engine = source->scheme,
		.default_schema = source->facts.default_schema,
		.findings = { .arena = &p->arena } };
	opened(&l, p);
	for (size_t i = 0; i < nsamples; i++)
		add_sample(p, &catalog, &samples[i]);
	make_plan(p, &plan, source, &catalog);
	struct wh_conn *out = writer(p);
	run_phase(p, out, &plan, WH_PHASE_TABLES);
	run_phase(p, out, &plan, WH_PHASE_KEYS);
	for (size_t i = 0; i < plan.ntables; i++)
		add_rows(&l, &plan.tables[i].to);
	add_rows(&l, &signal_rows);
	capture(&l);
	attach(&l);
	for (size_t i = 0; i < plan.ntables; i++)
		write_sample(p, out, &plan.tables[i].to, &samples[i]);
	until_now(&l, false);
	compare_tables(&l);
	ended(&l);
}

/* ---- applying ---- */

static int erase_lines(struct place *p, struct wh_conn *out, const struct wh_unit *unit,
	const char *const *lines)
{
	struct wh_batch b;
	wh_rowset_batch(unit->rows, &b);
	for (; *lines; lines++)
		put_row(p, unit->rows, &b, *lines);
	wh_error_clear(&p->error);
	int rc = p->kind->erase(out, &b, &p->error);
	wh_batch_finish(&b);
	return rc;
}

static void equal_rows_go_one_by_one(struct place *p)
{
	struct log l;
	opened(&l, p);
	carry(&l, "CREATE TABLE public.bare (a int, j json, t char(4), f float8)");
	carry(&l, "INSERT INTO bare SELECT 1, '{\"a\": 1}', 'x', '-0' FROM generate_series(1, 4)");
	carry(&l,
		"INSERT INTO bare VALUES (NULL, NULL, NULL, NULL), (NULL, NULL, NULL, NULL), "
		"(1, '{\"a\":1}', 'x', '-0'), (1, '{\"a\": 1}', 'x', '0')");
	describe(&l);
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(l.tables[0], 0, 0);
	struct wh_lane_mark lane = { .lane = 0 };
	ok(p, p->kind->settle(out, &lane, 1, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	unit.careful = true;
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p,
		erase_lines(p, out, &unit,
			LINES("1|{\"a\": 1}|x|-0", "\\N|\\N|\\N|\\N", "1|{\"a\": 1}|x|-0",
				"1|{\"a\": 1}|x|-0")));
	/* One of them too many: none of that batch goes. */
	wants(p, WH_ROW, erase_lines(p, out, &unit, LINES("1|{\"a\": 1}|x|-0", "1|{\"a\": 1}|x|-0")));
	ok(p, write_lines(p, out, &unit, LINES("2|\\N|y|1")));
	ok(p, p->kind->leave(out, &lane, &p->error));
	stands(p, l.tables[0],
		"1|{\"a\": 1}|x|-0\n1|{\"a\": 1}|x|0\n1|{\"a\":1}|x|-0\n2|\\N|y|1\n\\N|\\N|\\N|\\N\n",
		"after the lane was left");
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, p->kind->clear(out, &p->error));
	ok(p, p->kind->leave(out, &lane, &p->error));
	stands(p, l.tables[0], "", "after it was cleared");
}

static void many_keys_go_at_once(struct place *p)
{
	struct log l;
	opened(&l, p);
	carry(&l, "CREATE TABLE public.one (id bigint PRIMARY KEY, name text)");
	carry(&l, "CREATE TABLE public.two (a varchar(3), b int, c text, PRIMARY KEY (a, b))");
	carry(&l, "INSERT INTO one SELECT i, 'x' FROM generate_series(1, 20000) i");
	carry(&l, "INSERT INTO two SELECT 'abc', i, 'x' FROM generate_series(1, 20000) i");
	describe(&l);
	struct wh_conn *out = writer(p);
	struct wh_lane_mark lane = { .lane = 0 };
	ok(p, p->kind->settle(out, &lane, 1, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	int64_t before = wh_monotonic_usec();
	for (size_t t = 0; t < 2; t++) {
		struct wh_unit unit = unit_of(l.tables[t], (int64_t)t, 0);
		struct wh_batch b;
		ok(p, p->kind->aim(out, &unit, &p->error));
		wh_rowset_batch(unit.rows, &b);
		for (int i = 1; i <= 5000; i++) {
			char line[40];
			snprintf(line, sizeof line, t ? "abc|%d|\\N" : "%d|\\N", i);
			put_row(p, unit.rows, &b, line);
		}
		ok(p, p->kind->erase(out, &b, &p->error));
		wh_batch_finish(&b);
		/* A key that is too long for its column is not cut to one that is there. */
		if (t)
			ok(p, erase_lines(p, out, &unit, LINES("abcd|6000|\\N")));
	}
	int64_t took = wh_monotonic_usec() - before;
	ok(p, p->kind->leave(out, &lane, &p->error));
	demand(p, digest_of(p, l.tables[0]).rows == 15000, "rows of one");
	demand(p, digest_of(p, l.tables[1]).rows == 15000, "rows of two");
	demand(p, took < 5000000, "10,000 keys took %lld us", (long long)took);
}

static void a_lane_belongs_to_its_claim(struct place *p)
{
	struct log l;
	opened(&l, p);
	carry(&l, THINGS);
	describe(&l);
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(l.tables[0], 0, 0);
	struct wh_lane_mark marks[] = { { .lane = 0, .position = { .text = "a" } },
		{ .lane = 1, .position = { .text = "b" } } };
	struct wh_lane_mark *lanes;
	size_t n;
	ok(p, p->kind->lanes(out, &p->claim, &p->arena, &lanes, &n, &p->error));
	assert_int_equal(n, 0);
	ok(p, p->kind->settle(out, marks, 2, &p->error));
	ok(p, p->kind->settle(out, marks + 1, 1, &p->error));
	ok(p, p->kind->lanes(out, &p->claim, &p->arena, &lanes, &n, &p->error));
	demand(p, n == 1 && lanes[0].lane == 1, "%zu lanes", n);
	ok(p, p->kind->enter(out, 1, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, write_lines(p, out, &unit, LINES("1|one")));
	ok(p, abandon(p, out));
	stands(p, l.tables[0], "", "after the lane was given up");
	carry(&l, "UPDATE whimbrel_epoch SET epoch = epoch + 1");
	wants(p, WH_LOST, p->kind->enter(out, 1, &p->error));
	wants(p, WH_LOST, p->kind->settle(out, marks, 2, &p->error));
	ok(p, abandon(p, out));
}

/* Who owns the tables and may replicate needs to be no superuser. */
static void an_owner_may_do_it_all(struct place *p)
{
	struct log l;
	bool held = false;
	size_t tried = 0;
	opened(&l, p);
	ok(p, administer(p, "CREATE ROLE %s LOGIN REPLICATION"));
	carry(&l, wh_arena_format(&p->arena, "GRANT CREATE ON DATABASE %s TO %s", p->name, p->name));
	carry(&l, wh_arena_format(&p->arena, "GRANT USAGE, CREATE ON SCHEMA public TO %s", p->name));
	closed(p, l.does);
	p->url.user = p->name;
	l = (struct log){ .p = p, .does = plain_writer(p) };
	carry(&l, "SET search_path = public");
	carry(&l, THINGS);
	describe(&l);
	add_rows(&l, &signal_rows);
	capture(&l);
	attach(&l);
	carry(&l, "INSERT INTO things VALUES (1, 'one')");
	tells(&l, "insert things to 1|one\n");
	struct wh_snapshot snapshot = { .live = true };
	struct wh_conn *in = reader(p), *keeper = plain_writer(p), *fresh = plain_writer(p);
	size_t n = 1;
	ok(p, p->kind->snapshot(&in, &n, &snapshot, &p->error));
	closed(p, in);
	struct wh_fence fence = { .migration = p->claim.migration,
		.tables = l.tables,
		.ntables = 1,
		.milliseconds = 20000 };
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->prove(fresh, &fence, &held, &tried, &p->error));
	demand(p, held && tried == 1, "%zu tried", tried);
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_FINAL, &p->error));
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_DROP, &p->error));
	ended(&l);
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(l.tables[0], 0, 0);
	struct wh_lane_mark lane = { .lane = 0 };
	ok(p, p->kind->settle(out, &lane, 1, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, p->kind->clear(out, &p->error));
	ok(p, p->kind->leave(out, &lane, &p->error));
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	carry(&l, "DROP TABLE things");
	while (p->nconns)
		closed(p, p->conns[0]);
	p->url.user = "postgres";
	struct wh_conn *admin = plain_writer(p);
	ok(p, sql(p, admin, wh_arena_format(&p->arena, "DROP OWNED BY %s", p->name)));
	ok(p, administer(p, "DROP ROLE %s"));
}

/* ---- the fence ---- */

static struct wh_fence fence_of(struct log *l, int milliseconds)
{
	return (struct wh_fence){ .migration = l->p->claim.migration,
		.tables = l->tables,
		.ntables = l->ntables,
		.milliseconds = milliseconds };
}

static void stopped(struct log *l, struct wh_conn *conn, const char *statement)
{
	wants(l->p, WH_CONFIG, sql(l->p, conn, statement));
	demand(l->p, strstr(l->p->error.text, "writes to this database are stopped"), "%s",
		l->p->error.text);
}

#define FENCED \
	THINGS, "CREATE TABLE public.parts (id int PRIMARY KEY) PARTITION BY RANGE (id)", \
		"CREATE TABLE public.part1 PARTITION OF public.parts FOR VALUES FROM (0) TO (10)"

static void fenced(struct log *l, struct place *p)
{
	static const char *const statements[] = { FENCED };
	opened(l, p);
	for (size_t i = 0; i < COUNT(statements); i++)
		carry(l, statements[i]);
	describe(l);
}

static void nobody_writes_behind_the_fence(struct place *p)
{
	struct log l;
	fenced(&l, p);
	struct wh_fence fence = fence_of(&l, 20000);
	struct wh_conn *keeper = plain_writer(p), *old = plain_writer(p), *replica = plain_writer(p);
	bool held = false;
	size_t tried = 0;
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_ARM, &p->error));
	carry(&l, "INSERT INTO things VALUES (1, 'free')");
	ok(p, sql(p, old, "BEGIN ISOLATION LEVEL REPEATABLE READ; TABLE public.parts"));
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_RAISE, &p->error));
	stopped(&l, l.does, "INSERT INTO things VALUES (2, 'late')");
	stopped(&l, l.does, "UPDATE things SET name = 'late'");
	stopped(&l, l.does, "TRUNCATE things");
	stopped(&l, l.does, "INSERT INTO parts VALUES (1)");
	stopped(&l, l.does, "INSERT INTO part1 VALUES (1)");
	stopped(&l, l.does,
		"MERGE INTO things t USING (VALUES (1)) v(i) ON t.id = v.i "
		"WHEN MATCHED THEN DELETE");
	stopped(&l, replica, "DELETE FROM public.things"); /* its role is replica */
	stopped(&l, old, "INSERT INTO public.things VALUES (3, 'old')");
	ok(p, sql(p, old, "ROLLBACK"));
	struct wh_conn *fresh = plain_writer(p);
	ok(p, p->kind->prove(fresh, &fence, &held, &tried, &p->error));
	demand(p, held && tried == 3, "%zu tried", tried);
	ok(p, p->kind->pass(keeper, &fence, &p->error));
	ok(p, sql(p, keeper, "INSERT INTO public.things VALUES (4, 'ours')"));
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_DROP, &p->error));
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_DROP, &p->error));
	carry(&l, "INSERT INTO things VALUES (5, 'free')");
	ok(p, p->kind->prove(fresh, &fence, &held, &tried, &p->error));
	demand(p, !held && tried == 3, "%zu tried", tried);
	demand(p,
		sql(p, l.does,
			"SELECT tgname FROM pg_trigger WHERE tgname ~ 'whimbrel' UNION ALL "
			"SELECT relname FROM pg_class WHERE relname ~ '^whimbrel' UNION ALL "
			"SELECT proname FROM pg_proc WHERE proname ~ 'whimbrel'") == WH_OK,
		"left behind: %s", p->error.text);
}

static void a_fence_expires_unless_it_is_final(struct place *p)
{
	struct log l;
	fenced(&l, p);
	struct wh_fence brief = fence_of(&l, 300), fence = fence_of(&l, 20000);
	struct wh_conn *keeper = plain_writer(p);
	wants(p, WH_GUARD, p->kind->fence(keeper, &fence, WH_FENCE_RENEW, &p->error));
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_RENEW, &p->error));
	stopped(&l, l.does, "INSERT INTO things VALUES (1, 'late')");
	rest(400);
	carry(&l, "INSERT INTO things VALUES (2, 'free')");
	wants(p, WH_GUARD, p->kind->fence(keeper, &fence, WH_FENCE_RENEW, &p->error));
	wants(p, WH_GUARD, p->kind->fence(keeper, &fence, WH_FENCE_FINAL, &p->error));
	carry(&l, "INSERT INTO things VALUES (3, 'free')");
	/* Who was let in meanwhile is waited for. */
	carry(&l, "BEGIN; INSERT INTO things VALUES (4, 'free')");
	wants(p, WH_RETRY, p->kind->fence(keeper, &brief, WH_FENCE_RAISE, &p->error));
	carry(&l, "INSERT INTO things VALUES (5, 'free')");
	carry(&l, "COMMIT");
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_FINAL, &p->error));
	rest(400);
	stopped(&l, l.does, "INSERT INTO things VALUES (6, 'late')");
	ok(p, p->kind->fence(keeper, &fence, WH_FENCE_DROP, &p->error));
	carry(&l, "INSERT INTO things VALUES (7, 'free')");
}

static void a_writer_that_does_not_end_keeps_the_fence_down(struct place *p)
{
	struct log l;
	fenced(&l, p);
	struct wh_fence brief = fence_of(&l, 300);
	struct wh_conn *keeper = plain_writer(p), *other = plain_writer(p);
	carry(&l, "BEGIN; INSERT INTO things VALUES (1, 'open')");
	wants(p, WH_RETRY, p->kind->fence(keeper, &brief, WH_FENCE_RAISE, &p->error));
	ok(p, sql(p, other, "INSERT INTO public.things VALUES (2, 'free')"));
	carry(&l, "COMMIT");
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_DROP, &p->error));
}

static void who_may_only_write_is_let_in_again(struct place *p)
{
	struct log l;
	fenced(&l, p);
	struct wh_fence brief = fence_of(&l, 300);
	struct wh_conn *keeper = plain_writer(p);
	ok(p, administer(p, "CREATE ROLE %s"));
	carry(&l, "GRANT INSERT ON things TO PUBLIC");
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_RAISE, &p->error));
	carry(&l, wh_arena_format(&p->arena, "SET ROLE %s", p->name));
	stopped(&l, l.does, "INSERT INTO things VALUES (1, 'late')");
	rest(400);
	int rc = sql(p, l.does, "INSERT INTO public.things VALUES (2, 'free')");
	carry(&l, "RESET ROLE");
	ok(p, p->kind->fence(keeper, &brief, WH_FENCE_DROP, &p->error));
	carry(&l, "REVOKE ALL ON things FROM PUBLIC");
	ok(p, administer(p, "DROP ROLE %s"));
	demand(p, rc == WH_OK, "an expired fence stops who has no right to its table");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "every change comes", every_change_comes },
		{ "aborted changes do not come", aborted_changes_do_not_come },
		{ "a large transaction comes in parts", a_large_transaction_comes_in_parts },
		{ "large values that did not change", large_values_that_did_not_change },
		{ "rows without a key", rows_without_a_key },
		{ "a change of the schema is told", a_change_of_the_schema_is_told },
		{ "our own transactions are passed over", our_own_transactions_are_passed_over },
		{ "a restart goes on where it was", a_restart_goes_on_where_it_was },
		{ "a record may end right behind the head of a page",
			a_record_may_end_right_behind_the_head_of_a_page },
		{ "a tail waits no longer than it may", a_tail_waits_no_longer_than_it_may },
		{ "a slot that does not reach back is refused",
			a_slot_that_does_not_reach_back_is_refused },
		{ "a snapshot fits its place", a_snapshot_fits_its_place },
		{ "a lost connection is tried again", a_lost_connection_is_tried_again },
		{ "names, parts and generated columns", names_parts_and_generated_columns },
		{ "its own types come as they are copied", its_own_types_come_as_they_are_copied },
		{ "values of others come as they are copied", values_of_others_come_as_they_are_copied },
		{ "equal rows go one by one", equal_rows_go_one_by_one },
		{ "many keys go at once", many_keys_go_at_once },
		{ "a lane belongs to its claim", a_lane_belongs_to_its_claim },
		{ "an owner may do it all", an_owner_may_do_it_all },
		{ "nobody writes behind the fence", nobody_writes_behind_the_fence },
		{ "a fence expires unless it is final", a_fence_expires_unless_it_is_final },
		{ "a writer that does not end keeps the fence down",
			a_writer_that_does_not_end_keeps_the_fence_down },
		{ "who may only write is let in again", who_may_only_write_is_let_in_again },
	};
	return contract_run("follow_postgresql", tests, COUNT(tests));
}
