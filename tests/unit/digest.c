#include "check.h"
#include "base/time.h"
#include "model/digest.h"
#include "model/value.h"
#include <math.h>

#define SEED UINT64_C(0x123456789abcdef0)

static struct wh_buffer scratch;

static bool same(struct wh_hash a, struct wh_hash b)
{
	return a.low == b.low && a.high == b.high;
}

/* The hash of the row of one cell that a text has as this kind. */
static struct wh_hash one(enum wh_kind kind, const char *text, bool verbatim)
{
	struct wh_batch b;
	wh_batch_init(&b, &kind, 1);
	if (!text)
		wh_batch_null(&b, 0);
	else if (!wh_value_parse(&b, 0, text, strlen(text)))
		fail_msg("\"%s\" is no %s", text, wh_kind_name(kind));
	wh_batch_row(&b);
	const enum wh_digest_how how = verbatim ? WH_DIGEST_VERBATIM : WH_DIGEST_VALUE;
	wh_digest_batch(&b, &how, SEED, &scratch);
	struct wh_hash h = b.hash[0];
	wh_batch_finish(&b);
	return h;
}

struct cell {
	enum wh_kind kind;
	const char *text;
};

static const struct {
	struct cell a, b;
	bool equal;
} pairs[] = {
	{ { WH_INT64, "7" }, { WH_DECIMAL, "7.000" }, true },
	{ { WH_INT64, "7" }, { WH_UINT64, "7" }, true },
	{ { WH_INT64, "1" }, { WH_BOOL, "true" }, true },
	{ { WH_INT64, "0" }, { WH_BOOL, "false" }, true },
	{ { WH_DECIMAL, "-0.00" }, { WH_BOOL, "false" }, true },
	{ { WH_DECIMAL, "-007.10" }, { WH_DECIMAL, "-7.1" }, true },
	{ { WH_DECIMAL, "18446744073709551615.0" }, { WH_UINT64, "18446744073709551615" }, true },
	{ { WH_DECIMAL, "-9223372036854775808" }, { WH_INT64, "-9223372036854775808" }, true },
	{ { WH_DECIMAL, "NaN" }, { WH_DECIMAL, "NaN" }, true },
	{ { WH_INT64, "7" }, { WH_INT64, "-7" }, false },
	{ { WH_INT64, "7" }, { WH_DECIMAL, "7.001" }, false },
	{ { WH_INT64, "-1" }, { WH_UINT64, "18446744073709551615" }, false },
	{ { WH_FLOAT64, "0" }, { WH_FLOAT64, "-0" }, false },
	{ { WH_FLOAT64, "nan" }, { WH_FLOAT64, "nan" }, true },
	{ { WH_FLOAT64, "0.5" }, { WH_FLOAT32, "0.5" }, false }, /* widths differ */
	{ { WH_TEXT, "a" }, { WH_ENUM, "a" }, true },
	{ { WH_TEXT, "a" }, { WH_TEXT, "a " }, false },
	{ { WH_TEXT, "" }, { WH_TEXT, NULL }, false },
	{ { WH_TEXT, NULL }, { WH_INT64, NULL }, true },
	{ { WH_TEXT, "\xc3\xa9" }, { WH_TEXT, "e\xcc\x81" }, false }, /* not normalised */
	{ { WH_TIMESTAMPTZ, "2024-01-01 01:00:00+01" }, { WH_TIMESTAMPTZ, "2024-01-01 00:00:00Z" },
		true },
	{ { WH_INTERVAL, "P1M" }, { WH_INTERVAL, "P30D" }, false },
	{ { WH_INTERVAL, "1 day" }, { WH_INTERVAL, "P1D" }, true },
	{ { WH_UUID, "A0EEBC999C0B4EF8BB6D6BB9BD380A11" },
		{ WH_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" }, true },
	{ { WH_JSON, "{\"b\": 1.0, \"a\": [1e2]}" }, { WH_JSON, "{\"a\":[100],\"b\":1}" }, true },
	{ { WH_JSON, "{\"a\":1}" }, { WH_JSON, "{\"a\":\"1\"}" }, false },
	{ { WH_ARRAY, "[1, null]" }, { WH_ARRAY, "[1,null]" }, true },
	{ { WH_ARRAY, "[1,null]" }, { WH_ARRAY, "[null,1]" }, false },
	{ { WH_BITS, "0101" }, { WH_BITS, "101" }, false },
	{ { WH_BYTES, "00" }, { WH_BYTES, "" }, false },
};

static void equality_is_by_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct wh_hash a = one(pairs[i].a.kind, pairs[i].a.text, false);
		struct wh_hash b = one(pairs[i].b.kind, pairs[i].b.text, false);
		check(pairs[i].a.text ? pairs[i].a.text : "null", same(a, b) == pairs[i].equal);
	}
}

