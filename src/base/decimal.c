#include "base/decimal.h"
#include "base/text.h"
#include <string.h>

#define EXPONENT_MAX 20000

/* A plain number in its pieces; leading zeros of the whole part are not in it. */
struct number {
	const char *whole, *fraction;
	size_t nwhole, nfraction;
	bool negative, word; /* word: NaN or Infinity stands in `whole` */
};

static size_t digits_span(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && (unsigned char)(text[i] - '0') < 10)
		i++;
	return i;
}

static size_t zeros_span(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && text[i] == '0')
		i++;
	return i;
}

static bool word_is(const char *text, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(text, word, n) == 0;
}

static bool number_word(struct number *out, const char *text, size_t n)
{
	out->word = word_is(text, n, "Infinity") || (!out->negative && word_is(text, n, "NaN"));
	out->whole = text;
	out->nwhole = n;
	return out->word;
}

/* Trailing zeros of the fraction stay: they are the scale. */
static bool number_read(struct number *out, const char *text, size_t n)
{
	*out = (struct number){ .negative = n && text[0] == '-' };
	text += out->negative;
	n -= out->negative;
	size_t whole = digits_span(text, n);
	if (!whole)
		return number_word(out, text, n);
	if (whole < n) {
		if (text[whole] != '.')
			return false;
		out->fraction = text + whole + 1;
		out->nfraction = n - whole - 1;
		if (!out->nfraction || digits_span(out->fraction, out->nfraction) != out->nfraction)
			return false;
	}
	size_t zeros = zeros_span(text, whole);
	out->whole = text + zeros;
	out->nwhole = whole - zeros;
	return true;
}

static size_t fraction_trimmed(const struct number *d)
{
	size_t n = d->nfraction;
	while (n && d->fraction[n - 1] == '0')
		n--;
	return n;
}

bool wh_decimal_canonical(const char *text, size_t n, struct wh_decimal_view *out)
{
	struct number d;
	if (!number_read(&d, text, n))
		return false;
	if (d.word) {
		*out = (struct wh_decimal_view){ d.whole, d.nwhole, d.negative };
		return true;
	}
	size_t fraction = fraction_trimmed(&d);
	size_t bare = d.nwhole == 0; /* its last zero is the whole part then */
	out->digits = d.whole - bare;
	out->n = d.nwhole + bare + (fraction ? 1 + fraction : 0);
	out->negative = d.negative && (d.nwhole || fraction);
	return true;
}

bool wh_decimal_measure(const char *text, size_t n, int *whole, int *fraction)
{
	struct number d;
	if (!number_read(&d, text, n) || d.word)
		return false;
	size_t f = fraction_trimmed(&d);
	if (d.nwhole >= INT32_MAX || f >= INT32_MAX)
		return false;
	*whole = d.nwhole ? (int)d.nwhole : 1;
	*fraction = (int)f;
	return true;
}

/* The value is a whole multiple of 10^-scale, smaller than 10^(precision - scale). */
bool wh_decimal_fits(const char *text, size_t n, int precision, int scale)
{
	struct number d;
	if (!number_read(&d, text, n))
		return false;
	if (precision == 0)
		return true;
	if (d.word)
		return false;
	int64_t fraction = (int64_t)fraction_trimmed(&d), whole = (int64_t)d.nwhole;
	if (whole == 0 && fraction == 0)
		return true;
	int64_t most_whole = (int64_t)precision - scale;
	int64_t zeros = 0;
	if (scale < 0)
		while (zeros < whole && d.whole[whole - 1 - zeros] == '0')
			zeros++;
	if (scale < 0 ? fraction > 0 || zeros < -(int64_t)scale : fraction > scale)
		return false;
	if (most_whole >= 0)
		return whole <= most_whole;
	return whole == 0 && (int64_t)zeros_span(d.fraction, (size_t)fraction) >= -most_whole;
}

