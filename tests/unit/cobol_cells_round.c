/* Cells of COBOL fields, there and back: every spelling of short fields against plain arithmetic;
 * random bytes of every form against what decoding and encoding promise together. */
#include "cobol_cell_made.h"

static const struct wh_cobol_form plain = { 0 };

/* 0: the half is no sign; else 1 or -1. */
static int sign_of(char half)
{
	return strchr("ACEF", half) ? 1 : strchr("BD", half) ? -1 : 0;
}

static void check_value(struct made *m, const unsigned char *bytes, bool valid, int value)
{
	char wanted[20], name[20];
	snprintf(name, sizeof name, "%02X%02X", bytes[0], bytes[1]);
	snprintf(wanted, sizeof wanted, "%d", value);
	const char *why = decode(m, bytes);
	check(name, !why == valid);
	if (valid)
		check_text(name, shown(m), wanted);
}

static void every_packed_number_of_three_digits(void **state)
{
	struct made m;
	(void)state;
	make(&m, "PIC S9(3) COMP-3", "cp037", &plain, WH_COBOL_IBM);
	for (unsigned i = 0; i < 65536; i++) {
		unsigned char bytes[] = { (unsigned char)(i >> 8), (unsigned char)i };
		char hex[5];
		snprintf(hex, sizeof hex, "%04X", i);
		int sign = sign_of(hex[3]), value = 0;
		bool digits = strspn(hex, "0123456789") >= 3;
		for (int k = 0; k < 3; k++)
			value = value * 10 + (hex[k] - '0');
		check_value(&m, bytes, digits && sign, sign * value);
		if (digits && sign)
			check(hex, canonical(&m, bytes) == (hex[3] == 'C' || (hex[3] == 'D' && value)));
	}
	unmake(&m);
}

static void every_zoned_number_of_two_digits(void **state)
{
	struct made m;
	(void)state;
	make(&m, "PIC S99", "cp037", &plain, WH_COBOL_IBM);
	for (unsigned i = 0; i < 65536; i++) {
		unsigned char bytes[] = { (unsigned char)(i >> 8), (unsigned char)i };
		char hex[5];
		snprintf(hex, sizeof hex, "%04X", i);
		int sign = sign_of(hex[2]), value = (hex[1] - '0') * 10 + (hex[3] - '0');
		bool valid = hex[0] == 'F' && hex[1] <= '9' && sign && hex[3] <= '9';
		check_value(&m, bytes, valid, sign * value);
		if (valid)
			check(hex, canonical(&m, bytes) == (hex[2] == 'C' || (hex[2] == 'D' && value)));
	}
	unmake(&m);
}

static void every_binary_of_two_bytes(void **state)
{
	struct wh_cobol_form form = { .little_endian = true };
	struct made big, little, whole;
	(void)state;
	make(&big, "PIC S9(4) COMP", "cp037", &form, WH_COBOL_IBM);
	make(&little, "PIC S9(4) COMP-5", "cp037", &form, WH_COBOL_IBM);
	make(&whole, "PIC 9(4) COMP", "cp037", &form, WH_COBOL_IBM);
	for (unsigned i = 0; i < 65536; i++) {
		unsigned char bytes[] = { (unsigned char)(i >> 8), (unsigned char)i };
		unsigned char turned[] = { bytes[1], bytes[0] };
		check_value(&big, bytes, true, (int16_t)i);
		check_value(&little, turned, true, (int16_t)i);
		check_value(&whole, bytes, true, (int)i);
	}
	unmake(&big);
	unmake(&little);
	unmake(&whole);
}

/* Every byte of an EBCDIC page is a character, and comes back. */
static void every_byte_of_a_page(void **state)
{
	static const char *const pages[] = { "cp037", "cp273", "cp277", "cp278", "cp280", "cp284",
		"cp285", "cp297", "cp500", "cp871", "cp1047", "cp1140", "cp1141", "cp1148", "cp1026" };
	struct wh_cobol_form form = { .trim = WH_COBOL_TRIM_NONE };
	(void)state;
	for (size_t p = 0; p < COUNT(pages); p++) {
		struct made m;
		make(&m, "PIC X", pages[p], &form, WH_COBOL_IBM);
		check(pages[p], m.cell.exact);
		for (unsigned i = 0; i < 256; i++) {
			unsigned char byte = (unsigned char)i, back = 0;
			check(pages[p], !decode(&m, &byte));
			const char *character = shown(&m);
			check(pages[p], wh_utf8_length(character, m.text.size) == 1);
			check(pages[p], !encode(&m, &back) && back == byte);
		}
		unmake(&m);
	}
}

static uint64_t seed = 88172645463325252u;

static unsigned random_below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

static unsigned char ebcdic_digit(size_t i)
{
	(void)i;
	return (unsigned char)(0xf0 + random_below(10));
}

static unsigned char ascii_digit(size_t i)
{
	(void)i;
	return (unsigned char)('0' + random_below(10));
}

static unsigned char national_digit(size_t i)
{
	return i % 2 ? ascii_digit(i) : 0;
}

static unsigned char two_digits(size_t i)
{
	(void)i;
	return (unsigned char)(random_below(10) << 4 | random_below(10));
}

static unsigned char letter(size_t i)
{
	(void)i;
	return (unsigned char)(0xc1 + random_below(9));
}

static unsigned char any_byte(size_t i)
{
	(void)i;
	return (unsigned char)random_below(256);
}

static unsigned char mark(void)
{
	static const unsigned char marks[] = { 0x4e, 0x60, '+', '-', 0x0c, 0x1d, 0x2f, 0xc0, 0xd1, '{',
		'J', 'p' };
	return random_below(2) ? marks[random_below(COUNT(marks))] : any_byte(0);
}

