#include "codecs/cobol/charset.h"
#include "base/text.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define IDEOGRAPHIC_SPACE "\xe3\x80\x80"

static const struct wh_cobol_converter closed = { (iconv_t)-1, (iconv_t)-1 };

static bool is_open(const struct wh_cobol_converter *c)
{
	return c->in != (iconv_t)-1 && c->out != (iconv_t)-1;
}

/* To close what is not open is EBADF, and nothing else. */
static void close_converter(struct wh_cobol_converter *c)
{
	iconv_close(c->in);
	iconv_close(c->out);
	*c = closed;
}

static bool open_converter(struct wh_cobol_converter *c, const char *name)
{
	c->in = iconv_open("UTF-8", name);
	c->out = iconv_open(name, "UTF-8");
	if (!is_open(c))
		close_converter(c);
	return is_open(c);
}

/* Pages have a number, with or without what iconv wants before it. */
static bool open_numbered(struct wh_cobol_converter *c, const char *name)
{
	static const char *const prefixes[] = { "", "IBM", "IBM-", "CP", "CCSID" };
	char cp[16], ibm[16];
	uint64_t number;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const char *rest = name + strlen(prefixes[i]);
		if (!wh_starts_nocase(name, prefixes[i]) || !isdigit((unsigned char)*rest) ||
			!wh_text_uint64(rest, strlen(rest), &number) || number > 99999)
			continue;
		snprintf(cp, sizeof cp, "CP%03u", (unsigned)number);
		snprintf(ibm, sizeof ibm, "IBM%03u", (unsigned)number);
		return open_converter(c, cp) || open_converter(c, ibm);
	}
	return false;
}

/* Whether the byte is a whole character, or none at all; else others must follow. */
static bool read_byte(struct wh_cobol_charset *c, unsigned byte)
{
	char in = (char)byte, *from = &in, *to = c->utf8[byte];
	size_t left = 1, room = sizeof c->utf8[byte];
	iconv(c->page.in, NULL, NULL, NULL, NULL);
	size_t got = iconv(c->page.in, &from, &left, &to, &room);
	if (got == (size_t)-1)
		return errno == EILSEQ;
	c->width[byte] = (unsigned char)(sizeof c->utf8[byte] - room);
	return c->width[byte] > 0;
}

static uint32_t character_of(const char *utf8, size_t width)
{
	static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t character = (unsigned char)utf8[0] & lead[width];
	for (size_t i = 1; i < width; i++)
		character = character << 6 | ((unsigned char)utf8[i] & 0x3f);
	return character;
}

static int by_character(const void *a, const void *b)
{
	const struct wh_cobol_letter *x = a, *y = b;
	if (x->character != y->character)
		return x->character < y->character ? -1 : 1;
	return (int)x->byte - (int)y->byte;
}

/* Of bytes that are one character, the lowest is written. */
static void make_letters(struct wh_cobol_charset *c)
{
	for (unsigned byte = 0; byte < 256; byte++)
		if (c->width[byte])
			c->letters[c->nletters++] = (struct wh_cobol_letter){
				character_of(c->utf8[byte], c->width[byte]), (unsigned char)byte
			};
	qsort(c->letters, c->nletters, sizeof *c->letters, by_character);
	memset(c->of_ascii, -1, sizeof c->of_ascii);
	c->faithful = true;
	for (size_t i = c->nletters; i-- > 0;) {
		const struct wh_cobol_letter *l = &c->letters[i];
		if (l->character < 128)
			c->of_ascii[l->character] = l->byte;
		if (i && l[-1].character == l->character)
			c->faithful = false;
	}
}

int wh_cobol_charset_byte(const struct wh_cobol_charset *c, const char *utf8, size_t n)
{
	uint32_t character = character_of(utf8, n);
	size_t low = 0, high = c->nletters;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c->letters[middle].character < character)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->nletters && c->letters[low].character == character ? c->letters[low].byte : -1;
}

static bool is_byte(const struct wh_cobol_charset *c, unsigned byte, char character)
{
	return c->width[byte] == 1 && c->utf8[byte][0] == character;
}

static bool has_digits(const struct wh_cobol_charset *c, unsigned zero, unsigned space)
{
	bool all = is_byte(c, space, ' ');
	for (unsigned i = 0; i < 10; i++)
		all = all && is_byte(c, zero + i, (char)('0' + i));
	return all;
}

