/* values: amounts and dates of fields, read from a cursor, into cells. Pure.
 *
 * A reason is what is wrong in words that follow a subject ("has no amount"), or NULL. */
#ifndef WH_CODECS_MT940_VALUES_H
#define WH_CODECS_MT940_VALUES_H

#include "codecs/mt940/rows.h"
#include "model/codec.h"

struct wh_mt_cursor {
	const char *at, *end;
};

struct wh_mt_day {
	int64_t year;
	int month, day; /* as they are written: there may be no such date */
};

/* Exactly n digits. False: something else stands there, and nothing is consumed. */
bool wh_mt_digits(struct wh_mt_cursor *c, size_t n, int64_t *out);
/* As many digits as there are, up to 18. */
bool wh_mt_number(struct wh_mt_cursor *c, int64_t *out);
/* The character, if it is one of these; 0: nothing is consumed. */
char wh_mt_one_of(struct wh_mt_cursor *c, const char *these);
/* YYMMDD; years from `pivot` on are of the 20th century. False: no six digits. */
bool wh_mt_day(struct wh_mt_cursor *c, int pivot, struct wh_mt_day *out);
/* MMDD of the year that brings it nearest to another day; no date where that one's month is none.
 * False: no four digits. */
bool wh_mt_day_near(struct wh_mt_cursor *c, const struct wh_mt_day *to, struct wh_mt_day *out);
/* Nothing for a date that does not exist. */
void wh_mt_put_day(struct wh_mt_row *row, size_t column, const struct wh_mt_day *day);
/* At most 15 digits and 5 places, as a plain decimal. */
const char *wh_mt_put_amount(struct wh_mt_cursor *c, bool negative, struct wh_mt_row *row,
	size_t column);
/* Three letters, if they stand there. */
void wh_mt_put_currency(struct wh_mt_cursor *c, struct wh_mt_row *row, size_t column);
/* What comes before the line's end, behind which the cursor steps. */
struct wh_codec_text wh_mt_line(struct wh_mt_cursor *c);
/* Without spaces at either end. */
struct wh_codec_text wh_mt_trimmed(const char *bytes, size_t n);

#endif
