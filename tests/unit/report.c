/* The report, the documents and what is printed: hostile text stays text, what was not checked is
 * null, the verdict is the right one. */
#include "lifecycle/report/report.h"
#include "lifecycle/report/account.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define HOSTILE "<script>alert(\"x\")</script>&'\x1b[31m"

static char folder[64], html[96], json[96];
static struct wh_journal *journal;
static struct wh_error error;

static void must(int rc)
{
	if (rc != WH_OK)
		fail_msg("%d: %s", rc, error.text);
}

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/whimbrel-report-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(html, sizeof html, "%s/report.html", folder);
	snprintf(json, sizeof json, "%s/report.json", folder);
	return wh_journal_open(folder, true, &journal, &error) == WH_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char path[96];
	wh_journal_close(journal);
	snprintf(path, sizeof path, "%s/journal.db", folder);
	unlink(path);
	unlink(html);
	unlink(json);
	return rmdir(folder); /* fails where anything else was left behind */
}

static char *file_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long n = ftell(f);
	rewind(f);
	char *text = calloc(1, (size_t)n + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)n, f), n);
	fclose(f);
	return text;
}

static json_t *parsed(char *text)
{
	json_error_t why;
	json_t *o = json_loads(text, 0, &why);
	if (!o)
		fail_msg("%s in: %s", why.text, text);
	assert_int_equal(text[strlen(text) - 1], '\n');
	free(text);
	return o;
}

static void set(const char *name, const char *value)
{
	must(wh_journal_set(journal, name, value, &error));
}

static struct wh_journal_table table(int64_t number, const char *name)
{
	return (struct wh_journal_table){ .number = number,
		.source = name,
		.target = name,
		.treatment = "create",
		.state = "verified",
		.proof = "exact",
		.checked = true,
		.tally = { .read = { 5, { 1, 1 } }, .written = { 5, { 1, 1 } } },
		.target_digest = { 5, { 1, 1 } } };
}

static void put(struct wh_journal_table t)
{
	must(wh_journal_tables_put(journal, &t, 1, &error));
}

static struct wh_control total(const char *subject, const char *expected, const char *actual)
{
	return (struct wh_control){ .rule = "control total",
		.subject = subject,
		.unit = "EUR",
		.expected = expected,
		.actual = actual,
		.expected_is = "the source",
		.actual_is = "the target and the quarantine" };
}

static void put_controls(const struct wh_control *controls, size_t n)
{
	struct wh_controls list = { 0 };
	for (size_t i = 0; i < n; i++)
		wh_control_add(&list, &controls[i]);
	must(wh_journal_controls_put(journal, &list, &error));
	wh_controls_free(&list);
}

static void fill_hostile(void)
{
	const struct wh_control control = { .rule = HOSTILE,
		.subject = HOSTILE,
		.unit = HOSTILE,
		.expected = HOSTILE,
		.actual = "1",
		.expected_is = HOSTILE,
		.actual_is = HOSTILE };
	struct wh_finding finding = { .rule = HOSTILE,
		.severity = WH_ERROR,
		.object = HOSTILE,
		.text = HOSTILE,
		.source = HOSTILE };
	struct wh_journal_quarantine row = { .source = HOSTILE,
		.key = HOSTILE,
		.column = "c",
		.reason = HOSTILE,
		.values = "{\"c\": \""
				  "<script>\\u0000\\u001b"
				  "\"}" };
	struct wh_journal_difference difference = { .object = HOSTILE,
		.kind = "changed",
		.key = HOSTILE,
		.column = HOSTILE,
		.source = HOSTILE,
		.target = HOSTILE };
	struct wh_journal_statement statement = { .phase = "keys",
		.kind = "index",
		.object = HOSTILE,
		.sql = HOSTILE,
		.state = "failed",
		.error = HOSTILE };
	static const char *const facts[] = { "name", "source", "target", "source_version",
		"snapshot_text", "command", "error_text", "error_place", "plan_id", "seed" };
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		set(facts[i], HOSTILE);
	put(table(0, HOSTILE));
	must(wh_journal_finding_add(journal, "plan", &finding, &error));
	must(wh_journal_quarantine_put(journal, &row, 1, &error));
	must(wh_journal_differences_put(journal, 0, &difference, 1, &error));
	must(wh_journal_statements_put(journal, &statement, 1, &error));
	must(wh_journal_event(journal, HOSTILE, &error));
	put_controls(&control, 1);
	set("plan",
		"{\"tables\":[{\"number\":0,\"source\":\"<script>\",\"target\":\"<script>\","
		"\"proof\":\"<script>\",\"columns\":[{\"source\":\"<script>\",\"target\":\"<script>x\","
		"\"from\":\"<script>\",\"to\":\"<script>\",\"proof\":\"<script>\",\"loss\":\"<script>\","
		"\"copied\":false,\"generated\":\"<script>\"}]}],\"objects\":[{\"kind\":\"<script>\","
		"\"name\":\"<script>\",\"carried\":false,\"statement\":\"<script>\"}]}");
}