/* Two-byte characters are those of a page in which the ideographic space has two bytes, perhaps
 * between shifts. */
static void find_wide_space(struct wh_cobol_charset *c)
{
	size_t bad;
	wh_buffer_clear(&c->text);
	if (!wh_cobol_convert(c->page.out, IDEOGRAPHIC_SPACE, strlen(IDEOGRAPHIC_SPACE), &c->text,
			&bad))
		return;
	c->shifted = c->text.size == 4 && c->text.data[0] == WH_COBOL_SHIFT_OUT &&
		c->text.data[3] == WH_COBOL_SHIFT_IN;
	if (!c->shifted && c->text.size != 2)
		return;
	struct wh_cobol_unit *space = &c->space[WH_COBOL_PAIRS];
	memcpy(space->bytes, c->text.data + c->shifted, sizeof space->bytes);
	space->n = sizeof space->bytes;
}

/* Some pages of iconv make U+001A of bytes that are none of theirs. */
static void drop_substitutes(struct wh_cobol_charset *c)
{
	unsigned own = c->ebcdic ? WH_COBOL_EBCDIC_SUBSTITUTE : WH_COBOL_SUBSTITUTE;
	for (unsigned byte = 0; byte < 256; byte++)
		if (byte != own && is_byte(c, byte, WH_COBOL_SUBSTITUTE))
			c->width[byte] = 0;
}

static int read_page(struct wh_cobol_charset *c, struct wh_error *error)
{
	c->single = true;
	for (unsigned byte = 0; byte < 256; byte++)
		c->single &= read_byte(c, byte);
	c->ebcdic = has_digits(c, 0xf0, 0x40);
	if (!c->ebcdic && !has_digits(c, 0x30, 0x20))
		return wh_fail(error, WH_CONFIG,
			"no digits and spaces of one byte in the code page \"%.60s\"; name one of EBCDIC or one "
			"that holds ASCII",
			c->name);
	c->space[WH_COBOL_NARROW] = (struct wh_cobol_unit){ { c->ebcdic ? 0x40 : ' ' }, 1 };
	c->zero[WH_COBOL_NARROW] = (struct wh_cobol_unit){ { c->ebcdic ? 0xf0 : '0' }, 1 };
	c->space[WH_COBOL_UTF16] = (struct wh_cobol_unit){ { 0, ' ' }, 2 };
	c->zero[WH_COBOL_UTF16] = (struct wh_cobol_unit){ { 0, '0' }, 2 };
	drop_substitutes(c);
	make_letters(c);
	if (c->single)
		close_converter(&c->page);
	else
		find_wide_space(c);
	return WH_OK;
}

static int open_converters(struct wh_cobol_charset *c, struct wh_error *error)
{
	c->page = c->utf16 = closed;
	/* iconv takes an empty name for the locale's page, and a suffix for leave to bend. */
	bool named = *c->name && !strchr(c->name, '/');
	if (!named || !(open_converter(&c->page, c->name) || open_numbered(&c->page, c->name)))
		return wh_fail(error, WH_CONFIG,
			"no such code page: \"%.60s\"; name one that `iconv -l` lists, such as cp037, cp273 or "
			"ascii",
			c->name);
	if (!open_converter(&c->utf16, "UTF-16BE"))
		return wh_fail(error, WH_STOP, "this system's iconv has no UTF-16BE");
	return WH_OK;
}

int wh_cobol_charset_open(struct wh_arena *arena, const char *name, struct wh_cobol_charset **out,
	struct wh_error *error)
{
	struct wh_cobol_charset *c = wh_new(arena, struct wh_cobol_charset);
	c->name = wh_arena_text(arena, name);
	int rc = open_converters(c, error);
	if (rc == WH_OK)
		rc = read_page(c, error);
	if (rc == WH_OK)
		*out = c;
	else
		wh_cobol_charset_close(c);
	return rc;
}

void wh_cobol_charset_close(struct wh_cobol_charset *c)
{
	if (!c)
		return;
	close_converter(&c->page);
	close_converter(&c->utf16);
	wh_buffer_free(&c->text);
	wh_buffer_free(&c->again);
}
