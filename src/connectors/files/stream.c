#include "connectors/files/stream.h"
#include "model/codec.h"

#define CHUNK ((size_t)1 << 20)

int wh_stream_open(struct wh_stream *s, struct wh_store_conn *store, const char *name,
	enum wh_packing packing, int64_t first, int64_t limit, struct wh_error *error)
{
	wh_stream_close(s);
	s->store = store;
	s->name = name;
	s->limit = limit;
	int rc = packing == WH_PLAIN ? WH_OK : wh_unpacker_open(packing, &s->unpacker, error);
	if (packing == WH_PLAIN)
		s->offset = s->fetched = first;
	while (rc == WH_OK && s->offset < first && !s->ended) {
		rc = wh_stream_fill(s, error);
		int64_t here = (int64_t)(s->window.size - s->front);
		wh_stream_take(s, (size_t)(here < first - s->offset ? here : first - s->offset));
	}
	return rc;
}

void wh_stream_close(struct wh_stream *s)
{
	struct wh_buffer packed = s->packed, window = s->window;
	wh_unpacker_close(s->unpacker);
	wh_buffer_clear(&packed);
	wh_buffer_clear(&window);
	*s = (struct wh_stream){ .packed = packed, .window = window };
}

void wh_stream_free(struct wh_stream *s)
{
	wh_stream_close(s);
	wh_buffer_free(&s->packed);
	wh_buffer_free(&s->window);
}

static void move_up(struct wh_buffer *b, size_t *front)
{
	if (b->size > *front)
		memmove(b->data, b->data + *front, b->size - *front);
	b->size -= *front;
	*front = 0;
}

static int fetch(struct wh_stream *s, struct wh_buffer *to, size_t size, struct wh_error *error)
{
	size_t before = to->size;
	int rc = s->store->kind->get(s->store, s->name, s->fetched, size, to, error);
	s->fetched += (int64_t)(to->size - before);
	s->object_ended = rc == WH_DONE;
	return rc < 0 ? rc : WH_OK;
}

/* One step: some packed bytes are unpacked, or the object has ended. */
static int unpack(struct wh_stream *s, struct wh_error *error)
{
	int rc = WH_OK;
	if (s->packed_front == s->packed.size && !s->object_ended) {
		move_up(&s->packed, &s->packed_front);
		rc = fetch(s, &s->packed, CHUNK, error);
		if (rc != WH_OK)
			return rc;
	}
	size_t consumed = 0, left = s->packed.size - s->packed_front, before = s->window.size;
	const char *in = s->packed.data ? s->packed.data + s->packed_front : "";
	rc = wh_unpacker_run(s->unpacker, in, left, &consumed, CHUNK, &s->window, error);
	s->packed_front += consumed;
	if (rc < 0)
		return wh_fail_place(error, "%s", s->name);
	bool still = s->object_ended && consumed == left && s->window.size == before;
	if (still && rc != WH_DONE) {
		wh_fail(error, WH_STOP, "the packed file ends too early: \"%s\"; copy it anew", s->name);
		return WH_STOP;
	}
	s->ended = s->object_ended && rc == WH_DONE && s->packed_front == s->packed.size;
	return WH_OK;
}

static int read_plain(struct wh_stream *s, struct wh_error *error)
{
	int64_t left = s->limit - s->fetched;
	int rc = fetch(s, &s->window, left < (int64_t)CHUNK ? (size_t)left : CHUNK, error);
	s->ended = s->object_ended || s->fetched >= s->limit;
	return rc;
}

int wh_stream_fill(struct wh_stream *s, struct wh_error *error)
{
	size_t before = s->window.size - s->front;
	if (before > WH_CODEC_RECORD_MOST)
		return wh_fail(error, WH_STOP,
			"a record at byte %lld of \"%s\" does not end within %zu MiB: is this the right format, "
			"and are its options right?",
			(long long)s->offset, s->name, WH_CODEC_RECORD_MOST >> 20);
	move_up(&s->window, &s->front);
	int rc = WH_OK;
	while (rc == WH_OK && !s->ended && s->window.size == before)
		rc = s->unpacker ? unpack(s, error) : read_plain(s, error);
	return rc;
}
