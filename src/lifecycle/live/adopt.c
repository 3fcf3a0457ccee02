#include "lifecycle/live/adopt.h"
#include "base/crash.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/steps.h"
#include "sql/dialect.h"

struct adoption {
	struct wh_migration *m, *fresh;
	const struct wh_plan_table *then, *now;
	struct wh_conn *target;
	struct wh_buffer sql;
	bool renames; /* the log says that something was renamed */
	const char *behind;
	size_t changes;
};

static const struct wh_plan_column *column_of(const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (wh_equal(t->columns[i].name, name))
			return &t->columns[i];
	return NULL;
}

static const struct wh_dialect *dialect(const struct adoption *a)
{
	return a->m->target_kind->dialect;
}

static void begin(struct adoption *a)
{
	wh_buffer_clear(&a->sql);
	wh_buffer_text(&a->sql, "ALTER TABLE ");
	wh_sql_qualified(&a->sql, dialect(a), a->then->schema, a->then->name);
}

static void put_definition(struct adoption *a, const struct wh_plan_column *c)
{
	wh_sql_name(&a->sql, dialect(a), c->name);
	wh_buffer_format(&a->sql, " %s", c->fit.native);
	if (c->default_text)
		wh_buffer_format(&a->sql, " DEFAULT %s", c->default_text);
	if (c->not_null)
		wh_buffer_text(&a->sql, " NOT NULL");
}

static int carry_out(struct adoption *a, struct wh_error *error)
{
	const char *sql = wh_buffer_string(&a->sql);
	const struct wh_statement statement = { .kind = "table",
		.object = a->then->name,
		.table = a->then->number,
		.sql = sql };
	int rc = wh_at(error, a->target, a->target->kind->execute(a->target, &statement, error));
	a->changes++;
	if (rc == WH_EXISTS) { /* done before this process or the one before it died */
		wh_error_clear(error);
		rc = WH_OK;
	}
	if (rc == WH_OK)
		rc = wh_journal_event(a->m->journal,
			wh_arena_format(&a->m->arena, "as the source did: %.300s", sql), error);
	wh_crash_point("schema adopted");
	return rc;
}

static bool on_target(const struct adoption *a, const char *column)
{
	const struct wh_table *there = wh_catalog_table(&a->m->target, a->then->schema, a->then->name);
	return there && wh_table_column(there, column);
}

static int add(struct adoption *a, const struct wh_plan_column *c, struct wh_error *error)
{
	if (on_target(a, c->name))
		return WH_OK;
	begin(a);
	wh_buffer_text(&a->sql, " ADD COLUMN ");
	put_definition(a, c);
	return carry_out(a, error);
}

static int drop(struct adoption *a, const struct wh_plan_column *c, struct wh_error *error)
{
	if (!on_target(a, c->name))
		return WH_OK;
	begin(a);
	wh_buffer_text(&a->sql, " DROP COLUMN ");
	wh_sql_name(&a->sql, dialect(a), c->name);
	return carry_out(a, error);
}

static int rename_column(struct adoption *a, const struct wh_plan_column *from,
	const struct wh_plan_column *to, struct wh_error *error)
{
	if (on_target(a, to->name))
		return WH_OK;
	begin(a);
	wh_buffer_text(&a->sql, " RENAME COLUMN ");
	wh_sql_name(&a->sql, dialect(a), from->name);
	wh_buffer_text(&a->sql, " TO ");
	wh_sql_name(&a->sql, dialect(a), to->name);
	return carry_out(a, error);
}

/* Each engine has its own words for it; SQLite has none. */
static int retype(struct adoption *a, const struct wh_plan_column *c, struct wh_error *error)
{
	begin(a);
	if (dialect(a) == &wh_dialect_sqlite)
		return wh_fail(error, WH_GUARD,
			"column \"%s\" of table \"%s\" has another type now, which SQLite cannot give it",
			c->name, a->then->name);
	if (dialect(a) == &wh_dialect_mysql) {
		wh_buffer_text(&a->sql, " MODIFY COLUMN ");
		put_definition(a, c);
		return carry_out(a, error);
	}
	wh_buffer_text(&a->sql, " ALTER COLUMN ");
	wh_sql_name(&a->sql, dialect(a), c->name);
	wh_buffer_format(&a->sql, " TYPE %s USING ", c->fit.native);
	wh_sql_name(&a->sql, dialect(a), c->name);
	wh_buffer_format(&a->sql, "::%s", c->fit.native);
	return carry_out(a, error);
}

static size_t missing_in(const struct wh_plan_table *t, const struct wh_plan_table *other,
	const struct wh_plan_column **first)
{
	size_t n = 0;
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (column_of(other, t->columns[i].name))
			continue;
		*first = n++ ? *first : &t->columns[i];
	}
	return n;
}

