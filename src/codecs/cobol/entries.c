/* Data description entries: level, name, clauses, period; and how they nest. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

#define NAME_MOST 255

bool wh_cobol_take(struct wh_cobol_parse *p, const char *word)
{
	bool is = wh_cobol_is(p->at, word);
	p->at += is;
	return is;
}

int wh_cobol_expected(struct wh_cobol_parse *p, const char *what)
{
	if (p->at->kind == WH_COBOL_END)
		return wh_cobol_fail(p->error, p->at->place, "the copybook ends where %s is expected",
			what);
	return wh_cobol_fail(p->error, p->at->place, "%s is expected, not \"%.60s\"", what,
		p->at->text);
}

int wh_cobol_word(struct wh_cobol_parse *p, const char *what, const char **out)
{
	if (p->at->kind != WH_COBOL_WORD)
		return wh_cobol_expected(p, what);
	*out = p->at++->text;
	return WH_OK;
}

int wh_cobol_name_read(struct wh_cobol_parse *p, struct wh_cobol_name *out)
{
	out->place = p->at->place;
	do {
		const char *word = NULL;
		int rc = wh_cobol_word(p, "the name of a field", &word);
		if (rc != WH_OK)
			return rc;
		*wh_push(p->arena, &out->words, &out->count) = word;
	} while (wh_cobol_take(p, "OF") || wh_cobol_take(p, "IN"));
	return WH_OK;
}

/* 1 to 49, 66, 77, 88 in one or two digits; 0: the word is no level. */
static unsigned level_of(const struct wh_cobol_token *t)
{
	unsigned level = 0;
	if (t->kind != WH_COBOL_WORD || t->n > 2)
		return 0;
	for (const char *c = t->text; *c; c++) {
		if (*c < '0' || *c > '9')
			return 0;
		level = level * 10 + (unsigned)(*c - '0');
	}
	return level <= 49 || level == 66 || level == 77 || level == 88 ? level : 0;
}

static bool name_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		(c && strchr("-_:()$#@", c));
}

