#include "base/text.h"
#include "cli/inspect.h"
#include "cli/terminal.h"
#include <jansson.h>
#include <string.h>

#define NAME_MOST 48 /* columns; what is longer pushes its own line to the right */

struct shown {
	const struct wh_copybook *copybook;
	struct wh_arena *arena;
	int width; /* of level and name */
};

static int depth_of(const struct wh_copybook *c, const struct wh_cobol_field *f)
{
	int depth = 0;
	for (; f->parent != WH_COBOL_NONE; f = &c->fields[f->parent])
		depth++;
	return depth;
}

static const char *entry_text(const struct shown *s, int depth, unsigned level, const char *name)
{
	return wh_arena_format(s->arena, "%*s%02u %s", 2 * depth, "", level, name);
}

static const char *field_text(const struct shown *s, const struct wh_cobol_field *f)
{
	return entry_text(s, depth_of(s->copybook, f), f->level, wh_cobol_field_name(f));
}

static const char *name_at(const struct shown *s, uint32_t field)
{
	return field == WH_COBOL_NONE ? NULL : wh_cobol_field_name(&s->copybook->fields[field]);
}

static void remark(struct wh_buffer *out, const char *text)
{
	if (out->size)
		wh_buffer_text(out, "; ");
	wh_buffer_text(out, text);
}

static const char *occurs_text(const struct shown *s, const struct wh_cobol_field *f)
{
	if (f->depending == WH_COBOL_NONE)
		return wh_arena_format(s->arena, "occurs %u", f->occurs_max);
	return wh_arena_format(s->arena, "occurs %u to %u depending on %s", f->occurs_min,
		f->occurs_max, name_at(s, f->depending));
}

static void remarks(const struct shown *s, const struct wh_cobol_field *f, struct wh_buffer *out)
{
	if (f->occurs)
		remark(out, occurs_text(s, f));
	if (f->redefines != WH_COBOL_NONE)
		remark(out, wh_arena_format(s->arena, "redefines %s", name_at(s, f->redefines)));
	if (f->sign_leading || f->sign_separate)
		remark(out,
			wh_arena_format(s->arena, "sign %s%s", f->sign_leading ? "leading" : "trailing",
				f->sign_separate ? " separate" : ""));
	if (f->slack_before)
		remark(out, wh_arena_format(s->arena, "%u slack before", f->slack_before));
	if (f->slack_after)
		remark(out, wh_arena_format(s->arena, "%u slack at its end", f->slack_after));
	if (f->moves)
		remark(out, "moves");
	if (f->varies)
		remark(out, wh_arena_format(s->arena, "%u bytes at least", f->min_length));
}

/* The last column ends where its text does. */
static void print_row(const struct shown *s, const char *entry, const char *const cells[6])
{
	struct wh_buffer line = { 0 };
	wh_buffer_format(&line, "%-*s %8s %8s  %-14s %-9s %-16s %s", s->width, entry, cells[0],
		cells[1], cells[2], cells[3], cells[4], cells[5]);
	while (line.size && line.data[line.size - 1] == ' ')
		line.data[--line.size] = '\0';
	printf("%s\n", wh_buffer_string(&line));
	wh_buffer_free(&line);
}

static const char *literal_text(const struct shown *s, const struct wh_cobol_literal *l)
{
	static const char *const forms[] = { [WH_COBOL_LITERAL_TEXT] = "'%s'",
		[WH_COBOL_LITERAL_HEX] = "X'%s'",
		[WH_COBOL_LITERAL_NUMBER] = "%s",
		[WH_COBOL_LITERAL_FIGURATIVE] = "%s",
		[WH_COBOL_LITERAL_ALL] = "ALL '%s'" };
	struct wh_buffer text = { 0 };
	for (const char *c = forms[l->kind]; *c; c++) {
		if (*c != '%') {
			wh_buffer_char(&text, *c);
			continue;
		}
		wh_buffer_text(&text, wh_terminal_shown(s->arena, l->text));
		c++;
	}
	const char *made = wh_arena_text(s->arena, wh_buffer_string(&text));
	wh_buffer_free(&text);
	return made;
}

static void print_condition(const struct shown *s, int depth, const struct wh_cobol_condition *c)
{
	printf("%-*s ", s->width, entry_text(s, depth, 88, c->name));
	for (size_t i = 0; i < c->nranges; i++) {
		const struct wh_cobol_range *r = &c->ranges[i];
		printf("%s%s", i ? ", " : "", literal_text(s, &r->from));
		if (r->has_thru)
			printf(" to %s", literal_text(s, &r->thru));
	}
	printf("\n");
}

