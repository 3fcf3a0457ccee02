#include "check.h"
#include "base/decimal.h"

/* given, its plain form, and the canonical form of that; "" is none. */
static const struct {
	const char *given, *plain, *canonical;
} forms[] = {
	{ "0", "0", "0" },
	{ "-0", "0", "0" },
	{ "-0.00", "0.00", "0" },
	{ "000", "0", "0" },
	{ "7", "7", "7" },
	{ "+7", "7", "7" },
	{ "-7", "-7", "-7" },
	{ "007.500", "7.500", "7.5" },
	{ "7.000", "7.000", "7" },
	{ ".5", "0.5", "0.5" },
	{ "-.5", "-0.5", "-0.5" },
	{ "5.", "5", "5" },
	{ "100", "100", "100" },
	{ "0.001", "0.001", "0.001" },
	{ "1.50e1", "15.0", "15" },
	{ "1.5e3", "1500", "1500" },
	{ "1.5E+3", "1500", "1500" },
	{ "15e-1", "1.5", "1.5" },
	{ "15e-4", "0.0015", "0.0015" },
	{ "-1e-3", "-0.001", "-0.001" },
	{ "1e0", "1", "1" },
	{ "0.00e1", "0.0", "0" },
	{ "0e5", "0", "0" },
	{ "1e20", "100000000000000000000", "100000000000000000000" },
	{ "0.1e1", "1", "1" },
	{ "123456789012345678901234567890.10", "123456789012345678901234567890.10",
		"123456789012345678901234567890.1" },
	{ "NaN", "NaN", "NaN" },
	{ "nan", "NaN", "NaN" },
	{ "inf", "Infinity", "Infinity" },
	{ "+Infinity", "Infinity", "Infinity" },
	{ "-INFINITY", "-Infinity", "-Infinity" },
	{ "", "", "" },
	{ "-", "", "" },
	{ "+", "", "" },
	{ ".", "", "" },
	{ "-.", "", "" },
	{ "e5", "", "" },
	{ ".e5", "", "" },
	{ "1e", "", "" },
	{ "1e+", "", "" },
	{ "1e+-5", "", "" },
	{ "1e5.0", "", "" },
	{ "1e20001", "", "" },
	{ "1e-20001", "", "" },
	{ "1e99999999999999999999", "", "" },
	{ "1.2.3", "", "" },
	{ "1,5", "", "" },
	{ " 1", "", "" },
	{ "1 ", "", "" },
	{ "--1", "", "" },
	{ "-NaN", "", "" },
	{ "+nan", "", "" },
	{ "infin", "", "" },
	{ "0x10", "", "" },
	{ "1_000", "", "" },
	{ "a very long word that is no number", "", "" },
};

static void canonical_text(struct wh_buffer *out, const char *text, size_t n)
{
	struct wh_decimal_view view;
	wh_buffer_clear(out);
	if (!wh_decimal_canonical(text, n, &view))
		return;
	wh_buffer_text(out, view.negative ? "-" : "");
	wh_buffer_put(out, view.digits, view.n);
}

static void forms_of_numbers(void **state)
{
	struct wh_buffer plain = { 0 }, canonical = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++) {
		const char *given = forms[i].given;
		wh_buffer_clear(&plain);
		wh_buffer_text(&plain, "<");
		bool is = wh_decimal_plain(&plain, given, strlen(given));
		check(given, is == (*forms[i].plain != '\0'));
		check_text(given, wh_buffer_string(&plain) + 1, forms[i].plain);
		canonical_text(&canonical, plain.data + 1, plain.size - 1);
		check_text(given, wh_buffer_string(&canonical), forms[i].canonical);
	}
	wh_buffer_free(&plain);
	wh_buffer_free(&canonical);
}

/* What is a number but not plain has no canonical view. */
static void canonical_takes_plain_only(void **state)
{
	static const char *const not_plain[] = { "", "-", ".5", "5.", "+5", "1e3", "nan", "inf", "-NaN",
		"Infinity ", " 1", "1 ", "0x1", "--1", "-", "1.-2", "1..2", "1.2.3", NULL };
	struct wh_decimal_view view;
	(void)state;
	for (const char *const *text = not_plain; *text; text++)
		check(*text, !wh_decimal_canonical(*text, strlen(*text), &view));
	assert_true(wh_decimal_canonical("-000.000", 8, &view));
	assert_false(view.negative);
	assert_int_equal(view.n, 1);
	assert_int_equal(view.digits[0], '0');
}

