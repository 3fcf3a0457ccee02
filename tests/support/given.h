/* given: rows that no file ever held, written by a codec. */
#ifndef TESTS_SUPPORT_GIVEN_H
#define TESTS_SUPPORT_GIVEN_H

#include "base/buffer.h"
#include "model/codec.h"

/* A table: columns with spaces between them; rows are lines with '|' between values, '~' is null. */
struct given {
	const char *table, *columns, *rows;
};

/* A value of a row (counted from 0) that is another one. */
struct given_other {
	const char *table, *column;
	int row;
	const char *value;
};

/* Writes them as texts; `other` may be NULL. The code of what failed, or WH_OK. */
int given_encode(const struct wh_codec *codec, const char *options, const struct given *tables,
	size_t n, const struct given_other *other, struct wh_buffer *out, struct wh_error *error);

#endif
