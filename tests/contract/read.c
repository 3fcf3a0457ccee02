/* Split, seek, read, snapshot: every row once, whole, and of one moment. */
#include "contract.h"
#include "base/arena.h"
#include "base/text.h"

static struct wh_digest sum_of(struct place *p, struct wh_conn *in, const struct wh_units *units)
{
	struct wh_digest sum = { 0 }, one;
	for (size_t i = 0; i < units->count; i++) {
		ok(p, read_digest(p, in, &units->items[i], &one));
		wh_digest_merge(&sum, &one);
	}
	return sum;
}

static void check_edges(struct place *p, const struct wh_units *units, int most)
{
	const struct wh_unit *u = units->items;
	size_t last = units->count - 1;
	demand(p, units->count >= 1 && (most <= 0 || units->count <= (size_t)most),
		"%zu units, most %d", units->count, most);
	demand(p, u[0].first == INT64_MIN, "the first is not open below: %lld", (long long)u[0].first);
	demand(p, u[last].last == INT64_MAX, "the last is not open above: %lld",
		(long long)u[last].last);
	for (size_t i = 0; i < last; i++) {
		demand(p, u[i].range != WH_RANGE_ALL, "one of %zu units is the whole table", units->count);
		demand(p, u[i].last == u[i + 1].first, "%lld, then %lld", (long long)u[i].last,
			(long long)u[i + 1].first);
		demand(p, u[i].first < u[i].last && u[i].last != INT64_MAX, "unit %zu ends at %lld", i,
			(long long)u[i].last);
	}
}

static void cut(struct place *p, struct wh_conn *in, const struct wh_rowset *rows, int most,
	const struct wh_split_hint *sizes, struct wh_units *out)
{
	struct wh_split_hint hint = *sizes;
	hint.most = most;
	*out = (struct wh_units){ .arena = &p->arena };
	ok(p, p->kind->split(in, rows, &hint, out, &p->error));
	for (size_t i = 0; i < out->count; i++)
		demand(p, out->items[i].rows == rows, "unit %zu is of another table", i);
	check_edges(p, out, most);
}

/* Cuts the table in all ways; each time the pieces are the whole. */
static size_t cut_all_ways(struct place *p, const struct wh_rowset *rows)
{
	static const struct wh_split_hint sizes[] = { { 1, -1, -1 }, { 1, 1000, 100000 },
		{ 4096, 1000000, 100000000 }, { 1 << 20, 0, 0 }, { INT64_MAX, -1, -1 } };
	static const int most[] = { 1, 2, 3, 7, 64 };
	struct wh_digest whole = digest_of(p, rows);
	struct wh_conn *in = reader(p);
	size_t largest = 0;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (size_t m = 0; m < COUNT(most); m++) {
			struct wh_units units;
			cut(p, in, rows, most[m], &sizes[i], &units);
			struct wh_digest sum = sum_of(p, in, &units);
			demand(p, wh_digest_equal(&sum, &whole), "%s in %zu units has %llu rows, not %llu",
				rows->table, units.count, (unsigned long long)sum.rows,
				(unsigned long long)whole.rows);
			largest = units.count > largest ? units.count : largest;
		}
	}
	closed(p, in);
	return largest;
}

static void fill(struct place *p, const struct wh_rowset *rows, int64_t table, const int64_t *keys,
	size_t n)
{
	struct wh_conn *out = writer(p);
	struct wh_unit unit = unit_of(rows, table, 0);
	struct wh_tally tally = { 0 };
	struct wh_batch b;
	wh_rowset_batch(rows, &b);
	for (size_t i = 0; i < n; i++)
		put_row(p, rows, &b, wh_arena_format(&p->arena, "%lld|name %zu", (long long)keys[i], i));
	ok(p, p->kind->begin(out, &unit, &tally, &p->error));
	ok(p, p->kind->write(out, &b, &p->error));
	ok(p, p->kind->commit(out, &tally, &p->error));
	wh_batch_finish(&b);
	closed(p, out);
}

