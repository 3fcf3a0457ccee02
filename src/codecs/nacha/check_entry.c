#include "codecs/nacha/check.h"
#include <stdio.h>
#include <string.h>

#define HASH_MODULUS UINT64_C(10000000000)

static void add_to(uint64_t *sum, uint64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UINT64_MAX;
}

/* The digits of a field of at most 18; false: they are none. */
static bool number_at(const char *text, size_t n, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)(text[i] - '0') > 9)
			return false;
		*out = 10 * *out + (uint64_t)(text[i] - '0');
	}
	return n > 0;
}

char wh_nacha_check_digit(const char *eight)
{
	static const int weight[8] = { 3, 7, 1, 3, 7, 1, 3, 7 };
	int sum = 0;
	for (int i = 0; i < 8; i++) {
		if ((unsigned char)(eight[i] - '0') > 9)
			return 0;
		sum += weight[i] * (eight[i] - '0');
	}
	return (char)('0' + (10 - sum % 10) % 10);
}

static const char *entry_subject(const struct wh_nacha_check *c, char out[240])
{
	char trace[WH_NACHA_RECORD + 1];
	snprintf(out, 240, "entry %s, at byte %lld of %.120s", wh_nacha_shown(trace, c->entry, 80, 15),
		(long long)c->place.entry, c->name);
	return out;
}

/* Of the entry that c->entry holds. */
static void expect(struct wh_nacha_check *c, enum wh_nacha_rule rule, bool kept,
	const char *expected, const char *actual)
{
	char subject[240];
	if (kept)
		wh_nacha_kept(c, rule);
	else
		wh_nacha_broken(c, rule, entry_subject(c, subject), expected, actual);
}

static void check_digit(struct wh_nacha_check *c)
{
	char shown[WH_NACHA_RECORD + 1];
	char digit[2] = { wh_nacha_check_digit(c->entry + 3), 0 };
	if (digit[0])
		expect(c, WH_NACHA_RULE_DIGIT, c->entry[11] == digit[0], digit,
			wh_nacha_shown(shown, c->entry, 12, 1));
}

/* What sums and order are made of. */
static void check_digits(struct wh_nacha_check *c, const struct wh_nacha_form *form)
{
	static const struct {
		const char *name, *expected;
	} numbers[] = {
		{ "rdfi_id", "digits as rdfi_id" },
		{ "amount", "digits as amount" },
		{ "trace_number", "digits as trace_number" },
	};
	char shown[WH_NACHA_RECORD + 1];
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const struct wh_nacha_field *field = wh_nacha_field(form, numbers[i].name);
		uint64_t number;
		if (field)
			expect(c, WH_NACHA_RULE_DIGITS,
				number_at(c->entry + field->first - 1, field->length, &number), numbers[i].expected,
				wh_nacha_shown(shown, c->entry, field->first, field->length));
	}
}

static void check_trace(struct wh_nacha_check *c, const struct wh_nacha_form *form)
{
	char before[WH_NACHA_RECORD + 1], shown[WH_NACHA_RECORD + 1], more[WH_NACHA_RECORD + 16];
	const struct wh_nacha_field *field = wh_nacha_field(form, "trace_number");
	if (!field)
		field = wh_nacha_field(form, "sequence_number");
	const char *trace = c->entry + field->first - 1;
	bool kept = !c->has_trace || memcmp(c->trace, trace, field->length) < 0;
	if (!kept) {
		wh_nacha_shown(before, c->trace, 1, field->length);
		snprintf(more, sizeof more, "more than %s", before);
	}
	expect(c, WH_NACHA_RULE_TRACE, kept, kept ? "" : more,
		wh_nacha_shown(shown, c->entry, field->first, field->length));
	memcpy(c->trace, trace, field->length);
	c->has_trace = true;
}

