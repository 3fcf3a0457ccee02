#include "base/sum.h"
#include "base/decimal.h"

#define DIGITS 18 /* of a summand that goes the short way: they fit 64 bits */

static __int128 power_of_ten(int n)
{
	__int128 power = 1;
	while (n-- > 0)
		power *= 10;
	return power;
}

static void units_text(struct wh_buffer *out, __int128 units, int places)
{
	char digits[48], *at = digits + sizeof digits;
	unsigned __int128 left = units < 0 ? -(unsigned __int128)units : (unsigned __int128)units;
	for (int i = 0; left || i <= places; i++) {
		if (i == places && places)
			*--at = '.';
		*--at = (char)('0' + (int)(left % 10));
		left /= 10;
	}
	if (units < 0)
		*--at = '-';
	wh_buffer_put(out, at, (size_t)(digits + sizeof digits - at));
}

static bool add_long(struct wh_sum *s, const char *text, size_t n)
{
	struct wh_buffer sum = { 0 };
	const char *rest = s->rest.size ? s->rest.data : "0";
	bool added = wh_decimal_add(&sum, rest, s->rest.size ? s->rest.size : 1, text, n);
	struct wh_buffer old = added ? s->rest : sum;
	if (added)
		s->rest = sum;
	wh_buffer_free(&old);
	return added;
}

/* What stands in units goes over to the rest. */
static void unload(struct wh_sum *s)
{
	struct wh_buffer text = { 0 };
	units_text(&text, s->units, s->places);
	if (add_long(s, text.data, text.size))
		s->units = 0;
	wh_buffer_free(&text);
}

static void align(struct wh_sum *s, int places)
{
	__int128 units;
	if (places <= s->places)
		return;
	if (__builtin_mul_overflow(s->units, power_of_ten(places - s->places), &units)) {
		unload(s);
		units = 0;
	}
	s->units = units;
	s->places = places;
}

static void add_short(struct wh_sum *s, __int128 value, int places)
{
	align(s, places);
	value *= power_of_ten(s->places - places);
	__int128 sum;
	if (__builtin_add_overflow(s->units, value, &sum)) {
		unload(s);
		sum = value;
	}
	s->units = sum;
}

/* Digits and at most one point between them; false: too many, or no number. */
static bool read_short(const char *text, size_t n, int64_t *value, int *places)
{
	const char *point = n ? memchr(text, '.', n) : NULL;
	if (!n || n - !!point > DIGITS || text[0] == '.' || text[n - 1] == '.')
		return false;
	*value = 0;
	for (const char *at = text; at < text + n; at++) {
		if ((unsigned char)(*at - '0') < 10)
			*value = 10 * *value + (*at - '0');
		else if (at != point)
			return false;
	}
	*places = point ? (int)(text + n - point) - 1 : 0;
	return true;
}

bool wh_sum_add(struct wh_sum *s, const char *text, size_t n)
{
	int64_t value;
	int places;
	bool minus = n && text[0] == '-';
	if (!read_short(text + minus, n - minus, &value, &places))
		return add_long(s, text, n);
	add_short(s, minus ? -value : value, places);
	return true;
}

void wh_sum_add_int64(struct wh_sum *s, int64_t value)
{
	add_short(s, value, 0);
}

void wh_sum_add_uint64(struct wh_sum *s, uint64_t value)
{
	add_short(s, value, 0);
}

/* The whole of it, plain. */
static bool whole_text(struct wh_buffer *out, const struct wh_sum *s)
{
	struct wh_buffer units = { 0 };
	const char *rest = s->rest.size ? s->rest.data : "0";
	units_text(&units, s->units, s->places);
	bool added = wh_decimal_add(out, rest, s->rest.size ? s->rest.size : 1, units.data, units.size);
	wh_buffer_free(&units);
	return added;
}

void wh_sum_merge(struct wh_sum *s, const struct wh_sum *other)
{
	struct wh_buffer text = { 0 };
	if (whole_text(&text, other))
		wh_sum_add(s, text.data, text.size);
	wh_buffer_free(&text);
}

const char *wh_sum_text(const struct wh_sum *s, int places, struct wh_arena *arena)
{
	struct wh_buffer sum = { 0 }, out = { 0 };
	struct wh_decimal_view view = { "0", 1, false };
	if (whole_text(&sum, s))
		wh_decimal_canonical(sum.data, sum.size, &view);
	wh_buffer_format(&out, "%s%.*s", view.negative ? "-" : "", (int)view.n, view.digits);
	const char *point = memchr(view.digits, '.', view.n);
	int have = point ? (int)(view.digits + view.n - point) - 1 : 0;
	if (!point && places > 0)
		wh_buffer_char(&out, '.');
	for (; have < places; have++)
		wh_buffer_char(&out, '0');
	const char *text = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&sum);
	wh_buffer_free(&out);
	return text;
}

void wh_sum_free(struct wh_sum *s)
{
	wh_buffer_free(&s->rest);
	*s = (struct wh_sum){ 0 };
}
