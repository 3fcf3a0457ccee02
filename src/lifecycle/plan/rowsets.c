/* The two rowsets through which a table's rows travel, the recipes between them, and the key. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "transform/cast.h"

struct rowsets {
	const struct wh_planner *p;
	struct wh_plan_table *t;
	struct wh_field *from, *to;
	size_t nfrom, nto;
	struct wh_recipe *recipes; /* one a field of `to` */
};

/* As which kind the source is asked to read the column; a cast does the rest. */
static struct wh_type read_as(const struct wh_planner *p, const struct wh_plan_column *c)
{
	const struct wh_type *own = &c->source->type, *wire = &c->fit.wire;
	bool same = p->plan->same_engine && (!c->asked || wire->kind == WH_NATIVE);
	bool other = wire->kind == WH_TEXT || (wire->kind == WH_JSON && own->kind == WH_ARRAY);
	struct wh_type type = same || other ? *wire : *own;
	type.native = own->native;
	return type;
}

static bool masked(const struct rowsets *r, const char *column)
{
	const struct wh_map_column *map = wh_planner_map_column(wh_planner_map(r->p, r->t->source),
		column);
	return map && map->recipe && wh_recipe_facts(map->recipe->kind)->mask;
}

/* The field as which the source reads this column so; a column may be read in two ways. */
static uint16_t source_field(struct rowsets *r, const struct wh_column *c, struct wh_type wire)
{
	for (size_t f = 0; f < r->nfrom; f++)
		if (wh_equal(r->from[f].name, c->name) && r->from[f].wire.kind == wire.kind)
			return (uint16_t)f;
	r->from[r->nfrom] = (struct wh_field){ .name = c->name,
		.type = c->type,
		.wire = wire,
		.not_null = c->not_null,
		.masked = masked(r, c->name) };
	return (uint16_t)r->nfrom++;
}

static void add_copy(struct rowsets *r, const struct wh_plan_column *c)
{
	struct wh_recipe *recipe = &r->recipes[r->nto];
	recipe->names = wh_new_array(r->p->arena, const char *, 1);
	recipe->fields = wh_new_array(r->p->arena, uint16_t, 1);
	recipe->names[0] = c->source->name;
	recipe->fields[0] = source_field(r, c->source, read_as(r->p, c));
	recipe->nnames = 1;
}

/* An expression may read whatever column it speaks of. */
static void find_names(const struct rowsets *r, struct wh_recipe *script)
{
	const struct wh_table *t = r->t->source;
	const char **names = wh_new_array(r->p->arena, const char *, t->ncolumns + 2);
	size_t n = 0;
	if (script->valued)
		names[n++] = script->names[0];
	for (size_t i = 0; i < t->ncolumns; i++)
		if (strstr(script->text, t->columns[i].name))
			names[n++] = t->columns[i].name;
	script->names = names;
	script->nnames = n;
}

/* What a recipe reads, each column as what it is on the source. */
static void find_inputs(struct rowsets *r, struct wh_recipe *recipe)
{
	if (recipe->kind == WH_SCRIPT)
		find_names(r, recipe);
	recipe->fields = wh_new_array(r->p->arena, uint16_t, recipe->nnames + 1);
	for (size_t i = 0; i < recipe->nnames; i++) {
		const struct wh_column *c = wh_table_column(r->t->source, recipe->names[i]);
		if (c)
			recipe->fields[i] = source_field(r, c, c->type);
	}
}

static bool reads_masked(const struct rowsets *r, const struct wh_recipe *recipe)
{
	for (size_t i = 0; i < recipe->nnames; i++)
		if (r->from[recipe->fields[i]].masked)
			return true;
	return false;
}

static void add_field(struct rowsets *r, const struct wh_plan_column *c)
{
	struct wh_recipe *recipe = &r->recipes[r->nto];
	struct wh_field *to = &r->to[r->nto];
	*to = (struct wh_field){ c->name, c->fit.type, c->fit.wire, c->not_null, false };
	if (c->recipe) {
		*recipe = *c->recipe;
		find_inputs(r, recipe);
		to->masked = reads_masked(r, recipe);
	} else {
		add_copy(r, c);
	}
	r->nto++;
}

