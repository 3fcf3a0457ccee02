/* PICTURE character-strings: how many positions, how many digits, where the point is. */
#include "codecs/cobol/parts.h"
#include <string.h>

/* How often each kind of symbol stands there, and the point's place among the digits. */
struct reading {
	const char *text;
	size_t at; /* of the symbol */
	struct wh_cobol_place place;
	struct wh_error *error;
	struct wh_cobol_picture *out;
	uint64_t letters, nines, others;  /* X and A; 9; what only edited pictures have */
	uint64_t national, dbcs;          /* N; G */
	uint64_t digits, behind, size;    /* behind: digits behind the point */
	uint64_t scale_left, scale_right; /* P in front of and behind the digits */
	uint64_t signs, currency;         /* + and -, $ that have been seen: the first is no digit */
	char floating;                    /* + or -: which one */
	bool point, first_done;
};

static int refuse(const struct reading *r, const char *why)
{
	struct wh_cobol_place place = r->place;
	place.column += (unsigned)r->at;
	return wh_cobol_fail(r->error, place, "the picture \"%.60s\" %s", r->text, why);
}

/* "(n)" behind a symbol; 1 without. `at` steps behind it. */
static int repetition(struct reading *r, size_t *at, uint64_t *times)
{
	const char *c = r->text + *at;
	*times = 1;
	if (*c != '(')
		return WH_OK;
	*times = 0;
	for (c++; *c >= '0' && *c <= '9'; c++)
		if ((*times = *times * 10 + (uint64_t)(*c - '0')) > WH_COBOL_RECORD_MOST)
			return refuse(r, "is longer than 16 MiB, the most that a record may have");
	if (*c != ')')
		return refuse(r, "has no number in parentheses; write it as X(10)");
	if (!*times)
		return refuse(r, "repeats a symbol 0 times; write at least (1)");
	*at = (size_t)(c + 1 - r->text);
	return WH_OK;
}

static int add_digits(struct reading *r, uint64_t n)
{
	if (r->scale_right)
		return refuse(r, "has digits on both sides of P");
	r->digits += n;
	r->behind += r->point ? n : 0;
	return WH_OK;
}

static int on_letter(struct reading *r, uint64_t n)
{
	r->letters += n;
	r->size += n;
	return WH_OK;
}

static int on_national(struct reading *r, uint64_t n)
{
	r->national += n;
	r->size += n;
	return WH_OK;
}

static int on_dbcs(struct reading *r, uint64_t n)
{
	r->dbcs += n;
	r->size += n;
	return WH_OK;
}

static int on_nine(struct reading *r, uint64_t n)
{
	r->nines += n;
	r->size += n;
	return add_digits(r, n);
}

static int on_suppressed(struct reading *r, uint64_t n)
{
	r->others += n;
	r->size += n;
	return add_digits(r, n);
}

/* Of a string of + or - or $ the first takes the sign, the others hold digits. */
static int floating(struct reading *r, uint64_t n, uint64_t *seen)
{
	uint64_t digits = *seen ? n : n - 1;
	*seen += n;
	r->others += n;
	r->size += n;
	return digits ? add_digits(r, digits) : WH_OK;
}

static int on_sign(struct reading *r, uint64_t n)
{
	char symbol = r->text[r->at];
	if (r->floating && r->floating != symbol)
		return refuse(r, "has both + and -");
	r->floating = symbol;
	r->out->sign = true;
	return floating(r, n, &r->signs);
}

static int on_currency(struct reading *r, uint64_t n)
{
	return floating(r, n, &r->currency);
}

static int on_insertion(struct reading *r, uint64_t n)
{
	r->others += n;
	r->size += n;
	return WH_OK;
}

static int on_point(struct reading *r, uint64_t n)
{
	if (r->point || n > 1)
		return refuse(r, "has more than one decimal point");
	r->point = true;
	r->others++;
	r->size++;
	return WH_OK;
}

static int on_assumed(struct reading *r, uint64_t n)
{
	if (r->point || n > 1)
		return refuse(r, "has more than one decimal point");
	r->point = true;
	return WH_OK;
}

static int on_s(struct reading *r, uint64_t n)
{
	if (r->first_done || n > 1)
		return refuse(r, "has an S that is not its first symbol");
	r->out->sign = true;
	return WH_OK;
}

