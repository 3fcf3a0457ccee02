/* digits: a keyed permutation of the texts of n decimal digits, for every n: a Feistel network of
 * ten rounds as in NIST SP 800-38G, whose round adds, digit by digit and without carry, a stream
 * of digits that HMAC-SHA-256 gives. Not FF1 itself. Fewer than six digits hide little. */
#ifndef WH_TRANSFORM_DIGITS_H
#define WH_TRANSFORM_DIGITS_H

#include "transform/mac.h"

/* In place; `scratch` has room for n more. */
void wh_digits_permute(struct wh_mac *mac, const char *domain, char *digits, size_t n,
	char *scratch);

#endif
