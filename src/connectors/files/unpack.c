/* One row a format; the libraries stream, and here they look alike. */
#include "connectors/files/stream.h"
#define ZLIB_CONST
#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define XZ_MEMORY (UINT64_C(256) << 20)
#define ZSTD_WINDOW_LOG 27 /* 128 MiB: what zstd itself takes without being told to */

/* One step of a library. */
struct step {
	const char *in;
	size_t n, used;
	char *out;
	size_t room, made;
};

enum answer { GOES_ON, MEMBER_ENDED, BROKEN };

struct format {
	const char *name, *magic;
	size_t nmagic;
	bool (*open)(struct wh_unpacker *);
	enum answer (*step)(struct wh_unpacker *, struct step *);
	void (*close)(struct wh_unpacker *);
};

struct wh_unpacker {
	const struct format *format;
	bool running; /* a member is open */
	union {
		z_stream gzip;
		ZSTD_DStream *zstd;
		bz_stream bzip2;
		lzma_stream xz;
	} as;
};

static bool gzip_open(struct wh_unpacker *u)
{
	u->as.gzip = (z_stream){ 0 };
	return inflateInit2(&u->as.gzip, 15 + 16) == Z_OK;
}

static enum answer gzip_step(struct wh_unpacker *u, struct step *s)
{
	z_stream *z = &u->as.gzip;
	z->next_in = (const Bytef *)s->in;
	z->avail_in = (uInt)s->n;
	z->next_out = (Bytef *)s->out;
	z->avail_out = (uInt)s->room;
	int rc = inflate(z, Z_NO_FLUSH);
	s->used = s->n - z->avail_in;
	s->made = s->room - z->avail_out;
	if (rc == Z_STREAM_END)
		return MEMBER_ENDED;
	return rc == Z_OK || rc == Z_BUF_ERROR ? GOES_ON : BROKEN;
}

static void gzip_close(struct wh_unpacker *u)
{
	inflateEnd(&u->as.gzip);
}

