/* The fence: it stops who does not pass, and nobody any longer than it says. */
#include "log.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define LONG 20000 /* milliseconds */
#define SHORT 1500

struct fenced {
	const struct wh_plan_table *t;
	const struct wh_rowset *tables[1];
	struct wh_fence fence;
	struct session *app;
	struct wh_conn *conn;
	int count;
};

static void fenced(struct place *p, struct fenced *f)
{
	needs(p, fence);
	*f = (struct fenced){ .t = make_things(p, "things") };
	f->tables[0] = &f->t->to;
	f->fence = (struct wh_fence){ .migration = p->claim.migration,
		.tables = f->tables,
		.ntables = 1,
		.milliseconds = LONG };
	f->app = session(p);
	f->conn = plain_writer(p);
	f->count = 100;
}

static int step(struct place *p, struct fenced *f, enum wh_fence_step step)
{
	wh_error_clear(&p->error);
	return p->kind->fence(f->conn, &f->fence, step, &p->error);
}

/* Each kind of write, by the application. */
static bool writable(struct fenced *f)
{
	char sql[80];
	snprintf(sql, sizeof sql, "INSERT INTO things VALUES (%d, 'new')", f->count++);
	return !refusal(f->app, sql);
}

static void is_shut(struct place *p, struct fenced *f, const char *when)
{
	static const char *const writes[] = { "INSERT INTO things VALUES (1, 'one')",
		"UPDATE things SET name = 'other'", "DELETE FROM things" };
	for (size_t i = 0; i < COUNT(writes); i++) {
		const char *why = refusal(f->app, writes[i]);
		demand(p, why, "%s, \"%s\" is accepted", when, writes[i]);
		demand(p, strstr(why, "whimbrel"), "%s, \"%s\" is refused with \"%s\"", when, writes[i],
			why);
	}
}

static void proves(struct place *p, struct fenced *f, bool want, const char *when)
{
	struct wh_conn *conn = plain_writer(p);
	bool stopped = !want;
	size_t tried = 0;
	const char *before = contents(p, &f->t->to);
	ok(p, p->kind->prove(conn, &f->fence, &stopped, &tried, &p->error));
	demand(p, tried == 1, "%s, %zu tables were tried", when, tried);
	demand(p, stopped == want, "%s, it is%s stopped", when, stopped ? "" : " not");
	stands(p, &f->t->to, before, "after it was tried");
	closed(p, conn);
}

static void it_stops_the_application(struct place *p)
{
	struct fenced f;
	fenced(p, &f);
	does(p, f.app, LINES("INSERT INTO things VALUES (0, 'zero')"));
	proves(p, &f, false, "without a fence");
	ok(p, step(p, &f, WH_FENCE_ARM));
	demand(p, writable(&f), "an armed fence stops the application: %s", refusal(f.app, "SELECT x"));
	proves(p, &f, false, "with an armed fence");
	ok(p, step(p, &f, WH_FENCE_RAISE));
	is_shut(p, &f, "with a fence");
	proves(p, &f, true, "with a fence");
	struct session *late = session(p), *other = f.app;
	f.app = late;
	is_shut(p, &f, "for a new session");
	f.app = other;
	ok(p, step(p, &f, WH_FENCE_DROP));
	ok(p, step(p, &f, WH_FENCE_DROP));
	demand(p, writable(&f), "a fence that was dropped stops the application");
	const char *left = answer(p, f.app, p->engine->ours);
	demand(p, !*left, "\"%s\" is left", left);
	stands(p, &f.t->to, "0|zero\n100|new\n101|new\n", "afterwards");
}

