/* Claims, units and their markers: exactly once, or not at all. */
#include "contract.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* ---- the claim ---- */

static void prepare_raises_the_epoch(struct place *p)
{
	static const char *const tables[] = { "public.a", "it's b" };
	struct wh_claim first = { .tables = tables, .ntables = 2 }, second = first,
					other = { .epoch = 0 };
	struct wh_conn *out = plain_writer(p);
	memcpy(first.migration, p->claim.migration, sizeof first.migration);
	memcpy(second.migration, p->claim.migration, sizeof first.migration);
	wh_random_hex(other.migration, 16);
	ok(p, p->kind->prepare(out, &first, &p->error));
	demand(p, !first.resumed && first.epoch > 0, "a new migration: resumed %d, epoch %lld",
		first.resumed, (long long)first.epoch);
	ok(p, p->kind->prepare(plain_writer(p), &second, &p->error));
	demand(p, second.resumed && second.epoch == first.epoch + 1, "again: resumed %d, epoch %lld",
		second.resumed, (long long)second.epoch);
	ok(p, p->kind->prepare(plain_writer(p), &other, &p->error));
	demand(p, !other.resumed, "another migration is taken for the first");
	ok(p, p->kind->finish(out, &other, &p->error));
	ok(p, p->kind->prepare(out, &first, &p->error));
	demand(p, first.resumed && first.epoch == second.epoch + 1, "the end of another one ended it");
}

static void an_older_claim_is_lost(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), other = unit_of(&t->to, 0, 1);
	struct wh_conn *old = writer(p), *joined = writer(p), *young = plain_writer(p);
	struct wh_claim claim = { .epoch = 0 };
	memcpy(claim.migration, p->claim.migration, sizeof claim.migration);
	write_unit(p, old, &other, LINES("9|nine"));
	ok(p, p->kind->prepare(young, &claim, &p->error));
	wants(p, WH_LOST, begin(p, old, &unit));
	demand(p, p->error.text[0], "no text says what is lost");
	wants(p, WH_LOST, begin(p, joined, &unit));
	wants(p, WH_LOST, begin(p, old, &other));
	wants(p, WH_LOST, p->kind->empty(old, 0, &t->to, &p->error));
	ok(p, abandon(p, old));
	stands(p, &t->to, "9|nine\n", "after a claim was lost");
	write_unit(p, young, &unit, LINES("1|one"));
	stands(p, &t->to, "1|one\n9|nine\n", "under the new claim");
}

struct taker {
	struct place *p;
	struct wh_conn *conn;
	struct wh_claim claim;
	const struct wh_unit *unit;
	struct wh_tally tally;
	struct wh_error error;
	atomic_bool done;
	int rc;
};

static void *take_claim(void *context)
{
	struct taker *t = context;
	t->rc = t->p->kind->prepare(t->conn, &t->claim, &t->error);
	atomic_store(&t->done, true);
	return NULL;
}

/* Whoever wants the claim while a unit is open waits for that unit. */
static void a_claim_waits_for_an_open_unit(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), other = unit_of(&t->to, 0, 1);
	struct wh_conn *old = writer(p);
	struct taker taker = { .p = p, .conn = plain_writer(p) };
	pthread_t thread;
	memcpy(taker.claim.migration, p->claim.migration, sizeof taker.claim.migration);
	ok(p, begin(p, old, &unit));
	ok(p, write_lines(p, old, &unit, LINES("1|one")));
	assert_int_equal(pthread_create(&thread, NULL, take_claim, &taker), 0);
	usleep(300000);
	bool early = atomic_load(&taker.done);
	int rc = commit(p, old);
	pthread_join(thread, NULL);
	demand(p, !early, "the claim was taken under an open unit: %d", taker.rc);
	demand(p, rc == WH_OK && taker.rc == WH_OK, "commit gives %d, prepare %d: \"%s\"", rc, taker.rc,
		taker.error.text);
	stands(p, &t->to, "1|one\n", "after the unit");
	wants(p, WH_LOST, begin(p, old, &other));
}