static int on_p(struct reading *r, uint64_t n)
{
	uint64_t *side = r->digits ? &r->scale_right : &r->scale_left;
	if (r->scale_left && r->digits)
		return refuse(r, "has P on both sides of its digits");
	if (r->digits && r->behind)
		return refuse(r, "has P behind its decimal places");
	*side += n;
	return WH_OK;
}

static const struct symbol {
	char letter;
	int (*read)(struct reading *r, uint64_t times);
} symbols[] = {
	{ 'X', on_letter },
	{ 'A', on_letter },
	{ 'N', on_national },
	{ 'G', on_dbcs },
	{ '9', on_nine },
	{ 'S', on_s },
	{ 'V', on_assumed },
	{ 'P', on_p },
	{ 'Z', on_suppressed },
	{ '*', on_suppressed },
	{ '+', on_sign },
	{ '-', on_sign },
	{ '$', on_currency },
	{ '.', on_point },
	{ ',', on_insertion },
	{ '/', on_insertion },
	{ 'B', on_insertion },
	{ '0', on_insertion },
};

static const struct symbol *symbol_of(char letter)
{
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
		if (symbols[i].letter == letter)
			return &symbols[i];
	return NULL;
}

/* CR and DB: two positions at the end that say a sign. */
static bool is_credit(const char *at)
{
	return !strcmp(at, "CR") || !strcmp(at, "DB");
}

static int read_symbol(struct reading *r, size_t *next)
{
	const struct symbol *symbol = symbol_of(r->text[r->at]);
	uint64_t times = 0;
	if (!symbol)
		return refuse(r, "holds a symbol that no picture has");
	*next = r->at + 1;
	int rc = repetition(r, next, &times);
	if (rc == WH_OK)
		rc = symbol->read(r, times);
	r->first_done = true;
	return rc == WH_OK && r->size > WH_COBOL_RECORD_MOST
		? refuse(r, "is longer than 16 MiB, the most that a record may have")
		: rc;
}

static int read_symbols(struct reading *r)
{
	size_t next = 0;
	for (int rc; r->text[r->at]; r->at = next) {
		if (is_credit(r->text + r->at)) {
			r->out->sign = true;
			r->size += 2;
			r->others += 2;
			next = r->at + 2;
		} else if ((rc = read_symbol(r, &next)) != WH_OK) {
			return rc;
		}
	}
	r->at = 0;
	return WH_OK;
}

static int set_numeric(struct reading *r)
{
	struct wh_cobol_picture *out = r->out;
	uint64_t shift = r->scale_left + r->scale_right;
	if (!r->digits)
		return refuse(r, "has no place for a digit");
	if (r->digits > WH_COBOL_DIGITS_MOST || shift > WH_COBOL_DIGITS_MOST - r->digits)
		return refuse(r, "has more than 38 digits");
	out->category = r->others ? WH_COBOL_NUMERIC_EDITED : WH_COBOL_NUMERIC;
	out->digits = (uint32_t)r->digits;
	out->scale = r->scale_left ? (int)(r->scale_left + r->digits)
							   : (int)r->behind - (int)r->scale_right;
	return WH_OK;
}

static int set_text(struct reading *r, enum wh_cobol_category category)
{
	r->out->category = category;
	if (r->out->sign || r->point || r->scale_left || r->scale_right)
		return refuse(r, "mixes text with the symbols of a number");
	r->out->digits = 0;
	return WH_OK;
}

static int set_category(struct reading *r)
{
	if (r->letters)
		return r->national + r->dbcs ? refuse(r, "mixes X or A with N or G")
									 : set_text(r, WH_COBOL_ALPHANUMERIC);
	if (r->national && r->dbcs)
		return refuse(r, "mixes N with G");
	if (r->national || r->dbcs)
		return r->nines ? refuse(r, "mixes N or G with 9")
						: set_text(r, r->national ? WH_COBOL_NATIONAL_TEXT : WH_COBOL_DBCS_TEXT);
	return set_numeric(r);
}

int wh_cobol_picture_read(struct wh_cobol_picture *out, const char *text,
	struct wh_cobol_place place, struct wh_error *error)
{
	struct reading r = { .text = text, .place = place, .error = error, .out = out };
	*out = (struct wh_cobol_picture){ .text = text };
	int rc = read_symbols(&r);
	if (rc == WH_OK)
		rc = set_category(&r);
	out->size = (uint32_t)r.size;
	out->odd_sign = text[0] == 'S' && out->category == WH_COBOL_NUMERIC_EDITED;
	return rc;
}
