/* ACH files: what becomes of records and bytes, and which controls see what is wrong. Writing is
 * looked at in nacha_encode.c, what others made in nacha_corpus.c. */
#include "nacha_sample.h"
#include "codecs/nacha/form.h"

static const char *const tables[] = { "ach_file", "ach_file_control", "batch", "entry", "addenda" };

/* Begins a run over a text; the run's own. */
static int begin(struct codec_run *run, struct codec_file *file, const struct wh_buffer *bytes,
	const char *options, size_t piece)
{
	*file = (struct codec_file){ "A.ach", bytes->data ? bytes->data : "", bytes->size };
	return codec_begin(run, &wh_nacha, options, file, 1, piece);
}

/* Of the fields of a form none lies on another, and no character is without one. */
static void forms_cover_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < wh_nacha_nforms; i++) {
		const struct wh_nacha_form *form = &wh_nacha_forms[i];
		int covered[95] = { 0 };
		for (size_t k = 0; k < form->nfields; k++)
			for (int c = 0; c < form->fields[k].length; c++)
				covered[form->fields[k].first + c]++;
		for (int c = 2; c <= 94; c++)
			if (covered[c] != 1)
				fail_msg("%s: character %d is in %d fields", form->name, c, covered[c]);
	}
}

static const char *const rows[] = {
	"1|0|01|231380104|121042882|2024-02-29|~|0815|A|094|10|1|RECEIVING BANK|SENDING BANK|REF 1\n",
	"1|1045|0|2|2|6|146276019|40.50|100000099.99|~\n",
	"1|95|0|200|ACME|DISCRETION|1234567890|PPD|PAYROLL|FEB 24|2024-03-01|~|~|1|12104288|1|~|~|~|~|~|"
	"~|~|200|3|123138009|40.50|100.00|1234567890|~|~|12104288|1|~\n"
	"1|570|0|220|ACME|~|1234567890|CTX|INVOICES|~|~|000000|~|1|12104288|2|~|~|~|~|~|~|~|220|3|"
	"23138010|0.00|99999999.99|1234567890|~|~|12104288|2|~\n",
	"1|190|95|22|credit|23138010|4|ACC-1|100.00|ID 1|ANNE ARBOR|S|1|121042880000001",
	"1|285|190|05|FOR WORK|1|0000001",
};

static void rows_of_a_file(void **state)
{
	static const size_t pieces[] = { 0, 1, 7 };
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_file(&bytes, NULL, "\n");
	for (size_t p = 0; p < COUNT(pieces); p++) {
		assert_int_equal(begin(&run, &file, &bytes, "", pieces[p]), WH_OK);
		for (size_t i = 0; i < COUNT(tables); i++) {
			const char *got = codec_rows(&run, tables[i]);
			assert_non_null(got);
			if (i < 3)
				check_text(tables[i], got, rows[i]);
			else
				check(got, strncmp(got, rows[i], strlen(rows[i])) == 0);
		}
		const char *entries = codec_rows(&run, "entry");
		check(entries, strstr(entries, "\n1|380|95|27|debit|99999999|2|ACC-2|40.50|ID 2|BOB|~|0|"));
		check(entries,
			strstr(entries,
				"\n1|665|570|32|credit|23138010|4|ACC-3|99999999.99|PO 77|"
				"WIDGETS INC|~|1|121042880000003|2|"));
		assert_int_equal(wh_controls_failed(&run.controls), 0);
		codec_end(&run);
	}
	wh_buffer_free(&bytes);
}

static void tables_of_the_catalog(void **state)
{
	struct wh_buffer none = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, &file, &none, "", 0), WH_OK);
	const char *got = codec_tables(&run);
	check(got,
		strstr(got,
			"ach_file_control(file_id int64 not null, record_id int64 not null, "
			"parent_id int64, batch_count int64, block_count int64, "
			"entry_addenda_count int64, entry_hash int64, debit_total decimal(20,2), "
			"credit_total decimal(20,2), reserved text(39)) key (file_id, record_id)\n"));
	const struct wh_table *entry = wh_catalog_table(&run.catalog, NULL, "entry");
	assert_int_equal(entry->nforeign_keys, 1);
	assert_string_equal(entry->foreign_keys[0].to_table, "batch");
	assert_int_equal(wh_table_column(entry, "amount")->type.precision, 12);
	codec_end(&run);
}

