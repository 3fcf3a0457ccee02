/* What the source's server and its data answer, beside its rows: sizes, changes, accounts, orphans
 * and keys that collide under the target's rules. */
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "lifecycle/assess/parts.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/report/figures.h"
#include <string.h>

#define ASK_SECONDS 120 /* for all questions together */

struct asking {
	struct wh_assessment *a;
	struct wh_conn *conn;
	int64_t until; /* monotonic */
	size_t unasked;
	struct wh_arena *arena; /* of the answers */
};

static void note_gaps(struct wh_assessment *a)
{
	for (size_t i = 0; i < a->survey.ngaps; i++) {
		const struct wh_survey_gap *g = &a->survey.gaps[i];
		wh_assess_gap(a, wh_arena_format(&a->arena, "%s: %s", g->object, g->what), g->why);
	}
}

static int survey(struct wh_assessment *a, struct wh_conn *conn, struct wh_error *error)
{
	if (!conn->kind->survey)
		return WH_OK;
	wh_survey_init(&a->survey, &a->m->catalog);
	int rc = wh_at(error, conn, conn->kind->survey(conn, &a->m->catalog, &a->survey, error));
	a->surveyed = rc == WH_OK;
	if (rc == WH_OK)
		note_gaps(a);
	return rc;
}

static bool masked(const struct wh_plan_table *t, const char *column)
{
	for (size_t i = 0; i < t->from.nfields; i++)
		if (wh_equal(t->from.fields[i].name, column))
			return t->from.fields[i].masked;
	return false;
}

/* The first columns of an example are the row's key, the last `fault` what is wrong with it. */
static void take_examples(struct asking *k, const struct wh_plan_table *t,
	const struct wh_answer *answer, size_t fault, struct wh_assessed *f)
{
	size_t n = answer->ncolumns, split = n > fault ? n - fault : 0;
	for (size_t i = 0; i < answer->nexamples && i < WH_EXAMPLES; i++) {
		struct wh_buffer key = { 0 }, value = { 0 };
		for (size_t c = 0; c < n; c++) {
			const char *cell = answer->examples[i * n + c], *name = answer->columns[c];
			if (cell && masked(t, name))
				cell = "(masked)";
			if (c >= split) {
				wh_buffer_format(&value, "%s%s = %s", value.size ? ", " : "", name,
					cell ? cell : "NULL");
				continue;
			}
			wh_buffer_char(&key, c ? ',' : '{');
			wh_json_quote(&key, name, strlen(name));
			wh_buffer_char(&key, ':');
			if (cell)
				wh_json_quote(&key, cell, strlen(cell));
			else
				wh_buffer_text(&key, "null");
		}
		wh_buffer_text(&key, split ? "}" : "");
		f->examples[f->nexamples++] =
			(struct wh_example){ split ? wh_arena_text(&k->a->arena, wh_buffer_string(&key)) : NULL,
				wh_arena_text(&k->a->arena, wh_buffer_string(&value)) };
		wh_buffer_free(&key);
		wh_buffer_free(&value);
	}
}

static const char *joined(struct asking *k, const char *const *names, size_t n)
{
	const char *all = n ? names[0] : "";
	for (size_t i = 1; i < n; i++)
		all = wh_arena_format(&k->a->arena, "%s, %s", all, names[i]);
	return all;
}

static const char *named(struct asking *k, const struct wh_table *t, const char *what)
{
	return wh_arena_format(&k->a->arena, "%s (%s)", wh_shown_name(&k->a->arena, t->schema, t->name),
		what);
}

/* WH_DONE: it was not answered, and a gap says why. */
static int ask(struct asking *k, const struct wh_probe *probe, const char *object,
	struct wh_answer *answer, struct wh_error *error)
{
	*answer = (struct wh_answer){ 0 };
	if (wh_monotonic_usec() > k->until) {
		k->unasked++;
		return WH_DONE;
	}
	int rc = wh_migration_stopped(k->a->m, error);
	if (rc == WH_OK)
		rc = wh_at(error, k->conn, k->conn->kind->ask(k->conn, probe, k->arena, answer, error));
	if (rc != WH_OK || answer->known)
		return rc;
	wh_assess_gap(k->a, object, answer->why ? answer->why : "it was not answered");
	return WH_DONE;
}

static bool ignores_case(const struct wh_plan_column *c)
{
	return c->source->type.kind == WH_TEXT && c->source->type.collation &&
		strstr(c->source->type.collation, "_ci");
}

/* A source that ignores case finds parents that the target's engine does not. */
static unsigned orphan_rules(const struct asking *k, const struct wh_plan_table *t,
	const struct wh_foreign_key *f)
{
	const struct wh_migration *m = k->a->m;
	for (size_t i = 0; i < t->ncolumns && m->source_kind != m->target_kind; i++)
		for (size_t c = 0; c < f->ncolumns; c++)
			if (wh_equal(t->columns[i].source->name, f->columns[c]) && ignores_case(&t->columns[i]))
				return WH_COMPARE_BYTES;
	return 0;
}

