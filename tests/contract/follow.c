/* From capture to tail: every change of a transaction that commits, once, in order, as it was. */
#include "log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* A captured table "things", whose engine holds rows under a claim. */
static const struct wh_plan_table *captured(struct place *p, struct log *log)
{
	needs(p, capture);
	needs(p, tail);
	const struct wh_plan_table *t = make_things(p, "things");
	const struct wh_rowset *tables[] = { &t->to };
	writer(p);
	log_init(log, p, tables, 1);
	return t;
}

static void changes_come_in_order(struct place *p)
{
	struct log log;
	captured(p, &log);
	struct session *app = session(p);
	does(p, app, LINES("INSERT INTO things VALUES (0, 'before it all')"));
	struct wh_position from = log_on(&log);
	struct wh_conn *tail = log_attach(&log, &from);
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one')"));
	log_says(&log, tail, "+things 1|one\n", "after an insert");
	does(p, app,
		LINES("INSERT INTO things VALUES (2, 'two'), (3, 'it''s \xE2\x82\xAC')",
			"UPDATE things SET name = 'uno' WHERE id = 1", "UPDATE things SET id = 30 WHERE id = 3",
			"DELETE FROM things WHERE id = 2"));
	log_says(&log, tail,
		"+things 2|two\n+things 3|it's \xE2\x82\xAC\nthings 1 > 1|uno\n"
		"things 3 > 30|it's \xE2\x82\xAC\n-things 2\n",
		"after one of each");
	does(p, app,
		LINES("BEGIN", "INSERT INTO things VALUES (4, 'four')", "ROLLBACK", "BEGIN",
			"INSERT INTO things VALUES (5, 'five')", "SAVEPOINT s",
			"INSERT INTO things VALUES (6, 'six')", "ROLLBACK TO SAVEPOINT s",
			"DELETE FROM things WHERE id = 30", "INSERT INTO things VALUES (30, 'again')",
			"UPDATE things SET name = '' WHERE id = 5", "COMMIT"));
	log_says(&log, tail, "+things 5|five\n-things 30\n+things 30|again\nthings 5 > 5|\n",
		"after what was rolled back and what was not");
	log_says(&log, tail, "", "after nothing");
	log_off(&log);
	log_finish(&log);
}

static void what_stands_still_is_not_missed(struct place *p)
{
	struct log log;
	captured(p, &log);
	struct session *open = session(p), *app = session(p);
	struct wh_position from = log_on(&log);
	struct wh_conn *tail = log_attach(&log, &from);
	does(p, open, LINES("BEGIN", "INSERT INTO things VALUES (1, 'late')"));
	if (p->kind->facts.writers != 1)
		does(p, app, LINES("INSERT INTO things VALUES (2, 'early')"));
	bool early = p->kind->facts.writers == 1;
	for (int i = 0; i < 3 || (!early && i < 100); i++) {
		wh_changes_reset(&log.changes);
		ok(p, p->kind->tail(tail, 50, &log.changes, &p->error));
		early = early || log.changes.ntxns > 0;
		for (size_t k = 0; k < log.changes.count; k++)
			demand(p,
				log.changes.items[k].op == WH_OP_INSERT &&
					log.changes.items[k].after != WH_NO_ROW &&
					wh_word(&log.changes.images[0], 0, log.changes.items[k].after) == 2,
				"a change comes before its commit");
	}
	does(p, open, LINES("COMMIT"));
	log_says(&log, tail, "+things 1|late\n", "after a transaction that stood open");
	log_finish(&log);
}

