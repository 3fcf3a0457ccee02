/* Copybooks: reference format, pictures, usages, alignment, tables, redefinitions, conditions.
 * Where a compiler is there, tests/e2e/test_inspect.py asks it too. */
#include "copybook_parsed.h"
#include "base/buffer.h"

static const struct wh_cobol_field *field(struct parsed *p, const char *name)
{
	for (size_t i = 0; i < p->book.nfields; i++)
		if (p->book.fields[i].name && !strcmp(p->book.fields[i].name, name))
			return &p->book.fields[i];
	fail_msg("no field %s", name);
	return NULL;
}

static void check_at(struct parsed *p, const char *name, uint32_t offset, uint32_t length)
{
	const struct wh_cobol_field *f = field(p, name);
	if (f->offset != offset || f->length != length)
		fail_msg("%s is at %u with %u bytes, not at %u with %u", name, f->offset, f->length, offset,
			length);
}

static void pictures(void **state)
{
	static const struct {
		const char *picture;
		enum wh_cobol_category category;
		uint32_t size, digits;
		int scale;
		bool sign;
	} cases[] = {
		{ "X", WH_COBOL_ALPHANUMERIC, 1, 0, 0, false },
		{ "x(10)", WH_COBOL_ALPHANUMERIC, 10, 0, 0, false },
		{ "X (10)", WH_COBOL_ALPHANUMERIC, 10, 0, 0, false },
		{ "XX(8)X", WH_COBOL_ALPHANUMERIC, 10, 0, 0, false },
		{ "A(5)", WH_COBOL_ALPHANUMERIC, 5, 0, 0, false },
		{ "A9X", WH_COBOL_ALPHANUMERIC, 3, 0, 0, false },
		{ "XBX/X0", WH_COBOL_ALPHANUMERIC, 6, 0, 0, false },
		{ "9", WH_COBOL_NUMERIC, 1, 1, 0, false },
		{ "S9(9)", WH_COBOL_NUMERIC, 9, 9, 0, true },
		{ "S9(9)V99", WH_COBOL_NUMERIC, 11, 11, 2, true },
		{ "V9(7)", WH_COBOL_NUMERIC, 7, 7, 7, false },
		{ "SV9(7)", WH_COBOL_NUMERIC, 7, 7, 7, true },
		{ "9V", WH_COBOL_NUMERIC, 1, 1, 0, false },
		{ "9(38)", WH_COBOL_NUMERIC, 38, 38, 0, false },
		{ "9(20)V9(18)", WH_COBOL_NUMERIC, 38, 38, 18, false },
		{ "9(3)PPP", WH_COBOL_NUMERIC, 3, 3, -3, false },
		{ "9(3)P(3)V", WH_COBOL_NUMERIC, 3, 3, -3, false },
		{ "VPPP9", WH_COBOL_NUMERIC, 1, 1, 4, false },
		{ "PPP9(5)", WH_COBOL_NUMERIC, 5, 5, 8, false },
		{ "SPP99", WH_COBOL_NUMERIC, 2, 2, 4, true },
		{ "Z(8)-", WH_COBOL_NUMERIC_EDITED, 9, 8, 0, true },
		{ "+9(6)V99", WH_COBOL_NUMERIC_EDITED, 9, 8, 2, true },
		{ "Z(6)VZZ-", WH_COBOL_NUMERIC_EDITED, 9, 8, 2, true },
		{ "9(6).99-", WH_COBOL_NUMERIC_EDITED, 10, 8, 2, true },
		{ "ZZ,ZZ9.99CR", WH_COBOL_NUMERIC_EDITED, 11, 7, 2, true },
		{ "$$$,$$9.99DB", WH_COBOL_NUMERIC_EDITED, 12, 7, 2, true },
		{ "$9(4)", WH_COBOL_NUMERIC_EDITED, 5, 4, 0, false },
		{ "----9.99", WH_COBOL_NUMERIC_EDITED, 8, 6, 2, true },
		{ "+(5)9", WH_COBOL_NUMERIC_EDITED, 6, 5, 0, true },
		{ "**,**9.99", WH_COBOL_NUMERIC_EDITED, 9, 7, 2, false },
		{ "99/99/9999", WH_COBOL_NUMERIC_EDITED, 10, 8, 0, false },
		{ "9B9", WH_COBOL_NUMERIC_EDITED, 3, 2, 0, false },
		{ "990", WH_COBOL_NUMERIC_EDITED, 3, 2, 0, false },
		{ ".99", WH_COBOL_NUMERIC_EDITED, 3, 2, 2, false },
		{ "S9(3).99", WH_COBOL_NUMERIC_EDITED, 6, 5, 2, true },
		{ "N(4)", WH_COBOL_NATIONAL_TEXT, 4, 0, 0, false },
		{ "G(4)", WH_COBOL_DBCS_TEXT, 4, 0, 0, false },
		{ "GBG", WH_COBOL_DBCS_TEXT, 3, 0, 0, false },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[80];
		struct parsed p;
		snprintf(text, sizeof text, "01 A PIC %s.\n", cases[i].picture);
		parse(&p, text, WH_COBOL_IBM);
		const struct wh_cobol_picture *got = &p.book.fields[0].picture;
		check(cases[i].picture, got->category == cases[i].category);
		check(cases[i].picture, got->size == cases[i].size);
		check(cases[i].picture, got->digits == cases[i].digits);
		check(cases[i].picture, got->scale == cases[i].scale);
		check(cases[i].picture, got->sign == cases[i].sign);
		wh_arena_free(&p.arena);
	}
}

