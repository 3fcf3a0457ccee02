#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/reconcile/parts.h"

static bool is_called(struct wh_arena *arena, const char *text, const char *schema,
	const char *name)
{
	return wh_equal(text, name) || wh_equal(text, wh_shown_name(arena, schema, name));
}

/* The target's names go before the source's: what is asked about stands there. */
static const struct wh_plan_table *table_called(const struct wh_plan *plan, const char *text)
{
	struct wh_arena arena = { 0 };
	const struct wh_plan_table *found = NULL;
	for (int source = 0; source < 2 && !found; source++) {
		for (size_t i = 0; i < plan->ntables && !found; i++) {
			const struct wh_plan_table *t = &plan->tables[i];
			if (source ? is_called(&arena, text, t->source->schema, t->source->name)
					   : is_called(&arena, text, t->schema, t->name))
				found = t;
		}
	}
	wh_arena_free(&arena);
	return found;
}

static int unknown(const char *what, const char *name, const char *const *names,
	struct wh_error *error)
{
	const char *near = wh_text_nearest(name, names);
	return wh_fail(error, WH_CONFIG, "no %s \"%s\" among those that are moved%s%s%s", what, name,
		near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int wh_resolve_table(const struct wh_plan *plan, const char *text, struct wh_resolved *out,
	struct wh_error *error)
{
	*out = (struct wh_resolved){ .table = table_called(plan, text), .field = WH_NO_FIELD };
	if (out->table && out->table->no_rows)
		return wh_fail(error, WH_CONFIG, "the rows of table \"%s\" are in its partitions", text);
	if (out->table) {
		out->schema = out->table->schema;
		out->name = out->table->name;
		return WH_OK;
	}
	struct wh_arena arena = { 0 };
	const char **names = wh_new_array(&arena, const char *, plan->ntables + 1);
	for (size_t i = 0; i < plan->ntables; i++)
		names[i] = plan->tables[i].name;
	int rc = unknown("table", text, names, error);
	wh_arena_free(&arena);
	return rc;
}

static uint16_t field_called(const struct wh_plan_table *t, const char *name)
{
	for (uint16_t f = 0; f < t->to.nfields; f++)
		if (wh_equal(t->to.fields[f].name, name))
			return f;
	for (uint16_t f = 0; t->from.nfields && f < t->to.nfields; f++) {
		const struct wh_field *twin = wh_totals_twin(t, f);
		if (twin && wh_equal(twin->name, name))
			return f;
	}
	return WH_NO_FIELD;
}

int wh_resolve_field(const char *column, struct wh_resolved *out, struct wh_error *error)
{
	const struct wh_plan_table *t = out->table;
	out->field = field_called(t, column);
	if (out->field == WH_NO_FIELD) {
		struct wh_arena arena = { 0 };
		const char **names = wh_new_array(&arena, const char *, t->to.nfields + 1);
		for (size_t i = 0; i < t->to.nfields; i++)
			names[i] = t->to.fields[i].name;
		int rc = unknown("column", column, names, error);
		wh_arena_free(&arena);
		return rc;
	}
	const struct wh_field *f = &t->to.fields[out->field];
	const struct wh_field *twin = t->from.nfields ? wh_totals_twin(t, out->field) : NULL;
	if (f->masked || (twin && twin->masked))
		return wh_fail(error, WH_CONFIG, "column \"%s\" is masked: nothing of it is shown", column);
	out->column = f->name;
	return WH_OK;
}

/* What describes a table that is there already, as if it were planned. */
static const struct wh_plan_table *as_planned(const struct wh_table *t, struct wh_arena *arena)
{
	struct wh_plan_table *out = wh_new(arena, struct wh_plan_table);
	struct wh_table *source = wh_new(arena, struct wh_table);
	struct wh_field *fields = wh_new_array(arena, struct wh_field, t->ncolumns + 1);
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct wh_type type = t->columns[i].type;
		type.native = wh_arena_text(arena, type.native);
		type.labels = NULL;
		fields[i] = (struct wh_field){ .name = wh_arena_text(arena, t->columns[i].name),
			.type = type,
			.wire = type };
	}
	source->name = out->name = wh_arena_text(arena, t->name);
	source->schema = out->schema = wh_arena_text(arena, t->schema);
	source->kind = "table";
	out->source = source;
	out->treatment = WH_CREATE;
	out->to = (struct wh_rowset){ .schema = out->schema,
		.table = out->name,
		.fields = fields,
		.nfields = t->ncolumns };
	return out;
}

int wh_resolve_there(struct wh_conn *target, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error)
{
	struct wh_catalog catalog;
	wh_catalog_init(&catalog, target->kind->scheme);
	int rc = wh_at(error, target, target->kind->describe(target, &catalog, error));
	*out = (struct wh_resolved){ .field = WH_NO_FIELD };
	for (size_t i = 0; rc == WH_OK && i < catalog.ntables; i++) {
		const struct wh_table *t = &catalog.tables[i];
		if (!out->table && is_called(arena, text, t->schema, t->name))
			out->table = as_planned(t, arena);
	}
	wh_catalog_free(&catalog);
	if (rc != WH_OK)
		return rc;
	if (!out->table)
		return wh_fail(error, WH_CONFIG, "the target has no table \"%s\"", text);
	out->schema = out->table->schema;
	out->name = out->table->name;
	return WH_OK;
}

/* A table of the target that is not moved: as it is written. */
static void take_literally(const struct wh_plan *plan, const char *text, struct wh_arena *arena,
	struct wh_resolved *out)
{
	const char *dot = strrchr(text, '.');
	char *table = wh_arena_bytes(arena, text, (size_t)(dot - text));
	char *inner = strrchr(table, '.');
	*out = (struct wh_resolved){ .field = WH_NO_FIELD,
		.schema = plan->target->facts.default_schema,
		.name = table,
		.column = dot + 1 };
	if (!inner)
		return;
	*inner = '\0';
	out->schema = table;
	out->name = inner + 1;
}

int wh_resolve_column(const struct wh_plan *plan, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error)
{
	const char *dot = strrchr(text, '.');
	const char *table = wh_arena_bytes(arena, text, (size_t)(dot - text));
	int rc = wh_resolve_table(plan, table, out, error);
	return rc == WH_OK ? wh_resolve_field(dot + 1, out, error) : rc;
}

int wh_resolve_any(const struct wh_plan *plan, const char *text, struct wh_arena *arena,
	struct wh_resolved *out, struct wh_error *error)
{
	int rc = wh_resolve_column(plan, text, arena, out, error);
	if (rc == WH_OK || out->table)
		return rc;
	wh_error_clear(error);
	take_literally(plan, text, arena, out);
	return WH_OK;
}
