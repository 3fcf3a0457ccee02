#include "check.h"
#include "base/text.h"

static const struct {
	const char *text;
	bool is;
	int64_t value;
} signed_cases[] = {
	{ "0", true, 0 },
	{ "-0", true, 0 },
	{ "7", true, 7 },
	{ "-7", true, -7 },
	{ "0000000000000000000000012", true, 12 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "-9223372036854775809", false, 0 },
	{ "99999999999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1.0", false, 0 },
	{ "0x10", false, 0 },
	{ "--1", false, 0 },
	{ "1e3", false, 0 },
};

static void int64_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(signed_cases); i++) {
		int64_t value = 42;
		bool is = wh_text_int64(signed_cases[i].text, strlen(signed_cases[i].text), &value);
		check(signed_cases[i].text, is == signed_cases[i].is);
		check(signed_cases[i].text, value == (is ? signed_cases[i].value : 42));
	}
	int64_t value;
	assert_false(wh_text_int64("1\0", 2, &value));
}

static void uint64_texts(void **state)
{
	uint64_t value = 1;
	(void)state;
	assert_true(wh_text_uint64("18446744073709551615", 20, &value));
	assert_true(value == UINT64_MAX);
	assert_false(wh_text_uint64("18446744073709551616", 20, &value));
	assert_false(wh_text_uint64("-0", 2, &value));
	assert_false(wh_text_uint64("", 0, &value));
	assert_true(wh_text_uint64("12345", 3, &value));
	assert_true(value == 123);
}

static void formats_as_printf_does(void **state)
{
	char got[24], want[24];
	uint64_t value = 1;
	(void)state;
	for (int i = 0; i < 300; i++) {
		for (int less = 0; less < 2; less++) {
			uint64_t v = value - (uint64_t)less;
			got[wh_format_uint64(got, v)] = '\0';
			snprintf(want, sizeof want, "%llu", (unsigned long long)v);
			assert_string_equal(got, want);
			got[wh_format_int64(got, (int64_t)v)] = '\0';
			snprintf(want, sizeof want, "%lld", (long long)v);
			assert_string_equal(got, want);
		}
		value = i % 64 == 63 ? (uint64_t)i * 7919 : i < 64 ? value << 1 : value * 10 + 7;
	}
	got[wh_format_int64(got, INT64_MIN)] = '\0';
	assert_string_equal(got, "-9223372036854775808");
	got[wh_format_uint64(got, UINT64_MAX)] = '\0';
	assert_string_equal(got, "18446744073709551615");
}

static const struct {
	const char *text;
	bool is;
	uint64_t value;
} sizes[] = {
	{ "100", true, 100 },
	{ "100B", true, 100 },
	{ "64k", true, 64 << 10 },
	{ "64K", true, 64 << 10 },
	{ "64KiB", true, 64 << 10 },
	{ "64kb", true, 64000 },
	{ "512MiB", true, 512 << 20 },
	{ "512 MiB", true, 512 << 20 },
	{ "512m", true, 512 << 20 },
	{ "1GB", true, 1000000000 },
	{ "2TiB", true, UINT64_C(2) << 40 },
	{ "16777215TiB", true, UINT64_C(16777215) << 40 },
	{ "16777216TiB", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "", false, 0 },
	{ "MiB", false, 0 },
	{ "-1", false, 0 },
	{ "1.5G", false, 0 },
	{ "1X", false, 0 },
	{ "1ki", false, 0 },
	{ "1Mib2", false, 0 },
	{ "1  k", false, 0 },
};

static void size_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint64_t value = 0;
		check(sizes[i].text, wh_text_size(sizes[i].text, &value) == sizes[i].is);
		check(sizes[i].text, !sizes[i].is || value == sizes[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(int64_texts),
		cmocka_unit_test(uint64_texts),
		cmocka_unit_test(formats_as_printf_does),
		cmocka_unit_test(size_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