/* ---- units ---- */

static void a_committed_unit_is_done(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 3, 5), next = unit_of(&t->to, 3, 6);
	struct wh_conn *out = writer(p), *later;
	struct wh_tally tally = { .read = { 3, { 1, UINT64_MAX } },
		.written = { 2, { 3, 4 } },
		.quarantined = { 1, { 5, 6 } },
		.filtered = { 7, { 8, 9 } },
		.bytes = UINT64_MAX,
		.snapshot = 12 },
					done = { 0 };
	char want[WH_TALLY_TEXT], got[WH_TALLY_TEXT];
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("1|one", "2|two")));
	ok(p, p->kind->commit(out, &tally, &p->error));
	later = writer(p);
	for (int i = 0; i < 2; i++) {
		wants(p, WH_DONE, p->kind->begin(i ? out : later, &unit, &done, &p->error));
		wh_tally_text(&tally, want);
		wh_tally_text(&done, got);
		demand(p, !strcmp(want, got), "the tally comes back as \"%s\", not \"%s\"", got, want);
	}
	ok(p, abandon(p, out));
	write_unit(p, out, &next, LINES("3|three"));
	stands(p, &t->to, "1|one\n2|two\n3|three\n", "after two units");
}

static bool marked(const struct wh_mark *marks, size_t n, int64_t table, int64_t unit,
	uint64_t bytes)
{
	for (size_t i = 0; i < n; i++)
		if (marks[i].table == table && marks[i].unit == unit)
			return marks[i].tally.bytes == bytes;
	return false;
}

static void marks_are_what_is_complete(struct place *p)
{
	static const char *const tables[] = { "public.things" };
	needs(p, marks);
	const struct wh_plan_table *t = make_things(p, "things");
	p->claim.tables = tables;
	p->claim.ntables = 1;
	struct wh_conn *out = writer(p);
	struct wh_claim other = { .epoch = 0 };
	struct wh_mark *marks = NULL;
	size_t n = 0;
	ok(p, p->kind->marks(out, &p->claim, &p->arena, &marks, &n, &p->error));
	demand(p, n == 0, "%zu marks before any unit", n);
	for (int i = 0; i < 3; i++) {
		struct wh_unit unit = unit_of(&t->to, i, INT64_C(5000000000) * i);
		struct wh_tally tally = { .bytes = (uint64_t)i };
		ok(p, begin(p, out, &unit));
		ok(p, p->kind->commit(out, &tally, &p->error));
	}
	struct wh_unit open = unit_of(&t->to, 7, 7);
	ok(p, begin(p, out, &open));
	ok(p, abandon(p, out));
	ok(p, p->kind->marks(out, &p->claim, &p->arena, &marks, &n, &p->error));
	demand(p, n == 3, "%zu marks, not 3", n);
	for (int i = 0; i < 3; i++)
		demand(p, marked(marks, n, i, INT64_C(5000000000) * i, (uint64_t)i), "unit %d is not there",
			i);
	wh_random_hex(other.migration, 16);
	marks = NULL;
	n = 0;
	ok(p, p->kind->marks(out, &other, &p->arena, &marks, &n, &p->error));
	demand(p, n == 0, "%zu marks of another migration", n);
}

static void units_without_rows_are_marked_together(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *old = writer(p), *young = plain_writer(p);
	struct wh_claim claim = { .epoch = 0 };
	const struct wh_mark some[] = { { 0, 0, { .bytes = 9 } }, { 4, 1, { .bytes = 5 } },
		{ INT64_C(5000000000), 2, { .bytes = UINT64_MAX } } };
	struct wh_mark *marks = NULL;
	size_t n = 0;
	write_unit(p, old, &unit, LINES("1|one"));
	ok(p, p->kind->mark(old, some, 3, &p->error));
	ok(p, p->kind->mark(old, some, 3, &p->error));
	ok(p, p->kind->marks(old, &p->claim, &p->arena, &marks, &n, &p->error));
	demand(p, n == 3, "%zu marks, not 3", n);
	demand(p, !marked(marks, n, 0, 0, 9), "a marker that was there is another now");
	demand(p, marked(marks, n, 4, 1, 5) && marked(marks, n, INT64_C(5000000000), 2, UINT64_MAX),
		"a marker is not there");
	memcpy(claim.migration, p->claim.migration, sizeof claim.migration);
	ok(p, p->kind->prepare(young, &claim, &p->error));
	wants(p, WH_LOST, p->kind->mark(old, &(struct wh_mark){ .table = 7 }, 1, &p->error));
	stands(p, &t->to, "1|one\n", "after markers of other units");
}

