/* Markers, units, rows that cannot go, erase, empty, finish: exactly once, or not at all. */
#include "contract.h"
#include "base/arena.h"
#include "base/text.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static void stands(struct place *p, const struct wh_rowset *rows, const char *want, const char *when)
{
	const char *got = contents(p, rows);
	demand(p, !strcmp(got, want), "%s, \"%s\" holds \"%s\", not \"%s\"", when, rows->table, got, want);
}

static int begin(struct place *p, struct wh_conn *out, const struct wh_unit *unit)
{
	struct wh_tally done = { 0 };
	wh_error_clear(&p->error);
	return p->kind->begin(out, unit, &done, &p->error);
}

static int commit(struct place *p, struct wh_conn *out)
{
	struct wh_tally tally = { 0 };
	wh_error_clear(&p->error);
	return p->kind->commit(out, &tally, &p->error);
}

static int abandon(struct place *p, struct wh_conn *out)
{
	wh_error_clear(&p->error);
	return p->kind->abandon(out, &p->error);
}

/* ---- the claim ---- */

static void prepare_raises_the_epoch(struct place *p)
{
	static const char *const tables[] = { "public.a", "it's b" };
	struct wh_claim first = { .tables = tables, .ntables = 2 }, second = first, other = { .epoch = 0 };
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
	struct wh_tally tally = { .read = { 3, { 1, UINT64_MAX } }, .written = { 2, { 3, 4 } },
		.quarantined = { 1, { 5, 6 } }, .filtered = { 7, { 8, 9 } }, .bytes = UINT64_MAX,
		.snapshot = 12 }, done = { 0 };
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

static bool marked(const struct wh_mark *marks, size_t n, int64_t table, int64_t unit, uint64_t bytes)
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
		demand(p, marked(marks, n, i, INT64_C(5000000000) * i, (uint64_t)i), "unit %d is not there", i);
	wh_random_hex(other.migration, 16);
	marks = NULL;
	n = 0;
	ok(p, p->kind->marks(out, &other, &p->arena, &marks, &n, &p->error));
	demand(p, n == 0, "%zu marks of another migration", n);
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
	stands(p, &t->to, "-9223372036854775808|min\n11|eleven\n20|twenty\n9223372036854775807|max\n"
		"9|nine\n", "after the middle was done again");
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
	struct wh_unit low = range_of(&t->to, 0, INT64_MIN, 10), high = range_of(&t->to, 1, 10, INT64_MAX);
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

/* ---- rows that cannot go ---- */

/* A batch that must be refused as a whole; what is cut or filled in by the engine is not taken. */
static void refuses(struct place *p, struct wh_conn *out, const struct wh_unit *unit,
	const char *const *lines, const char *what)
{
	int rc = write_lines(p, out, unit, lines);
	demand(p, rc == WH_ROW, "%s: a careful write gives %d, \"%s\"", what, rc, p->error.text);
	demand(p, p->error.text[0], "%s: no text says why", what);
}

static void a_careful_unit_goes_on(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	unit.careful = true;
	ok(p, begin(p, out, &unit));
	refuses(p, out, &unit, LINES("0|\\N"), "null, first of all");
	ok(p, write_lines(p, out, &unit, LINES("1|one", "2|two")));
	refuses(p, out, &unit, LINES("3|three", "4|\\N", "5|five"), "null");
	refuses(p, out, &unit, LINES("3|three", "1|again"), "a key that is there");
	refuses(p, out, &unit, LINES("3|three", "3|three"), "a key twice");
	refuses(p, out, &unit, LINES("\\N|none"), "no key");
	ok(p, write_lines(p, out, &unit, LINES("6|six")));
	ok(p, commit(p, out));
	stands(p, &t->to, "1|one\n2|two\n6|six\n", "after a careful unit");
	wants(p, WH_DONE, begin(p, out, &unit));
}

static void too_long_is_refused_or_kept(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	static const char line[] = "2|forty-one characters are one more than it";
	unit.careful = true;
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("1|one")));
	int rc = write_lines(p, out, &unit, LINES(line));
	demand(p, rc == WH_OK || rc == WH_ROW, "it gives %d, \"%s\"", rc, p->error.text);
	ok(p, write_lines(p, out, &unit, LINES("3|three")));
	ok(p, commit(p, out));
	stands(p, &t->to, rc == WH_ROW ? "1|one\n3|three\n" : wh_arena_format(&p->arena,
		"1|one\n%s\n3|three\n", line), "after a long one");
}