static void huge_exponents(void **state)
{
	struct wh_buffer b = { 0 };
	(void)state;
	assert_true(wh_decimal_plain(&b, "1e20000", 7));
	assert_int_equal(b.size, 20001);
	wh_buffer_clear(&b);
	assert_true(wh_decimal_plain(&b, "-1e-20000", 9));
	assert_int_equal(b.size, 20003);
	assert_memory_equal(b.data, "-0.000", 6);
	assert_int_equal(b.data[b.size - 1], '1');
	struct wh_buffer small = { .max = 100 };
	wh_buffer_text(&small, "as before");
	assert_false(wh_decimal_plain(&small, "1e20000", 7));
	assert_string_equal(wh_buffer_string(&small), "as before");
	wh_buffer_free(&b);
	wh_buffer_free(&small);
}

static void measures(void **state)
{
	static const struct {
		const char *text;
		int whole, fraction;
	} cases[] = {
		{ "0", 1, 0 },
		{ "0.50", 1, 1 },
		{ "-12.345", 2, 3 },
		{ "00100.000", 3, 0 },
		{ "NaN", -1, -1 },
		{ "-Infinity", -1, -1 },
		{ "x", -1, -1 },
		{ "1e5", -1, -1 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int whole = -1, fraction = -1;
		bool is = wh_decimal_measure(cases[i].text, strlen(cases[i].text), &whole, &fraction);
		check(cases[i].text, is == (cases[i].whole >= 0));
		check(cases[i].text, whole == cases[i].whole && fraction == cases[i].fraction);
	}
}

static void fitting(void **state)
{
	static const struct {
		const char *text;
		int precision, scale;
		bool fits;
	} cases[] = {
		{ "99.99", 4, 2, true },
		{ "100", 4, 2, false },
		{ "99.990", 4, 2, true },
		{ "99.999", 4, 2, false },
		{ "-99.99", 4, 2, true },
		{ "0.001", 4, 2, false },
		{ "0.55", 2, 2, true },
		{ "1.00", 2, 2, false },
		{ "0", 1, 0, true },
		{ "0.000", 1, 0, true },
		{ "0", 2, 2, true },
		{ "0012.30", 3, 1, true },
		{ "123456789012345678901234567890", 0, 0, true },
		{ "NaN", 0, 0, true },
		{ "NaN", 10, 2, false },
		{ "Infinity", 10, 2, false },
		{ "abc", 0, 0, false },
		{ "0.00012", 2, 5, true },
		{ "0.0012", 2, 5, false },
		{ "0.00123", 2, 5, false },
		{ "12300", 3, -2, true },
		{ "12350", 3, -2, false },
		{ "99900", 3, -2, true },
		{ "100000", 3, -2, false },
		{ "0", 3, -2, true },
		{ "12300.5", 3, -2, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(cases[i].text,
			wh_decimal_fits(cases[i].text, strlen(cases[i].text), cases[i].precision,
				cases[i].scale) == cases[i].fits);
}

static const struct {
	const char *a, *b, *sum;
} sums[] = {
	{ "0", "0", "0" },
	{ "1", "2", "3" },
	{ "9", "1", "10" },
	{ "-1", "1", "0" },
	{ "-1.00", "1", "0.00" },
	{ "0.1", "0.2", "0.3" },
	{ "1.5", "-2", "-0.5" },
	{ "-1.5", "-2.25", "-3.75" },
	{ "999.999", "0.001", "1000.000" },
	{ "1000", "-0.001", "999.999" },
	{ "100", "-99", "1" },
	{ "007", "1", "8" },
	{ "-0.0", "-0", "0.0" },
	{ "99999999999999999999999999999999", "1", "100000000000000000000000000000000" },
	{ "NaN", "1", "" },
	{ "1", "Infinity", "" },
	{ "1e3", "1", "" },
	{ "", "1", "" },
	{ "1", ".5", "" },
};

static void adding(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sums); i++) {
		struct wh_buffer b = { 0 };
		const char *x = sums[i].a, *y = sums[i].b;
		check(x, wh_decimal_add(&b, x, strlen(x), y, strlen(y)) == (*sums[i].sum != '\0'));
		check_text(x, wh_buffer_string(&b), sums[i].sum);
		wh_buffer_clear(&b);
		check(x, wh_decimal_add(&b, y, strlen(y), x, strlen(x)) == (*sums[i].sum != '\0'));
		check_text(x, wh_buffer_string(&b), sums[i].sum);
		wh_buffer_free(&b);
	}
}

/* Against 128 bits of the machine's own, over numbers of three places. */
static void adding_like_the_machine(void **state)
{
	unsigned seed = 12345;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		long long x = (long long)rand_r(&seed) * (rand_r(&seed) % 2000 - 1000);
		long long y = (long long)rand_r(&seed) * (rand_r(&seed) % 2000 - 1000);
		char a[32], b[32], want[32];
		struct wh_buffer sum = { 0 };
		snprintf(a, sizeof a, "%s%lld.%03lld", x < 0 ? "-" : "", llabs(x) / 1000, llabs(x) % 1000);
		snprintf(b, sizeof b, "%s%lld.%03lld", y < 0 ? "-" : "", llabs(y) / 1000, llabs(y) % 1000);
		long long z = x + y;
		snprintf(want, sizeof want, "%s%lld.%03lld", z < 0 ? "-" : "", llabs(z) / 1000,
			llabs(z) % 1000);
		assert_true(wh_decimal_add(&sum, a, strlen(a), b, strlen(b)));
		check_text(a, wh_buffer_string(&sum), want);
		int order = wh_decimal_compare(a, strlen(a), b, strlen(b));
		check(a, (order > 0) - (order < 0) == (x > y) - (x < y));
		wh_buffer_free(&sum);
	}
}

