#include "transform/mac.h"
#include "base/arena.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

struct wh_mac {
	EVP_MAC *kind;
	EVP_MAC_CTX *context;
};

int wh_mac_open(const void *key, size_t n, struct wh_mac **out, struct wh_error *error)
{
	char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	struct wh_mac *mac = wh_alloc(sizeof *mac);
	mac->kind = EVP_MAC_fetch(NULL, "HMAC", NULL);
	mac->context = mac->kind ? EVP_MAC_CTX_new(mac->kind) : NULL;
	if (mac->context && EVP_MAC_init(mac->context, key, n, parameters) == 1) {
		*out = mac;
		return WH_OK;
	}
	wh_mac_close(mac);
	return wh_fail(error, WH_BUG, "HMAC-SHA-256 cannot be had from libcrypto");
}

void wh_mac_close(struct wh_mac *mac)
{
	if (!mac)
		return;
	EVP_MAC_CTX_free(mac->context);
	EVP_MAC_free(mac->kind);
	free(mac);
}

/* libcrypto fails here only where it has no memory: nothing may then go out unmasked. */
static void demand(int done)
{
	if (done != 1)
		abort();
}

void wh_mac_begin(struct wh_mac *mac)
{
	demand(EVP_MAC_init(mac->context, NULL, 0, NULL));
}

void wh_mac_put(struct wh_mac *mac, const void *bytes, size_t n)
{
	demand(EVP_MAC_update(mac->context, bytes, n));
}

void wh_mac_end(struct wh_mac *mac, unsigned char out[WH_MAC_BYTES])
{
	size_t n = 0;
	demand(EVP_MAC_final(mac->context, out, &n, WH_MAC_BYTES));
	demand(n == WH_MAC_BYTES);
}