static void a_bad_row_spoils_a_whole_batch(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	struct wh_batch b;
	wh_rowset_batch(&t->to, &b);
	for (int i = 1; i <= 5000; i++)
		put_row(p, &t->to, &b, wh_arena_format(&p->arena, "%d|name %d", i < 5000 ? i : 17, i));
	unit.careful = true;
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("-1|minus one")));
	wants(p, WH_ROW, p->kind->write(out, &b, &p->error));
	ok(p, commit(p, out));
	wh_batch_finish(&b);
	stands(p, &t->to, "-1|minus one\n", "after a batch whose last row is bad");
}

static void a_bad_row_spoils_a_plain_unit(struct place *p)
{
	static const char *const bad[] = { "3|\\N", "1|again", "\\N|none" };
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), other = unit_of(&t->to, 0, 1);
	struct wh_conn *out = writer(p);
	for (size_t i = 0; i < COUNT(bad); i++) {
		ok(p, begin(p, out, &unit));
		ok(p, write_lines(p, out, &unit, LINES("1|one", "2|two")));
		int rc = write_lines(p, out, &unit, LINES("4|four", bad[i], "5|five"));
		if (rc == WH_OK)
			rc = commit(p, out);
		demand(p, rc == WH_ROW && p->error.text[0], "%s: it gives %d, \"%s\"", bad[i], rc,
			p->error.text);
		ok(p, abandon(p, out));
		stands(p, &t->to, "", "after a unit that failed");
	}
	write_unit(p, out, &unit, LINES("1|one"));
	write_unit(p, out, &other, LINES("2|two"));
	stands(p, &t->to, "1|one\n2|two\n", "on the same connection");
}

/* An engine that counts by itself must not do so for a null that was sent. */
static void a_null_is_not_counted_up(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true, .identity = true },
		{ .name = "name", .kind = WH_TEXT, .length = 40 } };
	const struct wh_plan_table *t = make_table(p, "counted", specs, COUNT(specs));
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_conn *out = writer(p);
	unit.careful = true;
	ok(p, begin(p, out, &unit));
	ok(p, write_lines(p, out, &unit, LINES("0|zero", "-5|minus five", "77|\\N")));
	refuses(p, out, &unit, LINES("\\N|none"), "null");
	ok(p, commit(p, out));
	stands(p, &t->to, "-5|minus five\n0|zero\n77|\\N\n", "after numbers of our own");
}

/* ---- erase, empty, finish ---- */

struct keyed {
	const char *label;
	struct spec key;
	const char *values[10]; /* all different; the second is erased */
};

/* Writes what the engine takes of (1, value) and erases one of them: the others stay. */
static void erase_one(struct place *p, const struct keyed *k, size_t number)
{
	const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true }, k->key };
	const struct wh_plan_table *t = make_table(p, wh_arena_format(&p->arena, "t%zu", number), specs, 2);
	struct wh_unit unit = unit_of(&t->to, (int64_t)number, 0), next = unit;
	struct wh_conn *out = writer(p);
	const char *const *erased = LINES(wh_arena_format(&p->arena, "1|%s", k->values[1]));
	unit.careful = true;
	next.number = 1;
	ok(p, begin(p, out, &unit));
	for (size_t i = 0; i < COUNT(k->values) && k->values[i]; i++) {
		int rc = write_lines(p, out, &unit, LINES(wh_arena_format(&p->arena, "1|%s", k->values[i])));
		demand(p, rc == WH_OK || (rc == WH_ROW && i > 1), "%s: %s gives %d: \"%s\"", k->label,
			k->values[i], rc, p->error.text);
	}
	ok(p, write_lines(p, out, &unit, LINES(wh_arena_format(&p->arena, "2|%s", k->values[1]))));
	ok(p, commit(p, out));
	struct wh_digest before = digest_of(p, &t->to), after, row = { 0 };
	struct wh_batch b;
	struct wh_buffer scratch = { 0 };
	wh_rowset_batch(&t->to, &b);
	put_row(p, &t->to, &b, erased[0]);
	wh_digest_batch(&b, NULL, SEED, &scratch);
	wh_digest_add_rows(&row, &b, 0, 1);
	ok(p, begin(p, out, &next));
	ok(p, p->kind->erase(out, &b, &p->error));
	ok(p, commit(p, out));
	wh_batch_finish(&b);
	wh_buffer_free(&scratch);
	after = digest_of(p, &t->to);
	wh_digest_merge(&after, &row);
	demand(p, wh_digest_equal(&before, &after), "%s: erasing \"%s\" leaves %s", k->label, k->values[1],
		contents(p, &t->to));
	closed(p, out);
}

