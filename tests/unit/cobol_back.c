/* Rows as records: the very bytes where nothing was changed, and what a change writes. */
#include "cobol_made.h"
#include "model/value.h"

static const struct made kept[] = {
	{ "01 R. 05 A PIC X(2). 05 B PIC S9(3) COMP-3.", "",
		"AB\x12\x3c"
		"C \x45\x6d",
		0, NULL, NULL },
	/* FILLER that is no space, low-values behind a text, an odd sign */
	{ "01 R. 05 A PIC X(2). 05 FILLER PIC X. 05 B PIC S9(3) COMP-3.", "raw=odd",
		"AB \x12\x3c"
		"C !\x45\x6d"
		"D\0 \x45\x6f",
		15, NULL, NULL },
	{ "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 2 DEPENDING ON N. 10 M PIC 9. 10 U OCCURS 0 TO 3 "
	  "DEPENDING ON M. 15 V PIC X. 10 W PIC X. 05 Z PIC X.",
		"format=D", "21aW3bcdVZ\n0Y\n10wz\n", 0, NULL, NULL },
	{ "01 R. 05 K PIC X. 05 B PIC X(4). 05 C REDEFINES B. 10 CN PIC X(4). 05 D REDEFINES B. "
	  "10 DN PIC 9(3). 10 DF PIC X. 05 T PIC X.",
		"segment_field=K&segments=C:C,D:D&raw=odd", "CJoe xD123yzCAnn w", 0, NULL, NULL },
	{ "01 R. 05 A PIC X(4). 05 B REDEFINES A PIC 9(4). 05 C REDEFINES A. 10 D PIC X(6).",
		"redefines=all", "1234567890 1", 0, NULL, NULL },
	{ "01 R. 05 P OCCURS 2. 10 Q PIC 9. 10 S PIC X OCCURS 2. 05 E PIC X.", "", "1ab2cde3fg4hij", 0,
		NULL, NULL },
	{ "01 R. 05 P PIC X OCCURS 3.", "format=D", "abc\na\nab\n", 0, NULL, NULL },
	{ "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 2 DEPENDING ON N. 10 M PIC 9. 10 U OCCURS 0 TO 3 "
	  "DEPENDING ON M. 15 V PIC X. 10 W PIC X. 05 Z PIC X.",
		"format=D&occurs=json&raw=odd", "21\"W3\\c/VZ\n0Y\n10wz\n", 0, NULL, NULL },
	{ "01 R. 05 P OCCURS 2. 10 Q PIC 9. 10 S PIC X OCCURS 2. 05 E PIC X.", "occurs=json",
		"1ab2cde3fg4hij", 0, NULL, NULL },
	{ "01 R. 05 A PIC X. 05 B PIC 9(2).", "blank_null=yes", "A  B12", 0, NULL, NULL },
	{ "01 R. 05 A PIC X. 05 B PIC 9(2).", "file_header=2&file_footer=1", "HHA12B34F", 0, NULL,
		NULL },
};

static void test_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kept); i++)
		made_again(&kept[i]);
}

/* ---- rows that somebody wrote ---- */

struct given {
	const char *table, *rows; /* lines of cells between '|'; "~" is NULL, X'..' bytes */
};

struct feed {
	struct wh_rowset *tables;
	struct wh_batch *batches;
	size_t n;
	bool *given;
};

static void put_cell(struct wh_batch *b, size_t column, const char *text, size_t n)
{
	enum wh_kind kind = b->lanes[column].kind;
	if (n == 1 && *text == '~')
		wh_batch_null(b, column);
	else
		assert_true(kind == WH_BYTES ? wh_value_parse(b, column, text + 2, n - 3)
									 : wh_value_parse(b, column, text, n));
}

static void put_rows(struct wh_batch *b, const char *rows)
{
	while (*rows) {
		for (size_t c = 0; c < b->ncolumns; c++) {
			size_t n = strcspn(rows, "|\n");
			put_cell(b, c, rows, n);
			rows += n + 1;
		}
		wh_batch_row(b);
	}
}

static void feed_make(struct feed *f, struct codec_run *run, const struct given *given)
{
	f->n = run->catalog.ntables;
	f->tables = calloc(f->n, sizeof *f->tables);
	f->batches = calloc(f->n, sizeof *f->batches);
	f->given = calloc(f->n, sizeof *f->given);
	for (size_t i = 0; i < f->n; i++) {
		const struct wh_table *t = &run->catalog.tables[i];
		struct wh_field *fields = wh_new_array(&run->arena, struct wh_field, t->ncolumns);
		for (size_t c = 0; c < t->ncolumns; c++)
			fields[c] = (struct wh_field){ .name = t->columns[c].name,
				.type = t->columns[c].type,
				.wire = t->columns[c].type };
		f->tables[i] =
			(struct wh_rowset){ .table = t->name, .fields = fields, .nfields = t->ncolumns };
		wh_rowset_batch_of(&f->tables[i], 32, &f->batches[i]);
		for (const struct given *g = given; g->table; g++)
			if (!strcmp(g->table, t->name))
				put_rows(&f->batches[i], g->rows);
	}
}

