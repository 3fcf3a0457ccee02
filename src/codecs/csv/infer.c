/* What a column holds: every value takes away the kinds that it cannot be. A kind is only taken
 * where the values lose nothing by it: numbers with leading zeros or a plus stay text, decimals
 * never become floats, a moment without a zone never gets one. */
#include "base/decimal.h"
#include "base/text.h"
#include "base/time.h"
#include "codecs/csv/parts.h"
#include "model/value.h"

#define DIGITS_MOST 38
#define DIGITS_EXACT 15 /* of a decimal that a double holds and gives back */
#define WHOLE_EXACT (INT64_C(1) << 53)

enum {
	BOOL = 1 << 0,
	INT = 1 << 1,
	DECIMAL = 1 << 2,
	FLOAT = 1 << 3,
	DATE = 1 << 4,
	TIME = 1 << 5,
	STAMP = 1 << 6,
	STAMPTZ = 1 << 7,
	UUID = 1 << 8,
	NUMBER = INT | DECIMAL | FLOAT,
	MOMENT = DATE | STAMP | STAMPTZ,
	ALL = BOOL | NUMBER | MOMENT | TIME | UUID,
};

enum {
	YES = 1 << 0,
	NO = 1 << 1,
	LETTER = 1 << 2,
	WORD = 1 << 3,
	EXPONENT = 1 << 4,
};

void wh_csv_guess_begin(struct wh_csv_guess *g, bool text_only)
{
	*g = (struct wh_csv_guess){ .kinds = text_only ? 0 : ALL };
}

static bool is_word(struct wh_csv_span text, const char *word)
{
	char lower[8];
	if (text.n >= sizeof lower || text.n != strlen(word))
		return false;
	memcpy(lower, text.at, text.n);
	lower[text.n] = '\0';
	return wh_equal_nocase(lower, word);
}

static unsigned may_be_bool(struct wh_csv_guess *g, struct wh_csv_span text)
{
	static const struct {
		const char *text;
		unsigned seen;
	} words[] = { { "true", YES | WORD }, { "false", NO | WORD }, { "t", YES | LETTER },
		{ "f", NO | LETTER } };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (is_word(text, words[i].text)) {
			g->seen |= words[i].seen;
			return BOOL;
		}
	}
	return 0;
}

/* The parts of a number's text: sign, digits, point, digits, exponent. */
struct number {
	size_t whole, fraction; /* digits, leading zeros of the whole part not counted */
	bool exponent;
};

static size_t digits(const char **at, const char *end)
{
	const char *from = *at;
	while (*at < end && (unsigned char)(**at - '0') < 10)
		(*at)++;
	return (size_t)(*at - from);
}

static bool number_read(struct number *out, struct wh_csv_span text)
{
	const char *at = text.at, *end = at + text.n;
	at += at < end && *at == '-';
	bool zero = at < end && *at == '0';
	*out = (struct number){ .whole = digits(&at, end) };
	if (zero && out->whole > 1)
		return false;
	out->whole -= zero;
	if (at < end && *at == '.') {
		at++;
		if (!(out->fraction = digits(&at, end)))
			return false;
	}
	if (!zero && !out->whole && !out->fraction)
		return false;
	if (at < end && (*at == 'e' || *at == 'E')) {
		out->exponent = true;
		at++;
		at += at < end && (*at == '-' || *at == '+');
		return digits(&at, end) && at == end;
	}
	return at == end;
}

/* Whether the double nearest to the number is written with the same digits. */
static bool float_keeps(struct wh_csv_span text)
{
	struct wh_batch b;
	struct wh_buffer given = { 0 }, back = { 0 }, plain = { 0 };
	wh_batch_init_of(&b, (enum wh_kind[]){ WH_FLOAT64 }, 1, 1);
	bool keeps = wh_value_parse(&b, 0, text.at, text.n) &&
		wh_decimal_plain(&given, text.at, text.n);
	if (keeps) {
		wh_value_text(&back, &b, 0, 0);
		keeps = wh_decimal_plain(&plain, back.data, back.size) &&
			wh_decimal_compare(given.data, given.size, plain.data, plain.size) == 0;
	}
	wh_batch_finish(&b);
	wh_buffer_free(&given);
	wh_buffer_free(&back);
	wh_buffer_free(&plain);
	return keeps;
}

