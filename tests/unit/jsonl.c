#include "check.h"
#include "codecs/jsonl/jsonl.h"
#include "support/codec.h"

/* What the files' one table is and what stands in it. */
static const struct reading {
	const char *options, *text, *table, *rows;
} readings[] = {
	/* types */
	{ "", "{\"a\":1}\n{\"a\":-9223372036854775808}\n{\"a\":9223372036854775807}\n",
		"sample(a int64)\n", "1\n-9223372036854775808\n9223372036854775807\n" },
	{ "", "{\"a\":1}\n{\"a\":9223372036854775808}\n", "sample(a decimal(19,0))\n",
		"1\n9223372036854775808\n" },
	{ "", "{\"a\":12.50}\n{\"a\":3}\n{\"a\":-0.125}", "sample(a decimal(5,3))\n",
		"12.50\n3\n-0.125\n" },
	{ "", "{\"a\":0.1}", "sample(a decimal(1,1))\n", "0.1\n" },
	{ "", "{\"a\":1e2}\n{\"a\":15E-1}\n{\"a\":-2.50e+1}\n", "sample(a decimal(4,1))\n",
		"100\n1.5\n-25.0\n" },
	{ "", "{\"a\":1e17}\n{\"a\":1.5e1}\n", "sample(a int64)\n", "100000000000000000\n15\n" },
	{ "", "{\"a\":1e18}\n", "sample(a decimal(19,0))\n", "1000000000000000000\n" },
	{ "", "{\"a\":1e37}\n", "sample(a decimal(38,0))\n",
		"10000000000000000000000000000000000000\n" },
	{ "", "{\"a\":1e38}\n", "sample(a float64)\n", "1e+38\n" },
	{ "", "{\"a\":1e300}\n{\"a\":0.1}\n{\"a\":-7}\n{\"a\":-0}\n", "sample(a float64)\n",
		"1e+300\n0.1\n-7\n-0\n" },
	{ "", "{\"a\":1e300}\n{\"a\":0.30000000000000004}\n{\"a\":0.10000000000000001}\n",
		"sample(a float64)\n", "1e+300\n0.30000000000000004\n0.1\n" },
	{ "", "{\"a\":1e300}\n{\"a\":12345678901234567}\n", "sample(a text)\n",
		"1e300\n12345678901234567\n" },
	{ "", "{\"a\":1e300}\n{\"a\":0.12345678901234567890}\n", "sample(a text)\n",
		"1e300\n0.12345678901234567890\n" },
	{ "", "{\"a\":1e400}\n", "sample(a text)\n", "1e400\n" },
	{ "", "{\"a\":1e-400}\n", "sample(a text)\n", "1e-400\n" },
	{ "", "{\"a\":1e99999999999999999999}\n", "sample(a text)\n", "1e99999999999999999999\n" },
	{ "", "{\"a\":1234567890123456789012345678901234567890.5}\n", "sample(a decimal)\n",
		"1234567890123456789012345678901234567890.5\n" },
	{ "", "{\"a\":true}\n{\"a\":null}\n{\"a\":false}\n", "sample(a bool)\n", "true\n~\nfalse\n" },
	{ "", "{\"a\":null}\n{}\n", "sample(a text)\n", "~\n~\n" },
	{ "", "{\"a\":true}\n{\"a\":1}\n{\"a\":\"x\"}\n", "sample(a text)\n", "true\n1\nx\n" },
	{ "", "{\"a\":1}\n{\"a\":{\"b\":[1, 2]}}\n{\"a\":\"x\\n\"}\n{\"a\":null}\n", "sample(a json)\n",
		"1\n{\"b\":[1, 2]}\n\"x\\x5Cn\"\n~\n" },
	{ "", "{\"a\":\"2024-02-29\"}\n{\"a\":null}\n{\"a\":\"0001-01-01\"}\n", "sample(a date)\n",
		"2024-02-29\n~\n0001-01-01\n" },
	{ "", "{\"a\":\"2024-02-29\"}\n{\"a\":\"2023-02-29\"}\n", "sample(a text)\n",
		"2024-02-29\n2023-02-29\n" },
	{ "", "{\"a\":\"2024-02-29\"}\n{\"a\":\"\"}\n", "sample(a text)\n", "2024-02-29\n\n" },
	{ "dates=no", "{\"a\":\"2024-02-29\"}\n", "sample(a text)\n", "2024-02-29\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09Z\"}\n{\"a\":\"2024-02-29T13:05:09.25+02:00\"}\n",
		"sample(a timestamptz)\n", "2024-02-29 13:05:09+00\n2024-02-29 11:05:09.25+00\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09.123456\"}\n", "sample(a timestamp)\n",
		"2024-02-29 13:05:09.123456\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09.1234567Z\"}\n", "sample(a text)\n",
		"2024-02-29T13:05:09.1234567Z\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09Z\"}\n{\"a\":\"2024-02-29T13:05:09\"}\n", "sample(a text)\n",
		"2024-02-29T13:05:09Z\n2024-02-29T13:05:09\n" },
	{ "", "{\"a\":\"2024-02-29 13:05:09\"}\n", "sample(a text)\n", "2024-02-29 13:05:09\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09+02:00:30\"}\n{\"a\":\"2024-02-29T13:05:09Z BC\"}\n",
		"sample(a text)\n", "2024-02-29T13:05:09+02:00:30\n2024-02-29T13:05:09Z BC\n" },
	{ "", "{\"a\":\"2024-02-29T13:05:09+02\"}\n", "sample(a text)\n", "2024-02-29T13:05:09+02\n" },
	{ "", "{\"a\":\"0f8fad5b-d9cb-469f-a165-70867728950e\"}\n", "sample(a uuid)\n",
		"0f8fad5b-d9cb-469f-a165-70867728950e\n" },
	{ "", "{\"a\":\"0F8FAD5B-D9CB-469F-A165-70867728950E\"}\n", "sample(a text)\n",
		"0F8FAD5B-D9CB-469F-A165-70867728950E\n" },
	{ "types=text", "{\"a\":1.50,\"b\":true,\"c\":[1],\"d\":\"2024-02-29\"}\n",
		"sample(a text, b text, c json, d text)\n", "1.50|true|[1]|2024-02-29\n" },
	/* texts */
	{ "", "{\"a\":\"\\u00e9\\t\\\"\\\\\\/\\ud83d\\ude00\"}\n", "sample(a text)\n",
		"\xc3\xa9\\x09\"\\x5C/\xf0\x9f\x98\x80\n" },
	{ "", "{\"a\":\"x\\u0000y\"}\n", "sample(a text)\n", "x\\x00y\n" },
	{ "", "{\"\\u00e9 1\":\"\xe2\x82\xac\"}\n{\"\xc3\xa9 1\":\"b\"}\n", "sample(\xc3\xa9 1 text)\n",
		"\xe2\x82\xac\nb\n" },
	/* keys: order of first appearance, missing and null */
	{ "", "{\"b\":1,\"a\":2}\n{\"a\":3,\"c\":4,\"b\":null}\n{}\n",
		"sample(b int64, a int64, c int64)\n", "1|2|~\n~|3|4\n~|~|~\n" },
	/* lines */
	{ "", "", "sample(document json)\n", "" },
	{ "", " \n\r\n\n", "sample(document json)\n", "" },
	{ "", "{}\n", "sample(document json)\n", "~\n" },
	{ "", "\xef\xbb\xbf{\"a\":1}\r\n\r\n  {\"a\" : 2 } \r\n\n{\"a\":3}", "sample(a int64)\n",
		"1\n2\n3\n" },
	{ "keys=record", "\xef\xbb\xbf\n{\"a\":1}\n {\"a\":2}\n\n{\"a\":3}",
		"sample(file_id int64 not null, record_id int64 not null, a int64) key (file_id, record_id)\n",
		"1|4|1\n1|12|2\n1|22|3\n" },
	/* an array */
	{ "", "[]", "sample(document json)\n", "" },
	{ "", "\xef\xbb\xbf \n [ ] \n", "sample(document json)\n", "" },
	{ "keys=record", " [{\"a\":\"],}\\\"\"},\n\n{\"a\" : [1, {\"b\":2}]\n} ]\n",
		"sample(file_id int64 not null, record_id int64 not null, a json) key (file_id, record_id)\n",
		"1|2|\"],}\\x5C\"\"\n1|18|[1, {\"b\":2}]\n" },
	/* options */
	{ "table=orders", "{\"a\":1}\n", "orders(a int64)\n", "1\n" },
	{ "columns=a:text,c:decimal(10,2),b:float64", "{\"a\":1,\"b\":2}\n{\"b\":0.1}\n",
		"sample(a text, b float64, c decimal(10,2))\n", "1|2|~\n~|0.1|~\n" },
	{ "columns=a:int64,b:date,c:bytes", "{\"a\":\"x\",\"b\":true,\"c\":\"00ff\"}\n",
		"sample(a int64, b date, c bytes)\n", "!stray 1 [78]|!stray 1 [74727565]|X'00ff'\n" },
	{ "key=id", "{\"n\":1,\"id\":7}\n", "sample(n int64, id int64 not null) key (id)\n", "1|7\n" },
	{ "key=b,a", "{\"a\":1,\"b\":7}\n", "sample(a int64 not null, b int64 not null) key (b, a)\n",
		"1|7\n" },
	{ "whole=yes", "{\"a\":1, \"a\":2}\n [{\"b\":\"\\u0000\"}] \n", "sample(document json)\n",
		"{\"a\":1, \"a\":2}\n!at byte 16 of f: '[' stands where an object belongs "
		"[205b7b2262223a225c7530303030227d5d]\n" },
	/* nested */
	{ "nested=tables&columns=a:json,b:text", "{\"a\":[{\"b\":1}]}\n{\"a\":[2]}\n",
		"sample(file_id int64 not null, record_id int64 not null, a json, b text) "
		"key (file_id, record_id)\n",
		"1|0|[{\"b\":1}]|~\n1|16|[2]|~\n" },
	{ "nested=flat",
		"{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}},\"e\":[{\"f\":1}]}\n{\"a\":{}}\n{\"a\":null}\n",
		"sample(a_b int64, a_c_d text, e json, a text)\n",
		"1|x|[{\"f\":1}]|~\n~|~|~|~\n~|~|~|~\n" },
};

