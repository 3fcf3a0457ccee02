/* MT940 and MT942: fields and messages become rows, however the bytes come. */
#include "mt940_run.h"

#define HEAD ":20:REF1\r\n:25:12345678/1020304050\r\n:28C:7/1\r\n:60F:C240102EUR100,00\r\n"
#define TAIL ":62F:C240103EUR90,00\r\n-\r\n"

static const char two[] = HEAD
	":61:2401020102DR10,00NTRFCUST-1//BANK-1\r\nMORE\r\n:86:PAYMENT\r\nTO BOB\r\n" TAIL
	":20:REF2\r\n:21:REL\r\n:25P:NL00BANK\r\nBANKNL2A\r\n:28C:8\r\n"
	":60M:D240103USD1,5\r\n:62M:D240103USD1,5\r\n:64:C240103USD7,\r\n:65:C240104USD8,\r\n"
	":86:KEEP\r\n-\r\n";

static void statements(void **state)
{
	(void)state;
	check_rows("two", "", two, "statement",
		"1|0|940|~|~|REF1|~|12345678/1020304050|12345678|1020304050|7|1|EUR|F|2024-01-02|100.00|"
		"F|2024-01-03|90.00|~|~|~|~|~|~|~|~|~|~|~\n"
		"1|161|940|~|~|REF2|REL|NL00BANK|BANKNL2A|NL00BANK|8|~|USD|M|2024-01-03|-1.5|"
		"M|2024-01-03|-1.5|2024-01-03|7|~|~|~|~|~|~|~|~|KEEP\n");
}

static void entries(void **state)
{
	(void)state;
	check_rows("two", "", two, "entry",
		"1|68|0|1|2024-01-02|240102|2024-01-02|0102|D|-10.00|EUR|R|NTRF|CUST-1|BANK-1|MORE|"
		"PAYMENT\\x0ATO BOB\n");
}

static void balances(void **state)
{
	(void)state;
	check_rows("two", "", two, "balance",
		"1|45|0|60F|C|2024-01-02|240102|EUR|100.00\n1|136|0|62F|C|2024-01-03|240103|EUR|90.00\n"
		"1|213|161|60M|D|2024-01-03|240103|USD|-1.5\n1|233|161|62M|D|2024-01-03|240103|USD|-1.5\n"
		"1|253|161|64|C|2024-01-03|240103|USD|7\n1|271|161|65|C|2024-01-04|240104|USD|8\n");
}

static void tables(void **state)
{
	struct codec_run run;
	struct codec_file file;
	(void)state;
	begin(&run, &file, "", two, 0);
	const char *all = codec_tables(&run);
	assert_non_null(strstr(all,
		"entry(file_id int64 not null, record_id int64 not null, "
		"statement_id int64 not null, item int64 not null"));
	assert_non_null(strstr(all, "amount decimal(20,5) not null"));
	assert_non_null(strstr(all, "key (file_id, record_id, item)\n"));
	assert_int_equal(run.catalog.ntables, 5);
	assert_int_equal(run.ncuts, 1);
	assert_int_equal(run.cuts[0], 161);
	codec_end(&run);
}