static void print_field(const struct shown *s, const struct wh_cobol_field *f)
{
	struct wh_buffer last = { 0 };
	remarks(s, f, &last);
	bool group = f->kind == WH_COBOL_GROUP;
	const char *const cells[] = { wh_arena_format(s->arena, "%u", f->offset),
		wh_arena_format(s->arena, "%u", f->length), f->picture.text ? f->picture.text : "",
		group ? "" : wh_cobol_usage_name(f->usage), wh_cobol_kind_text(s->arena, f),
		wh_buffer_string(&last) };
	print_row(s, field_text(s, f), cells);
	wh_buffer_free(&last);
	for (size_t i = 0; i < f->nconditions; i++)
		print_condition(s, depth_of(s->copybook, f) + 1, &f->conditions[i]);
}

static void print_rename(const struct shown *s, const struct wh_cobol_rename *r)
{
	const char *thru = r->last == r->first ? "" : " to ";
	const char *last = r->last == r->first ? "" : name_at(s, r->last);
	const char *const cells[] = { wh_arena_format(s->arena, "%u", r->offset),
		wh_arena_format(s->arena, "%u", r->length), "", "", "",
		wh_arena_format(s->arena, "renames %s%s%s", name_at(s, r->first), thru, last) };
	print_row(s, entry_text(s, 1, 66, r->name), cells);
}

static int width_of(const struct shown *s, const struct wh_cobol_record *record)
{
	int width = 0;
	for (uint32_t i = 0; i < record->count; i++) {
		int n = (int)strlen(field_text(s, &s->copybook->fields[record->first + i]));
		width = n > width && n <= NAME_MOST ? n : width;
	}
	return width;
}

static void print_record(struct shown *s, const struct wh_cobol_record *record)
{
	static const char *const titles[] = { "OFFSET", "LENGTH", "PICTURE", "USAGE", "KIND", "" };
	if (record->min_length == record->max_length)
		printf("%u bytes\n\n", record->max_length);
	else
		printf("%u to %u bytes\n\n", record->min_length, record->max_length);
	s->width = width_of(s, record);
	print_row(s, "FIELD", titles);
	for (uint32_t i = 0; i < record->count; i++)
		print_field(s, &s->copybook->fields[record->first + i]);
	for (size_t i = 0; i < record->nrenames; i++)
		print_rename(s, &record->renames[i]);
}

void wh_inspect_print(const struct wh_inspected *what, struct wh_arena *arena)
{
	struct shown s = { what->copybook, arena, 0 };
	const struct wh_copybook *c = what->copybook;
	for (size_t i = 0; i < c->nrecords; i++) {
		fputs(i ? "\n" : "", stdout);
		print_record(&s, &c->records[i]);
	}
	fputs(c->nnotes ? "\nfindings\n" : "", stdout);
	for (size_t i = 0; i < c->nnotes; i++) {
		const struct wh_cobol_note *n = &c->notes[i];
		printf("  %s:%u: %s: %s\n", wh_terminal_shown(arena, n->place.file), n->place.line,
			n->object, n->text);
	}
}

/* A copybook may be in any code page: bytes that are no UTF-8 are taken one by one. */
static json_t *bytes_json(const char *bytes, size_t n)
{
	if (wh_utf8_valid(bytes, n))
		return json_stringn(bytes, n);
	struct wh_buffer text = { 0 };
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c >= 0x80)
			wh_buffer_char(&text, (char)(0xc0 | c >> 6));
		wh_buffer_char(&text, (char)(c < 0x80 ? c : 0x80 | (c & 0x3f)));
	}
	json_t *made = json_stringn(wh_buffer_string(&text), text.size);
	wh_buffer_free(&text);
	return made;
}

static json_t *literal_json(const struct wh_cobol_literal *l)
{
	static const char *const kinds[] = { [WH_COBOL_LITERAL_TEXT] = "text",
		[WH_COBOL_LITERAL_HEX] = "hex",
		[WH_COBOL_LITERAL_NUMBER] = "number",
		[WH_COBOL_LITERAL_FIGURATIVE] = "figurative",
		[WH_COBOL_LITERAL_ALL] = "all" };
	return json_pack("{s:s, s:o}", "kind", kinds[l->kind], "value", bytes_json(l->text, l->n));
}

static json_t *condition_json(const struct wh_cobol_condition *c)
{
	json_t *values = json_array();
	for (size_t i = 0; i < c->nranges; i++) {
		const struct wh_cobol_range *r = &c->ranges[i];
		json_array_append_new(values,
			json_pack("{s:o, s:o}", "from", literal_json(&r->from), "thru",
				r->has_thru ? literal_json(&r->thru) : json_null()));
	}
	return json_pack("{s:s, s:o}", "name", c->name, "values", values);
}

static json_t *conditions_json(const struct wh_cobol_field *f)
{
	json_t *all = json_array();
	for (size_t i = 0; i < f->nconditions; i++)
		json_array_append_new(all, condition_json(&f->conditions[i]));
	return all;
}

static json_t *occurs_json(const struct shown *s, const struct wh_cobol_field *f)
{
	if (!f->occurs)
		return json_null();
	return json_pack("{s:i, s:i, s:s?}", "min", (int)f->occurs_min, "max", (int)f->occurs_max,
		"depending", name_at(s, f->depending));
}

