#include "base/crash.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static long crash_at;
static const char *list, *crash_name, *stop_name;
static atomic_long passed;
static atomic_bool stood; /* it was stopped once */

static void read_environment(void)
{
	const char *at = getenv("WHIMBREL_CRASH_AT");
	crash_at = at ? strtol(at, NULL, 10) : 0;
	crash_name = at && !crash_at ? at : NULL;
	list = getenv("WHIMBREL_CRASH_LIST");
	stop_name = getenv("WHIMBREL_STOP_AT");
}

static void note(const char *name)
{
	int file = open(list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (file < 0)
		return;
	char line[128];
	size_t n = strnlen(name, sizeof line - 1);
	memcpy(line, name, n);
	line[n] = '\n';
	ssize_t written = write(file, line, n + 1);
	(void)written; /* a list for people; the test counts on the kill alone */
	close(file);
}

void wh_crash_point(const char *name)
{
	pthread_once(&once, read_environment);
	if (!crash_at && !crash_name && !list && !stop_name)
		return;
	if (list)
		note(name);
	if (atomic_fetch_add(&passed, 1) + 1 == crash_at || (crash_name && !strcmp(name, crash_name)))
		raise(SIGKILL);
	if (stop_name && !strcmp(name, stop_name) && !atomic_exchange(&stood, true))
		raise(SIGSTOP);
}
