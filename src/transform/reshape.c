/* Constants, lists of values, texts joined and cut. */
#define _GNU_SOURCE /* memmem */
#include "transform/make.h"
#include "base/text.h"
#include <stdlib.h>

static const char *constant(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state, (void)input;
	wh_buffer_text(&out->text, r->text);
	return NULL;
}

const struct wh_make wh_make_constant = { .make = constant };

static int compare_pair(const void *text, const void *pair)
{
	return strcmp(text, ((const struct wh_recipe_pair *)pair)->from);
}

static const char *instead(const struct wh_recipe *r, struct wh_made *out)
{
	out->null = r->otherwise == WH_ELSE_NULL;
	if (r->otherwise == WH_ELSE_TEXT) {
		wh_buffer_clear(&out->text);
		wh_buffer_text(&out->text, r->otherwise_text);
	}
	return r->otherwise == WH_ELSE_QUARANTINE ? "the value is not in the list of `values`" : NULL;
}

static const char *values(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state;
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	const char *text = wh_buffer_string(&out->text);
	bool whole = strlen(text) == out->text.size; /* no NUL inside */
	const struct wh_recipe_pair *pair = whole && r->npairs
		? bsearch(text, r->pairs, r->npairs, sizeof *r->pairs, compare_pair)
		: NULL;
	if (!pair)
		return instead(r, out);
	wh_buffer_clear(&out->text);
	wh_buffer_text(&out->text, pair->to);
	return NULL;
}

const struct wh_make wh_make_values = { .make = values };

/* Nulls are left out, and their separators with them; of nulls alone comes null. */
static const char *concat(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state;
	struct wh_buffer *all = &input->text;
	bool any = false;
	wh_buffer_clear(all);
	for (size_t i = 0; i < r->nnames; i++) {
		const char *why = wh_input_text(input, r->fields[i], out);
		if (why)
			return why;
		if (out->null)
			continue;
		if (any)
			wh_buffer_text(all, r->text);
		wh_buffer_put(all, wh_buffer_string(&out->text), out->text.size);
		any = true;
	}
	out->null = !any;
	wh_buffer_clear(&out->text);
	wh_buffer_put(&out->text, wh_buffer_string(all), all->size);
	return NULL;
}

const struct wh_make wh_make_concat = { .make = concat };

/* Where the part begins, or NULL: there are fewer. */
static const char *part_start(const char *text, const char *end, const struct wh_recipe *r)
{
	size_t n = strlen(r->text);
	for (size_t i = 0; i < r->part && text; i++) {
		text = memmem(text, (size_t)(end - text), r->text, n);
		text = text ? text + n : NULL;
	}
	return text;
}

static const char *part(void *state, const struct wh_recipe *r, struct wh_input *input,
	struct wh_made *out)
{
	(void)state;
	const char *why = wh_input_text(input, r->fields[0], out);
	if (why || out->null)
		return why;
	const char *text = wh_buffer_string(&out->text), *end = text + out->text.size;
	const char *start = part_start(text, end, r), *stop = NULL;
	out->null = !start;
	if (!start)
		return NULL;
	if (r->part + 1 < r->parts)
		stop = memmem(start, (size_t)(end - start), r->text, strlen(r->text));
	wh_buffer_clear(&input->text);
	wh_buffer_put(&input->text, start, (size_t)((stop ? stop : end) - start));
	wh_buffer_clear(&out->text);
	wh_buffer_put(&out->text, wh_buffer_string(&input->text), input->text.size);
	return NULL;
}

const struct wh_make wh_make_part = { .make = part };
