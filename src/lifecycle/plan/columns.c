/* Columns: type, default, generated expression. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "sql/dialect.h"

const char *wh_planner_column_object(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c)
{
	return wh_arena_format(p->arena, "%s.%s",
		wh_shown_name(p->arena, t->source->schema, t->source->name), c->name);
}

static bool in_index(const struct wh_index *index, const char *column)
{
	for (size_t i = 0; i < index->nparts; i++)
		if (wh_equal(index->parts[i].column, column))
			return true;
	return false;
}

static bool in_foreign_key(const struct wh_foreign_key *f, const char *column)
{
	for (size_t i = 0; i < f->ncolumns; i++)
		if (wh_equal(f->columns[i], column))
			return true;
	return false;
}

/* Another table's foreign key points at it. */
static bool pointed_at(const struct wh_planner *p, const struct wh_table *t, const char *column)
{
	for (size_t i = 0; i < p->catalog->ntables; i++) {
		const struct wh_table *other = &p->catalog->tables[i];
		for (size_t k = 0; k < other->nforeign_keys; k++) {
			const struct wh_foreign_key *f = &other->foreign_keys[k];
			if (!wh_equal(f->to_table, t->name) || !wh_equal(f->to_schema, t->schema))
				continue;
			for (size_t c = 0; c < f->ncolumns; c++)
				if (wh_equal(f->to_columns[c], column))
					return true;
		}
	}
	return false;
}

/* The keys that stand on a column. */
static struct wh_fit_request uses(const struct wh_planner *p, const struct wh_plan_table *planned,
	const char *column)
{
	const struct wh_table *t = planned->source;
	struct wh_fit_request out = { .referenced = pointed_at(p, t, column) };
	for (size_t i = 0; i < t->nforeign_keys; i++)
		out.referenced = out.referenced || in_foreign_key(&t->foreign_keys[i], column);
	out.keyed = out.referenced;
	for (size_t i = 0; i < t->nindexes; i++)
		out.keyed = out.keyed || in_index(&t->indexes[i], column);
	return out;
}

/* A column that holds values of several types, as one of the type that takes them all. Where a
 * foreign key stands, both sides would have to change. */
static const struct wh_column *widened(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c)
{
	enum wh_kind kind = c->type.wider;
	if (!kind || p->plan->same_engine || uses(p, t, c->name).referenced ||
		p->settings->policies.mixed_types != WH_POLICY_WIDEN)
		return c;
	struct wh_column *wide = wh_new(p->arena, struct wh_column);
	*wide = *c;
	wide->type = (struct wh_type){ .kind = kind, .wider = kind, .native = c->type.native };
	wh_findings_add(&p->plan->findings, "mixed-types-widened", WH_INFO, WH_AUTOMATIC,
		wh_planner_column_object(p, t, c),
		"declared %s, holds values of several types: carried as %s, which takes them all, as the "
		"policy mixed_types says",
		c->type.native, wh_kind_name(kind));
	return wide;
}

static int fit_column(const struct wh_planner *p, const struct wh_plan_table *t, const char *wanted,
	struct wh_plan_column *c)
{
	struct wh_fit_request request = uses(p, t, c->source->name);
	request.arena = p->arena;
	request.engine = c->recipe ? NULL : p->catalog->engine;
	request.column = c->source;
	request.wanted = wanted;
	request.offers = p->offers;
	request.strict = t->options && !p->plan->same_engine;
	int rc = p->target->fit(&request, &c->fit, p->error);
	if (rc != WH_OK)
		return wh_fail_place(p->error, "column %s", wh_planner_column_object(p, t, c->source));
	c->asked = wanted != NULL;
	if (c->fit.loss && !c->recipe)
		wh_findings_add(&p->plan->findings, "type-mapped", WH_INFO, WH_AUTOMATIC,
			wh_planner_column_object(p, t, c->source), "%s becomes %s: %s", c->source->type.native,
			c->fit.native, c->fit.loss);
	return WH_OK;
}

