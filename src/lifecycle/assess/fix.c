/* What to paste to settle a finding: a rule's template with the finding's own names in it. */
#include "base/json.h"
#include "base/text.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "sql/dialect.h"
#include <string.h>

struct fixing {
	struct wh_assessment *a;
	const struct wh_finding *finding;
	const struct wh_plan_table *table;
	const struct wh_plan_column *column;
};

static const char *table_name(struct wh_assessment *a, const struct wh_plan_table *t)
{
	return wh_shown_name(&a->arena, t->source->schema, t->source->name);
}

static const struct wh_plan_column *column_named(const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (!strcmp(t->columns[i].source->name, name))
			return &t->columns[i];
	return NULL;
}

const struct wh_plan_column *wh_assess_column(struct wh_assessment *a, const char *object,
	const struct wh_plan_table **table)
{
	const struct wh_plan *plan = &a->m->plan;
	*table = NULL;
	for (size_t i = 0; a->planned && i < plan->ntables; i++) {
		const char *name = table_name(a, &plan->tables[i]);
		size_t n = strlen(name);
		if (strncmp(object, name, n) || (object[n] && object[n] != '.'))
			continue;
		const struct wh_plan_column *c = object[n]
			? column_named(&plan->tables[i], object + n + 1)
			: NULL;
		if (c || !object[n])
			*table = &plan->tables[i];
		if (c)
			return c;
	}
	return NULL;
}

static bool put_quoted(struct wh_buffer *out, const char *text)
{
	if (text)
		wh_json_quote(out, text, strlen(text));
	return text != NULL;
}

static bool put_name(struct wh_buffer *out, const struct wh_dialect *d, const char *schema,
	const char *name)
{
	if (name)
		wh_sql_qualified(out, d, schema, name);
	return name != NULL;
}

/* The type of the target's engine that holds any text. */
static bool put_text_type(struct wh_buffer *out, const struct fixing *f)
{
	wh_buffer_text(out, wh_equal(f->a->m->target_kind->scheme, "mysql") ? "longtext" : "text");
	return true;
}

/* Nothing of a definition may end the comment that it is put into. */
static bool put_definition(struct wh_buffer *out, const char *text)
{
	for (const char *c = text ? text : ""; *c; c++) {
		wh_buffer_char(out, *c);
		if (c[0] == '*' && c[1] == '/')
			wh_buffer_char(out, ' ');
	}
	return text && *text;
}

static bool put_touch(struct wh_buffer *out, const struct fixing *f)
{
	const char *name = !f->column
		? NULL
		: wh_arena_format(&f->a->arena, "%s_%s_touch", f->table->name, f->column->name);
	return put_name(out, f->a->m->target_kind->dialect, name ? f->table->schema : NULL, name);
}

/* One {placeholder}; false: nothing stands for it here. */
static bool put(struct wh_buffer *out, const struct fixing *f, const char *word, size_t n)
{
	const struct wh_dialect *from = f->a->m->source_kind->dialect;
	const struct wh_dialect *to = f->a->m->target_kind->dialect;
	const struct wh_plan_table *t = f->table;
	const struct wh_plan_column *c = f->column;
	const char *name = wh_arena_bytes(&f->a->arena, word, n);
	if (!strcmp(name, "table"))
		return put_quoted(out, t ? table_name(f->a, t) : NULL);
	if (!strcmp(name, "column"))
		return put_quoted(out, c ? c->source->name : NULL);
	if (!strcmp(name, "source_table"))
		return put_name(out, from, t ? t->source->schema : NULL, t ? t->source->name : NULL);
	if (!strcmp(name, "source_column"))
		return put_name(out, from, NULL, c ? c->source->name : NULL);
	if (!strcmp(name, "target_table"))
		return put_name(out, to, t ? t->schema : NULL, t ? t->name : NULL);
	if (!strcmp(name, "target_column"))
		return put_name(out, to, NULL, c ? c->name : NULL);
	if (!strcmp(name, "found_by_the_source")) /* the policy mends columns that the catalog marks */
		return c && c->source->type.double_encoded;
	if (!strcmp(name, "text_type"))
		return put_text_type(out, f);
	if (!strcmp(name, "definition"))
		return put_definition(out, f->finding->source);
	return !strcmp(name, "touch") && put_touch(out, f);
}

static const char *filled(const struct fixing *f, const char *template)
{
	struct wh_buffer out = { 0 };
	bool whole = true;
	for (const char *at = template; *at && whole;) {
		size_t word = *at == '{' ? strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;
		if (word && at[word + 1] == '}') {
			whole = put(&out, f, at + 1, word);
			at += word + 2;
		} else {
			wh_buffer_char(&out, *at++);
		}
	}
	const char *text = whole ? wh_arena_text(&f->a->arena, wh_buffer_string(&out)) : NULL;
	wh_buffer_free(&out);
	return text;
}

static bool serves(const struct wh_assessment *a, const struct wh_rule_fix *fix)
{
	const struct wh_connector *kind = !strcmp(fix->place, "source")
		? a->m->source_kind
		: a->m->target_kind;
	return !fix->engine || !strcmp(fix->engine, kind->scheme);
}

const char *wh_assess_fix(struct wh_assessment *a, const struct wh_finding *f, const char **place)
{
	struct fixing fixing = { .a = a, .finding = f };
	fixing.column = wh_assess_column(a, f->object, &fixing.table);
	*place = NULL;
	for (const struct wh_rule_fix *fix = wh_rule_fixes; fix->id; fix++) {
		const char *text = !strcmp(fix->id, f->rule) && serves(a, fix)
			? filled(&fixing, fix->text)
			: NULL;
		if (!text)
			continue;
		*place = fix->place;
		return text;
	}
	return NULL;
}
