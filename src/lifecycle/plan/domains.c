/* Domains for another engine: what the type of a column demands becomes the column's own NOT NULL,
 * DEFAULT and CHECK. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "sql/dialect.h"

bool wh_planner_not_null(const struct wh_planner *p, const struct wh_column *c)
{
	bool demanded = false;
	for (const struct wh_domain *d = c->domain; d && !p->plan->same_engine; d = d->base)
		demanded = demanded || d->not_null;
	return c->not_null || demanded;
}

const char *wh_planner_default(const struct wh_planner *p, const struct wh_column *c)
{
	bool own = c->default_text || c->generated || !c->domain || p->plan->same_engine;
	return own ? c->default_text : c->domain->default_text;
}

/* In a domain's check the value is called VALUE; nothing else has a name there. */
static const char *translate(const struct wh_planner *p, const struct wh_plan_column *c,
	const struct wh_check *check)
{
	enum wh_kind kind = c->fit.wire.kind;
	const struct wh_sql_column value = { "value", c->name, kind == WH_BOOL,
		c->source->type.kind == kind ? kind : WH_NO_KIND };
	const struct wh_sql_context context = { .use = WH_SQL_CHECK,
		.columns = &value,
		.ncolumns = 1,
		.boolean = true };
	const char *why = NULL;
	return check->not_valid
		? NULL
		: wh_sql_translate(check->text, p->source->dialect, p->target->dialect, &context, p->arena,
			  &why);
}

static void add_checks(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_plan_column *c, const struct wh_domain *d)
{
	for (size_t i = 0; i < d->nchecks; i++) {
		const char *text = translate(p, c, &d->checks[i]);
		if (text)
			*wh_push(p->arena, &t->checks, &t->nchecks) = (struct wh_plan_check){
				wh_planner_name(p,
					wh_arena_format(p->arena, "%s_%s_%s", t->name, c->name, d->checks[i].name)),
				text, d->checks[i].not_valid
			};
	}
}

void wh_planner_domain_checks(const struct wh_planner *p, struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->ncolumns && !p->plan->same_engine; i++)
		for (const struct wh_domain *d = t->columns[i].source->domain; d; d = d->base)
			add_checks(p, t, &t->columns[i], d);
}

static bool says_all(const struct wh_planner *p, const struct wh_plan_column *c,
	const struct wh_domain *d)
{
	if (d->default_text && !c->default_text && !c->source->default_text)
		return false;
	for (size_t i = 0; i < d->nchecks; i++)
		if (!translate(p, c, &d->checks[i]))
			return false;
	return !d->not_null || c->not_null;
}

bool wh_planner_domain_said(const struct wh_planner *p, const struct wh_object *o)
{
	bool used = false;
	for (size_t t = 0; t < p->plan->ntables; t++)
		for (size_t i = 0; i < p->plan->tables[t].ncolumns; i++) {
			const struct wh_plan_column *c = &p->plan->tables[t].columns[i];
			for (const struct wh_domain *d = c->source->domain; d; d = d->base) {
				if (!wh_equal(d->name, o->name) || !wh_equal(d->schema, o->schema))
					continue;
				if (!says_all(p, c, d))
					return false;
				used = true;
			}
		}
	return used;
}