static void units_hold_every_key_once(struct place *p)
{
	static const struct {
		const char *name;
		int64_t keys[8];
		size_t n;
	} tables[] = {
		{ "nothing", { 0 }, 0 },
		{ "single", { 42 }, 1 },
		{ "gaps", { 1, 2, 3, 1000, 1000000, 1000001, INT64_C(5000000000) }, 7 },
		{ "negative", { -1000, -999, -1, 0, 1 }, 5 },
		{ "extremes", { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX }, 7 },
		{ "low_end", { INT64_MIN, INT64_MIN + 1, INT64_MIN + 2 }, 3 },
		{ "high_end", { INT64_MAX - 2, INT64_MAX - 1, INT64_MAX }, 3 },
		{ "highest", { INT64_MAX }, 1 },
		{ "lowest", { INT64_MIN }, 1 },
	};
	needs(p, split);
	for (size_t i = 0; i < COUNT(tables); i++) {
		const struct wh_plan_table *t = make_things(p, tables[i].name);
		if (tables[i].n)
			fill(p, &t->to, (int64_t)i, tables[i].keys, tables[i].n);
		cut_all_ways(p, &t->to);
	}
}

static void a_large_table_is_cut(struct place *p)
{
	needs(p, split);
	const struct wh_plan_table *t = make_things(p, "large");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_numbers(p, writer(p), &unit, -10000, 20000);
	size_t most = cut_all_ways(p, &t->to);
	demand(p, most > 1, "it is never cut at all");
}

static void tables_without_an_integer_key_are_cut_too(struct place *p)
{
	static const struct spec loose[] = { { .name = "id", .kind = WH_INT64, .precision = 64 },
		{ .name = "name", .kind = WH_TEXT, .length = 40 } };
	static const struct spec named[] = { { .name = "id", .kind = WH_INT64, .precision = 64 },
		{ .name = "name", .kind = WH_TEXT, .length = 40, .key = true } };
	static const struct spec pair[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		{ .name = "name", .kind = WH_TEXT, .length = 40, .key = true }
	};
	static const struct spec large[] = {
		{ .name = "id", .kind = WH_UINT64, .precision = 64, .key = true },
		{ .name = "name", .kind = WH_TEXT, .length = 40 }
	};
	static const struct {
		const char *name;
		const struct spec *specs;
	} tables[] = { { "loose", loose }, { "named", named }, { "pair", pair },
		{ "large_keys", large } };
	needs(p, split);
	for (size_t i = 0; i < COUNT(tables); i++) {
		const struct wh_plan_table *t = make_table(p, tables[i].name, tables[i].specs, 2);
		struct wh_unit unit = unit_of(&t->to, (int64_t)i, 0), more = unit;
		cut_all_ways(p, &t->to);
		struct wh_conn *out = writer(p);
		write_numbers(p, out, &unit, 1, 3000);
		more.number = 1;
		if (tables[i].specs == large)
			write_unit(p, out, &more,
				LINES("18446744073709551615|a", "18446744073709551614|b", "9223372036854775807|c",
					"9223372036854775808|d", "0|e"));
		if (tables[i].specs == loose)
			write_unit(p, out, &more, LINES("1|name 1", "1|name 1", "\\N|\\N", "\\N|\\N"));
		closed(p, out);
		cut_all_ways(p, &t->to);
	}
}

/* The ends are open: what is written after the cut is in some unit. */
static void rows_that_come_later_are_in_some_unit(struct place *p)
{
	static const struct wh_split_hint sizes = { 1, 1000, 100000 };
	needs(p, split);
	const struct wh_plan_table *t = make_things(p, "growing");
	struct wh_unit unit = unit_of(&t->to, 0, 0), later = unit_of(&t->to, 0, 1);
	struct wh_conn *out = writer(p), *in;
	struct wh_units units;
	write_numbers(p, out, &unit, 1, 5000);
	in = reader(p);
	cut(p, in, &t->to, 16, &sizes, &units);
	closed(p, in);
	write_unit(p, out, &later,
		LINES("-9223372036854775808|low", "-5|below", "0|edge", "5001|next", "1000000|above",
			"9223372036854775807|high"));
	in = reader(p);
	struct wh_digest sum = sum_of(p, in, &units), whole = digest_of(p, &t->to);
	demand(p, wh_digest_equal(&sum, &whole), "%llu rows, not %llu", (unsigned long long)sum.rows,
		(unsigned long long)whole.rows);
}

/* ---- seek, read ---- */

