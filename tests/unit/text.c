#include "check.h"
#include "base/text.h"

static const struct {
	const char *bytes;
	bool valid;
} utf8[] = {
	{ "", true },
	{ "plain", true },
	{ "\x7f", true },
	{ "\xc2\x80", true },
	{ "\xdf\xbf", true },
	{ "\xe0\xa0\x80", true },
	{ "\xed\x9f\xbf", true },
	{ "\xee\x80\x80", true },
	{ "\xef\xbf\xbf", true },
	{ "\xf0\x90\x80\x80", true },
	{ "\xf4\x8f\xbf\xbf", true },
	{ "\x80", false }, /* nothing leads */
	{ "\xbf", false },
	{ "\xc0\x80", false }, /* overlong NUL */
	{ "\xc0\xaf", false },
	{ "\xc1\xbf", false },
	{ "\xc2", false }, /* cut short */
	{ "\xc2 ", false },
	{ "\xe0\x80\x80", false }, /* overlong */
	{ "\xe0\x9f\xbf", false },
	{ "\xe2\x82", false },
	{ "\xe2\x82 ", false },
	{ "\xe2 \xac", false },
	{ "\xed\xa0\x80", false }, /* surrogates */
	{ "\xed\xbf\xbf", false },
	{ "\xf0\x80\x80\x80", false }, /* overlong */
	{ "\xf0\x8f\xbf\xbf", false },
	{ "\xf0\x9f\x98", false },
	{ "\xf4\x90\x80\x80", false }, /* beyond U+10FFFF */
	{ "\xf5\x80\x80\x80", false },
	{ "\xf8\x88\x80\x80\x80", false },
	{ "\xfe", false },
	{ "\xff", false },
};

/* Each case at each place of a longer text, so that every step of the fast path meets it. */
static void utf8_is_rfc_3629(void **state)
{
	char text[120];
	(void)state;
	for (size_t i = 0; i < COUNT(utf8); i++) {
		size_t n = strlen(utf8[i].bytes);
		check(utf8[i].bytes, wh_utf8_valid(utf8[i].bytes, n) == utf8[i].valid);
		for (size_t at = 0; at <= 100; at++) {
			memset(text, 'x', sizeof text);
			memcpy(text + at, utf8[i].bytes, n);
			check(utf8[i].bytes, wh_utf8_valid(text, at + n) == utf8[i].valid);
			check(utf8[i].bytes, wh_utf8_valid(text, sizeof text) == utf8[i].valid);
		}
	}
	assert_true(wh_utf8_valid("a\0b", 3));
}

