#include "check.h"
#include "base/json.h"

/* given and canonical; "" is not JSON. */
static const struct {
	const char *given, *want;
} cases[] = {
	{ "null", "null" },
	{ " true ", "true" },
	{ "\t\r\nfalse", "false" },
	{ "0", "0" },
	{ "-0", "0" },
	{ "-0.0e5", "0" },
	{ "1.10", "1.1" },
	{ "1.0", "1" },
	{ "1e2", "100" },
	{ "1E+2", "100" },
	{ "100", "100" },
	{ "1.5e-3", "0.0015" },
	{ "-12.50e1", "-125" },
	{ "12345678901234567890123456789.0123456789", "12345678901234567890123456789.0123456789" },
	{ "1e401", "1e401" },
	{ "10e400", "1e401" },
	{ "-0.01e403", "-1e401" },
	{ "123e-600", "123e-600" },
	{ "1.23e-598", "123e-600" },
	{ "0e99999999999999999999", "0" },
	{ "-0e99999999999999999999", "0" },
	{ "1.50e99999999999999999999", "15e99999999999999999998" },
	{ "1e-99999999999999999999", "1e-99999999999999999999" },
	{ "1e00000000000000000000000002", "100" },
	{ "\"\"", "\"\"" },
	{ "\"a\\/b\"", "\"a/b\"" },
	{ "\"\\u0041\\u00e9\\u20AC\"", "\"A\xc3\xa9\xe2\x82\xac\"" },
	{ "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"" },
	{ "\"\\uD83D\"", "\"\\ud83d\"" },
	{ "\"\\uDE00x\"", "\"\\ude00x\"" },
	{ "\"\\ud83d\\u0041\"", "\"\\ud83dA\"" },
	{ "\"\\ud83d\\ud83d\\ude00\"", "\"\\ud83d\xf0\x9f\x98\x80\"" },
	{ "\"\\ud83d\\n\"", "\"\\ud83d\\n\"" },
	{ "\"\\b\\f\\n\\r\\t\\\"\\\\\"", "\"\\b\\f\\n\\r\\t\\\"\\\\\"" },
	{ "\"\\u0008\\u000A\\u0022\\u005c\\u001F\\u0000\\u007f\"",
		"\"\\b\\n\\\"\\\\\\u001f\\u0000\x7f\"" },
	{ "[]", "[]" },
	{ "[ ]", "[]" },
	{ "[1, 2.0,\n[ ] ,{ }]", "[1,2,[],{}]" },
	{ "{}", "{}" },
	{ "{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}" },
	{ "{\"a\":1,\"a\":2}", "{\"a\":2}" },
	{ "{\"a\":1,\"b\":0,\"a\":{\"x\":[1]},\"a\":3}", "{\"a\":3,\"b\":0}" },
	{ "{\"\\u0061\":1,\"a\":2}", "{\"a\":2}" },
	{ "{\"ab\":1,\"a\":2,\"\":3,\"b\":4}", "{\"\":3,\"a\":2,\"ab\":1,\"b\":4}" },
	{ "{\"\\\"\":1,\"!\":2,\"#\":3}", "{\"!\":2,\"\\\"\":1,\"#\":3}" },
	{ "{\"\\\\\":1,\"Z\":2,\"a\":3}", "{\"Z\":2,\"\\\\\":1,\"a\":3}" },
	{ "{\" \":1,\"\\n\":2,\"\\u0001\":3}", "{\"\\u0001\":3,\"\\n\":2,\" \":1}" },
	{ "{\"\xc3\xa9\":1,\"z\":2}", "{\"z\":2,\"\xc3\xa9\":1}" },
	{ "{\"o\":{\"b\":[{\"d\":1,\"c\":2}],\"a\":1}}",
		"{\"o\":{\"a\":1,\"b\":[{\"c\":2,\"d\":1}]}}" },
	{ "", "" },
	{ " ", "" },
	{ "nul", "" },
	{ "nullx", "" },
	{ "True", "" },
	{ "NaN", "" },
	{ "Infinity", "" },
	{ "-", "" },
	{ "+1", "" },
	{ "01", "" },
	{ "-01", "" },
	{ "1.", "" },
	{ ".5", "" },
	{ "1e", "" },
	{ "1e+", "" },
	{ "1e+-2", "" },
	{ "0x10", "" },
	{ "1 2", "" },
	{ "'a'", "" },
	{ "\"", "" },
	{ "\"a", "" },
	{ "\"\\\"", "" },
	{ "\"\\x41\"", "" },
	{ "\"\\u12\"", "" },
	{ "\"\\u12g4\"", "" },
	{ "\"\n\"", "" },
	{ "\"\xff\"", "" },
	{ "\"\xc0\x80\"", "" },
	{ "\"\xed\xa0\x80\"", "" },
	{ "[", "" },
	{ "[1", "" },
	{ "[1,", "" },
	{ "[1,]", "" },
	{ "[,1]", "" },
	{ "[1 2]", "" },
	{ "]", "" },
	{ "{", "" },
	{ "{\"a\"", "" },
	{ "{\"a\":", "" },
	{ "{\"a\":1", "" },
	{ "{\"a\":1,", "" },
	{ "{\"a\":1,}", "" },
	{ "{a:1}", "" },
	{ "{1:1}", "" },
	{ "{\"a\" 1}", "" },
	{ "[1]]", "" },
	{ "\xef\xbb\xbf[]", "" },
	{ "// no\n1", "" },
};

static void canonical_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *given = cases[i].given;
		struct wh_buffer b = { 0 };
		wh_buffer_text(&b, "<");
		bool is = wh_json_canonical(&b, given, strlen(given));
		check(given, is == (*cases[i].want != '\0'));
		check(given, is == wh_json_valid(given, strlen(given)));
		check_text(given, wh_buffer_string(&b) + 1, cases[i].want);
		if (is) {
			struct wh_buffer again = { 0 };
			check(given, wh_json_canonical(&again, b.data + 1, b.size - 1));
			check_text(given, wh_buffer_string(&again), cases[i].want);
			wh_buffer_free(&again);
		}
		wh_buffer_free(&b);
	}
	assert_false(wh_json_valid("1\0", 2));
	assert_false(wh_json_valid("\"\0\"", 3));
}

