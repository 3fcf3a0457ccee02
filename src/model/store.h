/* store: code that speaks to one kind of object system: named bytes with metadata.
 *
 * A const table of functions, as in connector.h: NULL is what a kind cannot do, close works from
 * any half-open state and twice, one connection belongs to one thread. Names are UTF-8 with '/'
 * between folders, and count from the folder (bucket, prefix) that the URL's path names.
 *
 * Errors as in connector.h: WH_RETRY, WH_CONFIG, WH_STOP. */
#ifndef WH_MODEL_STORE_H
#define WH_MODEL_STORE_H

#include "base/buffer.h"
#include "model/url.h"

struct wh_object_info {
	const char *name;
	int64_t size, modified_usec; /* -1: not known */
	const char *etag;            /* NULL: none */
};

struct wh_objects {
	struct wh_arena *arena;
	struct wh_object_info *items;
	size_t count;
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
	/* Appends one page of the objects whose names begin with `prefix` and come behind `after` ("":
	 * the first page), in the order of their bytes. `deep`: also those with a '/' behind the prefix.
	 * WH_DONE: no more behind it. */
	int (*list)(struct wh_store_conn *, const char *prefix, const char *after, bool deep,
		struct wh_objects *out, struct wh_error *);
	/* WH_DONE: there is no such object. Texts are the caller's arena's. */
	int (*stat)(struct wh_store_conn *, const char *name, struct wh_arena *,
		struct wh_object_info *out, struct wh_error *);
	/* Appends up to `size` bytes from `offset`. WH_DONE: the object ends within them. */
	int (*get)(struct wh_store_conn *, const char *name, int64_t offset, size_t size,
		struct wh_buffer *out, struct wh_error *);

	/* One object is written at a time: begun, put in pieces, and there as a whole, durable, once it
	 * is published. One of the same name is replaced by it. What was begun and not published is not
	 * there; `abandon` (harmless where nothing was begun) removes what was written. */
	int (*begin)(struct wh_store_conn *, const char *name, struct wh_error *);
	int (*put)(struct wh_store_conn *, const void *bytes, size_t size, struct wh_error *);
	int (*publish)(struct wh_store_conn *, struct wh_error *);
	void (*abandon)(struct wh_store_conn *);
	/* WH_OK too where there was none. */
	int (*remove)(struct wh_store_conn *, const char *name, struct wh_error *);
};

/* Defined in registry.c; NULL-terminated. The first one serves paths. */
extern const struct wh_store *const wh_stores[];

#endif
