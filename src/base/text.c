#include "base/text.h"
#include <endian.h>
#include <string.h>

/* Table 3-7 of the Unicode standard: by lead byte, how many bytes follow and what the first of
 * them may be. Zero for a byte that cannot lead. */
static size_t utf8_tail(unsigned char lead, unsigned char *least, unsigned char *most)
{
	*least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 1;
	if (lead >= 0xe0 && lead <= 0xef)
		return 2;
	return lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
}

/* Bytes of the character at `at`; 0: not UTF-8. */
static size_t utf8_character(const unsigned char *at, size_t n)
{
	unsigned char least, most;
	if (at[0] < 0x80)
		return 1;
	size_t tail = utf8_tail(at[0], &least, &most);
	if (!tail || tail >= n || at[1] < least || at[1] > most)
		return 0;
	for (size_t i = 2; i <= tail; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return tail + 1;
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* The first of eight bytes whose high bit is set. */
static size_t first_high(uint64_t eight)
{
	return (size_t)__builtin_ctzll(le64toh(eight) & HIGH_BITS) / 8;
}

/* How many bytes at the front are ASCII: eight at a time, the last eight perhaps twice. */
static size_t ascii_run(const unsigned char *at, size_t n)
{
	uint64_t eight;
	size_t i = 0;
	for (; n - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, at + i, sizeof eight);
		if (eight & HIGH_BITS)
			return i + first_high(eight);
	}
	if (i && i < n) {
		memcpy(&eight, at + n - sizeof eight, sizeof eight);
		return eight & HIGH_BITS ? n - sizeof eight + first_high(eight) : n;
	}
	while (i < n && at[i] < 0x80)
		i++;
	return i;
}

bool wh_utf8_valid(const char *bytes, size_t n)
{
	const unsigned char *at = (const unsigned char *)bytes, *end = at + n;
	while (at < end) {
		at += ascii_run(at, (size_t)(end - at));
		while (at < end && *at >= 0x80) {
			size_t step = utf8_character(at, (size_t)(end - at));
			if (!step)
				return false;
			at += step;
		}
	}
	return true;
}

size_t wh_utf8_step(const char *bytes, size_t n)
{
	return n ? utf8_character((const unsigned char *)bytes, n) : 0;
}

size_t wh_utf8_length(const char *bytes, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)bytes[i] & 0xc0) != 0x80;
	return count;
}

size_t wh_utf8_first(const char *bytes, size_t n, size_t characters)
{
	size_t i = 0;
	for (size_t count = 0; i < n; i++) {
		count += ((unsigned char)bytes[i] & 0xc0) != 0x80;
		if (count > characters)
			break;
	}
	return i;
}

size_t wh_utf8_cut(const char *bytes, size_t n, size_t max)
{
	if (n <= max)
		return n;
	size_t cut = max;
	while (cut && max - cut < 3 && ((unsigned char)bytes[cut] & 0xc0) == 0x80)
		cut--;
	return ((unsigned char)bytes[cut] & 0xc0) == 0x80 ? max : cut;
}

