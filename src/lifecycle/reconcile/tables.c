/* The controls that every table has: its rows, the totals of its numbers, its foreign keys. */
#include "base/text.h"
#include "lifecycle/plan/plan.h"
#include "lifecycle/reconcile/parts.h"
#include <stdio.h>

#define READ "the source"
#define MOVED "the target and the quarantine"

void wh_control_unknown(struct wh_controls *out, const struct wh_control *control, const char *why)
{
	struct wh_control unknown = *control;
	char text[300];
	snprintf(text, sizeof text, "not known: %.280s", why ? why : "nobody answers");
	unknown.actual = text;
	wh_control_add(out, &unknown);
}

/* Amounts have places; other numbers are added up only to see that none is another. */
static bool is_amount(const struct wh_field *f)
{
	return wh_totals_kind(f) == WH_DECIMAL && (f->type.scale > 0 || !f->type.precision);
}

/* As people write them; where a sum has more places, all of them are shown. */
static int places_of(const struct wh_field *f)
{
	if (wh_totals_kind(f) != WH_DECIMAL || f->type.scale <= 0)
		return 0;
	return f->type.scale < 2 ? f->type.scale : 2;
}

static bool says_where(const char *column)
{
	return wh_equal(column, WH_CODEC_FILE) || wh_equal(column, WH_CODEC_RECORD);
}

/* Where a record stands in its file, or the one that it belongs to, is no figure of anybody's. */
static bool is_address(const struct wh_migration *m, const struct wh_table *t, const char *name)
{
	bool address = says_where(name);
	for (size_t i = 0; i < t->nforeign_keys; i++) {
		const struct wh_foreign_key *f = &t->foreign_keys[i];
		for (size_t k = 0; k < f->ncolumns; k++)
			address = address || (wh_equal(f->columns[k], name) && says_where(f->to_columns[k]));
	}
	return m->source_kind->codec && address;
}

static bool wanted(const struct wh_migration *m, const struct wh_plan_table *t, uint16_t field)
{
	const struct wh_field *to = &t->to.fields[field], *from = wh_totals_twin(t, field);
	return from && !from->masked && !to->masked && wh_totals_kind(from) && wh_totals_kind(to) &&
		!is_address(m, t->source, from->name);
}

static uint16_t currency_of(const struct wh_plan_table *t)
{
	for (uint16_t f = 0; t->source->currency && f < t->to.nfields; f++) {
		const struct wh_field *from = wh_totals_twin(t, f);
		if (from && wh_equal(from->name, t->source->currency) && !from->masked)
			return f;
	}
	return WH_NO_FIELD;
}

/* Rows that a script leaves out are read, and rows that were there before are on the target: then
 * only the rows are counted. */
struct wh_totals_wish wh_table_wish(const struct wh_migration *m, const struct wh_plan_table *t,
	struct wh_arena *arena)
{
	struct wh_totals_wish wish = { .table = t, .by = WH_NO_FIELD };
	wish.fields = wh_new_array(arena, uint16_t, t->to.nfields + 1);
	for (uint16_t f = 0; !t->filter && t->treatment != WH_APPEND && f < t->to.nfields; f++)
		if (wanted(m, t, f))
			wish.fields[wish.nfields++] = f;
	if (wish.nfields)
		wish.by = currency_of(t);
	return wish;
}

/* ---- rows ---- */

static int64_t all_rows(const struct wh_totals *t)
{
	int64_t rows = 0;
	for (size_t g = 0; g < t->ngroups; g++)
		rows += t->groups[g].rows;
	return rows;
}

static void rows_control(struct wh_table_job *job, const struct wh_totals *target)
{
	const struct wh_tally *tally = &job->tally;
	char read[24], moved[24];
	const struct wh_control control = { .rule = "rows",
		.subject = wh_shown_name(&job->controls.arena, job->table->schema, job->table->name),
		.expected = read,
		.actual = moved,
		.expected_is = "read from the source",
		.actual_is = "on the target, in quarantine or filtered out" };
	read[wh_format_uint64(read, tally->read.rows)] = '\0';
	int64_t rows = all_rows(target) - job->before;
	moved[wh_format_int64(moved,
		rows + (int64_t)(tally->quarantined.rows + tally->filtered.rows))] = '\0';
	wh_control_add(&job->controls, &control);
}

