#include "codecs/nacha/check.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	bool notice;
	const char *expected_is, *actual_is;
} rules[WH_NACHA_RULES] = {
	[WH_NACHA_RULE_CODE] = { "transaction code", false, "the rules", "the entry" },
	[WH_NACHA_RULE_DIGITS] = { "entry digits", false, "the rules", "the entry" },
	[WH_NACHA_RULE_DIGIT] = { "check digit", true, "as the routing number has it", "the record" },
	[WH_NACHA_RULE_TRACE] = { "trace numbers ascending", true, "after the one before",
		"the entry" },
	[WH_NACHA_RULE_INDICATOR] = { "addenda indicator", false, "the entry", "as addenda follow" },
	[WH_NACHA_RULE_ADDENDA] = { "entry addenda count", true, "the entry", "addenda that follow" },
	[WH_NACHA_RULE_SEQUENCE] = { "addenda sequence", false, "one after the one before",
		"the addenda" },
	[WH_NACHA_RULE_ENTRY] = { "addenda entry", false, "the entry", "the addenda" },
	[WH_NACHA_RULE_IAT] = { "IAT addenda", false, "the rules", "the entry" },
	[WH_NACHA_RULE_SHORT] = { "short record", true, "the rules", "characters in the file" },
	[WH_NACHA_RULE_LONG] = { "long record", false, "the rules", "characters in the file" },
	[WH_NACHA_RULE_TYPE] = { "record type", false, "the rules", "the record" },
	[WH_NACHA_RULE_ORDER] = { "record order", false, "the rules", "the record" },
};

static const char *const figure_names[WH_NACHA_FIGURES] = {
	[WH_NACHA_COUNT] = "entry/addenda count",
	[WH_NACHA_HASH] = "entry hash",
	[WH_NACHA_DEBIT] = "debit total",
	[WH_NACHA_CREDIT] = "credit total",
	[WH_NACHA_BATCHES] = "batch count",
	[WH_NACHA_BLOCKS] = "block count",
};

const char *wh_nacha_shown(char out[WH_NACHA_RECORD + 1], const char *record, size_t first,
	size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = record[first - 1 + i];
		out[i] = c >= ' ' && c < 0x7F ? c : '?';
	}
	while (length && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
	return length ? out : "blank";
}

void wh_nacha_kept(struct wh_nacha_check *c, enum wh_nacha_rule rule)
{
	c->rules[rule].kept++;
}

void wh_nacha_broken(struct wh_nacha_check *c, enum wh_nacha_rule rule, const char *subject,
	const char *expected, const char *actual)
{
	c->rules[rule].broken = true;
	wh_control_add(c->out,
		&(struct wh_control){ .rule = rules[rule].name,
			.subject = subject,
			.expected = expected,
			.actual = actual,
			.expected_is = rules[rule].expected_is,
			.actual_is = rules[rule].actual_is,
			.notice = rules[rule].notice });
}

/* Rules that nothing broke, each once: as many as there were kept to them. */
static void report_kept(struct wh_nacha_check *c, enum wh_nacha_rule first, enum wh_nacha_rule end,
	const char *subject)
{
	char count[24];
	for (enum wh_nacha_rule rule = first; rule < end; rule++) {
		struct wh_nacha_kept kept = c->rules[rule];
		c->rules[rule] = (struct wh_nacha_kept){ 0 };
		if (kept.broken || !kept.kept)
			continue;
		snprintf(count, sizeof count, "%llu", (unsigned long long)kept.kept);
		wh_control_add(c->out,
			&(struct wh_control){ .rule = rules[rule].name,
				.subject = subject,
				.expected = count,
				.actual = count,
				.expected_is = "all there are",
				.actual_is = "those that keep to the rule",
				.notice = rules[rule].notice });
	}
}

void wh_nacha_figure(char *out, const struct wh_nacha_sums *sums, enum wh_nacha_figure figure)
{
	const uint64_t whole[WH_NACHA_FIGURES] = {
		[WH_NACHA_COUNT] = sums->count,
		[WH_NACHA_HASH] = sums->hash,
		[WH_NACHA_DEBIT] = sums->debit,
		[WH_NACHA_CREDIT] = sums->credit,
		[WH_NACHA_BATCHES] = sums->batches,
		[WH_NACHA_BLOCKS] = (sums->records + WH_NACHA_BLOCK - 1) / WH_NACHA_BLOCK,
	};
	unsigned long long value = whole[figure];
	if (figure == WH_NACHA_DEBIT || figure == WH_NACHA_CREDIT)
		snprintf(out, WH_NACHA_FIGURE_TEXT, "%llu.%02llu", value / 100, value % 100);
	else
		snprintf(out, WH_NACHA_FIGURE_TEXT, "%llu", value);
}

