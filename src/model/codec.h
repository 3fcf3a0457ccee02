/* codec: turns bytes into rows and back, without any I/O; pure, and therefore fuzzed.
 *
 * The core allocates `state_size` zeroed bytes and feeds any pieces of the stream in order. Each
 * batch names its table, so that one pass fills parents and children. */
#ifndef WH_MODEL_CODEC_H
#define WH_MODEL_CODEC_H

#include "model/batch.h"
#include "model/catalog.h"

struct wh_codec_batch {
	size_t table; /* of the catalog that `infer` filled */
	struct wh_batch *rows;
};

struct wh_codec {
	const char *name, *summary;
	size_t state_size;

	/* Fills the catalog from the options and a sample of the stream. */
	int (*infer)(void *state, const char *options, const void *sample, size_t n,
		struct wh_catalog *out, struct wh_error *);
	/* Consumes from the front of `bytes`; what it leaves comes again with more behind it. WH_DONE:
	 * the batches are full and want to be taken first. */
	int (*decode)(void *state, const void *bytes, size_t n, bool last, size_t *consumed,
		struct wh_codec_batch *batches, size_t nbatches, struct wh_error *);
	int (*encode)(void *state, const struct wh_codec_batch *, struct wh_buffer *out,
		struct wh_error *);
	void (*finish)(void *state);
};

/* Defined in registry.c; NULL-terminated. */
extern const struct wh_codec *const wh_codecs[];

#endif