static unsigned may_be_number(struct wh_csv_guess *g, const struct wh_csv_form *form,
	struct wh_buffer *scratch, struct wh_csv_span text)
{
	struct number n;
	int64_t value;
	unsigned kinds = NUMBER;
	if (!wh_csv_form_number(form, scratch, &text) || !number_read(&n, text))
		return 0;
	if (n.exponent) {
		g->seen |= EXPONENT;
		return float_keeps(text) ? FLOAT : 0;
	}
	if (n.whole > DIGITS_MOST || n.fraction > DIGITS_MOST)
		return 0;
	g->whole = (int)n.whole > g->whole ? (int)n.whole : g->whole;
	g->fraction = (int)n.fraction > g->fraction ? (int)n.fraction : g->fraction;
	bool whole = !n.fraction && wh_text_int64(text.at, text.n, &value);
	bool exact = n.whole + n.fraction <= DIGITS_EXACT ||
		(whole && value <= WHOLE_EXACT && value >= -WHOLE_EXACT);
	if (!whole)
		kinds &= ~(unsigned)INT;
	if (g->whole + g->fraction > DIGITS_MOST)
		kinds &= ~(unsigned)DECIMAL;
	if (!exact && (g->kinds & FLOAT) && !float_keeps(text))
		kinds &= ~(unsigned)FLOAT;
	return kinds;
}

static bool has_zone(struct wh_csv_span text)
{
	size_t colon = 0;
	while (colon < text.n && text.at[colon] != ':')
		colon++;
	for (size_t i = colon; i < text.n; i++)
		if (strchr("+-Zz", text.at[i]))
			return true;
	return false;
}

static unsigned may_be_moment(const struct wh_csv_form *form, struct wh_buffer *scratch,
	struct wh_csv_span text)
{
	int64_t value;
	if ((unsigned char)(text.at[0] - '0') > 9)
		return 0;
	wh_csv_form_stamp(form, scratch, &text);
	if (!memchr(text.at, ':', text.n))
		return wh_parse_date(text.at, text.n, &value) ? DATE : 0;
	if (has_zone(text))
		return wh_parse_timestamptz(text.at, text.n, &value) ? STAMPTZ : 0;
	return wh_parse_timestamp(text.at, text.n, &value) ? STAMP : 0;
}

static unsigned may_be_uuid(struct wh_csv_span text)
{
	if (text.n != 36)
		return 0;
	for (size_t i = 0; i < text.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = (char)(text.at[i] | 0x20);
		bool hex = (text.at[i] >= '0' && text.at[i] <= '9') || (c >= 'a' && c <= 'f');
		if (dash ? text.at[i] != '-' : !hex)
			return 0;
	}
	return UUID;
}

void wh_csv_guess_value(struct wh_csv_guess *g, const struct wh_csv_form *form,
	struct wh_buffer *scratch, struct wh_csv_span text)
{
	unsigned kinds = 0;
	int64_t value;
	g->values++;
	if (g->kinds & NUMBER)
		kinds |= may_be_number(g, form, scratch, text);
	if (g->kinds & MOMENT)
		kinds |= may_be_moment(form, scratch, text);
	if ((g->kinds & TIME) && wh_parse_time(text.at, text.n, &value))
		kinds |= TIME;
	if (g->kinds & UUID)
		kinds |= may_be_uuid(text);
	if (g->kinds & BOOL)
		kinds |= may_be_bool(g, text);
	g->kinds &= kinds;
}

/* "t" and "f" alone may be anything: both must be there. */
static bool is_bool(const struct wh_csv_guess *g)
{
	unsigned seen = g->seen & (YES | NO | LETTER | WORD);
	return (g->kinds & BOOL) && ((seen & WORD) ? !(seen & LETTER) : seen == (YES | NO | LETTER));
}

struct wh_type wh_csv_guess_type(const struct wh_csv_guess *g, const struct wh_csv_form *form)
{
	static const struct {
		unsigned kind;
		struct wh_type type;
	} types[] = {
		{ INT, { .kind = WH_INT64, .precision = 64 } },
		{ DATE, { .kind = WH_DATE } },
		{ TIME, { .kind = WH_TIME, .precision = 6 } },
		{ STAMP, { .kind = WH_TIMESTAMP, .precision = 6 } },
		{ STAMPTZ, { .kind = WH_TIMESTAMPTZ, .precision = 6 } },
		{ UUID, { .kind = WH_UUID } },
	};
	const struct wh_type text = { .kind = WH_TEXT };
	if (!g->values)
		return text;
	if (is_bool(g))
		return (struct wh_type){ .kind = WH_BOOL };
	if (form->date && (g->kinds & DATE)) /* which may look like a number: YYYYMMDD */
		return types[1].type;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (g->kinds & types[i].kind)
			return types[i].type;
	if (g->kinds & DECIMAL)
		return (struct wh_type){ .kind = WH_DECIMAL,
			.precision = g->whole + g->fraction,
			.scale = g->fraction };
	if ((g->kinds & FLOAT) && (g->seen & EXPONENT))
		return (struct wh_type){ .kind = WH_FLOAT64 };
	return text;
}