/* ---- totals ---- */

struct comparison {
	struct wh_table_job *job;
	const struct wh_field *from, *to;
	size_t field; /* of the wish */
	const char *unit;
};

static const struct wh_totals_group *group_of(const struct wh_totals *t, const char *value)
{
	for (size_t g = 0; g < t->ngroups; g++)
		if (wh_equal(t->groups[g].value, value))
			return &t->groups[g];
	return NULL;
}

static void compare_sums(const struct comparison *c, const struct wh_sum *source,
	const struct wh_sum *target, const char *which)
{
	static const struct wh_sum nothing;
	struct wh_arena scratch = { 0 };
	int places = places_of(c->from);
	const char *table = wh_shown_name(&scratch, c->job->table->schema, c->job->table->name);
	wh_control_add(&c->job->controls,
		&(struct wh_control){ .rule = is_amount(c->from) ? "control total" : "hash total",
			.subject = wh_arena_format(&scratch, "%s.%s%s", table, c->to->name, which),
			.unit = c->unit,
			.expected = wh_sum_text(source ? source : &nothing, places, &scratch),
			.actual = wh_sum_text(target ? target : &nothing, places, &scratch),
			.expected_is = READ,
			.actual_is = MOVED });
	wh_arena_free(&scratch);
}

static void compare_groups(const struct comparison *c, const struct wh_totals_group *source,
	const struct wh_totals_group *target)
{
	const struct wh_total *s = source ? &source->totals[c->field] : NULL;
	const struct wh_total *t = target ? &target->totals[c->field] : NULL;
	if (s && s->endless)
		return;
	compare_sums(c, s ? &s->all : NULL, t ? &t->all : NULL, "");
	bool negative = (s && (s->negative.units || s->negative.rest.size)) ||
		(t && (t->negative.units || t->negative.rest.size));
	if (is_amount(c->from) && negative)
		compare_sums(c, s ? &s->negative : NULL, t ? &t->negative : NULL, ", below 0");
}

static void compare_field(struct comparison *c, const struct wh_totals *source,
	const struct wh_totals *target)
{
	for (size_t g = 0; g < source->ngroups; g++) {
		c->unit = source->groups[g].value;
		compare_groups(c, &source->groups[g], group_of(target, c->unit));
	}
	for (size_t g = 0; g < target->ngroups; g++) {
		c->unit = target->groups[g].value;
		if (!group_of(source, c->unit))
			compare_groups(c, NULL, &target->groups[g]);
	}
}

static void unknown_totals(struct wh_table_job *job, const char *why)
{
	struct wh_control control = { .rule = "control total",
		.subject = wh_shown_name(&job->controls.arena, job->table->schema, job->table->name),
		.expected = "totals for each currency",
		.expected_is = READ,
		.actual_is = MOVED };
	wh_control_unknown(&job->controls, &control, why);
}

static void compare_fields(struct wh_table_job *job, struct wh_totals *source,
	struct wh_totals *target, bool amounts)
{
	const struct wh_totals_wish *wish = &source->wish;
	for (size_t i = 0; i < wish->nfields; i++) {
		struct comparison c = { .job = job,
			.from = wh_totals_twin(job->table, wish->fields[i]),
			.to = &job->table->to.fields[wish->fields[i]],
			.field = i };
		if (is_amount(c.from) == amounts)
			compare_field(&c, source, target);
	}
}

/* Only amounts have a currency. */
static void totals_controls(struct wh_table_job *job, struct wh_totals *source,
	struct wh_totals *target)
{
	if (source->why || target->why) {
		unknown_totals(job, source->why ? source->why : target->why);
		return;
	}
	if (!source->ngroups && !target->ngroups) /* of nothing the totals are 0 */
		wh_totals_join(source);
	compare_fields(job, source, target, true);
	wh_totals_join(source);
	wh_totals_join(target);
	compare_fields(job, source, target, false);
}

