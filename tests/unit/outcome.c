/* The exit code: of an error alone, and of what stands in the journal. */
#include "lifecycle/migration.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64];
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
	strcpy(folder, "/tmp/whimbrel-outcome-XXXXXX");
	return mkdtemp(folder) && wh_journal_open(folder, true, &journal, &error) == WH_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	wh_journal_close(journal);
	char path[96];
	snprintf(path, sizeof path, "%s/journal.db", folder);
	unlink(path);
	return rmdir(folder);
}

static void test_errors(void **state)
{
	(void)state;
	static const struct {
		enum wh_code code;
		enum wh_side side;
		int exit;
	} cases[] = {
		{ WH_OK, WH_NOWHERE, 0 },
		{ WH_DONE, WH_NOWHERE, 0 },
		{ WH_CONFIG, WH_NOWHERE, 2 },
		{ WH_CONFIG, WH_SOURCE, 5 },
		{ WH_CONFIG, WH_TARGET, 6 },
		{ WH_LOST, WH_NOWHERE, 7 },
		{ WH_LOST, WH_SOURCE, 7 },
		{ WH_LOST, WH_TARGET, 7 },
		{ WH_GUARD, WH_NOWHERE, 3 },
		{ WH_GUARD, WH_SOURCE, 3 },
		{ WH_GUARD, WH_TARGET, 3 },
		{ WH_STOP, WH_NOWHERE, 1 },
		{ WH_STOP, WH_SOURCE, 5 },
		{ WH_STOP, WH_TARGET, 6 },
		{ WH_RETRY, WH_NOWHERE, 1 },
		{ WH_RETRY, WH_SOURCE, 5 },
		{ WH_RETRY, WH_TARGET, 6 },
		{ WH_ROW, WH_NOWHERE, 1 },
		{ WH_ROW, WH_SOURCE, 5 },
		{ WH_ROW, WH_TARGET, 6 },
		{ WH_BUG, WH_NOWHERE, 1 },
		{ WH_BUG, WH_SOURCE, 1 },
		{ WH_BUG, WH_TARGET, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wh_error e = { .code = cases[i].code, .side = cases[i].side };
		if (wh_outcome_exit(NULL, &e) != cases[i].exit)
			fail_msg("code %d, side %d: exit %d, wanted %d", e.code, (int)e.side,
				wh_outcome_exit(NULL, &e), cases[i].exit);
		e.interrupted = true;
		if (e.code < 0)
			assert_int_equal(wh_outcome_exit(NULL, &e), 130);
	}
	assert_int_equal(wh_outcome_exit(NULL, NULL), 0);
}

static void put_table(const char *table_state, int64_t differing)
{
	const struct wh_journal_table t = { .source = "a",
		.target = "a",
		.state = table_state,
		.proof = "exact",
		.checked = differing >= 0,
		.rows_differing = differing };
	must(wh_journal_tables_put(journal, &t, 1, &error));
}

static void expect(int exit)
{
	assert_int_equal(wh_outcome_exit(journal, NULL), exit);
}

static void test_proof(void **state)
{
	(void)state;
	expect(0);
	must(wh_journal_set(journal, "command", "copy", &error));
	expect(0); /* copy alone did what it was asked for */
	must(wh_journal_set(journal, "command", "run", &error));
	expect(4); /* run was asked for a proof */
	must(wh_journal_set(journal, "verified", "", &error));
	expect(4);
	must(wh_journal_set(journal, "verified", "incomplete", &error));
	expect(4);
	must(wh_journal_set(journal, "verified", "differences", &error));
	expect(4);
	must(wh_journal_set(journal, "verified", "ok", &error));
	expect(0);
}

static void test_tables(void **state)
{
	(void)state;
	put_table("copied", -1);
	expect(0);
	put_table("verified", 0);
	expect(0);
	put_table("verified", 1);
	expect(4);
	put_table("differs", -1);
	expect(4);
	put_table("failed", -1);
	expect(4);
}

static void put_finding(enum wh_severity severity)
{
	const struct wh_finding f = { .rule = "r", .severity = severity, .object = "o", .text = "t" };
	struct wh_finding items[1] = { f };
	const struct wh_findings list = { .items = items, .count = 1 };
	must(wh_journal_findings_put(journal, "build", &list, &error));
}

static void test_findings_and_quarantine(void **state)
{
	(void)state;
	const struct wh_journal_quarantine row = { .source = "a", .reason = "bad" };
	put_finding(WH_WARNING);
	expect(0);
	must(wh_journal_quarantine_put(journal, &row, 1, &error));
	expect(9);
	put_finding(WH_ERROR);
	expect(4); /* differences and errors come before the quarantine */
	put_finding(WH_INFO);
	expect(9);
	const struct wh_error e = { .code = WH_STOP, .side = WH_TARGET };
	assert_int_equal(wh_outcome_exit(journal, &e), 6);
	must(wh_journal_quarantine_clear(journal, &(struct wh_journal_unit){ 0, -1 }, 1, &error));
	expect(0);
}

static void put_control(const char *actual, bool notice)
{
	struct wh_controls list = { 0 };
	wh_control_add(&list,
		&(struct wh_control){ .rule = "r", .expected = "1", .actual = actual, .notice = notice });
	must(wh_journal_controls_put(journal, &list, &error));
	wh_controls_free(&list);
}

static void test_controls(void **state)
{
	(void)state;
	put_control("1.00", false);
	expect(0);
	put_control("2", true);
	expect(0); /* a notice is no fault */
	put_control("2", false);
	expect(4);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		TEST(test_proof),
		TEST(test_tables),
		TEST(test_findings_and_quarantine),
		TEST(test_controls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