static int ask_orphans(struct asking *k, const struct wh_plan_table *t,
	const struct wh_foreign_key *f, struct wh_error *error)
{
	char count[WH_FIGURE];
	struct wh_answer answer;
	const struct wh_probe probe = { .kind = WH_PROBE_ORPHANS,
		.table = t->source,
		.foreign_key = f,
		.rules = orphan_rules(k, t, f) };
	const char *columns = joined(k, f->columns, f->ncolumns);
	const char *object = named(k, t->source, columns);
	int rc = ask(k, &probe, wh_arena_format(&k->a->arena, "orphans of %s", object), &answer, error);
	if (rc != WH_OK || !answer.count)
		return rc < 0 ? rc : WH_OK;
	struct wh_assessed *found = wh_assess_note(k->a, "orphan-rows", WH_ERROR, WH_ASSISTED, object,
		"%s %s no row of %s%s: the foreign key cannot be valid on the target, and the run "
		"ends with exit code 4",
		wh_figure_count(count, (uint64_t)answer.count),
		answer.count == 1 ? "row points at" : "rows point at",
		wh_shown_name(&k->a->arena, f->to_schema, f->to_table),
		probe.rules ? " where case counts, as it does on the target" : "");
	found->rows = answer.count;
	take_examples(k, t, &answer, f->ncolumns, found);
	return WH_OK;
}

static bool says(const struct wh_type *type, const char *word)
{
	return (type->native && strstr(type->native, word)) ||
		(type->collation && strstr(type->collation, word));
}

/* What the target's column ignores when it compares texts. */
static unsigned target_ignores(const struct wh_migration *m, const struct wh_type *type)
{
	bool mysql = wh_equal(m->target_kind->scheme, "mysql");
	unsigned rules = says(type, "citext") || says(type, "NOCASE") ? WH_IGNORE_CASE : 0;
	if (says(type, "_ci"))
		rules |= WH_IGNORE_CASE | (says(type, "_as_") ? 0u : (unsigned)WH_IGNORE_ACCENTS);
	bool pads = mysql && type->collation && !says(type, "nopad") && !says(type, "_0900_");
	return pads || says(type, "RTRIM") ? rules | WH_IGNORE_END_SPACES : rules;
}

static unsigned collision_rules(const struct asking *k, const struct wh_plan_table *t,
	const struct wh_index *index)
{
	unsigned rules = 0;
	for (size_t p = 0; p < index->nparts; p++) {
		if (!index->parts[p].column || index->parts[p].prefix)
			return 0;
		for (size_t i = 0; i < t->ncolumns; i++)
			if (wh_equal(t->columns[i].source->name, index->parts[p].column) &&
				t->columns[i].fit.type.kind == WH_TEXT)
				rules |= target_ignores(k->a->m, &t->columns[i].fit.type);
	}
	return rules;
}

static int ask_collisions(struct asking *k, const struct wh_plan_table *t,
	const struct wh_index *index, struct wh_error *error)
{
	char count[WH_FIGURE];
	struct wh_answer answer;
	const struct wh_probe probe = { .kind = WH_PROBE_COLLISIONS,
		.table = t->source,
		.index = index,
		.rules = collision_rules(k, t, index) };
	if (!probe.rules || k->a->m->plan.same_engine)
		return WH_OK;
	const char *object = named(k, t->source, index->name ? index->name : "key");
	int rc = ask(k, &probe, wh_arena_format(&k->a->arena, "colliding keys of %s", object), &answer,
		error);
	if (rc != WH_OK || !answer.count)
		return rc < 0 ? rc : WH_OK;
	struct wh_assessed *found = wh_assess_note(k->a, "keys-collide", WH_ERROR, WH_ASSISTED, object,
		"%s rows have a key that another row has too under the rules of the target's collation: the "
		"unique key cannot be made there",
		wh_figure_count(count, (uint64_t)answer.count));
	found->rows = answer.count;
	take_examples(k, t, &answer, index->nparts, found);
	return WH_OK;
}

static int ask_table(struct asking *k, const struct wh_plan_table *t, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < t->source->nforeign_keys && rc == WH_OK; i++) {
		const struct wh_foreign_key *f = &t->source->foreign_keys[i];
		if (wh_catalog_table(&k->a->m->catalog, f->to_schema, f->to_table))
			rc = ask_orphans(k, t, f, error);
	}
	for (size_t i = 0; i < t->source->nindexes && rc == WH_OK; i++)
		if (t->source->indexes[i].unique || t->source->indexes[i].primary)
			rc = ask_collisions(k, t, &t->source->indexes[i], error);
	return rc;
}

static int ask_all(struct wh_assessment *a, struct wh_conn *conn, struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct asking k = { .a = a,
		.conn = conn,
		.until = wh_monotonic_usec() + ASK_SECONDS * INT64_C(1000000),
		.arena = &arena };
	int rc = WH_OK;
	for (size_t i = 0; a->planned && conn->kind->ask && i < a->m->plan.ntables && rc == WH_OK; i++)
		rc = ask_table(&k, &a->m->plan.tables[i], error);
	if (k.unasked)
		wh_assess_gap(a,
			wh_arena_format(&a->arena, "%zu questions about foreign keys and keys", k.unasked),
			wh_arena_format(&a->arena, "those before took longer than %d s in all", ASK_SECONDS));
	wh_arena_free(&arena);
	return rc;
}

int wh_assess_source(struct wh_assessment *a, struct wh_error *error)
{
	struct wh_conn *conn;
	wh_migration_phase(a->m, "survey");
	int rc = wh_migration_connect(a->m, WH_SOURCE, false, &conn, error);
	if (rc == WH_OK)
		rc = survey(a, conn, error);
	if (rc == WH_OK)
		rc = ask_all(a, conn, error);
	wh_conn_close(conn);
	wh_migration_phase(a->m, NULL);
	return rc;
}