/* Where messages begin and end, and what stands between them. */
static void messages(void **state)
{
	static const struct {
		const char *name, *text, *want; /* byte, message, sender, receiver, reference */
	} cases[] = {
		{ "bare", ":20:A\n:20:B\n", "1|0|940|~|~|A\n1|6|940|~|~|B\n" },
		{ "CR", ":20:A\r:20:B\r", "1|0|940|~|~|A\n1|6|940|~|~|B\n" },
		{ "no line end", ":20:A", "1|0|940|~|~|A\n" },
		{ "mark of UTF-8", "\xEF\xBB\xBF:20:A\n", "1|3|940|~|~|A\n" },
		{ "output message",
			"{1:F01BANKDEFFAXXX0000000000}{2:O9421200240102BANKBEBBA0010000000000"
			"2401021200N}{3:{108:X}}{4:\r\n:20:A\r\n-}{5:{CHK:0}}\r\n",
			"1|96|942|BANKBEBB001|BANKDEFFXXX|A\n" },
		{ "input message", "{1:F01BANKDEFFAXXX0000000000}{2:I940BANKBEBBXXXXN}{4:\n:20:A\n-}",
			"1|54|940|BANKDEFFXXX|BANKBEBBXXX|A\n" },
		{ "fields behind {4:", "{1:F01BANKDEFFAXXX0000000000}{4::20:A\n-}{1:}{4:\n:20:B\n-}",
			"1|32|940|~|BANKDEFFXXX|A\n1|48|940|~|~|B\n" },
		{ "SOH and ETX",
			"\001{1:F01BANKDEFFAXXX0000000000}{4:\r\n:20:A\r\n-}\003\001{1:F01BANKFRPPAX"
			"XX0000000000}{4:\r\n:20:B\r\n-}\003\032",
			"1|35|940|~|BANKDEFFXXX|A\n1|80|940|~|BANKFRPPXXX|B\n" },
		{ "headers of ING", "0000 01INGBNL2AXXXX00001\n942 00\n:20:A\n-XXX\n", "1|32|942|~|~|A\n" },
		{ "header of Rabobank", ":940:\n:20:A\n:942:X\n:20:B\n",
			"1|6|940|~|~|A\n1|19|940|~|~|B\n" },
		{ "headers without an end before", ":20:A\n:62F:C240102EUR1,\nABNANL2A\n942\n:20:B\n",
			"1|0|940|~|~|A\n1|37|942|~|~|B\n" },
		{ "interim without a header", ":20:A\n:34F:EUR0,\n:90C:0EUR0,\n", "1|0|942|~|~|A\n" },
		{ "none", "a\nb\n", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file;
		for (size_t piece = 0; piece < 8; piece++) {
			char got[2000] = "";
			begin(&run, &file, "", cases[i].text, piece);
			const char *rows = codec_rows(&run, "statement");
			check_text(cases[i].name, codec_rows_by_cuts(&run, "statement"), rows);
			for (const char *at = rows; *at; at += strcspn(at, "\n") + 1) {
				size_t n = 0;
				for (int bars = 0; bars < 6; n++)
					bars += at[n] == '|';
				snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s\n", (int)n - 1, at);
			}
			check_text(cases[i].name, got, cases[i].want);
			codec_end(&run);
		}
	}
}

/* What follows ":61:" and what it becomes, from the mark on: value date, entry date, mark, amount,
 * funds code, type, references, supplement. */
static void lines(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "240102C12,NTRF", "2024-01-02|240102|~|~|C|12|EUR|~|NTRF|~|~|~|~" },
		{ "240102C,12NTRF", "2024-01-02|240102|~|~|C|0.12|EUR|~|NTRF|~|~|~|~" },
		{ "240102C500NTRF", "2024-01-02|240102|~|~|C|500|EUR|~|NTRF|~|~|~|~" },
		{ "240102C000000000012,340NTRF", "2024-01-02|240102|~|~|C|12.340|EUR|~|NTRF|~|~|~|~" },
		{ "240102D0,00NTRF", "2024-01-02|240102|~|~|D|0.00|EUR|~|NTRF|~|~|~|~" },
		{ "240102D,01NTRF", "2024-01-02|240102|~|~|D|-0.01|EUR|~|NTRF|~|~|~|~" },
		{ "240102C123456789012345,12345NTRF",
			"2024-01-02|240102|~|~|C|123456789012345.12345|EUR|~|NTRF|~|~|~|~" },
		{ "240102RC1,NTRF", "2024-01-02|240102|~|~|RC|-1|EUR|~|NTRF|~|~|~|~" },
		{ "240102RD1,NTRF", "2024-01-02|240102|~|~|RD|1|EUR|~|NTRF|~|~|~|~" },
		{ "240102EC1,NTRF", "2024-01-02|240102|~|~|EC|1|EUR|~|NTRF|~|~|~|~" },
		{ "240102ED1,NTRF", "2024-01-02|240102|~|~|ED|-1|EUR|~|NTRF|~|~|~|~" },
		{ "240102RDR1,NTRF", "2024-01-02|240102|~|~|RD|1|EUR|R|NTRF|~|~|~|~" },
		{ "2312310102D1,NTRF", "2023-12-31|231231|2024-01-02|0102|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "2401021231D1,NTRF", "2024-01-02|240102|2023-12-31|1231|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "2402280229D1,NTRF", "2024-02-28|240228|2024-02-29|0229|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "2302280229D1,NTRF", "2023-02-28|230228|~|0229|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "2402300301D1,NTRF", "~|240230|2024-03-01|0301|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "2413010301D1,NTRF", "~|241301|~|0301|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "991231D1,NTRF", "1999-12-31|991231|~|~|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "791231D1,NTRF", "2079-12-31|791231|~|~|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "9912310101D1,NTRF", "1999-12-31|991231|2000-01-01|0101|D|-1|EUR|~|NTRF|~|~|~|~" },
		{ "240102CR\n30,00NTRF", "2024-01-02|240102|~|~|C|30.00|EUR|R|NTRF|~|~|~|~" },
		{ "240102C1,S   X", "2024-01-02|240102|~|~|C|1|EUR|~|S|X|~|~|~" },
		{ "240102C1,", "2024-01-02|240102|~|~|C|1|EUR|~|~|~|~|~|~" },
		{ "240102C1,NTRF//B", "2024-01-02|240102|~|~|C|1|EUR|~|NTRF|~|B|~|~" },
		{ "240102C1,NTRFA/B//C//D", "2024-01-02|240102|~|~|C|1|EUR|~|NTRF|A/B|C//D|~|~" },
		{ "240102C1,NTRF1234567890123456//B",
			"2024-01-02|240102|~|~|C|1|EUR|~|NTRF|1234567890123456|B|~|~" },
		{ "240102C1,N0441234567890      BOB\nMORE",
			"2024-01-02|240102|~|~|C|1|EUR|~|N044|1234567890|~|BOB\\x0AMORE|~" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[300], want[300];
		snprintf(text, sizeof text, ":20:R\n:60F:C240101EUR0,\n:61:%s\n", cases[i].line);
		snprintf(want, sizeof want, "1|24|0|1|%s\n", cases[i].want);
		check_rows(cases[i].line, "", text, "entry", want);
	}
}