/* Lengths with IBM's, Micro Focus' and GnuCOBOL's sizes. */
static void usages(void **state)
{
	static const struct {
		const char *clauses;
		uint32_t ibm, mf, gnucobol;
		const char *kind; /* IBM's */
	} cases[] = {
		{ "PIC X(10)", 10, 10, 10, "text(10)" },
		{ "PIC 9(5)", 5, 5, 5, "decimal(5,0)" },
		{ "PICTURE IS S9(3)V99 USAGE IS DISPLAY", 5, 5, 5, "decimal(5,2)" },
		{ "PIC ZZ9.99", 6, 6, 6, "text(6)" },
		{ "PIC S9(1) COMP", 2, 1, 1, "int16" },
		{ "PIC 9(2) COMP", 2, 1, 1, "uint16" },
		{ "PIC S9(3) COMP", 2, 2, 2, "int16" },
		{ "PIC S9(4) BINARY", 2, 2, 2, "int16" },
		{ "PIC 9(5) COMP-4", 4, 3, 4, "uint32" },
		{ "PIC S9(6) COMP", 4, 3, 4, "int32" },
		{ "PIC S9(7) COMP", 4, 4, 4, "int32" },
		{ "PIC 9(7) COMP", 4, 3, 4, "uint32" },
		{ "PIC S9(9) COMPUTATIONAL", 4, 4, 4, "int32" },
		{ "PIC S9(10) COMP", 8, 5, 8, "int64" },
		{ "PIC S9(18) COMP", 8, 8, 8, "int64" },
		{ "PIC 9(18) COMP-5", 8, 8, 8, "uint64" },
		{ "PIC S9(4)V99 COMP", 4, 3, 4, "decimal(6,2)" },
		{ "PIC S9(20) COMP", 16, 9, 16, "int128" },
		{ "PIC 9(37) COMP", 16, 16, 16, "uint128" },
		{ "PIC X(3) COMP-X", 3, 3, 3, "uint24" },
		{ "PIC 9(7) COMP-X", 3, 3, 3, "uint24" },
		{ "PIC S9(4) COMP-3", 3, 3, 3, "decimal(4,0)" },
		{ "PIC S9(5) COMP-3", 3, 3, 3, "decimal(5,0)" },
		{ "PIC S9(9)V99 PACKED-DECIMAL", 6, 6, 6, "decimal(11,2)" },
		{ "PIC 9(5)PPP COMPUTATIONAL-3", 3, 3, 3, "decimal(8,0)" },
		{ "PIC VPPP9 COMP-3", 1, 1, 1, "decimal(4,4)" },
		{ "PIC 9(5) COMP-6", 3, 3, 3, "decimal(5,0)" },
		{ "PIC 9(6) COMP-6", 3, 3, 3, "decimal(6,0)" },
		{ "COMP-1", 4, 4, 4, "float32" },
		{ "USAGE COMPUTATIONAL-2", 8, 8, 8, "float64" },
		{ "USAGE INDEX", 4, 4, 4, "int32" },
		{ "POINTER", 4, 8, 8, "pointer" },
		{ "PIC N(5)", 10, 10, 10, "national(5)" },
		{ "PIC 9(5) NATIONAL", 10, 10, 10, "decimal(5,0)" },
		{ "PIC G(5) DISPLAY-1", 10, 10, 10, "dbcs(5)" },
		{ "PIC G(5)", 10, 10, 10, "dbcs(5)" },
		{ "PIC S9(5) SIGN LEADING", 5, 5, 5, "decimal(5,0)" },
		{ "PIC S9(5) SIGN IS TRAILING SEPARATE CHARACTER", 6, 6, 6, "decimal(5,0)" },
		{ "PIC S9(5) LEADING SEPARATE", 6, 6, 6, "decimal(5,0)" },
		{ "PIC 9(5) SIGN LEADING SEPARATE", 6, 6, 6, "decimal(5,0)" },
		{ "PIC X(5) VALUE 'ab' JUST RIGHT IS GLOBAL", 5, 5, 5, "text(5)" },
		{ "PIC 9(5) VALUE IS ZERO BLANK WHEN ZERO EXTERNAL AS 'x'", 5, 5, 5, "decimal(5,0)" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint32_t lengths[] = { cases[i].ibm, cases[i].mf, cases[i].gnucobol };
		for (int d = WH_COBOL_IBM; d <= WH_COBOL_GNUCOBOL; d++) {
			char text[120];
			struct parsed p;
			snprintf(text, sizeof text, "01 A %s.\n", cases[i].clauses);
			parse(&p, text, (enum wh_cobol_dialect)d);
			if (p.book.fields[0].length != lengths[d])
				fail_msg("%s: dialect %d: %u bytes", cases[i].clauses, d, p.book.fields[0].length);
			if (d == WH_COBOL_IBM)
				check_text(cases[i].clauses, wh_cobol_kind_text(&p.arena, p.book.fields),
					cases[i].kind);
			wh_arena_free(&p.arena);
		}
	}
}

static void groups_hand_down(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 R.\n 05 G USAGE COMP-3.\n  10 A PIC 9(5).\n  10 H.\n   15 B PIC S9(3).\n"
		"  10 C PIC X(3) DISPLAY.\n"
		" 05 S SIGN IS LEADING SEPARATE.\n  10 D PIC S99.\n  10 E PIC 99.\n  10 F PIC X.\n"
		"  10 I PIC S99 SIGN TRAILING.\n  10 J PIC S9(4) COMP.\n",
		WH_COBOL_IBM);
	check_at(&p, "A", 0, 3);
	check_at(&p, "B", 3, 2);
	check_at(&p, "C", 5, 3);
	check_at(&p, "G", 0, 8);
	check_at(&p, "D", 8, 3);
	check_at(&p, "E", 11, 2);
	check_at(&p, "F", 13, 1);
	check_at(&p, "I", 14, 2);
	check_at(&p, "J", 16, 2);
	assert_true(field(&p, "D")->sign_leading && field(&p, "D")->sign_separate);
	assert_false(field(&p, "I")->sign_leading);
	assert_false(field(&p, "J")->sign_separate);
	assert_int_equal(p.book.nnotes, 0);
	wh_arena_free(&p.arena);
}

