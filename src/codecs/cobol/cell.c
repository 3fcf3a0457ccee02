#include "codecs/cobol/cell.h"

int wh_cobol_charset_open(struct wh_arena *arena, const char *name, struct wh_cobol_charset **out,
	struct wh_error *error)
{
	(void)arena;
	*out = NULL;
	return wh_fail(error, WH_BUG, "no code page yet: \"%.60s\"", name);
}

void wh_cobol_charset_close(struct wh_cobol_charset *charset)
{
	(void)charset;
}

int wh_cobol_cell_prepare(struct wh_cobol_cell *out, const struct wh_cobol_field *field,
	const struct wh_cobol_form *form, struct wh_cobol_charset *charset, struct wh_error *error)
{
	*out = (struct wh_cobol_cell){ .field = field, .form = *form, .charset = charset };
	return wh_fail(error, WH_BUG, "no cells yet");
}

void wh_cobol_cell_type(const struct wh_cobol_cell *cell, struct wh_type *out)
{
	*out = cell->type;
}

const char *wh_cobol_cell_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes,
	size_t n, struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	(void)cell, (void)bytes, (void)n, (void)b, (void)column, (void)scratch;
	return "cannot be decoded yet";
}

const char *wh_cobol_cell_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch)
{
	(void)cell, (void)bytes, (void)n, (void)b, (void)column, (void)row, (void)scratch;
	return "cannot be encoded yet";
}

bool wh_cobol_cell_canonical(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	const struct wh_batch *b, size_t column, struct wh_buffer *scratch)
{
	(void)cell, (void)bytes, (void)n, (void)b, (void)column, (void)scratch;
	return false;
}

enum wh_cobol_filling wh_cobol_cell_filling(const struct wh_cobol_cell *cell,
	const unsigned char *bytes, size_t n)
{
	(void)cell, (void)bytes, (void)n;
	return WH_COBOL_FILLED;
}
