#include "transform/encoding.h"
#include "base/text.h"

static const uint16_t cp1252[32] = { 0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D,
	0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178 };

void wh_put_code_point(struct wh_buffer *out, uint32_t code)
{
	if (code < 0x80) {
		wh_buffer_char(out, (char)code);
	} else if (code < 0x800) {
		wh_buffer_char(out, (char)(0xC0 | code >> 6));
		wh_buffer_char(out, (char)(0x80 | (code & 0x3F)));
	} else {
		wh_buffer_char(out, (char)(0xE0 | code >> 12));
		wh_buffer_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
		wh_buffer_char(out, (char)(0x80 | (code & 0x3F)));
	}
}

void wh_cp1252_text(struct wh_buffer *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		wh_put_code_point(out, byte >= 0x80 && byte < 0xA0 ? cp1252[byte - 0x80] : byte);
	}
}

/* The next character of valid UTF-8; 0xFFFF: one that no byte of Windows-1252 can be. */
static uint32_t next_code_point(const unsigned char **at)
{
	const unsigned char *c = *at;
	size_t n = *c < 0x80 ? 1 : *c < 0xE0 ? 2 : *c < 0xF0 ? 3 : 4;
	*at += n;
	if (n == 1)
		return *c;
	if (n == 2)
		return (uint32_t)(c[0] & 0x1F) << 6 | (c[1] & 0x3F);
	if (n == 3)
		return (uint32_t)(c[0] & 0x0F) << 12 | (uint32_t)(c[1] & 0x3F) << 6 | (c[2] & 0x3F);
	return 0xFFFF;
}

static int byte_of(uint32_t code)
{
	for (int i = 0; i < 32; i++)
		if (cp1252[i] == code)
			return 0x80 + i;
	return code < 0x80 || (code >= 0xA0 && code < 0x100) ? (int)code : -1;
}

static bool put_bytes(struct wh_buffer *out, const char *text, size_t n)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + n;
	while (at < end) {
		int byte = byte_of(next_code_point(&at));
		if (byte < 0)
			return false;
		wh_buffer_char(out, (char)byte);
	}
	return true;
}

bool wh_text_undouble(struct wh_buffer *out, const char *text, size_t n)
{
	size_t before = out->size;
	if (wh_utf8_valid(text, n) && put_bytes(out, text, n) && out->size - before < n &&
		wh_utf8_valid(out->data + before, out->size - before))
		return true;
	out->size = before;
	if (out->data)
		out->data[before] = '\0';
	return false;
}
