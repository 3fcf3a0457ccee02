#include "check.h"
#include "base/time.h"
#include "model/value.h"
#include <float.h>
#include <math.h>

/* A text, the kind it is read as, and the text that its value has; "" is refused. */
static const struct {
	enum wh_kind kind;
	const char *given, *shown;
} cases[] = {
	{ WH_BOOL, "true", "true" },
	{ WH_BOOL, "t", "true" },
	{ WH_BOOL, "1", "true" },
	{ WH_BOOL, "FALSE", "false" },
	{ WH_BOOL, "f", "false" },
	{ WH_BOOL, "0", "false" },
	{ WH_BOOL, "2", "" },
	{ WH_BOOL, "yes", "" },
	{ WH_BOOL, "", "" },
	{ WH_BOOL, "tru", "" },
	{ WH_INT64, "-42", "-42" },
	{ WH_INT64, "7.000", "7" },
	{ WH_INT64, "-7e1", "-70" },
	{ WH_INT64, "-0", "0" },
	{ WH_INT64, "+5", "5" },
	{ WH_INT64, "7.5", "" },
	{ WH_INT64, "9223372036854775808", "" },
	{ WH_INT64, "-9223372036854775808.0", "-9223372036854775808" },
	{ WH_INT64, "1e20000", "" },
	{ WH_INT64, "NaN", "" },
	{ WH_INT64, "abc", "" },
	{ WH_INT64, "", "" },
	{ WH_UINT64, "18446744073709551615", "18446744073709551615" },
	{ WH_UINT64, "18446744073709551616", "" },
	{ WH_UINT64, "-1", "" },
	{ WH_UINT64, "-0", "0" },
	{ WH_UINT64, "1.0", "1" },
	{ WH_FLOAT64, "0.1", "0.1" },
	{ WH_FLOAT64, "1e400", "" },
	{ WH_FLOAT64, "1e-400", "" },
	{ WH_FLOAT64, "0e-400", "0" },
	{ WH_FLOAT64, "-0", "-0" },
	{ WH_FLOAT64, "nan", "NaN" },
	{ WH_FLOAT64, "-inf", "-Infinity" },
	{ WH_FLOAT64, "Infinity", "Infinity" },
	{ WH_FLOAT64, "5e-324", "5e-324" },
	{ WH_FLOAT64, ".5", "0.5" },
	{ WH_FLOAT64, "5.", "5" },
	{ WH_FLOAT64, "1.7976931348623157e308", "1.7976931348623157e+308" },
	{ WH_FLOAT64, "0x1p3", "" },
	{ WH_FLOAT64, " 1", "" },
	{ WH_FLOAT64, "1 ", "" },
	{ WH_FLOAT64, "nan(1)", "" },
	{ WH_FLOAT64, "", "" },
	{ WH_FLOAT64, ".", "" },
	{ WH_FLOAT64, "1e", "" },
	{ WH_FLOAT64, "-", "" },
	{ WH_FLOAT64, "e5", "" },
	{ WH_FLOAT64, "1,5", "" },
	{ WH_FLOAT64, "0.1000000000000000055511151231257827021181583404541015625000000000000000000",
		"0.1" },
	{ WH_FLOAT32, "0.1", "0.1" },
	{ WH_FLOAT32, "16777216", "16777216" },
	{ WH_FLOAT32, "1e39", "" },
	{ WH_FLOAT32, "1e-50", "" },
	{ WH_FLOAT32, "3.4028235e38", "3.4028235e+38" },
	{ WH_DECIMAL, "1.50", "1.50" },
	{ WH_DECIMAL, "-1.5e2", "-150" },
	{ WH_DECIMAL, "x", "" },
	{ WH_DECIMAL, "NaN", "NaN" },
	{ WH_DECIMAL, "", "" },
	{ WH_TEXT, "h\xc3\xa9", "h\xc3\xa9" },
	{ WH_TEXT, "\xff", "" },
	{ WH_XML, "<a/>", "<a/>" },
	{ WH_ENUM, "small", "small" },
	{ WH_SET, "a,b", "a,b" },
	{ WH_NATIVE, "(1,2)", "(1,2)" },
	{ WH_NATIVE, "\xc0\x80", "" },
	{ WH_BYTES, "00fF", "00ff" },
	{ WH_BYTES, "0", "" },
	{ WH_BYTES, "zz", "" },
	{ WH_GEOMETRY, "0101", "0101" },
	{ WH_DATE, "2024-02-29", "2024-02-29" },
	{ WH_DATE, "0000-00-00", "" },
	{ WH_DATE, "infinity", "infinity" },
	{ WH_TIME, "24:00:00", "24:00:00" },
	{ WH_TIME, "-01:00:00", "" },
	{ WH_TIMESTAMP, "2024-02-29T10:00:00.5", "2024-02-29 10:00:00.5" },
	{ WH_TIMESTAMP, "2024-02-29 10:00:00+01", "" },
	{ WH_TIMESTAMPTZ, "2024-02-29 10:00:00+01", "2024-02-29 09:00:00+00" },
	{ WH_INTERVAL, "1 day 02:00:00", "P1DT2H" },
	{ WH_INTERVAL, "soon", "" },
	{ WH_UUID, "A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" },
	{ WH_UUID, "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" },
	{ WH_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "" },
	{ WH_UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "" },
	{ WH_UUID, "a0eebc999-c0b-4ef8-bb6d-6bb9bd380a11", "" },
	{ WH_UUID, "", "" },
	{ WH_JSON, " {\"b\": 1.50}", " {\"b\": 1.50}" },
	{ WH_JSON, "{", "" },
	{ WH_JSON, "", "" },
	{ WH_ARRAY, " [1,null]", " [1,null]" },
	{ WH_ARRAY, "{}", "" },
	{ WH_ARRAY, "[", "" },
	{ WH_ARRAY, "", "" },
	{ WH_BITS, "0101", "0101" },
	{ WH_BITS, "012", "" },
};

