/* Objects and sequences that the target holds already in the place of one of the plan's. What they
 * are is known before anything is written: afterwards nobody can tell an old one from ours. */
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/steps.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define TREATED "objects_there" /* in the journal: treatments by what is treated */

/* Anything with a name, on either side. */
struct thing {
	struct wh_object is;
	bool table;                   /* whose treatment is chosen elsewhere */
	bool owned;                   /* a column's sequence */
	enum wh_treatment *treatment; /* the plan's */
};

struct things {
	struct thing *items;
	size_t count;
};

static struct thing of_table(const char *schema, const char *name)
{
	return (struct thing){
		.is = { .kind = "table", .space = WH_SPACE_RELATION, .schema = schema, .name = name },
		.table = true
	};
}

static struct thing of_sequence(struct wh_arena *arena, const struct wh_sequence *s)
{
	return (struct thing){ .is = { .kind = "sequence",
							   .space = WH_SPACE_RELATION,
							   .schema = s->schema,
							   .name = s->name,
							   .definition = wh_sequence_text(arena, s, s->start) },
		.owned = s->owner_table };
}

static struct things list_target(struct wh_arena *arena, const struct wh_catalog *target)
{
	struct things list = { 0 };
	for (size_t i = 0; i < target->ntables; i++)
		*wh_push(arena, &list.items, &list.count) = of_table(target->tables[i].schema,
			target->tables[i].name);
	for (size_t i = 0; i < target->nsequences; i++)
		*wh_push(arena, &list.items, &list.count) = of_sequence(arena, &target->sequences[i]);
	for (size_t i = 0; i < target->nobjects; i++)
		if (target->objects[i].address)
			*wh_push(arena, &list.items, &list.count) = (struct thing){ .is = target->objects[i] };
	return list;
}

static struct thing of_planned(struct wh_plan_object *o)
{
	struct thing t = { .is = *o->source, .treatment = &o->treatment };
	t.is.schema = o->schema;
	t.is.name = o->name;
	t.is.definition = o->statement;
	return t;
}

static struct things list_plan(struct wh_migration *m)
{
	struct things list = { 0 };
	for (size_t i = 0; i < m->plan.ntables; i++)
		*wh_push(&m->arena, &list.items, &list.count) = of_table(m->plan.tables[i].schema,
			m->plan.tables[i].name);
	for (size_t i = 0; i < m->plan.nsequences; i++) {
		struct wh_plan_sequence *s = &m->plan.sequences[i];
		struct thing *t = wh_push(&m->arena, &list.items, &list.count);
		*t = of_sequence(&m->arena, s->source);
		t->is.schema = s->schema;
		t->treatment = &s->treatment;
	}
	for (size_t i = 0; i < m->plan.nobjects; i++)
		if (m->plan.objects[i].statement && m->plan.objects[i].source->address)
			*wh_push(&m->arena, &list.items, &list.count) = of_planned(&m->plan.objects[i]);
	return list;
}

static bool is_relation(const struct thing *t)
{
	return wh_equal(t->is.space, WH_SPACE_RELATION);
}

static bool same(const struct wh_migration *m, const char *a, const char *b)
{
	return m->target_kind->facts.names_nocase ? wh_equal_nocase(a, b) : wh_equal(a, b);
}

static bool same_place(const struct wh_migration *m, const struct thing *a, const struct thing *b)
{
	const char *spaces[] = { a->is.space ? a->is.space : a->is.kind,
		b->is.space ? b->is.space : b->is.kind };
	if (!wh_equal(spaces[0], spaces[1]))
		return false;
	if (!is_relation(a))
		return same(m, a->is.address, b->is.address);
	return same(m, a->is.name, b->is.name) &&
		(!m->target_kind->facts.schemas || wh_equal(a->is.schema, b->is.schema));
}

static const struct thing *find(const struct wh_migration *m, const struct things *there,
	const struct thing *planned)
{
	for (size_t i = 0; i < there->count; i++)
		if (same_place(m, planned, &there->items[i]))
			return &there->items[i];
	return NULL;
}

static const char *shown(struct wh_migration *m, const struct thing *t)
{
	return t->is.table && !is_relation(t)
		? wh_arena_format(&m->arena, "%s on %s", t->is.name, t->is.table)
		: wh_shown_name(&m->arena, t->is.schema, t->is.name);
}

static const char *a(const char *kind)
{
	return strchr("aeiou", *kind) ? "an" : "a";
}

static int refuse_clash(struct wh_migration *m, const struct thing *planned,
	const struct thing *there, struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target has %s %s \"%s\" where the plan has %s %s; nothing was written; rename or drop "
		"one of them, or name an empty target",
		a(there->is.kind), there->is.kind, shown(m, there), a(planned->is.kind), planned->is.kind);
	error->side = WH_TARGET;
	return WH_GUARD;
}

