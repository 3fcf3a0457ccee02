/* literal: cells of a batch as literals that are equal to them in a comparison with their column,
 * and conditions that find rows by their keys. Pure; any thread.
 *
 * A condition may find more rows than are meant, where a collation takes different texts for equal,
 * never fewer. */
#ifndef WH_SQL_LITERAL_H
#define WH_SQL_LITERAL_H

#include "model/unit.h"
#include "sql/dialect.h"

void wh_sql_literal(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_batch *b,
	size_t column, uint32_t row);
/* "key IN (...)", or one comparison a row, for n rows from `first` on. The rowset must have a key. */
void wh_sql_keys(struct wh_buffer *out, const struct wh_dialect *d, const struct wh_rowset *rows,
	const struct wh_batch *b, const uint32_t *which, size_t n);

#endif
