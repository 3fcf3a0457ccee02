/* folder: files of a local folder as objects. What is being written stands beside its name, with
 * "whimbrel-part-" in front of it, until it is published. Hidden files are no objects. */
#include "base/text.h"
#include "model/store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define OURS "whimbrel-" /* what whimbrel itself makes */
#define PART OURS "part-"

struct folder {
	struct wh_arena arena;
	int root;             /* one more than its descriptor; 0: not open */
	int reading, writing; /* the same, of one object each */
	const char *write_name, *write_path;
	struct wh_buffer name; /* of reading */
};

extern const struct wh_store wh_folder;

static int folder_open(struct wh_store_conn *c, struct wh_error *error)
{
	struct folder *s = c->state;
	const char *path = *c->url->path ? c->url->path : ".";
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return wh_fail_errno(error, WH_CONFIG, "the folder cannot be opened: \"%s\"", path);
	s->root = fd + 1;
	return WH_OK;
}

static void shut(int *fd)
{
	if (*fd)
		close(*fd - 1);
	*fd = 0;
}

static void folder_abandon(struct wh_store_conn *c)
{
	struct folder *s = c->state;
	if (s->writing)
		unlinkat(s->root - 1, s->write_path, 0);
	shut(&s->writing);
}

static void folder_close(struct wh_store_conn *c)
{
	struct folder *s = c->state;
	folder_abandon(c);
	shut(&s->reading);
	shut(&s->root);
	wh_buffer_free(&s->name);
	wh_arena_free(&s->arena);
}

/* ---- listing ---- */

struct listing {
	struct folder *s;
	const char *prefix, *after;
	bool deep;
	struct wh_objects *out;
	struct wh_error *error;
};

static void describe(const struct stat *st, struct wh_object_info *out)
{
	out->size = st->st_size;
	out->modified_usec = (int64_t)st->st_mtim.tv_sec * 1000000 + st->st_mtim.tv_nsec / 1000;
}

static int list_folder(struct listing *l, const char *folder);

/* `name` counts from the root. What is neither a file nor a folder (a socket) is no object. */
static int list_entry(struct listing *l, const char *name)
{
	struct stat st;
	size_t n = strlen(l->prefix);
	if (fstatat(l->s->root - 1, name, &st, 0) != 0)
		return errno == ENOENT
			? WH_OK
			: wh_fail_errno(l->error, WH_STOP, "the file cannot be looked at: \"%s\"", name);
	bool below = wh_starts(name, l->prefix), above = strncmp(name, l->prefix, strlen(name)) == 0;
	if (S_ISDIR(st.st_mode)) {
		bool leads = above && l->prefix[strlen(name)] == '/';
		return leads || (below && l->deep) ? list_folder(l, name) : WH_OK;
	}
	if (!S_ISREG(st.st_mode) || !below || (!l->deep && strchr(name + n, '/')))
		return WH_OK;
	if (*l->after && strcmp(name, l->after) <= 0)
		return WH_OK;
	struct wh_object_info *o = wh_push(l->out->arena, &l->out->items, &l->out->count);
	o->name = wh_arena_text(l->out->arena, name);
	describe(&st, o);
	return WH_OK;
}

