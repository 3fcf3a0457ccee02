/* Rows that cannot go, erase, empty, finish: what goes is what should, and nothing else. */
#include "contract.h"
#include "base/arena.h"

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
	stands(p, &t->to,
		rc == WH_ROW ? "1|one\n3|three\n"
					 : wh_arena_format(&p->arena, "1|one\n%s\n3|three\n", line),
		"after a long one");
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
		{ .name = "name", .kind = WH_TEXT, .length = 40 }
	};
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
	const struct spec specs[] = { { .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		k->key };
	const struct wh_plan_table *t = make_table(p, wh_arena_format(&p->arena, "t%zu", number), specs,
		2);
	struct wh_unit unit = unit_of(&t->to, (int64_t)number, 0), next = unit;
	struct wh_conn *out = writer(p);
	const char *const *erased = LINES(wh_arena_format(&p->arena, "1|%s", k->values[1]));
	unit.careful = true;
	next.number = 1;
	ok(p, begin(p, out, &unit));
	for (size_t i = 0; i < COUNT(k->values) && k->values[i]; i++) {
		int rc = write_lines(p, out, &unit,
			LINES(wh_arena_format(&p->arena, "1|%s", k->values[i])));
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
	demand(p, wh_digest_equal(&before, &after), "%s: erasing \"%s\" leaves %s", k->label,
		k->values[1], contents(p, &t->to));
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
			{ "straSSe", "STRASSE", "strasse",
				"stra\xC3\x9F"
				"e" } },
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
			{ "2024-03-31 01:30:00.000001+00", "2024-03-31 01:30:00+00",
				"2024-03-31 00:30:00+00" } },
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
		"SELECT 1 FROM whimbrel_unit WHERE 1 = 0",
		"SELECT 1 FROM public.whimbrel_epoch WHERE 1 = 0",
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
	return contract_run("rows", tests, COUNT(tests));
}
