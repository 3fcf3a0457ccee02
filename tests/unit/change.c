#include "check.h"
#include "model/change.h"

static const struct wh_field fields[] = {
	{ .name = "id", .type = { .kind = WH_INT64 }, .wire = { .kind = WH_INT64 }, .not_null = true },
	{ .name = "name", .type = { .kind = WH_TEXT }, .wire = { .kind = WH_TEXT } },
};
static const uint16_t key = 0;
static const struct wh_rowset things = {
	.table = "things", .fields = fields, .nfields = 2, .key = &key, .nkey = 1
};
static const struct wh_rowset bare = { .table = "bare", .fields = fields, .nfields = 1 };
static const struct wh_rowset *const tables[] = { &things, &bare };

static uint32_t put(struct wh_changes *c, int64_t id, const char *name)
{
	struct wh_batch *b = wh_changes_image(c, 0);
	wh_batch_word(b, 0, id);
	if (name)
		wh_batch_bytes(b, 1, name, strlen(name));
	else
		wh_batch_null(b, 1);
	return wh_changes_row(c, 0);
}

static void positions_are_compared_by_order(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct wh_position a, b;
		int want;
	} cases[] = {
		{ "none", { { 0, 0 }, "" }, { { 0, 0 }, "" }, 0 },
		{ "other texts", { { 1, 2 }, "a" }, { { 1, 2 }, "b" }, 0 },
		{ "first counts first", { { 1, 9 }, "" }, { { 2, 0 }, "" }, -1 },
		{ "then the second", { { 2, 1 }, "" }, { { 2, 0 }, "" }, 1 },
		{ "beyond what is signed", { { UINT64_MAX, 0 }, "" }, { { 1, 0 }, "" }, 1 },
		{ "the second too", { { 1, 1 }, "" }, { { 1, UINT64_MAX }, "" }, -1 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		int got = wh_position_compare(&cases[i].a, &cases[i].b);
		int back = wh_position_compare(&cases[i].b, &cases[i].a);
		check(cases[i].name, (got > 0) - (got < 0) == cases[i].want);
		check(cases[i].name, (back > 0) - (back < 0) == -cases[i].want);
	}
}

static void a_new_list_is_empty(void **state)
{
	(void)state;
	struct wh_changes c;
	wh_changes_init(&c, tables, COUNT(tables));
	assert_int_equal(c.count + c.ntxns + c.bytes + c.nholes, 0);
	assert_null(c.images[0].lanes);
	wh_changes_reset(&c);
	wh_changes_finish(&c);
	wh_changes_finish(&c);
}

static void a_list_without_tables_ends(void **state)
{
	(void)state;
	struct wh_changes c;
	const struct wh_position next = { .order = { 3 }, .text = "3" };
	wh_changes_init(&c, NULL, 0);
	wh_changes_end(&c, &next, 0);
	assert_int_equal(c.ntxns, 1);
	wh_changes_finish(&c);
}

static void images_grow(void **state)
{
	(void)state;
	struct wh_changes c;
	wh_changes_init(&c, tables, COUNT(tables));
	for (uint32_t i = 0; i < 5000; i++) {
		char name[20];
		snprintf(name, sizeof name, "name %u", i);
		assert_int_equal(put(&c, i, i % 7 ? name : NULL), i);
		wh_changes_add(&c, WH_OP_INSERT, 0)->after = i;
	}
	for (uint32_t i = 0; i < 5000; i++) {
		char name[20];
		size_t n;
		const char *got = wh_cell(&c.images[0], 1, i, &n);
		snprintf(name, sizeof name, "name %u", i);
		assert_int_equal(wh_word(&c.images[0], 0, i), i);
		assert_int_equal(wh_is_null(&c.images[0], 1, i), i % 7 == 0);
		if (i % 7)
			assert_true(n == strlen(name) && !memcmp(got, name, n));
		assert_int_equal(c.items[i].after, i);
		assert_int_equal(c.items[i].before, WH_NO_ROW);
	}
	assert_null(c.images[1].lanes);
	wh_changes_finish(&c);
}