static int feed_next(struct wh_codec_rows *rows, size_t table, struct wh_batch **out,
	struct wh_error *error)
{
	struct feed *f = rows->context;
	(void)error;
	if (f->given[table])
		return WH_DONE;
	f->given[table] = true;
	*out = &f->batches[table];
	return WH_OK;
}

static int sink_file(struct wh_codec_sink *sink, const char *name, struct wh_error *error)
{
	(void)error;
	wh_buffer_format(sink->context, "<%s>", name);
	return WH_OK;
}

static int sink_put(struct wh_codec_sink *sink, const void *bytes, size_t n, struct wh_error *error)
{
	(void)error;
	wh_buffer_put(sink->context, bytes, n);
	return WH_OK;
}

static int written(const char *book, const char *options, const struct given *given,
	struct wh_buffer *out, struct wh_error *error)
{
	struct codec_run run;
	struct feed feed = { 0 };
	const struct codec_file none = { NULL, NULL, 0 };
	made_book(book);
	assert_int_equal(made_begin(&run, options, &none, 0), WH_OK);
	feed_make(&feed, &run, given);
	struct wh_codec_rows rows = { feed.tables, feed.n, &feed, feed_next };
	struct wh_codec_sink sink = { out, sink_file, sink_put };
	int rc = run.codec->encode(run.state, &rows, &sink, error);
	for (size_t i = 0; i < feed.n; i++)
		wh_batch_finish(&feed.batches[i]);
	free(feed.tables);
	free(feed.batches);
	free(feed.given);
	codec_end(&run);
	return rc;
}

#define ROW "01 R. 05 A PIC X(2). 05 FILLER PIC X. 05 B PIC S9(3) COMP-3."
#define COUNTED "01 R. 05 N PIC 9. 05 T OCCURS 0 TO 3 DEPENDING ON N. 10 V PIC X. 05 Z PIC X."
#define TYPES \
	"01 R. 05 K PIC X. 05 B PIC X(2). 05 C REDEFINES B PIC X(2). 05 D REDEFINES B PIC 9(2)."