static void erase_removes_exactly_one_key(struct place *p)
{
	static const struct keyed keys[] = {
		{ "text", { .name = "k", .kind = WH_TEXT, .length = 20, .key = true },
			{ "a ", "a", "a  ", "A", "\xC3\xA4", "a\xCC\x88", " a", "", "\xC3\x9F", "ss" } },
		{ "text with blanks", { .name = "k", .kind = WH_TEXT, .length = 20, .key = true },
			{ "a", "a ", "a  ", "A ", "", " " } },
		{ "upper case", { .name = "k", .kind = WH_TEXT, .length = 20, .key = true },
			{ "straSSe", "STRASSE", "strasse", "stra\xC3\x9F" "e" } },
		{ "quotes", { .name = "k", .kind = WH_TEXT, .length = 20, .key = true },
			{ "' OR '1'='1", "it's \\", "it's", "it's \\\\", "\"" } },
		{ "bytes", { .name = "k", .kind = WH_BYTES, .length = 20, .key = true },
			{ "00", "0000", "", "61", "6120", "ff" } },
		{ "decimal", { .name = "k", .kind = WH_DECIMAL, .precision = 30, .scale = 10, .key = true },
			{ "1", "1.0000000001", "1.0000000002", "12345678901234567890.0000000001",
			"12345678901234567890.0000000002", "-1.0000000001" } },
		{ "uint64", { .name = "k", .kind = WH_UINT64, .precision = 64, .key = true },
			{ "18446744073709551614", "18446744073709551615", "9223372036854775807",
			"9223372036854775808", "0" } },
		{ "int64", { .name = "k", .kind = WH_INT64, .precision = 64, .key = true },
			{ "9223372036854775806", "9223372036854775807", "-9223372036854775808", "0", "-1" } },
		{ "timestamp", { .name = "k", .kind = WH_TIMESTAMP, .precision = 6, .key = true },
			{ "2024-03-31 02:30:00.000001", "2024-03-31 02:30:00", "2024-03-31 02:30:00.5" } },
		{ "timestamptz", { .name = "k", .kind = WH_TIMESTAMPTZ, .precision = 6, .key = true },
			{ "2024-03-31 01:30:00.000001+00", "2024-03-31 01:30:00+00", "2024-03-31 00:30:00+00" } },
		{ "date", { .name = "k", .kind = WH_DATE, .key = true },
			{ "2024-02-28", "2024-02-29", "2024-03-01", "0001-01-01" } },
		{ "time", { .name = "k", .kind = WH_TIME, .precision = 6, .key = true },
			{ "00:00:00", "23:59:59.999999", "23:59:59.999998" } },
		{ "uuid", { .name = "k", .kind = WH_UUID, .key = true },
			{ "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
			"ffffffff-ffff-ffff-ffff-fffffffffffe" } },
		{ "boolean", { .name = "k", .kind = WH_BOOL, .key = true }, { "true", "false" } },
	};
	needs(p, erase);
	for (size_t i = 0; i < COUNT(keys); i++)
		erase_one(p, &keys[i], i);
}

static void erase_takes_many_keys_and_none(struct place *p)
{
	needs(p, erase);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), next = unit_of(&t->to, 0, 1);
	struct wh_conn *out = writer(p);
	struct wh_batch b;
	write_unit(p, out, &unit, LINES("1|one", "2|two", "3|three", "4|four"));
	wh_rowset_batch(&t->to, &b);
	put_row(p, &t->to, &b, "1|of another name");
	put_row(p, &t->to, &b, "3|three");
	put_row(p, &t->to, &b, "77|is not there");
	ok(p, begin(p, out, &next));
	ok(p, p->kind->erase(out, &b, &p->error));
	ok(p, abandon(p, out));
	stands(p, &t->to, "1|one\n2|two\n3|three\n4|four\n", "after an erase that was abandoned");
	ok(p, begin(p, out, &next));
	ok(p, p->kind->erase(out, &b, &p->error));
	ok(p, write_lines(p, out, &next, LINES("3|new three", "5|five")));
	ok(p, commit(p, out));
	wh_batch_finish(&b);
	stands(p, &t->to, "2|two\n3|new three\n4|four\n5|five\n", "after an erase and a write");
}

