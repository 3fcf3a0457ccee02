#include "check.h"
#include "model/batch.h"

static const enum wh_kind kinds[] = { WH_INT64, WH_TEXT, WH_DATE };

static void fill(struct wh_batch *b, int rows)
{
	char text[32];
	for (int i = 0; i < rows; i++) {
		wh_batch_word(b, 0, i);
		if (i % 3 == 2)
			wh_batch_null(b, 1);
		else
			wh_batch_bytes(b, 1, text, (size_t)snprintf(text, sizeof text, "row %d", i));
		if (i % 5 == 4)
			wh_batch_stray(b, 2, WH_STRAY_ZERO_DATE, "0000-00-00", 10);
		else
			wh_batch_word(b, 2, -i);
		wh_batch_row(b);
	}
}

/* Row `row` of b is what fill() made as row `i`. */
static void check_row(const struct wh_batch *b, uint32_t row, int i)
{
	char text[32];
	size_t n;
	assert_int_equal(wh_word(b, 0, row), i);
	assert_int_equal(wh_is_null(b, 1, row), i % 3 == 2);
	if (i % 3 != 2) {
		const char *cell = wh_cell(b, 1, row, &n);
		assert_int_equal(n, snprintf(text, sizeof text, "row %d", i));
		assert_memory_equal(cell, text, n);
	}
	assert_int_equal(wh_is_null(b, 2, row), i % 5 == 4);
	assert_int_equal(wh_word(b, 2, row), i % 5 == 4 ? 0 : -i);
}

static void rows_come_back(void **state)
{
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, kinds, COUNT(kinds));
	assert_int_equal(b.capacity, WH_BATCH_ROWS);
	for (int round = 0; round < 3; round++) {
		fill(&b, WH_BATCH_ROWS);
		assert_true(wh_batch_full(&b));
		for (int i = 0; i < WH_BATCH_ROWS; i++)
			check_row(&b, (uint32_t)i, i);
		assert_int_equal(b.nstrays, WH_BATCH_ROWS / 5);
		for (size_t i = 0; i < b.nstrays; i++) {
			assert_int_equal(b.strays[i].row, 5 * i + 4);
			assert_int_equal(b.strays[i].column, 2);
			assert_int_equal(b.strays[i].reason, WH_STRAY_ZERO_DATE);
			assert_int_equal(b.strays[i].size, 10);
			assert_memory_equal(b.strays_bytes.data + b.strays[i].first, "0000-00-00", 10);
		}
		wh_batch_reset(&b);
		assert_int_equal(b.rows, 0);
		assert_int_equal(b.bytes, 0);
		assert_int_equal(b.nstrays, 0);
	}
	wh_batch_finish(&b);
	wh_batch_finish(&b);
}

static void doubles_keep_their_bits(void **state)
{
	enum wh_kind one = WH_FLOAT64;
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, &one, 1);
	wh_batch_double(&b, 0, -0.0);
	wh_batch_row(&b);
	wh_batch_double(&b, 0, 0.1);
	wh_batch_row(&b);
	assert_true(wh_word(&b, 0, 0) == INT64_MIN);
	assert_true(wh_double(&b, 0, 1) == 0.1);
	wh_batch_finish(&b);
}

static void bytes_fill_a_batch(void **state)
{
	enum wh_kind one = WH_BYTES;
	struct wh_batch b;
	(void)state;
	wh_batch_init(&b, &one, 1);
	memset(wh_batch_room(&b, 0, WH_BATCH_BYTES / 2), 'a', WH_BATCH_BYTES / 2);
	wh_batch_row(&b);
	assert_false(wh_batch_full(&b));
	memset(wh_batch_room(&b, 0, WH_BATCH_BYTES / 2), 'b', WH_BATCH_BYTES / 2);
	wh_batch_row(&b);
	assert_true(wh_batch_full(&b));
	wh_batch_finish(&b);
}