/* A file of one line, and why it is rejected. */
static const struct refusal {
	const char *options, *text, *reason;
} refusals[] = {
	{ "", "{\"a\":}", "at byte 5 of f: '}' stands where a value belongs" },
	{ "", "{\"a\":1,}", "at byte 7 of f: '}' stands where a key in double quotes belongs" },
	{ "", "{\"a\":1", "at byte 6 of f: the record ends where ',' or '}' belongs" },
	{ "", "{\"a\":1} 2", "at byte 8 of f: '2' stands where the end belongs" },
	{ "", "{\"a\" 1}", "at byte 5 of f: '1' stands where ':' behind the key belongs" },
	{ "", "{a:1}", "at byte 1 of f: 'a' stands where a key in double quotes belongs" },
	{ "", "{\"a\":01}", "at byte 6 of f: '1' stands where ',' or '}' belongs" },
	{ "", "{\"a\":1.}", "at byte 7 of f: '}' stands where a digit belongs" },
	{ "", "{\"a\":NaN}", "at byte 5 of f: 'N' stands where a value belongs" },
	{ "", "{\"a\":nul}", "at byte 8 of f: '}' stands where null belongs" },
	{ "", "{\"a\":\"b\t\"}",
		"at byte 7 of f: X'09' stands where an escape for a control character belongs" },
	{ "", "{\"a\":\"b", "at byte 7 of f: the record ends where the end of a string belongs" },
	{ "", "{\"a\":\"\\x\"}", "at byte 7 of f: 'x' stands where one of \"\\/bfnrtu belongs" },
	{ "", "{\"a\":\"\\u12g4\"}", "at byte 10 of f: 'g' stands where a hexadecimal digit belongs" },
	{ "", "{\"a\":\"b\xff\"}", "at byte 7 of f: X'FF' stands where UTF-8 belongs" },
	{ "", "{\"a\":[1 2]}", "at byte 8 of f: '2' stands where ',' or ']' belongs" },
	{ "", "1", "at byte 0 of f: '1' stands where an object belongs" },
	{ "", "{\"a\":[\"\\ud83d\"]}",
		"at byte 7 of f: \\ud83d is half of a character, and its other half is missing" },
	{ "", "{\"a\":\"\\ude00\"}",
		"at byte 6 of f: \\ude00 is half of a character, and its other half is missing" },
	{ "", "{\"a\":1,\"b\":2,\"\\u0061\":1}",
		"at byte 13 of f: the key \"a\" is there twice; one of them would be lost" },
	{ "nested=flat", "{\"a\":{\"b\":1},\"a\":{\"b\":2}}",
		"at byte 18 of f: the key \"a_b\" is there twice; one of them would be lost" },
	{ "", "{\"\":1}", "at byte 1 of f: an empty key cannot name a column" },
	{ "", "{\"a\\u0000\":1}", "at byte 1 of f: a key that holds U+0000 cannot name a column" },
};

