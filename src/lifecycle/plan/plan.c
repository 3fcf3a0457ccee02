#include "lifecycle/plan/parts.h"
#include "base/text.h"

const char *wh_shown_name(struct wh_arena *arena, const char *schema, const char *name)
{
	return schema ? wh_arena_format(arena, "%s.%s", schema, name) : wh_arena_text(arena, name);
}

static bool matches(const struct wh_planner *p, const char *pattern, const struct wh_table *t)
{
	return wh_pattern_match(pattern, t->name) ||
		(t->schema && wh_pattern_match(pattern, wh_shown_name(p->arena, t->schema, t->name)));
}

static bool matches_any(const struct wh_planner *p, const char *const *patterns, size_t n,
	const struct wh_table *t)
{
	for (size_t i = 0; i < n; i++)
		if (matches(p, patterns[i], t))
			return true;
	return false;
}

bool wh_planner_selected(const struct wh_planner *p, const struct wh_table *t)
{
	const struct wh_settings *s = p->settings;
	return (!s->ninclude || matches_any(p, s->include, s->ninclude, t)) &&
		!matches_any(p, s->exclude, s->nexclude, t);
}

/* The name of the table that is nearest to a word that names none. */
static const char *nearest_table(const struct wh_planner *p, const char *word)
{
	const char **names = wh_new_array(p->arena, const char *, p->catalog->ntables + 1);
	for (size_t i = 0; i < p->catalog->ntables; i++)
		names[i] = p->catalog->tables[i].name;
	return wh_text_nearest(word, names);
}

static int unknown_table(const struct wh_planner *p, const char *place, const char *word)
{
	const char *near = nearest_table(p, word);
	wh_fail(p->error, WH_CONFIG, "no table matches \"%s\"; %s%s%sthe source has %zu table%s", word,
		near ? "did you mean \"" : "", near ? near : "", near ? "\"? " : "", p->catalog->ntables,
		p->catalog->ntables == 1 ? "" : "s");
	return place ? wh_fail_place(p->error, "%s", place) : WH_CONFIG;
}

static bool any_matches(const struct wh_planner *p, const char *pattern)
{
	for (size_t i = 0; i < p->catalog->ntables; i++)
		if (matches(p, pattern, &p->catalog->tables[i]))
			return true;
	return false;
}

/* What the settings name must be there; "*" may match nothing. */
static int check_selection(const struct wh_planner *p)
{
	const struct wh_settings *s = p->settings;
	const char *place = s->file ? wh_arena_format(p->arena, "%s, or --include", s->file)
								: "--include";
	for (size_t i = 0; i < s->ninclude; i++)
		if (strcmp(s->include[i], "*") && !any_matches(p, s->include[i]))
			return unknown_table(p, place, s->include[i]);
	for (size_t i = 0; i < s->nmap; i++)
		if (!any_matches(p, s->map[i].table))
			return unknown_table(p, s->map[i].place, s->map[i].table);
	return WH_OK;
}

static const char *nearest_column(const struct wh_planner *p, const struct wh_table *t,
	const char *word)
{
	const char **names = wh_new_array(p->arena, const char *, t->ncolumns + 1);
	for (size_t i = 0; i < t->ncolumns; i++)
		names[i] = t->columns[i].name;
	return wh_text_nearest(word, names);
}

