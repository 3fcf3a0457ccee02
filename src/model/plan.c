#include "model/plan.h"

const struct wh_rowset *wh_plan_shown(const struct wh_plan_table *t)
{
	return t->recipes ? &t->to : &t->from;
}

struct wh_statement *wh_statements_add(struct wh_statements *list, enum wh_phase phase,
	const char *kind, int64_t table, const char *name)
{
	struct wh_statement *s = wh_push(list->arena, &list->items, &list->count);
	s->phase = phase;
	s->kind = wh_arena_text(list->arena, kind);
	s->table = table;
	s->name = wh_arena_text(list->arena, name);
	s->object = name ? wh_arena_format(list->arena, "%s %s", kind, name) : s->kind;
	return s;
}

const char *wh_phase_name(enum wh_phase phase)
{
	static const char *const names[WH_PHASES] = {
		[WH_PHASE_CLEAR] = "clear",
		[WH_PHASE_TABLES] = "tables",
		[WH_PHASE_KEYS] = "keys",
		[WH_PHASE_INDEXES] = "indexes",
		[WH_PHASE_CONSTRAINTS] = "constraints",
		[WH_PHASE_COUNTERS] = "counters",
		[WH_PHASE_OPEN] = "open",
	};
	return names[phase];
}

const char *wh_proof_name(enum wh_proof proof)
{
	static const char *const names[] = {
		[WH_PROOF_EXACT] = "exact",
		[WH_PROOF_MAPPED] = "mapped",
		[WH_PROOF_NONE] = "none",
	};
	return names[proof];
}

const char *wh_treatment_name(enum wh_treatment treatment)
{
	static const char *const names[WH_TREATMENTS] = {
		[WH_CREATE] = "create",
		[WH_APPEND] = "append",
		[WH_TRUNCATE] = "truncate",
		[WH_DROP] = "drop",
	};
	return names[treatment];
}

bool wh_treatment_makes(enum wh_treatment treatment)
{
	return treatment == WH_CREATE || treatment == WH_DROP;
}

bool wh_plan_object_made(const struct wh_plan_object *o)
{
	return o->statement && wh_treatment_makes(o->treatment);
}