/* Wherever in a string of whatever length: its bytes are looked at eight at a time. */
static void every_byte_in_every_place(void **state)
{
	char text[64];
	(void)state;
	for (size_t n = 1; n < 30; n++)
		for (size_t at = 0; at < n; at++)
			for (int byte = 0; byte < 0x100; byte++) {
				memset(text, 'a', sizeof text);
				text[0] = text[n + 1] = '"';
				text[at + 1] = (char)byte;
				bool bare = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
				assert_int_equal(wh_json_valid(text, n + 2), bare);
			}
}

static void depth_has_a_limit(void **state)
{
	enum { DEEP = 100000 };
	static char text[2 * DEEP + 1];
	(void)state;
	for (size_t depth = 1; depth <= DEEP; depth = depth == 512 ? 513
			 : depth == 513                                    ? DEEP
															   : depth + 1) {
		memset(text, '[', depth);
		text[depth] = '1';
		memset(text + depth + 1, ']', depth);
		struct wh_buffer b = { 0 };
		assert_int_equal(wh_json_valid(text, 2 * depth + (depth < DEEP)), depth <= 512);
		assert_int_equal(wh_json_canonical(&b, text, 2 * depth + (depth < DEEP)), depth <= 512);
		wh_buffer_free(&b);
	}
	for (size_t i = 0; i < DEEP; i += 5)
		memcpy(text + i, "{\"a\":", 5);
	assert_false(wh_json_valid(text, DEEP));
}

/* More members than the first room holds, in falling order, each twice. */
static void large_objects_are_sorted(void **state)
{
	struct wh_buffer given = { 0 }, want = { 0 }, got = { 0 };
	(void)state;
	wh_buffer_text(&given, "{");
	wh_buffer_text(&want, "{");
	for (int i = 999; i >= 0; i--)
		wh_buffer_format(&given, "\"%03d\":{\"y\":1,\"x\":\"old\"},\"%03d\": [%d]%s", i, i, i,
			i ? "," : "}");
	for (int i = 0; i < 1000; i++)
		wh_buffer_format(&want, "\"%03d\":[%d]%s", i, i, i < 999 ? "," : "}");
	assert_true(wh_json_canonical(&got, given.data, given.size));
	assert_string_equal(wh_buffer_string(&got), wh_buffer_string(&want));
	wh_buffer_free(&given);
	wh_buffer_free(&want);
	wh_buffer_free(&got);
}

