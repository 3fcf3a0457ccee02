#include "codecs/mt940/details.h"
#include "base/arena.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* How a word is marked. */
enum style { SLASH = 1, PLUS = 2, COLON = 4 };

static const struct word {
	const char *text;
	unsigned styles;
} words[] = {
	{ "ABWA", PLUS | COLON },
	{ "ABWE", PLUS | COLON },
	{ "ADDR", SLASH },
	{ "BENM", SLASH },
	{ "BIC", SLASH | PLUS | COLON },
	{ "BREF", PLUS },
	{ "BUSP", SLASH },
	{ "CDTRREF", SLASH },
	{ "CDTRREFTP", SLASH },
	{ "CHGS", SLASH },
	{ "CNTP", SLASH },
	{ "COAM", PLUS },
	{ "CRED", PLUS | COLON },
	{ "CSID", SLASH },
	{ "CUR", SLASH },
	{ "DEBT", PLUS | COLON },
	{ "EREF", SLASH | PLUS | COLON },
	{ "EXCH", SLASH },
	{ "IBAN", SLASH | PLUS | COLON },
	{ "ID", SLASH },
	{ "INCASSANT", COLON },
	{ "INFO", SLASH },
	{ "INIT", SLASH },
	{ "IREF", SLASH },
	{ "ISDT", SLASH },
	{ "ISO", SLASH },
	{ "KENMERK", COLON },
	{ "KREF", SLASH | PLUS | COLON },
	{ "MACHTIGING", COLON },
	{ "MARF", SLASH },
	{ "MREF", PLUS | COLON },
	{ "NAAM", COLON },
	{ "NAME", SLASH },
	{ "NRTX", SLASH },
	{ "OAMT", SLASH | PLUS },
	{ "OCMT", SLASH },
	{ "OMSCHRIJVING", COLON },
	{ "ORDERID", COLON },
	{ "ORDP", SLASH },
	{ "PREF", SLASH },
	{ "PURP", SLASH | PLUS },
	{ "REK", COLON },
	{ "REMI", SLASH },
	{ "RTRN", SLASH },
	{ "STRD", SLASH },
	{ "SVCL", SLASH },
	{ "SVWZ", PLUS | COLON },
	{ "TRCD", SLASH },
	{ "TRTP", SLASH },
	{ "ULTB", SLASH },
	{ "ULTC", SLASH },
	{ "ULTD", SLASH },
	{ "USTD", SLASH },
};

struct span {
	const char *at, *end;
};

static void clear(struct wh_mt_details *d)
{
	d->count = 0;
	wh_buffer_clear(&d->values);
	wh_buffer_clear(&d->joined);
}

void wh_mt_details_free(struct wh_mt_details *d)
{
	free(d->items);
	wh_buffer_free(&d->values);
	wh_buffer_free(&d->joined);
	*d = (struct wh_mt_details){ 0 };
}

/* Values lose the ends of lines, which stand where the line was full. */
static void add(struct wh_mt_details *d, const char *code, size_t ncode, struct span value)
{
	if (d->count == d->capacity) {
		d->capacity = d->capacity ? d->capacity * 2 : 32;
		d->items = wh_realloc(d->items, d->capacity * sizeof *d->items);
	}
	struct wh_mt_detail *item = &d->items[d->count++];
	snprintf(item->code, sizeof item->code, "%.*s", (int)ncode, code);
	while (value.at < value.end && isspace((unsigned char)*value.at))
		value.at++;
	while (value.at < value.end && isspace((unsigned char)value.end[-1]))
		value.end--;
	item->first = d->values.size;
	for (; value.at < value.end; value.at++)
		if (*value.at != '\n')
			wh_buffer_char(&d->values, *value.at);
	item->n = d->values.size - item->first;
}

/* ---- words ---- */

