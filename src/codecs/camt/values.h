/* values: what the types of ISO 20022 hold, checked and in the form that a row has. Pure. */
#ifndef WH_CODECS_CAMT_VALUES_H
#define WH_CODECS_CAMT_VALUES_H

#include "base/buffer.h"
#include "model/type.h"

struct wh_camt_form {
	const char *is; /* "a date" */
	struct wh_type type;
	/* Appends the value; nothing where there is none in the text. False: the text is not so. */
	bool (*take)(struct wh_buffer *out, const char *text, size_t n);
	bool none;       /* what has no bytes is no value: null */
	bool many;       /* comes again: line by line */
	bool is_signed;  /* debit is negative, by the row's DIRECTION or that of the row above */
	bool identifies; /* a record's place, of this row or one above */
};

extern const struct wh_camt_form wh_camt_text, wh_camt_lines;
extern const struct wh_camt_form wh_camt_date, wh_camt_clock; /* the two parts of one text */
extern const struct wh_camt_form wh_camt_flag, wh_camt_count;
extern const struct wh_camt_form wh_camt_amount, wh_camt_signed, wh_camt_sum, wh_camt_net;
extern const struct wh_camt_form wh_camt_currency, wh_camt_direction;
extern const struct wh_camt_form wh_camt_record;

#endif