static const char *both_ways(struct codec_run *run, const char *name, const char *table)
{
	const char *rows = codec_rows(run, table), *by_cuts = codec_rows_by_cuts(run, table);
	if (!rows || !by_cuts)
		fail_msg("case \"%s\": %s", name, run->error.text);
	check_text(name, by_cuts, rows);
	return rows;
}

static void begin(struct codec_run *run, const char *options, const struct codec_file *files,
	size_t n, size_t piece)
{
	if (codec_begin(run, &wh_jsonl, options, files, n, piece) != WH_OK)
		fail_msg("%s: %s", options, run->error.text);
}

static const size_t pieces[] = { 0, 1, 7 };

static void one_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(readings) * COUNT(pieces); i++) {
		const struct reading *r = &readings[i / COUNT(pieces)];
		struct codec_file file = { "f", r->text, strlen(r->text) };
		struct codec_run run;
		begin(&run, r->options, &file, 1, pieces[i % COUNT(pieces)]);
		check_text(r->text, codec_tables(&run), r->table);
		check_text(r->text, both_ways(&run, r->text, run.catalog.tables[0].name), r->rows);
		codec_end(&run);
	}
}

static void faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct codec_file file = { "f", r->text, strlen(r->text) };
		struct codec_run run;
		begin(&run, r->options, &file, 1, 0);
		struct wh_buffer want = { 0 };
		wh_buffer_format(&want, "!%s [", r->reason);
		const char *rows = codec_rows(&run, "sample");
		check_text(r->text, wh_arena_bytes(&run.arena, rows, want.size), wh_buffer_string(&want));
		wh_buffer_free(&want);
		codec_end(&run);
	}
}