/* ---- controls ---- */

static const struct {
	const char *name;
	struct sample_change change;
	const char *says; /* a line of what codec_controls() tells; "" for what no control sees */
} broken[] = {
	{ "nothing", { -1, 0, NULL }, "" },
	{ "count", { SAMPLE_CONTROL, 5, "000004" },
		"batch entry/addenda count | batch 0000001, at byte 95 of A.ach |  | 4 | 3\n" },
	{ "hash", { SAMPLE_CONTROL, 11, "0123138010" },
		"batch entry hash | batch 0000001, at byte 95 of A.ach |  | 123138010 | 123138009\n" },
	{ "debits", { SAMPLE_CONTROL, 21, "000000004051" },
		"batch debit total | batch 0000001, at byte 95 of A.ach | USD | 40.51 | 40.50\n" },
	{ "credits", { SAMPLE_CONTROL, 33, "00000001000X" },
		"batch credit total | batch 0000001, at byte 95 of A.ach | USD | 00000001000X | 100.00\n" },
	{ "amount", { SAMPLE_ENTRY, 30, "0000010001" },
		"file credit total | byte 1045 of A.ach | USD | 100000099.99 | 100000100.00\n" },
	{ "letters", { SAMPLE_ENTRY, 30, "00000100 0" },
		"entry digits | entry 121042880000001, at byte 190 of A.ach |  | digits as amount | "
		"00000100 0\n" },
	{ "company", { SAMPLE_CONTROL, 45, "1234567891" },
		"batch header and control | company_id of batch 0000001, at byte 95 of A.ach |  | "
		"1234567891 | 1234567890\n" },
	{ "number", { SAMPLE_CONTROL, 88, "0000003" },
		"batch header and control | batch_number of batch 0000001, at byte 95 of A.ach |  | 3 | 1\n" },
	{ "class of the control", { SAMPLE_CONTROL, 2, "225" },
		"batch header and control | service_class_code of batch 0000001, at byte 95 of A.ach |  | "
		"225 | 200\n" },
	{ "debits in 220", { SAMPLE_BATCH, 2, "220" },
		"service class | batch 0000001, at byte 95 of A.ach |  | credits only | debits and credits\n" },
	{ "credits in 225", { SAMPLE_BATCH_2, 2, "225" },
		"service class | batch 0000002, at byte 570 of A.ach |  | debits only | credits only\n" },
	{ "280 of others", { SAMPLE_BATCH_2, 2, "280" },
		"service class | batch 0000002, at byte 570 of A.ach |  | 280 for ADV only | 280\n" },
	{ "class unknown", { SAMPLE_BATCH, 2, "201" },
		"service class | batch 0000001, at byte 95 of A.ach |  | 200, 220, 225 or 280 | 201\n" },
	{ "batches", { SAMPLE_END, 2, "000003" },
		"file batch count | byte 1045 of A.ach |  | 3 | 2\n" },
	{ "blocks", { SAMPLE_END, 8, "000001" }, "file block count | byte 1045 of A.ach |  | 1 | 2\n" },
	{ "file count", { SAMPLE_END, 14, "00000007" },
		"file entry/addenda count | byte 1045 of A.ach |  | 7 | 6\n" },
	{ "file hash", { SAMPLE_END, 22, "          " },
		"file entry hash | byte 1045 of A.ach |  | blank | 146276019\n" },
	{ "transaction code", { SAMPLE_DEBIT, 2, "20" },
		"transaction code | entry 121042880000002, at byte 380 of A.ach |  | a code of debits or "
		"credits | 20\n" },
	{ "check digit", { SAMPLE_DEBIT, 12, "3" },
		"check digit | entry 121042880000002, at byte 380 of A.ach |  | 2 | 3\n" },
	{ "trace", { SAMPLE_DEBIT, 80, "121042880000001" },
		"trace numbers ascending | entry 121042880000001, at byte 380 of A.ach |  | more than "
		"121042880000001 | 121042880000001\n" },
	{ "indicator", { SAMPLE_ENTRY, 79, "0" },
		"addenda indicator | entry 121042880000001, at byte 190 of A.ach |  | 0 | 1\n" },
	{ "no addenda", { SAMPLE_ADDENDA, 0, NULL },
		"addenda indicator | entry 121042880000001, at byte 190 of A.ach |  | 1 | 0\n" },
	{ "addenda count", { SAMPLE_ENTRY_2, 55, "0003" },
		"entry addenda count | entry 121042880000003, at byte 665 of A.ach |  | 0003 | 2\n" },
	{ "addenda sequence", { SAMPLE_ADDENDA_3, 84, "0003" },
		"addenda sequence | entry 121042880000003, at byte 665 of A.ach |  | 2 | 0003\n" },
	{ "addenda of another", { SAMPLE_ADDENDA, 88, "0000009" },
		"addenda entry | entry 121042880000001, at byte 190 of A.ach |  | 0000001 | 0000009\n" },
	{ "effective date", { SAMPLE_BATCH, 70, "240230" },
		"effective entry date | batch 0000001, at byte 95 of A.ach |  | a date, or blank | 240230\n" },
	{ "creation date", { SAMPLE_HEADER, 24, "231301" },
		"file creation date | byte 0 of A.ach |  | a date, or blank | 231301\n" },
	{ "batch numbers", { SAMPLE_BATCH_2, 88, "0000001" },
		"batch numbers ascending | batch 0000001, at byte 570 of A.ach |  | more than 0000001 | "
		"0000001\n" },
	{ "destination", { SAMPLE_HEADER, 4, " 231380105" },
		"immediate destination | A.ach |  | a number of a bank |  231380105\n" },
	{ "origin", { SAMPLE_HEADER, 14, "      ACME" },
		"immediate origin | A.ach |  | a number of a bank |       ACME\n" },
	{ "no header", { SAMPLE_HEADER, 0, NULL },
		"file header | A.ach |  | file header | no file header\n" },
	{ "no batch header", { SAMPLE_BATCH, 0, NULL },
		"record order | byte 95 of A.ach |  | a batch header before it | an entry outside of a "
		"batch\n" },
	{ "no entry", { SAMPLE_ENTRY, 0, NULL },
		"record order | byte 190 of A.ach |  | an entry before it | an addenda without an entry\n" },
	{ "no batch control", { SAMPLE_CONTROL, 0, NULL },
		"batch control | batch 0000001, at byte 95 of A.ach |  | a batch control | no batch "
		"control\n" },
	{ "no last batch control", { SAMPLE_CONTROL_2, 0, NULL },
		"batch control | batch 0000002, at byte 570 of A.ach |  | a batch control | no batch "
		"control\n" },
	{ "no file control", { SAMPLE_END, 0, NULL },
		"file control | A.ach |  | file control | no file control\n" },
	{ "block", { SAMPLE_ADDENDA, 0, NULL }, "blocks filled | A.ach |  | 20 | 19\n" },
	{ "record type", { SAMPLE_DEBIT, 1, "3" },
		"record type | byte 380 of A.ach |  | 1, 5, 6, 7, 8 or 9 | 3\n" },
	{ "behind the end", { SAMPLE_BATCH_2, 1, "9" },
		"record order | byte 665 of A.ach |  | records of nines only | a record behind the file "
		"control\n" },
};