/* A row of 64 MiB travels alone, and its memory is given back afterwards. */
static void one_row_may_be_huge(void **state)
{
	enum wh_kind one = WH_BYTES;
	struct wh_batch b;
	size_t n, huge = 64u << 20;
	(void)state;
	wh_batch_init(&b, &one, 1);
	wh_batch_bytes(&b, 0, "before", 6);
	wh_batch_row(&b);
	char *room = wh_batch_room(&b, 0, huge);
	room[0] = 'x';
	room[huge - 1] = 'y';
	wh_batch_row(&b);
	assert_true(wh_batch_full(&b));
	assert_memory_equal(wh_cell(&b, 0, 0, &n), "before", 6);
	const char *cell = wh_cell(&b, 0, 1, &n);
	assert_int_equal(n, huge);
	assert_true(cell[0] == 'x' && cell[n - 1] == 'y');
	assert_true(b.lanes[0].capacity < huge + (1u << 20));
	wh_batch_reset(&b);
	assert_true(b.lanes[0].capacity < 16u << 20);
	wh_batch_bytes(&b, 0, "after", 5);
	wh_batch_row(&b);
	assert_memory_equal(wh_cell(&b, 0, 0, &n), "after", 5);
	wh_batch_finish(&b);
}

static void slices_are_views(void **state)
{
	struct wh_batch b, view;
	struct wh_lane lanes[COUNT(kinds)];
	(void)state;
	wh_batch_init(&b, kinds, COUNT(kinds));
	b.first_row = 1000;
	fill(&b, 100);
	for (uint32_t first = 0; first <= 100; first += 20) {
		for (uint32_t n = 0; n <= 100 - first; n += 7) {
			view.lanes = lanes;
			wh_batch_slice(&b, first, n, &view);
			assert_int_equal(view.rows, n);
			assert_true(view.first_row == 1000 + first);
			assert_int_equal(view.ncolumns, COUNT(kinds));
			assert_int_equal(view.nstrays, 0);
			assert_true(wh_batch_full(&view));
			for (uint32_t i = 0; i < n; i++)
				check_row(&view, i, (int)(first + i));
		}
	}
	view.lanes = lanes;
	wh_batch_slice(&b, 0, 100, &view);
	size_t strays = b.strays_bytes.size;
	assert_int_equal(view.bytes, b.bytes - strays);
	wh_batch_finish(&b);
}

static void rows_are_copied_with_their_strays(void **state)
{
	struct wh_batch from, to;
	uint32_t copied = 0;
	(void)state;
	wh_batch_init(&from, kinds, COUNT(kinds));
	wh_batch_init(&to, kinds, COUNT(kinds));
	fill(&from, 100);
	for (uint32_t i = 0; i < 100; i++)
		from.hash[i] = (struct wh_hash){ i, i };
	for (int i = 99; i >= 0; i -= 3)
		wh_batch_copy_row(&to, &from, (uint32_t)i);
	for (int i = 99; i >= 0; i -= 3, copied++) {
		check_row(&to, copied, i);
		assert_true(to.hash[copied].low == (uint64_t)i);
	}
	assert_int_equal(to.rows, copied);
	size_t strays = 0;
	for (int i = 99; i >= 0; i -= 3)
		strays += i % 5 == 4;
	assert_int_equal(to.nstrays, strays);
	for (size_t i = 0; i < to.nstrays; i++) {
		assert_true(i == 0 || to.strays[i].row > to.strays[i - 1].row);
		assert_memory_equal(to.strays_bytes.data + to.strays[i].first, "0000-00-00", 10);
	}
	wh_batch_finish(&from);
	wh_batch_finish(&to);
}

static void empty_cells_and_strays(void **state)
{
	struct wh_batch b;
	size_t n;
	(void)state;
	wh_batch_init(&b, kinds, COUNT(kinds));
	wh_batch_stray(&b, 0, WH_STRAY_KIND, "", 0);
	wh_batch_bytes(&b, 1, NULL, 0);
	wh_batch_null(&b, 2);
	wh_batch_row(&b);
	assert_true(wh_is_null(&b, 0, 0));
	assert_false(wh_is_null(&b, 1, 0));
	assert_non_null(wh_cell(&b, 1, 0, &n));
	assert_int_equal(n, 0);
	assert_int_equal(b.nstrays, 1);
	assert_int_equal(b.strays[0].size, 0);
	wh_batch_finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(doubles_keep_their_bits),
		cmocka_unit_test(bytes_fill_a_batch),
		cmocka_unit_test(one_row_may_be_huge),
		cmocka_unit_test(slices_are_views),
		cmocka_unit_test(rows_are_copied_with_their_strays),
		cmocka_unit_test(empty_cells_and_strays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