static void texts_and_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_batch b;
		struct wh_buffer out = { 0 };
		const char *given = cases[i].given;
		wh_batch_init(&b, &cases[i].kind, 1);
		size_t before = b.bytes;
		bool is = wh_value_parse(&b, 0, given, strlen(given));
		bool empty_text = cases[i].shown[0] == '\0';
		check(given, is != empty_text);
		if (is) {
			wh_batch_row(&b);
			wh_value_text(&out, &b, 0, 0);
			check_text(given, wh_buffer_string(&out), cases[i].shown);
		} else {
			check(given, b.bytes == before && b.lanes[0].size == 0);
		}
		wh_buffer_free(&out);
		wh_batch_finish(&b);
	}
}

static void empty_texts(void **state)
{
	static const enum wh_kind may[] = { WH_TEXT, WH_BYTES, WH_BITS, WH_NATIVE, WH_SET };
	(void)state;
	for (size_t i = 0; i < COUNT(may); i++) {
		struct wh_batch b;
		wh_batch_init(&b, &may[i], 1);
		check(wh_kind_name(may[i]), wh_value_parse(&b, 0, "", 0));
		check(wh_kind_name(may[i]), !wh_is_null(&b, 0, 0));
		wh_batch_finish(&b);
	}
}

static void float_text(const char *want, double value, bool single)
{
	struct wh_buffer b = { 0 };
	wh_float_text(&b, value, single);
	check_text(want, wh_buffer_string(&b), want);
	wh_buffer_free(&b);
}

static void floats_are_shortest(void **state)
{
	(void)state;
	float_text("0", 0.0, false);
	float_text("-0", -0.0, false);
	float_text("1", 1.0, false);
	float_text("-1234567", -1234567.0, false);
	float_text("100000000000000", 1e14, false);
	float_text("1e+15", 1e15, false);
	float_text("1e+22", 1e22, false);
	float_text("0.3", 0.3, false);
	float_text("0.30000000000000004", 0.1 + 0.2, false);
	float_text("1e-07", 1e-7, false);
	float_text("5e-324", 5e-324, false);
	float_text("2.2250738585072014e-308", DBL_MIN, false);
	float_text("1.7976931348623157e+308", DBL_MAX, false);
	float_text("9007199254740992", 9007199254740992.0, false);
	float_text("NaN", (double)NAN, false);
	float_text("Infinity", (double)INFINITY, false);
	float_text("-Infinity", -(double)INFINITY, true);
	float_text("0.1", (double)0.1f, true);
	float_text("16777216", 16777216.0, true);
	float_text("1e-45", (double)FLT_TRUE_MIN, true);
	float_text("3.4028235e+38", (double)FLT_MAX, true);
	float_text("1.1754944e-38", (double)FLT_MIN, true);
}