bool wh_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static char text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool wh_equal_nocase(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	while (*a && text_lower(*a) == text_lower(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

bool wh_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool wh_starts_nocase(const char *text, const char *prefix)
{
	while (*prefix && text_lower(*text) == text_lower(*prefix)) {
		text++;
		prefix++;
	}
	return !*prefix;
}

static const char *text_next(const char *at)
{
	for (at++; ((unsigned char)*at & 0xc0) == 0x80;)
		at++;
	return at;
}

/* Only the last star is ever taken up again, so the time is at most length times length. */
bool wh_pattern_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = text;
	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if (*pattern == '?') {
			pattern++;
			text = text_next(text);
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = resume = text_next(resume);
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

#define NEAREST_MAX 64

/* Edits between two words; a swap of neighbours counts once, case counts nothing. */
static size_t text_distance(const char *a, size_t an, const char *b, size_t bn)
{
	unsigned char row[3][NEAREST_MAX + 1];
	for (size_t j = 0; j <= bn; j++)
		row[0][j] = (unsigned char)j;
	for (size_t i = 1; i <= an; i++) {
		unsigned char *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
		now[0] = (unsigned char)i;
		for (size_t j = 1; j <= bn; j++) {
			char x = text_lower(a[i - 1]), y = text_lower(b[j - 1]);
			int best = last[j - 1] + (x != y);
			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && x == text_lower(b[j - 2]) && text_lower(a[i - 2]) == y &&
				before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = (unsigned char)best;
		}
	}
	return row[an % 3][bn];
}

const char *wh_text_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t n = strlen(word), best = SIZE_MAX;
	for (; n <= NEAREST_MAX && *words; words++) {
		size_t m = strlen(*words);
		if (m > NEAREST_MAX)
			continue;
		size_t distance = text_distance(word, n, *words, m);
		if (distance < best && distance * 3 <= (n > m ? n : m)) {
			best = distance;
			nearest = *words;
		}
	}
	return nearest;
}

static uint32_t utf8_code(const unsigned char *at, size_t bytes)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = at[0] & mask[bytes];
	for (size_t i = 1; i < bytes; i++)
		code = code << 6 | (at[i] & 0x3f);
	return code;
}

/* Marks that a reader cannot see but that change what is read: bidirectional controls, zero
 * width characters, line and paragraph separators, byte order marks, tags. */
static bool code_hidden(uint32_t code)
{
	return code == 0x61c || (code >= 0x200b && code <= 0x200f) ||
		(code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
		code == 0xfeff || (code >= 0xe0000 && code <= 0xe007f);
}

static bool code_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static void text_code(struct wh_buffer *out, uint32_t code)
{
	wh_buffer_format(out, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
}

void wh_text_shown(struct wh_buffer *out, const char *bytes, size_t n)
{
	const unsigned char *at = (const unsigned char *)bytes;
	for (size_t step; n; at += step, n -= step) {
		step = utf8_character(at, n);
		uint32_t code = step ? utf8_code(at, step) : at[0];
		if (!step || code_control(code) || code_hidden(code))
			text_code(out, code);
		else
			wh_buffer_put(out, at, step);
		step += !step;
	}
}

static const char *html_escape(unsigned char c)
{
	static const char *const escapes[] = {
		['&'] = "&amp;",
		['<'] = "&lt;",
		['>'] = "&gt;",
		['"'] = "&quot;",
		['\''] = "&#39;",
	};
	return c < sizeof escapes / sizeof *escapes ? escapes[c] : NULL;
}

/* user:password@host: the last @ counts, as passwords may hold one. */
static void cover_user(char *user, size_t n)
{
	char *colon = memchr(user, ':', n), *at = user + n;
	while (at > user && at[-1] != '@')
		at--;
	if (colon && colon + 1 < at)
		memset(colon + 1, '*', (size_t)(at - colon) - 2);
}

/* Up to the quote or line's end, but not into another URL. */
static size_t url_length(const char *url)
{
	size_t n = strcspn(url, "\"\n"), space = 0;
	for (size_t i = 0; i < n; i++) {
		space = url[i] == ' ' ? i : space;
		if (space && url[i] == ':' && url[i + 1] == '/')
			return space;
	}
	return n;
}

void wh_text_cover(char *text)
{
	static const char password[] = "password=";
	for (char *at = text; (at = strstr(at, ":/")); at += 2)
		cover_user(at + 2, url_length(at + 2));
	for (char *at = text; (at = strstr(at, password)); at += sizeof password - 1)
		memset(at + sizeof password - 1, '*', strcspn(at + sizeof password - 1, "&\"\n "));
}

void wh_text_html(struct wh_buffer *out, const char *bytes, size_t n)
{
	const unsigned char *at = (const unsigned char *)bytes;
	for (size_t step; n; at += step, n -= step) {
		step = utf8_character(at, n);
		uint32_t code = step ? utf8_code(at, step) : at[0];
		bool space = code == '\t' || code == '\n';
		const char *escape = html_escape(at[0]);
		if (escape)
			wh_buffer_text(out, escape);
		else if (!step || code_hidden(code) || (code_control(code) && !space))
			text_code(out, code);
		else
			wh_buffer_put(out, at, step);
		step += !step;
	}
}

void wh_text_hex(struct wh_buffer *out, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *from = bytes;
	if (n > SIZE_MAX / 2 || !wh_buffer_reserve(out, 2 * n))
		return;
	char *at = out->data + out->size;
	for (size_t i = 0; i < n; i++) {
		*at++ = digits[from[i] >> 4];
		*at++ = digits[from[i] & 15];
	}
	*at = '\0';
	out->size += 2 * n;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = text_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool wh_text_unhex(const char *hex, size_t n, void *out)
{
	unsigned char *to = out;
	for (size_t i = 0; i + 1 < n; i += 2) {
		int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
		if (high < 0 || low < 0)
			return false;
		*to++ = (unsigned char)(high << 4 | low);
	}
	return n % 2 == 0;
}
