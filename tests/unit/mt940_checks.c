/* What a file of statements says of itself, and whether it keeps it. */
#include "mt940_run.h"

#define A(number, opening) ":20:R" number "\n:25:1\n:28C:" number "\n:60F:C240102EUR" opening ",\n"
#define Z(closing) ":62F:C240103EUR" closing ",\n-\n"

static void closing(void **state)
{
	(void)state;
	check_controls("closes", A("1", "100") ":61:240102D30,5NTRF\n:61:240102RD,5NTRF\n" Z("70"),
		"closing balance: held 1, failed 0, noticed 0\n");
	check_controls("does not close", A("1/2", "100") ":61:240102D30,NTRF\n" Z("71"),
		"closing balance | statement 1/2 of account 1, at byte 0 of A.STA | EUR | 71 | 70\n");
	check_controls("an overdrawn account",
		":20:R\n:60F:D240102EUR5,\n:61:240102RC1,NTRF\n:62F:D240102EUR6,\n",
		"closing balance: held 1, failed 0, noticed 0\n");
	check_controls("a rejected entry is missed", A("1", "1") ":61:240102D1,5.NTRF\n" Z("0"),
		"closing balance | statement 1 of account 1, at byte 0 of A.STA | EUR | 0 | 1\n");
	check_controls("one balance alone", A("1", "1") "-\n",
		"balances given | statement 1 of account 1, at byte 0 of A.STA |  | "
		"an opening and a closing balance | an opening balance\n");
	check_controls("two currencies", A("1", "1") ":62F:C240103USD1,\n",
		"one currency | :62F: at byte 38 of A.STA | EUR | EUR | USD\n");
	check_controls("the next statement begins anew", A("1", "1") "-\n" A("2", "5") Z("5"),
		"closing balance: held 1, failed 0, noticed 0\n");
}

static void dates(void **state)
{
	(void)state;
	check_controls("30 February", A("1", "1") ":61:2402300301D1,NTRF\n" Z("0"),
		"date that exists | the record at byte 38 of A.STA |  | a date of the calendar | 240230\n");
	check_controls("and it still closes", A("1", "1") ":61:2402300301D1,NTRF\n" Z("0"),
		"closing balance: held 1, failed 0, noticed 0\n");
	check_controls("of an entry", A("1", "1") ":61:2402280230D1,NTRF\n",
		"date that exists | the record at byte 38 of A.STA |  | a date of the calendar | 0230\n");
	check_controls("of a balance", ":20:R\n:65:C241332EUR1,\n",
		"date that exists | the record at byte 6 of A.STA |  | a date of the calendar | 241332\n");
}

static void sums(void **state)
{
#define BODY ":20:R\n:34F:EUR0,\n:61:240102D3,NTRF\n:61:240102RC2,5NTRF\n:61:240102C1,NTRF\n"
#define WHERE " | statement without a number of account , at byte 0 of A.STA | "
	(void)state;
	check_controls("agree", BODY ":90D:2EUR5,5\n:90C:1EUR1,\n",
		"debit entries: held 1, failed 0, noticed 0\ndebit sum: held 1, failed 0, noticed 0\n"
		"credit entries: held 1, failed 0, noticed 0\ncredit sum: held 1, failed 0, noticed 0\n");
	check_controls("debits", BODY ":90D:3EUR5,5\n", "debit entries" WHERE " | 3 | 2\n");
	check_controls("their sum", BODY ":90D:2EUR5,\n", "debit sum" WHERE "EUR | 5 | 5.5\n");
	check_controls("credits", BODY ":90C:2EUR1,\n", "credit entries" WHERE " | 2 | 1\n");
	check_controls("their sum", BODY ":90C:1EUR2,\n", "credit sum" WHERE "EUR | 2 | 1\n");
}

static void numbers(void **state)
{
#define S(number, opening, closing) A(number, opening) Z(closing)
	(void)state;
	check_controls("in order", S("7", "1", "1") S("8", "1", "1"),
		"statement number: held 1, failed 0, noticed 0\n");
	check_controls("pages", S("7/1", "1", "1") S("7/2", "1", "1") S("8/1", "1", "1"),
		"statement number: held 2, failed 0, noticed 0\n");
	check_controls("a gap", S("7", "1", "1") S("9", "1", "1"),
		"statement number | statement 9 of account 1, at byte 58 of A.STA |  | 8 | 9\n");
	check_controls("a missing page", S("7/1", "1", "1") S("7/3", "1", "1"), " | 7/2 or 8 | 7/3\n");
	check_controls("a new year",
		":20:R\n:25:1\n:28C:250\n:60F:C231230EUR1,\n:62F:C231231EUR1,\n" S("1", "1", "1"),
		"statement number: held 1, failed 0, noticed 0\nopening balance: held 1");
	check_controls("goes on", S("7", "1", "1") S("8", "2", "2"),
		"opening balance | statement 8 of account 1, at byte 58 of A.STA | EUR | 1 | 2\n");
	check_controls("goes on without numbers", S("0", "1", "1") S("0", "2", "2"),
		"opening balance: held 0, failed 0, noticed 1\n");
	check_controls("pages must", S("7/1", "1", "1") S("7/2", "2", "2"),
		"opening of a page: held 0, failed 1, noticed 0\n");
	check_controls("other accounts are others", S("7", "1", "1") ":20:R\n:25:2\n:28C:9\n",
		"balances given: held 1, failed 0, noticed 1\nbytes: ");
	check_controls("twice", S("7", "1", "1") S("7", "1", "1"),
		"delivered once | statement 7 of account 1, at byte 58 of A.STA |  | 1 | 2\n");
}

static void files(void **state)
{
	(void)state;
	check_controls("all of it", "HEADER\n\n" A("1", "1") ":86:x\r\n\r\n" Z("1") "\n\n",
		"bytes: held 1, failed 0, noticed 0\nrecords: held 3, failed 0, noticed 0\n"
		"statements given: held 1, failed 0, noticed 0\n");
	check_controls("no statement", "1;2;3\n", "statements given | A.STA |  | some | none\n");
	check_controls("not UTF-8", ":20:R\n:86:\xE4\n",
		"character set | A.STA |  | UTF-8 | taken for");
	check_controls("a field of another message", ":20:R\n:37A:x\n",
		"field of its message | the field at byte 6 of A.STA |  | "
		"a field of MT940 or MT942 in its place | :37A:x\n");
}

/* A second file is counted for itself, and goes on where the first one ended. */
static void two_files(void **state)
{
	static const char first[] = S("7", "1", "1"), second[] = S("8", "1", "1") "\n";
	const struct codec_file both[] = { { "A.STA", first, sizeof first - 1 },
		{ "B.STA", second, sizeof second - 1 } };
	struct codec_run run;
	(void)state;
	assert_int_equal(codec_begin(&run, &wh_mt940, "", both, 2, 7), WH_OK);
	const char *all = codec_controls(&run);
	assert_non_null(strstr(all, "statement number: held 1, failed 0, noticed 0\n"));
	assert_non_null(strstr(all, "bytes: held 2, failed 0, noticed 0\n"));
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing),
		cmocka_unit_test(dates),
		cmocka_unit_test(sums),
		cmocka_unit_test(numbers),
		cmocka_unit_test(files),
		cmocka_unit_test(two_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
