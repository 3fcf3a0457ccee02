#include "lifecycle/plan/show.h"
#include "base/text.h"
#include "lifecycle/plan/parts.h"
#include "lifecycle/plan/port.h"
#include "model/connector.h"
#include <jansson.h>
#include <stdlib.h>

/* Foreign text may hold what moves a terminal's cursor. */
static const char *shown(const struct wh_plan *plan, const char *text)
{
	struct wh_buffer out = { 0 };
	wh_text_shown(&out, text, strlen(text));
	const char *result = wh_arena_text(plan->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return result;
}

static void print_column(const struct wh_plan *plan, const struct wh_plan_column *c, FILE *out)
{
	const char *name = c->name;
	if (c->added)
		name = wh_arena_format(plan->arena, "(new) %s", name);
	else if (strcmp(c->source->name, c->name))
		name = wh_arena_format(plan->arena, "%s -> %s", c->source->name, c->name);
	fprintf(out, "    %-28s %-26s %-26s %s", shown(plan, name), shown(plan, c->source->type.native),
		shown(plan, c->fit.native), c->copied ? wh_proof_name(c->fit.proof) : "generated");
	fprintf(out, "%s%s", c->fit.loss && !c->recipe ? "; " : "",
		c->fit.loss && !c->recipe ? shown(plan, c->fit.loss) : "");
	fprintf(out, "%s%s\n", c->recipe ? "; " : "",
		c->recipe ? shown(plan, wh_recipe_words(plan->arena, c->recipe)) : "");
}

static void print_table(const struct wh_plan *plan, const struct wh_plan_table *t, FILE *out)
{
	const struct wh_table *from = t->source;
	fprintf(out, "\n%s -> %s", shown(plan, wh_shown_name(plan->arena, from->schema, from->name)),
		shown(plan, wh_shown_name(plan->arena, t->schema, t->name)));
	if (from->rows >= 0)
		fprintf(out, "  (about %lld rows)", (long long)from->rows);
	fprintf(out, "\n");
	for (size_t i = 0; i < t->ncolumns; i++)
		print_column(plan, &t->columns[i], out);
	if (t->nindexes || t->nforeign_keys || t->nchecks)
		fprintf(out, "    %zu indexes, %zu foreign keys, %zu checks\n", t->nindexes,
			t->nforeign_keys, t->nchecks);
}

static void print_findings(const struct wh_plan *plan, FILE *out)
{
	if (plan->findings.count)
		fprintf(out, "\nFindings\n");
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct wh_finding *f = &plan->findings.items[i];
		fprintf(out, "  %-8s %-24s %s: %s\n", wh_severity_name(f->severity), f->rule,
			shown(plan, f->object), shown(plan, f->text));
	}
}

static void print_port(const struct wh_plan *plan, FILE *out)
{
	size_t n = wh_port_count(&plan->findings);
	if (n)
		fprintf(out,
			"\n%zu %s not carried and %s written to the work folder's port/, to port by hand\n", n,
			n == 1 ? "object is" : "objects are", n == 1 ? "is" : "are");
}

void wh_plan_print(const struct wh_plan *plan, FILE *out)
{
	fprintf(out, "Plan %.16s\n%s (%s) -> %s\n%zu tables, %zu other objects, %zu sequences\n",
		plan->id, plan->source->summary,
		shown(plan, plan->catalog->version ? plan->catalog->version : "version not known"),
		plan->target->summary, plan->ntables, plan->nobjects, plan->nsequences);
	for (size_t i = 0; i < plan->ntables; i++)
		print_table(plan, &plan->tables[i], out);
	print_findings(plan, out);
	print_port(plan, out);
}

static json_t *error_json(const struct wh_error *error, int exit)
{
	if (!error || error->code == WH_OK)
		return json_null();
	return json_pack("{s:i, s:s, s:s}", "code", exit, "text", error->text, "place", error->place);
}

static json_t *string_or_shown(const struct wh_plan *plan, const char *text)
{
	if (!text)
		return json_null();
	json_t *s = json_string(text);
	return s ? s : json_string(shown(plan, text));
}

static json_t *findings_json(const struct wh_plan *plan)
{
	json_t *list = json_array();
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct wh_finding *f = &plan->findings.items[i];
		json_array_append_new(list,
			json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}", "rule", string_or_shown(plan, f->rule),
				"severity", wh_severity_name(f->severity), "class", wh_effort_name(f->effort),
				"object", string_or_shown(plan, f->object), "text", string_or_shown(plan, f->text),
				"source", string_or_shown(plan, f->source)));
	}
	return list;
}

char *wh_plan_document(const struct wh_plan *plan, const struct wh_error *error, int exit)
{
	bool there = plan && plan->json;
	json_t *whole = json_pack("{s:i, s:o, s:i, s:o, s:o, s:o, s:{s:I}}", "whimbrel", 1, "error",
		error_json(error, exit), "exit", exit, "plan_id",
		there ? json_string(plan->id) : json_null(), "plan",
		there ? json_loads(plan->json, 0, NULL) : json_null(), "findings",
		there ? findings_json(plan) : json_array(), "port", "count",
		(json_int_t)(there ? wh_port_count(&plan->findings) : 0));
	char *text = json_dumps(whole, JSON_INDENT(2) | JSON_SORT_KEYS);
	json_decref(whole);
	return text;
}

static void print_statement(const struct wh_statement *s, FILE *out)
{
	size_t n = strlen(s->sql);
	bool ended = n && s->sql[n - 1] == ';';
	fprintf(out, "%s%s\n", s->sql, ended ? "" : ";");
}

int wh_plan_sql(const struct wh_plan *plan, FILE *out, struct wh_error *error)
{
	fprintf(out, "-- whimbrel plan %s, for %s\n", plan->id, plan->target->summary);
	for (int phase = 0; phase < WH_PHASES; phase++) {
		struct wh_statements list = { .arena = plan->arena };
		int rc = plan->target->ddl(plan, (enum wh_phase)phase, &list, error);
		if (rc != WH_OK)
			return rc;
		if (list.count)
			fprintf(out, "\n-- %s\n", wh_phase_name((enum wh_phase)phase));
		for (size_t i = 0; i < list.count; i++)
			print_statement(&list.items[i], out);
	}
	return WH_OK;
}
