/* The verdict, and what it rests on. */
#include "lifecycle/assess/parts.h"
#include "lifecycle/report/figures.h"

static const struct {
	const char *word, *title;
} words[] = {
	[WH_READY] = { "ready", "Ready to move" },
	[WH_READY_IF] = { "ready with conditions", "Ready, with conditions" },
	[WH_NOT_READY] = { "not ready", "Not ready" },
	[WH_READY_UNKNOWN] = { "unknown", "Not known yet" },
};

const char *wh_readiness_word(enum wh_readiness verdict)
{
	return words[verdict].word;
}

const char *wh_readiness_title(enum wh_readiness verdict)
{
	return words[verdict].title;
}

void wh_assess_gap(struct wh_assessment *a, const char *object, const char *why)
{
	*wh_push(&a->arena, &a->gaps, &a->ngaps) = (struct wh_gap){ wh_arena_text(&a->arena, object),
		wh_arena_text(&a->arena, why) };
}

static bool wants_work(const struct wh_assessed_group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->first[i].finding.effort != WH_AUTOMATIC || g->first[i].rows > 0)
			return true;
	return false;
}

static void reason(struct wh_assessment *a, const char *text)
{
	*wh_push(&a->arena, &a->reasons, &a->nreasons) = text;
}

/* One error is said whole: it may be all that keeps the move. */
static const char *reason_of(struct wh_assessment *a, const struct wh_assessed_group *g)
{
	char count[WH_FIGURE];
	const struct wh_finding *f = &g->first->finding;
	if (g->count > 1)
		return wh_arena_format(&a->arena, "%s: %s places", g->rule->title,
			wh_figure_count(count, g->count));
	return g->severity == WH_ERROR
		? wh_arena_format(&a->arena, "%s (%s): %s", g->rule->title, f->object, f->text)
		: wh_arena_format(&a->arena, "%s: %s", g->rule->title, f->object);
}

/* Every group of at least this severity that asks something of somebody. */
static void reasons_of(struct wh_assessment *a, enum wh_severity severity)
{
	for (size_t i = 0; i < a->ngroups; i++) {
		const struct wh_assessed_group *g = &a->groups[i];
		if (g->severity != severity || (severity != WH_ERROR && !wants_work(g)))
			continue;
		reason(a, reason_of(a, g));
	}
}

static size_t unsampled(const struct wh_assessment *a)
{
	size_t n = 0;
	for (size_t i = 0; i < a->sample.ntables; i++)
		n += a->sample.tables[i].failure != NULL;
	return n;
}

void wh_assess_judge(struct wh_assessment *a)
{
	reasons_of(a, WH_ERROR);
	size_t errors = a->nreasons, dark = unsampled(a);
	if (dark)
		reason(a,
			dark == 1 ? "1 table could not be sampled"
					  : wh_arena_format(&a->arena, "%zu tables could not be sampled", dark));
	if (a->target && !a->reached)
		reason(a, "the target could not be reached");
	size_t unknown = a->nreasons;
	reasons_of(a, WH_WARNING);
	a->verdict = errors ? WH_NOT_READY
		: unknown       ? WH_READY_UNKNOWN
		: a->nreasons   ? WH_READY_IF
						: WH_READY;
}

int wh_assessment_exit(const struct wh_assessment *a)
{
	return a->verdict == WH_NOT_READY ? 4 : 0;
}
