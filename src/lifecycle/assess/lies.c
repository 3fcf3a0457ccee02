/* Text that was encoded twice: UTF-8 bytes were taken for Latin-1 or Windows-1252 and encoded
 * again, so that the bytes of one character became characters of their own. */
#include "lifecycle/assess/sample.h"
#include "base/text.h"
#include <stdint.h>

/* The characters that Windows-1252 has for the bytes 0x80 to 0x9f. */
static const uint16_t cp1252[32] = { 0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D,
	0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178 };

static size_t sequence_length(unsigned char lead)
{
	return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* The next character of valid UTF-8; moves *at behind it. */
static uint32_t next_character(const unsigned char **at, const unsigned char *end)
{
	size_t n = sequence_length(**at);
	if (n == 1 || n > (size_t)(end - *at))
		return *(*at)++;
	uint32_t c = **at & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((*at)[i] & 0x3F);
	*at += n;
	return c;
}

/* The byte that the character was, or 0 where it was none above 0x7f. */
static unsigned char single_byte(uint32_t c)
{
	if (c >= 0x80 && c <= 0xFF)
		return (unsigned char)c;
	for (size_t i = 0; i < sizeof cp1252 / sizeof *cp1252; i++)
		if (cp1252[i] == c)
			return (unsigned char)(0x80 + i);
	return 0;
}

/* Whether the characters from `at` are the bytes of one character in UTF-8. */
static bool encoded_here(const unsigned char *at, const unsigned char *end)
{
	unsigned char bytes[4] = { single_byte(next_character(&at, end)) };
	if (bytes[0] < 0xC2 || bytes[0] > 0xF4)
		return false;
	size_t n = sequence_length(bytes[0]);
	for (size_t i = 1; i < n; i++) {
		if (at >= end)
			return false;
		bytes[i] = single_byte(next_character(&at, end));
	}
	return wh_utf8_valid((const char *)bytes, n);
}

bool wh_text_twice_encoded(const char *text, size_t n)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + n;
	while (at < end) {
		/* a lead byte 0xc2 to 0xf4 became a character of U+00C2 to U+00F4 */
		if (*at == 0xC3 && encoded_here(at, end))
			return true;
		at++;
	}
	return false;
}
