/* Characters. UTF-8 and sets of one byte a character are looked at as they are; of all others iconv
 * makes a text first. */
#include "base/text.h"
#include "codecs/csv/parts.h"
#include <errno.h>

#define STEP ((size_t)64 << 10) /* bytes that are converted at once, at least */
#define NO_CHARACTER '\xff'

/* One byte a character, the first half ASCII; false where that is not so. */
static bool symbols_make(iconv_t cd, struct wh_csv_symbol *symbols)
{
	for (unsigned i = 0; i < 256; i++) {
		char byte = (char)i, *in = &byte, *out = symbols[i].utf8;
		size_t nin = 1, nout = sizeof symbols[i].utf8;
		iconv(cd, NULL, NULL, NULL, NULL);
		size_t rc = iconv(cd, &in, &nin, &out, &nout);
		if (rc != (size_t)-1)
			rc = iconv(cd, NULL, NULL, &out, &nout);
		if (rc == (size_t)-1 && errno != EILSEQ)
			return false;
		symbols[i].n = (unsigned char)(out - symbols[i].utf8);
		if (i < 0x80 && (symbols[i].n != 1 || symbols[i].utf8[0] != byte))
			return false;
	}
	return true;
}

static size_t unit_of(const char *name)
{
	if (wh_starts_nocase(name, "UTF-16") || wh_starts_nocase(name, "UCS-2"))
		return 2;
	return wh_starts_nocase(name, "UTF-32") || wh_starts_nocase(name, "UCS-4") ? 4 : 1;
}

static int charset_open(struct wh_csv_charset *out, const char *name, struct wh_arena *arena,
	struct wh_error *error)
{
	struct wh_csv_stream stream = { 0 };
	*out = (struct wh_csv_charset){ .name = name, .unit = unit_of(name) };
	out->utf8 = wh_equal_nocase(name, "UTF-8") || wh_equal_nocase(name, "UTF8");
	if (out->utf8)
		return WH_OK;
	int rc = wh_csv_stream_start(&stream, out, error);
	if (rc != WH_OK)
		return rc;
	struct wh_csv_symbol *symbols = wh_new_array(arena, struct wh_csv_symbol, 256);
	out->symbols = symbols_make(stream.convert, symbols) ? symbols : NULL;
	wh_csv_stream_close(&stream);
	return WH_OK;
}

/* UTF-32's mark begins with that of UTF-16. */
static const struct {
	const char *name, *bytes;
	size_t n;
} marks[] = {
	{ "UTF-8", "\xef\xbb\xbf", 3 },
	{ "UTF-32LE", "\xff\xfe\0\0", 4 },
	{ "UTF-32BE", "\0\0\xfe\xff", 4 },
	{ "UTF-16LE", "\xff\xfe", 2 },
	{ "UTF-16BE", "\xfe\xff", 2 },
};

static const char *name_by_mark(const struct wh_codec_setup *setup)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (setup->nsample >= marks[i].n && !memcmp(setup->sample, marks[i].bytes, marks[i].n))
			return marks[i].name;
	return NULL;
}

/* Which of the two orders of bytes; without a mark that of Windows. */
static const char *name_settled(const char *name, const char *marked)
{
	bool utf16 = wh_equal_nocase(name, "UTF-16"), utf32 = wh_equal_nocase(name, "UTF-32");
	if (!utf16 && !utf32)
		return name;
	if (marked && wh_starts(marked, utf16 ? "UTF-16" : "UTF-32"))
		return marked;
	return utf16 ? "UTF-16LE" : "UTF-32LE";
}

int wh_csv_charset_find(struct wh_csv_charset *out, const char *name,
	const struct wh_codec_setup *setup, struct wh_error *error)
{
	const char *marked = name_by_mark(setup);
	size_t n = setup->nsample;
	if (!setup->sample_whole) /* it may end within a character */
		while (n && setup->nsample - n < 4 && (setup->sample[n - 1] & 0x80))
			n--;
	bool guessed = !name && !marked && n && !wh_utf8_valid(setup->sample, n);
	if (!name)
		name = marked ? marked : guessed ? "windows-1252" : "UTF-8";
	int rc = charset_open(out, name_settled(name, marked), setup->arena, error);
	out->guessed = guessed;
	return rc;
}

/* ---- streams ---- */

/* To iconv no name is the locale's set, and a slash asks for leaving characters out. */
int wh_csv_stream_start(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_error *error)
{
	wh_csv_stream_close(s);
	if (*c->name && !strchr(c->name, '/')) {
		s->convert = iconv_open("UTF-8", c->name);
		s->place = iconv_open("UTF-8", c->name);
	}
	if (wh_csv_is_open(s->convert) && wh_csv_is_open(s->place))
		return WH_OK;
	wh_csv_stream_close(s);
	return wh_fail(error, WH_CONFIG,
		"the encoding \"%.40s\" is not known; give encoding= a name that iconv -l lists, or auto",
		c->name);
}

void wh_csv_stream_close(struct wh_csv_stream *s)
{
	wh_csv_iconv_close(s->convert);
	wh_csv_iconv_close(s->place);
	wh_buffer_free(&s->text);
	*s = (struct wh_csv_stream){ 0 };
}

/* Fills *out as far as `in` goes; what is no character becomes one byte. How many bytes of `in`
 * that took. */
static size_t convert(iconv_t cd, size_t unit, struct wh_csv_span in, bool last, char **out,
	size_t room)
{
	char *from = (char *)(uintptr_t)in.at; /* iconv does not write there */
	size_t left = in.n;
	while (iconv(cd, &from, &left, out, &room) == (size_t)-1) {
		bool broken = errno == EILSEQ || (errno == EINVAL && last);
		if (!broken || !room)
			break;
		size_t skip = left < unit ? left : unit;
		from += skip;
		left -= skip;
		*(*out)++ = NO_CHARACTER;
		room--;
	}
	return in.n - left;
}

bool wh_csv_stream_more(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_csv_span bytes, bool last)
{
	struct wh_buffer *text = &s->text;
	if (s->ahead == bytes.n)
		return false;
	if (s->at) {
		memmove(text->data, text->data + s->at, text->size - s->at);
		text->size -= s->at;
		s->at = 0;
	}
	/* More and more, so that a long record is not looked at too often. */
	size_t n = bytes.n - s->ahead, step = text->size > STEP ? text->size : STEP;
	struct wh_csv_span in = { bytes.at + s->ahead, n < step ? n : step };
	if (!wh_buffer_reserve(text, 4 * in.n + 8))
		return false;
	char *out = text->data + text->size;
	size_t used = convert(s->convert, c->unit, in, last && in.n == n, &out, 4 * in.n + 8);
	text->size = (size_t)(out - text->data);
	s->ahead += used;
	return used > 0;
}

/* The bytes are converted once more, no more of them at once than the text can come from: iconv
 * converts ahead of a full buffer, and takes that back. */
size_t wh_csv_stream_take(struct wh_csv_stream *s, const struct wh_csv_charset *c,
	struct wh_csv_span bytes, size_t n)
{
	char scratch[4096];
	size_t made = 0, used = 0, step = 1;
	while (step && made < n) {
		size_t room = n - made < sizeof scratch ? n - made : sizeof scratch;
		size_t left = s->ahead - used, most = c->unit * room + 16;
		char *out = scratch;
		step = convert(s->place, c->unit,
			(struct wh_csv_span){ bytes.at + used, left < most ? left : most }, left <= most, &out,
			room);
		used += step;
		made += (size_t)(out - scratch);
	}
	s->at += n;
	s->ahead -= used;
	return used;
}
