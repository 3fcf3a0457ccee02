/* Bytes become rows, with the rows that are expected written by hand. Each case is read in pieces of
 * 1 and 7 bytes and whole, and from one cut to the next. Dialects: csv_dialect.c; and back:
 * csv_encode.c. */
#include "check.h"
#include "codecs/csv/csv.h"
#include "support/codec.h"

struct given {
	const char *name, *options, *bytes;
	size_t n; /* 0: up to the NUL */
	const char *table, *rows;
};

static void begin(struct codec_run *run, const struct given *g, struct codec_file *file,
	size_t piece)
{
	*file = (struct codec_file){ "x.csv", g->bytes, g->n ? g->n : strlen(g->bytes) };
	if (codec_begin(run, &wh_csv, g->options, file, 1, piece) != WH_OK)
		fail_msg("case \"%s\": %s", g->name, run->error.text);
}

static const char *or_error(struct codec_run *run, const char *text)
{
	return text ? text : run->error.text;
}

static void read_and_compare(const struct given *g, size_t piece)
{
	struct codec_run run;
	struct codec_file file;
	begin(&run, g, &file, piece);
	if (g->table)
		check_text(g->name, codec_tables(&run), g->table);
	check_text(g->name, or_error(&run, codec_rows(&run, "sample")), g->rows);
	codec_end(&run);
}

/* Lines are not known behind a cut, so those of the messages are taken away. */
static const char *without_lines(const char *rows)
{
	char *out = strdup(rows), *to = out;
	for (const char *at = rows; *at;) {
		if (strncmp(at, "!line ", 6) == 0) {
			*to++ = *at;
			at = strstr(at, "at byte");
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
	return out;
}

static void read_by_cuts(const struct given *g)
{
	struct codec_run run;
	struct codec_file file;
	begin(&run, g, &file, 1);
	const char *rows = codec_rows_by_cuts(&run, "sample");
	const char *got = without_lines(or_error(&run, rows)), *want = without_lines(g->rows);
	check_text(g->name, got, want);
	free((void *)(uintptr_t)got);
	free((void *)(uintptr_t)want);
	codec_end(&run);
}

static void check_all(const struct given *cases, size_t n)
{
	static const size_t pieces[] = { 0, 1, 7 };
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < COUNT(pieces); k++)
			read_and_compare(&cases[i], pieces[k]);
		read_by_cuts(&cases[i]);
	}
}