static int check_mapped_columns(const struct wh_planner *p, const struct wh_table *t)
{
	const struct wh_map_table *map = wh_planner_map(p, t);
	for (size_t i = 0; map && i < map->ncolumns; i++) {
		if (wh_table_column(t, map->columns[i].name))
			continue;
		const char *near = nearest_column(p, t, map->columns[i].name);
		wh_fail(p->error, WH_CONFIG, "table \"%s\" has no column \"%s\", which `map` names%s%s%s",
			t->name, map->columns[i].name, near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
		return wh_fail_place(p->error, "%s", map->place ? map->place : "");
	}
	return WH_OK;
}

static struct wh_plan_table *add_table(const struct wh_planner *p, const struct wh_table *t)
{
	struct wh_plan *plan = p->plan;
	struct wh_plan_table *out = wh_push(p->arena, &plan->tables, &plan->ntables);
	out->source = t;
	out->number = (int64_t)plan->ntables - 1;
	out->no_rows = plan->same_engine && t->rows_in_parts;
	out->comment = t->comment;
	if (plan->same_engine) {
		out->collation = t->collation;
		out->options = t->options;
	} else if (p->settings->policies.sqlite_tables == WH_POLICY_STRICT) {
		out->options = p->target->facts.strict;
	}
	wh_planner_name_table(p, out);
	return out;
}

static int refuse_unreadable(const struct wh_planner *p, const struct wh_table *t)
{
	wh_fail(p->error, WH_CONFIG,
		"permission to read table \"%s\" is missing; grant SELECT on it to "
		"the user of the URL, or leave it out with --exclude",
		wh_shown_name(p->arena, t->schema, t->name));
	p->error->side = WH_SOURCE;
	return WH_CONFIG;
}

static bool made_by_target(const struct wh_planner *p, const struct wh_table *t)
{
	if (!p->target->fills || !p->target->fills(p->target, t))
		return false;
	wh_findings_add(&p->plan->findings, "table-of-target", WH_INFO, WH_AUTOMATIC,
		wh_shown_name(p->arena, t->schema, t->name),
		"the table is not moved: %s fills one of this name by itself", p->target->scheme);
	return true;
}

static int add_tables(const struct wh_planner *p)
{
	for (size_t i = 0; i < p->catalog->ntables; i++) {
		const struct wh_table *t = &p->catalog->tables[i];
		if (!wh_planner_selected(p, t) || (t->storage && !p->plan->same_engine) ||
			made_by_target(p, t))
			continue;
		int rc = wh_planner_check_part(p, t);
		if (rc == WH_OK && wh_planner_folded(p, t))
			continue;
		if (rc == WH_OK)
			rc = t->unreadable ? refuse_unreadable(p, t) : check_mapped_columns(p, t);
		if (rc != WH_OK)
			return rc;
		struct wh_plan_table *planned = add_table(p, t);
		rc = wh_planner_columns(p, planned);
		if (rc == WH_OK)
			rc = wh_planner_partition(p, planned);
		if (rc == WH_OK)
			rc = wh_planner_check_inputs(p, planned);
		if (rc != WH_OK)
			return rc;
	}
	return WH_OK;
}

/* Every schema that is used on the target, once. */
static void collect_schemas(const struct wh_planner *p)
{
	struct wh_plan *plan = p->plan;
	for (size_t i = 0; i < plan->ntables; i++) {
		const char *schema = plan->tables[i].schema;
		bool known = !schema;
		for (size_t k = 0; k < plan->nschemas && !known; k++)
			known = !strcmp(plan->schemas[k], schema);
		if (!known)
			*wh_push(p->arena, &plan->schemas, &plan->nschemas) = schema;
	}
}

static void copy_findings(const struct wh_planner *p)
{
	const struct wh_findings *from = &p->catalog->findings;
	for (size_t i = 0; i < from->count; i++) {
		const struct wh_finding *f = &from->items[i];
		wh_findings_add(&p->plan->findings, f->rule, f->severity, f->effort, f->object, "%s",
			f->text)
			->source = f->source;
	}
}

int wh_plan_make(struct wh_plan *plan, const struct wh_settings *settings,
	const struct wh_plan_ends *ends, const struct wh_catalog *catalog, struct wh_arena *arena,
	struct wh_error *error)
{
	*plan = (struct wh_plan){ .arena = arena,
		.source = ends->source,
		.target = ends->target,
		.catalog = catalog,
		.same_engine = ends->source == ends->target,
		.findings = { .arena = arena } };
	struct wh_planner p = { plan, arena, settings, ends->source, ends->target, &ends->offers,
		catalog, error, wh_new_array(arena, bool, settings->nrules + 1) };
	copy_findings(&p);
	int rc = check_selection(&p);
	if (rc == WH_OK)
		rc = add_tables(&p);
	if (rc == WH_OK && !plan->ntables)
		rc = catalog->ntables
			? wh_fail(error, WH_CONFIG, "the selection leaves none of the source's %zu tables",
				  catalog->ntables)
			: wh_fail(error, WH_CONFIG,
				  "the source holds no table that this user can see; check the "
				  "name of the database and the user's privileges");
	if (rc == WH_OK)
		rc = wh_planner_check_names(&p);
	if (rc != WH_OK)
		return rc;
	for (size_t i = 0; i < plan->ntables; i++) {
		wh_planner_rowsets(&p, &plan->tables[i]);
		wh_planner_keys(&p, &plan->tables[i]);
	}
	wh_planner_note_unused(&p);
	for (size_t i = 0; i < plan->ntables && rc == WH_OK; i++)
		rc = wh_planner_check_recipes(&p, &plan->tables[i]);
	if (rc != WH_OK)
		return rc;
	wh_planner_fit_names(&p);
	wh_planner_objects(&p);
	if (p.target->review)
		p.target->review(plan, &plan->findings);
	collect_schemas(&p);
	return wh_plan_seal(plan, settings, error);
}
