/* Doubts: what the data of a column, where it was looked at, asks of its plan. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"

static const char *object(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	return wh_planner_column_object(p, t, c->source);
}

static bool in_primary(const struct wh_table *t, const char *column)
{
	const struct wh_index *primary = wh_table_primary(t);
	for (size_t i = 0; primary && i < primary->nparts; i++)
		if (wh_equal(primary->parts[i].column, column))
			return true;
	return false;
}

/* Values become null: null must then be allowed, which it cannot be in a primary key. */
static void allow_null(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c, const char *what, const char *policy)
{
	const char *name = object(p, t, c);
	if (!c->not_null)
		return;
	if (in_primary(t->source, c->source->name)) {
		wh_findings_add(&p->plan->findings, wh_arena_format(p->arena, "%s-in-key", what),
			WH_WARNING, WH_ASSISTED, name,
			"is part of the primary key, which takes no null: rows with such a value go to quarantine");
		return;
	}
	c->not_null = false;
	wh_findings_add(&p->plan->findings, wh_arena_format(p->arena, "%s-null", what), WH_WARNING,
		WH_AUTOMATIC, name,
		"such values become null, and NOT NULL is left out on the target; the policy "
		"%s: quarantine keeps such rows apart instead",
		policy);
}

static void doubt_dates(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c)
{
	enum wh_kind kind = c->fit.wire.kind;
	bool time = kind == WH_DATE || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
	if (c->source->type.zero_dates && time && p->settings->policies.zero_date == WH_POLICY_NULL)
		allow_null(p, t, c, "zero-date", "zero_date");
}

/* Which labels the target lets in. */
static void doubt_labels(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c)
{
	const struct wh_type *type = &c->source->type;
	enum wh_policy_value policy = p->settings->policies.empty_enum;
	c->labels = type->labels;
	c->nlabels = type->nlabels;
	if (!type->empty_label)
		return;
	if (policy == WH_POLICY_NULL)
		allow_null(p, t, c, "empty-enum", "empty_enum");
	if (policy != WH_POLICY_KEEP)
		return;
	const char **labels = wh_new_array(p->arena, const char *, type->nlabels + 1);
	for (size_t i = 0; i < type->nlabels; i++)
		labels[i] = type->labels[i];
	labels[c->nlabels++] = "";
	c->labels = labels;
}

static void doubt_encoding(const struct wh_planner *p, struct wh_plan_column *c)
{
	if (!c->source->type.double_encoded ||
		p->settings->policies.double_encoded != WH_POLICY_REPAIR || c->fit.wire.kind != WH_TEXT)
		return;
	c->fit.proof = WH_PROOF_MAPPED;
	c->fit.loss = "text that was made UTF-8 twice is mended";
}

/* What the source's type does by itself and the target's does not. */
static void note_habits(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	const struct wh_type *type = &c->source->type;
	if (p->plan->same_engine || c->recipe)
		return;
	if (type->kind == WH_TEXT && type->fixed)
		wh_findings_add(&p->plan->findings, "char-blanks", WH_INFO, WH_AUTOMATIC, object(p, t, c),
			"%s does not count the blanks at the end of a value as part of it: the values arrive "
			"without them, and what is written there later keeps its own",
			type->native);
	if (type->not_negative)
		wh_findings_add(&p->plan->findings, "unsigned-not-kept", WH_WARNING, WH_ASSISTED,
			object(p, t, c), "%s lets no number below 0 in; %s on the target does", type->native,
			c->fit.native);
}

void wh_planner_doubts(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c)
{
	doubt_dates(p, t, c);
	doubt_labels(p, t, c);
	doubt_encoding(p, c);
	note_habits(p, t, c);
}
