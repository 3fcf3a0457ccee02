/* The target before the rows: whose it is, what is there already, and its tables. */
#include "lifecycle/steps.h"
#include "base/crash.h"
#include "base/text.h"
#include "lifecycle/learnt.h"
#include "lifecycle/live/live.h"
#include "lifecycle/mask_keys.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/plan/port.h"
#include "lifecycle/scan.h"
#include "lifecycle/statements.h"

enum wh_treatment wh_wanted_treatment(const struct wh_migration *m)
{
	switch (m->settings->policies.if_exists) {
	case WH_POLICY_APPEND:
		return WH_APPEND;
	case WH_POLICY_TRUNCATE:
		return WH_TRUNCATE;
	case WH_POLICY_DROP:
		return WH_DROP;
	default:
		return WH_CREATE;
	}
}

static int refuse_existing(struct wh_migration *m, const struct wh_plan_table *t, size_t others,
	struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target has a table \"%s\" already%s; nothing was written; choose what is to happen with "
		"--if-exists truncate, append or drop, or name an empty target",
		wh_shown_name(&m->arena, t->schema, t->name),
		others ? wh_arena_format(&m->arena, " (and %zu more of the plan)", others) : "");
	error->side = WH_TARGET;
	return WH_GUARD;
}

static bool takes(const struct wh_type *is, const struct wh_type *plan)
{
	return wh_equal_nocase(is->native, plan->native) ||
		(is->kind == plan->kind && is->kind != WH_NATIVE && is->kind != WH_ARRAY);
}

/* A table that is there already has types of its own. Of the planned kind they are taken as they
 * are: what one of them would round or cut is then refused, row by row. */
static const char *misfit(struct wh_migration *m, const struct wh_plan_table *t,
	const struct wh_table *there)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct wh_plan_column *c = &t->columns[i];
		const struct wh_column *has = wh_table_column(there, c->name);
		const struct wh_type *is = has ? &has->type : NULL, *plan = &c->fit.type;
		if (!has)
			return wh_arena_format(&m->arena, "it has no column \"%s\"", c->name);
		if (c->copied && !takes(is, plan))
			return wh_arena_format(&m->arena, "its column \"%s\" is %s, the plan has %s", c->name,
				is->native, plan->native);
	}
	return NULL;
}

static void adopt_types(struct wh_migration *m, struct wh_plan_table *t,
	const struct wh_table *there)
{
	struct wh_field *fields = wh_new_array(&m->arena, struct wh_field, t->to.nfields + 1);
	for (size_t i = 0; i < t->to.nfields; i++) {
		const struct wh_column *has = wh_table_column(there, t->to.fields[i].name);
		fields[i] = t->to.fields[i];
		if (!has)
			continue;
		if (t->how[i] == WH_DIGEST_VERBATIM && !wh_equal(has->type.native, fields[i].type.native))
			t->how[i] = WH_DIGEST_VALUE;
		fields[i].type = has->type;
	}
	t->to.fields = fields;
}

static bool stays(const struct wh_plan_table *t)
{
	return t->treatment == WH_APPEND || t->treatment == WH_TRUNCATE;
}

static int refuse_misfit(const struct wh_plan_table *t, const char *why, struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target's table \"%s\" does not fit the plan: %s; nothing was "
		"written; give the column that type in `map`, or take --if-exists drop",
		t->name, why);
	error->side = WH_TARGET;
	return WH_GUARD;
}

/* What happens to each table, from what the target holds and what the user allows. */
static int choose_treatments(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	if (m->plan.same_engine && target->identity && wh_equal(target->identity, m->catalog.identity))
		return wh_fail(error, WH_CONFIG,
			"source and target are the same database; nothing was "
			"written; name another target");
	const struct wh_plan_table *first = NULL;
	size_t existing = 0;
	for (size_t i = 0; i < m->plan.ntables; i++) {
		struct wh_plan_table *t = &m->plan.tables[i];
		const struct wh_table *there = wh_catalog_table(target, t->schema, t->name);
		const char *why = NULL;
		t->treatment = there ? wh_wanted_treatment(m) : WH_CREATE;
		if (stays(t))
			why = misfit(m, t, there);
		if (why)
			return refuse_misfit(t, why, error);
		if (stays(t))
			adopt_types(m, t, there);
		if (!there || wh_wanted_treatment(m) != WH_CREATE)
			continue;
		first = first ? first : t;
		existing++;
	}
	return first ? refuse_existing(m, first, existing - 1, error) : WH_OK;
}

