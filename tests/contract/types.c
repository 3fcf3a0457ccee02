/* The list of an engine's types is whole, and its parser knows every one of them. Pure. */
#include "contract.h"
#include "base/text.h"
#include "lifecycle/plan/mapping.h"
#include <ctype.h>

static bool begins_with(const char *native, const char *word)
{
	size_t n = strlen(word);
	return wh_starts_nocase(native, word) && !isalnum((unsigned char)native[n]) && native[n] != '_';
}

static const struct wh_type_entry *entry_of(const struct wh_connector *k, const char *word)
{
	for (const struct wh_type_entry *t = k->types; t->native; t++)
		if (begins_with(t->native, word))
			return t;
	return NULL;
}

static const struct wh_type_entry *entry_named(const struct wh_connector *k, const char *native)
{
	for (const struct wh_type_entry *t = k->types; t->native; t++)
		if (wh_equal(t->native, native))
			return t;
	return NULL;
}

static void every_word_is_listed(void **state)
{
	(void)state;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++) {
		size_t n = 0;
		for (const char *word; (word = (*k)->type_word(n)); n++)
			if (!entry_of(*k, word))
				fail_msg("%s: \"%s\" is not in the list of types", (*k)->scheme, word);
		assert_true(n > 10);
	}
}

static struct wh_type parsed(const struct wh_connector *k, const char *native,
	struct wh_arena *arena)
{
	struct wh_type type = { 0 };
	if (!k->type(arena, native, &type) || !type.kind)
		fail_msg("%s: \"%s\" is listed and not understood", k->scheme, native);
	return type;
}

static void every_entry_is_understood(void **state)
{
	struct wh_arena arena = { 0 };
	(void)state;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++)
		for (const struct wh_type_entry *t = (*k)->types; t->native; t++) {
			if (entry_named(*k, t->native) != t)
				fail_msg("%s: \"%s\" is listed twice", (*k)->scheme, t->native);
			if (!t->type)
				assert_string_equal(parsed(*k, t->native, &arena).native, t->native);
		}
	wh_arena_free(&arena);
}

static void other_words_mean_the_same(void **state)
{
	struct wh_arena arena = { 0 };
	(void)state;
	for (const struct wh_connector *const *k = wh_connectors; *k; k++)
		for (const struct wh_type_entry *t = (*k)->types; t->native; t++) {
			if (!t->same_as)
				continue;
			const struct wh_type_entry *is = entry_named(*k, t->same_as);
			if (!is || is->same_as)
				fail_msg("%s: \"%s\" is not listed", (*k)->scheme, t->same_as);
			struct wh_type a = parsed(*k, t->native, &arena);
			struct wh_type b = parsed(*k, is->native, &arena);
			if (a.kind != b.kind || a.precision != b.precision || a.scale != b.scale ||
				a.length != b.length || a.fixed != b.fixed)
				fail_msg("%s: \"%s\" is not the same as \"%s\"", (*k)->scheme, t->native,
					is->native);
		}
	wh_arena_free(&arena);
}

/* What `fit` declares for each of them is a type of the target that its own parser takes. */
static void every_pair_is_mapped(void **state)
{
	(void)state;
	for (const struct wh_connector *const *a = wh_connectors; *a; a++)
		for (const struct wh_connector *const *b = wh_connectors; *b; b++) {
			struct wh_arena arena = { 0 };
			struct wh_error error = { 0 };
			struct wh_mapping m = { 0 };
			if (!(*b)->fit) {
				assert_int_equal(wh_mapping_make(&m, *a, *b, &arena, &error), WH_CONFIG);
				continue;
			}
			assert_int_equal(wh_mapping_make(&m, *a, *b, &arena, &error), WH_OK);
			assert_true(m.ntypes > 10);
			for (size_t i = 0; i < m.ntypes; i++) {
				const struct wh_fit *fit = &m.types[i].plain->fit;
				struct wh_type type = { 0 };
				assert_true(fit->wire.kind != WH_NO_KIND && fit->wire.kind < WH_KINDS);
				if (*a != *b && !(*b)->type(&arena, fit->native, &type))
					fail_msg("%s to %s: \"%s\" is no type of it", (*a)->scheme, (*b)->scheme,
						fit->native);
			}
			wh_mapping_free(&m);
			wh_arena_free(&arena);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_word_is_listed),
		cmocka_unit_test(every_entry_is_understood),
		cmocka_unit_test(other_words_mean_the_same),
		cmocka_unit_test(every_pair_is_mapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