/* The rows that a snapshot has, and the changes from its place on, are all there is. */
static void a_live_snapshot_fits_its_place(struct place *p)
{
	struct log log;
	const struct wh_plan_table *t = captured(p, &log);
	struct session *app = session(p);
	struct wh_conn *conns[2], *tail;
	struct wh_snapshot snapshot = { .live = true };
	struct wh_unit all = unit_of(&t->to, 0, 0);
	struct wh_batch b;
	size_t n = 2, rows = 0;
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one'), (2, 'two')"));
	struct wh_position from = log_on(&log);
	does(p, app, LINES("INSERT INTO things VALUES (3, 'three')"));
	for (size_t i = 0; i < n; i++)
		conns[i] = reader(p);
	ok(p, p->kind->snapshot(conns, &n, &snapshot, &p->error));
	demand(p, snapshot.position.text[0], "a live snapshot without a place");
	demand(p, wh_position_compare(&from, &snapshot.position) <= 0, "its place is before the log");
	does(p, app,
		LINES("INSERT INTO things VALUES (4, 'four')",
			"UPDATE things SET name = 'uno' WHERE id = 1", "DELETE FROM things WHERE id = 2"));
	wh_rowset_batch(&t->to, &b);
	ok(p, p->kind->seek(conns[n - 1], &all, &p->error));
	for (int rc = WH_OK; rc == WH_OK; rows += b.rows) {
		wh_batch_reset(&b);
		rc = p->kind->read(conns[n - 1], &b, &p->error);
		demand(p, rc >= 0, "reading: %s", p->error.text);
	}
	wh_batch_finish(&b);
	demand(p, rows == 3, "the snapshot has %zu rows, not 3", rows);
	tail = log_attach(&log, &snapshot.position);
	log_says(&log, tail, "+things 4|four\nthings 1 > 1|uno\n-things 2\n", "from the snapshot on");
	closed(p, tail);
	tail = log_attach(&log, &from);
	log_says(&log, tail, "+things 3|three\n+things 4|four\nthings 1 > 1|uno\n-things 2\n",
		"from the beginning on");
	log_finish(&log);
}

#define IDS 40
#define BUSY_TRANSACTIONS 400

struct busy {
	struct session *app;
	atomic_int done;
};

/* Many small transactions; what is refused (a key that is there, a lock) is part of it. */
static void *be_busy(void *context)
{
	struct busy *b = context;
	unsigned seed = 7;
	for (int i = 0; i < BUSY_TRANSACTIONS; i++) {
		char sql[100];
		bool alone = rand_r(&seed) % 3 == 0;
		if (!alone)
			refusal(b->app, "BEGIN");
		for (int k = 0; k < (alone ? 1 : 3); k++) {
			int id = rand_r(&seed) % IDS, other = rand_r(&seed) % IDS, what = rand_r(&seed) % 8;
			if (what < 4)
				snprintf(sql, sizeof sql, "INSERT INTO things VALUES (%d, 'new %d')", id, i);
			else if (what < 6)
				snprintf(sql, sizeof sql, "UPDATE things SET name = 'at %d' WHERE id = %d", i, id);
			else if (what < 7)
				snprintf(sql, sizeof sql, "UPDATE things SET id = %d WHERE id = %d", other, id);
			else
				snprintf(sql, sizeof sql, "DELETE FROM things WHERE id = %d", id);
			refusal(b->app, sql);
		}
		if (!alone && refusal(b->app, rand_r(&seed) % 5 ? "COMMIT" : "ROLLBACK"))
			refusal(b->app, "ROLLBACK");
		atomic_fetch_add(&b->done, 1);
	}
	return NULL;
}

/* One line of a log on what the rows were before it. */
static void follow_line(struct place *p, char names[IDS][41], const char *line)
{
	int id = -1, to = -1;
	char name[41] = "";
	if (sscanf(line, "+things %d|%40[^\n]", &id, name) == 2) {
		demand(p, !names[id][0], "%d is inserted and there: \"%.40s\"", id, line);
		strcpy(names[id], name);
	} else if (sscanf(line, "-things %d", &id) == 1) {
		demand(p, names[id][0], "%d is deleted and not there", id);
		names[id][0] = '\0';
	} else {
		demand(p, sscanf(line, "things %d > %d|%40[^\n]", &id, &to, name) == 3, "\"%.60s\"", line);
		demand(p, names[id][0], "%d is updated and not there", id);
		names[id][0] = '\0';
		demand(p, !names[to][0], "%d becomes %d, which is there", id, to);
		strcpy(names[to], name);
	}
}

static void take_rows(struct place *p, const struct wh_rowset *rows, struct wh_conn *conn,
	char names[IDS][41])
{
	struct wh_unit all = unit_of(rows, 0, 0);
	struct wh_batch b;
	wh_rowset_batch(rows, &b);
	ok(p, p->kind->seek(conn, &all, &p->error));
	for (int rc = WH_OK; rc == WH_OK;) {
		wh_batch_reset(&b);
		rc = p->kind->read(conn, &b, &p->error);
		demand(p, rc >= 0, "reading: %s", p->error.text);
		for (uint32_t row = 0; row < b.rows; row++) {
			size_t n;
			const char *name = wh_cell(&b, 1, row, &n);
			snprintf(names[wh_word(&b, 0, row)], 41, "%.*s", (int)n, name);
		}
	}
	wh_batch_finish(&b);
}

static void wait_until(struct busy *b, int done)
{
	while (atomic_load(&b->done) < done)
		usleep(1000);
}

