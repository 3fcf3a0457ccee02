/* The clauses of an item, in any order. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

static struct wh_cobol_field *field_now(struct wh_cobol_parse *p)
{
	return &p->out->fields[p->out->nfields - 1];
}

static struct wh_cobol_entry *entry_now(struct wh_cobol_parse *p)
{
	return &p->entries[p->nentries - 1];
}

static char *upper(struct wh_arena *arena, const char *text)
{
	char *copy = wh_arena_text(arena, text);
	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

/* "X (10)" is written too. */
static int clause_picture(struct wh_cobol_parse *p)
{
	const char *text = NULL;
	struct wh_cobol_field *f = field_now(p);
	wh_cobol_take(p, "IS");
	struct wh_cobol_place place = p->at->place;
	int rc = wh_cobol_word(p, "a picture", &text);
	if (rc == WH_OK && f->picture.text)
		rc = wh_cobol_fail(p->error, place, "a second picture, \"%.60s\", of \"%.60s\"", text,
			wh_cobol_field_name(f));
	if (rc != WH_OK)
		return rc;
	if (p->at->kind == WH_COBOL_WORD && p->at->text[0] == '(')
		text = wh_arena_format(p->arena, "%s%s", text, p->at++->text);
	return wh_cobol_picture_read(&f->picture, upper(p->arena, text), place, p->error);
}

static int clause_usage(struct wh_cobol_parse *p)
{
	wh_cobol_take(p, "IS");
	if (p->at->kind != WH_COBOL_WORD || !wh_cobol_usage_find(p->at->text, &field_now(p)->usage))
		return wh_cobol_expected(p, "a usage such as DISPLAY, COMP or COMP-3");
	p->at++;
	entry_now(p)->has_usage = true;
	return WH_OK;
}

static int clause_redefines(struct wh_cobol_parse *p)
{
	if (p->at->kind != WH_COBOL_WORD)
		return wh_cobol_expected(p, "the name of a field");
	entry_now(p)->redefines = p->at++;
	return WH_OK;
}

static int read_count(struct wh_cobol_parse *p, uint32_t *out)
{
	const struct wh_cobol_token *t = p->at;
	uint64_t n = 0;
	if (wh_cobol_is(t, "UNBOUNDED"))
		return wh_cobol_fail(p->error, t->place,
			"a table without an end, UNBOUNDED; write the most that it holds");
	if (t->kind != WH_COBOL_WORD || !wh_text_uint64(t->text, t->n, &n))
		return wh_cobol_expected(p, "a number of occurrences");
	if (n > WH_COBOL_RECORD_MOST)
		return wh_cobol_fail(p->error, t->place,
			"OCCURS %.60s makes a record of more than 16 MiB, the most that is taken", t->text);
	*out = (uint32_t)n;
	p->at++;
	return WH_OK;
}

/* Names up to the next clause or phrase: keys and indexes take no place in the record. */
static void skip_names(struct wh_cobol_parse *p)
{
	while (p->at->kind == WH_COBOL_WORD && !wh_cobol_clause_begins(p->at) &&
		!wh_cobol_is(p->at, "ASCENDING") && !wh_cobol_is(p->at, "DESCENDING") &&
		!wh_cobol_is(p->at, "INDEXED") && !wh_cobol_is(p->at, "DEPENDING"))
		p->at++;
}

static int occurs_phrases(struct wh_cobol_parse *p)
{
	int rc = WH_OK;
	while (rc == WH_OK) {
		if (wh_cobol_take(p, "DEPENDING")) {
			wh_cobol_take(p, "ON");
			rc = wh_cobol_name_read(p, &entry_now(p)->depending);
		} else if (wh_cobol_take(p, "ASCENDING") || wh_cobol_take(p, "DESCENDING")) {
			wh_cobol_take(p, "KEY");
			wh_cobol_take(p, "IS");
			skip_names(p);
		} else if (wh_cobol_take(p, "INDEXED")) {
			wh_cobol_take(p, "BY");
			skip_names(p);
		} else {
			break;
		}
	}
	return rc;
}

/* Without TO, IBM takes one occurrence as the least that DEPENDING ON may say. */
static int occurs_check(struct wh_cobol_parse *p, struct wh_cobol_place place, bool to)
{
	struct wh_cobol_field *f = field_now(p);
	bool depending = entry_now(p)->depending.count > 0;
	if (to && !depending)
		return wh_cobol_fail(p->error, place,
			"OCCURS %u TO %u of \"%.60s\" has no DEPENDING ON; say which field holds the number",
			f->occurs_min, f->occurs_max, wh_cobol_field_name(f));
	if (!f->occurs_max || f->occurs_min > f->occurs_max)
		return wh_cobol_fail(p->error, place,
			"\"%.60s\" occurs %u to %u times; the second number is to be the larger, at least 1",
			wh_cobol_field_name(f), f->occurs_min, f->occurs_max);
	if (depending && !to)
		f->occurs_min = 1;
	return WH_OK;
}

static int clause_occurs(struct wh_cobol_parse *p)
{
	struct wh_cobol_field *f = field_now(p);
	struct wh_cobol_place place = p->at->place;
	int rc = read_count(p, &f->occurs_min);
	bool to = rc == WH_OK && wh_cobol_take(p, "TO");
	f->occurs = true;
	f->occurs_max = f->occurs_min;
	if (to)
		rc = read_count(p, &f->occurs_max);
	if (rc != WH_OK)
		return rc;
	wh_cobol_take(p, "TIMES");
	rc = occurs_phrases(p);
	return rc == WH_OK ? occurs_check(p, place, to) : rc;
}

