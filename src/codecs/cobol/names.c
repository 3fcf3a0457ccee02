/* Names become fields: REDEFINES, DEPENDING ON, RENAMES. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <stdlib.h>
#include <strings.h>

#define REDEFINES_BACK 1000   /* how many redefinitions of one place are looked through */
#define LOOKS_MOST (1u << 24) /* at fields of one name, for all that is looked for */
#define TOO_MANY 2

struct named {
	const char *name;
	uint32_t field;
};

/* Every named field, by name and then by place. */
struct names {
	struct wh_cobol_parse *p;
	struct named *items;
	size_t count;
	unsigned looks;
};

static int named_compare(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcasecmp(x->name, y->name);
	return order ? order : (x->field > y->field) - (x->field < y->field);
}

static void names_make(struct names *names, struct wh_cobol_parse *p)
{
	names->p = p;
	names->items = wh_new_array(p->arena, struct named, p->out->nfields);
	for (uint32_t i = 0; i < p->out->nfields; i++)
		if (p->out->fields[i].name)
			names->items[names->count++] = (struct named){ p->out->fields[i].name, i };
	qsort(names->items, names->count, sizeof *names->items, named_compare);
}

/* The first with that name and at or behind `from`. */
static size_t names_first(const struct names *names, const char *name, uint32_t from)
{
	struct named wanted = { name, from };
	size_t low = 0, high = names->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (named_compare(&names->items[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether the field stands below all the groups that the name names. */
static bool qualifies(const struct wh_cobol_parse *p, uint32_t field,
	const struct wh_cobol_name *name)
{
	uint32_t up = p->out->fields[field].parent;
	size_t word = 1;
	for (; word < name->count && up != WH_COBOL_NONE; up = p->out->fields[up].parent)
		word += wh_equal_nocase(p->out->fields[up].name, name->words[word]);
	return word == name->count;
}

/* How many of the fields from..end are called so (2: or more); the first becomes `found`. */
static int names_count(struct names *names, const struct wh_cobol_name *name, uint32_t from,
	uint32_t end, uint32_t *found)
{
	int count = 0;
	for (size_t i = names_first(names, name->words[0], from); i < names->count && count < 2; i++) {
		const struct named *n = &names->items[i];
		if (n->field >= end || strcasecmp(n->name, name->words[0]) != 0)
			break;
		if (++names->looks > LOOKS_MOST)
			return TOO_MANY;
		if (!qualifies(names->p, n->field, name))
			continue;
		if (!count++)
			*found = n->field;
	}
	return count;
}

/* Several fields, or more than anybody could tell apart. */
static int ambiguous(struct wh_cobol_parse *p, const struct wh_cobol_name *name)
{
	return wh_cobol_fail(p->error, name->place,
		"several fields are called \"%.60s\"; say which: %.60s OF GROUP", name->words[0],
		name->words[0]);
}

static const struct wh_cobol_record *record_of(const struct wh_copybook *c, uint32_t field)
{
	size_t low = 0, high = c->nrecords;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (c->records[middle].first <= field)
			low = middle;
		else
			high = middle;
	}
	return &c->records[low];
}

static bool is_above(const struct wh_copybook *c, uint32_t group, uint32_t field)
{
	while (field != WH_COBOL_NONE && field != group)
		field = c->fields[field].parent;
	return field == group;
}

/* A counter is a whole number that needs no subscript but the table's own. */
static int counter_check(struct wh_cobol_parse *p, uint32_t table, uint32_t counter)
{
	const struct wh_copybook *c = p->out;
	const struct wh_cobol_field *f = &c->fields[counter];
	struct wh_cobol_place place = p->entries[table].depending.place;
	bool whole = (f->kind == WH_COBOL_DECIMAL || f->kind == WH_COBOL_INTEGER) &&
		f->picture.scale == 0;
	if (!whole)
		return wh_cobol_fail(p->error, place,
			"DEPENDING ON a field that is no whole number: \"%.60s\"", wh_cobol_field_name(f));
	for (uint32_t up = counter; up != WH_COBOL_NONE; up = c->fields[up].parent)
		if (c->fields[up].occurs && !is_above(c, up, c->fields[table].parent))
			return wh_cobol_fail(p->error, place,
				"DEPENDING ON \"%.60s\", which occurs several times; name one outside of tables",
				wh_cobol_field_name(f));
	return WH_OK;
}

static int resolve_depending(struct names *names, uint32_t i)
{
	struct wh_cobol_parse *p = names->p;
	const struct wh_cobol_name *name = &p->entries[i].depending;
	uint32_t first = record_of(p->out, i)->first, found = 0;
	int count = names_count(names, name, first, i, &found);
	if (!count)
		count = names_count(names, name, 0, first, &found);
	if (count > 1)
		return ambiguous(p, name);
	if (!count && names_count(names, name, i, (uint32_t)p->out->nfields, &found))
		return wh_cobol_fail(p->error, name->place,
			"DEPENDING ON \"%.60s\", which comes later than its table; it is to stand before it",
			name->words[0]);
	if (!count)
		return wh_cobol_fail(p->error, name->place,
			"DEPENDING ON \"%.60s\": no field before it is called so", name->words[0]);
	p->out->fields[i].depending = found;
	return counter_check(p, i, found);
}

/* A level 01 stands behind the record before it. */
static uint32_t item_before(const struct wh_cobol_parse *p, uint32_t i)
{
	const struct wh_copybook *c = p->out;
	if (p->entries[i].before != WH_COBOL_NONE || c->fields[i].parent != WH_COBOL_NONE)
		return p->entries[i].before;
	const struct wh_cobol_record *record = record_of(c, i);
	bool first = record == c->records || record->first != i;
	return first ? WH_COBOL_NONE : record[-1].first;
}

static bool called(const struct wh_cobol_field *f, const char *name)
{
	return wh_equal_nocase(f->name ? f->name : "FILLER", name);
}

static void set_redefines(struct wh_cobol_parse *p, uint32_t i, uint32_t target)
{
	const struct wh_cobol_entry *e = &p->entries[target];
	p->out->fields[i].redefines = target;
	p->entries[i].base = e->redefines ? e->base : target;
}

/* The item that all before it lie over, where they are many. */
static bool redefines_base(struct wh_cobol_parse *p, uint32_t i, uint32_t before)
{
	if (before == WH_COBOL_NONE || !p->entries[before].redefines)
		return false;
	uint32_t base = p->entries[before].base;
	if (!called(&p->out->fields[base], p->entries[i].redefines->text))
		return false;
	set_redefines(p, i, base);
	return true;
}

static int resolve_redefines(struct wh_cobol_parse *p, uint32_t i)
{
	struct wh_cobol_field *fields = p->out->fields;
	const struct wh_cobol_token *t = p->entries[i].redefines;
	uint32_t at = item_before(p, i);
	if (redefines_base(p, i, at))
		return WH_OK;
	for (int n = 0; at != WH_COBOL_NONE && n < REDEFINES_BACK; n++) {
		if (called(&fields[at], t->text)) {
			set_redefines(p, i, at);
			return WH_OK;
		}
		if (!p->entries[at].redefines)
			return wh_cobol_fail(p->error, t->place,
				"\"%.60s\" redefines \"%.60s\", but the item before it on its level is \"%.60s\"",
				wh_cobol_field_name(&fields[i]), t->text, wh_cobol_field_name(&fields[at]));
		at = item_before(p, at);
	}
	return wh_cobol_fail(p->error, t->place,
		"\"%.60s\" redefines \"%.60s\", but no item before it on its level is called so",
		wh_cobol_field_name(&fields[i]), t->text);
}

static bool in_table(const struct wh_copybook *c, uint32_t i)
{
	for (; i != WH_COBOL_NONE; i = c->fields[i].parent)
		if (c->fields[i].occurs)
			return true;
	return false;
}

static int resolve_renamed(struct names *names, const struct wh_cobol_record *record,
	const struct wh_cobol_name *name, uint32_t *out)
{
	struct wh_cobol_parse *p = names->p;
	int count = names_count(names, name, record->first, record->first + record->count, out);
	if (count > 1)
		return ambiguous(p, name);
	if (!count)
		return wh_cobol_fail(p->error, name->place,
			"RENAMES \"%.60s\": no field of the record before it is called so", name->words[0]);
	if (p->out->fields[*out].level == 1 || p->out->fields[*out].level == 77)
		return wh_cobol_fail(p->error, name->place,
			"RENAMES \"%.60s\", which is the record itself; name fields below it", name->words[0]);
	if (in_table(p->out, *out))
		return wh_cobol_fail(p->error, name->place,
			"RENAMES \"%.60s\", which occurs several times; name fields outside of tables",
			name->words[0]);
	return WH_OK;
}

static int resolve_rename(struct names *names, const struct wh_cobol_rename_entry *entry)
{
	const struct wh_cobol_record *record = &names->p->out->records[entry->record];
	struct wh_cobol_rename *rename = &record->renames[entry->index];
	int rc = resolve_renamed(names, record, &entry->first, &rename->first);
	rename->last = rename->first;
	if (rc == WH_OK && entry->last.count)
		rc = resolve_renamed(names, record, &entry->last, &rename->last);
	return rc;
}

int wh_cobol_names_resolve(struct wh_cobol_parse *p)
{
	struct names names = { 0 };
	int rc = WH_OK;
	names_make(&names, p);
	for (uint32_t i = 0; rc == WH_OK && i < p->out->nfields; i++) {
		if (p->entries[i].redefines)
			rc = resolve_redefines(p, i);
		if (rc == WH_OK && p->entries[i].depending.count)
			rc = resolve_depending(&names, i);
	}
	for (size_t i = 0; rc == WH_OK && i < p->nrenames; i++)
		rc = resolve_rename(&names, &p->renames[i]);
	return rc;
}