/* Where a word's text ends that begins at `at` and is marked in one of the styles; NULL: none is. */
static const char *marked(const struct word *word, const struct span *all, const char *at,
	unsigned styles)
{
	size_t n = strlen(word->text);
	if ((size_t)(all->end - at) <= n || memcmp(at, word->text, n) != 0)
		return NULL;
	char before = at > all->at ? at[-1] : ' ', behind = at[n];
	bool apart = before == ' ' || before == '\n' || before == '/';
	unsigned how = (behind == '/' && before == '/' ? SLASH : 0) | (behind == '+' ? PLUS : 0) |
		(behind == ':' && apart ? COLON : 0);
	return how & styles & word->styles ? at + n : NULL;
}

static const struct word *word_at(const struct span *all, const char *at, unsigned styles)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (marked(&words[i], all, at, styles))
			return &words[i];
	return NULL;
}

/* Every word of these styles with what follows it, up to the next one. */
static void add_words(struct wh_mt_details *d, struct span all, unsigned styles)
{
	const struct word *open = NULL;
	const char *value = all.at;
	for (const char *at = all.at; at < all.end;) {
		const struct word *word = isupper((unsigned char)*at) ? word_at(&all, at, styles) : NULL;
		if (!word) {
			at++;
			continue;
		}
		const char *end = at > value && at[-1] == '/' ? at - 1 : at;
		if (open)
			add(d, open->text, strlen(open->text), (struct span){ value, end });
		open = word;
		value = at = at + strlen(word->text) + 1;
	}
	if (open)
		add(d, open->text, strlen(open->text), (struct span){ value, all.end });
}

/* ---- the German structure ---- */

static bool is_code(struct span s, char mark)
{
	return s.end - s.at >= 3 && *s.at == mark && s.at[1] >= '0' && s.at[1] <= '7' &&
		isdigit((unsigned char)s.at[2]);
}

/* The character that marks codes, behind the three digits of the transaction code, if those are
 * there. 0: the text has another structure. */
static char mark_of(struct span s)
{
	return s.end - s.at >= 3 && *s.at && strchr("?>~^#*;<|!=", *s.at) && is_code(s, *s.at)
		? *s.at
		: '\0';
}

static size_t transaction_code(struct span s)
{
	size_t n = 0;
	while (n < 3 && s.at + n < s.end && isdigit((unsigned char)s.at[n]))
		n++;
	return n == 3 ? n : 0;
}

/* The fields whose texts are one text in pieces. */
static bool is_purpose(const char *code)
{
	return code[0] == '2' || (code[0] == '6' && code[1] <= '3');
}

static void add_field(struct wh_mt_details *d, const char *code, struct span value)
{
	add(d, code, 2, value);
	if (is_purpose(code))
		for (; value.at < value.end; value.at++)
			if (*value.at != '\n')
				wh_buffer_char(&d->joined, *value.at);
}

static void add_fields(struct wh_mt_details *d, struct span all, char mark)
{
	while (all.at < all.end) {
		const char *code = all.at + 1;
		struct span value = { all.at + 3, all.end };
		for (all.at = value.at; all.at < all.end && !is_code(all, mark);)
			all.at++;
		value.end = all.at;
		add_field(d, code, value);
	}
	const char *joined = wh_buffer_string(&d->joined);
	add_words(d, (struct span){ joined, joined + d->joined.size }, PLUS | COLON);
}

void wh_mt_details_86(struct wh_mt_details *d, const char *text, size_t n)
{
	struct span all = { text, text + n }, fields = all;
	clear(d);
	fields.at += transaction_code(all);
	char mark = mark_of(fields);
	if (mark && fields.at > all.at)
		add(d, "GVC", 3, (struct span){ all.at, fields.at });
	if (mark)
		add_fields(d, fields, mark);
	else
		add_words(d, all, n && *text == '/' ? SLASH : COLON);
}

void wh_mt_details_ns(struct wh_mt_details *d, const char *text, size_t n)
{
	const char *at = text, *end = text + n;
	clear(d);
	while (at < end) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		const char *stop = eol ? eol : end;
		bool coded = stop - at >= 2 && isdigit((unsigned char)at[0]) &&
			isdigit((unsigned char)at[1]);
		if (stop > at)
			add(d, at, coded ? 2 : 0, (struct span){ at + (coded ? 2 : 0), stop });
		at = eol ? eol + 1 : end;
	}
}