static void records(void **state)
{
	static const struct given cases[] = {
		{ "lines that end with LF", "", "a,b\n1,x\n2,y\n", .rows = "1|x\n2|y\n" },
		{ "with CRLF", "", "a,b\r\n1,x\r\n2,y\r\n", .rows = "1|x\n2|y\n" },
		{ "with CR", "", "a,b\r1,x\r2,y\r", .rows = "1|x\n2|y\n" },
		{ "without the last one", "", "a,b\n1,x\n2,y", .rows = "1|x\n2|y\n" },
		{ "quoted without the last one", "", "a,b\n1,\"x\"", .rows = "1|x\n" },
		{ "CR without LF at the end", "", "a,b\r\n1,x\r", .rows = "1|x\n" },
		{ "mixed ends", "", "a,b\n1,x\r\n2,\"y\"\r\n3,z\n", .rows = "1|x\n2|y\n3|z\n" },
		{ "a quoted field", "", "a,b\n\"1\",\"x, y\"\n", .rows = "1|x, y\n" },
		{ "doubled quotes", "", "a,b\n1,\"say \"\"x\"\"\"\n2,\"\"\"\"\n",
			.rows = "1|say \"x\"\n2|\"\n" },
		{ "lines in quotes", "", "a,b\n1,\"x\ny\"\n2,\"x\r\ny\"\n",
			.rows = "1|x\\x0Ay\n2|x\\x0D\\x0Ay\n" },
		{ "a CR in a field", "", "a,b\n1,x\ry\n", .rows = "1|x\\x0Dy\n" },
		{ "quotes inside of a field", "", "a,b\n1,x\"y\"\n2,it's 5\"\n",
			.rows = "1|x\"y\"\n2|it's 5\"\n" },
		{ "blanks belong to a field", "", "a,b\n1, x \n2, \"y\"\n", .rows = "1| x \n2| \"y\"\n" },
		{ "but for trim", "trim=yes", "a,b\n 1 , x\t\n2,\t\"y \" \n3,\" \"\n",
			.rows = "1|x\n2|y \n3| \n" },
		{ "blank lines of several columns", "", "a,b\n\n1,x\n\r\n2,y\n\n", .rows = "1|x\n2|y\n" },
		{ "blank lines of one column are NULL", "", "a\nx\n\ny\n", .rows = "x\n~\ny\n" },
		{ "only a header", "", "a,b\n", .rows = "" },
		{ "a header without its end", "", "a,b", .rows = "" },
		{ "delimiters without fields", "header=yes", "a,b,c\n,,\n", .rows = "~|~|~\n" },
		{ "a NUL", "", "a,b\n1,x\0y\n", 10, .rows = "1|x\\x00y\n" },
		{ "comments", "comment=%23", "# one\na,b\n#two \"\n1,x\n#\n2,#y\n", .rows = "1|x\n2|#y\n" },
		{ "lines in front", "skip=2", "Report \"of\n\na,b\n1,x\n", .rows = "1|x\n" },
		{ "a byte order mark", "", "\xef\xbb\xbf\"a\",b\n1,x\n", .rows = "1|x\n" },
		{ "backslashes", "escape=backslash", "a,b\n1,\"x\\\"y\\\\z\\n\"\n2,\"\"\"\\\\\"\n3,\\\"\n",
			.rows = "1|x\"y\\x5Cz\\x5Cn\n2|\"\\x5C\n3|\\x5C\"\n" },
		{ "no quotes", "quote=none", "a,b\n1,\"x\n2,\"\"\n", .rows = "1|\"x\n2|\"\"\n" },
		{ "quotes of another kind", "quote='", "a,b\n1,'x,''y'\n2,\"z\n",
			.rows = "1|x,'y\n2|\"z\n" },
		{ "no header", "header=no", "1,x\n2,y\n",
			.table = "sample(column_1 int64 not null, column_2 text not null)\n",
			.rows = "1|x\n2|y\n" },
		{ "no header, but names", "header=no&columns=id:int64,word:text(9)", "1,x\n2,y\n",
			.table = "sample(id int64 not null, word text(9) not null)\n", .rows = "1|x\n2|y\n" },
		{ "no header and no rows, but names", "header=no&columns=id:int64,word:text", "",
			.table = "sample(id int64, word text)\n", .rows = "" },
	};
	(void)state;
	check_all(cases, COUNT(cases));
}

static void broken_records(void **state)
{
	static const struct given cases[] = {
		{ "too few fields", "", "a,b,c\n1,x,y\n2,z\n3,v,w\n",
			.rows = "1|x|y\n!line 3, at byte 12 of x.csv: 2 fields where 3 are expected "
					"[322c7a0a]|~|~\n3|v|w\n" },
		{ "one field", "", "a,b\n1,x\nz\n3,v\n",
			.rows =
				"1|x\n!line 3, at byte 8 of x.csv: 1 field where 2 are expected [7a0a]|~\n3|v\n" },
		{ "too many fields, lines in quotes counted", "", "a,b\n1,\"x\ny\"\n\n2,z,\n3,v\n",
			.rows = "1|x\\x0Ay\n!line 5, at byte 13 of x.csv: 3 fields where 2 are expected "
					"[322c7a2c0a]|~\n3|v\n" },
		{ "many fields where one is expected", "delimiter=;", "a\nx\ny;z\n",
			.rows = "x\n!line 3, at byte 4 of x.csv: 2 fields where 1 is expected [793b7a0a]\n" },
		{ "text behind a quote", "", "a,b\n1,\"x\"y\n2,\"z\" \n3,\"v\",\n4,w\n",
			.rows =
				"!line 2, at byte 4 of x.csv: field 2 goes on behind its closing quote, at byte "
				"9 [312c227822790a]|~\n"
				"!line 3, at byte 11 of x.csv: field 2 goes on behind its closing quote, at "
				"byte 16 [322c227a22200a]|~\n"
				"!line 4, at byte 18 of x.csv: 3 fields where 2 are expected [332c2276222c0a]|~\n"
				"4|w\n" },
		{ "text behind the quote of the first field", "", "a,b\n\"1\" x,2\n",
			.rows =
				"!line 2, at byte 4 of x.csv: field 1 goes on behind its closing quote, at byte "
				"7 [22312220782c320a]|~\n" },
		{ "a quote that is never closed", "", "a,b\n1,x\n2,\"y\n3,z\n4,v\n",
			.rows = "1|x\n!line 3, at byte 8 of x.csv: the quote that opens at byte 10 is never "
					"closed; all that follows is in this record [322c22790a332c7a0a342c760a]|~\n" },
		{ "a quote alone", "header=no&delimiter=;", "\"",
			.rows = "!line 1, at byte 0 of x.csv: the quote that opens at byte 0 is never closed; "
					"all that follows is in this record [22]\n" },
		{ "by the record's place", "keys=record", "a,b\n1,x\n2\n",
			.table = "sample(file_id int64 not null, record_id int64 not null, a int64 not null, "
					 "b text not null) key (file_id, record_id)\n",
			.rows = "1|4|1|x\n1|8|!line 3, at byte 8 of x.csv: 1 field where 2 are expected "
					"[320a]|~\n" },
	};
	(void)state;
	check_all(cases, COUNT(cases));
}

