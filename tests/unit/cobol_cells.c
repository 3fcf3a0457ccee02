/* Cells of COBOL fields: each form of a number and of text, what is refused, and the way back.
 * The bytes of EBCDIC files are worked out by hand from IBM's Language Reference and Principles of
 * Operation; those that a compiler wrote say so. */
#include "cobol_cell_made.h"

struct vector {
	const char *clauses, *hex;
	const char *value; /* "!" and why not */
	const char *again; /* what it is encoded to; NULL: the same bytes */
};

static void check_vector(const struct vector *v, const char *page, const struct wh_cobol_form *form,
	enum wh_cobol_dialect dialect)
{
	struct made m;
	unsigned char bytes[ROOM], back[ROOM], wanted[ROOM];
	char name[200];
	snprintf(name, sizeof name, "%s X'%s' %s", v->clauses, v->hex, page);
	make(&m, v->clauses, page, form, dialect);
	unhex(&m, name, v->hex, bytes);
	const char *why = decode(&m, bytes);
	if (*v->value == '!') {
		check_text(name, why ? why : "decoded", v->value + 1);
	} else {
		check_text(name, why ? why : shown(&m), v->value);
		unhex(&m, name, v->again ? v->again : v->hex, wanted);
		why = encode(&m, back);
		check_text(name, why ? why : "", "");
		check(name, !memcmp(back, wanted, m.n));
		check(name, canonical(&m, bytes) == !v->again);
	}
	unmake(&m);
}