static void fixed_format(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"\xef\xbb\xbf"
		"000100 01  REC.                                                         IDENT001\r\n"
		"000200* a comment with 'one quote\r\n"
		"000300/ a page\r\n"
		"******\r\n"
		"**************\r\n"
		"       *** a comment behind column 7 ***\r\n"
		"000400D    05  DEBUG-ONLY PIC X.\r\n"
		"\r\n"
		"000500     05  A-LONG-   *> goes on\r\n"
		"000550-\r\n"
		"000600-        NAME PIC X(3)\r\n"
		"000700\t\tVALUE 'ab'.                    *> behind a blank\r\n"
		"000800     05  B PIC X(60) VALUE 'this literal goes to the end of column 72, \r\n"
		"000900-    'and on'.\r\n"
		"       EJECT\r\n"
		"001000     05  C_1 PIC X. SKIP1\r\n"
		"      05 D PIC X.\r\n"
		"\x1a garbage \x01",
		WH_COBOL_IBM);
	assert_int_equal(p.book.format, WH_COBOL_FIXED);
	assert_int_equal(p.book.nfields, 5);
	check_at(&p, "A-LONG-NAME", 0, 3);
	check_at(&p, "B", 3, 60);
	check_at(&p, "C_1", 63, 1);
	check_at(&p, "D", 64, 1);
	assert_int_equal(field(&p, "B")->place.line, 13);
	assert_int_equal(field(&p, "B")->place.column, 12);
	assert_int_equal(field(&p, "D")->place.column, 7);
	assert_int_equal(p.book.records[0].max_length, 65);
	wh_arena_free(&p.arena);
}