static void sum_entry(struct wh_nacha_check *c, const struct wh_nacha_form *form)
{
	const struct wh_nacha_field *field = wh_nacha_field(form, "amount");
	uint64_t cents, routing;
	char direction = wh_nacha_direction(c->entry, c->place.class);
	if (!number_at(c->entry + field->first - 1, field->length, &cents))
		cents = 0;
	if (!number_at(c->entry + 3, 8, &routing))
		routing = 0;
	struct wh_nacha_sums *both[] = { &c->batch, &c->file };
	for (int i = 0; i < 2; i++) {
		both[i]->count++;
		both[i]->hash = (both[i]->hash + routing) % HASH_MODULUS;
		if (direction != ' ')
			add_to(direction == '-' ? &both[i]->debit : &both[i]->credit, cents);
	}
	c->debits |= direction == '-';
	c->credits |= direction == '+';
	char shown[WH_NACHA_RECORD + 1];
	expect(c, WH_NACHA_RULE_CODE, direction != ' ', "a code of debits or credits",
		wh_nacha_shown(shown, c->entry, 2, 2));
}

void wh_nacha_check_entry(struct wh_nacha_check *c, const struct wh_nacha_record *record)
{
	memcpy(c->entry, record->bytes, WH_NACHA_RECORD);
	const struct wh_nacha_form *form = wh_nacha_form(c->entry, c->place.class);
	c->addenda = c->types = 0;
	c->sequence[0] = c->sequence[1] = 0;
	sum_entry(c, form);
	check_digits(c, form);
	check_digit(c);
	check_trace(c, form);
}

static void check_sequence(struct wh_nacha_check *c, const char *record, int type)
{
	char expected[24], shown[WH_NACHA_RECORD + 1];
	uint64_t sequence, next = ++c->sequence[type == 18];
	snprintf(expected, sizeof expected, "%llu", (unsigned long long)next);
	expect(c, WH_NACHA_RULE_SEQUENCE, number_at(record + 83, 4, &sequence) && sequence == next,
		expected, wh_nacha_shown(shown, record, 84, 4));
}

void wh_nacha_check_addenda(struct wh_nacha_check *c, const struct wh_nacha_record *record)
{
	char expected[WH_NACHA_RECORD + 1], shown[WH_NACHA_RECORD + 1];
	const struct wh_nacha_form *form = wh_nacha_form(record->bytes, c->place.class);
	uint64_t type;
	c->batch.count++;
	c->file.count++;
	if (c->place.entry < 0)
		return;
	c->addenda++;
	if (!form || !number_at(record->bytes + 1, 2, &type))
		return;
	c->types |= type < 64 ? UINT64_C(1) << type : 0;
	if (wh_nacha_field(form, "addenda_sequence"))
		check_sequence(c, record->bytes, (int)type);
	if (wh_nacha_field(form, "entry_sequence"))
		expect(c, WH_NACHA_RULE_ENTRY, memcmp(record->bytes + 87, c->entry + 87, 7) == 0,
			wh_nacha_shown(expected, c->entry, 88, 7), wh_nacha_shown(shown, record->bytes, 88, 7));
}

/* Seven are the least of an entry that is no notification of change. */
static void check_iat(struct wh_nacha_check *c)
{
	char missing[32] = "without";
	for (int type = 10; type <= 16; type++)
		if (!(c->types >> type & 1))
			snprintf(missing + strlen(missing), sizeof missing - strlen(missing), " %d", type);
	bool changed = c->addenda && !c->types;
	expect(c, WH_NACHA_RULE_IAT, changed || !missing[7], "10 11 12 13 14 15 16", missing);
}

void wh_nacha_check_entry_end(struct wh_nacha_check *c)
{
	char says[WH_NACHA_RECORD + 1], follow[24];
	const struct wh_nacha_form *form = wh_nacha_form(c->entry, c->place.class);
	const struct wh_nacha_field *count = wh_nacha_field(form, "addenda_count");
	uint64_t counted;
	expect(c, WH_NACHA_RULE_INDICATOR, (c->entry[78] == '1') == (c->addenda > 0),
		wh_nacha_shown(says, c->entry, 79, 1), c->addenda ? "1" : "0");
	if (count) {
		bool is = number_at(c->entry + count->first - 1, count->length, &counted);
		snprintf(follow, sizeof follow, "%llu", (unsigned long long)c->addenda);
		expect(c, WH_NACHA_RULE_ADDENDA, is && counted == c->addenda,
			wh_nacha_shown(says, c->entry, count->first, count->length), follow);
	}
	if (strcmp(c->place.class, "IAT") == 0)
		check_iat(c);
}
