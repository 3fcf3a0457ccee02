#include "check.h"
#include "transform/encoding.h"

static void cp1252_is_read_with_its_holes(void **state)
{
	struct wh_buffer out = { 0 };
	(void)state;
	wh_cp1252_text(&out, "a\x80\x81\xe9", 4);
	assert_string_equal(wh_buffer_string(&out), "a\u20ac\xc2\x81\u00e9");
	wh_buffer_free(&out);
}

static void what_was_encoded_twice_is_found(void **state)
{
	static const struct {
		const char *text, *mended; /* NULL: not encoded twice */
	} cases[] = {
		{ "gr\u00c3\u00bcn", "gr\u00fcn" },
		{ "\u00e2\u201a\u00ac", "\u20ac" },
		{ "\u00f0\u0178\u2122\u201a", "\U0001f642" },
		{ "gr\u00fcn", NULL },
		{ "plain", NULL },
		{ "", NULL },
		{ "\u00c3", NULL },
		{ "\u00c3\u00bc \u4e2d", NULL },
		{ "\u00c3\u00bc and \u00fc", NULL },
		{ "\xc3\x28", NULL },
	};
	struct wh_buffer out = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		wh_buffer_clear(&out);
		bool is = wh_text_undouble(&out, cases[i].text, strlen(cases[i].text));
		check(cases[i].text, is == (cases[i].mended != NULL));
		check(cases[i].text, strcmp(wh_buffer_string(&out), is ? cases[i].mended : "") == 0);
	}
	wh_buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cp1252_is_read_with_its_holes),
		cmocka_unit_test(what_was_encoded_twice_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