static int adopt_columns(struct adoption *a, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < a->now->ncolumns && rc == WH_OK; i++) {
		const struct wh_plan_column *c = &a->now->columns[i], *was = column_of(a->then, c->name);
		if (!was)
			rc = add(a, c, error);
		else if (!wh_equal(was->fit.native, c->fit.native))
			rc = retype(a, c, error);
	}
	for (size_t i = 0; i < a->then->ncolumns && rc == WH_OK; i++)
		if (!column_of(a->now, a->then->columns[i].name))
			rc = drop(a, &a->then->columns[i], error);
	return rc;
}

static int adopt_table(struct adoption *a, struct wh_error *error)
{
	const struct wh_plan_column *added = NULL, *dropped = NULL;
	size_t nadded = missing_in(a->now, a->then, &added);
	size_t ndropped = missing_in(a->then, a->now, &dropped);
	if (a->renames && nadded == 1 && ndropped == 1)
		return rename_column(a, dropped, added, error);
	if (a->renames && nadded)
		return wh_fail(error, WH_GUARD,
			"which columns of table \"%s\" were renamed cannot be told; carry the change out on the "
			"target yourself",
			a->then->name);
	return adopt_columns(a, error);
}

static int check_tables(const struct adoption *a, struct wh_error *error)
{
	const struct wh_plan *then = &a->m->plan, *now = &a->fresh->plan;
	bool same = then->ntables == now->ntables;
	for (size_t i = 0; same && i < then->ntables; i++)
		same = wh_equal(then->tables[i].name, now->tables[i].name) &&
			wh_equal(then->tables[i].schema, now->tables[i].schema);
	return same
		? WH_OK
		: wh_fail(error, WH_GUARD,
			  "tables were created, dropped or renamed on the source; that is not carried in the middle "
			  "of a move. Leave new ones out with select.exclude, or move anew");
}

static int keep_plan(struct adoption *a, struct wh_error *error)
{
	const struct wh_plan *now = &a->fresh->plan;
	const struct wh_journal_fact facts[] = { { "plan", now->json }, { "plan_id", now->id },
		{ "adopted", a->behind } };
	int rc = wh_journal_findings_put(a->m->journal, "plan", &now->findings, error);
	return rc == WH_OK ? wh_journal_set_all(a->m->journal, facts, 3, error) : rc;
}

static int adopt_tables(struct adoption *a, struct wh_error *error)
{
	int rc = check_tables(a, error);
	if (rc == WH_OK)
		rc = wh_migration_connect(a->m, WH_TARGET, true, &a->target, error);
	for (size_t i = 0; i < a->m->plan.ntables && rc == WH_OK; i++) {
		a->then = &a->m->plan.tables[i];
		a->now = &a->fresh->plan.tables[i];
		rc = adopt_table(a, error);
	}
	wh_conn_close(a->target);
	return rc == WH_OK ? keep_plan(a, error) : rc;
}

static bool speaks_of_renaming(const char *what)
{
	while (*what && !wh_starts_nocase(what, "rename"))
		what++;
	return *what != '\0';
}

/* The plan is the new one: because whoever adopted the change died before the log went on behind it,
 * or because a change before this one came so shortly before it that both were adopted at once. Rows
 * between those two have a form that no catalog tells any more. */
static int adopted_already(const struct adoption *a, const char *what, struct wh_error *error)
{
	const char *behind = wh_journal_get(a->m->journal, "adopted", &a->m->arena);
	return wh_equal(behind, a->behind)
		? WH_OK
		: wh_fail(error, WH_GUARD,
			  "the source's schema was changed (%.300s), but its catalog is as planned: either it was "
			  "changed back, or several changes were made before the first one had arrived",
			  what);
}

int wh_adopt(struct wh_migration *m, const char *what, const struct wh_position *behind,
	struct wh_error *error)
{
	struct wh_migration fresh = *m;
	struct adoption a = { .m = m,
		.fresh = &fresh,
		.renames = speaks_of_renaming(what),
		.behind = behind->text };
	fresh.arena = (struct wh_arena){ 0 };
	fresh.catalog = fresh.target = (struct wh_catalog){ 0 };
	int rc = wh_describe_target(m, error);
	if (rc == WH_OK)
		rc = wh_migration_plan(&fresh, error);
	if (rc == WH_OK)
		rc = wh_equal(fresh.plan.id, m->plan.id)
			? adopted_already(&a, what, error)
			: adopt_tables(&a, error);
	wh_buffer_free(&a.sql);
	wh_catalog_free(&fresh.catalog);
	wh_arena_free(&fresh.arena);
	return rc;
}