/* What stands between the quotes when a literal goes on: blanks up to column 72 are part of it. */
static void continued_literal(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"       01  A PIC X(9).\n"
		"           88 LONG                                      VALUE 'a\n"
		"      * between\n"
		"\n"
		"      -    'b''c'.\n",
		WH_COBOL_IBM);
	const struct wh_cobol_literal *l = &p.book.fields[0].conditions[0].ranges[0].from;
	assert_string_equal(l->text, "a        b'c");
	assert_int_equal(l->n, strlen(l->text));
	wh_arena_free(&p.arena);
}

static void free_format(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"*> a comment\n"
		"01 REC. *> another, with a 'quote\n"
		"   05 A PIC X(3) VALUE \"it's\". 05 B\n"
		"      PIC 9(4)\n"
		"   .\n"
		"      * as in fixed format\n"
		"   05 :TAG:-C PIC X\n",
		WH_COBOL_IBM);
	assert_int_equal(p.book.format, WH_COBOL_FREE);
	check_at(&p, "A", 0, 3);
	check_at(&p, "B", 3, 4);
	check_at(&p, ":TAG:-C", 7, 1);
	wh_arena_free(&p.arena);
}

static void formats(void **state)
{
	static const struct {
		const char *text;
		enum wh_cobol_format asked, found;
	} cases[] = {
		{ "       01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FIXED },
		{ "      01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FIXED },
		{ "000001 01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FIXED },
		{ "CHG001 01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FIXED },
		{ "01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FREE },
		{ "01\n A\n PICTURE X.\n", WH_COBOL_AUTO, WH_COBOL_FREE },
		{ "  05 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FREE },
		{ "      * one\n      * two\n    01 A PIC X.\n", WH_COBOL_AUTO, WH_COBOL_FIXED },
		{ "XXXXXX 01 A PIC X.\n", WH_COBOL_FIXED, WH_COBOL_FIXED },
		{ "         01 A PIC X.\n", WH_COBOL_FREE, WH_COBOL_FREE },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_cobol_options options = { .format = cases[i].asked };
		struct parsed p;
		parse_with(&p, cases[i].text, &options);
		if (p.rc != WH_OK)
			fail_msg("%s: %s", cases[i].text, p.error.text);
		check(cases[i].text, p.book.format == cases[i].found && p.book.nfields == 1);
		check(cases[i].text, !strcmp(p.book.fields[0].name, "A"));
		wh_arena_free(&p.arena);
	}
}

static void several_records(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 A PIC X(4).\n01 B REDEFINES A.\n 02 C PIC X(6).\n77 D PIC 9.\n05 E PIC X.\n"
		"05 F PIC X.\n03 G PIC X.\n"
		"01 H.\n 05 PIC X(2).\n 05 FILLER PIC X(3).\n 05 REDEFINES FILLER PIC X.\n",
		WH_COBOL_IBM);
	assert_int_equal(p.book.nrecords, 5);
	const uint32_t lengths[] = { 4, 6, 1, 3, 5 };
	for (size_t i = 0; i < COUNT(lengths); i++)
		assert_int_equal(p.book.records[i].max_length, lengths[i]);
	assert_int_equal(field(&p, "B")->redefines, 0);
	check_at(&p, "G", 2, 1);
	assert_int_equal(field(&p, "G")->parent, WH_COBOL_NONE);
	assert_null(p.book.fields[8].name);
	assert_int_equal(p.book.nnotes, 0);
	wh_arena_free(&p.arena);
}

/* The examples of IBM's Language Reference ("Slack bytes"), and what follows from its rules. */
static void alignment(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 FIELD-A.\n 05 FIELD-B PIC X(5).\n 05 FIELD-C.\n  10 FIELD-D PIC XX.\n"
		"  10 FIELD-E COMP PIC S9(6) SYNC.\n"
		"01 FIELD-L.\n 05 FIELD-M PIC X(5).\n 05 FIELD-N PIC XX.\n 05 FIELD-O.\n"
		"  10 FIELD-P COMP PIC S9(6) SYNC.\n"
		"01 WORK-RECORD.\n 05 WORK-CODE PIC X.\n 05 COMP-TABLE OCCURS 10 TIMES.\n"
		"  10 COMP-TYPE PIC X.\n  10 COMP-PAY PIC S9(4)V99 COMP SYNC.\n"
		"  10 COMP-HRS PIC S9(3) COMP SYNC.\n  10 COMP-NAME PIC X(5).\n 05 BEHIND PIC X.\n",
		WH_COBOL_IBM);
	check_at(&p, "FIELD-E", 8, 4);
	check_at(&p, "FIELD-C", 5, 7);
	assert_int_equal(field(&p, "FIELD-E")->slack_before, 1);
	check_at(&p, "FIELD-O", 8, 4);
	assert_int_equal(field(&p, "FIELD-O")->slack_before, 1);
	assert_int_equal(field(&p, "FIELD-P")->slack_before, 0);
	check_at(&p, "COMP-TYPE", 1, 1);
	check_at(&p, "COMP-PAY", 4, 4);
	check_at(&p, "COMP-HRS", 8, 2);
	check_at(&p, "COMP-NAME", 10, 5);
	check_at(&p, "COMP-TABLE", 1, 16);
	assert_int_equal(field(&p, "COMP-PAY")->slack_before, 2);
	assert_int_equal(field(&p, "COMP-TABLE")->slack_after, 2);
	check_at(&p, "BEHIND", 161, 1);
	wh_arena_free(&p.arena);
}

static void boundaries(void **state)
{
	struct parsed p;
	(void)state;
	const char *text = "01 R SYNC.\n 05 A PIC X.\n 05 B PIC S9(4) COMP.\n 05 C PIC X.\n"
					   " 05 D PIC S9(18) COMP.\n 05 E PIC X.\n 05 F COMP-1.\n 05 G PIC X.\n"
					   " 05 H COMP-2.\n 05 I PIC X.\n 05 J PIC S9(5) COMP-3.\n 05 K INDEX.\n";
	parse(&p, text, WH_COBOL_IBM);
	check_at(&p, "B", 2, 2);
	check_at(&p, "D", 8, 8);
	check_at(&p, "F", 20, 4);
	check_at(&p, "H", 32, 8);
	check_at(&p, "J", 41, 3);
	check_at(&p, "K", 44, 4);
	assert_int_equal(p.book.records[0].max_length, 48);
	wh_arena_free(&p.arena);
	parse(&p, "01 R.\n 05 A PIC X(4).\n 05 D PIC S9(18) COMP SYNC.\n", WH_COBOL_IBM);
	check_at(&p, "D", 4, 8);
	wh_arena_free(&p.arena);
	parse(&p, text, WH_COBOL_MF);
	check_at(&p, "B", 1, 2);
	assert_int_equal(p.book.records[0].max_length, 1 + 2 + 1 + 8 + 1 + 4 + 1 + 8 + 1 + 3 + 4);
	wh_arena_free(&p.arena);
	parse(&p,
		"01 R.\n 05 A PIC X(4).\n 05 D PIC S9(18) COMP SYNC.\n 05 T OCCURS 2.\n"
		"  10 B PIC S9(9) COMP SYNC.\n  10 C PIC X.\n",
		WH_COBOL_GNUCOBOL);
	check_at(&p, "D", 8, 8);
	check_at(&p, "T", 16, 8);
	check_at(&p, "C", 23, 1);
	wh_arena_free(&p.arena);
	parse(&p,
		"01 R.\n 05 A PIC X(5).\n 05 B REDEFINES A.\n  10 C PIC S9(4) COMP SYNC.\n"
		" 05 D PIC X.\n 05 E PIC X(4).\n 05 F REDEFINES E COMP-1 SYNC.\n",
		WH_COBOL_IBM);
	check_at(&p, "C", 0, 2);
	check_at(&p, "F", 6, 4);
	assert_int_equal(p.book.nnotes, 1);
	assert_string_equal(p.book.notes[0].rule, "cobol-sync-redefines");
	wh_arena_free(&p.arena);
}

static void tables(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 R.\n 05 N PIC 9.\n 05 M PIC S9(4) COMP.\n"
		" 05 A PIC XX OCCURS 3 TIMES INDEXED BY I-1 I-2.\n"
		" 05 G OCCURS 2 ASCENDING KEY IS K DESCENDING L INDEXED BY I-3.\n"
		"  10 K PIC X.\n  10 L PIC X OCCURS 5.\n"
		" 05 T OCCURS 0 TO 4 TIMES DEPENDING ON N OF R.\n"
		"  10 C PIC 9.\n  10 U PIC XX OCCURS 1 TO 3 DEPENDING C.\n  10 V PIC X.\n"
		" 05 W PIC X(5).\n 05 X REDEFINES W PIC X.\n"
		" 05 Y PIC X OCCURS 9 DEPENDING ON M.\n",
		WH_COBOL_IBM);
	check_at(&p, "A", 3, 2);
	check_at(&p, "G", 9, 6);
	check_at(&p, "L", 10, 1);
	check_at(&p, "T", 21, 8);
	check_at(&p, "V", 28, 1);
	check_at(&p, "W", 53, 5);
	check_at(&p, "X", 53, 1);
	check_at(&p, "Y", 58, 1);
	const struct wh_cobol_field *t = field(&p, "T"), *u = field(&p, "U"), *y = field(&p, "Y");
	assert_true(t->occurs && t->occurs_min == 0 && t->occurs_max == 4 && t->varies && !t->moves);
	assert_int_equal(t->min_length, 4);
	assert_true(u->occurs_min == 1 && u->occurs_max == 3 && !u->moves && !u->varies);
	assert_string_equal(p.book.fields[u->depending].name, "C");
	assert_string_equal(p.book.fields[y->depending].name, "M");
	assert_int_equal(y->occurs_min, 1);
	assert_true(
		field(&p, "V")->moves && field(&p, "W")->moves && field(&p, "X")->moves && y->moves);
	assert_false(field(&p, "G")->moves);
	assert_int_equal(p.book.records[0].max_length, 67);
	assert_int_equal(p.book.records[0].min_length, 21 + 5 + 1);
	wh_arena_free(&p.arena);
}

/* A counter may stand in a record before; the record's own comes first. */
static void counters(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"77 N PIC 9.\n01 R.\n 05 A PIC X OCCURS 3 DEPENDING ON N.\n"
		"01 S.\n 05 N PIC 9.\n 05 B PIC X OCCURS 3 DEPENDING ON N.\n",
		WH_COBOL_IBM);
	assert_int_equal(field(&p, "A")->depending, 0);
	assert_int_equal(field(&p, "B")->depending, 4);
	wh_arena_free(&p.arena);
}

static void redefinitions(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 R.\n 05 A PIC X(4).\n 05 B REDEFINES A.\n  10 B1 PIC X(6).\n"
		"  10 B2\n REDEFINES\n B1 PIC X OCCURS 6.\n 05 C REDEFINES B PIC 9(3).\n"
		" 05 D REDEFINES A PIC X(2).\n 05 E PIC X.\n",
		WH_COBOL_IBM);
	check_at(&p, "A", 0, 4);
	check_at(&p, "B", 0, 6);
	check_at(&p, "B2", 0, 1);
	check_at(&p, "C", 0, 3);
	check_at(&p, "D", 0, 2);
	check_at(&p, "E", 6, 1);
	assert_int_equal(p.book.records[0].min_length, 7);
	assert_int_equal(p.book.nnotes, 1);
	assert_string_equal(p.book.notes[0].rule, "cobol-redefines-larger");
	assert_string_equal(p.book.notes[0].object, "B");
	assert_int_equal(p.book.notes[0].place.line, 3);
	wh_arena_free(&p.arena);
	parse(&p,
		"01 R.\n 05 N PIC 9.\n 05 A PIC X(8).\n 05 B REDEFINES A.\n"
		"  10 C PIC X OCCURS 1 TO 5 DEPENDING ON N.\n 05 D PIC X.\n",
		WH_COBOL_IBM);
	assert_false(field(&p, "D")->moves);
	assert_int_equal(p.book.records[0].min_length, 10);
	wh_arena_free(&p.arena);
}

static void renames(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 R.\n 05 G.\n  10 A PIC X(2).\n  10 B PIC X(3).\n 05 H.\n  10 A PIC X(4).\n"
		"66 ONE RENAMES G.\n66 SOME RENAMES B THRU A OF H.\n01 S.\n 05 Z PIC X(3).\n"
		"66 LAST-ONE RENAMES Z THROUGH Z.\n",
		WH_COBOL_IBM);
	const struct wh_cobol_record *r = &p.book.records[0];
	assert_int_equal(r->nrenames, 2);
	assert_string_equal(r->renames[0].name, "ONE");
	assert_true(r->renames[0].offset == 0 && r->renames[0].length == 5);
	assert_true(r->renames[1].offset == 2 && r->renames[1].length == 7);
	assert_int_equal(p.book.records[1].renames[0].length, 3);
	wh_arena_free(&p.arena);
}

