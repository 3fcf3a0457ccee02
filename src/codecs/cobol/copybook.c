#include "codecs/cobol/copybook.h"
#include "codecs/cobol/parts.h"
#include <stdio.h>

int wh_cobol_at(struct wh_error *error, struct wh_cobol_place place)
{
	return wh_fail_place(error, "%s:%u:%u", place.file, place.line, place.column);
}

const char *wh_cobol_field_name(const struct wh_cobol_field *field)
{
	return field->name ? field->name : "FILLER";
}

void wh_cobol_note(struct wh_cobol_parse *p, const struct wh_cobol_field *about, const char *rule,
	const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	*wh_push(p->arena, &p->out->notes, &p->out->nnotes) = (struct wh_cobol_note){ about->place,
		rule, wh_cobol_field_name(about), wh_arena_text(p->arena, text) };
}

/* A last token that ends the text wherever the parser looks. */
static int add_end(struct wh_cobol_tokens *tokens, const struct wh_cobol_text *text,
	struct wh_arena *arena, struct wh_error *error)
{
	struct wh_cobol_token end = { .text = "the end",
		.place = { wh_arena_text(arena, text->name), 1, 1 } };
	if (tokens->count)
		end.place = tokens->items[tokens->count - 1].place;
	return wh_cobol_token_add(tokens, &end, arena, error);
}

int wh_copybook_parse(const struct wh_cobol_text *text, const struct wh_cobol_options *options,
	struct wh_arena *arena, struct wh_copybook *out, struct wh_error *error)
{
	static int (*const steps[])(struct wh_cobol_parse *) = { wh_cobol_entries_read,
		wh_cobol_types_set, wh_cobol_names_resolve, wh_cobol_layout_make, wh_cobol_renames_place };
	struct wh_cobol_parse p = { .options = options, .arena = arena, .error = error, .out = out };
	struct wh_cobol_tokens tokens = { 0 };
	*out = (struct wh_copybook){ 0 };
	int rc = wh_cobol_expand(&tokens, text, options, &out->format, arena, error);
	if (rc == WH_OK)
		rc = add_end(&tokens, text, arena, error);
	p.at = tokens.items;
	for (size_t i = 0; rc == WH_OK && i < sizeof steps / sizeof *steps; i++)
		rc = steps[i](&p);
	return rc;
}