/* Three snapshots in the middle of it: each, with the changes from its place on, gives the end. */
static void a_busy_table_is_followed(struct place *p)
{
	struct log log;
	const struct wh_plan_table *t = captured(p, &log);
	struct busy busy = { .app = session(p) };
	char names[3][IDS][41] = { { "" } };
	struct wh_position at[3], from = log_on(&log);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, be_busy, &busy), 0);
	for (int i = 0; i < 3; i++) {
		struct wh_conn *conns[3];
		struct wh_snapshot snapshot = { .live = true };
		size_t n = 3;
		wait_until(&busy, (i + 1) * BUSY_TRANSACTIONS / 5);
		for (size_t k = 0; k < n; k++)
			conns[k] = reader(p);
		ok(p, p->kind->snapshot(conns, &n, &snapshot, &p->error));
		at[i] = snapshot.position;
		wait_until(&busy, (i + 1) * BUSY_TRANSACTIONS / 5 + 20);
		take_rows(p, &t->to, conns[n - 1], names[i]);
		for (size_t k = 0; k < 3; k++)
			closed(p, conns[k]);
	}
	pthread_join(thread, NULL);
	demand(p, wh_position_compare(&from, &at[0]) <= 0, "the first snapshot is before the log");
	for (int i = 0; i < 3; i++) {
		struct wh_conn *tail = log_attach(&log, &at[i]);
		const char *text = log_read(&log, tail);
		for (const char *line = text; *line; line = strchr(line, '\n') + 1)
			follow_line(p, names[i], line);
		closed(p, tail);
		struct wh_buffer want = { 0 };
		for (int id = 0; id < IDS; id++)
			if (names[i][id][0])
				wh_buffer_format(&want, "%d|%s\n", id, names[i][id]);
		const char *got = contents(p, &t->to);
		size_t lines = 0;
		for (const char *c = got; *c; c += strcspn(c, "\n") + 1, lines++)
			demand(p,
				strstr(wh_buffer_string(&want),
					wh_arena_format(&p->arena, "%.*s\n", (int)strcspn(c, "\n"), c)),
				"snapshot %d and its changes do not give \"%.40s\"", i, c);
		size_t wanted = 0;
		for (int id = 0; id < IDS; id++)
			wanted += names[i][id][0] != '\0';
		demand(p, lines == wanted, "snapshot %d: %zu rows, not %zu", i, wanted, lines);
		wh_buffer_free(&want);
	}
	log_off(&log);
	log_finish(&log);
}

static void capture_again_keeps_its_place(struct place *p)
{
	struct log log;
	captured(p, &log);
	struct session *app = session(p);
	struct wh_position first = log_on(&log);
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one')"));
	log_on(&log);
	struct wh_position again = log_on(&log);
	demand(p, wh_position_compare(&again, &first) >= 0, "the log goes back further than it did");
	does(p, app, LINES("INSERT INTO things VALUES (2, 'two')"));
	struct wh_conn *tail = log_attach(&log, &first);
	log_says(&log, tail, "+things 1|one\n+things 2|two\n", "after it was turned on three times");
	closed(p, tail);
	log_off(&log);
	log_off(&log);
	struct wh_conn *conn = reader(p);
	demand(p, p->kind->attach(conn, &log.capture, &first, &p->error) == WH_CONFIG,
		"a log that is not kept any more can be followed");
	closed(p, conn);
	does(p, app, LINES("INSERT INTO things VALUES (3, 'not seen by anybody')"));
	log_on(&log);
	conn = reader(p);
	int rc = p->kind->attach(conn, &log.capture, &first, &p->error);
	log.next = first;
	if (rc == WH_OK)
		log_says(&log, conn, "+things 1|one\n+things 2|two\n+things 3|not seen by anybody\n",
			"where a log made anew reaches back");
	else
		demand(p, rc == WH_CONFIG && p->error.text[0], "attach gives %d: %s", rc, p->error.text);
	log_finish(&log);
}

