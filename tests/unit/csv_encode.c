/* Rows become bytes that are expected by hand, and those become the same rows. */
#include "check.h"
#include "codecs/csv/csv.h"
#include "model/digest.h"
#include "model/value.h"
#include "support/codec.h"

static void again(void **state)
{
	static const struct {
		const char *name, *options, *bytes;
		size_t n; /* 0: up to the NUL */
		const char *again;
		size_t nagain;
	} cases[] = {
		{ "nothing needs quotes", "", "\"a\",\"b\"\r\n\"1\",\"x y\"\r\n", 0, "a,b\n1,x y\n", 0 },
		{ "what needs them", "", "a,b\n1,\"x,y\"\n2,\"say \"\"x\"\"\"\n3,\"x\ny\"\n4,x\ry\n", 0,
			"a,b\n1,\"x,y\"\n2,\"say \"\"x\"\"\"\n3,\"x\ny\"\n4,\"x\ry\"\n", 0 },
		{ "NULL and the empty text", "", "a,b\n1,\n2,\"\"\n", 0, "a,b\n1,\n2,\"\"\n", 0 },
		{ "NULL in one column", "", "a\nx\n\n\"\"\n", 0, "a\nx\n\n\"\"\n", 0 },
		{ "a marker of NULL", "null=NULL", "a,b\n1,NULL\n2,\"NULL\"\n3,\n4,\"\"\n", 0,
			"a,b\n1,NULL\n2,\"NULL\"\n3,NULL\n4,\"\"\n", 0 },
		{ "no quotes", "quote=none&null=\\N&delimiter=tab", "a\tb\n1\t\\N\n2\t\n3\t\"x,y\n", 0,
			"a\tb\n1\t\\N\n2\t\n3\t\"x,y\n", 0 },
		{ "other marks", "delimiter=;&quote='&newline=crlf", "a;b\n1;'x;y'\n2;'it''s'\n3;,\n", 0,
			"a;b\r\n1;'x;y'\r\n2;'it''s'\r\n3;,\r\n", 0 },
		{ "backslashes", "escape=backslash", "a,b\n1,\"x\\\"y\\\\z\"\n2,x\\y\n", 0,
			"a,b\n1,\"x\\\"y\\\\z\"\n2,x\\y\n", 0 },
		{ "no header", "header=no", "1,x\n", 0, "1,x\n", 0 },
		{ "what a delimiter that is looked for must not find", "", "a\n\"x;y\"\n\"x|y\"\n\"'x'\"\n",
			0, "a\n\"x;y\"\n\"x|y\"\n\"'x'\"\n", 0 },
		{ "blanks, where they are cut off", "trim=yes", "a,b\n1,\" x\"\n2,y z\n", 0,
			"a,b\n1,\" x\"\n2,y z\n", 0 },
		{ "no comment, no sep", "comment=%23", "a,b\n\"#x\",#\n\"sep=;\",1\n", 0,
			"a,b\n\"#x\",#\n\"sep=;\",1\n", 0 },
		{ "numbers and dates as they were", "decimal=,&date=DD.MM.YYYY&delimiter=;",
			"a;b;c\n1.234,50;29.02.2024;01.02.2024 10:00:00\n", 0,
			"a;b;c\n1234,50;29.02.2024;01.02.2024 10:00:00\n", 0 },
		{ "a byte order mark", "bom=yes", "a\nx\n", 0,
			"\xef\xbb\xbf"
			"a\nx\n",
			0 },
		{ "windows-1252", "encoding=windows-1252", "a\n\xfc\x80\n", 0, "a\n\xfc\x80\n", 0 },
		{ "UTF-16", "encoding=UTF-16", "a\0\n\0\x3d\xd8\x00\xde\n\0", 10,
			"\xff\xfe"
			"a\0\n\0\x3d\xd8\x00\xde\n\0",
			12 },
		{ "Shift_JIS", "encoding=SHIFT_JIS", "a\n\x83\x7c\n", 0, "a\n\x83\x7c\n", 0 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_run run;
		struct codec_file file = { "x.csv", cases[i].bytes,
			cases[i].n ? cases[i].n : strlen(cases[i].bytes) };
		struct wh_buffer out = { 0 };
		if (codec_begin(&run, &wh_csv, cases[i].options, &file, 1, 0) != WH_OK ||
			codec_again(&run, false, &out) != WH_OK)
			fail_msg("case \"%s\": %s", cases[i].name, run.error.text);
		size_t n = cases[i].nagain ? cases[i].nagain : strlen(cases[i].again);
		check_text(cases[i].name, wh_buffer_string(&out), cases[i].again);
		check(cases[i].name, out.size == n && memcmp(out.data, cases[i].again, n) == 0);
		wh_buffer_free(&out);
		codec_end(&run);
	}
}

/* ---- a table of every kind ---- */

#define FIELDS (WH_KINDS - 1)

struct all {
	struct wh_field fields[FIELDS];
	struct wh_rowset tables[2];
	struct wh_batch batch;
	size_t given[2]; /* batches that were handed out */
	struct wh_buffer files[2];
	const char *names[2];
	size_t nfiles;
};

static int next(struct wh_codec_rows *rows, size_t table, struct wh_batch **out, struct wh_error *e)
{
	struct all *a = rows->context;
	(void)e;
	*out = &a->batch;
	return a->given[table]++ ? WH_DONE : WH_OK;
}

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *e)
{
	struct all *a = sink->context;
	(void)e;
	a->names[a->nfiles++] = strdup(name);
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *e)
{
	struct all *a = sink->context;
	(void)e;
	wh_buffer_put(&a->files[a->nfiles - 1], bytes, n);
	return WH_OK;
}

