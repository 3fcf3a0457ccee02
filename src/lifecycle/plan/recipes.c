/* Columns whose values are made on the way: what they are on the target, and what then becomes of
 * defaults, identities, keys, foreign keys and checks. */
#include "lifecycle/plan/parts.h"
#include "base/text.h"
#include "transform/cast.h"
#include "transform/script.h"
#include "transform/stray.h"

static const char *lost_default(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c)
{
	if (c->default_text)
		wh_findings_add(&p->plan->findings, "default-not-carried", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c),
			"the default is not set on the target: it is none of the values that are made there")
			->source = c->default_text;
	return NULL;
}

static enum wh_identity lost_identity(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_column *c)
{
	if (c->identity != WH_NO_IDENTITY)
		wh_findings_add(&p->plan->findings, "identity-not-carried", WH_WARNING, WH_MANUAL,
			wh_planner_column_object(p, t, c),
			"the target does not count this column up by itself: its values are made anew, and the "
			"source's next one could be among them");
	return WH_NO_IDENTITY;
}

static bool of_a_list(enum wh_kind kind)
{
	return kind == WH_ENUM || kind == WH_SET || kind == WH_NATIVE;
}

/* What the column would be on the source if it held what is made of it. */
void wh_planner_made(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c, const struct wh_map_column *map)
{
	const struct wh_recipe *r = map->recipe;
	struct wh_column *made = wh_new(p->arena, struct wh_column);
	*made = *c->source;
	if (r->kind == WH_HASH || of_a_list(made->type.kind))
		made->type = (struct wh_type){ .kind = WH_TEXT,
			.native = c->source->type.native,
			.length = r->kind == WH_HASH ? r->length : 0 };
	made->generated = NULL;
	made->on_update = NULL;
	made->default_text = lost_default(p, t, c->source);
	made->identity = lost_identity(p, t, c->source);
	made->sequence = NULL;
	c->source = made;
	c->recipe = r;
}

size_t wh_planner_added(const struct wh_map_table *map)
{
	size_t n = map ? map->nadd : 0;
	for (size_t i = 0; map && i < map->ncolumns; i++)
		n += map->columns[i].ninto;
	return n;
}

static const struct wh_map_column *part_of(const struct wh_planner *p,
	const struct wh_map_column *whole, size_t part)
{
	struct wh_recipe *r = wh_new(p->arena, struct wh_recipe);
	*r = (struct wh_recipe){ .kind = WH_PART,
		.names = wh_new_array(p->arena, const char *, 1),
		.nnames = 1,
		.text = whole->split_by,
		.part = part,
		.parts = whole->ninto,
		.domain = "" };
	r->names[0] = whole->name;
	struct wh_map_column *out = wh_new(p->arena, struct wh_map_column);
	*out = (struct wh_map_column){ .name = whole->into[part], .place = whole->place, .recipe = r };
	return out;
}

const struct wh_map_column *wh_planner_adds(const struct wh_planner *p,
	const struct wh_map_table *map, size_t number)
{
	for (size_t i = 0; i < map->ncolumns; i++) {
		if (number < map->columns[i].ninto)
			return part_of(p, &map->columns[i], number);
		number -= map->columns[i].ninto;
	}
	return &map->add[number];
}

void wh_planner_add(const struct wh_planner *p, const struct wh_plan_table *t,
	struct wh_plan_column *c, const struct wh_map_column *map)
{
	const struct wh_column *whole = map->recipe->kind == WH_PART
		? wh_table_column(t->source, map->recipe->names[0])
		: NULL;
	struct wh_column *made = wh_new(p->arena, struct wh_column);
	made->name = map->name;
	made->type = (struct wh_type){ .kind = WH_TEXT, .native = map->type ? map->type : "text" };
	if (whole && whole->type.kind == WH_TEXT)
		made->type.length = whole->type.length;
	c->source = made;
	c->name = map->name;
	c->recipe = map->recipe;
	c->added = true;
}