/* Too many currencies are no reason not to count. */
static int count_again(const struct wh_migration *m, struct wh_table_job *job,
	struct wh_conn *target, struct wh_error *error)
{
	struct wh_totals rows = { .wish = { .table = job->table, .by = WH_NO_FIELD } };
	int rc = wh_totals_of(m, target, &rows, error);
	if (rc == WH_OK)
		rows_control(job, &rows);
	wh_totals_free(&rows);
	return rc;
}

static int sums(const struct wh_migration *m, struct wh_table_job *job, struct wh_conn *target,
	struct wh_error *error)
{
	const struct wh_totals_wish *wish = &job->source.wish;
	struct wh_totals moved = { .wish = *wish };
	int rc = wh_totals_of(m, target, &moved, error);
	if (rc == WH_OK && moved.why)
		rc = count_again(m, job, target, error);
	else if (rc == WH_OK)
		rows_control(job, &moved);
	if (rc == WH_OK && wish->nfields)
		rc = wh_totals_set_apart(m, &moved, error);
	if (rc == WH_OK && wish->nfields)
		totals_controls(job, &job->source, &moved);
	wh_totals_free(&moved);
	return rc;
}

/* ---- foreign keys ---- */

int wh_orphans_control(struct wh_conn *target, const struct wh_table *table,
	const struct wh_foreign_key *key, const struct wh_control *control, struct wh_controls *out,
	struct wh_error *error)
{
	struct wh_arena arena = { 0 };
	struct wh_answer answer = { 0 };
	struct wh_control this = *control;
	char count[24];
	const struct wh_probe probe = { .kind = WH_PROBE_ORPHANS,
		.table = table,
		.foreign_key = key,
		.limit_ms = WH_RECONCILE_LIMIT_MS };
	this.expected = "0";
	this.actual = count;
	this.actual_is = "rows that point nowhere";
	int rc = wh_at(error, target, target->kind->ask(target, &probe, &arena, &answer, error));
	count[wh_format_int64(count, answer.count)] = '\0';
	if (rc == WH_OK && answer.known)
		wh_control_add(out, &this);
	else if (rc == WH_OK)
		wh_control_unknown(out, &this, answer.why);
	wh_arena_free(&arena);
	return rc;
}

static const char *columns_text(struct wh_arena *arena, const char *const *columns, size_t n)
{
	const char *text = n ? columns[0] : "";
	for (size_t i = 1; i < n; i++)
		text = wh_arena_format(arena, "%s, %s", text, columns[i]);
	return text;
}

static int orphans(struct wh_table_job *job, const struct wh_plan_foreign_key *f,
	struct wh_conn *target, struct wh_error *error)
{
	const struct wh_plan_table *t = job->table;
	struct wh_arena *arena = &job->controls.arena;
	const struct wh_table table = wh_totals_table(t);
	const struct wh_foreign_key key = { .columns = f->columns,
		.to_columns = f->to_columns,
		.ncolumns = f->source->ncolumns,
		.to_schema = f->to_schema,
		.to_table = f->to_table,
		.match_full = f->source->match_full };
	const struct wh_control control = { .rule = "orphans",
		.subject = wh_arena_format(arena, "%s(%s) -> %s(%s)",
			wh_shown_name(arena, t->schema, t->name), columns_text(arena, f->columns, key.ncolumns),
			wh_shown_name(arena, f->to_schema, f->to_table),
			columns_text(arena, f->to_columns, key.ncolumns)) };
	return wh_orphans_control(target, &table, &key, &control, &job->controls, error);
}

int wh_table_controls(const struct wh_migration *m, struct wh_table_job *job,
	struct wh_conn *target, struct wh_error *error)
{
	int rc = sums(m, job, target, error);
	for (size_t i = 0; rc == WH_OK && target->kind->ask && i < job->table->nforeign_keys; i++)
		rc = orphans(job, &job->table->foreign_keys[i], target, error);
	return rc;
}
