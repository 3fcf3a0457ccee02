/* Keys: indexes, foreign keys and checks, or the reason why one is not carried. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "sql/dialect.h"

static const char *part_object(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *kind, const char *name)
{
	return wh_arena_format(p->arena, "%s %s on %s", kind, name ? name : "(no name)",
		wh_shown_name(p->arena, t->source->schema, t->source->name));
}

struct wh_plan_column *wh_plan_table_column(const struct wh_plan_table *t, const char *source)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (!t->columns[i].added && wh_equal(t->columns[i].source->name, source))
			return &t->columns[i];
	return NULL;
}

struct wh_plan_table *wh_planner_table(const struct wh_planner *p, const char *schema,
	const char *name)
{
	for (size_t i = 0; i < p->plan->ntables; i++) {
		struct wh_plan_table *t = &p->plan->tables[i];
		if (wh_equal(t->source->name, name) && wh_equal(t->source->schema, schema))
			return t;
	}
	return NULL;
}

static void lost_index(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index, const char *why)
{
	wh_findings_add(&p->plan->findings, "index-not-carried", WH_WARNING, WH_MANUAL,
		part_object(p, t, index->unique ? "unique index" : "index", index->name),
		"not created on the target: %s", why)
		->source = index->definition;
}

static bool over_geometry(const struct wh_plan_table *t, const struct wh_index *index)
{
	for (size_t i = 0; i < index->nparts; i++) {
		const char *name = index->parts[i].column;
		const struct wh_plan_column *c = name ? wh_plan_table_column(t, name) : NULL;
		if (!c || c->fit.type.kind != WH_GEOMETRY)
			return false;
	}
	return true;
}

/* Only ordered indexes mean the same everywhere, and spatial ones where there is geometry. */
static const char *foreign_method(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index)
{
	if (wh_equal(index->method, "spatial") && over_geometry(t, index))
		return NULL;
	if (p->plan->same_engine || !index->method || wh_equal(index->method, "btree") ||
		wh_equal(index->method, "hash"))
		return NULL;
	return wh_arena_format(p->arena, "an index of kind \"%s\" has no equal there", index->method);
}

