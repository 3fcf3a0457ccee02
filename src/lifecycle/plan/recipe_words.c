#include "lifecycle/plan/parts.h"
#include "base/text.h"

static const char *listed(struct wh_arena *arena, const struct wh_recipe *r)
{
	struct wh_buffer out = { 0 };
	for (size_t i = 0; i < r->nnames; i++)
		wh_buffer_format(&out, "%s%s", i ? ", " : "", r->names[i]);
	const char *text = wh_arena_text(arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static const char *values_words(struct wh_arena *arena, const struct wh_recipe *r)
{
	static const char *const words[] = { [WH_ELSE_QUARANTINE] = "others go into quarantine",
		[WH_ELSE_KEEP] = "others stay as they are",
		[WH_ELSE_NULL] = "others become null",
		[WH_ELSE_TEXT] = "others become one value" };
	return wh_arena_format(arena, "by a list of %zu values, %s", r->npairs, words[r->otherwise]);
}

static const char *mask_words(struct wh_arena *arena, const struct wh_recipe *r)
{
	const char *name = wh_recipe_facts(r->kind)->name;
	if (!r->key)
		return wh_arena_format(arena, "masked by %s", name);
	return wh_arena_format(arena, "masked by %s with the key of %s%s%s%s", name, r->key->source,
		*r->domain ? ", domain \"" : "", r->domain, *r->domain ? "\"" : "");
}

const char *wh_recipe_words(struct wh_arena *arena, const struct wh_recipe *r)
{
	if (wh_recipe_facts(r->kind)->mask)
		return mask_words(arena, r);
	switch (r->kind) {
	case WH_CONSTANT:
		return wh_arena_format(arena, "always \"%s\"", r->text);
	case WH_VALUES:
		return values_words(arena, r);
	case WH_PART:
		return wh_arena_format(arena, "part %zu of %s, cut at \"%s\"", r->part + 1,
			listed(arena, r), r->text);
	case WH_CONCAT:
		return wh_arena_format(arena, "%s joined by \"%s\"", listed(arena, r), r->text);
	default:
		return wh_arena_format(arena, "by the expression %s", r->text);
	}
}
