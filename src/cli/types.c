/* types: what each type of one engine becomes in another, from the code that plans a move. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "lifecycle/plan/mapping.h"
#include <jansson.h>
#include <string.h>

/* What a column of this type becomes, and only where a key changes that, what it is there. */
static void print_row(const char *from, const struct wh_plan_column *c)
{
	const struct wh_fit *f = &c->fit;
	printf("%-30s %-34s %-12s %s%s%s\n", from, f->native, wh_kind_name(f->wire.kind),
		wh_proof_name(f->proof), f->loss ? "; " : "", f->loss ? f->loss : "");
}

static bool key_matters(const struct wh_mapped_type *t)
{
	return !wh_equal(t->plain->fit.native, t->keyed->fit.native) ||
		!wh_equal(t->plain->fit.loss, t->keyed->fit.loss);
}

static void print_mapping(const struct wh_mapping *m, const struct wh_connector *source,
	const struct wh_connector *target)
{
	printf("%s to %s\n\n", source->summary, target->summary);
	printf("%-30s %-34s %-12s %s\n", "TYPE", "BECOMES", "TRAVELS AS", "PROOF");
	for (size_t i = 0; i < m->ntypes; i++) {
		print_row(m->types[i].from->native, m->types[i].plain);
		if (key_matters(&m->types[i]))
			print_row("  in a key or index", m->types[i].keyed);
	}
	printf("\nOther words:");
	const char *comma = " ";
	for (const struct wh_type_entry *t = source->types; t->native; t++)
		if (t->same_as) {
			printf("%s%s = %s", comma, t->native, t->same_as);
			comma = ", ";
		}
	printf("\n");
}

static json_t *fit_json(const struct wh_plan_column *c)
{
	return json_pack("{s:s, s:s, s:s, s:s?}", "to", c->fit.native, "wire",
		wh_kind_name(c->fit.wire.kind), "proof", wh_proof_name(c->fit.proof), "loss", c->fit.loss);
}

static json_t *type_json(const struct wh_mapped_type *t)
{
	json_t *one = fit_json(t->plain);
	json_object_set_new(one, "from", json_string(t->from->native));
	json_object_set_new(one, "in_key", key_matters(t) ? fit_json(t->keyed) : json_null());
	return one;
}

static char *mapping_document(const struct wh_mapping *m, const struct wh_connector *source,
	const struct wh_connector *target)
{
	json_t *types = json_array(), *words = json_object();
	for (size_t i = 0; i < m->ntypes; i++)
		json_array_append_new(types, type_json(&m->types[i]));
	for (const struct wh_type_entry *t = source->types; t->native; t++)
		if (t->same_as)
			json_object_set_new(words, t->native, json_string(t->same_as));
	json_t *whole = json_pack("{s:i, s:n, s:i, s:s, s:s, s:o, s:o}", "whimbrel", 1, "error", "exit",
		0, "source", source->scheme, "target", target->scheme, "types", types, "same_as", words);
	char *text = whole ? json_dumps(whole, JSON_INDENT(2)) : NULL;
	json_decref(whole);
	return text;
}

/* A kind, or a URL of that kind. */
static int find_kind(const char *word, const struct wh_connector **out, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	int rc = wh_connector_find(wh_arena_bytes(&arena, word, strcspn(word, ":")), out, error);
	wh_arena_free(&arena);
	return rc;
}

int wh_command_types(const struct wh_arguments *args)
{
	const struct wh_connector *source = NULL, *target = NULL;
	struct wh_arena arena = { 0 };
	struct wh_error error = { 0 };
	struct wh_mapping m = { 0 };
	int rc = find_kind(args->operands.items[0], &source, &error);
	if (rc == WH_OK)
		rc = find_kind(args->operands.items[1], &target, &error);
	if (rc == WH_OK)
		rc = wh_mapping_make(&m, source, target, &arena, &error);
	if (rc == WH_OK && args->json)
		wh_terminal_document(mapping_document(&m, source, target));
	else if (rc == WH_OK)
		print_mapping(&m, source, target);
	wh_mapping_free(&m);
	wh_arena_free(&arena);
	return rc == WH_OK ? wh_terminal_flush(0) : wh_terminal_fail(args, &error);
}