/* Wherever in a text of whatever length: the bytes are looked at eight at a time. */
static void utf8_in_every_place(void **state)
{
	static const char *const good[] = { "z", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
	static const char *const bad[] = { "\x80", "\xc3", "\xff", "\xed\xa0\x80" };
	char text[64];
	(void)state;
	for (size_t n = 4; n < 40; n++)
		for (size_t at = 0; at + 4 <= n; at++)
			for (size_t i = 0; i < 4; i++) {
				memset(text, 'a', sizeof text);
				memcpy(text + at, good[i], strlen(good[i]));
				assert_true(wh_utf8_valid(text, n));
				memset(text, 'a', sizeof text);
				memcpy(text + at, bad[i], strlen(bad[i]));
				assert_false(wh_utf8_valid(text, n));
			}
}

static void utf8_characters(void **state)
{
	const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* 1 + 2 + 3 + 4 + 1 bytes */
	static const size_t cuts[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11 };
	(void)state;
	assert_int_equal(wh_utf8_length(text, 11), 5);
	for (size_t max = 0; max < COUNT(cuts); max++)
		assert_int_equal(wh_utf8_cut(text, 11, max), cuts[max]);
	static const size_t firsts[] = { 0, 1, 3, 6, 10, 11, 11 };
	for (size_t n = 0; n < COUNT(firsts); n++)
		assert_int_equal(wh_utf8_first(text, 11, n), firsts[n]);
}

static void equality(void **state)
{
	(void)state;
	assert_true(wh_equal(NULL, NULL));
	assert_false(wh_equal(NULL, ""));
	assert_false(wh_equal("", NULL));
	assert_true(wh_equal("a", "a"));
	assert_false(wh_equal("a", "A"));
	assert_true(wh_equal_nocase("aBc", "AbC"));
	assert_false(wh_equal_nocase("aBc", "AbCd"));
	assert_false(wh_equal_nocase("[", "{"));
	assert_true(wh_equal_nocase(NULL, NULL));
	assert_false(wh_equal_nocase(NULL, ""));
	assert_true(wh_starts("orders", "ord"));
	assert_true(wh_starts("orders", ""));
	assert_false(wh_starts("or", "ord"));
	assert_true(wh_starts_nocase("Orders", "oRD"));
	assert_false(wh_starts_nocase("or", "ord"));
}

static const struct {
	const char *pattern, *text;
	bool match;
} patterns[] = {
	{ "*", "", true },
	{ "", "", true },
	{ "", "a", false },
	{ "*", "anything", true },
	{ "tmp_*", "tmp_", true },
	{ "tmp_*", "tmp", false },
	{ "tmp_*", "Tmp_x", false },
	{ "*_log", "a_log_log", true },
	{ "a*b*c", "aXbYbZc", true },
	{ "a*b*c", "aXbYbZ", false },
	{ "a?c", "abc", true },
	{ "a?c",
		"a\xe2\x82\xac"
		"c",
		true },
	{ "a?c", "ac", false },
	{ "?", "", false },
	{ "??", "\xc3\xa9\xc3\xa9", true },
	{ "??", "\xc3\xa9", false },
	{ "[ab]", "a", false },
	{ "[ab]", "[ab]", true },
	{ "a.b", "aXb", false },
	{ "**a**", "xxaxx", true },
	{ "*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

static void pattern_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++)
		check(patterns[i].pattern,
			wh_pattern_match(patterns[i].pattern, patterns[i].text) == patterns[i].match);
}

static void nearest_words(void **state)
{
	static const char *const words[] = { "source", "target", "policies", "limits", "map", NULL };
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "sorce", "source" },
		{ "SOURCE", "source" },
		{ "osurce", "source" },
		{ "polices", "policies" },
		{ "mpa", "map" },
		{ "maps", "map" },
		{ "limit", "limits" },
		{ "taregt", "target" },
		{ "xyzzy", "" },
		{ "", "" },
		{ "a", "" },
		{ "tables", "" },
	};
	static const char *const none[] = { NULL };
	char long_word[500];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = wh_text_nearest(cases[i].word, words);
		check_text(cases[i].word, got ? got : "", cases[i].want);
	}
	assert_null(wh_text_nearest("source", none));
	memset(long_word, 'x', sizeof long_word - 1);
	long_word[sizeof long_word - 1] = '\0';
	assert_null(wh_text_nearest(long_word, words));
}