static void amplification_is_bounded(void **state)
{
	struct wh_buffer given = { 0 }, got = { 0 };
	(void)state;
	wh_buffer_text(&given, "[0");
	for (int i = 0; i < 10000; i++)
		wh_buffer_text(&given, i % 2 ? ",1e20000" : ",1e-999999999");
	wh_buffer_text(&given, "]");
	assert_true(wh_json_canonical(&got, given.data, given.size));
	assert_true(got.size < 2 * given.size);
	wh_buffer_free(&given);
	wh_buffer_free(&got);
}

/* 401 zeros written out and the same number with an exponent are one value. */
static void long_plain_numbers_join(void **state)
{
	char plain[500] = "1";
	struct wh_buffer a = { 0 }, b = { 0 };
	(void)state;
	for (size_t zeros = 395; zeros < 405; zeros++) {
		char exponent[16];
		memset(plain + 1, '0', zeros);
		snprintf(exponent, sizeof exponent, "1e%zu", zeros);
		wh_buffer_clear(&a);
		wh_buffer_clear(&b);
		assert_true(wh_json_canonical(&a, plain, 1 + zeros));
		assert_true(wh_json_canonical(&b, exponent, strlen(exponent)));
		check_text(exponent, wh_buffer_string(&a), wh_buffer_string(&b));
		plain[1] = '.';
		memset(plain + 2, '0', zeros);
		plain[2 + zeros] = '5';
		snprintf(exponent, sizeof exponent, "5e-%zu", zeros + 1);
		plain[0] = '0';
		wh_buffer_clear(&a);
		wh_buffer_clear(&b);
		assert_true(wh_json_canonical(&a, plain, 3 + zeros));
		assert_true(wh_json_canonical(&b, exponent, strlen(exponent)));
		check_text(exponent, wh_buffer_string(&a), wh_buffer_string(&b));
		plain[0] = '1';
	}
	wh_buffer_free(&a);
	wh_buffer_free(&b);
}

static void full_buffers_are_left_as_they_were(void **state)
{
	struct wh_buffer b = { .max = 20 };
	(void)state;
	wh_buffer_text(&b, "before");
	assert_false(wh_json_canonical(&b, "{\"key\":\"a long value\",\"a\":[1,2,3]}", 34));
	assert_string_equal(wh_buffer_string(&b), "before");
	assert_true(wh_json_canonical(&b, "[1]", 3));
	assert_string_equal(wh_buffer_string(&b), "before[1]");
	wh_buffer_free(&b);
}

static void quoting(void **state)
{
	static const struct {
		const char *bytes, *want;
	} quoted[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "\n\x01\x1f", "\"\\n\\u0001\\u001f\"" },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"" },
		{ "\xff"
		  "a\xc3\xa9\xc3",
			"\"\\u00ffa\xc3\xa9\\u00c3\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
	};
	struct wh_buffer b = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(quoted); i++) {
		wh_buffer_clear(&b);
		wh_json_quote(&b, quoted[i].bytes, strlen(quoted[i].bytes));
		check_text(quoted[i].bytes, wh_buffer_string(&b), quoted[i].want);
		check(quoted[i].bytes, wh_json_valid(b.data, b.size));
	}
	wh_buffer_clear(&b);
	wh_json_quote(&b, "a\0b", 3);
	assert_string_equal(wh_buffer_string(&b), "\"a\\u0000b\"");
	wh_buffer_free(&b);
}

static void equal_keys_are_found(void **state)
{
	static const struct {
		const char *text;
		bool repeats;
	} texts[] = { { "{\"a\":1,\"b\":{\"a\":2}}", false }, { "{\"a\":1,\"b\":0,\"a\":1}", true },
		{ "[1,{\"x\":[{\"k\":1,\"\\u006b\":2}]}]", true }, { "{\"a\":1,\"A\":1}", false },
		{ "{\"a\":1,\"a\":2", false } };
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		check(texts[i].text,
			wh_json_repeats(texts[i].text, strlen(texts[i].text)) == texts[i].repeats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_keys_are_found),
		cmocka_unit_test(canonical_texts),
		cmocka_unit_test(every_byte_in_every_place),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(large_objects_are_sorted),
		cmocka_unit_test(amplification_is_bounded),
		cmocka_unit_test(long_plain_numbers_join),
		cmocka_unit_test(full_buffers_are_left_as_they_were),
		cmocka_unit_test(quoting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