/* The type that `map` or else a rule gives; an error says where that stands. */
static int choose_type(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_map_column *map, const struct wh_type_rule *rule, struct wh_plan_column *c)
{
	const char *wanted = map ? map->type : NULL;
	const char *place = wanted ? map->place : rule ? rule->place : NULL;
	int rc = WH_OK;
	if (!wanted && rule && rule->to)
		rc = wh_planner_rule_type(p, rule, &c->source->type, &wanted);
	if (!wanted && !c->recipe)
		c->source = widened(p, t, c->source);
	if (rc == WH_OK)
		rc = fit_column(p, t, wanted, c);
	if (rc == WH_CONFIG && wanted)
		wh_planner_suggest_type(p, wanted);
	if (rc != WH_OK && place)
		wh_fail_place(p->error, "%s, column %s", place, wh_planner_column_object(p, t, c->source));
	return rc;
}

static bool is_time(enum wh_kind kind)
{
	return kind == WH_DATE || kind == WH_TIME || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
}

/* What becomes of a column of the source; one that is added is none, whatever its name. */
static struct wh_sql_column translated_column(const struct wh_plan_table *t, const char *name)
{
	struct wh_sql_column out = { .from = name };
	for (size_t i = 0; i < t->ncolumns && !out.to; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		enum wh_kind kind = c->fit.wire.kind;
		if (!c->added && wh_equal(c->source->name, name))
			out = (struct wh_sql_column){ name, c->name, kind == WH_BOOL,
				c->source->type.kind == kind ? kind : WH_NO_KIND };
	}
	return out;
}

const char *wh_planner_translate(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *expression, struct wh_sql_context *context, const char **why)
{
	size_t n = t->source->ncolumns;
	struct wh_sql_column *columns = wh_new_array(p->arena, struct wh_sql_column, n + 1);
	bool renamed = false;
	for (size_t i = 0; i < n; i++) {
		columns[i] = translated_column(t, t->source->columns[i].name);
		renamed = renamed || !wh_equal(columns[i].from, columns[i].to);
	}
	if (p->plan->same_engine && !renamed)
		return expression;
	context->columns = columns;
	context->ncolumns = n;
	return wh_sql_translate(expression, p->source->dialect, p->target->dialect, context, p->arena,
		why);
}

static struct wh_sql_context default_context(const struct wh_plan_column *c)
{
	enum wh_kind kind = c->fit.wire.kind;
	return (struct wh_sql_context){ .use = WH_SQL_DEFAULT,
		.boolean = kind == WH_BOOL,
		.textual = kind == WH_TEXT || kind == WH_ENUM,
		.temporal = is_time(kind),
		.kind = kind };
}

static void plan_default(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_type_rule *rule, struct wh_plan_column *c)
{
	struct wh_sql_context context = default_context(c);
	const char *why = NULL, *text = wh_planner_default(p, c->source);
	if (rule && (rule->drop_default || rule->default_text)) {
		c->default_text = rule->default_text;
		return;
	}
	if (!text || (c->identity != WH_NO_IDENTITY && !p->plan->same_engine))
		return;
	c->default_text = wh_planner_translate(p, t, text, &context, &why);
	if (!c->default_text)
		wh_findings_add(&p->plan->findings, "default-not-carried", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c->source), "the default is not set on the target: %s",
			why ? why : "it is not understood")
			->source = text;
}

static void plan_generated(const struct wh_planner *p, struct wh_plan_table *t,
	struct wh_plan_column *c)
{
	struct wh_sql_context context = { .use = WH_SQL_GENERATED,
		.boolean = c->fit.wire.kind == WH_BOOL,
		.kind = c->fit.wire.kind };
	const char *why = NULL;
	if (!c->source->generated)
		return;
	c->generated_stored = c->source->generated_stored;
	c->generated = wh_planner_translate(p, t, c->source->generated, &context, &why);
	c->copied = !c->generated;
	if (!c->generated)
		wh_findings_add(&p->plan->findings, "generated-becomes-plain", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c->source),
			"a generated column becomes a plain one that holds the values as they are now: %s",
			why ? why : "its expression is not understood")
			->source = c->source->generated;
	else if (!p->plan->same_engine)
		wh_findings_add(&p->plan->findings, "generated-translated", WH_INFO, WH_AUTOMATIC,
			wh_planner_column_object(p, t, c->source),
			"generated on the target as %s; its values are not copied", c->generated)
			->source = c->source->generated;
}