static const struct {
	const char *bytes, *shown, *html;
} foreign[] = {
	{ "plain \xc3\xa9", "plain \xc3\xa9", "plain \xc3\xa9" },
	{ "<a href=\"x\">&'", "<a href=\"x\">&'", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;" },
	{ "\x1b[31m", "\\x1b[31m", "\\x1b[31m" },
	{ "a\nb\tc", "a\\x0ab\\x09c", "a\nb\tc" },
	{ "\x7f", "\\x7f", "\\x7f" },
	{ "\xc2\x9b", "\\x9b", "\\x9b" }, /* C1: CSI in one character */
	{ "\xe2\x80\xae"
	  "abc",
		"\\u202eabc", "\\u202eabc" }, /* right-to-left override */
	{ "\xe2\x81\xa6", "\\u2066", "\\u2066" },
	{ "\xd8\x9c", "\\u061c", "\\u061c" },
	{ "\xe2\x80\x8b", "\\u200b", "\\u200b" },
	{ "\xef\xbb\xbf", "\\ufeff", "\\ufeff" },
	{ "\xff\xfe<", "\\xff\\xfe<", "\\xff\\xfe&lt;" },
	{ "\xe2\x82", "\\xe2\\x82", "\\xe2\\x82" },
	{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
};

static void foreign_text_is_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(foreign); i++) {
		struct wh_buffer b = { 0 };
		wh_text_shown(&b, foreign[i].bytes, strlen(foreign[i].bytes));
		check_text(foreign[i].bytes, wh_buffer_string(&b), foreign[i].shown);
		wh_buffer_clear(&b);
		wh_text_html(&b, foreign[i].bytes, strlen(foreign[i].bytes));
		check_text(foreign[i].bytes, wh_buffer_string(&b), foreign[i].html);
		wh_buffer_free(&b);
	}
	struct wh_buffer b = { 0 };
	wh_text_shown(&b, "a\0b", 3);
	assert_string_equal(wh_buffer_string(&b), "a\\x00b");
	wh_buffer_free(&b);
}

static void hex_and_back(void **state)
{
	struct wh_buffer b = { 0 };
	unsigned char all[256], back[256];
	(void)state;
	for (size_t i = 0; i < 256; i++)
		all[i] = (unsigned char)i;
	wh_text_hex(&b, all, 256);
	assert_int_equal(b.size, 512);
	assert_memory_equal(b.data, "000102", 6);
	assert_memory_equal(b.data + 506, "fdfeff", 7);
	assert_true(wh_text_unhex(b.data, b.size, back));
	assert_memory_equal(all, back, 256);
	assert_true(wh_text_unhex("AbCd", 4, back));
	assert_memory_equal(back, "\xab\xcd", 2);
	assert_true(wh_text_unhex("", 0, back));
	assert_false(wh_text_unhex("abc", 3, back));
	assert_false(wh_text_unhex("0g", 2, back));
	assert_false(wh_text_unhex("0x12", 4, back));
	assert_false(wh_text_unhex("- 1 ", 4, back));
	wh_buffer_free(&b);
}

static void passwords_of_urls_are_covered(void **state)
{
	static const char *const texts[][2] = {
		{ "mysql://u:secret@h/d", "mysql://u:******@h/d" },
		{ "no \"pg://u:a@b c@h:5/d\", try x@y", "no \"pg://u:*****@h:5/d\", try x@y" },
		{ "mysql:/u:pw@h", "mysql:/u:**@h" },
		{ "a://u:1@h\nb://v:2@h", "a://u:*@h\nb://v:*@h" },
		{ "pg://h/d?password=pw&x=1", "pg://h/d?password=**&x=1" },
		{ "pg://u:@h", "pg://u:@h" },
		{ "pg://u@h:5432/d", "pg://u@h:5432/d" },
		{ "pg://h:5432/d", "pg://h:5432/d" },
		{ "12:30 a@b", "12:30 a@b" },
		{ "from sqlite:/a to my://u@h/d", "from sqlite:/a to my://u@h/d" },
		{ "from a://u:p:/w@h to b://v:q@h", "from a://u:****@h to b://v:*@h" },
		{ "://", "://" },
		{ "", "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char text[80];
		snprintf(text, sizeof text, "%s", texts[i][0]);
		wh_text_cover(text);
		assert_string_equal(text, texts[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_of_urls_are_covered),
		cmocka_unit_test(utf8_is_rfc_3629),
		cmocka_unit_test(utf8_in_every_place),
		cmocka_unit_test(utf8_characters),
		cmocka_unit_test(equality),
		cmocka_unit_test(pattern_matches),
		cmocka_unit_test(nearest_words),
		cmocka_unit_test(foreign_text_is_harmless),
		cmocka_unit_test(hex_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
