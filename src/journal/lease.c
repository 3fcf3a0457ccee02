/* A lease is a lock on a file, which the kernel ends with its process; the file's words and the
 * journal's row only say who it is. The file is never removed: a removed one could be locked
 * beside a new one. */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "base/text.h"
#include "base/time.h"
#include "journal/inside.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct lease_role {
	const char *name, *file;
} roles[WH_JOURNAL_ROLES] = {
	{ "copy", "lock" },
	{ "follow", "lock-follow" },
	{ "control", "lock-control" },
};

struct lease {
	const char *role, *command;
	int64_t pid, usec;
	char host[256];
};

static int lease_record(sqlite3 *db, const void *what)
{
	const struct lease *l = what;
	return wh_journal_run(db, "INSERT OR REPLACE INTO lease VALUES(?, ?, ?, ?, ?)", "sissi",
		l->role, l->pid, l->host, l->command, l->usec);
}

static void lease_words(const struct lease *l, struct wh_buffer *out)
{
	char since[WH_TIME_TEXT];
	size_t n = wh_format_timestamptz(since,
		l->usec / 1000000 * 1000000 - WH_DAYS_1970_TO_2000 * WH_USEC_PER_DAY);
	wh_buffer_format(out, "pid %lld\nhost %s\ncommand %s\nsince %.*s\n", (long long)l->pid, l->host,
		l->command, (int)n, since);
}

/* "pid 12, host db1, command run, since ...": the lines of the file, made safe for a terminal. */
static void lease_who(int fd, struct wh_buffer *who)
{
	char words[1024];
	ssize_t n = pread(fd, words, sizeof words, 0);
	while (n > 0 && words[n - 1] == '\n')
		n--;
	const char *at = words, *end = words + (n > 0 ? n : 0);
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		wh_text_shown(who, at, (size_t)((line ? line : end) - at));
		wh_buffer_text(who, line ? ", " : "");
		at = line ? line + 1 : end;
	}
	if (!who->size)
		wh_buffer_text(who, "a process that has just begun");
}

static int lease_held(int fd, const char *folder, struct wh_error *error)
{
	struct wh_buffer who = { 0 };
	lease_who(fd, &who);
	int rc = wh_fail(error, WH_LOST,
		"another process works on this migration: \"%s\" (%s); "
		"wait until it ends, or stop it",
		folder, wh_buffer_string(&who));
	wh_buffer_free(&who);
	return rc;
}

static int lease_write(int fd, const struct lease *l)
{
	struct wh_buffer words = { 0 };
	lease_words(l, &words);
	bool done = !words.full && ftruncate(fd, 0) == 0 &&
		pwrite(fd, words.data, words.size, 0) == (ssize_t)words.size;
	wh_buffer_free(&words);
	return done ? 0 : -1;
}

static int lease_open(struct wh_journal *j, size_t role, int create, int *out,
	struct wh_error *error)
{
	char path[PATH_MAX];
	if ((size_t)snprintf(path, sizeof path, "%s/%s", j->folder, roles[role].file) >= sizeof path)
		return wh_fail(error, WH_CONFIG, "path too long: \"%s\"; choose another work folder",
			j->folder);
	*out = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | create, 0600);
	if (*out < 0)
		return wh_fail_errno(error, errno == ENOSPC ? WH_STOP : WH_CONFIG,
			"cannot open the lock: \"%s\"", path);
	return WH_OK;
}

/* Locks of the open file, not of the process: they do not end with another descriptor of it. */
static int lease_lock(struct wh_journal *j, size_t role, int *out, struct wh_error *error)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int rc = lease_open(j, role, O_CREAT, out, error);
	if (rc != WH_OK || fcntl(*out, F_OFD_SETLK, &lock) == 0)
		return rc;
	rc = errno == EAGAIN || errno == EACCES
		? lease_held(*out, j->folder, error)
		: wh_fail_errno(error, WH_CONFIG, "cannot lock \"%s\" in \"%s\"", roles[role].file,
			  j->folder);
	close(*out);
	return rc;
}

static int lease_take(struct wh_journal *j, size_t role, const char *command,
	struct wh_error *error)
{
	if (j->leases[role] >= 0)
		return WH_OK;
	int fd = -1;
	int rc = lease_lock(j, role, &fd, error);
	if (rc != WH_OK)
		return rc;
	struct lease l = { .role = roles[role].name,
		.command = command,
		.pid = getpid(),
		.usec = wh_now_usec() };
	if (gethostname(l.host, sizeof l.host - 1) != 0)
		strcpy(l.host, "?");
	if (lease_write(fd, &l) != 0)
		rc = wh_fail_errno(error, WH_STOP,
			"cannot write the lock: \"%s/%s\"; free some "
			"space, then run the same command again",
			j->folder, roles[role].file);
	else
		rc = wh_journal_hand(j, lease_record, &l, error);
	if (rc == WH_OK)
		j->leases[role] = fd;
	else
		close(fd);
	return rc;
}

static size_t lease_role(const char *role)
{
	size_t at = 0;
	while (at < WH_JOURNAL_ROLES && strcmp(roles[at].name, role) != 0)
		at++;
	return at;
}

int wh_journal_lease(struct wh_journal *j, const char *role, const char *command,
	struct wh_error *error)
{
	size_t at = lease_role(role);
	if (at == WH_JOURNAL_ROLES)
		return wh_fail(error, WH_BUG, "no such lease: \"%s\"", role);
	pthread_mutex_lock(&j->leasing);
	int rc = lease_take(j, at, command, error);
	pthread_mutex_unlock(&j->leasing);
	return rc;
}

void wh_journal_release(struct wh_journal *j, const char *role)
{
	size_t at = lease_role(role);
	pthread_mutex_lock(&j->leasing);
	if (at < WH_JOURNAL_ROLES && j->leases[at] >= 0) {
		close(j->leases[at]);
		j->leases[at] = -1;
	}
	pthread_mutex_unlock(&j->leasing);
}

/* Asks without locking, so that asking never stands in anybody's way. */
const char *wh_journal_holder(struct wh_journal *j, const char *role, struct wh_arena *arena)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	size_t at = lease_role(role);
	const char *out = NULL;
	int fd = -1;
	if (at == WH_JOURNAL_ROLES || lease_open(j, at, 0, &fd, NULL) != WH_OK)
		return NULL;
	if (fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
		struct wh_buffer who = { 0 };
		lease_who(fd, &who);
		out = wh_arena_text(arena, wh_buffer_string(&who));
		wh_buffer_free(&who);
	}
	close(fd);
	return out;
}