static struct wh_journal_table table_record(struct wh_migration *m, const struct wh_plan_table *t)
{
	return (struct wh_journal_table){ .number = t->number,
		.source = wh_shown_name(&m->arena, t->source->schema, t->source->name),
		.target = wh_shown_name(&m->arena, t->schema, t->name),
		.treatment = wh_treatment_name(t->treatment),
		.state = t->no_rows ? "copied" : "planned",
		.proof = wh_proof_name(t->proof),
		.rows_expected = t->source->rows,
		.rows_differing = -1 };
}

static int put_tables(struct wh_migration *m, struct wh_error *error)
{
	size_t n = m->plan.ntables;
	struct wh_journal_table *all = wh_new_array(&m->arena, struct wh_journal_table, n + 1);
	for (size_t i = 0; i < n; i++)
		all[i] = table_record(m, &m->plan.tables[i]);
	return wh_journal_tables_put(m->journal, all, n, error);
}

/* The journal's text for it; nothing to port is no fact. */
static const char *ported(struct wh_migration *m)
{
	size_t n = wh_port_count(&m->plan.findings);
	return n ? wh_arena_format(&m->arena, "%zu", n) : "";
}

static int put_plan(struct wh_migration *m, struct wh_error *error)
{
	const char *said = wh_learnt_text(&m->catalog, &m->arena);
	int rc = wh_journal_findings_put(m->journal, "plan", &m->plan.findings, error);
	if (rc == WH_OK)
		rc = wh_port_write(&m->plan, m->settings->workdir, error);
	if (rc == WH_OK)
		rc = put_tables(m, error);
	const struct wh_journal_fact facts[] = {
		{ "source_version", m->catalog.version ? m->catalog.version : "" },
		{ "plan", m->plan.json },
		{ "plan_id", m->plan.id },
		{ "rows_said", said ? said : "" },
		{ "port_files", ported(m) },
		{ "port_folder", wh_arena_format(&m->arena, "%s/port", m->settings->workdir) },
		{ "state", "PLANNED" },
	};
	if (rc == WH_OK)
		rc = wh_journal_set_all(m->journal, facts, sizeof facts / sizeof *facts, error);
	wh_crash_point("plan in the journal");
	return rc;
}

static int note_target(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	int rc = choose_treatments(m, target, error);
	if (rc == WH_OK)
		rc = wh_find_existing(m, target, error);
	if (rc == WH_OK)
		wh_note_dropped(m, target);
	if (rc == WH_OK)
		wh_note_kept(m, target);
	if (rc == WH_OK)
		rc = wh_note_wide_rows(m, target, error);
	if (rc == WH_OK && target->version)
		rc = wh_journal_set(m->journal, "target_version", target->version, error);
	return rc;
}

/* The types of tables that stay, once more. */
static int adopt_again(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	(void)error;
	for (size_t i = 0; i < m->plan.ntables; i++) {
		struct wh_plan_table *t = &m->plan.tables[i];
		const struct wh_table *there = wh_catalog_table(target, t->schema, t->name);
		if (stays(t) && there)
			adopt_types(m, t, there);
	}
	return WH_OK;
}

/* The catalog lives as long as the migration: the plan takes types from it. */
static int look_at_target(struct wh_migration *m,
	int (*look)(struct wh_migration *, const struct wh_catalog *, struct wh_error *),
	struct wh_error *error)
{
	struct wh_conn *conn;
	int rc = wh_migration_connect(m, WH_TARGET, false, &conn, error);
	if (rc != WH_OK)
		return rc;
	wh_catalog_free(&m->target);
	wh_catalog_init(&m->target, m->target_kind->scheme);
	rc = wh_at(error, conn, conn->kind->describe(conn, &m->target, error));
	if (rc == WH_OK)
		rc = look(m, &m->target, error);
	wh_conn_close(conn);
	return rc;
}

static int look_only(struct wh_migration *m, const struct wh_catalog *target,
	struct wh_error *error)
{
	(void)m;
	(void)target;
	(void)error;
	return WH_OK;
}

int wh_describe_target(struct wh_migration *m, struct wh_error *error)
{
	return look_at_target(m, look_only, error);
}

