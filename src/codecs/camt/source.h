/* source: the rows of one table on their way out, one at hand, as rows.h has them. */
#ifndef WH_CODECS_CAMT_SOURCE_H
#define WH_CODECS_CAMT_SOURCE_H

#include "codecs/camt/rows.h"
#include "model/codec.h"

enum { WH_CAMT_FROM_FILE = -1, WH_CAMT_FROM_RECORD = -2 };

/* What each field is: a column of the table, or one of these. WH_CONFIG: the table has none such. */
int wh_camt_fields(const struct wh_rowset *rows, const struct wh_camt_table *table, int *out,
	struct wh_error *error) WH_MUST_USE;

struct wh_camt_source {
	const struct wh_camt_table *table;
	struct wh_codec_rows *in;
	size_t number; /* among the tables that are given */
	int *columns;  /* one a field */
	struct wh_batch *batch;
	uint32_t next; /* row of the batch */
	bool done;     /* there is no row at hand */
	int64_t file;  /* of the row at hand */
	struct wh_camt_row row;
	struct wh_buffer scratch;
};

/* All-zero before. Where no such table is given there are no rows. The first one is at hand. */
int wh_camt_source_open(struct wh_camt_source *s, const struct wh_camt_table *table,
	struct wh_codec_rows *in, struct wh_arena *arena, struct wh_error *error) WH_MUST_USE;
int wh_camt_source_advance(struct wh_camt_source *s, struct wh_error *error) WH_MUST_USE;
void wh_camt_source_close(struct wh_camt_source *s);

/* What the row at hand must say, with those above it in place; an indicator that is missing is taken
 * from the sign of its amount. */
int wh_camt_row_check(struct wh_camt_source *s, struct wh_error *error) WH_MUST_USE;
/* What the row at hand says in a column of records ("^entry"). False: nothing. */
bool wh_camt_row_refers(const struct wh_camt_row *row, size_t column, int64_t *out);
/* WH_STOP that names the row at hand. */
int wh_camt_source_fail(const struct wh_camt_source *s, struct wh_error *error, const char *format,
	...) WH_FORMAT(3, 4);

#endif
