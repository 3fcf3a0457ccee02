/* coding: what the kinds of cells share: a table of how each is made, numbers as decimal digits,
 * and the words for what cannot be. */
#ifndef WH_CODECS_COBOL_CODING_H
#define WH_CODECS_COBOL_CODING_H

#include "codecs/cobol/charset.h"

/* A whole number; where its point is, its picture says. */
struct wh_cobol_digits {
	bool negative;
	unsigned n;
	char text[40]; /* n of '0' to '9' */
};

/* As in cell.h, of values that are not NULL; false: scratch says why not. Numbers that are decimal
 * digits have wh_cobol_number_decode() and its twin there, and read and write besides. */
struct wh_cobol_coding {
	bool (*decode)(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
		struct wh_batch *b, size_t column, struct wh_buffer *scratch);
	bool (*encode)(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
		uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch);
	bool (*read)(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
		struct wh_cobol_digits *out, struct wh_buffer *scratch);
	void (*write)(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *digits,
		unsigned char *bytes, size_t n);
	bool any_bytes; /* low-values, spaces and high-values are values like any other */
};

/* Each completes a cell whose field, form, charset are set. */
int wh_cobol_text_prepare(struct wh_cobol_cell *cell, struct wh_error *error) WH_MUST_USE;
void wh_cobol_zoned_prepare(struct wh_cobol_cell *cell);
void wh_cobol_packed_prepare(struct wh_cobol_cell *cell);
void wh_cobol_binary_prepare(struct wh_cobol_cell *cell);
void wh_cobol_float_prepare(struct wh_cobol_cell *cell);
void wh_cobol_address_prepare(struct wh_cobol_cell *cell);

bool wh_cobol_number_decode(const struct wh_cobol_cell *cell, const unsigned char *bytes, size_t n,
	struct wh_batch *b, size_t column, struct wh_buffer *scratch);
bool wh_cobol_number_encode(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, unsigned char *bytes, size_t n, struct wh_buffer *scratch);

/* The type of whole numbers from 0, or from -most - 1, to most, with the point of a picture. */
struct wh_type wh_cobol_type_to(unsigned __int128 most, int scale);
unsigned __int128 wh_cobol_nines(unsigned digits); /* 999 for 3 */
bool wh_cobol_digits_zero(const struct wh_cobol_digits *digits);
void wh_cobol_digits_append(const struct wh_cobol_cell *cell, const struct wh_cobol_digits *digits,
	struct wh_batch *b, size_t column);
/* The value as the field's out->n digits. */
bool wh_cobol_digits_take(const struct wh_cobol_cell *cell, const struct wh_batch *b, size_t column,
	uint32_t row, struct wh_cobol_digits *out, struct wh_buffer *scratch);
/* False: it cannot be. */
bool wh_cobol_digits_refuse(const struct wh_cobol_cell *cell, const struct wh_batch *b,
	size_t column, uint32_t row, struct wh_buffer *scratch);

/* Whether the bytes are one unit again and again; never where that has no bytes. */
bool wh_cobol_all(const unsigned char *bytes, size_t n, const struct wh_cobol_unit *unit);
void wh_cobol_fill(unsigned char *bytes, size_t n, const struct wh_cobol_unit *unit);
const struct wh_cobol_unit *wh_cobol_space(const struct wh_cobol_cell *cell);

/* False, and in scratch: "holds X'12F3', " and what is wrong with it. */
bool wh_cobol_held(struct wh_buffer *scratch, const unsigned char *bytes, size_t n,
	const char *format, ...) WH_FORMAT(4, 5);
/* False, and in scratch: "has no place for 123.456: it is PIC 9(5)V99 COMP-3 of 4 bytes" */
bool wh_cobol_no_place(const struct wh_cobol_cell *cell, struct wh_buffer *scratch,
	const char *format, ...) WH_FORMAT(3, 4);

#endif