static int clause_value(struct wh_cobol_parse *p)
{
	struct wh_cobol_range *unused = NULL;
	size_t n = 0;
	if (!wh_cobol_take(p, "IS"))
		wh_cobol_take(p, "ARE");
	return wh_cobol_ranges_read(p, &unused, &n);
}

static int clause_sign(struct wh_cobol_parse *p)
{
	struct wh_cobol_field *f = field_now(p);
	wh_cobol_take(p, "IS");
	f->sign_leading = wh_cobol_take(p, "LEADING");
	if (!f->sign_leading && !wh_cobol_take(p, "TRAILING"))
		return wh_cobol_expected(p, "LEADING or TRAILING");
	f->sign_separate = wh_cobol_take(p, "SEPARATE");
	wh_cobol_take(p, "CHARACTER");
	entry_now(p)->has_sign = true;
	return WH_OK;
}

static int clause_leading(struct wh_cobol_parse *p)
{
	p->at--;
	return clause_sign(p);
}

static void skip_side(struct wh_cobol_parse *p)
{
	if (!wh_cobol_take(p, "LEFT"))
		wh_cobol_take(p, "RIGHT");
}

static int clause_synchronized(struct wh_cobol_parse *p)
{
	skip_side(p);
	field_now(p)->synchronized = true;
	return WH_OK;
}

static int clause_justified(struct wh_cobol_parse *p)
{
	skip_side(p);
	field_now(p)->justified = true;
	return WH_OK;
}

static int clause_blank(struct wh_cobol_parse *p)
{
	wh_cobol_take(p, "WHEN");
	if (!wh_cobol_take(p, "ZERO") && !wh_cobol_take(p, "ZEROS") && !wh_cobol_take(p, "ZEROES"))
		return wh_cobol_expected(p, "ZERO");
	field_now(p)->blank_when_zero = true;
	return WH_OK;
}

/* Where an item is known changes nothing of its layout. */
static int clause_external(struct wh_cobol_parse *p)
{
	if (wh_cobol_take(p, "AS"))
		p->at += p->at->kind == WH_COBOL_LITERAL;
	return WH_OK;
}

static const struct clause {
	const char *word;
	int (*read)(struct wh_cobol_parse *p); /* the word is behind */
} clauses[] = {
	{ "PIC", clause_picture },
	{ "PICTURE", clause_picture },
	{ "USAGE", clause_usage },
	{ "REDEFINES", clause_redefines },
	{ "OCCURS", clause_occurs },
	{ "VALUE", clause_value },
	{ "VALUES", clause_value },
	{ "SIGN", clause_sign },
	{ "LEADING", clause_leading },
	{ "TRAILING", clause_leading },
	{ "SYNC", clause_synchronized },
	{ "SYNCHRONIZED", clause_synchronized },
	{ "SYNCHRONISED", clause_synchronized },
	{ "JUST", clause_justified },
	{ "JUSTIFIED", clause_justified },
	{ "BLANK", clause_blank },
	{ "GLOBAL", clause_external },
	{ "EXTERNAL", clause_external },
	{ "IS", clause_external },
};

static const struct clause *clause_find(const struct wh_cobol_token *token)
{
	for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
		if (wh_cobol_is(token, clauses[i].word))
			return &clauses[i];
	return NULL;
}

bool wh_cobol_clause_begins(const struct wh_cobol_token *token)
{
	enum wh_cobol_usage usage;
	return clause_find(token) ||
		(token->kind == WH_COBOL_WORD && wh_cobol_usage_find(token->text, &usage));
}

static bool is_level(const struct wh_cobol_token *t)
{
	return t->kind == WH_COBOL_WORD && t->n <= 2 && t->text[0] >= '0' && t->text[0] <= '9';
}

static int clause_unknown(struct wh_cobol_parse *p)
{
	const char *names[sizeof clauses / sizeof *clauses + 1] = { 0 };
	for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
		names[i] = clauses[i].word;
	if (p->at->kind != WH_COBOL_WORD)
		return wh_cobol_expected(p, "a clause or a period");
	if (is_level(p->at))
		return wh_cobol_fail(p->error, p->at->place, "a period is missing in front of \"%s\"",
			p->at->text);
	const char *near = wh_text_nearest(p->at->text, names);
	return near ? wh_cobol_fail(p->error, p->at->place,
					  "no clause begins with \"%.60s\"; did you mean %s?", p->at->text, near)
				: wh_cobol_expected(p, "a clause or a period");
}

int wh_cobol_clauses_read(struct wh_cobol_parse *p)
{
	int rc = WH_OK;
	while (rc == WH_OK && p->at->kind != WH_COBOL_PERIOD && p->at->kind != WH_COBOL_END) {
		const struct clause *clause = clause_find(p->at);
		if (clause) {
			p->at++;
			rc = clause->read(p);
		} else if (wh_cobol_clause_begins(p->at)) {
			rc = clause_usage(p);
		} else {
			rc = clause_unknown(p);
		}
	}
	p->at += rc == WH_OK && p->at->kind == WH_COBOL_PERIOD;
	return rc;
}