/* ---- control records ---- */

/* The value in a field, or what stands there in the place of one; the buffer's. */
static const char *field_text(struct wh_nacha_check *c, struct wh_buffer *out,
	const struct wh_nacha_field *field, const char *record)
{
	char shown[WH_NACHA_RECORD + 1];
	wh_buffer_clear(out);
	if (wh_nacha_get(out, c->charset, field, record) != WH_NACHA_VALUE)
		wh_buffer_text(out, wh_nacha_shown(shown, record, field->first, field->length));
	return wh_buffer_string(out);
}

static void check_copy(struct wh_nacha_check *c, const struct wh_nacha_field *field,
	const char *control, const char *batch)
{
	struct wh_buffer says = { 0 }, is = { 0 };
	char subject[240];
	const struct wh_nacha_form *form = wh_nacha_form(c->header, c->place.class);
	const struct wh_nacha_field *same = wh_nacha_field(form, field->same);
	snprintf(subject, sizeof subject, "%s of %s", field->same, batch);
	wh_control_add(c->out,
		&(struct wh_control){ .rule = "batch header and control",
			.subject = subject,
			.expected = field_text(c, &says, field, control),
			.actual = field_text(c, &is, same, c->header),
			.expected_is = "the batch control",
			.actual_is = "the batch header" });
	wh_buffer_free(&says);
	wh_buffer_free(&is);
}

static void check_figure(struct wh_nacha_check *c, const struct wh_nacha_field *field,
	const char *control, const struct wh_nacha_sums *sums, const char *subject)
{
	bool file = sums == &c->file;
	bool money = field->figure == WH_NACHA_DEBIT || field->figure == WH_NACHA_CREDIT;
	struct wh_buffer says = { 0 };
	char actual[WH_NACHA_FIGURE_TEXT], rule[40];
	wh_nacha_figure(actual, sums, field->figure);
	snprintf(rule, sizeof rule, "%s %s", file ? "file" : "batch", figure_names[field->figure]);
	wh_control_add(c->out,
		&(struct wh_control){ .rule = rule,
			.subject = subject,
			.unit = money ? "USD" : NULL,
			.expected = field_text(c, &says, field, control),
			.actual = actual,
			.expected_is = file ? "the file control" : "the batch control",
			.actual_is = "the records" });
	wh_buffer_free(&says);
}

static void check_control(struct wh_nacha_check *c, const char *control,
	const struct wh_nacha_sums *sums, const char *subject)
{
	const struct wh_nacha_form *form = wh_nacha_form(control, c->place.class);
	for (size_t i = 0; i < form->nfields; i++) {
		const struct wh_nacha_field *field = &form->fields[i];
		if (field->figure == WH_NACHA_HEADER)
			check_copy(c, field, control, subject);
		else if (field->figure != WH_NACHA_NOTHING)
			check_figure(c, field, control, sums, subject);
	}
}

/* ---- batches ---- */

static const char *batch_subject(const struct wh_nacha_check *c, char out[240])
{
	char number[WH_NACHA_RECORD + 1];
	snprintf(out, 240, "batch %s, at byte %lld of %.120s", wh_nacha_shown(number, c->header, 88, 7),
		(long long)c->batch_at, c->name);
	return out;
}

static void check_date(struct wh_nacha_check *c, const char *name, const char *record,
	const char *subject)
{
	struct wh_buffer text = { 0 };
	char shown[WH_NACHA_RECORD + 1];
	const struct wh_nacha_field *field = wh_nacha_field(wh_nacha_form(record, c->place.class),
		name);
	const char *says = wh_nacha_shown(shown, record, field->first, field->length);
	bool is = wh_nacha_get(&text, c->charset, field, record) == WH_NACHA_VALUE ||
		strcmp(says, "blank") == 0;
	char rule[40];
	snprintf(rule, sizeof rule, "%.*s date", (int)(strlen(name) - 5), name);
	for (char *p = rule; *p; p++)
		*p = *p == '_' ? ' ' : *p;
	wh_control_add(c->out,
		&(struct wh_control){ .rule = rule,
			.subject = subject,
			.expected = is ? says : "a date, or blank",
			.actual = says,
			.expected_is = "the calendar",
			.actual_is = "the record",
			.notice = true });
	wh_buffer_free(&text);
}

static const char *directions(const struct wh_nacha_check *c)
{
	if (c->debits && c->credits)
		return "debits and credits";
	return c->debits ? "debits only" : "credits only";
}