static void text_stands_where_asked(void **state)
{
	(void)state;
	assert_false(same(one(WH_DECIMAL, "7.00", true), one(WH_DECIMAL, "7.0", true)));
	assert_true(same(one(WH_DECIMAL, "7.00", true), one(WH_DECIMAL, "7.00", true)));
	assert_true(same(one(WH_DECIMAL, "7", true), one(WH_DECIMAL, "7.00", false)));
	assert_false(same(one(WH_JSON, "[1, 2]", true), one(WH_JSON, "[1,2]", true)));
	assert_true(same(one(WH_JSON, "[1,2]", true), one(WH_JSON, "[1, 2.0]", false)));
}

/* The canonical form, version 2, written out by hand: digests stand in journals and on targets,
 * so it may not change without a new version. */
static void the_form_is_version_2(void **state)
{
	static const enum wh_kind kinds[] = { WH_BOOL, WH_INT64, WH_UINT64, WH_DECIMAL, WH_FLOAT32,
		WH_FLOAT64, WH_DATE, WH_TIMESTAMPTZ, WH_INTERVAL, WH_TEXT, WH_JSON, WH_UUID, WH_BYTES,
		WH_TEXT };
	static const char *const texts[] = { "true", "-5", "18446744073709551615", "-01.50", "1", "-2",
		"2000-01-03", "2000-01-01 00:00:01+00", "P1M2DT0.000003S", "h\xc3\xa9", "{ \"a\" : 1.0 }",
		"00112233-4455-6677-8899-aabbccddeeff", "00ff", NULL };
	static const unsigned char form[] =
		"\1\1\0\0\0"
		"1"
		"\1\2\0\0\0"
		"-5"
		"\1\24\0\0\0"
		"18446744073709551615"
		"\1\4\0\0\0"
		"-1.5"
		"\1\4\0\0\0"
		"\0\0\x80\x3f"
		"\1\x8\0\0\0"
		"\0\0\0\0\0\0\0\xc0"
		"\1\x8\0\0\0"
		"\2\0\0\0\0\0\0\0"
		"\1\x8\0\0\0"
		"\x40\x42\x0f\0\0\0\0\0"
		"\1\x10\0\0\0"
		"\1\0\0\0\2\0\0\0\3\0\0\0\0\0\0\0"
		"\1\3\0\0\0"
		"h\xc3\xa9"
		"\1\7\0\0\0"
		"{\"a\":1}"
		"\1\x10\0\0\0"
		"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
		"\1\2\0\0\0"
		"\0\xff"
		"\0"
		"\2\x3\0\0\0"
		"abc";
	enum wh_kind with_stray[COUNT(kinds) + 1] = { 0 };
	struct wh_batch b;
	(void)state;
	memcpy(with_stray, kinds, sizeof kinds);
	with_stray[COUNT(kinds)] = WH_INT64;
	wh_batch_init(&b, with_stray, COUNT(with_stray));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (!texts[i])
			wh_batch_null(&b, i);
		else
			check(texts[i], wh_value_parse(&b, i, texts[i], strlen(texts[i])));
	}
	wh_batch_stray(&b, COUNT(kinds), WH_STRAY_KIND, "abc", 3);
	wh_batch_row(&b);
	wh_digest_batch(&b, NULL, SEED, &scratch);
	assert_true(same(b.hash[0], wh_hash_bytes(form, sizeof form - 1, SEED)));
	wh_batch_finish(&b);
}

