#include "codecs/nacha/form.h"
#include <string.h>

/* A list has one blank between its words, all of one length. */
static bool listed(const char *list, const char *word, size_t n)
{
	while (memcmp(list, word, n) != 0) {
		if (!list[n])
			return false;
		list += n + 1;
	}
	return true;
}

static bool is_digits(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)(text[i] - '0') > 9)
			return false;
	return true;
}

bool wh_nacha_form_of(const struct wh_nacha_form *form, const char *record, const char *class)
{
	if (form->record != record[0] || !form->of)
		return form->record == record[0];
	if (form->table == WH_NACHA_ADDENDA)
		return listed(form->of, record + 1, 2);
	const char *of = record[0] == '5' ? record + 50 : class;
	return *of && listed(form->of, of, 3);
}

static bool form_fits(const struct wh_nacha_form *form, const char *record, const char *class)
{
	if (!wh_nacha_form_of(form, record, class))
		return false;
	if (form->codes && !listed(form->codes, record + 3, 3))
		return false;
	return !form->counted || is_digits(record + 54, 4);
}

const struct wh_nacha_form *wh_nacha_form(const char *record, const char *class)
{
	for (size_t i = wh_nacha_nforms; i-- > 0;)
		if (form_fits(&wh_nacha_forms[i], record, class))
			return &wh_nacha_forms[i];
	return NULL;
}

const struct wh_nacha_field *wh_nacha_field(const struct wh_nacha_form *form, const char *name)
{
	for (size_t i = 0; i < form->nfields; i++)
		if (strcmp(form->fields[i].name, name) == 0)
			return &form->fields[i];
	return NULL;
}

/* The tens say what account it is (2 to 5: demand, savings, general ledger, loan; 8: accounting),
 * the units what is done to it. */
char wh_nacha_direction(const char *entry, const char *class)
{
	static const char codes[] =
		"21 22 23 24 26 27 28 29 31 32 33 34 36 37 38 39 41 42 43 44 46 47 48 "
		"49 51 52 53 54 55 56";
	static const char accounting[] = "81 82 83 84 85 86 87 88";
	bool adv = strcmp(class, "ADV") == 0;
	if (!listed(adv ? accounting : codes, entry + 1, 2))
		return ' ';
	char unit = entry[2];
	bool debit = adv ? (unit - '0') % 2 == 0 : unit >= '5';
	return debit ? '-' : '+';
}

bool wh_nacha_filler(const char *record)
{
	return record[0] == '9' && memcmp(record, record + 1, WH_NACHA_RECORD - 1) == 0;
}
