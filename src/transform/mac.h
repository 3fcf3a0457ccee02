/* mac: HMAC-SHA-256 under one key, many times. One thread. */
#ifndef WH_TRANSFORM_MAC_H
#define WH_TRANSFORM_MAC_H

#include "base/error.h"
#include <stddef.h>

#define WH_MAC_BYTES 32

struct wh_mac;

int wh_mac_open(const void *key, size_t n, struct wh_mac **out, struct wh_error *error) WH_MUST_USE;
void wh_mac_close(struct wh_mac *mac); /* NULL is harmless */
void wh_mac_begin(struct wh_mac *mac);
void wh_mac_put(struct wh_mac *mac, const void *bytes, size_t n);
void wh_mac_end(struct wh_mac *mac, unsigned char out[WH_MAC_BYTES]);

#endif