static int unknown_input(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c, const char *name)
{
	const char **names = wh_new_array(p->arena, const char *, t->source->ncolumns + 1);
	for (size_t i = 0; i < t->source->ncolumns; i++)
		names[i] = t->source->columns[i].name;
	const char *near = wh_text_nearest(name, names);
	wh_fail(p->error, WH_CONFIG,
		"the transform of \"%s\" reads \"%s\", which table \"%s\" lacks%s%s%s", c->name, name,
		t->source->name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	const struct wh_map_table *map = wh_planner_map(p, t->source);
	return wh_fail_place(p->error, "%s", map && map->place ? map->place : "");
}

static int check_inputs(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	for (size_t i = 0; i < c->recipe->nnames; i++)
		if (!wh_table_column(t->source, c->recipe->names[i]))
			return unknown_input(p, t, c, c->recipe->names[i]);
	return WH_OK;
}

/* A text that stands in the settings must be a value of the column's type. */
static int check_text(const struct wh_planner *p, const struct wh_plan_table *t, size_t field,
	const char *text)
{
	const struct wh_field *to = &t->to.fields[field];
	struct wh_batch trial;
	struct wh_buffer value = { 0 };
	wh_buffer_text(&value, text ? text : "");
	wh_batch_init(&trial, &to->wire.kind, 1);
	bool fits = !text || !wh_cast_text(to, &value, &trial, 0);
	wh_batch_finish(&trial);
	wh_buffer_free(&value);
	if (fits)
		return WH_OK;
	wh_fail(p->error, WH_CONFIG,
		"\"%s\" is no value of column \"%s\", which is %s on the target; give the column another "
		"`type` or write another value",
		text, to->name, to->type.native);
	const struct wh_map_table *map = wh_planner_map(p, t->source);
	return wh_fail_place(p->error, "%s", map && map->place ? map->place : "");
}

/* The kinds of columns that a mask can fill. */
static bool mask_fills(enum wh_recipe_kind mask, enum wh_kind kind)
{
	bool text = wh_kind_is_textual(kind), number = wh_kind_is_number(kind) && kind != WH_BOOL;
	switch (mask) {
	case WH_HASH:
		return text || kind == WH_BYTES;
	case WH_PARTIAL:
		return text;
	case WH_DIGITS:
		return text || number;
	case WH_PSEUDONYM:
		return text || number || kind == WH_UUID;
	case WH_DATE_SHIFT:
		return kind == WH_DATE || kind == WH_TIMESTAMP || kind == WH_TIMESTAMPTZ;
	default:
		return true;
	}
}

static int check_mask(const struct wh_planner *p, const struct wh_plan_table *t, size_t field)
{
	const struct wh_field *to = &t->to.fields[field];
	enum wh_recipe_kind kind = t->recipes[field].kind;
	if (mask_fills(kind, to->wire.kind))
		return WH_OK;
	wh_fail(p->error, WH_CONFIG,
		"the mask `%s` cannot fill column \"%s\", which is %s on the target; give the column another "
		"`type` or another mask",
		wh_recipe_facts(kind)->name, to->name, to->type.native);
	const struct wh_map_table *map = wh_planner_map(p, t->source);
	return wh_fail_place(p->error, "%s", map && map->place ? map->place : "");
}

static int check_script(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_recipe *r)
{
	int rc = wh_script_check(r->text, p->error);
	const struct wh_map_table *map = wh_planner_map(p, t->source);
	return rc == WH_OK ? WH_OK : wh_fail_place(p->error, "%s", map && map->place ? map->place : "");
}

static int check_texts(const struct wh_planner *p, const struct wh_plan_table *t, size_t field)
{
	const struct wh_recipe *r = &t->recipes[field];
	bool plain = r->kind == WH_CONSTANT || r->kind == WH_REDACT;
	int rc = r->kind == WH_SCRIPT ? check_script(p, t, r) : check_mask(p, t, field);
	if (rc == WH_OK && plain)
		rc = check_text(p, t, field, r->text);
	for (size_t i = 0; i < r->npairs && rc == WH_OK; i++)
		rc = check_text(p, t, field, r->pairs[i].to);
	return rc == WH_OK ? check_text(p, t, field, r->otherwise_text) : rc;
}

/* The type takes whatever may be made, and is not the source's where one engine has both. */
static const char *other_type(const struct wh_planner *p, const struct wh_plan_column *c)
{
	const char *was = c->source->type.native;
	if (!p->plan->same_engine || c->asked || c->added || wh_equal(was, c->fit.native))
		return "";
	return wh_arena_format(p->arena, ", and as %s instead of %s, unless `type` says otherwise",
		c->fit.native, was);
}

static void note_made(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c)
{
	wh_findings_add(&p->plan->findings, "column-made", WH_INFO, WH_AUTOMATIC,
		wh_planner_column_object(p, t, c->source),
		"the values of \"%s\" are made on the way: %s%s; the target "
		"is compared with what is made of the source",
		c->name, wh_recipe_words(p->arena, c->recipe), other_type(p, c));
}

/* The user's own doing; but it should not go unnoticed. */
static void note_revealed(const struct wh_planner *p, const struct wh_plan_table *t,
	const struct wh_plan_column *c, const struct wh_recipe *planned)
{
	for (size_t i = 0; i < planned->nnames && !wh_recipe_facts(planned->kind)->mask; i++)
		if (t->from.fields[planned->fields[i]].masked)
			wh_findings_add(&p->plan->findings, "masked-value-used", WH_WARNING, WH_ASSISTED,
				wh_planner_column_object(p, t, c->source),
				"is made of \"%s\" as it is on the source, which is masked elsewhere",
				planned->names[i]);
}

static const char *part_named(const struct wh_planner *p, const struct wh_plan_table *t,
	const char *kind, const char *name)
{
	return wh_arena_format(p->arena, "%s %s on %s", kind, name ? name : "(no name)",
		wh_shown_name(p->arena, t->source->schema, t->source->name));
}

static const struct wh_recipe *recipe_of(const struct wh_plan_table *t, const char *column)
{
	const struct wh_plan_column *c = column ? wh_plan_table_column(t, column) : NULL;
	return c ? c->recipe : NULL;
}

/* Distinct values may become equal. */
static void note_keys(const struct wh_planner *p, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct wh_index *index = t->indexes[i].source;
		for (size_t k = 0; index->unique && k < index->nparts; k++) {
			const struct wh_recipe *r = recipe_of(t, index->parts[k].column);
			if (r && !wh_recipe_facts(r->kind)->distinct)
				wh_findings_add(&p->plan->findings, "key-made", WH_WARNING, WH_MANUAL,
					part_named(p, t, "unique key", index->name),
					"the values of \"%s\" are made by `%s`, after which two rows may have the same: "
					"the key may then not be created",
					index->parts[k].column, wh_recipe_facts(r->kind)->name);
		}
	}
}

