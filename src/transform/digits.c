#include "transform/digits.h"
#include <stdint.h>
#include <string.h>

#define ROUNDS 10

struct stream {
	struct wh_mac *mac;
	const char *domain, *half; /* the half that stays in this round */
	size_t nhalf, n;           /* digits in it, and in all */
	unsigned char round;
	uint32_t block;
	unsigned char bytes[WH_MAC_BYTES];
	size_t at;
};

static void put_number(struct wh_mac *mac, uint32_t value)
{
	const unsigned char bytes[4] = { (unsigned char)(value >> 24), (unsigned char)(value >> 16),
		(unsigned char)(value >> 8), (unsigned char)value };
	wh_mac_put(mac, bytes, sizeof bytes);
}

static void next_block(struct stream *s)
{
	wh_mac_begin(s->mac);
	wh_mac_put(s->mac, "digits", 7);
	wh_mac_put(s->mac, s->domain, strlen(s->domain) + 1);
	wh_mac_put(s->mac, &s->round, 1);
	put_number(s->mac, (uint32_t)s->n);
	put_number(s->mac, s->block++);
	wh_mac_put(s->mac, s->half, s->nhalf);
	wh_mac_end(s->mac, s->bytes);
	s->at = 0;
}

/* Bytes from 250 on would favour the small digits. */
static int next_digit(struct stream *s)
{
	for (;;) {
		if (!s->block || s->at == WH_MAC_BYTES)
			next_block(s);
		unsigned char byte = s->bytes[s->at++];
		if (byte < 250)
			return byte % 10;
	}
}

/* (a, b) becomes (b, a + F(b)). */
static void one_round(struct stream *s, char *digits, size_t na, char *scratch)
{
	s->half = digits + na;
	s->nhalf = s->n - na;
	s->block = 0;
	for (size_t i = 0; i < na; i++)
		scratch[i] = (char)('0' + (digits[i] - '0' + next_digit(s)) % 10);
	memmove(digits, digits + na, s->nhalf);
	memcpy(digits + s->nhalf, scratch, na);
}

void wh_digits_permute(struct wh_mac *mac, const char *domain, char *digits, size_t n,
	char *scratch)
{
	struct stream s = { .mac = mac, .domain = domain, .n = n };
	for (unsigned char i = 0; i < ROUNDS; i++) {
		s.round = i;
		one_round(&s, digits, i % 2 ? n - n / 2 : n / 2, scratch);
	}
}