/* The treatments as they were chosen when the plan was made. */
static int recall_treatments(struct wh_migration *m, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	size_t n = 0;
	int rc = wh_journal_tables(m->journal, &m->arena, &known, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		for (int t = WH_CREATE; t < WH_TREATMENTS; t++)
			if (known[i].number < (int64_t)m->plan.ntables &&
				wh_equal(known[i].treatment, wh_treatment_name((enum wh_treatment)t)))
				m->plan.tables[known[i].number].treatment = (enum wh_treatment)t;
	wh_recall_existing(m);
	bool any = false;
	for (size_t i = 0; i < m->plan.ntables; i++)
		any = any || stays(&m->plan.tables[i]);
	return rc == WH_OK && any ? look_at_target(m, adopt_again, error) : rc;
}

/* Without its markers nobody can say which rows are there. */
static int lost_claim(struct wh_error *error)
{
	wh_fail(error, WH_GUARD,
		"the target no longer holds the tables whimbrel_epoch and whimbrel_unit "
		"that this migration had made there: they were removed, or it is another database; move "
		"anew with another --workdir into an empty target");
	error->side = WH_TARGET;
	return WH_GUARD;
}

/* Which tables are ours to create or change stands on the target before it is done. */
static int claim(struct wh_migration *m, struct wh_conn *target, struct wh_error *error)
{
	const char **names = wh_new_array(&m->arena, const char *, m->plan.ntables + 1);
	size_t n = 0;
	for (size_t i = 0; i < m->plan.ntables; i++)
		if (m->plan.tables[i].treatment != WH_APPEND)
			names[n++] = wh_shown_name(&m->arena, m->plan.tables[i].schema, m->plan.tables[i].name);
	m->claim.tables = names;
	m->claim.ntables = n;
	bool before = wh_journal_get(m->journal, "claim_epoch", &m->arena) != NULL;
	int rc = wh_at(error, target, target->kind->prepare(target, &m->claim, error));
	wh_crash_point("target claimed");
	if (rc == WH_OK && before && !m->claim.resumed)
		rc = lost_claim(error);
	if (rc != WH_OK)
		return rc;
	char epoch[24];
	epoch[wh_format_int64(epoch, m->claim.epoch)] = 0;
	return wh_journal_set(m->journal, "claim_epoch", epoch, error);
}

static int fail_table(struct wh_migration *m, int64_t number, struct wh_error *error)
{
	struct wh_journal_table *known = NULL;
	size_t n = 0;
	int rc = wh_journal_tables(m->journal, &m->arena, &known, &n, error);
	for (size_t i = 0; i < n && rc == WH_OK; i++)
		if (known[i].number == number) {
			known[i].state = "failed";
			rc = wh_journal_tables_put(m->journal, &known[i], 1, error);
		}
	return rc;
}

/* A table that the target refuses is told and left out; the others go on. */
static int make_one(struct wh_statement_run *run, struct wh_conn *target, size_t i,
	struct wh_error *error)
{
	int rc = wh_statement_do(run, target, i, error);
	if (rc != WH_ROW)
		return rc;
	struct wh_error why = *error;
	wh_error_clear(error);
	rc = wh_statement_refused(run, i, &why, error);
	if (rc == WH_OK && run->list.items[i].table >= 0)
		rc = fail_table(run->m, run->list.items[i].table, error);
	return rc;
}

static int make_some(struct wh_statement_run *run, struct wh_conn *target, size_t first, size_t n,
	struct wh_error *error)
{
	size_t items[WH_STATEMENTS_TOGETHER];
	for (size_t i = 0; i < n; i++)
		items[i] = first + i;
	int rc = wh_statements_do(run, target, items, n, error);
	if (rc != WH_DONE)
		return rc;
	rc = WH_OK;
	for (size_t i = 0; i < n && rc == WH_OK; i++) {
		rc = make_one(run, target, items[i], error);
		if (rc == WH_OK)
			rc = wh_migration_stopped(run->m, error);
	}
	return rc;
}

static int make_tables(struct wh_migration *m, struct wh_conn *target, struct wh_error *error)
{
	struct wh_statement_run run;
	int rc = wh_statements_load(&run, m, WH_PHASE_TABLES, error);
	size_t all = run.list.count, n;
	atomic_store(&m->progress->steps_all, (long long)all);
	for (size_t first = 0; first < all && rc == WH_OK; first += n) {
		n = all - first < WH_STATEMENTS_TOGETHER ? all - first : WH_STATEMENTS_TOGETHER;
		rc = make_some(&run, target, first, n, error);
		atomic_fetch_add(&m->progress->steps, (long long)n);
		wh_migration_show(m);
		if (rc == WH_OK)
			rc = wh_migration_stopped(m, error);
	}
	wh_statements_free(&run);
	return rc;
}

static int describe_difference(struct wh_migration *m, struct wh_error *error)
{
	const char *then = wh_journal_get(m->journal, "plan", &m->arena);
	wh_fail(error, WH_GUARD,
		"the plan no longer fits: since it was made the source or the settings have changed: %s; "
		"undo the change, or begin anew in another --workdir",
		wh_plan_difference(then ? then : "", m->plan.json, &m->arena));
	error->side = WH_SOURCE;
	return WH_GUARD;
}

static bool state_is(struct wh_migration *m, const char *state)
{
	return wh_equal(wh_journal_get(m->journal, "state", &m->arena), state);
}

int wh_plan_again(struct wh_migration *m, struct wh_error *error)
{
	char before[sizeof m->plan.id];
	memcpy(before, m->plan.id, sizeof before);
	int rc = wh_migration_plan(m, error);
	if (rc == WH_OK)
		rc = strcmp(before, m->plan.id)
			? describe_difference(m, error)
			: recall_treatments(m, error);
	return rc;
}

/* A plan for the first time, or the same plan again. */
static int fix_plan(struct wh_migration *m, struct wh_error *error)
{
	const char *known = wh_journal_get(m->journal, "plan_id", &m->arena);
	if (known && !state_is(m, "CREATED"))
		return wh_equal(known, m->plan.id)
			? recall_treatments(m, error)
			: describe_difference(m, error);
	int rc = look_at_target(m, note_target, error);
	if (rc == WH_OK)
		rc = wh_check_delivered(m, error);
	return rc == WH_OK ? put_plan(m, error) : rc;
}

/* What an appended table holds before: digests add up, so verify can take it off again. */
static int note_baseline(struct wh_migration *m, struct wh_conn *target,
	const struct wh_plan_table *t, struct wh_error *error)
{
	char name[40] = "baseline_", text[56];
	name[9 + wh_format_int64(name + 9, t->number)] = 0;
	if (t->treatment != WH_APPEND || wh_journal_get(m->journal, name, &m->arena))
		return WH_OK;
	struct wh_unit whole = wh_whole_table(t, WH_TARGET);
	struct wh_scan scan = { .m = m, .table = t, .conn = target };
	int rc = wh_scan_unit(&scan, &whole, error);
	wh_digest_text(&scan.digest, text);
	return rc == WH_OK ? wh_journal_set(m->journal, name, text, error) : rc;
}

static int note_baselines(struct wh_migration *m, struct wh_conn *target, struct wh_error *error)
{
	int rc = WH_OK;
	for (size_t i = 0; i < m->plan.ntables && rc == WH_OK; i++)
		if (!m->plan.tables[i].no_rows)
			rc = note_baseline(m, target, &m->plan.tables[i], error);
	return rc;
}

static int prepare_target(struct wh_migration *m, struct wh_error *error)
{
	struct wh_conn *target;
	int rc = wh_migration_connect(m, WH_TARGET, true, &target, error);
	if (rc != WH_OK)
		return rc;
	rc = claim(m, target, error);
	if (rc == WH_OK && state_is(m, "PLANNED")) {
		rc = note_baselines(m, target, error);
		if (rc == WH_OK)
			rc = wh_build_phase(m, WH_PHASE_CLEAR, error);
		if (rc == WH_OK)
			rc = make_tables(m, target, error);
		if (rc == WH_OK)
			rc = wh_journal_set(m->journal, "state", "PREPARED", error);
	}
	wh_conn_close(target);
	return rc;
}

int wh_prepare(struct wh_migration *m, struct wh_error *error)
{
	int rc = fix_plan(m, error);
	if (rc == WH_OK)
		rc = wh_mask_keys_check(m, error);
	if (rc != WH_OK || wh_live_is_begun(m))
		return rc;
	wh_migration_phase(m, "prepare");
	rc = prepare_target(m, error);
	wh_migration_phase(m, NULL);
	return rc;
}
