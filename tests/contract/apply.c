/* Changes taken in: what a transaction did and the place that it ends at are there together. */
#include "log.h"
#include <unistd.h>

static struct wh_lane_mark mark_of(int64_t lane, uint64_t order, const char *text)
{
	struct wh_lane_mark mark = { .lane = lane, .position = { .order = { order, order * 3 } } };
	snprintf(mark.position.text, sizeof mark.position.text, "%s", text);
	return mark;
}

/* Lanes as text, by a new connection: "0 at one, 1 at two". */
static void lanes_are(struct place *p, const char *want, const char *when)
{
	struct wh_conn *conn = plain_writer(p);
	struct wh_lane_mark *marks = NULL;
	struct wh_buffer text = { 0 };
	size_t n = 77;
	ok(p, p->kind->lanes(conn, &p->claim, &p->arena, &marks, &n, &p->error));
	for (size_t i = 0; i < n; i++) {
		const struct wh_position *at = &marks[i].position;
		wh_buffer_format(&text, "%s%lld at %s", i ? ", " : "", (long long)marks[i].lane, at->text);
		demand(p, at->order[1] == at->order[0] * 3, "the order of \"%s\" is %llu, %llu", at->text,
			(unsigned long long)at->order[0], (unsigned long long)at->order[1]);
	}
	demand(p, !strcmp(wh_buffer_string(&text), want), "%s, the lanes are \"%s\", not \"%s\"", when,
		wh_buffer_string(&text), want);
	wh_buffer_free(&text);
	closed(p, conn);
}

/* A connection under the claim, with lane 0 settled at "start". */
static struct wh_conn *settled(struct place *p)
{
	needs(p, enter);
	struct wh_lane_mark start = mark_of(0, 1, "start");
	struct wh_conn *out = writer(p);
	ok(p, p->kind->settle(out, &start, 1, &p->error));
	return out;
}

static void enter(struct place *p, struct wh_conn *out, const struct wh_unit *unit)
{
	ok(p, p->kind->enter(out, 0, &p->error));
	ok(p, p->kind->aim(out, unit, &p->error));
}

static int leave(struct place *p, struct wh_conn *out, uint64_t order, const char *text)
{
	struct wh_lane_mark mark = mark_of(0, order, text);
	wh_error_clear(&p->error);
	return p->kind->leave(out, &mark, &p->error);
}

static int erase_lines(struct place *p, struct wh_conn *out, const struct wh_rowset *rows,
	const char *const *lines)
{
	struct wh_batch b;
	wh_rowset_batch(rows, &b);
	for (; *lines; lines++)
		put_row(p, rows, &b, *lines);
	wh_error_clear(&p->error);
	int rc = p->kind->erase(out, &b, &p->error);
	wh_batch_finish(&b);
	return rc;
}