/* Arrays become tables, objects columns; what is deeper in an array stays JSON. */
static void nested_tables(void **state)
{
	static const char text[] =
		"{\"id\":1,\"to\":{\"city\":\"Ede\",\"tags\":[\"x\",null]},\"lines\":[{\"n\":1,\"p\":{\"q\":[2]}},{\"n\":2.5}]}\n"
		"{\"id\":2,\"lines\":[],\"to\":{\"city\":null}}\n"
		"{\"id\":3,\"lines\":[{\"n\":1,\"n\":2}]}\n"
		"{\"id\":4,\"lines\":[{\"n\":3}],\"to\":{\"tags\":\"none\"}}\n";
	static const char *const tables[][2] = {
		{ "sample",
			"1|0|1|Ede|~\n1|89|2|~|~\n"
			"1|128|!at byte 152 of f: the key \"n\" is there twice; one of them would be lost "
			"[7b226964223a332c226c696e6573223a5b7b226e223a312c226e223a327d5d7d]|~|~\n"
			"1|161|4|~|none\n" },
		{ "sample_to_tags", "1|0|1|x\n1|0|2|~\n" },
		{ "sample_lines", "1|0|1|1|[2]\n1|0|2|2.5|~\n1|161|1|3|~\n" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(tables) * COUNT(pieces); i++) {
		struct codec_file file = { "f", text, sizeof text - 1 };
		struct codec_run run;
		begin(&run, "nested=tables", &file, 1, pieces[i % COUNT(pieces)]);
		check_text("tables", codec_tables(&run),
			"sample(file_id int64 not null, record_id int64 not null, id int64, to_city text, "
			"to_tags text) key (file_id, record_id)\n"
			"sample_to_tags(file_id int64 not null, record_id int64 not null, item int64 not null, "
			"value text) key (file_id, record_id, item)\n"
			"sample_lines(file_id int64 not null, record_id int64 not null, item int64 not null, "
			"n decimal(2,1), p_q json) key (file_id, record_id, item)\n");
		const char *const *t = tables[i / COUNT(pieces)];
		check_text(t[0], both_ways(&run, t[0], t[0]), t[1]);
		const struct wh_foreign_key *key = run.catalog.tables[1].foreign_keys;
		assert_string_equal(key->to_table, "sample");
		assert_string_equal(key->to_columns[1], "record_id");
		codec_end(&run);
	}
}

/* A state that has learnt nothing decodes all the same, and an array of more items than a batch has
 * rows goes on where it stopped. */
static void without_learning(void **state)
{
	struct wh_buffer text = { 0 }, want = { 0 };
	(void)state;
	wh_buffer_text(&text, "{\"a\":[");
	for (int i = 1; i <= 100; i++) {
		wh_buffer_format(&text, "%s{\"b\":\"%d\"}", i > 1 ? "," : "", i);
		wh_buffer_format(&want, "1|0|%d|%d\n", i, i);
	}
	wh_buffer_text(&text, "]}\n");
	struct codec_file file = { "f", wh_buffer_string(&text), text.size };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		begin(&run, "nested=tables", &file, 1, pieces[i]);
		run.codec->close(run.state);
		assert_int_equal(run.codec->open(run.state, &run.setup, &run.error), WH_OK);
		check_text("items", codec_rows(&run, "sample_a"), wh_buffer_string(&want));
		codec_end(&run);
	}
	wh_buffer_free(&text);
	wh_buffer_free(&want);
}

