/* The intervals of time.h. */
#include "base/time.h"
#include "base/text.h"
#include <string.h>

#define USEC INT64_C(1000000)

static char *put_part(char *at, int64_t value, char unit)
{
	if (value) {
		at += wh_format_int64(at, value);
		*at++ = unit;
	}
	return at;
}

static char *put_seconds(char *at, int64_t usec)
{
	int64_t fraction = usec % USEC;
	if (!usec)
		return at;
	if (usec < 0 && usec > -USEC)
		*at++ = '-';
	at += wh_format_int64(at, usec / USEC);
	fraction = fraction < 0 ? -fraction : fraction;
	if (fraction)
		*at++ = '.';
	for (int64_t unit = USEC / 10; fraction; unit /= 10) {
		*at++ = (char)('0' + fraction / unit);
		fraction %= unit;
	}
	*at++ = 'S';
	return at;
}

size_t wh_format_interval(char *out, struct wh_interval i)
{
	char *at = out;
	*at++ = 'P';
	at = put_part(at, i.months / 12, 'Y');
	at = put_part(at, i.months % 12, 'M');
	at = put_part(at, i.days, 'D');
	if (i.usec) {
		*at++ = 'T';
		at = put_part(at, i.usec / (3600 * USEC), 'H');
		at = put_part(at, i.usec / (60 * USEC) % 60, 'M');
		at = put_seconds(at, i.usec % (60 * USEC));
	}
	if (at == out + 1) {
		memcpy(at, "0D", 2);
		at += 2;
	}
	return (size_t)(at - out);
}

struct cursor {
	const char *at, *end;
};

/* Sums are kept wide and are checked once, at the end. */
enum part { MONTHS, DAYS, MICROS };

struct parts {
	int64_t sum[3];
	bool bad;
};

static void parts_add(struct parts *p, enum part part, int64_t value, int64_t factor)
{
	p->bad |= __builtin_mul_overflow(value, factor, &value);
	p->bad |= __builtin_add_overflow(p->sum[part], value, &p->sum[part]);
}

static bool parts_done(const struct parts *p, struct wh_interval *out)
{
	int32_t months = (int32_t)p->sum[MONTHS], days = (int32_t)p->sum[DAYS];
	if (p->bad || p->sum[MONTHS] != months || p->sum[DAYS] != days)
		return false;
	*out = (struct wh_interval){ months, days, p->sum[MICROS] };
	return true;
}

struct quantity {
	int64_t whole, micro; /* of one sign */
	bool fraction;
};

/* [-]digits[.up to six digits and then zeros]; where `plus`, '+' too. */
static bool take_quantity(struct cursor *c, struct quantity *q, bool plus)
{
	bool negative = c->at < c->end && *c->at == '-';
	c->at += negative || (plus && c->at < c->end && *c->at == '+');
	const char *start = c->at;
	int64_t whole = 0, micro = 0, unit = USEC / 10;
	for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_sub_overflow(whole, *c->at - '0', &whole))
			return false;
	if (c->at == start)
		return false;
	q->fraction = c->at < c->end && *c->at == '.';
	c->at += q->fraction;
	start = c->at;
	for (; q->fraction && c->at < c->end && *c->at >= '0' && *c->at <= '9'; unit /= 10, c->at++) {
		if (!unit && *c->at != '0')
			return false;
		micro -= (*c->at - '0') * unit;
	}
	if ((q->fraction && c->at == start) || (!negative && whole == INT64_MIN))
		return false;
	q->whole = negative ? whole : -whole;
	q->micro = negative ? micro : -micro;
	return true;
}

struct unit {
	const char *name;
	enum part part;
	int64_t factor;
};

/* Only seconds have a fraction. */
static bool unit_add(struct parts *p, const struct unit *unit, const struct quantity *q)
{
	if (unit->factor == USEC)
		parts_add(p, MICROS, q->micro, 1);
	else if (q->fraction)
		return false;
	parts_add(p, unit->part, q->whole, unit->factor);
	return true;
}

static const struct unit *unit_find(const struct unit *units, const char *name, size_t n)
{
	for (; units->name; units++)
		if (strlen(units->name) == n && memcmp(units->name, name, n) == 0)
			return units;
	return NULL;
}