/* Without recipes the fields of both sides are twins. */
static bool all_twins(const struct rowsets *r)
{
	for (size_t f = 0; f < r->nto; f++)
		if (r->recipes[f].kind != WH_COPY || r->recipes[f].fields[0] != f)
			return false;
	return r->nfrom == r->nto && !r->t->filter;
}

static void note_asked(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	wh_findings_add(&p->plan->findings, "type-asked", WH_INFO, WH_ASSISTED,
		wh_planner_column_object(p, t, c->source),
		"%s becomes %s, as asked: a value that it would not hold exactly goes to quarantine; "
		"the rest is compared as %s",
		c->source->type.native, c->fit.native, wh_proof_name(c->fit.proof));
}

/* Whether the target gives back the very text that it was given. */
static bool comes_back_verbatim(const struct wh_planner *p, const struct wh_plan_column *c)
{
	if (c->fit.wire.kind == WH_DECIMAL)
		return p->plan->same_engine && wh_equal(c->fit.native, c->source->type.native);
	return c->fit.wire.kind == WH_JSON && c->fit.type.as_written;
}

static void judge_field(const struct wh_planner *p, struct wh_plan_table *t,
	struct wh_plan_column *c, size_t f)
{
	const struct wh_field *to = &t->to.fields[f];
	const struct wh_field *from = c->recipe ? NULL
		: t->recipes                        ? &t->from.fields[t->recipes[f].fields[0]]
											: &t->from.fields[f];
	bool changes = !from || (wh_cast_needed(from, to) && from->wire.kind != to->wire.kind);
	if (c->fit.proof == WH_PROOF_EXACT && changes)
		c->fit.proof = WH_PROOF_MAPPED;
	t->how[f] = from && comes_back_verbatim(p, c) ? WH_DIGEST_VERBATIM : WH_DIGEST_VALUE;
	if (p->target->says && p->target->says(p->target, t->source, c->source)) {
		t->how[f] = WH_DIGEST_LEFT_OUT;
		c->fit.proof = WH_PROOF_MAPPED;
	}
	if (c->fit.proof > t->proof)
		t->proof = c->fit.proof;
	if (c->asked && from && wh_cast_needed(from, to))
		note_asked(p, t, c);
	if (c->fit.proof == WH_PROOF_NONE)
		wh_findings_add(&p->plan->findings, "not-verified", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c->source),
			"the values of this column cannot be compared");
}

static void note_left_out(const struct wh_planner *p, const struct wh_plan_table *t)
{
	struct wh_buffer names = { 0 };
	for (size_t f = 0; f < t->to.nfields; f++)
		if (t->how[f] == WH_DIGEST_LEFT_OUT)
			wh_buffer_format(&names, "%s%s", names.size ? ", " : "", t->to.fields[f].name);
	if (names.size)
		wh_findings_add(&p->plan->findings, "column-of-target", WH_INFO, WH_AUTOMATIC,
			wh_shown_name(p->arena, t->source->schema, t->source->name),
			"%s: the target says these by itself, and they are not compared", names.data);
	wh_buffer_free(&names);
}

static void find_proof(const struct wh_planner *p, struct wh_plan_table *t)
{
	size_t f = 0;
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].copied)
			judge_field(p, t, &t->columns[i], f++);
	note_left_out(p, t);
}

/* The field of the target that identifies as the source's column does: a copy, or made so that
 * distinct values stay distinct. nfields: there is none. */
static size_t identifying_field(const struct wh_plan_table *t, const char *column)
{
	for (size_t f = 0; f < t->to.nfields; f++) {
		const struct wh_recipe *r = t->recipes ? &t->recipes[f] : NULL;
		const char *name = r ? r->nnames == 1 ? r->names[0] : NULL : t->from.fields[f].name;
		if (wh_equal(name, column) && (!r || wh_recipe_facts(r->kind)->distinct))
			return f;
	}
	return t->to.nfields;
}

