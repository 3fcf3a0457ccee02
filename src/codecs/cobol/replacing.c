/* COPY REPLACING: words of a text exchanged for others. */
#include "base/text.h"
#include "codecs/cobol/parts.h"
#include <string.h>

#define WORD_MOST 1024
#define RULES_MOST 256

/* ":TAG:" and "(TAG)" are meant where they stand inside a word. */
static bool is_tag(const struct wh_cobol_token *token)
{
	size_t n = token->n;
	return token->kind == WH_COBOL_WORD && n > 2 &&
		((token->text[0] == ':' && token->text[n - 1] == ':') ||
			(token->text[0] == '(' && token->text[n - 1] == ')'));
}

int wh_cobol_rule_add(struct wh_cobol_rules *rules, struct wh_cobol_rule rule,
	struct wh_cobol_place place, struct wh_arena *arena, struct wh_error *error)
{
	bool part = rule.match != WH_COBOL_WHOLE;
	if (rules->count >= RULES_MOST)
		return wh_cobol_fail(error, place, "more than %d replacements at once", RULES_MOST);
	if (!rule.from.count)
		return wh_cobol_fail(error, place,
			"nothing stands to be replaced; write ==WORD== BY ==WORD==");
	if (!part && rule.from.count == 1 && is_tag(rule.from.items))
		rule.match = WH_COBOL_INSIDE;
	if (part && (rule.from.count > 1 || rule.from.items->kind != WH_COBOL_WORD))
		return wh_cobol_fail(error, place,
			"LEADING and TRAILING replace a part of one word, not \"%.60s\"",
			rule.from.items->text);
	if (part && rule.to.count > 1)
		return wh_cobol_fail(error, place,
			"LEADING and TRAILING put one part of a word in another's place, not \"%.60s %.60s\"",
			rule.to.items[0].text, rule.to.items[1].text);
	*wh_push(arena, &rules->items, &rules->count) = rule;
	return WH_OK;
}

static bool same_token(const struct wh_cobol_token *a, const struct wh_cobol_token *b)
{
	if (a->kind != b->kind || a->prefix != b->prefix)
		return false;
	return a->kind == WH_COBOL_WORD
		? wh_equal_nocase(a->text, b->text)
		: a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

static bool matches(const struct wh_cobol_tokens *from, const struct wh_cobol_token *at,
	size_t left)
{
	if (from->count > left)
		return false;
	for (size_t i = 0; i < from->count; i++)
		if (!same_token(&from->items[i], &at[i]))
			return false;
	return true;
}

/* The first rule that fits the tokens as a whole. */
static const struct wh_cobol_rule *rule_for(const struct wh_cobol_rules *rules,
	const struct wh_cobol_token *at, size_t left)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct wh_cobol_rule *rule = &rules->items[i];
		bool whole = rule->match == WH_COBOL_WHOLE || rule->match == WH_COBOL_INSIDE;
		if (whole && matches(&rule->from, at, left))
			return rule;
	}
	return NULL;
}

/* Where the rule's part stands at or behind `at`, or NULL. */
static const char *part_find(const struct wh_cobol_rule *rule, const struct wh_cobol_token *token,
	const char *at)
{
	size_t n = rule->from.items->n;
	const char *end = token->text + token->n, *text = rule->from.items->text;
	if ((size_t)(end - at) < n)
		return NULL;
	const char *last = end - n;
	const char *first = rule->match == WH_COBOL_TRAILING ? last : at;
	last = rule->match == WH_COBOL_LEADING ? token->text : last;
	for (const char *c = first; c <= last; c++)
		if (wh_starts_nocase(c, text))
			return c;
	return NULL;
}

static int part_replace(const struct wh_cobol_rule *rule, struct wh_cobol_token *token,
	struct wh_arena *arena, struct wh_error *error)
{
	const char *to = rule->to.count ? rule->to.items->text : "";
	const char *at = token->text, *found;
	struct wh_buffer text = { .max = WORD_MOST };
	while ((found = part_find(rule, token, at))) {
		wh_buffer_put(&text, at, (size_t)(found - at));
		wh_buffer_text(&text, to);
		at = found + rule->from.items->n;
	}
	bool changed = at != token->text;
	if (changed)
		wh_buffer_text(&text, at);
	int rc = text.full
		? wh_cobol_fail(error, token->place, "a word grows beyond %d characters by REPLACING",
			  WORD_MOST)
		: WH_OK;
	if (changed && rc == WH_OK) {
		token->text = wh_arena_bytes(arena, wh_buffer_string(&text), text.size);
		token->n = text.size;
	}
	wh_buffer_free(&text);
	return rc;
}

/* One word, by every rule for parts of words. */
static int word_replace(const struct wh_cobol_rules *rules, struct wh_cobol_token token,
	struct wh_cobol_tokens *out, struct wh_arena *arena, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < rules->count; i++) {
		const struct wh_cobol_rule *rule = &rules->items[i];
		if (rule->match != WH_COBOL_WHOLE && rule->to.count < 2 && token.kind == WH_COBOL_WORD)
			rc = part_replace(rule, &token, arena, error);
	}
	bool gone = token.kind == WH_COBOL_WORD && !token.n;
	return rc == WH_OK && !gone ? wh_cobol_token_add(out, &token, arena, error) : rc;
}

int wh_cobol_rules_apply(const struct wh_cobol_rules *rules, const struct wh_cobol_tokens *in,
	struct wh_cobol_tokens *out, struct wh_arena *arena, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; rc == WH_OK && i < in->count;) {
		const struct wh_cobol_rule *rule = rule_for(rules, &in->items[i], in->count - i);
		if (!rule) {
			rc = word_replace(rules, in->items[i++], out, arena, error);
			continue;
		}
		for (size_t k = 0; rc == WH_OK && k < rule->to.count; k++) {
			struct wh_cobol_token token = rule->to.items[k];
			token.place = in->items[i].place;
			rc = wh_cobol_token_add(out, &token, arena, error);
		}
		i += rule->from.count;
	}
	return rc;
}
