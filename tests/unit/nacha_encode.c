/* ACH files written: equal to what was read, and made of rows that no file ever held. */
#include "nacha_sample.h"
#include "support/given.h"

/* ---- read and written ---- */

static void written_again(void **state)
{
	static const struct {
		const char *newline, *options;
	} cases[] = { { "\n", "" }, { "\r\n", "newline=crlf" }, { "", "newline=none" } };
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wh_buffer bytes = { 0 }, out = { 0 };
		struct codec_run run;
		sample_file(&bytes, NULL, cases[i].newline);
		struct codec_file file = { "A.ach", bytes.data, bytes.size };
		assert_int_equal(codec_begin(&run, &wh_nacha, cases[i].options, &file, 1, 0), WH_OK);
		int rc = codec_again(&run, false, &out);
		if (rc != WH_OK)
			fail_msg("%s: %s", cases[i].options, run.error.text);
		check_text(cases[i].options, wh_buffer_string(&out), wh_buffer_string(&bytes));
		codec_end(&run);
		wh_buffer_free(&out);
		wh_buffer_free(&bytes);
	}
}

/* Two files become one, of as many headers as they had. */
static void several_files(void **state)
{
	struct wh_buffer one = { 0 }, two = { 0 }, out = { 0 }, want = { 0 };
	struct codec_run run;
	(void)state;
	sample_file(&one, NULL, "\n");
	sample_file(&two, NULL, "\n");
	sample_file(&two, NULL, "\n");
	struct codec_file files[] = { { "A", one.data, one.size }, { "B", two.data, two.size } };
	assert_int_equal(codec_begin(&run, &wh_nacha, "", files, 2, 0), WH_OK);
	assert_int_equal(codec_again(&run, true, &out), WH_OK);
	wh_buffer_format(&want, "== sample\n%s%s", one.data, two.data);
	assert_string_equal(out.data, want.data);
	codec_end(&run);
	wh_buffer_free(&want);
	wh_buffer_free(&out);
	wh_buffer_free(&two);
	wh_buffer_free(&one);
}

/* ---- rows of a database ---- */

static const struct given given[] = {
	{ "ach_file",
		"file_id record_id priority_code immediate_destination immediate_origin file_creation_date "
		"file_creation_time file_id_modifier record_size blocking_factor format_code "
		"destination_name origin_name reference_code",
		"7|1|01|231380104|121042882|2024-02-29|0815|A|094|10|1|RECEIVING BANK|SENDING BANK|REF 1" },
	{ "batch",
		"file_id record_id parent_id service_class_code company_name company_discretionary_data "
		"company_id standard_entry_class company_entry_description company_descriptive_date "
		"effective_entry_date effective_entry_date_text originator_status_code odfi_id batch_number "
		"debit_total",
		"7|1|1|200|ACME|DISCRETION|1234567890|PPD|PAYROLL|FEB 24|2024-03-01|~|1|12104288|1|~\n"
		"7|2|1|220|ACME|~|1234567890|CTX|INVOICES|~|~|000000|1|12104288|2|~" },
	{ "entry",
		"file_id record_id parent_id transaction_code direction rdfi_id check_digit account amount "
		"individual_id individual_name discretionary_data addenda_indicator trace_number "
		"addenda_count card_account",
		"7|1|1|22|credit|23138010|4|ACC-1|100|ID 1|ANNE ARBOR|S|1|121042880000001|~|~\n"
		"7|2|1|27|debit|99999999|2|ACC-2|40.50|ID 2|BOB|~|0|121042880000002|~|~\n"
		"7|3|2|32|~|23138010|4|ACC-3|99999999.990|PO 77|WIDGETS INC|~|1|121042880000003|2|~" },
	{ "addenda",
		"file_id record_id parent_id addenda_type payment_information addenda_sequence "
		"entry_sequence",
		"7|1|1|05|FOR WORK|1|0000001\n"
		"7|2|3|05|LINE ONE|1|0000003\n"
		"7|3|3|05|LINE TWO|2|0000003" },
	{ "ach_file_control", "file_id record_id parent_id block_count entry_hash", "" },
};

static int write_rows(const struct given_other *other, const char *controls, const char *options,
	struct wh_buffer *out, struct wh_error *error)
{
	struct given tables[COUNT(given)];
	memcpy(tables, given, sizeof given);
	tables[COUNT(given) - 1].rows = controls;
	return given_encode(&wh_nacha, options, tables, COUNT(given), other, out, error);
}

/* What no row says is computed: the file is the sample, whose sums another program has checked. */
static void controls_are_computed(void **state)
{
	static const char *const controls[] = { "", "7|1|1|2|146276019", "7|1|1|~|~" };
	struct wh_buffer want = { 0 };
	(void)state;
	sample_file(&want, NULL, "\n");
	for (size_t i = 0; i < COUNT(controls); i++) {
		struct wh_buffer out = { 0 };
		struct wh_error error = { 0 };
		if (write_rows(NULL, controls[i], "", &out, &error) != WH_OK)
			fail_msg("%s: %s", controls[i], error.text);
		check_text(controls[i], wh_buffer_string(&out), wh_buffer_string(&want));
		wh_buffer_free(&out);
	}
	wh_buffer_free(&want);
}

