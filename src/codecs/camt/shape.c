#include "codecs/camt/shape.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

const struct wh_camt_version *wh_camt_version(const char *name)
{
	static const struct wh_camt_version versions[] = { { "08", wh_camt_shape_08 },
		{ "02", wh_camt_shape_02 } };
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		if (wh_equal(name, versions[i].name))
			return &versions[i];
	return NULL;
}

/* ---- from texts to types ---- */

static size_t count_names(const char *text)
{
	size_t n = 1;
	for (; *text; text++)
		n += *text == ' ';
	return n;
}

static size_t name_length(const char *at)
{
	return strcspn(at, "!*:$= ");
}

static const struct wh_camt_type *find_type(const struct wh_camt_type_text *text,
	const struct wh_camt_type *types, const char *name, size_t n)
{
	for (size_t i = 0; text[i].name; i++)
		if (strlen(text[i].name) == n && memcmp(text[i].name, name, n) == 0)
			return &types[i];
	return NULL;
}

static const char *read_number(const char *at, uint32_t *out)
{
	char *end;
	*out = (uint32_t)strtoul(at, &end, 10);
	return end;
}

/* What stands behind its name. */
static void read_marks(struct wh_camt_element *e, const char *at,
	const struct wh_camt_type_text *text, const struct wh_camt_type *types)
{
	size_t n = strcspn(at, " ");
	const char *end = at + n;
	e->times = 1;
	if (*at == '!')
		e->needed = *at++;
	if (*at == '*')
		at = read_number(at + 1, &e->times);
	e->money = *at == '$';
	if (*at == ':')
		e->inside = find_type(text, types, at + 1, (size_t)(end - at - 1));
	if (*at != '=')
		return;
	read_number(at + 1, &e->most);
	e->words = e->most ? NULL : at + 1;
	e->nwords = (size_t)(end - at - 1);
}

static void read_type(struct wh_arena *arena, struct wh_camt_type *type, const char *at,
	const struct wh_camt_type_text *text, const struct wh_camt_type *types)
{
	type->either = *at == '|';
	at += type->either;
	struct wh_camt_element *elements = wh_new_array(arena, struct wh_camt_element, count_names(at));
	type->elements = elements;
	while (*at) {
		struct wh_camt_element *e = &elements[type->n++];
		size_t n = name_length(at);
		e->name = wh_arena_bytes(arena, at, n);
		read_marks(e, at + n, text, types);
		at += strcspn(at, " ");
		at += *at == ' ';
	}
}

const struct wh_camt_type *wh_camt_shape(struct wh_arena *arena,
	const struct wh_camt_type_text *text)
{
	size_t n = 0;
	while (text[n].name)
		n++;
	struct wh_camt_type *types = wh_new_array(arena, struct wh_camt_type, n);
	for (size_t i = 0; i < n; i++)
		read_type(arena, &types[i], text[i].elements, text, types);
	return types;
}

/* ---- places ---- */

size_t wh_camt_element(const struct wh_camt_type *type, const char *name, size_t n)
{
	size_t i = 0;
	while (
		i < type->n && (strncmp(type->elements[i].name, name, n) != 0 || type->elements[i].name[n]))
		i++;
	return i;
}

/* "Strd" or "Strd[2]"; the first one has no number. */
static bool read_step(const char *text, size_t n, const struct wh_camt_type *type,
	struct wh_camt_step *out)
{
	const char *bracket = memchr(text, '[', n);
	size_t name = bracket ? (size_t)(bracket - text) : n;
	size_t element = wh_camt_element(type, text, name);
	uint64_t nth = 1;
	bool numbered = !bracket ||
		(text[n - 1] == ']' && wh_text_uint64(bracket + 1, n - name - 2, &nth) && nth > 1 &&
			nth <= UINT32_MAX);
	*out = (struct wh_camt_step){ (uint16_t)element, (uint32_t)nth };
	return numbered && element < type->n;
}

bool wh_camt_place(const struct wh_camt_type *type, const char *path, struct wh_camt_place *out)
{
	*out = (struct wh_camt_place){ 0 };
	for (;;) {
		size_t n = strcspn(path, "/");
		if (!type || out->n == WH_CAMT_DEEPEST || !read_step(path, n, type, &out->steps[out->n]))
			return false;
		out->last = &type->elements[out->steps[out->n++].element];
		type = out->last->inside;
		path += n;
		if (*path != '/' || path[1] == '@')
			break;
		path++;
	}
	out->currency = out->last->money && wh_equal(path, "/@Ccy");
	return !*path || out->currency;
}

static bool is_word(const char *words, size_t size, const char *text, size_t n)
{
	for (const char *end = words + size; words < end; words++) {
		const char *slash = memchr(words, '/', (size_t)(end - words));
		size_t length = (size_t)((slash ? slash : end) - words);
		if (length == n && memcmp(words, text, n) == 0)
			return true;
		words += length;
	}
	return false;
}

bool wh_camt_takes(const struct wh_camt_element *element, const char *text, size_t n)
{
	if (element->inside)
		return !n;
	if (element->words)
		return is_word(element->words, element->nwords, text, n);
	if (element->most || element->money)
		return n && (!element->most || wh_utf8_length(text, n) <= element->most);
	return true;
}