static void values(void **state)
{
	static const struct given cases[] = {
		{ "NULL and the empty text", "", "a,b\n,\n1,\"\"\n\"\",x\n",
			.table = "sample(a int64, b text)\n", .rows = "~|~\n1|\n~|x\n" },
		{ "markers of NULL", "null=NULL,\\N", "a,b\nNULL,\\N\n1,\"NULL\"\n2,null\n3,\n",
			.table = "sample(a int64, b text)\n", .rows = "~|~\n1|NULL\n2|null\n3|~\n" },
		{ "without quotes a marker is the only NULL", "quote=none&null=\\N", "a,b\n1,\n,\\N\n",
			.table = "sample(a int64, b text)\n", .rows = "1|\n~|~\n" },
		{ "what is no value of its type", "columns=a:int64,b:date",
			"a,b\nx,2024-02-30\n7,2024-02-29\n",
			.rows = "!stray 1 [78]|!stray 1 [323032342d30322d3330]\n7|2024-02-29\n" },
		{ "what is not UTF-8", "encoding=UTF-8", "a,b\n1,\xfc\n2,\xc3\xbc\n",
			.rows = "1|!stray 2 [fc]\n2|\xc3\xbc\n" },
		{ "windows-1252", "encoding=windows-1252", "a,b\n1,\xfc\x80\n2,\x81\n",
			.rows = "1|\xc3\xbc\xe2\x82\xac\n2|!stray 8 [81]\n" },
		{ "a point that is a comma", "decimal=,&delimiter=;",
			"a;b;c\n1,50;1.234.567;1,5e3\n-1.000,5;7;2\n1.00;x;3\n",
			.table = "sample(a text not null, b text not null, c float64 not null)\n",
			.rows = "1,50|1.234.567|1500\n-1.000,5|7|2\n1.00|x|3\n" },
		{ "and its decimals", "decimal=,&delimiter=;", "a;b\n1,50;1.234.567\n-1.000,5;7\n",
			.table = "sample(a decimal(6,2) not null, b int64 not null)\n",
			.rows = "1.50|1234567\n-1000.5|7\n" },
		{ "groups of thousands", "decimal=.", "a,b\n\"1,234.5\",1\n\"12,34\",2\n",
			.table = "sample(a text not null, b int64 not null)\n",
			.rows = "1,234.5|1\n12,34|2\n" },
		{ "no groups unless a point is given", "", "a,b\n\"1,234\",1\n", .rows = "1,234|1\n" },
		{ "dates as they are written there", "date=DD.MM.YYYY",
			"a,b\n29.02.2024,1.2.2024 10:30:00\n01.12.1999,31.12.1999 00:00\n",
			.table = "sample(a date not null, b timestamp not null)\n",
			.rows = "2024-02-29|2024-02-01 10:30:00\n1999-12-01|1999-12-31 00:00:00\n" },
		{ "dates that look like numbers", "date=YYYYMMDD", "a,b\n20240229,20249999\n",
			.table = "sample(a date not null, b int64 not null)\n",
			.rows = "2024-02-29|20249999\n" },
		{ "a key", "key=b,a", "a,b\n1,x\n",
			.table = "sample(a int64 not null, b text not null) key (b, a)\n", .rows = "1|x\n" },
		{ "names", "", "id, id ,,\"a\nb\",id\n1,2,3,4,5\n",
			.table = "sample(id int64 not null, id_2 int64 not null, column_3 int64 not null, "
					 "a\nb int64 not null, id_3 int64 not null)\n",
			.rows = "1|2|3|4|5\n" },
	};
	(void)state;
	check_all(cases, COUNT(cases));
}