static void what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct wh_buffer bytes = { 0 };
		struct codec_file file;
		struct codec_run run;
		sample_file(&bytes, &broken[i].change, "\n");
		assert_int_equal(begin(&run, &file, &bytes, "", i % 5), WH_OK);
		const char *got = codec_controls(&run);
		if (!strstr(got, broken[i].says))
			fail_msg("%s: no \"%s\" in\n%s", broken[i].name, broken[i].says, got);
		/* The sample as it is has only a date of zeros, which is worth a look. */
		bool noticed = strstr(got, "effective entry date: held 1, failed 0, noticed 1\n");
		check(broken[i].name, i > 0 || (wh_controls_failed(&run.controls) == 0 && noticed));
		codec_end(&run);
		wh_buffer_free(&bytes);
	}
}

/* 150 times 99999999 are 14999999850, of which ten digits are 4999999850. */
static void hash_is_cut(void **state)
{
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_put(&bytes, sample_records[SAMPLE_HEADER], "\n");
	sample_put(&bytes, sample_records[SAMPLE_BATCH], "\n");
	for (int i = 0; i < 150; i++)
		sample_put(&bytes, sample_records[SAMPLE_DEBIT], "\n");
	sample_put(&bytes, "82000001504999999850000000607500", "\n");
	assert_int_equal(begin(&run, &file, &bytes, "", 0), WH_OK);
	const char *got = codec_controls(&run);
	check(got, strstr(got, "batch entry hash: held 1, failed 0"));
	check(got, strstr(got, "batch debit total: held 1, failed 0"));
	check(got, strstr(got, "short record | byte 14440 of A.ach |  | 94 | 32\n"));
	codec_end(&run);
	wh_buffer_free(&bytes);
}