static void test_escaping(void **state)
{
	(void)state;
	fill_hostile();
	must(wh_report_write(journal, html, json, &error));
	char *page = file_text(html);
	assert_null(strstr(page, "<script"));
	assert_null(strchr(page, 0x1b));
	assert_non_null(strstr(page, "&lt;script&gt;"));
	assert_null(strstr(page, "http:"));
	assert_null(strstr(page, "https:"));
	assert_null(strstr(page, " src="));
	assert_null(strstr(page, "url("));
	assert_null(strstr(page, "(null)"));
	free(page);
	json_t *o = parsed(file_text(json));
	assert_string_equal(json_string_value(json_object_get(o, "source")), HOSTILE);
	json_decref(o);
}

static char *printed(int (*print)(FILE *))
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	must(print(out));
	fclose(out);
	assert_null(strchr(text, 0x1b));
	assert_null(strstr(text, "(null)"));
	return text;
}

static int print_summary(FILE *out)
{
	return wh_summary_print(journal, "w/report.html", out, &error);
}

static int print_status(FILE *out)
{
	return wh_status_print(journal, out, &error);
}

static int print_list(FILE *out)
{
	return wh_quarantine_list(journal, out, &error);
}

static int print_show(FILE *out)
{
	return wh_quarantine_show(journal, 1, out, &error);
}

static void must_hold(char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("no \"%s\" in:\n%s", words, text);
}

static void test_terminal(void **state)
{
	(void)state;
	fill_hostile();
	char *text = printed(print_summary);
	must_hold(text, "Stopped before its end\n");
	must_hold(text, "report: w/report.html\n");
	must_hold(text, "findings: 1 error, 0 warnings, 0 notes\n");
	must_hold(text, "quarantine: 1 row;");
	free(text);
	text = printed(print_status);
	must_hold(text, "nobody works on it");
	free(text);
	text = printed(print_list);
	must_hold(text, "reason\n 1  <script>");
	free(text);
	text = printed(print_show);
	must_hold(text, "c: <script>\\x00\\x1b\n");
	free(text);
}

static void test_empty(void **state)
{
	(void)state;
	char *text = printed(print_summary);
	must_hold(text, "Not verified\n");
	free(text);
	text = printed(print_list);
	must_hold(text, "empty");
	free(text);
	free(printed(print_status));
	assert_int_equal(wh_quarantine_show(journal, 1, stdout, &error), WH_CONFIG);
	assert_non_null(strstr(error.text, "no row 1"));
	assert_int_equal(wh_quarantine_show(journal, -7, stdout, &error), WH_CONFIG);
	assert_int_equal(wh_document_check(journal, 1, &error), WH_CONFIG);
	must(wh_document_check(journal, 0, &error));
	must(wh_report_write(journal, html, json, &error));
	must(wh_report_write(journal, html, NULL, &error));
}

static void must_be_null(json_t *o, const char *name)
{
	if (!json_is_null(json_object_get(o, name)))
		fail_msg("\"%s\" is %s", name, json_object_get(o, name) ? "not null" : "not there");
}