static void it_goes_on_where_it_stopped(struct place *p)
{
	struct log log;
	captured(p, &log);
	struct session *app = session(p);
	struct wh_position first = log_on(&log), second;
	struct wh_conn *tail = log_attach(&log, &first);
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one')"));
	log_says(&log, tail, "+things 1|one\n", "at first");
	second = log.next;
	does(p, app, LINES("INSERT INTO things VALUES (2, 'two')"));
	log_says(&log, tail, "+things 2|two\n", "then");
	closed(p, tail);
	tail = log_attach(&log, &second);
	does(p, app, LINES("INSERT INTO things VALUES (3, 'three')"));
	log_says(&log, tail, "+things 2|two\n+things 3|three\n", "from the second place on");
	ok(p, p->kind->confirm(tail, &second, &p->error));
	closed(p, tail);
	tail = log_attach(&log, &second);
	log_says(&log, tail, "+things 2|two\n+things 3|three\n", "from a confirmed place on");
	ok(p, p->kind->confirm(tail, &log.next, &p->error));
	ok(p, p->kind->confirm(tail, &log.next, &p->error));
	closed(p, tail);
	struct wh_conn *old = reader(p);
	int rc = p->kind->attach(old, &log.capture, &first, &p->error);
	log.next = first;
	if (rc == WH_OK)
		log_says(&log, old, "+things 1|one\n+things 2|two\n+things 3|three\n",
			"where the log is kept for longer");
	else
		demand(p, rc == WH_CONFIG && p->error.text[0], "attach gives %d: %s", rc, p->error.text);
	log_off(&log);
	log_finish(&log);
}

static void it_tells_how_far_it_is(struct place *p)
{
	struct log log;
	captured(p, &log);
	struct session *app = session(p);
	struct wh_conn *conn = plain_writer(p);
	struct wh_position from = log_on(&log);
	struct wh_log before, after;
	ok(p, p->kind->measure(conn, &log.capture, &from, &before, &p->error));
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one'), (2, 'two'), (3, 'three')"));
	ok(p, p->kind->measure(conn, &log.capture, &from, &after, &p->error));
	demand(p, wh_position_compare(&before.end, &after.end) < 0, "the end does not move");
	demand(p, after.behind < 0 || after.behind > before.behind, "it is %lld behind, it was %lld",
		(long long)after.behind, (long long)before.behind);
	ok(p, p->kind->measure(conn, &log.capture, &after.end, &before, &p->error));
	demand(p, before.behind <= after.behind, "at the end it is %lld behind",
		(long long)before.behind);
	log_off(&log);
	log_finish(&log);
}

#define BIG_ROW 1000000
#define BIG_ROWS 20

static void a_large_transaction_comes_in_parts(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		{ .name = "name", .kind = WH_TEXT, .required = true },
	};
	needs(p, capture);
	struct log log;
	const struct wh_plan_table *t = make_table(p, "things", specs, COUNT(specs));
	const struct wh_rowset *tables[] = { &t->to };
	writer(p);
	log_init(&log, p, tables, 1);
	struct session *app = session(p);
	struct wh_position from = log_on(&log);
	struct wh_buffer statement = { 0 };
	wh_buffer_text(&statement, "INSERT INTO things VALUES (    , '");
	for (int i = 0; i < BIG_ROW; i++)
		wh_buffer_char(&statement, (char)('a' + i % 26));
	wh_buffer_text(&statement, "')");
	does(p, app, LINES("BEGIN"));
	for (int i = 0; i < BIG_ROWS; i++) {
		char number[5];
		snprintf(number, sizeof number, "%4d", i);
		memcpy(statement.data + strlen("INSERT INTO things VALUES ("), number, 4);
		does(p, app, LINES(wh_buffer_string(&statement)));
	}
	does(p, app, LINES("COMMIT", "INSERT INTO things VALUES (77, 'behind it')"));
	wh_buffer_free(&statement);
	struct wh_conn *tail = log_attach(&log, &from);
	const char *text = log_read(&log, tail);
	size_t lines = 0;
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	demand(p, lines == BIG_ROWS + 1, "%zu changes, not %d", lines, BIG_ROWS + 1);
	demand(p,
		strlen(text) > (size_t)BIG_ROW * BIG_ROWS && !strncmp(text, "+things 0|abc", 13) &&
			strstr(text, "\n+things 19|abc") && strstr(text, "+things 77|behind it\n"),
		"some of it is missing");
	demand(p, log.parts > 1, "all of it came at once");
	demand(p, log.most < BIG_ROWS, "%zu changes came at once", log.most);
	log_off(&log);
	log_finish(&log);
}

