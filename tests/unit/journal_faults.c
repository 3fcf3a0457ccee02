/* The journal: what it acknowledged is there, whoever dies and whatever is full; nobody writes
 * beside its holder. */
#include "journal_folder.h"
#include "base/text.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

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
	struct wh_tally tally = { .read = { 1, { 1, 2 } } };
	for (int i = 0; i < 100 && w->all->rcs[w->number] == WH_OK; i++) {
		struct wh_journal_unit unit = { .table = w->number, .number = i, .tally = tally };
		w->all->rcs[w->number] = wh_journal_units_done(w->all->j, &unit, 1,
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
		struct wh_journal_unit unit = { .table = 1, .number = i };
		child_need(wh_journal_units_done(j, &unit, 1, &error) == WH_OK, 3);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_group),
		TEST(test_many_threads),
		TEST(test_lease),
		TEST(test_killed),
		TEST(test_full),
		TEST(test_full_from_the_start),
		TEST(test_damaged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