/* A prefix index is one over an expression elsewhere. */
static const char *prefix_expression(const struct wh_planner *p, const struct wh_plan_column *c,
	int64_t characters)
{
	struct wh_buffer out = { 0 };
	wh_buffer_text(&out, "substr(");
	wh_sql_name(&out, p->target->dialect, c->name);
	wh_buffer_format(&out, ", 1, %lld)", (long long)characters);
	const char *text = wh_arena_text(p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static const char *plan_part(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index_part *part, struct wh_plan_index *out, size_t at)
{
	const char *why = NULL;
	if (part->column) {
		const struct wh_plan_column *c = wh_plan_table_column(t, part->column);
		if (!c)
			return "one of its columns is not there";
		if (part->prefix && !p->plan->same_engine && wh_kind_is_word(c->fit.wire.kind))
			return "a prefix of such a column has no equal there";
		if (part->prefix && !p->plan->same_engine)
			out->expressions[at] = prefix_expression(p, c, part->prefix);
		else
			out->columns[at] = c->name;
		return NULL;
	}
	struct wh_sql_context context = { .use = WH_SQL_INDEX };
	out->expressions[at] = wh_planner_translate(p, t, part->expression, &context, &why);
	return out->expressions[at] ? NULL : why ? why : "its expression is not understood";
}

static const char *plan_where(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index, struct wh_plan_index *out)
{
	const char *why = NULL;
	struct wh_sql_context context = { .use = WH_SQL_INDEX, .boolean = true };
	if (!index->where)
		return NULL;
	out->where = wh_planner_translate(p, t, index->where, &context, &why);
	return out->where ? NULL : why ? why : "its condition is not understood";
}

static bool ends_with(const char *collation, const char *end)
{
	size_t n = strlen(collation), m = strlen(end);
	return n > m && wh_equal_nocase(collation + n - m, end);
}

static bool nocase(const char *collation)
{
	return collation && (wh_equal_nocase(collation, "NOCASE") || ends_with(collation, "_ci"));
}

/* MySQL's old collations pad: to them 'a' and 'a ' are the same. */
static bool noblanks(const char *collation)
{
	return collation &&
		(wh_equal_nocase(collation, "RTRIM") ||
			(ends_with(collation, "_bin") && !strstr(collation, "nopad") &&
				!strstr(collation, "_0900_")));
}

static void note_unique(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index, const char *column, const char *collation, bool cases)
{
	wh_findings_add(&p->plan->findings, cases ? "unique-by-case" : "unique-by-blanks",
		cases ? WH_WARNING : WH_INFO, WH_MANUAL, part_object(p, t, "unique key", index->name),
		cases
			? "column \"%s\" is unique without regard to case (%s) on the source; on the target "
			  "'a' and 'A' are two values"
			: "column \"%s\" is unique without regard to blanks at the end (%s) on the source; on "
			  "the target 'a' and 'a ' are two values",
		column, collation);
}

/* A key that took two texts for the same will take both on the target. */
static void note_collation(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index)
{
	if (p->plan->same_engine || !index->unique)
		return;
	for (size_t i = 0; i < index->nparts; i++) {
		const char *name = index->parts[i].column;
		const struct wh_column *c = name ? wh_table_column(t->source, name) : NULL;
		bool folds = index->parts[i].folds;
		if (!c || (c->type.kind != WH_TEXT && !folds))
			continue;
		const char *collation = index->parts[i].collation
			? index->parts[i].collation
			: c->type.collation;
		if (folds || nocase(collation) || noblanks(collation))
			note_unique(p, t, index, name, collation ? collation : c->type.native,
				folds || nocase(collation));
	}
}

/* Only the engine that let it be ignored knows such an index. */
static void note_ignored(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_index *index)
{
	if (index->invisible && !p->plan->same_engine)
		wh_findings_add(&p->plan->findings, "index-not-ignored", WH_INFO, WH_ASSISTED,
			part_object(p, t, "index", index->name),
			"the source's planner was told to ignore it; on the target it is used like any other: drop "
			"it there if it is not wanted");
}

static void plan_index(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_index *index)
{
	struct wh_plan_index planned = { .source = index, .name = wh_planner_name(p, index->name) };
	planned.columns = wh_new_array(p->arena, const char *, index->nparts + 1);
	planned.expressions = wh_new_array(p->arena, const char *, index->nparts + 1);
	const char *why = foreign_method(p, t, index);
	for (size_t i = 0; i < index->nparts && !why; i++)
		why = plan_part(p, t, &index->parts[i], &planned, i);
	for (size_t i = 0; i < index->ninclude && p->plan->same_engine && !why; i++)
		why = wh_plan_table_column(t, index->include[i])
			? NULL
			: "a column it includes is not there";
	if (!why)
		why = plan_where(p, t, index, &planned);
	if (!why && (planned.where || planned.expressions[0]) && !p->plan->same_engine)
		why = p->target->facts.plain_indexes
			? "the target's indexes know neither conditions nor "
			  "expressions"
			: NULL;
	if (why) {
		lost_index(p, t, index, why);
		return;
	}
	note_collation(p, t, index);
	note_ignored(p, t, index);
	wh_planner_index_traits(p, index,
		part_object(p, t, index->unique ? "unique key" : "index", index->name));
	*wh_push(p->arena, &t->indexes, &t->nindexes) = planned;
}

static void lost_key(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_foreign_key *f, const char *why)
{
	wh_findings_add(&p->plan->findings, "foreign-key-not-carried", WH_WARNING, WH_MANUAL,
		part_object(p, t, "foreign key", f->name), "not created on the target: %s (to \"%s\")", why,
		f->to_table);
}

static const char *target_names(const struct wh_planner *p, const struct wh_plan_table *t,
	const char **sources, size_t n, const char ***out)
{
	*out = wh_new_array(p->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct wh_plan_column *c = wh_plan_table_column(t, sources[i]);
		if (!c)
			return "one of its columns is not there";
		(*out)[i] = c->name;
	}
	return NULL;
}

static void plan_foreign_key(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_foreign_key *f)
{
	struct wh_plan_foreign_key planned = { .source = f, .name = wh_planner_name(p, f->name) };
	const struct wh_plan_table *to = wh_planner_table(p, f->to_schema, f->to_table);
	const char *why = to ? target_names(p, t, f->columns, f->ncolumns, &planned.columns)
						 : "the table that it points at is not part of the move";
	if (!why)
		why = target_names(p, to, f->to_columns, f->ncolumns, &planned.to_columns);
	if (why) {
		lost_key(p, t, f, why);
		return;
	}
	wh_planner_reference_traits(p, f, part_object(p, t, "foreign key", f->name));
	planned.to_schema = to->schema;
	planned.to_table = to->name;
	*wh_push(p->arena, &t->foreign_keys, &t->nforeign_keys) = planned;
}

static void plan_check(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_check *check)
{
	struct wh_sql_context context = { .use = WH_SQL_CHECK, .boolean = true };
	const char *why = NULL;
	const char *text = wh_planner_translate(p, t, check->text, &context, &why);
	if (text) {
		*wh_push(p->arena, &t->checks, &t->nchecks) =
			(struct wh_plan_check){ wh_planner_name(p, check->name), text, check->not_valid };
		return;
	}
	wh_findings_add(&p->plan->findings, "check-not-carried", WH_WARNING, WH_MANUAL,
		part_object(p, t, "check", check->name), "not created on the target: %s",
		why ? why : "its expression is not understood")
		->source = check->text;
}

void wh_planner_keys(const struct wh_planner *p, struct wh_plan_table *t)
{
	const struct wh_table *from = t->source;
	for (size_t i = 0; i < from->nindexes; i++)
		plan_index(p, t, &from->indexes[i]);
	for (size_t i = 0; i < from->nforeign_keys; i++)
		plan_foreign_key(p, t, &from->foreign_keys[i]);
	for (size_t i = 0; i < from->nchecks; i++)
		plan_check(p, t, &from->checks[i]);
	wh_planner_domain_checks(p, t);
}