static void order_of_numbers(void **state)
{
	static const char *const rising[] = { "-Infinity", "-1000", "-10.5", "-10.49", "-9", "-0.001",
		"0", "0.0009", "0.001", "0.01", "9", "10", "10.01", "10.1", "99999999999999999999.9",
		"100000000000000000000", "Infinity", "NaN" };
	static const char *const equal[] = { "0", "-0", "00.000", "-0.0" };
	(void)state;
	for (size_t i = 0; i < COUNT(rising); i++)
		for (size_t j = 0; j < COUNT(rising); j++) {
			int c = wh_decimal_compare(rising[i], strlen(rising[i]), rising[j], strlen(rising[j]));
			check(rising[i], (c > 0) - (c < 0) == (i > j) - (i < j));
		}
	for (size_t i = 0; i < COUNT(equal); i++)
		assert_int_equal(wh_decimal_compare(equal[0], 1, equal[i], strlen(equal[i])), 0);
}

static void doubles_of_decimals(void **state)
{
	static const char *const none[] = { "", "-", ".", ".5", "5.", "1.2.3", "1e5", "NaN", "+1",
		"1000000000000000", "0.1234567890123456", "--1", "1 " };
	uint64_t bits = 88172645463325252u;
	double value;
	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		check(none[i], !wh_decimal_double(none[i], strlen(none[i]), &value));
	for (int i = 0; i < 50000; i++) {
		char text[32];
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		int whole = (int)(bits % 8), fraction = (int)((bits >> 8) % 7) + 1;
		int n = snprintf(text, sizeof text, "%s%0*llu.%0*llu", bits & 8 ? "-" : "", whole,
			(unsigned long long)(bits >> 40) % 10000000, fraction,
			(unsigned long long)(bits >> 20) % 10);
		check(text, wh_decimal_double(text, (size_t)n, &value));
		double want = strtod(text, NULL);
		check(text, memcmp(&value, &want, sizeof want) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_numbers),
		cmocka_unit_test(canonical_takes_plain_only),
		cmocka_unit_test(huge_exponents),
		cmocka_unit_test(measures),
		cmocka_unit_test(fitting),
		cmocka_unit_test(adding),
		cmocka_unit_test(adding_like_the_machine),
		cmocka_unit_test(order_of_numbers),
		cmocka_unit_test(doubles_of_decimals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
