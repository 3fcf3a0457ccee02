/* journal_folder: a journal in a folder of its own for each test of the journal. */
#ifndef WH_TESTS_UNIT_JOURNAL_FOLDER_H
#define WH_TESTS_UNIT_JOURNAL_FOLDER_H

#include "journal/inside.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

#endif