/* 200 says both, 220 and 225 one of them, 280 accounting advices. */
static void check_service(struct wh_nacha_check *c, const char *subject)
{
	char shown[WH_NACHA_RECORD + 1];
	const char *code = wh_nacha_shown(shown, c->header, 2, 3);
	bool adv = strcmp(c->place.class, "ADV") == 0, empty = !c->debits && !c->credits;
	const char *expected = "200, 220, 225 or 280", *actual = code;
	if (adv || !strcmp(code, "280")) {
		expected = "280 for ADV only";
		actual = adv && !strcmp(code, "280") ? expected : code;
	} else if (!strcmp(code, "220") || !strcmp(code, "225")) {
		expected = !strcmp(code, "220") ? "credits only" : "debits only";
		actual = empty ? expected : directions(c);
	} else if (!strcmp(code, "200")) {
		expected = actual;
	}
	wh_control_add(c->out,
		&(struct wh_control){ .rule = "service class",
			.subject = subject,
			.expected = expected,
			.actual = actual,
			.expected_is = "the batch header",
			.actual_is = "the entries" });
}

static void check_number(struct wh_nacha_check *c, const char *subject)
{
	char before[WH_NACHA_RECORD + 1], number[WH_NACHA_RECORD + 1], more[WH_NACHA_RECORD + 16];
	bool kept = !c->has_number || memcmp(c->number, c->header + 87, 7) < 0;
	wh_nacha_shown(number, c->header, 88, 7);
	snprintf(more, sizeof more, "more than %s", wh_nacha_shown(before, c->number, 1, 7));
	wh_control_add(c->out,
		&(struct wh_control){ .rule = "batch numbers ascending",
			.subject = subject,
			.expected = kept ? number : more,
			.actual = number,
			.expected_is = "after the batch before",
			.actual_is = "the batch header",
			.notice = true });
	memcpy(c->number, c->header + 87, 7);
	c->has_number = true;
}

/* A batch ends with its control, or without one. */
static void end_batch(struct wh_nacha_check *c, const char *control)
{
	char subject[240];
	batch_subject(c, subject);
	wh_control_add(c->out,
		&(struct wh_control){ .rule = "batch control",
			.subject = subject,
			.expected = "a batch control",
			.actual = control ? "a batch control" : "no batch control",
			.expected_is = "the rules",
			.actual_is = "the file" });
	if (control)
		check_control(c, control, &c->batch, subject);
	check_service(c, subject);
	report_kept(c, WH_NACHA_RULE_CODE, WH_NACHA_RULE_SHORT, subject);
	c->in_batch = false;
}

/* ---- records ---- */

static const char *place_text(const struct wh_nacha_check *c, int64_t at, char out[240])
{
	snprintf(out, 240, "byte %lld of %.120s", (long long)at, c->name);
	return out;
}

static void order(struct wh_nacha_check *c, const struct wh_nacha_record *r, bool kept,
	const char *expected, const char *actual)
{
	char subject[240];
	if (kept)
		wh_nacha_kept(c, WH_NACHA_RULE_ORDER);
	else
		wh_nacha_broken(c, WH_NACHA_RULE_ORDER, place_text(c, r->offset, subject), expected,
			actual);
}

/* A destination is a routing number; an origin may be another one. */
static void check_end_point(struct wh_nacha_check *c, const char *rule, const char *says, bool kept)
{
	wh_control_add(c->out,
		&(struct wh_control){ .rule = rule,
			.subject = c->name,
			.expected = kept ? says : "a number of a bank",
			.actual = says,
			.expected_is = "the rules",
			.actual_is = "the file header",
			.notice = true });
}

static void file_header(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	char subject[240], shown[WH_NACHA_RECORD + 1];
	char digit = wh_nacha_check_digit(r->bytes + 4);
	c->has_header = true;
	check_date(c, "file_creation_date", r->bytes, place_text(c, r->offset, subject));
	check_end_point(c, "immediate destination", wh_nacha_shown(shown, r->bytes, 4, 10),
		digit && r->bytes[12] == digit);
	const char *origin = wh_nacha_shown(shown, r->bytes, 14, 10);
	check_end_point(c, "immediate origin", origin, !origin[strspn(origin, " 0123456789")]);
}

static void batch_header(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	char subject[240];
	memcpy(c->header, r->bytes, WH_NACHA_RECORD);
	c->batch_at = r->offset;
	c->batch = (struct wh_nacha_sums){ 0 };
	c->in_batch = true;
	c->debits = c->credits = c->has_trace = false;
	c->file.batches++;
	check_date(c, "effective_entry_date", c->header, batch_subject(c, subject));
	check_number(c, subject);
}

static void entry(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	order(c, r, c->in_batch, "a batch header before it", "an entry outside of a batch");
	wh_nacha_check_entry(c, r);
}