/* ADV has amounts of twelve digits, totals of twenty and no trace numbers; IAT seven addenda. */
static void special_batches(void **state)
{
	static const char *const records[] = {
		"5280OPERATOR                            1234567890ADVADVICES                  0121042880000001",
		"681231380104ACC-1          99999999999912104288211131 NAME                    0121042880500001",
		"682231380104ACC-2          00000000000112104288211131 NAME                    0121042880500001",
		"828000000200462760200000000000000000000100000000999999999999OPERATOR           121042880000001",
		"5200                FF3               US123456789 IATTRADE     CADUSD240301   1121042880000002",
		"6221210428820002             0000100000ACC-3                                  1121042880000001",
		"710ANN000000000000100000FOREIGN-1             RECEIVER                                 0000001",
		"713BANK                               01231380104                         US           0000001",
	};
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++)
		sample_put(&bytes, records[i], "\r\n");
	assert_int_equal(begin(&run, &file, &bytes, "", 0), WH_OK);
	const char *got = codec_controls(&run);
	check(got, strstr(got, "batch debit total: held 1, failed 0"));
	check(got, strstr(got, "batch credit total: held 1, failed 0"));
	check(got, strstr(got, "service class: held 2, failed 0"));
	check(got,
		strstr(got,
			"trace numbers ascending | entry 121042880500001, at byte 192 of A.ach |  "
			"| more than 0001 | 0001\n"));
	check(got,
		strstr(got,
			"IAT addenda | entry 121042880000001, at byte 480 of A.ach |  | 10 11 12 13 "
			"14 15 16 | without 11 12 14 15 16\n"));
	got = codec_rows(&run, "entry");
	check(got, strstr(got, "1|96|0|81|credit|23138010|4|ACC-1|9999999999.99|") == got);
	check(got, strstr(got, "\n1|480|384|22|credit|12104288|2|ACC-3|1000.00|"));
	got = codec_rows(&run, "addenda");
	check(got, strstr(got, "|ANN|1000.00|FOREIGN-1|RECEIVER|"));
	codec_end(&run);
	wh_buffer_free(&bytes);
}

static void nothing_at_all(void **state)
{
	struct wh_buffer none = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	assert_int_equal(begin(&run, &file, &none, "", 0), WH_OK);
	assert_string_equal(codec_controls(&run),
		"file header: held 0, failed 1, noticed 0\nfile control: held 0, failed 1, noticed 0\n"
		"file header | A.ach |  | file header | no file header\n"
		"file control | A.ach |  | file control | no file control\n");
	assert_string_equal(codec_rows(&run, "entry"), "");
	codec_end(&run);
}

/* ---- records that cannot be decoded ---- */

