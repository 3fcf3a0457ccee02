#include "lifecycle/assess/parts.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/plan/plan.h"
#include <string.h>

static void note_unreadable(struct wh_assessment *a, const char *name)
{
	struct wh_buffer fix = { 0 };
	struct wh_assessed *f = wh_assess_note(a, "not-readable", WH_ERROR, WH_ASSISTED, name,
		"the account of the source's URL may not read this table; a run is refused until it may, or "
		"until the table is left out");
	wh_buffer_text(&fix, "select: { exclude: [");
	wh_json_quote(&fix, name, strlen(name));
	wh_buffer_text(&fix, "] }\n");
	f->fix = wh_arena_text(&a->arena, wh_buffer_string(&fix));
	f->place = "migration.yaml";
	wh_buffer_free(&fix);
	wh_assess_gap(a, wh_arena_format(&a->arena, "table %s", name), "the account may not read it");
}

/* The settings without the tables that nobody may read, so that the others can be planned. */
static struct wh_settings readable(struct wh_assessment *a)
{
	struct wh_settings s = *a->m->settings;
	const struct wh_catalog *catalog = &a->m->catalog;
	const char **exclude = wh_new_array(&a->arena, const char *, s.nexclude + catalog->ntables + 1);
	for (size_t i = 0; i < s.nexclude; i++)
		exclude[i] = s.exclude[i];
	for (size_t i = 0; i < catalog->ntables; i++) {
		const struct wh_table *t = &catalog->tables[i];
		if (!t->unreadable)
			continue;
		exclude[s.nexclude] = wh_shown_name(&a->arena, t->schema, t->name);
		note_unreadable(a, exclude[s.nexclude++]);
	}
	s.exclude = exclude;
	return s;
}

/* What keeps a run from beginning is something to tell here, not an end. */
static int make_plan(struct wh_assessment *a, struct wh_error *error)
{
	struct wh_migration *m = a->m;
	struct wh_settings settings = readable(a);
	struct wh_plan_ends ends = { m->source_kind, m->target_kind, wh_migration_offers(m) };
	int rc = wh_plan_make(&m->plan, &settings, &ends, &m->catalog, &m->arena, error);
	a->planned = rc == WH_OK;
	if (rc != WH_CONFIG)
		return rc;
	wh_assess_note(a, "plan-refused", WH_ERROR, WH_MANUAL, "the move", "%s%s%s", error->place,
		error->place[0] ? ": " : "", error->text);
	wh_assess_gap(a, "the rows of every table", "no plan can be made yet; see the findings");
	wh_error_clear(error);
	return WH_OK;
}

static int inspect(struct wh_assessment *a, struct wh_error *error)
{
	wh_migration_phase(a->m, "inspect");
	int rc = wh_migration_describe(a->m, error);
	if (rc == WH_OK)
		rc = make_plan(a, error);
	wh_migration_phase(a->m, NULL);
	return rc;
}

static int take_sample(struct wh_assessment *a, struct wh_error *error)
{
	if (!a->planned)
		return WH_OK;
	a->sample.arena = &a->arena;
	wh_migration_phase(a->m, "sample");
	int rc = wh_sample_take(&a->sample, a->m, a->options.sample, error);
	wh_migration_phase(a->m, NULL);
	return rc;
}

static void estimate_read(struct wh_assessment *a)
{
	struct wh_measured read = { 0 };
	for (size_t i = 0; i < a->sample.ntables; i++) {
		read.rows += a->sample.tables[i].rows;
		read.bytes += a->sample.tables[i].bytes;
		read.seconds += a->sample.tables[i].seconds;
	}
	a->estimate.load = wh_assess_load(a);
	a->estimate.read = wh_estimate_span(&read, &a->estimate.load);
}

static int read_prices(struct wh_assessment *a, struct wh_prices *prices, struct wh_error *error)
{
	return a->options.prices ? wh_prices_load(prices, &a->arena, a->options.prices, error) : WH_OK;
}

static double down_seconds(const struct wh_estimate *e)
{
	bool known = e->copy.known && e->build.known && e->verify.known;
	return known ? e->copy.likely + e->build.likely + e->verify.likely : -1;
}

static void count_costs(struct wh_assessment *a, const struct wh_prices *prices)
{
	const struct wh_quantities q = {
		.work_minutes = a->minutes[WH_ASSISTED] + a->minutes[WH_MANUAL],
		.bytes = (double)a->estimate.load.bytes,
		.down_seconds = down_seconds(&a->estimate),
	};
	if (a->options.prices)
		wh_costs_make(&a->costs, &a->arena, prices, &q);
}

/* The report sets it beside what the move then really takes. */
static int remember_span(struct wh_assessment *a, const char *name, const struct wh_span *s,
	struct wh_error *error)
{
	const char *text = s->known
		? wh_arena_format(&a->arena, "%.3f %.3f %.3f", s->low, s->likely, s->high)
		: NULL;
	return wh_journal_set(a->m->journal, name, text, error);
}

static int remember(struct wh_assessment *a, struct wh_error *error)
{
	const struct wh_estimate *e = &a->estimate;
	if (!a->m->journal)
		return WH_OK;
	int rc = remember_span(a, "estimate_copy", &e->copy, error);
	if (rc == WH_OK)
		rc = remember_span(a, "estimate_build", &e->build, error);
	if (rc == WH_OK)
		rc = remember_span(a, "estimate_verify", &e->verify, error);
	if (rc == WH_OK)
		rc = wh_journal_set(a->m->journal, "exit",
			wh_arena_format(&a->arena, "%d", wh_assessment_exit(a)), error);
	return rc;
}

static int look(struct wh_assessment *a, struct wh_error *error)
{
	int rc = inspect(a, error);
	if (rc == WH_OK)
		rc = wh_assess_source(a, error);
	if (rc == WH_OK)
		rc = take_sample(a, error);
	if (rc == WH_OK)
		rc = wh_assess_target(a, error);
	if (rc == WH_OK)
		estimate_read(a);
	return rc == WH_OK ? wh_assess_measure(a, error) : rc;
}

/* Rights name the target's database, so this comes after the look at it. */
static void make_grants(struct wh_assessment *a)
{
	const char *database = a->reached ? a->m->target.database : a->m->catalog.database;
	if (!a->surveyed || !a->planned)
		return;
	a->grants = wh_grants_make(&a->m->plan, &a->survey, database ? database : "target", &a->arena);
	a->ngrants = a->survey.naccesses;
}

int wh_assess(struct wh_assessment *a, struct wh_migration *m,
	const struct wh_assess_options *options, struct wh_error *error)
{
	struct wh_prices prices = { 0 };
	*a = (struct wh_assessment){ .m = m,
		.options = *options,
		.target = m->settings->target.url.scheme != NULL,
		.usec = wh_now_usec() };
	int rc = read_prices(a, &prices, error);
	if (rc == WH_OK && a->target)
		rc = wh_migration_begin(m, "assess", "copy", error);
	if (rc == WH_OK)
		rc = look(a, error);
	if (rc != WH_OK)
		return rc;
	make_grants(a);
	wh_assess_weigh(a);
	count_costs(a, &prices);
	wh_assess_judge(a);
	return remember(a, error);
}

void wh_assessment_free(struct wh_assessment *a)
{
	wh_survey_free(&a->survey);
	wh_arena_free(&a->arena);
	*a = (struct wh_assessment){ 0 };
}