static void addenda(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	order(c, r, c->place.entry >= 0, "an entry before it", "an addenda without an entry");
	wh_nacha_check_addenda(c, r);
}

static void batch_control(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	order(c, r, c->in_batch, "a batch before it", "a batch control without a batch");
	if (c->in_batch)
		end_batch(c, r->bytes);
}

static void file_control(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	memcpy(c->control, r->bytes, WH_NACHA_RECORD);
	c->control_at = r->offset;
	c->has_control = true;
}

static const struct {
	char record;
	void (*step)(struct wh_nacha_check *, const struct wh_nacha_record *);
} steps[] = {
	{ '1', file_header },
	{ '5', batch_header },
	{ '6', entry },
	{ '7', addenda },
	{ '8', batch_control },
	{ '9', file_control },
};

static void take_step(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	char subject[240], shown[WH_NACHA_RECORD + 1];
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (steps[i].record == r->bytes[0]) {
			wh_nacha_kept(c, WH_NACHA_RULE_TYPE);
			steps[i].step(c, r);
			return;
		}
	}
	wh_nacha_broken(c, WH_NACHA_RULE_TYPE, place_text(c, r->offset, subject), "1, 5, 6, 7, 8 or 9",
		wh_nacha_shown(shown, r->bytes, 1, 1));
}

static void check_length(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	char subject[240], length[24];
	if (r->nraw == WH_NACHA_RECORD) {
		wh_nacha_kept(c, WH_NACHA_RULE_SHORT);
		return;
	}
	snprintf(length, sizeof length, "%zu", r->nraw);
	wh_nacha_broken(c, r->nraw < WH_NACHA_RECORD ? WH_NACHA_RULE_SHORT : WH_NACHA_RULE_LONG,
		place_text(c, r->offset, subject), "94", length);
}

/* ---- files ---- */

static void present(struct wh_nacha_check *c, const char *what, bool there)
{
	char no[24];
	snprintf(no, sizeof no, "no %s", what);
	wh_control_add(c->out,
		&(struct wh_control){ .rule = what,
			.subject = c->name,
			.expected = what,
			.actual = there ? what : no,
			.expected_is = "the rules",
			.actual_is = "the file" });
}

static void check_blocks(struct wh_nacha_check *c)
{
	char records[24], full[24];
	uint64_t n = c->file.records, blocks = (n + WH_NACHA_BLOCK - 1) / WH_NACHA_BLOCK;
	snprintf(records, sizeof records, "%llu", (unsigned long long)n);
	snprintf(full, sizeof full, "%llu", (unsigned long long)(blocks * WH_NACHA_BLOCK));
	wh_control_add(c->out,
		&(struct wh_control){ .rule = "blocks filled",
			.subject = c->name,
			.expected = full,
			.actual = records,
			.expected_is = "records of whole blocks",
			.actual_is = "the file",
			.notice = true });
}

static void end_parts(struct wh_nacha_check *c)
{
	if (c->place.entry >= 0)
		wh_nacha_check_entry_end(c);
	c->place.entry = -1;
}

void wh_nacha_check_end(struct wh_nacha_check *c)
{
	char subject[240];
	end_parts(c);
	if (c->in_batch)
		end_batch(c, NULL);
	present(c, "file header", c->has_header);
	present(c, "file control", c->has_control);
	if (c->has_control) {
		check_control(c, c->control, &c->file, place_text(c, c->control_at, subject));
		check_blocks(c);
	}
	report_kept(c, WH_NACHA_RULE_CODE, WH_NACHA_RULES, c->name);
}

void wh_nacha_check_start(struct wh_nacha_check *c, const char *name)
{
	*c = (struct wh_nacha_check){ .out = c->out,
		.charset = c->charset,
		.name = name,
		.place = { -1, -1, -1, "" } };
}

void wh_nacha_check(struct wh_nacha_check *c, const struct wh_nacha_record *r)
{
	char kind = r->bytes[0];
	if (!r->nraw) {
		check_length(c, r);
		return;
	}
	if (kind == '1' && c->file.records) {
		wh_nacha_check_end(c);
		wh_nacha_check_start(c, c->name);
	}
	if (kind != '7')
		end_parts(c);
	if (c->in_batch && (kind == '5' || kind == '9'))
		end_batch(c, NULL);
	wh_nacha_step(&c->place, r);
	c->file.records++;
	check_length(c, r);
	if (wh_nacha_filler(r->bytes)) {
		order(c, r, c->has_control, "a file control before it", "a record of nines");
	} else {
		order(c, r, !c->has_control, "records of nines only", "a record behind the file control");
		take_step(c, r);
	}
}
