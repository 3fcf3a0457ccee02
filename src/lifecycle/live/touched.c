#include "lifecycle/live/touched.h"
#include "base/file.h"
#include "base/text.h"
#include "model/value.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file: "WHTOUCH1", 36 bytes of the boot's id, then records: table (4 bytes), length (4 bytes),
 * then for each field of the key a length (4 bytes) and its text. Length 0: the whole table. */
#define HEAD "WHTOUCH1"
#define BOOT 36
#define BYTES_MOST (256u << 20)
#define GIVEN_UP "WHTOUCH0" /* in the place of HEAD */
#define HEAD_SIZE (sizeof HEAD - 1 + BOOT)

static void path_of(char path[PATH_MAX], const struct wh_migration *m, long number)
{
	snprintf(path, PATH_MAX, "%s/touched.%ld", m->settings->workdir, number);
}

static void read_boot(char out[BOOT])
{
	memset(out, '-', BOOT);
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (file && fread(out, 1, BOOT, file) != BOOT)
		memset(out, '-', BOOT);
	if (file)
		fclose(file);
}

/* All or nothing: behind half a record every later one would be misread. */
static int put(const struct wh_touched *t, const char *bytes, size_t n, struct wh_error *error)
{
	off_t before = lseek(t->fd, 0, SEEK_END);
	while (n) {
		ssize_t done = write(t->fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			wh_fail_errno(error, WH_STOP,
				"cannot write \"touched.%ld\" in the work folder; free some space, then run the same "
				"command again",
				t->number);
			if (before >= 0 && ftruncate(t->fd, before))
				wh_fail_errno(error, WH_STOP, "cannot cut \"touched.%ld\" in the work folder",
					t->number);
			return WH_STOP;
		}
		bytes += done;
		n -= (size_t)done;
	}
	return WH_OK;
}

int wh_touched_open(struct wh_touched *t, const struct wh_migration *m, long number,
	struct wh_error *error)
{
	char path[PATH_MAX], head[HEAD_SIZE];
	struct stat st;
	wh_touched_close(t);
	path_of(path, m, number);
	t->number = number;
	t->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->fd < 0 || fstat(t->fd, &st)) {
		t->fd = 0;
		return wh_fail_errno(error, WH_CONFIG, "cannot open \"%s\"", path);
	}
	t->bytes = (uint64_t)st.st_size;
	t->given_up = t->bytes == sizeof GIVEN_UP - 1;
	memcpy(head, HEAD, sizeof HEAD - 1);
	read_boot(head + sizeof HEAD - 1);
	return st.st_size ? WH_OK : put(t, head, sizeof head, error);
}

static int give_up(struct wh_touched *t, struct wh_error *error)
{
	t->given_up = true;
	if (ftruncate(t->fd, 0))
		return wh_fail_errno(error, WH_STOP, "cannot shorten \"touched.%ld\" in the work folder",
			t->number);
	return put(t, GIVEN_UP, sizeof GIVEN_UP - 1, error);
}

void wh_touched_close(struct wh_touched *t)
{
	if (t->fd > 0)
		close(t->fd);
	wh_buffer_free(&t->out);
	wh_buffer_free(&t->text);
	*t = (struct wh_touched){ 0 };
}

static void put_u32(struct wh_buffer *out, uint32_t value)
{
	wh_buffer_put(out, &value, sizeof value);
}

static void put_key(struct wh_touched *t, uint32_t table, const struct wh_rowset *rows,
	const struct wh_batch *b, uint32_t row)
{
	struct wh_buffer fields = { 0 };
	for (size_t i = 0; i < rows->nkey; i++) {
		wh_buffer_clear(&t->text);
		wh_value_text(&t->text, b, rows->key[i], row);
		put_u32(&fields, (uint32_t)t->text.size);
		wh_buffer_put(&fields, t->text.data, t->text.size);
	}
	put_u32(&t->out, table);
	put_u32(&t->out, (uint32_t)fields.size);
	wh_buffer_put(&t->out, fields.data, fields.size);
	wh_buffer_free(&fields);
	t->rows++;
}

static void put_effect(struct wh_touched *t, uint32_t table, struct wh_effect *e)
{
	const struct wh_rowset *to = &e->table->to;
	if (!to->nkey || e->clear) {
		put_u32(&t->out, table);
		put_u32(&t->out, 0);
		return;
	}
	for (size_t i = 0; i < e->nslots; i++) {
		const struct wh_slot *s = &e->slots[i];
		if (s->row != WH_NO_ROW)
			put_key(t, table, to, &e->rows, s->row);
		else if (s->erase != WH_NO_ROW)
			put_key(t, table, to, &e->erase, s->erase);
	}
}

int wh_touched_add(struct wh_touched *t, struct wh_window *w, struct wh_error *error)
{
	if (t->given_up)
		return WH_OK;
	wh_buffer_clear(&t->out);
	for (size_t i = 0; i < wh_way_signal(w->way); i++)
		if (w->effects[i].used)
			put_effect(t, (uint32_t)i, &w->effects[i]);
	t->bytes += t->out.size;
	if (t->bytes > BYTES_MOST)
		return give_up(t, error);
	return t->out.size ? put(t, t->out.data, t->out.size, error) : WH_OK;
}