static void plan_on_update(const struct wh_planner *p, struct wh_plan_table *t,
	struct wh_plan_column *c)
{
	struct wh_sql_context context = default_context(c);
	const char *why = NULL;
	if (!c->source->on_update)
		return;
	if (p->target->facts.sets_on_update)
		c->on_update = wh_planner_translate(p, t, c->source->on_update, &context, &why);
	if (!c->on_update)
		wh_findings_add(&p->plan->findings, "on-update-not-carried", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c->source),
			"the target does not set this column by itself when a row is updated (%s); write a trigger",
			why ? why : "it knows no such columns")
			->source = c->source->on_update;
	else if (!p->plan->same_engine)
		wh_findings_add(&p->plan->findings, "on-update-trigger", WH_INFO, WH_AUTOMATIC,
			wh_planner_column_object(p, t, c->source),
			"a trigger sets it when a row is updated, as the source does; it is made when the target "
			"opens, so that it does not act on what is copied")
			->source = c->source->on_update;
}

static void note_hidden(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c)
{
	if (c->hidden && !p->plan->same_engine)
		wh_findings_add(&p->plan->findings, "column-not-hidden", WH_INFO, WH_ASSISTED,
			wh_planner_column_object(p, t, c),
			"is invisible on the source: SELECT * leaves it out there, and shows it on the target");
}

/* What is not the user's word on this very column: a rule's, or the source's. */
static int plan_column(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_map_column *wanted, const struct wh_type_rule **rule, struct wh_plan_column *c)
{
	c->not_null = wh_planner_not_null(p, c->source);
	c->identity = c->source->identity;
	c->comment = c->source->comment;
	c->copied = true;
	if ((!wanted || !wanted->type) && !c->added)
		*rule = wh_planner_rule(p, t->source, c->source);
	wh_planner_apply_rule(*rule, c);
	return choose_type(p, t, wanted, *rule, c);
}

static int keep_columns(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_map_table *map, const struct wh_type_rule **rules)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->source->ncolumns && rc == WH_OK; i++) {
		const struct wh_column *from = &t->source->columns[i];
		const struct wh_map_column *wanted = wh_planner_map_column(map, from->name);
		if (wanted && wanted->drop)
			continue;
		struct wh_plan_column *c = &t->columns[t->ncolumns];
		c->source = from;
		c->name = wanted && wanted->to ? wanted->to : wh_planner_name(p, from->name);
		if (wanted && wanted->recipe)
			wh_planner_made(p, t, c, wanted);
		rc = plan_column(p, t, wanted, &rules[t->ncolumns++], c);
	}
	return rc;
}

/* What the source does not have: parts of columns, then what the user adds. */
static int add_columns(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_map_table *map, const struct wh_type_rule **rules)
{
	int rc = WH_OK;
	for (size_t i = 0; i < wh_planner_added(map) && rc == WH_OK; i++) {
		const struct wh_map_column *wanted = wh_planner_adds(p, map, i);
		struct wh_plan_column *c = &t->columns[t->ncolumns];
		wh_planner_add(p, t, c, wanted);
		rc = plan_column(p, t, wanted, &rules[t->ncolumns++], c);
	}
	return rc;
}

/* A table without columns is moved as it is; one that lost them all would lose its rows. */
static int refuse_bare(const struct wh_planner *p, const struct wh_plan_table *t)
{
	return wh_fail(p->error, WH_CONFIG,
		"`map` drops every column of table \"%s\", and no row could arrive; keep one, or leave the "
		"table out: select: { exclude: [\"%s\"] }",
		t->source->name, wh_shown_name(p->arena, t->source->schema, t->source->name));
}

int wh_planner_columns(const struct wh_planner *p, struct wh_plan_table *t)
{
	const struct wh_map_table *map = wh_planner_map(p, t->source);
	size_t most = t->source->ncolumns + wh_planner_added(map) + 1;
	const struct wh_type_rule **rules = wh_new_array(p->arena, const struct wh_type_rule *, most);
	t->columns = wh_new_array(p->arena, struct wh_plan_column, most);
	int rc = keep_columns(p, t, map, rules);
	if (rc == WH_OK)
		rc = add_columns(p, t, map, rules);
	if (rc == WH_OK && !t->ncolumns && t->source->ncolumns)
		rc = refuse_bare(p, t);
	for (size_t i = 0; i < t->ncolumns && rc == WH_OK; i++) {
		plan_default(p, t, rules[i], &t->columns[i]);
		plan_generated(p, t, &t->columns[i]);
		plan_on_update(p, t, &t->columns[i]);
		wh_planner_doubts(p, t, &t->columns[i]);
		note_hidden(p, t, t->columns[i].source);
	}
	return rc;
}