static void zoned_of_ebcdic(void **state)
{
	static const struct vector vectors[] = {
		{ "PIC 9(5)", "F1F2F3F4F5", "12345" },
		{ "PIC 9(5)", "F0F0F0F0F0", "0" },
		{ "PIC 9(5)", "F1F2F3F4C5", "12345", "F1F2F3F4F5" },
		{ "PIC 9(5)", "F1F2F3F4D5",
			"!holds X'F1F2F3F4D5', which is negative, and the picture 9(5) has no S" },
		{ "PIC S9(5)", "F1F2F3F4C5", "12345" },
		{ "PIC S9(5)", "F1F2F3F4D5", "-12345" },
		{ "PIC S9(5)", "F1F2F3F4F5", "12345", "F1F2F3F4C5" },
		{ "PIC S9(5)", "F1F2F3F4A5", "12345", "F1F2F3F4C5" },
		{ "PIC S9(5)", "F1F2F3F4E5", "12345", "F1F2F3F4C5" },
		{ "PIC S9(5)", "F1F2F3F4B5", "-12345", "F1F2F3F4D5" },
		{ "PIC S9(5)", "F0F0F0F0C0", "0" },
		{ "PIC S9(5)", "F0F0F0F0D0", "0", "F0F0F0F0C0" },
		{ "PIC S9(3)V99", "F0F0F0F0D5", "-0.05" },
		{ "PIC S9(3)V99", "F1F2F3F4D5", "-123.45" },
		{ "PIC S9(3)V99", "F0F0F0F0D0", "0.00", "F0F0F0F0C0" },
		{ "PIC S9(5)", "F1F2C3F4C5",
			"!holds X'F1F2C3F4C5', where C3 stands in the place of a digit" },
		{ "PIC S9(5)", "F1F2F3F4CA",
			"!holds X'F1F2F3F4CA', where CA stands in the place of a digit" },
		{ "PIC S9(5)", "F1F2F3F495",
			"!holds X'F1F2F3F495', where 95 stands in the place of a digit" },
		{ "PIC S9(5)", "404040F1C2",
			"!holds X'404040F1C2', where 40 stands in the place of a digit" },
		{ "PIC S9(5)", "4040404040",
			"!holds X'4040404040', where 40 stands in the place of a digit" },
		{ "PIC S9(5) SIGN LEADING", "D1F2F3F4F5", "-12345" },
		{ "PIC S9(5) SIGN LEADING", "C1F2F3F4F5", "12345" },
		{ "PIC S9(5) SIGN LEADING", "F1F2F3F4C5",
			"!holds X'F1F2F3F4C5', where C5 stands in the place of a digit" },
		{ "PIC S9(5) SIGN LEADING SEPARATE", "4EF1F2F3F4F5", "12345" },
		{ "PIC S9(5) SIGN LEADING SEPARATE", "60F1F2F3F4F5", "-12345" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "F1F2F3F4F560", "-12345" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "F1F2F3F4F54E", "12345" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "F0F0F0F0F060", "0", "F0F0F0F0F04E" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "F1F2F3F4F540",
			"!holds X'F1F2F3F4F540', where 40 stands in the place of a sign" },
		{ "PIC S9(2) SIGN TRAILING SEPARATE", "F1C24E",
			"!holds X'F1C24E', where C2 stands in the place of a digit" },
		{ "PIC 9(3)PPP", "F1F2F3", "123000" },
		{ "PIC 9(3)PPP", "F0F0F0", "0" },
		{ "PIC VPPP9", "F7", "0.0007" },
		{ "PIC SPP99", "F4D2", "-0.0042" },
		{ "PIC SV99", "F4D2", "-0.42" },
		{ "PIC 9(18)", "F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9", "999999999999999999" },
		{ "PIC S9(19)", "F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9F9D9", "-9999999999999999999" },
		{ "PIC 9(19)", "F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F7", "7" },
		{ "PIC 9(19)", "F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0", "0" },
		{ "PIC 9(19)PP", "F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F7", "700" },
		{ "PIC 9(19)PP", "F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0", "0" },
		{ "PIC 9(37)", "F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7F8F9F0F1F2F3F4F5F6F7",
			"1234567890123456789012345678901234567" },
		{ "PIC 9(3) BLANK WHEN ZERO", "404040", "0" },
		{ "PIC 9(3) BLANK WHEN ZERO", "F0F0F0", "0", "404040" },
		{ "PIC 9(3) BLANK WHEN ZERO", "F0F0F7", "7" },
		{ "PIC S99 USAGE NATIONAL SIGN LEADING SEPARATE", "002D00340032", "-42" },
		{ "PIC 99 USAGE NATIONAL", "00340132",
			"!holds X'00340132', where not every character is a digit" },
		{ "PIC 99 USAGE NATIONAL", "00340041",
			"!holds X'00340041', where 41 stands in the place of a digit" },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

static void packed(void **state)
{
	static const struct vector vectors[] = {
		{ "PIC S9(5) COMP-3", "12345C", "12345" },
		{ "PIC S9(5) COMP-3", "12345D", "-12345" },
		{ "PIC S9(5) COMP-3", "12345A", "12345", "12345C" },
		{ "PIC S9(5) COMP-3", "12345E", "12345", "12345C" },
		{ "PIC S9(5) COMP-3", "12345F", "12345", "12345C" },
		{ "PIC S9(5) COMP-3", "12345B", "-12345", "12345D" },
		{ "PIC S9(5) COMP-3", "00000D", "0", "00000C" },
		{ "PIC S9(5)V99 COMP-3", "0000000D", "0.00", "0000000C" },
		{ "PIC S9(9)V99 COMP-3", "00000012345D", "-123.45" },
		{ "PIC S9(5) COMP-3", "12A45C",
			"!holds X'12A45C', where A stands in the place of a digit" },
		{ "PIC S9(5) COMP-3", "123456",
			"!holds X'123456', where 6 stands in the place of the sign" },
		{ "PIC S9(5) COMP-3", "404040",
			"!holds X'404040', where 0 stands in the place of the sign" },
		{ "PIC S9(5) COMP-3", "000000",
			"!holds X'000000', where 0 stands in the place of the sign" },
		{ "PIC S9(4) COMP-3", "01234C", "1234" },
		{ "PIC S9(4) COMP-3", "11234C",
			"!holds X'11234C', where 1 stands before the 4 digits of its picture" },
		{ "PIC 9(5) COMP-3", "12345F", "12345" },
		{ "PIC 9(5) COMP-3", "12345C", "12345", "12345F" },
		{ "PIC 9(5) COMP-3", "12345D",
			"!holds X'12345D', which is negative, and the picture 9(5) has no S" },
		{ "PIC 9(5) COMP-3", "00000D",
			"!holds X'00000D', which is negative, and the picture 9(5) has no S" },
		{ "PIC S9PP COMP-3", "7D", "-700" },
		{ "PIC SVP9 COMP-3", "7D", "-0.07" },
		{ "PIC S9(31) COMP-3", "1234567890123456789012345678901D",
			"-1234567890123456789012345678901" },
		{ "PIC S9(38) COMP-3", "099999999999999999999999999999999999999C",
			"99999999999999999999999999999999999999" },
		{ "PIC 9(5) COMP-6", "012345", "12345" },
		{ "PIC 9(4) COMP-6", "1234", "1234" },
		{ "PIC 9(5) COMP-6", "112345",
			"!holds X'112345', where 1 stands before the 5 digits of its picture" },
		{ "PIC 9(4) COMP-6", "123C", "!holds X'123C', where C stands in the place of a digit" },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

static void binary(void **state)
{
	static const struct vector vectors[] = {
		{ "PIC S9(4) COMP", "04D2", "1234" },
		{ "PIC S9(4) COMP", "7FFF", "32767" },
		{ "PIC S9(4) COMP", "8000", "-32768" },
		{ "PIC 9(4) COMP", "FFFF", "65535" },
		{ "PIC S9(5) COMP", "FFFFCFC7", "-12345" },
		{ "PIC 9(9) COMP", "FFFFFFFF", "4294967295" },
		{ "PIC S9(9)V99 COMP", "FFFFFFFFFFFFFF85", "-1.23" },
		{ "PIC S9(18) COMP", "8000000000000000", "-9223372036854775808" },
		{ "PIC 9(18) COMP", "FFFFFFFFFFFFFFFF", "18446744073709551615" },
		{ "PIC 9(3)V9(15) COMP", "0000000000000001", "0.000000000000001" },
		{ "PIC S9(4)PP COMP", "FFFF", "-100" },
		{ "PIC SVPP99 COMP", "FFFE", "-0.0002" },
		{ "PIC S9(38) COMP", "80000000000000000000000000000000",
			"-170141183460469231731687303715884105728" },
		{ "PIC 9(38) COMP", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
			"340282366920938463463374607431768211455" },
		{ "PIC 9(38) COMP", "0000000000000000000009184E72A000", "10000000000000" },
		{ "PIC 9(3)PPP COMP", "007B", "123000" },
		{ "PIC X(2) COMP-X", "0102", "258" },
		{ "PIC X(16) COMP-X", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
			"340282366920938463463374607431768211455" },
		{ "USAGE INDEX", "FFFFFFFF", "-1" },
		{ "USAGE POINTER", "00A0FFEE", "00a0ffee" },
		{ "PIC S9(4) COMP-5", "FB2E", "-1234" },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

/* The value 118.625 is 76.A in hexadecimal: 0.76A times 16 to the power of 2. */
static void floats_of_ibm(void **state)
{
	static const struct vector vectors[] = {
		{ "COMP-1", "4276A000", "118.625" },
		{ "COMP-1", "C276A000", "-118.625" },
		{ "COMP-1", "41100000", "1" },
		{ "COMP-1", "40800000", "0.5" },
		{ "COMP-1", "00000000", "0" },
		{ "COMP-1", "80000000", "-0" },
		{ "COMP-1", "40000000", "0", "00000000" },
		{ "COMP-1", "42010000", "1", "41100000" },
		{ "COMP-1", "7FFFFFFF", "7.2370051459731155e+75" },
		{ "COMP-1", "00100000", "5.397605346934028e-79" },
		{ "COMP-1", "00000001", "5.147557589468029e-85" },
		{ "COMP-2", "4276A00000000000", "118.625" },
		{ "COMP-2", "C110000000000000", "-1" },
		{ "COMP-2", "401999999999999A", "0.1" },
		{ "COMP-2", "41FFFFFFFFFFFFF8", "15.999999999999998" },
		{ "COMP-2", "41FFFFFFFFFFFFF9",
			"!holds X'41FFFFFFFFFFFFF9', whose last bits no double holds: its fraction has more "
			"than 53" },
		{ "COMP-2", "411FFFFFFFFFFFFF", "1.9999999999999998" },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

static void floats_of_ieee(void **state)
{
	static const struct vector vectors[] = {
		{ "COMP-1", "3FC00000", "1.5" },
		{ "COMP-1", "C2ED4000", "-118.625" },
		{ "COMP-1", "3DCCCCCD", "0.1" },
		{ "COMP-1", "FF800000", "-Infinity" },
		{ "COMP-1", "80000000", "-0" },
		{ "COMP-1", "00000001", "1e-45" },
		{ "COMP-2", "C05DA80000000000", "-118.625" },
		{ "COMP-2", "3FB999999999999A", "0.1" },
	};
	struct wh_cobol_form form = { .floating = WH_COBOL_IEEE_BIG };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

/* Written by GnuCOBOL 3.1.2 on a little-endian machine: MOVE of each value to an item with these
 * clauses in a group, and DISPLAY of the group. */
static void by_a_compiler(void **state)
{
	static const struct vector vectors[] = {
		{ "PIC 9(5)", "3132333435", "12345" },
		{ "PIC S9(5) SIGN LEADING SEPARATE", "2B3132333435", "12345" },
		{ "PIC S9(5) SIGN LEADING SEPARATE", "2D3132333435", "-12345" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "31323334352B", "12345" },
		{ "PIC S9(5) SIGN TRAILING SEPARATE", "31323334352D", "-12345" },
		{ "PIC 9(3)PPP", "313233", "123000" },
		{ "PIC VPPP9", "37", "0.0007" },
		{ "PIC S9(5) COMP-3", "12345C", "12345" },
		{ "PIC S9(5) COMP-3", "12345D", "-12345" },
		{ "PIC S9(5) COMP-3", "00000C", "0" },
		{ "PIC S9(4) COMP-3", "01234D", "-1234" },
		{ "PIC 9(5) COMP-3", "12345F", "12345" },
		{ "PIC S9(7)V99 COMP-3", "123456789C", "1234567.89" },
		{ "PIC S9(7)V99 COMP-3", "000000001D", "-0.01" },
		{ "PIC S9(31) COMP-3", "1234567890123456789012345678901D",
			"-1234567890123456789012345678901" },
		{ "PIC 9(5) COMP-6", "012345", "12345" },
		{ "PIC 9(4) COMP-6", "1234", "1234" },
		{ "PIC S9(4) COMP", "FB2E", "-1234" },
		{ "PIC S9(9) COMP", "075BCD15", "123456789" },
		{ "PIC S9(18) COMP", "FE4964B459CF0CB2", "-123456789012345678" },
		{ "PIC 9(4) COMP-5", "0F27", "9999" },
		{ "PIC S9(9) COMP-5", "EB32A4F8", "-123456789" },
		{ "PIC S9(18) COMP-5", "FEFFFFFFFFFFFFFF", "-2" },
		{ "PIC S9(5)V99 COMP", "FFED2979", "-12345.67" },
		{ "PIC 9(9) COMP-X", "075BCD15", "123456789" },
		{ "PIC X(3) COMP-X", "010203", "66051" },
		{ "PIC 9(5)PP COMP", "00003039", "1234500" },
		{ "COMP-1", "0000C03F", "1.5" },
		{ "COMP-1", "0040EDC2", "-118.625" },
		{ "COMP-2", "0000000000A85DC0", "-118.625" },
		{ "COMP-2", "999999999999B93F", "0.09999999999999999" },
	};
	struct wh_cobol_form form = { .floating = WH_COBOL_IEEE_LITTLE, .little_endian = true };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "ascii", &form, WH_COBOL_GNUCOBOL);
}

/* The same compiler with -fsign=ASCII, then with -fsign=EBCDIC. */
static void zoned_of_ascii(void **state)
{
	static const struct vector plain[] = {
		{ "PIC S9(5)", "3030303030", "0" },
		{ "PIC S9(5)", "3132333435", "12345" },
		{ "PIC S9(5)", "3132333475", "-12345" },
		{ "PIC S9(5)", "3030303071", "-1" },
		{ "PIC S9(5)", "3030303170", "-10" },
		{ "PIC S9(3)V99", "3030303075", "-0.05" },
		{ "PIC S9(5) SIGN LEADING", "3132333435", "12345" },
		{ "PIC S9(5) SIGN LEADING", "7132333435", "-12345" },
	};
	static const struct vector letters[] = {
		{ "PIC S9(5)", "303030307B", "0" },
		{ "PIC S9(5)", "3132333445", "12345" },
		{ "PIC S9(5)", "313233344E", "-12345" },
		{ "PIC S9(5)", "303030304A", "-1" },
		{ "PIC S9(5)", "303030317D", "-10" },
		{ "PIC S9(3)V99", "303030304E", "-0.05" },
		{ "PIC S9(5) SIGN LEADING", "4132333435", "12345" },
		{ "PIC S9(5) SIGN LEADING", "4A32333435", "-12345" },
		/* Not the compiler's: the other spelling, and what is none. */
		{ "PIC S9(5)", "3132333435", "12345", "3132333445" },
		{ "PIC S9(5)", "3132333475", "-12345", "313233344E" },
		{ "PIC 9(5)", "3132333445",
			"!holds X'3132333445', where 45 stands in the place of a digit" },
		{ "PIC 9(5)", "313233344E",
			"!holds X'313233344E', where 4E stands in the place of a digit" },
		{ "PIC S9(5)", "313233347A",
			"!holds X'313233347A', where 7A stands in the place of a digit" },
		{ "PIC S9(5)", "3132333400",
			"!holds X'3132333400', where 00 stands in the place of a digit" },
		{ "PIC S9(5)", "F1F2F3F4C5",
			"!holds X'F1F2F3F4C5', where F1 stands in the place of a digit" },
	};
	struct wh_cobol_form form = { .overpunch = WH_COBOL_PLAIN };
	(void)state;
	for (size_t i = 0; i < COUNT(plain); i++)
		check_vector(&plain[i], "ascii", &form, WH_COBOL_GNUCOBOL);
	form.overpunch = WH_COBOL_LETTERS;
	for (size_t i = 0; i < COUNT(letters); i++)
		check_vector(&letters[i], "latin1", &form, WH_COBOL_GNUCOBOL);
}

static void texts(void **state)
{
	static const struct {
		const char *page;
		enum wh_cobol_trim trim;
		struct vector vector;
	} cases[] = {
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(7)", "C8C5D3D3D64040", "HELLO" } },
		{ "cp037", WH_COBOL_TRIM_NONE, { "PIC X(7)", "C8C5D3D3D64040", "HELLO  " } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(3)", "40C140", " A" } },
		{ "cp037", WH_COBOL_TRIM_BOTH, { "PIC X(3)", "40C140", "A", "C14040" } },
		{ "cp037", WH_COBOL_TRIM_LEFT, { "PIC X(3)", "40C140", "A " } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(3) JUSTIFIED RIGHT", "4040C1", "A" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(3) JUSTIFIED RIGHT", "40C140", "A " } },
		{ "cp037", WH_COBOL_TRIM_NONE, { "PIC X(3) JUSTIFIED RIGHT", "4040C1", "  A" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(3)", "404040", "" } },
		{ "cp037", WH_COBOL_TRIM_BOTH, { "PIC X(3)", "404040", "" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(4)", "C1152540", "A\xc2\x85\n" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC X(2)", "63C0", "\xc3\x84{" } },
		{ "cp273", WH_COBOL_TRIM_RIGHT, { "PIC X(2)", "4A43", "\xc3\x84{" } },
		{ "IBM-273", WH_COBOL_TRIM_RIGHT, { "PIC X(2)", "4A43", "\xc3\x84{" } },
		{ "1141", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(4)", "4A519F43", "\xc3\x84\xc3\xa9\xe2\x82\xac{" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC Z,ZZ9.99-", "F16BF2F3F44BF5F060", "1,234.50-" } },
		{ "cp1252", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(3)", "804120",
				"\xe2\x82\xac"
				"A" } },
		{ "cp1252", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(3)", "418120", "!holds X'418120', where 81 is no character of cp1252" } },
		{ "cp1252", WH_COBOL_TRIM_BOTH,
			{ "PIC X(3)", "208120", "!holds X'208120', where 81 is no character of cp1252" } },
		{ "ascii", WH_COBOL_TRIM_RIGHT, { "PIC X(3)", "412020", "A" } },
		{ "ascii", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(2)", "41E4", "!holds X'41E4', where E4 is no character of ascii" } },
		{ "utf-8", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(4)", "C3A44120",
				"\xc3\xa4"
				"A" } },
		{ "utf-8", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(3)", "41C320", "!holds X'41C320', where C3 is no character of utf-8" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(10)", "0E456245660FC1404040",
				"\xe6\x97\xa5\xe6\x9c\xac"
				"A" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT,
			{ "PIC G(3)", "456245664040", "\xe6\x97\xa5\xe6\x9c\xac" } },
		{ "cp939", WH_COBOL_TRIM_NONE,
			{ "PIC G(3)", "456245664040", "\xe6\x97\xa5\xe6\x9c\xac\xe3\x80\x80" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT, { "PIC G(2)", "40404040", "" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT,
			{ "PIC G(2)", "45620FC1", "!holds X'45620FC1', where 0F is no character of cp939" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT,
			{ "PIC G(2)", "45620000", "!holds X'45620000', where 00 is no character of cp939" } },
		{ "cp939", WH_COBOL_TRIM_RIGHT, { "PIC X(2)", "A1E0", "~\\" } },
		{ "cp1390", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(2)", "C157", "!holds X'C157', where 57 is no character of cp1390" } },
		{ "cp1390", WH_COBOL_TRIM_RIGHT,
			{ "PIC X(5)", "570E45620F",
				"!holds X'570E45620F', where 57 is no character of cp1390" } },
		{ "cp1390", WH_COBOL_TRIM_RIGHT, { "PIC X(5)", "3F0E45620F", "\x1a\xe6\x97\xa5" } },
		{ "shift_jis", WH_COBOL_TRIM_RIGHT,
			{ "PIC G(1)", "4142", "!holds X'4142', where 41 is no character of shift_jis" } },
		{ "cp1388", WH_COBOL_TRIM_RIGHT, { "PIC G(2)", "5BCF4D9B", "\xe4\xb8\xad\xe5\x9b\xbd" } },
		{ "shift_jis", WH_COBOL_TRIM_RIGHT,
			{ "PIC G(3)", "93FA967B8140", "\xe6\x97\xa5\xe6\x9c\xac" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT,
			{ "PIC N(3)", "20AC00410020",
				"\xe2\x82\xac"
				"A" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT, { "PIC N(2)", "D83DDE00", "\xf0\x9f\x98\x80" } },
		{ "cp037", WH_COBOL_TRIM_RIGHT,
			{ "PIC N(2)", "0041DE00", "!holds X'0041DE00', where DE is no character of UTF-16" } },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_cobol_form form = { .trim = cases[i].trim };
		check_vector(&cases[i].vector, cases[i].page, &form, WH_COBOL_IBM);
	}
}

static void low_values_in_text(void **state)
{
	static const unsigned char low[3] = { 0 };
	struct wh_cobol_form form = { 0 };
	struct made m;
	size_t n;
	(void)state;
	make(&m, "PIC X(3)", "cp037", &form, WH_COBOL_IBM);
	assert_null(decode(&m, low));
	assert_false(wh_is_null(&m.batch, 0, 0));
	assert_memory_equal(wh_cell(&m.batch, 0, 0, &n), low, sizeof low);
	assert_int_equal(n, sizeof low);
	unmake(&m);
}

static void nulls(void **state)
{
	static const struct vector vectors[] = {
		{ "PIC S9(3)", "404040", "~" },
		{ "PIC S9(3)", "000000", "~", "404040" },
		{ "PIC S9(3)", "4040C1", "!holds X'4040C1', where 40 stands in the place of a digit" },
		{ "PIC 9(3) BLANK WHEN ZERO", "404040", "0" },
		{ "PIC S9(3) COMP-3", "4040", "~" },
		{ "PIC S9(3) COMP-3", "0000", "~", "4040" },
		{ "PIC 9(4) COMP-6", "4040", "4040" },
		{ "PIC 9(4) COMP-6", "0000", "0" },
		{ "PIC S9(3) COMP", "0000", "0" },
		{ "PIC S9(3) COMP", "4040", "16448" },
		{ "PIC X(3)", "000000", "~" },
		{ "PIC X(3)", "404040", "" },
		{ "PIC N(2)", "00000000", "~" },
		{ "PIC 9(2) USAGE NATIONAL", "00200020", "~" },
	};
	struct wh_cobol_form form = { .blank_null = true, .low_null = true };
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check_vector(&vectors[i], "cp037", &form, WH_COBOL_IBM);
}

static void types(void **state)
{
	static const struct {
		const char *clauses;
		enum wh_kind kind;
		int precision, scale;
		int64_t length;
	} cases[] = {
		{ "PIC 9(4)", WH_INT64, 16, 0, 0 },
		{ "PIC 9(5)", WH_INT64, 32, 0, 0 },
		{ "PIC S9(9)", WH_INT64, 32, 0, 0 },
		{ "PIC S9(10)", WH_INT64, 64, 0, 0 },
		{ "PIC 9(18)", WH_INT64, 64, 0, 0 },
		{ "PIC 9(19)", WH_DECIMAL, 19, 0, 0 },
		{ "PIC 9(37)", WH_DECIMAL, 37, 0, 0 },
		{ "PIC 9(2)PP", WH_INT64, 16, 0, 0 },
		{ "PIC 9(16)PPP", WH_DECIMAL, 19, 0, 0 },
		{ "PIC VPPP9", WH_DECIMAL, 4, 4, 0 },
		{ "PIC S9(9)V99 COMP-3", WH_DECIMAL, 11, 2, 0 },
		{ "PIC S9(4) COMP", WH_INT64, 16, 0, 0 },
		{ "PIC 9(4) COMP", WH_INT64, 32, 0, 0 },
		{ "PIC S9(9) COMP", WH_INT64, 32, 0, 0 },
		{ "PIC 9(9) COMP", WH_INT64, 64, 0, 0 },
		{ "PIC S9(18) COMP", WH_INT64, 64, 0, 0 },
		{ "PIC 9(18) COMP", WH_DECIMAL, 20, 0, 0 },
		{ "PIC S9(4)V99 COMP", WH_DECIMAL, 10, 2, 0 },
		{ "PIC S9(18)P COMP", WH_DECIMAL, 20, 0, 0 },
		{ "PIC 9(38) COMP", WH_DECIMAL, 39, 0, 0 },
		{ "PIC X(10)", WH_TEXT, 0, 0, 10 },
		{ "PIC G(10) DISPLAY-1", WH_TEXT, 0, 0, 10 },
		{ "PIC ZZ9.99", WH_TEXT, 0, 0, 6 },
		{ "COMP-1", WH_FLOAT64, 0, 0, 0 },
		{ "COMP-2", WH_FLOAT64, 0, 0, 0 },
		{ "USAGE POINTER", WH_BYTES, 0, 0, 4 },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_type type;
		struct made m;
		make(&m, cases[i].clauses, "cp939", &form, WH_COBOL_IBM);
		wh_cobol_cell_type(&m.cell, &type);
		check(cases[i].clauses, type.kind == cases[i].kind);
		check(cases[i].clauses, type.precision == cases[i].precision);
		check(cases[i].clauses, type.scale == cases[i].scale);
		check(cases[i].clauses, type.length == cases[i].length);
		unmake(&m);
	}
}

static void fillings(void **state)
{
	static const struct {
		const char *clauses, *hex;
		enum wh_cobol_filling filling;
	} cases[] = {
		{ "PIC X(3)", "000000", WH_COBOL_LOW_VALUES },
		{ "PIC X(3)", "404040", WH_COBOL_SPACES },
		{ "PIC X(3)", "F0F0F0", WH_COBOL_ZEROS },
		{ "PIC X(3)", "FFFFFF", WH_COBOL_HIGH_VALUES },
		{ "PIC X(3)", "4040C1", WH_COBOL_FILLED },
		{ "PIC X", "40", WH_COBOL_SPACES },
		{ "PIC S9(3)", "F0F0D0", WH_COBOL_ZEROS },
		{ "PIC S9(3)", "F0F0F1", WH_COBOL_FILLED },
		{ "PIC S9(3)", "404040", WH_COBOL_SPACES },
		{ "PIC S9(3)", "C1C2C3", WH_COBOL_FILLED },
		{ "PIC S9(3) COMP-3", "000D", WH_COBOL_ZEROS },
		{ "PIC S9(3) COMP-3", "0000", WH_COBOL_LOW_VALUES },
		{ "PIC S9(3) COMP-3", "FFFF", WH_COBOL_HIGH_VALUES },
		{ "PIC S9(3) COMP", "0000", WH_COBOL_ZEROS },
		{ "PIC S9(3) COMP", "4040", WH_COBOL_FILLED },
		{ "PIC 9(4) COMP-6", "0000", WH_COBOL_ZEROS },
		{ "PIC 9(4) COMP-6", "4040", WH_COBOL_FILLED },
		{ "COMP-1", "00000000", WH_COBOL_ZEROS },
		{ "PIC N(2)", "00200020", WH_COBOL_SPACES },
		{ "PIC N(2)", "00300030", WH_COBOL_ZEROS },
		{ "PIC N(2)", "20002000", WH_COBOL_FILLED },
		{ "PIC G(2)", "40404040", WH_COBOL_SPACES },
		{ "PIC G(2)", "00000000", WH_COBOL_LOW_VALUES },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct made m;
		unsigned char bytes[ROOM];
		char name[100];
		snprintf(name, sizeof name, "%s X'%s'", cases[i].clauses, cases[i].hex);
		make(&m, cases[i].clauses, "cp939", &form, WH_COBOL_IBM);
		unhex(&m, name, cases[i].hex, bytes);
		check(name, wh_cobol_cell_filling(&m.cell, bytes, m.n) == cases[i].filling);
		unmake(&m);
	}
}

/* A value from elsewhere, as text of the lane's kind, is written; or "!" and why not. */
static void check_written(const char *clauses, const char *page, const char *value, const char *hex)
{
	struct wh_cobol_form form = { 0 };
	unsigned char bytes[ROOM], wanted[ROOM];
	struct made m;
	char name[150];
	snprintf(name, sizeof name, "%s %s %s", clauses, page, value);
	make(&m, clauses, page, &form, WH_COBOL_IBM);
	check(name, wh_value_parse(&m.batch, 0, value, strlen(value)));
	const char *why = encode(&m, bytes);
	if (*hex == '!') {
		check_text(name, why ? why : "written", hex + 1);
	} else {
		check_text(name, why ? why : "", "");
		unhex(&m, name, hex, wanted);
		check(name, !memcmp(bytes, wanted, m.n));
	}
	unmake(&m);
}

static void written(void **state)
{
	static const struct {
		const char *clauses, *value, *hex;
	} cases[] = {
		{ "PIC S9(3)V99 COMP-3", "1.5", "00150C" },
		{ "PIC S9(3)V99 COMP-3", "-0", "00000C" },
		{ "PIC S9(3)V99 COMP-3", "1.500000000000000000000000000000000000000000000", "00150C" },
		{ "PIC S9(3)V99 COMP-3", "1.234",
			"!has no place for 1.234: it is PIC S9(3)V99 COMP-3 of 3 bytes" },
		{ "PIC S9(3)V99 COMP-3", "1000",
			"!has no place for 1000: it is PIC S9(3)V99 COMP-3 of 3 bytes" },
		{ "PIC S9(3)V99 COMP-3", "NaN",
			"!has no place for NaN: it is PIC S9(3)V99 COMP-3 of 3 bytes" },
		{ "PIC 9(3)", "-5", "!has no place for -5: it is PIC 9(3) DISPLAY of 3 bytes" },
		{ "PIC 9(3)", "1000", "!has no place for 1000: it is PIC 9(3) DISPLAY of 3 bytes" },
		{ "PIC 9(3)PPP", "123000", "F1F2F3" },
		{ "PIC 9(3)PPP", "123001",
			"!has no place for 123001: it is PIC 9(3)PPP DISPLAY of 3 bytes" },
		{ "PIC VPPP9", "0.0007", "F7" },
		{ "PIC VPPP9", "0.001", "!has no place for 0.001: it is PIC VPPP9 DISPLAY of 1 bytes" },
		{ "PIC S9(4) COMP", "-32768", "8000" },
		{ "PIC S9(4) COMP", "32768", "!has no place for 32768: it is PIC S9(4) COMP of 2 bytes" },
		{ "PIC S9(4) COMP", "-32769", "!has no place for -32769: it is PIC S9(4) COMP of 2 bytes" },
		{ "PIC 9(4) COMP", "-1", "!has no place for -1: it is PIC 9(4) COMP of 2 bytes" },
		{ "PIC 9(38) COMP", "340282366920938463463374607431768211456",
			"!has no place for 340282366920938463463374607431768211456: it is PIC 9(38) COMP of 16 "
			"bytes" },
		{ "PIC 9(38) COMP", "999999999999999999999999999999999999999",
			"!has no place for 999999999999999999999999999999999999999: it is PIC 9(38) COMP of 16 "
			"bytes" },
		{ "USAGE INDEX", "2147483648", "!has no place for 2147483648: it is INDEX of 4 bytes" },
		{ "COMP-1", "0.1", "!has no place for 0.1: it is COMP-1 of 4 bytes" },
		{ "COMP-1", "1e76", "!has no place for 1e+76: it is COMP-1 of 4 bytes" },
		{ "COMP-2", "1e-90", "!has no place for 1e-90: it is COMP-2 of 8 bytes" },
		{ "COMP-2", "Infinity", "!has no place for Infinity: it is COMP-2 of 8 bytes" },
		{ "COMP-2", "NaN", "!has no place for NaN: it is COMP-2 of 8 bytes" },
		{ "PIC X(3)", "AB", "C1C240" },
		{ "PIC X(3)", "ABCD",
			"!has no place for a text of 4 bytes: it is PIC X(3) DISPLAY of 3 bytes" },
		{ "PIC X(3)", "A\xe2\x82\xac",
			"!has no place for \"\xe2\x82\xac\", which the code page cp037 does not have: it is PIC "
			"X(3) DISPLAY of 3 bytes" },
		{ "PIC N(2)", "ABC",
			"!has no place for a text of 6 bytes: it is PIC N(2) NATIONAL of 4 bytes" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_written(cases[i].clauses, "cp037", cases[i].value, cases[i].hex);
}

/* What iconv would write as the byte of another character, or as one of the wrong script. */
static void written_in_mixed_pages(void **state)
{
	static const struct {
		const char *page, *clauses, *value, *hex;
	} cases[] = {
		{ "cp939", "PIC X(2)", "~\\", "A1E0" },
		{ "cp939", "PIC X(6)",
			"\xe6\x97\xa5"
			"A",
			"0E45620FC140" },
		{ "cp939", "PIC X(6)", "\xe6\x97\xa5~",
			"!has no place for \"~\", which the code page cp939 does not have: it is PIC X(6) "
			"DISPLAY of 6 bytes" },
		{ "cp939", "PIC X(3)", "\xe6\x97\xa5",
			"!has no place for a text of 4 bytes: it is PIC X(3) DISPLAY of 3 bytes" },
		{ "cp939", "PIC G(2)", "\xe6\x97\xa5", "45624040" },
		{ "cp939", "PIC G(2)",
			"\xe6\x97\xa5"
			"A",
			"!has no place for \"A\", which the code page cp939 does not have: it is PIC G(2) "
			"DISPLAY-1 of 4 bytes" },
		{ "cp939", "PIC G(2)", "A",
			"!has no place for \"A\", which the code page cp939 does not have: it is PIC G(2) "
			"DISPLAY-1 of 4 bytes" },
		{ "shift_jis", "PIC G(2)", "AB",
			"!has no place for \"A\", which the code page shift_jis does not have: it is PIC G(2) "
			"DISPLAY-1 of 4 bytes" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_written(cases[i].clauses, cases[i].page, cases[i].value, cases[i].hex);
}

static void null_without_a_place(void **state)
{
	struct wh_cobol_form form = { 0 };
	unsigned char bytes[3];
	struct made m;
	(void)state;
	make(&m, "PIC 9(3)", "cp037", &form, WH_COBOL_IBM);
	wh_batch_null(&m.batch, 0);
	assert_string_equal(encode(&m, bytes),
		"has no place for NULL: it is PIC 9(3) DISPLAY of 3 bytes");
	unmake(&m);
}

/* A decimal field takes words, and the other way round. */
static void written_from_other_kinds(void **state)
{
	struct wh_cobol_form form = { 0 };
	const enum wh_kind kinds[] = { WH_UINT64, WH_DECIMAL };
	unsigned char bytes[20];
	struct made m;
	(void)state;
	make(&m, "PIC S9(20)", "cp037", &form, WH_COBOL_IBM);
	wh_batch_finish(&m.batch);
	wh_batch_init_of(&m.batch, &kinds[0], 1, 1);
	wh_batch_word(&m.batch, 0, -1);
	assert_null(encode(&m, bytes));
	assert_memory_equal(bytes,
		"\xf1\xf8\xf4\xf4\xf6\xf7\xf4\xf4\xf0\xf7\xf3\xf7\xf0\xf9\xf5\xf5\xf1\xf6\xf1\xc5", 20);
	unmake(&m);
	make(&m, "PIC S9(4) COMP", "cp037", &form, WH_COBOL_IBM);
	wh_batch_finish(&m.batch);
	wh_batch_init_of(&m.batch, &kinds[1], 1, 1);
	wh_batch_bytes(&m.batch, 0, "-2.0", 4);
	assert_null(encode(&m, bytes));
	assert_memory_equal(bytes, "\xff\xfe", 2);
	unmake(&m);
}

static void refused_pages(void **state)
{
	static const struct {
		const char *clauses, *page, *text;
	} cases[] = {
		{ "PIC X", "cp99999",
			"no such code page: \"cp99999\"; name one that `iconv -l` lists, such as cp037, cp273 or "
			"ascii" },
		{ "PIC X", "",
			"no such code page: \"\"; name one that `iconv -l` lists, such as cp037, cp273 or ascii" },
		{ "PIC X", "cp037//TRANSLIT",
			"no such code page: \"cp037//TRANSLIT\"; name one that `iconv -l` lists, such as cp037, "
			"cp273 or ascii" },
		{ "PIC X", "utf-16",
			"no digits and spaces of one byte in the code page \"utf-16\"; name one of EBCDIC or one "
			"that holds ASCII" },
		{ "PIC G", "cp037",
			"no DBCS in the code page \"cp037\", and \"F\" has the picture G; name a code page that "
			"has both, such as cp939" },
	};
	struct wh_cobol_form form = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct made m;
		int rc = make_cell(&m, cases[i].clauses, cases[i].page, &form, WH_COBOL_IBM);
		check(cases[i].page, rc == WH_CONFIG);
		check_text(cases[i].page, m.error.text, cases[i].text);
		unmake(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zoned_of_ebcdic),
		cmocka_unit_test(zoned_of_ascii),
		cmocka_unit_test(packed),
		cmocka_unit_test(binary),
		cmocka_unit_test(floats_of_ibm),
		cmocka_unit_test(floats_of_ieee),
		cmocka_unit_test(by_a_compiler),
		cmocka_unit_test(texts),
		cmocka_unit_test(low_values_in_text),
		cmocka_unit_test(nulls),
		cmocka_unit_test(types),
		cmocka_unit_test(fillings),
		cmocka_unit_test(written),
		cmocka_unit_test(written_in_mixed_pages),
		cmocka_unit_test(null_without_a_place),
		cmocka_unit_test(written_from_other_kinds),
		cmocka_unit_test(refused_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
