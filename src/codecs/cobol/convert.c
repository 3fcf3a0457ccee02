/* Whole fields through iconv, where a table does not do. */
#include "base/text.h"
#include "codecs/cobol/charset.h"

#define WIDEST 8 /* bytes that one of the other side becomes at most, with its shifts */

bool wh_cobol_convert(iconv_t how, const void *bytes, size_t n, struct wh_buffer *out, size_t *bad)
{
	if (!wh_buffer_reserve(out, (n + 2) * WIDEST))
		return *bad = 0, false;
	char *from = (char *)(uintptr_t)bytes, *to = out->data + out->size;
	size_t left = n, room = (n + 2) * WIDEST;
	iconv(how, NULL, NULL, NULL, NULL);
	bool whole = iconv(how, &from, &left, &to, &room) == 0 && !left;
	whole = iconv(how, NULL, NULL, &to, &room) == 0 && whole;
	*bad = n - left;
	out->size = (size_t)(to - out->data);
	out->data[out->size] = '\0';
	return whole;
}

static bool is_shift(char byte)
{
	return byte == WH_COBOL_SHIFT_OUT || byte == WH_COBOL_SHIFT_IN;
}

static size_t first_shift(const char *bytes, size_t n)
{
	size_t i = 0;
	while (i < n && !is_shift(bytes[i]))
		i++;
	return i;
}

/* What stands between shifts elsewhere has none in a field of two-byte characters only. */
static bool read_unshifted(struct wh_cobol_charset *c, const char *bytes, size_t n, size_t *bad)
{
	struct wh_buffer *shifted = &c->again;
	*bad = first_shift(bytes, n);
	if (*bad < n)
		return false;
	wh_buffer_clear(shifted);
	wh_buffer_char(shifted, WH_COBOL_SHIFT_OUT);
	wh_buffer_put(shifted, bytes, n);
	wh_buffer_char(shifted, WH_COBOL_SHIFT_IN);
	bool whole = wh_cobol_convert(c->page.in, shifted->data, shifted->size, &c->text, bad);
	*bad -= *bad > 0;
	return whole;
}

static size_t count(const char *bytes, size_t n, char wanted)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += bytes[i] == wanted;
	return found;
}

/* Some pages of iconv make U+001A of bytes that are none of theirs. */
static bool is_made_up(const struct wh_cobol_charset *c, const char *bytes, size_t n, size_t *bad)
{
	char substitute = c->ebcdic ? WH_COBOL_EBCDIC_SUBSTITUTE : WH_COBOL_SUBSTITUTE;
	if (count(c->text.data, c->text.size, WH_COBOL_SUBSTITUTE) <= count(bytes, n, substitute))
		return false;
	*bad = 0;
	while (*bad + 1 < n && (c->width[(unsigned char)bytes[*bad]] || is_shift(bytes[*bad])))
		++*bad;
	return true;
}

bool wh_cobol_charset_read(struct wh_cobol_charset *c, enum wh_cobol_script script,
	const char *bytes, size_t n, size_t *bad)
{
	wh_buffer_clear(&c->text);
	if (script == WH_COBOL_UTF16)
		return wh_cobol_convert(c->utf16.in, bytes, n, &c->text, bad);
	if (script == WH_COBOL_PAIRS && c->shifted)
		return read_unshifted(c, bytes, n, bad);
	if (!wh_cobol_convert(c->page.in, bytes, n, &c->text, bad))
		return false;
	if (script == WH_COBOL_NARROW)
		return !is_made_up(c, bytes, n, bad);
	*bad = 0;
	return 2 * wh_utf8_length(c->text.data, c->text.size) == n;
}

/* Some pages of iconv write a character as the byte of another one. */
static bool comes_back(struct wh_cobol_charset *c, iconv_t in, const char *text, size_t n,
	size_t *bad)
{
	wh_buffer_clear(&c->again);
	bool whole = wh_cobol_convert(in, c->text.data, c->text.size, &c->again, bad);
	*bad = 0;
	while (*bad < n && *bad < c->again.size && text[*bad] == c->again.data[*bad])
		++*bad;
	return whole && *bad == n && c->again.size == n;
}

/* What stands between the first and the last shift; nothing else may be there. */
static bool take_shifts_away(struct wh_buffer *text, size_t *at)
{
	if (!text->size)
		return true;
	size_t n = text->size - 2;
	*at = is_shift(text->data[0]) ? first_shift(text->data + 1, n) : 0;
	if (*at < n)
		return false;
	memmove(text->data, text->data + 1, n);
	text->size = n;
	return true;
}

bool wh_cobol_charset_write(struct wh_cobol_charset *c, enum wh_cobol_script script,
	const char *text, size_t n, size_t *bad)
{
	const struct wh_cobol_converter *how = script == WH_COBOL_UTF16 ? &c->utf16 : &c->page;
	size_t at = 0;
	wh_buffer_clear(&c->text);
	if (!wh_cobol_convert(how->out, text, n, &c->text, bad) ||
		!comes_back(c, how->in, text, n, bad))
		return *bad = wh_utf8_cut(text, n, *bad), false;
	if (script != WH_COBOL_PAIRS)
		return true;
	if (c->shifted ? take_shifts_away(&c->text, &at) : c->text.size == 2 * wh_utf8_length(text, n))
		return true;
	*bad = wh_utf8_first(text, n, at / 2);
	return false;
}
