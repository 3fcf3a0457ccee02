#include "model/recipe.h"
#include "base/text.h"

const struct wh_recipe_facts *wh_recipe_facts(enum wh_recipe_kind kind)
{
	static const struct wh_recipe_facts facts[WH_RECIPES] = {
		[WH_COPY] = { .name = "copy", .distinct = true },
		[WH_CONSTANT] = { .name = "value" },
		[WH_VALUES] = { .name = "values" },
		[WH_CONCAT] = { .name = "concat" },
		[WH_PART] = { .name = "split" },
		[WH_SCRIPT] = { .name = "expr" },
		[WH_HASH] = { .name = "hash", .mask = true, .keyed = true, .distinct = true },
		[WH_REDACT] = { .name = "redact", .mask = true },
		[WH_PARTIAL] = { .name = "partial", .mask = true },
		[WH_PSEUDONYM] = { .name = "pseudonym", .mask = true, .keyed = true, .distinct = true },
		[WH_DIGITS] = { .name = "digits", .mask = true, .keyed = true, .distinct = true },
		[WH_DATE_SHIFT] = { .name = "date_shift", .mask = true, .keyed = true },
	};
	return &facts[kind];
}

static bool same_pairs(const struct wh_recipe *a, const struct wh_recipe *b)
{
	if (a->npairs != b->npairs)
		return false;
	for (size_t i = 0; i < a->npairs; i++)
		if (!wh_equal(a->pairs[i].from, b->pairs[i].from) ||
			!wh_equal(a->pairs[i].to, b->pairs[i].to))
			return false;
	return true;
}

bool wh_recipe_same(const struct wh_recipe *a, const struct wh_recipe *b)
{
	if (a->kind != b->kind || a->nnames > 1 || b->nnames > 1)
		return false;
	const char *x = a->key ? a->key->source : NULL, *y = b->key ? b->key->source : NULL;
	return wh_equal(x, y) && wh_equal(a->domain, b->domain) && wh_equal(a->text, b->text) &&
		a->otherwise == b->otherwise && wh_equal(a->otherwise_text, b->otherwise_text) &&
		a->first == b->first && a->last == b->last && a->length == b->length &&
		a->base64 == b->base64 && a->days == b->days && same_pairs(a, b);
}
