/* The journal: what it acknowledged is there, whoever dies; nobody writes beside its holder. */
#include "base/text.h"
#include "journal/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64];
static struct wh_error error;

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/whimbrel-journal-XXXXXX");
	error = (struct wh_error){ 0 };
	return mkdtemp(folder) ? 0 : -1;
}

static const char *inside(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int teardown(void **state)
{
	(void)state;
	static const char *const names[] = { "journal.db", "journal.db-wal", "journal.db-shm", "lock",
		"lock-follow", "lock-control", "work/journal.db", "work/deep/journal.db" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(inside(names[i]));
	rmdir(inside("work/deep"));
	rmdir(inside("work"));
	return rmdir(folder);
}

static struct wh_journal *opened(void)
{
	struct wh_journal *j = NULL;
	if (wh_journal_open(folder, true, &j, &error) != WH_OK)
		fail_msg("open: %s", error.text);
	return j;
}

static void must(int rc)
{
	if (rc != WH_OK)
		fail_msg("%d: %s", rc, error.text);
}

static void must_say(int rc, int wanted, const char *words)
{
	assert_int_equal(rc, wanted);
	assert_int_equal(error.code, wanted);
	if (!strstr(error.text, words))
		fail_msg("no \"%s\" in: %s", words, error.text);
}

static mode_t mode_of(const char *path)
{
	struct stat file;
	assert_int_equal(stat(path, &file), 0);
	return file.st_mode & 0777;
}

static void test_private(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	char work[128], deep[128];
	strcpy(work, inside("work"));
	strcpy(deep, inside("work/deep"));
	mode_t mask = umask(0);
	must(wh_journal_open(deep, true, &j, &error));
	must(wh_journal_set(j, "name", "shop", &error));
	umask(mask);
	assert_int_equal(mode_of(work), 0700);
	assert_int_equal(mode_of(deep), 0700);
	assert_int_equal(mode_of(inside("work/deep/journal.db")), 0600);
	assert_int_equal(mode_of(inside("work/deep/journal.db-wal")), 0600);
	assert_int_equal(mode_of(inside("work/deep/journal.db-shm")), 0600);
	wh_journal_close(j);
	assert_int_equal(chmod(inside("work/deep/journal.db"), 0644), 0);
	must(wh_journal_open(deep, false, &j, &error));
	assert_int_equal(mode_of(inside("work/deep/journal.db")), 0600);
	wh_journal_close(j);
}

static void test_absent(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "no migration there");
	assert_null(j);
	assert_int_equal(access(inside("journal.db"), F_OK), -1);
	must_say(wh_journal_open("/proc/whimbrel", true, &j, &error), WH_CONFIG, "work folder");
}

static void test_facts(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal *j = opened();
	assert_null(wh_journal_get(j, "state", &arena));
	must(wh_journal_set(j, "state", "CREATED", &error));
	must(wh_journal_set(j, "state", "PLANNED", &error));
	must(wh_journal_set(j, "name", "it's \"x\"; --", &error));
	must(wh_journal_set(j, "snapshot", "1", &error));
	must(wh_journal_set(j, "snapshot", NULL, &error));
	wh_journal_close(j);
	must(wh_journal_open(folder, false, &j, &error));
	assert_string_equal(wh_journal_get(j, "state", &arena), "PLANNED");
	assert_string_equal(wh_journal_get(j, "name", &arena), "it's \"x\"; --");
	assert_null(wh_journal_get(j, "snapshot", &arena));
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static struct wh_tally tally_of(uint64_t rows)
{
	return (struct wh_tally){
		.read = { rows, { 1, 2 } }, .written = { rows - 1, { UINT64_MAX, 4 } },
		.quarantined = { 1, { 5, UINT64_MAX } }, .bytes = UINT64_MAX, .snapshot = 3,
	};
}

static void test_tables(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_table *read, t = {
		.number = 7, .source = "shop.orders", .target = "public.orders", .treatment = "create",
		.state = "copying", .proof = "exact", .rows_expected = -1, .tally = tally_of(UINT64_MAX),
		.rows_differing = -1,
	};
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_table_put(j, &t, &error));
	t.state = "differs";
	t.checked = t.source_changed = true;
	t.target_digest = (struct wh_digest){ 12, { 13, 14 } };
	t.rows_differing = 2;
	must(wh_journal_table_put(j, &t, &error));
	must(wh_journal_table_put(j, &(struct wh_journal_table){ .number = 2, .source = "a",
		.target = "b", .state = "planned", .rows_differing = -1 }, &error));
	must(wh_journal_tables(j, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].source, "a");
	assert_null(read[0].proof);
	assert_false(read[0].checked);
	assert_string_equal(read[1].state, "differs");
	assert_true(read[1].checked && read[1].source_changed);
	assert_int_equal(read[1].rows_differing, 2);
	assert_int_equal(read[1].rows_expected, -1);
	assert_true(wh_digest_equal(&read[1].target_digest, &t.target_digest));
	assert_true(wh_digest_equal(&read[1].tally.quarantined, &t.tally.quarantined));
	assert_int_equal(read[1].tally.bytes, UINT64_MAX);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_units(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_unit *read;
	struct wh_unit units[3] = {
		{ .number = 0, .range = WH_RANGE_KEY, .first = INT64_MIN, .last = 10 },
		{ .number = 1, .range = WH_RANGE_KEY, .first = 10, .last = 20 },
		{ .number = 2, .range = WH_RANGE_KEY, .first = 20, .last = INT64_MAX },
	};
	size_t n;
	for (int i = 0; i < 3; i++)
		units[i].table = 4;
	struct wh_journal *j = opened();
	struct wh_tally tally = tally_of(9);
	must(wh_journal_units_put(j, 4, units, 3, &error));
	must(wh_journal_unit_done(j, &units[1], &tally, &error));
	must(wh_journal_units(j, 4, &arena, &read, &n, &error));
	assert_int_equal(n, 3);
	assert_true(read[0].first == INT64_MIN && read[2].last == INT64_MAX);
	assert_false(read[0].done || read[2].done);
	assert_true(read[1].done && read[1].range == WH_RANGE_KEY);
	assert_int_equal(read[1].tally.read.rows, 9);
	assert_int_equal(read[1].tally.snapshot, 3);
	must(wh_journal_units_put(j, 4, units, 1, &error));
	must(wh_journal_units(j, 4, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	must(wh_journal_units_put(j, 4, NULL, 0, &error));
	must(wh_journal_units(j, 4, &arena, &read, &n, &error));
	assert_int_equal(n, 0);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_statements(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_statement *read, s = { .phase = "keys", .kind = "index", .object = "index a",
		.sql = "CREATE INDEX a", .state = "intended" };
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_statement_put(j, &s, &error));
	must(wh_journal_statement_put(j, &(struct wh_journal_statement){ .sql = "CREATE INDEX b",
		.state = "done", .usec = 5 }, &error));
	s.state = "failed";
	s.error = "no room";
	must(wh_journal_statement_put(j, &s, &error));
	must(wh_journal_statements(j, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].state, "failed");
	assert_string_equal(read[0].error, "no room");
	assert_int_equal(read[1].usec, 5);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_findings(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_findings list = { .arena = &arena }, read = { .arena = &arena };
	struct wh_journal *j = opened();
	wh_findings_add(&list, "view-not-carried", WH_WARNING, WH_MANUAL, "view a", "text %d", 1)
		->source = "CREATE VIEW a";
	wh_findings_add(&list, "note", WH_INFO, WH_AUTOMATIC, "b", "%s", "two");
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_finding_add(j, "build", &(struct wh_finding){ .rule = "orphans",
		.severity = WH_ERROR, .effort = WH_ASSISTED }, &error));
	must(wh_journal_findings(j, &read, &error));
	assert_int_equal(read.count, 3);
	assert_string_equal(read.items[0].source, "CREATE VIEW a");
	assert_string_equal(read.items[0].text, "text 1");
	assert_int_equal(read.items[2].severity, WH_ERROR);
	assert_null(read.items[2].object);
	list.count = 0;
	must(wh_journal_findings_put(j, "plan", &list, &error));
	must(wh_journal_findings(j, &read, &error));
	assert_int_equal(read.count, 1);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_quarantine(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_quarantine *read, rows[3] = {
		{ .table = 1, .unit = 0, .row = 5, .source = "t", .key = "{\"id\":\"1\"}", .column = "c",
			.reason = "bad", .values = "{\"c\":{\"hex\":\"00ff\"}}", .usec = 9 },
		{ .table = 1, .unit = 1, .row = 6, .source = "t", .reason = "bad" },
		{ .table = 2, .unit = 0, .row = 7, .source = "u", .reason = "worse" },
	};
	size_t n;
	struct wh_journal *j = opened();
	assert_int_equal(wh_journal_quarantine_count(j), 0);
	must(wh_journal_quarantine_put(j, rows, 3, &error));
	assert_int_equal(wh_journal_quarantine_count(j), 3);
	must(wh_journal_quarantined(j, -1, 0, 2, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(read[0].values, rows[0].values);
	assert_string_equal(read[0].key, rows[0].key);
	assert_null(read[1].key);
	int64_t second = read[1].id;
	must(wh_journal_quarantined(j, -1, second, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	assert_int_equal(read[0].table, 2);
	must(wh_journal_quarantined(j, 1, 0, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	must(wh_journal_quarantine_clear(j, 1, 1, &error));
	must(wh_journal_quarantine_put(j, &rows[1], 1, &error));
	must(wh_journal_quarantined(j, 1, second, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 1);
	assert_true(read[0].id > second); /* a number once shown never names another row */
	must(wh_journal_quarantine_clear(j, 1, -1, &error));
	assert_int_equal(wh_journal_quarantine_count(j), 1);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_differences_and_events(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_difference *read, rows[2] = {
		{ .object = "t", .kind = "changed", .key = "{}", .column = "c", .source = "1", .target = "" },
		{ .object = "t", .kind = "missing", .key = "{}" },
	};
	struct wh_journal_event *events;
	size_t n;
	struct wh_journal *j = opened();
	must(wh_journal_differences_put(j, 3, rows, 2, &error));
	must(wh_journal_differences_put(j, 1, rows, 1, &error));
	must(wh_journal_differences_put(j, 3, rows, 2, &error));
	must(wh_journal_differences(j, 2, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_int_equal(read[0].table, 1);
	assert_string_equal(read[1].target, "");
	must(wh_journal_differences_put(j, 1, NULL, 0, &error));
	must(wh_journal_differences(j, 100, &arena, &read, &n, &error));
	assert_int_equal(n, 2);
	assert_null(read[1].target);
	must(wh_journal_event(j, "began", &error));
	must(wh_journal_event(j, "ended", &error));
	must(wh_journal_events(j, &arena, &events, &n, &error));
	assert_int_equal(n, 2);
	assert_string_equal(events[1].text, "ended");
	assert_true(events[0].usec > 0 && events[0].usec <= events[1].usec);
	wh_journal_close(j);
	wh_arena_free(&arena);
}

/* Writers wait behind another connection's transaction, so that all of them stand in the queue. */
#define WRITERS 8
struct writers {
	struct wh_journal *j;
	pthread_t threads[WRITERS];
	struct wh_error errors[WRITERS];
	int rcs[WRITERS];
	sqlite3 *block;
};
struct one_writer {
	struct writers *all;
	int number;
};

static void *write_one(void *context)
{
	struct one_writer *w = context;
	char name[16];
	snprintf(name, sizeof name, "w%d", w->number);
	w->all->rcs[w->number] = wh_journal_set(w->all->j, name, name, &w->all->errors[w->number]);
	return NULL;
}

static size_t waiting(struct wh_journal *j)
{
	pthread_mutex_lock(&j->jobs.lock);
	size_t n = j->jobs.count;
	pthread_mutex_unlock(&j->jobs.lock);
	return n;
}

static void writers_begin(struct writers *w, struct one_writer *each)
{
	assert_int_equal(sqlite3_open(inside("journal.db"), &w->block), SQLITE_OK);
	assert_int_equal(sqlite3_exec(w->block, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < WRITERS; i++) {
		each[i] = (struct one_writer){ w, i };
		assert_int_equal(pthread_create(&w->threads[i], NULL, write_one, &each[i]), 0);
		if (i == 0)
			usleep(20000); /* the first is taken alone, the others wait behind it */
	}
	for (int i = 0; i < 2000 && waiting(w->j) < WRITERS - 1; i++)
		usleep(1000);
}

static void writers_end(struct writers *w)
{
	assert_int_equal(sqlite3_exec(w->block, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(w->threads[i], NULL);
	sqlite3_close(w->block);
}

static int count_commit(void *context, sqlite3 *db, const char *name, int pages)
{
	(void)db, (void)name, (void)pages;
	++*(int *)context;
	return SQLITE_OK;
}

static void test_group(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct one_writer each[WRITERS];
	struct writers w = { .j = opened() };
	int commits = 0;
	must(wh_journal_set(w.j, "before", "1", &error));
	sqlite3_wal_hook(w.j->writer, count_commit, &commits);
	writers_begin(&w, each);
	assert_int_equal(commits, 0);
	writers_end(&w);
	assert_in_range(commits, 1, 3);
	for (int i = 0; i < WRITERS; i++) {
		char name[16];
		snprintf(name, sizeof name, "w%d", i);
		assert_int_equal(w.rcs[i], WH_OK);
		assert_string_equal(wh_journal_get(w.j, name, &arena), name);
	}
	wh_journal_close(w.j);
	wh_arena_free(&arena);
}

static void *write_many(void *context)
{
	struct one_writer *w = context;
	struct wh_tally tally = tally_of(1);
	for (int i = 0; i < 100 && w->all->rcs[w->number] == WH_OK; i++) {
		struct wh_unit unit = { .table = w->number, .number = i };
		w->all->rcs[w->number] = wh_journal_unit_done(w->all->j, &unit, &tally,
			&w->all->errors[w->number]);
	}
	return NULL;
}

static void test_many_threads(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct one_writer each[WRITERS];
	struct writers w = { .j = opened() };
	struct wh_journal_unit *units;
	size_t n;
	for (int i = 0; i < WRITERS; i++) {
		each[i] = (struct one_writer){ &w, i };
		assert_int_equal(pthread_create(&w.threads[i], NULL, write_many, &each[i]), 0);
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(w.threads[i], NULL);
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(w.rcs[i], WH_OK);
		must(wh_journal_units(w.j, i, &arena, &units, &n, &error));
		assert_int_equal(n, 100);
	}
	wh_journal_close(w.j);
	wh_arena_free(&arena);
}

/* What a child process does; its exit code is 0 only if the function came to its end. */
static int child(void (*work)(int), int out)
{
	pid_t pid = fork();
	if (pid == 0) {
		work(out);
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static int ended(pid_t pid)
{
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void child_need(bool holds, int code)
{
	if (!holds) {
		fprintf(stderr, "child: step %d: %s\n", code, error.text);
		_exit(code);
	}
}

static void child_lease(int out)
{
	struct wh_journal *j = NULL;
	child_need(wh_journal_open(folder, false, &j, &error) == WH_OK, 2);
	child_need(wh_journal_lease(j, "copy", "whimbrel run", &error) == WH_OK, 3);
	child_need(write(out, "x", 1) == 1, 4);
	pause();
}

static void test_lease(void **state)
{
	(void)state;
	int ends[2];
	char byte, pid_text[32];
	wh_journal_close(opened());
	assert_int_equal(pipe(ends), 0);
	pid_t pid = child(child_lease, ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	struct wh_arena arena = { 0 };
	struct wh_journal *j = opened();
	must_say(wh_journal_lease(j, "copy", "whimbrel copy", &error), WH_LOST, "another process");
	const char *holder = wh_journal_holder(j, "copy", &arena);
	assert_true(holder && strstr(holder, "command whimbrel run"));
	assert_null(wh_journal_holder(j, "control", &arena));
	snprintf(pid_text, sizeof pid_text, "pid %d,", (int)pid);
	must_say(error.code, WH_LOST, pid_text);
	must_say(error.code, WH_LOST, "command whimbrel run");
	must_say(error.code, WH_LOST, "host ");
	must_say(error.code, WH_LOST, "since 20");
	must(wh_journal_lease(j, "control", "whimbrel cutover", &error));
	must(wh_journal_set(j, "beside", "yes", &error)); /* verify writes without a lease */
	kill(pid, SIGKILL);
	assert_true(WIFSIGNALED(ended(pid)));
	assert_null(wh_journal_holder(j, "copy", &arena));
	must(wh_journal_lease(j, "copy", "whimbrel copy", &error));
	must(wh_journal_lease(j, "copy", "whimbrel copy", &error));
	assert_int_equal(mode_of(inside("lock")), 0600);
	must_say(wh_journal_lease(j, "nobody", "x", &error), WH_BUG, "no such lease");
	wh_journal_close(j);
	wh_arena_free(&arena);
	close(ends[0]);
	close(ends[1]);
}

static void child_counts(int out)
{
	struct wh_journal *j = NULL;
	child_need(wh_journal_open(folder, false, &j, &error) == WH_OK, 2);
	for (int i = 0;; i++) {
		struct wh_unit unit = { .table = 1, .number = i };
		child_need(wh_journal_unit_done(j, &unit, &(struct wh_tally){ 0 }, &error) == WH_OK, 3);
		child_need(write(out, &i, sizeof i) == sizeof i, 4);
	}
}

static void test_killed(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_unit *units;
	size_t n;
	int ends[2], last = -1, next;
	wh_journal_close(opened());
	assert_int_equal(pipe(ends), 0);
	pid_t pid = child(child_counts, ends[1]);
	close(ends[1]);
	while (last < 200 && read(ends[0], &next, sizeof next) == sizeof next)
		last = next;
	kill(pid, SIGKILL);
	while (read(ends[0], &next, sizeof next) == sizeof next)
		last = next;
	assert_true(WIFSIGNALED(ended(pid)));
	assert_true(last >= 200);
	struct wh_journal *j = opened();
	must(wh_journal_units(j, 1, &arena, &units, &n, &error));
	assert_in_range(n, last + 1, last + 2);
	for (size_t i = 0; i < n; i++)
		assert_true(units[i].number == (int64_t)i && units[i].done);
	wh_journal_close(j);
	close(ends[0]);
	wh_arena_free(&arena);
}

static void child_limit(rlim_t bytes)
{
	struct rlimit limit;
	child_need(getrlimit(RLIMIT_FSIZE, &limit) == 0, 20);
	limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
	child_need(setrlimit(RLIMIT_FSIZE, &limit) == 0, 21);
}

/* Everyone of a group that found no room is told; with room again the journal goes on. */
static void child_full(int out)
{
	struct one_writer each[WRITERS];
	struct writers w = { 0 };
	(void)out;
	signal(SIGXFSZ, SIG_IGN);
	child_need(wh_journal_open(folder, true, &w.j, &error) == WH_OK, 2);
	child_need(wh_journal_set(w.j, "kept", "yes", &error) == WH_OK, 3);
	writers_begin(&w, each);
	child_limit(4096);
	writers_end(&w);
	for (int i = 0; i < WRITERS; i++) {
		error = w.errors[i];
		child_need(w.rcs[i] == WH_STOP && error.code == WH_STOP, 4);
		child_need(strstr(error.text, "no room") && strstr(error.text, folder), 5);
	}
	child_limit(RLIM_INFINITY);
	struct wh_arena arena = { 0 };
	child_need(wh_journal_get(w.j, "w0", &arena) == NULL, 6);
	child_need(wh_journal_set(w.j, "after", "yes", &error) == WH_OK, 7);
	child_need(wh_equal(wh_journal_get(w.j, "kept", &arena), "yes"), 8);
	child_need(wh_equal(wh_journal_get(w.j, "after", &arena), "yes"), 9);
	wh_arena_free(&arena);
	wh_journal_close(w.j);
}

static void test_full(void **state)
{
	(void)state;
	int status = ended(child(child_full, -1));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void child_full_open(int out)
{
	struct wh_journal *j = NULL;
	(void)out;
	signal(SIGXFSZ, SIG_IGN);
	child_limit(100);
	child_need(wh_journal_open(folder, true, &j, &error) == WH_STOP, 2);
	child_need(strstr(error.text, "no room") && strstr(error.text, folder) && !j, 3);
}

static void test_full_from_the_start(void **state)
{
	(void)state;
	int status = ended(child(child_full_open, -1));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	wh_journal_close(opened());
}

static void scribble(const char *path, off_t at, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pwrite(fd, "\x5a", 1, at + (off_t)i), 1);
	close(fd);
}

static void test_damaged(void **state)
{
	(void)state;
	struct wh_journal *j = opened();
	struct wh_journal_table *tables;
	struct wh_arena arena = { 0 };
	size_t n;
	wh_journal_close(j);
	scribble(inside("journal.db"), 4096, 30000);
	must(wh_journal_open(folder, false, &j, &error));
	must_say(wh_journal_tables(j, &arena, &tables, &n, &error), WH_STOP, "damaged journal");
	must_say(wh_journal_set(j, "a", "b", &error), WH_STOP, folder);
	wh_journal_close(j);
	scribble(inside("journal.db"), 0, 40000);
	must_say(wh_journal_open(folder, true, &j, &error), WH_STOP, "damaged journal");
	assert_null(j);
	wh_arena_free(&arena);
}

static void run_sql(const char *sql)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(inside("journal.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void test_senseless(void **state)
{
	(void)state;
	struct wh_arena arena = { 0 };
	struct wh_journal_unit *units;
	struct wh_findings findings = { .arena = &arena };
	size_t n;
	wh_journal_close(opened());
	run_sql("INSERT INTO unit VALUES(1, 0, 9, 0, 0, 0, NULL);"
		"INSERT INTO unit VALUES(2, 0, 0, 0, 0, 1, 'what');"
		"INSERT INTO finding VALUES(1, 'plan', 'r', 77, 0, '', '', NULL)");
	struct wh_journal *j = opened();
	must_say(wh_journal_units(j, 1, &arena, &units, &n, &error), WH_STOP, "makes no sense");
	must_say(wh_journal_units(j, 2, &arena, &units, &n, &error), WH_STOP, "makes no sense");
	must_say(wh_journal_findings(j, &findings, &error), WH_STOP, "makes no sense");
	wh_journal_close(j);
	wh_arena_free(&arena);
}

static void test_foreign(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	run_sql("CREATE TABLE mine(a)");
	must_say(wh_journal_open(folder, true, &j, &error), WH_CONFIG, "not a journal");
	run_sql("PRAGMA user_version=1");
	must_say(wh_journal_open(folder, true, &j, &error), WH_CONFIG, "not a journal");
}

static void test_newer(void **state)
{
	(void)state;
	struct wh_journal *j = NULL;
	wh_journal_close(opened());
	run_sql("PRAGMA user_version=99");
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "newer whimbrel");
	must_say(error.code, WH_CONFIG, "99");
}

/* An old file and its new steps: each missing one runs once, all or none. */
static void test_upgrade(void **state)
{
	(void)state;
	static const struct wh_journal_step good[] = {
		{ "CREATE TABLE never(a)" },
		{ "ALTER TABLE fact ADD COLUMN since INTEGER; UPDATE fact SET since = 5" },
		{ "CREATE TABLE newest AS SELECT since FROM fact" },
	}, bad[] = {
		{ "CREATE TABLE never(a)" },
		{ "ALTER TABLE fact ADD COLUMN since INTEGER" },
		{ "this is no SQL" },
	};
	sqlite3 *db = NULL;
	struct wh_journal *j = opened();
	must(wh_journal_set(j, "name", "old", &error));
	wh_journal_close(j);
	assert_int_equal(sqlite3_open(inside("journal.db"), &db), SQLITE_OK);
	assert_int_equal(wh_journal_upgrade(db, "p", bad, 3, &error), WH_STOP);
	assert_int_equal(sqlite3_exec(db, "SELECT since FROM fact", NULL, NULL, NULL), SQLITE_ERROR);
	must(wh_journal_upgrade(db, "p", good, 3, &error));
	must(wh_journal_upgrade(db, "p", good, 3, &error));
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT (SELECT since FROM newest),"
		" (SELECT count(*) FROM sqlite_schema WHERE name = 'never'),"
		" (SELECT user_version FROM pragma_user_version)", -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(s, 0), 5);
	assert_int_equal(sqlite3_column_int(s, 1), 0);
	assert_int_equal(sqlite3_column_int(s, 2), 3);
	sqlite3_finalize(s);
	sqlite3_close(db);
	must_say(wh_journal_open(folder, false, &j, &error), WH_CONFIG, "newer whimbrel");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_private), TEST(test_absent), TEST(test_facts), TEST(test_tables),
		TEST(test_units), TEST(test_statements), TEST(test_findings), TEST(test_quarantine),
		TEST(test_differences_and_events), TEST(test_group), TEST(test_many_threads),
		TEST(test_lease), TEST(test_killed), TEST(test_full), TEST(test_full_from_the_start),
		TEST(test_damaged), TEST(test_senseless), TEST(test_foreign), TEST(test_newer),
		TEST(test_upgrade),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