/* Bytes that are nearly something: digits, letters or the same byte again and again, then one or
 * two that are anything, a sign at an end more often. */
static void nearly(unsigned char *bytes, size_t n)
{
	static unsigned char (*const sources[])(
		size_t) = { ebcdic_digit, ascii_digit, national_digit, two_digits, letter, any_byte };
	static const unsigned char fills[] = { 0x00, 0x20, 0x40, 0xff, 0xf0, '0' };
	unsigned source = random_below(COUNT(sources) + 1), fill = random_below(COUNT(fills));
	for (size_t i = 0; i < n; i++)
		bytes[i] = source < COUNT(sources) ? sources[source](i) : fills[fill];
	if (!random_below(4))
		bytes[random_below((unsigned)n)] = any_byte(0);
	if (random_below(4))
		bytes[random_below(4) ? n - 1 : 0] = mark();
}

/* Whether iconv has a hand in it: that cannot write all that it reads, and shifts that say nothing
 * are not written again, so that spaces come in their place. */
static bool is_mixed(const struct made *m)
{
	return m->cell.type.kind == WH_TEXT && !m->cell.exact;
}

/* True: the bytes were accepted. */
static bool check_round(struct made *m, const char *name, const unsigned char *bytes)
{
	unsigned char again[ROOM];
	char value[2 * ROOM];
	const char *why = decode(m, bytes);
	if (why) {
		check(name, !strncmp(why, "holds X'", 8));
		check(name, m->batch.lanes[0].size == 0 && m->batch.bytes == 0);
		return false;
	}
	snprintf(value, sizeof value, "%s", shown(m));
	why = encode(m, again);
	if (why && is_mixed(m))
		return canonical(m, bytes) == false;
	check_text(name, why ? why : "", "");
	bool same = !memcmp(again, bytes, m->n);
	check(name, canonical(m, bytes) == same);
	check(name, same || !m->cell.exact);
	why = decode(m, again);
	if (why || !is_mixed(m) || m->cell.form.trim != WH_COBOL_TRIM_NONE)
		check_text(name, why ? why : shown(m), value);
	check(name, canonical(m, again));
	return true;
}

static const char *const clauses[] = { "PIC S9(5)", "PIC 9(5)", "PIC S9(7)V99", "PIC S9(25)V9(4)",
	"PIC 9(3)PPP", "PIC VPPP9(2)", "PIC S9(4) SIGN LEADING", "PIC S9(4) SIGN LEADING SEPARATE",
	"PIC S9(4) SIGN TRAILING SEPARATE", "PIC 9(4) BLANK WHEN ZERO", "PIC S9(3) USAGE NATIONAL",
	"PIC S9(5) COMP-3", "PIC 9(4) COMP-3", "PIC S9(20)V9(11) COMP-3", "PIC S9P(5) COMP-3",
	"PIC 9(5) COMP-6", "PIC S9(4) COMP", "PIC 9(9)V99 COMP", "PIC 9(18) COMP", "PIC S9(38) COMP",
	"PIC S9(4)PPP COMP", "PIC 9(38) COMP-5", "PIC X(7) COMP-X", "USAGE INDEX", "USAGE POINTER",
	"COMP-1", "COMP-2", "PIC X(9)", "PIC X(9) JUSTIFIED RIGHT", "PIC ZZ9.99-", "PIC N(4)" };

static void random_bytes(void **state)
{
	static const char *const pages[] = { "cp037", "cp1141", "latin1", "cp1252", "cp939",
		"shift_jis" };
	(void)state;
	for (size_t c = 0; c < COUNT(clauses); c++) {
		unsigned accepted = 0;
		for (unsigned way = 0; way < 36; way++) {
			struct wh_cobol_form form = { .floating = (enum wh_cobol_floating)(way % 3),
				.overpunch = (enum wh_cobol_overpunch)(way / 3 % 2),
				.trim = (enum wh_cobol_trim)(way % 4),
				.little_endian = way & 1,
				.blank_null = way / 2 & 1,
				.low_null = way / 3 & 1 };
			unsigned char bytes[ROOM];
			struct made m;
			make(&m, clauses[c], pages[way % COUNT(pages)], &form, WH_COBOL_IBM);
			for (unsigned i = 0; i < 500; i++) {
				nearly(bytes, m.n);
				accepted += check_round(&m, clauses[c], bytes);
			}
			unmake(&m);
		}
		check(clauses[c], accepted > 100);
	}
}

/* Doubles whose exponent an IBM float has are written without a loss, and come back. */
static void doubles_as_ibm_floats(void **state)
{
	struct made m;
	(void)state;
	make(&m, "COMP-2", "cp037", &plain, WH_COBOL_IBM);
	for (unsigned i = 0; i < 100000; i++) {
		unsigned char bytes[8];
		uint64_t bits = seed, exponent = 1023 - 240 + random_below(480);
		random_below(2);
		bits = (bits & ~(UINT64_C(0x7ff) << 52)) | exponent << 52;
		wh_batch_reset(&m.batch);
		wh_batch_word(&m.batch, 0, (int64_t)bits);
		assert_null(encode(&m, bytes));
		assert_true(bytes[1] & 0xf0);
		assert_null(decode(&m, bytes));
		assert_int_equal((uint64_t)wh_word(&m.batch, 0, 0), bits);
	}
	unmake(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packed_number_of_three_digits),
		cmocka_unit_test(every_zoned_number_of_two_digits),
		cmocka_unit_test(every_binary_of_two_bytes),
		cmocka_unit_test(every_byte_of_a_page),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(doubles_as_ibm_floats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