static void empty_removes_markers_and_rows(struct place *p)
{
	needs(p, empty);
	const struct wh_plan_table *t = make_things(p, "things"), *o = make_things(p, "others");
	struct wh_unit unit = unit_of(&t->to, 4, 0), second = unit_of(&t->to, 4, 1),
		other = unit_of(&o->to, 5, 0);
	struct wh_conn *out = writer(p);
	write_unit(p, out, &unit, LINES("1|one"));
	write_unit(p, out, &second, LINES("2|two"));
	write_unit(p, out, &other, LINES("1|other"));
	ok(p, p->kind->empty(out, 4, &t->to, &p->error));
	stands(p, &t->to, "", "emptied");
	stands(p, &o->to, "1|other\n", "another table");
	wants(p, WH_DONE, begin(p, out, &other));
	write_unit(p, out, &second, LINES("3|three"));
	write_unit(p, out, &unit, LINES("4|four"));
	stands(p, &t->to, "3|three\n4|four\n", "written again");
	ok(p, p->kind->empty(out, 4, &t->to, &p->error));
	ok(p, p->kind->empty(out, 4, &t->to, &p->error));
	stands(p, &t->to, "", "emptied twice");
}

static bool own_tables_are_there(struct place *p)
{
	static const char *const statements[] = { "SELECT 1 FROM whimbrel_epoch WHERE 1 = 0",
		"SELECT 1 FROM whimbrel_unit WHERE 1 = 0", "SELECT 1 FROM public.whimbrel_epoch WHERE 1 = 0",
		"SELECT 1 FROM public.whimbrel_unit WHERE 1 = 0" };
	struct wh_conn *conn = plain_writer(p);
	bool there = false;
	for (size_t i = 0; i < COUNT(statements); i++)
		there = there || sql(p, conn, statements[i]) == WH_OK;
	closed(p, conn);
	return there;
}

static void finish_removes_what_is_whimbrels(struct place *p)
{
	needs(p, finish);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0), more = unit_of(&t->to, 0, 1);
	struct wh_conn *out = writer(p), *beside = plain_writer(p);
	struct wh_claim other = { .epoch = 0 };
	wh_random_hex(other.migration, 16);
	ok(p, p->kind->prepare(beside, &other, &p->error));
	write_unit(p, out, &unit, LINES("1|one"));
	demand(p, own_tables_are_there(p), "this test does not see whimbrel's own tables");
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	demand(p, own_tables_are_there(p), "another migration's records went with the first's");
	write_unit(p, beside, &more, LINES("2|two"));
	closed(p, out);
	ok(p, p->kind->finish(beside, &other, &p->error));
	demand(p, !own_tables_are_there(p), "whimbrel's own tables are still there");
	closed(p, beside);
	out = plain_writer(p);
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	demand(p, !own_tables_are_there(p), "a second finish made them again");
	stands(p, &t->to, "1|one\n2|two\n", "afterwards");
	p->claim.epoch = 0;
	out = writer(p);
	demand(p, !p->claim.resumed, "a finished migration is resumed");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "prepare raises the epoch", prepare_raises_the_epoch },
		{ "an older claim is lost", an_older_claim_is_lost },
		{ "a claim waits for an open unit", a_claim_waits_for_an_open_unit },
		{ "a committed unit is done", a_committed_unit_is_done },
		{ "marks are what is complete", marks_are_what_is_complete },
		{ "what is not committed is not there", what_is_not_committed_is_not_there },
		{ "a unit without rows is a unit", a_unit_without_rows_is_a_unit },
		{ "redo replaces its range", redo_replaces_its_range },
		{ "two writers write at once", two_writers_write_at_once },
		{ "one unit is written once", one_unit_is_written_once },
		{ "a careful unit goes on", a_careful_unit_goes_on },
		{ "too long is refused or kept", too_long_is_refused_or_kept },
		{ "a bad row spoils a whole batch", a_bad_row_spoils_a_whole_batch },
		{ "a bad row spoils a plain unit", a_bad_row_spoils_a_plain_unit },
		{ "a null is not counted up", a_null_is_not_counted_up },
		{ "erase removes exactly one key", erase_removes_exactly_one_key },
		{ "erase takes many keys and none", erase_takes_many_keys_and_none },
		{ "empty removes markers and rows", empty_removes_markers_and_rows },
		{ "finish removes what is whimbrel's", finish_removes_what_is_whimbrels },
	};
	return contract_run("write", tests, COUNT(tests));
}