static void a_unit_can_be_given_up(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things"), *o = make_things(p, "others");
	struct wh_unit unit = unit_of(&t->to, 0, 0), other = unit_of(&o->to, 1, 0);
	struct wh_conn *out = writer(p), *in;
	struct wh_digest digest;
	struct wh_batch b;
	write_numbers(p, out, &unit, 1, 30000);
	write_unit(p, out, &other, LINES("7|seven", "8|eight"));
	in = reader(p);
	wh_rowset_batch(&t->to, &b);
	for (int way = 0; way < 3; way++) {
		ok(p, p->kind->seek(in, &unit, &p->error));
		wh_batch_reset(&b);
		if (way)
			ok(p, p->kind->read(in, &b, &p->error));
		if (way < 2)
			ok(p, p->kind->seek(in, NULL, &p->error));
		ok(p, read_digest(p, in, &other, &digest));
		demand(p, digest.rows == 2, "way %d: %llu rows, not 2", way,
			(unsigned long long)digest.rows);
	}
	ok(p, p->kind->seek(in, NULL, &p->error));
	ok(p, p->kind->seek(in, NULL, &p->error));
	ok(p, read_digest(p, in, &unit, &digest));
	demand(p, digest.rows == 30000, "%llu rows, not 30000", (unsigned long long)digest.rows);
	wh_batch_reset(&b);
	wants(p, WH_DONE, p->kind->read(in, &b, &p->error));
	demand(p, !b.rows, "%u rows come after the end", b.rows);
	wh_batch_finish(&b);
}

static void ranges_are_half_open(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_unit unit = unit_of(&t->to, 0, 0);
	write_unit(p, writer(p), &unit,
		LINES("-9223372036854775808|a", "-1|b", "0|c", "10|d", "11|e", "9223372036854775807|f"));
	static const struct {
		int64_t first, last;
		uint64_t rows;
	} ranges[] = { { INT64_MIN, INT64_MAX, 6 }, { 0, 10, 1 }, { 0, 11, 2 }, { INT64_MIN, 0, 2 },
		{ 11, INT64_MAX, 2 }, { 12, 100, 0 }, { INT64_MAX - 1, INT64_MAX, 1 },
		{ INT64_MIN, INT64_MIN + 1, 1 } };
	struct wh_conn *in = reader(p);
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct wh_unit r = range_of(&t->to, 0, ranges[i].first, ranges[i].last);
		struct wh_digest digest;
		ok(p, read_digest(p, in, &r, &digest));
		demand(p, digest.rows == ranges[i].rows, "[%lld, %lld) has %llu rows",
			(long long)ranges[i].first, (long long)ranges[i].last, (unsigned long long)digest.rows);
	}
}

/* Rows of `size` bytes; how many batches they came in. */
static size_t read_large(struct place *p, const struct wh_rowset *rows, size_t size, uint32_t *n)
{
	struct wh_conn *in = reader(p);
	struct wh_unit unit = unit_of(rows, 0, 0);
	struct wh_batch b;
	size_t batches = 0;
	*n = 0;
	wh_rowset_batch(rows, &b);
	ok(p, p->kind->seek(in, &unit, &p->error));
	for (int rc = WH_OK; rc == WH_OK; batches++) {
		wh_batch_reset(&b);
		rc = p->kind->read(in, &b, &p->error);
		demand(p, rc >= 0, "reading: %s", p->error.text);
		demand(p, b.rows <= b.capacity, "%u rows in a batch for %u", b.rows, b.capacity);
		demand(p, b.bytes < WH_BATCH_BYTES + size + 100, "%zu bytes in a batch", b.bytes);
		demand(p, rc == WH_DONE || wh_batch_full(&b), "a batch of %u rows before the end", b.rows);
		*n += b.rows;
	}
	wh_batch_finish(&b);
	closed(p, in);
	return batches;
}

static void batches_keep_their_limits(struct place *p)
{
	static const struct spec specs[] = {
		{ .name = "id", .kind = WH_INT64, .precision = 64, .key = true },
		{ .name = "text", .kind = WH_TEXT }
	};
	static const struct {
		const char *name;
		size_t size;
		uint32_t n;
	} tables[] = { { "some", 100000, 60 }, { "huge", 9000000, 2 }, { "small", 3, 20000 } };
	for (size_t i = 0; i < COUNT(tables); i++) {
		const struct wh_plan_table *t = make_table(p, tables[i].name, specs, COUNT(specs));
		struct wh_conn *out = writer(p);
		struct wh_unit unit = unit_of(&t->to, (int64_t)i, 0);
		struct wh_tally tally = { 0 };
		struct wh_batch b;
		wh_rowset_batch(&t->to, &b);
		ok(p, p->kind->begin(out, &unit, &tally, &p->error));
		for (uint32_t row = 0; row < tables[i].n; row++) {
			wh_batch_word(&b, 0, row);
			memset(wh_batch_room(&b, 1, tables[i].size), 'x', tables[i].size);
			wh_batch_row(&b);
			if (row + 1 < tables[i].n && !wh_batch_full(&b))
				continue;
			ok(p, p->kind->write(out, &b, &p->error));
			wh_batch_reset(&b);
		}
		ok(p, p->kind->commit(out, &tally, &p->error));
		wh_batch_finish(&b);
		closed(p, out);
		uint32_t n;
		size_t batches = read_large(p, &t->to, tables[i].size, &n);
		demand(p, n == tables[i].n, "%u rows of %s, not %u", n, tables[i].name, tables[i].n);
		demand(p, batches > 1, "%s came at once", tables[i].name);
	}
}

