#include "lifecycle/orphans.h"
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "sql/dialect.h"

#define ORIGIN "retry"

static const char *fact_of(struct wh_arena *arena, int64_t table)
{
	return wh_arena_format(arena, "retried_%lld", (long long)table);
}

int wh_orphans_note(struct wh_migration *m, int64_t table, struct wh_error *error)
{
	return wh_journal_set(m->journal, fact_of(&m->arena, table), "yes", error);
}

static void put_column(struct wh_buffer *sql, const struct wh_dialect *d, char alias,
	const char *column)
{
	wh_buffer_format(sql, "%c.", alias);
	wh_sql_name(sql, d, column);
}

/* Rows of which no part of the key is null, and that no row of the other table has. */
static void orphans_sql(struct wh_buffer *sql, const struct wh_dialect *d,
	const struct wh_plan_table *t, const struct wh_plan_foreign_key *f)
{
	size_t n = f->source->ncolumns;
	wh_buffer_text(sql, "SELECT ");
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(sql, i ? ", " : "");
		put_column(sql, d, 'c', f->columns[i]);
	}
	wh_buffer_text(sql, " FROM ");
	wh_sql_qualified(sql, d, t->schema, t->name);
	wh_buffer_text(sql, " c WHERE ");
	for (size_t i = 0; i < n; i++) {
		put_column(sql, d, 'c', f->columns[i]);
		wh_buffer_text(sql, " IS NOT NULL AND ");
	}
	wh_buffer_text(sql, "NOT EXISTS (SELECT 1 FROM ");
	wh_sql_qualified(sql, d, f->to_schema, f->to_table);
	for (size_t i = 0; i < n; i++) {
		wh_buffer_text(sql, i ? " AND " : " p WHERE ");
		put_column(sql, d, 'p', f->to_columns[i]);
		wh_buffer_text(sql, " = ");
		put_column(sql, d, 'c', f->columns[i]);
	}
	wh_buffer_text(sql, ") LIMIT 1");
}

/* A key that was broken when it was made is told already. */
static bool was_broken(const struct wh_journal_statement *all, size_t n,
	const struct wh_plan_table *t, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		const struct wh_journal_statement *s = &all[i];
		if (wh_equal(s->kind, "foreign key") && !wh_equal(s->state, "done") && s->object &&
			((name && strstr(s->object, name)) || strstr(s->object, t->name)))
			return true;
	}
	return false;
}

static int look(struct wh_migration *m, struct wh_conn *target, const struct wh_plan_table *t,
	const struct wh_plan_foreign_key *f, struct wh_error *error)
{
	struct wh_buffer sql = { 0 };
	orphans_sql(&sql, m->target_kind->dialect, t, f);
	const struct wh_statement check = { .phase = WH_PHASE_CONSTRAINTS,
		.kind = "check of a foreign key",
		.object = f->name,
		.table = t->number,
		.sql = wh_buffer_string(&sql),
		.repeatable = true };
	int rc = wh_at(error, target, target->kind->execute(target, &check, error));
	wh_buffer_free(&sql);
	if (rc != WH_ROW)
		return rc;
	const struct wh_finding found = { .rule = "foreign-key-broken",
		.severity = WH_ERROR,
		.effort = WH_MANUAL,
		.object = wh_arena_format(&m->arena, "%s.%s",
			wh_shown_name(&m->arena, t->source->schema, t->source->name), f->name ? f->name : "?"),
		.text = wh_arena_format(&m->arena,
			"a retry has written rows whose parents in \"%s\" are not on the target (%s); they may "
			"be in the quarantine still: retry them too",
			f->to_table, error->text) };
	wh_error_clear(error);
	return wh_journal_finding_add(m->journal, ORIGIN, &found, error);
}

int wh_orphans_find(struct wh_migration *m, struct wh_conn *target, struct wh_error *error)
{
	struct wh_findings none = { .arena = &m->arena };
	struct wh_journal_statement *made = NULL;
	size_t n = 0;
	int rc = wh_journal_findings_put(m->journal, ORIGIN, &none, error);
	if (rc == WH_OK)
		rc = wh_journal_statements(m->journal, &m->arena, &made, &n, error);
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++) {
		const struct wh_plan_table *t = &m->plan.tables[i];
		if (!wh_journal_get(m->journal, fact_of(&m->arena, t->number), &m->arena))
			continue;
		for (size_t k = 0; k < t->nforeign_keys && rc == WH_OK; k++)
			if (!was_broken(made, n, t, t->foreign_keys[k].name))
				rc = look(m, target, t, &t->foreign_keys[k], error);
	}
	return rc;
}
