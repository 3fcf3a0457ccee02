/* Copybooks that copy others; and each fault with its place. */
#include "copybook_parsed.h"
#include "base/buffer.h"

/* A shelf of copybooks; "SELF" copies itself. */
static int shelf(void *context, const char *name, const char *library, struct wh_arena *arena,
	struct wh_cobol_text *out, struct wh_error *error)
{
	static const struct {
		const char *name, *text;
	} books[] = {
		{ "CUST", "       05 :TAG:-ID PIC X(4).\n       05 OLD-NAME PIC X(5).\n" },
		{ "INNER", "05 X-ONE PIC X. COPY CUST REPLACING ==:TAG:== BY ==IN==." },
		{ "SEQ", "000100 05 NUMBERED PIC X.\n" },
		{ "SELF", "05 A PIC X.\nCOPY SELF.\n" },
		{ "BROKEN", "05 A PIC X.\n05 B PIC Q.\n" },
	};
	int *asked = context;
	*asked += library ? 100 : 1;
	for (size_t i = 0; i < COUNT(books); i++) {
		if (strcmp(books[i].name, name) != 0)
			continue;
		*out = (struct wh_cobol_text){ wh_arena_format(arena, "%s.cpy", name), books[i].text,
			strlen(books[i].text) };
		return WH_OK;
	}
	return wh_fail(error, WH_CONFIG, "there is no copybook \"%s\"", name);
}

