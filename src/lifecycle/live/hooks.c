#include "lifecycle/live/hooks.h"
#include "base/time.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void run(const struct wh_migration *m, const char *name, const char *command,
	const char *serving)
{
	setenv("WHIMBREL_HOOK", name, 1);
	setenv("WHIMBREL_SERVING", serving, 1);
	setenv("WHIMBREL_WORKDIR", m->settings->workdir, 1);
	setpgid(0, 0);
	dup2(STDERR_FILENO, STDOUT_FILENO); /* standard output is the command's own result */
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static int wait_for(pid_t child, int64_t milliseconds, int *status)
{
	int64_t end = wh_monotonic_usec() + milliseconds * 1000;
	pid_t ended = 0;
	while ((ended = waitpid(child, status, WNOHANG)) == 0 && wh_monotonic_usec() < end)
		nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
	if (ended == child)
		return WH_OK;
	kill(-child, SIGKILL);
	waitpid(child, status, 0);
	return WH_DONE;
}

int wh_hook(const struct wh_migration *m, const char *name, const char *command,
	const char *serving, struct wh_error *error)
{
	int status = 0;
	if (!command)
		return WH_OK;
	pid_t child = fork();
	if (child < 0)
		return wh_fail_errno(error, WH_STOP, "the hook \"%s\" cannot be started", name);
	if (!child)
		run(m, name, command, serving);
	if (wait_for(child, m->settings->live.deadline, &status) != WH_OK)
		return wh_fail(error, WH_GUARD, "the hook \"%s\" did not end within the deadline", name);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return WH_OK;
	return wh_fail(error, WH_GUARD, "the hook \"%s\" failed with %s %d", name,
		WIFEXITED(status) ? "exit code" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}