/* Files that are one table: their records, each in its own form, and what all of them hold. */
static void several_files(void **state)
{
	const struct codec_file files[] = {
		{ "a", "{\"x\":1}\n{\"y\":2}", 15 },
		{ "b", "[{\"y\":2.5}]", 11 },
		{ "c", "", 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		begin(&run, "table=t&keys=record", files, COUNT(files), pieces[i]);
		check_text("tables", codec_tables(&run),
			"t(file_id int64 not null, record_id int64 not null, x int64, y decimal(2,1)) "
			"key (file_id, record_id)\n");
		check_text("rows", codec_rows(&run, "t"), "1|0|1|~\n1|8|~|2\n2|1|~|2.5\n");
		codec_end(&run);
	}
}

/* Options, layouts and files that end all of it. */
static void refused(void **state)
{
	static const struct {
		const char *options, *text, *says;
		int code;
	} cases[] = {
		{ "keys=all", "", "keys=all is not known; it is one of: none, record", WH_CONFIG },
		{ "dates=perhaps", "", "dates=perhaps is not known", WH_CONFIG },
		{ "columns=a", "", "columns: \"a\" has no type", WH_CONFIG },
		{ "columns=a:number", "", "columns: the type \"number\" of \"a\" is not known", WH_CONFIG },
		{ "columns=a:decimal(2,3)", "", "columns: the type \"decimal(2,3)\" of", WH_CONFIG },
		{ "columns=a:decimal(2", "", "columns: the type \"decimal(2\" of", WH_CONFIG },
		{ "columns=a:text(3)", "", "columns: the type \"text(3)\" of", WH_CONFIG },
		{ "columns=a:text,a:json", "", "columns: \"a\" stands there twice", WH_CONFIG },
		{ "whole=yes&types=text", "", "leave types out", WH_CONFIG },
		{ "key=a&nested=tables", "", "where nested=tables has one already", WH_CONFIG },
		{ "table=", "", "table has no name", WH_CONFIG },
		{ "key=b", "{\"a\":1}", "key: \"sample\" has no column \"b\"", WH_CONFIG },
		{ "key=a", "{\"a\":1}\n{}\n{\"a\":null}", "key: 2 of the records of \"sample\"",
			WH_CONFIG },
		{ "keys=record", "{\"file_id\":1}", "would be the one column \"file_id\"; use keys=none",
			WH_CONFIG },
		{ "nested=flat", "{\"a\":{\"b\":1}}\n{\"a_b\":1}",
			"would be the one column \"a_b\"; use nested=json", WH_CONFIG },
		{ "nested=tables", "{\"a\":[1,{\"value\":1}]}", "would be the one column \"value\"",
			WH_CONFIG },
		{ "", "[{\"a\":1}", "f ends at byte 8, before its array does", WH_STOP },
		{ "", "[", "f ends at byte 1, before its array does", WH_STOP },
		{ "", "[{\"a\":1},", "f ends at byte 9, before its array does", WH_STOP },
		{ "", "[]\n[]", "more stands behind the array, at byte 3 of f", WH_STOP },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases) * COUNT(pieces); i++) {
		const char *text = cases[i / COUNT(pieces)].text, *says = cases[i / COUNT(pieces)].says;
		struct codec_file file = { "f", text, strlen(text) };
		struct codec_run run;
		int rc = codec_begin(&run, &wh_jsonl, cases[i / COUNT(pieces)].options, &file, 1,
			pieces[i % COUNT(pieces)]);
		check(says, rc == cases[i / COUNT(pieces)].code);
		if (!strstr(run.error.text, says))
			fail_msg("case \"%s\": %s", says, run.error.text);
		codec_end(&run);
	}
}

