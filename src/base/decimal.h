/* decimal: exact numbers as text, of any length. Pure; any thread.
 *
 * Plain form: an optional '-', digits, an optional '.' and digits; no exponent, no '+'. Canonical
 * form: plain without leading zeros, trailing zeros after the point, a bare point or "-0". The
 * words NaN, Infinity and -Infinity are plain and canonical too. */
#ifndef WH_BASE_DECIMAL_H
#define WH_BASE_DECIMAL_H

#include "base/buffer.h"

/* Any number's text (sign, digits, point, exponent up to +-20000) to plain form, scale kept
 * ("1.50e1" is "15.0"). False: not a number; out is as before. */
bool wh_decimal_plain(struct wh_buffer *out, const char *text, size_t n);
/* Plain to canonical: a view into `text` and whether a minus belongs before it. */
struct wh_decimal_view {
	const char *digits; /* whole part, point, fraction, as canonical says, without sign */
	size_t n;
	bool negative;
};
bool wh_decimal_canonical(const char *text, size_t n, struct wh_decimal_view *out);
/* Digits before and after the point of the canonical form. */
bool wh_decimal_measure(const char *text, size_t n, int *whole, int *fraction);
/* True where the value has at most `precision` digits of which `scale` stand after the point,
 * trailing zeros not counted. precision 0: any. */
bool wh_decimal_fits(const char *text, size_t n, int precision, int scale);
/* The double nearest to a plain number of at most 15 digits. False: it has more, or is none. */
bool wh_decimal_double(const char *text, size_t n, double *out);
/* Exact a + b, both plain and finite, to a plain sum. False: not plain and finite. */
bool wh_decimal_add(struct wh_buffer *out, const char *a, size_t an, const char *b, size_t bn);
int wh_decimal_compare(const char *a, size_t an, const char *b, size_t bn);

#endif