static void fill_row(struct wh_batch *b, const char *const texts[WH_KINDS])
{
	for (size_t c = 0; c < FIELDS; c++) {
		const char *text = texts[c + 1];
		if (!text)
			wh_batch_null(b, c);
		else
			check(wh_kind_name((enum wh_kind)(c + 1)), wh_value_parse(b, c, text, strlen(text)));
	}
	wh_batch_row(b);
}

static void fill(struct all *a)
{
	static const char *const rows[][WH_KINDS] = {
		{ [WH_BOOL] = "true",
			[WH_INT64] = "-9223372036854775808",
			[WH_UINT64] = "18446744073709551615",
			[WH_FLOAT32] = "0.1",
			[WH_FLOAT64] = "1e+300",
			[WH_DECIMAL] = "-12345678901234567890.1200",
			[WH_TEXT] = "x, \"y\"\r\n;'\\ \xe2\x82\xac",
			[WH_BYTES] = "00ff",
			[WH_DATE] = "2024-02-29",
			[WH_TIME] = "24:00:00",
			[WH_TIMESTAMP] = "2024-02-29 13:05:09.25",
			[WH_TIMESTAMPTZ] = "0044-03-15 12:00:00+00 BC",
			[WH_INTERVAL] = "P1Y2M3DT4H5M6.5S",
			[WH_UUID] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
			[WH_JSON] = "{\"a\": [1, \"x\"]}",
			[WH_XML] = "<a b=\"c\">,</a>",
			[WH_ENUM] = "one",
			[WH_SET] = "one,two",
			[WH_BITS] = "0101",
			[WH_ARRAY] = "[1,null]",
			[WH_GEOMETRY] = "0101000000000000000000f03f0000000000000040",
			[WH_NATIVE] = "(1,2)" },
		{ [WH_BOOL] = "false",
			[WH_INT64] = "0",
			[WH_FLOAT32] = "NaN",
			[WH_FLOAT64] = "-Infinity",
			[WH_DECIMAL] = "NaN",
			[WH_TEXT] = "",
			[WH_BYTES] = "",
			[WH_DATE] = "infinity",
			[WH_TIMESTAMP] = "-infinity",
			[WH_TIMESTAMPTZ] = "10000-01-01 00:00:00+00",
			[WH_XML] = "",
			[WH_ENUM] = "",
			[WH_SET] = "",
			[WH_BITS] = "",
			[WH_GEOMETRY] = "",
			[WH_NATIVE] = "" },
		{ [WH_TEXT] = "NULL", [WH_NATIVE] = "#", [WH_DATE] = "0001-12-31 BC" },
		{ NULL },
	};
	for (size_t c = 0; c < FIELDS; c++) {
		struct wh_type type = { .kind = (enum wh_kind)(c + 1) };
		a->fields[c] =
			(struct wh_field){ .name = wh_kind_name(type.kind), .type = type, .wire = type };
	}
	a->tables[0] =
		(struct wh_rowset){ .table = "b_c", .schema = "a", .fields = a->fields, .nfields = FIELDS };
	a->tables[1] =
		(struct wh_rowset){ .table = "c", .schema = "a_b", .fields = a->fields, .nfields = FIELDS };
	wh_rowset_batch_of(&a->tables[0], COUNT(rows), &a->batch);
	for (size_t r = 0; r < COUNT(rows); r++)
		fill_row(&a->batch, rows[r]);
}