static bool iso_part(struct parts *p, const struct quantity *q, char letter, bool time)
{
	static const struct unit dates[] = {
		{ "Y", MONTHS, 12 },
		{ "M", MONTHS, 1 },
		{ "W", DAYS, 7 },
		{ "D", DAYS, 1 },
		{ NULL, 0, 0 },
	};
	static const struct unit times[] = {
		{ "H", MICROS, 3600 * USEC },
		{ "M", MICROS, 60 * USEC },
		{ "S", MICROS, USEC },
		{ NULL, 0, 0 },
	};
	const struct unit *unit = unit_find(time ? times : dates, &letter, 1);
	return unit && unit_add(p, unit, q);
}

/* P1Y2M3DT4H5M6.5S, behind the P. */
static bool iso_parse(struct cursor c, struct parts *p)
{
	bool time = false, any = false;
	while (c.at < c.end) {
		struct quantity q;
		if (*c.at == 'T') {
			if (time)
				return false;
			time = true;
			any = false;
			c.at++;
		}
		if (!take_quantity(&c, &q, true) || c.at == c.end || !iso_part(p, &q, *c.at, time))
			return false;
		c.at++;
		any = true;
	}
	return any;
}

/* What follows the hours of [-]HHH:MM[:SS[.f]]; the hours carry the sign. */
static bool clock_parse(struct cursor *c, struct parts *p, int64_t hours, bool negative)
{
	struct quantity minutes, seconds = { 0 };
	int64_t sign = negative ? -1 : 1;
	c->at++;
	if (c->at == c->end || *c->at == '-' || !take_quantity(c, &minutes, false) ||
		minutes.fraction || minutes.whole > 59)
		return false;
	if (c->at < c->end && *c->at == ':') {
		c->at++;
		if (c->at == c->end || *c->at == '-' || !take_quantity(c, &seconds, false) ||
			seconds.whole > 59)
			return false;
	}
	parts_add(p, MICROS, hours, 3600 * USEC);
	parts_add(p, MICROS, sign * minutes.whole, 60 * USEC);
	parts_add(p, MICROS, sign * seconds.whole, USEC);
	parts_add(p, MICROS, sign * seconds.micro, 1);
	return true;
}

static bool word_part(struct parts *p, const struct quantity *q, const char *word, size_t n)
{
	static const struct unit units[] = {
		{ "year", MONTHS, 12 },
		{ "mon", MONTHS, 1 },
		{ "month", MONTHS, 1 },
		{ "week", DAYS, 7 },
		{ "day", DAYS, 1 },
		{ "hour", MICROS, 3600 * USEC },
		{ "minute", MICROS, 60 * USEC },
		{ "min", MICROS, 60 * USEC },
		{ "second", MICROS, USEC },
		{ "sec", MICROS, USEC },
		{ NULL, 0, 0 },
	};
	const struct unit *unit = unit_find(units, word, n - (n > 1 && word[n - 1] == 's'));
	return unit && unit_add(p, unit, q);
}

static bool words_step(struct cursor *c, struct parts *p)
{
	struct quantity q;
	bool negative = *c->at == '-';
	if (!take_quantity(c, &q, true))
		return false;
	if (c->at < c->end && *c->at == ':')
		return !q.fraction && clock_parse(c, p, q.whole, negative);
	c->at += c->at < c->end && *c->at == ' ';
	const char *word = c->at;
	while (c->at < c->end && *c->at >= 'a' && *c->at <= 'z')
		c->at++;
	return c->at > word && word_part(p, &q, word, (size_t)(c->at - word));
}

/* "1 year 2 mons -3 days 04:05:06.5", or the clock alone. */
static bool words_parse(struct cursor c, struct parts *p)
{
	if (c.at == c.end)
		return false;
	while (words_step(&c, p)) {
		if (c.at == c.end)
			return true;
		if (*c.at++ != ' ' || c.at == c.end)
			return false;
	}
	return false;
}

bool wh_parse_interval(const char *text, size_t n, struct wh_interval *out)
{
	struct cursor c = { text, text + n };
	struct parts p = { 0 };
	bool iso = n && *text == 'P';
	c.at += iso;
	return (iso ? iso_parse(c, &p) : words_parse(c, &p)) && parts_done(&p, out);
}