static void it_lets_us_pass(struct place *p)
{
	struct fenced f;
	needs(p, enter);
	fenced(p, &f);
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(&f.t->to, 0, 0);
	struct wh_lane_mark mark = { .lane = 0, .position = { .order = { 1 }, .text = "one" } };
	ok(p, p->kind->settle(out, &mark, 1, &p->error));
	ok(p, step(p, &f, WH_FENCE_RAISE));
	ok(p, p->kind->pass(out, &f.fence, &p->error));
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, write_lines(p, out, &unit, LINES("1|one", "2|two")));
	ok(p, p->kind->leave(out, &mark, &p->error));
	is_shut(p, &f, "after we passed");
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, &unit, &p->error));
	ok(p, p->kind->clear(out, &p->error));
	ok(p, write_lines(p, out, &unit, LINES("3|three")));
	ok(p, p->kind->leave(out, &mark, &p->error));
	unit.number = 1;
	write_unit(p, out, &unit, LINES("4|four"));
	is_shut(p, &f, "after we passed again");
	stands(p, &f.t->to, "3|three\n4|four\n", "after we passed");
	ok(p, step(p, &f, WH_FENCE_DROP));
}

static void it_expires(struct place *p)
{
	struct fenced f;
	fenced(p, &f);
	wants(p, WH_GUARD, step(p, &f, WH_FENCE_RENEW));
	wants(p, WH_GUARD, step(p, &f, WH_FENCE_FINAL));
	does(p, f.app, LINES("INSERT INTO things VALUES (0, 'zero')"));
	f.fence.milliseconds = SHORT;
	ok(p, step(p, &f, WH_FENCE_RAISE));
	is_shut(p, &f, "at first");
	usleep(SHORT * 1000 + 100000);
	demand(p, writable(&f), "it does not expire");
	proves(p, &f, false, "when it has expired");
	wants(p, WH_GUARD, step(p, &f, WH_FENCE_RENEW));
	wants(p, WH_GUARD, step(p, &f, WH_FENCE_FINAL));
	demand(p, writable(&f), "it stands again");
	f.fence.milliseconds = SHORT;
	ok(p, step(p, &f, WH_FENCE_RAISE));
	f.fence.milliseconds = SHORT * 2;
	ok(p, step(p, &f, WH_FENCE_RENEW));
	usleep(SHORT * 1000 + 100000);
	is_shut(p, &f, "after it was renewed");
	f.fence.milliseconds = SHORT / 3;
	ok(p, step(p, &f, WH_FENCE_RAISE));
	usleep(SHORT * 1000);
	demand(p, writable(&f), "raised again for less, it does not expire");
}

static void it_stays_when_it_is_final(struct place *p)
{
	struct fenced f;
	fenced(p, &f);
	does(p, f.app, LINES("INSERT INTO things VALUES (0, 'zero')"));
	f.fence.milliseconds = SHORT;
	ok(p, step(p, &f, WH_FENCE_RAISE));
	ok(p, step(p, &f, WH_FENCE_FINAL));
	ok(p, step(p, &f, WH_FENCE_FINAL));
	usleep(SHORT * 1000 + 100000);
	is_shut(p, &f, "when it is final");
	proves(p, &f, true, "when it is final");
	ok(p, step(p, &f, WH_FENCE_FINAL));
	ok(p, step(p, &f, WH_FENCE_DROP));
	demand(p, writable(&f), "a final one cannot be dropped");
}

struct raiser {
	struct place *p;
	struct fenced *f;
	struct wh_error error;
	atomic_bool done;
	int rc;
};

static void *raise_fence(void *context)
{
	struct raiser *r = context;
	r->rc = r->p->kind->fence(r->f->conn, &r->f->fence, WH_FENCE_RAISE, &r->error);
	atomic_store(&r->done, true);
	return NULL;
}

