#include "check.h"
#include "base/buffer.h"

static void empty_is_valid(void **state)
{
	struct wh_buffer b = { 0 };
	(void)state;
	assert_string_equal(wh_buffer_string(&b), "");
	wh_buffer_clear(&b);
	wh_buffer_put(&b, NULL, 0);
	assert_string_equal(wh_buffer_string(&b), "");
	wh_buffer_free(&b);
	wh_buffer_free(&b);
}

static void puts_add_up(void **state)
{
	struct wh_buffer b = { 0 };
	(void)state;
	wh_buffer_text(&b, "ab");
	wh_buffer_char(&b, 'c');
	wh_buffer_format(&b, "%d-%s", 7, "x");
	assert_string_equal(wh_buffer_string(&b), "abc7-x");
	assert_int_equal(b.size, 6);
	wh_buffer_clear(&b);
	assert_string_equal(wh_buffer_string(&b), "");
	wh_buffer_be16(&b, 0x0102);
	wh_buffer_be32(&b, 0x03040506);
	wh_buffer_be64(&b, UINT64_C(0x0708090a0b0c0d0e));
	assert_int_equal(b.size, 14);
	for (size_t i = 0; i < 14; i++)
		assert_int_equal(b.data[i], i + 1);
	assert_int_equal(b.data[14], 0);
	wh_buffer_free(&b);
}

static void growth_keeps_content(void **state)
{
	struct wh_buffer b = { 0 };
	(void)state;
	for (size_t i = 0; i < 100000; i++)
		wh_buffer_char(&b, (char)('a' + i % 26));
	assert_int_equal(b.size, 100000);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
	assert_int_equal(strlen(b.data), 100000);
	wh_buffer_free(&b);
}

static void the_maximum_holds(void **state)
{
	struct wh_buffer b = { .max = 10 };
	(void)state;
	wh_buffer_text(&b, "0123456789");
	assert_false(b.full);
	assert_string_equal(wh_buffer_string(&b), "0123456789");
	wh_buffer_char(&b, 'x');
	assert_true(b.full);
	assert_string_equal(wh_buffer_string(&b), "0123456789");
	wh_buffer_clear(&b);
	assert_false(b.full);
	wh_buffer_text(&b, "01234");
	assert_false(wh_buffer_reserve(&b, SIZE_MAX));
	wh_buffer_text(&b, "5");
	assert_string_equal(wh_buffer_string(&b), "01234"); /* a beginning, no holes */
	wh_buffer_clear(&b);
	wh_buffer_format(&b, "%s", "01234567890");
	assert_true(b.full);
	assert_int_equal(b.size, 0);
	wh_buffer_free(&b);
}

static void reserve_gives_room(void **state)
{
	struct wh_buffer b = { 0 };
	(void)state;
	assert_true(wh_buffer_reserve(&b, 5000));
	assert_true(b.capacity > 5000);
	assert_int_equal(b.size, 0);
	memset(b.data, 'x', 5000);
	assert_false(wh_buffer_reserve(&b, (size_t)2 << 30));
	assert_true(b.full);
	wh_buffer_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_valid),
		cmocka_unit_test(puts_add_up),
		cmocka_unit_test(growth_keeps_content),
		cmocka_unit_test(the_maximum_holds),
		cmocka_unit_test(reserve_gives_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