/* An element that is none costs only itself. */
static void broken_elements(void **state)
{
	static const char text[] = "[{\"a\":1},{\"a\":01}, 7 ,,{\"a\":2}x,{\"a\":3},]";
	struct codec_file file = { "f", text, sizeof text - 1 };
	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct codec_run run;
		begin(&run, "", &file, 1, pieces[i]);
		check_text("elements", codec_rows(&run, "sample"),
			"1\n"
			"!at byte 15 of f: '1' stands where ',' or '}' belongs [7b2261223a30317d]\n"
			"!at byte 19 of f: '7' stands where an object belongs [37]\n"
			"!at byte 22 of f: the record ends where an object belongs []\n"
			"!at byte 30 of f: 'x' stands where the end belongs [7b2261223a327d78]\n"
			"3\n"
			"!at byte 40 of f: the record ends where an object belongs []\n");
		codec_end(&run);
	}
}

static void limits(void **state)
{
	struct wh_buffer text = { 0 };
	(void)state;
	for (size_t i = 0; i < 1601; i++)
		wh_buffer_format(&text, "{\"k%zu\":1}\n", i);
	struct codec_file file = { "f", wh_buffer_string(&text), text.size };
	struct codec_run run;
	assert_int_equal(codec_begin(&run, &wh_jsonl, "", &file, 1, 0), WH_CONFIG);
	assert_non_null(strstr(run.error.text, "more than 1600 keys"));
	codec_end(&run);
	wh_buffer_clear(&text);
	for (size_t i = 0; i < 514; i++)
		wh_buffer_text(&text, i ? "[" : "{\"a\":");
	file.n = text.size;
	begin(&run, "", &file, 1, 0);
	const char *want =
		"!at byte 516 of f: '[' stands where a value of at most 512 levels belongs [";
	const char *rows = codec_rows(&run, "sample");
	check_text("levels", wh_arena_bytes(&run.arena, rows, strlen(want)), want);
	codec_end(&run);
	wh_buffer_clear(&text);
	text.max = WH_CODEC_RECORD_MOST + 16;
	wh_buffer_reserve(&text, WH_CODEC_RECORD_MOST + 2);
	memset(text.data, 'x', WH_CODEC_RECORD_MOST + 2);
	file = (struct codec_file){ "f", text.data, WH_CODEC_RECORD_MOST + 2 };
	assert_int_equal(codec_begin(&run, &wh_jsonl, "", &file, 1, (size_t)1 << 20), WH_STOP);
	assert_non_null(strstr(run.error.text, "byte 0 of f is longer than 64 MiB"));
	codec_end(&run);
	wh_buffer_free(&text);
}

static void doubts(void **state)
{
	static const char text[] = "{\"a\":1,\"b\":1e400,\"c\":\"2024-02-29T13:05:09+01:00\",\"d\":1}\n"
							   "{\"a\":\"1\",\"b\":2,\"c\":\"2024-02-29T13:05:09Z\",\"d\":null}\n";
	struct codec_file file = { "f", text, sizeof text - 1 };
	struct codec_run run;
	(void)state;
	begin(&run, "", &file, 1, 0);
	const struct wh_findings *f = &run.catalog.findings;
	assert_int_equal(f->count, 3);
	assert_string_equal(f->items[0].object, "sample.a");
	assert_string_equal(f->items[1].object, "sample.b");
	assert_string_equal(f->items[2].object, "sample.c");
	codec_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_table),
		cmocka_unit_test(faults),
		cmocka_unit_test(nested_tables),
		cmocka_unit_test(without_learning),
		cmocka_unit_test(several_files),
		cmocka_unit_test(refused),
		cmocka_unit_test(broken_elements),
		cmocka_unit_test(limits),
		cmocka_unit_test(doubts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
