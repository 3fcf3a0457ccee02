/* The type of a column, from all of its values. */
#include "base/text.h"
#include "base/time.h"
#include "codecs/jsonl/parts.h"
#include "codecs/schema.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDE 100000 /* digits, or zeros: more than are ever written out */
#define DOUBLE_DIGITS 17
#define SURE_DIGITS 15 /* that any double of a middling size says again */
#define SURE_SIZE 290
#define INT64_DIGITS 18 /* of which any number is one */

/* ---- numbers ---- */

/* A number in its pieces: `digits` are those of whole and fraction without zeros at either end. */
struct number {
	char digits[DOUBLE_DIGITS + 1];
	size_t ndigits;      /* may be more than are kept */
	int whole, fraction; /* digits in front of the point and behind it, written plainly */
	bool exponent, large;
};

static size_t digits_of(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && (unsigned char)(text[i] - '0') < 10)
		i++;
	return i;
}

static int limited(int64_t value)
{
	return (int)(value > WIDE ? WIDE : value < -WIDE ? -WIDE : value);
}

static int exponent_read(const char *text, size_t n)
{
	int64_t value;
	bool minus = *text == '-', sign = minus || *text == '+';
	if (!wh_text_int64(text + sign, n - sign, &value))
		value = WIDE;
	return limited(minus ? -value : value);
}

/* Takes digits up behind those that are there; zeros in front and at the end are none. */
static void digits_add(struct number *out, const char *text, size_t n, size_t *zeros)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '0') {
			++*zeros;
			continue;
		}
		for (*zeros *= out->ndigits > 0; *zeros; --*zeros, out->ndigits++)
			if (out->ndigits < DOUBLE_DIGITS)
				out->digits[out->ndigits] = '0';
		if (out->ndigits < DOUBLE_DIGITS)
			out->digits[out->ndigits] = text[i];
		out->ndigits++;
	}
}

static void number_read(struct number *out, const char *text, size_t n)
{
	int64_t integer;
	bool minus = *text == '-', zero = text[minus] == '0';
	*out = (struct number){ .ndigits = 0 };
	const char *at = text + minus, *end = text + n;
	size_t whole = digits_of(at, (size_t)(end - at)), zeros = 0, fraction = 0;
	digits_add(out, at, whole, &zeros);
	at += whole;
	if (at < end && *at == '.') {
		at++;
		fraction = digits_of(at, (size_t)(end - at));
		digits_add(out, at, fraction, &zeros);
		at += fraction;
	}
	out->exponent = at < end;
	int shift = at < end ? exponent_read(at + 1, (size_t)(end - at) - 1) : 0;
	out->whole = limited((int64_t)whole - zero + shift);
	out->whole = out->whole > 0 && out->ndigits ? out->whole : 0;
	out->fraction = limited((int64_t)fraction - shift);
	out->fraction = out->fraction > 0 ? out->fraction : 0;
	out->large = out->exponent ? out->whole > INT64_DIGITS : !wh_text_int64(text, n, &integer);
}

/* Whether a double says the number again when it is asked for as many digits. */
static bool is_double(const struct number *number, const char *text, size_t n)
{
	char given[64], said[64], digits[DOUBLE_DIGITS + 1];
	size_t count = number->ndigits;
	if (!count)
		return true;
	if (count <= SURE_DIGITS && number->whole < SURE_SIZE && number->fraction < SURE_SIZE)
		return true;
	if (count > DOUBLE_DIGITS || n >= sizeof given)
		return false;
	memcpy(given, text, n);
	given[n] = '\0';
	snprintf(said, sizeof said, "%.*e", (int)count - 1, strtod(given, NULL));
	size_t at = 0;
	for (const char *p = said + (*said == '-'); *p && *p != 'e' && at < count; p++)
		if (*p != '.')
			digits[at++] = *p;
	return at == count && memcmp(digits, number->digits, count) == 0;
}

static void add_number(struct jsonl_facts *f, const char *text, size_t n)
{
	struct number number;
	bool minus = *text == '-';
	if (n - minus <= SURE_DIGITS && digits_of(text + minus, n - minus) == n - minus) {
		int whole = text[minus] == '0' ? 0 : (int)(n - minus);
		f->whole = whole > f->whole ? whole : f->whole;
		return;
	}
	number_read(&number, text, n);
	f->whole = number.whole > f->whole ? number.whole : f->whole;
	f->fraction = number.fraction > f->fraction ? number.fraction : f->fraction;
	f->large |= number.large;
	f->exponent |= number.exponent;
	f->wide |= number.exponent && number.whole + number.fraction > JSONL_DIGITS_MOST;
	f->bent = f->bent || !is_double(&number, text, n);
}