static int64_t number(json_t *o, const char *name)
{
	json_t *value = json_object_get(o, name);
	if (!json_is_integer(value))
		fail_msg("\"%s\" is no whole number", name);
	return json_integer_value(value);
}

static void test_not_checked_is_null(void **state)
{
	(void)state;
	static const char *const columns[] = { "rows_read", "rows_written", "rows_quarantined",
		"rows_filtered", "rows_differing", "digest", "digest_target" };
	static const char *const head[] = { "error", "state", "plan_id", "source", "target",
		"differences_total", "verified" };
	struct wh_journal_table t = { .source = "a",
		.target = "b",
		.state = "planned",
		.rows_differing = -1 };
	put(t);
	json_t *o = parsed(wh_document(journal, NULL, 0));
	json_t *first = json_array_get(json_object_get(o, "tables"), 0);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		must_be_null(first, columns[i]);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		must_be_null(o, head[i]);
	must_be_null(json_object_get(o, "totals"), "rows_read");
	must_be_null(json_object_get(o, "seconds"), "copy");
	assert_int_equal(number(o, "whimbrel"), 1);
	assert_int_equal(number(o, "exit"), 0);
	assert_int_equal(json_array_size(json_object_get(o, "differences")), 0);
	json_decref(o);
	must(wh_report_write(journal, html, NULL, &error));
	char *page = file_text(html);
	must_hold(page, "not verified");
	must_hold(page, "\xe2\x80\x94");
	free(page);
}

static void test_checked_is_a_number(void **state)
{
	(void)state;
	struct wh_journal_table t = table(0, "empty");
	t.tally = (struct wh_tally){ 0 };
	t.target_digest = (struct wh_digest){ 0 };
	put(t);
	t = table(1, "huge");
	t.tally.read.rows = t.tally.written.rows = UINT64_MAX;
	put(t);
	set("seconds_copy", "1.25");
	set("seconds_total", "not a number");
	json_t *o = parsed(wh_document(journal, NULL, 0));
	json_t *tables = json_object_get(o, "tables"), *first = json_array_get(tables, 0);
	assert_int_equal(number(first, "rows_read"), 0);
	assert_int_equal(number(first, "rows_differing"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "digest")),
		"0:00000000000000000000000000000000");
	assert_string_equal(json_string_value(json_object_get(json_array_get(tables, 1), "rows_read")),
		"18446744073709551615");
	assert_int_equal(number(o, "differences_total"), 0);
	json_t *seconds = json_object_get(o, "seconds");
	assert_true(json_real_value(json_object_get(seconds, "copy")) == 1.25);
	must_be_null(seconds, "total");
	json_decref(o);
}

static void fill_controls(void)
{
	const struct wh_control controls[] = {
		total("tran.amount", "104801.54", "104801.54"),
		total("tran.amount, below 0", "-4801.50", "-4801.5"),
		total("account.balance", "12269.00", "12268.99"),
		{ .rule = "sequence",
			.subject = "export.seq, behind 450",
			.expected = "451",
			.actual = "460",
			.expected_is = "the number that would follow",
			.actual_is = "the next one there is",
			.notice = true },
		{ .rule = "batch trailer",
			.subject = "batch 1",
			.expected = "300",
			.actual = "300",
			.expected_is = "the trailer's count",
			.actual_is = "records of the batch" },
		{ .rule = "orphans", .subject = "a(b) -> c(d)", .expected = "0", .actual = "not known: x" },
	};
	put(table(0, "t"));
	set("verified", "ok");
	put_controls(controls, sizeof controls / sizeof *controls);
}