/* Decimals of few digits, and their neighbours: the same text as the C library's shortest. */
static void decimals_are_shortest(void **state)
{
	uint64_t bits = 88172645463325252u;
	(void)state;
	for (int i = 0; i < 50000; i++) {
		char want[48];
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		snprintf(want, sizeof want, "%s%llue-%d", bits & 1 ? "-" : "",
			(unsigned long long)(bits >> 8) >> (bits >> 2 & 31), (int)(bits >> 58) % 20);
		double value = strtod(want, NULL);
		value = i & 1 ? nextafter(value, INFINITY) : value;
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(want, sizeof want, "%.*g", digits, value);
			if (strtod(want, NULL) == value)
				break;
		}
		if (fabs(value) < 1e15)
			float_text(want, value, false);
	}
}

/* Whatever the bits, the text reads back to them. */
static void floats_read_back(void **state)
{
	static const enum wh_kind kinds[] = { WH_FLOAT64, WH_FLOAT32 };
	struct wh_batch b;
	struct wh_buffer out = { 0 };
	uint64_t bits = 88172645463325252u;
	(void)state;
	wh_batch_init(&b, kinds, 2);
	for (int i = 0; i < 50000; i++) {
		double value;
		float small;
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		uint32_t half = (uint32_t)bits;
		memcpy(&value, &bits, sizeof value);
		memcpy(&small, &half, sizeof small);
		for (size_t column = 0; column < 2; column++) {
			double wanted = column ? (double)small : value;
			wh_buffer_clear(&out);
			wh_float_text(&out, wanted, column == 1);
			check(out.data, wh_value_parse(&b, column, out.data, out.size));
			double got = wh_double(&b, column, 0);
			check(out.data,
				memcmp(&got, &wanted, sizeof got) == 0 || (isnan(got) && isnan(wanted)));
		}
	}
	wh_buffer_free(&out);
	wh_batch_finish(&b);
}

/* Lanes whose bytes are not of the promised size are shown, not trusted. */
static void odd_sizes_are_shown(void **state)
{
	static const enum wh_kind kinds[] = { WH_UUID, WH_INTERVAL };
	struct wh_batch b;
	struct wh_buffer out = { 0 };
	(void)state;
	wh_batch_init(&b, kinds, 2);
	wh_batch_bytes(&b, 0, "ab", 2);
	wh_batch_bytes(&b, 1, "cd", 2);
	wh_batch_row(&b);
	wh_value_text(&out, &b, 0, 0);
	wh_value_text(&out, &b, 1, 0);
	assert_string_equal(wh_buffer_string(&out), "61626364");
	wh_buffer_free(&out);
	wh_batch_finish(&b);
}

/* A value is parsed behind others of its lane, which stay. */
static void values_follow_values(void **state)
{
	enum wh_kind kind = WH_DECIMAL;
	struct wh_batch b;
	struct wh_buffer out = { 0 };
	(void)state;
	wh_batch_init(&b, &kind, 1);
	for (int i = 0; i < 3; i++) {
		assert_false(wh_value_parse(&b, 0, "x", 1));
		assert_true(wh_value_parse(&b, 0, "1.5e1", 5));
		wh_batch_row(&b);
	}
	for (uint32_t i = 0; i < 3; i++)
		wh_value_text(&out, &b, 0, i);
	assert_string_equal(wh_buffer_string(&out), "151515");
	wh_buffer_free(&out);
	wh_batch_finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_and_values),
		cmocka_unit_test(empty_texts),
		cmocka_unit_test(floats_are_shortest),
		cmocka_unit_test(decimals_are_shortest),
		cmocka_unit_test(floats_read_back),
		cmocka_unit_test(odd_sizes_are_shown),
		cmocka_unit_test(values_follow_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
