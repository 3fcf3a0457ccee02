/* stream: the bytes of one object, unpacked, with a window that is consumed from the front. */
#ifndef WH_CONNECTORS_FILES_STREAM_H
#define WH_CONNECTORS_FILES_STREAM_H

#include "base/buffer.h"
#include "model/store.h"

enum wh_packing { WH_PLAIN, WH_GZIP, WH_ZSTD, WH_BZIP2, WH_XZ };

struct wh_unpacker; /* unpack.c */

/* All-zero is a closed one. The bytes to be looked at are window.data[front..window.size). */
struct wh_stream {
	struct wh_store_conn *store;
	const char *name;
	struct wh_unpacker *unpacker; /* NULL: the bytes are as they are */
	struct wh_buffer packed;      /* bytes of the object that are not unpacked yet, */
	size_t packed_front;          /* from here on */
	int64_t fetched;              /* bytes of the object so far */
	bool object_ended;
	struct wh_buffer window;
	size_t front;
	int64_t offset; /* of `front` in the unpacked bytes */
	int64_t limit;  /* where to stop; INT64_MAX: at the end */
	bool ended;     /* nothing comes behind the window */
};

/* Looks at the object's first bytes for how it is packed. */
int wh_packing_of(struct wh_store_conn *store, const char *name, enum wh_packing *out,
	struct wh_error *error) WH_MUST_USE;
/* `first`: the unpacked byte to begin at; of a packed object all before it is unpacked and dropped.
 * `store` and `name` must live as long as the stream. */
int wh_stream_open(struct wh_stream *s, struct wh_store_conn *store, const char *name,
	enum wh_packing packing, int64_t first, int64_t limit, struct wh_error *error) WH_MUST_USE;
/* More bytes at the window's end, or `ended`. */
int wh_stream_fill(struct wh_stream *s, struct wh_error *error) WH_MUST_USE;
void wh_stream_close(struct wh_stream *s); /* keeps the window's memory */
void wh_stream_free(struct wh_stream *s);

static inline const char *wh_stream_bytes(const struct wh_stream *s, size_t *n)
{
	*n = s->window.size - s->front;
	return s->window.data ? s->window.data + s->front : "";
}

static inline void wh_stream_take(struct wh_stream *s, size_t n)
{
	s->front += n;
	s->offset += (int64_t)n;
}

/* ---- unpack.c ---- */

/* Packed bytes in, unpacked bytes out, several members behind one another. */
int wh_unpacker_open(enum wh_packing packing, struct wh_unpacker **out,
	struct wh_error *error) WH_MUST_USE;
void wh_unpacker_close(struct wh_unpacker *u); /* NULL is harmless */
/* Consumes from `in`, appends at most `room` bytes. WH_DONE: the last member is complete and `in` is
 * used up; it may yet be followed by another. WH_STOP: the bytes are not what they claim to be. */
int wh_unpacker_run(struct wh_unpacker *u, const char *in, size_t n, size_t *consumed, size_t room,
	struct wh_buffer *out, struct wh_error *error) WH_MUST_USE;
const char *wh_packing_name(enum wh_packing packing); /* "gzip"; of WH_PLAIN: NULL */

#endif