static json_t *number_json(const struct wh_cobol_field *f)
{
	const struct wh_cobol_picture *p = &f->picture;
	if (f->kind == WH_COBOL_GROUP || !p->digits)
		return json_null();
	return json_pack("{s:i, s:i, s:b, s:b, s:b}", "digits", (int)p->digits, "scale", p->scale,
		"signed", p->sign, "sign_leading", f->sign_leading, "sign_separate", f->sign_separate);
}

static void add_flags(json_t *to, const struct wh_cobol_field *f)
{
	json_object_set_new(to, "edited", json_boolean(f->kind == WH_COBOL_EDITED));
	json_object_set_new(to, "moves", json_boolean(f->moves));
	json_object_set_new(to, "varies", json_boolean(f->varies));
	json_object_set_new(to, "synchronized", json_boolean(f->synchronized));
	json_object_set_new(to, "justified", json_boolean(f->justified));
	json_object_set_new(to, "blank_when_zero", json_boolean(f->blank_when_zero));
}

/* `parent` counts within the record's fields. */
static json_t *field_json(const struct shown *s, const struct wh_cobol_field *f, uint32_t first)
{
	const char *usage = f->kind == WH_COBOL_GROUP ? NULL : wh_cobol_usage_name(f->usage);
	json_t *one = json_pack("{s:i, s:s?, s:i, s:i, s:i, s:s, s:s?, s:s?, s:s?}", "level",
		(int)f->level, "name", f->name, "offset", (int)f->offset, "length", (int)f->length,
		"min_length", (int)f->min_length, "kind", wh_cobol_kind_text(s->arena, f), "picture",
		f->picture.text, "usage", usage, "redefines", name_at(s, f->redefines));
	json_object_set_new(one, "parent",
		f->parent == WH_COBOL_NONE ? json_null() : json_integer(f->parent - first));
	json_object_set_new(one, "occurs", occurs_json(s, f));
	json_object_set_new(one, "number", number_json(f));
	json_object_set_new(one, "slack_before", json_integer(f->slack_before));
	json_object_set_new(one, "slack_after", json_integer(f->slack_after));
	json_object_set_new(one, "line", json_integer(f->place.line));
	json_object_set_new(one, "conditions", conditions_json(f));
	add_flags(one, f);
	return one;
}

static json_t *rename_json(const struct shown *s, const struct wh_cobol_rename *r)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i}", "name", r->name, "first", name_at(s, r->first),
		"last", name_at(s, r->last), "offset", (int)r->offset, "length", (int)r->length);
}

static json_t *record_json(const struct shown *s, const struct wh_cobol_record *record)
{
	json_t *fields = json_array(), *renames = json_array();
	const struct wh_cobol_field *first = &s->copybook->fields[record->first];
	bool whole = first->level == 1 || first->level == 77;
	for (uint32_t i = 0; i < record->count; i++)
		json_array_append_new(fields, field_json(s, &first[i], record->first));
	for (size_t i = 0; i < record->nrenames; i++)
		json_array_append_new(renames, rename_json(s, &record->renames[i]));
	return json_pack("{s:s?, s:i, s:i, s:o, s:o}", "name", whole ? first->name : NULL, "min_length",
		(int)record->min_length, "max_length", (int)record->max_length, "fields", fields, "renames",
		renames);
}

static json_t *notes_json(const struct wh_copybook *c)
{
	json_t *all = json_array();
	for (size_t i = 0; i < c->nnotes; i++) {
		const struct wh_cobol_note *n = &c->notes[i];
		json_t *place = bytes_json(n->place.file, strlen(n->place.file));
		json_array_append_new(all,
			json_pack("{s:s, s:s, s:s, s:s, s:o, s:i, s:i}", "rule", n->rule, "severity", "warning",
				"object", n->object, "text", n->text, "file", place, "line", (int)n->place.line,
				"column", (int)n->place.column));
	}
	return all;
}

char *wh_inspect_document(const struct wh_inspected *what, struct wh_arena *arena)
{
	struct shown s = { what->copybook, arena, 0 };
	const struct wh_copybook *c = what->copybook;
	json_t *records = json_array();
	for (size_t i = 0; i < c->nrecords; i++)
		json_array_append_new(records, record_json(&s, &c->records[i]));
	json_t *whole = json_pack("{s:i, s:n, s:i, s:o, s:s, s:s, s:o, s:o}", "whimbrel", 1, "error",
		"exit", 0, "file", bytes_json(what->file, strlen(what->file)), "dialect", what->dialect,
		"format", c->format == WH_COBOL_FREE ? "free" : "fixed", "records", records, "findings",
		notes_json(c));
	char *text = whole ? json_dumps(whole, JSON_INDENT(2)) : NULL;
	json_decref(whole);
	return text;
}
