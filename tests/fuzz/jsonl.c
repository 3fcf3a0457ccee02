/* A file of any bytes as JSON lines: its tables and rows are the same in whatever pieces it comes,
 * and rows that were written give the same lines again. The first byte chooses options and piece. */
#include "fuzz.h"
#include "codecs/jsonl/jsonl.h"
#include "support/codec.h"

static void same(const char *a, const char *b)
{
	must(a && b && strcmp(a, b) == 0);
}

/* Both have read the file; all rows of each table are the same. */
static void check_rows(struct codec_run *whole, struct codec_run *pieces)
{
	same(codec_tables(whole), codec_tables(pieces));
	for (size_t i = 0; i < whole->catalog.ntables; i++) {
		const char *table = whole->catalog.tables[i].name, *rows = codec_rows(whole, table);
		same(rows, codec_rows(pieces, table));
		same(rows, codec_rows_by_cuts(pieces, table));
	}
}

static void read_again(const struct codec_run *run, struct wh_table *table, struct wh_buffer *lines)
{
	struct codec_file file = { "lines", wh_buffer_string(lines), lines->size };
	struct codec_run again;
	struct wh_buffer out = { 0 };
	must(codec_begin(&again, run->codec, "", &file, 1, 5) == WH_OK);
	struct wh_catalog learnt = again.catalog;
	table->name = "sample";
	again.catalog.tables = table;
	again.catalog.ntables = 1;
	must(codec_again(&again, false, &out) == WH_OK);
	must(out.size == lines->size && memcmp(wh_buffer_string(&out), file.bytes, out.size) == 0);
	again.catalog = learnt;
	wh_buffer_free(&out);
	codec_end(&again);
}

static void check_lines(struct codec_run *run)
{
	struct wh_catalog all = run->catalog;
	for (size_t i = 0; i < all.ntables; i++) {
		struct wh_table table = all.tables[i];
		struct wh_buffer lines = { 0 };
		run->catalog.tables = &table;
		run->catalog.ntables = 1;
		must(codec_again(run, false, &lines) == WH_OK);
		read_again(run, &table, &lines);
		wh_buffer_free(&lines);
	}
	run->catalog = all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const options[] = { "", "nested=tables", "nested=flat", "whole=yes",
		"types=text&dates=no", "keys=record", "columns=a:int64,b:decimal,c:float64,d:timestamptz",
		"columns=a:bytes,b:json,c:interval,d:text&table=sample" };
	if (!size)
		return 0;
	char *bytes = fuzz_text(data + 1, size - 1);
	struct codec_file file = { "fuzz", bytes, size - 1 };
	struct codec_run whole, pieces;
	int rc = codec_begin(&whole, &wh_jsonl, options[data[0] % 8], &file, 1, 0);
	must(rc == codec_begin(&pieces, &wh_jsonl, options[data[0] % 8], &file, 1, 1 + data[0] / 8));
	must(rc == WH_OK || rc == WH_CONFIG || rc == WH_STOP);
	same(whole.error.text, pieces.error.text);
	if (rc == WH_OK) {
		check_rows(&whole, &pieces);
		check_lines(&whole);
	}
	codec_end(&whole);
	codec_end(&pieces);
	free(bytes);
	return 0;
}