static int refuse(struct wh_migration *m, const struct thing *t, size_t others,
	struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target has %s %s \"%s\" already%s; nothing was written; choose what is to happen with "
		"--if-exists truncate, append or drop, or name an empty target",
		a(t->is.kind), t->is.kind, shown(m, t),
		others ? wh_arena_format(&m->arena, " (and %zu more of the plan)", others) : "");
	error->side = WH_TARGET;
	return WH_GUARD;
}

static void note(struct wh_migration *m, const struct thing *planned, const struct thing *there)
{
	const char *name = wh_arena_format(&m->arena, "%s %s", there->is.kind, shown(m, there));
	struct wh_findings *findings = &m->plan.findings;
	if (*planned->treatment == WH_DROP && !there->owned)
		wh_findings_add(findings, "object-replaced", WH_INFO, WH_AUTOMATIC, name,
			"the target had one of that name; it is dropped, as --if-exists drop asks")
			->source = there->is.definition;
	else if (*planned->treatment != WH_DROP &&
		!wh_equal(there->is.definition, planned->is.definition))
		wh_findings_add(findings, "object-kept", WH_WARNING, WH_MANUAL, name,
			"the target has one of that name, which stays as it is, but for rights that the plan "
			"carries; compare it with the source's")
			->source = there->is.definition;
}

/* What both sides have, in pairs: for each of the plan's what is there in its place, or NULL. */
static const struct thing **pair(struct wh_migration *m, const struct things *planned,
	const struct wh_catalog *target)
{
	struct things there = list_target(&m->arena, target);
	const struct thing **pairs = wh_new_array(&m->arena, const struct thing *, planned->count + 1);
	for (size_t i = 0; i < planned->count; i++)
		pairs[i] = find(m, &there, &planned->items[i]);
	return pairs;
}

static int check(struct wh_migration *m, const struct things *planned,
	const struct thing *const *there, struct wh_error *error)
{
	const struct thing *first = NULL;
	size_t refused = 0;
	for (size_t i = 0; i < planned->count; i++) {
		const struct thing *p = &planned->items[i];
		if (there[i] && !wh_equal(p->is.kind, there[i]->is.kind))
			return refuse_clash(m, p, there[i], error);
		if (!there[i] || p->table || p->is.shared)
			continue;
		first = first ? first : p;
		refused++;
	}
	return first && wh_wanted_treatment(m) == WH_CREATE
		? refuse(m, first, refused - 1, error)
		: WH_OK;
}

/* What the journal knows a thing of the plan by. */
static const char *key(struct wh_migration *m, const struct thing *t)
{
	return wh_arena_format(&m->arena, "%s %s", t->is.kind,
		is_relation(t) ? wh_shown_name(&m->arena, t->is.schema, t->is.name) : t->is.address);
}

static int remember(struct wh_migration *m, const json_t *treated, struct wh_error *error)
{
	char *text = json_dumps(treated, JSON_COMPACT);
	int rc = wh_journal_set(m->journal, TREATED, text ? text : "", error);
	free(text);
	return rc;
}

int wh_check_existing(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	struct things planned = list_plan(m);
	return check(m, &planned, pair(m, &planned, target), error);
}

int wh_find_existing(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	struct things planned = list_plan(m);
	const struct thing **there = pair(m, &planned, target);
	int rc = check(m, &planned, there, error);
	if (rc != WH_OK)
		return rc;
	json_t *treated = json_object();
	for (size_t i = 0; i < planned.count; i++) {
		struct thing *p = &planned.items[i];
		if (!there[i] || p->table)
			continue;
		*p->treatment = p->is.shared ? WH_APPEND : wh_wanted_treatment(m);
		json_object_set_new(treated, key(m, p), json_string(wh_treatment_name(*p->treatment)));
		note(m, p, there[i]);
	}
	rc = remember(m, treated, error);
	json_decref(treated);
	return rc;
}

void wh_recall_existing(struct wh_migration *m)
{
	const char *text = wh_journal_get(m->journal, TREATED, &m->arena);
	json_t *treated = text ? json_loads(text, 0, NULL) : NULL;
	struct things planned = list_plan(m);
	for (size_t i = 0; treated && i < planned.count; i++) {
		struct thing *p = &planned.items[i];
		const char *word = json_string_value(json_object_get(treated, key(m, p)));
		for (int t = WH_CREATE; word && p->treatment && t < WH_TREATMENTS; t++)
			if (wh_equal(word, wh_treatment_name((enum wh_treatment)t)))
				*p->treatment = (enum wh_treatment)t;
	}
	json_decref(treated);
}