/* Powers of ten that are doubles: the quotient of two exact doubles is rounded once. */
bool wh_decimal_double(const char *text, size_t n, double *out)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
		1e12, 1e13, 1e14, 1e15 };
	bool negative = n && text[0] == '-';
	const char *at = text + negative, *end = text + n, *point = NULL;
	int64_t digits = 0;
	if (n > 16 || at == end || *at == '.' || end[-1] == '.')
		return false;
	for (; at < end; at++) {
		if (*at == '.' && !point)
			point = at;
		else if ((unsigned char)(*at - '0') < 10)
			digits = 10 * digits + (*at - '0');
		else
			return false;
	}
	size_t scale = point ? (size_t)(end - point) - 1 : 0;
	double value = (double)digits / power[scale];
	*out = negative ? -value : value;
	return digits < INT64_C(1000000000000000);
}

static int digits_compare(const char *a, size_t an, const char *b, size_t bn)
{
	size_t n = an < bn ? an : bn;
	int c = n ? memcmp(a, b, n) : 0;
	return c ? c : (an > bn) - (an < bn);
}

static int magnitude_compare(const struct number *a, const struct number *b)
{
	if (a->nwhole != b->nwhole)
		return a->nwhole < b->nwhole ? -1 : 1;
	int c = digits_compare(a->whole, a->nwhole, b->whole, b->nwhole);
	if (c)
		return c;
	return digits_compare(a->fraction, fraction_trimmed(a), b->fraction, fraction_trimmed(b));
}

/* -Infinity, the numbers, Infinity, NaN: as PostgreSQL orders them. */
static int number_rank(const struct number *d)
{
	if (!d->word)
		return 0;
	return d->negative ? -1 : d->nwhole == 3 ? 2 : 1;
}

int wh_decimal_compare(const char *a, size_t an, const char *b, size_t bn)
{
	struct number x, y;
	if (!number_read(&x, a, an) || !number_read(&y, b, bn))
		return digits_compare(a, an, b, bn);
	int xr = number_rank(&x), yr = number_rank(&y);
	if (xr || yr)
		return (xr > yr) - (xr < yr);
	bool xzero = !x.nwhole && !fraction_trimmed(&x), yzero = !y.nwhole && !fraction_trimmed(&y);
	bool xminus = x.negative && !xzero, yminus = y.negative && !yzero;
	if (xminus != yminus)
		return xminus ? -1 : 1;
	int c = magnitude_compare(&x, &y);
	return xminus ? -c : c;
}

/* The digit that stands for 10^place. */
static int digit_at(const struct number *d, int64_t place)
{
	if (place >= 0)
		return place < (int64_t)d->nwhole ? d->whole[(int64_t)d->nwhole - 1 - place] - '0' : 0;
	return -place <= (int64_t)d->nfraction ? d->fraction[-place - 1] - '0' : 0;
}

/* large + sign * small, where large is not the smaller one; writes `whole`.`fraction` digits. */
static void digits_sum(char *out, const struct number *large, const struct number *small, int sign,
	size_t whole, size_t fraction)
{
	char *at = out + whole + (fraction ? 1 + fraction : 0);
	int carry = 0;
	for (int64_t place = -(int64_t)fraction; place < (int64_t)whole; place++) {
		if (place == 0 && fraction)
			*--at = '.';
		int digit = digit_at(large, place) + sign * digit_at(small, place) + carry;
		carry = digit > 9 ? 1 : digit < 0 ? -1 : 0;
		*--at = (char)('0' + digit - 10 * carry);
	}
}

static bool all_zero(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] != '0' && text[i] != '.')
			return false;
	return true;
}

bool wh_decimal_add(struct wh_buffer *out, const char *a, size_t an, const char *b, size_t bn)
{
	struct number x, y;
	if (!number_read(&x, a, an) || !number_read(&y, b, bn) || x.word || y.word)
		return false;
	size_t whole = (x.nwhole > y.nwhole ? x.nwhole : y.nwhole) + 1;
	size_t fraction = x.nfraction > y.nfraction ? x.nfraction : y.nfraction;
	size_t total = whole + (fraction ? 1 + fraction : 0);
	if (!wh_buffer_reserve(out, total + 1))
		return false;
	bool swap = magnitude_compare(&x, &y) < 0;
	const struct number *large = swap ? &y : &x, *small = swap ? &x : &y;
	char *at = out->data + out->size;
	digits_sum(at + 1, large, small, x.negative == y.negative ? 1 : -1, whole, fraction);
	size_t zeros = zeros_span(at + 1, whole - 1);
	bool minus = large->negative && !all_zero(at + 1, total);
	*at = '-';
	memmove(at + minus, at + 1 + zeros, total - zeros);
	out->size += minus + total - zeros;
	out->data[out->size] = '\0';
	return true;
}

