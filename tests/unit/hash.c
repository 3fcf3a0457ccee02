#include "check.h"
#include "base/hash.h"

static void sha256_vectors(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char got[65];
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		wh_sha256_hex(cases[i].text, strlen(cases[i].text), got);
		check_text(cases[i].text, got, cases[i].want);
	}
}

/* The empty input under seed 0, from the algorithm's own reference. */
static void xxh3_is_xxh3(void **state)
{
	struct wh_hash h = wh_hash_bytes("", 0, 0);
	(void)state;
	assert_true(h.low == UINT64_C(0x6001c324468d497f));
	assert_true(h.high == UINT64_C(0x99aa06d3014798d8));
}

static void seeds_and_bytes_matter(void **state)
{
	struct wh_hash a = wh_hash_bytes("abc", 3, 1), b = wh_hash_bytes("abc", 3, 2);
	struct wh_hash c = wh_hash_bytes("abd", 3, 1), d = wh_hash_bytes("abc", 3, 1);
	(void)state;
	assert_true(a.low != b.low || a.high != b.high);
	assert_true(a.low != c.low || a.high != c.high);
	assert_true(a.low == d.low && a.high == d.high);
}

static void random_differs(void **state)
{
	char a[129], b[129];
	(void)state;
	wh_random_hex(a, 64);
	wh_random_hex(b, 64);
	assert_int_equal(strlen(a), 128);
	assert_int_equal(strspn(a, "0123456789abcdef"), 128);
	assert_string_not_equal(a, b);
	wh_random_hex(a, 0);
	assert_string_equal(a, "");
	unsigned char bytes[1000] = { 0 };
	size_t zeros = 0;
	wh_random(bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		zeros += bytes[i] == 0;
	assert_true(zeros < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_vectors),
		cmocka_unit_test(xxh3_is_xxh3),
		cmocka_unit_test(seeds_and_bytes_matter),
		cmocka_unit_test(random_differs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