static void all_nans_are_one(void **state)
{
	static const enum wh_kind kinds[] = { WH_FLOAT64, WH_FLOAT32 };
	static const uint64_t nans[] = { UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000000),
		UINT64_C(0x7ff0000000000001), UINT64_C(0xffffffffffffffff) };
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, kinds, 2);
	for (size_t i = 0; i < COUNT(nans); i++) {
		wh_batch_word(&b, 0, (int64_t)nans[i]);
		wh_batch_word(&b, 1, (int64_t)nans[i]);
		wh_batch_row(&b);
	}
	wh_digest_batch(&b, NULL, SEED, &scratch);
	for (uint32_t i = 1; i < COUNT(nans); i++)
		assert_true(same(b.hash[0], b.hash[i]));
	assert_true(same(b.hash[0],
		wh_hash_bytes("\1\x8\0\0\0\0\0\0\0\0\0\xf8\x7f\1\4\0\0\0\0\0\xc0\x7f", 22, SEED)));
	wh_batch_finish(&b);
}

/* A cell that is fed in pieces has the hash that it would have at once. */
static void large_cells_hash_alike(void **state)
{
	static const enum wh_kind kinds[] = { WH_INT64, WH_BYTES, WH_TEXT };
	static const size_t sizes[] = { (256u << 10) - 1, 256u << 10, (256u << 10) + 1, 3u << 20 };
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, kinds, 3);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t n = sizes[i];
		struct wh_buffer form = { 0 };
		wh_batch_reset(&b);
		wh_batch_word(&b, 0, 5);
		memset(wh_batch_room(&b, 1, n), 'x', n);
		wh_batch_bytes(&b, 2, "end", 3);
		wh_batch_row(&b);
		wh_digest_batch(&b, NULL, SEED, &scratch);
		uint32_t length = (uint32_t)n;
		wh_buffer_put(&form,
			"\1\1\0\0\0"
			"5\1",
			7);
		wh_buffer_put(&form, &length, 4);
		wh_buffer_put(&form, b.lanes[1].bytes, n);
		wh_buffer_put(&form,
			"\1\3\0\0\0"
			"end",
			8);
		assert_true(same(b.hash[0], wh_hash_bytes(form.data, form.size, SEED)));
		assert_true(scratch.capacity < 1u << 20);
		wh_buffer_free(&form);
	}
	wh_batch_finish(&b);
}

static void cells_do_not_run_together(void **state)
{
	static const enum wh_kind kinds[] = { WH_TEXT, WH_TEXT };
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, kinds, 2);
	wh_batch_bytes(&b, 0, "ab", 2);
	wh_batch_bytes(&b, 1, "c", 1);
	wh_batch_row(&b);
	wh_batch_bytes(&b, 0, "a", 1);
	wh_batch_bytes(&b, 1, "bc", 2);
	wh_batch_row(&b);
	wh_batch_null(&b, 0);
	wh_batch_bytes(&b, 1, "", 0);
	wh_batch_row(&b);
	wh_batch_bytes(&b, 0, "", 0);
	wh_batch_null(&b, 1);
	wh_batch_row(&b);
	wh_digest_batch(&b, NULL, SEED, &scratch);
	assert_false(same(b.hash[0], b.hash[1]));
	assert_false(same(b.hash[2], b.hash[3]));
	wh_batch_finish(&b);
}

static void strays_differ_from_nulls(void **state)
{
	enum wh_kind kind = WH_DATE;
	struct wh_batch b;
	uint16_t column = 0;
	(void)state;
	wh_batch_init(&b, &kind, 1);
	wh_batch_stray(&b, 0, WH_STRAY_ZERO_DATE, "0000-00-00", 10);
	wh_batch_row(&b);
	wh_batch_null(&b, 0);
	wh_batch_row(&b);
	wh_batch_stray(&b, 0, WH_STRAY_ZERO_DATE, "2024-02-00", 10);
	wh_batch_row(&b);
	wh_batch_stray(&b, 0, WH_STRAY_KIND, "0000-00-00", 10);
	wh_batch_row(&b);
	wh_digest_batch(&b, NULL, SEED, &scratch);
	assert_false(same(b.hash[0], b.hash[1]));
	assert_false(same(b.hash[0], b.hash[2]));
	assert_true(same(b.hash[0], b.hash[3]));
	for (uint32_t row = 0; row < 4; row++)
		assert_true(same(b.hash[row], wh_digest_cells(&b, row, &column, 1, NULL, SEED, &scratch)));
	wh_batch_finish(&b);
}