static void other_line_ends(void **state)
{
	struct wh_buffer want = { 0 }, out = { 0 };
	struct wh_error error = { 0 };
	(void)state;
	sample_file(&want, NULL, "\r\n");
	assert_int_equal(write_rows(NULL, "", "newline=crlf&last_newline=false", &out, &error), WH_OK);
	assert_int_equal(out.size, want.size - 2);
	assert_memory_equal(out.data, want.data, out.size);
	wh_buffer_free(&out);
	wh_buffer_free(&want);
}

static void other_characters(void **state)
{
	const struct given_other other = { "entry", "individual_name", 1, "B\xc3\xb6\xe2\x82\xac" };
	struct wh_buffer out = { 0 };
	struct wh_error error = { 0 };
	(void)state;
	assert_int_equal(write_rows(&other, "", "encoding=cp1252", &out, &error), WH_OK);
	check("cp1252", strstr(out.data, "ID 2           B\xf6\x80                     0"));
	wh_buffer_clear(&out);
	assert_int_equal(write_rows(&other, "", "", &out, &error), WH_STOP);
	check(error.text, strstr(error.text, "it has a character that the file's encoding has not"));
	wh_buffer_free(&out);
}

static const struct {
	struct given_other other;
	const char *controls, *says;
} refused[] = {
	{ { "batch", "debit_total", 0, "40.51" }, "",
		"batch debit total does not hold in what would be written: the batch control: \"40.51\", the "
		"records: \"40.50\"; batch 0000001, at byte 95 of sample. Mend the rows" },
	{ { "", "", 0, "" }, "7|1|1|3|~",
		"file block count does not hold in what would be written: the file control: \"3\", the "
		"records: \"2\"" },
	{ { "", "", 0, "" }, "7|1|1|~|146276018",
		"the file control: \"146276018\", the records: \"146276019\"" },
	{ { "", "", 0, "" }, "7|1|9|~|~",
		"in \"parent_id\" of the ach_file_control with file_id 7, record_id 1" },
	{ { "batch", "service_class_code", 0, "225" }, "",
		"service class does not hold in what would be written: the batch header: \"debits only\", the "
		"entries: \"debits and credits\"" },
	{ { "batch", "company_name", 1, "A NAME THAT IS TOO LONG" }, "",
		"a value does not fit into 16 characters, for it is too long: in \"company_name\" of the batch "
		"with file_id 7, record_id 2" },
	{ { "batch", "parent_id", 1, "~" }, "",
		"a row stands under none, or behind those of a later one: in \"parent_id\" of the batch with "
		"file_id 7, record_id 2" },
	{ { "entry", "parent_id", 0, "2" }, "",
		"in \"parent_id\" of the entry with file_id 7, record_id 2" },
	{ { "addenda", "file_id", 2, "8" }, "",
		"\"parent_id\" of the addenda with file_id 8, record_id 3" },
	{ { "entry", "amount", 0, "100.001" }, "",
		"in \"amount\" of the entry with file_id 7, record_id 1" },
	{ { "entry", "amount", 0, "-1" }, "",
		"it is no such number, is below zero or has too many digits" },
	{ { "entry", "amount", 0, "100000000" }, "", "a value does not fit into 10 characters" },
	{ { "entry", "amount", 0, "~" }, "",
		"entry digits does not hold in what would be written: the rules: \"digits as amount\", the "
		"entry: \"blank\"" },
	{ { "entry", "rdfi_id", 0, "2313801" }, "", "\"digits as rdfi_id\", the entry: \"2313801\"" },
	{ { "entry", "direction", 1, "credit" }, "",
		"the transaction code says another: in \"direction\" of the entry with file_id 7, record_id 2" },
	{ { "entry", "transaction_code", 1, "20" }, "", "in \"direction\" of the entry" },
	{ { "entry", "card_account", 1, "1" }, "",
		"a value has no place in its kind of record: in \"card_account\" of the entry" },
	{ { "entry", "addenda_indicator", 0, "0" }, "", "addenda indicator does not hold" },
	{ { "addenda", "addenda_type", 0, "03" }, "", "there is no such type of addenda" },
	{ { "addenda", "addenda_sequence", 0, "x" }, "", "in \"addenda_sequence\" of the addenda" },
	{ { "ach_file", "file_creation_date", 0, "1969-12-31" }, "",
		"it is no date of the years 1970 to 2069: in \"file_creation_date\"" },
};

static void a_wrong_file_is_never_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct wh_buffer out = { 0 };
		struct wh_error error = { 0 };
		int rc = write_rows(&refused[i].other, refused[i].controls, "", &out, &error);
		if (rc != WH_STOP || !strstr(error.text, refused[i].says))
			fail_msg("%d: \"%s\", not \"%s\"", rc, error.text, refused[i].says);
		wh_buffer_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_again),
		cmocka_unit_test(several_files),
		cmocka_unit_test(controls_are_computed),
		cmocka_unit_test(other_line_ends),
		cmocka_unit_test(other_characters),
		cmocka_unit_test(a_wrong_file_is_never_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
