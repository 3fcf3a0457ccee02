#include "codecs/mt940/charset.h"
#include "base/text.h"
#include <errno.h>

/* False: some byte is none of the set. Nothing is appended then. */
static bool convert(iconv_t how, struct wh_buffer *out, const char *bytes, size_t n)
{
	size_t before = out->size, room = 4 * n; /* UTF-8 has at most 4 bytes for a character */
	if (!n || !wh_buffer_reserve(out, room))
		return true;
	char *from = (char *)(uintptr_t)bytes, *to = out->data + before;
	iconv(how, NULL, NULL, NULL, NULL);
	bool all = iconv(how, &from, &n, &to, &room) != (size_t)-1;
	out->size = all ? (size_t)(to - out->data) : before;
	out->data[out->size] = '\0';
	return all;
}

/* A file is cut into fields and lines at bytes of ASCII, so these must mean themselves, and no byte
 * may belong to what follows it. UTF-8 keeps that too. */
static bool cuts_well(iconv_t how, const char *name)
{
	if (wh_equal_nocase(name, "UTF-8") || wh_equal_nocase(name, "UTF8"))
		return true;
	for (int i = 0; i < 256; i++) {
		char byte = (char)i, out[8], *from = &byte, *to = out;
		size_t n = 1, room = sizeof out;
		iconv(how, NULL, NULL, NULL, NULL);
		bool is = iconv(how, &from, &n, &to, &room) != (size_t)-1;
		if (i < 0x80 ? !is || to != out + 1 || out[0] != byte : !is && errno == EINVAL)
			return false;
	}
	return true;
}

int wh_mt_charset_open(struct wh_mt_charset *set, const char *name, struct wh_error *error)
{
	if (!name || !*name)
		return WH_OK;
	set->convert = iconv_open("UTF-8", name);
	if (set->convert == (iconv_t)-1)
		return wh_fail(error, WH_CONFIG,
			"there is no character set \"%.60s\"; give one that iconv knows: encoding=CP1252",
			name);
	set->name = name;
	if (!cuts_well(set->convert, name))
		return wh_fail(error, WH_CONFIG,
			"the character set \"%.60s\" does not extend ASCII by single bytes, as statements do; "
			"convert the files, or give another: encoding=CP1252",
			name);
	return WH_OK;
}

void wh_mt_charset_close(struct wh_mt_charset *set)
{
	if (set->name)
		iconv_close(set->convert);
	*set = (struct wh_mt_charset){ 0 };
}

static void put_latin(struct wh_buffer *out, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (byte >= 0x80)
			wh_buffer_char(out, (char)(0xC0 | byte >> 6));
		wh_buffer_char(out, (char)(byte < 0x80 ? byte : 0x80 | (byte & 0x3F)));
	}
}

bool wh_mt_charset_put(struct wh_mt_charset *set, struct wh_mt_cell *cell, const char *bytes,
	size_t n)
{
	cell->there = true;
	if (set->name && !cell->foreign && convert(set->convert, &cell->text, bytes, n))
		return false;
	cell->foreign = set->name != NULL;
	bool utf8 = cell->foreign || wh_utf8_valid(bytes, n);
	if (utf8)
		wh_buffer_put(&cell->text, bytes, n);
	else
		put_latin(&cell->text, bytes, n);
	return !utf8;
}