static void test_controls(void **state)
{
	(void)state;
	fill_controls();
	must(wh_report_write(journal, html, NULL, &error));
	char *page = file_text(html);
	must_hold(page, "<section class=\"verdict bad\"><p class=\"title\">Rows equal, figures do not");
	must_hold(page, "3 held, <span class=\"bad\">2 failed</span>, <span class=\"warn\">1 noticed");
	must_hold(page, "Amounts, added up exactly on both sides");
	must_hold(page, "Records of the batch must equal the trailer&#39;s count.");
	must_hold(page, "class=\"n\"><span>104,801.54<span class=\"to\">the source</span>");
	must_hold(page,
		"class=\"n\"><span>\xe2\x88\x92"
		"4,801.50<");
	must_hold(page,
		"class=\"n bad\">\xe2\x88\x92"
		"0.01</td>");
	must_hold(page, "class=\"n warn\">9</td>");
	must_hold(page, "not known: x");
	char *failed = strstr(page, "account.balance"), *noticed = strstr(page, "export.seq");
	assert_true(failed && noticed && failed < noticed && noticed < strstr(page, "tran.amount"));
	free(page);
	char *text = printed(print_summary);
	must_hold(text, "  control total      2       1        0\n");
	must_hold(text,
		"    control total, account.balance: expected 12269.00 EUR (the source), actual "
		"12268.99 (the target and the quarantine)\n");
	assert_null(strstr(text, "export.seq"));
	free(text);
}

static void test_controls_json(void **state)
{
	(void)state;
	json_t *o = parsed(wh_document(journal, NULL, 0));
	must_be_null(o, "reconciliation");
	json_decref(o);
	fill_controls();
	o = parsed(wh_status_document(journal, NULL, 0));
	json_t *r = json_object_get(o, "reconciliation"), *list = json_object_get(r, "controls");
	assert_string_equal(json_string_value(json_object_get(o, "verdict")), "unreconciled");
	assert_int_equal(number(r, "held"), 3);
	assert_int_equal(number(r, "failed"), 2);
	assert_int_equal(number(r, "noticed"), 1);
	assert_int_equal(json_array_size(list), 6);
	json_t *first = json_array_get(list, 0), *rule = json_array_get(json_object_get(r, "rules"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "actual")), "12268.99");
	assert_string_equal(json_string_value(json_object_get(first, "result")), "failed");
	assert_string_equal(json_string_value(json_object_get(rule, "name")), "control total");
	assert_int_equal(number(rule, "held"), 2);
	json_decref(o);
}

static void test_many_controls(void **state)
{
	(void)state;
	struct wh_control controls[150];
	for (size_t i = 0; i < 150; i++)
		controls[i] = total("t.a", "1", i < 30 ? "2" : "1");
	put_controls(controls, 150);
	json_t *o = parsed(wh_document(journal, NULL, 0));
	json_t *r = json_object_get(o, "reconciliation");
	assert_int_equal(json_array_size(json_object_get(r, "controls")), 100);
	assert_int_equal(number(r, "held"), 120);
	json_decref(o);
	char *text = printed(print_summary);
	must_hold(text, "and 10 more\n");
	free(text);
	must(wh_report_write(journal, html, NULL, &error));
	text = file_text(html);
	must_hold(text, "The first 100 of 150 are shown");
	free(text);
}

static void test_partitioned(void **state)
{
	(void)state;
	struct wh_journal_table t = { .number = 4,
		.source = "parent",
		.target = "parent",
		.state = "copied",
		.proof = "exact",
		.rows_differing = -1 };
	put(t);
	put(table(5, "part"));
	set("plan", "{\"tables\":[{\"number\":4,\"rows_copied\":false},{\"number\":5}]}");
	set("verified", "ok");
	json_t *o = parsed(wh_document(journal, NULL, 0));
	must_be_null(json_array_get(json_object_get(o, "tables"), 0), "rows_read");
	assert_string_equal(json_string_value(json_object_get(o, "verdict")), "proven");
	json_decref(o);
	must(wh_report_write(journal, html, NULL, &error));
	char *page = file_text(html);
	must_hold(page, "rows are in its partitions");
	assert_null(strstr(page, "not verified"));
	free(page);
}

