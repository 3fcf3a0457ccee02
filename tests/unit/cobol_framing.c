/* Where records begin and end: each format with its own oddities, read, refused, and written. */
#include "cobol_made.h"

#define BOOK "01 R. 05 A PIC X(3). 05 B PIC 9(2)."
#define BYTES(text) (text), sizeof(text) - 1

static const struct made formats[] = {
	{ BOOK, "", BYTES("ABC01DEF02"), "r", "1|0|ABC|1\n1|5|DEF|2\n" },
	{ BOOK, "format=FB", BYTES("AB\n01\r\n\n02"), "r", "1|0|AB\\x0A|1\n1|5|\\x0D\\x0A\\x0A|2\n" },
	{ BOOK, "record_length=7&raw=odd", BYTES("ABC01..DEF02  "), "r",
		"1|0|ABC|1|X'41424330312e2e'\n1|7|DEF|2|~\n" },
	{ BOOK, "record_length=3", BYTES("ABCDEF"), "r", "1|0|ABC|~\n1|3|DEF|~\n" },
	{ BOOK, "file_header=2&file_footer=3", BYTES("HHABC01DEF02FFF"), "r",
		"1|2|ABC|1\n1|7|DEF|2\n" },
	{ BOOK, "file_header=2&file_footer=3", BYTES("HHABC01DEF02FFF"), "r_edges",
		"1|0|X'4848'\n1|12|X'464646'\n" },
	{ BOOK, "record_start=1&record_end=2&raw=odd", BYTES("\0ABC01\0\0-DEF02\0\0"), "r",
		"1|0|ABC|1|~\n1|8|DEF|2|X'2d44454630320000'\n" },
	{ BOOK, "format=V&raw=odd", BYTES("\0\x09\0\0ABC01\0\x09\0\0DEF02"), "r",
		"1|0|ABC|1|~\n1|9|DEF|2|~\n" },
	{ BOOK, "format=V&rdw_includes=no", BYTES("\0\x05\0\0ABC01\0\x05\0\0DEF02"), "r",
		"1|0|ABC|1\n1|9|DEF|2\n" },
	{ BOOK, "format=V&rdw=little", BYTES("\0\0\x09\0ABC01\0\0\x09\0DEF02"), "r",
		"1|0|ABC|1\n1|9|DEF|2\n" },
	{ BOOK, "format=V", BYTES("\0\x07\0\0ABC\0\x09\0\0DEF02"), "r", "1|0|ABC|~\n1|7|DEF|2\n" },
	{ BOOK, "format=V&raw=odd", BYTES("\0\x06\0\0AB\0\x04\0\0"), "r",
		"1|0|AB|~|X'000600004142'\n1|6|~|~|~\n" },
	/* a spanned record: first, middle and last */
	{ BOOK, "format=VS&raw=odd",
		BYTES("\0\x06\1\0AB\0\x05\3\0C\0\x06\2\0"
			  "01\0\x09\0\0DEF02"),
		"r",
		"1|0|ABC|1|X'000601004142000503004300060200"
		"3031'\n1|17|DEF|2|~\n" },
	{ BOOK, "format=VB&raw=odd",
		BYTES("\0\x16\0\0\0\x09\0\0ABC01\0\x09\0\0DEF02\0\x0d\0\0\0\x09\0\0GHI03"), "r",
		"1|0|ABC|1|X'00160000000900004142433031'\n1|13|DEF|2|~\n1|22|GHI|3|X'000d0000000900004748493033'\n" },
	{ BOOK, "format=D", BYTES("ABC01\nDEF02\n"), "r", "1|0|ABC|1\n1|6|DEF|2\n" },
	{ BOOK, "format=D&line_end=crlf", BYTES("ABC01\r\nDEF02\r\n"), "r", "1|0|ABC|1\n1|7|DEF|2\n" },
	{ BOOK, "format=D&raw=odd", BYTES("ABC01\r\nDEF02"), "r",
		"1|0|ABC|1|X'41424330310d0a'\n1|7|DEF|2|X'4445463032'\n" },
	{ BOOK, "format=D&raw=odd", BYTES("AB\n\nDEF\n"), "r",
		"1|0|AB|~|X'41420a'\n1|3|~|~|~\n1|4|DEF|~|~\n" },
	{ BOOK, "format=D&line_end=15",
		BYTES("ABC01\x15"
			  "DEF02\x15"),
		"r", "1|0|ABC|1\n1|6|DEF|2\n" },
	{ "01 R. 05 L PIC 9(2). 05 A PIC X(4).", "length_field=L&length_adjust=2",
		BYTES("04ABCD02AB04EFGH"), "r", "1|0|4|ABCD\n1|6|2|AB\n1|10|4|EFGH\n" },
	{ "01 R. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N. 05 Z PIC X.", "format=counters",
		BYTES("2ABZ0Y1AX"), "r", "1|0|2|Z\n1|4|0|Y\n1|6|1|X\n" },
};

static void test_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++)
		made_check(&formats[i]);
}