static void conditions(void **state)
{
	struct parsed p;
	(void)state;
	parse(&p,
		"01 A PIC X(3).\n 88 YES VALUE 'Y'.\n 88 MANY VALUES ARE 'A' THRU 'C', 'X' \"it's\".\n"
		" 88 EMPTY VALUE SPACES LOW-VALUE.\n 88 HEX VALUE X'0D0a'.\n 88 FULL VALUE ALL '9'.\n"
		"01 B PIC S9(3)V99 COMP-3.\n 88 FEW VALUE IS -1.50 THROUGH +3, 7 ZERO.\n"
		". 88 OFF VALUE 1 WHEN SET TO FALSE IS 0",
		WH_COBOL_IBM);
	const struct wh_cobol_field *a = field(&p, "A"), *b = field(&p, "B");
	assert_true(a->nconditions == 5 && b->nconditions == 2);
	const struct wh_cobol_condition *many = &a->conditions[1];
	assert_int_equal(many->nranges, 3);
	assert_true(many->ranges[0].has_thru && !many->ranges[1].has_thru);
	assert_string_equal(many->ranges[0].thru.text, "C");
	assert_string_equal(many->ranges[2].from.text, "it's");
	assert_string_equal(a->conditions[2].ranges[1].from.text, "LOW-VALUES");
	assert_int_equal(a->conditions[2].ranges[0].from.kind, WH_COBOL_LITERAL_FIGURATIVE);
	assert_int_equal(a->conditions[3].ranges[0].from.kind, WH_COBOL_LITERAL_HEX);
	assert_int_equal(a->conditions[4].ranges[0].from.kind, WH_COBOL_LITERAL_ALL);
	assert_int_equal(b->conditions[0].nranges, 3);
	assert_string_equal(b->conditions[0].ranges[0].from.text, "-1.50");
	assert_string_equal(b->conditions[0].ranges[2].from.text, "ZEROS");
	assert_int_equal(b->conditions[1].nranges, 1);
	wh_arena_free(&p.arena);
}