static void test_failures_are_documents(void **state)
{
	(void)state;
	const struct wh_error failure = { .code = WH_CONFIG, .text = "bad \xff\x01", .place = "a:1:2" };
	char *(*const documents[])(struct wh_journal *, const struct wh_error *, int) = { wh_document,
		wh_status_document };
	for (size_t i = 0; i < 4; i++) {
		json_t *o = parsed(documents[i / 2](i % 2 ? journal : NULL, &failure, 2));
		json_t *e = json_object_get(o, "error");
		assert_int_equal(number(o, "whimbrel"), 1);
		assert_int_equal(number(o, "exit"), 2);
		assert_int_equal(number(e, "code"), 2);
		assert_string_equal(json_string_value(json_object_get(e, "text")), "bad \\xff\\x01");
		assert_string_equal(json_string_value(json_object_get(e, "place")), "a:1:2");
		assert_true(json_is_array(json_object_get(o, "tables")));
		json_decref(o);
	}
	json_t *o = parsed(wh_quarantine_document(NULL, 0, &failure, 2));
	assert_int_equal(number(o, "exit"), 2);
	must_be_null(o, "quarantined");
	json_decref(o);
	o = parsed(wh_quarantine_document(journal, 99, NULL, 0));
	assert_int_equal(number(o, "exit"), 2); /* there is no such row */
	assert_int_equal(number(o, "quarantined"), 0);
	json_decref(o);
}

static void expect_verdict(enum wh_verdict verdict)
{
	struct wh_account a;
	must(wh_account_read(&a, journal, &error));
	if (a.verdict != verdict)
		fail_msg("%s, wanted %s", wh_verdict_word(a.verdict), wh_verdict_word(verdict));
	assert_true(strlen(wh_account_sentence(&a)) > 10);
	wh_account_free(&a);
}

static void test_verdicts(void **state)
{
	(void)state;
	const struct wh_finding finding = { .rule = "r", .severity = WH_ERROR };
	const struct wh_journal_quarantine row = { .source = "a", .reason = "bad" };
	struct wh_journal_table t = table(0, "a");
	expect_verdict(WH_VERDICT_UNVERIFIED);
	put(t);
	set("verified", "ok");
	expect_verdict(WH_VERDICT_PROVEN);
	set("verified", "incomplete");
	expect_verdict(WH_VERDICT_INCOMPLETE);
	t.proof = "none";
	put(t);
	expect_verdict(WH_VERDICT_PARTLY);
	set("plan", "{\"tables\":[{\"number\":0,\"columns\":[{\"proof\":\"none\"}]}]}");
	set("verified", "ok");
	expect_verdict(WH_VERDICT_PARTLY);
	must(wh_journal_quarantine_put(journal, &row, 1, &error));
	expect_verdict(WH_VERDICT_QUARANTINE);
	must(wh_journal_finding_add(journal, "build", &finding, &error));
	expect_verdict(WH_VERDICT_ERRORS);
	struct wh_journal_table failed = table(1, "b");
	failed.state = "failed";
	put(failed);
	expect_verdict(WH_VERDICT_INCOMPLETE);
	t.rows_differing = 1;
	put(t);
	expect_verdict(WH_VERDICT_DIFFERENT);
	t.rows_differing = -1;
	t.source_changed = true;
	t.state = "differs";
	put(t);
	expect_verdict(WH_VERDICT_DIFFERENT);
	set("error_text", "no room");
	expect_verdict(WH_VERDICT_STOPPED);
	set("ended_usec", "1000");
	set("verified_usec", "999");
	expect_verdict(WH_VERDICT_STOPPED);
	set("verified_usec", "1001"); /* a later verify without a lease */
	expect_verdict(WH_VERDICT_DIFFERENT);
}

static void test_files(void **state)
{
	(void)state;
	struct stat file;
	char path[128];
	mode_t mask = umask(0);
	must(wh_report_write(journal, html, json, &error));
	must(wh_report_write(journal, html, json, &error));
	umask(mask);
	assert_int_equal(stat(html, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	snprintf(path, sizeof path, "%s/absent/report.html", folder);
	assert_int_equal(wh_report_write(journal, path, NULL, &error), WH_CONFIG);
	assert_non_null(strstr(error.text, path));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_escaping),
		TEST(test_terminal),
		TEST(test_empty),
		TEST(test_not_checked_is_null),
		TEST(test_checked_is_a_number),
		TEST(test_controls),
		TEST(test_controls_json),
		TEST(test_many_controls),
		TEST(test_partitioned),
		TEST(test_failures_are_documents),
		TEST(test_verdicts),
		TEST(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