static bool plain_word(struct wh_buffer *out, const char *text, size_t n, bool negative, bool sign)
{
	static const struct {
		const char *given, *plain;
	} words[] = { { "nan", "NaN" }, { "inf", "Infinity" }, { "infinity", "Infinity" } };
	char word[16] = "";
	if (n >= sizeof word)
		return false;
	memcpy(word, text, n);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!wh_equal_nocase(word, words[i].given) || (i == 0 && sign))
			continue;
		if (negative)
			wh_buffer_char(out, '-');
		wh_buffer_text(out, words[i].plain);
		return !out->full;
	}
	return false;
}

static bool plain_exponent(const char *text, size_t n, int64_t *out)
{
	bool plus = n && text[0] == '+';
	*out = 0;
	return wh_text_int64(text + plus, n - plus, out) && !(plus && n > 1 && text[1] == '-') &&
		*out >= -EXPONENT_MAX && *out <= EXPONENT_MAX;
}

/* Digits given as one run of two pieces, the point moved to stand behind `whole` of them. */
struct shifted {
	const char *piece[2];
	size_t n[2];
	int64_t whole;
};

static void shifted_put(char **at, const struct shifted *s, int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i++) {
		char c = '0';
		if (i >= 0 && i < (int64_t)s->n[0])
			c = s->piece[0][i];
		else if (i >= (int64_t)s->n[0] && i < (int64_t)(s->n[0] + s->n[1]))
			c = s->piece[1][i - (int64_t)s->n[0]];
		*(*at)++ = c;
	}
}

static bool plain_put(struct wh_buffer *out, const struct shifted *s, bool negative)
{
	int64_t all = (int64_t)(s->n[0] + s->n[1]);
	int64_t whole = s->whole > 0 ? s->whole : 1, first = s->whole > 0 ? 0 : s->whole - 1;
	size_t room = (size_t)(whole + 2 + (all > s->whole ? all - s->whole : 0));
	if (!wh_buffer_reserve(out, room))
		return false;
	char *start = out->data + out->size, *at = start;
	*at++ = '-';
	shifted_put(&at, s, first, first + whole);
	size_t zeros = zeros_span(start + 1, (size_t)whole - 1);
	if (all > s->whole) {
		*at++ = '.';
		shifted_put(&at, s, s->whole, all);
	}
	size_t n = (size_t)(at - start) - 1;
	bool minus = negative && !all_zero(start + 1, n);
	memmove(start + minus, start + 1 + zeros, n - zeros);
	out->size += minus + n - zeros;
	out->data[out->size] = '\0';
	return true;
}

bool wh_decimal_plain(struct wh_buffer *out, const char *text, size_t n)
{
	bool negative = n && text[0] == '-', sign = negative || (n && text[0] == '+');
	struct shifted s = { .piece = { text + sign } };
	text += sign;
	n -= sign;
	int64_t exponent = 0;
	size_t at = s.n[0] = digits_span(text, n);
	if (at < n && text[at] == '.') {
		s.piece[1] = text + ++at;
		s.n[1] = digits_span(text + at, n - at);
		at += s.n[1];
	}
	if (s.n[0] + s.n[1] == 0)
		return plain_word(out, text, n, negative, sign);
	if (at < n &&
		((text[at] | 0x20) != 'e' || !plain_exponent(text + at + 1, n - at - 1, &exponent)))
		return false;
	s.whole = (int64_t)s.n[0] + exponent;
	return plain_put(out, &s, negative);
}
