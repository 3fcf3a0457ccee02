#include "check.h"
#include "base/json_read.h"

static bool span_is(const struct wh_json_value *value, const char *text)
{
	return value->n == strlen(text) && memcmp(value->bytes, text, value->n) == 0;
}

static void values(void **state)
{
	static const struct {
		const char *given, *bytes;
		enum wh_json_kind kind;
		bool escaped;
	} cases[] = {
		{ " null ", "null", WH_JSON_NULL, false },
		{ "true", "true", WH_JSON_TRUE, false },
		{ "false", "false", WH_JSON_FALSE, false },
		{ "\n-1.50E+7\t", "-1.50E+7", WH_JSON_NUMBER, false },
		{ "\"\"", "", WH_JSON_STRING, false },
		{ "\"a text of more than eight bytes\"", "a text of more than eight bytes", WH_JSON_STRING,
			false },
		{ "\"a\\n\\\"\"", "a\\n\\\"", WH_JSON_STRING, true },
		{ " [1, {\"a\": []}] ", "[1, {\"a\": []}]", WH_JSON_ARRAY, false },
		{ "{\"a\":\"]}\"}", "{\"a\":\"]}\"}", WH_JSON_OBJECT, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_json_reader r;
		struct wh_json_value value;
		wh_json_read(&r, cases[i].given, strlen(cases[i].given));
		check(cases[i].given, wh_json_next(&r) == cases[i].kind);
		check(cases[i].given, wh_json_value(&r, &value) && wh_json_end(&r));
		check(cases[i].given, value.kind == cases[i].kind && value.escaped == cases[i].escaped);
		check(cases[i].given, span_is(&value, cases[i].bytes));
	}
}

static void members_and_elements(void **state)
{
	static const char text[] = "{ \"a\" : [ 1 , [] , {} ] , \"b\\u0041\" : 2 }";
	struct wh_json_reader r;
	struct wh_json_value key, value;
	(void)state;
	wh_json_read(&r, text, sizeof text - 1);
	assert_int_equal(wh_json_next(&r), WH_JSON_OBJECT);
	assert_true(wh_json_enter(&r) && wh_json_key(&r, &key) && span_is(&key, "a"));
	assert_int_equal(wh_json_next(&r), WH_JSON_ARRAY);
	assert_true(wh_json_enter(&r));
	assert_true(wh_json_item(&r) && wh_json_value(&r, &value) && span_is(&value, "1"));
	assert_true(wh_json_item(&r) && wh_json_enter(&r) && !wh_json_item(&r));
	assert_true(wh_json_item(&r) && wh_json_value(&r, &value) && span_is(&value, "{}"));
	assert_false(wh_json_item(&r));
	assert_true(wh_json_key(&r, &key) && span_is(&key, "b\\u0041") && key.escaped);
	assert_true(wh_json_value(&r, &value) && !wh_json_key(&r, &key));
	assert_true(!r.wanted && r.depth == 0 && wh_json_end(&r));
}

/* What was expected, and where. */
static void faults(void **state)
{
	static const struct {
		const char *given, *wanted;
		size_t at;
	} cases[] = {
		{ "", "a value", 0 },
		{ " x", "a value", 1 },
		{ "[1,]", "a value", 3 },
		{ "tru", "true", 3 },
		{ "[1 2]", "',' or ']'", 3 },
		{ "{\"a\":1", "',' or '}'", 6 },
		{ "{1:1}", "a key in double quotes", 1 },
		{ "{\"a\";1}", "':' behind the key", 4 },
		{ "-x", "a digit", 1 },
		{ "1.e5", "a digit", 2 },
		{ "1e+", "a digit", 3 },
		{ "01", "the end", 1 },
		{ "\"a", "the end of a string", 2 },
		{ "\"a\n\"", "an escape for a control character", 2 },
		{ "\"\\", "one of \"\\/bfnrtu", 2 },
		{ "\"\\u12\"", "a hexadecimal digit", 5 },
		{ "\"\xc3\xa9\xe2\x82\"", "UTF-8", 3 },
		{ "\"\xff\\n", "UTF-8", 1 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_json_reader r;
		struct wh_json_value value;
		wh_json_read(&r, cases[i].given, strlen(cases[i].given));
		check(cases[i].given, !(wh_json_value(&r, &value) && wh_json_end(&r)));
		check_text(cases[i].given, r.wanted, cases[i].wanted);
		check(cases[i].given, r.at == r.end - strlen(cases[i].given) + cases[i].at);
		check(cases[i].given, !wh_json_value(&r, &value) && !wh_json_end(&r));
		check(cases[i].given, !wh_json_item(&r) && !wh_json_key(&r, &value));
	}
}

static void texts(void **state)
{
	static const struct {
		const char *given, *says;
		int lone; /* where a half of a pair stands alone; -1: none does */
	} cases[] = {
		{ "plain", "plain", -1 },
		{ "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", -1 },
		{ "a\\u0041\\u00e9\\u20AC", "aA\xc3\xa9\xe2\x82\xac", -1 },
		{ "\\ud83d\\ude00!", "\xf0\x9f\x98\x80!", -1 },
		{ "x\\ud83d", "x\xed\xa0\xbd", 2 },
		{ "\\ude00\\ud83d\\n", "\xed\xb8\x80\xed\xa0\xbd\n", 1 },
		{ "\\ud83d\\ud83d\\ude00", "\xed\xa0\xbd\xf0\x9f\x98\x80", 1 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer given = { 0 }, says = { 0 };
		wh_buffer_format(&given, "\"%s\"", cases[i].given);
		struct wh_json_reader r;
		struct wh_json_value value;
		wh_json_read(&r, given.data, given.size);
		check(cases[i].given, wh_json_value(&r, &value));
		wh_json_unescape(&says, &value);
		check_text(cases[i].given, wh_buffer_string(&says), cases[i].says);
		check(cases[i].given, (r.lone ? (int)(r.lone - given.data) : -1) == cases[i].lone);
		wh_buffer_free(&given);
		wh_buffer_free(&says);
	}
}

static void levels(void **state)
{
	char text[2 * WH_JSON_DEPTH + 2];
	struct wh_json_reader r;
	struct wh_json_value value;
	(void)state;
	memset(text, '[', sizeof text / 2);
	memset(text + sizeof text / 2, ']', sizeof text / 2);
	wh_json_read(&r, text + 1, sizeof text - 2);
	assert_true(wh_json_value(&r, &value) && wh_json_end(&r));
	wh_json_read(&r, text, sizeof text);
	assert_false(wh_json_value(&r, &value));
	assert_int_equal(r.at - text, WH_JSON_DEPTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(members_and_elements),
		cmocka_unit_test(faults),
		cmocka_unit_test(texts),
		cmocka_unit_test(levels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