static void a_table_that_is_gone_is_an_error(struct place *p)
{
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_rowset gone = t->to;
	gone.table = "gone";
	struct wh_unit unit = unit_of(&gone, 0, 0), good = unit_of(&t->to, 0, 0);
	struct wh_digest digest;
	write_unit(p, writer(p), &good, LINES("1|one"));
	struct wh_conn *in = reader(p);
	demand(p, read_digest(p, in, &unit, &digest) < 0 && p->error.text[0],
		"it reads what is not there");
	ok(p, read_digest(p, in, &good, &digest));
	demand(p, digest.rows == 1, "afterwards %llu rows", (unsigned long long)digest.rows);
}

/* ---- snapshot ---- */

#define READERS 3

static void see(struct place *p, struct wh_conn *const *in, size_t n, const struct wh_unit *unit,
	uint64_t rows, const char *when)
{
	for (size_t i = 0; i < n; i++) {
		struct wh_digest digest;
		ok(p, read_digest(p, in[i], unit, &digest));
		demand(p, digest.rows == rows, "%s, connection %zu of %zu sees %llu rows, not %llu", when,
			i, n, (unsigned long long)digest.rows, (unsigned long long)rows);
	}
}

static void a_snapshot_stands_still(struct place *p)
{
	needs(p, snapshot);
	const struct wh_plan_table *t = make_things(p, "things");
	struct wh_conn *out = writer(p), *in[READERS];
	struct wh_unit unit = unit_of(&t->to, 0, 0), later = unit_of(&t->to, 0, 1);
	struct wh_snapshot snapshot = { .text = "" };
	size_t n = READERS;
	write_unit(p, out, &unit, LINES("1|one", "2|two"));
	for (size_t i = 0; i < n; i++)
		in[i] = reader(p);
	ok(p, p->kind->snapshot(in, &n, &snapshot, &p->error));
	demand(p, n >= 1 && n <= READERS, "%zu of %d joined", n, READERS);
	demand(p, snapshot.text[0], "the snapshot has no name");
	print_message("# %s: %zu of %d connections on one snapshot\n", p->kind->scheme, n, READERS);
	write_unit(p, out, &later, LINES("3|three"));
	see(p, in, n, &unit, 2, "after a commit");

	struct wh_rowset gone = t->to;
	gone.table = "gone";
	struct wh_unit missing = unit_of(&gone, 0, 0);
	struct wh_digest digest;
	for (size_t i = 0; i < n; i++)
		demand(p, read_digest(p, in[i], &missing, &digest) < 0, "it reads what is not there");
	see(p, in, n, &unit, 2, "after a failure");

	struct wh_batch b;
	wh_rowset_batch(&t->to, &b);
	ok(p, p->kind->seek(in[0], &unit, &p->error));
	int rc = p->kind->read(in[0], &b, &p->error);
	demand(p, rc >= 0, "reading: %s", p->error.text);
	ok(p, p->kind->seek(in[0], NULL, &p->error));
	wh_batch_finish(&b);
	see(p, in, n, &unit, 2, "after a unit that was given up");
	for (size_t i = 0; i < READERS; i++)
		closed(p, in[i]);
	struct wh_conn *fresh = reader(p);
	see(p, &fresh, 1, &unit, 3, "afterwards");
}

int main(void)
{
	static const struct contract_test tests[] = {
		{ "units hold every key once", units_hold_every_key_once },
		{ "a large table is cut", a_large_table_is_cut },
		{ "tables without an integer key are cut too", tables_without_an_integer_key_are_cut_too },
		{ "rows that come later are in some unit", rows_that_come_later_are_in_some_unit },
		{ "a unit can be given up", a_unit_can_be_given_up },
		{ "ranges are half open", ranges_are_half_open },
		{ "batches keep their limits", batches_keep_their_limits },
		{ "a table that is gone is an error", a_table_that_is_gone_is_an_error },
		{ "a snapshot stands still", a_snapshot_stands_still },
	};
	return contract_run("read", tests, COUNT(tests));
}
