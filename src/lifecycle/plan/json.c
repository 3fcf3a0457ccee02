/* The plan as canonical JSON: keys sorted, no spaces, nothing volatile (estimates, next values). */
#include "lifecycle/plan/plan.h"
#include "base/hash.h"
#include "base/text.h"
#include "lifecycle/settings/file.h"
#include "model/digest.h"
#include <jansson.h>
#include <stdlib.h>

static json_t *text(const char *value)
{
	if (!value)
		return json_null();
	json_t *out = json_string(value);
	if (out)
		return out;
	struct wh_buffer shown = { 0 }; /* a name that is not UTF-8 */
	wh_text_shown(&shown, value, strlen(value));
	out = json_string(wh_buffer_string(&shown));
	wh_buffer_free(&shown);
	return out;
}

static json_t *names(const char *const *items, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, text(items[i]));
	return list;
}

static json_t *pairs_json(const struct wh_recipe *r)
{
	json_t *out = json_object();
	for (size_t i = 0; i < r->npairs; i++)
		json_object_set_new(out, r->pairs[i].from, text(r->pairs[i].to));
	return out;
}

/* Of a mask's key only where it comes from. */
static json_t *recipe_json(const struct wh_recipe *r)
{
	static const char *const otherwise[] = { "quarantine", "keep", "null", "text" };
	return json_pack("{s:s, s:o, s:o, s:o, s:s, s:o, s:[I, I], s:[I, I], s:I, s:b, s:I, s:o, s:o}",
		"by", wh_recipe_facts(r->kind)->name, "reads", names(r->names, r->nnames), "text",
		text(r->text), "values", pairs_json(r), "else", otherwise[r->otherwise], "else_text",
		text(r->otherwise_text), "part", (json_int_t)r->part, (json_int_t)r->parts, "keeps",
		(json_int_t)r->first, (json_int_t)r->last, "length", (json_int_t)r->length, "base64",
		r->base64, "days", (json_int_t)r->days, "domain", text(r->domain), "key",
		text(r->key ? r->key->source : NULL));
}

static json_t *column_json(const struct wh_plan_column *c)
{
	static const char *const identities[] = { NULL, "always", "default" };
	json_t *out = json_pack(
		"{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "source",
		text(c->source->name), "target", text(c->name), "from", text(c->source->type.native), "to",
		text(c->fit.native), "wire", wh_kind_name(c->fit.wire.kind), "proof",
		wh_proof_name(c->fit.proof), "loss", text(c->fit.loss), "copied", c->copied, "not_null",
		c->not_null, "default", text(c->default_text), "generated", text(c->generated), "identity",
		text(identities[c->identity]), "comment", text(c->comment), "on_update", text(c->on_update),
		"labels", names(c->labels, c->nlabels));
	if (c->recipe)
		json_object_set_new(out, "made", recipe_json(c->recipe));
	return out;
}

static json_t *index_json(const struct wh_plan_index *i)
{
	json_t *parts = json_array();
	for (size_t k = 0; k < i->source->nparts; k++)
		json_array_append_new(parts, text(i->columns[k] ? i->columns[k] : i->expressions[k]));
	return json_pack("{s:o, s:b, s:b, s:o, s:o, s:o}", "name", text(i->name), "primary",
		i->source->primary, "unique", i->source->unique, "method", text(i->source->method), "where",
		text(i->where), "parts", parts);
}

static json_t *foreign_key_json(const struct wh_plan_foreign_key *f)
{
	size_t n = f->source->ncolumns;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "name", text(f->name), "columns",
		names(f->columns, n), "to", text(f->to_table), "to_columns", names(f->to_columns, n),
		"on_update", text(f->source->on_update), "on_delete", text(f->source->on_delete));
}

static json_t *check_json(const struct wh_plan_check *c)
{
	return json_pack("{s:o, s:o}", "name", text(c->name), "text", text(c->text));
}

static json_t *key_json(const struct wh_rowset *rows)
{
	json_t *list = json_array();
	for (size_t i = 0; i < rows->nkey; i++)
		json_array_append_new(list, text(rows->fields[rows->key[i]].name));
	return list;
}

#define LIST(items, n, one) \
	({ \
		json_t *list_ = json_array(); \
		for (size_t i_ = 0; i_ < (n); i_++) \
			json_array_append_new(list_, one(&(items)[i_])); \
		list_; \
	})

static json_t *table_json(struct wh_arena *arena, const struct wh_plan_table *t)
{
	json_t *out = json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
		"number", (json_int_t)t->number, "source",
		wh_shown_name(arena, t->source->schema, t->source->name), "target",
		wh_shown_name(arena, t->schema, t->name), "proof", wh_proof_name(t->proof), "columns",
		LIST(t->columns, t->ncolumns, column_json), "key", key_json(&t->to), "indexes",
		LIST(t->indexes, t->nindexes, index_json), "foreign_keys",
		LIST(t->foreign_keys, t->nforeign_keys, foreign_key_json), "checks",
		LIST(t->checks, t->nchecks, check_json), "comment", text(t->comment), "partition",
		text(t->partition), "options", text(t->options), "rows_copied", !t->no_rows);
	if (t->where)
		json_object_set_new(out, "where", text(t->where));
	if (t->filter)
		json_object_set_new(out, "filter", recipe_json(t->filter));
	return out;
}

static json_t *object_json(const struct wh_plan_object *o)
{
	return json_pack("{s:s, s:o, s:b, s:o}", "kind", o->source->kind, "name", text(o->name),
		"carried", o->statement != NULL, "statement",
		text(o->statement ? o->statement : o->source->definition));
}

static json_t *sequence_json(const struct wh_plan_sequence *s)
{
	return json_pack("{s:o, s:o}", "schema", text(s->schema), "name", text(s->name));
}

/* What changes the values; how to treat a bad row or what is there already may change later. */
static json_t *policies_json(const struct wh_policies *p)
{
	json_t *chosen = json_object();
	for (const char *const *name = wh_policies_known(); *name; name++)
		if (wh_policy_planned(*name))
			json_object_set_new(chosen, *name, json_string(wh_policy_chosen(p, *name)));
	return chosen;
}

static json_t *tables_json(const struct wh_plan *plan)
{
	json_t *tables = json_array();
	for (size_t i = 0; i < plan->ntables; i++)
		json_array_append_new(tables, table_json(plan->arena, &plan->tables[i]));
	return tables;
}

int wh_plan_seal(struct wh_plan *plan, const struct wh_settings *settings, struct wh_error *error)
{
	json_t *whole = json_pack("{s:i, s:i, s:{s:s, s:o}, s:{s:s}, s:b, s:o, s:o, s:o, s:o}",
		"whimbrel", 1, "digest", WH_CANONICAL_VERSION, "source", "kind", plan->source->scheme,
		"database", text(plan->catalog->database), "target", "kind", plan->target->scheme,
		"same_engine", plan->same_engine, "tables", tables_json(plan), "objects",
		LIST(plan->objects, plan->nobjects, object_json), "sequences",
		LIST(plan->sequences, plan->nsequences, sequence_json), "policies",
		policies_json(&settings->policies));
	char *dump = whole ? json_dumps(whole, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	json_decref(whole);
	if (!dump)
		return wh_fail(error, WH_BUG, "the plan cannot be written as JSON");
	plan->json = wh_arena_text(plan->arena, dump);
	wh_sha256_hex(plan->json, strlen(plan->json), plan->id);
	free(dump);
	return WH_OK;
}