static void test_changed(void **state)
{
	static const struct {
		const char *name, *book, *options;
		struct given given[3];
		const char *bytes;
		size_t n;
	} cases[] = {
		{ "an array that somebody wrote", "01 R. 05 T OCCURS 3. 10 V PIC X(2). 10 W PIC 9.",
			"occurs=json",
			{ { "r", "1|0|[ {\"w\" : 1.0, \"v\":\"\\u0041\"},{\"v\":\"b\\\"\",\"w\":2} ]\n" } },
			"<sample>A 1b\"2   ", 17 },
		{ "two files", ROW, "", { { "r", "1|0|A|1\n1|5|B|-2\n2|0|C|3\n" } },
			"<sample>A  \x00\x1c"
			"B  \x00\x2d"
			"C  \x00\x3c",
			23 },
		/* what has the same value keeps its bytes: the sign F, the filler, the low-value */
		{ "one value changed", ROW, "raw=odd",
			{ { "r",
				"1|0|AB|456|X'414221456f'\n1|5|ZZ|456|X'414221456f'\n1|10|AB|7|X'414221456f'\n" } },
			"<sample>AB!\x45\x6f"
			"ZZ!\x45\x6f"
			"AB!\x00\x7c",
			23 },
		{ "an occurrence more", COUNTED, "format=D",
			{ { "r", "1|0|3|z\n" }, { "r_t", "1|0|1|a\n1|0|2|b\n1|0|3|c\n" } }, "<sample>3abcz\n",
			14 },
		/* tables of another length: the bytes that were there have other places */
		{ "an occurrence more than there was", COUNTED, "format=D&raw=odd",
			{ { "r", "1|0|2|z|X'3161210d0a'\n" }, { "r_t", "1|0|1|a\n1|0|2|b\n" } },
			"<sample>2abz\n", 13 },
		{ "types in the order of their places", TYPES, "segment_field=K&segments=1:C,2:D",
			{ { "c", "1|0|1|aa\n1|6|1|bb\n" }, { "d", "1|3|2|45\n" } }, "<sample>1aa2451bb", 17 },
		{ "the field itself is right, not what lies over it", TYPES, "redefines=all",
			{ { "r", "1|0|1|12|99|99\n" } }, "<sample>112", 11 },
		{ "a length field", "01 R. 05 L PIC 9(2). 05 A PIC X(3).", "length_field=L",
			{ { "r", "1|0|99|a\n1|1|3|b\n1|2|3|bcd\n" } }, "<sample>05a  03b05bcd", 21 },
		{ "fewer values, shorter records", "01 R. 05 A PIC X. 05 B PIC X. 05 C PIC X.", "format=V",
			{ { "r", "1|0|a|b|c\n1|1|a|~|~\n1|2|~|~|~\n" } },
			"<sample>\0\x07\0\0abc\0\x05\0\0a\0\x04\0\0", 24 },
		{ "blocks", "01 R. 05 A PIC X(2).", "format=VB&block_size=16",
			{ { "r", "1|0|a\n1|1|b\n1|2|c\n" } },
			"<sample>\0\x10\0\0\0\x06\0\0a \0\x06\0\0b \0\x0a\0\0\0\x06\0\0c ", 34 },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer out = { 0 };
		struct wh_error error = { 0 };
		int rc = written(cases[i].book, cases[i].options, cases[i].given, &out, &error);
		check_text(cases[i].name, rc == WH_OK ? "" : error.text, "");
		if (out.size != cases[i].n || memcmp(out.data, cases[i].bytes, out.size) != 0)
			fail_msg("case \"%s\": got %zu bytes: %s", cases[i].name, out.size,
				wh_buffer_string(&out));
		wh_buffer_free(&out);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *book, *options;
		struct given given[3];
		const char *place, *text;
	} cases[] = {
		{ ROW, "", { { "r", "1|0|AAA|1\n" } }, "record_id 0 of file_id 1", "A has no place for" },
		{ ROW, "", { { "r", "1|0|AA|1234\n" } }, "record_id 0 of file_id 1", "B has no place for" },
		{ ROW, "", { { "r", "1|7|AA|~\n" } }, "record_id 7 of file_id 1",
			"B has no place for NULL" },
		{ ROW, "", { { "r", "1|0|AA|1\n1|0|AA|1\n" } }, "record_id 0 of file_id 1",
			"several rows of \"r\" are one record" },
		{ ROW, "file_header=1", { { "r", "1|1|A|1\n2|1|B|1\n" } }, "record_id 1 of file_id 2",
			"rows of two files" },
		{ ROW, "raw=odd", { { "r", "1|0|AA|1|X'00'\n" } }, "record_id 0 of file_id 1",
			"raw holds no record" },
		{ COUNTED, "", { { "r", "1|0|2|z\n" }, { "r_t", "1|0|1|a\n1|0|3|c\n" } },
			"record_id 0 of file_id 1", "gaps in its items" },
		{ COUNTED, "", { { "r", "1|0|2|z\n" }, { "r_t", "1|0|1|a\n" } }, "record_id 0 of file_id 1",
			"N says 2, but there are 1 occurrences of \"T\"" },
		{ COUNTED, "", { { "r", "1|0|0|z\n" }, { "r_t", "1|4|1|a\n" } }, "record_id 4 of file_id 1",
			"belongs to no row of \"r\"" },
		{ "01 R. 05 P PIC X OCCURS 2.", "occurs=json", { { "r", "1|0|[\"a\",\"b\",\"c\"]\n" } },
			"record_id 0 of file_id 1", "r.p has more elements" },
		{ "01 R. 05 P PIC X OCCURS 2.", "occurs=json", { { "r", "1|0|\"a\"\n" } },
			"record_id 0 of file_id 1", "r.p is no array" },
		{ "01 R. 05 P OCCURS 2. 10 Q PIC 9.", "occurs=json", { { "r", "1|0|[{\"x\":1}]\n" } },
			"record_id 0 of file_id 1", "a key that is no field" },
		{ "01 R. 05 P OCCURS 2. 10 Q PIC 9.", "occurs=json",
			{ { "r", "1|0|[{\"q\":1,\"q\":2}]\n" } }, "record_id 0 of file_id 1", "a key twice" },
		{ "01 R. 05 P PIC X OCCURS 2.", "", { { "r", "1|0\n" }, { "r_p", "1|0|3|a\n" } },
			"record_id 0 of file_id 1", "item beyond" },
		{ "01 R. 05 A PIC X. 05 B PIC X.", "format=V", { { "r", "1|0|~|b\n" } },
			"record_id 0 of file_id 1", "A is NULL, but values follow it" },
		{ "01 R. 05 A PIC X(2).", "format=D", { { "r", "1|0|a\n" }, { 0 } }, "", "" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer out = { 0 };
		struct wh_error error = { 0 };
		int rc = written(cases[i].book, cases[i].options, cases[i].given, &out, &error);
		check(cases[i].given[0].rows, rc == (*cases[i].text ? WH_ROW : WH_OK));
		if (!strstr(error.text, cases[i].text) || strcmp(error.place, cases[i].place) != 0)
			fail_msg("case \"%s\": %s: %s", cases[i].given[0].rows, error.place, error.text);
		wh_buffer_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