static void fill(struct wh_batch *b, int first, int n, int step)
{
	char text[32];
	for (int i = 0; i < n; i++) {
		int value = first + i * step;
		wh_batch_word(b, 0, value);
		wh_batch_bytes(b, 1, text, (size_t)snprintf(text, sizeof text, "%d.50", value));
		wh_batch_row(b);
	}
}

static const enum wh_kind two[] = { WH_INT64, WH_DECIMAL };

static void sums_ignore_order_and_units(void **state)
{
	struct wh_batch up, down, part;
	struct wh_digest a = { 0 }, b = { 0 }, c = { 0 }, piece;
	(void)state;
	wh_batch_init(&up, two, 2);
	wh_batch_init(&down, two, 2);
	wh_batch_init(&part, two, 2);
	fill(&up, 0, 1000, 1);
	fill(&down, 999, 1000, -1);
	wh_digest_batch(&up, NULL, SEED, &scratch);
	wh_digest_batch(&down, NULL, SEED, &scratch);
	wh_digest_add_rows(&a, &up, 0, 1000);
	wh_digest_add_rows(&b, &down, 0, 1000);
	assert_true(wh_digest_equal(&a, &b));
	for (int first = 0; first < 1000; first += 100) {
		wh_batch_reset(&part);
		fill(&part, first, 100, 1);
		wh_digest_batch(&part, NULL, SEED, &scratch);
		piece = (struct wh_digest){ 0 };
		wh_digest_add_rows(&piece, &part, 0, 100);
		wh_digest_merge(&c, &piece);
	}
	assert_true(wh_digest_equal(&a, &c));
	wh_batch_finish(&up);
	wh_batch_finish(&down);
	wh_batch_finish(&part);
}

static void duplicates_and_seeds_count(void **state)
{
	struct wh_batch b;
	struct wh_digest once = { 0 }, twice = { 0 }, none = { 0 }, other = { 0 };
	(void)state;
	wh_batch_init(&b, two, 2);
	fill(&b, 0, 10, 1);
	wh_digest_batch(&b, NULL, SEED, &scratch);
	wh_digest_add_rows(&once, &b, 0, 10);
	twice = once;
	wh_digest_add(&twice, b.hash[3]);
	assert_false(wh_digest_equal(&once, &twice));
	wh_digest_add(&twice, b.hash[3]); /* two of one row do not undo each other */
	struct wh_digest more = once;
	more.rows = twice.rows;
	assert_false(wh_digest_equal(&more, &twice));
	wh_digest_subtract(&twice, &once);
	assert_int_equal(twice.rows, 2);
	wh_digest_subtract(&once, &once);
	assert_true(wh_digest_equal(&once, &none));
	wh_digest_add_rows(&once, &b, 0, 10);
	wh_digest_batch(&b, NULL, SEED + 1, &scratch);
	wh_digest_add_rows(&other, &b, 0, 10);
	assert_false(wh_digest_equal(&once, &other));
	wh_batch_finish(&b);
}

/* 128 bits: a carry and a borrow cross the halves. */
static void sums_carry(void **state)
{
	struct wh_digest a = { 1, { .low = UINT64_MAX, .high = 1 } },
					 b = { 1, { .low = 1, .high = 0 } };
	struct wh_digest start = a;
	(void)state;
	wh_digest_merge(&a, &b);
	assert_true(a.sum.low == 0 && a.sum.high == 2 && a.rows == 2);
	wh_digest_subtract(&a, &b);
	assert_true(wh_digest_equal(&a, &start));
	wh_digest_subtract(&b, &start);
	wh_digest_merge(&b, &start);
	assert_true(b.sum.low == 1 && b.sum.high == 0 && b.rows == 1);
}