static void deepest(void **state)
{
	struct wh_buffer text = { 0 };
	struct parsed p;
	(void)state;
	for (int level = 1; level <= 49; level++)
		wh_buffer_format(&text, "%02d L%d%s.\n", level, level, level == 49 ? " PIC X(7)" : "");
	parse(&p, wh_buffer_string(&text), WH_COBOL_IBM);
	check_at(&p, "L1", 0, 7);
	assert_int_equal(field(&p, "L49")->parent, 47);
	wh_arena_free(&p.arena);
	wh_buffer_free(&text);
}

static void oddities(void **state)
{
	static const struct {
		const char *text, *rule;
	} cases[] = {
		{ "01 A PIC S9(20) COMP.\n", "cobol-binary-wide" },
		{ "01 A PIC S9(3).99.\n", "cobol-sign-edited" },
		{ "01 A PIC 99 SIGN LEADING SEPARATE.\n", "cobol-sign-without-s" },
		{ "01 A PIC S9(5) COMP-1.\n", "cobol-picture-unused" },
		{ "01 R.\n 05 A PIC X OCCURS 3.\n 05 B REDEFINES A PIC X.\n", "cobol-redefines-table" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct parsed p;
		parse(&p, cases[i].text, WH_COBOL_IBM);
		check(cases[i].text, p.book.nnotes == 1);
		check_text(cases[i].text, p.book.notes[0].rule, cases[i].rule);
		wh_arena_free(&p.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures),
		cmocka_unit_test(usages),
		cmocka_unit_test(groups_hand_down),
		cmocka_unit_test(fixed_format),
		cmocka_unit_test(continued_literal),
		cmocka_unit_test(free_format),
		cmocka_unit_test(formats),
		cmocka_unit_test(several_records),
		cmocka_unit_test(alignment),
		cmocka_unit_test(boundaries),
		cmocka_unit_test(tables),
		cmocka_unit_test(counters),
		cmocka_unit_test(redefinitions),
		cmocka_unit_test(renames),
		cmocka_unit_test(conditions),
		cmocka_unit_test(deepest),
		cmocka_unit_test(oddities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