static struct wh_statement table_of(const char *name, char *sql, size_t size)
{
	snprintf(sql, size, "CREATE TABLE %s (a integer)", name);
	return (struct wh_statement){ .kind = "table", .object = name, .table = -1, .sql = sql };
}

static void statements_together_are_one(struct place *p)
{
	char sql[4][80];
	size_t done = 9;
	needs(p, execute_all);
	const char *schema = p->kind->facts.default_schema, *dot = schema ? "." : "";
	const char *const names[] = { "one", "two", "three", "one" };
	struct wh_statement all[4];
	const struct wh_statement *list[4];
	for (int i = 0; i < 4; i++) {
		const char *name = wh_arena_format(&p->arena, "%s%s%s", schema ? schema : "", dot,
			names[i]);
		all[i] = table_of(name, sql[i], sizeof sql[i]);
		list[i] = &all[i];
	}
	struct wh_conn *out = writer(p);
	wants(p, WH_EXISTS, p->kind->execute_all(out, list, 4, &done, &p->error));
	demand(p, done == 3, "%zu went before the one at fault, not 3", done);
	ok(p, p->kind->execute_all(out, list, 3, &done, &p->error));
	wants(p, WH_EXISTS, p->kind->execute_all(out, list + 2, 2, &done, &p->error));
	demand(p, done == 0, "%zu went before the first, which was at fault", done);
}

static void what_is_not_committed_is_not_there(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	ok(p, abandon(p, out));
	ok(p, begin(p, out, &unit));
	ok(p, abandon(p, out));
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("1|one")));
	ok(p, abandon(p, out));
	ok(p, abandon(p, out));
	stands(p, &t->to, "", "after an abandoned unit");
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("2|two")));
	closed(p, out);
	stands(p, &t->to, "", "after a connection was lost");
	out = writer(p);
	write_unit(p, out, &unit, LINES("3|three"));
	stands(p, &t->to, "3|three\n", "at last");
}

static void a_unit_without_rows_is_a_unit(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	ok(p, begin(p, out, &unit));
	ok(p, commit(p, out));
	wants(p, WH_DONE, begin(p, out, &unit));
	stands(p, &t->to, "", "after an empty unit");
}

static void redo_replaces_its_range(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit low = range_of(&t->to, 0, INT64_MIN, 10), middle = range_of(&t->to, 1, 10, 20),
				   high = range_of(&t->to, 2, 20, INT64_MAX), all = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	write_unit(p, out, &low, LINES("-9223372036854775808|min", "9|nine"));
	write_unit(p, out, &middle, LINES("10|ten", "19|nineteen"));
	write_unit(p, out, &high, LINES("20|twenty", "9223372036854775807|max"));
	middle.redo = true;
	write_unit(p, out, &middle, LINES("11|eleven"));
	stands(p, &t->to,
		"-9223372036854775808|min\n11|eleven\n20|twenty\n9223372036854775807|max\n"
		"9|nine\n",
		"after the middle was done again");
	ok(p, begin(p, out, &middle));
	ok(p, write_lines(p, out, &middle, LINES("12|twelve")));
	ok(p, abandon(p, out));
	middle.redo = false;
	wants(p, WH_DONE, begin(p, out, &middle));
	high.redo = low.redo = true;
	write_unit(p, out, &high, LINES("30|thirty"));
	write_unit(p, out, &low, LINES("0|zero"));
	stands(p, &t->to, "0|zero\n11|eleven\n30|thirty\n", "after all was done again");
	all.redo = true;
	all.number = 9;
	write_unit(p, out, &all, LINES("5|five"));
	stands(p, &t->to, "5|five\n", "after a redo of everything, whose marker was not there");
}

