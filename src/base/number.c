/* The numbers of text.h: whole texts as integers and integers as text. */
#include "base/text.h"
#include <string.h>

bool wh_text_uint64(const char *bytes, size_t n, uint64_t *out)
{
	uint64_t value = 0;
	if (!n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned digit = (unsigned)(unsigned char)bytes[i] - '0';
		if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, digit, &value))
			return false;
	}
	*out = value;
	return true;
}

bool wh_text_int64(const char *bytes, size_t n, int64_t *out)
{
	uint64_t value;
	bool negative = n && bytes[0] == '-';
	if (!wh_text_uint64(bytes + negative, n - negative, &value))
		return false;
	if (value > (uint64_t)INT64_MAX + negative)
		return false;
	*out = (int64_t)(negative ? 0 - value : value);
	return true;
}

/* "k" and "KiB" are 1024, "kB" is 1000. */
static bool size_unit(const char *unit, uint64_t *factor)
{
	static const char letters[] = "kmgt";
	*factor = 1;
	if (!*unit || wh_equal_nocase(unit, "b"))
		return true;
	const char *letter = strchr(letters, *unit | 0x20);
	uint64_t base = wh_equal_nocase(unit + 1, "b") ? 1000 : 1024;
	if (!letter || !(base == 1000 || !unit[1] || wh_equal_nocase(unit + 1, "ib")))
		return false;
	for (const char *at = letters; at <= letter; at++)
		*factor *= base;
	return true;
}

bool wh_text_size(const char *text, uint64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t value, factor;
	if (!wh_text_uint64(text, digits, &value))
		return false;
	text += digits;
	text += *text == ' ';
	return size_unit(text, &factor) && !__builtin_mul_overflow(value, factor, out);
}

static const char two_digits[] =
	"0001020304050607080910111213141516171819"
	"2021222324252627282930313233343536373839"
	"4041424344454647484950515253545556575859"
	"6061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

size_t wh_format_uint64(char *out, uint64_t value)
{
	char text[20], *at = text + sizeof text;
	while (value >= 100) {
		at -= 2;
		memcpy(at, two_digits + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10) {
		at -= 2;
		memcpy(at, two_digits + value * 2, 2);
	} else {
		*--at = (char)('0' + value);
	}
	size_t n = (size_t)(text + sizeof text - at);
	memcpy(out, at, n);
	return n;
}

size_t wh_format_int64(char *out, int64_t value)
{
	if (value >= 0)
		return wh_format_uint64(out, (uint64_t)value);
	*out = '-';
	return 1 + wh_format_uint64(out + 1, 0 - (uint64_t)value);
}