static struct wh_type number_type(const struct jsonl_facts *f)
{
	int digits = f->whole + f->fraction;
	if (digits <= JSONL_DIGITS_MOST)
		return f->fraction || f->large ? WH_CODEC_DECIMAL(digits, f->fraction) : WH_CODEC_INT64;
	if (f->exponent && !f->bent)
		return (struct wh_type){ .kind = WH_FLOAT64 };
	return f->wide ? WH_CODEC_TEXT(0) : WH_CODEC_DECIMAL(0, 0);
}

/* ---- texts ---- */

enum form { DATE = 1, STAMP = 2, STAMPTZ = 4, ID = 8, FORMS = 15 };

/* '0' stands for a digit, 'a' for a small hexadecimal one. */
static bool is_like(char c, char pattern)
{
	bool digit = (unsigned char)(c - '0') < 10;
	if (pattern == '0')
		return digit;
	return pattern == 'a' ? digit || (c >= 'a' && c <= 'f') : c == pattern;
}

/* Whether the text begins as the pattern says. */
static bool shaped(const char *text, size_t n, const char *pattern)
{
	size_t i = 0;
	while (pattern[i] && i < n && is_like(text[i], pattern[i]))
		i++;
	return !pattern[i];
}

static enum form stamp_form(const char *text, size_t n, bool *offset)
{
	static const char shape[] = "0000-00-00T00:00:00";
	int64_t value;
	size_t at = sizeof shape - 1;
	if (!shaped(text, n, shape) || !wh_parse_timestamptz(text, n, &value))
		return 0;
	if (at < n && text[at] == '.')
		at += 1 + digits_of(text + at + 1, n - at - 1);
	if (at == n)
		return STAMP;
	*offset = text[at] != 'Z';
	if (*offset ? n - at != 6 || !shaped(text + at + 1, 5, "00:00") : n - at != 1)
		return 0;
	return STAMPTZ;
}

static void add_string(struct jsonl_facts *f, const struct wh_json_value *value)
{
	enum form form = 0;
	int64_t days;
	bool offset = false;
	const char *text = value->bytes;
	size_t n = value->n;
	if (f->unlike == FORMS)
		return;
	if (n == 10 && shaped(text, n, "0000-00-00") && wh_parse_date(text, n, &days))
		form = DATE;
	else if (n == 36 && shaped(text, n, "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"))
		form = ID;
	else if (n > 10 && n < 36)
		form = stamp_form(text, n, &offset);
	f->unlike |= FORMS & ~(unsigned)form;
	f->offset |= offset;
}

static struct wh_type string_type(const struct jsonl_facts *f, bool dates)
{
	static const struct {
		enum form form;
		struct wh_type type;
	} forms[] = {
		{ DATE, { .kind = WH_DATE } },
		{ STAMP, { .kind = WH_TIMESTAMP, .precision = 6 } },
		{ STAMPTZ, { .kind = WH_TIMESTAMPTZ, .precision = 6 } },
		{ ID, { .kind = WH_UUID } },
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (!(f->unlike & forms[i].form) && (dates || forms[i].form == ID))
			return forms[i].type;
	return WH_CODEC_TEXT(0);
}

/* ---- all of them ---- */

#define OF(kind) (1u << (kind))
#define NESTED (OF(WH_JSON_OBJECT) | OF(WH_JSON_ARRAY))
#define BOOLS (OF(WH_JSON_TRUE) | OF(WH_JSON_FALSE))

void wh_jsonl_facts_add(struct jsonl_facts *f, const struct wh_json_value *value)
{
	f->seen = true;
	if (value->kind == WH_JSON_NULL)
		return;
	f->count++;
	f->kinds |= OF(value->kind);
	if (value->kind == WH_JSON_NUMBER)
		add_number(f, value->bytes, value->n);
	else if (value->kind == WH_JSON_STRING)
		add_string(f, value);
}

struct wh_type wh_jsonl_facts_type(const struct jsonl_facts *f, const struct jsonl_options *o)
{
	if (f->kinds & NESTED)
		return (struct wh_type){ .kind = WH_JSON };
	if (!o->text && f->kinds && !(f->kinds & ~BOOLS))
		return (struct wh_type){ .kind = WH_BOOL };
	if (!o->text && f->kinds == OF(WH_JSON_NUMBER))
		return number_type(f);
	if (!o->text && f->kinds == OF(WH_JSON_STRING))
		return string_type(f, o->dates);
	return WH_CODEC_TEXT(0);
}

const char *wh_jsonl_facts_doubt(const struct jsonl_facts *f, const struct wh_type *type)
{
	if (type->kind == WH_TEXT && f->kinds == OF(WH_JSON_NUMBER))
		return "its numbers fit no type of numbers exactly, and are text as they are written";
	if (type->kind == WH_TEXT && f->kinds & ~OF(WH_JSON_STRING))
		return "its values are of several kinds, and all of them are text: 5 and \"5\" are one";
	if (type->kind == WH_TIMESTAMPTZ && f->offset)
		return "some time stamps have another offset than UTC: each is carried as its instant";
	return NULL;
}
