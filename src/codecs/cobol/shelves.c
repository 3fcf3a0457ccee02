#include "codecs/cobol/shelves.h"
#include <ctype.h>

/* Where COPY looks. */
struct shelves {
	const struct wh_codec_setup *setup;
	const struct wh_cobol_words *more;
	const char *own; /* the folder of the copybook that copies */
};

static const char *folder_of(struct wh_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? wh_arena_bytes(arena, path, (size_t)(slash - path)) : ".";
}

static int read_text(const struct wh_codec_setup *setup, const char *path,
	struct wh_cobol_text *out, struct wh_error *error)
{
	struct wh_codec_text text = { 0 };
	int rc = setup->text(setup->context, path, setup->arena, &text, error);
	*out = (struct wh_cobol_text){ wh_arena_text(setup->arena, path), text.bytes, text.n };
	return rc;
}

static const char *in_case(struct wh_arena *arena, const char *text, int (*change)(int))
{
	char *copy = wh_arena_text(arena, text);
	for (char *c = copy; *c; c++)
		*c = (char)change((unsigned char)*c);
	return copy;
}

/* What cannot be read there is looked for elsewhere. */
static bool find_in(const struct shelves *s, const char *folder, const char *name,
	struct wh_cobol_text *out)
{
	static const char *const tails[] = { "", ".cpy", ".cob", ".cbl", ".CPY", ".COB", ".CBL" };
	struct wh_arena *arena = s->setup->arena;
	const char *const spelled[] = { name, in_case(arena, name, toupper),
		in_case(arena, name, tolower) };
	struct wh_error ignored = { 0 };
	for (size_t i = 0; i < sizeof spelled / sizeof *spelled; i++)
		for (size_t k = 0; k < sizeof tails / sizeof *tails; k++) {
			const char *path = wh_arena_format(arena, "%s/%s%s", folder, spelled[i], tails[k]);
			if (read_text(s->setup, path, out, &ignored) == WH_OK)
				return true;
		}
	return false;
}

static bool find_on(const struct shelves *s, const char *folder, const char *library,
	const char *name, struct wh_cobol_text *out)
{
	const char *inner = library ? wh_arena_format(s->setup->arena, "%s/%s", folder, library) : NULL;
	return (inner && find_in(s, inner, name, out)) || find_in(s, folder, name, out);
}

static bool is_plain(const char *name)
{
	return !name || (!strchr(name, '/') && *name && *name != '.');
}

static int copy_text(void *context, const char *name, const char *library, struct wh_arena *arena,
	struct wh_cobol_text *out, struct wh_error *error)
{
	const struct shelves *s = context;
	(void)arena;
	if (!is_plain(name) || !is_plain(library))
		return wh_fail(error, WH_CONFIG,
			"COPY of a path, \"%.60s\"; name the copybook alone, and its folder with copy_path=",
			is_plain(name) ? library : name);
	bool found = find_on(s, s->own, library, name, out);
	for (size_t i = 0; !found && i < s->more->count; i++)
		found = find_on(s, s->more->items[i], library, name, out);
	if (found)
		return WH_OK;
	return wh_fail(error, WH_CONFIG,
		"there is no copybook \"%.60s\" in \"%.200s\"%s; name its folder with copy_path=", name,
		s->own, s->more->count ? " or the folders of copy_path=" : "");
}

int wh_cobol_shelves_read(const struct wh_codec_setup *setup, const struct wh_cobol_choices *c,
	struct wh_copybook *books, struct wh_error *error)
{
	struct shelves shelves = { .setup = setup, .more = &c->copy_paths };
	struct wh_cobol_options options = { .dialect = (enum wh_cobol_dialect)c->dialect,
		.format = (enum wh_cobol_format)c->copybook_format,
		.replacing = c->replacing.items,
		.nreplacing = c->replacing.count,
		.copy = copy_text,
		.context = &shelves };
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < c->copybooks.count; i++) {
		struct wh_cobol_text text = { 0 };
		shelves.own = folder_of(setup->arena, c->copybooks.items[i]);
		rc = read_text(setup, c->copybooks.items[i], &text, error);
		if (rc == WH_OK)
			rc = wh_copybook_parse(&text, &options, setup->arena, &books[i], error);
	}
	return rc;
}