/* What a column of these values, divided by blanks, is taken for. */
static void inferred(void **state)
{
	static const struct {
		const char *values, *type;
	} cases[] = {
		{ "1 -2 9223372036854775807", "int64 not null" },
		{ "1 9223372036854775808", "decimal(19,0) not null" },
		{ "1 2.50 -0.125", "decimal(4,3) not null" },
		{ ".5 -.25", "decimal(2,2) not null" },
		{ "0.0", "decimal(1,1) not null" },
		{ "12345678901234567890123456789012345678", "decimal(38,0) not null" },
		{ "123456789012345678901234567890123456789", "text not null" },
		{ "12345678901234567890 0.1234567890123456789", "text not null" },
		{ "00123 7", "text not null" },
		{ "00.5", "text not null" },
		{ "+1", "text not null" },
		{ "5.", "text not null" },
		{ "1e5 2.5", "float64 not null" },
		{ "0.1 1.5E-7", "float64 not null" },
		{ "3.141592653589793 1e0", "float64 not null" },
		{ "0.12345678901234567891 1e0", "text not null" },
		{ "9007199254740993 1e0", "text not null" },
		{ "1e400", "text not null" },
		{ "NaN", "text not null" },
		{ "true FALSE", "bool not null" },
		{ "t f t", "bool not null" },
		{ "F F", "text not null" },
		{ "true f", "text not null" },
		{ "1 true", "text not null" },
		{ "2024-02-29 1999-12-31", "date not null" },
		{ "2024-02-30", "text not null" },
		{ "2024-02-29T10:00:00 2024-02-29T10:00:00.123456", "timestamp not null" },
		{ "2024-02-29T10:00:00Z 2024-02-29T10:00:00+02:00", "timestamptz not null" },
		{ "2024-02-29T10:00:00Z 2024-02-29T10:00:00", "text not null" },
		{ "2024-02-29 2024-02-29T10:00:00", "text not null" },
		{ "10:30 23:59:59.5", "time not null" },
		{ "25:00", "text not null" },
		{ "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "uuid not null" },
		{ "6ba7b8109dad11d180b400c04fd430c8", "text not null" },
		{ "{\"a\":1}", "text not null" },
		{ "infinity", "text not null" },
		{ "~ 1", "int64" },
		{ "~ ~", "text" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char bytes[512] = "c,x\n", want[200];
		char *values = strdup(cases[i].values);
		for (char *at = strtok(values, " "); at; at = strtok(NULL, " "))
			sprintf(bytes + strlen(bytes), "%s,x\n", *at == '~' ? "" : at);
		snprintf(want, sizeof want, "sample(c %s, x text not null)\n", cases[i].type);
		const struct given g = { cases[i].values, "header=yes&quote=none&delimiter=,", bytes };
		struct codec_run run;
		struct codec_file file;
		begin(&run, &g, &file, 0);
		check_text(g.name, codec_tables(&run), want);
		codec_end(&run);
		free(values);
	}
}

static void texts_alone(void **state)
{
	static const struct given given = { "types", "types=text&columns=b:int64", "a,b\n1,2\n,3\n",
		.table = "sample(a text, b int64 not null)\n", .rows = "1|2\n~|3\n" };
	(void)state;
	check_all(&given, 1);
}

/* UTF-16 and sets whose second bytes may look like ASCII go through iconv: places are the file's. */
static void converted(void **state)
{
	static const char utf16[] =
		"\xff\xfe"
		"a\0,\0b\0\r\0\n\0"
		"1\0,\0\xe4\0\r\0\n\0"
		"2\0\r\0\n\0"
		"3\0,\0\x3d\xd8\x00\xde\r\0\n\0"
		"4\0,\0\x00\xd8\r\0\n\0";
	static const struct given cases[] = {
		{ "UTF-16", "", utf16, sizeof utf16 - 1,
			.rows =
				"1|\xc3\xa4\n!line 3, at byte 22 of x.csv: 1 field where 2 are expected "
				"[32000d000a00]|~\n3|\xf0\x9f\x98\x80\n"
				"4|!line 5, at byte 40 of x.csv: bytes in \"b\" that are no character in UTF-16LE "
				"[34002c0000d80d000a00]\n" },
		{ "Shift_JIS, whose second bytes may be a bar", "encoding=SHIFT_JIS&delimiter=|",
			"a|b\n1|\x83\x7c\n2|\x83\x7c|\n",
			.rows = "1|\xe3\x83\x9d\n!line 3, at byte 9 of x.csv: 3 fields where 2 are expected "
					"[327c837c7c0a]|~\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file;
		begin(&run, &cases[i], &file, 1);
		check("streams have no cuts", run.ncuts == 0);
		codec_end(&run);
	}
	check_all(cases, COUNT(cases));
}

static void long_fields(void **state)
{
	struct wh_buffer bytes = { 0 };
	(void)state;
	wh_buffer_text(&bytes, "a,b\n1,\"");
	for (int i = 0; i < 300000; i++)
		wh_buffer_text(&bytes, "x\"\"\n");
	wh_buffer_text(&bytes, "\"\n2,y\n");
	struct codec_file file = { "x.csv", bytes.data, bytes.size };
	struct codec_run run;
	assert_int_equal(codec_begin(&run, &wh_csv, "", &file, 1, 100000), WH_OK);
	const char *rows = codec_rows(&run, "sample");
	assert_non_null(rows);
	assert_int_equal(strlen(rows), 2 + 300000 * 6 + 1 + 4);
	codec_end(&run);
	wh_buffer_free(&bytes);
}

/* A quote that nothing closes does not wait for ever. */
static void too_long(void **state)
{
	size_t n = WH_CODEC_RECORD_MOST + 100;
	char *bytes = malloc(n);
	struct codec_run run;
	(void)state;
	memset(bytes, 'x', n);
	memcpy(bytes, "a,b\n1,y\n2,\"", 11);
	struct codec_file file = { "x.csv", bytes, n };
	assert_int_equal(codec_begin(&run, &wh_csv, "", &file, 1, (size_t)16 << 20), WH_STOP);
	assert_string_equal(run.error.text,
		"the record at byte 8 of \"x.csv\" is longer than 64 MiB; is a quote not closed? mend it, or "
		"give quote=");
	codec_end(&run);
	free(bytes);
}

static const char *joined(const char *options, const char *first, const char *second)
{
	static char out[2000];
	struct codec_file files[] = { { "a.csv", first, strlen(first) },
		{ "b.csv", second, strlen(second) } };
	struct codec_run run;
	int rc = codec_begin(&run, &wh_csv, options, files, 2, 7);
	const char *rows = rc == WH_OK ? codec_rows_by_cuts(&run, "all") : NULL;
	snprintf(out, sizeof out, "%s", or_error(&run, rows));
	codec_end(&run);
	return out;
}

static void files_of_one_table(void **state)
{
	(void)state;
	check_text("same header", joined("table=all", "a,b\n1,x\n", "a,b\n2,y\n"), "1|x\n2|y\n");
	check_text("other order", joined("table=all", "a,b\n1,x\n", "b,a\ny,2\n"), "1|x\n2|y\n");
	check_text("no header", joined("table=all&header=no", "1,x\n", "2,y\n"), "1|x\n2|y\n");
	check_text("an empty one", joined("table=all", "a,b\n1,x\n", ""), "1|x\n");
	check_text("types of all", joined("table=all", "a,b\n1,x\n", "a,b\nz,2\n"), "1|x\nz|2\n");
	check_text("keys", joined("table=all&keys=record", "a,b\n1,x\n", "a,b\n2,y\n"),
		"1|4|1|x\n2|4|2|y\n");
	check_text("other names", joined("table=all", "a,b\n1,x\n", "a,c\n2,y\n"),
		"\"b.csv\" has no column \"b\", as the first file has; give all files the same header, or "
		"leave table= away");
	check_text("more columns", joined("table=all", "a,b\n1,x\n", "a,b,c\n2,y,z\n"),
		"\"b.csv\" has 3 columns where the first file has 2; give all files the same header, or "
		"leave table= away");
}

static void refused(void **state)
{
	static const struct {
		const char *options, *bytes, *says;
	} cases[] = {
		{ "delimiter=ab", "",
			"delimiter \"ab\" is not understood; expected one character of ASCII "
			"that is no digit" },
		{ "delimiter=\"", "",
			"delimiter \"\"\" is not understood; expected another character than "
			"those of quotes and comments" },
		{ "header=maybe", "", "header \"maybe\" is not understood; expected auto or yes or no" },
		{ "trim=1", "", "trim \"1\" is not understood; expected no or yes" },
		{ "escape=backslash&quote=none", "",
			"escape \"backslash\" is for quoted fields; give quote= another character, or take it "
			"away" },
		{ "skip=-1", "",
			"skip \"-1\" is not understood; expected how many lines stand before the "
			"header" },
		{ "encoding=UTF-16//IGNORE", "",
			"the encoding \"UTF-16//IGNORE\" is not known; give encoding= a name that iconv -l lists, or auto" },
		{ "encoding=klingon", "",
			"the encoding \"klingon\" is not known; give encoding= a name that "
			"iconv -l lists, or auto" },
		{ "date=DD.MM", "",
			"date \"DD.MM\" is not understood; expected YYYY, MM and DD, each once, "
			"such as DD.MM.YYYY" },
		{ "decimal=;", "", "decimal \";\" is not understood; expected . or ," },
		{ "key=id&keys=record", "",
			"key and keys=record name two primary keys; leave one of them" },
		{ "columns=a:number", "a\n",
			"columns: \"a:number\" is not understood; expected NAME:KIND, "
			"with a kind such as int64, decimal(12,2), text, text(40), "
			"date, timestamp, bool, uuid, json or bytes" },
		{ "columns=number:int64", "numbers,b\n1,2\n",
			"columns: \"sample\" has no column \"number\"; did you mean \"numbers\"?" },
		{ "key=z", "aaa,b\n1,2\n",
			"key: \"sample\" has no column \"z\"; give a name of its header" },
		{ "header=no&columns=a:int64,b:int64,c:int64", "1,2\n",
			"columns= names 3 columns where \"sample\" has 2; name as many" },
		{ "", "",
			"\"x.csv\" is empty, so nothing says what its columns are; leave it out, or give "
			"header=no and columns=" },
		{ "header=yes", "a,\"b\n1,2\n",
			"the header of \"sample\" cannot be read: a quote is never closed; give quote= or skip=" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", cases[i].bytes, strlen(cases[i].bytes) };
		int rc = codec_begin(&run, &wh_csv, cases[i].options, &file, 1, 0);
		check(cases[i].options, rc == WH_CONFIG);
		check_text(cases[i].options, run.error.text, cases[i].says);
		codec_end(&run);
	}
}

static void kinds_given(void **state)
{
	static const struct {
		const char *type, *native; /* NULL: refused */
	} cases[] = {
		{ "int64", "int64" },
		{ "decimal", "decimal" },
		{ "decimal(12,2)", "decimal(12,2)" },
		{ "decimal(5)", "decimal(5,0)" },
		{ "text(40)", "text(40)" },
		{ "bytes", "bytes" },
		{ "timestamp(3)", "timestamp" },
		{ "json", "json" },
		{ "interval", "interval" },
		{ "int64(4)", NULL },
		{ "decimal(2,3)", NULL },
		{ "decimal()", NULL },
		{ "decimal(1,2,3)", NULL },
		{ "text(0)", NULL },
		{ "text(4,2)", NULL },
		{ "timestamp(7)", NULL },
		{ "text(4", NULL },
		{ "text(4)x", NULL },
		{ "tex", NULL },
		{ "enum", NULL },
		{ "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", "a,b\n", 4 };
		char options[100], want[100];
		snprintf(options, sizeof options, "columns=a:%s", cases[i].type);
		snprintf(want, sizeof want, "sample(a %s, b text)\n", cases[i].native);
		int rc = codec_begin(&run, &wh_csv, options, &file, 1, 0);
		check(cases[i].type, rc == (cases[i].native ? WH_OK : WH_CONFIG));
		if (rc == WH_OK)
			check_text(cases[i].type, codec_tables(&run), want);
		codec_end(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(broken_records),
		cmocka_unit_test(values),
		cmocka_unit_test(inferred),
		cmocka_unit_test(texts_alone),
		cmocka_unit_test(converted),
		cmocka_unit_test(long_fields),
		cmocka_unit_test(too_long),
		cmocka_unit_test(files_of_one_table),
		cmocka_unit_test(refused),
		cmocka_unit_test(kinds_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