/* The record is rejected as a whole, with what belongs to it. */
static void rejected(void **state)
{
	static const struct {
		const char *line, *why;
		int columns; /* in front of the one at fault */
	} cases[] = {
		{ "24010C1,NTRF", "does not begin with a date of six digits", 4 },
		{ "240102X1,NTRF", "has none of the marks C, D, RC, RD, EC, ED behind its dates", 8 },
		{ "240102R1,NTRF", "has none of the marks C, D, RC, RD, EC, ED behind its dates", 8 },
		{ "240102CNTRF", "has no amount where one belongs", 9 },
		{ "240102C,NTRF", "has no amount where one belongs", 9 },
		{ "240102C1.5NTRF", "has an amount with more than one comma, or with a point", 9 },
		{ "240102C1,5,5NTRF", "has an amount with more than one comma, or with a point", 9 },
		{ "240102C1234567890123456,NTRF", "has an amount of more than 15 digits before the comma",
			9 },
		{ "240102C1,123456NTRF", "has an amount of more than 5 digits behind the comma", 9 },
		{ "240102C1,5 TRF", "has no transaction type behind its amount", 12 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file;
		char text[300], want[300];
		snprintf(text, sizeof text, ":20:R\n:60F:C240101EUR0,\n:61:%s\n:86:T\n", cases[i].line);
		begin(&run, &file, "", text, 0);
		const char *row = codec_rows(&run, "entry"), *at = row;
		for (int n = 0; n < cases[i].columns; n++)
			at = strchr(at, '|') + 1;
		snprintf(want, sizeof want, "!at byte 24 of A.STA: :61: %s [3a36313a", cases[i].why);
		if (strncmp(at, want, strlen(want)) != 0 || !strstr(at, "0a3a38363a540a]"))
			fail_msg("case \"%s\": %s", cases[i].line, row);
		codec_end(&run);
	}
}

static void outside(void **state)
{
	(void)state;
	check_rows("entry", "", ":61:240102C1,NTRF\n-\n", "entry",
		"1|0|!at byte 0 of A.STA: :61: stands outside of any statement: no :20: comes before it "
		"[3a36313a32343031303243312c4e5452460a]|1|~|~|~|~|~|~|~|~|~|~|~|~|~\n");
	check_rows("balance", "", ":62F:C240102EUR1,\n", "balance",
		"1|0|!at byte 0 of A.STA: :62F: stands outside of any statement: no :20: comes before it "
		"[3a3632463a43323430313032455552312c0a]|62F|~|~|~|~|~\n");
	check_rows("others", "", ":86:X\n:25:1\n", "other", "1|0|~|86|X\n1|6|~|25|1\n");
}

static void broken_balances(void **state)
{
	static const struct {
		const char *field, *want;
	} cases[] = {
		{ ":60F:X240102EUR1,", "60F|!at byte 6 of A.STA: :60F: does not begin with C or D [" },
		{ ":60F:C2401EUR1,", "60F|C|!at byte 6 of A.STA: :60F: has no date of six digits behind" },
		{ ":62F:C240102EUR",
			"62F|C|2024-01-02|240102|EUR|!at byte 6 of A.STA: :62F: has no amount" },
		{ ":62F:C240102EUR1,5X",
			"62F|C|2024-01-02|240102|EUR|!at byte 6 of A.STA: :62F: has more behind its amount" },
		{ ":62F:C2401021,", "62F|C|2024-01-02|240102|~|1\n" },
		{ ":62F:C240230EUR1,", "62F|C|~|240230|EUR|1\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file;
		char text[300], want[300];
		snprintf(text, sizeof text, ":20:R\n%s\n", cases[i].field);
		snprintf(want, sizeof want, "1|6|0|%s", cases[i].want);
		begin(&run, &file, "", text, 0);
		const char *got = codec_rows(&run, "balance");
		if (strncmp(got, want, strlen(want)) != 0)
			fail_msg("case \"%s\": %s", cases[i].field, got);
		codec_end(&run);
	}
}

/* Unknown tags, fields that are not written as theirs, what stands behind the line of a field. */
static void others(void **state)
{
	(void)state;
	check_rows("others", "",
		":20:R\n:25:1\n:25:2\n:28C:x\n:37A:RATE\nMORE\n:13D:2402301200+0100\n:34F:EURX1,\n"
		":90D:EUR1,\n:60F:C240102EUR1,\nhere too\n:86:T16\n:26:37 is text\n:86:more\n",
		"other",
		"1|12|0|25|2\n1|18|0|28C|x\n1|25|0|37A|RATE\\x0AMORE\n1|40|0|13D|2402301200+0100\n"
		"1|61|0|34F|EURX1,\n1|73|0|90D|EUR1,\n1|84|0|60F|here too\n");
}

static void interim(void **state)
{
	(void)state;
	check_rows("MT942", "",
		":20:R\n:25:1\n:28C:5/2\n:34F:EURD0,5\n:34F:EURC1,\n:13D:2401021730-0500\n"
		":61:240102D3,NTRF\n:61:240102RC2,NTRF\n:61:240102C1,NTRF\n:90D:2EUR5,\n:90C:1EUR1,\n",
		"statement",
		"1|0|942|~|~|R|~|1|~|1|5|2|EUR|~|~|~|~|~|~|~|~|0.5|1|2024-01-02 17:30:00|-0500|2|5|1|1|~\n");
	check_rows("both floors", "", ":20:R\n:34F:EUR7,\n:13:2401021730\n", "statement",
		"1|0|942|~|~|R|~|~|~|~|~|~|EUR|~|~|~|~|~|~|~|~|7|7|2024-01-02 17:30:00|~|~|~|~|~|~\n");
}

static void options(void **state)
{
	static const struct {
		const char *options, *text, *want;
	} cases[] = {
		{ "", "\xC3\xA4", "\xC3\xA4" },
		{ "", "\xE4", "\xC3\xA4" },
		{ "encoding=ISO-8859-15", "\xA4", "\xE2\x82\xAC" },
		{ "encoding=CP1252", "\x80", "\xE2\x82\xAC" },
		{ "encoding=CP850", "\x84", "\xC3\xA4" },
		{ "encoding=CP437", "\x84", "\xC3\xA4" },
		{ "encoding=UTF-8", "\xC3\xA4", "\xC3\xA4" },
		{ "encoding=UTF-8", "\xE4", "!stray 8 [e4]" },
		{ "encoding=CP1252", "\x81", "!stray 8 [81]" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[100], want[100];
		snprintf(text, sizeof text, ":20:R\n:37A:%s\n", cases[i].text);
		snprintf(want, sizeof want, "1|6|0|37A|%s\n", cases[i].want);
		check_rows(cases[i].options, cases[i].options, text, "other", want);
	}
	check_rows("pivot", "pivot=25", ":20:R\n:62F:C250102EUR1,\n:64:C240102EUR1,\n", "balance",
		"1|6|0|62F|C|1925-01-02|250102|EUR|1\n1|24|0|64|C|2024-01-02|240102|EUR|1\n");
}

static void refused(void **state)
{
	static const struct {
		const char *options, *want;
	} cases[] = {
		{ "pivot=x", "\"x\" is no year; give pivot= a number of 0 to 100" },
		{ "pivot=101", "\"101\" is no year; give pivot= a number of 0 to 100" },
		{ "encoding=nonsense", "there is no character set \"nonsense\"" },
		{ "encoding=UTF-16", "the character set \"UTF-16\" does not extend ASCII" },
		{ "encoding=SHIFT_JIS", "the character set \"SHIFT_JIS\" does not extend ASCII" },
		{ "encoding=IBM037", "the character set \"IBM037\" does not extend ASCII" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "A.STA", "", 0 };
		assert_int_equal(codec_begin(&run, &wh_mt940, cases[i].options, &file, 1, 0), WH_CONFIG);
		if (strncmp(run.error.text, cases[i].want, strlen(cases[i].want)) != 0)
			fail_msg("case \"%s\": %s", cases[i].options, run.error.text);
		codec_end(&run);
	}
}

/* A file that is none is given up, not gathered in memory. */
static void too_long(void **state)
{
	static char text[200000];
	static const size_t pieces[] = { 0, 1000 };
	(void)state;
	memset(text, 'x', sizeof text - 1);
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		struct codec_file file = { "A.STA", text, sizeof text - 1 };
		assert_int_equal(codec_begin(&run, &wh_mt940, "", &file, 1, pieces[i]), WH_STOP);
		assert_non_null(strstr(run.error.text, "within 64 KiB behind byte 0 of \"A.STA\""));
		codec_end(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements),
		cmocka_unit_test(entries),
		cmocka_unit_test(balances),
		cmocka_unit_test(tables),
		cmocka_unit_test(messages),
		cmocka_unit_test(lines),
		cmocka_unit_test(rejected),
		cmocka_unit_test(outside),
		cmocka_unit_test(broken_balances),
		cmocka_unit_test(others),
		cmocka_unit_test(interim),
		cmocka_unit_test(options),
		cmocka_unit_test(refused),
		cmocka_unit_test(too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