/* Without `raw` what is short comes back at full length. */
static void test_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct made m = formats[i];
		char options[200];
		bool exact = strstr(m.options, "raw=") || strstr(m.options, "record_length=");
		made_again(&m);
		snprintf(options, sizeof options, "%s%sraw=yes", m.options, *m.options ? "&" : "");
		m.options = options;
		if (!exact)
			made_again(&m);
	}
}

static void test_broken(void **state)
{
	static const struct made_fault cases[] = {
		{ BOOK, "", BYTES("ABC01DE"), WH_STOP, "A.DAT: byte 5",
			"2 bytes, which are no whole record of 5" },
		{ BOOK, "file_header=4&file_footer=4", BYTES("ABCDEF"), WH_STOP, "A.DAT: byte 0",
			"header and footer" },
		{ BOOK, "file_footer=2", BYTES("ABC01DEFF"), WH_STOP, "A.DAT: byte 5", "2 bytes" },
		{ BOOK, "format=V", BYTES("\0\x09\0\0ABC01\0\0\0\0"), WH_STOP, "A.DAT: byte 9",
			"(RDW) says 0 bytes" },
		{ BOOK, "format=V&rdw_includes=no", BYTES("\0\0\0\0"), WH_STOP, "A.DAT: byte 0",
			"(RDW) says 0 bytes" },
		{ BOOK, "format=V", BYTES("\0\x03\0\0"), WH_STOP, "A.DAT: byte 0", "says 3 bytes" },
		{ BOOK, "format=V", BYTES("\0\0\x09\0ABC01"), WH_STOP, "A.DAT: byte 0", "X'00000900'" },
		{ BOOK, "format=V", BYTES("\0\x09\0\0ABC0"), WH_STOP, "A.DAT: byte 0", "no whole record" },
		{ BOOK, "format=V", BYTES("\0\x09\2\0ABC01"), WH_STOP, "A.DAT: byte 0",
			"without its first" },
		{ BOOK, "format=V", BYTES("\0\x06\1\0AB\0\x09\0\0DEF02"), WH_STOP, "A.DAT: byte 6",
			"before the last segment" },
		{ BOOK, "format=VB", BYTES("\0\x0c\0\0\0\x09\0\0ABC01"), WH_STOP, "A.DAT: byte 0",
			"the block only 8 more" },
		{ BOOK, "format=VB", BYTES("\0\x0f\0\0\0\x09\0\0ABC01\0\0"), WH_STOP, "A.DAT: byte 0",
			"2 bytes are left in the block" },
		{ BOOK, "format=VB", BYTES("\0\x16\0\0\0\x09\0\0ABC01"), WH_STOP, "A.DAT: byte 13",
			"within a block, of which 9 bytes are missing" },
		{ BOOK, "format=VB&file_footer=1", BYTES("\0\x16\0\0\0\x09\0\0ABC01F"), WH_STOP,
			"A.DAT: byte 13", "9 bytes are missing" },
		{ BOOK, "format=V&record_start=3&record_end=3", BYTES("\0\x09\0\0ABC01"), WH_STOP,
			"A.DAT: byte 0", "fewer than stand before and after it (3 and 3)" },
		{ "01 R. 05 L PIC 9(2). 05 A PIC X.", "length_field=L", BYTES("01A"), WH_STOP,
			"A.DAT: byte 0", "L says 1, which makes no record" },
		{ "01 R. 05 L PIC 9(2). 05 A PIC X.", "length_field=L", BYTES("xxA"), WH_STOP,
			"A.DAT: byte 0", "L, the record's length, holds" },
		{ "01 R. 05 N PIC 9. 05 T PIC X OCCURS 0 TO 3 DEPENDING ON N.", "format=counters",
			BYTES("9AAAA"), WH_STOP, "A.DAT: byte 0", "N says 9, but \"T\" occurs 0 to 3 times" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		made_refused(&cases[i]);
}

/* A file that nobody told the size of: its end is known when nothing more comes. */
static void test_footer_without_size(void **state)
{
	struct codec_run run;
	const struct codec_file none = { NULL, NULL, 0 };
	static const char bytes[] = "HABC01DEF02FF";
	const struct wh_codec_file file = { "A.DAT", 0, -1 };
	size_t consumed = 0, at = 0;
	int64_t cut = 0;
	(void)state;
	made_book(BOOK);
	assert_int_equal(made_begin(&run, "file_header=1&file_footer=2", &none, 0), WH_OK);
	for (size_t n = 1; n <= sizeof bytes - 1; n++) {
		assert_int_equal(run.codec->learn(run.state, &file, bytes + at, n - at, false, &consumed,
							 &cut, &run.error),
			WH_OK);
		at += consumed;
	}
	assert_int_equal(at, 11);
	assert_int_equal(cut, 0);
	assert_int_equal(
		run.codec->learn(run.state, &file, bytes + at, 2, true, &consumed, &cut, &run.error),
		WH_OK);
	assert_int_equal(consumed, 2);
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_footer_without_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