static void copies(void **state)
{
	static const struct {
		const char *text, *first, *last;
	} cases[] = {
		{ "01 R. COPY CUST.", ":TAG:-ID", "OLD-NAME" },
		{ "01 R. COPY 'CUST' OF LIB SUPPRESS.", ":TAG:-ID", "OLD-NAME" },
		{ "01 R. copy CUST replacing ==:tag:== by ==WS==.", "WS-ID", "OLD-NAME" },
		{ "01 R. COPY CUST REPLACING OLD-NAME BY NEW-NAME ==:TAG:== BY ==A==.", "A-ID",
			"NEW-NAME" },
		{ "01 R. COPY CUST REPLACING LEADING ==OLD-== BY ==== ==:TAG:-ID== BY B.", "B", "NAME" },
		{ "01 R. COPY CUST REPLACING TRAILING ==NAME== BY ==TITLE==.", ":TAG:-ID", "OLD-TITLE" },
		{ "01 R. COPY CUST REPLACING ==05 OLD-NAME PIC X(5)== BY ==05 C. 10 D PIC XX==.",
			":TAG:-ID", "D" },
		{ "01 R. COPY INNER REPLACING X-ONE BY Y-ONE.", "Y-ONE", "OLD-NAME" },
		{ "01 R. COPY INNER.\n05 Z PIC X.", "X-ONE", "Z" },
		{ "01 R. COPY INNER", "X-ONE", "OLD-NAME" },
		{ "01 R. COPY CUST REPLACING TRAILING ==OLD== BY ==X==.", ":TAG:-ID", "OLD-NAME" },
		{ "01 R. COPY CUST REPLACING LEADING ==NAME== BY ==X==.", ":TAG:-ID", "OLD-NAME" },
		{ "01 R. COPY SEQ.", "NUMBERED", "NUMBERED" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int asked = 0;
		struct wh_cobol_options options = { .copy = shelf,
			.context = &asked,
			.format = i % 2 ? WH_COBOL_AUTO : WH_COBOL_FREE };
		bool inner = strstr(cases[i].text, "INNER");
		struct parsed p;
		parse_with(&p, cases[i].text, &options);
		if (p.rc != WH_OK)
			fail_msg("%s: %s: %s", cases[i].text, p.error.place, p.error.text);
		check(cases[i].text, p.book.format == WH_COBOL_FREE);
		check_text(cases[i].text, p.book.fields[1].name, cases[i].first);
		check_text(cases[i].text, p.book.fields[p.book.nfields - 1].name, cases[i].last);
		check(cases[i].text, asked == (strstr(cases[i].text, "LIB") ? 100 : 1 + inner));
		wh_arena_free(&p.arena);
	}
}

static void options_replace(void **state)
{
	static const char *const words[] = { ":TAG:=WS", "(P)=Q", "OLD=NEW" };
	struct wh_cobol_options options = { .replacing = words, .nreplacing = COUNT(words) };
	struct parsed p;
	(void)state;
	parse_with(&p, "01 :tag:-R.\n 05 (P)-A PIC X.\n 05 OLD PIC X.\n 05 OLD-B PIC X.\n", &options);
	assert_int_equal(p.rc, WH_OK);
	static const char *const names[] = { "WS-R", "Q-A", "NEW", "OLD-B" };
	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(p.book.fields[i].name, names[i]);
	wh_arena_free(&p.arena);
	static const char *const bad[] = { "nothing", "=x", " =y" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct wh_cobol_options wrong = { .replacing = &bad[i], .nreplacing = 1 };
		parse_with(&p, "01 A PIC X.\n", &wrong);
		check(bad[i], p.rc == WH_CONFIG && *p.error.text);
		wh_arena_free(&p.arena);
	}
}

static void faults(void **state)
{
	static const struct {
		const char *text, *place, *says;
	} cases[] = {
		{ "", "a.cpy:1:1", "no field" },
		{ "      * only a comment\n", "a.cpy:1:1", "no field" },
		{ "01 A PIC X.\n\x01", "a.cpy:2:1", "holds the byte 0x01" },
		{ "REC PIC X.\n", "a.cpy:1:1", "level number" },
		{ "01 A.\n 50 B PIC X.\n", "a.cpy:2:2", "level number" },
		{ "01 A.\n 00 B PIC X.\n", "a.cpy:2:2", "level number" },
		{ "01 'A' PIC X.\n", "a.cpy:1:4", "a clause or a period is expected" },
		{ "01 A!B PIC X.\n", "a.cpy:1:4", "holds a character" },
		{ "01 12-3 PIC X.\n", "a.cpy:1:4", "a name is expected" },
		{ "01 A PIC X(3)\n05 B PIC X.\n", "a.cpy:2:1", "a period is missing in front of \"05\"" },
		{ "01 A PCI X.\n", "a.cpy:1:6", "did you mean PIC" },
		{ "01 A PIC X FROBNICATE.\n", "a.cpy:1:12", "\"FROBNICATE\"" },
		{ "01 A.\n", "a.cpy:1:1", "neither a picture nor items" },
		{ "01 A.\n 05 B.\n 05 C PIC X.\n", "a.cpy:2:2", "\"B\"" },
		{ "01 A PIC X.\n 05 B PIC X.\n", "a.cpy:1:1", "items below it" },
		{ "01 A PIC.\n", "a.cpy:1:9", "a picture is expected" },
		{ "01 A PIC X PIC X.\n", "a.cpy:1:16", "second picture" },
		{ "01 A PIC XQX.\n", "a.cpy:1:11", "symbol that no picture has" },
		{ "      \t\t01 A PIC Q.\n", "a.cpy:1:26", "symbol that no picture has" },
		{ "01 A PIC X(0).\n", "a.cpy:1:10", "0 times" },
		{ "01 A PIC X().\n", "a.cpy:1:10", "0 times" },
		{ "01 A PIC X(5.\n", "a.cpy:1:10", "parentheses" },
		{ "01 A PIC X(999999999999).\n", "a.cpy:1:10", "16 MiB" },
		{ "01 A PIC X(99999999999999999999999999).\n", "a.cpy:1:10", "16 MiB" },
		{ "01 A PIC X(16777216)X.\n", "a.cpy:1:21", "16 MiB" },
		{ "01 A PIC N(9000000).\n", "a.cpy:1:1", "16 MiB" },
		{ "01 A PIC 9(39).\n", "a.cpy:1:10", "more than 38 digits" },
		{ "01 A PIC 9(30)P(9).\n", "a.cpy:1:10", "more than 38 digits" },
		{ "01 A PIC S.\n", "a.cpy:1:10", "no place for a digit" },
		{ "01 A PIC 9S9.\n", "a.cpy:1:11", "not its first" },
		{ "01 A PIC 9V9V9.\n", "a.cpy:1:13", "more than one decimal point" },
		{ "01 A PIC 9.9.9.\n", "a.cpy:1:13", "more than one decimal point" },
		{ "01 A PIC P9P.\n", "a.cpy:1:12", "both sides" },
		{ "01 A PIC 9P9.\n", "a.cpy:1:12", "both sides of P" },
		{ "01 A PIC 9V9P.\n", "a.cpy:1:13", "behind its decimal places" },
		{ "01 A PIC +9-.\n", "a.cpy:1:12", "both + and -" },
		{ "01 A PIC XN.\n", "a.cpy:1:10", "mixes" },
		{ "01 A PIC NG.\n", "a.cpy:1:10", "mixes" },
		{ "01 A PIC N9.\n", "a.cpy:1:10", "mixes" },
		{ "01 A PIC SX.\n", "a.cpy:1:10", "mixes" },
		{ "01 A PIC X COMP.\n", "a.cpy:1:1", "COMP has no picture like X" },
		{ "01 A PIC Z9 COMP-3.\n", "a.cpy:1:1", "COMP-3 has no picture like Z9" },
		{ "01 A PIC X(17) COMP-X.\n", "a.cpy:1:1", "more than 16 bytes" },
		{ "01 A PIC X NATIONAL.\n", "a.cpy:1:1", "NATIONAL has no picture like X" },
		{ "01 A PIC N DISPLAY-1.\n", "a.cpy:1:1", "DISPLAY-1 has no picture like N" },
		{ "01 A USAGE FLOAT.\n", "a.cpy:1:12", "a usage such as" },
		{ "01 A PIC X SIGN LEADING.\n", "a.cpy:1:1", "SIGN of a picture that is no number" },
		{ "01 A PIC 9 SIGN SEPARATE.\n", "a.cpy:1:17", "LEADING or TRAILING" },
		{ "01 A PIC 9 BLANK SPACE.\n", "a.cpy:1:18", "ZERO is expected" },
		{ "01 A PIC 9 VALUE.\n", "a.cpy:1:17", "a value is expected" },
		{ "01 A PIC 9 VALUE 1 THRU.\n", "a.cpy:1:24", "a value behind THRU" },
		{ "01 A PIC 9 VALUE 1.2.3.\n", "a.cpy:1:18", "a value is expected" },
		{ "01 A PIC X OCCURS MANY.\n", "a.cpy:1:19", "number of occurrences" },
		{ "01 A PIC X OCCURS 0.\n", "a.cpy:1:19", "0 to 0 times" },
		{ "01 A PIC X OCCURS 2 TO 5.\n", "a.cpy:1:19", "no DEPENDING ON" },
		{ "01 A PIC X OCCURS 99999999999999999999999.\n", "a.cpy:1:19", "number of occurrences" },
		{ "01 A PIC X OCCURS 999999999.\n", "a.cpy:1:19", "16 MiB" },
		{ "01 A PIC X OCCURS UNBOUNDED.\n", "a.cpy:1:19", "without an end" },
		{ "01 R.\n 05 A PIC X(4096) OCCURS 4097.\n", "a.cpy:2:2", "16 MiB" },
		{ "01 R.\n 05 G OCCURS 4096.\n  10 A PIC X(4096).\n 05 B PIC X.\n", "a.cpy:4:2", "16 MiB" },
		{ "01 R.\n 05 N PIC 9.\n 05 A PIC X OCCURS 5 TO 2 DEPENDING ON N.\n", "a.cpy:3:20",
			"5 to 2 times" },
		{ "01 R.\n 05 A PIC X OCCURS 2 DEPENDING ON.\n", "a.cpy:2:34", "name of a field" },
		{ "01 R.\n 05 A PIC X OCCURS 2 DEPENDING ON N.\n", "a.cpy:2:35", "no field before it" },
		{ "01 R.\n 05 A PIC X OCCURS 2 DEPENDING ON N.\n 05 N PIC 9.\n", "a.cpy:2:35",
			"comes later" },
		{ "01 R.\n 05 N PIC X.\n 05 A PIC X OCCURS 2 DEPENDING ON N.\n", "a.cpy:3:35",
			"no whole number" },
		{ "01 R.\n 05 N PIC 9V9.\n 05 A PIC X OCCURS 2 DEPENDING ON N.\n", "a.cpy:3:35",
			"no whole number" },
		{ "01 R.\n 05 G.\n  10 N PIC 9.\n 05 H.\n  10 N PIC 9.\n 05 A PIC X OCCURS 2 DEPENDING N.",
			"a.cpy:6:32", "several fields" },
		{ "01 R.\n 05 N PIC 9 OCCURS 2.\n 05 A PIC X OCCURS 2 DEPENDING N.\n", "a.cpy:3:32",
			"occurs several times" },
		{ "01 R.\n 05 A PIC X.\n 05 B REDEFINES.\n", "a.cpy:3:16", "name of a field" },
		{ "01 R.\n 05 A REDEFINES R PIC X.\n", "a.cpy:2:17", "no item before it on its level" },
		{ "01 R.\n 05 A PIC X.\n 05 B PIC X.\n 05 C REDEFINES A PIC X.\n", "a.cpy:4:17",
			"the item before it on its level is \"B\"" },
		{ "88 A VALUE 1.\n", "a.cpy:1:1", "before the first field" },
		{ "01 A PIC X.\n 88 B.\n", "a.cpy:2:6", "VALUE is expected" },
		{ "01 A PIC X.\n 88 B VALUE.\n", "a.cpy:2:12", "a value is expected" },
		{ "01 A PIC X.\n 88 B VALUE 'a' C.\n", "a.cpy:2:17", "a period is expected" },
		{ "01 A PIC X.\n 88 'b' VALUE 1.\n", "a.cpy:2:5", "a name is expected" },
		{ "01 A PIC X.\n 88 B VALUE", "a.cpy:2:7", "ends where a value is expected" },
		{ "66 A RENAMES B.\n", "a.cpy:1:1", "before the first record" },
		{ "01 R.\n 05 A PIC X.\n66 B A.\n", "a.cpy:3:6", "RENAMES is expected" },
		{ "01 R.\n 05 A PIC X.\n66 B RENAMES C.\n", "a.cpy:3:14", "no field of the record" },
		{ "01 R.\n 05 A PIC X.\n 05 A PIC X.\n66 B RENAMES A.\n", "a.cpy:4:14", "several fields" },
		{ "01 R.\n 05 A PIC X.\n66 B RENAMES R.\n", "a.cpy:3:14", "the record itself" },
		{ "01 R.\n 05 A PIC X OCCURS 2.\n66 B RENAMES A.\n", "a.cpy:3:14", "several times" },
		{ "01 R.\n 05 A PIC X.\n 05 C PIC X.\n66 B RENAMES C THRU A.\n", "a.cpy:4:1",
			"ends before it" },
		{ "01 R.\n 05 A PIC X VALUE 'open.\n", "a.cpy:2:19", "literal is not closed" },
		{ "       01 A PIC X VALUE 'a\n      -    b'.\n", "a.cpy:2:12", "begins with its quote" },
		{ "01 R. COPY.\n", "a.cpy:1:11", "COPY expects the name" },
		{ "01 R. COPY", "a.cpy:1:7", "name of a copybook, not \"the end\"" },
		{ "01 R. COPY CUST REPLACING .\n", "a.cpy:1:27", "==text==" },
		{ "01 R. COPY X OF.\n", "a.cpy:1:16", "COPY expects a library" },
		{ "01 R. COPY CUST 05 A.\n", "a.cpy:1:17", "expects a period" },
		{ "01 R. COPY NONE.\n", "a.cpy:1:12", "no copybook \"NONE\"" },
		{ "01 R. COPY SELF.\n", "SELF.cpy:2:6", "16 texts deep" },
		{ "01 R. COPY BROKEN.\n", "BROKEN.cpy:2:10", "symbol that no picture has" },
		{ "01 R. COPY CUST REPLACING A.\n", "a.cpy:1:28", "expects BY" },
		{ "01 R. COPY CUST REPLACING ==A== BY.\n", "a.cpy:1:35", "==text==" },
		{ "01 R. COPY CUST REPLACING ==A== BY ==B.\n", "a.cpy:1:36", "pseudo-text is not closed" },
		{ "01 R. COPY CUST REPLACING ==== BY ==B==.\n", "a.cpy:1:27", "nothing stands" },
		{ "01 R. COPY CUST REPLACING LEADING ==A B== BY ==B==.\n", "a.cpy:1:27", "one word" },
		{ "01 R. COPY CUST REPLACING LEADING ==A== BY ==B C==.\n", "a.cpy:1:27", "one part" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int asked = 0;
		bool fixed = !strncmp(cases[i].text, "      ", 6);
		struct wh_cobol_options options = { .copy = shelf,
			.context = &asked,
			.format = fixed ? WH_COBOL_FIXED : WH_COBOL_FREE };
		struct parsed p;
		parse_with(&p, cases[i].text, &options);
		check(cases[i].text, p.rc == WH_CONFIG && p.error.code == WH_CONFIG);
		if (!strstr(p.error.text, cases[i].says) || strcmp(p.error.place, cases[i].place) != 0)
			fail_msg("%s: \"%s\" at %s, not \"%s\" at %s", cases[i].text, p.error.text,
				p.error.place, cases[i].says, cases[i].place);
		wh_arena_free(&p.arena);
	}
}

/* The length is looked at before the bytes are. */
static void too_much_text(void **state)
{
	struct wh_cobol_text file = { "a.cpy", "01 A PIC X.\n", WH_COBOL_TEXT_MOST + 1 };
	struct wh_cobol_options options = { 0 };
	struct parsed p = { 0 };
	(void)state;
	p.rc = wh_copybook_parse(&file, &options, &p.arena, &p.book, &p.error);
	assert_int_equal(p.rc, WH_CONFIG);
	assert_string_equal(p.error.place, "a.cpy:1:1");
	assert_non_null(strstr(p.error.text, "more than 16 MiB of text"));
	wh_arena_free(&p.arena);
}

static void copies_need_a_reader(void **state)
{
	struct wh_cobol_options options = { 0 };
	struct parsed p;
	(void)state;
	parse_with(&p, "01 R.\nCOPY CUST.\n", &options);
	assert_int_equal(p.rc, WH_CONFIG);
	assert_string_equal(p.error.place, "a.cpy:2:6");
	assert_non_null(strstr(p.error.text, "\"CUST\" cannot be read"));
	wh_arena_free(&p.arena);
}

/* As many redefinitions of one place, and as many fields of one name, as there can be. */
static void many_alike(void **state)
{
	struct wh_cobol_options options = { 0 };
	struct wh_buffer text = { 0 };
	struct parsed p;
	(void)state;
	wh_buffer_text(&text, "01 R.\n 05 A PIC X.\n");
	for (int i = 2; i < WH_COBOL_FIELDS_MOST; i++)
		wh_buffer_text(&text, " 05 B REDEFINES A PIC X.\n");
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_int_equal(p.rc, WH_OK);
	assert_int_equal(p.book.fields[WH_COBOL_FIELDS_MOST - 1].redefines, 1);
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	wh_buffer_text(&text, "01 R.\n");
	for (int i = 0; i < 24000; i++)
		wh_buffer_format(&text, " 05 G%d.\n  10 N PIC 9.\n", i);
	for (int i = 0; i < 40000; i++)
		wh_buffer_text(&text, " 05 F PIC X OCCURS 2 DEPENDING ON N OF G23999.\n");
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_int_equal(p.rc, WH_CONFIG);
	assert_non_null(strstr(p.error.text, "several fields are called \"N\""));
	wh_arena_free(&p.arena);
	wh_buffer_free(&text);
}

/* Text that is made: too many fields, a line too long, a word that grows without end. */
static void limits(void **state)
{
	static const char *const grow[] = { ":A:=:A::A::A::A::A::A::A::A::A::A:" };
	struct wh_cobol_options options = { 0 };
	struct wh_buffer text = { 0 };
	struct parsed p;
	(void)state;
	wh_buffer_text(&text, "01 R.\n");
	for (int i = 0; i < WH_COBOL_FIELDS_MOST; i++)
		wh_buffer_text(&text, " 05 A PIC X.\n");
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_non_null(strstr(p.error.text, "more than 100000 fields"));
	assert_string_equal(p.error.place, "a.cpy:100001:2");
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	for (int i = 0; i < 5000; i++)
		wh_buffer_char(&text, 'X');
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_non_null(strstr(p.error.text, "longer than 4096 columns"));
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	wh_buffer_text(&text, "01 A");
	for (int i = 0; i < 50; i++)
		wh_buffer_text(&text, ":A:");
	wh_buffer_text(&text, " PIC X.\n");
	options.replacing = grow;
	options.nreplacing = 1;
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_non_null(strstr(p.error.text, "grows beyond 1024"));
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	for (int i = 0; i <= 1 << 20; i++)
		wh_buffer_text(&text, i % 1000 ? "A " : "A\n");
	parse_with(&p, wh_buffer_string(&text), &(struct wh_cobol_options){ .format = WH_COBOL_FREE });
	assert_non_null(strstr(p.error.text, "more than 1048576 words"));
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	wh_buffer_text(&text, "01 R. COPY X REPLACING");
	for (int i = 0; i < 300; i++)
		wh_buffer_text(&text, " A BY B");
	parse_with(&p, wh_buffer_string(&text), &options);
	assert_non_null(strstr(p.error.text, "more than 256 replacements"));
	wh_arena_free(&p.arena);

	wh_buffer_clear(&text);
	wh_buffer_text(&text, "01 ");
	for (int i = 0; i < 300; i++)
		wh_buffer_char(&text, 'N');
	wh_buffer_text(&text, " PIC X.\n");
	parse_with(&p, wh_buffer_string(&text), &(struct wh_cobol_options){ 0 });
	assert_non_null(strstr(p.error.text, "longer than 255"));
	wh_arena_free(&p.arena);
	wh_buffer_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(options_replace),
		cmocka_unit_test(faults),
		cmocka_unit_test(too_much_text),
		cmocka_unit_test(copies_need_a_reader),
		cmocka_unit_test(many_alike),
		cmocka_unit_test(limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