/* Colons and parentheses are what no REPLACING has touched yet. */
static int read_name(struct wh_cobol_parse *p, const char **out)
{
	const struct wh_cobol_token *t = p->at;
	bool letter = false;
	if (t->kind != WH_COBOL_WORD)
		return wh_cobol_expected(p, "a name");
	for (const char *c = t->text; *c; c++) {
		letter |= (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z');
		if (!name_letter(*c))
			return wh_cobol_fail(p->error, t->place,
				"the name \"%.60s\" holds a character that no name has: only letters, digits, -, _",
				t->text);
	}
	if (!letter || t->n > NAME_MOST)
		return wh_cobol_fail(p->error, t->place,
			letter ? "the name \"%.60s\" is longer than 255 characters"
				   : "a name is expected, not \"%.60s\"; is the level number missing?",
			t->text);
	*out = t->text;
	p->at++;
	return WH_OK;
}

/* A period ends an entry; the last one of a text may be missing. */
static int read_period(struct wh_cobol_parse *p)
{
	if (p->at->kind == WH_COBOL_END)
		return WH_OK;
	if (p->at->kind != WH_COBOL_PERIOD)
		return wh_cobol_expected(p, "a period");
	p->at++;
	return WH_OK;
}

static struct wh_cobol_record *record_now(struct wh_cobol_parse *p)
{
	return &p->out->records[p->out->nrecords - 1];
}

/* The items of a copybook without a level 01 are one record. */
static bool begins_record(const struct wh_cobol_parse *p, unsigned level)
{
	if (!p->out->nrecords || level == 1 || level == 77)
		return true;
	return p->out->fields[p->out->records[p->out->nrecords - 1].first].level == 77;
}

/* Hangs the new item below the nearest one before it that has a lower level. */
static void hang(struct wh_cobol_parse *p, uint32_t index)
{
	struct wh_cobol_field *fields = p->out->fields;
	uint32_t up = p->last, sibling = WH_COBOL_NONE;
	while (up != WH_COBOL_NONE && fields[up].level >= fields[index].level) {
		sibling = up;
		up = fields[up].parent;
	}
	fields[index].parent = up;
	p->entries[index].before = sibling;
	if (sibling != WH_COBOL_NONE)
		p->entries[sibling].next = index;
	else if (up != WH_COBOL_NONE)
		p->entries[up].child = index;
	p->last = index;
}

static int add_item(struct wh_cobol_parse *p, unsigned level, struct wh_cobol_place place)
{
	struct wh_copybook *out = p->out;
	uint32_t index = (uint32_t)out->nfields;
	if (index >= WH_COBOL_FIELDS_MOST)
		return wh_cobol_fail(p->error, place, "more than %d fields", WH_COBOL_FIELDS_MOST);
	*wh_push(p->arena, &out->fields, &out->nfields) = (struct wh_cobol_field){ .place = place,
		.level = level,
		.parent = WH_COBOL_NONE,
		.redefines = WH_COBOL_NONE,
		.depending = WH_COBOL_NONE,
		.occurs_min = 1,
		.occurs_max = 1 };
	*wh_push(p->arena, &p->entries, &p->nentries) = (struct wh_cobol_entry){ .child = WH_COBOL_NONE,
		.next = WH_COBOL_NONE,
		.before = WH_COBOL_NONE };
	if (begins_record(p, level)) {
		wh_push(p->arena, &out->records, &out->nrecords)->first = index;
		p->last = WH_COBOL_NONE;
	}
	record_now(p)->count++;
	hang(p, index);
	return WH_OK;
}

static int read_item(struct wh_cobol_parse *p, unsigned level, struct wh_cobol_place place)
{
	int rc = add_item(p, level, place);
	bool named = p->at->kind == WH_COBOL_WORD && !wh_cobol_clause_begins(p->at);
	if (rc == WH_OK && named && !wh_cobol_take(p, "FILLER"))
		rc = read_name(p, &p->out->fields[p->out->nfields - 1].name);
	return rc == WH_OK ? wh_cobol_clauses_read(p) : rc;
}

/* WHEN SET TO FALSE IS value: what a program moves, and no value of the condition. */
static int skip_false(struct wh_cobol_parse *p)
{
	struct wh_cobol_range *unused = NULL;
	size_t n = 0;
	wh_cobol_take(p, "SET");
	wh_cobol_take(p, "TO");
	wh_cobol_take(p, "FALSE");
	wh_cobol_take(p, "IS");
	return wh_cobol_ranges_read(p, &unused, &n);
}

static int read_condition(struct wh_cobol_parse *p, struct wh_cobol_place place)
{
	struct wh_copybook *out = p->out;
	struct wh_cobol_condition made = { .place = place };
	if (!out->nfields)
		return wh_cobol_fail(p->error, place,
			"a level 88 stands before the first field; put it behind the field that it is about");
	int rc = read_name(p, &made.name);
	if (rc != WH_OK)
		return rc;
	if (!wh_cobol_take(p, "VALUE") && !wh_cobol_take(p, "VALUES"))
		return wh_cobol_expected(p, "VALUE");
	if (!wh_cobol_take(p, "IS"))
		wh_cobol_take(p, "ARE");
	rc = wh_cobol_ranges_read(p, &made.ranges, &made.nranges);
	if (rc == WH_OK && wh_cobol_take(p, "WHEN"))
		rc = skip_false(p);
	if (rc != WH_OK)
		return rc;
	struct wh_cobol_field *f = &out->fields[out->nfields - 1];
	*wh_push(p->arena, &f->conditions, &f->nconditions) = made;
	return read_period(p);
}

static int read_rename(struct wh_cobol_parse *p, struct wh_cobol_place place)
{
	struct wh_cobol_rename_entry entry = { 0 };
	const char *name = NULL;
	if (!p->out->nrecords)
		return wh_cobol_fail(p->error, place,
			"a level 66 stands before the first record; put it behind the record that it is about");
	int rc = read_name(p, &name);
	if (rc == WH_OK && !wh_cobol_take(p, "RENAMES"))
		rc = wh_cobol_expected(p, "RENAMES");
	if (rc == WH_OK)
		rc = wh_cobol_name_read(p, &entry.first);
	if (rc == WH_OK && (wh_cobol_take(p, "THRU") || wh_cobol_take(p, "THROUGH")))
		rc = wh_cobol_name_read(p, &entry.last);
	if (rc != WH_OK)
		return rc;
	struct wh_cobol_record *record = record_now(p);
	entry.record = (uint32_t)(p->out->nrecords - 1);
	entry.index = record->nrenames;
	*wh_push(p->arena, &p->renames, &p->nrenames) = entry;
	*wh_push(p->arena, &record->renames,
		&record->nrenames) = (struct wh_cobol_rename){ .place = place, .name = name };
	return read_period(p);
}

/* Words that steer a listing stand between entries: EJECT, SKIP1, TITLE 'text'. */
static bool skip_directive(struct wh_cobol_parse *p)
{
	static const char *const words[] = { "EJECT", "SKIP1", "SKIP2", "SKIP3", "TITLE" };
	if (p->at->kind == WH_COBOL_PERIOD) {
		p->at++;
		return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!wh_cobol_take(p, words[i]))
			continue;
		p->at += p->at->kind == WH_COBOL_LITERAL;
		return true;
	}
	return false;
}

static int read_entry(struct wh_cobol_parse *p)
{
	const struct wh_cobol_token *t = p->at;
	unsigned level = level_of(t);
	if (!level)
		return wh_cobol_fail(p->error, t->place,
			"a level number (01 to 49, 66, 77, 88) is expected, not \"%.60s\"", t->text);
	p->at++;
	if (level == 66)
		return read_rename(p, t->place);
	return level == 88 ? read_condition(p, t->place) : read_item(p, level, t->place);
}

int wh_cobol_entries_read(struct wh_cobol_parse *p)
{
	int rc = WH_OK;
	p->last = WH_COBOL_NONE;
	while (rc == WH_OK && p->at->kind != WH_COBOL_END)
		if (!skip_directive(p))
			rc = read_entry(p);
	if (rc == WH_OK && !p->out->nfields)
		rc = wh_cobol_fail(p->error, p->at->place, "no field: the copybook is empty");
	return rc;
}
