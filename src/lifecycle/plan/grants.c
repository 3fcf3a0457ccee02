/* Owners and rights: by the policy. They need accounts that the target may not have, so a refusal
 * there is a warning with the statements to run. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"

bool wh_planner_is_right(const struct wh_object *o)
{
	return !strcmp(o->kind, "grant") || !strcmp(o->kind, "owner");
}

bool wh_planner_carries_rights(const struct wh_planner *p)
{
	return p->plan->same_engine && p->settings->policies.grants == WH_POLICY_CARRY;
}

/* All that is said of one account, as one text; what is in it is done. */
static const char *text_of(const struct wh_planner *p, size_t first, bool *done)
{
	const struct wh_object *like = &p->catalog->objects[first];
	struct wh_buffer out = { 0 };
	for (size_t i = first; i < p->catalog->nobjects; i++) {
		const struct wh_object *o = &p->catalog->objects[i];
		if (strcmp(o->kind, like->kind) || strcmp(o->name, like->name))
			continue;
		done[i] = true;
		wh_buffer_format(&out, "%s%s", out.size ? ";\n" : "", o->definition);
	}
	const char *text = wh_arena_text(p->arena, wh_buffer_string(&out));
	wh_buffer_free(&out);
	return text;
}

static void report(const struct wh_planner *p, size_t at, bool *done)
{
	const struct wh_object *o = &p->catalog->objects[at];
	bool owner = !strcmp(o->kind, "owner");
	wh_findings_add(&p->plan->findings, owner ? "owner-not-carried" : "grant-not-carried", WH_INFO,
		WH_MANUAL, wh_arena_format(p->arena, "%s %s", o->kind, o->name), "%s",
		owner ? "the account owns objects of the source; on the target the user of its URL owns all"
			  : "the account's rights are not given on the target: give those that its "
				"applications need")
		->source = text_of(p, at, done);
}

void wh_planner_report_rights(const struct wh_planner *p)
{
	bool *done = wh_new_array(p->arena, bool, p->catalog->nobjects + 1);
	for (size_t i = 0; i < p->catalog->nobjects; i++)
		if (!done[i] && wh_planner_is_right(&p->catalog->objects[i]))
			report(p, i, done);
}
