#include "check.h"
#include "codecs/jsonl/jsonl.h"
#include "support/codec.h"

/* What all rows are as lines. */
static const struct writing {
	const char *options, *text, *lines;
	bool other; /* the lines are not the same rows: several tables, spaces gone */
} writings[] = {
	{ "", "", "== sample.jsonl\n" },
	{ "", "{\"a\" : 1,\"b\":\"x\\u0009\\u00e9\\/\\\"\\\\\\u0000\" }\n{\"b\":null}",
		"== sample.jsonl\n{\"a\":1,\"b\":\"x\\t\xc3\xa9/\\\"\\\\\\u0000\"}\n{\"a\":null,\"b\":null}\n" },
	{ "", "{\"a \\\"\":1e2,\"b\":-12.50,\"c\":true}",
		"== sample.jsonl\n{\"a \\\"\":100,\"b\":-12.50,\"c\":true}\n" },
	{ "", "[{\"a\":{\"b\" :\n\r\n[1, \"x\\ny\"]}}, {\"a\":\"\\u0041\"}]",
		"== sample.jsonl\n{\"a\":{\"b\" :[1, \"x\\ny\"]}}\n{\"a\":\"\\u0041\"}\n", true },
	{ "columns=a:float64",
		"{\"a\":\"NaN\"}\n{\"a\":\"-Infinity\"}\n{\"a\":1e300}\n{\"a\":-0}\n{\"a\":0.1}\n",
		"== sample.jsonl\n{\"a\":\"NaN\"}\n{\"a\":\"-Infinity\"}\n{\"a\":1e+300}\n{\"a\":-0}\n{\"a\":0.1}\n" },
	{ "columns=a:decimal",
		"{\"a\":\"NaN\"}\n{\"a\":\"Infinity\"}\n{\"a\":\"007.50\"}\n{\"a\":\"-00.5\"}\n{\"a\":\"00\"}\n",
		"== sample.jsonl\n{\"a\":\"NaN\"}\n{\"a\":\"Infinity\"}\n{\"a\":7.50}\n{\"a\":-0.5}\n{\"a\":0}\n" },
	{ "columns=a:timestamp,b:timestamptz,c:date,d:time",
		"{\"a\":\"2024-02-29 13:05:09.25\",\"b\":\"2024-02-29T13:05:09+02:00\",\"c\":\"2024-02-29\",\"d\":\"13:05\"}\n"
		"{\"a\":\"0044-03-15 12:00:00 BC\",\"b\":\"0044-03-15 12:00:00+00 BC\",\"c\":\"0044-03-15 BC\",\"d\":\"24:00:00\"}\n"
		"{\"a\":\"-infinity\",\"b\":\"infinity\",\"c\":\"infinity\"}\n",
		"== sample.jsonl\n"
		"{\"a\":\"2024-02-29T13:05:09.25\",\"b\":\"2024-02-29T11:05:09Z\",\"c\":\"2024-02-29\",\"d\":\"13:05:00\"}\n"
		"{\"a\":\"0044-03-15T12:00:00 BC\",\"b\":\"0044-03-15T12:00:00Z BC\",\"c\":\"0044-03-15 BC\",\"d\":\"24:00:00\"}\n"
		"{\"a\":\"-infinity\",\"b\":\"infinity\",\"c\":\"infinity\",\"d\":null}\n" },
	{ "columns=a:bytes,b:uuid,c:uint64,d:float32,e:interval,f:xml",
		"{\"a\":\"00FF\",\"b\":\"0F8FAD5BD9CB469FA16570867728950E\",\"c\":18446744073709551615,\"d\":0.1,\"e\":\"1 day\",\"f\":\"<a/>\"}\n",
		"== sample.jsonl\n{\"a\":\"00ff\",\"b\":\"0f8fad5b-d9cb-469f-a165-70867728950e\",\"c\":18446744073709551615,\"d\":0.1,\"e\":\"P1D\",\"f\":\"<a/>\"}\n" },
	{ "nested=tables", "{\"a\":[{\"b\":1},2]}\n",
		"== sample.jsonl\n{\"file_id\":1,\"record_id\":0,\"document\":null}\n"
		"== sample_a.jsonl\n{\"file_id\":1,\"record_id\":0,\"item\":1,\"b\":1,\"value\":null}\n"
		"{\"file_id\":1,\"record_id\":0,\"item\":2,\"b\":null,\"value\":2}\n",
		true },
	{ "whole=yes", "[{ \"a\":1,\n\"a\":2}]", "== sample.jsonl\n{\"document\":{ \"a\":1,\"a\":2}}\n",
		true },
};

static void begin(struct codec_run *run, const char *options, const char *text, size_t n)
{
	static struct codec_file file;
	file = (struct codec_file){ "f", text, n };
	if (codec_begin(run, &wh_jsonl, options, &file, 1, 0) != WH_OK)
		fail_msg("%s: %s", options, run->error.text);
}

static void read_back(const struct writing *w, const char *rows, const struct wh_buffer *lines)
{
	size_t head = strlen("== sample.jsonl\n");
	struct codec_run again;
	begin(&again, w->options, lines->data + head, lines->size - head);
	check_text(w->text, codec_rows(&again, "sample"), rows);
	codec_end(&again);
}

/* With the same types the lines give equal rows again. */
static void written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(writings); i++) {
		const struct writing *w = &writings[i];
		struct codec_run run;
		struct wh_buffer lines = { 0 };
		begin(&run, w->options, w->text, strlen(w->text));
		const char *rows = codec_rows(&run, "sample");
		if (codec_again(&run, true, &lines) != WH_OK)
			fail_msg("case \"%s\": %s", w->text, run.error.text);
		check_text(w->text, wh_buffer_string(&lines), w->lines);
		if (!w->other)
			read_back(w, rows, &lines);
		wh_buffer_free(&lines);
		codec_end(&run);
	}
}

static int one_batch(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	(void)table;
	(void)error;
	*out = rows->context;
	rows->context = NULL;
	return *out ? WH_OK : WH_DONE;
}

static int no_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	(void)sink;
	(void)error;
	assert_string_equal(name, "t.jsonl");
	return WH_OK;
}

static int no_bytes(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *error)
{
	(void)sink;
	(void)bytes;
	(void)error;
	assert_int_equal(n, 0);
	return WH_OK;
}

/* A cell that says it is JSON would break its line. */
static void not_json(void **state)
{
	const struct wh_field field = { .name = "a", .wire = { .kind = WH_JSON } };
	const struct wh_rowset rowset = { .table = "t", .fields = &field, .nfields = 1 };
	struct wh_batch batch = { 0 };
	struct wh_error error = { 0 };
	(void)state;
	wh_rowset_batch_of(&rowset, 1, &batch);
	wh_batch_bytes(&batch, 0, "{\"b\":1},", 8);
	wh_batch_row(&batch);
	struct wh_codec_rows rows = { &rowset, 1, &batch, one_batch };
	struct wh_codec_sink sink = { NULL, no_file, no_bytes };
	assert_int_equal(wh_jsonl.encode(NULL, &rows, &sink, &error), WH_STOP);
	assert_string_equal(error.text,
		"the JSON column \"a\" of \"t\" holds what is none; give it the type text");
	wh_batch_finish(&batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(not_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
