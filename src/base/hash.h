/* hash: XXH3-128 for digests, SHA-256 for identity, and random bytes. Any thread. */
#ifndef WH_BASE_HASH_H
#define WH_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct wh_hash {
	uint64_t low, high;
};

struct wh_hash_state;

struct wh_hash wh_hash_bytes(const void *bytes, size_t n, uint64_t seed);
/* The same of bytes that come in pieces: begin, add ..., end, which frees. */
struct wh_hash_state *wh_hash_begin(void);
void wh_hash_add(struct wh_hash_state *h, const void *bytes, size_t n);
struct wh_hash wh_hash_end(struct wh_hash_state *h);
void wh_sha256_hex(const void *bytes, size_t n, char out[65]);
void wh_random(void *out, size_t n);
void wh_random_hex(char *out, size_t bytes); /* 2 * bytes digits and a NUL */

#endif