static void settle_replaces_the_lanes(struct place *p)
{
	needs(p, settle);
	struct wh_conn *out = writer(p);
	char longest[192];
	memset(longest, 'p', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	lanes_are(p, "", "before any");
	struct wh_lane_mark three[] = { mark_of(2, 9, "0/16B3748 it's"),
		mark_of(0, 7, "mariadb-bin.1:4"), mark_of(1, UINT64_MAX / 3, "0-1-9,1-1-5") };
	ok(p, p->kind->settle(out, three, 3, &p->error));
	lanes_are(p, "0 at mariadb-bin.1:4, 1 at 0-1-9,1-1-5, 2 at 0/16B3748 it's", "after three");
	struct wh_lane_mark one = mark_of(5, 8, longest);
	ok(p, p->kind->settle(out, &one, 1, &p->error));
	ok(p, p->kind->settle(out, &one, 1, &p->error));
	lanes_are(p, wh_arena_format(&p->arena, "5 at %s", longest), "after one");
	ok(p, p->kind->settle(out, NULL, 0, &p->error));
	lanes_are(p, "", "after none");
	struct wh_claim other = { .epoch = 0 };
	struct wh_conn *beside = plain_writer(p);
	wh_random_hex(other.migration, 16);
	ok(p, p->kind->prepare(beside, &other, &p->error));
	ok(p, p->kind->settle(beside, three, 3, &p->error));
	ok(p, p->kind->settle(out, &one, 1, &p->error));
	lanes_are(p, wh_arena_format(&p->arena, "5 at %s", longest), "beside another migration's");
	struct wh_lane_mark *marks = NULL;
	size_t n = 0;
	ok(p, p->kind->lanes(beside, &other, &p->arena, &marks, &n, &p->error));
	demand(p, n == 3, "another migration has %zu lanes left of 3", n);
}

static void rows_and_place_are_there_together(struct place *p)
{
	struct wh_conn *out = settled(p);
	const struct wh_plan_table *t = make_things(p, "things"), *o = make_things(p, "others");
	struct wh_unit things = unit_of(&t->to, 0, 0), others = unit_of(&o->to, 1, 0);
	write_unit(p, out, &things, LINES("1|one", "2|two", "3|three"));
	write_unit(p, out, &others, LINES("1|one"));
	enter(p, out, &things);
	ok(p, erase_lines(p, out, &t->to, LINES("1|of any name", "77|is not there")));
	ok(p, write_lines(p, out, &things, LINES("1|uno", "4|four")));
	ok(p, p->kind->aim(out, &others, &p->error));
	ok(p, write_lines(p, out, &others, LINES("2|two")));
	ok(p, p->kind->aim(out, &things, &p->error));
	ok(p, erase_lines(p, out, &t->to, LINES("4|four")));
	stands(p, &t->to, "1|one\n2|two\n3|three\n", "before it is left");
	lanes_are(p, "0 at start", "before it is left");
	ok(p, leave(p, out, 2, "second"));
	stands(p, &t->to, "1|uno\n2|two\n3|three\n", "after it was left");
	stands(p, &o->to, "1|one\n2|two\n", "after it was left");
	lanes_are(p, "0 at second", "after it was left");
	enter(p, out, &others);
	ok(p, p->kind->clear(out, &p->error));
	ok(p, write_lines(p, out, &others, LINES("9|nine")));
	ok(p, leave(p, out, 3, "third"));
	stands(p, &o->to, "9|nine\n", "after it was cleared");
	stands(p, &t->to, "1|uno\n2|two\n3|three\n", "which was not cleared");
	lanes_are(p, "0 at third", "at last");
}

static void what_is_not_left_is_not_there(struct place *p)
{
	struct wh_conn *out = settled(p);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	enter(p, out, &unit);
	ok(p, write_lines(p, out, &unit, LINES("1|one")));
	ok(p, abandon(p, out));
	ok(p, abandon(p, out));
	stands(p, &t->to, "", "after it was abandoned");
	lanes_are(p, "0 at start", "after it was abandoned");
	enter(p, out, &unit);
	ok(p, write_lines(p, out, &unit, LINES("2|two")));
	closed(p, out);
	usleep(100000);
	stands(p, &t->to, "", "after the connection was lost");
	lanes_are(p, "0 at start", "after the connection was lost");
	out = writer(p);
	enter(p, out, &unit);
	ok(p, write_lines(p, out, &unit, LINES("3|three")));
	ok(p, leave(p, out, 4, "fourth"));
	stands(p, &t->to, "3|three\n", "at last");
	lanes_are(p, "0 at fourth", "at last");
	write_unit(p, out, &unit, LINES("4|four"));
	stands(p, &t->to, "3|three\n4|four\n", "after a unit on the same connection");
}

static void an_older_claim_is_lost(struct place *p)
{
	struct wh_conn *old = settled(p), *joined = writer(p), *young = plain_writer(p);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_lane_mark other = mark_of(0, 5, "fifth");
	struct wh_claim claim = { .epoch = 0 };
	memcpy(claim.migration, p->claim.migration, sizeof claim.migration);
	ok(p, p->kind->prepare(young, &claim, &p->error));
	wants(p, WH_LOST, p->kind->enter(old, 0, &p->error));
	wants(p, WH_LOST, p->kind->enter(joined, 0, &p->error));
	wants(p, WH_LOST, p->kind->settle(old, &other, 1, &p->error));
	ok(p, abandon(p, old));
	lanes_are(p, "0 at start", "after a claim was lost");
	enter(p, young, &unit);
	ok(p, write_lines(p, young, &unit, LINES("1|one")));
	ok(p, leave(p, young, 6, "sixth"));
	stands(p, &t->to, "1|one\n", "under the new claim");
}

static void a_careful_step_takes_only_itself_back(struct place *p)
{
	struct wh_conn *out = settled(p);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	unit.careful = true;
	enter(p, out, &unit);
	ok(p, write_lines(p, out, &unit, LINES("1|one", "2|two")));
	wants(p, WH_ROW, write_lines(p, out, &unit, LINES("3|three", "1|again")));
	wants(p, WH_ROW, write_lines(p, out, &unit, LINES("3|three", "4|\\N")));
	ok(p, erase_lines(p, out, &t->to, LINES("2|two")));
	wants(p, WH_ROW, write_lines(p, out, &unit, LINES("1|again")));
	ok(p, write_lines(p, out, &unit, LINES("5|five")));
	ok(p, leave(p, out, 2, "second"));
	stands(p, &t->to, "1|one\n5|five\n", "after careful steps");
	lanes_are(p, "0 at second", "after careful steps");
}

static void a_row_without_a_key_goes_alone(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "a", .kind = WH_INT64, .precision = 64 },
		{ .name = "b", .kind = WH_TEXT, .length = 40 },
		{ .name = "c", .kind = WH_DECIMAL, .precision = 10, .scale = 2 },
	};
	struct wh_conn *out = settled(p);
	const struct wh_plan_table *t = make_table(p, "loose", specs, COUNT(specs));
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, out, &unit,
		LINES("1|one|1.5", "1|one|1.5", "1|one|1.5", "1|One|1.5", "1|one |1.5", "1|\\N|1.5",
			"\\N|\\N|\\N", "\\N|\\N|\\N", "1||1.5"));
	unit.careful = true;
	enter(p, out, &unit);
	ok(p, erase_lines(p, out, &t->to, LINES("1|one|1.5", "\\N|\\N|\\N")));
	wants(p, WH_ROW, erase_lines(p, out, &t->to, LINES("1|one|1.5", "2|one|1.5")));
	wants(p, WH_ROW, erase_lines(p, out, &t->to, LINES("1|ONE|1.5")));
	ok(p, erase_lines(p, out, &t->to, LINES("1|\\N|1.5")));
	ok(p, leave(p, out, 2, "second"));
	stands(p, &t->to, "1|One|1.5\n1|one |1.5\n1|one|1.5\n1|one|1.5\n1||1.5\n\\N|\\N|\\N\n",
		"after some went");
	enter(p, out, &unit);
	ok(p, erase_lines(p, out, &t->to, LINES("1|one|1.5", "1|one|1.5")));
	wants(p, WH_ROW, erase_lines(p, out, &t->to, LINES("1|one|1.5")));
	ok(p, leave(p, out, 3, "third"));
	stands(p, &t->to, "1|One|1.5\n1|one |1.5\n1||1.5\n\\N|\\N|\\N\n", "after the others went");
}

