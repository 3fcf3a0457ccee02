/* store: code that speaks to one kind of object system: named bytes with metadata.
 *
 * A const table of functions, as in connector.h: NULL is what a kind cannot do, close works from
 * any half-open state and twice, one connection belongs to one thread. */
#ifndef WH_MODEL_STORE_H
#define WH_MODEL_STORE_H

#include "base/buffer.h"
#include "model/url.h"

struct wh_object_info {
	const char *name;            /* UTF-8, '/' between folders */
	int64_t size, modified_usec; /* -1: not known */
	const char *etag;            /* NULL: none */
};

struct wh_store_conn {
	const struct wh_store *kind;
	const struct wh_url *url;
	void *state;
};

struct wh_store {
	const char *scheme, *summary;
	size_t state_size;

	int (*open)(struct wh_store_conn *, struct wh_error *);
	void (*close)(struct wh_store_conn *);
	/* One page of names after `after`, in byte order; WH_DONE: no more behind it. */
	int (*list)(struct wh_store_conn *, const char *prefix, const char *after,
		struct wh_object_info *page, size_t *n, struct wh_error *);
	int (*stat)(struct wh_store_conn *, const char *name, struct wh_object_info *,
		struct wh_error *);
	/* Appends up to `size` bytes from `offset`; WH_DONE: the object ends within them. */
	int (*get)(struct wh_store_conn *, const char *name, int64_t offset, size_t size,
		struct wh_buffer *out, struct wh_error *);
	/* The whole object at once, atomically visible. */
	int (*put)(struct wh_store_conn *, const char *name, const void *bytes, size_t size,
		struct wh_error *);
	int (*remove)(struct wh_store_conn *, const char *name, struct wh_error *);
};

/* Defined in registry.c; NULL-terminated. */
extern const struct wh_store *const wh_stores[];

#endif