static const struct {
	const char *name;
	struct sample_change change;
	const char *table, *says;
} rejected[] = {
	{ "amount", { SAMPLE_ENTRY, 30, "00000100 0" }, "entry",
		"1|190|95|22|credit|23138010|4|ACC-1|!at byte 190 of A.ach: amount holds \"00000100 0\", where "
		"digits must stand [3632" },
	{ "batch number", { SAMPLE_BATCH, 88, "     1 " }, "batch",
		"!at byte 95 of A.ach: batch_number holds \"     1\", where digits must stand [353230" },
	{ "control", { SAMPLE_CONTROL, 5, "00000X" }, "batch",
		"!at byte 475 of A.ach: entry_addenda_count holds \"00000X\", where digits must stand "
		"[3532303041434d45" },
	{ "byte", { SAMPLE_ENTRY, 58, "\xe9" }, "entry",
		"!at byte 190 of A.ach: individual_name holds X'E9', which is no character of ascii: say "
		"encoding=" },
	{ "tab", { SAMPLE_ADDENDA, 83, "\t" }, "addenda",
		"1|285|190|05|!at byte 285 of A.ach: payment_information holds X'09'" },
	{ "type", { SAMPLE_ADDENDA, 2, "03" }, "addenda",
		"1|285|190|!at byte 285 of A.ach: there is no addenda of type \"03\" [373033" },
	{ "record", { SAMPLE_DEBIT, 1, "?" }, "ach_file",
		"1|380|!at byte 380 of A.ach: a record begins with \"?\", not with 1, 5, 6, 7, 8 or 9 [3f32" },
	{ "long entry", { SAMPLE_ENTRY, 95, "AB" }, "entry",
		"1|190|95|!at byte 190 of A.ach: a line has 96 characters, where a record has 94 [3632" },
	{ "long header", { SAMPLE_BATCH, 95, "A" }, "batch",
		"1|476|0|!at byte 476 of A.ach: a batch control stands without a batch header that can be read "
		"[3832" },
	{ "long control", { SAMPLE_CONTROL, 95, "A" }, "batch",
		"1|95|0|!at byte 475 of A.ach: a line has 95 characters, where a record has 94 [3532" },
};

static void records_that_are_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rejected); i++) {
		struct wh_buffer bytes = { 0 };
		struct codec_file file;
		struct codec_run run;
		sample_file(&bytes, &rejected[i].change, "\n");
		assert_int_equal(begin(&run, &file, &bytes, "", i % 4 * 50), WH_OK);
		const char *got = codec_rows(&run, rejected[i].table);
		if (!got || !strstr(got, rejected[i].says))
			fail_msg("%s: no \"%s\" in\n%s", rejected[i].name, rejected[i].says,
				got ? got : run.error.text);
		codec_end(&run);
		wh_buffer_free(&bytes);
	}
}

static void other_characters(void **state)
{
	const struct sample_change change = { SAMPLE_ENTRY, 58, "\xe9\x80" };
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_file(&bytes, &change, "\n");
	assert_int_equal(begin(&run, &file, &bytes, "encoding=cp1252", 0), WH_OK);
	const char *got = codec_rows(&run, "entry");
	check(got,
		strstr(got,
			"|ANN\xc3\xa9\xe2\x82\xac"
			"ARBOR|"));
	codec_end(&run);
	wh_buffer_free(&bytes);
}

static void faulty_options(void **state)
{
	static const struct {
		const char *options, *says;
	} cases[] = {
		{ "newline=cr", "newline is \"cr\": it can be lf, crlf or none" },
		{ "last_newline=no", "last_newline is \"no\": it can be true or false" },
		{ "encoding=klingon", "no character set is called \"klingon\"" },
		{ "encoding=UTF-8", "\"UTF-8\" cannot be read here" },
		{ "encoding=IBM037", "\"IBM037\" cannot be read here" },
	};
	struct wh_buffer none = { 0 };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct codec_file file;
		struct codec_run run;
		assert_int_equal(begin(&run, &file, &none, cases[i].options, 0), WH_CONFIG);
		check(run.error.text, strstr(run.error.text, cases[i].says));
		codec_end(&run);
	}
}

/* ---- lines ---- */