static void two_writers_write_at_once(struct place *p)
{
	if (p->kind->facts.writers == 1) {
		print_message("# %s has one writer\n", p->kind->scheme);
		skip();
	}
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit low = range_of(&t->to, 0, INT64_MIN, 10),
				   high = range_of(&t->to, 1, 10, INT64_MAX);
	struct wh_conn *one = writer(p), *two = writer(p);
	ok(p, begin(p, one, &low));
	ok(p, begin(p, two, &high));
	ok(p, write_lines(p, one, &low, LINES("1|one")));
	ok(p, write_lines(p, two, &high, LINES("11|eleven")));
	ok(p, write_lines(p, one, &low, LINES("9|nine")));
	ok(p, write_lines(p, two, &high, LINES("10|ten")));
	ok(p, commit(p, one));
	ok(p, commit(p, two));
	stands(p, &t->to, "10|ten\n11|eleven\n1|one\n9|nine\n", "after both");
	low.redo = high.redo = true;
	ok(p, begin(p, one, &low));
	ok(p, begin(p, two, &high));
	ok(p, write_lines(p, two, &high, LINES("12|twelve")));
	ok(p, write_lines(p, one, &low, LINES("2|two")));
	ok(p, commit(p, two));
	ok(p, commit(p, one));
	stands(p, &t->to, "12|twelve\n2|two\n", "after both again");
}

static void *take_unit(void *context)
{
	struct taker *t = context;
	t->rc = t->p->kind->begin(t->conn, t->unit, &t->tally, &t->error);
	atomic_store(&t->done, true);
	return NULL;
}

/* The second writer of the same unit waits, and then sees what the first one did. */
static void one_unit_is_written_once(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *one = writer(p);
	struct taker taker = { .p = p, .conn = writer(p), .unit = &unit };
	struct wh_tally tally = { .bytes = 77 };
	for (int gives_up = 1; gives_up >= 0; gives_up--) {
		pthread_t thread;
		atomic_store(&taker.done, false);
		ok(p, begin(p, one, &unit));
		ok(p, write_lines(p, one, &unit, LINES("1|one")));
		assert_int_equal(pthread_create(&thread, NULL, take_unit, &taker), 0);
		usleep(200000);
		bool early = atomic_load(&taker.done);
		int rc = gives_up ? abandon(p, one) : p->kind->commit(one, &tally, &p->error);
		pthread_join(thread, NULL);
		demand(p, !early, "the second writer did not wait: %d", taker.rc);
		demand(p, rc == WH_OK, "the first one fails: \"%s\"", p->error.text);
		demand(p, taker.rc == (gives_up ? WH_OK : WH_DONE), "the second begins with %d: \"%s\"",
			taker.rc, taker.error.text);
		ok(p, abandon(p, taker.conn));
	}
	demand(p, taker.tally.bytes == 77, "it does not see the tally of the first");
	stands(p, &t->to, "1|one\n", "after one unit");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "prepare raises the epoch", prepare_raises_the_epoch },
		{ "an older claim is lost", an_older_claim_is_lost },
		{ "a claim waits for an open unit", a_claim_waits_for_an_open_unit },
		{ "a committed unit is done", a_committed_unit_is_done },
		{ "marks are what is complete", marks_are_what_is_complete },
		{ "units without rows are marked together", units_without_rows_are_marked_together },
		{ "statements together are one", statements_together_are_one },
		{ "what is not committed is not there", what_is_not_committed_is_not_there },
		{ "a unit without rows is a unit", a_unit_without_rows_is_a_unit },
		{ "redo replaces its range", redo_replaces_its_range },
		{ "two writers write at once", two_writers_write_at_once },
		{ "one unit is written once", one_unit_is_written_once },
	};
	return contract_run("write", tests, COUNT(tests));
}