/* Opened anew over the bytes, as whoever reads them back does. */
static void decode(struct all *a, const char *options, struct wh_batch *out)
{
	struct wh_arena arena = { 0 };
	struct wh_url url = { 0 };
	struct wh_error error = { 0 };
	struct wh_buffer *bytes = &a->files[1];
	struct wh_codec_file file = { a->names[1], 1, (int64_t)bytes->size };
	size_t consumed = 0;
	char text[300];
	void *state = calloc(1, wh_csv.state_size);
	snprintf(text, sizeof text, "csv:x?%s", options);
	assert_int_equal(wh_url_parse(text, &arena, &url, &error), WH_OK);
	const struct wh_codec_setup setup = { .url = &url,
		.name = "x",
		.sample = bytes->data,
		.nsample = bytes->size,
		.sample_whole = true,
		.arena = &arena };
	if (wh_csv.open(state, &setup, &error) || wh_csv.aim(state, &a->tables[1], &error) ||
		wh_csv.start(state, &file, 0, &error) ||
		wh_csv.decode(state, bytes->data, bytes->size, true, &consumed, out, &error))
		fail_msg("%s: %s", options, error.text);
	check(options, consumed == bytes->size);
	wh_csv.close(state);
	free(state);
	wh_arena_free(&arena);
}

static int encode(struct all *a, const char *options, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_url url = { 0 };
	char text[300];
	void *state = calloc(1, wh_csv.state_size);
	snprintf(text, sizeof text, "csv:x?%s", options);
	assert_int_equal(wh_url_parse(text, &arena, &url, error), WH_OK);
	const struct wh_codec_setup setup = { .url = &url, .name = "x", .arena = &arena };
	struct wh_codec_rows rows = { a->tables, 2, a, next };
	struct wh_codec_sink sink = { a, sink_file, sink_put };
	int rc = wh_csv.open(state, &setup, error);
	if (rc == WH_OK)
		rc = wh_csv.encode(state, &rows, &sink, error);
	wh_csv.close(state);
	free(state);
	wh_arena_free(&arena);
	return rc;
}

static void finish(struct all *a)
{
	for (size_t f = 0; f < 2; f++) {
		free((void *)(uintptr_t)a->names[f]);
		wh_buffer_free(&a->files[f]);
	}
	wh_batch_finish(&a->batch);
}

static void every_kind(void **state)
{
	static const char *const options[] = { "", "delimiter=;&decimal=,&date=DD.MM.YYYY",
		"date=YYYY-DD-MM&null=NULL", "delimiter=:&quote='&comment=%23",
		"delimiter=-&escape=backslash", "encoding=UTF-16&newline=crlf", "encoding=UTF-32BE&bom=yes",
		"delimiter=.&trim=yes" };
	(void)state;
	for (size_t i = 0; i < COUNT(options); i++) {
		struct all a = { 0 };
		struct wh_batch back;
		struct wh_buffer scratch = { 0 };
		struct wh_error error = { 0 };
		fill(&a);
		if (encode(&a, options[i], &error) != WH_OK)
			fail_msg("%s: %s", options[i], error.text);
		check_text(options[i], a.names[0], "a_b_c.csv");
		check_text(options[i], a.names[1], "a_b_c_2.csv");
		wh_rowset_batch_of(&a.tables[1], 100, &back);
		decode(&a, options[i], &back);
		check(options[i], back.rows == a.batch.rows && back.nstrays == 0);
		wh_digest_batch(&a.batch, NULL, 1, &scratch);
		wh_digest_batch(&back, NULL, 1, &scratch);
		for (uint32_t r = 0; r < back.rows; r++)
			check(options[i], memcmp(&a.batch.hash[r], &back.hash[r], sizeof *back.hash) == 0);
		finish(&a);
		wh_buffer_free(&scratch);
		wh_batch_finish(&back);
	}
}

/* Nothing is written that would be read as something else. */
static void refused(void **state)
{
	static const struct {
		const char *options, *says;
	} cases[] = {
		{ "quote=none",
			"a text of column \"text\" of table \"b_c\" needs quotes; give quote= a character" },
		{ "quote=none&delimiter=|",
			"a text of column \"text\" of table \"b_c\" needs quotes; give "
			"quote= a character" },
		{ "encoding=ISO-8859-1",
			"a character of table \"b_c\" cannot be written in ISO-8859-1; give encoding=UTF-8" },
		{ "encoding=SHIFT_JIS",
			"a character of table \"b_c\" cannot be written in SHIFT_JIS; give encoding=UTF-8" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_error error = { 0 };
		struct all a = { 0 };
		fill(&a);
		check(cases[i].options, encode(&a, cases[i].options, &error) == WH_CONFIG);
		check_text(cases[i].options, error.text, cases[i].says);
		finish(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(again),
		cmocka_unit_test(every_kind),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