static void lanes_commit_side_by_side(struct place *p)
{
	if (p->kind->facts.writers == 1) {
		print_message("# %s has one writer\n", p->kind->scheme);
		skip();
	}
	struct wh_conn *one = settled(p), *two = writer(p);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	struct wh_lane_mark both[] = { mark_of(0, 1, "start"), mark_of(1, 1, "start") },
						left = mark_of(1, 2, "second");
	ok(p, p->kind->settle(one, both, 2, &p->error));
	enter(p, one, &unit);
	ok(p, p->kind->enter(two, 1, &p->error));
	ok(p, p->kind->aim(two, &unit, &p->error));
	ok(p, write_lines(p, one, &unit, LINES("1|one")));
	ok(p, write_lines(p, two, &unit, LINES("2|two")));
	ok(p, p->kind->leave(two, &left, &p->error));
	lanes_are(p, "0 at start, 1 at second", "after one lane");
	ok(p, leave(p, one, 3, "third"));
	lanes_are(p, "0 at third, 1 at second", "after both lanes");
	stands(p, &t->to, "1|one\n2|two\n", "after both lanes");
}

static void finish_forgets_the_lanes(struct place *p)
{
	struct wh_conn *out = settled(p);
	struct session *app = session(p);
	needs(p, finish);
	demand(p, strstr(answer(p, app, p->engine->ours), "whimbrel_position"), "it is not there");
	ok(p, p->kind->finish(out, &p->claim, &p->error));
	const char *left = answer(p, app, p->engine->ours);
	demand(p, !*left, "\"%s\" is left", left);
	lanes_are(p, "", "after the end");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "settle replaces the lanes", settle_replaces_the_lanes },
		{ "rows and place are there together", rows_and_place_are_there_together },
		{ "what is not left is not there", what_is_not_left_is_not_there },
		{ "an older claim is lost", an_older_claim_is_lost },
		{ "a careful step takes only itself back", a_careful_step_takes_only_itself_back },
		{ "a row without a key goes alone", a_row_without_a_key_goes_alone },
		{ "lanes commit side by side", lanes_commit_side_by_side },
		{ "finish forgets the lanes", finish_forgets_the_lanes },
	};
	return contract_run("apply", tests, COUNT(tests));
}