static void it_waits_for_an_open_writer(struct place *p)
{
	struct fenced f;
	fenced(p, &f);
	struct session *writing = session(p);
	struct raiser r = { .p = p, .f = &f };
	pthread_t thread;
	does(p, writing, LINES("BEGIN", "INSERT INTO things VALUES (1, 'one')"));
	f.fence.milliseconds = 400;
	wants(p, WH_RETRY, step(p, &f, WH_FENCE_RAISE));
	does(p, writing, LINES("INSERT INTO things VALUES (2, 'two')", "COMMIT"));
	demand(p, writable(&f), "a fence stands that could not be raised");
	does(p, writing, LINES("BEGIN", "INSERT INTO things VALUES (3, 'three')"));
	f.fence.milliseconds = LONG;
	assert_int_equal(pthread_create(&thread, NULL, raise_fence, &r), 0);
	usleep(400000);
	bool early = atomic_load(&r.done);
	const char *why = refusal(writing, "COMMIT");
	pthread_join(thread, NULL);
	demand(p, !early, "the fence stands while somebody writes: %d", r.rc);
	demand(p, !why, "who writes may not end: %s", why);
	demand(p, r.rc == WH_OK, "the fence is not raised: %s", r.error.text);
	is_shut(p, &f, "after it waited");
	stands(p, &f.t->to, "100|new\n1|one\n2|two\n3|three\n", "after it waited");
	ok(p, step(p, &f, WH_FENCE_DROP));
}

/* A writer that began under no fence, and writes for the first time under one. */
static void it_stops_who_has_begun(struct place *p)
{
	struct fenced f;
	fenced(p, &f);
	struct session *reading = session(p);
	does(p, reading, LINES("BEGIN"));
	ok(p, step(p, &f, WH_FENCE_RAISE));
	demand(p, refusal(reading, "INSERT INTO things VALUES (1, 'one')"), "it is accepted");
	refusal(reading, "ROLLBACK");
	stands(p, &f.t->to, "", "afterwards");
	ok(p, step(p, &f, WH_FENCE_DROP));
}

/* What no trigger stops, on either engine that has such: it waits until the holder ends. */
static void nobody_alters_what_is_held(struct place *p)
{
	struct fenced f;
	needs(p, hold);
	fenced(p, &f);
	does(p, f.app, LINES("INSERT INTO things VALUES (0, 'zero')"));
	ok(p, step(p, &f, WH_FENCE_RAISE));
	struct wh_conn *holder = reader(p);
	ok(p, p->kind->hold(holder, &f.fence, &p->error));
	refusal(f.app, "SET lock_timeout = '500ms'"); /* each engine knows one of them */
	refusal(f.app, "SET lock_wait_timeout = 1");
	demand(p, refusal(f.app, "ALTER TABLE things ADD extra int"), "it is altered");
	demand(p, refusal(f.app, "TRUNCATE TABLE things"), "it is emptied");
	ok(p, step(p, &f, WH_FENCE_FINAL));
	closed(p, holder);
	stands(p, &f.t->to, "0|zero\n", "while it was held");
	demand(p, !refusal(f.app, "ALTER TABLE things ADD extra int"), "it is held for ever");
	ok(p, step(p, &f, WH_FENCE_DROP));
}

static void fences_of_two_migrations(struct place *p)
{
	struct fenced f;
	char other[33];
	fenced(p, &f);
	struct wh_fence second = f.fence;
	wh_random_hex(other, 16);
	second.migration = other;
	does(p, f.app, LINES("INSERT INTO things VALUES (0, 'zero')"));
	ok(p, step(p, &f, WH_FENCE_RAISE));
	int rc = p->kind->fence(f.conn, &second, WH_FENCE_DROP, &p->error);
	demand(p, rc == WH_OK, "another migration's drop gives %d: %s", rc, p->error.text);
	is_shut(p, &f, "after another migration's was dropped");
	ok(p, step(p, &f, WH_FENCE_DROP));
	demand(p, writable(&f), "it is not open");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "it stops the application", it_stops_the_application },
		{ "it lets us pass", it_lets_us_pass },
		{ "it expires", it_expires },
		{ "it stays when it is final", it_stays_when_it_is_final },
		{ "it waits for an open writer", it_waits_for_an_open_writer },
		{ "it stops who has begun", it_stops_who_has_begun },
		{ "nobody alters what is held", nobody_alters_what_is_held },
		{ "fences of two migrations", fences_of_two_migrations },
	};
	return contract_run("fence", tests, COUNT(tests));
}