/* Fills both sides' keys; false where the target has no such key. */
static bool key_fields(const struct wh_planner *p, struct wh_plan_table *t,
	const struct wh_index *index)
{
	uint16_t *from = wh_new_array(p->arena, uint16_t, index->nparts + 1);
	uint16_t *to = wh_new_array(p->arena, uint16_t, index->nparts + 1);
	bool made = false;
	for (size_t i = 0; i < index->nparts; i++) {
		size_t f = identifying_field(t, index->parts[i].column);
		if (f == t->to.nfields)
			return false;
		if (t->how[f] == WH_DIGEST_LEFT_OUT)
			return false;
		to[i] = (uint16_t)f;
		from[i] = t->recipes ? t->recipes[f].fields[0] : to[i];
		made = made || (t->recipes && t->recipes[f].kind != WH_COPY);
	}
	t->key_is_made = made;
	t->from.key = from;
	t->to.key = to;
	t->from.nkey = t->to.nkey = index->nparts;
	return true;
}

/* Every row has one, no two have the same. SQLite's primary keys may hold nulls. */
static bool identifies(const struct wh_table *t, const struct wh_index *index)
{
	if (!(index->unique || index->primary) || index->where || index->deferrable)
		return false;
	for (size_t i = 0; i < index->nparts; i++) {
		const struct wh_index_part *part = &index->parts[i];
		const struct wh_column *c = part->column ? wh_table_column(t, part->column) : NULL;
		if (!c || part->prefix || !c->not_null)
			return false;
	}
	return index->nparts > 0;
}

static void find_key(const struct wh_planner *p, struct wh_plan_table *t)
{
	bool known = false;
	for (size_t i = 0; i < t->source->nindexes && !t->from.nkey; i++)
		if (identifies(t->source, &t->source->indexes[i])) {
			known = true;
			if (key_fields(p, t, &t->source->indexes[i]))
				return;
		}
	if (!t->no_rows)
		wh_findings_add(&p->plan->findings, "no-key", WH_INFO, WH_AUTOMATIC,
			wh_shown_name(p->arena, t->source->schema, t->source->name), "%s",
			known
				? "no key of the table arrives as it is or distinctly: its rows are compared whole, "
				  "duplicates counted"
				: "the table has no primary key and no unique key without nulls: its rows are "
				  "compared whole, duplicates counted");
}

static void find_filter(struct rowsets *r, const struct wh_map_table *map)
{
	r->t->where = map ? map->where : NULL;
	if (!map || !map->filter)
		return;
	struct wh_recipe *filter = wh_new(r->p->arena, struct wh_recipe);
	*filter = *map->filter;
	find_inputs(r, filter);
	r->t->filter = filter;
}

void wh_planner_rowsets(const struct wh_planner *p, struct wh_plan_table *t)
{
	size_t most = 2 * t->source->ncolumns + t->ncolumns + 1;
	struct rowsets r = { .p = p,
		.t = t,
		.from = wh_new_array(p->arena, struct wh_field, most),
		.to = wh_new_array(p->arena, struct wh_field, t->ncolumns + 1),
		.recipes = wh_new_array(p->arena, struct wh_recipe, t->ncolumns + 1) };
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->columns[i].copied)
			add_field(&r, &t->columns[i]);
	find_filter(&r, wh_planner_map(p, t->source));
	t->from = (struct wh_rowset){ .schema = t->source->schema,
		.table = t->source->name,
		.fields = r.from,
		.nfields = r.nfrom,
		.where = t->where };
	t->to = (struct wh_rowset){ .schema = t->schema,
		.table = t->name,
		.fields = r.to,
		.nfields = r.nto };
	t->recipes = all_twins(&r) ? NULL : r.recipes;
	t->how = wh_new_array(p->arena, enum wh_digest_how, r.nto + 1);
	find_proof(p, t);
	find_key(p, t);
}
