/* hash: XXH3-128 for digests, SHA-256 for identity, and random bytes. Any thread. */
#ifndef WH_BASE_HASH_H
#define WH_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct wh_hash {
	uint64_t low, high;
};

struct wh_hash wh_hash_bytes(const void *bytes, size_t n, uint64_t seed);
void wh_sha256_hex(const void *bytes, size_t n, char out[65]);
void wh_random(void *out, size_t n);
void wh_random_hex(char *out, size_t bytes); /* 2 * bytes digits and a NUL */

#endif
