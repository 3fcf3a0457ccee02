/* Text: through its code page, without what fills it up. */
#include "base/text.h"
#include "codecs/cobol/coding.h"

struct span {
	const char *at;
	size_t n;
};

static bool begins(const struct span *text, const void *unit, size_t n)
{
	return text->n >= n && !memcmp(text->at, unit, n);
}

static bool ends(const struct span *text, const void *unit, size_t n)
{
	return text->n >= n && !memcmp(text->at + text->n - n, unit, n);
}

static void trim(const struct wh_cobol_cell *cell, struct span *text, const void *unit, size_t n)
{
	while (cell->trim_right && ends(text, unit, n))
		text->n -= n;
	for (; cell->trim_left && begins(text, unit, n); text->n -= n)
		text->at += n;
}

static bool refuse_byte(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	size_t bad, struct wh_buffer *scratch)
{
	return wh_cobol_held(scratch, bytes, n, "where %02X is no character of %s", bytes[bad],
		cell->script == WH_COBOL_UTF16 ? "UTF-16" : cell->charset->name);
}

/* Bytes that the text has in UTF-8; 0: one of its bytes is no character. */
static size_t measure(const struct wh_cobol_charset *c, const unsigned char *bytes, size_t n)
{
	size_t total = 0;
	bool missing = false;
	for (size_t i = 0; i < n; i++) {
		total += c->width[bytes[i]];
		missing |= !c->width[bytes[i]];
	}
	return missing ? 0 : total;
}

static void put(const struct wh_cobol_charset *c, const unsigned char *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		memcpy(out, c->utf8[bytes[i]], c->width[bytes[i]]);
		out += c->width[bytes[i]];
	}
}

static bool converted_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	const char *space = cell->script == WH_COBOL_PAIRS ? "\xe3\x80\x80" : " ";
	size_t bad;
	if (!wh_cobol_charset_read(cell->charset, cell->script, (const char *)bytes, n, &bad))
		return refuse_byte(cell, bytes, n, bad < n ? bad : n - 1, scratch);
	struct span text = { cell->charset->text.data, cell->charset->text.size };
	trim(cell, &text, space, strlen(space));
	wh_batch_bytes(b, column, text.at, text.n);
	return true;
}

/* By the table. What that does not have is for iconv, or no text. */
static bool narrow_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	const struct wh_cobol_charset *c = cell->charset;
	struct span text = { (const char *)bytes, n };
	trim(cell, &text, wh_cobol_space(cell)->bytes, 1);
	const unsigned char *at = (const unsigned char *)text.at;
	size_t total = measure(c, at, text.n), i = 0;
	if (text.n && !total && !c->single)
		return converted_decode(cell, bytes, n, b, column, scratch);
	if (text.n && !total) {
		while (c->width[at[i]])
			i++;
		return refuse_byte(cell, bytes, n, (size_t)(at - bytes) + i, scratch);
	}
	char *out = wh_batch_room(b, column, total);
	if (total > text.n)
		put(c, at, text.n, out);
	else
		for (i = 0; i < text.n; i++)
			out[i] = c->utf8[at[i]][0];
	return true;
}

static bool refuse_character(const struct wh_cobol_cell *cell, struct span text, size_t bad,
	struct wh_buffer *scratch)
{
	size_t n = text.n - bad;
	return wh_cobol_no_place(cell, scratch, "\"%.*s\", which the code page %s does not have",
		(int)wh_utf8_first(text.at + bad, n, 1), text.at + bad,
		cell->script == WH_COBOL_UTF16 ? "UTF-16" : cell->charset->name);
}

/* What has no place at one side is filled with spaces. */
static bool fill(const struct wh_cobol_cell *cell, size_t taken, unsigned char *bytes, size_t n,
	struct wh_buffer *scratch)
{
	if (taken > n)
		return wh_cobol_no_place(cell, scratch, "a text of %zu bytes", taken);
	wh_cobol_fill(bytes + (cell->at_right ? 0 : taken), n - taken, wh_cobol_space(cell));
	return true;
}

static bool converted_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	const struct wh_buffer *converted = &cell->charset->text;
	struct span text;
	size_t bad;
	text.at = wh_cell(b, column, row, &text.n);
	if (!wh_cobol_charset_write(cell->charset, cell->script, text.at, text.n, &bad))
		return refuse_character(cell, text, bad, scratch);
	if (!fill(cell, converted->size, bytes, n, scratch))
		return false;
	memcpy(bytes + (cell->at_right ? n - converted->size : 0), converted->data, converted->size);
	return true;
}

static bool narrow_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	const struct wh_cobol_charset *c = cell->charset;
	struct span text;
	text.at = wh_cell(b, column, row, &text.n);
	size_t taken = wh_utf8_length(text.at, text.n);
	if (!fill(cell, taken, bytes, n, scratch))
		return false;
	unsigned char *out = bytes + (cell->at_right ? n - taken : 0);
	for (size_t i = 0, step; i < text.n; i += step) {
		unsigned char first = (unsigned char)text.at[i];
		step = first < 0x80 ? 1 : wh_utf8_first(text.at + i, text.n - i, 1);
		int byte = first < 0x80 ? c->of_ascii[first] : wh_cobol_charset_byte(c, text.at + i, step);
		if (byte < 0 && !c->single)
			return converted_encode(cell, b, column, row, bytes, n, scratch);
		if (byte < 0)
			return refuse_character(cell, text, i, scratch);
		*out++ = (unsigned char)byte;
	}
	return true;
}

static const struct wh_cobol_coding narrow = {
	.decode = narrow_decode,
	.encode = narrow_encode,
};

static const struct wh_cobol_coding wide = {
	.decode = converted_decode,
	.encode = converted_encode,
};

int wh_cobol_text_prepare(struct wh_cobol_cell *cell, struct wh_error *error)
{
	const struct wh_cobol_field *f = cell->field;
	const struct wh_cobol_charset *c = cell->charset;
	enum wh_cobol_trim how = cell->form.trim;
	bool both = how == WH_COBOL_TRIM_BOTH;
	if (!wh_cobol_space(cell)->n)
		return wh_fail(error, WH_CONFIG,
			"no DBCS in the code page \"%.60s\", and \"%.60s\" has the picture %.60s; name a code "
			"page that has both, such as cp939",
			c->name, wh_cobol_field_name(f), f->picture.text);
	cell->at_right = f->justified || how == WH_COBOL_TRIM_LEFT;
	cell->trim_left = both || (how != WH_COBOL_TRIM_NONE && cell->at_right);
	cell->trim_right = both || (how != WH_COBOL_TRIM_NONE && !cell->at_right);
	cell->low_null = cell->form.low_null;
	bool is_narrow = cell->script == WH_COBOL_NARROW;
	cell->exact = is_narrow && c->single && c->faithful && !both;
	cell->coding = is_narrow ? &narrow : &wide;
	cell->type = (struct wh_type){ .kind = WH_TEXT,
		.length = cell->script == WH_COBOL_NARROW ? f->length : f->length / 2 };
	return WH_OK;
}