/* The digits that a number has, and how large it may be, decide what a mask makes of it. */
static bool same_digits(const struct wh_plan_column *a, const struct wh_plan_column *b)
{
	if (!wh_kind_is_number(a->fit.wire.kind))
		return true;
	return a->source->type.scale == b->source->type.scale &&
		a->fit.type.precision == b->fit.type.precision;
}

static bool joins(const struct wh_plan_column *from, const struct wh_plan_column *to)
{
	if (!from->recipe && !to->recipe)
		return true;
	return from->recipe && to->recipe && wh_recipe_same(from->recipe, to->recipe) &&
		from->fit.wire.kind == to->fit.wire.kind && same_digits(from, to);
}

/* Both ends of a foreign key must be made alike. */
static void note_foreign_keys(const struct wh_planner *p, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nforeign_keys; i++) {
		const struct wh_foreign_key *f = t->foreign_keys[i].source;
		const struct wh_plan_table *to = wh_planner_table(p, f->to_schema, f->to_table);
		for (size_t k = 0; to && k < f->ncolumns; k++) {
			const struct wh_plan_column *a = wh_plan_table_column(t, f->columns[k]);
			const struct wh_plan_column *b = wh_plan_table_column(to, f->to_columns[k]);
			if (a && b && !joins(a, b))
				wh_findings_add(&p->plan->findings, "foreign-key-made", WH_WARNING, WH_MANUAL,
					part_named(p, t, "foreign key", f->name),
					"\"%s\" and \"%s\" of \"%s\" are not made in the same way: rows will not find "
					"their parents; give both the same transform, key and domain",
					f->columns[k], f->to_columns[k], f->to_table);
		}
	}
}

static void note_checks(const struct wh_planner *p, const struct wh_plan_table *t)
{
	for (size_t i = 0; i < t->nchecks; i++)
		wh_findings_add(&p->plan->findings, "check-of-made", WH_INFO, WH_ASSISTED,
			part_named(p, t, "check", t->checks[i].name),
			"the table has columns whose values are made on the way; rows that the check then "
			"refuses are told when it is created");
}

static void note_filters(const struct wh_planner *p, const struct wh_plan_table *t)
{
	const char *object = wh_shown_name(p->arena, t->source->schema, t->source->name);
	if (t->where)
		wh_findings_add(&p->plan->findings, "rows-left-out", WH_INFO, WH_AUTOMATIC, object,
			"only rows are read for which the source says: %s; the others are not counted",
			t->where);
	if (t->filter)
		wh_findings_add(&p->plan->findings, "rows-left-out", WH_INFO, WH_AUTOMATIC, object,
			"rows for which this is not true are left out and counted: %s", t->filter->text);
}

int wh_planner_check_recipes(const struct wh_planner *p, const struct wh_plan_table *t)
{
	bool any = false;
	int rc = t->filter ? check_script(p, t, t->filter) : WH_OK;
	for (size_t i = 0, f = 0; i < t->ncolumns && rc == WH_OK; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		if (c->recipe) {
			any = true;
			note_made(p, t, c);
			note_revealed(p, t, c, &t->recipes[f]);
			rc = check_texts(p, t, f);
		}
		f += c->copied;
	}
	note_filters(p, t);
	note_foreign_keys(p, t);
	if (any) {
		note_keys(p, t);
		note_checks(p, t);
	}
	return rc;
}

int wh_planner_check_inputs(const struct wh_planner *p, const struct wh_plan_table *t)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->ncolumns && rc == WH_OK; i++)
		if (t->columns[i].recipe)
			rc = check_inputs(p, t, &t->columns[i]);
	return rc;
}