/* The rows are the same whatever ends a record; only the records' places differ. */
static void line_ends(void **state)
{
	static const struct {
		const char *newline, *options, *second; /* where the second record begins */
	} cases[] = {
		{ "\n", "", "1|95|" },
		{ "\r\n", "", "1|96|" },
		{ "", "", "1|94|" },
		{ "", "newline=none", "1|94|" },
		{ "\r\n", "newline=none", "1|96|" },
		{ "\n", "newline=crlf", "1|95|" },
		{ "\n\n", "", "1|96|" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer bytes = { 0 };
		struct codec_file file;
		struct codec_run run;
		sample_file(&bytes, NULL, cases[i].newline);
		assert_int_equal(begin(&run, &file, &bytes, cases[i].options, i % 3 * 40), WH_OK);
		const char *got = codec_rows(&run, "batch");
		check(got, strncmp(got, cases[i].second, strlen(cases[i].second)) == 0);
		check(cases[i].second, strstr(codec_rows(&run, "addenda"), "|LINE TWO|2|0000003|"));
		check(codec_controls(&run), wh_controls_failed(&run.controls) == 0);
		codec_end(&run);
		wh_buffer_free(&bytes);
	}
}

/* One line end behind all records makes no lines of them. */
static void fixed_with_one_line_end(void **state)
{
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_file(&bytes, NULL, "");
	wh_buffer_text(&bytes, "\n");
	assert_int_equal(begin(&run, &file, &bytes, "", 0), WH_OK);
	check(codec_controls(&run), wh_controls_failed(&run.controls) == 0);
	codec_end(&run);
	wh_buffer_free(&bytes);
}

static void ends_that_are_none(void **state)
{
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_file(&bytes, NULL, "");
	bytes.size -= 4;
	assert_int_equal(begin(&run, &file, &bytes, "", 30), WH_STOP);
	assert_string_equal(run.error.text,
		"the last record is cut: 90 bytes at byte 1786 of A.ach, where a record has 94");
	codec_end(&run);
	while (bytes.size <= 65536)
		wh_buffer_text(&bytes, sample_nines);
	assert_int_equal(begin(&run, &file, &bytes, "newline=lf", 9000), WH_STOP);
	check(run.error.text, strstr(run.error.text, "a line has no end: at byte 0 of A.ach."));
	codec_end(&run);
	wh_buffer_free(&bytes);
}

/* ---- cuts ---- */

static void cuts(void **state)
{
	struct wh_buffer bytes = { 0 };
	struct codec_file file;
	struct codec_run run;
	(void)state;
	sample_file(&bytes, NULL, "\n");
	for (int files = 1; files <= 2; files++) {
		assert_int_equal(begin(&run, &file, &bytes, "", 10), WH_OK);
		assert_int_equal(run.ncuts, 2);
		assert_int_equal(run.cuts[0], 95);
		assert_int_equal(run.cuts[1], 570);
		for (size_t i = 0; i < COUNT(tables); i++)
			check_text(tables[i], codec_rows_by_cuts(&run, tables[i]), codec_rows(&run, tables[i]));
		check(codec_controls(&run), wh_controls_failed(&run.controls) == 0);
		codec_end(&run);
		sample_file(&bytes, NULL, "\n"); /* a second file in the same one: no more cuts */
	}
	wh_buffer_free(&bytes);
}

/* A batch without a control is a row, at a cut and at a file's end too. */
static void batches_without_controls(void **state)
{
	static const int missing[] = { SAMPLE_CONTROL, SAMPLE_CONTROL_2 };
	(void)state;
	for (size_t i = 0; i < COUNT(missing); i++) {
		const struct sample_change change = { missing[i], 0, NULL };
		struct wh_buffer bytes = { 0 };
		struct codec_file file;
		struct codec_run run;
		sample_file(&bytes, &change, "\n");
		assert_int_equal(begin(&run, &file, &bytes, "", 20), WH_OK);
		const char *got = codec_rows(&run, "batch");
		check(got, strstr(got, "|~|~|~|~|~|~|~|~|~|~|~|~|~|~|~|~|~|~|\n") == NULL);
		check(got,
			strstr(got,
				i ? "|12104288|2|~|~|~|~|~|~|~|~|~|~|~|~|" : "|12104288|1|~|~|~|~|~|~|~|~"));
		check_text("by cuts", codec_rows_by_cuts(&run, "batch"), got);
		codec_end(&run);
		wh_buffer_free(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_cover_records),
		cmocka_unit_test(rows_of_a_file),
		cmocka_unit_test(tables_of_the_catalog),
		cmocka_unit_test(what_is_wrong),
		cmocka_unit_test(hash_is_cut),
		cmocka_unit_test(special_batches),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(records_that_are_none),
		cmocka_unit_test(other_characters),
		cmocka_unit_test(faulty_options),
		cmocka_unit_test(line_ends),
		cmocka_unit_test(fixed_with_one_line_end),
		cmocka_unit_test(ends_that_are_none),
		cmocka_unit_test(cuts),
		cmocka_unit_test(batches_without_controls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