static void keys_hash_by_value(void **state)
{
	static const enum wh_kind other[] = { WH_TEXT, WH_DECIMAL, WH_INT64 };
	static const uint16_t first[] = { 0 }, third[] = { 2 }, both[] = { 1, 0 }, swapped[] = { 0, 1 };
	struct wh_batch a, b;
	(void)state;
	wh_batch_init(&a, two, 2);
	wh_batch_init(&b, other, 3);
	fill(&a, 7, 1, 1);
	wh_batch_bytes(&b, 0, "x", 1);
	wh_batch_bytes(&b, 1, "7.5", 3);
	wh_batch_word(&b, 2, 7);
	wh_batch_row(&b);
	struct wh_hash h = wh_digest_cells(&a, 0, first, 1, NULL, SEED, &scratch);
	assert_true(same(h, wh_digest_cells(&b, 0, third, 1, NULL, SEED, &scratch)));
	assert_true(same(wh_digest_cells(&a, 0, both, 2, NULL, SEED, &scratch),
		wh_digest_cells(&b, 0, (const uint16_t[]){ 1, 2 }, 2, NULL, SEED, &scratch)));
	assert_false(same(wh_digest_cells(&a, 0, both, 2, NULL, SEED, &scratch),
		wh_digest_cells(&a, 0, swapped, 2, NULL, SEED, &scratch)));
	wh_batch_finish(&a);
	wh_batch_finish(&b);
}

/* Slices hash like the rows that they show. */
static void slices_hash_alike(void **state)
{
	struct wh_batch whole, view;
	struct wh_lane lanes[2];
	struct wh_hash hash[10];
	(void)state;
	wh_batch_init(&whole, two, 2);
	fill(&whole, 0, 100, 1);
	wh_digest_batch(&whole, NULL, SEED, &scratch);
	view.lanes = lanes;
	wh_batch_slice(&whole, 90, 10, &view);
	view.hash = hash;
	wh_digest_batch(&view, NULL, SEED, &scratch);
	for (uint32_t i = 0; i < 10; i++)
		assert_true(same(hash[i], whole.hash[90 + i]));
	wh_batch_finish(&whole);
}

static void digest_texts(void **state)
{
	static const char *const bad[] = { "", ":", "1", "1:", "x:00000000000000000000000000000000",
		"-1:00000000000000000000000000000000", "1:0000000000000000000000000000000",
		"1:000000000000000000000000000000000", "1:g0000000000000000000000000000000",
		" 1:00000000000000000000000000000000", "1: 0000000000000000000000000000000",
		"18446744073709551616:00000000000000000000000000000000",
		"1:00000000000000000000000000000000 " };
	struct wh_digest d = { UINT64_MAX, { .low = 1, .high = UINT64_C(0xfedcba9876543210) } },
					 got = d;
	char text[56];
	(void)state;
	wh_digest_text(&d, text);
	assert_string_equal(text, "18446744073709551615:fedcba98765432100000000000000001");
	assert_true(wh_digest_parse(text, &got));
	assert_true(wh_digest_equal(&d, &got));
	for (size_t i = 0; i < COUNT(bad); i++)
		check(bad[i], !wh_digest_parse(bad[i], &got));
	assert_true(wh_digest_equal(&d, &got));
}

static int finish(void **state)
{
	(void)state;
	wh_buffer_free(&scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_is_by_value),
		cmocka_unit_test(text_stands_where_asked),
		cmocka_unit_test(the_form_is_version_2),
		cmocka_unit_test(all_nans_are_one),
		cmocka_unit_test(large_cells_hash_alike),
		cmocka_unit_test(cells_do_not_run_together),
		cmocka_unit_test(strays_differ_from_nulls),
		cmocka_unit_test(sums_ignore_order_and_units),
		cmocka_unit_test(duplicates_and_seeds_count),
		cmocka_unit_test(sums_carry),
		cmocka_unit_test(keys_hash_by_value),
		cmocka_unit_test(slices_hash_alike),
		cmocka_unit_test(digest_texts),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
