/* Where passwords come from. Nothing here is ever printed. */
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/settings/file.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET_BYTES 4096
#define SECRET_WAIT_USEC INT64_C(60000000)

struct secret {
	char bytes[SECRET_BYTES + 1];
	size_t size;
};

/* Of `what` ("the file", ...) named `name`; the line ends at its end of line. */
static int secret_take(struct wh_settings *s, struct wh_endpoint *e, struct secret *secret,
	const char *what, struct wh_error *error)
{
	size_t n = secret->size;
	if (n > 0 && secret->bytes[n - 1] == '\n')
		n--;
	if (n > 0 && secret->bytes[n - 1] == '\r')
		n--;
	if (secret->size > SECRET_BYTES)
		return wh_fail(error, WH_CONFIG, "the password of %s is longer than %d bytes", what,
			SECRET_BYTES);
	if (!n || memchr(secret->bytes, 0, n))
		return wh_fail(error, WH_CONFIG, "%s %s; expected a password", what,
			n ? "holds a NUL byte" : "is empty");
	e->url.password = wh_arena_bytes(&s->arena, secret->bytes, n);
	return WH_OK;
}

/* Reads until the end, the secret's maximum or the time. */
static int secret_read(int fd, struct secret *secret, int64_t until)
{
	while (secret->size < sizeof secret->bytes) {
		int64_t left = until - wh_monotonic_usec();
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		if (left <= 0)
			return ETIMEDOUT;
		int n = poll(&ready, 1, (int)(left / 1000) + 1);
		if (n < 0 && errno != EINTR)
			return errno;
		if (n <= 0)
			continue;
		ssize_t got = read(fd, secret->bytes + secret->size, sizeof secret->bytes - secret->size);
		if (got < 0 && errno != EINTR)
			return errno;
		if (got == 0)
			return 0;
		secret->size += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static int secret_file(struct wh_settings *s, struct wh_endpoint *e, struct secret *secret,
	struct wh_error *error)
{
	const char *what = wh_arena_format(&s->arena, "password_file \"%s\"", e->password_file);
	int fd = open(e->password_file, O_RDONLY | O_CLOEXEC);
	int failed = fd < 0 ? errno : secret_read(fd, secret, wh_monotonic_usec() + SECRET_WAIT_USEC);
	if (fd >= 0)
		close(fd);
	errno = failed;
	return failed ? wh_fail_errno(error, WH_CONFIG, "cannot read %s", what)
				  : secret_take(s, e, secret, what, error);
}

static int secret_env(struct wh_settings *s, struct wh_endpoint *e, struct wh_error *error)
{
	const char *value = getenv(e->password_env);
	if (!value)
		return wh_fail(error, WH_CONFIG,
			"the variable \"%s\" of password_env is not set; "
			"export it",
			e->password_env);
	if (!*value)
		return wh_fail(error, WH_CONFIG, "the variable \"%s\" of password_env is empty",
			e->password_env);
	e->url.password = wh_arena_text(&s->arena, value);
	return WH_OK;
}

static pid_t command_start(const char *command, int *out)
{
	int ends[2];
	if (pipe(ends))
		return -1;
	pid_t child = fork();
	if (child == 0) {
		int nothing = open("/dev/null", O_RDONLY);
		if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(ends[1], 1) < 0)
			_exit(127);
		close(ends[0]);
		close(ends[1]);
		close(nothing);
		signal(SIGPIPE, SIG_DFL);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	if (child < 0)
		close(ends[0]);
	else
		*out = ends[0];
	return child;
}

/* The child's exit status, or -1 where it had to be ended. */
static int command_end(pid_t child, int64_t until)
{
	int status = 0;
	for (;;) {
		pid_t got = waitpid(child, &status, WNOHANG);
		if (got == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		if (got < 0 && errno != EINTR)
			return 128;
		if (wh_monotonic_usec() > until)
			break;
		poll(NULL, 0, 10);
	}
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return -1;
}

static int secret_command(struct wh_settings *s, struct wh_endpoint *e, struct secret *secret,
	struct wh_error *error)
{
	int fd = -1;
	int64_t until = wh_monotonic_usec() + SECRET_WAIT_USEC;
	pid_t child = command_start(e->password_command, &fd);
	if (child < 0)
		return wh_fail_errno(error, WH_CONFIG, "cannot run password_command");
	int failed = secret_read(fd, secret, until);
	close(fd);
	int status = command_end(child, failed ? 0 : until);
	if (failed == ETIMEDOUT || status < 0)
		return wh_fail(error, WH_CONFIG,
			"password_command did not end in %d s; run it in a shell "
			"to see why",
			(int)(SECRET_WAIT_USEC / 1000000));
	if (failed || status)
		return wh_fail(error, WH_CONFIG,
			"password_command failed with exit status %d; run it in a "
			"shell to see why",
			status);
	char *end = memchr(secret->bytes, '\n', secret->size);
	secret->size = end ? (size_t)(end - secret->bytes) : secret->size;
	return secret_take(s, e, secret, "password_command", error);
}

static int secret_of(struct wh_settings *s, struct wh_endpoint *e, struct wh_error *error)
{
	struct secret secret = { 0 };
	int rc = WH_OK;
	if (e->url.password)
		return WH_OK;
	if (e->password_file)
		rc = secret_file(s, e, &secret, error);
	else if (e->password_env)
		rc = secret_env(s, e, error);
	else if (e->password_command)
		rc = secret_command(s, e, &secret, error);
	explicit_bzero(&secret, sizeof secret);
	return rc;
}

int wh_settings_secrets(struct wh_settings *s, struct wh_error *error)
{
	int rc = secret_of(s, &s->source, error);
	if (rc != WH_OK)
		return wh_fail_place(error, "source");
	rc = secret_of(s, &s->target, error);
	if (rc != WH_OK)
		return wh_fail_place(error, "target");
	return wh_settings_mask_keys(s, error);
}