static int list_folder(struct listing *l, const char *folder)
{
	int fd = openat(l->s->root - 1, *folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir)
		return wh_fail_errno(l->error, WH_CONFIG, "the folder cannot be read: \"%s\"", folder);
	int rc = WH_OK;
	for (struct dirent *e; rc == WH_OK && (e = readdir(dir));) {
		if (e->d_name[0] == '.' || wh_starts(e->d_name, OURS))
			continue;
		struct wh_buffer name = { 0 };
		wh_buffer_format(&name, "%s%s%s", folder, *folder ? "/" : "", e->d_name);
		rc = list_entry(l, wh_buffer_string(&name));
		wh_buffer_free(&name);
	}
	closedir(dir);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	const struct wh_object_info *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static int folder_list(struct wh_store_conn *c, const char *prefix, const char *after, bool deep,
	struct wh_objects *out, struct wh_error *error)
{
	struct listing l = { c->state, prefix, after, deep, out, error };
	size_t before = out->count;
	int rc = list_folder(&l, "");
	if (rc != WH_OK)
		return rc;
	if (out->count > before)
		qsort(out->items + before, out->count - before, sizeof *out->items, by_name);
	return WH_DONE;
}

static int folder_stat(struct wh_store_conn *c, const char *name, struct wh_arena *arena,
	struct wh_object_info *out, struct wh_error *error)
{
	struct folder *s = c->state;
	struct stat st;
	if (fstatat(s->root - 1, name, &st, 0) != 0)
		return errno == ENOENT
			? WH_DONE
			: wh_fail_errno(error, WH_STOP, "the file cannot be looked at: \"%s\"", name);
	if (!S_ISREG(st.st_mode))
		return wh_fail(error, WH_CONFIG, "this is no file: \"%s\"", name);
	*out = (struct wh_object_info){ .name = wh_arena_text(arena, name) };
	describe(&st, out);
	return WH_OK;
}

/* ---- reading ---- */

static int open_for_reading(struct folder *s, const char *name, struct wh_error *error)
{
	if (s->reading && wh_equal(wh_buffer_string(&s->name), name))
		return WH_OK;
	shut(&s->reading);
	int fd = openat(s->root - 1, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return wh_fail_errno(error, WH_CONFIG, "the file cannot be opened: \"%s\"", name);
	s->reading = fd + 1;
	wh_buffer_clear(&s->name);
	wh_buffer_text(&s->name, name);
	return WH_OK;
}

static int folder_get(struct wh_store_conn *c, const char *name, int64_t offset, size_t size,
	struct wh_buffer *out, struct wh_error *error)
{
	struct folder *s = c->state;
	int rc = open_for_reading(s, name, error);
	if (rc != WH_OK)
		return rc;
	if (!wh_buffer_reserve(out, size))
		return wh_fail(error, WH_BUG, "more of \"%s\" is wanted than there is room for", name);
	while (size) {
		ssize_t n = pread(s->reading - 1, out->data + out->size, size, offset);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wh_fail_errno(error, WH_STOP, "the file cannot be read: \"%s\"", name);
		if (n == 0)
			return WH_DONE;
		out->size += (size_t)n;
		out->data[out->size] = '\0';
		offset += n;
		size -= (size_t)n;
	}
	return WH_OK;
}

/* ---- writing ---- */

/* Folders on the way to the name are made where they are missing. */
static int make_folders(struct folder *s, const char *name, struct wh_error *error)
{
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		const char *folder = wh_arena_bytes(&s->arena, name, (size_t)(slash - name));
		if (mkdirat(s->root - 1, folder, 0777) != 0 && errno != EEXIST)
			return wh_fail_errno(error, WH_CONFIG, "the folder cannot be made: \"%s\"", folder);
	}
	return WH_OK;
}

static int folder_begin(struct wh_store_conn *c, const char *name, struct wh_error *error)
{
	struct folder *s = c->state;
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	int rc = make_folders(s, name, error);
	if (rc != WH_OK)
		return rc;
	folder_abandon(c);
	s->write_name = wh_arena_text(&s->arena, name);
	s->write_path = wh_arena_format(&s->arena, "%.*s" PART "%s", (int)(base - name), name, base);
	int fd = openat(s->root - 1, s->write_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return wh_fail_errno(error, WH_CONFIG, "the file cannot be made: \"%s\"", s->write_path);
	s->writing = fd + 1;
	return WH_OK;
}

static int folder_put(struct wh_store_conn *c, const void *bytes, size_t size,
	struct wh_error *error)
{
	struct folder *s = c->state;
	const char *at = bytes;
	while (size) {
		ssize_t n = write(s->writing - 1, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wh_fail_errno(error, WH_STOP, "the file cannot be written: \"%s\"",
				s->write_name);
		at += n;
		size -= (size_t)n;
	}
	return WH_OK;
}

static int folder_publish(struct wh_store_conn *c, struct wh_error *error)
{
	struct folder *s = c->state;
	if (fsync(s->writing - 1) != 0)
		return wh_fail_errno(error, WH_STOP, "the file cannot be written: \"%s\"", s->write_name);
	if (renameat(s->root - 1, s->write_path, s->root - 1, s->write_name) != 0)
		return wh_fail_errno(error, WH_STOP, "the file cannot be put in its place: \"%s\"",
			s->write_name);
	shut(&s->writing);
	if (fsync(s->root - 1) != 0)
		return wh_fail_errno(error, WH_STOP, "the folder of \"%s\" cannot be written",
			s->write_name);
	return WH_OK;
}

static int folder_remove(struct wh_store_conn *c, const char *name, struct wh_error *error)
{
	struct folder *s = c->state;
	if (unlinkat(s->root - 1, name, 0) != 0 && errno != ENOENT)
		return wh_fail_errno(error, WH_STOP, "the file cannot be removed: \"%s\"", name);
	return WH_OK;
}

const struct wh_store wh_folder = {
	.scheme = "folder",
	.summary = "files of a local folder",
	.state_size = sizeof(struct folder),
	.open = folder_open,
	.close = folder_close,
	.list = folder_list,
	.stat = folder_stat,
	.get = folder_get,
	.begin = folder_begin,
	.put = folder_put,
	.publish = folder_publish,
	.abandon = folder_abandon,
	.remove = folder_remove,
};
