/* COMP, COMP-5, COMP-X, INDEX: whole numbers of 1 to 16 bytes; a pointer is only bytes. */
#include "codecs/cobol/coding.h"

static bool is_signed(const struct wh_cobol_cell *cell)
{
	return cell->field->picture.sign || cell->field->usage == WH_COBOL_INDEX;
}

static bool is_little(const struct wh_cobol_cell *cell)
{
	enum wh_cobol_usage usage = cell->field->usage;
	return cell->form.little_endian && (usage == WH_COBOL_NATIVE || usage == WH_COBOL_INDEX);
}

/* The greatest value of its bytes. */
static unsigned __int128 most_of(const struct wh_cobol_cell *cell)
{
	unsigned bits = 8 * cell->field->length - is_signed(cell);
	return ~(unsigned __int128)0 >> (128 - bits);
}

static unsigned __int128 load(const struct wh_cobol_cell *cell, const unsigned char *bytes,
	size_t n)
{
	bool little = is_little(cell);
	unsigned __int128 value = is_signed(cell) && bytes[little ? n - 1 : 0] & 0x80 ? -1 : 0;
	for (size_t i = 0; i < n; i++)
		value = value << 8 | bytes[little ? n - 1 - i : i];
	return value;
}

static void store(const struct wh_cobol_cell *cell, unsigned __int128 value, unsigned char *bytes,
	size_t n)
{
	bool little = is_little(cell);
	for (size_t i = 0; i < n; i++, value >>= 8)
		bytes[little ? i : n - 1 - i] = (unsigned char)value;
}

#define CHUNK 13 /* digits: three of them hold 16 bytes */
#define CHUNK_POWER UINT64_C(10000000000000)

static void append_decimal(const struct wh_cobol_cell *cell, unsigned __int128 value, bool negative,
	struct wh_batch *b, size_t column)
{
	struct wh_cobol_digits digits = { .negative = negative, .n = CHUNK };
	for (unsigned __int128 rest = value / CHUNK_POWER; rest; rest /= CHUNK_POWER)
		digits.n += CHUNK;
	for (unsigned i = digits.n; i > 0; value /= CHUNK_POWER) {
		uint64_t chunk = (uint64_t)(value % CHUNK_POWER);
		for (unsigned end = i - CHUNK; i > end; chunk /= 10)
			digits.text[--i] = (char)('0' + chunk % 10);
	}
	wh_cobol_digits_append(cell, &digits, b, column);
}

static bool binary_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	unsigned __int128 value = load(cell, bytes, n);
	bool negative = is_signed(cell) && (__int128)value < 0;
	(void)scratch;
	if (cell->type.kind == WH_INT64) {
		int64_t word = (int64_t)value;
		for (int scale = cell->field->picture.scale; scale < 0; scale++)
			word *= 10;
		wh_batch_word(b, column, word);
	} else {
		append_decimal(cell, negative ? -value : value, negative, b, column);
	}
	return true;
}

static bool binary_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	struct wh_cobol_digits digits = { .n = 3 * CHUNK };
	if (!wh_cobol_digits_take(cell, b, column, row, &digits, scratch))
		return false;
	unsigned __int128 value = 0, most = most_of(cell) + digits.negative;
	for (unsigned i = 0; i + 1 < digits.n; i++)
		value = value * 10 + (unsigned)(digits.text[i] - '0');
	unsigned last = (unsigned)(digits.text[digits.n - 1] - '0');
	if (value > (most - last) / 10 || (digits.negative && !is_signed(cell)))
		return wh_cobol_digits_refuse(cell, b, column, row, scratch);
	value = value * 10 + last;
	store(cell, digits.negative ? -value : value, bytes, n);
	return true;
}

static const struct wh_cobol_coding binary = {
	.decode = binary_decode,
	.encode = binary_encode,
	.any_bytes = true,
};

void wh_cobol_binary_prepare(struct wh_cobol_cell *cell)
{
	const struct wh_cobol_field *f = cell->field;
	assert(f->length <= sizeof(unsigned __int128));
	cell->coding = &binary;
	cell->type = wh_cobol_type_to(most_of(cell), f->picture.scale);
	cell->exact = true;
}

static bool address_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	(void)cell;
	(void)scratch;
	wh_batch_bytes(b, column, bytes, n);
	return true;
}

static bool address_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	size_t size;
	const char *value = wh_cell(b, column, row, &size);
	if (size != n)
		return wh_cobol_no_place(cell, scratch, "%zu bytes", size);
	memcpy(bytes, value, n);
	return true;
}

static const struct wh_cobol_coding address = {
	.decode = address_decode,
	.encode = address_encode,
	.any_bytes = true,
};

void wh_cobol_address_prepare(struct wh_cobol_cell *cell)
{
	cell->coding = &address;
	cell->type = (struct wh_type){ .kind = WH_BYTES, .length = cell->field->length, .fixed = true };
	cell->exact = true;
}