static bool zstd_open(struct wh_unpacker *u)
{
	u->as.zstd = ZSTD_createDStream();
	return u->as.zstd &&
		!ZSTD_isError(ZSTD_DCtx_setParameter(u->as.zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
}

static enum answer zstd_step(struct wh_unpacker *u, struct step *s)
{
	ZSTD_inBuffer in = { s->in, s->n, 0 };
	ZSTD_outBuffer out = { s->out, s->room, 0 };
	size_t rc = ZSTD_decompressStream(u->as.zstd, &out, &in);
	s->used = in.pos;
	s->made = out.pos;
	if (ZSTD_isError(rc))
		return BROKEN;
	return rc == 0 ? MEMBER_ENDED : GOES_ON;
}

static void zstd_close(struct wh_unpacker *u)
{
	ZSTD_freeDStream(u->as.zstd);
}

static bool bzip2_open(struct wh_unpacker *u)
{
	u->as.bzip2 = (bz_stream){ 0 };
	return BZ2_bzDecompressInit(&u->as.bzip2, 0, 0) == BZ_OK;
}

/* The library does not write to next_in. */
static enum answer bzip2_step(struct wh_unpacker *u, struct step *s)
{
	bz_stream *z = &u->as.bzip2;
	z->next_in = (char *)(uintptr_t)s->in;
	z->avail_in = (unsigned)s->n;
	z->next_out = s->out;
	z->avail_out = (unsigned)s->room;
	int rc = BZ2_bzDecompress(z);
	s->used = s->n - z->avail_in;
	s->made = s->room - z->avail_out;
	if (rc == BZ_STREAM_END)
		return MEMBER_ENDED;
	return rc == BZ_OK ? GOES_ON : BROKEN;
}

static void bzip2_close(struct wh_unpacker *u)
{
	BZ2_bzDecompressEnd(&u->as.bzip2);
}

static bool xz_open(struct wh_unpacker *u)
{
	u->as.xz = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&u->as.xz, XZ_MEMORY, 0) == LZMA_OK;
}

static enum answer xz_step(struct wh_unpacker *u, struct step *s)
{
	lzma_stream *z = &u->as.xz;
	z->next_in = (const uint8_t *)s->in;
	z->avail_in = s->n;
	z->next_out = (uint8_t *)s->out;
	z->avail_out = s->room;
	lzma_ret rc = lzma_code(z, LZMA_RUN);
	s->used = s->n - z->avail_in;
	s->made = s->room - z->avail_out;
	if (rc == LZMA_STREAM_END)
		return MEMBER_ENDED;
	return rc == LZMA_OK || rc == LZMA_BUF_ERROR ? GOES_ON : BROKEN;
}

static void xz_close(struct wh_unpacker *u)
{
	lzma_end(&u->as.xz);
}

static const struct format formats[] = {
	[WH_PLAIN] = { 0 },
	[WH_GZIP] = { "gzip", "\x1f\x8b\x08", 3, gzip_open, gzip_step, gzip_close },
	[WH_ZSTD] = { "zstd", "\x28\xb5\x2f\xfd", 4, zstd_open, zstd_step, zstd_close },
	[WH_BZIP2] = { "bzip2", "BZh", 3, bzip2_open, bzip2_step, bzip2_close },
	[WH_XZ] = { "xz", "\xfd\x37zXZ\0", 6, xz_open, xz_step, xz_close },
};

#define FORMATS (sizeof formats / sizeof *formats)

const char *wh_packing_name(enum wh_packing packing)
{
	return formats[packing].name;
}

int wh_packing_of(struct wh_store_conn *store, const char *name, enum wh_packing *out,
	struct wh_error *error)
{
	struct wh_buffer head = { 0 };
	*out = WH_PLAIN;
	int rc = store->kind->get(store, name, 0, 8, &head, error);
	for (size_t i = 1; rc >= 0 && i < FORMATS; i++)
		if (head.size >= formats[i].nmagic &&
			memcmp(head.data, formats[i].magic, formats[i].nmagic) == 0)
			*out = (enum wh_packing)i;
	wh_buffer_free(&head);
	return rc < 0 ? rc : WH_OK;
}

int wh_unpacker_open(enum wh_packing packing, struct wh_unpacker **out, struct wh_error *error)
{
	struct wh_unpacker *u = wh_alloc(sizeof *u);
	*u = (struct wh_unpacker){ .format = &formats[packing] };
	*out = u;
	u->running = u->format->open(u);
	return u->running ? WH_OK
					  : wh_fail(error, WH_STOP, "there is no memory to unpack %s", u->format->name);
}

void wh_unpacker_close(struct wh_unpacker *u)
{
	if (u && u->running)
		u->format->close(u);
	free(u);
}

/* Zeros behind the last member are padding, as tapes have it. */
static size_t padding(const char *in, size_t n)
{
	size_t zeros = 0;
	while (zeros < n && !in[zeros])
		zeros++;
	return zeros;
}

static int next_member(struct wh_unpacker *u, struct wh_error *error)
{
	u->running = u->format->open(u);
	return u->running ? WH_OK
					  : wh_fail(error, WH_STOP, "there is no memory to unpack %s", u->format->name);
}

int wh_unpacker_run(struct wh_unpacker *u, const char *in, size_t n, size_t *consumed, size_t room,
	struct wh_buffer *out, struct wh_error *error)
{
	*consumed = 0;
	if (!wh_buffer_reserve(out, room))
		return wh_fail(error, WH_BUG, "more is unpacked than there is room for");
	if (!u->running) {
		*consumed = padding(in, n);
		if (*consumed == n)
			return WH_DONE;
		int rc = next_member(u, error);
		if (rc != WH_OK)
			return rc;
	}
	struct step s = { in + *consumed, n - *consumed, 0, out->data + out->size, room, 0 };
	enum answer answer = u->format->step(u, &s);
	*consumed += s.used;
	out->size += s.made;
	out->data[out->size] = '\0';
	if (answer == BROKEN)
		return wh_fail(error, WH_STOP, "the file is damaged: its %s data cannot be unpacked",
			u->format->name);
	if (answer == GOES_ON)
		return WH_OK;
	u->format->close(u);
	u->running = false;
	return *consumed == n ? WH_DONE : WH_OK;
}