/* Else a transaction of a few large rows would never seem full. */
static void bytes_count_what_rows_hold(void **state)
{
	(void)state;
	struct wh_changes c;
	char *large = wh_alloc(100001);
	memset(large, 'x', 100000);
	large[100000] = '\0';
	wh_changes_init(&c, tables, COUNT(tables));
	put(&c, 1, large);
	assert_in_range(c.bytes, 100000, 100100);
	put(&c, 2, NULL);
	assert_in_range(c.bytes, 100000, 100200);
	size_t before = c.bytes;
	struct wh_batch *b = wh_changes_image(&c, 0);
	wh_batch_word(b, 0, 3);
	wh_batch_stray(b, 1, WH_STRAY_UTF8, large, 100000);
	wh_changes_row(&c, 0);
	assert_in_range(c.bytes - before, 100000, 100100);
	before = c.bytes;
	wh_changes_add(&c, WH_OP_TRUNCATE, 0);
	assert_true(c.bytes > before);
	wh_changes_reset(&c);
	assert_int_equal(c.bytes, 0);
	put(&c, 1, "x");
	assert_in_range(c.bytes, 1, 100);
	free(large);
	wh_changes_finish(&c);
}

static void holes_belong_to_their_change(void **state)
{
	(void)state;
	struct wh_changes c;
	wh_changes_init(&c, tables, COUNT(tables));
	wh_changes_add(&c, WH_OP_UPDATE, 0);
	wh_changes_hole(&c, 1);
	wh_changes_hole(&c, 0);
	wh_changes_add(&c, WH_OP_UPDATE, 0);
	wh_changes_add(&c, WH_OP_UPDATE, 1);
	for (int i = 0; i < 1000; i++)
		wh_changes_hole(&c, (uint16_t)i);
	assert_int_equal(c.items[0].nholes, 2);
	assert_int_equal(c.holes[c.items[0].first_hole], 1);
	assert_int_equal(c.holes[c.items[0].first_hole + 1], 0);
	assert_int_equal(c.items[1].nholes, 0);
	assert_int_equal(c.items[2].nholes, 1000);
	assert_int_equal(c.holes[c.items[2].first_hole + 999], 999);
	wh_changes_finish(&c);
}

static void transactions_end_behind_their_changes(void **state)
{
	(void)state;
	struct wh_changes c;
	wh_changes_init(&c, tables, COUNT(tables));
	for (uint64_t i = 1; i <= 600; i++) {
		const struct wh_position next = { .order = { i * 10 } };
		if (i % 3)
			wh_changes_add(&c, WH_OP_TRUNCATE, 1);
		wh_changes_end(&c, &next, (int64_t)i);
	}
	assert_int_equal(c.ntxns, 600);
	assert_int_equal(c.count, 400);
	assert_int_equal(c.txns[599].changes, 400);
	assert_int_equal(c.txns[2].changes, c.txns[1].changes);
	assert_int_equal(c.txns[2].usec, 3);
	assert_int_equal(c.read.order[0], 6000);
	wh_changes_add(&c, WH_OP_TRUNCATE, 0);
	assert_int_equal(c.txns[c.ntxns - 1].changes, c.count - 1);
	wh_changes_reset(&c);
	assert_int_equal(c.count + c.ntxns, 0);
	assert_int_equal(c.read.order[0], 6000);
	wh_changes_finish(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_are_compared_by_order),
		cmocka_unit_test(a_new_list_is_empty),
		cmocka_unit_test(a_list_without_tables_ends),
		cmocka_unit_test(images_grow),
		cmocka_unit_test(bytes_count_what_rows_hold),
		cmocka_unit_test(holes_belong_to_their_change),
		cmocka_unit_test(transactions_end_behind_their_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