void wh_touched_forget(const struct wh_migration *m, long number)
{
	char path[PATH_MAX];
	for (long i = number - 1; i >= 0; i--) {
		path_of(path, m, i);
		if (unlink(path))
			break;
	}
}

/* ---- reading ---- */

struct file {
	const char *at, *end;
};

struct seen {
	struct wh_hash key;
	uint32_t table;
};

struct reading {
	const struct wh_way *way;
	struct wh_touched_keys *out;
	struct seen *seen; /* a set: open addressing */
	size_t nseen, capacity;
	uint64_t most;
};

static bool take_u32(struct file *f, uint32_t *out)
{
	if (f->end - f->at < (ptrdiff_t)sizeof *out)
		return false;
	memcpy(out, f->at, sizeof *out);
	f->at += sizeof *out;
	return true;
}

static void grow(struct reading *r)
{
	size_t capacity = r->capacity ? 2 * r->capacity : 1024;
	struct seen *old = r->seen;
	r->seen = wh_alloc(capacity * sizeof *r->seen);
	for (size_t i = 0; i < r->capacity; i++)
		if (old[i].table) {
			size_t at = old[i].key.low & (capacity - 1);
			while (r->seen[at].table)
				at = (at + 1) & (capacity - 1);
			r->seen[at] = old[i];
		}
	r->capacity = capacity;
	free(old);
}

/* False: it was there. */
static bool add_seen(struct reading *r, uint32_t table, struct wh_hash key)
{
	if (2 * r->nseen >= r->capacity)
		grow(r);
	size_t at = key.low & (r->capacity - 1);
	for (; r->seen[at].table; at = (at + 1) & (r->capacity - 1))
		if (r->seen[at].table == table + 1 && r->seen[at].key.low == key.low &&
			r->seen[at].key.high == key.high)
			return false;
	r->seen[at] = (struct seen){ key, table + 1 };
	r->nseen++;
	return true;
}

static bool take_key(struct reading *r, uint32_t table, const char *at, const char *end)
{
	const struct wh_rowset *to = &r->way->plans[table]->to;
	struct wh_batch *b = &r->out->keys[table];
	if (!b->lanes)
		wh_rowset_batch_of(to, 32, b);
	if (b->rows == b->capacity)
		wh_batch_grow(b, 2 * b->capacity);
	for (size_t f = 0; f < to->nfields; f++)
		wh_batch_null(b, f);
	struct file key = { at, end };
	for (size_t i = 0; i < to->nkey; i++) {
		uint32_t n;
		if (!take_u32(&key, &n) || n > key.end - key.at ||
			!wh_value_parse(b, to->key[i], key.at, n))
			return false;
		key.at += n;
	}
	wh_batch_row(b);
	r->out->rows++;
	return true;
}

static bool take_record(struct reading *r, struct file *f)
{
	uint32_t table, n;
	if (!take_u32(f, &table) || !take_u32(f, &n) || table >= r->out->ntables || n > f->end - f->at)
		return false;
	if (!n)
		r->out->whole[table] = true;
	else if (add_seen(r, table, wh_hash_bytes(f->at, n, table)) &&
		!take_key(r, table, f->at, f->at + n))
		return false;
	f->at += n;
	return true;
}

/* WH_DONE: it does not tell all. */
static int take_file(struct reading *r, const char *bytes, size_t n)
{
	char boot[BOOT];
	struct file f = { bytes + HEAD_SIZE, bytes + n };
	read_boot(boot);
	if (n < HEAD_SIZE || memcmp(bytes, HEAD, sizeof HEAD - 1) ||
		memcmp(bytes + sizeof HEAD - 1, boot, BOOT))
		return WH_DONE;
	while (f.at < f.end)
		if (!take_record(r, &f) || r->out->rows > r->most)
			return WH_DONE;
	return WH_OK;
}

static int read_file(struct reading *r, long number, struct wh_error *error)
{
	char path[PATH_MAX];
	struct stat st;
	path_of(path, r->way->m, number);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? WH_DONE
							   : wh_fail_errno(error, WH_CONFIG, "cannot read \"%s\"", path);
	size_t n = fstat(fd, &st) ? 0 : (size_t)st.st_size;
	void *bytes = n ? mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	close(fd);
	if (bytes == MAP_FAILED)
		return WH_DONE;
	int rc = take_file(r, bytes, n);
	munmap(bytes, n);
	return rc;
}

int wh_touched_read(const struct wh_way *way, long first, long last, uint64_t most,
	struct wh_touched_keys *out, struct wh_error *error)
{
	struct reading r = { .way = way, .out = out, .most = most };
	*out = (struct wh_touched_keys){ .ntables = way->nplans };
	out->keys = wh_alloc((way->nplans + 1) * sizeof *out->keys);
	out->whole = wh_alloc(way->nplans + 1);
	int rc = WH_OK;
	for (long i = first; i <= last && rc == WH_OK; i++)
		rc = read_file(&r, i, error);
	free(r.seen);
	if (rc != WH_OK)
		wh_touched_keys_free(out);
	return rc;
}

void wh_touched_keys_free(struct wh_touched_keys *k)
{
	for (size_t i = 0; k->keys && i < k->ntables; i++)
		wh_batch_finish(&k->keys[i]);
	free(k->keys);
	free(k->whole);
	*k = (struct wh_touched_keys){ 0 };
}
