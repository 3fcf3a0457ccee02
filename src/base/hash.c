#define XXH_INLINE_ALL
#include "base/hash.h"
#include <errno.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>
#include <xxhash.h>

struct wh_hash wh_hash_bytes(const void *bytes, size_t n, uint64_t seed)
{
	XXH128_hash_t h = XXH3_128bits_withSeed(bytes, n, seed);
	return (struct wh_hash){ .low = h.low64, .high = h.high64 };
}

struct wh_hash_state *wh_hash_begin(void)
{
	XXH3_state_t *state = XXH3_createState();
	if (!state || XXH3_128bits_reset(state) != XXH_OK)
		abort();
	return (struct wh_hash_state *)state;
}

void wh_hash_add(struct wh_hash_state *h, const void *bytes, size_t n)
{
	XXH3_128bits_update((XXH3_state_t *)h, bytes, n);
}

struct wh_hash wh_hash_end(struct wh_hash_state *h)
{
	XXH128_hash_t sum = XXH3_128bits_digest((XXH3_state_t *)h);
	XXH3_freeState((XXH3_state_t *)h);
	return (struct wh_hash){ .low = sum.low64, .high = sum.high64 };
}

static void hash_hex(char *out, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

void wh_sha256_hex(const void *bytes, size_t n, char out[65])
{
	unsigned char sum[SHA256_DIGEST_LENGTH];
	SHA256(bytes, n, sum);
	hash_hex(out, sum, sizeof sum);
}

/* A predictable seed or migration id would be worse than none: without randomness it ends. */
void wh_random(void *out, size_t n)
{
	unsigned char *at = out;
	while (n) {
		ssize_t got = getrandom(at, n, 0);
		if (got < 0 && errno != EINTR) {
			perror("whimbrel: no random bytes from the system");
			_exit(1);
		}
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
}

void wh_random_hex(char *out, size_t bytes)
{
	unsigned char piece[32];
	*out = '\0';
	while (bytes) {
		size_t n = bytes < sizeof piece ? bytes : sizeof piece;
		wh_random(piece, n);
		hash_hex(out, piece, n);
		out += 2 * n;
		bytes -= n;
	}
}
