#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);
		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
	return fsync(fd);
}

int wh_file_write(const char *path, const char *what, const char *bytes, size_t n,
	struct wh_error *error)
{
	struct wh_buffer part = { 0 };
	wh_buffer_format(&part, "%s.part", path);
	const char *name = wh_buffer_string(&part);
	unlink(name);
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc = fd < 0 ? -1 : write_all(fd, bytes, n);
	if (fd >= 0)
		rc = close(fd) == 0 ? rc : -1;
	if (rc == 0)
		rc = rename(name, path);
	int code = WH_OK;
	if (rc != 0) {
		bool nowhere = errno == ENOENT || errno == ENOTDIR || errno == EISDIR || errno == EACCES;
		code = wh_fail_errno(error, nowhere ? WH_CONFIG : WH_STOP, "cannot write %s: \"%s\"", what,
			path);
		unlink(name);
	}
	wh_buffer_free(&part);
	return code;
}

int wh_file_read(const char *path, const char *what, size_t max, struct wh_buffer *out,
	struct wh_error *error)
{
	FILE *file = fopen(path, "rbe");
	char part[4096];
	size_t got = 0, total = 0;
	if (!file)
		return wh_fail_errno(error, WH_CONFIG, "cannot read %s: \"%s\"", what, path);
	while (total <= max && (got = fread(part, 1, sizeof part, file)) > 0) {
		wh_buffer_put(out, part, got);
		total += got;
	}
	int code = WH_OK;
	if (ferror(file))
		code = wh_fail_errno(error, WH_CONFIG, "cannot read %s: \"%s\"", what, path);
	else if (total > max || out->full)
		code = wh_fail(error, WH_CONFIG, "%s is larger than %zu MiB: \"%s\"", what, max >> 20,
			path);
	fclose(file);
	return code;
}

bool wh_file_holds(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "rbe");
	char part[4096];
	size_t got = 0, at = 0;
	bool same = file != NULL;
	while (same && (got = fread(part, 1, sizeof part, file)) > 0) {
		same = got <= n - at && memcmp(part, bytes + at, got) == 0;
		at += same ? got : 0;
	}
	same = same && !ferror(file) && at == n;
	if (file)
		fclose(file);
	return same;
}