static void rows_without_a_key_come_whole(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "a", .kind = WH_INT64, .precision = 64 },
		{ .name = "b", .kind = WH_TEXT, .length = 40 },
	};
	needs(p, capture);
	struct log log;
	const struct wh_plan_table *t = make_table(p, "loose", specs, COUNT(specs));
	const struct wh_rowset *tables[] = { &t->to };
	writer(p);
	log_init(&log, p, tables, 1);
	struct session *app = session(p);
	does(p, app, LINES("INSERT INTO loose VALUES (1, 'one'), (NULL, NULL)"));
	if (strcmp(p->kind->scheme, "postgresql") == 0) /* it says so itself, and does not do it */
		does(p, app, LINES("ALTER TABLE loose REPLICA IDENTITY FULL"));
	struct wh_position from = log_on(&log);
	struct wh_conn *tail = log_attach(&log, &from);
	does(p, app,
		LINES("INSERT INTO loose VALUES (2, NULL)", "UPDATE loose SET b = 'uno' WHERE a = 1",
			"DELETE FROM loose WHERE a IS NULL"));
	log_says(&log, tail, "+loose 2|\\N\nloose 1|one > 1|uno\n-loose \\N|\\N\n", "without a key");
	log_off(&log);
	log_finish(&log);
}

/* ---- our own transactions ---- */

static void what_is_ours_comes_without_changes(struct place *p)
{
	needs(p, enter);
	struct log log;
	const struct wh_plan_table *t = captured(p, &log);
	struct session *app = session(p);
	struct wh_conn *out = writer(p), *tail;
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_lane_mark mark = { .lane = 0, .position = { .order = { 1 }, .text = "one" } };
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	struct wh_position from = log_on(&log);
	does(p, app, LINES("INSERT INTO things VALUES (1, 'theirs')"));
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, write_lines(p, out, &unit, LINES("2|ours", "3|ours too")));
	ok(p, p->kind->leave(out, &mark, &p->error));
	does(p, app, LINES("UPDATE things SET name = 'theirs now' WHERE id = 2"));
	tail = log_attach(&log, &from);
	log_says(&log, tail, "+things 1|theirs\nthings 2 > 2|theirs now\n", "where some is ours");
	stands(p, &t->to, "1|theirs\n2|theirs now\n3|ours too\n", "after both");
	log_off(&log);
	log_finish(&log);
}

static void nothing_is_left_behind(struct place *p)
{
	needs(p, fence);
	needs(p, enter);
	struct log log;
	const struct wh_plan_table *t = captured(p, &log);
	struct session *app = session(p);
	struct wh_conn *out = plain_writer(p);
	const struct wh_rowset *tables[] = { &t->to };
	struct wh_lane_mark mark = { .lane = 3, .position = { .order = { 1 }, .text = "one" } };
	struct wh_fence fence = { .migration = p->claim.migration,
		.tables = tables,
		.ntables = 1,
		.milliseconds = 60000 };
	p->kind->join(out, &p->claim);
	struct wh_position from = log_on(&log);
	struct wh_conn *tail = log_attach(&log, &from);
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	does(p, app, LINES("INSERT INTO things VALUES (1, 'one')"));
	log_says(&log, tail, "+things 1|one\n", "before the fence");
	ok(p, p->kind->fence(out, &fence, WH_FENCE_RAISE, &p->error));
	ok(p, p->kind->fence(out, &fence, WH_FENCE_FINAL, &p->error));
	demand(p, *answer(p, app, p->engine->ours), "the test does not see what is whimbrel's");
	closed(p, tail);
	ok(p, p->kind->fence(out, &fence, WH_FENCE_DROP, &p->error));
	log_off(&log);
	while (p->nconns)
		closed(p, p->conns[0]);
	out = plain_writer(p);
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	const char *left = answer(p, app, p->engine->ours);
	demand(p, !*left, "\"%s\" is left", left);
	does(p, app, LINES("INSERT INTO things VALUES (2, 'two')"));
	stands(p, &t->to, "1|one\n2|two\n", "afterwards");
	log_finish(&log);
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "changes come in order", changes_come_in_order },
		{ "what stands still is not missed", what_stands_still_is_not_missed },
		{ "a live snapshot fits its place", a_live_snapshot_fits_its_place },
		{ "a busy table is followed", a_busy_table_is_followed },
		{ "capture again keeps its place", capture_again_keeps_its_place },
		{ "it goes on where it stopped", it_goes_on_where_it_stopped },
		{ "it tells how far it is", it_tells_how_far_it_is },
		{ "a large transaction comes in parts", a_large_transaction_comes_in_parts },
		{ "rows without a key come whole", rows_without_a_key_come_whole },
		{ "what is ours comes without changes", what_is_ours_comes_without_changes },
		{ "nothing is left behind", nothing_is_left_behind },
	};
	return contract_run("follow", tests, COUNT(tests));
}
