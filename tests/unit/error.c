#include "check.h"
#include "base/error.h"
#include "base/text.h"
#include <errno.h>

static void fail_fills_all(void **state)
{
	struct wh_error e = { .side = WH_TARGET,
		.interrupted = true,
		.system = 5,
		.state = "40001",
		.place = "old" };
	(void)state;
	assert_int_equal(wh_fail(&e, WH_CONFIG, "no table \"%s\"", "orders"), WH_CONFIG);
	assert_int_equal(e.code, WH_CONFIG);
	assert_int_equal(e.side, WH_NOWHERE);
	assert_false(e.interrupted);
	assert_int_equal(e.system, 0);
	assert_string_equal(e.state, "");
	assert_string_equal(e.place, "");
	assert_string_equal(e.text, "no table \"orders\"");
}

static void fail_wraps_its_own_text(void **state)
{
	struct wh_error e;
	(void)state;
	wh_fail(&e, WH_ROW, "inner");
	wh_fail(&e, WH_STOP, "outer: %s", e.text);
	assert_string_equal(e.text, "outer: inner");
}

static void fail_errno_adds_the_words(void **state)
{
	struct wh_error e;
	(void)state;
	errno = ENOENT;
	assert_int_equal(wh_fail_errno(&e, WH_STOP, "cannot open \"%s\"", "x"), WH_STOP);
	assert_int_equal(e.system, ENOENT);
	assert_string_equal(e.text, "cannot open \"x\": No such file or directory");
}

static void place_keeps_the_rest(void **state)
{
	struct wh_error e;
	(void)state;
	wh_fail(&e, WH_RETRY, "lost");
	assert_int_equal(wh_fail_place(&e, "%s:%d", "a.yaml", 7), WH_RETRY);
	assert_string_equal(e.place, "a.yaml:7");
	assert_string_equal(e.text, "lost");
	wh_error_clear(&e);
	assert_int_equal(e.code, WH_OK);
	assert_string_equal(e.text, "");
}

static void long_texts_are_cut_between_characters(void **state)
{
	char long_text[5000];
	struct wh_error e;
	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(long_text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof long_text; i += 3)
			memcpy(long_text + i, "\xe2\x82\xac", 4);
		wh_fail(&e, WH_STOP, "%s", long_text);
		assert_true(strlen(e.text) > sizeof e.text - 4);
		assert_true(wh_utf8_valid(e.text, strlen(e.text)));
		wh_fail_place(&e, "%s", long_text);
		assert_true(strlen(e.place) > sizeof e.place - 4);
		assert_true(wh_utf8_valid(e.place, strlen(e.place)));
		errno = EIO;
		wh_fail_errno(&e, WH_STOP, "%s", long_text);
		assert_true(strlen(e.text) < sizeof e.text);
	}
}

static void nobody_listens(void **state)
{
	(void)state;
	assert_int_equal(wh_fail(NULL, WH_BUG, "x"), WH_BUG);
	assert_int_equal(wh_fail_errno(NULL, WH_STOP, "x"), WH_STOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fail_fills_all),
		cmocka_unit_test(fail_wraps_its_own_text),
		cmocka_unit_test(fail_errno_adds_the_words),
		cmocka_unit_test(place_keeps_the_rest),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(nobody_listens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
