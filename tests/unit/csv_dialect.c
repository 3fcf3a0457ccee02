/* What a sample is taken for: the finding that says so is the witness. */
#include "check.h"
#include "codecs/csv/csv.h"
#include "support/codec.h"

static const char *finding(struct codec_run *run, const char *rule)
{
	for (size_t i = 0; i < run->catalog.findings.count; i++)
		if (strcmp(run->catalog.findings.items[i].rule, rule) == 0)
			return run->catalog.findings.items[i].text;
	return "";
}

static void samples(void **state)
{
	static const struct {
		const char *name, *options, *bytes;
		size_t n; /* 0: up to the NUL */
		const char *says;
	} cases[] = {
		{ "plain", "", "id,name\n1,x\n2,y\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "semicolons with decimal commas", "", "name;price;tax\na;1,50;0,19\nb;2,75;0,07\n", 0,
			"delimiter ';', quote '\"', header, encoding UTF-8, 3 columns" },
		{ "decimal commas alone", "", "1,5;2,5;3,0\n4,5;5,5;6,0\n", 0,
			"delimiter ';', quote '\"', no header, encoding UTF-8, 3 columns" },
		{ "tab", "", "a\tb\n1, 2\t3\n4, 5\t6\n", 0,
			"delimiter tab, quote '\"', header, encoding UTF-8, 2 columns" },
		{ "bar", "", "a|b|c\nx, y|2|3;4\nz|5|6\n", 0,
			"delimiter '|', quote '\"', header, encoding UTF-8, 3 columns" },
		{ "no header", "", "1,x\n2,y\n", 0,
			"delimiter ',', quote '\"', no header, encoding UTF-8, 2 columns" },
		{ "no header above years", "", "2019,1.5\n2020,1.7\n", 0,
			"delimiter ',', quote '\"', no header, encoding UTF-8, 2 columns" },
		{ "one column", "", "word\nHello, world\nfoo\nbar; baz\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 1 column" },
		{ "one column of numbers", "", "1\n2\n3\n", 0,
			"delimiter ',', quote '\"', no header, encoding UTF-8, 1 column" },
		{ "quotes in the header", "", "\"first, last\",\"say \"\"x\"\"\"\n\"a, b\",1\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "single quotes", "", "a;b\n'x;y';1\n'it''s';2\n", 0,
			"delimiter ';', quote ''', header, encoding UTF-8, 2 columns" },
		{ "an apostrophe is no quote", "", "a,b\n'tis,1\nit's,2\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "backslashes", "", "a,b\n\"x \\\"y, z\\\"\",1\n\"v\",2\n", 0,
			"delimiter ',', quote '\"' behind a backslash, header, encoding UTF-8, 2 columns" },
		{ "a path is no escape", "", "a,b\n\"C:\\dir\\\",1\n\"D:\\\",2\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "a mark of UTF-8", "", "\xef\xbb\xbf\"a\";b\n1;2\n", 0,
			"delimiter ';', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "a mark of UTF-16", "", "\xfe\xff\0a\0\t\0b\0\n\0001\0\t\0002\0\n", 18,
			"delimiter tab, quote '\"', header, encoding UTF-16BE, 2 columns" },
		{ "a mark of UTF-32", "", "\xff\xfe\0\0a\0\0\0\n\0\0\0x\0\0\0", 16,
			"delimiter ',', quote '\"', header, encoding UTF-32LE, 1 column" },
		{ "Excel's sep", "", "sep=;\r\na;b,c\r\n1;2,3\r\n", 0,
			"delimiter ';', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "Excel's sep of none of the usual", "", "sep=^\na^b\n1^2\n", 0,
			"delimiter '^', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "lines that end with CR", "", "a,b\r\"1\nx\",2\r", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns, lines that end with CR" },
		{ "windows-1252", "", "a,b\nM\xfcller,1\n", 0,
			"delimiter ',', quote '\"', header, encoding windows-1252, 2 columns" },
		{ "ragged rows", "", "a,b,c\n1,2,3\n4,5\n6,7,8\n9,8;7,6\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 3 columns" },
		{ "text only", "", "name,town\nJones,Bath\nSmith,York\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "a name that is empty", "", ",a\n1,x\n2,y\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "lines in front", "skip=1", "Report; of all\na,b\n1,2\n", 0,
			"delimiter ',', quote '\"', header, encoding UTF-8, 2 columns" },
		{ "given", "delimiter=;&quote=none&header=no&encoding=latin1", "a,b\n1,2\n", 0,
			"delimiter ';', quote none, no header, encoding latin1, 1 column" },
		{ "tab given", "delimiter=tab", "a\tb,c\n", 0,
			"delimiter tab, quote '\"', header, encoding UTF-8, 2 columns" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", cases[i].bytes,
			cases[i].n ? cases[i].n : strlen(cases[i].bytes) };
		char want[300];
		if (codec_begin(&run, &wh_csv, cases[i].options, &file, 1, 0) != WH_OK)
			fail_msg("case \"%s\": %s", cases[i].name, run.error.text);
		snprintf(want, sizeof want, "\"x.csv\" is read with %s", cases[i].says);
		check_text(cases[i].name, finding(&run, "csv-dialect"), want);
		codec_end(&run);
	}
}

static void other_findings(void **state)
{
	static const struct {
		const char *options, *bytes, *rule, *says;
	} cases[] = {
		{ "", "a\nx\n", "csv-encoding", "" },
		{ "", "a\nM\xfcller\n", "csv-encoding",
			"\"x.csv\" is not UTF-8, and read as windows-1252; give encoding= if it is another" },
		{ "encoding=UTF-8", "a\nx\nM\xfcller\n\xfc\n", "csv-encoding",
			"line 3, at byte 4 of x.csv: bytes that are no character in UTF-8; give encoding= if it is "
			"another" },
		{ "", "a,b\n1,2\n", "csv-names", "" },
		{ "", "a,,a,a\n1,2,3,4\n", "csv-names",
			"columns of \"x.csv\" without a name, or with one that stands there twice, are called "
			"\"column_2\", \"a_2\", \"a_3\"" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", cases[i].bytes, strlen(cases[i].bytes) };
		assert_int_equal(codec_begin(&run, &wh_csv, cases[i].options, &file, 1, 0), WH_OK);
		check_text(cases[i].bytes, finding(&run, cases[i].rule), cases[i].says);
		codec_end(&run);
	}
}

/* The sample ends within a record, or within a character. */
static void cut_samples(void **state)
{
	struct wh_buffer bytes = { 0 };
	(void)state;
	wh_buffer_text(&bytes, "a;b\n");
	while (bytes.size < WH_CODEC_SAMPLE + 10)
		wh_buffer_text(&bytes, "1;\"\xc3\xa4, \xe2\x82\xac\"\n");
	for (size_t i = 0; i < 16; i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", bytes.data, bytes.size };
		assert_int_equal(codec_begin(&run, &wh_csv, "", &file, 1, 0), WH_OK);
		check_text("cut", finding(&run, "csv-dialect"),
			"\"x.csv\" is read with delimiter ';', quote '\"', header, encoding UTF-8, 2 columns");
		check_text("cut", finding(&run, "csv-encoding"), "");
		codec_end(&run);
		memmove(bytes.data + 4, bytes.data + 3, bytes.size - 4); /* a name longer by one */
		bytes.data[3] = 'b';
	}
	wh_buffer_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples),
		cmocka_unit_test(other_findings),
		cmocka_unit_test(cut_samples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
