/* VALUE of items and of level 88: single values, lists, ranges. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

static const char *figurative(const char *word)
{
	static const char *const names[][3] = {
		{ "ZEROS", "ZERO", "ZEROES" },
		{ "SPACES", "SPACE", NULL },
		{ "HIGH-VALUES", "HIGH-VALUE", NULL },
		{ "LOW-VALUES", "LOW-VALUE", NULL },
		{ "QUOTES", "QUOTE", NULL },
		{ "NULLS", "NULL", NULL },
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t k = 0; k < 3 && names[i][k]; k++)
			if (wh_equal_nocase(word, names[i][k]))
				return names[i][0];
	return NULL;
}

static bool is_number(const char *word)
{
	size_t digits = 0, points = 0;
	word += *word == '+' || *word == '-';
	for (; *word; word++) {
		digits += *word >= '0' && *word <= '9';
		points += *word == '.' || *word == ',';
		if (!strchr("0123456789.,", *word))
			return false;
	}
	return digits && points < 2;
}

static bool literal_of(const struct wh_cobol_token *t, struct wh_cobol_literal *out)
{
	*out = (struct wh_cobol_literal){ .text = t->text, .n = t->n };
	if (t->kind == WH_COBOL_LITERAL) {
		out->kind = t->prefix == 'X' ? WH_COBOL_LITERAL_HEX : WH_COBOL_LITERAL_TEXT;
		return true;
	}
	if (t->kind != WH_COBOL_WORD)
		return false;
	const char *name = figurative(t->text);
	out->kind = name ? WH_COBOL_LITERAL_FIGURATIVE : WH_COBOL_LITERAL_NUMBER;
	if (name) {
		out->text = name;
		out->n = strlen(name);
	}
	return name || is_number(t->text);
}

/* Steps over a value where one stands. */
static bool take_literal(struct wh_cobol_parse *p, struct wh_cobol_literal *out)
{
	bool all = wh_cobol_is(p->at, "ALL") && literal_of(p->at + 1, out);
	if (!all && !literal_of(p->at, out))
		return false;
	if (all && out->kind != WH_COBOL_LITERAL_FIGURATIVE)
		out->kind = WH_COBOL_LITERAL_ALL;
	p->at += all ? 2 : 1;
	return true;
}

int wh_cobol_ranges_read(struct wh_cobol_parse *p, struct wh_cobol_range **ranges, size_t *n)
{
	struct wh_cobol_literal value;
	if (!take_literal(p, &value))
		return wh_cobol_expected(p, "a value");
	do {
		struct wh_cobol_range *range = wh_push(p->arena, ranges, n);
		range->from = range->thru = value;
		range->has_thru = wh_cobol_take(p, "THRU") || wh_cobol_take(p, "THROUGH");
		if (range->has_thru && !take_literal(p, &range->thru))
			return wh_cobol_expected(p, "a value behind THRU");
	} while (take_literal(p, &value));
	return WH_OK;
}
